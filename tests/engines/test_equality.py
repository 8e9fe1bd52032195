"""The two engines against each other, life by life, to the last bit."""

import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from networks import (
    adapting,
    alike,
    answered,
    bursting,
    constant,
    differing,
    granting,
    heard,
    law,
    lognormal,
    network,
    prepared,
    priced,
    priced_team,
    retaliating,
    returning,
    staffed,
)

from afterban.channels import RATES, place
from afterban.engines import compiled, reference
from afterban.engines.agreement import assert_same, differences
from afterban.engines.records import Records
from afterban.engines.reference import operator, platform, suspect
from afterban.mechanisms import census, detection, liveshare, review
from afterban.mechanisms import distributions as d
from afterban.mechanisms.displacement import NOWHERE
from afterban.mechanisms.returning import next_account
from afterban.parameters import Parameters
from afterban.world import World, build


def both(parameters: Parameters, seed: int = 1, replication: int = 0) -> Records:
    """Run both engines, demand that they agree, and return what they agree on."""
    world = build(parameters, seed, replication)
    told = reference.run(parameters, world, seed, replication)
    assert_same(told, compiled.run(parameters, world, seed, replication))
    return told


@cache
def agreed(make: Callable[[], Parameters]) -> tuple[Parameters, World, Records, Records]:
    """A network, and what the reference and the compiled engine agree on, before any fault."""
    p = make()
    world = build(p, 1, 0)
    told, right = reference.run(p, world, 1, 0), compiled.run(p, world, 1, 0)
    assert not differences(told, right)
    return p, world, told, right


def channels(told: Records) -> dict[str, int]:
    numbers = np.bincount(told.accounts["channel"], minlength=len(detection.CHANNELS))
    return dict(zip(detection.CHANNELS, numbers.tolist(), strict=True))


@pytest.mark.smoke
def test_every_channel():
    told = both(network())
    counts = channels(told)
    assert min(counts.values()) > 0, counts
    assert set(told.accounts["platform"]) == {0, 1}
    assert told.accounts["operator"].max() == 104  # five recruits
    accounts = told.accounts
    assert accounts["promotions_received"].sum() > 100
    assert (accounts["life"] > 3).any()
    assert (accounts["edit_distance"] > 2).any()
    assert (accounts["edit_distance"] == 2).any()
    assert (accounts["urgent"] == 1).any()
    assert (accounts["urgent"] == 0).any()
    assert np.isnan(accounts["public_day"]).any()  # caught at sign-up, never seen
    assert np.isnan(accounts["suspended_day"]).any()
    assert (told.window_impressions > 0.0).any()


def pressed(**changes) -> Parameters:
    """Hubs are found by nothing but the second campaign; supporters twice as often, but later."""
    pressure = np.ones((len(RATES), 3, 2))
    pressure[:, 0] = 0.0
    pressure[:, 1, 1] = 2.0
    pressure[place("handle_recall") :, 1, 0] = 0.5
    tiers = np.array([[0, 1, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1]], dtype=np.bool_)
    return network(pressure=pressure, pulse_tiers=tiers, **changes)


def test_pressure_by_tier():
    told = both(pressed())
    tier = build(pressed(), 1, 0).tier[told.accounts["operator"]]
    hubs = told.accounts["channel"][tier == 0]
    assert set(hubs) == {detection.NONE, detection.STRUCK}
    assert set(told.accounts["flagged_day"][tier == 0][hubs == detection.STRUCK]) == {30.0}
    assert min(channels(told).values()) > 0
    both(pressed(finite_staff=True, on_duty=np.array([3]), service_time=constant(0.05)))


JOINING = {
    "arrival_tier": np.array([1, 2]),
    "arrival_start": np.array([-math.inf, 40.0]),
    "arrival_rate": np.array([[1.5, 0.5], [0.2, 0.4]]),
}


@pytest.mark.slow
def test_arrivals():
    for make in (network, staffed):
        p = make(**JOINING)
        told = both(p)
        world = build(p, 1, 0)
        newcomers = np.flatnonzero(np.isfinite(world.arrivals)) + len(world.tier)
        newcomers -= len(world.arrivals)
        rows = told.accounts[told.accounts["operator"] >= 105]  # there, and recruits
        first = rows["life"] == 1
        assert rows["operator"][first].tolist() == newcomers.tolist()
        days = world.arrivals[np.isfinite(world.arrivals)]
        assert rows["created_day"][first].tolist() == days.tolist()
        assert {1, 2} == set(world.tier[newcomers])
        assert (rows["life"] > 1).sum() > 20
        assert (rows["promotions_received"] > 0).sum() > 20
        # Newcomers promote each other, and nobody who was there.
        late = world.promoters[world.promoter_start[105] :]
        assert (late >= 105).sum() > 20
        assert (world.promoters[: world.promoter_start[105]] < 105).all()


