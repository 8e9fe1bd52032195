"""What is calibrated: parameters, what is known of them before, targets, and what is held out."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from afterban.language.fields import Section, param
from afterban.language.kinds import Count, Factor, Name, Path
from afterban.language.laws import Distribution

KNOWN_BEFORE = "give `range: [low, high]`, or `prior`, a distribution"
HOW_FAR = "give `tolerance`, or `sd`, or `n` of a binomial likelihood"


class Parameter(Section):
    """An unknown: which values of the scenario it stands for, and what is known before."""

    path: Path | None = param(None, "value of the scenario that it stands for")
    paths: list[Path] = param(list, "values that it stands for, instead of one")
    factor: bool = param(
        False, "whether it is a factor on what the scenario writes there, and no value"
    )
    range_: list[str] = param(
        list, "lowest and highest value, each written as at its place; any between", alias="range"
    )
    scale: Literal["linear", "log"] = param(
        "linear", "whether any value of the range, or any ratio, is as likely"
    )
    prior: Distribution | None = param(
        None, "instead of a range: a distribution, in days, per day or of plain numbers"
    )

    @model_validator(mode="after")
    def _one_of_each(self) -> Parameter:
        if (self.path is None) == (not self.paths):
            raise ValueError(
                "a path and several, or none, are found; give `path`, or a list of `paths`"
            )
        if bool(self.range_) == (self.prior is not None):
            raise ValueError(f"what is known before is given twice, or not at all; {KNOWN_BEFORE}")
        if self.range_ and len(self.range_) != 2:
            raise ValueError("a range has two ends; write `range: [low, high]`")
        if self.scale == "log" and not self.range_:
            raise ValueError("only a range has a scale; remove `scale`")
        return self

    @property
    def places(self) -> tuple[str, ...]:
        """All paths that it gives values to."""
        return tuple(self.paths) if self.path is None else (self.path,)


class Figure(Section):
    """What was observed of a metric, and how far from it the truth may be."""

    metric: str = param(..., "metric of the simulation, such as `return_share`")
    arm: Name = param("base", "policy in which it is compared; `base` is the scenario as written")
    observed: Factor = param(..., "the observed value, in the unit of the metric")
    comparison: Literal["about", "at least", "at most"] = param(
        "about", "whether it is the value, or a bound of it"
    )
    tolerance: Factor | None = param(
        None, "largest distance that still agrees, in the unit of the metric; all are as likely"
    )
    likelihood: Literal["normal", "lognormal", "binomial"] = param(
        "normal", "law of the observed value about the true one, where no tolerance is given"
    )
    sd: Factor | None = param(
        None, "standard deviation of a normal likelihood; of the logarithm of a lognormal one"
    )
    n: Count | None = param(None, "of how many a share was counted, of a binomial likelihood")

    @model_validator(mode="after")
    def _one_distance(self) -> Figure:
        given = [self.tolerance is not None, self.sd is not None, self.n is not None]
        if sum(given) != 1:
            raise ValueError(f"{sum(given)} ways to tell the distance are found; {HOW_FAR}")
        if self.tolerance is not None and self.likelihood != "normal":
            raise ValueError(
                f"a tolerance and a {self.likelihood} likelihood are found; give one of them"
            )
        if (self.n is not None) != (self.likelihood == "binomial"):
            raise ValueError(
                "a binomial likelihood has `n`, and no other has; "
                "write `likelihood: binomial` and `n`"
            )
        if 0 in (self.sd, self.n, self.tolerance):
            raise ValueError("the distance is 0; nothing is known so well, so make it positive")
        if self.likelihood == "lognormal" and self.observed == 0:
            raise ValueError("the observed value of a lognormal likelihood is 0; make it positive")
        if self.likelihood == "binomial" and self.observed > 1:
            raise ValueError("a share above 1 is observed; write it from 0 to 1")
        if self.likelihood == "binomial" and self.comparison != "about":
            raise ValueError("a bound is found of a binomial likelihood; give `sd` instead")
        return self


class Calibration(Section):
    """Parameters that are to be learnt from figures, for `afterban calibrate`."""

    parameters: dict[Name, Parameter] = param(..., "what is unknown, by a name of your choice")
    targets: dict[Name, Figure] = param(..., "figures that it is learnt from")
    hold_outs: dict[Name, Figure] = param(
        dict, "figures that are predicted afterwards and that nothing is learnt from"
    )

    @model_validator(mode="after")
    def _something_of_each(self) -> Calibration:
        if not self.parameters:
            raise ValueError("nothing is unknown; give at least one name under `parameters`")
        if not self.targets:
            raise ValueError("there is nothing to learn from; give at least one of `targets`")
        both = self.targets.keys() & self.hold_outs.keys()
        if both:
            raise ValueError(
                f"`{min(both)}` is a target and held out; a figure is one or the other"
            )
        return self
