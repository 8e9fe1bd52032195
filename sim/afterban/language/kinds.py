"""How single values are written: each kind reads a text and writes it back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, cast

from pydantic import Field

from afterban import units
from afterban.errors import ValueProblem, listed, shortened

NEVER = "never"
NONE = "none"
RESERVED_NAMES = (NONE, "value")  # each has a meaning of its own where a name may stand
MOST_POINTS = 8


class Kind:
    """How one type of value is written; ``name`` and ``form`` are for messages."""

    name: str = "a value"
    form: ClassVar[str] = "write a value"
    takes_evidence: ClassVar[bool] = True

    def parse(self, text: str, plain: bool = True) -> Any:
        """The value in ``text``; raises ValueProblem."""
        raise NotImplementedError

    def format(self, value: Any) -> str:
        """The text that :meth:`parse` reads as the identical value."""
        return str(value)

    def json_schema(self) -> dict[str, Any]:
        """What a JSON Schema says of the written form."""
        raise NotImplementedError


class TextKind(Kind):
    """Free text."""

    name = "text"
    form = "write text"
    takes_evidence = False

    def parse(self, text: str, plain: bool = True) -> str:
        """Return the text itself."""
        return text

    def json_schema(self) -> dict[str, Any]:
        """Any text; a plain number or date is text too."""
        return {"type": ["string", "number"]}


class NameKind(Kind):
    """A short name for files, folders and tables."""

    name = "a name"
    form = "write small letters, digits, `-` and `_`, at most 64, beginning with a letter or digit"
    takes_evidence = False

    def parse(self, text: str, plain: bool = True) -> str:
        """Return the name if it is one."""
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", text):
            raise ValueProblem(f"`{shortened(text)}` is not a name", self.form, _as_name(text))
        if text in RESERVED_NAMES:
            raise ValueProblem(f"`{text}` is reserved", "choose another name")
        return text

    def json_schema(self) -> dict[str, Any]:
        """A pattern."""
        return {
            "type": ["string", "integer"],
            "pattern": "^(?!none$|value$)[a-z0-9][a-z0-9_-]{0,63}$",
        }


class IdKind(NameKind):
    """A name that is used within the scenario alone: no file, folder or column is called so."""

    form = "write letters, digits, `-` and `_`, at most 64, beginning with a letter or digit"
    pattern: ClassVar[str] = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"

    def parse(self, text: str, plain: bool = True) -> str:
        """Return the name if it is one."""
        if not re.fullmatch(self.pattern, text):
            raise ValueProblem(f"`{shortened(text)}` is not a name", self.form, _as_name(text))
        if text in RESERVED_NAMES:
            raise ValueProblem(f"`{text}` is reserved", "choose another name")
        return text

    def json_schema(self) -> dict[str, Any]:
        """A pattern."""
        return {"type": ["string", "integer"], "pattern": f"^(?!none$|value$){self.pattern}$"}


class PathKind(Kind):
    """The place of a value in a scenario."""

    name = "a path"
    form = "write keys with dots, such as `review.waves.every` or `detection.pulses[0].share`"
    takes_evidence = False
    pattern: ClassVar[str] = r"^[^.\[\]\s]+(\.[^.\[\]\s]+|\[[^\[\]]+\])*$"

    def parse(self, text: str, plain: bool = True) -> str:
        """Return the path if it can be one."""
        if not re.fullmatch(self.pattern, text):
            raise ValueProblem(f"`{shortened(text)}` is not a path", self.form)
        return text

    def json_schema(self) -> dict[str, Any]:
        """A pattern."""
        return {"type": "string", "pattern": self.pattern}


class FileKind(Kind):
    """The path of a table."""

    name = "a file"
    form = "write the path of a .csv or .parquet file, from the folder of the scenario"
    suffixes: ClassVar[tuple[str, ...]] = (".csv", ".parquet")

    def parse(self, text: str, plain: bool = True) -> str:
        """Return the path as it is written."""
        if not text.endswith(self.suffixes):
            raise ValueProblem(f"`{shortened(text)}` is no table", self.form)
        return text

    def json_schema(self) -> dict[str, Any]:
        """A pattern."""
        return {"type": "string", "pattern": r"\.(csv|parquet)$"}


class DigestKind(Kind):
    """A SHA-256."""

    name = "a SHA-256"
    form = "write 64 hexadecimal digits in small letters, or remove the key"
    takes_evidence = False

    def parse(self, text: str, plain: bool = True) -> str:
        """Return the digits."""
        if not re.fullmatch(r"[0-9a-f]{64}", text):
            raise ValueProblem(f"`{shortened(text)}` is no SHA-256", self.form)
        return text

    def json_schema(self) -> dict[str, Any]:
        """A pattern."""
        return {"type": "string", "pattern": "^[0-9a-f]{64}$"}


class BooleanKind(Kind):
    """True or false, and no other word."""

    name = "true or false"
    form = "write true or false"

    def parse(self, text: str, plain: bool = True) -> bool:
        """Return the truth value; `yes` and `on` are text in YAML 1.2."""
        if plain and text in ("true", "false"):
            return text == "true"
        if text in ("true", "false"):
            raise ValueProblem(
                f"`{text}` is quoted, which makes it text", "write it without quotes"
            )
        hint = {"yes": "true", "on": "true", "y": "true", "true": "true", "1": "true"}
        hint |= {"no": "false", "off": "false", "n": "false", "false": "false", "0": "false"}
        raise ValueProblem(
            f"`{shortened(text)}` is neither true nor false", self.form, hint.get(text.lower())
        )

    def format(self, value: Any) -> str:
        """Write true or false."""
        return "true" if value else "false"

    def json_schema(self) -> dict[str, Any]:
        """A truth value."""
        return {"type": "boolean"}


class DateKind(Kind):
    """An ISO date."""

    name = "a date"
    form = "write a date as year-month-day, such as `2014-09-13`"

    def parse(self, text: str, plain: bool = True) -> dt.date:
        """Return the date."""
        return units.parse_date(text)

    def format(self, value: Any) -> str:
        """Write year-month-day."""
        return cast(dt.date, value).isoformat()

    def json_schema(self) -> dict[str, Any]:
        """An ISO date."""
        return {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}


class WordKind(Kind):
    """One of a few words."""

    name = "a word"

    def __init__(self, words: tuple[object, ...]) -> None:
        self.words = words

    @property
    def allowed(self) -> str:
        """The words in a sentence."""
        words = [str(word) for word in self.words]
        return f"write {listed(words, 'or')}"

    def parse(self, text: str, plain: bool = True) -> object:
        """Return the word if it is one of them."""
        for word in self.words:
            if text == str(word):
                return word
        from afterban.errors import closest

        raise ValueProblem(
            f"`{shortened(text)}` is not known here",
            self.allowed,
            closest(text, [str(word) for word in self.words]),
        )

    def json_schema(self) -> dict[str, Any]:
        """An enumeration."""
        return {"enum": list(self.words)}


class NumberKind(Kind):
    """A number that is 0 or more."""

    name = "a number"
    form = "write a number that is 0 or more"
    pattern: ClassVar[str] = r"^[0-9][0-9_]*(\.[0-9]*)?([eE][+-]?[0-9]+)?$"
    maximum: ClassVar[float | None] = None

    def parse(self, text: str, plain: bool = True) -> float:
        """Return the number."""
        return units.parse_number(text, low=0.0)

    def format(self, value: Any) -> str:
        """Write the shortest text of the number."""
        return units.format_number(value)

    def json_schema(self) -> dict[str, Any]:
        """A number, or its text with `_` (or `%`)."""
        number: dict[str, Any] = {"type": "number", "minimum": 0}
        if self.maximum is not None:
            number["maximum"] = self.maximum
        return {"anyOf": [number, {"type": "string", "pattern": self.pattern}]}


class ShareKind(NumberKind):
    """A number from 0 to 1."""

    name = "a share"
    form = "a share lies between 0 and 1; `40 %` may be written too"
    pattern = r"^[0-9][0-9_]*(\.[0-9]*)?([eE][+-]?[0-9]+)?( *%)?$"
    maximum = 1

    def parse(self, text: str, plain: bool = True) -> float:
        """Return the share."""
        return units.parse_share(text, self.name)


class ProbabilityKind(ShareKind):
    """A number from 0 to 1."""

    name = "a probability"
    form = "a probability lies between 0 and 1; `40 %` may be written too"


class CorrelationKind(NumberKind):
    """A number from -1 to 1."""

    name = "a correlation"
    form = "a correlation lies between -1 and 1"
    pattern = r"^-?[0-9][0-9_]*(\.[0-9]*)?([eE][+-]?[0-9]+)?$"

    def parse(self, text: str, plain: bool = True) -> float:
        """Return the correlation."""
        value = units.parse_number(text)
        if not -1 <= value <= 1:
            raise ValueProblem(f"`{text}` is outside -1 to 1", self.form)
        return value

    def json_schema(self) -> dict[str, Any]:
        """A number from -1 to 1, or its text."""
        number = {"type": "number", "minimum": -1, "maximum": 1}
        return {"anyOf": [number, {"type": "string", "pattern": self.pattern}]}


class AnyNumberKind(NumberKind):
    """A number with or without a unit, held in the simulator's units (days, per day)."""

    name = "a number, duration or rate"
    form = (
        "write a number that is 0 or more, a duration such as `36h`, or a rate such as `2 per day`"
    )
    pattern = r"^ *[0-9.].*$"

    def parse(self, text: str, plain: bool = True) -> float:
        """Return the number, days, or the rate per day."""
        readers: tuple[Callable[[str], float], ...] = (
            lambda t: units.parse_number(t, low=0.0),
            units.parse_duration,
            units.parse_rate,
        )
        for read in readers:
            try:
                return read(text)
            except ValueProblem:
                continue
        raise ValueProblem(f"`{shortened(text)}` is no number", self.form)


