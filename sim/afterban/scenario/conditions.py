"""What a scenario has and has not: conditions under which a setting acts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from afterban.channels import (
    AFTER_SUSPENSION,
    AT_PROMOTION,
    CHANNELS,
    FACTOR,
    RATES,
    Channel,
    Rate,
)
from afterban.scenario.contents import Contents
from afterban.scenario.sections.network import Tier
from afterban.scenario.sections.posting import Burst

# Key of a regime -> the key that it takes the place of from its date on.
REGIME_KEYS = {rate.name: rate.key for rate in RATES} | {
    "time_to_action": "review.time_to_action",
    "urgent_time_to_action": "review.urgent_time_to_action",
}


def _get(scenario: Any, path: str) -> Any:
    for step in path.split("."):
        scenario = getattr(scenario, step)
    return scenario


def ever(s: Contents, key: str) -> bool:
    """Whether a channel is above 0 at some time of the run."""
    given = [regime for regime in s.detection.regimes if getattr(regime, key) is not None]
    values = [getattr(regime, key) for regime in given]
    if not given or given[0].from_ > s.start:
        values.append(_get(s, REGIME_KEYS[key]))
    return any(value > 0 for value in values)


def promotes(s: Contents) -> bool:
    """Whether new accounts are promoted at all."""
    return s.promotion.posts > 0


def _acts(s: Contents, rate: Rate) -> bool:
    """Whether a rate can find an account that nobody of its operator lost before."""
    if rate.acts == AFTER_SUSPENSION or not ever(s, rate.name):
        return False
    if rate.kind == FACTOR and all_tiers(s, lambda tier: getattr(tier, rate.of) == 0):
        return False
    return rate.acts != AT_PROMOTION or promotes(s)


def on(s: Contents, channel: Channel) -> bool:
    """Whether a channel can flag accounts whatever became of others of their operator."""
    if not channel.rates:
        return _campaigns(s)
    return any(_acts(s, rate) for rate in channel.rates)


def _finds(s: Contents) -> bool:
    """Whether a channel flags accounts for review, whatever became of others of their operator."""
    return any(on(s, channel) for channel in CHANNELS if not channel.at_once)


def _comes_back(s: Contents) -> bool:
    """Whether operators can return after a suspension."""
    return any(returns(s, name) > 0 for name in s.tiers)


def _retaliates(s: Contents) -> bool:
    """Whether a threat can follow a suspension."""
    return ever(s, "retaliation") and _comes_back(s) and any(on(s, channel) for channel in CHANNELS)


def reviews(s: Contents) -> bool:
    """Whether a flag can come that is reviewed: campaigns and the sign-up suspend at once."""
    return _finds(s) or _retaliates(s)


def _campaigns(s: Contents) -> bool:
    return any(pulse.share > 0 or pulse.accounts > 0 for pulse in s.detection.pulses)


def suspends(s: Contents) -> bool:
    """Whether anybody can be suspended."""
    return reviews(s) or any(on(s, channel) for channel in CHANNELS)


def has_other_price(s: Contents, channel: str) -> bool:
    """Whether a curve, reports about ordinary users, or look-alikes stand for its precision."""
    if channel == "classifier":
        return s.detection.operating_curve is not None
    if channel == "reports" and s.detection.precision_of.reports is None:
        return s.review.team is not None and s.review.team.benign_reports > 0
    return channel == "handle_match" and s.detection.handle_match.ordinary is not None


def takes_precision(s: Contents) -> bool:
    """Whether a channel that is on has the precision of all."""
    d = s.detection
    return any(
        on(s, channel)
        and getattr(d.precision_of, channel.key) is None
        and getattr(d.wrong_flags, channel.key, None) is None
        and not has_other_price(s, channel.key)
        for channel in CHANNELS
    )


def flags_others(s: Contents) -> bool:
    """Whether a channel flags ordinary users, look-alikes and a team's reports left out."""
    return any(
        on(s, channel)
        and (
            (
                s.detection.precision_in(channel.key) < 1
                and (channel.key == "classifier" or not has_other_price(s, channel.key))
            )
            or (getattr(s.detection.wrong_flags, channel.key, None) or 0) > 0
        )
        for channel in CHANNELS
    )


def reviews_others(s: Contents) -> bool:
    """Whether ordinary users get into the queue."""
    team = s.review.team
    return flags_others(s) or (team is not None and team.benign_reports > 0)


def wins_over(s: Contents) -> bool:
    """Whether anybody is ever recruited."""
    return s.recruitment is not None and s.recruitment.most > 0


def _joins(s: Contents, name: str) -> bool:
    """Whether operators of a tier ever arrive."""
    if s.arrivals is None or name not in s.arrivals.tiers:
        return False
    later = [r.tiers[name].rate for r in s.arrivals.regimes if name in r.tiers]
    return any(rate > 0 for rate in (s.arrivals.tiers[name].rate, *later))


def newcomers(s: Contents) -> bool:
    """Whether anybody is drawn who is not there at the start."""
    return wins_over(s) or any(_joins(s, name) for name in s.tiers)


