"""The story of an operator, from one life to the next.

    Operator.career     -> one life after another
    Operator.live       -> first_of(what is planned, what others do), until the account is suspended
    Operator.suspend    -> ... next_account_day -> create -> take_handle -> go_public -> be_promoted

Every number comes from :mod:`afterban.mechanisms`, and each decision has a draw of its own.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from afterban import channels
from afterban.engines import events as ev
from afterban.engines.reference.clock import (
    ACTED_ON,
    CLEARED,
    LOOK_AGAIN,
    STRUCK,
    Steps,
)
from afterban.engines.reference.parts import Person, Stage
from afterban.engines.reference.suspect import Suspect
from afterban.mechanisms import census, detection, handles
from afterban.mechanisms import state as s
from afterban.mechanisms.adaptation import likelihood
from afterban.mechanisms.audience import (
    appear,
    content_share,
    followers_at,
    migrate,
    rebuild_until,
    recognised,
    reinstate,
    wait,
)
from afterban.mechanisms.clock import day_drawn
from afterban.mechanisms.displacement import (
    NOWHERE,
    begins,
    gives_up_platform,
    has_left,
    leaves,
    next_platform,
)
from afterban.mechanisms.promotion import may_promote, moved_share, promote, promoting_days
from afterban.mechanisms.recruitment import candidate_rate
from afterban.mechanisms.returning import (
    another_life,
    next_account,
    own_probability,
    posts_on_ordinary_days,
    public_day,
    return_probability,
)
from afterban.mechanisms.thinning import is_real
from afterban.parameters import REFOLLOW, RETURN_DELAY, RETURNS
from afterban.randomness import (
    APPEAL,
    HANDLE_MATCH,
    LINK_PROMOTED,
    LINK_PROMOTER,
    MOVE,
    PROMOTE,
    RECRUIT,
    RETURN,
    SIGNUP,
    WRONG_AT_LINK,
    WRONG_AT_MATCH,
    WRONG_AT_SIGNUP,
)

NAN = math.nan


class Operator(Suspect):
    """A person or group behind a chain of accounts, and what happens to it."""

    def __init__(self, platform: Stage, number: int) -> None:
        super().__init__(platform, number)
        if number < platform.parameters.tier_count.sum():
            self.process = platform.clock.process(self.career())

    # --- the cycle -------------------------------------------------------------------------------

    def career(self, joins: float = NAN) -> Steps:
        """One life after another, until the operator does not come back.

        ``joins``: for a recruit and for a newcomer, the day of its first account.
        """
        p = self.platform.parameters
        clock = self.platform.clock
        if not math.isnan(joins):
            yield clock.at(joins, ev.CREATE, self.number)
            self.create(1, joins)
        elif p.sleeper[self.tier]:
            yield clock.at(float(p.created_day[self.tier]), ev.CREATE, self.number)
            if not begins(p.only_if_moved[self.tier], self.double_has_left()):
                return
            self.create(1, float(p.public_day[self.tier]))
        else:
            self.be_there()
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
            prepared = float(p.public_day[self.tier] - p.created_day[self.tier])
            self.create(life, public_day(back, p.release_every[self.tier], prepared))

    def be_there(self) -> None:
        """An account that is there, public and followed, when the scenario starts."""
        self.take_handle()
        self.platform.count(self, census.CREATED)
        self.account.public = 0.0
        self.expect_flags(0.0)
        self.expect_recruit(0.0)
        if self.platform.parameters.promotes_on_start:
            self.expect_promotions(0.0)

    def create(self, life: int, shown: float) -> None:
        """Make an account, which the platform may catch at once or know by its handle.

        ``shown``: day on which it becomes public.
        """
        p = self.platform
        now = self.now
        self.begin_life(life, now)
        p.events += 1
        self.take_handle()
        p.count(self, census.CREATED)
        caught, _ = self.draw(SIGNUP)
        chance = self.chance("signup")
        wrong = p.parameters.wrong_at_signup * chance
        self.flag_others(detection.CAUGHT_AT_SIGNUP, WRONG_AT_SIGNUP, wrong)
        if caught < chance * self.sought("signup"):
            self.flag(detection.CAUGHT_AT_SIGNUP, False)
            self.plan(now, ev.SUSPEND)
            return
        if life > 1:
            self.expect_match(now)
        if shown <= now:
            self.go_public()
        else:
            self.plan(shown, ev.PUBLISH)

    def expect_match(self, now: float) -> None:
        """The platform may find that the name is much like one that it has suspended."""
        p = self.platform.parameters
        matched, scan = self.draw(HANDLE_MATCH)
        recall = self.chance("handle_recall")
        wrong = p.wrong_at_match * recall
        self.flag_others(detection.HANDLE_MATCHED, WRONG_AT_MATCH, wrong)
        recall *= self.sought("handle_recall")
        if matched < detection.match_probability(self.account.edits, p.match_edits, recall):
            self.plan(day_drawn(now, p.scan_time, scan), ev.SCAN)

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
        near = likelihood(p.parameters.near_identical, self.habits.similarity)
        links = p.parameters.near_links
        handles.next_handle(
            p.seed, p.replication, self.number, life, near, links, before, self.name
        )
        self.account.handle = handles.text(self.name)
        self.account.edits = p.distance(handles.text(before), self.account.handle)

    def go_public(self) -> None:
        """The account becomes public: followers find it, neighbours promote it, reports begin."""
        p = self.platform.parameters
        now = self.now
        a = self.account
        speed = recognised(
            a.life, a.edits, p.near_edits, p.unrelated_recognition, self.factors[REFOLLOW]
        )
        rebuilt = rebuild_until(now, a.life, p.rebuild_window)
        appear(self.state, now, p.refollow[self.tier], speed, rebuilt)
        self.platform.arrive(self)
        a.public = now
        if not self.flagged:
            self.expect_flags(now)
        self.expect_retaliation(now)
        self.expect_recruit(now)
        self.expect_promotions(now)

    def live(self) -> Steps:
        """The events of one life, until the account is suspended."""
        while True:
            what, ordinal = yield from self.first_of(self.agenda)
            if what in (ev.SUSPEND, ACTED_ON, STRUCK):
                if what == STRUCK:
                    self.flag(detection.STRUCK, False)
                self.suspend()
                return
            if what == ev.PUBLISH:
                self.go_public()
            elif what == ev.PROMOTE:
                self.be_promoted(ordinal)
            elif what == ev.RECRUIT:
                self.win_over()
            elif what == ev.REPORT:
                self.be_reported()
            elif what == ev.DECIDE:
                self.be_decided_on()
            elif what == CLEARED:
                self.be_cleared()
            elif what != LOOK_AGAIN and not self.flagged:
                channel = channels.OF_EVENT[what]
                self.flag(channel, channels.is_urgent(channel))
                self.go_to_review()

    def first_of(
        self, agenda: list[tuple[float, int, int]]
    ) -> Generator[simpy.Event, Any, tuple[Any, int]]:
        """Wait for the first of what is planned, or for what somebody does before that.

        So the channels race: each has planned its flag, and the first to come finds the account.
        Returns the event's kind and ordinal, or why this process was interrupted.
        """
        clock = self.platform.clock
        try:
            if agenda:
                day, kind, _ = agenda[0]
                yield clock.at(day, kind, self.number)
            else:
                yield clock.event()  # nothing planned: only an interrupt can end this
        except simpy.Interrupt as interrupt:
            return interrupt.cause, 0
        _, kind, ordinal = heapq.heappop(agenda)
        self.platform.events += 1
        return kind, ordinal

    def suspend(self) -> None:
        """The account ends; its followers become detached; its operator may appeal."""
        p = self.platform
        now = self.now
        if self.public:
            self.lose_followers()
            p.depart(self)
        self.account.suspended = now
        self.suspensions.append(now)
        p.observer.under_review[self.tier] -= 1
        p.count(self, census.SUSPENDED)
        p.observer.finish(self)
        self.adapt()
        p.ordinary.match_users(self.account.handle)
        if p.parameters.hears_appeals:
            appeals, when = self.draw(APPEAL)
            if appeals < p.parameters.own_appeals:
                day = day_drawn(now, p.parameters.filing, when)
                p.clock.process(p.appeal(day, self.number, self.account.life))

    # --- coming back -----------------------------------------------------------------------------

    def next_account_day(self) -> float:
        """Day of the next account, inf if the operator gives up."""
        p = self.platform.parameters
        life = self.account.life
        comes_back, when = self.draw(RETURN)
        probability = own_probability(p.returns[self.tier], self.factors[RETURNS])
        chance = return_probability(probability, p.fatigue, life)
        chance = self.own_chance(probability, p.fatigue, chance)
        if comes_back >= chance or not another_life(life, p.most_lives):
            return math.inf
        day, self.spares = next_account(
            self.now,
            float(p.release_every[self.tier]),
            float(p.created_day[self.tier]),
            self.spares,
            p.spare_delay,
            p.tier_distributions[self.tier, RETURN_DELAY],
            p.longer_laws,
            when,
            self.habits.waiting,
        )
        moves, _ = self.draw(MOVE)
        given_up = gives_up_platform(self.suspensions, p.give_up_suspensions, p.give_up_within)
        if leaves(moves, p.moves[self.tier], given_up) and not self.move():
            return math.inf
        self.goes_on_at(self.pace(life))
        return day if day < p.horizon else math.inf

    def goes_on_at(self, factor: float) -> None:
        """Its next life is at another posting rate on ordinary days, relative to its first."""
        self.ordinary_posts = posts_on_ordinary_days(self.own_posts, factor)
        self.state[s.POSTS_CHANGE] = factor * self.platform.burst(self.tier) - 1.0

    def move(self) -> bool:
        """To the next platform, with the share of the audience that can follow; False if none."""
        kept = self.platform.parameters.platform_kept
        there = next_platform(self.place, len(kept))
        if there == NOWHERE:
            return False
        self.place = there
        wait(self.state, self.now)
        self.moves += 1
        self.suspensions = []
        migrate(self.state, kept[there])
        return True

    def double_has_left(self) -> bool:
        """Whether the operator whose further account this is has left its first platform."""
        p = self.platform
        double = p.operators[self.number + int(p.parameters.double[self.tier])]
        return has_left(double.place, int(p.parameters.platform[double.tier]))

    def be_reinstated(self) -> None:
        """The account comes back under its own name: a further life, which no channel waits for.

        Nobody needs to promote it or to be told its name; who looks for an earlier account of the
        operator finds it at the speed at which it was found before.
        """
        now = self.now
        before = self.account
        self.begin_life(before.life + 1, now)
        self.account.handle = before.handle
        self.account.edits = 0
        self.account.public = now
        self.goes_on_at(self.pace(before.life))
        reinstate(self.state, now, *self.followed)
        self.platform.arrive(self)
        self.expect_flags(now)
        self.expect_recruit(now)

    # --- promotion -------------------------------------------------------------------------------

    def expect_promotions(self, now: float) -> None:
        """Every neighbour decides whether to promote the new account, and when."""
        p = self.platform
        if p.parameters.promotion_posts == 0:
            return
        for neighbour in p.promoters_of(self.number):
            decides, when = self.draw(PROMOTE, neighbour)
            other = p.operators[neighbour]
            promotes = float(p.parameters.promotes[other.tier])
            if decides < likelihood(promotes, other.habits.promoting):
                day = day_drawn(now, p.parameters.promotion_delay, when)
                self.plan(day, ev.PROMOTE, neighbour)

    def be_promoted(self, neighbour: int) -> None:
        """A promotion, if both accounts are still there and the promoter has a post to spare."""
        p = self.platform.parameters
        now = self.now
        promoter = self.platform.operators[neighbour]
        same = self.place == promoter.place
        busy_until = promoter.state[s.BUSY_UNTIL]
        if not may_promote(self.public, promoter.public, same, promoter.posts, busy_until, now):
            return
        promoter.settle(now)
        promoter.state[s.BUSY_UNTIL] = now + promoting_days(p.promotion_posts, promoter.posts)
        followers = promoter.followers()
        seen = p.promotion_seen * p.looks[self.tier]
        inside, outside = (
            moved_share(
                seen,
                p.overlap[segment],
                self.audience[segment],
                promoter.audience[segment],
                followers[segment],
            )
            for segment in (0, 1)
        )
        self.settle(now)
        promote(self.state, inside, outside, p.untouched_factor)
        self.account.received += 1
        promoter.account.made += 1
        self.be_linked(promoter)

    def be_linked(self, promoter: Person) -> None:
        """A promotion may lead the platform to the accounts at both ends."""
        p = self.platform.parameters
        now = self.now
        chance = self.chance("link_promoted")
        other = promoter.chance("link_promoter")
        wrong = p.wrong_at_link * (chance + other)
        self.flag_others(detection.LINK_MATCHED, WRONG_AT_LINK, wrong, promoter.number)
        caught, scan = self.draw(LINK_PROMOTED, promoter.number)
        if caught < chance * self.sought("link_promoted"):
            self.plan(day_drawn(now, p.link_scan_time, scan), ev.LINK, promoter.number)
        caught, scan = self.draw(LINK_PROMOTER, promoter.number)
        if caught < other * promoter.sought("link_promoter"):
            promoter.plan(day_drawn(now, p.link_scan_time, scan), ev.LINK, self.number)
            promoter.process.interrupt(LOOK_AGAIN)

    # --- recruitment -----------------------------------------------------------------------------

    def expect_recruit(self, now: float) -> None:
        """The next person who may be won over: as if the whole audience followed."""
        p = self.platform.parameters
        most = candidate_rate(
            p.recruits_per_impression, self.ordinary_posts, p.view_probability, self.audience[1]
        )
        if most > 0.0:
            u, _ = self.draw(RECRUIT, self.recruits)
            factors = p.burst_factor[self.tier]
            day = detection.next_arrival(now, u, most, p.burst_start, factors)
            self.plan(day, ev.RECRUIT)

    def win_over(self) -> None:
        """Somebody is, with the shares of the audience that follows and of ordinary posts."""
        p = self.platform.parameters
        now = self.now
        _, outside = followers_at(self.state, now, p.discover)
        row = self.state
        content = content_share(now, row[s.BUSY_UNTIL], row[s.REBUILD_UNTIL], p.rebuild_share)
        _, mark = self.draw(RECRUIT, self.recruits)
        self.recruits += 1
        if is_real(mark, self.audience[1], outside * content):
            self.platform.recruit()
        self.expect_recruit(now)
