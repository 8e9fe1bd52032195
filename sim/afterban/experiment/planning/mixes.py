"""Levers as a search sees them, and a mix: one choice for each of them.

A lever is a place between 0 and 1 to a search, and a text to a scenario.  Texts are short, so that
a mix can be carried out as it is told: a threshold of 0.83 and none of 0.8312.

Checked by ``tests/experiment/test_plan_mixes.py``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

import numpy as np

from afterban.experiment.design import Floats
from afterban.language.changes import text_of
from afterban.language.evidence import bare
from afterban.language.kinds import CountKind, SmallCountKind
from afterban.language.laws import Flavour
from afterban.language.paths import steps
from afterban.parameters import AS_WRITTEN
from afterban.scenario import Scenario
from afterban.scenario.calibrating import value_at, written_at
from afterban.scenario.planning import multiplied, numbers_of
from afterban.scenario.roles import changed
from afterban.scenario.sections.plan import Lever
from afterban.scenario.sweeping import canonical, target

# A choice for each lever in the order of the section; None leaves what the scenario writes.
Mix: TypeAlias = tuple[str | None, ...]

STEP = 1 / 12  # of a range, to the next choice
APART = 1 / 6  # of a range: mixes that are closer in every lever count as the same
STEPS = 50  # of a range, about: what is finer is no other choice
MOST_WHOLE = 200  # numbers of a range that are counted one by one


class Move(NamedTuple):
    """A value that a mix writes, or the factor on what is there."""

    path: str
    text: str
    factor: bool


@dataclass(frozen=True)
class Dial:
    """A lever with its choices.

    options: its choices in their order; none of a range that is no row of whole numbers.
    ends: of such a range, in the simulator's units.
    ordered: whether the choices are numbers in their order, so that those between them are too.
    changes: of a choice among policies, what each changes.
    """

    name: str
    lever: Lever
    options: tuple[str, ...]
    ends: tuple[float, float]
    ordered: bool
    changes: Mapping[str, tuple[Move, ...]] = field(default_factory=dict)

    @property
    def columns(self) -> int:
        """Coordinates of a choice in a surrogate: one, or one for each of choices without order."""
        return 1 if self.ordered else len(self.options)

    def text(self, place: float) -> str:
        """The choice at a place between 0 and 1."""
        if self.options:
            return self.options[min(int(place * len(self.options)), len(self.options) - 1)]
        low, high = self.ends
        if self.lever.scale == "log":
            value = float(f"{low * (high / low) ** place:.2g}")
        else:
            unit = 10.0 ** round(math.log10((high - low) / STEPS))
            value = round((low + place * (high - low)) / unit) * unit
        value = min(max(float(f"{value:.6g}"), low), high)
        path = self.lever.places[0]
        return f"{value:.6g}" if self.lever.factor else written_at(path, value)

    def place(self, text: str) -> float:
        """Where a choice lies, between 0 and 1."""
        if self.options:
            return (self.options.index(text) + 0.5) / len(self.options)
        (value,) = numbers_of(self.lever.model_copy(update={"range_": [text]})) or (math.nan,)
        low, high = self.ends
        if self.lever.scale == "log":
            return math.log(value / low) / math.log(high / low)
        return (value - low) / (high - low)

    def coordinates(self, text: str) -> list[float]:
        """Of a choice in a surrogate; choices without order are all as far apart."""
        if self.ordered:
            return [self.place(text)]
        return [0.7 * (text == one) for one in self.options]

    def moves(self, text: str) -> tuple[Move, ...]:
        """What a choice writes into the scenario."""
        if self.lever.policies:
            return self.changes[text]
        return tuple(Move(path, text, self.lever.factor) for path in self.lever.places)


def dials_of(scenario: Scenario) -> tuple[Dial, ...]:
    """The levers of a scenario's plan, which was checked."""
    assert scenario.plan is not None
    return tuple(_dial(scenario, name, one) for name, one in scenario.plan.levers.items())


