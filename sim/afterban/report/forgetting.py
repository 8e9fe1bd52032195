"""Figure: when does a second suspension cost more than the first, and a tenth more than a second?

    python -m afterban.report.forgetting docs/images/forgetting.png

Expected followers at the end of later lives beside the first, by theory, over the hazard of
forgetting and the share lost at a suspension, for accounts that are found and suspended early and
late.  Without promotion, and with the defaults of the language for everything else.

Checked by ``tests/report/test_forgetting.py``.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
from matplotlib.colors import LogNorm
from matplotlib.ticker import FuncFormatter

from afterban import theory
from afterban.experiment.wording import time_text
from afterban.report.figures import WIDTH
from afterban.report.questions import _figure, save
from afterban.scenario.sections.audience import Audience
from afterban.scenario.sections.returning import Returning

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Floats = npt.NDArray[np.float64]

LIVES: Final = (2, 3, 10)
MEAN_LIVES: Final = (1.0, 7.0, 30.0)  # days until an account is found and suspended
MOST_FORGETTING: Final = 0.5  # per day, as `experiment.sensitivity` ranges it
MOST_LOST: Final = 0.7
STEPS: Final = 41
LEAST: Final = 1e-3  # of the scale of colours
LEVELS: Final = (0.001, 0.01, 0.03, 0.1, 0.3)  # lines in every panel


@dataclass(frozen=True)
class Standing:
    """Followers among outsiders at the end of later lives, the first being 1.

    forget: per day, ``[STEPS]``.  lost: share, ``[STEPS]``.
    beside: ``[life, mean life, lost, forget]``, in the order of ``LIVES`` and ``MEAN_LIVES``.
    refollow, discover: per day.  gap: mean return delay, days.
    """

    forget: Floats
    lost: Floats
    beside: Floats
    refollow: float
    discover: float
    gap: float


def standing(audience: Audience | None = None, returning: Returning | None = None) -> Standing:
    """By theory, for all pairs of forgetting and lost share; the language's defaults if None."""
    audience = audience or Audience()
    returning = returning or Returning()
    refollow, discover = float(audience.refollow_outsiders), float(audience.discover_outsiders)
    gap = float(returning.delay.mean())
    forget, lost = (np.linspace(0.0, most, STEPS) for most in (MOST_FORGETTING, MOST_LOST))
    beside = np.empty((len(LIVES), len(MEAN_LIVES), STEPS, STEPS))
    for column, life in enumerate(MEAN_LIVES):
        for i, share in enumerate(lost):
            for j, hazard in enumerate(forget):
                shares = theory.followers_over_lives(
                    max(LIVES), refollow, hazard, share, life, gap, discover
                )
                beside[:, column, i, j] = shares[np.array(LIVES) - 1] / shares[0]
    return Standing(forget, lost, beside, refollow, discover, gap)


def compounding(found: Standing) -> Figure:
    """Panels by number of the life and by time until suspension."""
    foot = (
        f"Expected, by theory, without promotion · found again {found.refollow:g} a day, "
        f"discovered {found.discover:g} a day, back after {time_text(found.gap)} on average · "
        "lives exponential"
    )
    figure = _figure(foot, 7.4, WIDTH * 1.1)
    panels = figure.subplots(len(LIVES), len(MEAN_LIVES), sharex=True, sharey=True)
    mesh: Any = None
    for row, life in enumerate(LIVES):
        for column, days in enumerate(MEAN_LIVES):
            axes = panels[row, column]
            values = found.beside[row, column]
            mesh = axes.pcolormesh(
                found.forget,
                found.lost,
                values,
                cmap="viridis",
                norm=LogNorm(LEAST, 1.0),
                shading="gouraud",
            )
            lines = axes.contour(
                found.forget,
                found.lost,
                values,
                [x for x in LEVELS if values.min() < x < values.max()],
                colors="white",
                linewidths=1.3,
            )
            axes.clabel(lines, fmt=lambda x: f"{100 * x:g} %", fontsize=7.5)
            axes.grid(visible=False)
            if row == 0:
                plain = f"{100 * values[0, 0]:.0f} %"  # where nobody forgets or is lost
                axes.set_title(f"suspended after {time_text(days)}\n({plain} at 0 and 0)")
            if column == 0:
                axes.set_ylabel(f"life {life}\nshare lost at a suspension")
    for axes in panels[-1]:
        axes.set_xlabel("hazard of forgetting (per day)")
    bar: Any = figure.colorbar(mesh, ax=panels.ravel().tolist(), pad=0.01, aspect=40, extend="min")
    bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{100 * x:g} %"))
    bar.set_label("followers at the end of the life, beside the first life's (log scale)")
    figure.suptitle(
        "A later suspension costs more than an earlier one only where people forget or are lost;\n"
        "the sooner accounts are suspended, the less of the first standing comes back"
    )
    return figure


if __name__ == "__main__":
    save(lambda: compounding(standing()), Path(sys.argv[1]))
