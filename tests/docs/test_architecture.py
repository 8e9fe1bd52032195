"""Pages that name files, functions, tests and scenarios name what there is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pages
import pytest

import afterban
from afterban.engines import events
from afterban.scenario import shipped_names

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "sim" / "afterban"
NAMED = ("architecture.md", "simultaneous-events.md")
ENDS = (".py", ".md", ".yaml", ".svg", "/")
PICTURES = ROOT / "docs" / "images" / "scenarios"


def code(text: str) -> list[str]:
    """What stands between single backticks, outside of blocks."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"(?ms)^```.*?^```", "", text))


def is_there(path: str) -> bool:
    """Whether a path is that of a file or folder, from the root or from the package."""
    return any((folder / path).exists() for folder in (ROOT, PACKAGE))


def functions_in(path: Path) -> set[str]:
    """Names of the functions of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def has(dotted: str) -> bool:
    """Whether a module, or something that is defined or passed on in one, has this name."""
    if dotted.startswith("afterban."):
        name = dotted.removeprefix("afterban.")
        return name in afterban.__all__
    parts = dotted.split(".")
    place = PACKAGE
    while parts and (place / parts[0]).is_dir():
        place = place / parts.pop(0)
    if parts and (place / f"{parts[0]}.py").is_file():
        return _in_module(place / f"{parts[0]}.py", parts[1:])
    return place != PACKAGE and _in_module(place / "__init__.py", parts)


def _in_module(path: Path, parts: list[str]) -> bool:
    if not parts:
        return True
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and parts[0] in [alias.name for alias in node.names]:
            home = str(node.module).removeprefix("afterban").lstrip(".")
            return has(".".join([*filter(None, [home]), *parts]))
    return _defined(tree.body, parts)


def _defined(body: list[ast.stmt], parts: list[str]) -> bool:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == parts[0]:
            rest = parts[1:]
            return not rest or (isinstance(node, ast.ClassDef) and _defined(node.body, rest))
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        if parts[0] in [ast.unparse(target) for target in targets]:
            return len(parts) == 1
    return False


def is_named_rightly(word: str) -> bool:
    """Whether a word is no name of a test, file or function, or is that of one that is there."""
    if "::" in word:
        path, _, test = word.partition("::")
        return is_there(path) and test in functions_in(ROOT / path)
    if re.fullmatch(r"[\w./-]+", word) and word.endswith(ENDS):
        return is_there(word)
    return not re.fullmatch(r"[a-z]\w*(\.\w+)+", word) or has(word)


def missing(text: str) -> list[str]:
    """Names on a page that nothing in the tree has."""
    return [word for word in code(text) if not is_named_rightly(word)]


@pytest.mark.parametrize("page", NAMED)
def test_every_file_function_and_test_that_is_named_is_there(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert len(code(text)) > 40
    assert missing(text) == []


@pytest.mark.parametrize(
    ("word", "gone"),
    [
        ("engines/reference/operator.py", False),
        ("engines/nothing.py", True),
        ("mechanisms/", False),
        ("engines.reference.operator.Operator.career", False),
        ("engines.reference.operator.Operator.nothing", True),
        ("engines.nothing.run", True),
        ("results.Recorder", False),
        ("results.Nothing", True),
        ("metrics.METRICS", False),
        ("afterban.run", False),
        ("afterban.nothing", True),
        ("tests/unit/test_imports.py::test_imports_point_down", False),
        ("tests/unit/test_imports.py::test_nothing", True),
        ("afterban run minimal", False),
    ],
)
def test_a_name_that_is_gone_is_noticed(word: str, gone: bool) -> None:
    assert missing(f"See `{word}`.") == ([word] if gone else [])


def test_both_pages_and_the_catalogue_are_in_the_index() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8").split("\n")
    for name in ("architecture", "simultaneous-events", "scenarios"):
        assert name in index
    for page in ("README.md", "CONTRIBUTING.md"):
        assert "docs/architecture.md" in (ROOT / page).read_text(encoding="utf-8")


def kinds() -> dict[str, int]:
    """Kinds of event by name."""
    return {name: kind for name, kind in vars(events).items() if isinstance(kind, int)}


def test_every_kind_of_event_is_in_the_table_in_its_order() -> None:
    text = (ROOT / "docs" / "simultaneous-events.md").read_text(encoding="utf-8")
    rows = re.findall(r"(?m)^\| (\d+) \| `([A-Z_]+)` \|", text)
    assert len(rows) > 20
    assert [(int(number), name) for number, name in rows] == sorted(
        (kind, name) for name, kind in kinds().items()
    )


def test_every_shipped_scenario_has_a_picture() -> None:
    assert {path.stem for path in PICTURES.glob("*.png")} == set(shipped_names())
    assert all(path.stat().st_size < 150_000 for path in PICTURES.iterdir())


def test_every_shipped_scenario_is_in_the_catalogue() -> None:
    text = pages.catalogue()
    for name in shipped_names():
        assert f"## {name}\n" in text
        assert f"(images/scenarios/{name}.png)" in text
