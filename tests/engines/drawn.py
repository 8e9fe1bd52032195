"""Networks drawn at random for the tests of the engines, and what happens in them, counted."""

from __future__ import annotations

import math
from collections import Counter
from itertools import combinations
from typing import Any

import networks
import numpy as np
from networks import constant, law, lognormal

from afterban.channels import RATES
from afterban.engines.records import Records
from afterban.mechanisms import adaptation, census, detection
from afterban.mechanisms import distributions as d
from afterban.mechanisms.ranking import FOLLOWERS, IMPRESSIONS, LINKS
from afterban.parameters import Parameters

MAKERS = (*networks.NETWORKS, "released", "prepared", "waves", "ranked")
HORIZON = 40.0


def drawn(number: int) -> tuple[str, Parameters]:
    """The network of that number, and which of the makers its mechanisms are from.

    Delays are often whole days or nothing at all, so that many things happen at one instant.
    """
    rng = np.random.default_rng(number)
    name = MAKERS[number % len(MAKERS)]
    make = getattr(networks, name)
    plain: Parameters = make()
    regimes = len(plain.regime_start)

    def one_of(*values: Any) -> Any:
        return values[rng.integers(len(values))]

    def delay() -> np.ndarray:
        return one_of(constant(0.0), constant(1.0), lognormal(0.3), law(d.EXPONENTIAL, 2.0))

    def rate(most: float) -> np.ndarray:
        return rng.uniform(0.0, most, regimes) * rng.integers(0, 2, regimes)

    rows = plain.tier_distributions.copy()
    if name not in ("returning", "released") or rng.random() < 0.3:
        rows[:, 3] = delay()
    changes: dict[str, Any] = {
        "horizon": HORIZON,
        "grid": np.arange(0.0, HORIZON + 1.0),
        "windows": np.array([0.0, 7.0, HORIZON]),
        "tier_count": rng.integers(1, 13, 3),
        "tier_distributions": rows,
        "spares": rng.integers(0, 3, 3),
        "reports": rate(0.1),
        "classifier": rate(0.01),
        "threats": rate(0.05),
        "signup": rate(0.6),
        "handle_recall": rate(1.0),
        "link_promoted": rate(1.0),
        "link_promoter": rate(1.0),
        "retaliation": rate(1.0),
        "unrelated_recognition": one_of(0.3, 1.0),
        "live_insiders": bool(rng.integers(2)),
        "forget": np.array([one_of(0.0, 0.05), one_of(0.0, 0.5)]),
        "time_to_action": np.array([[delay(), delay()] for _ in range(regimes)]),
        "scan_time": delay(),
        "link_scan_time": delay(),
        "retaliation_delay": delay(),
        "promotion_delay": delay(),
        "promotion_posts": int(rng.integers(5)),
        "promotes_on_start": bool(rng.integers(2)),
        "near_identical": rng.random(),
        "sensitivity": one_of(0.0, 0.5, 1.0),
        "action_delay": delay(),
        "service_time": one_of(constant(0.05), constant(0.25), lognormal(0.1)),
        "benign_reports": rng.uniform(0.0, 8.0),
        "wave_every": one_of(0.0, 0.0, 1.0, 0.7),
        "rebuild_window": rng.uniform(0.0, 5.0),
        "most_lives": int(rng.integers(2, 30)),
        "pulse_day": np.array([1.0, 7.0, 7.0, 90.0]),
        "pulse_choose": rng.integers(0, 4, 4),
        "pulse_share": rng.uniform(0.0, 1.0, 4),
        "pulse_tiers": rng.integers(0, 2, (4, 3)).astype(np.bool_),
        "moves": rng.uniform(0.0, 1.0, 3) * rng.integers(0, 2),
        "pressure": rng.choice([0.5, 1.0, 3.0], (len(RATES), 3, regimes)),
        "queue_order": int(rng.integers(4)),
        "most_recruits": int(rng.integers(11)),
        "recruits_per_impression": rng.uniform(0.0, 0.01),
        "arrival_tier": np.array([1, 2]),
        "arrival_start": np.array([-math.inf, 15.0]),
        "arrival_rate": np.array([[rng.random(), 0.5], [0.0, 0.3]]),
        "same_as": np.array([-1, -1, 0]) if rng.random() < 0.2 else np.full(3, -1),
    }
    if name == "prepared":
        changes["same_as"] = np.array([-1, -1, 0])
        changes |= {"created_day": np.array([0.0, 0.0, 20.0]), "moves": np.array([0.7, 0.2, 0.0])}
        changes["public_day"] = changes["created_day"] + 1.0
        changes |= {"arrival_tier": np.array([1]), "arrival_rate": np.array([[0.7, 0.2]])}
    if changes["same_as"][2] == 0:
        changes["tier_count"][2] = changes["tier_count"][0]
    if name == "adapting" or rng.random() < 0.2:
        changes |= {f"answer_to_{way}": one_of(0.0, 0.5, 3.0) for way in ("handle", "reports")}
        changes |= {"adapts": True, "quick_days": one_of(0.5, 2.0), "answer_to_quick": 4.0}
    if name == "ranked" or rng.random() < 0.2:
        changes |= _tables(rng)
    return name, make(**changes)


