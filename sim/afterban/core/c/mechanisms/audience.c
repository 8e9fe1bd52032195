/* Attachment in closed form between events, as in mechanisms/audience.py. */

static const double CLOSE = 0.05, SLOWEST = 1e-4;

static inline double joined(double size, double hazard, double elapsed) {
    return size == 0.0 ? 0.0 : -size * own_expm1(-hazard * elapsed);
}

typedef struct { double people, days; } Growth;

static inline Growth growth(double size, double hazard, double elapsed) {
    if (size == 0.0) return (Growth){0.0, 0.0};
    double x = hazard * elapsed, change = own_expm1(-x), share;
    if (x < 0.01)
        share = x * (0.5 - x * (1.0 / 6.0 - x * (1.0 / 24.0 - x * (1.0 / 120.0 - x / 720.0))));
    else
        share = 1.0 + change / x;
    return (Growth){-size * change, size * elapsed * share};
}

static double content_share(double time, double busy_until, double rebuild_until, double rebuild) {
    if (time < busy_until) return 0.0;
    return time < rebuild_until ? 1.0 - rebuild : 1.0;
}

typedef struct { double in, out; } Both;

static inline double followers_of(
    const double *row, int first, double refollow, double forget, double discover, double elapsed
) {
    double attached = row[first];
    if (forget == 0.0)
        return attached + joined(row[first + 1], refollow, elapsed)
            + joined(row[first + 2], discover, elapsed);
    Left left = leave(row[first + 1], refollow, forget, discover, elapsed);
    return attached + left.found + (joined(row[first + 2], discover, elapsed) + left.new_);
}

static Both followers_at(const double *row, double time, const double *discover) {
    if (row[S_PUBLIC] == 0.0) return (Both){0.0, 0.0};
    double elapsed = time - row[S_CLOCK];
    return (Both){
        followers_of(
            row, S_ATTACHED_IN, row[S_REFOLLOW_IN], row[S_FORGET_IN], discover[0], elapsed),
        followers_of(
            row, S_ATTACHED_OUT, row[S_REFOLLOW_OUT], row[S_FORGET_OUT], discover[1], elapsed),
    };
}

typedef struct { double found, new_, forgotten, found_days, new_days; } Came;

static inline Came came(
    double detached, double untouched, double refollow, double forget, double discover,
    double elapsed
) {
    Growth new_ = growth(untouched, discover, elapsed);
    if (forget == 0.0) {
        Growth found = growth(detached, refollow, elapsed);
        return (Came){found.people, new_.people, 0.0, found.days, new_.days};
    }
    Left left = leave(detached, refollow, forget, discover, elapsed);
    return (Came){
        left.found, new_.people + left.new_, left.forgotten, left.found_days,
        new_.days + left.new_days,
    };
}

typedef struct { double found, new_; } JoinedDays;

static inline JoinedDays joined_days(
    double detached, double untouched, double refollow, double forget, double discover,
    double elapsed
) {
    if (elapsed == 0.0) return (JoinedDays){0.0, 0.0};
    Came of = came(detached, untouched, refollow, forget, discover, elapsed);
    return (JoinedDays){of.found_days, of.new_days};
}

typedef struct { double size, hazard; } Joining;

/* Those of a segment who may still join, as two sizes that decay, each at its hazard. */
static inline void joining(
    const double *row, int first, double refollow, double forget, double discover, Joining out[2]
) {
    double detached = row[first + 1], untouched = row[first + 2];
    out[1] = (Joining){untouched, discover};
    if (forget == 0.0 || detached == 0.0) {
        out[0] = (Joining){detached, refollow};
        return;
    }
    double hazard = refollow + forget, apart = hazard - discover;
    if (fabs(apart) < CLOSE * most_of(hazard, discover)) {
        out[0] = (Joining){detached, -1.0};
        return;
    }
    double still = detached * ((refollow - discover) / apart);
    out[0] = (Joining){still, hazard};
    out[1].size = untouched + (detached - still);
}

static inline double seen_days(
    const double *row, int first, double refollow, double forget, double discover, double busy,
    double half, double elapsed, double part, double found, double new_
) {
    if (busy == elapsed) return 0.0;
    double attached = row[first], detached = row[first + 1], untouched = row[first + 2];
    JoinedDays of_busy = joined_days(detached, untouched, refollow, forget, discover, busy);
    JoinedDays of_half = of_busy;
    double days = 0.0;
    if (half > busy) {
        if (half == elapsed)
            of_half = (JoinedDays){found, new_};
        else
            of_half = joined_days(detached, untouched, refollow, forget, discover, half);
        days += part * (attached * (half - busy) + (of_half.found - of_busy.found)
            + (of_half.new_ - of_busy.new_));
    }
    if (elapsed > half)
        days += attached * (elapsed - half) + (found - of_half.found) + (new_ - of_half.new_);
    return days;
}

/* What has come to a public account since its row's clock; all 0 to one in private. */
typedef struct {
    double found_in, new_in, found_out, new_out, forgotten_in, forgotten_out, seen_in, seen_out,
        effort, shown_out;
} Since;

