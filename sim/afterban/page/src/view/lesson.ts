/* Lessons: one step after the other, each opened by an answer to the one before. */

import { createSimulator } from "../engine/index.js";
import type { Simulator } from "../engine/types.d.ts";
import { Dial } from "./dial.ts";
import { h } from "./dom.ts";
import { check, isAnswer, isDone, rightOf, shown, type Block, type Given, type LessonData, type Payload, type Picture, type Section, type Trial } from "./lesson_data.ts";
import { asked } from "./questions.ts";
import { deckOf } from "./slides/lesson.ts";
import { Slides } from "./slides/view.ts";
import { percent, readNumbers } from "./words.ts";

const KEPT = "afterban-lessons", AT = "afterban-lessons-at", LARGEST = 99_999_999;

function keep(name: string, value: unknown): void {
  try { sessionStorage.setItem(name, JSON.stringify(value)); } catch { /* it lasts as long as the window then */ }
}

export class Lessons {
  private lesson!: LessonData;
  private step = 0;
  private readonly given = new Map<string, Given[]>();
  private dial: Dial | null = null;
  private simulator: Promise<Simulator> | null = null;
  private readonly chooser = h("select", { id: "lesson", "aria-label": "Lesson" });
  private readonly steps = h("ol", { class: "steps" });
  private readonly line = h("h1", { id: "line", tabindex: -1 });
  private readonly main = h("main", { class: "lesson" });
  private readonly back = h("button", { type: "button", class: "back", text: "Back", onclick: () => this.show(this.step - 1, true) });
  private readonly slides: Slides;
  private readonly next = h("button", { type: "button", class: "go next", onclick: () => this.show(this.step + 1, true) });

  constructor(private readonly payload: Payload, root: HTMLElement, private readonly parts: (() => Promise<{ module: Uint8Array; worker: string }>) | null) {
    for (const one of payload.lessons) this.chooser.append(h("option", { value: one.key, text: `${one.number}. ${one.title}` }));
    this.chooser.hidden = payload.lessons.length < 2;
    this.chooser.addEventListener("change", () => this.open(this.chooser.value));
    document.body.classList.add("lessons");
    root.replaceChildren(
      h("header", { class: "top" }, h("span", { class: "brand", text: "afterban" }), this.chooser, h("nav", { "aria-label": "Steps" }, this.steps), this.toSlides("toslides")),
      this.main, h("footer", { class: "steer" }, this.back, this.next));
    this.slides = new Slides(root, () => deckOf(this.lesson, this.step, (section) => this.answers(section)));
    document.addEventListener("keydown", (event) => {
      if (root.hidden) return;
      if ((event.target as Element).closest("input, select, .scroll")) return;
      if (event.key === "PageDown" && !this.next.disabled && !this.next.hidden) { event.preventDefault(); this.next.click(); }
      if (event.key === "PageUp" && !this.back.disabled) { event.preventDefault(); this.back.click(); }
    });
    this.remembered();
    this.open(...this.left());
  }

  private open(key: string, step = 0): void {
    this.lesson = this.payload.lessons.find((one) => one.key === key)!;
    this.chooser.value = key;
    void this.simulator?.then((one) => one.close());
    this.simulator = null;
    document.title = `${this.lesson.number}. ${this.lesson.title} · afterban`;
    this.show(step, false);
  }
  private answers(section: Section): Given[] { return this.given.get(`${this.lesson.key}.${section.question?.title}`) ?? []; }
  private done(section: Section): boolean { return !section.question || isDone(section.question, this.answers(section)); }
  /** The last step that may be shown: the first one that waits for an answer. */
  private gate(): number {
    const open = this.lesson.sections.findIndex((one) => !this.done(one));
    return open < 0 ? this.lesson.sections.length - 1 : open;
  }

