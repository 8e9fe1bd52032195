/* Scales of a chart, their ticks and what stands beside them. */

import { scaleLinear, scaleLog, type ScaleContinuousNumeric } from "d3-scale";
import { Dates } from "../view/words.ts";
import { tick, type Axis, type Spec, type Values } from "./data.ts";

export type Scale = ScaleContinuousNumeric<number, number>;

/** How wide a text is, in pixels of the page's own letters. */
export type Measure = (words: string, bold?: boolean) => number;

/** What an axis covers: its range, or all that the series reach. */
export function extent(spec: Spec, which: "x" | "y"): [number, number] {
  const axis = spec[which];
  if (axis.range) return axis.range;
  const parts: Values[] = spec.series.flatMap((one) => which === "x"
    ? [one.x, one.left ?? [], one.right ?? [], one.origin === undefined ? [] : [one.origin]]
    : [one.y, one.low ?? [], one.high ?? []]);
  const reached = parts.flat().filter((value) => value !== null);
  reached.push(...spec.lines.filter((one) => one.axis === which && axis.scale === "linear").map((one) => one.at));
  let low = Math.min(...reached), high = Math.max(...reached);
  if (!Number.isFinite(low)) return axis.scale === "log" ? [0.1, 1] : [0, 1];
  const lines = spec.series.every((one) => one.draw === "line" || one.draw === "steps");
  if (axis.scale === "log") return low === high ? [low / 2, high * 2] : [low, high];
  if (axis.scale === "date" || (which === "x" && lines && low < high)) return [low, high];
  if (axis.zero) low = Math.min(0, low), high = Math.max(0, high);
  const room = 0.05 * (high - low || Math.abs(high) || 1);
  return [axis.zero && low === 0 ? 0 : low - room, axis.zero && high === 0 ? 0 : high + room];
}

export function scaleOf(axis: Axis, [low, high]: [number, number], [from, to]: [number, number]): Scale {
  return axis.scale === "log" ? scaleLog([low, high], [from, to]) : scaleLinear([low, high], [from, to]);
}

/** Ticks of an axis that has so many pixels for them, with their texts. */
export function ticksOf(axis: Axis, scale: Scale, count: number): [number, string][] {
  if (axis.ticks) return axis.ticks;
  if (axis.scale === "date") return dates(axis.start!, scale.domain() as [number, number], count);
  const found = scale.ticks(count), texts = found.map((value) => tick(axis, value));
  if (axis.form !== "share") return found.map((value, k) => [value, texts[k]!]);
  const digits = Math.max(...texts.map((words) => words.match(/\.(\d+)/)?.[1]!.length ?? 0));
  return found.map((value) => [value, tick(axis, value, digits)]);
}

/** Days, months or years, whichever there are about so many of. */
function dates(start: string, [low, high]: [number, number], count: number): [number, string][] {
  const names = new Dates(start), months = names.months(high).filter((day) => day >= low);
  if (months.length < 3) {
    const step = Math.max(1, Math.ceil((high - low) / count / 7) * 7);
    return Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, k) => [low + k * step, names.short(low + k * step)]);
  }
  const every = [1, 2, 3, 6, 12, 24, 60, 120].find((n) => months.length / n <= count) ?? 240;
  const calendar = months.map((day) => ({ day, words: names.full(day).split(" ") }));
  const of = (month: string) => "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ").indexOf(month);
  return calendar.filter(({ words }) => (Number(words[2]) * 12 + of(words[1]!)) % every === 0)
    .map(({ day, words }) => [day, every >= 12 ? words[2]! : `${words[1]} ${words[2]}`]);
}

/** Ticks whose texts do not touch, beginning with the outermost. */
export function apartTicks(ticks: [number, string][], scale: Scale, measure: Measure, low: number, high: number): { at: number; words: string; x: number }[] {
  const placed: { from: number; to: number; at: number; words: string; x: number }[] = [];
  const inward = [...ticks].sort((a, b) => Math.abs(scale(b[0]) - (low + high) / 2) - Math.abs(scale(a[0]) - (low + high) / 2));
  for (const [at, words] of inward) {
    const half = measure(words) / 2, x = Math.min(Math.max(scale(at), low + half), high - half);
    if (placed.every((one) => x + half + 8 < one.from || x - half - 8 > one.to)) placed.push({ from: x - half, to: x + half, at, words, x });
  }
  return placed;
}

/** Text on as many lines as it needs. */
export function wrapped(words: string, width: number, measure: Measure): string[] {
  const lines: string[] = [];
  for (const word of words.split(" ")) {
    const last = lines[lines.length - 1];
    if (last !== undefined && measure(`${last} ${word}`) <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(...broken(word, width, measure));
  }
  return lines;
}

/** A word that is wider than its room, after hyphens and dots where it has any. */
function broken(word: string, width: number, measure: Measure): string[] {
  if (measure(word) <= width) return [word];
  const lines = [""];
  for (const part of word.match(/[^-._]+[-._]?|[-._]/g) ?? [word]) {
    for (const piece of measure(part) <= width ? [part] : part) {
      if (measure(lines[lines.length - 1]! + piece) <= width) lines[lines.length - 1] += piece;
      else lines.push(piece);
    }
  }
  return lines.filter(Boolean);
}
