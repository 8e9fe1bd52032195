"""Where two runs part: the first event that is not in both, and the draw that did it.

Both runs are made again side by side by the reference engine, event by event, until they differ.
Draws of the same key are the same in two arms, so that what sets them apart is what a draw is held
against, or the time that is made of it; between two seeds it is the draw itself.

Checked by ``tests/experiment/test_diverge.py``.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from afterban import engines, inputs, randomness, results
from afterban.channels import OF_RATE, RATES
from afterban.core.code import source_digest
from afterban.engines import events as ev
from afterban.engines.agreement import differences
from afterban.errors import AfterbanError, closest, listed
from afterban.experiment.answer import Answer
from afterban.experiment.memory import refuse_too_large
from afterban.experiment.witness import HELD, Event, Use, Witness, first_unlike
from afterban.language.documents import parse, plain_data
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT, Parameters
from afterban.scenario import Scenario
from afterban.scenario.contents import ABOUT_VALUES
from afterban.world import build

if TYPE_CHECKING:
    import pandas as pd

    from afterban.engines import EngineName
    from afterban.report.figures import Figure

MOST_SETTINGS: Final = 6  # that are told in words; all of them stand in the data
_LARGEST: Final = 2**32

HAPPENS: Final = {
    ev.PULSE: "a campaign suspends accounts",
    ev.SUSPEND: "{who} is suspended",
    ev.DECIDE: "a review of {who} is decided",
    ev.CREATE: "{who} is made",
    ev.PUBLISH: "{who} becomes public",
    ev.RECRUIT: "{who} may win somebody over",
    ev.PROMOTE: "a neighbour promotes {who}",
    ev.BENIGN: "an ordinary user is reported",
    ev.WRONG_FLAG: "a channel flags an ordinary user",
    ev.APPEAL: "an ordinary user appeals",
    ev.OWN_APPEAL: "an operator appeals",
    **{one.event: OF_RATE[one.name].finds for one in RATES if one.event},
}
DECISIONS: Final[Mapping[int, str]] = {one.draw: one.name.replace("_", " ") for one in RATES} | {
    number: name.lower().replace("_", " ")
    for name, number in vars(randomness).items()
    if name.isupper() and not name.startswith("_") and isinstance(number, int)
}


@dataclass(frozen=True)
class Run:
    """One of two runs: a replication of an arm.

    policy: ``base``, an arm, or ``none``.  seed: the scenario's if None.  replication: from 0.
    folder: of the results that it stands for, if any.
    """

    scenario: Scenario
    policy: str = AS_WRITTEN
    seed: int | None = None
    replication: int = 0
    folder: Path | None = None

    @classmethod
    def parse(cls, text: str, seed: int | None = None, replication: int = 0) -> Run:
        """A run from ``scenario``, ``scenario.yaml:arm``, or a folder of results, ``folder:arm``.

        Raises AfterbanError.
        """
        place, colon, policy = text.rpartition(":")
        if not colon or Path(text).exists():
            place, policy = text, ""
        if not place.strip():
            raise AfterbanError(
                f"`{text}` names no run; write a scenario and an arm, such as `minimal:base`, or a "
                "folder of results"
            )
        folder = Path(place)
        if folder.is_dir():
            kept = results.read(folder)
            first = next((p for p in kept.policies if p != WITHOUT_ENFORCEMENT), AS_WRITTEN)
            return cls(kept.scenario, policy or first, seed, replication, folder).checked()
        return cls(Scenario.from_yaml(place), policy or AS_WRITTEN, seed, replication).checked()

    def checked(self) -> Run:
        """Itself.  Raises AfterbanError for an arm, seed or replication that cannot be."""
        known = [AS_WRITTEN, *self.scenario.policies, WITHOUT_ENFORCEMENT]
        if self.policy not in known:
            near = closest(self.policy, known)
            raise AfterbanError(
                f"`{self.scenario.name}` has no arm `{self.policy}`; it has {listed(known)}"
                + (f"\n  did you mean `{near}`?" if near else "")
            )
        for name, value in (("seed", self.chosen_seed), ("replication", self.replication)):
            if not 0 <= value < _LARGEST:
                raise AfterbanError(f"{name} {value}: write a whole number from 0 to 2^32 - 1")
        return self

    @property
    def chosen_seed(self) -> int:
        """The seed, the scenario's own if none was given."""
        return self.scenario.seed if self.seed is None else self.seed

    @property
    def arm(self) -> Scenario:
        """The scenario with the arm's changes."""
        if self.policy in (AS_WRITTEN, WITHOUT_ENFORCEMENT):
            return self.scenario
        return self.scenario.arm(self.policy)

    def parameters(self) -> Parameters:
        """Its numbers.  Raises AfterbanError if it cannot fit into memory."""
        inputs.check(self.scenario)
        refuse_too_large(self.scenario, (self.policy,), 1)
        return Parameters.from_scenario(self.scenario, self.policy)


