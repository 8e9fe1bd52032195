/**
 * What one world came to, as columns: the twin of `afterban.engines.records`.
 */

import { column, numbers } from "./program.js";
import { entriesOf } from "./tables.js";
import { from } from "./statistics.js";

/**
 * @import {Columns, Lives, Series} from "./types.d.ts"
 * @import {Layout} from "./program.js"
 */

/**
 * Cases of a team, and flags on ordinary users whatever the staff.
 * @typedef {object} Cases
 * @property {Float64Array} operator
 * @property {Float64Array} life
 * @property {Float64Array} arrived
 * @property {Float64Array} started
 * @property {Float64Array} decided
 * @property {Float64Array} appeal
 */

/**
 * @typedef {object} Records
 * @property {Lives} lives
 * @property {{decided: Cases, open: Cases} | null} cases  decided on, in that order, and the others
 * @property {Float64Array} series  [days, tiers, census]
 * @property {Float64Array} impressions  of outsiders, [windows, operators]; until the program runs again
 * @property {Float64Array} backlog  [days]
 * @property {Float64Array} struck  [campaigns]
 * @property {Float64Array} flags  [2, channels]
 * @property {number} events
 */

/**
 * @param {Layout} layout
 * @param {Map<string, Uint8Array>} told
 * @param {boolean} finiteStaff
 * @param {boolean} cases  whether they are wanted
 * @returns {Records}
 */
export function recordsOf(layout, told, finiteStaff, cases) {
  const lives = livesOf(layout, bytesOf(told, "accounts"));
  return {
    lives,
    cases: cases ? dividedCases(layout, told, finiteStaff, lives) : null,
    series: numbers("f8", bytesOf(told, "series")),
    impressions: entriesOf(bytesOf(told, "impressions")),
    backlog: numbers("f8", bytesOf(told, "backlog")),
    struck: numbers("i8", bytesOf(told, "struck")),
    flags: numbers("i8", bytesOf(told, "flags")),
    events: numbers("i8", bytesOf(told, "events"))[0],
  };
}

/** @type {(layout: Layout, told: Map<string, Uint8Array>, finiteStaff: boolean, lives: Lives) => NonNullable<Records["cases"]>} */
function dividedCases(layout, told, finiteStaff, lives) {
  const all = casesOf(layout.records.open_case, bytesOf(told, "cases"));
  const decided = finiteStaff ? numbers("i8", bytesOf(told, "decided")) : inOrder(all.decided);
  return { decided: chosen(all, decided), open: chosen(all, stillOpen(lives, all)) };
}

/**
 * @param {Map<string, Uint8Array>} told
 * @param {string} name
 */
function bytesOf(told, name) {
  return /** @type {Uint8Array} */ (told.get(name));
}

/**
 * @param {Layout} layout
 * @param {Uint8Array} bytes
 * @returns {Lives}
 */
export function livesOf(layout, bytes) {
  const record = layout.records.account;
  /** @param {string} name */
  const of = (name) => column(record, bytes, name, Float64Array);
  /** @param {string} name */
  const whole = (name) => column(record, bytes, name, Int32Array);
  return {
    count: bytes.length / record.size,
    operator: whole("operator"),
    life: whole("life"),
    platform: whole("platform"),
    created: of("created_day"),
    public: of("public_day"),
    flagged: of("flagged_day"),
    reviewStarted: of("review_started_day"),
    suspended: of("suspended_day"),
    channel: whole("channel"),
    urgent: whole("urgent"),
    edits: whole("edit_distance"),
    insiders: of("insider_followers"),
    outsiders: of("outsider_followers"),
    insiderImpressions: of("insider_impressions"),
    outsiderImpressions: of("outsider_impressions"),
    promotionsReceived: whole("promotions_received"),
    promotionsMade: whole("promotions_made"),
    handles: column(record, bytes, "handle", Uint8Array),
  };
}

/**
 * @param {import("./program.js").RecordLayout} record
 * @param {Uint8Array} bytes
 * @returns {Cases}
 */