  private show(step: number, speak: boolean): void {
    this.step = Math.max(0, Math.min(step, this.gate()));
    const { lesson } = this, section = lesson.sections[this.step]!, last = this.step === lesson.sections.length - 1;
    this.dial?.close();
    this.dial = null;
    this.line.textContent = this.step === 0 ? `${lesson.number}. ${lesson.title}` : last ? "What to take home" : lesson.title;
    const before = section.before.flatMap((block) => this.block(block, last)), left = h("div", { class: "column" }), right = h("div", { class: "column" });
    if (this.step === 0) {
      before.unshift(h("p", { class: "asks" }, h("strong", { text: lesson.asks })));
      before.push(h("p", { class: "small", text: `About ${lesson.minutes} minutes. An answer opens what comes next: of a prediction the first one counts, a check can be tried again.` }));
    }
    if (section.question) {
      const done = this.done(section), after = done ? section.after.flatMap((block) => this.block(block)) : [];
      const question = asked(section.question, this.answers(section), (given) => this.commit(section, given));
      const aside = section.after.some((block) => block.kind !== "optional");
      if (after.length) {
        left.append(question);
        if (!aside) left.append(...after.splice(0));
        if (before.length) left.append(h("details", { class: "happened" }, h("summary", { text: "The text of this step" }), h("div", { class: "told" }, ...before)));
        right.append(...after);
      } else if (before.length) { left.append(...before); right.append(question); } else left.append(question);
      if (this.step === 0) left.append(this.notes(lesson.notes.early, "For the instructor: time"));
    } else {
      left.append(...before, this.score(), this.notes([...lesson.notes.early, ...lesson.notes.late], "For the instructor"));
      this.dial = new Dial(lesson.dial, this.parts && (() => this.simulated()));
      right.append(this.dial.box);
    }
    keep(AT, [lesson.key, this.step]);
    this.main.replaceChildren(this.line, left, ...(right.childElementCount ? [right] : []));
    this.main.classList.toggle("single", !right.childElementCount);
    void this.dial?.begin();
    this.navigation();
    if (speak) { this.line.focus({ preventScroll: true }); scrollTo({ top: 0 }); }
  }
  private navigation(): void {
    const gate = this.gate(), { sections } = this.lesson;
    this.steps.replaceChildren(...sections.map((section, k) => h("li", {}, h("button", {
      type: "button", "aria-current": k === this.step ? "step" : null, disabled: k > gate, text: section.question ? String(k + 1) : "★",
      "aria-label": `Step ${k + 1} of ${sections.length}${section.question ? `, ${section.question.title}` : ", the end"}`, onclick: () => this.show(k, true) }))));
    this.back.disabled = this.step === 0;
    this.next.hidden = this.step === sections.length - 1;
    this.next.disabled = this.step >= gate;
    this.next.textContent = this.step === sections.length - 2 ? "To the end" : "Next";
  }

  /** A first answer stays: of a prediction nothing comes after it, of a check the score takes it. */
  private commit(section: Section, given: Given): void {
    const answers = this.answers(section);
    if (this.done(section)) return;
    this.given.set(`${this.lesson.key}.${section.question!.title}`, [...answers, given]);
    keep(KEPT, [...this.given]);
    this.show(this.step, false);
    const told = this.main.querySelector<HTMLElement>(".verdict");
    if (told) { told.tabIndex = -1; told.focus({ preventScroll: true }); told.scrollIntoView({ block: "nearest" }); }
  }
  /** What the session kept, so far as it answers questions that there are, in the order of these. */
  private remembered(): void {
    try {
      const kept = new Map(JSON.parse(sessionStorage.getItem(KEPT) ?? "[]") as [string, unknown][]);
      for (const lesson of this.payload.lessons) for (const { question } of lesson.sections) {
        const id = `${lesson.key}.${question?.title}`, found = kept.get(id);
        if (!question || !Array.isArray(found) || !found.length || found.length > 100 || !found.every((one) => isAnswer(question, one))) continue;
        const end = found.findIndex((_, k) => isDone(question, found.slice(0, k + 1)));
        this.given.set(id, end < 0 ? found : found.slice(0, end + 1));
      }
    } catch { /* nothing that can be read: nothing was answered */ }
  }
  /** Where a reader was when the page was loaded again, as phones do with pages that are not looked at. */
  private left(): [string, number] {
    let key: unknown, step: unknown;
    try { [key, step] = JSON.parse(sessionStorage.getItem(AT) ?? "[]") as [unknown, unknown]; } catch { /* nothing that can be read: at the beginning */ }
    const lesson = this.payload.lessons.find((one) => one.key === key);
    return lesson && Number.isInteger(step) ? [lesson.key, step as number] : [this.payload.lessons[0]!.key, 0];
  }
  private score(): HTMLElement {
    const lines: string[] = [];
    let ofClass = 0, inClass = 0;
    for (const [kind, words] of [["Predict", "Predictions"], ["Check", "Questions"]] as const) {
      const sections = this.lesson.sections.filter((one) => one.question?.kind === kind);
      const first = sections.map((one) => [one.question!, this.answers(one)[0]!] as const);
      const own = first.filter(([, one]) => one.kind === "own"), right = own.filter(([question, one]) => check(question, one.values[0]!).right).length;
      for (const [question, one] of first) if (one.kind === "class") {
        const [good, all] = rightOf(question, one);
        ofClass += good;
        inClass += all;
      }
      // Where a class answered everything, there is nothing to say of one's own.
      if (own.length || !first.some(([, one]) => one.kind === "class")) lines.push(`${words}: ${right} right of ${sections.length}${kind === "Check" ? " at the first attempt" : ""}${own.length < sections.length ? `, ${sections.length - own.length} without an answer of your own` : ""}.`);
    }
    if (inClass) lines.push(`The class: ${ofClass} of ${inClass} answers right.`);
    return h("section", { class: "panel final", id: "score", role: "status" }, h("h2", { text: "Your first answers" }), ...lines.map((text) => h("p", { text })));
  }

