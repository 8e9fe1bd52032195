"""Channels of detection: how often each finds an account, and how often it is wrong."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from pydantic import model_validator

from afterban import channels
from afterban.language.fields import Section, param, with_keys
from afterban.language.kinds import (
    Duration,
    Factor,
    Name,
    PerImpression,
    PerPost,
    Probability,
    Rate,
    Share,
    SmallCount,
)
from afterban.language.laws import DurationDistribution, exponential
from afterban.scenario.sections.handles import OrdinaryHandles
from afterban.scenario.sections.ranking import RankBy


class HandleMatch(Section):
    """Comparing new handles with suspended ones."""

    recall: Probability = param(
        0.0, "probability that a new handle within the threshold is matched"
    )
    edits: SmallCount = param(2, "the platform's threshold on the edit distance", unit="edits")
    scan_time: DurationDistribution = param(
        exponential(0.5), "time from creation to the match", unit="days"
    )
    ordinary: OrdinaryHandles | None = param(
        None, "ordinary users whose handles are compared; look-alikes are not counted if left out"
    )


class LinkMatch(Section):
    """Following promotions to the accounts at both ends: promotion has a price."""

    promoted: Probability = param(
        0.0, "probability that a promotion leads the platform to the promoted account"
    )
    promoter: Probability = param(
        0.0, "probability that a promotion leads the platform to the account that made it"
    )
    scan_time: DurationDistribution = param(
        exponential(0.5), "time from the promotion to the match", unit="days"
    )


class Retaliation(Section):
    """Threats that follow suspensions: who is back may send one, and it is reviewed as urgent."""

    probability: Probability = param(
        0.0, "probability that an account made after a suspension is used for a threat"
    )
    delay: DurationDistribution = param(
        exponential(2.0), "time from its going public to the threat", unit="days"
    )


class Pulse(Section):
    """A campaign that suspends chosen live accounts, once or again and again."""

    date: dt.date = param(..., "first day of the campaign")
    every: Duration | None = param(
        None, "time between its repetitions; only once if left out", unit="days"
    )
    until: dt.date | None = param(
        None, "date from which it is not repeated any more; to the end of the run if left out"
    )
    times: SmallCount | None = param(
        None, "how often it strikes at most, the first time included; no bound if left out"
    )
    share: Share = param(0.0, "share of the live public accounts that it suspends each time")
    accounts: SmallCount = param(
        0, "accounts that it suspends each time, beside that share", unit="accounts"
    )
    choose: Literal["random", "followers", "activity", "links"] = param(
        "random", "which accounts go first"
    )
    rank_by: RankBy | None = param(
        None, "which accounts go first by what was observed, in place of `choose`"
    )
    platform: Name | None = param(
        None, "platform whose accounts are suspended; all platforms together if left out"
    )
    tiers: list[Name] = param(
        list, "tiers whose accounts are suspended; all tiers together if left out"
    )

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Pulse:
        if self.every is None and (self.until is not None or self.times is not None):
            key = "until" if self.until is not None else "times"
            raise ValueError(f"`{key}` is given of a campaign that strikes once; give `every` too")
        if self.times == 0:
            raise ValueError("the campaign strikes 0 times; write 1 or more, or remove it")
        if self.until is not None and self.until <= self.date:
            raise ValueError(
                f"it ends on {self.until}, before it has begun; write a date after {self.date}"
            )
        return self


# What each kind of rate is written as, and its unit.
KINDS: dict[str, tuple[Any, str | None]] = {
    channels.PROBABILITY: (Probability, None),
    channels.PER_IMPRESSION: (PerImpression, "per impression"),
    channels.PER_POST: (PerPost, "per post"),
    channels.PER_DAY: (Rate, "per day"),
    channels.FACTOR: (Factor, None),
}


class _OfChannels(Section):
    """A section with keys from the table of channels."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


