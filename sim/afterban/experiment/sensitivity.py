"""Assumptions ranked by how much they matter: each one alone, at both ends of its stated range.

Every setting runs on the same random numbers as the centre, so that what an assumption does is told
from few replications.  What a policy itself sets stays as the policy sets it.

Large networks are thinned: every tier keeps its share (and at least one operator), and the outside
population shrinks with them.  Where that was done, the result says so.

Checked by ``tests/experiment/test_sensitivity.py``.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from afterban.engines import EngineName
from afterban.errors import ScenarioErrors
from afterban.experiment.breakeven import stretched, time_text
from afterban.experiment.compare import HEADLINE, check_metric, estimate_dict, estimate_from
from afterban.experiment.replicate import replicate
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT, Parameters
from afterban.scenario import Distribution, Scenario
from afterban.scenario.resolve import law_text
from afterban.scenario.schema import (
    Detection,
    Differences,
    Regime,
    TierPressure,
    TierPressureChange,
)
from afterban.scenario.types import DURATIONS, NUMBERS, RATES, Flavour
from afterban.statistics import Estimate, mean_interval, paired_difference

Floats = npt.NDArray[np.float64]
# The values of a scenario that are other at one end of a range, by path; None if it has none.
Changes: TypeAlias = Callable[[Scenario, float], "dict[str, str] | None"]

OPERATORS = 2000  # of the thinned network
REPLICATIONS = 4
# Parameters that act after a flag only, of which the twin without enforcement has none.
_AFTER_A_FLAG = frozenset(
    (
        "time_to_action",
        "wave_every",
        "action_delay",
        "scan_time",
        "sensitivity",
        "returns",
        "spares",
        "release_every",
        "near_identical",
        "appeal_success",
        "own_success",
        "give_up_suspensions",
        "give_up_within",
        "posts_after",
        "filing",
    )
)


@dataclass(frozen=True)
class Assumption:
    """A value that is not well known, with the range in which it lies.

    low, high: ends of the range, in the unit of ``text``.
    kind: ``published`` if the range is from the sources, ``assumed`` if nothing is published.
    why: where the range comes from, in a few words.
    changes: the values to change, from the scenario and an end.
    text: an end for people.
    """

    name: str
    label: str
    low: float
    high: float
    kind: str
    sources: tuple[str, ...]
    why: str
    changes: Changes
    text: Callable[[float], str]

    def at(self, place: float) -> float:
        """The value at a place between 0 (the low end) and 1: factors and times by ratios."""
        if self.text in (_times, time_text) and self.low > 0:
            return self.low * math.exp(place * math.log(self.high / self.low))
        return self.low + place * (self.high - self.low)


# --- how a value is changed -----------------------------------------------------------------------


def _set(path: str) -> Changes:
    def changes(scenario: Scenario, value: float) -> dict[str, str] | None:
        return {path: f"{value:.10g}"}

    return changes


def _set_in_tiers(field: str, tiers: Collection[str] | None = None) -> Changes:
    """The same value in every tier (of those), where the tier gives it itself."""

    def changes(scenario: Scenario, value: float) -> dict[str, str] | None:
        found = {
            f"tiers.{name}.{field}": f"{value:.10g}"
            for name, tier in scenario.tiers.items()
            if (tiers is None or name in tiers) and getattr(tier, field)
        }
        return found or None

    return changes


def _return_probability(scenario: Scenario, value: float) -> dict[str, str] | None:
    """The general one, if there is a tier that has none of its own."""
    if all(tier.returns is not None for tier in scenario.tiers.values()):
        return None
    return {"returning.probability": f"{value:.10g}"}


def _give_up(scenario: Scenario, value: float) -> dict[str, str] | None:
    """So many suspensions within the scenario's time, or within 30 days."""
    given = scenario.returning.give_up
    within = "30d" if given is None else f"{given.within:.10g}d"
    return {"returning.give_up": f"{{suspensions: {round(value)}, within: {within}}}"}


def _differences(scenario: Scenario, value: float) -> dict[str, str] | None:
    """Uniform factors about 1, so far to either side, in tiers that have no laws of their own."""
    law = f"{{uniform: {{low: {1.0 - value:.10g}, high: {1.0 + value:.10g}}}}}" if value else "1"
    own = Differences()
    found = {
        f"tiers.{name}.differences.{what}": law
        for name, tier in scenario.tiers.items()
        for what in ("returns", "refollow", "lost")
        if getattr(tier.differences or own, what) == getattr(own, what)
    }
    return found or None


def _median(path: str, flavour: Flavour) -> Changes:
    """A distribution stretched to that median."""
    section, field = path.split(".")

    def changes(scenario: Scenario, value: float) -> dict[str, str] | None:
        law: Distribution = getattr(getattr(scenario, section), field)
        return {path: law_text(flavour, stretched(law, value))}

    return changes


