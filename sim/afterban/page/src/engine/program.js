/**
 * The compiled program in a page: its memory, what it is handed, and what it tells.
 *
 * How tables lie in its memory is written in no second place: the layout is made by Python from
 * the tables that the program's own header is made from (afterban/page/layout.py).
 */

import { SimulatorError } from "./errors.js";
import { numbersOf } from "./tables.js";

/** @import {Kind, Table, Tables} from "./tables.js" */

/** @typedef {[name: string, kind: Kind, at: number, count: number]} Field */
/** @typedef {{size: number, fields: Field[]}} RecordLayout */
/**
 * @typedef {object} Layout
 * @property {string} number  that what is handed in begins with
 * @property {[name: string, kind: string, source: string][]} given  kind: of an entry, or a record
 * @property {[name: string, kind: string][]} told
 * @property {Record<string, RecordLayout>} records
 * @property {string[]} sizes
 * @property {Record<string, {number: string, given: [string, Kind][], told: [string, Kind][]}>} kernels
 * @property {Record<string, number>} census  column by name
 * @property {Record<string, number>} constants
 * @property {string[]} channels
 * @property {string[]} after_a_flag  parameters that act after a flag only: the twin has none
 * @property {Record<string, number>} draws  numbers of decisions
 * @property {Record<string, number>} laws
 * @property {Record<string, import("./types.d.ts").Metric>} metrics
 */

/** Raw bytes of a table of the world, as the program has them. */
/** @typedef {Record<string, Uint8Array>} World */

const PAGE = 1 << 16;
const PAUSED = 1;
const MORE_MEMORY = 2;
const EVENTS = 1n << 13n; // some ten milliseconds
const SPARE = 4 << 20; // bytes that a replication begins with, besides four times what it is given

/** @type {Record<string, string>} */
const WRONG = {
  "-1": "the module and the page are of two versions",
  "-2": "the tables of the story do not fit each other",
};

export class Program {
  /**
   * @param {Uint8Array} bytes  of the module
   * @param {Layout} layout
   */
  static async load(bytes, layout) {
    const source = /** @type {Uint8Array<ArrayBuffer>} */ (bytes);
    const { instance } = await WebAssembly.instantiate(source, {});
    return new Program(instance, layout);
  }

  /**
   * @param {WebAssembly.Instance} instance
   * @param {Layout} layout
   */
  constructor(instance, layout) {
    this.layout = layout;
    /** @type {any} */
    this.exports = instance.exports;
    /** @type {WebAssembly.Memory} */
    this.memory = this.exports.memory;
    this.base = Number(this.exports.__heap_base.value);
    this.used = this.base;
    this.enough = 0; // bytes that the last replication could begin with
  }

  clear() {
    this.used = this.base;
  }

  /** @param {number} size  bytes; the address is aligned to 16 */
  place(size) {
    const at = (this.used + 15) & ~15;
    this.used = at + size;
    const missing = this.used - this.memory.buffer.byteLength;
    if (missing > 0) {
      try {
        this.memory.grow(Math.ceil(missing / PAGE));
      } catch {
        throw new SimulatorError("this browser has not enough memory for a network of this size");
      }
    }
    return at;
  }

  /**
   * One replication, as tables of raw bytes by name. They lie in the program's memory, until it is
   * asked for anything else.
   * @param {Map<string, Uint8Array>} given
   * @param {() => Promise<boolean>} rest  between pieces of work; false: give up
   * @returns {Promise<Map<string, Uint8Array> | null>}
   */
  async run(given, rest) {
    this.clear();
    const { at, bytes } = this.handOver(given);
    let size = Math.max(4 * bytes + SPARE, this.enough);
    let here, code;
    for (;;) {
      here = this.place(size);
      code = Number(this.exports.afterban_begin(at, BigInt(bytes), here, BigInt(size)));
      if (code !== MORE_MEMORY) break;
      size *= 2;
    }
    this.enough = size;
    while (code === PAUSED || code === MORE_MEMORY) {
      if (code === MORE_MEMORY) {
        size = Math.max(size >> 1, Number(this.exports.afterban_wanted(here)));
        this.exports.afterban_give(here, this.place(size), BigInt(size));
      }
      if (!(await rest())) return null;
      code = Number(this.exports.afterban_go(here, EVENTS));
    }
    if (code !== 0) throw new SimulatorError(WRONG[code] ?? `the program stopped with code ${code}`);
    return this.told(here);
  }