  /* --- what a step shows -------------------------------------------------------------------------- */

  private block(block: Block, last = false): HTMLElement[] {
    if (block.kind === "picture") return [picture(block)];
    if (block.kind === "trial") return [this.trial(block)];
    if (block.kind === "optional") return [h("details", { class: "optional panel" }, h("summary", {}, h("span", { text: `Optional mathematics: ${block.title}` })), h("div", { class: "told" }, ...(shown(block.nodes) as Element[])))];
    // The heading of the last text is that of the step.
    const nodes = last ? block.nodes.filter((node) => typeof node === "string" || node[0] !== "h2") : block.nodes;
    return [h("div", { class: "told" }, ...(shown(nodes) as Element[]))];
  }
  private notes(nodes: LessonData["notes"]["early"], title: string): HTMLElement {
    return h("details", { class: "happened notes" }, h("summary", { text: title }), h("div", { class: "told" }, ...(shown(nodes) as Element[]),
      h("p", {}, this.toSlides(), " A picture of each step, and a sheet with the answers for you.")));
  }
  private toSlides(kind?: string): HTMLElement { return h("button", { type: "button", class: kind, text: "Slides", onclick: () => this.slides.open() }); }
  private simulated(): Promise<Simulator> {
    const { lesson, payload } = this;
    this.simulator ??= this.parts!().then(({ module, worker }) => createSimulator({ module, layout: payload.layout, story: lesson.dial.lowered, worker }));
    return this.simulator;
  }
  private trial(block: Trial): HTMLElement {
    if (!this.parts) return h("div", { class: "told" }, ...(shown(block.nodes) as Element[]));
    const field = h("input", { type: "text", inputmode: "numeric", class: "number", id: "own-seed", value: "1234" }), told = h("p", { class: "trial", role: "status" });
    const run = async () => {
      const [seed] = readNumbers(field.value, LARGEST);
      if (seed === null || seed === undefined || !Number.isInteger(seed) || seed > LARGEST) { told.textContent = "A seed is a whole number up to 99,999,999."; return; }
      told.textContent = "Simulating …";
      try {
        const one = await this.simulated(), control = this.lesson.dial.lowered.controls[0]!.key, found: number[] = [];
        for (const question of [{ seed, settings: {} }, { seed: seed + block.apart, settings: { [control]: block.at } }]) {
          const answer = await one.ask({ ...question, policies: ["base"] });
          if (!answer) return;
          found.push(answer.policies.base!.figures.effective_reach!);
        }
        const [first, second] = found as [number, number];
        told.replaceChildren(`With seed ${seed}: ${block.names[0]} ${percent(first)}, ${block.names[1]} ${percent(second)} (one run each, computed here, now). You would report that `,
          h("strong", { text: `${block.names[1]} is ${second < first ? "better" : "worse"}` }), ".");
      } catch (error) { told.textContent = (error as Error).message; }
    };
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") void run(); });
    return h("div", { class: "panel" }, h("div", { class: "row typed" }, h("label", { for: "own-seed", text: "Your seed" }), field, h("button", { type: "button", class: "go", id: "try", text: "Run both", onclick: () => void run() })), told);
  }
}

/** A picture for either width, its caption, and its numbers as tables. */
function picture(one: Picture): HTMLElement {
  const drawn = (["wide", "narrow"] as const).map((name) => {
    const svg = new DOMParser().parseFromString(one[name], "text/html").body.firstElementChild!;
    return h("div", { class: name }, document.adoptNode(svg));
  });
  const tables = one.tables.flatMap(({ title, head, rows }) => [title && h("h3", { text: title }),
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `Numbers ${title}`.trim() }, h("table", {},
      h("thead", {}, h("tr", {}, ...head.map((text) => h("th", { scope: "col", text })))), h("tbody", {}, ...rows.map((cells) => h("tr", {}, ...cells.map((text) => h("td", { text })))))))]);
  return h("figure", { class: "panel drawn" }, ...drawn, h("figcaption", { class: "small", text: one.caption }),
    h("details", { class: "happened" }, h("summary", { text: "The numbers of this picture" }), tables.length ? h("div", {}, ...tables) : h("p", { text: one.alt })));
}
