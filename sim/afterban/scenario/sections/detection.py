"""Channels of detection: how often each finds an account, and how often it is wrong."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Literal

from pydantic import model_validator

from afterban.language.fields import Section, param
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


class TierPressure(Section):
    """How hard the channels of detection press on one tier: factors on their rates."""

    signup: Factor = param(1.0, "factor on detection.signup for this tier; a probability ends at 1")
    reports: Factor = param(
        1.0, "factor on detection.reports for this tier, beside its own report_weight"
    )
    classifier: Factor = param(1.0, "factor on detection.classifier for this tier")
    threats: Factor = param(1.0, "factor on detection.threats for this tier")
    watch: Factor = param(1.0, "factor on detection.watch for this tier, beside its own watched")
    handle_recall: Factor = param(
        1.0, "factor on detection.handle_match.recall for this tier's new accounts"
    )
    link_promoted: Factor = param(
        1.0, "factor on detection.link_match.promoted for this tier's promoted accounts"
    )
    link_promoter: Factor = param(
        1.0, "factor on detection.link_match.promoter for this tier's promoters"
    )
    retaliation: Factor = param(
        1.0, "factor on detection.retaliation.probability for this tier's new accounts"
    )


class TierPressureChange(Section):
    """Factors of one tier from a date on; what is left out stays as it was before that date."""

    signup: Factor | None = param(None, "see detection.tiers.*.signup")
    reports: Factor | None = param(None, "see detection.tiers.*.reports")
    classifier: Factor | None = param(None, "see detection.tiers.*.classifier")
    threats: Factor | None = param(None, "see detection.tiers.*.threats")
    watch: Factor | None = param(None, "see detection.tiers.*.watch")
    handle_recall: Factor | None = param(None, "see detection.tiers.*.handle_recall")
    link_promoted: Factor | None = param(None, "see detection.tiers.*.link_promoted")
    link_promoter: Factor | None = param(None, "see detection.tiers.*.link_promoter")
    retaliation: Factor | None = param(None, "see detection.tiers.*.retaliation")


class Regime(Section):
    """Detection from a date on; what is left out stays as it was before that date."""

    from_: dt.date = param(..., "first day of the regime", alias="from")
    signup: Probability | None = param(None, "see detection.signup")
    reports: PerImpression | None = param(None, "see detection.reports", unit="per impression")
    classifier: PerPost | None = param(None, "see detection.classifier", unit="per post")
    threats: Rate | None = param(None, "see detection.threats", unit="per day")
    watch: Factor | None = param(None, "see detection.watch")
    handle_recall: Probability | None = param(None, "see detection.handle_match.recall")
    link_promoted: Probability | None = param(None, "see detection.link_match.promoted")
    link_promoter: Probability | None = param(None, "see detection.link_match.promoter")
    retaliation: Probability | None = param(None, "see detection.retaliation.probability")
    time_to_action: DurationDistribution | None = param(
        None, "see review.time_to_action", unit="days"
    )
    urgent_time_to_action: DurationDistribution | None = param(
        None, "see review.urgent_time_to_action", unit="days"
    )
    tiers: dict[Name, TierPressureChange] = param(dict, "see detection.tiers")


class PrecisionOf(Section):
    """Precision of single channels, where it is not that of all (`detection.precision`)."""

    signup: Probability | None = param(None, "share of its catches at sign-up that are right")
    handle_match: Probability | None = param(
        None,
        "share of its matches that are right; with `handle_match.ordinary` look-alikes say it",
    )
    link_match: Probability | None = param(None, "share of its matches that are right")
    reports: Probability | None = param(
        None,
        "share of user reports that are right, beside a team's `benign_reports`, which take the "
        "place of the precision of all",
    )
    classifier: Probability | None = param(None, "share of its flags that are right")
    threats: Probability | None = param(None, "share of urgent flags that are right")
    watch: Probability | None = param(None, "share of flags of those who watch that are right")
    pulses: Probability | None = param(
        None, "share of the accounts that campaigns pick that are right"
    )


class WrongFlags(Section):
    """Flags on ordinary users by channel, where their rate is known and not the precision."""

    signup: Rate | None = param(None, "ordinary users caught at sign-up", unit="per day")
    handle_match: Rate | None = param(
        None, "ordinary users that the handle match flags", unit="per day"
    )
    link_match: Rate | None = param(
        None, "ordinary users that the link match flags", unit="per day"
    )
    reports: Rate | None = param(
        None, "reports about ordinary users, beside a team's `benign_reports`", unit="per day"
    )
    classifier: Rate | None = param(
        None, "ordinary users that the classifier flags", unit="per day"
    )
    threats: Rate | None = param(None, "urgent flags on ordinary users", unit="per day")
    watch: Rate | None = param(None, "ordinary users whom those who watch flag", unit="per day")


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
