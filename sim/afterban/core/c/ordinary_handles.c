/* Handles of ordinary users, as in mechanisms/handles.py. */

enum { MOST_ORDINARY = 1 << 28 }; /* users of a sample */

static void ordinary_handle(
    i64 seed, i64 replication, double shift, i64 user, i64 operators, double namesakes,
    double topic_names, u8 *row
) {
    Draws kind = uniforms(seed, replication, DRAW_HANDLE_ORDINARY, user, 0, 0);
    Draws name = uniforms(seed, replication, DRAW_HANDLE_ORDINARY, user, 0, 1);
    Draws digits = uniforms(seed, replication, DRAW_HANDLE_ORDINARY, user, 0, 2);
    Draws mark = uniforms(seed, replication, DRAW_HANDLE_ORDINARY, user, 0, 3);
    int alike = operators > 0 && kind.u < namesakes + topic_names;
    int namesake = alike && kind.u < namesakes, shared = 0, syllables = SYLLABLES;
    if (alike) {
        base_handle(shift, seed, replication, (i64)(kind.v * (double)operators), row);
        shared = namesake ? SYLLABLES : HANDLE_TOPIC_SYLLABLES;
    } else {
        int range = HANDLE_LONGEST_ORDINARY - HANDLE_SHORTEST_ORDINARY + 1;
        syllables = HANDLE_SHORTEST_ORDINARY + (int)(name.v * range);
    }
    u64 own = (u64)(name.u * ORDINARY_NAMES);
    for (int k = shared; k < syllables; k++, own /= 100) {
        row[2 * k] = (u8)"bcdfghjklmnprstvwxyz"[own % 100 / 5];
        row[2 * k + 1] = (u8)"aeiou"[own % 5];
    }
    memset(row + 2 * syllables, 0, (size_t)(LONGEST - 2 * syllables));
    row[LONGEST] = (u8)(2 * syllables);
    int marked = mark.u < HANDLE_ORDINARY_SEPARATORS;
    if (marked) insert(row, 1 + (int)(mark.v * (2 * syllables - 1)), '_');
    if (digits.u < HANDLE_NO_DIGITS && (marked || !namesake)) return;
    int count = digits.u < HANDLE_ONE_DIGIT ? 1 : digits.u < HANDLE_TWO_DIGITS ? 2 : 4;
    int year = (int)(digits.v * 10000.0), room = LONGEST - row[LONGEST];
    for (int k = 0; k < count && k < room; k++, year /= 10)
        insert(row, row[LONGEST], '0' + year % 10);
}

static void ordinary_handles(
    i64 seed, i64 replication, i64 first, i64 count, i64 operators, double namesakes,
    double topic_names, u8 *rows
) {
    double shift = shift_of(seed, replication);
    for (i64 k = 0; k < count; k++)
        ordinary_handle(seed, replication, shift, first + k, operators, namesakes, topic_names,
            rows + k * HANDLE_ROW);
}

/* The rows of some ordinary users. */
i64 afterban_handles(const i64 *head, void *memory, i64 size) {
    struct { HANDLES_GIVEN(KERNEL_FIELD) } g;
    Room room;
    u8 *rows;
    KERNEL_TABLES(HANDLES_GIVEN, HANDLES_LAYOUT);
    if (g.seed_n != 1 || g.replication_n != 1 || g.first_n != 1 || g.count_n != 1
        || g.operators_n != 1 || g.namesakes_n != 1 || g.topic_names_n != 1)
        return BAD_INPUT;
    i64 count = g.count[0];
    if (count < 0 || count > MOST_ORDINARY || g.first[0] < 0
        || g.first[0] >= (i64)1 << 31 || g.operators[0] < 0 || g.operators[0] >= (i64)1 << KEY_BITS)
        return BAD_INPUT;
    if (!begin_room(&room, memory, size, 1)) return AFTERBAN_MORE_MEMORY;
    TAKE_ROOM(&room, rows, count * HANDLE_ROW);
    ordinary_handles(g.seed[0], g.replication[0], g.first[0], count, g.operators[0],
        g.namesakes[0], g.topic_names[0], rows);
    tell_table(&room, rows, count * HANDLE_ROW);
    return AFTERBAN_DONE;
}
