"""What decides between arms over all stated ranges: by hand on small tables, and on small runs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from afterban import explore
from afterban.errors import AfterbanError
from afterban.experiment import ensemble
from afterban.experiment import explore as exploring
from afterban.experiment.assumption import Assumption, share_text
from afterban.experiment.exploration import Exploration
from afterban.experiment.exploring import Runner, Space
from afterban.experiment.findings import side_text
from afterban.experiment.ranges import assumptions_of
from afterban.experiment.replicate import run_replication
from afterban.experiment.targets import target
from afterban.scenario import Scenario, loads

SMALL = """
schema_version: 1
name: small
start: 2014-09-01
horizon: 8 days
seed: 3
tiers:
  supporter: {count: 12, audience: 200, posts: 2 per day}
detection: {reports: 5000 per million impressions}
review: {time_to_action: {lognormal: {median: 24h, sigma: 1.0}}}
policies:
  quicker: {review: {time_to_action: {lognormal: {median: 1h, sigma: 1.0}}}}
  watching: {detection: {reports: 15000 per million impressions}}
  fewer: {returning: {probability: 0.1}}
"""


def small() -> Scenario:
    return loads(SMALL)


NAMES = ("return-probability", "time-to-action", "view-probability")
BY_NAME = {one.name: one for one in assumptions_of(small())}
FEW = [BY_NAME[name] for name in NAMES]


def found(root: Path, policies: tuple[str, ...] = ("quicker", "watching"), **more) -> Exploration:
    given = {"points": 16, "replications": 2, "assumptions": FEW, "workers": 1, **more}
    return explore(small(), policies, out=root, **given)


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """In place of runs, metrics that are functions of the place: A is best where u0 > 0.7."""
    asked: list[tuple[int, int]] = []

    def at(self: Runner, space: Space, rows: np.ndarray) -> dict:
        asked.append(rows.shape)
        u, v = rows[:, 0], rows[:, 1]
        level = {"quicker": 0.5 + 0.2 * v, "watching": 0.5 + 0.2 * v - 0.3 * (0.7 - u)}
        rest = {"wrong_suspensions": 100 * u, "paid_hours": np.full(len(u), np.nan)}
        return {
            arm: {
                name: np.repeat(values[:, None], self.replications, axis=1)
                for name, values in {**rest, "effective_reach": level[arm]}.items()
            }
            for arm in self.arms
        }

    monkeypatch.setattr(Runner, "at", at)
    return asked


@pytest.mark.slow
def test_a_thinned_network_is_checked_against_the_whole_one(
    made_up: list, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert found(tmp_path).off is None
    thinned = found(tmp_path, operators=6)
    assert thinned.off == 0  # what is made up knows no size
    assert "difference of `watching` and `quicker` is 0 points off" in thinned.size_words()
    plain = Runner.at

    def larger(self: Runner, space: Space, rows: np.ndarray) -> dict:
        values = plain(self, space, rows)
        if space.operators == space.of:
            values["watching"]["effective_reach"][1] += 0.25
        return values

    monkeypatch.setattr(Runner, "at", larger)
    assert found(tmp_path, operators=6).off == pytest.approx(0.25)


# --- from places to points ------------------------------------------------------------------------


def test_places_are_mapped_by_the_function_of_the_ensemble(tmp_path: Path) -> None:
    """Sobol's points have the same values whether they are asked for as places or as points."""
    from afterban.experiment.design import sobol

    rows = sobol(8, len(ensemble.varied(small(), FEW)), small().seed)
    space = Space.over(small(), FEW, 1000)
    assert space.points(rows) == ensemble.points_of(small(), 8, FEW)
    ends = space.points(np.array([[0.0] * 3, [1.0] * 3]))
    assert [float(dict(p.values)["returning.probability"]) for p in ends] == [0.2, 0.9]


