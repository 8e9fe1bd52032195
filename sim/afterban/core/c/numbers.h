/* Made by engines/compiled/build.py from the Python modules; do not edit. */

#ifndef AFTERBAN_NUMBERS_H
#define AFTERBAN_NUMBERS_H

#define LAYOUT INT64_C(7928623816501046033)
#define EV_CENSUS (1)
#define EV_SHIFT (2)
#define EV_PULSE (3)
#define EV_SUSPEND (4)
#define EV_DECIDE (5)
#define EV_CREATE (6)
#define EV_PUBLISH (7)
#define EV_SCAN (8)
#define EV_CLASSIFY (9)
#define EV_THREATEN (10)
#define EV_WATCH (11)
#define EV_REPORT (12)
#define EV_LINK (13)
#define EV_RECRUIT (14)
#define EV_PROMOTE (15)
#define EV_BENIGN (16)
#define EV_WRONG_FLAG (17)
#define EV_APPEAL (18)
#define EV_OWN_APPEAL (19)
#define EV_SPEECH (20)
#define EV_BURST (21)
#define EV_RETALIATE (22)
#define EV_LOOK_ALIKE (23)
#define DRAW_WORLD_AUDIENCE (1)
#define DRAW_WORLD_POSTS (2)
#define DRAW_WORLD_DEGREE (3)
#define DRAW_WORLD_PROMINENCE (4)
#define DRAW_WORLD_NEIGHBOUR (5)
#define DRAW_HANDLE_BASE (6)
#define DRAW_HANDLE_CHOICE (7)
#define DRAW_HANDLE_EDIT (8)
#define DRAW_HANDLE_ORDINARY (9)
#define DRAW_SIGNUP (10)
#define DRAW_HANDLE_MATCH (11)
#define DRAW_REPORT (12)
#define DRAW_CLASSIFIER (13)
#define DRAW_THREAT (14)
#define DRAW_PULSE (15)
#define DRAW_WATCH (16)
#define DRAW_LINK_PROMOTED (17)
#define DRAW_LINK_PROMOTER (18)
#define DRAW_TIME_TO_ACTION (20)
#define DRAW_SERVICE (21)
#define DRAW_DECISION (22)
#define DRAW_ACTION_DELAY (23)
#define DRAW_BENIGN_ARRIVAL (24)
#define DRAW_BENIGN_SERVICE (25)
#define DRAW_BENIGN_DECISION (26)
#define DRAW_APPEAL (27)
#define DRAW_RETURN (30)
#define DRAW_MOVE (31)
#define DRAW_PROMOTE (40)
#define DRAW_RECRUIT (41)
#define DRAW_RECRUIT_DELAY (42)
#define DRAW_WORLD_RETURNS (80)
#define DRAW_WORLD_REFOLLOW (81)
#define DRAW_WORLD_LOST (82)
#define DRAW_RETALIATION (90)
#define DRAW_WRONG_FLAG (51)
#define DRAW_WRONG_AT_SIGNUP (52)
#define DRAW_WRONG_AT_MATCH (53)
#define DRAW_WRONG_AT_LINK (54)
#define DRAW_WRONG_AT_PULSE (55)
#define DRAW_WRONG_SERVICE (56)
#define DRAW_WRONG_DECISION (57)
#define DRAW_WRONG_APPEAL (58)
#define DRAW_APPEAL_REVIEW (59)
#define DRAW_LOOK_ALIKE (92)
#define DRAW_OBSERVED (93)
#define DRAW_SWEEP_ORDER (60)
#define DRAW_SWEEP_PLACE (61)
#define DRAW_SWEEP_SHIFT (62)
#define DRAW_EXPLORE_ORDER (64)
#define DRAW_ARRIVAL (70)
#define DRAW_ARRIVAL_NEIGHBOUR (71)
#define CHANNEL_NONE (0)
#define CHANNEL_CAUGHT_AT_SIGNUP (1)
#define CHANNEL_HANDLE_MATCHED (2)
#define CHANNEL_LINK_MATCHED (3)
#define CHANNEL_REPORTED (4)
#define CHANNEL_CLASSIFIED (5)
#define CHANNEL_THREATENED (6)
#define CHANNEL_STRUCK (7)
#define CHANNEL_WATCHED (8)
#define S_CLOCK (0)
#define S_ATTACHED_IN (1)
#define S_DETACHED_IN (2)
#define S_UNTOUCHED_IN (3)
#define S_GONE_IN (4)
#define S_ATTACHED_OUT (5)
#define S_DETACHED_OUT (6)
#define S_UNTOUCHED_OUT (7)
#define S_GONE_OUT (8)
#define S_REFOLLOW_IN (9)
#define S_REFOLLOW_OUT (10)
#define S_PUBLIC (11)
#define S_BUSY_UNTIL (12)
#define S_REBUILD_UNTIL (13)
#define S_SEEN_IN (14)
#define S_SEEN_OUT (15)
#define S_REBUILD_DAYS (16)
#define S_PUBLIC_DAYS (17)
#define S_AWAY_IN (18)
#define S_AWAY_OUT (19)
#define S_FORGET_IN (20)
#define S_FORGET_OUT (21)
#define S_POSTS_CHANGE (22)
#define S_SHOWN_OUT (23)
#define S_COLUMNS (24)
#define CENSUS_LIVE (0)
#define CENSUS_ATTACHED_INSIDERS (1)
#define CENSUS_ATTACHED_OUTSIDERS (2)
#define CENSUS_INSIDER_IMPRESSIONS (3)
#define CENSUS_OUTSIDER_IMPRESSIONS (4)
#define CENSUS_POSTS (5)
#define CENSUS_REBUILD_POSTS (6)
#define CENSUS_CREATED (7)
#define CENSUS_SUSPENDED (8)
#define CENSUS_UNDER_REVIEW (9)
#define CENSUS_ALL_OUTSIDER_IMPRESSIONS (10)
#define CENSUS_COLUMNS (11)
#define ROW_ROW (22)
#define ROW_START (0)
#define ROW_BURST (10)
#define ROW_ROWS (11)
#define ROW_SIGNUP (1)
#define ROW_REPORTS (2)
#define ROW_HANDLE_RECALL (6)
#define ROW_LINK_PROMOTED (7)
#define ROW_LINK_PROMOTER (8)
#define ROW_RETALIATION (9)
#define ROW_REPORT_HAZARD (0)
#define LAW_CONSTANT (0)
#define LAW_EXPONENTIAL (1)
#define LAW_LOGNORMAL (2)
#define LAW_UNIFORM (3)
#define LAW_WEIBULL (4)
#define LAW_PARETO (5)
#define LAW_QUANTILES (6)
#define LAW_LONG (7)
#define LAW_MIXTURE (8)
#define LAW_OBSERVED (9)
#define LAW_MOST_POINTS (8)
#define LAW_ROW (22)
#define HANDLE_HANDLE_BASE (6)
#define HANDLE_HANDLE_CHOICE (7)
#define HANDLE_HANDLE_EDIT (8)
#define HANDLE_HANDLE_ORDINARY (9)
#define HANDLE_LONGEST (15)
#define HANDLE_ROW (16)
#define HANDLE_ONE_EDIT (0)
#define HANDLE_DIGIT (1)
#define HANDLE_DOUBLED (2)
#define HANDLE_SEPARATOR (3)
#define HANDLE_LINKS (4)
#define HANDLE_SWAP (4)
#define HANDLE_UNMEASURED (-2)
#define HANDLE_SHORTEST_ORDINARY (3)
#define HANDLE_LONGEST_ORDINARY (6)
#define HANDLE_TOPIC_SYLLABLES (3)
#define REVIEW_ARRIVAL (0)
#define REVIEW_FOLLOWERS (1)
#define REVIEW_ACTIVITY (2)
#define REVIEW_LINKS (3)
#define REVIEW_URGENT (0)
#define REVIEW_ROUTINE (1)
#define PULSE_PULSE (15)
#define PULSE_RANDOM (0)
#define PULSE_FOLLOWERS (1)
#define PULSE_ACTIVITY (2)
#define PULSE_LINKS (3)
#define RETURNING_LONG (7)
#define RETURNING_MIXTURE (8)
#define RETURNING_OBSERVED (9)
#define RETURNING_ROW (22)
#define RETURNING_MIXED (2)
#define RETURNING_LAST (2)
#define RETURNING_BEYOND (3)
#define RETURNING_STEPS (4)
#define ADAPTATION_CAUGHT_AT_SIGNUP (1)
#define ADAPTATION_CLASSIFIED (5)
#define ADAPTATION_HANDLE_MATCHED (2)
#define ADAPTATION_LINK_MATCHED (3)
#define ADAPTATION_NONE (0)
#define ADAPTATION_REPORTED (4)
#define ADAPTATION_STRUCK (7)
#define ADAPTATION_SIMILARITY (0)
#define ADAPTATION_POSTING (1)
#define ADAPTATION_PROMOTING (2)
#define ADAPTATION_WAITING (3)
#define ADAPTATION_HABITS (4)
#define RANKING_OBSERVED (93)
#define RANKING_IMPRESSIONS (0)
#define RANKING_FOLLOWERS (1)
#define RANKING_LINKS (2)
#define RANKING_GIVEN (3)
#define LIVESHARE_ROOM (4096)
#define WRONG_FLAGS_WRONG_FLAG (51)
#define WRONG_FLAGS_BITS (29)
#define RETURNING_MOST_POSTING 100.0
#define ADAPTATION_MOST 100.0
#define LIVESHARE_STEP 0x1.0000000000000p-10
#define LAW_RETURN_DELAY (3)
#define FACTOR_RETURNS (0)
#define FACTOR_REFOLLOW (1)
#define FACTOR_LOST (2)
#define ROW_COUNT (11)
#define CHANNELS (9)
#define HAZARD_COUNT (4)
#define GIVEN_COUNT (50)
#define TOLD_COUNT (11)
#define SIZE_OPERATORS (0)
#define SIZE_TIERS (1)
#define SIZE_PLATFORMS (2)
#define SIZE_REGIMES (3)
#define SIZE_DAYS (4)
#define SIZE_WINDOWS (5)
#define SIZE_THERE (6)
#define SIZE_COUNT (7)

