/* An operator: a chain of accounts, and what it does between them. */

/* --- the cycle --------------------------------------------------------------------------------- */

/* The operator's next life begins: a row of the account table. */
static void begin_life(Run *r, double now, i64 i) {
    i64 place = r->accounts_used++;
    Operator *one = &r->who[i];
    one->account = place;
    one->last_account = place;
    one->life++;
    one->channel = CHANNEL_NONE;
    one->reports = one->rounds = one->recruits = 0;
    one->received = one->made = 0;
    r->accounts[place] = (Account){
        .operator_ = (i32)i,
        .life = (i32)one->life,
        .platform = one->platform,
        .created_day = now,
        .public_day = NAN,
        .flagged_day = NAN,
        .review_started_day = NAN,
        .suspended_day = NAN,
        .channel = CHANNEL_NONE,
        /* until the life has ended: what the operator's earlier ones had come to */
        .insider_impressions = row_of(r, i)[S_SEEN_IN],
        .outsider_impressions = row_of(r, i)[S_SEEN_OUT],
        .unnoticed_impressions = NAN,
    };
}

/* Name the account; how far the name is from the last one if known, -1 if it is the first. */
static i32 take_handle(Run *r, i64 i, u8 *handle) {
    const Operator *one = &r->who[i];
    const Settings *p = &r->p;
    if (one->life == 1) {
        base_handle(r->shift, p->seed, p->replication, i, handle);
        return -1;
    }
    double near = p->near_identical;
    if (p->adapts) near = likelihood(near, habits_of(r, i)[ADAPTATION_SIMILARITY]);
    return next_handle(p->seed, p->replication, i, one->life, near, p->near_links,
        one->last_handle, handle);
}

/* How far the account's name is from the last one; measured when somebody asks. */
static i64 edits_of(Run *r, i64 i) {
    Account *account = account_of(r, i);
    if (account->edit_distance == HANDLE_UNMEASURED)
        account->edit_distance = edit_distance(r->who[i].last_handle, account->handle);
    return account->edit_distance;
}

/* The operator makes its next account, under its next handle. */
static void open_account(Run *r, double now, i64 i) {
    begin_life(r, now, i);
    Account *account = account_of(r, i);
    account->edit_distance = take_handle(r, i, account->handle);
    count(r, i, CENSUS_CREATED, 1.0);
}

/* Whether the operator whose further account this is has left its first platform. */
static int double_has_left(const Run *r, i64 i) {
    i64 other = i + tier_of(r, i)->double_;
    return r->who[other].platform != tier_of(r, other)->platform;
}

/* When an account made now becomes public: at once, but for one made for a release. */
static double public_day(const Run *r, double now, i64 i, int first) {
    const Tier *tier = tier_of(r, i);
    if (first) return i < r->given.sizes[SIZE_THERE] ? tier->public_day : now;
    if (tier->release_every == 0.0) return now;
    return due(now, tier->public_day - tier->created_day);
}

/* The platform may find that the name is much like one that it has suspended. */
static void expect_match(Run *r, double now, i64 i, double recall) {
    expect_wrong_flags(r, now, i, CHANNEL_HANDLE_MATCHED, DRAW_WRONG_AT_MATCH, 0,
        r->p.wrong_at_match * recall);
    double chance = match_probability(edits_of(r, i), r->p.match_edits, recall);
    Draws d = draw(r, i, DRAW_HANDLE_MATCH, 0);
    if (d.u < chance) plan_own(r, due(now, quantile(r->p.scan_time, d.v)), EV_SCAN, i, 0);
}

static void expect_recruit(Run *r, double now, i64 i);
static void expect_promotions(Run *r, double now, i64 i);

/* The account becomes public: followers find it, neighbours promote it, reports begin. */
static void publish(Run *r, double now, i64 i) {
    Operator *one = &r->who[i];
    double found = 1.0, rebuild_until = now;
    if (one->life > 1) {
        if (r->p.unrelated_recognition < 1.0)
            found = recognition_of(edits_of(r, i), r->p.near_edits, r->p.unrelated_recognition);
        rebuild_until = now + r->p.rebuild_window;
    }
    disturb(r, i);
    appear(row_of(r, i), now, tier_of(r, i)->refollow, found * one->factors[FACTOR_REFOLLOW],
        rebuild_until);
    if (r->p.live_insiders) {
        int newly_there = one->platform != one->member_of;
        one->member_of = one->platform;
        share_arrives(&r->shares, r->given.weight[i], one->platform, now, newly_there);
    }
    account_of(r, i)->public_day = now;
    if (one->channel == CHANNEL_NONE) expect_flags(r, now, i);
    if (one->life > 1) expect_retaliation(r, now, i);
    expect_recruit(r, now, i);
    expect_promotions(r, now, i);
}

