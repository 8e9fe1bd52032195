"""How the platform finds an operator's account, and what a review makes of it.

Channels race: each plans a flag of its own (:meth:`Suspect.expect_flags`), and the first to come is
the one that finds the account; after a review that clears it they race again.
"""

from __future__ import annotations

import heapq

from afterban import channels
from afterban.engines import events as ev
from afterban.engines.reference.account import NAN
from afterban.engines.reference.actor import Actor
from afterban.engines.rules import Sought
from afterban.mechanisms import detection, review
from afterban.mechanisms.clock import day_drawn
from afterban.mechanisms.distributions import quantile
from afterban.mechanisms.mistakes import may_be_reinstated
from afterban.mechanisms.thinning import is_real
from afterban.mechanisms.wrong_flags import of_act
from afterban.randomness import DECISION, REPORT, RETALIATION, TIME_TO_ACTION


class Suspect(Actor):
    """An operator as detection and review see it."""

    # --- how hard a channel looks ----------------------------------------------------------------

    def chance(self, channel: str) -> float:
        """Probability with which a channel that looks once finds the account, without own rules."""
        p = self.platform
        regime = detection.regime_at(p.parameters.regime_start, p.clock.now)
        return float(p.detects[channel][self.tier, self.place, regime])

    def next_flag(self, now: float, u: float, exposure: float, channel: str) -> float:
        """Day of the next flag by a channel, with its rates for this tier on this platform."""
        p = self.platform
        rates = p.detects[channel][self.tier, self.place]
        exposure *= self.sought(channel)
        return detection.next_arrival(now, u, exposure, p.parameters.regime_start, rates)

    def report_rate(self, insiders: float, outsiders: float) -> float:
        """Impressions per day, of ordinary days, that can lead to a report."""
        p = self.platform.parameters
        weight = p.report_weight[self.tier]
        posts, view, insider = self.ordinary_posts, p.view_probability, p.insider_reports
        return detection.report_rate(weight, posts, view, insiders, outsiders, insider)

    def flag_others(self, channel: int, decision: int, mean: float, ordinal: int = 0) -> None:
        """What a channel does about this account raises flags on ordinary users too."""
        p = self.platform
        life = self.account.life
        n, first = of_act(mean, decision, self.number, life, ordinal, p.seed, p.replication)
        if n > 0:
            p.clock.process(p.ordinary.flag_wrongly(channel, first, n))

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

    # --- detection -------------------------------------------------------------------------------

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

    def expect_report(self, now: float) -> None:
        """The next candidate report: as if the whole audience followed, so never too late."""
        most = self.report_rate(self.audience[0], self.audience[1])
        u, _ = self.draw(REPORT, self.reports)
        self.plan(self.next_flag(now, u, most, "reports"), ev.REPORT)

    def be_reported(self) -> None:
        """A candidate report is real with the share of the audience that follows now."""
        if self.flagged:
            return
        inside, outside = self.followers()
        _, mark = self.draw(REPORT, self.reports)
        self.reports += 1
        if is_real(mark, self.report_rate(*self.audience), self.report_rate(inside, outside)):
            self.flag(detection.REPORTED, False)
            self.go_to_review()
        else:
            self.expect_report(self.now)

    def expect_retaliation(self, now: float) -> None:
        """An operator that is back after a suspension may send a threat."""
        chance = detection.retaliation_probability(self.account.life, self.chance("retaliation"))
        threatens, when = self.draw(RETALIATION)
        if threatens < chance:
            delay = self.platform.parameters.retaliation_delay
            self.plan(day_drawn(now, delay, when), ev.RETALIATE)

    # --- review ----------------------------------------------------------------------------------

    def flag(self, channel: int, urgent: bool) -> None:
        """The account is up for review, by the first channel that finds it."""
        a, observer = self.account, self.platform.observer
        if not self.flagged:
            observer.under_review[self.tier] += 1
        observer.flags[0, channel] += 1
        a.channel = channel
        a.flagged = a.review_started = self.now
        a.seen_at_flag = self.seen_by_outsiders(self.now)
        a.urgent = review.is_urgent(urgent, self.platform.parameters.severity[self.tier])

    def go_to_review(self) -> None:
        """To the team's queue; with unlimited staff the decision is only a matter of time."""
        p = self.platform
        if p.team is not None:
            self.account.review_started = NAN
            p.clock.process(p.team.case(self))
            return
        u, _ = self.draw(TIME_TO_ACTION, self.rounds)
        action = quantile(p.time_to_action(self.account.urgent), u)
        self.plan(review.execution_day(self.now, action, p.parameters.wave_every), ev.DECIDE)

    def be_decided_on(self) -> None:
        """The decision with unlimited staff, which takes effect at once."""
        if self.upheld():
            self.plan(self.now, ev.SUSPEND)
        else:
            self.be_cleared()

    def upheld(self) -> bool:
        """Whether the review ends in suspension."""
        u, _ = self.draw(DECISION, self.rounds)
        return bool(u < self.platform.parameters.sensitivity)

    def be_cleared(self) -> None:
        """The review found nothing: the account goes on, and the channels race again."""
        observer = self.platform.observer
        observer.under_review[self.tier] -= 1
        observer.flags[1, self.account.channel] += 1
        self.account.channel = detection.NONE
        self.account.flagged = self.account.review_started = self.account.seen_at_flag = NAN
        self.account.urgent = False
        self.rounds += 1
        self.reports += 1  # the candidate under way was drawn for a time before this one
        again = [hazard.event for hazard in channels.HAZARDS]
        self.agenda = [item for item in self.agenda if item[1] not in again]
        heapq.heapify(self.agenda)
        if self.public:
            self.expect_flags(self.now)

    def may_be_reinstated(self, life: int) -> bool:
        """Whether an appeal about this life can bring it back: the operator has no other."""
        a = self.account
        there = a.platform == self.place
        most = self.platform.parameters.most_lives
        return may_be_reinstated(a.life == life, a.ended, a.was_public, there, life, most)
