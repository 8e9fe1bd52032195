"""How long a page takes for an answer: in Chromium, from a file, in a worker.

    python benchmarks/page.py             # the simulator alone: one question after another
    python benchmarks/page.py drag        # each story's page: a slider dragged

Needs the package playwright and a Chromium.  Alone: a slider is moved eleven times, each time to
where it has not been; milliseconds from the question to the answer.  Dragged: forty steps of 50
milliseconds; how many of them were shown before the finger rested, milliseconds from each of these
to its picture, and from the last step to its own.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from common import machine
from playwright.sync_api import sync_playwright

from afterban.page import file
from afterban.page.build import story_file
from afterban.page.stories import STORIES

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "page"))
from alone import opened

MOVES = """async (size) => {
    const found = [];
    await call("ask", { size });
    for (const speed of [0.1, 0.3, 0.5, 2, 3, 5, 8, 12, 20, 25, 31]) {
        const begin = performance.now();
        await call("ask", { size, settings: { speed } });
        found.push(performance.now() - begin);
    }
    return found.sort((a, b) => a - b);
}"""


SANDBOX = """async () => {
    const wait = (time) => new Promise((done) => setTimeout(done, time));
    for (;;) {
        if (document.querySelector(".dial")) break;
        const skip = [...document.querySelectorAll("button")]
            .find((one) => one.textContent === "Without a guess");
        (skip ?? document.querySelector(".steer .go")).click();
        await wait(100);
    }
    afterban.clock.pause();
    await wait(1000);
}"""


def told(took: list[float]) -> str:
    """Fewest, median and most."""
    took = sorted(took)
    return "  ".join(f"{took[k]:6.0f}" for k in (0, len(took) // 2, -1)) if took else "  none"


def load(before: float) -> str:
    return f"load {before:.1f} to {os.getloadavg()[0]:.1f}"


def alone(browser: Any, folder: Path) -> None:
    print("milliseconds from a question to its answer: fewest, median, most; load before and after")
    story = json.loads(story_file("june-2014").read_text(encoding="utf-8"))
    tab = opened(browser, story, folder)
    for size in story["sizes"]:
        before = os.getloadavg()[0]
        took = tab.evaluate(MOVES, size["key"])
        print(f"{size['operators']:7} operators  {told(took)}   {load(before)}")


def drags(browser: Any, folder: Path) -> None:
    print("pictures shown of 40 steps; milliseconds to them: fewest, median, most; to the last one")
    looking = Path(sys.path[0], "looking.js").read_text(encoding="utf-8").strip()
    drag = f"{looking[looking.index('({') :]}.drag('speed', 40)"
    path = folder / "stories.html"
    path.write_text(file.page_of(list(STORIES)), encoding="utf-8")
    for key in STORIES:
        tab = browser.new_page(viewport={"width": 1280, "height": 720})
        tab.goto(path.as_uri())
        tab.wait_for_selector("#line")
        tab.select_option("#story", key)
        tab.evaluate(f"({SANDBOX})()")
        if not tab.locator("[data-control=speed] input[type=range]").count():
            continue
        for _ in range(2):
            before = os.getloadavg()[0]
            found = tab.evaluate(drag)
            shown, last = found["during"], found["last"]
            print(f"{key:20} {len(shown):3}  {told(shown)}  {last:6.0f}   {load(before)}")
            tab.wait_for_timeout(3000)
        tab.close()


def main() -> None:
    print(machine())
    chromium = os.environ.get("AFTERBAN_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as name:
        browser = playwright.chromium.launch(executable_path=chromium)
        (drags if sys.argv[1:] == ["drag"] else alone)(browser, Path(name))
        browser.close()


if __name__ == "__main__":
    main()
