"""How much each assumption moves effective reach: as it was kept, or else how wide its range is.

Checked by ``tests/experiment/test_influence.py``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from afterban.experiment.assumption import Assumption
from afterban.experiment.ranges import assumptions_of
from afterban.experiment.sensitivity import Sensitivity, rank
from afterban.parameters import AS_WRITTEN
from afterban.scenario import Scenario

KEPT = "sensitivity.json"  # beside the results of a run, where `afterban report` puts it


@dataclass(frozen=True)
class Ordered:
    """Assumptions, the one that counts most first.

    spans: by name, distance between the highest and the lowest mean of effective reach over its
        range; empty if it is not known, and then they are in the order of their widths.
    where: what the influence is from, in words.
    """

    assumptions: tuple[Assumption, ...]
    spans: Mapping[str, float]
    where: str


def ordered(
    scenario: Scenario, root: Path | str | None, found: Sensitivity | None = None
) -> Ordered:
    """The assumptions of a scenario by influence, or by width if none is known.

    root: folder of all results, in which rankings of this scenario are looked for; None for none.
    found: a ranking that is at hand.
    """
    mine = assumptions_of(scenario)
    kept = found if found is not None else known(scenario, root)
    if kept is None:
        order = sorted(mine, key=lambda one: -width(one))
        where = "by the width of their ranges, since no influence is known (`--influence`)"
        return Ordered(tuple(order), {}, where)
    spans = {one.name: one.span for one in kept.swings if math.isfinite(one.span)}
    order = sorted(mine, key=lambda one: -spans.get(one.name, -1.0))
    size = f"a thinned network of {kept.operators:,}" if kept.thinned else f"{kept.operators:,}"
    where = f"by what each alone does to effective reach in {size} operators"
    return Ordered(
        tuple(order), {one.name: spans[one.name] for one in order if one.name in spans}, where
    )


def known(scenario: Scenario, root: Path | str | None) -> Sensitivity | None:
    """The newest ranking that is kept of exactly this scenario, as written; None if there is none.

    One whose ranges are others does not count.
    """
    if root is None or not (Path(root) / scenario.name).is_dir():
        return None
    files = sorted(
        (Path(root) / scenario.name).glob(f"*/{KEPT}"), key=lambda path: -path.stat().st_mtime
    )
    return next(filter(None, (_read(path, scenario) for path in files)), None)


def _read(path: Path, scenario: Scenario) -> Sensitivity | None:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        asked = data["asked"]
        plain = {key: data[key] for key in Sensitivity.__dataclass_fields__}
        found = Sensitivity.from_dict(plain)
    except (OSError, ValueError, KeyError, TypeError):
        return None  # somebody else's, or half a file
    now = [[one.name, one.label, one.low, one.high] for one in assumptions_of(scenario)]
    same = found.digest == scenario.digest() and found.policy == AS_WRITTEN
    return found if same and asked.get("assumptions") == now else None


def measured(scenario: Scenario, *, workers: int | None = None, **options: object) -> Sensitivity:
    """Rank them now, on a thinned network: see :func:`afterban.experiment.sensitivity.rank`."""
    return rank(scenario, workers=workers, **options)  # type: ignore[arg-type]  # passed on as given


def width(one: Assumption) -> float:
    """Half-width of a range relative to the value, or to its middle where the value is not one."""
    value = one.centre if math.isfinite(one.centre) and one.centre else one.at(0.5)
    return (one.high - one.low) / 2 / abs(value) if value else math.inf


def range_text(one: Assumption) -> str:
    """The range of an assumption for people."""
    ends = f"{one.text(one.low)} to {one.text(one.high)}"
    return f"{ends} (5 to 95 % of its prior)" if one.prior is not None else ends


def paths_text(paths: Sequence[str]) -> str:
    """Where the values are, shortened where they are many."""
    return ", ".join(paths) if len(paths) <= 3 else f"{paths[0]} and {len(paths) - 1} others"


__all__ = ["Ordered", "known", "measured", "ordered", "paths_text", "range_text", "width"]
