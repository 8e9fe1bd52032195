"""The table of detection channels: one row says of a channel whatever is not its own equation.

A channel flags accounts; its rates are the hazards and probabilities with which it does so.  Each
rate differs by tier (`detection.tiers`), platform and regime.  Everything that goes over channels
or rates goes over this table: sections of a scenario, parameters, what is packed for the compiled
engine, both engines, explanations, metrics, and tests.  A number of a channel or of a row is its
place here, so nothing else may count channels.

A channel that finds an account at a hazard (kind PER_POST, PER_DAY or FACTOR) needs a row here, its
key in :class:`afterban.scenario.sections.detection.Detection`, and a scenario in which it is on.
One that acts when something else happens needs that act in both engines, too.

Test: ``tests/unit/test_channels.py``, which names what a new row lacks.
"""

from __future__ import annotations

from typing import Final, NamedTuple

# Kinds of rate: how its key is written, and what the hazard is times.
PROBABILITY: Final = "probability"  # at an act; ends at 1
PER_IMPRESSION: Final = "per impression"  # of those who follow now: a candidate may be none
PER_POST: Final = "per post"
PER_DAY: Final = "per day"
FACTOR: Final = "factor"  # on a number per day that each tier has

# When a rate acts.
ALWAYS: Final = "always"  # as a hazard
AT_CREATION: Final = "creation"  # of an account
AT_PROMOTION: Final = "promotion"
AFTER_SUSPENSION: Final = "after a suspension"  # of the life before


class Rate(NamedTuple):
    """A hazard or probability of a channel, by tier, platform and regime.

    name: key of `detection.regimes` and `detection.tiers`.
    key: path of the value of a scenario that regimes take the place of.
    kind: PROBABILITY, PER_IMPRESSION, PER_POST, PER_DAY or FACTOR.
    draw: number of the decision that it is drawn by, see :mod:`afterban.randomness`.
    event: number of the event at which it finds an account, see :mod:`afterban.engines.events`;
        0 if it acts within another.
    acts: ALWAYS, AT_CREATION, AT_PROMOTION or AFTER_SUSPENSION.
    of: the tier's number, key of `tiers`, that the hazard is times; "" if there is none.
    on_tier: end of the sentence "factor on <key> for this tier".
    """

    name: str
    key: str
    kind: str
    draw: int
    event: int
    acts: str = ALWAYS
    of: str = ""
    on_tier: str = ""

    @property
    def is_probability(self) -> bool:
        """Whether it ends at 1."""
        return self.kind == PROBABILITY

    @property
    def follows_posts(self) -> bool:
        """Whether it finds more where more is posted."""
        return self.kind in (PER_IMPRESSION, PER_POST)

    @property
    def is_thinned(self) -> bool:
        """Whether its events are candidates, of which those who follow now decide."""
        return self.kind == PER_IMPRESSION


class Channel(NamedTuple):
    """A channel of detection.

    name: in tables of accounts, and part of the names of its metrics.
    key: of `detection.precision_of` and `detection.wrong_flags`.
    rates: none for campaigns, which come on dates.
    urgent: whether its flags are reviewed as urgent.
    at_once: whether it suspends without review.
    off: why a setting of its precision has no effect, where it is never on.
    right, wrong: what its keys of `precision_of` and `wrong_flags` say.
    candidates: what its events are called where there are too many.
    finds: what one of its events does, of ``{who}``.
    title, story: its flag in the story of an account; ``{edits}``, ``{seen}`` and ``{tier}`` are
        the match's threshold, the account's outsider impressions and its tier.
    """

    name: str
    key: str
    rates: tuple[Rate, ...]
    urgent: bool = False
    at_once: bool = False
    off: str = "it finds nobody"
    right: str = "share of its flags that are right"
    wrong: str = "ordinary users that it flags"
    candidates: str = "flags"
    finds: str = "a channel finds {who}"
    title: str = "Flagged"
    story: str = "A channel of detection found it."


