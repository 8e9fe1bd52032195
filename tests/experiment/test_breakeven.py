from __future__ import annotations

import json
import math

import numpy as np
import pytest

from afterban.errors import AfterbanError, ScenarioErrors
from afterban.experiment.breakeven import (
    Dial,
    crossing,
    explaining,
    stretched,
    tail_share,
    time_text,
    value_at,
    with_time,
)
from afterban.scenario import Distribution, loads

SMALL = """
schema_version: 1
name: small
start: 2014-09-01
horizon: 40 days
seed: 3
tiers:
  supporter: {count: 80, audience: 200, posts: 2 per day, returns: 0.7}
detection:
  reports: 20_000 per million impressions
  regimes: [{from: 2014-09-03, reports: 10_000 per million impressions}]
review:
  time_to_action: {lognormal: {median: 24h, sigma: 1.0, cap: 30d}}
  waves: {every: 2d}
policies:
  slow: {review: {time_to_action: 9d}}
"""


@pytest.fixture
def small():
    return loads(SMALL)


# --- changing one time ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "law",
    [
        Distribution("lognormal", {"median": 2.0, "sigma": 0.7}),
        Distribution("lognormal", {"mean": 3.0, "median": 2.0}),
        Distribution("exponential", {"mean": 2.0}),
        Distribution("uniform", {"low": 1.0, "high": 3.0}),
        Distribution("weibull", {"scale": 2.0, "shape": 0.6}),
        Distribution("pareto", {"minimum": 0.1, "exponent": 1.5}),
        Distribution("quantiles", {"points": ((0.0, 0.1), (0.5, 1.0), (1.0, 20.0))}),
        Distribution("constant", {"value": 2.0}),
        Distribution("lognormal", {"median": 2.0, "sigma": 0.7, "cap": 1.5, "floor": 0.1}),
    ],
)
def test_a_stretched_distribution_keeps_its_shape(law: Distribution) -> None:
    new = stretched(law, 5.0)
    assert new.median() == pytest.approx(5.0, rel=1e-12)
    assert new.kind == law.kind
    assert new.mean() / law.mean() == pytest.approx(5.0 / law.median(), rel=1e-9)


def test_never_and_zero_become_constants() -> None:
    assert stretched(Distribution("never"), 2.0) == Distribution("constant", {"value": 2.0})
    zero = Distribution("constant", {"value": 0.0})
    assert stretched(zero, 2.0).median() == 2.0


def test_times_are_set_by_path(small) -> None:
    changed = with_time(small, "review.time_to_action", 0.25)
    assert dict(changed.review.time_to_action.written) == {
        "median": 0.25,
        "sigma": 1.0,
        "cap": 7.5,
    }
    # Left out, it stands for the ordinary one, whose shape it takes.
    urgent = with_time(small, "review.urgent_time_to_action", 0.5).review.urgent_time_to_action
    assert urgent is not None
    assert (urgent.kind, urgent.median()) == ("lognormal", 0.5)
    regime = with_time(small, "detection.regimes[0].time_to_action", 2.0).detection.regimes[0]
    assert regime.time_to_action.median() == 2.0
    assert with_time(small, "review.waves.every", 0.5).review.waves.every == 0.5
    inner = with_time(small, "review.time_to_action.lognormal.median", 3.0)
    assert inner.review.time_to_action.median() == 3.0
    assert value_at(inner, "review.time_to_action.sigma") == 1.0


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("review.nothing", "has nothing at `review.nothing`"),
        ("review.team.service_time", "has nothing at"),
        ("tiers.hub.return_delay", "has nothing at"),
        ("name", "is no time"),
        ("promotion.on_start", "is no time"),
    ],
)
def test_what_is_no_time_is_refused(small, path: str, message: str) -> None:
    with pytest.raises(AfterbanError, match=message):
        with_time(small, path, 1.0)


def test_a_number_that_is_no_time_is_refused(small) -> None:
    with pytest.raises(ScenarioErrors):
        with_time(small, "returning.probability", 1.0)


# --- crossings of made-up curves -----------------------------------------------------------------


def curve(rng: np.random.Generator, n: int, at: float, slope: float = 0.1, spread: float = 0.03):
    """Mean 0.5 at ``at`` days; replications shift the whole curve, as common numbers do."""
    shift = rng.normal(0, spread, n)
    return lambda days: 0.5 + slope * math.log(days / at) + shift


