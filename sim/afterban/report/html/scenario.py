"""What a report says of its scenario, its sources, and how it is made again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from afterban import claims as register
from afterban.language.fields import EVIDENCE_KINDS
from afterban.own_claims import document_of
from afterban.parameters import WITHOUT_ENFORCEMENT
from afterban.report import words
from afterban.report.numbers import Numbers
from afterban.scenario import Scenario
from afterban.scenario.roles import kind_of_path


def evidence_counts(scenario: Scenario) -> dict[str, int]:
    """How many values are reported, derived, fitted, measured and assumed; settings are none."""
    counts = dict.fromkeys(EVIDENCE_KINDS, 0)
    for row in scenario.inspect_rows():
        if kind_of_path(scenario, row.path) != "setting":
            counts[row.kind] += 1
    return counts


def about_scenario(scenario: Scenario) -> dict[str, Any]:
    """What a page says of its scenario: text, evidence, sources."""
    from afterban.sources import registry

    known = registry()
    rows = scenario.inspect_rows()
    used: dict[str, list[str]] = {}
    for row in rows:
        if row.source:
            used.setdefault(row.source, []).append(row.path)
    sources = []
    for name, paths in sorted(used.items(), key=lambda item: _natural(item[0])):
        one = known.figures.get(name)
        document = document_of(scenario, name)
        sources.append(
            {
                "id": name,
                "says": one.says if one is not None else document.reason,
                "document": document.cited(),
                "paths": paths,
            }
        )
    assumed = [
        row
        for row in rows
        if row.kind == "assumed" and kind_of_path(scenario, row.path) != "setting"
    ]
    return {
        "description": " ".join(scenario.description.split()),
        "sources": sources,
        "assumed": [
            {"path": row.path, "value": row.value, "note": row.note or ""} for row in assumed
        ],
        "values": evidence_counts(scenario),
        "resolved": scenario.resolved_yaml(),
    }


def _natural(name: str) -> tuple[str, int]:
    head = name.rstrip("0123456789")
    return head, int(name[len(head) :] or 0)


def again(found: Numbers) -> dict[str, Any]:
    """How to make the numbers again."""
    results = found.results
    versions: Mapping[str, Any] = {}
    given = found.name
    note = ""
    scenario = found.scenario
    if results is not None:
        versions = results.manifest.get("versions", {})
        if not register.is_as_shipped(results.scenario):
            given = f"{found.name}.yaml"
            note = f"Save the complete scenario below as {given} first."
    common = f"--seed {found.seed} --reps {found.replications}"
    if results is not None:
        arms = [policy for policy in results.policies if policy != WITHOUT_ENFORCEMENT]
        everything = ["base", *results.scenario.policies]
        chosen = "" if arms == everything else f" --policies {','.join(arms)}"
        commands = [f"afterban run {given} {common}{chosen}"]
        if found.differences:
            picked = f" --policies {','.join(a for a in arms if a != found.baseline)}"
            commands.append(
                f"afterban compare {given} --baseline {found.baseline} {common}"
                + (picked if chosen else "")
            )
    else:
        if not found.as_shipped:
            given = f"{found.name}.yaml"
            note = f"Save the complete scenario below as {given} first."
        if scenario is None:
            note = (
                "The scenario is not a shipped one as it stands, so take the file that the "
                "comparison was made of."
            )
        kept = "compared.json" if found.source is None else found.source.name
        arms = [a for a in found.policies if a != found.baseline]
        arms = [a for a in arms if a != WITHOUT_ENFORCEMENT] or arms
        commands = [
            f"afterban compare {given} --baseline {found.baseline} {common} "
            f"--policies {','.join(arms)} --out {kept}"
        ]
    if found.source is not None:
        commands.append(f"afterban report {shown(found.source)}")
    rows = [f"{name} {version}" for name, version in versions.items() if version]
    return {
        "commands": commands,
        "note": note,
        "versions": rows,
        "digest": found.digest,
        "engine": found.engine,
        "code": results.manifest.get("code_digest") if results is not None else None,
    }


def shown(path: Path) -> str:
    """A path without the folders of the person who made the page."""
    parts = path.resolve().parts
    if path.is_dir() and len(parts) >= 3:
        return "/".join(parts[-3:])
    return path.name


def foot_of(found: Numbers) -> str:
    """What stands under each picture: scenario, digest, seed, replications."""
    return (
        f"{found.name} {found.digest[:12]} · seed {found.seed} · "
        f"n = {words.several(found.replications, 'replication')}"
    )
