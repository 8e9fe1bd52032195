"""Bands over the assumptions: how they are worked out, and what is kept of them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from afterban import bands
from afterban.bands import Band, Bands, Key, Made, band, keep, read, write
from afterban.errors import AfterbanError

MADE = Made("a" * 12, "b" * 12)
KEY = Key("effective_reach", "base")


def of(points: list[list[float]], key: Key = KEY) -> Band:
    replications = max(len(one) for one in points)
    found = band("minimal", key, [np.array(one) for one in points], replications, MADE)
    assert found is not None
    return found


def test_a_band_is_of_the_means_at_the_points() -> None:
    one = of([[k - 1.0, k + 1.0] for k in range(101)])
    assert (one.lowest, one.low, one.middle, one.high, one.highest) == (0, 5, 50, 95, 100)
    assert (one.points, one.told, one.replications) == (101, 101, 2)
    assert one.estimate.value == 50
    assert (one.estimate.low, one.estimate.high) == (5, 95)


def test_signs_are_counted_and_none_is_neither() -> None:
    one = of([[-1.0], [-2.0], [-3.0], [4.0], [0.0]])
    assert (one.less, one.more) == (3, 1)
    assert one.same_sign == 0.6
    assert math.isnan(replace(one, told=0).same_sign)


def test_a_point_is_told_if_more_than_half_of_its_replications_are() -> None:
    nan = math.nan
    one = of([[1.0, 1.0, nan, nan], [2.0, 4.0, 3.0, nan], [nan] * 4])
    assert (one.points, one.told, one.lowest, one.highest) == (3, 1, 3, 3)
    nothing = of([[nan, nan]])
    assert (nothing.told, nothing.less, nothing.more) == (0, 0, 0)
    assert Bands({KEY: nothing}).of(*KEY) is None
    assert band("minimal", KEY, [], 2, MADE) is None


def test_what_is_written_is_read(tmp_path) -> None:
    path = tmp_path / "bands.csv"
    made = [of([[0.25], [0.5]]), of([[-0.5], [-0.5]], Key("effective_reach", "faster", "base"))]
    write(made, path)
    assert read(path) == made
    write(read(path), tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == path.read_bytes()
    assert read(tmp_path / "none.csv") == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (",2,1,2,0.2625", ",2,1,3,0.2625", "3 of 2 points"),
        ("scenario,metric", "metric,scenario", "columns"),
        (",0.375,", ",0.9,", "points"),
        (",0,2,", ",1,2,", "points"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path, old, new, message) -> None:
    path = tmp_path / "bands.csv"
    write([of([[0.25], [0.5]])], path)
    content = path.read_text()
    assert content.count(old) == 1, content
    path.write_text(content.replace(old, new))
    with pytest.raises(AfterbanError, match=message) as caught:
        read(path)
    assert "bands.csv" in str(caught.value)


def test_bands_take_the_place_of_those_of_the_same_scenario(tmp_path) -> None:
    path = tmp_path / "bands.csv"
    old, other = of([[0.25]]), replace(of([[0.5]]), scenario="capacity")
    new = replace(of([[0.75]]), made=Made("c" * 12, "b" * 12))
    keep([old], path)
    keep([other], path)
    assert read(path) == [other, old]
    keep([new], path, each=True)  # another version beside it
    assert read(path) == [other, old, new]
    keep([new], path)
    assert read(path) == [other, new]
    write([new, new], path)
    with pytest.raises(AfterbanError, match="twice"):
        read(path)


def test_the_shipped_bands_are_of_shipped_scenarios() -> None:
    from afterban.scenario import shipped_names

    assert {one.scenario for one in read(bands.shipped_bands())} <= set(shipped_names())


def test_how_far_a_thinned_network_is_off_is_kept(tmp_path) -> None:
    points = [np.array([value]) for value in (0.2, 0.4, 0.6)]
    whole = [np.array([value]) for value in (0.25, 0.37)]
    one = band("minimal", KEY, points, 1, MADE, operators=10, of=40, whole=whole)
    assert one is not None
    assert one.is_thinned
    assert one.off == pytest.approx(0.05)
    write([one], tmp_path / "bands.csv")
    (again,) = read(tmp_path / "bands.csv")
    assert (again.operators, again.of, again.off) == (10, 40, 0.05)
    text = (tmp_path / "bands.csv").read_text()
    assert text.count(",10,40,") == 1
    (tmp_path / "bands.csv").write_text(text.replace(",10,40,", ",50,40,"))
    with pytest.raises(AfterbanError, match="points"):
        read(tmp_path / "bands.csv")


def test_another_number_of_the_same_version_is_kept_beside_it(tmp_path) -> None:
    path = tmp_path / "bands.csv"
    first, other = of([[0.25], [0.5]]), of([[1.0], [2.0]], Key("recruits", "base"))
    keep([first], path, each=True)
    keep([other], path, each=True)
    assert {one.key for one in read(path)} == {first.key, other.key}
    moved = replace(first, made=Made(MADE.scenario, "c" * 12))
    keep([moved], path, each=True)  # of other ranges: nothing of before counts any more
    assert read(path) == [moved]
