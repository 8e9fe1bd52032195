"""Names that outputs use themselves, which no tier, platform, speaker or arm may have.

A tier called `all` would be a second row of that name beside the sum of the tiers; an arm called
as a metric or a column cannot be told from it in a query.  ``tests/unit/test_names.py`` holds the
metrics against the register, which lies above the scenario and so is not read here.
"""

from __future__ import annotations

# Rows: all tiers together, the scenario as written, the world without enforcement.
ROWS = ("all", "base", "none")
COLUMNS = ("metric", "point", "point_key", "policy", "replication")  # of a sweep and a summary
METRICS = tuple(
    """
    account_life_median answers_per_day answers_per_day_at_first
    answers_per_day_at_last appeals arrivals attached_outsiders_share audiences_cut
    backlog_age_p95 backlog_mean cleared_flags creations earlier_outsider_impressions
    effective_reach effective_reach_of_all_posts effective_reach_trend effective_reached
    effective_weekly_reach events extinction_day first_account_share flag_precision
    followers_at_termination frequency handle_matched_share impressions kept_less_share
    live_accounts live_accounts_on lives_per_operator look_alike_share look_alikes_flagged
    look_alikes_suspended loss_by_absence loss_by_followers loss_by_rebuilding loss_of_the_most_seen
    lost_outsider_impressions mean_live_accounts most_followers most_lives near_identical_share
    network_followers operators_reinstated ordinary_posts others_left outsider_impressions
    outsider_impressions_of_all_posts outsider_impressions_on paid_hours posting_lost posts_made
    public_until_termination reach reach_on reach_per_window rebuild_effort
    recent_effective_reach recent_outsider_impressions recruits regained_status
    regeneration_number reinstatements replacement_ratio replies_per_day
    replies_per_day_at_last return_delay_median
    return_share reviewer_hours right_flags routine_time_to_action_median share_of_voice
    speaker_followers struck suspended_share suspension_hazard suspensions suspensions_per_day
    targeting_followers_ratio targeting_links_ratio targeting_posts_ratio
    targeting_reshares_ratio threats_after_suspension time_to_action_median time_to_action_p95
    unnoticed_days unnoticed_share unserved_share urgent_time_to_action_median utilisation
    voice_ratio waiting_days
    waiting_share waiting_time_mean worth_weighted_impressions worth_weighted_reach wrong_days
    wrong_flags wrong_per_right wrong_suspensions
    """.split()  # noqa: SIM905 (a list of fifty strings takes fifty lines)
)

WHAT_IT_IS = {
    **dict.fromkeys(METRICS, "a metric"),
    **dict.fromkeys(COLUMNS, "a column of the tables"),
    "all": "the sum of all tiers in the tables",
    "base": "the scenario as written",
    "none": "the world without enforcement",
}
