/**
 * The tables of a story: out of its pool of bytes, and at any settings by its rules.
 *
 * The rules are made and checked by Python (afterban/page/slots.py), of which this is the twin.
 */

import { log } from "./arithmetic.js";
import { modeOf, numberOf } from "./controls.js";

/**
 * @import {Settings} from "./types.d.ts"
 * @import {Dial} from "./controls.js"
 */

/** @typedef {"f8" | "i8" | "i4" | "u1"} Kind  Whole numbers of 64 bits are held as numbers here. */
/** @typedef {{kind: Kind, shape: number[], data: Float64Array}} Table */
/** @typedef {Record<string, Table>} Tables */
/** @typedef {[entry: number, control: string, name: string, argument: number[], list: number[]]} Rule */
/** @typedef {{by: string[], of: Record<string, [number, Rule[]?]>}} Slot */
/** @typedef {Record<string, Slot>} Slots  By the name of a table. */
/** @typedef {{tables: [Kind, number[], number][], bytes: string}} PoolData */

const MICROSECONDS = 86_400e6; // of a day

/** @type {Record<string, (x: number) => number>} */
const FUNCTIONS = {
  same: (x) => x,
  clock: onTheClock,
  log,
  "at most 1": (x) => Math.min(x, 1),
};

/**
 * The whole microsecond nearest to a day, in days.
 * @param {number} day
 */
function onTheClock(day) {
  const whole = Math.floor(day);
  const fraction = Math.floor((day - whole) * MICROSECONDS + 0.5);
  return (whole * MICROSECONDS + fraction) / MICROSECONDS;
}

/** @param {string} text */
export function bytesOf(text) {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let k = 0; k < raw.length; k++) bytes[k] = raw.charCodeAt(k);
  return bytes;
}

/**
 * @param {PoolData} pool
 * @returns {Table[]}
 */
export function poolOf(pool) {
  const { buffer } = bytesOf(pool.bytes);
  return pool.tables.map(([kind, shape, at]) => {
    const count = shape.reduce((a, b) => a * b, 1);
    return { kind, shape, data: numbersOf(kind, buffer, at, count) };
  });
}

/**
 * Numbers where they lie.
 * @param {Uint8Array} bytes
 */
export function entriesOf(bytes) {
  return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
}

/**
 * Entries of a table as numbers.
 * @param {Kind} kind
 * @param {ArrayBufferLike} buffer
 * @param {number} at  first byte
 * @param {number} count
 */
export function numbersOf(kind, buffer, at, count) {
  if (kind === "f8") return new Float64Array(buffer, at, count).slice();
  if (kind === "i4") return Float64Array.from(new Int32Array(buffer, at, count));
  if (kind === "u1") return Float64Array.from(new Uint8Array(buffer, at, count));
  const halves = new Int32Array(buffer, at, 2 * count);
  const whole = new Float64Array(count);
  for (let k = 0; k < count; k++) whole[k] = halves[2 * k + 1] * 2 ** 32 + (halves[2 * k] >>> 0);
  return whole;
}

/**
 * The tables of a policy at some settings.
 * @param {Slots} slots
 * @param {Table[]} pool
 * @param {Record<string, Dial>} dials
 * @param {Settings} values  of all dials
 * @returns {Tables}
 */
export function tablesAt(slots, pool, dials, values) {
  /** @type {Tables} */
  const found = {};
  for (const [name, { by, of }] of Object.entries(slots)) {
    const modes = by.map((key) => modeOf(dials[key], values[key])).join(" ");
    const [place, rules = []] = of[modes];
    const table = pool[place];
    if (rules.length === 0) {
      found[name] = table;
      continue;
    }
    const data = table.data.slice();
    for (const [entry, control, fn, argument, list] of rules) {
      const value = /** @type {number} */ (values[control]);
      if (fn === "list") data[entry] = list[value - (dials[control].number?.least ?? 0)];
      else data[entry] = FUNCTIONS[fn](numberOf(argument, value));
    }
    found[name] = { ...table, data };
  }
  return found;
}

/**
 * The dials that any of some tables hangs on, in the order of the story.
 * @param {Slots} slots
 * @param {Iterable<string>} names
 */
export function dialsOf(slots, names) {
  const found = new Set();
  for (const name of names) for (const key of slots[name]?.by ?? []) found.add(key);
  return [...found].sort();
}
