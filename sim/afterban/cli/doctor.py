"""``afterban doctor``: whether this installation can do what it should."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from afterban.cli import options, output

commands = typer.Typer()

# Where the name to import is not that of the package.
_MODULES = {"ruamel.yaml": "ruamel.yaml"}
_EXTRAS = {
    "sweep": "sweeps on a cluster, and queries",
    "report": "HTML reports",
    "lessons": "lessons as notebooks",
    "docs": "building the documentation",
    "test": "running the tests",
}
# Random123's known answers for philox4x32-10 (kat_vectors): counter, key, result.
_VECTORS = (
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    (
        (0xFFFFFFFF,) * 4,
        (0xFFFFFFFF,) * 2,
        (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
    ),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
)


class Finding(NamedTuple):
    """What one check came to: ``ok``, ``note`` (nothing is broken), or ``fault``."""

    check: str
    state: str
    text: str


@commands.command()
def doctor(
    engines: Annotated[
        bool, typer.Option(help="Run both engines on a small scenario and compare them.")
    ] = True,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Check this installation, and say how to mend what is missing."""
    checks: list[Callable[[], Iterator[Finding]]] = [
        _python,
        _packages,
        _extras,
        _machine,
        _core,
        _scenarios,
        _vectors,
    ]
    if engines:
        checks.append(lambda: _engines(quiet))
    found: list[Finding] = []
    for check in checks:
        try:
            found += list(check())
        except Exception as error:  # a check that fails is a finding, and the others go on
            name = getattr(check, "__name__", "engines").strip("_<>").replace("lambda", "engines")
            found.append(Finding(name, "fault", f"{type(error).__name__}: {error}"))
    if as_json:
        output.say_json([finding._asdict() for finding in found])
    else:
        output.say_table(["check", "", "what was found"], found, fold=(2,))
        faults = sum(finding.state == "fault" for finding in found)
        output.say("all is well" if not faults else f"faults: {faults}")
    if any(finding.state == "fault" for finding in found):
        raise typer.Exit(2)


def _python() -> Iterator[Finding]:
    good = sys.version_info >= (3, 11)
    text = f"{platform.python_version()} at {sys.executable}"
    yield Finding("python", "ok" if good else "fault", text if good else f"{text}; 3.11 is needed")
    yield Finding("afterban", "ok", f"{version('afterban')} in {Path(__file__).parents[1]}")


def _packages() -> Iterator[Finding]:
    for name, extra in _requirements():
        if extra is None:
            try:
                yield Finding(name, "ok", version(name))
            except PackageNotFoundError:
                yield Finding(name, "fault", f"missing; `pip install {name}`")


def _extras() -> Iterator[Finding]:
    wanted: dict[str, list[str]] = {}
    for name, extra in _requirements():
        if extra in _EXTRAS and name != "afterban":
            wanted.setdefault(extra, []).append(name)
    for extra, names in wanted.items():
        missing = [name for name in names if not _installed(name)]
        if missing:
            text = f"{_EXTRAS[extra]}: {', '.join(missing)} missing; "
            yield Finding(f"extra {extra}", "note", text + f"`pip install 'afterban[{extra}]'`")
        else:
            yield Finding(f"extra {extra}", "ok", f"{_EXTRAS[extra]}: present")


def _requirements() -> Iterator[tuple[str, str | None]]:
    """Packages that afterban asks for, and the extra that they belong to."""
    import re

    for line in requires("afterban") or ():
        name = re.split(r"[^A-Za-z0-9_.-]", line, maxsplit=1)[0]
        extra = re.search(r"extra == ['\"]([^'\"]+)['\"]", line)
        yield name, extra[1] if extra else None


def _installed(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        return find_spec(_MODULES.get(name.lower(), name.replace("-", "_"))) is not None
    return True


def _machine() -> Iterator[Finding]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    yield Finding("cores", "ok", f"{cores} ({platform.system()} {platform.machine()})")
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    except (ValueError, OSError, AttributeError):
        yield Finding("memory", "note", "not known on this system")
        return
    # A replication of 27,000 operators takes some 100 MB for each worker.
    state = "ok" if total >= 2 else "note"
    yield Finding("memory", state, f"{total:.1f} GiB" + ("" if total >= 2 else "; 2 are advised"))


def _core() -> Iterator[Finding]:
    """What runs the compiled engine, and whether its tables are those that are published."""
    from afterban import core
    from afterban.core import native
    from afterban.engines import fixture

    programs = core.all_that_run()
    if native.built().library is None:
        yield Finding("native build", "note", f"none: {native.built().fault}")
    if not programs:
        text = "neither a C compiler nor wasmtime, so only the reference engine runs; "
        yield Finding("compiled engine", "note", text + "`pip install wasmtime`")
    for name, program in programs.items():
        found = fixture.digest_of(program)
        if found == fixture.PUBLISHED:
            text = f"gives the published tables of `minimal` ({found[:12]})"
            yield Finding(f"compiled engine, {name}", "ok", text)
        else:
            text = f"other tables of `minimal` than published: {found[:12]}, not "
            yield Finding(f"compiled engine, {name}", "fault", text + fixture.PUBLISHED[:12])


def _scenarios() -> Iterator[Finding]:
    from afterban.scenario import Scenario, shipped_names

    names = shipped_names()
    for name in names:
        Scenario.from_yaml(name)
    state = "ok" if names else "fault"
    yield Finding("scenarios", state, f"{len(names)} shipped, all valid")


def _vectors() -> Iterator[Finding]:
    from afterban.randomness import philox4x32

    wrong = sum(philox4x32(*counter, *key) != expected for counter, key, expected in _VECTORS)
    text = f"Philox4x32-10 gives {len(_VECTORS) - wrong} of {len(_VECTORS)} published test vectors"
    yield Finding("randomness", "fault" if wrong else "ok", text)


def _engines(quiet: bool) -> Iterator[Finding]:
    from afterban.core import can_run

    if not can_run():
        return
    if find_spec("afterban.engines.agreement") is None:
        yield Finding("engines", "note", "no comparison of the engines is installed")
        return
    import importlib

    agreement = importlib.import_module("afterban.engines.agreement")
    from afterban import engines
    from afterban.parameters import Parameters
    from afterban.scenario import Scenario
    from afterban.world import build

    scenario = Scenario.from_yaml("minimal").with_changes({"horizon": "20d"})
    parameters = Parameters.from_scenario(scenario)
    world = build(parameters, scenario.seed, 0)
    compiled, reference = (
        engines.run(parameters, world, scenario.seed, 0, engine)
        for engine in ("compiled", "reference")
    )
    differences = list(agreement.differences(reference, compiled))
    if differences:
        yield Finding("engines", "fault", f"they differ: {differences[0]}")
    else:
        yield Finding("engines", "ok", f"both give the same {compiled.events:,} events")
