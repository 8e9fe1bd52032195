"""A run that is kept, and what came of running it again."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from afterban.experiment.again import kept


@pytest.fixture
def folder(tmp_path):
    """A folder that lists three files, one of which is no table."""
    manifest = {
        "digest": "d",
        "engine": "reference",
        "policies": ["base", "none"],
        "versions": {"numpy": "2"},
        "code_digest": "c",
        "machine": "m",
        "files_sha256": {"summary.csv": "1", "scenario.resolved.yaml": "2", "figures/a.png": "3"},
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    return tmp_path


def test_what_was_run_is_run_again(folder):
    before = kept(folder)
    assert not before.sweep
    assert before.arms == ["base", "none"]
    assert before.engine(None) == before.engine("reference") == "reference"
    assert before.engine("compiled") == "compiled"
    assert replace(before, manifest={"engine": "compiled"}).engine(None) is None
    assert before.same_run("d")
    assert not before.same_run("e")
    assert before.same_sweep(None)
    assert not before.same_sweep("compiled")


def test_what_differs_is_told_with_what_made_it(folder):
    before = kept(folder)
    assert set(before.files) == {"summary.csv", "scenario.resolved.yaml"}  # pictures are redrawn
    assert before.unlike(folder) == []
    other = replace(before, files={**before.files, "summary.csv": "0"})
    assert other.unlike(folder) == ["summary.csv"]
    said = other.why("kept", ["summary.csv"], folder)
    assert said == "kept: `summary.csv` is not as kept, with the same code and packages"
    other = replace(other, manifest={**before.manifest, "machine": "n"})
    assert other.why("kept", ["a", "b"], folder) == (
        "kept: `a` and `b` are not as kept; it was made with machine n (here m)"
    )
