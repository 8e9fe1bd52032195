"""The hand-out: its numbers are those of the command line, and its positions those of the story."""

from __future__ import annotations

import json
import re
import shlex
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from afterban.app import handout
from afterban.claims import load
from afterban.cli import main
from afterban.errors import AfterbanError, MissingExtra
from afterban.page.presets import NOBODY, SLIDERS, STORIES
from afterban.page.state import start_of
from afterban.statistics import paired_difference

# A story whose network is small as it is.
SMALL = replace(start_of("flame-war-2011"), seed=5)
POSITIONS = {
    "returns": ("0.2", "0.4", "0.9"),
    "speed": ("1h", "1d"),
    "first": (NOBODY, "random"),
}


def cli(*arguments: str) -> tuple[int, str]:
    stream = StringIO()
    with redirect_stdout(stream):
        code = main(list(arguments))
    return code, stream.getvalue()


@pytest.fixture(scope="module")
def grid() -> handout.Grid:
    return handout.run_grid(SMALL, sliders=POSITIONS, replications=3, workers=1)


@pytest.fixture(scope="module")
def page(grid: handout.Grid) -> str:
    return handout.page_of(grid)


def data_in(page: str) -> Any:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


@pytest.mark.parametrize("story", list(STORIES))
def test_every_story_has_positions_with_its_start_among_them(story: str) -> None:
    start = start_of(story)
    chosen, made = handout.positions(start)
    assert made.count(start) == 1
    assert 12 <= len(made) <= 300
    assert SLIDERS[next(iter(chosen))].ordered  # the axis of the curve
    for key, values in chosen.items():
        allowed = [step.value for step in start.about.steps(key)]
        assert [value for value in allowed if value in values] == list(values), key


