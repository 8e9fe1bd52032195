"""What is measured in one replication: named numbers with units, the same for every engine.

A metric that cannot be told in a replication (a median of no lives, a tier that was never
suspended) is NaN, never 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from afterban.engines.records import Records
from afterban.lineages import first_account_share, kept_less, lineages
from afterban.losses import missed_while_away, share_of_the_most_seen, shares_of_loss
from afterban.mechanisms import census as c
from afterban.mechanisms import detection
from afterban.mechanisms.counterspeech import follower_days, followers
from afterban.mechanisms.handles import ordinary_handles, texts
from afterban.mechanisms.matching import first_match, recall_from
from afterban.mechanisms.mistakes import wrongly_suspended
from afterban.mechanisms.reach import exposed_share
from afterban.parameters import Parameters
from afterban.statistics import kaplan_meier
from afterban.world import World, cut_audiences

Floats = npt.NDArray[np.float64]


# What kind of number a metric is; from it follow percent, digits and axes wherever it is shown.
# share: part of a whole, told in percent.  ratio: quotient of two counts, seldom whole.  count: of
# accounts, people, impressions, hours.  time: days.  rate: per day.
OWN = "own"  # before the name of a user's own metric, as in `own.back_within_a_day`
Form: TypeAlias = Literal["share", "ratio", "count", "time", "rate"]


@dataclass(frozen=True)
class Metric:
    """A named quantity.  ``by_tier`` ones are also written ``name.tier``, ``by_channel`` ones
    ``name.channel`` (a key of ``CHANNELS``), ``by_platform`` ones only ``name.platform``.
    """

    name: str
    unit: str
    form: Form
    label: str
    meaning: str
    better: int = 0  # -1 if less of it is what a defender wants, +1 if more, 0 if neither
    by_tier: bool = False
    by_platform: bool = False
    by_channel: bool = False

    @property
    def column(self) -> str:
        """Name with its unit, for table headings."""
        return self.name if not self.unit else f"{self.name}_{self.unit.replace(' ', '_')}"


METRICS: Mapping[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(
            "effective_reach",
            "",
            "share",
            "effective reach",
            "outsider impressions divided by those of the same world without enforcement",
            -1,
            by_tier=True,
        ),
        Metric(
            "recent_effective_reach",
            "",
            "share",
            "effective reach of the last 30 days",
            "the same for the last 30 days of the run, the whole of a shorter one: what is left "
            "once the start is behind",
            -1,
            by_tier=True,
        ),
        Metric(
            "effective_reach_trend",
            "",
            "share",
            "change of effective reach over the last 60 days",
            "effective reach of the last 30 days relative to that of the 30 before, less one; "
            "undefined for a run of less than 60 days",
        ),
        Metric(
            "effective_reached",
            "",
            "share",
            "people reached, relative",
            "distinct outsiders exposed at least once in the evaluation period, divided by those "
            "of the world without enforcement",
            -1,
        ),
        Metric(
            "effective_weekly_reach",
            "",
            "share",
            "effective weekly reach",
            "outsiders exposed per window, divided by those of the world without enforcement",
            -1,
        ),
        Metric(
            "outsider_impressions",
            "impressions",
            "count",
            "outsider impressions",
            "ordinary posts seen by outsiders in the evaluation period",
            -1,
            by_tier=True,
        ),
        Metric(
            "first_account_share",
            "",
            "share",
            "impressions of first accounts",
            "outsider impressions that each operator's first account made, of all since the start; "
            "the rest is what came of returning",
            by_tier=True,
        ),
        Metric(
            "kept_less_share",
            "",
            "share",
            "lineages that kept little",
            "of the operators that came back, those whose latest account has fewer followers, at "
            "its end or the horizon, than metrics.kept_part of those of their first account",
            +1,
            by_tier=True,
        ),
        Metric(
            "recent_outsider_impressions",
            "impressions",
            "count",
            "outsider impressions of the last 30 days",
            "ordinary posts seen by outsiders in the last 30 days",
            -1,
            by_tier=True,
        ),
        Metric(
            "earlier_outsider_impressions",
            "impressions",
            "count",
            "outsider impressions of the 30 days before",
            "ordinary posts seen by outsiders from 60 to 30 days before the end",
            -1,
        ),
        Metric(
            "impressions",
            "impressions",
            "count",
            "impressions",
            "ordinary posts seen by anybody since the start",
            -1,
        ),
        Metric(
            "reach_per_window",
            "people",
            "count",
            "reach per window",
            "distinct outsiders exposed at least once in a window, mean over windows",
            -1,
        ),
        Metric(
            "reach",
            "people",
            "count",
            "reach",
            "distinct outsiders exposed in the evaluation period",
            -1,
        ),
        Metric(
            "frequency",
            "impressions per person",
            "ratio",
            "frequency",
            "outsider impressions per person reached in the evaluation period",
        ),
        Metric(
            "audiences_cut",
            "operators",
            "count",
            "audiences cut off",
            "operators whose audience was drawn larger than `exposure.outsiders`, and cut there",
        ),
        Metric(
            "rebuild_effort",
            "",
            "share",
            "rebuild effort",
            "share of posts spent on re-announcing and on promoting others in the evaluation "
            "period",
            +1,
        ),
        Metric(
            "posts_made",
            "posts",
            "count",
            "posts",
            "posts of the network since the start, those of rebuilding too",
            -1,
        ),
        Metric(
            "ordinary_posts",
            "posts",
            "count",
            "ordinary posts",
            "posts of the network since the start that neither re-announce nor promote",
            -1,
        ),
        Metric(
            "outsider_impressions_of_all_posts",
            "impressions",
            "count",
            "outsider impressions of all posts",
            "posts seen by outsiders in the evaluation period, those of rebuilding too",
            -1,
        ),
        Metric(
            "effective_reach_of_all_posts",
            "",
            "share",
            "effective reach of all posts",
            "the same, divided by those of the world without enforcement: effective reach as if a "
            "post that re-announces or promotes said something",
            -1,
        ),
        Metric(
            "loss_by_absence",
            "",
            "share",
            "loss of reach by absence",
            "share of the missing outsider impressions that operators would have made while they "
            "had no public account",
        ),
        Metric(
            "loss_by_rebuilding",
            "",
            "share",
            "loss of reach by rebuilding",
            "share of the missing outsider impressions for which a post re-announced or promoted",
        ),
        Metric(
            "loss_by_followers",
            "",
            "share",
            "loss of reach by followers",
            "share of the missing outsider impressions for which followers were missing",
        ),
        Metric(
            "loss_of_the_most_seen",
            "",
            "share",
            "loss of reach of the most seen",
            "share of the missing outsider impressions that the hundredth of the operators who are "
            "seen most without enforcement would have made",
        ),
        Metric(
            "lost_outsider_impressions",
            "impressions",
            "count",
            "lost outsider impressions",
            "outsider impressions that are missing beside the world without enforcement",
            +1,
            by_tier=True,
        ),
        Metric(
            "suspensions", "accounts", "count", "suspensions", "accounts suspended since the start"
        ),
        Metric(
            "struck",
            "accounts",
            "count",
            "suspended by campaigns",
            "accounts that campaigns suspended, since the start",
        ),
        Metric(
            "creations",
            "accounts",
            "count",
            "creations",
            "accounts made after the start, first ones left out",
            by_tier=True,
        ),
        Metric(
            "suspensions_per_day",
            "per day",
            "rate",
            "suspensions per day",
            "accounts suspended per day of the evaluation period",
        ),
        Metric(
            "suspension_hazard",
            "per account-day",
            "rate",
            "suspension hazard",
            "suspensions in the evaluation period per day that an account was public",
        ),
        Metric(
            "replacement_ratio",
            "",
            "ratio",
            "replacement ratio",
            "accounts made per account suspended",
        ),
        Metric(
            "regeneration_number",
            "",
            "ratio",
            "regeneration number",
            "followers at the end of a successor per follower of its predecessor",
            -1,
            by_tier=True,
        ),
        Metric(
            "regained_status",
            "",
            "ratio",
            "regained status",
            "followers at the end of later accounts per follower of the operator's first account",
            -1,
            by_tier=True,
        ),
        Metric(
            "lives_per_operator",
            "lives",
            "ratio",
            "lives per operator",
            "mean number of accounts that an operator had",
        ),
        Metric(
            "most_lives", "lives", "count", "most lives", "accounts of the operator that had most"
        ),
        Metric(
            "return_share",
            "",
            "share",
            "return share",
            "suspended lives that were followed by another before the end",
            by_tier=True,
        ),
        Metric(
            "return_delay_median",
            "days",
            "time",
            "return delay",
            "median time from a suspension to the next account, among those that came",
        ),
        Metric(
            "near_identical_share",
            "",
            "share",
            "near-identical handles",
            "successors within the near-identical edit distance of their predecessor",
        ),
        Metric(
            "time_to_action_median",
            "days",
            "time",
            "time to action",
            "median time from flag to suspension, campaigns and sign-up catches left out "
            "(Kaplan-Meier: accounts that still wait count)",
            -1,
        ),
        Metric(
            "time_to_action_p95",
            "days",
            "time",
            "time to action, 95th percentile",
            "time from flag to suspension that 95 in 100 stay within (Kaplan-Meier)",
            -1,
        ),
        Metric(
            "urgent_time_to_action_median",
            "days",
            "time",
            "time to action, urgent cases",
            "median time from flag to suspension of urgent cases (Kaplan-Meier)",
            -1,
        ),
        Metric(
            "routine_time_to_action_median",
            "days",
            "time",
            "time to action, routine cases",
            "median time from flag to suspension of cases that are not urgent (Kaplan-Meier)",
            -1,
        ),
        Metric(
            "unnoticed_days",
            "days",
            "time",
            "days unnoticed",
            "mean time that accounts which were suspended had been public before they were flagged",
            -1,
            by_tier=True,
        ),
        Metric(
            "waiting_days",
            "days",
            "time",
            "days from flag to action",
            "mean time that these accounts stayed public after they were flagged",
            -1,
            by_tier=True,
        ),
        Metric(
            "unnoticed_share",
            "",
            "share",
            "seen before the flag",
            "share of outsider impressions, since the start, that accounts made before they were "
            "flagged or without being flagged: the most that better detection could cut",
            by_tier=True,
        ),
        Metric(
            "waiting_share",
            "",
            "share",
            "seen between flag and action",
            "share of outsider impressions, since the start, that accounts made after they were "
            "flagged: the most that faster action could cut",
            -1,
            by_tier=True,
        ),
        Metric(
            "account_life_median",
            "days",
            "time",
            "account life",
            "median life of accounts made after the start (Kaplan-Meier)",
        ),
        Metric(
            "attached_outsiders_share",
            "",
            "share",
            "attached outsiders",
            "share of outsider audiences that follow an account, mean over the evaluation period",
            -1,
        ),
        Metric(
            "live_accounts",
            "accounts",
            "count",
            "live accounts at the end",
            "public accounts at the horizon",
            by_tier=True,
        ),
        Metric(
            "mean_live_accounts",
            "accounts",
            "count",
            "live accounts on average",
            "public accounts, mean over the days of the evaluation period",
            by_tier=True,
        ),
        Metric(
            "suspended_share",
            "",
            "share",
            "operators ever suspended",
            "share of operators with at least one suspension",
            by_tier=True,
        ),
        Metric(
            "targeting_posts_ratio",
            "",
            "ratio",
            "posts, suspended over not suspended",
            "mean posts per day of accounts suspended in the evaluation period over that of others",
        ),
        Metric(
            "targeting_followers_ratio",
            "",
            "ratio",
            "followers, suspended over not suspended",
            "mean audience of accounts suspended in the evaluation period over that of others",
        ),
        Metric(
            "targeting_reshares_ratio",
            "",
            "ratio",
            "in-network exposure, suspended over not suspended",
            "mean of posts times insider audience, which in-network reshares are taken to follow",
        ),
        Metric(
            "targeting_links_ratio",
            "",
            "ratio",
            "in-network followers, suspended over not suspended",
            "mean number of operators that may promote the account",
        ),
        Metric(
            "followers_at_termination",
            "people",
            "count",
            "followers at termination",
            "mean followers of accounts when they were suspended after having been public",
            by_tier=True,
        ),
        Metric(
            "most_followers",
            "people",
            "count",
            "most followers",
            "followers of the largest account there ever was",
            -1,
            by_tier=True,
        ),
        Metric(
            "public_until_termination",
            "days",
            "time",
            "public until termination",
            "mean time that suspended accounts had been public",
            by_tier=True,
        ),
        Metric(
            "extinction_day",
            "days",
            "time",
            "day of the last account",
            "first day of the time series from which on no account of the tier is public",
            by_tier=True,
        ),
        Metric(
            "others_left",
            "",
            "share",
            "other accounts left when the tier is gone",
            "public accounts of all other tiers on the day of the tier's last account, relative to "
            "the start",
            by_tier=True,
        ),
        Metric(
            "waiting_time_mean",
            "days",
            "time",
            "waiting time",
            "mean time from arrival to the start of review (finite staff); cases that still wait "
            "at the horizon are censored there, and waits are cut at the longest that was seen",
            -1,
        ),
        Metric(
            "paid_hours",
            "hours",
            "count",
            "paid hours",
            "hours that reviewers were on duty, whether they had a case or not (finite staff)",
            -1,
        ),
        Metric(
            "reviewer_hours",
            "hours",
            "count",
            "busy hours",
            "hours that reviewers spent on cases, finished or in hand (finite staff)",
        ),
        Metric(
            "utilisation",
            "",
            "share",
            "utilisation",
            "busy hours per paid hour; above 1 if cases are finished after the shift",
        ),
        Metric(
            "backlog_mean",
            "cases",
            "count",
            "backlog",
            "mean number of cases waiting for a reviewer",
            -1,
        ),
        Metric(
            "backlog_age_p95",
            "days",
            "time",
            "waiting time, 95th percentile",
            "time from arrival to the start of review that 95 in 100 cases stay within "
            "(Kaplan-Meier: cases that still wait count); the longest that was seen if more than "
            "5 in 100 wait longer",
            -1,
        ),
        Metric(
            "unserved_share",
            "",
            "share",
            "cases that nobody took up",
            "cases, reports about ordinary users among them, for which no reviewer was free before "
            "the horizon, of all that arrived (finite staff)",
            -1,
        ),
        Metric(
            "wrong_suspensions",
            "accounts",
            "count",
            "wrong suspensions",
            "ordinary users suspended by a mistake of the review, look-alikes among them",
            -1,
        ),
        Metric(
            "wrong_per_right",
            "",
            "ratio",
            "wrong suspensions per right one",
            "ordinary users suspended for each account of the network suspended",
            -1,
        ),
        Metric(
            "wrong_days",
            "account-days",
            "count",
            "days wrongly suspended",
            "days that ordinary users spent suspended before the horizon; undefined with unlimited "
            "staff where no channel flags ordinary users",
            -1,
        ),
        Metric(
            "posting_lost",
            "account-days",
            "count",
            "posting lost by the wrongly suspended",
            "days wrongly suspended, and of the days after reinstatement the share by which those "
            "users post less (`review.appeals.posts_after`)",
            -1,
        ),
        Metric(
            "reinstatements",
            "accounts",
            "count",
            "reinstatements",
            "wrongly suspended ordinary users whose appeal succeeded before the horizon",
        ),
        Metric(
            "operators_reinstated",
            "accounts",
            "count",
            "accounts of the network reinstated",
            "suspended accounts of the network that an appeal brought back under their own names",
        ),
        Metric(
            "appeals",
            "appeals",
            "count",
            "appeals",
            "appeals of ordinary users and of operators to a team that hears them",
            -1,
        ),
        Metric(
            "right_flags",
            "flags",
            "count",
            "right flags",
            "flags on accounts of the network since the start, those that a review cleared among "
            "them",
            by_channel=True,
        ),
        Metric(
            "wrong_flags",
            "flags",
            "count",
            "wrong flags",
            "flags on ordinary users since the start: of the channels, reports about them, "
            "look-alikes",
            -1,
            by_channel=True,
        ),
        Metric(
            "cleared_flags",
            "flags",
            "count",
            "cleared flags",
            "flags, right ones and wrong ones, that a review cleared: work without a result",
            -1,
            by_channel=True,
        ),
        Metric(
            "flag_precision",
            "",
            "share",
            "observed precision of flags",
            "right flags among all flags since the start; it falls as the network shrinks, since "
            "wrong flags do not",
            +1,
            by_channel=True,
        ),
        Metric(
            "handle_matched_share",
            "",
            "share",
            "successors found by their handle",
            "accounts of operators who came back that the handle match flagged",
            +1,
        ),
        Metric(
            "threats_after_suspension",
            "",
            "share",
            "threats that follow a suspension",
            "of the accounts that were last flagged for a threat, those of operators who had come "
            "back after a suspension",
        ),
        Metric(
            "look_alikes_flagged",
            "accounts",
            "count",
            "look-alikes flagged",
            "new accounts of ordinary users that the handle match flagged since the start: a count "
            "with a team, whose cases they are, and the expected number with unlimited staff",
            -1,
        ),
        Metric(
            "look_alikes_suspended",
            "accounts",
            "count",
            "look-alikes suspended",
            "those of them that a mistake of the review suspended",
            -1,
        ),
        Metric(
            "look_alike_share",
            "",
            "share",
            "share of look-alikes",
            "share of ordinary users' new accounts that the handle match flags, expected",
            -1,
        ),
        Metric(
            "network_followers",
            "people",
            "count",
            "followers of the network",
            "followers of all public accounts at the horizon, people counted once an account",
            -1,
            by_tier=True,
        ),
        Metric(
            "speaker_followers",
            "people",
            "count",
            "followers of the counter-speakers",
            "followers of accounts that speak against the network at the horizon",
            +1,
        ),
        Metric(
            "voice_ratio",
            "",
            "ratio",
            "followers of counter-speakers per follower of the network",
            "at the horizon; share of voice is this over one plus this",
            +1,
        ),
        Metric(
            "share_of_voice",
            "",
            "share",
            "share of voice",
            "impressions of counter-speakers among all impressions, since the start",
            +1,
        ),
        Metric(
            "answers_per_day",
            "per day",
            "rate",
            "answers per day",
            "answers of counter-speakers to posts of the network, since the start",
            by_tier=True,
        ),
        Metric(
            "answers_per_day_at_first",
            "per day",
            "rate",
            "answers per day at first",
            "those before the first change of what they answer (`counter_speech.regimes`)",
            by_tier=True,
        ),
        Metric(
            "answers_per_day_at_last",
            "per day",
            "rate",
            "answers per day at last",
            "those from the last change of what they answer on",
            by_tier=True,
        ),
        Metric(
            "replies_per_day",
            "per day",
            "rate",
            "replies of the network per day",
            "replies of the network to those answers, since the start",
            by_tier=True,
        ),
        Metric(
            "replies_per_day_at_last",
            "per day",
            "rate",
            "replies of the network per day at last",
            "those from the last change of what is answered on",
            by_tier=True,
        ),
        Metric(
            "recruits",
            "operators",
            "count",
            "recruits",
            "operators who were won over during the run and made an account",
            -1,
        ),
        Metric(
            "arrivals",
            "operators",
            "count",
            "arrivals",
            "operators who joined by themselves during the run and made an account",
            by_tier=True,
        ),
        Metric(
            "outsider_impressions_on",
            "impressions",
            "count",
            "outsider impressions on a platform",
            "ordinary posts seen by outsiders on one platform since the start",
            -1,
            by_platform=True,
        ),
        Metric(
            "worth_weighted_impressions",
            "impressions",
            "count",
            "outsider impressions by worth",
            "ordinary posts seen by outsiders on all platforms since the start, each counted as "
            "what an impression on its platform is worth (platforms.*.worth)",
            -1,
        ),
        Metric(
            "worth_weighted_reach",
            "",
            "share",
            "effective reach by worth",
            "worth-weighted impressions divided by those of the world without enforcement, at the "
            "same worth",
            -1,
        ),
        Metric(
            "reach_on",
            "people",
            "count",
            "reach on a platform",
            "distinct outsiders exposed on one platform since the start",
            -1,
            by_platform=True,
        ),
        Metric(
            "live_accounts_on",
            "accounts",
            "count",
            "live accounts on a platform",
            "public accounts on one platform at the horizon",
            by_platform=True,
        ),
        Metric("events", "events", "count", "events", "events that the engine processed"),
    )
}


def metric_of(name: str) -> Metric:
    """The metric of a name such as ``reach`` or ``live_accounts.official``; KeyError if none."""
    base, dot, part = name.partition(".")
    if base == OWN and part:
        return Metric(OWN, "", "ratio", part.replace("_", " "), "a metric of the user's own")
    metric = METRICS[base]
    if bool(dot) and not (metric.by_tier or metric.by_platform or metric.by_channel):
        raise KeyError(name)
    return metric


def measure(
    parameters: Parameters,
    world: World,
    records: Records,
    tiers: Sequence[str],
    seed: int,
    replication: int,
    twin: Mapping[str, float] | None = None,
    platforms: Sequence[str] = (),
) -> dict[str, float]:
    """All metrics of one replication.

    tiers: names of the tiers, in order.
    platforms: names of the platforms, in order; none if the scenario has only one, unnamed.
    twin: metrics of the same replication without enforcement, for effective reach.
    """
    out: dict[str, float] = {}
    _exposure(out, parameters, world, records, tiers)
    if twin is not None:
        _beside_the_twin(out, twin, tiers)
        _losses(out, twin, parameters, world, records, tiers)
    _accounts(out, parameters, world, records, tiers)
    _parts_of_life(out, world, records, tiers)
    _lineages(out, parameters, world, records, tiers)
    _network(out, parameters, world, records, tiers)
    _platforms(out, parameters, world, records, platforms)
    _worth(out, parameters, records, platforms, twin)
    _look_alikes(out, parameters, records, seed, replication)
    _review(out, parameters, records, seed, replication)
    _counter_speech(out, parameters, records, tiers)
    out["struck"] = float(records.struck.sum())
    out["events"] = float(records.events)
    return out


# What the twin's own metrics are needed for: ratio -> the metric that it is the ratio of.
RATIOS: Mapping[str, str] = {
    "effective_reach": "outsider_impressions",
    "recent_effective_reach": "recent_outsider_impressions",
    "effective_reached": "reach",
    "effective_weekly_reach": "reach_per_window",
    "effective_reach_of_all_posts": "outsider_impressions_of_all_posts",
    "worth_weighted_reach": "worth_weighted_impressions",
}


def _beside_the_twin(
    out: dict[str, float], twin: Mapping[str, float], tiers: Sequence[str]
) -> None:
    """Each ratio to the world without enforcement; a twin that was left out gives none."""
    for ratio, of in RATIOS.items():
        if of not in out:  # measured later, beside what each platform has
            continue
        for name in ["", *(f".{tier}" for tier in tiers)] if METRICS[ratio].by_tier else [""]:
            out[ratio + name] = _ratio(out[of + name], twin.get(of + name, math.nan))
    before = _ratio(
        out["earlier_outsider_impressions"], twin.get("earlier_outsider_impressions", math.nan)
    )
    out["effective_reach_trend"] = _ratio(out["recent_effective_reach"], before) - 1.0


def _losses(
    out: dict[str, float],
    twin: Mapping[str, float],
    p: Parameters,
    world: World,
    records: Records,
    tiers: Sequence[str],
) -> None:
    """What the missing impressions are made of, and who made them before."""
    parts = shares_of_loss(out, twin, missed_while_away(p, world, records))
    for name, part in zip(("absence", "rebuilding", "followers"), parts, strict=True):
        out[f"loss_by_{name}"] = float(part)
    told = not math.isnan(parts[0])
    out["loss_of_the_most_seen"] = share_of_the_most_seen(p, world, records) if told else math.nan
    name = "outsider_impressions"
    for of in ("", *(f".{tier}" for tier in tiers)):
        out[f"lost_{name}{of}"] = twin.get(name + of, math.nan) - out[name + of]


def _exposure(
    out: dict[str, float],
    p: Parameters,
    world: World,
    records: Records,
    tiers: Sequence[str],
) -> None:
    per_operator = records.window_impressions.sum(axis=0)
    out["outsider_impressions"] = float(per_operator.sum())
    for k, tier in enumerate(tiers):
        out[f"outsider_impressions.{tier}"] = float(per_operator[world.tier == k].sum())
    recent, earlier = recent_impressions(p, records)
    out["recent_outsider_impressions"] = float(recent.sum())
    out["earlier_outsider_impressions"] = float(earlier.sum())
    for k, tier in enumerate(tiers):
        out[f"recent_outsider_impressions.{tier}"] = float(recent[k])
    last = records.series[-1]
    out["impressions"] = float(
        last[:, c.INSIDER_IMPRESSIONS].sum() + last[:, c.OUTSIDER_IMPRESSIONS].sum()
    )
    shares = exposed_share(
        np.ascontiguousarray(records.window_impressions),
        np.ascontiguousarray(world.audience[:, 1]),
        float(p.outsiders),
    )
    # A last window that the horizon cut short counts for as much of a window as it is.
    lengths = np.diff(p.windows)
    out["reach_per_window"] = p.outsiders * float(np.average(shares[:-1], weights=lengths))
    out["reach"] = p.outsiders * float(shares[-1])
    out["frequency"] = _ratio(out["outsider_impressions"], out["reach"])
    out["audiences_cut"] = float(cut_audiences(p, world))
    posts, rebuilding = float(last[:, c.POSTS].sum()), float(last[:, c.REBUILD_POSTS].sum())
    out["posts_made"] = posts
    out["ordinary_posts"] = posts - rebuilding
    at_first = [
        float(np.interp(p.windows[0], p.grid, records.series[:, :, column].sum(axis=1)))
        for column in (c.REBUILD_POSTS, c.POSTS)
    ]
    out["rebuild_effort"] = _ratio(rebuilding - at_first[0], posts - at_first[1])
    seen = records.series[:, :, c.ALL_OUTSIDER_IMPRESSIONS].sum(axis=1)
    before = float(np.interp(p.windows[0], p.grid, seen))
    out["outsider_impressions_of_all_posts"] = float(seen[-1]) - before


def _columns(accounts: npt.NDArray[np.void]) -> dict[str, npt.NDArray[Any]]:
    """The account table column by column, which is what metrics read: each lies in one piece."""
    return {name: np.ascontiguousarray(accounts[name]) for name in accounts.dtype.names or ()}


def _accounts(
    out: dict[str, float], p: Parameters, world: World, records: Records, tiers: Sequence[str]
) -> None:
    a = _columns(records.accounts)
    tier = world.tier[a["operator"]]
    suspended = ~np.isnan(a["suspended_day"])
    was_public = ~np.isnan(a["public_day"])
    first = float(p.windows[0])
    counted = suspended & (a["suspended_day"] >= first)
    out["suspensions"] = float(suspended.sum())
    reinstated = a["edit_distance"] == 0  # no account that is made has the name of the one before
    later = (a["life"] > 1) & ~reinstated
    out["operators_reinstated"] = float(reinstated.sum())
    out["creations"] = float(later.sum())
    made_by = np.bincount(tier[later], minlength=len(tiers))
    out |= {f"creations.{name}": float(n) for name, n in zip(tiers, made_by, strict=True)}
    out["suspensions_per_day"] = float(counted.sum()) / (p.horizon - first)
    end = np.where(suspended, a["suspended_day"], p.horizon)
    public_days = np.where(
        was_public, np.maximum(end - np.maximum(a["public_day"], first), 0.0), 0.0
    )
    out["suspension_hazard"] = _ratio(float((counted & was_public).sum()), float(public_days.sum()))
    out["replacement_ratio"] = _ratio(out["creations"], out["suspensions"])
    lives = np.bincount(a["operator"], minlength=len(world.tier))
    there = lives > 0  # recruits who never came are nobody's operators
    out["lives_per_operator"] = _mean(lives[there])
    out["most_lives"] = float(lives.max()) if there.any() else math.nan
    newcomers = len(there) - len(world.arrivals)
    out["recruits"] = float(there[int(p.tier_count.sum()) : newcomers].sum())
    out["arrivals"] = float(there[newcomers:].sum())
    for k, name in enumerate(tiers):
        out[f"arrivals.{name}"] = float((there & (world.tier == k))[newcomers:].sum())
    # Rows are in the order of (operator, life): a successor stands right after its predecessor.
    follows = np.flatnonzero(later[1:] & (a["life"][1:] == a["life"][:-1] + 1)) + 1
    out["return_share"] = _ratio(float(len(follows)), out["suspensions"])
    for k, name in enumerate(tiers):
        of_tier = float((suspended & (tier == k)).sum())
        out[f"return_share.{name}"] = _ratio(float((tier[follows] == k).sum()), of_tier)
    out["return_delay_median"] = _median(
        a["created_day"][follows] - a["suspended_day"][follows - 1]
    )
    followers = a["insider_followers"] + a["outsider_followers"]
    threatened = a["channel"] == detection.THREATENED
    out["threats_after_suspension"] = _mean(a["life"][threatened] > 1)
    out["near_identical_share"] = _mean(a["edit_distance"][follows] <= p.near_edits)
    _time_to_action(out, p, a, suspended)
    made = was_public & later
    life = math.nan
    if made.any():
        life = kaplan_meier((end - a["public_day"])[made], suspended[made]).median().value
    out["account_life_median"] = life if math.isfinite(life) else math.nan
    _targeting(out, p, world, a, first)
    first_life = np.full(len(world.tier), math.nan)
    opened = a["life"] == 1
    first_life[a["operator"][opened]] = followers[opened]
    ended = suspended & was_public
    ever = np.unique(a["operator"][suspended])
    for name, of_tier, members in [
        ("", np.ones(len(tier), dtype=bool), ever),
        *(
            (f".{tier_name}", tier == k, ever[world.tier[ever] == k])
            for k, tier_name in enumerate(tiers)
        ),
    ]:
        heirs = follows[of_tier[follows]]
        out["regeneration_number" + name] = _ratio(
            float(followers[heirs].sum()), float(followers[heirs - 1].sum())
        )
        out["regained_status" + name] = _ratio(
            float(followers[heirs].sum()), float(first_life[a["operator"][heirs]].sum())
        )
        size = there if not name else there & (world.tier == tiers.index(name[1:]))
        out["suspended_share" + name] = _ratio(float(len(members)), float(size.sum()))
        out["followers_at_termination" + name] = _mean(followers[ended & of_tier])
        out["most_followers" + name] = (
            float(followers[of_tier].max()) if of_tier.any() else math.nan
        )
        out["public_until_termination" + name] = _mean((end - a["public_day"])[ended & of_tier])


def _time_to_action(
    out: dict[str, float],
    p: Parameters,
    a: Mapping[str, npt.NDArray[Any]],
    suspended: npt.NDArray[np.bool_],
) -> None:
    """Kaplan-Meier: an account that waits at the horizon has waited at least so long."""
    at_once = (detection.CAUGHT_AT_SIGNUP, detection.STRUCK)
    flagged = ~np.isnan(a["flagged_day"]) & ~np.isin(a["channel"], at_once)
    waited = np.where(suspended, a["suspended_day"], p.horizon) - a["flagged_day"]
    for name, which, shares in (
        ("time_to_action", flagged, {"median": 0.5, "p95": 0.95}),
        ("urgent_time_to_action", flagged & (a["urgent"] == 1), {"median": 0.5}),
        ("routine_time_to_action", flagged & (a["urgent"] == 0), {"median": 0.5}),
    ):
        curve = kaplan_meier(waited[which], suspended[which]) if which.any() else None
        for ending, share in shares.items():
            day = curve.quantile(share).value if curve is not None else math.nan
            out[f"{name}_{ending}"] = day if math.isfinite(day) else math.nan


def _lineages(
    out: dict[str, float], p: Parameters, world: World, records: Records, tiers: Sequence[str]
) -> None:
    """What the first accounts come to, and what is left of their followers in the latest ones."""
    a = records.accounts
    tier = world.tier[a["operator"]]
    whole, each = first_account_share(a, tier, len(tiers))
    out["first_account_share"] = whole
    told = lineages(a, len(world.tier))
    less = kept_less(told, p.kept_part)
    of_tier = tier[told.last & (told.life > 1)]
    out["kept_less_share"] = _mean(less)
    for k, name in enumerate(tiers):
        out[f"first_account_share.{name}"] = float(each[k])
        out[f"kept_less_share.{name}"] = _mean(less[of_tier == k])


def _parts_of_life(
    out: dict[str, float], world: World, records: Records, tiers: Sequence[str]
) -> None:
    """Before the flag, which detection could shorten, and after it, which speed could."""
    a = _columns(records.accounts)
    tier = world.tier[a["operator"]]
    ended = ~np.isnan(a["suspended_day"]) & ~np.isnan(a["public_day"])
    # A prepared account may be flagged before it is public; then none of its life is unnoticed.
    found = np.maximum(a["flagged_day"], a["public_day"])
    unnoticed = found - a["public_day"]
    waiting = a["suspended_day"] - found
    seen, before = a["outsider_impressions"], a["unnoticed_impressions"]
    for k, name in enumerate(["", *(f".{tier}" for tier in tiers)]):
        mine = np.ones(len(tier), dtype=bool) if k == 0 else tier == k - 1
        out["unnoticed_days" + name] = _mean(unnoticed[ended & mine])
        out["waiting_days" + name] = _mean(waiting[ended & mine])
        total = float(seen[mine].sum())
        out["unnoticed_share" + name] = _ratio(float(before[mine].sum()), total)
        out["waiting_share" + name] = _ratio(float((seen[mine] - before[mine]).sum()), total)


RECENT = 30.0  # days


def recent_impressions(p: Parameters, records: Records) -> Floats:
    """Outsider impressions by tier in the last 30 days and in the 30 days before, ``[2, K]``.

    From the cumulative series, linear between its days.  NaN where the run is too short; the last
    30 days of a shorter run are all of it.
    """
    seen = records.series[:, :, c.OUTSIDER_IMPRESSIONS]
    days = np.maximum(p.horizon - RECENT * np.arange(3), 0.0)
    at = np.array([[np.interp(day, p.grid, one) for one in seen.T] for day in days])
    if p.horizon < 2 * RECENT:
        at[2] = math.nan
    spent: Floats = at[:-1] - at[1:]
    return spent


def _targeting(
    out: dict[str, float],
    p: Parameters,
    world: World,
    a: Mapping[str, npt.NDArray[Any]],
    first: float,
) -> None:
    """Accounts that are public when the evaluation begins: the suspended beside the others."""
    end = np.where(np.isnan(a["suspended_day"]), math.inf, a["suspended_day"])
    there = (a["public_day"] <= first) & (end >= first)
    hit = a["operator"][there & (end < math.inf)]
    left = a["operator"][there & (end == math.inf)]
    promoters = np.diff(world.promoter_start)
    for name, value in (
        ("posts", world.posts),
        ("followers", world.audience.sum(axis=1)),
        ("reshares", world.posts * world.audience[:, 0]),
        ("links", promoters),
    ):
        out[f"targeting_{name}_ratio"] = _ratio(_mean(value[hit]), _mean(value[left]))


def _network(
    out: dict[str, float], p: Parameters, world: World, records: Records, tiers: Sequence[str]
) -> None:
    inside = p.grid >= p.windows[0]
    outsiders = float(world.audience[:, 1].sum())
    attached = records.series[inside][:, :, c.ATTACHED_OUTSIDERS].sum(axis=1)
    out["attached_outsiders_share"] = _ratio(_mean(attached), outsiders)
    live = records.series[:, :, c.LIVE]
    counted = live[p.grid >= p.windows[0]]
    out["mean_live_accounts"] = _mean(counted.sum(axis=1))
    out["live_accounts"] = float(live[-1].sum())
    out["extinction_day"] = _extinction(p.grid, live.sum(axis=1))
    for k, tier in enumerate(tiers):
        out[f"live_accounts.{tier}"] = float(live[-1, k])
        out[f"mean_live_accounts.{tier}"] = _mean(counted[:, k])
        gone = out[f"extinction_day.{tier}"] = _extinction(p.grid, live[:, k])
        others = live.sum(axis=1) - live[:, k]
        left = others[np.searchsorted(p.grid, gone)] if math.isfinite(gone) else math.nan
        out[f"others_left.{tier}"] = _ratio(float(left), float(others[0]))


def _platforms(
    out: dict[str, float],
    p: Parameters,
    world: World,
    records: Records,
    platforms: Sequence[str],
) -> None:
    if not platforms:
        return
    a = records.accounts
    seen = np.zeros((len(platforms), len(world.tier)))
    live = np.isnan(a["suspended_day"]) & ~np.isnan(a["public_day"])
    for k, platform in enumerate(platforms):
        here = a["platform"] == k
        np.add.at(seen[k], a["operator"][here], a["outsider_impressions"][here])
        out[f"outsider_impressions_on.{platform}"] = float(seen[k].sum())
        out[f"live_accounts_on.{platform}"] = float((live & here).sum())
    shares = exposed_share(
        seen,
        np.ascontiguousarray(world.audience[:, 1]),
        float(p.outsiders),
    )
    for k, platform in enumerate(platforms):
        out[f"reach_on.{platform}"] = p.outsiders * float(shares[k])


def _worth(
    out: dict[str, float],
    p: Parameters,
    records: Records,
    platforms: Sequence[str],
    twin: Mapping[str, float] | None,
) -> None:
    """Impressions at what they are worth, and beside the twin's at the same worth."""
    name = "worth_weighted_impressions"
    a = records.accounts
    out[name] = float(p.platform_worth[a["platform"]] @ a["outsider_impressions"])
    if twin is None:
        return
    free = twin.get(name, math.nan)
    if platforms:  # an arm may have another worth than the twin
        on = [twin.get(f"outsider_impressions_on.{one}", math.nan) for one in platforms]
        free = float(p.platform_worth @ np.array(on))
    out["worth_weighted_reach"] = _ratio(out[name], free)