/* Make the next account; what is known of its life goes into the calendar. */
static void create(Run *r, double now, i64 i) {
    int first = r->who[i].life == 0;
    if (first && tier_of(r, i)->only_if_moved && !double_has_left(r, i)) return;
    r->events++;
    open_account(r, now, i);
    double chance = rate_now(r, now, ROW_SIGNUP, i);
    if (chance > 0.0) {
        expect_wrong_flags(r, now, i, CHANNEL_CAUGHT_AT_SIGNUP, DRAW_WRONG_AT_SIGNUP, 0,
            r->p.wrong_at_signup * chance);
        if (draw(r, i, DRAW_SIGNUP, 0).u < chance) {
            flag(r, now, i, CHANNEL_CAUGHT_AT_SIGNUP, 0);
            plan_own(r, now, EV_SUSPEND, i, 0);
            return;
        }
    }
    if (!first) {
        double recall = rate_now(r, now, ROW_HANDLE_RECALL, i);
        if (recall > 0.0) expect_match(r, now, i, recall);
    }
    double day = public_day(r, now, i, first);
    if (day <= now) publish(r, now, i);
    else plan_own(r, day, EV_PUBLISH, i, 0);
}

/* A suspension's followers become detached; an appeal may ask later which of these they are. */
static void lose_followers(Run *r, i64 i) {
    double *row = row_of(r, i);
    double looked_in = row[S_DETACHED_IN], looked_out = row[S_DETACHED_OUT];
    detach(row, r->p.lost, r->who[i].factors[FACTOR_LOST]);
    if (r->p.own_success > 0.0) {
        r->who[i].followed[0] = newly(looked_in, row[S_DETACHED_IN]);
        r->who[i].followed[1] = newly(looked_out, row[S_DETACHED_OUT]);
    }
}

/* --- after a suspension ------------------------------------------------------------------------ */

/* The last suspensions on a platform decide whether it is given up. */
static void remember_suspension(Run *r, double now, i64 i) {
    i64 most = r->p.give_up_suspensions;
    if (most > 0) r->struck_days[i * most + r->who[i].struck++ % most] = now;
}

/* Whether it has been suspended too often on its platform, in too short a time. */
static int gives_up_now(const Run *r, double now, i64 i) {
    i64 most = r->p.give_up_suspensions, struck = r->who[i].struck;
    if (most == 0) return 0;
    double earlier = struck >= most ? r->struck_days[i * most + struck % most] : NAN;
    return gives_up(now, earlier, struck, most, r->p.give_up_within);
}

/* To the next platform, with the share of the audience that can follow; 0 if there is none. */
static int move(Run *r, double now, i64 i) {
    Operator *one = &r->who[i];
    if (one->platform + 1 == r->places) return 0;
    if (r->p.live_insiders) disturb(r, i); /* while its book is that of the old one */
    one->platform++;
    wait_until(row_of(r, i), now);
    one->moves++;
    one->struck = 0;
    migrate(row_of(r, i), r->given.kept[one->platform]);
    return 1;
}

/* The account, or the next one, posts at this factor of the operator's own rate. */
static void goes_on_at(Run *r, double now, i64 i, double factor) {
    r->who[i].posts = r->who[i].own_posts * (1.0 + (factor - 1.0));
    row_of(r, i)[S_POSTS_CHANGE] = factor * burst_now(r, now, i) - 1.0;
}

/* Day of the next account, inf if the operator gives up. */
static double next_account_day(Run *r, double now, i64 i) {
    Operator *one = &r->who[i];
    const Tier *tier = tier_of(r, i);
    Draws d = draw(r, i, DRAW_RETURN, 0);
    double probability = least(1.0, tier->returns * one->factors[FACTOR_RETURNS]), day;
    double chance = return_probability(probability, r->p.fatigue, one->life);
    if (d.u >= chance || one->life >= r->p.most_lives) return INFINITY;
    double waits = r->p.adapts ? habits_of(r, i)[ADAPTATION_WAITING] : 1.0;
    if (tier->release_every > 0.0) {
        day = next_release(now, tier->created_day, tier->release_every);
    } else if (one->spares > 0) {
        one->spares--;
        day = due(now, prolonged(quantile(r->p.spare_delay, d.v), waits));
    } else {
        const double *law = tier->tier_distributions + LAW_RETURN_DELAY * LAW_ROW;
        day = due(now, prolonged(gap(law, r->given.longer_laws, d.v), waits));
    }
    int leaves = gives_up_now(r, now, i);
    if (tier->moves > 0.0) leaves = draw(r, i, DRAW_MOVE, 0).u < tier->moves || leaves;
    if (leaves && !move(r, now, i)) return INFINITY;
    goes_on_at(r, now, i, pace(r, i, one->life));
    return day;
}

