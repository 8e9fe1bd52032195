"""What a run comes to in sentences."""

from __future__ import annotations

import math

import pytest

from afterban.bands import Band, Bands, Key, Made
from afterban.report.headline import (
    about,
    against,
    first_accounts,
    loss,
    parts_of_life,
    reach,
    rows,
    sentences,
    trend,
    warnings,
)
from afterban.statistics import Estimate


class Numbers:
    """Estimates that a test sets; what is not set is undefined."""

    def __init__(self, **values):
        self.policies = ("base", "none")
        self.values = values

    def estimate(self, name, policy):
        if name not in self.values or policy == "none":
            return Estimate(math.nan, math.nan, math.nan, 0, 0.95, "undefined")
        value, half = self.values[name]
        return Estimate(value, value - half, value + half, 10, 0.95, "set")


WHOLE = Numbers(
    effective_reach=(0.655, 0.008),
    effective_reached=(0.998, 0.001),
    effective_weekly_reach=(0.899, 0.005),
    unnoticed_days=(59.0, 1.0),
    waiting_days=(1.85, 0.05),
    waiting_share=(0.0152, 0.0017),
    unnoticed_share=(0.9848, 0.0017),
    first_account_share=(0.81, 0.01),
    kept_less_share=(0.62, 0.02),
    recent_effective_reach=(0.50, 0.01),
    effective_reach_trend=(-0.07, 0.01),
)


def test_impressions_people_and_people_of_a_week_stand_together():
    (text,) = reach(WHOLE, "base")
    for number in ("65.5 %", "99.8 %", "89.9 %"):
        assert number in text
    del (part := Numbers(**WHOLE.values)).values["effective_reached"]
    assert reach(part, "base") == []


def test_reach_is_told_tier_by_tier_where_there_is_more_than_one():
    tiers = {"effective_reach.official": (0.11, 0.01), "effective_reach.supporter": (0.94, 0.01)}
    (text,) = reach(Numbers(**WHOLE.values, **tiers), "base", ["official", "supporter", "gone"])
    assert text.endswith("By tier: official 11.0 % and supporter 94.0 %.")
    (alone,) = reach(Numbers(**WHOLE.values, **tiers), "base", ["official"])
    assert "By tier" not in alone


def test_what_a_loss_is_made_of_and_who_carries_it():
    parts = {
        "loss_by_absence": (0.52, 0.01),
        "loss_by_followers": (0.47, 0.01),
        "loss_by_rebuilding": (0.013, 0.001),
        "loss_of_the_most_seen": (0.75, 0.01),
    }
    (text,) = loss(Numbers(**parts), "base")
    assert "52.0 % would have been seen while operators had no public account" in text
    assert "47.0 % by followers who are missing, and 1.30 % gave way to posts" in text
    assert "carry 75.0 % of the loss" in text
    assert loss(Numbers(), "base") == []
    assert loss(Numbers(**parts), "none") == []


def test_the_two_parts_of_a_life_and_what_each_can_buy():
    (text,) = parts_of_life(WHOLE, "base")
    assert "59.0 d until its flag" in text
    assert "44.4 h from the flag to action" in text
    assert "speed can buy (action at the flag) is 1.52 %" in text
    assert "detection can buy is 98.5 %" in text
    assert parts_of_life(Numbers(), "base") == []


def test_what_the_first_accounts_made_and_what_lineages_kept():
    (text,) = first_accounts(WHOLE, "base")
    assert text.startswith("First accounts made 81.0 % of the impressions that are left")
    assert "came back 62 % have less than" in text
    by_tier = {"first_account_share.hub": (0.4, 0.01), "first_account_share.other": (0.9, 0.01)}
    (text,) = first_accounts(Numbers(**WHOLE.values, **by_tier), "base", ("hub", "other", "none"))
    assert "By tier: hub 40.0 % and other 90.0 %." in text
    del (nobody := Numbers(**WHOLE.values)).values["kept_less_share"]
    assert "came back" not in first_accounts(nobody, "base")[0]
    assert first_accounts(Numbers(), "base") == []