def _extinction(grid: Floats, live: Floats) -> float:
    if live[-1] > 0 or not (live > 0).any():
        return math.nan
    return float(grid[np.flatnonzero(live > 0)[-1] + 1])


def _look_alikes(
    out: dict[str, float], p: Parameters, records: Records, seed: int, replication: int
) -> None:
    """Expected look-alikes, from a sample of ordinary handles against this run's suspended ones.

    An ordinary user's new account can be matched once a handle within the threshold is suspended,
    so what counts is the recall from that day on; accounts are made at a steady rate.
    """
    a = records.accounts
    came_back = (a["life"] > 1) & (a["edit_distance"] > 0)
    out["handle_matched_share"] = _mean(a["channel"][came_back] == detection.HANDLE_MATCHED)
    share = math.nan
    if p.ordinary_signups > 0.0:
        share = 0.0
    recall = p.rate("handle_recall")[0]
    if p.ordinary_signups > 0.0 and (recall > 0.0).any():
        gone = a[~np.isnan(a["suspended_day"])]
        gone = gone[np.argsort(gone["suspended_day"], kind="stable")]
        users = ordinary_handles(
            seed,
            replication,
            0,
            p.ordinary_sample,
            int(p.tier_count.sum()),
            p.ordinary_namesakes,
            p.ordinary_topic_names,
        )
        (first,) = first_match(texts(users), texts(gone["handle"]), [p.match_edits])
        day = np.append(gone["suspended_day"], math.inf)[first]
        days = recall_from(day, p.regime_start, recall, p.horizon)
        share = float(days.mean()) / p.horizon
    out["look_alike_share"] = share
    out["look_alikes_flagged"] = share * p.ordinary_signups * p.horizon
    out["look_alikes_suspended"] = p.mistake * out["look_alikes_flagged"]