static inline Since since(
    const double *row, double time, const double *discover, double rebuild, int inside_too
) {
    double clock = row[S_CLOCK];
    double busy = least(most_of(row[S_BUSY_UNTIL], clock), time);
    double half = least(most_of(row[S_REBUILD_UNTIL], busy), time);
    double elapsed = time - clock, to_busy = busy - clock, to_half = half - clock;
    double part = 1.0 - rebuild, posts = 1.0 + row[S_POSTS_CHANGE], inside = 0.0;
    Came in = came(row[S_DETACHED_IN], row[S_UNTOUCHED_IN], row[S_REFOLLOW_IN], row[S_FORGET_IN],
        discover[0], elapsed);
    Came out = came(row[S_DETACHED_OUT], row[S_UNTOUCHED_OUT], row[S_REFOLLOW_OUT],
        row[S_FORGET_OUT], discover[1], elapsed);
    if (inside_too)
        inside = seen_days(row, S_ATTACHED_IN, row[S_REFOLLOW_IN], row[S_FORGET_IN], discover[0],
            to_busy, to_half, elapsed, part, in.found_days, in.new_days);
    double outside = seen_days(row, S_ATTACHED_OUT, row[S_REFOLLOW_OUT], row[S_FORGET_OUT],
        discover[1], to_busy, to_half, elapsed, part, out.found_days, out.new_days);
    double effort = to_busy + rebuild * (half - busy);
    double shown = row[S_ATTACHED_OUT] * elapsed + out.found_days + out.new_days;
    return (Since){
        in.found, in.new_, out.found, out.new_, in.forgotten, out.forgotten,
        inside * posts, outside * posts, effort * posts, shown * posts,
    };
}

static void advance_by(double *row, double time, const Since *more) {
    row[S_SEEN_IN] += more->seen_in;
    row[S_SEEN_OUT] += more->seen_out;
    row[S_REBUILD_DAYS] += more->effort;
    row[S_SHOWN_OUT] += more->shown_out;
    row[S_PUBLIC_DAYS] += (1.0 + row[S_POSTS_CHANGE]) * (time - row[S_CLOCK]);
    row[S_ATTACHED_IN] += more->found_in + more->new_in;
    row[S_DETACHED_IN] -= more->found_in + more->forgotten_in;
    row[S_UNTOUCHED_IN] -= more->new_in - more->forgotten_in;
    row[S_ATTACHED_OUT] += more->found_out + more->new_out;
    row[S_DETACHED_OUT] -= more->found_out + more->forgotten_out;
    row[S_UNTOUCHED_OUT] -= more->new_out - more->forgotten_out;
    row[S_CLOCK] = time;
}

static void forget_for(double *row, int first, double forget, double elapsed) {
    double forgotten = joined(row[first + 1], forget, elapsed);
    row[first + 1] -= forgotten;
    row[first + 2] += forgotten;
}

/* Named so, since `wait` is the C library's. */
static void wait_until(double *row, double time) {
    if (row[S_FORGET_IN] == 0.0 && row[S_FORGET_OUT] == 0.0) return;
    double elapsed = time - row[S_CLOCK];
    forget_for(row, S_ATTACHED_IN, row[S_FORGET_IN], elapsed);
    forget_for(row, S_ATTACHED_OUT, row[S_FORGET_OUT], elapsed);
    row[S_CLOCK] = time;
}

static void appear(
    double *row, double time, const double *refollow, double recognition, double rebuild_until
) {
    wait_until(row, time);
    row[S_CLOCK] = time;
    row[S_PUBLIC] = 1.0;
    row[S_REFOLLOW_IN] = refollow[0] * recognition;
    row[S_REFOLLOW_OUT] = refollow[1] * recognition;
    row[S_BUSY_UNTIL] = time;
    row[S_REBUILD_UNTIL] = rebuild_until;
}

static void detach(double *row, const double *lost, double factor) {
    double gone = least(1.0, factor * lost[0]) * row[S_ATTACHED_IN];
    row[S_GONE_IN] += gone;
    row[S_DETACHED_IN] += row[S_ATTACHED_IN] - gone;
    row[S_ATTACHED_IN] = 0.0;
    gone = least(1.0, factor * lost[1]) * row[S_ATTACHED_OUT];
    row[S_GONE_OUT] += gone;
    row[S_DETACHED_OUT] += row[S_ATTACHED_OUT] - gone;
    row[S_ATTACHED_OUT] = 0.0;
    row[S_PUBLIC] = 0.0;
}

static double newly(double before, double now) { return now > 0.0 ? 1.0 - before / now : 0.0; }

static void follow_again(double *row, int first, double share) {
    double back = share * row[first + 1];
    row[first] = back;
    row[first + 1] -= back;
}

static void reinstate(double *row, double time, double share_in, double share_out) {
    wait_until(row, time);
    follow_again(row, S_ATTACHED_IN, share_in);
    follow_again(row, S_ATTACHED_OUT, share_out);
    row[S_CLOCK] = time;
    row[S_PUBLIC] = 1.0;
    row[S_BUSY_UNTIL] = time;
    row[S_REBUILD_UNTIL] = time;
}

static void move_segment(double *row, int first, int away, double kept) {
    double detached = row[first + 1], there = detached + row[first + 2];
    double known = there > 0.0 ? detached / there : 0.0;
    double people = there + row[away], followed = kept * people;
    row[first + 1] = known * followed;
    row[first + 2] = followed - row[first + 1];
    row[away] = people - followed;
}

static void migrate(double *row, double kept) {
    move_segment(row, S_ATTACHED_IN, S_AWAY_IN, kept);
    move_segment(row, S_ATTACHED_OUT, S_AWAY_OUT, kept);
}

static double recognition_of(i64 edits, i64 near_edits, double unrelated) {
    return edits <= near_edits ? 1.0 : unrelated;
}
