"""The cited figures of reach along the speed of action, each in the scenario of its own claim.

A scenario gets an arm for each speed: the median time from flag to suspension, of urgent cases too,
so that the account of a release and the official ones, which come first in the queue, are on the
same dial.  At each speed there are two intervals: of chance, as the claim is judged by it, and of
the assumptions, over the points of an ensemble on common random numbers.

Checked by ``tests/experiment/test_cited.py``.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from afterban.cells import as_written, csv_cell
from afterban.claims import Claim, by_replication, load
from afterban.experiment import ensemble
from afterban.experiment.replicate import simulate
from afterban.experiment.run import run
from afterban.experiment.spreads import BAND, quantiles
from afterban.files import fault_of, write_text
from afterban.parameters import AS_WRITTEN
from afterban.results import LEVEL
from afterban.scenario import Scenario
from afterban.statistics import Estimate
from afterban.units import parse_duration

# Row of `claims.yaml` for each figure: 50,000 -> 700, no official account, 27,000, 80 / 270, 2 : 1.
FIGURES = ("S12-share", "S11", "S15", "S10", "S5-voice")
SPEEDS = ("1h", "6h", "1d", "3d", "7d", "30d")  # the ends and the middle of `enforcement-speed`
SIGMA = 1.0  # of the lognormal law, as in `enforcement-speed`
DIGITS = 6


@dataclass(frozen=True)
class Place:
    """A figure at one speed.

    days: median time from flag to suspension; NaN where nobody is suspended.
    chance: of the scenario as written but for the speed, over replications.
    assumptions: median, 5 and 95 % points over the ensemble; n is the points at which it is told.
    """

    days: float
    chance: Estimate
    assumptions: Estimate


@dataclass(frozen=True)
class Line:
    """A figure along the dial; one place alone where there is no speed to turn."""

    claim: Claim
    points: int
    places: tuple[Place, ...]

    @property
    def has_speed(self) -> bool:
        """Whether it can be measured along the dial."""
        return all(math.isfinite(place.days) for place in self.places)

    @property
    def met(self) -> tuple[Place, ...]:
        """Where what is simulated counts as the figure, as the claim is judged."""
        return tuple(one for one in self.places if one.chance.n and self.claim.holds_at(one.chance))

    @property
    def reached(self) -> tuple[Place, ...]:
        """Where the band over the assumptions has a value that counts as the figure."""
        return tuple(
            one
            for one in self.places
            if one.assumptions.n and self.claim.meets(one.assumptions.low, one.assumptions.high)
        )


def dialled(scenario: Scenario, speeds: Sequence[str] = SPEEDS) -> Scenario:
    """The scenario with an arm for each speed, called by it: ``in-1h``."""
    arms = "\n".join(
        f"  in-{speed}: {{review: {{time_to_action: {law}, urgent_time_to_action: {law}}}}}"
        for speed in speeds
        for law in (f"{{lognormal: {{median: {speed}, sigma: {SIGMA}}}}}",)
    )
    text = (
        f"schema_version: 1\nname: {scenario.name}-by-speed\nextends: {scenario.name}\n"
        f"policies:\n{arms}\n"
    )
    made = Scenario.from_text(text)
    return made.with_changes({"replications": str(scenario.replications)})


def measure(
    claims: Sequence[Claim],
    root: Path | str = "results",
    *,
    speeds: Sequence[str] = SPEEDS,
    points: int = ensemble.POINTS,
    point_replications: int = 2,
    replications: int | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Line]:
    """Run what is not finished of some figures of one scenario along the dial, all in one.

    root: folder in which the ensemble is kept, so that what was stopped is continued.
    replications: of chance; the scenario's own if None.

    Raises AfterbanError as a sweep does.
    """
    (name,) = {claim.scenario for claim in claims}
    scenario = Scenario.from_yaml(str(name))
    if _suspends(scenario):
        scenario = dialled(scenario, speeds)
        arms = {f"in-{speed}": parse_duration(speed) for speed in speeds}
    else:
        arms = {AS_WRITTEN: math.nan}
    told = run(scenario, list(arms), replications=replications, workers=workers).values
    at = {
        (claim.id, arm): claim.model_copy(update={"policy": arm})
        for claim in claims
        for arm in arms
    }
    plan = ensemble.plan_of(
        scenario, list(at.values()), points=points, replications=point_replications
    )
    values = ensemble.values_of(scenario, plan, root, workers=workers, progress=progress)

    def place(claim: Claim, arm: str) -> Place:
        one = by_replication(at[claim.id, arm], told)
        assert one is not None
        over = [by_replication(at[claim.id, arm], here) for here in values]
        return Place(arms[arm], claim.estimate(one), _over(over, point_replications))

    return [Line(claim, len(values), tuple(place(claim, arm) for arm in arms)) for claim in claims]


def _suspends(scenario: Scenario) -> bool:
    """Whether anybody is suspended in the scenario, so that there is a speed to turn."""
    return simulate(scenario).metrics["suspensions"] > 0


def _over(values: Sequence[npt.NDArray[np.float64] | None], replications: int) -> Estimate:
    """Median with 5 and 95 % points of the means at the points that are told."""
    means = [
        float(there.mean())
        for one in values
        if one is not None and len(there := one[np.isfinite(one)]) > replications / 2
    ]
    if not means:
        return Estimate(math.nan, math.nan, math.nan, 0, 0.9, "told at no point")
    low, middle, high = quantiles(np.array(means), BAND)
    return Estimate(middle, low, high, len(means), 0.9, "over the assumptions")


# --- what is kept ---------------------------------------------------------------------------------

_COLUMNS = (
    *("claim", "days", "simulated", "chance_low", "chance_high", "replications"),
    *("median", "assumptions_low", "assumptions_high", "told", "points"),
)


def write(lines: Sequence[Line], path: Path) -> None:
    """Write the numbers of the picture, one row for each figure and speed."""
    stream = io.StringIO(newline="")
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(_COLUMNS)
    for line in lines:
        for place in line.places:
            a, b = place.chance, place.assumptions
            numbers = (a.value, a.low, a.high, a.n, b.value, b.low, b.high, b.n)
            # Speeds in full, so that an hour stays one.
            texts = [repr(place.days), *(f"{x:.{DIGITS}g}" for x in numbers)]
            texts = ["" if text == "nan" else text for text in texts]
            table.writerow([csv_cell(line.claim.id), *texts, line.points])
    write_text(path, stream.getvalue())


def read(path: Path) -> list[Line]:
    """The numbers of a picture, as they were written.

    Raises AfterbanError for a file that is damaged.
    """
    claims = {claim.id: claim for claim in load()}
    with fault_of(path, "make it anew with `python -m afterban.report.cited`"):
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
        found: dict[str, list[Place]] = {}
        points: dict[str, int] = {}
        for row in rows:
            x = {name: float(row[name] or math.nan) for name in _COLUMNS if name != "claim"}
            id_ = as_written(row["claim"])
            points[id_] = int(x["points"])
            ends = x["assumptions_low"], x["assumptions_high"]
            found.setdefault(id_, []).append(
                Place(
                    x["days"],
                    Estimate(
                        *(x["simulated"], x["chance_low"], x["chance_high"]),
                        *(int(x["replications"]), LEVEL, "chance"),
                    ),
                    Estimate(x["median"], *ends, int(x["told"]), 0.9, "over the assumptions"),
                )
            )
        return [Line(claims[id_], points[id_], tuple(one)) for id_, one in found.items()]
