/* The live share: insiders are operators, as in mechanisms/liveshare.py. */

enum { ENTRY_DAY, ENTRY_SHARE, ENTRY_DAYS, ENTRY_STEPS };
enum { CELL_FIRST, CELL_WHOLE };
static const double CELLS_A_DAY = 4.0, NOTHING_LEFT = 1e-20;

static inline double *entry_of(const Shares *s, i64 place, i64 k) {
    return s->entries + (place * s->room + k) * s->columns;
}

static inline double *cells_of(const Shares *s, i64 place, i64 row) {
    return s->cells + (place * (CELL_WHOLE + s->hazards) + row) * s->cells_room;
}

static inline i64 *over_of(const Shares *s, i64 place) {
    return s->over + place * (CELL_WHOLE + s->hazards);
}

/* The shares on day 0: who has a public account then is all of a platform's members. */
static int begin_shares(Memory *memory, Shares *s, const Given *g, const Settings *p, i64 places) {
    *s = (Shares){.platforms = places, .room = 1};
    if (p->live_insiders) {
        s->hazards = g->hazards_n;
        s->room = LIVESHARE_ROOM;
        s->cells_room = (i64)(p->horizon * CELLS_A_DAY) + 2;
    }
    s->columns = ENTRY_STEPS + s->hazards;
    s->hazard = g->hazards;
    s->days = g->hazard_days;
    s->fades = g->hazard_fades;
    i64 rows = places * (CELL_WHOLE + s->hazards);
    i64 entries = places * s->room * s->columns, cells = rows * s->cells_room;
    s->live = take(memory, 3 * places * (i64)sizeof *s->live);
    s->used = take(memory, (places + rows) * (i64)sizeof *s->used);
    s->entries = take(memory, entries * (i64)sizeof *s->entries);
    s->cells = take(memory, cells * (i64)sizeof *s->cells);
    if (s->live == NULL || s->used == NULL || s->entries == NULL || s->cells == NULL) return 0;
    s->whole = s->live + places;
    s->noted = s->whole + places;
    s->over = s->used + places;
    memset(s->live, 0, (size_t)(2 * places) * sizeof *s->live);
    memset(s->over, 0, (size_t)rows * sizeof *s->over);
    memset(s->cells, 0, (size_t)cells * sizeof *s->cells);
    for (i64 place = 0; place < places; place++) {
        s->used[place] = 1;
        s->noted[place] = 1.0;
        double *entry = entry_of(s, place, 0);
        entry[ENTRY_DAY] = entry[ENTRY_DAYS] = 0.0;
        entry[ENTRY_SHARE] = 1.0;
        for (i64 h = 0; h < s->hazards; h++) entry[ENTRY_STEPS + h] = 1.0;
    }
    for (i64 i = 0; i < g->weight_n; i++)
        if (g->rows[i * S_COLUMNS + S_PUBLIC] != 0.0)
            s->live[g->tier_table[g->tier[i]].platform] += g->weight[i];
    for (i64 place = 0; place < places; place++) s->whole[place] = s->live[place];
    return 1;
}

/* Room for one more entry of each platform, or 0 where there is no memory for it. */
static int make_room_for_shares(Memory *memory, Shares *s) {
    i64 most = 0;
    for (i64 place = 0; place < s->platforms; place++)
        if (s->used[place] > most) most = s->used[place];
    if (most < s->room) return 1;
    double *entries = take(memory, 2 * s->platforms * s->room * s->columns * (i64)sizeof *entries);
    if (entries == NULL) return 0;
    for (i64 place = 0; place < s->platforms; place++)
        memcpy(entries + 2 * place * s->room * s->columns, entry_of(s, place, 0),
            (size_t)(s->used[place] * s->columns) * sizeof *entries);
    s->entries = entries;
    s->room *= 2;
    return 1;
}

static inline i64 cell_of(const Shares *s, double day, i64 row) { return (i64)(day / s->days[row]); }

static inline double begin_of(const Shares *s, double day, i64 h) {
    return (double)cell_of(s, day, CELL_WHOLE + h) * s->days[CELL_WHOLE + h];
}

static inline double steps_of(const Shares *s, i64 place, i64 k, double begin, i64 h) {
    const double *entry = entry_of(s, place, k);
    return entry[entry[ENTRY_DAY] >= begin ? ENTRY_STEPS + h : ENTRY_SHARE];
}

