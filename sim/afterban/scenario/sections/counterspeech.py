"""Speech against the network."""

from __future__ import annotations

import datetime as dt

from afterban.language.fields import Section, param
from afterban.language.kinds import Count, Name, Rate, Share


class Speaker(Section):
    """An account that speaks against the network and that nobody suspends."""

    followers: Count = param(..., "followers at the start", unit="people")
    growth: Rate = param(0.0, "relative growth of its followers", unit="per day")
    ceiling: Count | None = param(
        None, "followers at which growth ends (logistic); exponential if left out", unit="people"
    )
    posts: Rate = param(..., "posts other than answers", unit="posts per day")
    answers: Share = param(0.0, "share of the network's posts that it answers")


class SpeakerChange(Section):
    """A speaker from a date on; what is left out stays as it was before that date."""

    answers: Share | None = param(None, "see counter_speech.speakers.*.answers")


class SpeechRegime(Section):
    """Counter-speech from a date on; speakers that are left out stay as they were."""

    from_: dt.date = param(..., "first day of the regime", alias="from")
    speakers: dict[Name, SpeakerChange] = param(dict, "see counter_speech.speakers")


class TierReplies(Section):
    """How one tier replies to the answers to its posts."""

    reply_rate: Share = param(..., "share of the answers to its posts that this tier replies to")


class CounterSpeech(Section):
    """Speech against the network on the same platform."""

    speakers: dict[Name, Speaker] = param(..., "accounts that speak against the network")
    answers_seen: Share = param(
        0.1, "share of those who see a post of the network who also see an answer to it"
    )
    effect: Share = param(
        0.0, "share by which somebody who saw the answer is less likely to begin to follow"
    )
    reply_rate: Share = param(
        0.0, "share of the answers that the network replies to", kind="reported", source="S1"
    )
    tiers: dict[Name, TierReplies] = param(
        dict, "tiers that reply to other shares of the answers to their posts than the network"
    )
    regimes: list[SpeechRegime] = param(list, "changes of what is answered, on dates")

    @property
    def ever_answers(self) -> bool:
        """Whether any speaker answers, at the start or from a date on."""
        later = [change.answers for one in self.regimes for change in one.speakers.values()]
        return any((*(one.answers for one in self.speakers.values()), *later))
