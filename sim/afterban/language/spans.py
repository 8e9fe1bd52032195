"""Ranges and priors beside a value: read by its kind, checked, and written back.

Checked by ``tests/unit/test_ranges.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from afterban.language.documents import Flow, Mapping, Node, Place, Sequence, Written, kind_of
from afterban.language.evidence import SPANS, Report
from afterban.language.kinds import (
    CountKind,
    DurationKind,
    Kind,
    NumberKind,
    PerKind,
    RateKind,
)
from afterban.language.laws import Distribution, Flavour

NARROW = 0.1  # of the value: a range of a smaller half-width says why it is as narrow
# The kinds of values that can have a range: numbers.
NUMBERS_OF = (NumberKind, CountKind, PerKind, DurationKind, RateKind)


class Scalars(Protocol):
    """Reads a single value by its kind; something else than a number if it cannot be read."""

    def __call__(self, kind: Kind, node: Node, path: str) -> Any:
        """Read it."""


def has_span(node: Node) -> bool:
    """Whether a value is written with a range or a prior."""
    return isinstance(node, Mapping) and any(key in node for key in SPANS)


def place_of(node: Node) -> Place:
    """Where the range or prior of a value is written."""
    assert isinstance(node, Mapping)
    return next(entry.place for key, entry in node.entries if key.value in SPANS)


def flavour_of(kind: Kind) -> Flavour:
    """What a prior of a single value is a distribution of."""
    examples = {"a duration": "36h", "a rate": "2 per day"}
    return Flavour(kind.name, kind, examples.get(kind.name, "0.4"))


def read_range(
    node: Node, kind: Kind, path: str, read: Scalars, report: Report
) -> tuple[float, float] | None:
    """The ends of a range, in the simulator's units; None if there is a fault, which is noted."""
    if not isinstance(node, Sequence) or len(node.items) != 2:
        count = f" of {len(node.items)}" if isinstance(node, Sequence) else ""
        found = f"{kind_of(node)}{count} is found where a range is expected"
        report(node.place, path, found, "write its two ends, `[low, high]`, as the value is")
        return None
    ends = [read(kind, item, f"{path}[{k}]") for k, item in enumerate(node.items)]
    if not all(isinstance(end, int | float) for end in ends):
        return None
    low, high = map(float, ends)
    if low >= high:
        found = "the low end of the range is not below the high one"
        report(node.place, path, found, "write `[low, high]`")
        return None
    return low, high


def check_range(
    ends: tuple[float, float],
    value: float,
    reason: bool,
    place: Place,
    path: str,
    report: Report,
    form: Callable[[float], str] = str,
) -> None:
    """Note a fault for a range that its own value lies outside of, or a narrow one without reason.

    value: the value, or the median of a distribution.
    form: how a value is written.
    """
    low, high = ends
    if not low <= value <= high:
        found = f"the value {form(value)} lies outside its range, {form(low)} to {form(high)}"
        report(place, path, found, "widen the range, or change the value")
    elif (high - low) / 2 < NARROW * abs(value) * (1 - 1e-9) and not reason:
        found = (
            "the range is narrow (its half-width is under a tenth of the value) and says not why"
        )
        report(place, path, found, "add `reason:`, or widen it")


def check_prior(prior: Distribution, value: float, place: Place, path: str, report: Report) -> None:
    """Note a fault for a prior under which the value cannot be, or which has no width."""
    if prior.kind in ("constant", "never"):
        report(place, path, "this prior has no width", "write a distribution, or a `range:`")
    elif not prior.smallest <= value <= prior.largest:
        found = "the value lies outside of all that its prior allows"
        report(place, path, found, "change the prior, or the value")


def span_text(kind: Kind, low_high: tuple[float, float] | None, prior: Any) -> Flow:
    """A range or prior as it is written; empty if there is neither.

    prior: as it is written, None if there is none.
    """
    out = Flow()
    if low_high is not None:
        whole = isinstance(kind, CountKind)
        ends = [int(end) if whole else end for end in low_high]
        out["range"] = [Written(kind.format(end)) for end in ends]
    if prior is not None:
        out["prior"] = prior
    return out
