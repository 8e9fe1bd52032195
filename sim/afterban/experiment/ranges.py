"""Ranges of what is assumed: which values each may have, and why.

A scenario says them itself: beside a value (``range:``, ``prior:``), or for several values together
(``uncertainties:``), of which those of ``common-ranges.yaml`` count where it says nothing else.

Checked by ``tests/experiment/test_ranges.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from afterban.experiment.applying import alone, together
from afterban.experiment.assumption import (
    Assumption,
    factor_text,
    plain_text,
    rate_text,
    share_text,
)
from afterban.experiment.wording import time_text
from afterban.language.fields import Evidence
from afterban.language.kinds import (
    DurationKind,
    Kind,
    NumberKind,
    PerKind,
    RateKind,
    ShareKind,
)
from afterban.language.laws import Distribution
from afterban.language.quantiles import quantile
from afterban.scenario import Scenario
from afterban.scenario.inert import without_effect
from afterban.scenario.places import Spot, numbers, spots
from afterban.scenario.roles import kind_of_arm, kind_of_path
from afterban.scenario.sections.uncertainties import Uncertainty
from afterban.scenario.uncertain import Moved, ends_of, kind_of_number, shared_out
from afterban.sources import source_ids

# Parameters that act after a flag only, of which the twin without enforcement has none.
AFTER_A_FLAG = frozenset(
    (
        "time_to_action",
        "wave_every",
        "action_delay",
        "scan_time",
        "sensitivity",
        "returns",
        "spares",
        "release_every",
        "near_identical",
        "appeal_success",
        "own_success",
        "give_up_suspensions",
        "give_up_within",
        "posts_after",
        "filing",
        "adapts",
        "answer_to_handle",
        "answer_to_reports",
        "answer_to_classifier",
        "answer_to_link",
        "answer_to_quick",
        "quick_days",
    )
)


def assumptions_of(scenario: Scenario) -> tuple[Assumption, ...]:
    """Everything that a scenario assumes and has a range for, in the order in which it is stated.

    Named uncertainties first, then values with a range of their own, whose name is their path.
    What has no effect in any arm is left out, and so is what the scenario has not got.  Each value
    is moved by one assumption: by its own range if it has one, else by the uncertainty that names
    it most closely.
    """
    idle = without_effect(scenario)
    found = []
    shared = shared_out(scenario, scenario.uncertainties, scenario.evidence)
    for name, one in scenario.uncertainties.items():
        moved = [each for each in shared[name] if each.spot.path not in idle]
        if moved:
            found.append(_named(name, one, moved))
    for path, why in scenario.evidence.items():
        if (why.range is not None or why.prior is not None) and path not in idle:
            found += _own(scenario, path, why)
    return tuple(found)


def without_range(scenario: Scenario) -> list[Spot]:
    """What a scenario assumes, that enters an equation, and that nothing gives a range.

    Values for which there is evidence need none, and neither do choices, settings, and what is left
    out: a value of 0, a factor of 1 (what others are relative to), a precision of 1.
    """
    idle = without_effect(scenario)
    moved = {path for one in assumptions_of(scenario) for path in one.paths}
    return [
        spot
        for spot in numbers(scenario)
        if scenario.evidence.get(spot.path, Evidence()).kind == "assumed"
        and spot.path not in idle
        and kind_of_path(scenario, spot.path) == "uncertainty"
        and not is_left_out(spot)
        and not any(one == spot.path or one.startswith(f"{spot.path}.") for one in moved)
    ]


def is_left_out(spot: Spot) -> bool:
    """Whether a value says that something is not there, or is as everything else."""
    if spot.number == 0 or (spot.number == 1 and spot.path.endswith(".count")):
        return True  # a tier of one is an account with a name
    if spot.path.startswith(("detection.precision", "detection.operating_curve.points")):
        return spot.number == 1  # nobody else is flagged; everything is found
    return type(spot.of) is NumberKind and spot.number == 1


def correlations_of(scenario: Scenario) -> tuple[tuple[str, str, float], ...]:
    """Names of assumptions that go together, and their rank correlation (Spearman)."""
    return tuple((one.of, one.with_, float(one.rank)) for one in scenario.correlations)


def _named(name: str, one: Uncertainty, moved: list[Moved]) -> Assumption:
    low, high = ends_of(one)
    kind = kind_of_number(one)
    assert kind is not None
    own = {each.own for each in moved}
    relative = one.how in ("factor", "odds")
    return Assumption(
        name=name,
        label=one.label or name,
        low=low,
        high=high,
        kind=_standing(one.sources),
        sources=tuple(one.sources),
        why=one.reason or _from(one.sources),
        changes=together(one, moved),
        text=factor_text if relative else _text(kind),
        centre=own.pop() if len(own) == 1 else math.nan,
        prior=one.prior,
        by_ratio=relative or _by_ratio(kind),
        paths=tuple(
            spot.path for each in moved for spot in (each.spot, each.other) if spot is not None
        ),
    )


def _own(scenario: Scenario, path: str, why: Evidence) -> list[Assumption]:
    found = []
    for spot in spots(scenario, path):
        prior: Distribution | None = why.prior
        if prior is not None:
            low, high = quantile(prior, 0.05), quantile(prior, 0.95)
        else:
            assert why.range is not None
            low, high = why.range
        source = why.range_source or why.source
        sources = (source,) if source else ()
        found.append(
            Assumption(
                name=path,
                label=path,
                low=low,
                high=high,
                kind=_standing(list(sources)),
                sources=sources,
                why=why.reason or why.note or _from(list(sources)),
                changes=alone(spot),
                text=_text(spot.kind),
                centre=spot.number,
                prior=prior,
                by_ratio=_by_ratio(spot.kind),
                paths=(path,),
            )
        )
    return found


def _standing(sources: list[str]) -> str:
    """What a range is from: ``published``, ``measured`` or ``assumed``."""
    if not sources:
        return "assumed"
    return "published" if set(sources) & source_ids() else "measured"


def _from(sources: list[str]) -> str:
    """Why a range is what it is, where nothing but its sources says so."""
    words = {"published": "as published", "measured": "as measured"}
    return words.get(_standing(sources), "no reason is given")


def _by_ratio(kind: Kind) -> bool:
    return isinstance(kind, DurationKind | RateKind | PerKind)


def _text(kind: Kind) -> Callable[[float], str]:
    """How a number of a kind is written for people."""
    if isinstance(kind, PerKind):
        return kind.format
    texts: tuple[tuple[type[Kind], Callable[[float], str]], ...] = (
        (ShareKind, share_text),
        (DurationKind, time_text),
        (RateKind, rate_text),
    )
    return next((text for cls, text in texts if isinstance(kind, cls)), plain_text)


__all__ = ["AFTER_A_FLAG", "assumptions_of", "correlations_of", "kind_of_arm", "kind_of_path"]
