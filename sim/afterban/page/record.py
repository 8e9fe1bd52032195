"""Runs of a story in the shape that pictures draw (``Recorded`` in ``src/view/scene.ts``).

Checked by ``tests/page/test_record.py``: what is drawn adds up to what the account table says.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from afterban import engines
from afterban.channels import CHANNELS
from afterban.engines.records import Records
from afterban.experiment.promotions import promotions
from afterban.experiment.replicate import Outcome, replicate, run_replication
from afterban.mechanisms import census
from afterban.page import state as states
from afterban.page.lines import Lines
from afterban.page.presets import SLIDERS
from afterban.page.shown import Shown, choose
from afterban.page.state import State
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT, Parameters
from afterban.results import estimate, handle_texts
from afterban.scenario import Scenario
from afterban.statistics import Estimate
from afterban.world import World

Data = dict[str, Any]
Floats = npt.NDArray[np.float64]

REPLICATIONS = 20  # of every number with an interval
STEPS = 240  # of the time axis
MOST_PROMOTIONS = 6000  # that one run draws
METRICS = (  # of the run that is drawn, for curves along a slider
    "effective_reach",
    "suspensions",
    "return_share",
    "look_alikes_suspended",
    "time_to_action_median",
    "live_accounts",
)


class Drawn:
    """The operators of a scenario that pictures show, whatever its settings.

    first: a run of the scenario with its records, which says who is worth to be shown.
    """

    def __init__(self, scenario: Scenario, first: Outcome) -> None:
        self.scenario = scenario
        self.tiers = list(scenario.tiers)
        assert first.records is not None
        assert first.world is not None
        lives = np.bincount(first.records.accounts["operator"], minlength=len(first.world.tier))
        # A further account of the same people is theirs, and has no disc of its own.
        doubles = [k for k, one in enumerate(self.scenario.tiers.values()) if one.same_operators_as]
        lives[np.isin(first.world.tier, doubles)] = 0
        self.middle = self._middle(first.world, lives)
        self.shown = choose(first.world, lives, self.middle)
        self.world = first.world

    def _middle(self, world: World, lives: npt.NDArray[np.int64]) -> int:
        """The operator of the story's tier that had most lives; of these the largest audience."""
        tier = self.scenario.metrics.traced_tier or self.tiers[0]
        mine = np.nonzero(world.tier == self.tiers.index(tier))[0]
        if not lives[mine].any():
            mine = np.nonzero(lives)[0]
        order = np.lexsort((mine, -world.audience[mine].sum(axis=1), -lives[mine]))
        return int(mine[order[0]])

    def network(self) -> Data:
        """The operators that are drawn: who they are, whatever happens to them."""
        world = self.world
        return {
            "operators": self.shown.operators.tolist(),
            "names": [self.name(one) for one in self.shown.operators.tolist()],
            "audience": np.rint(world.audience[self.shown.operators]).astype(int).tolist(),
            "links": self.shown.links.tolist(),
            "total": sum(tier.count for tier in self.scenario.tiers.values()),
        }

    def name(self, operator: int) -> str:
        """An operator for people: its tier, and its place in it from 1."""
        tier = int(self.world.tier[operator])
        place = int((self.world.tier[:operator] == tier).sum()) + 1
        return f"{self.tiers[tier]} {place}"


