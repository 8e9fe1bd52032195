/* What is handed in, looked at before it is used: nothing may be read past the end of a table. */

/* People, posts or flags a day: more than there can be would make more events than end. */
static int is_amount(double value) { return value >= 0.0 && value <= 1e12; }

static int are_amounts(const double *values, i64 how_many) {
    for (i64 k = 0; k < how_many; k++)
        if (!is_amount(values[k])) return 0;
    return 1;
}

/* Nobody, or so many that followers can be divided by them. */
static int are_audiences(const double *values, i64 how_many) {
    for (i64 k = 0; k < how_many; k++)
        if (values[k] > 0.0 && values[k] < 1e-100) return 0;
    return are_amounts(values, how_many);
}

/* Infinite ones are, in many a place: a rate that never changes, a law without a cap. */
static int are_numbers(const double *values, i64 how_many) {
    for (i64 k = 0; k < how_many; k++)
        if (isnan(values[k])) return 0;
    return 1;
}

/* Whether the rows of operators have what followers and days come to. */
static int states_fit(const Run *r) {
    for (i64 i = 0; i < r->n; i++) {
        const double *row = r->given.rows + i * S_COLUMNS;
        if (row[S_CLOCK] != 0.0) return 0; /* a replication begins on day 0 */
        for (i64 k = 0; k < S_COLUMNS; k++)
            if (k != S_BUSY_UNTIL && k != S_REBUILD_UNTIL && !(fabs(row[k]) <= 1e15)) return 0;
    }
    return 1;
}

