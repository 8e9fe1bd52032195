"""From a scenario and a policy to the numbers that the engines and the world are made from.

Time is in days after the scenario's first day.  Arrays go by tier (K), by enforcement regime (R),
or by segment (2: insiders, outsiders).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from afterban import inputs
from afterban.language.laws import OF_GAPS, Distribution
from afterban.mechanisms import distributions as d
from afterban.mechanisms.clock import MICROSECONDS, on_the_clock
from afterban.mechanisms.counterspeech import conversion
from afterban.mechanisms.detection import (
    CAUGHT_AT_SIGNUP,
    CHANNELS,
    CLASSIFIED,
    HANDLE_MATCHED,
    LINK_MATCHED,
    REPORTED,
    STRUCK,
    THREATENED,
    WATCHED,
)
from afterban.mechanisms.displacement import share_of_users, share_that_follows
from afterban.mechanisms.promotion import seen_at_least_once
from afterban.mechanisms.returning import MIXED
from afterban.mechanisms.review import ROUTINE, URGENT
from afterban.scenario import Scenario
from afterban.scenario.sections.arrivals import Arrivals
from afterban.scenario.sections.counterspeech import CounterSpeech
from afterban.scenario.sections.detection import (
    Detection,
    Pulse,
    Regime,
    TierPressure,
    TierPressureChange,
)
from afterban.scenario.sections.handles import Handles
from afterban.scenario.sections.network import Differences, Tier
from afterban.scenario.sections.platforms import Platform
from afterban.scenario.sections.promotion import Promotion
from afterban.scenario.sections.review import Review, Shift, Team

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

AUDIENCE, POSTS, DEGREE, RETURN_DELAY = range(4)
RETURNS, REFOLLOW, LOST = range(3)  # in which operators of a tier may differ
CHOOSE = ("random", "followers", "activity", "links")  # as in model.pulses
ORDER = ("arrival", "followers", "activity", "links")  # as in model.review
PRESSED = (  # channels whose rates differ by tier
    *("signup", "reports", "classifier", "threats", "watch"),
    *("handle_recall", "link_promoted", "link_promoter", "retaliation"),
)
PROBABILITIES = frozenset(
    ("signup", "handle_recall", "link_promoted", "link_promoter", "retaliation")
)
OF_POSTS = frozenset(("reports", "classifier"))  # channels whose hazard follows posts
WITHOUT_ENFORCEMENT = "none"
AS_WRITTEN = "base"


class Parameters(NamedTuple):
    """Everything that an engine needs to know, as numbers."""

    horizon: float
    # tiers, [K]
    tier_count: Integers
    tier_distributions: Floats  # [K, 4, ROW]: AUDIENCE, POSTS, DEGREE, RETURN_DELAY
    longer_laws: Floats  # of the return delays that do not fit into a row, see model.returning
    differences: Floats  # [K, 3, ROW]: RETURNS, REFOLLOW, LOST, factors; [0, 3, ROW] if all alike
    correlated: Floats  # [K, 5, 5], factor of the normal correlations; [0, 5, 5] if all alike
    insider_share: Floats
    attached_at_start: Floats
    detached_at_start: Floats
    prominence: Floats
    promotes: Floats
    returns: Floats
    spares: Integers
    report_weight: Floats
    watched: Floats  # per day
    severity: Integers  # URGENT or ROUTINE
    created_day: Floats  # of first accounts
    public_day: Floats  # of first accounts; 0 unless a sleeper
    release_every: Floats  # days between releases for which accounts are made; 0 if not again
    moves: Floats
    platform: Integers  # [K], at the start
    same_as: Integers  # [K], tier whose operators these are, -1 for none
    sleeper: Integers  # 1 if the tier's first accounts are prepared in private
    only_if_moved: Integers  # 1 if they are made only by operators who are on another platform
    refollow: Floats  # [K, 2], per day
    looks: Floats  # [K], how often a promotion is seen beside one for an ordinary audience, 0 to 1
    # network, audience, exposure, promotion
    own_audience: Floats  # [N, 2] of a file; [0, 2] if drawn
    own_posts: Floats  # [N] per day, of a file; [0] if drawn
    own_promoter_start: Integers  # [N + 1] of a file; [0] if the follow graph is drawn
    own_promoters: npt.NDArray[np.int32]  # [E] of a file
    prominence_tail: float
    overlap: Floats  # [2]
    discover: Floats  # [2], per day, until the first of the changes below
    speech_change: Floats  # days on which counter-speech changes it
    discover_later: Floats  # [changes, 2], per day, from each of these days on
    lost: Floats  # [2]
    forget: Floats  # [2], per day
    live_insiders: bool  # whether insiders are operators
    near_edits: int
    unrelated_recognition: float
    view_probability: float
    outsiders: int
    promotion_delay: Floats  # [ROW]
    promotion_posts: int
    promotion_seen: float  # probability, for a detached person in both audiences
    untouched_factor: float  # for an untouched one, relative to that
    promotes_on_start: bool
    near_identical: float
    near_links: Floats  # [handles.LINKS], shares of near-identical links, each with those before it
    # platforms, [P]
    platform_kept: Floats  # share of the audience that follows an operator there
    platform_share: Floats  # share of the first platform's audience that can be there, by size
    # bursts of posting
    burst_start: Floats  # [B], days on which a step of posting begins, first is -inf
    burst_factor: Floats  # [K, B], on posts, above 0
    platform_worth: Floats  # of an impression there, in worth-weighted metrics only
    # recruitment
    recruits_per_impression: float  # 0 if there is none
    recruit_tier: int
    recruit_delay: Floats  # [ROW]
    most_recruits: int
    # arrivals
    arrival_tier: Integers  # [A], tiers that newcomers join
    arrival_start: Floats  # [regimes of arrivals], first is -inf
    arrival_rate: Floats  # [A, regimes of arrivals], per day
    # detection
    regime_start: Floats  # [R], first is -inf
    signup: Floats  # [P, R]
    reports: Floats  # [P, R], per outsider impression
    classifier: Floats  # [P, R], per post
    threats: Floats  # [P, R], per day
    watch: Floats  # [P, R], on `watched`
    handle_recall: Floats  # [P, R]
    link_promoted: Floats  # [P, R]
    link_promoter: Floats  # [P, R]
    retaliation: Floats  # [P, R], probability for each account made after a suspension
    pressure: Floats  # [channels, K, R], factors on these nine by tier, in the order of PRESSED
    time_to_action: Floats  # [R, 2, ROW], by severity
    insider_reports: float
    match_edits: int
    scan_time: Floats  # [ROW]
    ordinary_signups: float  # per day; 0 if look-alikes are not counted
    ordinary_namesakes: float
    ordinary_topic_names: float
    ordinary_sample: int
    link_scan_time: Floats  # [ROW]
    retaliation_delay: Floats  # [ROW]
    pulse_day: Floats
    pulse_key: Integers  # of its draws: from the day, so that one more campaign changes no other's
    pulse_share: Floats
    pulse_accounts: Integers
    pulse_choose: Integers
    pulse_platform: Integers  # -1 for all
    pulse_tiers: npt.NDArray[np.bool_]  # [campaigns, K], whose accounts are chosen from
    pulse_entry: Integers  # place in detection.pulses
    # review
    finite_staff: bool
    duty_change: Floats  # days on which the number of reviewers on duty changes, first is 0
    on_duty: Integers
    queue_order: int
    service_time: Floats  # [ROW]
    benign_reports: float  # per day
    sensitivity: float
    wrong_per_right: Floats  # [CHANNELS], flags on ordinary users for each right one at the start
    wrong_a_day: Floats  # [CHANNELS], flags on ordinary users at the start; -1 where not given
    wrong_at_signup: float  # for each new account of the network, at a probability of 1
    wrong_at_match: float  # likewise, at a recall of 1
    wrong_at_link: float  # for each promotion, at a probability of 1
    mistake: float
    appeal: float
    reinstatement: Floats  # [ROW]
    hears_appeals: bool  # whether appeals take the team's time
    appeal_success: float
    own_appeals: float  # probability that an operator appeals
    own_success: float  # probability that it does so with success
    posts_after: float  # of a reinstated user, relative to before
    filing: Floats  # [ROW], from a suspension to the appeal, with a team that hears it
    action_delay: Floats  # [ROW]
    wave_every: float  # 0 = at once
    # returning
    fatigue: float
    posts_after_return: float  # factor on the posting rate with each
    posts_after_move: float
    give_up_suspensions: int  # on one platform, after which it is left; 0 for never
    give_up_within: float  # days
    spare_delay: Floats  # [ROW]
    most_lives: int
    rebuild_share: float
    rebuild_window: float
    # observation
    speaker_followers: Floats  # [speakers], at the start
    speaker_growth: Floats  # per day
    speaker_ceiling: Floats  # inf for none
    speaker_posts: Floats  # per day
    speech_start: Floats  # [regimes of counter-speech], first is 0
    speaker_answers: Floats  # [regimes of counter-speech, speakers], share of the network's posts
    reply_rate: Floats  # [K], share of the answers to its posts
    grid: Floats  # days of the time series; the last one is the horizon
    kept_part: float  # of the followers of the first account
    windows: Floats  # ends of the windows of reach, the first one is the start of evaluation

    @property
    def paid_hours(self) -> float:
        """Hours that reviewers are on duty before the horizon; 0 with unlimited staff."""
        days = np.diff(np.minimum(np.append(self.duty_change, self.horizon), self.horizon))
        return 24.0 * float(days @ self.on_duty)

    @property
    def audience_limit(self) -> Floats:
        """[K], people: the audience whose outsiders are all that there are; inf if it has none."""
        outside = 1.0 - self.insider_share
        limit: Floats = np.divide(
            self.outsiders, outside, out=np.full(len(outside), math.inf), where=outside > 0.0
        )
        return limit

    def by_tier(self, channel: str) -> Floats:
        """[K, P, R], the rate or probability of a channel for the operators of each tier."""
        factor = self.pressure[PRESSED.index(channel)][:, np.newaxis, :]
        value: Floats = factor * getattr(self, channel)
        return np.minimum(value, 1.0) if channel in PROBABILITIES else value

    def on_ordinary_posts(self, channel: str) -> Floats:
        """[K, P, R], :meth:`by_tier` with the bursts, for posts of ordinary days."""
        value = self.by_tier(channel)
        return value * self.burst[:, np.newaxis, :] if channel in OF_POSTS else value

    @property
    def burst(self) -> Floats:
        """[K, R], factor on posts in each regime of detection; each step of posting begins one."""
        step = np.searchsorted(self.burst_start, self.regime_start, side="right") - 1
        return np.ascontiguousarray(self.burst_factor[:, step])

    @property
    def double(self) -> Integers:
        """[K], how far the number of the operator whose account it is lies from a double's own."""
        first = np.cumsum(self.tier_count) - self.tier_count
        return np.where(self.same_as >= 0, first[self.same_as] - first, 0)

    @classmethod
    def from_scenario(cls, scenario: Scenario, policy: str = AS_WRITTEN) -> Parameters:
        """Numbers of ``scenario`` under a policy: one of its arms, ``base``, or ``none``.

        ``none`` is the twin world: the same network, and nobody is ever flagged.
        Raises KeyError for a policy that the scenario does not have, and ScenarioErrors with the
        faults of the files that its network is read from.
        """
        enforced = policy != WITHOUT_ENFORCEMENT
        arm = scenario if policy in (AS_WRITTEN, WITHOUT_ENFORCEMENT) else scenario.arm(policy)
        detection = arm.detection if enforced else Detection(watch=0.0)
        tiers = list(arm.tiers.values())
        audience, network, promotion, review = (
            arm.audience,
            arm.network,
            arm.promotion,
            arm.review,
        )
        own, graph = inputs.operators(arm), inputs.follows(arm)
        horizon = on_the_clock(float(arm.horizon))
        longer: list[float] = []
        give_up = arm.returning.give_up
        recruitment = arm.recruitment
        speech = arm.counter_speech
        speakers = list(speech.speakers.values()) if speech else []
        answering = _answering(speech, arm.start, horizon)
        won_over = [_won_over(speech, answers) for _, answers in answering]
        discovery = _floats([audience.discover_insiders, audience.discover_outsiders])
        ordinary = arm.detection.handle_match.ordinary
        team = review.team if enforced else None
        duty = _duty(team.reviewers, team.shifts, arm.start, horizon) if team else ([0.0], [0])
        platforms = list(arm.platforms.values()) or [Platform(users=1)]
        first_users = platforms[0].users
        names = list(arm.tiers)
        seen, untouched = _seen_promotions(promotion, float(arm.exposure.view_probability))
        pulses = _pulses(detection.pulses, arm.start, horizon)
        ratio = _wrong_per_right(detection, team)
        regimes = _regimes(detection, review, platforms, arm.start, names)
        steps = arm.posting.steps(arm.start, horizon, names)
        regimes = _divided(regimes, _floats([day for day, _ in steps]))
        joined = list(arm.arrivals.tiers) if arm.arrivals else []
        joining = _joining(arm.arrivals, arm.start, horizon)
        first = _days(arm.metrics.start, arm.start) if arm.metrics.start else 0.0
        public = [_days(t.sleeper.public, arm.start) if t.sleeper else 0.0 for t in tiers]
        created = [
            _days(t.sleeper.created, arm.start) if t.sleeper and t.sleeper.created else 0.0
            for t in tiers
        ]
        return cls(
            horizon=horizon,
            tier_count=_integers([t.count for t in tiers]),
            tier_distributions=np.array(
                [
                    [
                        _within(row(t.audience), t.audience_limit(arm.exposure.outsiders)),
                        row(t.posts),
                        row(t.degree),
                        _gaps(
                            arm.returning.delay if t.return_delay is None else t.return_delay,
                            longer,
                        ),
                    ]
                    for t in tiers
                ]
            ),
            longer_laws=_floats(longer),
            **_differences(tiers),
            insider_share=_floats([t.insider_share for t in tiers]),
            attached_at_start=_floats([t.attached_at_start for t in tiers]),
            detached_at_start=_floats([t.detached_at_start for t in tiers]),
            prominence=_floats([t.prominence for t in tiers]),
            promotes=_floats([t.promotes for t in tiers]),
            returns=_floats(
                [arm.returning.probability if t.returns is None else t.returns for t in tiers]
            ),
            spares=_integers([t.spares for t in tiers]),
            report_weight=_floats([t.report_weight for t in tiers]),
            watched=_floats([t.watched for t in tiers]),
            severity=_integers([_severity(t) for t in tiers]),
            created_day=_floats(created),
            public_day=_floats(public),
            release_every=_floats(
                [on_the_clock(float(t.sleeper.every or 0)) if t.sleeper else 0.0 for t in tiers]
            ),
            moves=_floats([arm.returning.moves if t.moves is None else t.moves for t in tiers]),
            platform=_integers(
                [list(arm.platforms).index(t.platform) if t.platform else 0 for t in tiers]
            ),
            same_as=_integers(
                [names.index(t.same_operators_as) if t.same_operators_as else -1 for t in tiers]
            ),
            sleeper=_integers([t.sleeper is not None for t in tiers]),
            only_if_moved=_integers([bool(t.sleeper and t.sleeper.only_if_moved) for t in tiers]),
            own_audience=own.audience if own else np.zeros((0, 2)),
            own_posts=own.posts if own else np.zeros(0),
            own_promoter_start=graph.start if graph else np.zeros(0, dtype=np.int64),
            own_promoters=graph.promoters if graph else np.zeros(0, dtype=np.int32),
            prominence_tail=float(network.prominence_tail),
            overlap=_floats([network.overlap_insiders, network.overlap_outsiders]),
            refollow=np.outer(
                _floats([t.refollow_factor for t in tiers]),
                _floats([audience.refollow_insiders, audience.refollow_outsiders]),
            ),
            looks=np.minimum(_floats([t.refollow_factor for t in tiers]), 1.0),
            discover=won_over[0] * discovery,
            speech_change=_floats([answering[k][0] for k in _changes(won_over)]),
            discover_later=np.outer([won_over[k] for k in _changes(won_over)], discovery),
            lost=_floats([audience.lost_insiders, audience.lost_outsiders]),
            forget=_floats([audience.forget_insiders, audience.forget_outsiders]),
            # While nobody is ever suspended all of them are live.
            live_insiders=audience.insiders == "operators"
            and (len(pulses) > 0 or any(regimes[name].any() for name in PRESSED)),
            near_edits=int(audience.recognition.near_edits),
            unrelated_recognition=float(audience.recognition.unrelated),
            view_probability=float(arm.exposure.view_probability),
            outsiders=int(arm.exposure.outsiders),
            promotion_delay=_duration(promotion.delay),
            promotion_posts=int(promotion.posts),
            promotion_seen=seen,
            untouched_factor=untouched,
            promotes_on_start=bool(promotion.on_start),
            near_identical=float(arm.handles.near_identical),
            near_links=near_links(arm.handles),
            platform_kept=_floats(
                [share_that_follows(float(p.follows), p.users, first_users) for p in platforms]
            ),
            platform_share=_floats([share_of_users(p.users, first_users) for p in platforms]),
            platform_worth=_floats([p.worth for p in platforms]),
            recruits_per_impression=float(recruitment.per_impression) if recruitment else 0.0,
            recruit_tier=names.index(recruitment.tier) if recruitment else 0,
            recruit_delay=_duration(recruitment.delay) if recruitment else np.zeros(d.ROW),
            most_recruits=int(recruitment.most) if recruitment else 0,
            **regimes,
            burst_start=_floats([day for day, _ in steps]),
            burst_factor=_floats([factors for _, factors in steps]).T.copy(),
            arrival_tier=_integers([names.index(name) for name in joined]),
            arrival_start=_floats([day for day, _ in joining]),
            arrival_rate=_floats([rates for _, rates in joining])
            .reshape(len(joining), len(joined))
            .T.copy(),
            insider_reports=float(detection.insider_reports),
            match_edits=int(detection.handle_match.edits),
            scan_time=_duration(detection.handle_match.scan_time),
            ordinary_signups=float(ordinary.signups) if ordinary else 0.0,
            ordinary_namesakes=float(ordinary.namesakes) if ordinary else 0.0,
            ordinary_topic_names=float(ordinary.topic_names) if ordinary else 0.0,
            ordinary_sample=int(ordinary.sample) if ordinary else 0,
            link_scan_time=_duration(detection.link_match.scan_time),
            retaliation_delay=_duration(detection.retaliation.delay),
            pulse_day=_floats([day for day, _ in pulses]),
            pulse_key=_pulse_keys(
                [day for day, _ in pulses], [_hits(arm, detection.pulses[k]) for _, k in pulses]
            ),
            pulse_share=_floats([detection.pulses[k].share for _, k in pulses]),
            pulse_accounts=_integers([detection.pulses[k].accounts for _, k in pulses]),
            pulse_choose=_integers([CHOOSE.index(detection.pulses[k].choose) for _, k in pulses]),
            pulse_platform=_integers(
                [
                    list(arm.platforms).index(platform) if platform else -1
                    for _, k in pulses
                    for platform in (detection.pulses[k].platform,)
                ]
            ),
            pulse_tiers=np.array(
                [
                    [not chosen or name in chosen for name in names]
                    for _, k in pulses
                    for chosen in (detection.pulses[k].tiers,)
                ],
                dtype=np.bool_,
            ).reshape(len(pulses), len(names)),
            pulse_entry=_integers([k for _, k in pulses]),
            finite_staff=team is not None,
            duty_change=_floats(duty[0]),
            on_duty=_integers(duty[1]),
            queue_order=ORDER.index(team.order) if team else 0,
            service_time=_duration(team.service_time) if team else np.zeros(d.ROW),
            benign_reports=float(team.benign_reports) if team else 0.0,
            sensitivity=float(review.sensitivity),
            wrong_per_right=ratio,
            wrong_a_day=_wrong_a_day(detection),
            wrong_at_signup=float(ratio[CAUGHT_AT_SIGNUP]),
            wrong_at_match=float(ratio[HANDLE_MATCHED]) * _within_reach(detection, arm.handles),
            wrong_at_link=float(ratio[LINK_MATCHED]),
            mistake=float(review.mistakes.probability),
            appeal=float(review.mistakes.appeals),
            reinstatement=_duration(review.mistakes.reinstatement),
            hears_appeals=team is not None and review.appeals is not None,
            appeal_success=float(review.appeals.success) if review.appeals else 1.0,
            own_appeals=float(review.appeals.operators) if review.appeals and enforced else 0.0,
            own_success=(
                float(review.appeals.operators_succeed)
                if team is not None and review.appeals and enforced
                else 0.0
            ),
            posts_after=float(review.appeals.posts_after) if review.appeals else 1.0,
            filing=_duration(review.appeals.filing) if review.appeals else np.zeros(d.ROW),
            action_delay=_duration(review.action_delay),
            wave_every=on_the_clock(float(review.waves.every)) if review.waves else 0.0,
            fatigue=float(arm.returning.fatigue),
            posts_after_return=float(arm.returning.posts_after_return),
            posts_after_move=float(arm.returning.posts_after_move),
            give_up_suspensions=int(give_up.suspensions) if give_up else 0,
            give_up_within=on_the_clock(float(give_up.within)) if give_up else 0.0,
            spare_delay=_duration(arm.returning.spare_delay),
            most_lives=int(arm.returning.most_lives),
            rebuild_share=float(arm.returning.rebuilding.share),
            rebuild_window=float(arm.returning.rebuilding.window),
            speaker_followers=_floats([one.followers for one in speakers]),
            speaker_growth=_floats([one.growth for one in speakers]),
            speaker_ceiling=_floats(
                [math.inf if one.ceiling is None else one.ceiling for one in speakers]
            ),
            speaker_posts=_floats([one.posts for one in speakers]),
            speech_start=_floats([day for day, _ in answering]),
            speaker_answers=_floats([answers for _, answers in answering]),
            reply_rate=_reply_rates(speech, names),
            kept_part=float(arm.metrics.kept_part),
            grid=_steps(0.0, horizon, float(arm.metrics.every)),
            windows=_steps(first, horizon, float(arm.metrics.reach_window)),
        )


