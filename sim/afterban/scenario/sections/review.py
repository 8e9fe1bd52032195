"""From a flag to a suspension: the team, its mistakes, appeals and waves."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from afterban.language.fields import Section, param
from afterban.language.kinds import Duration, Probability, Rate, Share, SmallCount
from afterban.language.laws import DurationDistribution, constant, exponential, lognormal
from afterban.language.zones import UTC, Zone
from afterban.scenario.sections.ranking import RankBy


class Shift(Section):
    """Reviewers on duty at certain hours of certain days of the week, by the team's clocks."""

    days: list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]] = param(
        ..., "days of the week"
    )
    start: Duration = param(..., "start of the shift, from midnight", unit="days")
    end: Duration = param(..., "end of the shift, from midnight", unit="days")
    reviewers: SmallCount = param(..., "reviewers on duty", unit="reviewers")

    @model_validator(mode="after")
    def _ends_after_start(self) -> Shift:
        if not 0 <= self.start < self.end <= 1:
            raise ValueError(
                "the shift does not start before it ends, within one day; "
                "make two of a shift that goes over midnight"
            )
        return self


class Team(Section):
    """Finite staff: a queue in front of reviewers."""

    reviewers: SmallCount = param(0, "reviewers always on duty", unit="reviewers")
    shifts: list[Shift] = param(list, "more reviewers at certain hours")
    timezone: Zone = param(
        UTC, "zone of the shifts' hours and days, such as `Europe/Berlin`, summer time included"
    )
    order: Literal["arrival", "followers", "activity", "links"] = param(
        "arrival",
        "what comes first among cases of one severity: the oldest, or the account with most "
        "followers, posts, or accounts that it may promote; reports about ordinary users then last",
    )
    rank_by: RankBy | None = param(
        None, "what comes first by what was observed of accounts, in place of `order`"
    )
    service_time: DurationDistribution = param(
        exponential(5 / 1440), "time that a reviewer takes for one case", unit="days"
    )
    benign_reports: Rate = param(
        0.0, "reports about ordinary users that share the queue", unit="per day"
    )

    @model_validator(mode="after")
    def _somebody_works(self) -> Team:
        if not self.reviewers and not any(shift.reviewers for shift in self.shifts):
            raise ValueError("the team has no reviewer; give it `reviewers` or `shifts`")
        return self


class Mistakes(Section):
    """Wrong suspensions of ordinary users, and appeals."""

    probability: Probability = param(
        0.0, "probability that the review of an ordinary user's account ends in suspension"
    )
    appeals: Probability = param(0.5, "probability that a wrongly suspended user appeals")
    reinstatement: DurationDistribution = param(
        lognormal(7.0, 1.0), "time from a wrong suspension to reinstatement", unit="days"
    )


class Appeals(Section):
    """Appeals that somebody decides on.

    With a team they are filed after a while, wait in its queue and take a case's time; with
    unlimited staff `mistakes.reinstatement` is all of their time.  How often ordinary users appeal
    is `mistakes.appeals`.
    """

    filing: DurationDistribution = param(
        exponential(1.0), "time from a suspension to the appeal (finite staff)", unit="days"
    )
    success: Probability = param(
        0.8, "probability that the appeal of a wrongly suspended user succeeds; range 0.5 to 1"
    )
    operators: Probability = param(
        0.1, "probability that a suspended operator appeals too (finite staff); range 0 to 0.5"
    )
    operators_succeed: Probability = param(
        0.0,
        "probability that an operator's appeal succeeds: its account comes back with its name "
        "and those followers who have not stopped looking for it (finite staff); range 0 to 0.2",
    )
    posts_after: Share = param(
        0.46,
        "posts of a reinstated user, relative to before",
        kind="reported",
        source="N14",
    )


class Waves(Section):
    """Suspensions held back and executed together."""

    every: Duration = param(
        ..., "time between waves, the first one that long after the start", unit="days"
    )


class Review(Section):
    """From a flag to a suspension."""

    time_to_action: DurationDistribution = param(
        lognormal(1.0, 1.0),
        "time from flag to suspension with unlimited staff: its median is the enforcement speed",
        unit="days",
    )
    urgent_time_to_action: DurationDistribution | None = param(
        None, "the same for urgent cases; time_to_action if left out", unit="days"
    )
    team: Team | None = param(
        None, "finite staff; if left out, staff is unlimited and time_to_action applies"
    )
    sensitivity: Probability = param(
        1.0, "probability that the review of a flagged network account ends in suspension"
    )
    mistakes: Mistakes = param(Mistakes, "wrong suspensions of ordinary users")
    appeals: Appeals | None = param(
        None, "appeals that take time and may fail; each succeeds and takes none if left out"
    )
    action_delay: DurationDistribution = param(
        constant(0.0), "time from a decision to its execution (finite staff)", unit="days"
    )
    waves: Waves | None = param(None, "hold suspensions for the next wave")
