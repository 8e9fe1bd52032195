"""Shares and values of metrics with their units, for answers that have no interval of chance.

Checked by ``tests/experiment/test_explore.py``.
"""

from __future__ import annotations

import math

from afterban.experiment.wording import time_text
from afterban.metrics import METRICS


def percent(share: float) -> str:
    """A share in percent; below 1 % and above 99 % with a decimal, unless it is all or none."""
    if not math.isfinite(share):
        return "–"
    digits = 1 if 0 < share < 0.0095 or 0.9905 < share < 1 else 0
    return f"{max(100 * share, 0.0):.{digits}f} %"


def amount(metric: str, value: float, difference: bool = False) -> str:
    """A value of a metric with its unit; a difference of shares in points."""
    if not math.isfinite(value):
        return "–"
    form = "share" if metric == "share" else METRICS[metric.partition(".")[0]].form
    if form == "share":
        return f"{100 * value:.3g} {'points' if difference else '%'}"
    if form == "time" and value > 0:
        return time_text(value)
    return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
