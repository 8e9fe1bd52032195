/* Charts as SVG by d3's scales and shapes: labels stand on the lines, the future is not drawn. */

import { scaleLinear, scaleLog } from "d3-scale";
import { area, line } from "d3-shape";
import { s } from "./dom.ts";
import { apart, frame, text, within, type Room, type Table } from "./drawing.ts";
import { after, at, corners, followers, type Lines, type Node, type Scene } from "./scene.ts";
import { Dates, percent, short, span, whole } from "./words.ts";

export type { Room, Table } from "./drawing.ts";

export interface Chart {
  svg: SVGElement;
  /** What it shows, in a sentence with numbers. */
  told: string;
  table: () => Table;
  /** Where on it a day stands, if its axis is time. */
  dayAt?: (x: number) => number;
  cursor?: (day: number) => void;
}

function timeAxis(svg: SVGElement, dates: Dates, horizon: number, x: (day: number) => number, y: number, room: Room): void {
  const marks = dates.marks(horizon);
  const every = Math.max(1, Math.ceil((marks.length * 62) / room.width));
  marks.forEach((day, k) => {
    svg.append(s("line", { class: "tickmark", x1: x(day), x2: x(day), y1: y, y2: y + 5 }));
    const words = dates.short(day);
    if (k % every === 0 && x(day) > 24 && x(day) < room.width - 26) svg.append(text(x(day), y + 19, words, "tick middle"));
  });
}

/* --- one operator's followers ------------------------------------------------------------------- */

export function sawtooth(node: Node, name: string, until: number, horizon: number, dates: Dates, room: Room, enlarged = false): Chart {
  const { width, height } = room, left = 54, right = 8, top = 22, bottom = 24;
  const points = corners(node, until);
  const twin = Array.from({ length: 61 }, (_, k) => (k / 60) * horizon).filter((d) => d <= until + 1e-9)
    .map((day) => ({ day, all: totalAt(node, day) }));
  const second = node.lives[1]?.public ?? Infinity, later = points.filter((p) => p.day >= second).map((p) => p.insiders + p.outsiders);
  const cut = enlarged && later.length > 0;
  const most = Math.max(1, ...(cut ? later.map((all) => 1.1 * all) : [...points.map((p) => p.insiders + p.outsiders), ...twin.map((p) => p.all)]));
  const x = scaleLinear([0, horizon], [left, width - right]);
  const y = scaleLinear([0, most * 1.02], [height - bottom, top]).clamp(true);
  const lives = node.lives.filter((one) => one.public <= until);
  const told = `Followers of ${name}: ${lives.map((one, k) => `account ${k + 1}, @${one.handle}, from ${dates.short(one.public)}`
    + (one.suspended <= until ? `, had ${whole(one.outsiders)} outsiders and ${whole(one.insiders)} insiders when it was suspended on ${dates.short(one.suspended)}` : ", is there")).join("; ")}.`;
  const svg = frame(room, told);
  for (const tick of y.ticks(3)) {
    svg.append(s("line", { class: "grid", x1: left, x2: width - right, y1: y(tick), y2: y(tick) }));
    svg.append(text(left - 5, y(tick) + 5, short(tick), "tick end"));
  }
  const from = (value: (p: (typeof points)[number]) => number) => (p: (typeof points)[number]) => y(value(p));
  const shape = (low: (p: (typeof points)[number]) => number, high: (p: (typeof points)[number]) => number) =>
    area<(typeof points)[number]>().x((p) => x(p.day)).y0(from(low)).y1(from(high))(points) ?? "";
  svg.append(s("path", { class: "outsiders", d: shape(() => 0, (p) => p.outsiders) }));
  svg.append(s("path", { class: "insiders", d: shape((p) => p.outsiders, (p) => p.outsiders + p.insiders) }));
  if (!cut) svg.append(s("path", { class: "twin", d: line<(typeof twin)[number]>().x((p) => x(p.day)).y((p) => y(p.all))(twin) ?? "" }));
  for (const one of lives) if (one.suspended <= until) {
    const cx = x(one.suspended), cy = height - bottom;
    svg.append(s("path", { class: "cross", d: `M${cx - 4},${cy - 4}l8,8m0,-8l-8,8` }));
  }
  timeAxis(svg, dates, horizon, x, height - bottom, room);
  const cursor = s("line", { class: "cursor", y1: top - 6, y2: height - bottom });
  const veil = s("rect", { class: "veil", y: 0, height: height - bottom - 1 });
  svg.append(veil, cursor);
  const above = cut ? `the first account, off this scale, had ${short(points[0]!.insiders + points[0]!.outsiders)}` : "dashed: without enforcement";
  svg.append(text(width - right, 14, above, "tick end"));
  if (!cut || width > 420) svg.append(text(4, 14, "followers", "tick begin"));
  return {
    svg, told,
    table: () => ({
      head: ["Account", "Handle", "Public", "Suspended", "Outsiders at its end", "Insiders at its end"],
      rows: lives.map((one, k) => [String(k + 1), `@${one.handle}`, dates.full(one.public),
        one.suspended <= until ? dates.full(one.suspended) : "still there",
        whole(one.suspended <= until ? one.outsiders : followers(node, until).outsiders),
        whole(one.suspended <= until ? one.insiders : followers(node, until).insiders)]),
    }),
    dayAt: (px) => x.invert(px),
    cursor: cursorOf(cursor, veil, x, width - right),
  };
}

