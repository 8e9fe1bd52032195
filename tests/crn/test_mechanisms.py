"""Link match, platforms, recruits, campaigns, queues and busy promoters: relations between runs.

Each relation is held against a run that must break it: one without the mechanism, or one of an
engine with a fault.
"""

from __future__ import annotations

import datetime as dt
import math
from itertools import pairwise

import numpy as np
import pytest

from afterban.engines import reference
from afterban.mechanisms import census as c
from afterban.mechanisms import detection
from afterban.mechanisms import state as s

# Only campaigns and what a test adds; nobody acts on a flag.
QUIET = {"signup": 0, "reports": 0, "classifier": 0, "threats": 0, "handle_match": {"recall": 0}}
HALF = [{"date": "2014-06-07", "share": 0.5}]  # day 5
NEVER = {"review.time_to_action": "never", "review.urgent_time_to_action": "never"}
AT_ONCE = {"review.time_to_action": 0, "review.urgent_time_to_action": 0, "review.sensitivity": 1}
BACK = {"returning.probability": 1, "returning.delay": "1 d", "tiers.hub.spares": 0}
NO_PROMOTION = {"tiers.hub.promotes": 0, "tiers.supporter.promotes": 0}


def linked(promoted, promoter, **more):
    match = {"promoted": promoted, "promoter": promoter, **more}
    return {"detection": {**QUIET, "pulses": HALF, "link_match": match}}


# --- link match ----------------------------------------------------------------------------------


def flags_are_those_of(rows, received, made):
    """Whether a link match flagged all accounts at these ends of promotions, and no others."""
    ends = np.zeros(len(rows), dtype=bool)
    if received:
        ends |= rows["promotions_received"] > 0
    if made:
        ends |= rows["promotions_made"] > 0
    by_link = rows["channel"] == detection.LINK_MATCHED
    return bool((by_link == (ends & (rows["channel"] != detection.STRUCK))).all())


@pytest.mark.parametrize("ends", [(1, 0), (0, 1), (1, 1), (0, 0)])
def test_a_certain_link_match_flags_the_ends_of_promotions(small, run, ends):
    changes = {**linked(*ends, scan_time=0), **NEVER, **BACK}
    rows = run(small(changes)).records.accounts
    received, made = rows["promotions_received"], rows["promotions_made"]
    assert received.sum() == made.sum() > 30
    assert ((received > 0) & (made == 0)).sum() > 5
    assert ((received == 0) & (made > 0)).sum() > 5
    assert ((received == 0) & (made == 0)).sum() > 5
    assert flags_are_those_of(rows, *ends)
    for other in {(1, 0), (0, 1), (1, 1), (0, 0)} - {ends}:
        assert not flags_are_those_of(rows, *other)


def test_an_engine_that_flags_the_wrong_end_is_noticed(small, run, monkeypatch):
    right = reference.Operator.be_linked
    monkeypatch.setattr(
        reference.Operator, "be_linked", lambda self, promoter: right(promoter, self)
    )
    rows = run(small({**linked(1, 0, scan_time=0), **NEVER, **BACK}), "reference").records.accounts
    assert not flags_are_those_of(rows, 1, 0)


def test_a_link_match_comes_after_its_scan_time(small, run):
    def first_flags(scan):
        changes = {**linked(1, 0, scan_time=scan), **NEVER, **BACK}
        rows = run(small(changes)).records.accounts
        return rows["flagged_day"][rows["channel"] == detection.LINK_MATCHED]

    now, later = first_flags(0), first_flags("36 h")
    assert len(now) == len(later) > 20
    assert later == pytest.approx(now + 1.5, rel=1e-12)
    assert now.min() > 6.0  # struck on day 5, back on day 6, promoted afterwards