def _time_to_action(scenario: Scenario, value: float) -> dict[str, str] | None:
    """Median time from flag to suspension of routine cases; none with a finite team."""
    if scenario.review.team is not None:
        return None
    law = law_text(DURATIONS, stretched(scenario.review.time_to_action, value))
    found = {"review.time_to_action": law}
    for k, regime in enumerate(scenario.detection.regimes):
        if regime.time_to_action is not None:
            found[f"detection.regimes[{k}].time_to_action"] = law
    return found


def _times_in_tiers(field: str, flavour: Flavour) -> Changes:
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


def _ordinary_audience(scenario: Scenario, value: float) -> dict[str, str] | None:
    tier = scenario.tiers.get("supporter")
    if tier is None:
        return None
    return {"tiers.supporter.audience": law_text(NUMBERS, stretched(tier.audience, value))}


def _operators(scenario: Scenario, value: float) -> dict[str, str] | None:
    """So many operators in all, each tier with its share; only for networks of 2014's size."""
    whole = sum(tier.count for tier in scenario.tiers.values())
    if whole < 10_000:
        return None
    return _counts(scenario, value / whole)


def _counts(scenario: Scenario, factor: float) -> dict[str, str]:
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


def _by_tier(scenario: Scenario, value: float) -> dict[str, str] | None:
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


def _found_2014(scenario: Scenario, value: float) -> dict[str, str] | None:
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


def _found_later(scenario: Scenario, value: float) -> dict[str, str] | None:
    return None if _late_2014(scenario) else _found(scenario, value)


def _regain(scenario: Scenario, value: float) -> dict[str, str] | None:
    audience = scenario.audience
    return {
        "audience.refollow_insiders": f"{audience.refollow_insiders * value:.10g} per day",
        "audience.refollow_outsiders": f"{audience.refollow_outsiders * value:.10g} per day",
    }


def _segments(field: str, unit: str = "") -> Changes:
    """The same value for insiders and outsiders."""

    def changes(scenario: Scenario, value: float) -> dict[str, str] | None:
        return {
            f"audience.{field}_{who}": f"{value:.10g}{unit}" for who in ("insiders", "outsiders")
        }

    return changes


def _promotes(scenario: Scenario, value: float) -> dict[str, str] | None:
    found = {
        f"tiers.{name}.promotes": f"{min(1.0, tier.promotes * value):.10g}"
        for name, tier in scenario.tiers.items()
        if tier.promotes
    }
    return found or None


def _when_promoted(path: str) -> Changes:
    """A setting of promotion, where somebody promotes."""

    def change(scenario: Scenario, value: float) -> dict[str, str] | None:
        promoters = any(tier.promotes > 0 for tier in scenario.tiers.values())
        if not (promoters and scenario.promotion.posts):
            return None
        return {path: f"{value:.10g}"}

    return change


# --- mechanisms that a scenario has or has not ----------------------------------------------------


def _times_share(value: float, factor: float) -> str:
    """A share or probability times a factor, which ends at 1."""
    return f"{min(1.0, value * factor):.10g}"


def _follows(scenario: Scenario, value: float) -> dict[str, str] | None:
    found = {
        f"platforms.{name}.follows": _times_share(platform.follows, value)
        for name, platform in list(scenario.platforms.items())[1:]
        if platform.follows
    }
    return found or None


def _moves(scenario: Scenario, value: float) -> dict[str, str] | None:
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


def _intensity(scenario: Scenario, value: float) -> dict[str, str] | None:
    found = {
        f"platforms.{name}.intensity": f"{platform.intensity * value:.10g}"
        for name, platform in list(scenario.platforms.items())[1:]
        if platform.intensity and platform.enforces_from is not None
    }
    return found or None


def _worth(scenario: Scenario, value: float) -> dict[str, str] | None:
    """What an impression on a smaller platform is worth, where it is other than 1."""
    found = {
        f"platforms.{name}.worth": f"{value:.10g}"
        for name, platform in scenario.platforms.items()
        if platform.worth != 1.0
    }
    return found or None


def _retaliation(scenario: Scenario, value: float) -> dict[str, str] | None:
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


def _releases(scenario: Scenario, value: float) -> dict[str, str] | None:
    found = {
        f"tiers.{name}.sleeper.every": f"{value:.10g} days"
        for name, tier in scenario.tiers.items()
        if tier.sleeper is not None and tier.sleeper.every is not None
    }
    return found or None


def _answers(scenario: Scenario, value: float) -> dict[str, str] | None:
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


def _counter_speech(field: str) -> Changes:
    def changes(scenario: Scenario, value: float) -> dict[str, str] | None:
        speech = scenario.counter_speech
        if speech is None or not speech.ever_answers:
            return None
        return {f"counter_speech.{field}": f"{value:.10g}"}

    return changes


