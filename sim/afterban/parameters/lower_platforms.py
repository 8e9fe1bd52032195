"""Platforms, ``[P]``: the share of an audience that is there, and follows."""

from __future__ import annotations

from typing import Any

from afterban.mechanisms.displacement import share_of_users, share_that_follows
from afterban.parameters.numbers import floats
from afterban.scenario import Scenario
from afterban.scenario.sections.platforms import Platform


def platforms_of(arm: Scenario) -> list[Platform]:
    """Platforms of a scenario; the only one where it names none."""
    return list(arm.platforms.values()) or [Platform(users=1)]


def lower_platforms(arm: Scenario) -> dict[str, Any]:
    """Shares relative to the first platform."""
    platforms = platforms_of(arm)
    first = platforms[0].users
    return {
        "platform_kept": floats(
            [share_that_follows(float(one.follows), one.users, first) for one in platforms]
        ),
        "platform_share": floats([share_of_users(one.users, first) for one in platforms]),
        "platform_worth": floats([one.worth for one in platforms]),
    }
