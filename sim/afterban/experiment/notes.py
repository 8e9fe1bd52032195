"""What a run has to say about itself beside its numbers.

Checked by ``tests/experiment/test_notes.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from afterban.parameters import WITHOUT_ENFORCEMENT

if TYPE_CHECKING:
    from afterban.scenario import Scenario


def notes(
    scenario: Scenario, values: Mapping[str, Mapping[str, npt.NDArray[np.float64]]]
) -> list[str]:
    """One line for each thing that happened, or had no effect, without being asked for.

    values: arm -> metric -> one number per replication, as :class:`afterban.results.Results` has.
    """
    return [*_cut(scenario, values), *_campaigns(scenario, values), *_sample(scenario)]


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


__all__ = ["notes"]
