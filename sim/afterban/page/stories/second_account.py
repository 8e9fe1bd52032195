"""The second account: operators come back, their followers do not."""

from __future__ import annotations

from afterban.page.beats import Beat, Number, Question, Slip, Told, days, interval, people, percent
from afterban.page.record import Recorder

TIER = "official"  # whose days with an account are compared with what is seen of them


def tell(of: Recorder) -> Told:
    """The cycle, on the accounts of one operator and then of all official ones."""
    answer, numbers = of.answer(of.start), of.numbers(of.start)
    lives = answer["nodes"][0]["lives"]
    (first, _, _, gone, insiders, outsiders, *_), second = lives[0], lives[1]
    name, _, back, again, _, regained, edits = second[:7]
    share, reach = regained / outsiders, numbers[f"effective_reach.{TIER}"]
    present, left = of.presence(of.start, TIER), numbers["accounts_left"]
    letters = "one letter" if edits == 1 else f"{edits} letters"
    comes_back = Question(
        "second",
        f"The second account, @{name}, lived for {days(again - back)}. What share of the "
        f"{people(outsiders)} outsiders of the first one followed it by then?",
        "%",
        0,
        100,
        100 * share,
        3.0,
        f"{people(regained)} of them, {percent(share)}. Insiders look for the new account. "
        f"Outsiders "
        "followed the old one because it came along; few go looking.",
        slips=[
            Slip(95, "Insiders do come back that fast, the public does not."),
            Slip(50, "That would be so if everybody who meets the new account knew it again."),
            Slip(20, "That is nearer to what insiders did within these days."),
        ],
    )
    seen = Question(
        "seen",
        f"Official operators had an account on {percent(present.value)} of all days. Compared with "
        "the untouched twin, what share of their views by outsiders was left?",
        "%",
        0,
        100,
        100 * reach.value,
        3.0,
        f"{percent(reach.value)}. An account that is there, and that nobody "
        "outside follows, is hardly seen.",
        (100 * reach.low, 100 * reach.high),
        [
            Slip(
                100 * present.value,
                "That would be right if an account with a new name had its followers at once.",
            ),
            Slip(50, "Half would be left if they came back with half of their outsiders."),
            Slip(100 * left.value, "That is the share of accounts, of all tiers."),
        ],
    )
    beats = (
        Beat(
            f"@{first} has {people(insiders + outsiders)} followers. Suspensions are about to "
            f"begin",
            [
                "Each disc is an [[operator]]. Its outline is the audience that it has in the "
                "[[twin]], a world without enforcement; its fill, who follows it now: "
                "[[outsiders]] "
                "inside, [[insiders]] around them.",
                f"These are {len(answer['nodes'])} of {people(of.network()['total'])} operators. "
                f"Watch @{first}: it is about to be suspended.",
            ],
            until=gone + 0.015,
            plays=True,
        ),
        Beat(
            f"{days(back - gone)[0].upper() + days(back - gone)[1:]} later its operator is back "
            f"as @{name}",
            [
                f"The new [[handle]] differs in {letters}. Other accounts will [[promote]] "
                "it: they send their own followers over."
            ],
            begin=back + 0.01,
            until=back + 0.01,
            question=comes_back,
            pictures=("network", "lives"),
        ),
        Beat(
            f"The second account got {people(regained)} of {people(outsiders)} outsiders back",
            ["Insiders fill the ring; the middle stays nearly empty. Then it is suspended too."],
            begin=back,
            until=again + 0.015,
            plays=True,
            number=Number(
                percent(share), "of its outsiders followed the second account", "one run"
            ),
        ),
        Beat(
            f"By the end {percent(left.value)} of all accounts are there. Did the suspensions "
            f"fail?",
            [
                "Counting accounts, one would say so. Count what outsiders see instead, of the "
                "official accounts, which were suspended again and again."
            ],
            begin=again,
            until=again + 0.015,
            question=seen,
            pictures=("network", "lives"),
        ),
        Beat(
            f"{percent(present.value)} of days with an account, {percent(reach.value)} of the "
            f"views",
            [
                f"All of the {people(answer['grid'][-1])} days now. "
                f"{len(lives)} accounts, and each begins with nobody.",
                "Accounts are easy to replace, audiences are not. So measure [[effective reach]], "
                "beside a twin.",
            ],
            begin=back,
            plays=True,
            number=Number(
                percent(reach.value), "of the views of official accounts are left", interval(reach)
            ),
        ),
        Beat(
            "Your turn: does coming back again and again bring the followers back?",
            [
                "Move a slider: the same network, with the same chances, is simulated afresh. What "
                "brings outsiders back, and what only accounts?"
            ],
            begin=1e6,
            explore=True,
        ),
    )
    return Told(
        "second-account",
        "The second account",
        "Does coming back again and again bring the followers back?",
        of.network(),
        [answer],
        beats,
        {},
    )
