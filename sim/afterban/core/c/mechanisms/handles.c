/* Synthetic handles, as in mechanisms/handles.py: 15 characters and their number, 16 bytes. */

enum { LONGEST = HANDLE_LONGEST, SYLLABLES = 5, ATTEMPTS = 8 };
static const i64 NAMES = 10000000000, STRIDE = 3819660113;

static void spell(u64 number, u8 *row) {
    for (int k = 0; k < SYLLABLES; k++, number /= 100) {
        row[2 * k] = (u8)"bcdfghjklmnprstvwxyz"[number % 100 / 5];
        row[2 * k + 1] = (u8)"aeiou"[number % 5];
    }
    memset(row + 2 * SYLLABLES, 0, LONGEST - 2 * SYLLABLES);
    row[LONGEST] = 2 * SYLLABLES;
}

static void insert(u8 *row, int position, int character) {
    memmove(row + position + 1, row + position, (size_t)(row[LONGEST] - position));
    row[position] = (u8)character;
    row[LONGEST]++;
}

static void remove_at(u8 *row, int position) {
    memmove(row + position, row + position + 1, (size_t)(row[LONGEST] - position - 1));
    row[--row[LONGEST]] = 0;
}

/* Where the names of a replication begin. */
static double shift_of(i64 seed, i64 replication) {
    return uniforms(seed, replication, DRAW_HANDLE_BASE, 0, 0, 0).u;
}

/* The first handle of an operator: a name, one in three with two digits. */
static void base_handle(double shift, i64 seed, i64 replication, i64 operator_, u8 *row) {
    Draws d = uniforms(seed, replication, DRAW_HANDLE_BASE, operator_, 1, 0);
    spell((u64)((operator_ * STRIDE + (i64)(shift * (double)NAMES)) % NAMES), row);
    if (d.u < 1.0 / 3.0) {
        int two = (int)(d.v * 100.0);
        row[2 * SYLLABLES] = (u8)('0' + two / 10);
        row[2 * SYLLABLES + 1] = (u8)('0' + two % 10);
        row[LONGEST] += 2;
    }
}

static void unrelated_handle(i64 seed, i64 replication, i64 operator_, i64 life, u8 *row) {
    Draws d = uniforms(seed, replication, DRAW_HANDLE_BASE, operator_, life, 1);
    spell((u64)(d.u * (double)NAMES), row);
}

static int is_digit(int character) { return '0' <= character && character <= '9'; }

static int is_letter(int character) { return character > '_'; }

enum { A_DIGIT, A_DOUBLE, A_SEPARATOR, FOR_DOUBLING, FOR_A_SEPARATOR, FOR_A_SWAP };

static int fits(const u8 *row, int at, int what) {
    int length = row[LONGEST], here = row[at], after = at + 1 < length ? row[at + 1] : 0;
    int before = at > 0 ? row[at - 1] : 0, behind = at + 2 < length ? row[at + 2] : 0;
    switch (what) {
    case A_DIGIT: return is_digit(here);
    case A_DOUBLE: return is_letter(here) && here == after;
    case A_SEPARATOR: return here == '_';
    case FOR_DOUBLING: return is_letter(here) && here != after && here != before;
    case FOR_A_SEPARATOR: return at > 0 && here != '_' && before != '_' && here != before;
    }
    return is_letter(here) && is_letter(after) && here != after && here != before
        && after != behind && before != after && here != behind;
}

static int places(const u8 *row, int what) {
    int found = 0;
    for (int at = 0; at < row[LONGEST]; at++) found += fits(row, at, what);
    return found;
}

static int place_for(const u8 *row, int what, double u) {
    int left = (int)(u * places(row, what));
    for (int at = 0; at < row[LONGEST]; at++)
        if (fits(row, at, what) && left-- == 0) return at;
    return -1;
}

static int other_digit(const u8 *row, int first, double u) {
    int left = (int)(u * (places(row, A_DIGIT) - 1));
    for (int at = 0; at < row[LONGEST]; at++)
        if (at != first && fits(row, at, A_DIGIT) && left-- == 0) return at;
    return first;
}

static void change_digit(u8 *row, int at, double what) {
    row[at] = (u8)('0' + (row[at] - '0' + 1 + (int)(what * 9.0)) % 10);
}

static void edit_digits(u8 *row, int edits, double where, double what) {
    int there = places(row, A_DIGIT);
    if (there > 0) {
        int first = place_for(row, A_DIGIT, where);
        change_digit(row, first, what);
        if (edits > 1) {
            double again = 9.0 * what - floor(9.0 * what);
            if (there > 1) change_digit(row, other_digit(row, first, again), again);
            else if (row[LONGEST] < LONGEST) insert(row, row[LONGEST], '0' + (int)(10.0 * again));
        }
        return;
    }
    for (int k = 0; k < edits; k++)
        if (row[LONGEST] < LONGEST)
            insert(row, row[LONGEST], '0' + (int)(10.0 * (k == 0 ? where : what)));
}

