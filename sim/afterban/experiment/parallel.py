"""Independent runs side by side, in the order in which they are asked for.

Checked by ``tests/cli/test_questions.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from afterban import engines
from afterban.engines import EngineName
from afterban.experiment.pool import each

Answer = TypeVar("Answer")


def side_by_side(
    function: Callable[..., Answer],
    arguments: Iterable[tuple[object, ...]],
    engine: EngineName | None = None,
    workers: int | None = None,
) -> Iterator[Answer]:
    """``function(*arguments)`` for each, in order; the same for any number of workers.

    workers: parallel workers, all cores if None.
    """
    yield from each(
        function, arguments, workers, threads=(engine or engines.default_engine()) == "compiled"
    )
