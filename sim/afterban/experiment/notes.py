"""What a run has to say about itself beside its numbers.

Checked by ``tests/experiment/test_notes.py``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from afterban.errors import listed
from afterban.parameters import WITHOUT_ENFORCEMENT, Parameters

if TYPE_CHECKING:
    from afterban.scenario import Scenario


def notes(
    scenario: Scenario, values: Mapping[str, Mapping[str, npt.NDArray[np.float64]]]
) -> list[str]:
    """One line for each thing that happened, or had no effect, without being asked for.

    values: arm -> metric -> one number per replication, as :class:`afterban.results.Results` has.
    """
    return [
        *_cut(scenario, values),
        *_campaigns(scenario, values),
        *caught_recruits(scenario, values),
        *_sample(scenario),
    ]


def _campaigns(
    scenario: Scenario, values: Mapping[str, Mapping[str, npt.NDArray[np.float64]]]
) -> list[str]:
    """Arms whose campaigns suspended nobody in any replication."""
    out = []
    for policy, arm in values.items():
        struck = arm.get("struck", np.zeros(0))
        if policy == WITHOUT_ENFORCEMENT or not len(struck) or np.nansum(struck) > 0:
            continue
        pulses = scenario.arm(policy).detection.pulses
        if pulses:
            out.append(
                f"the {len(pulses)} campaign{'s'[: len(pulses) > 1]} of the arm `{policy}` "
                "suspended nobody in any replication"
            )
    return out


def caught_recruits(scenario: Scenario, policies: Iterable[str]) -> list[str]:
    """Arms in which recruits are suspended as soon as they come, since every sign-up is caught."""
    out: dict[str, list[str]] = {}
    for policy in policies:
        if policy == WITHOUT_ENFORCEMENT:
            continue
        arm = scenario.arm(policy)
        recruits = arm.recruitment
        if recruits is None or recruits.most == 0 or recruits.per_impression == 0:
            continue
        p = Parameters.from_scenario(scenario, policy)
        place = int(p.platform[p.recruit_tier])
        caught = p.by_tier("signup")[p.recruit_tier, place] >= 1.0
        if not caught.any():
            continue
        first = int(np.argmax(caught))
        start = max(float(p.regime_start[first]), 0.0)
        later = np.flatnonzero(~caught[first:])
        date = scenario.start + dt.timedelta(days=start)
        when = f"from {date} on" if start > 0 else "from the start on"
        if len(later):
            end = scenario.start + dt.timedelta(days=float(p.regime_start[first + int(later[0])]))
            when = when.removesuffix(" on") + f" to {end}"
        where = f" on `{list(arm.platforms)[place]}`" if arm.platforms else ""
        line = (
            f"recruits (recruitment.tier: {recruits.tier}) make their first account{where}, where "
            f"{when} every new account is suspended when it is made: of those who come then, "
            "nobody is ever seen there"
        )
        out.setdefault(line, []).append(policy)
    return [f"in {_arms(arms)}, {line}" for line, arms in out.items()]


def _arms(names: list[str]) -> str:
    return f"the arm{'s'[: len(names) > 1]} {listed(names)}"


def _cut(
    scenario: Scenario, values: Mapping[str, Mapping[str, npt.NDArray[np.float64]]]
) -> list[str]:
    """Audiences that a law drew larger than the outside population."""
    means = {
        policy: float(np.mean(arm["audiences_cut"]))
        for policy, arm in values.items()
        if len(arm.get("audiences_cut", ()))
    }
    most = max(means.values(), default=0.0)
    if most <= 0.0:
        return []
    operators = sum(int(tier.count) for tier in scenario.tiers.values())
    one = next(policy for policy, mean in means.items() if mean == most)
    where = "" if len(set(means.values())) == 1 else f" in the arm `{one}`"
    return [
        f"{most:,.3g} of {operators:,} audiences{where} (mean over replications) were drawn larger "
        "than the outside population (`exposure.outsiders`) and were cut off there; write a `cap`, "
        "or a larger population, to have it otherwise"
    ]


def _sample(scenario: Scenario) -> list[str]:
    written = scenario.evidence.get("metrics.outsider_sample")
    if written is None or written.origin == "default":
        return []
    return [
        "`metrics.outsider_sample` has no effect here, because reach is computed and not sampled"
    ]


__all__ = ["caught_recruits", "notes"]
