"""The reference engine: one SimPy process for each operator, written to be read.

An operator makes an account, makes it public, is promoted by its neighbours, is flagged by the
first of several channels, is suspended after review, and comes back or quits:

    Operator.career -> one life after another
    Operator.live   -> the events of one life, in order of time
    Platform        -> what is shared: the network, the review team, campaigns, the census

The equations are those of :mod:`afterban.mechanisms`; here is only what happens when.  The compiled
engine does the same in one loop, and the tests hold the two against each other.
"""

from __future__ import annotations

import bisect
import heapq
import math
from collections.abc import Generator, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import simpy

from afterban import channels
from afterban.engines import events as ev
from afterban.engines import look_alikes, wrong_flags
from afterban.engines.records import ACCOUNT, CASE, Records
from afterban.engines.rules import Rules, Sought, Suspended
from afterban.mechanisms import census, detection, handles, liveshare, pulses, review
from afterban.mechanisms import state as s
from afterban.mechanisms.audience import (
    advance,
    appear,
    content_share,
    detach,
    followers_at,
    migrate,
    newly,
    recognition,
    reinstate,
    wait,
)
from afterban.mechanisms.bursts import change_pace
from afterban.mechanisms.clock import due
from afterban.mechanisms.distributions import quantile, unit_exponential
from afterban.mechanisms.mistakes import appeals_against, decided_wrongly, suspension_day
from afterban.mechanisms.promotion import moved_share, promote
from afterban.mechanisms.returning import (
    gap,
    gives_up,
    next_release,
    posting_factor,
    return_probability,
)
from afterban.mechanisms.wrong_flags import BITS, numbered, of_act
from afterban.parameters import LOST, REFOLLOW, RETURN_DELAY, RETURNS, Parameters
from afterban.randomness import (
    ACTION_DELAY,
    APPEAL,
    APPEAL_REVIEW,
    BENIGN_ARRIVAL,
    BENIGN_SERVICE,
    DECISION,
    HANDLE_MATCH,
    LINK_PROMOTED,
    LINK_PROMOTER,
    MOVE,
    PROMOTE,
    RECRUIT,
    RECRUIT_DELAY,
    REPORT,
    RETALIATION,
    RETURN,
    SERVICE,
    SIGNUP,
    TIME_TO_ACTION,
    WRONG_AT_LINK,
    WRONG_AT_MATCH,
    WRONG_AT_SIGNUP,
    WRONG_SERVICE,
    uniforms,
)
from afterban.world import World, first_state

NAN = math.nan
Steps = Generator[simpy.Event, Any, Any]
CaseRow = tuple[int, int, int, float, float, float, int, int]  # as in records.CASE


class Clock(simpy.Environment):
    """SimPy's environment, with events at an absolute day and the tie rule of ``events``."""

    def at(self, day: float, kind: int, operator: int = 0) -> simpy.Event:
        """An event on ``day``: exactly that day, where a time-out would add a rounding error."""
        event = simpy.Event(self)
        event._ok = True
        event._value = None
        # Interrupts and resource grants have SimPy's own small priorities, so they come first.
        waiting: list[Any] = self._queue
        heapq.heappush(waiting, (day, (kind << 40) + operator, next(self._eid), event))
        return event


class Account:
    """One life of an operator: what the account table says of it."""

    def __init__(self, life: int, created: float) -> None:
        self.life = life
        self.created = created
        self.public = NAN
        self.platform = 0
        self.flagged = NAN
        self.review_started = NAN
        self.suspended = NAN
        self.channel = detection.NONE
        self.urgent = False
        self.handle = ""
        self.edits = -1
        self.followers = (0.0, 0.0)
        self.seen_before = (0.0, 0.0)
        self.seen_at_flag = NAN
        self.received = 0
        self.made = 0


