"""Questions of the page: each has one answer, data or one clear line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

pytest.importorskip("anywidget", reason="the page is not installed (pip install 'afterban[app]')")

from afterban.app import widget
from afterban.page import state
from afterban.page.presets import SLIDERS, STORIES
from afterban.page.state import State, query_of, start_of

WAR = start_of("flame-war-2011")


@pytest.fixture(autouse=True)
def opened() -> Iterator[None]:
    before = widget.opened_with
    yield
    widget.opened_with = before


@pytest.mark.parametrize("part", ["one", "numbers", "cited", "yaml", "json"])
def test_each_part_is_plain_data_with_the_id_of_the_question(part: str) -> None:
    told = widget.answer({"id": 7, "part": part, "query": query_of(WAR)})
    assert set(told) == {"id", "data"}
    assert told["id"] == 7
    assert json.loads(json.dumps(told, allow_nan=False)) == told


def test_a_point_of_the_curve_is_for_a_speed_of_the_story() -> None:
    asked = {"id": 1, "part": "curve", "query": query_of(WAR), "speed": "1h"}
    assert widget.answer(asked)["data"]["value"] == 1
    assert "does not have" in widget.answer({**asked, "speed": "5h"})["error"]


def test_what_is_wrong_is_one_line() -> None:
    told = widget.answer({"id": 3, "part": "one", "query": "speed=5h"})
    assert told["id"] == 3
    assert "`5h` is no value of `speed`" in told["error"]
    assert "\n" not in told["error"]


@pytest.mark.parametrize("question", [None, [], {}, {"id": 1}, {"id": 1, "part": "eval"}])
def test_nonsense_is_answered_too(question: object) -> None:
    assert "error" in widget.answer(question)


def test_the_page_is_told_of_all_stories_and_sliders() -> None:
    about = widget.about()
    assert json.loads(json.dumps(about, allow_nan=False)) == about
    assert [one["key"] for one in about["stories"]] == list(STORIES)
    assert [one["key"] for one in about["sliders"]] == list(SLIDERS)
    sizes = {one["key"]: one["sizes"] for one in about["stories"]}
    assert sizes["june-2014"][0] == ["class", "class size: 2,476 operators"]
    assert sizes["june-2014"][1] == ["real", "real size: 27,001 operators"]
    # No two choices of a story look the same.
    assert all(len({text for _, text in one}) == len(one) for one in sizes.values())
    for one in about["stories"]:
        assert len(one["presets"]) >= 5


def test_it_starts_with_the_link_then_the_file_then_the_first_story() -> None:
    def started(query: str = "") -> dict[str, object]:
        found: dict[str, object] = widget.answer({"id": 1, "part": "start", "query": query})["data"]
        return found

    def data(one: State) -> dict[str, object]:
        return {name: getattr(one, name) for name in State.__dataclass_fields__}

    assert started() == {"state": data(start_of()), "error": None}
    mine = replace(start_of("names"), speed="6h", day=9)
    widget.opened_with = mine
    assert started() == {"state": data(mine), "error": None}
    assert started("?" + query_of(WAR)) == {"state": data(WAR), "error": None}
    wrong = started("?speed=5h")
    assert wrong["state"] == data(start_of())
    assert "no value of `speed`" in str(wrong["error"])


def test_a_file_is_opened_or_refused() -> None:
    mine = replace(start_of("names"), speed="6h", day=9)
    asked = {"id": 1, "part": "open", "text": state.json_of(mine), "name": "mine.json"}
    assert state.from_query("&".join(f"{k}={v}" for k, v in widget.answer(asked)["data"].items()))
    assert widget.answer(asked)["data"]["speed"] == "6h"
    assert "mine.json" in widget.answer({**asked, "text": "{"})["error"]


def test_what_is_saved_can_be_read_again() -> None:
    mine = replace(WAR, first="followers", day=9)
    told = widget.answer({"id": 1, "part": "json", "query": query_of(mine)})["data"]
    assert state.from_json(told["text"]) == mine
    told = widget.answer({"id": 1, "part": "yaml", "query": query_of(mine)})["data"]
    assert told["name"] == "page-flame-war-2011.yaml"
    assert "effective reach: " in told["text"]
    assert told["hint"] == "Run it: afterban run page-flame-war-2011.yaml --policies base"


def test_the_page_and_the_state_have_the_same_fields() -> None:
    script = (widget.HERE / "page.js").read_text(encoding="utf-8")
    names = script.partition('const NAMES = "')[2].partition('"')[0].split()
    assert sorted(names) == sorted(State.__dataclass_fields__)


def test_the_page_asks_for_nothing_from_anywhere() -> None:
    for name in ("page.js", "page.css"):
        text = (widget.HERE / name).read_text(encoding="utf-8")
        assert "http://www.w3.org/2000/svg" in text or "http" not in text
        assert text.count("http") == (1 if name == "page.js" else 0)
        assert "@import" not in text
        assert "url(" not in text.replace("url(#", "")
        assert "fetch(" not in text