@dataclass(frozen=True)
class Happening:
    """An event at which two runs part, in one of them.

    day: after the scenario's first.  date: of it.  event: what happens, in words.
    operator, life: whose account, -1 if it is nobody's.
    """

    day: float
    date: str
    event: str
    operator: int
    life: int
    handle: str


@dataclass(frozen=True)
class Draw:
    """A draw in both runs; of each pair the first is that of the first run.

    decision: its name, and ``number`` its place in the key.  operator, life, ordinal: the rest.
    asked: day on which it was made.  values: the uniform number that decides.
    thresholds: that it was held against; None where it was held against none.  below: whether it
    was below.  days: that are made of it; inf for never, None for no time.
    both: whether both runs made it.
    """

    decision: str
    number: int
    operator: int
    life: int
    ordinal: int
    asked: float
    values: tuple[float | None, float | None]
    thresholds: tuple[float | None, float | None]
    below: tuple[bool | None, bool | None]
    days: tuple[float | None, float | None]

    @property
    def both(self) -> bool:
        """Whether both runs made it."""
        return None not in self.values

    def words(self, names: tuple[str, str]) -> str:
        """What it was in both runs."""
        key = f"operator {self.operator}, life {self.life}, ordinal {self.ordinal}"
        told = f"`{self.decision}` (decision {self.number}; {key}), asked on day {self.asked:.6g}: "
        one, other = self.values
        if one is None or other is None:
            made = 0 if other is None else 1
            return (
                told
                + f"{names[1 - made]} never made it; in {names[made]} it was "
                + _value(self.values[made])
            )
        if one == other:
            told += f"{one:.6f} in both"
        else:
            told += f"{one:.6f} in {names[0]} and {other:.6f} in {names[1]}"
        parts = []
        for name, threshold, below in zip(names, self.thresholds, self.below, strict=True):
            if threshold is not None:
                parts.append(f"{'below' if below else 'not below'} {threshold:.6g} in {name}")
        if parts and len(set(self.thresholds)) + len(set(self.below)) + len(set(self.values)) > 3:
            told += "; " + ", ".join(parts)
        if self.days[0] != self.days[1]:
            told += "; it gives " + " and ".join(
                f"{_day(day)} in {name}" for name, day in zip(names, self.days, strict=True)
            )
        return told


