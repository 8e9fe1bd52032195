/* Reviewers in front of a queue: urgent cases first, then in the order of arrival. */

/* Urgent cases first, then by precedence, then by arrival, the network's own first. */
static int goes_first(const Run *r, i64 one, i64 other) {
    const OpenCase *a = &r->cases[one], *b = &r->cases[other];
    if (a->told.urgent != b->told.urgent) return a->told.urgent > b->told.urgent;
    if (a->precedence != b->precedence) return a->precedence > b->precedence;
    if (a->told.arrived_day != b->told.arrived_day)
        return a->told.arrived_day < b->told.arrived_day;
    if ((a->told.operator_ < 0) != (b->told.operator_ < 0)) return a->told.operator_ >= 0;
    if (a->told.operator_ != b->told.operator_) return a->told.operator_ < b->told.operator_;
    return one < other;
}

/* Put a case at its place in the queue. */
static void arrive(
    Run *r, double now, i64 i, i64 life, i64 urgent, i64 round, i64 subject, double precedence_,
    i64 appeal
) {
    i64 row = r->cases_used++, at = r->cases_waiting++;
    r->cases[row] = (OpenCase){
        .told = {
            .operator_ = i,
            .life = (i32)life,
            .urgent = (i32)urgent,
            .arrived_day = now,
            .started_day = NAN,
            .decided_day = NAN,
            .appeal = (i32)appeal,
        },
        .round = round,
        .subject = subject,
        .precedence = precedence_,
    };
    while (at > 0 && goes_first(r, row, r->waiting[(at - 1) >> 1])) {
        r->waiting[at] = r->waiting[(at - 1) >> 1];
        at = (at - 1) >> 1;
    }
    r->waiting[at] = row;
}

/* Take the case out of the queue whose turn it is. */
static i64 first_waiting(Run *r) {
    i64 *waiting = r->waiting, first = waiting[0], size = --r->cases_waiting;
    i64 last = waiting[size], at = 0, child;
    while ((child = 2 * at + 1) < size) {
        if (child + 1 < size && goes_first(r, waiting[child + 1], waiting[child])) child++;
        if (!goes_first(r, waiting[child], last)) break;
        waiting[at] = waiting[child];
        at = child;
    }
    waiting[at] = last;
    return first;
}

/* Whether an appeal succeeds, and the draw of its review: of an operator's life, or a flag. */
static Draws appeal_draw(const Run *r, i64 i, i64 life) {
    if (i >= 0) return uniforms(r->p.seed, r->p.replication, DRAW_APPEAL_REVIEW, i, life, 0);
    return uniforms(r->p.seed, r->p.replication, DRAW_APPEAL_REVIEW, -1 - i, 0, life);
}

/* Reviewers on duty without a case take the next ones. */
static void take_up_cases(Run *r, double now) {
    while (r->cases_waiting > 0 && r->busy < r->on_duty) {
        i64 row = first_waiting(r);
        OpenCase *of = &r->cases[row];
        i64 i = of->told.operator_, life = of->told.life;
        double u;
        if (of->told.appeal) {
            u = appeal_draw(r, i, life).v;
            i = i >= 0 ? i : life;
        } else if (i < 0) {
            i64 channel = -1 - i;
            i64 decision = channel == CHANNEL_NONE ? DRAW_BENIGN_SERVICE : DRAW_WRONG_SERVICE;
            i = life; /* the number of the report or flag */
            u = uniforms(r->p.seed, r->p.replication, decision, channel, 0, life).u;
        } else if (r->who[i].account != of->subject) {
            continue; /* a campaign was faster */
        } else {
            r->accounts[of->subject].review_started_day = now;
            u = draw(r, i, DRAW_SERVICE, of->round).u;
        }
        of->told.started_day = now;
        r->busy++;
        /* of one instant and number, in the order in which they were taken up */
        plan(r, due(now, quantile(r->p.service_time, u)), EV_DECIDE, i, r->cases_started, row,
            NO_ROUND);
        r->cases_started++;
    }
}

/* The number of reviewers on duty changes; who goes finishes the case in hand. */
static void change_shift(Run *r, double now, i64 change) {
    r->on_duty = r->given.on_duty[change];
    take_up_cases(r, now);
}

/* An ordinary user whom a mistake suspends may appeal after a while. */
static void expect_appeal(Run *r, double now, i64 channel, i64 number) {
    const Settings *p = &r->p;
    Decided wrong = decided_wrongly(channel, number, p->mistake, p->seed, p->replication);
    if (!wrong.so) return;
    Decided appeals = appeals_against(channel, number, p->appeal, p->seed, p->replication);
    if (!appeals.so) return;
    double day = suspension_day(now, channel, wrong.draw, p->action_delay, p->wave_every);
    plan(r, due(day, quantile(p->filing, appeals.draw)), EV_APPEAL, channel, number, NOBODY,
        NO_ROUND);
}

/* An appeal of an ordinary user (`i` is -1 - its channel) or of an operator is heard. */
static void hear_appeal(Run *r, double now, i64 i, i64 life) {
    r->events++;
    arrive(r, now, i, life, 0, 0, NOBODY, 0.0, 1);
    take_up_cases(r, now);
}

/* A reviewer suspends or clears an account, and is free for the next case. */
static void decide_on_case(Run *r, double now, i64 row) {
    r->events++;
    r->busy--;
    r->decided[r->cases_decided++] = row;
    OpenCase *of = &r->cases[row];
    of->told.decided_day = now;
    i64 i = of->told.operator_, life = of->told.life;
    if (i < 0 && !of->told.appeal && r->p.hears_appeals) expect_appeal(r, now, -1 - i, life);
    if (i >= 0 && !of->told.appeal && r->who[i].account == of->subject) {
        if (upheld(r, i)) {
            of->told.upheld = 1;
            double delay = draw_from(r, r->p.action_delay, i, DRAW_ACTION_DELAY, of->round);
            plan_own(r, execution_day(now, delay, r->p.wave_every), EV_SUSPEND, i, 0);
        } else {
            be_cleared(r, now, i);
        }
    }
    if (i >= 0 && of->told.appeal && r->p.own_success > 0.0
        && appeal_draw(r, i, life).u < r->p.own_success)
        be_reinstated(r, now, i, life);
    take_up_cases(r, now);
}