function casesOf(record, bytes) {
  /** @param {string} name */
  const of = (name) => column(record, bytes, name, Float64Array);
  return {
    operator: of("operator"),
    life: of("life"),
    arrived: of("arrived_day"),
    started: of("started_day"),
    decided: of("decided_day"),
    appeal: of("appeal"),
  };
}

/**
 * @param {Cases} cases
 * @param {ArrayLike<number>} rows
 * @returns {Cases}
 */
function chosen(cases, rows) {
  /** @param {Float64Array} data */
  const of = (data) => {
    const found = new Float64Array(rows.length);
    for (let k = 0; k < rows.length; k++) found[k] = data[rows[k]];
    return found;
  };
  return {
    operator: of(cases.operator),
    life: of(cases.life),
    arrived: of(cases.arrived),
    started: of(cases.started),
    decided: of(cases.decided),
    appeal: of(cases.appeal),
  };
}

/**
 * Rows of the days that are there, in the order of the days.
 * @param {Float64Array} days
 */
function inOrder(days) {
  const rows = new Int32Array(days.length);
  let many = 0;
  for (let row = 0; row < days.length; row++) if (!Number.isNaN(days[row])) rows[many++] = row;
  return rows.subarray(0, many).sort((a, b) => days[a] - days[b] || a - b);
}

/**
 * Rows of the cases without a decision; not those that wait in vain, since a campaign was faster.
 * @param {Lives} lives
 * @param {Cases} cases
 */
function stillOpen(lives, cases) {
  const found = [];
  for (let row = 0; row < cases.decided.length; row++) {
    if (!Number.isNaN(cases.decided[row])) continue;
    const own = cases.operator[row] >= 0 && cases.appeal[row] === 0;
    if (own && Number.isNaN(cases.started[row])) {
      const life = from(lives.operator, cases.operator[row]) + cases.life[row] - 1;
      if (!Number.isNaN(lives.suspended[life])) continue;
    }
    found.push(row);
  }
  return found;
}

/* --- for pictures ------------------------------------------------------------------------------ */

/** @type {readonly [keyof Columns, string][]} */
const COLUMNS = [
  ["live", "LIVE"],
  ["insiders", "ATTACHED_INSIDERS"],
  ["outsiders", "ATTACHED_OUTSIDERS"],
  ["insiderImpressions", "INSIDER_IMPRESSIONS"],
  ["outsiderImpressions", "OUTSIDER_IMPRESSIONS"],
  ["posts", "POSTS"],
  ["rebuildPosts", "REBUILD_POSTS"],
  ["created", "CREATED"],
  ["suspended", "SUSPENDED"],
  ["underReview", "UNDER_REVIEW"],
];

/**
 * The series by column, of all tiers and of each; reach beside the twin, if that is there.
 * @param {Layout} layout
 * @param {Float64Array} series
 * @param {number} tiers
 * @param {Series | null} twin
 * @returns {Series}
 */
export function seriesOf(layout, series, tiers, twin) {
  const width = layout.census.COLUMNS;
  const days = series.length / (tiers * width);
  /** @type {(of: readonly number[], beside: Columns | null) => Columns} */
  const told = (of, beside) => {
    /** @type {any} */
    const columns = {};
    for (const [name, census] of COLUMNS) {
      const line = new Float64Array(days);
      for (const tier of of) {
        let place = tier * width + layout.census[census];
        for (let day = 0; day < days; day++, place += tiers * width) line[day] += series[place];
      }
      columns[name] = line;
    }
    columns.reach = reachOf(columns.outsiderImpressions, (beside ?? columns).outsiderImpressions);
    return columns;
  };
  const every = Array.from({ length: tiers }, (_, tier) => tier);
  return {
    ...told(every, twin),
    byTier: every.map((tier) => told([tier], twin?.byTier[tier] ?? null)),
  };
}

/**
 * @param {Float64Array} mine
 * @param {Float64Array} twin
 */
function reachOf(mine, twin) {
  return mine.map((_, day) => {
    const below = day > 0 ? twin[day] - twin[day - 1] : 0;
    return below > 0 ? (mine[day] - mine[day - 1]) / below : NaN;
  });
}