def _recruits(scenario: Scenario, value: float) -> dict[str, str] | None:
    if scenario.recruitment is None:
        return None
    rate = scenario.recruitment.per_impression * value
    return {"recruitment.per_impression": f"{rate * 1e6:.10g} per million impressions"}


def _recruits_delay(scenario: Scenario, value: float) -> dict[str, str] | None:
    if scenario.recruitment is None:
        return None
    law = scenario.recruitment.delay
    return {"recruitment.delay": law_text(DURATIONS, stretched(law, law.median() * value))}


def _bursts(scenario: Scenario, value: float) -> dict[str, str] | None:
    """Each burst of posting as strong as that."""
    return {
        f"posting.bursts[{k}].factor": f"{value:.10g}" for k in range(len(scenario.posting.bursts))
    } or None


def _arrivals(scenario: Scenario, value: float) -> dict[str, str] | None:
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


def _in_regimes(path: str, field: str) -> Changes:
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


def _campaigns(scenario: Scenario, value: float) -> dict[str, str] | None:
    """How many accounts campaigns suspend, times a factor."""
    found = {}
    for k, pulse in enumerate(scenario.detection.pulses):
        if pulse.share:
            found[f"detection.pulses[{k}].share"] = _times_share(pulse.share, value)
        if pulse.accounts:
            found[f"detection.pulses[{k}].accounts"] = str(max(1, round(pulse.accounts * value)))
    return found or None


def _watched(scenario: Scenario, value: float) -> dict[str, str] | None:
    return _watched_tiers(scenario, value, by_chance=False) or None


def _benign_reports(scenario: Scenario, value: float) -> dict[str, str] | None:
    team = scenario.review.team
    if team is None or not team.benign_reports:
        return None
    return {"review.team.benign_reports": f"{team.benign_reports * value:.10g} per day"}


def _service_time(scenario: Scenario, value: float) -> dict[str, str] | None:
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
        or _wrong_rates(scenario, 1.0) is not None
        or _wrong_shares(scenario, 1.0) is not None
    )
    return reviewed and scenario.review.mistakes.probability > 0


def _precision(scenario: Scenario, value: float) -> dict[str, str] | None:
    """Of the channels together, where it is below 1."""
    if scenario.detection.precision >= 1:
        return None
    return {"detection.precision": f"{value:.10g}"}


def _wrong_rates(scenario: Scenario, value: float) -> dict[str, str] | None:
    """Flags on ordinary users where their rates are given."""
    given = scenario.detection.wrong_flags
    rates = {name: getattr(given, name) for name in type(given).model_fields}
    found = {
        f"detection.wrong_flags.{name}": f"{rate * value:.10g} per day"
        for name, rate in rates.items()
        if rate
    }
    return found or None


def _wrong_shares(scenario: Scenario, value: float) -> dict[str, str] | None:
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


def _appeals(field: str) -> Changes:
    def changes(scenario: Scenario, value: float) -> dict[str, str] | None:
        if scenario.review.appeals is None:
            return None
        if field.startswith("operators") and scenario.review.team is None:
            return None
        if field == "operators_succeed" and scenario.review.appeals.operators == 0:
            return None
        return {f"review.appeals.{field}": f"{value:.10g}"}

    return changes


def _mistakes(field: str) -> Changes:
    def changes(scenario: Scenario, value: float) -> dict[str, str] | None:
        return {f"review.mistakes.{field}": f"{value:.10g}"} if _ordinary_users(scenario) else None

    return changes


def _reinstatement(scenario: Scenario, value: float) -> dict[str, str] | None:
    law = scenario.review.mistakes.reinstatement
    if scenario.review.team is not None and scenario.review.appeals is not None:
        return None  # the team's queue says it
    if not _ordinary_users(scenario) or not 0 < law.median() < math.inf:
        return None
    longer = stretched(law, law.median() * value)
    return {"review.mistakes.reinstatement": law_text(DURATIONS, longer)}


# --- the ranges -----------------------------------------------------------------------------------


def _share(value: float) -> str:
    return f"{100 * value:.3g} %"


def _times(value: float) -> str:
    return f"×{value:.2g}"


def _every_days(value: float) -> str:
    return f"every {value:.3g} days"


def _a_day(value: float) -> str:
    return f"{value:.3g} a day"


def _plain(value: float) -> str:
    return f"{value:,.10g}"


def _horizon(scenario: Scenario, factor: float) -> dict[str, str] | None:
    """A shorter or longer run, unless a date of the scenario would lie behind its end."""

    def days(of: float) -> dict[str, str]:
        return {"horizon": f"{max(1, round(scenario.horizon * of))} days"}

    try:
        scenario.with_changes(days(0.5))
    except ScenarioErrors:
        return None
    return days(factor)


