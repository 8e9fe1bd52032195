"""Whom first: share of the accounts removed against share of the reach that is left.

One campaign on one day suspends a share of the accounts, first those that a ranking puts first, and
impressions on outsiders are counted from then on, relative to no campaign, on the same draws.
Rankings differ in what is known: nothing, links, followers or impressions of a past window with an
error, the impressions of the moment, and the best after the fact.

The best after the fact knows how each account would go on.  The live accounts are cut into
``PARTS`` parts, each of which is struck in a world of its own on the same draws; an operator's loss
is what it makes there less than where nobody is struck.  It is the best there is as far as one
account's loss hangs little on which others go.

Checked by ``tests/experiment/test_ranking.py``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from afterban import engines
from afterban.engines import EngineName
from afterban.engines.records import Records
from afterban.errors import AfterbanError
from afterban.experiment.answer import Answer, columns, estimate_data, plain
from afterban.experiment.memory import refuse_too_large
from afterban.experiment.pool import each as in_pool
from afterban.experiment.questions import Time, known_arm
from afterban.experiment.wording import time_text
from afterban.mechanisms.clock import on_the_clock
from afterban.mechanisms.ranking import GIVEN
from afterban.parameters import AS_WRITTEN, Parameters
from afterban.parameters.lower_ranking import WHAT
from afterban.scenario import Scenario
from afterban.scenario.sections.ranking import RankBy, readings
from afterban.statistics import Estimate, mean_interval
from afterban.units import format_duration, format_number
from afterban.world import World, build

if TYPE_CHECKING:
    import pandas as pd

    from afterban.report.figures import Figure

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

SHARES: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
WINDOW: Final = 30.0  # days
ERROR: Final = 0.2
PARTS: Final = 10
_AT_THE_EARLIEST: Final = 1 / 3  # of the horizon, where no day is given

RANDOM, LINKS, FOLLOWERS, IMPRESSIONS, MOMENT, BEST = RANKINGS = (
    "at random",
    "most links",
    "most followers",
    "most impressions",
    "most impressions, as they are",
    "best after the fact",
)
# What is observed.
_WHAT: Final = {
    LINKS: WHAT.index("links"),
    FOLLOWERS: WHAT.index("followers"),
    IMPRESSIONS: WHAT.index("impressions"),
}
KNOWN: Final = (LINKS, FOLLOWERS, IMPRESSIONS)  # in a past window, with error


@dataclass(frozen=True)
class Removed:
    """One ranking at one share.  left: of the impressions without the campaign.

    above_best: how much more is left than by the best after the fact, paired on the same draws.
    """

    ranking: str
    share: float
    left: Estimate
    above_best: Estimate


@dataclass(frozen=True)
class WhomFirst(Answer):
    """Rankings compared: what is left of the reach by the share of the accounts removed.

    day: of the campaign, after the start.  window: days.  error: sigma.  accounts: live that day.
    """

    scenario: str
    policy: str
    seed: int
    day: float
    window: float
    error: float
    accounts: Estimate
    rows: tuple[Removed, ...]

    def at(self, ranking: str, share: float) -> Removed:
        """One ranking at one share; KeyError if it was not asked for."""
        for row in self.rows:
            if (row.ranking, row.share) == (ranking, share):
                return row
        raise KeyError((ranking, share))

    @property
    def shares(self) -> list[float]:
        """Of the accounts, rising."""
        return sorted({row.share for row in self.rows})

    @property
    def telling(self) -> float:
        """The share at which rankings are furthest from the best, on average."""
        far = {
            share: sum(row.above_best.value for row in self.rows if row.share == share)
            for share in self.shares
        }
        return max(far, key=lambda share: far[share])

    def words(self) -> list[str]:
        """What each ranking leaves, and how near the best that is known comes to the best."""
        share = self.telling
        left = {name: self.at(name, share).left.value for name in RANKINGS}
        first = min(KNOWN, key=lambda name: left[name])
        gained, most = left[RANDOM] - left[first], left[RANDOM] - left[BEST]
        seen = (
            f"over {time_text(self.window)}, with an error of {format_number(self.error)}"
            if self.window
            else f"at the moment, with an error of {format_number(self.error)}"
        )
        told = [
            f"Removing {100 * share:g} % of the accounts leaves {_percent(left[RANDOM])} of the "
            f"reach if they are picked at random, {_percent(left[first])} if those with "
            f"{first} go first (observed {seen}), and {_percent(left[BEST])} by the best after "
            "the fact."
        ]
        if most > 0 and self.at(RANDOM, share).above_best.low > 0:
            told.append(
                f"Of what a ranking could gain, {first} has {_percent(max(gained, 0) / most)}."
            )
        else:
            told.append("No ranking is distinguishable from picking at random.")
        others = [name for name in (*KNOWN, MOMENT) if name != first]
        told.append(
            "The others leave "
            + ", ".join(f"{_percent(left[name])} ({name})" for name in others)
            + "."
        )
        return told

    def frame(self) -> pd.DataFrame:
        """One row for each ranking and share."""
        import pandas as pd

        return pd.DataFrame(self.table())

    def table(self) -> list[dict[str, Any]]:
        """The rows of the table."""
        return [
            {
                "ranking": row.ranking,
                "share_removed": row.share,
                **columns("reach_left", row.left),
                **columns("above_best", row.above_best),
                "n": row.left.n,
            }
            for row in self.rows
        ]

    def figure(self) -> Figure:
        """Reach left against accounts removed, a line for each ranking."""
        from afterban.report.figures import in_style
        from afterban.report.ranking import whom_first

        n = self.accounts.n
        foot = (
            f"{self.scenario} · arm {self.policy} · seed {self.seed} · n = {n} "
            f"replication{'s'[: n > 1]} · observed over {time_text(self.window)} with "
            f"error {format_number(self.error)} · bars: 95 % intervals"
        )
        with in_style():
            return whom_first(self, foot)

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types."""
        data = {
            "scenario": self.scenario,
            "policy": self.policy,
            "seed": self.seed,
            "day": self.day,
            "window_days": self.window,
            "error": self.error,
            "accounts": estimate_data(self.accounts),
            "rows": [
                {
                    "ranking": row.ranking,
                    "share_removed": row.share,
                    "reach_left": estimate_data(row.left),
                    "above_best": estimate_data(row.above_best),
                }
                for row in self.rows
            ],
        }
        return dict(plain(data))


