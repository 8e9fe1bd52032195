"""A whole run, from Python: every arm of a scenario, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from afterban.experiment.publish import publish
from afterban.results import Results

if TYPE_CHECKING:
    from afterban.engines import EngineName
    from afterban.engines.rules import Rules
    from afterban.experiment.own import OwnMetric
    from afterban.experiment.replicate import Outcome
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
    figures: bool = True,
    each: Callable[[list[Outcome]], None] | None = None,
    metrics: Mapping[str, OwnMetric] | None = None,
    rules: Rules | None = None,
) -> Results:
    """Run a scenario and collect what comes of it; with a folder, all that ``afterban run`` makes.

    policies: arms; ``base`` and every policy of the scenario if None.  The twin without enforcement
        is always run too.
    seed, replications: the scenario's own if None.
    workers: parallel workers; all cores if None.
    out: root of the folder that everything is written to, as with ``--out``; none if None.
    figures: whether that folder gets figures.
    each: called with the outcomes of each replication as it is finished.
    metrics: of the user's own: from the :class:`Outcome` of a replication of an arm, with its
        records and network, to a number; None if it is undefined.  They stand as ``own.NAME`` in
        the results.
    rules: of the user's own, in place of the model's, in the reference engine only.

    The sources of own metrics and rules are part of the digest and stand in the manifest.
    Raises AfterbanError for a lambda or another function that its source does not tell, and for
    rules in the compiled engine.  Ctrl-C keeps what is finished in the folder and is then raised.
    """
    changes = {"seed": seed, "replications": replications}
    wanted = {path: value for path, value in changes.items() if value is not None}
    done = publish(
        scenario.with_changes(wanted) if wanted else scenario,
        policies,
        engine=engine,
        workers=workers,
        out=None if out is None else Path(out),
        figures=figures,
        each=each,
        metrics=metrics,
        rules=rules,
    )
    if done.stopped is not None:
        raise done.stopped
    return done.results
