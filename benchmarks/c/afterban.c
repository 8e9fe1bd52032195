/* One replication of afterban in plain C: what a careful programmer would write by hand.

   It knows the mechanisms of the scenario september-2014 and no others: one platform, unlimited
   staff, no campaigns, link matches or recruits.  It reads parameters and world from a file that
   c_program.py wrote, runs several times, prints the fewest seconds of processor time of a run,
   and writes the account table, the time series and the impressions by window.

   numbers.h is made from the Python modules: kinds of event, decisions, channels, columns. */

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "numbers.h"

typedef int64_t i64;
typedef uint64_t u64;

enum { LAW = 22, MOST_POINTS = 8, LONGEST = 15, HANDLE = 16, COUNTED = CENSUS_COLUMNS };
enum { CONSTANT, EXPONENTIAL, LOGNORMAL, UNIFORM, WEIBULL, PARETO, QUANTILES };

typedef struct {
    double promotes, returns, report_weight, watched, created_day, public_day, refollow[2], looks;
    i64 severity, sleeper, spares;
    double return_delay[LAW];
} Tier;

static struct {
    i64 seed, replication, operators, tiers, edges, regimes, observed, days, windows;
    i64 near_edits, promotion_posts, promotes_on_start, match_edits, most_lives;
    double horizon, unrelated_recognition, view_probability, promotion_seen, untouched_factor,
        near_identical, insider_reports, sensitivity, wave_every, fatigue, rebuild_share,
        rebuild_window;
    double near_links[4];
    double overlap[2], discover[2], lost[2];
    double promotion_delay[LAW], scan_time[LAW], spare_delay[LAW];
    Tier *tier;
    double *start, *signup, *reports, *classifier, *threats, *watch, *handle_recall;
    double *actions; /* [regimes][2][LAW] */
    double *day;     /* of the census */
    i64 *grid_place, *window_place;
    i64 *tier_of;
    double *audience, *posts; /* [operators][2], [operators] */
    i64 *promoter_start;
    int32_t *promoters;
    double *first_rows;
} p;

#pragma pack(push, 1)
typedef struct {
    int32_t operator_, life, platform;
    uint8_t handle[HANDLE];
    int32_t edit_distance;
    double created, public_, flagged, review_started, suspended;
    int32_t channel, urgent;
    double followers_in, followers_out, impressions_in, impressions_out, unnoticed;
    int32_t received, made;
} Account;
#pragma pack(pop)

typedef struct {
    i64 account, life, channel, reports, rounds;
    int32_t spares, received, made, tier;
    double posts, audience[2];
    i64 first_promoter, end_promoter;
    uint8_t name[HANDLE];
} Operator;

typedef struct {
    double day;
    i64 key;
    int32_t subject, round;
    i64 next;
} Event;

static Operator *who;
static double *rows, *table, *series, *seen;
static Account *accounts;
static uint16_t *small_tier_of;
static i64 accounts_used, accounts_room, events;
static i64 flags[2][CHANNELS];  /* all, and those that a review cleared */

/* --- draws --------------------------------------------------------------------------------- */

static inline void uniforms(i64 decision, i64 operator_, i64 life, i64 ordinal, double out[2]) {
    u64 c0 = operator_, c1 = life, c2 = ordinal, c3 = decision, k0 = p.seed, k1 = p.replication;
    for (int round = 0; round < 10; round++) {
        u64 p0 = 0xD2511F53u * c0, p1 = 0xCD9E8D57u * c2;
        u64 a = (p1 >> 32) ^ c1 ^ k0, c = (p0 >> 32) ^ c3 ^ k1;
        c1 = p1 & 0xFFFFFFFFu;
        c3 = p0 & 0xFFFFFFFFu;
        c0 = a;
        c2 = c;
        k0 = (k0 + 0x9E3779B9u) & 0xFFFFFFFFu;
        k1 = (k1 + 0xBB67AE85u) & 0xFFFFFFFFu;
    }
    out[0] = ((double)(((c0 >> 6) << 26) + (c1 >> 6)) + 0.5) * 0x1p-52;
    out[1] = ((double)(((c2 >> 6) << 26) + (c3 >> 6)) + 0.5) * 0x1p-52;
}

static double normal_quantile(double x) {
    double q = x - 0.5, r, num, den;
    if (fabs(q) <= 0.425) {
        r = 0.180625 - q * q;
        num = (((((((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853)
            * r + 45921.953931549871457) * r + 13731.693765509461125) * r
            + 1971.5909503065514427) * r + 133.14166789178437745) * r + 3.387132872796366608);
        den = (((((((5226.495278852545925 * r + 28729.085735721942674) * r + 39307.89580009271061)
            * r + 21213.794301586595867) * r + 5394.1960214247511077) * r
            + 687.1870074920579083) * r + 42.313330701600911252) * r + 1.0);
        return q * num / den;
    }
    r = sqrt(-log(q < 0.0 ? x : 1.0 - x));
    if (r <= 5.0) {
        r -= 1.6;
        num = (((((((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r
            + 0.24178072517745061177) * r + 1.27045825245236838258) * r
            + 3.64784832476320460504) * r + 5.7694972214606914055) * r
            + 4.6303378461565452959) * r + 1.42343711074968357734);
        den = (((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r
            + 0.0151986665636164571966) * r + 0.14810397642748007459) * r
            + 0.68976733498510000455) * r + 1.6763848301838038494) * r
            + 2.05319162663775882187) * r + 1.0);
    } else {
        r -= 5.0;
        num = (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r
            + 0.0012426609473880784386) * r + 0.026532189526576123093) * r
            + 0.29656057182850489123) * r + 1.7848265399172913358) * r
            + 5.4637849111641143699) * r + 6.6579046435011037772);
        den = (((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r
            + 1.8463183175100546818e-5) * r + 7.868691311456132591e-4) * r
            + 0.0148753612908506148525) * r + 0.13692988092273580531) * r
            + 0.59983220655588793769) * r + 1.0);
    }
    return q < 0.0 ? -num / den : num / den;
}

