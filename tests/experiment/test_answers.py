"""What is exported answers in one shape: words, a table, a picture and plain data."""

from __future__ import annotations

import dataclasses
import io
import json
import math

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import afterban
from afterban import AfterbanError, Answer, Scenario
from afterban.cli import COMMANDS
from afterban.errors import UnknownName
from afterban.experiment import ensemble
from afterban.experiment.diverge import Run

ALONE = {"workers": 1}


@pytest.fixture(scope="module")
def scenario():
    """A small network with two arms, a team, ordinary users and a sweep."""
    return Scenario.from_yaml("minimal").with_changes(
        {
            "horizon": "20d",
            "replications": 2,
            "tiers": {"loud": {"count": 20, "audience": 300, "posts": "4 per day"}},
            "detection.reports": "5000 per million impressions",
            "policies": {"quick": {"review": {"time_to_action": "1h"}}},
            "sweep": {
                "replications": 1,
                "parameters": {"returning.probability": {"values": ["0.2", "0.8"]}},
            },
        }
    )


def a_log(folder):
    """A log of forty accounts, each suspended after so many days and followed two days later."""
    rows = ["account_id,created_at,suspended_at,linked_to"]
    for day in range(1, 21):
        rows.append(f"a{day},2024-01-01,2024-01-{day + 1:02},")
        rows.append(f"b{day},2024-01-{day + 3:02},,a{day}")
    path = folder / "log.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


PLAN = (
    "{levers: {speed: {path: review.time_to_action, values: [1h, 1d]}}, "
    "limits: [{metric: suspensions, at_most: 100}]}"
)


def alike():
    known = Scenario.from_yaml("all-alike")
    (tier,) = known.tiers
    return known.with_changes({f"tiers.{tier}.count": 60, "replications": 1})


ASKED = {
    "compare": lambda s, _: afterban.compare(s, ["quick"], baseline="base", **ALONE),
    "ablate": lambda s, _: afterban.ablate(s, ["return"], **ALONE),
    "diff": lambda s, _: afterban.diff(Run(s), Run(s, "quick")),
    "sweep": lambda s, out: afterban.sweep(s, out, policies=["base"], **ALONE),
    "breakeven": lambda s, _: afterban.breakeven(
        s, 0.5, shortest="6h", longest="8d", replications=2, **ALONE
    ),
    "explain": lambda s, _: afterban.explain(
        s,
        0.5,
        metric="effective_reach",
        shortest="6h",
        longest=8.0,
        replications=5,
        level=0.5,
        **ALONE,
    ),
    "staffing": lambda s, _: afterban.staffing(
        s.with_changes({"review.team": {"reviewers": 2, "service_time": "20min"}}),
        "12h",
        replications=2,
        **ALONE,
    ),
    "extinction": lambda s, _: afterban.extinction(s, "loud", **ALONE),
    "phase": lambda s, _: afterban.phase(alike(), ["1d", "4d"], [0.5, 1.0], **ALONE),
    "handles": lambda s, _: afterban.handles(
        s.with_changes({"detection.handle_match.ordinary": "{signups: 100 per day, sample: 50}"}),
        corpus=2000,
        replications=1,
        **ALONE,
    ),
    "ranking": lambda s, _: afterban.ranking(s, shares=[0.1, 0.5], replications=2, **ALONE),
    "band": lambda s, out: afterban.band(
        s, ["base", "quick"], out=out, points=2, replications=2, **ALONE
    ),
    "explore": lambda s, out: afterban.explore(
        s, ["base", "quick"], out=out, points=16, replications=1, **ALONE
    ),
    "plan": lambda s, out: afterban.plan(
        s.with_changes({"plan": PLAN}), points=8, replications=1, rounds=0, out=out, **ALONE
    ),
    "respond": lambda s, out: afterban.respond(
        s.with_changes({"response_bounds": {"reports": [0.5, 1]}}),
        ["quick"],
        out=out,
        points=2,
        replications=1,
        draws=2,
        **ALONE,
    ),
    "fit": lambda s, out: afterban.fit(a_log(out)),
    "weigh": lambda s, out: afterban.weigh(
        s, ["base", "quick"], points=0, ranking=False, out=out, **ALONE
    ),
    "why": lambda s, _: afterban.why(s, "suspensions", assumptions=False, **ALONE),
}


@pytest.fixture(scope="module")
def answers(scenario, tmp_path_factory):
    known = {}

    def ask(name):
        if name not in known:
            known[name] = ASKED[name](scenario, tmp_path_factory.mktemp(name))
        return known[name]

    return ask


def test_every_question_has_its_answer_here():
    questions = {
        name
        for name in afterban.__all__
        if name in COMMANDS or name in ("ablate", "explain", "weigh")
    }
    assert questions - {"run"} == set(ASKED)


DEAR = ("explore", "respond", "why")  # seconds each


EACH = [pytest.param(name, marks=pytest.mark.slow if name in DEAR else ()) for name in ASKED]


@pytest.mark.parametrize("name", EACH)
def test_an_answer_has_four_forms(name, answers):
    found = answers(name)
    assert isinstance(found, Answer)
    words = found.words()
    assert words
    assert all(isinstance(sentence, str) and sentence.strip() for sentence in words)
    assert str(found) == "\n".join(words)
    frame = found.frame()
    assert isinstance(frame, pd.DataFrame)
    assert len(frame) > 0
    text = json.dumps(found.to_dict(), allow_nan=False)
    assert json.loads(text)
    html = found._repr_html_()
    assert html.startswith("<p>")
    assert "<table" in html