def _starting_state(scenario: Scenario, attached: float) -> dict[str, str] | None:
    """So much of every audience follows at the start; the rest did so before and looks for it."""
    changes = {}
    for name, tier in scenario.tiers.items():
        if tier.sleeper is None and tier.attached_at_start > 0:
            changes[f"tiers.{name}.attached_at_start"] = f"{attached:.10g}"
            changes[f"tiers.{name}.detached_at_start"] = f"{1 - attached:.10g}"
    return changes or None


# The ranges are those of the published figures beside the starting values (`sources.yaml` has what
# each source says).  A range given as a factor is relative to the value of the scenario.
ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption(
        "return-probability",
        "how likely ordinary operators are to return",
        0.2,
        0.9,
        "published",
        ("L9",),
        "accounts were made more slowly than suspended, which bounds it below 1 and no closer",
        _return_probability,
        _share,
    ),
    Assumption(
        "core-return-probability",
        "how likely official and media are to return",
        0.7,
        1.0,
        "published",
        ("S13",),
        "they came back almost immediately",
        _set_in_tiers("returns", ("official", "media")),
        _share,
    ),
    Assumption(
        "return-delay",
        "how long operators take to come back (median)",
        0.1,
        6.0,
        "published",
        ("S13", "L29"),
        "almost immediately; hours in one case, with a long tail",
        _median("returning.delay", DURATIONS),
        time_text,
    ),
    Assumption(
        "spare-accounts",
        "spare accounts of operators who prepare some",
        0.0,
        3.0,
        "published",
        ("L29",),
        "one user had two ready",
        _set_in_tiers("spares"),
        _plain,
    ),
    Assumption(
        "near-identical-handles",
        "how often the new handle is nearly the old one",
        0.16,
        0.84,
        "published",
        ("L42", "S13"),
        "half of eight successions, with the 95 % interval of so few",
        _set("handles.near_identical"),
        _share,
    ),
    Assumption(
        "regain",
        "how fast followers find a new account",
        56 / 117,
        325 / 117,
        "published",
        ("L40",),
        "followers one day into a new life: 117, between 56 and 325",
        _regain,
        _times,
    ),
    Assumption(
        "forgetting",
        "how fast people stop looking for an account",
        0.0,
        0.5,
        "assumed",
        (),
        "nothing is published: never, to half of them within a day and a half",
        _segments("forget", " per day"),
        _a_day,
    ),
    Assumption(
        "lost",
        "followers that a suspension loses for good",
        0.0,
        0.7,
        "assumed",
        (),
        "nothing is published: nobody, to most of them",
        _segments("lost"),
        _share,
    ),
    Assumption(
        "promotion",
        "how eagerly accounts promote returned ones",
        0.5,
        2.0,
        "assumed",
        (),
        "nothing is published; half to twice the scenario's values",
        _promotes,
        _times,
    ),
    Assumption(
        "promotion-view-probability",
        "how likely who looks is to see a promotion",
        0.02,
        0.8,
        "assumed",
        (),
        "from that of any post to most; status was quickly regained, which gives no number",
        _when_promoted("promotion.view_probability"),
        _share,
    ),
    Assumption(
        "overlap-insiders",
        "how far audiences of insiders overlap",
        0.25,
        0.75,
        "assumed",
        (),
        "half of all followers were members themselves, which says nothing about pairs",
        _when_promoted("network.overlap_insiders"),
        _share,
    ),
    Assumption(
        "overlap-outsiders",
        "how far audiences of outsiders overlap",
        0.02,
        0.5,
        "assumed",
        (),
        "nothing is published",
        _when_promoted("network.overlap_outsiders"),
        _share,
    ),
    Assumption(
        "view-probability",
        "how likely a follower is to see a post",
        0.013,
        0.05,
        "published",
        ("L75",),
        "impression studies of 2010 to 2014",
        _set("exposure.view_probability"),
        _share,
    ),
    Assumption(
        "insider-share",
        "share of audiences inside the network",
        0.4,
        0.75,
        "published",
        ("L5",),
        "nearly half of all followers were in the data set",
        _set_in_tiers("insider_share"),
        _share,
    ),
    Assumption(
        "posts",
        "how much accounts post",
        6.0 / 6.7,
        15.6 / 6.7,
        "published",
        ("L6",),
        "one page prints means of 6.7 and of 15.6 a day",
        _times_in_tiers("posts", RATES),
        _times,
    ),
    Assumption(
        "audience",
        "audience of an ordinary account (median)",
        150.0,
        270.0,
        "published",
        ("L4",),
        "medians that fit a mean of 1,004 with the vast majority under 500",
        _ordinary_audience,
        _plain,
    ),
    Assumption(
        "network-size",
        "operators in the network",
        27_000.0,
        90_000.0,
        "published",
        ("L24", "L2", "L3"),
        "27,000 in August, at least 46,000 in October, at most 90,000",
        _operators,
        _plain,
    ),
    Assumption(
        "pressure-2014",
        "how often accounts are found",
        2 / 3,
        10.0,
        "published",
        ("L7",),
        "hazard of suspension 2e-4 to 3e-3 per account-day, against 3e-4: survivors only",
        _found_2014,
        _times,
    ),
    Assumption(
        "pressure",
        "how often accounts are found",
        0.5,
        2.0,
        "published",
        ("L14", "L22", "L26"),
        "suspensions per day are known within a factor of two",
        _found_later,
        _times,
    ),
    Assumption(
        "pressure-by-tier",
        "how much harder some tiers are pressed",
        0.5,
        2.0,
        "assumed",
        (),
        "nothing is published; half to twice the scenario's factors",
        _by_tier,
        _times,
    ),
    Assumption(
        "time-to-action",
        "time from flag to suspension (median)",
        0.25,
        14.0,
        "published",
        ("L53",),
        "unknown for 2014; 18 to 43 hours elsewhere in 2018",
        _time_to_action,
        time_text,
    ),
    Assumption(
        "fatigue",
        "how operators tire from life to life",
        0.9,
        1.0,
        "assumed",
        (),
        "nothing is published but one user who came back 122 times; factor for each life",
        _set("returning.fatigue"),
        _plain,
    ),
    Assumption(
        "give-up",
        "after how many suspensions operators leave",
        3.0,
        30.0,
        "assumed",
        (),
        "nothing is published; within 30 days, or the scenario's time",
        _give_up,
        _plain,
    ),
    Assumption(
        "differences",
        "how much operators differ",
        0.0,
        0.5,
        "assumed",
        (),
        "nothing is published; factors on return, being found again and loss, so far about 1",
        _differences,
        _share,
    ),
    Assumption(
        "posting-after-return",
        "how much operators post after a return",
        0.65,
        1.3,
        "assumed",
        (),
        "factor for each life; where communities moved, people posted less as often as more",
        _set("returning.posts_after_return"),
        _plain,
    ),
    Assumption(
        "bursts",
        "how much more operators post in bursts",
        1.0,
        5.0,
        "assumed",
        (),
        "times the posts of other days, of each burst; that there are any is in S29, no number is",
        _bursts,
        _plain,
    ),
    Assumption(
        "accuracy",
        "how often a reviewed network account is gone",
        0.85,
        1.0,
        "published",
        ("L27",),
        "of the accounts that volunteers flagged 90.7 % were suspended; 85 % at least",
        _set("review.sensitivity"),
        _share,
    ),
    Assumption(
        "precision",
        "how many flags concern the network",
        0.85,
        0.95,
        "published",
        ("L27",),
        "133,361 of about 147,000 accounts that volunteers flagged were suspended",
        _precision,
        _share,
    ),
    Assumption(
        "mistakes",
        "how often ordinary users are found guilty",
        0.01,
        0.15,
        "assumed",
        (),
        "up to what volunteers' flags would have got wrong; how many were is not published",
        _mistakes("probability"),
        _share,
    ),
    Assumption(
        "appeals",
        "how often wrongly suspended users appeal",
        0.1,
        0.9,
        "assumed",
        (),
        "nothing is published",
        _mistakes("appeals"),
        _share,
    ),
    Assumption(
        "reinstatement",
        "how long appeals take",
        0.25,
        4.0,
        "assumed",
        (),
        "nothing is published; a quarter to four times the scenario's time",
        _reinstatement,
        _times,
    ),
    Assumption(
        "wrong-shares",
        "wrong flags for each right one, by channel",
        0.5,
        2.0,
        "assumed",
        (),
        "no program's precision is published; half to twice the scenario's",
        _wrong_shares,
        _times,
    ),
    Assumption(
        "wrong-rates",
        "flags on ordinary users a day",
        0.25,
        4.0,
        "assumed",
        (),
        "nothing is published; a quarter to four times the scenario's",
        _wrong_rates,
        _times,
    ),
    Assumption(
        "appeal-success",
        "how often appeals succeed",
        0.5,
        1.0,
        "assumed",
        (),
        "nothing is published",
        _appeals("success"),
        _share,
    ),
    Assumption(
        "own-appeals",
        "how often suspended operators appeal",
        0.0,
        0.5,
        "assumed",
        (),
        "nothing is published",
        _appeals("operators"),
        _share,
    ),
    Assumption(
        "own-appeal-success",
        "how often appeals of operators succeed",
        0.0,
        0.2,
        "assumed",
        (),
        "nothing is published",
        _appeals("operators_succeed"),
        _share,
    ),
    Assumption(
        "benign-reports",
        "reports about ordinary users in the queue",
        0.25,
        4.0,
        "assumed",
        (),
        "no share of all reports is published; a quarter to four times the scenario's",
        _benign_reports,
        _times,
    ),
    Assumption(
        "service-time",
        "time that a reviewer takes for a case",
        0.5,
        2.0,
        "assumed",
        (),
        "8,000 simple items a day are a lower bound for accounts; half to twice the scenario's",
        _service_time,
        _times,
    ),
    Assumption(
        "handle-recall",
        "how often a handle near enough is matched",
        0.5,
        1.5,
        "assumed",
        (),
        "nothing is published; half to one and a half times the scenario's, 100 % at most",
        _in_regimes("handle_match.recall", "handle_recall"),
        _times,
    ),
    Assumption(
        "link-match-promoted",
        "how often a promotion exposes the promoted",
        0.5,
        2.0,
        "assumed",
        (),
        "suspended accounts had ten times the reshares, which gives no probability",
        _in_regimes("link_match.promoted", "link_promoted"),
        _times,
    ),
    Assumption(
        "link-match-promoter",
        "how often a promotion exposes the promoter",
        0.5,
        2.0,
        "assumed",
        (),
        "suspended accounts had ten times the reshares, which gives no probability",
        _in_regimes("link_match.promoter", "link_promoter"),
        _times,
    ),
    Assumption(
        "worth",
        "what a person on a smaller platform is worth",
        1.0,
        10.0,
        "assumed",
        (),
        "a document says more than on a large one, and no number",
        _worth,
        _times,
    ),
    Assumption(
        "retaliation",
        "how often who is back sends a threat",
        0.01,
        0.5,
        "assumed",
        (),
        "a document has one case, and no rate",
        _retaliation,
        _share,
    ),
    Assumption(
        "campaigns",
        "how many accounts campaigns suspend",
        0.5,
        2.0,
        "published",
        ("L14", "L22", "L26"),
        "suspensions per day are known within a factor of two",
        _campaigns,
        _times,
    ),
    Assumption(
        "watched",
        "how closely important accounts are watched",
        0.5,
        2.0,
        "assumed",
        (),
        "nothing is published; half to twice the scenario's values",
        _watched,
        _times,
    ),
    Assumption(
        "moves",
        "how likely operators are to move elsewhere",
        0.5,
        2.0,
        "assumed",
        (),
        "three hops are reported and no share; half to twice the scenario's values",
        _moves,
        _times,
    ),
    Assumption(
        "follows",
        "audience that follows to another platform",
        0.5,
        2.0,
        "assumed",
        (),
        "nothing is published; half to twice the scenario's values",
        _follows,
        _times,
    ),
    Assumption(
        "other-platforms",
        "how hard other platforms enforce",
        0.2,
        2.0,
        "assumed",
        (),
        "that accounts went is reported, and no rate; as weakly as the first, to twice as hard",
        _intensity,
        _times,
    ),
    Assumption(
        "releases",
        "how often an account is made for a release",
        10.0,
        30.0,
        "assumed",
        (),
        "again and again is reported, and no number; every ten days to once a month",
        _releases,
        _every_days,
    ),
    Assumption(
        "answers",
        "how many posts counter-speakers answer",
        0.1,
        10.0,
        "assumed",
        (),
        "near-daily exchanges in one case, no figure in others; a tenth to ten times",
        _answers,
        _times,
    ),
    Assumption(
        "answers-seen",
        "how many who see a post see the answer",
        0.013,
        0.5,
        "assumed",
        (),
        "from as few as see any post to half of them; nothing is published",
        _counter_speech("answers_seen"),
        _share,
    ),
    Assumption(
        "answers-effect",
        "how much answers keep people from following",
        0.0,
        0.5,
        "assumed",
        (),
        "what answers do to conversion is not known",
        _counter_speech("effect"),
        _share,
    ),
    Assumption(
        "recruits",
        "new operators for each impression",
        0.5,
        2.0,
        "assumed",
        (),
        "three times the fighters in half a year is context, no rate; half to twice",
        _recruits,
        _times,
    ),
    Assumption(
        "recruits-delay",
        "how long recruits take to begin",
        0.5,
        2.0,
        "assumed",
        (),
        "nothing is published; half to twice the scenario's time",
        _recruits_delay,
        _times,
    ),
    Assumption(
        "arrivals",
        "how many operators arrive",
        0.5,
        2.0,
        "assumed",
        (),
        "nothing is published on who begins anew; half to twice the scenario's",
        _arrivals,
        _times,
    ),
    Assumption(
        "horizon",
        "how long the run is",
        0.5,
        2.0,
        "assumed",
        (),
        "a choice: from a start with everybody attached reach goes on falling; half to twice",
        _horizon,
        _times,
    ),
    Assumption(
        "starting-state",
        "how much of the audiences follows at the start",
        0.25,
        1.0,
        "assumed",
        (),
        "a choice: the rest followed an earlier account and looks for the next one",
        _starting_state,
        _share,
    ),
)


