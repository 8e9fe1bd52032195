"""Settings without effect: one table of rules "this key has no effect here, because …".

A rule is read off what the engines and the metrics read, and no more is claimed than they bear out:
with any other value of the key every record and every metric is the same to the last bit.
``tests/unit/test_inert.py`` runs each rule's scenario with other values, and runs it again with the
reason taken away, where the key must act; so a rule that is out of date fails there.

Only keys that somebody wrote are named, and a key of the scenario itself only where it has no
effect in any of the arms that are run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from afterban.documents import Mapping, Node, Scalar
from afterban.documents import Sequence as Items
from afterban.scenario.shapes import Listed, Named, Shape, Table, slots

if TYPE_CHECKING:
    from afterban.scenario.schema import Burst, Scenario, Tier

_STEP = re.compile(r"([^.\[\]]+)|\[([^\[\]]+)\]")
_AS_WRITTEN, _WITHOUT = "base", "none"
_MANY = 6  # keys of one reason; of more, those of all tiers are told together


class Inert(NamedTuple):
    """A key without effect: where it is written, and why it has none."""

    path: str
    why: str


@dataclass(frozen=True)
class Rule:
    """Keys that have no effect where ``holds``.

    keys: paths; ``*`` stands for any name or number, the same one in all of them.
    why: the reason; ``{0}`` is that name or number, ``{1}`` what ``holds`` has to say beside it.
    holds: of a scenario (an arm) and the name or number, "" where a path has none.
    """

    keys: tuple[str, ...]
    why: str
    holds: Callable[[Scenario, str], bool | str]


# --- what a scenario has --------------------------------------------------------------------------

# Key of a regime -> the key that it takes the place of from its date on.
REGIME_KEYS = {
    "signup": "detection.signup",
    "reports": "detection.reports",
    "classifier": "detection.classifier",
    "threats": "detection.threats",
    "watch": "detection.watch",
    "handle_recall": "detection.handle_match.recall",
    "link_promoted": "detection.link_match.promoted",
    "link_promoter": "detection.link_match.promoter",
    "retaliation": "detection.retaliation.probability",
    "time_to_action": "review.time_to_action",
    "urgent_time_to_action": "review.urgent_time_to_action",
}

_RATES = tuple(key for key in REGIME_KEYS if not key.endswith("time_to_action"))


def _get(scenario: Any, path: str) -> Any:
    for step in path.split("."):
        scenario = getattr(scenario, step)
    return scenario


def _ever(s: Scenario, key: str) -> bool:
    """Whether a channel is above 0 at some time of the run."""
    given = [regime for regime in s.detection.regimes if getattr(regime, key) is not None]
    values = [getattr(regime, key) for regime in given]
    if not given or given[0].from_ > s.start:
        values.append(_get(s, REGIME_KEYS[key]))
    return any(value > 0 for value in values)


def _promotes(s: Scenario) -> bool:
    return s.promotion.posts > 0


def _watches(s: Scenario) -> bool:
    return _ever(s, "watch") and any(tier.watched > 0 for tier in s.tiers.values())


def _matches_links(s: Scenario) -> bool:
    return _promotes(s) and (_ever(s, "link_promoted") or _ever(s, "link_promoter"))


def _finds(s: Scenario) -> bool:
    """Whether a channel flags accounts whatever became of others of their operator."""
    return (
        any(_ever(s, key) for key in ("reports", "classifier", "threats", "handle_recall"))
        or _watches(s)
        or _matches_links(s)
    )


def _comes_back(s: Scenario) -> bool:
    """Whether operators can return after a suspension."""
    return any(_returns(s, name) > 0 for name in s.tiers)


def _retaliates(s: Scenario) -> bool:
    """Whether a threat can follow a suspension."""
    return (
        _ever(s, "retaliation")
        and _comes_back(s)
        and (_finds(s) or _campaigns(s) or _ever(s, "signup"))
    )


def _reviews(s: Scenario) -> bool:
    """Whether a flag can come that is reviewed: campaigns and the sign-up suspend at once."""
    return _finds(s) or _retaliates(s)


def _campaigns(s: Scenario) -> bool:
    return any(pulse.share > 0 or pulse.accounts > 0 for pulse in s.detection.pulses)


def _suspends(s: Scenario) -> bool:
    """Whether anybody can be suspended."""
    return _reviews(s) or _campaigns(s) or _ever(s, "signup")


# Key of detection.precision_of and .wrong_flags -> whether that channel is ever on; if it is not.
_CHANNELS: dict[str, tuple[Callable[[Scenario], bool], str]] = {
    "signup": (lambda s: _ever(s, "signup"), "nobody is caught at sign-up"),
    "handle_match": (lambda s: _ever(s, "handle_recall"), "no handle is matched"),
    "link_match": (_matches_links, "no link is matched"),
    "reports": (lambda s: _ever(s, "reports"), "nobody reports"),
    "classifier": (lambda s: _ever(s, "classifier"), "no post is classified"),
    "threats": (lambda s: _ever(s, "threats"), "no threat comes at a constant rate"),
    "watch": (_watches, "nobody watches"),
    "pulses": (_campaigns, "there is no campaign"),
}


def _has_other_price(s: Scenario, channel: str) -> bool:
    """Whether a curve, reports about ordinary users, or look-alikes stand for its precision."""
    if channel == "classifier":
        return s.detection.operating_curve is not None
    if channel == "reports" and s.detection.precision_of.reports is None:
        return s.review.team is not None and s.review.team.benign_reports > 0
    return channel == "handle_match" and s.detection.handle_match.ordinary is not None


def _takes_precision(s: Scenario) -> bool:
    """Whether a channel that is on has the precision of all."""
    d = s.detection
    return any(
        on(s)
        and getattr(d.precision_of, name) is None
        and getattr(d.wrong_flags, name, None) is None
        and not _has_other_price(s, name)
        for name, (on, _) in _CHANNELS.items()
    )


def _flags_others(s: Scenario) -> bool:
    """Whether a channel flags ordinary users, look-alikes and a team's reports left out."""
    return any(
        on(s)
        and (
            (
                s.detection.precision_in(name) < 1
                and (name == "classifier" or not _has_other_price(s, name))
            )
            or (getattr(s.detection.wrong_flags, name, None) or 0) > 0
        )
        for name, (on, _) in _CHANNELS.items()
    )