class Operator:
    """A person or group behind a chain of accounts."""

    def __init__(self, platform: Platform, number: int) -> None:
        self.platform = platform
        self.number = number
        self.tier = int(platform.world.tier[number])
        self.own_posts = float(platform.world.posts[number])  # in its first life
        self.ordinary_posts = self.own_posts  # in this one, without bursts
        self.audience = platform.world.audience[number].tolist()
        own = platform.world.factors
        self.factors = own[number].tolist() if len(own) else [1.0, 1.0, 1.0]
        self.state = platform.rows[number]
        self.spares = int(platform.parameters.spares[self.tier])
        self.name = np.zeros(handles.ROW, dtype=np.uint8)
        self.account = Account(1, 0.0)
        self.agenda: list[tuple[float, int, int]] = []
        self.place = int(platform.parameters.platform[self.tier])  # the platform it is on
        self.member_of = self.place  # the last platform among whose members it is
        self.recruits = 0  # candidate recruits of this life so far
        self.reports = 0  # candidate reports of this life so far
        self.rounds = 0  # reviews of this life that ended without suspension
        self.moves = 0
        self.suspensions: list[float] = []  # days of those on the platform that it is on
        self.followed = (0.0, 0.0)  # share of those who look for it who followed the last account
        if number < platform.parameters.tier_count.sum():
            self.process = platform.clock.process(self.career())

    @property
    def public(self) -> bool:
        """Whether a public account lives."""
        return bool(self.state[s.PUBLIC])

    @property
    def posts(self) -> float:
        """Posts per day now, bursts of this time included."""
        return self.own_posts * float(1.0 + self.state[s.POSTS_CHANGE])

    def draw(self, decision: int, ordinal: int = 0) -> tuple[float, float]:
        """Two uniform numbers that belong to this decision of this life, whenever it is asked."""
        p = self.platform
        life = self.account.life
        return uniforms(p.seed, p.replication, decision, self.number, life, ordinal)

    # --- the cycle -------------------------------------------------------------------------------

    def career(self, joins: float = NAN) -> Steps:
        """One life after another, until the operator does not come back.

        ``joins``: for a recruit and for a newcomer, the day of its first account.
        """
        p = self.platform.parameters
        clock = self.platform.clock
        if not math.isnan(joins):
            yield clock.at(joins, ev.CREATE, self.number)
            self.account = Account(1, joins)
            self.create(joins)
        elif p.sleeper[self.tier]:
            yield clock.at(float(p.created_day[self.tier]), ev.CREATE, self.number)
            if p.only_if_moved[self.tier] and not self.has_moved():
                return
            self.account = Account(1, clock.now)
            self.create(float(p.public_day[self.tier]))
        else:
            self.create_first()
        while True:
            yield from self.live()
            back = self.next_account_day()
            if back == math.inf and p.own_success == 0.0:
                return
            life = self.account.life + 1
            try:
                yield clock.at(back, ev.CREATE, self.number) if back < math.inf else clock.event()
            except simpy.Interrupt:  # the appeal was faster
                self.be_reinstated()
                continue
            self.account = Account(life, back)
            self.create(self.public_day_of(back))

    def public_day_of(self, created: float) -> float:
        """When a further account becomes public: at once, but for one made for a release."""
        p = self.platform.parameters
        if p.release_every[self.tier] == 0.0:
            return created
        return due(created, float(p.public_day[self.tier] - p.created_day[self.tier]))

    def create_first(self) -> None:
        """An account that is there, public and followed, when the scenario starts."""
        self.take_handle()
        self.platform.count(self, census.CREATED)
        self.account.public = 0.0
        self.expect_flags(0.0)
        self.expect_recruit(0.0)
        if self.platform.parameters.promotes_on_start:
            self.expect_promotions(0.0)

    def create(self, public_day: float) -> None:
        """Make the next account; what is known of its life goes on the agenda."""
        p = self.platform
        now = p.clock.now
        p.events += 1
        self.agenda = []
        self.reports = self.rounds = self.recruits = 0
        self.account.seen_before = (float(self.state[s.SEEN_IN]), float(self.state[s.SEEN_OUT]))
        self.take_handle()
        p.count(self, census.CREATED)
        regime = detection.regime_at(p.parameters.regime_start, now)
        caught, _ = self.draw(SIGNUP)
        chance = p.detects["signup"][self.tier, self.place, regime]
        wrong = p.parameters.wrong_at_signup * chance
        self.flag_others(detection.CAUGHT_AT_SIGNUP, WRONG_AT_SIGNUP, wrong)
        if caught < chance * self.sought("signup"):
            self.flag(detection.CAUGHT_AT_SIGNUP, False)
            self.plan(now, ev.SUSPEND)
            return
        matched, scan = self.draw(HANDLE_MATCH)
        if self.account.life > 1:
            recall = p.detects["handle_recall"][self.tier, self.place, regime]
            wrong = p.parameters.wrong_at_match * recall
            self.flag_others(detection.HANDLE_MATCHED, WRONG_AT_MATCH, wrong)
        if self.account.life > 1 and matched < detection.match_probability(
            self.account.edits,
            p.parameters.match_edits,
            p.detects["handle_recall"][self.tier, self.place, regime]
            * self.sought("handle_recall"),
        ):
            self.plan(due(now, quantile(p.parameters.scan_time, scan)), ev.SCAN)
        if public_day <= now:
            self.publish()
        else:
            self.plan(public_day, ev.PUBLISH)

    def may_be_reinstated(self, life: int) -> bool:
        """Whether an appeal about this life can bring it back: the operator has no other."""
        a = self.account
        ended = a.life == life and not math.isnan(a.suspended) and not math.isnan(a.public)
        most = self.platform.parameters.most_lives
        return ended and a.platform == self.place and life < most

    def be_reinstated(self) -> None:
        """The account comes back under its own name: a further life, which no channel waits for.

        Nobody needs to promote it or to be told its name; who looks for an earlier account of the
        operator finds it at the speed at which it was found before.
        """
        now = self.platform.clock.now
        before = self.account
        self.account = Account(before.life + 1, now)
        self.account.handle = before.handle
        self.account.edits = 0
        self.account.platform = self.place
        self.account.public = now
        self.account.seen_before = (float(self.state[s.SEEN_IN]), float(self.state[s.SEEN_OUT]))
        self.agenda = []
        self.reports = self.rounds = self.recruits = 0
        self.goes_on_at(self.pace(before.life))
        reinstate(self.state, now, *self.followed)
        self.platform.arrive(self)
        self.expect_flags(now)
        self.expect_recruit(now)

    def publish(self) -> None:
        """The account becomes public: followers find it, neighbours promote it, reports begin."""
        p = self.platform.parameters
        now = self.platform.clock.now
        first = self.account.life == 1
        found = (
            1.0 if first else recognition(self.account.edits, p.near_edits, p.unrelated_recognition)
        )
        rebuild_until = now if first else now + p.rebuild_window
        speed = found * self.factors[REFOLLOW]
        appear(self.state, now, p.refollow[self.tier], speed, rebuild_until)
        self.platform.arrive(self)
        self.account.public = now
        if not self.flagged:
            self.expect_flags(now)
        if not first:
            self.expect_retaliation(now)
        self.expect_recruit(now)
        self.expect_promotions(now)

    def live(self) -> Steps:
        """The events of one life, until the account is suspended."""
        clock = self.platform.clock
        while True:
            try:
                if self.agenda:
                    day, kind, _ = self.agenda[0]
                    yield clock.at(day, kind, self.number)
                else:
                    yield clock.event()  # nothing planned: only an interrupt can end this
            except simpy.Interrupt as interrupt:
                if interrupt.cause == _LOOK_AGAIN:
                    continue
                if interrupt.cause == _CLEARED:
                    self.be_cleared()
                    continue
                if interrupt.cause == _STRUCK:
                    self.flag(detection.STRUCK, False)
                self.suspend()
                return
            _, kind, ordinal = heapq.heappop(self.agenda)
            self.platform.events += 1
            if kind == ev.SUSPEND:
                self.suspend()
                return
            if kind == ev.PROMOTE:
                self.be_promoted(ordinal)
            elif kind == ev.REPORT:
                self.be_reported()
            elif kind == ev.RECRUIT:
                self.win_over()
            elif kind == ev.PUBLISH:
                self.publish()
            elif kind == ev.DECIDE:
                self.be_decided_on()
            elif not self.flagged:
                channel = channels.OF_EVENT[kind]
                self.flag(channel, channels.is_urgent(channel))
                self.go_to_review()

    def suspend(self) -> None:
        """The account ends; its followers become detached."""
        p = self.platform
        now = p.clock.now
        if self.public:
            self.settle(now)
            self.remember_followers()
            looked = self.state[s.DETACHED_IN], self.state[s.DETACHED_OUT]
            detach(self.state, p.parameters.lost, self.factors[LOST])
            look = self.state[s.DETACHED_IN], self.state[s.DETACHED_OUT]
            self.followed = newly(looked[0], look[0]), newly(looked[1], look[1])
            p.depart(self)
        self.account.suspended = now
        self.suspensions.append(now)
        p.under_review[self.tier] -= 1
        p.count(self, census.SUSPENDED)
        p.finish(self)
        p.match_users(self.account.handle)
        if p.parameters.hears_appeals:
            appeals, when = self.draw(APPEAL)
            if appeals < p.parameters.own_appeals:
                day = due(now, quantile(p.parameters.filing, when))
                p.clock.process(p.appeal(day, self.number, self.account.life))

    def remember_followers(self) -> None:
        """Those at the end of a life; its peak, but for insiders who are suspended themselves."""
        row = self.state
        inside = self.live_share * float(row[s.ATTACHED_IN])
        self.account.followers = (inside, float(row[s.ATTACHED_OUT]))

    def next_account_day(self) -> float:
        """Day of the next account, inf if the operator gives up."""
        p = self.platform.parameters
        life = self.account.life
        comes_back, when = self.draw(RETURN)
        probability = min(1.0, p.returns[self.tier] * self.factors[RETURNS])
        chance = return_probability(probability, p.fatigue, life)
        now = self.platform.clock.now
        rules = self.platform.rules
        if rules is not None:
            chance = rules.chance(self.as_suspended(probability, p.fatigue, chance))
        if comes_back >= chance or life >= p.most_lives:
            return math.inf
        every = float(p.release_every[self.tier])
        if every > 0.0:
            day = next_release(now, float(p.created_day[self.tier]), every)
        elif self.spares > 0:
            self.spares -= 1
            day = due(now, quantile(p.spare_delay, when))
        else:
            law = p.tier_distributions[self.tier, RETURN_DELAY]
            day = due(now, gap(law, p.longer_laws, when))
        moves, _ = self.draw(MOVE)
        if (moves < p.moves[self.tier] or self.gives_up()) and not self.move():
            return math.inf
        self.goes_on_at(self.pace(life))
        return day if day < p.horizon else math.inf

    def pace(self, returns: int) -> float:
        """Its posting rate on ordinary days after so many returns, relative to its first life."""
        p = self.platform.parameters
        return posting_factor(p.posts_after_return, p.posts_after_move, returns, self.moves)

    def goes_on_at(self, factor: float) -> None:
        """Its next life is at another posting rate on ordinary days, relative to its first."""
        self.ordinary_posts = self.own_posts * (1.0 + (factor - 1.0))
        self.state[s.POSTS_CHANGE] = factor * self.platform.burst(self.tier) - 1.0

    def burst(self, now: float) -> None:
        """A burst begins or ends: the account, or the next one, goes on at another rate."""
        if self.public:
            self.settle(now)
        ended = not math.isnan(self.account.suspended)
        factor = self.pace(self.account.life if ended else self.account.life - 1)
        change_pace(self.state, now, factor * self.platform.burst(self.tier) - 1.0)

    def as_suspended(self, probability: float, fatigue: float, chance: float) -> Suspended:
        """What a rule of the user's own is told of the suspension."""
        return Suspended(
            operator=self.number,
            tier=self.platform.names[self.tier],
            platform=self.place,
            life=self.account.life,
            day=self.platform.clock.now,
            followers=self.account.followers,
            suspensions=len(self.suspensions),
            probability=float(probability),
            fatigue=float(fatigue),
            chance=float(chance),
        )

    def gives_up(self) -> bool:
        """Whether it has been suspended too often on its platform, in too short a time."""
        p = self.platform.parameters
        days = self.suspensions
        most = p.give_up_suspensions
        earlier = days[-most] if 0 < most <= len(days) else NAN
        return gives_up(days[-1], earlier, len(days), most, p.give_up_within)

    def has_moved(self) -> bool:
        """Whether the operator whose further account this is has left its first platform."""
        p = self.platform
        double = p.operators[self.number + int(p.parameters.double[self.tier])]
        return double.place != int(p.parameters.platform[double.tier])

    def move(self) -> bool:
        """To the next platform, with the share of the audience that can follow; False if none."""
        p = self.platform.parameters
        if self.place + 1 == len(p.platform_kept):
            return False
        self.place += 1
        wait(self.state, self.platform.clock.now)
        self.moves += 1
        self.suspensions = []
        migrate(self.state, p.platform_kept[self.place])
        return True

    # --- names -----------------------------------------------------------------------------------

    def take_handle(self) -> None:
        """Name the account, and measure how far the name is from the last one."""
        p = self.platform
        self.account.platform = self.place
        life = self.account.life
        if life == 1:
            handles.base_handle(p.seed, p.replication, self.number, self.name)
            self.account.handle = handles.text(self.name)
            return
        before = self.name
        self.name = np.zeros_like(before)
        near, links = p.parameters.near_identical, p.parameters.near_links
        handles.next_handle(
            p.seed, p.replication, self.number, life, near, links, before, self.name
        )
        self.account.handle = handles.text(self.name)
        self.account.edits = p.distance(handles.text(before), self.account.handle)

    # --- promotion -------------------------------------------------------------------------------

    def expect_promotions(self, now: float) -> None:
        """Every neighbour decides whether to promote the new account, and when."""
        p = self.platform
        if p.parameters.promotion_posts == 0:
            return
        for neighbour in p.promoters_of(self.number):
            decides, when = self.draw(PROMOTE, neighbour)
            if decides < p.parameters.promotes[p.world.tier[neighbour]]:
                self.plan(
                    due(now, quantile(p.parameters.promotion_delay, when)), ev.PROMOTE, neighbour
                )

    def be_promoted(self, neighbour: int) -> None:
        """A promotion, if both accounts are still there and the promoter has a post to spare."""
        p = self.platform.parameters
        now = self.platform.clock.now
        promoter = self.platform.operators[neighbour]
        if not (self.public and promoter.public and self.place == promoter.place):
            return
        if promoter.posts <= 0.0 or promoter.state[s.BUSY_UNTIL] > now:
            return
        promoter.settle(now)
        promoter.state[s.BUSY_UNTIL] = now + p.promotion_posts / promoter.posts
        followers = promoter.followers()
        seen = p.promotion_seen * p.looks[self.tier]
        moved = [
            moved_share(
                seen,
                p.overlap[segment],
                self.audience[segment],
                promoter.audience[segment],
                followers[segment],
            )
            for segment in (0, 1)
        ]
        self.settle(now)
        promote(self.state, moved[0], moved[1], p.untouched_factor)
        self.account.received += 1
        promoter.account.made += 1
        self.be_linked(promoter)

    def be_linked(self, promoter: Operator) -> None:
        """A promotion may lead the platform to the accounts at both ends."""
        p = self.platform.parameters
        detects = self.platform.detects
        now = self.platform.clock.now
        regime = detection.regime_at(p.regime_start, now)
        chance = detects["link_promoted"][self.tier, self.place, regime]
        other = detects["link_promoter"][promoter.tier, self.place, regime]
        wrong = p.wrong_at_link * (chance + other)
        self.flag_others(detection.LINK_MATCHED, WRONG_AT_LINK, wrong, promoter.number)
        caught, scan = self.draw(LINK_PROMOTED, promoter.number)
        if caught < chance * self.sought("link_promoted"):
            self.plan(due(now, quantile(p.link_scan_time, scan)), ev.LINK, promoter.number)
        caught, scan = self.draw(LINK_PROMOTER, promoter.number)
        if caught < other * promoter.sought("link_promoter"):
            promoter.plan(due(now, quantile(p.link_scan_time, scan)), ev.LINK, self.number)
            promoter.process.interrupt(_LOOK_AGAIN)

    def settle(self, now: float) -> None:
        """Bring the audience up to date."""
        p = self.platform.parameters
        row = self.state
        shares = self.platform.shares
        if shares is None or liveshare.never_moved(shares, self.place):
            advance(row, now, p.discover, p.rebuild_share)
            return
        inside = liveshare.seen_inside(shares, self.place, row, now, p.discover[0], p.rebuild_share)
        inside += row[s.SEEN_IN]
        advance(row, now, p.discover, p.rebuild_share)
        row[s.SEEN_IN] = inside

    @property
    def live_share(self) -> float:
        """Share of its insiders who are live: 1 where insiders are no operators."""
        return self.platform.live_share(self.place)

    def followers(self) -> tuple[float, float]:
        """Insiders that are live, and outsiders, who follow the account now."""
        p = self.platform
        inside, outside = followers_at(self.state, p.clock.now, p.parameters.discover)
        return self.live_share * inside, outside

    # --- recruitment -----------------------------------------------------------------------------

    def expect_recruit(self, now: float) -> None:
        """The next person who may be won over: as if the whole audience followed."""
        p = self.platform.parameters
        posts = self.ordinary_posts
        most = p.recruits_per_impression * posts * p.view_probability * self.audience[1]
        if most > 0.0:
            u, _ = self.draw(RECRUIT, self.recruits)
            self.plan(
                detection.next_arrival(now, u, most, p.burst_start, p.burst_factor[self.tier]),
                ev.RECRUIT,
            )

    def win_over(self) -> None:
        """Somebody is, with the shares of the audience that follows and of ordinary posts."""
        p = self.platform.parameters
        now = self.platform.clock.now
        _, outside = followers_at(self.state, now, p.discover)
        row = self.state
        content = content_share(now, row[s.BUSY_UNTIL], row[s.REBUILD_UNTIL], p.rebuild_share)
        _, accept = self.draw(RECRUIT, self.recruits)
        self.recruits += 1
        if accept * self.audience[1] < outside * content:
            self.platform.recruit()
        self.expect_recruit(now)

    # --- detection and review --------------------------------------------------------------------

    @property
    def flagged(self) -> bool:
        """Whether the account is up for review."""
        return self.account.channel != detection.NONE

    def expect_flags(self, now: float) -> None:
        """When each channel would flag the account, if no other does before."""
        exposures = self.platform.exposure[self.tier]
        for hazard, exposure in zip(channels.HAZARDS, exposures, strict=True):
            if hazard.is_thinned:
                continue
            u, _ = self.draw(hazard.draw, self.rounds)
            times = self.ordinary_posts if hazard.follows_posts else 1.0
            self.plan(self.next_flag(now, u, exposure * times, hazard.name), hazard.event)
        self.expect_report(now)

    def next_flag(self, now: float, u: float, exposure: float, channel: str) -> float:
        """Day of the next flag by a channel, with its rates for this tier on this platform."""
        p = self.platform
        rates = p.detects[channel][self.tier, self.place]
        exposure *= self.sought(channel)
        return detection.next_arrival(now, u, exposure, p.parameters.regime_start, rates)

    def expect_retaliation(self, now: float) -> None:
        """An operator that is back after a suspension may send a threat."""
        p = self.platform
        regime = detection.regime_at(p.parameters.regime_start, now)
        chance = p.detects["retaliation"][self.tier, self.place, regime]
        threatens, when = self.draw(RETALIATION)
        if threatens < chance:
            self.plan(due(now, quantile(p.parameters.retaliation_delay, when)), ev.RETALIATE)

    def sought(self, channel: str) -> float:
        """Factor of a rule of the user's own on a channel; 1 without one."""
        p = self.platform
        if p.rules is None or p.rules.detects is None:
            return 1.0
        asked = Sought(
            channel=channel,
            operator=self.number,
            tier=p.names[self.tier],
            platform=self.place,
            life=self.account.life,
            day=p.clock.now,
            edits=self.account.edits,
        )
        return p.rules.factor(asked)

    def expect_report(self, now: float) -> None:
        """The next candidate report: as if the whole audience followed, so never too late."""
        most = self.visibility(self.audience[0], self.audience[1])
        u, _ = self.draw(REPORT, self.reports)
        self.plan(self.next_flag(now, u, most, "reports"), ev.REPORT)

    def be_reported(self) -> None:
        """A candidate report is real with the share of the audience that follows now."""
        if self.flagged:
            return
        inside, outside = self.followers()
        _, accept = self.draw(REPORT, self.reports)
        self.reports += 1
        if accept * self.visibility(*self.audience) < self.visibility(inside, outside):
            self.flag(detection.REPORTED, False)
            self.go_to_review()
        else:
            self.expect_report(self.platform.clock.now)

    def visibility(self, insiders: float, outsiders: float) -> float:
        """Impressions per day, of ordinary days, that can lead to a report."""
        p = self.platform.parameters
        return float(
            p.report_weight[self.tier]
            * detection.visibility(
                self.ordinary_posts, p.view_probability, insiders, outsiders, p.insider_reports
            )
        )

    def flag(self, channel: int, urgent: bool) -> None:
        """The account is up for review, by the first channel that finds it."""
        now = self.platform.clock.now
        if not self.flagged:
            self.platform.under_review[self.tier] += 1
        self.platform.flags[0, channel] += 1
        self.account.channel = channel
        self.account.flagged = now
        self.account.seen_at_flag = self.seen_by_outsiders(now)
        self.account.review_started = now
        self.account.urgent = (
            urgent or self.platform.parameters.severity[self.tier] == review.URGENT
        )

    def flag_others(self, channel: int, decision: int, mean: float, ordinal: int = 0) -> None:
        """What a channel does about this account raises flags on ordinary users too."""
        p = self.platform
        life = self.account.life
        n, first = of_act(mean, decision, self.number, life, ordinal, p.seed, p.replication)
        if n > 0:
            p.clock.process(p.flag_wrongly(channel, first, n))

    def seen_by_outsiders(self, now: float) -> float:
        """Outsider follower-days at which content was posted, since the start."""
        p = self.platform.parameters
        more = census.so_far(self.state, now, p.discover, p.rebuild_share)
        return float(self.state[s.SEEN_OUT] + more.seen_out)

    def go_to_review(self) -> None:
        """To the team's queue; with unlimited staff the decision is only a matter of time."""
        p = self.platform
        if p.team is not None:
            self.account.review_started = NAN
            p.clock.process(p.team.case(self))
            return
        now = p.clock.now
        regime = detection.regime_at(p.parameters.regime_start, now)
        severity = review.URGENT if self.account.urgent else review.ROUTINE
        u, _ = self.draw(TIME_TO_ACTION, self.rounds)
        action = quantile(p.parameters.time_to_action[regime, severity], u)
        self.plan(review.execution_day(now, action, p.parameters.wave_every), ev.DECIDE)

    def be_decided_on(self) -> None:
        """The decision with unlimited staff, which takes effect at once."""
        if self.upheld():
            self.plan(self.platform.clock.now, ev.SUSPEND)
        else:
            self.be_cleared()

    def upheld(self) -> bool:
        """Whether the review ends in suspension."""
        u, _ = self.draw(DECISION, self.rounds)
        return bool(u < self.platform.parameters.sensitivity)

    def be_cleared(self) -> None:
        """The review found nothing: the account goes on, and the channels race again."""
        self.platform.under_review[self.tier] -= 1
        self.platform.flags[1, self.account.channel] += 1
        self.account.channel = detection.NONE
        self.account.flagged = self.account.review_started = self.account.seen_at_flag = NAN
        self.account.urgent = False
        self.rounds += 1
        self.reports += 1  # the candidate under way was drawn for a time before this one
        again = [hazard.event for hazard in channels.HAZARDS]
        self.agenda = [item for item in self.agenda if item[1] not in again]
        heapq.heapify(self.agenda)
        if self.public:
            self.expect_flags(self.platform.clock.now)

    def plan(self, day: float, kind: int, ordinal: int = 0) -> None:
        """Put an event of this life on the agenda, unless it comes after the end."""
        if day < self.platform.parameters.horizon:
            heapq.heappush(self.agenda, (day, kind, ordinal))


