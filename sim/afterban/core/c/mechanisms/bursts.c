/* Posting that bursts on dates, as in mechanisms/bursts.py. */

static void change_pace(double *row, double time, double change) {
    double before = 1.0 + row[S_POSTS_CHANGE], after = 1.0 + change;
    if (row[S_PUBLIC] != 0.0 && row[S_BUSY_UNTIL] > time && after > 0.0)
        row[S_BUSY_UNTIL] = time + (row[S_BUSY_UNTIL] - time) * (before / after);
    row[S_POSTS_CHANGE] = change;
}
