"""Where the page stands: to and from a link, a file, and a scenario that the command line runs.

A state is a few words of text (see :mod:`afterban.page.presets`).  ``scenario_of`` reads the very
text that ``yaml_of`` exports, so the page and ``afterban run FILE`` cannot differ.

Checked by ``tests/page/test_state.py``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from afterban.errors import AfterbanError, closest, listed, printable, shortened
from afterban.page.presets import (
    ANY,
    AT_ONCE,
    FIRST_STORY,
    OFF,
    PRESETS,
    SLIDERS,
    STORIES,
    Story,
)

if TYPE_CHECKING:
    from afterban.scenario import Scenario

REPLICATIONS = 5  # of every number with an interval on the page
FORMAT = "afterban-page"
VERSION = 1
AUTO = "auto"
LARGEST = 100_000  # letters of a file or link that is read

VIEWS = ("all", "later")
SIZES: Mapping[str, str] = {"class": "class size", "real": "real size"}


@dataclass(frozen=True)
class State:
    """Everything that the page shows hangs on this, and on nothing else.

    story, size: which network.
    speed, reviewers, edits, returns, promotion, first: values of the sliders.
    seed: of every random draw, below 2^32.
    operator: number of the operator whose lives are drawn, or ``auto``: the most suspended one of
        the story's tier at the story's own settings, so that moving a slider does not change it.
    life: number of the life that is explained, from 1.
    day: where time stands, in whole days from the start.
    view: whether the picture of the lives shows all of them to scale, or enlarges the later ones.
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
    operator: str = AUTO
    life: int = 1
    day: int = 0
    view: str = VIEWS[0]

    @property
    def about(self) -> Story:
        """The story."""
        return STORIES[self.story]

    def moved(self) -> dict[str, str]:
        """Sliders that are not where the story starts."""
        start = self.about.start
        return {key: value for key in SLIDERS if (value := getattr(self, key)) != start[key]}

    def run_key(self) -> State:
        """The state without what changes no run: the same for all that share their numbers."""
        return replace(self, operator=AUTO, life=1, day=0, view=VIEWS[0])


def start_of(story: str = FIRST_STORY) -> State:
    """The state at which a story starts."""
    about = STORIES[story]
    start: dict[str, Any] = dict(about.start)
    seed = _scenario(about.scenario).seed
    return State(story=story, size=about.sizes[0], seed=seed, **start)


def preset(key: str, state: State) -> State:
    """The story of a state with the sliders of a ready-made setting."""
    (found,) = (one for one in PRESETS if one.key == key)
    values: dict[str, Any] = {**state.about.start, **found.moves}
    return replace(state, **values)


# --- links and files ------------------------------------------------------------------------------


def query_of(state: State) -> str:
    """The part of a link after the question mark."""
    return urlencode({name: str(value) for name, value in asdict(state).items()})


def from_query(query: str) -> State:
    """The state of a link; what it leaves out is as at the start of its story.

    Raises AfterbanError with one line for anything that is not a state.
    """
    if len(query) > LARGEST:
        raise AfterbanError("the link is too long to be one of this page")
    pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    twice = [name for name, _ in pairs if sum(other == name for other, _ in pairs) > 1]
    if twice:
        raise AfterbanError(f"the link has `{_shown(twice[0])}` twice")
    return _checked(dict(pairs), "the link")


def json_of(state: State) -> str:
    """The file of a state."""
    return json.dumps({"format": FORMAT, "version": VERSION, **asdict(state)}, indent=2) + "\n"


def from_json(text: str, file: str = "the file") -> State:
    """The state of a file.  Raises AfterbanError with one line for anything that is not one."""
    if len(text) > LARGEST:
        raise AfterbanError(f"{file} is too large to be a state of the page")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise AfterbanError(
            f"{file} is no state of the page: it is not JSON; save one with `Save state`"
        ) from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise AfterbanError(f'{file} is no state of the page: it has no line "format": "{FORMAT}"')
    if data.get("version") != VERSION:
        raise AfterbanError(
            f"{file} has version `{_shown(data.get('version'))}`; this page reads {VERSION}"
        )
    values = {name: value for name, value in data.items() if name not in ("format", "version")}
    for name, value in values.items():
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise AfterbanError(f"{file}: `{_shown(name)}` is neither text nor a whole number")
    return _checked({name: str(value) for name, value in values.items()}, file)


