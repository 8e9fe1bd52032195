/* Draws by key, as in randomness.py: Philox4x32-10. */

typedef struct { double u, v; } Draws;

static inline Draws uniforms(
    i64 seed, i64 replication, i64 decision, i64 operator_, i64 life, i64 ordinal
) {
    u64 c0 = (u64)operator_, c1 = (u64)life, c2 = (u64)ordinal, c3 = (u64)decision;
    u64 k0 = (u64)seed, k1 = (u64)replication;
    for (int round = 0; round < 10; round++) {
        u64 p0 = 0xD2511F53u * c0, p1 = 0xCD9E8D57u * c2;
        u64 a = (p1 >> 32) ^ c1 ^ k0, c = (p0 >> 32) ^ c3 ^ k1;
        c1 = p1 & 0xFFFFFFFFu;
        c3 = p0 & 0xFFFFFFFFu;
        c0 = a;
        c2 = c;
        k0 = (k0 + 0x9E3779B9u) & 0xFFFFFFFFu;
        k1 = (k1 + 0xBB67AE85u) & 0xFFFFFFFFu;
    }
    return (Draws){
        ((double)(i64)(((c0 >> 6) << 26) + (c1 >> 6)) + 0.5) * 0x1p-52,
        ((double)(i64)(((c2 >> 6) << 26) + (c3 >> 6)) + 0.5) * 0x1p-52,
    };
}

enum { ROUNDS = 10 };

/* Ten rounds for many counters at once, which are replaced by what they give.  A key: its two words
   in each round.

   Only the lower halves of words count until the end.  Of `how_many`, a multiple of four: a
   processor that has the instructions does four at a time. */
static void ten_rounds(
    u64 *restrict c0, u64 *restrict c1, u64 *restrict c2, u64 *restrict c3, i64 how_many,
    u64 key[ROUNDS][2]
) {
    const u64 low = 0xFFFFFFFFu;
    for (i64 k = 0; k < how_many; k++) {
        u64 a0 = c0[k], a1 = c1[k], a2 = c2[k], a3 = c3[k];
        for (int round = 0; round < ROUNDS; round++) {
            u64 p0 = 0xD2511F53u * (a0 & low), p1 = 0xCD9E8D57u * (a2 & low);
            a0 = (p1 >> 32) ^ a1 ^ key[round][0];
            a2 = (p0 >> 32) ^ a3 ^ key[round][1];
            a1 = p1;
            a3 = p0;
        }
        c0[k] = a0 & low, c1[k] = a1 & low, c2[k] = a2 & low, c3[k] = a3 & low;
    }
}

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define FOUR_AT(words) _mm256_loadu_si256((const __m256i *)(const void *)(words))
#define STORE_FOUR(words, four) \
    _mm256_storeu_si256((__m256i *)(void *)(words), _mm256_and_si256(four, low))

/* The same where there is AVX2: C has no word for a product of 32 bits by 32 in lanes of 64. */
__attribute__((target("avx2"))) static void ten_wide_rounds(
    u64 *c0, u64 *c1, u64 *c2, u64 *c3, i64 how_many, u64 key[ROUNDS][2]
) {
    const __m256i m0 = _mm256_set1_epi64x(0xD2511F53), m1 = _mm256_set1_epi64x(0xCD9E8D57);
    const __m256i low = _mm256_set1_epi64x(0xFFFFFFFF);
    __m256i keys[ROUNDS][2];
    for (int round = 0; round < ROUNDS; round++)
        for (int word = 0; word < 2; word++)
            keys[round][word] = _mm256_set1_epi64x((i64)key[round][word]);
    for (i64 k = 0; k < how_many; k += 4) {
        __m256i a0 = FOUR_AT(c0 + k), a1 = FOUR_AT(c1 + k);
        __m256i a2 = FOUR_AT(c2 + k), a3 = FOUR_AT(c3 + k);
        for (int round = 0; round < ROUNDS; round++) {
            __m256i p0 = _mm256_mul_epu32(m0, a0), p1 = _mm256_mul_epu32(m1, a2);
            __m256i with0 = _mm256_xor_si256(a1, keys[round][0]);
            __m256i with1 = _mm256_xor_si256(a3, keys[round][1]);
            a0 = _mm256_xor_si256(_mm256_srli_epi64(p1, 32), with0);
            a2 = _mm256_xor_si256(_mm256_srli_epi64(p0, 32), with1);
            a1 = p1;
            a3 = p0;
        }
        STORE_FOUR(c0 + k, a0);
        STORE_FOUR(c1 + k, a1);
        STORE_FOUR(c2 + k, a2);
        STORE_FOUR(c3 + k, a3);
    }
}

