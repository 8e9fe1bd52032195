"""The compiled program: C sources, the module that is made of them, and how they are run.

Decisions: ``docs/decisions/0099-the-engine-in-c.md`` and ``0101-what-runs-the-compiled-engine.md``.
"""

from __future__ import annotations

import os
import threading
from functools import cache
from pathlib import Path

from afterban.core.program import Program
from afterban.errors import AfterbanError, MissingExtra

WHICH = "AFTERBAN_CORE"  # the variable that chooses
_CHOICES = ("auto", "native", "module")
_STALE = (
    "afterban.wasm was made of other sources than lie beside it: "
    "run `python -m afterban.engines.compiled.build`, or install afterban anew"
)
_of_thread = threading.local()


@cache
def which() -> str:
    """``native`` where it has been built, else ``module``; or what ``AFTERBAN_CORE`` says.

    Where it has not been built it is for the next time, beside this process, which stays with the
    module: both give the same bytes.  After a change of the sources, of which the module was not
    made, it is waited for.
    Raises AfterbanError if that is no choice or cannot be had, and MissingExtra without both.
    """
    from afterban.core import module, native, sources

    asked = os.environ.get(WHICH) or "auto"
    if asked not in _CHOICES:
        raise AfterbanError(f"{WHICH}={asked}: write `native`, `module` or `auto`")
    if asked == "native":
        if native.built().library is None:
            raise AfterbanError(f"{WHICH}=native: {native.built().fault}; write `module` or `auto`")
        return "native"
    if asked == "auto" and native.is_built():
        return "native"
    current = module.available() and sources.are_those_of(module.MODULE)
    if asked == "auto":
        if not current and native.built().library is not None:
            return "native"
        native.begin()
    if current:
        return "module"
    if module.available():
        raise AfterbanError(_STALE)
    raise MissingExtra("the compiled engine (wasmtime, or a C compiler)", "pip install wasmtime")


def can_run() -> bool:
    """Whether there is a program for this machine; raises AfterbanError for a wrong choice."""
    try:
        which()
    except MissingExtra:
        return False
    return True


def core() -> Program:
    """The program of this thread, the same from call to call.

    Raises as :func:`which`.
    """
    found: Program | None = getattr(_of_thread, "program", None)
    if found is None:
        found = _of_thread.program = _made()
    return found


def all_that_run() -> dict[str, Program]:
    """A program of each kind that this machine can run, by what it is run with."""
    from importlib.metadata import version

    from afterban.core import module, native

    found: dict[str, Program] = {}
    path = native.built().library
    if path is not None:
        found[f"native ({Path(str(native.compiler())).name})"] = native.Native(path)
    if module.available():
        found[f"module (wasmtime {version('wasmtime')})"] = module.Module()
    return found


def _made() -> Program:
    from afterban.core import module, native

    path = native.built().library if which() == "native" else None
    return module.Module() if path is None else native.Native(path)


__all__ = ["WHICH", "Program", "all_that_run", "can_run", "core", "which"]