def _review(
    out: dict[str, float], p: Parameters, records: Records, seed: int, replication: int
) -> None:
    _hours_and_waits(out, p, records)
    done = records.cases[records.cases["appeal"] == 0]
    done = done[done["operator"] < 0]
    days, after = _wrongly_suspended(p, done, records.cases, seed, replication)
    out["wrong_suspensions"] = float((days > 0.0).sum())
    priced = (p.wrong_per_right > 0.0).any() or (p.wrong_a_day > 0.0).any()
    known = p.finite_staff or priced
    out["wrong_days"] = float(days.sum()) if known else math.nan
    out["reinstatements"] = float((after > 0.0).sum()) if known else math.nan
    lost = float(days.sum()) + (1.0 - p.posts_after) * float(after.sum())
    out["posting_lost"] = lost if known else math.nan
    out["appeals"] = math.nan
    if p.hears_appeals:
        out["appeals"] = float(records.cases["appeal"].sum() + records.open_cases["appeal"].sum())
    if p.ordinary_signups > 0.0 and p.finite_staff:  # they are among the cases, and counted
        mine = -1 - detection.HANDLE_MATCHED
        waiting = records.open_cases[records.open_cases["appeal"] == 0]["operator"] == mine
        out["look_alikes_flagged"] = float((done["operator"] == mine).sum() + waiting.sum())
        out["look_alikes_suspended"] = float((days[done["operator"] == mine] > 0.0).sum())
    elif p.ordinary_signups > 0.0:
        out["wrong_suspensions"] += out["look_alikes_suspended"]
    out["wrong_per_right"] = _ratio(out["wrong_suspensions"], out["suspensions"])
    _flags(out, p, records, days)


