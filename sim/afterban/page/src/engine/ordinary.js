/**
 * Ordinary users: whose handles look like suspended ones, and who is suspended by a mistake. The twin
 * of `afterban.mechanisms.matching` and `.mistakes` as far as a page needs them.
 */

import { numbers, tableOf } from "./program.js";
import { sum } from "./statistics.js";

/**
 * @import {Program} from "./program.js"
 * @import {Cases, Records} from "./records.js"
 * @import {Tables} from "./tables.js"
 * @import {WrongOnes} from "./metrics.js"
 */

const ROW = 16;
const LONGEST = 15; // where the length of a handle stands
const CHANNELS = 256; // more than there are

/**
 * Handles of the sample of ordinary users, a row each.
 * @type {(program: Program, tables: Tables) => Uint8Array}
 */
function ordinaryHandles(program, tables) {
  return program.kernel("handles", {
    seed: tables.seed,
    replication: tables.replication,
    first: tableOf(0),
    count: tables.ordinary_sample,
    operators: tableOf(sum(tables.tier_count.data)),
    namesakes: tables.ordinary_namesakes,
    topic_names: tables.ordinary_topic_names,
  }).handles;
}

/* --- who looks alike -------------------------------------------------------------------------- */

/** Different characters of a row, roughly: one bit for several of them. @type {(rows: Uint8Array, row: number) => number} */
function letters(rows, row) {
  let found = 0;
  for (let k = row * ROW, end = k + rows[row * ROW + LONGEST]; k < end; k++) found |= 1 << (rows[k] & 31);
  return found;
}

