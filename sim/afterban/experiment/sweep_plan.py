"""The plan of a sweep: its arms, points and replications, what it depends on, and its folder.

Checked by ``tests/experiment/test_sweep.py`` and ``test_points.py``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from afterban import engines
from afterban.engines import EngineName
from afterban.errors import AfterbanError, UnknownName
from afterban.experiment.cluster import fingerprint
from afterban.experiment.design import Point, asked, check_points, points
from afterban.experiment.store import MANIFEST, Plan, Store, metric_names
from afterban.files import fault_of
from afterban.language.documents import Written, shown_path
from afterban.language.evidence import bare
from afterban.language.shapes import Table
from afterban.language.writing import written
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT
from afterban.results import RESOLVED
from afterban.scenario import Scenario
from afterban.scenario.sections.sweep import Sweep
from afterban.scenario.tables import places


def plan_of(
    scenario: Scenario, *, policies: Sequence[str] | None = None, engine: EngineName | None = None
) -> Plan:
    """The plan of the scenario's ``sweep`` section.

    Raises AfterbanError if it has none, or for an arm that it does not have.
    """
    sweep = scenario.sweep
    if sweep is None:
        raise AfterbanError(
            f"{scenario.name} has no `sweep` section; write one, such as\n"
            "  sweep:\n"
            "    parameters:\n"
            "      review.time_to_action.lognormal.median: {values: [1h, 6h, 1d]}"
        )
    known = [AS_WRITTEN, *scenario.policies, WITHOUT_ENFORCEMENT]
    chosen = list(policies or sweep.policies or known[:-1])
    for name in chosen:
        if name not in known:
            raise UnknownName("arm", name, scenario.name, known)
    arms = tuple(dict.fromkeys(chosen))
    made, wanted = tuple(points(sweep, scenario.seed)), asked(sweep)
    # Those of a grid or a table were looked at when the scenario was read.
    if sweep.design not in ("grid", "table"):
        check_points(scenario, made)
    base = scenario.with_changes({"sweep": "none", "replications": 1})
    return Plan(
        scenario_name=scenario.name,
        resolved=base.kept_yaml(),
        identity=identity_of(base, engine),
        policies=arms,
        metrics=metric_names(base, arms),
        paths=tuple(path for path, _ in made[0].values),
        points=made,
        replications=sweep.replications or scenario.replications,
        asked=wanted,
        repeated=wanted - len(made),
        design=_design(sweep),
        own_tables=places(base),
    )


def _design(sweep: Sweep) -> dict[str, Any]:
    """The section as it is written; the rows of a table are the points, which stand beside it."""
    design: dict[str, Any] = bare(written(Table(Sweep), sweep, "", {}))
    if sweep.design == "table":
        design = {key: value for key, value in design.items() if key not in ("rows", "table")}
    return design


def again(folder: Path, engine: EngineName | None = None) -> tuple[Scenario, Plan]:
    """The scenario and plan of a sweep that is kept in a folder, to be run by this code.

    engine: that of the sweep if None.  Raises AfterbanError if the folder does not say it all.
    """
    kept = Store(folder).plan()
    if not kept.design:
        raise AfterbanError(
            f"{folder}: this sweep was kept without its design, as earlier versions did; run the "
            "scenario that it was made of"
        )
    where = folder / RESOLVED
    design = dict(kept.design)
    if design.get("design") == "table":
        design["rows"] = [dict(point.values) for point in kept.points]
    with fault_of(folder / MANIFEST):
        scenario = Scenario.from_file_text(kept.resolved, shown_path(where), where)
        scenario = scenario.with_changes({"sweep": _written(design)})
    engine = engine or ("reference" if kept.identity.get("engine") == "reference" else "compiled")
    wanted = plan_of(scenario, policies=kept.policies, engine=engine)
    # With those that were added to the design.
    return scenario, replace(
        wanted,
        points=kept.points,
        replications=kept.replications,
        asked=kept.asked,
        repeated=kept.repeated,
    )


def _written(data: Any) -> Any:
    """Data of a manifest as it was written in YAML, where a number is not quoted."""
    if isinstance(data, Mapping):
        return {key: _written(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_written(value) for value in data]
    return Written(data)


def folder_of(plan: Plan, root: Path) -> Path:
    """Folder of a sweep: the same for every size of it, so that it can grow."""
    of = [plan.identity["digest"], plan.identity["engine"], plan.policies, sorted(plan.paths)]
    return folder_named(root, plan.scenario_name, "sweep", of)


def folder_named(root: Path, scenario: str, kind: str, of: Sequence[Any]) -> Path:
    """Folder of runs of a kind: the same wherever what they are of (``of``) is."""
    text = json.dumps(of)
    return root / scenario / f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def identity_of(base: Scenario, engine: EngineName | None) -> dict[str, Any]:
    """What the results of a plan depend on beside its points: they are kept apart by it."""
    return {
        "digest": base.digest(),
        "seed": base.seed,
        "engine": engine or engines.default_engine(),
        "code": fingerprint(),
    }


def plan_at(
    base: Scenario,
    made: Sequence[Point],
    policies: Sequence[str],
    metrics: Sequence[str],
    replications: int,
    engine: EngineName | None,
) -> Plan:
    """The plan of points that were made elsewhere, each once.

    base: without a sweep of its own.
    """
    once = tuple({point.key: point for point in made}.values())
    return Plan(
        scenario_name=base.name,
        resolved=base.kept_yaml(),
        identity=identity_of(base, engine),
        policies=tuple(policies),
        metrics=tuple(metrics),
        paths=tuple(path for path, _ in once[0].values),
        points=once,
        replications=replications,
        asked=len(made),
        repeated=len(made) - len(once),
        own_tables=places(base),
    )
