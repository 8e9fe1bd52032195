"""Closed forms that the simulator is checked against.

Uses numpy and scipy only and shares no code with the equations or the engines. Time is in days,
rates and hazards per day, shares and probabilities from 0 to 1. "Derivation here" means that the
docstring derives the result; otherwise a textbook is named.

Symbols: h attachment hazard of the detached, lambda rate at which a life ends, A audience, F
attached, m attached share F/A.

Checked by ``tests/unit/test_theory.py`` against numerical integration and brute force.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import linalg, optimize, special

__all__ = [
    "FixedPoint",
    "PromotionField",
    "UnderPressure",
    "arrivals_between_accounts",
    "arrivals_live",
    "arrivals_live_through_time",
    "attached_share_in_life",
    "attached_share_while_live_exponential",
    "attached_share_while_live_fixed",
    "attached_share_while_live_gamma",
    "conservation_error",
    "critical_gain",
    "critical_time_to_action",
    "crossover_time_to_action",
    "detached_share_at_life",
    "erlang_b",
    "erlang_c",
    "fluid_waits",
    "follower_days",
    "follower_days_of_lineage",
    "followers",
    "followers_over_lives",
    "followers_who_forget",
    "frequency",
    "gamma_mixed_reach",
    "kept_per_life",
    "live_days",
    "live_probability",
    "live_share",
    "lives_mean",
    "lives_pmf",
    "lives_survival",
    "mg1_mean_wait",
    "mg1_priority_mean_waits",
    "mmc_mean_queue_length",
    "mmc_mean_wait",
    "mmc_priority_mean_waits",
    "mmc_sojourn_quantile",
    "mmc_sojourn_survival",
    "mmc_wait_quantile",
    "mmc_wait_survival",
    "overlapping_reach",
    "poisson_reach",
    "promotion_yield",
    "recruitment_extinction_probability",
    "recruitment_number",
    "recruitment_threshold",
    "recruitment_time_to_action",
    "thinned_cumulative_hazard",
    "thinned_mean_life",
    "thinned_survival",
    "under_pressure",
]

FloatArray = NDArray[np.float64]


def _positive(**values: float) -> None:
    for name, value in values.items():
        if not (value > 0 and math.isfinite(value)):
            raise ValueError(f"{name} is above 0 and finite, not {value!r}")


def _not_negative(**values: float) -> None:
    for name, value in values.items():
        if not (value >= 0 and math.isfinite(value)):
            raise ValueError(f"{name} is 0 or more and finite, not {value!r}")


def _share(**values: float) -> None:
    for name, value in values.items():
        if not 0 <= value <= 1:
            raise ValueError(f"{name} lies between 0 and 1, not {value!r}")


def _whole(least: int, **values: int) -> None:
    for name, value in values.items():
        if value != int(value) or value < least:
            raise ValueError(f"{name} is a whole number, {least} or more, not {value!r}")


def _array(x: ArrayLike) -> FloatArray:
    return np.asarray(x, dtype=np.float64)


# --- alternating renewal --------------------------------------------------------------------------


def live_share(mean_life: float, mean_gap: float) -> float:
    """Long-run share of time in which an operator that always returns has a live account.

    E[life] / (E[life] + E[gap]), for any distributions (alternating renewal theorem; Ross,
    *Stochastic Processes*, renewal theory).

    Args:
        mean_life: mean of one life, days, above 0.
        mean_gap: mean return delay, days, 0 or more.
    """
    _positive(mean_life=mean_life)
    _not_negative(mean_gap=mean_gap)
    return mean_life / (mean_life + mean_gap)


def live_probability(time: ArrayLike, life_rate: float, return_rate: float) -> FloatArray:
    """Probability that an operator live at time 0 is live at `time`; lives and gaps exponential.

    mu/(lambda+mu) + lambda/(lambda+mu) e^{-(lambda+mu) t}: the two-state Markov chain (Ross,
    *Introduction to Probability Models*, continuous-time Markov chains).

    Args:
        time: days, 0 or more, any shape.
        life_rate: lambda, per day, above 0.
        return_rate: mu, per day, above 0.

    Returns:
        Same shape as `time`.
    """
    _positive(life_rate=life_rate, return_rate=return_rate)
    total = life_rate + return_rate
    return (return_rate + life_rate * np.exp(-total * _array(time))) / total


def live_days(time: ArrayLike, life_rate: float, return_rate: float) -> FloatArray:
    """Expected days with a live account up to `time`, for an operator that is live at time 0.

    The integral of :func:`live_probability`: mu t/(lambda+mu) + lambda (1 - e^{-(lambda+mu) t}) /
    (lambda+mu)^2. Of a large network it is the integral of its live share. Arguments as there.
    """
    _positive(life_rate=life_rate, return_rate=return_rate)
    total = life_rate + return_rate
    t = _array(time)
    return (return_rate * t - life_rate * np.expm1(-total * t) / total) / total


# --- attachment within and over lives -------------------------------------------------------------


def followers(
    time: ArrayLike,
    *,
    attached: float = 0.0,
    detached: float = 0.0,
    untouched: float = 0.0,
    refollow: float,
    discover: float = 0.0,
) -> FloatArray:
    """Followers of an account that has been public for `time` days, without promotion.

    F(t) = F0 + D0 (1 - e^{-h t}) + U0 (1 - e^{-g t}): the solution of dD/dt = -h D, dU/dt = -g U.

    Args:
        time: days since the account became public, 0 or more, any shape.
        attached: F0, people.
        detached: D0, people.
        untouched: U0, people.
        refollow: h, per day, 0 or more.
        discover: g, per day, 0 or more.
    """
    _not_negative(refollow=refollow, discover=discover)
    t = _array(time)
    return attached - detached * np.expm1(-refollow * t) - untouched * np.expm1(-discover * t)


def _integral_of_attached(rate: float, t: FloatArray) -> FloatArray:
    """Integral of 1 - e^{-rate s} for s from 0 to t."""
    if rate == 0:
        return np.zeros_like(t)
    x = rate * t
    # x - (1 - e^-x) loses its digits for small x; there, its series.
    small = x < 1e-3
    series = x * x / 2 - x**3 / 6 + x**4 / 24 - x**5 / 120
    return np.where(small, series, x + np.expm1(-x)) / rate


def follower_days(
    time: ArrayLike,
    *,
    attached: float = 0.0,
    detached: float = 0.0,
    untouched: float = 0.0,
    refollow: float,
    discover: float = 0.0,
) -> FloatArray:
    """Integral of :func:`followers` from 0 to `time`, in people times days; same arguments.

    Times posts per day and view probability, these are the expected impressions.
    """
    _not_negative(refollow=refollow, discover=discover)
    t = _array(time)
    return (
        attached * t
        + detached * _integral_of_attached(refollow, t)
        + untouched * _integral_of_attached(discover, t)
    )


def attached_share_while_live_exponential(
    refollow: float, life_rate: float, start: float = 0.0
) -> float:
    """Mean attached share over live time; lives exponential, each beginning at share `start`.

    1 - (1 - m0) lambda/(lambda + h), which for m0 = 0 is h/(lambda + h). Derivation here: over a
    life T, E[integral of (1 - m)] = (1 - m0) E[(1 - e^{-hT})/h] = (1 - m0)/(lambda + h); by renewal
    reward, divide by E[T] = 1/lambda.

    Args:
        refollow: h, per day, 0 or more.
        life_rate: lambda, per day, above 0.
        start: m0, attached share at the beginning of a life.
    """
    _positive(life_rate=life_rate)
    _not_negative(refollow=refollow)
    _share(start=start)
    return 1 - (1 - start) * life_rate / (life_rate + refollow)


def attached_share_while_live_fixed(refollow: float, life: float, start: float = 0.0) -> float:
    """Mean attached share over live time; every life lasts `life` days.

    1 - (1 - m0) (1 - e^{-hT})/(hT), by the same derivation as
    :func:`attached_share_while_live_exponential`. By Jensen's inequality this is the least share of
    all distributions with the same mean life: where lives vary, most live time is in long ones.

    Args:
        refollow: h, per day, 0 or more.
        life: T, days, above 0.
        start: m0, attached share at the beginning of a life.
    """
    _positive(life=life)
    _not_negative(refollow=refollow)
    _share(start=start)
    x = refollow * life
    detached = 1.0 if x == 0 else -math.expm1(-x) / x
    return 1 - (1 - start) * detached


def attached_share_while_live_gamma(
    refollow: float, mean_life: float, shape: float, start: float = 0.0
) -> float:
    """Mean attached share over live time; lives gamma with the given mean and shape.

    1 - (1 - m0) (1 - L(h))/(h E[T]) with the Laplace transform L(h) = (1 + h E[T]/k)^{-k}. Shape 1
    is the exponential life, a large shape the fixed one, a shape below 1 many short and a few long
    lives.

    Args:
        refollow: h, per day, 0 or more.
        mean_life: E[T], days, above 0.
        shape: k, above 0.
        start: m0, attached share at the beginning of a life.
    """
    _positive(mean_life=mean_life, shape=shape)
    _not_negative(refollow=refollow)
    _share(start=start)
    x = refollow * mean_life
    detached = 1.0 if x == 0 else -math.expm1(-shape * math.log1p(x / shape)) / x
    return 1 - (1 - start) * detached


def _lost_per_life(refollow: float, mean_life: float, loss: float, fixed: bool) -> float:
    """Expected share of the remaining audience that is lost at the end of one life."""
    x = refollow * mean_life
    return loss * (-math.expm1(-x) if fixed else x / (1 + x))


def detached_share_at_life(
    life: int, refollow: float, mean_life: float, loss: float, *, fixed: bool = False
) -> float:
    """Expected detached share of the audience at the beginning of life number `life`.

    Derivation here: a life begins with D of the audience detached and nobody attached; it ends with
    F = D (1 - e^{-hT}), of which the share l is lost for good and the rest is detached again. So
    D' = D (1 - l (1 - e^{-hT})), and as lives are independent the expectations multiply:
    (1 - l E[1 - e^{-hT}])^{life - 1}, with E[1 - e^{-hT}] = h/(lambda + h) for exponential lives.

    Args:
        life: number of the life; at the beginning of life 1 everybody is detached.
        refollow: h, per day, 0 or more.
        mean_life: 1/lambda, days, above 0.
        loss: l, share of followers lost at a suspension.
        fixed: whether every life lasts `mean_life`; else lives are exponential.
    """
    _whole(1, life=life)
    _positive(mean_life=mean_life)
    _not_negative(refollow=refollow)
    _share(loss=loss)
    return float((1 - _lost_per_life(refollow, mean_life, loss, fixed)) ** (life - 1))


def attached_share_in_life(
    life: int, refollow: float, mean_life: float, loss: float, *, fixed: bool = False
) -> float:
    """Mean attached share, of the whole audience, over the live time of life number `life`.

    Expected follower-days of that life divided by its expected length and the audience: the share
    detached at its beginning times the mean attached share while live without loss. Arguments as in
    :func:`detached_share_at_life`.
    """
    begin = detached_share_at_life(life, refollow, mean_life, loss, fixed=fixed)
    if fixed:
        return begin * attached_share_while_live_fixed(refollow, mean_life)
    return begin * attached_share_while_live_exponential(refollow, 1 / mean_life)


def follower_days_of_lineage(
    audience: float, refollow: float, mean_life: float, loss: float, returns: float
) -> float:
    """Expected follower-days (people times days) over all lives of an operator; lives exponential.

    A h/(lambda (lambda + h)) / (1 - p r), with r = 1 - l h/(lambda + h): the geometric sum of
    :func:`attached_share_in_life` over lives, life j being reached with probability p^{j-1}.

    Args:
        audience: A, people, all detached at the beginning of life 1.
        refollow: h, per day, 0 or more.
        mean_life: 1/lambda, days, above 0.
        loss: l, share of followers lost at a suspension.
        returns: p, probability of return after a suspension.

    Returns:
        People times days; infinite if the operator always returns and loses nobody.
    """
    _positive(mean_life=mean_life)
    _not_negative(audience=audience, refollow=refollow)
    _share(loss=loss, returns=returns)
    keep = 1 - _lost_per_life(refollow, mean_life, loss, fixed=False)
    one = audience * mean_life * attached_share_while_live_exponential(refollow, 1 / mean_life)
    if one == 0:
        return 0.0
    return one / (1 - returns * keep) if returns * keep < 1 else math.inf


# --- forgetting -----------------------------------------------------------------------------------

_ATTACHED, _DETACHED, _UNTOUCHED, _GONE = range(4)


def _generator(refollow: float, forget: float, discover: float) -> FloatArray:
    """Generator of the Markov chain of one person, ``[to, from]``, while an account is public."""
    q = np.zeros((4, 4))
    for source, target, hazard in (
        (_DETACHED, _ATTACHED, refollow),
        (_DETACHED, _UNTOUCHED, forget),
        (_UNTOUCHED, _ATTACHED, discover),
    ):
        q[target, source] += hazard
        q[source, source] -= hazard
    return q


def followers_who_forget(
    time: float,
    *,
    attached: float = 0.0,
    detached: float = 0.0,
    untouched: float = 0.0,
    refollow: float,
    forget: float,
    discover: float = 0.0,
) -> tuple[FloatArray, float]:
    """Attached, detached and untouched people after `time` public days, and the follower-days.

    A person is in one of three states: dD/dt = -(h + f) D, dU/dt = f D - g U, F gains h D + g U.
    The solution is e^{Qt} x with the generator Q of that Markov chain, and the integral of F comes
    out of the exponential of Q with one state more, which adds up F (Ross, *Introduction to
    Probability Models*, continuous-time Markov chains). Rates may be equal.

    Args:
        time: days since the account became public, 0 or more.
        attached, detached, untouched: people at the beginning.
        refollow: h, per day, 0 or more.
        forget: f, per day, 0 or more.
        discover: g, per day, 0 or more.

    Returns:
        People ``[3]`` and people times days.
    """
    _not_negative(time=time, refollow=refollow, forget=forget, discover=discover)
    wider = np.zeros((5, 5))
    wider[:4, :4] = _generator(refollow, forget, discover)
    wider[4, _ATTACHED] = 1.0
    end = linalg.expm(wider * time) @ np.array([attached, detached, untouched, 0.0, 0.0])
    return end[:3], float(end[4])


def kept_per_life(
    refollow: float,
    forget: float,
    loss: float,
    mean_life: float,
    mean_gap: float,
    *,
    fixed: bool = False,
) -> float:
    """Expected share of those who look for an operator that do so one life and one gap later.

    Derivation here: with a = h + f a life turns D into F = D (h/a)(1 - e^{-aT}) and leaves
    D e^{-aT} looking; the suspension gives F (1 - l) back to them, and the share e^{-fR} of all is
    left after the gap. Nobody who forgot comes back (g = 0). Below 1 repeated suspension compounds:
    followers at the end of a life fall by this factor from each life to the next; it is 1 if and
    only if nobody forgets and nobody is lost.

    Args:
        refollow: h, per day, 0 or more.
        forget: f, per day, 0 or more.
        loss: l, share of followers lost at a suspension.
        mean_life: mean of T, days, above 0.
        mean_gap: mean of R, days, 0 or more.
        fixed: whether all lives and gaps last their means; else they are exponential.
    """
    _positive(mean_life=mean_life)
    _not_negative(refollow=refollow, forget=forget, mean_gap=mean_gap)
    _share(loss=loss)
    leaving = refollow + forget
    if leaving == 0:
        return 1.0
    x, y = leaving * mean_life, forget * mean_gap
    looking = math.exp(-x) if fixed else 1 / (1 + x)
    waiting = math.exp(-y) if fixed else 1 / (1 + y)
    return waiting * (looking + (1 - loss) * refollow / leaving * (1 - looking))


def followers_over_lives(
    lives: int,
    refollow: float,
    forget: float,
    loss: float,
    mean_life: float,
    mean_gap: float,
    discover: float = 0.0,
    *,
    fixed: bool = False,
) -> FloatArray:
    """Expected attached share of the audience at the end of each life, the first all attached.

    Over an exponential time of rate lambda, E[e^{QT}] = lambda (lambda I - Q)^{-1}; lives and gaps
    are independent, so their matrices multiply. Those who forgot may come upon a later account.

    Args:
        lives: number of lives, 1 or more.
        refollow: h, per day, 0 or more.
        forget: f, per day, 0 or more.
        loss: l, share of followers lost at a suspension.
        mean_life: days, above 0.
        mean_gap: days, 0 or more.
        discover: g, per day, 0 or more.
        fixed: whether all lives and gaps last their means; else they are exponential.

    Returns:
        ``[lives]``.
    """
    _whole(1, lives=lives)
    _positive(mean_life=mean_life)
    _not_negative(refollow=refollow, forget=forget, mean_gap=mean_gap, discover=discover)
    _share(loss=loss)

    def expected(q: FloatArray, mean: float) -> FloatArray:
        one = np.eye(4)
        after = linalg.expm(q * mean) if fixed else np.linalg.inv(one - mean * q)
        return np.asarray(after, dtype=np.float64)

    live = expected(_generator(refollow, forget, discover), mean_life)
    gap = expected(_generator(0.0, forget, 0.0), mean_gap)
    suspended = np.eye(4)
    suspended[:, _ATTACHED] = 0.0
    suspended[_DETACHED, _ATTACHED], suspended[_GONE, _ATTACHED] = 1 - loss, loss
    people = np.zeros(4)
    people[_ATTACHED] = 1.0
    out = np.empty(lives)
    for k in range(lives):
        people = live @ people
        out[k] = people[_ATTACHED]
        people = gap @ suspended @ people
    return out


# --- number of lives ------------------------------------------------------------------------------


def reinstated_followers(followers: float, loss: float, forget: float, days: float) -> float:
    """People who follow an account that is reinstated so many ``days`` after its suspension.

    followers: at the suspension.  loss: share of them lost for good at it.  forget: hazard with
    which the others stop looking, per day.
    """
    return followers * (1.0 - loss) * math.exp(-forget * days)


def lives_survival(lives: int, returns: float, fatigue: float = 1.0) -> float:
    """Probability that an operator has more than `lives` lives, given unlimited time.

    After life j the operator returns with probability p f^{j-1}; so P(N > n) = p^n f^{n(n-1)/2}.
    With f = 1 the number of lives is geometric.

    Args:
        lives: n, 0 or more.
        returns: p, probability of return after the first life.
        fatigue: f, factor on it for each further life.
    """
    _whole(0, lives=lives)
    _share(returns=returns, fatigue=fatigue)
    return float(returns**lives * fatigue ** (lives * (lives - 1) / 2))


def lives_pmf(lives: int, returns: float, fatigue: float = 1.0) -> float:
    """Probability of exactly `lives` lives, 1 or more; see :func:`lives_survival`."""
    _whole(1, lives=lives)
    return lives_survival(lives - 1, returns, fatigue) - lives_survival(lives, returns, fatigue)


def retaliation_share(probability: float, hazard: float, rate: float) -> float:
    """Share of later lives that end in a threat, acted on at once.

    probability: of a threat in each life after the first.  hazard: of all other channels, per day.
    rate: of the exponential delay to the threat, per day.
    """
    return probability * rate / (hazard + rate)


def retaliation_life_mean(probability: float, hazard: float, rate: float) -> float:
    """Mean of these lives, days; arguments as for :func:`retaliation_share`."""
    return (1.0 - probability) / hazard + probability / (hazard + rate)


def lives_mean_of_differing(low: float, high: float) -> float:
    """Mean number of lives where the probability of return is uniform over operators.

    Each has a geometric number with mean 1 / (1 - p), so that the mean over p is
    ln((1 - low) / (1 - high)) / (high - low): more than at the mean p, by Jensen's inequality.
    """
    return math.log((1.0 - low) / (1.0 - high)) / (high - low)


def posts_of_life(
    rate: float, factor: float, life: ArrayLike, most: float = math.inf
) -> NDArray[np.float64]:
    """Posts per day in life number ``life`` (from 1) of an operator that stays on its platform.

    rate: posts per day in its first life.  factor: on the rate with each return.  most: times the
    first life's rate that it never posts more than.
    """
    return np.asarray(rate * np.minimum(factor ** (np.asarray(life) - 1.0), most))


def in_bursts(
    integral: Callable[[FloatArray], FloatArray],
    time: ArrayLike,
    bursts: Sequence[tuple[float, float, float]],
) -> FloatArray:
    """What comes to pass by `time` at a rate that bursts multiply: posts, impressions, a hazard.

    G(t) + sum of (k - 1) (G(min(t, e)) - G(min(t, b))): in each burst the rate is there k - 1 times
    more.

    Args:
        integral: G, what comes to pass by a time without bursts; 0 at 0.
        time: days, 0 or more, any shape.
        bursts: begin b, end e (days) and factor k of each; no two of one time.
    """
    t = _array(time)
    total = integral(t)
    for begin, end, factor in bursts:
        begun = integral(np.full_like(t, begin))
        total = total + (factor - 1.0) * (integral(t.clip(begin, end)) - begun)
    return total


def lives_mean(returns: float, fatigue: float = 1.0) -> float:
    """Expected number of lives, given unlimited time: the sum of P(N > n) over n = 0, 1, ...

    1/(1 - p) without fatigue; infinite if p = f = 1. See :func:`lives_survival`.
    """
    _share(returns=returns, fatigue=fatigue)
    if fatigue == 1:
        return 1 / (1 - returns) if returns < 1 else math.inf
    total, term, step = 0.0, 1.0, returns
    # Terms shrink at least geometrically, by the factor f more at each step.
    while term > 1e-18 * (1 + total):
        total += term
        term *= step
        step *= fatigue
    return total


# --- queues ---------------------------------------------------------------------------------------


def erlang_b(load: float, servers: int) -> float:
    """Erlang's loss probability for offered load a and c servers.

    B(0) = 1, B(c) = a B(c-1) / (c + a B(c-1)) (Cooper, *Introduction to Queueing Theory*).

    Args:
        load: a, arrival rate times mean service time, 0 or more.
        servers: c, 0 or more.
    """
    _not_negative(load=load)
    _whole(0, servers=servers)
    b = 1.0
    for c in range(1, servers + 1):
        b = load * b / (c + load * b)
    return b


def erlang_c(load: float, servers: int) -> float:
    """Probability that an arrival waits, M/M/c (Erlang C); 1 where the load is not below c.

    C = B / (1 - (a/c)(1 - B)) (Cooper, *Introduction to Queueing Theory*).

    Args:
        load: a, arrival rate times mean service time, 0 or more.
        servers: c, 1 or more.
    """
    _whole(1, servers=servers)
    if load >= servers:
        return 1.0
    b = erlang_b(load, servers)
    return b / (1 - load / servers * (1 - b))


def mmc_mean_wait(arrival_rate: float, service_rate: float, servers: int) -> float:
    """Mean waiting time before service, days, M/M/c: C(c, a) / (c mu - lambda).

    Args:
        arrival_rate: lambda, per day, 0 or more.
        service_rate: mu of one server, per day, above 0.
        servers: c, 1 or more.

    Returns:
        Days; infinite if the load is not below c.
    """
    _not_negative(arrival_rate=arrival_rate)
    _positive(service_rate=service_rate)
    spare = servers * service_rate - arrival_rate
    waits = erlang_c(arrival_rate / service_rate, servers)
    return waits / spare if spare > 0 else math.inf


def mmc_mean_queue_length(arrival_rate: float, service_rate: float, servers: int) -> float:
    """Mean number waiting, not counting those in service: Little's law on :func:`mmc_mean_wait`."""
    if arrival_rate == 0:
        return 0.0
    return arrival_rate * mmc_mean_wait(arrival_rate, service_rate, servers)


