/**
 * Followers of some operators through time, exact at each corner.
 *
 * The run is done again, and each of them is looked at by itself on days of its own. A look touches nothing,
 * so it is the run that was recorded, and takes no longer than it: the twin of `afterban.experiment.trace`.
 */

import { rowsOf } from "./lives.js";
import { bytesOfNumbers } from "./program.js";
import { from } from "./statistics.js";

/** @import {Layout, World as RawWorld} from "./program.js" */
/** @import {Lives, Policy, Promotion, Trace} from "./types.d.ts" */

const EVENLY = 240; // points in equal steps over the horizon
const HAIR = 1e-9; // days before and after a promotion, whose day is known to less than that
const AFTER_A_START = [0.02, 0.1, 0.3, 1, 2, 4, 8, 16, 32]; // days, where followers change fastest

/**
 * Days on which an operator is looked at.
 * @param {number} horizon
 * @param {Lives} lives
 * @param {number} operator
 * @param {readonly Promotion[]} promotions  of its accounts
 */
export function daysOf(horizon, lives, operator, promotions) {
  const days = new Set(Array.from({ length: EVENLY }, (_, k) => (k * horizon) / EVENLY));
  /** @param {number} day */
  const corner = (day) => {
    if (Number.isNaN(day)) return;
    days.add(day);
    days.add(justAfter(day));
  };
  const [first, end] = rowsOf(lives, operator);
  for (let row = first; row < end; row++) {
    corner(lives.public[row]);
    corner(lives.suspended[row]);
    for (const later of AFTER_A_START) days.add(lives.public[row] + later);
  }
  for (const { day } of promotions) days.add(day - HAIR).add(day + HAIR);
  const sorted = Float64Array.from(days).filter((day) => day >= 0 && day < horizon).sort();
  return Float64Array.of(...sorted, horizon);
}

/** @param {number} day */
function justAfter(day) {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, day);
  bits.setBigInt64(0, bits.getBigInt64(0) + 1n);
  return bits.getFloat64(0);
}

/**
 * The looks at each operator on its days, as the program is handed them.
 * @param {RawWorld} raw
 * @param {readonly number[]} operators
 * @param {readonly Float64Array[]} days  of each
 * @returns {RawWorld}
 */
export function lookingAt(raw, operators, days) {
  const many = days.reduce((count, one) => count + one.length, 0);
  const [day, operator] = [new Float64Array(many), new Float64Array(many)];
  let at = 0;
  operators.forEach((one, k) => {
    day.set(days[k], at);
    operator.fill(one, at, at += days[k].length);
  });
  return { ...raw, look_day: bytesOfNumbers("f8", day), look_operator: bytesOfNumbers("i8", operator) };
}

/**
 * @param {Layout} layout
 * @param {Float64Array} looked  [looks, census]
 * @param {readonly number[]} operators
 * @param {readonly Float64Array[]} days  of each
 * @param {Policy} policy
 * @param {ReadonlyMap<number, Promotion[]>} promotions  by operator
 * @returns {Trace[]}
 */
export function tracesOf(layout, looked, operators, days, policy, promotions) {
  const { COLUMNS, ATTACHED_INSIDERS, ATTACHED_OUTSIDERS, OUTSIDER_IMPRESSIONS } = layout.census;
  let begin = 0;
  return operators.map((operator, k) => {
    const mine = days[k];
    /** @param {number} place */
    const line = (place) => mine.map((_, day) => looked[(begin + day) * COLUMNS + place]);
    const insiders = line(ATTACHED_INSIDERS);
    const outsiders = line(ATTACHED_OUTSIDERS);
    const outsiderImpressions = line(OUTSIDER_IMPRESSIONS);
    begin += mine.length;
    const received = (promotions.get(operator) ?? []).map((one) => {
      const next = Math.min(from(mine, one.day), mine.length - 1);
      const at = Math.max(next - 1, 0);
      return {
        ...one,
        insiders: Math.max(0, insiders[next] - insiders[at]),
        outsiders: Math.max(0, outsiders[next] - outsiders[at]),
      };
    });
    return { operator, policy, days: mine, insiders, outsiders, outsiderImpressions, promotions: received };
  });
}
