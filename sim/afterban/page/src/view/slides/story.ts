/* Slides of a story: one for each step, as one drawing. It is printed as it is, and saved as PNG. */

import { along, linesThrough, saidOf, sawtooth, throughTime, type Chart } from "../charts.ts";
import { h, s } from "../dom.ts";
import { momentOf } from "../moment.ts";
import { Network } from "../network.ts";
import { inkOf } from "../network_figure.ts";
import type { BeatData, StoryData } from "../payload.ts";
import type { Guesses } from "../guesses.ts";
import { verdict, type Guess } from "../predict.ts";
import { fromRecord, type Scene } from "../scene.ts";
import { Dates } from "../words.ts";
import { fitted, frame, GAP, lines, measure, panel, text, type Box, type Column } from "./paper.ts";
import { plain, sheet } from "./story_sheet.ts";
import type { Deck } from "./view.ts";

const COLUMN = 372;
const STEP = 0.02; // days before the end of what a step shows: just before what it ends with

/** What may stand on a slide about a prediction: the step that asked for it, and the guess. */
interface Asked { beat: BeatData; guess: Guess | undefined }

/** The slides of a story, for the step that is on the screen. */
export function deckOf(story: StoryData, step: number, guesses: Guesses, stories: readonly StoryData[], words: Record<string, string>): Deck {
  const closed = story.beats.every((beat) => !guesses.open(story, beat));
  return {
    key: story.key, title: story.title, what: "story", asks: story.beats.some((beat) => beat.question), count: story.beats.length, now: step,
    free: closed ? story.beats.length : guesses.gate(story) + 1,
    kept: "the next ones give the answer of a prediction that has not been made",
    draw: (k, into) => {
      const before = k ? story.beats[k - 1]! : null;
      return slide(story, k, before?.question ? { beat: before, guess: guesses.of(story, before) } : null, into);
    },
    sheet: () => sheet(stories, story, words),
  };
}

/** Draw a step on a ground that is in the document: its colours are taken from there. */
function slide(story: StoryData, k: number, before: Asked | null, ground: HTMLElement): SVGElement {
  const beat = story.beats[k]!;
  const words = [beat.title, ...beat.text.map(plain), ...(beat.question ? [`Prediction: ${beat.question.prompt}`] : []), ...(beat.number ? [`${beat.number.text} ${beat.number.label}`] : [])];
  const { svg, room } = frame(ground, beat.title, `Step ${k + 1}. ${words.join(". ")}`,
    [`${story.title}, step ${k + 1} of ${story.beats.length}`, `Scenario ${story.scenario}; pictures are one run with seed ${story.seed}. afterban`]);
  pictures(svg, story, beat, { ...room, width: room.width - COLUMN - 2 * GAP }, ground);
  fitted(svg, { ...room, x: room.x + room.width - COLUMN, width: COLUMN }, 22, (column) => told(story, beat, before, column));
  return svg;
}

/* --- pictures ---------------------------------------------------------------------------------- */