class _Queue(simpy.resources.resource.SortedQueue):
    """SimPy's queue by priority, with a search for the place where it sorts everything anew."""

    def append(self, item: Any) -> None:
        bisect.insort(self, item, key=lambda request: request.key)


class _Reviewers(simpy.PriorityResource):
    """As many as are on duty: who goes off duty finishes the case in hand."""

    PutQueue = _Queue

    def change(self, on_duty: int) -> None:
        """So many are on duty from now on; those who have no case take the next ones."""
        self._capacity = on_duty
        while self.queue and self.count < on_duty:
            self._trigger_put(None)  # which is for one of them


class Team:
    """Reviewers in front of a queue: urgent cases first, then in the order of arrival."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.waiting = 0
        self.others = 0  # reports and flags about ordinary users so far, and appeals
        self.appeals: set[tuple[float, bool, int, int]] = set()  # those among the open ones
        self.cases: list[CaseRow] = []
        # Not decided: by arrival, whether it is a report about an ordinary user, whom, life or
        # number; then the account, if it is one, whether it is urgent, and when it was taken up.
        self.open: dict[tuple[float, bool, int, int], tuple[Account | None, int, float]] = {}
        self.reviewers = _Reviewers(platform.clock)
        platform.clock.process(self.keep_hours())
        platform.clock.process(self.hear_benign_reports())

    def keep_hours(self) -> Steps:
        """Take reviewers off duty and bring them back, on the days that the shifts say."""
        p = self.platform
        for day, number in zip(p.parameters.duty_change, p.parameters.on_duty, strict=True):
            if day > 0.0:
                yield p.clock.at(float(day), ev.SHIFT)
            self.reviewers.change(int(number))

    def hear_benign_reports(self) -> Steps:
        """Reports about ordinary users arrive as a Poisson process."""
        p = self.platform
        rate = p.parameters.benign_reports
        number = 0
        day = 0.0
        while rate > 0.0:
            u, _ = uniforms(p.seed, p.replication, BENIGN_ARRIVAL, 0, 0, number)
            day += unit_exponential(u) / rate
            yield p.clock.at(day, ev.BENIGN)
            p.events += 1
            p.clock.process(self.benign_case(number))
            number += 1

    def benign_case(self, number: int, channel: int = detection.NONE) -> Steps:
        """A report about an ordinary user, or a channel's flag on one, takes a reviewer's time."""
        p = self.platform
        arrived = p.clock.now
        self.waiting += 1
        urgent = int(channels.is_urgent(channel))
        severity = review.URGENT if urgent else review.ROUTINE
        self.others += 1
        place = (severity, 0.0, arrived, 1, -channel, self.others)
        key = (arrived, True, -1 - channel, number)
        self.open[key] = (None, urgent, math.nan)
        with self.reviewers.request(priority=place) as turn:  # type: ignore[arg-type]
            yield turn
            self.waiting -= 1
            started = p.clock.now
            self.open[key] = (None, urgent, started)
            decision = BENIGN_SERVICE if channel == detection.NONE else WRONG_SERVICE
            u, _ = uniforms(p.seed, p.replication, decision, channel, 0, number)
            decided = due(started, quantile(p.parameters.service_time, u))
            yield p.clock.at(decided, ev.DECIDE, number)
        p.events += 1
        del self.open[key]
        self.cases.append((-1 - channel, number, urgent, arrived, started, p.clock.now, 0, 0))
        if p.parameters.hears_appeals:
            self.expect_appeal(channel, number)

    def expect_appeal(self, channel: int, number: int) -> None:
        """An ordinary user whom a mistake suspends may appeal after a while."""
        p = self.platform
        q = p.parameters
        wrong, delay = decided_wrongly(channel, number, q.mistake, p.seed, p.replication)
        appeals, when = appeals_against(channel, number, q.appeal, p.seed, p.replication)
        if wrong and appeals:
            day = suspension_day(p.clock.now, channel, delay, q.action_delay, q.wave_every)
            p.clock.process(p.appeal(due(day, quantile(q.filing, when)), -1 - channel, number))

    def appeal_case(self, operator: int, life: int) -> Steps:
        """An appeal waits as a routine case does, and takes a case's time."""
        p = self.platform
        arrived = p.clock.now
        self.waiting += 1
        self.others += 1
        place: tuple[Any, ...] = (review.ROUTINE, 0.0, arrived, 0, operator)
        number, of, ordinal = operator, life, 0
        if operator < 0:
            place = (review.ROUTINE, 0.0, arrived, 1, operator + 1, self.others)
            number, of, ordinal = -1 - operator, 0, life
        key = (arrived, operator < 0, operator, life)
        self.open[key] = (None, 0, math.nan)
        self.appeals.add(key)
        with self.reviewers.request(priority=place) as turn:  # type: ignore[arg-type]
            yield turn
            self.waiting -= 1
            started = p.clock.now
            self.open[key] = (None, 0, started)
            won, u = uniforms(p.seed, p.replication, APPEAL_REVIEW, number, of, ordinal)
            decided = due(started, quantile(p.parameters.service_time, u))
            yield p.clock.at(decided, ev.DECIDE, operator if operator >= 0 else life)
        p.events += 1
        del self.open[key]
        self.appeals.remove(key)
        self.cases.append((operator, life, 0, arrived, started, p.clock.now, 0, 1))
        if operator >= 0 and won < p.parameters.own_success:
            one = p.operators[operator]
            if one.may_be_reinstated(life):
                one.process.interrupt(_REINSTATED)

    def still_open(self) -> list[CaseRow]:
        """Cases without a decision, but for those that wait in vain: a campaign was faster."""
        return [
            (key[2], key[3], urgent, key[0], started, math.nan, 0, int(key in self.appeals))
            for key, (account, urgent, started) in sorted(self.open.items(), key=lambda one: one[0])
            if account is None or math.isnan(account.suspended) or not math.isnan(started)
        ]

    def case(self, operator: Operator) -> Steps:
        """A flagged account waits for a reviewer, who suspends or clears it."""
        p = self.platform
        account = operator.account
        rounds = operator.rounds
        arrived = p.clock.now
        urgent = account.urgent
        severity = review.URGENT if urgent else review.ROUTINE
        u, _ = operator.draw(SERVICE, rounds)
        service = quantile(p.parameters.service_time, u)
        u, _ = operator.draw(ACTION_DELAY, rounds)
        delay = quantile(p.parameters.action_delay, u)
        upheld = operator.upheld()
        self.waiting += 1
        first = review.precedence(
            p.parameters.queue_order,
            sum(operator.followers()),
            operator.posts,
            int(p.world.links[operator.number]),
        )
        place = (severity, -first, arrived, 0, operator.number)
        key = (arrived, False, operator.number, account.life)
        self.open[key] = (account, int(urgent), math.nan)
        with self.reviewers.request(priority=place) as turn:  # type: ignore[arg-type]
            yield turn
            self.waiting -= 1
            if not math.isnan(account.suspended):
                del self.open[key]
                return  # a campaign was faster
            started = account.review_started = p.clock.now
            self.open[key] = (account, int(urgent), started)
            yield p.clock.at(due(started, service), ev.DECIDE, operator.number)
        p.events += 1
        del self.open[key]
        decided = p.clock.now
        struck = not math.isnan(account.suspended)
        self.cases.append(
            (
                operator.number,
                account.life,
                int(urgent),
                arrived,
                started,
                decided,
                int(upheld and not struck),
                0,
            )
        )
        if struck:
            return
        if not upheld:
            operator.process.interrupt(_CLEARED)
            return
        yield p.clock.at(
            review.execution_day(decided, delay, p.parameters.wave_every),
            ev.SUSPEND,
            operator.number,
        )
        if math.isnan(account.suspended):
            p.events += 1
            operator.process.interrupt(_ACTED_ON)