def test_nobody_is_ever_flagged():
    off = np.zeros(2)
    told = both(
        network(
            **{rate.name: off for rate in RATES},
            most_recruits=0,
            pulse_day=np.zeros(0),
            pulse_share=np.zeros(0),
            pulse_choose=np.zeros(0, dtype=np.int64),
            pulse_accounts=np.zeros(0, dtype=np.int64),
            recruits_per_impression=0.0,
        )
    )
    assert channels(told)[""] == len(told.accounts) == 100
    assert told.events == 12 + told.accounts["promotions_received"].sum() + _unheard(told)


def _unheard(told: Records) -> int:
    """Promotions that came to nothing, since the promoter was busy."""
    return told.events - 12 - int(told.accounts["promotions_received"].sum())


@pytest.mark.parametrize("operators", range(1, 10))
def test_names_on_which_nothing_depends(operators):
    told = both(
        network(
            tier_count=np.array([operators, 0, 0]),
            most_lives=2,
            most_recruits=0,
            recruits_per_impression=0.0,
            near_identical=0.2,
            handle_recall=np.zeros(2),
            unrelated_recognition=1.0,
        )
    )
    edits = told.accounts["edit_distance"]
    assert ((edits == -1) == (told.accounts["life"] == 1)).all()
    assert (edits > 2).sum() > 0 or operators < 4


@pytest.mark.parametrize("sensitivity", [1.0, 0.5])
def test_decisions_of_the_same_instant(sensitivity):
    at_once = np.array([[constant(0.0)] * 2] * 2)
    told = both(network(time_to_action=at_once, sensitivity=sensitivity))
    waited = told.accounts["suspended_day"] - told.accounts["flagged_day"]
    assert (waited[told.accounts["suspended_day"] > 0] == 0.0).all()
    assert min(channels(told).values()) > 0, channels(told)


def test_wrong_decisions_begin_the_race_anew():
    told = both(network(sensitivity=0.2, signup=np.zeros(2)))
    live = told.series[-1, :, census.UNDER_REVIEW]
    assert live.sum() > 0.0
    assert channels(told)["reports"] > 0


def test_waves():
    told = both(network(wave_every=2.5))
    day = told.accounts["suspended_day"]
    waved = day[(day > 0.0) & ~np.isin(told.accounts["channel"], [1, 7])]
    assert len(waved) > 50
    assert np.all(np.isclose(np.mod(waved + 1e-6, 2.5), 1e-6, atol=1e-5))


def test_no_promotion():
    told = both(network(promotion_posts=0))
    assert told.accounts["promotions_received"].sum() == 0
    assert "link" not in {detection.CHANNELS[k] for k in told.accounts["channel"]}


@pytest.mark.parametrize(
    "forget",
    [
        (0.05, 0.05),
        *(
            pytest.param(one, marks=pytest.mark.slow)
            for one in [(0.5, 1e-6), (0.0, 0.3), (0.02, 0.002)]
        ),
    ],
)
@pytest.mark.parametrize("make", [network, staffed])
def test_people_forget(make, forget):
    # Detached at the start, moves between platforms, sleepers and promotions among them.
    told = both(make(forget=np.array(forget)))
    assert (told.accounts["life"] > 3).any()
    plain = both(make(forget=np.zeros(2)))
    assert told.accounts["outsider_followers"].sum() != plain.accounts["outsider_followers"].sum()


@pytest.mark.slow
@pytest.mark.parametrize("forget", [(0.0, 0.0), (0.05, 0.02)])
@pytest.mark.parametrize("make", [network, staffed])
def test_insiders_are_operators(make, forget):
    # Two platforms, recruits, sleepers, campaigns that choose by followers, insiders who report.
    changes = {"forget": np.array(forget), "queue_order": 1}
    told = both(make(live_insiders=True, **changes))
    plain = both(make(live_insiders=False, **changes))
    assert set(told.accounts["platform"]) == {0, 1}
    column = census.INSIDER_IMPRESSIONS
    assert told.series[-1, :, column].sum() < 0.95 * plain.series[-1, :, column].sum()


def test_more_changes_of_the_live_share_than_there_is_room_for(monkeypatch):
    roomy = both(network(live_insiders=True))
    monkeypatch.setattr(liveshare, "ROOM", 2)
    assert_same(roomy, both(network(live_insiders=True)))


@pytest.mark.slow
def test_leaving_as_fast_as_discovering():
    # The detached leave at 1.5 + 0.5 and 0.03 + 0.02 a day, and that is how fast others come.
    p = network(
        forget=np.array([0.5, 0.02]),
        discover=np.array([2.0, 0.05]),
        refollow=np.array([[1.5, 0.03]] * 3),
    )
    told = both(p)
    nearly = both(p._replace(discover=np.array([2.0 + 1e-9, 0.05 + 1e-11])))
    assert told.final == pytest.approx(nearly.final, rel=1e-5, abs=1e-5)


def test_promotion_on_start():
    told = both(network(promotes_on_start=True))
    assert told.accounts["promotions_received"][told.accounts["life"] == 1].sum() > 100


def test_promoters_who_never_post():
    quiet = network().tier_distributions.copy()
    quiet[1, 1] = constant(0.0)
    told = both(network(tier_distributions=quiet))
    assert (told.accounts["promotions_made"][told.accounts["operator"] < 4] > 0).any()
    assert (told.accounts["promotions_made"][told.accounts["operator"] >= 4][:90] == 0).all()


