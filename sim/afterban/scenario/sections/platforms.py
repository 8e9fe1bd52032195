"""Platforms to which operators move."""

from __future__ import annotations

import datetime as dt

from afterban.language.fields import Section, param
from afterban.language.kinds import Count, Factor, Share


class Platform(Section):
    """A place that operators can move to when they are suspended."""

    users: Count = param(..., "monthly users, which cap the audience", unit="people")
    follows: Share = param(
        1.0, "share of the audience that follows an operator to this platform, before the cap"
    )
    enforces_from: dt.date | None = param(
        None,
        "first day of enforcement here; on the first platform the detection section alone decides, "
        "on others nothing is enforced if left out",
    )
    intensity: Factor = param(
        1.0, "hazards and probabilities of detection here, relative to the first platform"
    )
    worth: Factor = param(
        1.0,
        "what an impression here is worth beside one where it is 1; counts in worth-weighted "
        "metrics only",
    )
