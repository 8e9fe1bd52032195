"""Durations, rates and dates: "36h", "2 per day" and 2014-09-13 to days, rates per day, and back.

Parsing is exact: the decimal number that was written is turned into the simulator's unit as a
fraction and rounded once, so that ``36h`` and ``1.5 d`` are the same number to the last bit.
Formatting is the inverse: the text that it gives is read back as the identical number.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from afterban.errors import ValueProblem, listed, shortened

SECONDS: dict[str, int] = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600),
    **dict.fromkeys(("d", "day", "days"), 86_400),
    **dict.fromkeys(("w", "wk", "week", "weeks"), 604_800),
}
DAY = 86_400
UNIT_WORDS = ("s", "min", "h", "d", "weeks")

_NO_FIXED_LENGTH = re.compile(r"(mo|mon|month|months|y|yr|yrs|year|years)", re.IGNORECASE)
_NUMBER = r"[0-9]+(?:_[0-9]+)*(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?"
_NUMBER_ALONE = re.compile(rf"([+-]?)({_NUMBER})")
_PART = re.compile(rf"\s*([+-]?(?:{_NUMBER}))\s*([^\W\d_]+)\s*")
_LONGEST = 60
_LARGEST_EXPONENT = 999  # a fraction of more digits would fill the memory
_KEPT = 2**14  # texts of which is known what they say: scenarios are read again and again
_MULTIPLES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}

DURATION_FORM = "a duration is a number with a unit, such as `36h`, `7 days` or `90 s`"
RATE_FORM = "a rate says per what, such as `2 per day` or `0.5 per hour`"


@lru_cache(_KEPT)
def number(text: str) -> Fraction:
    """The decimal number in ``text``, exactly.  Raises ValueProblem if it is not one."""
    text = text.strip()
    if text.lower().lstrip("+-.") in ("nan", "inf", "infinity"):
        raise ValueProblem(f"`{text}` is not a finite number", "write a number")
    if re.fullmatch(r"[+-]?0[xXoObB][0-9a-fA-F]+", text):
        raise ValueProblem(
            f"`{text}` is not a decimal number",
            "write it in decimals",
            str(int(text, 0)) if not text.startswith(("-", "+")) and _is_integer(text) else None,
        )
    found = _NUMBER_ALONE.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        grouped = re.fullmatch(r"[0-9]{1,3}(?:[ ,'\u00a0\u202f][0-9]{3})+", text)
        hint = re.sub(r"[^0-9]", "_", text) if grouped else None
        raise ValueProblem(f"`{shortened(text)}` is not a number", "write a number", hint)
    digits = found[2].replace("_", "")
    if re.match(r"0[0-9]", digits):
        raise ValueProblem(
            f"`{text}` begins with a zero, which some programs read as an octal number",
            "write it without the zero",
            text.replace("0", "", 1) if set(digits) != {"0"} else "0",
        )
    exponent = re.search(r"[eE][+-]?([0-9]+)", digits)
    if exponent and int(exponent[1]) > _LARGEST_EXPONENT:
        raise ValueProblem(f"`{text}` is beyond all measure", "write a number with fewer digits")
    return Fraction(found[1] + digits)


def parse_number(text: str, *, low: float = -math.inf, high: float = math.inf) -> float:
    """A finite number between ``low`` and ``high``."""
    return _rounded(number(text), text, low, high)


def parse_count(text: str) -> int:
    """A whole number, not negative."""
    exact = number(text)
    if exact < 0:
        raise ValueProblem(f"`{text}` is negative", "a count is 0 or more")
    if exact.denominator != 1:
        raise ValueProblem(f"`{text}` is not a whole number", "a count is 0, 1, 2 and so on")
    if exact > 2**53:
        raise ValueProblem(f"`{text}` is too large", "a count is at most 2^53")
    return int(exact)


def parse_share(text: str, what: str = "a share") -> float:
    """A number from 0 to 1; ``40 %`` is 0.4."""
    stripped = text.strip()
    percent = stripped.endswith("%")
    value = _rounded(number(stripped.removesuffix("%")) / (100 if percent else 1), text)
    if not 0 <= value <= 1:
        hint = f"{stripped} %" if 2 <= value <= 100 and not percent else None
        raise ValueProblem(f"`{text}` is outside 0 to 1", f"{what} lies between 0 and 1", hint)
    return value


def parse_duration(text: str) -> float:
    """Days in a duration such as ``36h``, ``7 days``, ``1d 12h`` or ``90 s``; ``0`` needs no unit.

    Raises ValueProblem for a bare number, and for months and years: they have no fixed length.
    """
    return _rounded(_duration(text), text, 0.0)


def parse_rate(text: str) -> float:
    """Events per day in a rate such as ``2 per day``, ``0.5/hour`` or ``1 per 36 h``."""
    count, unit = _per(text, RATE_FORM, "day")
    if unit is None:
        return 0.0
    try:
        time = _duration(unit if re.match(r"[\s.0-9+-]", unit) else f"1 {unit}")
    except ValueProblem as problem:
        raise ValueProblem(
            f"`{shortened(text)}` names no time that can be read", _reason(problem)
        ) from None
    if time == 0:
        raise ValueProblem(f"`{shortened(text)}` is a rate per no time", RATE_FORM)
    return _rounded(count / time, text, 0.0)


def parse_per(text: str, thing: str) -> float:
    """Events for each ``thing``, such as ``2 per million impressions`` or ``1 per 1000 posts``."""
    form = f"say per how many {thing}s, such as `2 per million {thing}s` or `0.001 per {thing}`"
    count, unit = _per(text, form, thing)
    if unit is None:
        return 0.0
    found = re.fullmatch(rf"(?:(.*?)\s*)?\b{thing}s?", unit, re.IGNORECASE)
    if found is None:
        raise ValueProblem(f"`{shortened(text)}` is not per {thing}", form)
    many = (found[1] or "1").strip().lower()
    size = Fraction(1)
    for word in many.split():
        size *= _MULTIPLES[word] if word in _MULTIPLES else number(word)
    if size <= 0:
        raise ValueProblem(f"`{shortened(text)}` is per no {thing}", form)
    return _rounded(count / size, text, 0.0)


def parse_date(text: str) -> dt.date:
    """An ISO date such as 2014-09-13."""
    form = "write a date as year-month-day, such as `2014-09-13`"
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text.strip()):
        raise ValueProblem(f"`{shortened(text)}` is not a date", form)
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        raise ValueProblem(f"`{text.strip()}` is not a day of the calendar", form) from None


def format_number(value: float) -> str:
    """The shortest text that is read back as the identical number."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return repr(float(value))


