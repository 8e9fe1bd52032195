"""More reviewers on common random numbers: nobody waits longer, case by case."""

from __future__ import annotations

import numpy as np

from afterban.experiment.capacity import with_reviewers


def waits(run, scenario, engine):
    cases = run(scenario, engine).records.cases
    order = np.argsort(cases["life"])  # number of the report
    return cases[order]


def test_with_one_more_reviewer_no_report_waits_longer(small, run, with_team, engine):
    # Nobody of the network is flagged, so the same reports arrive whatever the staff.
    quiet = {
        "detection": {"reports": 0, "classifier": 0, "threats": 0, "pulses": []},
        "review.team": {
            **with_team["review.team"],
            "benign_reports": "40 per day",
        },
    }
    scenario = small(quiet)
    before = waits(run, with_reviewers(scenario, 2), engine)
    for reviewers in (3, 5, 40):
        after = waits(run, with_reviewers(scenario, reviewers), engine)
        n = len(before)  # those that are still waiting have no row
        assert n > 100
        assert len(after) >= n
        assert (after["arrived_day"][:n] == before["arrived_day"]).all()
        assert (after["started_day"][:n] <= before["started_day"]).all()
        assert (after["started_day"][:n] < before["started_day"]).any()
        before = after


def test_the_network_before_the_first_decision_is_the_same(small, run, with_team, engine):
    scenario = small(with_team)
    one = run(with_reviewers(scenario, 1), engine).records
    other = run(with_reviewers(scenario, 8), engine).records
    first = min(one.cases["decided_day"].min(), other.cases["decided_day"].min())
    for name in ("operator", "public_day", "flagged_day"):
        a, b = (
            r.accounts[(r.accounts["life"] == 1) & (r.accounts["flagged_day"] < first)][name]
            for r in (one, other)
        )
        assert len(a)
        assert (a == b).all()
