"""What of a scenario is chosen, what is not known, and what only says how it is run.

A page that calls a point of nature a choice would advise what nobody can do.

Checked by ``tests/unit/test_roles.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Mappings
from typing import Any, Literal, TypeAlias

from afterban.language.kinds import DateKind, Kind, NameKind
from afterban.language.laws import Flavour
from afterban.language.paths import joined, steps, target
from afterban.scenario.contents import ABOUT_VALUES, Contents
from afterban.scenario.places import matches, spots

Role: TypeAlias = Literal["lever", "uncertainty", "setting"]

PLATFORMS_OWN = ("detection", "review")
# Of these what a platform sets, whatever range what it had set then may have.
_DIALS = (
    *("detection.signup", "detection.reports", "detection.classifier", "detection.watch"),
    *("detection.handle_match", "detection.link_match", "detection.operating_curve.threshold"),
    *("detection.pulses", "detection.regimes", "detection.tiers", "review.time_to_action"),
    *("review.urgent_time_to_action", "review.action_delay", "review.waves", "review.team"),
)
# How a run is made and told; none of it is in an equation of the world.
_SETTINGS = (
    *("schema_version", "name", "title", "description", "extends", "start", "horizon", "seed"),
    *("replications", "metrics", "sweep", "policies", *ABOUT_VALUES),
)
# Bounds of what is drawn and kept, far from what happens.
_BOUNDS = (
    "returning.most_lives",
    "detection.handle_match.ordinary.sample",
    "recruitment.most",
)


def kind_of_path(scenario: Contents, path: str) -> Role:
    """Whether the value at a path is chosen (``lever``), not known, or a setting of the run.

    Levers are what the scenario calls so (``levers:``), and what the platform does: of
    ``detection`` and ``review`` its dials, what a policy changes, and what has no range.
    Everything else that enters an equation is an uncertainty, with a range or without.
    """
    if steps(path)[:1] == ["policies"] and len(steps(path)) > 2:
        path = ".".join(path.split(".")[2:])
    section = next(iter(steps(path)), "")
    if section in _SETTINGS or path in _BOUNDS or _is_name_or_date(path):
        return "setting"
    if any(matches(lever, path) for lever in (*scenario.levers, *_DIALS)):
        return "lever"
    if section not in PLATFORMS_OWN:
        return "uncertainty"
    if any(matches(one, path) for arm in scenario.policies for one in changed(scenario, arm)):
        return "lever"
    return "uncertainty" if _has_range(scenario, path) else "lever"


def kind_of_arm(scenario: Contents, arm: str) -> Literal["lever", "uncertainty"]:
    """Whether an arm is a policy, all of which somebody can choose, or another world.

    What the platform detects and how it reviews is chosen, and so is what ``levers`` names;
    everything else (the operators, their audiences, what others say) is the world that a policy
    meets.  The scenario as written and the world without enforcement are choices.
    """
    chosen = all(
        next(iter(steps(path)), "") in PLATFORMS_OWN
        or any(matches(lever, path) for lever in scenario.levers)
        for path in changed(scenario, arm)
    )
    return "lever" if chosen else "uncertainty"


def changed(scenario: Contents, arm: str) -> list[str]:
    """Paths of the values that an arm changes; none for one that the scenario does not have."""
    return list(_paths(scenario.policies.get(arm, {}), ""))


def _paths(data: Any, path: str) -> Iterator[str]:
    if isinstance(data, Mappings) and (not path or target(Contents, path) is None):
        if not data and path:
            yield path
        for key, value in data.items():
            yield from _paths(value, joined(path, str(key)))
    else:
        yield path


def _is_name_or_date(path: str) -> bool:
    of = target(Contents, path)
    kind: Kind | None = of.value if isinstance(of, Flavour) else of
    return isinstance(kind, NameKind | DateKind)


def _has_range(scenario: Contents, path: str) -> bool:
    own = scenario.evidence.get(path)
    if own is not None and (own.range is not None or own.prior is not None):
        return True
    return any(
        spot.path == path
        for one in scenario.uncertainties.values()
        for pattern in one.paths
        if matches(pattern, path)
        for spot in spots(scenario, pattern)
    )
