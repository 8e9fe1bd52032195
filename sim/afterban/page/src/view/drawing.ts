/* What every chart of a page and of a report is drawn with. */

import { s } from "./dom.ts";

export interface Table { head: string[]; rows: string[][] }
export interface Room { width: number; height: number }

export const text = (x: number, y: number, words: string, kind: string): SVGElement => s("text", { x, y, class: kind, text: words });

export function frame({ width, height }: Room, label: string): SVGElement {
  return s("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label, class: "chart" });
}

/** Text that keeps inside the picture. */
export function within(x: number, words: string, width: number, size = 7.6): { x: number; anchor: string } {
  const half = (words.length * size) / 2;
  if (x - half < 2) return { x: 2, anchor: "begin" };
  if (x + half > width - 2) return { x: width - 2, anchor: "end" };
  return { x, anchor: "middle" };
}

/** Places of labels, wanted from the top down, none on another and all between the two ends. */
export function apart(wanted: number[], step: number, least: number, most: number): number[] {
  const places = wanted.map((want) => Math.max(least, want));
  for (let k = 1; k < places.length; k++) places[k] = Math.max(places[k]!, places[k - 1]! + step);
  for (let k = places.length - 1, end = most; k >= 0; k--, end = places[k + 1]! - step) places[k] = Math.min(places[k]!, end);
  return places;
}
