/* What a table of observed accounts has of each, as in mechanisms/ranking.py. */

static double value_now(
    i64 what, const double *row, double time, const double *discover, double live_share_,
    double posts, i64 links
) {
    if (what == RANKING_LINKS) return (double)links;
    Both of = followers_at(row, time, discover);
    if (what == RANKING_FOLLOWERS) return live_share_ * of.in + of.out;
    return posts * (1.0 + row[S_POSTS_CHANGE]) * of.out;
}

static double seen_until(
    const double *row, double time, const double *discover, double rebuild, double posts
) {
    Since more = so_far(row, time, discover, rebuild);
    return posts * (row[S_SEEN_OUT] + more.seen_out);
}

static double with_error(
    double value, double error, i64 operator_, i64 life, i64 window, i64 seed, i64 replication
) {
    if (error == 0.0 || value == 0.0) return value;
    double u = uniforms(seed, replication, DRAW_OBSERVED, operator_, life, window).u;
    return value * own_exp(error * normal_quantile(u));
}
