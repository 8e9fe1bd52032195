/* Wrong suspensions of ordinary users and their appeals, as in mechanisms/mistakes.py. */

typedef struct { int so; double draw; } Decided;

static Decided decided_wrongly(
    i64 channel, i64 number, double mistake, i64 seed, i64 replication
) {
    if (channel == CHANNEL_NONE) {
        Draws d = uniforms(seed, replication, DRAW_BENIGN_DECISION, 0, 0, number);
        return (Decided){d.u < mistake, 0.5};
    }
    Draws d = uniforms(seed, replication, DRAW_WRONG_DECISION, channel, 0, number);
    return (Decided){d.u < mistake, d.v};
}

static double suspension_day(
    double decided, i64 channel, double delay, const double *action_delay, double wave_every
) {
    if (channel == CHANNEL_NONE) return decided;
    return execution_day(decided, quantile(action_delay, delay), wave_every);
}

static Decided appeals_against(i64 channel, i64 number, double appeal, i64 seed, i64 replication) {
    i64 decision = channel == CHANNEL_NONE ? DRAW_APPEAL : DRAW_WRONG_APPEAL;
    Draws d = uniforms(seed, replication, decision, channel, 0, number);
    return (Decided){d.u < appeal, d.v};
}
