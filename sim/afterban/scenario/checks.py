"""Checks that need more than one value, such as dates that lie within the run."""

from __future__ import annotations

import datetime as dt
import math
from typing import TypeAlias

from afterban.errors import closest, listed
from afterban.language.zones import days_utc
from afterban.scenario import cost
from afterban.scenario.contents import Contents
from afterban.scenario.sections.adaptation import ANSWERED, Adaptation
from afterban.units import format_duration

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LARGEST_SEED = 2**32 - 1
MOST_REPLICATIONS = 2**32
LONGEST_HORIZON = 36_525.0  # days, a hundred years
MOST_STEPS = 100_000  # of one kind in a run: days of the series, windows, waves

Problem: TypeAlias = tuple[str, str, str] | tuple[str, str, str, str | None]


def problems(scenario: Contents, ends_early: bool = False) -> list[Problem]:
    """Path, what was found, what is allowed, and maybe the word that was meant, for each fault.

    ends_early: whether a date after the end is none, but for that of the evaluation.
    """
    return [
        *_numbers(scenario),
        *_tiers(scenario),
        *_correlations(scenario),
        *_audiences(scenario),
        *_names(scenario),
        *_pressed(scenario),
        *_recruits(scenario),
        *_arrivals(scenario),
        *_speech(scenario),
        *_responses(scenario),
        *(
            (*cost.problems(scenario), *_dates(scenario, ends_early))
            if 0 < scenario.horizon <= LONGEST_HORIZON
            else ()
        ),
    ]


def _numbers(scenario: Contents) -> list[Problem]:
    found: list[Problem] = []
    if scenario.horizon <= 0:
        found.append(("horizon", "the horizon is 0", "write how long to simulate, such as `90 d`"))
    if scenario.horizon > LONGEST_HORIZON:
        found.append(("horizon", "the horizon is over a hundred years", "write a shorter one"))
    if scenario.seed > LARGEST_SEED:
        found.append(("seed", f"`{scenario.seed}` is too large", "a seed is below 2^32"))
    if scenario.replications == 0:
        found.append(("replications", "there are no replications", "write 1 or more"))
    if scenario.replications > MOST_REPLICATIONS:
        what = f"`{scenario.replications}` is too large"
        found.append(("replications", what, "there are at most 2^32, each with draws of its own"))
    times = [
        ("metrics.every", scenario.metrics.every),
        ("metrics.reach_window", scenario.metrics.reach_window),
    ]
    if scenario.review.waves is not None:
        times.append(("review.waves.every", scenario.review.waves.every))
    times += [
        (f"detection.pulses[{k}].every", pulse.every)
        for k, pulse in enumerate(scenario.detection.pulses)
        if pulse.every is not None
    ]
    found += [
        (path, "the time is 0", "write a longer time, such as `1 d`") for path, t in times if t <= 0
    ]
    found += [
        (
            path,
            f"{format_duration(t)} goes {scenario.horizon / t:,.0f} times into the horizon",
            f"write a longer time; {MOST_STEPS:,} times at most",
        )
        for path, t in times
        if not path.startswith("detection.pulses")  # which may end before
        and t > 0
        and scenario.horizon <= LONGEST_HORIZON
        and scenario.horizon / t > MOST_STEPS
    ]
    return found


def _tiers(scenario: Contents) -> list[Problem]:
    tiers, traced = scenario.tiers, scenario.metrics.traced_tier
    if not tiers:
        return [("tiers", "there are no tiers", "give at least one")]
    found: list[Problem] = []
    if not any(tier.count for tier in tiers.values()):
        found.append(("tiers", "no tier has an operator", "give at least one a `count` above 0"))
    if traced is not None and traced not in tiers:
        found.append(
            (
                "metrics.traced_tier",
                f"no tier has the name `{traced}`",
                f"write {listed(tiers, 'or')}",
            )
        )
    return found


