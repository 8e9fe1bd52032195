/* What metrics add up over operators or cases: as in mechanisms/reach.py, mechanisms/mistakes.py and
   mechanisms/absence.py. */

enum { KINDS = REACH_KINDS };

/* --- reach ------------------------------------------------------------------------------------- */

/* Probability of at least one exposure. */
static inline double exposed_once(double exposures) {
    double x = least(exposures, 38.0) / 64.0, e = x / 10.0;
    e = x / 9.0 * (1.0 - e);
    e = x / 8.0 * (1.0 - e);
    e = x / 7.0 * (1.0 - e);
    e = x / 6.0 * (1.0 - e);
    e = x / 5.0 * (1.0 - e);
    e = x / 4.0 * (1.0 - e);
    e = x / 3.0 * (1.0 - e);
    e = x / 2.0 * (1.0 - e);
    e = x * (1.0 - e);
    e *= 2.0 - e;
    e *= 2.0 - e;
    e *= 2.0 - e;
    e *= 2.0 - e;
    e *= 2.0 - e;
    return e * (2.0 - e);
}

/* How likely a member of each audience is to be exposed, so many impressions of which are seen.

   A loop without a question, so that a processor does several at once. */
static void expose(
    const double *restrict seen, const double *restrict per_member, i64 n, double *restrict exposed
) {
    for (i64 i = 0; i < n; i++) exposed[i] = exposed_once(seen[i] * per_member[i]);
}

/* Probability of being in an audience, for outsiders of each kind. */
static void write_membership(double share, double *inside) {
    if (share >= 1.0) {
        for (int k = 0; k < KINDS; k++) inside[k] = 1.0;
        return;
    }
    double c = share / (1.0 - share);
    inside[0] = -own_expm1(-c * REACH_APPETITES[0]);
    inside[1] = -own_expm1(-c * REACH_APPETITES[1]);
    for (int k = 2; k < KINDS; k++) inside[k] = inside[k - 2] * (2.0 - inside[k - 2]);
}

/* Probability of no exposure for outsiders of each kind, by the small audiences. */
static void miss_small(const double *exposed, const double *small, i64 n, double *missed) {
    double first = 0.0, second = 0.0, third = 0.0, fourth = 0.0;
    for (i64 i = 0; i < n; i++) { /* cumulants: log(1 - e (1 - exp(-x))) in powers of x */
        double e = exposed[i], x = small[i], spread = e * (1.0 - e) * x * x;
        first += e * x;
        second += spread;
        third += spread * (1.0 - 2.0 * e) * x;
        fourth += spread * (1.0 - 6.0 * e * (1.0 - e)) * x * x;
    }
    for (int k = 0; k < KINDS; k++) {
        double a = REACH_APPETITES[k];
        missed[k] = own_exp(
            -a * (first - a / 2.0 * (second - a / 3.0 * (third - a / 4.0 * fourth))));
    }
}

