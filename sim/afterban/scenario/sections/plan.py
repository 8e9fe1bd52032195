"""What somebody may choose, what it costs, what it must keep within, and what it is for."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from afterban.language.fields import Section, param
from afterban.language.kinds import Factor, Name, Path, Share

AIM = "effective_reach"
COSTS = ("paid_hours", "wrong_suspensions", "wrong_days", "appeals")
PEOPLE, MONEY = "people", "money"  # made of metrics: paid hours in people, and all that has a price


class Lever(Section):
    """Something that is chosen: a value, several that move together, or one of some policies."""

    path: Path | None = param(None, "value of the scenario that is chosen")
    paths: list[Path] = param(list, "values that are chosen together, instead of one")
    range_: list[str] = param(
        list, "lowest and highest value, each written as at its place; any between", alias="range"
    )
    scale: Literal["linear", "log"] = param(
        "linear", "whether a range is searched by equal steps or by equal ratios"
    )
    factor: bool = param(
        False, "whether it is a factor on what the scenario writes there, and no value"
    )
    values: list[str] = param(
        list, "choices instead of a range, each written as at its place (or a factor)"
    )
    policies: list[Name] = param(
        list,
        "choices that are policies of the scenario, each with all that it changes; `base` changes "
        "nothing",
    )

    @model_validator(mode="after")
    def _one_of_each(self) -> Lever:
        given = [bool(self.range_), bool(self.values), bool(self.policies)]
        if sum(given) != 1:
            raise ValueError(
                f"{sum(given)} ways to choose are found; give `range: [low, high]`, or `values`, "
                "or `policies`"
            )
        if self.policies:
            if self.path is not None or self.paths or self.factor:
                raise ValueError(
                    "policies say themselves what they change; remove `path`, `paths` and `factor`"
                )
        elif (self.path is None) == (not self.paths):
            raise ValueError(
                "a path and several, or none, are found; give `path`, or a list of `paths`"
            )
        if self.range_ and len(self.range_) != 2:
            raise ValueError("a range has two ends; write `range: [low, high]`")
        if self.scale == "log" and not self.range_:
            raise ValueError("only a range has a scale; remove `scale`")
        several = self.values or self.policies
        if several and len(set(several)) < 2:
            raise ValueError("there is one choice, which is none; give two or more that differ")
        return self

    @property
    def places(self) -> tuple[str, ...]:
        """All paths that it gives values to; none of a choice among policies."""
        return tuple(self.paths) if self.path is None else (self.path,)


class Limit(Section):
    """A bound that a choice has to keep."""

    metric: str = param(
        ...,
        "metric that is bounded, or `people` (paid hours in people of 40 hours a week), or `money`",
    )
    at_most: str | None = param(
        None, "highest value: a number in the unit of the metric, a percentage, or a time"
    )
    at_least: str | None = param(None, "lowest value, written likewise")

    @model_validator(mode="after")
    def _bounds_something(self) -> Limit:
        if self.at_most is None and self.at_least is None:
            raise ValueError("nothing is bounded; give `at_most` or `at_least`")
        return self


class Price(Section):
    """What one of a metric costs in money."""

    metric: str = param(..., "metric that has a price, such as `paid_hours`")
    each: Factor = param(..., "money for one of it")


class Aim(Section):
    """What the choice is for."""

    metric: str = param(AIM, "metric that is to be small or large")
    best: Literal["least", "most"] | None = param(
        None, "which way is better; if left out as the metric says"
    )


class Planning(Section):
    """A choice among levers under limits, for `afterban plan`."""

    aim: Aim = param(Aim, "what the choice is for")
    levers: dict[Name, Lever] = param(..., "what is chosen, by a name of your choice")
    costs: list[str] = param(
        list, "metrics that are told as costs; " + ", ".join(COSTS) + " if left out"
    )
    prices: list[Price] = param(list, "what has a price; the sum of all is the cost `money`")
    currency: str = param("", "what the prices are in, for people")
    limits: list[Limit] = param(list, "bounds that a choice has to keep")
    sure: Share = param(0.9, "share of the points at which each limit has to be kept")
    frontier: list[str] = param(
        list,
        "two of the aim and the costs whose trade-off is drawn; a cost and the aim if left out",
    )

    @model_validator(mode="after")
    def _something_to_choose(self) -> Planning:
        if not self.levers:
            raise ValueError("nothing is chosen; give at least one name under `levers`")
        if self.frontier and len(set(self.frontier)) != 2:
            raise ValueError("a trade-off is between two; write `frontier: [one, other]`")
        if not self.sure:
            raise ValueError("a limit that has to be kept nowhere is none; make `sure` positive")
        if MONEY in (*self.costs, *self.frontier, *(x.metric for x in self.limits)) and (
            not self.prices
        ):
            raise ValueError("`money` is named and nothing has a price; give `prices`")
        return self
