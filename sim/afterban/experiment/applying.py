"""How a scenario is changed so that an assumption has another value."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from typing import TypeAlias

from afterban.errors import ScenarioErrors
from afterban.experiment.breakeven import stretched
from afterban.language.laws import DURATIONS, NUMBERS, Flavour
from afterban.language.writing import law_text
from afterban.scenario import Distribution, Scenario
from afterban.scenario.sections.detection import Detection, Regime, TierPressure, TierPressureChange
from afterban.scenario.sections.network import Differences

# The values of a scenario that are other at one end of a range, by path; None if it has none.
Changes: TypeAlias = Callable[[Scenario, float], "dict[str, str] | None"]


def set_value(path: str) -> Changes:
    """Set a number at a path."""

    def changes(scenario: Scenario, value: float) -> dict[str, str] | None:
        return {path: f"{value:.10g}"}

    return changes


def set_in_tiers(field: str, tiers: Collection[str] | None = None) -> Changes:
    """The same value in every tier (of those), where the tier gives it itself."""

    def changes(scenario: Scenario, value: float) -> dict[str, str] | None:
        found = {
            f"tiers.{name}.{field}": f"{value:.10g}"
            for name, tier in scenario.tiers.items()
            if (tiers is None or name in tiers) and getattr(tier, field)
        }
        return found or None

    return changes


def return_probability(scenario: Scenario, value: float) -> dict[str, str] | None:
    """The general one, if there is a tier that has none of its own."""
    if all(tier.returns is not None for tier in scenario.tiers.values()):
        return None
    return {"returning.probability": f"{value:.10g}"}


def give_up(scenario: Scenario, value: float) -> dict[str, str] | None:
    """So many suspensions within the scenario's time, or within 30 days."""
    given = scenario.returning.give_up
    within = "30d" if given is None else f"{given.within:.10g}d"
    return {"returning.give_up": f"{{suspensions: {round(value)}, within: {within}}}"}


def differences(scenario: Scenario, value: float) -> dict[str, str] | None:
    """Uniform factors about 1, so far to either side, in tiers that have no laws of their own.

    Not on being found again: with a hazard for each operator the live share of insiders has a sum
    for each of them, and a run takes seventy times as long.
    """
    law = f"{{uniform: {{low: {1.0 - value:.10g}, high: {1.0 + value:.10g}}}}}" if value else "1"
    own = Differences()
    found = {
        f"tiers.{name}.differences.{what}": law
        for name, tier in scenario.tiers.items()
        for what in ("returns", "lost")
        if getattr(tier.differences or own, what) == getattr(own, what)
    }
    return found or None


def median(path: str, flavour: Flavour) -> Changes:
    """A distribution stretched to that median."""
    section, field = path.split(".")

    def changes(scenario: Scenario, value: float) -> dict[str, str] | None:
        law: Distribution = getattr(getattr(scenario, section), field)
        return {path: law_text(flavour, stretched(law, value))}

    return changes


def time_to_action(scenario: Scenario, value: float) -> dict[str, str] | None:
    """Median time from flag to suspension of routine cases; none with a finite team."""
    if scenario.review.team is not None:
        return None
    law = law_text(DURATIONS, stretched(scenario.review.time_to_action, value))
    found = {"review.time_to_action": law}
    for k, regime in enumerate(scenario.detection.regimes):
        if regime.time_to_action is not None:
            found[f"detection.regimes[{k}].time_to_action"] = law
    return found


def times_in_tiers(field: str, flavour: Flavour) -> Changes:
    """A distribution of every tier, stretched by a factor."""

    def changes(scenario: Scenario, value: float) -> dict[str, str] | None:
        found = {}
        for name, tier in scenario.tiers.items():
            law: Distribution = getattr(tier, field)
            if 0 < law.median() < math.inf:
                longer = stretched(law, law.median() * value)
                found[f"tiers.{name}.{field}"] = law_text(flavour, longer)
        return found or None

    return changes


def ordinary_audience(scenario: Scenario, value: float) -> dict[str, str] | None:
    """Median audience of supporters, in people."""
    tier = scenario.tiers.get("supporter")
    if tier is None:
        return None
    return {"tiers.supporter.audience": law_text(NUMBERS, stretched(tier.audience, value))}


def number_of_operators(scenario: Scenario, value: float) -> dict[str, str] | None:
    """So many operators in all, each tier with its share; only for networks of 2014's size."""
    whole = sum(tier.count for tier in scenario.tiers.values())
    if whole < 10_000:
        return None
    return counts(scenario, value / whole)


