"""The file of one finished replication of a sweep, which proves itself when it is read.

Its pages carry checksums, and its metadata a digest of the values together with all that decides
them: the sweep's identity, the point, the replication, the arms and the metrics.  So a flipped bit
is noticed, and so is a part that was copied from another point, another replication or another
sweep.  Whatever is wrong with a part, it counts as not finished and is run again.

Checked by ``tests/experiment/test_parts.py``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from afterban.files import written_whole
from afterban.results import column_of

if TYPE_CHECKING:
    import pyarrow as pa

Floats = npt.NDArray[np.float64]

_SEAL = b"afterban.sha256"


@dataclass(frozen=True)
class PartFormat:
    """What every part of a sweep has in common.

    identity: what decides the numbers at a point, by name.
    sealed: whether parts must carry a digest; False for sweeps from before there were any.
    """

    identity: Mapping[str, Any]
    policies: tuple[str, ...]
    metrics: tuple[str, ...]
    sealed: bool = True

    @cached_property
    def schema(self) -> pa.Schema:
        """Columns of a part: replication, arm and the metrics."""
        import pyarrow as pa

        return pa.schema(
            [
                ("replication", pa.int32()),
                ("policy", pa.string()),
                *((column_of(name), pa.float64()) for name in self.metrics),
            ]
        )

    @cached_property
    def _common(self) -> bytes:
        told = [dict(self.identity), self.policies, self.metrics]
        return json.dumps(told, sort_keys=True).encode("ascii")

    def seal(self, key: str, replication: int, values: Floats) -> bytes:
        """Digest of the values (``[arms, metrics]``) of one replication of one point."""
        digest = hashlib.sha256(self._common)
        digest.update(f"\n{key}\n{replication}\n".encode())
        digest.update(np.ascontiguousarray(values, dtype="<f8").tobytes())
        return digest.hexdigest().encode()

    def write(
        self, path: Path, key: str, replication: int, rows: Sequence[Sequence[float]]
    ) -> None:
        """Write one finished replication, whole or not at all.  Raises OSError."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        values = np.array(rows, dtype=np.float64)
        table = pa.Table.from_arrays(
            [
                pa.array([replication] * len(self.policies), pa.int32()),
                pa.array(self.policies, pa.string()),
                *(pa.array(column, pa.float64()) for column in values.T),
            ],
            schema=self.schema,
        ).replace_schema_metadata({_SEAL: self.seal(key, replication, values)})
        with written_whole(path) as stream:
            pq.write_table(
                table,
                stream,
                compression="none",  # smaller than compressed, at a few rows a file
                use_dictionary=False,
                write_statistics=False,
                write_page_checksum=True,
            )

    def read(self, path: Path, key: str, replication: int) -> Floats | None:
        """Values (``[arms, metrics]``) of one replication of one point.

        None if there is no such part, or if it cannot be read, or is not what was written.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            content = pa.BufferReader(path.read_bytes())
            file = pq.ParquetFile(content, page_checksum_verification=True)
            if not file.schema_arrow.equals(self.schema, check_metadata=False):
                return None
            if file.metadata.num_rows != len(self.policies):
                return None
            # The pages are few and small; threads would take longer than they save.
            table = file.read(use_threads=False)
            if table["replication"].to_pylist() != [replication] * len(self.policies):
                return None
            if tuple(table["policy"].to_pylist()) != self.policies:
                return None
            values = np.empty((len(self.policies), len(self.metrics)))
            for k in range(len(self.metrics)):
                column = table.column(k + 2)
                if column.null_count:
                    return None
                values[:, k] = column.to_numpy()
            seal = (file.schema_arrow.metadata or {}).get(_SEAL)
        except Exception:  # whatever a damaged file makes the reader raise
            return None
        if seal is None:
            return None if self.sealed else values
        return values if seal == self.seal(key, replication, values) else None
