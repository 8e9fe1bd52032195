/* What stands beside the sandbox, each in a dialog: numbers, the parts of the cycle, published
   figures, and reach along a slider. Means of runs are recorded; a run is made in the page. */

import type { Answer, Control, Question, Value } from "../engine/types.d.ts";
import { along, type CurveData } from "./charts.ts";
import { h } from "./dom.ts";
import { Figure } from "./figures.ts";
import { query } from "./glossary.ts";
import { tableOf } from "./keep.ts";
import type { Beside as Recorded, StoryData } from "./payload.ts";
import { percent, people, whole } from "./words.ts";

export interface Desk {
  question: () => Question;
  /** Null where another question came first. */
  ask: (question: Question) => Promise<Answer | null>;
  controls: () => readonly Control[];
  numbers: () => Readonly<Record<string, number | null>>;
  said: (value: Value, control: Control) => string;
}

/** Words with a "?" that opens what they mean below them. */
function explained(words: string, meaning: string): HTMLElement {
  const { ask, help } = query(words, meaning);
  return h("div", {}, words, ask, help);
}

type Row = readonly (string | HTMLElement)[];

export class Beside {
  readonly buttons = h("div", { class: "buttons", role: "group", "aria-label": "More about these settings" });
  readonly dialog = h("dialog", { class: "beside" });

  constructor(private readonly story: StoryData, private readonly desk: Desk) {
    const recorded = story.beside;
    if (recorded?.numbers.length) this.add("Numbers", () => this.numbers(recorded));
    if (recorded?.parts.length) this.add("Parts of the cycle", () => this.parts(recorded));
    if (recorded && recorded.cited.length + recorded.also.length) this.add("Published figures", () => this.cited(recorded));
    if (this.lines().length) this.add("Along a slider", () => this.slider());
    this.dialog.addEventListener("click", (event) => { if (event.target === this.dialog) this.dialog.close(); });
  }

  private add(label: string, inside: () => HTMLElement[]): void {
    this.buttons.append(h("button", { type: "button", "aria-haspopup": "dialog", text: label, onclick: () => {
      this.dialog.setAttribute("aria-label", label);
      this.dialog.replaceChildren(h("form", { method: "dialog", class: "head" }, h("h2", { text: label }), h("button", { type: "submit", text: "Close" })), ...inside());
      this.dialog.showModal();
    } }));
  }

  /** The size that was recorded, where there is another. */
  private size(): string {
    const { sizes } = this.story.lowered, mine = sizes.find((one) => one.key === this.story.size);
    return mine && sizes.some((one) => one.operators !== mine.operators) ? `, ${mine.label}` : "";
  }
  private numbers(recorded: Recorded): HTMLElement[] {
    const { n, numbers, assumptions } = recorded, here = numbers.map(() => h("span", { text: "…" }));
    const rows = numbers.map((one, k): Row => [explained(one.label, one.meaning), `${one.text} (${one.interval.trim() || "exact"})`, here[k]!]);
    const fill = (now: Readonly<Record<string, number | null>>) => numbers.forEach((one, k) => {
      const value = now[one.metric];
      here[k]!.textContent = value === null || value === undefined ? "–" : told(value, one);
    });
    void this.desk.ask(this.desk.question()).then((answer) => fill(answer?.policies.base!.figures ?? this.desk.numbers()));
    return [tableOf({ head: ["", `story as it starts${this.size()}: mean of ${n} runs (95\u00a0% interval)`, "these settings: one run"], rows }, "Numbers"),
      h("p", { class: "small", text: assumptions.replaceAll(" %", "\u00a0%") })];
  }
  private parts(recorded: Recorded): HTMLElement[] {
    const { n, parts, said } = recorded;
    return [...said.map((text) => h("p", { text })),
      tableOf({ head: ["switched off alone", `effective reach with it: percentage points (95 % interval)`, ""], rows: parts.map((one): Row => [one.label, one.interval ? `${one.text} (${one.interval})` : one.text, one.verdict]) }, "Parts of the cycle"),
      h("p", { class: "small", text: `The story as it starts${this.size()}, with the same chances with and without the part; ${n} runs, recorded beforehand.` })];
  }
  private cited(recorded: Recorded): HTMLElement[] {
    const { n, cited, also } = recorded;
    return [
      ...cited.length ? [tableOf({ head: ["source", "what is compared", "published", `simulated: mean of ${n} runs (95 % interval)`, ""],
        rows: cited.map((one): Row => [explained(`${one.source}, ${one.document}`, one.quotation), one.says, one.cited, one.simulated, one.verdict]) }, "Published figures")] : [],
      ...also.length ? [h("p", { class: "small", text: "Not compared as numbers:" }), h("ul", { class: "small" }, ...also.map((one) => h("li", { text: `${one.source}, ${one.document}: ${one.says}` })))] : [],
      h("p", { class: "small", text: `The story as it starts${this.size()}, recorded beforehand.` })];
  }

