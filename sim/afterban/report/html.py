"""One page to take to a meeting: a self-contained HTML file from a run, a comparison or a sweep.

The file asks for nothing from anywhere (its own policy forbids it), opens from a disk, prints, and
says everything without JavaScript too.  Every sentence is worked out from the numbers.  The same
results give the same bytes.

Checked by ``tests/report/test_page.py`` and, in a browser, ``test_browser.py``.
"""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from afterban import bands as band_store
from afterban import claims as register
from afterban.claims import Verdict
from afterban.errors import AfterbanError, MissingExtra
from afterban.experiment.ablate import Ablation
from afterban.experiment.breakeven import Crossing, crossing, time_text
from afterban.experiment.compare import HEADLINE, label
from afterban.experiment.ensemble import bands_of, powers_of
from afterban.experiment.identical import identical_sentence, identical_words
from afterban.experiment.notes import notes
from afterban.experiment.sensitivity import Sensitivity
from afterban.experiment.sweep import no_effect_at
from afterban.files import write_text
from afterban.metrics import METRICS, metric_of
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT
from afterban.report import (
    colours,
    cycle,
    figures,
    frontiers,
    headline,
    interactive,
    numbers,
    pictures,
    words,
)
from afterban.report.numbers import Numbers
from afterban.report.sweeps import Swept, told
from afterban.results import Results, estimate
from afterban.scenario import Scenario
from afterban.scenario.inert import words as inert_words
from afterban.statistics import Estimate

INSTALL = "pip install 'afterban[report]'"
TEMPLATES = Path(__file__).with_name("templates")
# Columns of the policy table.
TABLE = (
    "effective_reach",
    "reach",
    "time_to_action_median",
    "paid_hours",
    "reviewer_hours",
    "suspensions",
    "wrong_suspensions",
    "rebuild_effort",
)
OF_A_TEAM = ("paid_hours", "reviewer_hours")
# What a page may have; a part that it does not have is left out.
OPTIONAL = (
    *("table", "left_out", "unclear", "no_effect", "changes", "statistics", "difference_rows"),
    *("frontier", "frontier_rows", "efficient", "breakeven", "sensitivity", "claims"),
    *("across", "baseline", "baseline_noun"),
    *("influences", "sweep_rows", "description", "values", "assumed", "sources"),
    *("resolved", "again", "cycle", "headline"),
)
LONG = 24  # numbers in a list that is written once
FEW = 4  # arms that each get a sentence of their own


@dataclass
class Picture:
    """A figure in both forms: what plotly draws, and what is shown without it.

    options: key -> (label, plotly's description); the reader chooses if there is more than one.
    svg: static form of the first one.
    png: static form as a data address, where there is no other.
    """

    name: str
    title: str
    says: str
    options: dict[str, tuple[str, Any]] = field(default_factory=dict)
    choice: str = ""
    svg: str = ""
    png: str = ""


@dataclass(frozen=True)
class Break:
    """Times to action at which effective reach crosses levels.

    how: how the times between were worked out.
    """

    crossings: tuple[Crossing, ...]
    curve: Mapping[float, Estimate]
    how: str
    command: str


# --- the page -------------------------------------------------------------------------------------


def page_of_numbers(
    found: Numbers,
    *,
    sensitivity: Sensitivity | None = None,
    no_sensitivity: str = "",
    breaking: Break | None = None,
    ablation: Ablation | None = None,
) -> str:
    """The page of a run or a comparison.

    sensitivity: assumptions ranked; ``no_sensitivity`` says why there is none.
    ablation: what each part of the cycle contributes, worked out beforehand.
    breaking: break-even times, worked out beforehand; of a run whose arms are a dial they are
        read off between the arms if None.
    """
    require()
    results = found.results
    verdicts = []
    if results is not None:
        known = register.load()
        verdicts = register.judge(known, results, powers_of(results.scenario, known))
    if breaking is None and results is not None:
        breaking = break_between_arms(results)
    foot = figures.provenance(results) if results is not None else _foot(found)
    chosen = pictures.arm_colours(found)
    scale: dict[str, tuple[str, str]] = {}
    if results is not None and figures.dial(results):
        scale = colours.speed_scale(len(figures.dial(results)))
    context = {
        "kind": "run" if results is not None else "comparison",
        "title": _title(found),
        "question": question(found),
        "facts": _facts(found),
        "short": in_short(found, sensitivity, breaking, ablation),
        "headline": _headline(found),
        "table": policy_table(found),
        "left_out": _left_out(found),
        "unclear": unclear(found),
        "no_effect": _no_effect(found),
        "changes": _changes(found),
        "statistics": _statistics(found),
        "difference_rows": _difference_rows(found),
        "frontier": _frontier(found, chosen, foot),
        "frontier_rows": _frontier_rows(found),
        "breakeven": _breakeven(breaking, foot),
        "pictures": _pictures(found, chosen, verdicts, foot),
        "cycle": _cycle(ablation),
        "sensitivity": _sensitivity(sensitivity, foot),
        "no_sensitivity": no_sensitivity,
        "claims": [_claim(verdict) for verdict in verdicts],
        "claims_counted": "; ".join(f"{n} {text}" for n, text in register.counted(verdicts)),
        "limits": limits(found, sensitivity, verdicts),
        "level": words.percent(found.level),
        "baseline": words.arm_name(found.baseline),
        "baseline_noun": words.noun(found.baseline),
    }
    if found.scenario is not None:
        context |= _about_scenario(found.scenario)
    context["again"] = _again(found)
    return render(context, scale)