@pytest.mark.parametrize("review", ["unlimited", "team"])
def test_a_link_match_without_probability_leaves_every_bit(
    small, with_team, run, engine, same, review
):
    scenario = small(with_team if review == "team" else None)
    nothing = {"detection.link_match": {"promoted": 0, "promoter": 0, "scan_time": "1 h"}}
    absent = run(scenario, engine)
    assert absent.records.accounts["promotions_received"].sum() > 50
    assert same(absent, run(scenario.with_changes(nothing), engine))
    for end in ("promoted", "promoter"):
        something = scenario.with_changes({"detection.link_match": {end: 0.2}})
        assert not same(absent, run(something, engine))


def test_promotion_has_a_price(small, run):
    # Only promoters are found, so that whoever promotes ends sooner than without.
    free, dear = (
        run(small({**linked(0, price, scan_time=0), **AT_ONCE, "returning.probability": 0.5}))
        for price in (0, 1)
    )
    rows = free.records.accounts
    gone = ~np.isnan(rows["suspended_day"])
    assert (rows["channel"][gone] == detection.STRUCK).all()
    survivors = (rows["life"] == 1) & ~gone & (rows["promotions_made"] > 0)
    assert survivors.sum() > 5
    rows = dear.records.accounts
    paid = (rows["life"] == 1) & (rows["channel"] == detection.LINK_MATCHED)
    assert paid.sum() > 5
    # An account makes one promotion and no second one.
    assert (rows["promotions_made"][paid] == 1).all()
    assert rows["promotions_made"].max() == 1
    assert free.records.accounts["promotions_made"].max() > 1
    assert np.isnan(rows["suspended_day"][rows["promotions_made"] == 0]).sum() > 5
    seen = [one.records.window_impressions.sum() for one in (free, dear)]
    assert seen[1] < seen[0]


# --- what is absent or idle ----------------------------------------------------------------------

TWO = {"home": {"users": 1000}, "other": {"users": 400, "follows": 0.5}}
SPEAKER = {"followers": 5000, "posts": "4 per day", "answers": 0.5, "growth": "0.01 per day"}


@pytest.mark.parametrize(
    ("idle", "active"),
    [
        ({"platforms": TWO}, {"platforms": TWO, "returning.moves": 0.3}),
        (
            {"platforms": {**TWO, "other": {**TWO["other"], "enforces_from": "2014-06-10"}}},
            {"platforms": TWO, "tiers.supporter.platform": "other"},
        ),
        (
            {"counter_speech": {"speakers": {"a": SPEAKER}, "effect": 0}},
            {"counter_speech": {"speakers": {"a": SPEAKER}, "effect": 1}},
        ),
        ({"returning.posts_after_return": 1}, {"returning.posts_after_return": 0.5}),
        ({"platforms": TWO, "returning.posts_after_move": 0.5}, {"returning.fatigue": 0.5}),
        (
            {"returning.give_up": {"suspensions": 100, "within": "1 d"}},
            {"returning.give_up": {"suspensions": 1, "within": "1 d"}},
        ),
        (
            {"tiers.supporter.differences": {"returns": 1}},
            {"tiers.supporter.differences": {"returns": {"uniform": {"low": 0, "high": 2}}}},
        ),
        ({"detection.precision_of.watch": 0.5}, {"detection.precision_of.reports": 0.5}),
        ({"detection.wrong_flags.reports": "0 per day"}, {"detection.insider_reports": 1}),
        ({"review.appeals": {"success": 0.5}}, {"detection.precision": 0.5}),
    ],
)
def test_a_mechanism_without_work_leaves_every_bit(small, run, engine, same, idle, active):
    absent = run(small(), engine)
    assert same(absent, run(small(idle), engine))
    assert not same(absent, run(small(active), engine))


