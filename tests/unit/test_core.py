"""The compiled program: which build of it is run, and what is done where one cannot be."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from afterban import core, engines
from afterban import world as world_of
from afterban.core import code, kernels, module, native
from afterban.engines import compiled, fixture, reference
from afterban.engines.agreement import assert_same
from afterban.errors import AfterbanError
from afterban.parameters import Parameters
from afterban.scenario import Scenario
from afterban.world import build

pytestmark = pytest.mark.skipif(
    not core.can_run() or not module.available(), reason="wasmtime is not installed"
)

SEED = 11


def asked(code: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A fresh Python with a cache of its own."""
    env = {**os.environ, "AFTERBAN_CACHE": str(folder / "cache"), **environment}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=env
    )


def a_compiler(folder: Path, does: str) -> str:
    """A folder with a `gcc` that does that, to be all of the path."""
    folder.mkdir()
    (folder / "gcc").write_text(f"#!{shutil.which('sh')}\n{does}\n")
    (folder / "gcc").chmod(0o755)
    return str(folder)


WHICH = "from afterban.core import which, native; print(which(), native.built().fault)"
BESIDE = "from afterban.core import which; print(which())"


def waited_for(folder: Path, name: str) -> Path:
    """A file that a process of its own makes in the cache."""
    late = time.monotonic() + 300
    while time.monotonic() < late:
        if found := list((folder / "cache").rglob(name)):
            return found[0]
        time.sleep(0.05)
    raise AssertionError(f"no {name} is made")


# --- which one is run ----------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.skipif(native.compiler() is None, reason="there is no C compiler")
def test_the_first_run_does_not_wait_for_what_later_ones_run(tmp_path):
    done = asked(BESIDE, tmp_path)
    assert (done.stdout.split(), done.stderr) == (["module"], "")
    made = waited_for(tmp_path, "*.so")
    first = made.stat()
    done = asked(BESIDE, tmp_path)
    assert (done.stdout.split(), done.stderr) == (["native"], "")
    assert made.stat() == first  # it is built once
    assert list(made.parent.iterdir()) == [made]  # nothing is left beside it


@pytest.mark.slow
@pytest.mark.skipif(native.compiler() is None, reason="there is no C compiler")
def test_processes_that_build_at_once_do_not_disturb_each_other(tmp_path):
    with ThreadPoolExecutor(4) as pool:
        all_of_them = list(
            pool.map(lambda _: asked(WHICH, tmp_path, AFTERBAN_CORE="native"), range(4))
        )
    assert [done.stdout.split() for done in all_of_them] == [["native"]] * 4
    (made,) = (tmp_path / "cache").rglob("*.so")
    assert list(made.parent.iterdir()) == [made]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("does", "fault"),
    [
        ("echo 'no header' >&2; exit 1", "fails: no header"),
        ('for last; do :; done; eval out=\\${$(($# - 1))}; echo junk > "$out"', "cannot be used"),
        ("kill -9 $$", "fails"),
    ],
    ids=["fails", "writes junk", "dies"],
)
def test_where_the_compiler_does_not_work_the_module_is_run(tmp_path, does, fault):
    path = a_compiler(tmp_path / "bin", does)
    done = asked(WHICH, tmp_path, PATH=path)
    assert done.stderr == ""
    which, found = done.stdout.strip().split(" ", 1)
    assert which == "module"
    assert fault in found
    tried = waited_for(tmp_path, "tried")
    assert fault in tried.read_text() or not tried.read_text()  # which may be under way
    assert asked(BESIDE, tmp_path, PATH=path).stdout.strip() == "module"
    assert not list((tmp_path / "cache").rglob("tmp*"))


def test_what_failed_is_not_tried_again_by_every_run(tmp_path):
    count = tmp_path / "count"
    path = a_compiler(tmp_path / "bin", f"echo x >> {count}; exit 1")
    assert asked(BESIDE, tmp_path, PATH=path).stdout.strip() == "module"
    waited_for(tmp_path, "tried")
    assert asked(BESIDE, tmp_path, PATH=path).stdout.strip() == "module"
    time.sleep(1.0)  # a process that should not be there would have begun
    assert count.read_text() == "x\n"


