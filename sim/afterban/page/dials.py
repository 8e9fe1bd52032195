"""The live dial at the end of each lesson: its scenario with one control, as the page simulates it.

What a lesson changes in a shipped scenario are edits that always hold, so that the page's file of
a state is the scenario of the lesson, and lowering and rules are those of the stories.

Checked by ``tests/page/test_lessons.py``: the page gives what the command line gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from afterban.experiment.replicate import run_replication
from afterban.lessons import NOBODY_FORGETS
from afterban.page.controls import MOVED, REAL, SIZE, Control, Edit, Number, Value, changes, size_of
from afterban.page.lowered import Pool
from afterban.page.presets import Story
from afterban.page.slots import Lowering, data_of, slots_of
from afterban.page.story import FORMAT, OFF, dial_data, edit_data
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT
from afterban.scenario import Scenario

Data = dict[str, Any]
ALWAYS: Final = ((),)  # a condition without parts


@dataclass(frozen=True)
class Dial:
    """One control of a lesson's scenario, and what is looked at while it moves.

    asks: a question that the class answers with it.
    scenario: the shipped one.  fixed: what the lesson changes in it, path -> YAML.
    path, text: the value that the control sets, with ``{}`` for its number.
    marks: positions that are simulated at once, with their labels.
    metrics: what is told of a run, the first one drawn.
    seeds: whether other seeds are offered beside the lesson's own.
    """

    lesson: str
    asks: str
    scenario: str
    fixed: Mapping[str, str]
    label: str
    help: str
    path: str
    text: str
    start: Value
    number: Number
    marks: Mapping[float, str]
    metrics: tuple[str, ...]
    seeds: bool = False

    @property
    def key(self) -> str:
        """Name of the control."""
        return self.path.rsplit(".", 1)[-1]

    @property
    def story(self) -> Story:
        """What it is for the page's files: a story without sliders of the presets."""
        about = f"The dial of the lesson {self.lesson}"
        return Story(
            f"lesson-{self.lesson}", about, self.scenario, (), "", self.asks, {}, ("", "", "")
        )


def _plain(values: Mapping[str, Any]) -> dict[str, str]:
    return {path: str(value) for path, value in values.items()}


_DAYS = {1 / 24: "1 h", 0.25: "6 h", 1.0: "1 day", 3.0: "3 days", 7.0: "1 week", 30.0: "30 days"}
_SPEED = Number(1 / 24, 30.0, False, "days", logarithmic=True)
_LAW = "{lognormal: {median: {}, sigma: 1}}"

DIALS: Final[Mapping[str, Dial]] = {
    dial.lesson: dial
    for dial in (
        Dial(
            "cycle",
            "How slow may suspensions be before outsiders see half of what they would see without?",
            "minimal",
            _plain(
                {
                    **NOBODY_FORGETS,
                    "promotion.view_probability": "none",
                    "promotion.posts": 3,
                    "network.overlap_outsiders": 0.1,
                }
            ),
            "Median time to action",
            "From a report to the suspension.",
            "review.time_to_action",
            _LAW,
            1.0,
            _SPEED,
            _DAYS,
            ("effective_reach", "live_accounts", "suspensions"),
        ),
        Dial(
            "pairing",
            "Move the dial, then take another seed. What changes more: the curve's height, or its "
            "shape?",
            "minimal",
            {},
            "Median time to action",
            "From a report to the suspension.",
            "review.time_to_action",
            _LAW,
            1.0,
            _SPEED,
            _DAYS,
            ("effective_reach", "suspensions"),
            seeds=True,
        ),
        Dial(
            "queues",
            "Where is the cliff? With how many reviewers would you run this team?",
            "minimal",
            {
                "start": "2014-09-01",
                "horizon": "56 days",
                "metrics.start": "2014-09-08",
                "detection.classifier": "0.02 per post",
                "returning.probability": "0.9",
                "review.team.service_time": "{exponential: {mean: 20min}}",
                "review.team.benign_reports": "600 per day",
                "review.team.reviewers": "10",
            },
            "Reviewers around the clock",
            "All cases of the platform come to them: some 600 a day.",
            "review.team.reviewers",
            "{}",
            10,
            Number(6, 16, True, "people"),
            {k: str(k) for k in (6, 7, 8, 9, 10, 12, 14, 16)},
            ("effective_reach", "waiting_time_mean", "utilisation", "backlog_mean"),
        ),
        Dial(
            "tipping",
            "By promotion alone: at which time to action do followers begin to hold?",
            "all-alike",
            {
                "tiers.operator.count": "150",
                "audience.refollow_outsiders": "0 per day",
                "horizon": "90 days",
                "metrics.start": "2015-02-15",
            },
            "Mean time to action",
            "Exponential. Nobody finds an account by themselves here, in neither half of the "
            "audience; the mean is over the second half of 90 days.",
            "review.time_to_action",
            "{exponential: {mean: {}}}",
            2.0,
            Number(0.125, 16.0, False, "days", logarithmic=True),
            {0.5: "12 h", 1.0: "1 day", 2.0: "2 days", 4.0: "4 days", 8.0: "8 days", 16.0: "16 days"},
            ("attached_outsiders_share", "suspensions"),
        ),
        Dial(
            "handles",
            "Where would you put the threshold, and whom would you tell about it?",
            "handle-threshold",
            _plain(
                {
                    **NOBODY_FORGETS,
                    "tiers.hub.count": 3,
                    "tiers.supporter.count": 147,
                    "detection.handle_match.ordinary.sample": 2000,
                }
            ),
            "Threshold, edits",
            "New handles that differ from a suspended one by at most so many edits are flagged.",
            "detection.handle_match.edits",
            "{}",
            2,
            Number(0, 6, True, "edits"),
            {k: str(k) for k in range(7)},
            ("effective_reach", "look_alikes_flagged", "look_alikes_suspended"),
        ),
    )
}


