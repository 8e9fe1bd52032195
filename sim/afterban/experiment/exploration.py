"""What an exploration comes to: arms, indices and boxes, in words, as tables, a picture and data.

The runs behind it are in :mod:`afterban.experiment.explore`.

Checked by ``tests/experiment/test_explore.py``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from afterban.experiment.amounts import amount, percent
from afterban.experiment.answer import Answer, columns, estimate_data, plain
from afterban.experiment.assumption import Assumption
from afterban.experiment.design import Floats
from afterban.experiment.findings import ArmFound, Discovery, side_text
from afterban.experiment.indices import Index, Indices, Method, Response, ends, leading, size
from afterban.experiment.sizing import CHECKED
from afterban.experiment.wording import label

if TYPE_CHECKING:
    import pandas as pd

    from afterban.report.figures import Figure

METHOD_WORDS: Mapping[Method, str] = {
    "given": "first-order indices by RBD-FAST from the points themselves",
    "sobol": "Sobol indices on a Saltelli design, intervals by bootstrap",
    "morris": "elementary effects on a Morris design, intervals by bootstrap",
}
SHARES = (
    "Shares are of the points, with the 95 % interval of so many points: what the ranges say, and "
    "no probability of the world."
)
MOST_SAID = 3  # assumptions in a sentence
NOISY = 0.2  # share of chance in a variance from which it is said


@dataclass(frozen=True)
class Exploration(Answer):
    """Which arm is best over all stated ranges at once, and what decides it.

    better: +1 if more of the metric is better, -1 if less.
    points, undefined: of the plain ensemble, and how many are left out since an arm has no value.
    operators, of: size of the network that was run, and of the scenario's.
    off: furthest that the difference of the pair is from that of the whole network, at the points
        at which both were run; None if it was not thinned.
    pair: the two arms whose difference is followed.
    left_out: arms that could be chosen too and were not run.
    noise: share of chance in the variance of the level, and of the difference.
    rows: the points in the unit cube, a column for each of ``assumptions``.
    values: arm -> metric -> mean over the replications of each point.
    """

    scenario: str
    digest: str
    metric: str
    better: int
    seed: int
    engine: str
    points: int
    undefined: int
    replications: int
    operators: int
    of: int
    off: float | None
    method: Method
    pair: tuple[str, str]
    arms: tuple[ArmFound, ...]
    left_out: tuple[str, ...]
    targets: tuple[str, ...]
    responses: tuple[Response, ...]
    noise: tuple[float, float]
    discoveries: tuple[Discovery, ...]
    assumptions: tuple[Assumption, ...]
    rows: Floats
    values: Mapping[str, Mapping[str, Floats]]

    def arm(self, name: str) -> ArmFound:
        """What was found of an arm.  Raises KeyError for one that was not run."""
        for one in self.arms:
            if one.arm == name:
                return one
        raise KeyError(name)

    def response(self, what: str) -> Response:
        """Indices of ``level``, ``difference`` or ``best``.  Raises KeyError if there are none."""
        for one in self.responses:
            if one.what == what:
                return one
        raise KeyError(what)

    def label_of(self, name: str) -> str:
        """An assumption, or the group of all others, for people."""
        return next((one.label for one in self.assumptions if one.name == name), name)

    def what_of(self, what: str) -> str:
        """A response for people."""
        a, b = self.pair
        return {
            "level": f"{label(self.metric)} under `{self.arms[0].arm}`",
            "difference": f"the difference of `{a}` and `{b}`",
            "best": "which arm is best",
        }[what]

    # --- words -----------------------------------------------------------------------------------

    def words(self) -> list[str]:
        """Who is best how often, what is regretted, what decides, and where it would be another."""
        return [
            self.size_words(),
            *self._decision(),
            *self._met(),
            *self.sensitivity_words(),
            *(one.words() for one in self.discoveries),
        ]

    def size_words(self) -> str:
        """How much was run, and what was left out."""
        thin = f", thinned to {self.operators:,} of {self.of:,} operators"
        less = f"; {self.undefined} of them left out, as undefined in some arm"
        more = f"; not run: {', '.join(f'`{arm}`' for arm in self.left_out)}"
        return (
            f"{self.points} points over the stated ranges of {len(self.assumptions)} assumptions, "
            f"{self.replications} replication{'s'[: self.replications != 1]} each"
            + (thin if self.operators != self.of else "")
            + (less if self.undefined else "")
            + (more if self.left_out else "")
            + "."
            + self._check_words()
        )

    def _check_words(self) -> str:
        """How far the thinned network is from the whole one."""
        if self.off is None:
            return ""
        apart = amount(self.metric, self.off, True)
        return (
            f" With the whole network too at {CHECKED} of them: the difference of "
            f"{' and '.join(f'`{arm}`' for arm in self.pair)} is {apart} off at most."
        )

    def _decision(self) -> list[str]:
        said = []
        which = "lowest" if self.better < 0 else "highest"
        for one in sorted(self.arms, key=lambda one: -one.best.value):
            mean, far, largest = (amount(self.metric, x, True) for x in one.regret)
            said.append(
                f"`{one.arm}` has the {which} {label(self.metric)} at {percent(one.best.value)} of "
                f"the points ({percent(one.best.low)} to {percent(one.best.high)}); regret {mean} "
                f"in the mean, {far} at 95 %, {largest} at most."
            )
        return [*said, SHARES]

    def _met(self) -> list[str]:
        return [
            f"`{text}` is met at "
            + ", ".join(
                f"{percent(one.targets[k].value)} of the points under `{one.arm}`"
                for one in self.arms
            )
            + "."
            for k, text in enumerate(self.targets)
        ]

    def sensitivity_words(self) -> list[str]:
        """What moves the level, the difference, and which arm is best."""
        if not self.responses:
            return ["Sensitivity: SALib is not installed (`pip install 'afterban[explore]'`)."]
        said = [f"What moves it: {METHOD_WORDS[self.method]}."]
        for one in self.responses:
            said.append(f"{capital(self.what_of(one.what))}: {self._ranking(one)}.")
        for share, what in zip(self.noise, ("level", "difference"), strict=True):
            if share > NOISY:
                said.append(
                    f"Chance makes {percent(share)} of the variance of {self.what_of(what)} over "
                    "the points; more replications make that less."
                )
        return said

    def _ranking(self, response: Response) -> str:
        found = response.indices
        if not found.each:
            return "the same at every point, so no assumption moves it"
        told = leading(found)
        if not told.above:
            return "no assumption is distinguishable from none; take more points"
        text = "; ".join(self._index_text(one, found, response) for one in told.above[:MOST_SAID])
        if len(told.tied) > 1:
            names = ", ".join(f"`{one.name}`" for one in told.tied[:MOST_SAID])
            more = f" and {len(told.tied) - MOST_SAID} more" if len(told.tied) > MOST_SAID else ""
            text += f"; the intervals are too wide to rank {names}{more}"
        pairs = found.together
        if found.too_few:
            text += "; shares beyond the whole say that there are too few points"
        elif pairs:
            text += "; only together: " + ", ".join(
                f"{' with '.join(f'`{name}`' for name in pair.names)} {percent(pair.second)}"
                for pair in pairs[:MOST_SAID]
            )
        elif found.interactions > 0.1:
            text += f"; {percent(found.interactions)} is of no assumption alone"
        return text

    def _index_text(self, one: Index, found: Indices, response: Response) -> str:
        low, high = ends(found.method, one)
        name = self.label_of(one.name)
        if found.method == "morris":
            metric = "share" if response.what == "best" else self.metric
            told = [amount(metric, x, True) for x in (one.first, low, high)]
            return f"{name} ({told[0]} over its range; {told[1]} to {told[2]})"
        alone = f", {percent(one.first)} alone" if found.method == "sobol" else ""
        value = percent(size(found.method, one))
        return f"{name} ({value} of the variance{alone}; {percent(low)} to {percent(high)})"

    # --- tables ----------------------------------------------------------------------------------

    def frame(self) -> pd.DataFrame:
        """One row for each arm: band, share of points where it is best, regret, targets, prices."""
        import pandas as pd

        return pd.DataFrame([self._arm_row(one) for one in self.arms])

    def _arm_row(self, one: ArmFound) -> dict[str, Any]:
        row: dict[str, Any] = {"policy": one.arm, "metric": self.metric}
        row |= _band_columns("", one.band)
        row |= columns("best", one.best)
        row |= dict(zip(("regret_mean", "regret_p95", "regret_most"), one.regret, strict=True))
        for text, met in zip(self.targets, one.targets, strict=True):
            row |= columns(f"met: {text}", met)
        for name, band in one.prices.items():
            row |= _band_columns(f"{name}_", band)
        return row

    def indices_frame(self) -> pd.DataFrame:
        """One row for each response and assumption, the largest first, with its intervals."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "response": one.what,
                    "assumption": index.name,
                    "label": self.label_of(index.name),
                    "method": self.method,
                    **_index_data(self.method, index),
                }
                for one in self.responses
                for index in one.indices.ranked
            ]
        )

    def points_frame(self) -> pd.DataFrame:
        """One row for each point: the value of each assumption, and of each metric under each arm.

        Values of assumptions are in the unit of their ranges, as ``Assumption.text`` tells them.
        """
        import pandas as pd

        found = {
            one.name: [one.at(float(place)) for place in self.rows[:, k]]
            for k, one in enumerate(self.assumptions)
        }
        for arm, metrics in self.values.items():
            found |= {f"{metric} under {arm}": list(told) for metric, told in metrics.items()}
        return pd.DataFrame(found)

    def figure(self) -> Figure:
        """What moves the level beside what moves the decision: a bar for each assumption."""
        from afterban.report.exploration import exploration
        from afterban.report.figures import in_style

        with in_style():
            return exploration(self)

    def to_dict(self) -> dict[str, Any]:
        """Everything but the points, in plain types."""
        names = ("scenario", "digest", "metric", "better", "seed", "engine", "points", "undefined")
        more = ("replications", "operators", "of", "off", "method", "pair", "left_out", "targets")
        found: dict[str, Any] = plain(
            {
                **{name: getattr(self, name) for name in (*names, *more)},
                "assumptions": [one.name for one in self.assumptions],
                "arms": [_arm_data(one) for one in self.arms],
                "responses": [self._response_data(one) for one in self.responses],
                "noise": {"level": self.noise[0], "difference": self.noise[1]},
                "discoveries": [_discovery_data(one) for one in self.discoveries],
            }
        )
        return found

    def _response_data(self, one: Response) -> dict[str, Any]:
        return {
            "response": one.what,
            "points": one.points,
            "dropped": one.dropped,
            "variance": one.indices.variance,
            "interactions": one.indices.interactions,
            "each": [
                {"assumption": index.name, **_index_data(self.method, index)}
                for index in one.indices.ranked
            ],
            "pairs": [
                {"assumptions": pair.names, "second": pair.second, "half": pair.half}
                for pair in one.indices.pairs
            ],
        }


