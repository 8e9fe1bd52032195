"""What cannot end: scenarios whose replications would take days or gigabytes by one of their keys.

The bounds are far above what anybody simulates and far below what a machine does in a day: they
are there so that a typing error is told by its key, before anything is made.  Memory, which depends
on the machine, is looked at in :mod:`afterban.experiment.memory`.

Events are counted as the engines draw them, by thinning: as if each operator's whole audience
followed all the time.  Checked by ``tests/unit/test_cost.py``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise
from statistics import NormalDist

from afterban.channels import HAZARDS, OF_RATE, PER_IMPRESSION, PER_POST, WITH_RATE, Rate
from afterban.language.laws import Distribution
from afterban.scenario.contents import Contents
from afterban.scenario.sections.detection import Regime
from afterban.scenario.sections.network import Tier
from afterban.scenario.sections.ranking import readings
from afterban.units import format_duration

MOST_EVENTS = 1e9  # of one kind in a replication: a quarter of an hour of the compiled engine
MOST_BENIGN = 2.0**28  # the compiled engine numbers these reports in 29 bits
MOST_POINTS = 1e7  # of a sweep, and replications of it
MOST_STRIKES = 100_000  # of all campaigns
MOST_STRIKES_A_DAY = 2**16  # each has a key of its own for its draws
MOST_LOOKS = 1e11  # campaigns times the operators that each looks at

MOST_ARRIVALS = 1e7  # in a replication
MOST_OPERATORS = 2**29  # that the engines can number; memory ends before, and is told elsewhere

_MANY_LIVES = 1000  # the default of returning.most_lives
_LARGE = 10**7  # operators
_RARE = 100.0  # a value that so many networks like this draw once does not count

Problem = tuple[str, str, str]


def problems(scenario: Contents) -> list[Problem]:
    """Path, what was found, and what is allowed, for each key that makes a run endless."""
    return [
        *_arriving(scenario),
        *_struck(scenario),
        *_observed(scenario),
        *_drawn(scenario),
        *_flagged_wrongly(scenario),
        *_lives(scenario),
        *_swept(scenario),
    ]


def typical_mean(law: Distribution, draws: float, most: float = math.inf) -> float:
    """Mean of a law, or of the part of it that so many draws show; inf if it is beyond all measure.

    A law of heavy tail may owe its mean to values that nobody ever draws: the law is cut off where
    one of a hundred times as many draws lies, and at ``most``.
    """
    try:
        return law.mean_below(min(most, _rare(law, _RARE * max(draws, 1.0))))
    except OverflowError:
        return math.inf


def _rare(law: Distribution, one_of: float) -> float:
    """The value that one of so many draws is above; inf for a law that has a largest one."""
    p = law.parameters
    if law.kind == "mixture":
        return max(_rare(part, one_of) for _, part in law.components)
    if law.kind == "exponential":
        return float(p["mean"] * math.log(one_of))
    if law.kind == "lognormal":
        return float(p["median"] * math.exp(p["sigma"] * -NormalDist().inv_cdf(1.0 / one_of)))
    if law.kind == "weibull":
        return float(p["scale"] * math.log(one_of) ** (1 / p["shape"]))
    if law.kind == "pareto":
        return float(p["minimum"] * one_of ** (1 / p["exponent"]))
    return math.inf


# --- when campaigns strike ---------------------------------------------------


def _struck(s: Contents) -> list[Problem]:
    found: list[Problem] = []
    operators = _operators(s)
    total = a_day = 0.0
    for number, pulse in enumerate(s.detection.pulses):
        if pulse.every is None or pulse.every <= 0:
            continue
        end = s.horizon if pulse.until is None else min(s.horizon, (pulse.until - s.start).days)
        times = max(end - (pulse.date - s.start).days, 0.0) / pulse.every
        times = times if pulse.times is None else min(times, pulse.times)
        total += times
        a_day += min(times, 1.0 / pulse.every)
        path = f"detection.pulses[{number}].every"
        what = f"campaigns of every {format_duration(pulse.every)} strike "
        if total > MOST_STRIKES or a_day > MOST_STRIKES_A_DAY:
            allowed = f"{MOST_STRIKES:,} times at most, and {MOST_STRIKES_A_DAY:,} times a day"
            found.append((path, f"{what}{_size(total)} times", f"campaigns strike {allowed}"))
            break
        if total * operators > MOST_LOOKS:
            found.append(
                (
                    path,
                    f"{what}{_size(total)} times and look at {operators:,} operators each time",
                    "let there be fewer of them; write a longer time",
                )
            )
            break
    return found


def _observed(s: Contents) -> list[Problem]:
    """Tables of observed accounts that are brought up to date too often."""
    asked = [
        (f"detection.pulses[{number}].rank_by.window", one.rank_by)
        for number, one in enumerate(s.detection.pulses)
    ]
    if s.review.team is not None:
        asked.append(("review.team.rank_by.window", s.review.team.rank_by))
    operators = _operators(s)
    for path, one in asked:
        if one is None or one.window <= 0:
            continue
        times = s.horizon / float(one.window) * readings(float(one.window))
        if times > MOST_STRIKES or times * operators > MOST_LOOKS:
            return [
                (
                    path,
                    f"a table of {format_duration(one.window)} is made {_size(times)} times, of "
                    f"{operators:,} operators",
                    f"write a longer window, or 0; {MOST_STRIKES:,} times at most",
                )
            ]
    return []


# --- who arrives ----------------------------------------------------------------------------------


def arrivals(s: Contents) -> dict[str, float]:
    """Newcomers that are drawn of each tier on average, those who do not come included.

    They are numbered tier by tier in turn, so that each tier has as many numbers as the largest.
    """
    if s.arrivals is None:
        return {}
    rates = [_rate(s, name) for name in s.arrivals.tiers]
    return dict.fromkeys(s.arrivals.tiers, max(rates) * s.horizon)


def _rate(s: Contents, name: str) -> float:
    """The highest rate of a tier's arrivals, per day."""
    if s.arrivals is None:
        return 0.0
    rates = [float(s.arrivals.tiers[name].rate)]
    for regime in s.arrivals.regimes:
        if name in regime.tiers:
            rates[:] = rates if regime.from_ > s.start else []
            rates.append(float(regime.tiers[name].rate))
    return max(rates)