  /**
   * What an entry point beside the engine makes of tables, as raw bytes by name.
   * @param {string} name
   * @param {Tables} tables
   * @param {World} [raw]  tables that are the program's own already, instead of those
   * @returns {Record<string, Uint8Array>}
   */
  kernel(name, tables, raw = {}) {
    const layout = this.layout.kernels[name];
    this.clear();
    const head = new BigInt64Array(1 + 2 * layout.given.length);
    head[0] = BigInt(layout.number);
    layout.given.forEach(([column, kind], k) => {
      const part = raw[column] ?? bytesOfNumbers(kind, tables[column].data);
      const at = this.place(part.length);
      new Uint8Array(this.memory.buffer).set(part, at);
      head[1 + 2 * k] = BigInt(at);
      head[2 + 2 * k] = BigInt(part.length / Number(kind.slice(1)));
    });
    const at = this.place(head.byteLength);
    new BigInt64Array(this.memory.buffer, at, head.length).set(head);
    let size = 1 << 20;
    for (;;) {
      const here = this.place(size);
      const code = Number(this.exports[`afterban_${name}`](at, here, BigInt(size)));
      const told = new BigInt64Array(this.memory.buffer, here, 1 + 2 * layout.told.length);
      if (code === MORE_MEMORY) {
        size = Math.max(2 * size, Number(told[0]) + 16);
        continue;
      }
      if (code !== 0) throw new SimulatorError(WRONG[code] ?? `the program stopped with code ${code}`);
      return Object.fromEntries(layout.told.map(([column, kind], k) => {
        const begin = Number(told[1 + 2 * k]);
        const bytes = Number(told[2 + 2 * k]) * Number(kind.slice(1));
        return [column, new Uint8Array(this.memory.buffer, begin, bytes).slice()];
      }));
    }
  }

  /** @param {Map<string, Uint8Array>} given */
  handOver(given) {
    const names = this.layout.given.map(([name]) => name);
    let bytes = 8 * (1 + 2 * names.length);
    const head = new BigInt64Array(1 + 2 * names.length);
    head[0] = BigInt(this.layout.number);
    /** @type {[number, Uint8Array][]} */
    const parts = [];
    this.layout.given.forEach(([name, kind], k) => {
      const part = given.get(name);
      if (!part) throw new SimulatorError(`the story has no table \`${name}\``);
      head[1 + 2 * k] = BigInt(bytes);
      head[2 + 2 * k] = BigInt(part.length / this.sizeOf(kind));
      parts.push([bytes, part]);
      bytes += Math.ceil(part.length / 8) * 8;
    });
    const at = this.place(bytes);
    const memory = new Uint8Array(this.memory.buffer);
    memory.set(new Uint8Array(head.buffer), at);
    for (const [begin, part] of parts) memory.set(part, at + begin);
    return { at, bytes };
  }

  /** @param {number} here */
  told(here) {
    const { told } = this.layout;
    const where = Number(this.exports.afterban_told(here));
    const heads = new BigInt64Array(this.memory.buffer, where, 2 * told.length);
    /** @type {Map<string, Uint8Array>} */
    const found = new Map();
    told.forEach(([name, kind], k) => {
      const begin = Number(heads[2 * k]);
      const size = Number(heads[2 * k + 1]) * this.sizeOf(kind);
      found.set(name, new Uint8Array(this.memory.buffer, begin, size));
    });
    return found;
  }

  /** @param {string} kind */
  sizeOf(kind) {
    return this.layout.records[kind]?.size ?? Number(kind.slice(1));
  }
}

