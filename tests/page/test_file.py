"""The file: nothing is asked for, only its own script runs, and names are known."""

from __future__ import annotations

import base64
import hashlib
import re
import zlib

import pytest

from afterban.errors import AfterbanError
from afterban.page import file
from afterban.page.stories import PLAYS, STORIES
from afterban.scenario import shipped_names


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(file, "module", lambda: b"\0asm")
    monkeypatch.setattr(file, "layout", dict)
    return file.assemble([{"title": "One", "asks": "<script>alert(1)</script>"}])


def part(page: str, pattern: str) -> str:
    found = re.search(pattern, page, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_policy_lets_in_this_script_and_this_style_only(page: str) -> None:
    policy = part(page, r'Content-Security-Policy" content="(.*?)"').replace("&#x27;", "'")
    assert policy.startswith("default-src 'none';")
    assert "unsafe-inline" not in policy
    assert "'unsafe-eval'" not in policy
    for kind, text in (
        ("script-src", part(page, r"<script>(.*)</script>\n</body>")),
        ("style-src", part(page, r"<style>(.*?)</style>")),
    ):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}'" in policy


def test_it_names_no_address_to_ask(page: str) -> None:
    shell = re.sub(r'<script type="text/plain".*?</script>', "", page, flags=re.DOTALL)
    found = set(re.findall(r"https?://[^\s\"'`)]+", shell))
    assert found <= {"http://www.w3.org/2000/svg"}, found
    assert not re.search(r"\b(?:fetch|XMLHttpRequest|WebSocket|importScripts)\b", shell)


def test_what_stories_say_is_packed_and_cannot_be_markup(page: str) -> None:
    assert "alert(1)" not in page
    packed = part(page, r'id="stories">(.*?)</script>')
    assert b"alert(1)" in zlib.decompress(base64.b64decode(packed), -15)


def test_a_file_that_no_phone_would_open_is_refused(
    page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(page) < file.LARGEST
    monkeypatch.setattr(file, "LARGEST", 1000)
    with pytest.raises(AfterbanError, match="fewer stories"):
        file.assemble([])


def test_stories_go_by_their_names_or_by_what_they_play() -> None:
    assert set(PLAYS) == set(STORIES)
    assert file.known_story("faster") == file.known_story("how-fast") == "faster"
    assert file.known_story("one-off-purge") is None  # a scenario, which has a page of its own
    assert not set(shipped_names()) & {*STORIES, *PLAYS.values()}
    with pytest.raises(AfterbanError, match="did you mean `faster`"):
        file.part_of("fastr")