typedef struct { i64 row, draw, event; int follows_posts, is_thinned; } Hazard;

static const Hazard HAZARDS[] = {
    {2, 12, 12, 1, 1},
    {3, 13, 9, 1, 0},
    {4, 14, 10, 0, 0},
    {5, 16, 11, 0, 0},
};

static const int CHANNEL_OF[] = {1, 0, 0, 0, 0, 0, 0, 0, 2, 5, 6, 8, 4, 3, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0};
static const int IS_URGENT[] = {0, 0, 0, 0, 0, 0, 1, 0, 0};

typedef struct {
    i64 seed;
    i64 replication;
    double horizon;
    double prominence_tail;
    i64 live_insiders;
    i64 near_edits;
    double unrelated_recognition;
    double view_probability;
    i64 outsiders;
    i64 promotion_posts;
    double promotion_seen;
    double untouched_factor;
    i64 promotes_on_start;
    double near_identical;
    double recruits_per_impression;
    i64 recruit_tier;
    i64 most_recruits;
    double insider_reports;
    i64 match_edits;
    double ordinary_signups;
    double ordinary_namesakes;
    double ordinary_topic_names;
    i64 ordinary_sample;
    i64 queue_table;
    double queue_error;
    i64 finite_staff;
    i64 queue_order;
    double benign_reports;
    double sensitivity;
    double wrong_at_signup;
    double wrong_at_match;
    double wrong_at_link;
    double mistake;
    double appeal;
    i64 hears_appeals;
    double appeal_success;
    double own_appeals;
    double own_success;
    double posts_after;
    double wave_every;
    double fatigue;
    double posts_after_return;
    double posts_after_move;
    i64 give_up_suspensions;
    double give_up_within;
    i64 most_lives;
    double rebuild_share;
    double rebuild_window;
    i64 adapts;
    double answer_to_handle;
    double answer_to_reports;
    double answer_to_classifier;
    double answer_to_link;
    double answer_to_quick;
    double quick_days;
    double kept_part;
    double overlap[2];
    double discover[2];
    double lost[2];
    double near_links[4];
    double promotion_delay[22];
    double scan_time[22];
    double link_scan_time[22];
    double retaliation_delay[22];
    double recruit_delay[22];
    double service_time[22];
    double action_delay[22];
    double spare_delay[22];
    double filing[22];
} Settings;
_Static_assert(sizeof(Settings) == 2112, "another size");

