"""2011: two accounts that nobody suspends, and a press office that outgrows and answers them."""

from __future__ import annotations

import datetime as dt
import math

from afterban.page.beats import (
    Beat,
    Number,
    Question,
    Slip,
    Told,
    days,
    finding,
    interval,
    people,
    percent,
)
from afterban.page.lines import voices
from afterban.page.record import Recorder
from afterban.units import parse_duration

SILENT = "silent"
CAMPAIGN = "random"  # half of what is there, every thirty days
FEED, REPLIES = "broadcast", "pugnacious"
REACH, VOICE = "effective_reach", "share_of_voice"


def tell(of: Recorder) -> Told:
    """A year without suspensions, and the same year with a campaign."""
    numbers, silent = of.numbers(of.start), of.numbers(of.start, SILENT)
    struck_at = of.at(first=CAMPAIGN)
    struck = of.numbers(struck_at)
    _, every, share = of.start.about.campaign
    answers = [of.answer(of.start, voices), of.answer(struck_at, voices)]
    grid = answers[0]["grid"]
    office, two = (one["values"] for one in answers[0]["lines"]["lines"])
    passed = next(k for k, (a, b) in enumerate(zip(office, two, strict=True)) if a > b)
    speech = of.scenario.counter_speech
    assert speech is not None
    (regime,), (speaker,) = speech.regimes, speech.speakers.values()
    theirs, its = numbers["network_followers"].value, numbers["speaker_followers"].value
    voice, reach = numbers[VOICE].value, struck[REACH]
    a_day = {name: numbers[f"answers_per_day_at_last.{name}"].value for name in (FEED, REPLIES)}
    back = {name: numbers[f"replies_per_day_at_last.{name}"].value for name in (FEED, REPLIES)}
    taken = 1 - numbers["outsider_impressions"].value / silent["outsider_impressions"].value
    heard = Question(
        "voice",
        f"After the year {people(its)} people follow the press office and {people(theirs)} the two "
        "accounts. Of all that was seen of the three in the year, what share was the press "
        "office's?",
        "%",
        0,
        100,
        100 * voice,
        4,
        f"{percent(voice)}. It is twice as large at the end only: until "
        f"{_day(of, grid[passed])} it was the smaller one. It doubles every "
        f"{days(math.log(2) / speaker.growth)}, so most who follow it came late.",
        None,
        [
            Slip(
                100 * its / (its + theirs),
                "That is its share of followers on the last day. What was seen was seen all year.",
            ),
            Slip(33, "One account of three, if all were of one size all year."),
        ],
    )
    hit = Question(
        "hit",
        f"Suppose that a campaign had struck {percent(float(share))} of the accounts every "
        f"{days(parse_duration(every))}. What share of their views by outsiders would be left?",
        "%",
        0,
        100,
        100 * reach.value,
        5,
        f"{percent(reach.value)}. An account lasts "
        f"{days(struck['public_until_termination'].value)}, and "
        f"{percent(struck['replacement_ratio'].value)} of the suspended come back. The two had "
        "begun small, so most of the year's views were still to come.",
        (100 * reach.low, 100 * reach.high),
        [
            Slip(50, "So much would be left if it had struck once, and not again and again."),
            Slip(
                100 * float(of.start.returns),
                "So many come back; but they begin with nobody, and are struck again.",
            ),
        ],
    )
    beats = (
        Beat(
            finding(
                its > 1.8 * theirs,
                f"In a year the press office grows from {people(office[0])} to {people(its)}, the "
                f"two to {people(theirs)}",
            ),
            [
                f"{of.scenario.start:%B %Y}. One account reports attacks and rarely answers, the "
                "other is more pugnacious. They break no rule, and nobody suspends them.",
                f"From {_day(of, grid[passed])} on the press office is the larger one. The "
                "documents say nearly 18,000 and just over 9,000; growth and audiences are fitted "
                "to these, so this is no test.",
            ],
            plays=True,
            pictures=("network", "lines"),
            number=Number(
                f"{its / theirs:.1f} : 1", "followers of the press office to those of the two"
            ),
        ),
        Beat(
            "Twice the followers: is it heard twice as much?",
            [
                finding(
                    numbers["ordinary_posts"].value == 2 * speaker.posts * of.scenario.horizon,
                    f"Each of the three posts {people(speaker.posts)} times a day, and a follower "
                    "of any of them sees a post with the same chance.",
                )
            ],
            begin=1e6,
            question=heard,
            pictures=("network", "lines"),
        ),
        Beat(
            finding(
                silent[VOICE].value < voice < 0.5 and back[FEED] == 0 < back[REPLIES],
                f"{percent(voice)} of the year's voice, and the last word is the other side's",
            ),
            [
                f"From {regime.from_:%-d %B} on it answers {people(a_day[FEED])} post a day of "
                "each. The feed does not reply; the pugnacious one replies to every answer, and so "
                "has the last word.",
                f"Without answers its share would be {percent(silent[VOICE].value)}. The answers "
                f"took {_small(taken)} of what outsiders saw of the two.",
            ],
            begin=1e6,
            pictures=("network", "lines"),
            number=Number(percent(voice), "of all that was seen of the three"),
        ),
        Beat(
            "And if the platform had suspended the two?",
            [
                "In 2011 nobody did: their accounts “do not appear to violate Twitter's "
                "guidelines”, the document says."
            ],
            begin=1e6,
            question=hit,
            pictures=("network", "lines"),
        ),
        Beat(
            finding(
                reach.high < 0.3,
                f"Struck again and again, {percent(reach.value)} of their views would be left",
            ),
            [
                f"Dashed: as it was. {struck['suspensions'].value:.1f} suspensions in a year do "
                "what answers do not. Whether they would have been right is another question."
            ],
            answer=1,
            pin=0,
            plays=True,
            pictures=("network", "lives", "lines"),
            number=Number(percent(reach.value), "of the views would be left", interval(reach)),
        ),
        Beat(
            "Your turn: what if the two had been suspended again and again?",
            [
                "Choose who is hit first; without a campaign no slider does anything, since nobody "
                "is flagged. Then let everybody return: does it bring the followers back?"
            ],
            explore=True,
            begin=1e6,
        ),
    )
    return Told(
        "flame-war-2011",
        "A flame war without suspensions (2011)",
        "What if the two had been suspended again and again?",
        of.network(),
        answers,
        beats,
        {},
    )


def _day(of: Recorder, day: float) -> str:
    on = of.scenario.start + dt.timedelta(days=int(day))
    return f"{on:%-d %B}"


def _small(share: float) -> str:
    return "less than a thousandth" if share < 0.001 else percent(share)
