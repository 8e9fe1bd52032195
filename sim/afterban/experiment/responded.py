"""What policies come to when they are answered, in words, as a table, a picture and data.

The runs behind it are in :mod:`afterban.experiment.responses`.

Checked by ``tests/experiment/test_responses.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from afterban.experiment.amounts import amount, percent
from afterban.experiment.answer import Answer, columns, estimate_data, plain
from afterban.experiment.response_search import Response, Side, told
from afterban.experiment.wording import label
from afterban.statistics import Estimate

if TYPE_CHECKING:
    import pandas as pd

    from afterban.report.figures import Figure

KINDS: Final = ("none", "stated", "worst")  # of responses
HEADINGS: Final[Mapping[str, str]] = {
    "none": "if nobody responded",
    "stated": "as things are",
    "worst": "against the worst",
}
# What an answer is a factor on.
HABITS: Final[Mapping[str, str]] = {
    "handle_match": "near-identical handles after a handle match",
    "reports": "posts after reports",
    "classifier": "posts after the classifier",
    "link_match": "promotions after a link match",
    "quick_action": "the wait after quick action",
}


@dataclass(frozen=True)
class Judged:
    """What an arm comes to under one response.

    response: factors in the order of the sides.  value: of the metric, over draws of the scenario
    as written.  band: 5, 50 and 95 % over the points; None without points.
    difference: from the baseline under its own response of the same kind, paired; None for it.
    difference_band: likewise over the points.  better_at: share of them at which the arm is better.
    prices: mean of what it costs, by metric.
    """

    response: Response
    value: Estimate
    band: tuple[float, float, float] | None
    difference: Estimate | None
    difference_band: tuple[float, float, float] | None
    better_at: float
    prices: Mapping[str, float]


@dataclass(frozen=True)
class ArmResponses:
    """An arm, judged three times.  idle: answers without effect under it, each with its reason."""

    arm: str
    idle: Mapping[str, str]
    none: Judged
    stated: Judged
    worst: Judged

    def under(self, kind: str) -> Judged:
        """Its judgement under ``none``, ``stated`` or ``worst``."""
        found: Judged = getattr(self, kind)
        return found


@dataclass(frozen=True)
class Responses(Answer):
    """How arms fare under no response, the stated one, and the worst one within the bounds.

    better: +1 if more of the metric is better, -1 if less.  tried: responses that were looked at.
    draws: replications of the scenario as written; the search has not seen them.
    operators, of: size of the network that was run, and of the scenario's.
    """

    scenario: str
    digest: str
    metric: str
    better: int
    baseline: str
    level: float
    seed: int
    engine: str
    points: int
    replications: int
    draws: int
    operators: int
    of: int
    tried: int
    sides: tuple[Side, ...]
    arms: tuple[ArmResponses, ...]

    def arm(self, name: str) -> ArmResponses:
        """The judgements of an arm.  Raises KeyError for one that was not asked for."""
        for one in self.arms:
            if one.arm == name:
                return one
        raise KeyError(name)

    def best(self, kind: str) -> ArmResponses:
        """The best arm under each arm's response of a kind; the first of equal ones."""
        return max(self.arms, key=lambda one: self.better * one.under(kind).value.value)

    def gains(self, one: ArmResponses, kind: str) -> int:
        """+1 if an arm is better than the baseline under a kind, -1 if worse, 0 if neither.

        By the paired interval of chance, which holds zero in the last case.
        """
        difference = one.under(kind).difference
        if difference is None or difference.low <= 0.0 <= difference.high:
            return 0
        return self.better if difference.value > 0 else -self.better

    def vanishes(self, one: ArmResponses) -> str:
        """Under which kind of response the advantage of an arm is gone; "" if under none, or no.

        An advantage is gone where the interval of the difference holds zero, or lies beyond it.
        """
        for before, after in (("none", "stated"), ("stated", "worst")):
            if self.gains(one, before) > 0 and self.gains(one, after) <= 0:
                return after
        return ""

    # --- words -----------------------------------------------------------------------------------

    def words(self) -> list[str]:
        """What is best as things are and against the worst, and whose advantage vanishes."""
        return [
            *self._best_words(),
            *(self._vanishing(one) for one in self.arms if self.vanishes(one)),
            *(self._worst_words(one) for one in self.arms if self.sides_of(one)),
            *self._idle_words(),
            self.size_words(),
        ]

    def _best_words(self) -> list[str]:
        now, hard = self.best("stated"), self.best("worst")
        name = label(self.metric)
        first = f"Best as things are: `{now.arm}`, {name} {self._value(now.stated)}."
        second = f"Best against the worst response: `{hard.arm}`, {name} {self._value(hard.worst)}"
        if now.arm != hard.arm:
            second += f"; `{now.arm}` then comes to {self._value(now.worst)}"
        return [first, f"{second}."]

    def _vanishing(self, one: ArmResponses) -> str:
        after = self.vanishes(one)
        before = "none" if after == "stated" else "stated"
        when = "the stated response" if after == "stated" else "the worst response"
        return (
            f"The advantage of `{one.arm}` over `{self.baseline}` vanishes under {when}: "
            f"{self._difference(one.under(before))} {HEADINGS[before]}, and "
            f"{self._difference(one.under(after))} then."
        )

    def _worst_words(self, one: ArmResponses) -> str:
        response = told(one.worst.response)
        if one.worst.response == one.stated.response:
            return f"The worst response to `{one.arm}` within the bounds is the stated one."
        if not response:
            return f"The worst response to `{one.arm}` within the bounds is none."
        return f"The worst response to `{one.arm}` within the bounds: {response_text(response)}."

    def _idle_words(self) -> list[str]:
        reasons: dict[tuple[str, str], list[str]] = {}
        for one in self.arms:
            for key, why in one.idle.items():
                reasons.setdefault((key, why), []).append(one.arm)
        return [
            f"No response to {key.replace('_', ' ')} has an effect under "
            f"{', '.join(f'`{arm}`' for arm in arms)}: {why}."
            for (key, why), arms in reasons.items()
        ]

    def size_words(self) -> str:
        """What was run."""
        small = (
            "" if self.operators == self.of else f" of a network of {self.operators:,} operators"
        )
        where = (
            f"{self.points} points over the stated ranges" if self.points else "as written alone"
        )
        return (
            f"{self.tried} responses were looked at, {where}{small}. Intervals are of chance, "
            f"{percent(self.level)} over {self.draws} replications that the search has not seen"
            + ("; bands are 5 to 95 % over the points." if self.points else ".")
        )

    def sides_of(self, one: ArmResponses) -> list[Side]:
        """The answers that were searched under an arm."""
        return [side for side in self.sides if side.is_open and side.key not in one.idle]

    def _value(self, one: Judged) -> str:
        e = one.value
        low, middle, high = (amount(self.metric, x) for x in (e.low, e.value, e.high))
        text = f"{middle} ({low} to {high} by chance"
        if one.band is not None:
            text += f", {amount(self.metric, one.band[0])} to {amount(self.metric, one.band[2])} "
            text += "over the assumptions"
        return f"{text})"

    def _difference(self, one: Judged) -> str:
        e = one.difference
        assert e is not None  # of another arm than the baseline
        low, middle, high = (amount(self.metric, x, True) for x in (e.low, e.value, e.high))
        text = f"{middle} ({low} to {high}"
        if one.difference_band is not None:
            text += f"; better at {percent(one.better_at)} of the points"
        return f"{text})"

    # --- data ------------------------------------------------------------------------------------

    def frame(self) -> pd.DataFrame:
        """One row for each arm and kind of response."""
        import pandas as pd

        return pd.DataFrame([self._row(one, kind) for one in self.arms for kind in KINDS])

    def _row(self, one: ArmResponses, kind: str) -> dict[str, Any]:
        here = one.under(kind)
        row: dict[str, Any] = {"policy": one.arm, "response": kind}
        row |= {
            f"adaptation.{side.key}": x for side, x in zip(self.sides, here.response, strict=True)
        }
        row |= columns(self.metric, here.value)
        bands = {"band": here.band, "difference_band": here.difference_band}
        if here.difference is not None:
            row |= columns("difference", here.difference)
        for name, band in bands.items():
            if band is not None:
                row |= dict(
                    zip((f"{name}_low", f"{name}_middle", f"{name}_high"), band, strict=True)
                )
        return row | dict(here.prices) | {"vanishes": self.vanishes(one) == kind}

    def figure(self) -> Figure:
        """Each arm under the three responses, with both intervals."""
        from afterban.report.figures import in_style
        from afterban.report.responses import responses

        with in_style():
            return responses(self)

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types."""
        given = ("scenario", "digest", "metric", "baseline", "level", "seed", "engine", "points")
        sizes = ("replications", "draws", "operators", "of", "tried")
        found: dict[str, Any] = plain(
            {
                **{name: getattr(self, name) for name in (*given, *sizes)},
                "bounds": {side.key: [side.low, side.high] for side in self.sides},
                "best_as_things_are": self.best("stated").arm,
                "best_against_the_worst": self.best("worst").arm,
                "arms": [
                    {
                        "policy": one.arm,
                        "vanishes": self.vanishes(one),
                        "without_effect": dict(one.idle),
                        **{kind: self._data(one.under(kind)) for kind in KINDS},
                    }
                    for one in self.arms
                ],
                "words": self.words(),
            }
        )
        return found

    def _data(self, one: Judged) -> dict[str, Any]:
        keys = [side.key for side in self.sides]
        return {
            "response": dict(zip(keys, one.response, strict=True)),
            "value": estimate_data(one.value),
            "band": one.band,
            "difference": None if one.difference is None else estimate_data(one.difference),
            "difference_band": one.difference_band,
            "better_at": one.better_at,
            "prices": dict(one.prices),
        }


def response_text(response: Mapping[str, float]) -> str:
    """A response in words, such as "near-identical handles after a handle match ×0"."""
    return ", ".join(f"{HABITS[key]} ×{factor:.3g}" for key, factor in response.items())


__all__ = ["HEADINGS", "KINDS", "ArmResponses", "Judged", "Responses", "response_text"]
