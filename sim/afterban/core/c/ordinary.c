/* Ordinary users: reports about them, flags on them, and names that look alike. */

/* Reports about ordinary users arrive as a Poisson process, of which there is one to come.  With a team
   they are most of all that happens: drawn many at once, and beside the calendar. */
static void expect_benign_report(Run *r, double now, i64 number) {
    if (r->p.benign_reports <= 0.0) return;
    if (number % DRAWS_AT_ONCE == 0) {
        i32 numbers[DRAWS_AT_ONCE];
        for (int k = 0; k < DRAWS_AT_ONCE; k++) numbers[k] = (i32)number + k;
        uniforms_of_ordinals(r->p.seed, r->p.replication, DRAW_BENIGN_ARRIVAL, 0, 0, numbers,
            DRAWS_AT_ONCE, r->report_draws, NULL);
    }
    double u = r->report_draws[number % DRAWS_AT_ONCE];
    double day = now + unit_exponential(u) / r->p.benign_reports;
    if (!(day < r->p.horizon)) day = INFINITY;
    r->report = (Event){day, key_of(EV_BENIGN, 0, number), NOBODY, NO_ROUND};
}

/* A report about an ordinary user joins the queue, and the next one is on its way. */
static void hear_benign_report(Run *r, double now, i64 number) {
    r->events++;
    arrive(r, now, NOBODY, number, 0, 0, NOBODY, 0.0, 0);
    expect_benign_report(r, now, number + 1);
    take_up_cases(r, now);
}

/* The next of the flags on ordinary users that hang on nothing that operators do. */
static void expect_wrong_flag(Run *r, i64 k) {
    if (k < r->given.wrong_day_n) plan_date(r, r->given.wrong_day[k], EV_WRONG_FLAG, k);
}

/* An act of a channel flags some ordinary users: one event, which brings about the next. */
static void expect_wrong_flags(
    Run *r, double now, i64 i, i64 channel, i64 decision, i64 ordinal, double mean
) {
    if (mean <= 0.0) return;
    Act act = of_act(
        mean, decision, i, r->who[i].life, ordinal, r->p.seed, r->p.replication);
    if (act.n > 0) plan(r, now, EV_WRONG_FLAG, channel, act.first, NOBODY, act.n);
}

/* A flag on an ordinary user is decided on by unlimited staff, after a while. */
static void review(Run *r, double now, i64 channel, i64 number, int urgent) {
    OpenCase *of = &r->cases[r->cases_used++];
    double u = uniforms(r->p.seed, r->p.replication, DRAW_WRONG_SERVICE, channel, 0, number).v;
    double taken = quantile(time_to_action(r, now, urgent), u);
    double day = execution_day(now, taken, r->p.wave_every);
    *of = (OpenCase){.told = {
        .operator_ = -1 - channel,
        .life = (i32)number,
        .urgent = urgent,
        .arrived_day = now,
        .started_day = now,
        .decided_day = day < r->p.horizon ? day : NAN,
    }, .subject = NOBODY};
}

/* A channel flags an ordinary user; `left` of the same act, itself included.

   With channel NONE it is one of those that were known before, and `number` its place there. */
static void flag_wrongly(Run *r, double now, i64 channel, i64 number, i64 left) {
    r->events++;
    if (channel == CHANNEL_NONE) {
        expect_wrong_flag(r, number + 1);
        channel = r->given.wrong_channel[number];
        number = r->given.wrong_number[number];
    } else if (left > 1) {
        plan(r, now, EV_WRONG_FLAG, channel, numbered(number, 1), NOBODY, left - 1);
    }
    int urgent = IS_URGENT[channel];
    if (!r->p.finite_staff) {
        review(r, now, channel, number, urgent);
        return;
    }
    arrive(r, now, -1 - channel, number, urgent, 0, NOBODY, 0.0, 0);
    take_up_cases(r, now);
}

/* --- names that look alike --------------------------------------------------------------------- */

/* The next flag on the new accounts for which one of the sample stands. */
static void expect_look_alike(Run *r, double now, i64 k, i64 ordinal) {
    i64 users = r->given.users_n / HANDLE_ROW;
    double of_each = r->p.ordinary_signups / (double)users;
    double u = uniforms(r->p.seed, r->p.replication, DRAW_LOOK_ALIKE, k, 0, ordinal).u;
    double day = next_arrival(
        now, u, of_each, r->given.users_starts, r->given.users_recall, r->given.users_recall_n);
    plan(r, day, EV_LOOK_ALIKE, k, ordinal, NOBODY, NO_ROUND);
}

/* Ordinary users whose handles are like the suspended one are found from now on. */
static void match_users(Run *r, double now, i64 i) {
    const u8 *handle = account_of(r, i)->handle;
    for (i64 k = 0; k * HANDLE_ROW < r->given.users_n; k++) {
        if (r->matched[k]) continue;
        int distance = edit_distance(r->given.users + k * HANDLE_ROW, handle);
        r->matched[k] = 0 < distance && distance <= r->p.match_edits;
        if (r->matched[k]) expect_look_alike(r, now, k, 0);
    }
}

/* The handle match flags an ordinary user, and the next one is on its way. */
static void flag_look_alike(Run *r, double now, i64 k, i64 ordinal) {
    r->events++;
    double v = uniforms(r->p.seed, r->p.replication, DRAW_LOOK_ALIKE, k, 0, ordinal).v;
    i64 number = (i64)(v * (double)FLAG_NUMBERS);
    arrive(r, now, -1 - CHANNEL_HANDLE_MATCHED, number, 0, 0, NOBODY, 0.0, 0);
    expect_look_alike(r, now, k, ordinal + 1);
    take_up_cases(r, now);
}
