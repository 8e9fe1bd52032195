"""One use case, two faces: the command and ``afterban.run`` make the same folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import pytest

import afterban
from afterban import Rules, Scenario
from afterban.cli import main
from afterban.errors import UnknownName
from afterban.experiment.publish import arms_of, command_of, publish

TIMES = ("wall_seconds", "manifest_sha256")  # the second is the digest of the first, too


@pytest.fixture
def tiny(tmp_path, tiny_text):
    path = tmp_path / "tiny.yaml"
    path.write_text(tiny_text + "  slow: {review: {time_to_action: 9d}}\n")
    return path


def contents(root: Path) -> dict[str, bytes | dict]:
    """Every file of the only folder of results, the manifest without its times."""
    (folder,) = (root / "tiny").iterdir()
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
    manifest = json.loads(found["manifest.json"])
    assert set(TIMES) < set(manifest)
    found["manifest.json"] = {key: manifest[key] for key in manifest if key not in TIMES}
    return found


def command(tiny: Path, out: Path, *more: str) -> None:
    """The real command, in a process of its own: its figures are drawn by a copy of it."""
    told = subprocess.run(
        [sys.executable, "-m", "afterban", "run", str(tiny), "--out", str(out), *more],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
        env={**os.environ},
    )
    assert told.returncode == 0, told.stderr


@pytest.mark.slow
def test_the_command_and_python_make_the_same_folder(tiny, tmp_path):
    command(tiny, tmp_path / "one", "--engine", "reference", "--policies", "slow,base")
    with mpl.rc_context({"axes.facecolor": "#ffeeee", "xtick.direction": "in"}):
        results = afterban.run(
            Scenario.from_yaml(tiny),
            ["slow", "base"],
            engine="reference",
            workers=1,
            out=tmp_path / "two",
        )
    one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
    assert list(one) == list(two)
    assert len([name for name in one if name.startswith("figures/")]) >= 5
    assert [name for name in one if one[name] != two[name]] == []
    assert results.policies == ("base", "slow", "none")
    assert results.folder is not None
    assert results.folder.name == results.digest[:12]
    # The comparison can fail: another seed gives other tables and figures.
    afterban.run(
        Scenario.from_yaml(tiny),
        ["base"],
        seed=4,
        engine="reference",
        workers=1,
        out=tmp_path / "3",
    )
    three = contents(tmp_path / "3")
    assert {"summary.csv", "manifest.json", "figures/through-time.png"} <= {
        name for name in one if one[name] != three[name]
    }


def test_the_manifest_says_the_same_of_both(tiny, tmp_path, capsys):
    assert main(["run", str(tiny), "--engine", "reference", "--no-figures", "-q",
                 "--workers", "1", "--out", str(tmp_path / "one")]) == 0  # fmt: skip
    afterban.run(
        Scenario.from_yaml(tiny), engine="reference", workers=1, out=tmp_path / "two", figures=False
    )
    one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
    assert one == two
    assert not [name for name in one if name.startswith("figures/")]
    told = one["manifest.json"]
    assert told["engine"] == "reference"
    assert told["command"] == "afterban run scenario.resolved.yaml --engine reference"


def test_the_command_in_the_manifest_makes_the_folder_again(tiny, tmp_path):
    results = afterban.run(
        Scenario.from_yaml(tiny), ["quick"], engine="reference", workers=1, out=tmp_path / "one",
        figures=False,
    )  # fmt: skip
    words = results.manifest["command"].split()
    assert words[:3] == ["afterban", "run", "scenario.resolved.yaml"]
    more = [*words[3:], "--out", str(tmp_path / "two"), "--no-figures", "-q", "--workers", "1"]
    assert main(["run", str(results.folder / words[2]), *more]) == 0
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_the_order_in_which_arms_are_named_changes_no_digest(tiny):
    scenario = Scenario.from_yaml(tiny)
    assert arms_of(scenario) == ["base", "quick", "slow", "none"]
    assert arms_of(scenario, ["none", "slow", "base", "slow"]) == ["base", "slow", "none"]
    assert arms_of(scenario, ["none"]) == ["none"]
    with pytest.raises(UnknownName, match="did you mean `quick`"):
        arms_of(scenario, ["quik"])
    assert "--policies slow,none" in command_of(scenario, ["slow", "none"], "reference")


def test_claims_are_judged_from_python_too(tiny, monkeypatch):
    from afterban import claims

    about = [claim for claim in claims.load() if claim.scenario and claim.metric]
    mine = about[0].model_copy(
        update={"id": "one", "scenario": "tiny", "policy": "base", "metric": "suspensions"}
    )
    monkeypatch.setattr(claims, "load", lambda: [mine])
    monkeypatch.setattr(claims, "is_as_shipped", lambda scenario: True)
    results = afterban.run(Scenario.from_yaml(tiny), ["base"], engine="reference", workers=1)
    (verdict,) = afterban.judge(results)
    assert verdict.claim == mine
    assert verdict.counts

    def never(suspended):
        return 0.0

    results = afterban.run(Scenario.from_yaml(tiny), ["base"], rules=Rules(returns=never))
    (verdict,) = afterban.judge(results)
    assert not verdict.counts  # it says nothing about the model


def test_own_rules_are_marked_and_their_claims_count_for_nothing(tiny, tmp_path):
    def never(suspended):
        return 0.0

    results = afterban.run(
        Scenario.from_yaml(tiny), ["base"], rules=Rules(returns=never), out=tmp_path
    )
    told = contents(tmp_path)["manifest.json"]
    assert told["as_shipped"] is False
    assert told["command"] is None  # no command makes it
    assert told["engine"] == "reference"
    assert "figures/followers-of-one-operator.png" in contents(tmp_path)
    from afterban.report import figures
    from afterban.report.html.words import facts_of
    from afterban.report.numbers import of_run

    assert figures.provenance(results).endswith("not as shipped")
    assert facts_of(of_run(results))[-1] == "not as shipped: made with own rule returns"
    assert facts_of(of_run(afterban.read_results(results.folder)))[-1].startswith("not as shipped")
    plain = afterban.run(Scenario.from_yaml(tiny), ["base"], engine="reference", workers=1)
    assert "not as shipped" not in figures.provenance(plain)
    assert "not as shipped" not in "".join(facts_of(of_run(plain)))


def test_the_operator_that_is_drawn_obeys_own_rules(tiny):
    from afterban.experiment.trace import traced_operator

    def never(suspended):
        return 0.0 if suspended.tier == "supporter" else 1.0

    rules = Rules(returns=never)
    scenario = Scenario.from_yaml(tiny).with_changes(
        {"returning.probability": 1, "returning.delay": "{constant: 1h}"}
    )
    results = afterban.run(scenario, ["base"], rules=rules)
    (lives,) = results.traced.values()
    assert len(lives) == 1
    line, _ = traced_operator(results, "reference", rules)
    gone = float(lives["suspended_day"][0])
    assert (line.insiders + line.outsiders)[line.days > gone].max() == 0.0
    without, _ = traced_operator(results, "reference")
    assert (without.insiders + without.outsiders)[without.days > gone].max() > 0.0


def stop_after(monkeypatch, count):
    from afterban.experiment import replicate

    inner = replicate.run_replication

    def stopped(*arguments, replication, **more):
        if replication >= count:
            raise KeyboardInterrupt
        return inner(*arguments, replication=replication, **more)

    monkeypatch.setattr(replicate, "run_replication", stopped)


def test_ctrl_c_keeps_what_is_finished_and_is_raised(tiny, tmp_path, monkeypatch):
    scenario = Scenario.from_yaml(tiny)
    stop_after(monkeypatch, 1)
    with pytest.raises(KeyboardInterrupt):
        afterban.run(scenario, engine="reference", workers=1, out=tmp_path, figures=False)
    (folder,) = (tmp_path / "tiny").iterdir()
    assert not afterban.read_results(folder).complete
    with pytest.raises(KeyboardInterrupt):
        afterban.run(scenario, engine="reference", workers=1)  # with no folder to keep it in
    said = []
    done = publish(
        scenario, engine="reference", workers=1, out=tmp_path, figures=False, tell=said.append
    )
    assert isinstance(done.stopped, KeyboardInterrupt)
    assert said == ["interrupted: 1 of 2 replications are finished and kept"]


def test_nothing_heavy_is_loaded_with_it():
    code = "import sys, afterban.experiment.publish; print('numpy' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
