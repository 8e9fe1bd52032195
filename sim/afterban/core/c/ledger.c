/* The daily census: running totals of the operators to whom nothing happens.

   Between events an audience follows closed forms, and most operators are neither promoting nor
   rebuilding on most days: steady.  What these come to is added up once, when they become steady,
   and taken out when something happens to them: a straight line for each book (tier, and platform
   where insiders are operators), and an exponential for each hazard at which people still join.  A
   census looks at the others only.  It agrees with one that looks at all to rounding, and in each
   operator's outsider impressions to the last bit. */

enum { OTHER, STRAIGHT, CURVED };
enum { BOOK_HAZARDS = 6, AHEAD = 6 };
enum {
    BOOK_BASE = 0, /* base + slope * day for each column of the census, as if all had joined */
    BOOK_SLOPE = CENSUS_COLUMNS,
    BOOK_HAZARD = 2 * CENSUS_COLUMNS, /* at which people join, per day; 0 if the place is free */
    BOOK_JOINING = BOOK_HAZARD + 2 * BOOK_HAZARDS, /* of these, on the day of the last census */
    BOOK_MISSED = BOOK_JOINING + 2 * BOOK_HAZARDS, /* impressions that they miss from then on */
    BOOK_TOTALS = BOOK_MISSED + 2 * BOOK_HAZARDS,
};
/* What a straight operator's follower-days are made of, added up as `since` does it:
   seen + (rebuilding + followers * ((day - clock) - rest)). */
enum { LINE_SEEN, LINE_REBUILDING, LINE_FOLLOWERS, LINE_CLOCK, LINE_REST, LINES };

static int begin_ledger(Run *r) {
    Ledger *l = &r->ledger;
    l->books = r->tiers * (r->p.live_insiders ? r->places : 1);
    l->how_many = r->n;
    l->totals = take(&r->memory, l->books * BOOK_TOTALS * (i64)sizeof *l->totals);
    l->lines = take(&r->memory, LINES * r->n * (i64)sizeof *l->lines);
    l->kind = take(&r->memory, r->n);
    l->others = take(&r->memory, r->n * (i64)sizeof *l->others);
    l->held = take(&r->memory, l->books * (i64)sizeof *l->held);
    if (l->totals == NULL || l->lines == NULL || l->kind == NULL || l->others == NULL
        || l->held == NULL)
        return 0;
    memset(l->totals, 0, (size_t)(l->books * BOOK_TOTALS) * sizeof *l->totals);
    memset(l->held, 0, (size_t)l->books * sizeof *l->held);
    memset(l->kind, OTHER, (size_t)r->n);
    for (i64 i = 0; i < r->n; i++) l->others[i] = (i32)i;
    return 1;
}

/* Where a book keeps those of a segment who join at this hazard; -1 if there is no room. */
static int place_of_joining(const double *totals, int segment, double hazard) {
    for (int k = segment * BOOK_HAZARDS; k < (segment + 1) * BOOK_HAZARDS; k++)
        if (totals[BOOK_HAZARD + k] == hazard || totals[BOOK_HAZARD + k] == 0.0) return k;
    return -1;
}

/* Kind of operator that people who join at a hazard make it; takes a place for them. */
static int kind_by(double *totals, int segment, Joining of) {
    if (of.size == 0.0 || of.hazard == 0.0) return STRAIGHT;
    int place = of.hazard >= SLOWEST ? place_of_joining(totals, segment, of.hazard) : -1;
    if (place < 0) return OTHER;
    totals[BOOK_HAZARD + place] = of.hazard; /* at once: the operator may need another place */
    return CURVED;
}

/* Whether a row follows lines from a day on, or curves that there is room for. */
static int kind_of(const double *row, double time, double *totals, const double *discover) {
    if (row[S_PUBLIC] == 0.0) return STRAIGHT;
    if (row[S_BUSY_UNTIL] > time || row[S_REBUILD_UNTIL] > time || row[S_POSTS_CHANGE] != 0.0)
        return OTHER;
    Joining of[4];
    joining(row, S_ATTACHED_IN, row[S_REFOLLOW_IN], row[S_FORGET_IN], discover[0], of);
    joining(row, S_ATTACHED_OUT, row[S_REFOLLOW_OUT], row[S_FORGET_OUT], discover[1], of + 2);
    int kind = STRAIGHT;
    for (int k = 0; k < 4; k++) {
        int one = kind_by(totals, k / 2, of[k]);
        kind = one == OTHER || kind == OTHER ? OTHER : one > kind ? one : kind;
    }
    return kind;
}

