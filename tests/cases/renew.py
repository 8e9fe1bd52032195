"""Write the expected messages and resolved forms anew.  Read the difference before you commit it.

Run from the root of the project: ``python tests/cases/renew.py``.
"""

from __future__ import annotations

import os
from pathlib import Path
from unittest import mock

from afterban.errors import ScenarioErrors
from afterban.scenario import Scenario

CASES = Path(__file__).resolve().parent
SHIPPED = ["enforcement-speed", "minimal", "no-enforcement"]


def message(path: Path) -> str:
    """What reading a faulty file says, read from its own directory; "" if nothing."""
    before = Path.cwd()
    os.chdir(path.parent)
    # The list of the shipped scenarios is a part of some messages, and grows.
    try:
        with mock.patch("afterban.scenario.load.shipped_names", return_value=SHIPPED):
            Scenario.from_yaml(path.name)
    except ScenarioErrors as errors:
        return f"{errors}\n"
    finally:
        os.chdir(before)
    return ""


def main() -> None:
    """Write every expected file."""
    for path in sorted((CASES / "invalid").glob("*.yaml")):
        path.with_suffix(".txt").write_text(message(path), encoding="utf-8")
    (CASES / "valid" / "resolved").mkdir(exist_ok=True)
    for path in sorted((CASES / "valid").glob("*.yaml")):
        text = Scenario.from_yaml(path).resolved_yaml()
        (CASES / "valid" / "resolved" / path.name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
