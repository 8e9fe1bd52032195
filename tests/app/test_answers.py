"""What the page shows is what the command line gives, and what it tells is what happened."""

from __future__ import annotations

import json
import math
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from afterban import claims
from afterban.app import answers, explain
from afterban.cli import main
from afterban.errors import AfterbanError
from afterban.experiment.ensemble import powers_of
from afterban.experiment.promotions import promotions
from afterban.experiment.run import run
from afterban.page import state
from afterban.page.presets import NOBODY, SLIDERS
from afterban.page.state import REPLICATIONS, State, start_of
from afterban.parameters import RETURNS, Parameters
from afterban.power import Made, Power
from afterban.results import estimate
from afterban.scenario import Scenario

FAR = {
    "speed": "3h",
    "reviewers": "8",
    "edits": "4",
    "returns": "0.8",
    "promotion": "8",
    "first": "links",
}
NAMES = start_of("names")  # 500 operators
JUNE = start_of("june-2014")


def command_line(one: State, folder: Path) -> dict[str, dict[str, float]]:
    """What the exported scenario gives on the command line: metric -> estimate."""
    file = folder / f"{state.name_of(one)}.yaml"
    file.write_text(state.yaml_of(one, answers.for_the_file(one)), encoding="utf-8")
    stream = StringIO()
    out = ("--out", str(folder / "results"), "--json", "-q")
    with redirect_stdout(stream):
        assert main(["run", str(file), "--policies", "base", *out]) == 0
    found: dict[str, dict[str, float]] = json.loads(stream.getvalue())["policies"]["base"]
    return found


@pytest.mark.parametrize(
    "one",
    [
        NAMES,
        replace(NAMES, **FAR, seed=3),
        replace(JUNE, speed="7d", promotion="20"),
        replace(JUNE, **FAR),
        replace(start_of("flame-war-2011"), first="followers"),
    ],
    ids=lambda one: f"{one.story}-{len(one.moved())}",
)
def test_the_numbers_are_those_of_the_command_line(one: State, tmp_path: Path) -> None:
    theirs = command_line(one, tmp_path)
    mine = answers.numbers(one)["rows"]
    assert len(mine) >= 4
    for row in mine:
        expected = theirs[row["metric"]]
        for here, there in (("value", "estimate"), ("low", "low"), ("high", "high")):
            if expected[there] is None:
                assert row[here] is None
            else:
                assert row[here] == pytest.approx(expected[there], rel=1e-9, abs=0)
        assert row["n"] == expected["n"]
    told = next(row for row in mine if row["metric"] == "effective_reach")
    assert told["n"] == state.REPLICATIONS
    assert f"{told['value']:.4g}," in answers.for_the_file(one)["effective reach"]


@pytest.mark.parametrize("key", list(SLIDERS))
def test_every_slider_changes_the_numbers(key: str) -> None:
    before = answers.numbers(JUNE)["rows"]
    far = {"speed": "30d", "reviewers": "6", "edits": "6", "returns": "1", "promotion": "20"}
    after = answers.numbers(replace(JUNE, **{key: {**far, "first": "followers"}[key]}))["rows"]
    assert [row["value"] for row in before] != [row["value"] for row in after]


def test_the_curve_goes_through_the_sliders() -> None:
    one = replace(NAMES, speed="12h", returns="0.6")
    (reach,) = (r for r in answers.numbers(one)["rows"] if r["metric"] == "effective_reach")
    point = answers.curve_point(one, "12h")
    # One number of reach never stands without the two others.
    texts = {row["metric"]: row["text"] for row in answers.numbers(one)["rows"]}
    assert point["also"] == (
        f"Of the people {texts['effective_reached']} are reached at least once, and of those of a "
        f"week {texts['effective_weekly_reach']}."
    )
    assert [point[k] for k in ("value", "low", "high", "n")] == [
        reach[k] for k in ("value", "low", "high", "n")
    ]
    slower = answers.curve_point(one, "30d")
    assert slower["value"] > point["high"]
    assert slower["value"] == pytest.approx(
        answers.curve_point(replace(one, speed="30d"), "30d")["value"]
    )


def test_the_first_run_is_the_first_of_the_replications() -> None:
    one = replace(NAMES, speed="6h")
    (first, *rest) = answers._metrics(one.run_key())
    assert answers.one_run(one)["one"]["suspensions"] == first["suspensions"]
    assert len(rest) == state.REPLICATIONS - 1


