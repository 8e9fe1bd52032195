"""What imports what: the layers, and that nothing heavy is loaded before it is needed."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import afterban

PACKAGE = Path(afterban.__file__).parent
# afterban is below these layers in this order; what is on one line has its own rules.
LAYERS = (
    {"cli", "page", "__main__"},
    {"lessons"},
    {"report", "experiment", "logs", "own_claims", "claims", "power", "bands"},
    {"results", "metrics", "manifest"},
    {"engines"},
    {"world", "parameters", "inputs", "edges", "mechanisms", "randomness"},
    {"scenario"},
    {"sources"},
    {"language"},
    {"units", "files", "cells"},
    {"core"},
    {"arithmetic", "channels", "errors", "theory", "statistics"},
)


def layer_of(part):
    found = [height for height, names in enumerate(LAYERS) if part in names]
    return found[0] if found else None


def imports_of(source, module):
    """Modules that a file imports anywhere, by their full names; those for type checking too."""
    found = set()
    package = module.split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join(package[: len(package) - node.level + 1] + ([base] if base else []))
            found.add(base)
            found |= {f"{base}.{alias.name}" for alias in node.names}
    return found


@cache
def modules():
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        name = ".".join(parts)  # a package's own file keeps its name, `__init__`
        found[name] = imports_of(path.read_text(), name)
    return found


def faults(imports):
    """Imports that point up."""
    found = []
    for module, names in imports.items():
        part = module.split(".")[1]
        for name in names:
            if not name.startswith("afterban.") or part == "__init__":
                continue
            target = name.split(".")[1]
            mine, theirs = layer_of(part), layer_of(target)
            if theirs is not None and mine is not None and theirs < mine:
                found.append((module, name))
    return found


def test_every_module_has_its_layer():
    assert len(modules()) > 30
    parts = {module.split(".")[1] for module in modules()} - {"__init__"}
    assert {part for part in parts if layer_of(part) is None} == set()


def test_imports_point_down():
    assert faults(modules()) == []
    assert faults({"afterban.mechanisms.audience": {"afterban.engines"}})
    assert faults({"afterban.scenario.build": {"afterban.mechanisms.audience"}})


def smoke_tests():
    """Name -> modules that the file of each test of the quick set imports."""
    found = {}
    for path in Path(__file__).parents[1].rglob("test_*.py"):
        text = path.read_text()
        for node in ast.parse(text).body if "pytest.mark.smoke" in text else ():
            if isinstance(node, ast.FunctionDef):
                marks = [ast.unparse(mark) for mark in node.decorator_list]
                if "pytest.mark.smoke" in marks:
                    found[f"{path.name}::{node.name}"] = imports_of(text, "tests.x")
    return found


def layers_without(tests):
    """Layers of which no test of these imports anything."""
    imported = {name for names in tests.values() for name in names if name.count(".")}
    parts = {name.split(".")[1] for name in imported if name.startswith("afterban.")}
    if any(name.startswith("test_run.py") for name in tests):
        parts.add("cli")  # whose tests have it from a fixture
    return [names for names in LAYERS if not names & parts]


def test_the_quick_set_has_a_test_of_each_layer():
    found = smoke_tests()
    assert 10 < len(found) < 30
    assert layers_without(found) == []
    ends = ("test_run.py", "test_state.py", "test_parts.py")
    others = {name: names for name, names in found.items() if not name.startswith(ends)}
    assert layers_without(others) == [*LAYERS[:2]]


def users_of(*packages):
    return {
        module
        for module, names in modules().items()
        if any(name.split(".")[0] in packages for name in names)
    }


def within(module, *parts):
    return module.split(".")[1] in parts


def test_closed_forms_and_statistics_share_no_code_with_what_they_check():
    for part in ("theory", "statistics"):
        own = f"afterban.{part}"
        mine = {module: names for module, names in modules().items() if within(module, part)}
        names = set().union(*mine.values())
        assert len(mine) > 5
        assert not {
            n for n in names if n.startswith("afterban") and not f"{n}.".startswith(f"{own}.")
        }
        assert {"numpy", "scipy"} <= {name.split(".")[0] for name in names}


def test_the_equations_know_no_files_tables_or_schedulers():
    model = {module for module in modules() if within(module, "mechanisms", "randomness")}
    assert len(model) > 8
    foreign = ("pandas", "simpy", "ruamel", "pathlib", "os", "io", "pyarrow", "scipy")
    assert users_of(*foreign) & model == set()
    schedulers = {module.rpartition(".")[0] for module in users_of("simpy")}
    assert schedulers == {"afterban.engines.reference"}


@pytest.mark.slow
def test_only_randomness_makes_random_numbers():
    assert users_of("random", "secrets", "uuid") == set()
    made = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if any(
            isinstance(node, ast.Attribute)
            and node.attr == "random"
            and isinstance(node.value, ast.Name)
            and node.value.id in ("np", "numpy")
            for node in ast.walk(ast.parse(path.read_text()))
        )
    }
    assert made == {"experiment/generators.py"}  # of analyses, which no simulation sees
    assert users_of("numpy.random") == set()


def test_only_the_report_draws():
    assert {m for m in users_of("matplotlib") if not within(m, "report")} == set()


def test_nobody_imports_the_command_line():
    users = {
        module
        for module, names in modules().items()
        if any(name.split(".")[:2] == ["afterban", "cli"] for name in names)
    }
    assert {u for u in users if not within(u, "cli")} == {"afterban.__main__"}


def loaded_by(code):
    """Modules that a fresh interpreter has loaded after running the code."""
    run = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport json, sys; print(json.dumps(list(sys.modules)))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.split(".")[0] for name in json.loads(run.stdout.splitlines()[-1])}


HEAVY = {"numpy", "pandas", "scipy", "simpy", "matplotlib", "pyarrow", "duckdb", "optuna"}
HEAVY |= {"wasmtime"}


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import afterban", HEAVY | {"pydantic", "typer", "ruamel"}),
        ("from afterban.cli import main; main(['--help'])", HEAVY),
        ("from afterban import Scenario; Scenario.from_yaml('minimal')", HEAVY),
        (
            "from afterban import theory",
            {"wasmtime", "pandas", "simpy", "matplotlib", "pydantic"},
        ),
        (
            "from afterban import simulate, replicate",
            {"pandas", "matplotlib", "pyarrow", "duckdb", "optuna", "simpy"},
        ),
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_needed(code, absent):
    assert loaded_by(code) & absent == set()


def test_the_check_of_what_is_loaded_can_fail():
    assert "numpy" in loaded_by("import afterban.statistics")


def test_public_names_are_there():
    for name in afterban.__all__:
        assert getattr(afterban, name) is not None
    assert set(afterban.__all__) <= set(dir(afterban))
    with pytest.raises(AttributeError, match="nothing"):
        afterban.nothing  # noqa: B018
