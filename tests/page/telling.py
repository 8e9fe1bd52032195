"""A page that is open in a browser, for the tests that read it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

WINDOWS = {
    "projector": (1280, 720),
    "phone": (390, 844),
    "small": (360, 740),
    "tablet": (1024, 768),
    "wide": (1920, 1080),
    "enlarged": (640, 360),  # the projector's with everything twice as large
}
_LOOKING = Path(__file__).with_name("looking.js").read_text(encoding="utf-8").strip()
CUT_OFF, TEXT, SCENES, DRAG = (
    f"{_LOOKING[_LOOKING.index('({') :]}.{name}" for name in ("cutOff", "text", "scenes", "drag")
)


@dataclass
class Seen:
    """A page that is open, what it said on its console, and what it asked for."""

    page: Any
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def story(self, key: str) -> Any:
        """What the file carries of a story."""
        return self.page.evaluate(f"afterban.payload.stories.find((one) => one.key === '{key}')")

    def until(self, expression: str) -> None:
        """Wait until an expression is true; the page's policy lets no browser poll for one."""
        for _ in range(400):
            if self.page.evaluate(expression):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(expression)

    def text(self) -> str:
        return str(self.page.evaluate(f"({TEXT})()")).replace("\N{NO-BREAK SPACE}", " ")


Look = Callable[..., Seen]


def guess(seen: Seen, value: float) -> None:
    seen.page.fill("#guess-number", f"{value:g}")
    seen.page.click("#commit")


def to_the_sandbox(seen: Seen, key: str) -> None:
    """Go through a story without guesses, to its sliders."""
    seen.page.select_option("#story", key)
    while not seen.page.locator(".settings").count():
        if seen.page.locator("#commit").count():
            seen.page.click("text=Without a guess")
        else:
            seen.page.click(".steer .go")
    seen.page.wait_for_selector(".dial")


def link_of(seen: Seen, part: str) -> str:
    """The link in the address bar once it has a part; it follows a slider twice a second."""
    seen.until(f"location.hash.includes('{part}')")
    return str(seen.page.url).partition("#")[2]


def answers_of(question: Any) -> list[str]:
    """Ways in which the answer of a prediction may stand in a text."""
    value, unit = question["value"], question["unit"]
    if unit == "%":
        return [f"{value:.0f} %" if value >= 19.95 else f"{value:.1f} %"]
    return [f"{value:,.0f}"]


def stops(text: str) -> set[str]:
    """The numbers of a text."""
    return set(re.findall(r"[\d.,]*\d(?: %)?", text))


def kept(seen: Seen, click: str) -> tuple[str, bytes]:
    """Name and content of what a button saves."""
    with seen.page.expect_download() as waiting:
        seen.page.click(click)
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()
