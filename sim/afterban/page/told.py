"""Stories as the page reads them: with their runs and with their scenario in numbers.

The runs are recorded beforehand and lie in the package (``built/told/``, made by
``afterban.page.build``), so that whoever makes a page waits for none.

Checked by ``tests/page/test_build.py``: they are what would be recorded now.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from afterban.channels import NAMES
from afterban.page.beside import beside
from afterban.page.presets import PRESETS
from afterban.page.presets import STORIES as SLIDER_STORIES
from afterban.page.record import REPLICATIONS, Recorder
from afterban.page.state import State, changes_of, start_of
from afterban.page.stories import PLAYS, STORIES

BUILT: Final = Path(__file__).with_name("built")  # by ``afterban.page.build`` and ``npm run build``
Data = dict[str, Any]


def told_file(key: str) -> Path:
    """Where a recorded story lies."""
    return BUILT / "told" / f"{key}.json"


def lowered_file(key: str) -> Path:
    """Where the scenario of a story of sliders lies, in numbers."""
    return BUILT / "stories" / f"{key}.json"


def story_of(key: str) -> Data:
    """A story as the page reads it (``StoryData`` in ``src/view/payload.ts``)."""
    return {**_read(told_file(key)), "lowered": _read(lowered_file(PLAYS[key]))}


def recorded(key: str) -> Data:
    """A story with its runs, made now: seconds of runs for each."""
    start = start_of(PLAYS[key])
    recorder = Recorder(start)
    told = STORIES[key](recorder).data()
    plays = SLIDER_STORIES[PLAYS[key]]
    return {
        **told,
        "scenario": plays.scenario,
        "sources": list(plays.sources),
        "start": recorder.scenario.start.isoformat(),
        "horizon": float(recorder.scenario.horizon),
        "seed": start.seed,
        "size": start.size,
        "commands": [_command(start, answer["settings"]) for answer in told["answers"]],
        "channels": list(NAMES),
        "presets": _presets(PLAYS[key], told["answers"]),
        "beside": beside(recorder),
    }


def _read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def _command(start: State, settings: dict[str, str]) -> str:
    """The command that gives the same numbers."""
    changes = changes_of(replace(start, **settings))  # type: ignore[arg-type]  # these are text
    sets = "".join(f' --set {path}="{text}"' for path, text in changes.items())
    scenario = start.about.scenario
    return (
        f"afterban run {scenario} --policies base --seed {start.seed} --reps {REPLICATIONS}{sets}"
    )


def _presets(plays: str, answers: Sequence[Data]) -> list[Data]:
    story = SLIDER_STORIES[plays]
    found: list[Data] = [{"key": "start", "label": "As in the story", "moves": {}}]
    found += [
        {"key": one.key, "label": one.label, "moves": dict(one.moves)}
        for one in PRESETS
        if story.offers(one)
    ]
    places = {json.dumps(answer["settings"], sort_keys=True): k for k, answer in enumerate(answers)}
    return [
        {
            "key": one["key"],
            "label": one["label"],
            "answer": places.get(json.dumps({**story.start, **one["moves"]}, sort_keys=True)),
        }
        for one in found
    ]
