"""What the parts of the engine know of each other.

Each part is handed the whole (:class:`Stage`) and asks of it, and of its other parts, what stands
here; so that none of the files needs another one that needs it.  ``Stage`` is
:class:`~afterban.engines.reference.platform.Platform`, ``Person`` an
:class:`~afterban.engines.reference.operator.Operator`, and so on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import simpy

from afterban.engines.reference.account import Account
from afterban.engines.reference.clock import Clock, Steps
from afterban.engines.rules import Rules
from afterban.mechanisms.adaptation import Habits
from afterban.mechanisms.liveshare import Shares
from afterban.parameters import Parameters
from afterban.world import World

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


class Person(Protocol):
    """An operator, as others meet it."""

    process: simpy.Process
    member_of: int

    @property
    def number(self) -> int:
        """In the order of the world."""

    @property
    def tier(self) -> int:
        """Number of its tier."""

    @property
    def place(self) -> int:
        """Number of the platform that it is on."""

    @property
    def account(self) -> Account:
        """Its latest one."""

    @property
    def state(self) -> Floats:
        """Its audience, a row of ``mechanisms.state``."""

    @property
    def audience(self) -> Sequence[float]:
        """People (insiders, outsiders)."""

    @property
    def own_posts(self) -> float:
        """Per day, in its first life."""

    @property
    def posts(self) -> float:
        """Per day, now."""

    @property
    def habits(self) -> Habits:
        """What it has changed after suspensions."""

    @property
    def public(self) -> bool:
        """Whether a public account lives."""

    @property
    def rounds(self) -> int:
        """Reviews of this life that ended without suspension."""

    def draw(self, decision: int, ordinal: int = 0) -> tuple[float, float]:
        """Two uniform numbers that belong to this decision of this life."""

    def plan(self, day: float, kind: int, ordinal: int = 0) -> None:
        """Put an event on its agenda."""

    def settle(self, now: float) -> None:
        """Bring its audience up to date."""

    def followers(self) -> tuple[float, float]:
        """Live insiders, and outsiders, who follow it now."""

    def remember_followers(self) -> None:
        """Write down those at the end of a life."""

    def chance(self, channel: str) -> float:
        """Probability with which a channel that looks once finds it."""

    def sought(self, channel: str) -> float:
        """Factor of a rule of the user's own on a channel."""

    def upheld(self) -> bool:
        """Whether the review under way ends in suspension."""

    def may_be_reinstated(self, life: int) -> bool:
        """Whether an appeal about this life can bring it back."""


class Books(Protocol):
    """The observer: what is counted as it happens."""

    @property
    def under_review(self) -> Floats:
        """Accounts that are flagged and not decided on, by tier."""

    @property
    def flags(self) -> Integers:
        """Flags on accounts of the network, and those that a review cleared; by channel."""

    def finish(self, operator: Person) -> None:
        """A life has ended."""


class Reviewers(Protocol):
    """The review team."""

    @property
    def waiting(self) -> int:
        """Cases that wait."""

    def case(self, operator: Person) -> Steps:
        """A flagged account is reviewed."""

    def benign_case(self, number: int, channel: int = ...) -> Steps:
        """A flag on an ordinary user, or a report about one, is reviewed."""


class Bystanders(Protocol):
    """Ordinary users."""

    def flag_wrongly(self, channel: int, first: int, n: int) -> Steps:
        """One act of a channel flags so many of them."""

    def match_users(self, handle: str) -> None:
        """Those whose handles are like a suspended one are found from now on."""


class Known(Protocol):
    """What is known of accounts."""

    def precedence(self, one: Person) -> float:
        """What puts an operator's case before others of its severity."""


class Stage(Protocol):
    """The platform: what all share."""

    events: int

    @property
    def parameters(self) -> Parameters:
        """Of the policy, as they are now."""

    @property
    def world(self) -> World:
        """The operators and their links."""

    @property
    def seed(self) -> int:
        """With the replication and a key it makes every draw."""

    @property
    def replication(self) -> int:
        """Its number."""

    @property
    def clock(self) -> Clock:
        """Time, and what happens in it."""

    @property
    def rows(self) -> Floats:
        """The audiences of all, ``[N, mechanisms.state.COLUMNS]``."""

    @property
    def shares(self) -> Shares | None:
        """The live share, where insiders are operators."""

    @property
    def exposure(self) -> Floats:
        """Of each tier to each hazard, ``[K, channels.HAZARDS]``."""

    @property
    def detects(self) -> Mapping[str, Floats]:
        """Rates of the channels by tier, platform and regime."""

    @property
    def rules(self) -> Rules | None:
        """Of the user's own."""

    @property
    def names(self) -> Sequence[str]:
        """Of the tiers."""

    @property
    def distance(self) -> Callable[..., Any]:
        """Edits from one handle to another."""

    @property
    def operators(self) -> Sequence[Person]:
        """All of them."""

    @property
    def observer(self) -> Books:
        """Who keeps the books."""

    @property
    def team(self) -> Reviewers | None:
        """The review team; None with unlimited staff."""

    @property
    def rankings(self) -> Known:
        """What is known of accounts."""

    @property
    def ordinary(self) -> Bystanders:
        """Ordinary users."""

    def promoters_of(self, operator: int) -> list[int]:
        """Operators that may promote this one."""

    def places(self) -> Integers:
        """The platform that each operator is on, ``[N]``."""

    def count(self, operator: Person, what: int) -> None:
        """Add one to a count of the operator's tier."""

    def recruit(self) -> None:
        """The next newcomer makes its first account after a while."""

    def live_share(self, place: int) -> float:
        """Share of a platform's insiders who are live."""

    def arrive(self, operator: Person) -> None:
        """A public account more."""

    def depart(self, operator: Person) -> None:
        """A public account less."""

    def time_to_action(self, urgent: bool) -> Floats:
        """Law of the days from a flag to the decision now, with unlimited staff."""

    def appeal(self, day: float, operator: int, life: int) -> Steps:
        """On that day somebody appeals to the team."""

    def burst(self, tier: int) -> float:
        """How much a tier's operators post now, relative to ordinary days."""

    def decided(self) -> tuple[list[Any], list[Any]]:
        """Cases that are decided on, and those that are not."""