typedef struct { double followers, lag; } Segment;

/* Add the curves of one segment, or take them out again.

   Its followers once all have joined, and the follower-days by which they lag behind at `start`, as
   if all had followed since day 0. */
static Segment add_segment(
    double *totals, int segment, const double *row, int first, double refollow, double forget,
    double discover, double day, double start, double rate, double sign
) {
    double clock = row[S_CLOCK];
    Segment sum = {row[first], 0.0};
    Joining of[2];
    joining(row, first, refollow, forget, discover, of);
    for (int k = 0; k < 2; k++) {
        if (of[k].size == 0.0 || of[k].hazard == 0.0) continue;
        int place = place_of_joining(totals, segment, of[k].hazard);
        double left = sign * of[k].size * own_exp(-of[k].hazard * (day - clock));
        totals[BOOK_JOINING + place] += left;
        totals[BOOK_MISSED + place] += sign * rate * left / of[k].hazard;
        sum.followers += of[k].size;
        sum.lag += of[k].size * own_exp(-of[k].hazard * (start - clock)) / of[k].hazard;
    }
    sum.lag += sum.followers * start;
    return sum;
}

/* Outsider follower-days of all posts by which a row lags behind its line, counted from day 0. */
static double lag_of_all_posts(const double *row, double discover) {
    double followers_ = row[S_ATTACHED_OUT], lag = 0.0;
    Joining of[2];
    joining(row, S_ATTACHED_OUT, row[S_REFOLLOW_OUT], row[S_FORGET_OUT], discover, of);
    for (int k = 0; k < 2; k++) {
        if (of[k].size == 0.0 || of[k].hazard == 0.0) continue;
        followers_ += of[k].size;
        lag += of[k].size / of[k].hazard;
    }
    return lag + followers_ * row[S_CLOCK];
}

/* Day from which on all posts of a public account are ordinary ones. */
static double steady_from(const double *row) {
    return most_of(most_of(row[S_CLOCK], row[S_BUSY_UNTIL]), row[S_REBUILD_UNTIL]);
}

/* What has come from the row's clock to `start`, of which only content and rebuilding are asked. */
static Since until_steady(const Run *r, const double *row, double start) {
    if (start > row[S_BUSY_UNTIL] && start > row[S_CLOCK])
        return since(row, start, r->p.discover, r->p.rebuild_share, !r->p.live_insiders);
    return (Since){.effort = start - row[S_CLOCK]}; /* all of it went into promoting others */
}

/* Add a steady operator to its book, or with `sign` -1 take it out again. */
static void add(Run *r, double *totals, i64 i, double sign) {
    const Operator *one = &r->who[i];
    const double *row = row_of(r, i), *discover = r->p.discover;
    double posts = one->own_posts, rate = sign * posts * r->p.view_probability;
    double day = r->ledger.day, inside = row[S_SEEN_IN], outside = row[S_SEEN_OUT];
    double effort = row[S_REBUILD_DAYS], days = row[S_PUBLIC_DAYS], shown = row[S_SHOWN_OUT];
    if (row[S_PUBLIC] != 0.0) {
        double start = steady_from(row);
        Since before = until_steady(r, row, start);
        effort += before.effort;
        days -= row[S_CLOCK];
        inside += before.seen_in;
        outside += before.seen_out;
        Segment in = add_segment(totals, 0, row, S_ATTACHED_IN, row[S_REFOLLOW_IN],
            row[S_FORGET_IN], discover[0], day, start, rate, sign);
        if (!r->p.live_insiders)
            inside -= in.lag;
        else /* what they have seen until the census; more is added to it at the next one */
            inside = row[S_SEEN_IN] + seen_inside(
                &r->shares, one->platform, row, day, discover[0], r->p.rebuild_share);
        totals[BOOK_SLOPE + CENSUS_INSIDER_IMPRESSIONS] += rate * in.followers;
        totals[BOOK_BASE + CENSUS_ATTACHED_INSIDERS] += sign * in.followers;
        Segment out = add_segment(totals, 1, row, S_ATTACHED_OUT, row[S_REFOLLOW_OUT],
            row[S_FORGET_OUT], discover[1], day, start, rate, sign);
        outside -= out.lag;
        shown -= lag_of_all_posts(row, discover[1]);
        totals[BOOK_SLOPE + CENSUS_ALL_OUTSIDER_IMPRESSIONS] += rate * out.followers;
        totals[BOOK_SLOPE + CENSUS_OUTSIDER_IMPRESSIONS] += rate * out.followers;
        totals[BOOK_BASE + CENSUS_ATTACHED_OUTSIDERS] += sign * out.followers;
        totals[BOOK_SLOPE + CENSUS_POSTS] += sign * posts;
        totals[BOOK_BASE + CENSUS_LIVE] += sign;
    }
    totals[BOOK_BASE + CENSUS_INSIDER_IMPRESSIONS] += rate * inside;
    totals[BOOK_BASE + CENSUS_OUTSIDER_IMPRESSIONS] += rate * outside;
    totals[BOOK_BASE + CENSUS_ALL_OUTSIDER_IMPRESSIONS] += rate * shown;
    totals[BOOK_BASE + CENSUS_POSTS] += sign * posts * days;
    totals[BOOK_BASE + CENSUS_REBUILD_POSTS] += sign * posts * effort;
}