def ranking(
    scenario: Scenario,
    policy: str = AS_WRITTEN,
    *,
    day: Time | None = None,
    window: Time = WINDOW,
    error: float = ERROR,
    shares: Sequence[float] = SHARES,
    replications: int | None = None,
    seed: int | None = None,
    engine: EngineName | None = None,
    workers: int | None = None,
    each: Callable[[], None] | None = None,
) -> WhomFirst:
    """Compare rankings by which accounts are removed first, beside the best after the fact.

    policy: arm in whose world the campaign comes; its own campaigns are left out.
    day: of the campaign, after the start; a third of the way through the run if None.
    window, error: of what is observed, as in ``rank_by``.
    shares: of the live accounts, above 0 and at most 1.
    each: called after each replication.

    Raises AfterbanError for what cannot be.
    """
    known_arm(scenario, policy)
    horizon = float(scenario.horizon)
    at = horizon * _AT_THE_EARLIEST if day is None else _days(day, "day")
    seen = _days(window, "window")
    at = on_the_clock(at)
    if not 0 < at < horizon:
        raise AfterbanError(
            f"day: the campaign comes after {format_duration(at)}; write more than 0 and less than "
            f"the horizon, {format_duration(horizon)}"
        )
    if not all(0 < share <= 1 for share in shares) or not shares:
        raise AfterbanError("shares: write one or more above 0 and at most 1, such as `1 %`")
    wanted = tuple(sorted(set(shares)))
    try:
        RankBy(window=seen, error=error)
    except ValidationError as problem:
        told = problem.errors()[0]
        key = ".".join(str(part) for part in told["loc"]) or "rank_by"
        raise AfterbanError(f"{key}: {told['msg'].removeprefix('Value error, ')}") from None
    seed = scenario.seed if seed is None else seed
    count = scenario.replications if replications is None else replications
    refuse_too_large(scenario, (policy,), count)
    chosen = engine or engines.default_engine()
    tasks = (
        (scenario, policy, seed, number, at, seen, error, wanted, chosen) for number in range(count)
    )
    found: list[tuple[int, Floats]] = []
    for one in in_pool(_replication, tasks, workers, threads=chosen == "compiled"):
        found.append(one)
        if each is not None:
            each()
    if any(np.isnan(values).any() for _, values in found):
        raise AfterbanError(
            f"{scenario.name}: nobody outside sees a post from the campaign on; choose an earlier "
            "`day`, or another arm"
        )
    left = np.array([values for _, values in found])  # [replications, rankings, shares]
    best = left[:, RANKINGS.index(BEST)]
    rows = tuple(
        Removed(
            name,
            share,
            mean_interval(left[:, r, k].tolist()),
            mean_interval((left[:, r, k] - best[:, k]).tolist()),
        )
        for r, name in enumerate(RANKINGS)
        for k, share in enumerate(wanted)
    )
    accounts = mean_interval([float(live) for live, _ in found])
    return WhomFirst(scenario.name, policy, seed, at, seen, error, accounts, rows)


# --- one replication ------------------------------------------------------------------------------


def _replication(
    scenario: Scenario,
    policy: str,
    seed: int,
    number: int,
    day: float,
    window: float,
    error: float,
    shares: tuple[float, ...],
    engine: EngineName,
) -> tuple[int, Floats]:
    """Accounts that are live on the day, and what is left, ``[rankings, shares]``."""
    arm = scenario.arm(policy)
    # As lowered with a campaign: where nobody else is suspended, this one makes followers forget.
    date = (arm.start + dt.timedelta(days=1)).isoformat()
    told = arm.with_changes({"detection.pulses": [{"date": date, "share": "0.5"}]})
    p = _without_campaigns(Parameters.from_scenario(told), day)
    world = build(p, seed, number)

    def made(parameters: Parameters) -> Records:
        return engines.run(parameters, world, seed, number, engine)

    alone = made(p)
    live = live_on(alone, day)
    whole = float(alone.window_impressions.sum())
    losses = _losses(p, world, alone, live, day, made)
    left = np.empty((len(RANKINGS), len(shares)))
    for r, name in enumerate(RANKINGS):
        for k, share in enumerate(shares):
            one = _struck(p, name, day, share, window, error, losses)
            left[r, k] = float(made(one).window_impressions.sum()) / whole if whole else np.nan
    return len(live), left