static double unit_exponential(double u) { return -log(1.0 - u); }

/* The exact clock; as in mechanisms/clock.py. */
static double on_the_clock(double day) {
    double whole = floor(day), fraction = floor((day - whole) * 86400e6 + 0.5);
    return (whole * 86400e6 + fraction) / 86400e6;
}

static double due(double now, double duration) {
    double day = now + duration;
    if (duration == 0.0 || !(day < INFINITY)) return day;
    double exact = on_the_clock(day);
    if (fabs(exact - day) <= 0x1p-50 * (day > 1.0 ? day : 1.0)) return exact > now ? exact : now;
    return day;
}

static double quantile(const double *row, double u) {
    double a = row[1], b = row[2], value;
    switch ((int)row[0]) {
    case CONSTANT: value = a; break;
    case EXPONENTIAL: value = a * unit_exponential(u); break;
    case LOGNORMAL: value = exp(a + b * normal_quantile(u)); break;
    case UNIFORM: value = a + (b - a) * u; break;
    case WEIBULL: value = a * pow(unit_exponential(u), 1.0 / b); break;
    case PARETO: value = a * pow(1.0 - u, -1.0 / b); break;
    default: {
        int points = (int)row[5], k = 1;
        while (k < points - 1 && u > row[6 + k]) k++;
        double p0 = row[5 + k], p1 = row[6 + k];
        double x0 = row[5 + MOST_POINTS + k], x1 = row[6 + MOST_POINTS + k];
        value = x0 * pow(x1 / x0, (u - p0) / (p1 - p0));
    }
    }
    if (value < row[3]) value = row[3];
    return value > row[4] ? row[4] : value;
}

static double power(double base, i64 exponent) {
    double result = 1.0;
    for (; exponent; exponent >>= 1, base *= base)
        if (exponent & 1) result *= base;
    return result;
}

/* --- the queue ----------------------------------------------------------------------------- */

static struct {
    double per_day;
    int32_t *first;
    i64 buckets, bucket, in_heap, used, free, waiting, room;
    Event *pool, *heap;
} q;

static inline int before(double day, i64 key, const Event *other) {
    return day < other->day || (day == other->day && key < other->key);
}

static void put_in_heap(double day, i64 key, int32_t subject, int32_t round) {
    i64 at = q.in_heap++;
    while (at > 0 && before(day, key, &q.heap[(at - 1) >> 1])) {
        q.heap[at] = q.heap[(at - 1) >> 1];
        at = (at - 1) >> 1;
    }
    q.heap[at] = (Event){day, key, subject, round, 0};
}

static void push(double day, i64 kind, i64 operator_, i64 ordinal, i64 subject, i64 round) {
    if (!(day < p.horizon)) return;
    i64 key = (kind << 58) | (operator_ << 29) | ordinal, bucket = (i64)(day * q.per_day), place;
    if (bucket >= q.buckets) bucket = q.buckets - 1;
    if (q.waiting++ == q.room) {
        q.room *= 2;
        q.pool = realloc(q.pool, q.room * sizeof(Event));
        q.heap = realloc(q.heap, q.room * sizeof(Event));
    }
    if (bucket <= q.bucket) {
        put_in_heap(day, key, subject, round);
        return;
    }
    if (q.free >= 0) {
        place = q.free;
        q.free = q.pool[place].next;
    } else {
        place = q.used++;
    }
    q.pool[place] = (Event){day, key, subject, round, q.first[bucket]};
    q.first[bucket] = place;
}

static int pop(Event *out) {
    if (q.waiting == 0) return 0;
    if (q.in_heap == 0) {
        while (q.first[++q.bucket] < 0) {}
        for (i64 place = q.first[q.bucket], next; place >= 0; place = next) {
            Event *e = &q.pool[place];
            put_in_heap(e->day, e->key, e->subject, e->round);
            next = e->next;
            e->next = q.free;
            q.free = place;
        }
    }
    q.waiting--;
    *out = q.heap[0];
    i64 size = --q.in_heap, at = 0, child;
    Event last = q.heap[size];
    while ((child = 2 * at + 1) < size) {
        if (child + 1 < size && before(q.heap[child + 1].day, q.heap[child + 1].key, &q.heap[child]))
            child++;
        if (!before(q.heap[child].day, q.heap[child].key, &last)) break;
        q.heap[at] = q.heap[child];
        at = child;
    }
    q.heap[at] = last;
    return 1;
}

/* --- the audience -------------------------------------------------------------------------- */

static inline double joined(double size, double hazard, double elapsed) {
    return size == 0.0 ? 0.0 : -size * expm1(-hazard * elapsed);
}

static inline double joined_days(double size, double hazard, double elapsed) {
    if (size == 0.0) return 0.0;
    double x = hazard * elapsed, share;
    if (x < 0.01)
        share = x * (0.5 - x * (1.0 / 6.0 - x * (1.0 / 24.0 - x * (1.0 / 120.0 - x / 720.0))));
    else
        share = 1.0 + expm1(-x) / x;
    return size * elapsed * share;
}

