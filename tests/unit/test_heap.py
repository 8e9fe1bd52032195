"""The C library is asked to keep freed memory where it can be, and nowhere else."""

from __future__ import annotations

import ctypes
import platform
import subprocess
import sys

import pytest

from afterban import heap

# Page faults of the system while one process takes and frees the same 100 MB again and again.
PROGRAM = """
import resource, numpy as np
from afterban.heap import keep_freed_memory
if {keep}:
    assert keep_freed_memory()
def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    blocks = [np.ones(2**18) for _ in range(50)]
    del blocks
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
faults()
print(min(faults() for _ in range(4)))
"""


def faults(keep: bool) -> int:
    out = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(keep=keep)],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(out.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only GNU's library can be asked")
def test_memory_that_was_freed_is_used_again():
    assert faults(keep=True) < 100
    assert faults(keep=False) > 1000  # what it would be otherwise


def test_the_users_own_settings_stand(monkeypatch):
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "131072")
    assert heap.keep_freed_memory() is False


def test_another_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    assert heap.keep_freed_memory() is False
