/**
 * The network before the first event: drawn by the program, and its state at the start.
 *
 * The twin of `afterban.world.first_state` and of what `afterban.engines.compiled.given` puts
 * beside it.
 */

import { SimulatorError } from "./errors.js";
import { ordinaryHandles } from "./ordinary.js";
import { bytesOfNumbers, numbers } from "./program.js";
import { sum } from "./statistics.js";

/** @import {Layout, Program, World} from "./program.js" */
/** @import {Tables} from "./tables.js" */

const FACTOR_REFOLLOW = 1; // in which operators of a tier may differ

/**
 * Operators and links, and what else of the world the program is handed.
 * @param {Program} program
 * @param {Tables} tables  with seed and replication
 * @returns {World}
 */
export function drawn(program, tables) {
  return { ...program.kernel("world", tables) };
}

/**
 * The tables of a policy that hang on the world.
 * @param {Program} program
 * @param {Tables} tables  with seed and replication
 * @param {World} world
 * @returns {World}
 */
export function atTheStart(program, tables, world) {
  const { layout } = program;
  if (tables.wrong_per_right.data.some((x) => x > 0) || tables.wrong_a_day.data.some((x) => x > 0)) {
    throw new SimulatorError("a page does not draw the flags that channels raise on ordinary users");
  }
  const none = new Float64Array(0);
  return {
    ...world,
    sizes: sizes(layout, tables, world),
    rows: bytesOfNumbers("f8", firstState(layout, tables, world)),
    weight: bytesOfNumbers("f8", tables.live_insiders.data[0] ? weights(tables, world) : none),
    wrong_day: bytesOfNumbers("f8", none),
    wrong_channel: bytesOfNumbers("i8", none),
    wrong_number: bytesOfNumbers("i8", none),
    users: users(layout, tables),
  };
}

/** @type {(layout: Layout, tables: Tables, world: World) => Uint8Array} */
function sizes(layout, tables, world) {
  /** @type {Record<string, number>} */
  const of = {
    operators: world.tier.length / 4,
    tiers: tables.tier_count.data.length,
    platforms: tables.platform_kept.data.length,
    regimes: tables.regime_start.data.length,
    days: tables.grid.data.length,
    windows: tables.windows.data.length,
    there: sum(tables.tier_count.data),
  };
  return bytesOfNumbers("i8", Float64Array.from(layout.sizes, (name) => of[name]));
}

/**
 * Rows of all operators at the start: sleepers are not public yet.
 * @type {(layout: Layout, tables: Tables, world: World) => Float64Array}
 */
function firstState(layout, tables, world) {
  const s = layout.state;
  const tier = numbers("i4", world.tier);
  const audience = numbers("f8", world.audience);
  const factors = numbers("f8", world.factors);
  const there = sum(tables.tier_count.data);
  const steps = tables.burst_factor.shape[1];
  const rows = new Float64Array(tier.length * s.COLUMNS);
  /** @type {[attached: number, detached: number, untouched: number, refollow: number, forget: number][]} */
  const segments = [
    [s.ATTACHED_IN, s.DETACHED_IN, s.UNTOUCHED_IN, s.REFOLLOW_IN, s.FORGET_IN],
    [s.ATTACHED_OUT, s.DETACHED_OUT, s.UNTOUCHED_OUT, s.REFOLLOW_OUT, s.FORGET_OUT],
  ];
  const { sleeper, attached_at_start, detached_at_start, refollow, forget, burst_factor } = tables;
  for (let i = 0, row = 0; i < tier.length; i++, row += s.COLUMNS) {
    const k = tier[i];
    const isPublic = sleeper.data[k] === 0 && i < there;
    const factor = factors.length ? factors[3 * i + FACTOR_REFOLLOW] : 1;
    for (let side = 0; side < 2; side++) {
      const [attached, detached, untouched, found, forgets] = segments[side];
      const people = audience[2 * i + side];
      rows[row + attached] = (isPublic ? attached_at_start.data[k] : 0) * people;
      rows[row + detached] = (i < there ? detached_at_start.data[k] : 0) * people;
      rows[row + untouched] = people - rows[row + attached] - rows[row + detached];
      rows[row + found] = refollow.data[2 * k + side] * factor;
      rows[row + forgets] = forget.data[side];
    }
    rows[row + s.PUBLIC] = isPublic ? 1 : 0;
    rows[row + s.POSTS_CHANGE] = burst_factor.data[k * steps] - 1;
  }
  return rows;
}

/**
 * Number of members at the start whom each operator follows.
 * @type {(tables: Tables, world: World) => Float64Array}
 */
function weights(tables, world) {
  const links = numbers("i8", world.links);
  const there = sum(tables.tier_count.data);
  if (there === links.length) return links;
  const promoters = numbers("i4", world.promoters);
  const end = numbers("i8", world.promoter_start)[there];
  const found = new Float64Array(links.length);
  for (let k = 0; k < end; k++) found[promoters[k]]++;
  found.fill(there ? rounded(sum(found.subarray(0, there)) / there) : 0, there);
  return found;
}

/** To the nearest whole number, halves to the even one. @param {number} x */
function rounded(x) {
  const low = Math.floor(x);
  const up = x - low > 0.5 || (x - low === 0.5 && low % 2 !== 0);
  return up ? low + 1 : low;
}

/**
 * The sample of ordinary users with which a team's cases are made, where there are look-alikes.
 * @type {(layout: Layout, tables: Tables) => Uint8Array}
 */
function users(layout, tables) {
  const on = tables.finite_staff.data[0] !== 0 && tables.ordinary_signups.data[0] > 0 &&
    tables.users_recall.data.some((recall) => recall > 0);
  return on ? ordinaryHandles(layout, tables) : new Uint8Array(0);
}
