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

# What is beside the window of a reader who has doubled the size of type.
DOUBLED = f"""() => {{
  document.documentElement.style.fontSize = "200%";
  const found = ({CUT_OFF})(false).filter((one) => /^(beside|wider)/.test(one));
  document.documentElement.style.fontSize = "";
  return found;
}}"""
# Text of a slide that leaves it, or another text that it lies on.
OUTSIDE = """() => [...document.querySelectorAll("svg.slide")].flatMap((slide) => {
  const frame = slide.getBoundingClientRect(), pad = frame.width / 1280;
  const words = [...slide.querySelectorAll("text")].filter((one) => one.textContent);
  const boxes = words.map((one) => one.getBoundingClientRect());
  return words.flatMap((one, k) => {
    const box = boxes[k];
    const out = box.left < frame.left || box.right > frame.right - 20 * pad
      || box.bottom > frame.bottom || box.top < frame.top;
    const on = boxes.findIndex((other, j) => j < k
      && Math.min(box.right, other.right) - Math.max(box.left, other.left) > 2 * pad
      && Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top) > 0.45 * box.height);
    return out ? ["outside: " + one.textContent]
      : on >= 0 ? [`${one.textContent} lies on ${words[on].textContent}`] : [];
  });
})"""


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


def kept(page: Any, click: str) -> tuple[str, bytes]:
    """Name and content of what a button saves."""
    with page.expect_download() as waiting:
        page.click(click)
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def sheets(page: Any) -> list[tuple[float, float]]:
    """Width and height of each page of the print, in points."""
    print_ = page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", print_)
    return [(float(width), float(height)) for width, height in boxes]


def ask_for_answers(page: Any) -> None:
    page.check("#with-answers")
    assert page.locator(".caution").is_visible()  # a projector may be on
    page.click("text=Show the answers")