static inline void followers_at(const double *row, double time, double out[2]) {
    out[0] = out[1] = 0.0;
    if (row[S_PUBLIC] == 0.0) return;
    double elapsed = time - row[S_CLOCK];
    out[0] = row[S_ATTACHED_IN] + joined(row[S_DETACHED_IN], row[S_REFOLLOW_IN], elapsed)
        + joined(row[S_UNTOUCHED_IN], p.discover[0], elapsed);
    out[1] = row[S_ATTACHED_OUT] + joined(row[S_DETACHED_OUT], row[S_REFOLLOW_OUT], elapsed)
        + joined(row[S_UNTOUCHED_OUT], p.discover[1], elapsed);
}

static inline double follower_days(
    const double *f, double refollow, double discover, double start, double end
) {
    double days = f[0] * (end - start);
    if (start == 0.0)
        return days + joined_days(f[1], refollow, end) + joined_days(f[2], discover, end);
    return days + (joined_days(f[1], refollow, end) - joined_days(f[1], refollow, start))
        + (joined_days(f[2], discover, end) - joined_days(f[2], discover, start));
}

static inline void seen_since(const double *row, double time, double out[4]) {
    out[0] = out[1] = out[2] = 0.0;
    if (row[S_PUBLIC] == 0.0) return;
    double clock = row[S_CLOCK], busy = row[S_BUSY_UNTIL], half = row[S_REBUILD_UNTIL];
    if (busy < clock) busy = clock;
    if (busy > time) busy = time;
    if (half < busy) half = busy;
    if (half > time) half = time;
    double in = row[S_REFOLLOW_IN], outside = row[S_REFOLLOW_OUT];
    out[2] = busy - clock;
    out[3] = follower_days(row + S_ATTACHED_OUT, outside, p.discover[1], 0.0, time - clock);
    if (half > busy) {
        double part = 1.0 - p.rebuild_share, start = busy - clock, end = half - clock;
        out[0] += part * follower_days(row + S_ATTACHED_IN, in, p.discover[0], start, end);
        out[1] += part * follower_days(row + S_ATTACHED_OUT, outside, p.discover[1], start, end);
        out[2] += p.rebuild_share * (half - busy);
    }
    if (time > half) {
        double start = half - clock, end = time - clock;
        out[0] += follower_days(row + S_ATTACHED_IN, in, p.discover[0], start, end);
        out[1] += follower_days(row + S_ATTACHED_OUT, outside, p.discover[1], start, end);
    }
}

static void settle(double time, i64 i) {
    double *row = rows + i * S_COLUMNS, more[4], elapsed = time - row[S_CLOCK], found, new;
    seen_since(row, time, more);
    row[S_SEEN_IN] += more[0];
    row[S_SEEN_OUT] += more[1];
    row[S_REBUILD_DAYS] += more[2];
    row[S_SHOWN_OUT] += more[3];
    row[S_PUBLIC_DAYS] += elapsed;
    found = joined(row[S_DETACHED_IN], row[S_REFOLLOW_IN], elapsed);
    new = joined(row[S_UNTOUCHED_IN], p.discover[0], elapsed);
    row[S_ATTACHED_IN] += found + new;
    row[S_DETACHED_IN] -= found;
    row[S_UNTOUCHED_IN] -= new;
    found = joined(row[S_DETACHED_OUT], row[S_REFOLLOW_OUT], elapsed);
    new = joined(row[S_UNTOUCHED_OUT], p.discover[1], elapsed);
    row[S_ATTACHED_OUT] += found + new;
    row[S_DETACHED_OUT] -= found;
    row[S_UNTOUCHED_OUT] -= new;
    row[S_CLOCK] = time;
}

static double moved_share(
    double seen, double overlap, double audience, double promoter, double followers
) {
    if (audience <= 0.0 || promoter <= 0.0) return 0.0;
    double ratio = promoter / audience, common = overlap * (ratio < 1.0 ? ratio : 1.0);
    return seen * common * (followers / promoter);
}

static inline void promote(double *f, double share) {
    double found = share * f[1], new = p.untouched_factor * share * f[2];
    f[0] += found + new;
    f[1] -= found;
    f[2] -= new;
}

/* --- handles ------------------------------------------------------------------------------- */

static void spell(i64 number, uint8_t *name) {
    memset(name, 0, HANDLE);
    for (int k = 0; k < 5; k++, number /= 100) {
        name[2 * k] = "bcdfghjklmnprstvwxyz"[(number / 5) % 20];
        name[2 * k + 1] = "aeiou"[number % 5];
    }
    name[LONGEST] = 10;
}

static void insert(uint8_t *name, int position, uint8_t character) {
    memmove(name + position + 1, name + position, name[LONGEST] - position);
    name[position] = character;
    name[LONGEST]++;
}

static void take_away(uint8_t *name, int position) {
    memmove(name + position, name + position + 1, name[LONGEST] - position - 1);
    name[--name[LONGEST]] = 0;
}

/* Shares of links, and what an edit needs of its place; as in mechanisms/handles.py. */
enum { ONE_EDIT, DIGIT, DOUBLED, SEPARATOR, SWAP };
enum { A_DIGIT, A_DOUBLE, A_SEPARATOR, FOR_DOUBLING, FOR_A_SEPARATOR, FOR_A_SWAP };

