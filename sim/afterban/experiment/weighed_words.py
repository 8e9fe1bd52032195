"""What was weighed, in a layman's sentences: the answer, the doubts, a table, and what words mean.

Nothing here is typed in: a scenario in which another thing comes out is told in other words.

Checked by ``tests/experiment/test_weigh.py``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from afterban.experiment import lay_words as lay
from afterban.experiment.compare import HEADLINE
from afterban.experiment.difference import Difference
from afterban.experiment.ranges import assumptions_of, without_range
from afterban.experiment.sensitivity import End, Swing
from afterban.experiment.weighed import Case

_WHAT = "what outsiders see"
# Metric -> what is counted, the verb for more of it and for less of it.
_PRICES = {
    "wrong_suspensions": ("user", "wrongly suspends", "wrongly suspends"),
    "paid_hours": ("paid hour", "takes", "takes"),
    "suspensions": ("account", "suspends", "suspends"),
}
_MOST_DECIDERS = 3
_NEARLY, _MUCH_LESS = 0.6, 0.5  # of the best arm's gain, and of its price


# --- the answer -----------------------------------------------------------------------------------


def answer(found: Case) -> list[str]:
    """The answer in one sentence, a much cheaper arm, and what finding twice as often would do."""
    return [sentence for sentence in (_first(found), _cheaper(found), _twice(found)) if sentence]


def _first(found: Case) -> str:
    one = found.difference(found.better)
    doing = found.names.rather(found.better, found.other)
    price = _price(found, found.better)
    if one is None:
        return f"Whether {doing} changes {_WHAT} cannot be told: there is nothing to be seen."
    if found.verdict == "same":
        also = f"; it {price}" if price else ""
        return f"{_capital(doing)} changes nothing in {_WHAT}{also}."
    if found.verdict == "unclear":
        also = f"; it {price}" if price else ""
        return f"It cannot be told whether {doing} cuts {_WHAT}: {_chance(one)}{also}."
    size = lay.fraction(one.relative)
    over = None if found.points is None else found.points.seen.get(found.better)
    also = f"; it {price}" if price else "; nothing that is counted here is the price of it"
    if found.verdict == "depends":
        assert over is not None
        return (
            f"It cannot be told whether {doing} cuts {_WHAT}: by {size} if everything is as "
            f"assumed, but {lay.between(over.low, over.high)} over the assumptions{also}."
        )
    inside = "" if over is None else f" ({lay.between(over.low, over.high)} over the assumptions)"
    return f"{_capital(doing)} cuts {_WHAT} by {size}{inside}{also}."


def _cheaper(found: Case) -> str:
    """Of several arms one that gains nearly as much for much less; "" where there is none."""
    best = found.difference(found.better)
    price = found.difference(found.better, found.prices[0]) if found.prices else None
    if best is None or price is None or found.verdict != "clear" or price.estimate.low <= 0:
        return ""
    for arm in found.arms[1:]:
        one, cost = found.difference(arm), found.difference(arm, price.metric)
        if one is None or cost is None or not one.distinguishable:
            continue
        gain = one.estimate.value / best.estimate.value
        share = cost.estimate.value / price.estimate.value
        if gain >= _NEARLY and 0 < share <= _MUCH_LESS:
            much, little = lay.fraction(gain), lay.fraction(share)
            doing = _capital(found.names.doing(arm))
            return f"{doing} has {much} of that gain at {little} of the price."
    return ""


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _chance(one: Difference) -> str:
    """How far chance alone moves the difference, in words."""
    low, high = one.relative_ends
    if math.isnan(low):
        return "one simulated run has no interval"
    runs = f"in {one.estimate.n} simulated runs"
    return f"chance alone makes it anything from {lay.from_to(low, high)} {runs}"


def _price(found: Case, arm: str) -> str:
    """What an arm costs beside the other: ``wrongly suspends one more user in four months``."""
    parts = [text for metric in found.prices if (text := _one_price(found.difference(arm, metric)))]
    if not parts:
        return ""
    return f"{' and '.join(parts)} in {lay.span(found.of.horizon)}"


def _one_price(one: Difference | None) -> str:
    if one is None:
        return ""
    what, verb, _ = _PRICES[one.metric]
    e = one.estimate
    if one.same or one.identical or (e.value == 0 and e.low == e.high):
        return f"{verb} no more {what}s"
    if math.isnan(e.low):
        return f"{verb} {lay.count(e.value, what, _side(e.value))} (one run)"
    if not one.distinguishable:
        return (
            f"{verb} {lay.two_digits(abs(e.low)) if abs(e.low) >= 1 else 0} fewer to "
            f"{lay.two_digits(abs(e.high)) if abs(e.high) >= 1 else 0} more {what}s, which cannot "
            "be told apart from chance,"
        )
    return f"{verb} {lay.count(e.value, what, _side(e.value))}"


def _side(value: float) -> str:
    return "more" if value > 0 else "fewer"


def _twice(found: Case) -> str:
    """What finding accounts twice as often would do beside the step that was asked about."""
    more = found.twice.get(HEADLINE)
    if more is None:
        return ""
    finding = "Finding accounts twice as often"
    if more.same or more.identical:
        return f"{finding} would change nothing."
    if not more.distinguishable:
        return f"What finding accounts twice as often would do cannot be told: {_chance(more)}."
    price = _one_price(next((found.twice[m] for m in found.prices if m in found.twice), None))
    also = f", and {_would(price)}" if price else ""
    if more.estimate.value > 0:
        return (
            f"{finding} would not help: {_WHAT} would rise by {lay.fraction(more.relative)}{also}."
        )
    step = found.difference(found.better)
    if step is None or found.verdict not in ("clear", "depends") or step.estimate.value >= 0:
        return f"{finding} would cut it by {lay.fraction(more.relative)}{also}."
    return f"{finding} would do {lay.times(more.estimate.value / step.estimate.value)}{also}."


def _would(price: str) -> str:
    """A price as what would be."""
    for verb, would in (("wrongly suspends", "wrongly suspend"), ("suspends", "suspend")):
        if price.startswith(verb):
            return would + price.removeprefix(verb)
    return "take" + price.removeprefix("takes")


# --- the doubts -----------------------------------------------------------------------------------


def doubts(found: Case) -> list[str]:
    """What would change the answer: chance, the assumptions together, and those that decide."""
    said = []
    one = found.difference(found.better)
    if one is not None and found.verdict in ("clear", "depends"):
        said.append(f"{_capital(_chance(one))}.")
    said += _together(found)
    said += _deciders(found)
    missing = len(without_range(found.of))
    if missing:
        are = "value is" if missing == 1 else "values are"
        said.append(
            f"{missing} further {are} assumed without a stated range, and was taken as it stands."
            if missing == 1
            else f"{missing} further {are} assumed without stated ranges, and were taken as they "
            "stand."
        )
    return said


def _together(found: Case) -> list[str]:
    """In how many combinations of assumptions the answer is the other way round."""
    if found.points is None:
        return ["What the assumptions leave of the answer was not worked out."]
    over = found.points.seen.get(found.better)
    if over is None or not over.told:
        return []
    turned = over.more
    many = f"{over.told} combinations of what is assumed"
    if not turned:
        said = f"It is the same way round in all {many}."
    else:
        said = f"In {turned} of {many} it is the other way round or without effect."
        said = said.replace(" or without effect", "")
    if found.points.operators < found.points.of:
        said = (
            f"{said[:-1]} (worked out in a network of {found.points.operators:,} in place of "
            f"{found.points.of:,})."
        )
    return [said]


@dataclass(frozen=True)
class Decider:
    """An assumption that the answer rests on.

    low, high: ends of its range in words, with what is seen relative to the other arm there.
    turns_at: its value at which the answer turns round, in words; "" if it does not in its range.
    """

    what: str
    low: str
    low_change: float
    high: str
    high_change: float
    turns_at: str

    @property
    def span(self) -> float:
        """Distance between what the two ends come to."""
        return abs(self.high_change - self.low_change)


def deciders(found: Case) -> list[Decider]:
    """Assumptions by how much they alone move the answer, the most first; own ranges only."""
    if found.ranked is None:
        return []
    known = []
    for swing in found.ranked.swings:
        ends = [_change_at(end) for end in (swing.low, swing.high)]
        if not all(map(math.isfinite, ends)):
            continue
        known.append(
            Decider(
                lay.assumed(swing.label, swing.name),
                lay.end(swing.low.text),
                ends[0],
                lay.end(swing.high.text),
                ends[1],
                _turns_at(found, swing, ends),
            )
        )
    return sorted(known, key=lambda one: -one.span)


def _change_at(end: End) -> float:
    """What is seen under the better arm relative to the other one, less one, at an end."""
    if end.contrast is None or not end.contrast.n or not end.value.value > 0:
        return math.nan
    return end.contrast.value / end.value.value


def _turns_at(found: Case, swing: Swing, ends: Sequence[float]) -> str:
    """Where between its ends an assumption turns the answer; both ends must be sure of it.

    On a straight line through the two ends, so never outside the stated range.
    """
    sides = []
    for end in (swing.low, swing.high):
        assert end.contrast is not None
        c = end.contrast
        sides.append(-1 if c.high < 0 else 1 if c.low > 0 else 0)
    if sides[0] * sides[1] >= 0:
        return ""
    one = next((a for a in assumptions_of(found.of) if a.name == swing.name), None)
    if one is None or one.prior is not None:
        return ""
    return lay.value_of(one, ends[0] / (ends[0] - ends[1]))


def _deciders(found: Case) -> list[str]:
    known = [one for one in deciders(found) if one.span > 0]
    if not known:
        return ["No single assumption moves it."] if found.ranked is not None else []
    told = [
        f"{one.what} ({_end(one.low_change)} at {one.low}, {_end(one.high_change)} at {one.high})"
        for one in known[:_MOST_DECIDERS]
    ]
    said = [f"It rests most on {lay_joined(told)}."]
    turning = [one for one in known if one.turns_at]
    if turning:
        said += [
            f"It would turn round where {one.what} passes about {one.turns_at}, within its range "
            f"of {one.low} to {one.high}."
            for one in turning[:2]
        ]
    else:
        said.append("No single assumption turns it round for sure anywhere in its range.")
    return said


def _end(change: float) -> str:
    """What is seen at an end: ``12 % less``."""
    if abs(change) < 5e-5:
        return "no change"
    return f"{lay.percent(change)} {'less' if change < 0 else 'more'}"


def lay_joined(parts: Sequence[str]) -> str:
    """Words in a row."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{'; '.join(parts[:-1])}; and {parts[-1]}"


