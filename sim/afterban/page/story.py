"""A story in one piece of JSON for a page: what people read of it, and its scenario in numbers.

Checked by ``tests/page/test_story.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from afterban.page.controls import REAL, SIZE, Control, Edit, changes, value_of
from afterban.page.lowered import Pool
from afterban.page.presets import PRESETS, SLIDERS, Story
from afterban.page.slots import Lowering, data_of, has_zero, modes_of, same, slots_of
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT
from afterban.scenario import Scenario

FORMAT: Final = 1
OFF: Final = "off"  # what a page calls the world without enforcement
_LABELS: Final = {"class": "class size", REAL: "real size"}


def story_data(
    story: Story, controlled: bool = True, scenario: Scenario | None = None
) -> dict[str, Any]:
    """A story, for JSON (``Story`` in ``src/engine/types.d.ts``).

    controlled: whether it has its dials; without them it is the scenario as it is shipped.
    scenario: the one that it plays, if it is read already.
    Raises AfterbanError where a control has no rule.
    """
    scenario = scenario or Scenario.from_yaml(story.scenario)
    policies = (AS_WRITTEN, WITHOUT_ENFORCEMENT, *story.also)
    lowering = Lowering(story, policies, controlled, scenario)
    pool = Pool()
    slots = slots_of(lowering)
    tiers = list(scenario.tiers)
    shown = [one for one in lowering.controls if one.key != SIZE and has_effect(lowering, one)]
    return {
        "format": FORMAT,
        "key": story.key,
        "title": story.title,
        "scenario": story.scenario,
        "sources": list(story.sources),
        "tells": story.tells,
        "question": story.question,
        "start": scenario.start.isoformat(),
        "horizon": float(scenario.horizon),
        "seed": scenario.seed,
        "tiers": [{"name": name} for name in tiers],
        "traced": tiers.index(scenario.metrics.traced_tier or tiers[0]),
        "platforms": list(scenario.platforms),
        "controls": [_control(story, one) for one in shown],
        "sizes": [_size(lowering, word) for word in story.sizes],
        "presets": _presets(story, {one.key for one in shown}) if controlled else [],
        "arms": list(lowering.policies[2:]),
        "engine": {
            "dials": {one.key: dial_data(one, lowering.edits) for one in lowering.controls},
            "edits": [edit_data(one) for one in lowering.edits],
            "policies": {
                OFF if policy == WITHOUT_ENFORCEMENT else policy: data_of(slots[policy], pool)
                for policy in lowering.policies
            },
            "pool": pool.data(),
        },
    }


def has_effect(lowering: Lowering, control: Control) -> bool:
    """Whether a control changes anything in a story, wherever one other control stands."""
    edits = lowering.edits
    moves: list[dict[str, Any]] = [{}]
    for other in lowering.controls:
        if other.key != control.key:
            moves += [
                {other.key: values[0]}
                for mode, values in modes_of(other, edits).items()
                if mode != "start"
            ]
    own = [values[0] for values in modes_of(control, edits).values()][1:]
    return any(
        _changes_something(lowering, control, {**others, control.key: value}, others)
        for others in moves
        for value in own
    )


def _changes_something(
    lowering: Lowering, control: Control, settings: dict[str, Any], others: dict[str, Any]
) -> bool:
    before = changes(lowering.controls, lowering.edits, others)
    after = changes(lowering.controls, lowering.edits, settings)
    moved = [path for path, text in after.items() if before.get(path) != text]
    moved += [path for path in before if path not in after]
    now, then = (lowering.at(one)[AS_WRITTEN] for one in (settings, others))
    if not moved or all(same(now[name], then[name]) for name in now):
        return False
    scenario = lowering.scenario(settings)
    inert = [one.path for one in scenario.no_effect([AS_WRITTEN])]
    return not all(
        any(path == one or path.startswith((f"{one}.", f"{one}[")) for one in inert)
        for path in moved
    )


def _control(story: Story, control: Control) -> dict[str, Any]:
    slider = SLIDERS[control.key]
    steps = story.steps(control.key)
    number = control.number
    return {
        "key": control.key,
        "label": slider.label,
        "help": story.helps.get(control.key, slider.help),
        "paths": list(slider.paths),
        "start": control.start,
        **({"number": _number(control)} if number else {}),
        "words": [
            {"value": step.value, "label": step.label}
            for step in steps
            if isinstance(value_of(control.key, step.value), str)
        ],
        "marks": [
            {"value": value_of(control.key, step.value), "label": step.label} for step in steps
        ],
    }


def _number(control: Control) -> dict[str, Any] | None:
    of = control.number
    if of is None:
        return None
    return {
        "least": of.least,
        "most": of.most,
        "whole": of.whole,
        "unit": of.unit,
        "logarithmic": of.logarithmic,
    }


def dial_data(control: Control, edits: Sequence[Edit]) -> dict[str, Any]:
    """What the engine knows of a control (``Dial`` in ``src/engine/controls.js``)."""
    return {
        "key": control.key,
        "start": control.start,
        "number": _number(control),
        "words": list(control.words),
        "zero": has_zero(control, edits),
    }


def edit_data(edit: Edit) -> dict[str, Any]:
    """An edit (``Edit`` in ``src/engine/controls.js``)."""
    return {
        "path": edit.path,
        "text": edit.text,
        "when": [[list(part) for part in one] for one in edit.when],
        "of": edit.of,
        "argument": list(edit.odds or (edit.times,)),
    }


def _size(lowering: Lowering, word: str) -> dict[str, Any]:
    tables = lowering.at({SIZE: word})[AS_WRITTEN]
    return {
        "key": word,
        "label": _LABELS[word],
        "operators": int(tables["tier_count"].sum()),
    }


def _presets(story: Story, shown: set[str]) -> list[dict[str, Any]]:
    return [
        {
            "key": preset.key,
            "label": preset.label,
            "settings": {
                key: value_of(key, text)
                for key, text in preset.moves.items()
                if story.start[key] != text
            },
        }
        for preset in PRESETS
        if story.offers(preset) and set(preset.moves) <= shown
    ]
