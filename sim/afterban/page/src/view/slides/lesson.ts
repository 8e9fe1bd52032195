/* Slides of a lesson: a step asks on one of them, and tells its answer on the next. */

import { s } from "../dom.ts";
import { check, isDone, lineOf, rightOf, slipsOf, wordsOf, type Block, type Given, type LessonData, type Marked, type Picture, type Question, type Section } from "../lesson_data.ts";
import { told } from "../predict.ts";
import { hands } from "../questions.ts";
import { sheet } from "./lesson_sheet.ts";
import { fitted, frame, GAP, HEIGHT, lines, measure, panel, text, type Box, type Column } from "./paper.ts";
import type { Deck } from "./view.ts";

const SHORTEST = 45; // characters of a title
const GUTTER = 36;

interface Slide { section: Section; step: number; answers: boolean }

/** The slides of a lesson.  step: on the screen.  given: the answers to a step's question. */
export function deckOf(lesson: LessonData, step: number, given: (section: Section) => Given[]): Deck {
  const done = (section: Section) => !section.question || isDone(section.question, given(section));
  const slides: Slide[] = lesson.sections.flatMap((section, k) => (section.question ? [false, true] : [false]).map((answers) => ({ section, step: k, answers })));
  // A question that nobody has answered is the last slide before its answer.
  const hidden = slides.findIndex(({ section, answers }) => answers && !done(section));
  return {
    key: `lesson-${lesson.key}`, title: lesson.title, what: "lesson", asks: true, count: slides.length, free: hidden < 0 ? slides.length : hidden,
    now: slides.findIndex((one) => one.step === step && one.answers === (one.section.question !== null && done(one.section))),
    kept: "the next ones give the answer of a question that nobody has answered",
    draw: (k, into) => slide(lesson, slides[k]!, [k + 1, slides.length], given(slides[k]!.section), into),
    sheet: () => sheet(lesson),
  };
}

function slide(lesson: LessonData, { section, step, answers }: Slide, [number, count]: [number, number], given: readonly Given[], ground: HTMLElement): SVGElement {
  const { question } = section, foot: [string, string] = [`${lesson.number}. ${lesson.title}${question ? `, ${question.title}` : ""}, slide ${number} of ${count}`, `Scenario ${lesson.dial.lowered.scenario}. afterban`];
  const drawn = (title: string, said: string) => frame(ground, title, said, foot);
  if (!question) {
    const { svg, room } = drawn("What to take home", section.before.map((block) => saidOf(block)).join(" "));
    ending(svg, room, lesson, section);
    return svg;
  }
  const prompt = wordsOf(question.prompt), [title, rest] = asksOf(prompt);
  if (!answers) {
    const first = step === 0 ? lesson.asks : "";
    const { svg, room } = drawn(title, [first, ...section.before.map((block) => saidOf(block)), prompt, ...options(question)].filter(Boolean).join(" "));
    asking(svg, room, section, question, rest, first);
    return svg;
  }
  const [right, why] = solved(question), { svg, room } = drawn(right, [prompt, right, why, ...section.after.map((block) => saidOf(block))].join(" "));
  telling(svg, room, section, question, prompt, why, given);
  return svg;
}

/* --- what is asked and told ---------------------------------------------------------------------- */

/** The question at the end of a text, and what comes before it. */
function asksOf(prompt: string): [string, string] {
  const sentences = prompt.split(/(?<=[.:?]) (?=[A-Z])/);
  let title = sentences.pop()!;
  while (sentences.length && title.length < SHORTEST) title = `${sentences.pop()!} ${title}`;
  return [title, sentences.join(" ")];
}
/** The answer in a sentence, and why. */
function solved({ solution }: Question): [string, string] {
  const [first, ...others] = solution;
  if (Array.isArray(first)) return [wordsOf([first]), wordsOf(others).trim()];
  const words = wordsOf(solution), end = words.indexOf(". ") + 1;
  return end ? [words.slice(0, end), words.slice(end + 1)] : [words, ""];
}
const options = (question: Question): string[] => (question.options ?? []).map((one, k) => `${letter(k)} ${wordsOf(one.text)}`);
const letter = (k: number): string => "ABCDEFGH"[k]!;

