"""Rules "this key has no effect here, because ...", read off what engines and metrics read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from afterban.channels import AFTER_SUSPENSION, AT_PROMOTION, CHANNELS, RATES, WITH_RATE, Channel
from afterban.scenario.conditions import (
    REGIME_KEYS,
    all_empty,
    all_tiers,
    answers,
    answers_at_start,
    arrivals_at_start,
    burst,
    campaign_of_nobody,
    drawn_tier,
    ever,
    everybody_here,
    flags_others,
    for_releases,
    goes_to,
    has_other_price,
    has_urgent,
    is_empty,
    is_first,
    never,
    newcomers,
    on,
    only_once,
    only_tier,
    promotes,
    regime_at_start,
    reinstates,
    returns,
    reviews,
    reviews_others,
    suspends,
    takes_precision,
    tier_at_start,
    wins_over,
)
from afterban.scenario.contents import Contents
from afterban.scenario.sections.adaptation import ANSWERED


@dataclass(frozen=True)
class Rule:
    """Keys that have no effect where ``holds``.

    keys: paths; ``*`` stands for any name or number, the same one in all of them.
    why: the reason; ``{0}`` is that name or number, ``{1}`` what ``holds`` has to say beside it.
    holds: of a scenario (an arm) and the name or number, "" where a path has none.
    """

    keys: tuple[str, ...]
    why: str
    holds: Callable[[Contents, str], bool | str]


def _keys(acts: str) -> tuple[str, ...]:
    """Keys of the rates that act then: their own, by tier, and in regimes."""
    places = ("{0.key}", "detection.tiers.*.{0.name}", "detection.regimes[*].{0.name}")
    return tuple(place.format(rate) for place in places for rate in RATES if rate.acts == acts)


def _prices(channel: Channel) -> tuple[str, ...]:
    """Keys of what a channel flags beside accounts of the network."""
    sections = ("precision_of", "wrong_flags") if channel in WITH_RATE else ("precision_of",)
    return tuple(f"detection.{section}.{channel.key}" for section in sections)


def _off(channel: Channel) -> Callable[[Contents, str], bool]:
    """Whether a channel never flags."""
    return lambda s, _: not on(s, channel)


_HABITS = tuple(f"adaptation.{key}" for key in (*ANSWERED, "quick"))
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
        lambda s, _: not reviews(s) and suspends(s) and not flags_others(s),
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
            *_HABITS,
            "handles.near_identical",
            "audience.lost_insiders",
            "audience.lost_outsiders",
            "audience.insiders",
            "audience.recognition.near_edits",
            "audience.recognition.unrelated",
            "detection.retaliation.delay",
            *_keys(AFTER_SUSPENSION),
        ),
        _NOBODY,
        lambda s, _: not suspends(s),
    ),
    Rule(
        ("audience.forget_insiders", "audience.forget_outsiders"),
        "nobody is ever detached: no account is suspended, and no tier has detached_at_start",
        lambda s, _: not suspends(s) and all_tiers(s, lambda t: t.detached_at_start == 0),
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
        lambda s, _: not reviews_others(s),
    ),
    Rule(
        ("review.mistakes.probability",),
        "no ordinary user is flagged (detection.precision is 1, and no team hears benign_reports)",
        lambda s, _: not reviews_others(s) and s.detection.handle_match.ordinary is None,
    ),
    *(
        Rule(_prices(channel), f"the channel is off: {channel.off}", _off(channel))
        for channel in CHANNELS
    ),
    Rule(
        ("detection.operating_curve.threshold",),
        "the classifier is off (detection.classifier is 0 all the time)",
        lambda s, _: s.detection.operating_curve is not None and not ever(s, "classifier"),
    ),
    Rule(
        ("adaptation.classifier",),
        "the classifier is off (detection.classifier is 0 all the time)",
        lambda s, _: not ever(s, "classifier"),
    ),
    Rule(
        ("adaptation.handle_match",),
        "no handle is near-identical (handles.near_identical is 0)",
        lambda s, _: s.handles.near_identical == 0,
    ),
    Rule(
        ("adaptation.quick_action", "adaptation.quick"),
        _NO_FLAG,
        lambda s, _: not reviews(s) and suspends(s),
    ),
    Rule(
        ("adaptation.quick",),
        "quick action is answered by nobody (adaptation.quick_action is 1)",
        lambda s, _: s.adaptation is not None and s.adaptation.quick_action == 1,
    ),
    Rule(
        ("detection.precision_of.handle_match",),
        "look-alikes say it (detection.handle_match.ordinary)",
        lambda s, _: has_other_price(s, "handle_match"),
    ),
    Rule(
        ("detection.precision",),
        "each channel has a price of its own (detection.precision_of and .wrong_flags, a curve, a "
        "team's benign_reports, look-alikes)",
        lambda s, _: suspends(s) and not takes_precision(s),
    ),
    Rule(
        ("review.urgent_time_to_action", "detection.regimes[*].urgent_time_to_action"),
        "no case is urgent: there are no threats, and no tier is urgent",
        lambda s, _: s.review.team is None and not has_urgent(s),
    ),
    *(
        Rule(
            (path,),
            "{1} takes its place from the first day on",
            regime_at_start(key),
        )
        for key, path in REGIME_KEYS.items()
    ),
    *(
        Rule(
            (f"detection.tiers.*.{rate.name}",),
            "{1} takes its place from the first day on",
            tier_at_start(rate.name),
        )
        for rate in RATES
    ),
    *(
        Rule(
            (f"detection.tiers.*.{rate.name}",),
            f"this channel is closed ({rate.key} is 0 all the time)",
            never(rate.name),
        )
        for rate in RATES
    ),
    Rule(
        ("detection.tiers.*.watch",),
        "this tier is watched by nobody (tiers.{0}.watched is 0)",
        lambda s, name: s.tiers[name].watched == 0,
    ),
    Rule(
        ("detection.insider_reports", "tiers.*.report_weight", "adaptation.reports"),
        "nobody reports (detection.reports is 0 all the time)",
        lambda s, _: not ever(s, "reports"),
    ),
    Rule(
        ("tiers.*.watched",),
        "nobody watches (detection.watch is 0 all the time)",
        lambda s, _: not ever(s, "watch"),
    ),
    Rule(
        ("detection.watch", "detection.regimes[*].watch"),
        "no tier is watched (tiers.*.watched)",
        lambda s, _: all_tiers(s, lambda tier: tier.watched == 0),
    ),
    Rule(
        (
            "detection.handle_match.edits",
            "detection.handle_match.scan_time",
            "detection.handle_match.ordinary.namesakes",
            "detection.handle_match.ordinary.topic_names",
            "detection.handle_match.ordinary.sample",
            "adaptation.handle_match",
        ),
        "no handle is matched (detection.handle_match.recall is 0 all the time)",
        lambda s, _: not ever(s, "handle_recall"),
    ),
    Rule(
        ("detection.retaliation.delay",),
        "no threat follows a suspension (detection.retaliation.probability is 0 all the time)",
        lambda s, _: not ever(s, "retaliation"),
    ),
    Rule(
        ("detection.link_match.scan_time", "adaptation.link_match"),
        "no link is matched (detection.link_match.promoted and .promoter are 0 all the time)",
        lambda s, _: not ever(s, "link_promoted") and not ever(s, "link_promoter"),
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
            "detection.link_match.scan_time",
            "adaptation.link_match",
            *_keys(AT_PROMOTION),
        ),
        "there is no promotion (promotion.posts is 0)",
        lambda s, _: not promotes(s),
    ),
    Rule(
        tuple(
            f"detection.pulses[*].{key}"
            for key in (
                *("date", "every", "until", "times", "choose", "platform", "tiers"),
                *("rank_by.what", "rank_by.window", "rank_by.error"),
            )
        ),
        "this campaign hits nobody (its share and its accounts are 0)",
        campaign_of_nobody,
    ),
    Rule(
        tuple(
            f"detection.pulses[*].{key}"
            for key in (
                *("date", "every", "until", "times", "share", "accounts", "choose"),
                *("rank_by.what", "rank_by.window", "rank_by.error"),
            )
        ),
        "this campaign finds nobody (none of its tiers has operators)",
        lambda s, number: all_empty(s, s.detection.pulses[int(number)].tiers),
    ),
    Rule(
        ("detection.pulses[*].choose",),
        "what was observed says who goes first (rank_by)",
        lambda s, number: s.detection.pulses[int(number)].rank_by is not None,
    ),
    Rule(
        ("review.team.order",),
        "what was observed says who goes first (rank_by)",
        lambda s, _: s.review.team is not None and s.review.team.rank_by is not None,
    ),
    Rule(
        ("review.team.timezone",),
        "nobody works in shifts (review.team.shifts)",
        lambda s, _: (
            s.review.team is not None and not any(t.reviewers for t in s.review.team.shifts)
        ),
    ),
    Rule(
        ("detection.pulses[*].tiers",),
        "there is no other tier",
        only_tier,
    ),
    Rule(
        ("posting.bursts[*].from", "posting.bursts[*].until", "posting.bursts[*].tiers"),
        "operators post in it as on other days (its factor is 1)",
        lambda s, number: burst(s, number).factor == 1,
    ),
    Rule(
        ("posting.bursts[*].from", "posting.bursts[*].until", "posting.bursts[*].factor"),
        "nobody posts in this burst (none of its tiers has operators)",
        lambda s, number: all_empty(s, burst(s, number).tiers),
    ),
    Rule(
        ("posting.bursts[*].tiers",),
        "there is no other tier",
        lambda s, number: len(s.tiers) == 1 and bool(burst(s, number).tiers),
    ),
    Rule(
        ("detection.regimes[*].tiers",),
        "none of the tiers that the regime names has operators",
        lambda s, number: all_empty(s, s.detection.regimes[int(number)].tiers),
    ),
    Rule(
        ("detection.pulses[*].every", "detection.pulses[*].until"),
        "the campaign strikes once (its times is 1)",
        only_once,
    ),
    Rule(
        ("detection.pulses[*].platform",),
        "there is no other platform",
        everybody_here,
    ),
    Rule(
        ("returning.spare_delay",),
        "nobody has spare accounts (tiers.*.spares)",
        lambda s, _: all_tiers(s, lambda tier: tier.spares == 0),
    ),
    Rule(
        ("returning.probability",),
        "every tier has its own (tiers.*.returns)",
        lambda s, _: all_tiers(s, lambda tier: tier.returns is not None),
    ),
    Rule(
        ("returning.delay",),
        "every tier has its own (tiers.*.return_delay)",
        lambda s, _: all_tiers(s, lambda tier: tier.return_delay is not None or for_releases(tier)),
    ),
    Rule(
        ("tiers.*.return_delay", "tiers.*.spares"),
        "its accounts are made for releases (tiers.{0}.sleeper.every)",
        lambda s, name: for_releases(s.tiers[name]),
    ),
    Rule(
        ("tiers.*.sleeper.every",),
        "no further account is made: nobody of this tier is suspended, or comes back",
        lambda s, name: (
            s.tiers[name].sleeper is not None and (returns(s, name) == 0 or not suspends(s))
        ),
    ),
    Rule(
        ("returning.moves",),
        "every tier has its own (tiers.*.moves)",
        lambda s, _: all_tiers(s, lambda tier: tier.moves is not None),
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
            *_HABITS,
            "handles.near_identical",
            "audience.recognition.near_edits",
            "audience.recognition.unrelated",
            "detection.retaliation.delay",
            *_keys(AFTER_SUSPENSION),
        ),
        "nobody comes back (every probability of return is 0)",
        lambda s, _: (
            suspends(s)
            and not reinstates(s)
            and all_tiers(
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
            and all_tiers(
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
        tuple(f"detection.tiers.*.{rate.name}" for rate in RATES)
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
        is_empty,
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
        lambda s, name: not drawn_tier(s, name),
    ),
    Rule(
        ("tiers.*.degree", "tiers.*.prominence", "network.prominence_tail"),
        "the table network.follows has all the links",
        lambda s, _: s.network.follows is not None and not newcomers(s),
    ),
    Rule(
        ("platforms.*.follows", "platforms.*.intensity", "platforms.*.enforces_from"),
        "this is the first platform: operators start there, and the detection section decides",
        is_first,
    ),
    Rule(
        ("platforms.*.intensity",),
        "nothing is enforced there (platforms.{0}.enforces_from is left out)",
        lambda s, name: not is_first(s, name) and s.platforms[name].enforces_from is None,
    ),
    Rule(
        (
            "platforms.*.follows",
            "platforms.*.intensity",
            "platforms.*.enforces_from",
            "platforms.*.worth",
        ),
        "nobody ever gets there: no operator starts there, and none moves",
        lambda s, name: not goes_to(s, name),
    ),
    Rule(
        ("recruitment.per_impression", "recruitment.delay", "recruitment.tier"),
        "there is room for none (recruitment.most is 0)",
        lambda s, _: not wins_over(s),
    ),
    Rule(
        ("recruitment.delay",),
        "nobody is won over (recruitment.per_impression is 0)",
        lambda s, _: s.recruitment is not None and s.recruitment.per_impression == 0,
    ),
    Rule(
        ("arrivals.tiers.*.rate",),
        "{1} takes its place from the first day on",
        arrivals_at_start,
    ),
    Rule(
        ("counter_speech.answers_seen",),
        "answers change nothing (counter_speech.effect is 0)",
        lambda s, _: s.counter_speech is not None and s.counter_speech.effect == 0,
    ),
    Rule(
        ("counter_speech.effect", "counter_speech.answers_seen", "counter_speech.reply_rate"),
        "nobody answers (counter_speech.speakers.*.answers)",
        lambda s, _: s.counter_speech is not None and not answers(s),
    ),
    Rule(
        ("counter_speech.tiers.*.reply_rate",),
        "nobody answers (counter_speech.speakers.*.answers)",
        lambda s, _: s.counter_speech is not None and not answers(s),
    ),
    Rule(
        ("counter_speech.reply_rate",),
        "every tier has a rate of its own (counter_speech.tiers)",
        lambda s, _: s.counter_speech is not None and set(s.counter_speech.tiers) >= set(s.tiers),
    ),
    Rule(
        ("counter_speech.speakers.*.answers",),
        "{1} takes its place from the first day on",
        answers_at_start,
    ),
    Rule(
        ("counter_speech.speakers.*.ceiling",),
        "the speaker's followers do not grow (its growth is 0)",
        lambda s, name: (
            s.counter_speech is not None and s.counter_speech.speakers[name].growth == 0
        ),
    ),
)
