/* The live dial of a lesson: its scenario simulated in this page wherever the dial stands. */

import { scaleLinear, scaleLog } from "d3-scale";
import { line } from "d3-shape";
import { toYaml, readValue } from "../engine/index.js";
import type { Control, Metric, Simulator } from "../engine/types.d.ts";
import type { Chart } from "./charts.ts";
import type { Room } from "./drawing.ts";
import { h, s, save } from "./dom.ts";
import { Figure } from "./figures.ts";
import type { DialData } from "./lesson_data.ts";
import { percent, readNumbers, short, span, whole } from "./words.ts";

type Figures = Record<string, number>;
const NOTCHES = 1000, MOST_SEEDS = 6, LARGEST_SEED = 2 ** 32 - 1;

export class Dial {
  readonly box: HTMLElement;
  private readonly control: Control;
  private readonly bounds: NonNullable<Control["number"]>;
  private readonly figure = new Figure("dial");
  private readonly big = h("div", { class: "big" });
  private readonly rest = h("p", { class: "small", id: "rest" });
  private readonly status = h("p", { class: "small status", role: "status" });
  private readonly range = h("input", { type: "range", id: "dial", min: 0, max: NOTCHES, step: 1 });
  private readonly field = h("input", { type: "text", class: "number", id: "dial-number" });
  private readonly seedField = h("input", { type: "text", inputmode: "numeric", class: "number", id: "seed", "aria-label": "Seed" });
  private simulator: Simulator | null = null;
  private closed = false;
  private running = false;
  private at: number;
  private seed: number;
  /** Of each seed that was tried, what was found where. */
  private readonly found = new Map<number, Map<number, Figures>>();

  constructor(private readonly data: DialData, private readonly create: (() => Promise<Simulator>) | null) {
    this.control = data.lowered.controls[0]!;
    this.bounds = this.control.number!;
    this.at = this.control.start as number;
    this.seed = data.lowered.seed;
    this.range.addEventListener("input", () => this.go(this.valueOf(+this.range.value)));
    this.field.addEventListener("change", () => this.typed());
    this.seedField.addEventListener("change", () => this.reseed());
    const seeds = h("div", { class: "row" }, h("label", { for: "seed", text: "Seed" }), h("span", {}, this.seedField, " ",
      h("button", { type: "button", id: "another", text: "Another seed", onclick: () => { this.seedField.value = String(this.seed % LARGEST_SEED + 1); this.reseed(); } })));
    seeds.hidden = !data.seeds;
    this.box = h("section", { class: "live", "aria-labelledby": "asks" },
      h("p", { class: "small kind", text: "One dial, live" }), h("h2", { id: "asks", text: data.asks }),
      h("div", { class: "row" }, h("label", { for: "dial", text: this.control.label }), this.field), this.range,
      h("p", { class: "small", text: this.control.help }), seeds, this.big, this.rest, this.figure.box, this.status,
      h("details", { class: "happened" }, h("summary", { text: "The same on the command line" }),
        h("p", { class: "small" }, "Where the dial begins: ", h("code", { text: data.command })),
        h("div", { class: "buttons" }, h("button", { type: "button", text: "Scenario as set here (YAML)", onclick: () => this.yaml() }))));
    this.field.setAttribute("aria-label", `${this.control.label}, as a number`);
    this.put();
    new ResizeObserver(() => this.draw()).observe(this.figure.picture);
  }

  async begin(): Promise<void> {
    const missing = "This browser cannot run the simulator (no WebAssembly). Computed beforehand, where the dial begins: ";
    if (!this.create) { this.status.textContent = missing + String(this.data.recorded[this.data.metrics[0]!]); this.range.disabled = this.field.disabled = true; return; }
    try {
      this.simulator = await this.create();
      await this.work();
    } catch (error) { this.status.textContent = (error as Error).message; }
  }
  close(): void { this.closed = true; }

  /* --- what is asked ------------------------------------------------------------------------------ */

