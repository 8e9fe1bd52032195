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
 * What takes long, and is measured where it is asked for.
 * @typedef {object} Parts
 * @property {boolean} cases  figures of cases: a team has hundreds of thousands
 * @property {boolean} people  figures of people reached: from each operator in each window
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

const REVIEW = ["waiting_time_mean", "paid_hours", "reviewer_hours", "utilisation", "backlog_mean",
  "backlog_age_p95", "unserved_share"];

const OF_PEOPLE = new Set(["reach", "reach_per_window", "frequency", "effective_reached", "effective_weekly_reach"]);
const OF_CASES = new Set([...REVIEW, "wrong_suspensions", "wrong_days", "reinstatements",
  "wrong_per_right", "look_alikes_flagged", "look_alikes_suspended", "look_alike_share"]);

/**
 * The parts in which some figures are; all where none is named.
 * @param {readonly string[] | undefined} figures
 * @returns {Parts}
 */
export function partsOf(figures) {
  /** @param {Set<string>} of */
  const asked = (of) => figures?.some((name) => of.has(name)) ?? true;
  return { cases: asked(OF_CASES), people: asked(OF_PEOPLE) };
}

/**
 * Figures of a world, by name; what the program has told may be gone after it.
 * @param {Measured} run
 * @param {Parts} parts
 * @returns {Figures}
 */
export function measure(run, parts) {
  /** @type {Figures} */
  const told = {};
  reachFigures(run, told);
  accountFigures(run, told);
  networkFigures(run, told);
  if (parts.people) peopleFigures(run, told);
  if (parts.cases) {
    reviewFigures(run, told);
    ordinaryFigures(run, told);
  }
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
  const { p, tiers } = run;
  const horizon = p.horizon.data[0];
  const windows = p.windows.data;
  const seen = seenByTier(run);
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

  beside(run, told, "effective_reach", "outsider_impressions", tiers);
  beside(run, told, "recent_effective_reach", "recent_outsider_impressions", tiers);
  const before = run.twin?.earlier_outsider_impressions ?? told.earlier_outsider_impressions;
  const earlier = ratio(told.earlier_outsider_impressions, before);
  told.effective_reach_trend = run.twin ? ratio(told.recent_effective_reach, earlier) - 1 : 0;
  beside(run, told, "effective_reach_of_all_posts", "outsider_impressions_of_all_posts", []);
}

/** Each beside the twin's. @type {(run: Measured, told: Figures, name: string, of: string, parts: readonly string[]) => void} */
function beside(run, told, name, of, parts) {
  for (const part of ["", ...parts.map((tier) => `.${tier}`)]) {
    // The world without enforcement is all of itself, whatever it came to.
    told[name + part] = run.twin ? ratio(told[of + part], run.twin[of + part]) : 1;
  }
}

/**
 * Impressions on outsiders in all and by tier, [1 + K]; operators of a tier stand together.
 * @param {Measured} run
 */
function seenByTier({ tiers, world, records }) {
  const seen = new Float64Array(1 + tiers.length);
  const { impressions } = records;
  for (let begin = 0; begin < impressions.length; begin += world.operators) {
    for (let i = 0; i < world.operators;) {
      const tier = world.tier[i];
      let total = seen[1 + tier];
      for (; i < world.operators && world.tier[i] === tier; i++) total += impressions[begin + i];
      seen[1 + tier] = total;
    }
  }
  seen[0] = sum(seen);
  return seen;
}

/** @type {(run: Measured, told: Figures) => void} */
function peopleFigures(run, told) {
  const { p } = run;
  const windows = p.windows.data;
  const share = run.exposed();
  const lengths = windows.slice(1).map((day, k) => day - windows[k]);
  const weighed = sum(lengths.map((length, w) => length * share[w])) / sum(lengths);
  told.reach_per_window = p.outsiders.data[0] * weighed;
  told.reach = p.outsiders.data[0] * share[share.length - 1];
  told.frequency = ratio(told.outsider_impressions, told.reach);
  beside(run, told, "effective_reached", "reach", []);
  beside(run, told, "effective_weekly_reach", "reach_per_window", []);
}

/* --- accounts --------------------------------------------------------------------------------- */

/**
 * Sums of the whole and of each tier, [1 + K].
 * @param {number} tiers
 */
const tally = (tiers) => new Float64Array(1 + tiers);

/** @type {(sums: Float64Array, tier: number, value: number) => void} */
function add(sums, tier, value) {
  sums[0] += value;
  sums[1 + tier] += value;
}

/** Quotients of two tallies. @type {(above: Float64Array, below: Float64Array) => Float64Array} */
const ratios = (above, below) => above.map((sum, k) => ratio(sum, below[k]));

/** Durations, and which of them ended, as far as there are any. */
class Durations {
  /** @param {number} most */
  constructor(most) {
    this.days = new Float64Array(most);
    this.ended = new Uint8Array(most);
    this.count = 0;
  }

  /** @type {(days: number, ended: boolean) => void} */
  push(days, ended) {
    this.days[this.count] = days;
    this.ended[this.count++] = ended ? 1 : 0;
  }

  get curve() {
    return new Survival(this.days.subarray(0, this.count), this.ended.subarray(0, this.count));
  }

