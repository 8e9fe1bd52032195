"""From one platform to the next: accounts move on, and what of their reach goes along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from afterban.experiment.replicate import Outcome
from afterban.page.beats import (
    Beat,
    Data,
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
from afterban.page.lines import platforms, titled
from afterban.page.record import Recorder

TIER, THERE_ALREADY = "official", "official-on-vk"
RELEASES = "official-releases"
EVERYWHERE = "everywhere-at-once"


def tell(of: Recorder) -> Told:
    """One operator through three hops, and all official ones."""
    answer, numbers = of.answer(of.start, platforms), of.numbers(of.start)
    places = of.scenario.platforms
    home, *small, last = places
    lives = answer["nodes"][0]["lives"]
    first, hops = lives[0], lives[1:]
    won = {name: [one[5] for one in hops if one[10] == name] for name in places}
    on_small = [count for name in small for count in won[name]]
    arrived = next(one for one in hops if one[10] == last)
    outsiders, moved = first[5], arrived[5]
    ceiling = places[last].users / places[home].users
    reach, there = numbers[f"effective_reach.{TIER}"], numbers[f"effective_reach.{THERE_ALREADY}"]
    at_once = of.numbers(of.start, EVERYWHERE)[f"effective_reach.{THERE_ALREADY}"]
    k = of.tiers.index(TIER)

    def elsewhere(outcome: Outcome) -> float:
        assert outcome.records is not None
        assert outcome.world is not None
        accounts = outcome.records.accounts
        mine = accounts[outcome.world.tier[accounts["operator"]] == k]
        seen = mine["outsider_impressions"]
        return float(seen[mine["platform"] > 0].sum() / seen.sum())

    away = of.measured(of.start, elsewhere)
    sleeper = of.scenario.tiers[RELEASES].sleeper
    assert sleeper is not None
    release = sleeper.public
    begins = places[last].enforces_from
    assert begins is not None
    enforced = (begins - of.scenario.start).days
    follow = Question(
        "follow",
        f"The third hop: {titled(last)}, with {people(places[last].users / 1e6)} million users. "
        f"@{arrived[0]} is there for {days(arrived[3] - arrived[2])}. How many of the "
        f"{people(outsiders)} outsiders does it have by then?",
        "outsiders",
        0,
        10_000,
        moved,
        400,
        f"{people(moved)}. It can reach at most {percent(ceiling)} of them, since so many people "
        f"are there; of these {percent(places[last].follows)} would follow in the end; and each "
        f"has to find the account first, which {_promoted(arrived[9])}.",
        None,
        [
            Slip(
                outsiders * ceiling,
                "So many of them are on that platform at most; but they do not follow there by "
                "themselves.",
            ),
            Slip(
                outsiders * ceiling * places[last].follows,
                "So many would follow in the end; finding the account takes months.",
            ),
        ],
    )
    share = Question(
        "away",
        f"Of all the views by outsiders that {TIER} operators got in these "
        f"{people(of.scenario.horizon)} days, what share did accounts get that had moved?",
        "%",
        0,
        50,
        100 * away.value,
        2,
        f"{percent(away.value)}. Nearly everything was seen on {titled(home)}, before the first "
        "suspension. What moves on is an account, without those who followed it.",
        (100 * away.low, 100 * away.high),
        [
            Slip(
                100 * ceiling,
                f"That would be {titled(last)} beside {titled(home)} by users; but an audience "
                "has to be won.",
            ),
            Slip(
                100 * ceiling * places[last].follows,
                "So it would be if those who would follow did so at once.",
            ),
        ],
    )
    beats = (
        Beat(
            finding(
                max(on_small) < outsiders / 100,
                f"Two small networks, {len(on_small)} accounts, at most {people(max(on_small))} of "
                f"{people(outsiders)} outsiders",
            ),
            [
                f"Watch @{first[0]} on {titled(home)}. Its [[operator]] may come back there or "
                f"go on to the next platform: {_users(places, small[0])}, then "
                f"{_users(places, small[1])}. Each "
                "suspends in its turn.",
                "The line shows on which platform those are who move. The sizes of the small "
                "networks, and who follows there, are assumed.",
            ],
            until=arrived[2] - 0.05,
            plays=True,
            pictures=("network", "lives", "lines"),
            number=Number(
                people(max(on_small)), f"of {people(outsiders)} outsiders, at most", "one run"
            ),
        ),
        Beat(
            f"The third hop: {titled(last)} is large. How many come along?",
            [
                f"It has {people(places[last].users / 1e6)} million users, {titled(home)} "
                f"{people(places[home].users / 1e6)} million. It does not suspend yet."
            ],
            begin=arrived[2] - 0.05,
            until=arrived[2] - 0.05,
            question=follow,
            pictures=("network", "lives", "lines"),
        ),
        Beat(
            f"{people(moved)} of {people(outsiders)} outsiders followed to {titled(last)}",
            [
                f"From {begins:%-d %B} on it suspends as well, and "
                f"@{arrived[0]} is gone {days(arrived[3] - enforced)} later. For the release of "
                f"{release:%-d %B} those who have moved come back to where everybody is.",
            ],
            begin=arrived[2],
            plays=True,
            pictures=("network", "lives", "lines"),
            number=Number(people(moved), f"of {people(outsiders)} outsiders", "one run"),
        ),
        Beat(
            f"Moved on, and on: and all {TIER} operators together?",
            [f"Those who are drawn made {_moved(answer)} accounts elsewhere. What did they bring?"],
            begin=1e6,
            question=share,
            pictures=("network", "lives", "lines"),
        ),
        Beat(
            finding(
                away.high < 0.05,
                f"{percent(away.value)} of what was seen of {TIER} operators was seen elsewhere",
            ),
            [
                f"In the whole they kept {percent(reach.value)} of their views, most of them from "
                "before the first suspension.",
                f"Accounts that had lived on {titled(last)} from the start kept "
                f"{percent(there.value)} of theirs; had every platform acted from the first day, "
                f"{percent(at_once.value)}. What counts is where an audience is, and how soon that "
                "platform acts.",
            ],
            begin=1e6,
            pictures=("network", "lives", "lines"),
            number=Number(
                percent(away.value), "of their views came after they had moved", interval(away)
            ),
        ),
        Beat(
            "Your turn: what is left after three hops?",
            [
                "Act after a month, or let everybody return: how much more is seen? What would "
                "have to change for an audience to move along?"
            ],
            explore=True,
            begin=1e6,
        ),
    )
    return Told(
        "next-platform",
        "From one platform to the next",
        "What is left after three hops?",
        of.network(),
        [answer],
        beats,
        {},
    )


def _users(places: Mapping[str, Any], name: str) -> str:
    return f"{titled(name)} with {people(places[name].users)} users"


def _promoted(times: int) -> str:
    return f"was promoted {times} times" if times else "nobody promoted"


def _moved(answer: Data) -> str:
    """How many accounts of those who are drawn were made on another platform than the first."""
    home = answer["nodes"][0]["lives"][0][10]
    return people(sum(one[10] != home for node in answer["nodes"] for one in node["lives"]))
