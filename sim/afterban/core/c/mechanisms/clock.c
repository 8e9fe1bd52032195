/* The exact clock, as in mechanisms/clock.py. */

static const double MICROSECONDS = 86400e6;

static double on_the_clock(double day) {
    double whole = floor(day), fraction = floor((day - whole) * MICROSECONDS + 0.5);
    return (whole * MICROSECONDS + fraction) / MICROSECONDS;
}

static double due(double now, double duration) {
    double day = now + duration;
    if (duration == 0.0 || !(day < INFINITY)) return day;
    double exact = on_the_clock(day);
    if (fabs(exact - day) <= 0x1p-50 * most_of(day, 1.0)) return most_of(exact, now);
    return day;
}
