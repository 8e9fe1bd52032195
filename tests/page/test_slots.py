"""Rules from controls to numbers make what lowering the scenario makes, to the bit."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest
from node import called, needs_node
from test_controls import anywhere

from afterban.errors import AfterbanError
from afterban.page import slots as rules
from afterban.page.build import text_of
from afterban.page.lowered import Pool
from afterban.page.presets import STORIES
from afterban.page.slots import Lowering, applied, data_of, same, slots_of
from afterban.page.story import story_data
from afterban.page.told import lowered_file

QUICK = "flame-war-2011"
POLICIES = {"base": "base", "none": "off"}


@pytest.fixture(scope="module")
def quick() -> Lowering:
    return Lowering(STORIES[QUICK])


@pytest.fixture(scope="module")
def found(quick: Lowering) -> dict[str, dict[str, rules.Slot]]:
    return slots_of(quick)


def test_rules_make_what_lowering_makes(
    quick: Lowering, found: dict[str, dict[str, rules.Slot]]
) -> None:
    rng = random.Random(1)
    for _ in range(40):
        settings = anywhere(QUICK, rng)
        for policy, wanted in quick.at(settings).items():
            made = applied(quick, found[policy], settings)
            assert [name for name in wanted if not same(made[name], wanted[name])] == []


def test_only_what_follows_a_control_hangs_on_it(found: dict[str, dict[str, rules.Slot]]) -> None:
    base = found["base"]
    assert base["horizon"].by == ()
    assert base["time_to_action"].by == ("speed", "reviewers")
    assert base["queue_order"].by == ("reviewers", "first")
    assert base["promotion_posts"].by == ("promotion",)
    assert found["none"]["time_to_action"].by == ("speed", "reviewers")
    kinds = {
        rule.function for one in base["time_to_action"].alternatives.values() for rule in one.rules
    }
    assert kinds == {"log"}


def test_a_number_without_a_rule_is_refused(
    quick: Lowering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "FUNCTIONS", {"same": lambda x: x})
    with pytest.raises(
        AfterbanError, match=r"no rule of the page says how entry .* follows `speed`"
    ):
        slots_of(quick)


def test_a_table_of_too_many_combinations_is_refused(
    quick: Lowering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_MODES", 2)
    with pytest.raises(AfterbanError, match="at once: "):
        slots_of(quick)


def test_a_pool_keeps_equal_tables_once() -> None:
    pool = Pool()
    numbers = [
        pool.put(table)
        for table in (np.zeros(3), np.zeros(3), np.zeros((3, 1)), np.zeros(3, dtype=np.int64))
    ]
    assert numbers == [0, 0, 1, 2]
    assert [one[:2] for one in pool.data()["tables"]] == [["f8", [3]], ["f8", [3, 1]], ["i8", [3]]]


IN_THE_PAGE = """
const { dials, policies, pool } = data.story.engine;
const tables_ = tables.poolOf(pool);
return data.asked.map((given) => {
    const values = Object.fromEntries(Object.values(dials).map((one) => [one.key, one.start]));
    Object.assign(values, given);
    return Object.fromEntries(Object.entries(policies).map(([policy, slots]) => {
        const found = tables.tablesAt(slots, tables_, dials, values);
        const hex = (of) => Buffer.from(of.buffer, of.byteOffset, of.byteLength).toString("hex");
        const told = Object.entries(found).map(([name, { kind, shape, data }]) =>
            [name, [kind, shape, hex(data)]]);
        return [policy, Object.fromEntries(told)];
    }));
});
"""


@needs_node
@pytest.mark.parametrize("key", list(STORIES))
def test_the_page_makes_what_lowering_makes(key: str) -> None:
    """The stories in the tree, by the page's own script; so they are those of today's scenarios."""
    lowering, rng = Lowering(STORIES[key]), random.Random(key)
    asked = [{}, *(anywhere(key, rng) for _ in range(4))]
    story = json.loads(lowered_file(key).read_text(encoding="utf-8"))
    told = called(IN_THE_PAGE, {"story": story, "asked": asked})
    for settings, by_policy in zip(asked, told, strict=True):
        for policy, wanted in lowering.at(settings).items():
            made = by_policy[POLICIES[policy]]
            assert set(made) == set(wanted)
            for name, table in wanted.items():
                kind, shape, content = made[name]
                # The page holds all numbers as floats, which whole ones up to 2^53 are exactly.
                assert (kind, shape) == (table.dtype.str[1:], list(table.shape)), name
                assert bytes.fromhex(content) == table.astype(np.float64).tobytes(), (
                    name,
                    settings,
                )


@pytest.mark.slow
@pytest.mark.parametrize("key", list(STORIES))
def test_the_stories_in_the_tree_are_current(key: str) -> None:
    assert lowered_file(key).read_text(encoding="utf-8") == text_of(story_data(STORIES[key])), (
        "run `python -m afterban.page.build`"
    )


@pytest.mark.slow
@pytest.mark.parametrize("key", list(STORIES))
def test_rules_of_every_story_make_what_lowering_makes(key: str) -> None:
    lowering, rng = Lowering(STORIES[key]), random.Random(2)
    found = slots_of(lowering)
    assert json.dumps(data_of(found["base"], Pool()))
    for _ in range(60):
        settings = anywhere(key, rng)
        for policy, wanted in lowering.at(settings).items():
            made = applied(lowering, found[policy], settings)
            assert [name for name in wanted if not same(made[name], wanted[name])] == []
