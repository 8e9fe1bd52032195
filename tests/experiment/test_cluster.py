"""A real scheduler and real worker processes on the loopback interface."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest

import afterban
from afterban.errors import AfterbanError, MissingExtra
from afterban.experiment import cluster as module
from afterban.experiment.cluster import check, connected, fingerprint
from afterban.experiment.sweep import sweep
from afterban.scenario import loads

_spec = importlib.util.spec_from_file_location("helpers", Path(__file__).with_name("helpers.py"))
assert _spec is not None
assert _spec.loader is not None
helpers = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(helpers)
SWEPT, Command, contents, parts = (
    helpers.SWEPT,
    helpers.Command,
    helpers.contents,
    helpers.parts,
)
# Long enough that a worker can be killed in the middle.
LONG = SWEPT.replace("replications: 4", "replications: 12")


class Cluster:
    """A scheduler and workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "scheduler.json"
        self.log = (folder / "log").open("w")
        self.processes: list[subprocess.Popen[bytes]] = []
        self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        end = time.monotonic() + 60
        while not self.file.exists() or not self.file.read_text():
            assert time.monotonic() < end
            time.sleep(0.05)
        self.address = json.loads(self.file.read_text())["address"]

    def worker(self, **environment: str) -> subprocess.Popen[bytes]:
        """One worker without a nanny, so that a killed one stays dead."""
        return self._start(
            "worker", "--nthreads", "1", "--no-nanny", "--no-dashboard", **environment
        )

    def _start(self, what: str, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                f"distributed.cli.dask_{what}",
                "--scheduler-file",
                str(self.file),
                *options,
            ],
            env={**os.environ, **environment},
            stdout=self.log,
            stderr=self.log,
        )
        self.processes.append(process)
        return process

    def stop(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()
        self.log.close()


@pytest.fixture
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    found = Cluster(tmp_path_factory.mktemp("cluster"))
    yield found
    found.stop()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("whole")
    sweep(loads(LONG), out, engine="reference", workers=1)
    return out


@pytest.fixture
def scenario_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scenario") / "small.yaml"
    path.write_text(LONG, encoding="utf-8")
    return path


@pytest.mark.slow
def test_two_workers_give_the_same_bytes_though_one_is_killed(
    cluster: Cluster, whole: Path, tmp_path: Path, scenario_file: Path
) -> None:
    doomed = cluster.worker()
    cluster.worker()
    command = Command(
        "sweep", scenario_file, "--out", tmp_path, "--engine", "reference",
        "--cluster", cluster.address,
    )  # fmt: skip
    command.until(lambda: len(parts(tmp_path)) >= 8)
    doomed.send_signal(signal.SIGKILL)
    doomed.wait()
    assert len(parts(tmp_path)) < 60, "it must be killed in the middle, or this proves nothing"
    code, said = command.finish()
    assert code == 0, said
    assert contents(tmp_path) == contents(whole)


@pytest.mark.slow
def test_a_killed_client_goes_on_where_it_was(
    cluster: Cluster, whole: Path, tmp_path: Path, scenario_file: Path
) -> None:
    cluster.worker()
    cluster.worker()
    options = ("--out", tmp_path, "--engine", "reference", "--cluster", cluster.address)
    command = Command("sweep", scenario_file, *options)
    command.until(lambda: len(parts(tmp_path)) >= 8)
    command.kill_all()
    kept = parts(tmp_path)
    assert 8 <= len(kept) < 60
    code, said = helpers.afterban("sweep", scenario_file, *options, "--resume")
    assert code == 0, said
    assert f"{72 - len(kept)} run now" in said, "one was run again"
    assert contents(tmp_path) == contents(whole)


@pytest.mark.slow
def test_a_cluster_of_the_moment_gives_the_same_bytes(
    whole: Path, tmp_path: Path, scenario_file: Path
) -> None:
    code, said = helpers.afterban(
        "sweep", scenario_file, "--out", tmp_path, "--engine", "reference", "--cluster", "local:2"
    )
    assert code == 0, said
    assert contents(tmp_path) == contents(whole)


@pytest.mark.slow
def test_the_points_of_a_band_run_on_a_cluster(tmp_path: Path, scenario_file: Path) -> None:
    ask = ("band", scenario_file, "--points", "4", "--reps", "1", "--engine", "reference")
    for folder, where in (("here", ("--workers", "1")), ("there", ("--cluster", "local:2"))):
        code, said = helpers.afterban(*ask, *where, "--out", tmp_path / folder)
        assert code == 0, said
    here, there = ((tmp_path / name / "bands.csv").read_bytes() for name in ("here", "there"))
    assert here == there


QUESTIONS = """
response_bounds: {reports: [0.5, 1]}
plan:
  levers: {speed: {path: review.time_to_action.lognormal.median, values: [1h, 1d, 7d]}}
  limits: [{metric: suspensions, at_most: 150}]
calibration:
  parameters: {return: {path: returning.probability, range: [0, 1]}}
  targets: {back: {metric: return_share, observed: 0.6, sd: 0.1}}
"""
SIZES = {
    "respond": ("--points", "2", "--reps", "1", "--draws", "2"),
    "plan": ("--points", "8", "--reps", "1"),
    "calibrate": (
        *("--points", "8", "--reps", "2", "--waves", "1"),
        *("--simulations", "100", "--draws", "10"),
    ),
}
ANSWERS = {"respond": "responses.csv", "plan": "mixes.csv", "calibrate": "posterior.parquet"}


@pytest.mark.slow
@pytest.mark.parametrize("question", SIZES)
def test_a_question_has_the_same_answer_on_a_cluster(question: str, tmp_path: Path) -> None:
    scenario = tmp_path / "small.yaml"
    text = SWEPT.partition("sweep:")[0] + QUESTIONS
    scenario.write_text(text.replace("count: 120", "count: 40"), encoding="utf-8")
    found = []
    for folder, where in (("here", ("--workers", "1")), ("there", ("--cluster", "local:2"))):
        out = tmp_path / folder
        code, said = helpers.afterban(
            question, scenario, *SIZES[question], *where, "--out", out, "--seed", "4"
        )
        assert code == 0, said
        (answer,) = out.rglob(ANSWERS[question])
        found.append(answer.read_bytes())
    assert len(found[0]) > 100
    assert found[0] == found[1]


@pytest.mark.slow
def test_a_worker_of_another_version_is_refused(
    cluster: Cluster, tmp_path: Path, scenario_file: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(Path(afterban.__file__).parent, other / "afterban")
    with (other / "afterban" / "metrics" / "reach.py").open("a") as stream:
        stream.write("# one comment more\n")
    cluster.worker(PYTHONPATH=str(other))
    code, said = helpers.afterban(
        "sweep",
        scenario_file,
        "--out",
        tmp_path / "out",
        "--engine",
        "reference",
        "--cluster",
        cluster.address,
    )
    assert code == 2, said
    assert f"this is afterban {fingerprint()}" in said
    assert "install the same version on every worker" in said
    assert "Traceback" not in said


@pytest.mark.slow
def test_a_scheduler_without_workers_is_told(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 4)
    with (
        pytest.raises(AfterbanError, match="the scheduler has no workers; start some"),
        connected(cluster.address),
    ):
        pass


# --- without processes ---------------------------------------------------------------------------


class _Client:
    """Answers as a client of workers with these versions and fingerprints would."""

    def __init__(self, versions: dict[str, Any], prints: dict[str, Any]) -> None:
        self.answers = [versions, prints]

    def wait_for_workers(self, number: int, timeout: float) -> None:
        assert number == 1

    def run(self, function: Any, *arguments: Any, on_error: str) -> dict[str, Any]:
        assert on_error == "return"
        return self.answers.pop(0)


def test_the_same_version_is_accepted() -> None:
    check(_Client({"tcp://a": "1"}, {"tcp://a": fingerprint()}), "tcp://x")


@pytest.mark.parametrize(
    ("version", "print_", "message"),
    [
        (PackageNotFoundError("afterban"), ImportError(), "tcp://b has no afterban"),
        ("0.0.1", ImportError("no module"), r"tcp://b has 0\.0\.1"),
        ("0.1.0", "0.1.0+ffffffff", r"tcp://b has 0\.1\.0\+ffffffff"),
    ],
)
def test_one_worker_of_another_version_is_enough(version, print_, message) -> None:
    versions = {"tcp://a": "1", "tcp://b": version}
    with pytest.raises(AfterbanError, match=message):
        check(_Client(versions, {"tcp://a": fingerprint(), "tcp://b": print_}), "tcp://x")


@pytest.mark.parametrize("where", ["localhost:8786", "local", "local:x", "local:0", ""])
def test_what_is_no_cluster_is_refused(where: str) -> None:
    with pytest.raises(AfterbanError, match="--cluster"), connected(where):
        pass


def test_the_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(MissingExtra, match=r"pip install 'afterban\[sweep\]'"),
        connected("local:1"),
    ):
        pass


def test_the_fingerprint_follows_the_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = Path(afterban.__file__).parent
    copy = tmp_path / "afterban"
    shutil.copytree(package, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(module, "__file__", str(copy / "experiment" / "cluster.py"))
    made = fingerprint.__wrapped__
    before = made()
    assert before == fingerprint()
    for unimportant in ("cli", "report"):
        for path in (copy / unimportant).glob("*.py"):
            path.write_text("# changed\n")
    assert made() == before
    with (copy / "mechanisms" / "review.py").open("a") as stream:
        stream.write("#\n")
    assert made() != before