/* Write down the line of an operator that has become straight. */
static void draw_line(Run *r, i64 i) {
    const double *row = row_of(r, i);
    double *line = r->ledger.lines + i;
    i64 n = r->n;
    line[LINE_SEEN * n] = row[S_SEEN_OUT];
    line[LINE_REBUILDING * n] = line[LINE_FOLLOWERS * n] = 0.0;
    line[LINE_CLOCK * n] = line[LINE_REST * n] = 0.0;
    if (row[S_PUBLIC] == 0.0) return;
    double start = steady_from(row);
    line[LINE_REBUILDING * n] = until_steady(r, row, start).seen_out;
    line[LINE_FOLLOWERS * n] = row[S_ATTACHED_OUT];
    line[LINE_CLOCK * n] = row[S_CLOCK];
    line[LINE_REST * n] = start - row[S_CLOCK];
}

static i64 book_of(const Run *r, i64 i) {
    const Operator *one = &r->who[i];
    return r->p.live_insiders ? one->tier * r->places + one->platform : one->tier;
}

/* Something is about to change the operator's row: it no longer counts as steady. */
static void disturb(Run *r, i64 i) {
    Ledger *l = &r->ledger;
    if (l->kind[i] == OTHER) return;
    i64 book = book_of(r, i);
    double *totals = l->totals + book * BOOK_TOTALS;
    l->kind[i] = OTHER;
    add(r, totals, i, -1.0);
    l->others[l->how_many++] = (i32)i;
    if (--l->held[book] == 0) /* what rounding has left of those who were taken out */
        memset(totals, 0, BOOK_TOTALS * sizeof *totals);
}

/* Add up what live insiders have seen since the last census. */
static void watch(Run *r, double now) {
    const Ledger *l = &r->ledger;
    for (i64 book = 0; book < l->books; book++) {
        double *totals = l->totals + book * BOOK_TOTALS;
        i64 place = book % r->places;
        double slope = totals[BOOK_SLOPE + CENSUS_INSIDER_IMPRESSIONS];
        if (l->held[book] == 0) continue;
        double more = slope
            * (share_days(&r->shares, place, now) - share_days(&r->shares, place, l->day));
        for (int k = 0; k < BOOK_HAZARDS; k++) {
            double hazard = totals[BOOK_HAZARD + k];
            if (hazard == 0.0) continue;
            double missing = totals[BOOK_MISSED + k] * hazard; /* each day, at the last census */
            more -= missing * fading_days(&r->shares, place, l->day, now, hazard);
        }
        totals[BOOK_BASE + CENSUS_INSIDER_IMPRESSIONS] += more;
    }
}

/* Those who were yet to join have become fewer. */
static void pass_time(Ledger *l, double now) {
    double elapsed = now - l->day;
    l->day = now;
    for (i64 book = 0; book < l->books; book++) {
        double *totals = l->totals + book * BOOK_TOTALS;
        for (int k = 0; k < 2 * BOOK_HAZARDS; k++) {
            if (totals[BOOK_HAZARD + k] == 0.0) continue;
            double kept = own_exp(-totals[BOOK_HAZARD + k] * elapsed);
            totals[BOOK_JOINING + k] *= kept;
            totals[BOOK_MISSED + k] *= kept;
        }
    }
}

