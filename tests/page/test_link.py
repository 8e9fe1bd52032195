"""A state file of the page opens where it was saved, and nothing else is taken."""

from __future__ import annotations

import json
import webbrowser
from pathlib import Path
from typing import Any

import pytest
from node import called, needs_node

from afterban.cli import main
from afterban.errors import AfterbanError
from afterban.page.link import fragment_of
from afterban.page.told import lowered_file

STATE: dict[str, Any] = {
    "format": "afterban-page",
    "version": 2,
    "story": "june-2014",
    "size": "real",
    "seed": 7,
    "settings": {"speed": 0.125, "first": "links"},
    "view": {"step": 6, "day": 12.5},
}
VIEW = {"step": {"least": 1, "most": 9, "whole": True}, "day": {"least": 0, "most": 150}}


def saved(folder: Path, text: str) -> Path:
    file = folder / "mine.json"
    file.write_text(text, encoding="utf-8")
    return file


@needs_node
def test_the_page_reads_the_link_as_it_reads_the_file(tmp_path: Path) -> None:
    text = json.dumps(STATE)
    found = called(
        """const stories = [data.story];
        return [state.fromFragment(data.link, stories, data.view),
                state.fromFile(data.text, stories, data.view)];""",
        {
            "story": json.loads(lowered_file("june-2014").read_text(encoding="utf-8")),
            "link": fragment_of(saved(tmp_path, text)),
            "text": text,
            "view": VIEW,
        },
    )
    assert found[0] == found[1]
    assert found[0]["settings"] == STATE["settings"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("speed: 6h", "is not JSON; save one with `Save state`"),
        ("[" * 10_000, "is not JSON"),
        ("[]", 'has no line "format": "afterban-page"'),
        (json.dumps({**STATE, "version": 1}), "has version `1`; this page reads 2"),
        (json.dumps({**STATE, "settings": [1]}), "`settings` is no table of values"),
        (json.dumps({**STATE, "seed": True}), "`seed` is neither text nor a number"),
        (json.dumps({**STATE, "view": {"day": {}}}), "`view.day` is neither text nor a number"),
        (" " * 20_001, "is too large to be a state of the page"),
    ],
)
def test_a_file_that_no_page_saved_is_one_line(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(AfterbanError) as refused:
        fragment_of(saved(tmp_path, text))
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


def test_app_opens_the_file_that_page_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AFTERBAN_CACHE", str(tmp_path / "cache"))
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    monkeypatch.chdir(tmp_path)
    assert main(["app", "names", "--state", str(saved(tmp_path, json.dumps(STATE)))]) == 0
    file = Path(capsys.readouterr().out.strip())
    assert main(["page", "names"]) == 0
    assert file.read_bytes() == (tmp_path / "afterban-names.html").read_bytes()
    assert opened == [f"{file.as_uri()}#{fragment_of(tmp_path / 'mine.json')}"]
    assert main(["app", "names", "--no-browser"]) == 0
    assert len(opened) == 1
