"""Sentences of a report: question, facts, the answer in short, limits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from afterban import bands as band_store
from afterban import claims as register
from afterban.claims import Verdict
from afterban.experiment.ablate import Ablation
from afterban.experiment.compare import HEADLINE
from afterban.experiment.ensemble import bands_of
from afterban.experiment.identical import identical_sentence
from afterban.experiment.notes import notes
from afterban.experiment.sensitivity import Sensitivity
from afterban.experiment.wording import label
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT
from afterban.report import cycle, headline, words
from afterban.report.html.crossings import Break, crossing_sentence
from afterban.report.html.lay import first_sentence
from afterban.report.html.scenario import evidence_counts
from afterban.report.html.tables import FEW, TABLE
from afterban.report.numbers import Numbers
from afterban.results import OWN_SOURCES
from afterban.scenario import Scenario
from afterban.statistics import Estimate


def title_of(found: Numbers) -> str:
    """The heading of a page."""
    if found.scenario is not None and found.scenario.title:
        return found.scenario.title
    return found.name


def question(found: Numbers) -> str:
    """The question that the page answers, in a sentence."""
    others = [policy for policy in found.arms if policy != found.main]
    under = f"as written (“{found.main}”)"
    if found.main != AS_WRITTEN:
        under = f"under {words.quoted(found.main)}"
    if others and len(others) <= FEW:
        under += f", or under {words.joined(map(words.quoted, others), 'or')}"
    elif others:
        under += f", or under one of {len(others)} other policies"
    scenario = found.scenario
    network = "this network"
    if scenario is not None:
        operators = sum(tier.count for tier in scenario.tiers.values())
        network = (
            f"a network of {words.several(operators, 'operator')}, in "
            f"{words.several(round(scenario.horizon), 'day')} from {date(scenario)},"
        )
    return (
        f"How much of what outsiders would see of {network} is left when accounts are suspended "
        f"{under}?"
    )


def date(scenario: Scenario) -> str:
    """The first day of a scenario."""
    return f"{scenario.start.day} {scenario.start:%B %Y}"


def _bands(found: Numbers) -> band_store.Bands:
    """Bands of what the page is about: those that come with the program, or of its own folder."""
    if found.scenario is None:
        return band_store.Bands()
    return bands_of(found.scenario, None, *([] if found.bands is None else [found.bands]))


def headline_part(found: Numbers) -> dict[str, Any]:
    """Reach with both of its intervals, of chance and of the assumptions; {} if not told."""
    if found.scenario is None:
        return {}
    known = _bands(found)
    rows = headline.rows(found, known, found.main, list(found.scenario.tiers))
    if not rows:
        return {}
    others = [policy for policy in found.arms if policy != found.main]
    return {
        "arm": words.quoted(found.main),
        "rows": rows,
        "known": bool(known),
        "about": headline.about(known, f"afterban band {found.name}").replace("`", ""),
        "against": headline.against(known, [found.main, *others]),
    }


def facts_of(found: Numbers) -> list[str]:
    """What a page says of its size in one line."""
    facts = [words.several(found.replications, "replication")]
    results = found.results
    if results is not None and not results.complete:
        facts[0] += f" of {results.scenario.replications} (interrupted)"
    facts += [f"seed {found.seed}", f"fingerprint {found.digest[:12]}"]
    if results is not None and not results.as_shipped:
        own = results.manifest[OWN_SOURCES]
        facts.append(f"not as shipped: made with {words.joined(f'own {name}' for name in own)}")
    return facts


def in_short(
    found: Numbers,
    sensitivity: Sensitivity | None,
    breaking: Break | None,
    ablation: Ablation | None = None,
) -> list[dict[str, str]]:
    """What the page says, in a few sentences with n and interval."""
    said: list[dict[str, str]] = []

    def say(text: str, more: str = "") -> None:
        said.append({"text": text, "more": more})

    main = found.main
    e = found.estimate(HEADLINE, main)
    plain = first_sentence(found, _bands(found).of(HEADLINE, main))
    if plain:
        say(plain)
    if e.n:
        say(
            f"With suspensions {words.quoted(main)}, {words.value_text(HEADLINE, e)} of the "
            "impressions on outsiders are left" + _people(found, main) + ".",
            _sure(HEADLINE, e, found.level)
            + (
                " That is not distinguishable from no effect."
                if e.low <= 1 <= e.high and e.low < e.high
                else ""
            )
            + _over_assumptions(found, main),
        )
    for sentence, more in _against_baseline(found):
        say(sentence, more)
    tiers = list(found.scenario.tiers) if found.scenario is not None else []
    for sentence in (
        *headline.parts_of_life(found, main),
        *headline.trend(found, main),
        *headline.first_accounts(found, main, tiers),
    ):
        say(sentence)
    for warning in headline.warnings(found):
        say(warning[0].upper() + warning[1:])
    costs = []
    for metric, text in (
        ("suspensions", "{} suspensions"),
        ("paid_hours", "{} paid hours of reviewers"),
        ("wrong_suspensions", "{} ordinary users suspended wrongly"),
    ):
        e = found.estimate(metric, main)
        if e.n and (e.value > 0 or metric == "suspensions"):
            value = words.value_text(metric, e).removesuffix(" h")
            inside = words.interval_text(metric, e)
            costs.append(text.format(value) + (f" ({inside})" if inside else ""))
    if costs:
        say(f"The cost {words.quoted(main)}: {words.joined(costs)}.")
    e = found.estimate("rebuild_effort", main)
    if e.n and e.value > 0:
        say(
            f"The network spends {words.value_text('rebuild_effort', e)} of its posts on "
            f"re-announcing and promoting accounts that came back{_both_totals(found, main)}.",
            _sure("rebuild_effort", e, found.level),
        )
    if breaking is not None:
        half = [one for one in breaking.crossings if one.found]
        if half:
            one = min(half, key=lambda c: abs(c.value - 0.5))
            say(crossing_sentence(one, breaking), f"{one.n} replications.")
    if ablation is not None:
        more = f"{words.several(ablation.replications, 'replication')}, on common random numbers."
        for sentence in cycle.in_short(ablation):
            say(sentence, more)
    if sensitivity is not None and sensitivity.swings:
        say(*sensitivity_sentence(sensitivity))
    return said


def _both_totals(found: Numbers, arm: str) -> str:
    """Ordinary posts beside all posts, and the effective reach of all; "" where it is not known."""
    metrics = ("ordinary_posts", "posts_made", "effective_reach_of_all_posts")
    estimates = [found.estimate(metric, arm) for metric in metrics]
    if not all(e.n for e in estimates):
        return ""
    ordinary, posts, reach = (
        words.value_text(metric, e) for metric, e in zip(metrics, estimates, strict=True)
    )
    return f" ({ordinary} of {posts} are ordinary ones; over all posts effective reach is {reach})"


def _people(found: Numbers, arm: str) -> str:
    """The other two numbers of reach, which are never the same as that of impressions."""
    people, weekly = (
        found.estimate(name, arm) for name in ("effective_reached", "effective_weekly_reach")
    )
    if not (people.n and weekly.n):
        return ""
    return (
        f"; {words.value_text('effective_reached', people)} of the people are still reached at "
        f"least once, {words.value_text('effective_weekly_reach', weekly)} of those of a week"
    )


def _over_assumptions(found: Numbers, arm: str) -> str:
    """The band of effective reach over the assumptions, in words; "" if it is not known."""
    one = _bands(found).of(HEADLINE, arm)
    if one is None:
        return ""
    ends = words.interval_words(HEADLINE, one.estimate)
    return (
        f" That is chance; over the assumptions it is {ends} % (5 to 95 % of {one.points} points)."
    )


def _sure(metric: str, e: Estimate, level: float) -> str:
    if math.isnan(e.low):
        return "One replication, so there is no interval."
    inside = words.interval_text(metric, e)
    count = words.several(e.n, "replication")
    if not inside:
        return f"The same in all of {count}."
    if words.is_share(metric):
        inside += " %"
    return f"{words.percent(level)} interval {inside}, {count}."


def _against_baseline(found: Numbers) -> list[tuple[str, str]]:
    """A sentence for each arm against the baseline; of many arms only those at the ends."""
    rows = found.differences.get(HEADLINE, ())
    if found.baseline == WITHOUT_ENFORCEMENT:
        rows = tuple(d for d in rows if d.policy != found.main)
    if not rows:
        return []
    said = []
    if len(rows) > FEW:
        ends = sorted(rows, key=lambda d: d.arm.value)
        unclear = sum(words.sign_of(d) == "unclear" for d in rows)
        rows = (ends[0], ends[-1])
        if unclear:
            said.append(
                (
                    f"{unclear} of {len(found.differences[HEADLINE])} policies "
                    f"{'is' if unclear == 1 else 'are'} not distinguishable from "
                    f"{words.noun(found.baseline)} in effective reach.",
                    "",
                )
            )
    for d in rows:
        e = d.estimate
        to = words.value_text(HEADLINE, d.arm)
        n = words.several(e.n, "replication")
        arm, base = words.quoted(d.policy), words.noun(d.baseline)
        sign = words.sign_of(d)
        if d.identical:
            said.append(
                (f"{identical_sentence([d.policy], d.baseline)}.", f"{n}."),
            )
        elif sign == "same":
            said.append(
                (f"Under {arm} it is the same as in {base}, in every replication.", f"{n}.")
            )
        elif sign == "unclear":
            more = ""
            if d.needed is not None:
                more = f" About {words.several(max(1, d.needed - e.n), 'more replication')}"
                more += " would tell."
            said.append(
                (
                    f"Under {arm} it is {to}: not distinguishable from {base}.",
                    f"Paired difference {words.change_text(HEADLINE, e)}, {n}.{more}",
                )
            )
        else:
            side = "less" if sign == "less" else "more"
            size = words.size_text(HEADLINE, e)
            said.append(
                (
                    f"Under {arm} it is {to}: {size.partition(' (')[0]} {side} than {base} "
                    f"({words.relative_text(d)}).",
                    f"Paired difference {words.change_text(HEADLINE, e)}, {n}.",
                )
            )
    return said


def sensitivity_sentence(found: Sensitivity) -> tuple[str, str]:
    """How far single assumptions move effective reach."""
    ends = [(end.value, swing, end) for swing in found.swings for end in (swing.low, swing.high)]
    ends = [one for one in ends if one[0].n]
    low, high = min(ends, key=lambda one: one[0].value), max(ends, key=lambda one: one[0].value)
    first = found.swings[0]
    text = (
        f"It rests most on {first.label}. Over the ranges of the assumptions, one at a time, "
        f"effective reach lies between {words.value_text(found.metric, low[0])} "
        f"({low[1].label}: {low[2].text}) and {words.value_text(found.metric, high[0])} "
        f"({high[1].label}: {high[2].text})."
    )
    more = f"{words.several(found.replications, 'replication')} of each"
    if found.thinned:
        more += f", on a network of {found.operators:,} operators in place of {found.of:,}"
    more += "."
    if found.other is not None and found.contrast is not None:
        text += _decided_by(found)
        more += " " + order_sentence(found)
    return text, more


def _decided_by(found: Sensitivity) -> str:
    """Which assumption decides most between the two arms; "" where that was not kept."""
    assert found.other is not None
    decision = found.of_decision("the difference")
    if decision is None or not decision.swings[0].span > 0:
        return ""
    first = decision.swings[0]
    ends = words.joined(
        f"{words.change_text(found.metric, end.value).partition(' (')[0]} at {end.text}"
        for end in (first.low, first.high)
    )
    return (
        f" What decides most between {words.noun(found.policy)} and {words.noun(found.other)} is "
        f"{first.label} (a difference of {ends})."
    )


def order_sentence(found: Sensitivity) -> str:
    """Whether the second arm keeps its advantage wherever the assumptions lie."""
    assert found.other is not None
    assert found.contrast is not None
    ends = [end for swing in found.swings for end in (swing.low, swing.high)]
    sides = [end.contrast.value for end in ends if end.contrast is not None and end.contrast.n]
    less = sum(side < 0 for side in sides)
    same = sum(side == 0 for side in sides)
    other, policy = words.noun(found.other), words.noun(found.policy)
    if less == len(sides):
        return f"In all {len(sides)} settings {other} leaves less reach than {policy}."
    text = f"{other} leaves less reach than {policy} in {less} of {len(sides)} settings"
    if same:
        text += f" and as much in {same}"
    if less + same < len(sides):
        text += ", so that order rests on the assumptions"
    return f"{text}."


def unclear(found: Numbers) -> dict[str, list[str]]:
    """What could not be distinguished: arms from the baseline, and arms from each other."""
    rows = [
        words.unclear_text(d)
        for metric in TABLE
        for d in found.differences.get(metric, ())
        if words.sign_of(d) == "unclear"
    ]
    same = [
        f"{words.noun(d.policy)} and {words.noun(d.baseline)} in {label(metric)}: "
        f"the same in {words.several(d.estimate.n, 'replication')}"
        for metric in TABLE
        for d in found.differences.get(metric, ())
        if words.sign_of(d) == "same" and not d.identical
    ]
    pairs = [
        f"{words.quoted(a)} and {words.quoted(b)} in {label(HEADLINE)}"
        for a, b in found.unclear_pairs
    ]
    return {"rows": rows, "pairs": pairs, "same": same}


def limits(
    found: Numbers, sensitivity: Sensitivity | None, verdicts: Sequence[Verdict] = ()
) -> list[str]:
    """What these numbers do not tell, most of it worked out from the run."""
    said = []
    n = found.replications
    if n < 2:
        said.append("One replication: nothing here has an interval.")
    elif n < 10:
        said.append(
            f"{n} replications are few: intervals are wide, and a difference that is not "
            "distinguishable from zero may still be there."
        )
    results = found.results
    if results is not None and not results.complete:
        said.append(
            f"The run was interrupted: {n} of {results.scenario.replications} replications."
        )
    scenario = found.scenario
    if results is not None:
        said += [
            f"{line[0].upper()}{line[1:]}." for line in notes(results.scenario, results.values)
        ]
    if scenario is not None:
        counts = evidence_counts(scenario)
        whole = sum(counts.values())
        said.append(
            f"{counts['assumed']} of {whole} values of the scenario are assumed: nothing was "
            "published for them."
        )
        if scenario.review.team is None:
            said.append(
                "Reviewers are unlimited in this scenario: every flag is acted on after its time "
                "to action, so there are no paid hours and no backlog."
            )
        if not found.told("wrong_suspensions") or all(
            found.estimate("wrong_suspensions", policy).value == 0 for policy in found.arms
        ):
            said.append(
                "Nobody is suspended wrongly in this scenario, since it gives no probability of "
                "mistakes or a perfect precision of flags; that is no finding."
            )
    judged = [v for v in verdicts if v.status in register.JUDGED]
    off = [v.claim.id for v in judged if not v.held]
    if off:
        said.append(
            f"{len(off)} of {len(judged)} published figures are not met here: {words.joined(off)}."
        )
    sure = [v.claim.id for v in judged if v.status == "holds, but could not fail here"]
    if sure:
        said.append(
            f"{len(sure)} of {len(judged)} published figures are met over nearly all of the stated "
            f"ranges, so that meeting them says little: {words.joined(sure)}."
        )
    if sensitivity is not None and sensitivity.thinned:
        e = found.estimate(HEADLINE, sensitivity.policy)
        said.append(
            f"Assumptions were ranked on a network of {sensitivity.operators:,} operators in place "
            f"of {sensitivity.of:,}, where effective reach is "
            f"{words.both(HEADLINE, sensitivity.centre)} against {words.both(HEADLINE, e)} here: "
            "read the ranking, not the level."
        )
    return [*said, *GENERAL_LIMITS]


# What holds for every page, since the simulator is made that way.
GENERAL_LIMITS = (
    "Intervals say how much chance moves the numbers within the model. They say nothing about "
    "whether the model is right.",
    "The model counts who could see posts. It has no content, and does not say what seeing them "
    "does to anybody.",
    "How likely operators are to come back, how soon, and how fast followers find them again are "
    "only weakly known from the public record.",
)
