"""Tiers: what their operators are drawn from and do, ``[K]``."""

from __future__ import annotations

from typing import Any

import numpy as np

from afterban.language.laws import OF_GAPS, Distribution
from afterban.mechanisms import distributions as d
from afterban.mechanisms.clock import on_the_clock
from afterban.mechanisms.returning import MIXED
from afterban.mechanisms.review import ROUTINE, URGENT
from afterban.parameters.numbers import Floats, days_after, duration, floats, integers, row
from afterban.scenario import Scenario
from afterban.scenario.sections.network import Differences, Tier


def lower_tiers(arm: Scenario) -> dict[str, Any]:
    """What is a tier's own, and the longer laws of return delays that its rows point to."""
    tiers, names = list(arm.tiers.values()), list(arm.tiers)
    returning, audience = arm.returning, arm.audience
    longer: list[float] = []
    laws = [
        [
            _within(row(t.audience), t.audience_limit(arm.exposure.outsiders)),
            row(t.posts),
            row(t.degree),
            _gaps(returning.delay if t.return_delay is None else t.return_delay, longer),
        ]
        for t in tiers
    ]
    refollow = floats([t.refollow_factor for t in tiers])
    return {
        "tier_count": integers([t.count for t in tiers]),
        "tier_distributions": np.array(laws),
        "longer_laws": floats(longer),
        **_differences(tiers),
        "insider_share": floats([t.insider_share for t in tiers]),
        "attached_at_start": floats([t.attached_at_start for t in tiers]),
        "detached_at_start": floats([t.detached_at_start for t in tiers]),
        "prominence": floats([t.prominence for t in tiers]),
        "promotes": floats([t.promotes for t in tiers]),
        "returns": floats(
            [returning.probability if t.returns is None else t.returns for t in tiers]
        ),
        "spares": integers([t.spares for t in tiers]),
        "report_weight": floats([t.report_weight for t in tiers]),
        "watched": floats([t.watched for t in tiers]),
        "severity": integers([URGENT if t.severity == "urgent" else ROUTINE for t in tiers]),
        **_sleepers(arm, tiers),
        "moves": floats([returning.moves if t.moves is None else t.moves for t in tiers]),
        "platform": integers(
            [list(arm.platforms).index(t.platform) if t.platform else 0 for t in tiers]
        ),
        "same_as": integers(
            [names.index(t.same_operators_as) if t.same_operators_as else -1 for t in tiers]
        ),
        "refollow": np.outer(
            refollow, floats([audience.refollow_insiders, audience.refollow_outsiders])
        ),
        "looks": np.minimum(refollow, 1.0),
    }


def _sleepers(arm: Scenario, tiers: list[Tier]) -> dict[str, Any]:
    """When accounts that are prepared in private are made and become public."""
    sleepers = [t.sleeper for t in tiers]
    return {
        "sleeper": integers([s is not None for s in sleepers]),
        "created_day": floats(
            [days_after(s.created, arm.start) if s and s.created else 0.0 for s in sleepers]
        ),
        "public_day": floats([days_after(s.public, arm.start) if s else 0.0 for s in sleepers]),
        "release_every": floats(
            [on_the_clock(float(s.every or 0)) if s else 0.0 for s in sleepers]
        ),
        "only_if_moved": integers([bool(s and s.only_if_moved) for s in sleepers]),
    }


def _differences(tiers: list[Tier]) -> dict[str, Floats]:
    """Laws of the operators' own factors, and what goes together; empty if all are alike."""
    alike = Differences()
    given = [alike if t.differences is None else t.differences for t in tiers]
    if all(one == alike for one in given):
        return {"differences": np.zeros((0, 3, d.ROW)), "correlated": np.zeros((0, 5, 5))}
    return {
        "differences": np.array([[row(o.returns), row(o.refollow), row(o.lost)] for o in given]),
        "correlated": np.array([o.lower_factor for o in given]),
    }


def _gaps(law: Distribution, longer: list[float]) -> Floats:
    """The numbers of a return delay; what does not fit into a row is put after ``longer``."""
    if law.kind not in OF_GAPS:
        return duration(law)
    out = np.zeros(d.ROW)
    out[:2] = d.LONG, len(longer)
    if law.kind == "observed":
        longer += _observed(law)
        return out
    shares, laws = zip(*law.components, strict=True)
    ends = [*np.cumsum(shares)[:-1].tolist(), 1.0]
    head = len(longer)
    longer += [float(d.MIXTURE), float(len(laws)), *ends, *(0.0 for _ in laws)]
    for k, component in enumerate(laws):
        longer[head + MIXED + len(laws) + k] = float(len(longer))
        longer += _observed(component) if component.kind == "observed" else [*duration(component)]
    return out


def _observed(law: Distribution) -> list[float]:
    """A table of gaps, see :mod:`afterban.mechanisms.returning`."""
    gaps = law.gaps
    times = [on_the_clock(time) for time in gaps.times]
    return [
        float(d.OBSERVED),
        float(len(times)),
        on_the_clock(gaps.last),
        gaps.beyond,
        *gaps.shares,
        *times,
    ]


def _within(law: Floats, most: float) -> Floats:
    """A law's numbers with its draws cut off at ``most``."""
    law[3:5] = np.minimum(law[3:5], most)
    return law
