"""Flags by channel: right, wrong, cleared."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from afterban.engines.records import Records
from afterban.mechanisms import detection
from afterban.metrics.decisions import about_ordinary_users, decided
from afterban.metrics.look_alikes import look_alikes, only_expected
from afterban.metrics.metric import Metric
from afterban.metrics.register import gives
from afterban.metrics.run import Floats, Run, once, ratios
from afterban.parameters import Parameters


class Counted(NamedTuple):
    """Flags of all channels and of each from the second on, ``[1 + channels]`` each."""

    right: Floats
    wrong: Floats
    cleared: Floats


@once
def _counted(run: Run) -> Counted:
    records, size = run.records, len(detection.CHANNELS)
    of = {
        name: -1 - table["operator"][(table["operator"] < 0) & (table["appeal"] == 0)]
        for name, table in (("decided", records.cases), ("open", records.open_cases))
    }
    wrong = np.bincount(of["decided"], minlength=size) + np.bincount(of["open"], minlength=size)
    wrong = wrong.astype(np.float64)
    days = decided(run).days
    cleared = np.bincount(of["decided"][days == 0.0], minlength=size).astype(np.float64)
    for counted in (wrong, cleared):  # reports about ordinary users are reports
        counted[detection.REPORTED] += counted[0]
        counted[0] = 0.0
    if only_expected(run):
        alike = look_alikes(run)
        flagged, suspended = alike["look_alikes_flagged"], alike["look_alikes_suspended"]
        wrong[detection.HANDLE_MATCHED] += flagged
        cleared[detection.HANDLE_MATCHED] += flagged - suspended
    right = records.flags[0].astype(np.float64)
    cleared += records.flags[1]
    return Counted(*(np.array([of.sum(), *of[1:]]) for of in (right, wrong, cleared)))


@gives(
    Metric(
        "right_flags",
        "flags",
        "count",
        "right flags",
        "flags on accounts of the network since the start, those that a review cleared among them",
        by_channel=True,
    )
)
def right_flags(run: Run) -> Floats:
    """All channels and each."""
    return _counted(run).right


@gives(
    Metric(
        "wrong_flags",
        "flags",
        "count",
        "wrong flags",
        "flags on ordinary users since the start: of the channels, reports about them, look-alikes",
        -1,
        by_channel=True,
    )
)
def wrong_flags(run: Run) -> Floats:
    """All channels and each."""
    return _counted(run).wrong


@gives(
    Metric(
        "cleared_flags",
        "flags",
        "count",
        "cleared flags",
        "flags, right ones and wrong ones, that a review cleared: work without a result",
        -1,
        by_channel=True,
    )
)
def cleared_flags(run: Run) -> Floats:
    """All channels and each."""
    return _counted(run).cleared


@gives(
    Metric(
        "flag_precision",
        "",
        "share",
        "observed precision of flags",
        "right flags among all flags since the start; it falls as the network shrinks, since "
        "wrong flags do not",
        +1,
        by_channel=True,
    )
)
def flag_precision(run: Run) -> Floats:
    """All channels and each."""
    counted = _counted(run)
    return ratios(counted.right, counted.right + counted.wrong)


def flags_by_day(p: Parameters, records: Records, seed: int, replication: int) -> Floats:
    """Flags before each day of the grid, ``[right, wrong and cleared, days, CHANNELS]``.

    Counted as the metrics are, but for look-alikes with unlimited staff: of these only an expected
    number is known, and no days.
    """
    out = np.zeros((3, len(p.grid), len(detection.CHANNELS)))
    if len(records.flags_by_day):  # an engine tells them
        out[0] = records.flags_by_day[:, 0]
        out[2] = records.flags_by_day[:, 1]
    done, days, _ = about_ordinary_users(p, records.cases, seed, replication)
    left = records.open_cases
    left = left[(left["operator"] < 0) & (left["appeal"] == 0)]
    cleared = done[days == 0.0]
    for kind, told in (
        (1, (done["operator"], done["arrived_day"])),
        (1, (left["operator"], left["arrived_day"])),
        (2, (cleared["operator"], cleared["decided_day"])),
    ):
        for operator in np.unique(told[0]):
            # Reports about ordinary users are reports.
            channel = -1 - int(operator) or detection.REPORTED
            mine = np.sort(told[1][told[0] == operator])
            out[kind, :, channel] += np.searchsorted(mine, p.grid)
    return out