def test_numbers_are_those_of_the_command_that_the_page_gives(
    grid: handout.Grid, page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    data = data_in(page)
    sizes = [len(one["steps"]) for one in data["sliders"]]
    assert len(data["points"]) == np.prod(sizes) == 12
    moved = int(np.ravel_multi_index((2, 0, 1), sizes))
    seen = set()
    for k in (data["start"], moved):
        point = data["points"][k]
        sets = [word for i in point["set"] for word in ("--set", data["changes"][i])]
        given = [
            "run",
            data["story"]["scenario"],
            "--policies",
            "base",
            "--seed",
            str(data["seed"]),
        ]
        given += ["--reps", str(data["replications"]), *sets]
        code, text = cli(*shlex.split(shlex.join(given)), "--no-figures", "-q", "--json")
        assert code in (0, 1)
        told = json.loads(text)["policies"]["base"]
        for metric, row in zip(data["metrics"], point["rows"], strict=True):
            e = told[metric["key"]]
            assert row[3] == e["n"]
            for shown, exact in zip(row[:3], (e["estimate"], e["low"], e["high"]), strict=True):
                assert (shown is None) == (exact is None)
                if exact is not None:
                    assert shown == pytest.approx(exact, rel=1e-5, abs=0), metric
        seen.add(point["rows"][1][0])
    assert len(seen) == 2  # the two positions do differ


def test_every_point_stands_where_its_sliders_say(grid: handout.Grid, page: str) -> None:
    data = data_in(page)
    sizes = [len(one["steps"]) for one in data["sliders"]]
    for k, point in enumerate(grid.points):
        where = np.unravel_index(k, sizes)
        for slider, i in zip(data["sliders"], where, strict=True):
            assert getattr(point.state, slider["key"]) == slider["steps"][int(i)]["value"]
    start = [one["start"] for one in data["sliders"]]
    assert data["start"] == grid.start == np.ravel_multi_index(start, sizes)


def test_differences_are_paired_with_the_story(grid: handout.Grid, page: str) -> None:
    data = data_in(page)
    k = next(k for k, p in enumerate(grid.points) if p.state.first == "random")
    mine, before = (
        np.array([one["outsider_impressions"] for one in grid.points[i].metrics])
        for i in (k, grid.start)
    )
    assert not np.array_equal(mine, before)
    (place,) = [i for i, m in enumerate(data["metrics"]) if m["key"] == "suspensions"]
    mine, before = (
        np.array([one["suspensions"] for one in grid.points[i].metrics]) for i in (k, grid.start)
    )
    e = paired_difference(mine, before)
    sign = "more" if e.low > 0 else "less" if e.high < 0 else "unclear"
    assert data["points"][k]["rows"][place][7] == sign
    assert data["points"][grid.start]["rows"][place][6] == ""


def test_curves_are_means_of_the_replications(grid: handout.Grid) -> None:
    point = grid.points[grid.start]
    assert point.live.n == 3
    assert point.live.mean[0] == pytest.approx(2)  # two accounts, and nobody is suspended
    assert (point.live.mean == 2).all()
    twin = grid.twins[point.twin]
    np.testing.assert_allclose(point.attached.mean, twin.attached.mean, rtol=1e-12)
    hit = next(p for p in grid.points if p.state.first == "random")
    assert hit.live.mean.min() < 2
    # At the end the curve is what the metric says.
    ends = np.mean([one["live_accounts"] for one in hit.metrics])
    assert hit.live.mean[-1] == pytest.approx(ends)


def test_worlds_without_enforcement_are_run_once(grid: handout.Grid) -> None:
    # Whether operators come back, and how soon accounts are acted on, is nothing in them.
    assert len(grid.twins) == 1


def test_published_figures_stand_beside_the_simulated(grid: handout.Grid, page: str) -> None:
    data = data_in(page)
    by_id = {one["id"]: one for one in data["cited"]}
    assert by_id["S6"]["start"].startswith("0,")
    random = next(k for k, p in enumerate(grid.points) if p.state.first == "random")
    told = by_id["S6"]["points"]
    assert told[grid.start].startswith("0,")
    assert not told[random].startswith("0,")
    assert by_id["S6"]["cited"] in page


def test_counts_of_a_network_are_not_compared_with_another_size() -> None:
    claims = {claim.id: claim for claim in load()}
    counts = claims["S15"]
    assert counts.metric == "live_accounts"
    assert handout.applies(counts, full=True)
    assert not handout.applies(counts, full=False)
    for name in ("S11", "S12", "S16"):  # of the official accounts, which are all there; a ratio
        assert handout.applies(claims[name], full=False), name
    assert not handout.applies(claims["S3"], full=True)  # nothing is simulated for it


def test_a_line_keeps_its_corners() -> None:
    x = np.linspace(0, 10, 2001)
    y = np.where(x < 4, 100 * (1 - np.exp(-x)), 30 * (x - 4))
    kept = handout.corners(x, y, 0.5)
    assert 4 < len(kept) < 60
    off = np.abs(np.interp(x, x[kept], y[kept]) - y)
    assert off.max() <= 0.5 + 1e-9
    assert np.array_equal(handout.corners(x, 3 * x, 0.01), [0, 2000])


def test_the_page_asks_for_nothing_and_is_small(page: str) -> None:
    assert len(page) < 5_000_000
    assert "default-src 'none'" in page
    assert not re.findall(r'(?:src|href)="(?!#|data:)', page)
    script = page.rpartition("<script>")[2]
    for word in ("fetch(", "XMLHttpRequest", "import(", "WebSocket", "innerHTML", "eval("):
        assert word not in script
    addresses = set(re.findall(r"https?://[^\s\"'<)]+", page))
    assert addresses == {"http://www.w3.org/2000/svg"}


def test_the_same_grid_gives_the_same_bytes(grid: handout.Grid, page: str) -> None:
    assert handout.page_of(grid) == page


def test_it_says_something_without_javascript(grid: handout.Grid, page: str) -> None:
    hidden = "".join(re.findall(r"<noscript>(.*?)</noscript>", page, re.DOTALL))
    for step in data_in(page)["sliders"][0]["steps"]:
        assert step["label"] in hidden


def test_a_story_is_found_by_its_scenario() -> None:
    assert handout.known_story("one-off-purge") == "how-fast"
    assert handout.known_story("queue") == "queue"
    with pytest.raises(AfterbanError, match="did you mean `how-fast`"):
        handout.known_story("how-fats")


def test_the_command_writes_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    few = {"returns": ("0.2", "0.4"), "first": (NOBODY, "random")}
    monkeypatch.setitem(handout.GRIDS, "flame-war-2011", few)  # type: ignore[arg-type]
    common = ("--workers", "1", "-q")
    code, text = cli("handout", "flame-war-2011", "--reps", "1", *common, "--json")
    assert code == 0
    told = json.loads(text)
    assert told["page"] == "handout-flame-war-2011.html"
    assert told["positions"] == 4
    assert told["bytes"] == (tmp_path / told["page"]).stat().st_size
    again = (tmp_path / told["page"]).read_text(encoding="utf-8")
    assert "afterban handout flame-war-2011 --seed 2011 --reps 1" in again
    code, _ = cli("handout", "flame-war-2011", "--reps", "1", *common, "--out", "x.html")
    assert (tmp_path / "x.html").read_text(encoding="utf-8") == again
    for wrong, says in (
        (["nothing-such"], "is no story"),
        (["flame-war-2011", "--size", "class"], "is no size"),
        (["queue", "--reps", "0"], "at least 1"),
        (["queue", "--out", ""], "no file or folder is named"),
    ):
        code, _ = cli("handout", *wrong)
        assert code == 2
        assert says in capsys.readouterr().err


def test_a_missing_extra_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingExtra, match=r"\[report\]"):
        handout.require()
