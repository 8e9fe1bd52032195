"""The journal of a sweep: one record for each finished replication, which proves itself when read.

Records are added to the end of one file as replications are finished, all of the same length, so
that ten thousand of them are read at once.  Each begins with a digest of its values together with
all that decides them: the sweep's identity, the point, the replication, the arms and the metrics.
So a flipped bit is noticed, and so is a record that was copied from another point, another
replication or another sweep.  Whatever is wrong with a record, its replication counts as not
finished and is run again.

Checked by ``tests/experiment/test_journal.py``.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from afterban.files import written_whole

Floats = npt.NDArray[np.float64]
Task: TypeAlias = tuple[str, int]  # key of a point, and number of a replication

SEAL_BYTES = 16
KEY_BYTES = 12
SYNC_SECONDS = 1.0  # what the system has taken is safe from us at once, from a power cut after this
_READ_BYTES = 4_000_000  # at a time


@dataclass(frozen=True)
class Format:
    """What every record of a sweep has in common.

    identity: what decides the numbers at a point, by name.
    """

    identity: Mapping[str, Any]
    policies: tuple[str, ...]
    metrics: tuple[str, ...]

    @cached_property
    def record(self) -> np.dtype[np.void]:
        """Fields of a record; ``values`` go by arm and metric."""
        return np.dtype(
            [
                ("seal", f"V{SEAL_BYTES}"),
                ("key", f"S{KEY_BYTES}"),
                ("replication", "<u4"),
                ("values", "<f8", (len(self.policies), len(self.metrics))),
            ]
        )

    @cached_property
    def _common(self) -> bytes:
        told = [dict(self.identity), self.policies, self.metrics]
        return json.dumps(told, sort_keys=True).encode("ascii")

    def seal(self, body: bytes) -> bytes:
        """Digest of a record without its seal."""
        return hashlib.sha256(self._common + b"\n" + body).digest()[:SEAL_BYTES]

    def write(self, key: str, replication: int, rows: Sequence[Sequence[float]]) -> bytes:
        """The record of one finished replication: for each arm its metrics."""
        one = np.zeros(1, self.record)
        one["key"], one["replication"], one["values"] = key.encode("ascii"), replication, rows
        body = one.tobytes()[SEAL_BYTES:]
        return self.seal(body) + body


class Journal:
    """The file of all finished replications of a sweep.  Close it to see them onto the disk."""

    def __init__(self, path: Path, form: Format) -> None:
        self.path = path
        self.form = form
        self._size = form.record.itemsize
        self._stream: IO[bytes] | None = None
        self._whole = 0  # bytes, of whole records
        self._synced = 0.0

    def finished(self) -> dict[Task, int]:
        """Place of the record of each replication that is kept, whole; empty if there is no file.

        What cannot be read (a disk error, or somebody's hand) does not count.
        """
        found: dict[Task, int] = {}
        for place, content in self._records():
            body = content[SEAL_BYTES:]
            if content[:SEAL_BYTES] == self.form.seal(body):
                key = body[:KEY_BYTES].rstrip(b"\0").decode("ascii")
                replication = body[KEY_BYTES : KEY_BYTES + 4]
                found[key, int.from_bytes(replication, "little")] = place
        return found

    def _records(self) -> Iterator[tuple[int, bytes]]:
        at_once = max(1, _READ_BYTES // self._size)
        place = 0
        with suppress(OSError), self.path.open("rb") as stream:
            while content := stream.read(at_once * self._size):
                for start in range(0, len(content) - self._size + 1, self._size):
                    yield place, content[start : start + self._size]
                    place += 1

    def values(self, places: Sequence[int]) -> Floats:
        """Metrics of some records, shape (records, arms, metrics).  Raises OSError."""
        out = np.empty((len(places), *self.form.record["values"].shape))
        with self.path.open("rb") as stream:
            for k, place in enumerate(places):
                stream.seek(place * self._size)
                (one,) = np.frombuffer(stream.read(self._size), self.form.record)
                out[k] = one["values"]
        return out

    def add(self, key: str, replication: int, rows: Sequence[Sequence[float]]) -> None:
        """Keep one finished replication.  Raises OSError, and leaves whole records then."""
        if self._stream is None:
            # What a crash cut off in the middle goes first.
            size = self.path.stat().st_size if self.path.exists() else 0
            self._whole = size - size % self._size
            if self._whole < size:
                os.truncate(self.path, self._whole)
            self._stream = self.path.open("ab")
        try:
            self._stream.write(self.form.write(key, replication, rows))
            self._stream.flush()
            if time.monotonic() - self._synced > SYNC_SECONDS:
                os.fsync(self._stream.fileno())
                self._synced = time.monotonic()
        except OSError:
            stream, self._stream = self._stream, None
            with suppress(OSError):
                stream.close()
            with suppress(OSError):
                os.truncate(self.path, self._whole)
            raise
        self._whole += self._size

    def close(self) -> None:
        """See all records onto the disk.  Raises OSError."""
        if self._stream is not None:
            stream, self._stream = self._stream, None
            with stream:
                os.fsync(stream.fileno())

    def put_in_order(self, tasks: Sequence[Task]) -> None:
        """Leave the records of these tasks alone, in this order.  Raises OSError."""
        self.close()
        found = self.finished()
        order = [found[task] for task in tasks if task in found]
        size = self.path.stat().st_size if self.path.exists() else 0
        if order == list(range(len(order))) and size == len(order) * self._size:
            return
        with self.path.open("rb") as stream, written_whole(self.path) as out:
            for place in order:
                stream.seek(place * self._size)
                out.write(stream.read(self._size))