function saidOf(block: Block): string {
  return block.kind === "picture" ? `${block.alt} ${block.caption}` : block.kind === "optional" ? "" : wordsOf(block.nodes);
}

/* --- three kinds of slides ----------------------------------------------------------------------- */

/** The text of a step beside its question, or the question alone. */
function asking(svg: SVGElement, room: Box, section: Section, question: Question, rest: string, first: string): void {
  const texts = section.before.filter((block) => block.kind === "text" || block.kind === "trial"), asked = (column: Column) => column.framed("asks", () => {
    column.space(0.2);
    column.write(question.title, "foot", column.size, 400, 16);
    if (rest) column.write(rest, "head", column.size, 650, 16);
    column.space(0.3);
    question.options?.forEach((one, k) => { column.write(wordsOf(one.text), "text", column.size, 400, 16 + column.size * 1.2, letter(k)); column.space(0.4); });
    if (!question.options) column.dots(lineOf(question), [], false);
  });
  if (!texts.length && !first) { fitted(svg, { ...room, y: room.y + GUTTER / 2, height: room.height - GUTTER }, 34, asked); return; }
  const wide = (room.width - GUTTER) / 2;
  fitted(svg, { ...room, width: wide }, 24, (column) => {
    if (first) { column.write(first, "head", column.size, 650); column.space(); }
    for (const block of texts) flow(column, (block as Extract<Block, { nodes: Marked[] }>).nodes);
  });
  fitted(svg, { ...room, x: room.x + wide + GUTTER, width: wide }, 26, asked);
}

/** What was asked and answered, beside the picture of it. */
function telling(svg: SVGElement, room: Box, section: Section, question: Question, prompt: string, why: string, given: readonly Given[]): void {
  const picture = section.after.find((block) => block.kind === "picture"), texts = section.after.filter((block) => block.kind === "text");
  const beside = picture || texts.length, wide = beside ? room.width * 0.43 : room.width * 0.72;
  fitted(svg, { ...room, width: wide }, beside ? 22 : 27, (column) => {
    column.write(prompt, "foot", column.size);
    column.space();
    results(column, question, given);
    column.write(why);
  });
  if (!beside) return;
  const right = { ...room, x: room.x + wide + GUTTER, width: room.width - wide - GUTTER };
  const below = picture ? drawing(svg, picture, right) : right;
  if (texts.length) fitted(svg, below, 22, (column) => texts.forEach((block) => flow(column, (block as Extract<Block, { kind: "text" }>).nodes)));
}

/** The options with their hands, or the numbers of a class. */
function results(column: Column, question: Question, given: readonly Given[]): void {
  const votes = given.find((one) => one.kind === "class"), { size } = column;
  if (votes) {
    const [right, all] = rightOf(question, votes);
    column.write(question.options ? `${hands(right)} of ${all} for the right answer.` : `${right} of ${all} right.`, "head", size, 650);
    column.space(0.4);
  }
  if (!question.options) {
    column.framed("ground", () => column.dots(lineOf(question), votes?.values ?? [], true));
    if (votes) for (const { count, value, says } of slipsOf(question, votes)) { column.write(`${count} at about ${told(value, question.unit!, question.digits)}: ${wordsOf(says)}`); column.space(0.4); }
    return;
  }
  const most = Math.max(1, ...(votes?.values ?? []));
  question.options.forEach((one, k) => {
    column.write(wordsOf(one.text), one.right ? "head" : "text", size, one.right ? 650 : 400, size * 1.4, check(question, k).right ? "✓" : letter(k));
    if (!votes) return;
    const count = votes.values[k]!, { x, width } = column.box, left = x + size * 1.4, room = width - size * 4;
    column.put(s("rect", { class: one.right ? "hands right" : "hands", x: left, y: column.y + 3, width: Math.max(1, (room * count) / most), height: size * 0.6, rx: 3 }), 0);
    column.put(text(left + (room * count) / most + 8, column.y + 3 + size * 0.6, String(count), size * 0.9, "foot"), size);
  });
  column.space();
}

