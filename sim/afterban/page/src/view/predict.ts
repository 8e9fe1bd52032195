/* Predictions: a guess by one, or by a class, that cannot be changed afterwards. */

import { scaleLinear } from "d3-scale";
import { h, s } from "./dom.ts";
import { percent, readNumbers, whole } from "./words.ts";

export interface QuestionData {
  key: string; prompt: string; unit: string; low: number; high: number; value: number; near: number;
  bounds: [number, number] | null; says: string; slips: [number, string][];
}

/** What was guessed: nothing yet (open), one's own guess, a class's, or none (passed over). */
export interface Guess { values: number[]; kind: "own" | "class" | "none" }

const MOST = 400; // guesses of a class

export const told = (x: number, unit: string): string =>
  unit === "%" ? `${+x.toFixed(1)}\u00a0%` : `${whole(x)}${unit ? ` ${unit}` : ""}`;

/** The answer to the digits that texts have. */
export const answerOf = ({ value, unit }: QuestionData): string => (unit === "%" ? percent(value / 100) : told(value, unit));

export function isNear(question: QuestionData, guess: number): boolean {
  if (question.bounds && guess >= question.bounds[0] && guess <= question.bounds[1]) return true;
  return Math.abs(guess - question.value) <= question.near;
}

/** What is said to a guess: whether it was near, the way of thinking that leads there, and why. */
export function feedback(question: QuestionData, guess: number): { near: boolean; words: string } {
  const near = isNear(question, guess), span = question.high - question.low;
  const slip = near ? undefined : question.slips
    .filter(([value]) => !isNear(question, value))
    .map(([value, words]) => ({ far: Math.abs(value - guess), words }))
    .filter((one) => one.far < 0.08 * span)
    .sort((a, b) => a.far - b.far)[0];
  return { near, words: slip ? `${slip.words} ${question.says}` : question.says };
}

export function form(question: QuestionData, commit: (guess: Guess) => void): HTMLElement {
  const { low, high, unit } = question;
  const step = high - low > 50 ? 1 : high - low > 5 ? 0.5 : 0.05;
  const middle = low + (high - low) / 2;
  let given = middle, touched = false;
  const values: number[] = [];
  const range = h("input", { type: "range", min: low, max: high, step, value: middle, id: "guess", "aria-describedby": "prompt" });
  const field = h("input", { type: "text", inputmode: "decimal", autocomplete: "off", id: "guess-number", class: "number", "aria-label": `Your guess in ${unit || "numbers"}` });
  const go = h("button", { type: "button", class: "go", disabled: true, text: "Commit to it", id: "commit" });
  const note = h("p", { class: "small", role: "status" });
  const put = (value: number) => {
    given = Math.min(high, Math.max(low, value));
    touched = true;
    go.disabled = false;
    range.setAttribute("aria-valuetext", told(given, unit));
  };
  range.addEventListener("input", () => { put(+range.value); field.value = unit === "%" ? String(+range.value) : whole(+range.value); note.textContent = ""; });
  const typed = () => {
    const [value] = readNumbers(field.value, high);
    if (value === null || value === undefined) { go.disabled = true; touched = false; note.textContent = field.value.trim() ? `“${field.value.trim().slice(0, 20)}” is no number.` : ""; return; }
    if (value < low || value > high) { go.disabled = true; touched = false; note.textContent = `The scale goes from ${told(low, unit)} to ${told(high, unit)}.`; return; }
    put(value);
    range.value = String(value);
    note.textContent = `Read as ${told(value, unit)}.`;
  };
  field.addEventListener("input", typed);
  field.addEventListener("keydown", (event) => { if (event.key === "Enter" && !go.disabled) go.click(); });
  go.addEventListener("click", () => { if (touched) commit({ values: [given], kind: "own" }); });
  const own = h("div", { class: "own" },
    h("div", { class: "row" }, h("label", { for: "guess", text: "Your guess" }), h("span", {}, field, unit === "%" ? " %" : unit ? ` ${unit}` : "")),
    range, h("div", { class: "ends small" }, h("span", { text: told(low, unit) }), h("span", { text: told(high, unit) })), go, note);

  // A class: numbers typed in a row, or taps on the line.
  const dots = h("div", { class: "dots" });
  const many = h("input", { type: "text", autocomplete: "off", id: "guesses", placeholder: "such as 40 12,5 60", "aria-label": "Guesses of the class, apart by spaces" });
  const count = h("p", { class: "small", role: "status" });
  const show = h("button", { type: "button", class: "go", disabled: true, text: "Close the poll" });
  const undo = h("button", { type: "button", text: "Take the last away", disabled: true });
  const renew = (words = "") => {
    dots.replaceChildren(histogram(question, values, false, dots.clientWidth || 300));
    count.textContent = `${values.length} guess${values.length === 1 ? "" : "es"}. ${words}`;
    show.disabled = undo.disabled = values.length === 0;
  };
  const take = (found: (number | null)[]) => {
    const good = found.filter((x): x is number => x !== null && x >= low && x <= high).slice(0, MOST - values.length);
    values.push(...good);
    const bad = found.length - good.length;
    renew(bad ? `${bad} left out: no number from ${told(low, unit)} to ${told(high, unit)}.` : "");
  };
  const enter = () => { take(readNumbers(many.value, high)); many.value = ""; many.focus(); };
  many.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); enter(); } });
  dots.addEventListener("click", (event) => {
    const box = dots.getBoundingClientRect(), pad = 16;
    const share = (event.clientX - box.left - pad) / (box.width - 2 * pad);
    const value = low + Math.min(1, Math.max(0, share)) * (high - low);
    take([Math.round(value / step) * step]);
  });
  undo.addEventListener("click", () => { values.pop(); renew(); });
  show.addEventListener("click", () => commit({ values: [...values], kind: "class" }));
  const klass = h("div", { class: "class", hidden: true },
    h("div", { class: "row" }, many, h("button", { type: "button", text: "Add", onclick: enter })),
    dots, count, h("div", { class: "buttons" }, show, undo));

  const ours = h("button", { type: "button", "aria-pressed": "false", text: "A class guesses" });
  ours.addEventListener("click", () => {
    const on = klass.hidden;
    klass.hidden = !on;
    own.hidden = on;
    ours.setAttribute("aria-pressed", String(on));
    if (on) renew("Type them, or tap the line.");
  });
  const skip = h("button", { type: "button", class: "quiet", text: "Without a guess", onclick: () => commit({ values: [], kind: "none" }) });
  return h("section", { class: "predict", "aria-labelledby": "prompt" },
    h("h2", { id: "prompt", text: question.prompt }), own, klass, h("div", { class: "buttons under" }, ours, skip));
}

