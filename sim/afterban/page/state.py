"""Where the sliders of a story stand, and the scenario that they make of the shipped one.

A state is a few words of text (see :mod:`afterban.page.presets`): stories are recorded at these.
What a page itself sets, between them too, is in :mod:`afterban.page.controls`.

Checked by ``tests/page/test_state.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from afterban.page.presets import ANY, AT_ONCE, OFF, SLIDERS, STORIES, Story

if TYPE_CHECKING:
    from afterban.scenario import Scenario


@dataclass(frozen=True)
class State:
    """What a recorded run hangs on.

    story, size: which network.
    speed, reviewers, edits, returns, promotion, first: values of the sliders.
    seed: of every random draw, below 2^32.
    """

    story: str
    size: str
    speed: str
    reviewers: str
    edits: str
    returns: str
    promotion: str
    first: str
    seed: int

    @property
    def about(self) -> Story:
        """The story."""
        return STORIES[self.story]

    def moved(self) -> dict[str, str]:
        """Sliders that are not where the story starts."""
        start = self.about.start
        return {key: value for key in SLIDERS if (value := getattr(self, key)) != start[key]}


def start_of(story: str) -> State:
    """The state at which a story starts."""
    about = STORIES[story]
    start: dict[str, Any] = dict(about.start)
    seed = _scenario(about.scenario).seed
    return State(story=story, size=about.sizes[0], seed=seed, **start)


# --- scenarios ------------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def _scenario(name: str) -> Scenario:
    from afterban.scenario import Scenario

    return Scenario.from_yaml(name)


def shipped(state: State) -> Scenario:
    """The shipped scenario that the story plays."""
    return _scenario(state.about.scenario)


def changes_of(state: State) -> dict[str, str]:
    """What the state changes in the shipped scenario: path -> YAML of the value.

    At the start of a story in real size this is empty.
    """
    story, moved = state.about, state.moved()
    changes: dict[str, str] = {}
    if state.size == "class":
        changes |= story.smaller
    changes |= _speed(state) if {"speed", "reviewers"} & set(moved) else {}
    if "reviewers" in moved:
        changes |= _reviewers(state)
    if "edits" in moved:
        changes |= _edits(state)
    if "returns" in moved:
        changes |= _returns(state)
    if "promotion" in moved:
        changes["promotion.posts"] = state.promotion
    if "first" in moved:
        changes |= _first(state)
    return changes


def _time(speed: str, sigma: float, ratio: float = 1.0) -> str:
    """The time to action of a position of the speed slider, as YAML."""
    from afterban.units import parse_duration

    if speed == AT_ONCE:
        return "0"
    median = speed if ratio == 1.0 else f"{parse_duration(speed) * ratio * 24:g}h"
    return f"{{lognormal: {{median: {median}, sigma: {sigma:g}}}}}"


def _speed(state: State) -> dict[str, str]:
    story = state.about
    if state.reviewers != ANY:
        return {"review.action_delay": _time(state.speed, story.spread[0])}
    changes = {"review.time_to_action": _time(state.speed, story.spread[0])}
    if story.ratio is not None:
        text = _time(state.speed, story.spread[1], story.ratio)
        changes["review.urgent_time_to_action"] = text
    return changes


def _reviewers(state: State) -> dict[str, str]:
    if state.reviewers == ANY:
        return {"review.team": "none"}
    changes = {"review.team.reviewers": state.reviewers}
    if state.about.start["reviewers"] == ANY:
        changes["review.team.benign_reports"] = "2000 per day"
        changes["review.team.service_time"] = "{exponential: {mean: 5min}}"
    return changes


def _edits(state: State) -> dict[str, str]:
    at = "detection.handle_match"
    if state.edits == OFF:
        return {f"{at}.recall": "0"}
    changes = {f"{at}.edits": state.edits}
    if state.about.start["edits"] == OFF:
        changes[f"{at}.recall"] = "0.9"
        changes[f"{at}.scan_time"] = "{exponential: {mean: 12h}}"
    return changes


def _returns(state: State) -> dict[str, str]:
    before, after = float(state.about.start["returns"]), float(state.returns)
    changes = {"returning.probability": state.returns}
    for name, tier in shipped(state).tiers.items():
        if tier.returns is not None:
            changes[f"tiers.{name}.returns"] = f"{shifted(tier.returns, before, after):.4g}"
    return changes


def shifted(own: float, before: float, after: float) -> float:
    """A tier's own probability when that of the others moves: the odds ratio stays."""
    if own in (0.0, 1.0) or before == after:
        return own
    if after in (0.0, 1.0):
        return after
    odds = own / (1 - own) * (after / (1 - after)) / (before / (1 - before))
    return odds / (1 + odds)


def _first(state: State) -> dict[str, str]:
    from_day, every, share = state.about.campaign
    pulse = f"{{date: {from_day}, every: {every}, share: {share}, choose: {state.first}}}"
    changes = {"detection.pulses": f"[{pulse}]"}
    if state.reviewers != ANY and state.first != "random":
        changes["review.team.order"] = state.first
    return changes


def _text(state: State) -> str:
    tree: dict[str, Any] = {}
    for path, text in changes_of(state).items():
        *above, last = path.split(".")
        at = tree
        for step in above:
            at = at.setdefault(step, {})
        at[last] = text
    rows = [
        "schema_version: 1",
        f"name: page-{state.story}",
        f"extends: {shipped(state).name}",
        f"seed: {state.seed}",
    ]
    return "\n".join([*rows, *_lines(tree, 0)]) + "\n"


def _lines(tree: Mapping[str, Any], depth: int) -> list[str]:
    found: list[str] = []
    for key, value in tree.items():
        if isinstance(value, dict):
            found += [f"{'  ' * depth}{key}:", *_lines(value, depth + 1)]
        else:
            found.append(f"{'  ' * depth}{key}: {value}")
    return found


@lru_cache(maxsize=64)
def _read(text: str) -> Scenario:
    from afterban.scenario import Scenario

    return Scenario.from_text(text, "<page>")


def scenario_of(state: State) -> Scenario:
    """The scenario of a state."""
    return _read(_text(state))