def test_what_the_cycle_contributes_is_what_the_library_finds() -> None:
    from afterban.experiment.ablate import ablate
    from afterban.experiment.contribution import PARTS

    one = replace(NAMES, speed="6h")
    told = answers.parts(one)
    found = ablate(state.scenario_of(one), replications=state.REPLICATIONS)
    assert [row["part"] for row in told["rows"]] == list(PARTS)
    assert told["n"] == state.REPLICATIONS
    for row in told["rows"]:
        part = found.at(row["part"])
        assert row["sign"] == part.sign
        if part.difference is None:
            assert row["verdict"].startswith("not here")
        else:
            e = part.difference.estimate
            assert (row["value"], row["low"], row["high"]) == pytest.approx(
                (e.value, e.low, e.high)
            )
    # Promotion lowers reach here, and the page says so and when it would not.
    assert next(row for row in told["rows"] if row["part"] == "promotion")["sign"] == -1
    assert any("promotion by others" in text and "pays above 1" in text for text in told["said"])


# --- one run --------------------------------------------------------------------------------------


def test_the_lives_end_with_the_followers_of_the_account_table() -> None:
    told = answers.one_run(JUNE)
    days = np.array(told["trace"]["days"])
    total = np.array(told["trace"]["insiders"]) + np.array(told["trace"]["outsiders"])
    suspended = [life for life in told["lives"] if life["suspended"] is not None]
    assert len(suspended) > 5
    for life in suspended:
        if life["public"] is None:
            continue
        at = int(np.argmin(np.abs(days - life["suspended"])))
        assert max(total[at - 1 : at + 1]) == pytest.approx(life["followers"], abs=1.5)


def test_moving_a_slider_moves_nobody_in_the_network() -> None:
    one, other = answers.one_run(JUNE)["network"], answers.one_run(replace(JUNE, **FAR))["network"]
    for key in ("name", "x", "y"):
        assert [node[key] for node in one["nodes"]] == [node[key] for node in other["nodes"]]
    assert one["links"] == other["links"]
    assert [n["lives"] for n in one["nodes"]] != [n["lives"] for n in other["nodes"]]


def test_the_network_is_legible_and_around_the_operator() -> None:
    told = answers.one_run(JUNE)
    nodes = told["network"]["nodes"]
    assert 60 <= len(nodes) <= 120
    assert nodes[0]["name"] == told["operator"]["name"]
    assert (nodes[0]["x"], nodes[0]["y"]) == (0, 0)
    assert len({node["name"] for node in nodes}) == len(nodes)
    places = np.array([[node["x"], node["y"]] for node in nodes])
    assert (np.hypot(*places.T) <= 1 + 1e-3).all()
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    np.fill_diagonal(apart, 1)
    assert apart.min() > 0.1
    assert len({node["name"].split()[0] for node in nodes}) >= 5
    assert sum(0 in link for link in told["network"]["links"]) > 20


def test_promotions_of_the_picture_are_between_live_accounts() -> None:
    told = answers.one_run(replace(JUNE, speed="3h"))["network"]
    assert len(told["promotions"]) > 50
    assert told["left_out"] == 0

    def live(node: int, day: float) -> bool:
        return any(
            a <= day + 1e-3 and (b is None or day - 1e-3 <= b)
            for a, b in told["nodes"][node]["lives"]
        )

    for day, promoter, promoted in told["promotions"]:
        assert live(promoter, day)
        assert live(promoted, day)


def test_live_accounts_end_with_the_metric() -> None:
    told = answers.one_run(JUNE)
    first = answers._metrics(JUNE.run_key())[0]
    assert told["live"][-1] == first["live_accounts"]
    assert len(told["live"]) == told["days"] + 1


def test_an_operator_can_be_chosen_and_one_that_is_not_there_is_refused() -> None:
    usual = answers.one_run(JUNE)
    other = next(
        choice["value"]
        for choice in usual["operator"]["choices"]
        if choice["value"] != str(usual["operator"]["number"])
    )
    chosen = answers.one_run(replace(JUNE, operator=other))
    assert chosen["operator"]["number"] == int(other)
    assert chosen["lives"] != usual["lives"]
    with pytest.raises(AfterbanError, match="operator 90000 is not in this network"):
        answers.one_run(replace(JUNE, operator="90000"))


def test_the_operator_stays_when_a_slider_moves() -> None:
    numbers = {
        answers.one_run(replace(JUNE, **{key: value}))["operator"]["number"]
        for key, value in {"speed": "1h", "first": "links", "returns": "1"}.items()
    }
    assert numbers == {answers.one_run(JUNE)["operator"]["number"]}


# --- why ------------------------------------------------------------------------------------------


