/* The network before the first event, as in world/reference.py. */

typedef struct { WORLD_GIVEN(KERNEL_FIELD) } WorldGiven;

/* A network that is being drawn. */
typedef struct {
    WorldGiven g;
    Room room;
    i64 seed, replication, there, recruits, newcomers, n;
    i32 *tier, *promoters;
    double *audience, *posts, *factors, *arrivals, *weight, *edge;
    i64 *degree, *links, *start;
    i64 filled, places; /* of the promoters */
} Draft;

enum { AT_A_TIME = 256 }; /* draws that are made together */
enum { LAWS_THAT_DIFFER = 5, FACTORS = 3 };
static const double MANY_FOLLOWERS = 2147483648.0; /* more than an operator can have */

/* --- newcomers --------------------------------------------------------------------------------- */

/* Numbers that newcomers of each tier can have; `mark` and `most` have room for a tier each. */
static i64 rows_of_arrivals(const Draft *d, double *mark, double *most) {
    const WorldGiven *g = &d->g;
    i64 tiers = g->arrival_tier_n, regimes = g->arrival_start_n, first = d->there + d->recruits;
    for (i64 k = 0; k < tiers; k++) {
        const double *rates = g->arrival_rate + k * regimes;
        mark[k] = 0.0;
        most[k] = rates[0];
        for (i64 r = 1; r < regimes; r++) most[k] = most_of(most[k], rates[r]);
    }
    for (i64 n = 0; tiers > 0; n++) {
        int more_to_come = 0;
        for (i64 k = 0; k < tiers; k++) {
            double u = uniforms(
                d->seed, d->replication, DRAW_ARRIVAL, first + n * tiers + k, 0, 0).u;
            mark[k] += unit_exponential(u) / g->horizon[0];
            more_to_come |= mark[k] < most[k];
        }
        if (!more_to_come || (n + 1) * tiers >= (i64)1 << KEY_BITS) return n;
    }
    return 0;
}

static void draw_arrivals(Draft *d, double *mark) {
    const WorldGiven *g = &d->g;
    i64 tiers = g->arrival_tier_n, regimes = g->arrival_start_n, first = d->there + d->recruits;
    double horizon = g->horizon[0];
    for (i64 k = 0; k < tiers; k++) mark[k] = 0.0;
    for (i64 number = 0; number < d->newcomers; number++) {
        i64 k = number % tiers;
        Draws draws = uniforms(d->seed, d->replication, DRAW_ARRIVAL, first + number, 0, 0);
        mark[k] += unit_exponential(draws.u) / horizon;
        double day = due(0.0, draws.v * horizon);
        i64 regime = regime_at(g->arrival_start, regimes, day);
        int comes = day < horizon && mark[k] < g->arrival_rate[k * regimes + regime];
        d->arrivals[number] = comes ? day : INFINITY;
    }
}

/* --- operators --------------------------------------------------------------------------------- */

/* Draws of a decision for the operators from `first` on, by numbers of their own or of doubles. */
static void draws_of_operators(
    const Draft *d, i64 decision, i64 first, i64 how_many, i64 shift, double *out
) {
    i32 numbers[AT_A_TIME], zeros[AT_A_TIME] = {0};
    for (i64 begin = 0; begin < how_many; begin += AT_A_TIME) {
        i64 count = how_many - begin < AT_A_TIME ? how_many - begin : AT_A_TIME;
        for (i64 k = 0; k < count; k++) numbers[k] = (i32)(first + begin + k + shift);
        uniforms_of_pairs(d->seed, d->replication, decision, numbers, zeros, count, out + begin);
    }
}

