"""The C program under the sanitizers of addresses and of undefined behaviour."""

import os
import subprocess
from pathlib import Path

import networks
import numpy as np
import pytest

from afterban.core import native
from afterban.engines import compiled
from afterban.engines.compiled import given
from afterban.world import build


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    """The engine as a program that ends at once where it touches what it should not."""
    program = tmp_path_factory.mktemp("driver") / "drive"
    checks = ("-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
    source = native.SOURCE.with_name("drive.c")
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
        data = given.given(p, world, 1, 0, gap=64)
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
    _, parts = given.laid_out(p, world, 1, 0, gap=64)
    whole = given.given(p, world, 1, 0, gap=64)
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


# One fault in each mechanism: the file, what stands there, and what is put in its place.
