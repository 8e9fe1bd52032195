"""An assumption: a value that is not well known, its range, and how an end is written."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from afterban.experiment.applying import Changes
from afterban.experiment.breakeven import time_text


@dataclass(frozen=True)
class Assumption:
    """A value that is not well known, with the range in which it lies.

    low, high: ends of the range, in the unit of ``text``.
    kind: ``published`` if the range is from the sources, ``assumed`` if nothing is published.
    why: where the range comes from, in a few words.
    changes: the values to change, from the scenario and an end.
    text: an end for people.
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

    def at(self, place: float) -> float:
        """The value at a place between 0 (the low end) and 1: factors and times by ratios."""
        if self.text in (factor_text, time_text) and self.low > 0:
            return self.low * math.exp(place * math.log(self.high / self.low))
        return self.low + place * (self.high - self.low)


def share_text(value: float) -> str:
    """A share, as a percentage."""
    return f"{100 * value:.3g} %"


def factor_text(value: float) -> str:
    """A factor on the value of the scenario."""
    return f"×{value:.2g}"


def every_text(value: float) -> str:
    """Days between one and the next."""
    return f"every {value:.3g} days"


def rate_text(value: float) -> str:
    """A rate per day."""
    return f"{value:.3g} a day"


def plain_text(value: float) -> str:
    """A number."""
    return f"{value:,.10g}"
