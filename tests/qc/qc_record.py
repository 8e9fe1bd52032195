"""Write scenarios/qc.yaml, the shipped scenarios whose rebuild agrees.

Run ``python tests/qc/qc_record.py``; it says what differs.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from qc_compare import Report, compare

from afterban.scenario import Scenario, load, shipped_directory
from afterban.scenario.qc import FILE, fingerprint

REBUILDS = Path(__file__).parent / "rebuilds"


def rebuilds() -> Iterator[ModuleType]:
    """The modules that people wrote from the documents alone."""
    for file in sorted(REBUILDS.glob("*.py")):
        if file.stem != "__init__":
            spec = importlib.util.spec_from_file_location(f"rebuild_{file.stem}", file)
            assert spec
            assert spec.loader
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            yield module


def reports() -> dict[str, tuple[Scenario, Report]]:
    """What came of each rebuild, by the name of the scenario."""
    found = {}
    for module in rebuilds():
        scenario = load(module.SCENARIO)
        found[module.SCENARIO] = (scenario, compare(scenario, module.EXPECTED))
    return found


def text(results: dict[str, tuple[Scenario, Report]]) -> str:
    """The file that says which passed."""
    head = (shipped_directory() / FILE).read_text(encoding="utf-8").split("passed:")[0]
    rows = {name: fingerprint(s) for name, (s, report) in results.items() if report.passed}
    lines = "".join(f"  {name}: {digest}\n" for name, digest in sorted(rows.items()))
    return head + ("passed:\n" + lines if lines else "passed: {}\n")


if __name__ == "__main__":
    results = reports()
    for name, (_, report) in results.items():
        sys.stdout.write(f"{name}: {report.words()}\n")
    (shipped_directory() / FILE).write_text(text(results), encoding="utf-8")
