"""The page of a fitted log, and its pictures."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from afterban.logs.fit import Fit, fit
from afterban.report import fitted as pictures
from afterban.report.html.fitted import page


@pytest.fixture(scope="module")
def found(table: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Fit:
    path = tmp_path_factory.mktemp("page") / "log <b>.csv"
    path.write_text(table.to_csv(index=False))
    return fit(path, linkage_recall=1.0, hold_out=2)


@pytest.mark.slow
def test_the_page_needs_nothing_else_and_takes_no_text_for_html(found: Fit) -> None:
    text = page(found, found.made)
    assert "<b>.csv" not in text
    assert "&lt;b&gt;" in text
    assert not re.search(r'(?:src|href)="(?!#|data:)', text)
    assert "<script" not in text.partition("</style>")[2]
    assert text.count("<svg") == 5
    assert text.count("<h1>") == 1
    assert all(f'data-key="{one.key}"' in text for one in found.quantities)
    assert "`" not in text.partition("<body>")[2].partition("<pre")[0]


def test_every_picture_has_words_and_a_fitted_curve(found: Fit) -> None:
    names = [name for name, _, _ in pictures.parts(found.found)]
    assert names == ["returns", "life", "action", "followers", "held-out"]
    figure = found.figure()
    assert len(figure.axes) == 5
    for axes, name in zip(figure.axes, names, strict=True):
        told = [text.get_text() for text in axes.get_legend().get_texts()]
        assert name == "held-out" or any("fitted" in text for text in told)


def test_the_curve_of_returns_is_where_the_estimate_is(found: Fit) -> None:
    axes = found.figure().axes[0]
    fitted = next(line for line in axes.lines if line.get_label() == "fitted")
    back = found.found.returns
    assert back is not None
    assert fitted.get_ydata()[-1] == pytest.approx(0.7, abs=0.03)
    observed = next(line for line in axes.lines if line.get_label() == "observed")
    assert observed.get_ydata()[-1] == pytest.approx(fitted.get_ydata()[-1], abs=0.03)


def test_a_picture_of_a_log_that_was_looked_over(found: Fit, tmp_path: Path) -> None:
    axes = pictures.through_log(found.log).axes[0]
    made, gone = (line.get_ydata().sum() for line in axes.lines)
    assert made == (found.log.created > 0).sum()
    assert gone == (~found.log.censored).sum()