def test_most_lives_and_spares():
    told = both(network(most_lives=3))
    assert told.accounts["life"].max() == 3


def test_sleepers_that_come_too_late():
    told = both(
        network(
            created_day=np.array([0.0, 0.0, 90.0]),
            public_day=np.array([0.0, 0.0, 95.0]),
        )
    )
    assert not set(range(94, 100)) & set(told.accounts["operator"])
    told = both(network(public_day=np.array([0.0, 0.0, 95.0])))
    sleepers = told.accounts[(told.accounts["operator"] >= 94) & (told.accounts["operator"] < 100)]
    assert len(sleepers) == 6
    assert np.isnan(sleepers["public_day"]).all()


def test_everything_at_once():
    """Constant delays, several of them zero, so that many events fall on the same instant."""
    still = network().tier_distributions.copy()
    still[:, 3] = constant(0.0)
    told = both(
        network(
            tier_distributions=still,
            promotion_delay=constant(0.0),
            scan_time=constant(0.0),
            spare_delay=constant(0.0),
            time_to_action=np.array([[constant(0.0)] * 2, [constant(1.0)] * 2]),
            created_day=np.array([0.0, 0.0, 10.0]),
            public_day=np.array([0.0, 0.0, 10.0]),
            pulse_day=np.array([20.0, 20.0, 40.0, 40.0]),
        )
    )
    a = told.accounts
    again = a[a["life"] > 1]
    before = a[:-1][(a["operator"][1:] == a["operator"][:-1])]
    assert (again["created_day"] == before["suspended_day"]).all()
    assert (channels(told)["handle"]) > 0


def test_never():
    told = both(
        network(
            time_to_action=np.full((2, 2, d.ROW), 0.0) + constant(math.inf),
            scan_time=constant(math.inf),
            wave_every=3.0,
        )
    )
    assert set(told.accounts["channel"][told.accounts["suspended_day"] > 0.0]) <= {1, 7}


def test_every_distribution():
    rows = network().tier_distributions.copy()
    rows[0, 3] = law(d.EXPONENTIAL, 2.0)
    rows[1, 3] = law(d.WEIBULL, 2.0, 0.7)
    rows[2, 3] = law(d.PARETO, 0.2, 1.5, cap=30.0)
    points = law(d.QUANTILES, 0.0)
    points[5:9] = 3, 0.0, 0.5, 1.0
    points[14:17] = 0.1, 1.0, 20.0
    rows[1, 1] = points
    told = both(network(tier_distributions=rows, promotion_delay=law(d.UNIFORM, 0.1, 2.0)))
    assert len(told.accounts) > 250


# --- returning -----------------------------------------------------------------------------------


@pytest.mark.parametrize("within", [0.0, 20.0, 80.0])
def test_mixtures_tables_posting_and_giving_up(within):
    told = both(returning(give_up_within=within, pulse_choose=np.full(4, 2)))
    accounts = told.accounts
    assert accounts["life"].max() >= 3
    again = accounts[1:][accounts["operator"][1:] == accounts["operator"][:-1]]
    before = accounts[:-1][accounts["operator"][1:] == accounts["operator"][:-1]]
    waited = again["created_day"] - before["suspended_day"]
    assert (waited == 0.0).any()  # the first time of the table
    assert np.isclose(waited, 0.125).any()  # the first component of the mixture
    moved = again["platform"] != before["platform"]
    assert moved.any()
    if within == 80.0:  # nobody is suspended more than three times on one platform
        key = accounts["operator"] * 2 + accounts["platform"]
        assert np.bincount(key).max() == 3


def test_giving_up_without_another_platform_ends_the_career():
    told = both(
        returning(give_up_suspensions=1, moves=np.zeros(3), tier_count=np.array([4, 90, 0]))
    )
    assert told.accounts["life"].max() <= 2
    assert (told.accounts["platform"][told.accounts["life"] == 2] == 1).all()


def test_giving_up_before_it_can_be_matters_to_nobody():
    assert not differences(
        both(returning(give_up_suspensions=0)), both(returning(give_up_suspensions=50))
    )


# --- operators differ ----------------------------------------------------------------------------


def test_operators_that_differ():
    p = differing()
    told = both(p)
    factors = build(p, 1, 0).factors
    supporters = factors[4:94]
    assert len(np.unique(supporters)) == 3 * 90
    assert (factors[:4] == 1.0).all()
    lives = np.bincount(told.accounts["operator"], minlength=105)[4:94]
    assert lives[supporters[:, 0] > 1.0].mean() > lives[supporters[:, 0] < 0.7].mean()


def test_operators_that_are_alike_by_laws_that_say_so():
    one = constant(1.0)
    alike = differing(
        differences=np.array([[one] * 3] * 3),
        correlated=np.array([np.eye(5)] * 3),
    )
    assert not differences(both(alike), both(network(lost=np.array([0.02, 0.05]))))


# --- a finite team -------------------------------------------------------------------------------