def _reviews_others(s: Scenario) -> bool:
    team = s.review.team
    return _flags_others(s) or (team is not None and team.benign_reports > 0)


def _recruits(s: Scenario) -> bool:
    return s.recruitment is not None and s.recruitment.most > 0


def _joins(s: Scenario, name: str) -> bool:
    """Whether operators of a tier ever arrive."""
    if s.arrivals is None or name not in s.arrivals.tiers:
        return False
    later = [r.tiers[name].rate for r in s.arrivals.regimes if name in r.tiers]
    return any(rate > 0 for rate in (s.arrivals.tiers[name].rate, *later))


def _newcomers(s: Scenario) -> bool:
    """Whether anybody is drawn who is not there at the start."""
    return _recruits(s) or any(_joins(s, name) for name in s.tiers)


def _has_urgent(s: Scenario) -> bool:
    return (
        _ever(s, "threats")
        or _retaliates(s)
        or any(tier.severity == "urgent" for tier in s.tiers.values())
    )


def _all_tiers(s: Scenario, has: Callable[[Tier], bool]) -> bool:
    return all(has(tier) for tier in s.tiers.values())


def _drawn_tier(s: Scenario, name: str) -> bool:
    """Whether operators of a tier are drawn: a file has none of them, or others join it."""
    recruits = s.recruitment is not None and s.recruitment.tier == name
    return s.network.operators is None or (recruits and _recruits(s)) or _joins(s, name)


def _goes_to(s: Scenario, name: str) -> bool:
    """Whether an operator can ever be on a platform: it starts there, or moves towards it."""
    names = list(s.platforms)
    if any(tier.platform == name for tier in s.tiers.values()):
        return True
    moves = s.returning.moves > 0 or any((t.moves or 0) > 0 for t in s.tiers.values())
    moves = moves or s.returning.give_up is not None
    return names.index(name) == 0 or (moves and _suspends(s))


def _is_first(s: Scenario, name: str) -> bool:
    return next(iter(s.platforms), None) == name


def _regime_at_start(key: str) -> Callable[[Scenario, str], bool | str]:
    def holds(s: Scenario, _: str) -> bool | str:
        for number, regime in enumerate(s.detection.regimes):
            if regime.from_ == s.start and getattr(regime, key) is not None:
                return f"detection.regimes[{number}].{key}"
        return False

    return holds


def _tier_at_start(key: str) -> Callable[[Scenario, str], bool | str]:
    def holds(s: Scenario, name: str) -> bool | str:
        for number, regime in enumerate(s.detection.regimes):
            change = regime.tiers.get(name)
            if regime.from_ == s.start and change and getattr(change, key) is not None:
                return f"detection.regimes[{number}].tiers.{name}.{key}"
        return False

    return holds


