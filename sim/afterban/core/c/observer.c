/* What is written down: lives that end, and the census. */

/* Complete the row of a life that ended, or that the horizon cut off. */
static void finish(Run *r, i64 i) {
    const Operator *one = &r->who[i];
    Account *account = account_of(r, i);
    double rate = one->own_posts * r->p.view_probability, before = account->insider_impressions;
    account->insider_impressions = rate * (row_of(r, i)[S_SEEN_IN] - before);
    before = account->outsider_impressions;
    double seen = row_of(r, i)[S_SEEN_OUT], at_flag = account->unnoticed_impressions;
    account->outsider_impressions = rate * (seen - before);
    account->unnoticed_impressions = rate * ((isnan(at_flag) ? seen : at_flag) - before);
    account->promotions_received = one->received;
    account->promotions_made = one->made;
}

/* The last census, and the horizon cuts off the lives that are under way. */
static void finish_all(Run *r, double *totals) {
    double day = r->p.horizon;
    for (i64 i = 0; i < r->n; i++) {
        const Operator *one = &r->who[i];
        double *row = row_of(r, i);
        Since more = so_far_live(
            &r->shares, one->platform, row, day, r->p.discover, r->p.rebuild_share);
        r->seen[i] = count_operator(row, &more, live_share(r, i), one->own_posts, day,
            r->p.view_probability, totals + one->tier * CENSUS_COLUMNS);
        if (one->account == NOBODY) continue;
        if (row[S_PUBLIC] != 0.0) {
            advance_by(row, day, &more);
            remember_followers(r, i);
        }
        finish(r, i);
    }
}

/* A census of one operator, just before the other events of the instant. */
static void look(Run *r, double now, i64 k) {
    i64 i = r->given.look_operator[k];
    const Operator *one = &r->who[i];
    const double *row = row_of(r, i);
    Since more = so_far_live(
        &r->shares, one->platform, row, now, r->p.discover, r->p.rebuild_share);
    count_operator(row, &more, live_share(r, i), one->own_posts, now, r->p.view_probability,
        r->looked + k * CENSUS_COLUMNS);
}

/* Looks at the horizon, before it cuts off the lives that are under way. */
static void look_at_the_end(Run *r) {
    for (i64 k = 0; k < r->given.look_day_n; k++)
        if (r->given.look_day[k] >= r->p.horizon) look(r, r->p.horizon, k);
}

/* Observe the network just before the other events of the instant. */
static void take_census(Run *r, double now, i64 number) {
    i64 day = r->given.grid_place[number], window = r->given.window_place[number];
    i64 windows = r->given.sizes[SIZE_WINDOWS] - 1;
    int asked = window <= windows; /* for each operator's impressions */
    memcpy(r->totals, r->counts, (size_t)(r->tiers * CENSUS_COLUMNS) * sizeof *r->totals);
    if (number == r->given.observed_n - 1) finish_all(r, r->totals);
    else count_all(r, now, r->totals, asked);
    if (asked) {
        for (i64 i = 0; window > 0 && i < r->n; i++)
            r->impressions[(window - 1) * r->n + i] = r->seen[i] - r->before[i];
        double *other = r->before;
        r->before = r->seen;
        r->seen = other;
    }
    if (day < r->given.sizes[SIZE_DAYS]) {
        memcpy(r->series + day * r->tiers * CENSUS_COLUMNS, r->totals,
            (size_t)(r->tiers * CENSUS_COLUMNS) * sizeof *r->totals);
        r->backlog[day] = (double)r->cases_waiting;
        memcpy(r->flags_by_day + day * 2 * CHANNELS, r->flags, sizeof r->flags);
    }
}