/**
 * The tables of a policy and of its world in the program's own bytes.
 * @param {Layout} layout
 * @param {Tables} tables
 * @param {World} world
 * @returns {Map<string, Uint8Array>}
 */
export function packed(layout, tables, world) {
  const found = new Map();
  for (const [name, kind, source] of layout.given) {
    const record = layout.records[kind];
    if (source in world) found.set(name, world[source]);
    else if (record) found.set(name, recordsOf(record, tables));
    else if (source in tables) found.set(name, bytesOfNumbers(/** @type {Kind} */ (kind), tables[source].data));
  }
  return found;
}

/**
 * Records from tables that have a number, or a row of numbers, for each.
 * @param {RecordLayout} record
 * @param {Tables} tables
 */
function recordsOf(record, tables) {
  const sources = record.fields.map(([name]) => tables[name]);
  const [, , , first] = record.fields[0];
  const many = sources[0].data.length / first;
  const bytes = new Uint8Array(many * record.size);
  record.fields.forEach(([, kind, at, count], k) => {
    const { data } = sources[k];
    for (let row = 0; row < many; row++) {
      const part = bytesOfNumbers(kind, data.subarray(row * count, (row + 1) * count));
      bytes.set(part, row * record.size + at);
    }
  });
  return bytes;
}

/**
 * @param {Kind} kind
 * @param {Float64Array} data
 */
export function bytesOfNumbers(kind, data) {
  const made =
    kind === "f8" ? data.slice()
    : kind === "i4" ? new Int32Array(data)
    : kind === "u1" ? new Uint8Array(data)
    : halvesOf(data);
  return new Uint8Array(made.buffer);
}

/**
 * Whole numbers as 64 bits: much faster than by way of a BigInt for each.
 * @param {Float64Array} data
 */
function halvesOf(data) {
  const halves = new Int32Array(2 * data.length);
  for (let k = 0; k < data.length; k++) {
    halves[2 * k] = data[k];
    halves[2 * k + 1] = Math.floor(data[k] / 2 ** 32);
  }
  return halves;
}

/**
 * A number, or numbers, as a table to hand to an entry point.
 * @param {number | Float64Array} values
 * @returns {Table}
 */
export function tableOf(values) {
  const data = typeof values === "number" ? Float64Array.of(values) : values;
  return { kind: "f8", shape: [data.length], data };
}

/**
 * A column of records as numbers.
 * @template {Float64Array | Int32Array | Uint8Array} Made
 * @param {RecordLayout} record
 * @param {Uint8Array} bytes
 * @param {string} name
 * @param {new (count: number) => Made} Made
 * @returns {Made}
 */
export function column(record, bytes, name, Made) {
  const field = record.fields.find(([one]) => one === name);
  if (!field) throw new SimulatorError(`the program tells no \`${name}\``);
  const [, kind, at, count] = field;
  const many = bytes.length / record.size;
  const data = new Made(many * count);
  // Records lie as the program aligns them, so that their fields are entries of plain arrays.
  const width = Number(kind.slice(1));
  const from = (bytes.byteOffset + at) / width;
  const step = record.size / width;
  if (kind === "i8") {
    const halves = new Int32Array(bytes.buffer);
    for (let row = 0; row < many; row++) {
      const place = 2 * (from + row * step);
      data[row] = halves[place + 1] * 2 ** 32 + (halves[place] >>> 0);
    }
    return data;
  }
  const entries =
    kind === "f8" ? new Float64Array(bytes.buffer)
    : kind === "i4" ? new Int32Array(bytes.buffer)
    : new Uint8Array(bytes.buffer);
  for (let row = 0, k = 0; row < many; row++) {
    const place = from + row * step;
    for (let j = 0; j < count; j++, k++) data[k] = entries[place + j];
  }
  return data;
}

/**
 * @param {string} kind
 * @param {Uint8Array} bytes
 */
export function numbers(kind, bytes) {
  const width = Number(kind.slice(1));
  return numbersOf(/** @type {Kind} */ (kind), bytes.buffer, bytes.byteOffset, bytes.length / width);
}
