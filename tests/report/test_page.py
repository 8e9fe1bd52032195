from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from afterban.errors import AfterbanError, MissingExtra
from afterban.experiment import lay_words
from afterban.experiment.breakeven import crossing
from afterban.manifest import DOCUMENT_SEAL, sealed
from afterban.report import colours, html, numbers
from afterban.report.html import tables
from afterban.report.html import words as pages
from afterban.report.html.render import SCRIPT
from afterban.statistics import Estimate

from .conftest import Made, cli, elements, without_module


def cells(page: str) -> dict[tuple[str, str], dict[str, Any]]:
    found = {}
    for one in elements(page):
        a = one.attributes
        if one.tag == "td" and a.get("data-policy") and a.get("data-metric"):
            found[str(a["data-policy"]), str(a["data-metric"])] = {**a, "text": one.text}
    assert found
    return found


def test_numbers_are_those_of_the_command_line(made: Made) -> None:
    rows = cells(made.page)
    policies = {policy for policy, _ in rows}
    assert policies == {"base", "slower", "faster", "no-change", "none"}
    for (policy, metric), cell in rows.items():
        told = made.run["policies"][policy][metric]
        assert int(cell["data-n"]) == told["n"]
        for mine, theirs in (
            ("data-value", "estimate"),
            ("data-low", "low"),
            ("data-high", "high"),
        ):
            if told[theirs] is None:
                assert mine not in cell
            else:
                # The folder has ten digits of each replication: an end of an interval has the
                # digits of the estimate, also where it is near 0.
                digits = max(abs(told["estimate"]), 1e-3) * 1e-9
                assert float(cell[mine]) == pytest.approx(told[theirs], rel=1e-9, abs=digits)


def test_differences_are_those_of_the_command_line(made: Made) -> None:
    rows = cells(made.page)
    told = {(d["policy"], d["metric"]): d["difference"] for d in made.compared["differences"]}
    compared = 0
    for key, cell in rows.items():
        if key in told and "data-change" in cell:
            for mine, theirs in (("data-change", "value"), ("data-change-low", "low")):
                # The folder has ten digits of each number.
                assert float(cell[mine]) == pytest.approx(told[key][theirs], rel=1e-6, abs=1e-9)
            compared += 1
    assert compared >= 15


def test_what_is_written_is_the_number(made: Made) -> None:
    for (policy, metric), cell in cells(made.page).items():
        if metric != "effective_reach":
            continue
        shown = re.search(r"(\d+(?:\.\d+)?) %", cell["text"])
        assert shown is not None, policy
        value = 100 * float(cell["data-value"])
        digits = len(shown[1].partition(".")[2])
        assert float(shown[1]) == pytest.approx(value, abs=0.5001 * 10**-digits)


def test_verdicts_are_not_canned(made: Made) -> None:
    rows = cells(made.page)
    assert "the same as" in rows["no-change", "effective_reach"]["text"]
    assert "more than" in rows["slower", "time_to_action_median"]["text"]
    assert "less than" in rows["faster", "time_to_action_median"]["text"]
    said = html.in_short(made.numbers, made.ranked, None)
    text = " ".join(one["text"] + " " + one["more"] for one in said)
    assert "no-change is identical to base in every replication" in text
    assert " as as " not in made.page.partition('<script type="application/json"')[0]
    assert "3 replications" in text
    # Impressions, people, people of a week: three numbers, each from its own metric.
    names = ("effective_reach", "effective_reached", "effective_weekly_reach")
    told = re.findall(r"([\d.]+) %", said[1]["text"])
    for name, number in zip(names, told, strict=True):
        e = made.numbers.estimate(name, "base")
        assert float(number) == pytest.approx(100 * e.value, abs=max(1, 100 * e.half_width))


def test_the_first_sentence_is_a_laymans(made: Made) -> None:
    """Whoever changes the numbers sees the words change."""
    first = html.in_short(made.numbers, None, None)[0]["text"]
    e = made.numbers.estimate("effective_reach", "base")
    wrong = made.numbers.estimate("wrong_suspensions", "base")
    assert first.startswith("Suspending accounts cuts what outsiders see by about ")
    assert lay_words.fraction(1 - e.value) in first
    assert ("suspended wrongly in" in first) is (wrong.value > 0)

    def said(low: float, high: float) -> str:
        value = (low + high) / 2
        changed = {"effective_reach": Estimate(value, low, high, 3, 0.95, "")}
        arms = {**made.numbers.estimates, "base": {**made.numbers.estimates["base"], **changed}}
        return html.in_short(replace(made.numbers, estimates=arms), None, None)[0]["text"]

    assert "by about a fifth" in said(0.75, 0.85)
    assert "by about a third" in said(0.64, 0.69)
    assert said(0.9, 1.1).startswith("It cannot be told whether suspending accounts")
    assert said(1.05, 1.15).startswith("Suspending accounts raises what outsiders see by")
    assert said(1.0, 1.0) == "Suspending accounts changes nothing in what outsiders see."