function totalAt(node: Node, day: number): number {
  const of = (values: ArrayLike<number>) => {
    if (values.length === 1) return values[0]!;
    return values[Math.min(values.length - 1, Math.max(0, after(node.twin.days, day) - 1))]!;
  };
  return of(node.twin.insiders) + of(node.twin.outsiders);
}

function cursorOf(cursor: SVGElement, veil: SVGElement, x: (day: number) => number, right: number): (day: number) => void {
  return (day) => {
    const at = x(day);
    cursor.setAttribute("x1", String(at));
    cursor.setAttribute("x2", String(at));
    veil.setAttribute("x", String(at + 1));
    veil.setAttribute("width", String(Math.max(0, right - at)));
  };
}

/* --- accounts left and seen by outsiders, through time ------------------------------------------- */

export interface Through { day: number; accounts: number; seen: number }

/** Each as a share of the twin; what is seen over the days since the point before. */
export function through(scene: Scene, until: number): Through[] {
  const found: Through[] = [];
  const { grid } = scene;
  const step = Math.max(1, Math.round(grid.length / 80));
  for (let k = 0; k < grid.length; k += step) {
    if (grid[k]! > until + 1e-9) break;
    const j = Math.max(0, k - step);
    const mine = scene.seen[k]! - scene.seen[j]!, other = scene.twinSeen[k]! - scene.twinSeen[j]!;
    found.push({ day: grid[k]!, accounts: scene.accounts[k]! / Math.max(1, scene.twinAccounts[k]!), seen: k && other > 0 ? mine / other : 1 });
  }
  if (found.length > 1 && found[0]!.day === 0) found[0]!.seen = found[0]!.accounts = 1;
  return found;
}

export function throughTime(scene: Scene, pinned: { scene: Scene; label: string } | null, until: number, horizon: number, dates: Dates, room: Room): Chart {
  const { width, height } = room, left = 54, right = 8, top = 22, bottom = 24;
  const points = through(scene, until), other = pinned ? through(pinned.scene, until) : [];
  const most = Math.max(1.05, ...points.map((p) => Math.max(p.seen, p.accounts)), ...other.map((p) => p.seen));
  const x = scaleLinear([0, horizon], [left, width - right]);
  const y = scaleLinear([0, most], [height - bottom, top]);
  const end = points[points.length - 1] ?? { day: 0, accounts: 1, seen: 1 };
  const told = `By ${dates.short(end.day)}, beside the twin without enforcement: ${percent(end.accounts)} of the accounts are there; outsiders see ${percent(end.seen)} of what they would see.`;
  const svg = frame(room, told);
  for (const tick of [0, 0.5, 1]) {
    svg.append(s("line", { class: tick === 1 ? "grid none" : "grid", x1: left, x2: width - right, y1: y(tick), y2: y(tick) }));
    svg.append(text(left - 5, y(tick) + 5, `${100 * tick} %`, "tick end"));
  }
  const path = (of: (p: Through) => number, data: Through[]) => line<Through>().x((p) => x(p.day)).y((p) => y(of(p)))(data) ?? "";
  svg.append(s("path", { class: "seenarea", d: area<Through>().x((p) => x(p.day)).y0(y(0)).y1((p) => y(p.seen))(points) ?? "" }));
  if (other.length) svg.append(s("path", { class: "pinned", d: path((p) => p.seen, other) }));
  svg.append(s("path", { class: "accounts", d: path((p) => p.accounts, points) }), s("path", { class: "seen", d: path((p) => p.seen, points) }));
  const labels: [number, string, string][] = [];
  if (points.length > 14) {
    labels.push([y(end.accounts), "accounts", "told accountsword"], [y(end.seen), "views by outsiders", "told seenword"]);
    if (pinned && other.length) labels.push([y(other[other.length - 1]!.seen), pinned.label, "told pinword"]);
  }
  timeAxis(svg, dates, horizon, x, height - bottom, room);
  const cursor = s("line", { class: "cursor", y1: top - 6, y2: height - bottom });
  const veil = s("rect", { class: "veil", y: 0, height: height - bottom - 1 });
  svg.append(veil, cursor);
  svg.append(text(4, 14, "share of the untouched twin's", "tick begin"));
  labels.sort((a, b) => a[0] - b[0]);
  const places = apart(labels.map(([want]) => want - 5), 17, 15, height - bottom - 5);
  labels.forEach(([, words, kind], k) => svg.append(text(x(end.day) - 3, places[k]!, words, `${kind} end`)));
  return {
    svg, told,
    table: () => ({
      head: ["Day", "Accounts, share of the twin's", "Seen by outsiders since the row before, share of the twin's", ...(pinned ? [`Seen: ${pinned.label}`] : [])],
      rows: points.filter((_, k) => k % 4 === 0 || k === points.length - 1).map((p) => [dates.full(p.day), percent(p.accounts), percent(p.seen),
        ...(pinned ? [percent(other.find((o) => o.day >= p.day - 1e-9)?.seen ?? NaN)] : [])]),
    }),
    dayAt: (px) => x.invert(px),
    cursor: cursorOf(cursor, veil, x, width - right),
  };
}

