"""What a metric is: a named quantity with its unit, its form and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

OWN: Final = "own"  # before the name of a user's own metric, as in `own.back_within_a_day`

# What kind of number a metric is; from it follow percent, digits and axes wherever it is shown.
# share: part of a whole, told in percent.  ratio: quotient of two counts, seldom whole.  count: of
# accounts, people, impressions, hours.  time: days.  rate: per day.
Form: TypeAlias = Literal["share", "ratio", "count", "time", "rate"]


@dataclass(frozen=True)
class Metric:
    """A named quantity.  ``by_tier`` ones are also written ``name.tier``, ``by_channel`` ones
    ``name.channel`` (a key of ``CHANNELS``), ``by_platform`` ones only ``name.platform``.
    """

    name: str
    unit: str
    form: Form
    label: str
    meaning: str
    better: int = 0  # -1 if less of it is what a defender wants, +1 if more, 0 if neither
    by_tier: bool = False
    by_platform: bool = False
    by_channel: bool = False
    whole: bool = True  # whether a number for all tiers together is measured too
    ratio_of: str = ""  # the metric that it divides by that of the world without enforcement
    after: str = ""  # the metric that it follows in tables; if empty, the one declared before it

    @property
    def column(self) -> str:
        """Name with its unit, for table headings."""
        return self.name if not self.unit else f"{self.name}_{self.unit.replace(' ', '_')}"
