"""Survival curves from lives that are censored or came late under observation."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special  # and not scipy.stats, which takes half a second to import

from afterban.statistics.estimate import Estimate
from afterban.statistics.samples import FloatArray, IntArray, check_level, sample


@dataclass(frozen=True, slots=True)
class SurvivalCurve:
    """Kaplan-Meier estimate of a survival function, a step at each time of an event.

    Attributes:
        time: shape (k,), days, increasing: the distinct times of events.
        survival: shape (k,), probability of surviving *beyond* each time.
        low: shape (k,), lower end of the pointwise interval.
        high: shape (k,), upper end; ``nan`` where the curve is 0, since nobody is left to tell.
        variance: shape (k,), Greenwood's variance of `survival`; ``nan`` likewise.
        at_risk: shape (k,), observed lives at risk just before each time.
        events: shape (k,), events at each time.
        n: number of lives.
        censored: how many of them were still live when last seen.
        level: confidence level of the intervals.
    """

    time: FloatArray
    survival: FloatArray
    low: FloatArray
    high: FloatArray
    variance: FloatArray
    at_risk: IntArray
    events: IntArray
    n: int
    censored: int
    level: float

    def at(self, time: ArrayLike) -> FloatArray:
        """Probability of surviving beyond each of `time` (days); 1 before the first event.

        Beyond the last observed time the curve is not known; the last value is given.
        """
        index = np.searchsorted(self.time, np.asarray(time, dtype=np.float64), side="right")
        return np.concatenate(([1.0], self.survival))[index]

    def _first_at_or_below(self, curve: FloatArray, share: float) -> float:
        # A hair of tolerance, since 0.5 reached as a product of fractions is not quite 0.5.
        reached = np.flatnonzero(curve <= share + 1e-12)
        return float(self.time[reached[0]]) if reached.size else math.inf

    def quantile(self, q: float) -> Estimate:
        """Time (days) by which a share `q` of lives has ended, with its interval.

        The first time at which the curve is at or below 1 - q; infinite if it never gets there. The
        interval holds the times at which the pointwise intervals include 1 - q (Brookmeyer &
        Crowley 1982, *Biometrics* 38:29, on the log-log scale).
        """
        if not 0 < q < 1:
            raise ValueError(f"q lies between 0 and 1, not {q!r}")
        share = 1 - q
        return Estimate(
            self._first_at_or_below(self.survival, share),
            self._first_at_or_below(self.low, share),
            self._first_at_or_below(self.high, share),
            self.n,
            self.level,
            f"Kaplan-Meier quantile {q:g}, log-log",
        )

    def median(self) -> Estimate:
        """Median life (days); see :meth:`quantile`."""
        return self.quantile(0.5)

    def restricted_mean(self, horizon: float) -> float:
        """Mean life (days) if lives were cut at `horizon` days: the area under the curve."""
        if not horizon > 0:
            raise ValueError(f"the horizon is above 0, not {horizon!r}")
        inside = self.time < horizon
        edges = np.concatenate(([0.0], self.time[inside], [horizon]))
        heights = np.concatenate(([1.0], self.survival[inside]))
        return float((np.diff(edges) * heights).sum())


def kaplan_meier(
    duration: ArrayLike,
    ended: ArrayLike,
    entry: ArrayLike | None = None,
    level: float = 0.95,
) -> SurvivalCurve:
    """Kaplan-Meier estimate, with right-censoring and left-truncation.

    Kaplan & Meier (1958), *J. Am. Stat. Assoc.* 53:457. Intervals are pointwise, from Greenwood's
    variance on the log(-log) scale, which stay within 0 and 1 (Kalbfleisch & Prentice, *The
    Statistical Analysis of Failure Time Data*). A life censored at the time of an event counts as
    at risk at it.

    Args:
        duration: shape (n,), days from the beginning of each life until it ended or was last seen;
            0 or more.
        ended: shape (n,), true if the life ended then, false if it was still live (censored).
        entry: shape (n,), age in days at which each life came under observation, if it was observed
            only because it was still live then; below its duration. Counts as at risk at times
            above its entry. None: all observed from the beginning.
        level: confidence level.

    Returns:
        The curve, with no steps if nothing ended.

    Assumes that censoring and entry tell nothing about the life. With late entry the first lives at
    risk can be few: if all of them end, the curve is 0 from there on, so look at `at_risk`.
    """
    check_level(level)
    t = sample(duration, "duration")
    event = np.asarray(ended, dtype=np.bool_)
    if event.shape != t.shape:
        raise ValueError(f"ended has shape {event.shape}, duration has {t.shape}")
    if (t < 0).any():
        raise ValueError("a duration is 0 or more")
    n = int(t.size)
    times, events = np.unique(t[event], return_counts=True)
    # At risk at x: those with entry < x <= duration.
    at_risk = n - np.searchsorted(np.sort(t), times, side="left")
    if entry is not None:
        begin = sample(entry, "entry")
        if begin.shape != t.shape:
            raise ValueError(f"entry has shape {begin.shape}, duration has {t.shape}")
        if (begin < 0).any() or (begin >= t).any():
            raise ValueError("an entry is 0 or more and below the duration")
        at_risk = at_risk - (n - np.searchsorted(np.sort(begin), times, side="left"))
    survival: FloatArray = np.cumprod(1 - events / at_risk, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        # Where all at risk end, Greenwood's term is infinite: see below.
        terms = np.cumsum(events / (at_risk * (at_risk - events)))
        log_survival = np.log(survival)
        half = float(special.ndtri(0.5 + level / 2)) * np.sqrt(terms) / np.abs(log_survival)
        low = survival ** np.exp(half)
        high = survival ** np.exp(-half)
        variance = survival**2 * terms
    gone = survival <= 0
    low[gone] = 0.0
    high[gone] = np.nan
    variance[gone] = np.nan
    return SurvivalCurve(
        time=times,
        survival=survival,
        low=low,
        high=high,
        variance=variance,
        at_risk=at_risk.astype(np.int64),
        events=events.astype(np.int64),
        n=n,
        censored=int(n - event.sum()),
        level=level,
    )
