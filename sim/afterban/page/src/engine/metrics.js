/**
 * What is measured in one world: the metrics of the command line that a page shows, by its names.
 * Sums are those of `afterban.metrics`; a test holds them against it at random settings.
 */

import { Survival, from, interpolated, mean, median, ratio, sum } from "./statistics.js";

/**
 * @import {Layout} from "./program.js"
 * @import {Records} from "./records.js"
 * @import {Tables} from "./tables.js"
 * @import {World} from "./types.d.ts"
 */

/** @typedef {Record<string, number>} Figures */

/**
 * @typedef {object} Measured
 * @property {Layout} layout
 * @property {Tables} p
 * @property {readonly string[]} tiers
 * @property {World} world
 * @property {number} arrivals  operators who may join by themselves: the last ones
 * @property {Records} records
 * @property {Figures | null} twin  figures of the world without enforcement; null for itself
 * @property {() => Float64Array} exposed  share of the outsiders exposed in each window, and in all
 * @property {() => WrongOnes} wrong
 */

/**
 * Ordinary users in the hands of the platform.
 * @typedef {object} WrongOnes
 * @property {number} suspended
 * @property {number} [days]  wrongly suspended; NaN where undefined, and left out where not known
 * @property {number} [reinstated]  likewise
 * @property {number} alikeFlagged
 * @property {number} alikeSuspended
 * @property {number} alikeShare
 */

const RECENT = 30; // days

/**
 * All figures of a world, by name.
 * @param {Measured} run
 * @returns {Figures}
 */
export function measure(run) {
  /** @type {Figures} */
  const told = {};
  reachFigures(run, told);
  accountFigures(run, told);
  networkFigures(run, told);
  reviewFigures(run, told);
  ordinaryFigures(run, told);
  return told;
}

/**
 * Write the whole and each tier under their names.
 * @param {Figures} told
 * @param {string} name
 * @param {readonly string[]} tiers
 * @param {ArrayLike<number>} values  [1 + K]
 */
function byTier(told, name, tiers, values) {
  told[name] = values[0];
  tiers.forEach((tier, k) => { told[`${name}.${tier}`] = values[k + 1]; });
}

/* --- reach ------------------------------------------------------------------------------------ */

/**
 * A column of the census on each day of the grid, of one tier.
 * @param {Measured} run
 * @param {string} name
 * @param {number} tier
 */
function census(run, name, tier) {
  const width = run.layout.census.COLUMNS;
  const place = run.layout.census[name];
  const { series } = run.records;
  const tiers = run.tiers.length;
  return run.p.grid.data.map((_, day) => series[(day * tiers + tier) * width + place]);
}

/**
 * Of all tiers.
 * @param {Measured} run
 * @param {string} name
 */
function wholeCensus(run, name) {
  const every = run.tiers.map((_, tier) => census(run, name, tier));
  return run.p.grid.data.map((_, day) => every.reduce((total, one) => total + one[day], 0));
}

