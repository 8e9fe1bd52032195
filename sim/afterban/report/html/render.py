"""From what is to be said to one HTML file."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from afterban.errors import AfterbanError, MissingExtra
from afterban.files import write_text
from afterban.report import colours
from afterban.report.chart import Chart
from afterban.report.html.pictures import Picture
from afterban.report.templating import environment

INSTALL = "pip install 'afterban[report]'"
TEMPLATES = Path(__file__).parents[1] / "templates"
SCRIPT = Path(__file__).parents[1] / "built" / "report.js"  # built from afterban/page/src


# What a page may have; a part that it does not have is left out.
OPTIONAL = (
    *("table", "left_out", "unclear", "no_effect", "changes", "statistics", "difference_rows"),
    *("frontier", "frontier_rows", "efficient", "breakeven", "sensitivity", "claims"),
    *("across", "baseline", "baseline_noun"),
    *("influences", "sweep_rows", "description", "values", "assumed", "sources"),
    *("resolved", "again", "cycle", "headline", "answer"),
)
LONG = 24  # numbers in a list that is written once


def render(context: Mapping[str, Any], scale: Mapping[str, tuple[str, str]]) -> str:
    """Fill the template; style and script go into the page, and the policy lets no other run."""
    plots = _plots(context)
    script = SCRIPT.read_text(encoding="utf-8") if plots else ""
    templates = environment(TEMPLATES)
    static = [picture.svg for picture in _all_pictures(context)]
    templates.filters["breaks"] = _with_breaks
    templates.filters["minus"] = lambda text: str(text).replace("-", "−")
    # "<" cannot end the script early if it is never written.
    data = json.dumps(shared(plots), allow_nan=False, separators=(",", ":"))
    data = data.replace("<", "\\u003c")
    return templates.get_template("page.html.j2").render(
        {
            **dict.fromkeys(OPTIONAL),
            **context,
            "style": (TEMPLATES / "style.css").read_text(encoding="utf-8"),
            "script": script,
            "allowed": f"'{_digest(script)}'" if script else "'none'",
            "plots": data,
            **colours.themes([json.dumps(plots), *static], scale),
        }
    )


def _with_breaks(path: str) -> Any:
    """A path that may go on in the next line after a dot or underscore."""
    from markupsafe import Markup, escape

    return Markup(re.sub(r"([._])", r"\1<wbr>", str(escape(path))))


def require() -> None:
    """Raise MissingExtra if what the page is made with is not installed."""
    try:
        import jinja2  # noqa: F401
    except ImportError:
        raise MissingExtra("what the report is made with (jinja2)", INSTALL) from None


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def _all_pictures(context: Mapping[str, Any]) -> list[Picture]:
    found = list(context.get("pictures") or [])
    for key in ("frontier", "breakeven", "cycle", "sensitivity"):
        section = context.get(key)
        if section:
            found.append(section["picture"])
    return found


def _plots(context: Mapping[str, Any]) -> dict[str, dict[str, Chart]]:
    return {
        picture.name: {key: spec for key, (_, spec) in picture.options.items()}
        for picture in _all_pictures(context)
        if picture.options
    }


def shared(plots: Mapping[str, Any]) -> dict[str, Any]:
    """Plots with every long list written once: days, which all curves have in common.

    ``@list:3`` stands for the third of ``lists``, counted from 0.
    """
    places: dict[str, int] = {}
    lists: list[Any] = []

    def put(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: put(one) for key, one in value.items()}
        if isinstance(value, list):
            if len(value) < LONG or isinstance(value[0], dict):
                return [put(one) for one in value]
            text = json.dumps(value)
            if text not in places:
                places[text] = len(lists)
                lists.append(value)
            return f"@list:{places[text]}"
        return value

    return {"plots": put(plots), "lists": lists}


def write(path: Path, page: str) -> None:
    """Write a page.  Raises AfterbanError if that cannot be done."""
    try:
        write_text(path, page)
    except OSError as error:
        raise AfterbanError(
            f"{path}: the page cannot be written here ({error.strerror}); "
            "choose another place with `--out`"
        ) from None
