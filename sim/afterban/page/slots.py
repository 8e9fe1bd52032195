"""From the controls of a story to the numbers that its runs are made of, as rules for the page.

The scenario of a story is lowered at many settings.  Each table is found to hang on a few controls.
For each combination of *modes* of those (a control stands at the start, at a word, at zero, at a
number) the table is kept, and an entry of it that follows the number of a control has a *rule*: a
function that gives the very bits that lowering gives.  Rules are not written by hand: those are
taken that fit every number that was tried.  Where none fits, a control of whole numbers gets a list
of all of them, and a story with any other one is refused.

Checked by ``tests/page/test_slots.py``: what rules make is what Python's lowering makes, to the
bit, at settings drawn at random.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np

from afterban import arithmetic
from afterban.errors import AfterbanError
from afterban.mechanisms.clock import on_the_clock
from afterban.page.controls import (
    POSITIVE,
    ZERO,
    Control,
    Edit,
    Settings,
    Value,
    changes,
    controls_of,
    edits_of,
    number_of,
    size_of,
    yaml_of,
)
from afterban.page.lowered import Pool, Table, Tables, tables_of
from afterban.page.presets import Story
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT, Parameters
from afterban.scenario import Scenario

START, NUMBER = "start", "number"  # modes, besides ZERO and words
LONGEST_LIST: Final = 128  # whole numbers of a control that a list may have
MOST_MODES: Final = 400  # combinations that one table may have
# Where a control's number is tried, as parts of the way from its least to its most; whole numbers
# and times are not on these.
_TRIED: Final = (0.3371, 0.0113, 0.7123, 0.5519, 0.91)

Modes: TypeAlias = tuple[str, ...]


class Rule(NamedTuple):
    """One entry of a table, and how it follows the number of a control.

    argument: [factor] on that number, or [own, before] of odds, as in an edit.
    numbers: for the function "list", the entry for each whole number from the control's least on.
    """

    entry: int
    control: str
    function: str
    argument: tuple[float, ...]
    numbers: tuple[float, ...] = ()


class Alternative(NamedTuple):
    """A table in one combination of modes."""

    table: Table
    rules: tuple[Rule, ...]


@dataclass
class Slot:
    """A table and the controls that it hangs on; by the modes of these, in that order."""

    by: tuple[str, ...]
    alternatives: dict[Modes, Alternative] = field(default_factory=dict)


FUNCTIONS: Final[Mapping[str, Callable[[float], float]]] = {
    "same": lambda x: x,
    "clock": on_the_clock,
    "log": arithmetic.log,
    "at most 1": lambda x: min(x, 1.0),
}


class Lowering:
    """The scenario of a story at any settings, as tables; each lowered once.

    controlled: whether the story has its dials; without them it is the scenario as it is shipped.
    scenario: the one that it plays, if it is read already.
    """

    def __init__(
        self,
        story: Story,
        policies: Sequence[str] = (),
        controlled: bool = True,
        scenario: Scenario | None = None,
    ) -> None:
        self.story = story
        self.policies = tuple(policies or (AS_WRITTEN, WITHOUT_ENFORCEMENT))
        shipped = scenario or Scenario.from_yaml(story.scenario)
        self.controls = controls_of(story) if controlled else (size_of(story),)
        self.edits = edits_of(story, shipped) if controlled else ()
        # Without its arms and what is said about values a scenario is read a hundred times faster.
        arms = set(self.policies) - {AS_WRITTEN, WITHOUT_ENFORCEMENT}
        self._alone = None if arms else shipped.alone()
        self._scenarios: dict[str, Scenario] = {}
        self._tables: dict[frozenset[tuple[str, Value]], dict[str, Tables]] = {}

    def scenario(self, settings: Settings) -> Scenario:
        """The scenario at some settings."""
        text = yaml_of(self.story, self.controls, self.edits, settings, seed=1)
        if text not in self._scenarios:
            self._scenarios[text] = (
                Scenario.from_text(text, "<page>")
                if self._alone is None
                else self._alone.with_changes(changes(self.controls, self.edits, settings))
            )
        return self._scenarios[text]

    def at(self, settings: Settings) -> dict[str, Tables]:
        """Its tables by policy."""
        key = frozenset(settings.items())
        if key not in self._tables:
            scenario = self.scenario(settings)
            self._tables[key] = {
                policy: tables_of(Parameters.from_scenario(scenario, policy))
                for policy in self.policies
            }
        return self._tables[key]


def modes_of(control: Control, edits: Sequence[Edit]) -> dict[str, list[Value]]:
    """The modes of a control, each with values that stand for it; of numbers several."""
    found: dict[str, list[Value]] = {START: [control.start]}
    found |= {word: [word] for word in control.words if word != control.start}
    if control.number is None:
        return found
    if has_zero(control, edits) and control.start != 0:
        found[ZERO] = [0.0]
    tried = [value for value in _tried(control) if value != control.start]
    if tried:
        found[NUMBER] = tried
    return found


def has_zero(control: Control, edits: Sequence[Edit]) -> bool:
    """Whether some edit asks if a control stands at zero."""
    asked = {of for edit in edits for one in edit.when for key, of in one if key == control.key}
    least = control.number.least if control.number else 1.0
    return bool({ZERO, POSITIVE} & asked) and least == 0.0


def mode_at(control: Control, value: Value, zero: bool) -> str:
    """The mode in which a control is at a value."""
    if value == control.start:
        return START
    if isinstance(value, str):
        return value
    return ZERO if zero and value == 0 else NUMBER


def _tried(control: Control) -> list[Value]:
    of = control.number
    assert of is not None
    found: list[Value] = []
    for part in _TRIED:
        if of.logarithmic:
            least = max(of.least, 1.0 / 1440.0)
            value = least * (of.most / least) ** part
        else:
            value = of.least + part * (of.most - of.least)
        found.append(round(value) if of.whole else value)
    return list(dict.fromkeys(found))


# --- what hangs on what ---------------------------------------------------------------------------


class _Finder:
    def __init__(self, lowering: Lowering) -> None:
        self.lowering = lowering
        self.controls = {one.key: one for one in lowering.controls}
        self.modes = {key: modes_of(one, lowering.edits) for key, one in self.controls.items()}

    def table(self, policy: str, name: str, modes: Mapping[str, str]) -> Table:
        settings = {key: self.modes[key][mode][0] for key, mode in modes.items()}
        return self.lowering.at(settings)[policy][name]

    def moves(self) -> Iterator[tuple[str, str]]:
        """Each control and each of its modes but the start."""
        for key, modes in self.modes.items():
            yield from ((key, mode) for mode in modes if mode != START)

    def hangs_on(self, policy: str, name: str) -> tuple[str, ...]:
        """Controls that a table hangs on, by itself or together with another one."""
        at_start = self.table(policy, name, {})
        found: set[str] = set()
        for key, mode in self.moves():
            for value in self.modes[key][mode]:
                if not same(self.lowering.at({key: value})[policy][name], at_start):
                    found.add(key)
        for (key, mode), (other, its) in itertools.combinations(self.moves(), 2):
            if key == other:
                continue
            both = self.table(policy, name, {key: mode, other: its})
            # Where one of them changes nothing, the other should do what it does alone.
            alone = [self.table(policy, name, {key: mode}), self.table(policy, name, {other: its})]
            if same(alone[0], at_start):
                expected = alone[1]
            elif same(alone[1], at_start):
                expected = alone[0]
            else:
                continue
            if not same(both, expected):
                found |= {key, other}
        return tuple(key for key in self.controls if key in found)

    def slot(self, policy: str, name: str) -> Slot:
        """A table, in each combination of modes of the controls that it hangs on."""
        by = self.hangs_on(policy, name)
        count = math.prod(len(self.modes[key]) for key in by)
        if count > MOST_MODES:
            raise AfterbanError(
                f"`{name}` of {self.lowering.story.scenario} hangs on {', '.join(by)} at once: "
                f"{count} combinations, and a page has room for {MOST_MODES}"
            )
        slot = Slot(by)
        for modes in itertools.product(*(self.modes[key] for key in by)):
            here = dict(zip(by, modes, strict=True))
            table = self.table(policy, name, here)
            slot.alternatives[modes] = Alternative(table, self._rules(policy, name, here, table))
        return slot

    def _rules(
        self, policy: str, name: str, modes: Mapping[str, str], table: Table
    ) -> tuple[Rule, ...]:
        """Rules of the entries that follow a number, in one combination of modes."""
        found: dict[int, Rule] = {}
        fixed = {key: self.modes[key][mode][0] for key, mode in modes.items()}
        for key, mode in modes.items():
            if mode != NUMBER:
                continue
            tried = self.modes[key][NUMBER]
            told = [self.lowering.at({**fixed, key: value})[policy][name] for value in tried]
            if any(one.shape != table.shape for one in told):
                raise AfterbanError(
                    f"the number of entries of `{name}` of {self.lowering.story.scenario} follows "
                    f"`{key}`, for which a page has no rule"
                )
            flat = np.array([one.reshape(-1) for one in told])
            for entry in np.flatnonzero((flat != flat[0]).any(axis=0) & ~_nan(flat)).tolist():
                if entry in found:
                    raise AfterbanError(
                        f"`{name}` of {self.lowering.story.scenario} follows `{key}` and "
                        f"`{found[entry].control}` at once, for which a page has no rule"
                    )
                numbers = flat[:, entry].tolist()
                rule = self._fitting(key, entry, tried, numbers)
                found[entry] = rule or self._listed(policy, name, key, entry, fixed)
        return tuple(found[entry] for entry in sorted(found))

    def _fitting(
        self, key: str, entry: int, tried: Sequence[Value], numbers: Sequence[float]
    ) -> Rule | None:
        """A rule that gives the very numbers that were found at each value that was tried."""
        for edit in self.lowering.edits:
            if edit.of != key:
                continue
            given = [number_of(edit, float(value)) for value in tried]
            for function, of in FUNCTIONS.items():
                if [of(x) for x in given] == list(numbers):
                    return Rule(entry, key, function, edit.odds or (edit.times,))
        return None

    def _listed(
        self, policy: str, name: str, key: str, entry: int, fixed: Mapping[str, Value]
    ) -> Rule:
        of = self.controls[key].number
        if of is None or not of.whole or of.most - of.least >= LONGEST_LIST:
            raise AfterbanError(
                f"no rule of the page says how entry {entry} of `{name}` of "
                f"{self.lowering.story.scenario} follows `{key}`"
            )
        numbers = []
        for value in range(int(of.least), int(of.most) + 1):
            # The start is another mode, whose table is kept.
            at = self.lowering.at({**fixed, key: value})[policy][name].reshape(-1)
            numbers.append(float(at[entry]) if entry < len(at) else math.nan)
        return Rule(entry, key, "list", (1.0,), tuple(numbers))


def _nan(flat: Table) -> Table:
    if flat.dtype.kind != "f":
        return np.zeros(flat.shape[1], dtype=np.bool_)
    return np.asarray(np.isnan(flat).all(axis=0))


def same(one: Table, other: Table) -> bool:
    """Whether two tables have the same bytes."""
    return one.shape == other.shape and one.tobytes() == other.tobytes()


def slots_of(lowering: Lowering) -> dict[str, dict[str, Slot]]:
    """By policy and name of a table.  Raises AfterbanError for what no rule fits."""
    finder = _Finder(lowering)
    names = list(lowering.at({})[lowering.policies[0]])
    return {
        policy: {name: finder.slot(policy, name) for name in names} for policy in lowering.policies
    }


# --- from rules to tables, as the page does it ----------------------------------------------------


def applied(lowering: Lowering, slots: Mapping[str, Slot], settings: Settings) -> Tables:
    """Tables of one policy at some settings, by the rules."""
    controls = {one.key: one for one in lowering.controls}
    values = {key: settings.get(key, one.start) for key, one in controls.items()}
    modes = {
        key: mode_at(one, values[key], has_zero(one, lowering.edits))
        for key, one in controls.items()
    }
    found = {}
    for name, slot in slots.items():
        table, rules = slot.alternatives[tuple(modes[key] for key in slot.by)]
        table = table.copy()
        flat = table.reshape(-1)
        for rule in rules:
            flat[rule.entry] = _by_rule(rule, controls[rule.control], values[rule.control])
        found[name] = table
    return found


def _by_rule(rule: Rule, control: Control, value: Value) -> float:
    assert not isinstance(value, str)
    assert control.number is not None
    if rule.function == "list":
        return rule.numbers[int(value - control.number.least)]
    odds = (rule.argument[0], rule.argument[1]) if len(rule.argument) == 2 else None
    edit = Edit("", "", (), times=rule.argument[0], odds=odds)
    return FUNCTIONS[rule.function](number_of(edit, float(value)))


def data_of(slots: Mapping[str, Slot], pool: Pool) -> dict[str, Any]:
    """For JSON: of each table the controls, and by their modes the table and its rules."""
    return {
        name: {
            "by": list(slot.by),
            "of": {
                " ".join(modes): [pool.put(one.table), *([_rules(one)] if one.rules else [])]
                for modes, one in slot.alternatives.items()
            },
        }
        for name, slot in slots.items()
    }


def _rules(one: Alternative) -> list[list[Any]]:
    return [
        [rule.entry, rule.control, rule.function, list(rule.argument), list(rule.numbers)]
        for rule in one.rules
    ]
