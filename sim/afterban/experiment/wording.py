"""Numbers, times and names of metrics in words, as the answers to questions have them.

Checked by ``tests/experiment/test_compare.py``.
"""

from __future__ import annotations

import math

from afterban.metrics import METRICS
from afterban.statistics import Estimate


def label(metric: str) -> str:
    """A metric's name for people, such as "effective reach (official)"."""
    name, _, tier = metric.partition(".")
    return METRICS[name].label + (f" ({tier})" if tier else "")


def decimals(half_width: float) -> int:
    """Decimals for a number of this uncertainty: up to its first digit, one more for a 1."""
    if not math.isfinite(half_width) or half_width <= 0:
        return 3
    exponent = math.floor(math.log10(half_width))
    first = half_width / 10.0**exponent
    return min(max(0, -exponent + (1 if first < 2 else 0)), 12)


def number(value: float, digits: int) -> str:
    """A number with that many decimals, thousands apart and a true minus sign."""
    if not math.isfinite(value):
        return "–" if math.isnan(value) else f"{'−' if value < 0 else ''}∞"
    text = f"{value:,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text = text.removeprefix("-")
    return text.replace("-", "−")


def interval(estimate: Estimate, *, signed: bool = False) -> str:
    """An estimate as ``0.12 [0.10, 0.14]``."""
    digits = decimals(estimate.half_width)
    text = number(estimate.value, digits)
    if signed and estimate.value > 0 and not text.startswith("+"):
        text = "+" + text
    if math.isnan(estimate.low):
        return text
    return f"{text} [{number(estimate.low, digits)}, {number(estimate.high, digits)}]"


def time_text(days: float) -> str:
    """A time with two or three digits in the unit that suits it, such as ``14.3 h``."""
    if math.isinf(days):
        return "never"
    for unit, length in (("d", 1.0), ("h", 1 / 24), ("min", 1 / 1440), ("s", 1 / 86400)):
        size = days / length
        if size >= (2 if unit == "d" else 1) or unit == "s":
            break
    return f"{size:.3g} {unit}"