def near_links(given: Handles) -> Floats:
    """Shares of near-identical links as :mod:`afterban.mechanisms.handles` reads them."""
    kinds = given.kinds
    shares = np.cumsum([kinds.digit, kinds.doubled, kinds.separator, kinds.swap])[:-1]
    if kinds.swap == 0:
        shares[-1] = 1.0  # whatever rounding does to the sum
    return _floats([given.edits.one, *shares])


def row(distribution: Distribution) -> Floats:
    """The numbers of a distribution, as :mod:`afterban.mechanisms.distributions` reads them."""
    p: dict[str, Any] = dict(distribution.parameters)
    out = np.zeros(d.ROW)
    out[3] = p.get("floor", -math.inf)
    out[4] = p.get("cap", math.inf)
    kind = distribution.kind
    if kind == "never":
        out[:3] = d.CONSTANT, math.inf, 0.0
    elif kind == "constant":
        out[:3] = d.CONSTANT, p["value"], 0.0
    elif kind == "exponential":
        out[:3] = d.EXPONENTIAL, p["mean"], 0.0
    elif kind == "lognormal":
        out[:3] = d.LOGNORMAL, math.log(p["median"]), p["sigma"]
    elif kind == "uniform":
        out[:3] = d.UNIFORM, p["low"], p["high"]
    elif kind == "weibull":
        out[:3] = d.WEIBULL, p["scale"], p["shape"]
    elif kind == "pareto":
        out[:3] = d.PARETO, p["minimum"], p["exponent"]
    elif kind == "quantiles":
        points = p["points"]
        out[0] = d.QUANTILES
        out[5] = len(points)
        out[6 : 6 + len(points)] = [at for at, _ in points]
        out[6 + d.MOST_POINTS : 6 + d.MOST_POINTS + len(points)] = [x for _, x in points]
    else:
        raise ValueError(f"no such distribution: {kind!r}")
    return out


