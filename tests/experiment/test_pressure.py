"""The closed form of a scenario: beside what the simulator gives, and where there is none."""

from __future__ import annotations

import pytest

from afterban import run
from afterban.experiment.pressure import expected
from afterban.experiment.thinning import thinned
from afterban.parameters import Parameters
from afterban.scenario import Scenario


@pytest.fixture(scope="module")
def year():
    return thinned(Scenario.from_yaml("under-pressure"), 5400)


def told(scenario, policy="base"):
    return expected(Parameters.from_scenario(scenario, policy))


def test_what_is_left_is_a_product(year):
    one = told(year)
    assert one.effective_reach == one.stayed * one.live_share * one.regained
    assert 0 < one.stayed < 1
    assert 0 < one.live_share < 1
    assert 0 < one.regained < 1


def test_a_network_of_one_kind_has_the_live_share_of_the_textbook():
    plain = Scenario.from_text(
        """
        schema_version: 1
        name: plain
        start: 2015-01-01
        horizon: 300 days
        tiers: {alike: {count: 50, audience: 1000, posts: 5 per day, spares: 0}}
        detection: {threats: 0.1 per day}
        review: {time_to_action: 2d, urgent_time_to_action: 2d}
        returning: {probability: 1, delay: 4d}
        """
    )
    one = told(plain)
    assert one.live_share == pytest.approx(12 / 16, rel=1e-9)  # found after 10 days, gone after 12
    assert one.stayed == pytest.approx(1, rel=1e-2)
    assert one.live_accounts == pytest.approx(50 * 12 / 16, rel=1e-2)


@pytest.mark.slow
@pytest.mark.parametrize(
    "arm",
    [
        "base",
        pytest.param("within-30d-back-in-30d", marks=pytest.mark.slow),
        pytest.param("spring-2015", marks=pytest.mark.slow),
    ],
)
def test_the_shipped_year_is_near_its_closed_form(year, arm):
    # Promotion, reports, spares and rebuilding are left out, so a bound and no interval; a closed
    # form without forgetting is twice as high.
    results = run(year, [arm], replications=2)
    one = told(year, arm)
    found = results.estimate("effective_reach", arm).value
    assert found == pytest.approx(one.effective_reach, rel=0.25)
    assert results.estimate("mean_live_accounts", arm).value == pytest.approx(
        one.live_accounts, rel=0.06
    )
    never = {f"audience.forget_{who}": "0 per day" for who in ("insiders", "outsiders")}
    assert told(year.with_changes(never), arm).effective_reach > 1.25 * found


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [
        {"review.team": {"reviewers": 3}},
        {"review.waves": {"every": "7 d"}},
        {"detection.pulses": [{"date": "2015-02-01", "share": 0.5}]},
        {"detection.regimes": [{"from": "2015-02-01", "watch": 2}]},
    ],
)
def test_where_no_closed_form_holds_there_is_none(year, changes):
    assert told(year) is not None
    assert told(year.with_changes(changes)) is None