def test_the_crossing_of_a_known_curve() -> None:
    shift = np.array([-0.01, 0.01, -0.01, 0.01])
    found = crossing(lambda t: 0.5 + 0.1 * math.log(t / 3.0) + shift, 0.5)
    assert found.rising
    assert found.days == pytest.approx(3.0, rel=0.011)
    half = 3.182 * shift.std(ddof=1) / 2  # t(3) at 97.5 %
    assert found.low == pytest.approx(3 * math.exp(-half / 0.1), rel=0.022)
    assert found.high == pytest.approx(3 * math.exp(half / 0.1), rel=0.022)
    assert "effective reach is under 0.5 while the median of review.time_to_action is shorter" in (
        found.words()
    )


def test_a_falling_curve_is_under_the_value_at_longer_times() -> None:
    found = crossing(lambda t: 0.5 - 0.1 * math.log(t) + np.array([-0.01, 0.0, 0.01]), 0.5)
    assert not found.rising
    assert found.low < found.days < found.high
    assert "longer than" in found.words()


@pytest.mark.parametrize(("level", "side"), [(0.2, "at or above"), (0.95, "under")])
def test_no_crossing_is_said_plainly(level: float, side: str) -> None:
    rng = np.random.default_rng(1)
    found = crossing(curve(rng, 8, at=3.0, slope=0.05), level)
    assert not found.found
    assert f"there is no crossing: effective reach stays {side} {level:g}" in found.words()
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["days"] is None


def test_open_ends_are_open() -> None:
    shift = np.array([-0.3, 0.3, -0.3, 0.3])
    found = crossing(lambda t: 0.5 + 0.05 * math.log(t) + shift, 0.5)
    assert (found.low, found.high) == (0.0, math.inf)
    assert "less than 1 h to more than 90 d" in found.words()


def test_a_flat_curve_and_a_wavy_one_are_told() -> None:
    assert "does not depend on" in crossing(lambda t: np.array([0.2, 0.3]), 0.5).words()
    wavy = crossing(lambda t: 0.5 + np.array([0.1, 0.1]) * math.cos(2 * math.log(t)), 0.5)
    assert wavy.count > 1
    assert "beware" in wavy.words()


def test_an_untold_metric_and_an_empty_range_are_refused() -> None:
    with pytest.raises(AfterbanError, match="the metric is undefined"):
        crossing(lambda t: np.array([math.nan]), 0.5)
    with pytest.raises(AfterbanError, match="is empty"):
        crossing(lambda t: np.ones(3), 0.5, shortest=2.0, longest=1.0)


