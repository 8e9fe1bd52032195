/* What a replication begins with beside its world: rows of the operators, weights of the live share,
   flags on ordinary users that are known before, and the sample of ordinary handles.

   As world.first_state, mechanisms/liveshare.py, engines/wrong_flags.py and
   engines/look_alikes.py. */

typedef struct { START_GIVEN(KERNEL_FIELD) } StartGiven;

typedef struct {
    StartGiven g;
    Room room;
    i64 n, there, tiers, regimes, places;
} Start;

/* A flag that is known before. */
typedef struct {
    double day;
    i64 channel, number;
} KnownFlag;

/* --- rows -------------------------------------------------------------------------------------- */

/* What the rows are made of: tables that both entry points below are handed under one name. */
typedef struct { ROWS_GIVEN(KERNEL_FIELD) } RowsGiven;

/* Rows of all operators at the start: sleepers are not public yet, nor who comes later. */
static void write_rows(const RowsGiven *g, i64 there, double *rows) {
    i64 n = g->tier_n, bursts = g->burst_factor_n / g->sleeper_n;
    memset(rows, 0, (size_t)(n * S_COLUMNS) * sizeof *rows);
    for (i64 i = 0; i < n; i++) {
        i64 k = g->tier[i];
        int public_ = g->sleeper[k] == 0 && i < there;
        double share = public_ ? g->attached_at_start[k] : 0.0;
        double before = i < there ? g->detached_at_start[k] : 0.0;
        double inside = g->audience[2 * i], outside = g->audience[2 * i + 1];
        double *row = rows + i * S_COLUMNS;
        row[S_PUBLIC] = public_ ? 1.0 : 0.0;
        row[S_ATTACHED_IN] = share * inside;
        row[S_DETACHED_IN] = before * inside;
        row[S_UNTOUCHED_IN] = inside - row[S_ATTACHED_IN] - row[S_DETACHED_IN];
        row[S_ATTACHED_OUT] = share * outside;
        row[S_DETACHED_OUT] = before * outside;
        row[S_UNTOUCHED_OUT] = outside - row[S_ATTACHED_OUT] - row[S_DETACHED_OUT];
        row[S_REFOLLOW_IN] = g->refollow[2 * k];
        row[S_REFOLLOW_OUT] = g->refollow[2 * k + 1];
        if (g->factors_n > 0) {
            row[S_REFOLLOW_IN] *= g->factors[3 * i + FACTOR_REFOLLOW];
            row[S_REFOLLOW_OUT] *= g->factors[3 * i + FACTOR_REFOLLOW];
        }
        row[S_FORGET_IN] = g->forget[0];
        row[S_FORGET_OUT] = g->forget[1];
        row[S_POSTS_CHANGE] = g->burst_factor[k * bursts] - 1.0;
    }
}

/* How many operators are there on the first day; -1 if tables of the rows do not fit each other. */
static i64 rows_fit(const RowsGiven *g) {
    i64 n = g->tier_n, tiers = g->tier_count_n, there = 0;
    if (tiers < 1 || n >= (i64)1 << KEY_BITS || g->sleeper_n != tiers
        || g->attached_at_start_n != tiers || g->detached_at_start_n != tiers
        || g->refollow_n != 2 * tiers || g->forget_n != 2 || g->burst_factor_n < tiers
        || g->burst_factor_n % tiers != 0 || g->audience_n != 2 * n
        || (g->factors_n != 0 && g->factors_n != 3 * n))
        return -1;
    for (i64 k = 0; k < tiers; k++) {
        if (g->tier_count[k] < 0 || g->tier_count[k] > n) return -1;
        there += g->tier_count[k];
    }
    for (i64 i = 0; i < n; i++)
        if (g->tier[i] < 0 || g->tier[i] >= tiers) return -1;
    return there <= n ? there : -1;
}

/* The rows alone. */
i64 afterban_rows(const i64 *head, void *memory, i64 size) {
    RowsGiven g;
    Room room;
    double *rows;
    KERNEL_TABLES(ROWS_GIVEN, ROWS_LAYOUT);
    i64 there = rows_fit(&g);
    if (there < 0) return BAD_INPUT;
    if (!begin_room(&room, memory, size, 1)) return AFTERBAN_MORE_MEMORY;
    TAKE_ROOM(&room, rows, g.tier_n * S_COLUMNS);
    write_rows(&g, there, rows);
    tell_table(&room, rows, g.tier_n * S_COLUMNS);
    return AFTERBAN_DONE;
}

/* --- the live share ---------------------------------------------------------------------------- */