/* Add what a book's steady operators come to on the ledger's day to its tier's row. */
static void add_up(const Run *r, i64 book, double *table) {
    double *totals = r->ledger.totals + book * BOOK_TOTALS, day = r->ledger.day;
    int live = r->p.live_insiders != 0;
    if (totals[BOOK_BASE + CENSUS_LIVE] == 0.0) { /* what rounding has left of their followers */
        totals[BOOK_BASE + CENSUS_ATTACHED_INSIDERS] = 0.0;
        totals[BOOK_BASE + CENSUS_ATTACHED_OUTSIDERS] = 0.0;
        memset(totals + BOOK_JOINING, 0, (BOOK_TOTALS - BOOK_JOINING) * sizeof *totals);
    }
    for (int column = 0; column < CENSUS_COLUMNS; column++)
        if (column != CENSUS_ATTACHED_INSIDERS && column != CENSUS_INSIDER_IMPRESSIONS)
            table[column] += totals[BOOK_BASE + column] + totals[BOOK_SLOPE + column] * day;
    double inside = totals[BOOK_BASE + CENSUS_ATTACHED_INSIDERS];
    double seen = totals[BOOK_BASE + CENSUS_INSIDER_IMPRESSIONS];
    if (!live) seen += totals[BOOK_SLOPE + CENSUS_INSIDER_IMPRESSIONS] * day;
    for (int k = 0; k < BOOK_HAZARDS; k++) {
        table[CENSUS_ATTACHED_OUTSIDERS] -= totals[BOOK_JOINING + BOOK_HAZARDS + k];
        table[CENSUS_OUTSIDER_IMPRESSIONS] += totals[BOOK_MISSED + BOOK_HAZARDS + k];
        table[CENSUS_ALL_OUTSIDER_IMPRESSIONS] += totals[BOOK_MISSED + BOOK_HAZARDS + k];
        inside -= totals[BOOK_JOINING + k];
        if (!live) seen += totals[BOOK_MISSED + k];
    }
    double share = live ? share_now(&r->shares, book % r->places) : 1.0;
    table[CENSUS_ATTACHED_INSIDERS] += share * inside;
    table[CENSUS_INSIDER_IMPRESSIONS] += seen;
}

/* Each operator's outsider impressions so far, to the last bit what a full census finds. */
static void count_impressions(Run *r, double now) {
    const double *lines = r->ledger.lines;
    double view = r->p.view_probability;
    i64 n = r->n;
    for (i64 i = 0; i < n; i++) {
        double rate = r->given.posts[i] * view;
        if (r->ledger.kind[i] == STRAIGHT) {
            double days = most_of(
                (now - lines[LINE_CLOCK * n + i]) - lines[LINE_REST * n + i], 0.0);
            double more = lines[LINE_REBUILDING * n + i] + lines[LINE_FOLLOWERS * n + i] * days;
            r->seen[i] = rate * (lines[LINE_SEEN * n + i] + more);
        } else {
            const double *row = row_of(r, i);
            Since more = so_far(row, now, r->p.discover, r->p.rebuild_share);
            r->seen[i] = rate * (row[S_SEEN_OUT] + more.seen_out);
        }
    }
}

/* Add up all operators by tier; asked: for each one's outsider impressions too. */
static void count_all(Run *r, double now, double *table, int asked) {
    Ledger *l = &r->ledger;
    if (r->p.live_insiders) watch(r, now);
    pass_time(l, now);
    i64 left = 0;
    for (i64 k = 0; k < l->how_many; k++) {
        i64 i = l->others[k], book = book_of(r, i);
        const Operator *one = &r->who[i];
        const double *row = row_of(r, i);
        double *totals = l->totals + book * BOOK_TOTALS;
        int kind = kind_of(row, now, totals, r->p.discover);
        if (kind == OTHER) {
            l->others[left++] = (i32)i;
            Since more = so_far_live(
                &r->shares, one->platform, row, now, r->p.discover, r->p.rebuild_share);
            count_operator(row, &more, live_share(r, i), one->own_posts, now,
                r->p.view_probability, table + one->tier * CENSUS_COLUMNS);
            continue;
        }
        l->kind[i] = (u8)kind;
        l->held[book]++;
        add(r, totals, i, 1.0);
        if (kind == STRAIGHT) draw_line(r, i);
    }
    l->how_many = left;
    i64 books_of_a_tier = l->books / r->tiers;
    for (i64 book = 0; book < l->books; book++)
        add_up(r, book, table + book / books_of_a_tier * CENSUS_COLUMNS);
    if (asked) count_impressions(r, now);
}
