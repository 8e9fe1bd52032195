"""What each part of the cycle contributes, in plain words: for the report and the page.

Checked by ``tests/report/test_cycle.py``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from afterban.experiment.wording import label
from afterban.report import words

if TYPE_CHECKING:
    from afterban.experiment.contribution import Contribution
    from afterban.report.shapes import Ablation

NAMES: Mapping[str, str] = {
    "return": "operators come back",
    "similar-names": "near-identical names",
    "promotion": "promotion by others",
    "spares": "spare accounts",
}
NOUNS: Mapping[str, str] = {**NAMES, "return": "the return of operators"}
VERDICTS: Mapping[int, str] = {1: "raises it", -1: "lowers it", 0: "not distinguishable from none"}


def verdict(one: Contribution) -> str:
    """Whether a part raises or lowers the metric, or why that is undefined."""
    if one.absent:
        return f"not here: {one.absent}"
    if one.difference is None:
        return "undefined in one of the arms"
    if one.difference.same:
        return "nothing depended on it"
    if math.isnan(one.difference.estimate.low):
        return "one replication gives no interval"
    return VERDICTS[one.sign]


def size(one: Contribution) -> str:
    """The contribution with its interval; a dash where there is none."""
    if one.difference is None:
        return "–"
    if one.difference.same:
        return "0"
    return words.change_text(one.difference.metric, one.difference.estimate)


def condition(one: Contribution) -> str:
    """What promoting wins for what it costs, and where that turns; "" for other parts."""
    won = one.won_per_spent
    if not math.isfinite(won):
        return ""
    if won <= 0.0:
        return "Promoting wins no impressions here; it pays where each that it costs wins over one."
    text = f"Each impression that goes into promoting wins {_two(won)} ordinary ones"
    if won >= 1.0:
        return f"{text}, so that promoting pays."
    times = _two(1.0 / won)
    return (
        f"{text}. It pays above 1: if promotions were seen by about {times} times as many of those "
        "who look, or audiences overlapped as much more, or accounts lived longer."
    )


def in_short(found: Ablation) -> list[str]:
    """The finding at the first pressure: what moves the metric most, and what lowers it."""
    here = [found.at(part, found.pressures[0]) for part in _parts(found)]
    told = [one for one in here if one.sign]
    name = label(found.metric)
    if not told:
        return [f"No part of the cycle moves {name} measurably."]
    most = max(told, key=lambda one: abs(one.difference.estimate.value) if one.difference else 0.0)
    more = "more" if most.sign > 0 else "less"
    text = (
        f"The part of the cycle that moves {name} most is {NOUNS[most.part]}: with it "
        f"{_plain(most)} {more} is left."
    )
    said = [f"{text} {condition(most)}".strip()]
    for one in told:
        if one.sign < 0 and one is not most:
            text = f"Without {NOUNS[one.part]} the network would keep {_plain(one)} more."
            said.append(f"{text} {condition(one)}".strip())
    return said


def _two(value: float) -> str:
    """A number to two digits."""
    return words.rounded(float(f"{value:.2g}"))


def _parts(found: Ablation) -> list[str]:
    return list(dict.fromkeys(one.part for one in found.contributions))


def _plain(one: Contribution) -> str:
    assert one.difference is not None
    return words.size_text(one.difference.metric, one.difference.estimate)
