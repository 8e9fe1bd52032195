"""The simulator of a page against the command line: the same tables, the same figures.

The page exports a scenario; that scenario is run by the package, with one replication.
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from node import called, needs_node, refusal
from test_controls import anywhere

from afterban.cli import main
from afterban.core.module import MODULE
from afterban.experiment.replicate import Outcome, run_replication
from afterban.page.build import LAYOUT, text_of
from afterban.page.presets import STORIES, Story
from afterban.page.story import story_data
from afterban.page.told import lowered_file
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT
from afterban.scenario import Scenario

pytestmark = needs_node

RUN = """
const story = JSON.parse(readFileSync(data.story, "utf8"));
const layout = JSON.parse(readFileSync(data.layout, "utf8"));
const page = await simulator.createSimulator({ module: readFileSync(data.module), layout, story });
const plain = (figures) => Object.fromEntries(
    Object.entries(figures).map(([name, x]) => [name, Number.isNaN(x) ? null : x]));
"""
ASK = (
    RUN
    + """
const { createHash } = await import("node:crypto");
const told = [];
for (const { size, seed, ...settings } of data.asked) {
    const question = { settings, size, seed };
    const answer = await page.ask(question);
    const yaml = state.toYaml({ story: story.key, size, seed, settings, view: {} }, story);
    const one = { yaml, figures: {}, sha: {} };
    for (const policy of ["off", "base"]) {
        const table = await page.accounts(question, policy);
        one.figures[policy] = plain(answer.policies[policy].figures);
        one.sha[policy] = createHash("sha256").update(table).digest("hex");
    }
    told.push(one);
}
return told;
"""
)


# Scenarios without a story: each has something that no story has.
OTHERS = (
    *("minimal", "price-of-detection", "steady-state", "they-adapt", "releases-2014"),
    *("whom-first", "two-populations", "struggling-2014"),
)


def files(key: str) -> dict[str, str]:
    return {"story": str(lowered_file(key)), "layout": str(LAYOUT), "module": str(MODULE)}


def told_by_the_page(key: str, asked: Sequence[Any]) -> list[Any]:
    answer: list[Any] = called(ASK, {**files(key), "asked": list(asked)})
    return answer


def told_by_the_package(text: str) -> dict[str, Outcome]:
    scenario = Scenario.from_text(text, "page.yaml")
    assert scenario.replications == 1
    (off,) = run_replication(scenario, [WITHOUT_ENFORCEMENT], keep=True)
    (base,) = run_replication(scenario, [AS_WRITTEN], keep=True, twin=off.metrics)
    return {"off": off, "base": base}


def compare(told: Any) -> int:
    """Hold figures and tables of a page against the package; how many figures there were."""
    count = 0
    for policy, outcome in told_by_the_package(told["yaml"]).items():
        assert outcome.records is not None
        sha = hashlib.sha256(outcome.records.accounts.tobytes()).hexdigest()
        assert told["sha"][policy] == sha, policy
        for name, value in told["figures"][policy].items():
            if name not in outcome.metrics:
                # Without enforcement the package measures nothing beside itself.
                assert policy == "off", name
                continue
            wanted = outcome.metrics[name]
            found = math.nan if value is None else value
            assert found == pytest.approx(wanted, rel=1e-10, nan_ok=True), (policy, name)
            count += 1
    return count


def questions(key: str, count: int, team: bool = True) -> list[dict[str, Any]]:
    """Settings at random; without a team's hundred thousands of cases they are quicker."""
    rng = random.Random(f"{key} asked")
    found = []
    for _ in range(count):
        one = {**anywhere(key, rng), "size": STORIES[key].sizes[0], "seed": rng.randrange(2**32)}
        if not team:
            one.pop("reviewers", None)
        found.append(one)
    return found


def test_figures_and_tables_are_the_command_lines() -> None:
    for told in told_by_the_page("flame-war-2011", questions("flame-war-2011", 3, team=False)):
        assert compare(told) > 150
    busy = {"speed": 0.37, "returns": 0.9, "edits": 3, "first": "links", "promotion": 4}
    (told,) = told_by_the_page("june-2014", [{**busy, "size": "class", "seed": 9}])
    assert compare(told) > 150