def _arriving(s: Contents) -> list[Problem]:
    numbers = arrivals(s)
    if sum(numbers.values()) <= MOST_ARRIVALS:
        return []
    name = max(numbers, key=lambda one: _rate(s, one))
    others = f", with a number for each in {len(numbers)} tiers" if len(numbers) > 1 else ""
    return [
        (
            f"arrivals.tiers.{name}.rate",
            f"{_size(numbers[name])} operators would arrive in each replication{others}",
            f"at most {_size(MOST_ARRIVALS)} numbers are drawn; write less",
        )
    ]


# --- what is drawn --------------------------------------------------------------------------------


def _burst(s: Contents, name: str) -> float:
    """Mean over the run of the factor on a tier's posts."""
    horizon = float(s.horizon)
    whole = 0.0
    for (begins, factors), (ends, _) in pairwise(
        [*s.posting.steps(s.start, horizon, [name]), (horizon, [])]
    ):
        whole += factors[0] * (ends - max(begins, 0.0))
    return whole / horizon


def _drawn(s: Contents) -> list[Problem]:
    """Channels whose candidates are too many, all tiers together."""
    d = s.detection
    strongest = max([1.0, *(float(one.intensity) for one in list(s.platforms.values())[1:])])
    highest = {
        one.name: strongest * _highest(float(d.value_of(one)), one.name, d.regimes)
        for one in HAZARDS
    }
    recruits = float(s.recruitment.per_impression) if s.recruitment is not None else 0.0
    found: list[Problem] = []
    parts: dict[str, dict[str, float]] = {}
    for name, tier in s.tiers.items():
        n = _drawn_of(s, name, tier)
        if n == 0:
            continue
        is_drawn = s.network.operators is None
        posts = typical_mean(tier.posts, n) if is_drawn else tier.posts.median()
        limit = tier.audience_limit(int(s.exposure.outsiders))
        people = typical_mean(tier.audience, n, limit) if is_drawn else tier.audience.median()
        inside = float(tier.insider_share)
        posts = _times(posts, _burst(s, name))
        views = _times(posts, float(s.exposure.view_probability), people)
        seen = 1.0 - inside + inside * float(d.insider_reports)
        drawn = {}
        for one in HAZARDS:
            here = _times(_hardest(s, name, one.name), highest[one.name])
            rate = _times(_exposure(one, tier, posts, _times(views, seen)), here)
            drawn[one.key] = rate if one.is_thinned else _again(s, rate)
        drawn[_RECRUITS] = _times(views, 1.0 - inside, recruits)
        for path, rate in drawn.items():
            parts.setdefault(path, {})[name] = _times(n, rate, s.horizon)
    for path, tiers in parts.items():
        total = sum(tiers.values())
        if total > MOST_EVENTS:
            name = max(tiers, key=lambda one: tiers[one])
            tier = s.tiers[name]
            of = f"tiers.{name}.audience and .posts"
            if path in _KINDS and _KINDS[path] == PER_POST:
                of = f"tiers.{name}.posts"
            hint = f" (most for {tier.count:,} operators; see {of})"
            if path in _KINDS and _KINDS[path] not in (PER_POST, PER_IMPRESSION):
                hint = f" (most for the {tier.count:,} operators of tiers.{name})"
            found.append(
                (
                    path,
                    f"{_size(total)} candidate {_EVENTS[path]} would be drawn in each replication"
                    + hint,
                    f"at most {_size(MOST_EVENTS)} are simulated; write less",
                )
            )
    team = s.review.team
    if team is not None and team.benign_reports * s.horizon > MOST_BENIGN:
        found.append(
            (
                "review.team.benign_reports",
                f"{_size(team.benign_reports * s.horizon)} reports about ordinary users would "
                "arrive in each replication",
                f"at most {MOST_BENIGN:,.0f} are simulated; write less",
            )
        )
    return found


