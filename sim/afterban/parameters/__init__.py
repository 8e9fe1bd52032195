"""From a scenario and a policy to the numbers that the engines and the world are made from.

Time is in days after the scenario's first day.  Arrays go by tier (K), by enforcement regime (R),
or by segment (2: insiders, outsiders).  Each section has its file, ``lower_<section>``.
"""

from afterban.parameters.lower_handles import near_links
from afterban.parameters.lower_pulses import CHOOSE
from afterban.parameters.lower_review import ORDER
from afterban.parameters.numbers import (
    AUDIENCE,
    DEGREE,
    LOST,
    POSTS,
    REFOLLOW,
    RETURN_DELAY,
    RETURNS,
    row,
    steps,
)
from afterban.parameters.shape import AS_WRITTEN, WITHOUT_ENFORCEMENT, Parameters

__all__ = [
    "AS_WRITTEN",
    "AUDIENCE",
    "CHOOSE",
    "DEGREE",
    "LOST",
    "ORDER",
    "POSTS",
    "REFOLLOW",
    "RETURNS",
    "RETURN_DELAY",
    "WITHOUT_ENFORCEMENT",
    "Parameters",
    "near_links",
    "row",
    "steps",
]
