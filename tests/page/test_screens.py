"""Every step of every story in every window: nothing is cut off, nobody is kept out."""

from __future__ import annotations

from typing import Any

import pytest
from telling import CUT_OFF, DOUBLED, WINDOWS, Look, guess, to_the_sandbox

from afterban.page.stories import STORIES

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

# A promise of the second picture from now: what was changed has been laid out and drawn.
DRAWN = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.mark.parametrize(
    ("window", "scheme"),
    [
        ("projector", "light"),
        ("projector", "dark"),
        ("small", "light"),
        ("small", "dark"),
        ("phone", "light"),
        ("tablet", "dark"),
        ("wide", "dark"),
        ("enlarged", "light"),
    ],
)
def test_nothing_is_cut_off_and_nobody_kept_out(
    look: Look, barriers: Any, window: str, scheme: str
) -> None:
    seen = look(window, scheme)
    for key in STORIES:
        seen.page.select_option("#story", key)
        for beat in seen.story(key)["beats"]:
            seen.page.evaluate(f"afterban.clock.pause(); {DRAWN}")
            where = (key, beat["title"])
            # The sandbox has more sliders than a screen: its column scrolls.
            one_screen = window == "projector" and not beat["explore"]
            assert seen.page.evaluate(f"({CUT_OFF})({str(one_screen).lower()})") == [], where
            if window in ("projector", "small"):
                # What is dark differs in its colours alone.
                rules = ["color-contrast"] if scheme == "dark" else []
                assert barriers(seen.page, rules=rules) == [], where
            if "question" in beat:
                guess(seen, beat["question"]["low"])
            elif not beat["explore"]:
                seen.page.click(".steer .go")
    assert seen.said == []


def test_what_is_cut_off_is_seen(look: Look) -> None:
    seen = look("small")
    seen.page.evaluate("document.querySelector('h1').style.minWidth = '900px'")
    assert seen.page.evaluate(f"({CUT_OFF})(false)") != []
    seen = look()
    seen.page.evaluate(
        "document.querySelector('.steer').style.cssText = 'position:absolute;top:99vh'"
    )
    assert seen.page.evaluate(f"({CUT_OFF})(true)") != []


@pytest.mark.parametrize("window", ["small", "projector"])
def test_no_table_is_cut_off(look: Look, window: str) -> None:
    seen = look(window)
    seen.page.evaluate("afterban.clock.pause()")
    to_the_sandbox(seen, "second-account")
    checked = 0
    for box in seen.page.locator(".figure:visible").all():
        box.locator("summary").click()
        box.locator("table").wait_for()
        inside = "(one) => [one.scrollWidth, one.clientWidth]"
        for part in (".keep", ".scroll"):
            wanted, there = box.locator(part).evaluate(inside)
            assert wanted <= there + 1, part
        frame = box.locator(".keep").bounding_box()
        assert frame is not None
        width, height = WINDOWS[window]
        assert frame["x"] >= 0
        assert frame["y"] >= 0
        assert frame["x"] + frame["width"] <= width
        assert frame["y"] + frame["height"] <= height
        seen.page.keyboard.press("Escape")
        checked += 1
    assert checked == 2


def test_doubled_type_keeps_within_a_phone(look: Look) -> None:
    seen = look("phone", reduced_motion="reduce")
    for key in ("second-account", "names", "next-platform"):
        seen.page.select_option("#story", key)
        assert seen.page.evaluate(DOUBLED) == []
        seen.page.click(".steer .go")
        seen.page.click("text=A class guesses")
        assert seen.page.evaluate(DOUBLED) == []
        seen.page.click("text=A class guesses")
        guess(seen, seen.story(key)["beats"][1]["question"]["high"])
        seen.page.click(".steer .go")
        assert seen.page.evaluate(DOUBLED) == []
    seen.page.evaluate("document.querySelector('.steer .go').style.minWidth = '100vw'")
    assert seen.page.evaluate(DOUBLED) != []
