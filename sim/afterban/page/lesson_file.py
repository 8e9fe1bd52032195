"""One HTML file of lessons: questions with their answers packed away, and the simulator.

Lessons are recorded beforehand and lie in the package (``built/lessons/``), so that whoever makes a
page needs neither the notebook's program nor the seconds of its runs.

Checked by ``tests/page/test_lessons.py`` and, in a browser, ``tests/page/test_lessons_told.py``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from afterban.lessons import Lesson
from afterban.page.file import HERE, document, layout
from afterban.page.told import BUILT

Data = dict[str, Any]


def lesson_file(name: str) -> Path:
    """Where a recorded lesson lies."""
    return BUILT / "lessons" / f"{name}.json"


def lesson_of(name: str) -> Data:
    """A lesson as the page reads it (``LessonData`` in ``src/view/lesson_data.ts``)."""
    found: Data = json.loads(lesson_file(name).read_text(encoding="utf-8"))
    return found


def style_of(lessons: Sequence[Data]) -> str:
    """The colours of the pictures of some lessons as a style sheet, for light and dark."""
    pairs = {name: pair for one in lessons for name, pair in one["colours"].items()}
    light, dark = (
        "".join(f"{name}:{pair[k]};" for name, pair in sorted(pairs.items())) for k in (0, 1)
    )
    # Slides are paper, whatever the screen is.
    return f":root,.paper{{{light}}}\n@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"


def page_of(lessons: Sequence[Lesson]) -> str:
    """The file of some lessons, in their order.  Raises AfterbanError if it would be too large."""
    made = [lesson_of(one.name) for one in sorted(lessons, key=lambda one: one.number)]
    style = [(HERE / name).read_text(encoding="utf-8") for name in ("page.css", "lesson.css")]
    first = lessons[0]
    return document(
        f"{first.number}. {first.title}" if len(made) == 1 else "afterban: lessons",
        {"version": version("afterban"), "layout": layout(), "lessons": made},
        (BUILT / "lesson.js").read_text(encoding="utf-8"),
        "\n".join([*style, style_of(made)]),
        "lessons",
    )