/** What to take home, and the question of the dial. */
function ending(svg: SVGElement, room: Box, lesson: LessonData, section: Section): void {
  const wide = room.width * 0.56, { dial } = lesson, control = dial.lowered.controls[0]!;
  fitted(svg, { ...room, width: wide }, 27, (column) => section.before.forEach((block) => {
    if (block.kind === "text") flow(column, block.nodes.filter((node) => typeof node === "string" || node[0] !== "h2"));
  }));
  fitted(svg, { ...room, x: room.x + wide + GUTTER, width: room.width - wide - GUTTER }, 25, (column) => column.framed("asks", () => {
    column.space(0.2);
    column.write("One dial, live", "foot", column.size, 400, 16);
    column.write(dial.asks, "head", column.size, 650, 16);
    column.space(0.3);
    column.write(`${control.label}: ${dial.marks.map((one) => one.label).join(", ")}.`, "text", column.size, 400, 16);
    column.write(control.help, "foot", column.size, 400, 16);
  }));
}

/* --- pictures and texts -------------------------------------------------------------------------- */

/** A picture and its caption in the upper part of a box; what is left of it. */
function drawing(svg: SVGElement, one: Picture, box: Box): Box {
  // Names in it are its own: the page has the same picture.
  const inside = new DOMParser().parseFromString(one.wide.replace(/(\sid="|href="#|url\(#)/g, "$1slide-"), "text/html").body.firstElementChild!;
  const [, , width, height] = inside.getAttribute("viewBox")!.split(" ").map(Number) as [number, number, number, number];
  const room = box.width - 20, caption = lines(one.caption, room, 16, 400), tall = Math.min((room * height) / width, box.height - 21 * caption.length - 30);
  const frame_ = { ...box, height: tall + 21 * caption.length + 24 };
  panel(svg, frame_);
  for (const [name, value] of Object.entries({ x: box.x + 10, y: box.y + 8, width: room, height: tall })) inside.setAttribute(name, String(value));
  svg.append(document.adoptNode(inside));
  caption.forEach((line, row) => svg.append(text(box.x + 10, box.y + tall + 28 + 21 * row, line, 16, "foot")));
  const y = frame_.y + frame_.height + GAP;
  return { ...box, y, height: Math.max(0, Math.min(box.height, HEIGHT) - (y - box.y)) };
}

/** Paragraphs, lists and tables. */
function flow(column: Column, nodes: readonly Marked[]): void {
  for (const node of nodes) {
    if (typeof node === "string") { column.write(node); continue; }
    const [tag, ...inside] = node;
    if (tag === "table") tabled(column, node);
    else if (tag === "ul" || tag === "ol") inside.forEach((item) => { column.write(wordsOf([item]), "text", column.size, 400, column.size, "•"); column.space(0.35); });
    else if (tag === "h2" || tag === "h3") column.write(wordsOf(inside), "head", column.size, 650);
    else column.write(wordsOf(inside));
    column.space();
  }
}

function rowsOf(node: Marked): Marked[][] {
  if (typeof node === "string") return [];
  const [tag, ...inside] = node;
  return tag === "tr" ? [inside] : inside.flatMap(rowsOf);
}
function tabled(column: Column, table: Marked): void {
  const { x, width } = column.box, rows = rowsOf(table).map((row) => row.map((cell) => wordsOf([cell]))), [head, ...body] = rows as [string[], ...string[][]], gap = 18;
  const wide = (size: number) => head.map((words, k) => Math.max(...words.split(" ").map((word) => measure(word, size, 400)), ...body.map((row) => measure(row[k]!, size, 400))));
  let { size } = column;
  while (size > 11 && wide(size).reduce((a, b) => a + b + gap, 0) > width) size--;
  const widths = wide(size), starts = widths.map((_, k) => x + widths.slice(0, k).reduce((a, b) => a + b + gap, 0)), high = Math.round(size * 1.34);
  const folded = head.map((words, k) => lines(words, widths[k]! + 1, size, 400)), most = Math.max(...folded.map((one) => one.length));
  folded.forEach((one, k) => one.forEach((line, row) => column.put(text(starts[k]!, column.y + high * (most - one.length + row + 1), line, size, "foot"), 0)));
  column.put(s("line", { class: "axis", x1: x, x2: x + width, y1: column.y + high * most + 7, y2: column.y + high * most + 7 }), high * most + 10);
  for (const row of body) { row.forEach((words, k) => column.put(text(starts[k]!, column.y + high, words, size, "text"), 0)); column.y += high + 4; }
}
