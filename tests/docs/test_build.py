from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from afterban.scenario import shipped_names

ROOT = Path(__file__).resolve().parents[2]
LIVE = ("second-account", "minimal")  # all pages would take minutes
BUILDS = all(importlib.util.find_spec(name) for name in ("sphinx", "myst_parser", "furo"))


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documentation, built with every warning an error."""
    if not BUILDS:
        pytest.skip("the extra `docs` is not installed; pip install 'afterban[docs]'")
    out = tmp_path_factory.mktemp("docs")
    doctrees = tmp_path_factory.mktemp("doctrees")
    # Without a proxy that answers, whatever asks the network fails.
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-d", str(doctrees)]
    command += ["-D", f"afterban_pages={','.join(LIVE)}"]
    done = subprocess.run(
        [*command, str(ROOT / "docs"), str(out)],
        capture_output=True,
        text=True,
        check=False,
        env=_without_network(),
    )
    assert done.returncode == 0, done.stderr
    return out


def _without_network() -> dict[str, str]:
    import os

    nowhere = "http://127.0.0.1:9"
    return {**os.environ, "http_proxy": nowhere, "https_proxy": nowhere, "no_proxy": ""}


@pytest.mark.slow
def test_the_pages_hold_what_is_generated(html: Path) -> None:
    from afterban.metrics import METRICS

    page = (html / "reference" / "metrics.html").read_text(encoding="utf-8")
    for name in METRICS:
        assert name in page
    page = (html / "reference" / "scenario.html").read_text(encoding="utf-8")
    assert "view_probability" in page
    assert "sources.html#source-l75" in page


@pytest.mark.slow
def test_pictures_lead_to_live_pages_or_say_that_there_is_none(html: Path) -> None:
    catalogue = (html / "scenarios.html").read_text(encoding="utf-8")
    found = re.findall(r'<a [^>]*href="(pages/[\w-]+\.html)"', catalogue)
    assert set(found) == {"pages/minimal.html"}
    assert len(found) == 2  # the picture and the words below it
    assert catalogue.count("no live page of it") == len(shipped_names()) - 1
    for name, stem in (("index", ""), ("howto/tell-a-story", "../")):
        text = (html / f"{name}.html").read_text(encoding="utf-8")
        assert f'href="{stem}pages/second-account.html"' in text
    for name in LIVE:
        assert "wasm-unsafe-eval" in (html / "pages" / f"{name}.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_pages_load_nothing_from_elsewhere(html: Path) -> None:
    pages = list(html.rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        text = page.read_text(encoding="utf-8")
        loaded = re.findall(r"<(?:script|img|iframe)[^>]*src=\"(?:https?:)?//[^\"]*", text)
        loaded += re.findall(r"<link[^>]*href=\"(?:https?:)?//[^\"]*", text)
        assert not loaded, (page.name, loaded)


LESSONS = ["index", "cycle", "pairing", "queues", "tipping", "handles"]


@pytest.mark.slow
@pytest.mark.parametrize("name", LESSONS)
@pytest.mark.parametrize(("width", "scheme"), [(1600, "light"), (400, "dark")])
def test_lessons_can_be_read_by_everybody(
    html: Path, browser: Any, barriers: Any, name: str, width: int, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((html / "lessons" / f"{name}.html").as_uri())
    for folded in page.locator("article details > summary").all():
        folded.click()
    assert page.locator("article details:not([open])").count() == 0
    answers, pictures = page.locator("details.lesson-answer"), page.locator(".lesson-figure")
    if name != "index":
        assert answers.count() >= 5
        assert pictures.count() >= 2
        assert page.locator(".lesson-narrow svg").first.is_visible() == (width < 640)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert said == []  # before axe, which asks for style sheets in its own way
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert barriers(page) == []
    context.close()