def _checked(given: Mapping[str, str], where: str) -> State:
    names = list(State.__dataclass_fields__)
    for name in given:
        if name not in names:
            near = closest(name, names)
            raise AfterbanError(
                f"{where} has `{_shown(name)}`, which the page does not know; "
                f"it knows {listed(names)}" + (f" (did you mean `{near}`?)" if near else "")
            )
    story = given.get("story", FIRST_STORY)
    _one_of(story, list(STORIES), "story", where)
    state = start_of(story)
    texts: dict[str, Any] = {}
    for name, value in given.items():
        if name in SLIDERS:
            _one_of(value, [step.value for step in STORIES[story].steps(name)], name, where)
            texts[name] = value
        elif name == "size":
            _one_of(value, list(STORIES[story].sizes), name, where)
            texts[name] = value
        elif name == "view":
            _one_of(value, list(VIEWS), name, where)
            texts[name] = value
        elif name == "operator":
            texts[name] = value if value == AUTO else str(_whole(value, name, where, 2**31 - 1))
        elif name != "story":
            most = {"seed": 2**32 - 1, "life": 1000, "day": 100_000}[name]
            texts[name] = _whole(value, name, where, most, 1 if name == "life" else 0)
    state = replace(state, **texts)
    horizon = math.ceil(_scenario(state.about.scenario).horizon)
    if state.day > horizon:
        raise AfterbanError(f"{where}: day {state.day} is after the last one, {horizon}")
    return state


def _one_of(value: str, allowed: list[str], name: str, where: str) -> None:
    if value not in allowed:
        near = closest(value, [one for one in allowed if one.isalpha() or name == "story"])
        raise AfterbanError(
            f"{where}: `{_shown(value)}` is no value of `{name}`; it is {listed(allowed, 'or')}"
            + (f" (did you mean `{near}`?)" if near else "")
        )


def _whole(value: str, name: str, where: str, most: int, least: int = 0) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) <= 12) or not (
        least <= int(value) <= most
    ):
        raise AfterbanError(
            f"{where}: `{_shown(value)}` is no value of `{name}`; "
            f"it is a whole number from {least} to {most}"
        )
    return int(value)


def _shown(value: object) -> str:
    return shortened(printable(str(value)), 40)


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


def time_text(speed: str, sigma: float, ratio: float = 1.0) -> str:
    """The time to action of a position of the speed slider, as YAML."""
    from afterban.units import parse_duration

    if speed == AT_ONCE:
        return "0"
    median = speed if ratio == 1.0 else f"{parse_duration(speed) * ratio * 24:g}h"
    return f"{{lognormal: {{median: {median}, sigma: {sigma:g}}}}}"


def speed_changes(state: State, speed: str) -> dict[str, str]:
    """What puts the speed slider of a state to a value, whatever its others are."""
    story = state.about
    if state.reviewers != ANY:
        return {"review.action_delay": time_text(speed, story.spread[0])}
    changes = {"review.time_to_action": time_text(speed, story.spread[0])}
    if story.ratio is not None:
        text = time_text(speed, story.spread[1], story.ratio)
        changes["review.urgent_time_to_action"] = text
    return changes


def _speed(state: State) -> dict[str, str]:
    return speed_changes(state, state.speed)


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


def name_of(state: State) -> str:
    """Name of the exported scenario."""
    return f"page-{state.story}"


def yaml_of(state: State, numbers: Mapping[str, str] | None = None) -> str:
    """The state as a scenario file.

    numbers: what the page shows for it, for the reader to compare with; label -> text.
    """
    story, base = state.about, shipped(state)
    file = f"{name_of(state)}.yaml"
    rows = [
        f"# {story.title}: {SIZES[state.size]}, as set on the page of `afterban app`.",
        f"# From {listed(story.sources)} of sources.yaml.",
        *(
            f"# {SLIDERS[key].label}: {SLIDERS[key].label_of(getattr(state, key))}"
            + ("" if key in state.moved() else " (as in the story)")
            for key in SLIDERS
        ),
        "# The numbers of the page:",
        f"#   afterban run {file} --policies base",
        *(f"#   {label}: {text}" for label, text in (numbers or {}).items()),
        "schema_version: 1",
        f"name: {name_of(state)}",
        f"title: {json.dumps(story.title + ', with the sliders of the page')}",
        f"extends: {base.name}",
        f"seed: {state.seed}",
        f"replications: {REPLICATIONS}",
    ]
    tree: dict[str, Any] = {}
    for path, text in changes_of(state).items():
        *above, last = path.split(".")
        at = tree
        for step in above:
            at = at.setdefault(step, {})
        at[last] = text
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
    """The scenario of a state, read from the text that is exported."""
    return _read(yaml_of(state.run_key()))
