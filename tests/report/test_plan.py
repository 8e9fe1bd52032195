"""The picture of a plan: what is marked, named and listed in it."""

from __future__ import annotations

import math
from types import SimpleNamespace

from afterban.report.plan import trade_off
from afterban.statistics import Estimate


class Measures:
    frontier = ("people", "effective_reach")

    def label(self, name: str) -> str:
        return name

    def amount(self, name: str, value: float, difference: bool = False) -> str:
        return f"{value:.3g}"


def mix(name: str, people: float, reach: float, **more: bool) -> SimpleNamespace:
    means = {"people": people, "effective_reach": reach}
    bar = Estimate(0.0, -0.01, 0.01, 64, 0.95, "")
    none = Estimate(math.nan, math.nan, math.nan, 0, 0.95, "")
    return SimpleNamespace(
        name=name,
        values={"staff": name},
        means=means,
        more={"people": none, "effective_reach": bar},
        **{"keeps": True, "efficient": True, **more},
    )


def drawn(feasible: bool = True):
    best = mix("staff 2", 8.4, 0.2)
    written = mix("as written", 8.4, 0.4, efficient=False)
    mixes = (best, mix("staff 1", 4.2, 0.3), mix("staff 3", 12.6, 0.1, keeps=False), written)
    found = SimpleNamespace(
        scenario="small",
        measures=Measures(),
        points=64,
        operators=100,
        feasible=feasible,
        mixes=mixes,
        best=best,
        runner_up=None,
        as_written=written,
        frontier=(mixes[1], best, mixes[2]),
    )
    return trade_off(found)


def test_every_mix_is_marked_and_who_breaks_a_limit_is_hollow() -> None:
    axes, _ = drawn().axes
    marks = [line for line in axes.lines if line.get_marker() in ("o", "D")]
    assert len(marks) == 4
    assert sum(line.get_markerfacecolor() == "white" for line in marks) == 1
    assert sum(line.get_marker() == "D" for line in marks) == 1


def test_the_best_and_as_written_are_named_and_the_trade_off_is_numbered() -> None:
    axes, key = drawn().axes
    named = {text.get_text() for text in axes.texts}
    assert {"1", "2", "3", "best", "as written"} <= named
    (listed,) = key.texts
    assert "1  staff 1" in listed.get_text()
    assert "as written" not in listed.get_text()


def test_the_title_is_the_finding() -> None:
    assert "Best within the limits: staff 2" in drawn()._suptitle.get_text()
    assert "No mix keeps the limits" in drawn(feasible=False)._suptitle.get_text()
