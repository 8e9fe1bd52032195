/**
 * Ordinary users: their handles, which of these look like suspended ones, and who is suspended by a
 * mistake. The twin of `afterban.mechanisms.handles`, `.matching` and `.mistakes` as far as a page
 * needs them.
 */

import { uniforms } from "./draws.js";
import { quantile } from "./laws.js";

/**
 * @import {Layout} from "./program.js"
 * @import {Records} from "./records.js"
 * @import {Tables} from "./tables.js"
 * @import {WrongOnes} from "./metrics.js"
 */

const ROW = 16;
const LONGEST = 15;
const CONSONANTS = "bcdfghjklmnprstvwxyz";
const VOWELS = "aeiou";
const SYLLABLES = 5;
const NAMES = 100n ** 5n;
const STRIDE = 3_819_660_113n;

/* --- handles ---------------------------------------------------------------------------------- */

/** @param {number} number  from 0 to 99 */
const syllable = (number) =>
  CONSONANTS[Math.floor(number / VOWELS.length)] + VOWELS[number % VOWELS.length];

/** @type {(number: bigint, count: number, first?: number) => string} */
function spelt(number, count, first = 0) {
  let text = "";
  let left = number;
  for (let k = first; k < count; k++, left /= 100n) text += syllable(Number(left % 100n));
  return text;
}

/** @type {(draws: Record<string, number>, seed: number, operator: number) => string} */
function baseHandle(draws, seed, operator) {
  const [shift] = uniforms(seed, draws.HANDLE_BASE, 0, 0, 0);
  const [digits, which] = uniforms(seed, draws.HANDLE_BASE, operator, 1, 0);
  const number = (BigInt(operator) * STRIDE + BigInt(Math.trunc(shift * Number(NAMES)))) % NAMES;
  const two = String(Math.trunc(which * 100)).padStart(2, "0");
  return spelt(number, SYLLABLES) + (digits < 1 / 3 ? two : "");
}

/**
 * The handle of an ordinary user.
 * @type {(layout: Layout, tables: Tables, user: number) => string}
 */
function ordinaryHandle({ draws, ordinary }, tables, user) {
  const seed = tables.seed.data[0];
  const namesakes = tables.ordinary_namesakes.data[0];
  const operators = tables.tier_count.data.reduce((a, b) => a + b, 0);
  const [kind, which] = uniforms(seed, draws.HANDLE_ORDINARY, user, 0, 0);
  const [number, length] = uniforms(seed, draws.HANDLE_ORDINARY, user, 0, 1);
  const [digits, value] = uniforms(seed, draws.HANDLE_ORDINARY, user, 0, 2);
  const [separator, place] = uniforms(seed, draws.HANDLE_ORDINARY, user, 0, 3);
  const alike = operators > 0 && kind < namesakes + tables.ordinary_topic_names.data[0];
  const namesake = alike && kind < namesakes;
  let shared = 0;
  let count = ordinary.SHORTEST_ORDINARY +
    Math.trunc(length * (ordinary.LONGEST_ORDINARY - ordinary.SHORTEST_ORDINARY + 1));
  let text = "";
  if (alike) {
    shared = namesake ? SYLLABLES : ordinary.TOPIC_SYLLABLES;
    count = SYLLABLES;
    text = baseHandle(draws, seed, Math.trunc(which * operators)).slice(0, 2 * shared);
  }
  text += spelt(BigInt(Math.trunc(number * 100 ** ordinary.LONGEST_ORDINARY)), count, shared);
  const marked = separator < ordinary.ORDINARY_SEPARATORS;
  if (marked) {
    const at = 1 + Math.trunc(place * (2 * count - 1));
    text = `${text.slice(0, at)}_${text.slice(at)}`;
  }
  if (digits < ordinary.NO_DIGITS && (marked || !namesake)) return text;
  const many = digits < ordinary.ONE_DIGIT ? 1 : digits < ordinary.TWO_DIGITS ? 2 : 4;
  let year = Math.trunc(value * 10_000);
  for (let k = Math.min(many, LONGEST - text.length); k > 0; k--) {
    text += String(year % 10);
    year = Math.floor(year / 10);
  }
  return text;
}

/**
 * The sample of ordinary users, as rows of handles.
 * @type {(layout: Layout, tables: Tables) => Uint8Array}
 */