def test_the_page_asks_for_nothing(made: Made) -> None:
    for one in elements(made.page):
        for name in ("src", "href", "xlink:href", "action", "poster", "srcset"):
            value = one.attributes.get(name)
            assert value is None or value.startswith(("#", "data:")), (one.tag, name)
    policy = next(
        one.attributes["content"]
        for one in elements(made.page)
        if one.attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None
    assert policy.startswith("default-src 'none'")
    assert "http" not in policy
    # Only the script that is there may run.
    script = made.page.rpartition("<script>")[2].partition("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in policy
    assert "unsafe-eval" not in policy
    assert not re.search(r"\beval\(|new Function", script)
    assert "@import" not in made.page.partition("</style>")[0]


def test_the_page_is_small_enough_to_send(made: Made) -> None:
    assert len(made.page.encode()) < 1_000_000
    assert len(SCRIPT.read_bytes()) < 60_000


def test_texts_of_a_scenario_stay_texts(made: Made) -> None:
    heading = next(one for one in elements(made.page) if one.tag == "h1")
    assert heading.text == 'A small network <under> "test" & enforcement'
    assert not [one for one in elements(made.page) if one.tag == "under"]


def test_structure(made: Made) -> None:
    all_ = elements(made.page)
    root = next(one for one in all_ if one.tag == "html")
    assert root.attributes["lang"] == "en"
    assert any(one.tag == "title" and "effective reach" in one.text for one in all_)
    levels = [int(one.tag[1]) for one in all_ if re.fullmatch(r"h[1-6]", one.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    assert all(one.attributes.get("scope") in ("col", "row") for one in all_ if one.tag == "th")
    ids = [one.attributes["id"] for one in all_ if "id" in one.attributes]
    assert len(ids) == len(set(ids))
    for figure in ("frontier", "reach", "time", "life", "tornado", "speed"):
        assert f"figure-{figure}" in ids
    for one in all_:
        if one.attributes.get("role") in ("img", "group"):
            assert len(one.attributes.get("aria-label") or "") > 20
        if one.tag == "img":
            assert one.attributes.get("alt")


def test_every_figure_has_a_static_form(made: Made) -> None:
    figures = made.page.split("<figure ")[1:]
    assert len(figures) >= 6
    for figure in figures:
        body = figure.partition("</figure>")[0]
        assert "<svg viewBox" in body or 'src="data:image/png;base64,' in body
    # A reference to a mark or a clip path is to one of the same picture.
    drawn = made.page.partition('<script type="application/json"')[0]
    known = set(re.findall(r'\bid="([^"]+)"', drawn))
    asked = set(re.findall(r'href="#([^"]+)"', drawn)) | set(re.findall(r"url\(#([^)]+)\)", drawn))
    assert asked
    assert asked <= known


def test_every_colour_has_a_light_and_a_dark_value(made: Made) -> None:
    style = made.page.partition("</style>")[0]
    used = {colours.variable(c)[4:-1] for c in colours.used([made.page])}
    assert used
    for name in used:
        assert style.count(f"{name}: #") == 2, name


def test_lines_stand_out_from_both_backgrounds() -> None:
    from afterban.report.figures import PALETTE

    for colour in PALETTE:
        light, dark = colours.pair(colour)
        assert colours.contrast(light, colours.PAPER) >= 3
        assert colours.contrast(dark, colours.NIGHT) >= 3
    assert colours.contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.slow
def test_the_same_results_give_the_same_bytes(made: Made) -> None:
    again = html.page_of_numbers(numbers.of_run(made.results), sensitivity=made.ranked)
    assert again == made.page


def test_break_even_between_arms_is_a_crossing_of_the_interpolated_means(made: Made) -> None:
    between = numbers.between_arms(made.results)
    assert between is not None
    sample, first, last = between
    dial = numbers.speed_dial(made.results)
    assert list(dial) == sorted(dial)
    for days, policy in dial.items():
        np.testing.assert_allclose(sample(days), made.results.values[policy]["effective_reach"])
    middle = float(np.mean([sample(first).mean(), sample(last).mean()]))
    found = crossing(sample, middle, shortest=first, longest=last)
    assert found.found
    assert sample(found.days).mean() == pytest.approx(middle, abs=0.01)


def test_no_arm_of_the_frontier_is_beaten(made: Made) -> None:
    for cost in numbers.costs(made.numbers):
        best = numbers.frontier(made.numbers, cost)
        assert best
        for arm in best:
            for other in made.numbers.arms:
                cheaper = (
                    made.numbers.estimate(cost, other).value
                    < made.numbers.estimate(cost, arm).value
                )
                better = (
                    numbers.averted(made.numbers, other).value
                    > numbers.averted(made.numbers, arm).value
                )
                assert not (cheaper and better), (cost, arm, other)


@pytest.mark.slow
def test_one_replication_has_no_interval(made: Made, tmp_path: Path) -> None:
    code, text = cli(
        *("run", str(made.scenario), "--reps", "1", "--out", str(tmp_path), "--no-figures"),
        *("--workers", "1", "-q", "--json"),
    )
    assert code == 0
    found = numbers.of_run(numbers.read(json.loads(text)["folder"]))
    page = html.page_of_numbers(found, no_sensitivity="Left out.")
    assert "One replication: nothing here has an interval." in page
    assert "one replication gives no interval" in page
    assert "nan" not in page.partition('<script type="application/json"')[0].replace("nance", "")


def test_a_comparison_gives_a_page(made: Made, tmp_path: Path) -> None:
    path = tmp_path / "compared.json"
    path.write_text(json.dumps(made.compared), encoding="utf-8")
    code, text = cli("report", str(path), "--json")
    assert code == 0
    page = Path(json.loads(text)["page"]).read_text(encoding="utf-8")
    told = {(d["policy"], d["metric"]): d for d in made.compared["differences"]}
    for key, cell in cells(page).items():
        if key in told:
            assert float(cell["data-value"]) == told[key]["arm"]["value"]
            assert float(cell["data-change"]) == told[key]["difference"]["value"]
    # It is not the shipped scenario of that name, and so nothing is said of its values.
    assert "The complete scenario" not in page


@pytest.mark.parametrize(
    ("metric", "value", "text"),
    [
        ("reviewer_hours", 7200.0, "7,200 h"),
        ("paid_hours", 7200.0, "7,200 h"),
        ("time_to_action_median", 2.5, "2.50 d"),
        ("effective_reach", 0.471, "47.1 %"),
        ("suspensions", 1630.0, "1,630"),
    ],
)
def test_a_cell_has_its_unit_once(metric: str, value: float, text: str) -> None:
    from afterban.statistics import Estimate

    e = Estimate(value, 0.999 * value, 1.001 * value, 5, 0.95, "t")
    assert tables.difference_cell(metric, e, None)["value"] == text


@pytest.mark.slow
def test_an_assumption_without_any_effect_is_named_and_not_drawn(made: Made) -> None:
    *rest, last = made.ranked.swings
    none = Estimate(0.0, 0.0, 0.0, 2, 0.95, "paired")
    idle = replace(
        last,
        label="an idle thing",
        low=replace(last.low, change=none, contrast_change=none),
        high=replace(last.high, change=none, contrast_change=none),
    )
    ranked = replace(made.ranked, swings=(*rest, idle))
    page = html.page_of_numbers(made.numbers, sensitivity=ranked)
    what = "effective reach under “faster” less that under as written"
    assert f"Without any effect on {what}: an idle thing." in page
    plots = json.loads(page.partition('id="plots">')[2].partition("</script>")[0])["plots"]
    drawn = json.dumps(plots["tornado"])
    assert "an idle thing" not in drawn
    assert all(swing.label in drawn for swing in rest)
    nothing = replace(made.ranked, swings=(idle,))
    assert (
        "tornado"
        not in html.page_of_numbers(made.numbers, sensitivity=nothing)
        .partition("<main")[2]
        .partition("<script")[0]
    )


@pytest.mark.slow
def test_a_comparison_that_was_kept_has_all_that_its_page_needs(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from afterban.experiment import sensitivity
    from afterban.results import read
    from afterban.scenario import Scenario

    path = tmp_path / "kept.json"
    common = ("--workers", "1", "-q")
    given = ("compare", str(made.scenario), "--baseline", "base", "--out", str(path))
    code, text = cli(*given, *common, "--json")
    assert code == 0
    assert json.loads(text) == made.compared  # what is printed is as without the option
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert {key: kept[key] for key in made.compared} == made.compared
    assert Scenario.from_text(kept["resolved"]).digest() == made.compared["digest"]
    # The single replications too, so that pairs of arms can be told apart as in a run.
    found = numbers.of_comparison(kept, path)
    of_run = numbers.of_run(read(made.run["folder"]))
    assert found.values is not None
    assert found.unclear_pairs == of_run.unclear_pairs
    assert len(found.arms) > 2

    rank, known = sensitivity.rank, sensitivity.assumptions_of
    one = known(made.results.scenario)[:1]
    monkeypatch.setattr(sensitivity, "assumptions_of", lambda scenario: one)
    monkeypatch.setattr(
        sensitivity, "rank", lambda *given, **options: rank(*given, assumptions=one, **options)
    )
    code, text = cli("report", str(path), "--sensitivity-reps", "1", *common)
    assert code == 0
    assert Path(text.strip()) == tmp_path / "kept.html"
    page = Path(text.strip()).read_text(encoding="utf-8")
    assert "The complete scenario" in page
    assert "Save the complete scenario below as small.yaml first" in page
    assert "--out kept.json" in page
    assert one[0].label in page
    # A scenario that is not the one that was compared is none.
    changed = {**kept, "resolved": kept["resolved"].replace("seed: 11", "seed: 12")}
    assert changed["resolved"] != kept["resolved"]
    changed = sealed(changed, DOCUMENT_SEAL)  # or it would be refused for that
    assert numbers.of_comparison(changed, path).scenario is None


@pytest.mark.parametrize(
    ("out", "told"),
    [("", "no file or folder is named"), (".", "this is a folder"), ("a/b.json", "no folder a")],
)
def test_a_place_that_cannot_be_is_refused_before_anything_is_run(
    out: str,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for command in (("compare", "minimal"), ("report", "minimal")):
        code, _ = cli(*command, "--out", out)
        assert code == 2
        error = capsys.readouterr().err
        assert told in error
        assert "--out" in error
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_what_the_cycle_contributes_is_kept_and_shown_again(
    made: Made, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from afterban.experiment import ablate

    asked = []
    find = ablate.ablate

    def counted(*arguments: Any, **options: Any) -> Any:
        asked.append(options["replications"])
        return find(*arguments, **options)

    monkeypatch.setattr(ablate, "ablate", counted)
    folder = made.results.folder
    assert folder is not None
    out = str(tmp_path / "page.html")
    common = ("--no-sensitivity", "--workers", "1", "-q", "-o", out)
    pages = []
    for more in (("--ablate", "2"), ("--ablate", "2"), (), ("--ablate", "3")):
        code, _ = cli("report", str(folder), *common, *more)
        assert code == 0
        pages.append(Path(out).read_text(encoding="utf-8"))
    assert asked == [2, 3]
    assert pages[0] == pages[1] == pages[2] != pages[3]
    for shown in ("What each part of the cycle contributes", 'data-part="promotion"'):
        assert shown in pages[0]
    # A file that was changed, or is of another run, is none.
    (folder / "ablation.json").write_text("{}")
    assert cli("report", str(folder), *common)[0] == 0
    bare = Path(out).read_text(encoding="utf-8")
    for shown in ("What each part of the cycle contributes", 'data-part="promotion"'):
        assert shown not in bare
    (folder / "ablation.json").unlink()


@pytest.mark.slow
def test_the_command_writes_beside_the_results_and_keeps_the_ranking(
    made: Made, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from afterban.experiment import sensitivity

    few = sensitivity.assumptions_of(made.results.scenario)[:1]
    monkeypatch.setattr(sensitivity, "assumptions_of", lambda scenario: few)
    calls = []
    rank = sensitivity.rank

    def counted(*arguments: Any, **options: Any) -> Any:
        calls.append(1)
        return rank(*arguments, assumptions=few, **options)

    monkeypatch.setattr(sensitivity, "rank", counted)
    assert made.results.folder is not None
    options = ("--sensitivity-reps", "2", "--workers", "1", "-q")
    for out in ((), ("-o", str(tmp_path / "other.html"))):
        code, text = cli("report", str(made.results.folder), *options, *out)
        assert code == 0
        assert Path(text.strip()).is_file()
    assert len(calls) == 1
    assert (made.results.folder / "report.html").is_file()
    assert (tmp_path / "other.html").read_text() == (
        made.results.folder / "report.html"
    ).read_text()
    (made.results.folder / "sensitivity.json").write_text("{")
    code, _ = cli("report", str(made.results.folder), *options)
    assert code == 0
    assert len(calls) == 2


def test_a_name_finds_the_newest_complete_results(made: Made, tmp_path: Path) -> None:
    assert made.results.folder is not None
    root = made.results.folder.parents[1]
    assert numbers.locate("small", root) == made.results.folder
    with pytest.raises(AfterbanError, match="afterban run minimal"):
        numbers.locate("minimal", root)
    with pytest.raises(AfterbanError, match=r"did you mean `small`\?"):
        numbers.locate("smal", root)
    with pytest.raises(AfterbanError, match="no such folder"):
        numbers.locate("small", tmp_path)


@pytest.mark.parametrize("content", ["", "[]", '{"differences": 1}', '{"a": 1}'])
def test_a_file_that_is_no_comparison_is_told_as_such(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "other.json"
    path.write_text(content)
    code, _ = cli("report", str(path))
    assert code == 2
    assert "afterban compare" in capsys.readouterr().err


def test_a_missing_extra_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    with without_module(monkeypatch, "jinja2"), pytest.raises(MissingExtra, match=r"\[report\]"):
        html.require()


def test_a_sweep_gives_a_page(made: Made, tmp_path: Path) -> None:
    from afterban.experiment.sweep import sweep
    from afterban.report import sweeps
    from afterban.scenario import Scenario

    scenario = Scenario.from_yaml(made.scenario).with_changes(
        {
            "horizon": "20d",
            "sweep": {
                "replications": 2,
                "policies": ["base", "slower"],
                "parameters": {
                    "returning.probability": {"values": ["0.2", "0.9"]},
                    "review.time_to_action.lognormal.median": {"values": ["1h", "5d"]},
                },
            },
        }
    )
    finished = sweep(scenario, tmp_path, workers=1)
    assert finished is not None
    code, text = cli("report", str(finished.folder), "--no-sensitivity", "--json")
    assert code == 0
    page = Path(json.loads(text)["page"]).read_text(encoding="utf-8")
    swept = sweeps.read_sweep(finished.folder)
    assert swept.complete
    one = swept.influences()[0]
    shown = [e.attributes for e in elements(page) if "data-value" in e.attributes]
    assert any(float(a["data-value"] or "nan") == one.change.value for a in shown)
    # Mean over the other value, by hand.
    table = swept.values["base"]["effective_reach"]
    places = [k for k, p in enumerate(swept.points) if p["returning.probability"] == "0.2"]
    assert swept.along("returning.probability", "base")[0].estimate.value == pytest.approx(
        table[places].mean()
    )


@pytest.mark.slow
def test_reach_stands_with_both_of_its_intervals(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    from afterban.bands import Band, Bands, Key
    from afterban.bands import Made as Digests

    assert "is not known for this scenario" in made.page
    signs = {"less": 40, "more": 24}
    ends = (0.31, 0.6, 0.9, 0.1, 1.0)
    keys = [Key("effective_reach", "base"), Key("effective_reach", "faster", "base")]
    digests = Digests("a" * 12, "b" * 12)
    known = Bands({k: Band("x", k, 64, 2, 64, *ends, **signs, made=digests) for k in keys})
    monkeypatch.setattr(pages, "bands_of", lambda scenario, *files: known)
    page = html.page_of_numbers(made.numbers)
    table = page.partition('id="left"')[2].partition("</section>")[0]
    chance = made.run["policies"]["base"]["effective_reach"]
    assert f"{100 * chance['estimate']:.0f}" in table
    assert "<td>31 to 90</td>" in table
    assert "less at 40 of 64" in table
    assert "digest aaaaaaaaaaaa" in table
    assert "(10–69 % over the assumptions)" in html.in_short(made.numbers, None, None)[0]["text"]
    short = html.in_short(made.numbers, None, None)[1]["more"]
    assert "over the assumptions it is 31 to 90 % (5 to 95 % of 64 points)" in short


def test_levels_of_break_even_lie_within_what_was_observed() -> None:
    assert numbers.levels_among([0.8, 0.3, 0.2]) == (0.75, 0.5, 0.25)
    assert numbers.levels_among([0.47, 0.42]) == (0.44,)
    assert numbers.levels_among([0.4601, 0.4602]) == ()
    assert numbers.levels_among([]) == ()
