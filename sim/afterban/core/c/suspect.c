/* How an account is found, and what its review comes to. */

/* Day of the next flag by a channel, at a rate of the regimes; inf if none before the end. */
static double next_flag(
    Run *r, double now, i64 i, i64 decision, i64 ordinal, double exposure, i64 row
) {
    double most = most_arrivals(now, exposure, highest_for(r, row, i), r->p.horizon);
    if (most <= 0.0) return INFINITY;
    double u = draw(r, i, decision, ordinal).u;
    if (u >= most) return INFINITY;
    return next_arrival(
        now, u, exposure, regimes_for(r, ROW_START, i), regimes_for(r, row, i), r->regimes);
}

/* Impressions per day, of ordinary days, that can lead to a report. */
static double report_rate(Run *r, i64 i, double insiders, double outsiders) {
    return tier_of(r, i)->report_weight * visibility(
        r->who[i].posts, r->p.view_probability, insiders, outsiders, r->p.insider_reports);
}

/* The next candidate report: as if the whole audience followed, so never too late. */
static void expect_report(Run *r, double now, i64 i) {
    const Operator *one = &r->who[i];
    double most = report_rate(r, i, one->insiders, one->outsiders);
    double day = next_flag(r, now, i, DRAW_REPORT, one->reports, most, ROW_REPORTS);
    plan_flag(r, day, EV_REPORT, i);
}

/* When each channel would flag the account, if no other does before. */
static void expect_flags(Run *r, double now, i64 i) {
    const Operator *one = &r->who[i];
    for (int k = 0; k < HAZARD_COUNT; k++) {
        const Hazard *hazard = &HAZARDS[k];
        if (hazard->is_thinned) continue;
        double exposure = tier_of(r, i)->exposure[k] * (hazard->follows_posts ? one->posts : 1.0);
        double day = next_flag(r, now, i, hazard->draw, one->rounds, exposure, hazard->row);
        plan_flag(r, day, hazard->event, i);
    }
    expect_report(r, now, i);
}

/* An operator that is back after a suspension may send a threat. */
static void expect_retaliation(Run *r, double now, i64 i) {
    if (highest_for(r, ROW_RETALIATION, i) == 0.0) return;
    double chance = rate_now(r, now, ROW_RETALIATION, i);
    Draws d = draw(r, i, DRAW_RETALIATION, 0);
    if (d.u < chance)
        plan_own(r, due(now, quantile(r->p.retaliation_delay, d.v)), EV_RETALIATE, i, 0);
}

/* A candidate report is real with the share of the audience that follows now. */
static int is_reported(Run *r, double now, i64 i) {
    Operator *one = &r->who[i];
    Both of = followers(r, now, i);
    double accept = draw(r, i, DRAW_REPORT, one->reports).v;
    one->reports++;
    double most = report_rate(r, i, one->insiders, one->outsiders);
    if (accept * most < report_rate(r, i, of.in, of.out)) return 1;
    expect_report(r, now, i);
    return 0;
}

/* The account is up for review, by the first channel that finds it. */
static void flag(Run *r, double now, i64 i, i64 channel, int urgent) {
    Operator *one = &r->who[i];
    if (one->channel == CHANNEL_NONE) count(r, i, CENSUS_UNDER_REVIEW, 1.0);
    one->channel = (i32)channel;
    r->flags[0][channel]++;
    Account *account = account_of(r, i);
    account->channel = (i32)channel;
    account->flagged_day = now;
    Since more = so_far(row_of(r, i), now, r->p.discover, r->p.rebuild_share);
    account->unnoticed_impressions = row_of(r, i)[S_SEEN_OUT] + more.seen_out;
    account->review_started_day = now;
    account->urgent = urgent || tier_of(r, i)->severity == REVIEW_URGENT;
}

/* The law of the time to action of now, on whatever platform; regimes are the same on all. */
static const double *time_to_action(Run *r, double now, int urgent) {
    i64 regime = regime_at(r->given.regimes, r->regimes, now);
    i64 severity = urgent ? REVIEW_URGENT : REVIEW_ROUTINE;
    return r->given.actions + (regime * 2 + severity) * LAW_ROW;
}

/* What puts a case before others of its severity: what is true, or what was observed. */
static double place_in_queue(Run *r, double now, i64 i) {
    if (r->p.queue_table >= 0) return observed(r, r->p.queue_table, r->p.queue_error, now, i);
    Both of = followers(r, now, i);
    return precedence(r->p.queue_order, of.in + of.out, posts_now(r, i), r->who[i].links);
}

/* To the team's queue; with unlimited staff the decision is only a matter of time.

   Returns whether it is due now. */
static int go_to_review(Run *r, double now, i64 i) {
    const Operator *one = &r->who[i];
    Account *account = account_of(r, i);
    if (r->p.finite_staff) {
        account->review_started_day = NAN;
        double first = place_in_queue(r, now, i);
        arrive(r, now, i, one->life, account->urgent, one->rounds, one->account, first, 0);
        take_up_cases(r, now);
        return 0;
    }
    double action = draw_from(
        r, time_to_action(r, now, account->urgent), i, DRAW_TIME_TO_ACTION, one->rounds);
    double day = execution_day(now, action, r->p.wave_every);
    if (day <= now) return 1;
    plan_own(r, day, EV_DECIDE, i, 0);
    return 0;
}

/* Whether the review ends in suspension. */
static int upheld(Run *r, i64 i) {
    if (r->p.sensitivity >= 1.0) return 1;
    return draw(r, i, DRAW_DECISION, r->who[i].rounds).u < r->p.sensitivity;
}

/* The review found nothing: the account goes on, and the channels race again. */
static void be_cleared(Run *r, double now, i64 i) {
    count(r, i, CENSUS_UNDER_REVIEW, -1.0);
    Operator *one = &r->who[i];
    r->flags[1][one->channel]++;
    one->channel = CHANNEL_NONE;
    Account *account = account_of(r, i);
    account->channel = CHANNEL_NONE;
    account->flagged_day = NAN;
    account->unnoticed_impressions = NAN;
    account->review_started_day = NAN;
    account->urgent = 0;
    one->rounds++;
    one->reports++; /* the candidate under way was drawn for a time before this one */
    if (row_of(r, i)[S_PUBLIC] != 0.0) expect_flags(r, now, i);
}

/* Whether the last account was public, and on the platform that its operator is on. */
static int may_come_back(const Run *r, i64 i) {
    const Account *account = &r->accounts[r->who[i].last_account];
    return !isnan(account->public_day) && account->platform == r->who[i].platform;
}

/* A flag, a decision or a suspension, and those that follow from it at the same instant. */
static void enforce(Run *r, double now, i64 i, i64 kind) {
    if (kind > EV_DECIDE) {
        if (r->who[i].channel != CHANNEL_NONE) return;
        if (kind == EV_REPORT) {
            if (!is_reported(r, now, i)) return;
            flag(r, now, i, CHANNEL_REPORTED, 0);
        } else {
            i64 channel = CHANNEL_OF[kind];
            flag(r, now, i, channel, IS_URGENT[channel]);
        }
        if (!go_to_review(r, now, i)) return;
        r->events++;
        kind = EV_DECIDE;
    }
    if (kind == EV_DECIDE) {
        if (!upheld(r, i)) {
            be_cleared(r, now, i);
            return;
        }
        r->events++;
    }
    suspend(r, now, i);
}