@dataclass(frozen=True)
class Divergence(Answer):
    """Where two runs part.

    names: of the two.  events: that are the same in both before that.
    first: what happens next in each; None for nothing more.  earlier: which of the two is the event
    at which they part, 0 or 1; None if no event differs.
    draw: that did it; None if no draw did.
    world: parts of the networks that were not drawn alike.  settings: path, and what it is in each.
    manifest: what differs in how two folders were made, in words; told first.
    lives: what differs between tables, in words; empty if they are the same or were not compared.
    compared: lives in each of the tables that were compared, None if none were.
    """

    names: tuple[str, str]
    events: int = 0
    first: tuple[Happening | None, Happening | None] = (None, None)
    earlier: int | None = None
    draw: Draw | None = None
    world: tuple[str, ...] = ()
    settings: tuple[tuple[str, str, str], ...] = ()
    manifest: tuple[str, ...] = ()
    lives: tuple[str, ...] = ()
    compared: tuple[int, int] | None = None

    @property
    def same(self) -> bool:
        """Whether nothing sets the two runs apart."""
        return self.earlier is None and not self.lives

    def words(self) -> list[str]:
        """The answer, a sentence a line."""
        one, other = self.names
        told = list(self.manifest)
        if self.same:
            told.append(f"{one} and {other} are identical: {self._sameness()}")
            if self.settings:
                told.append(f"Nothing came of what sets them apart: {self._settings()}.")
            return told
        if self.world:
            told.append(
                f"The networks are not the same before anything happens: {listed(self.world)}."
            )
        if self.earlier is not None:
            told += self._parting()
        told += self.lives
        return told

    def _sameness(self) -> str:
        parts = [f"{self.events:,} events"] if self.events else []
        if self.compared is not None:
            parts.append(f"{self.compared[0]:,} lives to the last bit")
        return " and ".join(parts) + "."

    def _parting(self) -> list[str]:
        assert self.earlier is not None
        here, there = self.first[self.earlier], self.first[1 - self.earlier]
        assert here is not None
        mine, others = self.names[self.earlier], self.names[1 - self.earlier]
        told = [
            f"{self.names[0]} and {self.names[1]} part at event {self.events + 1:,}, on day "
            f"{here.day:.6g} ({here.date}): in {mine} {here.event}, in {others} not. There "
            + (
                f"{there.event} next, on day {there.day:.6g}."
                if there is not None
                else "nothing more happens."
            )
        ]
        if self.draw is not None:
            told.append(f"The draw that did it is {self.draw.words(self.names)}.")
        else:
            told.append("No draw did it: it comes of a date, of a number, or of a queue.")
        if self.settings:
            told.append(f"What sets them apart: {self._settings()}.")
        return told

    def _settings(self) -> str:
        first = [f"`{path}` ({a} and {b})" for path, a, b in self.settings[:MOST_SETTINGS]]
        more = len(self.settings) - len(first)
        return ", ".join(first) + (f", and {more} more" if more else "")

    def frame(self) -> pd.DataFrame:
        """A row for each run: what happens next in it, and what the draw was there."""
        import pandas as pd

        draw = self.draw
        rows = []
        for k, (name, event) in enumerate(zip(self.names, self.first, strict=True)):
            rows.append(
                {
                    "run": name,
                    "parts_here": self.earlier == k,
                    "day": None if event is None else event.day,
                    "event": None if event is None else event.event,
                    "operator": None if event is None else event.operator,
                    "life": None if event is None else event.life,
                    "decision": None if draw is None else draw.decision,
                    "value": None if draw is None else draw.values[k],
                    "threshold": None if draw is None else draw.thresholds[k],
                    "gives_day": None if draw is None else draw.days[k],
                }
            )
        return pd.DataFrame(rows)

    def figure(self) -> Figure:
        """Both runs from the day on which they part, and what happens next in each."""
        from afterban.report.answers import parting
        from afterban.report.figures import in_style

        with in_style():
            return parting(self)

    def to_dict(self) -> dict[str, Any]:
        """Everything, in plain types; days after the scenario's first, ``inf`` as ``never``."""
        draw = None
        if self.draw is not None:
            draw = {
                "decision": self.draw.decision,
                "number": self.draw.number,
                "operator": self.draw.operator,
                "life": self.draw.life,
                "ordinal": self.draw.ordinal,
                "asked_day": self.draw.asked,
                "values": list(self.draw.values),
                "thresholds": list(self.draw.thresholds),
                "below": list(self.draw.below),
                "days": ["never" if day == math.inf else day for day in self.draw.days],
            }
        return {
            "runs": list(self.names),
            "same": self.same,
            "events_alike": self.events,
            "earlier": self.earlier,
            "first": [None if event is None else vars(event) for event in self.first],
            "draw": draw,
            "world": list(self.world),
            "settings": [{"path": path, "values": [a, b]} for path, a, b in self.settings],
            "manifest": list(self.manifest),
            "lives_compared": None if self.compared is None else list(self.compared),
            "lives": list(self.lives),
            "words": self.words(),
        }


def diff(one: Run | str, other: Run | str) -> Divergence:
    """Where two runs part: arms, seeds, replications, scenarios, or folders of results.

    A text is read as :meth:`Run.parse` does.  Of two folders it is told first how they were made,
    and their tables are compared life by life; they are run again if their scenario, seed or arm is
    not the same.  Raises AfterbanError.
    """
    a, b = (run.checked() if isinstance(run, Run) else Run.parse(run) for run in (one, other))
    found = Divergence(_names(a, b))
    if a.folder is not None and b.folder is not None:
        found = _folders(found, a, b)
        alike = a.scenario.digest() == b.scenario.digest()
        if alike and (a.policy, a.chosen_seed, a.replication) == (
            b.policy,
            b.chosen_seed,
            b.replication,
        ):
            return found
    return _events(found, a, b)


