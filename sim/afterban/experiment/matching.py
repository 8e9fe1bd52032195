"""Handle matching: what each threshold finds among successors, and whom else it hits.

:func:`match_curve` measures the matcher alone, on a large corpus of ordinary handles.
:func:`trade_off` runs the arms of a scenario that differ in the threshold, where look-alikes are
counted against the handles that are suspended in the run itself.

Checked by ``tests/unit/test_matching.py`` and ``tests/analytic/test_matching.py``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from afterban.engines import EngineName
from afterban.experiment.replicate import Outcome, replicate
from afterban.mechanisms import handles
from afterban.mechanisms.matching import first_match
from afterban.metrics.kernels import ordinary_handles
from afterban.parameters import AS_WRITTEN, Parameters, near_links
from afterban.scenario import Scenario
from afterban.scenario.sections.handles import Handles
from afterban.statistics import Estimate, mean_interval, wilson_interval

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

USUAL_LINKS = near_links(Handles())

THRESHOLDS = tuple(range(9))  # unrelated names are about nine edits apart, as in L42
CORPUS = 100_000
SUSPENDED = 3000


@dataclass(frozen=True)
class MatchPoint:
    """What one threshold on the edit distance finds.

    recall: share of successors within the threshold of the handle that was suspended last, which
        is what the simulation counts.
    recall_any: share within the threshold of any suspended handle, by luck too.
    false_matches: share of ordinary handles within the threshold of any suspended handle.
    look_alikes: how many handles of the corpus those are.
    """

    threshold: int
    recall: Estimate
    recall_any: Estimate
    false_matches: Estimate
    look_alikes: int


@dataclass(frozen=True)
class MatchCurve:
    """Thresholds in rising order, and what they were measured on.

    Successors of one operator share a name, so the intervals of recall, which count each as
    independent, are a little narrow; ordinary handles are independent of each other.
    """

    points: tuple[MatchPoint, ...]
    corpus: int
    suspended: int
    successors: int

    def at(self, threshold: int) -> MatchPoint:
        """The point of one threshold; KeyError if it was not measured."""
        for point in self.points:
            if point.threshold == threshold:
                return point
        raise KeyError(threshold)


def match_curve(
    scenario: Scenario,
    corpus: int = CORPUS,
    suspended: int = SUSPENDED,
    thresholds: Sequence[int] = THRESHOLDS,
    *,
    policy: str = AS_WRITTEN,
    seed: int | None = None,
    replication: int = 0,
) -> MatchCurve:
    """Measure the matcher on synthetic handles of a scenario, without running it.

    corpus: ordinary handles.  suspended: suspended ones, one of each operator before the second of
        any.  Both 1 or more; ValueError otherwise, and for a scenario without ordinary users.
    """
    p = Parameters.from_scenario(scenario, policy)
    if corpus < 1 or suspended < 1:
        raise ValueError(f"{corpus} ordinary and {suspended} suspended handles; take 1 or more")
    if p.ordinary_sample == 0:
        raise ValueError("the scenario has no ordinary users (detection.handle_match.ordinary)")
    seed = scenario.seed if seed is None else seed
    levels = sorted(set(thresholds))
    operators = int(p.tier_count.sum())
    old, new = successions(seed, replication, operators, suspended, p.near_identical, p.near_links)
    apart = np.array(
        [handles.edit_distance(one, other) for one, other in zip(old, new, strict=True)]
    )
    gone = handles.texts(old)
    # Only what was suspended before it can give a successor away.
    by_luck = first_match(handles.texts(new), gone, levels) <= np.arange(suspended)
    users = ordinary_handles(
        seed, replication, 0, corpus, operators, p.ordinary_namesakes, p.ordinary_topic_names
    )
    hit = first_match(handles.texts(users), gone, levels) < suspended
    points = []
    for k, threshold in enumerate(levels):
        look_alikes = int(hit[k].sum())
        points.append(
            MatchPoint(
                threshold,
                wilson_interval(int((apart <= threshold).sum()), suspended),
                wilson_interval(int(by_luck[k].sum()), suspended),
                wilson_interval(look_alikes, corpus),
                look_alikes,
            )
        )
    return MatchCurve(tuple(points), corpus, suspended, suspended)


def successions(
    seed: int,
    replication: int,
    operators: int,
    count: int,
    near_identical: float,
    links: Floats = USUAL_LINKS,
) -> tuple[Bytes, Bytes]:
    """Handles that were suspended and those that came after them, two arrays ``[count, ROW]``.

    Life by life: the first handles of all operators come before the second of any.
    links: shares of near-identical links (``Parameters.near_links``).
    """
    old = np.zeros((count, handles.ROW), dtype=np.uint8)
    new = np.zeros_like(old)
    for k in range(count):
        life, operator = divmod(k, operators)
        if life == 0:
            handles.base_handle(seed, replication, operator, old[k])
        else:
            old[k] = new[k - operators]
        handles.next_handle(
            seed, replication, operator, life + 2, near_identical, links, old[k], new[k]
        )
    return old, new


# --- thresholds as arms ---------------------------------------------------------------------------


@dataclass(frozen=True)
class TradeOff:
    """One arm: how much reach is left, and what it costs.

    per_100k: look-alikes flagged per 100,000 new accounts of ordinary users.
    """

    policy: str
    threshold: int
    near_identical: float
    effective_reach: Estimate
    matched: Estimate
    look_alikes: Estimate
    suspended: Estimate
    per_100k: Estimate


def trade_off(
    scenario: Scenario,
    policies: Sequence[str] | None = None,
    *,
    replications: int | None = None,
    engine: EngineName | None = None,
    workers: int | None = None,
) -> list[TradeOff]:
    """Run the arms of a scenario (all if None), and weigh reach against look-alikes."""
    names = [AS_WRITTEN, *scenario.policies] if policies is None else list(policies)
    runs = list(
        replicate(scenario, names, replications=replications, engine=engine, workers=workers)
    )
    return weigh(scenario, names, runs)


def weigh(
    scenario: Scenario, policies: Sequence[str], runs: Sequence[Sequence[Outcome]]
) -> list[TradeOff]:
    """The same from outcomes that are there already: ``runs[replication][policy]``."""
    rows = []
    for k, policy in enumerate(policies):
        arm = scenario.arm(policy)

        def mean(metric: str, times: float = 1.0, k: int = k) -> Estimate:
            return mean_interval([times * outcomes[k].metrics[metric] for outcomes in runs])

        rows.append(
            TradeOff(
                policy,
                arm.detection.handle_match.edits,
                arm.handles.near_identical,
                mean("effective_reach"),
                mean("handle_matched_share"),
                mean("look_alikes_flagged"),
                mean("look_alikes_suspended"),
                mean("look_alike_share", 1e5),
            )
        )
    return rows


def worth_it(rows: Sequence[TradeOff]) -> list[tuple[TradeOff, float]]:
    """The arms that are best at some price of a look-alike, and the price up to which each is.

    With price c, effective reach + c × look-alikes per 100,000 is to be small.  The lower convex
    hull of the two: the arm with most look-alikes first, which is best while they cost less than
    the price beside it.  The last one's price is infinite.
    """
    points = sorted(rows, key=lambda row: (row.per_100k.value, row.effective_reach.value))
    hull: list[TradeOff] = []
    for row in points:
        if hull and row.effective_reach.value >= hull[-1].effective_reach.value:
            continue  # costs more and leaves no less
        while len(hull) > 1 and _gain(hull[-1], row) >= _gain(hull[-2], hull[-1]):
            hull.pop()
        hull.append(row)
    return [
        (row, math.inf if k == 0 else _gain(hull[k - 1], row))
        for k, row in reversed(list(enumerate(hull)))
    ]


def _gain(cheap: TradeOff, dear: TradeOff) -> float:
    """Effective reach that each further look-alike per 100,000 takes away."""
    less = cheap.effective_reach.value - dear.effective_reach.value
    more = dear.per_100k.value - cheap.per_100k.value
    return less / more if more > 0.0 else math.inf