def format_duration(days: float) -> str:
    """A duration for people, read back by :func:`parse_duration` as the identical number."""
    if math.isinf(days):
        return "never"
    if days == 0:
        return "0"
    return _shortest(
        days,
        parse_duration,
        [(f"{{}}{unit}", Fraction(DAY, size)) for unit, size in _units("d", "h", "min", "s")],
        "{} d",
    )


def format_rate(per_day: float) -> str:
    """A rate for people, read back by :func:`parse_rate` as the identical number."""
    if per_day == 0:
        return "0"
    return _shortest(
        per_day,
        parse_rate,
        [
            (f"{{}} per {word}", Fraction(SECONDS[word], DAY))
            for word in ("day", "hour", "week", "minute")
        ],
        "{} per day",
    )


def format_per(value: float, thing: str) -> str:
    """A rate per ``thing`` for people, read back by :func:`parse_per` as the identical number."""
    if value == 0:
        return "0"
    forms = [
        (f"{{}} per {thing}", Fraction(1)),
        (f"{{}} per thousand {thing}s", Fraction(1000)),
        (f"{{}} per million {thing}s", Fraction(10**6)),
    ]
    return _shortest(value, lambda text: parse_per(text, thing), forms, f"{{}} per {thing}")


def _units(*names: str) -> list[tuple[str, int]]:
    return [(name, SECONDS[name]) for name in names]