def mmc_wait_survival(
    time: ArrayLike, arrival_rate: float, service_rate: float, servers: int
) -> FloatArray:
    """Probability of waiting longer than `time`, M/M/c, first come first served.

    C(c, a) e^{-(c mu - lambda) t} (Cooper, *Introduction to Queueing Theory*).

    Args:
        time: days, 0 or more, any shape.
        arrival_rate: lambda, per day, 0 or more.
        service_rate: mu of one server, per day, above 0.
        servers: c, 1 or more.
    """
    _not_negative(arrival_rate=arrival_rate)
    _positive(service_rate=service_rate)
    spare = max(servers * service_rate - arrival_rate, 0.0)
    return erlang_c(arrival_rate / service_rate, servers) * np.exp(-spare * _array(time))


def mmc_wait_quantile(q: float, arrival_rate: float, service_rate: float, servers: int) -> float:
    """Waiting time (days) that a share `q` of arrivals does not exceed, M/M/c; often 0.

    ln(C/(1 - q)) / (c mu - lambda) where C > 1 - q. Arguments as in :func:`mmc_wait_survival`.
    """
    if not 0 <= q < 1:
        raise ValueError(f"q is 0 or more and below 1, not {q!r}")
    _not_negative(arrival_rate=arrival_rate)
    _positive(service_rate=service_rate)
    spare = servers * service_rate - arrival_rate
    waits = erlang_c(arrival_rate / service_rate, servers)
    if waits <= 1 - q:
        return 0.0
    return math.log(waits / (1 - q)) / spare if spare > 0 else math.inf


