"""What a run comes to, in sentences: the three numbers of reach, the two parts of a life, the end.

A number of reach has two intervals: of chance, and of the assumptions (``bands.py``).

Checked by ``tests/report/test_headline.py``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from afterban.bands import SHIPPED, Bands
from afterban.experiment.wording import label
from afterban.parameters import WITHOUT_ENFORCEMENT
from afterban.report import words
from afterban.statistics import Estimate


class Told(Protocol):
    """What has estimates of metrics by arm: results of a run, or the numbers of a page."""

    @property
    def policies(self) -> Sequence[str]:
        """Names of the arms."""

    def estimate(self, name: str, policy: str) -> Estimate:
        """Mean of a metric under an arm; n = 0 where it is undefined."""


REACH = ("effective_reach", "effective_reached", "effective_weekly_reach")
FALLING = 0.02  # relative change over a month that is worth a word


def sentences(results: Told, tiers: Sequence[str] = ()) -> list[str]:
    """About the first arm: what is left of reach, what speed and detection can buy, the trend.

    tiers: by which the first accounts are told apart.
    """
    arms = [policy for policy in results.policies if policy != WITHOUT_ENFORCEMENT]
    if not arms:
        return []
    arm = arms[0]
    return [
        *reach(results, arm, tiers),
        *loss(results, arm),
        *parts_of_life(results, arm),
        *trend(results, arm),
        *first_accounts(results, arm, tiers),
    ]


def reach(results: Told, arm: str, tiers: Sequence[str] = ()) -> list[str]:
    """Impressions, people reached, and people reached in a window: never one without the others.

    tiers: of which impressions are told one by one.
    """
    told = [words.both(name, e) for name in REACH if (e := results.estimate(name, arm)).n]
    if len(told) < len(REACH):
        return []
    impressions, people, weekly = told
    text = (
        f"Under {words.quoted(arm)} {impressions} of the impressions on outsiders are left; "
        f"{people} of the people are still reached at least once, {weekly} of those of a week."
    )
    return [text + _each(results, arm, "effective_reach", tiers)]


class Row(NamedTuple):
    """A number of reach with both of its intervals, in words; "" where one is not known."""

    metric: str
    label: str
    value: str
    chance: str
    assumptions: str


def rows(results: Told, bands: Bands, arm: str, tiers: Sequence[str] = ()) -> list[Row]:
    """Impressions, tier by tier too, and people, under an arm: what the headline consists of."""
    each = [f"{REACH[0]}.{tier}" for tier in tiers] if len(tiers) > 1 else []
    return [
        Row(
            metric,
            words.heading(metric),
            words.value_text(metric, e),
            words.interval_words(metric, e),
            assumptions(bands, metric, arm),
        )
        for metric in (REACH[0], *each, *REACH[1:])
        if (e := results.estimate(metric, arm)).n
    ]


def assumptions(bands: Bands, metric: str, arm: str) -> str:
    """The band of a metric: ``41 to 96``, in the unit in which it is told; "" if not known."""
    one = bands.of(metric, arm)
    return "" if one is None else words.interval_words(metric, one.estimate)


def about(bands: Bands, command: str) -> str:
    """What the band is, and that it is of just this scenario; or what makes it."""
    one = bands.any
    if one is not None:
        return " ".join(
            [
                f"Assumptions: from the 5 % to the 95 % point of {one.points} points, each of "
                "which gives other values to everything that has a stated range "
                f"({_replications(bands)} of each). They are of exactly "
                f"this scenario (digest {one.made.scenario} in {bands.source or SHIPPED}).",
                *thinned(bands),
            ]
        )
    why = f" (what is kept is of {bands.stale})" if bands.stale else ""
    return (
        f"The band over the assumptions is not known for this scenario{why}: `{command}` makes it."
    )


MOST_OFF = 0.25  # of the width of a band that a thinned network may be off before it is said


def _replications(bands: Bands) -> str:
    """How many there are at each point; two numbers where bands of two ensembles are known."""
    counts = sorted({one.replications for one in bands.known.values()})
    return f"{' or '.join(map(str, counts))} replication{'s'[: counts != [1]]}"


def thinned(bands: Bands) -> list[str]:
    """That a smaller network stood in, how far it is off at most, and whether that is too far."""
    mine = [b for b in bands.known.values() if b.key.metric == REACH[0] and b.is_thinned]
    if not mine:
        return []
    one = max(mine, key=lambda b: b.off or 0.0)
    size = f"They were made with {one.operators:,} of the {one.of:,} operators"
    if one.off is None:
        return [f"{size}, which was not checked."]
    width = one.high - one.low
    share = one.off / width if width > 0 else math.inf
    apart = words.size_text(one.key.metric, Estimate(one.off, math.nan, math.nan, 1, 0.0, ""))
    text = f"{size}; where all were run too, {label(one.key.metric)} was off by {apart} at most"
    if share > MOST_OFF:
        return [f"{text}, which is too far for this band: run it with more `--operators`."]
    return [f"{text}, {words.rounded(100 * share)} % of the width of the band."]


class Apart(NamedTuple):
    """How an arm differs from another over the assumptions, in words, and at how many points."""

    metric: str
    arm: str
    change: str
    sign: str
    is_nothing: bool  # at every point


def apart(bands: Bands, metric: str, arm: str, first: str) -> Apart | None:
    """The difference of two arms: ``−4 points (−10 to 2)``, ``less at 50 of 64``; None if unknown.

    Where ``first`` is the twin, a level of reach is told, which is the difference from all of it.
    """
    one = bands.of(metric, arm, "" if first == WITHOUT_ENFORCEMENT else first)
    if one is None:
        return None
    none = one.lowest == one.highest == 0
    if first == WITHOUT_ENFORCEMENT:
        return Apart(metric, arm, words.both(metric, one.estimate), f"at {one.told} points", none)
    sign, count = ("more", one.more) if one.more > one.less else ("less", one.less)
    change = words.change_text(metric, one.estimate)
    return Apart(metric, arm, change, f"{sign} at {count} of {one.told}", none)


def against(bands: Bands, arms: Sequence[str]) -> list[str]:
    """How arms differ from the first over the assumptions, and at how many points with one sign."""
    first, *others = arms or [""]
    found = [apart(bands, REACH[0], arm, first) for arm in others if first != WITHOUT_ENFORCEMENT]
    parts = [f"{words.quoted(x.arm)} {x.change}, {x.sign}" for x in found if x is not None]
    if not parts:
        return []
    return [
        f"Effective reach against {words.noun(first)}, over the assumptions (median, 5 to 95 %): "
        f"{'; '.join(parts)}."
    ]


def _each(results: Told, arm: str, metric: str, tiers: Sequence[str]) -> str:
    """A metric tier by tier, as a sentence; nothing where fewer than two can be told."""
    each = {tier: results.estimate(f"{metric}.{tier}", arm) for tier in tiers}
    parts = [f"{tier} {words.value_text(metric, e)}" for tier, e in each.items() if e.n]
    return f" By tier: {words.joined(parts)}." if len(parts) > 1 else ""


def loss(results: Told, arm: str) -> list[str]:
    """What the missing impressions are made of, and whose they would have been."""
    names = ("loss_by_absence", "loss_by_followers", "loss_by_rebuilding", "loss_of_the_most_seen")
    found = [results.estimate(name, arm) for name in names]
    if not all(e.n for e in found):
        return []
    away, fewer, busy, most = (
        words.value_text(name, e) for name, e in zip(names, found, strict=True)
    )
    return [
        f"Of what is lost, {away} would have been seen while operators had no public account, "
        f"{fewer} by followers who are missing, and {busy} gave way to posts of rebuilding. The "
        f"hundredth of the operators who are seen most carry {most} of the loss."
    ]


def parts_of_life(results: Told, arm: str) -> list[str]:
    """How long an account is unnoticed and how long it waits, and the most that either can buy."""
    unnoticed, waiting = (results.estimate(n, arm) for n in ("unnoticed_days", "waiting_days"))
    late, early = (results.estimate(n, arm) for n in ("waiting_share", "unnoticed_share"))
    if not (unnoticed.n and waiting.n and late.n and early.n):
        return []
    return [
        "A suspended account had been public for "
        f"{words.value_text('unnoticed_days', unnoticed)} until its flag and "
        f"{words.value_text('waiting_days', waiting)} from the flag to action. The most that speed "
        f"can buy (action at the flag) is {words.value_text('waiting_share', late)} of the "
        "impressions that are left; the most that detection can buy is "
        f"{words.value_text('unnoticed_share', early)}."
    ]


def first_accounts(results: Told, arm: str, tiers: Sequence[str] = ()) -> list[str]:
    """How much of what is left the first accounts made, and how many lineages kept little."""
    first = results.estimate("first_account_share", arm)
    if not first.n:
        return []
    text = (
        f"First accounts made {words.value_text('first_account_share', first)} of the impressions "
        "that are left; the rest is what came of returning."
    )
    text += _each(results, arm, "first_account_share", tiers)
    less = results.estimate("kept_less_share", arm)
    if less.n:
        text += (
            f" Of the operators that came back {words.value_text('kept_less_share', less)} have "
            "less than the stated part (`metrics.kept_part`) of their first account's followers "
            "in their latest."
        )
    return [text]


def trend(results: Told, arm: str) -> list[str]:
    """Whether effective reach still falls, or rises, when the run ends; nothing if it is steady."""
    change = results.estimate("effective_reach_trend", arm)
    recent = results.estimate("recent_effective_reach", arm)
    if not (change.n and recent.n) or abs(change.value) < FALLING:
        return []
    if not math.isnan(change.low) and change.low <= 0 <= change.high:
        return []
    way, size = ("falls", "less") if change.value < 0 else ("rises", "more")
    return [
        f"The curve still {way} when the run ends: effective reach of the last 30 days is "
        f"{words.both('recent_effective_reach', recent)}, {words.rounded(100 * abs(change.value))} "
        f"% {size} than in the 30 days before. A longer run would give another number."
    ]


def warnings(results: Told, arms: Iterable[str] | None = None) -> list[str]:
    """Arms in which urgent cases are slower than routine ones, which nobody means."""
    out = []
    for arm in results.policies if arms is None else arms:
        urgent = results.estimate("urgent_time_to_action_median", arm)
        routine = results.estimate("routine_time_to_action_median", arm)
        if urgent.n and routine.n and urgent.value > routine.value:
            out.append(
                f"under {words.quoted(arm)} urgent cases are slower than routine ones "
                f"({words.value_text('urgent_time_to_action_median', urgent)} against "
                f"{words.value_text('routine_time_to_action_median', routine)} in the median); "
                "the arm changes `time_to_action` and not `urgent_time_to_action`?"
            )
    return out
