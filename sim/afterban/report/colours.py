"""Colours of a page, each with a light and a dark value, by the name that pictures use.

Pictures are drawn in light colours.  On the page each becomes a CSS variable, so that the same
picture suits a light and a dark window, and paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import matplotlib as mpl
import numpy as np

from afterban.report import figures

PAPER, NIGHT = "#ffffff", "#14171c"
LEAST_CONTRAST = 3.2  # of lines and marks with the background

# Light colour in a picture -> (on paper, at night).
_GIVEN = {
    figures.INK: ("#222222", "#e6e6e6"),
    "#000000": ("#222222", "#e6e6e6"),
    figures.FAINT: ("#6a6a6a", "#a0a4aa"),
    "#e6e6e6": ("#e2e2e2", "#333941"),
    "#d9ead3": ("#d9ead3", "#27432f"),
    PAPER: (PAPER, NIGHT),
}
_HEX = re.compile(r"#[0-9a-fA-F]{6}\b")


def variable(colour: str) -> str:
    """The CSS variable of a colour."""
    return f"var(--x{colour[1:].lower()})"


def used(texts: Iterable[str]) -> set[str]:
    """Colours that occur in texts as variables."""
    return {f"#{code}" for text in texts for code in re.findall(r"var\(--x([0-9a-f]{6})\)", text)}


def themed(text: str) -> str:
    """Text with every colour as a variable."""
    return _HEX.sub(lambda match: variable(match[0]), text)


def pair(colour: str, scale: Mapping[str, tuple[str, str]] | None = None) -> tuple[str, str]:
    """The colour on paper and at night."""
    colour = colour.lower()
    for known in (scale or {}, _GIVEN):
        if colour in known:
            return known[colour]
    return _readable(colour, PAPER), _readable(colour, NIGHT)


def themes(
    texts: Iterable[str], scale: Mapping[str, tuple[str, str]] | None = None
) -> dict[str, list[tuple[str, str]]]:
    """Variables of the colours in texts with their values: on ``paper`` and at ``night``."""
    pairs = {colour: pair(colour, scale) for colour in sorted(used(texts))}
    names = {colour: variable(colour)[4:-1] for colour in pairs}
    return {
        "paper": [(names[colour], paper) for colour, (paper, _) in pairs.items()],
        "night": [(names[colour], night) for colour, (_, night) in pairs.items()],
    }


def speed_scale(count: int) -> dict[str, tuple[str, str]]:
    """Both values of the colours that ``figures.colours`` gives to so many arms of a dial."""
    viridis = mpl.colormaps["viridis"]
    drawn = viridis(np.linspace(0.0, 0.9, count))
    paper = viridis(np.linspace(0.0, 0.75, count))
    night = viridis(np.linspace(0.3, 1.0, count))
    return {
        mpl.colors.to_hex(a): (mpl.colors.to_hex(b), mpl.colors.to_hex(c))
        for a, b, c in zip(drawn, paper, night, strict=True)
    }


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2), from 1 to 21."""
    a, b = sorted((_luminance(one), _luminance(other)))
    return (b + 0.05) / (a + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _readable(colour: str, background: str) -> str:
    """The colour, mixed with black or white until it stands out from the background."""
    towards = "#000000" if _luminance(background) > 0.5 else "#ffffff"
    for share in np.linspace(0.0, 1.0, 41):
        mixed = "#" + "".join(
            f"{round((1 - share) * int(colour[k : k + 2], 16) + share * int(towards[k : k + 2], 16)):02x}"  # noqa: E501
            for k in (1, 3, 5)
        )
        if contrast(mixed, background) >= LEAST_CONTRAST:
            return mixed
    return towards