/* The factors in which operators of a tier differ; draws of posts follow those of the audience. */
static void differ(
    const Draft *d, i64 k, i64 first, i64 how_many, i64 shift, double *u[LAWS_THAT_DIFFER]
) {
    static const i64 DECISIONS[] = {DRAW_WORLD_RETURNS, DRAW_WORLD_REFOLLOW, DRAW_WORLD_LOST};
    const double *factor = d->g.correlated + k * LAWS_THAT_DIFFER * LAWS_THAT_DIFFER;
    for (int kind = 0; kind < FACTORS; kind++)
        draws_of_operators(d, DECISIONS[kind], first, how_many, shift, u[2 + kind]);
    for (i64 i = 0; i < how_many; i++) {
        double z[LAWS_THAT_DIFFER];
        for (int row = 0; row < LAWS_THAT_DIFFER; row++) z[row] = normal_quantile(u[row][i]);
        for (int row = 1; row < LAWS_THAT_DIFFER; row++) {
            double own = factor[row * LAWS_THAT_DIFFER + row];
            if (!(own < 1.0)) continue; /* it goes with nothing that was drawn before it */
            double mixed = own * z[row];
            for (int other = 0; other < row; other++)
                mixed += factor[row * LAWS_THAT_DIFFER + other] * z[other];
            u[row][i] = normal_probability(mixed);
        }
        for (int kind = 0; kind < FACTORS; kind++) {
            const double *law = d->g.differences + (k * FACTORS + kind) * LAW_ROW;
            d->factors[FACTORS * (first + i) + kind] = quantile(law, u[2 + kind][i]);
        }
    }
}

/* Draw the operators of one tier that stand together; 0 if one has too many followers to count.

   shift: from their numbers to those that audience and activity are drawn by. */
static int draw_operators(Draft *d, i64 k, i64 first, i64 how_many, i64 shift, double *scratch) {
    const WorldGiven *g = &d->g;
    const double *laws = g->tier_distributions + 4 * k * LAW_ROW;
    double *u[LAWS_THAT_DIFFER], *value = scratch + LAWS_THAT_DIFFER * how_many;
    for (int row = 0; row < LAWS_THAT_DIFFER; row++) u[row] = scratch + row * how_many;
    double *audience = d->audience + 2 * first, *weight = d->weight + first;
    for (i64 i = 0; i < how_many; i++) d->tier[first + i] = (i32)k;
    draws_of_operators(d, DRAW_WORLD_AUDIENCE, first, how_many, shift, u[0]);
    draws_of_operators(d, DRAW_WORLD_POSTS, first, how_many, shift, u[1]);
    if (g->differences_n > 0) differ(d, k, first, how_many, shift, u);
    double share = g->platform_share[g->platform[k]], inside = g->insider_share[k];
    quantiles(laws + LAW_AUDIENCE * LAW_ROW, u[0], how_many, value);
    for (i64 i = 0; i < how_many; i++) {
        double size = share * value[i];
        audience[2 * i] = inside * size;
        audience[2 * i + 1] = size - audience[2 * i];
    }
    quantiles(laws + LAW_POSTS * LAW_ROW, u[1], how_many, d->posts + first);
    draws_of_operators(d, DRAW_WORLD_DEGREE, first, how_many, 0, u[2]);
    quantiles(laws + LAW_DEGREE * LAW_ROW, u[2], how_many, value);
    for (i64 i = 0; i < how_many; i++) {
        double degree = floor(value[i] + 0.5);
        if (!(degree < MANY_FOLLOWERS)) return 0;
        d->degree[first + i] = degree > 0.0 ? (i64)degree : 0;
    }
    for (i64 i = 0; i < how_many; i++) weight[i] = g->prominence[k];
    double tail = g->prominence_tail[0];
    if (!(tail > 0.0)) return 1;
    draws_of_operators(d, DRAW_WORLD_PROMINENCE, first, how_many, 0, u[3]);
    for (i64 i = 0; i < how_many; i++)
        weight[i] *= least(own_pow(1.0 - u[3][i], -1.0 / tail), WORLD_MOST_PROMINENT);
    return 1;
}

/* Operators of files in the place of those that were drawn. */
static void take_over_operators(Draft *d) {
    const WorldGiven *g = &d->g;
    for (i64 i = 0; i < g->own_posts_n; i++) {
        double share = g->platform_share[g->platform[d->tier[i]]];
        d->audience[2 * i] = share * g->own_audience[2 * i];
        d->audience[2 * i + 1] = share * g->own_audience[2 * i + 1];
        d->posts[i] = g->own_posts[i];
    }
}

