"""``afterban explore`` at the terminal."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from afterban.cli import main, page_of

SMALL = """
schema_version: 1
name: small
start: 2014-09-01
horizon: 8 days
tiers:
  supporter: {count: 12, audience: 200, posts: 2 per day}
detection: {reports: 5000 per million impressions}
review: {time_to_action: {lognormal: {median: 24h, sigma: 1.0}}}
policies:
  quicker: {review: {time_to_action: {lognormal: {median: 1h, sigma: 1.0}}}}
  fewer: {returning: {probability: 0.1}}
"""
FAST = ["--points", "16", "--reps", "1", "--workers", "1", "--quiet"]


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    return tmp_path


@pytest.mark.slow
def test_arms_have_a_table_with_their_prices_and_files(
    there: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explore", "small.yaml", *FAST, "--target", "effective_reach < 99 %"]) == 0
    out = capsys.readouterr().out
    for words in ("P(best)", "regret", "wrong suspensions", "effective_reach < 99 %", "quicker"):
        assert words in out
    assert "fewer" not in out, "an arm that changes the operators is no choice"
    assert "no probability of the world" in out
    folder = there / "results" / "questions" / "explore-small"
    assert (folder / "explore.png").stat().st_size > 10_000
    with (folder / "arms.csv").open() as stream:
        assert [row["policy"] for row in csv.DictReader(stream)] == ["base", "quicker"]
    with (folder / "points.csv").open() as stream:
        assert len(list(csv.DictReader(stream))) == 16


@pytest.mark.slow
def test_one_document_of_json_says_it_all(there: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explore", "small.yaml", *FAST, "--json", "--policies", "base,none"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [one["policy"] for one in data["arms"]] == ["base", "none"]
    assert data["method"] == "given"
    assert {one["response"] for one in data["responses"]} == {"level", "difference", "best"}
    assert all(Path(name).exists() for name in data["files"])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--metric", "efective_reach"], "did you mean `effective_reach`"),
        (["--policies", "base,quikcer"], "did you mean `quicker`"),
        (["--policies", "base,fewer"], "`fewer` is no choice"),
        (["--target", "effective_reach"], "is no target"),
        (["--between", "base"], "give two arms"),
        (["--method", "sobl"], "did you mean `sobol`"),
    ],
)
def test_bad_input_is_one_message_and_leaves_nothing(
    arguments: list[str], told: str, there: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explore", "small.yaml", *FAST, *arguments]) == 2
    err = capsys.readouterr().err
    assert told in err
    assert "Traceback" not in err
    assert not (there / "results").exists()


def test_words_that_people_look_for_lead_to_its_guide() -> None:
    for word in ("regret", "discovery", "sensitivity"):
        assert "which-assumption-decides" in (page_of(word) or "")
