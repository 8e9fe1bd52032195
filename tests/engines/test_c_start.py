"""What a replication begins with, from the compiled program and from Python: the same bytes."""

import networks
import numpy as np
import pytest
from test_c_world import NETWORKS, built_in, newcomers, thinned

from afterban.core import all_that_run, kernels
from afterban.engines import look_alikes, wrong_flags
from afterban.engines.compiled.given import start
from afterban.mechanisms import liveshare
from afterban.mechanisms.handles import ordinary_handles
from afterban.parameters import Parameters
from afterban.scenario import Scenario, shipped_names
from afterban.world import first_state

PROGRAMS = all_that_run()


def in_python(p, world, seed, replication):
    """The same tables from the reference of each."""
    rows = first_state(p, world)
    wrong = wrong_flags.planned(p, world, seed, replication)
    users = look_alikes.sampled(p, seed, replication)
    shares = liveshare.constant(len(p.platform_kept))
    if p.live_insiders:
        there = int(p.tier_count.sum())
        weight = liveshare.weights(world.links, world.promoters, world.promoter_start, there)
        hazards = liveshare.common_hazards(
            p.refollow[:, 0], p.unrelated_recognition, p.forget[0], p.discover[0]
        )
        place = p.platform[world.tier]
        shares = liveshare.at_the_start(weight, rows, place, len(p.platform_kept), hazards, 1.0)
    return {
        "rows": rows,
        "weight": shares.weight,
        "hazards": shares.log.hazards,
        "hazard_days": shares.log.days,
        "hazard_fades": shares.log.fades,
        "users": users.handles,
        "users_starts": users.starts,
        "users_recall": users.recall,
        "wrong_day": wrong.day,
        "wrong_channel": wrong.channel,
        "wrong_number": wrong.number,
    }


def different(p, seed=1, replication=0):
    """Names of the tables that are not the same, and how many flags are known."""
    found = set()
    for program in PROGRAMS.values():
        world = built_in(program, p, seed, replication)
        expected = in_python(p, world, seed, replication)
        told = start(program, p, world, seed, replication)
        assert list(told) == list(expected)
        for name, table in expected.items():
            if table.tobytes() != told[name].tobytes() or table.dtype != told[name].dtype:
                found.add(name)
    return found, len(expected["wrong_day"])


@pytest.mark.parametrize("name", shipped_names())
def test_shipped_scenarios_with_fewer_operators(name):
    scenario = Scenario.from_yaml(name)
    for policy in list(scenario.policies)[:1] or ["base"]:
        p = thinned(Parameters.from_scenario(scenario, policy))
        if len(p.arrival_tier):  # slow in Python, and tested below
            p = p._replace(arrival_rate=p.arrival_rate * 0.1)
        assert different(p)[0] == set()


@pytest.mark.parametrize("name", [*NETWORKS, "priced_team", "alike", "heard"])
def test_the_networks_of_these_tests(name):
    for live in (False, True):
        p = getattr(networks, name)(live_insiders=live)
        for one in (p, newcomers(p), p._replace(wrong_a_day=np.full(len(p.wrong_a_day), 0.3))):
            assert different(one, 5, 2)[0] == set()


@pytest.mark.slow
def test_flags_of_one_day_and_memory_in_the_smallest_pieces():
    """Flags of a campaign are on its day, in their order; memory that is short is asked for."""
    p = networks.priced()
    many = np.where(np.arange(len(p.wrong_a_day)) > 0, 9.0, -1.0)
    p = p._replace(wrong_a_day=many, pulse_share=np.ones(len(p.pulse_day)))
    found, flags = different(p)
    assert found == set()
    assert flags > 80 * 9
    for program in PROGRAMS.values():
        world = built_in(program, p, 1, 0)
        given = {**p._asdict(), **world._asdict(), "exposure": p.exposure}
        given |= {"seed": 1, "replication": 0}
        expected = kernels.call(program, "start", given, room=1 << 24)
        told = kernels.call(program, "start", given, room=16)
        for name, table in expected.items():
            assert np.array_equal(table, told[name])


def test_another_draw_is_another_start():
    """What these tests compare tells one seed and parameter from another."""
    p = networks.priced()
    (program, *_) = PROGRAMS.values()
    world = built_in(program, p, 1, 0)
    one = start(program, p, world, 1, 0)
    other = start(program, p, world, 2, 0)
    assert not np.array_equal(one["wrong_day"], other["wrong_day"])
    more = p._replace(attached_at_start=p.attached_at_start * (1.0 - 1e-15))
    assert not np.array_equal(one["rows"], start(program, more, world, 1, 0)["rows"])


@pytest.mark.parametrize("operators", [0, 1, 5000])
def test_handles_of_ordinary_users(operators):
    for namesakes, topics in ((0.0, 0.0), (0.3, 0.3), (1.0, 0.0), (0.0, 1.0)):
        expected = ordinary_handles(3, 1, 100, 400, operators, namesakes, topics)
        for program in PROGRAMS.values():
            given = {"seed": 3, "replication": 1, "first": 100, "count": 400}
            given |= {"operators": operators, "namesakes": namesakes, "topic_names": topics}
            told = kernels.call(program, "handles", given)["handles"]
            assert told.tobytes() == expected.tobytes()


def test_tables_that_do_not_fit_are_refused():
    p = newcomers(networks.priced_team())
    wrong = {
        "tier": np.full(10, 7, dtype=np.int32),
        "promoters": np.full(3, 1 << 30, dtype=np.int32),
        "platform": np.array([0, 2, 0]),
        "tier_count": np.array([1 << 40, 1, 1]),
        "rates": p.rates[1:],
        "pressure": p.pressure[:, :2],
        "burst_factor": np.ones((2, 1)),
        "ordinary_sample": -1,
        "wrong_a_day": np.full(len(p.wrong_a_day), np.nan),
        "wrong_per_right": p.wrong_per_right[1:],
        "pulse_tiers": p.pulse_tiers[:, :1],
        "horizon": np.nan,
    }
    for program in PROGRAMS.values():
        world = built_in(program, p, 1, 0)
        given = {**p._asdict(), **world._asdict(), "exposure": p.exposure}
        given |= {"seed": 1, "replication": 0}
        kernels.call(program, "start", given)
        for name, value in wrong.items():
            with pytest.raises(ValueError, match="do not fit"):
                kernels.call(program, "start", {**given, name: value})
