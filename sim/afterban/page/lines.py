"""Lines through time that belong to one story: a queue, voices, platforms, newcomers.

Each function reads them from a run, on the days of a grid, for ``Recorder.answer``.

Checked by ``tests/page/test_lines.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from afterban.experiment.replicate import Outcome
from afterban.mechanisms import census
from afterban.mechanisms.counterspeech import followers
from afterban.parameters import AS_WRITTEN, Parameters
from afterban.scenario import Scenario

Data = dict[str, Any]
Floats = npt.NDArray[np.float64]
Lines: TypeAlias = Callable[[Scenario, Outcome, Floats], Data]


def waiting(scenario: Scenario, outcome: Outcome, days: Floats) -> Data:
    """Cases that wait for a reviewer."""
    assert outcome.records is not None
    grid = Parameters.from_scenario(scenario, AS_WRITTEN).grid
    queue = np.interp(days, grid, outcome.records.backlog)
    return _data("cases that wait for a reviewer", [("cases waiting", "ink", queue)])


def voices(scenario: Scenario, outcome: Outcome, days: Floats) -> Data:
    """Followers of those who speak against the network, and of the network."""
    assert outcome.records is not None
    p = Parameters.from_scenario(scenario, AS_WRITTEN)
    series = outcome.records.series
    theirs = series[:, :, census.ATTACHED_INSIDERS] + series[:, :, census.ATTACHED_OUTSIDERS]
    speakers = [
        sum(
            followers(float(start), float(growth), float(ceiling), float(day))
            for start, growth, ceiling in zip(
                p.speaker_followers, p.speaker_growth, p.speaker_ceiling, strict=True
            )
        )
        for day in days
    ]
    return _data(
        "followers",
        [
            ("press office", "green", speakers),
            ("the two", "ink", np.interp(days, p.grid, theirs.sum(axis=1))),
        ],
    )


def platforms(scenario: Scenario, outcome: Outcome, days: Floats) -> Data:
    """Accounts of operators who move, by platform; further accounts of theirs left out."""
    assert outcome.records is not None
    assert outcome.world is not None
    accounts = outcome.records.accounts
    moves = [bool(tier.moves) for tier in scenario.tiers.values()]
    accounts = accounts[np.array(moves)[outcome.world.tier[accounts["operator"]]]]
    kinds = ("ink", "faint", "red", "green")
    return _data(
        "accounts of those who move",
        [
            (titled(name), kind, _there(accounts[accounts["platform"] == k], days))
            for k, (name, kind) in enumerate(zip(scenario.platforms, kinds, strict=True))
        ],
    )


def newcomers(scenario: Scenario, outcome: Outcome, days: Floats) -> Data:
    """Accounts of those who were there at the start, and of those who were won over since."""
    assert outcome.records is not None
    accounts = outcome.records.accounts
    new = is_newcomer(scenario, outcome)
    return _data(
        "accounts",
        [
            ("there at first", "ink", _there(accounts[~new], days)),
            ("newcomers", "green", _there(accounts[new], days)),
        ],
    )


def titled(platform: str) -> str:
    """A platform as it writes itself."""
    return platform.upper() if len(platform) == 2 else platform.title()


def is_newcomer(scenario: Scenario, outcome: Outcome) -> npt.NDArray[np.bool_]:
    """Of each account whether its operator was not there at the start."""
    assert outcome.records is not None
    first = sum(tier.count for tier in scenario.tiers.values())
    found: npt.NDArray[np.bool_] = outcome.records.accounts["operator"] >= first
    return found


def _there(accounts: npt.NDArray[np.void], days: Floats) -> Floats:
    """Number of accounts that are public on each day."""
    begun = np.searchsorted(np.sort(accounts["public_day"]), days, side="right")
    # Days that never come stand last, as infinity.
    gone = np.nan_to_num(accounts["suspended_day"], nan=np.inf)
    return np.asarray(begun - np.searchsorted(np.sort(gone), days, side="right"), dtype=np.float64)


def _data(label: str, lines: Sequence[tuple[str, str, Sequence[float] | Floats]]) -> Data:
    """For the page (``Lines`` in ``src/view/scene.ts``): name, kind of stroke and whole numbers."""
    return {
        "label": label,
        "lines": [
            {"name": name, "kind": kind, "values": np.rint(values).astype(int).tolist()}
            for name, kind, values in lines
        ],
    }
