"""Who is drawn of a network that was not recorded: the page's rule against Python's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from node import called, needs_node

from afterban.core.module import MODULE
from afterban.page.build import LAYOUT
from afterban.page.record import Recorder
from afterban.page.state import start_of
from afterban.page.told import lowered_file

pytestmark = [needs_node, pytest.mark.slow]

ASK = """
const story = JSON.parse(readFileSync(data.story, "utf8"));
const layout = JSON.parse(readFileSync(data.layout, "utf8"));
const page = await simulator.createSimulator({ module: readFileSync(data.module), layout, story });
return shown.networkOf(await page.ask({ size: data.size, seed: data.seed }), story);
"""


@pytest.mark.parametrize(("key", "size", "seed"), [("names", "class", 5), ("june-2014", "real", 1)])
def test_the_page_chooses_whom_python_chooses(key: str, size: str, seed: int) -> None:
    start = start_of(key)
    size = size if size in start.about.sizes else start.size
    files = {"story": str(lowered_file(key)), "layout": str(LAYOUT), "module": str(MODULE)}
    found = called(ASK, {**files, "size": size, "seed": seed})
    wanted = Recorder(replace(start, size=size, seed=seed)).network()
    assert len(found["links"]) > 10
    for name in ("operators", "names", "links", "audience", "total"):
        assert found[name] == wanted[name], name
