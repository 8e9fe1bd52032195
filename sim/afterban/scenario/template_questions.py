"""Ten questions about a platform, and how their answers are read.

An answer is a value as a scenario has it, then ``measured`` where it was counted, then its range in
parentheses where one is known: ``0.7 measured (0.6 to 0.8)``.  An empty one takes the default.

Checked by ``tests/unit/test_templates.py``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from afterban.errors import ValueProblem, closest, shortened
from afterban.language.kinds import (
    CountKind,
    DurationKind,
    Kind,
    ProbabilityKind,
    RateKind,
    WordKind,
)
from afterban.language.zones import ZoneKind
from afterban.scenario.rosters import ROSTERS, filled, people_for

MEASURED: Final = "measured"
ASSUMED: Final = "assumed"
LEAST_USERS: Final = 10_000
MOST_USERS: Final = 10**10
LEAST_OPERATORS: Final = 20
MOST_OPERATORS: Final = 200_000
MOST_PEOPLE: Final = 1_000
MOST_REPORTS: Final = 100_000.0  # a day
SHORTEST_ACTION: Final = 1 / 1440  # days
LONGEST_ACTION: Final = 365.0
WORDS: Final = (MEASURED, ASSUMED)
_RANGE: Final = re.compile(r"\(([^()]*)\)")
_LARGE: Final = {"thousand": 3, "k": 3, "million": 6, "m": 6, "billion": 9, "bn": 9}


@dataclass(frozen=True)
class Answer:
    """What was answered: the value, whether it was counted, its range if one was given.

    ``given`` is False where the default was taken.  Values are in the simulator's units.
    """

    value: Any
    measured: bool = False
    range: tuple[Any, Any] | None = None
    given: bool = True


Answers = Mapping[str, Answer]


@dataclass(frozen=True)
class Question:
    """A question with its default, and why it matters.

    kind: how the value is written.  check: raises ValueProblem for a value that cannot be, given
    the answers before it.  has_range: whether a range makes sense (not of words).  instead: the
    default where the usual one cannot be.
    """

    key: str
    text: str
    why: str
    kind: Kind
    default: str
    check: Callable[[Any, Answers], None] = lambda value, before: None
    has_range: bool = True
    instead: Callable[[Answers], str] | None = None

    def default_after(self, before: Answers) -> str:
        """The default, or what stands in for it where the answers before leave no room for it."""
        try:
            self.check(self._value(self.default), before)
        except ValueProblem:
            if self.instead is None:
                raise
            return self.instead(before)
        return self.default

    def read(self, text: str, before: Answers) -> Answer:
        """The answer in a text.  Raises ValueProblem with what is allowed."""
        text = text.strip()
        if not text:
            default = self.default_after(before)
            return Answer(self._value(default), given=default != self.default)
        inside = _RANGE.search(text)
        rest = text if inside is None else f"{text[: inside.start()]} {text[inside.end() :]}"
        first, _, last = rest.strip().rpartition(" ")
        word = last.lower() if first else ""
        if word not in WORDS:
            near = closest(word, WORDS) if word else None
            if near is not None:
                raise ValueProblem(
                    f"`{shortened(last)}` is neither measured nor assumed",
                    "write one of the two after the value, or nothing",
                    near,
                )
            first = rest
        value = self._value(first)
        self.check(value, before)
        ends = None if inside is None else inside[1]
        return Answer(value, word == MEASURED, self._range(ends, value, before))

    def _value(self, text: str) -> Any:
        text = text.strip()
        if isinstance(self.kind, CountKind):
            text = _whole(text)
        return self.kind.parse(text)

    def _range(self, text: str | None, value: Any, before: Answers) -> tuple[Any, Any] | None:
        if text is None:
            return None
        if not self.has_range:
            raise ValueProblem(f"`({shortened(text)})` is a range", "this has none; leave it out")
        ends = re.split(r"\s+to\s+|\s*[–—]\s*|\s*,\s+", text.strip())
        if len(ends) != 2:
            raise ValueProblem(
                f"`({shortened(text)})` is no range", "write its ends, as in `(20 h to 30 h)`"
            )
        low, high = (self._value(end) for end in ends)
        if not low <= value <= high or low == high:
            raise ValueProblem(
                f"the value is not in its range `({shortened(text)})`",
                "write the smaller end first, with the value between them",
            )
        for end in (low, high):
            self.check(end, before)
        return low, high


def _whole(text: str) -> str:
    """A count as a scenario has it: `12 million`, `12,000,000` and `3k` are written out."""
    found = re.fullmatch(r"([0-9][0-9,_ ]*(?:\.[0-9]+)?)\s*([A-Za-z]+)?", text)
    if found is None:
        return text
    number = re.sub(r"[,_ ]", "", found[1])
    if found[2] is None:
        return number
    power = _LARGE.get(found[2].lower())
    if power is None:
        raise ValueProblem(
            f"`{shortened(found[2])}` is no number",
            "write a whole number, such as `12 million`",
            closest(found[2], _LARGE),
        )
    whole, _, part = number.partition(".")
    if len(part) > power:
        return text
    return (whole + part.ljust(power, "0")).lstrip("0") or "0"


# --- what cannot be -------------------------------------------------------------------------------


def _between(low: float, high: float, form: str) -> Callable[[Any, Answers], None]:
    def check(value: Any, before: Answers) -> None:
        if not low <= value <= high:
            raise ValueProblem("that is out of bounds", form)

    return check


def _operators(value: Any, before: Answers) -> None:
    most = min(MOST_OPERATORS, int(before["users"].value) // 10)
    if not LEAST_OPERATORS <= value <= most:
        raise ValueProblem(
            f"{value:,} accounts cannot be",
            f"write {LEAST_OPERATORS} to {most:,}: at most a tenth of the users, and no more than "
            f"{MOST_OPERATORS:,} (thin a larger network)",
        )


def _shifts(value: Any, before: Answers) -> None:
    people = int(before["people"].value)
    if not filled(value, people):
        able = [name for name in ROSTERS if filled(name, people)]
        raise ValueProblem(
            f"{people} cannot fill `{value}`, which takes {people_for(value)} people in full time",
            f"write {' or '.join(f'`{name}`' for name in able)}, or start again with more people",
        )


def _precision(value: Any, before: Answers) -> None:
    if not 0.01 <= value <= 0.99:
        raise ValueProblem("no classifier is that good or bad", "write a share from 0.01 to 0.99")


QUESTIONS: Final = (
    Question(
        "users",
        "How many people use the platform in a month?",
        "only they can see a post, and their number bounds every audience",
        CountKind(),
        "12 million",
        _between(LEAST_USERS, MOST_USERS, f"write {LEAST_USERS:,} to {MOST_USERS:,}"),
    ),
    Question(
        "operators",
        "How many accounts does the network have?",
        "flags, reviews and reach are in proportion to it",
        CountKind(),
        "3,000",
        _operators,
        instead=lambda before: str(int(before["users"].value) // 10),
    ),
    Question(
        "people",
        "How many people review cases, in full time?",
        "each has 40 hours a week, and cases wait for them",
        CountKind(),
        "6",
        _between(1, MOST_PEOPLE, f"write 1 to {MOST_PEOPLE:,} people"),
        has_range=False,
    ),
    Question(
        "shifts",
        "When do they work? " + "; ".join(f"{name}: {one.says}" for name, one in ROSTERS.items()),
        "what is flagged while nobody is on duty waits for the next shift",
        WordKind(tuple(ROSTERS)),
        "two-shifts",
        _shifts,
        has_range=False,
        instead=lambda before: "office",
    ),
    Question(
        "timezone",
        "In which time zone?",
        "hours of shifts are local ones, summer time included",
        ZoneKind(),
        "Europe/Berlin",
        has_range=False,
    ),
    Question(
        "time_to_action",
        "How long from a flag to a suspension, in the median, if nobody has to queue?",
        "the arms without a queue show what speed alone would buy",
        DurationKind(),
        "24 h",
        _between(SHORTEST_ACTION, LONGEST_ACTION, "write 1 min to 365 d"),
    ),
    Question(
        "precision",
        "Of the accounts that the classifier flags, which share is right?",
        "the others are ordinary users, who take reviewers' time",
        ProbabilityKind(),
        "0.8",
        _precision,
    ),
    Question(
        "benign_reports",
        "How many other reports come into the same queue?",
        "they take the same people's time",
        RateKind(),
        "100 per day",
        _between(0, MOST_REPORTS, f"write 0 to {MOST_REPORTS:,.0f} per day"),
    ),
    Question(
        "appeals",
        "Which share of the wrongly suspended appeals?",
        "who does not appeal stays suspended, and each appeal takes a case's time",
        ProbabilityKind(),
        "0.4",
    ),
    Question(
        "returns",
        "How likely is an ordinary operator to come back after a suspension?",
        "what suspensions achieve hangs on it, and a log with links tells it (`afterban fit`)",
        ProbabilityKind(),
        "0.6",
    ),
)