@pytest.mark.parametrize("name", EACH)
def test_a_figure_is_drawn_in_the_style_of_all(name, answers):
    figure = answers(name).figure()
    assert isinstance(figure, Figure)
    axes = figure.axes[0]
    assert axes.get_title(loc="left") or axes.get_title() or figure.get_suptitle()
    stream = io.BytesIO()
    figure.savefig(stream, dpi=40)
    assert stream.tell() > 3000


def test_a_question_left_out_is_found():
    class Half(Answer):
        def words(self):
            return ["only words"]

    with pytest.raises(TypeError, match="abstract"):
        Half()


def test_the_break_even_time_is_what_the_search_gives(answers, scenario):
    from afterban.experiment.breakeven import Dial, crossing

    found = answers("breakeven")
    dial = Dial(scenario, replications=2, **ALONE)
    plain = crossing(dial, 0.5, shortest=0.25, longest=8.0)
    assert found.crossing.looks == plain.looks
    assert found.to_dict()["days"] == (None if math.isnan(plain.days) else plain.days)
    frame = found.frame()
    assert list(frame["days"]) == sorted(plain.looks)
    assert frame["effective_reach"].iloc[0] == plain.looks[frame["days"].iloc[0]].value


def test_the_answers_agree_with_the_commands(scenario, tmp_path, monkeypatch, capsys):
    from afterban.cli import main

    monkeypatch.chdir(tmp_path)
    (tmp_path / "one.yaml").write_text(scenario.resolved_yaml())
    assert main(["extinction", "one.yaml", "loud", "--json", "-q"]) == 0
    told = json.loads(capsys.readouterr().out)
    mine = afterban.extinction(Scenario.from_yaml("one.yaml"), "loud", **ALONE).to_dict()
    assert {key: told[key] for key in mine} == mine
    options = ["--below", "0.5", "--from", "6h", "--to", "8d", "--reps", "2", "-q", "--json"]
    assert main(["breakeven", "one.yaml", *options]) == 0
    told = json.loads(capsys.readouterr().out)
    one = Scenario.from_yaml("one.yaml")
    asked = {"shortest": "6h", "longest": "8d", "replications": 2}
    assert afterban.breakeven(one, 0.5, **asked, **ALONE).to_dict() == told


def test_a_misspelt_argument_gets_the_nearest(scenario):
    for ask, meant in (
        (lambda: afterban.extinction(scenario, "lowd", **ALONE), "loud"),
        (lambda: afterban.extinction(scenario, "loud", policy="quik", **ALONE), "quick"),
        (lambda: afterban.staffing(scenario, policy="quik"), "quick"),
        (lambda: afterban.band(scenario, ["quik"]), "quick"),
        (lambda: afterban.sweep(scenario, policies=["quik"]), "quick"),
        (lambda: afterban.compare(scenario, ["quik"]), "quick"),
        (lambda: afterban.breakeven(scenario, 0.5, policy="quik"), "quick"),
        (lambda: afterban.breakeven(scenario, 0.5, metric="efective_reach"), "effective_reach"),
        (
            lambda: afterban.breakeven(scenario, 0.5, path="review.time_to_acton"),
            "review.time_to_action",
        ),
        (lambda: afterban.ablate(scenario, ["retrun"]), "return"),
        (lambda: scenario.with_changes({"returning.probabilty": 1}), "returning.probability"),
        (lambda: scenario.with_changes({"tiers.lood.count": 1}), "tiers.loud.count"),
        (lambda: scenario.with_changes({"reviev.time_to_action": "1h"}), "review.time_to_action"),
        (lambda: scenario.with_changes({"policies.quick.reveiw.x": 1}), "policies.quick.review.x"),
    ):
        with pytest.raises(AfterbanError) as caught:
            ask()
        assert f"did you mean `{meant}`" in str(caught.value), str(caught.value)


def test_times_are_texts_or_days(scenario):
    with pytest.raises(AfterbanError, match="longest: `3`"):
        afterban.breakeven(scenario, 0.5, longest="3")
    with pytest.raises(AfterbanError, match="times: give two or more values above 0"):
        afterban.phase(alike(), ["4d", "1d"], [0.5, 1.0])
    with pytest.raises(AfterbanError, match="two targets"):
        afterban.staffing(scenario, "1d", promise="95 % within 24 h")
    with pytest.raises(AfterbanError, match="1 points; take 2 or more"):
        afterban.band(scenario, points=1)


def test_a_sweep_draws_only_along_its_own_paths(answers):
    with pytest.raises(UnknownName, match=r"did you mean `returning\.probability`"):
        answers("sweep").figure("returning.probabilty")


def test_bands_say_the_sign_of_a_difference(answers):
    found = answers("band")
    last = found.of("effective_reach")[-1]
    assert last.key.against == "base"
    assert any("less that under base" in sentence for sentence in found.words())
    assert ensemble.POINTS > 2
    undefined = dataclasses.replace(last, told=0, middle=math.nan)
    told = dataclasses.replace(found, bands=(undefined,))
    (sentence,) = told.words()
    assert sentence.endswith(f"less that under base is undefined at all {last.points} points.")
    assert np.isfinite(found.frame()["middle"]).any()
