/* What every operator has: draws, plans, a tier, an account and an audience. */

static inline const Tier *tier_of(const Run *r, i64 i) {
    return &r->given.tier_table[r->who[i].tier];
}

static inline Account *account_of(Run *r, i64 i) { return &r->accounts[r->who[i].account]; }

static inline double *row_of(Run *r, i64 i) { return r->given.rows + i * S_COLUMNS; }

/* A row of the regimes' numbers of a tier on a platform, from the first regime on. */
static inline const double *regimes_of(const Run *r, i64 row, i64 tier, i64 place) {
    return r->given.regimes + ((row * r->tiers + tier) * r->places + place) * r->regimes;
}

static inline const double *regimes_for(const Run *r, i64 row, i64 i) {
    return regimes_of(r, row, r->who[i].tier, r->who[i].platform);
}

static inline double highest_for(const Run *r, i64 row, i64 i) {
    return r->highest[(row * r->tiers + r->who[i].tier) * r->places + r->who[i].platform];
}

/* What a rate of detection is now for an operator. */
static inline double rate_now(const Run *r, double now, i64 row, i64 i) {
    i64 regime = regime_at(regimes_for(r, ROW_START, i), r->regimes, now);
    return regimes_for(r, row, i)[regime];
}

/* Two uniform numbers that belong to this decision of this life, whenever it is asked. */
static inline Draws draw(const Run *r, i64 i, i64 decision, i64 ordinal) {
    return uniforms(r->p.seed, r->p.replication, decision, i, r->who[i].life, ordinal);
}

static double draw_from(const Run *r, const double *law, i64 i, i64 decision, i64 ordinal) {
    return quantile(law, is_constant(law) ? 0.5 : draw(r, i, decision, ordinal).u);
}

static inline void plan(
    Run *r, double day, i64 kind, i64 i, i64 ordinal, i64 subject, i64 round
) {
    if (day < r->p.horizon)
        push(&r->calendar, (Event){day, key_of(kind, i, ordinal), (i32)subject, (i32)round});
}

static inline void plan_date(Run *r, double day, i64 kind, i64 ordinal) {
    plan(r, day, kind, 0, ordinal, NOBODY, NO_ROUND);
}

/* An event of this life. */
static inline void plan_own(Run *r, double day, i64 kind, i64 i, i64 ordinal) {
    plan(r, day, kind, i, ordinal, r->who[i].account, NO_ROUND);
}

/* An event of this life that a review without suspension makes void. */
static inline void plan_flag(Run *r, double day, i64 kind, i64 i) {
    plan(r, day, kind, i, 0, r->who[i].account, r->who[i].rounds);
}

static inline void count(Run *r, i64 i, int what, double change) {
    r->counts[r->who[i].tier * CENSUS_COLUMNS + what] += change;
}

static void advance(Run *r, double now, i64 i) {
    double *row = row_of(r, i);
    Since more = so_far_live(
        &r->shares, r->who[i].platform, row, now, r->p.discover, r->p.rebuild_share);
    advance_by(row, now, &more);
}

/* Bring the audience up to date. */
static void settle(Run *r, double now, i64 i) {
    disturb(r, i);
    advance(r, now, i);
}

/* Share of the operator's insiders who are live: 1 where insiders are no operators. */
static inline double live_share(const Run *r, i64 i) {
    return share_now(&r->shares, r->who[i].platform);
}

/* Insiders that are live, and outsiders, who follow the account now. */
static Both followers(Run *r, double now, i64 i) {
    Both of = followers_at(row_of(r, i), now, r->p.discover);
    of.in *= live_share(r, i);
    return of;
}

/* Those at the end of a life; its peak, but for insiders who are suspended themselves. */
static void remember_followers(Run *r, i64 i) {
    Account *account = account_of(r, i);
    account->insider_followers = live_share(r, i) * row_of(r, i)[S_ATTACHED_IN];
    account->outsider_followers = row_of(r, i)[S_ATTACHED_OUT];
}

/* How much the operator's tier posts now, relative to ordinary days. */
static double burst_now(const Run *r, double now, i64 i) { return rate_now(r, now, ROW_BURST, i); }

/* Posts per day of the operator now, bursts of this time included. */
static double posts_now(Run *r, i64 i) {
    return r->who[i].own_posts * (1.0 + row_of(r, i)[S_POSTS_CHANGE]);
}

static inline double *habits_of(const Run *r, i64 i) { return r->habits + i * ADAPTATION_HABITS; }

/* The posting rate on ordinary days after so many returns, relative to the first life. */
static double pace(const Run *r, i64 i, i64 returns) {
    double factor = posting_factor(
        r->p.posts_after_return, r->p.posts_after_move, returns, r->who[i].moves);
    return r->p.adapts ? compounded(factor, habits_of(r, i)[ADAPTATION_POSTING]) : factor;
}

/* A burst begins or ends: the account, or the next one, goes on at another rate. */
static void burst(Run *r, double now, i64 i) {
    if (row_of(r, i)[S_PUBLIC] != 0.0) settle(r, now, i);
    const Operator *one = &r->who[i];
    i64 returns = one->life;
    if (returns > 0 && one->account >= 0) returns--;
    change_pace(row_of(r, i), now, pace(r, i, returns) * burst_now(r, now, i) - 1.0);
}
