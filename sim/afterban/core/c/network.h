/* What a replication is made of. */

#ifndef AFTERBAN_NETWORK_H
#define AFTERBAN_NETWORK_H

#include "memory.h"
#include "numbers.h"

enum { NOBODY = -1, NO_ROUND = -1 };
enum { DRAWS_AT_ONCE = 64 }; /* see randomness.c */
enum { WRONG_LAYOUT = -1, BAD_INPUT = -2 };

/* What the caller hands in: tables in one piece of memory, see GIVEN in numbers.h. */
typedef struct {
#define FIELD(type, name) type *name;
    GIVEN(FIELD)
#undef FIELD
#define FIELD(type, name) i64 name##_n;
    GIVEN(FIELD)
#undef FIELD
} Given;

/* An operator, and what is kept of its life under way. */
typedef struct {
    i64 account; /* row of the account table, NOBODY between lives */
    i64 life, reports, rounds;
    i32 channel; /* by which the account is flagged */
    i32 tier, platform, received;
    double posts, own_posts, insiders, outsiders;
    i64 first_promoter, end_promoter, last_account, recruits, links;
    i32 made, spares, moves, struck, member_of;
    double factors[3], followed[2];
    u8 last_handle[HANDLE_ROW];
} Operator;

/* A case from its arrival on: the columns of the table, and what the decision needs. */
typedef struct {
    Case told;
    i64 round, subject;
    double precedence;
} OpenCase;

typedef struct {
    double day;
    i64 key;
    i32 subject, round;
} Event;

/* A few events of one page, so that a page is read in few pieces. */
enum { BLOCK = 7 };
typedef struct {
    i32 next, used;
    Event events[BLOCK];
} Block;

/* Events to come: blocks of them for each page of the time axis, a heap for today's. */
typedef struct {
    double per_day;
    i32 *first; /* block of each page, -1 if it has none; only this one may not be full */
    i64 pages, page, in_heap, used, free, waiting, room, blocks;
    Block *pool;
    Event *heap;
} Calendar;

/* The live share of each platform through time, see mechanisms/liveshare.c. */
typedef struct {
    i64 platforms, hazards, columns, room, cells_room;
    double *live, *whole, *noted;
    i64 *used, *over;
    double *entries, *cells;
    double *days, *hazard, *fades;
} Shares;

/* Running totals of the operators to whom nothing happens, see ledger.c. */
typedef struct {
    i64 books, how_many;
    double day;
    double *totals, *lines;
    u8 *kind;
    i32 *others;
    i64 *held;
} Ledger;

/* Tables of observed accounts, see rankings.c: rows of a ring, and what they come to. */
typedef struct {
    i64 *first, *taken, *life;
    double *ring, *seen, *mean;
} Rankings;

typedef struct {
    Memory memory;
    Given given;
    Settings p;
    i64 n, tiers, places, regimes, most;
    double shift; /* of the names, see mechanisms/handles.c */
    double *highest; /* [ROW_COUNT, K, P] of all regimes */
    Operator *who;
    Account *accounts;
    i64 accounts_used, accounts_room;
    double *counts; /* [K, CENSUS_COLUMNS] what is counted as it happens */
    double *struck_days, *habits;
    Rankings rankings;
    Calendar calendar;
    Shares shares;
    Ledger ledger;
    /* the review team */
    OpenCase *cases;
    i64 *waiting, *decided;
    i64 cases_used, cases_room, cases_decided, cases_waiting, cases_started, busy, on_duty;
    Event report; /* the next one about an ordinary user, which waits in no calendar */
    double report_draws[DRAWS_AT_ONCE]; /* of this one and those around it */
    u8 *matched; /* ordinary users whom the handle match finds */
    /* what is told */
    i64 events, recruited;
    i64 flags[2][CHANNELS]; /* all, and those that a review cleared */
    double *series, *backlog, *impressions, *seen, *before, *totals;
    double *looked; /* [looks, CENSUS_COLUMNS] */
    i64 *flags_by_day, *struck;
    /* scratch */
    i32 *promoting, *order, *order_too;
    double *decides, *when, *value;
    /* where it stands */
    int has_pending, ended;
    i64 started; /* operators of the first day who are there */
    Event pending;
    i64 told[2 * TOLD_COUNT];
} Run;

#endif
