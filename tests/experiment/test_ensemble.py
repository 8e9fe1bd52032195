"""The ensemble over all stated ranges, and the power that it gives to a claim."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from afterban import bands, power
from afterban.claims import Claim, judge
from afterban.errors import AfterbanError
from afterban.experiment import ensemble
from afterban.experiment.ensemble import bands_of, plan_of, points_of, powers_of, varied
from afterban.experiment.ranges import assumptions_of
from afterban.experiment.replicate import run_replication
from afterban.power import Power, Powers
from afterban.results import Results
from afterban.scenario import Scenario, shipped_names

BY_NAME = {one.name: one for one in assumptions_of(Scenario.from_yaml("minimal"))}
POINTS, REPLICATIONS = 6, 3


def small() -> Scenario:
    """The smallest shipped network; its name stays, so that claims are about it."""
    return Scenario.from_yaml("minimal")


def claim(id_: str, **changes: object) -> Claim:
    fields = {
        "id": id_,
        "source": "S12",
        "says": "a number",
        "figure": 1.0,
        "comparison": "at most",
        "scenario": "minimal",
        "metric": "effective_reach",
        "why": "a test",
    }
    return Claim(**{**fields, **changes})


def measured(claims: list[Claim], root: Path, **changes: object) -> dict[str, Power]:
    arguments = {"points": POINTS, "replications": REPLICATIONS, "workers": 1, **changes}
    made = ensemble.run(small(), claims, root, **arguments)
    return {one.id: one for one in made}


CLAIMS = [
    claim("true"),  # by construction: reach is a share
    claim("posts", metric="suspensions", comparison="at least", figure=0.0),
    claim("beyond", comparison="at least", figure=2.0),
    claim("ratio", divided_by="effective_reach", comparison="about", margin=1e-9),
    claim("twin", metric="reach", divided_by="reach", divided_by_policy="none"),
    claim("spread", metric="suspensions", judged_by="spread", comparison="about", figure=1e6),
    # The stated range of its median is 6 hours to 14 days.
    claim("middle", metric="time_to_action_median", figure=2.0),
    claim("never", divided_by="wrong_suspensions"),
]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Power]]:
    root = tmp_path_factory.mktemp("ensemble")
    return root, measured(CLAIMS, root)


def same(one: dict[str, Power], other: dict[str, Power]) -> bool:
    """Whether two measurements are the same, also in what did not happen."""
    return repr(one) == repr(other)


# --- the points -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["minimal", "september-2014", "capacity", "displacement-2014"])
def test_each_range_that_a_scenario_has_is_a_dimension(name: str) -> None:
    scenario = Scenario.from_yaml(name)
    names = {one.name for one in varied(scenario)}
    assert names == {one.name for one in assumptions_of(scenario)}
    assert len(names) >= 9
    paths = {path for one in varied(scenario) for path in one.changes(scenario, one.low) or {}}
    for point in points_of(scenario, 4):
        assert {path for path, _ in point.values} == paths


def test_a_longer_ensemble_begins_with_the_shorter_one() -> None:
    assert points_of(small(), 16)[:8] == points_of(small(), 8)
    assert len({point.key for point in points_of(small(), 64)}) == 64


def test_ranges_are_walked_through_from_end_to_end() -> None:
    places = [float(dict(p.values)["returning.probability"]) for p in points_of(small(), 64)]
    one = BY_NAME["return-probability"]
    assert one.low <= min(places) < one.low + 0.03 * (one.high - one.low)
    assert one.high >= max(places) > one.high - 0.03 * (one.high - one.low)
    assert np.mean(places) == pytest.approx((one.low + one.high) / 2, rel=0.02, abs=0)


def test_factors_and_times_are_walked_through_by_ratios() -> None:
    factor, delay, share = (BY_NAME[n] for n in ("promotion", "return-delay", "insider-share"))
    assert factor.at(0.5) == pytest.approx(1.0, rel=1e-12, abs=0)  # from half to twice
    assert delay.at(0.5) == pytest.approx((0.1 * 6.0) ** 0.5, rel=1e-12, abs=0)
    assert share.at(0.5) == pytest.approx(0.575, rel=1e-12, abs=0)
    for one in BY_NAME.values():
        assert one.at(0.0) == pytest.approx(one.low, rel=1e-12, abs=1e-12), one.name
        assert one.at(1.0) == pytest.approx(one.high, rel=1e-12, abs=0), one.name


def test_what_is_counted_is_whole() -> None:
    scenario = Scenario.from_yaml("september-2014")
    spares = {dict(p.values)["tiers.hub.spares"] for p in points_of(scenario, 64)}
    assert spares == {"0", "1", "2", "3"}


def test_two_ranges_of_one_value_are_refused() -> None:
    twice = [BY_NAME["fatigue"], replace(BY_NAME["fatigue"], name="tired")]
    with pytest.raises(AfterbanError, match=r"tired: another range gives returning\.fatigue"):
        points_of(small(), 4, twice)
    with pytest.raises(AfterbanError, match="no assumption that has a range"):
        points_of(small(), 4, [])


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [*("september-2014", "displacement-2014", "enforcement-speed", "think-again-2014"), "capacity"],
)
def test_there_is_a_scenario_at_each_point(name: str) -> None:
    made = plan_of(Scenario.from_yaml(name), [claim("x", scenario=name)], points=16)
    assert len(made.points) == 16


# --- what is run ----------------------------------------------------------------------------------


def test_only_the_arms_and_metrics_of_the_claims_are_run() -> None:
    plan = plan_of(small(), CLAIMS, points=4)
    assert plan.policies == ("base", "none")
    assert plan.metrics == (
        *("effective_reach", "reach", "suspensions", "time_to_action_median"),
        "wrong_suspensions",
    )


def test_a_point_gives_what_plain_replications_of_it_give(
    whole: tuple[Path, dict[str, Power]],
) -> None:
    _, powers = whole
    found = []
    for point in points_of(small(), POINTS):
        there = small().with_changes(dict(point.values))
        runs = [
            run_replication(there, ["base"], replication=k)[0].metrics for k in range(REPLICATIONS)
        ]
        found.append(np.mean([run["effective_reach"] for run in runs]))
    assert powers["true"].lowest == pytest.approx(min(found), rel=1e-12, abs=0)
    assert powers["true"].highest == pytest.approx(max(found), rel=1e-12, abs=0)
    assert min(found) < max(found)


def test_what_was_run_is_kept(whole: tuple[Path, dict[str, Power]], tmp_path: Path) -> None:
    root, powers = whole
    shutil.copytree(root, tmp_path / "again")
    told: list[int] = []
    again = measured(
        CLAIMS,
        tmp_path / "again",
        forecast=lambda found: told.append(found.left),
        progress=lambda done, tasks: told.append(tasks - done),
    )
    assert same(again, powers)
    assert set(told) == {0}
    # Of a smaller one the first points are those of the larger, which is there already.
    less = measured(CLAIMS, tmp_path / "again", points=2)
    assert less["true"].points == 2
    assert same(less, measured(CLAIMS, tmp_path / "fresh", points=2))


def test_a_stopped_ensemble_is_continued(
    whole: tuple[Path, dict[str, Power]], tmp_path: Path
) -> None:
    _, powers = whole

    class Stop(Exception):
        pass

    def stop(done: int, _: int) -> None:
        if done == 10:
            raise Stop

    with pytest.raises(Stop):
        measured(CLAIMS, tmp_path, progress=stop)
    left: list[int] = []
    again = measured(CLAIMS, tmp_path, forecast=lambda found: left.append(found.left))
    assert same(again, powers)
    assert left == [POINTS * REPLICATIONS - 10]


# --- power ----------------------------------------------------------------------------------------


def test_a_claim_that_is_true_by_construction_has_no_power(
    whole: tuple[Path, dict[str, Power]],
) -> None:
    _, powers = whole
    for name in ("true", "posts", "ratio"):
        one = powers[name]
        assert (one.told, one.fails, one.could_fail) == (POINTS, 0, False), name
    assert powers["twin"].fails == 0
    assert powers["twin"].highest <= 1


def test_a_claim_beyond_every_point_fails_at_each(whole: tuple[Path, dict[str, Power]]) -> None:
    _, powers = whole
    for name in ("beyond", "spread"):
        assert (powers[name].told, powers[name].fails) == (POINTS, POINTS), name


def statuses(powers: dict[str, Power], values: dict[str, float]) -> dict[str, str]:
    """Verdicts where a run gives these values in all of its replications."""
    told = {"base": {metric: np.full(3, value) for metric, value in values.items()}}
    scenario = small().with_changes({"replications": 3})
    results = Results(scenario, ("base",), (0, 1, 2), told, {}, {}, {})
    rows = [row for row in CLAIMS if row.id in ("true", "beyond", "middle")]
    return {v.claim.id: v.status for v in judge(rows, results, Powers(powers))}


def test_verdicts_follow_from_the_ensemble(whole: tuple[Path, dict[str, Power]]) -> None:
    _, powers = whole
    assert 0.2 * POINTS <= powers["middle"].fails < powers["middle"].told
    found = statuses(powers, {"effective_reach": 0.5, "time_to_action_median": 1.0})
    assert found == {
        "true": "holds, but could not fail here",
        "beyond": "outside the band of every stated range",
        "middle": "reproduced",
    }
    # Made to fail at the centre only.
    found = statuses(powers, {"effective_reach": 1.1, "time_to_action_median": 2.5})
    assert found["true"] == found["middle"] == "within the band"


def test_what_does_not_happen_cannot_be_told(whole: tuple[Path, dict[str, Power]]) -> None:
    _, powers = whole
    one = powers["never"]  # of the wrong suspensions that there are none of
    assert (one.points, one.told, one.fails, one.could_fail) == (POINTS, 0, 0, None)
    assert np.isnan(one.lowest)


# --- what is kept ---------------------------------------------------------------------------------


def test_a_power_counts_as_long_as_everything_is_as_it_was(
    whole: tuple[Path, dict[str, Power]], tmp_path: Path
) -> None:
    _, powers = whole
    path = tmp_path / "power.csv"
    power.write(powers.values(), path)
    found = powers_of(small(), CLAIMS, path)
    assert set(found.known) == {one.id for one in CLAIMS}
    assert not found.stale
    # Another seed or number of replications is the same scenario.
    again = powers_of(small().with_changes({"seed": 7, "replications": 2}), CLAIMS, path)
    assert set(again.known) == set(found.known)


def test_a_power_of_another_tolerance_is_told(
    whole: tuple[Path, dict[str, Power]], tmp_path: Path
) -> None:
    _, powers = whole
    path = tmp_path / "power.csv"
    power.write(powers.values(), path)
    moved = [claim("true", figure=1.5), *CLAIMS[1:]]
    found = powers_of(small(), moved, path)
    assert found.stale == {"true": "another tolerance or metric"}
    assert "true" not in found.known


def test_a_power_of_other_ranges_is_told(
    whole: tuple[Path, dict[str, Power]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, powers = whole
    path = tmp_path / "power.csv"
    power.write(powers.values(), path)
    wider = tuple(
        replace(one, high=0.95) if one.name == "return-probability" else one
        for one in assumptions_of(small())
    )
    monkeypatch.setattr(ensemble, "assumptions_of", lambda scenario: wider)
    found = powers_of(small(), CLAIMS, path)
    assert set(found.stale.values()) == {"other ranges"}
    assert not found.known


def test_a_power_of_another_scenario_is_told_and_of_a_changed_one_says_nothing(
    whole: tuple[Path, dict[str, Power]], tmp_path: Path
) -> None:
    _, powers = whole
    path = tmp_path / "power.csv"
    other = [replace(one, made=replace(one.made, scenario="0" * 12)) for one in powers.values()]
    power.write(other, path)
    assert set(powers_of(small(), CLAIMS, path).stale.values()) == {"another version of minimal"}
    power.write(powers.values(), path)
    assert powers_of(small().with_changes({"horizon": "99 days"}), CLAIMS, path) == Powers()


@pytest.mark.slow
def test_the_shipped_powers_are_of_the_shipped_scenarios_and_ranges() -> None:
    from afterban.claims import load

    rows = load()
    for name in dict.fromkeys(row.scenario for row in rows if row.metric is not None):
        found = powers_of(Scenario.from_yaml(str(name)), rows)
        mine = {row.id for row in rows if row.scenario == name and row.metric is not None}
        assert not found.stale, "run `afterban claims --power`"
        assert set(found.known) == mine


def test_the_manifest_tells_the_ranges(whole: tuple[Path, dict[str, Power]]) -> None:
    root, _ = whole
    (folder,) = root.glob("minimal/ensemble-*")
    manifest = json.loads((folder / "manifest.json").read_text())
    assert len(manifest["points"]) == POINTS
    assert "returning.probability" in manifest["paths"]


# --- bands ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def banded(tmp_path_factory: pytest.TempPathFactory) -> ensemble.Measured:
    return ensemble.measure(
        small(),
        [],
        tmp_path_factory.mktemp("bands"),
        bands_of=["base", "slower"],
        points=POINTS,
        replications=2,
        workers=1,
    )


def test_bands_are_of_the_points_and_differences_are_paired(banded: ensemble.Measured) -> None:
    found = []
    for point in points_of(small(), POINTS):
        there = small().with_changes(dict(point.values))
        runs = [run_replication(there, ["base", "slower"], replication=k) for k in range(2)]
        found.append([np.mean([run[k].metrics["effective_reach"] for run in runs]) for k in (0, 1)])
    base, slower = np.array(found).T
    kept = {one.key: one for one in banded.bands}
    level = kept[bands.Key("effective_reach", "base")]
    assert [level.low, level.middle, level.high] == pytest.approx(
        np.quantile(base, [0.05, 0.5, 0.95]), rel=1e-12, abs=0
    )
    difference = kept[bands.Key("effective_reach", "slower", "base")]
    assert difference.middle == pytest.approx(np.median(slower - base), rel=1e-9, abs=0)
    assert difference.more == np.count_nonzero(slower > base)
    assert bands.Key("effective_reach", "base", "base") not in kept
    tiers = {f"effective_reach.{tier}" for tier in small().tiers}
    assert {key.metric for key in kept} == {*ensemble.BANDED, *tiers}
    assert banded.powers == []


def test_a_band_is_of_exactly_this_scenario(banded: ensemble.Measured, tmp_path: Path) -> None:
    path = tmp_path / "bands.csv"
    bands.keep(banded.bands, path)
    known = bands_of(small(), path)
    assert known.of("effective_reach", "slower", "base") is not None
    assert known.source == str(path)
    # Seed and replications only choose the draws.
    assert bands_of(small().with_changes({"seed": 7, "replications": 2}), path)
    other = bands_of(small().with_changes({"horizon": "99 days"}), path)
    assert (other.known, other.stale) == ({}, "another version of minimal")
    assert bands_of(small(), tmp_path / "none.csv", path)
    assert bands_of(Scenario.from_yaml("capacity"), path).stale == ""


def test_a_band_of_other_ranges_does_not_count(
    banded: ensemble.Measured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bands.csv"
    bands.keep(banded.bands, path)
    wider = tuple(
        replace(one, high=0.95) if one.name == "return-probability" else one
        for one in assumptions_of(small())
    )
    monkeypatch.setattr(ensemble, "assumptions_of", lambda scenario: wider)
    assert bands_of(small(), path).stale == "other ranges"


def test_bands_are_of_the_arms_of_claims_or_else_of_so_many() -> None:
    scenario = Scenario.from_yaml("under-pressure")
    last = list(scenario.policies)[-1]
    arms = ensemble.banded_arms(scenario, [claim("x", scenario="under-pressure", policy=last)])
    assert arms == ["base", last]
    assert len(ensemble.banded_arms(scenario)) == ensemble.MOST_ARMS < len(scenario.policies)
    assert "none" not in ensemble.banded_arms(small(), CLAIMS)


@pytest.mark.slow
def test_the_shipped_bands_are_of_the_shipped_scenarios_and_ranges() -> None:
    names = shipped_names()
    assert len(names) > 20
    for name in names:
        scenario = Scenario.from_yaml(name)
        found = bands_of(scenario)
        assert found.of("effective_reach", "base") is not None, "run `afterban claims --power`"
        worst = [one.off for one in found.known.values() if one.key.metric == "effective_reach"]
        assert all(off is None or off < 0.1 for off in worst), name
