"""``afterban new --ask``: the questions on a terminal, or their answers as lines of the input.

Nothing is written before the last answer, so that Ctrl-C leaves nothing behind.
Checked by ``tests/cli/test_ask.py``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from afterban.cli import output

if TYPE_CHECKING:
    from afterban.scenario.template_questions import Answer, Question


def scenario(name: str, path: Path) -> str | None:
    """The text of a valid scenario from what is answered; None if a file there is to be kept.

    Without a terminal each line of the input is an answer; where it ends, the rest takes defaults.
    Raises AfterbanError for an answer that cannot be, where nobody can be asked again.
    """
    from afterban.errors import AfterbanError
    from afterban.scenario import Scenario
    from afterban.scenario.template_filling import fill
    from afterban.scenario.template_questions import QUESTIONS

    if path.exists() and not _may_replace(path):
        if sys.stdin.isatty():
            output.note(f"{path}: left as it is")
            return None
        raise AfterbanError(
            f"{path}: this file is there already and is left alone; choose another name"
        )
    output.note(
        f"{len(QUESTIONS)} questions. Enter takes the default. Write `measured` after what you "
        "have counted, and a range in parentheses if you know one: 0.7 measured (0.6 to 0.8)."
    )
    answers: dict[str, Answer] = {}
    for number, question in enumerate(QUESTIONS, start=1):
        answers[question.key] = _answer(question, number, len(QUESTIONS), answers)
    text = fill(name, answers)
    Scenario.from_text(text, str(path))  # what cannot be is told before anything is written
    return text


def _may_replace(path: Path) -> bool:
    """Whether somebody at a terminal says that a file may be replaced."""
    if not sys.stdin.isatty():
        return False
    output.prompt(f"{path} is there already. Replace it? [y/N] ")
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _answer(question: Question, number: int, of: int, before: dict[str, Answer]) -> Answer:
    """The answer to one question; on a terminal it is asked until it can be."""
    from afterban.errors import AfterbanError, ValueProblem

    output.note(f"\n{number}/{of}  {question.text}\n      ({question.why})")
    while True:
        output.prompt(f"      [{question.default_after(before)}] ")
        line = sys.stdin.readline()
        if not sys.stdin.isatty():
            output.note(line.rstrip("\n") if line else "(no more answers: the default)")
        elif not line:  # the end of the input, typed
            raise KeyboardInterrupt
        try:
            return question.read(line, before)
        except ValueProblem as problem:
            if not sys.stdin.isatty():
                raise AfterbanError(f"answer {number} ({question.key}): {problem}") from None
            output.note(f"      {problem}")
