from __future__ import annotations

import datetime as dt
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterban import units
from afterban.errors import ValueProblem

POSITIVE = st.floats(min_value=1e-300, max_value=1e15, allow_nan=False)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("36h", 1.5),
        ("1.5 d", 1.5),
        ("7 days", 7.0),
        ("2 weeks", 14.0),
        ("1d 12h", 1.5),
        ("90 s", 90 / 86400),
        ("5 min", 5 / 1440),
        ("1e-1 d", 0.1),
        (".5 d", 0.5),
        ("0", 0.0),
        ("0 h", 0.0),
        ("1_000 d", 1000.0),
    ],
)
def test_durations(text: str, days: float) -> None:
    assert units.parse_duration(text) == days


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2", "no unit"),
        ("3 months", "no fixed length"),
        ("1 year", "no fixed length"),
        ("5 m", "minutes or months"),
        ("5 M", "minutes or months"),
        ("-1 d", "negative"),
        ("1:30", "is not a duration"),
        ("d", "is not a duration"),
        ("", "empty"),
        ("1 d 2", "is not a duration"),
        ("2 per day", "is a rate"),
        ("nan d", "is not a duration"),
        ("1e400 d", "too large"),
        ("1e9999 d", "beyond all measure"),
        ("1" * 70 + " d", "is not a duration"),
        ("٣ d", "is not a duration"),
    ],
)
def test_faulty_durations(text: str, found: str) -> None:
    with pytest.raises(ValueProblem) as caught:
        units.parse_duration(text)
    assert found in caught.value.found
    assert caught.value.allowed


@pytest.mark.parametrize(
    ("text", "per_day"),
    [
        ("2 per day", 2.0),
        ("0.5 per hour", 12.0),
        ("3 per week", 3 / 7),
        ("2/day", 2.0),
        ("1 per 36 h", 2 / 3),
        ("1 per 1.5 days", 2 / 3),
        ("0", 0.0),
    ],
)
def test_rates(text: str, per_day: float) -> None:
    assert units.parse_rate(text) == per_day


@pytest.mark.parametrize(
    "text", ["2", "2 day", "2 per month", "-1 per day", "2 per 0 d", "2 per", "x per day"]
)
def test_faulty_rates(text: str) -> None:
    with pytest.raises(ValueProblem):
        units.parse_rate(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 per million impressions", 2e-6),
        ("1e-6 per impression", 1e-6),
        ("1/impression", 1.0),
        ("3 per 1_000 impressions", 3e-3),
        ("3 per thousand impressions", 3e-3),
        ("1 per 2 million impressions", 5e-7),
    ],
)
def test_rates_per_thing(text: str, value: float) -> None:
    assert units.parse_per(text, "impression") == value


@pytest.mark.parametrize(
    "text", ["1", "1 per day", "1 per post", "1 per 0 impressions", "1 per dozen impressions"]
)
def test_faulty_rates_per_thing(text: str) -> None:
    with pytest.raises(ValueProblem):
        units.parse_per(text, "impression")


@pytest.mark.smoke
def test_shares_and_percent() -> None:
    assert units.parse_share("40 %") == 0.4
    assert units.parse_share("1") == 1.0
    with pytest.raises(ValueProblem) as caught:
        units.parse_share("90")
    assert caught.value.hint == "90 %"
    with pytest.raises(ValueProblem):
        units.parse_share("100.1 %")


def test_counts() -> None:
    assert units.parse_count("27_000") == 27_000
    assert units.parse_count("1e3") == 1000
    for text in ("2.5", "-1", "010", "0x10", "27,000", "1e99", "_1", "1__0"):
        with pytest.raises(ValueProblem):
            units.parse_count(text)


def test_dates() -> None:
    assert units.parse_date("2014-09-13") == dt.date(2014, 9, 13)
    for text in (
        "2014-02-30",
        "20140913",
        "2014-9-13",
        "2014-W37-6",
        "13.9.2014",
        "2014-09-13T00:00",
    ):
        with pytest.raises(ValueProblem):
            units.parse_date(text)


@given(POSITIVE)
def test_durations_come_back_to_the_last_bit(days: float) -> None:
    assert units.parse_duration(units.format_duration(days)) == days


@given(POSITIVE)
def test_rates_come_back_to_the_last_bit(rate: float) -> None:
    assert units.parse_rate(units.format_rate(rate)) == rate


@given(POSITIVE, st.sampled_from(["impression", "post"]))
def test_rates_per_thing_come_back_to_the_last_bit(value: float, thing: str) -> None:
    assert units.parse_per(units.format_per(value, thing), thing) == value


@given(st.integers(1, 10**6), st.sampled_from(sorted(units.SECONDS)))
def test_a_duration_is_rounded_once(amount: int, unit: str) -> None:
    exact = Fraction(amount * units.SECONDS[unit], 86_400)
    assert units.parse_duration(f"{amount} {unit}") == float(exact)


@given(st.integers(1, 1000), st.sampled_from(["s", "min", "h", "d"]))
def test_what_is_simple_stays_simple(amount: int, unit: str) -> None:
    days = units.parse_duration(f"{amount}{unit}")
    assert len(units.format_duration(days)) <= len(f"{amount}{unit}") + 2


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (
        units.parse_duration,
        units.parse_rate,
        units.parse_share,
        units.parse_count,
        units.parse_date,
        lambda t: units.parse_per(t, "post"),
    ):
        try:
            value = parse(text)
        except ValueProblem as problem:
            assert problem.found  # noqa: PT017 - the text decides whether there is one
        else:
            assert isinstance(value, dt.date) or (0 <= value < math.inf)


def test_the_examples_in_messages_can_be_read() -> None:
    assert units.parse_duration("36h") < units.parse_duration("7 days")
    assert units.format_duration(1.5) == "36h"
    assert units.format_duration(5 / 1440) == "5min"
    assert units.format_rate(3 / 7) == "3 per week"
    assert units.format_per(2e-6, "impression") == "2 per million impressions"
