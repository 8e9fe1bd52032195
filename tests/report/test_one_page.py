"""The page that answers a question: its words are the numbers', and it is one page of paper."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from afterban import Scenario
from afterban.experiment import sensitivity, weighed_words
from afterban.experiment.compare import HEADLINE
from afterban.experiment.ranges import assumptions_of
from afterban.experiment.sensitivity import rank
from afterban.experiment.weigh import weigh
from afterban.report import gain, pdf
from afterban.report.html.one_page import one_page

from .conftest import cli, elements

FAST = ("--workers", "1", "-q")
ARMS = {
    "within-48h": {"review": {"time_to_action": {"lognormal": {"median": "48h", "sigma": 1.0}}}},
    "at-once": {"review": {"time_to_action": "1h"}},
}


@dataclass(frozen=True)
class Page:
    """A page as the command line made it."""

    scenario: Path
    folder: Path
    page: str
    told: dict[str, Any]


@pytest.fixture(scope="module")
def made(small: Any, tmp_path_factory: pytest.TempPathFactory) -> Page:
    folder = tmp_path_factory.mktemp("one-page")
    scenario = small(
        {
            "title": "A network <of> one",
            "policies": ARMS,
            "detection.precision": 0.7,
            "review.mistakes.probability": 0.3,
        }
    )
    file = folder / "small.yaml"
    file.write_text(scenario.resolved_yaml(), encoding="utf-8")
    out = folder / "page.html"
    code, text = cli(
        *("report", str(file), "--question", "48 hours or <24>?", "--compare", "within-48h,base"),
        *("--one-page", "--no-sensitivity", "-o", str(out), "--results", str(folder), "--json"),
        *FAST,
    )
    assert code == 0
    return Page(file, folder, out.read_text(encoding="utf-8"), json.loads(text))


def plain(text: str) -> str:
    """Without what only keeps a line together."""
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{WORD JOINER}", "")


def text_of(page: str, tag: str, kind: str = "") -> str:
    known = [one for one in elements(page) if one.tag == tag]
    found = [one.text for one in known if kind in (one.attributes.get("class") or "")]
    assert found
    return re.sub(r"\s+", " ", plain(found[0])).strip()


def test_the_first_sentence_is_the_answer(made: Page) -> None:
    assert text_of(made.page, "h1") == "48 hours or <24>?"
    answer = text_of(made.page, "p", "answer")
    assert answer == " ".join(made.told["answer"]["answer"][:2])
    assert "within 24 h rather than 48 h" in answer


def test_the_numbers_are_those_of_compare(made: Page) -> None:
    options = ("--baseline", "within-48h", "--json", *FAST)
    code, text = cli("compare", str(made.scenario), "--policies", "base", *options)
    assert code == 0
    told = json.loads(text)
    rows = {(one["policy"], one["metric"]): one for one in told["differences"]}
    assert made.told["answer"]["comparison"]["differences"] == told["differences"]
    (row,) = [one for one in elements(made.page) if one.attributes.get("data-arm") == "base"]
    one = rows["base", HEADLINE]
    assert float(row.attributes["data-relative"] or "") == one["relative"]
    assert float(row.attributes["data-difference"] or "") == one["difference"]["value"]
    price = rows["base", "wrong_suspensions"]["difference"]["value"]
    assert float(row.attributes["data-wrong-suspensions"] or "") == price
    shown = re.search(r"([\d.]+) % less", plain(row.text))
    assert shown is not None
    assert float(shown[1]) == pytest.approx(-100 * one["relative"], rel=0.06)


def test_four_columns_and_no_word_of_the_trade(made: Page) -> None:
    heads = [
        one for one in elements(made.page) if one.tag == "th" and one.attributes["scope"] == "col"
    ]
    assert len(heads) == 4
    shown = " ".join(one.text for one in elements(made.page) if one.tag in ("h1", "p", "table"))
    shown = re.sub(r"Again: .*", "", shown)
    for word in ("replication", "percentage point", "as written", "policy", "paired", "effective"):
        assert word not in shown
    assert re.search(r"\b[a-z_]+\.[a-z_]+\b(?<!\.html)", shown) is None


def test_what_words_mean_stands_in_print(made: Page) -> None:
    foot = text_of(made.page, "footer")
    for word in ("What outsiders see:", "By chance:", "Found twice as often:", "within 48 h"):
        assert word.lower() in foot.lower()


def test_the_rest_is_an_appendix_with_the_answer_at_its_head(made: Page) -> None:
    appendix = Path(made.told["appendix"])
    assert appendix.name == "page-appendix.html"
    assert 'href="page-appendix.html"' in made.page
    long = appendix.read_text(encoding="utf-8")
    assert "48 hours or &lt;24&gt;?" in long
    assert made.told["answer"]["answer"][0] in long
    assert "All statistics" in long


def test_the_page_is_the_same_again(made: Page) -> None:
    again = re.search(r"<code>(.*?)</code>", made.page)
    assert again is not None
    assert "--compare within-48h,base --one-page" in again[1]
    (made.folder / "again").mkdir()
    out = made.folder / "again" / "page.html"
    code, _ = cli(
        *("report", str(made.scenario), "--question", "48 hours or <24>?", "--one-page"),
        *("--compare", "within-48h,base", "--no-sensitivity", "--results", str(made.folder)),
        *("-o", str(out), *FAST),
    )
    assert code == 0
    assert out.read_text(encoding="utf-8") == made.page


def test_a_question_without_a_page_is_answered_in_the_long_report(made: Page) -> None:
    out = made.folder / "long.html"
    common = ("--no-sensitivity", "-o", str(out), "--results", str(made.folder), *FAST)
    code, text = cli("report", str(made.scenario), "--compare", "within-48h,base", *common)
    assert code == 0
    assert text.splitlines()[0] == made.told["answer"]["answer"][0]
    assert made.told["answer"]["answer"][0] in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--compare", "within-48,base"), "did you mean `within-48h`?"),
        (("--compare", "base"), "two to 5 arms"),
        (("--one-page", "--baseline", "base"), "--baseline"),
        (("--reps", "2"), "--question"),
    ],
)
def test_what_cannot_be_asked(
    made: Page, more: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    before = sorted(made.folder.rglob("*"))
    code, text = cli("report", str(made.scenario), "--results", str(made.folder), *more, *FAST)
    assert (code, text) == (2, "")
    assert said in capsys.readouterr().err
    assert sorted(made.folder.rglob("*")) == before


@pytest.mark.slow
def test_assumptions_are_ranked_once(made: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sensitivity, "assumptions_of", lambda one: assumptions_of(one)[:3])
    out = ("-o", str(made.folder / "ranked.html"), "--results", str(made.folder))
    arms = ("--compare", "at-once,base", "--reps", "1")
    asked = ("report", str(made.scenario), "--one-page", *arms)
    code, _ = cli(*asked, *out, *FAST)
    assert code == 0
    (kept,) = made.folder.glob("*/decision-*.json")
    stamp = kept.stat().st_mtime_ns
    assert cli(*asked, *out, *FAST)[0] == 0
    assert kept.stat().st_mtime_ns == stamp
    page = (made.folder / "ranked.html").read_text(encoding="utf-8")
    assert "It rests most on" in text_of(page, "p", "doubt")


def test_five_arms_at_most_are_drawn(made: Page) -> None:
    scenario = Scenario.from_yaml(str(made.scenario)).with_changes(
        {f"policies.slow-{k}": {"review": {"time_to_action": f"{k}d"}} for k in (3, 9)}
    )
    arms = ["base", "at-once", "within-48h", "slow-3", "slow-9"]
    found = weigh(scenario, arms, points=0, ranking=False, replications=2, workers=1)
    known = gain.dots(found)
    assert len(known) == 5
    assert {one.label for one in known} >= {"within 24 h", "within 9 days"}
    assert (known[0].price, known[0].gain) == (0.0, 0.0)
    one = found.difference(known[1].arm)
    assert one is not None
    assert known[1].gain == -100 * one.relative
    assert len(weighed_words.rows(found)) == 6


# --- on paper -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> str:
    scenario = Scenario.from_yaml("price-of-detection").with_changes(
        {
            **{f"tiers.{name}.count": 12 for name in ("supporter", "hub", "regional", "media")},
            "exposure.outsiders": 20000,
            "horizon": "20d",
            "review.mistakes.probability": 0.3,
        }
    )
    arms = ["team-95", "base", "threshold-80", "threshold-60", "team-80"]
    how: dict[str, Any] = {"workers": 1}
    out = tmp_path_factory.mktemp("crowded")
    found = weigh(
        scenario, arms, points=2, ranking=False, replications=2, out=out, question="x " * 60, **how
    )
    ranked = rank(
        scenario,
        policy=found.other,
        other=found.better,
        replications=1,
        assumptions=assumptions_of(scenario)[:6],
        **how,
    )
    return one_page(replace(found, ranked=ranked), "appendix.html", "afterban report " * 12)


@pytest.mark.slow
@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("which", ["made", "crowded"])
def test_it_is_one_page_of_paper(
    paper: str, which: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if pdf.browser() is None:
        pytest.skip("no chromium here")
    known = request.getfixturevalue(which)
    page = known if isinstance(known, str) else known.page
    assert pages(page, paper, tmp_path) == 1
    # One that is longer is found.
    longer = page.replace("<footer>", "<p style='height: 180mm'>more</p><footer>")
    assert pages(longer, paper, tmp_path) == 2


def pages(page: str, paper: str, folder: Path) -> int:
    """How many sheets a page takes."""
    file = folder / "page.html"
    sized = page.replace("@page { margin", f"@page {{ size: {paper}; margin")
    assert sized != page
    file.write_text(sized, encoding="utf-8")
    pdf.print_pdf(file, folder / "page.pdf")
    return len(re.findall(rb"/Type\s*/Page\b", (folder / "page.pdf").read_bytes()))


@pytest.mark.slow
def test_the_command_prints_it(made: Page) -> None:
    if pdf.browser() is None:
        pytest.skip("no chromium here")
    out = made.folder / "printed.html"
    code, _ = cli(
        *("report", str(made.scenario), "--one-page", "--compare", "within-48h,base", "--pdf"),
        *("--no-sensitivity", "-o", str(out), "--results", str(made.folder), *FAST),
    )
    assert code == 0
    assert out.with_suffix(".pdf").read_bytes().startswith(b"%PDF")