static void put_in(u8 *row, int kind, double u) {
    int at = place_for(row, kind == HANDLE_DOUBLED ? FOR_DOUBLING : FOR_A_SEPARATOR, u);
    if (at >= 0 && row[LONGEST] < LONGEST)
        insert(row, at, kind == HANDLE_DOUBLED ? row[at] : '_');
}

static void take_out(u8 *row, int kind, double u) {
    int at = place_for(row, kind == HANDLE_DOUBLED ? A_DOUBLE : A_SEPARATOR, u);
    if (at >= 0 && row[LONGEST] > 1) remove_at(row, at);
}

static void edit_extras(u8 *row, int kind, int edits, double where, double what) {
    int other = kind == HANDLE_DOUBLED ? HANDLE_SEPARATOR : HANDLE_DOUBLED;
    int own = places(row, kind == HANDLE_DOUBLED ? A_DOUBLE : A_SEPARATOR);
    int others = places(row, kind == HANDLE_DOUBLED ? A_SEPARATOR : A_DOUBLE);
    int room = 2 - own < 3 - own - others ? 2 - own : 3 - own - others;
    if (edits <= room) {
        for (int k = 0; k < edits; k++) put_in(row, kind, k == 0 ? where : what);
    } else if (edits == 1) {
        take_out(row, kind, where);
    } else {
        take_out(row, own > 0 ? kind : other, where);
        put_in(row, kind, what);
    }
}

static void edit(int kind, int edits, double where, double what, u8 *row) {
    if (kind == HANDLE_DIGIT) {
        edit_digits(row, edits, where, what);
    } else if (kind != HANDLE_SWAP) {
        edit_extras(row, kind, edits, where, what);
    } else {
        for (int k = 0; k < edits; k++) {
            int at = place_for(row, FOR_A_SWAP, k == 0 ? where : what);
            if (at >= 0) {
                u8 kept = row[at];
                row[at] = row[at + 1];
                row[at + 1] = kept;
            }
        }
    }
}

/* Optimal string alignment distance: a column of the table is the bits of its steps up and down
   (Hyyrö 2003, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances"). */
static int edit_distance(const u8 *one, const u8 *other) {
    int length = one[LONGEST], n = other[LONGEST], distance = length;
    if (length == 0 || n == 0) return length + n;
    uint32_t up = (1u << length) - 1, down = 0, diagonal = 0, equal_before = 0;
    uint32_t last = 1u << (length - 1);
    for (int j = 0; j < n; j++) {
        uint32_t equal = 0;
        for (int k = 0; k < LONGEST; k++) equal |= (uint32_t)(one[k] == other[j]) << k;
        uint32_t swapped = ((~diagonal & equal) << 1) & equal_before;
        diagonal = (((equal & up) + up) ^ up) | equal | down | swapped;
        uint32_t right = down | ~(diagonal | up), left = diagonal & up;
        distance += (right & last) != 0;
        distance -= (left & last) != 0;
        right = (right << 1) | 1;
        left <<= 1;
        up = left | ~(diagonal | right);
        down = right & diagonal;
        equal_before = equal;
    }
    return distance;
}

static int near_identical_handle(
    i64 seed, i64 replication, i64 operator_, i64 life, const double *links, const u8 *before,
    u8 *row
) {
    Draws d = uniforms(seed, replication, DRAW_HANDLE_EDIT, operator_, life, 0);
    int edits = d.u < links[HANDLE_ONE_EDIT] ? 1 : 2, kind = HANDLE_DIGIT;
    while (kind < HANDLE_SWAP && d.v >= links[kind]) kind++;
    for (int attempt = 1; attempt < 3 * ATTEMPTS; attempt++) {
        if (attempt == ATTEMPTS) edits = 1;
        else if (attempt == 2 * ATTEMPTS) kind = HANDLE_DIGIT;
        memcpy(row, before, HANDLE_ROW);
        Draws e = uniforms(seed, replication, DRAW_HANDLE_EDIT, operator_, life, attempt);
        edit(kind, edits, e.u, e.v, row);
        int distance = edit_distance(before, row);
        if (distance == edits) return distance;
    }
    memcpy(row, before, HANDLE_ROW);
    row[row[LONGEST] - 1] = '0';
    return 1;
}

/* The handle of `life` into `row`; returns how far it is from `before`, or HANDLE_UNMEASURED. */
static int next_handle(
    i64 seed, i64 replication, i64 operator_, i64 life, double near_identical,
    const double *links, const u8 *before, u8 *row
) {
    if (near_identical > 0.0
        && uniforms(seed, replication, DRAW_HANDLE_CHOICE, operator_, life, 0).u < near_identical)
        return near_identical_handle(seed, replication, operator_, life, links, before, row);
    unrelated_handle(seed, replication, operator_, life, row);
    return HANDLE_UNMEASURED;
}
