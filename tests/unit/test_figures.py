import struct
import zlib

import matplotlib as mpl
import numpy as np
import pytest

from afterban.claims import Claim, Verdict
from afterban.experiment.run import run
from afterban.experiment.trace import traced_operator
from afterban.report import draw, drawing, figures
from afterban.results import estimate

SPEEDS = {
    "slow": {"review": {"time_to_action": "5d"}},
    "quick": {"review": {"time_to_action": "1h"}},
    "gentle": {"detection": {"reports": 0}},
}


@pytest.fixture(scope="module")
def results(small, tmp_path_factory):
    root = tmp_path_factory.mktemp("figures")
    scenario = small({"policies": SPEEDS, "replications": 2, "review.time_to_action": "1d"})
    from afterban.experiment.replicate import replicate
    from afterban.results import Recorder

    arms = ["base", *SPEEDS, "none"]
    with Recorder(scenario, arms, root) as recorder:
        for one in replicate(scenario, arms, workers=1, keep=True):
            recorder.add(one)
        made = recorder.finish()
        draw(made, traced_operator(made, None), verdicts())
        yield recorder.publish(made)


def claim(**changes):
    fields = {
        "id": "S12",
        "source": "S12",
        "says": "followers when suspended",
        "figure": 700.0,
        "unit": "people",
        "scenario": "minimal",
        "metric": "reach",
        "factor": 2.0,
        "why": "a test",
    }
    return Claim(**{**fields, **changes})


def verdicts():
    return [
        Verdict(claim(), "reproduced", "reproduced", estimate([600.0, 800.0, 700.0])),
        Verdict(claim(id="S12-b", comparison="at least"), "does not hold", "", estimate([70.0])),
        Verdict(claim(id="S12-c"), "not run", "not run"),
    ]


def size_of(path):
    data = path.read_bytes()
    assert data.startswith(b"\x89PNG\r\n")
    return struct.unpack(">II", data[16:24])


@pytest.mark.slow
def test_every_figure_is_drawn_in_a_readable_size(results):
    files = {path.stem: path for path in (results.folder / "figures").iterdir()}
    assert set(files) == {
        "followers-of-one-operator",
        "through-time",
        "effective-reach",
        "enforcement-speed",
        "account-life",
        "life-by-life",
        "claims",
    }
    for path in files.values():
        width, height = size_of(path)
        assert width == figures.WIDTH * figures.DPI
        assert 300 < height < 1400


def test_a_figure_tells_neither_the_day_nor_the_program(results):
    for path in (results.folder / "figures").iterdir():
        data, at, kinds = path.read_bytes(), 8, []
        while at < len(data):
            length, kind = struct.unpack(">I4s", data[at : at + 8])
            assert (
                zlib.crc32(data[at + 4 : at + 8 + length])
                == struct.unpack(">I", data[at + 8 + length : at + 12 + length])[0]
            )
            kinds.append(kind)
            at += 12 + length
        assert not {b"tEXt", b"iTXt", b"tIME"} & set(kinds)


def test_the_same_results_draw_the_same_bytes(results, tmp_path):
    again = drawing.draw(results, tmp_path, traced_operator(results, None), verdicts())
    for path in again:
        assert path.read_bytes() == (results.folder / "figures" / path.name).read_bytes()


def texts(figure):
    return [text.get_text() for text in figure.findobj(mpl.text.Text) if text.get_text()]


def test_a_figure_says_what_it_was_made_from(results):
    line = figures.provenance(results)
    assert line == (
        f"small {results.digest[:12]} · seed 11 · n = 2 replications · "
        f"afterban {results.manifest['versions']['afterban']}"
    )
    assert line in texts(figures.through_time(results))


def test_axes_name_their_units(results):
    words = " ".join(texts(figures.one_operator(results, traced_operator(results, None))))
    assert "followers (people)" in words
    words = " ".join(texts(figures.enforcement_speed(results)))
    assert "median time from flag to suspension (log scale)" in words


def test_the_speed_figure_has_the_arms_that_differ_in_speed_alone(results):
    speeds = figures.speed_arms(results)
    assert speeds == {"quick": 1 / 24, "base": 1.0, "slow": 5.0}
    figure = figures.enforcement_speed(results)
    line = figure.axes[0].get_lines()[0]
    assert list(line.get_xdata()) == [1 / 24, 1.0, 5.0]
    wanted = [results.estimate("effective_reach", arm).value for arm in speeds]
    assert list(line.get_ydata()) == pytest.approx(wanted)


def test_every_arm_has_a_colour_of_its_own(results):
    chosen = [tuple(mpl.colors.to_rgb(c)) for c in figures.colours(results).values()]
    assert len(set(chosen)) == len(results.policies)


def test_the_curve_of_lives_is_the_one_in_the_table(results):
    figure = figures.account_life(results)
    line = next(line for line in figure.axes[0].get_lines() if line.get_label() == "quick")
    table = results.survival()
    told = table[(table["policy"] == "quick") & (table["age_days"] > 0)]
    assert np.array(line.get_ydata()) == pytest.approx(told["surviving_share"].to_numpy())


def test_nothing_to_draw_is_no_figure(small):
    quiet = small(
        {
            "detection.reports": 0,
            "detection.classifier": 0,
            "detection.threats": 0,
            "detection.pulses": [],
            "detection.signup": 0,
        }
    )
    results = run(quiet, replications=1, workers=1)
    assert figures.account_life(results) is None
    assert figures.enforcement_speed(results) is None
    assert figures.cited_beside_simulated(results, []) is None
    assert figures.through_time(results) is not None


def test_one_replication_draws_no_band(small):
    results = run(small(), replications=1, workers=1)
    for axes in figures.through_time(results).axes:
        assert not axes.collections
