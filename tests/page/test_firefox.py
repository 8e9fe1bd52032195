"""Each story told from start to end in Firefox, and one of them printed."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from firefox import PROGRAM, Firefox
from telling import CUT_OFF, SCENES, TEXT, WINDOWS, answers_of, stops

from afterban.page.stories import STORIES

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(PROGRAM is None, reason="no Firefox here (firefox or firefox-esr)"),
]

ENTER, PAGE_DOWN = "\ue007", "\ue00f"
LINE = "document.getElementById('line').textContent"


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    one = Firefox(tmp_path_factory.mktemp("firefox"))
    yield one
    one.close()


def go_on_by_mouse(firefox: Firefox, guess: float | None) -> None:
    if guess is not None:
        firefox.type("#guess-number", f"{guess:g}")
    firefox.click(".steer .go" if guess is None else "#commit")


def go_on_by_touch(firefox: Firefox, guess: float | None) -> None:
    if guess is not None:
        firefox.type("#guess-number", f"{guess:g}")  # by the keyboard on the screen
    firefox.tap(".steer .go" if guess is None else "#commit")


def go_on_by_keys(firefox: Firefox, guess: float | None) -> None:
    if guess is None:
        firefox.press(PAGE_DOWN)
    else:
        firefox.get("document.getElementById('guess-number').focus()")
        for key in (*f"{guess:g}", ENTER):
            firefox.press(key)


WAYS: dict[str, tuple[Callable[[Firefox, float | None], None], str, bool]] = {
    "mouse": (go_on_by_mouse, "projector", False),
    "touch": (go_on_by_touch, "phone", True),
    "keys": (go_on_by_keys, "projector", True),
}


def text_of(firefox: Firefox) -> str:
    return str(firefox.get(f"({TEXT})()")).replace("\N{NO-BREAK SPACE}", " ")


def tell(firefox: Firefox, key: str, way: str) -> list[Any]:
    """Go through a story to its sliders, and look at each of its steps."""
    go_on, window, _ = WAYS[way]
    firefox.get(
        f"(() => {{ const story = document.getElementById('story'); story.value = '{key}';"
        " story.dispatchEvent(new Event('change')); })()"
    )
    beats: list[Any] = firefox.get(
        f"afterban.payload.stories.find((one) => one.key === '{key}').beats"
    )
    for beat in beats:
        firefox.until(f"{LINE} === {beat['title']!r}")
        firefox.get("afterban.clock.pause()")
        one_screen = window == "projector" and not beat["explore"]
        cut_off = firefox.get(f"({CUT_OFF})({str(one_screen).lower()})")
        assert cut_off == [], beat["title"]
        if "question" in beat:
            question = beat["question"]
            assert not set(answers_of(question)) & stops(text_of(firefox))
            go_on(firefox, question["low"])
            firefox.until("document.querySelector('.outcome') !== null")
            assert question["says"].replace("\N{NO-BREAK SPACE}", " ") in text_of(firefox)
        elif not beat["explore"]:
            go_on(firefox, None)
    firefox.until("document.querySelector('.dial') !== null")
    return beats


@pytest.mark.parametrize("way", list(WAYS))
def test_each_story_is_told(firefox: Firefox, made: Path, way: str) -> None:
    _, window, dark = WAYS[way]
    firefox.open(made, *WINDOWS[window], dark=dark)
    assert firefox.get("matchMedia('(prefers-color-scheme: dark)').matches") is dark
    for key in STORIES:
        tell(firefox, key, way)
        before, after = firefox.get(f"({SCENES})()")
        assert firefox.get("afterban.scene.live") is True
        assert after["ends"] == pytest.approx(before["ends"], abs=1), key
        assert after["reach"] == pytest.approx(before["reach"], abs=1e-4), key
    assert firefox.errors() == []


def test_a_story_is_printed_as_its_slides(firefox: Firefox, made: Path) -> None:
    firefox.open(made, *WINDOWS["projector"])
    beats = tell(firefox, "queue", "mouse")
    print_ = firefox.printed()
    assert print_.startswith(b"%PDF")
    packed = re.findall(rb"/Type /ObjStm.*?stream\r?\n(.*?)endstream", print_, re.DOTALL)
    objects = b"".join(zlib.decompressobj().decompress(one) for one in packed)
    boxes = re.findall(rb"/MediaBox \[ ?0 0 ([\d.]+) ([\d.]+) ?\]", objects)
    assert len(boxes) == len(beats)
    for width, height in boxes:
        assert float(width) / float(height) == pytest.approx(16 / 9, abs=0.01)
    assert len(print_) > 20_000 * len(beats)  # with its pictures
    assert firefox.errors() == []


def test_what_firefox_complains_of_is_seen(firefox: Firefox, made: Path) -> None:
    firefox.open(made, *WINDOWS["projector"])
    assert firefox.errors() == []
    firefox.get("setTimeout(() => { throw new Error('by the test'); })")
    firefox.get("new Promise((done) => setTimeout(done, 100))")
    assert any("by the test" in one for one in firefox.errors())
    with pytest.raises(RuntimeError, match="Unable to locate"):
        firefox.click("#nothing")
