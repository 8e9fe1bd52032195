"""What metrics add up over operators and cases: by the compiled program where there is one.

Each function is that of its name in :mod:`afterban.mechanisms`, which says what it means, takes its
place where there is no program, and gives the same bytes (``tests/unit/test_metrics_in_c.py``).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from afterban.core import can_run, core
from afterban.core.kernels import call
from afterban.mechanisms import absence, handles, mistakes, reach

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_OF_EACH = 64  # bytes of memory for an operator or case, and more for a table


def exposed_share(impressions: Floats, audience: Floats, population: float) -> Floats:
    """See :func:`afterban.mechanisms.reach.exposed_share`."""
    if not can_run():
        return reach.exposed_share(impressions, audience, population)
    given = {
        "impressions": impressions,
        "audience": audience,
        "population": population,
        "windows": len(impressions),
    }
    room = (1 << 16) + _OF_EACH * (len(audience) + len(impressions))
    return call(core(), "exposed_share", given, room)["shares"]


def wrongly_suspended(
    decided: Floats,
    channel: Integers,
    number: Integers,
    heard: Floats,
    horizon: float,
    mistake: float,
    appeal: float,
    success: float,
    hears: bool,
    reinstatement: Floats,
    action_delay: Floats,
    wave_every: float,
    seed: int,
    replication: int,
) -> tuple[Floats, Floats]:
    """See :func:`afterban.mechanisms.mistakes.wrongly_suspended`."""
    given = {
        "decided": decided,
        "channel": channel,
        "number": number,
        "heard": heard,
        "horizon": horizon,
        "mistake": mistake,
        "appeal": appeal,
        "success": success,
        "hears": hears,
        "reinstatement": reinstatement,
        "action_delay": action_delay,
        "wave_every": wave_every,
        "seed": seed,
        "replication": replication,
    }
    if not can_run():
        return mistakes.wrongly_suspended(**given)  # type: ignore[arg-type]  # the names are its
    told = call(core(), "wrongly_suspended", given, (1 << 12) + _OF_EACH * len(decided))
    return told["days"], told["after"]


def follower_days_spared(
    rows: Floats,
    born: Floats,
    discover: Floats,
    first: float,
    horizon: float,
    starts: Floats,
    factors: Floats,
    tier: Integers,
) -> Floats:
    """See :func:`afterban.mechanisms.absence.follower_days_spared`."""
    given = {
        "rows": rows,
        "born": born,
        "discover": discover,
        "first": first,
        "horizon": horizon,
        "starts": starts,
        "factors": factors,
        "tier": tier,
    }
    if not can_run():
        return absence.follower_days_spared(**given)  # type: ignore[arg-type]  # the names are its
    none = dict.fromkeys(("operator", "public", "suspended"), np.empty(0))
    return _follower_days({**given, **none, "posts": np.empty(len(tier))})["spared"]


def follower_days_away(
    rows: Floats,
    operator: npt.NDArray[np.int32],
    public: Floats,
    suspended: Floats,
    posts: Floats,
    discover: Floats,
    first: float,
    horizon: float,
    starts: Floats,
    factors: Floats,
    tier: Integers,
) -> float:
    """See :func:`afterban.mechanisms.absence.follower_days_away`."""
    given = {
        "rows": rows,
        "operator": operator,
        "public": public,
        "suspended": suspended,
        "posts": posts,
        "discover": discover,
        "first": first,
        "horizon": horizon,
        "starts": starts,
        "factors": factors,
        "tier": tier,
    }
    if not can_run():
        return absence.follower_days_away(**given)  # type: ignore[arg-type]  # the names are its
    return float(_follower_days({**given, "born": np.full(len(tier), np.nan)})["away"][0])


def _follower_days(given: dict[str, object]) -> dict[str, Floats]:
    """Both kernels in one: of nobody that was born, and of no accounts, it adds nothing up."""
    room = (1 << 12) + _OF_EACH * len(given["tier"])  # type: ignore[arg-type]  # a table
    return call(core(), "follower_days", given, room)


def ordinary_handles(
    seed: int,
    replication: int,
    first: int,
    count: int,
    operators: int,
    namesakes: float,
    topic_names: float,
) -> npt.NDArray[np.uint8]:
    """See :func:`afterban.mechanisms.handles.ordinary_handles`."""
    given = {
        "seed": seed,
        "replication": replication,
        "first": first,
        "count": count,
        "operators": operators,
        "namesakes": namesakes,
        "topic_names": topic_names,
    }
    if not can_run():
        return handles.ordinary_handles(**given)  # type: ignore[arg-type]  # the names are its
    told = call(core(), "handles", given, (1 << 12) + handles.ROW * count)
    return told["handles"].reshape(count, handles.ROW)