/* Whether a number stands wherever one with a point is meant, lest what is told have none. */
static int numbers_fit(const Run *r) {
    const Given *g = &r->given;
#define OF_A_TABLE(type, name) \
    if (!_Generic(g->name, double *: are_numbers((const double *)(void *)g->name, g->name##_n), \
                  default: 1)) \
        return 0;
    GIVEN(OF_A_TABLE)
#undef OF_A_TABLE
#define OF_A_RECORD(field, many) \
    if (!are_numbers((const double *)(const void *)&one->field, many)) return 0;
    const Settings *one = &r->p;
    SETTINGS_NUMBERS(OF_A_RECORD)
    for (i64 k = 0; k < r->tiers; k++) {
        const Tier *one = &g->tier_table[k];
        TIER_NUMBERS(OF_A_RECORD)
    }
#undef OF_A_RECORD
    return 1;
}

static int is_law(const double *row) {
    double kind = row[0];
    if (!(kind >= LAW_CONSTANT && kind <= LAW_QUANTILES)) return 0;
    return kind != LAW_QUANTILES || (row[5] >= 2.0 && row[5] <= LAW_MOST_POINTS);
}

/* Whether a law that is longer than a row lies within its table, a mixture's parts too. */
static int is_longer_law(const Given *g, double where, int in_mixture) {
    i64 left = g->longer_laws_n;
    if (!(where >= 0.0 && where + 2.0 <= (double)left)) return 0;
    const double *law = g->longer_laws + (i64)where;
    left -= (i64)where;
    if (law[0] == LAW_MIXTURE && !in_mixture) {
        if (!(law[1] >= 1.0 && 2.0 * law[1] + RETURNING_MIXED <= (double)left)) return 0;
        for (i64 k = 0; k < (i64)law[1]; k++)
            if (!is_longer_law(g, law[RETURNING_MIXED + (i64)law[1] + k], 1)) return 0;
        return 1;
    }
    if (law[0] == LAW_OBSERVED)
        return law[1] >= 0.0 && 2.0 * law[1] + RETURNING_STEPS <= (double)left;
    return in_mixture && left >= LAW_ROW && is_law(law);
}

static int tiers_fit(const Run *r) {
    const Given *g = &r->given;
    for (i64 k = 0; k < r->tiers; k++) {
        const Tier *tier = &g->tier_table[k];
        const double *law = tier->tier_distributions + LAW_RETURN_DELAY * LAW_ROW;
        if (tier->platform < 0 || tier->platform >= r->places) return 0;
        if (law[0] == LAW_LONG ? !is_longer_law(g, law[1], 0) : !is_law(law)) return 0;
    }
    return 1;
}

static int operators_fit(const Run *r) {
    const Given *g = &r->given;
    if (g->promoter_start[0] != 0 || g->promoter_start[r->n] != g->promoters_n) return 0;
    for (i64 i = 0; i < r->n; i++) {
        if (g->tier[i] < 0 || g->tier[i] >= r->tiers) return 0;
        if (g->promoter_start[i + 1] < g->promoter_start[i]) return 0;
        i64 other = i + g->tier_table[g->tier[i]].double_;
        if (other < 0 || other >= r->n) return 0;
    }
    for (i64 k = 0; k < g->promoters_n; k++)
        if (g->promoters[k] < 0 || g->promoters[k] >= r->n) return 0;
    return 1;
}

static int dates_fit(const Run *r) {
    const Given *g = &r->given;
    i64 days = g->sizes[SIZE_DAYS], windows = g->sizes[SIZE_WINDOWS];
    if (g->observed_n < 1 || days < 0 || days > g->observed_n) return 0;
    if (windows < 1 || windows > g->observed_n + 1) return 0;
    for (i64 k = 0; k < g->observed_n; k++) {
        if (!(g->observed[k] >= 0.0 && g->observed[k] <= r->p.horizon)) return 0;
        if (g->grid_place[k] < 0 || g->window_place[k] < 0) return 0;
    }
    for (i64 k = LONGEST; k < g->users_n; k += HANDLE_ROW)
        if (g->users[k] > LONGEST) return 0; /* characters of a handle */
    const struct { const double *day; i64 n; } dates[] = {
        {g->pulse_day, g->pulse_day_n}, {g->speech_change, g->speech_change_n},
        {g->duty_change, g->duty_change_n}, {g->wrong_day, g->wrong_day_n},
        {g->arrivals, g->arrivals_n}, {g->look_day, g->look_day_n},
    };
    for (int which = 0; which < 6; which++)
        for (i64 k = 0; k < dates[which].n; k++)
            if (!(dates[which].day[k] >= 0.0)) return 0;
    for (i64 k = 1; k < g->burst_start_n; k++)
        if (!(g->burst_start[k] >= 0.0)) return 0;
    for (i64 k = 0; k < g->look_operator_n; k++)
        if (g->look_operator[k] < 0 || g->look_operator[k] >= r->n) return 0;
    for (i64 k = 0; k < g->wrong_day_n; k++) {
        if (g->wrong_channel[k] < 1 || g->wrong_channel[k] >= CHANNELS) return 0;
        if (g->wrong_number[k] < 0 || g->wrong_number[k] >= FLAG_NUMBERS) return 0;
    }
    return 1;
}

static int campaigns_fit(const Run *r) {
    const Given *g = &r->given;
    for (i64 k = 0; k < g->pulse_day_n; k++) {
        if (!(g->pulse_share[k] >= 0.0 && g->pulse_share[k] <= 1.0)) return 0;
        if (g->pulse_accounts[k] < 0 || g->pulse_platform[k] >= r->places) return 0;
    }
    return 1;
}

/* Whether cells of the live share are not shorter than those that there is room for. */
static int cells_fit(const Run *r) {
    const Given *g = &r->given;
    for (i64 k = 0; k < g->hazard_days_n; k++)
        if (!(g->hazard_days[k] >= 1.0 / CELLS_A_DAY && g->hazard_days[k] <= 1e12)) return 0;
    for (i64 k = 0; k < g->hazard_fades_n; k++)
        if (!(g->hazard_fades[k] >= 0.0 && g->hazard_fades[k] <= 1.0)) return 0;
    return are_amounts(g->hazards, g->hazards_n);
}

static int amounts_fit(const Run *r) {
    const Given *g = &r->given;
    i64 of_a_row = r->tiers * r->places * r->regimes;
    return are_audiences(g->audience, g->audience_n) && are_amounts(g->posts, g->posts_n)
        && are_amounts(g->weight, g->weight_n) && are_amounts(g->factors, g->factors_n)
        && are_amounts(g->kept, g->kept_n) && are_amounts(g->users_recall, g->users_recall_n)
        && are_amounts(g->discover_later, g->discover_later_n) && are_amounts(r->p.discover, 2)
        && are_amounts(g->burst_factors, g->burst_factors_n)
        && are_amounts(g->regimes + of_a_row, g->regimes_n - of_a_row) /* not when they begin */
        && is_amount(r->p.ordinary_signups) && is_amount(r->p.benign_reports);
}

/* Whether tables of observed accounts are those that readings, campaigns and the queue name. */
static int rankings_fit(const Run *r) {
    const Given *g = &r->given;
    i64 tables = g->rank_what_n;
    if (g->rank_every_n != tables || g->rank_back_n != tables || r->p.queue_table >= tables)
        return 0;
    for (i64 t = 0; t < tables; t++) {
        if (g->rank_back[t] < 0 || g->rank_back[t] > 1000000) return 0;
        if (g->rank_what[t] == RANKING_GIVEN && g->given_ranking_n != r->n) return 0;
    }
    if (g->rank_table_n != g->rank_day_n || !are_amounts(g->rank_day, g->rank_day_n)) return 0;
    for (i64 k = 0; k < g->rank_day_n; k++)
        if (g->rank_table[k] < 0 || g->rank_table[k] >= tables || g->rank_back[g->rank_table[k]] < 1)
            return 0;
    if (g->pulse_table_n < g->pulse_day_n || g->pulse_error_n < g->pulse_day_n) return 0;
    for (i64 k = 0; k < g->pulse_day_n; k++)
        if (g->pulse_table[k] >= tables) return 0;
    return 1;
}

static int laws_fit(const Run *r) {
    const Settings *p = &r->p;
    const double *laws[] = {
        p->promotion_delay, p->scan_time, p->link_scan_time, p->retaliation_delay,
        p->recruit_delay, p->service_time, p->action_delay, p->spare_delay, p->filing,
    };
    for (size_t k = 0; k < sizeof laws / sizeof *laws; k++)
        if (!is_law(laws[k])) return 0;
    for (i64 k = 0; k < 2 * r->regimes; k++)
        if (!is_law(r->given.actions + k * LAW_ROW)) return 0;
    return 1;
}

/* Whether each table has as many entries as the sizes say. */
static int lengths_fit(const Run *r) {
    const Given *g = &r->given;
    i64 n = r->n, k = r->tiers, places = r->places, regimes = r->regimes;
    i64 recruits = r->p.most_recruits, there = g->sizes[SIZE_THERE];
    if (n < 0 || k < 1 || places < 1 || regimes < 1 || n >= (i64)1 << KEY_BITS) return 0;
    if (there < 0 || there > n || recruits < 0 || recruits > n) return 0;
    if (there + recruits + g->arrivals_n != n) return 0;
    return g->regimes_n == ROW_COUNT * k * places * regimes && g->kept_n == places
        && g->actions_n == regimes * 2 * LAW_ROW && g->tier_table_n == k
        && g->tier_n == n && g->posts_n == n && g->links_n == n && g->audience_n == 2 * n
        && g->promoter_start_n == n + 1 && g->rows_n == n * S_COLUMNS
        && (g->factors_n == 0 || g->factors_n == 3 * n)
        && g->weight_n == (r->p.live_insiders ? n : 0)
        && g->hazard_days_n == 1 + g->hazards_n && g->hazard_fades_n == g->hazards_n
        && g->on_duty_n == g->duty_change_n && g->pulse_key_n == g->pulse_day_n
        && g->pulse_share_n == g->pulse_day_n && g->pulse_accounts_n == g->pulse_day_n
        && g->pulse_choose_n == g->pulse_day_n && g->pulse_platform_n == g->pulse_day_n
        && g->pulse_tiers_n == g->pulse_day_n * k
        && g->discover_later_n == 2 * g->speech_change_n
        && g->burst_factors_n == g->burst_start_n * k
        && g->grid_place_n == g->observed_n && g->window_place_n == g->observed_n
        && g->look_operator_n == g->look_day_n
        && g->wrong_channel_n == g->wrong_day_n && g->wrong_number_n == g->wrong_day_n
        && g->users_n % HANDLE_ROW == 0 && g->users_starts_n == g->users_recall_n
        && (g->users_n == 0 || g->users_recall_n >= 1);
}

/* Find the tables in what is handed in, and look at them; a code, 0 if all is well. */
static i64 read_given(Run *r, void *given, i64 bytes) {
    const i64 *head = given;
    Given *g = &r->given;
    i64 k = 1;
    if (bytes < (i64)sizeof *head || head[0] != LAYOUT) return WRONG_LAYOUT;
    if (bytes < (1 + 2 * GIVEN_COUNT) * (i64)sizeof *head) return BAD_INPUT;
#define READ(type, name) \
    if (head[k] < 0 || head[k] % 8 != 0 || head[k] > bytes || head[k + 1] < 0 \
        || head[k + 1] > (bytes - head[k]) / (i64)sizeof(type)) \
        return BAD_INPUT; \
    g->name = (type *)(void *)((u8 *)given + head[k]); \
    g->name##_n = head[k + 1]; \
    k += 2;
    GIVEN(READ)
#undef READ
    if (g->settings_n != 1 || g->sizes_n != SIZE_COUNT) return BAD_INPUT;
    r->p = g->settings[0];
    r->n = g->sizes[SIZE_OPERATORS];
    r->tiers = g->sizes[SIZE_TIERS];
    r->places = g->sizes[SIZE_PLATFORMS];
    r->regimes = g->sizes[SIZE_REGIMES];
    int fits_ = r->p.horizon > 0.0 && r->p.horizon < INFINITY && r->p.give_up_suspensions >= 0
        && lengths_fit(r) && numbers_fit(r) && states_fit(r) && tiers_fit(r) && operators_fit(r)
        && dates_fit(r)
        && campaigns_fit(r) && rankings_fit(r) && cells_fit(r) && amounts_fit(r) && laws_fit(r);
    return fits_ ? 0 : BAD_INPUT;
}
