"""Lives, channels, reviews, handles, followers, appeals and sizes: truths that are known."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from accounts import as_log, stamps

from afterban.logs import (
    action,
    holdout,
    lifetimes,
    lineages,
    mistakes,
    naming,
    pressure,
    reading,
    regain,
    returning,
    sizes,
)
from afterban.logs.bootstrap import Bootstrap

BOOT = Bootstrap()


def by_key(quantities) -> dict[str, object]:
    return {one.key: one for one in quantities}


def near(one, truth: float, errors: float = 4.0) -> bool:
    """Whether an estimate is within so many standard errors (false alarms: 6e-5 at four)."""
    return abs(one.value - truth) <= errors * (one.high - one.low) / 3.92


# --- lives ----------------------------------------------------------------------------------------


def test_hazards_of_channels_are_found(whole) -> None:
    told = by_key(lifetimes.lifetimes(*whole, BOOT).quantities)
    assert near(told["hazard.reports"], 0.7 / 25)
    assert near(told["hazard.classifier"], 0.3 / 25)
    assert near(told["mix.reports"], 0.7)
    assert near(told["targeting"], 1.0)


def test_a_log_that_began_late_tells_the_same_hazard(table: pd.DataFrame, file, whole) -> None:
    """Who was gone before the log began is not in it: left truncation, and not shorter lives."""
    log = whole[0]
    late = ~(log.suspended < 60)
    kept = table[late].copy()
    kept.loc[~kept["linked_to"].isin(kept["account_id"]), "linked_to"] = ""
    begun = reading.read(file(kept))
    assert (begun.created < 0).mean() > 0.3
    found = lifetimes.lifetimes(begun, lineages.of(begun), BOOT)
    assert near(by_key(found.quantities)["hazard.reports"], 0.7 / 25)
    naive = float(np.median(begun.suspended[~begun.censored] - begun.created[~begun.censored]))
    full = by_key(lifetimes.lifetimes(*whole, BOOT).quantities)["life"].value
    told = by_key(found.quantities)["life"]
    assert near(told, full)
    assert naive > told.high


def test_larger_accounts_that_go_sooner_are_noticed() -> None:
    draw = np.random.default_rng(8)
    log, chains = _chained(draw, lambda size: 0.02 * size**0.5)
    one = lifetimes._of_size(log, lifetimes.lives_of(log), chains, BOOT)
    assert near(one, 2**0.5)
    log, chains = _chained(draw, lambda size: 0.02 * size**0.0)
    assert near(lifetimes._of_size(log, lifetimes.lives_of(log), chains, BOOT), 1.0)


def _chained(draw, hazard):
    """Two accounts each of 1,500 operators; the second's hazard goes by the first's followers."""
    size = draw.lognormal(0, 1, 1500)
    first = draw.exponential(20, 1500)
    second = first + 1 + draw.exponential(1 / hazard(size))
    rows = [
        {"account_id": f"{kind}{k}", "created": c, "suspended": s, "flagged": np.nan,
         "linked_to": f"a{k}" if kind == "b" else "", "followers": round(1000 * size[k]),
         "channel": "reports"}
        for k in range(1500)
        for kind, c, s in (("a", 0.0, first[k]), ("b", first[k] + 1, second[k]))
    ]  # fmt: skip
    return _read(pd.DataFrame(rows))


def _read(frame: pd.DataFrame, end: float = 400.0, **columns):
    """A log of accounts that ends on a day."""
    frame = frame.copy()
    frame.loc[frame["suspended"] > end, ["suspended", "followers"]] = np.nan
    table = as_log(frame)
    for name, values in columns.items():
        table[name] = values
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.csv"
        path.write_text(table.drop(columns=[c for c in ["flagged_at"] if (table[c] == "").all()])
                        .to_csv(index=False))  # fmt: skip
        until = pd.Timestamp("2024-01-01", tz="UTC") + pd.Timedelta(days=end)
        log = reading.read(path, until=until.isoformat())
    return log, lineages.of(log)


def test_reports_of_users_are_counted(table: pd.DataFrame, file) -> None:
    counted = table.assign(reports=np.where(table["suspended_at"] != "", "3", ""))
    counted.loc[::2, "reports"] = "5"
    log = reading.read(file(counted))
    told = by_key(lifetimes.lifetimes(log, lineages.of(log), BOOT).quantities)
    assert near(told["reports"], 4.0)
    assert told["reports"].n == (~log.censored).sum()


# --- review ---------------------------------------------------------------------------------------


def test_time_to_action_is_found_and_its_form(whole) -> None:
    found = action.action(*whole, BOOT)
    told = by_key(found.quantities)
    assert found.of["review.time_to_action"].family.name in ("exponential", "weibull")
    for key in ("review.time_to_action", "time_to_action.reports", "time_to_action.classifier"):
        assert near(told[key], 0.5 * np.log(2))


def test_flags_that_wait_at_the_end_are_censored(accounts: pd.DataFrame, table, file) -> None:
    """Many flags at the end that wait: leaving them out would make review too fast."""
    path = file(table)
    log = reading.read(path, until="2024-01-02T00:00Z")
    found = action.action(log, lineages.of(log), BOOT)
    waits = found.of["review.time_to_action"]
    assert (~waits.ended).mean() > 0.1
    assert near(by_key(found.quantities)["review.time_to_action"], 0.5 * np.log(2))
    assert np.median(waits.days[waits.ended]) < 0.9 * 0.5 * np.log(2)


def test_urgent_cases_are_told_apart() -> None:
    draw = np.random.default_rng(5)
    n = 600
    urgent = draw.random(n) < 0.4
    flagged = draw.uniform(1, 200, n)
    took = np.where(urgent, draw.lognormal(-2, 0.5, n), draw.lognormal(1, 0.5, n))
    frame = pd.DataFrame(
        {"account_id": [f"a{k}" for k in range(n)], "created": 0.0, "flagged": flagged,
         "suspended": flagged + took, "linked_to": "", "followers": 100.0,
         "channel": np.where(urgent, "threats", "reports")}
    )  # fmt: skip
    told = by_key(action.action(*_read(frame), BOOT).quantities)
    assert near(told["review.time_to_action"], np.exp(1.0))
    assert near(told["review.urgent_time_to_action"], np.exp(-2.0))


def test_without_flags_nothing_is_said(table: pd.DataFrame, file) -> None:
    log = reading.read(file(table.drop(columns="flagged_at")))
    (one,) = action.action(log, lineages.of(log), BOOT).quantities
    assert one.tells == "no"
    assert "flagged_at" in one.why


# --- appeals, handles, sizes ----------------------------------------------------------------------


def _appealed(draw, n: int = 2000):
    gone = draw.uniform(0, 300, n)
    appealed = draw.random(n) < 0.3
    undone = appealed & (draw.random(n) < 0.4)
    took = draw.lognormal(2, 0.6, n)
    frame = pd.DataFrame(
        {"account_id": [f"a{k}" for k in range(n)], "created": 0.0, "flagged": np.nan,
         "suspended": gone, "linked_to": "", "followers": 100.0, "channel": "reports"}
    )  # fmt: skip
    known = undone & (gone + took < 400)
    return _read(
        frame,
        appealed=np.where(appealed, "yes", "no"),
        reversed=np.where(known, "TRUE", "FALSE"),
        reversed_at=stamps(np.where(known, gone + took, np.nan)),
    )


def test_appeals_and_reinstatement() -> None:
    told = by_key(mistakes.mistakes(*_appealed(np.random.default_rng(9)), BOOT).quantities)
    assert near(told["appealed"], 0.3)
    assert near(told["granted"], 0.4)
    assert near(told["wrong"], 0.12)
    assert told["wrong"].tells == "lower bound"
    assert near(told["review.mistakes.reinstatement"], np.exp(2.0))


def test_handles_of_links() -> None:
    draw = np.random.default_rng(2)
    rows, names = [], []
    for k in range(900):
        old = "".join(draw.choice(list("abcdefghijklmnop"), 9))
        kind = draw.choice(["digit", "separator", "unrelated"], p=[0.3, 0.2, 0.5])
        new = {
            "digit": old + str(draw.integers(10)),
            "separator": f"{old[:4]}_{old[4:]}",
            "unrelated": "".join(draw.choice(list("qrstuvwxyz"), 9)),
        }[str(kind)]
        for place, (handle, created) in enumerate(((old, 0.0), (new, 12.0))):
            rows.append(
                {"account_id": f"{place}-{k}", "created": created, "flagged": np.nan,
                 "suspended": created + 10 + 0.01 * k, "followers": 9.0, "channel": "",
                 "linked_to": f"0-{k}" if place and k < 600 else ""}
            )  # fmt: skip
            names.append(handle)
    frame = pd.DataFrame(rows)
    frame["created"] = np.where(frame["created"] > 0, frame["suspended"] - 5, 0.0)
    log, chains = _read(frame, handle=names)
    told = by_key(naming.naming(log, chains, BOOT))
    assert near(told["handles.near_identical"], 0.5)
    assert near(told["handles.kinds.digit"], 0.6)
    assert told["handles.edits.one"].value == 1.0
    recall = returning.recall_of(log, chains, BOOT, None)
    assert recall.source == "estimated"
    assert recall.low < 600 / 900 < recall.high


def test_arrivals_are_new_accounts_less_returns_without_a_link() -> None:
    draw = np.random.default_rng(12)
    gone = draw.uniform(0, 300, 2000)
    back = draw.random(2000) < 0.5
    linked = draw.random(2000) < 0.6
    join = draw.uniform(1, 395, 700)
    rows = [
        {"account_id": f"a{k}", "created": -1.0, "suspended": gone[k], "linked_to": ""}
        for k in range(2000)
    ]
    rows += [
        {"account_id": f"b{k}", "created": gone[k] + 1, "suspended": np.nan,
         "linked_to": f"a{k}" if linked[k] else ""}
        for k in np.flatnonzero(back)
    ]  # fmt: skip
    rows += [
        {"account_id": f"c{k}", "created": day, "suspended": np.nan, "linked_to": ""}
        for k, day in enumerate(join)
    ]
    frame = pd.DataFrame(rows).assign(flagged=np.nan, followers=50.0, channel="")
    log, chains = _read(frame)
    recall = returning.recall_of(log, chains, BOOT, (0.6, 0.6))
    found = sizes.sizes(log, chains, BOOT, recall, np.ones(len(log)))
    told = by_key(found.quantities)
    assert near(told["arrivals"], 700 / 400)
    assert told["arrivals"].value < 0.9 * told["arrivals"].n / 400
    assert told["operators"].value == 2000
    nothing = returning.Recall(1.0, np.nan, 1.0, "none", np.ones(400))
    assert by_key(sizes.sizes(log, chains, BOOT, nothing, np.ones(len(log))).quantities)[
        "arrivals"
    ].tells == "no"  # fmt: skip


def test_reports_press_on_followers_and_small_accounts_are_not_forgotten() -> None:
    draw = np.random.default_rng(6)
    people = np.round(draw.lognormal(5, 1.2, 3000)) + 1
    gone = draw.exponential(1 / (2e-5 * people))
    frame = pd.DataFrame(
        {"account_id": [f"a{k}" for k in range(3000)], "created": 0.0, "flagged": np.nan,
         "suspended": gone, "linked_to": "", "followers": people, "channel": "reports"}
    )  # fmt: skip
    log, chains = _read(frame, 100.0)
    lives = lifetimes.lifetimes(log, chains, BOOT)
    found = pressure.pressure(log, chains, BOOT, lives)
    assert found.quantity is not None
    assert near(found.quantity, 2e-5)
    assert found.weight.sum() == pytest.approx(3000, rel=1e-3)
    tiers = sizes.sizes(log, chains, BOOT, None, found.weight).tiers
    seen = log.followers[np.isfinite(log.followers)]
    assert np.median(seen) > 1.4 * np.median(people)
    assert tiers[0].audience.median() == pytest.approx(np.median(people), rel=0.15)


# --- followers ------------------------------------------------------------------------------------


def _regained(draw, h: float, f: float, lost: float, n: int = 1200):
    """Chains of four accounts by the closed forms of attachment and forgetting."""
    rows = []
    for k in range(n):
        at, before, followers, looking = 0.0, "", float(draw.lognormal(7, 0.5)), 0.0
        for life in range(4):
            age = draw.exponential(15)
            if life:
                share = h / (h + f) * -np.expm1(-(h + f) * age)
                followers, looking = looking * share, looking * np.exp(-(h + f) * age)
            rows.append(
                {"account_id": f"{k}-{life}", "linked_to": before, "created": at,
                 "flagged": np.nan, "suspended": at + age, "followers": round(followers),
                 "channel": "reports"}
            )  # fmt: skip
            before, gap = f"{k}-{life}", draw.exponential(8)
            looking = (looking + followers * (1 - lost)) * np.exp(-f * gap)
            at += age + gap
    return _read(pd.DataFrame(rows))


def test_regain_forgetting_and_loss_are_found() -> None:
    log, chains = _regained(np.random.default_rng(3), 0.08, 0.04, 0.2)
    found = regain.regain(log, chains, BOOT, regain.Segments(0.0, 1.0, 0.0))
    told = by_key(found.quantities)
    for key, truth in zip([key for key, _, _ in regain.KEYS], (0.08, 0.04, 0.2), strict=True):
        assert told[key].value == pytest.approx(truth, rel=0.03)
        assert told[key].tells == "yes"


def test_what_promotions_won_is_not_called_regain() -> None:
    log, chains = _regained(np.random.default_rng(3), 0.08, 0.04, 0.2, 200)
    found = regain.regain(log, chains, BOOT, regain.Segments(0.0, 1.0, 0.0, promoted=True))
    assert {one.tells for one in found.quantities} == {"no"}


# --- months kept back -----------------------------------------------------------------------------


@pytest.mark.slow
def test_held_out_months_are_predicted_and_a_change_is_noticed(table, file, accounts) -> None:
    path = file(table)
    whole = reading.read(path)
    before = reading.read(path, until="2024-05-01")
    chains = lineages.of(before)
    lives = lifetimes.lifetimes(before, chains, BOOT)
    back = returning.returns(before, chains, BOOT, (1.0, 1.0))
    told = holdout.predictions(before, whole, chains, lives, back, 2)
    assert len(told) == 4
    assert sum(one.holds for one in told) >= 3
    stopped = table.copy()
    late = stopped["suspended_at"] > "2024-05-01"
    stopped.loc[late, "suspended_at"] = "2024-05-02T00:00:00+00:00"
    stopped.loc[late, "flagged_at"] = "2024-05-01T12:00:00+00:00"
    stopped.loc[stopped["created_at"] >= "2024-05-02", ["suspended_at", "flagged_at"]] = ""
    changed = reading.read(file(stopped), until="2024-07-15")
    told = holdout.predictions(before, changed, chains, lives, back, 2)
    assert not told[0].holds  # a campaign that the months before did not have