def _arrivals_at_start(s: Scenario, name: str) -> bool | str:
    for number, regime in enumerate(s.arrivals.regimes if s.arrivals is not None else ()):
        if regime.from_ == s.start and name in regime.tiers:
            return f"arrivals.regimes[{number}].tiers.{name}.rate"
    return False


def _for_releases(tier: Tier) -> bool:
    """Whether its operators make one account after another for releases."""
    return tier.sleeper is not None and tier.sleeper.every is not None


def _returns(s: Scenario, name: str) -> float:
    own = s.tiers[name].returns
    return float(s.returning.probability if own is None else own)


def _answers(s: Scenario) -> bool:
    """Whether any speaker ever answers."""
    return s.counter_speech is not None and s.counter_speech.ever_answers


def _answers_at_start(s: Scenario, name: str) -> bool | str:
    for number, regime in enumerate(s.counter_speech.regimes if s.counter_speech else ()):
        change = regime.speakers.get(name)
        if regime.from_ == s.start and change is not None and change.answers is not None:
            return f"counter_speech.regimes[{number}].speakers.{name}.answers"
    return False


def _never(key: str) -> Callable[[Scenario, str], bool]:
    return lambda s, _: not _ever(s, key)


def _is_empty(s: Scenario, name: str) -> bool:
    """Whether a tier never has an operator."""
    wins = _recruits(s) and s.recruitment is not None and s.recruitment.tier == name
    return s.tiers[name].count == 0 and not wins and not _joins(s, name)


def _all_empty(s: Scenario, names: Iterable[str]) -> bool:
    """Whether tiers are named, and none of them ever has an operator."""
    found = [_is_empty(s, name) for name in names]
    return bool(found) and all(found)


def _only_tier(s: Scenario, number: str) -> bool:
    return len(s.tiers) == 1 and bool(s.detection.pulses[int(number)].tiers)


def _campaign_of_nobody(s: Scenario, number: str) -> bool:
    pulse = s.detection.pulses[int(number)]
    return pulse.share == 0 and pulse.accounts == 0


def _only_once(s: Scenario, number: str) -> bool:
    pulse = s.detection.pulses[int(number)]
    left = s.horizon - (pulse.date - s.start).days
    return pulse.every is not None and pulse.times == 1 and left > 0


def _everybody_here(s: Scenario, number: str) -> bool:
    return len(s.platforms) == 1 and s.detection.pulses[int(number)].platform is not None


def _burst(s: Scenario, number: str) -> Burst:
    return s.posting.bursts[int(number)]


# --- the rules ------------------------------------------------------------------------------------

_TEAM = "with a team (review.team) reviewers decide, and their queue says when"
_UNLIMITED = "staff is unlimited; it belongs to a team (review.team)"
_NO_FLAG = "no channel of detection flags anybody for review"
_NOBODY = "nobody is ever suspended: every channel of detection is 0, and there is no campaign"

_REVIEW_KEYS = (
    "review.time_to_action",
    "review.urgent_time_to_action",
    "review.sensitivity",
    "review.action_delay",
    "detection.regimes[*].time_to_action",
    "detection.regimes[*].urgent_time_to_action",
)

