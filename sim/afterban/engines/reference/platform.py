"""What the operators share: the network, the review team, campaigns, and dates of change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from afterban import channels
from afterban.engines import events as ev
from afterban.engines.records import NO_LOOKS, Looks, Records
from afterban.engines.reference.clock import STRUCK, Clock, Steps
from afterban.engines.reference.observer import Observer
from afterban.engines.reference.operator import Operator
from afterban.engines.reference.ordinary import Ordinary
from afterban.engines.reference.parts import Person
from afterban.engines.reference.ranking import Rankings
from afterban.engines.reference.team import Team
from afterban.engines.rules import Rules
from afterban.mechanisms import detection, liveshare, pulses, review
from afterban.mechanisms.clock import day_drawn
from afterban.mechanisms.recruitment import another_recruit
from afterban.mechanisms.wrong_flags import BITS
from afterban.parameters import Parameters
from afterban.randomness import RECRUIT_DELAY
from afterban.world import World, first_state


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
        looks: Looks = NO_LOOKS,
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
        self.recruited = 0
        self.observer = Observer(self, looks)
        self.ordinary = Ordinary(self)
        self.shares = self.shares_at_the_start() if parameters.live_insiders else None
        # What happens at one instant without an order of its own does so in this one.
        self.team = Team(self) if parameters.finite_staff else None
        self.operators = [self.kind_of_operator(self, number) for number in range(len(world.tier))]
        self.expect_newcomers()
        self.rankings = Rankings(self)
        self.clock.process(self.observer.observe())
        self.clock.process(self.campaign())
        self.clock.process(self.ordinary.flag_as_planned())
        self.clock.process(self.speak())
        self.clock.process(self.post_in_bursts())

    def run(self) -> Records:
        """Let the horizon come, and collect what happened."""
        self.clock.run(until=self.clock.at(self.parameters.horizon, 0))
        return self.collect()

    def collect(self) -> Records:
        """What happened, once the horizon has come."""
        return self.observer.collect()

    # --- the network -----------------------------------------------------------------------------

    def promoters_of(self, operator: int) -> list[int]:
        """Operators that follow this one and may promote it."""
        first, end = self.world.promoter_start[operator : operator + 2]
        found: list[int] = self.world.promoters[first:end].tolist()
        return found

    def places(self) -> npt.NDArray[np.int64]:
        """The platform that each operator is on, ``[N]``."""
        return np.array([one.place for one in self.operators], dtype=np.int64)

    def count(self, operator: Person, what: int) -> None:
        """Add one to a count of the operator's tier."""
        self.observer.counts[operator.tier, what] += 1.0

    def expect_newcomers(self) -> None:
        """Those who come from outside on days of their own."""
        world = self.world
        newcomers = self.operators[len(world.tier) - len(world.arrivals) :]
        for newcomer, day in zip(newcomers, world.arrivals.tolist(), strict=True):
            self.join(newcomer, day)

    def recruit(self) -> None:
        """The next newcomer makes its first account after a while; none once all are in."""
        if not another_recruit(self.recruited, self.parameters.most_recruits):
            return
        newcomer = self.operators[int(self.parameters.tier_count.sum()) + self.recruited]
        self.recruited += 1
        u, _ = newcomer.draw(RECRUIT_DELAY)
        self.join(newcomer, day_drawn(self.clock.now, self.parameters.recruit_delay, u))

    def join(self, newcomer: Operator, day: float) -> None:
        """Its career begins on that day, unless that comes after the end."""
        if day < self.parameters.horizon:
            newcomer.process = self.clock.process(newcomer.career(day))

    # --- insiders who are operators --------------------------------------------------------------

    def shares_at_the_start(self) -> liveshare.Shares:
        """The live share of each platform, where insiders are operators."""
        p, world = self.parameters, self.world
        there = int(p.tier_count.sum())
        weight = liveshare.weights(world.links, world.promoters, world.promoter_start, there)
        place = p.platform[world.tier]
        hazards = liveshare.common_hazards(
            p.refollow[:, 0], p.unrelated_recognition, p.forget[0], p.discover[0]
        )
        platforms = len(p.platform_kept)
        return liveshare.at_the_start(weight, self.rows, place, platforms, hazards, p.horizon)

    def live_share(self, place: int) -> float:
        """Share of a platform's insiders who are live: 1 where insiders are no operators."""
        return 1.0 if self.shares is None else liveshare.share_now(self.shares, place)

    def arrive(self, operator: Person) -> None:
        """A public account more: its operator is among others' insiders again."""
        if self.shares is not None:
            newly = operator.place != operator.member_of
            operator.member_of = operator.place
            if liveshare.is_full(self.shares):
                self.shares = liveshare.roomier(self.shares)
            liveshare.arrive(self.shares, operator.number, operator.place, self.clock.now, newly)

    def depart(self, operator: Person) -> None:
        """A public account less."""
        if self.shares is not None:
            if liveshare.is_full(self.shares):
                self.shares = liveshare.roomier(self.shares)
            liveshare.depart(self.shares, operator.number, operator.place, self.clock.now)

    # --- review ----------------------------------------------------------------------------------

    def time_to_action(self, urgent: bool) -> npt.NDArray[np.float64]:
        """Law of the days from a flag to the decision now, with unlimited staff."""
        p = self.parameters
        regime = detection.regime_at(p.regime_start, self.clock.now)
        law: npt.NDArray[np.float64] = p.time_to_action[regime, review.severity_of(urgent)]
        return law

    def appeal(self, day: float, operator: int, life: int) -> Steps:
        """On that day somebody appeals to the team: an operator, or the user of a flag."""
        assert self.team is not None
        if day >= self.parameters.horizon:
            return
        kind = ev.OWN_APPEAL if operator >= 0 else ev.APPEAL
        who = operator if operator >= 0 else -1 - operator
        yield self.clock.at(day, kind, (who << BITS) + life)
        self.events += 1
        self.clock.process(self.team.appeal_case(operator, life))

    def decided(self) -> tuple[list[Any], list[Any]]:
        """Cases that are decided, by day of decision, and those that are not, by arrival."""
        if self.team is not None:
            return self.team.cases, self.team.still_open()
        return self.ordinary.decided()

    # --- dates -----------------------------------------------------------------------------------

    def campaign(self) -> Steps:
        """Suspend a chosen share of the live accounts on each date."""
        p = self.parameters
        for number, day in enumerate(p.pulse_day):
            yield self.clock.at(float(day), ev.PULSE)
            self.events += 1
            struck = self.struck_by(number)
            self.observer.struck[number] = len(struck)
            for operator in struck:
                self.operators[operator].process.interrupt(STRUCK)

    def struck_by(self, number: int) -> npt.NDArray[np.int64]:
        """Operators whose accounts a campaign suspends now."""
        p = self.parameters
        key, share = int(p.pulse_key[number]), float(p.pulse_share[number])
        accounts, place = int(p.pulse_accounts[number]), int(p.pulse_platform[number])
        if p.pulse_table[number] >= 0:
            return pulses.chosen_as_observed(
                self.rankings.observed(number),
                key,
                share,
                accounts,
                self.rows,
                self.places(),
                place,
                self.world.tier,
                p.pulse_tiers[number],
                self.seed,
                self.replication,
            )
        return pulses.chosen(
            self.clock.now,
            key,
            int(p.pulse_choose[number]),
            share,
            accounts,
            self.rows,
            np.array([one.account.life for one in self.operators], dtype=np.int64),
            self.world.posts,
            self.world.links,
            self.places(),
            place,
            self.world.tier,
            p.pulse_tiers[number],
            p.discover,
            np.array([self.live_share(k) for k in range(len(p.platform_kept))]),
            self.seed,
            self.replication,
        )

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
