"""Accounts: how many are suspended and made anew, who comes back, and with how many followers."""

from __future__ import annotations

import math

import numpy as np

from afterban.mechanisms import detection
from afterban.metrics.metric import Metric
from afterban.metrics.register import gives
from afterban.metrics.run import Flags, Floats, Run, finite, mean, median, once, ratio, ratios
from afterban.statistics import kaplan_meier

# --- suspensions and creations --------------------------------------------------------------------


@gives(
    Metric("suspensions", "accounts", "count", "suspensions", "accounts suspended since the start")
)
def suspensions(run: Run) -> float:
    """Accounts."""
    return float(run.suspended.sum())


@gives(
    Metric(
        "struck",
        "accounts",
        "count",
        "suspended by campaigns",
        "accounts that campaigns suspended, since the start",
    )
)
def struck(run: Run) -> float:
    """Accounts."""
    return float(run.records.struck.sum())


@gives(
    Metric(
        "creations",
        "accounts",
        "count",
        "creations",
        "accounts made after the start, first ones left out",
        by_tier=True,
    )
)
def creations(run: Run) -> Floats:
    """The whole and each tier, ``[1 + K]``."""
    tiers = np.bincount(run.tier[run.later], minlength=len(run.tiers))
    return np.array([run.later.sum(), *tiers], dtype=np.float64)


@once
def _counted(run: Run) -> Flags:
    """Whether each account was suspended in the evaluation period."""
    return np.asarray(run.suspended & (run.accounts["suspended_day"] >= run.first))


@gives(
    Metric(
        "suspensions_per_day",
        "per day",
        "rate",
        "suspensions per day",
        "accounts suspended per day of the evaluation period",
    )
)
def suspensions_per_day(run: Run) -> float:
    """Per day."""
    return float(_counted(run).sum()) / (run.p.horizon - run.first)


@gives(
    Metric(
        "suspension_hazard",
        "per account-day",
        "rate",
        "suspension hazard",
        "suspensions in the evaluation period per day that an account was public",
    )
)
def suspension_hazard(run: Run) -> float:
    """Per account-day."""
    since = np.maximum(run.accounts["public_day"], run.first)
    days = np.where(run.was_public, np.maximum(run.end - since, 0.0), 0.0)
    return ratio(float((_counted(run) & run.was_public).sum()), float(days.sum()))


@gives(
    Metric(
        "replacement_ratio",
        "",
        "ratio",
        "replacement ratio",
        "accounts made per account suspended",
    )
)
def replacement_ratio(run: Run) -> float:
    """Accounts per account."""
    return ratio(float(creations(run)[0]), suspensions(run))


# --- followers from one account to the next -------------------------------------------------------


@gives(
    Metric(
        "regeneration_number",
        "",
        "ratio",
        "regeneration number",
        "followers at the end of a successor per follower of its predecessor",
        -1,
        by_tier=True,
    )
)
def regeneration_number(run: Run) -> Floats:
    """The whole and each tier, ``[1 + K]``."""
    heirs = [run.successors[part[run.successors]] for part in run.parts]
    return ratios(
        np.array([run.followers[rows].sum() for rows in heirs]),
        np.array([run.followers[rows - 1].sum() for rows in heirs]),
    )


@gives(
    Metric(
        "regained_status",
        "",
        "ratio",
        "regained status",
        "followers at the end of later accounts per follower of the operator's first account",
        -1,
        by_tier=True,
    )
)
def regained_status(run: Run) -> Floats:
    """The whole and each tier, ``[1 + K]``."""
    of_first = np.full(len(run.world.tier), math.nan)
    opened = run.accounts["life"] == 1
    of_first[run.accounts["operator"][opened]] = run.followers[opened]
    heirs = [run.successors[part[run.successors]] for part in run.parts]
    return ratios(
        np.array([run.followers[rows].sum() for rows in heirs]),
        np.array([of_first[run.accounts["operator"][rows]].sum() for rows in heirs]),
    )


# --- lives and returns ----------------------------------------------------------------------------


@gives(
    Metric(
        "lives_per_operator",
        "lives",
        "ratio",
        "lives per operator",
        "mean number of accounts that an operator had",
    )
)
def lives_per_operator(run: Run) -> float:
    """Lives."""
    return mean(run.lives[run.lives > 0])


