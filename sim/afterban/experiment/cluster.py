"""One machine or many: the same tasks on this machine or on a Dask cluster, and the same bytes.

Results come back to the process that runs the sweep, which alone writes; workers need no shared
disk.  A task is a pure function of its arguments, so a worker that dies costs the time of what it
was doing and nothing else.

Checked by ``tests/experiment/test_cluster.py``.
"""

from __future__ import annotations

import hashlib
import importlib
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from afterban.errors import AfterbanError, MissingExtra
from afterban.experiment.pool import each

Task = TypeVar("Task")
Block = TypeVar("Block")

LIVES_OF_A_TASK = 5  # workers that may die under one task before the scheduler gives it up
SUBMISSIONS = 3  # of a task whose workers died so often that the scheduler gave it up
PATIENCE_SECONDS = 120.0  # without any worker
_LOCAL = re.compile(r"local:([0-9]+)")
_ADDRESS = re.compile(r"(tcp|tls|ws|wss|ucx)://.+")
# Parts of the program that no number depends on.
_NOT_IN_FINGERPRINT = frozenset(("cli", "lessons", "page", "report"))
_KINDS = frozenset((".py", ".c", ".h", ".wasm"))


@cache
def fingerprint() -> str:
    """Version and digest of the code that decides the numbers, such as ``0.1.0+3f2a91c0``."""
    from importlib.metadata import version

    package = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        place = path.relative_to(package)
        if path.suffix in _KINDS and place.parts[0] not in _NOT_IN_FINGERPRINT:
            digest.update(place.as_posix().encode() + b"\0" + path.read_bytes())
    return f"{version('afterban')}+{digest.hexdigest()[:8]}"


def on_this_machine(
    function: Callable[[Task], Block], tasks: Iterable[Task], workers: int | None, threads: bool
) -> Iterator[Block]:
    """Results as they are finished, on threads or on processes."""
    yield from each(
        function,
        ((task,) for task in tasks),
        workers,
        threads=threads,
        ordered=False,
        advice="what is finished is kept: run again with `--resume`, perhaps with fewer "
        "`--workers`",
    )


@contextmanager
def connected(where: str) -> Iterator[Any]:
    """A Dask client for ``tcp://host:port`` or, started for the occasion, ``local:N``.

    Raises MissingExtra without the package, and AfterbanError if there is no scheduler or if a
    worker has another version of afterban.
    """
    local = _LOCAL.fullmatch(where)
    if not local and not _ADDRESS.fullmatch(where):
        raise AfterbanError(
            f"--cluster {where}: this is no cluster; write the address of a scheduler, such as "
            "`tcp://host:8786`, or `local:2` for two workers on this machine"
        )
    if local and int(local[1]) < 1:
        raise AfterbanError(f"--cluster {where}: there is at least 1 worker")
    try:
        dask: Any = importlib.import_module("dask")
        distributed: Any = importlib.import_module("distributed")
    except ImportError:
        raise MissingExtra("distributed", "pip install 'afterban[sweep]'") from None
    settings = {"distributed.scheduler.allowed-failures": LIVES_OF_A_TASK}
    with dask.config.set(settings):
        cluster = None
        if local:
            cluster = distributed.LocalCluster(
                n_workers=int(local[1]),
                threads_per_worker=1,
                processes=True,
                dashboard_address=None,
                silence_logs=50,
            )
        try:
            client = distributed.Client(cluster or where, timeout=20)
        except OSError:
            raise AfterbanError(
                f"--cluster {where}: no scheduler answers there; start one with "
                "`dask scheduler`, and workers with `dask worker ADDRESS`"
            ) from None
        try:
            check(client, where)
            yield client
        finally:
            client.close()
            if cluster is not None:
                cluster.close()


def check(client: Any, where: str) -> None:
    """Refuse a cluster without workers, or with workers of another version."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        client.wait_for_workers(1, timeout=PATIENCE_SECONDS / 4)
    except TimeoutError:
        raise AfterbanError(
            f"--cluster {where}: the scheduler has no workers; start some with "
            f"`dask worker {where}`"
        ) from None
    mine = fingerprint()
    # First by a function that every Python has, since a worker may have no afterban at all.
    versions = client.run(installed, "afterban", on_error="return")
    prints = client.run(fingerprint, on_error="return")
    wrong = []
    for worker, version in versions.items():
        if isinstance(version, PackageNotFoundError):
            wrong.append(f"{worker} has no afterban")
        elif isinstance(prints.get(worker), Exception):
            wrong.append(f"{worker} has {version}")
        elif prints.get(worker) != mine:
            wrong.append(f"{worker} has {prints.get(worker)}")
    if wrong:
        raise AfterbanError(refusal(mine, wrong))


def refusal(mine: str, wrong: list[str]) -> str:
    """The message about workers of another version."""
    shown = ", ".join(wrong[:3]) + (f" and {len(wrong) - 3} more" if len(wrong) > 3 else "")
    return (
        f"this is afterban {mine}, and {shown}: their numbers could differ; install the same "
        "version on every worker"
    )


def on_cluster(
    client: Any, function: Callable[[Task], Block], tasks: Iterable[Task]
) -> Iterator[Block]:
    """Results as they are finished, from a Dask cluster.

    A few tasks for each worker are under way at any time, so that neither the scheduler nor this
    process holds a whole sweep.  What was under way on a worker that dies is run elsewhere.
    """
    distributed: Any = importlib.import_module("distributed")
    waiting = iter(tasks)
    under_way: dict[Any, Task] = {}
    deaths: dict[int, int] = {}
    lonely_since: float | None = None
    try:
        while True:
            room = 2 * max(1, sum(client.nthreads().values())) + 2
            while len(under_way) < room:
                try:
                    task = next(waiting)
                except StopIteration:
                    break
                under_way[client.submit(function, task, pure=False)] = task
            if not under_way:
                return
            try:
                done, _ = distributed.wait(
                    list(under_way), timeout=5, return_when="FIRST_COMPLETED"
                )
            except TimeoutError:
                done = set()
            if not done:
                lonely_since = _alone(client, lonely_since)
                continue
            lonely_since = None
            for future in done:
                task = under_way.pop(future)
                try:
                    block = future.result()
                except distributed.KilledWorker:
                    deaths[id(task)] = deaths.get(id(task), 0) + 1
                    if deaths[id(task)] < SUBMISSIONS:
                        under_way[client.submit(function, task, pure=False)] = task
                        continue
                    raise AfterbanError(
                        "several workers died one after another under the same task (out of "
                        "memory?); what is finished is kept: run again with `--resume` on "
                        "workers with more memory"
                    ) from None
                future.release()
                yield block
    finally:
        for future in under_way:
            future.cancel()


def _alone(client: Any, since: float | None) -> float | None:
    """Since when there has been no worker; raises AfterbanError after a while."""
    if client.nthreads():
        return None
    now = time.monotonic()
    if since is not None and now - since > PATIENCE_SECONDS:
        raise AfterbanError(
            f"there has been no worker for {PATIENCE_SECONDS:.0f} s; what is finished is kept: "
            "run again with `--resume`"
        )
    return since or now
