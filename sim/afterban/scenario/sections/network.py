"""Who is there: tiers of operators, in what they differ, and the follow graph."""

from __future__ import annotations

import datetime as dt
import math
import os
from typing import Any, Literal

from pydantic import model_validator

from afterban.language.documents import file_digest, shown_path
from afterban.language.fields import Section, param
from afterban.language.kinds import (
    Correlation,
    Count,
    Duration,
    Factor,
    FileDigest,
    FilePath,
    Name,
    Probability,
    Rate,
    Share,
    SmallCount,
)
from afterban.language.laws import Distribution, GapDistribution, RateDistribution, constant
from afterban.scenario.correlations import lower_factor

SHORTEST_PAUSE = 1 / 24  # days from one release to the next


class Sleeper(Section):
    """An account prepared in private and made public for a release."""

    created: dt.date | None = param(
        None, "date on which the account is made, unseen; the start of the scenario if left out"
    )
    public: dt.date = param(..., "date on which the account becomes public")
    every: Duration | None = param(
        None,
        "time between releases: after a suspension the operator, if it comes back, makes its next "
        "account for the next of them, as long before and unseen as the first; one that outlives "
        "the day on which the next is made takes its place; only one release if left out",
        unit="days",
    )
    only_if_moved: bool = param(
        False,
        "made only by operators who are on another platform by then and come back for the release; "
        "the tier's `same_operators_as` says whose account it is",
    )

    @model_validator(mode="after")
    def _has_pauses(self) -> Sleeper:
        if self.every is not None and self.every < SHORTEST_PAUSE:
            raise ValueError("the releases hardly have a pause between them; write `1h` or more")
        return self


class Correlated(Section):
    """Two things in which operators differ, and how they go together."""

    of: Literal["audience", "posts", "returns", "refollow", "lost"] = param(..., "one of them")
    with_: Literal["audience", "posts", "returns", "refollow", "lost"] = param(
        ..., "the other one", alias="with"
    )
    rank: Correlation = param(..., "their rank correlation (Spearman), from -1 to 1")


class Differences(Section):
    """How operators of a tier differ from each other, beside audience and posts.

    Each is a law of a factor on the tier's own value, drawn once for each operator.
    """

    returns: Distribution = param(
        constant(1.0), "factor on the probability of return, which ends at 1"
    )
    refollow: Distribution = param(
        constant(1.0), "factor on the hazards with which a detached follower finds a new account"
    )
    lost: Distribution = param(
        constant(1.0), "factor on the shares of followers lost at a suspension, which end at 1"
    )
    correlations: list[Correlated] = param(
        list, "what goes together; all else is drawn independently"
    )

    @model_validator(mode="after")
    def _can_be(self) -> Differences:
        found: set[frozenset[str]] = set()
        for one in self.correlations:
            if one.of == one.with_:
                raise ValueError(f"`{one.of}` is correlated with itself; name two different ones")
            if frozenset((one.of, one.with_)) in found:
                raise ValueError(
                    f"the correlation of `{one.of}` with `{one.with_}` is given twice; keep one"
                )
            found.add(frozenset((one.of, one.with_)))
        if self.lower_factor is None:
            raise ValueError(
                "these correlations cannot hold together (their matrix is not positive definite); "
                "bring some of them nearer to 0"
            )
        return self

    @property
    def lower_factor(self) -> list[list[float]] | None:
        """See :func:`afterban.scenario.correlations.lower_factor`."""
        return lower_factor((one.of, one.with_, float(one.rank)) for one in self.correlations)


