"""Versions of a scenario that are run side by side."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from afterban.language.fields import Section, param
from afterban.language.kinds import Count, Path
from afterban.scenario.sections.network import InputFile


class Variation(Section):
    """What a sweep gives to one value of the scenario: a list of values, or a range."""

    values: list[str] = param(list, "values, each written as at its place in the scenario")
    from_: str | None = param(None, "one end of a range, instead of a list", alias="from")
    to: str | None = param(None, "other end of the range")
    scale: Literal["linear", "log"] = param(
        "linear", "whether steps are equal, or equal on the logarithm"
    )
    steps: Count = param(5, "values that a grid takes from a range, its ends included")

    @model_validator(mode="after")
    def _list_or_range(self) -> Variation:
        if bool(self.values) == (self.from_ is not None or self.to is not None):
            raise ValueError(
                "a list and a range, or neither, are found; give `values`, or `from` and `to`"
            )
        if (self.from_ is None) != (self.to is None):
            raise ValueError("one end of the range is missing; give both `from` and `to`")
        if self.steps < 2:
            raise ValueError("there are fewer than 2 steps; a range has 2 or more")
        return self


class Sweep(Section):
    """Many versions of the scenario, for `afterban sweep`: a design over some of its values."""

    design: Literal["grid", "latin-hypercube", "sobol", "table"] = param(
        "grid",
        "every combination, points spread evenly over all ranges at once, or a table of points",
    )
    points: Count | None = param(
        None, "points of a Latin hypercube or Sobol design; a grid has as many as it has"
    )
    replications: Count | None = param(
        None, "replications of each point; as in the scenario if left out"
    )
    policies: list[str] = param(list, "arms to run; `base` and every policy if left out")
    parameters: dict[Path, Variation] = param(dict, "what is varied, by path")
    rows: list[dict[Path, str]] = param(
        list, "points of a table: a value for each path, in every row for the same paths"
    )
    table: InputFile | None = param(
        None, "table of points in a file: a column for each path, a row for each point"
    )

    @model_validator(mode="after")
    def _points_where_needed(self) -> Sweep:
        if self.design == "table":
            return self._table_alone()
        if self.rows or self.table is not None:
            raise ValueError(
                f"a {self.design} design has no `{'rows' if self.rows else 'table'}`; write "
                "`design: table`, or remove it"
            )
        if not self.parameters:
            raise ValueError("nothing is varied; give at least one path under `parameters`")
        if self.design != "grid" and not self.points:
            raise ValueError(f"a {self.design} design has no number of points; give `points`")
        if self.design == "grid" and self.points is not None:
            raise ValueError("a grid has as many points as its values make; remove `points`")
        if self.replications == 0:
            raise ValueError("there are no replications; write 1 or more")
        return self

    def _table_alone(self) -> Sweep:
        if self.parameters:
            raise ValueError("a table has `parameters` too; its rows say it all, so remove them")
        if self.points is not None:
            raise ValueError("a table has as many points as rows; remove `points`")
        if bool(self.rows) == (self.table is not None):
            raise ValueError(
                "rows and a file, or neither, are found; give `rows`, or `table` with its path"
            )
        if self.replications == 0:
            raise ValueError("there are no replications; write 1 or more")
        return self
