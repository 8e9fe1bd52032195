"""The page that answers a question: a sentence, a picture, a table, doubts, what words mean.

It prints on one side of A4 or Letter; everything else is in the long report.

Checked by ``tests/report/test_one_page.py``.
"""

from __future__ import annotations

import re
from typing import Any

from afterban.experiment import weighed_words
from afterban.experiment.compare import HEADLINE
from afterban.experiment.weighed import Case
from afterban.report import colours, gain
from afterban.report.html.pictures import drawn_as
from afterban.report.html.render import TEMPLATES, require
from afterban.report.templating import environment


def one_page(found: Case, appendix: str = "", command: str = "") -> str:
    """The page as one HTML file.

    appendix: where the long report is, relative to the page; "" if there is none.
    command: what makes the page again.
    Raises MissingExtra if what it is made with is not installed.
    """
    require()
    says = gain.says(found)
    picture = drawn_as("gain", says, lambda: gain.gain_against_price(found))
    first, *rest = weighed_words.answer(found)
    templates = environment(TEMPLATES)
    templates.filters["kept"] = _kept
    return templates.get_template("one_page.html.j2").render(
        question=found.question,
        answer=first,
        more=rest,
        verdict=found.verdict,
        picture=picture,
        caption=_caption(found),
        head=weighed_words.head(found),
        rows=[(row, _numbers(found, row.arm)) for row in weighed_words.rows(found)],
        doubts=weighed_words.doubts(found),
        definitions=weighed_words.definitions(found),
        about=_about(found),
        appendix=appendix,
        command=command,
        style=(TEMPLATES / "one_page.css").read_text(encoding="utf-8"),
        **colours.themes([picture]),
    )


def _kept(text: str) -> str:
    """A text in which no number is parted from its unit at the end of a line."""
    text = re.sub(r"(?<=\d)–(?=\d)", "\N{WORD JOINER}–\N{WORD JOINER}", text)
    text = text.replace("(by chance ", "(by\N{NO-BREAK SPACE}chance\N{NO-BREAK SPACE}")
    return re.sub(r"(?<=\d) (?=%|h\b|d\b|days?\b|min\b)", "\N{NO-BREAK SPACE}", text)


def _caption(found: Case) -> str:
    if found.points is not None:
        return "Each line is what the assumptions leave open, the dot is what was assumed."
    return "Each line is what chance leaves open."


def _about(found: Case) -> str:
    """What was simulated, in a line."""
    scenario, compared = found.of, found.comparison
    day = f"{scenario.start.day} {scenario.start:%B %Y}"
    return (
        f"{scenario.title or scenario.name}. A simulation with afterban: "
        f"{sum(tier.count for tier in scenario.tiers.values()):,} accounts of the network at the "
        f"start, {scenario.horizon:.0f} days from {day}, {compared.replications} "
        f"run{'s'[: compared.replications != 1]} of each choice; fingerprint "
        f"{compared.digest[:12]}, seed {compared.seed}."
    )


def _numbers(found: Case, arm: str) -> dict[str, Any]:
    """The numbers behind a row, to be read by programs."""
    one = found.difference(arm)
    if one is None:
        return {"arm": arm}
    over = None if found.points is None else found.points.seen.get(arm)
    told = {"arm": arm, "metric": HEADLINE, "relative": one.relative}
    told |= {"difference": one.estimate.value, "n": one.estimate.n}
    if over is not None:
        told |= {"low": over.low, "high": over.high}
    for metric in found.prices:
        price = found.difference(arm, metric)
        if price is not None:
            told[metric.replace("_", "-")] = price.estimate.value
    return told


__all__ = ["one_page"]