static int fits(const uint8_t *name, int at, int what) {
    int length = name[LONGEST], here = name[at], after = at + 1 < length ? name[at + 1] : 0;
    int before = at > 0 ? name[at - 1] : 0, behind = at + 2 < length ? name[at + 2] : 0;
    switch (what) {
    case A_DIGIT: return '0' <= here && here <= '9';
    case A_DOUBLE: return here > '_' && here == after;
    case A_SEPARATOR: return here == '_';
    case FOR_DOUBLING: return here > '_' && here != after && here != before;
    case FOR_A_SEPARATOR: return at > 0 && here != '_' && before != '_' && here != before;
    }
    return here > '_' && after > '_' && here != after && here != before && after != behind
        && before != after && here != behind;
}

static int places(const uint8_t *name, int what) {
    int found = 0;
    for (int at = 0; at < name[LONGEST]; at++) found += fits(name, at, what);
    return found;
}

/* One of the places that fit, but not `without`; -1 if there is none. */
static int place_for(const uint8_t *name, int what, double u, int without) {
    int left = (int)(u * (places(name, what) - (without >= 0)));
    for (int at = 0; at < name[LONGEST]; at++)
        if (at != without && fits(name, at, what) && left-- == 0) return at;
    return without;
}

static void change_digit(uint8_t *name, int at, double what) {
    name[at] = '0' + (name[at] - '0' + 1 + (int)(what * 9.0)) % 10;
}

static void edit_digits(uint8_t *name, int edits, double where, double what) {
    int there = places(name, A_DIGIT);
    if (there > 0) {
        int first = place_for(name, A_DIGIT, where, -1);
        change_digit(name, first, what);
        if (edits > 1) {
            double again = 9.0 * what - floor(9.0 * what);
            if (there > 1) change_digit(name, place_for(name, A_DIGIT, again, first), again);
            else if (name[LONGEST] < LONGEST) insert(name, name[LONGEST], '0' + (int)(10.0 * again));
        }
        return;
    }
    for (int k = 0; k < edits; k++)
        if (name[LONGEST] < LONGEST)
            insert(name, name[LONGEST], '0' + (int)(10.0 * (k == 0 ? where : what)));
}

static void put_in(uint8_t *name, int kind, double u) {
    int at = place_for(name, kind == DOUBLED ? FOR_DOUBLING : FOR_A_SEPARATOR, u, -1);
    if (at >= 0 && name[LONGEST] < LONGEST) insert(name, at, kind == DOUBLED ? name[at] : '_');
}

static void take_out(uint8_t *name, int kind, double u) {
    int at = place_for(name, kind == DOUBLED ? A_DOUBLE : A_SEPARATOR, u, -1);
    if (at >= 0 && name[LONGEST] > 1) take_away(name, at);
}

static void edit_extras(uint8_t *name, int kind, int edits, double where, double what) {
    int other = kind == DOUBLED ? SEPARATOR : DOUBLED;
    int own = places(name, kind == DOUBLED ? A_DOUBLE : A_SEPARATOR);
    int others = places(name, kind == DOUBLED ? A_SEPARATOR : A_DOUBLE);
    int room = 2 - own < 3 - own - others ? 2 - own : 3 - own - others;
    if (edits <= room) {
        for (int k = 0; k < edits; k++) put_in(name, kind, k == 0 ? where : what);
    } else if (edits == 1) {
        take_out(name, kind, where);
    } else {
        take_out(name, own > 0 ? kind : other, where);
        put_in(name, kind, what);
    }
}

static void edit(int kind, int edits, double where, double what, uint8_t *name) {
    if (kind == DIGIT) {
        edit_digits(name, edits, where, what);
    } else if (kind != SWAP) {
        edit_extras(name, kind, edits, where, what);
    } else {
        for (int k = 0; k < edits; k++) {
            int at = place_for(name, FOR_A_SWAP, k == 0 ? where : what, -1);
            if (at < 0) continue;
            uint8_t kept = name[at];
            name[at] = name[at + 1];
            name[at + 1] = kept;
        }
    }
}

static int edit_distance(const uint8_t *one, const uint8_t *other) {
    int n = one[LONGEST], m = other[LONGEST], first = 0;
    while (first < n && first < m && one[first] == other[first]) first++;
    while (n > first && m > first && one[n - 1] == other[m - 1]) n--, m--;
    n -= first;
    m -= first;
    if (n == 0 || m == 0) return n + m;
    uint32_t last = 1u << (n - 1), up = ~0u, down = 0, diagonal = 0, equal_before = 0;
    int distance = n;
    for (int j = 0; j < m; j++) {
        uint32_t equal = 0;
        for (int i = 0; i < n; i++) equal |= (uint32_t)(one[first + i] == other[first + j]) << i;
        uint32_t swapped = ((~diagonal & equal) << 1) & equal_before;
        diagonal = (((equal & up) + up) ^ up) | equal | down | swapped;
        uint32_t right = down | ~(diagonal | up), left = diagonal & up;
        distance += (right & last) != 0;
        distance -= (left & last) != 0;
        right = (right << 1) | 1;
        left <<= 1;
        up = left | ~(diagonal | right);
        down = right & diagonal;
        equal_before = equal;
    }
    return distance;
}

