"""A fit gets known truths back: coverage of its intervals over many worlds.

Twenty worlds, logs of 2,000 to 20,000 rows, 10 to 50 % of the links missing and that share given.
Intervals of 95 % hold the truth as often as a binomial number says.  False alarms: one in a
thousand, if intervals were independent; those of one world are nearly so, as they are of different
columns.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from scipy import stats

from afterban.logs import lineages, reading, returning
from afterban.logs.bootstrap import Bootstrap
from afterban.logs.recovery import FALSE_ALARM, bound, recover, worlds


@pytest.mark.slow
def test_intervals_hold_the_truth_as_often_as_they_say(tmp_path: Path) -> None:
    found = recover(20, tmp_path)
    assert len(found.worlds) == 20
    assert all(2000 <= one.rows <= 20_000 for one in found.worlds)
    low, high = bound(found.intervals)
    assert low <= found.held <= high
    for key, (held, of) in found.by_key().items():
        assert held >= bound(of, FALSE_ALARM / 20)[0], key
    assert found.by_hand == pytest.approx(1.0, abs=0.06)


def test_the_bound_is_that_of_the_binomial_law() -> None:
    low, high = bound(250)
    inside = stats.binom(250, 0.95).cdf(high) - stats.binom(250, 0.95).cdf(low - 1)
    assert inside >= 1 - FALSE_ALARM
    assert low > 0.88 * 250
    assert bound(250)[0] > 250 * 0.9 - 6  # so that intervals of 90 % are mostly noticed


def test_a_recall_that_is_wrong_is_noticed(tmp_path: Path) -> None:
    """Intervals that leave out the missing links do not hold the truth: the check can fail."""
    world = next(one for one in worlds(9) if one.links > 0.25 and one.operators < 3000)
    log = reading.read(world.log(tmp_path / "log.csv"))
    chains = lineages.of(log)
    for recall, holds in ((1.0, False), (1 - world.links, True)):
        found = returning.returns(log, chains, Bootstrap(), (recall, recall))
        assert isinstance(found, returning.Returns)
        one = found.quantities[0]
        assert (one.low <= world.probability <= one.high) is holds