  private get runs(): Map<number, Figures> {
    if (!this.found.has(this.seed)) {
      this.found.set(this.seed, new Map());
      if (this.found.size > MOST_SEEDS) this.found.delete(this.found.keys().next().value!);
    }
    return this.found.get(this.seed)!;
  }
  private go(value: number): void { this.at = value; this.put(); void this.work(); }
  private typed(): void {
    try {
      const value = readValue(this.field.value, this.control);
      this.go(Number(Number(value).toPrecision(12)));
    } catch (error) { this.status.textContent = (error as Error).message; }
  }
  private reseed(): void {
    const [value] = readNumbers(this.seedField.value, LARGEST_SEED);
    if (value === null || value === undefined || !Number.isInteger(value) || value > LARGEST_SEED) { this.status.textContent = "A seed is a whole number up to 4,294,967,295."; return; }
    this.seed = value;
    this.put();
    void this.work();
  }
  /** One run at a time: where the dial stands first, then the marks of the scale. */
  private async work(): Promise<void> {
    if (this.running || !this.simulator) return;
    this.running = true;
    try {
      for (;;) {
        const runs = this.runs, seed = this.seed, start = this.control.start as number;
        const next = [this.at, start, ...this.data.marks.map((mark) => mark.at)].find((at) => !runs.has(at));
        if (next === undefined || this.closed) break;
        const begun = performance.now();
        const answer = await this.simulator.ask({ settings: next === start ? {} : { [this.control.key]: next }, seed, policies: ["base"] });
        if (this.closed) break;
        if (answer) runs.set(next, answer.policies.base!.figures as Figures);
        this.box.dataset.took = String(Math.round(performance.now() - begun));
        this.put();
      }
      this.box.dataset.rested = String(this.at);
    } catch (error) { this.status.textContent = (error as Error).message; } finally { this.running = false; }
  }

  /* --- what is shown ------------------------------------------------------------------------------ */