function pictures(svg: SVGElement, story: StoryData, beat: BeatData, box: Box, ground: HTMLElement): void {
  const scene = fromRecord(story.answers[beat.answer]!, story.network), dates = new Dates(story.start);
  const end = beat.until ?? story.horizon, day = beat.plays ? Math.max(0, end - STEP) : end;
  const now = momentOf(scene, dates, 0, day), charts: [string, (room: { width: number; height: number }) => Chart][] = [];
  const pinned = beat.pin === undefined ? null : { scene: fromRecord(story.answers[beat.pin]!, story.network), label: "before" };
  if (beat.pictures.includes("lives")) charts.push([now.lives, (room) => sawtooth(scene.nodes[0]!, story.network.names[0]!, end, story.horizon, dates, room)]);
  if (beat.pictures.includes("through")) charts.push([now.through, (room) => throughTime(scene, pinned, end, story.horizon, dates, room)]);
  const curve = beat.curve ? story.curves[beat.curve] : undefined;
  const own = beat.pictures.includes("lines") ? scene.lines : null;
  if (own) charts.push([saidOf(scene, own, end), (room) => linesThrough(scene, own, pinned?.scene ?? null, end, story.horizon, dates, room)]);
  if (beat.pictures.includes("curve") && curve) charts.push([curve.title, (room) => along(curve, null, room)]);
  const network = beat.pictures.includes("network"), tall = !network ? 0 : charts.length ? Math.round((box.height - GAP) * 0.58) : box.height;
  if (network) {
    const wide = (box.width - GAP) / 2;
    for (const twin of [false, true]) {
      const place = { x: box.x + (twin ? wide + GAP : 0), y: box.y, width: wide, height: tall };
      panel(svg, place);
      const [accounts, seen] = twin ? now.twin : now.mine;
      svg.append(text(place.x + 10, place.y + 22, twin ? "Untouched twin" : `Suspensions, ${dates.full(day)}`, 15, "foot"));
      svg.append(text(place.x + 10, place.y + 44, `${accounts![0]} ${accounts![1]}`, 16, "head"), text(place.x + 10, place.y + 65, `${seen![0]} ${seen![1]}`, 16, "head blue"));
      const room = { width: wide - 12, height: tall - 98 };
      svg.append(s("image", { x: place.x + 6, y: place.y + 72, ...room, href: drawn(story, scene, twin, day, room, ground) }));
    }
    key(svg, box.x + 10, box.y + tall - 9);
  }
  const y = box.y + (network ? tall + GAP : 0), wide = (box.width - GAP * (charts.length - 1)) / charts.length;
  charts.forEach(([title, draw], k) => {
    const place = { x: box.x + k * (wide + GAP), y, width: wide, height: box.height - (y - box.y) };
    panel(svg, place);
    const rows = lines(title, wide - 20, 17, 650);
    rows.forEach((line, row) => svg.append(text(place.x + 10, place.y + 23 + 21 * row, line, 17, "head")));
    const used = 10 + 21 * rows.length, chart = draw({ width: wide - 16, height: place.height - used - 6 });
    chart.cursor?.(day);
    svg.append(s("g", { class: "chart", transform: `translate(${place.x + 8},${place.y + used})` }, ...chart.svg.children));
  });
}

function key(svg: SVGElement, x: number, y: number): void {
  for (const [kind, word] of [["outsiders", "outsiders"], ["insiders", "insiders"], ["hollow", "whole audience"]] as const) {
    svg.append(s("circle", { class: kind, cx: x + 6, cy: y - 5, r: 6 }), text(x + 17, y, word, 14, "foot"));
    x += 34 + measure(word, 14, 400);
  }
}

/** The network on a day, as the address of a picture. */
function drawn(story: StoryData, scene: Scene, twin: boolean, day: number, room: { width: number; height: number }, ground: HTMLElement): string {
  const canvas = h("canvas", { class: "offstage" });
  canvas.style.width = `${room.width}px`;
  canvas.style.height = `${room.height}px`;
  ground.append(canvas);
  const ink = inkOf(ground), network = new Network(canvas, twin, () => ink);
  network.density = 2;
  network.people(story.network.audience);
  network.show(scene, 0);
  network.move(day, day);
  network.draw();
  const address = canvas.toDataURL("image/png");
  canvas.remove();
  return address;
}

/* --- words ------------------------------------------------------------------------------------- */

function told(story: StoryData, beat: BeatData, before: Asked | null, column: Column): void {
  const { size } = column;
  for (const paragraph of beat.text) { column.write(plain(paragraph)); column.space(); }
  if (beat.number) {
    column.write(beat.number.text, "number", 62, 760);
    column.write(beat.number.label);
    if (beat.number.interval) column.write(beat.number.interval, "foot", Math.max(14, size - 5));
    column.space();
  }
  if (before) {
    const question = before.beat.question!, [near, says] = before.guess ? verdict(question, before.guess) : ["", question.says];
    column.framed("ground", () => { column.write(near ? `${near} ${says}` : says, "text", size, 400, 10); column.dots(question, before.guess?.values ?? [], true); });
  }
  if (beat.question) column.framed("asks", () => { column.write(beat.question!.prompt, "head", size, 650, 10); column.dots(beat.question!, [], false); });
  if (beat.explore) column.write(`To try: ${story.presets.slice(1).map((one) => one.label.toLowerCase()).join(", ")}.`, "text", Math.max(14, size - 2));
}
