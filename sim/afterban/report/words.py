"""Numbers and verdicts in plain words: shares in percent, times in the unit that suits them.

A number has as many digits as its interval allows, and no more.

Checked by ``tests/report/test_words.py``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from afterban.experiment.wording import label
from afterban.metrics import metric_of
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT
from afterban.statistics import Estimate

if TYPE_CHECKING:
    from afterban.experiment.difference import Difference

SHORT_UNITS = {"days": "d", "hours": "h"}
_NAMES = {AS_WRITTEN: "as written", WITHOUT_ENFORCEMENT: "no enforcement"}
_MILLION = 1e6


def arm_name(policy: str) -> str:
    """An arm for people."""
    return _NAMES.get(policy, policy)


def noun(policy: str) -> str:
    """An arm as something that others are compared with."""
    return "the scenario as written" if policy == AS_WRITTEN else quoted(policy)


def quoted(policy: str) -> str:
    """An arm as the way in which accounts are suspended: ``as written``, ``“faster”``."""
    return _NAMES.get(policy, f"“{policy}”")


def joined(parts: Iterable[str], last: str = "and") -> str:
    """Words in a row: ``a, b and c``."""
    words = list(parts)
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def several(count: int, word: str) -> str:
    """A count with its word: ``1 replication``, ``5 replications``."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def heading(metric: str) -> str:
    """A metric's name for a table, with its unit unless each value is told with one."""
    one, name = metric_of(metric), label(metric)
    told = one.unit and one.form != "time" and not name.endswith(one.unit)
    return f"{name}, {one.unit}" if told else name


def is_share(metric: str) -> bool:
    """Whether a metric is told in percent."""
    return metric_of(metric).form == "share"


def rounded(value: float, half_width: float = math.nan, *, signed: bool = False) -> str:
    """A number up to the first uncertain digit (one more if that is a 1); three digits if none."""
    if not math.isfinite(value):
        return "–" if math.isnan(value) else f"{'−' if value < 0 else ''}∞"
    sure = math.isfinite(half_width) and half_width > 0
    size = half_width if sure else abs(value)
    if size == 0:
        return "0"
    exponent = math.floor(math.log10(size) + 1e-12)
    if sure:
        places = -exponent + (1 if size / 10.0**exponent < 2 else 0)
    else:
        places = 2 - exponent
        # 100 rather than 100.0: digits that are all nought tell nothing here.
        while places > 0 and abs(round(value, places) - round(value, places - 1)) < 1e-12:
            places -= 1
    places = min(places, 12)
    text = f"{round(value, places):,.{max(0, places)}f}"
    if float(text.replace(",", "")) == 0:
        text = text.removeprefix("-")
    if signed and value > 0 and not text.startswith("+"):
        text = "+" + text
    return text.replace("-", "−")


def _scale(metric: str, value: float, half_width: float) -> tuple[float, str]:
    """Factor and unit in which a value of a metric is told."""
    if is_share(metric):
        return 100.0, "%"
    unit = metric_of(metric).unit
    size = max(abs(value), 0.0 if math.isnan(half_width) else abs(half_width))
    if unit == "days" and size > 0:
        for name, length in (("d", 1.0), ("h", 1 / 24), ("min", 1 / 1440)):
            if size >= (2 if name == "d" else 1) * length or name == "min":
                return 1 / length, name
    if unit in ("people", "impressions", "accounts") and size >= _MILLION:
        return 1 / _MILLION, "million"
    return 1.0, SHORT_UNITS.get(unit, "" if unit == "accounts" else unit)


def _spread(metric: str, value: float, half_width: float) -> float:
    """Uncertainty that decides the digits of a scaled value.

    Percentages are told to the unit at least, and decimals stop at three digits in all.
    """
    if is_share(metric):
        half_width = min(half_width, 9.0)
    if half_width > 0 and math.isfinite(value) and value != 0:
        third = math.floor(math.log10(abs(value)) + 1e-12) - 2
        half_width = max(half_width, 2 * 10.0 ** min(third, 0))
    return half_width


def value_text(metric: str, e: Estimate) -> str:
    """A value with its unit: ``47 %``, ``14 h``, ``1.24 million``."""
    if e.n == 0 or math.isnan(e.value):
        return "–"
    factor, unit = _scale(metric, e.value, e.half_width)
    text = rounded(e.value * factor, _spread(metric, e.value * factor, e.half_width * factor))
    return f"{text} {unit}" if unit in ("%", "d", "h", "min", "million") else text


