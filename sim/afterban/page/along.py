"""A metric along a slider of a story, all else as the story has it or is said.

Checked by ``tests/page/test_build.py``: what is told is what would be recorded now.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from afterban.page.beats import Curve
from afterban.page.presets import ANY, AT_ONCE, OFF, SLIDERS
from afterban.page.record import Recorder
from afterban.units import parse_duration

_NO_PLACE: Final = (ANY, AT_ONCE, OFF)  # on an axis of numbers, or of factors


def along(
    of: Recorder,
    slider: str,
    metric: str,
    label: str,
    axis: str,
    says: Callable[[float], str],
    words: tuple[str, str] = ("", ""),
    share: bool = True,
    time: bool = False,
    **moves: str,
) -> Curve:
    """The curve, a point for each step of the slider that is a number; of times by factors.

    label, axis: of the metric and of the slider, for people.  says: a value in words; words: what
    follows in the title after the steps, and after the values.  moves: of other sliders.
    """
    lasts = slider == "speed"
    steps = [step for step in SLIDERS[slider].steps if step.value not in _NO_PLACE]
    labels = [step.label if lasts else step.value for step in steps]
    points = [of.numbers(of.at(**{slider: step.value, **moves}))[metric] for step in steps]
    ends = f"{says(points[0].value)} to {says(points[-1].value)}"
    return Curve(
        slider,
        metric,
        label,
        axis,
        labels,
        [step.value for step in steps],
        [parse_duration(step.value) if lasts else float(step.value) for step in steps],
        points,
        logarithmic=lasts,
        share=share,
        time=time,
        title=f"{labels[0]} to {labels[-1]}{words[0]}: {ends}{words[1]}",
    )