def teller(one: State, operator: int) -> explain.Run:
    scenario = state.scenario_of(one)
    outcome = answers.first_run(one.run_key())
    assert outcome.world is not None
    assert outcome.records is not None
    accounts = outcome.records.accounts
    p = Parameters.from_scenario(scenario)
    lives = accounts[accounts["operator"] == operator]
    made = promotions(p, outcome.world, outcome.records, scenario.seed, 0, [])
    names = ["x"] * len(lives)
    days = np.array([0.0, p.horizon])
    return explain.Run(scenario, p, outcome.world, lives, names, made, days, 0 * days, operator)


@pytest.mark.parametrize("one", [NAMES, replace(NAMES, returns="0.4")])
def test_the_draw_that_is_told_is_the_one_that_decided(one: State) -> None:
    came_back = gave_up = 0
    for operator in range(0, 500, 7):
        told = teller(one, operator)
        for life, row in enumerate(told.lives, start=1):
            drawn, chance = told.draw(life)
            if life < len(told.lives):
                assert drawn < chance
                came_back += 1
            elif drawn >= chance and np.isfinite(row["suspended_day"]):
                gave_up += 1
    assert came_back > 30
    assert gave_up > 5


def test_an_operator_that_differs_is_told_its_own_probability() -> None:
    told = teller(NAMES, 7)
    told.draw(1)
    factors = np.ones((len(told.world.tier), 3))
    factors[7, RETURNS] = 0.5
    own = replace(told, world=told.world._replace(factors=factors))
    assert own.draw(1)[0] == told.draw(1)[0]
    assert own.draw(1)[1] == pytest.approx(0.5 * told.draw(1)[1])
    factors[7, RETURNS] = 1e6  # at most certain
    assert own.draw(1)[1] == 1.0


def test_the_last_account_that_there_may_be_is_told_as_such() -> None:
    told = teller(replace(NAMES, returns="1"), 7)
    last = len(told.lives)
    ended = told.lives.copy()
    ended["suspended_day"][-1] = ended["created_day"][-1] + 1.0
    few = told.parameters._replace(most_lives=last)
    event = replace(told, lives=ended, parameters=few).of(last)[-1]
    assert event.title == "What next"
    assert event.text.startswith("The operator is done")
    more = told.parameters._replace(most_lives=last + 1)
    assert "done" not in replace(told, lives=ended, parameters=more).of(last)[-1].text


@pytest.mark.parametrize("key", ["june-2014", "queue", "names", "next-platform", "flame-war-2011"])
def test_each_life_has_a_beginning_and_an_end_in_order(key: str) -> None:
    one = start_of(key)
    lives = answers.one_run(one)["lives"]
    titles: set[str] = set()
    for life in lives[:6]:
        told = answers.one_run(replace(one, life=life["life"]))["why"]
        assert told["life"] == life["life"]
        days = [event["day"] for event in told["events"]]
        assert days == sorted(days)
        assert all(math.isfinite(day) for day in days)
        if life["suspended"] is None:
            assert told["events"][-1]["title"] == "The story ends"
        else:
            assert "Suspended" in [event["title"] for event in told["events"]]
            assert told["events"][-1]["title"] == "What next"
        for event in told["events"]:
            assert event["text"].endswith((".", ")"))
            assert "nan" not in event["text"]
        titles |= {event["title"] for event in told["events"]}
    if key == "queue":
        assert "A reviewer takes the case" in titles
    if key != "flame-war-2011":
        assert {"Back under a new name", "Promoted"} <= titles


def test_what_was_forgotten_meanwhile_is_told() -> None:
    told = teller(NAMES, 0)
    times = told.lives[:2].copy()
    times["suspended_day"], times["created_day"] = 10.0, 12.0
    never = replace(told, parameters=told.parameters._replace(forget=np.zeros(2)))
    assert never._forgotten(times[1], times[0]) == ""
    forgetful = replace(told, parameters=told.parameters._replace(forget=np.array([0.0, 0.05])))
    text = forgetful._forgotten(times[1], times[0])
    assert text == "10 % of the outsiders who looked for it have stopped. "  # 1 - exp(-0.1)


def test_a_move_to_another_platform_is_told() -> None:
    one = start_of("next-platform")
    texts = [
        event["text"]
        for life in answers.one_run(one)["lives"]
        for event in answers.one_run(replace(one, life=life["life"]))["why"]["events"]
    ]
    assert any("on another platform, " in text for text in texts)


def test_a_life_that_does_not_come_to_be_is_told() -> None:
    told = answers.one_run(replace(JUNE, life=400))["why"]
    assert told["asked"] == 400
    assert told["life"] == len(answers.one_run(JUNE)["lives"])


# What the page says of what the claims report says.
SAID = {
    "reproduced": "agrees, and could have failed",
    "holds, but could not fail here": "agrees, but could not fail",
    "holds, power not estimable": "agrees",
    "holds": "agrees",
    "fitted": "agrees (fitted)",
    "within the band": "differs, within the band",
    "outside the band of every stated range": "differs, outside every stated range",
    "does not hold": "differs",
    "undefined": "undefined",
}


