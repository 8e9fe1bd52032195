/* Slides of a story: seen, printed, saved. None gives an answer that nobody has guessed, unless a
   teacher asks for it after a warning. */

import { h, save } from "../dom.ts";
import type { Guesses } from "../guesses.ts";
import type { StoryData } from "../payload.ts";
import { png, standalone } from "../raster.ts";
import { zip } from "../zip.ts";
import { HEIGHT, slide, WIDTH } from "./compose.ts";
import { sheet } from "./sheet.ts";

export interface Shown { story: StoryData; step: number }

export class Slides {
  readonly box = h("section", { class: "slides paper", "aria-label": "Slides", hidden: true });
  private readonly deck = h("div", { class: "deck" });
  private readonly note = h("p", { class: "small", role: "status" });
  private readonly with = h("input", { type: "checkbox", id: "with-answers" });
  private readonly answers = h("label", { class: "row", for: "with-answers" }, this.with, "with answers");
  private readonly warning = h("p", { class: "alert caution", role: "status", hidden: true }, "Answers will stand on this screen. Is the projector off? ",
    h("button", { type: "button", text: "Show the answers", onclick: () => { this.agreed = true; this.fill(); } }));
  private readonly forTeachers = h("button", { type: "button", "aria-pressed": "false", text: "Teacher's sheet" });
  private readonly heading = h("h1", { class: "small", tabindex: -1 });
  private agreed = false;
  private sheetShown = false;
  private shown!: Shown;
  private from: HTMLElement | null = null;
  private printing = false;

  constructor(private readonly page: HTMLElement, private readonly stories: readonly StoryData[], private readonly words: Record<string, string>, private readonly guesses: Guesses, private readonly now: () => Shown) {
    const button = (text: string, act: () => void, kind?: string) => h("button", { type: "button", class: kind, text, onclick: act });
    this.with.addEventListener("change", () => { this.agreed = false; this.fill(); });
    this.forTeachers.addEventListener("click", () => { this.sheetShown = !this.sheetShown; this.fill(); });
    this.box.append(h("div", { class: "tools" }, this.heading, h("div", { class: "buttons" },
      button("Back to the story", () => this.close(), "go"), button("Print, or save as PDF", () => print()),
      button("This step as PNG", () => void this.one()), button("All steps as PNG (zip)", () => void this.all()), this.forTeachers,
      this.answers), this.note, this.warning), this.deck);
    this.box.addEventListener("keydown", (event) => { if (event.key === "Escape") this.close(); });
    // A page that is printed is printed as its slides.
    addEventListener("beforeprint", () => { if (this.box.hidden) { this.printing = true; this.open(); } });
    addEventListener("afterprint", () => { if (this.printing) { this.printing = false; this.close(); } });
  }

  open(): void {
    this.from = document.activeElement as HTMLElement | null;
    this.shown = this.now();
    this.agreed = this.with.checked = this.sheetShown = false;
    this.answers.hidden = this.forTeachers.hidden = !this.shown.story.beats.some((beat) => beat.question);
    this.heading.textContent = `Slides: ${this.shown.story.title}`;
    this.page.hidden = true;
    this.box.hidden = false;
    this.fill();
    this.heading.focus();
    scrollTo({ top: 0 });
  }
  close(): void {
    this.box.hidden = true;
    this.deck.replaceChildren(); // nothing that gives an answer is left
    this.page.hidden = false;
    this.from?.focus();
  }

  private get free(): boolean { return this.agreed || this.shown.story.beats.every((beat) => !this.guesses.open(this.shown.story, beat)); }

  private fill(): void {
    const { story } = this.shown, all = this.free, last = story.beats.length;
    this.warning.hidden = all || !(this.with.checked || this.sheetShown);
    const showSheet = this.sheetShown && all;
    this.forTeachers.setAttribute("aria-pressed", String(this.sheetShown));
    this.deck.replaceChildren();
    const count = all ? last : this.guesses.gate(story) + 1;
    if (showSheet) this.deck.append(sheet(this.stories, story, this.words));
    else for (let k = 0; k < count; k++) this.draw(k, this.deck);
    this.note.textContent = showSheet ? "" : count < last
      ? `Slides 1 to ${count} of ${last}: the next ones give the answer of a prediction that has not been made.` : last === 1 ? "One slide." : `${last} slides, one for each step.`;
  }
  private draw(k: number, into: HTMLElement): SVGElement {
    const { story } = this.shown, asked = k ? story.beats[k - 1]! : null;
    return slide(story, k, asked?.question ? { beat: asked, guess: this.guesses.of(story, asked), answered: true } : null, into);
  }

  private async picture(k: number): Promise<Blob> {
    const stage = h("div", { class: "offstage paper" });
    this.box.append(stage);
    try { return await png(standalone(this.draw(k, stage), getComputedStyle(stage).getPropertyValue("--paper").trim()), WIDTH, HEIGHT, 1); } finally { stage.remove(); }
  }
  private async one(): Promise<void> {
    const { story, step } = this.shown;
    await this.told(async () => save(`${story.key}-${step + 1}.png`, await this.picture(step)));
  }
  private async all(): Promise<void> {
    const { story } = this.shown, count = this.free ? story.beats.length : this.guesses.gate(story) + 1;
    await this.told(async () => {
      const files = [];
      for (let k = 0; k < count; k++) files.push({ name: `${story.key}-${k + 1}.png`, content: new Uint8Array(await (await this.picture(k)).arrayBuffer()) });
      save(`${story.key}.zip`, zip(files));
    });
  }
  private async told(work: () => Promise<void>): Promise<void> {
    try { await work(); } catch (error) { this.note.textContent = `The picture could not be made: ${(error as Error).message}`; }
  }
}
