/* Tables of observed accounts: a ring of readings for all operators. */

static int begin_rankings(Run *r) {
    const Given *g = &r->given;
    Rankings *of = &r->rankings;
    i64 tables = g->rank_what_n, rows = 0;
    of->first = take(&r->memory, (2 * tables + 1) * (i64)sizeof *of->first);
    if (of->first == NULL) return 0;
    of->taken = of->first + tables + 1;
    for (i64 t = 0; t < tables; t++) {
        of->first[t] = rows;
        of->taken[t] = 0;
        rows += g->rank_back[t];
    }
    of->first[tables] = rows;
    of->ring = take(&r->memory, rows * r->n * (i64)sizeof *of->ring);
    of->life = take(&r->memory, tables * r->n * (i64)sizeof *of->life);
    of->seen = take(&r->memory, 2 * tables * r->n * (i64)sizeof *of->seen);
    if (of->ring == NULL || of->life == NULL || of->seen == NULL) return 0;
    of->mean = of->seen + tables * r->n;
    memset(of->ring, 0, (size_t)(rows * r->n) * sizeof *of->ring);
    memset(of->life, 0, (size_t)(tables * r->n) * sizeof *of->life);
    memset(of->seen, 0, (size_t)(2 * tables * r->n) * sizeof *of->seen);
    return 1;
}

/* Means over the window, the oldest reading first. */
static void average(Run *r, i64 t) {
    const Rankings *of = &r->rankings;
    i64 back = r->given.rank_back[t];
    if (back == 0) return;
    double *mean = of->mean + t * r->n;
    memset(mean, 0, (size_t)r->n * sizeof *mean);
    for (i64 k = 0; k < back; k++) {
        const double *row = of->ring + (of->first[t] + (of->taken[t] + k) % back) * r->n;
        for (i64 i = 0; i < r->n; i++) mean[i] += row[i];
    }
    for (i64 i = 0; i < r->n; i++) mean[i] /= (double)back;
}

static double true_value(Run *r, i64 t, double now, i64 i) {
    return value_now(r->given.rank_what[t], row_of(r, i), now, r->p.discover, live_share(r, i),
        r->who[i].own_posts, r->who[i].links);
}

/* The window before the start was like the start. */
static void observe_the_start(Run *r) {
    Rankings *of = &r->rankings;
    for (i64 t = 0; t < r->given.rank_what_n; t++) {
        for (i64 i = 0; r->given.rank_back[t] > 0 && i < r->n; i++) {
            if (row_of(r, i)[S_PUBLIC] == 0.0) continue;
            double value = true_value(r, t, 0.0, i);
            of->life[t * r->n + i] = 1;
            for (i64 k = of->first[t]; k < of->first[t + 1]; k++) of->ring[k * r->n + i] = value;
        }
        average(r, t);
    }
}

/* Bring a table up to date: the newest reading takes the place of the oldest. */
static void observe(Run *r, double now, i64 number) {
    Rankings *of = &r->rankings;
    i64 t = r->given.rank_table[number], what = r->given.rank_what[t];
    i64 slot = of->first[t] + of->taken[t] % r->given.rank_back[t];
    for (i64 i = 0; i < r->n; i++) {
        const double *row = row_of(r, i);
        double value = 0.0, seen = 0.0;
        i64 *life = &of->life[t * r->n + i];
        if (what == RANKING_IMPRESSIONS)
            seen = seen_until(
                row, now, r->p.discover, r->p.rebuild_share, r->who[i].own_posts);
        if (row[S_PUBLIC] == 0.0 || *life != r->who[i].life)
            for (i64 k = of->first[t]; k < of->first[t + 1]; k++) of->ring[k * r->n + i] = 0.0;
        else if (what == RANKING_IMPRESSIONS)
            value = (seen - of->seen[t * r->n + i]) / r->given.rank_every[t];
        if (row[S_PUBLIC] != 0.0 && what != RANKING_IMPRESSIONS) value = true_value(r, t, now, i);
        *life = row[S_PUBLIC] != 0.0 ? r->who[i].life : 0;
        of->seen[t * r->n + i] = seen;
        of->ring[slot * r->n + i] = value;
    }
    of->taken[t]++;
    average(r, t);
}

/* What is known of an operator's account, error included; 0 for none in public. */
static double observed(Run *r, i64 t, double error, double now, i64 i) {
    const Rankings *of = &r->rankings;
    if (r->given.rank_what[t] == RANKING_GIVEN) return r->given.given_ranking[i];
    i64 back = r->given.rank_back[t], life = r->who[i].life, window = (i64)now;
    if (row_of(r, i)[S_PUBLIC] == 0.0) return 0.0;
    double value;
    if (back == 0) {
        value = true_value(r, t, now, i);
    } else {
        value = of->life[t * r->n + i] == life ? of->mean[t * r->n + i] : 0.0;
        window = of->taken[t] / back;
    }
    return with_error(value, error, i, life, window, r->p.seed, r->p.replication);
}
