"""Threats go first: too few reviewers, and what one more of them buys."""

from __future__ import annotations

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
from afterban.page.lines import waiting
from afterban.page.record import Recorder

FEW, ONE_MORE, TWO_MORE = "6", "7", "8"
LATE = "1d"  # from a decision to the suspension
WAIT, REACH = "time_to_action_median", "effective_reach"


def tell(of: Recorder) -> Told:
    """Ten reviewers, six, and one more; decisions that are carried out at once besides."""
    states = [of.start, of.at(reviewers=FEW), of.at(reviewers=ONE_MORE)]
    ten, six, seven = (of.numbers(state) for state in states)
    eight = of.numbers(of.at(reviewers=TWO_MORE))
    late = of.numbers(of.at(reviewers=FEW, speed=LATE))
    late_more = of.numbers(of.at(reviewers=ONE_MORE, speed=LATE))
    answers = [of.answer(state, waiting) for state in states]
    grid, (queue,) = answers[1]["grid"], answers[1]["lines"]["lines"]
    at_last = queue["values"][-1]
    sooner, served = (late[WAIT].value - one[WAIT].value for one in (six, late_more))
    team = of.scenario.review.team
    assert team is not None
    shorter = of.beside(states[1], states[2], lambda a, b: 1 - b[WAIT] / a[WAIT])
    grows = Question(
        "six",
        f"Now {FEW} reviewers instead of {of.start.reviewers}, for the same reports. How many "
        "hours pass between a flag and the suspension, in half of the cases?",
        "hours",
        0,
        200,
        24 * six[WAIT].value,
        12,
        f"{people(24 * six[WAIT].value)} hours. More arrives than {FEW} people can look at, so "
        "each day adds to the queue, and whoever comes later waits for longer.",
        (24 * six[WAIT].low, 24 * six[WAIT].high),
        [
            Slip(0, "It would stay minutes if waits were in proportion to the staff."),
            Slip(24, "A queue that gets more than it can serve does not settle: it grows."),
            Slip(168, "So long waits whoever comes last; half of the cases came earlier."),
        ],
    )
    more = Question(
        "seven",
        f"One reviewer more, {ONE_MORE} instead of {FEW}, is a sixth more people. By how much does "
        f"the wait of {people(24 * six[WAIT].value)} hours get shorter?",
        "%",
        0,
        100,
        100 * shorter.value,
        5,
        f"By {percent(shorter.value)}, to {days(seven[WAIT].value)}. {ONE_MORE} are just about "
        f"enough for what arrives; with {TWO_MORE} it is {days(eight[WAIT].value)}. Near that "
        "point a single person decides whether there is a queue at all.",
        (100 * shorter.low, 100 * shorter.high),
        [
            Slip(
                100 / int(ONE_MORE),
                "A sixth more people do a sixth more work; but the wait is not the work, it is "
                "what is left of it, day upon day.",
            ),
            Slip(50, "That would be much for one person, and is still too little."),
        ],
    )
    beats = (
        Beat(
            f"{of.start.reviewers} reviewers: half of the flagged accounts are gone within "
            f"{days(ten[WAIT].value)}",
            [
                "Reviewers look at accounts of the network among "
                f"{people(team.benign_reports)} reports a day about ordinary users, "
                f"{days(team.service_time.mean())} for each. An account that threatens the staff "
                "goes first.",
                f"They are busy for {percent(ten['utilisation'].value)} of their hours, and hardly "
                "a case waits.",
            ],
            plays=True,
            pictures=("network", "lives", "lines"),
            number=Number(
                days(ten[WAIT].value).replace("minutes", "min"),
                "flag to suspension (median)",
                interval(ten[WAIT], 1440, " minutes"),
            ),
        ),
        Beat(
            f"{FEW} reviewers would be busy all day. What does the queue do?",
            [
                f"Work for {of.start.reviewers} people at "
                f"{percent(ten['utilisation'].value)} of their time is work for a little more "
                f"than {int(int(of.start.reviewers) * ten['utilisation'].value)}.",
            ],
            begin=1e6,
            question=grows,
            pictures=("network", "lives", "lines"),
        ),
        Beat(
            finding(
                at_last > 0.8 * max(queue["values"]) and six[WAIT].low > 1,
                f"The queue grows every day: {people(at_last)} cases wait at the end",
            ),
            [
                f"By then {percent(six['unserved_share'].value)} of all cases had never been "
                f"looked at. Threats go first, and are acted on after "
                f"{days(six['urgent_time_to_action_median'].value)}; everybody else waits.",
            ],
            answer=1,
            plays=True,
            pictures=("network", "lives", "lines"),
            number=Number(
                days(six[WAIT].value),
                "flag to suspension (median)",
                interval(six[WAIT], 1, " days"),
            ),
        ),
        Beat(
            "Be faster, or hire one more?",
            [
                "Suppose that decisions take a day to be carried out. Carrying them out at "
                f"once spares {days(sooner)} of {days(late[WAIT].value)}. The queue is as long as "
                "before."
            ],
            answer=1,
            begin=1e6,
            question=more,
            pictures=("network", "lives", "lines"),
        ),
        Beat(
            finding(
                served > sooner and seven[WAIT].high < six[WAIT].low,
                f"One reviewer more spares {days(served)}, acting at once {days(sooner)}",
            ),
            [
                f"Dashed: the queue of {FEW}. The lever is the queue, not the speed after it.",
                f"Views: {percent(six[REACH].value)} of the twin's with {FEW}, "
                f"{percent(seven[REACH].value)} with {ONE_MORE}, {percent(ten[REACH].value)} with "
                f"{of.start.reviewers}. Even with {FEW}, "
                f"{percent(six['unnoticed_share'].value)} of them come before the flag: no "
                "reviewer takes those.",
            ],
            answer=2,
            pin=1,
            begin=grid[-1],
            pictures=("network", "lines", "curve"),
            curve="reviewers",
            number=Number(
                days(seven[WAIT].value),
                "flag to suspension (median)",
                interval(seven[WAIT], 24, " hours"),
            ),
        ),
        Beat(
            "Your turn: how many reviewers does this network keep busy?",
            [
                f"Set {FEW} reviewers, then let a campaign strike the most followed first: who is "
                "looked at changes, the length of the queue does not. What does shorten it?"
            ],
            explore=True,
            begin=1e6,
            pictures=("network", "through", "curve"),
            curve="reviewers",
        ),
    )
    return Told(
        "queue",
        "Threats go first",
        "What happens when there are too few reviewers?",
        of.network(),
        answers,
        beats,
        {"reviewers": _curve(of)},
    )


def _curve(of: Recorder) -> Curve:
    return along(
        of,
        "reviewers",
        WAIT,
        "median time from flag to suspension",
        "reviewers",
        days,
        (" reviewers", ""),
        share=False,
        time=True,
    )