def diff_engines(run: Run | str, first: EngineName = "compiled") -> Divergence:
    """The same run by both engines, life by life.  Raises AfterbanError."""
    run = run.checked() if isinstance(run, Run) else Run.parse(run)
    second: EngineName = "reference" if first == "compiled" else "compiled"
    parameters = run.parameters()
    seed, number = run.chosen_seed, run.replication
    world = build(parameters, seed, number)
    made = [engines.run(parameters, world, seed, number, name) for name in (first, second)]
    tables = [
        results.account_table(run.arm, run.policy, number, records, world).to_pandas()
        for records in made
    ]
    lives = lives_apart(tables[0], tables[1], (first, second))
    return Divergence(
        (first, second),
        events=made[0].events if made[0].events == made[1].events else 0,
        lives=(*lives, *(line for line in differences(*made) if not line.startswith("account"))),
        compared=(len(tables[0]), len(tables[1])),
    )


_KEY: Final = ["policy", "replication", "operator", "life"]
_MOST: Final = 4  # columns of a life that are told


def lives_apart(one: pd.DataFrame, other: pd.DataFrame, names: tuple[str, str]) -> list[str]:
    """What differs between two tables of accounts, with the first life that does; empty if nothing.

    Tables as of ``Results.accounts()``.  First is the life in which the earliest day differs.
    """
    import numpy as np
    import pandas as pd

    a, b = (table.astype(object).set_index(_KEY[1:]) for table in (one, other))
    columns = [c for c in a.columns if c in b.columns and c != "policy"]
    missing = sorted({*a.columns} ^ {*b.columns})
    told = [f"Only one of the tables has {listed(missing)}."] if missing else []
    joint = a.index.union(b.index)
    a, b = a.reindex(joint)[columns], b.reindex(joint)[columns]
    unlike = ~((a == b) | (a.isna() & b.isna()))
    apart = unlike.any(axis=1)
    if not apart.any():
        return told
    days = [c for c in columns if c.endswith("_day")]
    both = np.fmin(a[days].to_numpy(float), b[days].to_numpy(float))
    early = pd.DataFrame(both, index=joint, columns=days)
    when = early.where(unlike[days]).min(axis=1).fillna(early["created_day"])
    place: Any = when[apart].idxmin()
    replication, operator, life = place
    told.append(
        f"{int(apart.sum()):,} of {len(joint):,} lives differ. First: operator {operator}, life "
        f"{life} of replication {replication}, on day {when[place]:.6g}: "
        + _columns_apart(a.loc[place], b.loc[place], unlike.loc[place], names)
    )
    return told


def _columns_apart(a: Any, b: Any, unlike: Any, names: tuple[str, str]) -> str:
    for row, name in ((a, names[0]), (b, names[1])):
        if row.isna().all():
            return f"{name} does not have it."
    columns = [c for c in a.index if unlike[c]]
    parts = [f"{c} {_cell(a[c])} and {_cell(b[c])}" for c in columns[:_MOST]]
    more = len(columns) - len(parts)
    return ", ".join(parts) + (f", and {more} more columns" if more else "") + "."


def _cell(value: Any) -> str:
    if value is None or value != value or value == "":
        return "nothing"
    return repr(float(value)) if isinstance(value, float) else str(value)


# --- event by event ---------------------------------------------------------------------------


def _events(found: Divergence, a: Run, b: Run) -> Divergence:
    """The first event at which two runs part, or the first life where all events are the same."""
    pairs = [(run, run.parameters()) for run in (a, b)]
    worlds = [build(p, run.chosen_seed, run.replication) for run, p in pairs]
    one, other = (
        Witness(p, world, run.chosen_seed, run.replication)
        for (run, p), world in zip(pairs, worlds, strict=True)
    )
    found = replace(
        found, world=tuple(first_unlike(worlds[0], worlds[1])), settings=_settings(a, b)
    )
    count = 0
    for x, y in itertools.zip_longest(one.each_event(), other.each_event()):
        if x != y:
            break
        count += 1
    else:
        return _tables(replace(found, events=count), (a, one), (b, other))
    earlier = 0 if y is None or (x is not None and x < y) else 1
    event = (x, y)[earlier]
    assert event is not None
    here, there = (one, other) if earlier == 0 else (other, one)
    uses = _cause(here, there, event)
    return replace(
        found,
        events=count,
        first=(_happening(x, one, a), _happening(y, other, b)),
        earlier=earlier,
        draw=None if uses is None else _draw(*(uses if earlier == 0 else uses[::-1])),
    )