/* Number of members at the start whom each of them follows; see weights in liveshare.py. */
static void write_weights(const Start *s, double *weight) {
    const StartGiven *g = &s->g;
    if (s->there == s->n) {
        for (i64 i = 0; i < s->n; i++) weight[i] = (double)g->links[i];
        return;
    }
    for (i64 i = 0; i < s->n; i++) weight[i] = 0.0;
    for (i64 k = 0; k < g->promoter_start[s->there]; k++) weight[g->promoters[k]] += 1.0;
    double sum = 0.0; /* of whole numbers, so that the order does not matter */
    for (i64 i = 0; i < s->there; i++) sum += weight[i];
    for (i64 i = s->there; i < s->n; i++)
        weight[i] = s->there > 0 ? rint(sum / (double)s->there) : 0.0;
}

/* Hazards at which insiders join, the fastest first after that of discovery; how many there are. */
static i64 write_hazards(const Start *s, double *hazards) {
    const StartGiven *g = &s->g;
    i64 found = 0, kept = 0;
    double *all = hazards + 1;
    for (i64 k = 0; k < 2 * s->tiers; k++) {
        double one = g->refollow[2 * (k % s->tiers)];
        if (k >= s->tiers) one *= g->unrelated_recognition[0];
        i64 at = 0;
        while (at < found && all[at] > one) at++;
        if (at < found && all[at] == one) continue;
        memmove(all + at + 1, all + at, (size_t)(found - at) * sizeof *all);
        all[at] = one;
        found++;
    }
    for (i64 k = 0; k < found; k++) all[k] += g->forget[0];
    hazards[0] = g->discover[0];
    for (i64 k = 0; k <= found; k++)
        if (hazards[k] >= SLOWEST && hazards[k] <= LIVESHARE_FASTEST) hazards[kept++] = hazards[k];
    return kept;
}

/* The largest power of two that is not above a number. */
static double power_of_two_below(double x) { return from_bits(bits_of(x) >> 52 << 52); }

/* --- flags on ordinary users that are known before --------------------------------------------- */

/* Right flags a day in the untouched world, by channel and regime; `here` has room for the tiers. */
static void write_right_flags(const Start *s, const double *rows, double *here, double *out) {
    const StartGiven *g = &s->g;
    for (i64 h = 0; h < HAZARD_COUNT; h++) {
        const RightFlags *of = &RIGHT_FLAGS[h];
        double *flags = out + of->channel * s->regimes;
        for (i64 k = 0; k < s->tiers; k++) here[k] = 0.0;
        for (i64 i = 0; i < s->n; i++) {
            const double *row = rows + i * S_COLUMNS;
            if (row[S_PUBLIC] == 0.0) continue;
            double each = g->exposure[g->tier[i] * HAZARD_COUNT + h];
            if (of->each == 1)
                each = each * (g->posts[i] * g->view_probability[0])
                    * (g->insider_reports[0] * row[S_ATTACHED_IN] + row[S_ATTACHED_OUT]);
            else if (of->each == 2)
                each = each * g->posts[i];
            here[g->tier[i]] += each;
        }
        for (i64 r = 0; r < s->regimes; r++) flags[r] = 0.0;
        for (i64 k = 0; k < s->tiers; k++) {
            const double *pressure = g->pressure + (of->rate * s->tiers + k) * s->regimes;
            const double *rate = g->rates + (of->rate * s->places + g->platform[k]) * s->regimes;
            for (i64 r = 0; r < s->regimes; r++) flags[r] += here[k] * (pressure[r] * rate[r]);
        }
    }
}

static int is_on(const Start *s, const Effort *effort) {
    const StartGiven *g = &s->g;
    if (effort->on == 2) return g->promotion_posts[0] > 0;
    if (effort->on != 3) return effort->on;
    for (i64 k = 0; k < s->tiers; k++)
        if (g->tier_count[k] > 0 && g->exposure[k * HAZARD_COUNT + effort->hazard] > 0.0) return 1;
    return 0;
}

/* Flags on ordinary users a day, by channel and regime, where they are given for the start. */
static void write_given_rates(const Start *s, double *effort, double *rates) {
    const StartGiven *g = &s->g;
    i64 regimes = s->regimes, efforts = (i64)(sizeof EFFORTS / sizeof *EFFORTS);
    i64 at_start = regime_at(g->regime_start, regimes, 0.0);
    for (i64 channel = 1; channel < CHANNELS; channel++) {
        double given = g->wrong_a_day[channel];
        if (given < 0.0) continue;
        for (i64 r = 0; r < regimes; r++) effort[r] = 0.0;
        for (i64 k = 0; k < efforts; k++) {
            if (EFFORTS[k].channel != channel || !is_on(s, &EFFORTS[k])) continue;
            const double *rate = g->rates + EFFORTS[k].rate * s->places * regimes;
            for (i64 r = 0; r < regimes; r++) effort[r] = effort[r] + rate[r];
        }
        /* Where a channel begins later, it begins with the rate that is given. */
        i64 begin = at_start;
        while (begin < regimes && !(effort[begin] > 0.0)) begin++;
        for (i64 r = 0; begin < regimes && r < regimes; r++)
            rates[channel * regimes + r] = given * effort[r] / effort[begin];
    }
}

