"""How a scenario is changed so that an assumption has another value."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from typing import TypeAlias

from afterban.experiment.breakeven import stretched
from afterban.language.kinds import CountKind, Kind, ShareKind
from afterban.language.laws import DURATIONS, Distribution, Flavour
from afterban.language.writing import law_text
from afterban.scenario import Scenario
from afterban.scenario.places import Spot, spots
from afterban.scenario.sections.uncertainties import Uncertainty
from afterban.scenario.uncertain import Moved

# The values of a scenario that are other at one end of a range, by path; None if it has none.
Changes: TypeAlias = Callable[[Scenario, float], "dict[str, str] | None"]


def number_text(kind: Kind, value: float) -> str:
    """A number as it is written in a scenario: shares end at 1, what is counted is whole."""
    if isinstance(kind, ShareKind):
        value = min(1.0, value)
    if isinstance(kind, CountKind):
        return kind.format(max(0, round(value)))
    return kind.format(float(f"{value:.10g}"))


def together(one: Uncertainty, moved: Collection[Moved]) -> Changes:
    """Move all values of an uncertainty by one number."""
    places = tuple((each.spot.path, each.other and each.other.path) for each in moved)
    last: list[tuple[Scenario, list[tuple[Spot, Spot | None]]]] = []  # many values of one scenario

    def changes(scenario: Scenario, value: float) -> dict[str, str] | None:
        if not last or last[0][0] is not scenario:
            here = [
                (spot, next(iter(spots(scenario, other)), None) if other else None)
                for path, other in places
                for spot in spots(scenario, path, one.how == "spread")
            ]
            last[:] = [(scenario, here)]
        found = {}
        for spot, other in last[0][1]:
            if other is None:
                found[spot.path] = _moved(spot, one.how, value)
            else:
                whole = spot.number + other.number
                found[spot.path] = number_text(spot.kind, whole * value)
                found[other.path] = number_text(other.kind, whole * (1.0 - value))
        return found or None

    return changes


def alone(spot: Spot) -> Changes:
    """Give a value of its own range to one place.

    Of a thinned scenario, in which the place has another value, the same part of it.
    """

    def changes(scenario: Scenario, value: float) -> dict[str, str] | None:
        found = {}
        for here in spots(scenario, spot.path):
            own, now = spot.number, here.number
            scaled = value if now == own or own == 0 else now * (value / own)
            found[here.path] = _moved(here, "value", scaled)
        return found or None

    return changes


def _moved(spot: Spot, how: str, value: float) -> str:
    """What is written at a place; a distribution keeps its shape, but for its spread."""
    if isinstance(spot.of, Flavour):
        return law_text(spot.of, _law(spot.value, how, value))
    now = float(spot.value)
    new = {
        "value": lambda: value,
        "factor": lambda: _times(spot.kind, now, value),
        "odds": lambda: now / (now + value * (1.0 - now)),
    }[how]()
    return number_text(spot.kind, new)


def _times(kind: Kind, now: float, factor: float) -> float:
    """A number times a factor; what is counted does not vanish."""
    return max(1.0, now * factor) if isinstance(kind, CountKind) else now * factor


def _law(law: Distribution, how: str, value: float) -> Distribution:
    if how == "spread":
        centre = law.median()
        if value == 0:
            return law
        ends = {"low": centre * (1.0 - value), "high": centre * (1.0 + value)}
        return Distribution("uniform", {name: float(f"{x:.10g}") for name, x in ends.items()})
    return stretched(law, law.median() * value if how == "factor" else value)


# --- what goes with the size of a network ---------------------------------------------------------


def counts(scenario: Scenario, factor: float) -> dict[str, str]:
    """Numbers of operators of all tiers, times a factor."""
    return {
        f"tiers.{name}.count": str(max(1, round(tier.count * factor)))
        for name, tier in scenario.tiers.items()
        if tier.count
    }


def arrival_rates(scenario: Scenario, value: float) -> dict[str, str] | None:
    """How many operators arrive, times a factor."""
    arrivals = scenario.arrivals
    if arrivals is None:
        return None
    places = [("arrivals", arrivals.tiers)]
    places += [(f"arrivals.regimes[{k}]", one.tiers) for k, one in enumerate(arrivals.regimes)]
    return {
        f"{path}.tiers.{name}.rate": f"{one.rate * value:.10g} per day"
        for path, tiers in places
        for name, one in tiers.items()
    }


def benign_reports(scenario: Scenario, value: float) -> dict[str, str] | None:
    """Reports a day about ordinary users."""
    team = scenario.review.team
    if team is None or not team.benign_reports:
        return None
    return {"review.team.benign_reports": f"{team.benign_reports * value:.10g} per day"}


def service_time(scenario: Scenario, value: float) -> dict[str, str] | None:
    """Median of the time that a reviewer takes for a case."""
    team = scenario.review.team
    if team is None or not 0 < team.service_time.median() < math.inf:
        return None
    law = stretched(team.service_time, team.service_time.median() * value)
    return {"review.team.service_time": law_text(DURATIONS, law)}


def wrong_rates(scenario: Scenario, value: float) -> dict[str, str] | None:
    """Flags on ordinary users where their rates are given."""
    given = scenario.detection.wrong_flags
    rates = {name: getattr(given, name) for name in type(given).model_fields}
    found = {
        f"detection.wrong_flags.{name}": f"{rate * value:.10g} per day"
        for name, rate in rates.items()
        if rate
    }
    return found or None
