/* Cross-promotion, as in mechanisms/promotion.py. */

static double moved_share(
    double seen, double overlap, double audience, double promoter_audience, double followers
) {
    if (audience <= 0.0 || promoter_audience <= 0.0) return 0.0;
    double common = overlap * least(1.0, promoter_audience / audience);
    return seen * common * (followers / promoter_audience);
}

static void promote_segment(double *row, int first, double share, double untouched_factor) {
    double found = share * row[first + 1], new_ = untouched_factor * share * row[first + 2];
    row[first] += found + new_;
    row[first + 1] -= found;
    row[first + 2] -= new_;
}

static void promote(double *row, double insiders, double outsiders, double untouched_factor) {
    promote_segment(row, S_ATTACHED_IN, insiders, untouched_factor);
    promote_segment(row, S_ATTACHED_OUT, outsiders, untouched_factor);
}