def counts(scenario: Scenario, factor: float) -> dict[str, str]:
    """Numbers of operators of all tiers, times a factor."""
    return {
        f"tiers.{name}.count": str(max(1, round(tier.count * factor)))
        for name, tier in scenario.tiers.items()
        if tier.count
    }


def _found(scenario: Scenario, value: float) -> dict[str, str] | None:
    """How often accounts are reported and found by the classifier, times a factor."""
    found = {}
    detection = scenario.detection
    places: list[tuple[str, Detection | Regime]] = [("detection", detection)]
    places += [(f"detection.regimes[{k}]", one) for k, one in enumerate(detection.regimes)]
    for path, one in places:
        if one.reports:
            found[f"{path}.reports"] = f"{one.reports * value * 1e6:.10g} per million impressions"
        if one.classifier:
            found[f"{path}.classifier"] = f"{min(1.0, one.classifier * value):.10g} per post"
    return found or None


def by_tier(scenario: Scenario, value: float) -> dict[str, str] | None:
    """How much harder, or less, detection presses on some tiers than on the others."""
    detection = scenario.detection
    places: list[tuple[str, Mapping[str, TierPressure | TierPressureChange]]] = [
        ("detection", detection.tiers),
        *((f"detection.regimes[{k}]", one.tiers) for k, one in enumerate(detection.regimes)),
    ]
    found = {
        f"{path}.tiers.{name}.{channel}": f"{factor * value:.10g}"
        for path, tiers in places
        for name, one in tiers.items()
        for channel, factor in one
        if factor not in (None, 0.0, 1.0)
    }
    return found or None


def _late_2014(scenario: Scenario) -> bool:
    """Whether the pressure of enforcement was fitted to the census of 2014."""
    return any(
        evidence.source in _CENSUS and path.endswith(".reports")
        for path, evidence in scenario.evidence.items()
    )


_CENSUS = ("L7", "L10")


def found_2014(scenario: Scenario, value: float) -> dict[str, str] | None:
    """By reports, by posts that are looked at, and by chance, which were fitted together."""
    found = _found(scenario, value) if _late_2014(scenario) else None
    if not found:
        return None
    return found | _watched_tiers(scenario, value, by_chance=True)


def _watched_tiers(scenario: Scenario, value: float, *, by_chance: bool) -> dict[str, str]:
    """Those that are found by chance, which the census tells, or those that somebody watches."""

    def told_by_the_census(name: str) -> bool:
        evidence = scenario.evidence.get(f"tiers.{name}.watched")
        return evidence is not None and evidence.source in _CENSUS

    return {
        f"tiers.{name}.watched": f"{tier.watched * value:.10g} per day"
        for name, tier in scenario.tiers.items()
        if tier.watched and told_by_the_census(name) == by_chance
    }


def found_later(scenario: Scenario, value: float) -> dict[str, str] | None:
    """How often accounts are found, in scenarios after 2014, times a factor."""
    return None if _late_2014(scenario) else _found(scenario, value)


def regain(scenario: Scenario, value: float) -> dict[str, str] | None:
    """Hazards with which detached followers find a new account, times a factor."""
    audience = scenario.audience
    return {
        "audience.refollow_insiders": f"{audience.refollow_insiders * value:.10g} per day",
        "audience.refollow_outsiders": f"{audience.refollow_outsiders * value:.10g} per day",
    }


def segments(field: str, unit: str = "") -> Changes:
    """The same value for insiders and outsiders."""

    def changes(scenario: Scenario, value: float) -> dict[str, str] | None:
        return {
            f"audience.{field}_{who}": f"{value:.10g}{unit}" for who in ("insiders", "outsiders")
        }

    return changes


def promotes(scenario: Scenario, value: float) -> dict[str, str] | None:
    """Share of operators who promote, times a factor, of each tier."""
    found = {
        f"tiers.{name}.promotes": f"{min(1.0, tier.promotes * value):.10g}"
        for name, tier in scenario.tiers.items()
        if tier.promotes
    }
    return found or None


def when_promoted(path: str) -> Changes:
    """A setting of promotion, where somebody promotes."""

    def change(scenario: Scenario, value: float) -> dict[str, str] | None:
        promoters = any(tier.promotes > 0 for tier in scenario.tiers.values())
        if not (promoters and scenario.promotion.posts):
            return None
        return {path: f"{value:.10g}"}

    return change


def _times_share(value: float, factor: float) -> str:
    """A share or probability times a factor, which ends at 1."""
    return f"{min(1.0, value * factor):.10g}"