def _tables(found: Divergence, a: tuple[Run, Witness], b: tuple[Run, Witness]) -> Divergence:
    """All events are the same: what came of them may not be."""
    tables = []
    for run, witness in (a, b):
        table = results.account_table(
            run.arm, "", run.replication, witness.collect(), witness.world
        ).to_pandas()
        tables.append(table.assign(replication=0))
    return replace(
        found,
        lives=tuple(lives_apart(tables[0], tables[1], found.names)),
        compared=(len(tables[0]), len(tables[1])),
    )


def _cause(here: Witness, there: Witness, event: Event) -> tuple[Use, Use | None] | None:
    """The draw that brought about an event here and not there, in both."""
    for use in here.brought_by(event):
        twin = there.uses.get(use.key)
        if twin is None:
            # It was made for something that happened here only: what decided that?
            for before in here.trail.get(use.made, ()):
                same = there.uses.get(before.key)
                if same is not None and _unlike(before, same):
                    return before, same
            return use, None
        if _unlike(use, twin):
            return use, twin
    return None


def _unlike(use: Use, twin: Use) -> bool:
    """Whether one draw did not come to the same in both runs."""
    outcomes = [[below for *_, below in each.held] for each in (use, twin)]
    return use.values != twin.values or use.day != twin.day or outcomes[0] != outcomes[1]


def _draw(one: Use | None, other: Use | None) -> Draw:
    use = one if one is not None else other
    assert use is not None
    decision, operator, life, ordinal = use.key
    pair = (one, other)
    # What is told of a draw is the value that made the difference: a probability, or else a time.
    chance = HELD.get(decision)
    lasts = [None if each is None or not each.held else each.held[-1] for each in pair]
    decided = None not in lasts and len({last[3] for last in lasts if last}) > 1
    timeless = all(each is None or each.day is None for each in pair)
    which = 0 if chance is None else chance if decided or timeless else 1 - chance
    held = [last if last is not None and last[1] == which else None for last in lasts]
    return Draw(
        decision=DECISIONS[decision],
        number=decision,
        operator=operator,
        life=life,
        ordinal=ordinal,
        asked=use.asked,
        values=tuple(None if each is None else each.values[which] for each in pair),  # type: ignore[arg-type]
        thresholds=tuple(None if last is None else last[2] for last in held),  # type: ignore[arg-type]
        below=tuple(None if last is None else last[3] for last in held),  # type: ignore[arg-type]
        days=tuple(None if each is None else each.day for each in pair),  # type: ignore[arg-type]
    )


def _happening(event: Event | None, witness: Witness, run: Run) -> Happening | None:
    if event is None:
        return None
    handle = witness.handle(event.operator) if event.operator >= 0 else ""
    who = "an ordinary user"
    if event.operator >= 0:
        name = f" (@{handle})" if handle else ""
        who = f"account {event.life} of operator {event.operator}{name}"
    told = HAPPENS.get(event.kind, f"event of kind {event.kind}").format(who=who)
    return Happening(
        event.day, _date(run.scenario.start, event.day), told, event.operator, event.life, handle
    )


def _date(start: Any, day: float) -> str:
    begin = dt.datetime.combine(start, dt.time()) if type(start) is dt.date else start
    return (begin + dt.timedelta(days=day)).strftime("%Y-%m-%d %H:%M")


def _day(day: float | None) -> str:
    if day is None:
        return "no time"
    return "never" if day == math.inf else f"day {day:.6g}"


def _value(value: float | None) -> str:
    return "none" if value is None else f"{value:.6f}"


# --- what sets them apart ---------------------------------------------------------------------


def _names(a: Run, b: Run) -> tuple[str, str]:
    """What the two runs are called: no more than tells them apart."""
    told = []
    for run in (a, b):
        parts = []
        if a.folder is not None and b.folder is not None and a.folder != b.folder:
            parts.append(os.fspath(run.folder or ""))
        elif a.scenario.name != b.scenario.name or a.policy == b.policy:
            parts.append(run.scenario.name)
        if a.policy != b.policy or not parts:
            parts.append(run.policy)
        name = ":".join(parts)
        if a.chosen_seed != b.chosen_seed:
            name += f", seed {run.chosen_seed}"
        if a.replication != b.replication:
            name += f", replication {run.replication}"
        told.append(name)
    if told[0] == told[1]:
        return f"{told[0]} (first)", f"{told[1]} (second)"
    return told[0], told[1]


