from __future__ import annotations

import math
import pickle
import random
import statistics
from collections.abc import Callable

import pytest

from afterban.errors import ValueProblem
from afterban.language import kinds, laws
from afterban.language.laws import Distribution

N = 20_000


def _draws(draw: Callable[[random.Random], float], law: Distribution) -> list[float]:
    source = random.Random(7)
    return [min(max(draw(source), law.floor), law.cap) for _ in range(N)]


LAWS: list[tuple[Distribution, Callable[[random.Random], float]]] = [
    (laws.exponential(2.0), lambda r: r.expovariate(0.5)),
    (laws.exponential(2.0, cap=3.0, floor=0.5), lambda r: r.expovariate(0.5)),
    (Distribution("exponential", {"median": 2.0}), lambda r: r.expovariate(math.log(2) / 2)),
    (laws.lognormal(3.0, 0.8), lambda r: 3 * math.exp(0.8 * r.gauss(0, 1))),
    (laws.lognormal(3.0, 1.2, cap=5.0, floor=1.0), lambda r: 3 * math.exp(1.2 * r.gauss(0, 1))),
    (laws.uniform(1.0, 5.0), lambda r: r.uniform(1, 5)),
    (laws.uniform(1.0, 5.0, cap=4.0, floor=2.0), lambda r: r.uniform(1, 5)),
    (laws.weibull(2.0, 0.7), lambda r: r.weibullvariate(2, 0.7)),
    (laws.weibull(2.0, 1.5, cap=2.5, floor=0.5), lambda r: r.weibullvariate(2, 1.5)),
    (laws.pareto(1.0, 3.0), lambda r: r.paretovariate(3.0)),
    (laws.pareto(1.0, 1.0, cap=20.0), lambda r: r.paretovariate(1.0)),
    (laws.pareto(1.0, 0.8, cap=20.0, floor=2.0), lambda r: r.paretovariate(0.8)),
    (
        laws.quantiles({0: 1, 0.5: 10, 1: 1000}, cap=300.0),
        lambda r: _log_linear(r.random()),
    ),
]


def _log_linear(u: float) -> float:
    return 10 ** (2 * u) if u < 0.5 else 10 ** (1 + 4 * (u - 0.5))


@pytest.mark.slow
@pytest.mark.parametrize(("law", "draw"), LAWS, ids=lambda x: getattr(x, "kind", ""))
def test_mean_and_median_agree_with_draws(
    law: Distribution, draw: Callable[[random.Random], float]
) -> None:
    values = _draws(draw, law)
    error = statistics.stdev(values) / math.sqrt(N)
    # Four standard errors: a false alarm once in 16,000; the seed is fixed.
    assert abs(statistics.fmean(values) - law.mean()) < 4 * error
    below = sum(value < law.median() for value in values) / N
    above = sum(value > law.median() for value in values) / N
    assert max(below, above) < 0.5 + 4 * 0.5 / math.sqrt(N)


def test_lognormal_by_mean_and_median() -> None:
    law = Distribution("lognormal", {"mean": 1004.0, "median": 200.0})
    assert law.mean() == pytest.approx(1004.0, rel=1e-12)
    assert law.parameters["median"] == 200.0
    by_sigma = Distribution("lognormal", {"mean": 1004.0, "sigma": law.parameters["sigma"]})
    assert by_sigma.median() == pytest.approx(200.0, rel=1e-12)


def test_never_and_constant() -> None:
    assert laws.never().mean() == laws.never().median() == math.inf
    assert laws.constant(3.0).mean() == laws.constant(3.0).median() == 3.0


def test_pareto_without_mean_needs_a_cap() -> None:
    with pytest.raises(ValueProblem, match="no mean"):
        laws.pareto(1.0, 1.0)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("gamma", {"mean": 1.0}),
        ("exponential", {}),
        ("exponential", {"mean": 1.0, "median": 1.0}),
        ("exponential", {"mean": -1.0}),
        ("exponential", {"mean": math.nan}),
        ("exponential", {"mean": math.inf}),
        ("lognormal", {"median": 0.0, "sigma": 1.0}),
        ("uniform", {"low": 2.0, "high": 1.0}),
        ("quantiles", {"points": ((0.0, 1.0), (1.0, 0.5))}),
        ("quantiles", {"points": ((0.0, 0.0), (1.0, 0.5))}),
    ],
)
def test_faulty_distributions(kind: str, given: dict[str, object]) -> None:
    with pytest.raises(ValueProblem):
        Distribution(kind, given)


def test_distributions_are_values() -> None:
    law = laws.quantiles({0: 1, 1: 2})
    assert law == laws.quantiles({0: 1, 1: 2})
    assert hash(law) == hash(laws.quantiles({0: 1, 1: 2}))
    assert pickle.loads(pickle.dumps(law)) == law
    with pytest.raises(AttributeError):
        law.kind = "constant"  # type: ignore[misc]


def test_words_of_truth() -> None:
    kind = kinds.BooleanKind()
    assert kind.parse("true") is True
    for text in ("yes", "on", "True", "1", "y"):
        with pytest.raises(ValueProblem) as caught:
            kind.parse(text)
        assert caught.value.hint == "true"
    with pytest.raises(ValueProblem):
        kind.parse("true", plain=False)
