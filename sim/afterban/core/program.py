"""What a program that was built can be asked, wherever its memory is."""

from __future__ import annotations

from typing import Any, Final, Protocol

import numpy.typing as npt

from afterban.errors import AfterbanError

Table = npt.NDArray[Any]

# What an entry point returns.
DONE: Final = 0
PAUSED: Final = 1
MORE_MEMORY: Final = 2

MOST_KEPT: Final = 512 << 20  # bytes of memory that a program keeps while it has nothing to do
ALIGNED: Final = 16  # bytes, to which all memory that is handed in is aligned
ENTRIES: Final = ("least", "begin", "give", "wanted", "go", "told")


def too_large(kind: str, operators: int) -> AfterbanError:
    """The error of a network for which there is not enough memory in a program of a kind."""
    within = ", of 4 GB in a WebAssembly module" if kind == "module" else ""
    return AfterbanError(
        f"{operators:,} operators need more memory than there is{within}"
        "; take fewer operators (`afterban sweep` and `band` thin a network by themselves)"
    )


class Program(Protocol):
    """The program with memory for one thread, which is kept from run to run.

    kind: what runs it, such as ``native``.  digest: of the build (hex).
    """

    kind: str
    digest: str

    def place(self, size: int) -> int:
        """Address of so many bytes, aligned, that stay until the next :meth:`clear`.

        Raises MemoryError if they cannot be had.
        """

    def write(self, address: int, data: Table) -> None:
        """Copy a contiguous table to an address."""

    def lend(self, table: Table) -> int:
        """Address where the program finds a contiguous table, which its caller keeps as it is.

        Until the next :meth:`clear`.  Raises MemoryError if there is no room for a copy.
        """

    def read(self, address: int, table: Table) -> None:
        """Fill a contiguous table with what stands at an address."""

    def call(self, name: str, *arguments: int) -> int:
        """What the entry point ``afterban_<name>`` returns; other threads go on meanwhile."""

    def clear(self) -> None:
        """Let all memory be used anew; what is more than ``MOST_KEPT`` is given back."""
