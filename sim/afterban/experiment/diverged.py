"""The answer to where two runs part, in words and in numbers.

Checked by ``tests/experiment/test_diverge.py``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from afterban.errors import listed
from afterban.experiment.answer import Answer

if TYPE_CHECKING:
    import pandas as pd

    from afterban.report.figures import Figure

MOST_SETTINGS: Final = 6  # that are told in words; all of them stand in the data


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


def _day(day: float | None) -> str:
    if day is None:
        return "no time"
    return "never" if day == math.inf else f"day {day:.6g}"


def _value(value: float | None) -> str:
    return "none" if value is None else f"{value:.6f}"
