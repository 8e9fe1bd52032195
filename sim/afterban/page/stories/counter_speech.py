"""Answers beside suspensions: what they take of the network's reach, and what they cost."""

from __future__ import annotations

from afterban.page.beats import (
    UNIT,
    Beat,
    Curve,
    Number,
    Question,
    Slip,
    Told,
    finding,
    interval,
    people,
    percent,
)
from afterban.page.record import Recorder
from afterban.parameters import AS_WRITTEN

SILENT, TENTH, ALL = "silent", "answers-one-in-ten", "answers-all-and-convinces"
REACH, A_DAY = "effective_reach", "answers_per_day"


def tell(of: Recorder) -> Told:
    """The campaign as assumed, and one that answers every post and convinces everybody."""
    speech, convinced = (one.counter_speech for one in (of.scenario, of.scenario.arm(ALL)))
    assert speech is not None
    assert convinced is not None
    (speaker,) = speech.speakers.values()
    finding(convinced.effect == 1, "that everybody who sees an answer is convinced")
    answer = of.answer(of.start)
    base, silent, everything = (of.numbers(of.start, arm) for arm in (AS_WRITTEN, SILENT, ALL))
    operators, time = of.network()["total"], float(of.scenario.horizon)
    taken = of.beside(of.start, of.start, lambda a, b: a[REACH] - b[REACH], (SILENT, ALL))
    suspended = 1 - silent[REACH].value
    price = Question(
        "price",
        f"The network has {people(operators)} operators. How many answers a day would it take to "
        "answer every post?",
        "answers",
        0,
        60_000,
        everything[A_DAY].value,
        2_500,
        f"{people(everything[A_DAY].value)} a day, for as long as the network posts: "
        f"{people(everything[A_DAY].value / operators)} for each operator.",
        (everything[A_DAY].low, everything[A_DAY].high),
        [
            Slip(operators, "That would be one post a day of each; most post more often."),
            Slip(
                everything[A_DAY].value / 10,
                "With so many it answers about one post in ten.",
            ),
        ],
    )
    effect = Question(
        "effect",
        f"Suspensions take {percent(suspended)} of the views by outsiders. Now the campaign "
        f"answers every post; {percent(convinced.answers_seen)} of those who see a post see the "
        "answer, and none of them begins to follow. How much of the views does that take "
        "besides?",
        "%",
        0,
        50,
        100 * taken.value,
        1.5,
        f"{percent(taken.value)}. An answer can keep those away who do not follow yet. Those who "
        "do, and they make the views, see the posts as before.",
        (100 * taken.low, 100 * taken.high),
        [
            Slip(
                100 * convinced.answers_seen * (1 - suspended),
                "Half of what was left would go if answers stopped people from seeing a post.",
            ),
            Slip(
                100 * suspended,
                "As much as suspensions? These take an account from all who follow it; answers "
                "only keep away who does not follow yet.",
            ),
            Slip(10, "So much would go if audiences were won anew within these months."),
        ],
    )
    beats = (
        Beat(
            f"A campaign with {people(speaker.followers)} followers answers "
            f"{people(base[A_DAY].value)} posts a day",
            [
                "It speaks on the same platform while accounts are suspended. The document names "
                "it and gives no numbers: its size, its answers and their effect are assumed.",
                "The pictures show one run, with suspensions alone. What do answers add to them?",
            ],
            plays=True,
            number=Number(
                percent(base[REACH].value),
                "of the views by outsiders are left, with both",
                interval(base[REACH]),
            ),
        ),
        Beat(
            "What would it take to answer everything?",
            [
                "An answer is written by somebody. Suspensions have a price as well: "
                f"{people(base['suspensions'].value)} in {people(time)} days."
            ],
            begin=1e6,
            question=price,
        ),
        Beat(
            finding(
                everything["share_of_voice"].low > 0.5,
                f"{people(everything[A_DAY].value)} answers a day, and the campaign is louder than "
                "the network",
            ),
            [
                f"Its share of all that is seen rises from {percent(base['share_of_voice'].value)} "
                f"to {percent(everything['share_of_voice'].value)}. For each account that is "
                f"suspended it would write "
                f"{people(everything[A_DAY].value * time / base['suspensions'].value)} answers.",
            ],
            begin=1e6,
            number=Number(
                people(everything[A_DAY].value), "answers a day", interval(everything[A_DAY], 1, "")
            ),
        ),
        Beat(
            "Suppose that it did, and convinced everybody who sees it",
            [
                "That is far more than anybody would expect of a campaign. It is a bound: whatever "
                "answers do in this model, it is less."
            ],
            begin=1e6,
            question=effect,
        ),
        Beat(
            finding(
                taken.high < suspended / 10,
                f"Suspensions take {percent(suspended)} of the views, answers to everything "
                f"{percent(taken.value)}",
            ),
            [
                "The curve is flat: answers could change only who begins to follow, and these are "
                f"few within {people(time)} days.",
                "What answers do besides is not in the model: to those who follow, to those who "
                "report, to what is said elsewhere.",
            ],
            begin=1e6,
            pictures=("network", "through", "curve"),
            curve="answers",
            number=Number(
                percent(taken.value), "of the views taken by answers besides", interval(taken)
            ),
        ),
        Beat(
            "Your turn: what does matter beside answers?",
            [
                "Act within an hour, or let nobody return: how much does each take, and how much "
                "is that beside what answers took?"
            ],
            explore=True,
            begin=1e6,
        ),
    )
    return Told(
        "counter-speech",
        "Think again: answers beside suspensions",
        "Do answers matter beside suspensions?",
        of.network(),
        [answer],
        beats,
        {"answers": _curve(of)},
    )


def _curve(of: Recorder) -> Curve:
    arms = (SILENT, AS_WRITTEN, TENTH, ALL)
    points = [of.numbers(of.start, arm) for arm in arms]
    return Curve(
        "answers",
        REACH,
        "views by outsiders that are left",
        "answers a day",
        [people(one[A_DAY].value) for one in points],
        list(arms),
        [float(k) for k in range(len(arms))],
        [one[REACH] for one in points],
        logarithmic=False,
        title=" to ".join(f"{100 * points[k][REACH].value:.1f}" for k in (0, -1)) + f"{UNIT} seen",
    )