def mmc_sojourn_survival(
    time: ArrayLike, arrival_rate: float, service_rate: float, servers: int
) -> FloatArray:
    """Probability of being in the system, waiting or served, longer than `time`; M/M/c, in order.

    Derivation here: the wait is 0 with probability 1 - C and else exponential with rate
    e = c mu - lambda; the service is independent of it and exponential with rate mu. So
    (1 - C) e^{-mu t} + C (e e^{-mu t} - mu e^{-e t})/(e - mu), the last factor being
    (1 + mu t) e^{-mu t} where e = mu. 1 where the load is not below c.

    Arguments as in :func:`mmc_wait_survival`.
    """
    _not_negative(arrival_rate=arrival_rate)
    _positive(service_rate=service_rate)
    t = _array(time)
    spare = servers * service_rate - arrival_rate
    if spare <= 0:
        return np.ones_like(t)
    waits = erlang_c(arrival_rate / service_rate, servers)
    served = np.exp(-service_rate * t)
    # e^{-mu t} (1 + mu (1 - e^{-(e - mu) t})/(e - mu)), whose last factor is t where e = mu.
    x = (spare - service_rate) * t
    both = served * (1 + service_rate * t * special.exprel(-x))
    return (1 - waits) * served + waits * both


def mmc_sojourn_quantile(q: float, arrival_rate: float, service_rate: float, servers: int) -> float:
    """Time in the system (days) that a share `q` of arrivals does not exceed, M/M/c, in order.

    The root of :func:`mmc_sojourn_survival` = 1 - q; infinite if the load is not below c.
    """
    if not 0 < q < 1:
        raise ValueError(f"q lies between 0 and 1, not {q!r}")
    if servers * service_rate <= arrival_rate:
        return math.inf

    def excess(t: float) -> float:
        return float(mmc_sojourn_survival(t, arrival_rate, service_rate, servers)) - (1 - q)

    high = 1 / service_rate
    while excess(high) > 0:
        high *= 2
    return float(optimize.brentq(excess, 0.0, high, xtol=1e-12 * high, rtol=1e-12))


