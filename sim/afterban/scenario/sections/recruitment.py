"""Outsiders who become operators."""

from __future__ import annotations

from afterban.language.fields import Section, param
from afterban.language.kinds import Count, Name, PerImpression
from afterban.language.laws import DurationDistribution, exponential


class Recruitment(Section):
    """Outsiders who see enough become operators themselves."""

    per_impression: PerImpression = param(
        ..., "new operators for each outsider impression", unit="per impression"
    )
    tier: Name = param(..., "tier that new operators belong to")
    delay: DurationDistribution = param(
        exponential(14.0), "time from being won over to the first account", unit="days"
    )
    most: Count = param(..., "new operators at most, a bound on the run's size", unit="operators")
