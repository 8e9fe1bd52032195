"""What cannot end, or cannot fit, is refused before it starts, with its key and its cost."""

from __future__ import annotations

import os

import pytest

FAST = ("--workers", "1", "--reps", "1", "--no-figures")


@pytest.mark.parametrize(
    ("change", "key", "message"),
    [
        ("metrics.reach_window=1s", "metrics.reach_window", "100,000 times at most"),
        ("metrics.every=1s", "metrics.every", "100,000 times at most"),
        (
            "detection.pulses=[{date: 2014-09-01, every: 1s, share: 0.1}]",
            "detection.pulses[0].every",
            "100,000 times at most",
        ),
        ("review.waves={every: 1s}", "review.waves.every", "100,000 times at most"),
        ("tiers.supporter.audience=1e12", "tiers.supporter.audience", "outsiders"),
    ],
)
def test_by_the_key_that_is_too_fine_or_too_large(cli, here, change, key, message):
    told = cli("run", "minimal", *FAST, "--set", change)
    assert told.code == 2
    assert key in told.err
    assert message in told.err
    assert not (here / "results").exists()


def test_more_candidates_than_can_ever_be_drawn(cli, here):
    big = ("--set", "exposure.outsiders=2000000000000", "--set", "tiers.supporter.audience=1e12")
    told = cli("run", "minimal", *FAST, *big)
    assert told.code == 2
    assert "candidate reports" in told.err
    assert "tiers.supporter.audience" in told.err
    assert not (here / "results").exists()
    # Without reports nothing is thinned, and the same network runs.
    few = ("--set", "tiers.supporter.count=3", "--set", "tiers.hub.count=1")
    quiet = cli("run", "minimal", *FAST, *big, *few, "--set", "detection.reports=0")
    assert quiet.code == 0, quiet.err


def test_more_replications_than_memory_can_hold(cli, here):
    told = cli("run", "minimal", *FAST[:4], "--no-figures", "--reps", "1000000000")
    assert told.code == 2
    assert "1,000,000,000 replications keep" in told.err
    assert not (here / "results").exists()


def test_a_heavy_tail_of_degrees_counts_by_its_mean(small):
    from afterban.experiment.memory import least_bytes

    # Median 15, mean 10 * 1.2 / 0.2 = 60.
    heavy = small({"tiers.supporter.degree": "{pareto: {minimum: 8.4, exponent: 1.2}}"})
    light = small({"tiers.supporter.degree": 15})
    assert least_bytes(heavy) > least_bytes(light) + 60 * 4 * 15


def test_a_pipe_is_no_scenario(cli, here):
    os.mkfifo(here / "pipe.yaml")
    told = cli("validate", "pipe.yaml")
    assert told.code == 2
    assert "no ordinary file" in told.err


def test_a_long_chain_of_scenarios(cli, here):
    for k in range(200):
        base = "minimal" if k == 199 else f"s{k + 1}.yaml"
        (here / f"s{k}.yaml").write_text(f"schema_version: 1\nname: s{k}\nextends: {base}\n")
    told = cli("validate", "s0.yaml")
    assert told.code == 2
    assert "50 scenarios extend each other" in told.err
    assert cli("validate", "s160.yaml").code == 0