@pytest.mark.slow
@pytest.mark.parametrize("asks", ["auto", "module"])
def test_a_module_of_other_sources_is_never_run(tmp_path, asks):
    stale = tmp_path / "afterban.wasm"
    content = bytearray(module.MODULE.read_bytes())
    content[-1] ^= 1  # of the digest of the sources
    stale.write_bytes(content)
    code = "import pathlib; from afterban.core import module; "
    code += f"module.MODULE = pathlib.Path({str(stale)!r}); {BESIDE}"
    alone = asked(code, tmp_path, AFTERBAN_CORE=asks, PATH="/")
    assert "was made of other sources" in alone.stderr
    if asks == "auto" and native.compiler() is not None:
        assert asked(code, tmp_path, AFTERBAN_CORE=asks).stdout.strip() == "native"


def test_without_a_compiler_the_module_is_run(tmp_path):
    done = asked(WHICH, tmp_path, PATH=str(tmp_path))
    assert (done.stdout.strip(), done.stderr) == ("module no C compiler", "")


RUN = "from afterban.cli import command; command()"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"AFTERBAN_CORE": "fast"}, "AFTERBAN_CORE=fast: write `native`, `module` or `auto`"),
        ({"AFTERBAN_CORE": "native", "PATH": "/"}, "AFTERBAN_CORE=native: no C compiler; write"),
    ],
)
def test_a_choice_that_cannot_be_had_is_one_line(tmp_path, environment, said):
    code = "import sys; sys.argv = ['afterban', 'run', 'minimal', '--reps', '1']; " + RUN
    done = asked(code, tmp_path, **environment)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert said in done.stderr


def test_without_either_it_is_said_how_to_get_one(tmp_path):
    hidden = "import sys; sys.modules['wasmtime'] = None; "
    code = "sys.argv = ['afterban', 'run', 'minimal', '--reps', '1', '--engine', 'compiled']; "
    done = asked(hidden + code + RUN, tmp_path, PATH="/")
    assert done.returncode == 2
    assert "pip install wasmtime" in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    told = "from afterban import engines; print(engines.default_engine())"
    assert asked(hidden + told, tmp_path, PATH="/").stdout.strip() == "reference"


def test_a_module_says_nothing_when_the_process_ends(tmp_path):
    done = asked(
        "from afterban.core import core; kept = core(); print(kept.kind)",
        tmp_path,
        AFTERBAN_CORE="module",
    )
    assert (done.stdout.strip(), done.stderr, done.returncode) == ("module", "", 0)


# --- memory, threads, interruptions --------------------------------------------------------------


@pytest.fixture(scope="module", params=["native", "module"])
def program(request):
    found = {name.split()[0]: one for name, one in core.all_that_run().items()}
    if request.param not in found:
        pytest.skip(f"there is no {request.param} program")
    return found[request.param]


@pytest.fixture(scope="module")
def replication(small):
    p = Parameters.from_scenario(small())
    return p, build(p, SEED, 0), SEED, 0


@pytest.fixture(scope="module")
def long(small):
    """A replication that takes some tenths of a second."""
    p = Parameters.from_scenario(small({"tiers.supporter.count": 4000, "horizon": "300 d"}))
    return p, build(p, SEED, 0), SEED, 0


def test_memory_beyond_two_gigabytes_is_as_good(replication):
    """Addresses that are negative as whole numbers of 32 bits."""
    one = module.Module()
    right = compiled.run_in(one, *replication)
    one.clear = lambda: None
    one.place(2_200_000_000)
    assert_same(right, compiled.run_in(one, *replication))


def test_memory_that_is_not_there_is_one_line(program, replication, monkeypatch):
    right = compiled.run_in(program, *replication)
    place = type(program).place

    def little(self, size):
        if size > 1 << 20:
            raise MemoryError
        return place(self, size)

    monkeypatch.setattr(type(program), "place", little)
    with pytest.raises(AfterbanError, match=r"^63 operators need more memory than there is"):
        compiled.run_in(program, *replication)
    monkeypatch.undo()
    assert_same(right, compiled.run_in(program, *replication))


def test_a_piece_of_more_than_two_gigabytes_is_as_good_as_another(program, replication):
    p, world, *draw = replication
    given = {**p._asdict(), "seed": draw[0], "replication": draw[1]}
    (one, other) = (
        kernels.call(program, "world", given, room) for room in (1 << 20, 2_500_000_000)
    )
    assert {name: table.tobytes() for name, table in one.items()} == {
        name: table.tobytes() for name, table in other.items()
    }
    assert one["tier"].size == len(world.tier)


