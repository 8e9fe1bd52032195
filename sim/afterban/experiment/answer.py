"""The one shape of an answer: what a question comes to in words, as a table, a picture and data.

Checked by ``tests/experiment/test_answers.py``.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from afterban.report.figure import Figure
    from afterban.statistics import Estimate

MOST_ROWS = 12  # of a table in a notebook


class Answer(ABC):
    """What a question about a scenario comes to, in four forms.

    Printed, it is its words; in a notebook, its words and the first rows of its table.
    """

    @abstractmethod
    def words(self) -> list[str]:
        """The answer in sentences, the most important first."""

    @abstractmethod
    def frame(self) -> pd.DataFrame:
        """The table behind it; what is undefined is NaN."""

    @abstractmethod
    def figure(self) -> Figure:
        """A picture of it, to be shown or saved (``answer.figure().savefig("answer.png")``)."""

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types, for JSON: a number that is not finite is None."""

    def __str__(self) -> str:
        return "\n".join(self.words())

    def _repr_html_(self) -> str:
        said = "".join(f"<p>{escape(sentence)}</p>" for sentence in self.words())
        return said + str(self.frame().to_html(max_rows=MOST_ROWS, index=False, border=0))


def columns(name: str, e: Estimate) -> dict[str, float]:
    """An estimate in a table: its value, and the ends of its interval."""
    return {name: e.value, f"{name}_low": e.low, f"{name}_high": e.high}


def estimate_data(e: Estimate) -> dict[str, Any]:
    """An estimate in plain types."""
    return {"estimate": e.value, "low": e.low, "high": e.high, "level": e.level, "n": e.n}


def plain(data: Any) -> Any:
    """Data for JSON: numbers that are not finite become None, names of keys become text."""
    if isinstance(data, float):
        return data if math.isfinite(data) else None
    if isinstance(data, Mapping):
        return {str(key): plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [plain(value) for value in data]
    return data
