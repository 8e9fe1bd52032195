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

/* Both draws of `uniforms` for these ordinals: a loop of which a processor does several at once. */
static void uniforms_of_ordinals(
    i64 seed, i64 replication, i64 decision, i64 operator_, i64 life, const i32 *ordinals,
    i64 how_many, double *first, double *second
) {
    enum { AT_ONCE = 8 };
    for (i64 begin = 0; begin < how_many; begin += AT_ONCE) {
        u64 c0[AT_ONCE], c1[AT_ONCE], c2[AT_ONCE], c3[AT_ONCE];
        u64 k0 = (u64)seed, k1 = (u64)replication;
        i64 end = how_many - begin < AT_ONCE ? how_many - begin : AT_ONCE;
        for (int k = 0; k < AT_ONCE; k++) {
            c0[k] = (u64)operator_;
            c1[k] = (u64)life;
            c2[k] = (u64)(k < end ? ordinals[begin + k] : 0);
            c3[k] = (u64)decision;
        }
        for (int round = 0; round < 10; round++) {
            for (int k = 0; k < AT_ONCE; k++) {
                u64 p0 = 0xD2511F53u * (c0[k] & 0xFFFFFFFFu);
                u64 p1 = 0xCD9E8D57u * (c2[k] & 0xFFFFFFFFu);
                c0[k] = (p1 >> 32) ^ c1[k] ^ k0;
                c2[k] = (p0 >> 32) ^ c3[k] ^ k1;
                c1[k] = p1 & 0xFFFFFFFFu;
                c3[k] = p0 & 0xFFFFFFFFu;
            }
            k0 = (k0 + 0x9E3779B9u) & 0xFFFFFFFFu;
            k1 = (k1 + 0xBB67AE85u) & 0xFFFFFFFFu;
        }
        for (int k = 0; k < end; k++) {
            first[begin + k] = ((double)(i64)(((c0[k] >> 6) << 26) + (c1[k] >> 6)) + 0.5) * 0x1p-52;
            second[begin + k] = ((double)(i64)(((c2[k] >> 6) << 26) + (c3[k] >> 6)) + 0.5) * 0x1p-52;
        }
    }
}
