/* What happens to all at once: campaigns, counter-speech, bursts; and newcomers. */

/* The next newcomer makes its first account after a while; none once all are in. */
static void recruit(Run *r, double now) {
    if (r->recruited == r->p.most_recruits) return;
    i64 newcomer = r->given.sizes[SIZE_THERE] + r->recruited++;
    double u = uniforms(r->p.seed, r->p.replication, DRAW_RECRUIT_DELAY, newcomer, 1, 0).u;
    plan(r, due(now, quantile(r->p.recruit_delay, u)), EV_CREATE, newcomer, 0, NOBODY, NO_ROUND);
}

/* What a campaign chooses by, -1 for operators whom it cannot hit; returns those whom it can. */
static i64 rank(Run *r, double now, i64 campaign) {
    const Given *g = &r->given;
    i64 choose = g->pulse_choose[campaign], platform = g->pulse_platform[campaign], live = 0;
    const u8 *tiers = g->pulse_tiers + campaign * r->tiers;
    for (i64 i = 0; i < r->n; i++) {
        const double *row = row_of(r, i);
        const Operator *one = &r->who[i];
        r->value[i] = -1.0;
        if (row[S_PUBLIC] == 0.0 || !tiers[one->tier]) continue;
        if (platform >= 0 && one->platform != platform) continue;
        live++;
        if (g->pulse_table[campaign] >= 0) {
            r->value[i] = observed(
                r, g->pulse_table[campaign], g->pulse_error[campaign], now, i);
        } else if (choose == PULSE_RANDOM) {
            r->value[i] = 1.0 - draw(r, i, DRAW_PULSE, g->pulse_key[campaign]).u;
        } else if (choose == PULSE_FOLLOWERS) {
            Both of = followers_at(row, now, r->p.discover);
            r->value[i] = live_share(r, i) * of.in + of.out;
        } else if (choose == PULSE_ACTIVITY) {
            r->value[i] = one->own_posts * (1.0 + row[S_POSTS_CHANGE]);
        } else {
            r->value[i] = (double)one->links;
        }
    }
    return live;
}

/* Operators by falling value, equal ones by number: in halves that are merged. */
static i32 *by_value(Run *r) {
    i32 *from = r->order, *to = r->order_too;
    for (i64 i = 0; i < r->n; i++) from[i] = (i32)i;
    for (i64 width = 1; width < r->n; width *= 2) {
        for (i64 begin = 0; begin < r->n; begin += 2 * width) {
            i64 middle = begin + width < r->n ? begin + width : r->n;
            i64 end = begin + 2 * width < r->n ? begin + 2 * width : r->n, a = begin, b = middle;
            for (i64 k = begin; k < end; k++) {
                int first = b == end || (a < middle && r->value[from[a]] >= r->value[from[b]]);
                to[k] = first ? from[a++] : from[b++];
            }
        }
        i32 *other = from;
        from = to;
        to = other;
    }
    return from;
}

/* A campaign suspends a chosen share of the public accounts, in the order of their operators. */
static void campaign(Run *r, double now, i64 k) {
    const Given *g = &r->given;
    double share = g->pulse_share[k];
    i64 live = rank(r, now, k), accounts = g->pulse_accounts[k];
    r->events++;
    if (g->pulse_table[k] < 0 && g->pulse_choose[k] == PULSE_RANDOM && accounts == 0) {
        for (i64 i = 0; i < r->n; i++) r->value[i] = r->value[i] > 1.0 - share ? 1.0 : -1.0;
    } else {
        double u = uniforms(r->p.seed, r->p.replication, DRAW_PULSE, 0, 0, g->pulse_key[k]).u;
        i64 number = (i64)(share * (double)live + u) + (accounts < live ? accounts : live);
        const i32 *order = by_value(r);
        if (number > live) number = live;
        for (i64 i = 0; i < r->n; i++) r->value[order[i]] = i < number ? 1.0 : -1.0;
    }
    for (i64 i = 0; i < r->n; i++) {
        if (r->value[i] < 0.0 || row_of(r, i)[S_PUBLIC] == 0.0) continue;
        r->struck[k]++;
        flag(r, now, i, CHANNEL_STRUCK, 0);
        suspend(r, now, i);
    }
}

/* From now on, counter-speech changes how readily people begin to follow. */
static void speak(Run *r, double now, i64 change) {
    for (i64 i = 0; i < r->n; i++)
        if (row_of(r, i)[S_PUBLIC] != 0.0) settle(r, now, i);
    r->p.discover[0] = r->given.discover_later[2 * change];
    r->p.discover[1] = r->given.discover_later[2 * change + 1];
}

/* Operators of the tiers whose bursts begin or end go on at another rate. */
static void post_in_bursts(Run *r, double now, i64 step) {
    i64 steps = r->given.burst_start_n;
    for (i64 i = 0; i < r->n; i++) {
        const double *factors = r->given.burst_factors + r->who[i].tier * steps;
        if (factors[step] != factors[step - 1]) burst(r, now, i);
    }
}
