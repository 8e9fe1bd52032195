"""``afterban keys`` and ``metrics``: what may stand in a scenario, and what is measured."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Annotated, Any

import typer

from afterban.cli import complete, options, output

if TYPE_CHECKING:
    from afterban.metrics import Metric
    from afterban.scenario.keys import Key

commands = typer.Typer()

WANTED = {-1: "less", 0: "-", 1: "more"}  # of a metric, by somebody who defends the platform


@commands.command()
def keys(
    path: Annotated[
        str | None,
        typer.Argument(
            help="A section, a key or only its name, such as `review`, "
            "`tiers.official.audience` or `view_probability`; every key if left out.",
            autocompletion=complete.path,
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """List the keys of a scenario file with unit, default and what it rests on."""
    from afterban.scenario import keys as scenario

    found = list(scenario.keys()) if path is None else scenario.find(path)
    if as_json:
        output.say_json([_key_data(key) for key in found])
    elif len(found) == 1:
        _say_key(found[0])
    else:
        output.say_table(
            ["key", "written as", "unit", "default", "rests on", "meaning"],
            [
                [
                    key.path,
                    key.written,
                    key.unit,
                    "required" if key.default is None else key.default,
                    _rests_on(key),
                    key.meaning,
                ]
                for key in found
            ],
            fold=(0, 1, 3, 4, 5),
        )
        if path is None:
            output.say("`afterban keys PATH` tells of one section or key, with its range.")


@commands.command()
def metrics(
    name: Annotated[
        str | None,
        typer.Argument(
            help="One metric; every metric if left out.", autocompletion=complete.metric
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """List what is measured: unit, form, what is better, and meaning."""
    from afterban.metrics import METRICS

    found = list(METRICS.values()) if name is None else [_metric(name)]
    if as_json:
        output.say_json([_metric_data(metric) for metric in found])
    elif name is not None:
        _say_metric(found[0])
    else:
        output.say_table(
            ["metric", "unit", "form", "better", "also by", "meaning"],
            [
                [
                    metric.name,
                    metric.unit,
                    metric.form,
                    WANTED[metric.better],
                    _also_by(metric),
                    f"{metric.label}: {metric.meaning}",
                ]
                for metric in found
            ],
            fold=(1, 5),
        )
        output.say(
            "Better: what somebody who defends the platform wants. A metric that is also reported "
            "by tier is\nwritten with it, such as `live_accounts.official`."
        )


# --- keys -----------------------------------------------------------------------------------------


def _say_key(key: Key) -> None:
    """All there is to know of one key."""
    _say_facts(
        key.path,
        key.meaning,
        [
            ("written as", key.written),
            ("unit", key.unit),
            ("default", "required" if key.default is None else key.default),
            ("range", key.allowed),
            ("rests on", _rests_on(key)),
        ],
    )


def _rests_on(key: Key) -> str:
    return " ".join(part for part in (key.kind, key.source, key.locator) if part)


def _key_data(key: Key) -> dict[str, Any]:
    return {
        "path": key.path,
        "section": key.below is not None,
        "written": key.written,
        "unit": key.unit or None,
        "required": key.default is None,
        "default": key.default,
        "range": key.allowed or None,
        "kind": key.kind or None,
        "source": key.source,
        "locator": key.locator,
        "meaning": key.meaning,
    }


# --- metrics --------------------------------------------------------------------------------------


def _metric(name: str) -> Metric:
    """The metric of a name, with its tier or without.  Raises AfterbanError with the nearest."""
    from afterban.errors import AfterbanError, closest
    from afterban.metrics import METRICS, metric_of

    try:
        return metric_of(name)
    except KeyError:
        base = name.partition(".")[0]
        if base in METRICS:
            raise AfterbanError(
                f"`{base}` is not reported by parts, so there is no `{name}`"
            ) from None
        near = closest(base, METRICS)
        raise AfterbanError(
            f"`{name}` is no metric; `afterban metrics` lists them"
            + (f"\n  did you mean `{near}`?" if near else "")
        ) from None


def _say_metric(metric: Metric) -> None:
    """All there is to know of one metric."""
    _say_facts(
        metric.name,
        f"{metric.label}: {metric.meaning}",
        [
            ("unit", metric.unit),
            ("form", metric.form),
            ("better", WANTED[metric.better]),
            ("also by", _also_by(metric)),
            ("column", metric.column),
        ],
    )


def _also_by(metric: Metric) -> str:
    if metric.by_tier:
        return "tier"
    if metric.by_channel:
        return "channel"
    return "platform" if metric.by_platform else ""


def _metric_data(metric: Metric) -> dict[str, Any]:
    return {
        "name": metric.name,
        "unit": metric.unit or None,
        "form": metric.form,
        "better": {-1: "less", 0: None, 1: "more"}[metric.better],
        "also_by": _also_by(metric) or None,
        "label": metric.label,
        "meaning": metric.meaning,
        "column": metric.column,
    }


def _say_facts(name: str, meaning: str, facts: Sequence[tuple[str, str]]) -> None:
    """A name, its meaning, and what else is known of it, a line each."""
    output.say(name)
    output.say(fill(meaning, output.screen_width(), initial_indent="  ", subsequent_indent="  "))
    width = max(len(label) for label, _ in facts)
    for label, fact in facts:
        if fact:
            output.say(f"  {label:<{width}}  {fact}")
