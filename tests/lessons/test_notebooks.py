"""Every notebook runs, asks, accepts the right answers and refuses the wrong ones."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from afterban import lessons
from afterban.lessons import parts
from afterban.lessons.play import Played, page
from afterban.lessons.play import play as run
from afterban.report import pictures
from afterban.sources import source_ids

from .conftest import EACH, NAMES

Play = Callable[[str], Played]


def test_there_are_five_lessons() -> None:
    assert [lesson.number for lesson in lessons.LESSONS] == [1, 2, 3, 4, 5]
    notebooks = lessons.LESSONS[0].file.parent.glob("*.py")
    assert {path.stem for path in notebooks} == {"__init__", *NAMES}


@pytest.mark.parametrize("name", EACH)
def test_a_lesson_asks_before_it_tells(play: Play, name: str) -> None:
    played = play(name)
    kinds = [question.kind for question in played.questions]
    assert kinds.count("Predict") >= 3
    assert kinds.count("Check") >= 2
    assert isinstance(played.parts[0], parts.Opening)
    titles = [question.title for question in played.questions]
    assert len(set(titles)) == len(titles)
    for kind in ("Predict", "Check"):
        own = [title for title in titles if title.startswith(kind)]
        assert own == [f"{kind} {k + 1}" for k in range(len(own))]
    # Pictures stand behind an answer, never before it.
    assert not [part for part in played.parts if isinstance(part, parts.Picture)]
    shown = [p for one in played.reveals for p in one.parts if isinstance(p, parts.Picture)]
    assert len(shown) >= 2
    names = [picture.drawn.name for picture in shown]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", EACH)
def test_right_answers_are_accepted_and_wrong_ones_refused(play: Play, name: str) -> None:
    for question in play(name).questions:
        assert question.check(question.answer).right, question.title
        assert question.wrong
        for wrong in question.wrong:
            told = question.check(wrong)
            assert not told.right, (question.title, wrong)
            assert len(told.words) > 15, f"{question.title}: {wrong} is not explained"
        assert len(question.check(question.answer).words) > 40, question.title


@pytest.mark.parametrize("name", EACH)
def test_a_number_can_be_typed_as_finely_as_it_must_be(play: Play, name: str) -> None:
    for question in play(name).questions:
        if isinstance(question, parts.Number):
            assert question.check(round(question.answer, question.digits)).right


@pytest.mark.parametrize("name", EACH)
def test_every_question_is_scored(play: Play, name: str) -> None:
    (score,) = [part for part in play(name).parts if isinstance(part, parts.Score)]
    scored = {question.title for question, _ in score.answers}
    assert scored == {question.title for question in play(name).questions}
    assert all(given is None for _, given in score.answers)
    assert all(right == answered == 0 for right, answered, _ in score.counts().values())


def test_an_answer_reaches_what_is_shown(play: Play) -> None:
    played = play("cycle")
    first = played.questions[0]
    again = run(played.lesson, {"accounts": first, "accounts_answer": SimpleNamespace(value="x")})
    with pytest.raises(ValueError, match="none of the answers"):
        assert again.reveals[0].feedback
    right = SimpleNamespace(value=first.answer)
    again = run(played.lesson, {"accounts": first, "accounts_answer": right})
    told = again.reveals[0].feedback
    assert told is not None
    assert told.right
    (score,) = [part for part in again.parts if isinstance(part, parts.Score)]
    assert score.counts()["Predict"] == (1, 1, 3)


def same(one: object, other: object) -> bool:
    if isinstance(one, np.ndarray):
        return isinstance(other, np.ndarray) and one.tobytes() == other.tobytes()
    return one == other


def out_of_place(figure: Figure) -> list[str]:
    """Texts that reach out of a picture, and labels of an axis that touch each other."""
    figure.canvas.draw()
    found, hidden = [], set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            hidden |= {id(label) for label in axis.get_ticklabels(which="both")}
            ticks = axis.get_major_ticks() if axes.axison else []
            drawn = [one.label1 for one in ticks if low <= one.get_loc() <= high]
            drawn = [label for label in drawn if label.get_visible()]
            hidden -= {id(label) for label in drawn}
            boxes = [(one.get_text(), one.get_window_extent()) for one in drawn if one.get_text()]
            found += [a for (a, one), (_, two) in pairwise(boxes) if one.overlaps(two)]
    edge = figure.bbox.padded(1)
    for one in figure.findobj(Text):
        assert isinstance(one, Text)
        box = one.get_window_extent()
        inside = edge.x0 <= box.x0 and edge.y0 <= box.y0 and box.x1 <= edge.x1 and box.y1 <= edge.y1
        if one.get_text().strip() and one.get_visible() and id(one) not in hidden and not inside:
            found.append(one.get_text())
    return found


@pytest.mark.slow
@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("name", EACH)
def test_nothing_is_cut_off_a_picture(play: Play, name: str, narrow: bool) -> None:
    shown = [p for one in play(name).reveals for p in one.parts if isinstance(p, parts.Picture)]
    with pictures.style():
        for picture in shown:
            assert out_of_place(picture.drawn.make(narrow)) == [], picture.drawn.name


def test_what_is_cut_off_is_seen(play: Play) -> None:
    shown = [p for one in play("cycle").reveals for p in one.parts if isinstance(p, parts.Picture)]
    with pictures.style():
        figure = shown[0].drawn.make(True)
        figure.axes[0].set_xlabel("much too long for a narrow window, " * 3)
        figure.axes[1].set_xticks([1, 2, 3], ["one after", "the", "other"])
        found = out_of_place(figure)
    assert any("much too long" in text for text in found)
    assert "the" in found


@pytest.mark.slow
@pytest.mark.parametrize("name", EACH)
def test_the_same_numbers_every_time(play: Play, name: str) -> None:
    first, second = play(name), run(lessons.find(name))
    assert [q.page() for q in first.questions] == [q.page() for q in second.questions]
    assert [q.solution() for q in first.questions] == [q.solution() for q in second.questions]
    texts = [
        [p.markdown for p in one.parts if isinstance(p, parts.Text)] for one in (first, second)
    ]
    assert texts[0] == texts[1]
    arrays = [k for k, v in first.names.items() if isinstance(v, np.ndarray | float | int)]
    assert arrays
    assert [k for k in arrays if not same(first.names[k], second.names[k])] == []


@pytest.mark.parametrize("name", EACH)
def test_means_come_with_n_and_interval(play: Play, name: str) -> None:
    texts = [q.page() + q.solution() for q in play(name).questions]
    told = re.findall(r"\[[\d.,−]+, [\d.,−]+\] \(n = [\d,]+\)", " ".join(texts))
    assert len(told) >= 3
    # An interval never stands without its n.
    assert len(re.findall(r"\[[\d.,−]+, [\d.,−]+\]", " ".join(texts))) == len(told)


@pytest.mark.parametrize("name", NAMES)
def test_sources_that_are_named_exist(name: str) -> None:
    known = source_ids()
    lesson = lessons.find(name)
    written = lesson.file.read_text(encoding="utf-8") + page_of(name)
    named = set(re.findall(r"\b[SL]\d{1,2}\b", written))
    assert named or name == "pairing"  # which is about method, not about the record
    assert named <= known
    assert "S99" not in known


def page_of(name: str) -> str:
    docs = lessons.LESSONS[0].file.parents[4] / "docs" / "lessons"
    return (docs / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_every_lesson_has_its_page(name: str) -> None:
    lesson, text = lessons.find(name), page_of(name)
    assert text.startswith(f"# {lesson.number}. {lesson.title}\n")
    assert f"<!-- lesson: {name} -->" in text
    assert f"`afterban lesson {name}`" in text
    assert "## For the instructor" in text
    for heading in ("Timing", "Common mistakes", "Further reading"):
        assert f"**{heading}.**" in text
    index = page_of("index")
    assert f"[{lesson.title}]({name}.md) | {lesson.asks} |" in index


@pytest.mark.slow
@pytest.mark.parametrize("name", EACH)
def test_a_page_says_what_the_notebook_says(play: Play, name: str) -> None:
    played = play(name)
    text = page(played.lesson)
    for question in played.questions:
        assert question.page() in text
        assert question.solution() in text
    for part in played.parts:
        if isinstance(part, parts.Text | parts.Opening):
            assert part.markdown in text
    assert text.count("<details") == text.count("</details>") >= len(played.questions)
    pictures = [p for one in played.reveals for p in one.parts if isinstance(p, parts.Picture)]
    assert text.count("<figure") == len(pictures)
    assert "```python" in text
    for figure in re.findall(r"<figure.*?</figure>", text, flags=re.DOTALL):
        assert "\n\n" not in figure
        assert "http" not in figure.replace("http://www.w3.org/", "")
