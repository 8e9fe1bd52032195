"""What people look at: figures of a run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from afterban.claims import Verdict
    from afterban.experiment.trace import Lines
    from afterban.results import Results


def draw(
    results: Results,
    lines: Lines | None = None,
    verdicts: Sequence[Verdict] = (),
    *,
    part: int = 0,
    of: int = 1,
) -> list[Path]:
    """Draw every figure that the results give material for, into ``figures/`` of their folder.

    lines: followers of the traced operator, see `experiment.trace.traced_operator`.
    part, of: draw one of so many parts of the figures.
    """
    from afterban.report import drawing

    assert results.folder is not None
    folder = results.folder / "figures"
    folder.mkdir(exist_ok=True)
    return drawing.draw(results, folder, lines, verdicts, part=part, of=of)
