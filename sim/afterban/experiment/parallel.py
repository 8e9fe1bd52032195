"""Independent runs side by side, in the order in which they are asked for.

Checked by ``tests/cli/test_questions.py``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from afterban import engines
from afterban.engines import EngineName
from afterban.errors import AfterbanError
from afterban.experiment.replicate import ctrl_c_for_this_process_only

Answer = TypeVar("Answer")


def side_by_side(
    function: Callable[..., Answer],
    arguments: Iterable[tuple[object, ...]],
    engine: EngineName | None = None,
    workers: int | None = None,
) -> Iterator[Answer]:
    """``function(*arguments)`` for each, as it is finished; the same for any number of workers.

    workers: parallel workers, all cores if None.
    """
    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    jobs = [delayed(function)(*given) for given in arguments]
    count = min(workers or os.cpu_count() or 1, max(1, len(jobs)))
    # Compiled code runs without the interpreter's lock, so threads do; SimPy needs processes.
    backend = "threading" if (engine or engines.default_engine()) == "compiled" else "loky"
    try:
        with ctrl_c_for_this_process_only(backend == "loky" and count > 1):
            answers = Parallel(n_jobs=count, backend=backend, return_as="generator")(jobs)
        yield from answers
    except TerminatedWorkerError:
        raise AfterbanError(
            "a worker was killed (out of memory?); run again, perhaps with fewer `--workers`"
        ) from None
