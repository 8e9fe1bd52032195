"""What an impression is worth on each platform: a weight in two metrics, and in nothing else."""

from __future__ import annotations

import pytest

from afterban.errors import ScenarioErrors
from afterban.metrics import RATIOS

PLATFORMS = {
    "platforms": {
        "first": {"users": 1_000_000},
        "second": {"users": 500_000, "follows": 0.8, "enforces_from": "2014-06-20"},
    },
    "returning.moves": 0.4,
}
NAMES = ("worth_weighted_impressions", "worth_weighted_reach")


def worth(first, second):
    return {**PLATFORMS, "platforms.first.worth": first, "platforms.second.worth": second}


@pytest.fixture(scope="module")
def told(small):
    """Function from two worths to the metrics of the base and of the world without enforcement."""
    from afterban.experiment.replicate import simulate

    def of(first, second, **more):
        scenario = small({**worth(first, second), **more})
        return [simulate(scenario, policy).metrics for policy in ("base", "none")]

    return of


def test_it_changes_nothing_else(told):
    plain, weighted = told(1, 1)[0], told(2, 5)[0]
    assert plain.keys() == weighted.keys() > {*NAMES}
    for name, value in plain.items():
        same = weighted[name] == pytest.approx(value, rel=0, abs=0, nan_ok=True)
        assert same == (name not in NAMES), name


def test_the_weighted_sum_and_its_ratio(told):
    base, none = told(2, 5)
    for metrics in (base, none):
        on = [metrics[f"outsider_impressions_on.{name}"] for name in ("first", "second")]
        assert metrics["worth_weighted_impressions"] == pytest.approx(2 * on[0] + 5 * on[1])
    assert base["outsider_impressions_on.second"] > 0
    assert base["worth_weighted_reach"] == pytest.approx(
        base["worth_weighted_impressions"] / none["worth_weighted_impressions"]
    )
    assert none["worth_weighted_reach"] == 1
    assert RATIOS["worth_weighted_reach"] == "worth_weighted_impressions"


def test_where_everything_is_worth_the_same_it_is_effective_reach(told):
    for both in (1, 3):
        base, _ = told(both, both)
        assert base["worth_weighted_reach"] == pytest.approx(base["effective_reach"], rel=1e-9)


def test_nobody_is_on_the_second_platform_without_enforcement(told):
    """So the more an impression there is worth, the more of the reach is left."""
    reach = [told(1, w)[0]["worth_weighted_reach"] for w in (0, 0.5, 1, 4, 20)]
    assert reach == sorted(set(reach))


def test_an_arm_is_beside_the_twin_at_its_own_worth(small):
    from afterban.experiment.replicate import replicate

    arm = {"policies": {"dear": {"platforms": {"first": {"worth": 10}, "second": {"worth": 10}}}}}
    scenario = small({**worth(1, 1), **arm})
    (outcomes,) = replicate(scenario, ["base", "dear"], replications=1, workers=1)
    base, dear = (one.metrics["worth_weighted_reach"] for one in outcomes)
    assert dear == pytest.approx(base, rel=1e-12)


def test_without_platforms_it_is_effective_reach(small):
    from afterban.experiment.replicate import simulate

    metrics = simulate(small()).metrics
    assert metrics["worth_weighted_reach"] == pytest.approx(metrics["effective_reach"], rel=1e-9)
    assert metrics["worth_weighted_reach"] < 1


def test_a_worth_below_zero_is_refused(small):
    with pytest.raises(ScenarioErrors, match="worth"):
        small(worth(1, -1))
