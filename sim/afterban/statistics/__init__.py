"""Estimates with intervals from replications, and survival curves from censored lives.

Uses numpy and scipy only and knows nothing of the model, so that a check never shares code with
what it checks. Nothing here draws random numbers: the same sample gives the same interval on every
machine. Every function refuses empty samples and values that are not finite.

Checked by ``tests/unit/test_statistics.py``.
"""

from afterban.statistics.choices import best_shares, regrets, share_of_noise
from afterban.statistics.estimate import UNDEFINED, Estimate, undefined
from afterban.statistics.intervals import (
    mean_interval,
    median_interval,
    prediction_interval,
    quantile_interval,
    wilson_interval,
)
from afterban.statistics.paired import (
    Pairing,
    paired_difference,
    paired_p_value,
    pairing_gain,
    ratio_of_means,
)
from afterban.statistics.several import bonferroni_level, compare_with_control, holm_adjusted
from afterban.statistics.stopping import (
    Stopping,
    replications_needed,
    run_until_precise,
    should_stop,
)
from afterban.statistics.survival import SurvivalCurve, kaplan_meier

__all__ = [
    "UNDEFINED",
    "Estimate",
    "Pairing",
    "Stopping",
    "SurvivalCurve",
    "best_shares",
    "bonferroni_level",
    "compare_with_control",
    "holm_adjusted",
    "kaplan_meier",
    "mean_interval",
    "median_interval",
    "paired_difference",
    "paired_p_value",
    "pairing_gain",
    "prediction_interval",
    "quantile_interval",
    "ratio_of_means",
    "regrets",
    "replications_needed",
    "run_until_precise",
    "share_of_noise",
    "should_stop",
    "undefined",
    "wilson_interval",
]
