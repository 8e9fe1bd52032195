"""The reference engine with a witness: each event, and what each draw was held against.

Nothing that happens is changed: a draw is the same number, only that it remembers the comparisons
that are made with it, and the clock tells which event it has come to.

Checked by ``tests/experiment/test_diverge.py``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from afterban import randomness
from afterban.engines import events as ev
from afterban.engines import reference
from afterban.engines.records import Records
from afterban.parameters import Parameters
from afterban.world import World

_NUMBER: Final = (1 << 40) - 1  # the part of an event's priority that is its number
Key = tuple[int, int, int, int]  # decision, operator, life, ordinal

# Event -> the decisions whose draw can have brought it about, the likeliest first.
BROUGHT_BY: Final = {
    ev.SUSPEND: (
        randomness.SIGNUP,
        randomness.ACTION_DELAY,
        randomness.DECISION,
        randomness.TIME_TO_ACTION,
        randomness.SERVICE,
    ),
    ev.DECIDE: (randomness.TIME_TO_ACTION, randomness.SERVICE),
    ev.CREATE: (randomness.RETURN, randomness.RECRUIT_DELAY),
    ev.SCAN: (randomness.HANDLE_MATCH,),
    ev.CLASSIFY: (randomness.CLASSIFIER,),
    ev.THREATEN: (randomness.THREAT,),
    ev.WATCH: (randomness.WATCH,),
    ev.REPORT: (randomness.REPORT,),
    ev.LINK: (randomness.LINK_PROMOTED, randomness.LINK_PROMOTER),
    ev.RECRUIT: (randomness.RECRUIT,),
    ev.PROMOTE: (randomness.PROMOTE,),
    ev.OWN_APPEAL: (randomness.APPEAL,),
}
_OF_A_TEAM: Final = {ev.DECIDE: randomness.SERVICE, ev.SUSPEND: randomness.ACTION_DELAY}
# Decision -> which of its two values is held against a probability; the other one is a time.
HELD: Final = {
    **dict.fromkeys(
        (
            randomness.SIGNUP,
            randomness.HANDLE_MATCH,
            randomness.APPEAL,
            randomness.RETURN,
            randomness.MOVE,
            randomness.PROMOTE,
            randomness.LINK_PROMOTED,
            randomness.LINK_PROMOTER,
            randomness.DECISION,
        ),
        0,
    ),
    randomness.REPORT: 1,
    randomness.RECRUIT: 1,
}
# Events whose number is that of an operator; that of a decision may be another.
OF_OPERATORS: Final = frozenset(BROUGHT_BY) - {ev.OWN_APPEAL} | {ev.PUBLISH}


@dataclass(frozen=True, order=True)
class Event:
    """One event: its day, its kind (``engines.events``), and whom it is about.

    day: after the scenario's first.  operator: its number, -1 where it is about no operator.
    life: of its account at that moment.
    """

    day: float
    kind: int
    operator: int
    life: int


@dataclass
class Use:
    """What became of one draw.

    key: decision, operator, life and ordinal.  values: both uniform numbers.
    made: number of the event at which it was first asked for, -1 before all events.
    asked: day on which it was.
    day: on which what it decides falls (inf: never; None: it decides no time, or none was told).
    held: what it was held against, in order: number of the event, first or second value, threshold,
    and whether the value was below it.
    """

    key: Key
    values: tuple[float, float]
    made: int
    asked: float
    day: float | None = None
    held: list[tuple[int, int, float, bool]] = field(default_factory=list)


class _Drawn(float):
    """A draw that remembers what it is held against."""

    __slots__ = ("_of", "_scale", "_use", "_which")
    _of: Witness
    _use: Use
    _which: int
    _scale: float

    @classmethod
    def make(cls, value: float, of: Witness, use: Use, which: int, scale: float = 1.0) -> _Drawn:
        drawn = cls(value)
        drawn._of, drawn._use, drawn._which, drawn._scale = of, use, which, scale
        return drawn

    def _hold(self, other: Any, below: bool) -> bool:
        threshold = float(other) / self._scale if self._scale else math.nan
        self._use.held.append((self._of.number, self._which, threshold, below))
        self._of.trail.setdefault(self._of.number, []).append(self._use)
        return below

    def __lt__(self, other: Any) -> bool:
        return self._hold(other, bool(float(self) < other))

    def __ge__(self, other: Any) -> bool:
        return not self._hold(other, not float(self) >= other)

    def __mul__(self, other: Any) -> float:
        return self.make(float(self) * other, self._of, self._use, self._which, float(other))


class _Clock(reference.Clock):
    """A clock that knows which event it has come to, and whose witness it is."""

    priority = 0
    witness: Witness | None = None

    def at(self, day: float, kind: int, operator: int = 0) -> Any:
        """An event on a day, of which the draw that made it a team's is told."""
        if self.witness is not None and kind in _OF_A_TEAM:
            self.witness.reviewed(day, kind, operator)
        return super().at(day, kind, operator)

    def step(self) -> None:
        """The next event."""
        if self._queue:
            self.priority = self._queue[0][1]
        super().step()


