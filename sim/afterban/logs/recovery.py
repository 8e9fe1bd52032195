"""Whether a fit gets the truth back: worlds whose parameters are known, their logs, and fits.

``python -m afterban.logs.recovery`` makes the table of the validation page.

Checked by ``tests/logs/test_recovery.py``.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from afterban import randomness
from afterban.logs import lineages, reading, returning, writing
from afterban.logs.estimates import LEVEL
from afterban.logs.fit import fit
from afterban.scenario import Scenario

LOG_WORLD: Final = 123  # a decision of draws, see `afterban.randomness`: parameters of a world
FALSE_ALARM: Final = 1e-3
POSTS: Final = 2.0


@dataclass(frozen=True)
class World:
    """Parameters of a world, and what is wrong with its log.

    links: share of the links that are missing.
    """

    number: int
    operators: int
    days: int
    links: float
    probability: float
    fatigue: float
    delay: tuple[str, float, float]  # law, median or scale in days, sigma or shape
    watch: float
    classifier: float
    action: tuple[float, float]  # median in days, sigma
    near: float
    one: float
    refollow: float
    forget: float
    lost: float
    unrelated: float
    arrivals: float

    @property
    def scenario(self) -> Scenario:
        """The scenario of it."""
        name, first, second = self.delay
        law = (
            {"lognormal": {"median": f"{first} d", "sigma": second}}
            if name == "lognormal"
            else {"weibull": {"scale": f"{first} d", "shape": second}}
        )
        changes = {
            "horizon": f"{self.days} days",
            "seed": 1000 + self.number,
            "tiers.one.count": self.operators,
            "tiers.one.watched": f"{self.watch} per day",
            "detection.classifier": f"{self.classifier} per post",
            "returning.probability": self.probability,
            "returning.fatigue": self.fatigue,
            "returning.delay": law,
            "review.time_to_action": {
                "lognormal": {"median": f"{self.action[0]} d", "sigma": self.action[1]}
            },
            "handles.near_identical": self.near,
            "handles.edits.one": self.one,
            "handles.edits.two": round(1 - self.one, 6),
            "audience.refollow_outsiders": f"{self.refollow} per day",
            "audience.forget_outsiders": f"{self.forget} per day",
            "audience.lost_outsiders": self.lost,
            "audience.recognition.unrelated": self.unrelated,
        }
        if self.arrivals:
            changes["arrivals"] = {"tiers": {"one": {"rate": f"{self.arrivals} per day"}}}
        return Scenario.from_text(PLAIN).with_changes(changes)

    @property
    def truth(self) -> dict[str, float]:
        """What a fit should find, by the keys of its estimates."""
        name, first, second = self.delay
        median = first if name == "lognormal" else first * np.log(2) ** (1 / second)
        found = {
            "returning.probability": self.probability,
            "returning.fatigue": self.fatigue,
            "returning.delay": median,
            "hazard.watch": self.watch,
            "hazard.classifier": self.classifier * POSTS,
            "review.time_to_action": self.action[0],
            "handles.near_identical": self.near,
            "handles.edits.one": self.one,
            "audience.refollow_outsiders": self.refollow,
            "audience.forget_outsiders": self.forget,
            "audience.lost_outsiders": self.lost,
            "audience.recognition.unrelated": self.unrelated,
        }
        return found | ({"arrivals": self.arrivals} if self.arrivals else {})

    def log(self, path: Path, mess: writing.Mess | None = None) -> Path:
        """Write the log of a run of it, and the plain scenario beside it."""
        path.with_name("plain.yaml").write_text(PLAIN)
        accounts, scenario = writing.accounts_of("", lambda _: self.scenario)
        mess = mess or writing.Mess(links=self.links)
        table = writing.log_of(accounts, scenario.start, mess, seed=self.number + 1)
        writing.write(path, table)
        return path


PLAIN = """\
schema_version: 1
name: plain
start: 2024-01-01
horizon: 200 days
seed: 1
tiers:
  one:
    count: 500
    audience: {lognormal: {median: 3000, sigma: 0.8}}
    insider_share: 0
    posts: 2 per day
    degree: 0
    watched: 0.02 per day