def test_a_world_that_does_not_fit_is_one_line(program, replication, monkeypatch):
    def full(self, size):
        raise MemoryError

    monkeypatch.setattr(type(program), "place", full)
    with pytest.raises(AfterbanError, match=r"^63 operators need more memory than there is"):
        world_of.built_in(program, replication[0], SEED, 0)


def test_a_module_that_is_full_says_so(replication):
    one = module.Module()
    with pytest.raises(MemoryError):
        one.place(5_000_000_000)
    one.clear()
    assert one.place(1 << 20) > 0


def test_memory_is_kept_but_not_without_end(program):
    program.clear()
    first = program.place(1 << 20)
    program.clear()
    assert program.place(1 << 20) == first
    program.place(core.program.MOST_KEPT + (1 << 20))
    program.clear()
    kept = getattr(program, "_pieces", None)
    if kept is None:
        assert program._memory.data_len(program._store) < 1 << 24
    else:
        assert kept == []


def test_each_thread_has_its_own_and_all_tell_the_same(replication, monkeypatch):
    right = engines.run(*replication, "compiled")
    seen = set()

    def one(_):
        seen.add(id(core.core()))
        time.sleep(0.05)
        return engines.run(*replication, "compiled")

    with ThreadPoolExecutor(4) as pool:
        for told in pool.map(one, range(12)):
            assert_same(right, told)
    assert len(seen) == 4


def test_other_threads_go_on_meanwhile(program, long):
    done = threading.Event()

    def work():
        compiled.run_in(program, *long, events=1 << 60)  # one call
        done.set()

    thread = threading.Thread(target=work)
    began = time.monotonic()
    thread.start()
    longest, last = 0.0, began
    while not done.wait(0.001):
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
    thread.join()
    whole = time.monotonic() - began
    assert longest < 0.5 * whole


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers of this kind")
def test_it_can_be_interrupted_and_used_again(program, long):
    right = compiled.run_in(program, *long)

    class Late(Exception):
        pass

    def ring(_, frame):
        while frame is not None:
            if frame.f_code.co_name == "__del__":  # from which Python lets no exception out
                return
            frame = frame.f_back
        raise Late

    before = signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05, 0.01)
        with pytest.raises(Late):
            compiled.run_in(program, *long, events=1)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)
    assert_same(right, compiled.run_in(program, *long))


def test_every_engine_gives_the_published_tables():
    found = {fixture.digest_of(one) for one in core.all_that_run().values()}
    assert found == {fixture.PUBLISHED}
    scenario = Scenario.from_yaml(fixture.SCENARIO)
    p = Parameters.from_scenario(scenario)
    told = reference.run(p, build(p, scenario.seed, 0), scenario.seed, 0)
    assert fixture.digest(told) == fixture.PUBLISHED


def test_the_published_digest_hangs_on_each_bit(replication):
    records = engines.run(*replication, "compiled")
    before = fixture.digest(records)
    row = np.flatnonzero(~np.isnan(records.accounts["suspended_day"]))[0]
    day = records.accounts["suspended_day"][row]
    records.accounts["suspended_day"][row] = np.nextafter(day, np.inf)
    assert fixture.digest(records) != before


# --- which code made a result --------------------------------------------------------------------


def digest_with(folder: Path, *parts: str) -> str:
    """The digest of a copy of the package in which those files have one more line."""
    package = folder / "afterban"
    if not package.exists():
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(code.PACKAGE, package, ignore=ignored)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(code, "PACKAGE", package)
        for part in parts:
            with (package / part).open("a") as stream:
                stream.write("\n")
        return code.source_digest.__wrapped__()


def test_the_digest_of_the_code_follows_whatever_decides_the_numbers(tmp_path):
    before = digest_with(tmp_path)
    assert before == code.source_digest()
    for part in (
        *("arithmetic.py", "channels.py", "randomness.py", "world/reference.py"),
        *("core/c/engine.c", "core/c/mechanisms/handles.c", "core/c/numbers.h", "core/native.py"),
        *("engines/reference/operator.py", "mechanisms/audience.py", "parameters/shape.py"),
    ):
        after = digest_with(tmp_path, part)
        assert after != before, part
        before = after
    assert digest_with(tmp_path, "cli/run.py", "report/pdf.py", "metrics/losses.py") == before