def _responses(scenario: Contents) -> list[Problem]:
    """Responses that are stated outside the bounds within which the worst is looked for."""
    if scenario.response_bounds is None:
        return []
    stated = scenario.adaptation or Adaptation()
    found: list[Problem] = []
    for key in ANSWERED:
        ends = getattr(scenario.response_bounds, key)
        factor = getattr(stated, key)
        if ends and not ends[0] <= factor <= ends[1]:
            what = f"adaptation.{key} is {factor:g}, which is not within these bounds"
            allowed = "the worst response is no better than the stated one; widen them"
            found.append((f"response_bounds.{key}", what, allowed))
    return found


def _correlations(scenario: Contents) -> list[Problem]:
    """What a table says of each operator is not drawn, so that nothing can go with it."""
    if scenario.network.operators is None:
        return []
    return [
        (
            f"tiers.{name}.differences.correlations[{k}]",
            "audience and posts of each operator are those of a table (network.operators)",
            "correlate what is drawn: `returns`, `refollow` and `lost`",
        )
        for name, tier in scenario.tiers.items()
        for k, one in enumerate(tier.differences.correlations if tier.differences else ())
        if {one.of, one.with_} & {"audience", "posts"}
    ]


def _audiences(scenario: Contents) -> list[Problem]:
    """Audiences with more outsiders than there are, where no draw makes them so by chance.

    Laws with a tail are cut off there instead, and the run says how often.
    """
    outsiders = int(scenario.exposure.outsiders)
    drawn = {scenario.recruitment.tier} if scenario.recruitment is not None else set()
    drawn |= set(scenario.arrivals.tiers) if scenario.arrivals is not None else set()
    found: list[Problem] = []
    for name, tier in scenario.tiers.items():
        if scenario.network.operators is not None and name not in drawn:
            continue  # its operators are those of the file
        law, most = tier.audience, tier.audience_limit(outsiders)
        written = law.kind in ("constant", "quantiles")
        size = law.largest if written else law.smallest
        if size <= most * (1 + 1e-12):
            continue
        what = {"constant": "an audience", "quantiles": "the largest audience"}.get(
            law.kind, "the smallest audience"
        )
        share = 1 - float(tier.insider_share)
        part = f" ({share:.4g} of an audience are outsiders)" if share < 1 else ""
        found.append(
            (
                f"tiers.{name}.audience",
                f"{what} of {size:,.10g} people has {share * size:,.10g} outsiders, and there are "
                f"{outsiders:,}{part}",
                f"write {int(most)} or less, or raise `exposure.outsiders`",
            )
        )
    return found


def _names(scenario: Contents) -> list[Problem]:
    """Names of tiers and platforms that stand somewhere else than where they are made."""
    tiers, platforms = scenario.tiers, scenario.platforms
    found: list[Problem] = []
    for name, platform in platforms.items():
        if platform.users == 0:
            found.append((f"platforms.{name}.users", "nobody is there", "write 1 or more"))
    recruits = scenario.recruitment
    if recruits is not None and recruits.tier not in tiers:
        found.append(
            (
                "recruitment.tier",
                f"no tier has the name `{recruits.tier}`",
                f"write {listed(tiers, 'or')}",
            )
        )
    for number, pulse in enumerate(scenario.detection.pulses):
        if pulse.platform is not None and pulse.platform not in platforms:
            allowed = f"write {listed(platforms, 'or')}" if platforms else "there are no platforms"
            path = f"detection.pulses[{number}].platform"
            found.append((path, f"no platform has the name `{pulse.platform}`", allowed))
    for name, tier in tiers.items():
        if tier.platform is not None and tier.platform not in platforms:
            allowed = f"write {listed(platforms, 'or')}" if platforms else "there are no platforms"
            found.append(
                (f"tiers.{name}.platform", f"no platform has the name `{tier.platform}`", allowed)
            )
        double = tier.same_operators_as
        if double is None:
            if tier.sleeper is not None and tier.sleeper.only_if_moved:
                found.append(
                    (
                        f"tiers.{name}.sleeper.only_if_moved",
                        "nothing says whose account this is",
                        f"give `tiers.{name}.same_operators_as` too",
                    )
                )
            continue
        path = f"tiers.{name}.same_operators_as"
        others = [other for other, one in tiers.items() if one.same_operators_as is None]
        if double not in others:
            what = f"`{double}` is a double itself" if double in tiers else f"no tier is `{double}`"
            found.append((path, what, f"write {listed(others, 'or')}"))
        elif tiers[double].count != tier.count:
            found.append(
                (
                    path,
                    f"`{double}` has {tiers[double].count} operators and this tier {tier.count}",
                    "give both the same `count`",
                )
            )
    return found


