"""Small networks for the tests, and the engines to run them on.

AFTERBAN_TEST_ENGINES=reference leaves the compiled engine out.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import settings

from afterban import engines
from afterban.core import can_run
from afterban.engines.records import Records
from afterban.metrics import measure
from afterban.parameters import Parameters
from afterban.scenario import Scenario
from afterban.world import World, build

# Bands over the assumptions are made where a test asks for them.
os.environ.setdefault("AFTERBAN_POINTS", "0")

# A shell starts what it puts in the background deaf to Ctrl-C, and that is inherited; the tests of
# interruptions need a process that hears it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:  # and nohup does so with a hang-up
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


# A network of twelve, for commands and folders of results; its arms come last.
TINY = """\
schema_version: 1
name: tiny
title: A tiny network
start: 2014-09-01
horizon: 20 days
replications: 2
seed: 3
tiers:
  supporter:
    count: 12
    audience: {lognormal: {median: 500, sigma: 1.0}}
    posts: 5 per day
exposure: {outsiders: 20_000}
detection: {reports: 5000 per million impressions}
returning: {probability: 0.9}
policies:
  quick: {review: {time_to_action: 1h}}
"""


@pytest.fixture(scope="session")
def tiny_text() -> str:
    """A network of twelve as text."""
    return TINY


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """The smoke tests run in this process: starting others takes longer than they do."""
    if config.option.markexpr == "smoke":
        config.option.numprocesses = 0


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """For the smoke tests only the files that have one: reading all takes longer than they do."""
    if config.option.markexpr != "smoke" or collection_path.suffix != ".py":
        return None
    return "pytest.mark.smoke" not in collection_path.read_text(encoding="utf-8") or None


# No deadline, since other things may run on the machine. The same examples on every run;
# HYPOTHESIS_PROFILE=explore looks at others.
settings.register_profile("afterban", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "afterban"))

# Every process of the model is at work in it: it starts on a Monday.
SMALL = """
schema_version: 1
name: small
start: 2014-06-02
horizon: 40 d
seed: 11
replications: 3
tiers:
  hub:
    count: 3
    audience: {lognormal: {median: 5000, sigma: 0.5}}
    posts: 10 per day
    degree: 12
    promotes: 0.9
    prominence: 20
    spares: 1
    severity: urgent
  supporter:
    count: 60
    audience: {lognormal: {median: 300, sigma: 1.2, cap: 20000}}
    posts: {lognormal: {median: 3 per day, sigma: 1.0, cap: 50 per day}}
    attached_at_start: 0.6
    detached_at_start: 0.2
audience: {insiders: constant}  # tests/crn/test_liveshare.py and tests/engines have the live share
exposure: {outsiders: 100_000}
detection:
  signup: 0.1
  reports: 3000 per million impressions
  classifier: 0.005 per post
  threats: 0.005 per day
  handle_match: {recall: 0.3}
  pulses:
    - {date: 2014-06-20, share: 0.2}
review:
  time_to_action: {lognormal: {median: 1d, sigma: 1.0}}
  urgent_time_to_action: {lognormal: {median: 2h, sigma: 1.0}}
  sensitivity: 0.9
returning:
  probability: 0.85
  delay: {lognormal: {median: 1d, sigma: 1.2}}