def _wrongly_suspended(
    p: Parameters,
    done: npt.NDArray[np.void],
    cases: npt.NDArray[np.void],
    seed: int,
    replication: int,
) -> tuple[Floats, Floats]:
    """Days of wrong suspension, and days after it, of each decided flag on an ordinary user."""
    none = np.zeros_like(p.action_delay)
    return wrongly_suspended(
        np.ascontiguousarray(done["decided_day"]),
        -1 - done["operator"],
        done["life"].astype(np.int64),
        _heard(done, cases),
        p.horizon,
        p.mistake,
        p.appeal,
        p.appeal_success,
        p.hears_appeals,
        p.reinstatement,
        p.action_delay if p.finite_staff else none,  # unlimited staff: in the decision
        p.wave_every if p.finite_staff else 0.0,
        seed,
        replication,
    )


def _heard(done: npt.NDArray[np.void], cases: npt.NDArray[np.void]) -> Floats:
    """Day on which a team decided on the appeal against each of these decisions, inf if never."""
    heard = np.full(len(done), math.inf)
    appeals = cases[(cases["appeal"] == 1) & (cases["operator"] < 0)]
    if len(appeals):
        keys = zip(appeals["operator"].tolist(), appeals["life"].tolist(), strict=True)
        day = dict(zip(keys, appeals["decided_day"].tolist(), strict=True))
        flags = zip(done["operator"].tolist(), done["life"].tolist(), strict=True)
        heard[:] = [day.get(flag, math.inf) for flag in flags]
    return heard


