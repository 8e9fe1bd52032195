"""What a log says of one number: its value, interval, and whether the log can tell it at all."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

import numpy as np

from afterban.experiment.spreads import quantiles
from afterban.logs.bootstrap import Bootstrap
from afterban.logs.record import Floats, Integers

Tells = Literal["yes", "lower bound", "no"]
LEVEL: Final = 0.95
LEAST: Final = 10  # observations under which a log tells nothing of a number
# An interval that spans this much of what a share can be says little; of a positive number, its
# ends lie this far apart as a ratio.
WIDE_SHARE: Final = 0.8
WIDE_RATIO: Final = 10.0


@dataclass(frozen=True)
class Quantity:
    """One number of a log.

    key: the path of a scenario that it is the value of, or a name of its own.
    about: what it is, in words.  group: what it belongs to in a table.  unit: "" for a share.
    value, low, high: estimate and 95 % interval; nan where it is undefined.
    n: observations.  method: how.  dropped: what was left out, "" if nothing.
    tells: whether the log can tell it; why: reason if not, or what to keep in mind.
    draws: value at each draw of the bootstrap; empty where there is none.
    """

    key: str
    about: str
    group: str
    unit: str
    value: float
    low: float
    high: float
    n: int
    method: str
    dropped: str = ""
    tells: Tells = "yes"
    why: str = ""
    draws: Floats = field(default_factory=lambda: np.empty(0), repr=False)

    @property
    def is_known(self) -> bool:
        """Whether there is a number."""
        return math.isfinite(self.value)


def quantity(
    key: str,
    about: str,
    group: str,
    value: float,
    draws: Floats,
    n: int,
    method: str,
    unit: str = "",
    **more: Any,
) -> Quantity:
    """A quantity whose interval holds the middle 95 % of its draws.

    Says "no" where there are too few observations, or the interval spans nearly all there could be.
    """
    low, high = quantiles(draws, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    if more.get("tells", "yes") == "yes":
        if n < LEAST:
            more |= {"tells": "no", "why": f"{n} observations are too few"}
        elif unit == "" and low >= 0 and high <= 1 and high - low > WIDE_SHARE:
            more |= {"tells": "no", "why": "the interval spans nearly all that is possible"}
        elif unit and low > 0 and high / low > WIDE_RATIO:
            more |= {"tells": "no", "why": "the ends of the interval are a factor of ten apart"}
    return Quantity(
        key, about, group, unit, float(value), float(low), float(high), n, method,
        draws=draws, **more,
    )  # fmt: skip


def undefined(key: str, about: str, group: str, unit: str, why: str, n: int = 0) -> Quantity:
    """A quantity that the log says nothing of."""
    nan = math.nan
    return Quantity(key, about, group, unit, nan, nan, nan, n, "none", tells="no", why=why)


def share(
    key: str,
    about: str,
    group: str,
    yes: Any,
    lineage: Integers,
    boot: Bootstrap,
    method: str = "share, drawn by operator",
    **more: Any,
) -> Quantity:
    """A share of rows.  Where all or none are, the interval is Wilson's, which has both ends."""
    from afterban.statistics import wilson_interval

    n, count = len(yes), int(np.sum(yes))
    if n == 0:
        return undefined(key, about, group, "", "there is nothing in the log that it is a share of")
    p = count / n
    wilson = wilson_interval(count, n)
    if 0 < count < n:
        spread = sums((np.asarray(yes) - p) / (n * p * (1 - p)), lineage)
        logits = boot.moved(np.array([np.log(p / (1 - p))]), spread[:, None])[:, 0]
        draws = 1 / (1 + np.exp(-logits))
    else:
        # As likely as a beta law whose middle is Wilson's interval would have it, on one side.
        edge = wilson.high if count == 0 else 1 - wilson.low
        part = edge * np.abs(2 * boot.uniform() - 1) ** 3
        draws = part if count == 0 else 1 - part
    made = quantity(key, about, group, p, draws, n, method, **more)
    if 0 < count < n and min(count, n - count) >= LEAST:
        return made
    how = f"{method.partition(',')[0]}, Wilson"
    return replace(made, low=wilson.low, high=wilson.high, method=how)


def sums(values: Floats, lineage: Integers) -> Floats:
    """Sum of values of each lineage that has any, in the order of all lineages up to the last."""
    size = int(lineage.max()) + 1 if len(lineage) else 1
    return np.bincount(lineage, values, minlength=size).astype(np.float64)
