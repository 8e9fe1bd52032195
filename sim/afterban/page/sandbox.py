"""A page of any scenario: no story is told, but its network is played with the sliders that fit it.

A slider is there if its edits say of this scenario what its label says, and change something.  What
is left out, and why, stands on the page.

Checked by ``tests/page/test_sandbox.py``: the page's figures are those of the exported scenario.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from afterban.channels import NAMES
from afterban.errors import AfterbanError
from afterban.experiment.memory import refuse_too_large
from afterban.experiment.replicate import Outcome, run_replication
from afterban.language.laws import Distribution
from afterban.page.beats import Beat, Number, people, percent
from afterban.page.controls import (
    NUMBERS,
    REAL,
    SIZE,
    Control,
    number_text,
    time_text,
    value_of,
)
from afterban.page.presets import ANY, AT_ONCE, NOBODY, OFF, SLIDERS, Story
from afterban.page.record import Drawn, run_data
from afterban.page.slots import Lowering, modes_of
from afterban.page.story import story_data
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT
from afterban.scenario import Scenario
from afterban.sources import registry

Data = dict[str, Any]

MOST: Final = 200_000  # operators of a page
# Seconds of a laptop in which a page draws an operator, and goes on by an event (decision 0111).
_AN_OPERATOR, _AN_EVENT = 1.5e-5, 1.4e-6
_AIM: Final = 2.0  # seconds in which a page should answer
_OPENING: Final = 200  # letters of a description beside the pictures
_MORE: Final = "(More under “Where the numbers come from”.)"
_SPEED: Final = (
    "Median time from a flag to the suspension. Urgent cases stay as much faster as they are in "
    "the scenario."
)
_AFTER: Final = "Median time from a reviewer's decision to the suspension."
_REVIEWERS: Final = "People of the team who look at flagged accounts, always on duty."
_EDITS: Final = (
    "The platform compares each new handle with the suspended ones and flags those that are at "
    "most so many edits away. A wider net catches more successors, and more ordinary users who "
    "look alike where the scenario has any."
)


def page_data(source: str | os.PathLike[str]) -> Data:
    """The page of a scenario (``StoryData`` in ``src/view/payload.ts``).

    source: the name of a shipped scenario, or the path of a file.
    Raises AfterbanError for one that cannot be read, or that is too large for a page.
    """
    scenario = Scenario.from_yaml(source)
    total = operators(scenario)
    if total > MOST:
        raise AfterbanError(
            f"a page has room for {MOST:,} operators, and {scenario.name} has {total:,}; "
            "make a smaller network of the same kind, with a lower `count` of its largest tier"
        )
    refuse_too_large(scenario, (AS_WRITTEN,), 1)
    story = story_of(scenario, source)
    lowered = story_data(story, scenario=scenario)
    for control in lowered["controls"]:
        for part in (*control["words"], *control["marks"]):
            if part["value"] == NOBODY:
                part["label"] = "no campaign"
    off, first = run_replication(scenario, [WITHOUT_ENFORCEMENT, AS_WRITTEN], keep=True)
    drawn = Drawn(scenario, first)
    answer = run_data(scenario, first, drawn.shown, {})
    return {
        "key": lowered["key"],
        "title": story.title,
        "asks": "",
        "network": drawn.network(),
        "answers": [answer],
        "beats": [_beat(scenario, first, off).data()],
        "curves": {},
        "scenario": story.scenario,
        "sources": list(story.sources),
        "about": _about(scenario, story, {one["key"] for one in lowered["controls"]}),
        "start": lowered["start"],
        "horizon": lowered["horizon"],
        "seed": lowered["seed"],
        "size": REAL,
        "commands": [f"afterban run {story.scenario} --policies base --reps 1"],
        "channels": list(NAMES),
        "presets": [
            {"key": "start", "label": "As in the scenario", "answer": 0},
            *({"key": p["key"], "label": p["label"], "answer": None} for p in lowered["presets"]),
        ],
        "lowered": lowered,
    }


def operators(scenario: Scenario) -> int:
    """Operators that a scenario begins with."""
    return sum(tier.count for tier in scenario.tiers.values())


def _beat(scenario: Scenario, first: Outcome, off: Outcome) -> Beat:
    assert first.records is not None
    assert first.world is not None
    assert off.records is not None
    reach, there = first.metrics["effective_reach"], len(first.world.tier)
    events = first.records.events + off.records.events
    text = [_plain(_opening(scenario))] if scenario.description.strip() else []
    if there * _AN_OPERATOR + events * _AN_EVENT > _AIM:
        text.append(
            f"A run of {people(there)} operators and {people(events)} events takes longer than two "
            "seconds, so a slider is answered after a while."
        )
    told = Number(percent(reach), "of what outsiders would have seen", "one run, recorded")
    return Beat(
        scenario.title or scenario.name,
        text,
        begin=1e6,
        explore=True,
        number=told if math.isfinite(reach) else None,
    )


def _opening(scenario: Scenario) -> str:
    """The first sentences of the description; with all of it no slider would be on the screen."""
    first, *rest = re.split(r"(?<=[.!?]) ", _whole(scenario))
    while rest and len(first) + len(rest[0]) < _OPENING:
        first = f"{first} {rest.pop(0)}"
    return f"{first} {_MORE}" if rest else first


def _whole(scenario: Scenario) -> str:
    return " ".join(scenario.description.split())


def _plain(text: str) -> str:
    """A text of somebody else in which nothing is marked as a word with an explanation."""
    return text.replace("[[", "[\N{ZERO WIDTH SPACE}[")


def _about(scenario: Scenario, story: Story, shown: set[str]) -> list[str]:
    """What stands under the numbers: documents, and sliders that are not there."""
    known = registry().sources
    found = [_whole(scenario)] if _opening(scenario).endswith(_MORE) else []
    found += [f"{one}: {known[one].cited()}" for one in story.sources if one in known]
    own = scenario.sources
    for one in story.sources:
        if one in own:
            about = own[one]
            told = (about.authors, about.year, about.title, about.doi or about.url)
            found.append(f"{one}: {', '.join(filter(None, told)) or about.note}")
    for key, slider in SLIDERS.items():
        if key not in shown:
            why = story.fixed.get(key, "it changes nothing in this scenario")
            found.append(f"Without “{slider.label}”: {why}.")
    return found


# --- a scenario as a story ------------------------------------------------------------------------


def story_of(scenario: Scenario, source: str | os.PathLike[str] = "") -> Story:
    """A story that plays a scenario in its own size, each slider where the scenario has it.

    source: what the exported scenario extends; its name if left out.
    """
    start, fixed = dict(_NOWHERE), {}
    for key, reader in _READERS.items():
        try:
            start[key] = reader(scenario)
        except _DoesNotFit as why:
            fixed[key] = str(why)
    # A fixed slider decides which edits others make, so it stands where the scenario does.
    if scenario.review.team is not None and "reviewers" in fixed:
        start["reviewers"] = str(max(1, scenario.review.team.reviewers))
    if scenario.detection.handle_match.recall > 0 and "edits" in fixed:
        start["edits"] = str(scenario.detection.handle_match.edits)
    helps = {
        "speed": _SPEED if scenario.review.team is None else _AFTER,
        "reviewers": _REVIEWERS,
        "edits": _EDITS,
    }
    day, every, share = _campaign(scenario)
    helps["first"] = (
        f"A campaign besides: from {day} on it suspends {percent(float(share))} of the live "
        f"accounts every {every.removesuffix('d')} days."
    )
    made = Story(
        key=scenario.name,
        title=scenario.title or scenario.name,
        scenario=_named(source or scenario.name),
        sources=tuple(_sources(scenario)),
        tells="",
        question="",
        start=start,
        campaign=(day, every, share),
        ratio=_ratio(scenario),
        spread=_spread(scenario),
        without={} if scenario.review.team is None else {"reviewers": (ANY,)},
        fixed=fixed,
        helps=helps,
    )
    return _working(made, scenario)


def _named(source: str | os.PathLike[str]) -> str:
    """How an exported scenario beside it names one, as YAML."""
    name = Path(source).name
    return name if re.fullmatch(r"[A-Za-z][\w.-]*", name) else json.dumps(name)


def _sources(scenario: Scenario) -> Iterator[str]:
    """Documents that its own values rest on, in the order of its values."""
    known, found = registry(), set()
    for row in scenario.inspect_rows():
        if row.origin == "default" or not row.source:
            continue
        figure = known.figures.get(row.source)
        document = figure.source.id if figure else row.source
        if document not in found:
            found.add(document)
            yield document


def _working(story: Story, scenario: Scenario) -> Story:
    """The story without sliders that some value of the scenario does not go together with."""
    fixed = dict(story.fixed)
    lowering = Lowering(story, scenario=scenario)
    for control in lowering.controls:
        if control.key == SIZE or control.key in fixed:
            continue
        try:
            for values in modes_of(control, lowering.edits).values():
                for value in values:
                    lowering.at({control.key: value})
        except AfterbanError as error:
            fixed[control.key] = str(error).splitlines()[0].rstrip(".")
    return replace(story, fixed=fixed)


class _DoesNotFit(Exception):  # it is an answer, no fault
    """Why a slider does not say of a scenario what its label says."""


_NOWHERE: Final[Mapping[str, str]] = {
    "speed": AT_ONCE,
    "reviewers": ANY,
    "edits": OFF,
    "returns": "0",
    "promotion": "0",
    "first": NOBODY,
}


def _within(key: str, text: str) -> str:
    """A start that the slider has; raises _DoesNotFit for another one."""
    try:
        Control(key, 0, NUMBERS[key]).check(value_of(key, text))
    except AfterbanError:
        of = NUMBERS[key]
        raise _DoesNotFit(
            f"the scenario has {text}, and it goes from {of.least:g} to {of.most:g} {of.unit}"
        ) from None
    return text


def _median(law: Distribution, what: str) -> tuple[float, float]:
    """Median and sigma of a time, both 0 where nothing is waited for."""
    written = dict(law.written)
    if law.kind == "lognormal" and set(written) == {"median", "sigma"}:
        return float(written["median"]), float(written["sigma"])
    if law.kind == "constant" and set(written) == {"value"}:
        return float(written["value"]), 0.0
    raise _DoesNotFit(f"the {what} is another law than a lognormal one ({law.kind})")


def _acts(scenario: Scenario) -> Distribution:
    review = scenario.review
    return review.time_to_action if review.team is None else review.action_delay


def _speed(scenario: Scenario) -> str:
    urgent, team = scenario.review.urgent_time_to_action, scenario.review.team
    for regime in scenario.detection.regimes:
        if team is None and (regime.time_to_action or regime.urgent_time_to_action):
            raise _DoesNotFit("the time to action changes on dates of the scenario's own")
    median, sigma = _median(_acts(scenario), "time to action")
    if team is None and urgent is not None:
        _median(urgent, "time to action of urgent cases")
        if not median:
            raise _DoesNotFit("urgent cases take longer than others, which take no time")
    if not median and sigma:
        raise _DoesNotFit("the time to action is no positive one")
    return _within("speed", time_text(median) if median else AT_ONCE)


def _spread(scenario: Scenario) -> tuple[float, float]:
    """Sigmas of the times to action; 1 where nothing was waited for, since some wait varies."""
    found = []
    for law in (_acts(scenario), scenario.review.urgent_time_to_action):
        try:
            median, sigma = _median(law, "") if law is not None else (0.0, 0.0)
        except _DoesNotFit:
            median, sigma = 0.0, 0.0
        found.append(sigma if median else 1.0)
    return found[0], found[1]


def _ratio(scenario: Scenario) -> float | None:
    urgent = scenario.review.urgent_time_to_action
    if urgent is None or scenario.review.team is not None:
        return None
    try:
        median = _median(scenario.review.time_to_action, "")[0]
        return _median(urgent, "")[0] / median if median else None
    except _DoesNotFit:
        return None


def _reviewers(scenario: Scenario) -> str:
    team = scenario.review.team
    if team is None:
        raise _DoesNotFit("the scenario has no team")
    if team.shifts:
        raise _DoesNotFit("the team works in shifts")
    return _within("reviewers", str(team.reviewers))


def _edits(scenario: Scenario) -> str:
    match = scenario.detection.handle_match
    if not match.recall:
        raise _DoesNotFit("the scenario compares no handles")
    if any(regime.handle_recall is not None for regime in scenario.detection.regimes):
        raise _DoesNotFit("how handles are compared changes on dates of the scenario's own")
    return _within("edits", str(match.edits))


def _returns(scenario: Scenario) -> str:
    before = float(scenario.returning.probability)
    own = [float(tier.returns) for tier in scenario.tiers.values() if tier.returns is not None]
    if before in (0.0, 1.0) and any(0.0 < one < 1.0 for one in own):
        raise _DoesNotFit("tiers with a probability of their own have no odds ratio to it")
    return number_text(before)


def _promotion(scenario: Scenario) -> str:
    return _within("promotion", str(scenario.promotion.posts))


def _first(scenario: Scenario) -> str:
    if scenario.detection.pulses:
        raise _DoesNotFit("the scenario has campaigns of its own")
    team = scenario.review.team
    if team is not None and team.rank_by is not None:
        raise _DoesNotFit("the team has an order of its own")
    return NOBODY


def _campaign(scenario: Scenario) -> tuple[str, str, str]:
    """First day, days between repetitions and share: a tenth of the run in, weekly, a twentieth."""
    first = scenario.start + dt.timedelta(days=int(scenario.horizon / 10))
    few = operators(scenario) < 40
    return first.isoformat(), "7d", "0.5" if few else "0.05"


_READERS: Final = {
    "speed": _speed,
    "reviewers": _reviewers,
    "edits": _edits,
    "returns": _returns,
    "promotion": _promotion,
    "first": _first,
}