  /** Time by which a share has ended; NaN if it never has. @param {number[]} shares */
  quantiles(...shares) {
    if (!this.count) return shares.map(() => NaN);
    const { curve } = this;
    return shares.map((q) => curve.quantile(q)).map((day) => (Number.isFinite(day) ? day : NaN));
  }
}

/** In one pass over the accounts, by operator and life. @type {(run: Measured, told: Figures) => void} */
function accountFigures(run, told) {
  const { p, tiers, world } = run;
  const { caught_at_signup: caught, struck, handle_matched: matched } = run.layout.constants;
  const { lives } = run.records;
  const horizon = p.horizon.data[0];
  const first = p.windows.data[0];
  const near = p.near_edits.data[0];
  const [suspended, created, heirs, grown, before, begun, ended, lost, shown, most] =
    Array.from({ length: 10 }, () => tally(tiers.length));
  most.fill(NaN);
  let [counted, close, back, backMatched, reinstated] = [0, 0, 0, 0, 0];
  const count = new Int32Array(world.operators);
  const ever = new Uint8Array(world.operators);
  const delays = new Durations(lives.count);
  const [known, all, urgent, routine] = Array.from({ length: 4 }, () => new Durations(lives.count));
  let ofFirst = NaN;
  for (let row = 0, previous = 0; row < lives.count; row++) {
    const operator = lives.operator[row];
    const tier = world.tier[operator];
    const edits = lives.edits[row];
    const followers = lives.insiders[row] + lives.outsiders[row];
    const gone = !Number.isNaN(lives.suspended[row]);
    const end = gone ? lives.suspended[row] : horizon;
    const time = end - lives.public[row];
    const wasPublic = !Number.isNaN(lives.public[row]);
    if (lives.life[row] === 1) ofFirst = followers;
    count[operator]++;
    for (const k of [0, 1 + tier]) if (!(most[k] > followers)) most[k] = followers;
    if (gone) {
      ever[operator] = 1;
      add(suspended, tier, 1);
      if (end >= first) counted++;
      if (wasPublic) {
        add(ended, tier, 1);
        add(lost, tier, followers);
        add(shown, tier, time);
      }
    }
    if (edits === 0) reinstated++;
    if (lives.life[row] > 1 && edits !== 0) {
      add(created, tier, 1);
      if (wasPublic) known.push(time, gone);
      if (lives.life[row] === lives.life[row - 1] + 1) {
        add(heirs, tier, 1);
        add(grown, tier, followers);
        add(before, tier, previous);
        add(begun, tier, ofFirst);
        delays.push(lives.created[row] - lives.suspended[row - 1], true);
        if (edits <= near) close++;
      }
      if (edits > 0) {
        back++;
        if (lives.channel[row] === matched) backMatched++;
      }
    }
    if (!Number.isNaN(lives.flagged[row]) && lives.channel[row] !== caught && lives.channel[row] !== struck) {
      all.push(end - lives.flagged[row], gone);
      (lives.urgent[row] === 1 ? urgent : routine).push(end - lives.flagged[row], gone);
    }
    previous = followers;
  }

  told.suspensions = suspended[0];
  told.struck = sum(run.records.struck);
  byTier(told, "creations", tiers, created);
  told.suspensions_per_day = counted / (horizon - first);
  told.replacement_ratio = ratio(created[0], suspended[0]);
  byTier(told, "regeneration_number", tiers, ratios(grown, before));
  byTier(told, "regained_status", tiers, ratios(grown, begun));
  byTier(told, "return_share", tiers, ratios(heirs, suspended));
  told.return_delay_median = median(delays.days.subarray(0, delays.count));
  told.near_identical_share = ratio(close, heirs[0]);
  [told.account_life_median] = known.quantiles(0.5);
  byTier(told, "followers_at_termination", tiers, ratios(lost, ended));
  byTier(told, "public_until_termination", tiers, ratios(shown, ended));
  byTier(told, "most_followers", tiers, most);
  [told.time_to_action_median, told.time_to_action_p95] = all.quantiles(0.5, 0.95);
  [told.urgent_time_to_action_median] = urgent.quantiles(0.5);
  [told.routine_time_to_action_median] = routine.quantiles(0.5);
  told.handle_matched_share = ratio(backMatched, back);
  told.operators_reinstated = reinstated;

  const start = sum(p.tier_count.data);
  const joined = world.operators - run.arrivals;
  const [there, struckOnce, arrived] = Array.from({ length: 3 }, () => tally(tiers.length));
  let [longest, recruits] = [NaN, 0];
  for (let i = 0; i < world.operators; i++) {
    if (count[i] === 0) continue;
    if (!(longest > count[i])) longest = count[i];
    add(there, world.tier[i], 1);
    if (ever[i]) add(struckOnce, world.tier[i], 1);
    if (i >= joined) add(arrived, world.tier[i], 1);
    else if (i >= start) recruits++;
  }
  told.lives_per_operator = ratio(lives.count, there[0]);
  told.most_lives = longest;
  byTier(told, "suspended_share", tiers, ratios(struckOnce, there));
  told.recruits = recruits;
  byTier(told, "arrivals", tiers, arrived);
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
  for (const name of REVIEW) told[name] = NaN;
  if (!p.finite_staff.data[0] || !records.cases) return;
  const { decided: cases, open: openCases } = records.cases;
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
    const longest = waited.reduce((most, days) => Math.max(most, days), 0);
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