def test_runs_at_places_are_those_of_the_scenario_there(tmp_path: Path) -> None:
    space = Space.over(small(), FEW, 1000)
    rows = space.rows(3)
    runner = Runner(("base", "quicker"), ("effective_reach",), 2, tmp_path, workers=1)
    values = runner.at(space, rows)
    assert values["quicker"]["effective_reach"].shape == (3, 2)
    here = run_replication(space.points(rows)[1].of(small()), ["base", "quicker"], replication=1)
    for one, arm in zip(here, ("base", "quicker"), strict=True):
        assert values[arm]["effective_reach"][1, 1] == one.metrics["effective_reach"]


def test_a_thinned_network_keeps_every_range_its_size_included() -> None:
    whole = Scenario.from_yaml("september-2014")
    space = Space.over(whole, assumptions_of(whole), 500)
    assert set(space.names) == {one.name for one in ensemble.varied(whole)}
    assert 450 < space.operators < 550
    k = space.names.index("network-size")
    rows = np.full((2, len(space.names)), 0.5)
    rows[:, k] = 0.0, 1.0
    sizes = [
        sum(tier.count for tier in point.of(space.scenario).tiers.values())
        for point in space.points(rows)
    ]
    # 27,000 and 90,000 operators, thinned as 27,001 are to about 500.
    assert sizes[0] == pytest.approx(space.operators, abs=5)
    assert sizes[1] == pytest.approx(space.operators * 90 / 27, rel=0.01)


# --- the decision ---------------------------------------------------------------------------------


def test_shares_regret_and_targets_are_those_of_the_table(
    made_up: list[tuple[int, int]], tmp_path: Path
) -> None:
    """`watching` is better by 0.3 (0.7 - u), so where u < 0.7: at 7 of 10 of even points."""
    told = found(tmp_path, points=100, targets=["wrong_suspensions < 50 and effective_reach < 1"])
    assert told.pair == ("watching", "quicker")
    u = told.rows[:, 0]
    watching, quicker = told.arm("watching"), told.arm("quicker")
    assert watching.best.value == pytest.approx((u < 0.7).mean())
    assert watching.best.value == pytest.approx(0.7, abs=0.011)
    assert watching.best.low < 0.7 < watching.best.high
    assert quicker.best.value + watching.best.value == pytest.approx(1.0)
    regret = np.maximum(0.3 * (0.7 - u), 0)  # of `quicker`
    expected = (regret.mean(), np.quantile(regret, 0.95), regret.max())
    assert quicker.regret == pytest.approx(expected, abs=1e-12)
    assert watching.targets[0].value == pytest.approx(0.5, abs=0.011)
    assert watching.prices["paid_hours"] is None
    assert watching.prices["wrong_suspensions"] == pytest.approx((5, 50, 95), abs=1.0)
    assert told.discoveries[1].what == (
        "`watching` meets `wrong_suspensions < 50 and effective_reach < 1`"
    )


@pytest.mark.slow
@pytest.mark.parametrize("method", ["given", "sobol", "morris"])
def test_the_level_is_decided_by_one_and_the_decision_by_another(
    method: str, made_up: list[tuple[int, int]], tmp_path: Path
) -> None:
    pytest.importorskip("SALib", reason="an extra: pip install 'afterban[explore]'")
    told = found(tmp_path, points=128, method=method)
    names = ("return-probability", "time-to-action", "view-probability")
    assert told.response("level").indices.ranked[0].name == names[1]
    assert told.response("difference").indices.ranked[0].name == names[0]
    assert told.response("best").indices.ranked[0].name == names[0]
    if method == "morris":
        each = {one.name: one for one in told.response("difference").indices.each}
        assert each[names[0]].first == pytest.approx(0.3, abs=1e-12)
        assert each[names[1]].first == pytest.approx(0.0, abs=1e-12)
        assert made_up == [(128, 3), (16 * 4, 3)]
    if method == "sobol":
        assert made_up == [(128, 3), (64 * 8, 3)]
        (only,) = (one for one in told.response("difference").indices.each if one.total > 0.5)
        assert only.total == pytest.approx(1.0, abs=0.1)
    text = "\n".join(told.words())
    assert "Which arm is best: how likely ordinary operators are to return" in text
    assert {"given": "RBD-FAST", "sobol": "Saltelli", "morris": "Morris"}[method] in text


