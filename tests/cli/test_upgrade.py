"""`afterban upgrade`: scenarios and results of before, as of this version."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from afterban import results
from afterban.errors import FileWarning
from afterban.scenario import upgrade as upgrades
from afterban.scenario.upgrade import Step, rename

FORMER = Path(__file__).resolve().parents[1] / "cases" / "former" / "tiny"
OLD = "77c0f5e497d8"


@pytest.fixture
def old(here: Path) -> Path:
    shutil.copytree(FORMER, here / "results" / "tiny")
    return Path("results") / "tiny" / OLD


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> None:
    def edit(tree):
        return rename(tree, "review.delay", "time_to_action")

    monkeypatch.setitem(upgrades.STEPS, 0, Step("`review.delay` has another name", edit))


def test_a_folder_of_before_is_told_and_read(old, recwarn):
    with pytest.warns(
        FileWarning, match="`afterban upgrade results/tiny/77c0f5e497d8` gives"
    ) as told:
        found = results.read(old)
    assert len(told) == 1
    assert found.estimate("effective_reach", "quick").n == 2


def test_a_folder_of_before_gets_the_digest_and_name_of_now(cli, old):
    before = content(old)
    tried = cli("upgrade", str(old), "--dry-run")
    assert tried.code == 0
    assert content(old) == before
    told = cli("upgrade", str(old))
    assert told.code == 0
    assert told.out == tried.out.replace("to be changed", "changed")
    (folder,) = old.parent.iterdir()
    found = results.read(folder)  # without a warning, which would be an error here
    assert found.digest.startswith(folder.name)
    assert folder.name != OLD
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["digest"] == found.digest
    assert [digest[:12] for digest in manifest["former_digests"]] == [OLD]
    after = content(folder)
    assert {name for name in before if before[name] != after[name]} == {"manifest.json"}
    again = cli("upgrade", "results")
    assert again.out == f"results/tiny/{folder.name}: a run, as it should be\n"
    assert content(folder) == after


def test_a_run_tells_of_the_same_one_under_the_digest_of_before(cli, old, here):
    shutil.copy(old / "scenario.resolved.yaml", here / "again.yaml")
    fast = ("--engine", "reference", "--workers", "1", "--no-figures")
    told = cli("run", "again.yaml", *fast)
    assert f"note: {old} has this run under a digest of before" in told.err
    assert "digest of before" not in cli("run", "again.yaml", "--seed", "9", *fast).err


def test_scenarios_are_rewritten_by_the_steps(cli, here, steps):
    text = (here / "tiny.yaml").read_text()
    was = text.replace("schema_version: 1", "schema_version: 0").replace("time_to_action", "delay")
    (here / "tiny.yaml").write_text("# mine\n" + was)
    assert "`afterban upgrade tiny.yaml` rewrites it" in cli("validate", "tiny.yaml").err
    told = cli("upgrade", "tiny.yaml", "--dry-run")
    assert told.out.startswith("tiny.yaml: a scenario, to be changed\n  version 1: ")
    assert (here / "tiny.yaml").read_text() == "# mine\n" + was
    assert cli("upgrade", "tiny.yaml").out.count("`policies.quick.review.delay`") == 1
    assert (here / "tiny.yaml").read_text() == "# mine\n" + text
    assert cli("upgrade", "tiny.yaml").out == "tiny.yaml: a scenario, as it should be\n"
    assert cli("validate", "tiny.yaml").code == 0


def test_so_are_those_in_folders_of_results(cli, old, steps):
    path = old / "scenario.resolved.yaml"
    text = path.read_text()
    was = text.replace("schema_version: 1", "schema_version: 0")
    was = was.replace("review:\n  time_to_action", "review:\n  delay")
    was = was.replace("      time_to_action: 1h", "      delay: 1h")
    assert was.count("  delay: ") == text.count("  delay: ") + 2
    path.write_text(was)
    _sealed(old)
    assert "`afterban upgrade" in cli("report", str(old), "--no-sensitivity").err
    told = cli("upgrade", str(old), "--json")
    assert told.code == 0, told.err
    (found,) = json.loads(told.out)
    assert found["what"] == "a run"
    assert len(found["changes"]) >= 4
    assert (Path(found["now"]) / "scenario.resolved.yaml").read_text() == text
    assert results.read(found["now"]).complete


def test_nothing_is_changed_if_one_of_them_cannot_be(cli, old, here):
    before = content(here)
    (here / "wrong.yaml").write_text("a: [\n")
    (here / "empty").mkdir()
    for wrong in ("wrong.yaml", "missing.yaml", "empty", "x.zip"):
        told = cli("upgrade", str(old), wrong)
        assert told.code == 2
        assert wrong in told.err
        assert "bug" not in told.err
    (here / "wrong.yaml").unlink()
    assert content(here) == before


def test_a_damaged_folder_stays_as_it_is(cli, old, here):
    with (old / "summary.csv").open("a") as stream:
        stream.write("more\n")
    before = content(here)
    told = cli("upgrade", "results")
    assert told.code == 2
    assert "summary.csv: this is not the file that was written" in told.err
    assert content(here) == before


def test_a_digest_of_neither_form_is_refused(cli, old, here):
    manifest = json.loads((old / "manifest.json").read_text())
    (old / "manifest.json").write_text(json.dumps({**manifest, "digest": "0" * 64}))
    _sealed(old)
    told = cli("upgrade", str(old))
    assert told.code == 2
    assert "neither as of this version nor as of before" in told.err


def test_two_folders_of_one_run_are_told(cli, old, here):
    shutil.copytree(old, old.parent / "copy")
    assert cli("upgrade", str(old.parent / "copy")).code == 0  # keeps the name it was given
    assert (old.parent / "copy").is_dir()
    shutil.copytree(old, here / "elsewhere" / OLD)
    assert cli("upgrade", str(here / "elsewhere")).code == 0
    (made,) = (here / "elsewhere").iterdir()
    made.rename(old.parent / made.name)
    told = cli("upgrade", str(old))
    assert told.code == 2
    assert "this folder is there already" in told.err


def test_what_cannot_be_written_is_as_it_was(cli, old, monkeypatch):
    def full(source, target, copy_function):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("afterban.experiment.upgrade.shutil.copytree", full)
    told = cli("upgrade", str(old))
    assert told.code == 2
    assert told.err.count("\n") == 1
    assert [path.name for path in old.parent.iterdir()] == [OLD]


def _sealed(folder: Path) -> None:
    """Write the manifest as if its folder had been written so."""
    from afterban import manifest as manifests
    from afterban.files import sha256_of

    data = json.loads((folder / "manifest.json").read_text())
    data["files_sha256"]["scenario.resolved.yaml"] = sha256_of(folder / "scenario.resolved.yaml")
    (folder / "manifest.json").write_text(manifests.text_of(data))
