"""Pictures of a calibration: what was learnt, what it predicts, its proof, and runs over draws.

Checked by ``tests/report/test_calibration.py``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

from afterban.errors import AfterbanError, listed
from afterban.report import axes as metric_axes
from afterban.report import words
from afterban.report.figures import FAINT, INK, PALETTE, in_style
from afterban.report.questions import _figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from afterban.experiment.learnt import Known, Prediction
    from afterban.experiment.unknowns import Unknown
    from afterban.report.shapes import Calibrated, Checked, OverDraws

BINS = 16  # of a posterior, each as likely before
COLUMNS = 3  # of panels
POSTERIOR, HELD_OUT, OBSERVED = PALETTE[0], PALETTE[2], PALETTE[1]
BEFORE = "#d0d0d0"
PICTURES = ("posterior", "predictions")


def picture(found: Calibrated, of: str) -> Figure:
    """One of ``PICTURES``.  Raises AfterbanError for another name."""
    if of not in PICTURES:
        raise AfterbanError(f"`{of}` is no picture of a calibration; they are {listed(PICTURES)}")
    with in_style():
        return learnt(found) if of == "posterior" else predicted(found)


def _foot(found: Calibrated) -> str:
    sizes = found.settings
    return (
        f"{found.scenario.name} {found.scenario.digest()[:12]} · seed {found.scenario.seed} · "
        f"{sizes.simulations:,} simulations, {sizes.draws:,} draws"
    )


# --- what was learnt ------------------------------------------------------------------------------


def learnt(found: Calibrated) -> Figure:
    """Each unknown after the targets, beside what was known before: 1 is as likely as before."""
    count = len(found.unknowns)
    columns = min(COLUMNS, count)
    rows = math.ceil(count / columns)
    figure = _figure(_foot(found), 0.5 + 2.3 * rows)
    for k, (one, known) in enumerate(zip(found.unknowns, found.known, strict=True)):
        axes = figure.add_subplot(rows, columns, k + 1)
        _density(axes, one, known, found.weighted.places[:, k], found.weighted.weights)
        if k % columns == 0:
            axes.set_ylabel("times as likely\nas before", fontsize=8)
    return figure


def _density(
    axes: Axes, one: Unknown, known: Known, places: np.ndarray, weights: np.ndarray
) -> None:
    edges = np.linspace(0.0, 1.0, BINS + 1)
    heights = np.histogram(places, edges, weights=weights)[0] * BINS
    values = one.at(np.clip(edges, 1e-3, 1 - 1e-3) if one.parameter.prior is not None else edges)
    colour = POSTERIOR if known.identified else FAINT
    axes.stairs(heights, values, fill=True, color=colour, alpha=0.55, lw=0)
    axes.axhline(1.0, color=INK, lw=1.0, ls=":")
    axes.axvspan(known.low, known.high, ymax=0.025, color=colour, lw=0)
    axes.set_ylim(0, max(2.0, float(heights.max()) * 1.1))
    if one.is_log and values[0] > 0:
        axes.set_xscale("log")
        shown = np.geomspace(values[0], values[-1], 4)
        axes.set_xticks(shown, [_short(one, float(x)) for x in shown])
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.minorticks_off()
    else:
        axes.xaxis.set_major_locator(MaxNLocator(4))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: _short(one, x)))
    axes.tick_params(labelsize=8)
    told = f"{known.width:.0%} of its width left"
    axes.set_title(f"{one.name}\n", fontsize=10)
    axes.text(
        0.0,
        1.03,
        told if known.identified else "not identified",
        transform=axes.transAxes,
        fontsize=8,
        color=INK,
    )


def _short(one: Unknown, value: float) -> str:
    """A value of an axis, as short as it can be."""
    if one.parameter.factor or one.is_time:
        return one.text(value, digits=2)
    return f"{value:.2g}"


# --- what is predicted ----------------------------------------------------------------------------


def predicted(found: Calibrated) -> Figure:
    """Each figure as it was observed, over the prior and over the posterior; hold-outs apart."""
    rows = [one for one in found.predictions if math.isfinite(one.mean)]
    figure = _figure(_foot(found), 0.75 + 0.86 * len(rows))
    grid = figure.subplots(len(rows), 1, squeeze=False)[:, 0]
    for axes, one in zip(grid, rows, strict=True):
        _strip(axes, one)
    _legend(grid[0])
    return figure


def _strip(axes: Axes, one: Prediction) -> None:
    colour = HELD_OUT if one.held_out else POSTERIOR
    if not one.used and not one.held_out:
        colour = FAINT
    axes.plot([one.prior_low, one.prior_high], [0, 0], color=BEFORE, lw=13, solid_capstyle="butt")
    if math.isfinite(one.observed_low):
        axes.plot([one.observed_low, one.observed_high], [0, 0], color=colour, lw=1.5)
    axes.plot([one.low, one.high], [0, 0], color=colour, lw=6, solid_capstyle="butt")
    marker = {"at least": ">", "at most": "<"}.get(one.comparison, "D")
    axes.plot([one.observed], [0], marker, color=OBSERVED, ms=8, mec=INK, mew=0.6, zorder=5)
    axes.set_ylim(-1, 1)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.tick_params(labelsize=8)
    name, _, of = one.metric.partition(".")
    told = words.heading(name) + (f", {of}" if of else "")
    kind = "held out" if one.held_out else "fitted" if one.used else "out of reach"
    source = f" ({one.source})" if one.source else ""
    arm = "" if one.arm == "base" else f", {one.arm}"
    axes.set_title(f"{kind}: {one.name}{source}", fontsize=9, pad=3)
    axes.set_title(f"{told}{arm}", fontsize=8, loc="right", pad=3, fontweight="normal")
    if words.is_share(name):
        metric_axes.on_paper(axes.xaxis, name, title="", decimals=None)


def _legend(axes: Axes) -> None:
    from matplotlib.lines import Line2D

    shown = [
        Line2D([], [], color=BEFORE, lw=9, label="before"),
        Line2D([], [], color=POSTERIOR, lw=6, label="after: means of the draws"),
        Line2D([], [], color=POSTERIOR, lw=1.5, label="with chance and error"),
        Line2D([], [], color=OBSERVED, marker="D", ls="", mec=INK, mew=0.6, label="observed"),
        Line2D([], [], color=OBSERVED, marker=">", ls="", mec=INK, mew=0.6, label="a bound"),
    ]
    axes.legend(
        handles=shown,
        loc="lower left",
        bbox_to_anchor=(-0.01, 1.35),
        ncols=5,
        fontsize=8,
        handlelength=1.6,
        columnspacing=1.2,
    )


# --- proof, and runs over draws -------------------------------------------------------------------


def ranks(found: Checked) -> Figure:
    """Histograms of the ranks of truths; the band has 99 % of what chance makes of uniform ones."""
    from scipy.stats import binom

    with in_style():
        columns = min(COLUMNS, len(found.names))
        rows = math.ceil(len(found.names) / columns)
        foot = f"{found.scenario} · {len(found.ranks)} truths · {found.simulations:,} simulations"
        figure = _figure(foot, 0.5 + 1.9 * rows)
        counts = found.counts
        low, high = (float(binom.ppf(p, len(found.ranks), 1 / len(counts))) for p in (0.005, 0.995))
        for k, name in enumerate(found.names):
            axes = figure.add_subplot(rows, columns, k + 1)
            axes.axhspan(low, high, color=BEFORE, alpha=0.6, lw=0)
            axes.stairs(
                counts[:, k], np.arange(len(counts) + 1), fill=True, color=POSTERIOR, alpha=0.8
            )
            axes.axhline(len(found.ranks) / len(counts), color=INK, lw=1.0, ls=":")
            axes.set_ylim(0, max(float(counts.max()), high) * 1.15)
            axes.set_xticks([0, len(counts)], ["lowest", "highest"], fontsize=8)
            axes.set_title(f"{name} (p {found.p_values[k]:.2g})", fontsize=10)
            if k % columns == 0:
                axes.set_ylabel("truths", fontsize=8)
        return figure


def over_draws(found: OverDraws) -> Figure:
    """Effective reach of each arm: a line over the draws, and beside it what chance alone does."""
    with in_style():
        rows = [row for row in found.rows(("effective_reach",)) if not row.against]
        foot = (
            f"{found.scenario} · {found.draws:,} draws, {found.replications} replications of each"
        )
        figure = _figure(foot, 1.5 + 0.45 * len(rows))
        axes = figure.add_subplot()
        for k, row in enumerate(rows):
            axes.plot([row.low, row.high], [-k, -k], color=POSTERIOR, lw=6, solid_capstyle="butt")
            axes.plot([row.mean], [-k], "o", color=INK, ms=5, zorder=4)
            ends = [row.mean - row.chance, row.mean + row.chance]
            axes.plot(ends, [-k - 0.28] * 2, color=OBSERVED, lw=2.5)
        axes.set_yticks([-k for k in range(len(rows))], [row.arm for row in rows])
        axes.set_ylim(-len(rows) + 0.4, 0.6)
        axes.set_title("5 to 95 % over the draws (blue); one standard deviation of chance (orange)")
        axes.set_xlim(left=0)
        metric_axes.on_paper(axes.xaxis, "effective_reach")
        return figure
