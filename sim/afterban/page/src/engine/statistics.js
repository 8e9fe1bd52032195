/** Sums and curves that metrics are made of: the twins of `afterban.statistics` and numpy. */

/** @param {ArrayLike<number>} values */
export function sum(values) {
  // Half and half, as numpy does: rounding errors grow with the logarithm of the count.
  return sumOf(values, 0, values.length);
}

/** @type {(values: ArrayLike<number>, begin: number, end: number) => number} */
function sumOf(values, begin, end) {
  if (end - begin > 128) {
    const middle = (begin + end) >> 1;
    return sumOf(values, begin, middle) + sumOf(values, middle, end);
  }
  let total = 0;
  for (let k = begin; k < end; k++) total += values[k];
  return total;
}

/** @param {ArrayLike<number>} values */
export function mean(values) {
  return values.length ? sum(values) / values.length : NaN;
}

/** @param {Iterable<number>} values */
export function median(values) {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  if (!sorted.length) return NaN;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * A quotient of counts; NaN if there is nothing to divide by.
 * @type {(above: number, below: number) => number}
 */
export const ratio = (above, below) => (below > 0 ? above / below : NaN);

/**
 * A curve through points, linear between them, at x; level outside.
 * @param {number} x
 * @param {Float64Array} at  increasing
 * @param {Float64Array} values
 */
export function interpolated(x, at, values) {
  const last = at.length - 1;
  if (x <= at[0]) return values[0];
  if (x >= at[last]) return values[last];
  const k = after(at, x);
  const slope = (values[k] - values[k - 1]) / (at[k] - at[k - 1]);
  return slope * (x - at[k - 1]) + values[k - 1];
}

/**
 * The first place whose entry is above x.
 * @param {ArrayLike<number>} sorted
 * @param {number} x
 */
export function after(sorted, x) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The first place whose entry is x or above.
 * @param {ArrayLike<number>} sorted
 * @param {number} x
 */
export function from(sorted, x) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Those that ended and the others, each in order.
 * @type {(durations: ArrayLike<number>, ended: ArrayLike<boolean | number>) => [Float64Array, Float64Array]}
 */
function divided(durations, ended) {
  const sorted = new Float64Array(durations.length);
  let low = 0;
  let high = durations.length;
  for (let k = 0; k < durations.length; k++) {
    if (ended[k]) sorted[low++] = durations[k];
    else sorted[--high] = durations[k];
  }
  return [sorted.subarray(0, low).sort(), sorted.subarray(low).sort()];
}

/** Kaplan and Meier's estimate: the share that goes on beyond each time at which some end. */
export class Survival {
  /**
   * @param {ArrayLike<number>} durations  until each ended or was last seen
   * @param {ArrayLike<boolean | number>} ended
   */
  constructor(durations, ended) {
    const [events, others] = divided(durations, ended);
    /** @type {number[]} */
    this.times = [];
    /** @type {number[]} */
    this.shares = [];
    let share = 1;
    for (let k = 0, gone = 0; k < events.length;) {
      let end = k;
      while (end < events.length && events[end] === events[k]) end++;
      while (others[gone] < events[k]) gone++;
      share *= 1 - (end - k) / (durations.length - k - gone);
      this.times.push(events[k]);
      this.shares.push(share);
      k = end;
    }
  }

  /**
   * Time by which a share has ended; Infinity if it never has.
   * @param {number} q
   */
  quantile(q) {
    // A hair of tolerance, since 0.5 reached as a product of fractions is not quite 0.5.
    const place = this.shares.findIndex((share) => share <= 1 - q + 1e-12);
    return place < 0 ? Infinity : this.times[place];
  }

  /**
   * Mean time if all were cut at the horizon.
   * @param {number} horizon
   */
  restrictedMean(horizon) {
    let total = 0;
    let begin = 0;
    let share = 1;
    for (let k = 0; k < this.times.length && this.times[k] < horizon; k++) {
      total += share * (this.times[k] - begin);
      begin = this.times[k];
      share = this.shares[k];
    }
    return total + share * (horizon - begin);
  }
}
