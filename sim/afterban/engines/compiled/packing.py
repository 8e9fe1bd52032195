"""Parameters as the compiled engine holds them: records, whose fields cost one look-up each."""

from __future__ import annotations

from typing import Any, Final, get_type_hints

import numpy as np
import numpy.typing as npt

from afterban import channels
from afterban.channels import RATES
from afterban.engines import events as ev
from afterban.mechanisms import handles
from afterban.mechanisms.distributions import ROW
from afterban.parameters import Parameters

Table = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

_TYPES: Final = {float: np.float64, int: np.int64, bool: np.int64}
_SEGMENTS: Final = ("overlap", "discover", "lost")
_LAWS: Final = (
    "promotion_delay",
    "scan_time",
    "link_scan_time",
    "retaliation_delay",
    "recruit_delay",
    "service_time",
    "action_delay",
    "spare_delay",
    "filing",
)

# All single numbers of a run, and the arrays among its parameters that always have one shape.
SETTINGS: Final = np.dtype(
    [("seed", np.int64), ("replication", np.int64)]
    + [(name, _TYPES[kind]) for name, kind in get_type_hints(Parameters).items() if kind in _TYPES]
    + [(name, np.float64, 2) for name in _SEGMENTS]
    + [("near_links", np.float64, handles.LINKS)]
    + [(name, np.float64, ROW) for name in _LAWS]
)

TIER: Final = np.dtype(
    [
        ("promotes", np.float64),
        ("moves", np.float64),
        ("platform", np.int64),
        ("returns", np.float64),
        ("report_weight", np.float64),
        ("exposure", np.float64, len(channels.HAZARDS)),
        ("created_day", np.float64),
        ("public_day", np.float64),
        ("release_every", np.float64),
        ("severity", np.int64),
        ("sleeper", np.int64),
        ("only_if_moved", np.int64),
        ("double", np.int64),
        ("spares", np.int64),
        ("refollow", np.float64, 2),
        ("looks", np.float64),
        ("tier_distributions", np.float64, (4, ROW)),
    ]
)

# First index of the regimes' array: when each begins, the rates in the order of the table, and the
# bursts.
START: Final = 0
_FIRST_RATE: Final = 1
BURST: Final = _FIRST_RATE + len(RATES)
ROWS: Final = BURST + 1


def row_of(name: str) -> int:
    """First index of a rate's numbers in the regimes' array, by its name."""
    return _FIRST_RATE + channels.place(name)


SIGNUP: Final = row_of("signup")
REPORTS: Final = row_of("reports")
HANDLE_RECALL: Final = row_of("handle_recall")
LINK_PROMOTED: Final = row_of("link_promoted")
LINK_PROMOTER: Final = row_of("link_promoter")
RETALIATION: Final = row_of("retaliation")

# Hazards: their place here (of their first draws, and of their number of the tier), the first index
# of their numbers, what they are drawn by, their event, whether they are times posts, and whether
# their events are candidates.
HAZARDS: Final = tuple(
    (k, row_of(one.name), one.draw, one.event, int(one.follows_posts), int(one.is_thinned))
    for k, one in enumerate(channels.HAZARDS)
)
REPORT_HAZARD: Final = channels.HAZARDS.index(channels.rate("reports"))
_KINDS: Final = (
    *(number for name, number in vars(ev).items() if name.isupper()),
    *(one.event for one in RATES),
)
# By number of an event: the channel that it stands for. By number of a channel: is it urgent?
CHANNEL_OF: Final = np.zeros(1 + max(_KINDS), dtype=np.int64)
CHANNEL_OF[: len(channels.OF_EVENT)] = channels.OF_EVENT
IS_URGENT: Final = np.array([0, *(int(one.urgent) for one in channels.CHANNELS)], dtype=np.int64)


def settings(parameters: Parameters, seed: int, replication: int) -> Table:
    """One record, dtype ``SETTINGS``."""
    out = np.zeros(1, dtype=SETTINGS)
    out["seed"] = seed
    out["replication"] = replication
    for name in (SETTINGS.names or ())[2:]:
        out[name] = getattr(parameters, name)
    return out


def tiers(parameters: Parameters) -> Table:
    """One record for each tier, dtype ``TIER``."""
    out = np.zeros(len(parameters.tier_count), dtype=TIER)
    for name in TIER.names or ():
        out[name] = getattr(parameters, name)
    return out


def regimes(parameters: Parameters) -> Floats:
    """Detection by tier, platform and regime, ``[rows, K, P, R]``; row 0 is when each begins.

    Of what follows posts: for those of ordinary days, with the factors of the last row in it.
    """
    check(parameters)
    rates = [parameters.on_ordinary_posts(one.name) for one in RATES]
    starts = np.broadcast_to(parameters.regime_start, rates[0].shape)
    burst = np.broadcast_to(parameters.burst[:, np.newaxis], rates[0].shape)
    return np.array([starts, *rates, burst])


def check(parameters: Parameters) -> None:
    """Raise ValueError where an array has not the shape that the table of channels says.

    Compiled code reads them by number and does not look: past the end it would find other numbers.
    """
    p = parameters
    tiers, platforms, regimes = len(p.tier_count), len(p.platform_kept), len(p.regime_start)
    numbers = len(channels.NAMES)
    for name, shape in (
        ("rates", (len(RATES), platforms, regimes)),
        ("pressure", (len(RATES), tiers, regimes)),
        ("exposure", (tiers, len(channels.HAZARDS))),
        ("wrong_per_right", (numbers,)),
        ("wrong_a_day", (numbers,)),
    ):
        found = getattr(p, name).shape
        if found != shape:
            raise ValueError(
                f"{name} has the shape {found}; the table of channels says {shape} "
                "(afterban/channels.py)"
            )
    if min(len(p.pulse_table), len(p.pulse_error)) < len(p.pulse_day):
        raise ValueError("pulse_table and pulse_error have no entry for some campaigns")
