"""The page of a sweep: what enforcement could do, weighed; speeds; what is not distinguishable."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from afterban.report import frontiers, html
from afterban.report.sweeps import Swept, read_sweep, shortened
from afterban.statistics import paired_difference

from .conftest import CLASSIFIER, RETURNS, TIME, Made, cli, elements


def test_a_choice_is_the_mean_over_what_nobody_chooses(swept: Swept) -> None:
    assert swept.levers == (TIME, CLASSIFIER)
    assert swept.crossed
    choices = swept.choices("suspensions")
    mine = [one for one in choices if one.policy == "base"]
    assert len(mine) == 6
    (one,) = [one for one in mine if one.values == {TIME: "1d", CLASSIFIER: "0.01 per post"}]
    rows = swept.values["base"]["effective_reach"][list(one.points)]
    assert len(rows) == 2
    assert one.averted.value == pytest.approx(1 - rows.mean(), rel=1e-12, abs=0)
    assert one.averted.n == 5
    assert one.averted.low < one.averted.value < one.averted.high
    assert one.cost.low < one.cost.value < one.cost.high


def test_choices_that_make_no_difference_to_an_arm_are_one(swept: Swept) -> None:
    (fixed,) = [one for one in swept.choices("suspensions") if one.policy == "fixed"]
    assert fixed.values == {TIME: "any", CLASSIFIER: "any"}
    assert len(fixed.points) == len(swept.points)


def test_efficient_are_those_that_nothing_beats(swept: Swept) -> None:
    choices = swept.choices("suspensions")
    found = [(one.cost.value, one.averted.value, one.efficient) for one in choices]
    for x, y, efficient in found:
        beaten = any((a <= x and b >= y) and (a, b) != (x, y) for a, b, _ in found)
        assert efficient is not beaten
    assert {True, False} == {efficient for _, _, efficient in found}
    assert [x for x, _, _ in found] == sorted(x for x, _, _ in found)


def test_what_an_efficient_choice_adds_is_paired(swept: Swept) -> None:
    best = [one for one in swept.choices("suspensions") if one.efficient]
    assert best[0].more is None
    table = swept.values["base"]["effective_reach"]
    before, after = best[0], best[1]
    here, there = (-table[list(one.points)].mean(axis=0) for one in (after, before))
    expected = paired_difference(here, there)
    assert after.more is not None
    assert after.more.value == pytest.approx(expected.value, rel=1e-9, abs=0)
    assert after.more.low == pytest.approx(expected.low, rel=1e-6, abs=0)
    # Pairing takes out what is common to a replication, which is most of what varies here.
    assert after.more.half_width < 0.5 * after.averted.half_width


def test_points_of_another_design_stand_for_themselves(swept: Swept) -> None:
    from dataclasses import replace

    odd = replace(
        swept,
        points=tuple({**one, RETURNS: f"{0.2 + 0.01 * k:g}"} for k, one in enumerate(swept.points)),
    )
    assert not odd.crossed
    choices = [one for one in odd.choices("suspensions") if one.policy == "base"]
    assert all(len(one.points) == 1 and RETURNS in one.values for one in choices)
    assert "is another one there" in html.page_of_sweep(odd)


def test_the_table_and_the_figure_have_the_same_choices(swept: Swept) -> None:
    page = html.page_of_sweep(swept)
    rows = [e.attributes for e in elements(page) if e.attributes.get("data-frontier")]
    best = [one for one in swept.choices("suspensions") if one.efficient]
    assert [float(a["data-averted"] or "nan") for a in rows] == [one.averted.value for one in best]
    assert [float(a["data-cost"] or "nan") for a in rows] == [one.cost.value for one in best]
    drawn = [one for one in frontiers.figure(swept, "suspensions")["series"] if one["name"]]
    beaten = [one for one in drawn if "beaten" in one["name"]]
    assert sum(len(one["x"]) for one in beaten) == len(swept.choices("suspensions")) - len(best)
    grey = {one["colour"] for one in beaten}
    assert len(grey) == 1
    assert not grey & {one["colour"] for one in drawn if one not in beaten}
    assert all({"low", "high", "left", "right"} <= set(one) for one in drawn)


def test_break_even_lies_between_the_times_of_the_sweep(swept: Swept) -> None:
    found = html.break_along(swept, levels=(0.55,))
    assert found is not None
    (one,) = found.crossings
    table = swept.values["base"]["effective_reach"]
    means = [
        table[[k for k, p in enumerate(swept.points) if p[TIME] == t]].mean()
        for t in ("1h", "1d", "9d")
    ]
    assert list(found.curve) == [1 / 24, 1.0, 9.0]
    at = np.exp(np.interp(0.55, means, np.log([1 / 24, 1.0, 9.0])))
    assert one.days == pytest.approx(at, rel=1e-3, abs=0)


def test_arms_are_compared_over_all_points(swept: Swept) -> None:
    found = swept.across()
    assert found is not None
    (difference,) = found.differences["suspensions"]
    tables = [swept.values[policy]["suspensions"].mean(axis=0) for policy in ("fixed", "base")]
    assert difference.estimate.value == pytest.approx((tables[0] - tables[1]).mean())
    page = html.page_of_sweep(swept)
    assert "What could not be distinguished" in page
    assert "over the 12 points of the sweep" in page


def test_numbers_that_nobody_wrote_are_short() -> None:
    assert shortened("0.114634d") == "0.115d"
    assert shortened("2.31506 per thousand posts") == "2.32 per thousand posts"
    assert shortened("14d") == "14d"
    assert shortened("{lognormal: {median: 1d, sigma: 1.25}}").endswith("sigma: 1.25}}")


def test_a_value_that_cannot_be_told_apart_is_named(swept: Swept) -> None:
    from dataclasses import replace

    table = swept.values["base"]["effective_reach"].copy()
    noise = np.random.default_rng(9).normal(0.5, 0.1, (3, 2, 1, 5))
    table[:] = np.broadcast_to(noise, (3, 2, 2, 5)).reshape(12, 5)  # nothing depends on returns
    table[::2] += np.array([1e-3, -1e-3, 1e-3, -1e-3, 0])
    quiet = replace(swept, policies=("base",), values={"base": {"effective_reach": table}})
    page = html.page_of_sweep(quiet)
    assert f"{RETURNS} at 0.2 and at 0.9 in effective reach" in page
    assert f"{RETURNS} at 0.2 and at 0.9 in" not in html.page_of_sweep(swept)


@pytest.mark.slow
def test_assumptions_are_ranked_but_for_those_that_were_varied(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from afterban.experiment import sensitivity
    from afterban.experiment.sweep import sweep
    from afterban.scenario import Scenario

    scenario = Scenario.from_yaml(made.scenario).with_changes(
        {
            "horizon": "20d",
            "sweep": {
                "replications": 1,
                "policies": ["base"],
                "parameters": {"returning.probability": {"values": ["0.2", "0.9"]}},
            },
        }
    )
    finished = sweep(scenario, tmp_path, workers=1)
    assert finished is not None
    few = [
        one
        for one in sensitivity.assumptions_of(scenario)
        if one.name in ("return-probability", "near-identical-handles")
    ]
    rank = sensitivity.rank
    monkeypatch.setattr(sensitivity, "assumptions_of", lambda scenario: tuple(few))
    monkeypatch.setattr(
        sensitivity, "rank", lambda *given, **options: rank(*given, assumptions=few, **options)
    )
    common = ("--sensitivity-reps", "1", "--workers", "1", "-q", "--json")
    code, text = cli("report", str(finished.folder), *common)
    assert code == 0
    kept = json.loads((finished.folder / "sensitivity.json").read_text(encoding="utf-8"))
    assert [one["name"] for one in kept["swings"]] == ["near-identical-handles"]
    assert kept["asked"]["leave_out"] == ["return-probability"]
    page = Path(json.loads(text)["page"]).read_text(encoding="utf-8")
    assert "how often the new handle is nearly the old one" in page
    assert read_sweep(finished.folder).complete