@pytest.mark.parametrize(
    "idle",
    [
        {"review.mistakes": {"probability": 0.5, "appeals": 0.9, "reinstatement": "1 d"}},
        {"review.team.order": "arrival"},
    ],
)
def test_wrong_suspensions_are_nothing_to_the_network(small, with_team, run, engine, same, idle):
    scenario = small(with_team)
    one = run(scenario, engine)
    assert same(one, run(scenario.with_changes(idle), engine))
    assert not same(one, run(scenario.with_changes({"review.team.order": "followers"}), engine))


# --- what comes after a suspension ---------------------------------------------------------------


def lives_of(told, number):
    """Rows of the lives of a number."""
    return told.records.accounts[told.records.accounts["life"] == number]


def test_posting_after_a_return_changes_no_first_life(small, run):
    """Of reports and the classifier less in second lives; the first are as they were."""
    alone = {**AT_ONCE, "promotion.posts": 0}
    one, less = (run(small({**alone, "returning.posts_after_return": x})) for x in (1, 0.5))
    assert lives_of(one, 1).tobytes() == lives_of(less, 1).tobytes()
    assert lives_of(less, 2)["outsider_impressions"].sum() != pytest.approx(
        lives_of(one, 2)["outsider_impressions"].sum()
    )


def test_giving_up_only_takes_lives_away(small, run):
    """Without promotion nobody's fate hangs on another's: until somebody gives up all is as was."""
    alone = {**AT_ONCE, "promotion.posts": 0}
    free = run(small(alone)).records.accounts
    bound = {"returning.give_up": {"suspensions": 2, "within": "300 d"}}
    held = run(small({**alone, **bound})).records.accounts
    assert held["life"].max() == 2 < free["life"].max()
    kept = free[free["life"] <= 2]
    assert kept.tobytes() == held.tobytes()


def test_a_mixture_whose_other_component_weighs_nothing_is_the_law_itself(small, run, engine, same):
    law = {"lognormal": {"median": "1 d", "sigma": 1.5}}
    parts = [{"weight": 1, "law": law}, {"weight": 0, "law": "50 d"}]
    alone = run(small({"returning.delay": law}), engine)
    assert same(alone, run(small({"returning.delay": {"mixture": parts}}), engine))
    parts[1]["weight"] = 1
    assert not same(alone, run(small({"returning.delay": {"mixture": parts}}), engine))


def test_who_comes_back_more_often_has_no_fewer_lives(small, run):
    """A factor above 1 on the probability of return takes no life from anybody."""
    alone = {**AT_ONCE, "promotion.posts": 0, "returning.probability": 0.5}
    law = {"uniform": {"low": 1, "high": 2}}
    tiers = {f"tiers.{name}.differences": {"returns": law} for name in small().tiers}
    before, after = (run(small(changes)).records.accounts for changes in (alone, alone | tiers))
    n = before["operator"].max() + 1
    lives = [np.bincount(rows["operator"], minlength=n) for rows in (before, after)]
    assert (lives[1] >= lives[0]).all()
    assert lives[1].sum() > lives[0].sum()


# --- recruits ------------------------------------------------------------------------------------

# Newcomers whom nobody follows in the network: they are nobody's promoters, nor have any.
NEWCOMER = {
    "tiers.newcomer": {
        "count": 0,
        "audience": {"lognormal": {"median": 400, "sigma": 1}},
        "posts": "4 per day",
        "degree": 0,
        "prominence": 0,
    }
}


def recruiting(rate, most, delay="2 d"):
    return {
        **NEWCOMER,
        "recruitment": {
            "per_impression": f"{rate} per million impressions",
            "tier": "newcomer",
            "most": most,
            "delay": delay,
        },
    }


def test_recruitment_without_a_rate_leaves_every_bit(small, run, engine):
    one = run(small(), engine).records
    two = run(small(recruiting(0, 30)), engine).records
    n = 63
    assert one.accounts.tobytes() == two.accounts.tobytes()
    assert one.series.tobytes() == np.ascontiguousarray(two.series[:, :2]).tobytes()
    assert (two.series[:, 2] == 0).all()
    assert (one.final == two.final[:n]).all()
    assert one.events == two.events
    three = run(small(recruiting(3000, 30)), engine).records
    assert len(three.accounts) > len(one.accounts)


