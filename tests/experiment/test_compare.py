from __future__ import annotations

import json
import math

import numpy as np
import pytest

from afterban.errors import AfterbanError
from afterban.experiment import stopping
from afterban.experiment.compare import (
    PILOT,
    compare,
    differences,
    pairing_gain,
)
from afterban.experiment.replicate import Outcome
from afterban.experiment.wording import decimals, interval, number
from afterban.scenario import loads
from afterban.statistics import Estimate

SMALL = """
schema_version: 1
name: small
start: 2014-09-01
horizon: 30 days
replications: 4
seed: 3
tiers:
  supporter: {count: 60, audience: 200, posts: 2 per day}
detection: {reports: 5000 per million impressions}
review: {time_to_action: {lognormal: {median: 24h, sigma: 1.0}}}
returning: {probability: 0.8}
policies:
  faster: {review: {time_to_action: {lognormal: {median: 1h, sigma: 1.0}}}}
  same: {returning: {probability: 0.8}}
"""


@pytest.fixture(scope="module")
def small():
    return compare(loads(SMALL), workers=1)


def arms_of_numbers(**arms: np.ndarray) -> dict[str, dict[str, np.ndarray]]:
    return {name: {"reach": x} for name, x in arms.items()}


# --- real runs -----------------------------------------------------------------------------------


def test_every_arm_is_compared_with_the_twin(small) -> None:
    assert [d.policy for d in small.headline] == ["faster", "same"]
    assert all(d.baseline == "none" and d.estimate.n == 4 for d in small.headline)
    faster = small.headline[0]
    reach = small.values["faster"]["effective_reach"]
    assert faster.estimate.value == pytest.approx(reach.mean() - 1, rel=1e-12)
    before, after = f"from {100:.0f}", f"{100 * reach.mean():.0f}"
    assert faster.words().startswith("faster reduces effective reach by ")
    assert "percentage points, " + before in faster.words()
    assert after in faster.words()


def test_a_sentence_about_one_kind_of_reach_gives_the_others(small) -> None:
    """Impressions, people reached and people reached in a week are three numbers."""
    (sentence, same) = small.verdicts
    assert sentence.startswith(small.headline[0].words() + "; people reached at least once from ")
    assert "people reached in a week or window from " in sentence
    assert same.startswith("same is ") or "; people reached" in same
    people = small.differences["effective_reached"][0]
    assert people.ends_words() in sentence


def test_an_arm_that_changes_nothing_is_the_same_to_the_bit() -> None:
    result = compare(loads(SMALL), ["same"], baseline="base", workers=1)
    (difference,) = result.headline
    assert difference.same
    assert not difference.distinguishable
    assert difference.words() == (
        "same is identical to base in every replication: nothing that this arm changes was used"
    )
    assert all(d.same for one in result.differences.values() for d in one)


def test_the_order_and_company_of_arms_changes_no_number() -> None:
    alone = compare(loads(SMALL), ["faster"], workers=1)
    both = compare(loads(SMALL), ["same", "faster"], workers=1)
    for metric, values in alone.values["faster"].items():
        np.testing.assert_array_equal(values, both.values["faster"][metric])


@pytest.mark.slow
def test_the_number_of_workers_changes_no_number() -> None:
    one, two = (compare(loads(SMALL), precision=0.02, maximum=14, workers=w) for w in (1, 2))
    assert one.to_dict() == two.to_dict()


def test_json_has_no_number_that_is_not_finite(small) -> None:
    text = json.dumps(small.to_dict(), allow_nan=False)
    assert json.loads(text)["verdicts"] == small.verdicts


@pytest.mark.slow
def test_pairing_saves_what_independent_seeds_show() -> None:
    """The factor by the formula against one from runs that really are on independent seeds.

    A ratio of sample variances of 40 normal values lies within a factor of 2.5 either way in over
    99 % of samples; two such ratios and the delta method are allowed a factor of 4.
    """
    scenario = loads(SMALL)
    result = compare(scenario, ["faster"], baseline="base", replications=40, workers=2)
    (difference,) = result.headline
    elsewhere = compare(scenario, ["faster"], replications=40, seed=99, workers=2)
    third = compare(scenario, ["faster"], replications=40, seed=7, workers=2)
    a = elsewhere.values["faster"]["outsider_impressions"]
    b = result.values["base"]["outsider_impressions"]
    t = third.values["none"]["outsider_impressions"]
    paired = difference.estimate.half_width
    apart = ((a - b) / t.mean()).var(ddof=1) + ((a - b).mean() * t.std(ddof=1) / t.mean() ** 2) ** 2
    together = (
        result.values["faster"]["effective_reach"] - result.values["base"]["effective_reach"]
    ).var(ddof=1)
    assert paired > 0
    assert difference.gain is not None
    assert difference.gain.factor.value > 2, "common random numbers should help here"
    assert 0.25 < difference.gain.factor.value / (apart / together) < 4


