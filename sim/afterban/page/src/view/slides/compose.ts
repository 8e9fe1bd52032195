/* A slide: one step of a story on 1280 x 720, as one drawing. It is printed as it is, and saved as PNG. */

import { along, linesThrough, saidOf, sawtooth, throughTime, type Chart } from "../charts.ts";
import { h, s } from "../dom.ts";
import { momentOf } from "../moment.ts";
import { Network } from "../network.ts";
import { inkOf } from "../network_figure.ts";
import type { BeatData, StoryData } from "../payload.ts";
import { histogram, verdict, type Guess } from "../predict.ts";
import { fromRecord, type Scene } from "../scene.ts";
import { Dates } from "../words.ts";

export const WIDTH = 1280, HEIGHT = 720;
const EDGE = 36, GAP = 12, COLUMN = 372, FOOT = 34;
const FONT = 'system-ui, "DejaVu Sans", sans-serif';
const STEP = 0.02; // days before the end of what a step shows: just before what it ends with

/** What may stand on a slide about predictions: the guess before it, or its bare answer. */
export interface Asked { beat: BeatData; guess: Guess | undefined; answered: boolean }

/** The text without marks of words that are explained. */
export const plain = (text: string): string => text.replace(/\[\[(.+?)\]\]/g, (_, word: string) => word.split("|")[0]!);

/** Draw a step on a ground that is in the document: its colours are taken from there. */
export function slide(story: StoryData, k: number, before: Asked | null, ground: HTMLElement): SVGElement {
  const beat = story.beats[k]!, title = lines(beat.title, WIDTH - 2 * EDGE, 36, 720);
  const words = [beat.title, ...beat.text.map(plain), ...(beat.question ? [`Prediction: ${beat.question.prompt}`] : []), ...(beat.number ? [`${beat.number.text} ${beat.number.label}`] : [])];
  const svg = s("svg", { class: "slide", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, role: "img", "aria-label": `Step ${k + 1}. ${words.join(". ")}` });
  ground.append(svg);
  title.forEach((line, row) => svg.append(text(EDGE, 50 + 42 * row, line, 36, "title")));
  const top = 30 + 42 * title.length, height = HEIGHT - FOOT - top;
  const left = { x: EDGE, y: top, width: WIDTH - 2 * EDGE - COLUMN - 2 * GAP, height };
  pictures(svg, story, beat, left, ground);
  column(svg, story, beat, before, { x: WIDTH - EDGE - COLUMN, y: top, width: COLUMN, height });
  svg.append(text(EDGE, HEIGHT - 11, `${story.title}, step ${k + 1} of ${story.beats.length}`, 15, "foot"),
    text(WIDTH - EDGE, HEIGHT - 11, `Scenario ${story.scenario}; pictures are one run with seed ${story.seed}. afterban`, 15, "foot end"));
  return svg;
}

interface Box { x: number; y: number; width: number; height: number }

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

function panel(svg: SVGElement, { x, y, width, height }: Box): void { svg.append(s("rect", { class: "ground", x, y, width, height, rx: 10 })); }

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

function column(svg: SVGElement, story: StoryData, beat: BeatData, before: Asked | null, box: Box): void {
  for (let size = 22; ; size--) {
    const parts = told(story, beat, before, box, size);
    if (parts.bottom > box.y + box.height && size > 13) continue;
    svg.append(...parts.drawn);
    return;
  }
}

/** The column in a size of type: its drawing, and where it ends. */
function told(story: StoryData, beat: BeatData, before: Asked | null, box: Box, size: number): { drawn: SVGElement[]; bottom: number } {
  const found: SVGElement[] = [], high = Math.round(size * 1.34);
  let y = box.y;
  const write = (words: string, kind: string, px = size, weight = 400, inside = 0) => {
    for (const line of lines(words, box.width - 2 * inside, px, weight)) {
      y += Math.round(px * 1.34);
      found.push(text(box.x + inside, y - Math.round(px * 0.3), line, px, kind));
    }
  };
  const space = () => { y += Math.round(high * 0.45); };
  for (const paragraph of beat.text) { write(plain(paragraph), "text"); space(); }
  if (beat.number) {
    write(beat.number.text, "number", 62, 760);
    write(beat.number.label, "text");
    if (beat.number.interval) write(beat.number.interval, "foot", Math.max(14, size - 5));
    space();
  }
  const dots = (asked: BeatData, values: readonly number[], answered: boolean) => {
    const plot = histogram(asked.question!, values, answered, box.width - 20), tall = Number(plot.getAttribute("height"));
    found.push(s("g", { class: "chart", transform: `translate(${box.x + 10},${y})` }, ...plot.children));
    y += tall + 6;
  };
  const framed = (kind: string, inside: () => void) => {
    const from = y, at = found.length;
    y += 6;
    inside();
    found.splice(at, 0, s("rect", { class: kind, x: box.x, y: from, width: box.width, height: y - from, rx: 10 }));
    space();
  };
  if (before?.answered && before.beat.question) {
    const question = before.beat.question, [near, says] = before.guess ? verdict(question, before.guess) : ["", question.says];
    framed("ground", () => { write(near ? `${near} ${says}` : says, "text", size, 400, 10); dots(before.beat, before.guess?.values ?? [], true); });
  }
  if (beat.question) framed("asks", () => { write(beat.question!.prompt, "head", size, 650, 10); dots(beat, [], false); });
  if (beat.explore) write(`To try: ${story.presets.slice(1).map((one) => one.label.toLowerCase()).join(", ")}.`, "text", Math.max(14, size - 2));
  return { drawn: found, bottom: y };
}

const text = (x: number, y: number, words: string, size: number, kind: string): SVGElement => s("text", { x, y, "font-size": size, class: kind, text: words });

let pen: CanvasRenderingContext2D | null = null;
function measure(words: string, size: number, weight: number): number {
  pen ??= h("canvas").getContext("2d")!;
  pen.font = `${weight} ${size}px ${FONT}`;
  return pen.measureText(words).width;
}

/** Lines of a width. */
function lines(words: string, width: number, size: number, weight: number): string[] {
  const found: string[] = [];
  let line = "";
  for (const word of words.split(/ +/)) {
    const longer = line ? `${line} ${word}` : word;
    if (line && measure(longer, size, weight) > width) { found.push(line); line = word; } else line = longer;
  }
  return line ? [...found, line] : found;
}