def test_newcomers_do_not_change_those_who_were_there(small, run, engine):
    one = run(small(), engine).records.accounts
    rows = run(small(recruiting(3000, 30)), engine).records.accounts
    old = rows["operator"] < 63
    assert (~old).sum() > 20
    assert one.tobytes() == rows[old].tobytes()


@pytest.mark.parametrize("most", [0, 1, 7])
def test_there_are_never_more_recruits_than_allowed(small, run, metrics_of, most):
    scenario = small(recruiting(20_000, most))
    one = run(scenario)
    newcomers = np.unique(one.records.accounts["operator"])
    newcomers = newcomers[newcomers >= 63]
    # The rate is so high that all of them come.
    assert newcomers.tolist() == list(range(63, 63 + most))
    if most:
        assert metrics_of(scenario, one)["recruits"] == most
    freely = run(small(recruiting(20_000, 500))).records.accounts["operator"]
    assert 63 + 20 < len(np.unique(freely)) < 63 + 500


def test_newcomers_start_with_nobody(small, run):
    changes = {
        **recruiting(3000, 60),
        **NO_PROMOTION,
        "detection": QUIET,
        "audience.discover_insiders": 0,
        "tiers.newcomer": {
            **NEWCOMER["tiers.newcomer"],
            "attached_at_start": 0.6,
            "detached_at_start": 0.4,
        },
    }

    def newcomers_of(discover):
        one = run(small({**changes, "audience.discover_outsiders": discover}))
        rows = one.records.accounts
        rows = rows[rows["operator"] >= 63]
        assert len(rows) > 10
        assert (rows["life"] == 1).all()
        assert (rows["created_day"] == rows["public_day"]).all()
        assert (rows["public_day"] > 2.0).all()  # somebody is won over first, and then takes 2 days
        return one, rows

    _, rows = newcomers_of(0)
    for name in ("insider", "outsider"):
        assert (rows[f"{name}_followers"] == 0).all()
        assert (rows[f"{name}_impressions"] == 0).all()
    one, rows = newcomers_of("0.05 per day")
    size = one.world.audience[rows["operator"], 1]
    elapsed = one.parameters.horizon - rows["public_day"]
    assert rows["outsider_followers"] == pytest.approx(size * -np.expm1(-0.05 * elapsed), rel=1e-9)


# --- platforms -----------------------------------------------------------------------------------

START = dt.date(2014, 6, 2)
THREE = {
    "home": {"users": 1000},
    "near": {"users": 800, "follows": 0.5},
    "far": {"users": 300, "follows": 0.9, "intensity": 2},
}
KEPT = [1.0, 0.5 * 0.8, 0.9 * 0.3]


def moving(enforces=(0, 0), **more):
    """Changes that let operators move; the other two platforms enforce from these days on."""
    platforms = {name: dict(platform) for name, platform in THREE.items()}
    for name, day in zip(("near", "far"), enforces, strict=True):
        if day is not None:
            platforms[name]["enforces_from"] = str(START + dt.timedelta(days=day))
    nobody_forgets = {f"audience.forget_{who}": 0 for who in ("insiders", "outsiders")}
    always = {"returning.moves": 0.3, "returning.probability": 1, "audience.lost_insiders": 0}
    return {"platforms": platforms, **nobody_forgets, **always, **more}


SEGMENTS = (
    [s.ATTACHED_IN, s.DETACHED_IN, s.UNTOUCHED_IN, s.GONE_IN, s.AWAY_IN],
    [s.ATTACHED_OUT, s.DETACHED_OUT, s.UNTOUCHED_OUT, s.GONE_OUT, s.AWAY_OUT],
)


