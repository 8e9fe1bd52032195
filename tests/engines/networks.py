"""Small networks for the tests of the engines: parameters as numbers, every branch within reach."""

import math
from functools import cache
from typing import Any

import numpy as np

from afterban import channels
from afterban.engines.records import Looks
from afterban.mechanisms import distributions as d
from afterban.parameters import Parameters
from afterban.scenario import Scenario
from afterban.scenario.correlations import lower_factor
from afterban.world import World


def law(kind: int, a: float, b: float = 0.0, floor: float = -math.inf, cap: float = math.inf):
    """A distribution's row."""
    row = np.zeros(d.ROW)
    row[:5] = kind, a, b, floor, cap
    return row


def constant(value: float):
    return law(d.CONSTANT, value)


def lognormal(median: float, sigma: float = 1.0, cap: float = math.inf):
    return law(d.LOGNORMAL, math.log(median), sigma, cap=cap)


# What a rate is in the first regime and in the second, where the network below does not say.
OPEN = {
    channels.PROBABILITY: [0.0, 0.05],
    channels.PER_IMPRESSION: [0.0, 1e-7],
    channels.PER_POST: [0.0, 1e-3],
    channels.PER_DAY: [0.0, 2e-3],
    channels.FACTOR: [0.0, 0.2],
}


@cache
def minimal() -> Parameters:
    return Parameters.from_scenario(Scenario.from_yaml("minimal"))


def network(**changes: Any) -> Parameters:
    """Three tiers (hubs, supporters, sleepers), 80 days, two regimes, every channel open.

    Two platforms and a few recruits.  Detection may be given by regime only: it holds for both
    platforms then, half as strongly on the second.
    """
    tier = [lognormal(300.0, 1.5, 50000.0), lognormal(3.0), lognormal(8.0, 0.5), lognormal(1.0)]
    hub = [lognormal(5000.0, 0.5), constant(10.0), constant(20.0), lognormal(0.5)]
    values: dict[str, Any] = {
        "horizon": 80.0,
        "tier_count": np.array([4, 90, 6]),
        "tier_distributions": np.array([hub, tier, tier]),
        "insider_share": np.array([0.4, 0.5, 0.5]),
        "attached_at_start": np.array([1.0, 0.8, 0.0]),
        "detached_at_start": np.array([0.0, 0.1, 1.0]),
        "prominence": np.array([30.0, 1.0, 1.0]),
        "promotes": np.array([0.9, 0.4, 0.4]),
        "returns": np.array([0.95, 0.9, 0.9]),
        "spares": np.array([2, 0, 1]),
        "report_weight": np.array([1.0, 1.0, 2.0]),
        "watched": np.array([0.05, 0.0, 0.01]),
        "severity": np.array([0, 1, 1]),
        "created_day": np.array([0.0, 0.0, 5.0]),
        "public_day": np.array([0.0, 0.0, 12.0]),
        "sleeper": np.array([0, 0, 1]),
        "release_every": np.zeros(3),
        "only_if_moved": np.array([0, 0, 0]),
        "moves": np.array([0.3, 0.2, 0.1]),
        "platform": np.array([0, 0, 1]),
        "same_as": np.array([-1, -1, -1]),
        "platform_kept": np.array([1.0, 0.4]),
        "platform_share": np.array([1.0, 0.5]),
        "recruits_per_impression": 2e-4,
        "recruit_tier": 1,
        "recruit_delay": lognormal(2.0),
        "most_recruits": 5,
        "refollow": np.array([[1.0, 0.03], [1.0, 0.1], [0.5, 0.03]]),
        "looks": np.array([1.0, 1.0, 0.5]),
        "regime_start": np.array([-math.inf, 10.0]),
        "signup": np.array([0.0, 0.1]),
        "reports": np.array([1e-4, 3e-3]),
        "classifier": np.array([1e-4, 2e-3]),
        "threats": np.array([1e-3, 5e-3]),
        "watch": np.array([0.0, 1.0]),
        "handle_recall": np.array([0.0, 0.4]),
        "link_promoted": np.array([0.0, 0.1]),
        "link_promoter": np.array([0.0, 0.05]),
        "retaliation": np.zeros(2),
        "pressure": np.ones((len(channels.RATES), 3, 2)),
        "link_scan_time": lognormal(0.5),
        "retaliation_delay": lognormal(1.0),
        "time_to_action": np.array(
            [[lognormal(0.5), lognormal(3.0)], [lognormal(0.1), lognormal(1.0)]]
        ),
        "insider_reports": 0.2,
        "pulse_day": np.array([20.0, 30.0, 40.0, 50.0]),
        "pulse_share": np.array([0.2, 0.1, 0.1, 0.1]),
        "pulse_accounts": np.array([0, 2, 0, 3]),
        "pulse_choose": np.array([0, 1, 2, 3]),
        "pulse_platform": np.array([-1, -1, 0, 1]),
        "sensitivity": 0.8,
        "fatigue": 0.99,
        "grid": np.append(np.arange(0.0, 80.0, 3.0), 80.0),
        "windows": np.array([7.0, 14.0, 15.5, 80.0]),
    }
    values.update(changes)
    regimes = len(values["regime_start"])
    values["rates"] = np.array(
        [
            np.outer([1.0, 0.5], values.pop(rate.name, np.resize(OPEN[rate.kind], regimes)))
            for rate in channels.RATES
        ]
    )
    if "pulse_accounts" not in changes:
        values["pulse_accounts"] = np.resize(values["pulse_accounts"], len(values["pulse_day"]))
    if "pulse_platform" not in changes:
        values["pulse_platform"] = np.resize(values["pulse_platform"], len(values["pulse_day"]))
    shape = (len(values["pulse_day"]), len(values["tier_count"]))
    values.setdefault("pulse_tiers", np.ones(shape, dtype=np.bool_))
    values.setdefault("burst_factor", np.ones((len(values["tier_count"]), 1)))
    values.setdefault("pulse_key", np.arange(len(values["pulse_day"])))
    values.setdefault("pulse_table", np.full(len(values["pulse_day"]), -1))
    values.setdefault("pulse_error", np.zeros(len(values["pulse_day"])))
    return minimal()._replace(**values)


