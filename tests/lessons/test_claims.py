"""What the lessons say in words holds for the numbers that they compute.

Tolerances are stated beside each claim.  Seeds are fixed, so nothing here can fail by chance; what
is checked is that a change of the model is noticed where a text would become untrue.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from afterban import theory
from afterban.lessons.play import Played

Play = Callable[[str], Played]


@pytest.fixture
def of(play: Play) -> Callable[[str], dict[str, Any]]:
    """Function from a lesson's name to what its notebook defines."""
    return lambda name: dict(play(name).names)


Names = Callable[[str], dict[str, Any]]


def test_cycle_network_is_as_described(of: Names) -> None:
    scenario = of("cycle")["scenario"]
    assert {name: tier.count for name, tier in scenario.tiers.items()} == {
        "hub": 3,
        "supporter": 300,
    }
    assert scenario.horizon == 60
    assert scenario.returning.probability == 0.8
    assert scenario.returning.delay.median() == 1
    assert scenario.review.time_to_action.median() == 1
    assert scenario.arm("slower").review.time_to_action.median() == 7


def test_cycle_first_account_goes_at_once_and_a_later_one_lasts_a_month(of: Names) -> None:
    lives = of("cycle")["lives"]
    assert lives["suspended_day"][0] < 1
    assert 25 < of("cycle")["month"] < 35
    assert lives["edit_distance"][1] > of("cycle")["scenario"].audience.recognition.near_edits
    assert lives["promotions_received"][1] > 0


def test_cycle_insiders_come_back_and_outsiders_do_not(of: Names) -> None:
    names = of("cycle")
    lives, line = names["lives"], names["line"]
    assert lives["insider_followers"][1] / lives["insider_followers"][0] > 0.99
    assert 0.2 < names["regained"] < 0.3
    # "within days": more than 80 % of the insiders after ten.
    tenth = np.searchsorted(line.days, lives["public_day"][1] + 10)
    assert line.insiders[tenth] > 0.8 * lives["insider_followers"][0]


def test_cycle_theory_is_about_what_was_seen(of: Names) -> None:
    names = of("cycle")
    assert names["back"] == pytest.approx(100 * names["regained"], abs=5)
    # "About six in ten" is what a near-identical name would have won back.
    assert names["rate"].answer == pytest.approx(60, abs=5)


def test_cycle_large_accounts_are_hit_and_most_supporters_never(of: Names) -> None:
    results = of("cycle")["results"]
    hubs = results.estimate("suspended_share.hub", "base")
    supporters = results.estimate("suspended_share.supporter", "base")
    assert hubs.low > supporters.high
    assert supporters.high < 0.5
    assert of("cycle")["accounts_left"].low > 0.9
    assert of("cycle")["slower"].low > 0


def test_cycle_hub_days_are_shares_of_time(of: Names) -> None:
    names = of("cycle")
    assert len(names["hub_days"]) == 20
    assert 0 < min(names["hub_days"]) <= max(names["hub_days"]) < 1


@pytest.mark.slow
def test_pairing_single_runs_mislead_and_pairs_do_not(of: Names) -> None:
    names = of("pairing")
    assert 0.33 < names["misled"] < 0.5  # "hardly better than a coin"
    assert 20 <= names["n"] * names["misled"] <= 28  # "about 24, as before"
    assert names["misled_paired"] == 0
    assert (
        names["reach"]["faster"] < names["reach"]["base"]
    ).all()  # "every line leans the same way"
    assert names["true"].high < 0
    assert 0 < names["misled_slower"] < names["misled"]


@pytest.mark.slow
def test_pairing_is_worth_more_for_policies_that_are_more_alike(of: Names) -> None:
    names = of("pairing")
    assert names["gain"].factor.low > names["other_gain"].factor.value > 1
    assert names["gain"].correlation > names["other_gain"].correlation
    assert names["needed_together"] < 10
    assert names["one"].low < names["two"].high  # the intervals overlap
    assert names["between"].high < 0


@pytest.mark.slow
def test_pairing_own_seed_draws_two_unrelated_runs(of: Names) -> None:
    mine, reach = of("pairing")["mine"], of("pairing")["reach"]
    assert set(mine) == {"base", "faster"}
    assert not np.isin(mine["base"], reach["base"])


@pytest.mark.slow
def test_queues_team_is_as_described(of: Names) -> None:
    names = of("queues")
    assert names["service"] == pytest.approx(20 / 1440)
    assert 8 <= names["arrivals"] - 600 <= 16  # "a dozen the network"
    assert names["busy"][9] / names["busy"][12] == pytest.approx(12 / 9, rel=0.01)
    assert names["team"].start.weekday() == 0


@pytest.mark.slow
def test_queues_theory_and_simulation_agree(of: Names) -> None:
    names = of("queues")
    for look, wait in zip(names["looks"], names["waits"], strict=True):
        expected = theory.mmc_mean_wait(
            look.arrivals.mean(axis=0).sum(), 1 / names["service"], look.reviewers
        )
        # Within four standard errors; the half-width of the interval is 2.26 of them (n = 10).
        assert abs(wait.value - expected) < 4 / 2.26 * wait.half_width, look.reviewers
    assert (
        abs(names["left_over"].value - names["growth"]) < 4 / 2.26 * names["left_over"].half_width
    )