def test_everybody_is_on_the_platform_away_or_lost(small, run):
    one = run(small(moving(**{"audience.lost_insiders": 0.1})))
    for segment, columns in enumerate(SEGMENTS):
        people = one.records.final[:, columns]
        assert people.sum(axis=1) == pytest.approx(one.world.audience[:, segment], rel=1e-12)
        assert (people >= -1e-9).all()
        assert people[:, 3].sum() > 0
        assert (people[:, 4] > 0).sum() > 20
        assert people[:, :4].sum(axis=1) != pytest.approx(one.world.audience[:, segment], rel=1e-12)


def test_the_share_that_is_there_is_that_of_the_platform(small, run):
    # Nobody is lost for good, so that the share of the audience that is there can be read off.
    one = run(small(moving(**{"audience.lost_outsiders": 0})))
    rows = one.records.accounts
    last = np.append(np.flatnonzero(np.diff(rows["operator"])), len(rows) - 1)
    # Who was about to come back on the next platform has moved already: leave them out.
    last = last[np.isnan(rows["suspended_day"][last])]
    place = rows["platform"][last]
    assert all((place == k).sum() > 4 for k in range(3))
    for columns in SEGMENTS:
        people = one.records.final[rows["operator"][last]][:, columns]
        there = people[:, :3].sum(axis=1) / people.sum(axis=1)
        assert there == pytest.approx(np.take(KEPT, place), rel=1e-9)
        assert there != pytest.approx(np.take([1.0, 0.5, 0.9], place), rel=1e-9)


def test_operators_move_on_and_never_back(small, run):
    rows = run(small(moving())).records.accounts
    follows = np.flatnonzero(rows["operator"][1:] == rows["operator"][:-1]) + 1
    steps = rows["platform"][follows] - rows["platform"][follows - 1]
    assert set(steps.tolist()) == {0, 1}
    assert (rows["platform"][rows["life"] == 1] == 0).all()


def test_a_move_beyond_the_last_platform_ends_the_career(small, run):
    always = moving(**{"returning.moves": 1, "horizon": "200 d"})
    rows = run(small(always)).records.accounts
    # One life on each platform, although every operator would return every time.
    assert (rows["platform"] == rows["life"] - 1).all()
    third = rows[rows["life"] == 3]
    assert (~np.isnan(third["suspended_day"])).sum() > 20
    assert rows["life"].max() == 3
    # Without other platforms there is nowhere to go.
    alone = run(small({**always, "platforms": {}})).records.accounts
    assert alone["life"].max() == 1
    stay = run(small({**always, "returning.moves": 0})).records.accounts
    assert stay["life"].max() > 3


def enforced_before(rows, platform, day):
    """Accounts on a platform that some channel found before a day."""
    return (rows["platform"] == platform) & (rows["flagged_day"] < day)


@pytest.mark.parametrize(("dates", "platform"), [((20, 10), 1), ((0, 20), 2)])
def test_enforcement_on_a_platform_begins_on_its_date(small, run, dates, platform):
    # Campaigns are left out: they strike everywhere.
    changes = {
        "detection.pulses": [],
        "detection.link_match": {"promoted": 0.3, "promoter": 0.3},
        "returning.moves": 0.6,
        **AT_ONCE,
    }
    rows = run(small(moving(dates, **changes))).records.accounts
    assert ((rows["platform"] == platform) & (rows["created_day"] < 20.0)).sum() > 5
    assert not enforced_before(rows, platform, 20.0).any()
    there = (rows["platform"] == platform) & (rows["flagged_day"] >= 20.0)
    assert there.sum() > 3
    assert len(np.unique(rows["channel"][there])) >= 3  # each of the channels waits for it
    # From the first day on it is sooner, and without a date never.
    sooner = run(small(moving((0, 0), **changes))).records.accounts
    assert enforced_before(sooner, platform, 20.0).any()
    never = (None, None) if platform == 1 else (0, None)
    lawless = run(small(moving(never, **changes))).records.accounts
    assert (lawless["platform"] == platform).sum() > 5
    assert np.isnan(lawless["flagged_day"][lawless["platform"] == platform]).all()


