"""What is built from the page's sources is what lies in the tree, wherever it is made."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from node import NODE, PAGE

from afterban.page.build import BUILT, LAYOUT, text_of
from afterban.page.layout import layout_data
from afterban.page.presets import STORIES
from afterban.page.stories import STORIES as TOLD
from afterban.page.told import lowered_file, recorded, told_file
from afterban.report.html.render import SCRIPT

# `npm ci` in sim/afterban/page brings them.
needs_packages = pytest.mark.skipif(
    NODE is None or not (PAGE / "node_modules" / "esbuild").is_dir(),
    reason="node, or the packages of the page's build, are not installed",
)


def test_the_layout_is_that_of_the_program() -> None:
    assert LAYOUT.read_text(encoding="utf-8") == text_of(layout_data()), (
        "run `python -m afterban.page.build`"
    )


def test_every_story_is_there() -> None:
    for key in STORIES:
        assert json.loads(lowered_file(key).read_text(encoding="utf-8"))["key"] == key
    for key in TOLD:
        assert json.loads(told_file(key).read_text(encoding="utf-8"))["key"] == key


@pytest.mark.slow
@pytest.mark.parametrize("key", TOLD)
def test_what_is_told_is_what_would_be_recorded_now(key: str) -> None:
    assert told_file(key).read_text(encoding="utf-8") == text_of(recorded(key)), (
        f"run `python -m afterban.page.build --told {key}`"
    )


@needs_packages
def test_the_scripts_are_built_from_the_sources(tmp_path: Path) -> None:
    assert NODE is not None
    elsewhere = tmp_path / "a folder" / "page"
    shutil.copytree(PAGE, elsewhere, ignore=shutil.ignore_patterns("built", "node_modules"))
    os.symlink(PAGE / "node_modules", elsewhere / "node_modules")
    subprocess.run([NODE, "build.mjs"], cwd=elsewhere, check=True, timeout=120)
    made = {path.name: path.read_bytes() for path in (elsewhere / "built").iterdir()}
    assert made
    for name, content in made.items():
        assert (BUILT / name).read_bytes() == content, f"{name}: run `npm run build`"
    report = elsewhere.parent / "report" / "built" / SCRIPT.name
    assert SCRIPT.read_bytes() == report.read_bytes(), "report.js: run `npm run build`"


@pytest.mark.slow
@needs_packages
def test_the_types_of_the_sources_are_right(tmp_path: Path) -> None:
    assert NODE is not None
    compiler = PAGE / "node_modules" / "typescript" / "bin" / "tsc"
    done = subprocess.run(
        [NODE, str(compiler), "--project", str(PAGE)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout


def test_the_lock_names_no_machine() -> None:
    text = (PAGE / "package-lock.json").read_text(encoding="utf-8")
    assert "resolved" not in text
    package = json.loads((PAGE / "package.json").read_text(encoding="utf-8"))
    for version in package["devDependencies"].values():
        assert version[0].isdigit()  # exact
    assert "dependencies" not in package