def _differences(tiers: list[Tier]) -> dict[str, Floats]:
    """Laws of the operators' own factors, and what goes together; empty if all are alike."""
    alike = Differences()
    given = [alike if t.differences is None else t.differences for t in tiers]
    if all(one == alike for one in given):
        return {"differences": np.zeros((0, 3, d.ROW)), "correlated": np.zeros((0, 5, 5))}
    return {
        "differences": np.array([[row(o.returns), row(o.refollow), row(o.lost)] for o in given]),
        "correlated": np.array([o.lower_factor for o in given]),
    }


def _gaps(law: Distribution, longer: list[float]) -> Floats:
    """The numbers of a return delay; what does not fit into a row is put after ``longer``."""
    if law.kind not in OF_GAPS:
        return _duration(law)
    out = np.zeros(d.ROW)
    out[:2] = d.LONG, len(longer)
    if law.kind == "observed":
        longer += _observed(law)
        return out
    shares, laws = zip(*law.components, strict=True)
    ends = [*np.cumsum(shares)[:-1].tolist(), 1.0]
    head = len(longer)
    longer += [float(d.MIXTURE), float(len(laws)), *ends, *(0.0 for _ in laws)]
    for k, component in enumerate(laws):
        longer[head + MIXED + len(laws) + k] = float(len(longer))
        longer += _observed(component) if component.kind == "observed" else [*_duration(component)]
    return out