class _Operator(reference.Operator):
    """An operator whose draws are remembered."""

    platform: Witness

    def draw(self, decision: int, ordinal: int = 0) -> tuple[float, float]:
        """Both numbers, which remember what they are held against."""
        w = self.platform
        key = (decision, self.number, self.account.life, ordinal)
        use = w.uses.get(key)
        if use is None:
            u, v = super().draw(decision, ordinal)
            use = w.uses[key] = Use(key, (float(u), float(v)), w.number, float(w.clock.now))
        w.last = use
        u, v = use.values
        which = HELD.get(decision)
        if which == 0:
            u = _Drawn.make(u, w, use, 0)
        elif which == 1:
            v = _Drawn.make(v, w, use, 1)
        return u, v

    def plan(self, day: float, kind: int, ordinal: int = 0) -> None:
        """What the last draw brings about, and when."""
        last = self.platform.last
        if last is not None and last.key[0] in BROUGHT_BY.get(kind, ()):
            last.day = day
            self.platform.planned[self.number, self.account.life, kind, day] = last
        super().plan(day, kind, ordinal)

    def next_account_day(self) -> float:
        """Which the draw of return decides."""
        w = self.platform
        day = super().next_account_day()
        use = w.uses.get((randomness.RETURN, self.number, self.account.life, 0))
        if use is not None:
            use.day = day
            w.planned[self.number, self.account.life + 1, ev.CREATE, day] = use
        return day


class Witness(reference.Platform):
    """One replication of one policy that is looked at event by event.

    uses: every draw of an operator so far, by key.  planned: the draw that brought an event about,
    by operator, life, kind and day.  trail: draws that were held against a threshold, by number of
    the event at which they were.
    """

    kind_of_clock = _Clock
    kind_of_operator = _Operator

    def __init__(self, parameters: Parameters, world: World, seed: int, replication: int) -> None:
        self.uses: dict[Key, Use] = {}
        self.planned: dict[tuple[int, int, int, float], Use] = {}
        self.trail: dict[int, list[Use]] = {}
        self.last: Use | None = None
        self.number = -1  # of the latest event
        self._told: list[Event] = []  # at this step of the clock
        self._counted = 0
        super().__init__(parameters, world, seed, replication)
        self.clock.witness = self  # type: ignore[attr-defined]

    @property
    def events(self) -> int:
        """Number of events so far."""
        return self._counted

    @events.setter
    def events(self, count: int) -> None:
        if count > 0:
            self._tell()
        self._counted = count

    def _tell(self) -> None:
        priority = self.clock.priority  # type: ignore[attr-defined]
        kind, number = priority >> 40, priority & _NUMBER
        operator, life = -1, -1
        if kind in OF_OPERATORS and number < len(self.operators):
            operator, life = number, self.operators[number].account.life
        self._told.append(Event(float(self.clock.now), kind, operator, life))
        self.number += 1

    def reviewed(self, day: float, kind: int, operator: int) -> None:
        """A team's review of an operator's account, or its suspension, will end on that day."""
        if self.team is None or operator >= len(self.operators):
            return
        one = self.operators[operator]
        use = self.uses.get((_OF_A_TEAM[kind], operator, one.account.life, one.rounds))
        # A number may also be that of an ordinary user, whose case is not this account's.
        if use is not None and (kind == ev.SUSPEND or one.account.review_started == self.clock.now):
            use.day = day

    def each_event(self) -> Iterator[Event]:
        """One event after another, each once it has happened, until the horizon."""
        horizon = self.clock.at(self.parameters.horizon, 0)
        while not horizon.processed:
            self.clock.step()
            told, self._told = self._told, []
            for event in told:
                yield replace(event, operator=-1, life=-1) if self._about_others(event) else event

    def _about_others(self, event: Event) -> bool:
        """Whether a reviewer's decision was on an ordinary user, whose number is no operator's."""
        if event.kind != ev.DECIDE or self.team is None or not self.team.cases:
            return False
        case = self.team.cases[-1]
        return case[5] == event.day and (case[0] < 0 or case[7] == 1)

    def brought_by(self, event: Event) -> list[Use]:
        """Draws that can have brought an event about, the likeliest first."""
        known = self.planned.get((event.operator, event.life, event.kind, event.day))
        if known is not None:
            return [known]
        found = []
        for decision in BROUGHT_BY.get(event.kind, ()):
            mine = [
                use
                for key, use in self.uses.items()
                if key[:3] == (decision, event.operator, event.life)
            ]
            found += mine[-1:]
        return found

    def handle(self, operator: int) -> str:
        """Name of an operator's latest account."""
        return self.operators[operator].account.handle


def witnessed(parameters: Parameters, world: World, seed: int, replication: int) -> Records:
    """A whole run with a witness: the same records as without (for tests)."""
    witness = Witness(parameters, world, seed, replication)
    for _ in witness.each_event():
        pass
    return witness.collect()


def first_unlike(one: World, other: World) -> list[str]:
    """Parts of two networks that are not the same, by name."""
    return [
        name
        for name in World._fields
        if not np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True)
    ]
