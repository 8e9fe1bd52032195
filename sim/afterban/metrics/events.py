"""The work of the engine."""

from __future__ import annotations

from afterban.metrics.metric import Metric
from afterban.metrics.register import gives
from afterban.metrics.run import Run


@gives(Metric("events", "events", "count", "events", "events that the engine processed"))
def events(run: Run) -> float:
    """Events."""
    return float(run.records.events)