static int take_handle(i64 i) {
    uint8_t *name = who[i].name, old[HANDLE];
    i64 life = who[i].life;
    double u[2];
    if (life == 1) {
        uniforms(D_HANDLE_BASE, 0, 0, 0, u);
        spell((i * 3819660113 + (i64)(u[0] * 1e10)) % 10000000000, name);
        uniforms(D_HANDLE_BASE, i, 1, 0, u);
        if (u[0] < 1.0 / 3.0) {
            int two = (int)(u[1] * 100.0);
            insert(name, 10, '0' + two / 10);
            insert(name, 11, '0' + two % 10);
        }
        return -1;
    }
    memcpy(old, name, HANDLE);
    uniforms(D_HANDLE_CHOICE, i, life, 0, u);
    if (u[0] >= p.near_identical) {
        uniforms(D_HANDLE_BASE, i, life, 1, u);
        spell((i64)(u[0] * 1e10), name);
        return edit_distance(old, name);
    }
    uniforms(D_HANDLE_EDIT, i, life, 0, u);
    int edits = u[0] < p.near_links[ONE_EDIT] ? 1 : 2, kind = DIGIT;
    while (kind < SWAP && u[1] >= p.near_links[kind]) kind++;
    for (int attempt = 1; attempt < 24; attempt++) {
        if (attempt == 8) edits = 1;
        else if (attempt == 16) kind = DIGIT;
        memcpy(name, old, HANDLE);
        uniforms(D_HANDLE_EDIT, i, life, attempt, u);
        edit(kind, edits, u[0], u[1], name);
        if (edit_distance(old, name) == edits) return edits;
    }
    memcpy(name, old, HANDLE);
    name[name[LONGEST] - 1] = '0';
    return 1;
}

/* --- detection ----------------------------------------------------------------------------- */

static int regime_at(double time) {
    int regime = 0;
    while (regime + 1 < p.regimes && p.start[regime + 1] <= time) regime++;
    return regime;
}

static double next_arrival(double time, double u, double exposure, const double *rates) {
    if (exposure <= 0.0) return INFINITY;
    double needed = unit_exponential(u) / exposure, now = time;
    for (int regime = regime_at(time);; now = p.start[++regime]) {
        int last = regime + 1 == p.regimes;
        if (rates[regime] > 0.0) {
            double arrival = now + needed / rates[regime];
            if (last || arrival < p.start[regime + 1]) return arrival;
            needed -= rates[regime] * (p.start[regime + 1] - now);
        } else if (last) {
            return INFINITY;
        }
    }
}

static inline double visibility(i64 i, double insiders, double outsiders) {
    double seen = who[i].posts * p.view_probability * (p.insider_reports * insiders + outsiders);
    return p.tier[who[i].tier].report_weight * seen;
}

static void expect_report(double now, i64 i) {
    double u[2];
    uniforms(D_REPORT, i, who[i].life, who[i].reports, u);
    double most = visibility(i, who[i].audience[0], who[i].audience[1]);
    double day = next_arrival(now, u[0], most, p.reports);
    push(day, K_REPORT, i, 0, who[i].account, who[i].rounds);
}

static void expect_flags(double now, i64 i) {
    Operator *o = &who[i];
    double u[2], day;
    uniforms(D_CLASSIFIER, i, o->life, o->rounds, u);
    day = next_arrival(now, u[0], o->posts, p.classifier);
    push(day, K_CLASSIFY, i, 0, o->account, o->rounds);
    uniforms(D_THREAT, i, o->life, o->rounds, u);
    day = next_arrival(now, u[0], 1.0, p.threats);
    push(day, K_THREATEN, i, 0, o->account, o->rounds);
    uniforms(D_WATCH, i, o->life, o->rounds, u);
    day = next_arrival(now, u[0], p.tier[o->tier].watched, p.watch);
    push(day, K_WATCH, i, 0, o->account, o->rounds);
    expect_report(now, i);
}

static void flag(double now, i64 i, int channel, int urgent) {
    Operator *o = &who[i];
    Account *a = &accounts[o->account];
    if (o->channel == C_NONE) table[o->tier * COUNTED + N_UNDER_REVIEW] += 1.0;
    flags[0][channel]++;
    o->channel = a->channel = channel;
    a->flagged = a->review_started = now;
    const double *row = rows + i * S_COLUMNS;
    double more[4];
    seen_since(row, now, more);
    a->unnoticed = row[S_SEEN_OUT] + more[1];
    a->urgent = urgent || p.tier[o->tier].severity == 0;
}

static void go_to_review(double now, i64 i) {
    double u[2], day;
    int regime = regime_at(now), severity = accounts[who[i].account].urgent ? 0 : 1;
    uniforms(D_TIME_TO_ACTION, i, who[i].life, who[i].rounds, u);
    day = due(now, quantile(p.actions + (2 * regime + severity) * LAW, u[0]));
    if (p.wave_every > 0.0 && day < INFINITY) {
        double period = floor(p.wave_every * 86400e6 + 0.5), number = floor(day / p.wave_every) - 1.0;
        if (number < 0.0) number = 0.0;
        while (number * period / 86400e6 < day - 1e-12) number += 1.0;
        if (number * period / 86400e6 > day) day = number * period / 86400e6;
    }
    push(day, K_DECIDE, i, 0, who[i].account, -1);
}

/* --- the cycle ----------------------------------------------------------------------------- */

static void expect_promotions(double now, i64 i) {
    double u[2];
    for (i64 k = who[i].first_promoter; k < who[i].end_promoter; k++) {
        i64 neighbour = p.promoters[k];
        uniforms(D_PROMOTE, i, who[i].life, neighbour, u);
        if (u[0] < p.tier[small_tier_of[neighbour]].promotes) {
            double day = due(now, quantile(p.promotion_delay, u[1]));
            push(day, K_PROMOTE, i, neighbour, who[i].account, -1);
        }
    }
}

