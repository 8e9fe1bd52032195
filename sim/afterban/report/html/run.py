"""The page of a run or of a comparison."""

from __future__ import annotations

from collections.abc import Sequence

from afterban import claims as register
from afterban.experiment.ablate import Ablation
from afterban.experiment.identical import identical_words
from afterban.experiment.publish import judge
from afterban.experiment.sensitivity import Sensitivity
from afterban.parameters import AS_WRITTEN
from afterban.report import colours, figures, pictures, words
from afterban.report.html.assumptions import cycle_part, sensitivity_part
from afterban.report.html.breakeven import break_between_arms, breakeven_part
from afterban.report.html.crossings import Break
from afterban.report.html.frontier import frontier_part, frontier_rows
from afterban.report.html.pictures import pictures_of
from afterban.report.html.render import render, require
from afterban.report.html.scenario import about_scenario, again, foot_of
from afterban.report.html.tables import (
    changed_values,
    claim_row,
    difference_rows,
    left_out,
    policy_table,
    statistics_rows,
)
from afterban.report.html.words import (
    facts_of,
    headline_part,
    in_short,
    limits,
    question,
    title_of,
    unclear,
)
from afterban.report.numbers import Numbers
from afterban.scenario.inert import words as inert_words


def page_of_numbers(
    found: Numbers,
    *,
    sensitivity: Sensitivity | None = None,
    no_sensitivity: str = "",
    breaking: Break | None = None,
    ablation: Ablation | None = None,
    answer: tuple[str, Sequence[str]] | None = None,
) -> str:
    """The page of a run or a comparison.

    sensitivity: assumptions ranked; ``no_sensitivity`` says why there is none.
    ablation: what each part of the cycle contributes, worked out beforehand.
    answer: a question that was asked, and the sentences that answer it; None if none was.
    breaking: break-even times, worked out beforehand; of a run whose arms are a dial they are
        read off between the arms if None.
    """
    require()
    results = found.results
    verdicts = []
    if results is not None:
        verdicts = judge(
            results, results.folder.resolve().parent.parent if results.folder else None
        )
    if breaking is None and results is not None:
        breaking = break_between_arms(results)
    foot = figures.provenance(results) if results is not None else foot_of(found)
    chosen = pictures.arm_colours(found)
    scale: dict[str, tuple[str, str]] = {}
    if results is not None and figures.dial(results):
        scale = colours.speed_scale(len(figures.dial(results)))
    context = {
        "kind": "run" if results is not None else "comparison",
        "title": title_of(found),
        "question": question(found),
        "answer": None if answer is None else {"question": answer[0], "words": list(answer[1])},
        "facts": facts_of(found),
        "short": in_short(found, sensitivity, breaking, ablation),
        "headline": headline_part(found),
        "table": policy_table(found),
        "left_out": left_out(found),
        "unclear": unclear(found),
        "no_effect": _no_effect(found),
        "changes": changed_values(found),
        "statistics": statistics_rows(found),
        "difference_rows": difference_rows(found),
        "frontier": frontier_part(found, chosen, foot),
        "frontier_rows": frontier_rows(found),
        "breakeven": breakeven_part(breaking, foot),
        "pictures": pictures_of(found, chosen, verdicts, foot),
        "cycle": cycle_part(ablation),
        "sensitivity": sensitivity_part(sensitivity, foot),
        "no_sensitivity": no_sensitivity,
        "claims": [claim_row(verdict) for verdict in verdicts],
        "claims_counted": "; ".join(f"{n} {text}" for n, text in register.counted(verdicts)),
        "limits": limits(found, sensitivity, verdicts),
        "level": words.percent(found.level),
        "baseline": words.arm_name(found.baseline),
        "baseline_noun": words.noun(found.baseline),
    }
    if found.scenario is not None:
        context |= about_scenario(found.scenario)
    context["again"] = again(found)
    return render(context, scale)


def _no_effect(found: Numbers) -> list[str]:
    """What was written and has no effect, and arms that equal others."""
    said = []
    if found.scenario is not None:
        known = [arm for arm in found.arms if arm == AS_WRITTEN or arm in found.scenario.policies]
        said += inert_words(found.scenario.no_effect(known))
    return [*said, *identical_words(found.identical)]
