/** Keyed draws, as in `afterban.randomness`: Philox4x32-10, two numbers in (0, 1) for a key. */

const TO_UNIT = 2 ** -52;

/** High half of a product of two words. @type {(a: number, b: number) => number} */
function high(a, b) {
  const low = Math.floor(((a & 0xffff) * b) / 65536);
  return Math.floor(((a >>> 16) * b + low) / 65536);
}

/** @type {(upper: number, lower: number) => number} */
const unit = (upper, lower) => ((upper >>> 6) * 67108864 + (lower >>> 6) + 0.5) * TO_UNIT;

/**
 * @param {number} seed
 * @param {number} decision
 * @param {number} operator
 * @param {number} life
 * @param {number} ordinal
 * @returns {[number, number]}
 */
export function uniforms(seed, decision, operator, life, ordinal) {
  let [c0, c1, c2, c3] = [operator, life, ordinal, decision];
  let [k0, k1] = [seed, 0]; // a page runs the first replication
  for (let round = 0; round < 10; round++) {
    const high0 = high(0xd2511f53, c0);
    const high1 = high(0xcd9e8d57, c2);
    const low0 = Math.imul(0xd2511f53, c0) >>> 0;
    const low1 = Math.imul(0xcd9e8d57, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  return [unit(c0, c1), unit(c2, c3)];
}