/* A suspended operator may appeal as well, to a team that hears it. */
static void expect_own_appeal(Run *r, double now, i64 i) {
    if (r->p.own_appeals <= 0.0 || !r->p.hears_appeals) return;
    Draws d = draw(r, i, DRAW_APPEAL, 0);
    if (d.u < r->p.own_appeals)
        plan(r, due(now, quantile(r->p.filing, d.v)), EV_OWN_APPEAL, i, r->who[i].life, NOBODY,
            NO_ROUND);
}

static void answer(Run *r, i64 i, int habit, double factor) {
    habits_of(r, i)[habit] = compounded(habits_of(r, i)[habit], factor);
}

/* The operator changes its habits by what ended its account, and how fast. */
static void adapt(Run *r, double now, i64 i) {
    const Settings *p = &r->p;
    switch (r->who[i].channel) {
    case CHANNEL_HANDLE_MATCHED: answer(r, i, ADAPTATION_SIMILARITY, p->answer_to_handle); break;
    case CHANNEL_LINK_MATCHED: answer(r, i, ADAPTATION_PROMOTING, p->answer_to_link); break;
    case CHANNEL_REPORTED: answer(r, i, ADAPTATION_POSTING, p->answer_to_reports); break;
    case CHANNEL_CLASSIFIED: answer(r, i, ADAPTATION_POSTING, p->answer_to_classifier); break;
    case CHANNEL_CAUGHT_AT_SIGNUP:
    case CHANNEL_STRUCK: return;
    }
    if (now <= due(account_of(r, i)->flagged_day, p->quick_days))
        answer(r, i, ADAPTATION_WAITING, p->answer_to_quick);
}

/* The account ends; its followers become detached; the operator comes back, or not. */
static void suspend(Run *r, double now, i64 i) {
    Operator *one = &r->who[i];
    if (row_of(r, i)[S_PUBLIC] != 0.0) {
        settle(r, now, i);
        remember_followers(r, i);
        lose_followers(r, i);
        if (r->p.live_insiders)
            share_departs(&r->shares, r->given.weight[i], one->platform, now);
    }
    account_of(r, i)->suspended_day = now;
    remember_suspension(r, now, i);
    count(r, i, CENSUS_UNDER_REVIEW, -1.0);
    count(r, i, CENSUS_SUSPENDED, 1.0);
    finish(r, i);
    if (r->p.adapts) adapt(r, now, i);
    memcpy(one->last_handle, account_of(r, i)->handle, HANDLE_ROW);
    expect_own_appeal(r, now, i);
    match_users(r, now, i);
    one->account = NOBODY;
    double back = next_account_day(r, now, i);
    plan(r, back, EV_CREATE, i, one->life, NOBODY, NO_ROUND);
}

/* An appeal about this life brings the account back, if the operator has no other. */
static void be_reinstated(Run *r, double now, i64 i, i64 life) {
    Operator *one = &r->who[i];
    if (one->account != NOBODY || one->life != life) return;
    if (life >= r->p.most_lives || !may_come_back(r, i)) return;
    begin_life(r, now, i);
    Account *account = account_of(r, i);
    memcpy(account->handle, one->last_handle, HANDLE_ROW);
    account->edit_distance = 0;
    account->public_day = now;
    disturb(r, i);
    goes_on_at(r, now, i, pace(r, i, life));
    reinstate(row_of(r, i), now, one->followed[0], one->followed[1]);
    if (r->p.live_insiders)
        share_arrives(&r->shares, r->given.weight[i], one->platform, now, 0);
    expect_flags(r, now, i);
    expect_recruit(r, now, i);
}

/* --- promotion --------------------------------------------------------------------------------- */