@pytest.mark.slow
def test_the_exported_file_gives_the_pages_digits(tmp_path: Path) -> None:
    (told,) = told_by_the_page("flame-war-2011", [{"first": "links", "size": "real", "seed": 5}])
    file = tmp_path / "page-flame-war-2011.yaml"
    file.write_text(told["yaml"], encoding="utf-8")
    assert main(["run", str(file), "--policies", "base", "--out", str(tmp_path / "out")]) == 0
    (kept,) = (tmp_path / "out").rglob("summary.csv")
    with kept.open(encoding="utf-8", newline="") as lines:
        told_there = [row for row in csv.DictReader(lines) if row["policy"] == "base"]
    rows = {row["metric"]: row["estimate"] for row in told_there}
    checked = 0
    for name, value in told["figures"]["base"].items():
        if rows.get(name):
            assert float(rows[name]) == pytest.approx(value, rel=1e-9), name
            checked += 1
    assert checked > 60
    assert 0.0 < float(rows["effective_reach"]) < 1.0


def test_arms_of_the_scenario_are_run_at_the_same_settings() -> None:
    yaml, found = called(
        RUN
        + """
        const settings = { speed: 0.5, returns: 0.8 };
        const policies = ["without-promotion"];
        const answer = await page.ask({ settings, seed: 4, policies });
        const here = { story: story.key, size: "class", seed: 4, settings, view: {} };
        return [state.toYaml(here, story), plain(answer.policies["without-promotion"].figures)];
        """,
        files("june-2014"),
    )
    scenario = Scenario.from_text(yaml, "page.yaml")
    (off,) = run_replication(scenario, [WITHOUT_ENFORCEMENT])
    (arm, base) = run_replication(scenario, ["without-promotion", AS_WRITTEN], twin=off.metrics)
    assert found["effective_reach"] == pytest.approx(arm.metrics["effective_reach"], rel=1e-10)
    assert found["effective_reach"] != pytest.approx(base.metrics["effective_reach"], rel=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("key", list(STORIES))
def test_figures_of_every_story_are_the_command_lines(key: str) -> None:
    start = {"size": STORIES[key].sizes[0], "seed": 1}
    for told in told_by_the_page(key, [start, *questions(key, 6)]):
        assert compare(told) > 150


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERS)
def test_any_scenario_can_be_run_in_a_page(name: str, tmp_path: Path) -> None:
    story = story_data(Story(name, name, name, (), "", "", {}, ("", "", "")), controlled=False)
    file = tmp_path / "story.json"
    file.write_text(text_of(story), encoding="utf-8")
    where = {**files("june-2014"), "story": str(file)}
    (told,) = called(ASK, {**where, "asked": [{"size": "real", "seed": 3}]})
    assert compare(told) > 100


def test_a_figure_that_is_off_is_noticed() -> None:
    (told,) = told_by_the_page("flame-war-2011", questions("flame-war-2011", 1, team=False))
    told["figures"]["base"]["outsider_impressions"] *= 1 + 1e-8
    with pytest.raises(AssertionError, match="outsider_impressions"):
        compare(told)


def test_a_trace_is_exact_at_its_corners() -> None:
    traces, lives, seen = called(
        RUN
        + """
        const question = { settings: { first: "random", speed: 0.5 }, seed: 3 };
        const answer = await page.ask(question);
        const operator = lives.busiest(answer, "base", story.traced);
        const [one] = await page.traces(question, "base", [operator]);
        const mine = answer.policies.base.lives;
        const seen = mine.outsiderImpressions;
        const [first, end] = lives.rowsOf(mine, operator);
        const corners = [];
        for (let row = first; row < end; row++) {
            const people = [mine.insiders[row], mine.outsiders[row]];
            corners.push([mine.public[row], mine.suspended[row], ...people]);
        }
        return [[[...one.days], [...one.insiders], [...one.outsiders]], corners,
            [one.outsiderImpressions.at(-1), statistics.sum(seen.slice(first, end))]];
        """,
        files("june-2014"),
    )
    days, insiders, outsiders = traces
    assert len(lives) > 2
    assert days == sorted(set(days))
    for public, suspended, inside, outside in lives:
        at = days.index(public)
        assert insiders[at] >= 0.0
        if suspended is not None:  # JSON has no NaN
            at = days.index(suspended)
            assert (insiders[at], outsiders[at]) == pytest.approx((inside, outside), rel=1e-9)
            assert (insiders[at + 1], outsiders[at + 1]) == (0.0, 0.0)
    assert seen[0] == pytest.approx(seen[1], rel=1e-9)