static void open_account(double now, i64 i) {
    if (accounts_used == accounts_room) {
        accounts_room *= 2;
        accounts = realloc(accounts, accounts_room * sizeof(Account));
    }
    Operator *o = &who[i];
    Account *a = &accounts[o->account = accounts_used++];
    o->life++;
    o->channel = C_NONE;
    o->reports = o->rounds = o->received = o->made = 0;
    memset(a, 0, sizeof *a);
    a->operator_ = i;
    a->life = o->life;
    a->edit_distance = take_handle(i);
    memcpy(a->handle, o->name, HANDLE);
    a->created = now;
    a->public_ = a->flagged = a->review_started = a->suspended = a->unnoticed = NAN;
    a->impressions_in = rows[i * S_COLUMNS + S_SEEN_IN];
    a->impressions_out = rows[i * S_COLUMNS + S_SEEN_OUT];
    table[o->tier * COUNTED + N_CREATED] += 1.0;
}

static void publish(double now, i64 i) {
    Operator *o = &who[i];
    Account *a = &accounts[o->account];
    double *row = rows + i * S_COLUMNS, found = 1.0;
    if (o->life > 1 && a->edit_distance > p.near_edits) found = p.unrelated_recognition;
    row[S_CLOCK] = row[S_BUSY_UNTIL] = a->public_ = now;
    row[S_PUBLIC] = 1.0;
    row[S_REFOLLOW_IN] = p.tier[o->tier].refollow[0] * found;
    row[S_REFOLLOW_OUT] = p.tier[o->tier].refollow[1] * found;
    row[S_REBUILD_UNTIL] = o->life > 1 ? now + p.rebuild_window : now;
    if (o->channel == C_NONE) expect_flags(now, i);
    expect_promotions(now, i);
}

static void create(double now, i64 i) {
    Operator *o = &who[i];
    double u[2];
    events++;
    open_account(now, i);
    int regime = regime_at(now);
    uniforms(D_SIGNUP, i, o->life, 0, u);
    if (u[0] < p.signup[regime]) {
        flag(now, i, C_CAUGHT_AT_SIGNUP, 0);
        push(now, K_SUSPEND, i, 0, o->account, -1);
        return;
    }
    uniforms(D_HANDLE_MATCH, i, o->life, 0, u);
    if (o->life > 1 && accounts[o->account].edit_distance <= p.match_edits
        && u[0] < p.handle_recall[regime])
        push(due(now, quantile(p.scan_time, u[1])), K_SCAN, i, 0, o->account, -1);
    double day = o->life == 1 ? p.tier[o->tier].public_day : now;
    if (day <= now) publish(now, i);
    else push(day, K_PUBLISH, i, 0, o->account, -1);
}

static void finish(i64 i) {
    Operator *o = &who[i];
    Account *a = &accounts[o->account];
    double rate = o->posts * p.view_probability, *row = rows + i * S_COLUMNS;
    a->impressions_in = rate * (row[S_SEEN_IN] - a->impressions_in);
    a->unnoticed = rate * ((isnan(a->unnoticed) ? row[S_SEEN_OUT] : a->unnoticed) - a->impressions_out);
    a->impressions_out = rate * (row[S_SEEN_OUT] - a->impressions_out);
    a->received = o->received;
    a->made = o->made;
}

static void remember_followers(i64 i) {
    accounts[who[i].account].followers_in = rows[i * S_COLUMNS + S_ATTACHED_IN];
    accounts[who[i].account].followers_out = rows[i * S_COLUMNS + S_ATTACHED_OUT];
}

static void detach(double *f, double lost) {
    double gone = lost * f[0];
    f[3] += gone;
    f[1] += f[0] - gone;
    f[0] = 0.0;
}

static void suspend(double now, i64 i) {
    Operator *o = &who[i];
    const Tier *t = &p.tier[o->tier];
    double *row = rows + i * S_COLUMNS, u[2];
    if (row[S_PUBLIC] != 0.0) {
        settle(now, i);
        remember_followers(i);
        detach(row + S_ATTACHED_IN, p.lost[0]);
        detach(row + S_ATTACHED_OUT, p.lost[1]);
        row[S_PUBLIC] = 0.0;
    }
    accounts[o->account].suspended = now;
    table[o->tier * COUNTED + N_UNDER_REVIEW] -= 1.0;
    table[o->tier * COUNTED + N_SUSPENDED] += 1.0;
    finish(i);
    o->account = -1;
    uniforms(D_RETURN, i, o->life, 0, u);
    if (u[0] >= t->returns * power(p.fatigue, o->life - 1) || o->life >= p.most_lives) return;
    double delay;
    if (o->spares > 0) {
        o->spares--;
        delay = quantile(p.spare_delay, u[1]);
    } else {
        delay = quantile(t->return_delay, u[1]);
    }
    push(due(now, delay), K_CREATE, i, 0, -1, -1);
}