/* Lowest rate a day that a layer covers: 0, 1, 2, 4, 8, ... */
static double bottom_of(i64 layer) { return layer == 0 ? 0.0 : two_to(layer - 1); }

/* Flags of a channel, layer by layer, as points in wrong_flags.py; how many, -1 for want of room. */
static i64 points(const Start *s, i64 channel, const double *rates, KnownFlag *out, i64 most) {
    const StartGiven *g = &s->g;
    enum { PLACE_BITS = WRONG_FLAGS_PLACE };
    double highest = rates[0], horizon = g->horizon[0];
    i64 found = 0;
    for (i64 r = 1; r < s->regimes; r++) highest = most_of(highest, rates[r]);
    for (i64 layer = 0; bottom_of(layer) < highest; layer++) {
        double low = bottom_of(layer), width = bottom_of(layer + 1) - low, now = 0.0;
        for (i64 place = 0;; place++) {
            Draws d = uniforms(
                g->seed[0], g->replication[0], DRAW_WRONG_FLAG, channel, layer, place);
            now += unit_exponential(d.u) / width;
            if (now >= horizon) break;
            if (!(low + d.v * width < rates[regime_at(g->regime_start, s->regimes, now)])) continue;
            if (found == most) return -1;
            i64 number = (layer << PLACE_BITS | (place & (((i64)1 << PLACE_BITS) - 1)))
                & (FLAG_NUMBERS - 1);
            out[found++] = (KnownFlag){now, channel, number};
        }
    }
    return found;
}

/* Accounts that a campaign would strike in the untouched world. */
static double struck_at_start(const Start *s, const double *rows, i64 pulse) {
    const StartGiven *g = &s->g;
    double there = 0.0;
    for (i64 i = 0; i < s->n; i++) {
        i64 k = g->tier[i], platform = g->pulse_platform[pulse];
        if (rows[i * S_COLUMNS + S_PUBLIC] == 0.0 || !g->pulse_tiers[pulse * s->tiers + k]) continue;
        there += platform < 0 || platform == g->platform[k];
    }
    return least(g->pulse_share[pulse] * there + (double)g->pulse_accounts[pulse], there);
}

/* By day; flags of one day stay in their order.  Where they are in the end: here or in `spare`. */
static KnownFlag *sorted_flags(KnownFlag *flags, KnownFlag *spare, i64 count) {
    for (i64 width = 1; width < count; width *= 2) {
        for (i64 begin = 0; begin < count; begin += 2 * width) {
            i64 middle = begin + width < count ? begin + width : count;
            i64 end = middle + width < count ? middle + width : count, a = begin, b = middle;
            for (i64 k = begin; k < end; k++) {
                int second = a == middle || (b < end && flags[b].day < flags[a].day);
                spare[k] = flags[second ? b++ : a++];
            }
        }
        KnownFlag *sorted = spare;
        spare = flags;
        flags = sorted;
    }
    return flags;
}

static int any_above_zero(const double *values, i64 how_many) {
    for (i64 k = 0; k < how_many; k++)
        if (values[k] > 0.0) return 1;
    return 0;
}

enum { NO_ROOM = -1, TOO_MANY = -2 };

