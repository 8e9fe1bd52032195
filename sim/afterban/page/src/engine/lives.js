/** Looking things up in answers: whose accounts, which handle, what happened when, who is near. */

import { from } from "./statistics.js";

/** @import {Answer, Happening, Lives, Neighbours, Policy, World} from "./types.d.ts" */

const ROW = 16; // bytes of a handle, the last one its length

/**
 * The text of a handle.
 * @param {Lives} lives
 * @param {number} row
 */
export function handleOf(lives, row) {
  const begin = row * ROW;
  const length = lives.handles[begin + ROW - 1];
  return String.fromCharCode(...lives.handles.subarray(begin, begin + length));
}

/**
 * First row of an operator's accounts, and the first row after them.
 * @param {Lives} lives
 * @param {number} operator
 * @returns {[number, number]}
 */
export function rowsOf(lives, operator) {
  return [from(lives.operator, operator), from(lives.operator, operator + 1)];
}

/**
 * The operator of a tier that had most lives, the lowest number among several; -1 if it has none.
 * @param {Answer} answer
 * @param {Policy} policy
 * @param {number} tier
 */
export function busiest(answer, policy, tier) {
  const { lives } = answer.policies[policy];
  let [best, most] = [-1, 0];
  for (let row = 0; row < lives.count; row++) {
    const operator = lives.operator[row];
    if (answer.world.tier[operator] === tier && lives.life[row] > most) {
      [best, most] = [operator, lives.life[row]];
    }
  }
  return best;
}

/**
 * Operators that may promote this one, and those that it may promote.
 * @param {World} world
 * @param {number} operator
 * @returns {Neighbours}
 */
export function neighbours(world, operator) {
  const { promoterStart: start, promoters } = world;
  const promoted = [];
  for (let i = 0; i < world.operators; i++) {
    for (let k = start[i]; k < start[i + 1]; k++) if (promoters[k] === operator) promoted.push(i);
  }
  return {
    promoters: promoters.slice(start[operator], start[operator + 1]),
    promoted: Int32Array.from(promoted),
  };
}

/**
 * Suspensions and returns in the order of days; of some operators, or of all.
 * @param {Lives} lives
 * @param {readonly number[]} [operators]
 * @returns {Happening[]}
 */
export function happenings(lives, operators) {
  /** @type {Happening[]} */
  const found = [];
  /** @param {number} row */
  const tell = (row) => {
    const one = {
      operator: lives.operator[row],
      life: lives.life[row],
      handle: handleOf(lives, row),
      insiders: lives.insiders[row],
      outsiders: lives.outsiders[row],
    };
    if (lives.life[row] > 1 && !Number.isNaN(lives.public[row])) {
      const before = handleOf(lives, row - 1);
      found.push({ ...one, day: lives.public[row], kind: "return", before, insiders: 0, outsiders: 0 });
    }
    if (!Number.isNaN(lives.suspended[row])) {
      found.push({ ...one, day: lives.suspended[row], kind: "suspension" });
    }
  };
  if (operators) {
    for (const operator of operators) {
      const [first, end] = rowsOf(lives, operator);
      for (let row = first; row < end; row++) tell(row);
    }
  } else {
    for (let row = 0; row < lives.count; row++) tell(row);
  }
  return found.sort((a, b) => a.day - b.day || a.operator - b.operator || a.life - b.life);
}
