"""Closed forms that the simulator is checked against.

Uses numpy and scipy only and shares no code with the equations or the engines. Time is in days,
rates and hazards per day, shares and probabilities from 0 to 1. "Derivation here" means that the
docstring derives the result; otherwise a textbook is named.

Symbols: h attachment hazard of the detached, lambda rate at which a life ends, A audience, F
attached, m attached share F/A.

Checked by ``tests/unit/test_theory.py`` against numerical integration and brute force.
"""

from afterban.theory.arrivals import (
    arrivals_between_accounts,
    arrivals_live,
    arrivals_live_through_time,
)
from afterban.theory.attachment import (
    attached_share_in_life,
    attached_share_while_live_exponential,
    attached_share_while_live_fixed,
    attached_share_while_live_gamma,
    detached_share_at_life,
    follower_days,
    follower_days_of_lineage,
    followers,
)
from afterban.theory.bursts import in_bursts
from afterban.theory.conservation import conservation_error
from afterban.theory.forgetting import (
    followers_over_lives,
    followers_who_forget,
    kept_per_life,
    reinstated_followers,
)
from afterban.theory.lives import (
    lives_mean,
    lives_mean_of_differing,
    lives_pmf,
    lives_survival,
    posts_of_life,
    retaliation_life_mean,
    retaliation_share,
)
from afterban.theory.mistakes import (
    observed_precision,
    paid_hours_per_right_suspension,
    wrong_flags_per_right,
    wrong_suspensions_per_right,
)
from afterban.theory.pressure import UnderPressure, under_pressure
from afterban.theory.promotion import (
    FixedPoint,
    PromotionField,
    critical_gain,
    critical_time_to_action,
    crossover_time_to_action,
    promotion_yield,
)
from afterban.theory.queues import (
    erlang_b,
    erlang_c,
    fluid_waits,
    mg1_mean_wait,
    mg1_priority_mean_waits,
    mmc_mean_queue_length,
    mmc_mean_wait,
    mmc_priority_mean_waits,
    mmc_sojourn_quantile,
    mmc_sojourn_survival,
    mmc_wait_quantile,
    mmc_wait_survival,
)
from afterban.theory.reach import frequency, gamma_mixed_reach, overlapping_reach, poisson_reach
from afterban.theory.recruitment import (
    recruitment_extinction_probability,
    recruitment_number,
    recruitment_threshold,
    recruitment_time_to_action,
)
from afterban.theory.renewal import live_days, live_probability, live_share
from afterban.theory.reports import thinned_cumulative_hazard, thinned_mean_life, thinned_survival

__all__ = [
    "FixedPoint",
    "PromotionField",
    "UnderPressure",
    "arrivals_between_accounts",
    "arrivals_live",
    "arrivals_live_through_time",
    "attached_share_in_life",
    "attached_share_while_live_exponential",
    "attached_share_while_live_fixed",
    "attached_share_while_live_gamma",
    "conservation_error",
    "critical_gain",
    "critical_time_to_action",
    "crossover_time_to_action",
    "detached_share_at_life",
    "erlang_b",
    "erlang_c",
    "fluid_waits",
    "follower_days",
    "follower_days_of_lineage",
    "followers",
    "followers_over_lives",
    "followers_who_forget",
    "frequency",
    "gamma_mixed_reach",
    "in_bursts",
    "kept_per_life",
    "live_days",
    "live_probability",
    "live_share",
    "lives_mean",
    "lives_mean_of_differing",
    "lives_pmf",
    "lives_survival",
    "mg1_mean_wait",
    "mg1_priority_mean_waits",
    "mmc_mean_queue_length",
    "mmc_mean_wait",
    "mmc_priority_mean_waits",
    "mmc_sojourn_quantile",
    "mmc_sojourn_survival",
    "mmc_wait_quantile",
    "mmc_wait_survival",
    "observed_precision",
    "overlapping_reach",
    "paid_hours_per_right_suspension",
    "poisson_reach",
    "posts_of_life",
    "promotion_yield",
    "recruitment_extinction_probability",
    "recruitment_number",
    "recruitment_threshold",
    "recruitment_time_to_action",
    "reinstated_followers",
    "retaliation_life_mean",
    "retaliation_share",
    "thinned_cumulative_hazard",
    "thinned_mean_life",
    "thinned_survival",
    "under_pressure",
    "wrong_flags_per_right",
    "wrong_suspensions_per_right",
]
