"""The folders of faulty and good scenarios: each faulty one says exactly what is expected."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from afterban.errors import listed
from afterban.language.shapes import slots
from afterban.scenario import Scenario
from afterban.scenario.contents import Contents

CASES = Path(__file__).resolve().parents[1] / "cases"
INVALID = sorted((CASES / "invalid").glob("*.yaml"))
VALID = sorted((CASES / "valid").glob("*.yaml"))

_spec = importlib.util.spec_from_file_location("renew", CASES / "renew.py")
assert _spec is not None
assert _spec.loader is not None
renew = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(renew)


def test_there_are_cases() -> None:
    assert len(INVALID) > 100
    assert len(VALID) >= 5
    assert {path.stem for path in INVALID} == {
        path.stem for path in (CASES / "invalid").glob("*.txt")
    }
    assert {path.name for path in VALID} == {
        path.name for path in (CASES / "valid" / "resolved").glob("*.yaml")
    }


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_faulty_scenarios(path: Path) -> None:
    said = renew.message(path)
    assert said, "the faulty scenario was accepted"
    assert said == path.with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_messages_say_what_to_do(path: Path) -> None:
    first = path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()[0]
    assert "; " in first
    assert "Traceback" not in first
    assert len(first) < 100 + len(listed(slots(Contents)))  # the most keys that a message lists


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_good_scenarios(path: Path) -> None:
    scenario = Scenario.from_yaml(path)
    expected = (CASES / "valid" / "resolved" / path.name).read_text(encoding="utf-8")
    assert scenario.resolved_yaml() == expected
    again = Scenario.from_text(expected)
    assert again == scenario
    assert again.digest() == scenario.digest()
    assert again.resolved_yaml() == expected
    assert dict(again.evidence) == dict(scenario.evidence)
    assert [row[:7] for row in again.inspect_rows()] == [row[:7] for row in scenario.inspect_rows()]
    for name in scenario.policies:
        assert again.arm(name) == scenario.arm(name)
        assert "policies" in again.arm(name).resolved_yaml()


def test_no_number_module_is_needed_to_read_a_scenario() -> None:
    code = (
        "import sys; from afterban.scenario import Scenario; "
        f"Scenario.from_yaml({str(VALID[0])!r}); "
        "slow = {'numpy', 'pandas', 'wasmtime', 'scipy', 'matplotlib', 'rapidfuzz', 'yaml'}; "
        "sys.exit(' '.join(sorted(slow & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""
    assert done.returncode == 0
