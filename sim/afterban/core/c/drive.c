/* The engine as a program, for sanitizers: reads what is handed in from a file, writes the tables.

       drive given told [events at a time] [bytes of memory at a time] [most events]

   Ends with the engine's code, or 3 if it has not ended after so many events (a thousand million).
   After the tables stand, for each of them, its address and how many entries it has. */

#include <stdio.h>
#include <stdlib.h>

#include "engine.c"

int main(int argc, char **argv) {
    FILE *file = argc > 2 ? fopen(argv[1], "rb") : NULL;
    if (file == NULL) return 4;
    fseek(file, 0, SEEK_END);
    i64 bytes = ftell(file), code;
    i64 events = argc > 3 ? atoll(argv[3]) : 1 << 16, size = argc > 4 ? atoll(argv[4]) : 1 << 22;
    i64 left = argc > 5 ? atoll(argv[5]) : 1000000000;
    rewind(file);
    u8 *given = malloc((size_t)bytes + 1);
    if (fread(given, 1, (size_t)bytes, file) != (size_t)bytes) return 4;
    fclose(file);
#ifdef __SANITIZE_ADDRESS__ /* what lies between the tables may not be read */
    const i64 *head = (const i64 *)(void *)given;
    const size_t sizes[] = {
#define SIZE_OF(type, name) sizeof(type),
        GIVEN(SIZE_OF)
    };
    for (i64 k = 0; k < GIVEN_COUNT; k++) {
        i64 end = head[1 + 2 * k] + head[2 + 2 * k] * (i64)sizes[k];
        i64 next = k + 1 < GIVEN_COUNT ? head[3 + 2 * k] : bytes;
        if (0 <= end && end < next && next <= bytes)
            ASAN_POISON_MEMORY_REGION(given + end, (size_t)(next - end));
    }
#endif
    Run *run;
    do {
        size *= 2;
        run = aligned_alloc(ALIGNED, (size_t)size);
        code = afterban_begin(given, bytes, run, size);
    } while (code == AFTERBAN_MORE_MEMORY);
    for (; code == AFTERBAN_PAUSED || code == AFTERBAN_MORE_MEMORY; left -= events) {
        if (left < 0) return 3;
        if (code == AFTERBAN_MORE_MEMORY) {
            i64 wanted = (afterban_wanted(run) + ALIGNED) / ALIGNED * ALIGNED;
            afterban_give(run, aligned_alloc(ALIGNED, (size_t)wanted), wanted);
        }
        code = afterban_go(run, events);
    }
    if (code != AFTERBAN_DONE) return (int)-code;
    const i64 *told = (const i64 *)(uintptr_t)afterban_told(run);
    file = fopen(argv[2], "wb");
    if (file == NULL) return 4;
    const size_t each[] = {
        sizeof(Account), sizeof(OpenCase), 8, 8, 8, 8, 8, 8, 8, 8, 8, 8,
    };
    for (int k = 0; k < TOLD_COUNT; k++)
        fwrite((const void *)(uintptr_t)told[2 * k], each[k], (size_t)told[2 * k + 1], file);
    fwrite(told, sizeof *told, 2 * TOLD_COUNT, file);
    return fclose(file) != 0;
}
