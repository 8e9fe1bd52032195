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
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from afterban.errors import listed
from afterban.experiment.answer import Answer, plain
from afterban.experiment.draws import NOTE, write_draws
from afterban.experiment.history import History
from afterban.experiment.learnt import UNKNOWN, Direction, Known, Prediction, Settings
from afterban.experiment.observed import Observation
from afterban.experiment.posterior import Weighted
from afterban.experiment.spreads import BAND, ENDS, means, quantiles, spread_of_chance
from afterban.experiment.unknowns import Unknown, section_digest, values_at
from afterban.scenario import Scenario
from afterban.scenario.calibrating import changes
from afterban.scenario.sweeping import typed

if TYPE_CHECKING:
    import pandas as pd

    from afterban.experiment.calibration_check import Checked
    from afterban.report.figures import Figure

Floats: TypeAlias = npt.NDArray[np.float64]

INFORMS = 0.9  # share of the width that is left, below which a figure alone informs a value
TRADED = 0.5  # correlation from which two values are said to trade against each other
FILE = "posterior.parquet"


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
        after = self.weighted.quantile(BAND)
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
        over = means(told)
        first = means(self.history.values[: self.history.first, :, k])
        low, high = quantiles(over)
        observed_low, observed_high = quantiles(seen)
        prior_low, prior_high = quantiles(first)
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
            mean=float(over[np.isfinite(over)].mean()) if np.isfinite(over).any() else math.nan,
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