  /* --- reach along a slider, simulated now ----------------------------------------------------- */

  private lines(): Control[] { return this.desk.controls().filter((one) => one.number && numeric(one).length > 2); }
  private slider(): HTMLElement[] {
    const controls = this.lines(), figure = new Figure("slider"), status = h("p", { class: "small", role: "status" });
    const choice = h("select", { id: "along" }, ...controls.map((one) => h("option", { value: one.key, text: one.label })));
    choice.addEventListener("change", () => void this.draw(controls.find((one) => one.key === choice.value)!, figure, status));
    requestAnimationFrame(() => void this.draw(controls[0]!, figure, status));
    return [h("p", {}, h("label", { for: "along", text: "Effective reach along " }), choice, ", all else as it stands"), figure.box, status];
  }
  private async draw(control: Control, figure: Figure, status: HTMLElement): Promise<void> {
    const question = this.desk.question(), marks = numeric(control), points: CurveData["points"] = [];
    const mine = question.settings?.[control.key] ?? control.start;
    for (const [k, at] of marks.entries()) {
      status.textContent = `Simulating ${k + 1} of ${marks.length} …`;
      const answer = await this.desk.ask({ ...question, settings: { ...question.settings, [control.key]: at } });
      if (!answer || !this.dialog.open) { status.textContent = "Something else was asked; choose the slider again."; return; }
      points.push({ at, label: this.desk.said(at, control), setting: String(at), value: answer.policies.base!.figures.effective_reach ?? null, low: null, high: null });
    }
    const logarithmic = control.number!.logarithmic && marks[0]! > 0;
    const now = typeof mine === "number" ? this.desk.numbers().effective_reach : null;
    figure.show(along({ slider: control.key, metric: "effective_reach", label: "effective reach", axis: control.label, logarithmic, share: true, time: false, title: "", n: 1, points },
      now === null || now === undefined ? null : { at: mine as number, value: now }, figure.room));
    const values = points.map((one) => one.value ?? NaN).filter(Number.isFinite);
    figure.say(`From ${percent(Math.min(...values))} to ${percent(Math.max(...values))} along ${control.label.toLowerCase()}`);
    status.textContent = `One run at each point, simulated in this page with the same chances.`;
  }
}

/** Marks of a slider that are numbers; a first one of 0 has no place on an axis of factors. */
function numeric(control: Control): number[] {
  const marks = control.marks.map((mark) => mark.value).filter((value): value is number => typeof value === "number");
  return control.number?.logarithmic ? marks.filter((value) => value > 0) : marks;
}

const A_DAY: Readonly<Record<string, number>> = { min: 1440, h: 24, d: 1 };

/** A figure of one run to three digits, a time in the unit of the one beside it. */
function told(value: number, { form, unit, text }: Recorded["numbers"][number]): string {
  if (!Number.isFinite(value)) return "–";
  if (form === "share") return `${+(100 * value).toPrecision(3)}\u00a0%`;
  if (form === "time" && unit === "days") {
    const [of = "d"] = /(min|h|d)$/.exec(text) ?? [];
    return `${+(value * A_DAY[of]!).toPrecision(3)} ${of}`;
  }
  if (form === "ratio") return String(+value.toPrecision(3));
  return `${value < 100 ? String(+value.toPrecision(3)) : value < 1e6 ? whole(value) : people(value)} ${unit}`.trim();
}
