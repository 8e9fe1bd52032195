"""What a story is made of, and the words that its numbers are told in."""

from __future__ import annotations

import json
import math
import re

import pytest

from afterban.page.beats import Question, days, finding, interval, people, percent
from afterban.page.glossary import WORDS
from afterban.page.presets import STORIES as SLIDER_STORIES
from afterban.page.stories import PLAYS, STORIES
from afterban.page.told import told_file
from afterban.statistics import Estimate


def question(value: float, low: float = 0, high: float = 100) -> Question:
    return Question("key", "How many?", "%", low, high, value, 3.0, "So many.")


def test_an_answer_is_on_its_scale() -> None:
    assert question(100).data()["value"] == 100
    for value in (-1.0, 100.5, math.nan):
        with pytest.raises(ValueError, match="off its scale"):
            question(value)


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.0, "0"), (0.00049, "0.0"), (0.005, "0.5"), (0.1996, "20"), (0.43, "43"), (1.0, "100")],
)
def test_a_share_has_a_decimal_where_it_is_small(share: float, words: str) -> None:
    assert percent(share) == f"{words}\N{NO-BREAK SPACE}%"


def test_an_interval_never_shows_the_same_number_twice() -> None:
    narrow = interval(Estimate(0.26, 0.2554, 0.2644, 20, 0.95, "t"))
    assert narrow.startswith("95 % interval 25.5 to 26.4")
    assert narrow.endswith("20 runs")
    assert interval(Estimate(0.43, 0.417, 0.442, 20, 0.95, "t")).startswith(
        "95 % interval 42 to 44"
    )
    assert interval(Estimate(0.4, math.nan, math.nan, 1, 0.95, "t")) == "n = 1"


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1.0, "1 day"),
        (3.58, "3.6 days"),
        (12.2, "12 days"),
        (0.5, "12 hours"),
        (0.02, "29 minutes"),
    ],
)
def test_a_length_of_time_has_its_unit(count: float, words: str) -> None:
    assert days(count) == words


def test_people_are_whole() -> None:
    assert people(39968.6) == "39,969"


def test_words_are_explained_without_markup() -> None:
    assert len(WORDS) > 5
    assert not any(set("<>[]") & set(text) for text in WORDS.values())


def test_a_finding_that_the_runs_do_not_show_is_not_told() -> None:
    assert finding(True, "It grows") == "It grows"
    with pytest.raises(ValueError, match="It grows"):
        finding(False, "It grows")


def test_each_story_of_sliders_is_told() -> None:
    assert set(PLAYS.values()) == set(SLIDER_STORIES)


@pytest.mark.parametrize("key", STORIES)
def test_a_story_asks_then_answers_and_ends_in_its_sandbox(key: str) -> None:
    told = json.loads(told_file(key).read_text(encoding="utf-8"))
    beats = told["beats"]
    asked = [k for k, beat in enumerate(beats) if "question" in beat]
    assert 4 <= len(beats) <= 6
    assert 1 <= len(asked) <= 2
    # The answer is seen in the next step, so that one asks nothing, and is not the sandbox.
    assert not {k + 1 for k in asked} & {*asked, len(beats) - 1}
    assert [beat["explore"] for beat in beats] == [False] * (len(beats) - 1) + [True]
    start = told["answers"][beats[-1]["answer"]]
    assert start["settings"] == dict(SLIDER_STORIES[PLAYS[key]].start)
    for k in asked:
        question = beats[k]["question"]
        assert len(question["slips"]) >= 2
        value, unit = question["value"], question["unit"]
        answer = percent(value / 100) if unit == "%" else people(value)
        before = " ".join(
            text for beat in beats[: k + 1] for text in (beat["title"], *beat["text"])
        )
        numbers = re.findall(r"[\d.,]*\d(?:\N{NO-BREAK SPACE}%)?", before + question["prompt"])
        assert answer not in numbers
        assert question["says"].count(answer) >= 1
    for beat in beats:
        assert ("lines" in beat["pictures"]) <= ("lines" in told["answers"][beat["answer"]])