def fluid_waits(
    arrival_rate: float,
    service_rate: float,
    changes: Sequence[float],
    servers: Sequence[int],
    period: float,
    points: int = 20_160,
) -> FloatArray:
    """Waiting times at evenly spaced moments of a period in which servers come and go on a roster.

    Arrivals and services flow evenly (no chance): the backlog Q obeys dQ/dt = lambda - mu c(t)
    while Q > 0, and who arrives at t waits until the servers have worked off Q(t). This is the part
    of the wait that nights and weekends make; chance adds to it (Newell, *Applications of Queueing
    Theory*, fluid approximation).

    Args:
        arrival_rate: lambda, per day, 0 or more.
        service_rate: mu of one server, per day, above 0.
        changes: days within the period on which the number of servers changes, increasing, first 0.
        servers: number of servers from each of these days on.
        period: days, such as 7.
        points: moments in a period; the error of a wait is about period/points.

    Returns:
        Days, one for each moment; infinite if the arrivals of a period exceed what can be served.
    """
    _not_negative(arrival_rate=arrival_rate)
    _positive(service_rate=service_rate, period=period)
    if len(changes) != len(servers) or not changes or changes[0] != 0:
        raise ValueError("each change needs a day and a number of servers, and the first is day 0")
    step = period / points
    at = (np.arange(points) + 0.5) * step
    number = np.asarray(servers)[np.searchsorted(np.asarray(changes), at, side="right") - 1]
    served = service_rate * number * step
    if served.sum() <= arrival_rate * period:
        return np.full(points, math.inf)
    # What is left over is the walk above its own minimum; after one period it repeats itself.
    walk = np.cumsum(np.tile(arrival_rate * step - served, 2))
    backlog = (walk - np.minimum(np.minimum.accumulate(walk), 0.0))[points:]
    backlog = np.concatenate((backlog[-1:], backlog[:-1]))  # at the beginning of each step
    # Enough periods ahead that the largest backlog is worked off.
    ahead = 2 + math.ceil(float(backlog.max()) / float(served.sum()))
    done = np.concatenate(([0.0], np.cumsum(np.tile(served, ahead))))
    # First moment at which all that stood before and a trace of work more has been done.
    goal = done[:points] + backlog + 1e-9 * float(served.max())
    end = np.searchsorted(done, goal, side="left")
    # Within that step work goes evenly.
    into = (goal - done[end - 1]) / (done[end] - done[end - 1])
    waits = (end - 1 + into - np.arange(points)) * step
    return np.asarray(waits, dtype=np.float64)


def mmc_priority_mean_waits(
    arrival_rates: Sequence[float], service_rate: float, servers: int
) -> list[float]:
    """Mean waiting time of each priority class, days; M/M/c, non-preemptive, one service rate.

    W_k = W0 / ((1 - s_{k-1})(1 - s_k)), W0 = C(c, a)/(c mu), s_k = load of classes 1 to k per
    server (Cobham 1954, *Operations Research* 2:70; Kella & Yechiali 1985, *Naval Research
    Logistics Quarterly* 32:677).

    Args:
        arrival_rates: per day, first the class that is served first.
        service_rate: mu of one server, per day, above 0.
        servers: c, 1 or more.

    Returns:
        Days, one for each class. Where the load up to a class is not below 1 its waits grow without
        limit (infinite); the classes before it still have finite waits, with every server busy.
    """
    _positive(service_rate=service_rate)
    if not arrival_rates:
        raise ValueError("there is no class")
    for rate in arrival_rates:
        _not_negative(arrival_rate=rate)
    residual = erlang_c(sum(arrival_rates) / service_rate, servers) / (servers * service_rate)
    waits, before = [], 0.0
    for rate in arrival_rates:
        upto = before + rate / (servers * service_rate)
        waits.append(residual / ((1 - before) * (1 - upto)) if upto < 1 else math.inf)
        before = upto
    return waits


def mg1_mean_wait(arrival_rate: float, service_mean: float, service_variance: float) -> float:
    """Mean waiting time before service, days, M/G/1: lambda E[S^2] / (2 (1 - rho)).

    Pollaczek-Khinchine (Cooper, *Introduction to Queueing Theory*).

    Args:
        arrival_rate: lambda, per day, 0 or more.
        service_mean: E[S], days, above 0.
        service_variance: days squared, 0 or more.

    Returns:
        Days; infinite if the load is not below 1.
    """
    return mg1_priority_mean_waits([arrival_rate], [service_mean], [service_variance])[0]


def mg1_priority_mean_waits(
    arrival_rates: Sequence[float],
    service_means: Sequence[float],
    service_variances: Sequence[float],
) -> list[float]:
    """Mean waiting time of each priority class, days; one server, non-preemptive, any service time.

    W_k = W0 / ((1 - s_{k-1})(1 - s_k)), W0 = sum of lambda_i E[S_i^2] / 2 (Cobham 1954, *Operations
    Research* 2:70).

    Args:
        arrival_rates: per day, first the class that is served first.
        service_means: E[S_i], days, above 0.
        service_variances: days squared, 0 or more.

    Returns:
        Days, one for each class.

    Raises:
        ValueError: classes together overload the server although some do not: how long the server
            is then busy with which class has no closed form here.
    """
    if not len(arrival_rates) == len(service_means) == len(service_variances) >= 1:
        raise ValueError("each class needs an arrival rate, a mean and a variance")
    residual, loads = 0.0, []
    for rate, mean, variance in zip(arrival_rates, service_means, service_variances, strict=True):
        _not_negative(arrival_rate=rate, service_variance=variance)
        _positive(service_mean=mean)
        residual += rate * (variance + mean * mean) / 2
        loads.append(rate * mean)
    if sum(loads) >= 1:
        if loads[0] >= 1:
            return [math.inf] * len(loads)
        raise ValueError(f"the total load is {sum(loads):g}, it must be below 1")
    waits, before = [], 0.0
    for load in loads:
        waits.append(residual / ((1 - before) * (1 - before - load)))
        before += load
    return waits


# --- reach ----------------------------------------------------------------------------------------