"""

# Reviewers who are few and not always there, so that cases wait.
WITH_TEAM = {
    "review.team": {
        "reviewers": 0,
        "shifts": [
            {
                "days": ["mon", "tue", "wed", "thu", "fri"],
                "start": "8h",
                "end": "16h",
                "reviewers": 2,
            }
        ],
        "service_time": {"exponential": {"mean": "2h"}},
        "benign_reports": "5 per day",
    },
}


class Run(NamedTuple):
    """One replication, with what it was made from."""

    parameters: Parameters
    world: World
    records: Records


def _available() -> list[str]:
    found = ["reference"]
    if can_run():
        found.append("compiled")
    wanted = os.environ.get("AFTERBAN_TEST_ENGINES")
    return [name for name in found if not wanted or name in wanted.split(",")]


# Both tell the same (tests/engines holds them against each other) and the last takes a tenth of the
# time: what a test asks of the model, of files or of commands is asked of it.
USUAL = _available()[-1]


@pytest.fixture(
    params=[
        pytest.param(one, marks=() if one == USUAL else pytest.mark.slow) for one in _available()
    ],
    scope="session",
)
def engine(request: pytest.FixtureRequest) -> Any:
    """Each engine that can run here; any other than the usual one with the slow tests."""
    return request.param


@pytest.fixture(scope="session")
def small() -> Callable[..., Scenario]:
    """Function from changes by path to the small network with those changes."""
    scenario = Scenario.from_text(SMALL)

    def changed(changes: dict[str, Any] | None = None, **more: Any) -> Scenario:
        both = {**(changes or {}), **more}
        return scenario.with_changes(both) if both else scenario

    return changed


@pytest.fixture(scope="session")
def with_team() -> dict[str, Any]:
    """Changes that give the small network a finite review team."""
    return WITH_TEAM


@pytest.fixture(scope="session")
def run() -> Callable[..., Run]:
    """Function from a scenario, an arm and an engine to one replication."""

    def run_arm(
        scenario: Scenario,
        engine: Any = USUAL,
        policy: str = "base",
        seed: int = 11,
        replication: int = 0,
    ) -> Run:
        parameters = Parameters.from_scenario(scenario, policy)
        world = build(parameters, seed, replication)
        return Run(parameters, world, engines.run(parameters, world, seed, replication, engine))

    return run_arm


@pytest.fixture(scope="session")
def metrics_of() -> Callable[..., dict[str, float]]:
    """Function from a scenario and its run to the metrics."""

    def metrics(scenario: Scenario, run: Run, seed: int = 11, replication: int = 0) -> Any:
        tiers = list(scenario.tiers)
        return measure(*run, tiers, seed, replication)

    return metrics


@pytest.fixture(scope="session")
def same() -> Callable[..., bool]:
    """Function that tells whether two runs, or two tables, have the same bits."""

    def same_bits(one: Any, other: Any) -> bool:
        if isinstance(one, Run):
            one, other = one.records, other.records
        if isinstance(one, Records):
            names = ("accounts", "cases", "series", "window_impressions", "backlog", "final")
            return one.events == other.events and all(
                same_bits(getattr(one, name), getattr(other, name)) for name in names
            )
        one, other = np.ascontiguousarray(one), np.ascontiguousarray(other)
        return (
            one.dtype == other.dtype
            and one.shape == other.shape
            and one.tobytes() == other.tobytes()
        )

    return same_bits


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium with the network cut off: no name is found, and only this machine answers."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    from afterban.report import pdf

    program = pdf.browser()
    if program is None:
        pytest.skip("no chromium on this machine")
    arguments = [
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ]
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=program, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def barriers() -> Callable[..., list[str]]:
    """Function from an open page to what keeps people out, by axe: id and element of each."""
    axe = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")

    def found_on(page: Any, every: bool = False, rules: Sequence[str] = ()) -> list[str]:
        """rules: those to look at alone; without any, all."""
        if not page.evaluate("typeof axe === 'object'"):
            page.evaluate(axe)  # the page's own policy may let no file in, so the text is run
        # What is no barrier is counted only: the page's text is not copied for each rule.
        options: dict[str, Any] = {"resultTypes": ["violations"]}
        if rules:
            options["runOnly"] = list(rules)
        passed, found = page.evaluate(
            "async (options) => { const found = await axe.run(document, options);"
            " return [found.passes.length, found.violations]; }",
            options,
        )
        assert passed >= (len(rules) or 16)  # it has looked
        return [
            f"{one['id']}: {one['nodes'][0]['html'][:120]}"
            for one in found
            if every or one["impact"] in ("serious", "critical")
        ]

    return found_on
