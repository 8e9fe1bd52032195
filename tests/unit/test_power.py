"""How far a claim could have failed: what is kept of it, and what becomes of the verdict."""

import math
from dataclasses import replace

import numpy as np
import pytest

from afterban import power
from afterban.claims import Claim, counted, judge, load
from afterban.errors import AfterbanError
from afterban.power import LEAST, Made, Power, Powers, read, write
from afterban.results import Results
from afterban.scenario import Scenario

MADE = Made("a" * 12, "b" * 12, "c" * 12)
POWER = Power("S12", "minimal", 64, 4, 64, 32, 350.0, 2800.0, MADE)


def claim(**changes):
    fields = {
        "id": "S12",
        "source": "S12",
        "says": "followers",
        "figure": 700.0,
        "scenario": "minimal",
        "metric": "reach",
        "factor": 2.0,
        "why": "a test",
    }
    return Claim(**{**fields, **changes})


def verdict(row, values, known=POWER, stale=None):
    scenario = Scenario.from_yaml("minimal").with_changes({"replications": len(values)})
    told = {"base": {"reach": np.array(values, dtype=float)}}
    made = Results(scenario, ("base",), tuple(range(len(values))), told, {}, {}, {})
    powers = Powers({} if known is None else {known.id: known}, stale or {})
    (found,) = judge([row], made, powers)
    return found


# --- a power --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "fails", "could_fail"),
    [
        (64, 13, True),  # 20.3 %
        (64, 12, False),
        (64, 0, False),
        (13, 13, True),  # however the others come out
        (52, 0, False),  # 18.8 % at most
        (51, 0, None),  # 20.3 % at most
        (0, 0, None),
    ],
)
def test_what_cannot_be_told_counts_for_neither_side(told, fails, could_fail):
    assert LEAST == 0.2
    assert replace(POWER, told=told, fails=fails).could_fail is could_fail


def test_a_power_is_told_with_how_many_points_tell_it():
    assert POWER.words() == "power 50 %, 64 of 64 told"
    assert replace(POWER, fails=0).words().startswith("power 0 %")
    assert replace(POWER, points=400, fails=1).words().startswith("power below 1 %")


# --- the file -------------------------------------------------------------------------------------


def test_powers_are_kept_and_read_as_they_were(tmp_path):
    path = tmp_path / "power.csv"
    nothing = replace(POWER, id="S1", told=0, fails=0, lowest=math.nan, highest=math.nan)
    write([POWER, nothing], path)
    first = path.read_bytes()
    found = read(path)
    assert found["S12"] == POWER
    assert list(found) == ["S12", "S1"]
    assert math.isnan(found["S1"].lowest)
    write(found.values(), path)
    assert path.read_bytes() == first


def test_no_file_is_no_power(tmp_path):
    assert read(tmp_path / "power.csv") == {}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (",64,4,64,32,", ",64,4,64,65,", "65 of 64 of 64 points"),
        (",64,4,64,32,", ",0,4,0,0,", "of 0 points"),
        (",64,4,", ",many,4,", "many"),
        ("id,scenario,", "id,", "its columns are not"),
        ("350", "little", "little"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path, old, new, message):
    path = tmp_path / "power.csv"
    write([POWER], path)
    content = path.read_text()
    assert content.count(old) == 1
    path.write_text(content.replace(old, new))
    with pytest.raises(AfterbanError, match=message) as caught:
        read(path)
    assert "power.csv" in str(caught.value)
    assert "afterban claims --power" in str(caught.value)


def test_a_claim_occurs_once_in_the_file(tmp_path):
    path = tmp_path / "power.csv"
    write([POWER, POWER], path)
    with pytest.raises(AfterbanError, match="twice"):
        read(path)


def test_the_shipped_file_has_shipped_claims_only():
    rows = {row.id: row for row in load()}
    kept = read()
    assert kept
    for name, one in kept.items():
        assert rows[name].scenario == one.scenario
        assert rows[name].metric is not None


# --- what a digest is of --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("figure", 701.0),
        ("factor", 2.5),
        ("margin", 1.0),
        ("comparison", "at least"),
        ("metric", "suspensions"),
        ("policy", "faster"),
        ("divided_by", "reach"),
        ("divided_by_policy", "none"),
        ("judged_by", "spread"),
    ],
)
def test_whatever_decides_where_a_claim_holds_changes_its_digest(key, value):
    assert claim(**{key: value}).digest() != claim().digest()


def test_words_do_not_change_the_digest_of_a_claim():
    other = claim(why="another reason", says="the same", holds=True, id="S12-b")
    assert other.digest() == claim().digest()


def test_what_a_power_was_measured_with_is_told():
    assert MADE.differs(MADE, "minimal") == ""
    assert MADE.differs(replace(MADE, scenario="d"), "minimal") == "another version of minimal"
    assert MADE.differs(replace(MADE, ranges="d"), "minimal") == "other ranges"
    assert MADE.differs(replace(MADE, claim="d"), "minimal") == "another tolerance or metric"


# --- verdicts -------------------------------------------------------------------------------------

RIGHT, HIGH = [690.0, 700.0, 710.0], [1990.0, 2000.0, 2010.0]


@pytest.mark.parametrize(
    ("told", "fails", "status"),
    [
        (64, 20, "reproduced"),
        (64, 12, "holds, but could not fail here"),
        (10, 5, "holds, power not estimable"),
    ],
)
def test_a_claim_that_holds_is_reproduced_only_if_it_could_have_failed(told, fails, status):
    found = verdict(claim(), RIGHT, replace(POWER, told=told, fails=fails))
    assert found.status == status
    assert found.held
    assert f"{status} (power" in found.text
    assert f"{told} of 64 told" in found.text
    assert found.data()["power"]["fails"] == fails


