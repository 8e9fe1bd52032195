"""Lessons in a real browser: predict, reveal, no errors, nothing asked for, nobody kept out."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from afterban.lessons import parts
from afterban.lessons.play import Played

from .conftest import NAMES

pytestmark = pytest.mark.slow

WINDOWS = {"wide": (1600, 1000), "narrow": (400, 800)}
READY = 180_000  # milliseconds, for a machine on which everything is busy
# Texts that reach out of the window, in the page and in the shadows of its parts.
CUT_OFF = """() => {
  const found = [];
  const look = (root) => {
    for (const one of root.querySelectorAll("*")) {
      if (one.shadowRoot) look(one.shadowRoot);
      if (!one.matches("h1, h2, h3, p, li, label, figcaption, svg, button, input")) continue;
      const box = one.getBoundingClientRect();
      if (one.closest(".lesson-figure svg g, .sr-only, .no-print") || !box.width) continue;
      if (box.right > innerWidth + 1 || box.left < -1) found.push(one.outerHTML.slice(0, 90));
    }
  };
  look(document);
  return found;
}"""


@dataclass
class Seen:
    """A lesson that is open, and what it said and asked for."""

    page: Any
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def answer(self, k: int, question: parts.Question, given: object) -> None:
        """Answer the k-th question."""
        form = self.page.locator("marimo-form").nth(k)
        if isinstance(question, parts.Choice):
            form.get_by_role("radio", name=str(given), exact=True).click()
        else:
            name = f"Your answer ({question.unit}):"
            box = form.get_by_role("textbox", name=name, exact=True)
            box.fill(f"{given:.{question.digits}f}")
            box.press("Tab")
        button = "Commit" if question.kind == "Predict" else "Check"
        form.get_by_role("button", name=button, exact=True).click()

    def told(self, k: int) -> Any:
        """What is said about the answer to the k-th question."""
        # The score is said in the same way, last.
        return self.page.locator("div[role=status]:has(marimo-callout-output)").nth(k)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(name: str) -> Iterator[str]:
    """The address of a lesson that ``afterban lesson`` serves."""
    port = free_port()
    command = [sys.executable, "-m", "afterban", "lesson", name, "--notebook", "--no-browser", "-q"]
    server = subprocess.Popen(
        [*command, "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"},
    )
    try:
        end = time.monotonic() + 60
        while True:
            assert server.poll() is None, server.stderr and server.stderr.read()
            assert time.monotonic() < end
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=30)


@pytest.fixture
def look(browser: Any) -> Iterator[Callable[..., Seen]]:
    contexts = []

    def open_page(address: str, width: str = "wide", scheme: str = "light") -> Seen:
        size = WINDOWS[width]
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme
        )
        contexts.append(context)
        seen = Seen(context.new_page())
        # marimo tells of what it does, and chromium of pictures that were fetched too early.
        seen.page.on(
            "console",
            lambda message: seen.said.append(message.text) if message.type == "error" else None,
        )
        seen.page.on("pageerror", lambda error: seen.said.append(str(error)))
        seen.page.on("request", lambda request: seen.asked.append(request.url))
        seen.page.goto(address)
        seen.page.get_by_text("to go.").wait_for(timeout=READY)
        return seen

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_is_answered_and_revealed(
    play: Callable[[str], Played], look: Callable[..., Seen], barriers: Any, name: str
) -> None:
    questions = play(name).questions
    with served(name) as address:
        seen = look(address)
        pictures = seen.page.locator("figure.lesson-figure")
        assert pictures.count() == 0
        assert barriers(seen.page) == []
        for k, question in enumerate(questions):
            # The first prediction is wrong, as people's are.
            wrong = k == 0 and question.kind == "Predict"
            seen.answer(k, question, question.wrong[0] if wrong else question.answer)
            seen.told(k).get_by_text("Not so." if wrong else "Right.").wait_for(timeout=30_000)
        predicted = [question for question in questions if question.kind == "Predict"]
        lost = 1 if questions[0].kind == "Predict" else 0
        score = f"{len(predicted) - lost} right of {len(predicted)}, 0 to go."
        seen.page.get_by_text(score).wait_for(timeout=30_000)
        assert pictures.count() >= 2
        assert seen.page.locator(".lesson-wide svg").first.is_visible()
        assert not seen.page.locator(".lesson-narrow svg").first.is_visible()
        assert barriers(seen.page) == []
        assert seen.page.evaluate(CUT_OFF) == []
        names = seen.page.locator("[role=radiogroup]").evaluate_all(
            "all => all.map((one) => one.getAttribute('aria-label') || '')"
        )
        assert all(re.match(r"(Predict|Check) \d\. ", one) for one in names), names
        if name == "pairing":
            seed = seen.page.get_by_role("textbox", name="Your seed")
            seed.fill("31121999")
            seed.press("Enter")
            seen.page.get_by_text("With seed 31121999").wait_for(timeout=30_000)
        assert seen.said == []
        elsewhere = [u for u in seen.asked if not u.startswith((address, "data:", "blob:", "ws:"))]
        assert elsewhere == []

        narrow = look(address, "narrow", "dark")
        for k, question in enumerate(questions):
            if question.kind == "Predict":
                narrow.answer(k, question, question.answer)
                narrow.told(k).get_by_text("Right.").wait_for(timeout=30_000)
        assert narrow.page.locator(".lesson-narrow svg").first.is_visible()
        assert narrow.page.evaluate("document.documentElement.scrollWidth") <= WINDOWS["narrow"][0]
        assert narrow.page.evaluate(CUT_OFF) == []
        assert barriers(narrow.page) == []
        ink = (
            "(page) => { const one = page.querySelector('.lesson-figure');"
            " return getComputedStyle(one).getPropertyValue('--x222222'); }"
        )
        dark = narrow.page.evaluate(f"({ink})(document)")
        light = seen.page.evaluate(f"({ink})(document)")
        assert dark != light
        assert narrow.said == []


def test_a_wrong_answer_may_be_given_again(
    play: Callable[[str], Played], look: Callable[..., Seen]
) -> None:
    questions = play("cycle").questions
    k, question = next((k, one) for k, one in enumerate(questions) if isinstance(one, parts.Number))
    with served("cycle") as address:
        seen = look(address)
        seen.answer(k, question, next(iter(question.slips.values())))
        seen.told(k).get_by_text("Not yet.").wait_for(timeout=30_000)
        seen.answer(k, question, question.answer)
        seen.told(k).get_by_text("Right.").wait_for(timeout=30_000)


def test_axe_and_the_window_see_a_fault(look: Callable[..., Seen], barriers: Any) -> None:
    with served("cycle") as address:
        seen = look(address)
        seen.page.evaluate(
            "document.body.insertAdjacentHTML('beforeend', '<button type=button></button>"
            '<p style="position:fixed;left:0;width:9000px">far</p>\')'
        )
        assert any(one.startswith("button-name") for one in barriers(seen.page))
        assert seen.page.evaluate(CUT_OFF)