def staffed(**changes: Any) -> Parameters:
    """The same under a finite team that is busy, with shifts and reports about ordinary users."""
    days = np.arange(80.0)
    team: dict[str, Any] = {
        "finite_staff": True,
        "duty_change": np.sort(np.concatenate([days, days[days > 0.0] - 0.4])),
        "on_duty": np.resize([1, 3, 0, 2, 2, 1], 159),
        "service_time": lognormal(0.08),
        "action_delay": lognormal(0.2),
        "benign_reports": 5.0,
    }
    team.update(changes)
    return network(**team)


def returning(**changes: Any) -> Parameters:
    """Return delays longer than a row, less posting with each life, more with each move, giving up.

    Hubs and sleepers return by a table of gaps, supporters by a mixture of laws and a table.
    """
    table = [d.OBSERVED, 3.0, 6.0, 4.0, 0.25, 0.5, 0.75, 0.0, 0.5, 5.0]
    endless = [d.OBSERVED, 2.0, 9.0, math.inf, 0.3, 0.9, 0.25, 2.0]
    longer = [*table, *endless]
    mixture = len(longer)
    parts = mixture + 2 + 2 * 3
    longer += [d.MIXTURE, 3.0, 0.2, 0.6, 1.0, parts, parts + d.ROW, 0.0]
    longer += [*constant(0.125), *lognormal(1.0)]
    rows = network().tier_distributions.copy()
    rows[0, 3] = law(d.LONG, 0.0)
    rows[1, 3] = law(d.LONG, mixture)
    rows[2, 3] = law(d.LONG, len(table))
    values: dict[str, Any] = {
        "tier_distributions": rows,
        "longer_laws": np.array(longer),
        "posts_after_return": 0.7,
        "posts_after_move": 1.8,
        "give_up_suspensions": 3,
        "give_up_within": 20.0,
        "spares": np.zeros(3, dtype=np.int64),
    }
    values.update(changes)
    return network(**values)