# --- the table, and what words mean ---------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A row of the table: what is chosen, the change in what is seen, the band, the price."""

    arm: str
    choice: str
    seen: str
    over: str
    price: str


def head(found: Case) -> tuple[str, str, str, str]:
    """Headings of the four columns."""
    than = found.names.label(found.other)
    return (
        "Choice",
        f"Outsiders see (beside {than})",
        "Over the assumptions",
        f"Price in {lay.span(found.of.horizon)}",
    )


def rows(found: Case) -> list[Row]:
    """One for each arm: first what the others are beside, last finding twice as often."""
    first = found.names.label(found.other)
    made = [Row(found.other, first, "the others are beside this", "–", "–")]
    return [*made, *(_row(found, arm) for arm in found.told)]


def label(found: Case, arm: str) -> str:
    """What an arm is called, the one that finds twice as often too."""
    if arm == found.twice_arm:
        return f"{found.names.label(found.better)}, found twice as often"
    return found.names.label(arm)


def _row(found: Case, arm: str) -> Row:
    one = found.difference(arm)
    seen = "undefined"
    if one is not None:
        low, high = one.relative_ends
        seen = _end(one.relative)
        if one.same or one.identical:
            seen = "the same"
        elif math.isfinite(low) and low != high:
            seen += f" (by chance {lay.between(low, high)})"
    over = None if found.points is None else found.points.seen.get(arm)
    told = "not worked out" if over is None else lay.between(over.low, over.high)
    if over is not None and (over.low > 0 or over.high < 0):
        told += " less" if over.high < 0 else " more"
    price = "; ".join(
        text for metric in found.prices if (text := _cell(found.difference(arm, metric)))
    )
    return Row(arm, label(found, arm), seen, told, price or "none that is counted")