def test_a_team_with_shifts():
    told = both(staffed())
    cases = told.cases
    assert told.backlog.max() > 3
    assert (cases["operator"] < 0).any()
    assert (cases["urgent"] == 1).any()
    assert (cases["upheld"] == 1).any()
    own = cases[cases["operator"] >= 0]
    assert (own["upheld"] == 0).any()
    assert (own["started_day"] > own["arrived_day"]).any()
    assert (own["started_day"] == own["arrived_day"]).any()
    # Urgent cases that came later were taken up before routine ones that waited.
    urgent = cases[cases["urgent"] == 1]
    routine = cases[cases["urgent"] == 0]
    overtaken = (urgent["arrived_day"][:, None] > routine["arrived_day"]) & (
        urgent["started_day"][:, None] < routine["started_day"]
    )
    assert overtaken.any()


def test_a_campaign_is_faster_than_the_team():
    told = both(
        staffed(
            service_time=lognormal(0.5),
            pulse_day=np.arange(15.0, 75.0, 5.0),
            pulse_share=np.full(12, 0.5),
            pulse_choose=np.zeros(12, dtype=np.int64),
        )
    )
    lives = {(a["operator"], a["life"]): a for a in told.accounts}
    struck = detection.CHANNELS.index("pulse")
    in_hand = [
        case
        for case in told.cases
        if case["operator"] >= 0
        and lives[case["operator"], case["life"]]["channel"] == struck
        and lives[case["operator"], case["life"]]["suspended_day"] < case["decided_day"]
    ]
    assert in_hand
    assert not any(case["upheld"] for case in in_hand)
    flagged = told.accounts[told.accounts["channel"] == struck]
    assert len(flagged) > len(in_hand)


def test_a_team_of_nobody():
    told = both(staffed(duty_change=np.zeros(1), on_duty=np.zeros(1, dtype=np.int64)))
    assert len(told.cases) == 0
    assert told.backlog.max() > 10


def test_a_team_that_acts_in_waves_and_errs():
    told = both(staffed(wave_every=4.0, sensitivity=0.5, on_duty=np.full(159, 4)))
    cases = told.cases[told.cases["operator"] >= 0]
    twice = {}
    for case in cases:
        key = (case["operator"], case["life"])
        twice[key] = twice.get(key, 0) + 1
    assert max(twice.values()) > 1


@pytest.mark.slow
@pytest.mark.parametrize("order", [1, 2, 3])
def test_a_team_that_takes_the_largest_first(order):
    told = both(staffed(queue_order=order, on_duty=np.full(159, 1)))
    assert differences(told, both(staffed(on_duty=np.full(159, 1))))


def test_many_recruits():
    told = both(network(recruits_per_impression=1e-2, most_recruits=200))
    assert len(np.unique(told.accounts["operator"])) > 250


def test_doubles_share_audience_and_activity():
    p = network(tier_count=np.array([4, 90, 4]), same_as=np.array([-1, -1, 0]))
    p = p._replace(tier_distributions=p.tier_distributions[[0, 1, 0]])
    both(p)
    world = build(p, 1, 0)
    np.testing.assert_allclose(
        world.audience[94:98].sum(axis=1), 0.5 * world.audience[:4].sum(axis=1)
    )
    assert (world.posts[94:98] == world.posts[:4]).all()


def test_cases_that_end_at_the_same_instant():
    told = both(
        staffed(
            service_time=constant(0.25),
            action_delay=constant(0.0),
            benign_reports=8.0,
            duty_change=np.arange(0.0, 80.0, 0.5),
            on_duty=np.resize([0, 6], 160),
        )
    )
    _, times = np.unique(told.cases["decided_day"], return_counts=True)
    assert times.max() >= 6


# --- flags on ordinary users ---------------------------------------------------------------------


def flagged_wrongly(told: Records) -> dict[str, int]:
    cases = np.concatenate((told.cases, told.open_cases))
    of = -1 - cases["operator"][cases["operator"] < 0]
    return dict(
        zip(
            detection.CHANNELS,
            np.bincount(of, minlength=len(detection.CHANNELS)).tolist(),
            strict=True,
        )
    )


@pytest.mark.parametrize("make", [priced, priced_team])
def test_every_channel_flags_ordinary_users_too(make):
    told = both(make())
    counts = flagged_wrongly(told)
    assert (
        counts.pop("")
        == len(told.cases[told.cases["operator"] == -1]) + (told.open_cases["operator"] == -1).sum()
    )
    assert min(counts.values()) > 0, counts
    assert (told.open_cases["operator"] < -1).any()
    assert told.flags[0].sum() > told.flags[1].sum() > 0
    assert (told.flags[0][1:] > 0).all()


def test_with_unlimited_staff_flags_on_ordinary_users_touch_nothing():
    one, other = both(network()), both(priced())
    assert len(other.cases) > 0
    nothing = np.empty(0, dtype=other.cases.dtype)
    fewer = one.events - other.events
    assert fewer < 0
    bare = replace(other, cases=nothing, open_cases=nothing, events=one.events)
    assert_same(one, bare)


