"""`plan`: the optimum of brute force, the same bytes however it was run, and what is said of it."""

from __future__ import annotations

import importlib.util
import itertools
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from afterban import AfterbanError, Scenario, plan
from afterban.experiment.design import latin_hypercube
from afterban.experiment.ensemble import points_at, varied
from afterban.experiment.planned import Planned
from afterban.experiment.planning import runs as running
from afterban.experiment.planning.mixes import dials_of
from afterban.experiment.planning.worlds import world_of
from afterban.experiment.replicate import run_replication

_spec = importlib.util.spec_from_file_location("plans", Path(__file__).with_name("plans.py"))
assert _spec is not None
assert _spec.loader is not None
plans = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(plans)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return plans.small()


@pytest.fixture(scope="module")
def done(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> tuple[Planned, Path]:
    out = tmp_path_factory.mktemp("plan")
    return plan(scenario, **plans.options(out)), out


def contents(out: Path) -> dict[str, bytes]:
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


@pytest.mark.slow
def test_a_grid_by_brute_force_finds_the_same(done, scenario: Scenario) -> None:
    """Every mix at every point, each scenario made by itself, without a plan, a race or a twin."""
    found, _ = done
    base = scenario.with_changes({"plan": "none"})
    ranges = varied(base)
    points = points_at(base, ranges, latin_hypercube(16, len(ranges), base.seed))
    reach = {}
    for people, effort, order in itertools.product(
        ("1", "2", "3", "4"), (0.5, 1.0, 3.0), ("arrival", "followers")
    ):
        values = []
        for number, point in enumerate(points):
            there = base.with_changes(dict(point.values))
            rate = float(there.detection.reports) * effort
            made = there.with_changes(
                {
                    "review.team.reviewers": people,
                    "detection.reports": f"{rate!r} per impression",
                    "review.team.order": order,
                }
            )
            (one,) = run_replication(made, ["base"], replication=number, engine="compiled")
            values.append(one.metrics["effective_reach"])
        # 13 people of 40 hours are three round the clock, of 168 hours a week.
        if int(people) * 168 / 40 <= 13:
            reach[people, f"×{effort:g}", order] = float(np.mean(values))
    best = min(reach, key=lambda mix: reach[mix])
    assert tuple(found.best.values.values()) == best
    assert found.best.means["effective_reach"] == pytest.approx(reach[best], rel=1e-4)
    assert found.every
    assert found.tried == 24


@pytest.mark.slow
def test_a_worker_and_two_and_a_resumed_one_give_the_same_bytes(
    done, scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, out = done
    again = plan(scenario, **{**plans.options(tmp_path / "two"), "workers": 2})
    kept = contents(out)
    assert contents(tmp_path / "two") == kept
    assert any(name.endswith(".journal") for name in kept)
    stopped = tmp_path / "stopped"
    run, left = running.run_lot, iter(range(20))

    def until(lot):
        if next(left, None) is None:
            raise KeyboardInterrupt
        return run(lot)

    monkeypatch.setattr(running, "run_lot", until)
    with pytest.raises(KeyboardInterrupt):
        plan(scenario, **plans.options(stopped))
    assert contents(stopped) != kept
    lots: list[running.Lot] = []
    monkeypatch.setattr(running, "run_lot", lambda lot: lots.append(lot) or run(lot))
    resumed = plan(scenario, **plans.options(stopped))
    assert contents(stopped) == kept
    assert 0 < sum(len(lot.mixes) for lot in lots) < found.runs
    for other in (again, resumed):
        data = {key: value for key, value in other.to_dict().items() if key != "folder"}
        assert data == {k: v for k, v in found.to_dict().items() if k != "folder"}


def test_what_is_kept_is_not_run_again(done, scenario: Scenario, monkeypatch) -> None:
    found, out = done
    monkeypatch.setattr(running, "run_lot", lambda lot: pytest.fail("it was run again"))
    assert plan(scenario, **plans.options(out)).words() == found.words()


def test_a_tighter_limit_and_what_matters_change_the_answer(done, scenario: Scenario) -> None:
    """The same runs are judged anew."""
    found, out = done
    less = scenario.with_changes({"plan.limits[0].at_most": "5"})
    told = plan(less, **plans.options(out))
    assert told.best.values["people"] == "1"
    assert told.best.means["effective_reach"] >= found.best.means["effective_reach"]
    none = scenario.with_changes({"plan.limits[0].at_most": "1"})
    nothing = plan(none, **plans.options(out))
    assert not nothing.feasible
    assert "No mix" in nothing.words()[0]
    ties = plan(scenario, **plans.options(out), worth=0.5)
    assert {one.tie for one in ties.versus} <= {"worth", "interval"}
    assert ties.versus
    assert "count as equal" in str(ties)


def test_what_people_buy_adds_up(done) -> None:
    found, _ = done
    people = [one for one in found.steps if one.lever == "people"]
    assert [(one.before, one.after) for one in people] == [("1", "2"), ("2", "3"), ("3", "4")]
    assert all(one.more == pytest.approx(168 / 40) for one in people)
    assert all(
        one.each.value == pytest.approx(one.gain.value / one.more, rel=1e-9) for one in people
    )


def test_the_trade_off_is_efficient_and_only_the_efficient_are_in_it(done) -> None:
    found, _ = done
    x, y = found.measures.frontier
    line = found.frontier
    assert len(line) > 1
    assert [one.means[x] for one in line] == sorted(one.means[x] for one in line)
    assert [one.means[y] for one in line] == sorted((one.means[y] for one in line), reverse=True)
    for one in found.mixes:
        beaten = any(o.means[x] < one.means[x] and o.means[y] < one.means[y] for o in found.mixes)
        assert not (one.efficient and beaten)


def test_what_is_told_is_plain_and_whole(done, scenario: Scenario) -> None:
    found, _ = done
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["feasible"]
    frame = found.frame()
    assert next(iter(frame["mix"])) == found.best.name
    assert frame["p_best"].dropna().sum() == pytest.approx(1)
    judged = found.as_policies(scenario)
    assert "mix-1" in judged.policies
    assert judged.arm("mix-1").review.team.reviewers == int(found.best.values["people"])
    assert judged.plan is None


@pytest.mark.slow
def test_draws_stand_in_place_of_ranges(scenario: Scenario, tmp_path: Path) -> None:
    import pandas as pd

    from afterban.experiment.draws import write_draws

    random = np.random.default_rng(1)
    frame = pd.DataFrame({"returning.probability": random.uniform(0.4, 0.6, 16)})
    meta = {"scenario": "small-plan", "digest": "", "seed": 1, "parameters": []}
    write_draws(tmp_path / "posterior.parquet", frame, meta)
    found = plan(scenario, draws=tmp_path / "posterior.parquet", **plans.options(tmp_path / "out"))
    assert found.posterior
    assert "draws" in found.words()[0]
    assert found.learning is None or [one.name for one in found.learning.each] == [
        "returning.probability"
    ]


@pytest.mark.slow
def test_a_thinned_network_counts_as_the_whole(scenario: Scenario, tmp_path: Path) -> None:
    small = scenario.with_changes({"plan.costs": "[wrong_suspensions]"})
    given = {**plans.options(tmp_path), "operators": 20}
    found = plan(small, **given)
    assert (found.operators, found.of) == (20, 40)
    assert "thinned to 20 of 40" in str(found)
    bounded = scenario.with_changes({"plan.costs": "[most_followers]"})
    with pytest.raises(AfterbanError, match="does not go with the size of the network"):
        plan(bounded, **given)


@pytest.mark.slow
def test_the_best_are_judged_against_responses_too(
    done, scenario: Scenario, tmp_path: Path
) -> None:
    """Who posts less after each report is found less, and more reports buy less then."""
    assert done[0].answered is None  # nothing says how far they could go
    bounded = scenario.with_changes({"response_bounds": {"reports": [0.3, 1]}, "replications": 2})
    found = plan(bounded, **{**plans.options(tmp_path), "points": 8})
    assert found.answered is not None
    assert [one.arm for one in found.answered.arms] == ["base", *found.policy_names[:3]]
    said = found.answered_words()
    assert said[0].startswith("Best as things are: ")
    assert "best against the worst response: " in said[0]
    assert set(said) <= set(found.words())
    assert found.to_dict()["answered"]["arms"]


def test_an_advantage_that_vanishes_is_named(done) -> None:
    found, _ = done

    class Answered:
        arms = (SimpleNamespace(arm="mix-1", stated=None, worst=None),)

        def best(self, kind: str) -> SimpleNamespace:
            value = SimpleNamespace(value=SimpleNamespace(value=0.3))
            arm = "mix-1" if kind == "stated" else "base"
            return SimpleNamespace(arm=arm, stated=value, worst=value)

        def vanishes(self, one: object) -> str:
            return "worst"

    first, second = replace(found, answered=Answered()).answered_words()  # type: ignore[arg-type]
    assert "best against the worst response: as written" in first
    assert second == (
        f"The advantage of {found.best.name} over as written vanishes under the worst response."
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"plan": "none"}, "has no `plan` section"),
        ({"plan.aim.metric": "suspensions"}, "neither more nor less of `suspensions`"),
        ({"plan.limits[0].at_most": "soon"}, "`soon` is no value"),
    ],
)
def test_what_cannot_be_planned_is_told(
    change: dict[str, str], words: str, scenario: Scenario, tmp_path: Path
) -> None:
    with pytest.raises(AfterbanError, match=words):
        plan(scenario.with_changes(change), **plans.options(tmp_path))


@pytest.mark.parametrize(("name", "value"), [("points", 4), ("replications", 0), ("worth", -1.0)])
def test_sizes_that_say_nothing_are_refused(
    name: str, value: float, scenario: Scenario, tmp_path: Path
) -> None:
    with pytest.raises(AfterbanError):
        plan(scenario, **{**plans.options(tmp_path), name: value})


def test_what_a_lever_chooses_is_not_varied(scenario: Scenario) -> None:
    ranged = plans.small(
        plans.TEXT.replace(
            "    effort: {path: detection.reports, factor: true, values: [0.5, 1, 3]}\n",
            "    back: {path: returning.probability, values: [0.4, 0.5]}\n",
        )
    )
    world = world_of(ranged, dials_of(ranged), None, 16, 3000)
    assert world.settled == ("return",)
    assert world.unknowns.names == ("reports",)