/* All known flags into `out`; how many, or one of these codes. */
static i64 plan_flags(
    const Start *s, const double *rows, double *rates, double *scratch, KnownFlag *out, i64 most
) {
    const StartGiven *g = &s->g;
    i64 found = 0, regimes = s->regimes;
    int by_right = any_above_zero(g->wrong_per_right, CHANNELS);
    for (i64 k = 0; k < CHANNELS * regimes; k++) rates[k] = 0.0;
    if (by_right) {
        write_right_flags(s, rows, scratch, rates);
        for (i64 channel = 0; channel < CHANNELS; channel++)
            for (i64 r = 0; r < regimes; r++)
                rates[channel * regimes + r] =
                    g->wrong_per_right[channel] * rates[channel * regimes + r];
    }
    if (by_right || any_above_zero(g->wrong_a_day, CHANNELS)) {
        write_given_rates(s, scratch, rates);
        if (!are_amounts(rates, CHANNELS * regimes)) return TOO_MANY;
        for (i64 channel = 0; channel < CHANNELS; channel++) {
            if (!any_above_zero(rates + channel * regimes, regimes)) continue;
            i64 more = points(s, channel, rates + channel * regimes, out + found, most - found);
            if (more < 0) return NO_ROOM;
            found += more;
        }
    }
    if (!(g->wrong_per_right[CHANNEL_STRUCK] > 0.0)) return found;
    for (i64 k = 0; k < g->pulse_day_n; k++) {
        double mean = g->wrong_per_right[CHANNEL_STRUCK] * struck_at_start(s, rows, k);
        Act act = of_act(
            mean, DRAW_WRONG_AT_PULSE, 0, 0, g->pulse_key[k], g->seed[0], g->replication[0]);
        if (act.n > most - found) return NO_ROOM;
        for (i64 j = 0; j < act.n; j++)
            out[found++] = (KnownFlag){g->pulse_day[k], CHANNEL_STRUCK, numbered(act.first, j)};
    }
    return found;
}

/* --- the whole --------------------------------------------------------------------------------- */

static int all_are_numbers(const double *values, i64 how_many) {
    for (i64 k = 0; k < how_many; k++)
        if (!(values[k] > -INFINITY && values[k] < INFINITY)) return 0;
    return 1;
}

static RowsGiven rows_of(const StartGiven *g) {
#define SAME(type, name) .name = g->name, .name##_n = g->name##_n,
    return (RowsGiven){ROWS_GIVEN(SAME)};
#undef SAME
}

/* Whether the tables fit each other; also reads the sizes. */
static int start_fits(Start *s) {
    const StartGiven *g = &s->g;
    const i64 single[] = {
        g->seed_n, g->replication_n, g->horizon_n, g->unrelated_recognition_n, g->live_insiders_n,
        g->view_probability_n, g->promotion_posts_n, g->insider_reports_n, g->finite_staff_n,
        g->ordinary_signups_n, g->ordinary_sample_n, g->ordinary_namesakes_n,
        g->ordinary_topic_names_n,
    };
    for (size_t k = 0; k < sizeof single / sizeof *single; k++)
        if (single[k] != 1) return 0;
    i64 n = s->n = g->tier_n, tiers = s->tiers = g->tier_count_n;
    i64 regimes = s->regimes = g->regime_start_n, pulses = g->pulse_day_n;
    if (tiers < 1 || regimes < 1 || n >= (i64)1 << KEY_BITS) return 0;
    s->places = g->rates_n / (RATE_COUNT * regimes);
    if (s->places < 1 || g->rates_n != RATE_COUNT * s->places * regimes
        || g->pressure_n != RATE_COUNT * tiers * regimes || g->exposure_n != tiers * HAZARD_COUNT
        || g->platform_n != tiers || g->discover_n != 2 || g->wrong_per_right_n != CHANNELS
        || g->wrong_a_day_n != CHANNELS || g->posts_n != n || g->links_n != n
        || g->promoter_start_n != n + 1 || g->pulse_key_n != pulses || g->pulse_share_n != pulses
        || g->pulse_accounts_n != pulses || g->pulse_platform_n != pulses
        || g->pulse_tiers_n != pulses * tiers)
        return 0;
    const RowsGiven of_rows = rows_of(g);
    s->there = rows_fit(&of_rows);
    if (s->there < 0 || g->promoter_start[0] != 0 || g->promoter_start[n] != g->promoters_n)
        return 0;
    for (i64 k = 0; k < tiers; k++)
        if (g->platform[k] < 0 || g->platform[k] >= s->places) return 0;
    for (i64 i = 0; i < n; i++)
        if (g->promoter_start[i + 1] < g->promoter_start[i]) return 0;
    for (i64 k = 0; k < g->promoters_n; k++)
        if (g->promoters[k] < 0 || g->promoters[k] >= n) return 0;
    i64 users = g->ordinary_sample[0];
    return g->horizon[0] > 0.0 && g->horizon[0] < INFINITY && users >= 0 && users <= MOST_ORDINARY
        && are_amounts(g->rates, g->rates_n) && are_amounts(g->pressure, g->pressure_n)
        && are_amounts(g->exposure, g->exposure_n) && are_amounts(g->wrong_per_right, CHANNELS)
        && all_are_numbers(g->wrong_a_day, CHANNELS) && are_amounts(g->refollow, g->refollow_n)
        && are_amounts(g->forget, 2) && are_amounts(g->discover, 2)
        && are_amounts(g->posts, n) && are_amounts(g->audience, 2 * n)
        && are_amounts(g->insider_reports, 1) && are_amounts(g->view_probability, 1)
        && are_amounts(g->unrelated_recognition, 1) && are_amounts(g->pulse_share, pulses)
        && are_amounts(g->burst_factor, g->burst_factor_n);
}

