"""``afterban inspect``: settings, assumptions with their ranges, the evidence of each value."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from afterban.cli import output
from afterban.cli.progress import progress

if TYPE_CHECKING:
    from afterban.experiment.influence import Ordered
    from afterban.scenario import Scenario
    from afterban.scenario.resolve import Row

KINDS = ("reported", "derived", "fitted", "measured", "assumed")
_TEXTS = ("schema_version", "name", "title", "description")


def show(
    scenario: Scenario,
    kind: str | None,
    influence: bool,
    out: Path,
    workers: int | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Print it; with ``influence`` what each assumption does is measured first."""
    from afterban.scenario.roles import kind_of_path

    rows = [
        row._replace(origin=_origin(row.origin))
        for row in scenario.inspect_rows()
        if row.path not in _TEXTS
    ]
    roles = {row.path: kind_of_path(scenario, row.path) for row in rows}
    assumptions = _order(scenario, out, influence, workers, quiet)
    if as_json:
        output.say_json(_json(rows, roles, kind, assumptions))
        return
    if kind is None:
        _settings([row for row in rows if roles[row.path] == "setting"])
        _assumptions(assumptions)
    _values(scenario, [row for row in rows if roles[row.path] != "setting"], kind)


def _order(
    scenario: Scenario, out: Path, influence: bool, workers: int | None, quiet: bool
) -> Ordered:
    from afterban.experiment import influence as influences

    made = None
    if influence:
        with progress("assumptions", quiet, "runs") as advance:
            made = influences.measured(scenario, workers=workers, progress=advance)
    return influences.ordered(scenario, out, made)


def _json(
    rows: list[Row], roles: dict[str, Any], kind: str | None, assumptions: Ordered
) -> list[dict[str, Any]]:
    """Every value, with what it is and the range that moves it."""
    from afterban.experiment.influence import range_text

    by_path = {path: one for one in assumptions.assumptions for path in one.paths}
    found = []
    for row in rows:
        if kind not in (None, row.kind):
            continue
        one = by_path.get(row.path)
        told: dict[str, Any] = {**row._asdict(), "role": roles[row.path]}
        told["uncertainty"] = None if one is None else one.name
        if one is not None:
            told["range"] = row.range or range_text(one)
            told["reason"] = row.reason or one.why
            told["range_source"] = row.range_source or ", ".join(one.sources) or None
            told["influence"] = assumptions.spans.get(one.name)
        found.append(told)
    return found


def _settings(rows: list[Row]) -> None:
    output.say_table(
        ["setting", "is", "unit", "given in"],
        [[row.path, row.value, row.unit or "", row.origin] for row in rows],
        title=f"settings of the run ({len(rows)})",
        fold=(0, 1, 3),
    )


def _assumptions(ordered: Ordered) -> None:
    from afterban.experiment.influence import paths_text, range_text

    head = ["assumption", "is", "range", "from", "why", "values"]
    spans = ordered.spans
    output.say_table(
        [*head, "moves reach by"] if spans else head,
        [
            [
                one.label,
                one.text(one.centre) if math.isfinite(one.centre) else "",
                range_text(one),
                ", ".join(one.sources) or one.kind,
                one.why,
                paths_text(one.paths),
                *([f"{spans[one.name]:.3f}" if one.name in spans else "-"] if spans else []),
            ]
            for one in ordered.assumptions
        ],
        title=f"assumptions ({len(ordered.assumptions)}), {ordered.where}",
        fold=(0, 2, 4, 5),
    )


def _values(scenario: Scenario, rows: list[Row], kind: str | None) -> None:
    counts = {name: sum(row.kind == name for row in rows) for name in KINDS}
    for name in KINDS:
        chosen = [row for row in rows if row.kind == name]
        if not chosen or kind not in (None, name):
            continue
        output.say_table(
            ["value of", "is", "unit", "source", "given in", "note"],
            [
                [
                    row.path,
                    row.value,
                    row.unit or "",
                    ", ".join(part for part in (row.source, row.locator) if part) or "-",
                    row.origin,
                    row.note or "",
                ]
                for row in chosen
            ],
            title=f"{name} ({counts[name]})",
            fold=(0, 1, 4, 5),
        )
    _documents(scenario, rows)
    output.say(
        f"{scenario.name}: {len(rows)} values: "
        + ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    )


def _documents(scenario: Scenario, rows: list[Row]) -> None:
    """The documents that are cited, and what is not stated about them."""
    from afterban.sources import registry

    known = registry()
    cited = {row.source for row in rows if row.source} - set(scenario.sources)
    documents = {known.source(one).id: known.source(one) for one in sorted(cited)}
    lines = [
        [name, one.cited(), ", ".join(one.missing()) or "-"] for name, one in documents.items()
    ]
    for name, own in scenario.sources.items():
        told = [own.authors, own.year, own.title, own.doi and f"doi:{own.doi}", own.url, own.note]
        absent = [key for key in ("authors", "title") if not getattr(own, key)]
        absent += [] if own.doi or own.url else ["address"]
        lines.append([name, ", ".join(filter(None, told)), ", ".join(absent) or "-"])
    if lines:
        output.say_table(["document", "is", "not stated"], lines, title="documents", fold=(1, 2))


def _origin(given: str) -> str:
    """Where a value was given, for people: a shipped scenario by its name, a file from here."""
    from afterban.language.documents import shipped_directory, shown_path

    path = Path(given)
    if path.is_absolute() and path.parent == shipped_directory():
        return path.stem
    return shown_path(given)