def test_a_later_date_of_enforcement_changes_nothing_before_it(small, run, engine, same):
    one, two = (run(small(moving((day, 10))), engine) for day in (20, 30))
    day = 20.0
    a, b = one.records.accounts, two.records.accounts
    assert same(a[a["suspended_day"] < day], b[b["suspended_day"] < day])
    assert (a["suspended_day"] < day).sum() > 30
    begun = [rows[rows["created_day"] < day] for rows in (a, b)]
    assert (begun[0]["platform"] == 1).sum() > 5
    for name in ("operator", "life", "platform", "handle", "created_day", "public_day"):
        assert same(begun[0][name], begun[1][name]), name
    until = one.parameters.grid <= day
    assert same(one.records.series[until], two.records.series[until])
    assert not same(one.records.series[-1], two.records.series[-1])


def promotions_of(run, scenario, monkeypatch, fault=None):
    """Platforms of both accounts at each promotion that happened."""
    seen = []
    real = reference.Operator.be_linked

    def noted(self, promoter):
        seen.append((self.account.platform, promoter.account.platform))
        real(self, promoter)

    with monkeypatch.context() as patch:
        patch.setattr(reference.Operator, "be_linked", noted)
        if fault:
            patch.setattr(reference.Operator, "be_promoted", fault)
        rows = run(scenario, "reference").records.accounts
    assert len(seen) == rows["promotions_received"].sum()
    return np.array(seen)


def test_promotions_never_cross_platforms(small, run, monkeypatch):
    scenario = small(moving(**{"tiers.supporter.promotes": 0.9, "horizon": "60 d"}))
    places = promotions_of(run, scenario, monkeypatch)
    assert (places[:, 0] == places[:, 1]).all()
    assert all((places[:, 0] == k).sum() > 3 for k in range(3))
    right = reference.Operator.be_promoted

    def blind(self, neighbour):
        promoter = self.platform.operators[neighbour]
        place, promoter.place = promoter.place, self.place
        right(self, neighbour)
        promoter.place = place

    places = promotions_of(run, scenario, monkeypatch, blind)
    assert (places[:, 0] != places[:, 1]).sum() > 10


def test_nobody_promotes_those_who_are_elsewhere(small, run, engine):
    # Only hubs are followed, and supporters live on another platform.
    changes = {"platforms": TWO, "tiers.supporter.prominence": 0}
    apart = run(small({**changes, "tiers.supporter.platform": "other"}), engine).records.accounts
    supporters = apart["operator"] >= 3
    assert apart["promotions_received"][supporters].sum() == 0
    assert (apart["life"][supporters] > 1).sum() > 5
    together = run(small(changes), engine).records.accounts
    assert together["promotions_received"][together["operator"] >= 3].sum() > 5


# --- the queue -----------------------------------------------------------------------------------


def smaller_was_taken(cases, size):
    """How often a case was taken while a larger one of its severity waited."""
    wrong = 0
    own = cases[cases["operator"] >= 0]
    for case in own:
        waited = (
            (own["urgent"] == case["urgent"])
            & (own["arrived_day"] < case["started_day"])
            & (own["started_day"] > case["started_day"])
        )
        wrong += int((size[own["operator"][waited]] > size[case["operator"]]).sum())
    return wrong