class Tier(Section):
    """A class of operators that share their parameters."""

    count: Count = param(..., "operators of this tier at the start", unit="operators")
    audience: Distribution = param(
        ...,
        "people who follow, once followed, or would follow an operator of this tier",
        unit="people",
    )
    insider_share: Share = param(
        0.5,
        "share of the audience that are members of the network themselves",
        kind="reported",
        source="L5",
    )
    attached_at_start: Share = param(
        1.0, "share of the audience that follows the account of an operator at the start"
    )
    detached_at_start: Share = param(
        0.0, "share of the audience that followed an earlier account and lost it before the start"
    )
    refollow_factor: Factor = param(
        1.0,
        "speed at which this tier's audience finds a new account, relative to audience.refollow_*",
    )
    posts: RateDistribution = param(
        ..., "posts of an operator while it has a public account", unit="posts per day"
    )
    degree: Distribution = param(
        constant(8.0),
        "in-network accounts that follow an operator and may promote it",
        unit="accounts",
    )
    prominence: Factor = param(
        1.0, "weight with which operators of this tier are picked as followers of others; 0 = never"
    )
    promotes: Probability = param(
        0.3, "probability that an operator of this tier promotes a neighbour's new account"
    )
    returns: Probability | None = param(
        None, "probability of return after a suspension; returning.probability if left out"
    )
    return_delay: GapDistribution | None = param(
        None, "time from suspension to the next account; returning.delay if left out", unit="days"
    )
    moves: Probability | None = param(
        None, "probability of moving to the next platform; returning.moves if left out"
    )
    platform: Name | None = param(None, "platform at the start; the first one if left out")
    same_operators_as: Name | None = param(
        None,
        "tier of the same size whose operators these are, on another account or platform: they "
        "share audience and activity",
    )
    spares: SmallCount = param(0, "spare accounts, prepared in advance, of each operator")
    report_weight: Factor = param(1.0, "reports per impression, relative to an ordinary account")
    watched: Rate = param(
        0.0,
        "hazard of being found by people who watch for this tier's accounts, while public",
        unit="per day",
    )
    severity: Literal["routine", "urgent"] = param(
        "routine", "class of this tier's cases in the review queue"
    )
    sleeper: Sleeper | None = param(None, "prepared in private, public for a release")
    differences: Differences | None = param(
        None, "how its operators differ from each other; all alike if left out"
    )

    @model_validator(mode="after")
    def _shares_fit(self) -> Tier:
        if self.attached_at_start + self.detached_at_start > 1 + 1e-12:
            raise ValueError(
                "attached_at_start and detached_at_start are more than the whole audience; "
                "together they are at most 1"
            )
        return self

    def audience_limit(self, outsiders: int) -> float:
        """The audience, in people, whose outsiders are all that there are; inf if it has none."""
        outside = 1.0 - float(self.insider_share)
        return outsiders / outside if outside > 0.0 else math.inf


class InputFile(Section):
    """A table of one's own: the path alone, or the path with the digest of what must be there."""

    short_form = "file"

    file: FilePath = param(..., "path of a .csv or .parquet file, from the folder of the scenario")
    sha256: FileDigest | None = param(
        None, "digest of the content; that of the file as it is if left out"
    )

    @model_validator(mode="before")
    @classmethod
    def _hold_the_content(cls, given: Any) -> Any:
        if not isinstance(given, dict) or not isinstance(given.get("file"), str):
            return given
        path = os.path.abspath(given["file"])
        found = file_digest(path)
        expected = given.get("sha256") or found
        if found != expected:
            raise ValueError(
                f"`{shown_path(path)}` has changed: its SHA-256 begins with {found[:12]}, not "
                f"{expected[:12]}; put the former file there, or remove `sha256`"
            )
        return {"file": path, "sha256": expected}


TABLES = ("operators", "follows")  # keys of network


class Network(Section):
    """The in-network follow graph: who may promote whom."""

    operators: InputFile | None = param(
        None, "table of all operators with tier, audience and activity; drawn if left out"
    )
    follows: InputFile | None = param(
        None, "table of who follows and may promote whom; drawn if left out"
    )

    prominence_tail: Factor = param(
        2.5,
        "exponent of the Pareto law of prominence in a tier (larger = more equal; 0 = all equal)",
    )
    overlap_insiders: Share = param(
        0.5, "share of the smaller of two neighbours' insider audiences that both have"
    )
    overlap_outsiders: Share = param(
        0.1, "share of the smaller of two neighbours' outsider audiences that both have"
    )
