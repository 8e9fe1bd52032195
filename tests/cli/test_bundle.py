"""Results that can be run again by themselves: folders, bundles, and their own tables."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from afterban import manifest as manifests
from afterban import results
from afterban.files import sha256_of
from afterban.report.sweeps import read_sweep

FAST = ("--workers", "1", "--quiet")
RUN = (*FAST, "--no-figures")

TABLES = """\
network: {operators: data/my operators.csv, follows: data/follows.csv}
"""
OTHER = "  another: {network: {follows: other/follows.csv}}\n"
OPERATORS = "operator,tier,audience,posts_per_day\n" + "".join(
    f"op{k},supporter,{500 + 10 * k},3\n" for k in range(12)
)
FOLLOWS = "promoter,operator\n" + "".join(f"op{k},op{(k + 1) % 12}\n" for k in range(12))
SWEEP = """\
sweep:
  design: latin-hypercube
  points: 3
  replications: 2
  parameters:
    returning.probability: {from: "0.5", to: "0.9"}
    review.time_to_action: {values: [1h, "{lognormal: {median: 1d, sigma: 1}}"]}
"""


@pytest.fixture
def own(here: Path) -> Path:
    """A scenario with tables of its own, one of them an arm's, of the same name as another."""
    text = (here / "tiny.yaml").read_text().replace("name: tiny", "name: own")
    (here / "own.yaml").write_text(text + OTHER + TABLES + SWEEP)
    for name in ("data", "other"):
        (here / name).mkdir()
    (here / "data" / "my operators.csv").write_text(OPERATORS)
    (here / "data" / "follows.csv").write_text(FOLLOWS)
    (here / "other" / "follows.csv").write_text(FOLLOWS + "op0,op5\n")
    return here


def folder_in(root: Path) -> Path:
    (folder,) = (path for path in root.glob("*/*") if path.is_dir())
    return folder


