/* What the entry points beside the engine have in common: tables in, tables out.

   Each is handed the number of its layout and, for each table, its address and how many entries it
   has; and memory, aligned to 16 bytes.  At the beginning of that it writes how many bytes it would
   have needed, and address and number of entries of each table that it tells. */

#ifndef AFTERBAN_KERNELS_H
#define AFTERBAN_KERNELS_H

#include "network.h"

/* Codes of what all entry points return. */
enum {
    AFTERBAN_DONE,
    AFTERBAN_PAUSED,      /* so many events have happened */
    AFTERBAN_MORE_MEMORY, /* nothing has changed; hand over at least `wanted` bytes and go on */
    AFTERBAN_WRONG_LAYOUT = WRONG_LAYOUT,
    AFTERBAN_BAD_INPUT = BAD_INPUT,
};

#define KERNEL_FIELD(type, name) const type *name; i64 name##_n;

#define KERNEL_READ(type, name) \
    g.name = (const type *)(uintptr_t)head[at]; \
    g.name##_n = head[at + 1]; \
    if (g.name##_n < 0) return BAD_INPUT; \
    at += 2;

/* Read the tables of a kernel into `g`, or return a code. */
#define KERNEL_TABLES(GIVEN_TABLES, LAYOUT_NUMBER) \
    do { \
        i64 at = 1; \
        if (head[0] != LAYOUT_NUMBER) return WRONG_LAYOUT; \
        GIVEN_TABLES(KERNEL_READ) \
    } while (0)

/* The memory of a kernel: what it tells first, and room to take from. */
typedef struct {
    Memory memory;
    u8 *begin;
    i64 *told; /* wanted, then the tables */
    i64 tables;
} Room;

static int begin_room(Room *room, void *memory, i64 size, i64 most) {
    if (size < (1 + 2 * most) * (i64)sizeof(i64) + 2 * ALIGNED + GAP) {
        if (size >= (i64)sizeof(i64)) *(i64 *)memory = 1024 + 2 * GAP;
        return 0;
    }
    room->memory = memory_at(memory, size);
    room->begin = memory;
    room->told = take(&room->memory, (1 + 2 * most) * (i64)sizeof(i64));
    room->tables = 0;
    return 1;
}

static void tell_table(Room *room, const void *table, i64 how_many) {
    room->told[1 + 2 * room->tables] = (i64)(uintptr_t)table;
    room->told[2 + 2 * room->tables++] = how_many;
}

/* Say how much memory there should have been; what a kernel returns then. */
static i64 ask_for_more(Room *room) {
    i64 used = (i64)((uintptr_t)room->memory.next - (uintptr_t)room->begin), wanted = room->memory.wanted;
    room->told[0] = wanted > INT64_MAX / 2 ? wanted : used + wanted;
    return AFTERBAN_MORE_MEMORY;
}

/* Bytes for so many of a size; what nobody has where that is beyond counting. */
static i64 bytes_of(i64 how_many, i64 each) {
    return how_many < 0 || how_many > INT64_MAX / 4 / each ? INT64_MAX / 4 : how_many * each;
}

#define TAKE_ROOM(room, name, how_many) \
    if ((name = take(&(room)->memory, bytes_of(how_many, (i64)sizeof *(name)))) == NULL) \
        return ask_for_more(room)

#endif