def _flags(out: dict[str, float], p: Parameters, records: Records, days: Floats) -> None:
    """Flags by channel: right, wrong, cleared.

    days: of wrong suspension of each decided case about an ordinary user, 0 where it was cleared.
    """
    size = len(detection.CHANNELS)
    of = {
        name: -1 - table["operator"][(table["operator"] < 0) & (table["appeal"] == 0)]
        for name, table in (("decided", records.cases), ("open", records.open_cases))
    }
    wrong = np.bincount(of["decided"], minlength=size) + np.bincount(of["open"], minlength=size)
    wrong = wrong.astype(np.float64)
    cleared = np.bincount(of["decided"][days == 0.0], minlength=size).astype(np.float64)
    for counted in (wrong, cleared):  # reports about ordinary users are reports
        counted[detection.REPORTED] += counted[0]
        counted[0] = 0.0
    if p.ordinary_signups > 0.0 and not p.finite_staff:
        alike = out["look_alikes_flagged"]
        wrong[detection.HANDLE_MATCHED] += alike
        cleared[detection.HANDLE_MATCHED] += alike - out["look_alikes_suspended"]
    right = records.flags[0].astype(np.float64)
    cleared += records.flags[1]
    for name, counted in (("right", right), ("wrong", wrong), ("cleared", cleared)):
        out[f"{name}_flags"] = float(counted.sum())
        for k in range(1, size):
            out[f"{name}_flags.{detection.CHANNELS[k]}"] = float(counted[k])
    out["flag_precision"] = _ratio(float(right.sum()), float(right.sum() + wrong.sum()))
    for k in range(1, size):
        ratio = _ratio(float(right[k]), float(right[k] + wrong[k]))
        out[f"flag_precision.{detection.CHANNELS[k]}"] = ratio