/* Every neighbour decides whether to promote the new account, and when. */
static void expect_promotions(Run *r, double now, i64 i) {
    if (r->p.promotion_posts == 0) return;
    const Operator *one = &r->who[i];
    const i32 *neighbours = r->given.promoters + one->first_promoter;
    i64 how_many = one->end_promoter - one->first_promoter, willing = 0;
    uniforms_of_ordinals(r->p.seed, r->p.replication, DRAW_PROMOTE, i, one->life, neighbours,
        how_many, r->decides, r->when);
    for (i64 k = 0; k < how_many; k++) {
        r->promoting[willing] = neighbours[k];
        r->when[willing] = r->when[k];
        double chance = r->given.tier_table[r->given.tier[neighbours[k]]].promotes;
        if (r->p.adapts)
            chance = likelihood(chance, habits_of(r, neighbours[k])[ADAPTATION_PROMOTING]);
        willing += r->decides[k] < chance;
    }
    for (i64 k = 0; k < willing; k++) {
        double day = due(now, quantile(r->p.promotion_delay, r->when[k]));
        plan_own(r, day, EV_PROMOTE, i, r->promoting[k]);
    }
}

/* A promotion may lead the platform to the accounts at both ends. */
static void be_linked(Run *r, double now, i64 i, i64 promoter) {
    double chance = rate_now(r, now, ROW_LINK_PROMOTED, i);
    double other = rate_now(r, now, ROW_LINK_PROMOTER, promoter);
    expect_wrong_flags(r, now, i, CHANNEL_LINK_MATCHED, DRAW_WRONG_AT_LINK, promoter,
        r->p.wrong_at_link * (chance + other));
    if (chance > 0.0) {
        Draws d = draw(r, i, DRAW_LINK_PROMOTED, promoter);
        if (d.u < chance)
            plan_own(r, due(now, quantile(r->p.link_scan_time, d.v)), EV_LINK, i, promoter);
    }
    if (other > 0.0) {
        Draws d = draw(r, i, DRAW_LINK_PROMOTER, promoter);
        if (d.u < other)
            plan_own(r, due(now, quantile(r->p.link_scan_time, d.v)), EV_LINK, promoter, i);
    }
}

/* A promotion, if both accounts are still there and the promoter has a post to spare. */
static void be_promoted(Run *r, double now, i64 i, i64 neighbour) {
    double *row = row_of(r, i), *promoter_row = row_of(r, neighbour);
    if (row[S_PUBLIC] == 0.0 || promoter_row[S_PUBLIC] == 0.0) return;
    Operator *one = &r->who[i], *promoter = &r->who[neighbour];
    if (one->platform != promoter->platform) return;
    if (posts_now(r, neighbour) <= 0.0 || promoter_row[S_BUSY_UNTIL] > now) return;
    settle(r, now, neighbour);
    promoter_row[S_BUSY_UNTIL] = now + (double)r->p.promotion_posts / posts_now(r, neighbour);
    Both of = followers(r, now, neighbour);
    double seen = r->p.promotion_seen * tier_of(r, i)->looks;
    double insiders = moved_share(
        seen, r->p.overlap[0], one->insiders, promoter->insiders, of.in);
    double outsiders = moved_share(
        seen, r->p.overlap[1], one->outsiders, promoter->outsiders, of.out);
    settle(r, now, i);
    promote(row, insiders, outsiders, r->p.untouched_factor);
    one->received++;
    promoter->made++;
    be_linked(r, now, i, neighbour);
}

/* --- recruitment ------------------------------------------------------------------------------- */

/* The next person who may be won over: as if the whole audience followed. */
static void expect_recruit(Run *r, double now, i64 i) {
    const Operator *one = &r->who[i];
    double most = r->p.recruits_per_impression * one->posts * r->p.view_probability
        * one->outsiders;
    if (most <= 0.0) return;
    double u = draw(r, i, DRAW_RECRUIT, one->recruits).u;
    double day = next_arrival(
        now, u, most, regimes_for(r, ROW_START, i), regimes_for(r, ROW_BURST, i), r->regimes);
    plan_own(r, day, EV_RECRUIT, i, 0);
}

/* Somebody is, with the shares of the audience that follows and of ordinary posts. */
static void win_over(Run *r, double now, i64 i) {
    Operator *one = &r->who[i];
    const double *row = row_of(r, i);
    double outside = followers_at(row, now, r->p.discover).out;
    double content = content_share(
        now, row[S_BUSY_UNTIL], row[S_REBUILD_UNTIL], r->p.rebuild_share);
    double accept = draw(r, i, DRAW_RECRUIT, one->recruits).v;
    one->recruits++;
    if (accept * one->outsiders < outside * content) recruit(r, now);
    expect_recruit(r, now, i);
}