@gives(
    Metric("most_lives", "lives", "count", "most lives", "accounts of the operator that had most")
)
def most_lives(run: Run) -> float:
    """Lives."""
    return float(run.lives.max()) if (run.lives > 0).any() else math.nan


@gives(
    Metric(
        "return_share",
        "",
        "share",
        "return share",
        "suspended lives that were followed by another before the end",
        by_tier=True,
    )
)
def return_share(run: Run) -> Floats:
    """The whole and each tier, ``[1 + K]``."""
    back = [run.parts[k][run.successors].sum() for k in range(len(run.parts))]
    gone = [(run.suspended & part).sum() for part in run.parts]
    return ratios(np.array(back, dtype=np.float64), np.array(gone, dtype=np.float64))


@gives(
    Metric(
        "return_delay_median",
        "days",
        "time",
        "return delay",
        "median time from a suspension to the next account, among those that came",
    )
)
def return_delay_median(run: Run) -> float:
    """Days."""
    made = run.accounts["created_day"][run.successors]
    return median(made - run.accounts["suspended_day"][run.successors - 1])


@gives(
    Metric(
        "near_identical_share",
        "",
        "share",
        "near-identical handles",
        "successors within the near-identical edit distance of their predecessor",
    )
)
def near_identical_share(run: Run) -> float:
    """A share."""
    return mean(run.accounts["edit_distance"][run.successors] <= run.p.near_edits)


@gives(
    Metric(
        "threats_after_suspension",
        "",
        "share",
        "threats that follow a suspension",
        "of the accounts that were last flagged for a threat, those of operators who had come "
        "back after a suspension",
        after="handle_matched_share",
    )
)
def threats_after_suspension(run: Run) -> float:
    """A share."""
    threatened = run.accounts["channel"] == detection.THREATENED
    return mean(run.accounts["life"][threatened] > 1)


# --- at the end of a life -------------------------------------------------------------------------


@gives(
    Metric(
        "account_life_median",
        "days",
        "time",
        "account life",
        "median life of accounts made after the start (Kaplan-Meier)",
        after="waiting_share",
    )
)
def account_life_median(run: Run) -> float:
    """Days."""
    made = run.was_public & run.later
    if not made.any():
        return math.nan
    days = (run.end - run.accounts["public_day"])[made]
    return finite(kaplan_meier(days, run.suspended[made]).median().value)


@gives(
    Metric(
        "suspended_share",
        "",
        "share",
        "operators ever suspended",
        "share of operators with at least one suspension",
        by_tier=True,
        after="mean_live_accounts",
    )
)
def suspended_share(run: Run) -> Floats:
    """The whole and each tier, ``[1 + K]``."""
    ever = np.unique(run.accounts["operator"][run.suspended])
    there = run.lives > 0
    gone, size = [len(ever)], [there.sum()]
    for k in range(len(run.tiers)):
        gone.append(int((run.world.tier[ever] == k).sum()))
        size.append((there & (run.world.tier == k)).sum())
    return ratios(np.array(gone, dtype=np.float64), np.array(size, dtype=np.float64))


@gives(
    Metric(
        "followers_at_termination",
        "people",
        "count",
        "followers at termination",
        "mean followers of accounts when they were suspended after having been public",
        by_tier=True,
        after="targeting_links_ratio",
    )
)
def followers_at_termination(run: Run) -> Floats:
    """The whole and each tier, ``[1 + K]``."""
    ended = run.suspended & run.was_public
    return run.means(run.followers, ended)


@gives(
    Metric(
        "most_followers",
        "people",
        "count",
        "most followers",
        "followers of the largest account there ever was",
        -1,
        by_tier=True,
        after="followers_at_termination",
    )
)
def most_followers(run: Run) -> Floats:
    """The whole and each tier, ``[1 + K]``."""
    parts = [run.followers[part] for part in run.parts]
    return np.array([of.max() if len(of) else math.nan for of in parts])


@gives(
    Metric(
        "public_until_termination",
        "days",
        "time",
        "public until termination",
        "mean time that suspended accounts had been public",
        by_tier=True,
        after="most_followers",
    )
)
def public_until_termination(run: Run) -> Floats:
    """The whole and each tier, ``[1 + K]``."""
    ended = run.suspended & run.was_public
    days = run.end - run.accounts["public_day"]
    return run.means(days, ended)