def content(folder: Path) -> dict[str, bytes]:
    """All files but the manifest, which says when and where."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in ("manifest.json", ".lock")
    }


def gone(here: Path) -> None:
    """Everything that the results were made of is there no longer."""
    for name in ("data", "other"):
        shutil.rmtree(here / name)
    (here / "own.yaml").unlink()


def test_tables_of_ones_own_are_in_the_results(cli, own):
    assert cli("run", "own.yaml", *RUN).code == 0
    folder = folder_in(own / "results")
    text = (folder / "scenario.resolved.yaml").read_text()
    assert str(own) not in text
    copies = sorted(path.name for path in (folder / "inputs").iterdir())
    assert len(copies) == 3
    assert [name.rsplit("-", 1)[0] for name in copies] == ["follows", "follows", "my-operators"]
    assert all(f"inputs/{name}" in text for name in copies)
    moved = own / "elsewhere"
    shutil.copytree(folder, moved)
    digest = results.read(folder).digest
    gone(own)
    shutil.rmtree(own / "results")
    assert results.read(moved).digest == digest


def test_a_table_that_changed_meanwhile_is_refused_before_any_work(own, monkeypatch):
    from afterban.errors import AfterbanError
    from afterban.scenario import Scenario

    scenario = Scenario.from_yaml("own.yaml")
    (own / "other" / "follows.csv").write_text(FOLLOWS)
    with pytest.raises(AfterbanError, match=r"follows\.csv: this table has changed"):
        results.Recorder(scenario, ["base", "none"], own / "results")
    shutil.rmtree(own / "other")
    with pytest.raises(AfterbanError, match=r"follows\.csv: this table is there no longer"):
        results.Recorder(scenario, ["base", "none"], own / "results")
    assert not (own / "results").exists()


@pytest.mark.slow
@pytest.mark.parametrize("how", ["bundle", "folder"])
def test_a_run_is_made_again_to_the_same_bytes(cli, own, how):
    asked = ("--policies", "quick,another", "--seed", "8", "--engine", "reference")
    assert cli("run", "own.yaml", *RUN, *asked).code == 0
    folder = folder_in(own / "results")
    before = content(folder)
    if how == "bundle":
        assert cli("bundle", str(folder), "--out", "mine.zip").out == "mine.zip\n"
        shutil.rmtree(own / "results")
    gone(own)
    kept = "mine.zip" if how == "bundle" else str(folder)
    told = cli("run", kept, "--no-figures", "--workers", "1", "--out", "again")
    assert told.code == 0, told.err
    assert f"{len(before)} files are the same bytes as those that were kept" in told.err
    made = folder_in(own / "again")
    assert content(made) == before
    assert len(before) > 8
    assert json.loads((made / "manifest.json").read_text())["engine"] == "reference"


@pytest.mark.slow
def test_a_sweep_is_made_again_to_the_same_bytes(cli, own):
    assert cli("sweep", "own.yaml", *FAST).code == 0
    folder = folder_in(own / "results")
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["sweep"]["design"] == "latin-hypercube"
    assert manifest["sweep"]["parameters"]["returning.probability"]["to"] == "0.9"
    assert manifest["versions"]["numpy"]
    before = content(folder)
    assert sum(name.startswith("inputs/") for name in before) == 3
    assert cli("bundle", str(folder)).code == 0
    kept = f"own-{folder.name}.zip"
    gone(own)
    for command, source in (("sweep", str(folder)), ("run", kept), ("sweep", kept)):
        told = cli(command, source, "--workers", "1", "--out", "again")
        assert told.code == 0, told.err
        assert folder_in(own / "again").name == folder.name
        assert content(folder_in(own / "again")) == before
        assert (folder_in(own / "again") / "manifest.json").read_bytes() == (
            folder / "manifest.json"
        ).read_bytes()
        shutil.rmtree(own / "again")
    assert "are the same bytes" in cli("run", kept, "--workers", "1", "--out", "again").err
    assert read_sweep(folder).scenario.network.follows is not None


@pytest.mark.slow
def test_points_that_were_added_are_run_again_too(cli, own):
    assert cli("sweep", "own.yaml", *FAST).code == 0
    assert cli("sweep", "own.yaml", *FAST, "--points", "4", "--reps", "3", "--expand").code == 0
    folder = folder_in(own / "results")
    assert len(json.loads((folder / "manifest.json").read_text())["points"]) > 4
    before = content(folder)
    gone(own)
    assert cli("sweep", str(folder), "--workers", "1", "--out", "again").code == 0
    assert content(folder_in(own / "again")) == before


@pytest.mark.slow
def test_a_bundle_has_the_same_bytes_whenever_it_is_made(cli, here):
    assert cli("run", "tiny.yaml", *FAST).code == 0
    folder = folder_in(here / "results")
    assert cli("bundle", str(folder), "--out", "one.zip").code == 0
    shutil.copytree(folder, here / "moved")  # with other times
    (here / "moved" / "note.txt").write_text("of mine")
    (here / "moved" / "summary.csv").touch()
    assert cli("bundle", "moved", "--out", "two.zip").code == 0
    assert (here / "one.zip").read_bytes() == (here / "two.zip").read_bytes()
    with zipfile.ZipFile("one.zip") as archive:
        names = archive.namelist()
        assert names == sorted(names)
        assert {"manifest.json", "summary.csv", "accounts.parquet"} < set(names)
        assert any(name.startswith("figures/") for name in names)
        assert "note.txt" not in names


def test_another_run_is_not_compared(cli, here):
    assert cli("run", "tiny.yaml", *RUN).code == 0
    folder = folder_in(here / "results")
    told = cli("run", str(folder), "--seed", "9", "--no-figures", "--workers", "1", "--out", "a")
    assert told.code == 0
    assert "this is another run than the one that was kept" in told.err


def test_other_bytes_are_told_with_what_made_them(cli, here):
    assert cli("run", "tiny.yaml", *RUN).code == 0
    folder = folder_in(here / "results")
    manifest = json.loads((folder / "manifest.json").read_text())
    with (folder / "summary.csv").open("a") as stream:
        stream.write("base,of another version\n")
    manifest["files_sha256"]["summary.csv"] = sha256_of(folder / "summary.csv")
    manifest["versions"]["numpy"] = "1.0"
    (folder / "manifest.json").write_text(manifests.text_of(manifest))
    told = cli("run", str(folder), "--no-figures", "--workers", "1", "--out", "again")
    assert told.code == 1
    assert "`summary.csv` is not as kept; it was made with " in told.err
    assert "numpy 1.0 (here " in told.err


def test_a_sweep_that_is_kept_takes_no_changes(cli, own):
    assert cli("sweep", "own.yaml", *FAST).code == 0
    folder = str(folder_in(own / "results"))
    for more in (("--reps", "5"), ("--set", "seed=4"), ("--policies", "quick"), ("--seed", "3")):
        for command in ("run", "sweep"):
            told = cli(command, folder, *more)
            assert told.code == 2
            assert more[0] in told.err
            assert "is run again as it is" in told.err


def broken(here: Path, name: str) -> Path:
    """A bundle that is not what it should be."""
    path = here / "broken.zip"
    with zipfile.ZipFile(here / "good.zip") as archive:
        files = {one.filename: archive.read(one) for one in archive.infolist()}
    manifest = json.loads(files["manifest.json"])
    if name == "no archive":
        path.write_bytes(b"PK\x03\x04 not one")
        return path
    if name == "cut":
        path.write_bytes((here / "good.zip").read_bytes()[:-40])
        return path
    if name == "no manifest":
        del files["manifest.json"]
    elif name == "no scenario":
        del files["scenario.resolved.yaml"]
    elif name == "other scenario":
        files["scenario.resolved.yaml"] += b"# more\n"
    elif name == "manifest changed":
        files["manifest.json"] = json.dumps({**manifest, "seed": 77}).encode()
    elif name == "outside":
        manifest["files_sha256"]["inputs/../../evil.csv"] = "0" * 64
        files["inputs/../../evil.csv"] = b"evil"
        files["manifest.json"] = manifests.text_of(manifest).encode()
    elif name == "table gone":
        manifest["files_sha256"]["inputs/a.csv"] = "0" * 64
        files["manifest.json"] = manifests.text_of(manifest).encode()
    elif name == "too large":
        files["scenario.resolved.yaml"] = b"#" * (1 << 20)
    with zipfile.ZipFile(path, "w") as archive:
        for one, data in files.items():
            archive.writestr(one, data)
    return path


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        *("no archive", "cut", "no manifest", "no scenario", "other scenario"),
        *("manifest changed", "table gone", "too large"),
    ],
)
def test_a_damaged_bundle_is_refused_in_a_line(cli, here, name):
    assert cli("run", "tiny.yaml", *RUN).code == 0
    assert cli("bundle", str(folder_in(here / "results")), "--out", "good.zip").code == 0
    path = broken(here, name)
    for command in ("run", "sweep"):
        told = cli(command, path.name, "--out", "again")
        assert told.code == 2
        assert told.err.startswith("afterban: broken.zip")
        assert told.err.count("\n") == 1, told.err
    assert not (here / "again").exists()


@pytest.mark.slow
def test_a_bundle_in_an_earlier_version_of_the_language_is_run(cli, here, monkeypatch):
    from afterban.scenario import upgrade as upgrades

    assert cli("run", "tiny.yaml", *RUN).code == 0
    assert cli("bundle", str(folder_in(here / "results")), "--out", "good.zip").code == 0
    with zipfile.ZipFile("good.zip") as archive:
        files = {one.filename: archive.read(one) for one in archive.infolist()}
    text = files["scenario.resolved.yaml"].replace(b"schema_version: 1", b"schema_version: 0")
    files["scenario.resolved.yaml"] = text
    manifest = json.loads(files["manifest.json"])
    manifest["files_sha256"]["scenario.resolved.yaml"] = hashlib.sha256(text).hexdigest()
    files["manifest.json"] = manifests.text_of(manifest).encode()
    with zipfile.ZipFile("old.zip", "w") as archive:
        for one, data in files.items():
            archive.writestr(one, data)
    monkeypatch.setitem(upgrades.STEPS, 0, upgrades.Step("nothing", lambda tree: []))
    told = cli("run", "old.zip", "--no-figures", "--workers", "1", "--out", "again")
    assert told.code == 0, told.err
    assert "are the same bytes as those that were kept" in told.err


@pytest.mark.slow
def test_nothing_is_written_outside_of_the_place_for_it(cli, here):
    assert cli("run", "tiny.yaml", *RUN).code == 0
    assert cli("bundle", str(folder_in(here / "results")), "--out", "good.zip").code == 0
    path = broken(here, "outside")
    before = set(here.parent.rglob("evil.csv"))  # of other tests
    cli("run", path.name, *RUN, "--out", "again")
    assert set(here.parent.rglob("evil.csv")) == before


def test_what_cannot_be_a_bundle_is_refused(cli, here):
    for wrong in ("missing", "tiny.yaml", "."):
        told = cli("bundle", wrong)
        assert (told.code, told.err.count("\n")) == (2, 1)
    assert cli("run", "missing.zip").code == 2
    assert cli("sweep", "tiny.zip").err.startswith("afterban: tiny.zip: there is no such file")
    assert cli("run", "tiny.yaml", *RUN).code == 0
    folder = folder_in(here / "results")
    assert cli("bundle", str(folder), "--out", "nowhere/x.zip").code == 2
    assert "a bundle is a `.zip` file" in cli("bundle", str(folder), "--out", "x.tar").err
    manifest = json.loads((folder / "manifest.json").read_text())
    part = {**manifest, "complete": False}
    (folder / "manifest.json").write_text(manifests.text_of(part))
    assert "these results are not complete" in cli("bundle", str(folder)).err
    former = Path(__file__).resolve().parents[1] / "cases" / "former" / "tiny"
    (old,) = former.iterdir()
    assert "`afterban upgrade" in cli("bundle", str(old)).err
    assert not list(here.glob("*.zip"))
