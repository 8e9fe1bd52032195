"""Make what a page holds besides its script: the layout of tables, and the stories in numbers.

    python -m afterban.page.build               # writes built/layout.json, built/stories/*.json
    python -m afterban.page.build june-2014     # one story, in some 20 seconds
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
from afterban.page.layout import layout_data
from afterban.page.presets import STORIES
from afterban.page.story import story_data

BUILT: Final = Path(__file__).with_name("built")
LAYOUT: Final = BUILT / "layout.json"


def story_file(key: str) -> Path:
    """Where a story lies."""
    return BUILT / "stories" / f"{key}.json"


def text_of(data: dict[str, Any]) -> str:
    """JSON in one line, the same wherever it is made."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def main() -> None:
    """Write the layout and some stories; all if none is named."""
    parser = argparse.ArgumentParser(description="Make the layout of tables and the stories.")
    parser.add_argument("story", nargs="*", help="all if left out")
    parser.add_argument("--layout", action="store_true", help="no story")
    asked = parser.parse_args()
    for key in asked.story:
        if key not in STORIES:
            parser.error(f"there is no story `{key}`; there are {listed(list(STORIES))}")
    LAYOUT.write_text(text_of(layout_data()), encoding="utf-8")
    for key in [] if asked.layout else asked.story or list(STORIES):
        file = story_file(key)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text_of(story_data(STORIES[key])), encoding="utf-8")


if __name__ == "__main__":
    main()
