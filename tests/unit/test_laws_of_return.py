"""Mixtures, tables of gaps, and an atom at zero: how they are written, and what they draw."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

from afterban.errors import ScenarioErrors, ValueProblem
from afterban.experiment.breakeven import stretched
from afterban.language.laws import (
    constant,
    exponential,
    lognormal,
    mixture,
    never,
    observed,
    quantiles,
    uniform,
)
from afterban.mechanisms.returning import gap, gives_up, next_release, posting_factor
from afterban.parameters import RETURN_DELAY, Parameters
from afterban.scenario import Distribution, Scenario

U = (np.arange(20_000) + 0.5) / 20_000
MIXED = mixture((1, constant(0.125)), (3, lognormal(2.0, 1.2)), (2, uniform(1.0, 9.0)))
# By hand: 6 under watch, two are seen back at 1 and 4 are left, of whom one is lost sight of at 2;
# one of 3 is seen back at 5, and of the last two one at 8 while the other is lost sight of.
BACK, LOST = (1.0, 1.0, 5.0, 8.0), (2.0, 8.0)
SHARES = (1 / 3, 1 - 2 / 3 * 2 / 3, 1 - 2 / 3 * 2 / 3 * 1 / 2)


def returning(delay, **changes):
    """The minimal scenario with a delay as text."""
    more = {f"returning.{key}": value for key, value in changes.items()}
    return Scenario.from_yaml("minimal").with_changes({"returning.delay": delay, **more})


def draws(law, u=U):
    """Values of a law as the engines draw them, written and read again."""
    from afterban.language.laws import GAPS
    from afterban.language.writing import law_text

    p = Parameters.from_scenario(returning(law_text(GAPS, law)))
    row = p.tier_distributions[0, RETURN_DELAY]
    return np.array([gap(row, p.longer_laws, float(x)) for x in u])


# --- what is drawn -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "law",
    [
        MIXED,
        mixture((1, MIXED), (0, constant(100.0)), (1, observed(BACK, LOST, beyond=3.0))),
        observed(BACK, LOST, beyond=3.0),
        observed((0.0, 1.0, 2.0)),
        quantiles({0: 0, 0.3: 0, 0.5: 1, 1: 9}),
        quantiles({0: 0, 0.3: 0, 1: 9}),
        mixture((1, quantiles({0: 0, 0.3: 0, 1: 9})), (1, exponential(2.0))),
    ],
    ids=lambda law: law.kind,
)
def test_mean_and_median_are_those_of_the_draws(law):
    found = draws(law)
    assert found.mean() == pytest.approx(law.mean(), rel=2e-3)
    assert found.mean() != pytest.approx(1.02 * law.mean(), rel=2e-3)
    assert np.median(found) == pytest.approx(law.median(), rel=2e-3, abs=1e-9)
    for most in (0.5, 2.0, 7.0):
        mean = np.minimum(found, most).mean()
        assert mean == pytest.approx(law.mean_below(most), rel=2e-3)
        assert (found <= most).mean() == pytest.approx(law.below(most), abs=1e-4)
    assert law.smallest <= found.min()
    assert found.max() <= law.largest


def test_the_mean_of_a_mixture_is_the_weighted_mean():
    assert MIXED.mean() == pytest.approx((0.125 + 3 * 2 * math.exp(0.72) + 2 * 5.0) / 6)


def test_each_component_is_drawn_as_often_as_its_weight_says_and_whole():
    found = draws(mixture((1, constant(0.125)), (3, lognormal(2.0, 1.2))))
    assert (found == 0.125).mean() == pytest.approx(0.25, abs=1e-4)
    rest = np.sort(found[found != 0.125])
    p = (np.arange(len(rest)) + 0.5) / len(rest)
    z = np.array([NormalDist().inv_cdf(x) for x in p])
    assert rest == pytest.approx(2.0 * np.exp(1.2 * z), rel=1e-9)


def test_a_table_of_gaps_is_the_estimate_of_kaplan_and_meier():
    gaps = observed(BACK, LOST, beyond=3.0).gaps
    assert gaps.times == (1.0, 5.0, 8.0)
    assert gaps.shares == pytest.approx(SHARES)
    found = draws(observed(BACK, LOST, beyond=3.0))
    for time, share in zip(gaps.times, SHARES, strict=True):
        assert (found <= time).mean() == pytest.approx(share, abs=1e-4)
    late = found[found > 8.0]
    assert (late - 8.0).mean() == pytest.approx(3.0, rel=2e-3)  # beyond the table: exponential


def test_who_is_beyond_the_table_may_never_come_back():
    found = draws(observed(BACK, LOST, beyond=math.inf))
    assert np.isinf(found).mean() == pytest.approx(1 - SHARES[-1], abs=1e-4)
    assert observed(BACK, LOST, beyond=math.inf).mean_below(10.0) == pytest.approx(
        np.minimum(found, 10.0).mean(), rel=2e-3
    )


def test_an_atom_at_zero_and_a_straight_line_from_it():
    found = draws(quantiles({0: 0, 0.3: 0, 0.5: 1, 1: 9}))
    assert (found == 0.0).mean() == pytest.approx(0.3, abs=1e-4)
    assert found[int(0.4 * len(U))] == pytest.approx(0.5, abs=1e-3)
    assert found[int(0.75 * len(U))] == pytest.approx(3.0, rel=1e-3)  # between 1 and 9 by ratio


def test_a_mixture_of_a_law_with_itself_is_that_law():
    found = np.sort(draws(mixture((2, lognormal(2.0, 1.2)), (1, lognormal(2.0, 1.2)))))
    truth = draws(lognormal(2.0, 1.2))
    middle = slice(100, -100)
    assert found[middle] == pytest.approx(truth[middle], rel=5e-3)


def test_the_ends_of_a_component_are_within_it():
    law = mixture((1, exponential(1.0)), (1, exponential(1.0)))
    found = draws(law, [0.5 - 2.0**-53, 0.5, 0.5 + 2.0**-53, 2.0**-53, 1 - 2.0**-53])
    assert np.isfinite(found).all()
    assert (found >= 0.0).all()


def test_stretching_a_mixture_or_a_table():
    for law in (MIXED, observed(BACK, LOST, beyond=3.0)):
        longer = stretched(law, 2 * law.median())
        assert longer.kind == law.kind
        assert longer.mean() == pytest.approx(2 * law.mean())


# --- how it is written ---------------------------------------------------------------------------

WRITTEN = [
    "{mixture: [{weight: 1, law: 20 min}, {weight: 3, law: {lognormal: {median: 2 d, sigma: 1}}}]}",
    "{observed: {back: [0, 2 h, 1 d], not_back: [30 d], beyond: never}}",
    "{observed: {back: [2 h, 1 d], not_back: [12 h]}}",
    "{mixture: [{weight: 1, law: never}, {weight: 1, law: {observed: {back: [1 d]}}}]}",
    "{quantiles: {0: 0, 0.4: 0, 1: 2 d}}",
]


@pytest.mark.parametrize("text", WRITTEN)
def test_what_is_written_again_is_the_same(text):
    scenario = returning(text)
    again = Scenario.from_text(scenario.resolved_yaml())
    assert again.returning.delay == scenario.returning.delay
    assert again.digest() == scenario.digest()
    assert again.resolved_yaml() == scenario.resolved_yaml()


def test_evidence_within_a_mixture_is_kept():
    text = (
        "{mixture: [{weight: {value: 1, kind: assumed, note: a guess}, law: {value: 20 min, "
        "kind: reported, source: S13}}, {weight: 3, law: {exponential: {mean: "
        "{value: 2 d, kind: derived, source: L29}}}}]}"
    )
    scenario = returning(text)
    at = "returning.delay.mixture[0]"
    assert scenario.evidence[f"{at}.law"].source == "S13"
    assert scenario.evidence[f"{at}.weight"].note == "a guess"
    again = Scenario.from_text(scenario.resolved_yaml())
    assert again.evidence[f"{at}.law"].source == "S13"
    assert again.evidence["returning.delay.mixture[1].law.exponential.mean"].source == "L29"
    assert {row.path for row in scenario.inspect_rows()} >= {f"{at}.law", f"{at}.weight"}


def test_a_part_of_a_mixture_can_be_changed_by_its_path():
    scenario = returning(WRITTEN[0])
    heavier = scenario.with_changes({"returning.delay.mixture[0].weight": 5})
    assert heavier.returning.delay == mixture(
        (5.0, constant(20 / 1440)), (3.0, lognormal(2.0, 1.0))
    )
    path = "returning.delay.mixture[1].law.lognormal.median"
    assert scenario.with_changes({path: "4d"}).returning.delay.components[1][1].median() == 4.0
    for wrong, said in (
        ("returning.delay.mixture[2].weight", "no component 2"),
        ("returning.delay.mixture[0].wait", "no key of a component"),
    ):
        with pytest.raises(ScenarioErrors, match=said):
            scenario.with_changes({wrong: 5})


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        ("mixture", {"parts": ()}, "no components"),
        ("mixture", {"parts": ((0, constant(1.0)),)}, "every weight is 0"),
        ("mixture", {"parts": ((-1, constant(1.0)),)}, "a weight is -1"),
        ("mixture", {"parts": tuple((1, constant(1.0)) for _ in range(65))}, "65 components"),
        ("observed", {"back": (), "not_back": (1.0,)}, "nobody was seen back"),
        ("observed", {"back": (1.0,), "not_back": (1.0,)}, "nothing says what becomes"),
        ("observed", {"back": (1.0,), "not_back": (), "beyond": 0.0}, "the mean wait"),
        ("quantiles", {"points": ((0.0, 0.0), (1.0, 2.0))}, "a quantile is 0"),
    ],
)
def test_what_is_no_law(kind, given, said):
    with pytest.raises(ValueProblem, match=said):
        Distribution(kind, given)


def test_only_a_time_to_return_is_a_mixture():
    with pytest.raises(ScenarioErrors, match="this is no distribution"):
        Scenario.from_yaml("minimal").with_changes({"review.time_to_action": WRITTEN[0]})


def test_a_mixture_may_never_end():
    law = mixture((1, never()), (3, constant(1.0)))
    assert law.mean_below(9.0) == 3.0
    assert law.median() == 1.0
    assert mixture((3, never()), (1, constant(1.0))).median() == math.inf


# --- posting, and giving up ----------------------------------------------------------------------


def test_posting_factor():
    assert posting_factor(0.65, 1.0, 0, 0) == 1.0
    assert posting_factor(0.65, 1.0, 3, 0) == pytest.approx(0.65**3)
    assert posting_factor(0.5, 3.0, 2, 1) == pytest.approx(0.75)
    assert posting_factor(0.0, 1.0, 0, 0) == 1.0
    assert posting_factor(0.0, 1.0, 1, 0) == 0.0
    # Multiplied up it would soon be beyond all measure.
    assert posting_factor(2.0, 1.0, 7, 0) == 100.0
    assert posting_factor(3.0, 3.0, 999, 999) == 100.0


def test_giving_up():
    assert not gives_up(20.0, math.nan, 2, 3, 30.0)
    assert gives_up(20.0, 1.0, 3, 3, 30.0)
    assert gives_up(31.0, 1.0, 3, 3, 30.0)
    assert not gives_up(31.1, 1.0, 3, 3, 30.0)
    assert not gives_up(20.0, 1.0, 3, 0, 30.0)


@pytest.mark.parametrize(
    ("now", "day"), [(10.0, 17.0), (16.9, 17.0), (17.0, 17.0), (17.1, 24.0), (30.5, 31.0)]
)
def test_the_next_release_comes_in_the_rhythm_of_the_first(now, day):
    assert next_release(now, 10.0, 7.0) == day


@pytest.mark.parametrize("every", [1 / 24, 0.1, 1 / 3, 7.3])
def test_a_release_is_never_in_the_past_nor_left_out(every):
    first = 2.0
    for k in range(1, 400):
        for now in (first + k * every, np.nextafter(first + k * every, 0.0)):
            day = next_release(now, first, every)
            assert now <= day < now + every * 1.001