RULES: tuple[Rule, ...] = (
    Rule(
        _REVIEW_KEYS,
        _NO_FLAG,
        lambda s, _: not _reviews(s) and _suspends(s) and not _flags_others(s),
    ),
    Rule(
        (
            *_REVIEW_KEYS,
            "review.waves.every",
            "review.team.order",
            "detection.precision",
            "returning.probability",
            "returning.moves",
            "returning.fatigue",
            "returning.delay",
            "returning.spare_delay",
            "returning.most_lives",
            "returning.rebuilding.share",
            "returning.rebuilding.window",
            "returning.posts_after_return",
            "returning.posts_after_move",
            "returning.give_up.suspensions",
            "returning.give_up.within",
            "tiers.*.returns",
            "tiers.*.return_delay",
            "tiers.*.moves",
            "tiers.*.spares",
            "tiers.*.differences.returns",
            "tiers.*.differences.lost",
            "handles.near_identical",
            "audience.lost_insiders",
            "audience.lost_outsiders",
            "audience.insiders",
            "audience.recognition.near_edits",
            "audience.recognition.unrelated",
            "detection.retaliation.probability",
            "detection.retaliation.delay",
            "detection.tiers.*.retaliation",
            "detection.regimes[*].retaliation",
        ),
        _NOBODY,
        lambda s, _: not _suspends(s),
    ),
    Rule(
        ("audience.forget_insiders", "audience.forget_outsiders"),
        "nobody is ever detached: no account is suspended, and no tier has detached_at_start",
        lambda s, _: not _suspends(s) and _all_tiers(s, lambda t: t.detached_at_start == 0),
    ),
    Rule(
        (
            "review.time_to_action",
            "review.urgent_time_to_action",
            "detection.regimes[*].time_to_action",
            "detection.regimes[*].urgent_time_to_action",
        ),
        _TEAM,
        lambda s, _: s.review.team is not None,
    ),
    Rule(("review.action_delay",), _UNLIMITED, lambda s, _: s.review.team is None),
    Rule(
        ("review.appeals.filing", "review.appeals.operators", "review.appeals.operators_succeed"),
        _UNLIMITED,
        lambda s, _: s.review.team is None and s.review.appeals is not None,
    ),
    Rule(
        ("review.appeals.operators_succeed",),
        "no operator appeals (review.appeals.operators is 0)",
        lambda s, _: s.review.appeals is not None and s.review.appeals.operators == 0,
    ),
    Rule(
        ("review.mistakes.reinstatement",),
        "the team hears appeals (review.appeals), and its queue says when",
        lambda s, _: s.review.team is not None and s.review.appeals is not None,
    ),
    Rule(
        ("review.appeals.success", "review.appeals.posts_after"),
        "nobody is reinstated: no review ends in a mistake, or nobody appeals "
        "(review.mistakes.probability or .appeals is 0)",
        lambda s, _: (
            s.review.appeals is not None
            and (s.review.mistakes.probability == 0 or s.review.mistakes.appeals == 0)
        ),
    ),
    Rule(
        ("review.mistakes.appeals", "review.mistakes.reinstatement"),
        "no review ends in a mistake (review.mistakes.probability is 0)",
        lambda s, _: s.review.mistakes.probability == 0,
    ),
    Rule(
        ("review.mistakes.appeals", "review.mistakes.reinstatement"),
        "no ordinary user is flagged (detection.precision is 1, and no team hears benign_reports)",
        lambda s, _: not _reviews_others(s),
    ),
    Rule(
        ("review.mistakes.probability",),
        "no ordinary user is flagged (detection.precision is 1, and no team hears benign_reports)",
        lambda s, _: not _reviews_others(s) and s.detection.handle_match.ordinary is None,
    ),
    *(
        Rule(
            tuple(
                f"detection.{section}.{name}"
                for section in ("precision_of", "wrong_flags")
                if (section, name) != ("wrong_flags", "pulses")
            ),
            f"the channel is off: {off}",
            lambda s, _, on=on: not on(s),  # type: ignore[misc]
        )
        for name, (on, off) in _CHANNELS.items()
    ),
    Rule(
        ("detection.operating_curve.threshold",),
        "the classifier is off (detection.classifier is 0 all the time)",
        lambda s, _: s.detection.operating_curve is not None and not _ever(s, "classifier"),
    ),
    Rule(
        ("detection.precision_of.handle_match",),
        "look-alikes say it (detection.handle_match.ordinary)",
        lambda s, _: _has_other_price(s, "handle_match"),
    ),
    Rule(
        ("detection.precision",),
        "each channel has a price of its own (detection.precision_of and .wrong_flags, a curve, a "
        "team's benign_reports, look-alikes)",
        lambda s, _: _suspends(s) and not _takes_precision(s),
    ),
    Rule(
        ("review.urgent_time_to_action", "detection.regimes[*].urgent_time_to_action"),
        "no case is urgent: there are no threats, and no tier is urgent",
        lambda s, _: s.review.team is None and not _has_urgent(s),
    ),
    *(
        Rule(
            (path,),
            "{1} takes its place from the first day on",
            _regime_at_start(key),
        )
        for key, path in REGIME_KEYS.items()
    ),
    *(
        Rule(
            (f"detection.tiers.*.{key}",),
            "{1} takes its place from the first day on",
            _tier_at_start(key),
        )
        for key in _RATES
    ),
    *(
        Rule(
            (f"detection.tiers.*.{key}",),
            f"this channel is closed ({REGIME_KEYS[key]} is 0 all the time)",
            _never(key),
        )
        for key in _RATES
    ),
    Rule(
        ("detection.tiers.*.watch",),
        "this tier is watched by nobody (tiers.{0}.watched is 0)",
        lambda s, name: s.tiers[name].watched == 0,
    ),
    Rule(
        ("detection.insider_reports", "tiers.*.report_weight"),
        "nobody reports (detection.reports is 0 all the time)",
        lambda s, _: not _ever(s, "reports"),
    ),
    Rule(
        ("tiers.*.watched",),
        "nobody watches (detection.watch is 0 all the time)",
        lambda s, _: not _ever(s, "watch"),
    ),
    Rule(
        ("detection.watch", "detection.regimes[*].watch"),
        "no tier is watched (tiers.*.watched)",
        lambda s, _: _all_tiers(s, lambda tier: tier.watched == 0),
    ),
    Rule(
        (
            "detection.handle_match.edits",
            "detection.handle_match.scan_time",
            "detection.handle_match.ordinary.namesakes",
            "detection.handle_match.ordinary.topic_names",
            "detection.handle_match.ordinary.sample",
        ),
        "no handle is matched (detection.handle_match.recall is 0 all the time)",
        lambda s, _: not _ever(s, "handle_recall"),
    ),
    Rule(
        ("detection.retaliation.delay",),
        "no threat follows a suspension (detection.retaliation.probability is 0 all the time)",
        lambda s, _: not _ever(s, "retaliation"),
    ),
    Rule(
        ("detection.link_match.scan_time",),
        "no link is matched (detection.link_match.promoted and .promoter are 0 all the time)",
        lambda s, _: not _ever(s, "link_promoted") and not _ever(s, "link_promoter"),
    ),
    Rule(
        (
            "promotion.delay",
            "promotion.view_probability",
            "promotion.untouched_factor",
            "promotion.on_start",
            "tiers.*.promotes",
            "network.overlap_insiders",
            "network.overlap_outsiders",
            "detection.link_match.promoted",
            "detection.link_match.promoter",
            "detection.link_match.scan_time",
            "detection.tiers.*.link_promoted",
            "detection.tiers.*.link_promoter",
            "detection.regimes[*].link_promoted",
            "detection.regimes[*].link_promoter",
        ),
        "there is no promotion (promotion.posts is 0)",
        lambda s, _: not _promotes(s),
    ),
    Rule(
        tuple(
            f"detection.pulses[*].{key}"
            for key in ("date", "every", "until", "times", "choose", "platform", "tiers")
        ),
        "this campaign hits nobody (its share and its accounts are 0)",
        _campaign_of_nobody,
    ),
    Rule(
        tuple(
            f"detection.pulses[*].{key}"
            for key in ("date", "every", "until", "times", "share", "accounts", "choose")
        ),
        "this campaign finds nobody (none of its tiers has operators)",
        lambda s, number: _all_empty(s, s.detection.pulses[int(number)].tiers),
    ),
    Rule(
        ("detection.pulses[*].tiers",),
        "there is no other tier",
        _only_tier,
    ),
    Rule(
        ("posting.bursts[*].from", "posting.bursts[*].until", "posting.bursts[*].tiers"),
        "operators post in it as on other days (its factor is 1)",
        lambda s, number: _burst(s, number).factor == 1,
    ),
    Rule(
        ("posting.bursts[*].from", "posting.bursts[*].until", "posting.bursts[*].factor"),
        "nobody posts in this burst (none of its tiers has operators)",
        lambda s, number: _all_empty(s, _burst(s, number).tiers),
    ),
    Rule(
        ("posting.bursts[*].tiers",),
        "there is no other tier",
        lambda s, number: len(s.tiers) == 1 and bool(_burst(s, number).tiers),
    ),
    Rule(
        ("detection.regimes[*].tiers",),
        "none of the tiers that the regime names has operators",
        lambda s, number: _all_empty(s, s.detection.regimes[int(number)].tiers),
    ),
    Rule(
        ("detection.pulses[*].every", "detection.pulses[*].until"),
        "the campaign strikes once (its times is 1)",
        _only_once,
    ),
    Rule(
        ("detection.pulses[*].platform",),
        "there is no other platform",
        _everybody_here,
    ),
    Rule(
        ("returning.spare_delay",),
        "nobody has spare accounts (tiers.*.spares)",
        lambda s, _: _all_tiers(s, lambda tier: tier.spares == 0),
    ),
    Rule(
        ("returning.probability",),
        "every tier has its own (tiers.*.returns)",
        lambda s, _: _all_tiers(s, lambda tier: tier.returns is not None),
    ),
    Rule(
        ("returning.delay",),
        "every tier has its own (tiers.*.return_delay)",
        lambda s, _: _all_tiers(
            s, lambda tier: tier.return_delay is not None or _for_releases(tier)
        ),
    ),
    Rule(
        ("tiers.*.return_delay", "tiers.*.spares"),
        "its accounts are made for releases (tiers.{0}.sleeper.every)",
        lambda s, name: _for_releases(s.tiers[name]),
    ),
    Rule(
        ("tiers.*.sleeper.every",),
        "no further account is made: nobody of this tier is suspended, or comes back",
        lambda s, name: (
            s.tiers[name].sleeper is not None and (_returns(s, name) == 0 or not _suspends(s))
        ),
    ),
    Rule(
        ("returning.moves",),
        "every tier has its own (tiers.*.moves)",
        lambda s, _: _all_tiers(s, lambda tier: tier.moves is not None),
    ),
    Rule(
        (
            "tiers.*.return_delay",
            "tiers.*.moves",
            "tiers.*.spares",
            "tiers.*.differences.returns",
        ),
        "nobody of this tier comes back (its probability of return is 0)",
        lambda s, name: (
            (s.returning.probability if s.tiers[name].returns is None else s.tiers[name].returns)
            == 0
        ),
    ),
    Rule(
        (
            "returning.delay",
            "returning.spare_delay",
            "returning.moves",
            "returning.fatigue",
            "returning.rebuilding.share",
            "returning.rebuilding.window",
            "returning.posts_after_return",
            "returning.posts_after_move",
            "returning.give_up.suspensions",
            "returning.give_up.within",
            "handles.near_identical",
            "audience.recognition.near_edits",
            "audience.recognition.unrelated",
            "detection.retaliation.probability",
            "detection.retaliation.delay",
            "detection.tiers.*.retaliation",
            "detection.regimes[*].retaliation",
        ),
        "nobody comes back (every probability of return is 0)",
        lambda s, _: (
            _suspends(s)
            and _all_tiers(
                s,
                lambda tier: (
                    (s.returning.probability if tier.returns is None else tier.returns) == 0
                ),
            )
        ),
    ),
    Rule(
        ("returning.posts_after_move",),
        "nobody can move: there is no other platform",
        lambda s, _: len(s.platforms) < 2,
    ),
    Rule(
        ("returning.posts_after_move",),
        "nobody moves: every probability of it is 0, and nobody gives a platform up",
        lambda s, _: (
            len(s.platforms) > 1
            and s.returning.give_up is None
            and _all_tiers(
                s, lambda tier: (s.returning.moves if tier.moves is None else tier.moves) == 0
            )
        ),
    ),
    Rule(
        ("returning.rebuilding.share",),
        "there is no time for it (returning.rebuilding.window is 0)",
        lambda s, _: s.returning.rebuilding.window == 0,
    ),
    Rule(
        tuple(f"detection.tiers.*.{key}" for key in _RATES)
        + tuple(
            f"tiers.*.{key}"
            for key in (
                *("audience", "insider_share", "attached_at_start", "detached_at_start"),
                *("refollow_factor", "posts", "degree", "prominence", "promotes", "returns"),
                *("return_delay", "moves", "spares", "report_weight", "watched"),
                *(f"differences.{one}" for one in ("returns", "refollow", "lost", "correlations")),
            )
        ),
        "this tier has no operators (tiers.{0}.count is 0)",
        _is_empty,
    ),
    Rule(
        ("tiers.*.differences.lost",),
        "nothing is lost at a suspension (audience.lost_insiders and .lost_outsiders are 0)",
        lambda s, _: s.audience.lost_insiders == 0 and s.audience.lost_outsiders == 0,
    ),
    Rule(
        ("tiers.*.attached_at_start",),
        "the tier's accounts are not public at the start (tiers.{0}.sleeper)",
        # At 0 it is what `detached_at_start: 1` needs beside it.
        lambda s, name: s.tiers[name].sleeper is not None and s.tiers[name].attached_at_start > 0,
    ),
    Rule(
        ("tiers.*.refollow_factor", "tiers.*.differences.refollow"),
        "nobody finds a new account by himself (audience.refollow_insiders and .refollow_outsiders "
        "are 0)",
        lambda s, _: s.audience.refollow_insiders == 0 and s.audience.refollow_outsiders == 0,
    ),
    Rule(
        ("tiers.*.audience", "tiers.*.posts"),
        "the table network.operators says it of each operator",
        lambda s, name: not _drawn_tier(s, name),
    ),
    Rule(
        ("tiers.*.degree", "tiers.*.prominence", "network.prominence_tail"),
        "the table network.follows has all the links",
        lambda s, _: s.network.follows is not None and not _newcomers(s),
    ),
    Rule(
        ("platforms.*.follows", "platforms.*.intensity", "platforms.*.enforces_from"),
        "this is the first platform: operators start there, and the detection section decides",
        _is_first,
    ),
    Rule(
        ("platforms.*.intensity",),
        "nothing is enforced there (platforms.{0}.enforces_from is left out)",
        lambda s, name: not _is_first(s, name) and s.platforms[name].enforces_from is None,
    ),
    Rule(
        (
            "platforms.*.follows",
            "platforms.*.intensity",
            "platforms.*.enforces_from",
            "platforms.*.worth",
        ),
        "nobody ever gets there: no operator starts there, and none moves",
        lambda s, name: not _goes_to(s, name),
    ),
    Rule(
        ("recruitment.per_impression", "recruitment.delay", "recruitment.tier"),
        "there is room for none (recruitment.most is 0)",
        lambda s, _: not _recruits(s),
    ),
    Rule(
        ("recruitment.delay",),
        "nobody is won over (recruitment.per_impression is 0)",
        lambda s, _: s.recruitment is not None and s.recruitment.per_impression == 0,
    ),
    Rule(
        ("arrivals.tiers.*.rate",),
        "{1} takes its place from the first day on",
        _arrivals_at_start,
    ),
    Rule(
        ("counter_speech.answers_seen",),
        "answers change nothing (counter_speech.effect is 0)",
        lambda s, _: s.counter_speech is not None and s.counter_speech.effect == 0,
    ),
    Rule(
        ("counter_speech.effect", "counter_speech.answers_seen", "counter_speech.reply_rate"),
        "nobody answers (counter_speech.speakers.*.answers)",
        lambda s, _: s.counter_speech is not None and not _answers(s),
    ),
    Rule(
        ("counter_speech.tiers.*.reply_rate",),
        "nobody answers (counter_speech.speakers.*.answers)",
        lambda s, _: s.counter_speech is not None and not _answers(s),
    ),
    Rule(
        ("counter_speech.reply_rate",),
        "every tier has a rate of its own (counter_speech.tiers)",
        lambda s, _: s.counter_speech is not None and set(s.counter_speech.tiers) >= set(s.tiers),
    ),
    Rule(
        ("counter_speech.speakers.*.answers",),
        "{1} takes its place from the first day on",
        _answers_at_start,
    ),
    Rule(
        ("counter_speech.speakers.*.ceiling",),
        "the speaker's followers do not grow (its growth is 0)",
        lambda s, name: (
            s.counter_speech is not None and s.counter_speech.speakers[name].growth == 0
        ),
    ),
)


