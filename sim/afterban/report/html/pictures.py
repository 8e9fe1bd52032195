"""Pictures of a report, each with its text alternative."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from afterban.claims import Verdict
from afterban.experiment.compare import HEADLINE
from afterban.report import figures, interactive, pictures, words
from afterban.report.chart import Chart
from afterban.report.numbers import Numbers
from afterban.results import Results


@dataclass
class Picture:
    """A figure in both forms: the chart that the script draws, and what is shown without it.

    options: key -> (label, chart); the reader chooses if there is more than one.
    svg: static form of the first one.
    png: static form as a data address, where there is no other.
    """

    name: str
    title: str
    says: str
    options: dict[str, tuple[str, Chart]] = field(default_factory=dict)
    choice: str = ""
    svg: str = ""
    png: str = ""


def drawn_as(name: str, alt: str, draw: Callable[[], Any]) -> str:
    """A static picture as SVG; empty if there is nothing to draw."""
    with pictures.style():
        figure = draw()
        return "" if figure is None else pictures.svg(figure, name, alt)


def pictures_of(
    found: Numbers, chosen: Mapping[str, str], verdicts: Sequence[Verdict], foot: str
) -> list[Picture]:
    """All pictures of a run or comparison."""
    results = found.results
    made: list[Picture] = []
    if found.by_reach:
        made.append(_reach(found, foot))
    if results is None:
        return made
    if results.series:
        options = {}
        for column, (text, _) in interactive.MEASURES.items():
            spec = interactive.through_time(results, column, chosen)
            if spec is not None:
                options[column] = (text[0].upper() + text[1:], spec)
        says = (
            "Share of outsider audiences that follow an account, and live accounts, day by day "
            "under each policy; dotted lines are dates on which enforcement changes."
        )
        made.append(
            Picture(
                "time",
                "Through time",
                says,
                options,
                "Show",
                svg=drawn_as("time", says, lambda: figures.through_time(results)),
            )
        )
    if results.lives:
        says = "Share of accounts made after the start that are still there at each age."
        made.append(
            Picture(
                "life",
                "How long accounts live",
                says,
                {"life": ("", interactive.account_life(results, chosen))},
                svg=drawn_as("life", says, lambda: figures.account_life(results)),
            )
        )
    if results.by_life:
        says = (
            "What first accounts come to, second ones, and later ones: their share of the outsider "
            "impressions, their followers at the end beside those of the same operators' first "
            "accounts, how long they live, and how long the operator took to return."
        )
        drawn = drawn_as("lives", says, lambda: figures.life_by_life(results))
        if drawn:
            made.append(Picture("lives", "Life by life", says, svg=drawn))
    made += _one_operator(results)
    if verdicts:
        says = "What is simulated as a multiple of what was published, claim by claim."
        drawn = drawn_as("claims", says, lambda: figures.cited_beside_simulated(results, verdicts))
        if drawn:
            made.append(Picture("claims", "Cited beside simulated", says, svg=drawn))
    return made


def _reach(found: Numbers, foot: str) -> Picture:
    """Effective reach of every policy."""
    results = found.results
    least, most = found.by_reach[0], found.by_reach[-1]
    says = (
        f"Effective reach of {words.several(len(found.by_reach), 'policy')}".replace(
            "policys", "policies"
        )
        + f", from {words.both(HEADLINE, found.estimate(HEADLINE, least))} under "
        f"{words.arm_name(least)} to {words.both(HEADLINE, found.estimate(HEADLINE, most))} "
        f"under {words.arm_name(most)}."
    )
    return Picture(
        "reach",
        "Effective reach",
        says,
        {"reach": ("", interactive.reach(found))},
        svg=drawn_as(
            "reach",
            says,
            lambda: (
                figures.effective_reach(results)
                if results is not None
                else pictures.reach(found, foot)
            ),
        ),
    )


def _one_operator(results: Results) -> list[Picture]:
    """The picture that the run left in its folder, since it takes the records of the run."""
    if results.folder is None:
        return []
    path = results.folder / "figures" / "followers-of-one-operator.png"
    if not path.is_file():
        return []
    data = base64.b64encode(path.read_bytes()).decode()
    return [
        Picture(
            "operator",
            "One operator, life by life",
            "Followers of the operator that was suspended most often, through its accounts: "
            "each suspension takes them to nothing, and each new account wins some of them back.",
            png=f"data:image/png;base64,{data}",
        )
    ]