def has_urgent(s: Contents) -> bool:
    """Whether a case can be urgent."""
    return (
        any(_acts(s, rate) for channel in CHANNELS if channel.urgent for rate in channel.rates)
        or _retaliates(s)
        or any(tier.severity == "urgent" for tier in s.tiers.values())
    )


def all_tiers(s: Contents, has: Callable[[Tier], bool]) -> bool:
    """Whether something holds for each tier."""
    return all(has(tier) for tier in s.tiers.values())


def drawn_tier(s: Contents, name: str) -> bool:
    """Whether operators of a tier are drawn: a file has none of them, or others join it."""
    recruits = s.recruitment is not None and s.recruitment.tier == name
    return s.network.operators is None or (recruits and wins_over(s)) or _joins(s, name)


def goes_to(s: Contents, name: str) -> bool:
    """Whether an operator can ever be on a platform: it starts there, or moves towards it."""
    names = list(s.platforms)
    if any(tier.platform == name for tier in s.tiers.values()):
        return True
    moves = s.returning.moves > 0 or any((t.moves or 0) > 0 for t in s.tiers.values())
    moves = moves or s.returning.give_up is not None
    return names.index(name) == 0 or (moves and suspends(s))


def is_first(s: Contents, name: str) -> bool:
    """Whether a platform is the one where everybody starts."""
    return next(iter(s.platforms), None) == name


def regime_at_start(key: str) -> Callable[[Contents, str], bool | str]:
    """Whether a regime has the key from the first day on; its path."""

    def holds(s: Contents, _: str) -> bool | str:
        for number, regime in enumerate(s.detection.regimes):
            if regime.from_ == s.start and getattr(regime, key) is not None:
                return f"detection.regimes[{number}].{key}"
        return False

    return holds


def tier_at_start(key: str) -> Callable[[Contents, str], bool | str]:
    """Whether a regime has the key of a tier from the first day on; its path."""

    def holds(s: Contents, name: str) -> bool | str:
        for number, regime in enumerate(s.detection.regimes):
            change = regime.tiers.get(name)
            if regime.from_ == s.start and change and getattr(change, key) is not None:
                return f"detection.regimes[{number}].tiers.{name}.{key}"
        return False

    return holds


def arrivals_at_start(s: Contents, name: str) -> bool | str:
    """Whether a regime has the rate of arrival from the first day on; its path."""
    for number, regime in enumerate(s.arrivals.regimes if s.arrivals is not None else ()):
        if regime.from_ == s.start and name in regime.tiers:
            return f"arrivals.regimes[{number}].tiers.{name}.rate"
    return False


def for_releases(tier: Tier) -> bool:
    """Whether its operators make one account after another for releases."""
    return tier.sleeper is not None and tier.sleeper.every is not None


def returns(s: Contents, name: str) -> float:
    """Probability of return of a tier."""
    own = s.tiers[name].returns
    return float(s.returning.probability if own is None else own)


def answers(s: Contents) -> bool:
    """Whether any speaker ever answers."""
    return s.counter_speech is not None and s.counter_speech.ever_answers


def answers_at_start(s: Contents, name: str) -> bool | str:
    """Whether a regime says from the first day on what a speaker answers; its path."""
    for number, regime in enumerate(s.counter_speech.regimes if s.counter_speech else ()):
        change = regime.speakers.get(name)
        if regime.from_ == s.start and change is not None and change.answers is not None:
            return f"counter_speech.regimes[{number}].speakers.{name}.answers"
    return False


def never(key: str) -> Callable[[Contents, str], bool]:
    """Whether a channel is 0 all the time."""
    return lambda s, _: not ever(s, key)


def is_empty(s: Contents, name: str) -> bool:
    """Whether a tier never has an operator."""
    wins = wins_over(s) and s.recruitment is not None and s.recruitment.tier == name
    return s.tiers[name].count == 0 and not wins and not _joins(s, name)


def all_empty(s: Contents, names: Iterable[str]) -> bool:
    """Whether tiers are named, and none of them ever has an operator."""
    found = [is_empty(s, name) for name in names]
    return bool(found) and all(found)


def only_tier(s: Contents, number: str) -> bool:
    """Whether a campaign names the only tier that there is."""
    return len(s.tiers) == 1 and bool(s.detection.pulses[int(number)].tiers)


def campaign_of_nobody(s: Contents, number: str) -> bool:
    """Whether a campaign hits nobody."""
    pulse = s.detection.pulses[int(number)]
    return pulse.share == 0 and pulse.accounts == 0


def only_once(s: Contents, number: str) -> bool:
    """Whether a campaign has an interval and comes once."""
    pulse = s.detection.pulses[int(number)]
    left = s.horizon - (pulse.date - s.start).days
    return pulse.every is not None and pulse.times == 1 and left > 0


def everybody_here(s: Contents, number: str) -> bool:
    """Whether a campaign names the only platform that there is."""
    return len(s.platforms) == 1 and s.detection.pulses[int(number)].platform is not None


def burst(s: Contents, number: str) -> Burst:
    """A burst by its number."""
    return s.posting.bursts[int(number)]