def poisson_reach(exposures: ArrayLike) -> FloatArray:
    """Share of people exposed at least once, each with the same expected exposures: 1 - e^{-m}.

    Args:
        exposures: m, expected exposures per person in the window, 0 or more, any shape.
    """
    return -np.expm1(-_array(exposures))


def gamma_mixed_reach(exposures: ArrayLike, shape: float) -> FloatArray:
    """Share of people exposed at least once, expected exposures varying between people as a gamma.

    1 - (1 + m/k)^{-k}: exposures are then negative binomial (Ehrenberg, *Repeat-Buying*). Below
    :func:`poisson_reach` at the same mean, and equal to it as k grows.

    Args:
        exposures: m, mean expected exposures per person, 0 or more, any shape.
        shape: k of the gamma, above 0; the smaller, the more unequal.
    """
    _positive(shape=shape)
    return -np.expm1(-shape * np.log1p(_array(exposures) / shape))


def overlapping_reach(shares: ArrayLike, exposures: ArrayLike) -> float:
    """Share of a population exposed at least once by operators whose audiences overlap.

    People differ by an appetite, exponential with mean 1; an audience that is the share q of the
    population has everybody with probability 1 - e^{-c x appetite}, c = q/(1 - q), which has the
    mean q. Derivation here: whoever is in the audience of operator i is exposed by it with
    probability e_i = 1 - e^{-m_i}, so that nobody exposes somebody of appetite w with probability
    prod_i (1 - e_i + e_i e^{-c_i w}). Multiplied out, each subset S of operators gives a term
    prod_{S} e_i prod_{not S} (1 - e_i) e^{-w sum_S c_i}, whose mean over w has the last factor
    1/(1 + sum_S c_i).

    Args:
        shares: q_i, of the population, from 0 to below 1, up to 20 of them.
        exposures: m_i, expected exposures per member, 0 or more.
    """
    q, exposed = _array(shares), poisson_reach(exposures)
    if len(q) > 20 or np.any((q < 0) | (q >= 1)):
        raise ValueError("up to 20 shares from 0 to below 1 are expected")
    weight, rate = np.ones(1), np.zeros(1)  # of each subset
    for c, e in zip(q / (1 - q), np.broadcast_to(exposed, q.shape), strict=True):
        weight = np.concatenate((weight * (1 - e), weight * e))
        rate = np.concatenate((rate, rate + c))
    # The difference to 1, which the weights add up to, without cancellation.
    return float((weight * rate / (1 + rate)).sum())


def frequency(exposures: ArrayLike, reach: ArrayLike) -> FloatArray:
    """Exposures per person exposed: mean exposures per person divided by the share reached."""
    return _array(exposures) / _array(reach)


# --- conservation ---------------------------------------------------------------------------------


def conservation_error(
    attached: ArrayLike,
    detached: ArrayLike,
    untouched: ArrayLike,
    gone: ArrayLike,
    audience: ArrayLike,
) -> float:
    """Largest relative departure from F + D + U + G = A, and from every compartment's being >= 0.

    Args:
        attached: F, people; like the others of any shape that fits the rest.
        detached: D, people.
        untouched: U, people.
        gone: G, people.
        audience: A, people, above 0.

    Returns:
        A share of A; 0 if everything is in order, ``nan`` if something is not a number.

    Raises:
        ValueError: nothing to check, or an audience that is not above 0.
    """
    parts = [_array(p) for p in (attached, detached, untouched, gone)]
    whole = _array(audience)
    if whole.size == 0 or any(p.size == 0 for p in parts):
        raise ValueError("there is nothing to check")
    if not (whole > 0).all():
        raise ValueError("an audience is above 0")
    total = np.abs(parts[0] + parts[1] + parts[2] + parts[3] - whole) / whole
    below = [np.max(-p / whole) for p in parts]
    return float(np.max([np.max(total), *below, 0.0]))


# --- detection by reports -------------------------------------------------------------------------


def thinned_cumulative_hazard(
    time: ArrayLike, audience: float, refollow: float, per_follower: float, start: float = 0.0
) -> FloatArray:
    """Cumulative hazard of an account whose hazard is proportional to its followers.

    With F(t) = A (1 - (1 - m0) e^{-ht}) and the hazard c F(t), where c is reports that count per
    impression times view probability times posts per day:
    H(t) = c A (t - (1 - m0)(1 - e^{-ht})/h). Derivation here: the integral of c F.

    Args:
        time: days since the account became public, 0 or more, any shape.
        audience: A, people, 0 or more.
        refollow: h, per day, 0 or more.
        per_follower: c, per follower and day, 0 or more.
        start: m0, attached share at the beginning.
    """
    _share(start=start)
    _not_negative(audience=audience, per_follower=per_follower)
    return per_follower * follower_days(
        time, attached=start * audience, detached=(1 - start) * audience, refollow=refollow
    )


def thinned_survival(
    time: ArrayLike, audience: float, refollow: float, per_follower: float, start: float = 0.0
) -> FloatArray:
    """Probability that such an account is not flagged by `time`: e^{-H(t)}.

    See :func:`thinned_cumulative_hazard` for H and the arguments.
    """
    return np.exp(-thinned_cumulative_hazard(time, audience, refollow, per_follower, start))


def thinned_mean_life(
    audience: float, refollow: float, per_follower: float, start: float = 0.0
) -> float:
    """Mean time (days) to the flag, hazard proportional to followers.

    The integral of e^{-H}. Derivation here: put a = c A/h, b = a (1 - m0) and y = e^{-ht}; then
    (1/h) e^b int_0^1 y^{a-1} e^{-by} dy = (1/h) e^b b^{-a} Gamma(a) P(a, b), with P the regularised
    lower incomplete gamma function. By Kummer's series the same is
    (1/h) e^b a^{-1} 1F1(a; a + 1; -b) = (1/(ha)) 1F1(1; a + 1; b)
    = (1/(ha)) (1 + b/(a+1) + b^2/((a+1)(a+2)) + ...), whose positive terms are summed.

    Args:
        audience: A, people, above 0.
        refollow: h, per day, above 0.
        per_follower: c, per follower and day, above 0.
        start: m0, attached share at the beginning.
    """
    _positive(audience=audience, refollow=refollow, per_follower=per_follower)
    _share(start=start)
    a = per_follower * audience / refollow
    b = a * (1 - start)
    # Term n is at most e^{-n^2 / (2 (a + n))}: enough of them for double precision.
    terms = int(math.sqrt(90 * a)) + 100
    ratios = b / (a + np.arange(1, terms + 1))
    return float(1 + np.cumprod(ratios).sum()) / (refollow * a)


# --- mean field with promotion --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FixedPoint:
    """A self-consistent mean attached share.

    Attributes:
        share: m.
        slope: derivative of the response at m.
        stable: whether a small departure dies out from one round of lives to the next (slope < 1).
    """

    share: float
    slope: float
    stable: bool