/* Known flags in the rest of the memory, and the columns of them; a code. */
static i64 tell_known_flags(Start *s, const double *rows, double *rates, double *scratch) {
    Room *room = &s->room;
    i64 left = left_in(&room->memory) - 4 * (ALIGNED + GAP);
    i64 most = left > 0 ? left / (2 * (i64)sizeof(KnownFlag)) : 0;
    KnownFlag *flags, *spare;
    TAKE_ROOM(room, flags, most);
    TAKE_ROOM(room, spare, most);
    i64 count = plan_flags(s, rows, rates, scratch, flags, most);
    if (count == TOO_MANY) return BAD_INPUT;
    if (count == NO_ROOM) {
        room->memory.wanted = (most + 1024) * 2 * (i64)sizeof *flags;
        return ask_for_more(room);
    }
    const KnownFlag *sorted = sorted_flags(flags, spare, count);
    double *day = (double *)(void *)(sorted == flags ? spare : flags); /* over what is not needed */
    i64 *channel = (i64 *)(void *)(day + count), *number = channel + count;
    for (i64 k = 0; k < count; k++) {
        day[k] = sorted[k].day;
        channel[k] = sorted[k].channel;
        number[k] = sorted[k].number;
    }
    tell_table(room, day, count);
    tell_table(room, channel, count);
    tell_table(room, number, count);
    return AFTERBAN_DONE;
}

i64 afterban_start(const i64 *head, void *memory, i64 size) {
    Start s;
    memset(&s, 0, sizeof s);
#define g s.g
    KERNEL_TABLES(START_GIVEN, START_LAYOUT);
#undef g
    const StartGiven *g = &s.g;
    Room *room = &s.room;
    if (!start_fits(&s)) return BAD_INPUT;
    if (!begin_room(room, memory, size, 11)) return AFTERBAN_MORE_MEMORY;
    const double *recall = g->rates + RATE_HANDLE_RECALL * s.places * s.regimes;
    int is_sampled = g->finite_staff[0] && g->ordinary_signups[0] > 0.0
        && any_above_zero(recall, s.regimes);
    i64 sample = is_sampled ? g->ordinary_sample[0] : 0, hazards_n = 0;
    int live = g->live_insiders[0] != 0;
    double *rows, *weight, *hazards, *days, *fades, *starts, *recalls, *rates, *scratch;
    u8 *users;
    TAKE_ROOM(room, rows, s.n * S_COLUMNS);
    TAKE_ROOM(room, weight, live ? s.n : 0);
    TAKE_ROOM(room, hazards, 2 * s.tiers + 1);
    TAKE_ROOM(room, days, 2 * s.tiers + 2);
    TAKE_ROOM(room, fades, 2 * s.tiers + 1);
    TAKE_ROOM(room, starts, s.regimes);
    TAKE_ROOM(room, recalls, s.regimes);
    TAKE_ROOM(room, rates, CHANNELS * s.regimes);
    TAKE_ROOM(room, scratch, s.tiers + s.regimes);
    TAKE_ROOM(room, users, sample * HANDLE_ROW);
    const RowsGiven of_rows = rows_of(g);
    write_rows(&of_rows, s.there, rows);
    if (live) {
        write_weights(&s, weight);
        hazards_n = write_hazards(&s, hazards);
    }
    days[0] = 1.0 / CELLS_A_DAY;
    for (i64 k = 0; k < hazards_n; k++) {
        days[1 + k] = power_of_two_below(LIVESHARE_FADE / hazards[k]);
        fades[k] = own_exp(-hazards[k] * days[1 + k]);
    }
    memcpy(starts, g->regime_start, (size_t)s.regimes * sizeof *starts);
    memcpy(recalls, recall, (size_t)s.regimes * sizeof *recalls);
    ordinary_handles(g->seed[0], g->replication[0], 0, sample, s.there, g->ordinary_namesakes[0],
        g->ordinary_topic_names[0], users);
    tell_table(room, rows, s.n * S_COLUMNS);
    tell_table(room, weight, live ? s.n : 0);
    tell_table(room, hazards, hazards_n);
    tell_table(room, days, 1 + hazards_n);
    tell_table(room, fades, hazards_n);
    tell_table(room, users, sample * HANDLE_ROW);
    tell_table(room, starts, s.regimes);
    tell_table(room, recalls, s.regimes);
    return tell_known_flags(&s, rows, rates, scratch);
}
