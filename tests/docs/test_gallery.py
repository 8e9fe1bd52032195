"""Live pages of the documentation: which are made, which are kept, and what leads to them."""

from __future__ import annotations

from pathlib import Path

import gallery
import pages
import pytest

from afterban.errors import AfterbanError
from afterban.scenario import shipped_names


def test_pages_are_kept_until_what_they_are_made_of_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    asked = ["second-account", "names"]
    assert gallery.make(asked, tmp_path, told.append) == set(asked)
    assert len(told) == 2
    first = gallery.page(tmp_path / "pages", "names")
    first.write_text("kept", encoding="utf-8")
    assert gallery.make(asked, tmp_path, told.append) == set(asked)
    assert first.read_text(encoding="utf-8") == "kept"
    assert len(told) == 2
    monkeypatch.setattr(gallery, "digest", lambda: "of another program")
    gallery.make(["names"], tmp_path, told.append)
    assert first.read_text(encoding="utf-8") != "kept"


def test_the_digest_is_of_all_files_that_are_read(tmp_path: Path) -> None:
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "one.py").write_text("1", encoding="utf-8")
    before = gallery.digest([tmp_path])
    (tmp_path / "node_modules" / "two.js").write_text("2", encoding="utf-8")
    assert gallery.digest([tmp_path]) == before
    (tmp_path / "one.py").write_text("2", encoding="utf-8")
    assert gallery.digest([tmp_path]) != before


def test_every_scenario_of_the_catalogue_has_a_picture_that_leads_to_its_page() -> None:
    text = pages.catalogue()
    found = [match[1] for match in gallery.PICTURE.finditer(text)]
    assert found == list(shipped_names())
    linked = gallery.pictured(text, {"minimal"}, "../")
    assert linked.count(":target: ../pages/minimal.html") == 1
    assert linked.count("no live page of it") == len(found) - 1
    assert "<!-- page" not in linked


def test_names_are_known() -> None:
    assert {"second-account", "minimal"} < set(gallery.names(gallery.ALL))
    assert gallery.names("minimal, names") == ["minimal", "names"]
    assert gallery.names("") == []
    with pytest.raises(AfterbanError, match="`minmal` is neither"):
        gallery.names("minmal")
