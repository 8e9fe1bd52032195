"""Slides of a story: printed, saved, and none gives an answer that nobody has guessed."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
from telling import OUTSIDE, Look, answers_of, ask_for_answers, guess, kept, sheets, stops

from afterban.page.stories import STORIES

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

GUIDE = Path(__file__).parents[2] / "docs" / "howto" / "tell-a-story.md"


@pytest.mark.parametrize("key", list(STORIES))
def test_each_step_is_a_slide_and_none_tells_too_much(look: Look, barriers: Any, key: str) -> None:
    seen = look(scheme="dark" if key == "faster" else "light")
    page = seen.page
    page.select_option("#story", key)
    story = seen.story(key)
    beats = story["beats"]
    first = next(beat for beat in beats if "question" in beat)
    page.click(".toslides:visible")
    shown = page.locator("svg.slide").count()
    assert shown == beats.index(first) + 1
    answer = set(answers_of(first["question"]))
    assert not answer & stops(seen.text())
    page.click("text=Teacher's sheet")
    assert page.locator(".sheet").count() == 0  # it would have answers
    assert not answer & stops(seen.text())
    page.click("text=Teacher's sheet")
    assert len(sheets(page)) == shown
    ask_for_answers(page)
    assert page.locator("svg.slide").count() == len(beats)
    assert answer & stops(seen.text())
    assert page.evaluate(OUTSIDE) == []
    assert barriers(page) == []
    landscape = sheets(page)
    assert len(landscape) == len(beats)
    assert all(width / height == pytest.approx(16 / 9, abs=0.01) for width, height in landscape)
    page.click("text=Teacher's sheet")
    for beat in beats:
        if "question" in beat:
            says = beat["question"]["says"].replace("\N{NO-BREAK SPACE}", " ")
            assert says in seen.text()
    assert barriers(page) == []
    upright = sheets(page)
    assert 1 <= len(upright) <= 3
    assert all(width < height for width, height in upright)
    page.keyboard.press("Escape")
    assert page.locator("#line").is_visible()
    assert not answer & stops(seen.text())  # nothing of it is left
    page.click(".toslides:visible")
    assert page.locator("svg.slide").count() == shown  # it was asked for once
    assert seen.said == []


def test_words_that_leave_a_slide_are_seen(look: Look) -> None:
    seen = look()
    seen.page.click(".toslides:visible")
    assert seen.page.evaluate(OUTSIDE) == []
    seen.page.evaluate("document.querySelector('.slide .title').setAttribute('x', 900)")
    assert len(seen.page.evaluate(OUTSIDE)) == 1
    seen.page.evaluate("document.querySelector('.slide .title').setAttribute('y', 180)")
    assert any("lies on" in one for one in seen.page.evaluate(OUTSIDE))


def test_slides_are_saved_one_by_one_or_all_together(look: Look) -> None:
    seen = look()
    page = seen.page
    page.click(".toslides:visible")
    name, one = kept(seen.page, "text=This step as PNG")
    assert name == "second-account-1.png"
    name, archive = kept(seen.page, "text=All steps as PNG")
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        assert files.testzip() is None
        assert files.namelist() == ["second-account-1.png", "second-account-2.png"]
        assert files.read("second-account-1.png") == one
        for each in map(files.read, files.namelist()):
            assert struct.unpack(">II", each[16:24]) == (1280, 720)
            assert len(each) > 60_000  # with its pictures
    broken = zipfile.ZipFile(io.BytesIO(archive.replace(one[2000:2008], b"01234567")))
    assert broken.testzip() == name.replace(".zip", "-1.png")


def test_a_page_is_printed_as_its_slides(look: Look) -> None:
    seen = look("small")
    assert len(sheets(seen.page)) == 2
    assert seen.page.locator("#line").is_visible()
    assert seen.page.locator("svg.slide").count() == 0
    seen.page.click(".steer .go")
    guess(seen, 40)
    assert len(sheets(seen.page)) == 4  # up to the next prediction
    seen.page.click(".toslides:visible")
    assert "You guessed 40 %" in seen.text()
    assert seen.page.evaluate("document.documentElement.scrollWidth") == 360


def test_the_plan_for_90_minutes_is_the_same_in_the_guide(look: Look) -> None:
    seen = look()
    seen.page.click(".toslides:visible")
    seen.page.click("text=Teacher's sheet")
    ask_for_answers(seen.page)
    lesson = seen.page.locator(".sheet table").nth(1).locator("tbody td:first-child")
    minutes = [text.strip() for text in lesson.all_text_contents()]
    assert minutes[0].startswith("0 to")
    assert minutes[-1].endswith("to 90")
    assert [text.split(" to ")[0] for text in minutes[1:]] == [
        text.split(" to ")[1] for text in minutes[:-1]
    ]
    told = GUIDE.read_text(encoding="utf-8").partition("## A plan for 90 minutes")[2]
    written = re.findall(r"^\| \*\*(\d+ to \d+)\*\* \|", told, re.MULTILINE)
    assert written == minutes
