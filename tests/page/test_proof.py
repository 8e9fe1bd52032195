"""A page without Python, in a real browser with the network cut off, gives Python's own bytes."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from afterban.app.presets import STORIES, Story
from afterban.core.module import MODULE
from afterban.engines import compiled
from afterban.page.build import BUILT, LAYOUT, story_file
from afterban.page.story import story_data
from afterban.parameters import Parameters
from afterban.scenario import Scenario
from afterban.world import build

pytestmark = pytest.mark.slow

CHROMIUM = os.environ.get("AFTERBAN_CHROMIUM") or shutil.which("chromium")
PROVED = ("minimal", "september-2014", "enforcement-speed")

PAGE = """<!doctype html><meta charset="utf-8"><title>waits</title>
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval'; worker-src blob:">
<script id="parts" type="application/json">PARTS</script>
<script>
const parts = JSON.parse(document.getElementById("parts").textContent);
const module = Uint8Array.from(atob(parts.module), (letter) => letter.charCodeAt(0));
const url = URL.createObjectURL(new Blob([parts.worker], { type: "text/javascript" }));
const worker = new Worker(url);
const open = new Map();
worker.onmessage = ({ data }) => {
  const { resolve, reject } = open.get(data.id);
  if (data.message === undefined) resolve(data.result);
  else reject(new Error(data.message));
};
const call = (name, ...given) => new Promise((resolve, reject) => {
  const id = open.size;
  open.set(id, { resolve, reject });
  worker.postMessage({ id, call: name, arguments: given });
});
const ready = call("create", module, parts.layout, parts.story);
const hex = async (bytes) =>
  Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)),
    (one) => one.toString(16).padStart(2, "0")).join("");
</script>"""


def page_of(story: Any, folder: Path) -> Path:
    parts = {
        "module": base64.b64encode(MODULE.read_bytes()).decode("ascii"),
        "layout": json.loads(LAYOUT.read_text(encoding="utf-8")),
        "story": story,
        "worker": (BUILT / "worker.js").read_text(encoding="utf-8"),
    }
    file = folder / "page.html"
    text = json.dumps(parts).replace("<", "\\u003c")
    file.write_text(PAGE.replace("PARTS", text), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("there is no chromium")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM)
        yield found
        found.close()


def opened(browser: Any, story: Any, folder: Path) -> Any:
    context = browser.new_context(offline=True)
    tab = context.new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(page_of(story, folder).as_uri())
    tab.evaluate("() => ready")
    assert [url for url in asked if not url.startswith(("file:", "blob:"))] == []
    return tab


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


def test_how_long_an_answer_takes(browser: Any, tmp_path: Path) -> None:
    """Printed with `-s`; the bounds are wide, since other work slows a machine down."""
    story = json.loads(story_file("june-2014").read_text(encoding="utf-8"))
    assert STORIES["june-2014"].sizes == ("class", "real")
    tab = opened(browser, story, tmp_path)
    took = tab.evaluate(
        """async () => {
            const found = {};
            for (const size of ["class", "real"]) {
                await call("ask", { size });
                found[size] = [];
                for (const speed of [0.1, 0.3, 0.5, 2, 3, 5, 8, 12, 20, 25, 31]) {
                    const begin = performance.now();
                    await call("ask", { size, settings: { speed } });
                    found[size].push(performance.now() - begin);
                }
            }
            return found;
        }"""
    )
    for size, times in took.items():
        print(size, "median", round(sorted(times)[len(times) // 2]), [round(t) for t in times])
    assert min(took["class"]) < 1000
    assert min(took["real"]) < 20000
