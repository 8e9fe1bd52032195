/* What is observed of an operator at one moment, as in mechanisms/census.py. */

static inline Since so_far(
    const double *row, double time, const double *discover, double rebuild
) {
    if (row[S_PUBLIC] == 0.0) return (Since){0};
    return since(row, time, discover, rebuild, 1);
}

/* Add an operator to its tier's row of the table; returns its outsider impressions so far. */
static inline double count_operator(
    const double *row, const Since *more, double share, double posts, double time,
    double view_probability, double *table
) {
    double inside = row[S_SEEN_IN] + more->seen_in, outside = row[S_SEEN_OUT] + more->seen_out;
    double effort = row[S_REBUILD_DAYS] + more->effort, days = row[S_PUBLIC_DAYS];
    if (row[S_PUBLIC] != 0.0) {
        days += (1.0 + row[S_POSTS_CHANGE]) * (time - row[S_CLOCK]);
        table[CENSUS_LIVE] += 1.0;
        table[CENSUS_ATTACHED_INSIDERS] +=
            share * (row[S_ATTACHED_IN] + more->found_in + more->new_in);
        table[CENSUS_ATTACHED_OUTSIDERS] += row[S_ATTACHED_OUT] + more->found_out + more->new_out;
    }
    double rate = posts * view_probability;
    table[CENSUS_INSIDER_IMPRESSIONS] += rate * inside;
    table[CENSUS_OUTSIDER_IMPRESSIONS] += rate * outside;
    table[CENSUS_ALL_OUTSIDER_IMPRESSIONS] += rate * (row[S_SHOWN_OUT] + more->shown_out);
    table[CENSUS_POSTS] += posts * days;
    table[CENSUS_REBUILD_POSTS] += posts * effort;
    return rate * outside;
}
