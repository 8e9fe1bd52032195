"""Worlds whose parameters are known, and logs of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from afterban.logs import writing
from afterban.scenario import Scenario

POSTS = 2.0


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


def worlds(count: int, seed: int = 5) -> list[World]:
    """Worlds with parameters all over what is plausible, and logs of 2,000 to 20,000 rows."""
    made = []
    draw = np.random.default_rng(seed)
    for number in range(count):

        def within(low: float, high: float, digits: int = 3) -> float:
            return float(f"{draw.uniform(low, high):.{digits}g}")

        probability = within(0.3, 0.9)
        made.append(
            World(
                number,
                operators=int(draw.integers(900, 4500)),
                days=int(draw.integers(150, 400)),
                links=within(0.1, 0.5),
                probability=probability,
                fatigue=within(0.7, 1.0),
                delay=("lognormal", within(0.3, 8), within(0.8, 1.8))
                if number % 2
                else ("weibull", within(0.5, 10), within(0.5, 1.5)),
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
        )
    return made