/** @param {number} word */
function ones(word) {
  let n = word - ((word >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return (((n + (n >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

const places = new Int32Array(128); // where the handle at hand has each character

/**
 * Edits from the handle in `places`, of a length, to another one; neighbours that change places are
 * one. Hyyrö (2003), bit by bit.
 * @type {(length: number, rows: Uint8Array, row: number) => number}
 */
function distance(length, rows, row) {
  const last = 1 << (length - 1);
  let [up, down, diagonal, before] = [-1, 0, 0, 0];
  let edits = length;
  for (let k = row * ROW, end = k + rows[row * ROW + LONGEST]; k < end; k++) {
    const equal = places[rows[k]];
    const swapped = (((~diagonal & equal) << 1) & before);
    diagonal = ((((equal & up) + up) ^ up) | equal | down | swapped);
    const more = down | ~(diagonal | up);
    const less = diagonal & up;
    if (more & last) edits++;
    if (less & last) edits--;
    const moved = (more << 1) | 1;
    up = (less << 1) | ~(diagonal | moved);
    down = moved & diagonal;
    before = equal;
  }
  return edits;
}

/**
 * For each of the users the first of the others that is within some edits of it, but not the same;
 * -1 where there is none.
 * @type {(users: Uint8Array, others: Uint8Array, edits: number) => Int32Array}
 */
export function firstMatch(users, others, edits) {
  const many = others.length / ROW;
  const theirs = new Int32Array(many);
  for (let row = 0; row < many; row++) theirs[row] = letters(others, row);
  const found = new Int32Array(users.length / ROW).fill(-1);
  for (let user = 0; user < found.length; user++) {
    const mine = letters(users, user);
    const begin = user * ROW;
    const length = users[begin + LONGEST];
    for (let k = 0; k < length; k++) places[users[begin + k]] |= 1 << k;
    for (let row = 0; row < many; row++) {
      // Each edit brings one new character at most, and one more or less.
      const apart = mine ^ theirs[row];
      if (apart && (ones(apart & mine) > edits || ones(apart & theirs[row]) > edits)) continue;
      if (Math.abs(others[row * ROW + LONGEST] - length) > edits) continue;
      const far = distance(length, others, row);
      if (far > 0 && far <= edits) {
        found[user] = row;
        break;
      }
    }
    for (let k = 0; k < length; k++) places[users[begin + k]] = 0;
  }
  return found;
}

/**
 * Share of ordinary users' new accounts that the handle match flags, expected.
 * @type {(program: Program, tables: Tables, records: Records) => number}
 */
function alikeShare(program, tables, records) {
  if (!(tables.ordinary_signups.data[0] > 0)) return NaN;
  const recall = tables.handle_recall.data;
  if (!recall.some((share) => share > 0)) return 0;
  const { lives } = records;
  const gone = [...lives.suspended.keys()].filter((row) => !Number.isNaN(lives.suspended[row]))
    .sort((a, b) => lives.suspended[a] - lives.suspended[b] || a - b);
  const handles = new Uint8Array(gone.length * ROW);
  gone.forEach((row, k) => handles.set(lives.handles.subarray(row * ROW, (row + 1) * ROW), k * ROW));
  const users = ordinaryHandles(program, tables);
  const first = firstMatch(users, handles, tables.match_edits.data[0]);
  const horizon = tables.horizon.data[0];
  const starts = tables.regime_start.data;
  let days = 0;
  for (const match of first) {
    if (match < 0) continue;
    const from = Math.max(lives.suspended[gone[match]], 0);
    recall.forEach((share, k) => {
      const end = Math.min(k + 1 < starts.length ? starts[k + 1] : Infinity, horizon);
      days += share * Math.max(end - Math.max(starts[k], from), 0);
    });
  }
  return days / first.length / horizon;
}

/* --- mistakes --------------------------------------------------------------------------------- */

/**
 * Ordinary users in the hands of the platform.
 * @type {(program: Program, tables: Tables, records: Records) => WrongOnes}
 */
export function wrongOnes(program, tables, records) {
  const finite = tables.finite_staff.data[0] !== 0;
  const signups = tables.ordinary_signups.data[0];
  const expected = signups > 0 && !finite; // look-alikes that are no cases
  if (!records.cases) throw new Error("cases were not kept");
  const { decided: cases, open: openCases } = records.cases;
  const alike = -1 - program.layout.constants.handle_matched;
  const { all, ofAlikes, days, reinstated } = suspended(program, tables, cases, alike);
  const share = alikeShare(program, tables, records);
  /** @param {Cases} of */
  const flags = (of) => {
    let found = 0;
    for (let k = 0; k < of.operator.length; k++) if (of.operator[k] === alike && of.appeal[k] === 0) found++;
    return found;
  };
  const flagged = signups > 0 && finite
    ? flags(cases) + flags(openCases)
    : share * signups * tables.horizon.data[0];
  const mistaken = signups > 0 && finite ? ofAlikes : tables.mistake.data[0] * flagged;
  const priced = [tables.wrong_per_right, tables.wrong_a_day].some(({ data }) => data.some((x) => x > 0));
  return {
    suspended: all + (expected ? mistaken : 0),
    // How long look-alikes are suspended that are no cases is not told here.
    ...(expected ? {} : { days: finite || priced ? days : NaN, reinstated: finite || priced ? reinstated : NaN }),
    alikeFlagged: flagged,
    alikeSuspended: mistaken,
    alikeShare: share,
  };
}

/** @type {(program: Program, tables: Tables, cases: Cases, alike: number) => {all: number, ofAlikes: number, days: number, reinstated: number}} */
function suspended(program, tables, cases, alike) {
  const found = { all: 0, ofAlikes: 0, days: 0, reinstated: 0 };
  const every = new Int32Array(cases.operator.length);
  let many = 0;
  for (let k = 0; k < every.length; k++) if (cases.operator[k] < 0 && cases.appeal[k] === 0) every[many++] = k;
  if (!many) return found;
  const rows = every.subarray(0, many);
  /** @param {Float64Array} data */
  const of = (data) => {
    const mine = new Float64Array(many);
    for (let k = 0; k < many; k++) mine[k] = data[rows[k]];
    return mine;
  };
  const who = of(cases.operator);
  const finite = tables.finite_staff.data[0] !== 0;
  const told = program.kernel("wrongly_suspended", {
    decided: tableOf(of(cases.decided)),
    channel: tableOf(who.map((one) => -1 - one)),
    number: tableOf(of(cases.life)),
    heard: tableOf(heard(cases, rows)),
    horizon: tables.horizon,
    mistake: tables.mistake,
    appeal: tables.appeal,
    success: tables.appeal_success,
    hears: tables.hears_appeals,
    reinstatement: tables.reinstatement,
    // With unlimited staff it is in the decision.
    action_delay: finite ? tables.action_delay : tableOf(new Float64Array(tables.action_delay.data.length)),
    wave_every: finite ? tables.wave_every : tableOf(0),
    seed: tables.seed,
    replication: tables.replication,
  });
  const days = numbers("f8", told.days);
  const after = numbers("f8", told.after);
  for (let k = 0; k < many; k++) {
    if (days[k] > 0) found.all++;
    if (days[k] > 0 && who[k] === alike) found.ofAlikes++;
    if (after[k] > 0) found.reinstated++;
  }
  found.days = sum(days);
  return found;
}

/**
 * Day on which a team decided on the appeal against each of these decisions; Infinity if never.
 * @type {(cases: Cases, rows: Int32Array) => Float64Array}
 */
function heard(cases, rows) {
  /** @type {Map<number, number>} */
  const days = new Map();
  /** @param {number} k */
  const key = (k) => cases.life[k] * CHANNELS - cases.operator[k];
  for (let k = 0; k < cases.operator.length; k++) {
    if (cases.appeal[k] === 1 && cases.operator[k] < 0) days.set(key(k), cases.decided[k]);
  }
  const never = new Float64Array(rows.length).fill(Infinity);
  if (!days.size) return never;
  return never.map((day, k) => days.get(key(rows[k])) ?? day);
}
