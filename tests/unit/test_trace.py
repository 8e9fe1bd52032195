import itertools

import numpy as np
import pytest

from afterban.experiment.replicate import simulate
from afterban.experiment.trace import trace


def traced(small, engine, policy="base", changes=None):
    scenario = small(changes)
    accounts = simulate(scenario, policy, engine=engine).records.accounts
    operator = int(np.bincount(accounts["operator"]).argmax())
    lives = accounts[accounts["operator"] == operator]
    line = trace(
        scenario,
        policy,
        operator,
        starts=lives["public_day"],
        ends=lives["suspended_day"],
        engine=engine,
    )
    return scenario, lives, line


@pytest.mark.parametrize("changes", [None, {"seed": 12, "promotion.on_start": True}])
def test_followers_at_the_end_of_each_life_are_those_of_the_account_table(small, engine, changes):
    _, lives, line = traced(small, engine, changes=changes)
    ended = lives[np.isfinite(lives["suspended_day"]) & np.isfinite(lives["public_day"])]
    assert len(ended) > 2
    for life in ended:
        at = np.searchsorted(line.days, life["suspended_day"])
        assert line.days[at] == life["suspended_day"]
        assert line.insiders[at] == pytest.approx(life["insider_followers"], rel=1e-9)
        assert line.outsiders[at] == pytest.approx(life["outsider_followers"], rel=1e-9)
        # Just after it nobody follows.
        assert line.days[at + 1] > life["suspended_day"]
        assert line.outsiders[at + 1] == 0.0


def test_nobody_follows_between_lives(small, engine):
    _, lives, line = traced(small, engine)
    gaps = 0
    for before, after in itertools.pairwise(lives):
        if np.isnan(after["public_day"]):
            continue
        between = (line.days > before["suspended_day"]) & (line.days < after["public_day"])
        gaps += between.sum()
        assert (line.insiders[between] == 0).all()
    assert gaps > 0


def test_followers_only_grow_within_a_life(small, engine):
    _, lives, line = traced(small, engine)
    total = line.insiders + line.outsiders
    for life in lives[np.isfinite(lives["public_day"])]:
        end = life["suspended_day"] if np.isfinite(life["suspended_day"]) else line.days[-1]
        inside = (line.days >= life["public_day"]) & (line.days <= end)
        assert (np.diff(total[inside]) >= -1e-9).all()


def test_without_enforcement_the_account_is_never_lost(small):
    scenario = small()
    line = trace(scenario, "none", 1, engine="reference")
    total = line.insiders + line.outsiders
    assert line.tier == "hub"
    assert line.days[0] == 0.0
    assert line.days[-1] == scenario.horizon
    assert (total > 0).all()


def test_an_arm_is_traced_with_its_changes(small):
    arms = {"policies": {"never": {"detection": {"reports": 0, "classifier": 0}}}}
    scenario = small(arms)
    line = trace(scenario, "never", 10, engine="reference")
    assert line.tier == "supporter"
    assert line.policy == "never"