typedef struct {
    double promotes;
    double moves;
    i64 platform;
    double returns;
    double report_weight;
    double exposure[4];
    double created_day;
    double public_day;
    double release_every;
    i64 severity;
    i64 sleeper;
    i64 only_if_moved;
    i64 double_;
    i64 spares;
    double refollow[2];
    double looks;
    double tier_distributions[88];
} Tier;
_Static_assert(sizeof(Tier) == 864, "another size");

typedef struct {
    i32 operator_;
    i32 life;
    i32 platform;
    u8 handle[16];
    i32 edit_distance;
    double created_day;
    double public_day;
    double flagged_day;
    double review_started_day;
    double suspended_day;
    i32 channel;
    i32 urgent;
    double insider_followers;
    double outsider_followers;
    double insider_impressions;
    double outsider_impressions;
    double unnoticed_impressions;
    i32 promotions_received;
    i32 promotions_made;
} Account;
_Static_assert(sizeof(Account) == 128, "another size");

typedef struct {
    i64 operator_;
    i32 life;
    i32 urgent;
    double arrived_day;
    double started_day;
    double decided_day;
    i32 upheld;
    i32 appeal;
} Case;
_Static_assert(sizeof(Case) == 48, "another size");

#define GIVEN(X) \
    X(Settings, settings) \
    X(i64, sizes) \
    X(Tier, tier_table) \
    X(double, regimes) \
    X(double, kept) \
    X(double, actions) \
    X(double, longer_laws) \
    X(double, duty_change) \
    X(i64, on_duty) \
    X(double, pulse_day) \
    X(i64, pulse_key) \
    X(double, pulse_share) \
    X(i64, pulse_accounts) \
    X(i64, pulse_choose) \
    X(i64, pulse_platform) \
    X(u8, pulse_tiers) \
    X(i64, pulse_table) \
    X(double, pulse_error) \
    X(i64, rank_what) \
    X(double, rank_every) \
    X(i64, rank_back) \
    X(double, rank_day) \
    X(i64, rank_table) \
    X(double, given_ranking) \
    X(double, speech_change) \
    X(double, discover_later) \
    X(double, burst_start) \
    X(double, burst_factors) \
    X(double, observed) \
    X(i64, grid_place) \
    X(i64, window_place) \
    X(i32, tier) \
    X(double, posts) \
    X(double, audience) \
    X(i64, links) \
    X(double, factors) \
    X(i64, promoter_start) \
    X(i32, promoters) \
    X(double, arrivals) \
    X(double, rows) \
    X(double, weight) \
    X(double, hazards) \
    X(double, hazard_days) \
    X(double, hazard_fades) \
    X(double, wrong_day) \
    X(i64, wrong_channel) \
    X(i64, wrong_number) \
    X(u8, users) \
    X(double, users_starts) \
    X(double, users_recall)

#define TOLD(X) \
    X(accounts, r->accounts, r->accounts_used) \
    X(cases, r->cases, r->cases_used) \
    X(decided, r->decided, r->cases_decided) \
    X(series, r->series, days * r->tiers * CENSUS_COLUMNS) \
    X(backlog, r->backlog, days) \
    X(flags_by_day, r->flags_by_day, days * 2 * CHANNELS) \
    X(impressions, r->impressions, windows * r->n) \
    X(struck, r->struck, r->given.pulse_day_n) \
    X(rows, r->given.rows, r->n * S_COLUMNS) \
    X(flags, r->flags, 2 * CHANNELS) \
    X(events, &r->events, 1)

#endif
