"""Figures of single questions: they show what they were given, and the same bytes again."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest

from afterban.experiment.capacity import Look, Staffing, Theory
from afterban.experiment.extinction import Extinctions
from afterban.experiment.phase import PhaseDiagram
from afterban.report import questions as m
from afterban.scenario.sections.review import Team
from afterban.statistics import Estimate


def estimate(value, half=0.1):
    return Estimate(value, value - half, value + half, 5, 0.95, "t")


def staffing(shifts=False):
    some = np.array([1.0, 1.2, 1.1])

    def look(k, days):
        return Look(
            k,
            days * some,
            3 * days * some,
            some,
            some,
            np.ones((3, 2)),
            some,
            some,
            some,
            days * some,
        )

    details = {3: look(3, 2.0), 4: look(4, 0.4), 5: look(5, 0.1)}
    limits = (math.inf, 0.3, 0.09)
    theory = {
        k: Theory(3.4, x, 3 * x, x, x, shifts, x) for k, x in zip(details, limits, strict=True)
    }
    looks = {k: estimate(float(one.median.mean())) for k, one in details.items()}
    teams = {k: Team(reviewers=k) for k in details}
    return Staffing(1.0, "base", 4, 4, 5, 4, 3, 0.95, looks, theory, details, 0.5, 4, teams)


def diagram():
    times, strengths = np.geomspace(0.1, 10, 5), np.geomspace(0.5, 8, 4)
    share = 1 / (1 + 1 / np.outer(strengths, times))
    both = np.array([share, np.sqrt(share)])
    threshold = np.array([math.inf, 3.0, 0.8, 0.2])
    crossover = np.array([np.full(4, math.nan), [9.0, 3.0, 1.0, 0.4]])
    hazards = np.array([0.0, 0.03])
    return PhaseDiagram(
        "x", times, strengths, both, both * 0, both, threshold, crossover, hazards, 2, 400
    )


def extinctions(days):
    grid = np.arange(31.0)
    live = np.array([(grid < (99 if math.isnan(d) else d)) * 5.0 for d in days])
    return Extinctions(
        "x", "base", "official", "supporter", dt.date(2014, 6, 1), np.array(days), grid, live,
        np.full_like(live, 900.0), live, live,
    )  # fmt: skip


KINDS = ("known", "ordinary")
MAKERS = {
    "capacity": lambda: m.capacity([staffing(), staffing(shifts=True)], "x"),
    "phase": lambda: m.phase(diagram()),
    "extinction": lambda: m.extinction(extinctions([9.0, 12.0, math.nan]), dt.date(2014, 6, 14)),
    "never extinct": lambda: m.extinction(extinctions([math.nan, math.nan])),
    "targeting": lambda: m.targeting(
        {"base": {"targeting_posts_ratio": estimate(2.9)}}, {"targeting_posts_ratio": 3.0}, "x"
    ),
    "regained": lambda: m.regained(
        {arm: dict.fromkeys(KINDS, estimate(0.5)) for arm in ("slow", "fast", "helped")},
        {"slow": 0.01, "fast": 0.5},
        "x",
        {"fast": "helped"},
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", MAKERS)
def test_figures_are_the_same_bytes_again(tmp_path, name):
    one = m.save(MAKERS[name], tmp_path / "one.png").read_bytes()
    assert one[:4] == b"\x89PNG"
    assert m.save(MAKERS[name], tmp_path / "other.png").read_bytes() == one


def texts(figure):
    return " ".join(
        text
        for axes in figure.axes
        for text in (
            axes.get_title(loc="left") + axes.get_title(),  # by the style, or without it
            axes.get_xlabel(),
            *(t.get_text() for t in (axes.get_legend().get_texts() if axes.get_legend() else [])),
        )
    )


def test_figures_say_what_they_show():
    words = texts(MAKERS["capacity"]())
    assert "4 (4 to 5)" in words
    assert "M/M/c: without limit" in words
    assert "fluid roster" in words
    words = texts(MAKERS["phase"]())
    assert "threshold (theory)" in words
    assert "a day: none" in words
    assert "67% of 3" in texts(MAKERS["extinction"]())
    assert "0% of 2" in texts(MAKERS["never extinct"]())
    assert "with shout-outs" in texts(MAKERS["regained"]())
