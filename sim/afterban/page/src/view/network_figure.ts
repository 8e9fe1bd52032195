/* One network with its counters and its key. */

import { h } from "./dom.ts";
import { Network, type Ink } from "./network.ts";

export class NetworkFigure {
  readonly canvas = h("canvas", { class: "net", tabindex: 0, role: "application" });
  readonly network: Network;
  readonly box: HTMLElement;
  private readonly counters = h("dl", { class: "counters" });
  private readonly scale = h("span");
  private readonly flow = h("i", { class: "swatch flow" });
  said = "";

  constructor(title: string, twin: boolean, colours: () => Ink) {
    this.network = new Network(this.canvas, twin, colours);
    this.canvas.setAttribute("aria-roledescription", "network");
    if (twin) { this.canvas.removeAttribute("tabindex"); this.canvas.setAttribute("role", "img"); this.canvas.removeAttribute("aria-roledescription"); }
    this.box = h("figure", { class: `panel network${twin ? " untouched" : ""}` }, h("div", { class: "head" }, h("h2", { text: title }), this.counters), this.canvas,
      h("p", { class: "legend small" }, h("span", { class: "colours" }, h("i", { class: "swatch outsiders" }), "outsiders ", h("i", { class: "swatch insiders" }), "insiders ", h("i", { class: "swatch hollow" }), "whole audience "),
        twin ? null : h("span", {}, this.flow, this.scale)));
    new ResizeObserver(() => this.network.later()).observe(this.canvas);
  }
  onPick(told: (node: number) => void): void {
    this.canvas.addEventListener("click", (event) => {
      const box = this.canvas.getBoundingClientRect(), found = this.network.hit(event.clientX - box.left, event.clientY - box.top);
      if (found !== null) told(found);
    });
  }
  onWalk(told: (dx: number, dy: number) => void): void {
    const ways: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    this.canvas.addEventListener("keydown", (event) => {
      const way = ways[event.key];
      if (!way) return;
      event.preventDefault();
      told(...way);
    });
  }
  count(rows: [string, string][]): void {
    if (this.counters.childElementCount !== rows.length) this.counters.replaceChildren(...rows.map(() => h("div", {}, h("dt"), h("dd"))));
    rows.forEach(([value, label], k) => {
      const [dt, dd] = this.counters.children[k]!.children as unknown as [HTMLElement, HTMLElement];
      if (dd.textContent !== value) dd.textContent = value;
      if (dt.textContent !== label) dt.textContent = label;
    });
  }
  /** What one particle stands for, or that there is none. */
  key(words: string, some: boolean): void { this.scale.textContent = words; this.flow.hidden = !some; }
  describe(words: string): void {
    this.said = words;
    this.canvas.setAttribute("aria-label", words);
  }
}

/** The colours that an element has: those of light or dark, or of paper. */
export function inkOf(one: Element): Ink {
  const style = getComputedStyle(one), of = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return { ink: of("ink"), faint: of("faint"), edge: of("edge"), hollow: of("paper"), panel: of("panel"), insiders: of("amber"), outsiders: of("blue"), flow: of("green"), mark: of("red") };
}
