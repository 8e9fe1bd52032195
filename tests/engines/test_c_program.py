"""The compiled engine against the plain C program of the benchmarks."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from afterban.engines import compiled
from afterban.engines.agreement import differences
from afterban.engines.records import Records
from afterban.mechanisms import detection
from afterban.world import build

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def benchmarks(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import c_program
    import common

    yield c_program, common
    for name in ("c_program", "common"):
        sys.modules.pop(name)


def unread(told: Records) -> Records:
    """Without flags day by day, of which the program writes the sums only."""
    return replace(
        told, flags_by_day=Records.__dataclass_fields__["flags_by_day"].default_factory()
    )


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the program is for Linux and macOS")
def test_the_c_program_tells_the_same(benchmarks, tmp_path):
    c_program, common = benchmarks
    if c_program.compiler() is None:
        pytest.skip("there is no gcc on this machine")
    program = c_program.make(tmp_path)
    few = common.september().tier_count // 20
    wrong = {"sensitivity": 0.7, "wave_every": 2.0, "fatigue": 0.98, "promotes_on_start": True}
    for p in (
        common.september(),
        common.under_pressure(tier_count=few),
        common.under_pressure(tier_count=few, **wrong),
    ):
        p = common.unforgotten(p)
        world = build(p, 3, 1)
        told = compiled.run(p, world, 3, 1)
        theirs, _ = c_program.run_c(program, p, world, 3, 1)
        assert differences(unread(told), theirs) == []
    channels = np.unique(told.accounts["channel"]).tolist()
    missing = {detection.LINK_MATCHED, detection.STRUCK, detection.WATCHED}
    assert set(range(len(detection.CHANNELS))) - missing <= set(channels)
    # One more seed: the comparison is not of a thing with itself.
    assert differences(unread(compiled.run(p, world, 4, 1)), theirs)


def test_the_c_program_refuses_what_it_does_not_have(benchmarks):
    c_program, common = benchmarks
    known = common.unforgotten(common.september())
    c_program.refuse(known)
    with pytest.raises(SystemExit, match="forgetting"):
        c_program.refuse(common.september())
    with pytest.raises(SystemExit, match="live share"):
        c_program.refuse(known._replace(live_insiders=True))
