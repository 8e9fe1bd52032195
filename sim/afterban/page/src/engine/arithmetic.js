/**
 * The arithmetic of the program that rules need, to the bit: the twin of afterban/arithmetic.py,
 * where it is explained.
 */

const BITS = 200n; // after the point, of the whole numbers below
const ONE = 1n << BITS;
const GRID = 42n;
const SHORT = 2 ** 24;

/** The nearest number: of a whole one rounded once, and halved exactly. @param {bigint} whole */
const float = (whole) => Number(whole) / 2 ** 200;

/**
 * A number as one with few bits, and the rest.
 * @param {bigint} whole
 * @returns {[number, number]}
 */
function parts(whole) {
  const size = whole < 0n ? -whole : whole;
  const few = (size >> (BITS - GRID)) << (BITS - GRID);
  const high = whole < 0n ? -few : few;
  return [float(high), float(whole - high)];
}

/** For z near j / 256 (j from 128 to 256) a fraction near 1 / z, and less its logarithm. */
const [INVERSE, LOG, LOG_REST] = (() => {
  const logs = [0n]; // of 1 + m / 256
  for (let m = 256n; m < 512n; m++) {
    const odd = 2n * m + 1n;
    let term = ONE / odd;
    let more = 0n;
    for (let k = 1n; k < BITS; k += 2n, term /= odd * odd) more += term / k;
    logs.push(logs[logs.length - 1] + 2n * more);
  }
  const nearest = Array.from({ length: 129 }, (_, k) => Math.floor((2 * 65536 + 128 + k) / (2 * (128 + k))));
  const halves = nearest.map((m) => parts(-logs[m - 256]));
  return [nearest.map((m) => m / 256), halves.map(([high]) => high), halves.map(([, low]) => low)];
})();

const [LOG_2, LOG_2_REST] = (() => {
  let whole = 0n;
  for (let k = 1n; k < BITS; k++) whole += ONE / (k << k);
  return parts(whole);
})();

const bits = new DataView(new ArrayBuffer(8));

/**
 * A number as z 2^k, z from 0.5 to 1.
 * @param {number} x  above 0
 * @returns {[number, number]}
 */
function split(x) {
  if (x < 2 ** -1022) {
    const [z, k] = split(x * 2 ** 64);
    return [z, k - 64];
  }
  bits.setFloat64(0, x);
  const high = bits.getUint32(0);
  bits.setUint32(0, (high & 0xfffff) | (1022 << 20));
  return [bits.getFloat64(0), (high >>> 20) - 1022];
}

/**
 * Natural logarithm; -Infinity of 0, NaN below.
 * @param {number} x
 */
export function log(x) {
  if (!(x > 0 && x < Infinity)) return x === 0 ? -Infinity : x < 0 ? NaN : x;
  const [z, k] = split(x);
  const j = Math.trunc(z * 256 + 0.5) - 128;
  const n = INVERSE[j];
  const short = Math.trunc(z * SHORT + 0.5) / SHORT;
  const r = short * n - 1;
  const rest = (z - short) * n;
  const t = r + rest;
  const tt = t * t;
  const series =
    (-0.5 + t * (1 / 3)) + tt * ((-0.25 + t * 0.2) + tt * (-1 / 6 + t * (1 / 7)));
  const low = rest + ((k * LOG_2_REST + LOG_REST[j]) + 0);
  return ((k * LOG_2 + LOG[j]) + r) + (low + tt * series);
}