@pytest.mark.parametrize("search", [crossing, explaining])
@pytest.mark.parametrize(
    ("value", "more", "message"),
    [
        (math.nan, {}, "`nan` is not a finite number"),
        (math.inf, {}, "`inf` is not a finite number"),
        (0.5, {"level": 0.0}, "lies between 0 and 1"),
        (0.5, {"level": 1.0}, "lies between 0 and 1"),
        (0.5, {"level": 95.0}, "lies between 0 and 1"),
        (0.5, {"level": math.nan}, "lies between 0 and 1"),
        (0.5, {"shortest": 0.0}, "from 0 s to 90 d is empty"),
        (0.5, {"longest": math.inf}, "to never is empty"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(search, value: float, more, message: str) -> None:
    def never(days: float) -> np.ndarray:
        raise AssertionError("nothing is to be run")

    with pytest.raises(AfterbanError, match=message):
        search(never, value, **more)


def test_too_few_runs_for_the_level_are_refused_before_any_is_run(small) -> None:
    dial = Dial(small, replications=5, workers=1)
    with pytest.raises(AfterbanError, match="5 replications are too few for the outer 5 % of runs"):
        explaining(dial, 0.5)
    assert dial.seen == {}


def test_one_replication_gives_no_interval() -> None:
    found = crossing(lambda t: np.array([0.5 + 0.1 * math.log(t)]), 0.5)
    assert math.isnan(found.low)
    assert "no interval" in found.words()


def test_intervals_of_crossings_cover_the_truth() -> None:
    """1,000 searches with 8 replications; bounds are 3.3 standard errors (0.7 %) around 95 %."""
    rng = np.random.default_rng(2)
    hits = 0
    for _ in range(1000):
        at = math.exp(rng.uniform(math.log(0.5), math.log(10)))
        found = crossing(curve(rng, 8, at=at), 0.5)
        hits += found.low <= at <= found.high
    assert hits / 1000 == pytest.approx(0.95, abs=0.023)


# --- figures explained ---------------------------------------------------------------------------


def figures(rng: np.random.Generator, n: int):
    """One skewed figure per run, about 700 at 2 days and growing with time; fixed draws."""
    z = rng.normal(0, 0.6, n)
    return lambda days: 700 * (days / 2.0) * np.exp(z)


def test_a_figure_is_explained_around_its_time() -> None:
    found = explaining(figures(np.random.default_rng(3), 199), 700)
    assert found.low < 2 < found.high
    assert found.best == pytest.approx(2, rel=0.15)
    # 1.96 * 0.6 on the logarithm, by rank: 12 % allowed.
    assert found.low == pytest.approx(2 * math.exp(-1.96 * 0.6), rel=0.25)
    assert found.high == pytest.approx(2 * math.exp(1.96 * 0.6), rel=0.25)
    words = found.words("followers_at_termination", "review.urgent_time_to_action")
    assert "followers at termination of 700 is explained by a median of" in words


def test_a_narrow_stretch_between_two_looks_is_found() -> None:
    z = np.linspace(-0.02, 0.02, 99)
    found = explaining(lambda t: 700 * (t / 2.0) * np.exp(z), 700)
    assert found.found
    assert found.low == pytest.approx(2, rel=0.05)
    assert found.high == pytest.approx(2, rel=0.05)


def test_an_unexplainable_figure_is_said_plainly() -> None:
    found = explaining(figures(np.random.default_rng(4), 99), 1e7)
    assert not found.found
    assert "no median of x between 1 h and 90 d explains reach of 10,000,000" in (
        found.words("reach", "x")
    )
    json.dumps(found.to_dict(), allow_nan=False)


def test_a_figure_that_tells_nothing_is_told() -> None:
    z = np.random.default_rng(5).normal(size=99)
    found = explaining(lambda t: 10 + z, 10)
    assert (found.low, found.high) == (0.0, math.inf)
    assert "does not identify" in found.words("reach", "x")


def test_too_few_runs_to_tell_are_refused() -> None:
    with pytest.raises(AfterbanError, match="give 39 or more"):
        explaining(lambda t: np.ones(38), 1.0)
    explaining(lambda t: np.ones(39), 1.0)


def test_runs_that_cannot_be_told_speak_against_a_time() -> None:
    x = np.arange(39.0)
    assert tail_share(x, 20.0) == 1.0
    assert tail_share(np.where(x % 20 == 0, x, math.nan), 20.0) == pytest.approx(2 * 2 / 40)


def test_the_true_time_is_among_the_explaining_ones_as_often_as_stated() -> None:
    """A figure that is one more run of the same law is kept in 95 % of 3,000 trials.

    By rank with 79 runs the level is exact: 4 ranks of 80 are refused. Standard error 0.4 %.
    """
    rng = np.random.default_rng(6)
    kept = sum(
        tail_share(rng.lognormal(0, 1, 79), float(rng.lognormal(0, 1))) > 0.05 for _ in range(3000)
    )
    assert kept / 3000 == pytest.approx(0.95, abs=0.0132)


# --- on the simulator ----------------------------------------------------------------------------


def test_break_even_of_a_small_network(small) -> None:
    dial = Dial(small, replications=4, workers=1)
    quick, slow = dial(0.05).mean(), dial(30.0).mean()
    assert quick < slow < 1
    found = crossing(dial, (quick + slow) / 2, shortest=0.05, longest=30.0, looks=4)
    assert found.rising
    assert 0.05 < found.days < 30
    assert found.low <= found.days <= found.high
    assert len(dial._twins) == 1, "the dial does not change the twin, so it is run once"
    # What the dial gives is what a plain run of the changed scenario gives.
    from afterban.experiment.replicate import run_replication

    days = next(iter(dial.seen))
    (plain,) = run_replication(with_time(small, dial.path, days), ["base"], replication=2)
    assert plain.metrics["effective_reach"] == dial.seen[days][2]


def test_an_arm_that_sets_the_time_itself_is_turned_too(small) -> None:
    dial = Dial(small, policy="slow", replications=2, workers=1)
    assert dial(0.05).mean() < dial(9.0).mean()
    with pytest.raises(AfterbanError, match="no policy `slo`"):
        Dial(small, policy="slo")
    with pytest.raises(AfterbanError, match=r"`none` has no enforcement.* give `base` or `slow`"):
        Dial(small, policy="none")


def test_a_dial_that_is_no_time_is_told_as_such(small) -> None:
    with pytest.raises(AfterbanError, match=r"`returning.probability` is no time that can be"):
        Dial(small, path="returning.probability")


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (3.0, "3 d"),
        (1.5, "36 h"),
        (0.5, "12 h"),
        (1 / 24, "1 h"),
        (0.01, "14.4 min"),
        (1e-6, "0.0864 s"),
    ],
)
def test_times_for_people(days: float, text: str) -> None:
    assert time_text(days) == text