def follows(scenario: Scenario, value: float) -> dict[str, str] | None:
    """Share of an audience that follows to another platform, times a factor."""
    found = {
        f"platforms.{name}.follows": _times_share(platform.follows, value)
        for name, platform in list(scenario.platforms.items())[1:]
        if platform.follows
    }
    return found or None


def moving(scenario: Scenario, value: float) -> dict[str, str] | None:
    """Probability of moving to another platform, times a factor."""
    if len(scenario.platforms) < 2:
        return None
    found = {
        f"tiers.{name}.moves": _times_share(tier.moves, value)
        for name, tier in scenario.tiers.items()
        if tier.moves
    }
    if scenario.returning.moves:
        found["returning.moves"] = _times_share(scenario.returning.moves, value)
    return found or None


def intensity(scenario: Scenario, value: float) -> dict[str, str] | None:
    """How hard other platforms enforce, times a factor."""
    found = {
        f"platforms.{name}.intensity": f"{platform.intensity * value:.10g}"
        for name, platform in list(scenario.platforms.items())[1:]
        if platform.intensity and platform.enforces_from is not None
    }
    return found or None


def worth(scenario: Scenario, value: float) -> dict[str, str] | None:
    """What an impression on a smaller platform is worth, where it is other than 1."""
    found = {
        f"platforms.{name}.worth": f"{value:.10g}"
        for name, platform in scenario.platforms.items()
        if platform.worth != 1.0
    }
    return found or None


def retaliation(scenario: Scenario, value: float) -> dict[str, str] | None:
    """How often a threat follows a return, wherever it is above 0; a regime's keeps its ratio."""
    given = scenario.detection.retaliation.probability
    if not given:
        return None
    found = {"detection.retaliation.probability": f"{value:.10g}"}
    for k, regime in enumerate(scenario.detection.regimes):
        if regime.retaliation:
            share = _times_share(regime.retaliation, value / given)
            found[f"detection.regimes[{k}].retaliation"] = share
    return found


def releases(scenario: Scenario, value: float) -> dict[str, str] | None:
    """Days from one release to the next."""
    found = {
        f"tiers.{name}.sleeper.every": f"{value:.10g} days"
        for name, tier in scenario.tiers.items()
        if tier.sleeper is not None and tier.sleeper.every is not None
    }
    return found or None


def answers(scenario: Scenario, value: float) -> dict[str, str] | None:
    """Share of posts that speakers answer, times a factor."""
    if scenario.counter_speech is None:
        return None
    found = {
        f"counter_speech.speakers.{name}.answers": _times_share(speaker.answers, value)
        for name, speaker in scenario.counter_speech.speakers.items()
        if speaker.answers
    }
    for k, regime in enumerate(scenario.counter_speech.regimes):
        for name, change in regime.speakers.items():
            if change.answers:
                path = f"counter_speech.regimes[{k}].speakers.{name}.answers"
                found[path] = _times_share(change.answers, value)
    return found or None


def counter_speech(field: str) -> Changes:
    """Set a number of counter-speech, where somebody answers."""

    def changes(scenario: Scenario, value: float) -> dict[str, str] | None:
        speech = scenario.counter_speech
        if speech is None or not speech.ever_answers:
            return None
        return {f"counter_speech.{field}": f"{value:.10g}"}

    return changes


def recruits(scenario: Scenario, value: float) -> dict[str, str] | None:
    """People won over per impression, times a factor."""
    if scenario.recruitment is None:
        return None
    rate = scenario.recruitment.per_impression * value
    return {"recruitment.per_impression": f"{rate * 1e6:.10g} per million impressions"}


def recruits_delay(scenario: Scenario, value: float) -> dict[str, str] | None:
    """Median time until somebody won over posts, times a factor."""
    if scenario.recruitment is None:
        return None
    law = scenario.recruitment.delay
    return {"recruitment.delay": law_text(DURATIONS, stretched(law, law.median() * value))}


def bursts(scenario: Scenario, value: float) -> dict[str, str] | None:
    """Each burst of posting as strong as that."""
    return {
        f"posting.bursts[{k}].factor": f"{value:.10g}" for k in range(len(scenario.posting.bursts))
    } or None


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


