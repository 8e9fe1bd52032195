/* Channels of detection, as in mechanisms/detection.py. */

static inline i64 regime_at(const double *starts, i64 regimes, double time) {
    i64 regime = 0;
    while (regime + 1 < regimes && starts[regime + 1] <= time) regime++;
    return regime;
}

static inline double most_arrivals(double time, double exposure, double highest, double horizon) {
    return 1.000001 * exposure * highest * (horizon - time);
}

static double next_arrival(
    double time, double u, double exposure, const double *starts, const double *rates, i64 regimes
) {
    if (exposure <= 0.0) return INFINITY;
    double needed = unit_exponential(u) / exposure, now = time;
    i64 regime = regime_at(starts, regimes, time);
    for (;;) {
        double rate = rates[regime];
        regime++;
        while (regime < regimes && rates[regime] == rate) regime++;
        int last = regime == regimes;
        if (rate > 0.0) {
            double arrival = now + needed / rate;
            if (last || arrival < starts[regime]) return arrival;
            needed = most_of(needed - rate * (starts[regime] - now), 0.0);
        } else if (last) {
            return INFINITY;
        }
        now = starts[regime];
    }
}

static double visibility(
    double posts, double view_probability, double insiders, double outsiders,
    double insider_weight
) {
    return posts * view_probability * (insider_weight * insiders + outsiders);
}

static double match_probability(i64 edits, i64 threshold, double recall) {
    return edits <= threshold ? recall : 0.0;
}
