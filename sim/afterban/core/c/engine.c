/* afterban's engine: one replication, from tables to tables.

   The core opens no file, reads no clock, starts no thread and keeps nothing outside the memory
   that it is handed.  A caller begins a replication, lets it go on so many events at a time, hands
   it more memory when it asks, and reads its tables at the end:

       code = afterban_begin(given, bytes, memory, size);
       while ((code = afterban_go(run, events)) != AFTERBAN_DONE) ...

   Files are in the order of the reference: mechanisms/ holds the equations, the others what happens
   when.  numbers.h is made from the Python modules by engines/compiled/build.py. */

#include "network.h"
#include "parts.h"
#include "kernels.h"

#include "arithmetic.c"
#include "randomness.c"
#include "mechanisms/distributions.c"
#include "mechanisms/clock.c"
#include "mechanisms/forgetting.c"
#include "mechanisms/audience.c"
#include "mechanisms/bursts.c"
#include "mechanisms/census.c"
#include "mechanisms/detection.c"
#include "mechanisms/handles.c"
#include "mechanisms/liveshare.c"
#include "mechanisms/promotion.c"
#include "mechanisms/review.c"
#include "mechanisms/mistakes.c"
#include "mechanisms/returning.c"
#include "mechanisms/adaptation.c"
#include "mechanisms/ranking.c"
#include "mechanisms/wrong_flags.c"
#include "calendar.c"
#include "actor.c"
#include "rankings.c"
#include "suspect.c"
#include "operator.c"
#include "ordinary.c"
#include "team.c"
#include "platform.c"
#include "ledger.c"
#include "observer.c"
#include "checks.c"
#include "world.c"
#include "ordinary_handles.c"
#include "start.c"
#include "measures.c"

enum { OPERATORS_OF_AN_EVENT = 64 }; /* of those looked at in a census, in its time */
enum { EVENTS_ON_A_PAGE = 4 }; /* about, of one for each operator */

/* Set up what a replication keeps; 0 where there is no memory for it. */
static int furnish(Run *r) {
    const Given *g = &r->given;
    Memory *m = &r->memory;
    i64 n = r->n, cells = ROW_COUNT * r->tiers * r->places, columns = r->tiers * CENSUS_COLUMNS;
    i64 days = g->sizes[SIZE_DAYS], windows = g->sizes[SIZE_WINDOWS] - 1;
    i64 users = g->users_n / HANDLE_ROW, longest = 0;
    for (i64 i = 0; i < n; i++) {
        i64 promoters = g->promoter_start[i + 1] - g->promoter_start[i];
        if (promoters > longest) longest = promoters;
    }
    r->most = 10 + longest + users;
    r->accounts_room = 2 * n + 64;
    r->cases_room = 1024;
#define TAKE(name, how_many) \
    if ((r->name = take(m, (i64)sizeof *r->name * (how_many))) == NULL) return 0
    TAKE(highest, cells);
    TAKE(who, n);
    TAKE(counts, columns);
    TAKE(totals, columns);
    TAKE(struck_days, n * r->p.give_up_suspensions);
    TAKE(habits, r->p.adapts ? n * ADAPTATION_HABITS : 0);
    TAKE(cases, r->cases_room);
    TAKE(waiting, r->cases_room);
    TAKE(decided, r->cases_room);
    TAKE(matched, users + 1);
    TAKE(series, days * columns);
    TAKE(looked, g->look_day_n * CENSUS_COLUMNS);
    TAKE(backlog, days);
    TAKE(flags_by_day, days * 2 * CHANNELS);
    TAKE(impressions, windows * n);
    TAKE(seen, n);
    TAKE(before, n);
    TAKE(struck, g->pulse_day_n + 1);
    TAKE(promoting, longest + 1);
    TAKE(decides, longest + 1);
    TAKE(when, longest + 1);
    if (g->pulse_day_n > 0) {
        TAKE(value, n);
        TAKE(order, n);
        TAKE(order_too, n);
    }
    memset(r->counts, 0, (size_t)columns * sizeof *r->counts);
    memset(r->series, 0, (size_t)(days * columns) * sizeof *r->series);
    memset(r->looked, 0, (size_t)(g->look_day_n * CENSUS_COLUMNS) * sizeof *r->looked);
    memset(r->backlog, 0, (size_t)days * sizeof *r->backlog);
    memset(r->flags_by_day, 0, (size_t)(days * 2 * CHANNELS) * sizeof *r->flags_by_day);
    memset(r->struck, 0, (size_t)g->pulse_day_n * sizeof *r->struck);
    memset(r->matched, 0, (size_t)users);
    i64 pages = 256;
    while (pages * EVENTS_ON_A_PAGE < n && pages < (1 << 22)) pages *= 2;
    i64 room = 6 * n + g->observed_n + g->look_day_n + g->duty_change_n + 2 * r->most + g->pulse_day_n
        + g->speech_change_n + g->rank_day_n + g->burst_start_n + g->arrivals_n
        + (r->p.promotes_on_start ? g->promoters_n : 0);
    if (!begin_calendar(m, &r->calendar, r->p.horizon, pages, room)
        || !begin_shares(m, &r->shares, g, &r->p, r->places) || !begin_ledger(r)
        || !begin_rankings(r))
        return 0;
    TAKE(accounts, r->accounts_room); /* the last, so that it can grow where it lies */
#undef TAKE
    return 1;
}

