"""Operators who adapt: relations between runs on common draws."""

from __future__ import annotations

import numpy as np
import pytest

from afterban.mechanisms import detection

MATCHING = {
    "detection.handle_match.recall": 0.9,
    "handles.near_identical": 0.9,
    "returning.probability": 0.95,
}
KEYS = ("handle_match", "reports", "classifier", "link_match")


def answering(**factors):
    return {f"adaptation.{key}": factor for key, factor in factors.items()}


def test_without_an_answer_nothing_changes(small, run, engine, same):
    absent = run(small(MATCHING), engine)
    silent = answering(**dict.fromkeys((*KEYS, "quick_action"), 1))
    assert same(absent, run(small({**MATCHING, **silent, "adaptation.quick": "9 d"}), engine))
    assert not same(absent, run(small({**MATCHING, **answering(handle_match=0)}), engine))


def test_nothing_is_answered_where_nobody_comes_back(small, run, engine, same):
    gone = {**MATCHING, "returning.probability": 0}
    strong = answering(**dict.fromkeys(KEYS, 0), quick_action=9)
    assert same(run(small(gone), engine), run(small({**gone, **strong}), engine))


def test_a_stronger_answer_leaves_fewer_similar_handles(small, run, engine):
    """Who keeps a similar handle under a stronger answer keeps it under a weaker one."""
    shares = []
    for factor in (1, 0.6, 0.2, 0):
        changes = {**MATCHING, **answering(handle_match=factor), "horizon": "60 d"}
        a = run(small(changes), engine).records.accounts
        later = a["life"] > 1
        shares.append(float((a["edit_distance"][later] <= 2).mean()))
        matched = a["channel"] == detection.HANDLE_MATCHED
        assert matched.sum() > 20
        # The life after the first match is the same life of the same operator in all runs.
        first = a["life"] == 2
        assert (a["edit_distance"][first] >= 1).all()
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > shares[-1] + 0.2


def test_quick_action_is_answered_by_longer_gaps_only_where_it_is_quick(small, run, engine):
    gaps = {}
    for action in ("1 h", "5 d"):
        for factor in (1, 4):
            changes = {
                **MATCHING,
                "review.time_to_action": action,
                "review.urgent_time_to_action": action,
                **answering(quick_action=factor),
            }
            a = run(small(changes), engine).records.accounts
            again = np.flatnonzero(a["life"] > 1)
            gap = a["created_day"][again] - a["suspended_day"][again - 1]
            gaps[action, factor] = float(np.median(gap))
    assert gaps["1 h", 4] > 2 * gaps["1 h", 1]
    assert gaps["5 d", 4] == gaps["5 d", 1]


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_posts_of_a_life_are_told_again(small, run, engine, factor):
    """What the account table says of habits gives the impressions of each life."""
    changes = {
        "detection.classifier": "0.03 per post",
        "detection.reports": "0 per impression",
        "detection.threats": 0,
        "tiers.supporter.insider_share": 0,
        "audience.refollow_outsiders": "1e9 per day",
        "audience.discover_outsiders": "0 per day",
        "audience.lost_outsiders": 0,
        "audience.forget_outsiders": "0 per day",
        "promotion.posts": 0,
        "returning.rebuilding.share": 0,
        **answering(classifier=factor),
    }
    one = run(small(changes), engine)
    a, p = one.records.accounts, one.parameters
    supporters = one.world.tier[a["operator"]] == list(small(changes).tiers).index("supporter")
    end = np.where(np.isnan(a["suspended_day"]), p.horizon, a["suspended_day"])
    days = end - a["public_day"]
    good = supporters & (days > 0.01) & (a["life"] > 1) & (a["outsider_followers"] > 0)
    seen = a["outsider_impressions"][good] / days[good] / a["outsider_followers"][good]
    own = one.world.posts[a["operator"][good]] * p.view_probability
    ends = np.array(
        [
            (
                (a["operator"] == who) & (a["life"] < life) & (a["channel"] == detection.CLASSIFIED)
            ).sum()
            for who, life in zip(a["operator"][good], a["life"][good], strict=True)
        ]
    )
    assert good.sum() > 30
    assert ends.max() > 1
    assert seen == pytest.approx(own * np.minimum(factor**ends, 100.0), rel=1e-3)
