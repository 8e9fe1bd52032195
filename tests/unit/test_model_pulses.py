"""Campaigns: whom they choose."""

from __future__ import annotations

import math

import numpy as np
import pytest

from afterban.mechanisms import state as s
from afterban.mechanisms.pulses import ACTIVITY, FOLLOWERS, LINKS, RANDOM, chosen
from afterban.parameters import CHOOSE

DISCOVER = np.array([0.02, 0.002])


class Network:
    """Operators with followers, posts and links that rank them differently."""

    def __init__(self, n, private=()):
        rng = np.random.default_rng(5)
        self.rows = np.zeros((n, s.COLUMNS))
        self.rows[:, s.PUBLIC] = 1.0
        self.rows[list(private), s.PUBLIC] = 0.0
        self.rows[:, s.ATTACHED_IN] = rng.permutation(n)
        self.rows[:, s.ATTACHED_OUT] = rng.permutation(n) * 1.5
        self.life = np.ones(n, dtype=np.int64)
        self.posts = rng.permutation(n) + 0.5
        self.links = rng.permutation(n)
        self.place = np.arange(n) % 2
        self.tier = np.arange(n) // 2 % 3
        self.live = np.ones(2)

    def struck(
        self,
        choose,
        share,
        pulse=0,
        time=0.0,
        seed=1,
        replication=0,
        accounts=0,
        platform=-1,
        tiers=(True, True, True),
    ):
        return chosen(
            time,
            pulse,
            choose,
            share,
            accounts,
            self.rows,
            self.life,
            self.posts,
            self.links,
            self.place,
            platform,
            self.tier,
            np.array(tiers),
            DISCOVER,
            self.live,
            seed,
            replication,
        ).tolist()


def test_the_words_of_a_scenario_are_the_numbers_of_the_model():
    assert CHOOSE == ("random", "followers", "activity", "links")
    assert [CHOOSE[k] for k in (RANDOM, FOLLOWERS, ACTIVITY, LINKS)] == list(CHOOSE)


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_random_ones_by_their_probability(share):
    n = 20_000
    struck = Network(n).struck(RANDOM, share)
    # 4.4 standard errors: a right share fails once in 10^5.
    assert abs(len(struck) / n - share) < 4.4 * math.sqrt(share * (1 - share) / n)
    assert struck == sorted(struck)


def test_random_ones_hang_on_nobody_else():
    everybody = set(Network(500).struck(RANDOM, 0.3))
    private = set(range(0, 500, 3))
    assert set(Network(500, private).struck(RANDOM, 0.3)) == everybody - private
    more = set(Network(501).struck(RANDOM, 0.3))
    assert more - {500} == everybody
    # A larger share takes those of the smaller one, and more.
    assert everybody < set(Network(500).struck(RANDOM, 0.5))
    # Another campaign, another life or another world is another lot.
    assert set(Network(500).struck(RANDOM, 0.3, pulse=1)) != everybody
    assert set(Network(500).struck(RANDOM, 0.3, seed=2)) != everybody
    again = Network(500)
    again.life[:] = 2
    assert set(again.struck(RANDOM, 0.3)) != everybody


@pytest.mark.parametrize("share", [0.0, 1.0])
@pytest.mark.parametrize("choose", [RANDOM, FOLLOWERS, ACTIVITY, LINKS])
def test_none_and_all_of_the_public_ones(choose, share):
    network = Network(50, private=(3, 4))
    public = [i for i in range(50) if i not in (3, 4)]
    assert network.struck(choose, share) == (public if share else [])


@pytest.mark.parametrize("choose", [FOLLOWERS, ACTIVITY, LINKS])
def test_the_largest_go_first(choose):
    network = Network(41, private=range(10))
    value = {
        FOLLOWERS: network.rows[:, s.ATTACHED_IN] + network.rows[:, s.ATTACHED_OUT],
        ACTIVITY: network.posts,
        LINKS: network.links,
    }[choose]
    struck = network.struck(choose, 0.4)
    assert len(struck) in (12, 13)  # 0.4 of 31 is 12.4
    spared = sorted(set(range(10, 41)) - set(struck))
    assert min(value[struck]) >= max(value[spared])
    assert struck == sorted(struck)


