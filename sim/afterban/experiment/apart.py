"""What sets two runs apart: their names, their settings, how folders were made, and their lives.

Checked by ``tests/experiment/test_diverge.py``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from afterban import results
from afterban.core.code import source_digest
from afterban.errors import listed
from afterban.experiment.diverged import Divergence
from afterban.experiment.one_run import Run
from afterban.language.documents import parse, plain_data
from afterban.parameters import WITHOUT_ENFORCEMENT
from afterban.scenario.contents import ABOUT_VALUES

if TYPE_CHECKING:
    import pandas as pd


def names_of(a: Run, b: Run) -> tuple[str, str]:
    """What the two runs are called: no more than tells them apart."""
    told = []
    for run in (a, b):
        parts = []
        if a.folder is not None and b.folder is not None and a.folder != b.folder:
            parts.append(os.fspath(run.folder or ""))
        elif a.scenario.name != b.scenario.name or a.policy == b.policy:
            parts.append(run.scenario.name)
        if a.policy != b.policy or not parts:
            parts.append(run.policy)
        name = ":".join(parts)
        if a.chosen_seed != b.chosen_seed:
            name += f", seed {run.chosen_seed}"
        if a.replication != b.replication:
            name += f", replication {run.replication}"
        told.append(name)
    if told[0] == told[1]:
        return f"{told[0]} (first)", f"{told[1]} (second)"
    return told[0], told[1]


_NOT_SETTINGS: Final = (
    *("policies", "sweep", "name", "title", "description", "metrics"),
    *ABOUT_VALUES,  # ranges and what else moves no draw
)


def settings_of(a: Run, b: Run) -> tuple[tuple[str, str, str], ...]:
    """Values that the two scenarios do not share, by path."""
    one, other = (_flat(run) for run in (a, b))
    found = [
        (path, one.get(path, "not set"), other.get(path, "not set"))
        for path in dict.fromkeys([*one, *other])
        if one.get(path) != other.get(path)
    ]
    if (a.policy == WITHOUT_ENFORCEMENT) != (b.policy == WITHOUT_ENFORCEMENT):
        words = tuple("none" if r.policy == WITHOUT_ENFORCEMENT else "as written" for r in (a, b))
        found.insert(0, ("enforcement", words[0], words[1]))
    if a.chosen_seed != b.chosen_seed:
        found.insert(0, ("seed", str(a.chosen_seed), str(b.chosen_seed)))
    if a.replication != b.replication:
        found.insert(0, ("replication", str(a.replication), str(b.replication)))
    return tuple(found)


def _flat(run: Run) -> dict[str, str]:
    node, _ = parse(run.arm.resolved_yaml(), "<scenario>")
    data = plain_data(node)
    found: dict[str, str] = {}

    def walk(value: Any, path: str) -> None:
        if isinstance(value, dict) and set(value) >= {"value", "kind"}:
            value = value["value"]  # what is said of its evidence moves nothing
        if isinstance(value, dict):
            for key, inner in value.items():
                if path or (key not in _NOT_SETTINGS and key != "seed"):
                    walk(inner, f"{path}.{key}" if path else key)
        elif isinstance(value, list):
            for k, inner in enumerate(value):
                walk(inner, f"{path}[{k}]")
        else:
            found[path] = str(value)

    walk(data, "")
    return found


_MADE_BY: Final = ("code_digest", "engine", "seed", "scenario_digest", "machine")


def with_folders(found: Divergence, a: Run, b: Run) -> Divergence:
    """How two folders were made, and their tables life by life."""
    assert a.folder is not None
    assert b.folder is not None
    one, other = results.read(a.folder), results.read(b.folder)
    told = _made(one.manifest, other.manifest)
    for run, kept in ((a, one), (b, other)):
        if not kept.as_shipped:
            names = listed(kept.manifest[results.OWN_SOURCES])
            told.append(
                f"{run.folder} is not as shipped: it has its own {names}; whatever is run again "
                "here is run without."
            )
    current = source_digest()
    if any(kept.manifest.get("code_digest") != current for kept in (one, other)):
        told.append(
            "Not both were made by this version; whatever is run again here is run by this one."
        )
    tables = []
    for run, kept in ((a, one), (b, other)):
        if kept.folder is None or not (kept.folder / results.ACCOUNTS).exists():
            told.append(f"{run.folder}: there is no {results.ACCOUNTS}, so no life is compared.")
            return replace(found, manifest=tuple(told))
        table = kept.accounts()
        table = table[(table["policy"] == run.policy) & (table["replication"] == run.replication)]
        tables.append(table.assign(replication=0))
    return replace(
        found,
        manifest=tuple(told),
        lives=tuple(lives_apart(tables[0], tables[1], found.names)),
        compared=(len(tables[0]), len(tables[1])),
    )


def _made(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """What differs in how two folders were made."""
    apart = [
        f"{key.replace('_', ' ')} {_short(one.get(key))} and {_short(other.get(key))}"
        for key in _MADE_BY
        if one.get(key) != other.get(key)
    ]
    versions: Sequence[Mapping[str, Any]] = [each.get("versions") or {} for each in (one, other)]
    apart += [
        f"{name} {versions[0].get(name)} and {versions[1].get(name)}"
        for name in dict.fromkeys([*versions[0], *versions[1]])
        if versions[0].get(name) != versions[1].get(name)
    ]
    if not apart:
        return []
    return [f"The folders were not made alike: {', '.join(apart)}."]


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 24 else text[:12]


_KEY: Final = ["policy", "replication", "operator", "life"]
_MOST: Final = 4  # columns of a life that are told


def lives_apart(one: pd.DataFrame, other: pd.DataFrame, names: tuple[str, str]) -> list[str]:
    """What differs between two tables of accounts, with the first life that does; empty if nothing.

    Tables as of ``Results.accounts()``.  First is the life in which the earliest day differs.
    """
    import numpy as np
    import pandas as pd

    a, b = (table.astype(object).set_index(_KEY[1:]) for table in (one, other))
    columns = [c for c in a.columns if c in b.columns and c != "policy"]
    missing = sorted({*a.columns} ^ {*b.columns})
    told = [f"Only one of the tables has {listed(missing)}."] if missing else []
    joint = a.index.union(b.index)
    a, b = a.reindex(joint)[columns], b.reindex(joint)[columns]
    unlike = ~((a == b) | (a.isna() & b.isna()))
    apart = unlike.any(axis=1)
    if not apart.any():
        return told
    days = [c for c in columns if c.endswith("_day")]
    both = np.fmin(a[days].to_numpy(float), b[days].to_numpy(float))
    early = pd.DataFrame(both, index=joint, columns=days)
    when = early.where(unlike[days]).min(axis=1).fillna(early["created_day"])
    place: Any = when[apart].idxmin()
    replication, operator, life = place
    told.append(
        f"{int(apart.sum()):,} of {len(joint):,} lives differ. First: operator {operator}, life "
        f"{life} of replication {replication}, on day {when[place]:.6g}: "
        + _columns_apart(a.loc[place], b.loc[place], unlike.loc[place], names)
    )
    return told


def _columns_apart(a: Any, b: Any, unlike: Any, names: tuple[str, str]) -> str:
    for row, name in ((a, names[0]), (b, names[1])):
        if row.isna().all():
            return f"{name} does not have it."
    columns = [c for c in a.index if unlike[c]]
    parts = [f"{c} {_cell(a[c])} and {_cell(b[c])}" for c in columns[:_MOST]]
    more = len(columns) - len(parts)
    return ", ".join(parts) + (f", and {more} more columns" if more else "") + "."


def _cell(value: Any) -> str:
    if value is None or value != value or value == "":
        return "nothing"
    return repr(float(value)) if isinstance(value, float) else str(value)