def flags_by_day(p: Parameters, records: Records, seed: int, replication: int) -> Floats:
    """Flags before each day of the grid, ``[right, wrong and cleared, days, CHANNELS]``.

    Counted as in :func:`_flags`, but for look-alikes with unlimited staff: of these only an
    expected number is known, and no days.
    """
    out = np.zeros((3, len(p.grid), len(detection.CHANNELS)))
    if len(records.flags_by_day):  # an engine tells them
        out[0] = records.flags_by_day[:, 0]
        out[2] = records.flags_by_day[:, 1]
    done, left = (
        table[(table["operator"] < 0) & (table["appeal"] == 0)]
        for table in (records.cases, records.open_cases)
    )
    days, _ = _wrongly_suspended(p, done, records.cases, seed, replication)
    cleared = done[days == 0.0]
    for kind, told in (
        (1, (done["operator"], done["arrived_day"])),
        (1, (left["operator"], left["arrived_day"])),
        (2, (cleared["operator"], cleared["decided_day"])),
    ):
        for operator in np.unique(told[0]):
            # Reports about ordinary users are reports.
            channel = -1 - int(operator) or detection.REPORTED
            mine = np.sort(told[1][told[0] == operator])
            out[kind, :, channel] += np.searchsorted(mine, p.grid)
    return out


