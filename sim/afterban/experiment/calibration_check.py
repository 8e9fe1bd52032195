"""Proof of a calibration on known truths: are its posteriors what they say they are?

Truths are drawn from what is known before, figures are simulated and observed at each, and each is
inferred from the other simulations of one table.  Two questions are asked:

- *Simulation-based calibration* (Talts, Betancourt, Simpson, Vehtari & Gelman 2018): the rank of a
  truth among draws of its posterior is uniform, by a chi-squared test of each unknown.
- *Recovery*: the posterior's central 90 % hold nine in ten truths, pooled over truths and unknowns,
  within a two-sided binomial bound.

With the false-alarm rate of ``ALARM`` each, shared among the unknowns of the first.  An unknown on
which no figure depends is put in by construction (``PLACEBO``), and must be told as not identified.

Truths of one table share simulations, and unknowns of one truth its figures, so that the trials are
not quite independent; both make a bound too narrow, never too wide.

Checked by ``tests/experiment/test_calibration_check.py``, on posteriors that are wrong, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from afterban.errors import AfterbanError, listed
from afterban.experiment.answer import Answer, plain
from afterban.experiment.calibration_runs import Runs
from afterban.experiment.generators import PROOF, PROOF_SEEDS, RESAMPLED, TRUTHS, generator
from afterban.experiment.learnt import UNKNOWN
from afterban.experiment.observed import Observation
from afterban.experiment.posterior import NEAREST, Weighted, posterior
from afterban.experiment.unknowns import points_at, unknowns
from afterban.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from afterban.report.figures import Figure

Floats: TypeAlias = npt.NDArray[np.float64]
Infer: TypeAlias = Callable[[Floats, Floats, Floats, Floats], Weighted]

ALARM = 1e-3  # false-alarm rate of each of the two tests
LEVEL = 0.9  # of the intervals that are to hold the truth
DRAWS = 63  # of each posterior, among which a truth has a rank from 0 to 63
BINS = 8  # of ranks
PLACEBO = "placebo"  # an unknown on which nothing depends


@dataclass(frozen=True)
class Checked(Answer):
    """What a proof came to.

    names: of the unknowns, the placebo last.
    ranks: of truths among draws of their posteriors, ``[truths, unknowns]``, from 0 to ``DRAWS``.
    inside: whether an interval holds the truth, ``[recovered, unknowns]``.
    widths: of the intervals, as a share of those before, ``[recovered, unknowns]``.
    """

    scenario: str
    names: tuple[str, ...]
    ranks: npt.NDArray[np.int64]
    inside: npt.NDArray[np.bool_]
    widths: Floats
    simulations: int

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """Ranks in equal bins, ``[bins, unknowns]``."""
        size = (DRAWS + 1) // BINS
        return np.array([((self.ranks // size) == k).sum(axis=0) for k in range(BINS)])

    @property
    def p_values(self) -> Floats:
        """Of a chi-squared test that ranks are uniform, ``[unknowns]``."""
        from scipy.stats import chisquare

        found: Floats = np.asarray(chisquare(self.counts, axis=0).pvalue)
        return found

    @property
    def uniform(self) -> bool:
        """Whether no unknown's ranks are told from uniform ones."""
        return bool((self.p_values >= ALARM / len(self.names)).all())

    @property
    def trials(self) -> int:
        """Truths and unknowns, pooled."""
        return int(self.inside.size)

    @property
    def bound(self) -> tuple[int, int]:
        """Fewest and most intervals that may hold their truths."""
        from scipy.stats import binom

        low, high = (int(binom.ppf(p, self.trials, LEVEL)) for p in (ALARM / 2, 1 - ALARM / 2))
        return low, high

    @property
    def recovers(self) -> bool:
        """Whether as many truths are held as should be."""
        low, high = self.bound
        return low <= int(self.inside.sum()) <= high

    @property
    def placebo_told(self) -> bool:
        """Whether the unknown on which nothing depends is told as not identified."""
        return bool(np.median(self.widths[:, self.names.index(PLACEBO)]) > UNKNOWN)

    @property
    def passed(self) -> bool:
        """Whether all three hold."""
        return self.uniform and self.recovers and self.placebo_told

    def words(self) -> list[str]:
        """The two tests, and the placebo."""
        low, high = self.bound
        held, worst = int(self.inside.sum()), int(self.p_values.argmin())
        told = "uniform" if self.uniform else "not uniform"
        return [
            f"ranks of {len(self.ranks)} truths among {DRAWS} draws of their posteriors: {told} "
            f"(smallest p {self.p_values[worst]:.2g}, of {self.names[worst]}; an alarm below "
            f"{ALARM / len(self.names):.1g}, {ALARM:g} over {len(self.names)} unknowns)",
            f"{held} of {self.trials} intervals of {LEVEL:.0%} hold the truth "
            f"({len(self.inside)} truths, {len(self.names)} unknowns), "
            + ("as they should" if self.recovers else "which is not as it should be")
            + f": {low} to {high} in all but one of {1 / ALARM:,.0f} such tests",
            f"{PLACEBO}, on which nothing depends, is "
            + ("told as not identified" if self.placebo_told else "told as identified, wrongly")
            + f" (median width {np.median(self.widths[:, self.names.index(PLACEBO)]):.2f})",
        ]

    def frame(self) -> pd.DataFrame:
        """A row an unknown: intervals that hold the truth, their median width, p of its ranks."""
        import pandas as pd

        width = np.median(self.widths, axis=0)
        return pd.DataFrame(
            {
                "parameter": self.names,
                "inside": self.inside.sum(axis=0),
                "of": len(self.inside),
                "median_width": width,
                "identified": width <= UNKNOWN,
                "p_of_ranks": self.p_values,
            }
        )

    def figure(self) -> Figure:
        """Histograms of the ranks, with what chance alone makes of uniform ones."""
        from afterban.report.calibration import ranks

        return ranks(self)

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types."""
        low, high = self.bound
        found = {
            "scenario": self.scenario,
            "passed": self.passed,
            "simulations": self.simulations,
            "truths": len(self.ranks),
            "recovered": len(self.inside),
            "level": LEVEL,
            "false_alarm_rate": ALARM,
            "intervals": self.trials,
            "inside": int(self.inside.sum()),
            "inside_low": low,
            "inside_high": high,
            "uniform": self.uniform,
            "placebo_told": self.placebo_told,
            "parameters": self.frame().to_dict("records"),
            "rank_counts": self.counts.T.tolist(),
        }
        data: dict[str, Any] = plain(found)
        return data


def check(
    scenario: Scenario,
    runs: Runs,
    *,
    truths: int = 200,
    recovered: int = 50,
    simulations: int = 2000,
) -> Checked:
    """Infer known truths of a calibration; one table of simulations serves all.

    truths: of the ranks.  recovered: of these, for the intervals.
    simulations: of the table, drawn from the whole prior, each with draws of its own.

    Raises AfterbanError as a sweep does, or if the table is no larger than the truths.
    """
    if simulations <= truths or truths < recovered:
        raise AfterbanError(
            f"{truths} truths, {recovered} of them recovered, from {simulations} simulations: "
            "there are more simulations than truths, and no more are recovered than there are"
        )
    some = unknowns(scenario)
    targets = [(k, one) for k, one in enumerate(runs.asked) if not one.held_out]
    rng = generator(scenario.seed, PROOF)
    places = rng.random((simulations, len(some) + 1))
    seeds = generator(scenario.seed, PROOF_SEEDS).integers(1, 2**32, simulations)
    points = points_at(runs.base, some, places[:, : len(some)], seeds)
    simulated = runs.at("proof", points, 1)[:, 0]
    return proof(
        scenario.name,
        (*(one.name for one in some), PLACEBO),
        places,
        [one for _, one in targets],
        simulated[:, [k for k, _ in targets]],
        truths=truths,
        recovered=recovered,
        seed=scenario.seed,
    )


def proof(
    scenario: str,
    names: tuple[str, ...],
    places: Floats,
    targets: Sequence[Observation],
    simulated: Floats,
    *,
    truths: int,
    recovered: int,
    seed: int,
    infer: Infer | None = None,
) -> Checked:
    """The proof from a table ``[rows, unknowns]`` and what was simulated ``[rows, targets]``.

    The first rows in which every target is defined are the truths; each is left out of the table
    from which it is inferred.
    infer: from places, observations, what was observed and the likelihood of bounds to a posterior.
    """
    infer = infer or (lambda p, o, at, held: posterior(p, o, at, held, NEAREST))
    scaled = np.column_stack([one.scaled(simulated[:, k]) for k, one in enumerate(targets)])
    rng = generator(seed, TRUTHS)
    drawn = np.column_stack([one.drawn(scaled[:, k], rng) for k, one in enumerate(targets)])
    bounds = np.array([one.is_bound for one in targets])
    chosen = np.flatnonzero(np.isfinite(drawn).all(axis=1))[:truths]
    if len(chosen) < truths:
        told = listed([one.name for one in targets])
        raise AfterbanError(f"{scenario}: {told} are defined together in too few simulations")
    ranks = np.empty((truths, len(names)), dtype=np.int64)
    inside = np.empty((recovered, len(names)), dtype=np.bool_)
    widths = np.empty((recovered, len(names)))
    ends = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
    resampled = generator(seed, RESAMPLED)
    for t, row in enumerate(chosen):
        rest = np.arange(len(places)) != row
        held = _held(targets, scaled[rest], drawn[row], bounds)
        found = infer(places[rest], drawn[rest][:, ~bounds], drawn[row, ~bounds], held)
        ranks[t] = (found.drawn(DRAWS, resampled) < places[row]).sum(axis=0)
        if t < recovered:
            low, high = found.quantile(ends)
            inside[t] = (low <= places[row]) & (places[row] <= high)
            widths[t] = (high - low) / LEVEL
    return Checked(scenario, names, ranks, inside, widths, len(places))


def _held(
    targets: Sequence[Observation], scaled: Floats, at: Floats, bounds: npt.NDArray[np.bool_]
) -> Floats:
    """Likelihood, in each row, that bounds were kept or broken as a truth's observation did."""
    found = np.ones(len(scaled))
    for k, one in enumerate(targets):
        if not bounds[k]:
            continue
        kept = one.holds(scaled[:, k])
        is_kept = (at[k] >= one.place) == (one.figure.comparison == "at least")
        found *= kept if is_kept else np.where(np.isfinite(scaled[:, k]), 1 - kept, 0.0)
    return found