@dataclass(frozen=True, slots=True)
class PromotionField:
    """Self-consistent recovery of a large network in which every operator is alike.

    Every operator always returns; a life lasts an exponential time with rate lambda, the gap after
    it has mean R; the audience A is detached at the beginning of each life and nobody is lost. When
    a life becomes public, each of k neighbours decides with probability q to promote it, an
    exponential time with rate theta later. A promotion takes place if the promoted account still
    lives and the promoter has a live account then; it moves the share phi = g x of the detached to
    attached, x being the promoter's own attached share and g = view probability times overlap.

    **Self-consistency (derivation here).** In a large network the neighbours' states are
    independent of each other and of the life that they promote. A neighbour is live with
    probability L = (1/lambda)/(1/lambda + R) and, if so, has the mean attached share m. Given that
    the life goes on, the detached share at age t is

        E d(t) = e^{-ht} (1 - q (1 - e^{-theta t}) L g m)^k
               = e^{-ht} (1 - b m + b m e^{-theta t})^k,    b = q L g,

    exactly, since each factor is linear in the neighbour's share. By renewal reward the mean
    attached share over live time is m = 1 - lambda int_0^inf e^{-lambda t} E d(t) dt. Expanding the
    power by the binomial theorem, with J ~ Binomial(k, b m),

        m = Psi(m) = 1 - lambda E[1/(lambda + h + theta J)]
                   = E[(h + theta J)/(lambda + h + theta J)].

    **How many solutions.** (1 - b m u)^k is convex and decreasing in m for every u, so Psi is
    increasing and concave, strictly for k > 1; Psi(0) = h/(lambda + h) and Psi(1) < 1. Hence

    * h > 0: exactly one fixed point, and it is stable. There is *no fold*: recovery gets worse
      smoothly as enforcement gets faster, and which state the network was in before does not
      matter. The same holds for any distribution of lives that does not depend on m.
    * h = 0 (followers return by promotion only): m = 0 always, and a second, stable, well-recovered
      state exists if and only if Psi'(0) = k q g L theta/(lambda + theta) > 1. It joins m = 0
      continuously at the critical time to action: a transcritical bifurcation.

    With a small h the second is the limit of the first, and the change happens in a narrow range
    of times to action (see :func:`crossover_time_to_action`). A fold needs a feedback that this
    field leaves out, such as a review queue that fills up because live accounts draw reports.

    Attributes:
        life_rate: lambda, 1 / mean life, per day, above 0.
        refollow: h, per day, 0 or more.
        mean_gap: R, mean return delay, days, 0 or more.
        neighbours: k, 0 or more.
        promotes: q, probability that a neighbour promotes a life.
        promotion_rate: theta, 1 / mean time from public to promotion, per day, above 0.
        gain: g, share of the detached that a fully recovered promoter moves; from 0 to 1.
    """

    life_rate: float
    refollow: float
    mean_gap: float
    neighbours: int
    promotes: float
    promotion_rate: float
    gain: float

    def __post_init__(self) -> None:
        _positive(life_rate=self.life_rate, promotion_rate=self.promotion_rate)
        _not_negative(refollow=self.refollow, mean_gap=self.mean_gap)
        _whole(0, neighbours=self.neighbours)
        _share(promotes=self.promotes, gain=self.gain)

    @property
    def live_share(self) -> float:
        """L, long-run share of time in which an operator has a live account."""
        return live_share(1 / self.life_rate, self.mean_gap)

    def _mixture(self, share: float, trials: int) -> tuple[FloatArray, FloatArray]:
        chance = self.promotes * self.live_share * self.gain * share
        j = np.arange(trials + 1, dtype=np.float64)
        # In logarithms: defined for every chance from 0 to 1, however small.
        ways = (
            special.gammaln(trials + 1) - special.gammaln(j + 1) - special.gammaln(trials - j + 1)
        )
        odds = special.xlogy(j, chance) + special.xlog1py(trials - j, -chance)
        return j, np.asarray(np.exp(ways + odds), dtype=np.float64)

    def response(self, share: float) -> float:
        """Psi(m): mean attached share while live if promoters have the mean attached share m."""
        _share(share=share)
        j, weight = self._mixture(share, self.neighbours)
        back = self.refollow + self.promotion_rate * j
        return float((weight * back / (self.life_rate + back)).sum())

    def slope(self, share: float) -> float:
        """Derivative of :meth:`response`.

        For J ~ Binomial(k, p), d/dp E f(J) = k E[f(J' + 1) - f(J')] with J' ~ Binomial(k - 1, p).
        """
        _share(share=share)
        if self.neighbours == 0:
            return 0.0
        j, weight = self._mixture(share, self.neighbours - 1)
        rest = self.life_rate + self.refollow + self.promotion_rate * j
        step = self.life_rate * self.promotion_rate / (rest * (rest + self.promotion_rate))
        b = self.promotes * self.live_share * self.gain
        return float(self.neighbours * b * (weight * step).sum())

    def _point(self, share: float) -> FixedPoint:
        slope = self.slope(share)
        return FixedPoint(share, slope, slope < 1)

    def fixed_points(self) -> list[FixedPoint]:
        """All fixed points, in increasing order: one, or two if h = 0 and promotion suffices."""
        if self.refollow > 0:
            root = optimize.brentq(lambda m: self.response(m) - m, 0.0, 1.0, xtol=1e-14)
            return [self._point(float(root))]
        points = [self._point(0.0)]

        def excess(share: float) -> float:
            # Psi(m)/m decreases from the slope at 0; dividing takes the root at 0 away.
            return self.response(share) / share - 1

        least = 1e-9
        if excess(least) > 0:
            root = optimize.brentq(excess, least, 1.0, xtol=1e-14)
            points.append(self._point(float(root)))
        return points

    def mean_attached_share(self) -> float:
        """The largest fixed point: where a network that begins well recovered stays."""
        return self.fixed_points()[-1].share

    def ordinary_share(self, rate: float, posts: float) -> float:
        """Mean over live time of the attached share, counted only while nobody is promoted.

        Times posts per day, view probability and audience, these are the ordinary impressions per
        live day; without promotion they are h/(lambda + h), so that promoting pays for the network
        if and only if this is more. The attributes of the field are as if a promotion cost nothing.

        Derivation here. A promotion keeps its promoter busy for s = c/r days, and who is busy makes
        none. A promoter is asked by its k neighbours at the rate
        a = k q L lambda theta/(lambda + theta) while it lives; in a large network these requests
        are a Poisson process that is independent of its followers. The probability that it is free
        at age t therefore has the Laplace transform f(z) = 1/(z + a (1 - e^{-zs})), by renewal at
        the end of each busy time. With y = E[attached share; free] over live time, which is also
        what a promoter that is asked contributes,

            y = lambda f(lambda) - lambda E[f(lambda + h + theta J)],   J ~ Binomial(k, q L g y).

        For s = 0 this is :meth:`response`. The right-hand side increases in y and is concave; the
        largest root is found.

        Args:
            rate: r, posts per day of every operator, above 0.
            posts: c, posts that one promotion takes, 0 or more.
        """
        _positive(rate=rate)
        _not_negative(posts=posts)
        busy = posts / rate
        meets = self.promotion_rate / (self.life_rate + self.promotion_rate)
        asked = self.neighbours * self.promotes * self.live_share * self.life_rate * meets

        def free(z: FloatArray) -> FloatArray:
            return np.asarray(1 / (z - asked * np.expm1(-z * busy)), dtype=np.float64)

        def image(share: float) -> float:
            j, weight = self._mixture(share, self.neighbours)
            left = free(self.life_rate + self.refollow + self.promotion_rate * j)
            whole = float(free(np.asarray(self.life_rate)))
            return self.life_rate * (whole - float((weight * left).sum()))

        share = 1.0
        for _ in range(100_000):  # from above: it falls monotonically to the largest root
            better = image(share)
            if abs(better - share) <= 1e-14:
                break
            share = better
        return share

    def with_time_to_action(self, mean_life: float) -> PromotionField:
        """The same network with another mean life, days."""
        _positive(mean_life=mean_life)
        return replace(self, life_rate=1 / mean_life)


def promotion_yield(
    *,
    gain: float,
    posts: float,
    rate: float,
    refollow: float,
    life_rate: float,
    promotion_rate: float = math.inf,
    relative_size: float = 1.0,
) -> float:
    """Ordinary impressions that one promotion wins for a network per impression that it costs.

    Above 1 promoting pays, below 1 it lowers the network's own reach. Derivation here, for networks
    in which accounts are found independently of their followers and nobody is lost: a promotion
    takes c posts, which the promoter's F_p followers would have seen as ordinary ones. It brings
    D g min(1, A_p/A) F_p/A_p people back to an account of audience A with r posts a day. Each of
    them stays for the rest of the life, an exponential time with rate lambda, and would have come
    back by itself after an exponential time with rate h: the account has them for 1/(lambda + h)
    days in which it would not. At the moment of the promotion D/A = E e^{-hT} with T the age of an
    account that is promoted, D/A = (lambda + theta)/(lambda + h + theta). The probability of a
    view and the promoter's followers cancel:

        (r/c) g min(1, A/A_p) (lambda + theta)/((lambda + h)(lambda + h + theta)).

    What is won later, through promoters who have more followers themselves, is left out; see
    :meth:`PromotionField.ordinary_share` for all of it. Neither the promoter's standing nor its
    posts a day matter; that it is larger than the account which it promotes does.

    Args:
        gain: g, probability that the promotion is seen times overlap of the audiences, 0 to 1.
        posts: c, posts that the promotion takes, above 0.
        rate: r, posts per day of the promoted account.
        refollow: h, per day, 0 or more.
        life_rate: lambda, 1 / mean life, per day, above 0.
        promotion_rate: theta, 1 / mean time from public to promotion, per day; inf = at once.
        relative_size: A/A_p, audience of the promoted account over that of the promoter.
    """
    _positive(posts=posts, life_rate=life_rate, relative_size=relative_size)
    _not_negative(rate=rate, refollow=refollow)
    _share(gain=gain)
    kept = 1 / (life_rate + refollow)
    detached = 1.0
    if math.isfinite(promotion_rate):
        _positive(promotion_rate=promotion_rate)
        both = life_rate + promotion_rate
        detached = both / (both + refollow)
    return rate / posts * gain * min(1.0, relative_size) * detached * kept