static void rounds_of_many(
    u64 *c0, u64 *c1, u64 *c2, u64 *c3, i64 how_many, u64 key[ROUNDS][2]
) {
    if (__builtin_cpu_supports("avx2")) ten_wide_rounds(c0, c1, c2, c3, how_many, key);
    else ten_rounds(c0, c1, c2, c3, how_many, key);
}
#else
#define rounds_of_many ten_rounds
#endif

/* Two words each to numbers in the open interval (0, 1), as in `uniforms`. */
static void units_of_many(u64 *high, const u64 *low, i64 how_many, double *out) {
    const u64 whole = UINT64_C(0x433) << 52; /* as bits of a number: 2^52 and the word */
    for (i64 k = 0; k < how_many; k++) high[k] = (((high[k] >> 6) << 26) + (low[k] >> 6)) | whole;
    memcpy(out, high, (size_t)how_many * sizeof *out);
    for (i64 k = 0; k < how_many; k++) out[k] = ((out[k] - 0x1p52) + 0.5) * 0x1p-52;
}

/* First draws of `uniforms` for pairs of operator and ordinal, and second ones but for NULL.

   many: whether there is an operator for each of them; else all are of one. */
static void draws_of_many(
    i64 seed, i64 replication, i64 decision, const i32 *operators, int many, i64 life,
    const i32 *ordinals, i64 how_many, double *first, double *second
) {
    u64 key[ROUNDS][2] = {{(u64)seed, (u64)replication}};
    for (int round = 1; round < ROUNDS; round++) {
        key[round][0] = key[round - 1][0] + 0x9E3779B9u;
        key[round][1] = key[round - 1][1] + 0xBB67AE85u;
    }
    u64 c0[DRAWS_AT_ONCE], c1[DRAWS_AT_ONCE], c2[DRAWS_AT_ONCE], c3[DRAWS_AT_ONCE];
    for (i64 begin = 0; begin < how_many; begin += DRAWS_AT_ONCE) {
        i64 end = how_many - begin < DRAWS_AT_ONCE ? how_many - begin : DRAWS_AT_ONCE;
        i64 in_fours = (end + 3) / 4 * 4;
        for (i64 k = 0; k < in_fours; k++) {
            i64 at = begin + (k < end ? k : 0);
            c0[k] = (u64)operators[many ? at : 0];
            c1[k] = (u64)life;
            c2[k] = (u64)ordinals[at];
            c3[k] = (u64)decision;
        }
        rounds_of_many(c0, c1, c2, c3, in_fours, key);
        units_of_many(c0, c1, end, first + begin);
        if (second != NULL) units_of_many(c2, c3, end, second + begin);
    }
}

static void uniforms_of_ordinals(
    i64 seed, i64 replication, i64 decision, i64 operator_, i64 life, const i32 *ordinals,
    i64 how_many, double *first, double *second
) {
    const i32 only = (i32)operator_;
    draws_of_many(
        seed, replication, decision, &only, 0, life, ordinals, how_many, first, second);
}

static void uniforms_of_pairs(
    i64 seed, i64 replication, i64 decision, const i32 *operators, const i32 *ordinals,
    i64 how_many, double *first
) {
    draws_of_many(
        seed, replication, decision, operators, 1, 0, ordinals, how_many, first, NULL);
}