def test_a_team_hears_appeals():
    told = both(heard())
    appeals = told.cases[told.cases["appeal"] == 1]
    assert (appeals["operator"] >= 0).sum() > 20
    assert (appeals["operator"] == -1).sum() > 5
    assert (appeals["operator"] < -1).sum() > 20
    assert (told.open_cases["appeal"] == 1).any()
    # They take the reviewers' time: the network waits longer.
    without = both(priced_team(mistake=0.3))
    assert told.backlog.sum() > 1.05 * without.backlog.sum()


def reinstated(told):
    """Whether each life is one that an appeal brought back, and the rows of those before them."""
    accounts = told.accounts
    back = (accounts["edit_distance"] == 0) & (accounts["life"] > 1)
    return accounts[back], accounts[np.flatnonzero(back) - 1]


@pytest.mark.slow
def test_an_appeal_brings_an_account_back():
    one = granting(own_success=0.6)
    told = both(one)
    lives, before = reinstated(told)
    assert len(lives) > 15
    assert (lives["operator"] == before["operator"]).all()
    assert (lives["life"] == before["life"] + 1).all()
    assert (lives["handle"] == before["handle"]).all()
    assert (lives["created_day"] > before["suspended_day"]).all()
    assert (lives["created_day"] == lives["public_day"]).all()
    # The day is that of a decision on its appeal, and it holds no more followers than there were.
    heard_on = {
        (case["operator"], case["life"]): case["decided_day"]
        for case in told.cases[told.cases["appeal"] == 1]
    }
    days = [heard_on[life["operator"], life["life"]] for life in before]
    assert lives["created_day"].tolist() == days
    assert not np.isnan(lives["suspended_day"]).all()  # and they can be suspended once more
    # Nobody is there twice.
    accounts = told.accounts
    same = accounts["operator"][1:] == accounts["operator"][:-1]
    assert (accounts["created_day"][1:] >= accounts["suspended_day"][:-1])[same].all()
    # Who has come back by then has no need of it: its appeal is granted, and dropped.
    slow = both(one._replace(filing=constant(15.0)))
    assert len(reinstated(slow)[0]) < len(lives)
    # Without success all is as it was.
    never = both(one._replace(own_success=0.0))
    assert len(reinstated(never)[0]) == 0


def test_accounts_come_back_by_appeal_with_live_insiders_and_moves():
    told = both(
        granting(
            own_success=0.9,
            live_insiders=True,
            forget=np.array([0.05, 0.1]),
            posts_after_return=0.7,
        )
    )
    assert len(reinstated(told)[0]) > 15


def test_accounts_come_back_by_appeal_in_a_burst():
    bursts = {
        "burst_start": np.array([-math.inf, 30.0]),
        "burst_factor": np.array([[1.0, 3.0]] * 3),
    }
    starts = np.array([-math.inf, 10.0, 30.0])
    at = np.array([0, 1, 1])
    divided = {rate.name: granting().rate(rate.name)[0, at] for rate in RATES}
    told = both(
        granting(
            regime_start=starts,
            pressure=granting().pressure[..., at],
            time_to_action=granting().time_to_action[at],
            own_success=0.9,
            posts_after_return=0.7,
            **bursts,
            **divided,
        )
    )
    late = reinstated(told)[0]
    assert (late["public_day"] > 30.0).sum() > 5


@pytest.mark.slow
def test_look_alikes_take_a_teams_time():
    told = both(alike())
    without = both(heard(match_edits=2))
    mine = -1 - detection.HANDLE_MATCHED

    def flagged(records):
        return sum((c["operator"] == mine).sum() for c in (records.cases, records.open_cases))

    assert flagged(told) > flagged(without) + 100
    assert told.backlog.sum() > 1.05 * without.backlog.sum()
    # With unlimited staff they take nobody's time, and nothing of a run.
    alone = {"finite_staff": False, "hears_appeals": False}
    assert_same(both(alike(**alone)), both(heard(match_edits=2, **alone)))


def test_appeals_of_one_instant():
    at_once = constant(0.0)
    one = heard(
        filing=at_once,
        action_delay=at_once,
        service_time=constant(0.05),
        wave_every=2.0,
        appeal=1.0,
        own_appeals=1.0,
        on_duty=np.full(159, 6),
    )
    told = both(one)
    appeals = told.cases[told.cases["appeal"] == 1]
    _, times = np.unique(appeals["arrived_day"], return_counts=True)
    assert times.max() > 5


@pytest.mark.parametrize("make", [priced, priced_team])
def test_flags_of_one_instant_on_ordinary_users(make):
    still = network().tier_distributions.copy()
    still[:, 3] = constant(0.0)
    told = both(
        make(
            tier_distributions=still,
            promotion_delay=constant(0.0),
            spare_delay=constant(0.0),
            service_time=constant(0.02),
            time_to_action=np.array([[constant(1.0)] * 2, [constant(0.0)] * 2]),
            pulse_day=np.array([20.0, 20.0, 40.0, 40.0]),
            wave_every=2.0,
        )
    )
    cases = told.cases[told.cases["operator"] < -1]
    _, times = np.unique(cases["arrived_day"], return_counts=True)
    assert times.max() > 5