def _shortest(
    value: float,
    parse: Callable[[str], float],
    forms: list[tuple[str, Fraction]],
    fallback: str,
) -> str:
    # The fewest digits win, and among equals the form that is listed first.
    best: tuple[int, str] | None = None
    for form, factor in forms:
        digits = f"{float(Fraction(value) * factor):.12g}"
        if "e" in digits or "inf" in digits:
            continue
        text = form.format(digits)
        if (best is None or len(digits) < best[0]) and parse(text) == value:
            best = len(digits), text
    return best[1] if best else fallback.format(repr(float(value)))


@lru_cache(_KEPT)
def _duration(text: str) -> Fraction:
    text = text.strip()
    if len(text) > _LONGEST:
        raise ValueProblem(f"`{shortened(text)}` is not a duration", DURATION_FORM)
    total, at = Fraction(0), 0
    if _NUMBER_ALONE.fullmatch(text):
        if (bare := number(text)) == 0:
            return bare
        if bare < 0:
            raise ValueProblem(f"`{text}` is negative", "a duration is 0 or more, with a unit")
        raise ValueProblem(f"`{text}` has no unit", DURATION_FORM, f"{text} d")
    while at < len(text):
        part = _PART.match(text, at)
        if re.search(r"\bper\b|/", text):
            raise ValueProblem(f"`{text}` is a rate, not a duration", DURATION_FORM)
        if part is None:
            raise ValueProblem(f"`{text}` is not a duration", DURATION_FORM)
        amount, unit = number(part[1]), part[2].lower()
        if amount < 0:
            raise ValueProblem(f"`{text}` is negative", "a duration is 0 or more")
        if _NO_FIXED_LENGTH.fullmatch(unit):
            raise ValueProblem(
                f"`{text}` is in months or years, which have no fixed length",
                "write it in days or weeks",
            )
        if unit == "m":
            raise ValueProblem(
                f"`{text}` could mean minutes or months",
                "write `min` for minutes, and days or weeks for longer times",
                f"{part[1]} min" if part[0] == text else None,
            )
        if unit not in SECONDS:
            raise ValueProblem(
                f"`{text}` has the unknown unit `{part[2]}`",
                f"the units are {listed(UNIT_WORDS)}, also in full",
            )
        total += amount * SECONDS[unit]
        at = part.end()
    if at == 0:
        raise ValueProblem("the duration is empty", DURATION_FORM)
    return total / DAY


@lru_cache(_KEPT)
def _per(text: str, form: str, unit: str) -> tuple[Fraction, str | None]:
    """Count and what it is per; None for a bare zero."""
    stripped = text.strip()
    parts = re.split(r"\s*/\s*|\s+per\s+", stripped, maxsplit=1, flags=re.IGNORECASE)
    if len(parts) == 1:
        if _NUMBER_ALONE.fullmatch(stripped):
            if number(stripped) == 0:
                return Fraction(0), None
            raise ValueProblem(
                f"`{stripped}` does not say per what", form, f"{stripped} per {unit}"
            )
        raise ValueProblem(f"`{shortened(stripped)}` is not a rate", form)
    count = number(parts[0])
    if count < 0:
        raise ValueProblem(f"`{shortened(stripped)}` is negative", "a rate is 0 or more")
    if not parts[1] or len(parts[1]) > _LONGEST:
        raise ValueProblem(f"`{shortened(stripped)}` does not say per what", form)
    return count, parts[1]


def _rounded(exact: Fraction, text: str, low: float = -math.inf, high: float = math.inf) -> float:
    try:
        value = float(exact)
    except OverflowError:
        value = math.inf
    if math.isinf(value):
        raise ValueProblem(f"`{shortened(text)}` is too large", "write a smaller number")
    if value < low:
        least = "0 or more" if low == 0 else f"at least {format_number(low)}"
        raise ValueProblem(f"`{shortened(text)}` is too small", f"write a number that is {least}")
    if value > high:
        raise ValueProblem(
            f"`{shortened(text)}` is too large",
            f"write a number that is at most {format_number(high)}",
        )
    return value


def _is_integer(text: str) -> bool:
    try:
        int(text, 0)
    except ValueError:
        return False
    return True


def _reason(problem: ValueProblem) -> str:
    if "no fixed length" in problem.found:
        return "months and years have no fixed length, so write days or weeks"
    return RATE_FORM