@pytest.mark.parametrize(
    ("change", "half", "word"),
    [
        (-0.07, 0.01, "still falls"),
        (0.07, 0.01, "still rises"),
        (-0.07, 0.10, None),  # may be chance
        (-0.01, 0.001, None),  # too little for a word
    ],
)
def test_the_trend_at_the_end_is_told_where_there_is_one(change, half, word):
    numbers = Numbers(**{**WHOLE.values, "effective_reach_trend": (change, half)})
    told = trend(numbers, "base")
    assert (word in told[0]) if word else told == []


def test_urgent_cases_that_are_slower_than_routine_ones_are_warned_of():
    slow = Numbers(
        urgent_time_to_action_median=(0.26, 0.01), routine_time_to_action_median=(0.05, 0.01)
    )
    (warning,) = warnings(slow)
    assert "urgent cases are slower" in warning
    assert "6.2 h against" in warning
    fast = Numbers(
        urgent_time_to_action_median=(0.05, 0.01), routine_time_to_action_median=(0.26, 0.01)
    )
    assert warnings(fast) == []


def test_nothing_is_said_of_a_run_without_arms():
    alone = Numbers()
    alone.policies = ("none",)
    assert sentences(alone) == []


def bands(*told):
    """Bands with these middles and ends; a difference is at 50 of 64 points below zero."""
    found = {}
    for metric, arm, other, low, middle, high in told:
        key = Key(metric, arm, other)
        signs = {"less": 50, "more": 14} if other else {"less": 0, "more": 64}
        made = Made("a" * 12, "b" * 12)
        ends = (low, middle, high, low, high)
        found[key] = Band("minimal", key, 64, 2, 64, *ends, **signs, made=made)
    return Bands(found)


def test_reach_has_an_interval_of_chance_and_one_of_the_assumptions():
    tiers = {"effective_reach.official": (0.11, 0.01), "effective_reach.supporter": (0.94, 0.01)}
    known = bands(
        ("effective_reach", "base", "", 0.31, 0.6, 0.9),
        ("effective_reach.official", "base", "", 0.02, 0.1, 0.4),
    )
    found = rows(Numbers(**WHOLE.values, **tiers), known, "base", ["official", "supporter"])
    assert [(one.metric, one.value, one.chance, one.assumptions) for one in found] == [
        ("effective_reach", "65.5 %", "64.7 to 66.3", "31 to 90"),
        ("effective_reach.official", "11.0 %", "10.0 to 12.0", "2 to 40"),
        ("effective_reach.supporter", "94.0 %", "93.0 to 95.0", ""),
        ("effective_reached", "99.8 %", "99.7 to 99.9", ""),
        ("effective_weekly_reach", "89.9 %", "89.4 to 90.4", ""),
    ]
    assert [one.metric for one in rows(WHOLE, known, "base", ["official"])] == [
        *("effective_reach", "effective_reached", "effective_weekly_reach"),
    ]


def test_a_band_says_what_it_is_of_and_what_is_not_known_names_the_command():
    text = about(bands(("effective_reach", "base", "", 0.3, 0.6, 0.9)), "afterban band minimal")
    assert "64 points" in text
    assert "digest aaaaaaaaaaaa in scenarios/bands.csv" in text
    text = about(Bands(stale="other ranges"), "afterban band minimal")
    assert "not known for this scenario (what is kept is of other ranges)" in text
    assert "`afterban band minimal`" in text


def test_a_difference_has_the_share_of_points_with_one_sign():
    known = bands(("effective_reach", "faster", "base", -0.1, -0.04, 0.02))
    (text,) = against(known, ["base", "faster", "none"])
    assert "“faster” −4 points (−10 to 2), less at 50 of 64" in text
    assert against(known, ["faster", "base"]) == []
    assert against(Bands(), ["base", "faster"]) == []
