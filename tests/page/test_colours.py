"""The page's colours can be told apart by everybody, in light and dark."""

from __future__ import annotations

import io
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import matplotlib.image
import numpy as np
import numpy.typing as npt
import pytest

import afterban.page
from afterban.report.colours import contrast

Floats = npt.NDArray[np.float64]

STYLE = (Path(afterban.page.__file__).parent / "page.css").read_text(encoding="utf-8")
# How somebody without one kind of cones sees linear red, green and blue: Machado, Oliveira and
# Fernandes (2009), severity 1.
VISIONS = {
    "none": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
# Those that mean something: accounts, what was before, outsiders, insiders, suspensions and changed
# letters, promotion. Edges of discs and grid lines mean nothing by their colour.
MEANT = ("ink", "faint", "blue", "amber", "red", "green")
LEAST = 18.0  # of CIE 1976; two colours side by side are just told apart at 2.3
_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_WHITE = np.array([0.95047, 1.0, 1.08883])


def palettes() -> dict[str, dict[str, str]]:
    """Colours by name: on a light screen, on a dark one, on paper."""
    found = re.findall(r"\{([^{}]*--green:[^{}]*)\}", STYLE)
    light, dark, paper = (dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", one)) for one in found)
    return {"light": light, "dark": dark, "paper": paper}


def linear(colour: str) -> Floats:
    channels = np.array([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def seen(colour: str, vision: str) -> Floats:
    """Linear red, green and blue of a colour as somebody sees it."""
    return np.clip(VISIONS[vision] @ linear(colour), 0.0, 1.0)


def lightness_and_hue(rgb: Floats) -> Floats:
    """CIE L*, a* and b* of linear red, green and blue."""
    x = _XYZ @ rgb / _WHITE
    f = np.where(x > (6 / 29) ** 3, np.cbrt(x), x / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def alike(palette: dict[str, str], vision: str) -> list[str]:
    """Pairs that are less than ``LEAST`` apart, and colours that are hardly seen on the panel."""
    at = {name: lightness_and_hue(seen(palette[name], vision)) for name in (*MEANT, "panel")}
    found = [
        f"{one} and {other}: {far:.0f}"
        for one, other in combinations(at, 2)
        if (far := float(np.linalg.norm(at[one] - at[other]))) < (40 if other == "panel" else LEAST)
    ]
    return found


@pytest.mark.parametrize("vision", list(VISIONS))
@pytest.mark.parametrize("scheme", ["light", "dark", "paper"])
def test_what_means_something_differs_for_everybody(scheme: str, vision: str) -> None:
    assert alike(palettes()[scheme], vision) == []


def test_colours_that_somebody_takes_for_one_are_seen() -> None:
    light = palettes()["light"]
    # Of the same lightness, and apart only by what somebody does not see.
    assert alike({**light, "green": "#00785a"}, "none") == []
    assert alike({**light, "green": "#00785a"}, "tritanopia") == ["blue and green: 11"]
    assert alike({**light, "green": "#00785a"}, "deuteranopia") == ["faint and green: 11"]
    assert alike({**light, "amber": "#f4f0e0"}, "none") == ["amber and panel: 10"]


@pytest.mark.parametrize("scheme", ["light", "dark", "paper"])
def test_words_stand_out(scheme: str) -> None:
    palette = palettes()[scheme]
    for name in set(MEANT) - {"amber"}:  # in which nothing is written
        for ground in ("paper", "panel"):
            assert contrast(palette[name], palette[ground]) >= 4.5, (name, ground)


def test_paper_has_the_light_colours() -> None:
    found = palettes()
    assert found["paper"] == found["light"]
    assert set(MEANT) < set(found["dark"]) == set(found["light"])


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("vision", list(VISIONS))
def test_a_browser_shows_them_so(browser: Any, vision: str) -> None:
    """Chromium's own picture of what somebody sees: the formula here is no slip of this file."""
    colours = [one for palette in palettes().values() for one in palette.values()]
    tab = browser.new_page(viewport={"width": 40 * len(colours), "height": 40})
    tab.context.new_cdp_session(tab).send("Emulation.setEmulatedVisionDeficiency", {"type": vision})
    tab.set_content(
        "<body style='margin:0;display:flex'>"
        + "".join(f"<i style='width:40px;height:40px;background:{one}'></i>" for one in colours)
    )
    picture = matplotlib.image.imread(io.BytesIO(tab.screenshot()))
    tab.close()
    for k, colour in enumerate(colours):
        r, g, b = (round(255 * float(x)) for x in picture[20, 40 * k + 20, :3])
        shown = lightness_and_hue(linear(f"#{r:02x}{g:02x}{b:02x}"))
        told = lightness_and_hue(seen(colour, vision))
        assert float(np.linalg.norm(shown - told)) < 3, colour
