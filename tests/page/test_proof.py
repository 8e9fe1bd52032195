"""A page without Python, in a real browser with the network cut off, gives Python's own bytes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alone import opened

from afterban.engines import compiled
from afterban.page.presets import Story
from afterban.page.story import story_data
from afterban.page.told import lowered_file
from afterban.parameters import Parameters
from afterban.scenario import Scenario
from afterban.world import build

pytestmark = pytest.mark.slow

CHROMIUM = os.environ.get("AFTERBAN_CHROMIUM") or shutil.which("chromium")
PROVED = ("minimal", "september-2014", "enforcement-speed")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("there is no chromium")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM)
        yield found
        found.close()


@pytest.mark.parametrize("name", PROVED)
def test_the_account_table_is_pythons_byte_for_byte(
    browser: Any, tmp_path: Path, name: str
) -> None:
    story = story_data(Story(name, name, name, (), "", "", {}, ("", "", "")), controlled=False)
    tab = opened(browser, story, tmp_path)
    found = tab.evaluate("""async () => hex(await call("accounts", {}, "base"))""")
    scenario = Scenario.from_yaml(name)
    p = Parameters.from_scenario(scenario)
    records = compiled.run(p, build(p, scenario.seed, 0), scenario.seed, 0)
    assert found == hashlib.sha256(records.accounts.tobytes()).hexdigest()
    other = tab.evaluate("""async () => hex(await call("accounts", { seed: 12345 }, "base"))""")
    assert other != found


def test_a_large_network_gives_up_what_was_overtaken(browser: Any, tmp_path: Path) -> None:
    story = json.loads(lowered_file("june-2014").read_text(encoding="utf-8"))
    tab = opened(browser, story, tmp_path)
    told = tab.evaluate(
        """async () => {
            const size = "real";
            await call("ask", { size });
            const asked = [];
            for (const speed of [0.1, 0.2, 0.3, 0.4, 0.5]) {
                asked.push(call("ask", { size, settings: { speed } }));
                await new Promise((resolve) => setTimeout(resolve, 40));
            }
            return (await Promise.all(asked)).map((one) => one && one.question.settings.speed);
        }"""
    )
    assert told[-1] == 0.5
    assert told.count(None) >= 3
