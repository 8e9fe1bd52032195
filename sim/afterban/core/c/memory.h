/* Numbers, and the memory that is handed in.

   Nothing here asks a system for anything: a replication lives in pieces of memory that its caller
   hands over, and takes from the newest one.  What is taken is never given back. */

#ifndef AFTERBAN_MEMORY_H
#define AFTERBAN_MEMORY_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef int64_t i64;
typedef uint64_t u64;
typedef int32_t i32;
typedef uint8_t u8;

/* Under the address sanitizer what is not taken may not be touched, and gaps keep tables apart. */
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
enum { GAP = 64 };
#else
#define ASAN_POISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
enum { GAP = 0 };
#endif

typedef struct {
    u8 *next, *end;
    i64 wanted; /* bytes of the last piece that could not be had, 0 if all could */
} Memory;

enum { ALIGNED = 16 };

static Memory memory_at(void *memory, i64 size) {
    ASAN_POISON_MEMORY_REGION(memory, (size_t)size);
    return (Memory){.next = memory, .end = (u8 *)memory + size};
}

/* Bytes that are left, which may be over 2 GB where addresses have 32 bits. */
static i64 left_in(const Memory *memory) {
    return (i64)((uintptr_t)memory->end - (uintptr_t)memory->next);
}

/* So many bytes, or NULL; `wanted` says then how many were asked for. */
static void *take(Memory *memory, i64 bytes) {
    i64 size = (bytes + ALIGNED - 1) / ALIGNED * ALIGNED + GAP;
    if (bytes < 0 || size > left_in(memory)) {
        memory->wanted = size + ALIGNED;
        return NULL;
    }
    void *found = memory->next;
    memory->next += size;
    ASAN_UNPOISON_MEMORY_REGION(found, (size_t)bytes);
    return found;
}

/* The same table with more bytes, or NULL: where it lies if nothing was taken since, else a copy. */
static void *take_more(Memory *memory, void *table, i64 bytes, i64 wanted) {
    u8 *next = memory->next;
    if ((u8 *)table + (bytes + ALIGNED - 1) / ALIGNED * ALIGNED + GAP == next) memory->next = table;
    void *found = take(memory, wanted);
    if (found == NULL) memory->next = next;
    else if (found != table) memcpy(found, table, (size_t)bytes);
    return found;
}

static double least(double a, double b) { return b < a ? b : a; }
static double most_of(double a, double b) { return b > a ? b : a; }

#endif