/* The operators before their first lives, and the highest rate of each kind. */
static void write_operators(Run *r) {
    const Given *g = &r->given;
    for (i64 i = 0; i < r->n; i++) {
        const Tier *tier = &g->tier_table[g->tier[i]];
        r->who[i] = (Operator){
            .account = NOBODY,
            .last_account = NOBODY,
            .spares = (i32)tier->spares,
            .tier = g->tier[i],
            .platform = (i32)tier->platform,
            .member_of = (i32)tier->platform,
            .links = g->links[i],
            .posts = g->posts[i],
            .own_posts = g->posts[i],
            .insiders = g->audience[2 * i],
            .outsiders = g->audience[2 * i + 1],
            .factors = {1.0, 1.0, 1.0},
            .first_promoter = g->promoter_start[i],
            .end_promoter = g->promoter_start[i + 1],
        };
        for (i64 k = 0; k < 3 && g->factors_n > 0; k++)
            r->who[i].factors[k] = g->factors[3 * i + k];
    }
    for (i64 k = 0; r->p.adapts && k < r->n * ADAPTATION_HABITS; k++) r->habits[k] = 1.0;
    i64 cells = ROW_COUNT * r->tiers * r->places;
    for (i64 k = 0; k < cells; k++) {
        const double *rates = g->regimes + k * r->regimes;
        r->highest[k] = rates[0];
        for (i64 regime = 1; regime < r->regimes; regime++)
            r->highest[k] = most_of(r->highest[k], rates[regime]);
    }
}

/* What is planned before the first event. */
static void start(Run *r) {
    const Given *g = &r->given;
    for (i64 k = 0; k + 1 < g->observed_n; k++) plan_date(r, g->observed[k], EV_CENSUS, k);
    for (i64 k = 0; k < g->rank_day_n; k++)
        plan_date(r, g->rank_day[k], EV_CENSUS, g->observed_n + k);
    for (i64 k = 0; k < g->look_day_n; k++)
        plan_date(r, g->look_day[k], EV_CENSUS, g->observed_n + g->rank_day_n + k);
    for (i64 k = 0; k < g->pulse_day_n; k++) plan_date(r, g->pulse_day[k], EV_PULSE, k);
    for (i64 k = 0; k < g->speech_change_n; k++) plan_date(r, g->speech_change[k], EV_SPEECH, k);
    for (i64 k = 1; k < g->burst_start_n; k++) plan_date(r, g->burst_start[k], EV_BURST, k);
    r->report.day = INFINITY;
    if (r->p.finite_staff) {
        for (i64 k = 0; k < g->duty_change_n; k++)
            if (g->duty_change[k] > 0.0) plan_date(r, g->duty_change[k], EV_SHIFT, k);
            else r->on_duty = g->on_duty[k];
        expect_benign_report(r, 0.0, 0);
    }
    expect_wrong_flag(r, 0);
    for (i64 k = 0; k < g->arrivals_n; k++)
        plan(r, g->arrivals[k], EV_CREATE, r->n - g->arrivals_n + k, 0, NOBODY, NO_ROUND);
}

/* The account of an operator that is there from the first day on, or is prepared. */
static void be_there(Run *r, i64 i) {
    const Tier *tier = tier_of(r, i);
    if (tier->sleeper) {
        plan(r, tier->created_day, EV_CREATE, i, 0, NOBODY, NO_ROUND);
        return;
    }
    open_account(r, 0.0, i);
    account_of(r, i)->public_day = 0.0;
    expect_flags(r, 0.0, i);
    expect_recruit(r, 0.0, i);
    if (r->p.promotes_on_start) expect_promotions(r, 0.0, i);
}