_RECRUITS = "recruitment.per_impression"
_KINDS = {one.key: one.kind for one in HAZARDS}
_EVENTS = {one.key: OF_RATE[one.name].candidates for one in HAZARDS} | {_RECRUITS: "recruits"}


def _exposure(hazard: Rate, tier: Tier, posts: float, views: float) -> float:
    """What a hazard is times for an operator with so many posts and views a day."""
    of = {PER_IMPRESSION: views, PER_POST: posts}.get(hazard.kind, 1.0)
    return _times(of, float(getattr(tier, hazard.of)) if hazard.of else 1.0)


def _flagged_wrongly(s: Contents) -> list[Problem]:
    """Channels whose flags on ordinary users have no end."""
    d = s.detection
    strongest = max([1.0, *(float(one.intensity) for one in list(s.platforms.values())[1:])])
    right = dict.fromkeys(
        (one.key for one in WITH_RATE if not {*one.rates} & {*HAZARDS}), float(_operators(s))
    )
    right["pulses"] = sum(
        max(min(s.horizon / one.every, MOST_STRIKES), 1.0) if one.every else 1.0 for one in d.pulses
    ) * float(_operators(s))
    for name, tier in s.tiers.items():
        n = _drawn_of(s, name, tier)
        posts = typical_mean(tier.posts, n) if n else 0.0
        people = typical_mean(tier.audience, n, tier.audience_limit(int(s.exposure.outsiders)))
        views = _times(posts, float(s.exposure.view_probability), people)
        for one in HAZARDS:
            of = _exposure(one, tier, posts, views)
            rate = strongest * _highest(float(d.value_of(one)), one.name, d.regimes)
            key = OF_RATE[one.name].key
            right[key] = right.get(key, 0.0) + _times(n, of, rate, s.horizon)
    found: list[Problem] = []
    for key, flags in right.items():
        own = getattr(d.precision_of, key) is not None
        path = f"detection.precision_of.{key}" if own else "detection.precision"
        precision = d.precision_in(key)
        if precision == 0.0:
            found.append((path, "no flag would be right", "write more than 0"))
        elif _times(flags, (1.0 - precision) / precision) > MOST_BENIGN:
            found.append(
                (
                    path,
                    f"{_size(flags * (1.0 - precision) / precision)} flags on ordinary users "
                    "would be raised in each replication",
                    f"at most {MOST_BENIGN:,.0f} are simulated; write more",
                )
            )
        given = getattr(d.wrong_flags, key, None) or 0.0
        if given * s.horizon > MOST_BENIGN:
            found.append(
                (
                    f"detection.wrong_flags.{key}",
                    f"{_size(given * s.horizon)} flags on ordinary users would be raised in each "
                    "replication",
                    f"at most {MOST_BENIGN:,.0f} are simulated; write less",
                )
            )
    return list({path: problem for problem in found for path in problem[:1]}.values())


