"""Decisions about ordinary users: which of them were wrong, and for how long."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from afterban.metrics.kernels import wrongly_suspended
from afterban.metrics.run import Floats, Run, once
from afterban.parameters import Parameters

Cases = npt.NDArray[np.void]


class Decided(NamedTuple):
    """Decided flags on ordinary users, appeals left out."""

    cases: Cases
    days: Floats  # of wrong suspension before the horizon, 0 where the review cleared
    after: Floats  # days from the reinstatement to the horizon, 0 without one


@once
def decided(run: Run) -> Decided:
    """The decided flags on ordinary users of a run."""
    return about_ordinary_users(run.p, run.records.cases, run.seed, run.replication)


def about_ordinary_users(p: Parameters, cases: Cases, seed: int, replication: int) -> Decided:
    """Of all cases those about ordinary users, with what they came to."""
    done = cases[cases["appeal"] == 0]
    done = done[done["operator"] < 0]
    none = np.zeros_like(p.action_delay)
    days, after = wrongly_suspended(
        np.ascontiguousarray(done["decided_day"]),
        -1 - done["operator"],
        done["life"].astype(np.int64),
        _heard(done, cases),
        p.horizon,
        p.mistake,
        p.appeal,
        p.appeal_success,
        p.hears_appeals,
        p.reinstatement,
        p.action_delay if p.finite_staff else none,  # unlimited staff: in the decision
        p.wave_every if p.finite_staff else 0.0,
        seed,
        replication,
    )
    return Decided(done, days, after)


def _heard(done: Cases, cases: Cases) -> Floats:
    """Day on which a team decided on the appeal against each of these decisions, inf if never."""
    heard = np.full(len(done), math.inf)
    appeals = cases[(cases["appeal"] == 1) & (cases["operator"] < 0)]
    if len(appeals):
        keys = zip(appeals["operator"].tolist(), appeals["life"].tolist(), strict=True)
        day = dict(zip(keys, appeals["decided_day"].tolist(), strict=True))
        flags = zip(done["operator"].tolist(), done["life"].tolist(), strict=True)
        heard[:] = [day.get(flag, math.inf) for flag in flags]
    return heard
