/* The sandbox of a story: its sliders, simulated in this page, or recorded runs where a browser
   cannot run the simulator. */

import { readValue, toFile, toYaml } from "../engine/index.js";
import type { Control, Simulator, State, Value } from "../engine/types.d.ts";
import { Beside } from "./beside.ts";
import { h, save } from "./dom.ts";
import { answered } from "./from_engine.ts";
import { query } from "./glossary.ts";
import type { StoryData } from "./payload.ts";
import type { Scene } from "./scene.ts";
import { percent, span, whole } from "./words.ts";

/** Makes the simulator of a story. */
export type Simulators = (story: StoryData) => Promise<Simulator>;

/** Settings, seed and size that a link or a file has. */
export type Kept = Pick<State, "settings" | "seed" | "size">;

export interface Told {
  show: (scene: Scene) => void;
  scene: () => Scene;
  recorded: (answer: number) => Scene;
  pin: (on: boolean) => void;
  state: () => State;
  /** The address of this state. */
  link: () => string;
  open: (text: string) => void;
  warn: (words: string) => void;
}

const WITHOUT = "This browser cannot run the simulator (no WebAssembly); the ready-made settings above were computed beforehand.";
const SEED = "All that is left to chance follows from this number. The same one brings the same run back; another one draws the network and its fate again.";
const NOTCHES = 1000; // of a slider
const MOST_BYTES = 100_000; // of a file that is read

export class Sandbox {
  readonly controls = h("section", { class: "settings", "aria-label": "Settings" });
  presets: HTMLElement[] = [];
  private readonly status = h("p", { class: "small status", role: "status" });
  private readonly dials = h("div", { class: "dials" });
  private readonly file = h("input", { type: "file", class: "away", accept: ".json,application/json", tabindex: -1, "aria-label": "State file" });
  private simulator: Simulator | null = null;
  private settings: Record<string, Value> = {};
  private seed: number;
  private size: string;
  private closed = false;
  private asked = 0;
  private pinned = false;
  private last: Scene | null = null;
  private readonly first: Scene; // the story as it starts, recorded

  constructor(private readonly story: StoryData, private readonly simulators: Simulators | null, private readonly told: Told, kept?: Kept) {
    this.first = told.scene();
    this.seed = kept?.seed ?? story.seed;
    this.size = kept?.size ?? story.size;
    this.settings = { ...kept?.settings };
    this.presets = story.presets.filter((one) => simulators || one.answer !== null).map((one) =>
      h("button", { type: "button", "aria-pressed": "false", text: one.label, "data-preset": one.key, onclick: () => this.preset(one) }));
    const pin = h("button", { type: "button", "aria-pressed": "false", text: "Pin this curve" });
    pin.addEventListener("click", () => {
      this.pinned = !this.pinned;
      pin.setAttribute("aria-pressed", String(this.pinned));
      pin.textContent = this.pinned ? "Unpin" : "Pin this curve";
      this.told.pin(this.pinned);
    });
    const keep = h("div", { class: "buttons" }, pin,
      h("button", { type: "button", text: "Copy link", onclick: () => this.copy() }),
      h("button", { type: "button", text: "Save state", onclick: () => save(`afterban-${story.key}.json`, new Blob([toFile(told.state())], { type: "application/json" })) }),
      h("button", { type: "button", text: "Open state", onclick: () => this.file.click() }), this.file,
      h("button", { type: "button", text: "Scenario (YAML)", onclick: () => this.yaml() }));
    this.file.addEventListener("change", () => { const [one] = this.file.files ?? []; if (one) void this.read(one); });
    const beside = new Beside(story, {
      question: () => ({ settings: { ...this.settings }, seed: this.seed, size: this.size }),
      ask: async (question) => this.simulator?.ask(question) ?? null,
      controls: () => (simulators ? story.lowered.controls : []),
      numbers: () => (this.last ?? told.scene()).numbers,
      said: (value, control) => (typeof value === "number" ? said(value, control.number!.unit) : value),
    });
    this.controls.append(this.status, this.dials, keep, beside.buttons, beside.dialog);
  }

  async begin(): Promise<void> {
    if (!this.simulators) { this.status.textContent = WITHOUT; return; }
    try {
      this.simulator = await this.simulators(this.story);
    } catch {
      this.status.textContent = WITHOUT;
      return;
    }
    if (this.closed) { this.simulator.close(); return; }
    this.build();
    if (Object.keys(this.settings).length || this.seed !== this.story.seed || this.size !== this.story.size) void this.run();
    else void this.simulator.ask({ seed: this.seed, size: this.size, figures: [] }); // so that the first slider finds world and twin
  }
  close(): void {
    this.closed = true;
    this.simulator?.close();
  }