/** What was guessed, with the answer over it. */
export function outcome(question: QuestionData, guess: Guess, prompt: boolean, into: HTMLElement): void {
  const plot = h("div", { class: "dots told" });
  const [before, says] = verdict(question, guess), own = guess.kind === "own";
  into.replaceChildren(h("section", { class: "outcome", "aria-label": "The guess and the answer" },
    prompt && h("h2", { text: question.prompt }),
    h("p", { class: own ? `verdict ${before === "Near." ? "near" : "far"}` : "verdict" }, before && h("strong", { text: `${before} ` }), says), plot));
  plot.append(histogram(question, guess.values, true, plot.clientWidth || 300));
}

/** How a guess did, in a word, and what is said to it. */
export function verdict(question: QuestionData, guess: Guess): [string, string] {
  if (guess.kind === "none") return ["", question.says];
  if (guess.kind === "own") {
    const { near, words } = feedback(question, guess.values[0]!);
    return [near ? "Near." : "Not near.", `You guessed ${told(guess.values[0]!, question.unit)}. ${words}`];
  }
  const near = guess.values.filter((value) => isNear(question, value)).length;
  return [`${near} of ${guess.values.length} near.`, question.says];
}

/** Each guess a dot; the answer over them once it may be seen. */
export function histogram(question: QuestionData, values: readonly number[], answered: boolean, width: number): SVGElement {
  const pad = 16, x = scaleLinear([question.low, question.high], [pad, width - pad]);
  const bins = Math.max(12, Math.floor((width - 2 * pad) / 11)), stacks = new Map<number, number>();
  const placed = [...values].sort((a, b) => a - b).map((value) => {
    const bin = Math.round(((value - question.low) / (question.high - question.low)) * bins);
    const floor = stacks.get(bin) ?? 0;
    stacks.set(bin, floor + 1);
    return { bin, floor };
  });
  const tallest = Math.max(1, ...stacks.values()), step = Math.min(10, 84 / tallest);
  const base = 26 + Math.max(30, tallest * step), height = base + 26;
  const sorted = [...values].sort((a, b) => a - b), median = sorted.length ? sorted[sorted.length >> 1]! : NaN;
  const words = `${values.length} guess${values.length === 1 ? "" : "es"}`
    + (values.length > 1 ? `, the middle one ${told(median, question.unit)}` : "")
    + (answered ? `; the answer is ${answerOf(question)}` + (question.bounds ? `, 95 % interval ${told(question.bounds[0], question.unit)} to ${told(question.bounds[1], question.unit)}` : "") : "") + ".";
  const svg = s("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": words, class: "chart" });
  svg.append(s("line", { class: "axis", x1: pad, x2: width - pad, y1: base, y2: base }));
  for (const { bin, floor } of placed) {
    svg.append(s("circle", { class: "guess", cx: pad + (bin / bins) * (width - 2 * pad), cy: base - step / 2 - floor * step, r: Math.min(4.6, step / 2) }));
  }
  if (answered) {
    if (question.bounds) svg.append(s("rect", { class: "band", x: x(question.bounds[0]), width: Math.max(3, x(question.bounds[1]) - x(question.bounds[0])), y: 20, height: base - 20 }));
    svg.append(s("line", { class: "answer", x1: x(question.value), x2: x(question.value), y1: 21, y2: base }));
    const label = `answer: ${answerOf(question)}`, half = label.length * 5;
    const at = Math.min(Math.max(x(question.value), half + 2), width - half - 2);
    svg.append(s("text", { x: at, y: 16, class: "told seenword middle", text: label }));
  }
  for (const [value, kind] of [[question.low, "begin"], [(question.low + question.high) / 2, "middle"], [question.high, "end"]] as const) {
    svg.append(s("text", { x: x(value) + (kind === "begin" ? -pad + 2 : kind === "end" ? pad - 2 : 0), y: base + 18, class: `tick ${kind}`, text: kind === "middle" && question.unit !== "%" ? whole(value) : told(value, question.unit) }));
  }
  return svg;
}