CHANNELS: Final = (
    Channel(
        "signup",
        "signup",
        (
            Rate(
                *("signup", "detection.signup", PROBABILITY),
                draw=10,
                event=0,
                acts=AT_CREATION,
                on_tier="; a probability ends at 1",
            ),
        ),
        at_once=True,
        off="nobody is caught at sign-up",
        right="share of its catches at sign-up that are right",
        wrong="ordinary users caught at sign-up",
        title="Caught at sign-up",
        story="The platform knew it at once.",
    ),
    Channel(
        "handle",
        "handle_match",
        (
            Rate(
                *("handle_recall", "detection.handle_match.recall", PROBABILITY),
                draw=11,
                event=8,
                acts=AT_CREATION,
                on_tier="'s new accounts",
            ),
        ),
        off="no handle is matched",
        right=(
            "share of its matches that are right; with `handle_match.ordinary` look-alikes say it"
        ),
        wrong="ordinary users that the handle match flags",
        finds="a handle match finds {who}",
        title="Flagged by its name",
        story="Its name is within {edits} of a suspended one.",
    ),
    Channel(
        "link",
        "link_match",
        (
            Rate(
                *("link_promoted", "detection.link_match.promoted", PROBABILITY),
                draw=17,
                event=13,
                acts=AT_PROMOTION,
                on_tier="'s promoted accounts",
            ),
            Rate(
                *("link_promoter", "detection.link_match.promoter", PROBABILITY),
                draw=18,
                event=13,
                acts=AT_PROMOTION,
                on_tier="'s promoters",
            ),
        ),
        off="no link is matched",
        right="share of its matches that are right",
        wrong="ordinary users that the link match flags",
        finds="a link match finds {who}",
        title="Flagged by a link",
        story="A promotion led the platform to it.",
    ),
    Channel(
        "reports",
        "reports",
        (
            Rate(
                *("reports", "detection.reports", PER_IMPRESSION),
                draw=12,
                event=12,
                of="report_weight",
                on_tier=", beside its own report_weight",
            ),
        ),
        off="nobody reports",
        right=(
            "share of user reports that are right, beside a team's `benign_reports`, which take "
            "the place of the precision of all"
        ),
        wrong="reports about ordinary users, beside a team's `benign_reports`",
        candidates="reports",
        finds="{who} may be reported",
        title="Reported",
        story=(
            "A user reports it. The more outsiders see an account, the sooner: this one was seen "
            "{seen} times in all."
        ),
    ),
    Channel(
        "classifier",
        "classifier",
        (Rate("classifier", "detection.classifier", PER_POST, draw=13, event=9),),
        off="no post is classified",
        wrong="ordinary users that the classifier flags",
        candidates="flags by the classifier",
        finds="the classifier finds {who}",
        title="Flagged by a classifier",
        story="One of its posts was recognised.",
    ),
    Channel(
        "threat",
        "threats",
        (
            Rate("threats", "detection.threats", PER_DAY, draw=14, event=10),
            Rate(
                *("retaliation", "detection.retaliation.probability", PROBABILITY),
                draw=90,
                event=22,
                acts=AFTER_SUSPENSION,
                on_tier="'s new accounts",
            ),
        ),
        urgent=True,
        off="no threat comes at a constant rate",
        right="share of urgent flags that are right",
        wrong="urgent flags on ordinary users",
        candidates="threats",
        finds="{who} does what is reviewed as urgent",
        title="Flagged for a threat",
        story="That is reviewed as urgent.",
    ),
    Channel(
        "pulse",
        "pulses",
        (),
        at_once=True,
        off="there is no campaign",
        right="share of the accounts that campaigns pick that are right",
        finds="a campaign suspends accounts",
        title="Struck by a campaign",
        story="It is suspended on the spot.",
    ),
    Channel(
        "watch",
        "watch",
        (
            Rate(
                *("watch", "detection.watch", FACTOR),
                draw=16,
                event=11,
                of="watched",
                on_tier=", beside its own watched",
            ),
        ),
        off="nobody watches",
        right="share of flags of those who watch that are right",
        wrong="ordinary users whom those who watch flag",
        candidates="finds by those who watch",
        finds="somebody who watches finds {who}",
        title="Found by people who watch",
        story="They look for accounts of the tier {tier}.",
    ),
)

# Names by number: that of a channel is its place in the table, from 1 on; 0 is none.
NAMES: Final = ("", *(channel.name for channel in CHANNELS))

# Rates in the order of their places: those with a key in `detection` itself come first.
RATES: Final = tuple(
    sorted(
        (rate for channel in CHANNELS for rate in channel.rates),
        key=lambda rate: rate.key.count("."),
    )
)
HAZARDS: Final = tuple(rate for rate in RATES if rate.acts == ALWAYS)

# Channels with a precision; campaigns, whose wrong flags have no rate per day, come last.
PRICED: Final = tuple(sorted(CHANNELS, key=lambda channel: not channel.rates))
WITH_RATE: Final = tuple(channel for channel in CHANNELS if channel.rates)

OF_RATE: Final = {rate.name: channel for channel in CHANNELS for rate in channel.rates}


def number(name: str) -> int:
    """Number of a channel by its name.  Raises ValueError for a name that no row has."""
    return NAMES.index(name)


def place(name: str) -> int:
    """Place of a rate in RATES, by its name.  Raises StopIteration for one that no row has."""
    return next(k for k, rate in enumerate(RATES) if rate.name == name)


def rate(name: str) -> Rate:
    """A rate by its name.  Raises StopIteration for one that no row has."""
    return RATES[place(name)]


def is_urgent(number: int) -> bool:
    """Whether flags of the channel with this number are reviewed as urgent; 0 is none."""
    return number > 0 and CHANNELS[number - 1].urgent


# Number of the channel by the number of an event, 0 for events that flag nobody.
OF_EVENT: Final = tuple(
    next(
        (number(OF_RATE[rate.name].name) for rate in RATES if rate.event == event),
        0,
    )
    for event in range(1 + max(rate.event for rate in RATES))
)
