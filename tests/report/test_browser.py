"""Pages in a real browser: nothing is cut off, nothing is asked for, nobody is kept out."""

from __future__ import annotations

import csv
import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from afterban.report import html, pdf
from afterban.report.sweeps import Swept
from afterban.results import EVERYBODY

from .conftest import Made

pytestmark = pytest.mark.slow

WINDOWS = {"wide": (1200, 900), "narrow": (360, 740)}
# Texts of a figure that reach out of it, or out of the window.
CUT_OFF = """() => {
  const found = [];
  for (const plot of document.querySelectorAll("figure.drawn .plot")) {
    const frame = plot.getBoundingClientRect();
    for (const text of plot.querySelectorAll("svg text")) {
      const box = text.getBoundingClientRect();
      if (!box.width || getComputedStyle(text).opacity === "0") continue;
      if (box.left < frame.left - 1 || box.right > frame.right + 1
          || box.top < frame.top - 1 || box.bottom > frame.bottom + 1) {
        found.push(`${plot.parentElement.id}: ${text.textContent}`);
      }
    }
  }
  for (const one of document.querySelectorAll("h1, h2, h3, p, li, summary, figcaption, select")) {
    const box = one.getBoundingClientRect();
    if (one.closest(".scroll, pre") || one.classList.contains("skip") || !box.width) continue;
    if (box.right > innerWidth + 1 || box.left < -1) found.push(one.outerHTML.slice(0, 80));
  }
  return found;
}"""


@dataclass
class Seen:
    """A page that is open, and what it said and asked for."""

    page: Any
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


def until(page: Any, expression: str) -> None:
    """Wait until an expression is true.

    Playwright's own waiting runs text in the page, which the page's policy forbids.
    """
    end = time.monotonic() + 30
    while not page.evaluate(expression):
        assert time.monotonic() < end, expression
        page.wait_for_timeout(50)


