from __future__ import annotations

import math

import pytest

from afterban.experiment.difference import Difference
from afterban.report import words
from afterban.statistics import Estimate


def e(value: float, low: float = math.nan, high: float = math.nan, n: int = 5) -> Estimate:
    return Estimate(value, low, high, n, 0.95, "")


@pytest.mark.parametrize(
    ("value", "half", "text"),
    [
        (0.4734, 0.0756, "0.47"),
        (1234.5, 210.0, "1,200"),
        (1234.5, 110.0, "1,230"),
        (-0.04, 0.3, "0.0"),
        (-2.44, 0.1, "−2.44"),
        (3.14159, math.nan, "3.14"),
        (100.0, math.nan, "100"),
        (0.0, math.nan, "0"),
        (12345.6, math.nan, "12,300"),
        (math.nan, 1.0, "–"),
        (-math.inf, 1.0, "−∞"),
    ],
)
def test_a_number_has_the_digits_that_its_interval_allows(
    value: float, half: float, text: str
) -> None:
    assert words.rounded(value, half) == text


@pytest.mark.parametrize(
    ("metric", "estimate", "text"),
    [
        ("effective_reach", e(0.4734, 0.3979, 0.549), "47 % (40 to 55)"),
        ("effective_reach", e(0.4615, 0.25, 0.673), "46 % (25 to 67)"),
        ("effective_reach", e(1.0, 1.0, 1.0), "100 %"),
        ("time_to_action_median", e(0.04119, 0.03371, 0.04867), "59 min (49 to 70)"),
        ("time_to_action_median", e(6.364, 4.938, 7.789), "6.4 d (4.9 to 7.8)"),
        ("outsider_impressions", e(161e6, 137e6, 185e6), "160 million (140 to 180)"),
        ("time_to_action_median", e(0.04162, 0.0416, 0.04164), "59.9 min (59.9 to 60.0)"),
        ("suspensions", e(122_480.0, 121_500.0, 123_460.0), "122,500 (121,500 to 123,500)"),
        ("suspensions", e(0.0, 0.0, 0.0), "0"),
        ("reach", e(14029.0, n=1), "14,000"),
        ("reach", e(math.nan, n=0), "–"),
    ],
)
def test_a_value_is_told_in_the_unit_that_suits_it(
    metric: str, estimate: Estimate, text: str
) -> None:
    assert words.both(metric, estimate) == text


def test_an_end_that_is_not_zero_does_not_look_like_it() -> None:
    told = words.change_text("effective_reach", e(0.026, 0.002, 0.05))
    assert told == "+2.6 points (0.2 to 5.0)"
    untold = words.change_text("effective_reach", e(0.026, -0.002, 0.054))
    assert untold == "+3 points (0 to 5)"


def difference(estimate: Estimate, needed: int | None = None) -> Difference:
    return Difference("faster", "base", "effective_reach", e(0.4), e(0.5), estimate, needed=needed)


@pytest.mark.smoke
def test_verdicts_follow_the_interval() -> None:
    assert words.sign_of(difference(e(-0.1, -0.2, -0.01))) == "less"
    assert words.sign_of(difference(e(0.1, 0.01, 0.2))) == "more"
    assert words.sign_of(difference(e(0.0, 0.0, 0.0))) == "same"
    assert words.sign_of(difference(e(0.1, -0.1, 0.3))) == "unclear"
    assert words.sign_of(difference(e(0.1, n=1))) == "unclear"


def test_what_is_unclear_says_what_it_would_take() -> None:
    text = words.unclear_text(difference(e(0.1, -0.1, 0.3), needed=9))
    assert text.endswith("5 replications; about 4 more replications would tell")
    assert "gives no interval" in words.unclear_text(difference(e(0.1, n=1)))
