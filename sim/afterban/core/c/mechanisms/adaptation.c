/* What an operator changes after it has seen how it was found, as in mechanisms/adaptation.py. */

static double compounded(double so_far_, double factor) {
    return least(so_far_ * factor, ADAPTATION_MOST);
}

static double likelihood(double probability, double factor) {
    return least(probability * factor, 1.0);
}

/* A return delay of an operator that waits `factor` times as long. */
static double prolonged(double days, double factor) {
    return days == INFINITY ? days : days * factor;
}