def page_of_sweep(
    swept: Swept, *, sensitivity: Sensitivity | None = None, no_sensitivity: str = ""
) -> str:
    """The page of a sweep; ``sensitivity`` is of the scenario that was varied."""
    require()
    foot = (
        f"{swept.name} sweep · {len(swept.points)} points · "
        f"{swept.finished} of {len(swept.points) * swept.replications} replications"
    )
    influences = swept.influences()
    metrics = told(swept)
    breaking = break_along(swept)
    context = {
        "kind": "sweep",
        "title": swept.scenario.title or swept.name,
        "question": _sweep_question(swept),
        "facts": [
            swept.told or words.several(len(swept.points), "point"),
            f"{words.several(swept.replications, 'replication')} of each",
            f"seed {swept.scenario.seed}",
        ],
        "short": _sweep_short(swept, breaking, sensitivity),
        **_sweep_policies(swept),
        **_sweep_frontier(swept, foot),
        "breakeven": _breakeven(breaking, foot),
        "influences": [
            {
                "path": one.path,
                "low": one.low,
                "high": one.high,
                "at_low": words.both(HEADLINE, one.at_low),
                "at_high": words.both(HEADLINE, one.at_high),
                "change": words.change_text(HEADLINE, one.change),
                "value": one.change.value,
                "n": one.change.n,
            }
            for one in influences
        ],
        "sweep_main": words.quoted(swept.main),
        "sweep_head": [*swept.paths, *(METRICS[name].label for name in metrics)],
        "sweep_rows": [
            {
                "policy": words.arm_name(policy),
                "values": [swept.points[point][path] for path in swept.paths],
                "cells": [
                    _cell(metric, swept.estimate(metric, policy, point), None) for metric in metrics
                ],
            }
            for policy in swept.policies
            for point in range(len(swept.points))
        ],
        "pictures": _sweep_pictures(swept, foot),
        "limits": _sweep_limits(swept),
        "level": "95 %",
        "sensitivity": _sensitivity(sensitivity, foot),
        "no_sensitivity": no_sensitivity,
        **_about_scenario(swept.scenario),
        "again": {
            "commands": [
                f"afterban sweep {swept.name}.yaml",
                f"afterban report {_shown(swept.source)}",
            ],
            "note": "The scenario stands below, without its section `sweep`, which varied "
            + ", ".join(swept.paths)
            + ".",
            "versions": [],
            "engine": swept.engine,
            "digest": swept.scenario.digest(),
            "code": swept.code,
        },
    }
    return render(context, {})


def render(context: Mapping[str, Any], scale: Mapping[str, tuple[str, str]]) -> str:
    """Fill the template; styles, scripts and plotly go into the page."""
    import jinja2

    plots = _plots(context)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    static = [picture.svg for picture in _all_pictures(context)]
    tokens = sorted(colours.used([json.dumps(plots), *static]))
    pairs = {colour: colours.pair(colour, scale) for colour in tokens}
    environment.filters["breaks"] = _with_breaks
    environment.filters["minus"] = lambda text: str(text).replace("-", "−")
    # "<" cannot end the script early if it is never written.
    data = json.dumps(shared(plots), allow_nan=False, separators=(",", ":"))
    data = data.replace("<", "\\u003c")
    return environment.get_template("page.html.j2").render(
        {
            **dict.fromkeys(OPTIONAL),
            **context,
            "style": (TEMPLATES / "style.css").read_text(encoding="utf-8"),
            "script": (TEMPLATES / "page.js").read_text(encoding="utf-8"),
            "plotly": _plotly() if plots else "",
            "plots": data,
            "paper": [(colours.variable(c)[4:-1], one) for c, (one, _) in pairs.items()],
            "night": [(colours.variable(c)[4:-1], one) for c, (_, one) in pairs.items()],
        }
    )


def _with_breaks(path: str) -> Any:
    """A path that may go on in the next line after a dot or underscore."""
    from markupsafe import Markup, escape

    return Markup(re.sub(r"([._])", r"\1<wbr>", str(escape(path))))


def require() -> None:
    """Raise MissingExtra if what the page is made with is not installed."""
    try:
        import jinja2  # noqa: F401
        import plotly  # noqa: F401
    except ImportError:
        raise MissingExtra("what the report is made with (jinja2 and plotly)", INSTALL) from None


def _plotly() -> str:
    from plotly.offline import get_plotlyjs

    # A comment that names a file of maps would have browsers ask for it.
    text: str = get_plotlyjs()
    return text.replace("//# sourceMappingURL=", "//")


def _all_pictures(context: Mapping[str, Any]) -> list[Picture]:
    found = list(context.get("pictures") or [])
    for key in ("frontier", "breakeven", "cycle", "sensitivity"):
        section = context.get(key)
        if section:
            found.append(section["picture"])
    return found


def _plots(context: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        picture.name: {key: spec for key, (_, spec) in picture.options.items()}
        for picture in _all_pictures(context)
        if picture.options
    }


def shared(plots: Mapping[str, Any]) -> dict[str, Any]:
    """Plots with every long list written once: days, which all curves have in common.

    ``@list:3`` stands for the third of ``lists``, counted from 0.
    """
    places: dict[str, int] = {}
    lists: list[Any] = []

    def put(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: put(one) for key, one in value.items()}
        if isinstance(value, list):
            if len(value) < LONG or isinstance(value[0], dict):
                return [put(one) for one in value]
            text = json.dumps(value)
            if text not in places:
                places[text] = len(lists)
                lists.append(value)
            return f"@list:{places[text]}"
        return value

    return {"plots": put(plots), "lists": lists}