  private build(): void {
    const seed = h("input", { type: "text", inputmode: "numeric", class: "number", value: this.seed, id: "seed" });
    seed.addEventListener("change", () => {
      const value = Number(seed.value);
      if (/^\d{1,10}$/.test(seed.value.trim()) && value < 2 ** 32) { this.seed = value; void this.run(); } else seed.value = String(this.seed);
    });
    const chances = query("Seed of the chances", SEED);
    this.dials.replaceChildren(...this.simulator!.story.controls.map((control) => this.dial(control)), ...this.sizes(),
      h("div", { class: "dial" }, h("div", { class: "row" }, h("span", {}, h("label", { for: "seed", text: "Seed of the chances" }), " ", chances.ask), seed), chances.help));
  }
  private sizes(): HTMLElement[] {
    const { sizes } = this.simulator!.story;
    if (new Set(sizes.map((one) => one.operators)).size < 2) return [];
    const choice = h("select", { id: "size" }, ...sizes.map((one) => h("option", { value: one.key, text: `${one.label}, ${whole(one.operators)} operators` })));
    choice.value = this.size;
    choice.addEventListener("change", () => { this.size = choice.value; void this.run(); });
    return [h("div", { class: "dial row" }, h("label", { for: "size", text: "Network" }), choice)];
  }
  private value(control: Control): Value { return this.settings[control.key] ?? control.start; }

  private dial(control: Control): HTMLElement {
    const id = `dial-${control.key}`, box = h("div", { class: "dial", "data-control": control.key });
    const { ask, help } = query(control.label, control.help);
    const bounds = control.number;
    const set = (value: Value) => {
      if (value === control.start) delete this.settings[control.key]; else this.settings[control.key] = value;
      box.classList.toggle("moved", value !== control.start);
      void this.run();
    };
    const parts: HTMLElement[] = [];
    let words: HTMLSelectElement | null = null;
    if (control.words.length) {
      words = h("select", { id: bounds ? `${id}-words` : id, "aria-label": bounds ? `${control.label}, in words` : null },
        ...(bounds ? [h("option", { value: "", text: "a number:" })] : []), ...control.words.map((word) => h("option", { value: word.value, text: word.label })));
      words.value = typeof this.value(control) === "string" ? String(this.value(control)) : "";
      words.addEventListener("change", () => {
        if (words!.value) { set(words!.value); if (field) field.hidden = true; } else if (range) { range.dispatchEvent(new Event("input")); }
      });
      if (!bounds) parts.push(words);
    }
    let range: HTMLInputElement | null = null, field: HTMLInputElement | null = null;
    if (bounds) {
      const scale = new Scale(bounds);
      const now = this.value(control), number = typeof now === "number" ? now : scale.middle(control);
      range = h("input", { type: "range", id, min: 0, max: NOTCHES, step: 1, value: scale.notch(number) });
      field = h("input", { type: "text", class: "number", "aria-label": `${control.label}, as a number`, value: typeof now === "number" ? said(now, bounds.unit) : "" });
      const told = (value: number) => { range!.setAttribute("aria-valuetext", said(value, bounds.unit)); field!.value = said(value, bounds.unit); field!.hidden = false; if (words) words.value = ""; };
      range.setAttribute("aria-valuetext", typeof now === "number" ? said(number, bounds.unit) : control.words.find((word) => word.value === now)?.label ?? now);
      field.hidden = typeof now === "string";
      range.addEventListener("input", () => { const value = scale.value(+range!.value); told(value); set(value); });
      field.addEventListener("change", () => {
        try {
          const value = readValue(field!.value, control);
          if (typeof value === "number") { range!.value = String(scale.notch(value)); told(value); } else if (words) { words.value = value; field!.hidden = true; }
          set(value);
          this.status.textContent = "";
        } catch (error) { this.status.textContent = (error as Error).message; }
      });
      parts.unshift(range);
      box.append(h("div", { class: "row" }, h("span", {}, h("label", { for: id, text: control.label }), " ", ask), words, field));
    } else box.append(h("div", { class: "row" }, h("span", {}, h("label", { for: id, text: control.label }), " ", ask)));
    box.append(...parts, help);
    box.classList.toggle("moved", control.key in this.settings);
    return box;
  }

  /** Whether a scene comes to the same accounts and views as the story at its start. */
  private asTold(scene: Scene): boolean {
    if (this.seed !== this.story.seed || this.size !== this.story.size) return false;
    const { first } = this;
    return [[scene.accounts, first.accounts], [scene.seen, first.seen]].every(([mine, other]) =>
      Math.abs(mine![mine!.length - 1]! - other![other!.length - 1]!) <= 1);
  }

