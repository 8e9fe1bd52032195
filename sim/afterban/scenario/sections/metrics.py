"""What is observed of a run."""

from __future__ import annotations

import datetime as dt

from afterban.language.fields import Section, param
from afterban.language.kinds import Count, Duration, Name, Share


class Metrics(Section):
    """What is observed, and when."""

    every: Duration = param(1.0, "step of the time series", unit="days")
    reach_window: Duration = param(7.0, "window in which reach is counted", unit="days")
    start: dt.date | None = param(
        None, "first day of the evaluation period; the start of the scenario if left out"
    )
    outsider_sample: Count = param(
        2000,
        "without effect, since reach is computed without a sample; read so that older files work",
        unit="people",
    )
    kept_accounts: Count | None = param(
        None, "replications of each arm whose account table is kept; all if left out"
    )
    kept_part: Share = param(
        0.5, "part of the first account's followers by which lineages are told apart"
    )
    traced_tier: Name | None = param(
        None, "tier whose most suspended operator is drawn life by life; the first tier if left out"
    )
