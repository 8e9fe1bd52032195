"""Which shipped scenarios a second person has rebuilt from the documents, and got the same values.

A scenario is *provisional* until somebody who had not read its file has listed the values that the
documents give (``tests/qc/rebuilds/``) and the two agree.  ``scenarios/qc.yaml`` then holds the
fingerprint of the values that were compared; a change to any of them makes the scenario provisional
again, a change to an assumed value does not.

Checked by ``tests/qc/test_qc.py``.
"""

from __future__ import annotations

import hashlib

from afterban.errors import AfterbanError
from afterban.language.documents import Mapping, Scalar, parse, read_file, shipped_directory
from afterban.scenario.resolve import Row
from afterban.scenario.scenario import Scenario, load
from afterban.scenario.shipped import shipped_names

FILE = "qc.yaml"
COMPARED = ("reported", "derived")


def compared_rows(scenario: Scenario) -> list[Row]:
    """Values that the documents must give: reported and derived ones, those of arms among them.

    A row of an arm has a path such as ``policies.slow.review.time_to_action``; only what the arm
    changes is listed.
    """
    base = scenario.inspect_rows()
    found = [row for row in base if row.kind in COMPARED]
    known = set(base)
    for policy in scenario.policies:
        found += [
            row._replace(path=f"policies.{policy}.{row.path}")
            for row in scenario.arm(policy).inspect_rows()
            if row.kind in COMPARED and row not in known
        ]
    return found


def fingerprint(scenario: Scenario) -> str:
    """SHA-256 of the compared values with their sources (hex, 16 characters)."""
    lines = (f"{r.path}\t{r.value}\t{r.kind}\t{r.source}\n" for r in compared_rows(scenario))
    return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()[:16]


def passed() -> dict[str, str]:
    """Name of each scenario that passed -> fingerprint of what was compared then."""
    path = shipped_directory() / FILE
    root, _ = parse(read_file(path, FILE), FILE)
    entries = root.get("passed") if isinstance(root, Mapping) else None
    if isinstance(entries, Scalar) and entries.is_null:
        return {}
    if not isinstance(entries, Mapping):
        raise AfterbanError(f"{FILE} has no table `passed`")
    return {key.value: node.value for key, node in entries.entries if isinstance(node, Scalar)}


def is_provisional(name: str, loaded: Scenario | None = None) -> bool:
    """Whether a shipped scenario has not passed as it is now.  False if it is not a shipped one.

    loaded: the scenario as its file has it, if it is at hand.
    Whoever changes a scenario for a run of their own need not ask: this is about the file.
    """
    if name not in shipped_names():
        return False
    recorded = passed().get(name)
    return recorded is None or recorded != fingerprint(load(name) if loaded is None else loaded)


def provisional_note(name: str) -> str | None:
    """What to say when such a scenario runs; None if there is nothing to say."""
    if not is_provisional(name):
        return None
    return (
        f"{name} is provisional: nobody has yet rebuilt its values from the documents without "
        "reading its file"
    )
