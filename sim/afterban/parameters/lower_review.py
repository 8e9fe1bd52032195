"""Review: the team and its hours, mistakes, appeals, and when a decision takes effect."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np

from afterban.language.zones import UTC, days_utc
from afterban.mechanisms import distributions as d
from afterban.mechanisms.clock import on_the_clock
from afterban.parameters.numbers import duration, floats, integers
from afterban.scenario import Scenario
from afterban.scenario.sections.review import Team

ORDER = ("arrival", "followers", "activity", "links")  # as in mechanisms.review


def lower_review(
    arm: Scenario, team: Team | None, enforced: bool, horizon: float
) -> dict[str, Any]:
    """The team (None: unlimited staff) and what becomes of a case."""
    review = arm.review
    duty = _duty(team, arm.start, horizon) if team else ([0.0], [0])
    return {
        "finite_staff": team is not None,
        "duty_change": floats(duty[0]),
        "on_duty": integers(duty[1]),
        "queue_order": ORDER.index(team.order) if team else 0,
        "service_time": duration(team.service_time) if team else np.zeros(d.ROW),
        "benign_reports": float(team.benign_reports) if team else 0.0,
        "sensitivity": float(review.sensitivity),
        "mistake": float(review.mistakes.probability),
        "appeal": float(review.mistakes.appeals),
        "reinstatement": duration(review.mistakes.reinstatement),
        **_appeals(arm, team, enforced),
        "action_delay": duration(review.action_delay),
        "wave_every": on_the_clock(float(review.waves.every)) if review.waves else 0.0,
    }


def _appeals(arm: Scenario, team: Team | None, enforced: bool) -> dict[str, Any]:
    """Who appeals to the team, with what success."""
    given = arm.review.appeals
    if given is None:
        return {
            "hears_appeals": False,
            "appeal_success": 1.0,
            "own_appeals": 0.0,
            "own_success": 0.0,
            "posts_after": 1.0,
            "filing": np.zeros(d.ROW),
        }
    heard = team is not None and enforced
    return {
        "hears_appeals": team is not None,
        "appeal_success": float(given.success),
        "own_appeals": float(given.operators) if enforced else 0.0,
        "own_success": float(given.operators_succeed) if heard else 0.0,
        "posts_after": float(given.posts_after),
        "filing": duration(given.filing),
    }


def _duty(team: Team, start: dt.date, horizon: float) -> tuple[list[float], list[int]]:
    """Days on which the number of reviewers on duty changes, and the number from then on.

    Shifts go by the clocks of the team's zone, so that they move by an hour in UTC when these are
    changed; those of the days before and after the run may reach into it.
    """
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    changes: dict[float, int] = {0.0: 0}
    last = math.ceil(horizon)
    around = 0 if team.timezone == UTC else 1  # days of the calendar to either side
    for day in range(-around, last + around):
        date = start + dt.timedelta(days=day)
        for shift in team.shifts:
            if names[date.weekday()] not in shift.days:
                continue
            begin, end = (
                days_utc(date, float(time), team.timezone, start)
                for time in (shift.start, shift.end)
            )
            if end <= 0.0 or begin >= last:
                continue
            for time, change in ((begin, shift.reviewers), (end, -shift.reviewers)):
                at = on_the_clock(max(time, 0.0))
                changes[at] = changes.get(at, 0) + change
    days: list[float] = []
    numbers: list[int] = []
    now = team.reviewers
    for at in sorted(changes):
        now += changes[at]
        if not numbers or now != numbers[-1]:
            days.append(at)
            numbers.append(now)
    return days, numbers
