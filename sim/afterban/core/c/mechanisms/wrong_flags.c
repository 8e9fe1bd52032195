/* How many flags on ordinary users an act of a channel raises, as in mechanisms/wrong_flags.py. */

static const i64 FLAG_NUMBERS = (i64)1 << WRONG_FLAGS_BITS;

/* log n!: logarithms for a few, Stirling's series for more (relative error under 1e-15). */
static double log_factorial(i64 n) {
    double sum = 0.0, x = (double)n;
    if (n < 20) {
        for (i64 k = 2; k <= n; k++) sum += own_log((double)k);
        return sum;
    }
    double s = 1.0 / (x * x);
    return (x + 0.5) * own_log(x) - x + 0.91893853320467274178
        + (1.0 / 12.0 - s * (1.0 / 360.0 - s * (1.0 / 1260.0 - s / 1680.0))) / x;
}

static i64 how_many(double u, double mean) {
    if (mean <= 0.0) return 0;
    i64 n = (i64)most_of(floor(mean - 12.0 * sqrt(mean)), 0.0);
    double part = own_exp((double)n * own_log(mean) - mean - log_factorial(n)), below = part;
    double end = mean + 12.0 * sqrt(mean) + 40.0;
    while (below <= u && (double)n < end) {
        n++;
        part *= mean / (double)n;
        below += part;
    }
    return n;
}

typedef struct { i64 n, first; } Act;

static Act of_act(
    double mean, i64 decision, i64 operator_, i64 life, i64 ordinal, i64 seed, i64 replication
) {
    Draws d = uniforms(seed, replication, decision, operator_, life, ordinal);
    return (Act){how_many(d.u, mean), (i64)(d.v * (double)FLAG_NUMBERS)};
}

static i64 numbered(i64 first, i64 k) { return (first + k) & (FLAG_NUMBERS - 1); }