# --- finding them ---------------------------------------------------------------------------------


def inert(scenario: Scenario, policies: Iterable[str] | None = None) -> list[Inert]:
    """Keys that were written and have no effect in what is run, in the order of the scenario.

    policies: arms that are run; ``base`` and every policy of the scenario if None.
    """
    names = list(policies) if policies is not None else [_AS_WRITTEN, *scenario.policies]
    names = [name for name in dict.fromkeys(names) if name != _WITHOUT]
    if not names:
        return []
    root = scenario.root
    own = root.place.text.file
    arms = {name: scenario.arm(name) for name in names}
    reasons = {name: _reasons(arm) for name, arm in arms.items()}
    found: list[Inert] = []
    whole = _is_complete(root)
    for path, why in reasons[names[0]].items():
        node = node_at(root, path)
        if node is None or not all(path in reasons[name] for name in names):
            continue
        if node.place.text.file != own and not node.place.text.file.startswith("--"):
            continue  # somebody else's, whose scenario this one extends
        if whole and _is_default(scenario, path):
            continue
        found.append(Inert(path, why))
    changes = root.get("policies")
    for name in names:
        part = changes.get(name) if isinstance(changes, Mapping) else None
        if isinstance(part, Mapping):
            found += [
                Inert(f"policies.{name}.{path}", why)
                for path, why in reasons[name].items()
                if node_at(part, path) is not None
            ]
    order = {path: number for number, path in enumerate(_paths(root))}
    return sorted(found, key=lambda one: order.get(one.path, len(order)))


