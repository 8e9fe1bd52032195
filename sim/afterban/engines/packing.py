"""Parameters as the compiled engine holds them: records, whose fields cost one look-up each."""

from __future__ import annotations

from typing import Any, Final, get_type_hints

import numpy as np
import numpy.typing as npt

from afterban.mechanisms import handles
from afterban.mechanisms.distributions import ROW
from afterban.parameters import PRESSED, Parameters

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
        ("watched", np.float64),
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

# First index of the regimes' array.
START: Final = 0
SIGNUP: Final = 1
REPORTS: Final = 2
CLASSIFIER: Final = 3
THREATS: Final = 4
WATCH: Final = 5
HANDLE_RECALL: Final = 6
LINK_PROMOTED: Final = 7
LINK_PROMOTER: Final = 8
RETALIATION: Final = 9  # in the order of parameters.PRESSED
BURST: Final = 10


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
    rates = [parameters.on_ordinary_posts(channel) for channel in PRESSED]
    starts = np.broadcast_to(parameters.regime_start, rates[0].shape)
    burst = np.broadcast_to(parameters.burst[:, np.newaxis], rates[0].shape)
    return np.array([starts, *rates, burst])
