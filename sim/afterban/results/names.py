"""Names of files and tables of results, and what their columns are of."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from afterban.mechanisms import census
from afterban.mechanisms.detection import CHANNELS

Floats = npt.NDArray[np.float64]

LEVEL = 0.95
EVERYBODY = "all"  # the row of a time series that adds up all tiers
RESOLVED = "scenario.resolved.yaml"
ACCOUNTS = "accounts.parquet"
TABLES = (
    *("summary.csv", "replications.csv", "timeseries.csv", "survival.csv", "lives.csv"),
    ACCOUNTS,
)
OWN_SOURCES = "own_sources"  # key of the manifest: of the user's own metrics and rules, by name
ONLY_PLATFORM = "main"  # what it is called where the scenario names none

KINDS_OF_FLAGS = ("right", "wrong", "cleared")
# Column of timeseries.csv -> column of the census, or None where it is worked out.
SERIES: Mapping[str, int | None] = {
    "live_accounts": census.LIVE,
    "attached_insiders_people": census.ATTACHED_INSIDERS,
    "attached_outsiders_people": census.ATTACHED_OUTSIDERS,
    "attached_insiders_share": None,
    "attached_outsiders_share": None,
    "followers_per_live_account_people": None,
    "insider_impressions_so_far": census.INSIDER_IMPRESSIONS,
    "outsider_impressions_so_far": census.OUTSIDER_IMPRESSIONS,
    "outsider_impressions_of_all_posts_so_far": census.ALL_OUTSIDER_IMPRESSIONS,
    "posts_so_far": census.POSTS,
    "rebuild_posts_so_far": census.REBUILD_POSTS,
    "accounts_made_so_far": census.CREATED,
    "accounts_suspended_so_far": census.SUSPENDED,
    "accounts_under_review": census.UNDER_REVIEW,
    "backlog_cases": None,
    "operators_arrived_so_far": None,
    **dict.fromkeys(f"{kind}_flags_so_far" for kind in KINDS_OF_FLAGS),
    **dict.fromkeys(
        f"{kind}_flags_{channel}_so_far" for kind in KINDS_OF_FLAGS for channel in CHANNELS[1:]
    ),
}
SHARES = {
    "attached_insiders_share": (census.ATTACHED_INSIDERS, 0),
    "attached_outsiders_share": (census.ATTACHED_OUTSIDERS, 1),
}
PER_LIVE_ACCOUNT = "followers_per_live_account_people"
AT_A_GLANCE = (  # metrics of the ten lines of a repr
    *("effective_reach", "effective_reached", "effective_weekly_reach"),
    *("suspensions", "creations", "replacement_ratio", "account_life_median"),
)
# Ages at which survival is told: from a minute on, in equal steps of the logarithm.
AGES: Floats = np.concatenate(([0.0], np.geomspace(1e-3, 1e4, 281)))
