"""Returning: who comes back, how it posts then, and when it leaves a platform."""

from __future__ import annotations

from typing import Any

from afterban.mechanisms.clock import on_the_clock
from afterban.parameters.numbers import duration
from afterban.scenario import Scenario


def lower_returning(arm: Scenario) -> dict[str, Any]:
    """What holds of all operators; probability and delay are a tier's."""
    returning = arm.returning
    give_up = returning.give_up
    return {
        "fatigue": float(returning.fatigue),
        "posts_after_return": float(returning.posts_after_return),
        "posts_after_move": float(returning.posts_after_move),
        "give_up_suspensions": int(give_up.suspensions) if give_up else 0,
        "give_up_within": on_the_clock(float(give_up.within)) if give_up else 0.0,
        "spare_delay": duration(returning.spare_delay),
        "most_lives": int(returning.most_lives),
        "rebuild_share": float(returning.rebuilding.share),
        "rebuild_window": float(returning.rebuilding.window),
    }