@pytest.mark.slow
def test_queues_waits_are_as_told(of: Names) -> None:
    minutes = of("queues")["minutes"]
    assert 0.8 < minutes[12] < 1.5  # "a minute"
    assert 25 < minutes[9] < 40  # "half an hour"
    assert 2 < of("queues")["small"] / of("queues")["large"] < 3


def test_queues_rosters_have_the_same_hours(of: Names) -> None:
    names = of("queues")
    hours = list(names["paid"].values())
    assert hours == pytest.approx([1680] * 3, rel=0.01)
    assert names["waiting"]["42 in office hours"].min() == 0  # each week is finished in that week
    assert names["clock"].high < names["weekends"].low < names["office"].low


def test_queues_capacity_is_a_cliff(of: Names) -> None:
    names = of("queues")
    assert abs(names["more"].value) < 1e-3 / 2
    assert names["less"].low > 0.005
    assert names["much_less"].low > names["less"].high
    assert names["until_flagged"].low > 2  # days, beside which a wait of one is short


@pytest.mark.slow
def test_tipping_network_is_as_described(of: Names) -> None:
    alike = of("tipping")["alike"]
    (tier,) = alike.tiers.values()
    assert (tier.count, tier.degree.mean(), tier.insider_share) == (150, 10, 0.5)
    assert alike.audience.refollow_insiders == 0
    assert alike.audience.refollow_outsiders == 0.03
    assert alike.returning.delay.mean() == 1
    assert 0.1 < alike.promotion.delay.mean() < 1  # "promotion takes hours"


@pytest.mark.slow
def test_tipping_threshold(of: Names) -> None:
    names = of("tipping")
    diagram, alone = names["diagram"], names["alone"]
    below = diagram.times < names["threshold"]
    assert below.sum() == 4
    assert (alone[below] < 0.01).all()
    assert (alone[~below] > 0.1).all()
    just_above = np.flatnonzero(~below)[0]
    assert alone[just_above] < diagram.theory[0, 0, just_above]
    # Elsewhere theory and simulation agree within 0.03.
    others = np.arange(len(alone)) != just_above
    assert alone[others] == pytest.approx(diagram.theory[0, 0][others], abs=0.03)


@pytest.mark.slow
def test_tipping_no_threshold_with_people_who_come_by_themselves(of: Names) -> None:
    names = of("tipping")
    assert (names["both"] > names["alone"]).all()
    assert (names["both"] > 0).all()
    assert np.isinf(names["diagram"].threshold).sum() == 0
    assert np.isfinite(names["diagram"].crossover[1, 0])


def test_tipping_both_starts_come_to_the_same(of: Names) -> None:
    names = of("tipping")
    assert abs(names["apart"].value) < 0.02
    assert names["struck"].low > 0.5
    first = [curve[0] for curve in names["curves"].values()]
    assert first == pytest.approx([1.0, 0.1], abs=0.01)
    assert names["days"][-1] == 120


def test_tipping_order_of_the_campaign(of: Names) -> None:
    names = of("tipping")
    assert len(names["counts"]) == 1  # all orders make the same number of suspensions
    best = names["reach"]["most followed first"]
    assert all(best.high < e.low for k, e in names["reach"].items() if k != "most followed first")
    assert names["hubs"]["best linked first"].high < 0.05  # struck again and again
    assert names["supporters"]["best linked first"].low > 0.9  # who go free
    assert names["others"].high < -0.02  # without the hubs' promotions
    assert names["own"].low > 0.02  # who have these posts for themselves
    assert names["total"].contains(0.0)
    assert abs(names["total"].value) < 0.01  # "hardly anything"


@pytest.mark.slow
def test_handles_platform_is_as_described(of: Names) -> None:
    scenario = of("handles")["scenario"]
    ordinary = scenario.detection.handle_match.ordinary
    assert ordinary.signups == 100_000
    assert ordinary.namesakes == pytest.approx(1 / 500)
    assert ordinary.topic_names == pytest.approx(1 / 50)
    assert sum(tier.count for tier in scenario.tiers.values()) == 150
    assert scenario.horizon == 90


@pytest.mark.slow
def test_handles_base_rates(of: Names) -> None:
    names = of("handles")
    assert names["precision"].high < 0.1
    assert names["bayes"].answer == pytest.approx(100 * 9 / (9 + 99.99), rel=1e-9)


@pytest.mark.slow
def test_handles_between_two_and_nine_edits_there_is_nothing_to_find(of: Names) -> None:
    names = of("handles")
    curve = names["curve"]
    assert abs(names["more_found"]) < 0.01
    assert 9.5 < names["more_hit"] < 14
    five = curve.at(5).false_matches.value / curve.at(2).false_matches.value
    assert 67 < five < 150  # "a hundred times ... look at five"
    apart = names["apart_when_unrelated"]
    assert 8 <= np.median(apart) <= 10  # "about nine apart"


def test_handles_giving_up_the_name_costs_the_network(of: Names) -> None:
    names = of("handles")
    assert names["matching"].high < 0
    assert names["habit"].high < 0
    assert names["matching"].value < names["habit"].value  # matching is worth a little more
    for edits in (3, 4, 5):
        reach, hit = names["wasted"][edits]
        assert abs(reach.value) < 5e-4
        assert hit > 1.5
    assert names["wasted"][1][0].low > 0  # one edit leaves more reach
    assert names["wasted"][1][1] < 1  # and hits fewer