# --- drawn at random -----------------------------------------------------------------------------


@st.composite
def parameters(draw: st.DrawFn) -> Parameters:
    def number(low: float, high: float) -> float:
        return draw(st.floats(low, high))

    def delay() -> np.ndarray:
        return draw(
            st.sampled_from([constant(0.0), constant(1.0), lognormal(0.3), law(d.EXPONENTIAL, 2.0)])
        )

    rows = network().tier_distributions.copy()
    rows[:, 3] = delay()
    many = len(RATES) * 3 * 2
    make = draw(st.sampled_from([network, staffed, priced, heard, granting, adapting]))
    factors = st.sampled_from([0.0, 0.5, 1.0, 3.0])
    return make(
        horizon=40.0,
        grid=np.arange(0.0, 41.0),
        windows=np.array([0.0, 7.0, 40.0]),
        tier_count=np.array(draw(st.lists(st.integers(0, 12), min_size=3, max_size=3))),
        tier_distributions=rows,
        spares=np.array(draw(st.lists(st.integers(0, 2), min_size=3, max_size=3))),
        reports=np.array([0.0, number(0.0, 0.1)]),
        classifier=np.array([number(0.0, 0.01), number(0.0, 0.01)]),
        threats=np.array([number(0.0, 0.05), number(0.0, 0.05)]),
        signup=np.array([number(0.0, 1.0), 0.0]),
        handle_recall=np.array([draw(st.just(0.0) | st.floats(0.0, 1.0)), number(0.0, 1.0)]),
        unrelated_recognition=draw(st.sampled_from([0.3, 1.0])),
        live_insiders=draw(st.booleans()),
        forget=np.array([draw(st.sampled_from([0.0, 0.05])), number(0.0, 2.0)]),
        time_to_action=np.array([[delay(), delay()], [delay(), delay()]]),
        scan_time=delay(),
        promotion_delay=delay(),
        promotion_posts=draw(st.integers(0, 4)),
        promotes_on_start=draw(st.booleans()),
        near_identical=number(0.0, 1.0),
        sensitivity=number(0.0, 1.0),
        action_delay=delay(),
        service_time=delay(),
        benign_reports=number(0.0, 10.0),
        wave_every=draw(st.sampled_from([0.0, 1.0, 0.7])),
        rebuild_window=number(0.0, 5.0),
        most_lives=draw(st.integers(1, 30)),
        pulse_day=np.array([1.0, 7.0, 7.0, 90.0]),
        pulse_choose=np.array(draw(st.lists(st.integers(0, 3), min_size=4, max_size=4))),
        pulse_share=np.array([number(0.0, 1.0), number(0.0, 1.0), 0.1, 1.0]),
        moves=np.array([number(0.0, 1.0)] * 3),
        pressure=np.array(
            draw(st.lists(st.sampled_from([0.0, 0.5, 1.0, 3.0]), min_size=many, max_size=many))
        ).reshape(-1, 3, 2),
        pulse_tiers=np.array(draw(st.lists(st.booleans(), min_size=12, max_size=12))).reshape(4, 3),
        link_promoted=np.array([0.0, number(0.0, 1.0)]),
        link_promoter=np.array([0.0, number(0.0, 1.0)]),
        retaliation=np.array([number(0.0, 1.0), number(0.0, 1.0)]),
        retaliation_delay=delay(),
        queue_order=draw(st.integers(0, 3)),
        most_recruits=draw(st.integers(0, 10)),
        arrival_tier=np.array([1, 2]),
        arrival_start=np.array([-math.inf, 15.0]),
        arrival_rate=np.array([[number(0.0, 1.0), number(0.0, 1.0)], [0.0, number(0.0, 0.5)]]),
        recruits_per_impression=number(0.0, 0.01),
        adapts=make is adapting or draw(st.booleans()),
        answer_to_handle=draw(factors),
        answer_to_reports=draw(factors),
        answer_to_classifier=draw(factors),
        answer_to_link=draw(factors),
        answer_to_quick=draw(st.sampled_from([0.5, 1.0, 4.0])),
        quick_days=draw(st.sampled_from([0.0, 0.5, 2.0])),
    )


@given(parameters(), st.integers(0, 2**32 - 1), st.integers(0, 1000))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_network(drawn: Parameters, seed: int, replication: int):
    both(drawn, seed, replication)


@pytest.mark.slow
@given(parameters(), st.integers(0, 2**32 - 1), st.integers(0, 1000))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_many_networks(drawn: Parameters, seed: int, replication: int):
    both(drawn, seed, replication)


# --- the check itself ----------------------------------------------------------------------------


