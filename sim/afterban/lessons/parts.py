"""What lessons are made of: texts, pictures, predictions, and questions whose answers are checked.

A part shows itself in a notebook (``_display_``, which marimo calls) and as Markdown on a page of
the documentation (``page``), so that the two cannot differ.  The answer of a question is never
typed in: it is the option nearest to a value, the option whose condition holds, or a number within
a tolerance of a value, and all of these come from the simulation or from theory.

Checked by ``tests/lessons/``.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal, Protocol

from afterban import lessons
from afterban.report.lessons import Drawn
from afterban.statistics import Estimate

Kind = Literal["Predict", "Check"]

CLEARLY = 1.5  # how many times nearer than any other the right option of a prediction must be
WAITING = {
    "Predict": "*Commit to a prediction; then the simulation is shown here.*",
    "Check": "*Answer, and press the button.*",
}


class Part(Protocol):
    """Something that a lesson shows."""

    def _display_(self) -> Any: ...

    def page(self) -> str:
        """Markdown for a page."""
        ...


# --- texts and pictures ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Text:
    """A text in Markdown."""

    markdown: str

    def _display_(self) -> Any:
        import marimo as mo

        return mo.md(self.markdown)

    def page(self) -> str:
        """The text itself."""
        return self.markdown


def text(markdown: str) -> Text:
    """A text, without the indentation that it has in the notebook."""
    return Text(textwrap.dedent(markdown).strip())


@dataclass(frozen=True)
class Trial(Text):
    """A text about two single runs with a seed of one's own, which a page runs itself.

    names: of the two policies.  days: time to action of the second one; the first is the lesson's.
    apart: how far the second run's seed is from the first one's.
    """

    names: tuple[str, str]
    days: float
    apart: int


def trial(markdown: str, names: tuple[str, str], days: float, apart: int) -> Trial:
    """A text about two runs, without its indentation."""
    return Trial(textwrap.dedent(markdown).strip(), names, days, apart)


@dataclass(frozen=True)
class Opening:
    """Title of a lesson and what is to be known before it begins."""

    lesson: lessons.Lesson
    markdown: str

    def _display_(self) -> Any:
        import marimo as mo

        one = self.lesson
        head = f"# {one.number}. {one.title}\n\n**{one.asks}**\n\n"
        about = f"*About {lessons.MINUTES} minutes. Seeds are fixed: everybody sees the same.*"
        return mo.md(f"{head}{about}\n\n{self.markdown}")

    def page(self) -> str:
        """The text; the page has the title itself."""
        return f"**{self.lesson.asks}**\n\n{self.markdown}"


def opening(name: str, markdown: str) -> Opening:
    """The beginning of a lesson."""
    return Opening(lessons.find(name), textwrap.dedent(markdown).strip())


@dataclass(frozen=True)
class Picture:
    """A picture with its caption."""

    drawn: Drawn

    def _display_(self) -> Any:
        import marimo as mo

        return mo.Html(self.drawn.html)

    def page(self) -> str:
        """The same picture, as HTML."""
        return self.drawn.html


@dataclass(frozen=True)
class Optional:
    """Mathematics that the lesson can do without: folded away, and marked as optional."""

    title: str
    markdown: str

    def _display_(self) -> Any:
        import marimo as mo

        return mo.accordion({f"Optional: {self.title}": mo.md(self.markdown)})

    def page(self) -> str:
        """The same, folded away."""
        head = f"<summary>Optional: {escape(self.title)}</summary>"
        return f'<details class="lesson-optional">{head}\n\n{self.markdown}\n\n</details>'


def optional(title: str, markdown: str) -> Optional:
    """A derivation for whoever wants it, without its indentation."""
    return Optional(title, textwrap.dedent(markdown).strip())


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


# --- numbers in texts -----------------------------------------------------------------------------


def share(e: Estimate, digits: int = 0) -> str:
    """A share in percent with interval and n, such as ``47 % [45, 49] (n = 20)``."""
    return said(e, " %", 100.0, digits)


def said(e: Estimate, unit: str = "", times: float = 1.0, digits: int = 1) -> str:
    """An estimate with interval and n; never one without the others."""
    if math.isnan(e.low):
        return f"{number(e.value * times, digits)}{unit} (n = {e.n:,}, no interval)"
    low, high = (number(x * times, digits) for x in (e.low, e.high))
    return f"{number(e.value * times, digits)}{unit} [{low}, {high}] (n = {e.n:,})"


def number(value: float, digits: int = 0) -> str:
    """A number with so many decimals and a true minus sign."""
    written = f"{value:,.{digits}f}"
    if float(written.replace(",", "")) == 0:
        written = written.removeprefix("-")
    return written.replace("-", "\N{MINUS SIGN}")


def percent(value: float, digits: int = 0) -> str:
    """A share in percent."""
    return f"{number(100 * value, digits)} %"


# --- questions ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Feedback:
    """What a learner is told about an answer."""

    right: bool
    words: str


@dataclass(frozen=True)
class Option:
    """An answer to choose; ``says``: what is told to who chooses it."""

    text: str
    right: bool
    says: str = ""


@dataclass(frozen=True)
class Choice:
    """A question with answers to choose from, of which one is right.

    title: such as ``Predict 1``.  why: explanation, told with the right answer.
    """

    kind: Kind
    title: str
    prompt: str
    options: tuple[Option, ...]
    why: str

    def __post_init__(self) -> None:
        right = [one.text for one in self.options if one.right]
        if len(right) != 1:
            raise ValueError(f"{self.title}: one answer is right, not {len(right)}: {right}")
        if len({one.text for one in self.options}) < max(2, len(self.options)):
            raise ValueError(f"{self.title}: two answers or more, all different")

    @property
    def answer(self) -> str:
        """The right one."""
        return next(one.text for one in self.options if one.right)

    @property
    def wrong(self) -> tuple[str, ...]:
        """The others."""
        return tuple(one.text for one in self.options if not one.right)

    def check(self, given: object) -> Feedback:
        """Compare an answer.  Raises ValueError for one that was not on offer."""
        for one in self.options:
            if one.text == given:
                return Feedback(
                    one.right, f"{one.says} {self.why}".strip() if one.right else one.says
                )
        raise ValueError(f"{self.title}: {given!r} is none of the answers")

    def ask(self) -> Any:
        """The question with its button, for a notebook."""
        import marimo as mo

        choices = mo.ui.radio([one.text for one in self.options], label=_label(self))
        return choices.form(submit_button_label=_button(self))

    def page(self) -> str:
        """The question and its answers, without saying which is right."""
        offered = "\n".join(f"- {one.text}" for one in self.options)
        return f"{self.prompt}\n\n{offered}"

    def solution(self) -> str:
        """The right answer and why."""
        return f"**{self.answer}** {self.check(self.answer).words}"


@dataclass(frozen=True)
class Number:
    """A question for a number.

    answer: computed.  tolerance: how far off is right, in the same unit.  slips: mistakes that many
    make, each with the number that it leads to.
    """

    kind: Kind
    title: str
    prompt: str
    answer: float
    tolerance: float
    unit: str
    why: str
    slips: Mapping[str, float]
    most: float
    digits: int = 1

    def __post_init__(self) -> None:
        if not self.tolerance > 0 or not math.isfinite(self.answer):
            raise ValueError(f"{self.title}: {self.answer!r} within {self.tolerance!r}")
        if not self.tolerance < self.answer <= self.most:
            raise ValueError(f"{self.title}: nothing to tell, or the answer cannot be given")
        for slip, value in self.slips.items():
            if abs(value - self.answer) <= 2 * self.tolerance:
                raise ValueError(f"{self.title}: the slip is right: {slip}")

    @property
    def wrong(self) -> tuple[float, ...]:
        """Numbers that are not right, those of the slips among them."""
        return (0.0, self.answer + 2 * self.tolerance, *self.slips.values())

    def check(self, given: object) -> Feedback:
        """Compare an answer.  Raises ValueError for what is no number."""
        if isinstance(given, bool) or not isinstance(given, int | float):
            raise ValueError(f"{self.title}: {given!r} is no number")
        if abs(given - self.answer) <= self.tolerance:
            exact = f"It is {number(self.answer, self.digits)} {self.unit}."
            return Feedback(True, f"{exact} {self.why}")
        for slip, value in self.slips.items():
            if abs(value - given) <= self.tolerance:
                return Feedback(False, slip)
        way = "less" if given > self.answer else "more"
        return Feedback(False, f"It is {way} than that.")

    def ask(self) -> Any:
        """The question with its button, for a notebook."""
        import marimo as mo

        step = 10.0**-self.digits
        field = mo.ui.number(0, self.most, step=step, label=f"Your answer ({self.unit}):")
        # A form would put its label in the middle.
        label = f'<span style="display:block;text-align:left">{_label(self)}</span>'
        return field.form(label=label, submit_button_label=_button(self))

    def page(self) -> str:
        """The question."""
        return self.prompt

    def solution(self) -> str:
        """The right number and why."""
        return self.check(self.answer).words


Question = Choice | Number


def _label(question: Question) -> str:
    return f"**{question.title}.** {question.prompt}"


def _button(question: Question) -> str:
    return "Commit" if question.kind == "Predict" else "Check"


def predict(
    title: str,
    prompt: str,
    value: float,
    options: Mapping[str, tuple[float, str]],
    why: str,
    *,
    log: bool = False,
    kind: Kind = "Predict",
) -> Choice:
    """A choice whose right answer is the one nearest to a value.

    options: answer -> the number that it stands for, and what is told to who chooses it.
    log: whether nearness is in ratios.

    Raises ValueError where the value lies so near the middle of two that one could argue.
    """

    def scaled(x: float) -> float:
        return math.log(x) if log else x

    far = {text: abs(scaled(stands) - scaled(value)) for text, (stands, _) in options.items()}
    first, second, *_ = sorted(far, key=lambda text: far[text])
    if far[second] < CLEARLY * far[first]:
        raise ValueError(
            f"{title}: {value!r} is not clearly nearer to {first!r} than to {second!r}"
        )
    return Choice(
        kind,
        title,
        prompt,
        tuple(Option(text, text == first, says) for text, (_, says) in options.items()),
        why,
    )


def choose(
    title: str,
    prompt: str,
    options: Mapping[str, tuple[bool, str]],
    why: str,
    *,
    kind: Kind = "Check",
) -> Choice:
    """A choice whose right answer is the one whose condition holds.

    options: answer -> whether it holds, computed, and what is told to who chooses it.
    """
    made = tuple(Option(text, bool(holds), says) for text, (holds, says) in options.items())
    return Choice(kind, title, prompt, made, why)


def work_out(
    title: str,
    prompt: str,
    answer: float,
    *,
    tolerance: float,
    unit: str,
    why: str,
    slips: Mapping[str, float] | None = None,
    most: float = 1e6,
    digits: int = 1,
) -> Number:
    """A number to work out, within an absolute tolerance."""
    return Number(
        "Check", title, prompt, float(answer), tolerance, unit, why, slips or {}, most, digits
    )


# --- answers --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reveal:
    """What follows an answer: whether it is right, and, after a prediction, what is simulated.

    given: the answer, or None before there is one.
    """

    question: Question
    given: object
    parts: tuple[Part, ...]

    @property
    def feedback(self) -> Feedback | None:
        """What is told about the answer."""
        return None if self.given is None else self.question.check(self.given)

    def _display_(self) -> Any:
        import marimo as mo

        told = self.feedback
        if told is None:
            return _status(mo.md(WAITING[self.question.kind]), "neutral")
        predicted = self.question.kind == "Predict"
        if told.right:
            words = f"**Right.** {told.words}"
        elif predicted:
            words = f"**Not so.** {told.words} The answer: {self.question.solution()}"
        else:
            words = f"**Not yet.** {told.words} Try again."
        shown = [_status(mo.md(words), "success" if told.right else "warn")]
        if predicted or told.right:
            shown += [part._display_() for part in self.parts]
        return mo.vstack(shown, gap=1.2)

    def page(self) -> str:
        """The question, and the answer folded away with what it reveals."""
        inside = "\n\n".join([self.question.solution(), *(part.page() for part in self.parts)])
        label = "What the simulation gives" if self.question.kind == "Predict" else "Answer"
        title = escape(self.question.title)
        return (
            f":::{{admonition}} {self.question.title}\n:class: lesson-question\n\n"
            f"{self.question.page()}\n:::\n\n"
            f'<details class="lesson-answer"><summary>{label} ({title})</summary>\n\n'
            f"{inside}\n\n</details>"
        )


def _status(body: Any, kind: Any) -> Any:
    """A note that a screen reader says when it changes."""
    import marimo as mo

    return mo.Html(f'<div role="status">{mo.callout(body, kind=kind).text}</div>')


def reveal(question: Question, given: object, *parts: Part | Drawn) -> Reveal:
    """What follows an answer to a question."""
    made = tuple(Picture(part) if isinstance(part, Drawn) else part for part in parts)
    return Reveal(question, given, made)


@dataclass(frozen=True)
class Score:
    """How many answers were right; nothing on a page."""

    answers: tuple[tuple[Question, object], ...]

    def counts(self) -> dict[Kind, tuple[int, int, int]]:
        """Kind -> right, answered, asked."""
        found: dict[Kind, tuple[int, int, int]] = {}
        for question, given in self.answers:
            right, answered, asked = found.get(question.kind, (0, 0, 0))
            good = given is not None and question.check(given).right
            found[question.kind] = (right + good, answered + (given is not None), asked + 1)
        return found

    def _display_(self) -> Any:
        import marimo as mo

        words = []
        for kind, (right, answered, asked) in self.counts().items():
            what = "Predictions" if kind == "Predict" else "Questions"
            words.append(f"**{what}:** {right} right of {asked}, {asked - answered} to go.")
        return _status(mo.md(" ".join(words)), "neutral")

    def page(self) -> str:
        """Nobody answers on a page."""
        return ""


def score(*answers: tuple[Question, object]) -> Score:
    """How many were right so far."""
    return Score(answers)