class _OfDial(Lowering):
    """The scenario of a lesson wherever its dial stands."""

    def __init__(self, dial: Dial) -> None:
        super().__init__(dial.story, (AS_WRITTEN, WITHOUT_ENFORCEMENT), controlled=False)
        own = Control(dial.key, dial.start, dial.number)
        moves = Edit(dial.path, dial.text, (((dial.key, MOVED),),), dial.key)
        self.controls = (own, size_of(dial.story))
        fixed = [Edit(path, text, ALWAYS) for path, text in dial.fixed.items()]
        self.edits = (*fixed, moves)


def dial_story(dial: Dial) -> Data:
    """A dial with its lesson, for JSON; ``lowered`` is ``Story`` in ``src/engine/types.d.ts``."""
    lowering = _OfDial(dial)
    scenario = lowering.scenario({})
    seed = _seed(dial)
    (off,) = run_replication(scenario, [WITHOUT_ENFORCEMENT], seed=seed)
    (base,) = run_replication(scenario, [AS_WRITTEN], twin=off.metrics, seed=seed)
    pool = Pool()
    slots = slots_of(lowering)
    own = lowering.controls[0]
    tables = lowering.at({SIZE: REAL})[AS_WRITTEN]
    number = dial_data(own, lowering.edits)["number"]
    return {
        "asks": dial.asks,
        "metrics": list(dial.metrics),
        "marks": [{"at": at, "label": label} for at, label in dial.marks.items()],
        "seeds": dial.seeds,
        "recorded": {name: base.metrics[name] for name in dial.metrics},
        "command": _command(dial, lowering),
        "lowered": {
            "format": FORMAT,
            "key": dial.story.key,
            "title": dial.story.title,
            "scenario": dial.scenario,
            "sources": [],
            "tells": "",
            "question": dial.asks,
            "start": scenario.start.isoformat(),
            "horizon": float(scenario.horizon),
            "seed": seed,
            "tiers": [{"name": name} for name in scenario.tiers],
            "traced": 0,
            "platforms": list(scenario.platforms),
            "controls": [
                {
                    "key": dial.key,
                    "label": dial.label,
                    "help": dial.help,
                    "paths": [dial.path],
                    "start": dial.start,
                    "number": number,
                    "words": [],
                    "marks": [{"value": at, "label": label} for at, label in dial.marks.items()],
                }
            ],
            "sizes": [
                {
                    "key": REAL,
                    "label": "real size",
                    "operators": int(tables["tier_count"].sum()),
                }
            ],
            "presets": [],
            "arms": [],
            "engine": {
                "dials": {one.key: dial_data(one, lowering.edits) for one in lowering.controls},
                "edits": [edit_data(one) for one in lowering.edits],
                "policies": {
                    OFF if policy == WITHOUT_ENFORCEMENT else policy: data_of(slots[policy], pool)
                    for policy in lowering.policies
                },
                "pool": pool.data(),
            },
        },
    }


def _seed(dial: Dial) -> int:
    return Scenario.from_yaml(dial.scenario).seed


def _command(dial: Dial, lowering: Lowering) -> str:
    """The command that gives the numbers of the start."""
    sets = "".join(
        f" --set '{path}={text}'"
        for path, text in changes(lowering.controls, lowering.edits, {}).items()
    )
    return f"afterban run {dial.scenario} --policies base --reps 1{sets}"
