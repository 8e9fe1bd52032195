"""A smaller network in the place of a large one, where many runs are needed.

Checked by ``tests/experiment/test_thinning.py``.
"""

from __future__ import annotations

from collections.abc import Mapping

from afterban.experiment.applying import (
    arrival_rates,
    benign_reports,
    counts,
    service_time,
    wrong_rates,
)
from afterban.scenario import Scenario


def operators_of(scenario: Scenario) -> int:
    """Operators at the start, in all tiers."""
    return sum(tier.count for tier in scenario.tiers.values())


def thinned(scenario: Scenario, operators: int) -> Scenario:
    """The scenario with about so many operators, if it has more."""
    whole = operators_of(scenario)
    return scenario if whole <= operators else thinned_by(scenario, operators / whole)


def thinned_by(scenario: Scenario, factor: float) -> Scenario:
    """The scenario with its network smaller by a factor, above 0 and up to 1."""
    return scenario if factor == 1 else scenario.with_changes(thinning(scenario, factor))


def thinning(scenario: Scenario, factor: float) -> dict[str, str]:
    """The values that make a network smaller by a factor, by path.

    What is counted in accounts, reports or people shrinks with the operators, in every policy too:
    the outside population, campaigns, arrivals, reports about ordinary users, recruits.  A team
    keeps its reviewers, who then take as much longer for a case, and so are as busy.  A tier keeps
    at least one operator.

    The values are those of just this scenario: to thin another version of it, such as a point of an
    ensemble, ask for that version's own.
    """
    changes = {
        **counts(scenario, factor),
        "exposure.outsiders": str(max(1, round(scenario.exposure.outsiders * factor))),
        **_shrunk(scenario, factor),
    }
    for name, given in scenario.policies.items():
        smaller = _shrunk(scenario.arm(name), factor)
        changes |= {
            f"policies.{name}.{path}": value
            for path, value in smaller.items()
            if _gives(given, path)
        }
    return changes


def _shrunk(scenario: Scenario, factor: float) -> dict[str, str]:
    """What goes with the size of the network, beside its operators and the outside population."""
    found = {
        f"detection.pulses[{k}].accounts": str(max(1, round(pulse.accounts * factor)))
        for k, pulse in enumerate(scenario.detection.pulses)
        if pulse.accounts
    }
    if scenario.recruitment is not None:
        found["recruitment.most"] = str(max(1, round(scenario.recruitment.most * factor)))
    return (
        found
        | (arrival_rates(scenario, factor) or {})
        | (benign_reports(scenario, factor) or {})
        | (wrong_rates(scenario, factor) or {})
        | (service_time(scenario, 1 / factor) or {})
    )


def _gives(policy: Mapping[str, object], path: str) -> bool:
    """Whether a policy itself says something about a path."""
    here: object = policy
    for name in path.split("."):
        if not isinstance(here, Mapping):
            return True  # a list or a text that holds the rest
        name = name.partition("[")[0]
        if name not in here:
            return False
        here = here[name]
    return True
