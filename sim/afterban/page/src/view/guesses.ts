/* Who has guessed what: once for each prediction, as long as the window lives. */

import type { BeatData, StoryData } from "./payload.ts";
import { feedback, type Guess } from "./predict.ts";

const KEY = "afterban";

export class Guesses {
  private readonly made = new Map<string, Guess>();

  constructor() {
    try {
      for (const [id, guess] of JSON.parse(sessionStorage.getItem(KEY) ?? "[]") as [string, Guess][]) {
        if (typeof id === "string" && Array.isArray(guess.values) && guess.values.every(Number.isFinite) && ["own", "class", "none"].includes(guess.kind)) this.made.set(id, guess);
      }
    } catch { /* nothing that can be read: nothing was guessed */ }
  }
  of(story: StoryData, beat: BeatData): Guess | undefined { return this.made.get(`${story.key}.${beat.question!.key}`); }
  /** Keep a guess; one that was made before stands. */
  commit(story: StoryData, beat: BeatData, guess: Guess): boolean {
    if (this.of(story, beat)) return false;
    this.made.set(`${story.key}.${beat.question!.key}`, guess);
    try { sessionStorage.setItem(KEY, JSON.stringify([...this.made])); } catch { /* it lasts as long as the page then */ }
    return true;
  }
  open(story: StoryData, beat: BeatData): boolean { return beat.question !== undefined && !this.of(story, beat); }
  /** The last beat that may be shown: the first one with a prediction that nobody has made. */
  gate(story: StoryData): number {
    const open = story.beats.findIndex((beat) => this.open(story, beat));
    return open < 0 ? story.beats.length - 1 : open;
  }
  score(story: StoryData): string {
    const own = story.beats.filter((beat) => beat.question).map((beat) => [beat.question!, this.of(story, beat)] as const).filter((pair) => pair[1]?.kind === "own");
    const near = own.filter(([question, guess]) => feedback(question, guess!.values[0]!).near).length;
    return own.length ? `Your first guesses: ${near} of ${own.length} near.` : "";
  }
}