def power_of(**changes: Any) -> Power:
    plain = Power("S16", "september-2014", 64, 4, 64, 32, 0.3, 1.2, Made("", "", ""))
    return replace(plain, **changes)


def test_the_page_tells_what_a_verdict_is_worth() -> None:
    row = next(one for one in claims.load() if one.id == "S16")
    held, failed = (estimate([x] * REPLICATIONS) for x in (0.6, 1.1))
    sure, never = power_of(fails=0), power_of(lowest=1.01)
    assert answers._verdict(row, held, None) == "agrees"
    assert answers._verdict(row, held, power_of()) == "agrees, and could have failed"
    assert answers._verdict(row, held, sure) == "agrees, but could not fail"
    assert answers._verdict(row, failed, None) == "differs"
    assert answers._verdict(row, failed, power_of()) == "differs, within the band"
    assert answers._verdict(row, failed, never) == "differs, outside every stated range"


# --- cited beside simulated -----------------------------------------------------------------------


def test_cited_rows_are_those_of_the_claims_report() -> None:
    one = replace(start_of("flame-war-2011"), size="real")
    scenario = Scenario.from_yaml("isaf-taliban-2011")
    results = run(scenario, replications=state.REPLICATIONS)
    powers = powers_of(scenario, claims.load())
    theirs = {v.claim.id: v for v in claims.judge(claims.load(), results, powers)}
    rows = answers.cited(one)["rows"]
    assert {row["id"] for row in rows} == {
        id_ for id_, verdict in theirs.items() if verdict.status in claims.JUDGED
    }
    assert len(rows) >= 6
    for row in rows:
        verdict = theirs[row["id"]]
        assert row["cited"] == verdict.claim.cited
        assert row["verdict"] == SAID[verdict.status]
        assert row["n"] == 5


def test_ratios_of_two_arms_are_told_and_moved_sliders_break_claims() -> None:
    rows = {row["id"]: row for row in answers.cited(JUNE)["rows"]}
    assert {"S11", "S12", "S13", "S14", "S16", "S17"} <= set(rows)
    assert "S15" not in rows  # it counts the whole network
    assert rows["S13"]["verdict"].startswith("agrees")
    nobody = {row["id"]: row for row in answers.cited(replace(JUNE, returns="0"))["rows"]}
    assert nobody["S13"]["verdict"] == "undefined"
    assert answers.cited(JUNE)["state"]["moved"] == []
    assert answers.cited(replace(JUNE, returns="0"))["state"]["moved"] == ["returns"]


def test_figures_without_a_number_are_quoted() -> None:
    also = {row["source"] for row in answers.cited(start_of("recruits"))["also"]}
    assert "S19" in also
    assert "S18" not in also


def test_at_the_start_nobody_is_campaigned_against() -> None:
    assert JUNE.first == NOBODY
    assert answers.numbers(JUNE)["rows"][0]["value"] < 1


def test_a_slider_without_effect_is_named_on_the_page() -> None:
    assert answers.numbers(JUNE)["no_effect"] == []
    assert answers.numbers(replace(JUNE, speed="7d"))["no_effect"] == []
    # Its one campaign suspends at once, so that nothing waits for a review.
    war = start_of("flame-war-2011")
    (told,) = answers.numbers(replace(war, speed="7d"))["no_effect"]
    assert told.startswith("review.time_to_action has no effect here: ")
    before = [row["value"] for row in answers.numbers(war)["rows"]]
    assert before == [row["value"] for row in answers.numbers(replace(war, speed="7d"))["rows"]]


def test_intervals_are_called_chance_and_the_band_is_of_the_shipped_scenario(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from afterban.bands import Band, Bands, Key, Made

    def told(state: State) -> str:
        answers._bands.cache_clear()
        return answers._assumptions(state)

    key = Key("effective_reach", "base")
    signs = {"less": 0, "more": 64}
    band = Band("x", key, 64, 2, 64, 0.3, 0.6, 0.9, 0.1, 1.0, **signs, made=Made("a", "b"))
    monkeypatch.setattr(answers, "bands_of", lambda scenario: Bands({key: band}))
    assert "is from 30 to 90 % (5 to 95 % of 64 points" in told(JUNE)
    assert "not known" in told(replace(JUNE, returns="0.8"))
    monkeypatch.setattr(answers, "bands_of", lambda scenario: Bands())
    assert f"afterban band {JUNE.about.scenario}" in told(JUNE)
    answers._bands.cache_clear()
