"""What a plan found, in plain types.

Checked by ``tests/experiment/test_plan.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from afterban.experiment.answer import estimate_data
from afterban.experiment.planning.judge import MixFound, Step, Versus
from afterban.experiment.planning.learning import Learning, Worth


def mix_data(one: MixFound) -> dict[str, Any]:
    """A mix, for JSON."""
    regret: Mapping[str, float] | None = None
    if one.regret is not None:
        regret = dict(zip(("mean", "p95", "most"), one.regret, strict=True))
    return {
        "mix": one.name,
        "levers": dict(one.values),
        "numbers": one.numbers,
        "means": dict(one.means),
        "bands": {name: list(band) for name, band in one.bands.items()},
        "gain": estimate_data(one.gain),
        "more": {name: estimate_data(more) for name, more in one.more.items()},
        "kept": [estimate_data(kept) for kept in one.kept],
        "keeps_limits": one.keeps,
        "best": None if one.best is None else estimate_data(one.best),
        "regret": regret,
        "efficient": one.efficient,
        "beaten_by": one.beaten_by,
    }


def versus_data(one: Versus) -> dict[str, Any]:
    """One mix against another, for JSON."""
    return {
        "mix": one.name,
        "other": one.other,
        "gain": estimate_data(one.gain),
        "share": one.share,
        "tie": one.tie,
        "noise": one.noise,
    }


def step_data(one: Step) -> dict[str, Any]:
    """A step of a lever, for JSON."""
    return {
        "lever": one.lever,
        "before": one.before,
        "after": one.after,
        "cost": one.cost,
        "more": one.more,
        "gain": estimate_data(one.gain),
        "each": estimate_data(one.each),
    }


def worth_data(one: Worth) -> dict[str, Any]:
    """What it is worth to know something, for JSON."""
    return {
        "name": one.name,
        "label": one.label,
        "of": ", ".join(one.names),
        "value": one.value,
        "low": one.low,
        "high": one.high,
        "floor": one.floor,
        "told": one.told,
    }


def learning_data(one: Learning) -> dict[str, Any]:
    """What to learn first, for JSON."""
    return {
        "all": {"least": one.all[0], "most": one.all[1]},
        "points": one.points,
        "assumptions": [worth_data(each) for each in one.each],
        "columns": [worth_data(each) for each in one.columns],
    }
