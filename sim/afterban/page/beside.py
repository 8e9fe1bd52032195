"""What stands beside the pictures of a story at its start: means of runs, and what was published.

Everything here is recorded beforehand, with intervals, and the page calls it that; what a slider
comes to is one run, made in the page.

Checked by ``tests/page/test_beside.py``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from afterban.bands import Bands
from afterban.claims import Claim, load
from afterban.experiment.ablate import ablate
from afterban.experiment.ensemble import bands_of, powers_of
from afterban.metrics import METRICS
from afterban.page import state as states
from afterban.page.record import REPLICATIONS, Recorder, runs_of
from afterban.page.state import State
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT
from afterban.power import Power
from afterban.report import cycle, words
from afterban.report.headline import about
from afterban.scenario import Scenario
from afterban.sources import registry
from afterban.statistics import Estimate

Data = dict[str, Any]

SHOWN: Final = (
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
_OF_THE_WHOLE: Final = frozenset(("S15", "L22"))  # claims that count accounts of the real network


def beside(of: Recorder) -> Data:
    """Numbers, contributions and published figures (``Beside`` in ``src/view/payload.ts``)."""
    return {
        "n": REPLICATIONS,
        "numbers": _numbers(of),
        "assumptions": _assumptions(of.start),
        **_parts(of.start),
        **_cited(of.start),
    }


# --- numbers --------------------------------------------------------------------------------------


def _numbers(of: Recorder) -> list[Data]:
    found, rows = of.numbers(of.start), []
    for metric in SHOWN:
        e = found.get(metric)
        # What a story has nothing of is left out; that nobody is suspended is worth a row.
        if e is None or not e.n or not (e.value or metric == "suspensions"):
            continue
        one = METRICS[metric]
        rows.append(
            {
                "metric": metric,
                "label": one.label,
                "unit": one.unit,
                "form": one.form,
                "meaning": one.meaning,
                "text": words.value_text(metric, e),
                "interval": words.interval_text(metric, e),
            }
        )
    return rows


def _assumptions(start: State) -> str:
    """What the stated ranges leave of effective reach, in words: these intervals are chance.

    It is known of the shipped scenario of the story, at its full size.
    """
    name = start.about.scenario
    known = _bands(name)
    one = known.of("effective_reach", AS_WRITTEN)
    if one is None:
        return f"Intervals are of chance alone. {about(known, f'afterban band {name}')}"
    return (
        f"Intervals are of chance alone. Over the assumptions effective reach of {name}, "
        f"at its full size, is from {words.interval_text('effective_reach', one.estimate)} % (5 to "
        f"95 % of {one.points} points over all stated ranges at once)."
    )


@cache
def _bands(name: str) -> Bands:
    return bands_of(Scenario.from_yaml(name))


# --- the cycle ------------------------------------------------------------------------------------


def _parts(start: State) -> Data:
    """What each part of the cycle contributes to effective reach, and where promoting turns."""
    found = ablate(states.scenario_of(start), replications=REPLICATIONS)
    sizes = {one.part: cycle.size(one).partition(" (") for one in found.contributions}
    return {
        "parts": [
            {
                "label": cycle.NAMES[one.part],
                "text": sizes[one.part][0],
                "interval": sizes[one.part][2].removesuffix(")"),
                "verdict": cycle.verdict(one),
            }
            for one in found.contributions
        ],
        "said": cycle.in_short(found),
    }


# --- cited ----------------------------------------------------------------------------------------


def _cited(start: State) -> Data:
    """What the documents say beside what the story gives, row by row."""
    story = start.about
    arms = {AS_WRITTEN, WITHOUT_ENFORCEMENT, *story.also}
    claims = [
        claim
        for claim in load()
        if claim.scenario == story.scenario
        and claim.metric is not None
        and {claim.policy, claim.divided_by_policy or claim.policy} <= arms
        and not (claim.id in _OF_THE_WHOLE and start.size == "class")
    ]
    rows = [_claim(claim, start) for claim in claims]
    told = {row["source"] for row in rows}
    figures = registry().figures
    return {
        "cited": rows,
        "also": [
            {"source": one, "document": figures[one].source.id, "says": figures[one].says}
            for one in story.sources
            if one not in told
        ],
    }


def _claim(claim: Claim, start: State) -> Data:
    values = [run.get(claim.metric or "", math.nan) for run in runs_of(start, claim.policy)]
    if claim.divided_by is not None:
        other = runs_of(start, claim.divided_by_policy or claim.policy)
        values = [
            a / b if (b := run.get(claim.divided_by, math.nan)) else math.nan
            for a, run in zip(values, other, strict=True)
        ]
    e = claim.estimate(values)
    return {
        "source": claim.source,
        "document": claim.published.source.id,
        "quotation": claim.published.says,
        "says": claim.says,
        "cited": claim.cited,
        "simulated": _text(e),
        "verdict": _verdict(claim, e, _powers(claim.scenario or "").get(claim.id)),
    }


def _text(e: Estimate) -> str:
    if e.n == 0:
        return "does not happen here"
    text = words.rounded(e.value, e.half_width)
    if math.isnan(e.low):
        return f"{text} (one run)"
    if e.low == e.high:
        return text
    return f"{text} ({words.rounded(e.low, e.half_width)} to {words.rounded(e.high, e.half_width)})"


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
    return powers_of(Scenario.from_yaml(name), load()).known
