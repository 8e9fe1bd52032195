"""Claims that a scenario makes itself: read, judged like those of the register, and told apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from afterban.claims import judge
from afterban.own_claims import own_claims
from afterban.results import Results
from afterban.scenario import Scenario

CASES = Path(__file__).resolve().parents[1] / "cases" / "valid"


def results(share: list[float], days: list[float]) -> Results:
    scenario = Scenario.from_yaml(CASES / "ranges.yaml").with_changes({"replications": len(share)})
    told = {
        arm: {"return_share": np.array(share), "time_to_action_median": np.array(days)}
        for arm in ("base", "slow")
    }
    return Results(scenario, tuple(told), tuple(range(len(share))), told, {}, {}, {})


def test_a_claim_has_the_form_of_the_register() -> None:
    figure, interval = own_claims(Scenario.from_yaml(CASES / "ranges.yaml"))
    assert (figure.id, figure.policy, figure.metric) == ("S-own", "base", "return_share")
    assert figure.fitted == "returning.probability"
    assert figure.tolerance == pytest.approx((0.58 / 1.2, 0.58 * 1.2), rel=1e-12, abs=0)
    assert figure.published.source.title == "Suspensions and returns, January to March"
    assert figure.published.source.doi == "10.1234/5678"
    assert interval.tolerance == (1.0, 3.0)
    assert interval.cited == "1 to 3 days"
    assert "held out" in interval.says
    assert interval.published.says.startswith("median time to act")


def test_claims_are_not_inherited() -> None:
    child = Scenario.from_text(
        f"schema_version: 1\nname: child\nextends: {CASES / 'ranges.yaml'}\n"
    )
    assert own_claims(child) == []
    assert set(child.sources) == {"our-log"}


@pytest.mark.parametrize(
    ("share", "days", "expected"),
    [
        ([0.57, 0.58, 0.59], [2.0, 2.1, 1.9], ["fitted", "holds"]),
        ([0.57, 0.58, 0.59], [9.0, 9.1, 8.9], ["fitted", "does not hold"]),
        ([0.2, 0.21, 0.22], [2.0, 2.1, 1.9], ["does not hold", "holds"]),
    ],
)
def test_verdicts_are_those_of_the_register(
    share: list[float], days: list[float], expected: list[str]
) -> None:
    found = results(share, days)
    verdicts = judge(own_claims(found.scenario), found)
    assert [one.status for one in verdicts] == expected
    # They are about this very scenario, and so count without its being a shipped one.
    assert not any("does not count" in one.text for one in verdicts)
    assert verdicts[0].data()["document"] == "our-log"
