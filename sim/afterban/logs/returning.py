"""Who comes back after a suspension, and when: some never do, and some have not yet.

The mixture-cure model (Berkson & Gage 1952; Farewell 1982): of the suspended accounts whose number
in the lineage is k, a share p φ^(k - 1) is followed by another, after a delay with law F.  A link
is found with probability r, whatever the delay or handle.  So by time c after the suspension a
link is known with probability r p φ^(k - 1) F(c): the log tells r p, and p where r is given.

Numbers k are known for lives that lead back to the log's beginning; others tell of the delay only
(see :mod:`afterban.logs.lineages`).

Checked by ``tests/logs/test_returning.py`` and ``test_recovery.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from afterban.language.laws import Distribution
from afterban.logs import laws
from afterban.logs.bootstrap import Bootstrap, Fit, maximise
from afterban.logs.estimates import LEAST, Quantity, Tells, quantity, sums, undefined
from afterban.logs.lineages import Lineages
from afterban.logs.record import NONE, Flags, Floats, Integers, Log

GROUP: Final = "return"
LEAST_LATER: Final = 30  # later lives under which nothing is said of fatigue
_ALMOST: Final = 1 - 1e-9


@dataclass(frozen=True)
class Suspensions:
    """Suspended accounts, a place each.

    place: in the log.  lineage.  life: number of the life.  anchored: whether that is known.
    follow: days from the suspension to the end of the log.  back: a link to the next is known.
    gap: days to the next account, nan if none is known or it was made before the suspension.
    """

    place: Integers
    lineage: Integers
    life: Floats
    anchored: Flags
    follow: Floats
    back: Flags
    gap: Floats
    reinstated: int


@dataclass(frozen=True)
class Recall:
    """Share of the links that were found.

    value, low, high; source: ``given``, ``estimated`` from handles, or ``none``.
    draws: at each draw of the bootstrap.  n: pairs of handles that it rests on.
    """

    value: float
    low: float
    high: float
    source: str
    draws: Floats
    n: int = 0


@dataclass(frozen=True)
class Returns:
    """What a log says of returns.

    family, theta: law of the delay and its parameters.  draws: of the parameters of the delay.
    found: share of first suspensions after which a link will have been found, r p.
    """

    quantities: tuple[Quantity, ...]
    family: laws.Family
    theta: Floats
    draws: Floats
    found: float
    found_draws: Floats
    fatigue: float
    fatigue_draws: Floats
    recall: Recall
    suspensions: Suspensions
    criteria: dict[str, float]

    def delay(self, draw: int | None = None) -> Distribution:
        """Law of the delay, at a draw of the bootstrap if one is named."""
        return self.family.law(self.theta if draw is None else self.draws[draw])


def suspensions_of(log: Log, chains: Lineages) -> Suspensions:
    """Suspended accounts that were not given back to their owners."""
    ended = np.isfinite(log.suspended)
    back_again = ended & (log.reversed == 1)
    place = np.flatnonzero(ended & ~back_again & (log.end - log.suspended > 0))
    after = chains.after[place]
    back = after != NONE
    gap = np.where(back, log.created[after] - log.suspended[place], np.nan)
    gap[gap < -log.resolution] = np.nan
    return Suspensions(
        place,
        chains.lineage[place],
        chains.life[place].astype(np.float64),
        chains.anchored[place],
        log.end - log.suspended[place],
        back,
        np.maximum(gap, 0.0),
        int(back_again.sum()),
    )


def recall_of(
    log: Log, chains: Lineages, boot: Bootstrap, given: tuple[float, float] | None
) -> Recall:
    """Share of links found: as given, or estimated from near-identical pairs among the unlinked.

    Of near-identical returns, those linked are R, those not linked M, less what chance makes; links
    are taken to be missed whatever the handle is like, so that the share found is R / (R + M).
    """
    if given is not None:
        low, high = given
        return Recall((low + high) / 2, low, high, "given", low + (high - low) * boot.uniform())
    pairs = log.pairs
    if pairs is None or len(pairs.linked) < LEAST:
        return Recall(1.0, np.nan, 1.0, "none", np.ones(boot.draws))
    linked = float(len(pairs.linked))
    missed = len(pairs.found) - pairs.chance
    n = len(pairs.linked) + len(pairs.found)
    if missed < 1.0:
        return Recall(1.0, 1.0, 1.0, "estimated", np.ones(boot.draws), n)
    spread = np.zeros(chains.count)
    for rows, part in (
        (pairs.linked, 1.0 / linked),
        (pairs.found, -1.0 / missed),
        (pairs.overlapping, pairs.weight / missed),
    ):
        np.add.at(spread, chains.lineage[rows], part)
    odds = boot.moved(np.array([np.log(linked / missed)]), spread[:, None])[:, 0]
    draws = 1 / (1 + np.exp(-odds))
    low, high = np.quantile(draws, [0.025, 0.975])
    return Recall(linked / (linked + missed), float(low), float(high), "estimated", draws, n)


def returns(
    log: Log, chains: Lineages, boot: Bootstrap, given: tuple[float, float] | None = None
) -> Returns | tuple[Quantity, ...]:
    """Probability, fatigue and delay of return; quantities without a value if no link is there."""
    rows = suspensions_of(log, chains)
    gaps = rows.gap[np.isfinite(rows.gap)]
    if len(gaps) < LEAST:
        why = (
            "there is no column `linked_to`"
            if "linked_to" not in log.has
            else f"{len(gaps)} links are too few"
        )
        return tuple(
            undefined(key, about, GROUP, unit, why, len(gaps)) for key, about, unit in _NAMES
        )
    recall = recall_of(log, chains, boot, given)
    if recall.source == "given" and recall.low == recall.high == 1.0:
        rows = _all_anchored(rows)
    later = int((rows.anchored & (rows.life > 1)).sum())
    tired = later >= LEAST_LATER
    fits = {
        family.name: (family, _fit(rows, family, tired, log.resolution, chains.count))
        for family in laws.families(len(gaps), mixtures=True)
    }
    sure = {
        name: one
        for name, one in fits.items()
        if one[1].sure and laws.is_proper(one[0], one[1].theta[2 if tired else 1 :])
    } or fits
    family, fit = laws.chosen(sure.values())
    moved = boot.moved(fit.theta, fit.influence)
    k = 2 if tired else 1
    found, found_draws = float(_expit(fit.theta[0])), _expit(moved[:, 0])
    fatigue = float(np.exp(fit.theta[1])) if tired else 1.0
    fatigue_draws = np.exp(moved[:, 1]) if tired else np.ones(boot.draws)
    criteria = {name: float(one.aic) for name, (_, one) in sure.items()}
    theta, delay_draws = fit.theta[k:], moved[:, k:]
    made = Returns(
        (), family, theta, delay_draws, found, found_draws, fatigue, fatigue_draws, recall, rows,
        criteria,
    )  # fmt: skip
    return replace(made, quantities=tuple(_quantities(log, made, tired, later)))


_NAMES: Final = (
    ("returning.probability", "probability of return after a first suspension", ""),
    ("returning.fatigue", "factor on it with each further life", ""),
    ("returning.delay", "median time to the next account", "days"),
)


def _expit(x: Floats | float) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.asarray(x))))


def _all_anchored(rows: Suspensions) -> Suspensions:
    return replace(rows, anchored=np.ones_like(rows.anchored))


def _fit(rows: Suspensions, family: laws.Family, tired: bool, resolution: float, count: int) -> Fit:
    """The mixture-cure model with one family of delays."""
    told = np.isfinite(rows.gap)
    use = rows.anchored | told
    anchored, back, told = rows.anchored[use], rows.back[use], told[use]
    gap, follow = rows.gap[use][told], np.maximum(rows.follow[use], 1e-9)
    power = rows.life[use] - 1.0
    came = np.flatnonzero(anchored & back)
    waiting = np.flatnonzero(anchored & ~back)
    other = np.flatnonzero(told & ~anchored)
    k = 2 if tired else 1

    def log_p(theta: Floats, of: Integers) -> Floats:
        tiring = theta[1] * power[of] if tired else 0.0
        told = -np.logaddexp(0.0, -theta[0]) + tiring + np.zeros(len(of))
        return np.asarray(np.minimum(told, np.log(_ALMOST)))

    def loglik(theta: Floats) -> Floats:
        law = theta[k:]
        out = np.zeros(len(power))
        out[told] = family.log_of(law, gap, resolution)
        out[came] += log_p(theta, came)
        seen = np.exp(log_p(theta, waiting)) * family.below(law, follow[waiting])
        out[waiting] = np.log1p(-np.minimum(seen, _ALMOST))
        out[other] -= np.log(np.maximum(family.below(law, follow[other]), 1e-300))
        return out

    share = np.clip(back[anchored].mean() if anchored.any() else 0.5, 0.02, 0.98)
    start = [
        float(np.log(share / (1 - share))),
        *([0.0] if tired else []),
        *family.start(gap),
    ]
    return maximise(loglik, start, rows.lineage[use], count)


def _quantities(log: Log, made: Returns, tired: bool, later: int) -> list[Quantity]:
    rows, recall = made.suspensions, made.recall
    anchored = int(rows.anchored.sum())
    left_out = len(rows.place) - anchored
    dropped = [
        f"{left_out:,} suspensions of accounts that may be later lives than they seem"
        if left_out
        else "",
        f"{rows.reinstated:,} that were reversed" if rows.reinstated else "",
    ]
    method = f"mixture-cure model, {made.family.name} delay"
    tells, why = _verdict(log, recall)
    raw = made.found_draws / recall.draws
    probability = quantity(
        *(_NAMES[0][0], _NAMES[0][1], GROUP),
        min(made.found / recall.value, 1.0),
        np.minimum(raw, 1.0),
        anchored,
        f"{method}; {_of_recall(recall)}",
        dropped="; ".join(filter(None, dropped)),
        tells=tells,
        why=why,
    )
    if not anchored:
        probability = undefined(*_NAMES[0][:2], GROUP, "", "no account was there before the log")
    if float(np.mean(raw > 1.0)) > 0.5:
        why = "so many links were found that the recall must be higher"
        probability = replace(probability, tells="no", why=why)
    return [
        probability,
        _fatigue(made, later, tired),
        _delay(log, made),
        *_recalled(recall),
    ]


def _fatigue(made: Returns, later: int, tired: bool) -> Quantity:
    if not tired:
        why = "there are too few later lives whose number is known"
        return undefined(*_NAMES[1][:2], GROUP, "", why, later)
    return quantity(
        *(_NAMES[1][0], _NAMES[1][1], GROUP),
        made.fatigue,
        made.fatigue_draws,
        later,
        "mixture-cure model, lives whose number is known",
    )


def _delay(log: Log, made: Returns) -> Quantity:
    rows = made.suspensions
    prepared = int((rows.back & ~np.isfinite(rows.gap)).sum())
    others = ", ".join(
        f"{name} {value - min(made.criteria.values()):+.1f}"
        for name, value in sorted(made.criteria.items(), key=lambda one: one[1])
    )
    medians = np.array([made.family.median(theta) for theta in made.draws])
    longest = float(rows.follow.max())
    value = made.family.median(made.theta)
    late = value > longest / 2
    return quantity(
        *(_NAMES[2][0], _NAMES[2][1], GROUP),
        value,
        medians,
        int(np.isfinite(rows.gap).sum()),
        f"{made.family.name}, chosen by AIC ({others})",
        "days",
        dropped=f"{prepared:,} next accounts that were made before the suspension"
        if prepared
        else "",
        **({"tells": "no", "why": "the log is too short beside it"} if late else {}),
    )


def _of_recall(recall: Recall) -> str:
    if recall.source == "given" and recall.low < recall.high:
        return f"{recall.low:.0%} to {recall.high:.0%} of the links found, as given"
    if recall.source == "given":
        return f"{recall.value:.0%} of the links found, as given"
    if recall.source == "estimated":
        return f"{recall.value:.0%} of the links found, by near-identical pairs without one"
    return "as if every link had been found"


def _verdict(log: Log, recall: Recall) -> tuple[Tells, str]:
    """Whether the log can tell the probability of return."""
    if not log.censored.any():
        return (
            "lower bound",
            "every account in the log is suspended: who came back and is still there is missing",
        )
    if recall.source == "none":
        return (
            "lower bound",
            "the share of links that were found is not known; give it with `--linkage-recall`",
        )
    if recall.source == "estimated":
        return "yes", "if links are missed whatever the handle; a search by handle misses others"
    return "yes", ""


def _recalled(recall: Recall) -> list[Quantity]:
    key, about = "linkage_recall", "share of returns whose link was found"
    if recall.source == "none":
        return [
            undefined(key, about, GROUP, "", "neither given nor near-identical pairs to tell it by")
        ]
    how = "as given" if recall.source == "given" else "near-identical pairs with and without a link"
    return [
        Quantity(
            *(key, about, GROUP, "", recall.value, recall.low, recall.high, recall.n, how),
            draws=recall.draws,
        )
    ]


def by_hand(rows: Suspensions) -> float:
    """What counting gives: links, as a share of suspensions."""
    return float(rows.back.mean())


def spread_of(values: Floats, lineage: Integers, count: int) -> Floats:
    """Sums by lineage, a place for every lineage of the log."""
    out = np.zeros(count)
    found = sums(values, lineage)
    out[: len(found)] = found
    return out