def test_where_the_answer_is_another_is_told_in_the_units_of_the_assumption(
    made_up: list[tuple[int, int]], tmp_path: Path
) -> None:
    told = found(tmp_path, points=128)
    discovery = told.discoveries[0]
    assert discovery.what == "`quicker` beats `watching`"
    assert discovery.box is not None
    ((assumption, side),) = discovery.sides
    assert assumption.name == "return-probability"
    # The return probability at 0.7 of its range, from 0.2 to 0.9.
    assert assumption.at(side.low) == pytest.approx(0.69, abs=0.01)
    assert "only where: how likely ordinary operators are to return over 6" in discovery.words()
    assert discovery.box.density == discovery.box.coverage == 1.0


@pytest.mark.slow
def test_many_assumptions_are_a_group_beside_those_that_move_something(
    made_up: list[tuple[int, int]], tmp_path: Path
) -> None:
    pytest.importorskip("SALib", reason="an extra: pip install 'afterban[explore]'")
    told = found(tmp_path, points=64, method="sobol", samples=16, assumptions=None)
    groups = {one.name for one in told.response("level").indices.each}
    assert len(groups) == exploring.SINGLE + 1
    assert exploring.REST in groups
    assert {told.assumptions[k].name for k in (0, 1)} <= groups
    assert made_up[1][0] == 16 * (2 * len(groups) + 2)
    assert told.label_of(exploring.REST) == "all others"


def test_where_the_arms_are_the_same_nothing_is_decided(tmp_path: Path) -> None:
    again = "  again: {review: {time_to_action: {lognormal: {median: 1h, sigma: 1.0}}}}\n"
    arms = ("quicker", "again")
    told = explore(loads(SMALL + again), arms, out=tmp_path, points=16, assumptions=FEW, workers=1)
    assert [told.arm(arm).best.value for arm in arms] == [0.5, 0.5]
    assert told.arm("again").regret == (0.0, 0.0, 0.0)
    assert not told.response("best").indices.each
    text = "\n".join(told.words())
    assert "the same at every point, so no assumption moves it" in text
    assert "`again` beats `quicker` at no point." in text
    assert told.figure() is not None


def test_sides_of_a_box_are_told_in_words() -> None:
    from afterban.experiment.prim import Restriction

    one = Assumption("x", "x", 0.0, 0.5, "assumed", (), "", lambda s, v: {}, share_text)

    def told(low: float, high: float) -> str:
        return side_text(one, Restriction(0, low, high, 0.01, 0.01, 1.0))

    assert told(0.4, 1.0) == "over 20 %"
    assert told(0.0, 0.4) == "under 20 %"
    assert told(0.2, 0.4) == "between 10 % and 20 %"


# --- the store ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_what_was_stopped_gives_the_same(tmp_path: Path) -> None:
    whole = found(tmp_path / "whole", method="morris", samples=8)

    def stop(done: int, _: int) -> None:
        if done == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        found(tmp_path / "cut", method="morris", samples=8, progress=stop)
    left: list[int] = []
    again = found(
        tmp_path / "cut", method="morris", samples=8, forecast=lambda f: left.append(f.finished)
    )
    assert left[0] >= 7
    assert json.dumps(again.to_dict()) == json.dumps(whole.to_dict())
    assert again.words() == whole.words()
    told: list[int] = []
    found(tmp_path / "cut", method="morris", samples=8, forecast=lambda f: told.append(1))
    assert not told, "nothing is run a second time"


