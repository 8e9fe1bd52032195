"""Platforms, ``[P]``: the share of an audience that is there, and follows."""

from __future__ import annotations

from typing import Any

from afterban.parameters.numbers import floats
from afterban.scenario import Scenario
from afterban.scenario.sections.platforms import Platform


def platforms_of(arm: Scenario) -> list[Platform]:
    """Platforms of a scenario; the only one where it names none."""
    return list(arm.platforms.values()) or [Platform(users=1)]


def lower_platforms(arm: Scenario) -> dict[str, Any]:
    """Shares relative to the first platform."""
    platforms = platforms_of(arm)
    sizes = [min(1.0, one.users / platforms[0].users) for one in platforms]
    return {
        "platform_kept": floats(
            [float(one.follows) * size for one, size in zip(platforms, sizes, strict=True)]
        ),
        "platform_share": floats(sizes),
        "platform_worth": floats([one.worth for one in platforms]),
    }