def _tables(rng: np.random.Generator) -> dict[str, Any]:
    """Three tables of what is observed, one without a window, that campaigns and a team go by."""
    days = np.sort(np.concatenate([np.arange(1.0, HORIZON, 1.0), np.arange(2.5, HORIZON, 2.5)]))
    return {
        "rank_what": np.array([IMPRESSIONS, LINKS, FOLLOWERS]),
        "rank_every": np.array([1.0, 0.0, 2.5]),
        "rank_back": np.array([7, 0, 4]),
        "rank_day": days,
        "rank_table": np.where(days == np.floor(days), 0, 2),
        "pulse_table": rng.integers(-1, 3, 4),
        "pulse_error": rng.choice([0.0, 0.3], 4),
        "queue_table": int(rng.integers(-1, 3)),
        "queue_error": 0.4,
    }


def happened(p: Parameters, told: Records, there: int) -> Counter[str]:
    """How often each mechanism, channel and kind of tie occurred; there: operators at the start."""
    a, found = told.accounts, Counter[str]()
    cases = np.concatenate([told.cases, told.open_cases])
    for k, name in enumerate(detection.CHANNELS[1:], start=1):
        found[f"found by {name}"] = int((a["channel"] == k).sum())
        found[f"cleared after {name}"] = int(told.flags[1, k])
        found[f"ordinary user flagged by {name}"] = int((cases["operator"] == -1 - k).sum())
    same = np.flatnonzero(a["operator"][1:] == a["operator"][:-1]) + 1
    again, before = a[same], a[same - 1]
    own = cases["operator"] >= 0
    late = a["operator"] >= there
    found["return"] = int((again["edit_distance"] != 0).sum())
    found["reinstatement"] = int((again["edit_distance"] == 0).sum())
    found["near handle"] = int(np.isin(again["edit_distance"], (1, 2)).sum())
    found["other handle"] = int((again["edit_distance"] > 2).sum())
    found["move"] = int((again["platform"] != before["platform"]).sum())
    found["promotion"] = int(a["promotions_received"].sum())
    found["spare or release"] = int((again["public_day"] > again["created_day"]).sum())
    found["newcomer"] = int((late & (a["life"] == 1)).sum())
    found["campaign"] = int(told.struck.sum())
    found["own appeal"] = int((own & (cases["appeal"] == 1)).sum())
    found["appeal of an ordinary user"] = int((~own & (cases["appeal"] == 1)).sum())
    found["report about an ordinary user"] = int((cases["operator"] == -1).sum())
    found["urgent case"] = int((cases["urgent"] == 1).sum())
    found["case that waited"] = int((told.cases["started_day"] > told.cases["arrived_day"]).sum())
    found["wave"] = int(p.wave_every > 0.0) * int((a["suspended_day"] > 0.0).sum())
    found["live share"] = int(p.live_insiders)
    found["forgetting"] = int(p.forget.max() > 0.0)
    found["burst"] = int(len(p.burst_start) > 1)
    found["counter-speech that changes"] = len(p.speech_change)
    found["operators that differ"] = int((p.differences[:, :, 1] != 1.0).any())
    found["double"] = int((p.same_as >= 0).any())
    found["mixture or table of delays"] = len(p.longer_laws)
    found["ranking by a table"] = int(
        (p.pulse_table[: len(p.pulse_day)] >= 0).any() or p.queue_table >= 0
    )
    if p.adapts:
        columns = (a[name] for name in ("operator", "channel", "flagged_day", "suspended_day"))
        after = adaptation.of_lives(*columns, p.answers)
        found["answer"] = int((after != 1.0).sum())
    found["live at the end"] = int(told.series[-1, :, census.UNDER_REVIEW].sum())
    return found + ties(p, told)


def ties(p: Parameters, told: Records) -> Counter[str]:
    """How often two things happen to two operators, or to one, at the same instant."""
    a, c = told.accounts, told.cases
    times = {name: a[f"{name}_day"] for name in ("created", "public", "flagged", "suspended")}
    times |= {name: c[f"{name}_day"] for name in ("arrived", "started", "decided")}
    times["campaign"] = p.pulse_day[p.pulse_day < p.horizon]
    times["census"] = p.grid[(p.grid > 0.0) & (p.grid < p.horizon)]
    times["shift"] = p.duty_change if p.finite_staff else np.empty(0)
    # The first day is not an event, but where everybody begins.
    times = {name: days[days > 0.0] for name, days in times.items()}
    found = Counter[str]()
    for name, days in times.items():
        _, many = np.unique(days, return_counts=True)
        found[f"{name} = {name}"] = int((many > 1).sum())
    for one, other in combinations(times, 2):
        found[f"{one} = {other}"] = len(np.intersect1d(times[one], times[other]))
    return found
