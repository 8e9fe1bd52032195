/* What the pictures draw: one run beside its twin without enforcement.

   A scene is recorded by Python (page/record.py) or made from the engine's answer
   (from_engine.ts); the pictures cannot tell which. Days count from the story's first. */

import type { Network } from "../engine/types.d.ts";

/** Handle, created, public, suspended, insiders and outsiders at the end, edits from the handle
    before, channel, flagged, promotions received, and the platform where there are several. Null
    where a thing did not happen. */
export type RecordedLife = [
  string, number | null, number | null, number | null, number, number, number, string,
  number | null, number, string?];

export interface Life {
  handle: string;
  /** Handle of the account before; empty for a first one. */
  before: string;
  public: number;
  /** Infinity if it was not suspended. */
  suspended: number;
  insiders: number;
  outsiders: number;
  edits: number;
  channel: string;
  promotions: number;
  /** Empty if there is only one. */
  platform: string;
}

/** Followers through time; a single value is the same on all days. */
export interface Line { days: ArrayLike<number>; insiders: ArrayLike<number>; outsiders: ArrayLike<number> }

export interface Node { lives: Life[]; line: Line; twin: Line }

/** Lines through time that a story has of its own, on the days of the grid. */
export interface Lines { label: string; lines: { name: string; kind: string; values: ArrayLike<number> }[] }

/** Day, place of the promoter, place of the promoted, followers that it brought at once. */
export type Sent = readonly [number, number, number, number];

export interface Scene {
  network: Network;
  settings: Readonly<Record<string, string | number>>;
  seed: number;
  live: boolean; // made by the engine in this page, not recorded
  grid: ArrayLike<number>;
  accounts: ArrayLike<number>;
  seen: ArrayLike<number>;
  twinAccounts: ArrayLike<number>;
  twinSeen: ArrayLike<number>;
  nodes: Node[];
  promotions: readonly Sent[];
  numbers: Readonly<Record<string, number | null>>;
  lines: Lines | null;
  happenings: Happening[];
}

export interface Happening { day: number; node: number; life: number; kind: "suspension" | "return" }

export interface Recorded {
  settings: Record<string, string>;
  seed: number;
  grid: number[];
  live: number[]; seen: number[]; twinLive: number[]; twinSeen: number[];
  nodes: { lives: RecordedLife[]; insiders: number[]; outsiders: number[];
    twinInsiders: number[]; twinOutsiders: number[] }[];
  promotions: Sent[];
  numbers: Record<string, number | null>;
  lines?: Lines;
}

export function fromRecord(told: Recorded, network: Network): Scene {
  const nodes = told.nodes.map((node) => ({
    lives: livesOf(node.lives),
    line: { days: told.grid, insiders: node.insiders, outsiders: node.outsiders },
    twin: { days: told.grid, insiders: node.twinInsiders, outsiders: node.twinOutsiders },
  }));
  return {
    network, settings: told.settings, seed: told.seed, live: false, grid: told.grid,
    accounts: told.live, seen: told.seen, twinAccounts: told.twinLive, twinSeen: told.twinSeen,
    nodes, promotions: told.promotions, numbers: told.numbers, lines: told.lines ?? null, happenings: happeningsOf(nodes),
  };
}

function livesOf(rows: RecordedLife[]): Life[] {
  return rows.filter((row) => row[2] !== null).map((row, k, all) => ({
    handle: row[0], before: k ? all[k - 1]![0] : "", public: row[2]!, suspended: row[3] ?? Infinity,
    insiders: row[4], outsiders: row[5], edits: row[6], channel: row[7], promotions: row[9], platform: row[10] ?? "",
  }));
}

/** Suspensions and returns of the operators that are drawn, in the order of days. */
export function happeningsOf(nodes: readonly Node[]): Happening[] {
  const found: Happening[] = [];
  nodes.forEach(({ lives }, node) => lives.forEach((life, k) => {
    if (k) found.push({ day: life.public, node, life: k, kind: "return" });
    if (life.suspended < Infinity) found.push({ day: life.suspended, node, life: k, kind: "suspension" });
  }));
  return found.sort((a, b) => a.day - b.day);
}

/** First place whose value is above x. */
export function after(sorted: ArrayLike<number>, x: number): number {
  let low = 0, high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! > x) high = middle; else low = middle + 1;
  }
  return low;
}

