"""The picture of the page on the first page of the documentation and in the README.

    python docs/images/page.py            # writes docs/images/page.png

Needs the extra ``test`` (playwright) and a Chromium.  It is the fifth step of a story, in light
colours, on a projector's screen.
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from afterban.page import file
from afterban.report import pdf

STORY, STEP = "second-account", 5
WIDTH, HEIGHT = 1280, 720
PICTURE = Path(__file__).with_name("page.png")


def main() -> None:
    """Open the story, go on to the step without a guess, and keep what is there at its end."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = Path(folder) / "page.html"
        page_file.write_text(file.page_of([STORY]), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=pdf.browser())
        tab = browser.new_page(
            viewport={"width": WIDTH, "height": HEIGHT},
            color_scheme="light",
            reduced_motion="reduce",
        )
        tab.goto(page_file.as_uri())
        tab.wait_for_selector("#line")
        for _ in range(STEP - 1):
            guess = tab.locator("text=Without a guess")
            (guess if guess.count() else tab.locator(".steer .go")).click()
        tab.evaluate("afterban.clock.pause(); afterban.clock.go(afterban.clock.until)")
        tab.evaluate("document.activeElement.blur()")
        tab.wait_for_timeout(1000)
        seen = Image.open(io.BytesIO(tab.screenshot()))
        browser.close()
    # Of a screen with so few colours 128 are as good, at half of the size.
    seen.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(PICTURE, optimize=True)


if __name__ == "__main__":
    main()