def common(each: Sequence[Sequence[Inert]]) -> list[Inert]:
    """What has no effect in any of several versions of a scenario, such as a sweep's points."""
    if not each:
        return []
    everywhere = set.intersection(*({one.path for one in version} for version in each))
    return [one for one in each[0] if one.path in everywhere]


def words(found: Iterable[Inert]) -> list[str]:
    """A sentence for each reason, with all the keys that it is the reason of."""
    groups: dict[str, list[str]] = {}
    for path, why in found:
        groups.setdefault(why, []).append(path)
    for why, paths in groups.items():
        if len(paths) > _MANY:
            groups[why] = list(dict.fromkeys(re.sub(r"^tiers\.[^.]+", "tiers.*", p) for p in paths))
    return [
        f"{_joined(paths)} {'has' if len(paths) == 1 else 'have'} no effect here: {why}"
        for why, paths in groups.items()
    ]


def changes_platform_only(scenario: Scenario, policy: str) -> bool:
    """Whether an arm is a policy: all that it changes is what the platform does.

    What it detects and how it reviews is the platform's; everything else (the operators, their
    audiences, what others say) is the world that a policy meets.
    """
    changed = scenario.policies.get(policy, {})
    return all(section in PLATFORMS_OWN for section in changed)


PLATFORMS_OWN = ("detection", "review")


