"""Compares a scenario with values that somebody else took from the documents.

A rebuild is a module in ``rebuilds/`` with

    SCENARIO = "september-2014"
    EXPECTED = {
        "exposure.view_probability": (0.02, "L75"),
        "tiers.example.audience": ("{lognormal: {median: 10, sigma: 1.0}}", "L4"),
        "tiers.example.refollow_factor": (0.5, "L30", 0.02),
    }

Path -> (value as a scenario file would have it, source[, relative tolerance]).  A tolerance is for
derived values that two people may round differently; the default is exactly the same value.
Whoever writes one has read the documents and ``afterban schema``, and not the scenario.  The path
of a tier or an arm needs its name, which the other person may tell.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from afterban.errors import ScenarioErrors
from afterban.scenario import Scenario
from afterban.scenario.qc import compared_rows

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


@dataclass
class Report:
    """What came of a comparison, path by path.

    agreeing: values that are the same.
    differing: path -> what the scenario has, what the rebuild has.
    other_source: path -> the source that the scenario names, the one that the rebuild names.
    not_rebuilt: values that the scenario calls reported or derived and the rebuild does not have.
    not_there: paths of the rebuild that the scenario does not have, or whose value cannot be read.
    not_claimed: values of the rebuild that the scenario calls fitted or assumed; they need not
        agree, but a document may have been overlooked.
    assumed: all fitted and assumed values of the scenario, for the reader.
    """

    agreeing: list[str] = field(default_factory=list)
    differing: dict[str, tuple[str, str]] = field(default_factory=dict)
    other_source: dict[str, tuple[str | None, str]] = field(default_factory=dict)
    not_rebuilt: list[str] = field(default_factory=list)
    not_there: dict[str, str] = field(default_factory=dict)
    not_claimed: list[str] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether every reported or derived value was rebuilt, with the same value and source.

        Something must have been compared: an empty rebuild of a scenario that claims nothing is
        no comparison.
        """
        wrong = (self.differing, self.other_source, self.not_rebuilt, self.not_there)
        return bool(self.agreeing) and not any(wrong)

    def words(self) -> str:
        """The faults, one a line."""
        lines = [f"{len(self.agreeing)} values agree, {len(self.assumed)} are fitted or assumed"]
        for path, (ours, theirs) in self.differing.items():
            lines.append(f"{path}: the scenario has {ours}, the rebuild {theirs}")
        for path, (source, other) in self.other_source.items():
            lines.append(f"{path}: the scenario cites {source}, the rebuild {other}")
        lines += [f"{path}: not rebuilt" for path in self.not_rebuilt]
        lines += [f"{path}: {what}" for path, what in self.not_there.items()]
        return "\n".join(lines)


def compare(scenario: Scenario, expected: Mapping[str, tuple[Any, ...]]) -> Report:
    """Compare every value that the documents must give."""
    report = Report()
    claimed = {row.path: row for row in compared_rows(scenario)}
    everything = {row.path: row for row in scenario.inspect_rows()}
    report.assumed = [path for path in everything if path not in claimed]
    report.not_rebuilt = [path for path in claimed if path not in expected]
    read = canonical(scenario, {path: expected[path][0] for path in expected if path in claimed})
    for path, (value, source, *more) in expected.items():
        row = claimed.get(path)
        if row is None:
            if path in everything:
                report.not_claimed.append(path)
            else:
                report.not_there[path] = "the scenario has no such value, or does not claim it"
            continue
        text = read[path]
        if text is None:
            report.not_there[path] = f"{value!r} is no value for this"
        elif not same(row.value, text, more[0] if more else 0.0):
            report.differing[path] = (row.value, text)
        elif row.source != source:
            report.other_source[path] = (row.source, source)
        else:
            report.agreeing.append(path)
    return report


def canonical(scenario: Scenario, values: Mapping[str, Any]) -> dict[str, str | None]:
    """Values by path in the form in which the scenario shows them; None for what cannot be read."""
    found: dict[str, str | None] = {}
    arms: dict[str, dict[str, str]] = {}  # within each, by its own path: the path of the scenario
    for path in values:
        _, policy, own = path.split(".", 2) if path.startswith("policies.") else ("", "", path)
        arms.setdefault(policy, {})[own] = path
    for policy, paths in arms.items():
        arm = scenario.arm(policy) if policy else scenario
        together = _shown(arm, {own: values[path] for own, path in paths.items()})
        for own, path in paths.items():
            # Where one of them cannot be read, each is read alone.
            shown = _shown(arm, {own: values[path]}) if together is None else together
            found[path] = None if shown is None else shown.get(own)
    return found


def _shown(scenario: Scenario, changes: Mapping[str, Any]) -> dict[str, str] | None:
    try:
        changed = scenario.with_changes(changes)
    except ScenarioErrors:
        return None
    return {row.path: row.value for row in changed.inspect_rows()}


def same(one: str, other: str, tolerance: float = 0.0) -> bool:
    """Whether two texts have the same words and, within a relative tolerance, the same numbers."""
    if _NUMBER.sub("#", one) != _NUMBER.sub("#", other):
        return False
    pairs = zip(_NUMBER.findall(one), _NUMBER.findall(other), strict=True)
    return all(math.isclose(float(a), float(b), rel_tol=tolerance) for a, b in pairs)
