"""Platforms: what each of them shows, and all of them by what an impression there is worth."""

from __future__ import annotations

import numpy as np

from afterban.metrics.kernels import exposed_share
from afterban.metrics.metric import Metric
from afterban.metrics.register import gives
from afterban.metrics.run import Flags, Floats, Run, once, ratio


@once
def _here(run: Run) -> list[Flags]:
    """Of each named platform which accounts are on it."""
    return [run.accounts["platform"] == k for k in range(len(run.platforms))]


@once
def _seen(run: Run) -> Floats:
    """Outsider impressions of each operator on each named platform, ``[P, N]``."""
    seen = np.zeros((len(run.platforms), len(run.world.tier)))
    for k, here in enumerate(_here(run)):
        shown = run.accounts["outsider_impressions"][here]
        np.add.at(seen[k], run.accounts["operator"][here], shown)
    return seen


@gives(
    Metric(
        "outsider_impressions_on",
        "impressions",
        "count",
        "outsider impressions on a platform",
        "ordinary posts seen by outsiders on one platform since the start",
        -1,
        by_platform=True,
    )
)
def outsider_impressions_on(run: Run) -> Floats:
    """Each platform, ``[P]``."""
    return np.array([one.sum() for one in _seen(run)])


@gives(
    Metric(
        "worth_weighted_impressions",
        "impressions",
        "count",
        "outsider impressions by worth",
        "ordinary posts seen by outsiders on all platforms since the start, each counted as "
        "what an impression on its platform is worth (platforms.*.worth)",
        -1,
    )
)
def worth_weighted_impressions(run: Run) -> float:
    """Impressions."""
    a = run.records.accounts
    return float(run.p.platform_worth[a["platform"]] @ a["outsider_impressions"])


@gives(
    Metric(
        "worth_weighted_reach",
        "",
        "share",
        "effective reach by worth",
        "worth-weighted impressions divided by those of the world without enforcement, at the "
        "same worth",
        -1,
        ratio_of="worth_weighted_impressions",
    ),
    beside_twin=True,
)
def worth_weighted_reach(run: Run) -> float:
    """A share.  An arm may have another worth than the twin, whose impressions count at its own."""
    free = float(run.of_twin("worth_weighted_impressions")[0])
    if run.platforms:
        on = [run.of_twin(f"outsider_impressions_on.{one}")[0] for one in run.platforms]
        free = float(run.p.platform_worth @ np.array(on))
    return ratio(worth_weighted_impressions(run), free)


@gives(
    Metric(
        "reach_on",
        "people",
        "count",
        "reach on a platform",
        "distinct outsiders exposed on one platform since the start",
        -1,
        by_platform=True,
    )
)
def reach_on(run: Run) -> Floats:
    """Each platform, ``[P]``."""
    if not run.platforms:
        return np.zeros(0)
    audience = np.ascontiguousarray(run.world.audience[:, 1])
    shares = exposed_share(_seen(run), audience, float(run.p.outsiders))
    return np.array([run.p.outsiders * float(share) for share in shares[:-1]])


@gives(
    Metric(
        "live_accounts_on",
        "accounts",
        "count",
        "live accounts on a platform",
        "public accounts on one platform at the horizon",
        by_platform=True,
    )
)
def live_accounts_on(run: Run) -> Floats:
    """Each platform, ``[P]``."""
    live = ~run.suspended & run.was_public
    return np.array([(live & here).sum() for here in _here(run)], dtype=np.float64)
