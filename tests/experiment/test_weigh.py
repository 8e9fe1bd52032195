"""Arms that are weighed: the sentences follow the numbers, and the numbers are those of compare."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from afterban import AfterbanError, Scenario, compare
from afterban.channels import HAZARDS
from afterban.errors import UnknownName
from afterban.experiment import weighed_words as words
from afterban.experiment.compare import HEADLINE
from afterban.experiment.difference import Difference
from afterban.experiment.ensemble import plan_of, values_of
from afterban.experiment.sensitivity import rank
from afterban.experiment.twice import found_more
from afterban.experiment.weigh import Weighed, weigh
from afterban.experiment.weighed import Over, Points
from afterban.parameters import Parameters
from afterban.statistics import Estimate

ALONE: dict[str, Any] = {"workers": 1}


def network(**changes: Any) -> Scenario:
    """Sixty operators under heavy reports, some of which hit ordinary users."""
    return Scenario.from_yaml("minimal").with_changes(
        {
            "horizon": "30d",
            "replications": 4,
            "tiers": {"loud": {"count": 60, "audience": 300, "posts": "4 per day"}},
            "exposure.outsiders": 20000,
            "detection.reports": "3000 per million impressions",
            "detection.precision": 0.5,
            "review.mistakes.probability": 0.2,
            "policies": {
                "slow": {"review": {"time_to_action": "10d"}},
                "quick": {"review": {"time_to_action": "1h"}},
                "same": {
                    "review": {"time_to_action": {"lognormal": {"median": "24h", "sigma": 1}}}
                },
                "blind": {"detection": {"reports": "0"}},
            },
            **changes,
        }
    )


def asked(scenario: Scenario, *arms: str, **how: Any) -> Weighed:
    return weigh(scenario, arms, points=0, ranking=False, **ALONE, **how)


@pytest.fixture(scope="module")
def found() -> Weighed:
    return asked(network(), "slow", "quick")


def test_the_numbers_are_those_of_compare(found: Weighed) -> None:
    plain = compare(network(), ["quick"], baseline="slow", **ALONE)
    assert found.comparison.to_dict() == plain.to_dict()
    assert (found.better, found.other, found.verdict) == ("quick", "slow", "clear")
    assert found.frame()["relative"][0] == plain.headline[0].relative


def test_the_first_sentence_is_the_answer_in_the_numbers_of_the_run(found: Weighed) -> None:
    (first, twice) = words.answer(found)
    one = found.difference("quick")
    assert one is not None
    assert first.startswith("Acting within 1 h rather than 10 days cuts what outsiders see by ")
    assert words.lay.fraction(one.relative) in first
    assert "wrongly suspends" in first
    assert "in four weeks" in first
    assert twice.startswith("Finding accounts twice as often would do ")


def test_another_scenario_is_told_in_other_words(found: Weighed) -> None:
    other = asked(
        network(**{"horizon": "60d", "policies.quick.review.time_to_action": "5d"}), "slow", "quick"
    )
    assert words.answer(other) != words.answer(found)
    assert "within 5 days rather than 10 days" in words.answer(other)[0]
    assert "in two months" in words.answer(other)[0]


def test_arms_that_are_the_same_change_nothing() -> None:
    same = asked(
        network(
            **{
                "policies.same.review.time_to_action": "24h",
                "policies.twin": {"review": {"time_to_action": "24h"}},
            }
        ),
        "same",
        "twin",
    )
    assert same.verdict == "same"
    assert "changes nothing in what outsiders see" in words.answer(same)[0]


def test_what_chance_could_make_cannot_be_told() -> None:
    alike = {"exponential": {"mean": "34.6h"}}  # of the same median
    near = network(
        **{
            "policies.slow.review.time_to_action": alike,
            "policies.quick.review.time_to_action": {"lognormal": {"median": "24h", "sigma": 0.8}},
        }
    )
    unclear = asked(near, "slow", "quick")
    one = unclear.difference(unclear.better)
    assert one is not None
    assert not one.distinguishable
    assert unclear.verdict == "unclear"
    first = words.answer(unclear)[0]
    assert first.startswith("It cannot be told whether ")
    assert "cuts what outsiders see by" not in first


def with_points(found: Weighed, low: float, high: float) -> Weighed:
    """The same with a band of the assumptions."""
    over = Over(low, (low + high) / 2, high, 64, 60, 4)
    return replace(found, points=Points(64, 4, 60, 60, {found.better: over}, {}))


def test_a_sign_that_flips_over_the_assumptions_cannot_be_told(found: Weighed) -> None:
    sure = words.answer(with_points(found, -0.15, -0.05))[0]
    assert "(5–15 % over the assumptions)" in sure
    assert sure.startswith("Acting")
    flips = with_points(found, -0.15, 0.05)
    assert flips.verdict == "depends"
    first = words.answer(flips)[0]
    assert first.startswith("It cannot be told whether acting within 1 h")
    assert "15 % less to 5.0 % more over the assumptions" in first
    assert "In 4 of 64 combinations" in " ".join(words.doubts(flips))


def priced(found: Weighed, value: float, low: float, high: float) -> str:
    """The first sentence with another price."""
    rows = found.comparison.differences["wrong_suspensions"]
    e = Estimate(value, low, high, 4, 0.95, "")
    metrics = {**found.comparison.differences, "wrong_suspensions": (replace(rows[0], estimate=e),)}
    return words.answer(replace(found, comparison=replace(found.comparison, differences=metrics)))[
        0
    ]


def test_a_price_that_falls_is_told_as_one(found: Weighed) -> None:
    assert "it wrongly suspends one more user in" in priced(found, 1.1, 0.5, 1.7)
    assert "it wrongly suspends three fewer users in" in priced(found, -3.0, -4.0, -2.0)
    assert "cannot be told apart from chance" in priced(found, 1.0, -4.0, 6.0)
    assert "it wrongly suspends no more users in" in priced(found, 0.0, 0.0, 0.0)


def test_without_mistakes_suspensions_are_the_price() -> None:
    free = asked(
        network(**{"detection.precision": 1, "review.mistakes.probability": 0}), "slow", "quick"
    )
    assert free.prices == ("suspensions",)
    assert "wrongly" not in words.answer(free)[0]


def test_people_who_review_are_a_price() -> None:
    team = {"reviewers": 2, "service_time": "10min"}
    arms = {f"team-{k}": {"review": {"team": {"reviewers": k}}} for k in (1, 4)}
    staffed = asked(network(**{"review.team": team, "policies": arms}), "team-1", "team-4")
    assert "paid_hours" in staffed.prices
    told = " ".join(words.answer(staffed))
    more = f"{words.lay.two_digits(3 * 24 * 30)} {{}} paid hours"
    assert more.format("more" if staffed.better == "team-4" else "fewer") in told


def test_the_worst_arm_first_or_last_is_the_same_answer(found: Weighed) -> None:
    turned = asked(network(), "quick", "slow")
    assert words.answer(turned) == words.answer(found)


def test_of_several_arms_the_best_is_told(found: Weighed) -> None:
    many = asked(network(), "base", "slow", "quick", "none")
    assert (many.better, many.other) == ("quick", "base")
    assert many.arms[0] == "quick"
    assert many.arms[-1] == "none"
    assert [row.arm for row in words.rows(many)][-1] == many.twice_arm


def test_an_arm_that_is_much_cheaper_is_told() -> None:
    many = asked(network(), "slow", "base", "quick")
    assert many.arms == ("quick", "base")

    def at(price: float) -> list[str]:
        rows = many.comparison.differences["wrong_suspensions"]
        changed = tuple(
            replace(one, estimate=Estimate(value, value - 0.1, value + 0.1, 4, 0.95, ""))
            for one in rows
            for value in [10.0 if one.policy == "quick" else price]
        )
        metrics = {**many.comparison.differences, "wrong_suspensions": changed}
        return words.answer(replace(many, comparison=replace(many.comparison, differences=metrics)))

    assert "Acting within 24 h has about" in at(2.0)[1]
    assert "at about a fifth of the price" in at(2.0)[1]
    assert "of the price" not in " ".join(at(9.0))


@pytest.mark.parametrize(
    ("arms", "error", "said"),
    [
        (["base", "quik"], UnknownName, "did you mean `quick`"),
        (["base"], AfterbanError, "two to 5"),
        (["base", "none", "slow", "quick", "same", "blind"], AfterbanError, "room for 5"),
    ],
)
def test_arms_that_cannot_be_weighed(arms: list[str], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        weigh(network(), arms, **ALONE)


def test_arms_are_chosen_where_none_is_named() -> None:
    from afterban.experiment.weigh import chosen_arms

    assert chosen_arms(network(), None) == ["base", "slow", "quick", "same"]
    assert chosen_arms(network(policies={}), None) == ["none", "base"]


# --- finding twice as often -----------------------------------------------------------------------


def test_twice_is_twice_in_every_tier_and_regime_at_its_price() -> None:
    base = network(
        **{"detection.tiers": {"loud": {"reports": 3}}, "detection.classifier": "0.001 per post"}
    )
    made = found_more(base, "quick")
    assert made is not None
    more, name = made
    before, after = (Parameters.from_scenario(more, arm) for arm in ("quick", name))
    for hazard in HAZARDS:
        times = 2.0 if hazard.name in ("reports", "classifier") else 1.0  # those that are on
        np.testing.assert_allclose(after.by_tier(hazard.name), times * before.by_tier(hazard.name))
    assert before.by_tier("reports").max() > 0
    assert after.wrong_per_right.tolist() == before.wrong_per_right.tolist()  # so twice as many
    assert (after.time_to_action == before.time_to_action).all()


def test_given_rates_of_wrong_flags_double_too() -> None:
    base = network(**{"detection.precision": 1, "detection.wrong_flags": {"reports": "2 per day"}})
    made = found_more(base, "base")
    assert made is not None
    more, name = made
    before, after = (Parameters.from_scenario(more, arm) for arm in ("base", name))
    assert after.wrong_a_day.max() == 2 * before.wrong_a_day.max() == 4.0


def test_nobody_finds_twice_nothing() -> None:
    assert found_more(network(), "blind") is None
    assert found_more(network(), "none") is None


def test_twice_is_told_on_the_draws_of_the_better_arm(found: Weighed) -> None:
    made = found_more(network(), "quick")
    assert made is not None
    more, name = made
    plain = compare(more, [name], baseline="quick", **ALONE)
    assert found.twice[HEADLINE].estimate == plain.headline[0].estimate
    step = found.difference("quick")
    assert step is not None
    ratio = plain.headline[0].estimate.value / step.estimate.value
    assert words.lay.times(ratio) in words.answer(found)[1]


# --- over the assumptions -------------------------------------------------------------------------


def test_the_band_is_that_of_the_points(tmp_path: Path) -> None:
    scenario = network(replications=2)
    made = weigh(scenario, ["slow", "quick"], points=4, ranking=False, out=tmp_path, **ALONE)
    points = made.points
    assert points is not None
    more, name = found_more(scenario, "quick") or (None, "")
    assert more is not None
    from afterban.experiment.ensemble import varied

    rest = [one for one in varied(more) if "review.time_to_action" not in one.paths]
    assert len(rest) == len(varied(more)) - 1  # what was asked about is no assumption
    plan = plan_of(
        more,
        (),
        points=4,
        replications=points.replications,
        assumptions=rest,
        bands_of=["slow", "quick", name],
        operators=60,
    )
    values = values_of(more, plan, tmp_path, workers=1)
    means = np.array([[p[arm][HEADLINE].mean() for arm in ("slow", "quick")] for p in values])
    np.testing.assert_allclose(
        points.seen["quick"].middle, np.median(means[:, 1] / means[:, 0] - 1)
    )
    assert points.seen["quick"].told == 4


def test_assumptions_are_ranked_by_what_they_do_to_the_difference(found: Weighed) -> None:
    from afterban.experiment.ranges import assumptions_of

    names = ("return-probability", "view-probability", "detection")
    scenario = network()
    ranked = rank(
        scenario,
        policy="slow",
        other="quick",
        replications=2,
        assumptions=[one for one in assumptions_of(scenario) if one.name in names],
        **ALONE,
    )
    whole = replace(found, ranked=ranked)
    known = words.deciders(whole)
    assert known
    assert [one.span for one in known] == sorted((one.span for one in known), reverse=True)
    assert known[0].what in " ".join(words.doubts(whole))
    decision = ranked.of_decision("it")
    assert decision is not None
    spans = [swing.span for swing in decision.swings]
    assert spans == sorted(spans, reverse=True)
    again = type(ranked).from_dict(ranked.to_dict())
    assert again == ranked
    assert again.of_decision("it") == decision


def test_a_break_even_lies_within_the_range(found: Weighed) -> None:
    from afterban.experiment.ranges import assumptions_of

    scenario = network()
    one = next(a for a in assumptions_of(scenario) if a.name == "view-probability")
    ranked = rank(
        scenario, policy="slow", other="quick", replications=2, assumptions=[one], **ALONE
    )
    (swing,) = ranked.swings
    assert words.deciders(replace(found, ranked=ranked))[0].turns_at == ""

    def sure(value: float) -> Estimate:
        return Estimate(value, value - 0.01, value + 0.01, 2, 0.95, "")

    low = replace(swing.low, contrast=sure(-0.1), value=sure(0.5))
    high = replace(swing.high, contrast=sure(0.1), value=sure(0.5))
    turned = replace(ranked, swings=(replace(swing, low=low, high=high),))
    (decider,) = words.deciders(replace(found, ranked=turned))
    assert decider.turns_at == words.lay.end(one.text(one.at(0.5)))
    assert "It would turn round where" in " ".join(words.doubts(replace(found, ranked=turned)))


def test_a_difference_has_its_interval_relative_too() -> None:
    e = Estimate(-0.1, -0.2, -0.05, 5, 0.95, "")
    control = Estimate(0.5, 0.4, 0.6, 5, 0.95, "")
    one = Difference("a", "b", HEADLINE, control, control, e)
    assert one.relative_ends == pytest.approx((-0.4, -0.1))