# --- in words -------------------------------------------------------------------------------------


def capital(text: str) -> str:
    """With a capital letter at the beginning."""
    return text[:1].upper() + text[1:]


# --- in data --------------------------------------------------------------------------------------


def _band_columns(before: str, band: Sequence[float] | None) -> dict[str, float]:
    names = (f"{before}p5", f"{before}median", f"{before}p95")
    return dict(zip(names, band or (math.nan,) * 3, strict=True))


def _index_data(method: Method, one: Index) -> dict[str, float]:
    names = ("mean_effect", "sd_effect") if method == "morris" else ("first", "total")
    first, total = names
    found = {first: one.first, f"{first}_half": one.first_half}
    if method == "sobol":
        found |= {total: one.total, f"{total}_half": one.total_half}
    return found | ({total: one.total} if method == "morris" else {})


def _arm_data(one: ArmFound) -> dict[str, Any]:
    return {
        "policy": one.arm,
        "band": one.band,
        "best": estimate_data(one.best),
        "regret": dict(zip(("mean", "p95", "most"), one.regret, strict=True)),
        "targets": [estimate_data(met) for met in one.targets],
        "prices": dict(one.prices),
    }


def _discovery_data(one: Discovery) -> dict[str, Any]:
    found: dict[str, Any] = {"what": one.what, "share": one.share, "box": None}
    if one.box is not None:
        found["box"] = {
            **{name: getattr(one.box, name) for name in ("density", "coverage", "points", "hits")},
            "p_value": one.box.p_value,
            "held_out": one.box.held_out,
            "sides": [
                {
                    "assumption": of.name,
                    "text": side_text(of, side),
                    "low": of.at(side.low) if side.low > 0 else None,
                    "high": of.at(side.high) if side.high < 1 else None,
                    "p_value": side.p_value,
                    "quasi_p": side.quasi_p,
                    "reproduced": side.reproduced,
                }
                for of, side in one.sides
            ],
        }
    return found


__all__ = ["Exploration"]
