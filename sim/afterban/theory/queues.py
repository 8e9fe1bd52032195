"""Waiting for a reviewer: M/M/c, M/G/1, urgent cases first, and shifts."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from afterban.theory import check
from afterban.theory.check import FloatArray


def erlang_b(load: float, servers: int) -> float:
    """Erlang's loss probability for offered load a and c servers.

    B(0) = 1, B(c) = a B(c-1) / (c + a B(c-1)) (Cooper, *Introduction to Queueing Theory*).

    Args:
        load: a, arrival rate times mean service time, 0 or more.
        servers: c, 0 or more.
    """
    check.not_negative(load=load)
    check.whole(0, servers=servers)
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
    check.whole(1, servers=servers)
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
    check.not_negative(arrival_rate=arrival_rate)
    check.positive(service_rate=service_rate)
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
    check.not_negative(arrival_rate=arrival_rate)
    check.positive(service_rate=service_rate)
    spare = max(servers * service_rate - arrival_rate, 0.0)
    return erlang_c(arrival_rate / service_rate, servers) * np.exp(-spare * check.array(time))


def mmc_wait_quantile(q: float, arrival_rate: float, service_rate: float, servers: int) -> float:
    """Waiting time (days) that a share `q` of arrivals does not exceed, M/M/c; often 0.

    ln(C/(1 - q)) / (c mu - lambda) where C > 1 - q. Arguments as in :func:`mmc_wait_survival`.
    """
    if not 0 <= q < 1:
        raise ValueError(f"q is 0 or more and below 1, not {q!r}")
    check.not_negative(arrival_rate=arrival_rate)
    check.positive(service_rate=service_rate)
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
    check.not_negative(arrival_rate=arrival_rate)
    check.positive(service_rate=service_rate)
    t = check.array(time)
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
    check.not_negative(arrival_rate=arrival_rate)
    check.positive(service_rate=service_rate, period=period)
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
    check.positive(service_rate=service_rate)
    if not arrival_rates:
        raise ValueError("there is no class")
    for rate in arrival_rates:
        check.not_negative(arrival_rate=rate)
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
        check.not_negative(arrival_rate=rate, service_variance=variance)
        check.positive(service_mean=mean)
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
