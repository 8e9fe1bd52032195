"""What a scenario file may say: every section, key, default, unit and the evidence for the default.

The classes here are data only.  Values are held in the simulator's own units: time in days, rates
per day, shares and probabilities as numbers from 0 to 1.  How the human forms ("36h", "2 per day",
``{lognormal: {median: 1d, sigma: 1.2}}``) become these is in :mod:`afterban.scenario.types`.
"""

from __future__ import annotations

import datetime as dt
import math
import os
from collections.abc import Callable, Iterable, Mapping
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import PrivateAttr, model_validator

from afterban import documents
from afterban.documents import file_digest, shown_path
from afterban.errors import listed
from afterban.scenario.correlations import lower_factor
from afterban.scenario.types import (
    Correlation,
    Count,
    Distribution,
    Duration,
    DurationDistribution,
    Evidence,
    Factor,
    FileDigest,
    FilePath,
    GapDistribution,
    Name,
    Path,
    PerImpression,
    PerPost,
    Probability,
    Rate,
    RateDistribution,
    Section,
    Share,
    SmallCount,
    constant,
    exponential,
    lognormal,
    param,
)

if TYPE_CHECKING:
    from afterban.scenario.inert import Inert
    from afterban.scenario.read import Reader
    from afterban.scenario.resolve import Row

SCHEMA_VERSION = 1
MOST_PROMOTION_POSTS = 100_000
SHORTEST_PAUSE = 1 / 24  # days from one release to the next
FAINTEST_BURST, STRONGEST_BURST = 0.001, 1000  # factors on posts
MOST_REMEMBERED = 100  # suspensions of one operator on one platform


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


class Recognition(Section):
    """How the likeness of a new handle to the last one helps followers to find it."""

    near_edits: SmallCount = param(
        2,
        "edits up to which a handle counts as near-identical",
        kind="reported",
        source="L42",
        unit="edits",
    )
    unrelated: Share = param(
        0.3, "speed at which followers find an unrelated handle, relative to a near-identical one"
    )


class Audience(Section):
    """How audiences attach to, and are lost by, successive accounts."""

    refollow_insiders: Rate = param(
        1.0, "hazard with which a detached insider finds the new account", unit="per day"
    )
    refollow_outsiders: Rate = param(
        0.03, "hazard with which a detached outsider finds the new account", unit="per day"
    )
    discover_insiders: Rate = param(
        0.02, "hazard with which an untouched insider begins to follow", unit="per day"
    )
    discover_outsiders: Rate = param(
        0.002, "hazard with which an untouched outsider begins to follow", unit="per day"
    )
    lost_insiders: Share = param(0.1, "share of insider followers lost for good at a suspension")
    lost_outsiders: Share = param(0.1, "share of outsider followers lost for good at a suspension")
    forget_insiders: Rate = param(
        0.05, "hazard with which a detached insider stops looking for the operator", unit="per day"
    )
    forget_outsiders: Rate = param(
        0.05, "hazard with which a detached outsider stops looking for the operator", unit="per day"
    )
    insiders: Literal["constant", "operators"] = param(
        "operators",
        "who insiders are: the network's operators, of whom those without a live account follow "
        "nobody, or a constant number of people",
    )
    recognition: Recognition = param(Recognition, "handles and being found again")


class Exposure(Section):
    """From posts to impressions."""

    view_probability: Probability = param(
        0.02, "probability that a follower sees a post", kind="reported", source="L75"
    )
    outsiders: Count = param(
        2_000_000, "size of the outside population that audiences are drawn from", unit="people"
    )


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


