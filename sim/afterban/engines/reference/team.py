"""The review team: reviewers in front of a queue, where ordinary users' cases wait as well."""

from __future__ import annotations

import bisect
import math
from collections.abc import Generator
from typing import Any

import simpy

from afterban import channels
from afterban.engines import events as ev
from afterban.engines.reference.account import NAN, Account
from afterban.engines.reference.clock import ACTED_ON, CLEARED, REINSTATED, CaseRow, Steps
from afterban.engines.reference.parts import Person, Stage
from afterban.mechanisms import detection, review
from afterban.mechanisms.clock import day_drawn, due
from afterban.mechanisms.distributions import quantile, unit_exponential
from afterban.mechanisms.mistakes import appeals_against, decided_wrongly, suspension_day
from afterban.randomness import (
    ACTION_DELAY,
    APPEAL_REVIEW,
    BENIGN_ARRIVAL,
    BENIGN_SERVICE,
    SERVICE,
    WRONG_SERVICE,
    uniforms,
)

Key = tuple[float, bool, int, int]  # arrival, whether about an ordinary user, whom, life or number


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
        while self.queue and review.takes_next(self.count, on_duty):
            self._trigger_put(None)  # which is for one of them


class Team:
    """Reviewers in front of a queue: urgent cases first, then in the order of arrival."""

    def __init__(self, platform: Stage) -> None:
        self.platform = platform
        self.waiting = 0
        self.others = 0  # reports and flags about ordinary users so far, and appeals
        self.appeals: set[Key] = set()  # those among the open ones
        self.cases: list[CaseRow] = []
        # Not decided: the account, if it is one, whether it is urgent, and when it was taken up.
        self.open: dict[Key, tuple[Account | None, int, float]] = {}
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

    def reviewed(
        self,
        key: Key,
        place: tuple[Any, ...],
        urgent: int,
        u: float,
        account: Account | None = None,
    ) -> Generator[simpy.Event, Any, float]:
        """A case waits for a reviewer and takes that reviewer's time.

        place: in the queue (``review.place_in_queue``).  u: the draw of the time.  account: that
        the case is about, if it is one.
        Returns the day on which the review began; NAN if a campaign was faster.
        """
        p = self.platform
        self.waiting += 1
        self.open[key] = (account, urgent, NAN)
        with self.reviewers.request(priority=place) as turn:  # type: ignore[arg-type]
            yield turn
            self.waiting -= 1
            started = float(p.clock.now)
            if account is not None:
                if account.ended:
                    del self.open[key]
                    return NAN
                account.review_started = started
            self.open[key] = (account, urgent, started)
            _, _, who, number = key
            decided = day_drawn(started, p.parameters.service_time, u)
            yield p.clock.at(decided, ev.DECIDE, who if who >= 0 else number)
        p.events += 1
        del self.open[key]
        return started

    def case(self, operator: Person) -> Steps:
        """A flagged account waits for a reviewer, who suspends or clears it."""
        p = self.platform
        account = operator.account
        arrived = p.clock.now
        urgent = account.urgent
        u, _ = operator.draw(SERVICE, operator.rounds)
        later, _ = operator.draw(ACTION_DELAY, operator.rounds)
        upheld = operator.upheld()
        number = operator.number
        first = self.precedence(operator)
        place = review.place_in_queue(urgent, first, arrived, True, number, 0)
        key = (arrived, False, number, account.life)
        started = yield from self.reviewed(key, place, int(urgent), u, account)
        if math.isnan(started):
            return
        decided = p.clock.now
        struck = account.ended
        acts = int(upheld and not struck)
        self.cases.append((number, account.life, int(urgent), arrived, started, decided, acts, 0))
        if struck:
            return
        if not upheld:
            operator.process.interrupt(CLEARED)
            return
        delay = quantile(p.parameters.action_delay, later)
        day = review.execution_day(decided, delay, p.parameters.wave_every)
        yield p.clock.at(day, ev.SUSPEND, number)
        if not account.ended:
            p.events += 1
            operator.process.interrupt(ACTED_ON)

    def precedence(self, operator: Person) -> float:
        """What puts its case before others of its severity: what is true, or what was observed."""
        p = self.platform
        if p.parameters.queue_table >= 0:
            return p.rankings.precedence(operator)
        followers, links = sum(operator.followers()), int(p.world.links[operator.number])
        return review.precedence(p.parameters.queue_order, followers, operator.posts, links)

    def benign_case(self, number: int, channel: int = detection.NONE) -> Steps:
        """A report about an ordinary user, or a channel's flag on one, takes a reviewer's time."""
        p = self.platform
        arrived = p.clock.now
        urgent = channels.is_urgent(channel)
        self.others += 1
        place = review.place_in_queue(urgent, 0.0, arrived, False, -channel, self.others)
        decision = BENIGN_SERVICE if channel == detection.NONE else WRONG_SERVICE
        u, _ = uniforms(p.seed, p.replication, decision, channel, 0, number)
        key = (arrived, True, -1 - channel, number)
        started = yield from self.reviewed(key, place, int(urgent), u)
        self.cases.append((*key[2:], int(urgent), arrived, started, p.clock.now, 0, 0))
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
        self.others += 1
        own = operator >= 0
        if own:
            place = review.place_in_queue(False, 0.0, arrived, True, operator, 0)
            won, u = uniforms(p.seed, p.replication, APPEAL_REVIEW, operator, life, 0)
        else:
            place = review.place_in_queue(False, 0.0, arrived, False, operator + 1, self.others)
            won, u = uniforms(p.seed, p.replication, APPEAL_REVIEW, -1 - operator, 0, life)
        key = (arrived, not own, operator, life)
        self.appeals.add(key)
        started = yield from self.reviewed(key, place, 0, u)
        self.appeals.remove(key)
        self.cases.append((operator, life, 0, arrived, started, p.clock.now, 0, 1))
        if own and won < p.parameters.own_success:
            one = p.operators[operator]
            if one.may_be_reinstated(life):
                one.process.interrupt(REINSTATED)

    def still_open(self) -> list[CaseRow]:
        """Cases without a decision, but for those that wait in vain: a campaign was faster."""
        return [
            (key[2], key[3], urgent, key[0], started, NAN, 0, int(key in self.appeals))
            for key, (account, urgent, started) in sorted(self.open.items(), key=lambda one: one[0])
            if account is None or not account.ended or not math.isnan(started)
        ]