def critical_gain(field: PromotionField) -> float:
    """Gain g above which a network without refollowing (h = 0) has a well-recovered state.

    (lambda + theta) (1 + lambda R) / (k q theta), from Psi'(0) = 1; more than 1 means never. The
    field's own gain and refollow hazard are not used.
    """
    strength = field.neighbours * field.promotes * field.promotion_rate
    if strength == 0:
        return math.inf
    total = field.life_rate + field.promotion_rate
    return total * (1 + field.life_rate * field.mean_gap) / strength


def critical_time_to_action(field: PromotionField) -> float | None:
    """Mean life (days) below which the well-recovered state no longer exists.

    At h = 0, Psi'(0) = 1 reads (1 + lambda R)(lambda + theta) = k q g theta: a quadratic in lambda
    whose positive root is the critical rate. The field's own life rate is not used.

    Returns:
        Days. None where there is no such point: if h > 0 (the state changes smoothly, see
        :func:`crossover_time_to_action`), or if k q g <= 1 (there is no well-recovered state at any
        speed).
    """
    if field.refollow > 0:
        return None
    theta, gap = field.promotion_rate, field.mean_gap
    strength = field.neighbours * field.promotes * field.gain
    if strength <= 1:
        return None
    # R lambda^2 + (1 + R theta) lambda - theta (k q g - 1) = 0, solved without cancellation.
    b, c = 1 + gap * theta, theta * (strength - 1)
    return (b + math.sqrt(b * b + 4 * gap * c)) / (2 * c)


def crossover_time_to_action(field: PromotionField, low: float = 1e-3, high: float = 1e4) -> float:
    """Mean life (days) at which the attached share responds most to enforcement speed.

    Where dm/d ln(mean life) is largest: the sharpest place of a change that, for h > 0, has no
    threshold. The field's own life rate is not used.

    Args:
        field: the network.
        low: shortest mean life considered, days.
        high: longest mean life considered, days.
    """
    _positive(low=low, high=high)
    if low >= high:
        raise ValueError(f"low is below high, not {low!r} and {high!r}")
    logs = np.linspace(math.log(low), math.log(high), 400)

    def share(x: float) -> float:
        return field.with_time_to_action(math.exp(x)).mean_attached_share()

    def steepness(x: float) -> float:
        return (share(x + 1e-4) - share(x - 1e-4)) / 2e-4

    values = [steepness(float(x)) for x in logs]
    best = int(np.argmax(values))
    left, right = float(logs[max(best - 1, 0)]), float(logs[min(best + 1, logs.size - 1)])
    found = optimize.minimize_scalar(
        lambda x: -steepness(float(x)), bounds=(left, right), method="bounded"
    )
    return math.exp(float(found.x))


# --- recruitment ----------------------------------------------------------------------------------


def recruitment_number(
    per_impression: float,
    audience: float,
    posts: float,
    view_probability: float,
    refollow: float,
    mean_life: float,
    returns: float,
) -> float:
    """New operators that one operator's outsider impressions make over all its lives.

    R0 = rho r v A (1/lambda) (h/(lambda + h)) / (1 - p): recruits per impression, times impressions
    per follower-day, times :func:`follower_days_of_lineage` without loss. The network grows if
    R0 > 1 (branching processes: Harris, *The Theory of Branching Processes*).

    Args:
        per_impression: rho, new operators per outsider impression, 0 or more.
        audience: A, outsiders in an operator's audience, all detached at the beginning of a life.
        posts: r, per day.
        view_probability: v, per follower and post.
        refollow: h, per day.
        mean_life: 1/lambda, days, above 0; lives exponential.
        returns: p, probability of return after a suspension.
    """
    _not_negative(per_impression=per_impression, posts=posts)
    _share(view_probability=view_probability)
    days = follower_days_of_lineage(audience, refollow, mean_life, 0.0, returns)
    rate = per_impression * posts * view_probability
    return rate * days if rate > 0 else 0.0


def recruitment_threshold(
    audience: float,
    posts: float,
    view_probability: float,
    refollow: float,
    mean_life: float,
    returns: float,
) -> float:
    """Recruits per outsider impression above which the network grows by itself: rho where R0 = 1.

    Arguments as in :func:`recruitment_number`. Infinite if there are no impressions, 0 if an
    operator's impressions are without limit.
    """
    one = recruitment_number(1.0, audience, posts, view_probability, refollow, mean_life, returns)
    return 1 / one if one > 0 else math.inf


def recruitment_time_to_action(
    per_impression: float,
    audience: float,
    posts: float,
    view_probability: float,
    refollow: float,
    returns: float,
) -> float:
    """Mean life (days) above which the network grows by itself: 1/lambda where R0 = 1.

    lambda^2 + h lambda - rho r v A h/(1 - p) = 0, its positive root. Arguments as in
    :func:`recruitment_number`. Infinite if nobody is ever recruited.
    """
    _not_negative(per_impression=per_impression, audience=audience, posts=posts, refollow=refollow)
    _share(view_probability=view_probability, returns=returns)
    rate = per_impression * posts * view_probability * audience * refollow
    if rate == 0:
        return math.inf
    c = rate / (1 - returns) if returns < 1 else math.inf
    return (refollow + math.sqrt(refollow * refollow + 4 * c)) / (2 * c) if c < math.inf else 0.0


def recruitment_extinction_probability(number: float, *, fixed: bool = False) -> float:
    """Probability that the recruits of one operator, theirs, and so on, come to an end.

    With fast reattachment an operator's total live time is a geometric sum of exponential lives,
    itself exponential; its recruits are then geometric and the probability is min(1, 1/R0). With
    `fixed` every operator has the same impressions, its recruits are Poisson, and the probability
    is the smallest root of q = e^{R0 (q - 1)} (Harris, *The Theory of Branching Processes*).

    Args:
        number: R0, 0 or more.
        fixed: whether all operators have the same live time.
    """
    _not_negative(number=number)
    if number <= 1:
        return 1.0
    if not fixed:
        return 1 / number
    root = special.lambertw(-number * math.exp(-number)).real
    return float(-root / number)


def wrong_flags_per_right(precision: float) -> float:
    """Flags on ordinary users for each right flag of the untouched world: (1 - q)/q.

    Args:
        precision: q, share of a channel's flags that are right while nobody is suspended; above 0.
    """
    _share(precision=precision)
    if precision == 0:
        raise ValueError("a channel whose flags are all wrong raises no right one to count by")
    return (1 - precision) / precision


def observed_precision(precision: float, hazard: float, days: float) -> float:
    """Share of right flags since the start, where a flag ends an account at once and for good.

    An operator is flagged with probability 1 - e^{-lambda t}, and wrong flags go on as at the
    start: (1 - e^{-x}) / (1 - e^{-x} + x (1 - q)/q) with x = lambda t. It is q at the start and
    falls to 0 as the network ends. Test: ``tests/analytic/test_price.py``.

    Args:
        precision: q, at the start; above 0.
        hazard: lambda, flags per day of one account.
        days: t since the start.
    """
    _not_negative(hazard=hazard, days=days)
    x = hazard * days
    if x == 0:
        return precision
    found = -math.expm1(-x)
    return found / (found + x * wrong_flags_per_right(precision))


def wrong_suspensions_per_right(precision: float, mistake: float, sensitivity: float) -> float:
    """Ordinary users suspended for each account of a network that does not shrink.

    A suspension takes 1/s right flags, each beside (1 - q)/q wrong ones, of which the share m ends
    in suspension: m (1 - q)/(q s). Worse reviewing makes it larger.

    Args:
        precision: q, at the start; above 0.
        mistake: m, probability that the review of an ordinary user ends in suspension.
        sensitivity: s, probability that the review of the network's account does; above 0.
    """
    _share(mistake=mistake, sensitivity=sensitivity)
    if sensitivity == 0:
        raise ValueError("no account of the network is ever suspended")
    return mistake * wrong_flags_per_right(precision) / sensitivity