/** A running value between two days of its grid, by a straight line. */
export function at(days: ArrayLike<number>, values: ArrayLike<number>, day: number): number {
  if (values.length === 1) return values[0]!;
  const k = after(days, day);
  if (k === 0) return values[0]!;
  if (k >= days.length) return values[values.length - 1]!;
  const share = (day - days[k - 1]!) / (days[k]! - days[k - 1]!);
  return values[k - 1]! + share * (values[k]! - values[k - 1]!);
}

export interface People { insiders: number; outsiders: number; life: number; there: boolean }

/** Which of an operator's accounts is public on a day; the last one before it if none is. */
export function lifeAt(node: Node, day: number): { life: number; there: boolean } {
  let found = -1;
  for (let k = 0; k < node.lives.length; k++) if (node.lives[k]!.public <= day) found = k;
  return { life: found, there: found >= 0 && day < node.lives[found]!.suspended };
}

/** Followers of an operator on a day: exact at the corners, straight lines between days of the grid. */
export function followers(node: Node, day: number): People {
  const { life, there } = lifeAt(node, day);
  if (!there) return { insiders: 0, outsiders: 0, life, there };
  const one = node.lives[life]!, { line } = node;
  // Within one account: the days of the grid that are neither before it nor after it.
  const k = after(line.days, day);
  const left = k - 1 >= 0 && line.days[k - 1]! >= one.public ? k - 1 : -1;
  const right = k < line.days.length && line.days[k]! < one.suspended ? k : -1;
  const from = left >= 0 ? left : null, to = right >= 0 ? right : null;
  const fresh = life > 0 && one.edits !== 0;
  const value = (values: ArrayLike<number>, end: number): number => {
    const of = (place: number) => values.length === 1 ? values[0]! : values[place]!;
    const a: [number, number] = from !== null ? [line.days[from]!, of(from)]
      : [one.public, fresh ? 0 : to !== null ? of(to) : end];
    const b: [number, number] = to !== null ? [line.days[to]!, of(to)]
      : one.suspended < Infinity ? [one.suspended, end] : [Infinity, a[1]];
    if (!(b[0] > a[0]) || b[0] === Infinity) return a[1];
    return a[1] + ((day - a[0]) / (b[0] - a[0])) * (b[1] - a[1]);
  };
  return { insiders: value(line.insiders, one.insiders), outsiders: value(line.outsiders, one.outsiders), life, there };
}

/** Followers without enforcement. */
export function untouched(node: Node, day: number): { insiders: number; outsiders: number } {
  return { insiders: at(node.twin.days, node.twin.insiders, day), outsiders: at(node.twin.days, node.twin.outsiders, day) };
}

/** Corners of an operator's saw-tooth, for a line. */
export function corners(node: Node, until: number): { day: number; insiders: number; outsiders: number }[] {
  const found: { day: number; insiders: number; outsiders: number }[] = [];
  const { line } = node;
  const put = (day: number) => found.push({ day, ...followers(node, day) });
  for (const one of node.lives) {
    if (one.public > until) break;
    found.push({ day: one.public, insiders: 0, outsiders: 0 });
    put(one.public);
    const end = Math.min(one.suspended, until);
    for (let k = after(line.days, one.public); k < line.days.length && line.days[k]! < end; k++) put(line.days[k]!);
    if (one.suspended <= until) {
      found.push({ day: one.suspended, insiders: one.insiders, outsiders: one.outsiders });
      found.push({ day: one.suspended, insiders: 0, outsiders: 0 });
    } else put(until);
  }
  return found;
}

/** Letters of a handle that are not in the one before it, by the fewest edits; places. */
export function changed(before: string, now: string): Set<number> {
  const n = before.length, m = now.length;
  const cost = Array.from({ length: n + 1 }, (_, i) => Array.from({ length: m + 1 }, (_, j) => (i ? (j ? 0 : i) : j)));
  for (let i = 1; i <= n; i++) for (let j = 1; j <= m; j++)
    cost[i]![j] = Math.min(cost[i - 1]![j]! + 1, cost[i]![j - 1]! + 1,
      cost[i - 1]![j - 1]! + (before[i - 1] === now[j - 1] ? 0 : 1));
  const found = new Set<number>();
  for (let i = n, j = m; j > 0;) {
    if (i > 0 && before[i - 1] === now[j - 1] && cost[i]![j] === cost[i - 1]![j - 1]) { i--; j--; }
    else if (i > 0 && cost[i]![j] === cost[i - 1]![j - 1]! + 1) { found.add(j - 1); i--; j--; }
    else if (cost[i]![j] === cost[i]![j - 1]! + 1) { found.add(j - 1); j--; }
    else i--;
  }
  return found;
}
