"""Errors that tell the reader what was found, where, what is allowed and what to do next."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

_WIDEST_LINE = 100
_MOST_SHOWN = 100
_REPLACED = "\N{REPLACEMENT CHARACTER}"


class AfterbanError(Exception):
    """Base of every error that a user can mend; the command line prints it without a traceback."""

    exit_code = 2


class UnknownName(AfterbanError, KeyError):
    """A name that is not there, with the nearest that is.

    what: it should be the name of, such as ``metric``.  where: it was looked for.
    """

    def __init__(self, what: str, name: object, where: str, known: Iterable[str]) -> None:
        choices = list(known)
        near = closest(str(name), choices)
        self.text = f"{where} has no {what} `{name}`" + (
            f"; did you mean `{near}`?" if near else f"; it has {listed(choices)}"
        )
        super().__init__(self.text)

    def __str__(self) -> str:
        return self.text

    def __reduce__(self) -> tuple[Any, ...]:
        return _unknown_again, (self.text,)


def _unknown_again(text: str) -> UnknownName:
    found = UnknownName.__new__(UnknownName)
    found.text = text
    found.args = (text,)
    return found


class FileWarning(UserWarning):
    """What must be said of a file that is read all the same; a line on stderr for commands."""


class ValueProblem(ValueError):
    """A value that cannot be read: what was found, what is allowed, and perhaps what was meant.

    Raised by parsers that know nothing of files; the loader adds the place.
    """

    def __init__(self, found: str, allowed: str, hint: str | None = None) -> None:
        super().__init__(found, allowed, hint)
        self.found = found
        self.allowed = allowed
        self.hint = hint

    def __str__(self) -> str:
        text = f"{self.found}; {self.allowed}" if self.allowed else self.found
        return f"{text} (did you mean `{self.hint}`?)" if self.hint else text


class ScenarioError(AfterbanError):
    """One fault in one place of a file.

    ``line`` and ``column`` count from 1 and are None where the fault is the file itself (missing,
    too large, not text).  ``path`` is the key within the scenario, such as ``review.waves.every``.
    """

    def __init__(
        self,
        *,
        file: str,
        line: int | None = None,
        column: int | None = None,
        path: str = "",
        found: str,
        allowed: str = "",
        hint: str | None = None,
        source_line: str | None = None,
    ) -> None:
        super().__init__(found)
        self.file = file
        self.line = line
        self.column = column
        self.path = path
        self.found = found
        self.allowed = allowed
        self.hint = hint
        self.source_line = source_line

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (dict(self.__dict__),)

    def __str__(self) -> str:
        where = [printable(self.file)]
        if self.line is not None:
            where += [str(self.line), str(self.column)]
        text = ":".join(where) + ": "
        if self.path:
            text += f"{printable(self.path)}: "
        text += printable(self.found)
        if self.allowed:
            text += f"; {printable(self.allowed)}"
        rows = [text]
        if self.source_line is not None and self.line is not None and self.column is not None:
            line, caret = _crop(printable(self.source_line), self.column - 1)
            number = str(self.line)
            rows.append(f"  {number} | {line}".rstrip())
            rows.append(f"  {' ' * len(number)} | {' ' * caret}^")
        if self.hint:
            rows.append(f"  did you mean `{printable(self.hint)}`?")
        return "\n".join(rows)


class ScenarioErrors(AfterbanError):
    """Every fault that was found, in the order of the files and lines."""

    def __init__(self, errors: Iterable[ScenarioError]) -> None:
        self.errors = tuple(errors)
        super().__init__(self.errors)

    def __str__(self) -> str:
        rows = [str(error) for error in self.errors[:_MOST_SHOWN]]
        if len(self.errors) > _MOST_SHOWN:
            rows.append(f"and {len(self.errors) - _MOST_SHOWN} more; mend these first")
        return "\n".join(rows)


class MissingExtra(AfterbanError):
    """A feature was asked for whose packages are not installed."""

    def __init__(self, name: str, install: str) -> None:
        super().__init__(name, install)
        self.name = name
        self.install = install

    def __str__(self) -> str:
        return f"{self.name} is not installed; install it with `{self.install}`"


def closest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that ``word`` is probably a slip of, or None.

    The package is imported here because most runs have no error to explain.
    """
    from rapidfuzz import fuzz, process, utils

    found = process.extractOne(
        word, list(choices), scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=65
    )
    return None if found is None else str(found[0])


def listed(words: Iterable[str], conjunction: str = "and") -> str:
    """Words in a sentence: "`a`, `b` and `c`"."""
    quoted = [f"`{word}`" for word in words]
    if len(quoted) < 2:
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} {conjunction} {quoted[-1]}"


def printable(text: str) -> str:
    """Text that is safe on a terminal: a control character becomes a replacement character."""
    return "".join(
        c if c.isprintable() else " " if c in "\t\n\r" else "\N{REPLACEMENT CHARACTER}"
        for c in text
    )


def terminal_safe(text: str) -> str:
    """Text of any number of lines in which nothing can steer a terminal.

    Control characters, marks that turn the direction of writing, and what is no character become
    replacement characters; ends of lines and tabs stay.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        c if c.isprintable() or c in "\n\t" or unicodedata.category(c) == "Zs" else _REPLACED
        for c in text.replace("\r\n", "\n")
    )


def shortened(text: str, width: int = 60) -> str:
    """Text of at most ``width`` characters, on one line."""
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1] + "\N{HORIZONTAL ELLIPSIS}"


def _crop(line: str, column: int) -> tuple[str, int]:
    if len(line) <= _WIDEST_LINE:
        return line, column
    start = max(0, min(column - _WIDEST_LINE // 2, len(line) - _WIDEST_LINE))
    return line[start : start + _WIDEST_LINE], column - start


def _restore(fields: dict[str, Any]) -> ScenarioError:
    return ScenarioError(**fields)
