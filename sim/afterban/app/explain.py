"""Why did this happen: one account's life, event by event, in words and with its numbers.

Everything is read from the run: its account table, its promotions, and the keyed draws that its
decisions were made with.

Checked by ``tests/app/test_answers.py``: the draws that are told agree with what happened.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from afterban.channels import CHANNELS
from afterban.experiment.wording import time_text
from afterban.mechanisms import detection
from afterban.mechanisms.returning import another_life, own_probability, return_probability
from afterban.parameters import RETURNS, Parameters
from afterban.randomness import RETURN, uniforms
from afterban.report.words import several
from afterban.world import World

if TYPE_CHECKING:
    from afterban.scenario import Scenario

Floats = npt.NDArray[np.float64]
SINGLE = 3  # promotions of a life that are told one by one: those that brought most


@dataclass(frozen=True)
class Event:
    """Something that happened to an account.

    day: days from the start.
    """

    day: float
    title: str
    text: str


@dataclass(frozen=True)
class Run:
    """The first replication, as far as one operator is concerned.

    lives, names: rows of the account table that are this operator's, and their handles.
    promoted: promotions of this operator's accounts (see ``experiment.promotions``).
    days, followers: its followers through time, exact just before and just after each event.
    """

    scenario: Scenario
    parameters: Parameters
    world: World
    lives: npt.NDArray[np.void]
    names: list[str]
    promoted: npt.NDArray[np.void]
    days: Floats
    followers: Floats
    operator: int

    @property
    def tier(self) -> int:
        """Number of the operator's tier."""
        return int(self.world.tier[self.operator])

    @property
    def tier_name(self) -> str:
        """Name of the operator's tier."""
        return list(self.scenario.tiers)[self.tier]

    def of(self, life: int) -> list[Event]:
        """The events of a life, from 1, in the order of time."""
        row = self.lives[life - 1]
        events = [self._made(life, row), *self._published(row), *self._promotions(life)]
        events += self._flagged(row)
        if math.isfinite(row["suspended_day"]):
            events += [self._suspended(row), self._afterwards(life, row)]
        else:
            events.append(self._alive(row))
        return sorted(events, key=lambda event: event.day)

    def draw(self, life: int) -> tuple[float, float]:
        """The draw that decides on coming back after a life, and the probability it is held to."""
        p = self.parameters
        drawn, _ = uniforms(self.scenario.seed, 0, RETURN, self.operator, life, 0)
        factors = self.world.factors
        factor = float(factors[self.operator, RETURNS]) if len(factors) else 1.0
        probability = own_probability(float(p.returns[self.tier]), factor)
        return drawn, return_probability(probability, p.fatigue, life)

    def _before(self, day: float) -> float:
        """Followers just before an event."""
        return float(self.followers[np.searchsorted(self.days, day)])

    def _after(self, day: float) -> float:
        at = int(np.searchsorted(self.days, day, side="right"))
        return float(self.followers[min(at, len(self.days) - 1)])

    def _made(self, life: int, row: Any) -> Event:
        name = f"@{self.names[life - 1]}"
        day = float(row["created_day"])
        if life == 1:
            if day == 0.0 and row["public_day"] == 0.0:
                text = f"{name} is there when the story starts, with {_people(self._before(0.0))}."
                return Event(0.0, "There from the start", text)
            return Event(day, "Account made", f"{name} is the first account of this operator.")
        before = self.lives[life - 2]
        drawn, chance = self.draw(life - 1)
        wait = time_text(day - float(before["suspended_day"]))
        edits = int(row["edit_distance"])
        if edits == 0:
            text = (
                f"{wait} after the suspension an appeal brings {name} back, with "
                f"{_people(self._after(day))}. {self._forgotten(row, before)}"
            )
            return Event(day, "Reinstated", text.strip())
        near = edits <= self.parameters.near_edits
        speed = self.parameters.unrelated_recognition
        far = several(edits, "edit")
        likeness = (
            f"near-identical, {far} from the last name, so followers find it at full speed"
            if near
            else f"unrelated, {far} from the last name, so followers find it at {_percent(speed)} "
            "of the speed"
        )
        text = (
            f"{wait} after the suspension its operator is back as {name}"
            f"{self._place(row, before)}: {likeness}. {self._forgotten(row, before)}"
            f"(Its draw for coming back was {drawn:.2f}; below {chance:.2f} it returns.)"
        )
        return Event(day, "Back under a new name", text)

    def _forgotten(self, row: Any, before: Any) -> str:
        """How many of those who looked for it have stopped meanwhile, if people forget."""
        hazard = float(self.parameters.forget[1])
        forgotten = -math.expm1(-hazard * (float(row["created_day"] - before["suspended_day"])))
        if hazard == 0.0:
            return ""
        return f"{_percent(forgotten)} of the outsiders who looked for it have stopped. "

    def _place(self, row: Any, before: Any) -> str:
        """Where it is back, if that is another platform than before."""
        if row["platform"] == before["platform"]:
            return ""
        return f" on another platform, {list(self.scenario.platforms)[int(row['platform'])]}"

    def _published(self, row: Any) -> list[Event]:
        public, made = float(row["public_day"]), float(row["created_day"])
        if math.isnan(public) or public == made:
            return []
        text = "Prepared in private until now. Followers can find it, and so can the platform."
        return [Event(public, "Made public", text)]

    def _promotions(self, life: int) -> list[Event]:
        mine = self.promoted[self.promoted["life"] == life]
        if not len(mine):
            return []
        gains = [
            (max(0.0, self._after(float(one["day"])) - self._before(float(one["day"]))), one)
            for one in mine
        ]
        ranked = sorted(gains, key=lambda pair: -pair[0])
        best = [one["day"] for _, one in ranked[:SINGLE]]
        events = [
            Event(
                float(one["day"]),
                "Promoted",
                f"{self._name(int(one['promoter']))} sends its followers over: "
                f"{_gain(gain)} at once.",
            )
            for gain, one in gains
            if one["day"] in best
        ]
        rest = [gain for gain, one in gains if one["day"] not in best]
        if rest:
            since = min(float(one["day"]) for _, one in gains if one["day"] not in best)
            text = (
                f"{several(len(rest), 'more promotion')} until the end of this life: "
                f"{_gain(sum(rest))} in all."
            )
            events.append(Event(since, "And others promote it", text))
        return sorted(events, key=lambda event: event.day)

    def _name(self, operator: int) -> str:
        tier = int(self.world.tier[operator])
        place = int(np.count_nonzero(self.world.tier[:operator] == tier)) + 1
        return f"{list(self.scenario.tiers)[tier]} {place}"

    def _flagged(self, row: Any) -> list[Event]:
        flagged, channel = float(row["flagged_day"]), int(row["channel"])
        if channel == detection.NONE or math.isnan(flagged):
            return []
        seen = f"{float(row['outsider_impressions']):,.0f}"
        told = CHANNELS[channel - 1]
        edits = several(self.parameters.match_edits, "edit")
        text = told.story.format(edits=edits, seen=seen, tier=self.tier_name)
        if row["urgent"] and channel != detection.STRUCK:
            text += " Its case is urgent and goes first."
        events = [Event(flagged, told.title, text)]
        started = float(row["review_started_day"])
        if self.parameters.finite_staff and math.isfinite(started) and started > flagged:
            wait = time_text(started - flagged)
            text = f"It waited {wait} until a reviewer was free."
            events.append(Event(started, "A reviewer takes the case", text))
        return events

    def _suspended(self, row: Any) -> Event:
        day, flagged = float(row["suspended_day"]), float(row["flagged_day"])
        wait = f"{time_text(day - flagged)} after the flag. " if day > flagged else ""
        count = float(row["insider_followers"] + row["outsider_followers"])
        outside = float(row["outsider_followers"])
        lost = float(self.parameters.lost[1])
        text = f"{wait}It had {_people(count)}"
        text += f", {outside:,.0f} of them outsiders"
        text += f"; {_percent(lost)} of those are lost for good." if outside >= 0.5 else "."
        return Event(day, "Suspended", text)

    def _afterwards(self, life: int, row: Any) -> Event:
        day = float(row["suspended_day"])
        drawn, chance = self.draw(life)
        if life < len(self.lives):
            back = float(self.lives[life]["created_day"])
            text = f"{time_text(back - day)} later it is back: see the next life."
            return Event(day, "What next", text)
        if drawn >= chance:
            text = (
                f"The operator gives up: its draw was {drawn:.2f}, and below {chance:.2f} "
                "it returns."
            )
        elif not another_life(life, self.parameters.most_lives):
            text = f"The operator is done: none has more than {several(life, 'account')}."
        else:
            text = (
                f"It would return (its draw was {drawn:.2f}, below {chance:.2f}), but not before "
                "the end of the story, or there is no platform left to go to."
            )
        return Event(day, "What next", text)

    def _alive(self, row: Any) -> Event:
        horizon = float(self.parameters.horizon)
        count = _people(float(row["insider_followers"] + row["outsider_followers"]))
        waiting = math.isfinite(row["flagged_day"])
        text = f"It is {'flagged but ' if waiting else ''}not suspended, and has {count}."
        return Event(horizon, "The story ends", text)


def _people(count: float) -> str:
    return "1 follower" if round(count) == 1 else f"{count:,.0f} followers"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _gain(count: float) -> str:
    return "less than one follower" if count < 0.5 else _people(count)
