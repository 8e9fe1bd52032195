"""How long a page takes for an answer: in Chromium, from a file, in a worker.

    python benchmarks/page.py

Needs the package playwright and a Chromium.  A slider is moved eleven times, each time to where it
has not been; milliseconds from the question to the answer in the page.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from common import machine
from playwright.sync_api import sync_playwright

from afterban.page.build import story_file

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


def main() -> None:
    print(machine())
    print("milliseconds from a question to its answer: fewest, median, most; load before and after")
    chromium = os.environ.get("AFTERBAN_CHROMIUM") or shutil.which("chromium")
    story = json.loads(story_file("june-2014").read_text(encoding="utf-8"))
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as name:
        browser = playwright.chromium.launch(executable_path=chromium)
        tab = opened(browser, story, Path(name))
        for size in story["sizes"]:
            before = os.getloadavg()[0]
            took = tab.evaluate(MOVES, size["key"])
            told = "  ".join(f"{took[k]:6.0f}" for k in (0, len(took) // 2, -1))
            load = f"load {before:.1f} to {os.getloadavg()[0]:.1f}"
            print(f"{size['operators']:7} operators  {told}   {load}")
        browser.close()


if __name__ == "__main__":
    main()