def test_promotions_are_as_many_as_the_program_counts() -> None:
    told = called(
        RUN
        + """
        const one = await engine.Engine.create(readFileSync(data.module), layout, story);
        const question = { settings: { returns: 0.95, speed: 0.5, promotion: 3, first: "links" } };
        const answer = await one.answer(question, async () => true);
        const { lives: table } = answer.policies.base;
        const everybody = [...Array(answer.world.operators).keys()];
        const tables_ = one.tables(one.asked(question), "base");
        const found = await promotions.promotionsOf(
            layout, tables_, answer.world, table, everybody, async () => true);
        const received = new Array(table.count).fill(0);
        const made = new Array(table.count).fill(0);
        for (const { operator, life, promoter, day } of [...found.values()].flat()) {
            received[lives.rowsOf(table, operator)[0] + life - 1]++;
            const [first, end] = lives.rowsOf(table, promoter);
            for (let row = first; row < end; row++) {
                if (table.public[row] <= day && !(table.suspended[row] <= day)) made[row]++;
            }
        }
        return [received, [...table.promotionsReceived], made, [...table.promotionsMade]];
        """,
        files("june-2014"),
    )
    received, wanted, made, wanted_made = told
    assert sum(wanted) > 100
    assert received == wanted
    assert made == wanted_made


def test_the_newest_question_wins_and_the_twin_is_kept() -> None:
    told, took = called(
        RUN
        + """
        const asked = [0.1, 0.2, 0.3].map((speed) => page.ask({ settings: { speed } }));
        const told = (await Promise.all(asked)).map((one) => one && one.question.settings.speed);
        const again = await page.ask({ settings: { speed: 0.3 } });
        return [told, again.took.program];
        """,
        files("flame-war-2011"),
    )
    assert told == [None, None, 0.3]
    assert took == 0


ONE_AFTER_ANOTHER: list[tuple[dict[str, Any], list[str]]] = [
    ({}, []),
    ({"speed": 0.3}, ["effective_reach"]),
    ({"speed": 9, "reviewers": 3}, ["effective_reach"]),
    ({"speed": 9, "reviewers": 3}, ["effective_reached", "utilisation"]),
    ({"speed": 2, "edits": 3, "first": "links"}, ["reach"]),
    ({"returns": 0.2, "promotion": 0}, ["wrong_suspensions"]),
    ({"speed": 0.3}, ["frequency"]),
]


@pytest.mark.parametrize("key", ["june-2014", "queue"])
def test_what_is_kept_is_what_would_be_run(key: str) -> None:
    """The twin of other settings, the world, the state at the start, and parts of the figures."""
    told = called(
        RUN
        + """
        const { isDeepStrictEqual: same } = await import("node:util");
        const module = readFileSync(data.module);
        const told = [];
        for (const [settings, figures] of data.asked) {
            const fresh = await simulator.createSimulator({ module, layout, story });
            const alone = (await fresh.ask({ settings })).policies;
            const here = (await page.ask({ settings, figures })).policies;
            for (const policy of ["off", "base"]) {
                const [mine, other] = [here[policy], alone[policy]];
                const names = Object.keys(mine.figures);
                told.push([
                    figures.filter((name) => !names.includes(name)),
                    names.filter((name) => !Object.is(mine.figures[name], other.figures[name])),
                    same({ ...mine, figures: 0 }, { ...other, figures: 0 }),
                    Object.keys(other.figures).length - names.length,
                ]);
            }
        }
        return told;
        """,
        {**files(key), "asked": ONE_AFTER_ANOTHER},
    )
    assert [one[:3] for one in told] == [[[], [], True]] * len(told)
    assert told[2][3] > 5  # and where they are not asked for, some are left out


