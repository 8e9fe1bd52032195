"""A whole run: every arm of a scenario, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from afterban import inputs
from afterban.experiment.memory import refuse_too_large, refuse_too_many
from afterban.experiment.replicate import Outcome, replicate
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT
from afterban.results import Recorder, Results

if TYPE_CHECKING:
    from afterban.engines import EngineName
    from afterban.scenario import Scenario


def run(
    scenario: Scenario,
    policies: Sequence[str] | None = None,
    *,
    seed: int | None = None,
    replications: int | None = None,
    engine: EngineName | None = None,
    workers: int | None = None,
    out: Path | str | None = None,
    each: Callable[[list[Outcome]], None] | None = None,
) -> Results:
    """Run a scenario and collect what comes of it.

    policies: arms; ``base`` and every policy of the scenario if None.  The twin without enforcement
        is always run too.
    seed, replications: the scenario's own if None.
    out: root of the folder that the tables are written to (without figures); none if None.
    each: called with the outcomes of each replication as it is finished.
    """
    changes = {"seed": seed, "replications": replications}
    wanted = {path: value for path, value in changes.items() if value is not None}
    if wanted:
        scenario = scenario.with_changes(wanted)
    inputs.check(scenario)  # before there is a folder of results, as is memory
    if policies is None:
        policies = [AS_WRITTEN, *scenario.policies]
    asked = dict.fromkeys(policies)  # each once
    arms = [*(p for p in asked if p != WITHOUT_ENFORCEMENT), WITHOUT_ENFORCEMENT]
    refuse_too_large(scenario, arms)
    refuse_too_many(scenario, arms)
    with Recorder(scenario, arms, None if out is None else Path(out)) as recorder:
        for outcomes in replicate(scenario, arms, engine=engine, workers=workers, keep=True):
            recorder.add(outcomes)
            if each is not None:
                each(outcomes)
        return recorder.publish(recorder.finish())
