/* An entry point beside the engine as a program, for sanitizers: reads what is handed in from a file.

       drive_kernel name given [bytes of memory]

   The file: the number of the layout, then for each table the size of an entry, how many there are,
   and the entries.  Each table gets a piece of memory of its own.  Ends with the code, or 5 if more
   than a thousand million bytes are asked for. */

#include <stdio.h>
#include <stdlib.h>

#include "engine.c"

enum { MOST_TABLES = 64 };

int main(int argc, char **argv) {
    i64 head[1 + 2 * MOST_TABLES], tables = 0, code = 4, sizes[2];
    i64 size = argc > 3 ? atoll(argv[3]) : 1 << 20;
    FILE *file = argc > 2 ? fopen(argv[2], "rb") : NULL;
    if (file == NULL || fread(head, sizeof *head, 1, file) != 1) return 4;
    while (tables < MOST_TABLES && fread(sizes, sizeof *sizes, 2, file) == 2) {
        size_t bytes = (size_t)(sizes[0] * sizes[1]), padding = (8 - bytes % 8) % 8;
        char *table = malloc(bytes), rest[8];
        if (fread(table, 1, bytes, file) != bytes) return 4;
        if (fread(rest, 1, padding, file) != padding) return 4;
        head[1 + 2 * tables] = (i64)(uintptr_t)table;
        head[2 + 2 * tables++] = sizes[1];
    }
    fclose(file);
    for (;;) {
        size = (size + ALIGNED - 1) / ALIGNED * ALIGNED;
        i64 *memory = aligned_alloc(ALIGNED, (size_t)size);
#define TRY(name) \
        if (strcmp(argv[1], #name) == 0) code = afterban_##name(head, memory, size);
        KERNELS(TRY)
#undef TRY
        if (code != AFTERBAN_MORE_MEMORY) return (int)(code < 0 ? -code : code);
        size = *memory > 2 * size ? *memory + ALIGNED : 2 * size;
        if (size > 1000000000) return 5;
    }
}