detection: {reports: 0, classifier: 0.002 per post}
promotion: {posts: 0}
audience: {discover_outsiders: 0, discover_insiders: 0}
returning: {rebuilding: {share: 0}}
handles: {edits: {one: 0.4, two: 0.6}}
"""


class _Drawn:
    """Uniform numbers of a world, one after another."""

    def __init__(self, seed: int, number: int) -> None:
        self._key = seed, number
        self._count = 0

    def within(self, low: float, high: float) -> float:
        """A number of three digits between two."""
        seed, number = self._key
        self._count += 1
        u, _ = randomness.uniforms(seed, 0, LOG_WORLD, number, 0, self._count)
        return float(f"{low + (high - low) * u:.3g}")


def worlds(count: int, seed: int = 5) -> list[World]:
    """Worlds with parameters all over what is plausible, and logs of 2,000 to 20,000 rows."""
    return [_world(number, _Drawn(seed, number)) for number in range(count)]


def _world(number: int, drawn: _Drawn) -> World:
    within = drawn.within
    lognormal = ("lognormal", within(0.3, 8), within(0.8, 1.8))
    weibull = ("weibull", within(0.5, 10), within(0.5, 1.5))
    return World(
        number,
        operators=int(within(900, 4500)),
        days=int(within(150, 400)),
        links=within(0.1, 0.5),
        probability=within(0.3, 0.9),
        fatigue=within(0.7, 1.0),
        delay=lognormal if number % 2 else weibull,
        watch=within(0.008, 0.04),
        classifier=within(0.001, 0.008),
        action=(within(0.1, 4), within(0.5, 1.5)),
        near=within(0.2, 0.9),
        one=within(0.2, 0.8),
        refollow=within(0.02, 0.3),
        forget=within(0.02, 0.15),
        lost=within(0.05, 0.4),
        unrelated=within(0.2, 0.8),
        arrivals=within(1.0, 5.0) if number % 3 == 0 else 0.0,
    )


@dataclass(frozen=True)
class Interval:
    """An interval of one quantity in one world.  low, high: its ends."""

    world: int
    key: str
    truth: float
    value: float
    low: float
    high: float

    @property
    def holds(self) -> bool:
        """Whether the truth lies within."""
        return self.low <= self.truth <= self.high


@dataclass(frozen=True)
class Recovered:
    """What came of one world.  counted: links over suspensions, beside that with every link."""

    world: World
    rows: int
    counted: float
    intervals: tuple[Interval, ...]


@dataclass(frozen=True)
class Recovery:
    """What came of all worlds."""

    worlds: tuple[Recovered, ...]

    @property
    def intervals(self) -> int:
        """How many intervals there are."""
        return sum(len(one.intervals) for one in self.worlds)

    @property
    def held(self) -> int:
        """How many of them hold the truth."""
        return sum(interval.holds for one in self.worlds for interval in one.intervals)

    @property
    def by_hand(self) -> float:
        """Counted return over that with every link, beside the share of links found; mean."""
        return float(np.mean([one.counted / (1 - one.world.links) for one in self.worlds]))

    def by_key(self) -> dict[str, tuple[int, int]]:
        """Quantity -> how many intervals hold the truth, of how many."""
        found: dict[str, tuple[int, int]] = {}
        for one in self.worlds:
            for interval in one.intervals:
                held, of = found.get(interval.key, (0, 0))
                found[interval.key] = held + interval.holds, of + 1
        return found

    def table(self) -> str:
        """The table of the validation page."""
        low, high = bound(self.intervals)
        rows = [f"| `{key}` | {held} of {of} |" for key, (held, of) in self.by_key().items()]
        total = f"| all | {self.held} of {self.intervals} ({self.held / self.intervals:.1%}) |"
        told = (
            f"Bounds at a false alarm of {FALSE_ALARM:g}: {low} to {high} of {self.intervals}. "
            f"Counted return, beside what it is with every link and the share of links that is "
            f"there: {self.by_hand:.3f} times."
        )
        return "\n".join(
            ["| estimate | intervals that hold the truth |", "|---|---|", *rows, total, "", told]
        )


def bound(intervals: int, false_alarm: float = FALSE_ALARM) -> tuple[int, int]:
    """How many of so many independent 95 % intervals hold the truth, but for a false alarm."""
    from scipy import stats

    law = stats.binom(intervals, LEVEL)
    return int(law.ppf(false_alarm / 2)), int(law.isf(false_alarm / 2))


def recover(count: int, folder: Path, seed: int = 5) -> Recovery:
    """Write a log of each of so many worlds into a folder, and fit it with its recall given."""
    return Recovery(tuple(_recovered(world, folder) for world in worlds(count, seed)))


def _recovered(world: World, folder: Path) -> Recovered:
    path = world.log(folder / f"world-{world.number}.csv")
    found = fit(path, path.with_name("plain.yaml"), linkage_recall=1 - world.links)
    whole = reading.read(world.log(folder / "whole.csv", writing.Mess()))
    every = returning.suspensions_of(whole, lineages.of(whole))
    assert found.found.returns is not None
    counted = returning.by_hand(found.found.returns.suspensions) / returning.by_hand(every)
    intervals = []
    for key, truth in world.truth.items():
        q = found.found.quantity(key)
        if q is not None and q.is_known:
            intervals.append(Interval(world.number, key, truth, q.value, q.low, q.high))
    return Recovered(world, len(found.log), counted, tuple(intervals))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        asked = int(sys.argv[1]) if len(sys.argv) > 1 else 20
        sys.stdout.write(recover(asked, Path(made)).table() + "\n")
