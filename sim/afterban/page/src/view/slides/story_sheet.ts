/* The teacher's sheet of a story: a plan by the minute, the predictions with their answers, notes. */

import { h } from "../dom.ts";
import type { BeatData, StoryData } from "../payload.ts";
import { answerOf, told } from "../predict.ts";

/** Minutes of a lesson of 90 with three stories; docs/howto/tell-a-story.md has the same. */
const MINUTES = { welcome: 5, opens: 3, asks: 5, reveals: 4, phones: 15, close: 7 };
const STORIES = 3;

interface Row { from: number; to: number; what: string; how: string }

/** The text without marks of words that are explained. */
export const plain = (text: string): string => text.replace(/\[\[(.+?)\]\]/g, (_, word: string) => word.split("|")[0]!);

function minutesOf(beat: BeatData, k: number): number {
  return beat.explore ? 0 : beat.question ? MINUTES.asks : k === 0 ? MINUTES.opens : MINUTES.reveals;
}
function howOf(beat: BeatData, k: number): string {
  if (beat.question) return "Read the question out. “A class guesses”: type what is called out, then ask two who are far apart why. “Close the poll” only when everybody has guessed.";
  return k === 0 ? "What is a disc, what is its ring? Let time run once without a word." : "Let time run twice: once looking at the discs, once at the curves. Whose way of thinking was right?";
}

/** The steps of a story that a class goes through, minute by minute. */
export function stepsOf(story: StoryData, from = 0): Row[] {
  let now = from;
  return story.beats.filter((beat) => !beat.explore).map((beat, k) => {
    const row = { from: now, to: now + minutesOf(beat, k), what: beat.title, how: howOf(beat, k) };
    now = row.to;
    return row;
  });
}

/** A lesson of 90 minutes that begins with a story, and has others of the file after it. */
export function lesson(stories: readonly StoryData[], first: StoryData): Row[] {
  const at = stories.indexOf(first), told = [...stories.slice(at), ...stories.slice(0, at)].slice(0, STORIES);
  const parts: [number, string, string][] = [
    [MINUTES.welcome, "Welcome", "The file goes round on a stick or by message; phones open it and are put away."],
    ...told.map((one): [number, string, string] => [stepsOf(one).reduce((sum, row) => sum + row.to - row.from, 0), one.title, one.asks]),
    [MINUTES.phones, "Phones: the sliders", "Last step of each story: what brings outsiders back, and what only accounts? Each finds one setting and calls it out, with what is left."],
    [MINUTES.close, "Close", "Everybody writes one sentence: what should a platform count?"]];
  let now = 0;
  return parts.map(([minutes, what, how]) => ({ from: now, to: (now += minutes), what, how }));
}

export function sheet(stories: readonly StoryData[], story: StoryData, words: Record<string, string>): HTMLElement {
  const asked = story.beats.filter((beat) => beat.question), used = new Set<string>();
  for (const beat of story.beats) for (const text of beat.text) for (const [, word] of text.matchAll(/\[\[(.+?)\]\]/g)) used.add(word!.split("|").pop()!);
  return h("article", { class: "sheet" },
    h("h1", { text: `Teacher's sheet: ${story.title}` }), h("p", { text: story.asks }),
    h("h2", { text: "This story, minute by minute" }), table(stepsOf(story)),
    h("h2", { text: "Predictions, answers, and what leads astray" }),
    ...asked.map(({ question }) => h("section", {},
      h("p", {}, h("strong", { text: question!.prompt })),
      h("p", {}, h("strong", { class: "answered", text: answerOf(question!) }),
        question!.bounds ? ` (95 % interval ${told(question!.bounds[0], question!.unit)} to ${told(question!.bounds[1], question!.unit)})` : " (one run)", `. ${question!.says}`),
      h("ul", {}, ...question!.slips.map(([value, why]) => h("li", { text: `About ${told(value, question!.unit)}: ${why}` }))))),
    h("h2", { text: "A lesson of 90 minutes" }), table(lesson(stories, story)),
    h("h2", { text: "Words" }),
    h("dl", {}, ...[...used].filter((word) => words[word]).flatMap((word) => [h("dt", { text: word }), h("dd", { text: words[word]! })])),
    h("h2", { text: "Notes" }),
    ...story.beats.flatMap((beat, k) => beat.question || beat.explore ? [] : [h("p", {}, h("strong", { text: `Step ${k + 1}. ` }), beat.text.map(plain).join(" "),
      beat.number ? ` ${beat.number.text} ${beat.number.label}${beat.number.interval ? ` (${beat.number.interval})` : ""}.` : "")]),
    h("p", {}, `Scenario ${story.scenario}${story.sources.length ? `; documents ${story.sources.join(", ")}` : ""}. The same numbers on the command line: `, h("code", { text: story.commands[0] })));
}

function table(rows: readonly Row[]): HTMLElement {
  return h("table", {}, h("thead", {}, h("tr", {}, ...["Minutes", "Step", "What to do"].map((text) => h("th", { scope: "col", text })))),
    h("tbody", {}, ...rows.map(({ from, to, what, how }) => h("tr", {}, h("td", { text: `${from} to ${to}` }), h("th", { scope: "row", text: what }), h("td", { text: how })))));
}