/* --- who may promote whom ---------------------------------------------------------------------- */

/* Sums of the weights up to each operator. */
static void sums_of(const double *weight, i64 how_many, double *edge) {
    double sum = 0.0;
    for (i64 k = 0; k < how_many; k++) edge[k] = sum += weight[k];
}

/* The first of the sums above `goal`, at most the last. */
static i64 share_at(const double *edge, i64 how_many, double goal) {
    i64 low = 0, high = how_many - 1;
    while (low < high) {
        i64 middle = low + (high - low) / 2;
        if (edge[middle] > goal) high = middle;
        else low = middle + 1;
    }
    return low;
}

enum { PARTS = 2 }; /* for each operator, in the guide to the draws */

/* For each of so many equal parts of the weight, the last operator that begins before the part.

   From there a draw is found in a step or two, where a search would take log N. */
static void write_guide(const double *edge, i64 n, double total, i32 *guide) {
    i64 parts = PARTS * n;
    /* A little more, so that rounding puts no draw before the operator that its part names. */
    double scale = (1.0 + 1e-12) * (double)parts / total;
    memset(guide, 0, (size_t)(parts + 2) * sizeof *guide);
    for (i64 j = 1; j < n; j++)
        guide[(i64)least(edge[j - 1] * scale, (double)parts) + 1] = (i32)j;
    for (i64 b = 0; b <= parts; b++)
        if (guide[b] > guide[b + 1]) guide[b + 1] = guide[b];
}

/* Operators from `first` to `end` draw their promoters among the first N in proportion to their
   weight, itself and repeats left out.  Returns a code.

   Draws of several operators are made together: a processor that runs through the few of one after
   another guesses wrong where each ends. */
static i64 link_operators(Draft *d, i64 first, i64 end, i64 n) {
    double *edge = d->edge, total;
    i32 *guide, *last_owner, owner[AT_A_TIME], ordinal[AT_A_TIME], found[AT_A_TIME];
    double draws[AT_A_TIME];
    Memory kept = d->room.memory;
    i64 most = d->filled + 1; /* the last place is for a repeat */
    sums_of(d->weight, n, edge);
    total = n > 0 ? edge[n - 1] : 0.0;
    for (i64 i = first; i < end; i++) d->start[i + 1] = d->filled;
    if (!(total > 0.0)) return AFTERBAN_DONE;
    for (i64 i = first; i < end; i++) most += d->degree[i];
    if (most > d->places) {
        d->room.memory.wanted = bytes_of(most - d->places, (i64)sizeof *d->promoters);
        return ask_for_more(&d->room);
    }
    TAKE_ROOM(&d->room, guide, PARTS * n + 2);
    TAKE_ROOM(&d->room, last_owner, n);
    write_guide(edge, n, total, guide);
    edge[n - 1] = INFINITY; /* whatever rounding does to the last draw, it is the last operator's */
    for (i64 i = 0; i < n; i++) last_owner[i] = NOBODY; /* by whom each was drawn last */
    i32 *promoters = d->promoters;
    i64 filled = d->filled, i = first, next = 0;
    while (i < end) {
        i64 count = 0;
        while (i < end && count < AT_A_TIME) {
            i64 left = d->degree[i] - next;
            i64 here = left < AT_A_TIME - count ? left : AT_A_TIME - count;
            for (i64 k = 0; k < here; k++) {
                owner[count + k] = (i32)i;
                ordinal[count + k] = (i32)(next + k);
            }
            count += here;
            next += here;
            if (next == d->degree[i]) i++, next = 0;
        }
        uniforms_of_pairs(
            d->seed, d->replication, DRAW_WORLD_NEIGHBOUR, owner, ordinal, count, draws);
        for (i64 k = 0; k < count; k++) {
            double goal = draws[k] * total;
            i64 j = guide[(i64)(draws[k] * (double)(PARTS * n))];
            j += edge[j] <= goal; /* a step without a question, since it is often taken */
            while (edge[j] <= goal) j++;
            found[k] = (i32)j;
        }
        for (i64 k = 0; k < count; k++) {
            i32 j = found[k];
            i64 is_new = (j != owner[k]) & (last_owner[j] != owner[k]);
            last_owner[j] = owner[k];
            promoters[filled] = j;
            filled += is_new;
            d->start[owner[k] + 1] = filled;
        }
    }
    d->filled = filled;
    for (i = first; i < end; i++) /* those who drew nobody */
        if (d->start[i + 1] < d->start[i]) d->start[i + 1] = d->start[i];
    d->room.memory = kept;
    return AFTERBAN_DONE;
}

