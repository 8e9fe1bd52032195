"""The page as a widget of the notebook: it answers the questions of ``page.js``.

Every question names a part and a state as a link's query, and has one answer: data, or one line
that says what is wrong.  The page keeps nothing here, so any number of windows may be open.

Checked by ``tests/app/test_widget.py`` and ``test_browser.py``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from afterban.app import answers
from afterban.errors import AfterbanError
from afterban.page import state as states
from afterban.page.presets import PRESETS, SLIDERS, STORIES, Slider
from afterban.page.state import SIZES, State
from afterban.sources import registry

HERE = Path(__file__).parent
LOG = logging.getLogger("afterban.app")

# What `--state` gave; the page opens with it unless its address says something else.
opened_with: State | None = None


class Page(anywidget.AnyWidget):
    """The whole page: controls and pictures in the browser, numbers from here."""

    _esm = HERE / "page.js"
    _css = HERE / "page.css"
    about = traitlets.Dict().tag(sync=True)

    def __init__(self) -> None:
        super().__init__(about=about())
        self.on_msg(self._asked)

    def _asked(self, _: Any, question: Any, __: Any) -> None:
        self.send(answer(question))


def answer(question: Any) -> dict[str, Any]:
    """The answer to a question of the page: ``{id, data}`` or ``{id, error}``."""
    number = question.get("id") if isinstance(question, dict) else None
    try:
        return {"id": number, "data": PARTS[question["part"]](question)}
    except AfterbanError as error:
        return {"id": number, "error": str(error)}
    except Exception as error:
        LOG.exception("the page asked for %r", question)
        return {
            "id": number,
            "error": f"this is a bug in afterban: {type(error).__name__}: {error}",
        }


def about() -> dict[str, Any]:
    """What the page is told once: stories, sliders, ready-made settings."""
    figures = registry().figures
    return {
        "replications": states.REPLICATIONS,
        "sliders": [_slider(slider) for slider in SLIDERS.values()],
        "stories": [
            {
                "key": story.key,
                "title": story.title,
                "tells": story.tells,
                "question": story.question,
                "scenario": story.scenario,
                "sources": list(story.sources),
                "quotes": [
                    {"source": one, "document": figures[one].source.id, "says": figures[one].says}
                    for one in story.sources
                ],
                "sizes": [[size, _size_text(story.key, size)] for size in story.sizes],
                "start": dict(story.start),
                "state": _state(states.start_of(story.key)),
                "steps": {
                    key: [{"value": s.value, "label": s.label} for s in story.steps(key)]
                    for key in SLIDERS
                },
                "presets": [
                    {"key": one.key, "label": one.label, "moves": dict(one.moves)}
                    for one in PRESETS
                    if story.offers(one)
                ],
            }
            for story in STORIES.values()
        ],
    }


def _slider(slider: Slider) -> dict[str, Any]:
    return {
        "key": slider.key,
        "label": slider.label,
        "help": slider.help,
        "paths": list(slider.paths),
        "ordered": slider.ordered,
    }


def _size_text(story: str, size: str) -> str:
    counts = {
        path.split(".")[1]: int(value)
        for path, value in STORIES[story].smaller.items()
        if path.endswith(".count") and size == "class"
    }
    tiers = states.shipped(states.start_of(story)).tiers
    count = sum(counts.get(name, tier.count) for name, tier in tiers.items())
    fewer = size == "class" and not counts
    return f"{SIZES[size]}: {count:,} operators" + (", fewer handles compared" if fewer else "")


def _state(state: State) -> dict[str, Any]:
    return {name: getattr(state, name) for name in State.__dataclass_fields__}


# --- the parts that may be asked for --------------------------------------------------------------


def _start(question: dict[str, Any]) -> dict[str, Any]:
    query, error = str(question.get("query", "")).removeprefix("?"), None
    state = opened_with or states.start_of()
    if query:
        try:
            state = states.from_query(query)
        except AfterbanError as problem:
            error = f"{problem}. The page starts with its first story instead."
            state = states.start_of()
    return {"state": _state(state), "error": error}


def _open(question: dict[str, Any]) -> dict[str, Any]:
    return _state(states.from_json(str(question["text"]), str(question.get("name", "the file"))))


def _yaml(question: dict[str, Any]) -> dict[str, Any]:
    state = states.from_query(question["query"])
    name = f"{states.name_of(state)}.yaml"
    return {
        "name": name,
        "text": states.yaml_of(state, answers.for_the_file(state)),
        "hint": f"Run it: afterban run {name} --policies base",
    }


def _json(question: dict[str, Any]) -> dict[str, Any]:
    state = states.from_query(question["query"])
    name = f"{states.name_of(state)}.json"
    return {
        "name": name,
        "text": states.json_of(state),
        "hint": f"Open it here, or: afterban app --state {name}",
    }


def _of_state(part: Callable[[State], dict[str, Any]]) -> Callable[[dict[str, Any]], Any]:
    return lambda question: part(states.from_query(question["query"]))


def _curve(question: dict[str, Any]) -> dict[str, Any]:
    state = states.from_query(question["query"])
    if question["speed"] not in [step.value for step in state.about.steps("speed")]:
        raise AfterbanError("the page asked for a speed that the story does not have")
    return answers.curve_point(state, question["speed"])


PARTS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "start": _start,
    "open": _open,
    "yaml": _yaml,
    "json": _json,
    "one": _of_state(answers.one_run),
    "numbers": _of_state(answers.numbers),
    "curve": _curve,
    "cited": _of_state(answers.cited),
    "parts": _of_state(answers.parts),
}