/* --- lines of a story's own, through time -------------------------------------------------------- */

export function linesThrough(scene: Scene, own: Lines, pinned: Scene | null, until: number, horizon: number, dates: Dates, room: Room): Chart {
  const { width, height } = room, left = 54, right = 8, named = own.lines.length > 1, top = named ? 36 : 22, bottom = 24;
  const days = Array.from(scene.grid).filter((day) => day <= until + 1e-9), last = days.length - 1;
  const before = pinned?.lines?.lines ?? [];
  const most = Math.max(1, ...[...own.lines, ...before].flatMap((one) => Array.from(one.values).slice(0, last + 1)));
  const x = scaleLinear([0, horizon], [left, width - right]), y = scaleLinear([0, most * 1.06], [height - bottom, top]);
  const told = `${capital(own.label)} by ${dates.short(days[last]!)}: ${own.lines.map((one) => `${one.name} ${whole(one.values[last]!)}`).join(", ")}.`;
  const svg = frame(room, told);
  for (const tick of y.ticks(3).filter(Number.isInteger)) {
    svg.append(s("line", { class: "grid", x1: left, x2: width - right, y1: y(tick), y2: y(tick) }), text(left - 5, y(tick) + 5, short(tick), "tick end"));
  }
  const path = (values: ArrayLike<number>) => line<number>().x((_, k) => x(days[k]!)).y((day, k) => y(values[k]!))(days) ?? "";
  for (const one of before) svg.append(s("path", { class: "pinned", d: path(one.values) }));
  for (const one of own.lines) svg.append(s("path", { class: `course ${one.kind}`, d: path(one.values) }));
  timeAxis(svg, dates, horizon, x, height - bottom, room);
  const cursor = s("line", { class: "cursor", y1: top - 6, y2: height - bottom });
  const veil = s("rect", { class: "veil", y: 0, height: height - bottom - 1 });
  svg.append(veil, cursor);
  if (named) svg.append(text(4, 14, own.label, "tick begin")); // else the title has it
  // Each is named where it is highest, and lines that end together are not.
  for (const one of own.lines) {
    let peak = 0;
    for (let k = 1; k <= last; k++) if (one.values[k]! > one.values[peak]!) peak = k;
    const place = within(x(days[peak]!), one.name, x(days[last]!), 8);
    svg.append(text(Math.max(place.x, left + 4), Math.max(top - 7, y(one.values[peak]!) - 5), one.name, `told ${one.kind}word ${place.x < left + 4 ? "begin" : place.anchor}`));
  }
  return {
    svg, told,
    table: () => ({
      head: ["Day", ...own.lines.map((one) => one.name)],
      rows: days.flatMap((day, k) => (k % 12 === 0 || k === last ? [[dates.full(day), ...own.lines.map((one) => whole(one.values[k]!))]] : [])),
    }),
    dayAt: (px) => x.invert(px),
    cursor: cursorOf(cursor, veil, x, width - right),
  };
}

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** What the lines say on a day. */
export function saidOf(scene: Scene, own: Lines, day: number): string {
  const now = own.lines.map((one) => [one.name, whole(at(scene.grid, one.values, day))]);
  return now.length === 1 ? `${now[0]![1]} ${now[0]![0]}` : capital(now.map(([name, count]) => `${name} ${count}`).join(", "));
}

/* --- a metric along a slider -------------------------------------------------------------------- */

const TIMES = [1 / 1440, 10 / 1440, 1 / 24, 6 / 24, 1, 4, 16]; // days that an axis of times has