def test_a_claim_without_a_power_holds_and_no_more():
    found = verdict(claim(), RIGHT, None)
    assert (found.status, found.text) == ("holds", "holds")
    assert found.held
    assert found.data()["power"] is None
    missed = verdict(claim(), HIGH, None)
    assert missed.status == "does not hold"
    assert "off by a factor of 2.86 (too high)" in missed.text


def test_a_stale_power_does_not_count_and_is_told():
    found = verdict(claim(), RIGHT, None, {"S12": "other ranges"})
    assert found.status == "holds"
    assert "its power was measured with other ranges" in found.text


@pytest.mark.parametrize(
    ("lowest", "highest", "status"),
    [
        (350.0, 2800.0, "within the band"),
        (1390.0, 2800.0, "within the band"),  # 1,400 is the largest that counts
        (1410.0, 2800.0, "outside the band of every stated range"),
        (100.0, 340.0, "within the band"),  # the figure lies between these and the run's own 2,000
    ],
)
def test_a_claim_that_does_not_hold_is_sought_in_the_band(lowest, highest, status):
    found = verdict(claim(), HIGH, replace(POWER, lowest=lowest, highest=highest))
    assert found.status == status
    assert not found.held
    assert status in found.text
    assert "off by a factor of 2.86 (too high)" in found.text


def test_a_bound_is_sought_in_the_band_too():
    row = claim(comparison="at most", factor=1.0)
    below, above = (replace(POWER, lowest=low) for low in (690.0, 710.0))
    assert verdict(row, HIGH, below).status == "within the band"
    assert verdict(row, HIGH, above).status == "outside the band of every stated range"


def test_what_happened_at_no_point_has_no_band():
    nothing = replace(POWER, told=0, fails=0, lowest=math.nan, highest=math.nan)
    assert verdict(claim(), HIGH, nothing).status == "does not hold"


def test_a_fitted_claim_stays_fitted_and_its_power_is_shown():
    for fails in (0, 40):
        found = verdict(claim(fitted="tiers.hub.audience"), RIGHT, replace(POWER, fails=fails))
        assert found.status == "fitted"
        assert f"power {100 * fails / 64:.0f} %" in found.text
    assert verdict(claim(fitted="x"), HIGH).status == "within the band"


def test_a_claim_that_held_and_lies_within_the_band_is_broken():
    assert verdict(claim(holds=True), HIGH).broke
    assert not verdict(claim(holds=True), RIGHT, replace(POWER, fails=0)).broke


def test_verdicts_are_counted_in_words():
    sure = verdict(claim(), RIGHT, replace(POWER, fails=0))
    missed = verdict(claim(), HIGH)
    plain = verdict(claim(), RIGHT, None)
    real = verdict(claim(), RIGHT)
    assert counted([missed, sure, real, sure, plain]) == [
        (1, "reproduced"),
        (2, "hold, but could not fail here"),
        (1, "holds"),
        (1, "within the band"),
    ]
    off = verdict(claim(), HIGH, None)
    assert counted([off]) == [(1, "does not hold")]
    assert counted([off, off]) == [(2, "do not hold")]


# --- one account ----------------------------------------------------------------------------------


def test_the_figure_of_one_account_is_held_against_the_spread():
    # Their mean is 1,900, and one of them is near the figure.
    values = [500.0, 1000.0, 2000.0, 4100.0]
    row = claim(judged_by="spread")
    assert verdict(claim(), values).status == "within the band"
    found = verdict(row, values)
    assert found.status == "reproduced"
    assert "the interval is of one replication" in found.text
    assert found.simulated.low < 350
    close = [1900.0, 1950.0, 2000.0, 2050.0]
    assert verdict(row, close).status == "within the band"


def test_one_replication_has_no_spread():
    row = claim(judged_by="spread")
    assert verdict(row, [700.0]).held
    assert not verdict(row, [1500.0]).held


def test_a_spread_around_zero_is_that_of_the_values_themselves():
    row = claim(judged_by="spread", figure=0.0, margin=1.0, factor=1.0)
    assert verdict(row, [0.0, 4.0, 0.0, 4.0]).held
    assert not verdict(row, [4.0, 4.1, 3.9, 4.0]).held


def test_a_told_point_lies_wholly_inside_or_wholly_outside():
    row = claim()

    def told(*values):
        return row.told_at(row.estimate(list(values)))

    assert told(690.0, 700.0, 710.0) is True
    assert told(1990.0, 2000.0, 2010.0) is False
    assert told(100.0, 700.0, 1300.0) is None
    assert told(10.0, 700.0, 5000.0) is None
    assert told(700.0) is None
    assert claim(comparison="at least").told_at(row.estimate([1990.0, 2000.0, 2010.0])) is True


def test_one_account_speaks_against_a_point_only_if_none_can_reach_the_figure_there():
    row = claim(judged_by="spread")
    wide, high = ([500.0, 1000.0, 2000.0, 4100.0], [1900.0, 1950.0, 2000.0, 2050.0])
    assert row.told_at(row.estimate(wide)) is True
    assert row.told_at(row.estimate(high)) is False
    assert row.told_at(row.estimate([700.0])) is None


def test_the_names_of_the_columns_are_those_of_a_power():
    assert set(power._COLUMNS[:8]) | {"made"} == set(Power.__dataclass_fields__)