@with_keys(
    {
        rate.name: (Factor, param(1.0, f"factor on {rate.key} for this tier{rate.on_tier}"))
        for rate in channels.RATES
    }
)
class TierPressure(_OfChannels):
    """How hard the channels of detection press on one tier: factors on their rates."""


@with_keys(
    {
        rate.name: (Factor | None, param(None, f"see detection.tiers.*.{rate.name}"))
        for rate in channels.RATES
    }
)
class TierPressureChange(_OfChannels):
    """Factors of one tier from a date on; what is left out stays as it was before that date."""


@with_keys(
    {
        rate.name: (KINDS[rate.kind][0] | None, param(None, f"see {rate.key}", unit=unit))
        for rate in channels.RATES
        for unit in KINDS[rate.kind][1:]
    },
    after="from_",
)
class Regime(_OfChannels):
    """Detection from a date on; what is left out stays as it was before that date."""

    from_: dt.date = param(..., "first day of the regime", alias="from")
    time_to_action: DurationDistribution | None = param(
        None, "see review.time_to_action", unit="days"
    )
    urgent_time_to_action: DurationDistribution | None = param(
        None, "see review.urgent_time_to_action", unit="days"
    )
    tiers: dict[Name, TierPressureChange] = param(dict, "see detection.tiers")


@with_keys(
    {channel.key: (Probability | None, param(None, channel.right)) for channel in channels.PRICED}
)
class PrecisionOf(_OfChannels):
    """Precision of single channels, where it is not that of all (`detection.precision`)."""


@with_keys(
    {
        channel.key: (Rate | None, param(None, channel.wrong, unit="per day"))
        for channel in channels.WITH_RATE
    }
)
class WrongFlags(_OfChannels):
    """Flags on ordinary users by channel, where their rate is known and not the precision."""


class OperatingPoint(Section):
    """What a classifier finds at one threshold."""

    threshold: Share = param(..., "score from which on it flags")
    recall: Share = param(
        ..., "its flags on the network, as a share of those that `detection.classifier` says"
    )
    precision: Probability = param(..., "share of its flags at the start that are right")

    @model_validator(mode="after")
    def _finds_something(self) -> OperatingPoint:
        if self.recall == 0 or self.precision == 0:
            raise ValueError("recall or precision is 0; a point has something right in it")
        return self

    @property
    def wrong(self) -> float:
        """Flags on ordinary users, in the unit of the recall."""
        return float(self.recall) * (1.0 - float(self.precision)) / float(self.precision)


class OperatingCurve(Section):
    """A classifier whose threshold is a lever: a lower one finds more, and more that is wrong.

    Between points right and wrong flags are linear in the threshold, as on a ROC curve: linear
    precision would promise too much (Davis & Goadrich 2006, ICML, section 4).
    """

    threshold: Share = param(..., "threshold in use")
    points: list[OperatingPoint] = param(..., "two or more, by rising threshold")

    @model_validator(mode="after")
    def _falls(self) -> OperatingCurve:
        if len(self.points) < 2:
            raise ValueError("there are fewer than two points; a curve has two or more")
        for one, other in pairwise(self.points):
            if other.threshold <= one.threshold:
                raise ValueError("the points do not go by rising threshold; put them in that order")
            if other.recall > one.recall or other.wrong > one.wrong * (1 + 1e-12):
                raise ValueError(
                    f"at threshold {other.threshold:g} it flags more than at {one.threshold:g}; "
                    "let neither recall nor recall × (1 - precision) / precision rise with it"
                )
        first, last = self.points[0].threshold, self.points[-1].threshold
        if not first <= self.threshold <= last:
            raise ValueError(
                f"the threshold {self.threshold:g} is off the curve; write one from {first:g} to "
                f"{last:g}, or give more points"
            )
        return self

    @property
    def recall(self) -> float:
        """At the threshold in use."""
        return self._at([float(point.recall) for point in self.points])

    @property
    def precision(self) -> float:
        """At the threshold in use, while nobody is suspended."""
        right = self.recall
        return right / (right + self._at([point.wrong for point in self.points]))

    def _at(self, values: list[float]) -> float:
        """Linear between the points."""
        place = next(k for k, one in enumerate(self.points) if one.threshold >= self.threshold)
        if self.points[place].threshold == self.threshold:
            return values[place]
        low, high = self.points[place - 1].threshold, self.points[place].threshold
        part = (self.threshold - low) / (high - low)
        return (1.0 - part) * values[place - 1] + part * values[place]


