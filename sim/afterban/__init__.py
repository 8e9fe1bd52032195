"""afterban: what happens after a ban.

    from afterban import Scenario, run, simulate

    scenario = Scenario.from_yaml("minimal")
    outcome = simulate(scenario, seed=3)      # one replication, with everything recorded
    results = run(scenario, replications=10)  # every arm, with intervals
    results.summary()                         # a pandas data frame

Everything is imported when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from afterban.edges import import_network
    from afterban.engines.rules import Rules
    from afterban.errors import AfterbanError, ScenarioError, ScenarioErrors
    from afterban.experiment.ablate import Ablation, ablate
    from afterban.experiment.answer import Answer
    from afterban.experiment.banded import band
    from afterban.experiment.calibrate import Calibration
    from afterban.experiment.calibrated import Calibrated
    from afterban.experiment.compare import Comparison, compare
    from afterban.experiment.diverge import diff
    from afterban.experiment.diverged import Divergence
    from afterban.experiment.exploration import Exploration
    from afterban.experiment.explore import explore
    from afterban.experiment.learnt import Settings as CalibrationSettings
    from afterban.experiment.plan import plan
    from afterban.experiment.planned import Planned
    from afterban.experiment.publish import judge
    from afterban.experiment.questions import (
        breakeven,
        explain,
        extinction,
        handles,
        phase,
        staffing,
    )
    from afterban.experiment.ranking import ranking
    from afterban.experiment.replicate import Outcome, replicate, simulate
    from afterban.experiment.responded import Responses
    from afterban.experiment.responses import respond
    from afterban.experiment.run import run
    from afterban.experiment.sweep import sweep
    from afterban.experiment.weigh import Weighed, weigh
    from afterban.experiment.why import Why, why
    from afterban.logs.checking import check as check_log
    from afterban.logs.fit import Fit, fit
    from afterban.results import Results
    from afterban.results import read as read_results
    from afterban.scenario import Distribution, Scenario

_HOME = {
    "Ablation": "experiment.ablate",
    "AfterbanError": "errors",
    "Answer": "experiment.answer",
    "Calibrated": "experiment.calibrated",
    "Calibration": "experiment.calibrate",
    "CalibrationSettings": "experiment.learnt:Settings",
    "Comparison": "experiment.compare",
    "Distribution": "scenario",
    "Divergence": "experiment.diverged",
    "Exploration": "experiment.exploration",
    "Fit": "logs.fit",
    "Outcome": "experiment.replicate",
    "Planned": "experiment.planned",
    "Responses": "experiment.responded",
    "Results": "results",
    "Rules": "engines.rules",
    "Scenario": "scenario",
    "ScenarioError": "errors",
    "ScenarioErrors": "errors",
    "ablate": "experiment.ablate",
    "band": "experiment.banded",
    "breakeven": "experiment.questions",
    "check_log": "logs.checking:check",
    "compare": "experiment.compare",
    "diff": "experiment.diverge",
    "explain": "experiment.questions",
    "explore": "experiment.explore",
    "extinction": "experiment.questions",
    "fit": "logs.fit",
    "handles": "experiment.questions",
    "import_network": "edges",
    "judge": "experiment.publish",
    "phase": "experiment.questions",
    "plan": "experiment.plan",
    "ranking": "experiment.ranking",
    "read_results": "results:read",
    "replicate": "experiment.replicate",
    "respond": "experiment.responses",
    "run": "experiment.run",
    "simulate": "experiment.replicate",
    "staffing": "experiment.questions",
    "sweep": "experiment.sweep",
    "Weighed": "experiment.weigh",
    "weigh": "experiment.weigh",
    "Why": "experiment.why",
    "why": "experiment.why",
}

__all__ = [
    "Ablation",
    "AfterbanError",
    "Answer",
    "Calibrated",
    "Calibration",
    "CalibrationSettings",
    "Comparison",
    "Distribution",
    "Divergence",
    "Exploration",
    "Fit",
    "Outcome",
    "Planned",
    "Responses",
    "Results",
    "Rules",
    "Scenario",
    "ScenarioError",
    "ScenarioErrors",
    "Weighed",
    "Why",
    "ablate",
    "band",
    "breakeven",
    "check_log",
    "compare",
    "diff",
    "explain",
    "explore",
    "extinction",
    "fit",
    "handles",
    "import_network",
    "judge",
    "phase",
    "plan",
    "ranking",
    "read_results",
    "replicate",
    "respond",
    "run",
    "simulate",
    "staffing",
    "sweep",
    "weigh",
    "why",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("afterban")
    if name not in _HOME:
        raise AttributeError(f"module 'afterban' has no attribute {name!r}")
    module, _, other = _HOME[name].partition(":")
    value = getattr(importlib.import_module(f"afterban.{module}"), other or name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
