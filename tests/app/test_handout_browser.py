"""The hand-out in a real browser: sliders change what it says, and nobody is kept out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from afterban.app import handout
from afterban.page.presets import NOBODY
from afterban.page.state import start_of

pytestmark = pytest.mark.slow

WINDOWS = {"wide": (1600, 1000), "narrow": (360, 740)}
MOVED = "#returns=0.9&speed=1h&first=random"
CUT_OFF = """() => {
  const found = [];
  for (const plot of document.querySelectorAll("figure .plot")) {
    const frame = plot.getBoundingClientRect();
    for (const text of plot.querySelectorAll("svg text")) {
      const box = text.getBoundingClientRect();
      if (box.left < frame.left - 1 || box.right > frame.right + 1
          || box.top < frame.top - 1 || box.bottom > frame.bottom + 1) {
        found.push(`${plot.parentElement.id}: ${text.textContent}`);
      }
    }
  }
  const texts = "h1, h2, h3, p, li, dd, label, output, select, button, figcaption, pre";
  for (const one of document.querySelectorAll(texts)) {
    const box = one.getBoundingClientRect();
    if (one.closest(".scroll") || one.classList.contains("skip") || !box.width) continue;
    if (box.right > innerWidth + 1 || box.left < -1) found.push(one.outerHTML.slice(0, 80));
  }
  if (document.documentElement.scrollWidth > innerWidth) found.push("wider than the window");
  return found;
}"""
# Texts of a figure that lie on each other.
OVERLAPPING = """() => {
  const found = [];
  for (const svg of document.querySelectorAll("figure .plot svg")) {
    const boxes = [...svg.querySelectorAll("text")]
      .map((one) => [one.textContent, one.getBoundingClientRect()]);
    boxes.forEach(([a, p], i) => boxes.slice(i + 1).forEach(([b, q]) => {
      const w = Math.min(p.right, q.right) - Math.max(p.left, q.left);
      const h = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
      if (w > 1 && h > 4) found.push(`${a} / ${b}`);
    }));
  }
  return found;
}"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    grid = handout.run_grid(
        start_of("flame-war-2011"),
        sliders={
            "returns": ("0.2", "0.4", "0.9"),
            "speed": ("1h", "1d"),
            "first": (NOBODY, "random"),
        },
        replications=3,
        workers=1,
    )
    path = tmp_path_factory.mktemp("handout") / "page.html"
    path.write_text(handout.page_of(grid), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def data(file: Path) -> Any:
    text = file.read_text(encoding="utf-8")
    found = re.search(r'id="data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


@pytest.fixture
def look(browser: Any, file: Path) -> Iterator[Any]:
    contexts = []

    def open_page(
        width: str = "wide", scheme: str = "light", at: str = "", script: bool = True
    ) -> tuple[Any, list[str], list[str]]:
        context = browser.new_context(
            viewport=dict(zip(("width", "height"), WINDOWS[width], strict=True)),
            color_scheme=scheme,
            java_script_enabled=script,
        )
        contexts.append(context)
        page = context.new_page()
        said: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.resolve().as_uri() + at)
        return page, said, asked

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("at", ["", MOVED])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_nothing_is_cut_off_and_nothing_is_asked_for(
    look: Any, file: Path, width: str, scheme: str, at: str
) -> None:
    page, said, asked = look(width, scheme, at)
    assert page.evaluate("document.querySelectorAll('figure svg text').length") > 20
    for large in (False, True):
        if large:
            page.click("#large")
            assert page.get_attribute("#large", "aria-pressed") == "true"
        assert page.evaluate(CUT_OFF) == []
        assert page.evaluate(OVERLAPPING) == []
    assert said == []
    assert asked == [file.resolve().as_uri()]


def test_the_check_for_cut_off_texts_can_fail(look: Any) -> None:
    page, _, _ = look("narrow")
    page.evaluate("document.querySelector('figure svg text').setAttribute('x', '-50')")
    assert page.evaluate(CUT_OFF)
    page.evaluate(
        "document.querySelectorAll('figure svg')[0].querySelectorAll('text').forEach("
        "(one) => { one.setAttribute('x', '50'); one.setAttribute('y', '50'); })"
    )
    assert page.evaluate(OVERLAPPING)


def shown(page: Any) -> dict[str, float]:
    cells = page.evaluate(
        "[...document.querySelectorAll('#numbers td[data-value]')]"
        ".map((one) => [one.dataset.metric, Number(one.dataset.value)])"
    )
    return dict(cells)


def test_sliders_change_the_numbers(look: Any, data: Any) -> None:
    page, said, _ = look()
    keys = [one["key"] for one in data["metrics"]]
    before = shown(page)
    assert before == {
        k: row[0]
        for k, row in zip(keys, data["points"][data["start"]]["rows"], strict=True)
        if row[0] is not None
    }
    page.select_option("#s-first", "1")
    page.focus("#s-returns")
    page.keyboard.press("End")
    assert page.input_value("#s-returns") == "2"
    assert page.get_attribute("#s-returns", "aria-valuetext") == "90 %"
    place = (2 * 2 + data["sliders"][1]["start"]) * 2 + 1
    row = data["points"][place]["rows"]
    now = shown(page)
    assert now == {k: r[0] for k, r in zip(keys, row, strict=True) if r[0] is not None}
    assert now != before
    text = page.inner_text("#said")
    assert row[0][4] in text
    assert f"n = {row[0][3]}" in text
    assert row[0][4] in page.get_attribute("#figure-curve svg", "aria-label")
    command = page.inner_text("#command")
    assert "detection.pulses=" in command
    assert "returning.probability=0.9" in command
    # A link brings somebody else to the same place.
    assert "returns=0.9" in page.evaluate("location.hash")
    page.click("#back")
    assert shown(page) == before
    assert said == []


def test_a_prediction_comes_before_the_outcome(look: Any, data: Any) -> None:
    page, said, _ = look()
    page.check("#predict")
    assert page.is_visible("#numbers")  # of a position that has been seen
    page.focus("#s-returns")
    page.keyboard.press("ArrowRight")
    for hidden in ("#numbers", "#figure-curve", "#figure-saw", "#claims"):
        assert not page.is_visible(hidden), hidden
    place = (2 * 2 + data["sliders"][1]["start"]) * 2
    row = data["points"][place]["rows"][0]
    assert row[4] not in page.inner_text("#outcome")
    page.focus("#guess")
    page.keyboard.press("Home")
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.is_visible("#numbers")
    text = page.inner_text("#said")
    assert "The guess was 30 %" in text
    assert f"{abs(30 - 100 * row[0]):.2g} points too low" in text
    assert "Guesses so far: 1" in page.inner_text("#guesses")
    assert page.evaluate("document.activeElement.id") == "come"
    page.uncheck("#predict")
    page.focus("#s-returns")
    page.keyboard.press("ArrowLeft")
    assert page.is_visible("#numbers")
    assert said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("waiting", [False, True])
def test_nobody_is_kept_out(look: Any, barriers: Any, scheme: str, waiting: bool) -> None:
    page, _, _ = look("wide", scheme, MOVED)
    if waiting:
        page.check("#predict")
        page.click("#back")
        assert page.is_visible("#guess")
    assert barriers(page, every=True) == []


def test_it_prints(look: Any) -> None:
    page, _, _ = look("wide", "dark", MOVED)
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.is_visible("#s-returns")
    assert page.is_visible("#o-returns")
    assert page.pdf().startswith(b"%PDF")


def test_it_says_something_without_javascript(look: Any) -> None:
    page, _, _ = look(script=False)
    assert not page.is_visible("#s-returns")
    assert page.locator("table:visible").count() == 2
