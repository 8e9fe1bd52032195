"""Ordinary users whom channels flag as well: each flag is a case, and takes a reviewer's time."""

from __future__ import annotations

import math
from typing import Any

from afterban import channels
from afterban.engines import events as ev
from afterban.engines import look_alikes, wrong_flags
from afterban.engines.reference.account import NAN
from afterban.engines.reference.clock import CaseRow, Steps
from afterban.engines.reference.parts import Stage
from afterban.mechanisms import detection, handles, review
from afterban.mechanisms.distributions import quantile
from afterban.mechanisms.wrong_flags import BITS, numbered
from afterban.randomness import WRONG_SERVICE, uniforms


class Ordinary:
    """The flags on ordinary users; with unlimited staff also the decisions on them."""

    def __init__(self, platform: Stage) -> None:
        self.platform = platform
        self.wrongly: list[CaseRow] = []  # with unlimited staff
        self.users = look_alikes.sampled(platform.parameters, platform.seed, platform.replication)

    def flag_as_planned(self) -> Steps:
        """Flags on ordinary users that hang on nothing that operators do."""
        p = self.platform
        known = wrong_flags.planned(p.parameters, p.world, p.seed, p.replication)
        for k, day in enumerate(known.day):
            yield p.clock.at(float(day), ev.WRONG_FLAG, k)
            self.review(int(known.channel[k]), int(known.number[k]))

    def flag_wrongly(self, channel: int, first: int, n: int) -> Steps:
        """One act of a channel flags so many ordinary users, one after another."""
        clock = self.platform.clock
        for k in range(n):
            number = numbered(first, k)
            yield clock.at(clock.now, ev.WRONG_FLAG, (channel << BITS) + number)
            self.review(channel, number)

    def match_users(self, handle: str) -> None:
        """Ordinary users whose handles are like this one are found from now on."""
        p = self.platform
        row = handles.row_of(handle)
        for user in range(len(self.users.handles)):
            if look_alikes.newly_alike(self.users, row, user, p.parameters.match_edits):
                p.clock.process(self.flag_look_alikes(user))

    def flag_look_alikes(self, user: int) -> Steps:
        """Flags on the new accounts of ordinary users for whom one of the sample stands."""
        p = self.platform
        of_each = p.parameters.ordinary_signups / len(self.users.handles)
        key = p.seed, p.replication
        law = of_each, self.users.starts, self.users.recall
        ordinal = 0
        day = look_alikes.next_flag(p.clock.now, user, ordinal, *law, *key)
        while day < p.parameters.horizon:
            yield p.clock.at(day, ev.LOOK_ALIKE, (user << BITS) + ordinal)
            number = look_alikes.number_of(user, ordinal, *key)
            self.review(detection.HANDLE_MATCHED, number)
            ordinal += 1
            day = look_alikes.next_flag(day, user, ordinal, *law, *key)

    def review(self, channel: int, number: int) -> None:
        """A flag on an ordinary user goes to the same review; the decision is told afterwards."""
        p = self.platform
        p.events += 1
        if p.team is not None:
            p.clock.process(p.team.benign_case(number, channel))
            return
        now = p.clock.now
        urgent = channels.is_urgent(channel)
        _, u = uniforms(p.seed, p.replication, WRONG_SERVICE, channel, 0, number)
        action = quantile(p.time_to_action(urgent), u)
        day = review.execution_day(now, action, p.parameters.wave_every)
        decided = day if day < p.parameters.horizon else NAN
        self.wrongly.append((-1 - channel, number, int(urgent), now, now, decided, 0, 0))

    def decided(self) -> tuple[list[Any], list[Any]]:
        """With unlimited staff: decided cases by day of decision, and the others by arrival."""
        done = [case for case in self.wrongly if not math.isnan(case[5])]
        left = [case for case in self.wrongly if math.isnan(case[5])]
        return sorted(done, key=lambda case: case[5]), sorted(
            left, key=lambda case: (case[3], case[0], case[1])
        )
