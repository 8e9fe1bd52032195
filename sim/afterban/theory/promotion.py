"""A mean field of operators who promote each other, and its threshold."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy import optimize, special

from afterban.theory import check
from afterban.theory.check import FloatArray
from afterban.theory.renewal import live_share


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
        check.positive(life_rate=self.life_rate, promotion_rate=self.promotion_rate)
        check.not_negative(refollow=self.refollow, mean_gap=self.mean_gap)
        check.whole(0, neighbours=self.neighbours)
        check.share(promotes=self.promotes, gain=self.gain)

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
        check.share(share=share)
        j, weight = self._mixture(share, self.neighbours)
        back = self.refollow + self.promotion_rate * j
        return float((weight * back / (self.life_rate + back)).sum())

    def slope(self, share: float) -> float:
        """Derivative of :meth:`response`.

        For J ~ Binomial(k, p), d/dp E f(J) = k E[f(J' + 1) - f(J')] with J' ~ Binomial(k - 1, p).
        """
        check.share(share=share)
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
        check.positive(rate=rate)
        check.not_negative(posts=posts)
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
        check.positive(mean_life=mean_life)
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
    check.positive(posts=posts, life_rate=life_rate, relative_size=relative_size)
    check.not_negative(rate=rate, refollow=refollow)
    check.share(gain=gain)
    kept = 1 / (life_rate + refollow)
    detached = 1.0
    if math.isfinite(promotion_rate):
        check.positive(promotion_rate=promotion_rate)
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
    check.positive(low=low, high=high)
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