LARGEST_SMALL_COUNT = 2**31 - 1


class CountKind(Kind):
    """A whole number that is 0 or more."""

    name = "a count"
    form = "write a whole number that is 0 or more"

    def parse(self, text: str, plain: bool = True) -> int:
        """Return the number."""
        return units.parse_count(text)

    def json_schema(self) -> dict[str, Any]:
        """A whole number, or its text with `_`."""
        return {
            "anyOf": [
                {"type": "integer", "minimum": 0},
                {"type": "string", "pattern": "^[0-9]+(_[0-9]+)*$"},
            ]
        }


class SmallCountKind(CountKind):
    """A count that the engines keep in 32 bits, once for each operator or life."""

    form = "write a whole number from 0 to 2,147,483,647"

    def parse(self, text: str, plain: bool = True) -> int:
        """Return the number.  Raises ValueProblem for one that would not fit."""
        value = super().parse(text, plain)
        if value > LARGEST_SMALL_COUNT:
            raise ValueProblem(f"`{text}` is too large", "this count is at most 2^31 - 1")
        return value


class _UnitKind(Kind):
    """A number with a unit; 0 needs none."""

    pattern: ClassVar[str]

    def json_schema(self) -> dict[str, Any]:
        """Text with a unit."""
        return {"anyOf": [{"const": 0}, {"type": "string", "pattern": self.pattern}]}