/* Room for what the next event may make, or 0 where there is no memory for it. */
static int has_room(Run *r) {
    Memory *m = &r->memory;
    i64 kind = r->pending.key >> (2 * KEY_BITS);
    i64 all = kind == EV_PULSE ? 2 * r->n : 0; /* who is struck may come back, and may appeal */
    if (!make_room(m, &r->calendar, r->most + all)) return 0;
    if (r->p.live_insiders && !make_room_for_shares(m, &r->shares)) return 0;
    if (r->accounts_used == r->accounts_room) {
        i64 bytes = r->accounts_room * (i64)sizeof *r->accounts;
        Account *accounts = take_more(m, r->accounts, bytes, 2 * bytes);
        if (accounts == NULL) return 0;
        r->accounts = accounts;
        r->accounts_room *= 2;
    }
    if (r->cases_used == r->cases_room) {
        i64 room = 2 * r->cases_room;
        i64 each = (i64)(sizeof *r->cases + sizeof *r->waiting + sizeof *r->decided);
        u8 *all_three = take(m, room * each);
        if (all_three == NULL) return 0;
        OpenCase *cases = (OpenCase *)(void *)all_three;
        i64 *waiting = (i64 *)(cases + room), *decided = waiting + room;
        memcpy(cases, r->cases, (size_t)r->cases_used * sizeof *cases);
        memcpy(waiting, r->waiting, (size_t)r->cases_waiting * sizeof *waiting);
        memcpy(decided, r->decided, (size_t)r->cases_decided * sizeof *decided);
        r->cases = cases;
        r->waiting = waiting;
        r->decided = decided;
        r->cases_room = room;
    }
    return 1;
}

/* One event of an operator, or about ordinary users. */
static void happen(Run *r, const Event *event) {
    double now = event->day;
    i64 kind = event->key >> (2 * KEY_BITS), ordinal = event->key & KEY_LOW;
    i64 i = (event->key >> KEY_BITS) & KEY_LOW;
    switch (kind) {
    case EV_PULSE: campaign(r, now, ordinal); return;
    case EV_SPEECH: speak(r, now, ordinal); return;
    case EV_BURST: post_in_bursts(r, now, ordinal); return;
    case EV_SHIFT: change_shift(r, now, ordinal); return;
    case EV_BENIGN: hear_benign_report(r, now, ordinal); return;
    case EV_WRONG_FLAG: flag_wrongly(r, now, i, ordinal, event->round); return;
    case EV_LOOK_ALIKE: flag_look_alike(r, now, i, ordinal); return;
    case EV_APPEAL: hear_appeal(r, now, -1 - i, ordinal); return;
    case EV_OWN_APPEAL: hear_appeal(r, now, i, ordinal); return;
    case EV_CREATE:
        if (ordinal == r->who[i].life) create(r, now, i); /* else an appeal was faster */
        return;
    }
    if (kind == EV_DECIDE && r->p.finite_staff) {
        decide_on_case(r, now, event->subject);
        return;
    }
    if (r->who[i].account != event->subject) return;
    if (event->round != NO_ROUND && event->round != r->who[i].rounds) return;
    r->events++;
    if (kind == EV_PROMOTE) be_promoted(r, now, i, ordinal);
    else if (kind == EV_PUBLISH) publish(r, now, i);
    else if (kind == EV_RECRUIT) win_over(r, now, i);
    else enforce(r, now, i, kind);
}

/* Where the tables are that a replication came to, and how many entries each has. */
static void tell(Run *r) {
    i64 k = 0;
#define TELL(name, address, how_many) \
    r->told[2 * k] = (i64)(uintptr_t)(address); \
    r->told[2 * k++ + 1] = (how_many);
    i64 days = r->given.sizes[SIZE_DAYS], windows = r->given.sizes[SIZE_WINDOWS] - 1;
    TOLD(TELL)
#undef TELL
}