@pytest.mark.parametrize("order", ["followers", "activity", "links"])
def test_the_case_taken_is_never_smaller_than_one_that_waits(small, run, order):
    # Nobody comes back and everybody is followed by the whole audience, from beginning to end.
    changes = {
        "returning.probability": 0,
        "tiers.supporter.attached_at_start": 1,
        "tiers.supporter.detached_at_start": 0,
        "detection": {**QUIET, "threats": "0.02 per day", "classifier": "0.15 per post"},
        "review.team": {
            "reviewers": 1,
            "service_time": {"exponential": {"mean": "14 h"}},
            "benign_reports": "1 per day",
        },
    }
    ordered = run(small({**changes, "review.team.order": order}))
    plain = run(small(changes))
    size = {
        "followers": ordered.world.audience.sum(axis=1),
        "activity": ordered.world.posts,
        "links": ordered.world.links,
    }
    cases = ordered.records.cases
    waits = cases["started_day"] - cases["arrived_day"]
    assert ((cases["operator"] >= 0) & (waits > 0)).sum() > 30
    for urgent in (0, 1):
        assert ((cases["operator"] >= 0) & (cases["urgent"] == urgent)).sum() > 2
    assert smaller_was_taken(cases, size[order]) == 0
    assert smaller_was_taken(plain.records.cases, size[order]) > 10
    for other in set(size) - {order}:
        assert smaller_was_taken(cases, size[other]) > 10
    # Urgent ones still go first, and ordinary users wait for all who have anything to count.
    for case in cases[cases["urgent"] == 0]:
        before = (cases["urgent"] == 1) & (cases["arrived_day"] < case["started_day"])
        assert not (cases["started_day"][before] > case["started_day"]).any()
    for case in cases[cases["operator"] < 0]:
        mine = (cases["operator"] >= 0) & (cases["arrived_day"] < case["started_day"])
        mine &= size[order][cases["operator"]] > 0
        assert not (cases["started_day"][mine] > case["started_day"]).any()


# --- campaigns -----------------------------------------------------------------------------------

ALL_FOLLOWED = {
    "tiers.supporter.attached_at_start": 1,
    "tiers.supporter.detached_at_start": 0,
    "returning.probability": 0,
}


@pytest.mark.parametrize("choose", ["random", "followers", "activity", "links"])
def test_a_campaign_again_and_again_takes_so_many_each_time(small, run, engine, choose):
    pulse = {"date": "2014-06-05", "every": "9 d", "accounts": 8, "choose": choose}
    one = run(small({**ALL_FOLLOWED, "detection": {**QUIET, "pulses": [pulse]}}), engine)
    rows = one.records.accounts
    days, struck = np.unique(rows["suspended_day"][rows["channel"] == 7], return_counts=True)
    assert days.tolist() == [3.0, 12.0, 21.0, 30.0, 39.0]
    assert struck.tolist() == [8] * 5
    size = {
        "followers": one.world.audience.sum(axis=1),
        "activity": one.world.posts,
        "links": one.world.links,
    }
    # The largest first: each lot is at least as large as everybody who is struck later, or never.
    for name, sizes in size.items():
        end = np.nan_to_num(rows["suspended_day"], nan=1e9)  # one life each, in order
        lots = [sizes[end == day] for day in [*days, 1e9]]
        in_order = all(one.min() >= two.max() for one, two in pairwise(lots))
        assert in_order == (name == choose), name


def test_a_campaign_of_a_share_and_a_number(small, run):
    pulse = {"date": "2014-06-05", "every": "10 d", "share": 0.25, "accounts": 3}
    for choose in ("random", "links"):
        changes = {**ALL_FOLLOWED, "detection": {**QUIET, "pulses": [{**pulse, "choose": choose}]}}
        rows = run(small(changes)).records.accounts
        _, struck = np.unique(rows["suspended_day"][rows["channel"] == 7], return_counts=True)
        live = 63
        for count in struck.tolist():  # a quarter, rounded down or up by a draw, and three more
            assert count - 3 in (math.floor(0.25 * live), math.ceil(0.25 * live))
            live -= count
        assert len(struck) == 4
    # More than there are: all of them, and then nobody.
    pulse = {**pulse, "accounts": 500}
    one = run(small({**ALL_FOLLOWED, "detection": {**QUIET, "pulses": [pulse]}}))
    assert (one.records.accounts["suspended_day"] == 3.0).all()


