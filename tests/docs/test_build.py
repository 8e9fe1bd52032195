from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
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
def test_the_pages_load_nothing_from_elsewhere(html: Path) -> None:
    pages = list(html.rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        text = page.read_text(encoding="utf-8")
        loaded = re.findall(r"<(?:script|img|iframe)[^>]*src=\"(?:https?:)?//[^\"]*", text)
        loaded += re.findall(r"<link[^>]*href=\"(?:https?:)?//[^\"]*", text)
        assert not loaded, (page.name, loaded)
