/* Slides of a story or a lesson: seen, printed, saved. None gives an answer that nobody has given,
   unless a teacher asks for it after a warning. */

import { h, save } from "../dom.ts";
import { png, standalone } from "../raster.ts";
import { zip } from "../zip.ts";
import { HEIGHT, WIDTH } from "./paper.ts";

/** What has slides: their number, how many of them may be seen, and which one belongs to the screen. */
export interface Deck {
  key: string; title: string; what: "story" | "lesson";
  /** Whether anything is asked, so that there are answers to hide. */
  asks: boolean;
  count: number; free: number; now: number;
  /** Why the others are not shown. */
  kept: string;
  draw(k: number, into: HTMLElement): SVGElement;
  sheet(): HTMLElement;
}

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
  private readonly back = h("button", { type: "button", class: "go", onclick: () => this.close() });
  private agreed = false;
  private sheetShown = false;
  private shown!: Deck;
  private from: HTMLElement | null = null;
  private printing = false;

  /** Put behind the page that they are of, and hidden.  now: the slides for what the page shows. */
  constructor(private readonly page: HTMLElement, private readonly now: () => Deck) {
    const button = (text: string, act: () => void) => h("button", { type: "button", text, onclick: act });
    this.with.addEventListener("change", () => { this.agreed = false; this.fill(); });
    this.forTeachers.addEventListener("click", () => { this.sheetShown = !this.sheetShown; this.fill(); });
    this.box.append(h("div", { class: "tools" }, this.heading, h("div", { class: "buttons" },
      this.back, button("Print, or save as PDF", () => print()),
      button("This step as PNG", () => void this.one()), button("All steps as PNG (zip)", () => void this.archive()), this.forTeachers,
      this.answers), this.note, this.warning), this.deck);
    this.box.addEventListener("keydown", (event) => { if (event.key === "Escape") this.close(); });
    // A page that is printed is printed as its slides.
    addEventListener("beforeprint", () => { if (this.box.hidden) { this.printing = true; this.open(); } });
    addEventListener("afterprint", () => { if (this.printing) { this.printing = false; this.close(); } });
    page.after(this.box);
  }

  open(): void {
    this.from = document.activeElement as HTMLElement | null;
    this.shown = this.now();
    this.agreed = this.with.checked = this.sheetShown = false;
    this.answers.hidden = this.forTeachers.hidden = !this.shown.asks;
    this.heading.textContent = `Slides: ${this.shown.title}`;
    this.back.textContent = `Back to the ${this.shown.what}`;
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

  private get all(): boolean { return this.agreed || this.shown.free === this.shown.count; }
  /** How many slides may be seen. */
  private get many(): number { return this.all ? this.shown.count : this.shown.free; }

  private fill(): void {
    const { shown, all, many } = this, showSheet = this.sheetShown && all;
    this.warning.hidden = all || !(this.with.checked || this.sheetShown);
    this.forTeachers.setAttribute("aria-pressed", String(this.sheetShown));
    this.deck.replaceChildren();
    if (showSheet) this.deck.append(shown.sheet());
    else for (let k = 0; k < many; k++) shown.draw(k, this.deck);
    this.note.textContent = showSheet ? "" : !all ? `Slides 1 to ${many} of ${shown.count}: ${shown.kept}.` : many === 1 ? "One slide." : `${many} slides.`;
  }

  private async picture(k: number): Promise<Blob> {
    const stage = h("div", { class: "offstage paper" });
    this.box.append(stage);
    try { return await png(standalone(this.shown.draw(k, stage), getComputedStyle(stage).getPropertyValue("--paper").trim()), WIDTH, HEIGHT, 1); } finally { stage.remove(); }
  }
  private async one(): Promise<void> {
    const { key, now } = this.shown;
    await this.told(async () => save(`${key}-${now + 1}.png`, await this.picture(now)));
  }
  private async archive(): Promise<void> {
    const { key } = this.shown, { many } = this;
    await this.told(async () => {
      const files = [];
      for (let k = 0; k < many; k++) files.push({ name: `${key}-${k + 1}.png`, content: new Uint8Array(await (await this.picture(k)).arrayBuffer()) });
      save(`${key}.zip`, zip(files));
    });
  }
  private async told(work: () => Promise<void>): Promise<void> {
    try { await work(); } catch (error) { this.note.textContent = `The picture could not be made: ${(error as Error).message}`; }
  }
}
