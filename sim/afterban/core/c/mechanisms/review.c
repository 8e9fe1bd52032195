/* Order of cases, and when suspensions take effect, as in mechanisms/review.py. */

static double precedence(i64 order, double followers, double posts, i64 links) {
    if (order == REVIEW_FOLLOWERS) return followers;
    if (order == REVIEW_ACTIVITY) return posts;
    if (order == REVIEW_LINKS) return (double)links;
    return 0.0;
}

static double execution_day(double decided, double delay, double wave_every) {
    double day = due(decided, delay);
    if (wave_every > 0.0 && day < INFINITY) {
        double period = most_of(floor(wave_every * MICROSECONDS + 0.5), 1.0);
        double number = most_of(floor(day / wave_every) - 1.0, 0.0);
        while (number * period / MICROSECONDS < day - 1e-12) number += 1.0;
        return most_of(day, number * period / MICROSECONDS);
    }
    return day;
}
