"""Figures of mechanisms that only some scenarios have.

Platforms, counter-speech, recruitment, arrivals, and pressure by tier.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.ticker import FuncFormatter, PercentFormatter

from afterban.experiment.steady import live_in_the_long_run
from afterban.mechanisms.counterspeech import followers
from afterban.parameters import WITHOUT_ENFORCEMENT, Parameters
from afterban.report import figures
from afterban.report.arms import DASHES, MARKS, columns, height_for, legend_beside
from afterban.results import EVERYBODY, Results

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def platforms(results: Results) -> Figure | None:
    """Outsiders reached and accounts left on each platform, by arm."""
    names = list(results.scenario.platforms)
    if not names:
        return None
    return _by_arm(
        results,
        [
            ([f"reach_on.{name}" for name in names], "outsiders reached (people, log scale)"),
            ([f"live_accounts_on.{name}" for name in names], "live accounts at the end"),
        ],
        names,
        "Platform by platform",
    )


def recruitment(results: Results) -> Figure | None:
    """Operators won over, and accounts left, by arm."""
    if results.scenario.recruitment is None:
        return None
    return _by_arm(
        results,
        [
            (["recruits"], "operators won over during the run (log scale)"),
            (["live_accounts"], "live accounts at the end"),
        ],
        [""],
        "Recruitment",
    )


def pressure(results: Results) -> Figure | None:
    """What is left of each tier, by arm, where detection presses on tiers differently."""
    arms = [results.scenario.arm(arm) for arm in results.policies if arm != WITHOUT_ENFORCEMENT]
    tiers = list(results.scenario.tiers)
    named = any(
        one.detection.tiers
        or any(regime.tiers for regime in one.detection.regimes)
        or any(pulse.tiers for pulse in one.detection.pulses)
        for one in arms
    )
    if not named or len(tiers) < 2:
        return None
    figure = _by_arm(
        results,
        [
            ([f"effective_reach.{name}" for name in tiers], "effective reach"),
            ([f"live_accounts.{name}" for name in tiers], "live accounts at the end (log scale)"),
        ],
        tiers,
        "Tier by tier",
    )
    reach = figure.axes[0]
    reach.set_xscale("linear")
    reach.set_xlim(0, 1)
    reach.set_xticks([0, 0.25, 0.5, 0.75])  # the end would touch the scale beside it
    reach.xaxis.set_major_formatter(PercentFormatter(1))
    return figure


def arrivals(results: Results) -> Figure | None:
    """Live accounts through time, and where arrivals balance those who give up."""
    if results.scenario.arrivals is None or not results.series:
        return None
    many = len(results.policies) > len(figures.PALETTE)
    figure = figures.new_figure(results, height_for(results.policies, 4.6))
    axes = figure.subplots()
    looks = figures.looks(results)
    known = False
    for arm in results.policies:
        curve = results.series[arm][EVERYBODY]["live_accounts"]
        days: Any = figures.dates(results, curve.x)
        dash = DASHES[looks[arm].dash] if many else "-"
        axes.plot(days, curve.mean, color=looks[arm].colour, lw=2, ls=dash, label=arm)
        axes.fill_between(
            days, curve.low, curve.high, color=looks[arm].colour, alpha=0.15, linewidth=0
        )
        level = float(live_in_the_long_run(Parameters.from_scenario(results.scenario, arm)).sum())
        if math.isfinite(level):
            axes.axhline(level, color=looks[arm].colour, lw=1.2, ls=":")
            known = True
    if known:
        axes.plot([], [], color="0.3", lw=1.2, ls=":", label="long run, by closed form")
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(FuncFormatter(figures.people))
    axes.set_ylabel("live accounts")
    axes.set_title("Arrivals against suspensions")
    if many:  # within the axes the names would hide the lines
        legend_beside(figure, *axes.get_legend_handles_labels())
    else:
        axes.legend(loc="best")
    figures.date_axis(axes)
    return figure


def counter_speech(results: Results) -> Figure | None:
    """Followers of the counter-speakers and of the network through time."""
    if results.scenario.counter_speech is None or not results.series:
        return None
    first = results.policies[0]
    p = Parameters.from_scenario(results.scenario, first)
    curves = results.series[first][EVERYBODY]
    inside, outside = curves["attached_insiders_people"], curves["attached_outsiders_people"]
    days: Any = figures.dates(results, inside.x)
    figure = figures.new_figure(results)
    axes = figure.subplots()
    axes.plot(
        days, inside.mean + outside.mean, color=figures.PALETTE[1], lw=2, label=f"network, {first}"
    )
    for k, name in enumerate(results.scenario.counter_speech.speakers):
        start, growth, ceiling = (
            float(p.speaker_followers[k]),
            float(p.speaker_growth[k]),
            float(p.speaker_ceiling[k]),
        )
        grown = [followers(start, growth, ceiling, float(day)) for day in inside.x]
        colour = figures.PALETTE[(0, 2, 3, 4, 5)[k % 5]]
        axes.plot(days, grown, color=colour, lw=2, ls="--", label=f"{name} (counter-speech)")
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(FuncFormatter(figures.people))
    axes.set_ylabel("followers (people, log scale)")
    axes.set_title("Who is followed")
    axes.legend(loc="best")
    figures.date_axis(axes)
    return figure


def _by_arm(
    results: Results, panels: list[tuple[list[str], str]], rows: list[str], title: str
) -> Figure:
    """One panel for each quantity: a row for each name, a mark for each arm, with intervals."""
    arms = [arm for arm in results.policies if arm != WITHOUT_ENFORCEMENT] + [WITHOUT_ENFORCEMENT]
    looks = figures.looks(results)
    across = columns(arms, figures.WIDTH)
    legend = 0.19 * math.ceil(len(arms) / across)  # inches
    height = 1.5 + legend + 0.22 * len(arms) * len(rows) + 0.15 * len(rows)
    figure = figures.new_figure(results, height)
    for axes, (metrics, label) in zip(
        figure.subplots(1, len(panels), sharey=True), panels, strict=True
    ):
        for number, arm in enumerate(arms):
            place = np.arange(len(rows)) + (number - (len(arms) - 1) / 2) * 0.8 / len(arms)
            told = [results.estimate(metric, arm) for metric in metrics]
            middle = np.array([e.value for e in told])
            errors = np.array([[e.value - e.low, e.high - e.value] for e in told]).T
            marks, _, _ = axes.errorbar(
                middle,
                place,
                xerr=np.nan_to_num(np.abs(errors)),
                fmt="s" if arm == WITHOUT_ENFORCEMENT else MARKS[2 * looks[arm].dash],
                color=looks[arm].colour,
                ms=5,
                lw=1.4,
                label=arm,
            )
            if marks is not None:
                marks.set_clip_on(False)  # nobody at all is a whole mark on the axis
        # Nobody at all has a place too: the scale is linear up to one.
        axes.set_xscale("symlog", linthresh=1.0)
        axes.set_xlim(left=0)
        axes.xaxis.set_major_formatter(FuncFormatter(_short))
        axes.set_xlabel(label)
        axes.set_yticks(range(len(rows)), rows)
        axes.set_ylim(len(rows) - 0.5, -0.5)
    first = figure.axes[0]
    first.set_title(title)
    handles, labels = first.get_legend_handles_labels()
    figure.legend(
        handles,
        labels,
        loc="outside upper right",
        ncols=across,
        fontsize=8.5,
        columnspacing=1.2,
    )
    return figure


def _short(value: float, _: object = None) -> str:
    """A number of people or accounts in little room: 10k, 1M."""
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"