def test_a_campaign_twice_is_two_campaigns(small, run, engine, same):
    again = [{"date": "2014-06-10", "every": "20 d", "share": 0.3}]
    twice = [{"date": "2014-06-10", "share": 0.3}, {"date": "2014-06-30", "share": 0.3}]
    one, two, three = (
        run(small({"detection.pulses": pulses}), engine) for pulses in (again, twice, twice[:1])
    )
    assert same(one, two)
    assert not same(one, three)


# --- busy promoters ------------------------------------------------------------------------------

# Three hubs of one post a day promote 60 supporters who were struck on one day and are back at
# one moment; a promotion keeps a hub busy for 4 days.
BUSY = {
    **BACK,
    "tiers.hub.promotes": 1,
    "tiers.hub.posts": "1 per day",
    "tiers.supporter.promotes": 0,
    "tiers.supporter.prominence": 0,
    "tiers.supporter.degree": 40,
    "promotion.posts": 4,
    "promotion.delay": "1 h",
    "detection": {**QUIET, "pulses": [{"date": "2014-06-07", "share": 0.7}]},
}


def promotions_made(rows):
    return np.bincount(rows["operator"], rows["promotions_made"])[:3]


def test_a_busy_promoter_makes_no_promotion(small, run, engine):
    free = small({**BUSY, "tiers.hub.severity": "routine"})
    rows = run(free, engine).records.accounts
    back = (rows["operator"] >= 3) & (rows["life"] == 2)
    assert back.sum() > 30
    assert (rows["public_day"][back] == 6.0).all()
    made = promotions_made(rows)
    # All ask at one moment, so that each hub that is there promotes one and is then busy.
    assert made.max() == 1
    assert made.sum() >= 1
    # Those who ask at different moments, within 40 days, find it free again: every 4 days.
    spread = {"promotion.delay": "{uniform: {low: 0 d, high: 30 d}}"}
    made = promotions_made(run(free.with_changes(spread), engine).records.accounts)
    assert 2 <= made.max() <= 1 + 34 / 4
    # With 4,000 posts a day it is busy for a minute and a half.
    quick = {**spread, "tiers.hub.posts": "4000 per day"}
    made = promotions_made(run(free.with_changes(quick), engine).records.accounts)
    assert made.max() > 20


def test_an_engine_in_which_nobody_is_ever_busy_is_noticed(small, run, monkeypatch):
    right = reference.Operator.be_promoted

    def never_busy(self, neighbour):
        promoter = self.platform.operators[neighbour]
        promoter.settle(self.platform.clock.now)
        promoter.state[s.BUSY_UNTIL] = 0.0
        right(self, neighbour)

    monkeypatch.setattr(reference.Operator, "be_promoted", never_busy)
    rows = run(small(BUSY), "reference").records.accounts
    assert promotions_made(rows).max() > 20


def test_a_busy_promoter_posts_nothing_of_its_own(small, run, engine):
    # Each promotion of a hub that is there to the end costs it 4 days of posts.
    spread = {"promotion.delay": "{uniform: {low: 0 d, high: 25 d}}"}
    one = run(small({**BUSY, **spread}), engine)
    rows = one.records.accounts
    stayed = (rows["operator"] < 3) & np.isnan(rows["suspended_day"]) & (rows["life"] == 1)
    assert (rows["promotions_made"][stayed] > 1).any()
    for row in rows[stayed]:
        days = 40.0 - 4.0 * row["promotions_made"]
        expected = 0.02 * one.world.audience[row["operator"], 1] * days
        assert row["outsider_impressions"] == pytest.approx(expected, rel=1e-9)
    effort = one.records.series[-1, 0, c.REBUILD_POSTS]
    assert effort >= 4.0 * rows["promotions_made"][stayed].sum() - 1e-9
