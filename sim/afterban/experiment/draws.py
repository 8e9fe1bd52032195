"""Draws of assumptions: a Parquet file whose rows are versions of a scenario, each as likely.

A column is called by the path of a value in a scenario and holds what is written there: a text, a
truth value, or a number in the simulator's units (days, per day).  A column whose name begins with
``_`` is a note and changes nothing.  What the draws are of travels in the file itself, as JSON
under the key ``afterban`` of its schema: the scenario and its digest, the seed, the parameters, the
versions of packages, and whatever its maker adds.  Each page of the file has a checksum.

Checked by ``tests/experiment/test_draws.py``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from afterban.errors import AfterbanError, ScenarioErrors
from afterban.files import fault_of, written_whole
from afterban.language.kinds import CountKind
from afterban.language.laws import Flavour
from afterban.language.paths import is_path
from afterban.scenario.sweeping import target

if TYPE_CHECKING:
    import pandas as pd

    from afterban.scenario import Scenario

FORMAT = 1
KEY = b"afterban"  # of the schema's metadata
NOTE = "_"  # what the name of a column begins with that is no path
MOST = 100_000  # draws of a file: more say nothing more


@dataclass(frozen=True)
class Draws:
    """Draws that were read: a frame with a row a draw, and what they are of.

    meta: ``what`` (such as ``posterior``), ``scenario``, ``digest``, ``seed``, ``parameters``,
        ``versions`` and more; empty for a file that another program wrote.
    """

    path: Path
    frame: pd.DataFrame
    meta: Mapping[str, Any]

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths that the draws give values to, in the order of the file."""
        return tuple(name for name in self.frame.columns if not name.startswith(NOTE))

    def changes(self) -> list[dict[str, str]]:
        """What each draw changes in a scenario, in their order.

        Raises AfterbanError that names the row of a value that cannot be written there.
        """
        found = []
        columns = [self.frame[path].tolist() for path in self.paths]
        for k, row in enumerate(zip(*columns, strict=True)):
            try:
                found.append(changes_of(dict(zip(self.paths, row, strict=True))))
            except AfterbanError as error:
                raise AfterbanError(f"{self.path}: row {k + 1}: {error}") from None
        return found


def changes_of(draw: Mapping[str, Any]) -> dict[str, str]:
    """The changes that a draw makes to a scenario: path -> the text that is written there.

    draw: names of columns and values, such as a row of the frame; notes are passed over.  A number
        is in the simulator's units, and of what is counted the nearest whole one is taken.

    Raises AfterbanError for a value that is missing, or a path that there is none.
    """
    found = {}
    for path, value in draw.items():
        if not path.startswith(NOTE):
            found[path] = text_of(path, value)
    return found


def text_of(path: str, value: Any) -> str:
    """A value as it is written at a path of a scenario.  Raises AfterbanError if there is none."""
    value = value.item() if hasattr(value, "item") else value
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        raise AfterbanError(f"`{path}`: there is no value; a draw has one for each path")
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, int | float):
        return str(value)
    kind = target(path)
    if isinstance(kind, Flavour):
        kind = kind.value
    if kind is None:
        return repr(value)  # the scenario says what is wrong with the path
    if isinstance(kind, CountKind):
        return kind.format(round(value))
    return kind.format(value)


def write_draws(path: Path, frame: pd.DataFrame, meta: Mapping[str, Any]) -> None:
    """Write draws, whole or not at all.

    frame: a row a draw; columns are paths of a scenario, or notes (see above).
    meta: what they are of, for JSON; ``scenario``, ``digest``, ``seed`` and ``parameters`` at
        least.  The versions of the packages are added.

    Raises AfterbanError for columns that are no paths, ValueError without any draw.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    from afterban.results import versions

    _check_columns(list(frame.columns), path)
    if frame.empty:
        raise ValueError("there is no draw")
    told = {"format": FORMAT, **meta, "draws": len(frame), "versions": versions()}
    table = pa.Table.from_pandas(frame, preserve_index=False)
    table = table.replace_schema_metadata({KEY: json.dumps(told, sort_keys=True).encode()})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as stream:
            pq.write_table(table, stream, compression="zstd", write_page_checksum=True)
    except OSError as error:
        raise AfterbanError(
            f"{path}: this cannot be written ({error.strerror or error}); choose another place"
        ) from None


def read_draws(path: Path) -> Draws:
    """Read draws.

    Raises AfterbanError for a file that cannot be read, is damaged, or has no draw or no path.
    """
    import pyarrow.parquet as pq

    with fault_of(path):
        file = pq.ParquetFile(path, page_checksum_verification=True)
        if file.metadata.num_rows > MOST:
            raise ValueError(f"it has {file.metadata.num_rows:,} draws, and at most {MOST:,} count")
        table = file.read()
        meta = json.loads((table.schema.metadata or {}).get(KEY, b"{}"))
        if not isinstance(meta, dict):
            raise TypeError("what it says of itself is no list of names and values")
        frame = table.replace_schema_metadata(None).to_pandas()
    if meta.get("format", FORMAT) != FORMAT:
        raise AfterbanError(
            f"{path}: these draws have format {meta['format']}, and this version of afterban reads "
            f"format {FORMAT}"
        )
    _check_columns(list(frame.columns), path)
    if frame.empty:
        raise AfterbanError(f"{path}: there is no draw in it")
    return Draws(path, frame, meta)


def _check_columns(names: Sequence[str], path: Path) -> None:
    """Refuse columns that are neither paths nor notes."""
    paths = [name for name in names if not name.startswith(NOTE)]
    bad = [name for name in paths if not is_path(name)]
    if bad:
        raise AfterbanError(
            f"{path}: the column `{bad[0]}` is no path of a scenario; write keys with dots, such "
            f"as `returning.probability`, or let a note begin with `{NOTE}`"
        )
    if not paths:
        raise AfterbanError(f"{path}: no column is a path of a scenario")


def at_each_draw(scenario: Scenario, draws: Draws) -> list[Scenario]:
    """The scenario at each draw.  Raises AfterbanError that names the row of a faulty one."""
    from afterban.scenario.patching import Patches

    patches = Patches(scenario.with_changes({"sweep": "none"}))
    found = []
    for k, changes in enumerate(draws.changes()):
        try:
            found.append(patches.at(changes))
        except ScenarioErrors as errors:
            first = errors.errors[0]
            raise AfterbanError(
                f"{draws.path}: row {k + 1}: {first.path}: {first.found}; {first.allowed}"
            ) from None
    return found
