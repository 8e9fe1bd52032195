"""New operators who join by themselves."""

from __future__ import annotations

import datetime as dt

from pydantic import model_validator

from afterban.language.fields import Section, param
from afterban.language.kinds import Name, Rate


class TierArrivals(Section):
    """How often new operators join one tier."""

    rate: Rate = param(
        ...,
        "new operators of this tier who make their first account, with followers still to find",
        unit="operators per day",
    )


class ArrivalRegime(Section):
    """Arrivals from a date on; tiers that are left out keep their rate."""

    from_: dt.date = param(..., "first day of the regime", alias="from")
    tiers: dict[Name, TierArrivals] = param(dict, "see arrivals.tiers")


class Arrivals(Section):
    """New operators who join by themselves, whatever the network's reach."""

    tiers: dict[Name, TierArrivals] = param(..., "tiers that new operators join")
    regimes: list[ArrivalRegime] = param(list, "changes of the rates on dates")

    @model_validator(mode="after")
    def _somebody_joins(self) -> Arrivals:
        if not self.tiers:
            raise ValueError("no tier has arrivals; name one, or remove the section")
        return self
