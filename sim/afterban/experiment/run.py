"""A whole run: every arm of a scenario, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from afterban import engines, inputs
from afterban.errors import AfterbanError
from afterban.experiment import own
from afterban.experiment.memory import refuse_too_large
from afterban.experiment.replicate import Outcome, replicate
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT
from afterban.results import Recorder, Results

if TYPE_CHECKING:
    from afterban.engines import EngineName
    from afterban.engines.rules import Rules
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
    metrics: Mapping[str, own.OwnMetric] | None = None,
    rules: Rules | None = None,
) -> Results:
    """Run a scenario and collect what comes of it.

    policies: arms; ``base`` and every policy of the scenario if None.  The twin without enforcement
        is always run too.
    seed, replications: the scenario's own if None.
    out: root of the folder that the tables are written to (without figures); none if None.
    each: called with the outcomes of each replication as it is finished.
    metrics: of the user's own: from the :class:`Outcome` of a replication of an arm, with its
        records and network, to a number; None if it is undefined.  They stand as ``own.NAME`` in
        the results.
    rules: of the user's own, in place of the model's, in the reference engine only.

    The sources of own metrics and rules are part of the digest and stand in the manifest.
    Raises AfterbanError for a lambda or another function that its source does not tell, and for
    rules in the compiled engine.
    """
    sources = own.sources(metrics, rules)
    if not any(name.startswith("rule ") for name in sources):
        rules = None  # the model's own, in any engine
    elif engine == "compiled":
        raise AfterbanError(engines.RULES_ONLY_IN_REFERENCE)
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
    with Recorder(scenario, arms, None if out is None else Path(out), sources) as recorder:
        for outcomes in replicate(
            scenario, arms, engine=engine, workers=workers, keep=True, rules=rules
        ):
            if metrics:
                outcomes = [own.measured(outcome, metrics) for outcome in outcomes]
            recorder.add(outcomes)
            if each is not None:
                each(outcomes)
        return recorder.publish(recorder.finish())
