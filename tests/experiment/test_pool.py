"""No wait for ever: processes that are replaced, killed or lost, and a manager that dies.

No test here has a time limit of its own: each ends because the pool sees what has happened.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import pytest

from afterban.experiment import pool
from afterban.experiment.parallel import side_by_side
from afterban.experiment.pool import PoolLost, each
from afterban.experiment.replicate import replicate

pytest.importorskip("psutil", reason="without it no process is replaced for its memory")

# Eight tasks that keep 240 MB each, as compiling does, though here it takes a few kB to be noticed.
GROWING = """
import os, sys, time
from afterban.experiment.parallel import side_by_side

def grow(number):
    import builtins
    from joblib.externals.loky import process_executor
    process_executor._MEMORY_LEAK_CHECK_DELAY = 0.0
    process_executor._MAX_MEMORY_LEAK_SIZE = 4_000_000
    builtins.kept = [*getattr(builtins, "kept", []), b"x" * 8_000_000]
    time.sleep(0.05)
    return number, os.getpid()

if __name__ == "__main__":
    found = list(side_by_side(grow, [(k,) for k in range(8)], engine="reference", workers=2))
    assert [number for number, _ in found] == list(range(8)), found
    print(len({process for _, process in found}))
"""


def test_a_process_that_is_replaced_is_no_error(tmp_path: Path) -> None:
    """What stood still: a process ends between tasks, its memory grown, and warnings are errors."""
    script = tmp_path / "growing.py"
    script.write_text(GROWING)
    told = subprocess.run(
        [sys.executable, "-W", "error", str(script)], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    assert int(told.stdout) > 2, "no process was replaced, so this proves nothing"
    assert told.stderr == ""


def _functions():
    """Made in here, so that they are sent whole: a worker cannot import a module of tests."""

    def echo(number, seconds=0.0):
        time.sleep(seconds)
        return number

    def die(number):
        if number == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    return echo, die


echo, die = _functions()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_manager_that_dies_is_noticed_and_what_is_finished_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from joblib.externals.loky.process_executor import _ExecutorManagerThread

    process, left = _ExecutorManagerThread.process_result_item, [5]

    def dies(self: object, item: object) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise UserWarning("A worker stopped while some jobs were given to the executor.")
        process(self, item)

    monkeypatch.setattr(_ExecutorManagerThread, "process_result_item", dies)
    monkeypatch.setattr(pool, "_idle", {})
    kept: list[int] = []
    answers = each(echo, ((k,) for k in range(50)), 2, threads=False, ordered=False)
    with pytest.raises(PoolLost, match="the worker processes do not answer any more; run again"):
        kept.extend(answers)
    assert len(kept) == 5
    monkeypatch.undo()
    assert list(each(echo, ((k,) for k in range(6)), 2, threads=False)) == list(range(6))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_manager_that_stands_still_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As when a process is killed in the middle of an answer: the rest of it never comes."""
    from joblib.externals.loky.process_executor import _ExecutorManagerThread

    def waits_for_the_rest(self: _ExecutorManagerThread) -> None:
        self.result_queue._reader.recv_bytes()
        self.result_queue._reader.recv_bytes()

    monkeypatch.setattr(_ExecutorManagerThread, "wait_result_broken_or_wakeup", waits_for_the_rest)
    monkeypatch.setattr(pool, "_idle", {})
    monkeypatch.setattr(pool, "PATIENCE_SECONDS", 0.5)

    with pytest.raises(PoolLost):
        list(each(die, ((3,) for _ in range(8)), 2, threads=False))


@pytest.mark.parametrize("ordered", [True, False])
def test_a_killed_process_is_one_line_and_loses_nothing_that_was_finished(ordered: bool) -> None:
    kept: list[int] = []
    answers = each(die, ((k,) for k in range(40)), 2, threads=False, ordered=ordered)
    with pytest.raises(PoolLost, match=r"^a worker was killed \(out of memory\?\); run again"):
        kept.extend(answers)
    assert 3 not in kept
    if ordered:
        assert kept == list(range(len(kept)))


def test_the_filter_holds_when_the_caller_changes_filters_meanwhile() -> None:
    with warnings.catch_warnings():
        for _ in each(echo, ((k,) for k in range(3)), 2, threads=False):
            warnings.simplefilter("error")
        warnings.warn("A worker stopped while some jobs were given to the executor.", stacklevel=1)


@pytest.mark.slow
@pytest.mark.parametrize("threads", [True, False])
@pytest.mark.parametrize("workers", [1, 2, 3])
def test_the_same_answers_for_any_workers(threads: bool, workers: int) -> None:
    tasks = [(k, 0.02 * (k % 3)) for k in range(12)]
    assert list(each(echo, iter(tasks), workers, threads=threads)) == list(range(12))
    found = list(each(echo, iter(tasks), workers, threads=threads, ordered=False))
    assert sorted(found) == list(range(12))


def test_few_tasks_are_taken_before_they_can_be_run() -> None:
    taken = []

    def tasks():
        for k in range(1000):
            taken.append(k)
            yield (k,)

    answers = each(echo, tasks(), 2, threads=False)
    next(answers)
    assert len(taken) < 20
    answers.close()


def test_a_pool_that_is_ended_with_tasks_in_hand_says_nothing() -> None:
    """An error of loky's manager thread would be a traceback on a user's screen."""
    ended = pool._new_pool(2)
    ended.submit(echo, 0).result()
    for number in range(4):
        ended.submit(time.sleep, 0.01 * number)
    pool._end(ended)


def test_nothing_to_do_and_an_error_of_a_task() -> None:
    assert list(each(echo, [], 2, threads=False)) == []
    with pytest.raises(ZeroDivisionError):
        list(each(divmod, [(1, 1), (1, 0), (2, 1)], 2, threads=False))


@pytest.mark.slow
def test_one_use_inside_another(small) -> None:
    """Two at a time share no pool, and neither waits for the other."""
    scenario = small(replications=2)
    outer = replicate(scenario, engine="reference", workers=2)
    for (outcome,), number in zip(
        outer, side_by_side(echo, [(0,), (1,)], "reference", 2), strict=True
    ):
        assert outcome.replication == number