# --- what comes of it -----------------------------------------------------------------------------


@dataclass(frozen=True)
class End:
    """The metric with one assumption at one end of its range.

    value: mean of the metric.  change: its paired difference from the centre.
    contrast: paired difference of the second arm from the first, if there is one.
    """

    text: str
    value: Estimate
    change: Estimate
    contrast: Estimate | None = None

    @property
    def told(self) -> bool:
        """Whether the change can be told from none."""
        e = self.change
        return e.low > 0 or e.high < 0 or (e.value != 0 and e.low == e.high)


@dataclass(frozen=True)
class Swing:
    """What one assumption does alone."""

    name: str
    label: str
    kind: str
    sources: tuple[str, ...]
    why: str
    low: End
    high: End

    @property
    def span(self) -> float:
        """Distance between the highest and the lowest mean, the centre counted in."""
        moves = [0.0, self.low.change.value, self.high.change.value]
        return max(moves) - min(moves)

    @property
    def told(self) -> bool:
        """Whether either end can be told from the centre."""
        return self.low.told or self.high.told


@dataclass(frozen=True)
class Sensitivity:
    """Assumptions, the one that moves the metric most first.

    policy: arm whose metric it is.  other: second arm, whose advantage is followed too.
    operators, of: size of the network that was run, and of the scenario's.
    """

    scenario: str
    digest: str
    metric: str
    policy: str
    other: str | None
    seed: int
    engine: str
    replications: int
    operators: int
    of: int
    centre: Estimate
    contrast: Estimate | None
    swings: tuple[Swing, ...]

    @property
    def thinned(self) -> bool:
        """Whether the network was made smaller."""
        return self.operators != self.of

    def to_dict(self) -> dict[str, Any]:
        """For JSON: a number that is not finite is None."""
        return {
            **{
                key: getattr(self, key)
                for key in (
                    *("scenario", "digest", "metric", "policy", "other", "seed", "engine"),
                    *("replications", "operators", "of"),
                )
            },
            "centre": estimate_dict(self.centre),
            "contrast": None if self.contrast is None else estimate_dict(self.contrast),
            "swings": [
                {
                    "name": swing.name,
                    "label": swing.label,
                    "kind": swing.kind,
                    "sources": list(swing.sources),
                    "why": swing.why,
                    "low": _end_dict(swing.low),
                    "high": _end_dict(swing.high),
                }
                for swing in self.swings
            ],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Sensitivity:
        """What :meth:`to_dict` gave.  Raises KeyError or TypeError for anything else."""
        plain = {
            key: value for key, value in data.items() if key not in ("centre", "contrast", "swings")
        }
        return cls(
            **plain,
            centre=estimate_from(data["centre"]),
            contrast=None if data["contrast"] is None else estimate_from(data["contrast"]),
            swings=tuple(
                Swing(
                    name=one["name"],
                    label=one["label"],
                    kind=one["kind"],
                    sources=tuple(one["sources"]),
                    why=one["why"],
                    low=_end(one["low"]),
                    high=_end(one["high"]),
                )
                for one in data["swings"]
            ),
        )


def thinned(scenario: Scenario, operators: int = OPERATORS) -> Scenario:
    """The scenario with about so many operators, if it has more.

    What is counted in accounts, reports or people shrinks with them, in every policy too: the
    outside population, campaigns, reports about ordinary users, recruits.  A team keeps its
    reviewers, who then take as much longer for a case, and so are as busy.
    """
    whole = sum(tier.count for tier in scenario.tiers.values())
    if whole <= operators:
        return scenario
    factor = operators / whole
    changes = {
        **_counts(scenario, factor),
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
    return scenario.with_changes(changes)


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
        | (_arrivals(scenario, factor) or {})
        | (_benign_reports(scenario, factor) or {})
        | (_wrong_rates(scenario, factor) or {})
        | (_service_time(scenario, 1 / factor) or {})
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


def rank(
    scenario: Scenario,
    *,
    metric: str = HEADLINE,
    policy: str = AS_WRITTEN,
    other: str | None = None,
    operators: int = OPERATORS,
    replications: int = REPLICATIONS,
    leave_out: Collection[str] = (),
    assumptions: Sequence[Assumption] = ASSUMPTIONS,
    seed: int | None = None,
    engine: EngineName | None = None,
    workers: int | None = None,
    level: float = 0.95,
    progress: Callable[[int, int], None] | None = None,
) -> Sensitivity:
    """Run every assumption that the scenario makes at both ends of its range.

    Args:
        scenario: the scenario.
        metric: what is followed.
        policy: the arm in which it is followed.
        other: another arm; its difference from ``policy`` is followed too.
        operators: largest network that is run as it is; larger ones are thinned.
        replications: of each setting, on common random numbers.
        leave_out: names of assumptions that are not varied.
        assumptions: what to vary.
        level: of the intervals.
        progress: called with the settings done and planned.

    Raises:
        AfterbanError: a metric that is not there.
    """
    from afterban.engines import default_engine

    check_metric(scenario, metric)
    smaller = thinned(scenario, operators)
    arms = [policy] if other is None else [policy, other]
    twins: dict[str, list[Mapping[str, float]]] = {}

    def run(changed: Scenario) -> dict[str, Floats]:
        key = twin_key(changed)
        known = twins.get(key)
        runs = arms if known is not None else [*arms, WITHOUT_ENFORCEMENT]
        rows = list(
            replicate(
                changed,
                runs,
                replications=replications,
                seed=seed,
                engine=engine,
                workers=workers,
                twins=known,
            )
        )
        if known is None:
            twins[key] = [row[-1].metrics for row in rows]
        return {
            arm: np.array([row[k].metrics.get(metric, math.nan) for row in rows])
            for k, arm in enumerate(arms)
        }

    plans = []
    for assumption in assumptions:
        if assumption.name in leave_out:
            continue
        # Ranges are relative to the scenario in full; the network is thinned after that.
        ends = [assumption.changes(scenario, x) for x in (assumption.low, assumption.high)]
        if ends[0] is not None and ends[1] is not None:
            plans.append((assumption, ends[0], ends[1]))
    total, done = 1 + 2 * len(plans), 0

    def advance() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)

    centre = run(smaller)
    advance()
    factor = _operators_of(smaller) / _operators_of(scenario)

    def end(assumption: Assumption, value: float, changes: Mapping[str, str]) -> End:
        given = {
            path: str(max(1, round(int(text) * factor))) if path.endswith(".count") else text
            for path, text in changes.items()
        }
        there = run(smaller.with_changes(given))
        advance()
        return End(
            assumption.text(value),
            _mean(there[policy], level),
            _paired(there[policy], centre[policy], level),
            None if other is None else _paired(there[other], there[policy], level),
        )

    swings = [
        Swing(
            one.name,
            one.label,
            one.kind,
            one.sources,
            one.why,
            end(one, one.low, low),
            end(one, one.high, high),
        )
        for one, low, high in plans
    ]
    swings.sort(key=lambda swing: -swing.span if math.isfinite(swing.span) else math.inf)
    return Sensitivity(
        scenario=scenario.name,
        digest=scenario.digest(),
        metric=metric,
        policy=policy,
        other=other,
        seed=scenario.seed if seed is None else seed,
        engine=engine or default_engine(),
        replications=replications,
        operators=_operators_of(smaller),
        of=_operators_of(scenario),
        centre=_mean(centre[policy], level),
        contrast=None if other is None else _paired(centre[other], centre[policy], level),
        swings=tuple(swings),
    )


def _operators_of(scenario: Scenario) -> int:
    return sum(tier.count for tier in scenario.tiers.values())


def twin_key(scenario: Scenario) -> str:
    """The same for scenarios whose worlds without enforcement are the same."""
    parameters = Parameters.from_scenario(scenario, WITHOUT_ENFORCEMENT)
    key = hashlib.sha256()
    for name, value in parameters._asdict().items():
        if name not in _AFTER_A_FLAG:
            key.update(name.encode() + np.asarray(value).tobytes())
    return key.hexdigest()


def _mean(x: Floats, level: float) -> Estimate:
    told = x[np.isfinite(x)]
    if not len(told):
        return Estimate(math.nan, math.nan, math.nan, 0, level, "cannot be told")
    return mean_interval(told, level)


def _paired(x: Floats, y: Floats, level: float) -> Estimate:
    good = np.isfinite(x) & np.isfinite(y)
    if not good.any():
        return Estimate(math.nan, math.nan, math.nan, 0, level, "cannot be told")
    return paired_difference(x[good], y[good], level)


def _end_dict(end: End) -> dict[str, Any]:
    return {
        "text": end.text,
        "value": estimate_dict(end.value),
        "change": estimate_dict(end.change),
        "contrast": None if end.contrast is None else estimate_dict(end.contrast),
    }


def _end(data: Mapping[str, Any]) -> End:
    contrast = data["contrast"]
    return End(
        data["text"],
        estimate_from(data["value"]),
        estimate_from(data["change"]),
        None if contrast is None else estimate_from(contrast),
    )
