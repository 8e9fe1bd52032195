/* Charts as a report writes them down; the Python side of this is `report/chart.py`. */

import type { Table } from "../view/drawing.ts";
import { Dates, short, span } from "../view/words.ts";

export type Values = (number | null)[];
export type Dash = "solid" | "longdash" | "dot" | "dashdot" | "dash";

export interface Axis {
  scale: "linear" | "log" | "date" | "rows";
  form: "number" | "share" | "days";
  title: string;
  ticks?: [number, string][];
  range?: [number, number];
  zero?: boolean;
  start?: string;
  above?: boolean;
}

export interface Series {
  name: string;
  draw: "line" | "steps" | "points" | "bars";
  colour: string;
  x: Values;
  y: Values;
  low?: Values;
  high?: Values;
  left?: Values;
  right?: Values;
  interval?: "band" | "bars" | "told";
  dash?: Dash;
  mark?: string;
  open?: boolean;
  origin?: number;
  faint?: boolean[];
  says?: string[];
  labels?: string[];
}

export interface Spec {
  height: number;
  x: Axis;
  y: Axis;
  series: Series[];
  lines: { axis: "x" | "y"; at: number; dash: Dash }[];
}

/** Options of each picture; long lists are written once, and `@list:3` stands for the third from 0. */
export type Plots = Record<string, Record<string, Spec>>;

export function read(content: string): Plots {
  const { plots, lists } = JSON.parse(content) as { plots: unknown; lists: unknown[] };
  const put = (value: unknown): unknown => {
    if (typeof value === "string" && value.startsWith("@list:")) return lists[Number(value.slice(6))];
    if (Array.isArray(value)) return value.map(put);
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, put(one)]));
    return value;
  };
  return put(plots) as Plots;
}

const minus = (words: string): string => words.replace("-", "\u2212");

/** A number beside an axis: as many digits as it needs, or as all ticks of the axis have. */
export function tick(axis: Axis, value: number, digits?: number): string {
  if (axis.form === "share") return minus(`${digits === undefined ? +(100 * value).toFixed(6) : (100 * value).toFixed(digits)}\u00a0%`);
  if (axis.form === "days") return span(value);
  return minus(Math.abs(value) >= 1e4 ? short(value) : (+value.toPrecision(10)).toLocaleString("en-US", { maximumFractionDigits: 8 }));
}

/** A value as it is read where it is pointed at. */
export function told(axis: Axis, value: number): string {
  if (axis.scale === "date") return day(axis, value);
  const written = axis.ticks?.find(([at]) => Math.abs(at - value) <= 1e-3 * Math.abs(at));
  if (written) return written[1];
  if (axis.form === "share") return minus(`${(100 * value).toFixed(1)}\u00a0%`);
  if (axis.form === "days") return span(value);
  return minus((+value.toPrecision(4)).toLocaleString("en-US", { maximumFractionDigits: 8 }));
}

function day(axis: Axis, value: number): string {
  const hours = Math.round((value - Math.floor(value + 1e-9)) * 24);
  return new Dates(axis.start ?? "1970-01-01").full(value) + (hours > 0 && hours < 24 ? `, ${hours} h` : "");
}

/** A value with its interval. */
export function both(axis: Axis, value: number, low?: number | null, high?: number | null): string {
  const words = told(axis, value);
  if (low === null || low === undefined || high === null || high === undefined) return words;
  return low === high ? words : `${words} (${told(axis, low)} to ${told(axis, high)})`;
}

export const row = (axis: Axis, at: number): string =>
  axis.ticks?.reduce((best, one) => (Math.abs(one[0] - at) < Math.abs(best[0] - at) ? one : best))[1] ?? "";

/** Every number of a chart, a point a row: as text to read, or as it is for CSV. */
export function table(spec: Spec, plain: boolean): Table {
  const named = spec.series.filter((one) => one.name), rows = spec.y.scale === "rows";
  const x = spec.x.title || "day", y = spec.y.title;
  const hasX = named.some((one) => one.left), hasY = named.some((one) => one.low);
  const head = [rows ? y : "what", ...(rows ? ["what"] : []), x, ...(hasX ? ["from", "to"] : []), ...(rows ? [] : [y, ...(hasY ? ["from", "to"] : [])])];
  const number = (axis: Axis, value: number | null | undefined): string => {
    if (value === null || value === undefined) return plain ? "" : "\u2013";
    return plain && axis.scale !== "date" ? String(value) : told(axis, value);
  };
  return {
    head,
    rows: named.flatMap((one) => one.x.map((at, k) => [
      rows ? row(spec.y, one.y[k]!) : one.name,
      ...(rows ? [one.name + (one.labels ? `: ${one.labels[k]}` : "")] : []),
      number(spec.x, at),
      ...(hasX ? [number(spec.x, one.left?.[k]), number(spec.x, one.right?.[k])] : []),
      ...(rows ? [] : [number(spec.y, one.y[k]), ...(hasY ? [number(spec.y, one.low?.[k]), number(spec.y, one.high?.[k])] : [])]),
    ])),
  };
}