/* The account table in the order of operators, where it lies, and distances that nobody has asked for. */
static int put_in_order(Run *r) {
    i64 used = r->accounts_used;
    i64 bytes = (r->n + 1) * (i64)sizeof(i64);
    u8 *both = take(&r->memory, bytes + used * (i64)sizeof(i32)); /* in one, or a piece may never do */
    if (both == NULL) return 0;
    i64 *first = (i64 *)(void *)both;
    i32 *place = (i32 *)(void *)(both + bytes);
    memset(first, 0, (size_t)(r->n + 1) * sizeof *first);
    for (i64 k = 0; k < used; k++) first[r->accounts[k].operator_ + 1]++;
    for (i64 i = 0; i < r->n; i++) first[i + 1] += first[i];
    for (i64 k = 0; k < used; k++) place[k] = (i32)first[r->accounts[k].operator_]++;
    for (i64 k = 0; k < used; k++) {
        while (place[k] != k) {
            i32 to = place[k];
            Account displaced = r->accounts[to];
            r->accounts[to] = r->accounts[k];
            r->accounts[k] = displaced;
            place[k] = place[to];
            place[to] = to;
        }
    }
    for (i64 k = 0; k < used; k++) {
        Account *account = &r->accounts[k];
        if (account->edit_distance == HANDLE_UNMEASURED)
            account->edit_distance = edit_distance(account[-1].handle, account->handle);
    }
    return 1;
}

/* --- entry points ------------------------------------------------------------------------------ */

/* Bytes of memory without which afterban_begin says AFTERBAN_MORE_MEMORY at once. */
i64 afterban_least(void) { return (i64)sizeof(Run) + ALIGNED + GAP; }

/* Begin a replication.  given: sizes and tables, see engines/compiled/layout.py; it must stay where it is.
   memory: aligned to 16 bytes; the replication itself stands at its beginning. */
i64 afterban_begin(void *given, i64 bytes, void *memory, i64 size) {
    if (size < afterban_least()) return AFTERBAN_MORE_MEMORY;
    Memory all = memory_at(memory, size);
    Run *r = take(&all, sizeof *r);
    memset(r, 0, sizeof *r);
    r->memory = all;
    i64 code = read_given(r, given, bytes);
    if (code != 0) return code;
    if (!furnish(r)) return AFTERBAN_MORE_MEMORY;
    r->shift = shift_of(r->p.seed, r->p.replication);
    write_operators(r);
    observe_the_start(r);
    start(r);
    return AFTERBAN_PAUSED;
}

/* Hand over another piece of memory, aligned to 16 bytes; what was left of the last is not used. */
void afterban_give(Run *r, void *memory, i64 size) {
    r->memory = memory_at(memory, size);
}

/* Bytes that the next piece of memory must have at least. */
i64 afterban_wanted(const Run *r) { return r->memory.wanted; }

/* Go on for about so many events; a census is as many as it takes the time of. */
i64 afterban_go(Run *r, i64 events) {
    for (; r->started < r->given.sizes[SIZE_THERE]; r->started++) {
        if (!make_room(&r->memory, &r->calendar, r->most)) return AFTERBAN_MORE_MEMORY;
        be_there(r, r->started);
    }
    for (i64 k = 0; !r->ended && k < events; k++) {
        if (!r->has_pending && comes_first(&r->calendar, &r->report)) {
            r->pending = r->report;
        } else if (!r->has_pending && !pop(&r->calendar, &r->pending)) {
            look_at_the_end(r);
            take_census(r, r->p.horizon, r->given.observed_n - 1);
            r->ended = 1;
            break;
        }
        r->has_pending = 1;
        if (!has_room(r)) return AFTERBAN_MORE_MEMORY;
        r->has_pending = 0;
        if (r->pending.key >> (2 * KEY_BITS) == EV_CENSUS) {
            i64 number = r->pending.key & KEY_LOW, readings = r->given.observed_n;
            i64 looks = readings + r->given.rank_day_n;
            if (number >= looks) {
                look(r, r->pending.day, number - looks);
                continue;
            }
            if (number >= readings) observe(r, r->pending.day, number - readings);
            else take_census(r, r->pending.day, number);
            k += r->n / OPERATORS_OF_AN_EVENT;
        } else {
            happen(r, &r->pending);
        }
    }
    if (!r->ended) return AFTERBAN_PAUSED;
    if (r->told[0] == 0) {
        if (!put_in_order(r)) return AFTERBAN_MORE_MEMORY;
        tell(r);
    }
    return AFTERBAN_DONE;
}

/* Address and number of entries of each table in the order of TOLD, once it is done. */
i64 afterban_told(const Run *r) { return (i64)(uintptr_t)r->told; }