class Recorder(Drawn):
    """The runs that one story needs, each made once.

    start: where the story starts, with size and seed.
    """

    def __init__(self, start: State) -> None:
        self.start = start
        super().__init__(states.scenario_of(self.start), _first(self.start))

    def at(self, **moves: str) -> State:
        """The story with some sliders moved."""
        return replace(self.start, **moves)  # type: ignore[arg-type]  # these fields are text

    def numbers(self, state: State, policy: str = AS_WRITTEN) -> Mapping[str, Estimate]:
        """Metrics of a setting over all replications, with ``accounts_left`` beside the twin.

        policy: an arm of the shipped scenario, for what no slider moves.
        """
        runs = runs_of(state, policy)
        return {name: estimate([run.get(name, math.nan) for run in runs]) for name in runs[0]}

    def beside(
        self,
        before: State,
        after: State,
        of: Callable[[Mapping[str, float], Mapping[str, float]], float],
        arms: tuple[str, str] = (AS_WRITTEN, AS_WRITTEN),
    ) -> Estimate:
        """What two settings come to beside each other, over all replications, run by run.

        of: of the metrics of one run before and after.  arms: of the two.
        """
        first, second = (
            runs_of(state, arm) for state, arm in zip((before, after), arms, strict=True)
        )
        return estimate([of(a, b) for a, b in zip(first, second, strict=True)])

    def presence(self, state: State, tier: str) -> Estimate:
        """Share of the time in which operators of a tier have a public account."""
        k, count = self.tiers.index(tier), self.scenario.tiers[tier].count

        def there(outcome: Outcome) -> float:
            assert outcome.records is not None
            return float(outcome.records.series[:, k, census.LIVE].mean()) / count

        return self.measured(state, there)

    def measured(self, state: State, of: Callable[[Outcome], float]) -> Estimate:
        """What no metric says of a setting, over all replications.  of: what it is of one."""
        key = state
        runs = replicate(
            states.scenario_of(key),
            [AS_WRITTEN],
            replications=REPLICATIONS,
            twins=_twins(_twin_of(key), REPLICATIONS),
            keep=True,
            workers=1,
        )
        return estimate([of(outcome) for (outcome,) in runs])

    def answer(self, state: State, lines: Lines | None = None) -> Data:
        """One run of a setting, the first replication, beside its twin without enforcement.

        lines: what else is drawn of it through time.
        """
        settings = {key: getattr(state, key) for key in SLIDERS}
        scenario, first = states.scenario_of(state), _first(state)
        found = run_data(scenario, first, self.shown, settings)
        if lines is None:
            return found
        return {**found, "lines": lines(scenario, first, np.array(found["grid"]))}


@lru_cache(maxsize=16)
def _first(state: State) -> Outcome:
    scenario = states.scenario_of(state)
    (outcome,) = run_replication(
        scenario, [AS_WRITTEN], keep=True, twin=_twins(_twin_of(state), 1)[0]
    )
    return outcome


def _twin_of(state: State) -> State:
    """What the world without enforcement hangs on: in it nobody is flagged, or has to come back."""
    start = state.about.start
    still = {key: start[key] for key in SLIDERS if key != "promotion"}
    return replace(state, **still)  # type: ignore[arg-type]  # these fields are text


@lru_cache(maxsize=64)
def _twins(state: State, count: int) -> tuple[Mapping[str, float], ...]:
    scenario = states.scenario_of(state)
    runs = replicate(scenario, [WITHOUT_ENFORCEMENT], replications=count)
    return tuple(outcome.metrics for (outcome,) in runs)


@lru_cache(maxsize=512)
def runs_of(state: State, policy: str) -> tuple[Mapping[str, float], ...]:
    """Metrics of all replications of an arm, with ``accounts_left`` beside the twin."""
    twins = _twins(_twin_of(state), REPLICATIONS)
    runs = replicate(states.scenario_of(state), [policy], replications=REPLICATIONS, twins=twins)
    return tuple(
        {
            **outcome.metrics,
            "accounts_left": outcome.metrics["live_accounts"] / twin["live_accounts"],
        }
        for (outcome,), twin in zip(runs, twins, strict=True)
    )


def run_data(scenario: Scenario, outcome: Outcome, shown: Shown, settings: Data) -> Data:
    """A first replication as pictures draw it (``Recorded`` in ``src/view/scene.ts``).

    outcome: of the scenario as it is written, with its records.
    settings: of sliders, for the page to show.
    """
    records, world = outcome.records, outcome.world
    assert records is not None
    assert world is not None
    parameters = Parameters.from_scenario(scenario, AS_WRITTEN)
    made = promotions(parameters, world, records, scenario.seed, 0, shown.operators)
    place = np.full(len(world.tier), -1)
    place[shown.operators] = np.arange(len(shown.operators))
    made = made[place[made["operator"]] >= 0][:MOST_PROMOTIONS]
    grid = np.linspace(0.0, parameters.horizon, STEPS + 1)
    days = np.unique(np.concatenate([grid, made["day"], np.nextafter(made["day"], math.inf)]))
    under = _census(scenario, AS_WRITTEN, world, shown, days)
    alone = _census(scenario, WITHOUT_ENFORCEMENT, world, shown, grid)
    on_grid = np.searchsorted(days, grid)
    # What each promotion won: its account's followers just after it, less those just before.
    k, at = place[made["operator"]], np.searchsorted(days, made["day"])
    people = _people(under, shown)
    won = np.maximum(0.0, people[at + 1, k] - people[at, k])
    return {
        "settings": settings,
        "seed": scenario.seed,
        "grid": np.round(grid, 4).tolist(),
        "live": _whole(under[on_grid], census.LIVE),
        "seen": _whole(under[on_grid], census.OUTSIDER_IMPRESSIONS),
        "twinLive": _whole(alone, census.LIVE),
        "twinSeen": _whole(alone, census.OUTSIDER_IMPRESSIONS),
        "nodes": _nodes(records, shown, under[on_grid], alone, list(scenario.platforms)),
        "promotions": [
            [
                round(float(one["day"]), 3),
                int(place[one["promoter"]]),
                int(place[one["operator"]]),
                round(float(w), 1),
            ]
            for one, w in zip(made, won, strict=True)
        ],
        "numbers": {name: _plain(outcome.metrics.get(name, math.nan)) for name in METRICS},
    }