def _joined(paths: Sequence[str]) -> str:
    return paths[0] if len(paths) == 1 else f"{', '.join(paths[:-1])} and {paths[-1]}"


def _reasons(scenario: Scenario) -> dict[str, str]:
    """Every key without effect in a scenario, written or not, and why; the first reason counts."""
    found: dict[str, str] = {}
    for rule in RULES:
        for item in _items(scenario, rule.keys):
            told = rule.holds(scenario, item)
            if not told:
                continue
            for key in rule.keys:
                if "*" in key or not item:
                    path = key.replace("*", item)
                    found.setdefault(path, rule.why.format(item, told))
    return {
        path: why
        for path, why in found.items()
        if "*" not in path  # a list without items
    }


def _items(scenario: Scenario, keys: Sequence[str]) -> list[str]:
    """Names or numbers that ``*`` stands for, and "" for the keys that have none."""
    found = [""] if any("*" not in key for key in keys) else []
    for key in keys:
        before, star, _ = key.partition("*")
        if not star:
            continue
        value: Any = scenario
        for step in before.rstrip(".[").split("."):
            value = getattr(value, step, None)
        if isinstance(value, dict):
            found += list(value)
        elif isinstance(value, list):
            found += [str(number) for number in range(len(value))]
    return list(dict.fromkeys(found))


