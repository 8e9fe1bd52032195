"""Arms that came to the same in every draw, which is no finding: nothing that they change was used.

Checked by ``tests/experiment/test_identical.py``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT

Floats = npt.NDArray[np.float64]

# What says how the engine worked and not what came of it.
NOT_SEEN = ("events",)


def same_everywhere(one: Mapping[str, Floats], other: Mapping[str, Floats]) -> bool:
    """Whether two arms have the same bits in every metric of every replication.

    One number per replication (or per point and replication); what is undefined in either (NaN,
    or no such metric) is the same.
    """
    names = [name for name in {**one, **other} if name not in NOT_SEEN]
    if not any(
        np.isfinite(arm[name]).any() for arm in (one, other) for name in names if name in arm
    ):
        return False

    def equal(name: str) -> bool:
        a, b = one.get(name), other.get(name)
        if a is None or b is None:
            told = a if b is None else b
            return told is None or not np.isfinite(told).any()
        return np.array_equal(a, b, equal_nan=True)

    return all(map(equal, names))


def identical(values: Mapping[str, Mapping[str, Floats]]) -> dict[str, str]:
    """Arm -> the first other one that it equals in every draw; only arms that equal one.

    ``none`` comes first, then the scenario as written, then the other arms in their order.
    """
    return _alike(values, lambda a, b: same_everywhere(values[a], values[b]))


def identical_in(table: Path, columns: Iterable[str]) -> dict[str, str]:
    """The same of the table of a sweep, over all its points and replications.

    columns: of the metrics to look at.  One of them is held at a time: of what an arm has there, a
    digest stays.
    """
    import pyarrow.parquet as pq

    with pq.ParquetFile(table) as file:
        arms = file.read(["policy"])["policy"].to_numpy()
        rows = {str(policy): np.flatnonzero(arms == policy) for policy in dict.fromkeys(arms)}
        digests: dict[str, list[bytes]] = {policy: [] for policy in rows}
        told = set()
        for column in columns:
            values = file.read([column])[column].to_numpy()
            for policy, mine in rows.items():
                # All that is no number is one, and nought has no sign.
                own = np.where(np.isnan(values[mine]), np.nan, values[mine] + 0.0)
                digests[policy].append(hashlib.sha256(own.tobytes()).digest())
                if np.isfinite(own).any():
                    told.add(policy)
    return _alike(rows, lambda a, b: {a, b} <= told and digests[a] == digests[b])


def _alike(arms: Iterable[str], same: Callable[[str, str], bool]) -> dict[str, str]:
    names = list(arms)
    first = [name for name in (WITHOUT_ENFORCEMENT, AS_WRITTEN) if name in names]
    order = [*first, *(name for name in names if name not in first)]
    found: dict[str, str] = {}
    for k, policy in enumerate(order):
        for other in order[:k]:
            if other not in found and same(policy, other):
                found[policy] = other
                break
    return found


def identical_words(found: Mapping[str, str]) -> list[str]:
    """A sentence for each arm that others equal."""
    groups: dict[str, list[str]] = {}
    for policy, other in found.items():
        groups.setdefault(other, []).append(policy)
    return [identical_sentence(policies, other) for other, policies in groups.items()]


def identical_sentence(policies: Iterable[str], other: str) -> str:
    """That some arms equal another in every draw, and what that means."""
    names = list(policies)
    one = len(names) == 1
    start = names[0] if one else f"{', '.join(names[:-1])} and {names[-1]}"
    verb = "is" if one else "are"
    if other == WITHOUT_ENFORCEMENT:
        what = f"nobody is ever suspended under {'it' if one else 'them'}"
    elif other == AS_WRITTEN:
        what = f"nothing that {'this arm changes' if one else 'these arms change'} was used"
    else:
        what = "nothing that sets them apart was used"
    return f"{start} {verb} identical to {other} in every replication: {what}"
