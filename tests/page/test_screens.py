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
                # What is said to a wrong guess has its length: another one in the dark.
                guess(seen, beat["question"]["high" if scheme == "dark" else "low"])
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


LABELS = """(box) => [...document.querySelectorAll(`.${box} .chart text`)]
    .map((one) => one.textContent)"""


def test_a_picture_says_what_it_counts_and_has_days_on_its_axis(look: Look) -> None:
    seen = look()
    assert "no account here is real" in seen.text()
    seen.page.evaluate("afterban.clock.pause()")
    assert "followers" in seen.page.evaluate(LABELS, "lives")
    assert "share of the untouched twin's" in seen.page.evaluate(LABELS, "through")
    for key, name, box in (
        ("next-platform", "accounts of those who move", "lines"),
        ("flame-war-2011", "followers", "lines"),
    ):
        seen.page.select_option("#story", key)
        assert name in seen.page.evaluate(LABELS, box)
    # A queue of some weeks has weeks on its axis, other stories months.
    seen.page.select_option("#story", "queue")
    days = [text for text in seen.page.evaluate(LABELS, "lines") if text.endswith((" Nov", " Dec"))]
    assert days == ["2 Nov", "16 Nov", "30 Nov"]
    seen.page.click(".steer .go")
    guess(seen, 40)
    seen.page.click(".steer .go")
    guess(seen, 40)
    assert "median time from flag to suspension" in seen.page.evaluate(LABELS, "curve")


def test_what_does_nothing_says_so(look: Look) -> None:
    seen = look(reduced_motion="reduce")
    page = seen.page
    following = page.locator("button:text-is('Next event')")
    assert following.get_attribute("aria-disabled") == "false"
    page.evaluate("afterban.clock.go(1e9)")
    assert following.get_attribute("aria-disabled") == "true"
    to_the_sandbox(seen, "flame-war-2011")
    assert "no promotion in this run" in page.text_content(".network .legend")
    page.click("text=Within an hour")  # without a campaign nobody is flagged
    seen.until("document.querySelector('.status').textContent.includes('Nothing differs')")
    page.select_option("#dial-first", "followers")
    seen.until("afterban.scene.numbers.effective_reach < 0.9")
    assert "Nothing differs" not in (page.text_content(".settings .status") or "")


def test_a_number_is_explained_where_it_stands(look: Look) -> None:
    seen = look("phone", has_touch=True)
    to_the_sandbox(seen, "names")
    assert seen.page.input_value("[data-control=promotion] input.number") == "3 posts"
    assert seen.page.input_value("[data-control=edits] input.number") == "2 edits"
    seen.page.tap("text=Numbers")
    meaning = seen.page.locator("dialog .help").nth(0)
    assert meaning.is_hidden()
    seen.page.tap("[aria-label='What is: effective reach']")
    assert "without enforcement" in (meaning.text_content() or "")
    assert meaning.is_visible()
    # What has no interval has no empty brackets either.
    seen.page.tap("dialog button:text-is('Close')")
    seen.page.tap("text=Parts of the cycle")
    assert "()" not in (seen.page.text_content("dialog") or "")


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
