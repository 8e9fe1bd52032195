/**
 * Who promoted whom, and when: the twin of `afterban.experiment.promotions`.
 *
 * The program only counts promotions. Every decision and delay is drawn by key, so which took place
 * follows from the account table.
 */

import { uniforms } from "./draws.js";
import { quantile } from "./laws.js";
import { rowsOf } from "./lives.js";
import { sum } from "./statistics.js";

/** @import {Layout} from "./program.js" */
/** @import {Tables} from "./tables.js" */
/** @import {Lives, Promotion, World} from "./types.d.ts" */

/** @typedef {{day: number, by: number, row: number}} Planned */

const AT_ONCE = 64; // accounts between two looks at whether to go on

/**
 * Promotions of the accounts of some operators, in the order of days; what each brought is not
 * known yet; by operator. None where operators adapt, since their habits are not told; null if it was
 * given up.
 * @param {Layout} layout
 * @param {Tables} tables
 * @param {World} world
 * @param {Lives} lives
 * @param {readonly number[]} operators
 * @param {() => Promise<boolean>} rest  between pieces of work; false: give up
 * @returns {Promise<Map<number, Promotion[]> | null>}
 */
export async function promotionsOf(layout, tables, world, lives, operators, rest) {
  const posts = tables.promotion_posts.data[0];
  if (posts === 0 || tables.adapts.data[0] !== 0) return new Map();
  // A promoter that is busy with one account promotes no other: so all that these did is needed.
  const wanted = new Uint8Array(world.operators);
  for (const i of operators) {
    for (let k = world.promoterStart[i]; k < world.promoterStart[i + 1]; k++) wanted[world.promoters[k]] = 1;
  }
  const found = new Map(operators.map((one) => [one, /** @type {Promotion[]} */ ([])]));
  /** @type {Float64Array} */
  const busy = new Float64Array(lives.count);
  const plans = await planned(layout, tables, world, lives, wanted, rest);
  if (!plans) return null;
  for (const { day, by, row } of plans) {
    const promoter = liveRow(lives, by, day);
    if (promoter < 0 || lives.platform[promoter] !== lives.platform[row]) continue;
    const rate = postsOf(tables, world, lives, promoter);
    if (!(rate > 0) || busy[promoter] > day) continue;
    busy[promoter] = afterOrdinaryDays(tables, world.tier[by], day, posts / rate);
    found.get(lives.operator[row])?.push({ day, promoter: by, operator: lives.operator[row], life: lives.life[row],
      insiders: 0, outsiders: 0 });
  }
  return found;
}

/**
 * Promotions that neighbours decided for and that come while the account lives, in their order.
 * @type {(layout: Layout, tables: Tables, world: World, lives: Lives, wanted: Uint8Array, rest: () => Promise<boolean>) => Promise<Planned[] | null>}
 */
async function planned({ draws, laws }, tables, world, lives, wanted, rest) {
  const there = sum(tables.tier_count.data);
  const horizon = tables.horizon.data[0];
  const seed = tables.seed.data[0];
  const onStart = tables.promotes_on_start.data[0] !== 0;
  /** @type {Planned[]} */
  const found = [];
  for (let row = 0; row < lives.count; row++) {
    if (row % AT_ONCE === 0 && !(await rest())) return null;
    const i = lives.operator[row];
    const born = lives.public[row];
    // Those that are public when the story begins are new to nobody, nor are reinstated ones.
    const first = lives.life[row] === 1 && i < there && tables.sleeper.data[world.tier[i]] === 0;
    if (Number.isNaN(born) || lives.edits[row] === 0 || (first && !onStart)) continue;
    const end = Number.isNaN(lives.suspended[row]) ? Infinity : lives.suspended[row];
    for (let k = world.promoterStart[i]; k < world.promoterStart[i + 1]; k++) {
      const by = world.promoters[k];
      if (!wanted[by]) continue;
      const [decides, when] = uniforms(seed, draws.PROMOTE, i, lives.life[row], by);
      if (!(decides < Math.min(tables.promotes.data[world.tier[by]], 1))) continue;
      const day = born + quantile(laws, tables.promotion_delay.data, when);
      if (day < horizon && day < end) found.push({ day, by, row });
    }
  }
  return found.sort((a, b) => a.day - b.day || a.row - b.row || a.by - b.by);
}

/** Row of the account that an operator has in public on a day; -1 for none. @type {(lives: Lives, operator: number, day: number) => number} */
function liveRow(lives, operator, day) {
  const [first, end] = rowsOf(lives, operator);
  for (let row = first; row < end; row++) {
    if (lives.public[row] <= day && !(lives.suspended[row] <= day)) return row;
  }
  return -1;
}

/** Posts per ordinary day of an account. @type {(tables: Tables, world: World, lives: Lives, row: number) => number} */
function postsOf(tables, world, lives, row) {
  const i = lives.operator[row];
  const returns = lives.life[row] - 1;
  const moves = lives.platform[row] - tables.platform.data[world.tier[i]];
  const grown = tables.posts_after_return.data[0] ** returns * tables.posts_after_move.data[0] ** Math.max(moves, 0);
  return world.posts[i] * grown;
}

/** The day by which so many ordinary days have been posted. @type {(tables: Tables, tier: number, begin: number, days: number) => number} */
function afterOrdinaryDays(tables, tier, begin, days) {
  const starts = tables.burst_start.data;
  const factors = tables.burst_factor.data;
  let [now, left] = [begin, days];
  for (let k = 0; k < starts.length; k++) {
    const until = k + 1 < starts.length ? starts[k + 1] : Infinity;
    if (until <= now) continue;
    const factor = factors[tier * starts.length + k];
    if (left / factor <= until - now) return now + left / factor;
    left -= factor * (until - now);
    now = until;
  }
  return now;
}
