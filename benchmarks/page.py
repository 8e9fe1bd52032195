"""How long a page takes for an answer: in Chromium, from a file, in a worker.

    python benchmarks/page.py             # the simulator alone: one question after another
    python benchmarks/page.py drag        # each story's page: a slider dragged
    python benchmarks/page.py frames      # each story's page: time runs

Needs the package playwright and a Chromium.  Alone: a slider is moved eleven times, each time to
where it has not been; milliseconds from the question to the answer.  Dragged: forty steps of 50
milliseconds; how many of them were shown before the finger rested, milliseconds from each of these
to its picture, and from the last step to its own.  Frames: while time runs for four seconds at
1280 x 720, pictures a second, and milliseconds of the page's thread for one, others' use left out.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from common import machine
from playwright.sync_api import sync_playwright

from afterban.page import file
from afterban.page.stories import STORIES
from afterban.page.told import lowered_file

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


FRAMES = """() => new Promise((done) => {
    const { clock } = afterban, end = performance.now() + 4000;
    clock.pause(); clock.until = clock.horizon; clock.go(0); clock.play();
    let count = 0;
    const next = () => {
        count++;
        if (performance.now() < end && clock.playing) requestAnimationFrame(next); else done(count);
    };
    requestAnimationFrame(next);
})"""


def told(took: list[float]) -> str:
    """Fewest, median and most."""
    took = sorted(took)
    return "  ".join(f"{took[k]:6.0f}" for k in (0, len(took) // 2, -1)) if took else "  none"


def load(before: float) -> str:
    return f"load {before:.1f} to {os.getloadavg()[0]:.1f}"


def alone(browser: Any, folder: Path) -> None:
    print("milliseconds from a question to its answer: fewest, median, most; load before and after")
    story = json.loads(lowered_file("june-2014").read_text(encoding="utf-8"))
    tab = opened(browser, story, folder)
    for size in story["sizes"]:
        before = os.getloadavg()[0]
        took = tab.evaluate(MOVES, size["key"])
        print(f"{size['operators']:7} operators  {told(took)}   {load(before)}")


def drags(browser: Any, folder: Path) -> None:
    print("pictures shown of 40 steps; milliseconds to them: fewest, median, most; to the last one")
    looking = Path(sys.path[0], "looking.js").read_text(encoding="utf-8").strip()
    drag = f"{looking[looking.index('({') :]}.drag('speed', 40)"
    for key, tab in stories(browser, folder):
        tab.evaluate(f"({SANDBOX})()")
        if not tab.locator("[data-control=speed] input[type=range]").count():
            continue
        for _ in range(2):
            before = os.getloadavg()[0]
            found = tab.evaluate(drag)
            shown, last = found["during"], found["last"]
            print(f"{key:20} {len(shown):3}  {told(shown)}  {last:6.0f}   {load(before)}")
            tab.wait_for_timeout(3000)


def frames(browser: Any, folder: Path) -> None:
    print("pictures a second; milliseconds of the page's thread for one, of them its script")
    for key, tab in stories(browser, folder):
        session = tab.context.new_cdp_session(tab)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})

        def spent() -> dict[str, float]:
            found = session.send("Performance.getMetrics")["metrics"]  # noqa: B023
            return {one["name"]: 1000 * one["value"] for one in found}

        before, used = os.getloadavg()[0], spent()
        count = tab.evaluate(FRAMES)
        all_, script = (spent()[k] - used[k] for k in ("TaskDuration", "ScriptDuration"))
        each = f"{count / 4:5.0f}  {all_ / count:5.1f}  {script / count:5.1f}"
        print(f"{key:20} {each}   {load(before)}")


def stories(browser: Any, folder: Path) -> Iterator[tuple[str, Any]]:
    """Each story in a page of its own."""
    path = folder / "stories.html"
    path.write_text(file.page_of(list(STORIES)), encoding="utf-8")
    for key in STORIES:
        tab = browser.new_page(viewport={"width": 1280, "height": 720})
        tab.goto(path.as_uri())
        tab.wait_for_selector("#line")
        tab.select_option("#story", key)
        yield key, tab
        tab.close()


def main() -> None:
    print(machine())
    chromium = os.environ.get("AFTERBAN_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as name:
        browser = playwright.chromium.launch(executable_path=chromium)
        modes = {"drag": drags, "frames": frames}
        modes.get(" ".join(sys.argv[1:]), alone)(browser, Path(name))
        browser.close()


if __name__ == "__main__":
    main()
