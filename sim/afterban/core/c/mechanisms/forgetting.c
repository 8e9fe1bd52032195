/* Forgetting, as in mechanisms/forgetting.py. */

typedef struct { double found, forgotten, new_, found_days, new_days; } Left;

static inline double mean_decay_of(double x, double gone) { return x == 0.0 ? 1.0 : gone / x; }

static inline double mean_decay(double x) { return mean_decay_of(x, -own_expm1(-x)); }

static inline double mean_decay_so_far(double x, double gone) {
    if (x < 0.01)
        return 0.5 - x * (1.0 / 6.0 - x * (1.0 / 24.0 - x * (1.0 / 120.0 - x / 720.0)));
    return (1.0 - gone / x) / x;
}

typedef struct { double second, third; } Differences;

static inline Differences divided_differences(double x, double gone, double y) {
    double large = most_of(x, y), small = least(x, y), second, third;
    if (large < 0.5) {
        second = third = 0.0;
        double power_ = 1.0, term = 1.0, factor = 0.5;
        for (int k = 0; k < 14; k++) {
            second += term * factor;
            factor /= k + 3.0;
            third += term * factor;
            power_ *= -small;
            term = power_ - large * term;
        }
        return (Differences){second, third};
    }
    double other = -own_expm1(-y), of_small = x < y ? gone : other;
    if (small >= 0.5 * large) {
        double kept = small * own_exp(-small) * mean_decay(large - small);
        second = (of_small - kept) / (small * large);
    } else {
        double of_large = x < y ? other : gone;
        second = (mean_decay_of(small, of_small) - of_large / large) / (large - small);
    }
    return (Differences){second, (mean_decay_so_far(small, of_small) - second) / large};
}

static Left leave(double size, double refollow, double forget, double discover, double elapsed) {
    if (size == 0.0 || elapsed == 0.0) return (Left){0.0, 0.0, 0.0, 0.0, 0.0};
    double hazard = refollow + forget, x = hazard * elapsed, gone = -own_expm1(-x);
    double left = size * gone, found = left * (refollow / hazard);
    double found_days = size * elapsed * (refollow * elapsed) * mean_decay_so_far(x, gone);
    if (discover == 0.0) return (Left){found, left - found, 0.0, found_days, 0.0};
    Differences of = divided_differences(x, gone, discover * elapsed);
    double both = size * (forget * elapsed) * (discover * elapsed);
    return (Left){found, left - found, both * of.second, found_days, both * elapsed * of.third};
}