/** @type {(run: Measured, told: Figures) => void} */
function reachFigures(run, told) {
  const { p, tiers, world, records } = run;
  const horizon = p.horizon.data[0];
  const windows = p.windows.data;
  const { operators } = world;
  const seen = new Float64Array(1 + tiers.length);
  for (let k = 0, i = 0; k < records.impressions.length; k++, i = i + 1 === operators ? 0 : i + 1) {
    seen[1 + world.tier[i]] += records.impressions[k];
  }
  seen[0] = sum(seen);
  byTier(told, "outsider_impressions", tiers, seen);

  const ends = [0, 1, 2].map((k) => Math.max(horizon - RECENT * k, 0));
  const at = tiers.map((_, k) => {
    const line = census(run, "OUTSIDER_IMPRESSIONS", k);
    return ends.map((day) => interpolated(day, p.grid.data, line));
  });
  const recent = at.map(([last, before]) => last - before);
  byTier(told, "recent_outsider_impressions", tiers, [sum(recent), ...recent]);
  told.earlier_outsider_impressions =
    horizon < 2 * RECENT ? NaN : sum(at.map(([, later, earlier]) => later - earlier));

  const share = run.exposed();
  const lengths = windows.slice(1).map((day, k) => day - windows[k]);
  const weighed = sum(lengths.map((length, w) => length * share[w])) / sum(lengths);
  told.reach_per_window = p.outsiders.data[0] * weighed;
  told.reach = p.outsiders.data[0] * share[share.length - 1];
  told.frequency = ratio(seen[0], told.reach);

  const [posts, rebuilding, all, inside, outside] =
    ["POSTS", "REBUILD_POSTS", "ALL_OUTSIDER_IMPRESSIONS", "INSIDER_IMPRESSIONS", "OUTSIDER_IMPRESSIONS"]
      .map((name) => wholeCensus(run, name));
  /** @param {Float64Array} line */
  const last = (line) => line[line.length - 1];
  /** @param {Float64Array} line */
  const evaluated = (line) => last(line) - interpolated(windows[0], p.grid.data, line);
  told.impressions = last(inside) + last(outside);
  told.posts_made = last(posts);
  told.ordinary_posts = last(posts) - last(rebuilding);
  told.rebuild_effort = ratio(evaluated(rebuilding), evaluated(posts));
  told.outsider_impressions_of_all_posts = evaluated(all);

  /** @type {(name: string, of: string, parts: readonly string[]) => void} */
  const beside = (name, of, parts) => {
    for (const part of ["", ...parts.map((tier) => `.${tier}`)]) {
      // The world without enforcement is all of itself, whatever it came to.
      told[name + part] = run.twin ? ratio(told[of + part], run.twin[of + part]) : 1;
    }
  };
  beside("effective_reach", "outsider_impressions", tiers);
  beside("recent_effective_reach", "recent_outsider_impressions", tiers);
  const before = run.twin?.earlier_outsider_impressions ?? told.earlier_outsider_impressions;
  const earlier = ratio(told.earlier_outsider_impressions, before);
  told.effective_reach_trend = run.twin ? ratio(told.recent_effective_reach, earlier) - 1 : 0;
  beside("effective_reached", "reach", []);
  beside("effective_weekly_reach", "reach_per_window", []);
  beside("effective_reach_of_all_posts", "outsider_impressions_of_all_posts", []);
}

/* --- accounts --------------------------------------------------------------------------------- */