class Promotion(Section):
    """Accounts that survive promote the ones that came back."""

    delay: DurationDistribution = param(
        lognormal(0.25, 1.0),
        "time from a new account's going public to a neighbour's promotion of it",
        unit="days",
    )
    posts: SmallCount = param(
        3, "posts that one promotion takes from the promoter; 0 = no promotion", unit="posts"
    )
    view_probability: Probability | None = param(
        None,
        "probability that a follower who looks for the account sees a post that promotes it; that "
        "of any post (exposure.view_probability) if left out",
    )
    untouched_factor: Share = param(
        0.1,
        "how readily an untouched person follows a promoted account, relative to a detached one",
    )
    on_start: bool = param(
        False, "whether the accounts that are public at the start are promoted as new ones are"
    )

    @model_validator(mode="after")
    def _ends(self) -> Promotion:
        # A pause of millions of years would cancel the digits of the time series.
        if self.posts > MOST_PROMOTION_POSTS:
            raise ValueError(
                f"{self.posts:,} posts for one promotion are too large; they are at most "
                f"{MOST_PROMOTION_POSTS:,}"
            )
        return self


class Rebuilding(Section):
    """Activity that a returned operator spends on making itself known again."""

    share: Share = param(0.3, "share of posts spent on re-announcing, right after a return")
    window: Duration = param(3.0, "time after a return in which that share is spent", unit="days")


class LinkEdits(Section):
    """How far a near-identical handle is from the last one: shares of links, 1 together."""

    one: Share = param(
        0.4,
        "share of near-identical links that are one edit apart",
        kind="derived",
        source="L42",
    )
    two: Share = param(0.6, "share of them that are two edits apart", kind="derived", source="L42")

    @model_validator(mode="after")
    def _make_a_whole(self) -> LinkEdits:
        _make_one(self, ("one", "two"))
        return self


class LinkKinds(Section):
    """What changes in a near-identical handle: shares of links, 1 together."""

    digit: Share = param(
        0.3,
        "share of near-identical links that change digits only",
        kind="derived",
        source="L42",
    )
    doubled: Share = param(
        0.35,
        "share of them in which a letter is doubled, or no longer (that seven of ten links are "
        "this or a separator is reported; that they are split evenly is assumed)",
    )
    separator: Share = param(
        0.35, "share of them in which a separator is put in or taken out (as `doubled`)"
    )
    swap: Share = param(
        0.0,
        "share of them in which neighbouring letters change places",
        kind="derived",
        source="L42",
    )

    @model_validator(mode="after")
    def _make_a_whole(self) -> LinkKinds:
        _make_one(self, ("digit", "doubled", "separator", "swap"))
        return self


def _make_one(section: Section, names: tuple[str, ...]) -> None:
    total = sum(getattr(section, name) for name in names)
    if abs(total - 1.0) > 1e-9:
        raise ValueError(
            f"{listed(names)} are {total:.10g} together; they are shares of all near-identical "
            "links, so change them together so that they add up to 1"
        )


class Handles(Section):
    """How a returning operator names its new account."""

    near_identical: Probability = param(
        0.6,
        "probability that the new handle is a near-identical one",
        kind="derived",
        source="L42",
    )
    edits: LinkEdits = param(LinkEdits, "how far near-identical handles are apart")
    kinds: LinkKinds = param(LinkKinds, "what changes in a near-identical handle")


class OrdinaryHandles(Section):
    """New accounts of ordinary users, whose handles are compared too: some look alike."""

    signups: Rate = param(
        ..., "new accounts of ordinary users whose handles are compared", unit="per day"
    )
    namesakes: Share = param(
        0.002, "share of them that have the base name of an operator, with digits or a separator"
    )
    topic_names: Share = param(
        0.02, "share of them whose handle begins as an operator's does, with a word in common"
    )
    sample: Count = param(
        10_000, "handles drawn in each replication to count look-alikes", unit="handles"
    )

    @model_validator(mode="after")
    def _shares_fit(self) -> OrdinaryHandles:
        if self.namesakes + self.topic_names > 1 + 1e-12:
            raise ValueError(
                "namesakes and topic_names are more than all ordinary users; "
                "together they are at most 1"
            )
        if self.sample == 0:
            raise ValueError("no look-alike can be counted in this sample; write 1 or more")
        if self.sample >= 2**32:
            raise ValueError(
                "this sample is too large; there are at most 2^32 - 1 handles, each with a draw of "
                "its own"
            )
        return self


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


