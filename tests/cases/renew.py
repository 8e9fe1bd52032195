"""Write the expected messages and resolved forms anew.  Read the difference before you commit it.

Run from the root of the project: ``python tests/cases/renew.py``.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from unittest import mock

from afterban.errors import ScenarioErrors
from afterban.language.fields import Section
from afterban.language.shapes import Listed, Named, Shape, Table, slots
from afterban.scenario import Scenario
from afterban.scenario.contents import SCHEMA_VERSION
from afterban.scenario.fingerprint import defaults_of

CASES = Path(__file__).resolve().parent
SHIPPED = ["enforcement-speed", "minimal", "no-enforcement"]


def message(path: Path) -> str:
    """What reading a faulty file says, read from its own directory; "" if nothing."""
    before = Path.cwd()
    os.chdir(path.parent)
    # The list of the shipped scenarios is a part of some messages, and grows.
    try:
        with mock.patch("afterban.scenario.files.shipped_names", return_value=SHIPPED):
            Scenario.from_yaml(path.name)
    except ScenarioErrors as errors:
        return f"{errors}\n"
    finally:
        os.chdir(before)
    return ""


def sections() -> list[type[Section]]:
    """Every section of the language."""
    found: dict[type[Section], None] = {}

    def search(shape: Shape) -> None:
        if isinstance(shape, Table) and shape.cls not in found:
            found[shape.cls] = None
            for slot in slots(shape.cls).values():
                search(slot.shape)
        elif isinstance(shape, Named | Listed):
            search(shape.item)

    search(Table(Scenario))
    return list(found)


def defaults() -> dict[str, dict[str, str]]:
    """Every default of the language, as JSON, by section and key."""
    return {
        cls.__name__: {key: json.dumps(value) for key, value in sorted(defaults_of(cls).items())}
        for cls in sorted(sections(), key=lambda cls: cls.__name__)
        if defaults_of(cls)
    }


def keep_defaults() -> None:
    """Add new keys to the defaults of this version; one that moved needs another version."""
    path = CASES / "defaults.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    now = {"schema_version": SCHEMA_VERSION, "defaults": defaults()}
    if kept.get("schema_version") == SCHEMA_VERSION:
        for name, keys in kept["defaults"].items():
            for key, value in keys.items():
                if now["defaults"].get(name, {}).get(key) != value:
                    raise SystemExit(
                        f"{name}.{key} had the default {value}: raise SCHEMA_VERSION and add a "
                        "step to scenario/upgrade.py"
                    )
    path.write_text(json.dumps(now, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    """Write every expected file."""
    keep_defaults()
    for path in sorted((CASES / "invalid").glob("*.yaml")):
        path.with_suffix(".txt").write_text(message(path), encoding="utf-8")
    (CASES / "valid" / "resolved").mkdir(exist_ok=True)
    for path in sorted((CASES / "valid").glob("*.yaml")):
        text = Scenario.from_yaml(path).resolved_yaml()
        (CASES / "valid" / "resolved" / path.name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