DRAG = """
    let clock = 0;
    Object.defineProperty(globalThis, "performance", { value: { now: () => clock } });
    const told = [];
    const ask = (kind) => {
        const asked = kind === "ask" ? counter.ask({}) : counter.traces({}, "base", [0]);
        asked.then((found) => told.push(found && clock));
    };
    const work = async (rest, time = data.work) => {
        for (const end = clock + time; clock < end;) {
            clock += 10;
            if (clock <= data.until && clock % 50 === 0) ask("ask");
            if (!(await rest())) return null;
        }
        return true;
    };
    const counter = new desk.Desk({
        asked() {},
        answer: (_, rest) => work(rest),
        traces: (_, __, ___, rest) => work(rest, 10 * data.work),
    });
    ask(data.first);
    for (let last; last !== counter.turn;) await (last = counter.turn);
    return told.filter(Boolean);
"""


def answers_of_a_drag(work: int, until: int = 2000, first: str = "ask") -> list[int]:
    """When answers that take so many milliseconds are told: each 50 another one is asked for."""
    found: list[int] = called(DRAG, {"work": work, "until": until, "first": first})
    return found


def test_answers_are_told_while_a_slider_is_dragged() -> None:
    assert len(answers_of_a_drag(200)) >= 10
    assert answers_of_a_drag(200)[0] == 200
    # One that nobody would wait for is given up, but not for ever.
    assert len([at for at in answers_of_a_drag(1500, until=6000) if at < 6000]) >= 2


def test_followers_give_way_to_a_newer_question() -> None:
    assert answers_of_a_drag(200, first="traces")[0] <= 300


REFUSED: dict[str, Any] = {
    "`soon` is no value of `speed`": {"settings": {"speed": "soon"}},
    "no control `luck`": {"settings": {"luck": 1}},
    "no control `size`": {"settings": {"size": "real"}},
    "`huge` is no value of `size`": {"size": "huge"},
    "`-1` is no seed": {"seed": -1},
    "no policy `other`": {"policies": ["other"]},
    "no policy `constructor`": {"policies": ["constructor"]},
}


@pytest.mark.parametrize("said", list(REFUSED))
def test_a_question_that_a_story_does_not_have_is_refused(said: str) -> None:
    asked = {**files("june-2014"), "question": REFUSED[said]}
    assert said in refusal(RUN + "await page.ask(data.question);", asked)


def test_parts_of_two_versions_are_refused() -> None:
    other = RUN.replace("const page", "layout.number = '1';\nconst page")
    said = refusal(other + "await page.ask({});", files("flame-war-2011"))
    assert "two versions" in said
    other = RUN.replace("const page", "story.format = 0;\nconst page")
    assert "another version" in refusal(other, files("flame-war-2011"))


def test_what_happened_is_told_in_the_order_of_days() -> None:
    told = called(
        RUN
        + """
        const answer = await page.ask({ settings: { returns: 0.9, first: "followers" }, seed: 5 });
        const { figures, lives: table } = answer.policies.base;
        const near = lives.neighbours(answer.world, 40);
        const back = [...near.promoted].map((one) =>
            lives.neighbours(answer.world, one).promoters.includes(40));
        return [lives.happenings(table), plain(figures), back, [...near.promoters]];
        """,
        files("june-2014"),
    )
    happened, figures, back, promoters = told
    days = [one["day"] for one in happened]
    assert days == sorted(days)
    kinds = [one["kind"] for one in happened]
    assert kinds.count("suspension") == figures["suspensions"] > 20
    assert 0 < kinds.count("return") <= figures["creations"]
    assert all(one["before"] and one["handle"] for one in happened if one["kind"] == "return")
    assert all(back)
    assert len(promoters) == len(set(promoters))
    assert json.dumps(happened[0])
