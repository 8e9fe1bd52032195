"""The C program under the sanitizers of addresses and of undefined behaviour."""

import os
import subprocess
from pathlib import Path

import networks
import numpy as np
import pytest
from test_c_world import law_of_files, newcomers

from afterban.core import kernels, native
from afterban.core.sources import SOURCE
from afterban.engines import compiled
from afterban.engines.compiled import given, layout
from afterban.mechanisms import state
from afterban.world import build


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    """The engine as a program that ends at once where it touches what it should not."""
    program = tmp_path_factory.mktemp("driver") / "drive"
    checks = ("-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
    source = SOURCE.with_name("drive.c")
    compiler = native.compiler()
    if compiler is None:
        pytest.skip("there is no C compiler")
    command = [compiler, *native.FLAGS, *checks, source, "-o", program, "-lm"]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("the compiler has no sanitizers")
    return program


def driven(program, data, folder: Path, *arguments: int) -> tuple[int, str]:
    """The code that the program ends with, and what it says."""
    (folder / "given").write_bytes(data.tobytes())
    command = [program, folder / "given", folder / "told", *map(str, arguments)]
    quiet = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}  # it ends with its memory in hand
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=300, env=quiet
    )
    return done.returncode, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", networks.NETWORKS)
def test_nothing_is_read_or_written_out_of_its_place(driver, tmp_path, name):
    for live in (False, True):
        p = getattr(networks, name)(live_insiders=live)
        world = build(p, 1, 0)
        data = given.given(p, world, 1, 0, gap=64, looks=networks.looks(p, world))
        for events, memory in ((1 << 16, 1 << 22), (7, 1 << 12)):
            code, said = driven(driver, data, tmp_path, events, memory)
            assert (code, said) == (0, "")
        accounts = compiled.run(p, world, 1, 0).accounts
        there = (tmp_path / "told").read_bytes()[: accounts.nbytes]
        assert there == accounts.tobytes()


WORDS = (-1, 0, 1, 5, 100, 1 << 31, 1 << 40, -(1 << 62), (1 << 63) - 1)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["returning", "granting", "alike"])
def test_wrong_whole_numbers_lead_nowhere(driver, tmp_path, name):
    """Of tables of whole numbers any may be anything: it is refused, or nothing is out of place."""
    p = getattr(networks, name)(live_insiders=True)
    world = build(p, 1, 0)
    looks = networks.looks(p, world)
    _, parts = given.laid_out(p, world, 1, 0, gap=64, looks=looks)
    whole = given.given(p, world, 1, 0, gap=64, looks=looks)
    random = np.random.default_rng(1)
    codes = set()
    for at, table in parts[1:]:
        if table.dtype.kind not in "iu" or table.size == 0:
            continue
        for word in random.choice(WORDS, 3):
            data, place = whole.copy(), random.integers(table.size)
            there = data[at : at + table.nbytes].view(table.dtype)
            there[place] = np.array(word).astype(table.dtype)
            code, said = driven(driver, data, tmp_path)
            assert "Sanitizer" not in said, (at, place, word, said)
            assert "runtime error" not in said, (at, place, word, said)
            codes.add(code)
    assert codes == {0, 2}  # done, or refused


def tables_of(whole: bytes) -> dict[str, np.ndarray]:
    """The tables that the program wrote, by name."""
    heads = np.frombuffer(whole[-16 * len(layout.TOLD) :], dtype=np.int64).reshape(-1, 2)
    found, at = {}, 0
    for (name, kind, *_), (_, count) in zip(layout.TOLD, heads.tolist(), strict=True):
        dtype = layout.OPEN_CASE if isinstance(kind, str) else np.dtype(kind)
        found[name] = np.frombuffer(whole, dtype=dtype, count=count, offset=at)
        at += found[name].nbytes
    return found


