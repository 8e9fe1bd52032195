"""The picture of arms that are answered: under no response, the stated one, and the worst one.

Checked by ``tests/experiment/test_responses.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterban.report import axes as metric_axes
from afterban.report.figures import PALETTE
from afterban.report.questions import _figure
from afterban.report.words import arm_name, heading

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from afterban.report.shapes import Responses

_APART: Final = 0.22  # between the responses of one arm
_SHOWN: Final = (("none", "nobody responds", 2), ("stated", "stated", 0), ("worst", "worst", 1))


def responses(found: Responses) -> Figure:
    """A row for each arm: a point for each response, with the interval of chance and the band."""
    points = f" · thin: 5 to 95 % over {found.points} points" if found.points else ""
    figure = _figure(
        f"{found.scenario} {found.digest[:12]} · seed {found.seed} · thick: chance, "
        f"{found.level:.0%} over {found.draws} replications{points}",
        1.7 + 0.7 * len(found.arms),
    )
    axes = figure.add_subplot()
    for k, (kind, name, colour) in enumerate(_SHOWN):
        for row, arm in enumerate(found.arms):
            one = arm.under(kind)
            at = row + (k - 1) * _APART
            if one.band is not None:
                axes.plot([one.band[0], one.band[2]], [at, at], color=PALETTE[colour], lw=1)
            axes.plot([one.value.low, one.value.high], [at, at], color=PALETTE[colour], lw=3.5)
            axes.plot(
                [one.value.value],
                [at],
                "o",
                ms=6,
                color=PALETTE[colour],
                label=name if row == 0 else None,
            )
    axes.set_yticks(range(len(found.arms)), [arm_name(arm.arm) for arm in found.arms])
    axes.set_ylim(len(found.arms) - 0.5, -0.5)
    metric_axes.on_paper(axes.xaxis, found.metric, decimals=None)
    name = heading(found.metric)
    axes.set_title(f"{name[0].upper()}{name[1:]} under each response of the operators")
    axes.legend(title="response", loc="best", frameon=False)
    return figure


__all__ = ["responses"]