def test_the_answer_has_every_form(tmp_path: Path) -> None:
    told = found(tmp_path, targets=["effective_reach < 99 %"])
    assert list(told.frame()["policy"]) == ["quicker", "watching"]
    assert {"p5", "median", "p95", "best", "regret_mean", "wrong_suspensions_median"} <= set(
        told.frame()
    )
    assert set(told.indices_frame()["response"]) <= {"level", "difference", "best"}
    points = told.points_frame()
    assert len(points) == 16
    assert points["return-probability"].between(0.2, 0.9).all()
    assert "effective_reach under quicker" in points
    data = json.loads(json.dumps(told.to_dict(), allow_nan=False))
    assert data["arms"][0]["prices"]["paid_hours"] is None
    assert data["targets"] == ["effective_reach < 99 %"]
    assert str(told).startswith("16 points over the stated ranges of 3 assumptions")


# --- targets --------------------------------------------------------------------------------------


def test_targets_are_read_with_their_units() -> None:
    one = target("effective_reach <= 40 % and time_to_action_median < 6h", small())
    assert [(c.metric, c.sign, c.limit) for c in one.conditions] == [
        ("effective_reach", "<=", 0.4),
        ("time_to_action_median", "<", 0.25),
    ]
    values = {
        "effective_reach": np.array([0.4, 0.41, 0.1, np.nan]),
        "time_to_action_median": np.array([0.2, 0.2, 0.3, 0.2]),
    }
    assert one.met(values).tolist() == [True, False, False, False]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("effective_reach", "is no target"),
        ("effective_reach = 0.5", "is no target"),
        ("effective_reach < 0.5 or struck > 1", "is no target"),
        ("effective_reech < 0.5", "did you mean `effective_reach`"),
        ("effective_reach < half", "is no limit"),
        ("effective_reach < nan", "is no limit"),
        ("time_to_action_median < 6 moons", "time_to_action_median"),
    ],
)
def test_what_is_no_target_is_refused(text: str, told: str) -> None:
    with pytest.raises(AfterbanError, match=told):
        target(text, small())


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arms", "more", "told"),
    [
        (("quicker", "wathcing"), {}, "did you mean `watching`"),
        (("quicker", "fewer"), {}, "`fewer` is no choice: it changes `returning.probability`"),
        (("quicker",), {}, "nothing to choose between with only the arm `quicker`"),
        (("quicker", "watching"), {"metric": "efective_reach"}, "did you mean `effective_reach`"),
        (("quicker", "watching"), {"metric": "creations"}, "neither more nor less"),
        (("quicker", "watching"), {"method": "sobel"}, "did you mean `sobol`"),
        (("quicker", "watching"), {"points": 8}, "take 16 or more"),
        (("quicker", "watching"), {"samples": 8}, "choose a method"),
        (("quicker", "watching"), {"between": ("quicker", "base")}, "has no arm `base`"),
        (("quicker", "watching"), {"between": ("quicker", "quicker")}, "compared with itself"),
        (("quicker", "watching"), {"assumptions": []}, "no assumption that has a range"),
        (("quicker", "watching"), {"metric": "waiting_time_mean"}, "is undefined in some arm"),
    ],
)
def test_bad_input_is_refused(
    arms: tuple[str, ...], more: dict[str, object], told: str, tmp_path: Path
) -> None:
    with pytest.raises(AfterbanError, match=told):
        found(tmp_path, arms, **more)


def test_arms_that_nobody_chooses_are_left_out_by_themselves() -> None:
    assert exploring._arms(small(), None) == ("base", "quicker", "watching")
    many = "".join(f"  p{k}: {{review: {{time_to_action: {k + 1}h}}}}\n" for k in range(9))
    crowded = loads(SMALL + many)
    arms = exploring._arms(crowded, None)
    assert len(arms) == exploring.MOST_ARMS
    assert set(exploring._left_out(crowded, arms, None)) == {f"p{k}" for k in range(3, 9)}