class Platform:
    """What the operators share: the network, the review team, campaigns, and the observer."""

    # What a record of the events and draws puts its own in the place of (experiment.witness).
    kind_of_clock: ClassVar[type[Clock]] = Clock
    kind_of_operator: ClassVar[type[Operator]] = Operator

    def __init__(
        self,
        parameters: Parameters,
        world: World,
        seed: int,
        replication: int,
        rules: Rules | None = None,
        names: Sequence[str] = (),
    ) -> None:
        # Only this engine measures handles with rapidfuzz; imported when it runs.
        from rapidfuzz.distance import OSA

        self.parameters = parameters
        self.world = world
        self.seed = seed
        self.replication = replication
        self.distance = OSA.distance
        self.rules = rules
        self.names = tuple(names) or tuple(f"tier {k}" for k in range(len(parameters.tier_count)))
        self.clock = self.kind_of_clock()
        self.exposure = parameters.exposure
        self.detects = {one.name: parameters.on_ordinary_posts(one.name) for one in channels.RATES}
        self.events = 0
        self.rows = first_state(parameters, world)
        self.finished: list[tuple[Any, ...]] = []
        tiers = len(parameters.tier_count)
        self.counts = np.zeros((tiers, census.COLUMNS))
        self.under_review = np.zeros(tiers)
        self.recruited = 0
        self.team = Team(self) if parameters.finite_staff else None
        self.operators = [self.kind_of_operator(self, number) for number in range(len(world.tier))]
        newcomers = self.operators[len(world.tier) - len(world.arrivals) :]
        for newcomer, day in zip(newcomers, world.arrivals.tolist(), strict=True):
            if day < parameters.horizon:
                newcomer.process = self.clock.process(newcomer.career(day))
        self.series = np.zeros((len(parameters.grid), tiers, census.COLUMNS))
        self.backlog = np.zeros(len(parameters.grid))
        self.struck = np.zeros(len(parameters.pulse_day), dtype=np.int64)
        self.seen = np.zeros((len(parameters.windows), len(world.tier)))
        self.flags = np.zeros((2, len(detection.CHANNELS)), dtype=np.int64)
        self.flags_by_day = np.zeros((len(parameters.grid), *self.flags.shape), dtype=np.int64)
        self.wrongly: list[CaseRow] = []
        self.users = look_alikes.sampled(parameters, seed, replication)
        self.shares = self.shares_at_the_start() if parameters.live_insiders else None
        self.clock.process(self.observe())
        self.clock.process(self.campaign())
        self.clock.process(self.flag_as_planned())
        self.clock.process(self.speak())
        self.clock.process(self.post_in_bursts())

    def shares_at_the_start(self) -> liveshare.Shares:
        """The live share of each platform, where insiders are operators."""
        p, world = self.parameters, self.world
        there = int(p.tier_count.sum())
        weight = liveshare.weights(world.promoters, world.promoter_start, there)
        place = p.platform[world.tier]
        hazards = liveshare.common_hazards(
            p.refollow[:, 0], p.unrelated_recognition, p.forget[0], p.discover[0]
        )
        platforms = len(p.platform_kept)
        return liveshare.at_the_start(weight, self.rows, place, platforms, hazards, p.horizon)

    def arrive(self, operator: Operator) -> None:
        """A public account more: its operator is among others' insiders again."""
        if self.shares is not None:
            newly = operator.place != operator.member_of
            operator.member_of = operator.place
            if liveshare.is_full(self.shares):
                self.shares = liveshare.roomier(self.shares)
            liveshare.arrive(self.shares, operator.number, operator.place, self.clock.now, newly)

    def depart(self, operator: Operator) -> None:
        """A public account less."""
        if self.shares is not None:
            if liveshare.is_full(self.shares):
                self.shares = liveshare.roomier(self.shares)
            liveshare.depart(self.shares, operator.number, operator.place, self.clock.now)

    def promoters_of(self, operator: int) -> list[int]:
        """Operators that follow this one and may promote it."""
        first, end = self.world.promoter_start[operator : operator + 2]
        found: list[int] = self.world.promoters[first:end].tolist()
        return found

    def count(self, operator: Operator, what: int) -> None:
        """Add one to a count of the operator's tier."""
        self.counts[operator.tier, what] += 1.0

    def recruit(self) -> None:
        """The next newcomer makes its first account after a while; none once all are in."""
        if self.recruited == self.parameters.most_recruits:
            return
        newcomer = self.operators[int(self.parameters.tier_count.sum()) + self.recruited]
        self.recruited += 1
        u, _ = newcomer.draw(RECRUIT_DELAY)
        day = due(self.clock.now, quantile(self.parameters.recruit_delay, u))
        if day < self.parameters.horizon:
            newcomer.process = self.clock.process(newcomer.career(day))

    def observe(self) -> Steps:
        """The census, on each day of the grid and at the end of each window of reach."""
        p = self.parameters
        for day in np.union1d(p.grid, p.windows):
            if day < p.horizon:
                yield self.clock.at(float(day), ev.CENSUS)
                self.take_census(float(day))

    def take_census(self, day: float) -> None:
        """Fill the rows of the time series and of the windows that belong to ``day``."""
        p = self.parameters
        table = self.counts.copy()
        table[:, census.UNDER_REVIEW] = self.under_review
        seen = np.empty(len(self.world.tier))
        if self.shares is None:
            census.take_census(
                day,
                self.rows,
                self.world.tier,
                self.world.posts,
                p.view_probability,
                p.discover,
                p.rebuild_share,
                table,
                seen,
            )
        else:
            liveshare.take_census(
                day,
                self.rows,
                self.world.tier,
                self.world.posts,
                self.places(),
                self.shares,
                p.view_probability,
                p.discover,
                p.rebuild_share,
                table,
                seen,
            )
        self.series[p.grid == day] = table
        self.flags_by_day[p.grid == day] = self.flags
        self.backlog[p.grid == day] = self.team.waiting if self.team else 0
        self.seen[p.windows == day] = seen

    def places(self) -> npt.NDArray[np.int64]:
        """The platform that each operator is on, ``[N]``."""
        return np.array([one.place for one in self.operators], dtype=np.int64)

    def live_share(self, place: int) -> float:
        """Share of a platform's insiders who are live: 1 where insiders are no operators."""
        return 1.0 if self.shares is None else liveshare.share_now(self.shares, place)

    def campaign(self) -> Steps:
        """Suspend a chosen share of the live accounts on each date."""
        p = self.parameters
        for number, day in enumerate(p.pulse_day):
            yield self.clock.at(float(day), ev.PULSE)
            self.events += 1
            struck = pulses.chosen(
                self.clock.now,
                int(p.pulse_key[number]),
                int(p.pulse_choose[number]),
                float(p.pulse_share[number]),
                int(p.pulse_accounts[number]),
                self.rows,
                np.array([one.account.life for one in self.operators], dtype=np.int64),
                self.world.posts,
                self.world.links,
                self.places(),
                int(p.pulse_platform[number]),
                self.world.tier,
                p.pulse_tiers[number],
                self.parameters.discover,
                np.array([self.live_share(k) for k in range(len(p.platform_kept))]),
                self.seed,
                self.replication,
            )
            self.struck[number] = len(struck)
            for operator in struck:
                self.operators[operator].process.interrupt(_STRUCK)

    def speak(self) -> Steps:
        """Counter-speech changes how readily people begin to follow: from a date on, everybody."""
        p = self.parameters
        for day, discover in zip(p.speech_change, p.discover_later, strict=True):
            yield self.clock.at(float(day), ev.SPEECH)
            for operator in self.operators:
                if operator.public:
                    operator.settle(self.clock.now)
            self.parameters = self.parameters._replace(discover=discover)

    def post_in_bursts(self) -> Steps:
        """Operators of some tiers begin to post more or less than before."""
        days, factors = self.parameters.burst_start, self.parameters.burst_factor
        for k in range(1, len(days)):
            yield self.clock.at(float(days[k]), ev.BURST)
            for operator in self.operators:
                if factors[operator.tier, k] != factors[operator.tier, k - 1]:
                    operator.burst(self.clock.now)

    def burst(self, tier: int) -> float:
        """How much a tier's operators post now, relative to ordinary days."""
        p = self.parameters
        return float(p.burst_factor[tier, detection.regime_at(p.burst_start, self.clock.now)])

    def flag_as_planned(self) -> Steps:
        """Flags on ordinary users that hang on nothing that operators do."""
        known = wrong_flags.planned(self.parameters, self.world, self.seed, self.replication)
        for k, day in enumerate(known.day):
            yield self.clock.at(float(day), ev.WRONG_FLAG, k)
            self.review_wrongly(int(known.channel[k]), int(known.number[k]))

    def flag_wrongly(self, channel: int, first: int, n: int) -> Steps:
        """One act of a channel flags so many ordinary users, one after another."""
        for k in range(n):
            number = numbered(first, k)
            yield self.clock.at(self.clock.now, ev.WRONG_FLAG, (channel << BITS) + number)
            self.review_wrongly(channel, number)

    def match_users(self, handle: str) -> None:
        """Ordinary users whose handles are like this one are found from now on."""
        row = handles.row_of(handle)
        for user in range(len(self.users.handles)):
            if look_alikes.newly_alike(self.users, row, user, self.parameters.match_edits):
                self.clock.process(self.flag_look_alikes(user))

    def flag_look_alikes(self, user: int) -> Steps:
        """Flags on the new accounts of ordinary users for whom one of the sample stands."""
        p = self.parameters
        of_each = p.ordinary_signups / len(self.users.handles)
        key = self.seed, self.replication
        law = of_each, self.users.starts, self.users.recall
        ordinal = 0
        day = look_alikes.next_flag(self.clock.now, user, ordinal, *law, *key)
        while day < p.horizon:
            yield self.clock.at(day, ev.LOOK_ALIKE, (user << BITS) + ordinal)
            number = look_alikes.number_of(user, ordinal, *key)
            self.review_wrongly(detection.HANDLE_MATCHED, number)
            ordinal += 1
            day = look_alikes.next_flag(day, user, ordinal, *law, *key)

    def review_wrongly(self, channel: int, number: int) -> None:
        """A flag on an ordinary user goes to the same review; the decision is told afterwards."""
        p = self.parameters
        self.events += 1
        if self.team is not None:
            self.clock.process(self.team.benign_case(number, channel))
            return
        now = self.clock.now
        urgent = int(channels.is_urgent(channel))
        regime = detection.regime_at(p.regime_start, now)
        law = p.time_to_action[regime, review.URGENT if urgent else review.ROUTINE]
        _, u = uniforms(self.seed, self.replication, WRONG_SERVICE, channel, 0, number)
        day = review.execution_day(now, quantile(law, u), p.wave_every)
        decided = day if day < p.horizon else NAN
        self.wrongly.append((-1 - channel, number, urgent, now, now, decided, 0, 0))

    def appeal(self, day: float, operator: int, life: int) -> Steps:
        """On that day somebody appeals to the team: an operator, or the user of a flag."""
        assert self.team is not None
        if day >= self.parameters.horizon:
            return
        kind = ev.OWN_APPEAL if operator >= 0 else ev.APPEAL
        yield self.clock.at(
            day, kind, ((operator if operator >= 0 else -1 - operator) << BITS) + life
        )
        self.events += 1
        self.clock.process(self.team.appeal_case(operator, life))

    def finish(self, operator: Operator) -> None:
        """Write the row of a life that ended, or that the horizon cut off."""
        a = operator.account
        row = operator.state
        inside, outside = row[s.SEEN_IN], row[s.SEEN_OUT]
        rate = operator.own_posts * self.parameters.view_probability
        until_flag = outside if math.isnan(a.seen_at_flag) else a.seen_at_flag
        self.finished.append(
            (
                operator.number,
                a.life,
                a.platform,
                handles.row_of(a.handle),
                a.edits,
                a.created,
                a.public,
                a.flagged,
                a.review_started,
                a.suspended,
                a.channel,
                int(a.urgent),
                a.followers[0],
                a.followers[1],
                rate * (inside - a.seen_before[0]),
                rate * (outside - a.seen_before[1]),
                rate * (until_flag - a.seen_before[1]),
                a.received,
                a.made,
            )
        )

    def decided(self) -> tuple[list[Any], list[Any]]:
        """Cases that are decided, by day of decision, and those that are not, by arrival."""
        if self.team is not None:
            return self.team.cases, self.team.still_open()
        done = [case for case in self.wrongly if not math.isnan(case[5])]
        left = [case for case in self.wrongly if math.isnan(case[5])]
        return sorted(done, key=lambda case: case[5]), sorted(
            left, key=lambda case: (case[3], case[0], case[1])
        )

    def run(self) -> Records:
        """Let the horizon come, and collect what happened."""
        self.clock.run(until=self.clock.at(self.parameters.horizon, 0))
        return self.collect()

    def collect(self) -> Records:
        """What happened, once the horizon has come."""
        horizon = self.parameters.horizon
        self.take_census(horizon)
        for operator in self.operators:
            if operator.account.handle and math.isnan(operator.account.suspended):
                if operator.public:
                    operator.settle(horizon)
                    operator.remember_followers()
                self.finish(operator)
        accounts = np.array(self.finished, dtype=ACCOUNT)
        done, left = self.decided()
        return Records(
            accounts=accounts[np.lexsort((accounts["life"], accounts["operator"]))],
            cases=np.array(done, dtype=CASE),
            series=self.series,
            window_impressions=np.diff(self.seen, axis=0),
            backlog=self.backlog,
            final=self.rows,
            events=self.events,
            open_cases=np.array(left, dtype=CASE),
            struck=self.struck,
            flags=self.flags,
            flags_by_day=self.flags_by_day,
        )


def run(
    parameters: Parameters,
    world: World,
    seed: int,
    replication: int,
    rules: Rules | None = None,
    names: Sequence[str] = (),
) -> Records:
    """One replication under one policy, by SimPy processes.

    rules: of the user's own.  names: of the tiers, for the rules.
    """
    return Platform(parameters, world, seed, replication, rules, names).run()


_ACTED_ON, _STRUCK, _CLEARED, _LOOK_AGAIN = "acted on", "struck", "cleared", "look again"
_REINSTATED = "reinstated"
