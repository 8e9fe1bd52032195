/**
 * Followers of some operators through time, exact at each corner.
 *
 * The run is done again with each of them in a tier of its own, behind the others, whose census is
 * taken on a finer grid. A census touches nothing and draws are keyed by operator, so it is the run
 * that was recorded: the twin of `afterban.experiment.trace`.
 */

import { rowsOf } from "./lives.js";
import { bytesOfNumbers } from "./program.js";
import { from } from "./statistics.js";

/** @import {Layout, World as RawWorld} from "./program.js" */
/** @import {Table, Tables} from "./tables.js" */
/** @import {Lives, Policy, Promotion, Trace, World} from "./types.d.ts" */

const EVENLY = 240; // points in equal steps over the horizon
const HAIR = 1e-9; // days before and after a promotion, whose day is known to less than that
const AFTER_A_START = [0.02, 0.1, 0.3, 1, 2, 4, 8, 16, 32]; // days, where followers change fastest

// Tables that have an entry for each tier, and on which axis.
const OF_TIERS = { regimes: 1, burst_factor: 0, pulse_tiers: 1 };

/**
 * Days on which the census is taken.
 * @param {number} horizon
 * @param {Lives} lives
 * @param {readonly number[]} operators
 * @param {readonly Promotion[]} promotions
 */
export function daysOf(horizon, lives, operators, promotions) {
  const days = new Set(Array.from({ length: EVENLY }, (_, k) => (k * horizon) / EVENLY));
  /** @param {number} day */
  const corner = (day) => {
    if (Number.isNaN(day)) return;
    days.add(day);
    days.add(justAfter(day));
  };
  for (const operator of operators) {
    const [first, end] = rowsOf(lives, operator);
    for (let row = first; row < end; row++) {
      corner(lives.public[row]);
      corner(lives.suspended[row]);
      for (const later of AFTER_A_START) days.add(lives.public[row] + later);
    }
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
 * The tables with a tier for each of the operators, and a census on other days.
 * @param {Layout} layout
 * @param {Tables} tables
 * @param {World} world
 * @param {readonly number[]} operators
 * @param {Float64Array} days
 * @returns {Tables}
 */
export function widened(layout, tables, world, operators, days) {
  const tiers = tables.tier_count.data.length;
  const source = [...Array(tiers).keys(), ...operators.map((operator) => world.tier[operator])];
  const wide = { ...tables };
  const axes = { ...OF_TIERS };
  for (const [name] of layout.records.tier.fields) Object.assign(axes, { [name]: 0 });
  for (const [name, axis] of Object.entries(axes)) wide[name] = taken(tables[name], axis, source);
  const windows = tables.windows.data;
  const horizon = tables.horizon.data[0];
  const observed = Float64Array.from(new Set([...days, ...windows]))
    .filter((day) => day < horizon).sort();
  const all = Float64Array.of(...observed, horizon);
  wide.grid = { kind: "f8", shape: [days.length], data: days };
  wide.observed = { kind: "f8", shape: [all.length], data: all };
  wide.grid_place = placed(all, days);
  wide.window_place = placed(all, windows);
  return wide;
}

/**
 * Chosen entries of an axis.
 * @param {Table} table
 * @param {number} axis
 * @param {readonly number[]} source
 * @returns {Table}
 */
function taken(table, axis, source) {
  const { kind, shape, data } = table;
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const outer = shape.slice(0, axis).reduce((a, b) => a * b, 1);
  const made = new Float64Array(outer * source.length * inner);
  for (let o = 0, to = 0; o < outer; o++) {
    for (const k of source) {
      const begin = (o * shape[axis] + k) * inner;
      made.set(data.subarray(begin, begin + inner), to);
      to += inner;
    }
  }
  return { kind, shape: shape.map((n, k) => (k === axis ? source.length : n)), data: made };
}

/**
 * Of each day its place among the wanted ones, or their number where it is none of them.
 * @param {Float64Array} days
 * @param {Float64Array} wanted
 * @returns {Table}
 */
function placed(days, wanted) {
  const data = days.map((day) => {
    const place = from(wanted, day);
    return wanted[place] === day ? place : wanted.length;
  });
  return { kind: "i8", shape: [data.length], data };
}

/**
 * The world with each of the operators in its own tier.
 * @param {Layout} layout
 * @param {RawWorld} raw
 * @param {World} world
 * @param {readonly number[]} operators
 * @param {number} tiers
 * @param {number} days
 * @returns {RawWorld}
 */
export function movedApart(layout, raw, world, operators, tiers, days) {
  const tier = Int32Array.from(world.tier);
  operators.forEach((operator, k) => { tier[operator] = tiers + k; });
  const sizes = new BigInt64Array(raw.sizes.slice().buffer);
  sizes[layout.sizes.indexOf("tiers")] = BigInt(tiers + operators.length);
  sizes[layout.sizes.indexOf("days")] = BigInt(days);
  return {
    ...raw,
    tier: bytesOfNumbers("i4", Float64Array.from(tier)),
    sizes: new Uint8Array(sizes.buffer),
  };
}

/**
 * @param {Layout} layout
 * @param {Float64Array} series  [days, tiers, census]
 * @param {Float64Array} days
 * @param {readonly number[]} operators
 * @param {number} tiers  before those of the operators
 * @param {Policy} policy
 * @param {readonly Promotion[]} promotions
 * @returns {Trace[]}
 */
export function tracesOf(layout, series, days, operators, tiers, policy, promotions) {
  const { COLUMNS, ATTACHED_INSIDERS, ATTACHED_OUTSIDERS, OUTSIDER_IMPRESSIONS } = layout.census;
  const rows = tiers + operators.length;
  return operators.map((operator, k) => {
    /** @param {number} place */
    const line = (place) => days.map((_, day) => series[(day * rows + tiers + k) * COLUMNS + place]);
    const insiders = line(ATTACHED_INSIDERS);
    const outsiders = line(ATTACHED_OUTSIDERS);
    const mine = promotions.filter((one) => one.operator === operator).map((one) => {
      const next = Math.min(from(days, one.day), days.length - 1);
      const at = Math.max(next - 1, 0);
      return {
        ...one,
        insiders: Math.max(0, insiders[next] - insiders[at]),
        outsiders: Math.max(0, outsiders[next] - outsiders[at]),
      };
    });
    return {
      operator,
      policy,
      days,
      insiders,
      outsiders,
      outsiderImpressions: line(OUTSIDER_IMPRESSIONS),
      promotions: mine,
    };
  });
}
