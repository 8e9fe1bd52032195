"""Forgetting within and between lives: the engines against theory, which shares no code with them.

Tolerances are 4.4 standard errors over independent operators (one false alarm in 100,000).
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from afterban import theory

ERRORS = 4.4
AUDIENCE = 500.0  # people in each segment of an operator of the plain network
VIEWS = 5 * 0.02  # impressions per follower and day

FORGETS = {"audience.forget_insiders": "0.4 per day", "audience.forget_outsiders": "0.1 per day"}


# Hazards of discovery; the last two are those at which the detached leave.
@pytest.mark.parametrize("discover", [(0.0, 0.0), (0.02, 0.002), (1.4, 0.4)])
def test_the_second_life_follows_the_closed_form(plain, run, engine, discover):
    changes = {
        **FORGETS,
        "audience.discover_insiders": f"{discover[0]} per day",
        "audience.discover_outsiders": f"{discover[1]} per day",
        "audience.lost_outsiders": 0.3,
        "returning.most_lives": 2,
        "tiers.alike.count": 60,
    }
    rows = run(plain(changes), engine).records.accounts
    first, second = rows[rows["life"] == 1], rows[rows["life"] == 2]
    first = first[np.isin(first["operator"], second["operator"])]
    ended = ~np.isnan(second["suspended_day"])
    assert ended.sum() > 50
    segments = (("insider", 1.0, 0.4, 0.0), ("outsider", 0.3, 0.1, 0.3))
    for k, (name, refollow, forget, lost) in enumerate(segments):
        for before, after in zip(first[ended], second[ended], strict=True):
            assert before[f"{name}_followers"] == pytest.approx(AUDIENCE)
            gap = after["public_day"] - before["suspended_day"]
            looking = AUDIENCE * (1 - lost) * math.exp(-forget * gap)
            people, days = theory.followers_who_forget(
                after["suspended_day"] - after["public_day"],
                detached=looking,
                untouched=AUDIENCE * (1 - lost) - looking,
                refollow=refollow,
                forget=forget,
                discover=discover[k],
            )
            assert after[f"{name}_followers"] == pytest.approx(people[0], rel=1e-9)
            assert after[f"{name}_impressions"] == pytest.approx(VIEWS * days, rel=1e-7)


def test_repeated_suspension_compounds(plain, run, engine):
    lives = 6
    changes = {
        **FORGETS,
        "detection.threats": "0.5 per day",
        "audience.lost_outsiders": 0.2,
        "returning.most_lives": lives,
        "tiers.alike.count": 1500,
        "horizon": "200 d",
    }
    rows = run(plain(changes), engine).records.accounts
    seen = np.array([rows["outsider_followers"][rows["life"] == k + 1] for k in range(lives)])
    assert seen.shape == (lives, 1500)
    assert not np.isnan(rows["suspended_day"]).any()
    truth = AUDIENCE * theory.followers_over_lives(lives, 0.3, 0.1, 0.2, 2.0, 2.0)
    forgetless = AUDIENCE * theory.followers_over_lives(lives, 0.3, 0.0, 0.2, 2.0, 2.0)
    for life in range(lives):
        error = seen[life].std(ddof=1) / math.sqrt(1500)
        assert abs(seen[life].mean() - truth[life]) <= ERRORS * error + 1e-9
        assert life == 0 or abs(seen[life].mean() - forgetless[life]) > ERRORS * error
    kept = theory.kept_per_life(0.3, 0.1, 0.2, 2.0, 2.0)
    assert truth[-1] / truth[1] == pytest.approx(kept ** (lives - 2))


def test_a_prompt_return_keeps_followers_and_a_late_one_finds_fewer(plain, run, engine):
    ends = []
    for delay in ("1 h", "3 d", "10 d"):
        changes = {
            **FORGETS,
            "detection.threats": 0,
            "detection.pulses": [{"date": "2014-06-12", "share": 1}],
            "returning.delay": delay,
            "tiers.alike.count": 5,
        }
        rows = run(plain(changes), engine).records.accounts
        ends.append(rows["outsider_followers"][rows["life"] == 2])
    assert ends[0] == pytest.approx(AUDIENCE * 0.75 * math.exp(-0.1 / 24), rel=1e-6)
    assert ends[1] == pytest.approx(AUDIENCE * 0.75 * math.exp(-0.3), rel=1e-6)
    assert ends[2] == pytest.approx(AUDIENCE * 0.75 * math.exp(-1.0), rel=1e-6)


def test_a_reinstated_account_has_who_still_looks_for_it(plain, run, engine):
    """Nobody comes back otherwise; each appeal is granted with a probability."""
    granted = 0.7
    changes = {
        **FORGETS,
        "audience.lost_insiders": 0.2,
        "audience.lost_outsiders": 0.3,
        "returning.probability": 0,
        "review.team": {"reviewers": 400, "service_time": "12h"},
        "review.appeals": {"filing": "3d", "operators": 1, "operators_succeed": granted},
    }
    told = run(plain(changes), engine)
    rows = told.records.accounts
    back = np.flatnonzero(rows["life"] > 1)
    before, after = rows[back - 1], rows[back]
    assert (after["edit_distance"] == 0).all()
    gap = after["public_day"] - before["suspended_day"]
    assert gap == pytest.approx(3.5, abs=1e-5)  # nobody waits
    # Who follows an account that nobody looks for otherwise are those of the life before.
    for name, forget, lost in (("insider", 0.4, 0.2), ("outsider", 0.1, 0.3)):
        expected = [
            theory.reinstated_followers(people, lost, forget, days)
            for people, days in zip(before[f"{name}_followers"], gap, strict=True)
        ]
        assert after[f"{name}_followers"] == pytest.approx(np.array(expected), rel=1e-9)
    cases = told.records.cases
    appeals = int((cases["appeal"] == 1).sum())
    assert appeals > 300
    error = math.sqrt(granted * (1.0 - granted) / appeals)
    assert len(back) / appeals == pytest.approx(granted, abs=ERRORS * error)
    assert abs(len(back) / appeals - 0.85) > ERRORS * error  # the check can fail