_NOT_SETTINGS: Final = (
    *("policies", "sweep", "name", "title", "description", "metrics"),
    *ABOUT_VALUES,  # ranges and what else moves no draw
)


def _settings(a: Run, b: Run) -> tuple[tuple[str, str, str], ...]:
    """Values that the two scenarios do not share, by path."""
    one, other = (_flat(run) for run in (a, b))
    found = [
        (path, one.get(path, "not set"), other.get(path, "not set"))
        for path in dict.fromkeys([*one, *other])
        if one.get(path) != other.get(path)
    ]
    if (a.policy == WITHOUT_ENFORCEMENT) != (b.policy == WITHOUT_ENFORCEMENT):
        words = tuple("none" if r.policy == WITHOUT_ENFORCEMENT else "as written" for r in (a, b))
        found.insert(0, ("enforcement", words[0], words[1]))
    if a.chosen_seed != b.chosen_seed:
        found.insert(0, ("seed", str(a.chosen_seed), str(b.chosen_seed)))
    if a.replication != b.replication:
        found.insert(0, ("replication", str(a.replication), str(b.replication)))
    return tuple(found)


def _flat(run: Run) -> dict[str, str]:
    node, _ = parse(run.arm.resolved_yaml(), "<scenario>")
    data = plain_data(node)
    found: dict[str, str] = {}

    def walk(value: Any, path: str) -> None:
        if isinstance(value, dict) and set(value) >= {"value", "kind"}:
            value = value["value"]  # what is said of its evidence moves nothing
        if isinstance(value, dict):
            for key, inner in value.items():
                if path or (key not in _NOT_SETTINGS and key != "seed"):
                    walk(inner, f"{path}.{key}" if path else key)
        elif isinstance(value, list):
            for k, inner in enumerate(value):
                walk(inner, f"{path}[{k}]")
        else:
            found[path] = str(value)

    walk(data, "")
    return found


# --- folders ----------------------------------------------------------------------------------

_MADE_BY: Final = ("code_digest", "engine", "seed", "scenario_digest", "machine")


def _folders(found: Divergence, a: Run, b: Run) -> Divergence:
    """How two folders were made, and their tables life by life."""
    assert a.folder is not None
    assert b.folder is not None
    one, other = results.read(a.folder), results.read(b.folder)
    told = _made(one.manifest, other.manifest)
    for run, kept in ((a, one), (b, other)):
        if not kept.as_shipped:
            names = listed(kept.manifest[results.OWN_SOURCES])
            told.append(
                f"{run.folder} is not as shipped: it has its own {names}; whatever is run again "
                "here is run without."
            )
    current = source_digest()
    if any(kept.manifest.get("code_digest") != current for kept in (one, other)):
        told.append(
            "Not both were made by this version; whatever is run again here is run by this one."
        )
    tables = []
    for run, kept in ((a, one), (b, other)):
        if kept.folder is None or not (kept.folder / results.ACCOUNTS).exists():
            told.append(f"{run.folder}: there is no {results.ACCOUNTS}, so no life is compared.")
            return replace(found, manifest=tuple(told))
        table = kept.accounts()
        table = table[(table["policy"] == run.policy) & (table["replication"] == run.replication)]
        tables.append(table.assign(replication=0))
    return replace(
        found,
        manifest=tuple(told),
        lives=tuple(lives_apart(tables[0], tables[1], found.names)),
        compared=(len(tables[0]), len(tables[1])),
    )


def _made(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """What differs in how two folders were made."""
    apart = [
        f"{key.replace('_', ' ')} {_short(one.get(key))} and {_short(other.get(key))}"
        for key in _MADE_BY
        if one.get(key) != other.get(key)
    ]
    versions: Sequence[Mapping[str, Any]] = [each.get("versions") or {} for each in (one, other)]
    apart += [
        f"{name} {versions[0].get(name)} and {versions[1].get(name)}"
        for name in dict.fromkeys([*versions[0], *versions[1]])
        if versions[0].get(name) != versions[1].get(name)
    ]
    if not apart:
        return []
    return [f"The folders were not made alike: {', '.join(apart)}."]


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 24 else text[:12]
