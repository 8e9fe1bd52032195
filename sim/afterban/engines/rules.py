"""Rules of a user's own in place of the model's: who comes back, and how hard it is sought.

A rule is a plain function, asked at the moment at which the model's own would be.  It must be a
pure function of what it is given: a rule that draws random numbers or remembers things breaks the
common draws of the arms.  Only the reference engine asks rules; the compiled engine refuses them.

Checked by ``tests/experiment/test_own.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from afterban.errors import AfterbanError


@dataclass(frozen=True)
class Suspended:
    """An operator whose account was just suspended, as a rule of return sees it.

    operator: its number.  tier: name of its tier.  platform: number of the platform, from 0.
    life: of the suspended account, from 1.  day: of the suspension, after the scenario's first.
    followers: (insiders, outsiders) of the account at its end, people.
    suspensions: so far on this platform, this one included.
    probability: that the operator comes back at all, of the scenario.  fatigue: factor on it for
    each suspension.  chance: what the model's own rule makes of both.
    """

    operator: int
    tier: str
    platform: int
    life: int
    day: float
    followers: tuple[float, float]
    suspensions: int
    probability: float
    fatigue: float
    chance: float


@dataclass(frozen=True)
class Sought:
    """An account, as a rule of detection sees it.

    channel: name of a rate, see :mod:`afterban.channels`; any but ``retaliation``.
    operator, tier, platform, life: as in :class:`Suspended`.  day: of asking.
    edits: to the handle of the life before; -1 for the first.
    """

    channel: str
    operator: int
    tier: str
    platform: int
    life: int
    day: float
    edits: int


@dataclass(frozen=True)
class Rules:
    """Own rules of a run; None leaves the model's.

    returns: probability (0 to 1) that a :class:`Suspended` operator makes another account.
    detects: factor (0 or more) on the hazard or the probability with which a channel finds a
        :class:`Sought` account; 1 is the model's own.  It holds from the moment of asking until the
        channel is asked again: at a new account, after a review that clears it, at each candidate
        report and at each promotion.
    """

    returns: Callable[[Suspended], float] | None = None
    detects: Callable[[Sought], float] | None = None

    def chance(self, suspended: Suspended) -> float:
        """Probability of return.  Raises AfterbanError if the rule gives none."""
        if self.returns is None:
            return suspended.chance
        found = _number(self.returns(suspended))
        if not 0.0 <= found <= 1.0:
            raise AfterbanError(
                f"the rule `returns` gave {found!r} for {suspended}; a probability is 0 to 1"
            )
        return found

    def factor(self, sought: Sought) -> float:
        """Factor on a channel.  Raises AfterbanError if the rule gives none."""
        if self.detects is None:
            return 1.0
        found = _number(self.detects(sought))
        if not 0.0 <= found < math.inf:
            raise AfterbanError(
                f"the rule `detects` gave {found!r} for {sought}; a factor is 0 or more"
            )
        return found


def _number(value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]  # which is what is found out here
    except (TypeError, ValueError):
        return math.nan