def _dial(scenario: Scenario, name: str, lever: Lever) -> Dial:
    if lever.policies:
        some = tuple(dict.fromkeys(lever.policies))
        changes = {arm: _moves_of(scenario, arm) for arm in some}
        return Dial(name, lever, some, (math.nan, math.nan), False, changes)
    path = lever.places[0]
    if lever.values:
        texts = lever.values if lever.factor else [canonical(path, text) for text in lever.values]
        options = tuple(dict.fromkeys(texts))
        found = numbers_of(lever.model_copy(update={"values": list(options)}))
        ordered = found is not None
        if found is not None:
            options = tuple(options[k] for k in np.argsort(found, kind="stable"))
        return Dial(name, lever, options, (math.nan, math.nan), ordered)
    ends = numbers_of(lever)
    assert ends is not None  # the scenario is refused otherwise
    low, high = ends
    if not lever.factor and _is_counted(path) and high - low < MOST_WHOLE:
        whole = tuple(written_at(path, x) for x in range(round(low), round(high) + 1))
        return Dial(name, lever, whole, (low, high), True)
    return Dial(name, lever, (), (low, high), True)


def _is_counted(path: str) -> bool:
    kind = target(path)
    if isinstance(kind, Flavour):
        kind = kind.value
    return isinstance(kind, CountKind | SmallCountKind)


def _moves_of(scenario: Scenario, arm: str) -> tuple[Move, ...]:
    """What a policy of the scenario changes, value by value."""
    if arm == AS_WRITTEN:
        return ()
    found = []
    for path in changed(scenario, arm):
        here: object = bare(scenario.policies[arm])
        for step in steps(path):
            assert isinstance(here, Mapping)
            here = here[step]
        found.append(Move(path, text_of(here), False))
    return tuple(found)


def moves_of(dials: Sequence[Dial], mix: Mix) -> tuple[Move, ...]:
    """What a mix writes into the scenario, value by value."""
    return tuple(
        move
        for dial, text in zip(dials, mix, strict=True)
        if text is not None
        for move in dial.moves(text)
    )


def written_into(scenario: Scenario, moves: Sequence[Move]) -> dict[str, str]:
    """What moves write into a scenario, by path: factors are relative to what it has there."""
    return {
        path: multiplied(path, value_at(scenario, path) or 0.0, float(text)) if factor else text
        for path, text, factor in moves
    }


def mix_at(dials: Sequence[Dial], places: Sequence[float]) -> Mix:
    """The mix at a place of the unit cube, a side for each lever."""
    return tuple(dial.text(float(u)) for dial, u in zip(dials, places, strict=True))


def coordinates(dials: Sequence[Dial], mixes: Sequence[Mix]) -> Floats:
    """Where mixes with a choice of every lever lie for a surrogate, ``[mixes, coordinates]``."""
    return np.array(
        [
            [x for dial, text in zip(dials, mix, strict=True) for x in dial.coordinates(text or "")]
            for mix in mixes
        ]
    )


def count_of(dials: Sequence[Dial]) -> int | None:
    """How many mixes there are; None with a range that is no row of whole numbers."""
    if not all(dial.options for dial in dials):
        return None
    return math.prod(len(dial.options) for dial in dials)


def apart(dials: Sequence[Dial], one: Mix, other: Mix, part: float = APART) -> bool:
    """Whether two mixes differ by what matters: another choice, or such a part of a range."""
    for dial, ours, theirs in zip(dials, one, other, strict=True):
        if ours == theirs:
            continue
        if ours is None or theirs is None or dial.options:
            return True
        if abs(dial.place(ours) - dial.place(theirs)) >= part * 0.999:
            return True
    return False


def distinct(dials: Sequence[Dial], mixes: Sequence[Mix], part: float = APART) -> list[Mix]:
    """Mixes in their order without those that are next to one before."""
    found: list[Mix] = []
    for mix in mixes:
        if all(apart(dials, mix, other, part) for other in found):
            found.append(mix)
    return found


def words_of(dials: Sequence[Dial], mix: Mix) -> str:
    """A mix for people, such as ``people 4, threshold 0.8``."""
    if all(text is None for text in mix):
        return "as written"
    return ", ".join(
        f"{dial.name} {'×' if dial.lever.factor else ''}{text}"
        for dial, text in zip(dials, mix, strict=True)
        if text is not None
    )


__all__ = [
    *(
        "APART",
        "STEP",
        "apart",
        "distinct",
        "Dial",
        "Mix",
        "Move",
        "coordinates",
        "count_of",
        "dials_of",
        "mix_at",
        "moves_of",
    ),
    *("words_of", "written_into"),
]
