"""An assumption: a value that is not well known, its range, and how an end is written."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from afterban.experiment.applying import Changes
from afterban.language.laws import Distribution
from afterban.language.quantiles import quantile


@dataclass(frozen=True)
class Assumption:
    """A value that is not well known, with the range in which it lies.

    low, high: ends of the range, in the unit of ``text``; of a prior its 5 % and 95 % quantiles.
    kind: ``published`` if the range is from published sources, ``measured`` if it is from the
        scenario's own, ``assumed`` if nothing is.
    why: where the range comes from, in a few words.
    changes: the values to change, from the scenario and an end; None if it has none of them.  What
        is relative is so to the scenario that is given, which may be a thinned one.
    text: an end for people.
    centre: the scenario's own value, NaN if its paths have several.
    prior: the distribution of the value, if it has one.
    by_ratio: whether the range is walked through by ratios.
    paths: the values that it moves.
    """

    name: str
    label: str
    low: float
    high: float
    kind: str
    sources: tuple[str, ...]
    why: str
    changes: Changes
    text: Callable[[float], str]
    centre: float = math.nan
    prior: Distribution | None = None
    by_ratio: bool = False
    paths: tuple[str, ...] = ()

    def at(self, place: float) -> float:
        """The value at a place between 0 and 1: of a range from its low end, or a quantile.

        Factors, times and rates are walked through by ratios, all others evenly.
        """
        if self.prior is not None:
            return quantile(self.prior, place)
        if self.by_ratio and self.low > 0:
            return self.low * math.exp(place * math.log(self.high / self.low))
        return self.low + place * (self.high - self.low)


def share_text(value: float) -> str:
    """A share, as a percentage."""
    return f"{100 * value:.3g} %"


def factor_text(value: float) -> str:
    """A factor on the value of the scenario."""
    return f"×{value:.2g}"


def rate_text(value: float) -> str:
    """A rate per day."""
    return f"{value:.3g} a day"


def plain_text(value: float) -> str:
    """A number."""
    return f"{value:,.6g}"