# --- refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"policies": ["fastr"]}, "did you mean `faster`"),
        ({"baseline": "nobody"}, "no arm `nobody`"),
        ({"metric": "efective_reach"}, "did you mean `effective_reach`"),
        ({"metric": "frequency.supporter"}, "not reported by tier"),
        ({"metric": "effective_reach.suporter"}, "did you mean `supporter`"),
        ({"policies": ["faster"], "baseline": "faster"}, "nothing to compare"),
        ({"replications": 0}, "at least 1"),
        ({"precision": 0.0}, "above 0"),
        ({"precision": 0.1, "maximum": 1}, "at least 2"),
    ],
)
def test_one_message_says_what_is_wrong(arguments: dict, message: str) -> None:
    with pytest.raises(AfterbanError, match=message):
        compare(loads(SMALL), workers=1, **arguments)


# --- verdicts on made-up numbers -----------------------------------------------------------------


def test_not_distinguishable_yet_tells_how_many_more() -> None:
    rng = np.random.default_rng(1)
    d = rng.normal(0, 1, 16)
    d = (d - d.mean()) / d.std(ddof=1) + 0.2  # mean 0.2, spread 1: needs (1.96 / 0.2)^2 = 96 or so
    found = differences(arms_of_numbers(a=d, none=np.zeros(16)), ["a"], "none")["reach"][0]
    assert found.needed is not None
    assert 90 <= found.needed <= 105
    assert found.words() == (
        f"a and none are not distinguishable in reach yet; about {found.needed - 16} "
        "more replications needed"
    )
    shown = np.concatenate([d, np.tile(d, 8)])[: found.needed]
    again = differences(arms_of_numbers(a=shown, none=np.zeros(len(shown))), ["a"], "none")[
        "reach"
    ][0]
    assert again.estimate.low > -0.03  # with that many, zero is at the edge of the interval


def test_one_replication_gives_no_verdict() -> None:
    found = differences(arms_of_numbers(a=np.ones(1), none=np.zeros(1)), ["a"], "none")["reach"][0]
    assert not found.distinguishable
    assert "one replication gives no interval" in found.words()


def test_a_shift_without_spread_is_certain() -> None:
    found = differences(arms_of_numbers(a=np.full(5, 2.0), none=np.zeros(5)), ["a"], "none")
    assert found["reach"][0].distinguishable
    assert found["reach"][0].words().startswith("a raises reach by 2.000 (2.000–2.000) people")


def test_untold_replications_are_left_out_and_counted() -> None:
    a = np.array([1.0, math.nan, 2.0, 4.0])
    b = np.array([1.0, 1.0, 1.0, math.nan])
    found = differences(arms_of_numbers(a=a, none=b), ["a"], "none")["reach"][0]
    assert (found.estimate.n, found.skipped, found.estimate.value) == (2, 2, 0.5)
    never = arms_of_numbers(a=np.full(3, math.nan), b=np.ones(3), none=np.zeros(3))
    assert [d.policy for d in differences(never, ["a", "b"], "none")["reach"]] == ["b"]


def test_several_arms_get_wider_intervals() -> None:
    rng = np.random.default_rng(2)
    arms = {f"arm{k}": rng.normal(size=12) for k in range(4)}
    values = arms_of_numbers(**arms, none=np.zeros(12))
    alone = differences(values, ["arm0"], "none")["reach"][0].estimate
    together = differences(values, list(arms), "none")["reach"][0].estimate
    assert together.half_width > 1.2 * alone.half_width


@pytest.mark.parametrize(
    ("half_width", "text"),
    [(0.02, "0.12"), (0.012, "0.123"), (3.0, "0"), (0.0, "0.123")],
)
def test_digits_follow_the_uncertainty(half_width: float, text: str) -> None:
    assert number(0.1234, decimals(half_width)) == text


def test_numbers_have_true_minus_signs_and_no_negative_zero() -> None:
    assert number(-1234.5, 0) in ("−1,234", "−1,235")
    assert number(-0.0001, 2) == "0.00"
    assert interval(Estimate(0.12, 0.1, 0.14, 20, 0.95, ""), signed=True) == "+0.12 [0.10, 0.14]"