def _observed(law: Distribution) -> list[float]:
    """A table of gaps, see :mod:`afterban.mechanisms.returning`."""
    gaps = law.gaps
    times = [on_the_clock(time) for time in gaps.times]
    return [
        float(d.OBSERVED),
        float(len(times)),
        on_the_clock(gaps.last),
        gaps.beyond,
        *gaps.shares,
        *times,
    ]


def _within(law: Floats, most: float) -> Floats:
    """A law's numbers with its draws cut off at ``most``."""
    law[3:5] = np.minimum(law[3:5], most)
    return law


# Channels of model.detection -> keys of detection.precision_of.
_PRICED = {
    CAUGHT_AT_SIGNUP: "signup",
    HANDLE_MATCHED: "handle_match",
    LINK_MATCHED: "link_match",
    REPORTED: "reports",
    CLASSIFIED: "classifier",
    THREATENED: "threats",
    STRUCK: "pulses",
    WATCHED: "watch",
}


def _wrong_per_right(detection: Detection, team: Team | None) -> Floats:
    """Flags on ordinary users for each right one, by channel; 0 where something else says it."""
    ratio = np.zeros(len(CHANNELS))
    for channel, key in _PRICED.items():
        precision = detection.precision_in(key)
        ratio[channel] = (1.0 - precision) / precision
    heard = team is not None and team.benign_reports > 0
    if heard and detection.precision_of.reports is None:
        ratio[REPORTED] = 0.0
    if detection.handle_match.ordinary is not None:
        ratio[HANDLE_MATCHED] = 0.0
    return ratio


