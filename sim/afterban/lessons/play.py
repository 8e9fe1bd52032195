"""Runs a lesson without a browser, and makes its page from it."""

from __future__ import annotations

import ast
import importlib
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from afterban.errors import MissingExtra
from afterban.lessons import INSTALL, Lesson
from afterban.lessons.parts import Part, Question, Reveal


@dataclass(frozen=True)
class Played:
    """A lesson that was run.

    cells: each cell's code, as it stands in the notebook, and the part that it shows, if it does.
    names: everything that the notebook defines.
    """

    lesson: Lesson
    cells: tuple[tuple[str, Part | None], ...]
    names: Mapping[str, Any]

    @property
    def parts(self) -> tuple[Part, ...]:
        """What is shown, in order."""
        return tuple(part for _, part in self.cells if part is not None)

    @property
    def reveals(self) -> tuple[Reveal, ...]:
        """Questions with what follows their answers, in order."""
        return tuple(part for part in self.parts if isinstance(part, Reveal))

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions, in order."""
        return tuple(one.question for one in self.reveals)


def require() -> None:
    """Raise MissingExtra if marimo is not installed."""
    try:
        importlib.import_module("marimo")
    except ImportError:
        raise MissingExtra("what lessons are shown with (marimo)", INSTALL) from None


def play(lesson: Lesson, answers: Mapping[str, Any] | None = None) -> Played:
    """Run a lesson's notebook.

    answers: names of the notebook with the values that they are to have instead of their own.
    """
    require()
    app = importlib.import_module(f"afterban.lessons.notebooks.{lesson.name}").app
    shown, names = app.run(defs=dict(answers) if answers else None)
    code = cells_of(lesson.file.read_text(encoding="utf-8"))
    if not answers and len(shown) != len(code):
        raise RuntimeError(f"{lesson.name}: {len(shown)} outputs of {len(code)} cells")
    parts = [one if callable(getattr(one, "page", None)) else None for one in shown]
    if len(parts) < len(code):  # cells that a given answer replaces show nothing
        code = code[: len(parts)]
    return Played(lesson, tuple(zip(code, parts, strict=True)), names)


def cells_of(source: str) -> list[str]:
    """Code of each cell of a notebook, without its frame."""
    lines = source.splitlines()
    found = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and any(
            ast.unparse(one).startswith("app.cell") for one in node.decorator_list
        ):
            last = node.body[-1]
            end = last.lineno - 1 if isinstance(last, ast.Return) else last.end_lineno
            body = "\n".join(lines[node.body[0].lineno - 1 : end])
            found.append(textwrap.dedent(body).strip())
    return found


def page(lesson: Lesson) -> str:
    """The page of a lesson, in Markdown: texts, questions with folded answers, pictures, code."""
    out = []
    for code, part in play(lesson).cells:
        if part is not None:
            out.append(part.page())
        elif ".ask()" not in code and "mo.ui." not in code:
            out.append(
                '<details class="lesson-code"><summary>The code</summary>\n\n'
                f"```python\n{code}\n```\n\n</details>"
            )
    return "\n\n".join(one for one in out if one)