  private preset(one: StoryData["presets"][number]): void {
    if (this.simulator) {
      this.settings = { ...this.story.lowered.presets.find((preset) => preset.key === one.key)?.settings };
      this.build();
      void this.run();
    } else if (one.answer !== null) {
      this.told.show(this.told.recorded(one.answer));
      this.press(one.key);
    }
  }

  private press(key: string | undefined): void {
    for (const button of this.presets) button.setAttribute("aria-pressed", String(button.dataset.preset === key));
  }
  /** The ready-made settings that are set, if any. */
  private standing(): string | undefined {
    const mine = Object.entries(this.settings);
    return !mine.length ? "start" : this.story.lowered.presets.find(({ settings }) => Object.keys(settings).length === mine.length && mine.every(([key, value]) => settings[key] === value))?.key;
  }

  private async run(): Promise<void> {
    if (!this.simulator) return;
    this.press(this.standing());
    const begun = performance.now(), question = { settings: { ...this.settings }, seed: this.seed, size: this.size };
    const mine = ++this.asked, newest = () => mine === this.asked && !this.closed;
    let took: number | undefined;
    this.status.textContent = "Simulating …";
    try {
      await answered(this.simulator, this.story, question, this.told.scene(), newest, (scene, exact) => {
        if (this.closed) return;
        took ??= Math.round(performance.now() - begun);
        this.last = scene;
        this.told.show(scene);
        this.controls.dataset.took = String(took);
        const idle = Object.keys(question.settings).length > 0 && this.asTold(scene) ? " Nothing differs from the story." : "";
        this.status.textContent = `One run with seed ${this.seed}, simulated in ${took} ms.${idle}${exact ? "" : " Followers between two events follow …"}`;
      });
    } catch (error) { if (newest()) this.status.textContent = (error as Error).message; }
  }

  /* --- links and files ---------------------------------------------------------------------------- */

  kept(): Kept { return { settings: { ...this.settings }, seed: this.seed, size: this.size }; }
  private async read(file: File): Promise<void> {
    this.file.value = "";
    // What is far too long is no state; it is refused without being read.
    this.told.open(file.size > MOST_BYTES ? " ".repeat(MOST_BYTES) : await file.text());
  }
  private async copy(): Promise<void> {
    try { await navigator.clipboard.writeText(this.told.link()); this.status.textContent = "The link is copied."; }
    catch { this.status.textContent = "The link is in the address bar."; }
  }
  private yaml(): void {
    const reach = this.last?.numbers.effective_reach;
    const figures: Record<string, string> = reach === null || reach === undefined ? {} : { "effective reach of this run (one replication)": reach.toPrecision(6) };
    save(`page-${this.story.lowered.key}.yaml`, new Blob([toYaml(this.told.state(), this.story.lowered, figures)], { type: "text/plain" }));
    this.status.textContent = `afterban run page-${this.story.lowered.key}.yaml --policies base --reps 1 gives the same numbers.`;
  }
}

/** Notches of a slider, in equal steps or equal factors. */
class Scale {
  private readonly low: number;
  constructor(private readonly bounds: NonNullable<Control["number"]>) {
    this.low = bounds.logarithmic ? Math.max(bounds.least, bounds.most / 5000) : bounds.least;
  }
  value(notch: number): number {
    const { least, most, whole, logarithmic } = this.bounds;
    if (notch <= 0) return least;
    const share = notch / NOTCHES, raw = logarithmic ? this.low * (most / this.low) ** share : least + share * (most - least);
    return whole ? Math.round(raw) : Number(raw.toPrecision(3));
  }
  notch(value: number): number {
    const { least, most, logarithmic } = this.bounds;
    if (value <= least) return 0;
    const share = logarithmic ? Math.log(value / this.low) / Math.log(most / this.low) : (value - least) / (most - least);
    return Math.round(NOTCHES * Math.min(1, Math.max(0, share)));
  }
  middle(control: Control): number {
    const first = control.marks.map((mark) => mark.value).find((value) => typeof value === "number");
    return typeof first === "number" ? first : this.bounds.least;
  }
}

function said(value: number, unit: NonNullable<Control["number"]>["unit"]): string {
  if (unit === "days") return value === 0 ? "at once" : span(value);
  if (unit === "share") return percent(value);
  if (unit === "posts" || unit === "edits") return value === 1 ? `1 ${unit.slice(0, -1)}` : `${value} ${unit}`;
  return String(value);
}