# --- words ----------------------------------------------------------------------------------------


def _title(found: Numbers) -> str:
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
            f"{words.several(round(scenario.horizon), 'day')} from {_date(scenario)},"
        )
    return (
        f"How much of what outsiders would see of {network} is left when accounts are suspended "
        f"{under}?"
    )


def _date(scenario: Scenario) -> str:
    return f"{scenario.start.day} {scenario.start:%B %Y}"


def _bands(found: Numbers) -> band_store.Bands:
    """Bands of what the page is about: those that come with the program, or of its own folder."""
    if found.scenario is None:
        return band_store.Bands()
    folder = None if found.results is None else found.results.folder
    own = [] if folder is None else [folder.parents[1] / band_store.NAME]
    return bands_of(found.scenario, None, *own)


def _headline(found: Numbers) -> dict[str, Any]:
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


def _facts(found: Numbers) -> list[str]:
    facts = [words.several(found.replications, "replication")]
    results = found.results
    if results is not None and not results.complete:
        facts[0] += f" of {results.scenario.replications} (interrupted)"
    return [*facts, f"seed {found.seed}", f"fingerprint {found.digest[:12]}"]


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
    if e.n:
        say(
            f"With suspensions {words.quoted(main)}, {words.value_text(HEADLINE, e)} of the "
            "impressions on outsiders are left" + _people(found, main) + ".",
            _sure(HEADLINE, e, found.level)
            + (
                " That cannot be told apart from no effect."
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
            say(_crossing_sentence(one, breaking), f"{one.n} replications.")
    if ablation is not None:
        more = f"{words.several(ablation.replications, 'replication')}, on common random numbers."
        for sentence in cycle.in_short(ablation):
            say(sentence, more)
    if sensitivity is not None and sensitivity.swings:
        say(*_sensitivity_sentence(sensitivity))
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
                    f"{unclear} of {len(found.differences[HEADLINE])} policies cannot be told "
                    f"apart from {words.noun(found.baseline)} in effective reach.",
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


def _crossing_sentence(one: Crossing, breaking: Break) -> str:
    within = "within" if one.rising else "no sooner than after"
    return (
        f"To keep effective reach under {100 * one.value:g} %, half of the flagged accounts must "
        f"be suspended {within} {_time_between(one, breaking)}."
    )


def _time_between(one: Crossing, breaking: Break) -> str:
    first, last = min(breaking.curve), max(breaking.curve)
    if math.isnan(one.low):
        return f"{time_text(one.days)} (one replication: no interval)"
    low = f"less than {time_text(first)}" if one.low == 0 else time_text(one.low)
    high = f"more than {time_text(last)}" if math.isinf(one.high) else time_text(one.high)
    return f"{time_text(one.days)} ({low} to {high})"


def _sensitivity_sentence(found: Sensitivity) -> tuple[str, str]:
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
        more += " " + _order_sentence(found)
    return text, more


def _order_sentence(found: Sensitivity) -> str:
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
            f"{n} replications are few: intervals are wide, and a difference that is not told "
            "apart may still be there."
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
        counts = _evidence_counts(scenario)
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


# --- tables ---------------------------------------------------------------------------------------


def policy_table(found: Numbers) -> dict[str, Any]:
    """The policies side by side."""
    metrics = [metric for metric in TABLE if found.told(metric)]
    return {
        "head": [
            {"label": METRICS[metric].label, "meaning": METRICS[metric].meaning}
            for metric in metrics
        ],
        "rows": [
            {
                "policy": words.arm_name(policy),
                "key": policy,
                "cells": [
                    _cell(
                        metric,
                        found.estimate(metric, policy),
                        found.difference(metric, policy),
                        policy,
                    )
                    for metric in metrics
                ],
            }
            for policy in found.policies
        ],
    }


_SIGNS = {
    "less": ("▼", "less than"),
    "more": ("▲", "more than"),
    "unclear": ("?", "not distinguishable from"),
    "same": ("=", "the same as"),
}


def _cell(metric: str, e: Estimate, difference: Any, policy: str = "") -> dict[str, Any]:
    cell: dict[str, Any] = {
        "metric": metric,
        "policy": policy,
        "value": words.value_text(metric, e),
        "interval": words.interval_text(metric, e),
        "number": e.value if e.n else None,
        "low": None if math.isnan(e.low) else e.low,
        "high": None if math.isnan(e.high) else e.high,
        "n": e.n,
        "sign": "",
    }
    if difference is not None:
        mark, spoken = _SIGNS[words.sign_of(difference)]
        cell |= {
            "sign": mark,
            "spoken": spoken,
            "change": words.change_text(metric, difference.estimate).partition(" (")[0],
            "change_interval": words.change_text(metric, difference.estimate).partition(" (")[2],
            "change_number": difference.estimate.value,
            "change_low": _finite(difference.estimate.low),
            "change_high": _finite(difference.estimate.high),
        }
    return cell


def _finite(x: float) -> float | None:
    return x if math.isfinite(x) else None


def _left_out(found: Numbers) -> list[str]:
    """Columns that cannot be told, and why."""
    said = []
    scenario = found.scenario
    for metric in TABLE:
        if found.told(metric):
            continue
        why = "it did not happen in any replication"
        if metric in OF_A_TEAM and (scenario is None or scenario.review.team is None):
            why = "reviewers are unlimited in this scenario"
        said.append(f"{METRICS[metric].label} cannot be told: {why}.")
    return said


def _statistics(found: Numbers) -> list[dict[str, Any]]:
    names = dict.fromkeys(name for arm in found.estimates.values() for name in arm)
    rows = []
    for name in names:
        if "." in name:
            continue  # of single tiers: they are in summary.csv
        for policy in found.policies:
            e = found.estimate(name, policy)
            if e.n:
                rows.append(
                    {
                        "metric": label(name),
                        "name": name,
                        "unit": metric_of(name).unit,
                        "policy": policy,
                        "value": _four(e.value),
                        "low": _four(e.low),
                        "high": _four(e.high),
                        "n": e.n,
                    }
                )
    return rows


def _difference_rows(found: Numbers) -> list[dict[str, Any]]:
    return [
        {
            "metric": label(name),
            "unit": metric_of(name).unit,
            "policy": d.policy,
            "baseline": d.baseline,
            "value": _four(d.estimate.value),
            "low": _four(d.estimate.low),
            "high": _four(d.estimate.high),
            "n": d.estimate.n,
            "verdict": {
                "less": "less",
                "more": "more",
                "same": "the same",
                "unclear": "not distinguishable",
            }[words.sign_of(d)],
        }
        for name, rows in found.differences.items()
        for d in rows
        if "." not in name
    ]


def _four(x: float) -> str:
    if math.isnan(x):
        return "–"
    return f"{x:,.4g}" if abs(x) < 1000 else f"{x:,.0f}"


def _changes(found: Numbers) -> list[dict[str, Any]]:
    """What each policy changes in the scenario."""
    scenario = found.scenario
    if scenario is None:
        return []
    before = {row.path: row.value for row in scenario.inspect_rows()}
    rows = []
    for policy in found.arms:
        if policy not in scenario.policies:
            continue
        after = {row.path: row.value for row in scenario.arm(policy).inspect_rows()}
        different = [
            {"path": path, "from": before.get(path, "absent"), "to": after.get(path, "absent")}
            for path in dict.fromkeys([*before, *after])
            if before.get(path) != after.get(path)
        ]
        rows.append({"policy": policy, "changes": different})
    return rows


def _claim(verdict: Verdict) -> dict[str, Any]:
    claim = verdict.claim
    e = verdict.simulated
    text = "–"
    if e is not None and e.n:
        text = words.rounded(e.value, e.half_width)
        if e.half_width > 0:
            ends = (words.rounded(x, e.half_width) for x in (e.low, e.high))
            text += f" ({' to '.join(ends)})"
    return {
        "id": claim.id,
        "says": claim.says,
        "cited": claim.cited,
        "simulated": text,
        "n": 0 if e is None else e.n,
        "verdict": verdict.text,
        "document": claim.published.source.cited(),
    }


# --- the scenario and its sources -----------------------------------------------------------------


def _evidence_counts(scenario: Scenario) -> dict[str, int]:
    counts = {"reported": 0, "derived": 0, "fitted": 0, "assumed": 0}
    for row in scenario.inspect_rows():
        if row.path not in ("schema_version", "name", "title", "description"):
            counts[row.kind] += 1
    return counts


def _about_scenario(scenario: Scenario) -> dict[str, Any]:
    from afterban.sources import registry

    known = registry()
    rows = scenario.inspect_rows()
    used: dict[str, list[str]] = {}
    for row in rows:
        if row.source:
            used.setdefault(row.source, []).append(row.path)
    sources = []
    for name, paths in sorted(used.items(), key=lambda item: _natural(item[0])):
        one = known.figures.get(name)
        document = known.source(name)
        sources.append(
            {
                "id": name,
                "says": one.says if one is not None else document.reason,
                "document": document.cited(),
                "paths": paths,
            }
        )
    assumed = [
        row
        for row in rows
        if row.kind == "assumed"
        and row.path not in ("schema_version", "name", "title", "description")
    ]
    return {
        "description": " ".join(scenario.description.split()),
        "sources": sources,
        "assumed": [
            {"path": row.path, "value": row.value, "note": row.note or ""} for row in assumed
        ],
        "values": _evidence_counts(scenario),
        "resolved": scenario.resolved_yaml(),
    }


def _natural(name: str) -> tuple[str, int]:
    head = name.rstrip("0123456789")
    return head, int(name[len(head) :] or 0)


def _again(found: Numbers) -> dict[str, Any]:
    """How to make the numbers again."""
    results = found.results
    versions: Mapping[str, Any] = {}
    given = found.name
    note = ""
    scenario = found.scenario
    if results is not None:
        versions = results.manifest.get("versions", {})
        if not register.is_as_shipped(results.scenario):
            given = f"{found.name}.yaml"
            note = f"Save the complete scenario below as {given} first."
    common = f"--seed {found.seed} --reps {found.replications}"
    if results is not None:
        arms = [policy for policy in results.policies if policy != WITHOUT_ENFORCEMENT]
        everything = ["base", *results.scenario.policies]
        chosen = "" if arms == everything else f" --policies {','.join(arms)}"
        commands = [f"afterban run {given} {common}{chosen}"]
        if found.differences:
            picked = f" --policies {','.join(a for a in arms if a != found.baseline)}"
            commands.append(
                f"afterban compare {given} --baseline {found.baseline} {common}"
                + (picked if chosen else "")
            )
    else:
        if not found.as_shipped:
            given = f"{found.name}.yaml"
            note = f"Save the complete scenario below as {given} first."
        if scenario is None:
            note = (
                "The scenario is not a shipped one as it stands, so take the file that the "
                "comparison was made of."
            )
        kept = "compared.json" if found.source is None else found.source.name
        arms = [a for a in found.policies if a != found.baseline]
        arms = [a for a in arms if a != WITHOUT_ENFORCEMENT] or arms
        commands = [
            f"afterban compare {given} --baseline {found.baseline} {common} "
            f"--policies {','.join(arms)} --out {kept}"
        ]
    if found.source is not None:
        commands.append(f"afterban report {_shown(found.source)}")
    rows = [f"{name} {version}" for name, version in versions.items() if version]
    return {
        "commands": commands,
        "note": note,
        "versions": rows,
        "digest": found.digest,
        "engine": found.engine,
        "code": results.manifest.get("code_digest") if results is not None else None,
    }


def _shown(path: Path) -> str:
    """A path without the folders of the person who made the page."""
    parts = path.resolve().parts
    if path.is_dir() and len(parts) >= 3:
        return "/".join(parts[-3:])
    return path.name


def _foot(found: Numbers) -> str:
    return (
        f"{found.name} {found.digest[:12]} · seed {found.seed} · "
        f"n = {words.several(found.replications, 'replication')}"
    )


# --- pictures -------------------------------------------------------------------------------------


def _drawn(name: str, alt: str, draw: Callable[[], Any]) -> str:
    with pictures.style():
        figure = draw()
        return "" if figure is None else pictures.svg(figure, name, alt)


def _pictures(
    found: Numbers, chosen: Mapping[str, str], verdicts: Sequence[Verdict], foot: str
) -> list[Picture]:
    results = found.results
    made: list[Picture] = []
    if found.by_reach:
        least, most = found.by_reach[0], found.by_reach[-1]
        says = (
            f"Effective reach of {words.several(len(found.by_reach), 'policy')}".replace(
                "policys", "policies"
            )
            + f", from {words.both(HEADLINE, found.estimate(HEADLINE, least))} under "
            f"{words.arm_name(least)} to {words.both(HEADLINE, found.estimate(HEADLINE, most))} "
            f"under {words.arm_name(most)}."
        )
        made.append(
            Picture(
                "reach",
                "Effective reach",
                says,
                {"reach": ("", interactive.reach(found))},
                svg=_drawn(
                    "reach",
                    says,
                    lambda: (
                        figures.effective_reach(results)
                        if results is not None
                        else pictures.reach(found, foot)
                    ),
                ),
            )
        )
    if results is None:
        return made
    if results.series:
        options = {}
        for column, (text, _) in interactive.MEASURES.items():
            spec = interactive.through_time(results, column, chosen)
            if spec is not None:
                options[column] = (text[0].upper() + text[1:], spec)
        says = (
            "Share of outsider audiences that follow an account, and live accounts, day by day "
            "under each policy; dotted lines are dates on which enforcement changes."
        )
        made.append(
            Picture(
                "time",
                "Through time",
                says,
                options,
                "Show",
                svg=_drawn("time", says, lambda: figures.through_time(results)),
            )
        )
    if results.lives:
        says = "Share of accounts made after the start that are still there at each age."
        made.append(
            Picture(
                "life",
                "How long accounts live",
                says,
                {"life": ("", interactive.account_life(results, chosen))},
                svg=_drawn("life", says, lambda: figures.account_life(results)),
            )
        )
    if results.by_life:
        says = (
            "What first accounts come to, second ones, and later ones: their share of the outsider "
            "impressions, their followers at the end beside those of the same operators' first "
            "accounts, how long they live, and how long the operator took to return."
        )
        drawn = _drawn("lives", says, lambda: figures.life_by_life(results))
        if drawn:
            made.append(Picture("lives", "Life by life", says, svg=drawn))
    made += _one_operator(results)
    if verdicts:
        says = "What is simulated as a multiple of what was published, claim by claim."
        drawn = _drawn("claims", says, lambda: figures.cited_beside_simulated(results, verdicts))
        if drawn:
            made.append(Picture("claims", "Cited beside simulated", says, svg=drawn))
    return made


def _one_operator(results: Results) -> list[Picture]:
    """The picture that the run left in its folder, since it takes the records of the run."""
    if results.folder is None:
        return []
    path = results.folder / "figures" / "followers-of-one-operator.png"
    if not path.is_file():
        return []
    data = base64.b64encode(path.read_bytes()).decode()
    return [
        Picture(
            "operator",
            "One operator, life by life",
            "Followers of the operator that was suspended most often, through its accounts: "
            "each suspension takes them to nothing, and each new account wins some of them back.",
            png=f"data:image/png;base64,{data}",
        )
    ]


def _frontier(found: Numbers, chosen: Mapping[str, str], foot: str) -> dict[str, Any] | None:
    costs = numbers.costs(found)
    if not costs or not found.choices:
        return None
    first = costs[0]
    best = numbers.frontier(found, first)
    if not best:
        return None
    beaten = [arm for arm in found.by_reach if arm in found.choices and arm not in best]
    cost = METRICS[first].label
    says = (
        f"Share of outsider impressions averted against {cost}. "
        f"From the cheapest to the dearest, none beaten by another: "
        f"{words.joined(map(words.quoted, best))}."
    )
    if beaten:
        says += (
            " Beaten, since another averts as much or more for no more: "
            f"{words.joined(map(words.quoted, beaten))}."
        )
    says += _not_on_frontier(found)
    return {
        "says": says,
        "note": "By the means; the bars are intervals of each policy on its own, "
        "wider than those of paired differences.",
        "picture": Picture(
            "frontier",
            "Harm averted against cost",
            says,
            {
                cost: (
                    METRICS[cost].label.capitalize(),
                    interactive.frontier_figure(found, cost, chosen),
                )
                for cost in costs
            },
            "Cost",
            svg=_drawn("frontier", says, lambda: pictures.frontier_picture(found, first, foot)),
        ),
    }


def _not_on_frontier(found: Numbers) -> str:
    """Which arms no frontier has, and why."""
    said = ""
    worlds = [arm for arm in found.worlds if arm not in found.identical]
    if worlds:
        said += (
            f" {words.joined(map(words.quoted, worlds))} "
            f"{'is no policy' if len(worlds) == 1 else 'are no policies'} and not drawn: "
            f"{'it changes' if len(worlds) == 1 else 'they change'} more than what the platform "
            "does."
        )
    alike = [arm for arm in found.arms if arm in found.identical]
    if alike:
        said += f" {words.joined(map(words.quoted, alike))}, identical to another, not either."
    return said


def _no_effect(found: Numbers) -> list[str]:
    """What was written and has no effect, and arms that equal others."""
    said = []
    if found.scenario is not None:
        known = [arm for arm in found.arms if arm == AS_WRITTEN or arm in found.scenario.policies]
        said += inert_words(found.scenario.no_effect(known))
    return [*said, *identical_words(found.identical)]


def _frontier_rows(found: Numbers) -> dict[str, Any] | None:
    costs = numbers.costs(found)
    if not costs:
        return None
    rows = []
    for policy in (arm for arm in found.by_reach if arm in found.choices):
        per = "–"
        averted = numbers.averted(found, policy)
        none = found.estimates.get(WITHOUT_ENFORCEMENT, {}).get("outsider_impressions")
        spent = found.estimate(costs[0], policy)
        if none is not None and none.n and spent.n and spent.value > 0:
            per = words.rounded(averted.value * none.value / spent.value)
        rows.append(
            {
                "policy": words.arm_name(policy),
                "averted": words.both("effective_reach", averted),
                "costs": [words.both(cost, found.estimate(cost, policy)) for cost in costs],
                "per": per,
            }
        )
    return {
        "head": [METRICS[cost].label for cost in costs],
        "per": f"impressions averted per {_one(costs[0])}",
        "rows": rows,
    }


def _one(cost: str) -> str:
    return {
        "paid_hours": "paid hour",
        "suspensions": "suspension",
        "wrong_suspensions": "wrong suspension",
    }[cost]


# --- break-even -----------------------------------------------------------------------------------


def break_between_arms(results: Results, levels: Iterable[float] = numbers.LEVELS) -> Break | None:
    """Break-even times read off between the arms of a dial; None if there is no dial."""
    between = numbers.between_arms(results)
    if between is None:
        return None
    sample, first, last = between
    dial = numbers.speed_dial(results)
    return Break(
        tuple(crossing(sample, level, shortest=first, longest=last) for level in levels),
        {days: results.estimate(HEADLINE, policy) for days, policy in dial.items()},
        "Read off between the policies that differ only in speed, by straight lines on the "
        "logarithm of time in each replication.",
        f"afterban breakeven {results.scenario.name} --below 0.5",
    )


def _breakeven(found: Break | None, foot: str) -> dict[str, Any] | None:
    if found is None or not found.crossings:
        return None
    first, last = min(found.curve), max(found.curve)
    rows = []
    for one in found.crossings:
        level = f"{100 * one.value:g} %"
        if one.found:
            text = "within" if one.rising else "no sooner than after"
            text += f" {_time_between(one, found)}"
            if one.count > 1:
                text += f"; it crosses {one.count} times, this is the first"
        else:
            under = one.looks[min(one.looks)].value < one.value
            text = (
                f"at any speed from {time_text(first)} to {time_text(last)}"
                if under
                else f"at no speed from {time_text(first)} to {time_text(last)}"
            )
        rows.append({"level": level, "text": text, "days": _finite(one.days), "n": one.n})
    says = "Effective reach is "
    says += "; ".join(f"under {row['level']} {row['text']}" for row in rows) + "."
    return {
        "rows": rows,
        "how": found.how,
        "command": found.command,
        "picture": Picture(
            "speed",
            "How fast is fast enough",
            says,
            {"speed": ("", interactive.speed(found.curve, found.crossings))},
            svg=_drawn("speed", says, lambda: pictures.speed(found.curve, found.crossings, foot)),
        ),
    }


# --- assumptions ----------------------------------------------------------------------------------


def _cycle(found: Ablation | None) -> dict[str, Any] | None:
    """What each part of the cycle contributes: rows, what it means, and the picture."""
    if found is None:
        return None
    from afterban.report.ablation import ablation

    told = [one for one in found.contributions if one.difference is not None]
    says = "Contribution of each part of the cycle: " + words.joined(
        f"{cycle.NAMES[one.part]} {cycle.size(one)}"
        + ("" if one.pressure == 1.0 else f" at {one.pressure:g} times the hazard of discovery")
        for one in told
    )
    return {
        "rows": [
            {
                "part": cycle.NAMES[one.part],
                "key": one.part,
                "pressure": f"{one.pressure:g}×",
                "with": "–"
                if one.difference is None
                else words.value_text(found.metric, one.difference.arm),
                "without": "–"
                if one.difference is None
                else words.value_text(found.metric, one.difference.control),
                "size": cycle.size(one),
                "verdict": cycle.verdict(one),
                "sign": one.sign,
                "condition": cycle.condition(one),
            }
            for one in found.contributions
        ],
        "several": len(found.pressures) > 1,
        "conditions": [
            ("" if one.pressure == 1.0 else f"At {one.pressure:g} times the hazard: ")
            + cycle.condition(one)
            for one in found.contributions
            if cycle.condition(one)
        ],
        "how": f"{words.quoted(found.policy).capitalize()}, "
        f"{words.several(found.replications, 'replication')}.",
        "picture": Picture(
            "cycle",
            "What each part of the cycle contributes",
            f"{says}.",
            svg=_drawn("cycle", says, lambda: ablation(found)) if told else "",
        ),
    }


def _sensitivity(found: Sensitivity | None, foot: str) -> dict[str, Any] | None:
    if found is None or not any(swing.span > 0 for swing in found.swings):
        return None
    says = "Assumptions by how much they move effective reach, the most first: " + words.joined(
        f"{swing.label} ({words.value_text(found.metric, swing.low.value)} at {swing.low.text}, "
        f"{words.value_text(found.metric, swing.high.value)} at {swing.high.text})"
        for swing in found.swings[:3]
    )
    says += "."
    small = (
        f" It was done on a network of {found.operators:,} operators in place of {found.of:,}, "
        "thinned evenly."
        if found.thinned
        else ""
    )
    # What changes nothing at all needs no bar.
    drawn = replace(found, swings=tuple(one for one in found.swings if one.span > 0))
    idle = [swing.label for swing in found.swings if swing.span == 0]
    weak = [swing.label for swing in drawn.swings if not swing.told]
    quiet = f" Not distinguishable from no effect: {words.joined(weak)}." if weak else ""
    quiet += f" Without any effect on effective reach: {words.joined(idle)}." if idle else ""
    how = (
        f"Each value alone at the low and the high end of its range, everything else as written "
        f"(“{found.policy}”), {words.several(found.replications, 'replication')} of each on "
        f"common random numbers.{small} In the middle: "
        f"{words.both(found.metric, found.centre)}. What a policy itself sets stays as it sets "
        f"it.{quiet}"
    )
    return {
        "says": says,
        "how": how,
        "other": None if found.other is None else words.arm_name(found.other),
        "policy": words.arm_name(found.policy),
        "order": "" if found.other is None else _order_sentence(found),
        "rows": [
            {
                "label": swing.label,
                "range": f"{swing.low.text} to {swing.high.text}",
                "why": swing.why,
                "sources": ", ".join(swing.sources),
                "kind": swing.kind,
                "span": swing.span,
                "ends": [
                    {
                        "at": end.text,
                        "value": words.value_text(found.metric, end.value),
                        "change": words.change_text(found.metric, end.change),
                        "told": end.told,
                        "contrast": None
                        if end.contrast is None
                        else words.change_text(found.metric, end.contrast),
                    }
                    for end in (swing.low, swing.high)
                ],
            }
            for swing in found.swings
        ],
        "picture": Picture(
            "tornado",
            "Which assumptions matter most",
            says,
            {"tornado": ("", interactive.tornado(drawn))},
            svg=_drawn("tornado", says, lambda: pictures.tornado(drawn, foot)),
        ),
    }


# --- sweeps ---------------------------------------------------------------------------------------


def _sweep_question(swept: Swept) -> str:
    operators = sum(tier.count for tier in swept.scenario.tiers.values())
    return (
        f"How does effective reach of a network of {words.several(operators, 'operator')} in "
        f"{words.several(round(swept.scenario.horizon), 'day')} from {_date(swept.scenario)} "
        f"change with {words.joined(swept.paths)}?"
    )


def _sweep_policies(swept: Swept) -> dict[str, Any]:
    """The arms side by side, mean over the points, and what could not be distinguished."""
    found = swept.across()
    if found is None:
        return {}
    doubtful = unclear(found)
    for one in swept.influences():
        e = one.change
        if e.low <= 0 <= e.high and not e.low == e.high == 0:
            doubtful["rows"].append(
                f"{one.path} at {one.low} and at {one.high} in {label(HEADLINE)} "
                f"{words.quoted(swept.main)}: {words.change_text(HEADLINE, e)}, "
                f"{words.several(e.n, 'replication')}"
            )
    return {
        "across": f"over the {words.several(len(swept.points), 'point')} of the sweep",
        "table": policy_table(found),
        "left_out": _left_out(found),
        "unclear": doubtful,
        "no_effect": _no_effect_in_sweep(swept, found),
        "changes": _changes(found),
        "statistics": _statistics(found),
        "difference_rows": _difference_rows(found),
        "baseline": words.arm_name(found.baseline),
        "baseline_noun": words.noun(found.baseline),
    }


def _no_effect_in_sweep(swept: Swept, found: Numbers) -> list[str]:
    """What was written or varied and has no effect at any point, and arms that equal others."""
    return [
        *inert_words(no_effect_at(swept.scenario, swept.points, swept.policies)),
        *identical_words(found.identical),
    ]


def _sweep_frontier(swept: Swept, foot: str) -> dict[str, Any]:
    costs = [cost for cost in swept.costs() if swept.choices(cost)]
    if not costs:
        return {}
    tables = [frontiers.table(swept, cost) for cost in costs]
    best, beaten = tables[0]["rows"], tables[0]["beaten"]
    count = len(best) + beaten
    says = (
        f"Share of outsider impressions averted against {METRICS[costs[0]].label}: "
        f"{words.several(count, 'choice')}, of which {len(best)} "
        f"{'is' if len(best) == 1 else 'are'} not beaten by another (dashed line)"
        + ("; those in grey are." if beaten else ".")
    )
    others = [path for path in swept.paths if path not in swept.levers]
    note = "By the means; bars are intervals of each choice on its own."
    if not swept.levers:
        note += " Nothing that was varied is up to enforcement: only the policies are choices."
    if swept.left_out:
        names = words.joined(map(words.quoted, swept.left_out))
        note += f" {names} {'is' if len(swept.left_out) == 1 else 'are'} not drawn: "
        note += "what changes more than the platform, or equals another, is no choice."
    if others and swept.crossed:
        note += (
            f" Each choice is the mean over {words.joined(f'`{path}`' for path in others)}, "
            "which nobody chooses."
        )
    elif others:
        note += (
            f" The points differ in {words.joined(f'`{path}`' for path in others)} too, which "
            "nobody chooses: a point can stand on the line because the network is another one "
            "there. A grid keeps the two apart."
        )
    return {
        "frontier": {
            "says": says,
            "note": note.replace("`", ""),
            "picture": Picture(
                "frontier",
                "Harm averted against cost",
                says,
                {
                    cost: (METRICS[cost].label.capitalize(), frontiers.figure(swept, cost))
                    for cost in costs
                },
                "Cost",
                svg=_drawn("frontier", says, lambda: frontiers.picture(swept, costs[0], foot)),
            ),
        },
        "efficient": tables,
    }


def break_along(swept: Swept, levels: Iterable[float] = numbers.LEVELS) -> Break | None:
    """Break-even times between the times to action that a sweep went through, if it did."""
    found = swept.by_speed()
    if found is None:
        return None
    path, rows = found
    days = sorted(rows)
    logs = [math.log(one) for one in days]

    def sample(at: float) -> numbers.Floats:
        columns = zip(*(rows[one] for one in days), strict=True)
        return np.array([np.interp(math.log(at), logs, column) for column in columns])

    return Break(
        tuple(crossing(sample, level, shortest=days[0], longest=days[-1]) for level in levels),
        {one: estimate(rows[one]) for one in days},
        f"Read off between the values of {path}, mean over the other values, by straight lines "
        "on the logarithm of time.",
        f"afterban breakeven {swept.name}.yaml --below 0.5",
    )


def _sweep_short(
    swept: Swept, breaking: Break | None, sensitivity: Sensitivity | None
) -> list[dict[str, str]]:
    said = _influence_sentences(swept)
    for cost in swept.costs()[:1]:
        choices = swept.choices(cost)
        best = [one for one in choices if one.efficient]
        if len(choices) < 2 or not best:
            continue
        text = (
            f"Of {words.several(len(choices), 'choice')} of enforcement, {len(best)} "
            f"{'is' if len(best) == 1 else 'are'} not beaten by another one in harm averted "
            f"against {METRICS[cost].label}: "
        )
        ends = [
            f"{frontiers.name_of(one)} ({words.value_text(HEADLINE, one.averted)} averted)"
            for one in (best if len(best) < 2 else (best[0], best[-1]))
        ]
        said.append({"text": text + words.joined(ends, "to") + ".", "more": ""})
    if breaking is not None:
        half = [one for one in breaking.crossings if one.found]
        if half:
            one = min(half, key=lambda c: abs(c.value - 0.5))
            said.append(
                {"text": _crossing_sentence(one, breaking), "more": f"{one.n} replications."}
            )
    if sensitivity is not None and sensitivity.swings:
        text, more = _sensitivity_sentence(sensitivity)
        said.append({"text": text, "more": more})
    return said


def _influence_sentences(swept: Swept) -> list[dict[str, str]]:
    said = []
    for one in swept.influences()[:FEW]:
        e = one.change
        n = words.several(e.n, "replication")
        more = f"Paired difference {words.change_text(HEADLINE, e)}, {n}, mean over the rest."
        change = f"from {one.low} to {one.high}"
        if " to " in one.low:  # ranges, not values
            change = f"from the lowest ({one.low}) to the highest ({one.high})"
        start = (
            f"{one.path} {change} takes effective reach "
            f"{words.quoted(swept.main)} from {words.value_text(HEADLINE, one.at_low)} to "
            f"{words.value_text(HEADLINE, one.at_high)}"
        )
        if math.isnan(e.low):
            more = "One replication, so there is no interval."
        elif e.low <= 0 <= e.high:
            start += ", which is not distinguishable from no change"
        said.append({"text": start + ".", "more": more})
    return said


def _sweep_pictures(swept: Swept, foot: str) -> list[Picture]:
    order = [one.path for one in swept.influences()] or list(swept.paths)
    says = f"Effective reach along {order[0]}, mean over the other values."
    return [
        Picture(
            "sweep",
            "Effective reach along each value",
            says,
            {path: (path, interactive.sweep_lines(swept, path)) for path in order},
            "Along",
            svg=_drawn("sweep", says, lambda: pictures.sweep_lines(swept, order[0], foot)),
        )
    ]


def _sweep_limits(swept: Swept) -> list[str]:
    said = []
    if not swept.complete:
        said.append(
            f"The sweep is not finished: {swept.finished} of "
            f"{len(swept.points) * swept.replications} replications are in."
        )
    said.append(
        "Intervals say how much chance moves the mean over the points of this design; a value "
        "that never repeats was put into ranges."
    )
    counts = _evidence_counts(swept.scenario)
    said.append(
        f"{counts['assumed']} of {sum(counts.values())} values of the scenario are assumed."
    )
    return [*said, *GENERAL_LIMITS]


# --- everything together --------------------------------------------------------------------------


def write(path: Path, page: str) -> None:
    """Write a page.  Raises AfterbanError if that cannot be done."""
    try:
        write_text(path, page)
    except OSError as error:
        raise AfterbanError(
            f"{path}: the page cannot be written here ({error.strerror}); "
            "choose another place with `--out`"
        ) from None
