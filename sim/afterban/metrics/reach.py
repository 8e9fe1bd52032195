"""Reach: how often the network's posts are seen, by how many, and beside the untouched network."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from afterban.engines.records import Records
from afterban.mechanisms import census as c
from afterban.metrics.kernels import exposed_share
from afterban.metrics.metric import Metric
from afterban.metrics.register import gives
from afterban.metrics.run import Floats, Run, once, ratio
from afterban.parameters import Parameters
from afterban.world import cut_audiences

RECENT: Final = 30.0  # days


# --- beside the world without enforcement ---------------------------------------------------------


@gives(
    Metric(
        "effective_reach",
        "",
        "share",
        "effective reach",
        "outsider impressions divided by those of the same world without enforcement",
        -1,
        by_tier=True,
        ratio_of="outsider_impressions",
    ),
    beside_twin=True,
)
def effective_reach(run: Run) -> Floats:
    """The whole and each tier, ``[1 + K]``."""
    return run.beside_twin("outsider_impressions", outsider_impressions(run))


@gives(
    Metric(
        "recent_effective_reach",
        "",
        "share",
        "effective reach of the last 30 days",
        "the same for the last 30 days of the run, the whole of a shorter one: what is left "
        "once the start is behind",
        -1,
        by_tier=True,
        ratio_of="recent_outsider_impressions",
    ),
    beside_twin=True,
)
def recent_effective_reach(run: Run) -> Floats:
    """The whole and each tier, ``[1 + K]``."""
    return run.beside_twin("recent_outsider_impressions", recent_outsider_impressions(run))


@gives(
    Metric(
        "effective_reach_trend",
        "",
        "share",
        "change of effective reach over the last 60 days",
        "effective reach of the last 30 days relative to that of the 30 before, less one; "
        "undefined for a run of less than 60 days",
    ),
    beside_twin=True,
)
def effective_reach_trend(run: Run) -> float:
    """A share, 0 if nothing changed."""
    before = run.beside_twin("earlier_outsider_impressions", earlier_outsider_impressions(run))
    return ratio(float(recent_effective_reach(run)[0]), float(before[0])) - 1.0


@gives(
    Metric(
        "effective_reached",
        "",
        "share",
        "people reached, relative",
        "distinct outsiders exposed at least once in the evaluation period, divided by those "
        "of the world without enforcement",
        -1,
        ratio_of="reach",
    ),
    beside_twin=True,
)
def effective_reached(run: Run) -> Floats:
    """The whole, ``[1]``."""
    return run.beside_twin("reach", reach(run))


@gives(
    Metric(
        "effective_weekly_reach",
        "",
        "share",
        "effective weekly reach",
        "outsiders exposed per window, divided by those of the world without enforcement",
        -1,
        ratio_of="reach_per_window",
    ),
    beside_twin=True,
)
def effective_weekly_reach(run: Run) -> Floats:
    """The whole, ``[1]``."""
    return run.beside_twin("reach_per_window", reach_per_window(run))


# --- impressions ----------------------------------------------------------------------------------


@gives(
    Metric(
        "outsider_impressions",
        "impressions",
        "count",
        "outsider impressions",
        "ordinary posts seen by outsiders in the evaluation period",
        -1,
        by_tier=True,
    )
)
def outsider_impressions(run: Run) -> Floats:
    """The whole and each tier, ``[1 + K]``."""
    of_operator = run.records.window_impressions.sum(axis=0)
    tiers = [of_operator[run.world.tier == k].sum() for k in range(len(run.tiers))]
    return np.array([of_operator.sum(), *tiers])


@gives(
    Metric(
        "recent_outsider_impressions",
        "impressions",
        "count",
        "outsider impressions of the last 30 days",
        "ordinary posts seen by outsiders in the last 30 days",
        -1,
        by_tier=True,
    )
)
def recent_outsider_impressions(run: Run) -> Floats:
    """The whole and each tier, ``[1 + K]``."""
    recent, _ = _recent(run)
    return np.array([recent.sum(), *recent])


@gives(
    Metric(
        "earlier_outsider_impressions",
        "impressions",
        "count",
        "outsider impressions of the 30 days before",
        "ordinary posts seen by outsiders from 60 to 30 days before the end",
        -1,
    )
)
def earlier_outsider_impressions(run: Run) -> float:
    """Impressions; nan for a run of less than 60 days."""
    _, earlier = _recent(run)
    return float(earlier.sum())


@once
def _recent(run: Run) -> Floats:
    return recent_impressions(run.p, run.records)


def recent_impressions(p: Parameters, records: Records) -> Floats:
    """Outsider impressions by tier in the last 30 days and in the 30 days before, ``[2, K]``.

    From the cumulative series, linear between its days.  NaN where the run is too short; the last
    30 days of a shorter run are all of it.
    """
    seen = records.series[:, :, c.OUTSIDER_IMPRESSIONS]
    days = np.maximum(p.horizon - RECENT * np.arange(3), 0.0)
    at = np.array([[np.interp(day, p.grid, one) for one in seen.T] for day in days])
    if p.horizon < 2 * RECENT:
        at[2] = math.nan
    spent: Floats = at[:-1] - at[1:]
    return spent


@gives(
    Metric(
        "impressions",
        "impressions",
        "count",
        "impressions",
        "ordinary posts seen by anybody since the start",
        -1,
    )
)
def impressions(run: Run) -> float:
    """Impressions of insiders and outsiders."""
    last = run.records.series[-1]
    return float(last[:, c.INSIDER_IMPRESSIONS].sum() + last[:, c.OUTSIDER_IMPRESSIONS].sum())


# --- people ---------------------------------------------------------------------------------------


@once
def _exposed(run: Run) -> Floats:
    """Share of the outsiders exposed in each window, and in all of them, ``[windows + 1]``."""
    return np.asarray(
        exposed_share(
            np.ascontiguousarray(run.records.window_impressions),
            np.ascontiguousarray(run.world.audience[:, 1]),
            float(run.p.outsiders),
        )
    )


@gives(
    Metric(
        "reach_per_window",
        "people",
        "count",
        "reach per window",
        "distinct outsiders exposed at least once in a window, mean over windows",
        -1,
    )
)
def reach_per_window(run: Run) -> float:
    """People; a last window that the horizon cut short counts for as much of one as it is."""
    lengths = np.diff(run.p.windows)
    return run.p.outsiders * float(np.average(_exposed(run)[:-1], weights=lengths))


@gives(
    Metric(
        "reach",
        "people",
        "count",
        "reach",
        "distinct outsiders exposed in the evaluation period",
        -1,
    )
)
def reach(run: Run) -> float:
    """People."""
    return run.p.outsiders * float(_exposed(run)[-1])


@gives(
    Metric(
        "frequency",
        "impressions per person",
        "ratio",
        "frequency",
        "outsider impressions per person reached in the evaluation period",
    )
)
def frequency(run: Run) -> float:
    """Impressions per person."""
    return ratio(float(outsider_impressions(run)[0]), reach(run))


@gives(
    Metric(
        "audiences_cut",
        "operators",
        "count",
        "audiences cut off",
        "operators whose audience was drawn larger than `exposure.outsiders`, and cut there",
    )
)
def audiences_cut(run: Run) -> float:
    """Operators."""
    return float(cut_audiences(run.p, run.world))


# --- posts ----------------------------------------------------------------------------------------


@once
def _posts(run: Run) -> tuple[float, float]:
    """Posts since the start, and those of rebuilding among them."""
    last = run.records.series[-1]
    return float(last[:, c.POSTS].sum()), float(last[:, c.REBUILD_POSTS].sum())


def _until_the_evaluation(run: Run, column: int) -> float:
    """A cumulative column of the census, all tiers, on the day that the evaluation begins."""
    whole = run.records.series[:, :, column].sum(axis=1)
    return float(np.interp(run.p.windows[0], run.p.grid, whole))


@gives(
    Metric(
        "rebuild_effort",
        "",
        "share",
        "rebuild effort",
        "share of posts spent on re-announcing and on promoting others in the evaluation period",
        +1,
    )
)
def rebuild_effort(run: Run) -> float:
    """A share."""
    posts, rebuilding = _posts(run)
    rebuilding -= _until_the_evaluation(run, c.REBUILD_POSTS)
    return ratio(rebuilding, posts - _until_the_evaluation(run, c.POSTS))


@gives(
    Metric(
        "posts_made",
        "posts",
        "count",
        "posts",
        "posts of the network since the start, those of rebuilding too",
        -1,
    )
)
def posts_made(run: Run) -> float:
    """Posts."""
    posts, _ = _posts(run)
    return posts


@gives(
    Metric(
        "ordinary_posts",
        "posts",
        "count",
        "ordinary posts",
        "posts of the network since the start that neither re-announce nor promote",
        -1,
    )
)
def ordinary_posts(run: Run) -> float:
    """Posts."""
    posts, rebuilding = _posts(run)
    return posts - rebuilding


@gives(
    Metric(
        "outsider_impressions_of_all_posts",
        "impressions",
        "count",
        "outsider impressions of all posts",
        "posts seen by outsiders in the evaluation period, those of rebuilding too",
        -1,
    )
)
def outsider_impressions_of_all_posts(run: Run) -> float:
    """Impressions."""
    seen = run.records.series[:, :, c.ALL_OUTSIDER_IMPRESSIONS].sum(axis=1)
    return float(seen[-1]) - _until_the_evaluation(run, c.ALL_OUTSIDER_IMPRESSIONS)


@gives(
    Metric(
        "effective_reach_of_all_posts",
        "",
        "share",
        "effective reach of all posts",
        "the same, divided by those of the world without enforcement: effective reach as if a "
        "post that re-announces or promotes said something",
        -1,
        ratio_of="outsider_impressions_of_all_posts",
    ),
    beside_twin=True,
)
def effective_reach_of_all_posts(run: Run) -> Floats:
    """The whole, ``[1]``."""
    name = "outsider_impressions_of_all_posts"
    return run.beside_twin(name, outsider_impressions_of_all_posts(run))