def _pressed(scenario: Contents) -> list[Problem]:
    """Tiers that detection or a burst names and that are not there, or that are named twice."""
    detection = scenario.detection
    found: list[Problem] = [
        _no_tier(scenario, f"{path}.tiers.{name}", name)
        for path, tiers in (
            ("detection", list(detection.tiers)),
            *((f"detection.regimes[{k}]", list(r.tiers)) for k, r in enumerate(detection.regimes)),
        )
        for name in tiers
        if name not in scenario.tiers
    ]
    named = [
        *((f"detection.pulses[{k}]", one.tiers) for k, one in enumerate(detection.pulses)),
        *((f"posting.bursts[{k}]", one.tiers) for k, one in enumerate(scenario.posting.bursts)),
    ]
    for place, tiers in named:
        for number, name in enumerate(tiers):
            path = f"{place}.tiers[{number}]"
            if name not in scenario.tiers:
                found.append(_no_tier(scenario, path, name))
            elif name in tiers[:number]:
                found.append((path, f"`{name}` is named twice", "write each tier once"))
    return found


def _no_tier(scenario: Contents, path: str, name: str) -> Problem:
    allowed = f"write {listed(scenario.tiers, 'or')}"
    return path, f"no tier has the name `{name}`", allowed, closest(name, scenario.tiers)


def _recruits(scenario: Contents) -> list[Problem]:
    recruits = scenario.recruitment
    tier = scenario.tiers.get(recruits.tier) if recruits is not None else None
    if recruits is None or tier is None or tier.sleeper is None or not tier.sleeper.only_if_moved:
        return []
    return [
        (
            "recruitment.tier",
            f"accounts of `{recruits.tier}` are further ones of operators who have moved "
            f"(tiers.{recruits.tier}.sleeper.only_if_moved), and newcomers have none",
            "give another tier",
        )
    ]


def _arrivals(scenario: Contents) -> list[Problem]:
    """Tiers that newcomers cannot join, and regimes of tiers that have no arrivals before."""
    arrivals = scenario.arrivals
    if arrivals is None:
        return []
    found: list[Problem] = []
    for name in arrivals.tiers:
        path, tier = f"arrivals.tiers.{name}", scenario.tiers.get(name)
        if tier is None:
            found.append(_no_tier(scenario, path, name))
        elif tier.sleeper is not None and tier.sleeper.only_if_moved:
            found.append(
                (
                    path,
                    f"accounts of `{name}` are further ones of operators who have moved "
                    f"(tiers.{name}.sleeper.only_if_moved), and newcomers have none",
                    "give another tier",
                )
            )
    for k, regime in enumerate(arrivals.regimes):
        for name in regime.tiers:
            path = f"arrivals.regimes[{k}].tiers.{name}"
            if name not in scenario.tiers:
                found.append(_no_tier(scenario, path, name))
            elif name not in arrivals.tiers:
                found.append(
                    (
                        path,
                        f"`{name}` has no arrivals before",
                        f"give it a rate from the start on, such as `arrivals.tiers.{name}: "
                        "{rate: 0 per day}`",
                    )
                )
    return found


def _speech(scenario: Contents) -> list[Problem]:
    """Tiers that reply and speakers whose answers change, and that are not there."""
    speech = scenario.counter_speech
    if speech is None:
        return []
    found = [
        _no_tier(scenario, f"counter_speech.tiers.{name}", name)
        for name in speech.tiers
        if name not in scenario.tiers
    ]
    for k, regime in enumerate(speech.regimes):
        for name in regime.speakers:
            if name not in speech.speakers:
                found.append(
                    (
                        f"counter_speech.regimes[{k}].speakers.{name}",
                        f"no speaker has the name `{name}`",
                        f"write {listed(speech.speakers, 'or')}",
                        closest(name, speech.speakers),
                    )
                )
    return found