export interface CurvePoint { at: number; label: string; setting: string; value: number | null; low: number | null; high: number | null }
export interface CurveData {
  slider: string; metric: string; label: string; axis: string; logarithmic: boolean; share: boolean; time: boolean; title: string; n: number; points: CurvePoint[];
}

export function along(curve: CurveData, mine: { at: number; value: number } | null, room: Room): Chart {
  const { width, height } = room, left = curve.time ? 72 : 60, right = 16, top = 38, bottom = 46;
  const points = curve.points.filter((p) => p.value !== null);
  const ends: [number, number] = [points[0]!.at, points[points.length - 1]!.at];
  const x = curve.logarithmic ? scaleLog(ends, [left + 8, width - right - 8]) : scaleLinear(ends, [left + 8, width - right - 8]);
  const most = Math.max(...points.map((p) => p.high ?? p.value!), mine?.value ?? 0) * 1.08 || 1;
  const least = Math.min(...points.map((p) => p.low ?? p.value!));
  // Numbers that grow a hundredfold can only be read as factors.
  const factors = !curve.share && least > 0 && most > 100 * least;
  const y = factors ? scaleLog([least * 0.8, most * 1.3], [height - bottom, top]) : scaleLinear([0, most], [height - bottom, top]).nice(4);
  const says = (v: number) => (curve.time ? span(v) : curve.share ? percent(v) : whole(v));
  const told = `${curve.label} by ${curve.axis}: ${points.map((p) => `${p.label}: ${says(p.value!)}` + (p.low === null ? "" : ` (${says(p.low)} to ${says(p.high!)})`)).join("; ")}. ${curve.n > 1 ? `Mean and 95 % interval of ${curve.n} runs computed beforehand.` : "One run at each."}`
    + (mine ? ` This run: ${says(mine.value)}.` : "");
  const svg = frame(room, told);
  const ticks = curve.time ? TIMES.filter((t) => t >= y.domain()[0]! && t <= y.domain()[1]!) : factors ? y.ticks().filter((t) => Math.log10(t) % 1 === 0) : y.ticks(height < 190 ? 2 : 4);
  for (const tick of ticks) {
    svg.append(s("line", { class: "grid", x1: left, x2: width - right, y1: y(tick), y2: y(tick) }));
    svg.append(text(left - 6, y(tick) + 5, curve.time ? span(tick).replace(/minutes?/, "min").replace(/hours?/, "h") : curve.share ? `${+(100 * tick).toFixed(6)} %` : short(tick), "tick end"));
  }
  const banded = points.filter((p) => p.low !== null && p.high !== null);
  svg.append(s("path", { class: "band", d: area<CurvePoint>().x((p) => x(p.at)).y0((p) => y(p.low!)).y1((p) => y(p.high!))(banded) ?? "" }));
  svg.append(s("path", { class: "seen", d: line<CurvePoint>().x((p) => x(p.at)).y((p) => y(p.value!))(points) ?? "" }));
  let free = -Infinity;
  for (const p of points) {
    svg.append(s("circle", { class: "point", cx: x(p.at), cy: y(p.value!), r: 4.5 }, s("title", { text: `${p.label}: ${says(p.value!)}` })));
    const words = p.label, place = within(x(p.at), words, width, 7.2), half = words.length * 4.1 + 5;
    if (x(p.at) - half > free || p === points[0]) {
      svg.append(text(place.x, height - bottom + 20, words, `tick ${place.anchor}`));
      free = x(p.at) + half;
    }
  }
  svg.append(text(4, 14, curve.label, "tick begin"));
  const axis = within(left + (width - left - right) / 2, curve.axis, width, 7);
  svg.append(text(axis.x, height - 6, curve.axis, `tick ${axis.anchor}`));
  if (mine && mine.at >= ends[0] && mine.at <= ends[1]) {
    const cx = x(mine.at), cy = factors && mine.value < least * 0.8 ? height - bottom : y(mine.value), words = `this run: ${says(mine.value)}`, beside = cx - words.length * 4 < left;
    const place = beside ? { x: cx + 12, anchor: "begin" } : within(cx, words, width, 8);
    svg.append(s("path", { class: "stand", d: `M${cx},${cy - 9}l9,9l-9,9l-9,-9Z` }));
    svg.append(text(place.x, Math.max(30, beside ? cy - 4 : cy - 15), words, `told ${place.anchor}`));
  }
  return {
    svg, told,
    table: () => ({ head: [curve.axis, curve.label, "95 % interval", "runs"],
      rows: points.map((p) => [p.label, says(p.value!), p.low === null ? "–" : `${says(p.low)} to ${says(p.high!)}`, String(curve.n)]) }),
  };
}