def test_two_seeds_differ():
    p = network()
    world = build(p, 1, 0)
    found = differences(compiled.run(p, world, 1, 0), compiled.run(p, world, 2, 0))
    assert any(line.startswith("account (operator") for line in found)
    assert any(line.startswith("series") for line in found)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "seen_in"),
    [
        ({"rebuild_share": 0.3001}, "rebuild"),
        ({"near_edits": 1}, "final"),
        ({"promotion_posts": 2}, "promotions_received"),
        ({"insider_reports": 0.21}, "flagged_day"),
        ({"wave_every": 1e-9}, "suspended_day"),
        ({"lost": np.array([0.0, 0.0501])}, "final"),
        ({"forget": np.array([0.0, 1e-9])}, "final"),
        ({"live_insiders": False}, "insider_impressions"),
        ({"untouched_factor": 0.1001}, "final"),
        ({"pressure": np.full((len(RATES), 3, 2), 1.01)}, "flagged_day"),
        ({"pulse_tiers": np.eye(4, 3) < 1}, "channel"),
    ],
)
def test_a_parameter_that_one_engine_reads_wrongly_is_noticed(change, seen_in):
    p, world, told, _ = agreed(network)
    found = differences(told, compiled.run(p._replace(**change), world, 1, 0))
    assert found
    if seen_in != "rebuild":
        assert any(seen_in in line for line in found), found


def _off_by_an_ulp(shares, place, row, time, discover, rebuild):
    _advance(shares, place, row, time, discover, rebuild)
    row[1] = math.nextafter(row[1], math.inf)


_advance = liveshare.advance


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "name", "wrong"),
    [
        (liveshare, "advance", _off_by_an_ulp),
        (operator, "recognised", lambda life, edits, near, unrelated, factor: factor),
        (operator, "return_probability", lambda p, fatigue, life: p * fatigue**life),
        (operator, "promote", lambda row, insiders, outsiders, factor: None),
        (operator, "RETURN", 31),
        (operator, "may_promote", lambda public, other, same, posts, busy, now: public and other),
        (operator, "promoting_days", lambda promotion_posts, posts: 0.0),
        (operator, "is_real", lambda mark, most, now: False),
        (suspect, "is_real", lambda mark, most, now: True),
        (operator, "rebuild_until", lambda now, life, window: now + window),
        (operator, "own_probability", lambda probability, factor: 1.0),
        (operator, "leaves", lambda moves, probability, given_up: given_up),
        (operator, "next_platform", lambda place, platforms: NOWHERE),
        (operator, "public_day", lambda created, every, prepared: created + 1.0),
        (operator, "candidate_rate", lambda each, posts, view, outsiders: 0.0),
    ],
)
def test_a_bug_in_one_engine_is_noticed(monkeypatch, module, name, wrong):
    p, world, _, right = agreed(network)
    monkeypatch.setattr(module, name, wrong)
    assert differences(reference.run(p, world, 1, 0), right)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "module", "name", "wrong"),
    [
        (network, platform, "another_recruit", lambda recruited, most: recruited + 1 < most),
        (staffed, review, "takes_next", lambda in_hand, on_duty: False),
        (staffed, review, "is_urgent", lambda urgent, severity: urgent),
        (staffed, review, "place_in_queue", lambda *place: (0, 0.0, *place[2:])),
        (returning, operator, "gives_up_platform", lambda days, most, within: False),
        (retaliating, detection, "retaliation_probability", lambda life, probability: probability),
        (granting, suspect, "may_be_reinstated", lambda *answers: all(answers[:3])),
        (granting, operator, "another_life", lambda life, most: life < 3),
        (network, operator, "next_account", lambda *given: next_account(*given[:3], 0, *given[4:])),
    ],
)
def test_a_rule_that_one_engine_has_wrong_is_noticed(monkeypatch, make, module, name, wrong):
    p, world, _, right = agreed(make)
    monkeypatch.setattr(module, name, wrong)
    assert differences(reference.run(p, world, 1, 0), right)


def test_who_is_reinstated_posts_as_any_further_account_does():
    """Also where the operator would not have come back: its pace is that of its next life."""
    for changes in ({}, {"returns": np.full(3, 0.2)}):
        told = both(granting(posts_after_return=0.5, **changes))
        accounts = told.accounts
        back = (accounts["life"] > 1) & (accounts["edit_distance"] == 0)
        assert back.sum() > 50


def test_a_queue_that_is_served_in_the_wrong_order_is_noticed(monkeypatch):
    p, world, _, right = agreed(staffed)
    monkeypatch.setattr(review, "URGENT", 1)
    monkeypatch.setattr(review, "ROUTINE", 0)
    assert differences(reference.run(p, world, 1, 0), right)


def test_those_who_moved_come_back_for_a_release():
    told = both(prepared())
    accounts = told.accounts
    for k in range(6):
        own = accounts[(accounts["operator"] == k) & (accounts["created_day"] < 40.0)]
        back = accounts[(accounts["operator"] == 96 + k) & (accounts["life"] == 1)]
        # The last account before that day tells where the operator is, unless it is on its way.
        if own["platform"][-1] == 1:
            assert back["created_day"].tolist() == [40.0]
            assert back["platform"].tolist() == [0]
        elif np.isnan(own["suspended_day"][-1]) or own["suspended_day"][-1] > 40.0:
            assert len(back) == 0
    made = (accounts["operator"] >= 96) & (accounts["operator"] < 102)
    assert 0 < len(set(accounts["operator"][made])) < 6