/* Add a promoter to those of the operator whose begin at `begin`, unless it is there; 0: no room. */
static int let_promote(Draft *d, i64 begin, i64 who) {
    for (i64 k = begin; k < d->filled; k++)
        if (d->promoters[k] == who) return 1;
    if (d->filled == d->places) return 0;
    d->promoters[d->filled++] = (i32)who;
    return 1;
}

/* Who follows each newcomer: those who were there, and other newcomers.  0 for want of room. */
static int link_newcomers(Draft *d) {
    i64 there = d->there, count = d->newcomers, first = d->n - count;
    double *old = d->edge, *new_ = d->edge + there, whole;
    sums_of(d->weight, there, old);
    sums_of(d->weight + first, count, new_);
    whole = there > 0 ? old[there - 1] : 0.0;
    for (i64 n = 0; n < count; n++) {
        i64 i = first + n, begin = d->start[i];
        if (d->arrivals[n] < INFINITY && whole > 0.0) {
            for (i64 ordinal = 0; ordinal < d->degree[i]; ordinal++) {
                double u = uniforms(
                    d->seed, d->replication, DRAW_WORLD_NEIGHBOUR, i, 0, ordinal).u;
                if (!let_promote(d, begin, share_at(old, there, u * whole))) return 0;
            }
            double drawn = 0.0;
            for (i64 ordinal = 0; d->degree[i] > 0; ordinal++) {
                double u = uniforms(
                    d->seed, d->replication, DRAW_ARRIVAL_NEIGHBOUR, i, 0, ordinal).u;
                drawn += unit_exponential(u) / (double)d->degree[i];
                /* where so many are expected before */
                double at = ARRIVALS_MANY * whole * own_expm1(drawn / ARRIVALS_MANY);
                if (!(at < new_[count - 1])) break;
                i64 j = share_at(new_, count, at);
                if (j != n && d->arrivals[j] < INFINITY && !let_promote(d, begin, first + j)) return 0;
            }
        }
        d->start[i + 1] = d->filled;
    }
    return 1;
}

/* --- the whole --------------------------------------------------------------------------------- */

