/* Ways to keep a picture: its numbers as a table and as CSV, itself as SVG and PNG. */

import { h, save } from "./dom.ts";
import type { Room, Table } from "./drawing.ts";
import { png } from "./raster.ts";

/** A table that stands row by row where there is no room for columns, each cell with its head. */
export function tableOf({ head, rows }: { head: readonly string[]; rows: readonly (readonly (string | HTMLElement)[])[] }, label: string): HTMLElement {
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label }, h("table", {},
    h("thead", {}, h("tr", {}, ...head.map((text) => h("th", { scope: "col", text })))),
    h("tbody", {}, ...rows.map((cells) => h("tr", {}, ...cells.map((cell, k) => k ? h("td", { "data-head": head[k] || null }, cell) : h("th", { scope: "row" }, cell)))))));
}

export function saveCsv(name: string, { head, rows }: Table): void {
  // A text that begins like a formula is no formula; a negative number is a number.
  const cell = (text: string) => `"${(/^-?[\d.]+(e-?\d+)?$/.test(text) ? text : text.replace(/^[=+\-@]/, "'$&")).replaceAll('"', '""')}"`;
  save(`${name}.csv`, new Blob([[head, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n"], { type: "text/csv" }));
}

export const saveSvg = (name: string, text: string): void => save(`${name}.svg`, new Blob([text], { type: "image/svg+xml" }));

export async function savePng(name: string, text: string, { width, height }: Room): Promise<void> {
  save(`${name}.png`, await png(text, width, height, 2));
}
