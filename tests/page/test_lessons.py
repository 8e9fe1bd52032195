"""Lessons as pages: recorded parts, Markdown and pictures as data, and the file they lie in."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from node import called, needs_node

from afterban import lessons
from afterban.core.module import MODULE
from afterban.errors import AfterbanError
from afterban.experiment.replicate import run_replication
from afterban.lessons import parts
from afterban.page.build import DOCS, LAYOUT, text_of
from afterban.page.dials import DIALS, dial_story
from afterban.page.lesson_file import lesson_file, lesson_of, page_of
from afterban.page.lessons import line_end, notes_of, question_data, recorded
from afterban.page.marked import blocks, words
from afterban.page.marked import text_of as words_of
from afterban.parameters import AS_WRITTEN
from afterban.report.lesson_svg import plain
from afterban.scenario import Scenario

NAMES = [lesson.name for lesson in lessons.LESSONS]


# --- texts and pictures as data -------------------------------------------------------------------


def test_markdown_is_elements_and_texts() -> None:
    assert blocks("# A\n\nb *c* **d**  e `f`\ng") == [
        ["h1", "A"],
        ["p", "b ", ["em", "c"], " ", ["strong", "d"], "  e ", ["code", "f"], " g"],
    ]
    assert blocks("- one\n- two") == [["ul", ["li", "one"], ["li", "two"]]]
    assert blocks("| a |\n|---|\n| 1 |") == [
        ["table", ["thead", ["tr", ["th", "a"]]], ["tbody", ["tr", ["td", "1"]]]]
    ]
    assert words("one *two*") == ["one ", ["em", "two"]]


def test_markdown_from_a_stranger_is_neither_markup_nor_a_link() -> None:
    found = blocks("<script>x</script> [y](https://example.org) <https://example.com>")
    assert "example.org" not in json.dumps(found)
    assert all(tag in ("p", "") for tag in _tags(found))


def _tags(nodes: list[Any]) -> list[str]:
    return [tag for node in nodes if isinstance(node, list) for tag in (node[0], *_tags(node[1:]))]


def test_styles_of_a_picture_become_attributes() -> None:
    svg = (
        '<svg viewBox="0 0 1 1"><defs>\n<style type="text/css">*{}</style>\n</defs>'
        '<path d="M0" style="fill: var(--xff0000); stroke-width: 2"/></svg>'
    )
    found = plain(svg)
    assert "style" not in found
    assert '<path fill="var(--xff0000)" stroke-width="2" d="M0"/>' in found


def test_notes_without_answers_come_first() -> None:
    page = (
        "*Aim.* To see.\n\n## For the instructor\n\n- **Timing.** Two.\n- **Common mistakes.** X."
    )
    early, late = notes_of(page)
    assert "Two." in json.dumps(early)
    assert "X." not in json.dumps(early)
    assert "X." in json.dumps(late)
    with pytest.raises(ValueError, match="no aim"):
        notes_of(page.replace("Timing", "Other"))


def test_where_a_line_ends_says_nothing_about_its_answer() -> None:
    def end(answer: float, most: float, **slips: float) -> float:
        number = parts.work_out(
            "Check 1", "p", answer, tolerance=0.1, unit="%", why="w", slips=slips, most=most
        )
        return line_end(number)

    assert end(5.0, 1000.0) == 20
    assert end(5.0, 1000.0, s=90.0) == 500
    assert end(0.4, 1000.0) == 2
    assert end(40.0, 100.0) == 100  # no more can be answered
    for name in NAMES:
        for section in lesson_of(name)["sections"]:
            question = section["question"]
            if question and "answer" in question:
                told = [question["answer"], *(value for value, _ in question["slips"])]
                assert max(told) <= question["high"] <= question["most"]


def test_an_answer_of_each_kind_is_told_about() -> None:
    number = parts.work_out("Check 1", "p", 2.0, tolerance=0.1, unit="%", why="w", slips={"s": 3.0})
    assert question_data(number)["slips"] == [[3.0, ["s"]]]
    choice = parts.choose("Check 2", "p", {"a": (True, ""), "b": (False, "no")}, "why")
    assert [one["says"] for one in question_data(choice)["options"]] == [["why"], ["no"]]


# --- the file -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_what_is_recorded_is_a_whole_lesson(name: str) -> None:
    lesson = lesson_of(name)
    questions = [one["question"] for one in lesson["sections"]]
    assert questions[-1] is None
    assert None not in questions[:-1]
    for question in questions[:-1]:
        if "options" in question:
            assert sum(one["right"] for one in question["options"]) == 1
    pictures = [b for one in lesson["sections"] for b in one["after"] if b["kind"] == "picture"]
    assert len(pictures) >= 2
    for picture in pictures:
        for svg in (picture["wide"], picture["narrow"]):
            assert "style" not in svg
            assert "<script" not in svg
            assert set(re.findall(r"var\((--x\w+)\)", svg)) <= set(lesson["colours"])
        assert picture["tables"] or "hundred dots" in picture["alt"]
    assert any(b["kind"] == "optional" for one in lesson["sections"] for b in one["after"])


def test_the_file_packs_its_answers_and_allows_no_more_than_its_own() -> None:
    page = page_of(list(lessons.LESSONS))
    assert "unsafe-inline" not in page
    for name in NAMES:
        for section in lesson_of(name)["sections"]:
            if section["question"]:
                assert words_of(["p", *section["question"]["solution"]])[:40] not in page


def test_a_lesson_that_is_none_is_refused() -> None:
    with pytest.raises(AfterbanError, match="did you mean `queues`"):
        lessons.find("quues")


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_what_lies_in_the_package_is_what_would_be_recorded(name: str) -> None:
    pytest.importorskip("marimo", reason="marimo is not installed; pip install 'afterban[lessons]'")
    notes = (DOCS / f"{name}.md").read_text(encoding="utf-8")
    now = recorded(lessons.find(name), notes)
    assert text_of(now) == lesson_file(name).read_text(encoding="utf-8")


# --- the dial -------------------------------------------------------------------------------------

ASK = """
const dial = JSON.parse(data.dial), layout = JSON.parse(readFileSync(data.layout, "utf8"));
const story = dial.lowered, told = [];
const page = await simulator.createSimulator({ module: readFileSync(data.module), layout, story });
for (const settings of data.asked) {
    const answer = await page.ask({ settings });
    const state_ = { story: story.key, size: "real", seed: story.seed, settings, view: {} };
    const { figures } = answer.policies.base;
    told.push([state.toYaml(state_, story), dial.metrics.map((name) => figures[name])]);
}
return told;
"""


# The other dials are held against the command line by the slow tests.
EACH = [name if name == "handles" else pytest.param(name, marks=pytest.mark.slow) for name in NAMES]


@needs_node
@pytest.mark.parametrize("name", EACH)
def test_a_dial_gives_what_the_command_line_gives(tmp_path: Path, name: str) -> None:
    dial = DIALS[name]
    data = json.loads(text_of(lesson_of(name)["dial"]))
    places = [at for at in dial.marks if at != dial.start]
    asked = [{}, {dial.key: places[0]}, {dial.key: places[-1]}]
    given = {"dial": json.dumps(data), "layout": str(LAYOUT), "module": str(MODULE)}
    told = called(ASK, {**given, "asked": asked})
    for yaml, figures in told:
        scenario = Scenario.from_text(yaml, "<dial>")
        (base,) = run_replication(scenario, [AS_WRITTEN])
        assert figures == pytest.approx([base.metrics[one] for one in dial.metrics], rel=1e-12)
    assert told[0][1] == pytest.approx([data["recorded"][one] for one in dial.metrics], rel=1e-12)
    assert len({tuple(figures) for _, figures in told}) == 3


@pytest.mark.parametrize("name", EACH)
def test_a_dial_is_that_of_its_lesson(name: str) -> None:
    assert text_of(dial_story(DIALS[name])) == text_of(lesson_of(name)["dial"])
