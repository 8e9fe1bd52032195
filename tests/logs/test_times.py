from __future__ import annotations

import datetime as dt
import zoneinfo

import numpy as np
import pyarrow as pa
import pytest

from afterban.errors import AfterbanError
from afterban.logs import times

NOON = dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC).timestamp() / 86_400


def read(*texts: str, zone: str = "UTC") -> times.Times:
    return times.read(pa.array(texts), times.zone_of(zone))


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-01T12:00:00Z",
        "2024-03-01 12:00",
        "2024-03-01T12:00:00.000+00:00",
        "2024-03-01T13:00:00+01:00",
        "2024-03-01T07:00:00-0500",
        "2024-03-01 07:00:00 EST",
        "2024-03-01 13:00:00 CET",
        "2024-03-01 13:00 Europe/Berlin",
        "2024-03-01T13:00:00+01:00[Europe/Berlin]",
        "2024-03-01T13:00[Europe/Berlin]",
        "2024-03-01 17:30:00 Asia/Kolkata",
        "1709294400",
        "1709294400000",
        "1709294400.0",
    ],
)
def test_one_moment_in_many_forms(text: str) -> None:
    assert read(text).days[0] == pytest.approx(NOON, abs=1e-9)


def test_an_abbreviation_is_its_fixed_offset_in_summer_too() -> None:
    summer = read("2024-07-01 12:00 EST", "2024-07-01 17:00Z", "2024-07-01 12:00 America/New_York")
    assert summer.days[0] == pytest.approx(summer.days[1])
    assert summer.days[2] == pytest.approx(summer.days[1] - 1 / 24)


@pytest.mark.parametrize("name", sorted(times.AMBIGUOUS))
def test_an_abbreviation_of_several_zones_is_not_guessed(name: str) -> None:
    found = read(f"2024-03-01 12:00 {name}")
    assert np.isnan(found.days[0])
    assert "several zones" in found.why(0)
    with pytest.raises(AfterbanError, match="write a zone such as"):
        times.zone_of(name)


def test_the_zone_that_is_given_says_whose_abbreviation_it_is() -> None:
    chicago = read("2024-07-01 12:00 CST", "2024-07-01 18:00Z", zone="America/Chicago")
    assert chicago.days[0] == pytest.approx(chicago.days[1])
    assert np.isnan(read("2024-07-01 12:00 CST", zone="Europe/Berlin").days[0])


@pytest.fixture(scope="module")
def named() -> dict[str, set[float]]:
    """Abbreviation -> hours from Greenwich in the zones that have it in 2024."""
    found: dict[str, set[float]] = {}
    for zone in zoneinfo.available_timezones():
        for month in (1, 7):
            moment = dt.datetime(2024, month, 15, tzinfo=zoneinfo.ZoneInfo(zone))
            offset = moment.utcoffset()
            assert offset is not None
            found.setdefault(str(moment.tzname()), set()).add(offset.total_seconds() / 3600)
    return found


def test_offsets_agree_with_the_zones_that_have_the_abbreviation(named) -> None:
    assert {"EST", "CET", "PST"} <= set(named)
    wrong = {
        name: named[name]
        for name, hours in times.OFFSETS.items()
        if named.get(name, {hours}) != {hours}
    }
    assert wrong == {}
    assert len(named["PST"]) > 1  # so that it is refused: the check can fail


def test_times_without_a_zone_are_in_the_one_given_and_counted() -> None:
    found = read("2024-03-01 13:00", "2024-03-01T12:00Z", zone="Europe/Berlin")
    assert found.days == pytest.approx([NOON, NOON])
    assert found.local == 1


def test_an_hour_that_a_zone_has_twice_or_not_at_all_is_not_guessed() -> None:
    found = read("2024-10-27 02:30", "2024-03-31 02:30", "2024-03-31 12:00", zone="Europe/Berlin")
    assert list(np.isnan(found.days)) == [True, True, False]
    assert "twice or not at all" in found.why(0)


@pytest.mark.parametrize("text", ["yesterday", "32/13/2024", "12:00", "2024-13-01", "1e5", "20240"])
def test_what_is_no_time_is_a_fault_and_not_nothing(text: str) -> None:
    found = read(text)
    assert found.given[0]
    assert np.isnan(found.days[0])
    assert found.why(0)


@pytest.mark.parametrize("text", ["", "  ", "null", "NaN", "-", "None"])
def test_nothing_is_nothing(text: str) -> None:
    found = read(text)
    assert not found.given[0]
    assert not found.why(0)


def test_a_zone_that_is_not_known_names_the_nearest() -> None:
    assert "zone that is not known" in read("2024-03-01 12:00 Mars/Olympus").why(0)
    with pytest.raises(AfterbanError, match="Europe/Berlin"):
        times.zone_of("Europe/Berlim")


@pytest.mark.parametrize(
    ("texts", "days"),
    [
        (("2024-03-01", "2024-03-02"), 1.0),
        (("2024-03-01 10:12", "2024-03-02 09:01"), 1 / 1440),
        (("2024-03-01 10:12:13", "2024-03-02 09:01:10"), 1 / 86_400),
    ],
)
def test_what_times_are_told_to(texts: tuple[str, ...], days: float) -> None:
    many = [text.replace("-03-", f"-{month:02}-") for text in texts for month in range(1, 8)]
    assert read(*many).resolution == days
    assert read(*texts).resolution == 1 / 86_400  # too few to say
