"""Metrics and rules of a user's own, told by their source: what was passed is part of the digest.

The same scenario with another rule gives other numbers, so it must not have the same digest.  A
function is told by its source, the values of its defaults, and what it reads of its module.  What
cannot be told that way (a lambda, a closure, a table that it reads) is refused.

Checked by ``tests/experiment/test_own.py``.
"""

from __future__ import annotations

import dis
import inspect
import math
import textwrap
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from typing import Any, Final, TypeAlias

from afterban.engines.rules import Rules
from afterban.errors import AfterbanError
from afterban.experiment.replicate import Outcome
from afterban.metrics import OWN

OwnMetric: TypeAlias = Callable[[Outcome], float]
Sources: TypeAlias = dict[str, str]  # of each metric and rule by name, such as ``rule returns``

_PLAIN: Final = (bool, int, float, complex, str, bytes, type(None))


def sources(metrics: Mapping[str, OwnMetric] | None, rules: Rules | None) -> Sources:
    """The source of all that was passed; empty if nothing was.

    Raises AfterbanError for a name that cannot be one, and for a function that its source does not
    tell.
    """
    found: Sources = {}
    for name, function in (metrics or {}).items():
        if not str(name).isidentifier():
            raise AfterbanError(
                f"an own metric has the name {name!r}; write letters, digits and underscores, such "
                "as `back_within_a_day`"
            )
        found[f"metric {name}"] = source_of(function, f"own metric `{name}`")
    if rules is not None:
        for one in fields(rules):
            function = getattr(rules, one.name)
            if function is not None:
                found[f"rule {one.name}"] = source_of(function, f"rule `{one.name}`")
    return found


def source_of(function: object, what: str) -> str:
    """A function's source, with the values that it depends on.  Raises AfterbanError.

    what: it is, for messages, such as ``rule `returns` ``.
    """
    return "\n".join(_told(function, what, set()))


def _told(function: object, what: str, seen: set[int]) -> Iterator[str]:
    if not isinstance(function, types.FunctionType):
        raise AfterbanError(
            f"{what}: found {type(function).__name__}; pass a function that is written with `def`"
        )
    if function.__name__ == "<lambda>":
        raise AfterbanError(
            f"{what}: a lambda has no source of its own; write the function with `def`"
        )
    if function.__closure__:
        names = ", ".join(f"`{name}`" for name in function.__code__.co_freevars)
        raise AfterbanError(
            f"{what}: `{function.__name__}` reads {names} of the function around it, which its "
            "source does not tell; make it a default, such as `def rule(suspended, limit=3)`"
        )
    seen.add(id(function))
    try:
        yield textwrap.dedent(inspect.getsource(function)).rstrip()
    except (OSError, TypeError):
        raise AfterbanError(
            f"{what}: the source of `{function.__name__}` cannot be found; write it in a file or "
            "in a cell of a notebook"
        ) from None
    defaults = {
        name: parameter.default
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.default is not parameter.empty
    }
    for name, value in defaults.items():
        yield from _value(name, value, function, what, seen)
    for name in sorted(_read(function.__code__) & function.__globals__.keys()):
        yield from _value(name, function.__globals__[name], function, what, seen)


def _read(code: types.CodeType) -> set[str]:
    """Names that a function, or one inside it, reads of its module."""
    inner = [const for const in code.co_consts if isinstance(const, types.CodeType)]
    own = {step.argval for step in dis.get_instructions(code) if step.opname == "LOAD_GLOBAL"}
    return own.union(*map(_read, inner))


def _value(
    name: str, value: object, of: types.FunctionType, what: str, seen: set[int]
) -> Iterator[str]:
    """What a name that a function reads stands for."""
    if id(value) in seen:
        return
    home = getattr(value, "__module__", None)
    if isinstance(value, types.ModuleType):
        yield f"# {name}: module {value.__name__}"
    elif isinstance(value, types.FunctionType) and home == of.__module__:
        yield from _told(value, what, seen)
    elif _is_plain(value):
        yield f"# {name} = {value!r}"
    elif home is not None and home != of.__module__:
        known = getattr(value, "__qualname__", None)
        if known is None:
            raise _unreadable(name, value, of, what)
        yield f"# {name}: {home}.{known}"
    elif isinstance(value, type):
        seen.add(id(value))
        try:
            yield textwrap.dedent(inspect.getsource(value)).rstrip()
        except (OSError, TypeError):
            raise _unreadable(name, value, of, what) from None
    else:
        raise _unreadable(name, value, of, what)


def _is_plain(value: object) -> bool:
    if isinstance(value, tuple | list):
        return all(map(_is_plain, value))
    if isinstance(value, dict):
        return all(map(_is_plain, [*value, *value.values()]))
    return type(value) in _PLAIN


def _unreadable(name: str, value: object, of: types.FunctionType, what: str) -> AfterbanError:
    return AfterbanError(
        f"{what}: `{of.__name__}` reads `{name}`, a {type(value).__name__}, which its source does "
        "not tell; write it into the function, or use numbers, texts, lists and functions"
    )


def measured(outcome: Outcome, metrics: Mapping[str, OwnMetric]) -> Outcome:
    """An outcome with own metrics, as ``own.NAME``.  Raises AfterbanError for what is no number."""
    found = dict(outcome.metrics)
    for name, function in metrics.items():
        value: Any = function(outcome)
        try:
            found[f"{OWN}.{name}"] = math.nan if value is None else float(value)
        except (TypeError, ValueError):
            raise AfterbanError(
                f"own metric `{name}` gave {value!r}; return a number, or None if it is undefined"
            ) from None
    return replace(outcome, metrics=found)
