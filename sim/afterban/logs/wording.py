"""Estimates in words."""

from __future__ import annotations

import math

from afterban.experiment.wording import time_text
from afterban.logs.estimates import Quantity
from afterban.units import format_number

COUNTED = "counted"


def value_text(q: Quantity, value: float | None = None) -> str:
    """A value in its unit, for people."""
    x = q.value if value is None else value
    if math.isnan(x):
        return "undefined"
    if q.unit == "days":
        return time_text(x)
    if q.unit == "":
        return f"{100 * x:.3g} %"
    if q.unit == "operators":
        return f"{x:,.0f}"
    if q.unit == "per day" and 0 < x < 0.5:
        return f"{format_number(float(f'{x:.3g}'))} per day"
    return f"{x:,.3g} {q.unit}"


def interval_text(q: Quantity) -> str:
    """The interval of a quantity, for people."""
    if math.isnan(q.low) or math.isnan(q.high):
        return "no interval"
    if q.low == q.high:
        return COUNTED if q.method == COUNTED else "given"
    return f"{value_text(q, q.low)} to {value_text(q, q.high)}"


def verdict(q: Quantity) -> str:
    """Whether the log can tell it, and what to keep in mind."""
    return f"{q.tells}: {q.why}" if q.why else q.tells