def test_gain_of_known_correlation() -> None:
    """Two normal arms with correlation r and equal variance: the factor is 1 / (1 - r)."""
    rng = np.random.default_rng(3)
    common, a, b = rng.normal(size=(3, 4000))
    r = 0.9
    x, y = (math.sqrt(r) * common + math.sqrt(1 - r) * z for z in (a, b))
    gain = pairing_gain(x, y)
    assert gain is not None
    # The logarithm of the factor has a standard error of about sqrt(2 / 4000) * 1.4: 4 of them.
    assert gain.factor.value == pytest.approx(10, rel=0.13)
    assert gain.saved == pytest.approx(0.9, abs=0.013)
    assert "saved" in gain.words()
    assert pairing_gain(x[:2], y[:2]) is None


def test_gain_without_any_variance_is_infinite() -> None:
    x = np.array([1.0, 2.0, 3.0])
    gain = pairing_gain(x + 1, x)
    assert gain is not None
    assert math.isinf(gain.factor.value)
    assert "is undefined" in gain.words()


# --- coverage ------------------------------------------------------------------------------------


def _trial_values(rng: np.random.Generator, n: int, truth: dict[str, float]) -> dict:
    """Arms that share a lognormal network effect, as common random numbers have it."""
    network = rng.lognormal(0, 0.5, n)
    return arms_of_numbers(
        **{name: mean + 0.05 * network + rng.normal(0, 0.1, n) for name, mean in truth.items()},
        none=0.05 * network,
    )


@pytest.mark.slow
def test_intervals_cover_the_true_differences_together() -> None:
    """1,000 experiments of 12 replications, three arms, 95 % intervals.

    The standard error of the share is 0.7 %; the bounds are 3.3 of them, which a right method
    leaves in fewer than 1 in 1,000 runs of this test (the seed is fixed). Intervals that ignore
    the number of arms cover about 89 % and fail.
    """
    rng = np.random.default_rng(4)
    truth = {"a": 0.3, "b": 0.0, "c": -0.2}
    hits, alone = 0, 0
    trials = 1000
    for _ in range(trials):
        values = _trial_values(rng, 12, truth)
        found = differences(values, list(truth), "none", closer=["reach"])["reach"]
        hits += all(d.estimate.contains(truth[d.policy]) for d in found)
        single = [differences(values, [name], "none")["reach"][0] for name in truth]
        alone += all(d.estimate.contains(truth[d.policy]) for d in single)
    assert hits / trials == pytest.approx(0.95, abs=0.023)
    assert alone / trials < 0.927, "unadjusted intervals must be told apart, or the test is blind"


@pytest.mark.slow
def test_false_alarms_are_as_rare_as_stated() -> None:
    """Arms without any effect are called different in at most 5 % of 2,000 experiments.

    Any of three arms; plus 3.3 standard errors of 0.5 %.
    """
    rng = np.random.default_rng(5)
    truth = dict.fromkeys("abc", 0.0)
    alarms = sum(
        any(
            d.distinguishable
            for d in differences(_trial_values(rng, 12, truth), list(truth), "none")["reach"]
        )
        for _ in range(2000)
    )
    assert 0 < alarms / 2000 < 0.0665


@pytest.mark.slow
def test_stopping_at_a_width_costs_little_coverage(monkeypatch: pytest.MonkeyPatch) -> None:
    """1,000 automatic comparisons; the note says "slightly less" and it is: 92 % or more."""
    rng = np.random.default_rng(6)

    def made_up(scenario, policies, *, replications, **_):
        for k in replications:
            yield [
                Outcome(p, k, {"reach": float(rng.normal(0.3, 1)) if p == "faster" else 0.0})
                for p in policies
            ]

    monkeypatch.setattr(stopping, "replicate", made_up)
    scenario = loads(SMALL)
    hits, sizes = 0, []
    for _ in range(1000):
        result = compare(scenario, ["faster"], metric="reach", precision=0.5)
        hits += result.headline[0].estimate.contains(0.3)
        sizes.append(result.replications)
        assert result.headline[0].estimate.half_width <= 0.5
    assert min(sizes) >= PILOT
    assert 12 < np.mean(sizes) < 25  # (1.96 / 0.5)^2 = 15.4 and the allowance for a small sample
    assert 0.92 <= hits / 1000 <= 0.97


def test_the_cap_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(7)

    def made_up(scenario, policies, *, replications, **_):
        for k in replications:
            yield [Outcome(p, k, {"reach": float(rng.normal())}) for p in policies]

    monkeypatch.setattr(stopping, "replicate", made_up)
    result = compare(loads(SMALL), ["faster"], metric="reach", precision=0.01, maximum=33)
    assert result.replications == 33
    assert result.stopping.startswith("stopped at the cap of 33 replications")
