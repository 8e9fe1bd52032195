"""How much operators post, and when more."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable

from pydantic import model_validator

from afterban.language.fields import Section, param
from afterban.language.kinds import Factor, Name

FAINTEST_BURST, STRONGEST_BURST = 0.001, 1000  # factors on posts


class Burst(Section):
    """A time in which operators post more or less than on ordinary days."""

    from_: dt.date = param(..., "first day of the burst", alias="from")
    until: dt.date | None = param(
        None, "date from which they post as on ordinary days again; the end of the run if left out"
    )
    factor: Factor = param(..., "posts, relative to ordinary days; bursts of one time multiply")
    tiers: list[Name] = param(list, "tiers whose operators post so; all tiers if left out")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Burst:
        if self.until is not None and self.until <= self.from_:
            raise ValueError(
                f"it ends on {self.until}, before it has begun; write a date after {self.from_}"
            )
        if not FAINTEST_BURST <= self.factor <= STRONGEST_BURST:
            raise ValueError(
                f"a factor of {float(self.factor):g} is too "
                f"{'small' if self.factor < 1 else 'large'}; it is at least {FAINTEST_BURST:g} and "
                f"at most {STRONGEST_BURST:g}"
            )
        return self


class Posting(Section):
    """When operators post."""

    bursts: list[Burst] = param(list, "times in which they post more or less than on other days")

    def steps(
        self, start: dt.date, horizon: float, tiers: Iterable[str]
    ) -> list[tuple[float, list[float]]]:
        """Day on which each step of posting begins, and the tiers' factors from then on.

        Days after ``start``, the first one -inf; none from ``horizon`` (days) on.
        """
        windows = [
            (one, (one.from_ - start).days, (one.until - start).days if one.until else math.inf)
            for one in self.bursts
        ]
        ends = {float(day) for _, begins, ends in windows for day in (begins, ends)}
        out: list[tuple[float, list[float]]] = []
        for day in (0.0, *sorted(day for day in ends if 0.0 < day < horizon)):
            now = [one for one, begins, ends in windows if begins <= day < ends]
            factors = [
                math.prod(float(one.factor) for one in now if not one.tiers or name in one.tiers)
                for name in tiers
            ]
            if not out or factors != out[-1][1]:
                out.append((day if out else -math.inf, factors))
        return out
