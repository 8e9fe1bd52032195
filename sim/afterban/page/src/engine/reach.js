/**
 * How many distinct outsiders were exposed at least once: the twin of `afterban.mechanisms.reach`,
 * where the method is explained.
 */

const KINDS = 58;
const APPETITES = Float64Array.from({ length: KINDS }, (_, k) => 2 ** ((k - 46) / 2));
const SHARES = APPETITES.map((a) => 0.5 * Math.LN2 * a * Math.exp(-a));
SHARES[0] += 1 - SHARES.reduce((a, b) => a + b, 0);
const SMALL = 0.01;

/** @param {number} share  of the outside population */
function membership(share) {
  const inside = new Float64Array(KINDS).fill(1);
  if (share >= 1) return inside;
  const c = share / (1 - share);
  return inside.map((_, k) => -Math.expm1(-c * APPETITES[k]));
}

/**
 * 1 - exp(-x), by the series of a 64th of it, doubled six times.
 * @param {number} exposures
 */
function atLeastOnce(exposures) {
  const x = Math.min(exposures, 38) / 64;
  let e = x / 10;
  for (let k = 9; k > 0; k--) e = (x / k) * (1 - e);
  for (let k = 0; k < 6; k++) e *= 2 - e;
  return e;
}

/**
 * Share of the outside population exposed at least once in each window, and in all together.
 * @param {Float64Array} impressions  of outsiders, [windows, operators]
 * @param {Float64Array} audience  outsiders, [operators]
 * @param {number} population
 * @returns {Float64Array}  [windows + 1]
 */
export function exposedShare(impressions, audience, population) {
  const operators = audience.length;
  const windows = operators ? impressions.length / operators : 0;
  const bound = (population * SMALL) / (1 + SMALL);
  const small = audience.map((a) => (a <= bound ? a / (population - a) : 0));
  const perMember = audience.map((a) => (a > 0 ? 1 / a : 0));
  const large = [...audience.keys()].filter((i) => audience[i] > bound);
  const inside = large.map((i) => membership(audience[i] / population));
  const unseen = new Float64Array(operators).fill(1);
  const exposed = new Float64Array(operators);
  const out = new Float64Array(windows + 1);
  for (let w = 0; w <= windows; w++) {
    for (let i = 0; i < operators; i++) {
      if (w < windows) {
        exposed[i] = atLeastOnce(impressions[w * operators + i] * perMember[i]);
        unseen[i] *= 1 - exposed[i];
      } else {
        exposed[i] = 1 - unseen[i];
      }
    }
    let [first, second, third, fourth] = [0, 0, 0, 0];
    for (let i = 0; i < operators; i++) {
      const e = exposed[i];
      const x = small[i];
      const spread = e * (1 - e) * x * x;
      first += e * x;
      second += spread;
      third += spread * (1 - 2 * e) * x;
      fourth += spread * (1 - 6 * e * (1 - e)) * x * x;
    }
    for (let k = 0; k < KINDS; k++) {
      const a = APPETITES[k];
      const series = first - (a / 2) * (second - (a / 3) * (third - (a / 4) * fourth));
      let missed = Math.exp(-a * series);
      for (let j = 0; j < large.length; j++) missed *= 1 - exposed[large[j]] * inside[j][k];
      out[w] += SHARES[k] * (1 - missed);
    }
  }
  return out;
}