/* Whether the tables fit each other, so that nothing is read past the end of one. */
static int world_fits(const Draft *d) {
    const WorldGiven *g = &d->g;
    i64 tiers = g->tier_count_n, own = g->own_posts_n, regimes = g->arrival_start_n, all = 0;
    if (g->seed_n != 1 || g->replication_n != 1 || g->horizon_n != 1 || tiers < 1
        || g->prominence_tail_n != 1 || g->most_recruits_n != 1 || g->recruit_tier_n != 1
        || g->tier_distributions_n != tiers * 4 * LAW_ROW || g->insider_share_n != tiers
        || g->prominence_n != tiers || g->platform_n != tiers || g->same_as_n != tiers
        || (g->differences_n != 0 && g->differences_n != tiers * FACTORS * LAW_ROW)
        || g->correlated_n != g->differences_n / (FACTORS * LAW_ROW)
            * LAWS_THAT_DIFFER * LAWS_THAT_DIFFER
        || g->own_audience_n != 2 * own || !(g->horizon[0] > 0.0 && g->horizon[0] < INFINITY))
        return 0;
    for (i64 k = 0; k < tiers; k++) {
        if (g->tier_count[k] < 0 || g->tier_count[k] >= (i64)1 << KEY_BITS) return 0;
        if (g->platform[k] < 0 || g->platform[k] >= g->platform_share_n) return 0;
        if (g->same_as[k] < -1 || g->same_as[k] >= tiers) return 0;
        all += g->tier_count[k];
        for (int law = LAW_AUDIENCE; law <= LAW_DEGREE; law++)
            if (!is_law(g->tier_distributions + (4 * k + law) * LAW_ROW)) return 0;
        for (int kind = 0; kind < FACTORS && g->differences_n > 0; kind++)
            if (!is_law(g->differences + (k * FACTORS + kind) * LAW_ROW)) return 0;
    }
    i64 recruits = g->most_recruits[0], recruit_tier = g->recruit_tier[0];
    if (recruits < 0 || all + recruits >= (i64)1 << KEY_BITS || own > all) return 0;
    if (recruits > 0 && (recruit_tier < 0 || recruit_tier >= tiers)) return 0;
    if (!are_amounts(g->prominence, tiers)) return 0;
    if (g->own_promoter_start_n > 0) {
        const i64 *start = g->own_promoter_start;
        if (g->own_promoter_start_n != all + 1 || start[0] != 0) return 0;
        if (start[all] != g->own_promoters_n) return 0;
        for (i64 i = 0; i < all; i++)
            if (start[i + 1] < start[i]) return 0;
        for (i64 k = 0; k < g->own_promoters_n; k++)
            if (g->own_promoters[k] < 0 || g->own_promoters[k] >= all) return 0;
    }
    for (i64 k = 0; k < g->arrival_tier_n; k++)
        if (g->arrival_tier[k] < 0 || g->arrival_tier[k] >= tiers) return 0;
    return g->arrival_tier_n == 0
        || (regimes > 0 && g->arrival_rate_n == g->arrival_tier_n * regimes
            && are_amounts(g->arrival_rate, g->arrival_rate_n));
}

/* Operators of all tiers in their order, then recruits, then newcomers; 0 as draw_operators. */
static int draw_all_operators(Draft *d, double *scratch) {
    const WorldGiven *g = &d->g;
    i64 first = 0, begin_of_other;
    for (i64 k = 0; k < g->tier_count_n; k++) {
        i64 shift = 0;
        if (g->same_as[k] >= 0) {
            begin_of_other = 0;
            for (i64 other = 0; other < g->same_as[k]; other++)
                begin_of_other += g->tier_count[other];
            shift = begin_of_other - first;
        }
        if (!draw_operators(d, k, first, g->tier_count[k], shift, scratch)) return 0;
        first += g->tier_count[k];
    }
    if (d->recruits > 0 && !draw_operators(d, g->recruit_tier[0], first, d->recruits, 0, scratch))
        return 0;
    first += d->recruits;
    for (i64 number = 0; number < d->newcomers; number++) {
        i64 k = g->arrival_tier[number % g->arrival_tier_n], i = first + number;
        if (!draw_operators(d, k, i, 1, 0, scratch)) return 0;
        if (d->arrivals[number] < INFINITY) continue;
        d->audience[2 * i] = d->audience[2 * i + 1] = 0.0; /* nobody waits for who does not come */
    }
    return 1;
}

static i64 link_all(Draft *d) {
    const WorldGiven *g = &d->g;
    i64 code = AFTERBAN_DONE;
    d->start[0] = 0;
    if (g->own_promoter_start_n > 0) {
        if (g->own_promoters_n > d->places) {
            d->room.memory.wanted = bytes_of(g->own_promoters_n, (i64)sizeof *d->promoters);
            return ask_for_more(&d->room);
        }
        memcpy(d->start, g->own_promoter_start, (size_t)(d->there + 1) * sizeof *d->start);
        memcpy(d->promoters, g->own_promoters, (size_t)g->own_promoters_n * sizeof *d->promoters);
        d->filled = g->own_promoters_n;
    } else {
        code = link_operators(d, 0, d->there, d->there);
    }
    /* Newcomers are followed by those who were there and by each other, and take no place among
       the followers of those who were there: how many may come must change nothing before. */
    if (code == AFTERBAN_DONE && d->recruits > 0)
        code = link_operators(d, d->there, d->there + d->recruits, d->there + d->recruits);
    if (code == AFTERBAN_DONE && d->newcomers > 0 && !link_newcomers(d)) {
        d->room.memory.wanted = bytes_of(d->places + 1024, (i64)sizeof *d->promoters);
        return ask_for_more(&d->room);
    }
    return code;
}

