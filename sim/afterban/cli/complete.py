"""What the shell offers when the tab key is pressed: scenarios, arms, metrics, paths of values.

Nothing here may fail or print: what is not known is left to the shell, which offers files.

Checked by ``tests/cli/test_complete.py``.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import typer  # typer itself reads the annotations

if TYPE_CHECKING:
    from afterban.scenario import Scenario


def scenario(incomplete: str) -> list[str]:
    """Names of shipped scenarios."""
    from afterban.scenario import shipped_names

    return [name for name in shipped_names() if name.startswith(incomplete)]


def tale(incomplete: str) -> list[str]:
    """Names of the stories of the page that tells them, and of scenarios."""
    from afterban.page.stories import STORIES

    return [name for name in STORIES if name.startswith(incomplete)] + scenario(incomplete)


def metric(incomplete: str) -> list[str]:
    """Names of metrics."""
    from afterban.metrics import METRICS

    return [name for name in METRICS if name.startswith(incomplete)]


def policy(ctx: typer.Context, incomplete: str) -> list[str]:
    """Arms of the scenario that stands before, also after a comma."""
    loaded = _scenario(ctx)
    if loaded is None:
        return []
    before, comma, last = incomplete.rpartition(",")
    taken = before.split(",")
    arms = ["base", "none", *loaded.policies]
    return [before + comma + arm for arm in arms if arm.startswith(last) and arm not in taken]


def path(ctx: typer.Context, incomplete: str) -> list[str]:
    """Paths of values, one step at a time: ``review.`` and then ``review.time_to_action=``."""
    if "=" in incomplete:
        return []
    *steps, last = incomplete.split(".")
    before = "".join(f"{step}." for step in steps)
    found = _below(steps, _scenario(ctx))
    return [before + one for one in found if one.startswith(last)]


def _scenario(ctx: typer.Context) -> Scenario | None:
    from afterban.errors import AfterbanError
    from afterban.scenario import Scenario

    given = ctx.params.get("scenario")
    # An option that still lacks its value keeps the line from being parsed: then its words tell.
    line = os.environ.get("COMP_WORDS") or os.environ.get("_TYPER_COMPLETE_ARGS") or ""
    for name in [given] if isinstance(given, str) else line.split()[2:]:
        with suppress(AfterbanError, OSError):
            return Scenario.from_yaml(name)
    return None


def _below(steps: list[str], loaded: Scenario | None) -> list[str]:
    """Keys under a path, with a dot where more follows and an equals sign where a value does."""
    from afterban.language.shapes import Named, Shape, Table, slots
    from afterban.scenario import Scenario as Schema

    shape: Shape = Table(Schema)
    value: Any = loaded
    for step in steps:
        if isinstance(shape, Table) and step in slots(shape.cls):
            shape, value = slots(shape.cls)[step].shape, getattr(value, step, None)
        elif isinstance(shape, Named):
            shape, value = shape.item, value.get(step) if isinstance(value, dict) else None
        else:
            return []
    if isinstance(shape, Named):
        names = list(value) if isinstance(value, dict) else []
        return [name + _end(shape.item) for name in names]
    if isinstance(shape, Table):
        return [name + _end(slot.shape) for name, slot in slots(shape.cls).items()]
    return []


def _end(shape: Any) -> str:
    from afterban.language.shapes import Named, Table

    return "." if isinstance(shape, Named | Table) else "="
