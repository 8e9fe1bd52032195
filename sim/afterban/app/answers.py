"""What a state of the page comes to, in plain data that the page draws.

Four parts, in the order in which the page asks for them, each of them quick:

one_run: the first replication: one operator's lives, the network around it, why things happened.
numbers: all replications, with intervals.
curve_point: effective reach at one enforcement speed, the other sliders as they stand.
cited: published figures beside the simulated ones.

Results are kept, so that a slider that comes back to where it was answers at once.

Checked by ``tests/app/test_answers.py``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from afterban.app import explain
from afterban.app.network import Shown, sample
from afterban.bands import Bands
from afterban.claims import Claim, load
from afterban.errors import AfterbanError
from afterban.experiment.ablate import Ablation, ablate
from afterban.experiment.ensemble import bands_of, powers_of
from afterban.experiment.promotions import promotions
from afterban.experiment.replicate import Outcome, replicate, run_replication
from afterban.experiment.trace import Trace, trace
from afterban.metrics import METRICS
from afterban.page import state as states
from afterban.page.presets import SLIDERS
from afterban.page.state import AUTO, REPLICATIONS, State
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT, Parameters
from afterban.power import Power
from afterban.report import cycle, words
from afterban.report.headline import about
from afterban.results import estimate, handle_texts
from afterban.scenario import Scenario
from afterban.scenario.inert import words as inert_words
from afterban.sources import registry
from afterban.statistics import Estimate
from afterban.world import World

Data = dict[str, Any]
Floats = npt.NDArray[np.float64]

KEPT = 256  # states whose metrics are kept
SHOWN = (
    "effective_reach",
    "effective_reached",
    "effective_weekly_reach",
    "suspensions",
    "time_to_action_median",
    "return_share",
    "regeneration_number",
    "rebuild_effort",
    "effective_reach_of_all_posts",
    "live_accounts",
    "wrong_suspensions",
    "look_alikes_suspended",
    "paid_hours",
    "reviewer_hours",
    "waiting_time_mean",
    "recruits",
    "voice_ratio",
)
OF_THE_WHOLE = frozenset(("S15", "L22"))  # claims that count accounts of the real network
LARGEST_PICTURE = 6000  # promotions that are sent to the page


# --- runs -----------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def first_run(state: State) -> Outcome:
    """The first replication, with everything that was recorded.  ``state`` is a ``run_key``."""
    scenario = states.scenario_of(state)
    (outcome,) = run_replication(scenario, [AS_WRITTEN], keep=True, twin=_twin(_twin_key(state), 0))
    return outcome


@lru_cache(maxsize=KEPT)
def _metrics(state: State, policy: str = AS_WRITTEN) -> tuple[Mapping[str, float], ...]:
    """Metrics of all replications of an arm."""
    scenario = states.scenario_of(state)
    key = _twin_key(state)
    numbers = range(REPLICATIONS)
    if policy == WITHOUT_ENFORCEMENT:
        return tuple(_twin(key, k) for k in numbers)
    twins = [_twin(key, k) for k in numbers]
    return tuple(
        outcome.metrics
        for (outcome,) in replicate(scenario, [policy], replications=REPLICATIONS, twins=twins)
    )


def _twin_key(state: State) -> State:
    """What the world without enforcement hangs on: in it nobody is flagged, or has to come back."""
    start = state.about.start
    still = {key: start[key] for key in SLIDERS if key != "promotion"}
    return replace(state.run_key(), **still)  # type: ignore[arg-type]  # these fields are text


@lru_cache(maxsize=KEPT * 4)
def _twin(state: State, replication: int) -> Mapping[str, float]:
    scenario = states.scenario_of(state)
    (outcome,) = run_replication(scenario, [WITHOUT_ENFORCEMENT], replication=replication)
    return outcome.metrics


def warm_up() -> None:
    """Compile the engine, or load it, before anybody waits for it."""
    first_run(states.start_of().run_key())


# --- one run --------------------------------------------------------------------------------------


def one_run(state: State) -> Data:
    """The first replication: an operator's lives, the network around it, and why.

    Everything in it is one run, without an interval, and the page says so.
    """
    key = state.run_key()
    scenario = states.scenario_of(key)
    outcome = first_run(key)
    assert outcome.records is not None
    assert outcome.world is not None
    records, world = outcome.records, outcome.world
    operator = _operator(state, len(world.tier))
    accounts = records.accounts
    lives = accounts[accounts["operator"] == operator]
    shown, made, line = _around(key, operator)
    to_it = made[made["operator"] == operator]
    total = line.insiders + line.outsiders
    names = handle_texts(lives["handle"])
    parameters = Parameters.from_scenario(scenario, AS_WRITTEN)
    told = explain.Run(scenario, parameters, world, lives, names, to_it, line.days, total, operator)
    life = min(state.life, len(lives))
    grid = np.arange(math.ceil(scenario.horizon) + 1.0)
    public, gone = accounts["public_day"], accounts["suspended_day"]
    return {
        "state": _state_data(state),
        "days": len(grid) - 1,
        "start": scenario.start.isoformat(),
        "operator": {
            "number": operator,
            "name": operator_name(scenario, world, operator),
            "tier": line.tier,
            "choices": _choices(key, operator),
        },
        "trace": {
            "days": _numbers(line.days, 6),
            "insiders": _numbers(line.insiders, 5),
            "outsiders": _numbers(line.outsiders, 5),
        },
        "lives": [_life(one, name) for one, name in zip(lives, names, strict=True)],
        "why": {
            "life": life,
            "asked": state.life,
            "events": [{"day": e.day, "title": e.title, "text": e.text} for e in told.of(life)],
        },
        "network": _network(scenario, world, accounts, shown, made),
        "live": [int(((public <= d) & ~(gone <= d)).sum()) for d in grid],
        "one": {
            "effective_reach": _number(outcome.metrics["effective_reach"]),
            "suspensions": _number(outcome.metrics["suspensions"]),
        },
    }


def _life(account: np.void, handle: str) -> Data:
    """One account of the operator, under its handle."""
    return {
        "life": int(account["life"]),
        "handle": handle,
        "public": _number(account["public_day"]),
        "suspended": _number(account["suspended_day"]),
        "followers": round(float(account["insider_followers"] + account["outsider_followers"])),
    }


def _network(
    scenario: Scenario,
    world: World,
    accounts: npt.NDArray[np.void],
    shown: Shown,
    made: npt.NDArray[np.void],
) -> Data:
    """The operators that are drawn, their links and the promotions among them."""
    place = {int(one): k for k, one in enumerate(shown.operators)}
    inside = np.isin(made["operator"], shown.operators) & np.isin(made["promoter"], shown.operators)
    drawn = made[inside][:LARGEST_PICTURE]
    return {
        "nodes": [
            {
                "name": operator_name(scenario, world, int(one)),
                "tier": list(scenario.tiers)[int(world.tier[one])],
                "x": round(float(x), 4),
                "y": round(float(y), 4),
                "size": round(float(size), 3),
                "lives": _spans(accounts, int(one)),
            }
            for one, (x, y), size in zip(shown.operators, shown.places, shown.sizes, strict=True)
        ],
        "links": [[place[a], place[b]] for a, b in shown.links.tolist()],
        "promotions": [
            [round(float(one["day"]), 4), place[int(one["promoter"])], place[int(one["operator"])]]
            for one in drawn
        ],
        "left_out": int(inside.sum() - len(drawn)),
        "operators": len(world.tier),
    }


@lru_cache(maxsize=64)
def _around(key: State, operator: int) -> tuple[Shown, npt.NDArray[np.void], Trace]:
    """Who is drawn around an operator, the promotions that they made, and its followers."""
    scenario = states.scenario_of(key)
    outcome = first_run(key)
    assert outcome.records is not None
    assert outcome.world is not None
    records, world = outcome.records, outcome.world
    lives = records.accounts[records.accounts["operator"] == operator]
    parameters = Parameters.from_scenario(scenario, AS_WRITTEN)
    shown = _shown_operators(replace(key, **_at_start(key)), operator)
    first, end = world.promoter_start[operator : operator + 2]
    promoters = np.union1d(shown.operators, world.promoters[first:end])
    made = promotions(parameters, world, records, scenario.seed, 0, promoters)
    to_it = made[made["operator"] == operator]
    line = trace(
        scenario,
        AS_WRITTEN,
        operator,
        starts=lives["public_day"],
        ends=np.concatenate([lives["suspended_day"], to_it["day"]]),
    )
    return shown, made, line


def _at_start(state: State) -> dict[str, Any]:
    return dict(state.about.start)


@lru_cache(maxsize=16)
def _shown_operators(at_start: State, operator: int) -> Shown:
    """Who is drawn: from the story as it starts, so that moving a slider moves nobody."""
    outcome = first_run(at_start)
    assert outcome.records is not None
    assert outcome.world is not None
    lives = np.bincount(outcome.records.accounts["operator"], minlength=len(outcome.world.tier))
    return sample(outcome.world, lives, operator)


def _operator(state: State, count: int) -> int:
    if state.operator == AUTO:
        return most_suspended(replace(state.run_key(), **_at_start(state)))
    number = int(state.operator)
    if number >= count:
        raise AfterbanError(
            f"operator {number} is not in this network; its operators are 0 to {count - 1}"
        )
    return number


@lru_cache(maxsize=32)
def most_suspended(at_start: State) -> int:
    """The operator of the story's tier that had most lives, at the story's own settings."""
    scenario = states.scenario_of(at_start)
    tier = scenario.metrics.traced_tier or next(iter(scenario.tiers))
    return _busiest(at_start, list(scenario.tiers).index(tier), 1)[0]


def _busiest(at_start: State, tier: int, count: int) -> list[int]:
    outcome = first_run(at_start)
    assert outcome.records is not None
    assert outcome.world is not None
    lives = np.bincount(outcome.records.accounts["operator"], minlength=len(outcome.world.tier))
    mine = np.nonzero(outcome.world.tier == tier)[0]
    order = np.lexsort((mine, -lives[mine]))
    return [int(one) for one in mine[order[:count]]]


def operator_name(scenario: Any, world: Any, operator: int) -> str:
    """An operator for people: its tier, and its place in it from 1."""
    tier = int(world.tier[operator])
    before = int(np.count_nonzero(world.tier[:operator] == tier))
    return f"{list(scenario.tiers)[tier]} {before + 1}"


def _choices(key: State, operator: int) -> list[Data]:
    at_start = replace(key, **_at_start(key))
    outcome = first_run(at_start)
    scenario = states.scenario_of(at_start)
    numbers: list[int] = []
    for k in range(len(scenario.tiers)):
        numbers += _busiest(at_start, k, 3)
    if operator not in numbers:
        numbers.append(operator)
    return [
        {"value": str(one), "label": operator_name(scenario, outcome.world, one)} for one in numbers
    ]


def _spans(accounts: npt.NDArray[np.void], operator: int) -> list[list[float | None]]:
    first, end = np.searchsorted(accounts["operator"], [operator, operator + 1])
    return [
        [_number(one["public_day"]), _number(one["suspended_day"])]
        for one in accounts[first:end]
        if np.isfinite(one["public_day"])
    ]


# --- numbers --------------------------------------------------------------------------------------


def numbers(state: State) -> Data:
    """The metrics of the page, over all replications."""
    runs = _metrics(state.run_key())
    rows = []
    for metric in SHOWN:
        found = estimate([run.get(metric, math.nan) for run in runs])
        # What a story has nothing of is left out; that nobody is suspended is worth a row.
        if found.n and (found.value or metric == "suspensions"):
            rows.append({"metric": metric, **_told(metric, found)})
    return {
        "state": _state_data(state),
        "rows": rows,
        "replications": REPLICATIONS,
        "assumptions": _assumptions(state),
        "no_effect": inert_words(states.scenario_of(state).no_effect([AS_WRITTEN])),
    }


def _assumptions(state: State) -> str:
    """What the stated ranges leave of effective reach, in words: intervals of the page are chance.

    It is known of the shipped scenario of the story, at its full size.
    """
    story = state.about
    if state.moved():
        return (
            "Intervals are of chance alone. With sliders moved the band over the assumptions is "
            "not known: save the scenario, and "
            f"afterban band {states.name_of(state)}.yaml makes it."
        )
    known = _bands(story.scenario)
    one = known.of("effective_reach", AS_WRITTEN)
    if one is None:
        return f"Intervals are of chance alone. {about(known, f'afterban band {story.scenario}')}"
    return (
        f"Intervals are of chance alone. Over the assumptions effective reach of {story.scenario}, "
        f"at its full size, is from {words.interval_text('effective_reach', one.estimate)} % (5 to "
        f"95 % of {one.points} points over all stated ranges at once)."
    )


@cache
def _bands(name: str) -> Bands:
    """Bands of a shipped scenario."""
    return bands_of(Scenario.from_yaml(name))


def _told(metric: str, e: Estimate) -> Data:
    return {
        "label": METRICS[metric].label,
        "unit": METRICS[metric].unit,
        "meaning": METRICS[metric].meaning,
        "text": words.value_text(metric, e),
        "interval": words.interval_text(metric, e),
        "value": _number(e.value),
        "low": _number(e.low),
        "high": _number(e.high),
        "n": e.n,
    }


def for_the_file(state: State) -> dict[str, str]:
    """Effective reach as the exported file tells it, with all the digits of the command line."""
    e = estimate([run["effective_reach"] for run in _metrics(state.run_key())])
    return {
        "effective reach": f"{e.value:.4g}, 95 % interval {e.low:.4g} to {e.high:.4g}, n = {e.n}"
    }


def curve_point(state: State, speed: str) -> Data:
    """Effective reach at another position of the speed slider."""
    at = replace(state.run_key(), speed=speed)
    e = estimate([run["effective_reach"] for run in _metrics(at)])
    return {
        "state": _state_data(state),
        "speed": speed,
        "value": _number(e.value),
        "low": _number(e.low),
        "high": _number(e.high),
        "n": e.n,
        "text": words.both("effective_reach", e),
        "also": _people(at),
    }


def _people(state: State) -> str:
    """The other two numbers of reach, in words; "" where they are undefined."""
    runs = _metrics(state)
    people, weekly = (
        estimate([run.get(metric, math.nan) for run in runs])
        for metric in ("effective_reached", "effective_weekly_reach")
    )
    if not (people.n and weekly.n):
        return ""
    return (
        f"Of the people {words.value_text('effective_reached', people)} are reached at least once, "
        f"and of those of a week {words.value_text('effective_weekly_reach', weekly)}."
    )


# --- the cycle ------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _ablation(state: State) -> Ablation:
    return ablate(states.scenario_of(state), replications=REPLICATIONS)


def parts(state: State) -> Data:
    """What each part of the cycle contributes to effective reach, and where promoting turns."""
    found = _ablation(state.run_key())
    sizes = {one.part: cycle.size(one).partition(" (") for one in found.contributions}
    return {
        "state": _state_data(state),
        "rows": [
            {
                "part": one.part,
                "label": cycle.NAMES[one.part],
                "text": sizes[one.part][0],
                "interval": sizes[one.part][2].removesuffix(")"),
                "value": None if one.difference is None else _number(one.difference.estimate.value),
                "low": None if one.difference is None else _number(one.difference.estimate.low),
                "high": None if one.difference is None else _number(one.difference.estimate.high),
                "sign": one.sign,
                "verdict": cycle.verdict(one),
            }
            for one in found.contributions
        ],
        "said": cycle.in_short(found),
        "n": found.replications,
    }


# --- cited ----------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _claims() -> tuple[Claim, ...]:
    return tuple(load())


def cited(state: State) -> Data:
    """What the documents say beside what these settings give, row by row."""
    story = state.about
    arms = {AS_WRITTEN, WITHOUT_ENFORCEMENT, *story.also}
    rows: list[Data] = []
    for claim in _claims():
        needed = {claim.policy, claim.divided_by_policy or claim.policy}
        if claim.scenario != story.scenario or claim.metric is None or not needed <= arms:
            continue
        if claim.id in OF_THE_WHOLE and state.size == "class":
            continue
        rows.append(_claim(claim, state))
    told = {row["source"] for row in rows}
    figures = registry().figures
    quoted = [
        {"source": one, "document": figures[one].source.id, "says": figures[one].says}
        for one in story.sources
        if one not in told
    ]
    return {"state": _state_data(state), "rows": rows, "also": quoted, "n": REPLICATIONS}


def _claim(claim: Claim, state: State) -> Data:
    key = state.run_key()
    values = [run.get(claim.metric or "", math.nan) for run in _metrics(key, claim.policy)]
    if claim.divided_by is not None:
        other = _metrics(key, claim.divided_by_policy or claim.policy)
        values = [
            a / b if (b := run.get(claim.divided_by, math.nan)) else math.nan
            for a, run in zip(values, other, strict=True)
        ]
    e = claim.estimate(values)
    # Sliders that were moved make a world that the stated ranges are not about.
    power = None if state.moved() else _powers(claim.scenario or "").get(claim.id)
    return {
        "id": claim.id,
        "source": claim.source,
        "document": claim.published.source.id,
        "quotation": claim.published.says,
        "says": claim.says,
        "cited": claim.cited,
        "simulated": _claim_text(e),
        "n": e.n,
        "verdict": _verdict(claim, e, power),
    }


def _claim_text(e: Estimate) -> str:
    if e.n == 0:
        return "does not happen here"
    half = e.half_width
    text = words.rounded(e.value, half)
    if math.isnan(e.low):
        return f"{text} (one run)"
    if e.low == e.high:
        return text
    return f"{text} ({words.rounded(e.low, half)} to {words.rounded(e.high, half)})"


def _verdict(claim: Claim, e: Estimate, power: Power | None) -> str:
    """The verdict in a few words; with a power, also what that says of it."""
    if e.n <= REPLICATIONS / 2:
        return "undefined"
    if not claim.holds_at(e):
        if power is None or math.isnan(power.lowest):
            return "differs"
        inside = claim.meets(power.lowest, power.highest)
        return "differs, within the band" if inside else "differs, outside every stated range"
    if claim.fitted is not None:
        return "agrees (fitted)"
    if power is None or power.could_fail is None:
        return "agrees"
    return "agrees, and could have failed" if power.could_fail else "agrees, but could not fail"


@cache
def _powers(name: str) -> Mapping[str, Power]:
    """Powers of the claims about a shipped scenario."""
    return powers_of(Scenario.from_yaml(name), load()).known


# --- plain data -----------------------------------------------------------------------------------


def _state_data(state: State) -> Data:
    return {
        **{name: getattr(state, name) for name in State.__dataclass_fields__},
        "query": states.query_of(state),
        "moved": sorted(state.moved()),
    }


def _number(value: Any) -> float | None:
    return float(f"{value:.10g}") if math.isfinite(value) else None


def _numbers(values: Floats, digits: int) -> list[float]:
    return [float(f"{x:.{digits}g}") for x in values.tolist()]


__all__ = [
    "cited",
    "curve_point",
    "first_run",
    "for_the_file",
    "numbers",
    "one_run",
    "parts",
    "warm_up",
]