def _steps(path: str) -> list[str]:
    return [a or b for a, b in _STEP.findall(path)]


def node_at(root: Node, path: str) -> Node | None:
    """The node at a path, None if nothing is written there."""
    node: Node | None = root
    for step in _steps(path):
        if isinstance(node, Mapping):
            node = node.get(step)
        elif isinstance(node, Items) and step.isdecimal() and int(step) < len(node.items):
            node = node.items[int(step)]
        else:
            return None
    return None if isinstance(node, Scalar) and node.is_null else node


def _is_complete(root: Mapping) -> bool:
    """Whether a scenario has every key, as the complete form does, so that none was chosen."""
    from afterban.scenario.schema import Scenario

    return all(key in root for key in slots(Scenario) if key not in ("extends", "sweep"))


def _is_default(scenario: Scenario, path: str) -> bool:
    from afterban.scenario.schema import Scenario as Whole

    value: Any = scenario
    shape: Shape = Table(Whole)
    default: Any = None
    for step in _steps(path):
        if isinstance(shape, Table):
            slot = slots(shape.cls)[step]
            default = None if slot.required else slot.default()
            value, shape = getattr(value, slot.name), slot.shape
        elif isinstance(shape, Named):
            value, shape = value[step], shape.item
        elif isinstance(shape, Listed):
            value, shape = value[int(step)], shape.item
    return bool(value == default)


def _paths(node: Node, path: str = "") -> list[str]:
    if isinstance(node, Mapping):
        return [
            one
            for key, child in node.entries
            for at in [f"{path}.{key.value}" if path else key.value]
            for one in (at, *_paths(child, at))
        ]
    if isinstance(node, Items):
        return [
            one
            for number, child in enumerate(node.items)
            for one in (f"{path}[{number}]", *_paths(child, f"{path}[{number}]"))
        ]
    return []