def _wrong_a_day(detection: Detection) -> Floats:
    """Flags on ordinary users per day, by channel; -1 where no rate is given."""
    a_day = np.full(len(CHANNELS), -1.0)
    for channel, key in _PRICED.items():
        given = getattr(detection.wrong_flags, key, None)
        if given is not None:
            a_day[channel] = float(given)
    return a_day


def _within_reach(detection: Detection, handles: Handles) -> float:
    """Share of new handles that the match can find; an unrelated one is hardly ever among them."""
    within = (0.0, float(handles.edits.one), 1.0)[min(int(detection.handle_match.edits), 2)]
    return float(handles.near_identical) * within


def _pulses(pulses: list[Pulse], start: dt.date, horizon: float) -> list[tuple[float, int]]:
    """Each day on which a campaign strikes, and its place in the scenario; in the order of both."""
    out: list[tuple[float, int]] = []
    for number, pulse in enumerate(pulses):
        first = _days(pulse.date, start)
        end = horizon if pulse.until is None else min(horizon, _days(pulse.until, start))
        if pulse.every is None:
            days = [first]
        elif first < end:
            days = _steps(first, end, float(pulse.every)).tolist()
        else:
            days = []
        # A step may be under the rest of the last one, or the end be off the clock by it.
        days = [day for day in days if 0.0 <= day < end][: pulse.times]
        out += [(day, number) for day in days]
    return sorted(out)