def _hours_and_waits(out: dict[str, float], p: Parameters, records: Records) -> None:
    """What a team costs and how long cases wait for it, decided on or not.

    Measures of state are there without any case; waits need one that arrived.
    """
    for name in (*_OF_A_TEAM, "waiting_time_mean", "backlog_age_p95", "unserved_share"):
        out[name] = math.nan
    if not p.finite_staff:
        return
    out["backlog_mean"] = _mean(records.backlog)
    out["paid_hours"] = p.paid_hours
    done, left = records.cases, records.open_cases
    busy = float((done["decided_day"] - done["started_day"]).sum())
    in_hand = left["started_day"][~np.isnan(left["started_day"])]
    out["reviewer_hours"] = 24.0 * (busy + float((p.horizon - in_hand).sum()))
    out["utilisation"] = _ratio(out["reviewer_hours"], out["paid_hours"])
    waited, taken_up = waits(p.horizon, records)
    if len(waited):
        curve = kaplan_meier(waited, taken_up)
        longest = float(waited.max())
        out["waiting_time_mean"] = curve.restricted_mean(longest) if longest > 0.0 else 0.0
        out["backlog_age_p95"] = min(curve.quantile(0.95).value, longest)
        out["unserved_share"] = float(np.mean(~taken_up))


_OF_A_TEAM = ("backlog_mean", "paid_hours", "reviewer_hours", "utilisation")


