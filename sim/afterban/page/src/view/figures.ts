/* A picture with its title, its numbers as a table, and ways to keep it. */

import type { Chart } from "./charts.ts";
import { h } from "./dom.ts";
import { saveCsv, savePng, saveSvg, tableOf } from "./keep.ts";
import { standalone } from "./raster.ts";

export class Figure {
  readonly box: HTMLElement;
  readonly picture = h("div", { class: "picture" });
  readonly tools = h("div", { class: "buttons" });
  private readonly title: HTMLElement;
  private readonly details: HTMLDetailsElement;
  private readonly inside = h("div", { class: "inside" });
  private chart: Chart | null = null;

  constructor(readonly name: string, onDay?: (day: number) => void) {
    this.title = h("h2", { id: `title-${name}` });
    this.details = h("details", { class: "more" }, h("summary", { text: "⋯", "aria-label": `Numbers and files of this picture` }), h("div", { class: "keep" }, this.tools, this.inside));
    this.details.addEventListener("toggle", () => this.fill());
    this.details.addEventListener("keydown", (event) => { if (event.key === "Escape") this.close(); });
    this.tools.append(h("button", { type: "button", class: "close", text: "Close", onclick: () => this.close() }));
    this.box = h("figure", { class: `panel figure ${name}`, "aria-labelledby": `title-${name}` },
      h("div", { class: "head" }, this.title, this.details), this.picture);
    if (onDay) this.picture.addEventListener("click", (event) => {
      const svg = this.picture.querySelector("svg");
      if (!svg || !this.chart?.dayAt) return;
      const box = svg.getBoundingClientRect();
      onDay(this.chart.dayAt(((event.clientX - box.left) / box.width) * Number(svg.getAttribute("width"))));
    });
  }
  get room(): { width: number; height: number } {
    return { width: Math.max(200, this.picture.clientWidth), height: Math.max(110, this.picture.clientHeight) };
  }
  say(title: string): void { if (this.title.textContent !== title) this.title.textContent = title; }
  show(chart: Chart): void {
    this.chart = chart;
    this.picture.replaceChildren(chart.svg);
    this.fill();
  }
  cursor(day: number): void { this.chart?.cursor?.(day); }

  private close(): void {
    this.details.open = false;
    this.details.querySelector("summary")!.focus();
  }
  private fill(): void {
    if (!this.details.open || !this.chart) { this.inside.replaceChildren(); return; }
    const { head, rows } = this.chart.table();
    this.inside.replaceChildren(
      tableOf({ head, rows }, `Numbers: ${this.title.textContent}`),
      h("div", { class: "buttons" },
        h("button", { type: "button", text: "CSV", onclick: () => saveCsv(`afterban-${this.name}`, { head, rows }) }),
        h("button", { type: "button", text: "SVG", onclick: () => saveSvg(`afterban-${this.name}`, this.svgText()) }),
        h("button", { type: "button", text: "PNG", onclick: () => void savePng(`afterban-${this.name}`, this.svgText(), this.room) })));
  }
  /** The picture by itself, with its colours written out. */
  svgText(): string { return standalone(this.picture.querySelector("svg")!, getComputedStyle(this.box).backgroundColor); }
}
