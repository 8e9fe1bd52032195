"""What a calibration came to: the posterior, what it does not know, and what it predicts.

What the figures leave open (over the draws of the posterior) and chance (over replications at one
draw) are two spreads and stand apart, and so do targets, which the posterior was fitted to, and
what was held out, which it predicts.

Checked by ``tests/experiment/test_calibrate.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from afterban.errors import listed
from afterban.experiment.answer import Answer, plain
from afterban.experiment.draws import NOTE, write_draws
from afterban.experiment.history import History
from afterban.experiment.observed import Observation
from afterban.experiment.posterior import Weighted
from afterban.experiment.unknowns import Unknown, section_digest, values_at
from afterban.scenario import Scenario
from afterban.scenario.calibrating import changes
from afterban.scenario.sweeping import typed

if TYPE_CHECKING:
    import pandas as pd

    from afterban.experiment.calibration_check import Checked
    from afterban.report.figures import Figure

Floats: TypeAlias = npt.NDArray[np.float64]

UNKNOWN = 0.8  # share of the prior's width that is left, above which a value is not identified
INFORMS = 0.9  # the same, below which a figure alone is said to inform a value
TRADED = 0.5  # correlation from which two values are said to trade against each other
LEAST_SHOWN = 0.35  # of a direction's parts
ENDS = (0.05, 0.95)
FILE = "posterior.parquet"


@dataclass(frozen=True)
class Settings:
    """Sizes of a calibration.

    points: of a wave.  replications: of each, and of each draw that is predicted from.
    waves: at most.  simulations: from which the posterior is made.  draws: of it that are kept.
    """

    points: int = 64
    replications: int = 4
    waves: int = 3
    simulations: int = 2000
    draws: int = 200


class Known(NamedTuple):
    """What is known of one unknown, in the simulator's units.

    low, middle, high: 5, 50 and 95 % points of the posterior.  prior_low, prior_high: of the prior.
    width: distance of the ends in prior units, as a share of that before.
    informed_by: targets that alone leave less than nine tenths of it.
    """

    name: str
    low: float
    middle: float
    high: float
    prior_low: float
    prior_high: float
    width: float
    informed_by: tuple[str, ...]

    @property
    def identified(self) -> bool:
        """Whether the targets say something about it."""
        return self.width <= UNKNOWN


class Direction(NamedTuple):
    """A direction of the posterior in prior units.

    width: standard deviation along it, as a share of that before; 1 if nothing is learnt.
    parts: how much of each unknown is in it, the largest first.
    """

    width: float
    parts: tuple[tuple[str, float], ...]

    @property
    def text(self) -> str:
        """Its larger parts."""
        shown = [one for one in self.parts if abs(one[1]) >= LEAST_SHOWN] or list(self.parts[:1])
        first = math.copysign(1.0, shown[0][1])
        words = [f"{abs(x):.2f} {name}" for name, x in shown]
        signs = ["+" if x * first > 0 else "−" for _, x in shown[1:]]
        return words[0] + "".join(f" {s} {w}" for s, w in zip(signs, words[1:], strict=True))


class Prediction(NamedTuple):
    """What is simulated of a figure, in the unit of the metric.

    mean, low, high: over draws of the posterior, each with its mean over replications.
    chance: standard deviation of a replication at one draw.
    observed_low, observed_high: 5 and 95 % points of what would be observed.
    prior_low, prior_high: of the means over the points of the whole prior.
    share: of the posterior's observations that are on the bound's side; NaN of a value.
    undefined: share of the replications in which the metric is undefined.
    """

    name: str
    metric: str
    arm: str
    comparison: str
    observed: float
    source: str
    held_out: bool
    used: bool
    mean: float
    low: float
    high: float
    chance: float
    observed_low: float
    observed_high: float
    prior_low: float
    prior_high: float
    share: float
    undefined: float

    @property
    def verdict(self) -> str:
        """Whether what was observed is to be expected."""
        if not self.held_out and not self.used:
            return "no value in the stated ranges reaches it"
        if math.isnan(self.mean):
            return "undefined (no observations)"
        if self.comparison != "about":
            return f"kept in {self.share:.0%}"
        inside = self.observed_low <= self.observed <= self.observed_high
        return "as expected" if inside else "outside what is expected"


@dataclass(frozen=True)
class Calibrated(Answer):
    """A calibration that was run.

    places: draws of the posterior in prior units, ``[draws, unknowns]``.
    predicted, observed: figures at them, without and with the error of an observation,
        ``[draws, replications, figures]``.
    unreached: targets that no value in the stated ranges reaches; nothing was learnt from them.
    informs: by target, what it alone leaves of each unknown's width.
    """

    scenario: Scenario
    settings: Settings
    unknowns: tuple[Unknown, ...]
    observations: tuple[Observation, ...]
    unreached: tuple[str, ...]
    history: History
    weighted: Weighted
    places: Floats
    predicted: Floats
    observed: Floats
    informs: Mapping[str, Floats]
    folder: Path
    run_now: Mapping[str, int] = field(default_factory=dict)
    prove: Callable[..., Checked] | None = None

    # --- the posterior ---------------------------------------------------------------------------

    @property
    def posterior(self) -> pd.DataFrame:
        """Draws, each as likely: a row a draw, a column an unknown, in days and per day."""
        import pandas as pd

        return pd.DataFrame(self.values, columns=[one.name for one in self.unknowns])

    @cached_property
    def values(self) -> Floats:
        """Values of the unknowns at the draws, ``[draws, unknowns]``."""
        return values_at(self.unknowns, self.places)

    @property
    def draws(self) -> pd.DataFrame:
        """The draws as they are kept: a column a path of the scenario, and a note an unknown."""
        import pandas as pd

        rows: list[dict[str, Any]] = []
        for row in self.values:
            texts: dict[str, str] = {}
            for one, value in zip(self.unknowns, row, strict=True):
                texts |= changes(self.scenario, one.parameter, float(value))
            notes = {
                f"{NOTE}{one.name}": float(x) for one, x in zip(self.unknowns, row, strict=True)
            }
            rows.append({path: typed(path, text) for path, text in texts.items()} | notes)
        return pd.DataFrame(rows)

    def write(self, path: Path | None = None) -> Path:
        """Keep the draws for ``afterban run --draws``; in the folder of the calibration if None.

        Raises AfterbanError if they cannot be written.
        """
        place = self.folder / FILE if path is None else path
        write_draws(place, self.draws, self.meta())
        return place

    def meta(self) -> dict[str, Any]:
        """What the draws are of."""
        section = self.scenario.calibration
        assert section is not None  # there would be no calibration
        return {
            "what": "posterior",
            "scenario": self.scenario.name,
            "digest": self.scenario.digest(),
            "calibration_digest": section_digest(self.scenario),
            "seed": self.scenario.seed,
            "settings": vars(self.settings),
            "parameters": {
                one.name: {"paths": list(one.parameter.places), "factor": one.parameter.factor}
                for one in self.unknowns
            },
            "targets": {
                one.name: {"metric": one.metric, "arm": one.arm, "observed": one.figure.observed}
                for one in self.observations
                if not one.held_out and one.name not in self.unreached
            },
            "unreached": list(self.unreached),
        }

    # --- what is known ---------------------------------------------------------------------------

    @cached_property
    def known(self) -> tuple[Known, ...]:
        """What is known of each unknown."""
        shares = (ENDS[0], 0.5, ENDS[1])
        after = self.weighted.quantile(shares)
        before = values_at(
            self.unknowns, np.repeat([[x] for x in ENDS], len(self.unknowns), axis=1)
        )
        values = values_at(self.unknowns, after)
        width = (after[2] - after[0]) / (ENDS[1] - ENDS[0])
        return tuple(
            Known(
                name=one.name,
                low=float(values[0, k]),
                middle=float(values[1, k]),
                high=float(values[2, k]),
                prior_low=float(before[0, k]),
                prior_high=float(before[1, k]),
                width=float(width[k]),
                informed_by=tuple(n for n, left in self.informs.items() if left[k] < INFORMS),
            )
            for k, one in enumerate(self.unknowns)
        )

    def identifiability(self) -> pd.DataFrame:
        """A row an unknown: before and after, what is left of its width, and what informs it."""
        import pandas as pd

        rows = []
        for one in self.known:
            data = one._asdict() | {"identified": one.identified}
            data["informed_by"] = ", ".join(one.informed_by)
            alone = {f"left_by_{name}": left for name, left in self._alone(one.name).items()}
            rows.append(data | alone)
        return pd.DataFrame(rows)

    def _alone(self, name: str) -> dict[str, float]:
        k = [one.name for one in self.unknowns].index(name)
        return {target: float(left[k]) for target, left in self.informs.items()}

    @cached_property
    def directions(self) -> tuple[Direction, ...]:
        """Directions of the posterior in prior units, the best known first."""
        spread = self.weighted.places - self.weighted.weights @ self.weighted.places
        covariance = 12.0 * (spread * self.weighted.weights[:, None]).T @ spread
        variances, vectors = np.linalg.eigh(np.atleast_2d(covariance))
        names = [one.name for one in self.unknowns]
        found = []
        for variance, vector in zip(variances, vectors.T, strict=True):
            parts = sorted(zip(names, map(float, vector), strict=True), key=lambda p: -abs(p[1]))
            found.append(Direction(math.sqrt(max(float(variance), 0.0)), tuple(parts)))
        return tuple(found)

    @cached_property
    def traded(self) -> tuple[tuple[str, str, float], ...]:
        """Pairs of unknowns that trade against each other, and their correlation."""
        if len(self.unknowns) < 2:
            return ()
        with np.errstate(invalid="ignore"):
            found = np.asarray(np.corrcoef(self.places.T))
        names = [one.name for one in self.unknowns]
        pairs = [
            (names[i], names[j], float(found[i, j]))
            for i in range(len(names))
            for j in range(i)
            if abs(found[i, j]) >= TRADED
        ]
        return tuple(sorted(pairs, key=lambda pair: -abs(pair[2])))

    # --- what is predicted -----------------------------------------------------------------------

    @cached_property
    def predictions(self) -> tuple[Prediction, ...]:
        """What the posterior says of each figure, targets first."""
        return tuple(self._prediction(k) for k in range(len(self.observations)))

    def _prediction(self, k: int) -> Prediction:
        one = self.observations[k]
        told, seen = self.predicted[:, :, k], self.observed[:, :, k]
        means = _means(told)
        first = _means(self.history.values[: self.history.first, :, k])
        low, high = _ends(means)
        observed_low, observed_high = _ends(seen)
        prior_low, prior_high = _ends(first)
        sides = one.holds(one.scaled(told))
        return Prediction(
            name=one.name,
            metric=one.metric,
            arm=one.arm,
            comparison=one.figure.comparison,
            observed=one.figure.observed,
            source=one.source,
            held_out=one.held_out,
            used=not one.held_out and one.name not in self.unreached,
            mean=float(means[np.isfinite(means)].mean()) if np.isfinite(means).any() else math.nan,
            low=low,
            high=high,
            chance=spread_of_chance(told),
            observed_low=observed_low,
            observed_high=observed_high,
            prior_low=prior_low,
            prior_high=prior_high,
            share=float(sides.mean()) if one.is_bound else math.nan,
            undefined=float((~np.isfinite(told)).mean()),
        )

    # --- four forms ------------------------------------------------------------------------------

    def words(self) -> list[str]:
        """What was learnt, what was not, what nothing reaches; then what was held out."""
        return [
            *self._known_words(),
            *self._direction_words(),
            *self._unreached_words(),
            *self._predicted_words(),
        ]

    def _known_words(self) -> list[str]:
        found = []
        for unknown, one in zip(self.unknowns, self.known, strict=True):
            after = f"{unknown.text(one.low)} to {unknown.text(one.high)}"
            before = f"{unknown.text(one.prior_low)} to {unknown.text(one.prior_high)}"
            left = f"{one.width:.2f} of the width is left"
            if one.identified:
                by = f"; informed by {listed(one.informed_by)}" if one.informed_by else ""
                found.append(f"{one.name}: {after} (before: {before}; {left}){by}")
            else:
                found.append(f"{one.name}: not identified: {after} (before: {before}; {left})")
        return found

    def _direction_words(self) -> list[str]:
        best = self.directions[0]
        found = [f"best known: {best.text}, to {best.width:.2f} of what was open before"]
        sloppy = [one for one in self.directions if one.width > UNKNOWN]
        if sloppy:
            told = listed([one.text for one in sloppy])
            found.append(f"directions along which next to nothing is learnt: {told}")
        found += [
            f"{a} and {b} trade against each other (correlation {r:.2f}): the targets know a "
            "combination of them better than either"
            for a, b, r in self.traded
        ]
        return found

    def _unreached_words(self) -> list[str]:
        return [
            f"{one.name}: no value in the stated ranges reaches it: observed {one.observed:.3g}, "
            f"simulated {one.prior_low:.3g} to {one.prior_high:.3g}; nothing was learnt from it"
            for one in self.predictions
            if one.name in self.unreached
        ]

    def _predicted_words(self) -> list[str]:
        return [
            f"held out, {one.name}: predicted {one.low:.3g} to {one.high:.3g} over the posterior "
            f"(chance apart: ±{one.chance:.2g}), observed {self._side(one)}{one.observed:.3g}: "
            f"{one.verdict}"
            for one in self.predictions
            if one.held_out
        ]

    @staticmethod
    def _side(one: Prediction) -> str:
        return "" if one.comparison == "about" else f"{one.comparison} "

    def frame(self) -> pd.DataFrame:
        """A row a figure: what was observed, and what the posterior says; targets first."""
        import pandas as pd

        return pd.DataFrame([one._asdict() | {"verdict": one.verdict} for one in self.predictions])

    def figure(self, of: str = "posterior") -> Figure:
        """A picture: ``posterior``, before and after; or ``predictions``, targets and hold-outs."""
        from afterban.report.calibration import picture

        return picture(self, of)

    def check(self, truths: int = 200, recovered: int = 50) -> Checked:
        """Prove on known truths that such posteriors are right: see :meth:`Calibration.check`."""
        assert self.prove is not None  # made by a calibration
        return self.prove(truths, recovered)

    def to_dict(self) -> dict[str, Any]:
        """Everything but the draws, in plain types."""
        found = {
            **self.meta(),
            "folder": str(self.folder),
            "simulations_that_count": self.weighted.size,
            "known": [one._asdict() | {"identified": one.identified} for one in self.known],
            "left_by_target_alone": {n: left.tolist() for n, left in self.informs.items()},
            "directions": [{"width": d.width, "parts": dict(d.parts)} for d in self.directions],
            "traded": [list(pair) for pair in self.traded],
            "fitted": [_data(one) for one in self.predictions if not one.held_out],
            "held_out": [_data(one) for one in self.predictions if one.held_out],
            "waves": [
                {
                    "points": len(wave.places),
                    "left": wave.left,
                    "emulators": {
                        one.target.name: None if one.error is None else vars(one.error)
                        for one in wave.emulated
                    },
                }
                for wave in self.history.waves
            ],
            "run_now": dict(self.run_now),
            "words": self.words(),
        }
        data: dict[str, Any] = plain(found)
        return data


def _data(one: Prediction) -> dict[str, Any]:
    return one._asdict() | {"verdict": one.verdict}


def _means(told: Floats) -> Floats:
    """Means over replications in which a number is defined; NaN if there is none."""
    defined = np.isfinite(told)
    count = defined.sum(axis=1)
    total = np.where(defined, told, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), math.nan)


def _ends(values: Floats) -> tuple[float, float]:
    told = values[np.isfinite(values)]
    if not len(told):
        return math.nan, math.nan
    low, high = np.quantile(told, ENDS)
    return float(low), float(high)


def spread_of_chance(told: Floats) -> float:
    """Standard deviation of a replication about the mean of its draw."""
    rows = told[np.isfinite(told).sum(axis=1) > 1]
    if not len(rows):
        return math.nan
    return math.sqrt(float(np.nanmean(np.nanvar(rows, axis=1, ddof=1))))
