/* What an operator does after a suspension, as in mechanisms/returning.py. */

static const double NEAR_ONE = 1.0 - 0x1p-53;

static double return_probability(double probability, double fatigue, i64 life) {
    return probability * power(fatigue, life - 1);
}

static double next_release(double now, double first, double every) {
    double ahead = most_of(1.0, ceil((now - first) / every));
    double day = due(first, ahead * every);
    return day >= now ? day : due(first, (ahead + 1.0) * every);
}

static double posting_factor(double after_return, double after_move, i64 returns, i64 moves) {
    if ((after_return == 0.0 && returns > 0) || (after_move == 0.0 && moves > 0)) return 0.0;
    double grown = 0.0;
    if (returns > 0) grown += (double)returns * own_log(after_return);
    if (moves > 0) grown += (double)moves * own_log(after_move);
    return grown > own_log(RETURNING_MOST_POSTING) ? RETURNING_MOST_POSTING : own_exp(grown);
}

static int gives_up(double day, double earlier, i64 suspensions, i64 most, double within) {
    return most > 0 && suspensions >= most && day - earlier <= within;
}

static double observed_gap(const double *table, double u) {
    i64 size = (i64)table[1];
    const double *shares = table + RETURNING_STEPS, *times = shares + size;
    if (size > 0 && u <= shares[size - 1]) {
        i64 low = 0, high = size - 1;
        while (low < high) {
            i64 middle = (low + high) >> 1;
            if (u <= shares[middle]) high = middle;
            else low = middle + 1;
        }
        return times[low];
    }
    double seen = size > 0 ? shares[size - 1] : 0.0, mean = table[RETURNING_BEYOND];
    if (mean == INFINITY) return INFINITY;
    double rest = least(most_of((u - seen) / (1.0 - seen), 0.0), NEAR_ONE);
    return table[RETURNING_LAST] + mean * unit_exponential(rest);
}

static double gap(const double *row, const double *longer, double u) {
    if (row[0] != LAW_LONG) return quantile(row, u);
    i64 at = (i64)row[1];
    if (longer[at] == LAW_MIXTURE) {
        i64 size = (i64)longer[at + 1], k = 0;
        const double *shares = longer + at + RETURNING_MIXED;
        while (k < size - 1 && u >= shares[k]) k++;
        double before = k > 0 ? shares[k - 1] : 0.0;
        u = (u - before) / (shares[k] - before);
        u = least(most_of(u, 1.0 - NEAR_ONE), NEAR_ONE);
        at = (i64)shares[size + k];
    }
    if (longer[at] == LAW_OBSERVED) return observed_gap(longer + at, u);
    return quantile(longer + at, u);
}
