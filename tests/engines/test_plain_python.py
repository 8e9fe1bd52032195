"""The compiled engine with compilation switched off, as for a debugger."""

import os
import subprocess
import sys

import pytest

pytest.importorskip("numba", reason="numba is not installed")

SCRIPT = """
import warnings
warnings.simplefilter("ignore", RuntimeWarning)  # products that wrap, as they must
from networks import network
from afterban.engines import compiled, reference
from afterban.engines.agreement import differences
from afterban.world import build
import numpy as np
p = network(tier_count=np.array([2, 12, 2]), horizon=40.0, grid=np.array([0.0, 20.0, 40.0]),
            windows=np.array([7.0, 40.0]))
world = build(p, 1, 0)
told = compiled.run(p, world, 1, 0)
assert told.events > 50, told.events
assert differences(reference.run(p, world, 1, 0), told) == []
"""


def test_the_compiled_engine_can_be_stepped_through():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": os.path.dirname(__file__)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
