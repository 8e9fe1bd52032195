"""What stories are made of: beats, and predictions whose answers come from runs.

Everything is plain data that the script shows as text.  A prediction's answer is never typed in.
The words of a beat may tell the answers of the predictions before it, and of no later one: a test
reads the page before each.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from afterban.statistics import Estimate

Data = dict[str, Any]

UNIT = "\N{NO-BREAK SPACE}%"


@dataclass(frozen=True)
class Number:
    """A number in large type, with what it is; interval: its doubt in words, or what it is of."""

    text: str
    label: str
    interval: str = ""


@dataclass(frozen=True)
class Slip:
    """What is said to a guess near ``value``: a way of thinking that leads there."""

    value: float
    words: str


@dataclass(frozen=True)
class Question:
    """A prediction: a number that everybody guesses once.

    unit: ``%`` (values are in percent) or a noun.
    low, high: ends of the scale.
    value, bounds: the answer, and its 95 % interval where it has one.
    near: how far off still counts as right, in the unit.
    says: about the answer, after the guess.
    """

    key: str
    prompt: str
    unit: str
    low: float
    high: float
    value: float
    near: float
    says: str
    bounds: tuple[float, float] | None = None
    slips: Sequence[Slip] = ()

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"{self.key}: {self.value} is off its scale")

    def data(self) -> Data:
        """As the page reads it."""
        return {
            "key": self.key,
            "prompt": self.prompt,
            "unit": self.unit,
            "low": self.low,
            "high": self.high,
            "value": float(f"{self.value:.6g}"),
            "near": self.near,
            "bounds": None if self.bounds is None else [float(f"{b:.6g}") for b in self.bounds],
            "says": self.says,
            "slips": [[slip.value, slip.words] for slip in self.slips],
        }


@dataclass(frozen=True)
class Beat:
    """One step of a story.

    title: the finding, or what is asked.  text: paragraphs of the caption.
    answer: place of the run that is drawn, in the story's list.
    begin, until: days on which the clock starts, and beyond which nothing is shown.
    pictures: of ``network``, ``lives``, ``through``, ``lines``, ``curve``.
    pin: place of a run whose reach is drawn besides, for comparison.
    curve: key of the curve that is drawn.
    explore: whether the sliders are there.
    """

    title: str
    text: Sequence[str]
    answer: int = 0
    begin: float = 0.0
    until: float | None = None
    plays: bool = False
    pictures: Sequence[str] = ("network", "lives", "through")
    question: Question | None = None
    number: Number | None = None
    pin: int | None = None
    curve: str | None = None
    explore: bool = False

    def data(self) -> Data:
        """As the page reads it."""
        told: Data = {
            "title": self.title,
            "text": list(self.text),
            "answer": self.answer,
            "begin": round(self.begin, 3),
            "until": None if self.until is None else round(self.until, 3),
            "plays": self.plays,
            "pictures": list(self.pictures),
            "explore": self.explore,
        }
        if self.question is not None:
            told["question"] = self.question.data()
        if self.number is not None:
            told["number"] = vars(self.number)
        if self.pin is not None:
            told["pin"] = self.pin
        if self.curve is not None:
            told["curve"] = self.curve
        return told


@dataclass(frozen=True)
class Curve:
    """A metric along a slider, every point with its interval.

    places: of the points on the axis; logarithmic where they are times.
    share: whether values are shares; else numbers, or days where ``time`` is set.
    """

    slider: str
    metric: str
    label: str
    axis: str
    labels: Sequence[str]
    values: Sequence[str]
    places: Sequence[float]
    points: Sequence[Estimate]
    logarithmic: bool
    share: bool = True
    title: str = ""
    time: bool = False

    def data(self) -> Data:
        """As the page reads it."""
        return {
            "slider": self.slider,
            "metric": self.metric,
            "label": self.label,
            "axis": self.axis,
            "logarithmic": self.logarithmic,
            "share": self.share,
            "time": self.time,
            "title": self.title,
            "n": self.points[0].n,
            "points": [
                {
                    "at": place,
                    "label": label,
                    "setting": value,
                    "value": _plain(e.value),
                    "low": _plain(e.low),
                    "high": _plain(e.high),
                }
                for place, label, value, e in zip(
                    self.places, self.labels, self.values, self.points, strict=True
                )
            ],
        }


def _plain(value: float) -> float | None:
    return float(f"{value:.5g}") if math.isfinite(value) else None


@dataclass(frozen=True)
class Told:
    """A story with everything that the page needs to tell it.

    answers: runs, the one of the start first.
    """

    key: str
    title: str
    asks: str
    network: Data
    answers: Sequence[Data]
    beats: Sequence[Beat]
    curves: Mapping[str, Curve]
    about: Data = field(default_factory=dict)

    def data(self) -> Data:
        """As the page reads it."""
        return {
            "key": self.key,
            "title": self.title,
            "asks": self.asks,
            **self.about,
            "network": self.network,
            "answers": list(self.answers),
            "beats": [beat.data() for beat in self.beats],
            "curves": {key: curve.data() for key, curve in self.curves.items()},
        }


def finding(holds: bool, words: str) -> str:
    """Words that state a finding.  Raises ValueError where the runs do not show it (any more)."""
    if not holds:
        raise ValueError(f"the runs do not show it: {words}")
    return words


# --- words ----------------------------------------------------------------------------------------


def percent(share: float) -> str:
    """A share in percent; below twenty with a decimal."""
    value = 100 * share
    digits = 1 if 0 < value < 19.95 else 0
    return f"{value:.{digits}f}{UNIT}"


def interval(e: Estimate, times: float = 100.0, unit: str = UNIT) -> str:
    """An interval in words, with n."""
    if not math.isfinite(e.low):
        return f"n = {e.n}"
    digits = 1 if times * e.high < 19.95 or round(times * e.low) == round(times * e.high) else 0
    low, high = (f"{times * x:,.{digits}f}" for x in (e.low, e.high))
    return f"95 % interval {low} to {high}{unit}, {e.n} runs"


def people(count: float) -> str:
    """A number of people."""
    return f"{count:,.0f}"


def days(count: float) -> str:
    """A length of time in words."""
    for size, unit in ((1.0, "day"), (1 / 24, "hour"), (1 / 1440, "minute")):
        if count >= size or unit == "minute":
            n = count / size
            text = f"{n:.1f}".removesuffix(".0") if n < 9.95 else f"{n:.0f}"
            return f"{text} {unit}" + ("" if text == "1" else "s")
    raise AssertionError
