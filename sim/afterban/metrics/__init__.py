"""What is measured in one replication: named numbers with units, the same for every engine.

A metric is declared on the sum that makes it (:mod:`afterban.metrics.register`), in the file of its
subject.  One that is undefined in a replication (a median of no lives, a tier that was never
suspended) is NaN, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from afterban.engines.records import Records
from afterban.metrics import (
    accounts,
    counterspeech,
    events,
    flags,
    joining,
    lineages,
    look_alikes,
    losses,
    mistakes,
    network,
    parts_of_life,
    platforms,
    reach,
    review,
    targeting,
    time_to_action,
)
from afterban.metrics.flags import flags_by_day
from afterban.metrics.metric import OWN, Form, Metric
from afterban.metrics.reach import RECENT, recent_impressions
from afterban.metrics.register import REGISTER
from afterban.metrics.review import waits
from afterban.metrics.run import Run
from afterban.parameters import Parameters
from afterban.world import World

__all__ = [
    "METRICS",
    "OWN",
    "RATIOS",
    "RECENT",
    "ROOMS",
    "Form",
    "Metric",
    "flags_by_day",
    "measure",
    "metric_of",
    "recent_impressions",
    "waits",
]

# The files in the order of tables; within one, metrics stand as they are declared.
ROOMS: Final = (
    reach,
    lineages,
    losses,
    accounts,
    time_to_action,
    parts_of_life,
    network,
    targeting,
    review,
    mistakes,
    flags,
    look_alikes,
    counterspeech,
    joining,
    platforms,
    events,
)
REGISTER.arrange([room.__name__ for room in ROOMS])
METRICS: Mapping[str, Metric] = REGISTER

# What the twin's own metrics are needed for: ratio -> the metric that it is the ratio of.
RATIOS: Mapping[str, str] = {
    name: metric.ratio_of for name, metric in METRICS.items() if metric.ratio_of
}


def metric_of(name: str) -> Metric:
    """The metric of a name such as ``reach`` or ``live_accounts.official``; KeyError if none."""
    base, dot, part = name.partition(".")
    if base == OWN and part:
        return Metric(OWN, "", "ratio", part.replace("_", " "), "a metric of the user's own")
    metric = METRICS[base]
    if bool(dot) and not (metric.by_tier or metric.by_platform or metric.by_channel):
        raise KeyError(name)
    return metric


def measure(
    parameters: Parameters,
    world: World,
    records: Records,
    tiers: Sequence[str],
    seed: int,
    replication: int,
    twin: Mapping[str, float] | None = None,
    platforms: Sequence[str] = (),
) -> dict[str, float]:
    """All metrics of one replication, in the order of :data:`METRICS`, parts after the whole.

    tiers: names of the tiers, in order.
    platforms: names of the platforms, in order; none if the scenario has only one, unnamed.
    twin: metrics of the same replication without enforcement, for effective reach; without them
        what needs them is left out.

    Raises TypeError, with its name, for a metric that is declared and not made, or made and not
    declared.
    """
    run = Run(parameters, world, records, tuple(tiers), tuple(platforms), seed, replication, twin)
    told: dict[str, dict[str, float]] = {}
    for made in REGISTER.sums:
        if twin is not None or not made.beside_twin:
            told |= made.told(run)
    return {name: value for metric in METRICS for name, value in told.get(metric, {}).items()}
