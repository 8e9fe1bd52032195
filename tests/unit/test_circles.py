"""No circle of imports but those that are known, also none that is hidden in a function."""

import importlib.util
from pathlib import Path

import pytest

import afterban

ROOT = Path(__file__).parents[2]
_spec = importlib.util.spec_from_file_location("circles", ROOT / ".ci" / "circles.py")
circles = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(circles)


def rings(**texts):
    """Circles of a package `p` whose modules have these texts; `a_b` is the module `p.a.b`."""
    named = {f"p.{name.replace('_', '.')}": text for name, text in texts.items()}
    return [sorted(ring) for ring in circles.circles(circles.graph({"p": "", **named}))]


@pytest.mark.slow
def test_there_is_no_circle_but_the_known_ones():
    assert circles.faults(circles.of_the_package()) == []


@pytest.mark.slow
def test_the_whole_package_is_walked():
    texts = circles.sources()
    assert len(texts) > 150
    assert {"afterban", "afterban.cli.run", "afterban.theory.check"} <= set(texts)
    edges = circles.graph(texts)
    assert "afterban.theory.check" in edges["afterban.theory.reach"]
    assert "afterban.experiment.ablate" in edges["afterban.cli.ablate"]  # within a function
    assert Path(afterban.__file__).parent.name == circles.PACKAGE.name


@pytest.mark.parametrize(
    "back",
    [
        "from p import a",
        "from p.a import x",
        "import p.a",
        "from . import a",
        "from .a import x",
        "def f():\n    from p.a import x",
        "class C:\n    def f(self):\n        if x:\n            import p.a",
        # For type checking only.
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from p.a import X\ny = X",
        "import typing\nif typing.TYPE_CHECKING:\n    from p.a import X",
    ],
)
def test_a_circle_is_found_wherever_the_import_stands(back):
    assert rings(a="from p import b", b=back) == [["p.a", "p.b"]]
    assert rings(a="", b=back) == []


def test_an_import_that_only_annotations_need_counts():
    back = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from p.a import X\n"
    for use in ("def f(x: list[X]) -> None: ...", "def f() -> X: ...", "y: X | None = None"):
        assert rings(a="from p import b", b=back + use) == [["p.a", "p.b"]]


def test_longer_ones_and_those_through_a_package_are_found():
    three = {"a": "import p.b", "b": "import p.c", "c": "import p.a", "d": "import p.a"}
    assert rings(**three) == [["p.a", "p.b", "p.c"]]
    # A part that asks its package for a name that another part has.
    assert rings(q="from p.q.r import x", q_r="from p.q import y", q_s="") == [["p.q", "p.q.r"]]
    assert rings(q="from p.q.r import x", q_r="from p.q import s", q_s="") == []


def test_both_a_new_circle_and_one_that_has_gone_are_told():
    one, two = frozenset({"a", "b"}), frozenset({"c", "d", "e"})
    assert circles.faults([one], [one]) == []
    assert "new circle of imports: a <-> b" in circles.faults([one], [])
    assert circles.faults([], [one])[0].startswith("no such circle any more")
    assert circles.faults([frozenset({"c", "d"})], [two])[0].startswith("smaller circle")