class DurationKind(_UnitKind):
    """A duration, held in days."""

    name = "a duration"
    form = units.DURATION_FORM
    pattern = r"^ *([0-9.][0-9_.eE+-]* *[A-Za-z]+ *)+$"

    def parse(self, text: str, plain: bool = True) -> float:
        """Return days."""
        return units.parse_duration(text)

    def format(self, value: Any) -> str:
        """Write the duration with a unit."""
        return units.format_duration(value)


class RateKind(_UnitKind):
    """A rate, held per day."""

    name = "a rate"
    form = units.RATE_FORM
    pattern = r"^ *[0-9.][0-9_.eE+-]* *(per +|/ *)\S.*$"

    def parse(self, text: str, plain: bool = True) -> float:
        """Return the rate per day."""
        return units.parse_rate(text)

    def format(self, value: Any) -> str:
        """Write the rate with what it is per."""
        return units.format_rate(value)


class PerKind(_UnitKind):
    """A rate for each of some things."""

    pattern = r"^ *[0-9.][0-9_.eE+-]* *(per +|/ *)\S.*$"

    def __init__(self, thing: str) -> None:
        self.thing = thing
        self.name = f"a rate per {thing}"

    @property
    def allowed(self) -> str:
        """What may be written."""
        return f"say per how many {self.thing}s, such as `2 per million {self.thing}s`"

    def parse(self, text: str, plain: bool = True) -> float:
        """Return the rate per thing."""
        return units.parse_per(text, self.thing)

    def format(self, value: Any) -> str:
        """Write the rate with what it is per."""
        return units.format_per(value, self.thing)


def form_of(kind: Kind) -> str:
    """What may be written for a kind."""
    return str(getattr(kind, "allowed", kind.form))


_Number = Field(ge=0, allow_inf_nan=False)
_Unit = Field(ge=0, le=1, allow_inf_nan=False)

FilePath = Annotated[str, FileKind()]
FileDigest = Annotated[str, DigestKind()]
Name = Annotated[str, NameKind(), Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
Id = Annotated[str, IdKind(), Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
Path = Annotated[str, PathKind()]
Count = Annotated[int, CountKind(), Field(ge=0)]
SmallCount = Annotated[int, SmallCountKind(), Field(ge=0, le=LARGEST_SMALL_COUNT)]
Factor = Annotated[float, NumberKind(), _Number]
Share = Annotated[float, ShareKind(), _Unit]
Probability = Annotated[float, ProbabilityKind(), _Unit]
Correlation = Annotated[float, CorrelationKind(), Field(ge=-1, le=1, allow_inf_nan=False)]
Duration = Annotated[float, DurationKind(), _Number]
Rate = Annotated[float, RateKind(), _Number]
PerImpression = Annotated[float, PerKind("impression"), _Number]
PerPost = Annotated[float, PerKind("post"), _Number]


def _as_name(text: str) -> str | None:
    name = re.sub(r"[^a-z0-9_-]+", "-", text.lower()).strip("-_")[:64]
    return name if name and name != text else None
