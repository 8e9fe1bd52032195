/* Exponentials, logarithms and powers, as in arithmetic.py: the same operations in its order.

   Of the C library only what is exact takes part (sqrt, floor, fabs), since libraries differ in the
   last bit of the rest.  Nothing may be contracted or reordered. */

static const double TO_WHOLE = 0x1.8p52;

static inline u64 bits_of(double x) {
    u64 bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double from_bits(u64 bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* 2^k, for k from -1022 to 1023. */
static inline double two_to(i64 k) { return from_bits((u64)(k + 1023) << 52); }

/* y times 2^k, for y from 1/2 to 2: rounded once, where it is less than 2^-1022. */
static double scaled(double y, i64 k) {
    if (k < -1020) return y * 0x1p-1000 * two_to(k + 1000);
    if (k > 1022) return y * 0x1p1000 * two_to(k - 1000);
    return y * two_to(k);
}

typedef struct { double near; i64 k; const double *root; } Steps; /* near is k */

static inline Steps in_steps(double x) {
    double sum = x * ARITHMETIC_STEPS + TO_WHOLE; /* whose lowest bits are the whole number */
    i64 k = (i64)(bits_of(sum) << 13) >> 13;
    return (Steps){sum - TO_WHOLE, k, ARITHMETIC_ROOTS[k & 127]};
}

static inline double root_times_exp(const double *root, double r) {
    double rr = r * r, more = (root[1] + r) + rr * (0.5 + r * (1.0 / 6.0));
    more += rr * rr * (1.0 / 24.0 + r * (1.0 / 120.0));
    return root[0] + root[0] * more;
}

static double exp_sum(double x, double rest) {
    Steps s = in_steps(x);
    double r = (x - s.near * ARITHMETIC_STEP) - s.near * ARITHMETIC_STEP_REST + rest;
    return scaled(root_times_exp(s.root, r), s.k >> 7);
}

static double far_exp(double x) {
    if (x != x) return x;
    if (x > 710.0) return INFINITY;
    return x < -746.0 ? 0.0 : exp_sum(x, 0.0);
}

static inline double own_exp(double x) {
    if (!(fabs(x) < 708.0)) return far_exp(x);
    Steps s = in_steps(x);
    double r = (x - s.near * ARITHMETIC_STEP) - s.near * ARITHMETIC_STEP_REST;
    return root_times_exp(s.root, r) * two_to(s.k >> 7);
}

static double far_expm1(double x) {
    if (x != x || x == 0.0) return x;
    return x > 0.0 ? own_exp(x) : -1.0;
}

static inline double own_expm1(double x) {
    if (!(fabs(x) < 40.0) || x == 0.0) return far_expm1(x);
    Steps s = in_steps(x);
    double high = x - s.near * ARITHMETIC_STEP, low = s.near * ARITHMETIC_STEP_REST;
    double r = high - low, rr = r * r, power_ = s.root[0] * two_to(s.k >> 7);
    double less = power_ - 1.0, gone = less - power_;
    double lost = (power_ - (less - gone)) + (-1.0 - gone), whole = less + high;
    lost += (less - whole) + high;
    double more = (s.root[1] * (1.0 + r) - low) + rr * (0.5 + r * (1.0 / 6.0));
    more += rr * rr * ((1.0 / 24.0 + r * (1.0 / 120.0)) + rr * (1.0 / 720.0));
    return whole + (lost + (less * high + power_ * more));
}

/* Parts of log(x), for a finite x above 0: x n = 2^k (1 + r + rest). */
typedef struct { double table, r, rest, low; } Parts;

static inline Parts parts_of(double x) {
    i64 below = 1022;
    if (x < 0x1p-1022) x *= 0x1p54, below += 54;
    u64 bits = bits_of(x), digits = bits & ((UINT64_C(1) << 52) - 1);
    double k = (double)((i64)(bits >> 52) - below);
    const double *log_ = ARITHMETIC_LOGARITHMS[(digits + (UINT64_C(1) << 44)) >> 45];
    bits = digits | UINT64_C(1022) << 52;
    double short_ = from_bits((bits + (UINT64_C(1) << 28)) >> 29 << 29);
    double r = short_ * log_[0] - 1.0, rest = (from_bits(bits) - short_) * log_[0];
    double table = (k * ARITHMETIC_LOG_2 + log_[1]) + r;
    return (Parts){table, r, rest, k * ARITHMETIC_LOG_2_REST + log_[2]};
}

/* log(1 + t) - t for a small t. */
static inline double bend(double t) {
    double tt = t * t, more = (-0.25 + t * 0.2) + tt * (-1.0 / 6.0 + t * (1.0 / 7.0));
    return tt * ((-0.5 + t * (1.0 / 3.0)) + tt * more);
}

static inline double log_sum(double x, double more) {
    Parts p = parts_of(x);
    double low = p.rest + (p.low + more);
    return p.table + (low + bend(p.r + p.rest));
}

static double far_log(double x) {
    if (x == 0.0) return -INFINITY;
    return x < 0.0 ? NAN : x;
}

static inline double own_log(double x) {
    return x > 0.0 && x < INFINITY ? log_sum(x, 0.0) : far_log(x);
}

static inline double own_log1p(double x) {
    if (fabs(x) < 0x1p-8) return x != 0.0 ? x + bend(x) : x;
    if (!(x > -1.0 && x < INFINITY)) return far_log(1.0 + x);
    double u = 1.0 + x, gone = u - 1.0;
    double lost = (1.0 - (u - gone)) + (x - gone);
    return log_sum(u, lost / u);
}

/* The first half of the digits of a number: products of halves are exact. */
static inline double half_of(double x) {
    double much = x * (0x1p27 + 1.0);
    return much - (much - x);
}

static double near_pow(double x, double y) {
    Parts p = parts_of(x);
    double whole = p.table + p.rest, half = 0.5 * p.r * p.r, high = whole - half;
    double lost = ((p.table - whole) + p.rest) + ((whole - high) - half), t = p.r + p.rest;
    double series = 1.0 / 3.0 + t * (-0.25 + t * (0.2 + t * (-1.0 / 6.0
        + t * (1.0 / 7.0 + t * (-0.125 + t * (1.0 / 9.0))))));
    double low = (t * t * t * series - p.rest * (p.r + 0.5 * p.rest)) + (lost + p.low);
    double product = y * high;
    if (!(product > -746.0 && product < 710.0)) return product > 0.0 ? INFINITY : 0.0;
    double first = half_of(y), second = half_of(high), left = y - first, right = high - second;
    double gone = ((first * second - product) + first * right + left * second) + left * right;
    return exp_sum(product, gone + y * low);
}

static double far_pow(double x, double y) {
    if (x != x || y != y) return NAN;
    double size = fabs(x), value;
    if (fabs(y) >= 0x1p64) {
        if (size == 1.0) return 1.0;
        return (size > 1.0) == (y > 0.0) ? INFINITY : 0.0;
    }
    int whole = y == floor(y);
    if (size == 0.0 || size == INFINITY) value = (size == 0.0) == (y > 0.0) ? 0.0 : INFINITY;
    else if (whole) value = near_pow(size, y);
    else return NAN;
    int odd = whole && 0.5 * y != floor(0.5 * y);
    return odd && signbit(x) ? -value : value;
}

static double own_pow(double x, double y) {
    if (y == 0.0 || x == 1.0) return 1.0;
    if (!(x > 0.0 && x < INFINITY && fabs(y) < 0x1p64)) return far_pow(x, y);
    return near_pow(x, y);
}

/* A number to the power of a whole one, 0 or more, by squares. */
static double power(double base, i64 exponent) {
    double result = 1.0;
    for (; exponent > 0; exponent >>= 1, base *= base)
        if (exponent & 1) result *= base;
    return result;
}
