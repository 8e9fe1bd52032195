"""Each lesson done in a browser: with right answers and wrong ones, by one and by a class."""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from telling import DOUBLED, OUTSIDE, ask_for_answers, kept, sheets

from afterban import lessons
from afterban.page.lesson_file import lesson_of, page_of
from afterban.page.marked import text_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

NAMES = [lesson.name for lesson in lessons.LESSONS]
WINDOWS = {"projector": (1280, 720), "phone": (390, 844)}
_LOOKING = Path(__file__).with_name("looking.js").read_text(encoding="utf-8").strip()
CUT_OFF = f"{_LOOKING[_LOOKING.index('({') :]}.cutOff"

Look = Callable[..., Any]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lessons") / "lessons.html"
    path.write_text(page_of(lessons.LESSONS), encoding="utf-8")
    return path


@pytest.fixture
def look(browser: Any, made: Path) -> Iterator[Look]:
    contexts = []

    def open_page(name: str, window: str = "projector", scheme: str = "light") -> Any:
        width, height = WINDOWS[window]
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, offline=True
        )
        contexts.append(context)
        page = context.new_page()
        said: list[str] = []
        page.said = said
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(made.resolve().as_uri())
        page.wait_for_selector("#line")
        page.select_option("#lesson", name)
        return page

    yield open_page
    for context in contexts:
        context.close()


def until(page: Any, expression: str) -> None:
    """The page's policy lets no browser poll for an expression."""
    for _ in range(400):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(expression)


def sentences(section: Any) -> set[str]:
    """What a step may say only after its answer, in pieces that occur nowhere by chance."""
    question = section["question"]
    told = [question["solution"], *(one["says"] for one in question.get("options", ()))]
    told += [slip for _, slip in question.get("slips", ())]
    texts = [text_of(["", *one]) for one in told]
    texts += [text_of(["", *one["nodes"]]) for one in section["after"] if "nodes" in one]
    texts += [one["caption"] for one in section["after"] if one["kind"] == "picture"]
    offered = {text_of(["", *one["text"]]) for one in question.get("options", ())}
    pieces = {p for text in texts for p in re.split(r"(?<=[.:?]) ", text) if len(p) > 30}
    return {piece for piece in pieces if not any(piece in one for one in offered)}


def answer(page: Any, question: Any, right: bool) -> None:
    if "options" in question:
        place = next(k for k, one in enumerate(question["options"]) if one["right"] == right)
        page.check(f'input[name=answer][value="{place}"]')
    else:
        wrong = question["slips"][0][0] if question["slips"] else 0
        page.fill("#answer", f"{question['answer'] if right else wrong:.2f}".replace(".", ","))
    page.click("#commit")


@pytest.mark.parametrize(("window", "right"), [("projector", True), ("phone", False)])
@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_is_done(look: Look, barriers: Any, name: str, window: str, right: bool) -> None:
    page = look(name, window, "dark" if name == "cycle" else "light")
    lesson = lesson_of(name)
    asked = lesson["sections"][:-1]
    assert barriers(page) == []
    for number, section in enumerate(asked):
        question = section["question"]
        shown = page.evaluate("document.querySelector('#page').outerHTML + document.title")
        shown += page.evaluate("document.querySelector('#page').textContent")
        for later in asked[number:]:
            assert [one for one in sentences(later) if one in shown] == []
        for later in asked[number + 1 :]:
            assert text_of(["", *later["question"]["prompt"]]) not in shown
        assert text_of(["", *lesson["notes"]["late"]])[:60] not in shown
        assert page.locator(".next").is_disabled()
        answer(page, question, right)
        verdict = page.text_content(".verdict")
        assert verdict.startswith("Right." if right else "Not ")
        if not right and question["kind"] == "Check":
            if question.get("slips"):
                assert text_of(["", *question["slips"][0][1]]) in verdict
                assert f"You said {question['slips'][0][0]:.2f}".rstrip("0") in verdict
            if "options" in question:
                assert page.locator("fieldset label em").all_text_contents() == [" tried"]
            assert page.locator(".next").is_disabled()
            answer(page, question, True)  # it is tried again; the score stays at the first
        assert page.locator("#commit").count() == 0
        if section["after"]:
            assert page.evaluate(f"({CUT_OFF})(false)") == []
        if window == "phone":
            assert page.evaluate(DOUBLED) == []
        else:
            assert page.evaluate("document.documentElement.scrollHeight") == 720
        page.click(".next")
    kinds = [section["question"]["kind"] for section in asked]
    for kind, word in (("Predict", "Predictions"), ("Check", "Questions")):
        count = kinds.count(kind)
        assert f"{word}: {count if right else 0} right of {count}" in page.text_content("#score")
    until(page, "document.querySelector('.live').dataset.rested !== undefined")
    assert "the same." in page.text_content(".live .status")
    assert page.evaluate(f"({CUT_OFF})(false)") == []
    if window == "phone":
        assert page.evaluate(DOUBLED) == []
    else:
        assert page.evaluate("document.documentElement.scrollHeight") == 720
    assert barriers(page) == []
    assert page.said == []


