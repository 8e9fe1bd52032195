"""Followers: how they are won and lost, and what they see."""

from __future__ import annotations

from typing import Literal

from afterban.language.fields import Section, param
from afterban.language.kinds import Count, Probability, Rate, Share, SmallCount


class Recognition(Section):
    """How the likeness of a new handle to the last one helps followers to find it."""

    near_edits: SmallCount = param(
        2,
        "edits up to which a handle counts as near-identical",
        kind="reported",
        source="L42",
        unit="edits",
    )
    unrelated: Share = param(
        0.3, "speed at which followers find an unrelated handle, relative to a near-identical one"
    )


class Audience(Section):
    """How audiences attach to, and are lost by, successive accounts."""

    refollow_insiders: Rate = param(
        1.0, "hazard with which a detached insider finds the new account", unit="per day"
    )
    refollow_outsiders: Rate = param(
        0.03, "hazard with which a detached outsider finds the new account", unit="per day"
    )
    discover_insiders: Rate = param(
        0.02, "hazard with which an untouched insider begins to follow", unit="per day"
    )
    discover_outsiders: Rate = param(
        0.002, "hazard with which an untouched outsider begins to follow", unit="per day"
    )
    lost_insiders: Share = param(0.1, "share of insider followers lost for good at a suspension")
    lost_outsiders: Share = param(0.1, "share of outsider followers lost for good at a suspension")
    forget_insiders: Rate = param(
        0.05, "hazard with which a detached insider stops looking for the operator", unit="per day"
    )
    forget_outsiders: Rate = param(
        0.05, "hazard with which a detached outsider stops looking for the operator", unit="per day"
    )
    insiders: Literal["constant", "operators"] = param(
        "operators",
        "who insiders are: the network's operators, of whom those without a live account follow "
        "nobody, or a constant number of people",
    )
    recognition: Recognition = param(Recognition, "handles and being found again")


class Exposure(Section):
    """From posts to impressions."""

    view_probability: Probability = param(
        0.02, "probability that a follower sees a post", kind="reported", source="L75"
    )
    outsiders: Count = param(
        2_000_000, "size of the outside population that audiences are drawn from", unit="people"
    )
