"""Modules beside the tests of the page that several of them share, and pages that are open."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from afterban.page import file
from afterban.page.stories import STORIES

sys.path.insert(0, str(Path(__file__).parent))

from telling import WINDOWS, Look, Seen


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "page.html"
    path.write_text(file.page_of(list(STORIES)), encoding="utf-8")
    return path


@pytest.fixture
def look(browser: Any, made: Path) -> Iterator[Look]:
    contexts = []

    def open_page(
        window: str = "projector", scheme: str = "light", at: str = "", **more: Any
    ) -> Seen:
        width, height = WINDOWS[window]
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, **more
        )
        contexts.append(context)
        seen = Seen(context.new_page())
        seen.page.on("console", lambda message: seen.said.append(message.text))
        seen.page.on("pageerror", lambda error: seen.said.append(str(error)))
        seen.page.on("request", lambda request: seen.asked.append(request.url))
        seen.page.goto(made.resolve().as_uri() + at)
        seen.page.wait_for_selector("#line")
        return seen

    yield open_page
    for context in contexts:
        context.close()
