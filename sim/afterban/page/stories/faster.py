"""Would it not be enough to be faster?  What speed takes, and what it leaves."""

from __future__ import annotations

from afterban.page.along import along
from afterban.page.beats import Beat, Curve, Number, Question, Slip, Told, interval, people, percent
from afterban.page.presets import AT_ONCE
from afterban.page.record import Recorder

SLOW, QUICK = "30d", "1d"


def tell(of: Recorder) -> Told:
    """From a month to a day to at once."""
    slow, quick, at_once = (of.at(speed=speed) for speed in (SLOW, QUICK, AT_ONCE))
    many, few, none = (of.numbers(state) for state in (slow, quick, at_once))
    nobody = of.numbers(of.at(speed=AT_ONCE, returns="0"))
    reach, left = "effective_reach", "accounts_left"
    day = Question(
        "day",
        "Now the platform acts within a day of the flag, instead of a month. What share of the "
        "views "
        "by outsiders is left?",
        "%",
        0,
        100,
        100 * few[reach].value,
        2.0,
        f"{percent(few[reach].value)}. In a month an account wins its "
        "audience back and is seen; in a day it has hardly begun.",
        (100 * few[reach].low, 100 * few[reach].high),
        [
            Slip(
                100 * many[reach].value / 30,
                "A thirtieth: nearly. Reach is not quite proportional to the time.",
            ),
            Slip(
                20, "Half would be so if the first days of an account counted like the later ones."
            ),
            Slip(40, "That would be hardly a change; followers are won over weeks, not hours."),
        ],
    )
    gone = Question(
        "gone",
        f"Faster still: at once, with no delay at all. Within a day, {percent(few[left].value)} of "
        "the accounts were left in the end. How many are left now?",
        "%",
        0,
        100,
        100 * none[left].value,
        3.0,
        f"{percent(none[left].value)}: hardly fewer. Nine in ten operators "
        "come back however fast they were suspended. Speed takes the audience, not the operators.",
        (100 * none[left].low, 100 * none[left].high),
        [
            Slip(0, "Nobody would be left if suspended operators gave up; nine in ten return."),
            Slip(
                13, "Half as many would take half as many returns, and speed does not change those."
            ),
        ],
    )
    curve = _curve(of)
    beats = (
        Beat(
            f"A month from flag to suspension: outsiders see {percent(many[reach].value)}",
            [
                "Nearly every account is found within days, and nine of ten [[operators]] "
                "come back. Here the platform acts 30 days after the flag ([[median]]).",
                "The blue area is what [[outsiders]] see, as a share of the untouched "
                "[[twin]]; the line is the number of accounts.",
            ],
            plays=True,
            number=Number(
                percent(many[reach].value), "of the views are left", interval(many[reach])
            ),
        ),
        Beat(
            "Would it not be enough to be faster?",
            [
                f"After a month, {percent(many[reach].value)} of the views and "
                f"{percent(many[left].value)} of the accounts are left."
            ],
            question=day,
            begin=1e6,
        ),
        Beat(
            f"Within a day: views fall from {percent(many[reach].value)} to "
            f"{percent(few[reach].value)}",
            [
                f"Dashed: as before, after a month. It took {people(few['suspensions'].value)} "
                f"suspensions instead of {people(many['suspensions'].value)}, since whoever comes "
                f"back "
                "is suspended again.",
            ],
            answer=1,
            pin=0,
            plays=True,
            number=Number(percent(few[reach].value), "of the views are left", interval(few[reach])),
        ),
        Beat(
            "And if it acted at once?",
            [
                "Then nobody has an hour to win followers. But the operators are still there, and "
                "each "
                "new account has to be found first."
            ],
            answer=1,
            begin=1e6,
            question=gone,
            pictures=("network", "lives", "through"),
        ),
        Beat(
            f"At once: views fall to {percent(none[reach].value)}, and "
            f"{percent(none[left].value)} of "
            "accounts are still there",
            [
                f"From a month to a day, views fell by "
                f"{100 * (many[reach].value - few[reach].value):.0f} percentage points; from a "
                f"day to "
                f"at once by {100 * (few[reach].value - none[reach].value):.1f}. The last hours "
                f"buy "
                "little.",
                f"If nobody came back, {percent(nobody[left].value)} of accounts would be left. "
                "Being faster ends what is seen; it does not end the network.",
            ],
            answer=2,
            pin=1,
            begin=1e6,
            pictures=("network", "through", "curve"),
            curve="speed",
            number=Number(
                percent(none[left].value), "of the accounts are left", interval(none[left])
            ),
        ),
        Beat(
            "Your turn: find the speed at which outsiders see a tenth",
            [
                "Any value between the marks is simulated. Then let nobody return, or everybody: "
                "how "
                "much of the effect was speed, and how much was giving up?"
            ],
            answer=1,
            explore=True,
            begin=1e6,
            pictures=("network", "through", "curve"),
            curve="speed",
        ),
    )
    return Told(
        "faster",
        "Would it not be enough to be faster?",
        "How much does it help to act within an hour instead of a month?",
        of.network(),
        [of.answer(state) for state in (slow, quick, at_once)],
        beats,
        {"speed": curve},
    )


def _curve(of: Recorder) -> Curve:
    return along(
        of,
        "speed",
        "effective_reach",
        "views by outsiders that are left",
        "median time from flag to suspension",
        percent,
        ("", " seen"),
    )
