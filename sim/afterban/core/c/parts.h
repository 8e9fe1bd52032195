/* What the parts of a replication ask of each other: each in the file of its name. */

#ifndef AFTERBAN_PARTS_H
#define AFTERBAN_PARTS_H

#include "network.h"

/* actor.c */
static void settle(Run *r, double now, i64 i);
/* ledger.c */
static void disturb(Run *r, i64 i);
/* rankings.c */
static double observed(Run *r, i64 t, double error, double now, i64 i);
/* observer.c */
static void finish(Run *r, i64 i);
/* ordinary.c */
static void expect_wrong_flags(
    Run *r, double now, i64 i, i64 channel, i64 decision, i64 ordinal, double mean);
static void match_users(Run *r, double now, i64 i);
/* platform.c */
static void recruit(Run *r, double now);
/* suspect.c */
static void expect_flags(Run *r, double now, i64 i);
static void expect_retaliation(Run *r, double now, i64 i);
static void flag(Run *r, double now, i64 i, i64 channel, int urgent);
/* operator.c */
static void expect_own_appeal(Run *r, double now, i64 i);
static void suspend(Run *r, double now, i64 i);
static void be_reinstated(Run *r, double now, i64 i, i64 life);
/* team.c */
static void arrive(
    Run *r, double now, i64 i, i64 life, i64 urgent, i64 round, i64 subject, double precedence_,
    i64 appeal);
static void take_up_cases(Run *r, double now);

#endif