# Flags on ordinary users by channel, in the order of model.detection.CHANNELS.
WRONG: dict[str, Any] = {
    "wrong_per_right": np.array([0.0, 4.0, 3.0, 2.0, 1.5, 2.0, 1.0, 0.5, 0.7]),
    "wrong_at_signup": 4.0,
    "wrong_at_match": 1.8,
    "wrong_at_link": 2.0,
}


def priced(**changes: Any) -> Parameters:
    """The network in which every channel flags ordinary users too."""
    return network(**{**WRONG, **changes})


def priced_team(**changes: Any) -> Parameters:
    """The same in front of the team."""
    return staffed(**{**WRONG, **changes})


def differing(**changes: Any) -> Parameters:
    """Operators of a tier differ in return, refollow and loss, which go with their activity."""
    pairs = [("posts", "returns", 0.8), ("audience", "refollow", -0.5), ("returns", "lost", 0.3)]
    alike, apart = np.eye(5), np.array(lower_factor(pairs))
    one = constant(1.0)
    values: dict[str, Any] = {
        "differences": np.array(
            [
                [one, one, one],
                [lognormal(1.0, 0.5), lognormal(1.0, 1.0), law(d.UNIFORM, 0.0, 30.0)],
                [law(d.UNIFORM, 0.0, 1.0), one, constant(2.0)],
            ]
        ),
        "correlated": np.array([alike, apart, alike]),
        "lost": np.array([0.02, 0.05]),
    }
    values.update(changes)
    return network(**values)


def heard(**changes: Any) -> Parameters:
    """The same team, which makes mistakes and hears appeals of users and operators."""
    appeals: dict[str, Any] = {
        "mistake": 0.3,
        "appeal": 0.6,
        "hears_appeals": True,
        "appeal_success": 0.7,
        "own_appeals": 0.4,
        "filing": lognormal(1.0),
    }
    return priced_team(**{**appeals, **changes})


def retaliating(**changes: Any) -> Parameters:
    """The network in which many of those who are back threaten, supporters most."""
    pressure = np.ones((len(channels.RATES), 3, 2))
    pressure[channels.place("retaliation"), 0] = 0.5
    threats: dict[str, Any] = {
        "retaliation": np.array([0.8, 0.5]),
        "retaliation_delay": lognormal(1.0),
        "pressure": pressure,
    }
    return network(**{**threats, **changes})


def granting(**changes: Any) -> Parameters:
    """A prompt team, which grants appeals of operators, who come back late otherwise."""
    rows = network().tier_distributions.copy()
    rows[:, 3] = lognormal(6.0)
    prompt: dict[str, Any] = {
        "own_appeals": 1.0,
        "own_success": 0.6,
        "filing": lognormal(0.3),
        "benign_reports": 0.5,
        "on_duty": np.full(159, 6),
        "tier_distributions": rows,
        "returns": np.array([0.8, 0.5, 0.5]),
    }
    return heard(**{**prompt, **changes})


def answered(**changes: Any) -> Parameters:
    """The network, whose followers counter-speech slows down on a date, and all but stops later."""
    speech: dict[str, Any] = {
        "attached_at_start": np.array([0.3, 0.2, 0.0]),
        "discover": np.array([0.03, 0.02]),
        "speech_change": np.array([15.0, 40.0]),
        "discover_later": np.array([[0.01, 0.015], [0.0, 0.001]]),
    }
    return network(**{**speech, **changes})


