"""The register of metrics: its order, and that what is declared is what is made."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

from afterban import metrics
from afterban.metrics import METRICS, RATIOS, ROOMS, Metric, measure
from afterban.metrics.register import REGISTER, Register, Sum, gives, names_of

# In this order tables have had them since the first version.  A new metric may stand anywhere
# between, and is not added here.
ORDER = [
    "effective_reach",
    "recent_effective_reach",
    "effective_reach_trend",
    "effective_reached",
    "effective_weekly_reach",
    "outsider_impressions",
    "first_account_share",
    "kept_less_share",
    "recent_outsider_impressions",
    "earlier_outsider_impressions",
    "impressions",
    "reach_per_window",
    "reach",
    "frequency",
    "audiences_cut",
    "rebuild_effort",
    "posts_made",
    "ordinary_posts",
    "outsider_impressions_of_all_posts",
    "effective_reach_of_all_posts",
    "loss_by_absence",
    "loss_by_rebuilding",
    "loss_by_followers",
    "loss_of_the_most_seen",
    "lost_outsider_impressions",
    "suspensions",
    "struck",
    "creations",
    "suspensions_per_day",
    "suspension_hazard",
    "replacement_ratio",
    "regeneration_number",
    "regained_status",
    "lives_per_operator",
    "most_lives",
    "return_share",
    "return_delay_median",
    "near_identical_share",
    "time_to_action_median",
    "time_to_action_p95",
    "urgent_time_to_action_median",
    "routine_time_to_action_median",
    "unnoticed_days",
    "waiting_days",
    "unnoticed_share",
    "waiting_share",
    "account_life_median",
    "attached_outsiders_share",
    "live_accounts",
    "mean_live_accounts",
    "suspended_share",
    "targeting_posts_ratio",
    "targeting_followers_ratio",
    "targeting_reshares_ratio",
    "targeting_links_ratio",
    "followers_at_termination",
    "most_followers",
    "public_until_termination",
    "extinction_day",
    "others_left",
    "waiting_time_mean",
    "paid_hours",
    "reviewer_hours",
    "utilisation",
    "backlog_mean",
    "backlog_age_p95",
    "unserved_share",
    "wrong_suspensions",
    "wrong_per_right",
    "wrong_days",
    "posting_lost",
    "reinstatements",
    "operators_reinstated",
    "appeals",
    "right_flags",
    "wrong_flags",
    "cleared_flags",
    "flag_precision",
    "handle_matched_share",
    "threats_after_suspension",
    "look_alikes_flagged",
    "look_alikes_suspended",
    "look_alike_share",
    "network_followers",
    "speaker_followers",
    "voice_ratio",
    "share_of_voice",
    "answers_per_day",
    "answers_per_day_at_first",
    "answers_per_day_at_last",
    "replies_per_day",
    "replies_per_day_at_last",
    "recruits",
    "arrivals",
    "outsider_impressions_on",
    "worth_weighted_impressions",
    "worth_weighted_reach",
    "reach_on",
    "live_accounts_on",
    "events",
]


# --- order ----------------------------------------------------------------------------------------


def test_the_order_of_tables_is_kept():
    assert [name for name in METRICS if name in ORDER] == ORDER


def files_of(register):
    """Files in the order in which their metrics without ``after`` stand, each once."""
    home = {m.name: made.function.__module__ for made in register.sums for m in made.metrics}
    return list(dict.fromkeys(home[name] for name in register if not register[name].after))


def test_files_stand_as_the_package_lists_them_whatever_is_imported_first():
    listed = [room.__name__ for room in ROOMS if room is not metrics.lineages]  # all have `after`
    assert files_of(REGISTER) == listed
    turned = Register()
    for made in reversed(REGISTER.sums):
        turned.declare(made)
    assert files_of(turned) != listed
    turned.arrange(listed)
    assert files_of(turned) == listed


def test_every_file_with_a_metric_is_listed():
    folder = Path(metrics.__file__).parent
    declaring = {
        path.stem
        for path in folder.glob("*.py")
        if any(
            isinstance(node, ast.Call) and ast.unparse(node.func) == "gives"
            for node in ast.walk(ast.parse(path.read_text()))
        )
    }
    assert len(declaring) > 10
    assert {room.__name__.rpartition(".")[2] for room in ROOMS} == declaring


def lone(**more):
    def made(run):
        return 1.0

    return Sum(made, (Metric(**{"name": "lone", **TOLD, **more}),))


TOLD = {"unit": "days", "form": "time", "label": "alone", "meaning": "of a test"}


def test_a_metric_stands_behind_the_one_that_it_names():
    found = Register()
    for name, after in (("third", "second"), ("second", "first"), ("first", ""), ("last", "")):
        found.declare(lone(name=name, after=after))
    assert list(found) == ["first", "second", "third", "last"]
    found.declare(lone(name="lost", after="nowhere"))
    with pytest.raises(ValueError, match="`lost` stands after `nowhere`, which is no metric"):
        list(found)


def test_a_name_is_declared_once():
    found = Register()
    found.declare(lone())
    with pytest.raises(ValueError, match=r"`lone` is declared by .*made too"):
        found.declare(lone())


# --- declared and made ----------------------------------------------------------------------------


@pytest.fixture
def measured(small, run):
    """Function from a function and its metrics to what is measured beside them."""

    def with_one(function, *declared, **more):
        made = gives(*declared, **more)(function)
        try:
            return measure(*run(small()), list(small().tiers), 11, 0)
        finally:
            REGISTER.withdraw(made)

    return with_one


def test_a_metric_that_is_declared_and_not_made_fails_by_name(measured):
    def two(run):
        return {"lone": 1.0}

    other = Metric(name="other", **TOLD)
    with pytest.raises(TypeError, match=r"two declares the metric `other` and does not give it"):
        measured(two, Metric(name="lone", **TOLD), other)


def test_a_metric_that_is_made_and_not_declared_fails_by_name(measured):
    def two(run):
        return {"lone": 1.0, "other": 2.0}

    with pytest.raises(TypeError, match=r"two gives `other`, which it does not declare"):
        measured(two, Metric(name="lone", **TOLD))


def test_a_part_that_is_missing_fails_by_name(measured, small):
    def whole(run):
        return 1.0

    tiers = len(small().tiers)
    with pytest.raises(TypeError, match=rf"1 numbers for the metric `lone`, .* {1 + tiers}"):
        measured(whole, Metric(name="lone", **TOLD, by_tier=True))
    parts = measured(
        lambda run: np.arange(tiers), Metric(name="lone", **TOLD, by_tier=True, whole=False)
    )
    assert [parts[f"lone.{tier}"] for tier in small().tiers] == list(range(tiers))
    assert "lone" not in parts


def test_a_sum_is_made_once_however_many_ask(measured):
    asked = []

    def first(run):
        asked.append(run)
        return 2.0

    made = gives(Metric(name="first", **TOLD))(first)
    try:
        found = measured(lambda run: made(run) + made(run), Metric(name="twice", **TOLD))
    finally:
        REGISTER.withdraw(made)
    assert found["twice"] == 4.0
    assert len(asked) == 1


def test_what_needs_the_twin_is_left_out_without_it(small, run):
    scenario = small()
    tiers = list(scenario.tiers)
    parts = run(scenario)
    alone = measure(*parts, tiers, 11, 0)
    twin = measure(*run(scenario, policy="none"), tiers, 11, 0)
    beside = measure(*parts, tiers, 11, 0, twin)
    needs = {m.name for made in REGISTER.sums if made.beside_twin for m in made.metrics}
    assert {name.partition(".")[0] for name in beside.keys() - alone.keys()} == needs
    assert set(RATIOS) < needs
    for name, of in RATIOS.items():
        assert beside[name] == beside[of] / twin[of]


def test_what_is_measured_stands_in_the_order_of_the_register(small, run):
    scenario = small()
    found = list(measure(*run(scenario), list(scenario.tiers), 11, 0))
    expected = [
        name
        for metric in METRICS.values()
        for name in names_of(metric, tuple(scenario.tiers), ())
        if name in found
    ]
    assert found == expected
    assert len(found) > len(METRICS)


def test_nothing_of_these_tests_is_left():
    assert not {"lone", "other", "first", "twice"} & set(METRICS)