def in_regimes(path: str, field: str) -> Changes:
    """A probability of ``detection`` and of its regimes, times a factor."""
    section, name = path.split(".")

    def changes(scenario: Scenario, value: float) -> dict[str, str] | None:
        found = {}
        here = getattr(getattr(scenario.detection, section), name)
        if here:
            found[f"detection.{path}"] = _times_share(here, value)
        for k, regime in enumerate(scenario.detection.regimes):
            later = getattr(regime, field)
            if later:
                found[f"detection.regimes[{k}].{field}"] = _times_share(later, value)
        return found or None

    return changes


def campaigns(scenario: Scenario, value: float) -> dict[str, str] | None:
    """How many accounts campaigns suspend, times a factor."""
    found = {}
    for k, pulse in enumerate(scenario.detection.pulses):
        if pulse.share:
            found[f"detection.pulses[{k}].share"] = _times_share(pulse.share, value)
        if pulse.accounts:
            found[f"detection.pulses[{k}].accounts"] = str(max(1, round(pulse.accounts * value)))
    return found or None


def watched(scenario: Scenario, value: float) -> dict[str, str] | None:
    """How many of each tier are watched, times a factor."""
    return _watched_tiers(scenario, value, by_chance=False) or None


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


def _ordinary_users(scenario: Scenario) -> bool:
    """Whether ordinary users are reviewed, and can be suspended wrongly."""
    team = scenario.review.team
    reviewed = (
        scenario.detection.precision < 1
        or (team is not None and team.benign_reports > 0)
        or wrong_rates(scenario, 1.0) is not None
        or wrong_shares(scenario, 1.0) is not None
    )
    return reviewed and scenario.review.mistakes.probability > 0


def precision(scenario: Scenario, value: float) -> dict[str, str] | None:
    """Of the channels together, where it is below 1."""
    if scenario.detection.precision >= 1:
        return None
    return {"detection.precision": f"{value:.10g}"}


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


def wrong_shares(scenario: Scenario, value: float) -> dict[str, str] | None:
    """So many times the wrong flags for each right one, where channels have their own precision."""
    d = scenario.detection
    shares = {
        f"detection.precision_of.{name}": getattr(d.precision_of, name)
        for name in type(d.precision_of).model_fields
    }
    if d.operating_curve is not None:
        shares |= {
            f"detection.operating_curve.points[{k}].precision": point.precision
            for k, point in enumerate(d.operating_curve.points)
        }
    found = {
        path: f"{share / (share + value * (1.0 - share)):.10g}"
        for path, share in shares.items()
        if share is not None and share < 1
    }
    return found or None


def appeals(field: str) -> Changes:
    """Set a number of appeals, where there are any."""

    def changes(scenario: Scenario, value: float) -> dict[str, str] | None:
        if scenario.review.appeals is None:
            return None
        if field.startswith("operators") and scenario.review.team is None:
            return None
        if field == "operators_succeed" and scenario.review.appeals.operators == 0:
            return None
        return {f"review.appeals.{field}": f"{value:.10g}"}

    return changes


def mistakes(field: str) -> Changes:
    """Set a number of mistakes, where ordinary users can be suspended."""

    def changes(scenario: Scenario, value: float) -> dict[str, str] | None:
        return {f"review.mistakes.{field}": f"{value:.10g}"} if _ordinary_users(scenario) else None

    return changes


def reinstatement(scenario: Scenario, value: float) -> dict[str, str] | None:
    """Median time until a wrong suspension ends, times a factor."""
    law = scenario.review.mistakes.reinstatement
    if scenario.review.team is not None and scenario.review.appeals is not None:
        return None  # the team's queue says it
    if not _ordinary_users(scenario) or not 0 < law.median() < math.inf:
        return None
    longer = stretched(law, law.median() * value)
    return {"review.mistakes.reinstatement": law_text(DURATIONS, longer)}


def horizon(scenario: Scenario, factor: float) -> dict[str, str] | None:
    """A shorter or longer run, unless a date of the scenario would lie behind its end."""

    def days(of: float) -> dict[str, str]:
        return {"horizon": f"{max(1, round(scenario.horizon * of))} days"}

    try:
        scenario.with_changes(days(0.5))
    except ScenarioErrors:
        return None
    return days(factor)


def starting_state(scenario: Scenario, attached: float) -> dict[str, str] | None:
    """So much of every audience follows at the start; the rest did so before and looks for it."""
    changes = {}
    for name, tier in scenario.tiers.items():
        if tier.sleeper is None and tier.attached_at_start > 0:
            changes[f"tiers.{name}.attached_at_start"] = f"{attached:.10g}"
            changes[f"tiers.{name}.detached_at_start"] = f"{1 - attached:.10g}"
    return changes or None
