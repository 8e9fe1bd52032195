"""One life of an operator."""

from __future__ import annotations

import math
from typing import Any

from afterban.mechanisms import detection, handles

NAN = math.nan


class Account:
    """What the account table says of a life; days are NAN until what they are of happens.

    seen_before: follower-days (insiders, outsiders) of the operator's earlier lives.  seen_at_flag:
    those of outsiders until the flag, earlier lives included.  edits: to the handle before, -1 for
    a first one.  received, made: promotions.
    """

    def __init__(
        self, life: int, created: float, seen_before: tuple[float, float] = (0.0, 0.0)
    ) -> None:
        self.life = life
        self.created = created
        self.public = NAN
        self.platform = 0
        self.flagged = NAN
        self.review_started = NAN
        self.suspended = NAN
        self.channel = detection.NONE
        self.urgent = False
        self.handle = ""
        self.edits = -1
        self.followers = (0.0, 0.0)
        self.seen_before = seen_before
        self.seen_at_flag = NAN
        self.received = 0
        self.made = 0

    @property
    def ended(self) -> bool:
        """Whether it has been suspended."""
        return not math.isnan(self.suspended)

    @property
    def was_public(self) -> bool:
        """Whether anybody has seen it."""
        return not math.isnan(self.public)

    def row(self, operator: int, rate: float, inside: float, outside: float) -> tuple[Any, ...]:
        """Its row of the account table (``records.ACCOUNT``).

        rate: views per follower-day.  inside, outside: follower-days of the operator by its end.
        """
        until_flag = outside if math.isnan(self.seen_at_flag) else self.seen_at_flag
        return (
            operator,
            self.life,
            self.platform,
            handles.row_of(self.handle),
            self.edits,
            self.created,
            self.public,
            self.flagged,
            self.review_started,
            self.suspended,
            self.channel,
            int(self.urgent),
            self.followers[0],
            self.followers[1],
            rate * (inside - self.seen_before[0]),
            rate * (outside - self.seen_before[1]),
            rate * (until_flag - self.seen_before[1]),
            self.received,
            self.made,
        )
