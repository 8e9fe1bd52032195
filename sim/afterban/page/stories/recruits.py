"""Reach makes recruits: newcomers fill the ranks, and when they undo the suspensions."""

from __future__ import annotations

from afterban.experiment.replicate import Outcome
from afterban.page.along import along
from afterban.page.beats import (
    Beat,
    Curve,
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
from afterban.page.lines import is_newcomer, newcomers
from afterban.page.record import Recorder
from afterban.page.state import scenario_of
from afterban.units import parse_duration

QUICK, SLOW = "1d", "30d"
MANY = "0.9"  # of the suspended come back, instead of six in ten
LEFT, WON = "live_accounts", "recruits"


def tell(of: Recorder) -> Told:
    """A year with recruits, faster, and with most coming back."""
    states = [of.start, of.at(speed=QUICK), of.at(speed=SLOW, returns=MANY)]
    week, day, month = (of.numbers(state) for state in states)
    contained = of.numbers(of.at(speed=QUICK, returns=MANY))
    answers = [of.answer(state, newcomers) for state in states]
    at_first = sum(tier.count for tier in of.scenario.tiers.values())
    scenario = scenario_of(states[2])
    share = percent(float(of.start.returns))
    wait, quick, slow = (days(parse_duration(x)) for x in (of.start.speed, QUICK, SLOW))
    alone = of.beside(of.start, of.start, lambda a, _: a[LEFT] / a["accounts_left"])
    assert of.scenario.recruitment is not None
    recruits = people(1e6 * float(of.scenario.recruitment.per_impression))

    def new(outcome: Outcome) -> float:
        assert outcome.records is not None
        there = (outcome.records.accounts["public_day"] <= scenario.horizon) & (
            ~(outcome.records.accounts["suspended_day"] <= scenario.horizon)
        )
        return float(is_newcomer(scenario, outcome)[there].mean())

    fresh = of.measured(states[2], new)
    faster = Question(
        "faster",
        f"Now the platform acts within {quick} of the flag, instead of {wait}. How many newcomers "
        "does the network win in the year?",
        "newcomers",
        0,
        800,
        day[WON].value,
        40,
        f"{people(day[WON].value)} instead of {people(week[WON].value)}. An account is public for "
        f"{people(week['unnoticed_days'].value)} days before anybody flags it, and wins most of "
        "its recruits by then. Only the wait after the flag gets shorter.",
        (day[WON].low, day[WON].high),
        [
            Slip(
                week[WON].value * parse_duration(QUICK) / parse_duration(of.start.speed),
                "That is in proportion to the wait; but recruits are won before the flag, too.",
            ),
            Slip(0, "Nobody would be won if accounts were found as soon as they are opened."),
            Slip(
                week[WON].value,
                "What is seen between flag and suspension wins recruits as well.",
            ),
        ],
    )
    undone = Question(
        "undone",
        f"Slow and determined: {slow} from flag to suspension, and {percent(float(MANY))} of the "
        f"suspended come back. Of {people(at_first)} accounts at first, how many are there after a "
        "year?",
        "accounts",
        0,
        3000,
        month[LEFT].value,
        150,
        f"{people(month[LEFT].value)}: the network has grown. It wins "
        f"{people(month[WON].value)} newcomers, and loses few of those who are suspended.",
        (month[LEFT].low, month[LEFT].high),
        [
            Slip(
                week[LEFT].value,
                f"That was with {wait} and {share}: here most of the suspended accounts are "
                "replaced.",
            ),
            Slip(at_first, "It would hold its own if newcomers just made up for those who stop."),
            Slip(
                at_first * float(MANY),
                "So many would come back once: but each may be suspended again, and newcomers come "
                "in.",
            ),
        ],
    )
    beats = (
        Beat(
            finding(
                week[LEFT].high < at_first,
                f"{people(at_first)} accounts become {people(week[LEFT].value)}, though "
                f"{people(week[WON].value)} newcomers join",
            ),
            [
                f"Of a million times that [[outsiders]] see a post, {recruits} end with a new "
                f"[[operator]]. The platform acts {wait} after the flag ([[median]]), and {share} "
                "of the suspended come back.",
                "Newcomers cannot be suspended before they are there. But those who win them can.",
            ],
            plays=True,
            pictures=("network", "lives", "lines"),
            number=Number(
                people(week[WON].value), "newcomers in a year", interval(week[WON], 1, "")
            ),
        ),
        Beat(
            "Each newcomer was reached by somebody. Would being faster stop them?",
            [f"Without enforcement the network would be {people(alone.value)} strong."],
            begin=1e6,
            question=faster,
            pictures=("network", "lives", "lines"),
        ),
        Beat(
            finding(
                week["unnoticed_share"].low > 0.5 and day[WON].high < week[WON].low,
                f"{quick} instead of {wait}: {people(day[WON].value)} newcomers instead of "
                f"{people(week[WON].value)}",
            ),
            [
                f"Dashed: as before, after {wait}. Speed takes what is seen between flag and "
                f"suspension, {percent(week['waiting_share'].value)} of all; the rest is seen "
                "before anybody flags it."
            ],
            answer=1,
            pin=0,
            plays=True,
            pictures=("network", "lives", "lines"),
            number=Number(people(day[WON].value), "newcomers in a year", interval(day[WON], 1, "")),
        ),
        Beat(
            "When do newcomers undo the suspensions?",
            [
                f"Within {quick}, and with {share} coming back, {people(day[LEFT].value)} of "
                f"{people(at_first)} accounts are left."
            ],
            answer=1,
            begin=1e6,
            question=undone,
            pictures=("network", "lives", "lines"),
        ),
        Beat(
            finding(
                month[LEFT].low > at_first > contained[LEFT].high,
                f"{people(at_first)} accounts become {people(month[LEFT].value)}: suspensions are "
                "undone",
            ),
            [
                f"{percent(fresh.value)} of them are newcomers' accounts. The platform suspends "
                f"{people(month['suspensions'].value)} times, and the network grows.",
                f"With {percent(float(MANY))} coming back it shrinks if the platform is fast: to "
                f"{people(contained[LEFT].value)} within {quick}. Who is won and who comes back "
                "together must be fewer than who is suspended.",
            ],
            answer=2,
            begin=1e6,
            pictures=("network", "lines", "curve"),
            curve="left",
            number=Number(
                people(month[LEFT].value), "accounts after a year", interval(month[LEFT], 1, "")
            ),
        ),
        Beat(
            "Your turn: from what speed on does the network shrink?",
            [
                f"The curve is for {percent(float(MANY))} who come back. Put the return "
                f"probability there and find the speed at which {people(at_first)} accounts stay "
                f"{people(at_first)}; then let everybody return."
            ],
            explore=True,
            begin=1e6,
            pictures=("network", "through", "curve"),
            curve="left",
        ),
    )
    return Told(
        "recruits",
        "Reach makes recruits",
        "From what speed on does the network shrink?",
        of.network(),
        answers,
        beats,
        {"left": _curve(of)},
    )


def _curve(of: Recorder) -> Curve:
    return along(
        of,
        "speed",
        LEFT,
        f"accounts after a year, {percent(float(MANY))} coming back",
        "median time from flag to suspension",
        people,
        ("", " accounts"),
        share=False,
        returns=MANY,
    )