def _again(s: Contents, hazard: float) -> float:
    """Flags per day of one operator by a channel that finds at a hazard.

    An account that is flagged is not found again before its review has cleared it: there are as
    many flags as lives, but for those that are cleared, each of which takes its time.
    """
    review = s.review
    if hazard == 0.0 or review.sensitivity == 1.0:
        return 0.0
    waits = [review.time_to_action, review.urgent_time_to_action or review.time_to_action]
    wait = 0.0 if review.team else min(law.mean_below(s.horizon) for law in waits)
    pace = 1.0 / (1.0 / hazard + wait)
    if review.sensitivity == 0.0:
        return pace
    return min(pace, s.returning.most_lives / review.sensitivity / s.horizon)


def _lives(s: Contents) -> list[Problem]:
    """Operators who come back at once, again and again, with no time passing between."""
    r = s.returning
    total = 0.0
    for name, tier in s.tiers.items():
        comes_back = float(r.probability if tier.returns is None else tier.returns)
        lives = float(r.most_lives)
        if comes_back < 1 or r.fatigue < 1:
            lives = min(lives, 1.0 / max(1.0 - comes_back, 1.0 - float(r.fatigue)) + 1.0)
        delay = (r.delay if tier.return_delay is None else tier.return_delay).mean_below(s.horizon)
        if delay > 0:
            lives = min(lives, 2.0 + tier.spares + s.horizon / delay)
        if lives > _MANY_LIVES:  # few are the network's size, which memory bounds
            total += lives * _drawn_of(s, name, tier)
    if total <= MOST_EVENTS:
        return []
    return [
        (
            "returning.most_lives",
            f"operators who come back at once would make {_size(total)} accounts in each "
            "replication",
            "write less, or let some time pass until they come back (`returning.delay`)",
        )
    ]


def _swept(s: Contents) -> list[Problem]:
    """Points and replications of a sweep, which are all listed before the first one is run."""
    if s.sweep is None:
        return []
    grid = s.sweep.design == "grid"
    sizes = [float(len(one.values) or one.steps) for one in s.sweep.parameters.values()]
    points = math.prod(sizes) if grid else float(s.sweep.points or len(s.sweep.rows))
    if points > MOST_POINTS:
        return [
            (
                "sweep.parameters" if grid else "sweep.points",
                f"there are {_size(points)} points",
                f"a sweep has at most {_size(MOST_POINTS)}; vary fewer values in fewer steps",
            )
        ]
    own = s.sweep.replications
    replications = points * float(s.replications if own is None else own)
    if replications > MOST_POINTS:
        return [
            (
                "sweep.parameters" if own is None else "sweep.replications",
                f"there are {_size(replications)} replications over all points",
                f"a sweep has at most {_size(MOST_POINTS)}; take fewer at each point",
            )
        ]
    return []


def _highest(value: float, key: str, regimes: Iterable[Regime]) -> float:
    given = [getattr(regime, key) for regime in regimes]
    return max([value, *(float(one) for one in given if one is not None)])


def _hardest(s: Contents, name: str, key: str) -> float:
    """The largest factor on a channel for a tier in any regime."""
    own = s.detection.tiers.get(name)
    later = [getattr(r.tiers[name], key) for r in s.detection.regimes if name in r.tiers]
    first = 1.0 if own is None else float(getattr(own, key))
    return max([first, *(float(factor) for factor in later if factor)])


def _drawn_of(s: Contents, name: str, tier: Tier) -> int:
    """Operators of a tier, with all who may join it; a large network is what memory bounds."""
    won = s.recruitment.most if s.recruitment is not None and s.recruitment.tier == name else 0
    joining = min(arrivals(s).get(name, 0.0), _LARGE)
    return min(int(tier.count) + int(won) + math.ceil(joining), _LARGE)


def _operators(s: Contents) -> int:
    return sum(_drawn_of(s, name, tier) for name, tier in s.tiers.items())


def _times(*factors: float) -> float:
    """A product in which 0 wins over infinity."""
    return 0.0 if 0.0 in factors else math.prod(factors)


def _size(number: float) -> str:
    """A large number for people."""
    if math.isinf(number):
        return "more than can be counted"
    digits, _, exponent = f"{number:.2g}".partition("e")
    return f"{digits}e{int(exponent)}" if exponent else digits


__all__ = ["arrivals", "problems", "typical_mean"]
