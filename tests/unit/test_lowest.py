"""The lowest allowed versions, as CI installs them."""

from __future__ import annotations

import importlib.util
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def lowest():
    spec = importlib.util.spec_from_file_location("lowest", ROOT / ".ci" / "lowest.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.lowest


def test_every_dependency_has_a_lower_bound_and_nothing_else(lowest):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    found = lowest(project, ["test"])
    assert "typer==0.15.4" in found
    assert len(found) >= len(project["dependencies"]) + 5


@pytest.mark.parametrize("line", ["typer", "typer<1", "typer>=0.15,<1"])
def test_one_without_is_refused(lowest, line):
    with pytest.raises(SystemExit, match="no lower bound"):
        lowest({"dependencies": [line], "optional-dependencies": {}}, [])
