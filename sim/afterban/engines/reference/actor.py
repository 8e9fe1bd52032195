"""What the story of an operator stands on: its audience, its draws and its plans."""

from __future__ import annotations

import heapq

import numpy as np
import simpy

from afterban.engines.reference.account import Account
from afterban.engines.reference.parts import Stage
from afterban.engines.rules import Suspended
from afterban.mechanisms import adaptation, census, detection, handles, liveshare
from afterban.mechanisms import state as s
from afterban.mechanisms.audience import advance, detach, followers_at, newly
from afterban.mechanisms.bursts import change_pace
from afterban.mechanisms.returning import posting_factor
from afterban.parameters import LOST
from afterban.randomness import uniforms


class Actor:
    """A person or group behind a chain of accounts."""

    process: simpy.Process

    def __init__(self, platform: Stage, number: int) -> None:
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
        self.habits = adaptation.Habits()  # relative to its first life
        self.suspensions: list[float] = []  # days of those on the platform that it is on
        self.followed = (0.0, 0.0)  # share of those who look for it who followed the last account

    @property
    def now(self) -> float:
        """Today."""
        return float(self.platform.clock.now)

    @property
    def public(self) -> bool:
        """Whether a public account lives."""
        return bool(self.state[s.PUBLIC])

    @property
    def flagged(self) -> bool:
        """Whether the account is up for review."""
        return self.account.channel != detection.NONE

    @property
    def posts(self) -> float:
        """Posts per day now, bursts of this time included."""
        return self.own_posts * float(1.0 + self.state[s.POSTS_CHANGE])

    # --- draws and plans -------------------------------------------------------------------------

    def draw(self, decision: int, ordinal: int = 0) -> tuple[float, float]:
        """Two uniform numbers that belong to this decision of this life, whenever it is asked."""
        p = self.platform
        life = self.account.life
        return uniforms(p.seed, p.replication, decision, self.number, life, ordinal)

    def plan(self, day: float, kind: int, ordinal: int = 0) -> None:
        """Put an event of this life on the agenda, unless it comes after the end."""
        if day < self.platform.parameters.horizon:
            heapq.heappush(self.agenda, (day, kind, ordinal))

    def begin_life(self, life: int, created: float) -> None:
        """A further account, of which nothing is known yet."""
        seen = float(self.state[s.SEEN_IN]), float(self.state[s.SEEN_OUT])
        self.account = Account(life, created, seen)
        self.account.platform = self.place
        self.agenda = []
        self.reports = self.rounds = self.recruits = 0

    # --- rules of the user's own -----------------------------------------------------------------

    def own_chance(self, probability: float, fatigue: float, chance: float) -> float:
        """Probability of return by a rule of the user's own; the model's, ``chance``, without."""
        p = self.platform
        if p.rules is None:
            return chance
        suspended = Suspended(
            operator=self.number,
            tier=p.names[self.tier],
            platform=self.place,
            life=self.account.life,
            day=p.clock.now,
            followers=self.account.followers,
            suspensions=len(self.suspensions),
            probability=float(probability),
            fatigue=float(fatigue),
            chance=float(chance),
        )
        return p.rules.chance(suspended)

    # --- habits ----------------------------------------------------------------------------------

    def adapt(self) -> None:
        """Change habits after a suspension, by how the account was found and how fast it ended."""
        a, p = self.account, self.platform.parameters
        if p.adapts:
            self.habits = adaptation.answered(
                self.habits, a.channel, a.flagged, a.suspended, p.answers
            )

    # --- the audience ----------------------------------------------------------------------------

    def settle(self, now: float) -> None:
        """Bring the audience up to date."""
        p = self.platform.parameters
        row = self.state
        shares = self.platform.shares
        if shares is None:
            advance(row, now, p.discover, p.rebuild_share)
        else:
            liveshare.advance(shares, self.place, row, now, p.discover, p.rebuild_share)

    @property
    def live_share(self) -> float:
        """Share of its insiders who are live: 1 where insiders are no operators."""
        return self.platform.live_share(self.place)

    def followers(self) -> tuple[float, float]:
        """Insiders that are live, and outsiders, who follow the account now."""
        p = self.platform
        inside, outside = followers_at(self.state, p.clock.now, p.parameters.discover)
        return self.live_share * inside, outside

    def lose_followers(self) -> None:
        """They become detached; an appeal may ask later which of the detached they are."""
        self.settle(self.now)
        self.remember_followers()
        row = self.state
        looked = row[s.DETACHED_IN], row[s.DETACHED_OUT]
        detach(row, self.platform.parameters.lost, self.factors[LOST])
        self.followed = newly(looked[0], row[s.DETACHED_IN]), newly(looked[1], row[s.DETACHED_OUT])

    def remember_followers(self) -> None:
        """Those at the end of a life; its peak, but for insiders who are suspended themselves."""
        row = self.state
        inside = self.live_share * float(row[s.ATTACHED_IN])
        self.account.followers = (inside, float(row[s.ATTACHED_OUT]))

    def seen_by_outsiders(self, now: float) -> float:
        """Outsider follower-days at which content was posted, since the start."""
        p = self.platform.parameters
        more = census.so_far(self.state, now, p.discover, p.rebuild_share)
        return float(self.state[s.SEEN_OUT] + more.seen_out)

    # --- posting ---------------------------------------------------------------------------------

    def pace(self, returns: int) -> float:
        """Its posting rate on ordinary days after so many returns, relative to its first life."""
        p = self.platform.parameters
        factor = posting_factor(p.posts_after_return, p.posts_after_move, returns, self.moves)
        return adaptation.compounded(factor, self.habits.posting)

    def burst(self, now: float) -> None:
        """A burst begins or ends: the account, or the next one, goes on at another rate."""
        if self.public:
            self.settle(now)
        life = self.account.life
        factor = self.pace(life if self.account.ended else life - 1)
        change_pace(self.state, now, factor * self.platform.burst(self.tier) - 1.0)