def test_a_dial_is_moved_by_typing_and_by_keys(look: Look) -> None:
    page = look("cycle")
    for section in lesson_of("cycle")["sections"][:-1]:
        answer(page, section["question"], True)
        page.click(".next")
    until(page, "document.querySelector('.live').dataset.rested !== undefined")
    before = page.text_content("#told")
    page.fill("#dial-number", "12,5 days")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('.live').dataset.rested === '12.5'")
    after = page.text_content("#told")
    assert int(after.split()[0].rstrip("%\N{NO-BREAK SPACE}")) > int(before.split()[0][:2])
    page.focus("#dial")
    page.keyboard.press("Home")
    until(page, "Number(document.querySelector('.live').dataset.rested) < 0.05")
    page.fill("#dial-number", "400 days")
    page.keyboard.press("Tab")
    assert "400" in page.text_content(".live .status")


def test_a_class_answers_and_nothing_is_changed_afterwards(look: Look) -> None:
    page = look("cycle")
    page.click("#class")
    page.click(".tally .tap >> nth=0")
    page.click(".tally .tap >> nth=0")
    page.fill(".tally input >> nth=1", "12")
    page.click("#close")
    assert "12 hands of 14 for the right answer" in page.text_content(".verdict")
    stored = page.evaluate("sessionStorage.getItem('afterban-lessons')")
    page.reload()
    page.wait_for_selector(".verdict")
    assert page.locator("#commit").count() == 0
    # What storage holds is not believed: an answer that is none leaves the step open.
    for wrong in ("[1, 2]", "{", '[["cycle.Predict 1", [{"kind": "own", "values": [99]}]]]'):
        page.evaluate("(text) => sessionStorage.setItem('afterban-lessons', text)", wrong)
        page.reload()
        page.wait_for_selector("#commit")
        assert page.locator(".verdict").count() == 0
    assert json.loads(stored)[0][1][0]["values"] == [2, 12, 0, 0]


def test_a_page_that_is_loaded_again_is_where_it_was_left(look: Look) -> None:
    page = look("queues")
    first, second, *_ = lesson_of("queues")["sections"]
    answer(page, first["question"], True)
    page.click(".next")
    page.reload()
    page.wait_for_selector("#commit")
    assert page.input_value("#lesson") == "queues"
    assert text_of(["", *second["question"]["prompt"]]) == page.text_content("#prompt")
    for wrong in ('["none", 1]', '["queues", 5]', '["queues", "x"]', "{", "null"):
        page.evaluate("(text) => sessionStorage.setItem('afterban-lessons-at', text)", wrong)
        page.reload()
        page.wait_for_selector("#line")
        # No further than the first question that nobody has answered.
        assert page.locator(".steps [aria-current]").text_content() in ("1", "2")


