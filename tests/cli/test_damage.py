"""Folders of results that were damaged or edited: told on the file, in a line, and never a bug."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from afterban import results
from afterban.cli import main
from afterban.cli.output import arms
from afterban.errors import AfterbanError, FileWarning
from afterban.experiment.query import query
from afterban.experiment.run import run
from afterban.experiment.store import Store
from afterban.experiment.sweep import sweep
from afterban.manifest import SEAL, sealed
from afterban.report.sweeps import read_sweep
from afterban.scenario import Scenario, loads

FLIPS = 200

SWEPT = """
schema_version: 1
name: swept
start: 2014-09-01
horizon: 10 days
tiers: {supporter: {count: 20, audience: 200, posts: 2 per day}}
detection: {reports: 20_000 per million impressions}
review: {time_to_action: 1d}
sweep:
  replications: 2
  policies: [base]
  parameters:
    review.time_to_action: {values: [1h, 1d, 7d]}
"""


@pytest.fixture(scope="module")
def made(small: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with one run and one sweep."""
    out = tmp_path_factory.mktemp("made")
    run(small({"replications": 2}), ["base"], workers=1, out=out / "a")
    sweep(loads(SWEPT), out / "b", workers=1)
    return out


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A folder of a run that may be damaged."""
    (one,) = (made / "a" / "small").iterdir()
    return Path(shutil.copytree(one, tmp_path / "r" / "small" / one.name))


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Path:
    """A folder of a sweep that may be damaged."""
    (one,) = (made / "b" / "swept").iterdir()
    return Path(shutil.copytree(one, tmp_path / "s" / "swept" / one.name))


def flipped(rng: random.Random, content: bytes) -> bytes:
    at = rng.randrange(8 * len(content))
    damaged = bytearray(content)
    damaged[at // 8] ^= 1 << at % 8
    return bytes(damaged)


def all_of(folder: Path) -> Any:
    """Everything that reading a folder of a run gives."""
    found = results.read(folder)
    curves = [
        (policy, tier, name, curve.mean.tolist(), curve.low.tolist(), curve.n)
        for policy, tiers in found.series.items()
        for tier, columns in tiers.items()
        for name, curve in columns.items()
    ]
    lives = [
        (policy, curve.x.tolist(), curve.mean.tolist()) for policy, curve in found.lives.items()
    ]
    numbers = {
        policy: {name: values.tolist() for name, values in arm.items()}
        for policy, arm in found.values.items()
    }
    # As text, in which what is undefined equals itself.
    return repr((found.policies, found.finished, found.scenario.digest(), numbers, curves, lives))


@pytest.mark.slow
def test_no_flipped_bit_of_a_run_changes_what_is_read(folder: Path) -> None:
    rng = random.Random(17)
    files = sorted(path for path in folder.iterdir() if path.is_file())
    assert len(files) == 8
    whole, accounts = all_of(folder), results.read(folder).accounts()
    told: list[str] = []
    for k in range(FLIPS):
        path = files[k % len(files)]
        content = path.read_bytes()
        path.write_bytes(flipped(rng, content))
        try:
            assert all_of(folder) == whole
            assert results.read(folder).accounts().equals(accounts)
        except AfterbanError as error:
            told.append(str(error))
        finally:
            path.write_bytes(content)
    # The others changed a space, or the name of a key that is not read.
    assert len(told) > 0.95 * FLIPS
    assert all(str(folder) in one and "\n" not in one for one in told)
    assert all_of(folder) == whole


@pytest.mark.slow
def test_no_flipped_bit_of_a_sweep_changes_a_row(store: Path) -> None:
    rng = random.Random(18)
    files = sorted(path for path in store.rglob("*") if path.is_file() and path.name != ".lock")
    assert len(files) == 4
    kept = Store(store)
    plan = kept.plan()
    rows = kept.table(plan).to_pylist()
    keys = [(row["point"], row["replication"]) for row in rows]
    assert len(rows) == 6
    missing = 0
    told: list[str] = []
    for k in range(FLIPS):
        path = files[k % len(files)]
        content = path.read_bytes()
        path.write_bytes(flipped(rng, content))
        try:
            table = kept.verified_table()
            assert table is not None
            asked = pq.read_table(table).to_pylist()
            assert repr(asked) == repr(rows)
            found = kept.table(kept.plan()).to_pylist()
            missing += len(found) < len(rows)
            for row in found:
                same = rows[keys.index((row["point"], row["replication"]))]
                assert repr(row) == repr(same)
        except AfterbanError as error:
            told.append(str(error))
        finally:
            path.write_bytes(content)
    # The others changed a space of the manifest, or the name of a key that is not read.
    assert len(told) + missing > 0.95 * FLIPS
    assert all(str(store) in one for one in told)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["replications.journal", "sweep.parquet", "manifest.json"])
def test_resuming_mends_a_sweep(made: Path, store: Path, name: str) -> None:
    (whole,) = (made / "b" / "swept").iterdir()
    path = store / name
    path.write_bytes(flipped(random.Random(3), path.read_bytes()))
    if name == "replications.journal":
        (store / "sweep.parquet").unlink()
    sweep(loads(SWEPT), store.parents[1], workers=1, resume=True)
    for there in whole.rglob("*"):
        if there.is_file():
            assert (store / there.relative_to(whole)).read_bytes() == there.read_bytes()


def test_a_cut_table_is_made_anew_by_resume_and_refused_before(store: Path) -> None:
    table = store / "sweep.parquet"
    whole = table.read_bytes()
    pq.write_table(
        pq.read_table(table).slice(0, 3), table
    )  # a whole Parquet file, of half of the rows
    with pytest.raises(AfterbanError, match=r"sweep\.parquet: this is not the file"):
        query("SELECT count(*) FROM sweep", store)
    done = sweep(loads(SWEPT), store.parents[1], workers=1, resume=True)
    assert done is not None
    assert done.run == 0
    assert table.read_bytes() == whole
    assert query("SELECT count(*) FROM sweep", store).rows == ((6,),)


def test_an_exchanged_part_is_run_again(store: Path) -> None:
    plan = Store(store).plan()
    path = store / "replications.journal"
    content = path.read_bytes()
    size = len(content) // plan.tasks
    path.write_bytes(content[:size] * 2 + content[2 * size :])
    assert len(Store(store).finished(plan)) == plan.tasks - 1
    report = read_sweep(store)
    assert report.finished == plan.tasks - 1


# --- folders that were edited --------------------------------------------------------------------


def edited_manifest(change: Callable[[dict[str, Any]], None]) -> Callable[[Path], str]:
    def damage(folder: Path) -> str:
        path = folder / "manifest.json"
        data = json.loads(path.read_text())
        change(data)
        # As somebody would do it who knows of digests: the kinds are still wrong.
        path.write_text(json.dumps(sealed(data)))
        return "manifest.json"

    return damage


def content(name: str, text: bytes | None, digests: bool = False) -> Callable[[Path], str]:
    """Another content of a file, None for no file; without digests, as in old folders."""

    def damage(folder: Path) -> str:
        if not digests and name != "manifest.json":
            path = folder / "manifest.json"
            data = json.loads(path.read_text())
            del data["files_sha256"], data[SEAL]
            path.write_text(json.dumps(data))
        if text is None:
            (folder / name).unlink()
        else:
            (folder / name).write_bytes(text)
        return name

    return damage


def tripled(folder: Path) -> str:
    path = folder / "replications.csv"
    head, *rows = path.read_text().splitlines()
    path.write_text(
        "\n".join([head, *(",".join([*r.split(",")[:-1], "3e9"]) for r in rows)]) + "\n"
    )
    return "replications.csv"


def in_its_place(folder: Path) -> str:
    (folder / "manifest.json").unlink()
    (folder / "manifest.json").mkdir()
    return "manifest.json"


def exchanged(folder: Path) -> str:
    shutil.copy(folder / "survival.csv", folder / "timeseries.csv")
    return "timeseries.csv"


DAMAGED: dict[str, Callable[[Path], str]] = {
    "manifest empty": content("manifest.json", b""),
    "manifest cut": content("manifest.json", b'{"scenario": "sma'),
    "manifest a list": content("manifest.json", b"[]"),
    "manifest a text": content("manifest.json", b'"x"'),
    "manifest null": content("manifest.json", b"null"),
    "manifest without keys": content("manifest.json", b"{}"),
    "manifest binary": content("manifest.json", b"\xff\xfe\x00"),
    "manifest too deep": content("manifest.json", b"[" * 100_000),
    "manifest a huge number": content("manifest.json", b"9" * 5000),
    "manifest a folder": in_its_place,
    "policies a number": edited_manifest(lambda data: data.update(policies=3)),
    "no policies": edited_manifest(lambda data: data.update(policies=[])),
    "policies twice": edited_manifest(lambda data: data.update(policies=["base", "base"])),
    "another policy": edited_manifest(
        lambda data: (data.update(policies=["base", "odd"]), data.pop("files_sha256"))
    ),
    "finished a text": edited_manifest(lambda data: data.update(replications_finished="ab")),
    "finished null": edited_manifest(lambda data: data.update(replications_finished=None)),
    "finished below 0": edited_manifest(lambda data: data.update(replications_finished=[-1])),
    "digests a list": edited_manifest(lambda data: data.update(files_sha256=[])),
    "digests no digests": edited_manifest(lambda data: data.update(files_sha256={"a": "b"})),
    "digests of other files": edited_manifest(lambda data: data.update(files_sha256={})),
    "versions a text": edited_manifest(lambda data: data.update(versions="1")),
    "numbers tripled": tripled,
    "tables exchanged": exchanged,
    "replications empty": content("replications.csv", b""),
    "replications gone": content("replications.csv", None),
    "replications binary": content("replications.csv", b"\x00\xff\x00\n"),
    "replications without rows": content("replications.csv", b"policy,replication\n"),
    "replications of short rows": content("replications.csv", b"policy,replication\nbase\n"),
    "summary empty": content("summary.csv", b""),
    "summary gone": content("summary.csv", None),
    "summary of short rows": content("summary.csv", b"policy,metric\nbase\n"),
    "time series of other columns": content("timeseries.csv", b"policy,tier,day\nbase,all,1\n"),
    "time series ragged": content("timeseries.csv", b"policy,tier\nbase,all,1,2\nbase,all,1\n"),
    "survival short": content("survival.csv", b"policy,age_days\nbase,1\n"),
    "survival quoted without end": content("survival.csv", b'"' + b"x" * 200_000),
    "scenario gone": content("scenario.resolved.yaml", None),
    "scenario no scenario": content("scenario.resolved.yaml", b"- 3\n"),
    "scenario binary": content("scenario.resolved.yaml", b"\xff\xfe\x00"),
    "accounts cut": content("accounts.parquet", b"PAR1PAR1", digests=True),
}


def test_there_are_many_kinds_of_damage() -> None:
    assert len(DAMAGED) > 29


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_damaged_run_is_a_fault_of_its_file(
    kind: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = DAMAGED[kind](folder)
    assert main(["report", str(folder), "--no-sensitivity"]) == 2
    told = capsys.readouterr().err
    assert "bug in afterban" not in told
    assert str(folder) in told
    assert name in told or "another policy" in kind  # where either file may be the wrong one
    assert not (folder / "report.html").exists()
    # Nor does a query show it as if nothing were wrong.
    table = name.partition(".")[0] if name.endswith((".csv", ".parquet")) else "summary"
    code = main(["query", f"SELECT * FROM {table}", "--results", str(folder)])
    told = capsys.readouterr().err
    assert "bug in afterban" not in told
    if (folder / "summary.csv").exists() and name != "scenario.resolved.yaml":
        assert code == 2 or "cannot be verified" in told, told


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{}",
        b'{"format": 1, "points": 3}',
        b'{"format": 1, "points": [3], "scenario": "a", "policies": ["base"], "metrics": [], '
        b'"paths": [], "replications": 1}',
        b'{"format": 1, "points": [{"key": "a", "values": {}}], "scenario": "a", '
        b'"policies": ["base"], "metrics": ["odd"], "paths": [], "replications": 1}',
        b'{"format": 1, "points": [{"key": "a", "values": {"x": "1"}}], "scenario": "a", '
        b'"policies": ["base"], "metrics": [], "paths": ["x"], "replications": 1}',
        b'{"format": "x", "points": []}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_sweep_is_a_fault_of_its_file(
    text: bytes, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (store / "manifest.json").write_bytes(text)
    for command in (
        ["report", str(store), "--no-sensitivity"],
        ["query", "SELECT 1 FROM sweep", "--results", str(store.parents[1])],
    ):
        assert main(command) == 2
        told = capsys.readouterr().err
        assert "bug in afterban" not in told
        assert str(store) in told


def test_tripled_numbers_are_told_by_claims_and_never_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reference = Path(__file__).parents[2] / "results" / "reference" / "september-2014"
    (kept,) = reference.iterdir()
    scenario = Scenario.from_yaml("september-2014")
    folder = results.folder_of(scenario, arms(scenario, []), tmp_path)
    shutil.copytree(kept, folder)
    assert main(["claims", "S15", "--out", str(tmp_path), "-q"]) in (0, 1)
    assert "S15" in capsys.readouterr().out
    path = folder / "replications.csv"
    path.write_text(path.read_text().replace(",26", ",78"))
    assert main(["claims", "S15", "--out", str(tmp_path), "-q"]) == 2
    told = capsys.readouterr()
    assert str(path) in told.err
    assert "cut off or changed" in told.err
    assert told.out == ""


@pytest.mark.slow
def test_a_folder_from_before_digests_is_read_with_a_word(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = all_of(folder)
    content("survival.csv", (folder / "survival.csv").read_bytes())(folder)
    with pytest.warns(FileWarning, match="cannot be verified: they were written before digests"):
        assert all_of(folder) == whole
    assert main(["report", str(folder), "--no-sensitivity"]) == 0
    told = capsys.readouterr().err
    assert told.count("cannot be verified") == 1
    assert main(["query", "SELECT count(*) FROM summary", "--results", str(folder)]) == 0
    assert "cannot be verified" in capsys.readouterr().err


def test_a_sweep_from_before_digests_is_read_with_a_word(store: Path) -> None:
    path = store / "manifest.json"
    data = json.loads(path.read_text())
    del data["files_sha256"], data[SEAL]
    path.write_text(json.dumps({**data, "format": 1}))
    (store / "replications.journal").unlink()  # it had files of another kind
    with pytest.warns(FileWarning, match="cannot be verified"):
        assert query("SELECT count(*) FROM sweep", store).rows == ((6,),)
    with pytest.warns(FileWarning, match="cannot be verified"):
        assert read_sweep(store).finished == 6


@pytest.mark.slow
def test_an_edited_comparison_is_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fast = ["--workers", "1", "--reps", "2"]
    assert main(["compare", "tiny.yaml", "--out", "c.json", *fast]) == 0
    made = ["report", "c.json", "--no-sensitivity"]
    assert main(made) == 0
    assert "cannot be verified" not in capsys.readouterr().err
    data = json.loads((here / "c.json").read_text())
    data["differences"][0]["difference"]["value"] = 0.5
    (here / "c.json").write_text(json.dumps(data))
    assert main(made) == 2
    assert "c.json: this is not what `afterban compare --out` wrote" in capsys.readouterr().err
    del data["document_sha256"]
    (here / "c.json").write_text(json.dumps(data))
    assert main(made) == 0
    assert "c.json: this comparison cannot be verified" in capsys.readouterr().err


def test_metrics_that_this_version_does_not_know_are_left_out_with_a_word(folder: Path) -> None:
    for name in ("summary.csv", "replications.csv"):
        path = folder / name
        text = path.read_text().replace("suspensions_per_day", "suspensions_per_week")
        content(name, text.encode())(folder) if name == "summary.csv" else path.write_text(text)
    with pytest.warns(FileWarning) as told:
        found = results.read(folder)
    assert any("`suspensions_per_week`: no such metric" in str(one.message) for one in told)
    assert "suspensions" in found.metrics
    assert np.isfinite(found.estimate("suspensions", "base").value)