def test_differences_are_told_in_plain_words():
    p = network()
    world: World = build(p, 1, 0)
    told = compiled.run(p, world, 1, 0)
    other = compiled.run(p, world, 1, 0)
    assert differences(told, other) == []
    other.accounts["handle"][3, 0] = ord("q")
    other.accounts["created_day"][5] += 1.0
    found = differences(told, other)
    assert len(found) == 2
    assert "handle: " in found[0]
    assert "created_day: " in found[1]
    with pytest.raises(AssertionError, match="the runs differ"):
        assert_same(told, other)


@pytest.mark.slow
@pytest.mark.parametrize("live", [False, True])
def test_counter_speech_that_changes(live):
    told = both(answered(live_insiders=live))
    quiet = {"speech_change": np.empty(0), "discover_later": np.empty((0, 2))}
    unchanged = both(answered(live_insiders=live, **quiet))
    # Until the first change nothing differs; from the second on hardly anybody begins to follow.
    before = answered().grid <= 15.0
    assert np.array_equal(told.series[before], unchanged.series[before])
    followers = told.series[..., census.ATTACHED_OUTSIDERS].sum(axis=1)
    more = unchanged.series[..., census.ATTACHED_OUTSIDERS].sum(axis=1)
    assert followers[-1] < 0.9 * more[-1]


def test_threats_that_follow_suspensions():
    p = retaliating(threats=np.zeros(2), sensitivity=1.0)
    accounts = both(p).accounts
    threats = accounts[accounts["channel"] == detection.THREATENED]
    assert len(threats) > 40
    assert (threats["life"] > 1).all()
    assert (threats["urgent"] == 1).all()
    assert (threats["flagged_day"] >= threats["public_day"]).all()
    assert set(threats["platform"]) == {0, 1}
    rates = p.rates.copy()
    rates[place("retaliation")] = 0.0
    quiet = both(p._replace(rates=rates)).accounts
    assert not (quiet["channel"] == detection.THREATENED).any()
    # In front of a team too, where some are cleared.
    given = {name: getattr(retaliating(), name) for name in ("retaliation_delay", "pressure")}
    told = both(staffed(retaliation=np.array([0.8, 0.5]), **given))
    assert told.flags[:, detection.THREATENED].min() > 0


def test_another_draw_of_a_threat_is_noticed(monkeypatch):
    p, world, _, right = agreed(retaliating)
    monkeypatch.setattr(suspect, "RETALIATION", 14)
    assert differences(reference.run(p, world, 1, 0), right)


def test_accounts_for_one_release_after_another():
    p = network(
        release_every=np.array([0.0, 0.0, 9.0]),
        returns=np.array([0.95, 0.9, 1.0]),
        watched=np.array([0.05, 0.0, 1.0]),
    )
    told = both(p)
    accounts = told.accounts
    ours = accounts[(accounts["operator"] >= 94) & (accounts["operator"] < 100)]
    again = ours[ours["life"] > 1]
    assert len(again) > 12
    # Made every nine days from day 5 on, and public a week after that.
    assert ((again["created_day"] - 5.0) % 9.0 == 0.0).all()
    seen = ~np.isnan(again["public_day"])
    assert (again["public_day"] - again["created_day"])[seen] == pytest.approx(7.0, abs=0)
    assert seen.sum() > 6
    follows = np.flatnonzero(ours["life"][1:] == ours["life"][:-1] + 1) + 1
    gaps = ours["created_day"][follows] - ours["suspended_day"][follows - 1]
    assert (gaps >= 0.0).all()
    assert gaps.max() <= 9.0  # nobody waits for longer than the next one
    before = both(p._replace(release_every=np.zeros(3))).accounts
    first = before[(before["operator"] >= 94) & (before["operator"] < 100) & (before["life"] == 1)]
    assert (first["public_day"] == ours[ours["life"] == 1]["public_day"]).all()


@pytest.mark.slow
@pytest.mark.parametrize("live", [False, True])
def test_posting_that_bursts(live):
    p = bursting(live_insiders=live)
    told = both(p)
    plain = both(p._replace(burst_factor=np.ones((3, 5))))
    # Until the first burst nothing differs, also where a regime of detection is divided.
    before = p.grid <= 8.0
    assert np.array_equal(told.series[before], plain.series[before])
    days = (told.series[..., census.POSTS], plain.series[..., census.POSTS])
    more, usual = (np.diff(posts, axis=0)[3:5].sum(axis=0) for posts in days)  # from day 9 to 15
    assert (more[:2] > 2.5 * usual[:2]).all()
    less, usual = (np.diff(posts, axis=0)[10:13].sum(axis=0) for posts in days)  # from 30 to 39
    assert less[1] < 0.4 * usual[1]
    # Promotions under way when a burst begins or ends take the posts that were left.
    both(bursting(live_insiders=live, promotion_posts=40, promotes_on_start=True))
    both(
        bursting(
            finite_staff=True,
            on_duty=np.array([2]),
            service_time=lognormal(0.05),
            queue_order=2,
            discover=np.array([0.03, 0.02]),
            attached_at_start=np.array([0.3, 0.2, 0.0]),
            forget=np.array([0.02, 0.01]),
        )
    )