def bursting(**changes: Any) -> Parameters:
    """The network whose supporters post in two bursts, one of them quiet; hubs in the first only.

    The first begins within regimes of detection, which it divides, and the other with nothing else.
    """
    at = np.array([0, 0, 1, 1, 1, 1])
    plain = network()
    values: dict[str, Any] = {rate.name: plain.rate(rate.name)[0, at] for rate in channels.RATES}
    values |= {
        "pressure": plain.pressure[..., at],
        "time_to_action": plain.time_to_action[at],
        "regime_start": np.array([-math.inf, 8.0, 10.0, 14.5, 30.0, 40.0]),
        "burst_start": np.array([-math.inf, 8.0, 14.5, 30.0, 40.0]),
        "burst_factor": np.array([[1.0, 4, 1, 1, 1], [1.0, 3, 1, 0.2, 1], np.ones(5)]),
        "posts_after_return": 0.7,
    }
    values.update(changes)
    return network(**values)


def alike(**changes: Any) -> Parameters:
    """The team that hears appeals, and ordinary users whose names are like suspended ones."""
    ordinary: dict[str, Any] = {
        "ordinary_signups": 30.0,
        "ordinary_sample": 300,
        "ordinary_namesakes": 0.3,
        "ordinary_topic_names": 0.4,
        "match_edits": 2,
    }
    return heard(**{**ordinary, **changes})


def adapting(**changes: Any) -> Parameters:
    """The network whose operators answer each way of being found, under enough of each."""
    answers: dict[str, Any] = {
        "adapts": True,
        "answer_to_handle": 0.5,
        "answer_to_reports": 0.7,
        "answer_to_classifier": 0.6,
        "answer_to_link": 0.4,
        "answer_to_quick": 1.8,
        "quick_days": 0.8,
        "near_identical": 0.8,
        "handle_recall": np.array([0.2, 0.7]),
        "link_promoted": np.array([0.05, 0.2]),
        "link_promoter": np.array([0.02, 0.1]),
    }
    return network(**{**answers, **changes})


def released(**changes: Any) -> Parameters:
    """Sleepers make accounts for releases."""
    return returning(**{"release_every": np.array([0.0, 0.0, 9.0])} | changes)


def prepared(**changes: Any) -> Parameters:
    """Hubs who have left their first platform come back to it with an account for the purpose."""
    doubles: dict[str, Any] = {
        "tier_count": np.array([6, 90, 6]),
        "same_as": np.array([-1, -1, 0]),
        "only_if_moved": np.array([0, 0, 1]),
        "platform": np.array([0, 0, 0]),
        "created_day": np.array([0.0, 0.0, 40.0]),
        "public_day": np.array([0.0, 0.0, 41.0]),
        "moves": np.array([0.5, 0.2, 0.0]),
    }
    return network(**doubles | changes)


def ranked(**changes: Any) -> Parameters:
    """The team takes cases, and campaigns choose, by tables of what was observed, with errors."""
    tables = {
        "rank_what": np.array([0, 1]),
        "rank_every": np.array([2.5, 0.0]),
        "rank_back": np.array([4, 0]),
        "rank_day": np.arange(2.5, 80.0, 2.5),
        "rank_table": np.zeros(31, dtype=np.int64),
        "pulse_table": np.array([0, 1, 0, -1]),
        "pulse_error": np.array([0.3, 0.2, 0.0, 0.0]),
        "queue_table": 0,
        "queue_error": 0.4,
    }
    return staffed(**tables | changes)


def waves(**changes: Any) -> Parameters:
    """A team that takes cases by followers, links or activity, and suspends in waves."""
    return priced_team(**{"wave_every": 3.0, "queue_order": 3} | changes)


def looks(p: Parameters, world: World) -> Looks:
    """At everybody, on a day of the grid and at the horizon."""
    everybody = np.arange(len(world.tier))
    days = np.repeat([float(p.grid[3]), p.horizon], len(everybody))
    return Looks(days, np.tile(everybody, 2))


# Networks in which, between them, everything happens.
NETWORKS = (
    *("network", "staffed", "returning", "priced", "priced_team", "differing", "heard"),
    *("retaliating", "granting", "answered", "bursting", "alike", "adapting"),
)
