"""The stories of the page, the sliders they have, and ready-made settings of these.

Data only, and plain: everything is text, so that a page without Python can hold it too.  A slider
has *steps*; a step has a ``value``, which stands in links and files, and a ``label`` for people.
Where a slider stands at the start of a story is the story's own affair (``Story.start``): at those
values nothing of the shipped scenario is changed.

What the sliders change in a scenario is in :mod:`afterban.page.state`.

Checked by ``tests/page/test_state.py``: the starting values are those of the shipped scenarios.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Step:
    """One position of a slider."""

    value: str
    label: str


@dataclass(frozen=True)
class Slider:
    """One dial.

    key: its name in links, files and ``State``.
    paths: the scenario's values that it changes, for people.
    ordered: whether its steps are an order (a slider) or kinds (a list to choose from).
    """

    key: str
    label: str
    help: str
    paths: tuple[str, ...]
    steps: tuple[Step, ...]
    ordered: bool = True

    def label_of(self, value: str) -> str:
        """The words for a value.  Raises KeyError for one that it does not have."""
        return {step.value: step.label for step in self.steps}[value]


def _steps(*pairs: tuple[str, str]) -> tuple[Step, ...]:
    return tuple(Step(value, label) for value, label in pairs)


AT_ONCE, OFF, ANY, NOBODY = "0", "off", "any", "story"

SLIDERS: Mapping[str, Slider] = {
    slider.key: slider
    for slider in (
        Slider(
            "speed",
            "Time to suspension",
            "Median time from a flag to the suspension. Urgent cases stay as much faster as they "
            "are in the story. With limited reviewers it is the time from the decision to the "
            "suspension, and the wait for a reviewer comes on top.",
            ("review.time_to_action", "review.urgent_time_to_action", "review.action_delay"),
            _steps(
                (AT_ONCE, "at once"),
                ("1h", "1 hour"),
                ("3h", "3 hours"),
                ("6h", "6 hours"),
                ("12h", "12 hours"),
                ("1d", "1 day"),
                ("2d", "2 days"),
                ("4d", "4 days"),
                ("7d", "7 days"),
                ("14d", "14 days"),
                ("30d", "30 days"),
            ),
        ),
        Slider(
            "reviewers",
            "Reviewers",
            "People who look at flagged accounts, always on duty, 5 minutes for a case. They share "
            "their time with 2,000 reports a day about ordinary users, so seven are just enough.",
            ("review.team.reviewers",),
            _steps(
                ("6", "6"),
                ("7", "7"),
                ("8", "8"),
                ("9", "9"),
                ("10", "10"),
                ("12", "12"),
                ("15", "15"),
                ("20", "20"),
                (ANY, "as many as needed"),
            ),
        ),
        Slider(
            "edits",
            "Handle threshold",
            "The platform compares each new handle with the suspended ones and flags those that "
            "are at most so many edits away. A wider net catches more successors (and, in the "
            "story of names, more ordinary users who look alike).",
            ("detection.handle_match.edits", "detection.handle_match.recall"),
            _steps(
                (OFF, "no comparison"),
                ("1", "1 edit"),
                ("2", "2 edits"),
                ("3", "3 edits"),
                ("4", "4 edits"),
                ("5", "5 edits"),
                ("6", "6 edits"),
            ),
        ),
        Slider(
            "returns",
            "Return probability",
            "Probability that an ordinary operator comes back after a suspension. Tiers that come "
            "back more often than that keep their odds ratio to it.",
            ("returning.probability", "tiers.*.returns"),
            _steps(
                ("0", "0 %"),
                ("0.1", "10 %"),
                ("0.2", "20 %"),
                ("0.4", "40 %"),
                ("0.6", "60 %"),
                ("0.8", "80 %"),
                ("0.9", "90 %"),
                ("0.95", "95 %"),
                ("1", "100 %"),
            ),
        ),
        Slider(
            "promotion",
            "Promotion strength",
            "Posts that a surviving account gives to each promotion of one that came back. More "
            "posts are seen by more of its followers, and cost it more of its own posts.",
            ("promotion.posts",),
            _steps(
                ("0", "none"),
                ("1", "1 post"),
                ("2", "2 posts"),
                ("3", "3 posts"),
                ("5", "5 posts"),
                ("8", "8 posts"),
                ("12", "12 posts"),
                ("20", "20 posts"),
            ),
        ),
        Slider(
            "first",
            "Who is hit first",
            "A campaign besides, which suspends a share of the live accounts again and again, and "
            "with limited reviewers the order in which they look at cases.",
            ("detection.pulses", "review.team.order"),
            _steps(
                (NOBODY, "as in the story (no campaign)"),
                ("random", "a campaign: anybody"),
                ("followers", "a campaign: most followed first"),
                ("activity", "a campaign: busiest first"),
                ("links", "a campaign: best linked first"),
            ),
            ordered=False,
        ),
    )
}


@dataclass(frozen=True)
class Preset:
    """Ready-made settings: the sliders that are not where the story starts."""

    key: str
    label: str
    moves: Mapping[str, str]


PRESETS: tuple[Preset, ...] = (
    Preset("hour", "Within an hour", {"speed": "1h"}),
    Preset("month", "After a month", {"speed": "30d"}),
    Preset("overload", "Too few reviewers", {"reviewers": "6"}),
    Preset("names", "Names compared", {"edits": "3"}),
    Preset("give-up", "Nobody returns", {"returns": "0"}),
    Preset("all-return", "Everybody returns", {"returns": "1"}),
    Preset("silence", "No promotion", {"promotion": "0"}),
    Preset("hubs", "Best linked first", {"first": "links"}),
)


@dataclass(frozen=True)
class Story:
    """Something that the source documents tell, and the shipped scenario that plays it.

    sources: ids of ``sources.yaml``.
    start: slider -> value at the start; all sliders are in it.
    smaller: values of the class size, path -> YAML; empty where the real size is small.
    ratio: median of urgent cases for each day of the others (time to action), if there is one.
    spread: sigma of the lognormal time to action, of ordinary and of urgent cases.
    campaign: first day, days between repetitions and share of the live accounts of the campaign
        that the slider ``first`` switches on.
    also: extra arms of the scenario that rows of cited-beside-simulated need.
    without: slider -> values that it does not have in this story.
    fixed: sliders that stand where the story starts for good, and why.
    helps: slider -> what is said of it here in place of the words that it has for all.
    """

    key: str
    title: str
    scenario: str
    sources: tuple[str, ...]
    tells: str
    question: str
    start: Mapping[str, str]
    campaign: tuple[str, str, str]
    smaller: Mapping[str, str] = field(default_factory=dict)
    ratio: float | None = None
    spread: tuple[float, float] = (1.0, 1.0)
    also: tuple[str, ...] = ()
    without: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    helps: Mapping[str, str] = field(default_factory=dict)

    def steps(self, slider: str) -> tuple[Step, ...]:
        """Positions that a slider has in this story."""
        left_out = self.without.get(slider, ())
        return tuple(step for step in SLIDERS[slider].steps if step.value not in left_out)

    def offers(self, preset: Preset) -> bool:
        """Whether a ready-made setting has all its positions here, and is not the start itself."""
        moved = {k: v for k, v in preset.moves.items() if self.start[k] != v}
        if set(moved) & set(self.fixed):
            return False
        return bool(moved) and all(
            value in [step.value for step in self.steps(key)] for key, value in moved.items()
        )

    @property
    def sizes(self) -> tuple[str, ...]:
        """Sizes of the network that can be chosen; the first one is what a story starts with."""
        return ("class", "real") if self.smaller else ("real",)


# A tenth of the ordinary accounts of 2014; the few large ones stay, or there is nothing to see.
_CLASS_OF_2014 = {
    "tiers.media.count": "10",
    "tiers.regional.count": "20",
    "tiers.hub.count": "40",
    "tiers.supporter.count": "2400",
}
_START_OF_2014 = {
    "speed": "1d",
    "reviewers": ANY,
    "edits": OFF,
    "returns": "0.4",
    "promotion": "1",
    "first": NOBODY,
}
_CAMPAIGN_OF_2014 = ("2014-06-15", "1d", "0.002")

STORIES: Mapping[str, Story] = {
    story.key: story
    for story in (
        Story(
            "june-2014",
            "Suspensions begin (2014)",
            "september-2014",
            ("S9", "S11", "S12", "S13", "S14", "S16"),
            "In June 2014 the platform begins to suspend. Official accounts are watched and go "
            "first; supporters come back under very similar names and are promoted by those who "
            "are left. By mid-September there is no official account any more.",
            "Does coming back again and again bring the followers back?",
            _START_OF_2014,
            _CAMPAIGN_OF_2014,
            _CLASS_OF_2014,
            ratio=0.25,
            spread=(1.2, 0.8),
            also=("without-promotion",),
        ),
        Story(
            "how-fast",
            "How fast is fast enough?",
            "one-off-purge",
            ("S13", "S14", "S16"),
            "The time that supporters spend on new accounts surely limits their influence, the "
            "document concludes. Here nearly every account is found within days, and nine of ten "
            "operators come back.",
            "How much does it help to act within an hour instead of a month?",
            {**_START_OF_2014, "returns": "0.9"},
            _CAMPAIGN_OF_2014,
            _CLASS_OF_2014,
            also=("within-1h", "within-30d"),
        ),
        Story(
            "names",
            "A very similar name",
            "handle-threshold",
            ("S13",),
            "New accounts come back usually under a very similar name. That helps followers to "
            "find them, and a platform that compares names.",
            "How alike is too alike?",
            {**_START_OF_2014, "edits": "2", "returns": "0.9", "promotion": "3"},
            ("2014-06-15", "1d", "0.01"),
            {"detection.handle_match.ordinary.sample": "1000"},
        ),
        Story(
            "queue",
            "Threats go first",
            "capacity",
            ("S17",),
            "An account that threatened the platform's staff was promptly suspended. Ten "
            "reviewers face the flags of the network, and 2,000 reports a day about ordinary "
            "users; threats go first.",
            "What happens when there are too few reviewers?",
            {**_START_OF_2014, "speed": AT_ONCE, "reviewers": "10", "returns": "0.9"},
            ("2015-11-09", "1d", "0.002"),
            _CLASS_OF_2014,
            without={"reviewers": (ANY,)},
        ),
        Story(
            "next-platform",
            "From one platform to the next",
            "displacement-2014",
            ("S10", "S11"),
            "Official accounts move on to two small networks and then to one with 80 million "
            "users, until that one enforces too. Audiences follow only in part.",
            "What is left after three hops?",
            _START_OF_2014,
            _CAMPAIGN_OF_2014,
            _CLASS_OF_2014,
            ratio=0.25,
            spread=(1.2, 0.8),
        ),
        Story(
            "recruits",
            "Reach makes recruits",
            "recruitment",
            ("S18", "S19"),
            "Recruits hand over their passwords, and some go right back to work posting. Who is "
            "reached may become an operator, whose reach wins over others.",
            "From what speed on does the network shrink?",
            {**_START_OF_2014, "speed": "7d", "returns": "0.6", "promotion": "3"},
            ("2014-02-01", "7d", "0.05"),
        ),
        Story(
            "counter-speech",
            "Think again: answers beside suspensions",
            "think-again-2014",
            ("S21",),
            "A campaign answers on the same platform while accounts are suspended. The document "
            "gives no numbers for it, so its size and effect are assumed.",
            "Do answers matter beside suspensions?",
            _START_OF_2014,
            _CAMPAIGN_OF_2014,
            _CLASS_OF_2014,
            ratio=0.25,
            spread=(1.2, 0.8),
            also=("silent",),
        ),
        Story(
            "flame-war-2011",
            "A flame war without suspensions (2011)",
            "isaf-taliban-2011",
            ("S1", "S4", "S5", "S6", "S7", "S22", "S23"),
            "Two unlike accounts break no rule and are left alone, beside a press office that "
            "grows from 736 to nearly 18,000 followers in a year and answers from 14 September on. "
            "Nobody is flagged, so only a campaign (who is hit first) changes anything.",
            "What if the two had been suspended again and again?",
            {**_START_OF_2014, "promotion": "3"},
            ("2011-01-18", "30d", "0.5"),
        ),
    )
}
