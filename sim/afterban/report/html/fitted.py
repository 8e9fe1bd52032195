"""The page of a fitted log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from afterban.errors import MissingExtra
from afterban.logs.record import date_of
from afterban.logs.wording import interval_text, value_text
from afterban.report import colours, pictures
from afterban.report.fitted import parts
from afterban.report.html.render import INSTALL, TEMPLATES
from afterban.report.questions import _figure
from afterban.report.templating import environment

if TYPE_CHECKING:
    from afterban.logs.scenario import Made
    from afterban.report.shapes import Fit

_TITLES = {
    "returns": "Who comes back, and when",
    "life": "How long accounts last",
    "action": "How long review takes",
    "followers": "What an account wins back",
    "held-out": "The months that were kept back",
}


def require() -> None:
    """Raise MissingExtra if what the page is made with is not installed."""
    try:
        import jinja2  # noqa: F401
    except ImportError:
        raise MissingExtra("what the page is made with (jinja2)", INSTALL) from None


def page(fit: Fit, made: Made) -> str:
    """One HTML file that needs nothing else: estimates, curves, faults, and the scenario."""
    require()
    templates = environment(TEMPLATES)
    drawn = _pictures(fit)
    return templates.get_template("fit.html.j2").render(
        {
            "title": f"What the log {fit.log.path.rpartition('/')[2]} says",
            "facts": _facts(fit),
            "short": [_plain(text) for text in fit.words()],
            "groups": _groups(fit),
            "pictures": drawn,
            "predictions": fit.found.predictions,
            "faults": fit.log.faults.counts(),
            "others": fit.log.others,
            "kept": [_plain(text) for text in made.kept],
            "scenario": made.text,
            "draws": fit.draws_made,
            "style": (TEMPLATES / "style.css").read_text(encoding="utf-8"),
            **colours.themes([one["svg"] for one in drawn]),
        }
    )


def _plain(text: str) -> str:
    """A sentence without the marks that a terminal has around code."""
    return text.replace("`", "")


def _facts(fit: Fit) -> list[str]:
    log = fit.log
    facts = [
        f"{len(log):,} accounts",
        f"{date_of(log.since):%d %B %Y} to {date_of(log.until):%d %B %Y}",
        f"{log.left_out:,} of {log.read:,} rows left out",
    ]
    if fit.months:
        facts.append(f"{fit.months} months kept back")
    return facts


def _groups(fit: Fit) -> list[dict[str, Any]]:
    """Estimates by what they belong to."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in fit.quantities:
        groups.setdefault(one.group, []).append(
            {
                "about": one.about,
                "key": one.key,
                "value": value_text(one),
                "interval": interval_text(one) if one.is_known else "–",
                "n": f"{one.n:,}",
                "tells": one.tells,
                "why": _plain(one.why),
                "method": _plain(one.method),
                "dropped": one.dropped,
            }
        )
    return [{"name": name, "rows": rows} for name, rows in groups.items()]


def _pictures(fit: Fit) -> list[dict[str, str]]:
    """Each picture with its title and words."""
    made = []
    for name, says, draw in parts(fit.found):
        with pictures.style():
            figure = _figure("", 3.4, 7.0)
            draw(figure.add_subplot())
            svg = pictures.svg(figure, name, says)
        made.append({"name": name, "title": _TITLES[name], "says": says, "svg": svg})
    return made