/** @type {(run: Measured, told: Figures) => void} */
function accountFigures(run, told) {
  const { p, tiers, world, layout } = run;
  const { lives } = run.records;
  const horizon = p.horizon.data[0];
  const rows = [...Array(lives.count).keys()];
  /** @param {number} row */
  const gone = (row) => !Number.isNaN(lives.suspended[row]);
  /** @param {number} row */
  const wasPublic = (row) => !Number.isNaN(lives.public[row]);
  /** @param {number} row */
  const end = (row) => (gone(row) ? lives.suspended[row] : horizon);
  /** @param {number} row */
  const followers = (row) => lives.insiders[row] + lives.outsiders[row];
  /** @param {number} row */
  const later = (row) => lives.life[row] > 1 && lives.edits[row] !== 0;
  /** @param {number} row */
  const tierOf = (row) => world.tier[lives.operator[row]];
  /** The whole, and each tier. @type {(of: number[]) => number[][]} */
  const parts = (of) => [of, ...tiers.map((_, k) => of.filter((row) => tierOf(row) === k))];
  /** @type {(of: number[], value: (row: number) => number) => Float64Array} */
  const values = (of, value) => Float64Array.from(of, value);

  const suspended = rows.filter(gone);
  const made = rows.filter(later);
  const successors = made.filter((row) => row > 0 && lives.life[row] === lives.life[row - 1] + 1);
  const heirs = parts(successors);
  told.suspensions = suspended.length;
  told.struck = sum(run.records.struck);
  byTier(told, "creations", tiers, parts(made).map((of) => of.length));
  const first = p.windows.data[0];
  const counted = suspended.filter((row) => lives.suspended[row] >= first);
  told.suspensions_per_day = counted.length / (horizon - first);
  told.replacement_ratio = ratio(made.length, suspended.length);

  const grown = heirs.map((of) => sum(values(of, followers)));
  byTier(told, "regeneration_number", tiers,
    heirs.map((of, k) => ratio(grown[k], sum(values(of, (row) => followers(row - 1))))));
  const ofFirst = new Float64Array(world.operators).fill(NaN);
  for (const row of rows) if (lives.life[row] === 1) ofFirst[lives.operator[row]] = followers(row);
  byTier(told, "regained_status", tiers,
    heirs.map((of, k) => ratio(grown[k], sum(values(of, (row) => ofFirst[lives.operator[row]])))));

  const count = new Int32Array(world.operators);
  for (const row of rows) count[lives.operator[row]]++;
  const there = [...count.keys()].filter((i) => count[i] > 0);
  told.lives_per_operator = mean(there.map((i) => count[i]));
  told.most_lives = there.length ? count.reduce((a, b) => Math.max(a, b), 0) : NaN;
  byTier(told, "return_share", tiers,
    parts(suspended).map((of, k) => ratio(heirs[k].length, of.length)));
  told.return_delay_median =
    median(successors.map((row) => lives.created[row] - lives.suspended[row - 1]));
  told.near_identical_share =
    mean(successors.map((row) => Number(lives.edits[row] <= p.near_edits.data[0])));

  const known = made.filter(wasPublic);
  told.account_life_median =
    quantile(known.map((row) => end(row) - lives.public[row]), known.map(gone), 0.5);
  const ever = new Set(suspended.map((row) => lives.operator[row]));
  byTier(told, "suspended_share", tiers, [-1, ...tiers.keys()].map((k) => {
    const mine = k < 0 ? there : there.filter((i) => world.tier[i] === k);
    return ratio(mine.filter((i) => ever.has(i)).length, mine.length);
  }));
  const ended = parts(suspended.filter(wasPublic));
  byTier(told, "followers_at_termination", tiers, ended.map((of) => mean(values(of, followers))));
  byTier(told, "public_until_termination", tiers,
    ended.map((of) => mean(values(of, (row) => end(row) - lives.public[row]))));
  byTier(told, "most_followers", tiers,
    parts(rows).map((of) => (of.length ? of.reduce((most, row) => Math.max(most, followers(row)), 0) : NaN)));

  const { constants } = layout;
  const flagged = rows.filter((row) => !Number.isNaN(lives.flagged[row]) &&
    lives.channel[row] !== constants.caught_at_signup && lives.channel[row] !== constants.struck);
  /** @type {(of: number[], q: number) => number} */
  const wait = (of, q) => quantile(of.map((row) => end(row) - lives.flagged[row]), of.map(gone), q);
  told.time_to_action_median = wait(flagged, 0.5);
  told.time_to_action_p95 = wait(flagged, 0.95);
  told.urgent_time_to_action_median = wait(flagged.filter((row) => lives.urgent[row] === 1), 0.5);
  told.routine_time_to_action_median = wait(flagged.filter((row) => lives.urgent[row] === 0), 0.5);

  const cameBack = rows.filter((row) => lives.life[row] > 1 && lives.edits[row] > 0);
  told.handle_matched_share =
    mean(cameBack.map((row) => Number(lives.channel[row] === constants.handle_matched)));
  told.operators_reinstated = rows.filter((row) => lives.edits[row] === 0).length;

  const start = sum(p.tier_count.data);
  const joined = world.operators - run.arrivals;
  told.recruits = there.filter((i) => i >= start && i < joined).length;
  const arrived = there.filter((i) => i >= joined);
  byTier(told, "arrivals", tiers,
    [arrived.length, ...tiers.map((_, k) => arrived.filter((i) => world.tier[i] === k).length)]);
}

/** @type {(durations: number[], ended: boolean[], q: number) => number} */
function quantile(durations, ended, q) {
  const found = durations.length ? new Survival(durations, ended).quantile(q) : NaN;
  return Number.isFinite(found) ? found : NaN;
}

/* --- the network ------------------------------------------------------------------------------ */