/* Share of the outside population exposed at least once in each window, and in all of them. */
i64 afterban_exposed_share(const i64 *head, void *memory, i64 size) {
    struct { EXPOSED_SHARE_GIVEN(KERNEL_FIELD) } g;
    Room room;
    KERNEL_TABLES(EXPOSED_SHARE_GIVEN, EXPOSED_SHARE_LAYOUT);
    if (g.windows_n != 1 || g.population_n != 1) return BAD_INPUT;
    i64 n = g.audience_n, windows = g.windows[0], many = 0;
    double population = g.population[0];
    if (windows < 0 || windows > (i64)1 << 40 || (n > 0 && windows > INT64_MAX / 16 / n)
        || g.impressions_n != windows * n || !(population > 0.0))
        return BAD_INPUT;
    double limit = population * REACH_SMALL / (1.0 + REACH_SMALL);
    for (i64 i = 0; i < n; i++) many += g.audience[i] > limit;
    if (!begin_room(&room, memory, size, 1)) return AFTERBAN_MORE_MEMORY;
    double *out, *small, *per_member, *unseen, *exposed, *inside;
    i64 *large;
    TAKE_ROOM(&room, out, windows + 1);
    TAKE_ROOM(&room, small, n);
    TAKE_ROOM(&room, per_member, n);
    TAKE_ROOM(&room, unseen, n);
    TAKE_ROOM(&room, exposed, n);
    TAKE_ROOM(&room, large, many);
    TAKE_ROOM(&room, inside, many * KINDS);
    many = 0;
    for (i64 i = 0; i < n; i++) {
        double audience = g.audience[i];
        small[i] = audience <= limit ? audience / (population - audience) : 0.0;
        per_member[i] = audience > 0.0 ? 1.0 / audience : 0.0;
        unseen[i] = 1.0; /* probability that a member has missed all windows so far */
        if (!(audience > limit)) continue;
        write_membership(audience / population, inside + many * KINDS);
        large[many++] = i;
    }
    for (i64 w = 0; w <= windows; w++) {
        double missed[KINDS], share = 0.0;
        if (w < windows) {
            expose(g.impressions + w * n, per_member, n, exposed);
            for (i64 i = 0; i < n; i++) unseen[i] *= 1.0 - exposed[i];
        } else {
            for (i64 i = 0; i < n; i++) exposed[i] = 1.0 - unseen[i];
        }
        miss_small(exposed, small, n, missed);
        for (i64 j = 0; j < many; j++)
            for (int k = 0; k < KINDS; k++)
                missed[k] *= 1.0 - exposed[large[j]] * inside[j * KINDS + k];
        for (int k = 0; k < KINDS; k++) share += REACH_KIND_SHARES[k] * (1.0 - missed[k]);
        out[w] = share;
    }
    tell_table(&room, out, windows + 1);
    return AFTERBAN_DONE;
}

/* --- wrong suspensions ------------------------------------------------------------------------- */

/* Days that ordinary users spent wrongly suspended, and days after that. */
i64 afterban_wrongly_suspended(const i64 *head, void *memory, i64 size) {
    struct { WRONGLY_SUSPENDED_GIVEN(KERNEL_FIELD) } g;
    Room room;
    KERNEL_TABLES(WRONGLY_SUSPENDED_GIVEN, WRONGLY_SUSPENDED_LAYOUT);
    i64 n = g.decided_n;
    if (g.channel_n != n || g.number_n != n || g.heard_n != n || g.horizon_n != 1
        || g.mistake_n != 1 || g.appeal_n != 1 || g.success_n != 1 || g.hears_n != 1
        || g.wave_every_n != 1 || g.seed_n != 1 || g.replication_n != 1
        || g.reinstatement_n != LAW_ROW || g.action_delay_n != LAW_ROW
        || !is_law(g.reinstatement) || !is_law(g.action_delay))
        return BAD_INPUT;
    if (!begin_room(&room, memory, size, 2)) return AFTERBAN_MORE_MEMORY;
    i64 seed = g.seed[0], replication = g.replication[0];
    double *out, *after;
    TAKE_ROOM(&room, out, n);
    TAKE_ROOM(&room, after, n);
    for (i64 k = 0; k < n; k++) {
        i64 channel = g.channel[k], number = g.number[k];
        out[k] = after[k] = 0.0;
        Decided wrong = decided_wrongly(channel, number, g.mistake[0], seed, replication);
        if (!wrong.so) continue;
        double day = suspension_day(
            g.decided[k], channel, wrong.draw, g.action_delay, g.wave_every[0]);
        double left = most_of(g.horizon[0] - day, 0.0); /* 0: it comes after the end */
        out[k] = left;
        Decided appeals = appeals_against(channel, number, g.appeal[0], seed, replication);
        if (!appeals.so) continue;
        double won = uniforms(seed, replication, DRAW_APPEAL_REVIEW, channel, 0, number).u;
        if (!(won < g.success[0])) continue;
        double length =
            g.hears[0] ? g.heard[k] - day : quantile(g.reinstatement, appeals.draw);
        out[k] = least(length, left);
        after[k] = left - out[k];
    }
    tell_table(&room, out, n);
    tell_table(&room, after, n);
    return AFTERBAN_DONE;
}

/* --- follower-days without enforcement --------------------------------------------------------- */

/* Bursts of one tier, and when followers are counted. */
typedef struct {
    const double *starts, *factors;
    i64 bursts;
    double discover, first;
} Counted;