def _census(
    scenario: Scenario, policy: str, world: World, shown: Shown, days: Floats
) -> npt.NDArray[np.float64]:
    """Census of a run in which each operator that is drawn has a tier of its own, after the others.

    A census touches nothing and draws are keyed by operator, so the run is the one recorded.
    """
    tiers = dict(scenario.tiers)
    names = list(tiers)
    own = {
        f"shown-{k}": tiers[names[int(world.tier[one])]].model_copy(update={"count": 0})
        for k, one in enumerate(shown.operators.tolist())
    }
    wider = scenario.model_copy(update={"tiers": {**tiers, **own}})
    parameters = Parameters.from_scenario(wider, policy)._replace(grid=days)
    tier = world.tier.copy()
    tier[shown.operators] = len(tiers) + np.arange(len(shown.operators))
    records: Records = engines.run(
        parameters, world._replace(tier=tier), scenario.seed, 0, names=[*names, *own]
    )
    return records.series


def _people(series: npt.NDArray[np.float64], shown: Shown) -> Floats:
    mine = series[:, -len(shown.operators) :]
    found: Floats = mine[..., census.ATTACHED_INSIDERS] + mine[..., census.ATTACHED_OUTSIDERS]
    return found


def _whole(series: npt.NDArray[np.float64], column: int) -> list[int]:
    return [round(float(x)) for x in series[:, :, column].sum(axis=1)]


def _nodes(
    records: Records,
    shown: Shown,
    under: npt.NDArray[np.float64],
    alone: npt.NDArray[np.float64],
    platforms: Sequence[str],
) -> list[Data]:
    accounts = records.accounts
    first = under.shape[1] - len(shown.operators)
    found = []
    for k, operator in enumerate(shown.operators.tolist()):
        begin, end = np.searchsorted(accounts["operator"], [operator, operator + 1])
        lives = accounts[begin:end]
        found.append(
            {
                "lives": [
                    [*_life(one, name), *platforms[int(one["platform"]) :][:1]]
                    for one, name in zip(lives, handle_texts(lives["handle"]), strict=True)
                ],
                "insiders": _line(under[:, first + k, census.ATTACHED_INSIDERS]),
                "outsiders": _line(under[:, first + k, census.ATTACHED_OUTSIDERS]),
                "twinInsiders": _line(alone[:, first + k, census.ATTACHED_INSIDERS]),
                "twinOutsiders": _line(alone[:, first + k, census.ATTACHED_OUTSIDERS]),
            }
        )
    return found


def _line(values: Sequence[float] | Floats) -> list[int]:
    """Whole numbers; one alone where they are all the same."""
    numbers = [round(float(x)) for x in values]
    return numbers[:1] if len(set(numbers)) == 1 else numbers


def _life(account: np.void, handle: str) -> list[Any]:
    """The entries of a ``RecordedLife`` but its platform, which few scenarios have."""
    channel = int(account["channel"])
    return [
        handle,
        _plain(account["created_day"]),
        _plain(account["public_day"]),
        _plain(account["suspended_day"]),
        round(float(account["insider_followers"])),
        round(float(account["outsider_followers"])),
        int(account["edit_distance"]),
        CHANNELS[channel - 1].name if channel > 0 else "",
        _plain(account["flagged_day"]),
        int(account["promotions_received"]),
    ]


def _plain(value: Any) -> float | None:
    """A number for JSON; nothing for one that is undefined."""
    number = float(value)
    return round(number, 4) if math.isfinite(number) else None