def waits(
    horizon: float, records: Records, first: float = 0.0
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Time from arrival until a case was taken up, or the horizon; and whether it was taken up.

    Of the cases that arrived from day ``first`` on, those decided before those still open.
    """
    cases = np.concatenate((records.cases, records.open_cases))
    cases = cases[cases["arrived_day"] >= first]
    taken_up = ~np.isnan(cases["started_day"])
    until = np.where(taken_up, cases["started_day"], horizon)
    # A hair below 0 is rounding.
    return np.maximum(until - cases["arrived_day"], 0.0), taken_up


def _counter_speech(
    out: dict[str, float], p: Parameters, records: Records, tiers: Sequence[str]
) -> None:
    last = records.series[-1]
    by_tier = last[:, c.ATTACHED_INSIDERS] + last[:, c.ATTACHED_OUTSIDERS]
    out["network_followers"] = float(by_tier.sum())
    for k, tier in enumerate(tiers):
        out[f"network_followers.{tier}"] = float(by_tier[k])
    times = np.append(p.speech_start, p.horizon)  # of the regimes of counter-speech
    days = np.diff(times)
    made = np.diff([np.interp(times, p.grid, tier) for tier in records.series[:, :, c.POSTS].T])
    posts_per_day = np.vstack((made.sum(axis=0), made)) / days  # of the network, and of its tiers
    heard = 0.0
    followed = 0.0
    for k in range(len(p.speaker_followers)):
        start, growth, ceiling = (
            float(p.speaker_followers[k]),
            float(p.speaker_growth[k]),
            float(p.speaker_ceiling[k]),
        )
        followed += followers(start, growth, ceiling, p.horizon)
        rate = p.speaker_posts[k] + p.speaker_answers[:, k] * posts_per_day[0]
        listening = np.diff([follower_days(start, growth, ceiling, time) for time in times])
        heard += float((p.view_probability * rate * listening).sum())
    speakers = len(p.speaker_followers) > 0
    out["speaker_followers"] = followed if speakers else math.nan
    out["voice_ratio"] = _ratio(followed, float(by_tier.sum())) if speakers else math.nan
    out["share_of_voice"] = _ratio(heard, heard + out["impressions"]) if speakers else math.nan
    answers = p.speaker_answers.sum(axis=1) * posts_per_day
    replies = np.vstack((p.reply_rate @ answers[1:], p.reply_rate[:, np.newaxis] * answers[1:]))
    for name, rates, weights in (
        ("answers_per_day", answers, days / p.horizon),
        ("answers_per_day_at_first", answers[:, :1], np.ones(1)),
        ("answers_per_day_at_last", answers[:, -1:], np.ones(1)),
        ("replies_per_day", replies, days / p.horizon),
        ("replies_per_day_at_last", replies[:, -1:], np.ones(1)),
    ):
        for tier, value in zip(("", *(f".{tier}" for tier in tiers)), rates @ weights, strict=True):
            out[f"{name}{tier}"] = float(value) if speakers else math.nan


def _ratio(above: float, below: float) -> float:
    return above / below if below > 0.0 else math.nan


def _mean(values: npt.NDArray[Any]) -> float:
    return float(np.mean(values)) if len(values) else math.nan


def _median(values: Floats) -> float:
    return float(np.median(values)) if len(values) else math.nan
