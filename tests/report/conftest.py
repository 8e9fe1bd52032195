"""A small run with its report, made once for all tests of pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from afterban.cli import main
from afterban.experiment.ranges import assumptions_of
from afterban.experiment.sensitivity import Sensitivity, rank
from afterban.report import html, numbers
from afterban.report.numbers import Numbers
from afterban.report.sweeps import Swept
from afterban.results import Results, read


def speed(median: str) -> dict[str, Any]:
    return {"review": {"time_to_action": {"lognormal": {"median": median, "sigma": 1.0}}}}


ARMS = {"slower": speed("9d"), "faster": speed("1h"), "no-change": speed("1d")}


def cli(*arguments: str) -> tuple[int, str]:
    """Exit code and output of a command."""
    stream = StringIO()
    with redirect_stdout(stream):
        code = main(list(arguments))
    return code, stream.getvalue()


@dataclass(frozen=True)
class Made:
    """A run as the command line made it, and its page."""

    scenario: Path
    results: Results
    run: dict[str, Any]
    compared: dict[str, Any]
    numbers: Numbers
    ranked: Sensitivity
    page: str
    file: Path


@pytest.fixture(scope="session")
def made(small: Any, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("report")
    scenario = small(
        {
            "title": 'A small network <under> "test" & enforcement',
            "description": "Everything that the model has.",
            "policies": ARMS,
            "detection.precision": 0.9,
            "review.mistakes.probability": 0.2,
        }
    )
    file = folder / "small.yaml"
    file.write_text(scenario.resolved_yaml(), encoding="utf-8")
    common = ("--workers", "1", "-q", "--json")
    code, text = cli("run", str(file), "--out", str(folder / "results"), *common)
    assert code == 0
    run = json.loads(text)
    code, text = cli("compare", str(file), "--baseline", "base", *common)
    assert code == 0
    results = read(run["folder"])
    found = numbers.of_run(results)
    names = ("return-probability", "near-identical-handles", "view-probability", "promotion")
    ranked = rank(
        results.scenario,
        other="faster",
        replications=2,
        assumptions=[one for one in assumptions_of(results.scenario) if one.name in names],
        workers=1,
    )
    page = html.page_of_numbers(found, sensitivity=ranked)
    path = folder / "page.html"
    html.write(path, page)
    return Made(file, results, run, json.loads(text), found, ranked, page, path)


class Element:
    """An element of a page."""

    def __init__(self, tag: str, attributes: dict[str, str | None]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.text = ""


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.elements.append(element)
        if tag not in ("meta", "link", "img", "wbr", "br", "use", "path"):
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data


def elements(page: str) -> list[Element]:
    """All elements of a page, in order."""
    parser = _Parser()
    parser.feed(page)
    assert parser.elements
    return parser.elements


@contextmanager
def without_module(monkeypatch: pytest.MonkeyPatch, name: str) -> Iterator[None]:
    """As if a package were not installed."""
    import sys

    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, name, None)
        yield


TIME, CLASSIFIER, RETURNS = (
    "review.time_to_action",
    "detection.classifier",
    "returning.probability",
)


@pytest.fixture(scope="session")
def swept(small: Any) -> Swept:
    """A grid of three times, two classifiers and two networks; two arms, five replications."""
    grid = [
        {TIME: time, CLASSIFIER: found, RETURNS: back}
        for time in ("1h", "1d", "9d")
        for found in ("0.001 per post", "0.01 per post")
        for back in ("0.2", "0.9")
    ]
    numbers = {"1h": 1 / 24, "1d": 1.0, "9d": 9.0}
    rows = [
        {
            TIME: numbers[one[TIME]],
            CLASSIFIER: float(one[CLASSIFIER].split()[0]),
            RETURNS: float(one[RETURNS]),
        }
        for one in grid
    ]
    draws = np.random.default_rng(5).normal(0, 0.004, (len(grid), 5))
    common = np.random.default_rng(6).normal(0, 0.05, 5)
    time, classifier, back = (
        np.array([row[path] for row in rows])[:, None] for path in (TIME, CLASSIFIER, RETURNS)
    )
    reach = 0.5 + 0.08 * np.log10(time) - 8 * classifier + 0.2 * back + common + draws
    # To find ten times as many costs more; to act after nine days costs more than after one.
    spent = 100 + 20000 * classifier + 30 * (time > 5) - 10 * np.log10(time) + 100 * common
    fixed = np.broadcast_to(0.45 + 0.2 * back + common, reach.shape)
    return Swept(
        name="grid",
        scenario=small({"policies": {"fixed": {"review": {"time_to_action": "2d"}}}}),
        paths=(TIME, CLASSIFIER, RETURNS),
        policies=("base", "fixed"),
        points=tuple(grid),
        numbers=tuple(rows),
        values={
            "base": {"effective_reach": reach, "suspensions": spent},
            "fixed": {
                "effective_reach": np.array(fixed),
                "suspensions": np.full(reach.shape, 400.0),
            },
        },
        replications=5,
        finished=60,
        source=Path("grid"),
    )