def _dates(scenario: Contents, ends_early: bool) -> list[Problem]:
    start = scenario.start
    found: list[Problem] = []
    try:
        end = start + dt.timedelta(days=scenario.horizon)
    except OverflowError:
        return [("horizon", "the scenario ends after the year 9999", "write a shorter horizon")]
    length = format_duration(scenario.horizon)

    def within(path: str, date: dt.date | None) -> None:
        if date is None:
            return
        if date < start:
            found.append((path, f"{date} is before the start", f"write a date from {start} on"))
        elif (date - start).days >= scenario.horizon and not (
            ends_early and path != "metrics.start"
        ):
            found.append(
                (
                    path,
                    f"{date} is after the end",
                    f"write a date before {end}, which is {length} after the start",
                )
            )

    for name, tier in scenario.tiers.items():
        if tier.sleeper is None:
            continue
        path = f"tiers.{name}.sleeper"
        within(f"{path}.created", tier.sleeper.created)
        within(f"{path}.public", tier.sleeper.public)
        if tier.sleeper.created is not None and tier.sleeper.created > tier.sleeper.public:
            found.append(
                (
                    f"{path}.public",
                    f"the account becomes public before it is made on {tier.sleeper.created}",
                    "write a later date",
                )
            )
        elif tier.sleeper.every is not None:
            lead = (tier.sleeper.public - (tier.sleeper.created or start)).days
            if lead >= tier.sleeper.every:
                found.append(
                    (
                        f"{path}.every",
                        "the account for the next release would be made before this one has been "
                        f"shown, {lead} days ahead",
                        f"write more than `{lead}d`, or a later `created`",
                    )
                )
    for number, pulse in enumerate(scenario.detection.pulses):
        within(f"detection.pulses[{number}].date", pulse.date)
    for number, burst in enumerate(scenario.posting.bursts):
        within(f"posting.bursts[{number}].from", burst.from_)
    changes = [
        ("detection", [regime.from_ for regime in scenario.detection.regimes]),
        ("arrivals", [regime.from_ for regime in getattr(scenario.arrivals, "regimes", ())]),
        (
            "counter_speech",
            [regime.from_ for regime in getattr(scenario.counter_speech, "regimes", ())],
        ),
    ]
    for section, dates in changes:
        for number, date in enumerate(dates):
            path = f"{section}.regimes[{number}].from"
            within(path, date)
            if number and date <= dates[number - 1]:
                found.append(
                    (
                        path,
                        f"{date} does not come after the regime before it ({dates[number - 1]})",
                        "list the regimes in the order of their dates",
                    )
                )
    within("metrics.start", scenario.metrics.start)
    return found + _duty(scenario)


def _duty(scenario: Contents) -> list[Problem]:
    """Shifts on no day, and a team that nobody of is on duty before the run ends."""
    team = scenario.review.team
    if team is None:
        return []
    empty = [k for k, shift in enumerate(team.shifts) if not shift.days]
    if empty:
        return [
            (
                f"review.team.shifts[{k}].days",
                "the shift is on no day",
                "write one or more of mon, tue, wed, thu, fri, sat and sun, or remove the shift",
            )
            for k in empty
        ]
    if team.reviewers:
        return []
    # Every weekday has come within a week, by the team's clocks a day before it or after it too.
    for day in range(-1, min(math.ceil(scenario.horizon), 7) + 1):
        date = scenario.start + dt.timedelta(days=day)
        for shift in team.shifts:
            if shift.reviewers and WEEKDAYS[date.weekday()] in shift.days:
                begin, end = (
                    days_utc(date, float(time), team.timezone, scenario.start)
                    for time in (shift.start, shift.end)
                )
                if begin < scenario.horizon and end > 0:
                    return []
    return [
        (
            "review.team.shifts",
            f"nobody is on duty in the {format_duration(scenario.horizon)} of the run, which "
            f"begin on a {scenario.start:%A} at midnight",
            "give the team `reviewers`, a shift on a day of the run, or a longer horizon",
        )
    ]