export function ordinaryHandles(layout, tables) {
  const count = tables.ordinary_sample.data[0];
  const rows = new Uint8Array(count * ROW);
  for (let user = 0; user < count; user++) {
    const text = ordinaryHandle(layout, tables, user);
    for (let k = 0; k < text.length; k++) rows[user * ROW + k] = text.charCodeAt(k);
    rows[user * ROW + LONGEST] = text.length;
  }
  return rows;
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
  const theirs = Int32Array.from({ length: many }, (_, row) => letters(others, row));
  return Int32Array.from({ length: users.length / ROW }, (_, user) => {
    const mine = letters(users, user);
    const length = users[user * ROW + LONGEST];
    const begin = user * ROW;
    for (let k = 0; k < length; k++) places[users[begin + k]] |= 1 << k;
    let found = -1;
    for (let row = 0; row < many && found < 0; row++) {
      // Each edit brings one new character at most.
      if (ones(mine & ~theirs[row]) > edits || ones(theirs[row] & ~mine) > edits) continue;
      if (Math.abs(others[row * ROW + LONGEST] - length) > edits) continue;
      const far = distance(length, others, row);
      if (far > 0 && far <= edits) found = row;
    }
    for (let k = 0; k < length; k++) places[users[begin + k]] = 0;
    return found;
  });
}

/**
 * Share of ordinary users' new accounts that the handle match flags, expected.
 * @type {(layout: Layout, tables: Tables, records: Records) => number}
 */
function alikeShare(layout, tables, records) {
  if (!(tables.ordinary_signups.data[0] > 0)) return NaN;
  const recall = tables.users_recall.data;
  if (!recall.some((share) => share > 0)) return 0;
  const { lives } = records;
  const gone = [...lives.suspended.keys()].filter((row) => !Number.isNaN(lives.suspended[row]))
    .sort((a, b) => lives.suspended[a] - lives.suspended[b] || a - b);
  const handles = new Uint8Array(gone.length * ROW);
  gone.forEach((row, k) => handles.set(lives.handles.subarray(row * ROW, (row + 1) * ROW), k * ROW));
  const users = ordinaryHandles(layout, tables);
  const first = firstMatch(users, handles, tables.match_edits.data[0]);
  const horizon = tables.horizon.data[0];
  const starts = tables.users_starts.data;
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
 * @type {(layout: Layout, tables: Tables, records: Records) => WrongOnes}
 */
export function wrongOnes(layout, tables, records) {
  const finite = tables.finite_staff.data[0] !== 0;
  const signups = tables.ordinary_signups.data[0];
  const share = alikeShare(layout, tables, records);
  const mistake = tables.mistake.data[0];
  const alike = -1 - layout.constants.handle_matched;
  const counted = suspendedBy(layout, tables, records, alike);
  if (finite && signups > 0) {
    const { cases, openCases } = records;
    /** @type {(of: typeof cases) => number} */
    const flags = (of) => of.operator.filter((who, k) => who === alike && of.appeal[k] === 0).length;
    return { suspended: counted.all, alikeFlagged: flags(cases) + flags(openCases),
      alikeSuspended: counted.alike, alikeShare: share };
  }
  const flagged = share * signups * tables.horizon.data[0];
  const expected = mistake * flagged;
  const suspended = counted.all + (signups > 0 && !finite ? expected : 0);
  return { suspended, alikeFlagged: flagged, alikeSuspended: expected, alikeShare: share };
}

/** @type {(layout: Layout, tables: Tables, records: Records, alike: number) => {all: number, alike: number}} */
function suspendedBy({ draws, laws }, tables, { cases }, alike) {
  const seed = tables.seed.data[0];
  const mistake = tables.mistake.data[0];
  const horizon = tables.horizon.data[0];
  const finite = tables.finite_staff.data[0] !== 0;
  const found = { all: 0, alike: 0 };
  if (mistake === 0) return found;
  for (let k = 0; k < cases.operator.length; k++) {
    const who = cases.operator[k];
    if (who >= 0 || cases.appeal[k] !== 0) continue;
    const channel = -1 - who;
    const decision = channel === 0 ? draws.BENIGN_DECISION : draws.WRONG_DECISION;
    const [wrong, late] = uniforms(seed, decision, channel, 0, cases.life[k]);
    if (!(wrong < mistake)) continue;
    const delay = channel === 0 || !finite ? 0 : quantile(laws, tables.action_delay.data, late);
    if (!(cases.decided[k] + delay < horizon)) continue;
    found.all++;
    if (who === alike) found.alike++;
  }
  return found;
}
