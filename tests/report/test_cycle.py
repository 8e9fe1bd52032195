"""What each part of the cycle contributes, in words and on the report."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from afterban.experiment.ablate import Ablation
from afterban.experiment.contribution import Contribution
from afterban.experiment.difference import Difference
from afterban.report import cycle, html
from afterban.report.numbers import Numbers
from afterban.statistics import Estimate

METRIC = "effective_reach"


def part(name: str, value: float, half: float, won: float = math.nan) -> Contribution:
    whole = Estimate(0.5, 0.45, 0.55, 5, 0.95, "t")
    e = Estimate(value, value - half, value + half, 5, 0.95, "t")
    without = Estimate(0.5 - value, 0.4, 0.6, 5, 0.95, "t")
    difference = Difference("base", f"without-{name}", METRIC, whole, without, e)
    return Contribution(name, 1.0, difference, won_per_spent=won)


def ablation(*parts: Contribution) -> Ablation:
    return Ablation("small", "d", "base", METRIC, 0.95, 1, 5, (1.0,), parts)


RETURN, NAMES = part("return", 0.06, 0.01), part("similar-names", 0.01, 0.02)
COSTS, PAYS = part("promotion", -0.02, 0.005, 0.04), part("promotion", 0.03, 0.005, 2.5)
ABSENT = Contribution("spares", 1.0, None, "no tier has spares")


def test_what_moves_reach_most_and_what_lowers_it_are_said_first() -> None:
    first, second = cycle.in_short(ablation(RETURN, NAMES, COSTS, ABSENT))
    assert (
        "the return of operators: with it 6.0 percentage points (5.0 to 7.0) more is left" in first
    )
    assert second.startswith("Without promotion by others the network would keep 2.0 percentage")
    assert "wins 0.04 ordinary ones. It pays above 1" in second
    assert "about 25 times as many" in second
    (alone,) = cycle.in_short(ablation(NAMES, COSTS))
    assert "less is left" in alone
    assert "It pays above 1" in alone
    (pays,) = cycle.in_short(ablation(RETURN, PAYS))
    assert "promotion" not in pays
    assert cycle.condition(PAYS).endswith("so that promoting pays.")
    assert "wins no impressions" in cycle.condition(part("promotion", -0.02, 0.005, -0.1))
    assert cycle.condition(RETURN) == ""
    (nothing,) = cycle.in_short(ablation(NAMES, ABSENT))
    assert nothing == "No part of the cycle moves effective reach measurably."


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (RETURN, "raises it"),
        (COSTS, "lowers it"),
        (NAMES, "not distinguishable from none"),
        (ABSENT, "not here: no tier has spares"),
        (part("return", 0.0, 0.0), "nothing depended on it"),
        (part("return", 0.1, math.nan), "one replication gives no interval"),
    ],
)
def test_verdicts(one: Contribution, said: str) -> None:
    assert cycle.verdict(one) == said


def test_it_is_the_same_after_a_file() -> None:
    found = ablation(RETURN, NAMES, COSTS, ABSENT)
    again = Ablation.from_dict(json.loads(json.dumps(found.to_dict())))
    assert again.to_dict() == found.to_dict()
    assert cycle.in_short(again) == cycle.in_short(found)
    with pytest.raises(KeyError):
        Ablation.from_dict({})


@pytest.mark.slow
def test_the_report_has_a_row_for_each_part(made: object, tmp_path: Path) -> None:
    found: Numbers = made.numbers  # type: ignore[attr-defined]  # see conftest.py
    page = html.page_of_numbers(found, ablation=ablation(RETURN, NAMES, COSTS, ABSENT))
    for key, sign in (("return", 1), ("similar-names", 0), ("promotion", -1), ("spares", 0)):
        assert f'<tr data-part="{key}" data-sign="{sign}">' in page
    assert page.index("the return of operators") < page.index("The policies side by side")
    assert "wins 0.04 ordinary ones" in page
    assert 'id="figure-cycle"' in page
    assert 'id="cycle"' not in html.page_of_numbers(found)