  private metric(name: string): Metric { return this.simulator!.metrics[name]!; }
  private says(name: string, value: number): string {
    if (!Number.isFinite(value)) return "undefined";
    const { form } = this.metric(name);
    if (form === "share") return percent(value);
    if (form === "time") return value === 0 ? "none" : span(value);
    return value > 0 && value < 9.95 && form !== "count" ? value.toFixed(1) : whole(value);
  }
  private put(): void {
    delete this.box.dataset.rested;
    this.range.value = String(this.notchOf(this.at));
    this.field.value = this.told(this.at);
    this.seedField.value = String(this.seed);
    this.range.setAttribute("aria-valuetext", this.told(this.at));
    const mine = this.runs.get(this.at), start = this.runs.get(this.control.start as number);
    if (mine && this.simulator) {
      const [first, ...others] = this.data.metrics as [string, ...string[]];
      const beside = start && this.at !== this.control.start ? `in one run; ${this.says(first, start[first]!)} where the dial begins (${this.told(this.control.start as number)})` : "in one run, where the dial begins";
      this.big.replaceChildren(h("strong", { id: "told", text: this.says(first, mine[first]!) }), h("span", {}, `${this.metric(first).label}, `, h("small", { text: beside })));
      this.rest.textContent = others.map((name) => `${this.metric(name).label}: ${this.says(name, mine[name]!)}`).join(" · ");
      this.compare(start);
    } else if (this.simulator) this.status.textContent = "Simulating …";
    this.draw();
  }
  /** The run at the start is run again here; Python's numbers for it lie in the page. */
  private compare(start: Figures | undefined): void {
    const { recorded, metrics, lowered } = this.data;
    const took = `One run with seed ${this.seed}; the last one took ${this.box.dataset.took} ms.`;
    if (!start || this.seed !== lowered.seed) { this.status.textContent = took; return; }
    const name = metrics[0]!, same = metrics.every((one) => Math.abs(start[one]! - recorded[one]!) <= 1e-9 * Math.max(1, Math.abs(recorded[one]!)));
    this.status.textContent = `${took} Where the dial begins, computed here, now: ${this.metric(name).label} ${this.says(name, start[name]!)}; by Python beforehand: ${this.says(name, recorded[name]!)}${same ? ", the same." : ". They differ: please report it."}`;
  }
  private draw(): void {
    if (!this.simulator || !this.runs.size) return;
    const name = this.data.metrics[0]!;
    this.figure.say(`${this.metric(name).label[0]!.toUpperCase()}${this.metric(name).label.slice(1)} at each place of the dial, one run each`);
    this.figure.show(this.chart(name, this.figure.room));
  }
  private chart(name: string, room: Room): Chart {
    const { width, height } = room, left = 58, right = 18, top = 24, bottom = 40;
    const { least, most, logarithmic } = this.bounds, share = this.metric(name).form === "share";
    const x = logarithmic ? scaleLog([least, most], [left + 6, width - right]) : scaleLinear([least, most], [left + 6, width - right]);
    const all = [...this.found].map(([seed, runs]) => [seed, [...runs].map(([at, figures]) => [at, figures[name]!] as const).filter(([, value]) => Number.isFinite(value)).sort((a, b) => a[0] - b[0])] as const);
    const highest = Math.max(...all.flatMap(([, points]) => points.map(([, value]) => value)), 1e-9) * 1.12;
    const y = scaleLinear([0, highest], [height - bottom, top]);
    const mine = all.find(([seed]) => seed === this.seed)![1];
    const told = `${this.metric(name).label} by ${this.control.label.toLowerCase()}, one run each with seed ${this.seed}: ${mine.map(([at, value]) => `${this.told(at)}: ${this.says(name, value)}`).join("; ")}.`;
    const svg = s("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": told, class: "chart" });
    for (const tick of y.ticks(height < 190 ? 3 : 5)) svg.append(
      s("line", { class: "grid", x1: left, x2: width - right, y1: y(tick), y2: y(tick) }),
      s("text", { x: left - 6, y: y(tick) + 5, class: "tick end", text: share ? `${+(100 * tick).toFixed(6)} %` : short(tick) }));
    let free = -Infinity;
    for (const mark of this.data.marks) {
      const half = mark.label.length * 4 + 4, at = Math.min(Math.max(x(mark.at), half), width - half);
      if (at - half < free) continue;
      free = at + half;
      svg.append(s("text", { x: at, y: height - bottom + 18, class: "tick middle", text: mark.label }));
    }
    svg.append(s("text", { x: (left + width - right) / 2, y: height - 4, class: "tick middle", text: this.control.label.toLowerCase() + (logarithmic ? " (log scale)" : "") }));
    const path = line<readonly [number, number]>().x(([at]) => x(at)).y(([, value]) => y(value));
    for (const [seed, points] of all) if (seed !== this.seed) svg.append(s("path", { class: "pinned", d: path(points as [number, number][]) ?? "" }));
    svg.append(s("path", { class: "seen", d: path(mine as [number, number][]) ?? "" }));
    for (const [at, value] of mine) svg.append(s("circle", { class: "point", cx: x(at), cy: y(value), r: 3.5 }));
    const start = mine.find(([at]) => at === this.control.start), now = mine.find(([at]) => at === this.at);
    if (start) svg.append(s("circle", { class: "began", cx: x(start[0]), cy: y(start[1]), r: 8 }));
    if (now) {
      const cx = x(now[0]), cy = y(now[1]), words = this.says(name, now[1]), end = cx > width - 90;
      svg.append(s("path", { class: "stand", d: `M${cx},${cy - 8}l8,8l-8,8l-8,-8Z` }), s("text", { x: cx + (end ? -12 : 12), y: Math.max(15, cy - 10), class: `told ${end ? "end" : "begin"}`, text: words }));
    }
    return { svg, told, table: () => ({ head: [this.control.label, ...this.data.metrics.map((one) => this.metric(one).label)],
      rows: [...this.runs].sort((a, b) => a[0] - b[0]).map(([at, figures]) => [this.told(at), ...this.data.metrics.map((one) => this.says(one, figures[one]!))]) }) };
  }

  private told(value: number): string { return this.bounds.unit === "days" ? span(value) : String(value); }
  private valueOf(notch: number): number {
    const { least, most, whole: entire, logarithmic } = this.bounds, part = notch / NOTCHES;
    const raw = logarithmic ? least * (most / least) ** part : least + part * (most - least);
    return Math.min(most, Math.max(least, entire ? Math.round(raw) : Number(raw.toPrecision(3))));
  }
  private notchOf(value: number): number {
    const { least, most, logarithmic } = this.bounds;
    return Math.round(NOTCHES * (logarithmic ? Math.log(value / least) / Math.log(most / least) : (value - least) / (most - least)));
  }
  private yaml(): void {
    const { lowered } = this.data, settings = this.at === this.control.start ? {} : { [this.control.key]: this.at };
    save(`page-${lowered.key}.yaml`, new Blob([toYaml({ story: lowered.key, size: "real", seed: this.seed, settings, view: {} }, lowered)], { type: "text/plain" }));
    this.status.textContent = `afterban run page-${lowered.key}.yaml --policies base --reps 1 gives the same numbers.`;
  }
}