@pytest.fixture
def look(browser: Any, made: Made) -> Iterator[Any]:
    contexts = []

    def open_page(
        width: str = "wide", scheme: str = "light", script: bool = True, file: Path | None = None
    ) -> Seen:
        size = WINDOWS[width]
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,
            java_script_enabled=script,
        )
        contexts.append(context)
        seen = Seen(context.new_page())
        seen.page.on("console", lambda message: seen.said.append(message.text))
        seen.page.on("pageerror", lambda error: seen.said.append(str(error)))
        seen.page.on("request", lambda request: seen.asked.append(request.url))
        seen.page.goto((file or made.file).resolve().as_uri())
        if script:
            until(
                seen.page,
                "[...document.querySelectorAll('figure[data-plot] .plot')]"
                ".every((one) => one.querySelector('svg.chart'))",
            )
        return seen

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_nothing_is_cut_off_and_nothing_is_asked_for(look: Any, width: str, scheme: str) -> None:
    seen = look(width, scheme)
    assert seen.said == []
    assert [url for url in seen.asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert sum(url.startswith("file:") for url in seen.asked) == 1
    wide = seen.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= WINDOWS[width][0]
    assert seen.page.evaluate(CUT_OFF) == []
    assert seen.page.locator("figure.drawn").count() >= 6
    assert not seen.page.locator("figure.drawn .static").first.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_the_page_of_a_sweep_is_as_good(
    look: Any, barriers: Any, swept: Swept, tmp_path: Path, width: str, scheme: str
) -> None:
    file = tmp_path / "sweep.html"
    html.write(file, html.page_of_sweep(swept))
    seen = look(width, scheme, file=file)
    assert seen.page.locator("#figure-frontier.drawn").count() == 1
    assert seen.page.evaluate(CUT_OFF) == []
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= WINDOWS[width][0]
    assert seen.said == []
    assert seen.asked == [file.resolve().as_uri()]
    assert barriers(seen.page) == []


def test_what_is_cut_off_is_seen(look: Any) -> None:
    seen = look()
    seen.page.evaluate(
        "document.querySelector('#figure-reach .plot svg text').textContent = 'long '.repeat(90)"
    )
    assert seen.page.evaluate(CUT_OFF)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_axe_finds_no_serious_issue(look: Any, barriers: Any, width: str, scheme: str) -> None:
    seen = look(width, scheme)
    for summary in seen.page.locator("details > summary").all():
        if summary.is_visible():
            summary.click()
    assert barriers(seen.page) == []


def test_axe_sees_a_barrier(look: Any, barriers: Any) -> None:
    seen = look()
    seen.page.evaluate("document.querySelector('label').remove()")
    assert any(one.startswith("select-name") for one in barriers(seen.page))


def test_controls_have_names_and_work(look: Any) -> None:
    seen = look()
    choices = seen.page.locator("select")
    assert choices.count() >= 1
    for k in range(choices.count()):
        choice = choices.nth(k)
        name = choice.get_attribute("id").removeprefix("choice-")
        plot = seen.page.locator(f"#figure-{name} .plot")
        before = plot.inner_html()
        options = choice.locator("option").all()
        assert len(options) > 1
        choice.select_option(index=len(options) - 1)
        until(
            seen.page,
            f"document.querySelector('#figure-{name} .plot').innerHTML !== {json.dumps(before)}",
        )
    assert seen.said == []
    label = seen.page.get_by_label("Show")
    assert label.count() == 1


def test_a_chart_is_read_by_keyboard_and_by_mouse(look: Any, made: Made) -> None:
    seen = look()
    readout = seen.page.locator("#figure-time .readout")
    plot = seen.page.locator("#figure-time .plot")
    assert not readout.is_visible()
    plot.focus()
    seen.page.keyboard.press("End")
    curve = made.results.series["slower"][EVERYBODY]["attached_outsiders_share"]
    low, mean, high = (f"{100 * part[-1]:.1f}" for part in (curve.low, curve.mean, curve.high))
    assert f"slower: {mean}\u00a0% ({low}\u00a0% to {high}\u00a0%)" in readout.inner_text()
    last = readout.inner_text()
    seen.page.keyboard.press("ArrowLeft")
    assert readout.inner_text() != last
    seen.page.keyboard.press("Escape")
    assert not readout.is_visible()
    box = plot.locator("svg").bounding_box()
    seen.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert readout.is_visible()


def test_every_chart_can_be_kept(look: Any, made: Made) -> None:
    seen = look()
    seen.page.locator("#figure-reach .keep summary").click()
    shown = seen.page.locator("#figure-reach .keep table").inner_text()
    estimate = made.numbers.estimate("effective_reach", "slower")
    assert f"{100 * estimate.value:.1f}\u00a0%" in shown
    kept = {}
    for kind in ("CSV", "SVG", "PNG"):
        with seen.page.expect_download() as download:
            seen.page.get_by_role("button", name=kind).click()
        kept[kind] = Path(download.value.path()).read_bytes()
    assert kept["PNG"].startswith(b"\x89PNG")
    assert b"<svg" in kept["SVG"]
    assert b"var(" not in kept["SVG"]
    rows = list(csv.DictReader(kept["CSV"].decode().splitlines()))
    mine = [row for row in rows if row["policy"] == "slower"]
    assert float(mine[0]["of what it reaches without enforcement"]) == pytest.approx(
        estimate.value, rel=1e-3
    )
    assert seen.said == []


def test_colours_follow_the_window(look: Any) -> None:
    seen = look(scheme="light")
    ink = "getComputedStyle(document.querySelector('.plot svg .tick')).fill"
    light = seen.page.evaluate(ink)
    seen.page.emulate_media(color_scheme="dark")
    until(seen.page, f"{ink} !== '{light}'")
    assert seen.said == []


def test_everything_is_there_without_javascript(look: Any) -> None:
    seen = look(script=False)
    static = seen.page.locator("figure .static")
    assert static.count() >= 6
    for k in range(static.count()):
        box = static.nth(k).bounding_box()
        assert box["height"] > 80
    assert not seen.page.locator(".choice").first.is_visible()


def test_paper_gets_the_static_pictures_in_light_colours(look: Any) -> None:
    seen = look(scheme="dark")
    seen.page.emulate_media(media="print")
    assert seen.page.locator("figure .static").first.is_visible()
    assert not seen.page.locator("figure .plot").first.is_visible()
    assert seen.page.evaluate("getComputedStyle(document.body).backgroundColor") in (
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    )


def test_a_narrower_window_draws_again(look: Any) -> None:
    seen = look()
    seen.page.set_viewport_size({"width": 360, "height": 740})
    until(
        seen.page,
        "document.querySelector('#figure-reach .plot svg').getBoundingClientRect().width < 360",
    )
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 360
    assert seen.page.evaluate(CUT_OFF) == []


def test_it_prints_as_pdf(made: Made, tmp_path: Path) -> None:
    if pdf.browser() is None:
        pytest.skip("no chromium on this machine")
    printed = tmp_path / "page.pdf"
    pdf.print_pdf(made.file, printed)
    data = printed.read_bytes()
    assert data.startswith(b"%PDF-")
    assert len(data) > 50_000


def test_no_browser_is_told(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from afterban.errors import AfterbanError

    monkeypatch.delenv("AFTERBAN_BROWSER", raising=False)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(AfterbanError, match="no chromium is found"):
        pdf.print_pdf(made.file, tmp_path / "page.pdf")