def paid_hours_per_right_suspension(
    hours: float, precision: float, sensitivity: float, utilisation: float
) -> float:
    """Hours on duty for each account suspended in a network that does not shrink: h/(q s rho).

    Args:
        hours: h, mean time that a reviewer takes for one case.
        precision: q, at the start; above 0.
        sensitivity: s, probability that the review of the network's account ends in suspension.
        utilisation: rho, share of the paid hours that are spent on cases; above 0.
    """
    _not_negative(hours=hours)
    _share(sensitivity=sensitivity, utilisation=utilisation)
    if sensitivity == 0 or utilisation == 0:
        raise ValueError("a team that suspends nobody has no hours per suspension")
    return hours * (1 + wrong_flags_per_right(precision)) / (sensitivity * utilisation)


# --- arrivals -------------------------------------------------------------------------------------


def arrivals_live(rate: float, mean_life: float, returns: float) -> float:
    """Operators with a live account in the long run, where arrivals balance those who give up.

    An operator makes a geometric number of accounts, 1/(1 - p) on average, and each lives E[life]:
    L = rate x E[life] / (1 - p), for any laws of life and gap and for lives that differ between
    operators (Little's law). With Poisson arrivals and operators that do not touch each other the
    number is Poisson with that mean (M/G/infinity queue; Ross, *Introduction to Probability
    Models*).

    Args:
        rate: new operators per day, 0 or more.
        mean_life: E[life], days, above 0; over operators, if they differ.
        returns: p, probability of return after each suspension, below 1.

    Raises:
        ValueError: an argument out of its range; with p = 1 nobody ever leaves.
    """
    _not_negative(rate=rate)
    _positive(mean_life=mean_life)
    _below_one(returns)
    return rate * mean_life / (1.0 - returns)


def arrivals_between_accounts(rate: float, mean_gap: float, returns: float) -> float:
    """Operators who wait for their next account in the long run: rate x p E[gap] / (1 - p).

    Each has p/(1 - p) gaps on average, one fewer than accounts (Little's law).

    Args:
        rate: new operators per day, 0 or more.
        mean_gap: E[gap] from a suspension to the next account, days, 0 or more.
        returns: p, below 1.
    """
    _not_negative(rate=rate, mean_gap=mean_gap)
    _below_one(returns)
    return rate * returns * mean_gap / (1.0 - returns)


def arrivals_live_through_time(
    times: ArrayLike,
    start: float,
    rate: float,
    life_rate: float,
    gap_rate: float,
    returns: float,
) -> FloatArray:
    """Expected operators with a live account at some times, from ``start`` of them at time 0.

    Lives and gaps exponential. With L live and B between accounts, dL/dt = r - l L + g B and
    dB/dt = p l L - g B. The matrix has the eigenvalues -(l + g)/2 +- root, with
    root^2 = (l + g)^2/4 - l g (1 - p), which is not negative; derivation here.

    Args:
        times: days, 0 or more.
        start: L at time 0; B is 0 then.
        rate: r, new operators per day.
        life_rate: l, per day, above 0.
        gap_rate: g, per day, above 0.
        returns: p, below 1.
    """
    _not_negative(start=start, rate=rate)
    _positive(life_rate=life_rate, gap_rate=gap_rate)
    _below_one(returns)
    t = _array(times)
    level = arrivals_live(rate, 1.0 / life_rate, returns)
    waiting = arrivals_between_accounts(rate, 1.0 / gap_rate, returns)
    live, between = start - level, -waiting
    middle = (life_rate + gap_rate) / 2.0
    root = math.sqrt(max(middle**2 - life_rate * gap_rate * (1.0 - returns), 0.0))
    # exp(Mt) = exp(-middle t) (cosh(root t) 1 + sinh(root t)/root (M + middle 1)), M as above.
    slope = (middle - life_rate) * live + gap_rate * between
    slow, fast = np.exp((root - middle) * t), np.exp(-(root + middle) * t)
    rise = t * np.exp(-middle * t) if root == 0.0 else (slow - fast) / (2.0 * root)
    found: FloatArray = level + (slow + fast) / 2.0 * live + rise * slope
    return found


def _below_one(returns: float) -> None:
    if not 0 <= returns < 1:
        raise ValueError(f"returns is 0 or more and below 1, not {returns!r}")


# --- a network under steady pressure --------------------------------------------------------------


class UnderPressure(NamedTuple):
    """Expected days in a window, of operators whose audience counts 1; arrays of one shape.

    followed: attached share x live days, of one who was there at the start, all attached.
    live: its days with a live account.
    followed_newcomers, live_newcomers: the same for newcomers who begin with nobody, one a day
        since the start.
    """

    followed: FloatArray
    live: FloatArray
    followed_newcomers: FloatArray
    live_newcomers: FloatArray


def under_pressure(
    begin: float,
    end: float,
    *,
    life_rate: ArrayLike,
    gap_rate: float,
    returns: float,
    refollow: float,
    forget: float = 0.0,
    discover: float = 0.0,
    loss: float = 0.0,
    near: float = 1.0,
    unrelated: float = 1.0,
) -> UnderPressure:
    """What is followed, and how long it is there, where everybody is found again and again.

    Derivation here: with exponential lives and gaps the expected compartments, each counted only
    while its operator is live or waits, follow linear equations. Live: F; D_n and D_u, who look for
    an account of a near or an unrelated name; U. Between accounts: D_b, U_b. With l the life rate,
    m the gap rate, p returns, h refollow, s unrelated, f forget, g discover, q near, c loss:

        F' = h D_n + h s D_u + g U - l F          D_b' = p l ((1 - c) F + D_n + D_u) - (f + m) D_b
        D_n' = q m D_b - (h + f + l) D_n          U_b' = p l U + f D_b - m U_b
        D_u' = (1 - q) m D_b - (h s + f + l) D_u  U' = f (D_n + D_u) + m U_b - (g + l) U

    The solution and its integrals are those of a matrix exponential. With p = 1 and nobody lost,
    the long run is live_share x what is regained. Nobody promotes, nobody tires.

    Args:
        begin, end: of the window, days since the start.
        life_rate: l, per day, 0 or more; any shape. 0 is a world in which nobody is suspended.
        gap_rate: m, per day, above 0.
        returns: p, probability of return after each suspension.
        refollow, forget, discover: h, f, g, per day, 0 or more.
        loss: c, share of followers lost at a suspension.
        near: q, share of new names that are near-identical; the first account has such a name.
        unrelated: s, speed at which an unrelated name is found, beside a near one.

    Returns:
        Days, each of the shape of life_rate.  Test: ``tests/analytic/test_pressure.py``.
    """
    _not_negative(begin=begin, refollow=refollow, forget=forget, discover=discover)
    _positive(gap_rate=gap_rate)
    _share(returns=returns, loss=loss, near=near, unrelated=unrelated)
    if not (end > begin and math.isfinite(end)):
        raise ValueError(f"end is after begin and finite, not {end!r}")
    rates = _array(life_rate)
    if not (np.isfinite(rates).all() and (rates >= 0).all()):
        raise ValueError("life_rate is 0 or more and finite")
    attached, similar, other, untouched, looking, forgot, live, waits = range(8)
    followed, alive, followed_more, alive_more = range(8, 12)  # integrals, and theirs
    q = np.zeros((*rates.shape, 12, 12))

    def flow(source: int, target: int, rate: FloatArray | float, kept: float = 1.0) -> None:
        q[..., source, source] -= rate
        q[..., target, source] += kept * rate

    for who, hazard in ((similar, refollow), (other, refollow * unrelated), (untouched, discover)):
        flow(who, attached, hazard)
    for who, becomes in ((similar, untouched), (other, untouched), (looking, forgot)):
        flow(who, becomes, forget)
    flow(attached, looking, rates, returns * (1 - loss))
    for who, becomes in (
        *((similar, looking), (other, looking)),
        *((untouched, forgot), (live, waits)),
    ):
        flow(who, becomes, rates, returns)
    flow(looking, similar, gap_rate, near)
    q[..., other, looking] += (1 - near) * gap_rate
    flow(forgot, untouched, gap_rate)
    flow(waits, live, gap_rate)
    for total, of in ((followed, attached), (alive, live), (followed_more, followed)):
        q[..., total, of] = 1.0
    q[..., alive_more, alive] = 1.0
    within = linalg.expm(q * end) - linalg.expm(q * begin)
    return UnderPressure(
        within[..., followed, attached] + within[..., followed, live],
        within[..., alive, live],
        within[..., followed_more, untouched] + within[..., followed_more, live],
        within[..., alive_more, live],
    )