static void sum_up(const Shares *s, i64 place, double day) {
    i64 *over = over_of(s, place), last = s->used[place] - 1, end = cell_of(s, day, CELL_FIRST);
    if (over[CELL_FIRST] >= end) return;
    while (over[CELL_FIRST] < end) {
        over[CELL_FIRST]++;
        cells_of(s, place, CELL_FIRST)[over[CELL_FIRST]] = (double)last;
    }
    for (i64 h = 0; h < s->hazards; h++) {
        i64 row = CELL_WHOLE + h;
        end = cell_of(s, day, row);
        while (over[row] < end) {
            double at_end = entry_of(s, place, last)[ENTRY_SHARE] * s->fades[h];
            double steps = steps_of(s, place, last, (double)over[row] * s->days[row], h);
            cells_of(s, place, row)[over[row]] = steps - at_end;
            over[row]++;
        }
    }
}

static void enter(Shares *s, i64 place, double day, double share) {
    sum_up(s, place, day);
    i64 last = s->used[place] - 1;
    double *entry = entry_of(s, place, last);
    double step = share - entry[ENTRY_SHARE];
    if (step == 0.0) return;
    if (entry[ENTRY_DAY] != day) {
        double *fresh = entry_of(s, place, last + 1);
        fresh[ENTRY_DAY] = day;
        fresh[ENTRY_DAYS] = entry[ENTRY_DAYS] + entry[ENTRY_SHARE] * (day - entry[ENTRY_DAY]);
        for (i64 h = 0; h < s->hazards; h++)
            fresh[ENTRY_STEPS + h] = steps_of(s, place, last, begin_of(s, day, h), h);
        s->used[place]++;
        entry = fresh;
    }
    entry[ENTRY_SHARE] = share;
    for (i64 h = 0; h < s->hazards; h++)
        entry[ENTRY_STEPS + h] += step * own_exp(-s->hazard[h] * (day - begin_of(s, day, h)));
}

static void write_down(Shares *s, i64 place, double day) {
    if (s->whole[place] == 0.0) return; /* nobody follows a member */
    double part = s->live[place] / s->whole[place];
    if (fabs(part - s->noted[place]) < LIVESHARE_STEP) return;
    s->noted[place] = part;
    enter(s, place, day, least(1.0, part));
}

static void share_arrives(Shares *s, double weight, i64 place, double day, int newly_there) {
    if (newly_there) s->whole[place] += weight;
    s->live[place] += weight;
    write_down(s, place, day);
}

static void share_departs(Shares *s, double weight, i64 place, double day) {
    s->live[place] -= weight;
    write_down(s, place, day);
}

static inline double share_now(const Shares *s, i64 place) {
    return entry_of(s, place, s->used[place] - 1)[ENTRY_SHARE];
}

static inline int never_moved(const Shares *s, i64 place) {
    return s->used[place] == 1 && entry_of(s, place, 0)[ENTRY_SHARE] == 1.0;
}

/* Number of the last entry that is not after a day whose cell has begun. */
static i64 entry_at(const Shares *s, i64 place, double day) {
    i64 last = s->used[place] - 1;
    if (entry_of(s, place, last)[ENTRY_DAY] <= day) return last;
    i64 k = (i64)cells_of(s, place, CELL_FIRST)[cell_of(s, day, CELL_FIRST)];
    while (entry_of(s, place, k + 1)[ENTRY_DAY] <= day) k++;
    return k;
}

static inline double days_until(const Shares *s, i64 place, i64 k, double day) {
    const double *entry = entry_of(s, place, k);
    return entry[ENTRY_DAYS] + entry[ENTRY_SHARE] * (day - entry[ENTRY_DAY]);
}

static double share_days(const Shares *s, i64 place, double day) {
    sum_up(s, place, day);
    return days_until(s, place, entry_at(s, place, day), day);
}

static i64 place_of_hazard(const Shares *s, double hazard) {
    for (i64 h = 0; h < s->hazards; h++)
        if (s->hazard[h] == hazard) return h;
    return -1;
}

static inline double fade(double hazard, double days) {
    return days == 0.0 ? 1.0 : own_exp(-hazard * days);
}

