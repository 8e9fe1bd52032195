from __future__ import annotations

import re
import typing
from pathlib import Path

import pytest

from afterban.errors import ScenarioErrors
from afterban.language.documents import shipped_directory
from afterban.language.shapes import Listed, Named, Shape, Slot, Table, slots
from afterban.scenario.scenario import Scenario
from afterban.sources import load_sources, read_sources, registry, source_ids


def _slots(cls: typing.Any) -> typing.Iterator[Slot]:
    for slot in slots(cls).values():
        yield slot
        shape: Shape = slot.shape
        while isinstance(shape, Named | Listed):
            shape = shape.item
        if isinstance(shape, Table):
            yield from _slots(shape.cls)


def test_every_figure_has_a_document_and_both_have_reasons() -> None:
    known = registry()
    assert len(known.sources) == 21
    assert len(known.figures) == 57
    for figure in known.figures.values():
        assert figure.source.id in known.sources
        assert figure.says
        assert figure.reason
        assert re.fullmatch(r"[SLN][0-9]+", figure.id)
    for source in known.sources.values():
        assert not source.url or source.url.startswith("https://")
        assert source.reason != "unknown"
        assert "unknown" not in source.cited()
        assert known.source(source.id) is source


def test_a_figure_leads_to_its_document() -> None:
    assert registry().source("S12").id == "defenseone-2014"
    assert registry().source("L75").tag == "P/S"
    assert registry().figures["L5"].source.cited() == (
        "Berger & Morgan (2015), The ISIS Twitter Census, Brookings Analysis Paper 20 [P]"
    )
    with pytest.raises(KeyError):
        registry().source("L99")


def test_every_source_of_a_default_is_known() -> None:
    cited = {slot.evidence.source for slot in _slots(Scenario)} - {None}
    assert len(cited) >= 3
    assert cited <= source_ids()


def test_every_default_that_is_not_assumed_names_a_source() -> None:
    kinds = [slot.evidence for slot in _slots(Scenario)]
    assert kinds
    assert all(evidence.source for evidence in kinds if evidence.kind != "assumed")


GOOD = """\
documents:
  a-2014:
    authors: A
    year: 2014
    title: T
    where: W
    reason: R
    tag: P
    figures:
      S1: {says: something, reason: R, tag: S, locator: p. 3}
"""


def test_reading_sources() -> None:
    known = read_sources(GOOD)
    assert known.figures["S1"].locator == "p. 3"
    assert known.ids() == {"a-2014", "S1"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("authors: A", "author: A", "did you mean `authors`?"),
        ("    where: W\n", "", "documents.a-2014: `where` is missing"),
        ("tag: P", "tag: X", "`X` is no tag"),
        ("tag: S", "tag: P/X", "`P/X` is no tag"),
        ("says: something", "says: [a]", "a list is found"),
        ("title: T", "title:", "no value is found"),
        ("S1:", "a-2014:", "occurs twice"),
        ("    figures:\n      S1: {", "    figures: {x: 3}\n#{", "`3` is found"),
        ("documents:", "document:", "did you mean `documents`?"),
    ],
)
def test_faulty_sources(old: str, new: str, said: str) -> None:
    assert GOOD.count(old) == 1
    with pytest.raises(ScenarioErrors) as caught:
        read_sources(GOOD.replace(old, new), "sources.yaml")
    assert said in str(caught.value)
    assert "sources.yaml:" in str(caught.value)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ScenarioErrors, match="no such file"):
        load_sources(tmp_path / "sources.yaml")
    assert (shipped_directory() / "sources.yaml").is_file()
