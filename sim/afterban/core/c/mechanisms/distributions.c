/* Draws from distributions by inversion, as in mechanisms/distributions.py. */

static double central_quantile(double p) {
    double q = p - 0.5, r = 0.180625 - q * q;
    double num = (((((((2509.0809287301226727 * r + 33430.575583588128105) * r
        + 67265.770927008700853) * r + 45921.953931549871457) * r + 13731.693765509461125) * r
        + 1971.5909503065514427) * r + 133.14166789178437745) * r + 3.387132872796366608);
    double den = (((((((5226.495278852545925 * r + 28729.085735721942674) * r
        + 39307.89580009271061) * r + 21213.794301586595867) * r + 5394.1960214247511077) * r
        + 687.1870074920579083) * r + 42.313330701600911252) * r + 1.0);
    return q * num / den;
}

static double near_tail(double r) {
    r -= 1.6;
    double num = (((((((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r
        + 0.24178072517745061177) * r + 1.27045825245236838258) * r
        + 3.64784832476320460504) * r + 5.7694972214606914055) * r
        + 4.6303378461565452959) * r + 1.42343711074968357734);
    double den = (((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r
        + 0.0151986665636164571966) * r + 0.14810397642748007459) * r
        + 0.68976733498510000455) * r + 1.6763848301838038494) * r
        + 2.05319162663775882187) * r + 1.0);
    return num / den;
}

static double far_tail(double r) {
    r -= 5.0;
    double num = (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r
        + 0.0012426609473880784386) * r + 0.026532189526576123093) * r
        + 0.29656057182850489123) * r + 1.7848265399172913358) * r
        + 5.4637849111641143699) * r + 6.6579046435011037772);
    double den = (((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r
        + 1.8463183175100546818e-5) * r + 7.868691311456132591e-4) * r
        + 0.0148753612908506148525) * r + 0.13692988092273580531) * r
        + 0.59983220655588793769) * r + 1.0);
    return num / den;
}

static double normal_quantile(double p) {
    if (fabs(p - 0.5) <= 0.425) return central_quantile(p);
    double r = sqrt(-own_log(least(p, 1.0 - p)));
    double size = r <= 5.0 ? near_tail(r) : far_tail(r);
    return p < 0.5 ? -size : size;
}

static inline double unit_exponential(double u) { return -own_log(1.0 - u); }

static inline int is_constant(const double *row) { return row[0] == LAW_CONSTANT; }

static double quantile(const double *row, double u) {
    double a = row[1], b = row[2], value;
    switch ((int)row[0]) {
    case LAW_CONSTANT: value = a; break;
    case LAW_EXPONENTIAL: value = a * unit_exponential(u); break;
    case LAW_LOGNORMAL: value = own_exp(a + b * normal_quantile(u)); break;
    case LAW_UNIFORM: value = a + (b - a) * u; break;
    case LAW_WEIBULL: value = a * own_pow(unit_exponential(u), 1.0 / b); break;
    case LAW_PARETO: value = a * own_pow(1.0 - u, -1.0 / b); break;
    default: {
        int points = (int)row[5], k = 1;
        while (k < points - 1 && u > row[6 + k]) k++;
        double p0 = row[5 + k], p1 = row[6 + k];
        double x0 = row[5 + LAW_MOST_POINTS + k], x1 = row[6 + LAW_MOST_POINTS + k];
        double part = (u - p0) / (p1 - p0);
        value = x0 > 0.0 ? x0 * own_pow(x1 / x0, part) : x1 * part;
    }
    }
    return least(most_of(value, row[3]), row[4]);
}

static double normal_probability(double z) {
    static const double SERIES[] = {
        1.8923729729394579e-10, -1.402386427142376e-09, -5.570407039910742e-09,
        9.232664225477429e-09, 1.0062727925136696e-07, 2.3410954014008557e-08,
        -1.59854004380433e-06, -1.955407994194105e-06, 2.7614314355522587e-05,
        3.504701545828226e-05, -0.0005939276035389839, 0.00031738551456985103,
        0.013719830956507641, -0.08355618849195981, 0.2783497033875634,
        -0.626087469528477, 0.9992051326844628,
    };
    double size = least(fabs(z), 8.375), part = 1.0 / (size + 4.0);
    double s = 1.955223880597015 - 11.82089552238806 * part, total = 1.0258718576198057e-10;
    for (size_t k = 0; k < sizeof SERIES / sizeof *SERIES; k++) total = total * s + SERIES[k];
    double short_ = floor(size * 1048576.0) / 1048576.0; /* whose square is exact */
    double below = part * total
        * exp_sum(-0.5 * short_ * short_, -0.5 * (size - short_) * (size + short_));
    return least(most_of(z < 0.0 ? below : 1.0 - below, 0x1p-53), 1.0 - 0x1p-53);
}

/* `quantile` of one law at each of the probabilities; out and u share no memory.

   Loops without a question, so that a processor does several at once: of the lognormal law first as
   if none were in the tails, then those that are. */
static void quantiles(const double *row, const double *restrict u, i64 how_many, double *restrict out) {
    if (row[0] != LAW_LOGNORMAL) {
        for (i64 k = 0; k < how_many; k++) out[k] = quantile(row, u[k]);
        return;
    }
    for (i64 k = 0; k < how_many; k++) out[k] = central_quantile(u[k]);
    for (i64 k = 0; k < how_many; k++)
        if (!(fabs(u[k] - 0.5) <= 0.425)) out[k] = normal_quantile(u[k]);
    for (i64 k = 0; k < how_many; k++)
        out[k] = least(most_of(own_exp(row[1] + row[2] * out[k]), row[3]), row[4]);
}
