"""Tables of one's own (``network.operators``, ``network.follows``), kept beside what came of them.

Results have a copy of each in ``inputs/``, and their scenario names it by a path from its own
folder.  So a folder of results can go to another place or machine and be run there.

Checked by ``tests/cli/test_bundle.py``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, TypeAlias

from afterban.errors import AfterbanError
from afterban.files import sha256_of, written_whole
from afterban.language.evidence import bare
from afterban.language.shapes import Table
from afterban.language.writing import written
from afterban.scenario.contents import Contents

Places: TypeAlias = dict[tuple[str, str], str]  # path and digest of a table -> path of its copy

FOLDER = "inputs"
_AT_ONCE = 1 << 20  # bytes that are copied at a time
_LONGEST = 40  # letters of a table's own name that its copy keeps


def places(scenario: Contents) -> Places:
    """Where the copies of a scenario's tables go, its arms' included; empty if it has none."""
    found: Places = {}

    def search(data: Any) -> None:
        if isinstance(data, list):
            for item in data:
                search(item)
        elif isinstance(data, dict):
            if set(data) == {"file", "sha256"}:
                found[data["file"], data["sha256"]] = _name(data["file"], data["sha256"])
            else:
                for value in data.values():
                    search(value)

    search(bare(written(Table(type(scenario)), scenario, "", {})))
    return found


def keep(kept: Places, folder: Path) -> list[str]:
    """Copy tables into a folder, each whole or not at all, and return the names of the copies.

    Raises AfterbanError for one that has changed since the scenario was read, OSError if a copy
    cannot be written.
    """
    for (source, sha256), name in kept.items():
        target = folder / name
        if target.exists() and sha256_of(target) == sha256:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(target) as out:
            try:
                with open(source, "rb") as stream:
                    while block := stream.read(_AT_ONCE):
                        out.write(block)
            except FileNotFoundError:
                raise AfterbanError(
                    f"{source}: this table is there no longer, so it cannot be kept with the "
                    "results; put it back"
                ) from None
            out.flush()
            if sha256_of(Path(out.name)) != sha256:
                raise AfterbanError(
                    f"{source}: this table has changed since the scenario was read; run again"
                )
    return sorted(set(kept.values()))


def moved(data: Any, kept: Places) -> Any:
    """The written form of a scenario, with or without evidence, that names the copies."""
    if isinstance(data, list):
        return [moved(item, kept) for item in data]
    if not isinstance(data, dict):
        return data
    inner = {key: moved(value, kept) for key, value in data.items()}
    if set(inner) == {"file", "sha256"}:
        file = inner["file"]
        name = kept[bare(file), inner["sha256"]]
        inner["file"] = type(file)({**file, "value": name}) if isinstance(file, dict) else name
    return type(data)(inner)


def _name(file: str, sha256: str) -> str:
    """Of a copy: one's own name, made plain, and what tells it from others of that name."""
    path = Path(file)
    mark = f"-{sha256[:8]}"
    stem = path.stem.removesuffix(mark)  # that of a copy is that of its original
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-")[:_LONGEST] or "table"
    return f"{FOLDER}/{stem}{mark}{path.suffix}"


__all__ = ["FOLDER", "Places", "keep", "moved", "places"]