def missing(found: dict[str, np.ndarray]) -> list[str]:
    """Columns that have no number where one is meant; a day that did not come is none."""
    columns = [
        (name, found[name]) for name in ("series", "backlog", "impressions", "looked", "rows")
    ]
    accounts = found["accounts"]
    columns += [
        (name, accounts[name])
        for name in accounts.dtype.names
        if accounts.dtype[name].kind == "f" and not name.endswith("_day")
    ]
    return [name for name, column in columns if np.isnan(column).any()]


NUMBERS = (0.0, -1.0, 1e-320, 0.5, 1.0, 7.0, 1e9, 1e300, np.inf, -np.inf, np.nan)
EVENTS = 1 << 20  # after which a run is given up: a rate may be as high as one likes


@pytest.mark.slow
@pytest.mark.parametrize("name", ["returning", "granting", "alike", "bursting", "ranked"])
def test_wrong_numbers_lead_nowhere(driver, tmp_path, name):
    """Any number with a point may be anything: it is refused, or no number is missing after it."""
    p = getattr(networks, name)(live_insiders=True)
    world = build(p, 1, 0)
    looks = networks.looks(p, world)
    _, parts = given.laid_out(p, world, 1, 0, gap=64, looks=looks)
    whole = given.given(p, world, 1, 0, gap=64, looks=looks)
    random = np.random.default_rng(2)
    codes = []
    for at, table in parts[1:]:
        words = table.reshape(-1).view(np.float64) if table.nbytes % 8 == 0 else np.empty(0)
        places = _numbers_of(table)
        for place in random.choice(places, min(6, len(places)), replace=False):
            data, number = whole.copy(), random.choice(NUMBERS)
            data[at : at + table.nbytes].view(np.float64)[place] = number
            code, said = driven(driver, data, tmp_path, 1 << 16, 1 << 22, EVENTS)
            where = (at, int(place), float(words[place]), number)
            assert said == "", (where, said)
            assert code in (0, 2, 3), (where, code)
            if code == 0:
                assert missing(tables_of((tmp_path / "told").read_bytes())) == [], where
            codes.append(code)
    assert {0, 2} <= set(codes)


def _numbers_of(table: np.ndarray) -> np.ndarray:
    """Places, in words of eight bytes, of the numbers with a point of a table of any kind."""
    if table.dtype.names is None:
        return np.arange(table.size) if table.dtype == np.float64 else np.empty(0, dtype=np.int64)
    within = []
    for name in table.dtype.names:
        base, shape = table.dtype[name].subdtype or (table.dtype[name], ())
        first = table.dtype.fields[name][1] // 8
        within += range(first, first + int(np.prod(shape))) if base == np.float64 else []
    each = table.dtype.itemsize // 8
    return np.add.outer(each * np.arange(table.size), within).reshape(-1).astype(np.int64)