static void be_promoted(double now, i64 i, i64 neighbour) {
    Operator *o = &who[i], *by = &who[neighbour];
    double *row = rows + i * S_COLUMNS, *theirs = rows + neighbour * S_COLUMNS, f[2];
    if (row[S_PUBLIC] == 0.0 || theirs[S_PUBLIC] == 0.0) return;
    if (p.promotion_posts > 0) {
        if (by->posts <= 0.0 || theirs[S_BUSY_UNTIL] > now) return;
        settle(now, neighbour);
        theirs[S_BUSY_UNTIL] = now + p.promotion_posts / by->posts;
    }
    followers_at(theirs, now, f);
    double seen = p.promotion_seen * p.tier[o->tier].looks;
    double in = moved_share(seen, p.overlap[0], o->audience[0], by->audience[0], f[0]);
    double out = moved_share(seen, p.overlap[1], o->audience[1], by->audience[1], f[1]);
    settle(now, i);
    promote(row + S_ATTACHED_IN, in);
    promote(row + S_ATTACHED_OUT, out);
    o->received++;
    by->made++;
}

static void be_reported(double now, i64 i) {
    Operator *o = &who[i];
    double f[2], u[2];
    if (o->channel != C_NONE) return;
    followers_at(rows + i * S_COLUMNS, now, f);
    uniforms(D_REPORT, i, o->life, o->reports++, u);
    if (u[1] * visibility(i, o->audience[0], o->audience[1]) < visibility(i, f[0], f[1])) {
        flag(now, i, C_REPORTED, 0);
        go_to_review(now, i);
    } else {
        expect_report(now, i);
    }
}

static void be_decided_on(double now, i64 i) {
    Operator *o = &who[i];
    Account *a = &accounts[o->account];
    double u[2];
    uniforms(D_DECISION, i, o->life, o->rounds, u);
    if (u[0] < p.sensitivity) {
        push(now, K_SUSPEND, i, 0, o->account, -1);
        return;
    }
    table[o->tier * COUNTED + N_UNDER_REVIEW] -= 1.0;
    flags[1][o->channel]++;
    o->channel = a->channel = C_NONE;
    a->flagged = a->review_started = a->unnoticed = NAN;
    a->urgent = 0;
    o->rounds++;
    o->reports++;
    if (rows[i * S_COLUMNS + S_PUBLIC] != 0.0) expect_flags(now, i);
}

static void take_census(double time, i64 number) {
    double *sum = series + p.grid_place[number] * p.tiers * COUNTED;
    double *each = seen + p.window_place[number] * p.operators;
    memcpy(sum, table, p.tiers * COUNTED * sizeof(double));
    for (i64 i = 0; i < p.operators; i++) {
        const double *row = rows + i * S_COLUMNS;
        double *t = sum + p.tier_of[i] * COUNTED;
        double inside = row[S_SEEN_IN], outside = row[S_SEEN_OUT];
        double effort = row[S_REBUILD_DAYS], days = row[S_PUBLIC_DAYS], shown = row[S_SHOWN_OUT];
        if (row[S_PUBLIC] != 0.0) {
            double more[4], f[2];
            seen_since(row, time, more);
            inside += more[0];
            outside += more[1];
            effort += more[2];
            shown += more[3];
            days += time - row[S_CLOCK];
            followers_at(row, time, f);
            t[N_LIVE] += 1.0;
            t[N_ATTACHED_INSIDERS] += f[0];
            t[N_ATTACHED_OUTSIDERS] += f[1];
        }
        double rate = p.posts[i] * p.view_probability;
        t[N_INSIDER_IMPRESSIONS] += rate * inside;
        t[N_OUTSIDER_IMPRESSIONS] += rate * outside;
        t[N_ALL_OUTSIDER_IMPRESSIONS] += rate * shown;
        t[N_POSTS] += p.posts[i] * days;
        t[N_REBUILD_POSTS] += p.posts[i] * effort;
        each[i] = rate * outside;
    }
}

