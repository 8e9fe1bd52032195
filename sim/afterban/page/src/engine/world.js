/** The network before the first event, and what else a replication begins with: by the program. */

import { bytesOfNumbers } from "./program.js";
import { sum } from "./statistics.js";

/** @import {Program, World} from "./program.js" */
/** @import {Tables} from "./tables.js" */

/**
 * Operators and links.
 * @param {Program} program
 * @param {Tables} tables  with seed and replication
 * @returns {World}
 */
export function drawn(program, tables) {
  return program.kernel("world", tables);
}

/**
 * The world with all that a policy's replication begins with.
 * @param {Program} program
 * @param {Tables} tables  with seed and replication
 * @param {World} world
 * @returns {World}
 */
export function atTheStart(program, tables, world) {
  /** @type {Record<string, number>} */
  const sizes = {
    operators: world.tier.length / 4,
    tiers: tables.tier_count.data.length,
    platforms: tables.platform_kept.data.length,
    regimes: tables.regime_start.data.length,
    days: tables.grid.data.length,
    windows: tables.windows.data.length,
    there: sum(tables.tier_count.data),
  };
  return {
    ...world,
    look_day: new Uint8Array(0),
    look_operator: new Uint8Array(0),
    sizes: bytesOfNumbers("i8", Float64Array.from(program.layout.sizes, (name) => sizes[name])),
    ...program.kernel("start", tables, world),
  };
}
