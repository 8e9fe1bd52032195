"""Workers for independent tasks, and an end to every wait for them.

Compiled code runs without the interpreter's lock, so threads do; SimPy needs processes.  The
processes are loky's, as joblib carries it: they start without running the caller's script again.
loky replaces a process whose memory has grown, and says so in a warning from the thread that
manages the pool.  With warnings as errors that thread dies of it, and nobody would ever be told of
a result again.  So the warning is no error here, and whoever waits looks now and then whether the
manager lives and notices what happens to its processes.

Checked by ``tests/experiment/test_pool.py``.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import queue
import signal
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import wait as ready
from typing import Any, TypeVar

from afterban.errors import AfterbanError

Answer = TypeVar("Answer")

LOOK_SECONDS = 0.5  # between two looks at the pool while no answer comes
PATIENCE_SECONDS = 10.0  # for a manager that does not notice that a process has ended
_IDLE_SECONDS = 300  # after which a process without work ends; as joblib has it
_AHEAD = 3  # tasks under way or waiting to be fetched, for each worker
_THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)


class PoolLost(AfterbanError):
    """Worker processes that nothing more will come of.  What was yielded before is whole."""


@contextmanager
def ctrl_c_for_this_process_only() -> Iterator[None]:
    """Worker processes that are started meanwhile never hear of Ctrl-C; this one does, at the end.

    A terminal sends it to all of them, and a worker that is stopped in the middle of a task says so
    in a traceback, or leaves this process waiting for it.
    """
    from multiprocessing import resource_tracker

    from joblib.externals.loky.backend import resource_tracker as of_loky

    for tracker in (resource_tracker, of_loky):
        tracker.ensure_running()  # first, since its start lets Ctrl-C through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def each(
    function: Callable[..., Answer],
    tasks: Iterable[tuple[object, ...]],
    workers: int | None = None,
    *,
    threads: bool,
    ordered: bool = True,
    advice: str = "run again, perhaps with fewer `--workers`",
) -> Iterator[Answer]:
    """``function(*task)`` for each task, as it is finished; the same for any number of workers.

    Few tasks are taken from ``tasks`` and few answers are held at any time.

    workers: all cores if None; with 1 everything is done by the caller.
    threads: threads instead of processes.
    ordered: in the order of the tasks.
    advice: what to do about processes that were lost.

    Raises PoolLost when a process was killed, or when the pool does not work any more; what was
    finished before is yielded first.  Raises whatever a task raises.
    """
    count = workers or os.cpu_count() or 1
    if count > 1:
        # No more workers than tasks; no more tasks are looked at than that takes.
        waiting = iter(tasks)
        first = list(itertools.islice(waiting, count))
        tasks = itertools.chain(first, waiting)
        count = len(first)
    if count <= 1 or (not threads and multiprocessing.current_process().daemon):
        for task in tasks:
            yield function(*task)
    elif threads:
        yield from _on_threads(function, tasks, count, ordered)
    else:
        yield from _on_processes(function, tasks, count, ordered, advice)


def _on_threads(
    function: Callable[..., Answer], tasks: Iterable[tuple[object, ...]], count: int, ordered: bool
) -> Iterator[Answer]:
    from joblib import Parallel, delayed

    parallel = Parallel(
        n_jobs=count,
        backend="threading",
        return_as="generator" if ordered else "generator_unordered",
        # One at a time for each worker, so that each answer is there as soon as it is finished.
        batch_size=1,
    )
    yield from parallel(delayed(function)(*task) for task in tasks)


# --- processes ------------------------------------------------------------------------------------

_idle: dict[int, Any] = {}  # pools of this process that nobody uses, by their number of workers
_lock = threading.Lock()


def _on_processes(
    function: Callable[..., Answer],
    tasks: Iterable[tuple[object, ...]],
    count: int,
    ordered: bool,
    advice: str,
) -> Iterator[Answer]:
    from concurrent.futures import FIRST_COMPLETED, Future, wait

    from joblib.externals.loky.process_executor import (
        ShutdownExecutorError,
        TerminatedWorkerError,
    )

    with _lock:
        pool = _idle.pop(count, None)
    if pool is None or pool._flags.broken or pool._flags.shutdown or not _manager_lives(pool):
        pool = _new_pool(count)
    waiting = iter(tasks)
    under_way: deque[Future[Answer]] = deque()
    good = False
    try:
        while True:
            _no_error_from_the_manager()
            with ctrl_c_for_this_process_only():
                for task in itertools.islice(waiting, _AHEAD * count - len(under_way)):
                    under_way.append(pool.submit(function, *task))
            if not under_way:
                good = True
                return
            watch = _Watch(pool)
            while True:
                awaited = [under_way[0]] if ordered else list(under_way)
                done, _ = wait(awaited, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
                if done or watch.lost():
                    break
            # In the order in which they were submitted.
            finished = [future for future in under_way if future in done]
            if not finished:
                for future in under_way:
                    if future.done() and future.exception() is None:
                        yield future.result()
                    elif ordered:
                        break
                raise PoolLost(f"the worker processes do not answer any more; {advice}")
            # Failures last, so that what is finished beside them is not lost.
            finished.sort(key=lambda future: future.exception() is not None)
            for future in finished:
                under_way.remove(future)
                yield future.result()
    except (TerminatedWorkerError, ShutdownExecutorError):
        raise PoolLost(f"a worker was killed (out of memory?); {advice}") from None
    finally:
        if good and not pool._flags.broken:
            _put_away(pool, count)
        else:
            _end(pool)


def _new_pool(count: int) -> Any:
    from joblib.externals.loky import ProcessPoolExecutor

    share = str(max(1, (os.cpu_count() or 1) // count))
    env = {name: os.environ.get(name, share) for name in _THREAD_VARIABLES}
    return ProcessPoolExecutor(max_workers=count, timeout=_IDLE_SECONDS, env=env)


def _put_away(pool: Any, count: int) -> None:
    """Keep one pool for whoever comes next, since a process takes a second to start."""
    with _lock:
        others = [_idle.pop(size) for size in list(_idle)]
        _idle[count] = pool
    for other in others:
        other.shutdown(wait=False)


def _manager_lives(pool: Any) -> bool:
    manager = pool._executor_manager_thread
    return manager is None or manager.is_alive()  # None: it starts with the first task


def _no_error_from_the_manager() -> None:
    """A process that was replaced is nothing that a user could mend, so it is no error, and untold.

    Again before each wait, since the caller may have changed the filters meanwhile.
    """
    warnings.filterwarnings(
        "ignore", message="A worker stopped while some jobs were given", category=UserWarning
    )


class _Watch:
    """Whether a pool can still answer."""

    def __init__(self, pool: Any) -> None:
        self.pool = pool
        self.since: float | None = None

    def lost(self) -> bool:
        """Whether the manager has gone, or has let a process end without noticing for a while."""
        if not _manager_lives(self.pool):
            return True
        try:
            sentinels = [process.sentinel for process in list(self.pool._processes.values())]
            well = bool(sentinels) and not ready(sentinels, timeout=0)
        except (OSError, ValueError):  # one is being replaced at this moment
            well = True
        if well:
            self.since = None
            return False
        self.since = self.since or time.monotonic()
        return time.monotonic() - self.since > PATIENCE_SECONDS


def _end(pool: Any) -> None:
    """End a pool at once with its processes, also one whose manager does not work."""
    processes = list(pool._processes.values())
    manager, calls, results = pool._executor_manager_thread, pool._call_queue, pool._result_queue
    if calls is not None:
        calls.cancel_join_thread()  # what nobody will read is not waited for
    with suppress(queue.Empty):
        # What is not begun never is: the manager would look for tasks that it has thrown away.
        while True:
            pool._work_ids.get(block=False)
    pool.shutdown(wait=False, kill_workers=True)
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
    if manager is not None:
        manager.join(LOOK_SECONDS)
        if manager.is_alive() and results is not None:
            # One that waits for the rest of an answer hears that there is none.
            results._writer.close()
            manager.join(PATIENCE_SECONDS)
    for process in processes:
        process.join(PATIENCE_SECONDS)