@pytest.mark.parametrize("choose", [RANDOM, FOLLOWERS, LINKS])
def test_so_many_accounts(choose):
    network = Network(41, private=range(10))
    assert len(network.struck(choose, 0.0, accounts=7)) == 7
    assert len(network.struck(choose, 0.0, accounts=100)) == 31  # all that are public
    # More take those whom fewer took.
    assert set(network.struck(choose, 0.0, accounts=7)) < set(
        network.struck(choose, 0.0, accounts=9)
    )
    if choose != RANDOM:
        assert len(network.struck(choose, 0.4, accounts=7)) in (12 + 7, 13 + 7)


def test_of_equal_ones_the_first_go():
    network = Network(10)
    network.links[:] = 4
    network.links[7] = 5
    assert network.struck(LINKS, 0.3) == [0, 1, 7]


def test_followers_are_those_of_the_day():
    network = Network(2)
    network.rows[:, s.ATTACHED_IN : s.GONE_OUT + 1] = 0.0
    network.rows[0, s.ATTACHED_IN] = 10.0
    network.rows[1, s.DETACHED_IN] = 100.0
    network.rows[1, s.REFOLLOW_IN] = 1.0
    assert network.struck(FOLLOWERS, 0.5, time=0.01) == [0]
    assert network.struck(FOLLOWERS, 0.5, time=3.0) == [1]


@pytest.mark.parametrize("choose", [RANDOM, FOLLOWERS, ACTIVITY, LINKS])
def test_a_campaign_of_one_platform_spares_the_others(choose):
    network = Network(200)
    everywhere = network.struck(choose, 0.3)
    here = network.struck(choose, 0.3, platform=1)
    assert {i % 2 for i in everywhere} == {0, 1}
    assert {i % 2 for i in here} == {1}
    if choose == RANDOM:  # nobody's fate hangs on where the others are
        assert here == [i for i in everywhere if i % 2]
    else:
        assert len(here) == 30


@pytest.mark.slow
@pytest.mark.parametrize("choose", [RANDOM, FOLLOWERS, ACTIVITY, LINKS])
@pytest.mark.parametrize("n", [7, 40])
def test_a_share_of_few_is_the_same_on_average_however_they_are_chosen(choose, n):
    """A hundredth of forty accounts is 0.4 of one, which must not always be none."""
    network = Network(n)
    struck = [len(network.struck(choose, 0.01, pulse=k)) for k in range(4000)]
    # 4.4 standard errors of a count with this mean, at most as many as Poisson's: 1 in 10^5.
    assert abs(np.mean(struck) - 0.01 * n) < 4.4 * math.sqrt(0.01 * n / len(struck))
    assert max(struck) > 0


def test_a_larger_share_takes_those_of_the_smaller_one():
    network = Network(33)
    for pulse in range(50):
        few = set(network.struck(FOLLOWERS, 0.1, pulse=pulse))
        assert few <= set(network.struck(FOLLOWERS, 0.12, pulse=pulse))


@pytest.mark.parametrize("choose", [RANDOM, FOLLOWERS, ACTIVITY, LINKS])
def test_of_some_tiers_only(choose):
    network = Network(600)
    named = network.struck(choose, 0.5, tiers=(False, True, True))
    assert named
    assert 0 not in network.tier[named]
    assert abs(len(named) - 200) < 5 * math.sqrt(100)


def test_the_draws_of_a_tier_do_not_depend_on_which_others_are_named():
    network = Network(600)
    everybody = network.struck(RANDOM, 0.3)
    first = network.struck(RANDOM, 0.3, tiers=(True, False, False))
    assert first == [i for i in everybody if network.tier[i] == 0]


def test_a_number_of_accounts_is_filled_from_the_tiers_that_are_named():
    network = Network(60)
    named = network.struck(LINKS, 0.0, accounts=7, tiers=(False, False, True))
    best = sorted(np.flatnonzero(network.tier == 2), key=lambda i: -network.links[i])[:7]
    assert named == sorted(int(i) for i in best)