/* Integral of share(t) exp(-h (t - clock)) from `start` to `end`, times h. */
static double left_of(
    const Shares *s, i64 place, i64 h, double clock, double start, i64 k, double end, i64 last
) {
    double hazard = s->hazard[h], begin = begin_of(s, start, h), last_begin = begin_of(s, end, h);
    double at_start = fade(hazard, start - begin), at_end = fade(hazard, end - last_begin);
    double total = entry_of(s, place, k)[ENTRY_SHARE] * at_start - steps_of(s, place, k, begin, h);
    double kept = 1.0;
    i64 until = cell_of(s, end, CELL_WHOLE + h);
    const double *cells = cells_of(s, place, CELL_WHOLE + h);
    for (i64 between = cell_of(s, start, CELL_WHOLE + h); between < until; between++) {
        if (kept < NOTHING_LEFT) break;
        total += kept * cells[between];
        kept *= s->fades[h];
    }
    double left = steps_of(s, place, last, last_begin, h)
        - entry_of(s, place, last)[ENTRY_SHARE] * at_end;
    return fade(hazard, start - clock) / at_start * (total + kept * left);
}

static double walk(
    const Shares *s, i64 place, double detached, double untouched, double refollow, double forget,
    double discover, double clock, double start, double end
) {
    i64 k = entry_at(s, place, start), last = s->used[place] - 1;
    double total = 0.0, at = start;
    JoinedDays of = joined_days(detached, untouched, refollow, forget, discover, at - clock);
    while (at < end) {
        double before = of.found + of.new_;
        at = k < last ? least(end, entry_of(s, place, k + 1)[ENTRY_DAY]) : end;
        of = joined_days(detached, untouched, refollow, forget, discover, at - clock);
        total += entry_of(s, place, k)[ENTRY_SHARE] * (of.found + of.new_ - before);
        k++;
    }
    return total;
}

/* Integral of share(t) exp(-hazard (t - start)) from `start` to `end`, days; hazard > 0. */
static double fading_days(const Shares *s, i64 place, double start, double end, double hazard) {
    sum_up(s, place, end);
    i64 k = entry_at(s, place, start), last = entry_at(s, place, end);
    i64 h = place_of_hazard(s, hazard);
    if (h >= 0) return left_of(s, place, h, start, start, k, end, last) / hazard;
    double days = days_until(s, place, last, end) - days_until(s, place, k, start);
    return days - walk(s, place, 1.0, 0.0, hazard, 0.0, 0.0, start, start, end);
}

static double follower_days(
    const Shares *s, i64 place, const double *row, double discover, double start, double end
) {
    if (end <= start) return 0.0;
    sum_up(s, place, end);
    i64 k = entry_at(s, place, start), last = entry_at(s, place, end);
    double days = days_until(s, place, last, end) - days_until(s, place, k, start);
    double clock = row[S_CLOCK], attached = row[S_ATTACHED_IN], followers = attached;
    double refollow = row[S_REFOLLOW_IN], forget = row[S_FORGET_IN], missing = 0.0;
    Joining of[2];
    joining(row, S_ATTACHED_IN, refollow, forget, discover, of);
    for (int part = 0; part < 2; part++) {
        if (of[part].size == 0.0 || of[part].hazard == 0.0) continue;
        i64 h = place_of_hazard(s, of[part].hazard);
        if (h < 0)
            return attached * days + walk(s, place, row[S_DETACHED_IN], row[S_UNTOUCHED_IN],
                refollow, forget, discover, clock, start, end);
        followers += of[part].size;
        missing += of[part].size / of[part].hazard
            * left_of(s, place, h, clock, start, k, end, last);
    }
    return followers * days - missing;
}

static double seen_inside(
    const Shares *s, i64 place, const double *row, double time, double discover, double rebuild
) {
    double clock = row[S_CLOCK];
    double busy = least(most_of(row[S_BUSY_UNTIL], clock), time);
    double half = least(most_of(row[S_REBUILD_UNTIL], busy), time);
    double slow = (1.0 - rebuild) * follower_days(s, place, row, discover, busy, half);
    double fast = follower_days(s, place, row, discover, half, time);
    return (1.0 + row[S_POSTS_CHANGE]) * (slow + fast);
}

/* As so_far, with what live insiders have seen. */
static Since so_far_live(
    const Shares *s, i64 place, const double *row, double time, const double *discover,
    double rebuild
) {
    if (row[S_PUBLIC] == 0.0) return (Since){0};
    int moved = !never_moved(s, place);
    Since more = since(row, time, discover, rebuild, !moved);
    if (moved) more.seen_in = seen_inside(s, place, row, time, discover[0], rebuild);
    return more;
}