def _without_campaigns(p: Parameters, day: float) -> Parameters:
    """No campaign, and impressions counted from the day on."""
    none = np.zeros(0, dtype=np.int64)
    return p._replace(
        windows=np.array([day, p.horizon]),
        pulse_day=np.zeros(0),
        pulse_key=none,
        pulse_share=np.zeros(0),
        pulse_accounts=none,
        pulse_choose=none,
        pulse_platform=none,
        pulse_tiers=np.ones((0, len(p.tier_count)), dtype=np.bool_),
        pulse_entry=none,
        pulse_table=none,
        pulse_error=np.zeros(0),
    )


def live_on(records: Records, day: float) -> Integers:
    """Operators with a public account just before a day."""
    accounts = records.accounts
    there = (accounts["public_day"] < day) & ~(accounts["suspended_day"] < day)
    return np.unique(accounts["operator"][there]).astype(np.int64)


def _losses(
    p: Parameters,
    world: World,
    alone: Records,
    live: Integers,
    day: float,
    made: Callable[[Parameters], Records],
) -> Floats:
    """Impressions from the day on that each operator's being struck costs; 0 for who is not there.

    The parts have one operator in ``PARTS`` each, so that each tier is in each of them.
    """
    lost = np.zeros(len(world.tier))
    for part in range(PARTS):
        members = live[part::PARTS]
        if not len(members):
            continue
        first = np.zeros(len(world.tier))
        first[members] = 1.0
        one = _campaign(p, day, 0.0, len(members), GIVEN, 0.0, 0.0)
        struck = made(one._replace(given_ranking=first))
        gone = alone.window_impressions[0] - struck.window_impressions[0]
        lost[members] = gone[members]
    # As ranks from 1 on: who would make more after a strike still comes before nobody at all.
    order = np.argsort(np.argsort(lost, kind="stable"), kind="stable") + 1.0
    return np.asarray(order, dtype=np.float64)


def _struck(
    p: Parameters,
    name: str,
    day: float,
    share: float,
    window: float,
    error: float,
    losses: Floats,
) -> Parameters:
    """The world with one campaign on the day by a ranking."""
    if name == RANDOM:
        return _campaign(p, day, share, 0, None, 0.0, 0.0)
    if name == BEST:
        one = _campaign(p, day, share, 0, GIVEN, 0.0, 0.0)
        return one._replace(given_ranking=losses)
    if name == MOMENT:
        return _campaign(p, day, share, 0, _WHAT[IMPRESSIONS], 0.0, 0.0)
    return _campaign(p, day, share, 0, _WHAT[name], window, error)


def _campaign(
    p: Parameters,
    day: float,
    share: float,
    accounts: int,
    what: int | None,
    window: float,
    error: float,
) -> Parameters:
    """One campaign on the day beside the tables that a team may have; None: at random."""
    back = readings(window)
    step = window / back if back else 0.0
    table = -1 if what is None else len(p.rank_what)
    days = [on_the_clock(k * step) for k in range(1, int(day / step) + 2)] if step else []
    days = [one for one in days if one <= day]
    every = np.concatenate((p.rank_day, days))
    order = np.argsort(every, kind="stable")
    more = [] if what is None else [what]
    return p._replace(
        rank_what=np.concatenate((p.rank_what, np.array(more, dtype=np.int64))),
        rank_every=np.concatenate((p.rank_every, [step] * len(more))),
        rank_back=np.concatenate((p.rank_back, np.array([back] * len(more), dtype=np.int64))),
        rank_day=every[order],
        rank_table=np.concatenate((p.rank_table, np.full(len(days), table)))[order],
        pulse_day=np.array([day]),
        pulse_key=np.array([int(day) << 8], dtype=np.int64),
        pulse_share=np.array([share]),
        pulse_accounts=np.array([accounts], dtype=np.int64),
        pulse_choose=np.zeros(1, dtype=np.int64),
        pulse_platform=np.array([-1], dtype=np.int64),
        pulse_tiers=np.ones((1, len(p.tier_count)), dtype=np.bool_),
        pulse_entry=np.zeros(1, dtype=np.int64),
        pulse_table=np.array([table], dtype=np.int64),
        pulse_error=np.array([error]),
    )


def _days(time: Time, what: str) -> float:
    from afterban.errors import ValueProblem
    from afterban.units import parse_duration

    if not isinstance(time, str):
        return float(time)
    try:
        return parse_duration(time.strip())
    except ValueProblem as problem:
        raise AfterbanError(f"{what}: {problem}") from None


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"
