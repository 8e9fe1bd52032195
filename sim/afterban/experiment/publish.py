"""A whole run: simulate, judge the claims, draw the figures, write the folder.

``afterban run`` and :func:`afterban.run` are two faces of this one function, so that both make the
same folder: one writer of the manifest, one list of its keys.

Nothing heavy is imported before it is needed: the process that draws is a copy of this one from
before numpy is loaded (see ``report/artist.py``).

Checked by ``tests/experiment/test_publish.py``.
"""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from afterban.claims import Claim, Verdict
    from afterban.engines import EngineName
    from afterban.engines.rules import Rules
    from afterban.experiment.own import OwnMetric
    from afterban.experiment.pool import PoolLost
    from afterban.experiment.replicate import Outcome
    from afterban.results import Results
    from afterban.scenario import Scenario

Advance: TypeAlias = Callable[[int, int], None]  # replications done, and all of them
Simulating: TypeAlias = "Callable[[EngineName], AbstractContextManager[Advance]]"


class Published(NamedTuple):
    """What came of a run.

    verdicts: on the claims about the scenario; None of a run without a folder.
    stopped: what ended it before all replications were finished, if something did.
    """

    results: Results
    verdicts: list[Verdict] | None
    stopped: KeyboardInterrupt | PoolLost | None


@contextmanager
def unwatched(engine: EngineName) -> Iterator[Advance]:
    """Nobody looks on while replications are simulated."""
    yield lambda done, planned: None


def publish(
    scenario: Scenario,
    policies: Sequence[str] | None = None,
    *,
    engine: EngineName | None = None,
    workers: int | None = None,
    out: Path | None = None,
    figures: bool = True,
    metrics: Mapping[str, OwnMetric] | None = None,
    rules: Rules | None = None,
    each: Callable[[list[Outcome]], None] | None = None,
    simulating: Simulating = unwatched,
    tell: Callable[[str], None] = lambda text: None,
) -> Published:
    """Run arms of a scenario, and write, judge and draw what comes of it.

    policies: arms; ``base`` and every policy of the scenario if None.  They are run in the order of
        the scenario, and the twin without enforcement is always run too.
    out: root of the folder; nothing is written, judged or drawn if None.
    metrics, rules: of the user's own (see :func:`afterban.run`).
    each: called with the outcomes of each replication as it is finished.
    simulating: a context around the simulation, such as a progress bar, which gives a function that
        is called with the replications done and planned.
    tell: called with a sentence if the run is stopped: Ctrl-C and lost worker processes keep what
        is finished in the folder, if anything is.

    Raises AfterbanError, before there is a folder, for what cannot be run.
    """
    from afterban.report.artist import artist

    # Before anything large is loaded.
    drawing = artist() if figures and out is not None else nullcontext(None)
    with drawing as draw:
        from afterban import claims, inputs
        from afterban.experiment import own
        from afterban.experiment.memory import refuse_too_large
        from afterban.experiment.pool import PoolLost
        from afterban.experiment.replicate import replicate
        from afterban.experiment.trace import traced_operator
        from afterban.results import Recorder

        sources = own.sources(metrics, rules)
        if not any(name.startswith("rule ") for name in sources):
            rules = None  # the model's own, in any engine
        chosen = _engine(engine, rules)
        arms = arms_of(scenario, policies)
        inputs.check(scenario)  # before there is a folder of results, as is memory
        refuse_too_large(scenario, arms)
        known = [] if out is None else claims.load()  # first, so that a fault in it costs no run
        began = time.monotonic()
        stopped: KeyboardInterrupt | PoolLost | None = None
        with Recorder(scenario, arms, out, sources) as recorder:
            try:
                with simulating(chosen) as advance:
                    advance(0, scenario.replications)
                    for outcomes in replicate(
                        scenario, arms, engine=chosen, workers=workers, keep=True, rules=rules
                    ):
                        if metrics:
                            outcomes = [own.measured(outcome, metrics) for outcome in outcomes]
                        recorder.add(outcomes)
                        if each is not None:
                            each(outcomes)
                        advance(recorder.finished, scenario.replications)
            except (KeyboardInterrupt, PoolLost) as stop:
                if out is None or not recorder.finished:
                    raise
                stopped = stop
                tell(_why_stopped(stop, recorder.finished, scenario.replications))
            results = recorder.finish(
                engine=chosen,
                command=None if sources else command_of(scenario, arms, chosen),
                wall_seconds=round(time.monotonic() - began, 3),
            )
            if out is None:
                return Published(recorder.publish(results), None, stopped)
            verdicts = _judged(results, known, out)
            if draw is not None:
                draw(results, traced_operator(results, chosen, rules), verdicts)
            return Published(recorder.publish(results), verdicts, stopped)


def _engine(engine: EngineName | None, rules: Rules | None) -> EngineName:
    """The engine to run.  Raises AfterbanError if it does not know rules that are there."""
    from afterban import engines
    from afterban.errors import AfterbanError

    if rules is not None and engine == "compiled":
        raise AfterbanError(engines.RULES_ONLY_IN_REFERENCE)
    return engine or ("reference" if rules is not None else engines.default_engine())


def _why_stopped(stop: KeyboardInterrupt | PoolLost, finished: int, asked: int) -> str:
    why = "interrupted" if isinstance(stop, KeyboardInterrupt) else str(stop)
    return f"{why}: {finished} of {asked} replications are finished and kept"


def arms_of(scenario: Scenario, policies: Sequence[str] | None = None) -> list[str]:
    """Arms to run, each once, in the order of the scenario; the twin without enforcement is last.

    policies: those that are asked for; ``base`` and every policy of the scenario if None.
    The order in which they are named does not count, so that it changes no digest.
    Raises UnknownName for an arm that the scenario does not have.
    """
    from afterban.errors import UnknownName
    from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT

    known = [AS_WRITTEN, *scenario.policies, WITHOUT_ENFORCEMENT]
    asked = known if policies is None else policies
    for name in asked:
        if name not in known:
            raise UnknownName("arm", name, scenario.name, known)
    picked = [name for name in known if name in asked and name != WITHOUT_ENFORCEMENT]
    return [*picked, WITHOUT_ENFORCEMENT]


def command_of(scenario: Scenario, arms: Sequence[str], engine: EngineName) -> str:
    """The command that makes a folder again from the scenario in it, whoever made it first."""
    from afterban.results import RESOLVED

    parts = ["afterban", "run", RESOLVED, "--engine", engine]
    if list(arms) != arms_of(scenario):
        parts += ["--policies", ",".join(arms)]
    return shlex.join(parts)


def judge(results: Results, root: Path | None = None) -> list[Verdict]:
    """What becomes of the claims about a scenario in its results, in the order of the register.

    Those of the scenario's own come after them.  There are none of the register for a scenario
    that is not as it is shipped.
    root: of all results, which may know the powers of claims of the scenario's own.
    Raises AfterbanError for a register that is damaged.
    """
    from afterban import claims

    return _judged(results, claims.load(), root)


def _judged(results: Results, known: Sequence[Claim], root: Path | None) -> list[Verdict]:
    from afterban import claims
    from afterban.experiment.ensemble import powers_of
    from afterban.experiment.own_powers import with_own
    from afterban.own_claims import own_claims

    powers = with_own(powers_of(results.scenario, known), results.scenario, root)
    own = own_claims(results.scenario)
    return claims.judge([*known, *own], results, powers)