class Shift(Section):
    """Reviewers on duty at certain hours of certain days of the week (UTC)."""

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
    order: Literal["arrival", "followers", "activity", "links"] = param(
        "arrival",
        "what comes first among cases of one severity: the oldest, or the account with most "
        "followers, posts, or accounts that it may promote; reports about ordinary users then last",
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


class GiveUp(Section):
    """Leaving a platform that suspends again and again: for the next one, or for good."""

    suspensions: SmallCount = param(
        ..., "suspensions on a platform after which an operator leaves it", unit="suspensions"
    )
    within: Duration = param(
        ..., "time in which all of them fall, from the first to the last", unit="days"
    )

    @model_validator(mode="after")
    def _some(self) -> GiveUp:
        if not 1 <= self.suspensions <= MOST_REMEMBERED:
            raise ValueError(
                f"{self.suspensions:,} suspensions are given; an operator leaves after 1 to "
                f"{MOST_REMEMBERED}"
            )
        return self


class Returning(Section):
    """What operators do after a suspension."""

    probability: Probability = param(0.4, "probability of return after a suspension")
    moves: Probability = param(
        0.0, "probability that an operator that comes back does so on the next platform"
    )
    fatigue: Share = param(1.0, "factor on the probability of return for each life after the first")
    delay: GapDistribution = param(
        lognormal(1.0, 1.5), "time from suspension to the next account", unit="days"
    )
    spare_delay: DurationDistribution = param(
        constant(0.02), "time from suspension to the use of a spare account", unit="days"
    )
    most_lives: SmallCount = param(
        1000, "lives after which an operator does not come back; a guard against endless loops"
    )
    rebuilding: Rebuilding = param(Rebuilding, "activity spent on becoming known again")
    posts_after_return: Factor = param(
        1.0,
        "factor on an operator's posting rate with each return: life n on one platform has "
        "factor^(n - 1), up to 100 times as much",
    )
    posts_after_move: Factor = param(
        1.0, "factor on an operator's posting rate with each move, beside that of the return"
    )
    give_up: GiveUp | None = param(
        None, "leaving a platform after several suspensions in a short time; nobody if left out"
    )


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


class Platform(Section):
    """A place that operators can move to when they are suspended."""

    users: Count = param(..., "monthly users, which cap the audience", unit="people")
    follows: Share = param(
        1.0, "share of the audience that follows an operator to this platform, before the cap"
    )
    enforces_from: dt.date | None = param(
        None,
        "first day of enforcement here; on the first platform the detection section alone decides, "
        "on others nothing is enforced if left out",
    )
    intensity: Factor = param(
        1.0, "hazards and probabilities of detection here, relative to the first platform"
    )
    worth: Factor = param(
        1.0,
        "what an impression here is worth beside one where it is 1; counts in worth-weighted "
        "metrics only",
    )


class Recruitment(Section):
    """Outsiders who see enough become operators themselves."""

    per_impression: PerImpression = param(
        ..., "new operators for each outsider impression", unit="per impression"
    )
    tier: Name = param(..., "tier that new operators belong to")
    delay: DurationDistribution = param(
        exponential(14.0), "time from being won over to the first account", unit="days"
    )
    most: Count = param(..., "new operators at most, a bound on the run's size", unit="operators")


class TierArrivals(Section):
    """How often new operators join one tier."""

    rate: Rate = param(
        ...,
        "new operators of this tier who make their first account, with followers still to find",
        unit="operators per day",
    )


class ArrivalRegime(Section):
    """Arrivals from a date on; tiers that are left out keep their rate."""

    from_: dt.date = param(..., "first day of the regime", alias="from")
    tiers: dict[Name, TierArrivals] = param(dict, "see arrivals.tiers")


class Arrivals(Section):
    """New operators who join by themselves, whatever the network's reach."""

    tiers: dict[Name, TierArrivals] = param(..., "tiers that new operators join")
    regimes: list[ArrivalRegime] = param(list, "changes of the rates on dates")

    @model_validator(mode="after")
    def _somebody_joins(self) -> Arrivals:
        if not self.tiers:
            raise ValueError("no tier has arrivals; name one, or remove the section")
        return self


class Metrics(Section):
    """What is observed, and when."""

    every: Duration = param(1.0, "step of the time series", unit="days")
    reach_window: Duration = param(7.0, "window in which reach is counted", unit="days")
    start: dt.date | None = param(
        None, "first day of the evaluation period; the start of the scenario if left out"
    )
    outsider_sample: Count = param(
        2000,
        "without effect, since reach is computed without a sample; read so that older files work",
        unit="people",
    )
    kept_accounts: Count | None = param(
        None, "replications of each arm whose account table is kept; all if left out"
    )
    kept_part: Share = param(
        0.5, "part of the first account's followers by which lineages are told apart"
    )
    traced_tier: Name | None = param(
        None, "tier whose most suspended operator is drawn life by life; the first tier if left out"
    )


class Variation(Section):
    """What a sweep gives to one value of the scenario: a list of values, or a range."""

    values: list[str] = param(list, "values, each written as at its place in the scenario")
    from_: str | None = param(None, "one end of a range, instead of a list", alias="from")
    to: str | None = param(None, "other end of the range")
    scale: Literal["linear", "log"] = param(
        "linear", "whether steps are equal, or equal on the logarithm"
    )
    steps: Count = param(5, "values that a grid takes from a range, its ends included")

    @model_validator(mode="after")
    def _list_or_range(self) -> Variation:
        if bool(self.values) == (self.from_ is not None or self.to is not None):
            raise ValueError(
                "a list and a range, or neither, are found; give `values`, or `from` and `to`"
            )
        if (self.from_ is None) != (self.to is None):
            raise ValueError("one end of the range is missing; give both `from` and `to`")
        if self.steps < 2:
            raise ValueError("there are fewer than 2 steps; a range has 2 or more")
        return self


class Sweep(Section):
    """Many versions of the scenario, for `afterban sweep`: a design over some of its values."""

    design: Literal["grid", "latin-hypercube", "sobol"] = param(
        "grid", "every combination, or points spread evenly over all ranges at once"
    )
    points: Count | None = param(
        None, "points of a Latin hypercube or Sobol design; a grid has as many as it has"
    )
    replications: Count | None = param(
        None, "replications of each point; as in the scenario if left out"
    )
    policies: list[str] = param(list, "arms to run; `base` and every policy if left out")
    parameters: dict[Path, Variation] = param(..., "what is varied, by path")

    @model_validator(mode="after")
    def _points_where_needed(self) -> Sweep:
        if not self.parameters:
            raise ValueError("nothing is varied; give at least one path under `parameters`")
        if self.design != "grid" and not self.points:
            raise ValueError(f"a {self.design} design has no number of points; give `points`")
        if self.design == "grid" and self.points is not None:
            raise ValueError("a grid has as many points as its values make; remove `points`")
        if self.replications == 0:
            raise ValueError("there are no replications; write 1 or more")
        return self


class Scenario(Section):
    """A complete scenario."""

    schema_version: Literal[1] = param(..., "version of this language")
    name: Name = param(..., "short name, used for folders")
    title: str = param("", "one line for headings")
    description: str = param("", "what the scenario shows and what it leaves out")
    extends: str | None = param(None, "scenario that this one changes (a shipped name or a path)")
    start: dt.date = param(..., "first day")
    horizon: Duration = param(..., "length of the simulation", unit="days")
    seed: Count = param(1, "seed of every random draw, below 2^32")
    replications: Count = param(10, "independent repetitions")
    tiers: dict[Name, Tier] = param(..., "classes of operators")
    network: Network = param(Network, "the follow graph")
    audience: Audience = param(Audience, "attachment and loss of followers")
    exposure: Exposure = param(Exposure, "from posts to impressions")
    posting: Posting = param(Posting, "when operators post")
    promotion: Promotion = param(Promotion, "promotion of new accounts")
    handles: Handles = param(Handles, "names of new accounts")
    detection: Detection = param(Detection, "how accounts are flagged")
    review: Review = param(Review, "from flag to suspension")
    returning: Returning = param(Returning, "after a suspension")
    platforms: dict[Name, Platform] = param(
        dict, "platforms in order of preference; the first is where everybody starts"
    )
    recruitment: Recruitment | None = param(None, "outsiders who become operators")
    arrivals: Arrivals | None = param(None, "new operators who join by themselves")
    counter_speech: CounterSpeech | None = param(None, "speech against the network")
    metrics: Metrics = param(Metrics, "what is observed")
    policies: dict[Name, dict[str, object]] = param(
        dict, "named arms: each a set of changes to the scenario; `none` is reserved"
    )
    sweep: Sweep | None = param(None, "versions of the scenario that `afterban sweep` runs")

    # The nodes that the scenario was read from, and the evidence for each of its values by path.
    _root: documents.Mapping | None = PrivateAttr(None)
    _evidence: dict[str, Evidence] | None = PrivateAttr(None)
    _twin: Scenario | None = PrivateAttr(None)
    _ends_early: bool = PrivateAttr(False)
    _arms: dict[str, Scenario] = PrivateAttr(default_factory=dict)  # those that were asked for
    _reader: Any = PrivateAttr(None)  # makes the reader of its arms; None: as for files

    def _lines(self) -> list[tuple[str, str]]:
        """What there is to say of it at a glance: nine lines at most."""
        tiers = ", ".join(f"{name} {tier.count:,}" for name, tier in self.tiers.items())
        told = [
            ("scenario", self.name + (f": {self.title}" if self.title else "")),
            ("time", f"{self.horizon:g} days from {self.start}"),
            ("operators", f"{sum(tier.count for tier in self.tiers.values()):,} ({tiers})"),
            ("replications", f"{self.replications}, seed {self.seed}"),
            ("arms", ", ".join(["base", *self.policies, "none"])),
            ("digest", self.digest()[:12]),
        ]
        if self.platforms:
            told.insert(3, ("platforms", ", ".join(self.platforms)))
        if self.extends:
            told.insert(1, ("extends", str(self.extends)))
        return told

    def __repr__(self) -> str:
        return "\n".join(f"{name:13}{text}" for name, text in self._lines())

    __str__ = __repr__

    def _repr_html_(self) -> str:
        """A table, for a notebook."""
        rows = (f"<tr><th>{name}</th><td>{escape(text)}</td></tr>" for name, text in self._lines())
        return f"<table>{''.join(rows)}</table>"

    @classmethod
    def from_yaml(cls, source: str | os.PathLike[str]) -> Scenario:
        """Read a scenario: the name of a shipped one, or the path of a file.

        Raises ScenarioErrors with every fault that was found, in the order of the files.
        """
        from afterban.scenario.load import load

        return load(source)

    @classmethod
    def from_text(cls, text: str, file: str = "<text>") -> Scenario:
        """Read a scenario from YAML text; ``file`` is how messages call it."""
        from afterban.scenario.load import loads

        return loads(text, file)

    def resolved_yaml(self) -> str:
        """Complete form: every default explicit, every value with its evidence.

        Reading it gives an equal scenario with the same digest.
        """
        from afterban.scenario.resolve import resolved

        return resolved(self._read, self._read.evidence)

    def kept_yaml(self) -> str:
        """The complete form with the paths of the copies that results have of its tables.

        See :mod:`afterban.scenario.tables`; the paths start from the folder of the results.
        """
        from afterban.scenario.resolve import resolved
        from afterban.scenario.tables import moved, places

        read, kept = self._read, places(self._read)
        return resolved(read, read.evidence, lambda data: moved(data, kept) if kept else data)

    def digest(self) -> str:
        """SHA-256 (hex) of everything that can change a run and differs from the defaults.

        Title, description, evidence and ``sweep`` can change none.
        """
        from afterban.scenario.fingerprint import digest

        return digest(self._read)

    def with_changes(self, changes: Mapping[str, Any]) -> Scenario:
        """Return a copy with other values, given by path: ``{"review.time_to_action": "2h"}``.

        Text is read as YAML, and everything is checked as in a file.  Raises ScenarioErrors whose
        place is ``--set path``.
        """
        from afterban.scenario.changes import changed

        return changed(self._read, changes)

    def arm(self, policy: str) -> Scenario:
        """Return the scenario with the changes of one of its policies, and without policies.

        ``base`` is the scenario as written.  Raises KeyError for a policy it does not have.
        """
        from afterban.scenario.changes import arm

        if policy == "base":
            return self
        read = self._read
        if policy not in read._arms:
            read._arms[policy] = arm(read, policy)
        return read._arms[policy]

    def no_effect(self, policies: Iterable[str] | None = None) -> list[Inert]:
        """Keys that were written and have no effect in any of the arms that are run, and why.

        ``policies``: those arms; ``base`` and every policy if left out.  Raises KeyError for a
        policy that the scenario does not have.
        """
        from afterban.scenario.inert import inert

        return inert(self, policies)

    @property
    def evidence(self) -> Mapping[str, Evidence]:
        """Evidence for every value, by path; for part of a distribution where it has its own."""
        return self._read._evidence or {}

    def inspect_rows(self) -> list[Row]:
        """Every value in the form for people, with unit, evidence, and where it was given."""
        from afterban.scenario.resolve import rows

        return rows(self._read, self._read.evidence)

    def adopt(
        self,
        root: documents.Mapping,
        evidence: dict[str, Evidence],
        ends_early: bool = False,
        reader: Callable[[], Reader] | None = None,
    ) -> None:
        """Take the nodes and evidence that this scenario was read from; for the loader."""
        self._root = root
        self._ends_early = ends_early
        self._evidence = evidence
        self._reader = reader

    @property
    def reader(self) -> Callable[[], Reader]:
        """Makes what reads the arms of this scenario."""
        from afterban.scenario.read import Reader

        return self._read._reader or Reader

    @property
    def ends_early(self) -> bool:
        """Whether a sweep moved its end, so that what is planned for later does not come about."""
        return self._ends_early

    @property
    def root(self) -> documents.Mapping:
        """The nodes that the scenario was read from, defaults left out."""
        root = self._read._root
        assert root is not None
        return root

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Copy, with other values for some fields; they count as assumed."""
        copy = super().model_copy(update=update, deep=deep)
        if update:
            copy._root = copy._twin = None
            copy._arms = {}
            copy._evidence = {
                path: evidence
                for path, evidence in (self._evidence or {}).items()
                if path.split(".")[0].split("[")[0] not in update
            }
        return copy

    @property
    def _read(self) -> Scenario:
        """This scenario; if it was made in Python, its like that was read from its YAML."""
        if self._root is not None:
            return self
        if self._twin is None:
            from afterban.scenario.resolve import default_evidence, resolved

            evidence = self._evidence or default_evidence(self)
            self._twin = self.from_text(resolved(self, evidence), "<scenario>")
        return self._twin

    def __getstate__(self) -> dict[Any, Any]:
        """Without the arms and their reader: a worker process reads them when it needs them."""
        state = super().__getstate__()
        private = state["__pydantic_private__"]
        return {**state, "__pydantic_private__": {**private, "_arms": {}, "_reader": None}}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.resolved_yaml() == other.resolved_yaml()

    def __hash__(self) -> int:
        return hash(self.digest())