/** @type {(run: Measured, told: Figures) => void} */
function networkFigures(run, told) {
  const { p, tiers, world } = run;
  const grid = p.grid.data;
  const live = [wholeCensus(run, "LIVE"), ...tiers.map((_, k) => census(run, "LIVE", k))];
  const begin = from(grid, p.windows.data[0]);
  byTier(told, "live_accounts", tiers, live.map((line) => line[line.length - 1]));
  byTier(told, "mean_live_accounts", tiers, live.map((line) => mean(line.subarray(begin))));
  byTier(told, "extinction_day", tiers, live.map((line) => {
    const last = line.findLastIndex((count) => count > 0);
    return last < 0 || last === line.length - 1 ? NaN : grid[last + 1];
  }));
  const attached = wholeCensus(run, "ATTACHED_OUTSIDERS").subarray(begin);
  told.attached_outsiders_share = ratio(mean(attached), sum(world.outsiders));
  const followers = ["ATTACHED_INSIDERS", "ATTACHED_OUTSIDERS"].map((name) =>
    tiers.map((_, k) => census(run, name, k)[grid.length - 1]));
  const network = tiers.map((_, k) => followers[0][k] + followers[1][k]);
  byTier(told, "network_followers", tiers, [sum(network), ...network]);
  const speakers = p.speaker_followers.data;
  const horizon = p.horizon.data[0];
  const others = sum(speakers.map((begin, k) =>
    speakerFollowers(begin, p.speaker_growth.data[k], p.speaker_ceiling.data[k], horizon)));
  told.speaker_followers = speakers.length ? others : NaN;
  told.voice_ratio = speakers.length ? ratio(others, told.network_followers) : NaN;
}

/** Followers of a counter-speaker on a day. @type {(start: number, growth: number, ceiling: number, day: number) => number} */
function speakerFollowers(start, growth, ceiling, day) {
  if (!Number.isFinite(ceiling)) return start * Math.exp(growth * day);
  return (ceiling * start) / (start + (ceiling - start) * Math.exp(-growth * day));
}

/* --- review ----------------------------------------------------------------------------------- */

/** @type {(run: Measured, told: Figures) => void} */
function reviewFigures(run, told) {
  const { p, records } = run;
  const horizon = p.horizon.data[0];
  const names = ["waiting_time_mean", "paid_hours", "reviewer_hours", "utilisation", "backlog_mean",
    "backlog_age_p95", "unserved_share"];
  for (const name of names) told[name] = NaN;
  if (!p.finite_staff.data[0]) return;
  const { cases, openCases } = records;
  const decided = cases.arrived.length;
  const waited = new Float64Array(decided + openCases.arrived.length);
  const taken = new Uint8Array(waited.length);
  for (let k = 0; k < waited.length; k++) {
    const of = k < decided ? cases : openCases;
    const row = k < decided ? k : k - decided;
    const start = of.started[row];
    taken[k] = Number.isNaN(start) ? 0 : 1;
    // A hair below 0 is rounding.
    waited[k] = Math.max((taken[k] ? start : horizon) - of.arrived[row], 0);
  }
  if (waited.length) {
    const curve = new Survival(waited, taken);
    let longest = 0;
    for (let k = 0; k < waited.length; k++) longest = Math.max(longest, waited[k]);
    told.waiting_time_mean = longest > 0 ? curve.restrictedMean(longest) : 0;
    told.backlog_age_p95 = Math.min(curve.quantile(0.95), longest);
    told.unserved_share = 1 - sum(taken) / taken.length;
  }
  const changes = p.duty_change.data;
  told.paid_hours = 24 * sum(changes.map((day, k) => {
    const until = k + 1 < changes.length ? changes[k + 1] : horizon;
    return (Math.min(until, horizon) - Math.min(day, horizon)) * p.on_duty.data[k];
  }));
  const spent = new Float64Array(decided);
  for (let k = 0; k < decided; k++) spent[k] = cases.decided[k] - cases.started[k];
  const busy = sum(spent);
  const inHand = openCases.started.filter((day) => !Number.isNaN(day)).map((day) => horizon - day);
  told.reviewer_hours = 24 * (busy + sum(inHand));
  told.utilisation = ratio(told.reviewer_hours, told.paid_hours);
  told.backlog_mean = mean(records.backlog);
}

/* --- ordinary users --------------------------------------------------------------------------- */

/** @type {(run: Measured, told: Figures) => void} */
function ordinaryFigures(run, told) {
  const wrong = run.wrong();
  told.wrong_suspensions = wrong.suspended;
  if (wrong.days !== undefined) told.wrong_days = wrong.days;
  if (wrong.reinstated !== undefined) told.reinstatements = wrong.reinstated;
  told.wrong_per_right = ratio(wrong.suspended, told.suspensions);
  told.look_alikes_flagged = wrong.alikeFlagged;
  told.look_alikes_suspended = wrong.alikeSuspended;
  told.look_alike_share = wrong.alikeShare;
}