def _hits(arm: Scenario, pulse: Pulse) -> bool:
    """Whether a campaign strikes anybody: it has a size, and tiers that may have operators."""
    joined = {*(arm.arrivals.tiers if arm.arrivals else ())}
    if arm.recruitment is not None:
        joined.add(arm.recruitment.tier)
    there = {name for name, tier in arm.tiers.items() if tier.count > 0} | joined
    return (pulse.share > 0 or pulse.accounts > 0) and bool(there & {*(pulse.tiers or there)})


def _pulse_keys(days: list[float], hits: list[bool]) -> Integers:
    """The whole day, and the place among the campaigns of that day (up to 65,536 of them).

    Those that strike nobody come last, so that they change no other's draws.
    """
    whole = [math.floor(day) for day in days]
    before = dict.fromkeys(whole, 0)
    keys = np.zeros(len(days), dtype=np.int64)
    for k in sorted(range(len(days)), key=lambda k: not hits[k]):
        day, number = whole[k], before[whole[k]]
        before[day] += 1
        keys[k] = (number >> 8 << 24) + (day << 8) + (number & 255)
    return keys


def _regimes(
    detection: Detection,
    review: Review,
    platforms: list[Platform],
    start: dt.date,
    tiers: list[str],
) -> dict[str, Floats]:
    """Detection from each date on, what a regime leaves out carried over from the one before."""
    now: dict[str, Any] = {
        "signup": detection.signup,
        "reports": detection.reports,
        "classifier": detection.classifier,
        "threats": detection.threats,
        "watch": detection.watch,
        "handle_recall": detection.handle_match.recall,
        "link_promoted": detection.link_match.promoted,
        "link_promoter": detection.link_match.promoter,
        "retaliation": detection.retaliation.probability,
        "time_to_action": review.time_to_action,
        "urgent_time_to_action": review.urgent_time_to_action,
    }
    factors = np.ones((len(PRESSED), len(tiers)))
    _press(factors, detection.tiers, tiers)
    days = [-math.inf]
    states = [dict(now)]
    pressures = [factors.copy()]
    changes: dict[dt.date, list[Regime]] = {}
    for platform in platforms[1:]:
        if platform.enforces_from:
            changes[platform.enforces_from] = []
    for regime in detection.regimes:
        changes.setdefault(regime.from_, []).append(regime)
    for date in sorted(changes):
        for regime in changes[date]:
            for key in now:
                value = getattr(regime, key)
                if value is not None:
                    now[key] = value
            _press(factors, regime.tiers, tiers)
        pressures.append(factors.copy())
        days.append(_days(date, start))
        states.append(dict(now))
    speeds = np.zeros((len(days), 2, d.ROW))
    for k, one in enumerate(states):
        speeds[k, ROUTINE] = _duration(one["time_to_action"])
        speeds[k, URGENT] = _duration(one["urgent_time_to_action"] or one["time_to_action"])
    scale = np.ones((len(platforms), len(days)))
    for k, platform in enumerate(platforms[1:], start=1):
        begins = _days(platform.enforces_from, start) if platform.enforces_from else math.inf
        scale[k] = np.where(_floats(days) >= begins, platform.intensity, 0.0)
    recall = {"classifier": detection.classifier_recall}
    return {
        "regime_start": _floats(days),
        **{
            key: scale * _floats([one[key] * recall.get(key, 1.0) for one in states])
            for key in PRESSED
            if key not in PROBABILITIES
        },
        **{
            key: np.minimum(scale * _floats([one[key] for one in states]), 1.0)
            for key in PRESSED
            if key in PROBABILITIES
        },
        "pressure": np.stack(pressures, axis=-1),
        "time_to_action": speeds,
    }


