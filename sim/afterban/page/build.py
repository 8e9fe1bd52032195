"""Make what a page holds besides its script: the layout of tables, stories in numbers, their runs.

    python -m afterban.page.build               # writes built/layout.json, stories/ and told/
    python -m afterban.page.build june-2014     # a story of sliders in numbers, in some 20 seconds
    python -m afterban.page.build names         # a told story with its runs, and what it plays
    python -m afterban.page.build --told        # all told stories with their runs
    python -m afterban.page.build --lessons     # the lessons, played: some 30 seconds, with marimo
    python -m afterban.page.build --layout      # the layout alone, after a change of the program

The script itself is bundled from ``src/`` by ``npm run build`` (see ``build.mjs``).  All of it lies
in the tree, so that whoever makes a page needs neither node nor a minute for a story.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any, Final

from afterban.errors import listed
from afterban.lessons import LESSONS
from afterban.page.layout import layout_data
from afterban.page.lesson_file import lesson_file
from afterban.page.lessons import recorded as recorded_lesson
from afterban.page.presets import STORIES
from afterban.page.stories import STORIES as TOLD
from afterban.page.story import story_data
from afterban.page.told import BUILT, lowered_file, recorded, told_file

DOCS: Final = Path(__file__).parents[3] / "docs" / "lessons"  # whose notes the pages carry
LAYOUT: Final = BUILT / "layout.json"


def text_of(data: dict[str, Any]) -> str:
    """JSON in one line, the same wherever it is made."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def main() -> None:
    """Write the layout and some stories; all if none is named."""
    parser = argparse.ArgumentParser(description="Make the layout of tables and the stories.")
    parser.add_argument("story", nargs="*", help="all if left out")
    parser.add_argument("--told", action="store_true", help="told stories only")
    parser.add_argument("--lessons", action="store_true", help="lessons only; needs marimo")
    parser.add_argument("--layout", action="store_true", help="no story")
    asked = parser.parse_args()
    known = [one.name for one in LESSONS] if asked.lessons else list({**STORIES, **TOLD})
    for key in asked.story:
        if key not in known:
            parser.error(f"there is no story `{key}`; there are {listed(known)}")
    _write(LAYOUT, layout_data())
    if asked.layout:
        return
    if asked.lessons:
        for one in LESSONS:
            if not asked.story or one.name in asked.story:
                notes = (DOCS / f"{one.name}.md").read_text(encoding="utf-8")
                _write(lesson_file(one.name), recorded_lesson(one, notes))
        return
    for key in asked.story or known:
        if key in STORIES and not asked.told:
            _write(lowered_file(key), story_data(STORIES[key]))
        if key in TOLD:
            _write(told_file(key), recorded(key))


def _write(file: Path, data: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text_of(data), encoding="utf-8")


if __name__ == "__main__":
    main()
