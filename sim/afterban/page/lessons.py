"""Lessons as the page reads them: played once, their parts as plain data, and their live dial.

That is done beforehand, by ``afterban.page.build``; :mod:`afterban.page.lesson_file` reads it.

Checked by ``tests/page/test_lessons.py``.
"""

from __future__ import annotations

import re
from typing import Any, Final

from afterban.lessons import MINUTES, Lesson, parts
from afterban.lessons.play import play
from afterban.page.dials import DIALS, dial_story
from afterban.page.marked import blocks, words
from afterban.report.lesson_svg import colours_of, drawn_data

Data = dict[str, Any]
# Notes that say no answer, and may be read before the end.
EARLY: Final = ("Timing", "Before the first reveal", "A word of care")


def recorded(lesson: Lesson, notes: str) -> Data:
    """A lesson played now.  notes: Markdown of its page in the documentation."""
    sections: list[Data] = [{"before": [], "question": None, "after": []}]
    svgs: list[str] = []
    for part in play(lesson).parts:
        if isinstance(part, parts.Reveal):
            sections[-1]["question"] = question_data(part.question)
            sections[-1]["after"] = [_block(one, svgs) for one in part.parts]
            sections.append({"before": [], "question": None, "after": []})
        elif not isinstance(part, parts.Score):
            sections[-1]["before"].append(_block(part, svgs))
    early, late = notes_of(notes)
    return {
        "key": lesson.name,
        "number": lesson.number,
        "title": lesson.title,
        "asks": lesson.asks,
        "minutes": MINUTES,
        "sections": sections,
        "dial": dial_story(DIALS[lesson.name]),
        "notes": {"early": early, "late": late},
        "colours": colours_of(svgs),
    }


def _block(part: Any, svgs: list[str]) -> Data:
    if isinstance(part, parts.Trial):
        live = {"names": list(part.names), "at": part.days, "apart": part.apart}
        return {"kind": "trial", "nodes": blocks(part.markdown), **live}
    if isinstance(part, parts.Opening | parts.Text):
        return {"kind": "text", "nodes": blocks(part.markdown)}
    if isinstance(part, parts.Optional):
        return {"kind": "optional", "title": part.title, "nodes": blocks(part.markdown)}
    if isinstance(part, parts.Picture):
        data = drawn_data(part.drawn)
        svgs.extend((data["wide"], data["narrow"]))
        return {"kind": "picture", **data}
    raise TypeError(f"a page has no room for {type(part).__name__}")


def question_data(question: parts.Question) -> Data:
    """A question with what is told about each answer; what is right lies in it."""
    common = {
        "kind": question.kind,
        "title": question.title,
        "prompt": words(question.prompt),
        "solution": words(question.solution()),
    }
    if isinstance(question, parts.Choice):
        told = [(one, question.check(one.text)) for one in question.options]
        return {
            **common,
            "options": [
                {"text": words(one.text), "right": said.right, "says": words(said.words)}
                for one, said in told
            ],
        }
    return {
        **common,
        "answer": question.answer,
        "tolerance": question.tolerance,
        "unit": question.unit,
        "most": question.most,
        "high": line_end(question),
        "digits": question.digits,
        "slips": [[value, words(slip)] for slip, value in question.slips.items()],
    }


def line_end(question: parts.Number) -> float:
    """Where the line ends on which a class guesses a number: far from the answer, and round.

    At least three times the answer and every slip, so that where the line ends says little about
    them, unless no answer may be as large.
    """
    least = 3 * max(question.answer, *question.slips.values(), 0)
    ends = (times * 10.0**power for power in range(-3, 9) for times in (1, 2, 5))
    return min(question.most, next(end for end in ends if end >= least))


def notes_of(page: str) -> tuple[list[Any], list[Any]]:
    """What a page of the documentation tells the instructor: without answers, and the rest."""
    aim = re.search(r"\*Aim\.\*.*?(?=\n\n)", page, flags=re.DOTALL)
    told = page.partition("## For the instructor")[2]
    points = re.split(r"\n(?=- \*\*)", told.strip())
    early = [one for one in points if one.startswith(tuple(f"- **{name}" for name in EARLY))]
    late = [one for one in points if one not in early]
    if aim is None or not early or not late:
        raise ValueError("the page has no aim, or no notes")
    return blocks("\n".join(early)), blocks("\n\n".join([aim[0], "\n".join(late)]))
