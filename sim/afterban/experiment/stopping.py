"""Replications in batches, until intervals are narrow enough.

Checked by ``tests/experiment/test_compare.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from afterban.engines import EngineName
from afterban.experiment.replicate import Outcome, replicate
from afterban.scenario import Scenario
from afterban.statistics import Estimate


@dataclass
class Batches:
    """Replications of some arms, added one batch after the other."""

    scenario: Scenario
    runs: Sequence[str]
    seed: int | None
    engine: EngineName | None
    workers: int | None
    progress: Callable[[int, int], None] | None
    done: list[list[Outcome]] = field(default_factory=list)

    def extend(self, to: int) -> None:
        """Run what is missing of so many replications."""
        for outcomes in replicate(
            self.scenario,
            self.runs,
            replications=range(len(self.done), to),
            seed=self.seed,
            engine=self.engine,
            workers=self.workers,
        ):
            self.done.append(outcomes)
            if self.progress is not None:
                self.progress(len(self.done), to)


def until_precise(
    batches: Batches,
    estimates: Callable[[], Sequence[Estimate]],
    arms: int,
    precision: float,
    maximum: int,
) -> str:
    """Add replications until all intervals are narrow enough; say in words how it ended.

    Each step goes to the number that the values so far call for, at most doubling: few looks, so
    that the chance of stopping on a sample that happens to vary little is small.

    estimates: of the differences as far as they can be told, of so many ``arms`` in the end.
    """
    looks = 0
    while True:
        looks += 1
        ends = estimates()
        missing = arms - len(ends)
        n = len(batches.done)
        if not missing and all(e.half_width <= precision for e in ends):
            looked = (
                ""
                if looks == 1
                else (
                    f"; chosen in {looks} looks at its own width, so the intervals cover "
                    "slightly less than stated"
                )
            )
            return f"{n} replications reached a half-width of {precision:g}{looked}"
        if n >= maximum:
            widest = max((e.half_width for e in ends), default=math.nan)
            return (
                f"stopped at the cap of {maximum} replications; the widest half-width is "
                f"{widest:.3g}, not {precision:g}"
            )
        wanted = 2 * n
        widths = [e.half_width for e in ends if math.isfinite(e.half_width)]
        if not missing and len(widths) == len(ends):
            wanted = math.ceil(n * (max(widths) / precision) ** 2)
        batches.extend(min(max(wanted, n + 1), 2 * n, maximum))