/* Outsider follower-days from one day to another of an account that was never suspended. */
static double days_between(const double *row, double born, double start, double end, Counted of) {
    start = most_of(start, of.first);
    if (end <= start) return 0.0;
    double detached = row[S_DETACHED_OUT], untouched = row[S_UNTOUCHED_OUT];
    double again = row[S_REFOLLOW_OUT], forget = row[S_FORGET_OUT];
    JoinedDays until = joined_days(detached, untouched, again, forget, of.discover, end - born);
    JoinedDays before = joined_days(detached, untouched, again, forget, of.discover, start - born);
    return row[S_ATTACHED_OUT] * (end - start) + (until.found - before.found)
        + (until.new_ - before.new_);
}

/* The same, each day with the factor on posts of bursts. */
static double days_posted(const double *row, double born, double start, double end, Counted of) {
    double days = 0.0;
    for (i64 k = 0; k < of.bursts; k++) {
        double until = k + 1 < of.bursts ? of.starts[k + 1] : INFINITY;
        double since = most_of(start, of.starts[k]), to = least(end, until);
        if (to > since) days += of.factors[k] * days_between(row, born, since, to, of);
    }
    return days;
}

/* Follower-days of each operator if nobody was suspended, and, weighted with posts per day and
   added up, of the absences in the account table. */
i64 afterban_follower_days(const i64 *head, void *memory, i64 size) {
    struct { FOLLOWER_DAYS_GIVEN(KERNEL_FIELD) } g;
    Room room;
    KERNEL_TABLES(FOLLOWER_DAYS_GIVEN, FOLLOWER_DAYS_LAYOUT);
    i64 n = g.tier_n, bursts = g.starts_n, accounts = g.operator__n;
    if (g.rows_n != n * S_COLUMNS || g.born_n != n || g.posts_n != n || g.public__n != accounts
        || g.suspended_n != accounts || g.first_n != 1 || g.horizon_n != 1 || g.discover_n != 2
        || (bursts > 0 && g.factors_n % bursts != 0))
        return BAD_INPUT;
    for (i64 i = 0; i < n; i++)
        if (g.tier[i] < 0 || g.tier[i] >= (bursts > 0 ? g.factors_n / bursts : INT64_MAX))
            return BAD_INPUT;
    for (i64 k = 0; k < accounts; k++)
        if (g.operator_[k] < 0 || g.operator_[k] >= n) return BAD_INPUT;
    if (!begin_room(&room, memory, size, 2)) return AFTERBAN_MORE_MEMORY;
    Counted of = {g.starts, NULL, bursts, g.discover[1], g.first[0]};
    double *spared, *away, horizon = g.horizon[0];
    TAKE_ROOM(&room, spared, n);
    TAKE_ROOM(&room, away, 1);
    for (i64 i = 0; i < n; i++) {
        spared[i] = 0.0;
        if (isnan(g.born[i])) continue;
        of.factors = g.factors + g.tier[i] * bursts;
        spared[i] = days_posted(
            g.rows + i * S_COLUMNS, g.born[i], most_of(g.born[i], of.first), horizon, of);
    }
    double total = 0.0;
    double born = NAN, since = NAN; /* of the operator: first public, and away from then on */
    for (i64 k = 0; k < accounts; k++) {
        i64 i = g.operator_[k];
        const double *row = g.rows + i * S_COLUMNS;
        if (k == 0 || g.operator_[k - 1] != i) born = since = NAN;
        if (isnan(born)) born = g.public_[k];
        if (isnan(born)) continue; /* not seen so far */
        of.factors = g.factors + g.tier[i] * bursts;
        if (!isnan(since) && !isnan(g.public_[k])) {
            total += g.posts[i] * days_posted(row, born, since, g.public_[k], of);
            since = NAN;
        }
        if (!isnan(g.suspended[k]) && isnan(since)) since = g.suspended[k];
        int last = k + 1 == accounts || g.operator_[k + 1] != i;
        if (last && !isnan(since))
            total += g.posts[i] * days_posted(row, born, since, horizon, of);
    }
    *away = total;
    tell_table(&room, spared, n);
    tell_table(&room, away, 1);
    return AFTERBAN_DONE;
}
