"""Time zones of shifts: their names, and the instants of a local hour."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterban.errors import ScenarioErrors, ValueProblem
from afterban.language.zones import ZoneKind, closest_zone, days_utc
from afterban.parameters import Parameters
from afterban.scenario import Scenario

TEAM = """
schema_version: 1
name: own
start: {start}
horizon: {days} days
tiers: {{one: {{count: 3, audience: 50, posts: 5 per day}}}}
detection: {{classifier: 0.1 per post}}
review:
  team:
    timezone: {zone}
    shifts: [{{days: [{on}], start: {begin}h, end: {end}h, reviewers: 2}}]
"""
WEEK = "mon, tue, wed, thu, fri, sat, sun"


def duty(zone="Europe/Berlin", start="2025-10-25", days=3, on=WEEK, begin=9, end=17):
    text = TEAM.format(zone=zone, start=start, days=days, on=on, begin=begin, end=end)
    p = Parameters.from_scenario(Scenario.from_text(text, "own.yaml"))
    return {
        round(float(day) * 24, 9): int(n) for day, n in zip(p.duty_change, p.on_duty, strict=True)
    }


def test_shifts_move_by_an_hour_when_the_clocks_are_changed():
    # On Sunday, 26 October 2025 Berlin goes from two hours ahead of UTC to one.
    assert duty() == {0: 0, 7: 2, 15: 0, 24 + 8: 2, 24 + 16: 0, 48 + 8: 2, 48 + 16: 0}


def test_without_a_zone_the_hours_are_those_of_utc():
    assert duty(zone="UTC") == {0: 0, 9: 2, 17: 0, 33: 2, 41: 0, 57: 2, 65: 0}


@pytest.mark.parametrize("name", ["Asia/Kolkata", "America/New_York", "Pacific/Kiritimati"])
def test_hours_and_days_are_the_zones_own(name):
    told = duty(zone=name, start="2025-06-02", days=14, on="mon, tue", begin=9, end=17)
    zone, start = zoneinfo.ZoneInfo(name), dt.datetime(2025, 6, 2, tzinfo=dt.UTC)
    on = [start + dt.timedelta(hours=h) for h, n in told.items() if n]
    assert len(on) in (4, 5)
    for moment in on:
        local = moment.astimezone(zone)
        # A shift under way when the run begins is on duty from its first moment.
        assert moment == start or (local.hour, local.minute) == (9, 0)
        assert local.strftime("%a") in ("Mon", "Tue")


def test_a_night_shift_from_before_the_run_is_on_duty_at_its_start():
    # Midnight to 8 h in Berlin is 22 h to 6 h UTC; the run begins at midnight UTC.
    told = duty(start="2025-06-02", days=2, begin=0, end=8)
    assert told == {0: 2, 6: 0, 22: 2, 30: 0, 46: 2, 54: 0} or told == {
        0: 2, 6: 0, 22: 2, 30: 0, 46: 2
    }  # fmt: skip


@given(
    st.dates(dt.date(1980, 1, 1), dt.date(2035, 1, 1)),
    st.integers(0, 96),
    st.sampled_from(sorted(zoneinfo.available_timezones())),
)
def test_days_utc_agrees_with_the_calendar(date, quarter, name):
    start = dt.date(2014, 6, 1)
    days = days_utc(date, quarter / 96, name, start)
    moment = dt.datetime.combine(start, dt.time(), dt.UTC) + dt.timedelta(days=days)
    local = moment.astimezone(zoneinfo.ZoneInfo(name)).replace(tzinfo=None)
    wanted = dt.datetime.combine(date, dt.time()) + dt.timedelta(minutes=15 * quarter)
    # Exact but in an hour that the clocks leave out, which then is an hour (Antarctica: two) later.
    off = abs(local - wanted)
    assert off < dt.timedelta(microseconds=5) or off <= dt.timedelta(days=1)
    existing = wanted.replace(tzinfo=zoneinfo.ZoneInfo(name)).astimezone(dt.UTC)
    if existing.astimezone(zoneinfo.ZoneInfo(name)).replace(tzinfo=None) == wanted:
        assert off < dt.timedelta(microseconds=5)


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("Europ/Berlin", "Europe/Berlin"),
    ],
)
def test_a_slip_is_met_with_the_nearest_zone(text, near):
    assert closest_zone(text) == near
    with pytest.raises(ValueProblem, match=near):
        ZoneKind().parse(text)


def test_a_faulty_zone_is_told_with_its_line():
    with pytest.raises(ScenarioErrors, match=r"own.yaml:10:.*no time zone"):
        duty(zone="Mars/Olympus")


def test_nobody_on_duty_is_found_by_the_teams_clocks():
    # Two hours of a Monday in Auckland are a Sunday in UTC.
    on_sunday = {"on": "mon", "begin": 2, "end": 4, "zone": "Pacific/Auckland"}
    assert duty(start="2025-06-01", days=1, **on_sunday)
    with pytest.raises(ScenarioErrors, match="nobody is on duty"):
        duty(start="2025-06-02", days=1, **on_sunday)


def test_a_zone_is_in_the_digest_only_where_it_is_used():
    text = TEAM.format(zone="UTC", start="2025-06-02", days=2, on=WEEK, begin=9, end=17)
    plain = Scenario.from_text(text.replace("    timezone: UTC\n", ""), "own.yaml")
    assert Scenario.from_text(text, "own.yaml").digest() == plain.digest()
    other = Scenario.from_text(text.replace("UTC", "Europe/Berlin"), "own.yaml")
    assert other.digest() != plain.digest()


def test_the_times_of_a_long_run_stay_on_the_clock():
    told = duty(start="2014-06-02", days=3650)
    hours = np.array(list(told))
    assert np.array_equal(hours, np.round(hours))