def test_a_seed_of_ones_own_is_run_in_the_page(look: Look) -> None:
    page = look("pairing")
    sections = lesson_of("pairing")["sections"]
    answer(page, sections[0]["question"], True)
    page.click(".next")
    page.click("#try")
    until(page, "document.querySelector('.trial').textContent.includes('You would')")
    (recorded,) = [b for b in sections[1]["before"] if b["kind"] == "trial"]
    numbers = re.findall(r"[\d.]+(?=\s%)", page.text_content(".trial"))
    told = re.findall(r"[\d.]+(?= %)", text_of(["", *recorded["nodes"]]))
    assert [round(float(x)) for x in numbers] == [round(float(x)) for x in told]


def to_question(page: Any, name: str, kind: type) -> Any:
    """Answer what comes before the first question with or without choices; that one."""
    for section in lesson_of(name)["sections"]:
        question = section["question"]
        if isinstance(question.get("options"), kind):
            return question
        answer(page, question, True)
        page.click(".next")
    raise AssertionError(kind)


def test_a_class_guesses_a_number(look: Look, barriers: Any) -> None:
    page = look("cycle")
    question = to_question(page, "cycle", type(None))
    right, (slip, says) = question["answer"], question["slips"][0]
    page.click("#class")
    page.fill("#guesses", f"{right:.1f} {slip:.1f} {slip:.1f} 12,5 400")
    page.keyboard.press("Enter")
    assert "4 guesses. 1 left out" in page.text_content(".class [role=status]")
    page.click(".class .dots", position={"x": 200, "y": 40})
    page.fill("#guesses", "33 no")
    page.click("#close")
    assert page.locator("#commit").count() == 1  # a word that is no number is told first
    page.fill("#guesses", "33")
    page.click("#close")
    verdict = page.text_content(".verdict")
    assert verdict.startswith("1 of 7 right.")
    assert text_of(["", *question["solution"]]) in verdict
    (told,) = page.locator(".slips li").all_text_contents()
    assert told == f"2 at about {slip:.1f}\N{NO-BREAK SPACE}%: {text_of(['', *says])}"
    until(page, "document.querySelector('.outcome .dots svg') !== null")
    words = page.get_attribute(".outcome .dots svg", "aria-label")
    assert words.startswith("7 guesses, the middle one ")
    low, high = (right + sign * question["tolerance"] for sign in (-1, 1))
    assert f"right from {low:.1f}\N{NO-BREAK SPACE}% to {high:.1f}" in words
    assert page.locator(".outcome .dots circle").count() == 7
    assert barriers(page) == []
    stored = page.evaluate("sessionStorage.getItem('afterban-lessons')")
    answered = json.loads(stored)
    # What storage holds is not believed: a class has guesses, and none above the largest.
    for guesses in (answered[-1][1][0]["values"], [], [101], ["1"], [1] * 401):
        answered[-1][1][0]["values"] = guesses
        page.evaluate(
            "(text) => sessionStorage.setItem('afterban-lessons', text)", json.dumps(answered)
        )
        page.reload()
        page.wait_for_selector("#line")
        page.click(f".steps button >> nth={len(answered) - 1}")
        assert page.locator(".verdict, .mine").count() == (len(guesses) == 7)
    assert page.said == []


def test_a_class_is_in_the_score(look: Look) -> None:
    page = look("handles")
    for section in lesson_of("handles")["sections"][:-1]:
        page.click("#class")
        question = section["question"]
        if "options" in question:
            page.click(
                f".tally .tap >> nth={[o['right'] for o in question['options']].index(True)}"
            )
        else:
            page.fill("#guesses", f"{question['answer']} {question['slips'][0][0]}")
        page.click("#close")
        page.click(".next")
    # Four choices with a hand each, and two numbers that one of two got right.
    assert "The class: 6 of 8 answers right." in page.text_content("#score")


