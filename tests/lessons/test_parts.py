"""Questions, answers and pictures on their own."""

from __future__ import annotations

import math

import pytest
from matplotlib.figure import Figure

from afterban.lessons import parts
from afterban.lessons.play import cells_of
from afterban.report.lessons import Drawn
from afterban.statistics import Estimate

NEAR = {"one": (1.0, "more"), "ten": (10.0, ""), "a hundred": (100.0, "less")}


def question(value: float = 9.0) -> parts.Choice:
    return parts.predict("Predict 1", "How many?", value, NEAR, "It is so.", log=True)


def number(answer: float = 10.0, **more: object) -> parts.Number:
    given = {"tolerance": 0.2, "unit": "cases", "why": "So.", "slips": {"Squared.": 100.0}, **more}
    return parts.work_out("Check 1", "How many?", answer, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(("value", "answer"), [(1.2, "one"), (9.0, "ten"), (400.0, "a hundred")])
def test_the_nearest_option_is_right(value: float, answer: str) -> None:
    asked = question(value)
    assert asked.answer == answer
    assert asked.check(answer).right
    assert [asked.check(other).right for other in asked.wrong] == [False, False]
    assert "It is so." in asked.check(answer).words
    assert "It is so." not in asked.check(asked.wrong[0]).words


@pytest.mark.smoke
def test_a_value_between_two_options_is_refused() -> None:
    with pytest.raises(ValueError, match="not clearly nearer"):
        question(10**0.45)
    with pytest.raises(ValueError, match="not clearly nearer"):
        parts.predict("Predict 1", "?", 5.4, NEAR, "")


@pytest.mark.parametrize("holds", [(True, True), (False, False)])
def test_one_answer_is_right(holds: tuple[bool, bool]) -> None:
    options = {"yes": (holds[0], ""), "no": (holds[1], "")}
    with pytest.raises(ValueError, match="one answer is right"):
        parts.choose("Check 1", "?", options, "")


def test_what_was_not_on_offer_is_refused() -> None:
    with pytest.raises(ValueError, match="none of the answers"):
        question().check("eleven")
    with pytest.raises(ValueError, match="no number"):
        number().check("ten")
    with pytest.raises(ValueError, match="no number"):
        number().check(True)


def test_numbers_within_the_tolerance_are_right() -> None:
    asked = number()
    assert asked.check(10).right
    assert asked.check(10.19).right
    assert asked.check(9.79) == parts.Feedback(False, "It is more than that.")
    assert asked.check(10.21) == parts.Feedback(False, "It is less than that.")
    assert asked.check(100) == parts.Feedback(False, "Squared.")
    assert "10.0 cases" in asked.check(10.1).words


def test_a_slip_must_be_wrong_and_an_answer_must_be_possible() -> None:
    with pytest.raises(ValueError, match="the slip is right"):
        number(slips={"Squared.": 10.3})
    with pytest.raises(ValueError, match="cannot be given"):
        number(most=5)
    with pytest.raises(ValueError, match="nothing to tell"):
        number(answer=0.1)
    with pytest.raises(ValueError, match="within"):
        number(answer=math.nan)


def test_numbers_come_with_interval_and_n() -> None:
    e = Estimate(0.4714, 0.4449, 0.4987, 20, 0.95, "mean")
    assert parts.share(e) == "47 % [44, 50] (n = 20)"
    assert parts.said(e, " people", 1000, 0) == "471 people [445, 499] (n = 20)"
    alone = Estimate(-1.0, math.nan, math.nan, 1, 0.95, "mean")
    assert parts.said(alone) == "−1.0 (n = 1, no interval)"
    assert parts.number(-0.0001, 1) == "0.0"


def test_an_answer_is_revealed_after_a_prediction_and_not_after_a_wrong_check() -> None:
    pytest.importorskip("marimo")
    secret = parts.text("the secret")

    def shown(asked: parts.Question, given: object) -> str:
        return str(parts.reveal(asked, given, secret)._display_().text)

    check = number()
    assert "the secret" not in shown(question(), None)
    assert "Commit" in shown(question(), None)
    wrong = shown(question(), "one")
    assert "Not so" in wrong
    assert "the secret" in wrong
    assert "It is so." in wrong
    assert "Right" in shown(question(), "ten")
    tried = shown(check, 100.0)
    assert "Not yet" in tried
    assert "Squared" in tried
    assert "the secret" not in tried
    assert "10.0" not in tried
    assert "the secret" in shown(check, 10.0)


def test_the_score_counts() -> None:
    score = parts.score((question(), "ten"), (question(), "one"), (number(), None))
    assert score.counts() == {"Predict": (1, 2, 2), "Check": (0, 0, 1)}


def test_a_page_folds_the_answer_away() -> None:
    page = parts.reveal(question(), None, parts.text("the secret")).page()
    before, after = page.split("<details")
    assert "How many?" in before
    assert "- ten" in before
    assert "It is so." not in before
    assert "the secret" not in before
    assert "**ten**" in after
    assert "the secret" in after


def test_a_picture_has_two_widths_names_and_colours_for_both_schemes() -> None:
    def make(narrow: bool) -> Figure:
        figure = Figure(figsize=(2, 1) if narrow else (4, 1))
        figure.add_subplot().plot([0, 1], [0, 1], color="#0072B2")
        return figure

    html = Drawn("one", "A line that rises.", "Caption & more", make).html
    assert html.count("<svg") == 2
    assert html.count('aria-label="A line that rises."') == 2
    assert "Caption &amp; more" in html
    assert "\n\n" not in html  # an empty line would end the HTML in Markdown
    assert html.count("--x0072b2:") == 4
    assert "#0072B2" not in html.replace("--x0072b2:#0072b2", "")


def test_cells_are_read_from_a_notebook() -> None:
    source = (
        "@app.cell\ndef _(a):\n    b = a + 1\n    return (b,)\n\n"
        "def other():\n    pass\n\n"
        "@app.cell(hide_code=True)\ndef _():\n    parts.text('x')\n    return\n"
    )
    assert cells_of(source) == ["b = a + 1", "parts.text('x')"]
