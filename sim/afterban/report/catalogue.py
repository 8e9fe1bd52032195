"""Figures: one small picture of each shipped scenario, for the catalogue in the documentation.

    python -m afterban.report.catalogue docs/images/scenarios [NAME ...]

Runs one replication of every arm and draws, beside each other, live accounts (or what else the
scenario is about) and the share of the outsider audience that is attached, through time.  One
replication: a picture of what happens, not an estimate.

Checked by ``tests/docs/test_architecture.py``: every shipped scenario has its picture.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

from afterban.experiment.run import run
from afterban.report.figures import STYLE, colours, lines_of_arms, people, settle
from afterban.results import EVERYBODY, SERIES, Results
from afterban.scenario import Scenario, shipped_names

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE = (7.2, 2.7)  # inches
DPI = 110.0
LETTERS = (4.5, 7.0)  # points: smallest and largest of the legend
LIVE = "live_accounts"
TITLES = {
    LIVE: "Live accounts",
    "attached_outsiders_share": "Outsiders attached",
    "backlog_cases": "Cases that wait",
    "wrong_flags_so_far": "Wrong flags so far",
    "share_of_voice": "Share of voice",
    "effective_reach.release": "Reach of releases",
}
# What stands at the left of a scenario that is about something else than live accounts: a column of
# the time series, or a metric, which is drawn as bars.
LEFT = {
    "capacity": "backlog_cases",
    "struggling-2014": "backlog_cases",
    "price-of-detection": "wrong_flags_so_far",
    "isaf-taliban-2011": "share_of_voice",
    "releases-2014": "effective_reach.release",
}


def picture(results: Results) -> Figure:
    """Two panels of every arm: what the scenario is about, and attached audience (days)."""
    figure = Figure(figsize=SIZE, layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2)
    names = (LEFT.get(results.scenario.name, LIVE), "attached_outsiders_share")
    shown = [name for name in names if name in SERIES]
    curves = {arm: tiers[EVERYBODY] for arm, tiers in results.series.items()}
    lines = lines_of_arms(
        results, {arm: [every[name] for name in shown] for arm, every in curves.items()}
    )
    for axes, name in zip((left, right), names, strict=True):
        if name not in SERIES:
            _bars(axes, results, name)
            continue
        for line in lines:
            curve = curves[line.policy][name]
            axes.plot(curve.x, curve.mean, label=line.label, **line.style)
        axes.set_title(TITLES[name])
        axes.set_ylim(bottom=0)
        axes.set_xlim(0, results.scenario.horizon)
        axes.set_xlabel(f"days from {results.scenario.start}")
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.yaxis.set_major_formatter(FuncFormatter(people))
    right.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    right.set_ylim(0, min(1.08, right.get_ylim()[1]))
    smallest, largest = LETTERS
    size = max(smallest, min(largest, 48.0 * SIZE[1] / len(lines)))
    figure.legend(
        *right.get_legend_handles_labels(),
        loc="outside right center",
        fontsize=size,
        frameon=False,
        labelspacing=0.3,
    )
    return figure


def _bars(axes: Axes, results: Results, name: str) -> None:
    """A metric of each arm, as bars in the colours of the lines."""
    colour = colours(results)
    arms = [arm for arm in results.policies if results.estimate(name, arm).n]
    values = [results.estimate(name, arm).value for arm in arms]
    axes.barh(arms, values, color=[colour[arm] for arm in arms])
    axes.invert_yaxis()
    axes.tick_params(axis="y", labelsize=LETTERS[1])
    axes.set_title(TITLES[name])
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.xaxis.set_major_formatter(PercentFormatter(1.0))


def write(name: str, folder: Path) -> Path:
    """Run one replication of a shipped scenario and write its picture; returns the file."""
    results = run(Scenario.from_yaml(name), replications=1, workers=1)
    path = folder / f"{name}.png"
    with mpl.rc_context(STYLE):
        figure = picture(results)
        settle(figure, DPI)
        canvas: Any = figure.canvas
        canvas.print_png(path, metadata={"Software": None})
    return path


def main(arguments: Sequence[str]) -> None:
    """Write the pictures of the scenarios that are named, or of all, into a folder."""
    folder, names = Path(arguments[0]), arguments[1:] or shipped_names()
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        sys.stdout.write(f"{write(name, folder)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
