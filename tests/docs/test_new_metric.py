"""A metric that is declared in one place is in every table and page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pages
import pyarrow.parquet as pq
import pytest

import afterban
from afterban.cli import main
from afterban.metrics import METRICS, Metric
from afterban.metrics.register import REGISTER, gives
from afterban.metrics.run import Floats, Run
from afterban.scenario import loads, names

TEXT = """
schema_version: 1
name: few
start: 2014-09-01
horizon: 5 days
tiers:
  official: {count: 1, audience: 200, posts: 2 per day}
  supporter: {count: 4, audience: 200, posts: 2 per day}
detection: {reports: 20_000 per million impressions}
sweep:
  replications: 2
  parameters:
    returning.probability: {values: [0, 1]}
"""


@pytest.fixture
def dummy() -> Iterator[None]:
    """The one place."""

    @gives(
        Metric(
            "first_accounts",
            "accounts",
            "count",
            "first accounts",
            "accounts that operators had at first",
            by_tier=True,
            after="creations",
        )
    )
    def first_accounts(run: Run) -> Floats:
        return np.array([run.p.tier_count.sum(), *run.p.tier_count], dtype=np.float64)

    yield
    REGISTER.withdraw(first_accounts)


@pytest.mark.usefixtures("dummy")
def test_a_metric_is_added_in_one_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario = loads(TEXT)
    outcome = afterban.run(scenario, replications=2, workers=1)
    table = outcome.summary().set_index(["policy", "metric"])
    rows = {"first_accounts": 5.0, "first_accounts.official": 1.0, "first_accounts.supporter": 4.0}
    for name, count in rows.items():
        assert table.loc[("base", name), "estimate"] == count
        assert table.loc[("base", name), "unit"] == "accounts"
    told = list(table.loc["base"].index)
    place = told.index("first_accounts")
    assert told[place - 1 : place + 3] == ["creations.supporter", *rows]

    afterban.sweep(scenario, tmp_path, workers=1)
    (path,) = tmp_path.rglob("sweep.parquet")
    column = pq.read_table(path).to_pandas()["first_accounts_accounts.supporter"]
    assert column.tolist() == [4.0] * 4

    assert "| `first_accounts` | first accounts: accounts that operators had" in pages.metrics()
    assert main(["metrics", "--json"]) == 0
    listed = [row["name"] for row in json.loads(capsys.readouterr().out)]
    assert listed[listed.index("creations") + 1] == "first_accounts"
    assert main(["metrics", "first_accounts.official"]) == 0
    assert "accounts that operators had at first" in capsys.readouterr().out


@pytest.mark.usefixtures("dummy")
def test_only_the_list_of_names_that_nobody_may_give_is_another_place() -> None:
    assert set(METRICS) - set(names.METRICS) == {"first_accounts"}
