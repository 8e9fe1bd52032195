"""The first sentence of a report: what suspensions do, in a layman's words.

Checked by ``tests/report/test_page.py``.
"""

from __future__ import annotations

import math

from afterban.bands import Band
from afterban.experiment import lay_words
from afterban.experiment.compare import HEADLINE
from afterban.parameters import AS_WRITTEN
from afterban.report.numbers import Numbers


def first_sentence(found: Numbers, band: Band | None) -> str:
    """What the first arm does to what outsiders see, and whom it hits wrongly; "" if undefined.

    band: of effective reach under that arm over the assumptions, if it is known.
    """
    arm = found.main
    e = found.estimate(HEADLINE, arm)
    if not e.n or not math.isfinite(e.value):
        return ""
    doing = "Suspending accounts"
    if arm != AS_WRITTEN:
        doing += f" the way of “{lay_words.spoken(arm)}”"
    if e.low == e.high == e.value == 1.0:
        return f"{doing} changes nothing in what outsiders see."
    if e.low <= 1.0 <= e.high:
        return f"It cannot be told whether {doing[0].lower()}{doing[1:]} cuts what outsiders see."
    inside = ""
    if band is not None:
        ends = lay_words.between(band.low - 1.0, band.high - 1.0)
        inside = f" ({ends} over the assumptions)"
    verb = "cuts" if e.value < 1.0 else "raises"
    text = f"{doing} {verb} what outsiders see by {lay_words.fraction(1.0 - e.value)}{inside}"
    wrong = found.estimate("wrong_suspensions", arm)
    if wrong.n and wrong.value > 0:
        users = lay_words.count(wrong.value, "ordinary user", "").replace("  ", " ")
        when = "" if found.scenario is None else f" in {lay_words.span(found.scenario.horizon)}"
        text += f"; {users} {'is' if wrong.value < 1.5 else 'are'} suspended wrongly{when}"
    return f"{text}."