def _divided(regimes: dict[str, Floats], days: Floats) -> dict[str, Floats]:
    """Regimes of detection, each divided where posting changes."""
    old = regimes["regime_start"]
    new = np.union1d(old, days)
    at = np.searchsorted(old, new, side="right") - 1
    by_regime = {key: np.ascontiguousarray(regimes[key][..., at]) for key in (*PRESSED, "pressure")}
    return {"regime_start": new, **by_regime, "time_to_action": regimes["time_to_action"][at]}


def _joining(
    given: Arrivals | None, start: dt.date, horizon: float
) -> list[tuple[float, list[float]]]:
    """First day of each regime of arrivals that comes about, and the rates of the tiers then.

    What a regime leaves out stays; one of the first day takes the place of what was before it.
    """
    now = {name: float(one.rate) for name, one in given.tiers.items()} if given else {}
    out = [(-math.inf, list(now.values()))]
    for regime in given.regimes if given else []:
        now |= {name: float(one.rate) for name, one in regime.tiers.items()}
        day = _days(regime.from_, start)
        if day <= 0.0:
            out[0] = (-math.inf, list(now.values()))
        elif day < horizon:
            out.append((day, list(now.values())))
    return out


def _answering(
    speech: CounterSpeech | None, start: dt.date, horizon: float
) -> list[tuple[float, list[float]]]:
    """First day of each regime of counter-speech that comes about, and what is answered then.

    What a regime leaves out stays; one of the first day takes the place of what was before it.
    """
    now = {name: float(one.answers) for name, one in speech.speakers.items()} if speech else {}
    out = [(0.0, list(now.values()))]
    for regime in speech.regimes if speech else []:
        for name, one in regime.speakers.items():
            if one.answers is not None:
                now[name] = float(one.answers)
        day = _days(regime.from_, start)
        if day <= 0.0:
            out[0] = (0.0, list(now.values()))
        elif day < horizon:
            out.append((day, list(now.values())))
    return out


