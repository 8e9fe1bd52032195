"""Targeting: the accounts that were suspended beside the others."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from afterban.metrics.metric import Metric
from afterban.metrics.register import gives
from afterban.metrics.run import Run, mean, once, ratio


@once
def _hit_and_left(run: Run) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Operators of accounts that are public when the evaluation begins: suspended later, or not."""
    gone = run.accounts["suspended_day"]
    end = np.where(np.isnan(gone), math.inf, gone)
    there = (run.accounts["public_day"] <= run.first) & (end >= run.first)
    operator = run.accounts["operator"]
    return operator[there & (end < math.inf)], operator[there & (end == math.inf)]


def _suspended_over_others(run: Run, value: npt.NDArray[Any]) -> float:
    """Ratio of the means of what each operator has."""
    hit, left = _hit_and_left(run)
    return ratio(mean(value[hit]), mean(value[left]))


@gives(
    Metric(
        "targeting_posts_ratio",
        "",
        "ratio",
        "posts, suspended over not suspended",
        "mean posts per day of accounts suspended in the evaluation period over that of others",
    )
)
def targeting_posts_ratio(run: Run) -> float:
    """Posts per day over posts per day."""
    return _suspended_over_others(run, run.world.posts)


@gives(
    Metric(
        "targeting_followers_ratio",
        "",
        "ratio",
        "followers, suspended over not suspended",
        "mean audience of accounts suspended in the evaluation period over that of others",
    )
)
def targeting_followers_ratio(run: Run) -> float:
    """People over people."""
    return _suspended_over_others(run, run.world.audience.sum(axis=1))


@gives(
    Metric(
        "targeting_reshares_ratio",
        "",
        "ratio",
        "in-network exposure, suspended over not suspended",
        "mean of posts times insider audience, which in-network reshares are taken to follow",
    )
)
def targeting_reshares_ratio(run: Run) -> float:
    """Posts times people over the same."""
    return _suspended_over_others(run, run.world.posts * run.world.audience[:, 0])


@gives(
    Metric(
        "targeting_links_ratio",
        "",
        "ratio",
        "in-network followers, suspended over not suspended",
        "mean number of operators that may promote the account",
    )
)
def targeting_links_ratio(run: Run) -> float:
    """Operators over operators."""
    return _suspended_over_others(run, np.diff(run.world.promoter_start))
