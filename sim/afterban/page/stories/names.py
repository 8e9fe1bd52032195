"""A very similar name: what comparing handles catches, and whom else it catches."""

from __future__ import annotations

from afterban.page.along import along
from afterban.page.beats import Beat, Curve, Number, Question, Slip, Told, interval, people, percent
from afterban.page.presets import OFF
from afterban.page.record import Recorder

USED, WIDE = "2", "4"  # edits up to which names are near-identical, and a wider net


def tell(of: Recorder) -> Told:
    """Without a comparison, with one, and with a wider one."""
    off, used, wide = (of.at(edits=edits) for edits in (OFF, USED, WIDE))
    without, with_it, wider = (of.numbers(state) for state in (off, used, wide))
    reach, left, alike = "effective_reach", "accounts_left", "look_alikes_suspended"
    answers = [of.answer(state) for state in (off, used, wide)]
    lives = answers[0]["nodes"][0]["lives"]
    (first, *_), (second, _, back, again, *_) = lives[0], lives[1]
    catches = Question(
        "catches",
        "Nine in ten new names that are near enough are flagged within hours. Without it outsiders "
        f"saw {percent(without[reach].value)} of what they would see. And with it?",
        "%",
        0,
        20,
        100 * with_it[reach].value,
        0.7,
        f"{percent(with_it[reach].value)}. The match finds accounts that "
        "had few followers yet. Names that are not alike are not matched, and reports and the "
        "classifier find the rest anyway.",
        (100 * with_it[reach].low, 100 * with_it[reach].high),
        [
            Slip(
                1.3,
                "A tenth would be left if nothing else were seen: but first accounts, and those "
                "under "
                "unrelated names, are not matched.",
            ),
            Slip(6, "It takes accounts, but small ones; most views were won under first names."),
        ],
    )
    users = Question(
        "users",
        f"At {USED} edits, {people(with_it[alike].value)} ordinary users with a look-alike name "
        f"were "
        f"suspended in {people(answers[0]['grid'][-1])} days. How many are it at {WIDE} edits?",
        "users",
        0,
        50_000,
        wider[alike].value,
        3_000,
        f"{people(wider[alike].value)}. Each edit more "
        "multiplies the names that are near enough, and nearly all of them belong to somebody "
        "else.",
        (wider[alike].low, wider[alike].high),
        [
            Slip(
                2 * with_it[alike].value,
                "Twice the edits, twice the users? Each edit multiplies them.",
            ),
            Slip(with_it[alike].value, "So would it be if only the network used such names."),
        ],
    )
    beats = (
        Beat(
            f"@{first} comes back as @{second}: near enough for its followers",
            [
                f"Six in ten new [[handles|handle]] are at most {USED} [[edits]] from the last "
                f"one. "
                "Followers find such an account at full speed, others at three tenths of it.",
                "Next event goes on until it is back: changed letters are marked.",
            ],
            until=again,
            plays=True,
        ),
        Beat(
            "A platform can compare names, too",
            [f"It flags each new handle that is at most {USED} edits from a suspended one."],
            begin=back,
            until=again,
            question=catches,
            pictures=("network", "lives"),
        ),
        Beat(
            f"Comparing names: from {percent(without[reach].value)} of the views to "
            f"{percent(with_it[reach].value)}",
            [
                f"Dashed: without the comparison. Accounts left at the end fall from "
                f"{percent(without[left].value)} to {percent(with_it[left].value)}: more is "
                f"suspended, "
                "but what is suspended was hardly seen."
            ],
            answer=1,
            pin=0,
            plays=True,
            number=Number(
                percent(with_it[reach].value), "of the views are left", interval(with_it[reach])
            ),
        ),
        Beat(
            f"So cast the net wider: {WIDE} edits?",
            [
                f"Suspensions within the network: {people(with_it['suspensions'].value)} at {USED} "
                f"edits, {people(wider['suspensions'].value)} at {WIDE}. And ordinary users?"
            ],
            answer=1,
            begin=1e6,
            question=users,
            pictures=("network", "lives", "through"),
        ),
        Beat(
            f"The wider net catches {people(wider[alike].value)} ordinary users, and "
            f"{_more(wider['suspensions'].value - with_it['suspensions'].value)} of the network",
            [
                f"Near-identical names lie within {USED} edits, and the next names of the network "
                f"far "
                "beyond. Between the two there is nobody to catch but others.",
                "How many users are there to look alike is assumed; look-alikes grow in "
                "proportion.",
            ],
            answer=2,
            begin=1e6,
            pictures=("network", "through", "curve"),
            curve="users",
            number=Number(
                people(wider[alike].value),
                "ordinary users suspended",
                interval(wider[alike], 1.0, ""),
            ),
        ),
        Beat(
            "Your turn: how alike is too alike?",
            [
                "Which threshold would you choose? Then make promotion stronger, or act within an "
                "hour: does the best threshold change?",
                f"One run looks for look-alikes in a sample, in which each stands for "
                f"{people(_stands_for(of))} users: so it may find none.",
            ],
            answer=1,
            explore=True,
            begin=1e6,
            pictures=("network", "through", "curve"),
            curve="users",
        ),
    )
    return Told(
        "names",
        "A very similar name",
        "How alike is too alike?",
        of.network(),
        answers,
        beats,
        {"users": _curve(of)},
    )


def _stands_for(of: Recorder) -> float:
    """Users who sign up for each one in the sample."""
    ordinary = of.scenario.detection.handle_match.ordinary
    assert ordinary is not None
    return float(ordinary.signups) * float(of.scenario.horizon) / float(ordinary.sample)


def _more(count: float) -> str:
    return "no more" if round(count) == 0 else f"{people(count)} more"


def _curve(of: Recorder) -> Curve:
    return along(
        of,
        "edits",
        "look_alikes_suspended",
        "ordinary users suspended",
        "edits up to which two names are taken for alike",
        people,
        (" edits", " users"),
        share=False,
    )