def _cell(one: Difference | None) -> str:
    if one is None:
        return ""
    what = {"wrong_suspensions": "user wrongly suspended", "suspensions": "account suspended"}.get(
        one.metric, "paid hour"
    )
    noun, _, rest = what.partition(" ") if one.metric != "paid_hours" else (what, "", "")
    e = one.estimate
    if one.same or one.identical:
        return f"no more {noun}s {rest}".strip()
    text = lay.count(e.value, noun, _side(e.value))
    sure = "" if one.distinguishable or math.isnan(e.low) else " (or none)"
    return f"{text} {rest}".strip() + sure


def definitions(found: Case) -> list[str]:
    """What the words of the page mean, for print."""
    runs = found.comparison.replications
    said = [
        "What outsiders see: how often posts of the network come before people outside it, counted "
        "each time; of two choices the same people, posts and chances are simulated",
        f"By chance: where the true mean lies, 19 times in 20, judging by {runs} simulated run"
        f"{'s'[: runs != 1]}",
    ]
    if found.points is not None:
        said.append(
            f"Over the assumptions: {found.points.count} simulations in which everything that is "
            "not well known has other values, each within its stated range; the highest and the "
            "lowest twentieth are left out"
        )
    if found.twice_arm:
        said.append(
            "Found twice as often: everything that finds accounts finds twice as many in the same "
            "time, and errs twice as often"
        )
    if "wrong_suspensions" in found.prices:
        said.append("Wrongly suspended: ordinary users who have nothing to do with the network")
    if "paid_hours" in found.prices:
        said.append("Paid hours: of the people who review, busy or not")
    meant: dict[str, list[str]] = {}
    for arm in (found.other, *found.arms):
        meant.setdefault(found.names.means(arm), []).append(found.names.label(arm))
    meant.pop("", None)
    return [*said, *(f"{_capital(', '.join(each))}: {text}" for text, each in meant.items())]


__all__ = ["Decider", "Row", "answer", "deciders", "definitions", "doubts", "head", "label", "rows"]
