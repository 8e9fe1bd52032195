"""All figures of a run, each written to its file."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from afterban.experiment.trace import Lines
from afterban.report.figures import (
    STYLE,
    account_life,
    cited_beside_simulated,
    effective_reach,
    enforcement_speed,
    life_by_life,
    one_operator,
    save,
    through_time,
)
from afterban.results import Results

if TYPE_CHECKING:
    from afterban.claims import Verdict

# Drawn in a notebook that has a style of its own, a figure has the same bytes.
_PLAIN: dict[Any, Any] = {
    name: value for name, value in mpl.rcParamsDefault.items() if not name.startswith("backend")
}


def draw(
    results: Results,
    folder: Path,
    lines: Lines | None = None,
    verdicts: Sequence[Verdict] = (),
    *,
    part: int = 0,
    of: int = 1,
) -> list[Path]:
    """Draw what there is material for; returns the files.

    part, of: draw one of so many parts of them.
    """
    from afterban.report import mechanisms, pressure

    figures: dict[str, Callable[[], Figure | None]] = {
        "followers-of-one-operator": lambda: one_operator(results, lines),
        "through-time": lambda: through_time(results),
        "effective-reach": lambda: effective_reach(results),
        "enforcement-speed": lambda: enforcement_speed(results),
        "account-life": lambda: account_life(results),
        "life-by-life": lambda: life_by_life(results),
        "claims": lambda: cited_beside_simulated(results, verdicts),
        "platforms": lambda: mechanisms.platforms(results),
        "recruitment": lambda: mechanisms.recruitment(results),
        "pressure-by-tier": lambda: mechanisms.pressure(results),
        "speed-and-return": lambda: pressure.speed_and_return(results),
        "arrivals": lambda: mechanisms.arrivals(results),
        "counter-speech": lambda: mechanisms.counter_speech(results),
    }
    files = []
    with mpl.rc_context({**_PLAIN, **STYLE}):
        for name in list(figures)[part::of]:
            figure = figures[name]()
            if figure is not None:
                files.append(save(figure, folder / f"{name}.png"))
    return files


def warm_up() -> None:
    """Draw something, so that what is loaded with the first figure is there for the next."""
    with mpl.rc_context(STYLE):
        figure = Figure(layout="constrained")
        canvas: Any = FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        axes.set_title("first")
        axes.legend(axes.plot([0, 1]), ["line"])
        canvas.print_png(io.BytesIO())