def interval_text(metric: str, e: Estimate) -> str:
    """The interval in the unit of :func:`value_text`: ``40 to 55``; empty if there is none."""
    if e.n == 0 or math.isnan(e.low):
        return ""
    factor, _ = _scale(metric, e.value, e.half_width)
    half = _spread(metric, e.value * factor, e.half_width * factor)
    if e.low == e.high:
        return ""
    return f"{rounded(e.low * factor, half)} to {rounded(e.high * factor, half)}"


def interval_words(metric: str, e: Estimate) -> str:
    """The interval for a table: ``40 to 55``, or why there is none."""
    if e.n == 0:
        return "undefined"
    if math.isnan(e.low):
        return "n = 1: no interval"
    return interval_text(metric, e) or "no spread"


def relative_text(difference: Difference) -> str:
    """A difference relative to the baseline: ``−9.8 %``; empty where there is nothing to divide by.

    Differences in points shrink with the horizon, relative ones hardly do.
    """
    base, e = difference.control.value, difference.estimate
    if not (math.isfinite(base) and base > 0 and math.isfinite(e.value)):
        return ""
    return f"{rounded(100 * e.value / base, 100 * e.half_width / base, signed=True)} %"


def both(metric: str, e: Estimate) -> str:
    """Value and interval: ``47 % (40 to 55)``."""
    inside = interval_text(metric, e)
    return f"{value_text(metric, e)} ({inside})" if inside else value_text(metric, e)


def change_text(metric: str, e: Estimate) -> str:
    """A difference with its sign: ``−2.4 points (−4.3 to −0.6)``."""
    if e.n == 0 or math.isnan(e.value):
        return "–"
    factor, unit = _scale(metric, e.value, e.half_width)
    unit = "points" if unit == "%" else unit
    half = _spread(metric, e.value * factor, e.half_width * factor)
    # An end that is not zero must not look like it: whether zero is left out is the verdict.
    ends = [x * factor for x in (e.low, e.high) if math.isfinite(x) and x != 0]
    if half > 0 and not e.low <= 0 <= e.high:
        while any(float(rounded(x, half).replace(",", "").replace("−", "-")) == 0 for x in ends):
            half /= 10
    text = rounded(e.value * factor, half, signed=True)
    inside = ""
    if not math.isnan(e.low) and e.low != e.high:
        inside = f"{rounded(e.low * factor, half)} to {rounded(e.high * factor, half)}"
    shown = f"{text} {unit}" if unit in ("points", "d", "h", "min", "million") else text
    return f"{shown} ({inside})" if inside else shown


def swung_text(metric: str, what: str, e: Estimate) -> str:
    """A value of what a ranking follows, with its interval: a metric, or a difference of arms.

    what: the difference in words, "" if it is the metric itself.
    """
    return change_text(metric, e) if what else both(metric, e)


def size_text(metric: str, e: Estimate) -> str:
    """A difference without its sign: ``2.4 percentage points (0.6 to 4.3)``."""
    ends = sorted((abs(e.low), abs(e.high)))
    turned = Estimate(abs(e.value), ends[0], ends[1], e.n, e.level, e.method)
    text = change_text(metric, turned).removeprefix("+")
    return text.replace(" points", " percentage points")


def sign_of(difference: Difference) -> str:
    """``same``, ``less``, ``more`` or ``unclear``."""
    if difference.same:
        return "same"
    if difference.distinguishable:
        return "less" if difference.estimate.value < 0 else "more"
    return "unclear"


def unclear_text(difference: Difference) -> str:
    """That the difference of two arms is not distinguishable from zero, and what it would take."""
    e = difference.estimate
    text = (
        f"{noun(difference.policy)} and {noun(difference.baseline)} in {label(difference.metric)}"
    )
    if math.isnan(e.low):
        return f"{text}: one replication gives no interval"
    text += f": {change_text(difference.metric, e)}, {several(e.n, 'replication')}"
    if difference.needed is not None:
        more = max(1, difference.needed - e.n)
        text += f"; about {several(more, 'more replication')} would tell"
    return text


def percent(level: float) -> str:
    """A level: ``95 %``."""
    return f"{100 * level:g} %"


__all__ = [
    "arm_name",
    "both",
    "change_text",
    "heading",
    "interval_text",
    "interval_words",
    "is_share",
    "joined",
    "noun",
    "percent",
    "quoted",
    "relative_text",
    "rounded",
    "several",
    "sign_of",
    "size_text",
    "swung_text",
    "unclear_text",
    "value_text",
]