@pytest.mark.parametrize("name", NAMES)
def test_no_slide_tells_an_answer_that_was_not_given(look: Look, barriers: Any, name: str) -> None:
    page = look(name, scheme="dark" if name == "queues" else "light")
    *asked, last = lesson_of(name)["sections"]
    everything = set.union(*(sentences(section) for section in asked))

    def said() -> str:
        return str(page.evaluate("document.body.outerHTML + document.body.textContent"))

    page.click(".top .toslides")
    assert page.locator("svg.slide").count() == 1
    page.click("text=Teacher's sheet")
    assert page.locator(".sheet").count() == 0
    assert [one for one in everything if one in said()] == []
    page.keyboard.press("Escape")
    answer(page, asked[0]["question"], False)
    if page.locator("#commit").count():
        page.click(".top .toslides")
        assert page.locator("svg.slide").count() == 1  # a wrong answer of a check opens nothing
        page.keyboard.press("Escape")
        answer(page, asked[0]["question"], True)
    page.click(".top .toslides")
    assert page.locator("svg.slide").count() == 3
    later = set.union(*(sentences(section) for section in asked[1:]))
    assert [one for one in later if one in said()] == []
    assert len(sheets(page)) == 3
    ask_for_answers(page)
    assert page.locator("svg.slide").count() == 2 * len(asked) + 1
    assert page.evaluate(OUTSIDE) == []
    assert barriers(page) == []
    landscape = sheets(page)
    assert len(landscape) == 2 * len(asked) + 1
    assert all(width / height == pytest.approx(16 / 9, abs=0.01) for width, height in landscape)
    page.click("text=Teacher's sheet")
    sheet = page.text_content(".sheet")
    for section in asked:
        question = section["question"]
        told = [one["says"] for one in question.get("options", ()) if not one["right"]]
        told += [slip for _, slip in question.get("slips", ())]
        for one in (question["prompt"], question["solution"], *told):
            assert text_of(["", *one]) in sheet
    for block in last["before"]:
        assert text_of(["", *block["nodes"]]).removeprefix("What to take home") in sheet
    assert barriers(page) == []
    upright = sheets(page)
    assert 1 <= len(upright) <= 4
    assert all(width < height for width, height in upright)
    page.keyboard.press("Escape")
    assert page.locator("#line").is_visible()
    assert [one for one in later if one in said()] == []  # nothing of it is left
    assert page.said == []


def test_slides_of_a_lesson_are_saved_with_what_a_class_said(look: Look) -> None:
    page = look("cycle", scheme="dark")
    page.click("#class")
    for place, count in enumerate((9, 17, 3, 1)):
        page.fill(f".tally input >> nth={place}", str(count))
    page.click("#close")
    page.click(".next")
    answer(page, lesson_of("cycle")["sections"][1]["question"], True)
    page.click(".top .toslides")
    words = page.locator("svg.slide >> nth=1").text_content()
    assert "17 hands of 30 for the right answer." in words
    bars = page.locator("svg.slide >> nth=1").locator(".hands")
    wide = [float(bars.nth(k).get_attribute("width")) for k in range(4)]
    assert [round(17 * one / wide[1]) for one in wide] == [9, 17, 3, 1]
    name, one = kept(page, "text=This step as PNG")
    assert name == "lesson-cycle-4.png"
    name, archive = kept(page, "text=All steps as PNG")
    assert name == "lesson-cycle.zip"
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        assert files.testzip() is None
        assert files.namelist() == [f"lesson-cycle-{k}.png" for k in range(1, 6)]
        assert files.read("lesson-cycle-4.png") == one
        for each in map(files.read, files.namelist()):
            assert struct.unpack(">II", each[16:24]) == (1280, 720)
    # Its picture is drawn, and in colours of paper on a dark screen too.
    drawn = page.locator("svg.slide >> nth=3").locator("svg path")
    assert drawn.count() > 20
    assert len(one) > 50_000
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.slides')).backgroundColor")
        == "rgb(255, 255, 255)"
    )


def test_a_lesson_is_printed_as_its_slides(look: Look) -> None:
    page = look("tipping", "phone")
    assert len(sheets(page)) == 1
    assert page.locator("#line").is_visible()
    assert page.locator("svg.slide").count() == 0
