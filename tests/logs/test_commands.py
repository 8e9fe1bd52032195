"""`afterban fit` and `afterban log`, as they are typed."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

import afterban
from afterban.cli import main
from afterban.experiment.draws import at_each_draw, read_draws
from afterban.logs import columns, similar, writing
from afterban.logs.fit import fit
from afterban.logs.recovery import PLAIN
from afterban.scenario import Scenario
from afterban.scenario.places import matches


class Told(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plain.yaml").write_text(PLAIN)
    return tmp_path


@pytest.fixture
def cli(here: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    def run(*arguments: str) -> Told:
        capsys.readouterr()
        code = main(arguments)
        out, err = capsys.readouterr()
        return Told(code, out, err)

    return run


MESS = "links=0.3,zones,duplicates=0.03,faults=0.02"


@pytest.mark.slow
def test_from_a_log_to_a_scenario_its_draws_and_a_page(cli, here: Path) -> None:
    assert cli("log", "plain.yaml", "-o", "log.csv", "--mess", MESS, "--quiet").code == 0
    told = cli("fit", "log.csv", "--linkage-recall", "0.7", "--hold-out", "1", "-o", "fitted.yaml")
    assert told.code == 0, told.err
    made = ["fitted.yaml", "fitted.parquet", "fitted.html", "faults.csv"]
    assert told.out.strip().split("\n")[-4:] == made
    scenario = Scenario.from_yaml("fitted.yaml")
    assert scenario.evidence["returning.probability"].kind == "measured"
    assert scenario.evidence["returning.probability"].range is not None
    draws = read_draws(Path("fitted.parquet"))
    assert len(draws.frame) == 400
    assert {"returning.probability", "returning.delay"} <= set(draws.paths)
    few = at_each_draw(scenario, type(draws)(draws.path, draws.frame.head(5), draws.meta))
    assert len({one.returning.probability for one in few}) == 5
    assert "returning.probability" in told.out or "probability of return" in told.out


@pytest.mark.slow
def test_no_handle_and_no_id_goes_out(cli, here: Path) -> None:
    cli("log", "plain.yaml", "-o", "log.csv", "--mess", MESS, "--quiet")
    with open("log.csv") as stream:
        rows = list(csv.DictReader(stream))
    secrets = {row["account_id"] for row in rows} | {row["handle"] for row in rows}
    shown = [
        cli("fit", "log.csv", "-o", "fitted.yaml"),
        cli("fit", "log.csv", "--json"),
        cli("fit", "log.csv", "--check"),
        cli("fit", "log.csv", "--check", "--json"),
        cli("fit", "log.csv", "--allow-faults", "0"),
    ]
    text = "".join(one.out + one.err for one in shown)
    text += "".join(Path(name).read_text() for name in ("fitted.yaml", "fitted.html", "faults.csv"))
    text += repr(read_draws(Path("fitted.parquet")).frame.to_csv())
    words = set(re.findall(r"[A-Za-z0-9_]+", text))
    assert len(secrets) > 1000
    assert not {word for word in secrets if len(word) > 3} & words
    with open("faults.csv") as stream:
        told = list(csv.reader(stream))
    assert told[0] == ["row", "column", "fault", "left_out"]
    assert len(told) > 20
    assert all(row[0].isdigit() for row in told[1:])


def test_a_wrong_file_is_refused_in_a_line_and_nothing_is_written(cli, here: Path) -> None:
    Path("a.csv").write_text("account,created\n1,2\n")
    for arguments, words in (
        (("none.csv",), "no such file"),
        (("a.csv",), "did you mean"),
        (("plain.yaml",), "no column"),
        (("a.csv", "--linkage-recall", "70"), "--linkage-recall"),
        (("a.csv", "--timezone", "Mars"), "no such zone"),
        (("a.csv", "--map", "x=y"), "no known column"),
        (("a.csv", "-o", "nowhere/f.yaml"), "no folder"),
        (("a.csv", "-o", "f.txt"), ".yaml"),
        (("a.csv", "--hold-out", "-1"), "months"),
        (("a.csv", "--from", "nobody"), "nobody"),
    ):
        told = cli("fit", *arguments)
        assert told.code == 2, arguments
        assert words in told.err
        assert "Traceback" not in told.err
        assert told.err.count("afterban: ") == 1
    assert sorted(path.name for path in here.iterdir()) == ["a.csv", "plain.yaml"]


def test_check_lists_what_was_put_in(cli, here: Path) -> None:
    cli("log", "plain.yaml", "-o", "log.csv", "--mess", MESS, "--quiet")
    told = json.loads(cli("fit", "log.csv", "--check", "--json").out)
    table = told["table"]
    rows = int(table["rows"].replace(",", ""))
    assert int(table["duplicates"].replace(",", "")) == pytest.approx(0.03 * rows, rel=0.5)
    assert int(table["impossible orders"]) > 0
    assert told["faults_file"] == "faults.csv"
    plain = cli("fit", "log.csv", "--check").out
    assert "left out" in plain


@pytest.mark.slow
def test_a_range_is_read_in_every_usual_form(cli, here: Path) -> None:
    cli("log", "plain.yaml", "-o", "log.csv", "--quiet")
    found = [
        json.loads(cli("fit", "log.csv", "--linkage-recall", text, "--json").out)["estimates"][0]
        for text in ("0.6-0.9", "60%-90%", "0.6–0.9")
    ]
    assert found[0] == found[1] == found[2]


def test_a_log_of_kept_results_is_that_of_the_run(cli, here: Path) -> None:
    assert cli("run", "plain.yaml", "--reps", "1", "--no-figures", "--policies", "base").code == 0
    folder = next(Path("results").iterdir())
    assert cli("log", str(folder), "-o", "kept.csv").code == 0
    assert cli("log", "plain.yaml", "-o", "run.csv", "--quiet").code == 0
    assert Path("kept.csv").read_bytes() == Path("run.csv").read_bytes()
    told = cli("log", str(folder), "--set", "returning.probability=0.1")
    assert told.code == 2
    assert "not run again" in told.err
    assert cli("log", str(folder), "--replication", "7").code == 2
    assert cli("log", str(folder), "--policy", "bse").code == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [("link=0.3", "did you mean `links`"), ("links=2", "share"), ("zones=x", "share")],
)
def test_a_mess_that_is_none(text: str, words: str, cli) -> None:
    told = cli("log", "plain.yaml", "--mess", text)
    assert told.code == 2
    assert words in told.err
    assert not Path("log.csv").exists()


@pytest.mark.slow
def test_a_report_of_a_fitted_scenario_cites_the_log(cli, here: Path) -> None:
    cli("log", "plain.yaml", "-o", "log.csv", "--quiet")
    assert cli("fit", "log.csv", "--from", "plain.yaml", "-o", "fitted.yaml").code == 0
    run = ("run", "fitted.yaml", "--reps", "1", "--no-figures", "--policies", "base")
    assert cli(*run).code == 0
    told = cli("report", "fitted", "--no-sensitivity")
    assert told.code == 0, told.err
    page = Path(told.out.strip()).read_text()
    assert "own-log" in page
    assert "measured in a log or record" in page


# --- what is written ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def run() -> tuple[pd.DataFrame, Scenario]:
    return writing.accounts_of("", lambda _: Scenario.from_text(PLAIN))


def test_mess_is_what_was_asked_for(run) -> None:
    accounts, scenario = run
    clean = writing.log_of(accounts, scenario.start)
    assert len(clean) == len(accounts)
    linked = (accounts["life"] > 1).sum()
    assert (clean["linked_to"] != "").sum() == linked
    mess = writing.Mess(links=0.4, zones=0.5, duplicates=0.1, faults=0.1)
    messy = writing.log_of(accounts, scenario.start, mess)
    assert (messy["linked_to"] != "").sum() / linked == pytest.approx(0.6, abs=0.08)
    assert len(messy) / len(clean) == pytest.approx(1.1, abs=0.03)
    forms = messy["created_at"].str.replace(r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d ?", "", regex=True)
    forms = forms.str.replace(r"^\d+$", lambda told: str(len(told[0])), regex=True)
    known = {"Z", "+02:00", "-04:00", "-05:00", "EST", "10", "13"}  # New York has two offsets
    assert known <= set(forms) <= {*known, "", "yesterday"}
    assert writing.log_of(accounts, scenario.start, mess).equals(messy)
    assert not writing.log_of(accounts, scenario.start, mess, seed=9).equals(messy)


def test_ids_tell_nothing_of_the_operator(run) -> None:
    accounts, scenario = run
    clean = writing.log_of(accounts, scenario.start)
    assert clean["account_id"].is_unique
    numbers = clean["account_id"].str[1:].astype(int)
    assert abs(np.corrcoef(numbers, np.arange(len(numbers)))[0, 1]) < 0.1


def test_zones_change_no_moment(run, tmp_path: Path) -> None:
    from afterban.logs import reading

    accounts, scenario = run
    logs = []
    for number, mess in enumerate((writing.Mess(), writing.Mess(zones=1.0))):
        path = tmp_path / f"{number}.csv"
        writing.write(path, writing.log_of(accounts, scenario.start, mess))
        logs.append(reading.read(path))
    assert logs[0].created == pytest.approx(logs[1].created, abs=1e-6)
    assert np.nan_to_num(logs[0].suspended) == pytest.approx(
        np.nan_to_num(logs[1].suspended), abs=1e-6
    )


# --- from Python ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_answer_has_the_shape_of_all_answers(run, tmp_path: Path) -> None:
    accounts, scenario = run
    path = tmp_path / "log.csv"
    writing.write(path, writing.log_of(accounts, scenario.start, writing.Mess(links=0.3)))
    (tmp_path / "plain.yaml").write_text(PLAIN)
    found = afterban.fit(path, tmp_path / "plain.yaml")
    assert isinstance(found, afterban.Answer)
    assert "come back" in str(found)
    frame = found.frame()
    assert {"key", "value", "low", "high", "n", "method", "tells"} <= set(frame.columns)
    assert json.loads(json.dumps(found.to_dict()))["accounts"] == len(accounts)
    assert len(found.figure().axes) == 4
    recall = found.found.quantity("linkage_recall")
    assert recall is not None
    assert recall.low < 0.7 < recall.high
    again = fit(path, tmp_path / "plain.yaml")
    assert again.to_dict() == found.to_dict()
    other = fit(path, tmp_path / "plain.yaml", seed=2).frame()
    assert (other["value"].dropna() == frame["value"].dropna()).all()
    assert (other["low"].dropna() != frame["low"].dropna()).any()
    looked = afterban.check_log(path)
    assert len(looked.figure().axes) == 1
    assert "can be used" in str(looked)


def test_what_the_log_cannot_tell_is_left_as_in_the_base(run, tmp_path: Path) -> None:
    accounts, scenario = run
    table = writing.log_of(accounts, scenario.start)[["account_id", "created_at", "suspended_at"]]
    path = tmp_path / "log.csv"
    writing.write(path, table)
    (tmp_path / "plain.yaml").write_text(PLAIN)
    found = fit(path, tmp_path / "plain.yaml")
    assert [one.path for one in found.made.settings] == []
    keys = " ".join(found.made.kept)
    for key in ("returning.probability", "review.time_to_action", "handles.near_identical"):
        assert key in keys
    base = Scenario.from_yaml(tmp_path / "plain.yaml")
    made = found.made.scenario(tmp_path / "fitted.yaml")
    assert made.returning == base.returning
    assert found.found.quantity("life").tells == "yes"


def test_what_the_base_changes_on_dates_is_left_to_it(run, tmp_path: Path) -> None:
    accounts, scenario = run
    path = tmp_path / "log.csv"
    writing.write(path, writing.log_of(accounts, scenario.start))
    regime = "  regimes: [{from: 2024-03-01, time_to_action: 2h, classifier: 0.01 per post}]\n"
    text = PLAIN.replace(
        "detection: {reports: 0, classifier: 0.002 per post}", "detection:\n" + regime
    )
    (tmp_path / "dated.yaml").write_text(text)
    found = fit(path, tmp_path / "dated.yaml", linkage_recall=1.0)
    paths = {one.path for one in found.made.settings}
    assert "tiers.one.watched" in paths
    assert not {"review.time_to_action", "detection.classifier"} & paths
    kept = " ".join(found.made.kept)
    assert "review.time_to_action" in kept
    assert "detection.classifier" in kept


def test_a_scenario_without_a_base_is_whole(run, tmp_path: Path) -> None:
    accounts, scenario = run
    path = tmp_path / "log.csv"
    writing.write(path, writing.log_of(accounts, scenario.start))
    made = fit(path, linkage_recall=1.0).made
    whole = made.scenario(tmp_path / "fitted.yaml")
    assert whole.start == scenario.start
    assert set(whole.tiers) == {"supporter", "hub"}
    assert sum(tier.count for tier in whole.tiers.values()) == 500
    assert whole.detection.reports == 0
    assert whole.handles.edits.one + whole.handles.edits.two == pytest.approx(1.0)
    told = [pattern for patterns in columns.TELLS.values() for pattern in patterns]
    for setting in made.settings:
        assert setting.path.split(".")[0] in made.text
        assert any(matches(pattern, setting.path) for pattern in told), setting.path
    assert whole.audience.recognition.near_edits == similar.NEAR