/* Draw the world of one replication. */
i64 afterban_world(const i64 *head, void *memory, i64 size) {
    Draft d;
    memset(&d, 0, sizeof d);
#define g d.g
    KERNEL_TABLES(WORLD_GIVEN, WORLD_LAYOUT);
#undef g
    const WorldGiven *g = &d.g;
    if (!world_fits(&d)) return BAD_INPUT;
    if (!begin_room(&d.room, memory, size, 8)) return AFTERBAN_MORE_MEMORY;
    d.seed = g->seed[0];
    d.replication = g->replication[0];
    d.recruits = g->most_recruits[0];
    i64 longest = d.recruits > 1 ? d.recruits : 1;
    for (i64 k = 0; k < g->tier_count_n; k++) {
        d.there += g->tier_count[k];
        if (g->tier_count[k] > longest) longest = g->tier_count[k];
    }
    double *mark, *most, *scratch;
    TAKE_ROOM(&d.room, mark, g->arrival_tier_n);
    TAKE_ROOM(&d.room, most, g->arrival_tier_n);
    d.newcomers = rows_of_arrivals(&d, mark, most) * g->arrival_tier_n;
    i64 n = d.n = d.there + d.recruits + d.newcomers;
    TAKE_ROOM(&d.room, d.arrivals, d.newcomers);
    TAKE_ROOM(&d.room, d.tier, n);
    TAKE_ROOM(&d.room, d.audience, 2 * n);
    TAKE_ROOM(&d.room, d.posts, n);
    TAKE_ROOM(&d.room, d.links, n);
    TAKE_ROOM(&d.room, d.start, n + 1);
    TAKE_ROOM(&d.room, d.factors, g->differences_n > 0 ? FACTORS * n : 0);
    TAKE_ROOM(&d.room, d.degree, n);
    TAKE_ROOM(&d.room, d.weight, n);
    TAKE_ROOM(&d.room, d.edge, n);
    TAKE_ROOM(&d.room, scratch, (LAWS_THAT_DIFFER + 1) * longest);
    draw_arrivals(&d, mark);
    if (!draw_all_operators(&d, scratch)) {
        d.room.memory.wanted = INT64_MAX / 4; /* followers beyond counting */
        return ask_for_more(&d.room);
    }
    take_over_operators(&d);
    /* What is left is for the promoters, but for what links are found with. */
    i64 tools = (PARTS * n + 2 + n) * (i64)sizeof(i32) + 4 * (ALIGNED + GAP);
    i64 left = left_in(&d.room.memory) - tools;
    d.places = left > 0 ? left / (i64)sizeof *d.promoters : 0;
    TAKE_ROOM(&d.room, d.promoters, d.places);
    i64 code = link_all(&d);
    if (code != AFTERBAN_DONE) return code;
    memset(d.links, 0, (size_t)n * sizeof *d.links);
    for (i64 k = 0; k < d.filled; k++) d.links[d.promoters[k]]++;
    tell_table(&d.room, d.tier, n);
    tell_table(&d.room, d.posts, n);
    tell_table(&d.room, d.audience, 2 * n);
    tell_table(&d.room, d.links, n);
    tell_table(&d.room, d.factors, g->differences_n > 0 ? FACTORS * n : 0);
    tell_table(&d.room, d.start, n + 1);
    tell_table(&d.room, d.arrivals, d.newcomers);
    tell_table(&d.room, d.promoters, d.filled);
    return AFTERBAN_DONE;
}
