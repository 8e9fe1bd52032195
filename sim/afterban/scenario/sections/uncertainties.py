"""What is not well known, what is chosen, and what both rest on."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import model_validator

from afterban.language.fields import Section, param
from afterban.language.kinds import Correlation, Factor, Id, Path
from afterban.language.laws import PriorDistribution


class OwnSource(Section):
    """A document or data set of one's own that values rest on; what is not known is left out."""

    authors: str = param("", "who wrote or collected it")
    year: str = param("", "of publication or collection")
    title: str = param("", "its title")
    doi: str = param("", "digital object identifier, such as `10.1145/1234`")
    url: str = param("", "where it is to be found")
    note: str = param("", "how it was read or measured, and what is weak in it")

    @model_validator(mode="after")
    def _says_something(self) -> OwnSource:
        if not (self.title or self.doi or self.url or self.note):
            raise ValueError("nothing says what it is; give `title`, `doi`, `url` or `note`")
        return self


class Uncertainty(Section):
    """Values that are not well known and move together by one number."""

    on_one_line: ClassVar[bool] = True
    replaced_whole: ClassVar[bool] = True
    not_here: ClassVar[dict[str, str]] = {
        "source": "several may be named, in `sources`",
        "kind": "what its `sources` are says it: without any it is assumed",
    }

    label: str = param("", "what it is, in a few words for figures; its name if left out")
    paths: list[Path] = param(
        ...,
        "the values, by path; `*` stands for each name or number at which something other than "
        "`none` and 0 is given",
    )
    how: Literal["value", "median", "factor", "odds", "spread", "split"] = param(
        "value",
        "what the number is: the value of each path; the median to which each distribution is "
        "stretched; a factor on each, shares ending at 1; a factor on the odds against each share; "
        "how far each distribution spreads about its constant, as a part of it; the part that each "
        "share has of itself and its `rest`",
    )
    rest: list[Path] = param(
        list, "for `split`: shares that have the other part, each `*` as in the path"
    )
    range: list[str] = param(
        list, "least and largest number, written as the first of the values is"
    )
    prior: PriorDistribution | None = param(
        None, "a distribution of the number, in place of a range; 5 % and 95 % of it are its ends"
    )
    sources: list[str] = param(
        list, "ids of sources.yaml, or of the scenario's own `sources`, that the range is from"
    )
    reason: str = param("", "why that range")


class Together(Section):
    """Two uncertainties that are not independent of each other."""

    of: str = param(..., "name of one of them, or the path of a value that has its own range")
    with_: str = param(..., "the other one", alias="with")
    rank: Correlation = param(..., "their rank correlation (Spearman), from -1 to 1")


class OwnClaim(Section):
    """A figure that a run of the scenario is held against."""

    says: str = param("", "what is compared, in a few words; the metric if left out")
    source: str = param(..., "id of sources.yaml, or of the scenario's own `sources`")
    metric: str = param(..., "metric that is compared with the figure")
    arm: str = param("base", "arm of the scenario")
    divided_by: str = param("", "metric that the first one is divided by, if there is one")
    divided_by_arm: str = param("", "arm of the metric that it is divided by; the same if left out")
    figure: Factor | None = param(None, "the figure")
    interval: list[Factor] = param(list, "least and largest value, instead of a single figure")
    unit: str = param("", "unit of the figure")
    comparison: Literal["about", "at least", "at most"] = param(
        "about", "whether the figure is the number itself or a bound"
    )
    judged_by: Literal["mean", "spread"] = param(
        "mean", "whether the mean over replications is the figure's match, or one replication is"
    )
    factor: Factor = param(1.0, "tolerance: how many times more or less still counts as the figure")
    margin: Factor = param(0.0, "tolerance in the unit of the figure")
    why: str = param("", "why that tolerance")
    fitted: str = param("", "parameter that was fitted to this figure, if one was")
    hold_out: bool = param(
        False, "whether nothing may be fitted to it, so that it tests what was fitted to others"
    )

    @model_validator(mode="after")
    def _is_one_figure(self) -> OwnClaim:
        if (self.figure is None) == (not self.interval):
            raise ValueError(
                "a figure and an interval, or neither, are found; write `figure`, or "
                "`interval: [low, high]`"
            )
        if self.interval and (len(self.interval) != 2 or self.interval[0] >= self.interval[1]):
            raise ValueError("this is no interval; write its two ends, `[low, high]`")
        if self.interval and (self.comparison != "about" or self.factor != 1 or self.margin != 0):
            raise ValueError(
                "an interval is its own tolerance; remove `comparison`, `factor` and `margin`"
            )
        if self.factor < 1:
            raise ValueError("the factor is below 1; write 1 for none, or more")
        if self.fitted and self.hold_out:
            raise ValueError("what is held out cannot have been fitted; keep one of them")
        return self


Sources = dict[Id, OwnSource]
Uncertainties = dict[Id, Uncertainty]
Claims = dict[Id, OwnClaim]