def _won_over(speech: CounterSpeech | None, answers: list[float]) -> float:
    """Factor on the hazards of discovery while so much is answered, by speaker."""
    if speech is None:
        return 1.0
    return conversion(float(speech.effect), float(sum(answers)), float(speech.answers_seen))


def _changes(values: list[float]) -> list[int]:
    """Places of the values that differ from the one before."""
    return [k for k in range(1, len(values)) if values[k] != values[k - 1]]


def _reply_rates(speech: CounterSpeech | None, tiers: list[str]) -> Floats:
    """Share of the answers to its posts that each tier replies to."""
    if speech is None:
        return np.zeros(len(tiers))
    own = {name: float(one.reply_rate) for name, one in speech.tiers.items()}
    return _floats([own.get(name, float(speech.reply_rate)) for name in tiers])


def _press(
    factors: Floats, given: Mapping[str, TierPressure | TierPressureChange], tiers: list[str]
) -> None:
    """Write the factors that are given of some tiers into ``factors``, ``[channels, K]``."""
    for name, one in given.items():
        for row, channel in enumerate(PRESSED):
            value = getattr(one, channel)
            if value is not None:
                factors[row, tiers.index(name)] = value


def _duty(
    always: int, shifts: list[Shift], start: dt.date, horizon: float
) -> tuple[list[float], list[int]]:
    """Days on which the number of reviewers on duty changes, and the number from then on."""
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    changes: dict[float, int] = {0.0: 0}
    for day in range(math.ceil(horizon)):
        weekday = names[(start + dt.timedelta(days=day)).weekday()]
        for shift in shifts:
            if weekday in shift.days:
                for time, change in (
                    (shift.start, shift.reviewers),
                    (shift.end, -shift.reviewers),
                ):
                    at = on_the_clock(day + float(time))
                    changes[at] = changes.get(at, 0) + change
    days: list[float] = []
    numbers: list[int] = []
    now = always
    for at in sorted(changes):
        now += changes[at]
        if not numbers or now != numbers[-1]:
            days.append(at)
            numbers.append(now)
    return days, numbers


def _seen_promotions(promotion: Promotion, ordinary: float) -> tuple[float, float]:
    """Probability that who looks for the account sees a promotion, and the factor on the others.

    ordinary: probability that a follower sees a post.  Who never followed the account does not look
    for it and sees a promotion as any other post, so that the factor on the untouched shrinks as
    the detached see more.
    """
    own = promotion.view_probability
    factor = float(promotion.untouched_factor)
    posts = int(promotion.posts)
    seen = seen_at_least_once(ordinary if own is None else float(own), posts)
    if own is not None:
        factor *= seen_at_least_once(ordinary, posts) / seen if seen > 0.0 else 0.0
    return seen, factor


def _severity(tier: Tier) -> int:
    return URGENT if tier.severity == "urgent" else ROUTINE


def _days(date: dt.date, start: dt.date) -> float:
    return float((date - start).days)


def _duration(law: Distribution) -> Floats:
    """The numbers of a distribution of times: those that are values themselves, on the clock."""
    out = row(law)
    values = (1, 3, 4) if out[0] == d.CONSTANT else (3, 4)
    for k in values:
        if math.isfinite(out[k]):
            out[k] = on_the_clock(out[k])
    return out


def _steps(first: float, last: float, step: float) -> Floats:
    """Days from ``first`` on, ``step`` apart, each a whole microsecond; ``last`` ends them."""
    parts = int(MICROSECONDS)
    begin, end = round(first * parts), round(last * parts)
    steps: Floats = np.arange(begin, end, max(1, round(step * parts)), dtype=np.float64) / parts
    return np.append(steps, on_the_clock(last))


def _floats(values: list[Any]) -> Floats:
    return np.array(values, dtype=np.float64)


def _integers(values: list[Any]) -> Integers:
    return np.array(values, dtype=np.int64)
