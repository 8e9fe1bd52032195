"""What is known of accounts: tables that are brought up to date, by which others choose."""

from __future__ import annotations

from collections import deque

import numpy as np
import numpy.typing as npt

from afterban.engines import events as ev
from afterban.engines.reference.clock import Steps
from afterban.engines.reference.parts import Person, Stage
from afterban.mechanisms import ranking
from afterban.mechanisms import state as s

Floats = npt.NDArray[np.float64]
Reading = tuple[int, float]  # life of the account, 0 if there was none in public; what it had

NOBODY: Reading = (0, 0.0)


class Table:
    """What was observed of every operator's account over a window, reading by reading."""

    def __init__(self, platform: Stage, number: int) -> None:
        p = platform.parameters
        self.platform = platform
        self.what = int(p.rank_what[number])
        self.every = float(p.rank_every[number])
        self.back = int(p.rank_back[number])
        self.taken = 0
        self.readings: list[deque[Reading]] = []
        self.seen_before = [0.0 for _ in platform.rows]
        if self.back > 0:
            for operator, row in enumerate(platform.rows):
                there = row[s.PUBLIC] != 0.0
                first = (1, self.value_now(operator)) if there else NOBODY
                self.readings.append(deque([first] * self.back, maxlen=self.back))

    def value_now(self, operator: int) -> float:
        """What is true of an operator's public account."""
        p = self.platform
        world = p.world
        return ranking.value_now(
            self.what,
            p.rows[operator],
            p.clock.now,
            p.parameters.discover,
            p.live_share(p.operators[operator].place),
            float(world.posts[operator]),
            int(world.links[operator]),
        )

    def read(self) -> None:
        """Bring it up to date: a reading more of everybody, and the oldest one less."""
        for one in self.platform.operators:
            self.readings[one.number].append(self.reading(one))
        self.taken += 1

    def reading(self, one: Person) -> Reading:
        """What this reading has of an operator."""
        p = self.platform
        number, life = one.number, one.account.life
        seen, before = 0.0, self.seen_before[number]
        if self.what == ranking.IMPRESSIONS:
            rebuild, posts = p.parameters.rebuild_share, float(p.world.posts[number])
            row, discover = p.rows[number], p.parameters.discover
            seen = ranking.seen_so_far(row, p.clock.now, discover, rebuild, posts)
            self.seen_before[number] = seen
        if not one.public:
            return NOBODY
        if self.what != ranking.IMPRESSIONS:
            return life, self.value_now(number)
        was_there = self.readings[number][-1][0] == life
        return life, (seen - before) / self.every if was_there else 0.0

    def observed(self, one: Person, error: float) -> float:
        """What is known of an operator's public account, error included."""
        p = self.platform
        if self.what == ranking.GIVEN:
            return float(p.parameters.given_ranking[one.number])
        if not one.public:
            return 0.0
        life = one.account.life
        value = 0.0
        if self.back == 0:
            value = self.value_now(one.number)
        else:
            for of, had in self.readings[one.number]:
                value += had if of == life else 0.0
            value /= self.back
        window = ranking.window_number(p.clock.now, self.taken, self.back)
        return ranking.with_error(value, error, one.number, life, window, p.seed, p.replication)


class Rankings:
    """All tables of a run, and who asks which."""

    def __init__(self, platform: Stage) -> None:
        p = platform.parameters
        self.platform = platform
        self.tables = [Table(platform, number) for number in range(len(p.rank_what))]
        if len(p.rank_day):
            platform.clock.process(self.keep())

    def keep(self) -> Steps:
        """Bring each table up to date on its days."""
        p = self.platform
        days, tables = p.parameters.rank_day, p.parameters.rank_table
        for day, number in zip(days, tables, strict=True):
            yield p.clock.at(float(day), ev.CENSUS)
            self.tables[number].read()

    def observed(self, pulse: int) -> Floats:
        """What a campaign goes by, of every operator; 0 for one without a public account."""
        p = self.platform.parameters
        table, error = self.tables[p.pulse_table[pulse]], float(p.pulse_error[pulse])
        return np.array([table.observed(one, error) for one in self.platform.operators])

    def precedence(self, one: Person) -> float:
        """What puts an operator's case before others of its severity."""
        p = self.platform.parameters
        return self.tables[p.queue_table].observed(one, p.queue_error)
