from __future__ import annotations

import pickle

import pytest

from afterban.errors import (
    AfterbanError,
    MissingExtra,
    ScenarioError,
    ScenarioErrors,
    closest,
    listed,
)

ERROR = ScenarioError(
    file="x.yaml",
    line=3,
    column=5,
    path="review.waves",
    found="`2` has no unit",
    allowed="write one",
    hint="2 d",
    source_line="\t\twaves: 2",
)


@pytest.mark.smoke
def test_an_error_shows_the_place_and_what_to_do() -> None:
    assert str(ERROR) == (
        "x.yaml:3:5: review.waves: `2` has no unit; write one\n"
        "  3 |   waves: 2\n"
        "    |     ^\n"
        "  did you mean `2 d`?"
    )


def test_errors_cross_processes() -> None:
    both = ScenarioErrors([ERROR, ERROR])
    assert str(pickle.loads(pickle.dumps(ERROR))) == str(ERROR)
    assert str(pickle.loads(pickle.dumps(both))) == str(both)
    extra = MissingExtra("jinja2", "pip install 'afterban[report]'")
    assert str(pickle.loads(pickle.dumps(extra))) == str(extra)
    assert isinstance(extra, AfterbanError)
    assert extra.exit_code == 2


def test_a_long_line_is_cut_around_the_caret() -> None:
    error = ScenarioError(
        file="x", line=1, column=501, found="an X", source_line="a" * 500 + "X" + "a" * 500
    )
    _, line, caret = str(error).splitlines()
    assert len(line) < 120
    assert line[caret.index("^")] == "X"


def test_control_characters_do_not_reach_the_terminal() -> None:
    error = ScenarioError(
        file="\x1b[2J", line=1, column=1, path="\x1b[31m", found="\x07", source_line="\x1b]0;x\x07"
    )
    assert "\x1b" not in str(error)
    assert "\x07" not in str(error)


def test_thousands_of_errors_are_not_all_shown() -> None:
    text = str(ScenarioErrors([ERROR] * 1000))
    assert text.endswith("and 900 more; mend these first")
    assert text.count("did you mean") == 100


def test_words() -> None:
    assert listed(["a"]) == "`a`"
    assert listed(["a", "b", "c"], "or") == "`a`, `b` or `c`"
    assert closest("reveiw", ["review", "seed"]) == "review"
    assert closest("zzz", ["review", "seed"]) is None
