"""Parameters: everything that an engine needs to know of a scenario under a policy."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from afterban import channels
from afterban.channels import AFTER_SUSPENSION, HAZARDS, RATES
from afterban.mechanisms.adaptation import Answers
from afterban.mechanisms.clock import on_the_clock
from afterban.parameters.lower_adaptation import lower_adaptation
from afterban.parameters.lower_arrivals import lower_arrivals, lower_recruitment
from afterban.parameters.lower_audience import lower_audience
from afterban.parameters.lower_counterspeech import lower_counterspeech
from afterban.parameters.lower_detection import lower_detection, no_detection
from afterban.parameters.lower_handles import lower_handles
from afterban.parameters.lower_metrics import lower_metrics
from afterban.parameters.lower_platforms import lower_platforms
from afterban.parameters.lower_posting import lower_posting
from afterban.parameters.lower_price import lower_price
from afterban.parameters.lower_promotion import lower_promotion
from afterban.parameters.lower_pulses import lower_pulses
from afterban.parameters.lower_ranking import lower_rankings
from afterban.parameters.lower_returning import lower_returning
from afterban.parameters.lower_review import lower_review
from afterban.parameters.lower_tiers import lower_tiers
from afterban.parameters.numbers import Floats, Integers
from afterban.scenario import Scenario

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
    rates: Floats  # [RATES, P, R], hazards and probabilities in the order of channels.RATES
    pressure: Floats  # [RATES, K, R], factors on them by tier
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
    # ranking with what is known: tables of observed accounts
    rank_what: Integers  # [T], as in mechanisms.ranking
    rank_every: Floats  # [T], days between readings; 0 where the truth of the moment is taken
    rank_back: Integers  # [T], readings in a window; 0 likewise
    rank_day: Floats  # [readings], of all tables
    rank_table: Integers  # [readings], which table it is of
    pulse_table: Integers  # table by which a campaign chooses, -1 for none
    pulse_error: Floats  # of its observations
    queue_table: int  # table by which cases wait, -1 for none
    queue_error: float
    given_ranking: Floats  # [N] of an order from outside the run; [0] if there is none
    # review
    finite_staff: bool
    duty_change: Floats  # days on which the number of reviewers on duty changes, first is 0
    on_duty: Integers
    queue_order: int
    service_time: Floats  # [ROW]
    benign_reports: float  # per day
    sensitivity: float
    wrong_per_right: Floats  # [NAMES], flags on ordinary users for each right one at the start
    wrong_a_day: Floats  # [NAMES], flags on ordinary users at the start; -1 where not given
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
    # adaptation: factors on habits for each life that ended so
    adapts: bool  # whether any of them is another than 1
    answer_to_handle: float
    answer_to_reports: float
    answer_to_classifier: float
    answer_to_link: float
    answer_to_quick: float
    quick_days: float  # from the flag to the suspension, up to which action is quick
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
    def answers(self) -> Answers:
        """What operators change after each end of a life."""
        return Answers(
            self.answer_to_handle,
            self.answer_to_reports,
            self.answer_to_classifier,
            self.answer_to_link,
            self.answer_to_quick,
            self.quick_days,
        )

    @property
    def audience_limit(self) -> Floats:
        """[K], people: the audience whose outsiders are all that there are; inf if it has none."""
        outside = 1.0 - self.insider_share
        limit: Floats = np.divide(
            self.outsiders, outside, out=np.full(len(outside), math.inf), where=outside > 0.0
        )
        return limit

    def rate(self, name: str) -> Floats:
        """[P, R], a rate of detection by its name, before the factors by tier."""
        found: Floats = self.rates[channels.place(name)]
        return found

    def by_tier(self, name: str) -> Floats:
        """[K, P, R], a rate of detection for the operators of each tier."""
        value: Floats = self.pressure[channels.place(name)][:, np.newaxis, :] * self.rate(name)
        return np.minimum(value, 1.0) if channels.rate(name).is_probability else value

    def on_ordinary_posts(self, name: str) -> Floats:
        """[K, P, R], :meth:`by_tier` with the bursts, for posts of ordinary days."""
        value = self.by_tier(name)
        bursts = channels.rate(name).follows_posts
        return value * self.burst[:, np.newaxis, :] if bursts else value

    @property
    def exposure(self) -> Floats:
        """[K, HAZARDS], the number of the tier that each hazard is times; 1 if there is none."""
        ones = np.ones(len(self.tier_count))
        return np.stack([getattr(self, one.of) if one.of else ones for one in HAZARDS], axis=1)

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
        detection = arm.detection if enforced else no_detection()
        team = arm.review.team if enforced else None
        horizon = on_the_clock(float(arm.horizon))
        posting = lower_posting(arm, horizon)
        found = lower_detection(arm, detection, posting["burst_start"])
        struck = lower_pulses(arm, detection, horizon)
        by_itself = [rate.acts != AFTER_SUSPENSION for rate in RATES]
        suspends = len(struck["pulse_day"]) > 0 or bool(found["rates"][by_itself].any())
        return cls(
            horizon=horizon,
            **lower_tiers(arm),
            **lower_audience(arm, suspends),
            **lower_handles(arm),
            **lower_promotion(arm),
            **lower_platforms(arm),
            **posting,
            **lower_recruitment(arm),
            **lower_arrivals(arm, horizon),
            **found,
            **struck,
            **lower_rankings(detection, struck["pulse_entry"], team, horizon),
            **lower_review(arm, team, enforced, horizon),
            **lower_price(arm, detection, team),
            **lower_returning(arm),
            **lower_adaptation(arm),
            **lower_counterspeech(arm, horizon),
            **lower_metrics(arm, horizon),
        )