class Detection(Section):
    """Channels that race to flag an account."""

    precision: Probability = param(
        1.0,
        "share of a channel's flags at the start that concern accounts of the network; the others "
        "concern ordinary users, go to the same review, and do not become fewer with the network",
    )
    precision_of: PrecisionOf = param(PrecisionOf, "precision of single channels")
    wrong_flags: WrongFlags = param(
        WrongFlags,
        "flags on ordinary users by channel, in place of the precision: at the start, from then on "
        "in proportion to the channel's effort",
    )
    signup: Probability = param(0.0, "probability that an account is caught when it is made")
    reports: PerImpression = param(
        0.0, "user reports that count, for each outsider impression", unit="per impression"
    )
    insider_reports: Factor = param(
        0.0, "reports per insider impression, relative to an outsider impression"
    )
    classifier: PerPost = param(0.0, "flags by a classifier, for each post", unit="per post")
    operating_curve: OperatingCurve | None = param(
        None, "what of these flags the classifier raises at its threshold, and how many wrong ones"
    )
    threats: Rate = param(
        0.0, "hazard of an act that is reviewed as urgent (such as a threat)", unit="per day"
    )
    retaliation: Retaliation = param(Retaliation, "threats that follow suspensions")
    watch: Factor = param(1.0, "how closely tiers are watched, relative to tiers.*.watched")
    handle_match: HandleMatch = param(HandleMatch, "comparing new handles with suspended ones")
    link_match: LinkMatch = param(LinkMatch, "following promotions to the accounts at both ends")
    tiers: dict[Name, TierPressure] = param(
        dict, "tiers on which the channels press harder or less than on the others"
    )
    pulses: list[Pulse] = param(list, "campaigns on dates")
    regimes: list[Regime] = param(list, "changes of enforcement on dates")

    @model_validator(mode="after")
    def _one_price_of_a_channel(self) -> Detection:
        for name in WrongFlags.model_fields:
            given = getattr(self.wrong_flags, name), getattr(self.precision_of, name)
            if None not in given:
                raise ValueError(
                    f"`wrong_flags.{name}` and `precision_of.{name}` are two answers to one "
                    "question; give one of them"
                )
        if self.operating_curve is not None and (
            self.precision_of.classifier is not None or self.wrong_flags.classifier is not None
        ):
            raise ValueError(
                "the operating curve has the precision of the classifier; remove it from "
                "`precision_of` and `wrong_flags`"
            )
        return self

    def value_of(self, rate: channels.Rate) -> Any:
        """The value of a rate of the table of channels, before factors and regimes."""
        value: Any = self
        for key in rate.key.removeprefix("detection.").split("."):
            value = getattr(value, key)
        return value

    @property
    def classifier_recall(self) -> float:
        """Share of the flags of `classifier` that it raises at its threshold; 1 without a curve."""
        return 1.0 if self.operating_curve is None else self.operating_curve.recall

    def precision_in(self, channel: str) -> float:
        """Precision of a channel, a key of `precision_of`; 1 where `wrong_flags` has its rate."""
        if getattr(self.wrong_flags, channel, None) is not None:
            return 1.0
        if channel == "classifier" and self.operating_curve is not None:
            return self.operating_curve.precision
        own = getattr(self.precision_of, channel)
        return float(self.precision if own is None else own)
