"""The observer: the census, the account table and all other books that change nothing."""

from __future__ import annotations

from typing import Any

import numpy as np

from afterban.engines import events as ev
from afterban.engines.records import ACCOUNT, CASE, Looks, Records
from afterban.engines.reference.clock import Steps
from afterban.engines.reference.parts import Person, Stage
from afterban.mechanisms import census, detection, liveshare
from afterban.mechanisms import state as s


class Observer:
    """What is counted as it happens, and the tables that are made of it.

    finished: rows of the account table.  counts: by tier and kind (``census``).  under_review:
    accounts, by tier.  series, backlog, flags_by_day: on each day of the grid.  seen: impressions
    of each operator by the end of each window.  struck: accounts, by campaign.  flags: on accounts
    of the network and, second row, those that a review cleared; by channel.  looked: what each look
    at one operator came to.
    """

    def __init__(self, platform: Stage, looks: Looks) -> None:
        self.platform = platform
        self.looks = looks
        self.looked = np.zeros((len(looks.day), census.COLUMNS))
        parameters, world = platform.parameters, platform.world
        tiers = len(parameters.tier_count)
        self.finished: list[tuple[Any, ...]] = []
        self.counts = np.zeros((tiers, census.COLUMNS))
        self.under_review = np.zeros(tiers)
        self.series = np.zeros((len(parameters.grid), tiers, census.COLUMNS))
        self.backlog = np.zeros(len(parameters.grid))
        self.struck = np.zeros(len(parameters.pulse_day), dtype=np.int64)
        self.seen = np.zeros((len(parameters.windows), len(world.tier)))
        self.flags = np.zeros((2, len(detection.CHANNELS)), dtype=np.int64)
        self.flags_by_day = np.zeros((len(parameters.grid), *self.flags.shape), dtype=np.int64)

    def observe(self) -> Steps:
        """The census, on each day of the grid and at the end of each window of reach; and looks."""
        p = self.platform.parameters
        readings = np.union1d(p.grid, p.windows)
        for day in np.union1d(readings, self.looks.day):
            if day < p.horizon:
                yield self.platform.clock.at(float(day), ev.CENSUS)
                self.look(float(day))
                if day in readings:
                    self.take_census(float(day))

    def look(self, day: float) -> None:
        """A census of each operator alone that is looked at on ``day``."""
        platform = self.platform
        p, shares = platform.parameters, platform.shares
        for k in np.flatnonzero(self.looks.day == day).tolist():
            i = int(self.looks.operator[k])
            row, place, share = platform.rows[i], platform.operators[i].place, 1.0
            if shares is None:
                more = census.so_far(row, day, p.discover, p.rebuild_share)
            else:
                more = liveshare.so_far(shares, place, row, day, p.discover, p.rebuild_share)
                share = liveshare.share_now(shares, place)
            posts, table = platform.world.posts[i], self.looked[k : k + 1]
            census.count_operator(row, more, share, 0, posts, day, p.view_probability, table)

    def take_census(self, day: float) -> None:
        """Fill the rows of the time series and of the windows that belong to ``day``."""
        platform = self.platform
        p, world, shares = platform.parameters, platform.world, platform.shares
        table = self.counts.copy()
        table[:, census.UNDER_REVIEW] = self.under_review
        seen = np.empty(len(world.tier))
        if shares is None:
            census.take_census(
                day,
                platform.rows,
                world.tier,
                world.posts,
                p.view_probability,
                p.discover,
                p.rebuild_share,
                table,
                seen,
            )
        else:
            liveshare.take_census(
                day,
                platform.rows,
                world.tier,
                world.posts,
                platform.places(),
                shares,
                p.view_probability,
                p.discover,
                p.rebuild_share,
                table,
                seen,
            )
        self.series[p.grid == day] = table
        self.flags_by_day[p.grid == day] = self.flags
        self.backlog[p.grid == day] = platform.team.waiting if platform.team else 0
        self.seen[p.windows == day] = seen

    def finish(self, operator: Person) -> None:
        """Write the row of a life that ended, or that the horizon cut off."""
        row = operator.state
        rate = operator.own_posts * self.platform.parameters.view_probability
        self.finished.append(
            operator.account.row(operator.number, rate, row[s.SEEN_IN], row[s.SEEN_OUT])
        )

    def collect(self) -> Records:
        """What happened, once the horizon has come."""
        platform = self.platform
        horizon = platform.parameters.horizon
        self.look(horizon)
        self.take_census(horizon)
        for operator in platform.operators:
            if operator.account.handle and not operator.account.ended:
                if operator.public:
                    operator.settle(horizon)
                    operator.remember_followers()
                self.finish(operator)
        accounts = np.array(self.finished, dtype=ACCOUNT)
        done, left = platform.decided()
        return Records(
            accounts=accounts[np.lexsort((accounts["life"], accounts["operator"]))],
            cases=np.array(done, dtype=CASE),
            series=self.series,
            window_impressions=np.diff(self.seen, axis=0),
            backlog=self.backlog,
            final=platform.rows,
            events=platform.events,
            open_cases=np.array(left, dtype=CASE),
            struck=self.struck,
            flags=self.flags,
            flags_by_day=self.flags_by_day,
            looked=self.looked,
        )