# --- the other entry points -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def kernel_driver(driver):
    """The same for the entry points beside the engine."""
    program = driver.with_name("drive_kernel")
    checks = ("-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
    source = SOURCE.with_name("drive_kernel.c")
    command = [native.compiler(), "-std=c11", "-ffp-contract=off", *checks, source, "-o", program]
    subprocess.run([*command, "-lm"], check=True, capture_output=True)
    return program


def kernel_inputs():
    """What each entry point is handed for networks with everything that it looks at."""
    for p in (newcomers(networks.differing()), networks.priced_team(live_insiders=True)):
        world = build(p, 1, 0)
        given = {**p._asdict(), **world._asdict(), "exposure": p.exposure}
        given |= {"seed": 1, "replication": 0}
        yield from (("world", given), ("start", given), ("rows", given))
    of_files = law_of_files(newcomers(networks.network()), 17, True)
    yield "world", {**of_files._asdict(), "seed": 1, "replication": 0}
    names = ("seed", "replication", "first", "count", "operators", "namesakes", "topic_names")
    yield "handles", dict(zip(names, (1, 0, 5, 300, 90, 0.3, 0.3), strict=True))
    reached = {"impressions": np.arange(10.0).reshape(2, 5), "audience": np.arange(5.0) * 30.0}
    for population in (100.0, 5000.0):  # beside which all are large, and most small
        yield "exposed_share", {**reached, "population": population, "windows": 2}
    n = 40
    names = ("horizon", "mistake", "appeal", "success", "wave_every", "seed", "replication")
    numbers = dict(zip(names, (80.0, 0.5, 0.5, 0.5, 7.0, 1, 0), strict=True))
    law = networks.lognormal(2.0)
    cases = {"decided": np.arange(float(n)), "heard": np.full(n, 60.0)}
    cases |= {"channel": np.arange(n) % 9, "number": np.arange(n)}
    yield (
        "wrongly_suspended",
        {**numbers, **cases, "hears": True, "reinstatement": law, "action_delay": law},
    )
    yield (
        "follower_days",
        {
            "rows": np.ones((4, state.COLUMNS)),
            "born": np.array([0.0, np.nan, 3.0, 5.0]),
            "operator": np.array([0, 0, 2, 3]),
            "public": np.array([0.0, 9.0, 3.0, 5.0]),
            "suspended": np.array([5.0, np.nan, 9.0, 8.0]),
            "posts": np.ones(4),
            "discover": np.ones(2) * 0.01,
            "first": 1.0,
            "horizon": 30.0,
            "starts": np.array([-np.inf, 8.0]),
            "factors": np.array([[1.0, 0.5], [1.0, 3.0]]),
            "tier": np.array([0, 1, 0, 1]),
        },
    )


def kernel_file(name, given):
    """For the driver: number of the layout, then each table, with its entries and their size."""
    parts = [np.array([kernels.digest(name)], dtype=np.int64).tobytes()]
    for column, kind in kernels.KERNELS[name].given:
        table = np.ascontiguousarray(given[column], dtype=kind)
        parts.append(np.array([table.itemsize, table.size], dtype=np.int64).tobytes())
        parts.append(table.tobytes() + bytes(-table.nbytes % 8))
    return np.frombuffer(b"".join(parts), dtype=np.uint8)


def kernel_driven(program, name, data, folder, memory):
    """The code that the entry point ends with; anything that a sanitizer says is a failure."""
    (folder / "given").write_bytes(data.tobytes())
    quiet = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}
    done = subprocess.run(
        [program, name, folder / "given", str(memory)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env=quiet,
    )
    assert done.stderr == "", (name, done.stderr)
    return done.returncode


@pytest.mark.slow
def test_entry_points_touch_nothing_out_of_its_place(kernel_driver, tmp_path):
    found = set()
    for name, given_ in kernel_inputs():
        data = kernel_file(name, given_)
        for memory in (16, 1 << 12, 1 << 22):
            assert kernel_driven(kernel_driver, name, data, tmp_path, memory) == 0, name
        found.add(name)
    assert found == set(kernels.KERNELS)


@pytest.mark.slow
def test_wrong_whole_numbers_lead_an_entry_point_nowhere(kernel_driver, tmp_path):
    """It refuses them (2), asks for memory beyond all bounds (5), or nothing is out of place."""
    random = np.random.default_rng(2)
    codes = set()
    for name, given_ in kernel_inputs():
        for column, kind in kernels.KERNELS[name].given:
            table = np.array(given_[column], dtype=kind).reshape(-1)
            for word in random.choice(WORDS, 2) if kind != "f8" and table.size else ():
                wrong = table.copy()
                wrong[random.integers(table.size)] = np.array(word).astype(kind)
                data = kernel_file(name, {**given_, column: wrong})
                codes.add(kernel_driven(kernel_driver, name, data, tmp_path, 1 << 20))
            shorter = kernel_file(name, {**given_, column: table[:-1]})
            codes.add(kernel_driven(kernel_driver, name, shorter, tmp_path, 1 << 20))
    assert {0, 2} <= codes <= {0, 2, 5}