static Account *run(void) {
    i64 n = p.operators;
    q.buckets = 256;
    while (q.buckets < 2 * n && q.buckets < 1 << 22) q.buckets *= 2;
    q.per_day = q.buckets / p.horizon;
    q.first = malloc(q.buckets * sizeof *q.first);
    memset(q.first, 0xff, q.buckets * sizeof *q.first);
    q.bucket = q.in_heap = q.used = q.waiting = 0;
    q.free = -1;
    q.room = 6 * n + p.observed + 64;
    q.pool = malloc(q.room * sizeof(Event));
    q.heap = malloc(q.room * sizeof(Event));
    accounts_used = events = 0;
    memset(flags, 0, sizeof flags);
    accounts_room = 2 * n + 64;
    accounts = malloc(accounts_room * sizeof(Account));
    who = calloc(n, sizeof *who);
    small_tier_of = malloc(n * sizeof *small_tier_of);
    rows = malloc(n * S_COLUMNS * sizeof(double));
    memcpy(rows, p.first_rows, n * S_COLUMNS * sizeof(double));
    table = calloc(p.tiers * COUNTED, sizeof(double));
    series = calloc((p.days + 1) * p.tiers * COUNTED, sizeof(double));
    seen = calloc((p.windows + 1) * n, sizeof(double));
    for (i64 i = 0; i < n; i++) {
        small_tier_of[i] = p.tier_of[i];
        who[i].account = -1;
        who[i].tier = p.tier_of[i];
        who[i].spares = p.tier[p.tier_of[i]].spares;
        who[i].posts = p.posts[i];
        who[i].audience[0] = p.audience[2 * i];
        who[i].audience[1] = p.audience[2 * i + 1];
        who[i].first_promoter = p.promoter_start[i];
        who[i].end_promoter = p.promoter_start[i + 1];
    }
    for (i64 k = 0; k + 1 < p.observed; k++) push(p.day[k], K_CENSUS, 0, k, -1, -1);
    for (i64 i = 0; i < n; i++) {
        const Tier *t = &p.tier[who[i].tier];
        if (t->sleeper) {
            push(t->created_day, K_CREATE, i, 0, -1, -1);
            continue;
        }
        open_account(0.0, i);
        accounts[who[i].account].public_ = 0.0;
        expect_flags(0.0, i);
        if (p.promotes_on_start) expect_promotions(0.0, i);
    }
    Event e;
    while (pop(&e)) {
        i64 kind = e.key >> 58, i = (e.key >> 29) & 0x1FFFFFFF, ordinal = e.key & 0x1FFFFFFF;
        if (kind == K_CENSUS) {
            take_census(e.day, ordinal);
            continue;
        }
        if (kind == K_CREATE) {
            create(e.day, i);
            continue;
        }
        if (who[i].account != e.subject || (e.round != -1 && e.round != who[i].rounds)) continue;
        events++;
        switch (kind) {
        case K_SUSPEND: suspend(e.day, i); break;
        case K_PROMOTE: be_promoted(e.day, i, ordinal); break;
        case K_REPORT: be_reported(e.day, i); break;
        case K_PUBLISH: publish(e.day, i); break;
        case K_DECIDE: be_decided_on(e.day, i); break;
        default:
            if (who[i].channel != C_NONE) break;
            flag(e.day, i,
                 kind == K_SCAN ? C_HANDLE_MATCHED
                 : kind == K_CLASSIFY ? C_CLASSIFIED
                 : kind == K_WATCH ? C_WATCHED : C_THREATENED,
                 kind == K_THREATEN);
            go_to_review(e.day, i);
        }
    }
    take_census(p.horizon, p.observed - 1);
    i64 *place = calloc(n + 1, sizeof *place);
    for (i64 i = 0; i < n; i++) {
        if (who[i].account >= 0) {
            if (rows[i * S_COLUMNS + S_PUBLIC] != 0.0) {
                settle(p.horizon, i);
                remember_followers(i);
            }
            finish(i);
        }
        place[i + 1] = place[i] + who[i].life;
    }
    Account *sorted = malloc(accounts_used * sizeof(Account));
    for (i64 k = 0; k < accounts_used; k++) sorted[place[accounts[k].operator_]++] = accounts[k];
    free(place);
    return sorted;
}

/* --- files --------------------------------------------------------------------------------- */

static FILE *file;

static void *take(i64 count, size_t size) {
    void *found = malloc(count * size + 1);
    if (fread(found, size, count, file) != (size_t)count) {
        fprintf(stderr, "the file of parameters is too short\n");
        exit(1);
    }
    return found;
}

static void take_into(void *to, i64 count, size_t size) {
    void *found = take(count, size);
    memcpy(to, found, count * size);
    free(found);
}

int main(int count, char **argument) {
    if (count != 4 || !(file = fopen(argument[1], "rb"))) {
        fprintf(stderr, "usage: afterban PARAMETERS RESULTS REPEATS\n");
        return 2;
    }
    take_into(&p.seed, 14, sizeof(i64));
    take_into(&p.horizon, 12 + 4 + 6 + 3 * LAW, sizeof(double));
    p.tier = malloc(p.tiers * sizeof(Tier));
    for (i64 k = 0; k < p.tiers; k++) {
        take_into(&p.tier[k].promotes, 9, sizeof(double));
        take_into(&p.tier[k].severity, 3, sizeof(i64));
        take_into(p.tier[k].return_delay, LAW, sizeof(double));
    }
    double **rates[] = {&p.start, &p.signup, &p.reports, &p.classifier, &p.threats, &p.watch,
                        &p.handle_recall};
    for (int k = 0; k < 7; k++) *rates[k] = take(p.regimes, sizeof(double));
    p.actions = take(2 * p.regimes * LAW, sizeof(double));
    p.day = take(p.observed, sizeof(double));
    p.grid_place = take(p.observed, sizeof(i64));
    p.window_place = take(p.observed, sizeof(i64));
    p.tier_of = take(p.operators, sizeof(i64));
    p.audience = take(2 * p.operators, sizeof(double));
    p.posts = take(p.operators, sizeof(double));
    p.promoter_start = take(p.operators + 1, sizeof(i64));
    p.promoters = take(p.edges, sizeof(int32_t));
    p.first_rows = take(p.operators * S_COLUMNS, sizeof(double));
    fclose(file);

    double fewest = INFINITY;
    Account *sorted = NULL;
    for (int k = atoi(argument[3]); k > 0; k--) {
        struct timespec begin, end;
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
        sorted = run();
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
        double took = (end.tv_sec - begin.tv_sec) + 1e-9 * (end.tv_nsec - begin.tv_nsec);
        if (took < fewest) fewest = took;
        free(q.first), free(q.pool), free(q.heap), free(accounts), free(who), free(small_tier_of);
        if (k > 1) free(sorted), free(rows), free(table), free(series), free(seen);
    }
    printf("%.9f %lld\n", fewest, (long long)events);
    if (!(file = fopen(argument[2], "wb"))) return 1;
    fwrite(&accounts_used, sizeof(i64), 1, file);
    fwrite(sorted, sizeof(Account), accounts_used, file);
    fwrite(series, sizeof(double), p.days * p.tiers * COUNTED, file);
    fwrite(seen, sizeof(double), p.windows * p.operators, file);
    fwrite(flags, sizeof flags, 1, file);
    fwrite(rows, sizeof(double), p.operators * S_COLUMNS, file);
    fclose(file);
    return 0;
}
