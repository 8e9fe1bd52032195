/* Predictions: a guess by one, or by a class, that cannot be changed afterwards. */

import { scaleLinear } from "d3-scale";
import { h, s } from "./dom.ts";
import { percent, readNumbers, whole } from "./words.ts";

/** A line of numbers to guess on. */
export interface Line {
  unit: string; low: number; high: number;
  /** Decimals of its numbers; none if left out, one of percents. */
  digits?: number;
  /** What may be typed, where that is more than the line has room for. */
  most?: number;
}
/** What is right on a line: a number, and what counts as right with it or its interval. */
export interface Answered extends Line { value: number; bounds: [number, number] | null; within?: string }

export interface QuestionData extends Answered {
  key: string; prompt: string; near: number; says: string; slips: [number, string][];
}

/** What was guessed: nothing yet (open), one's own guess, a class's, or none (passed over). */
export interface Guess { values: number[]; kind: "own" | "class" | "none" }

export const MOST = 400; // guesses of a class
const PAD = 16; // beside the line of a histogram

export const told = (x: number, unit: string, digits = 0): string =>
  unit === "%" ? `${+x.toFixed(1)}\u00a0%` : `${digits ? (+x.toFixed(digits)).toLocaleString("en-US") : whole(x)}${unit ? ` ${unit}` : ""}`;

/** The answer: in a story, where none is given as right within bounds, to the digits that its texts have. */
export const answerOf = ({ value, unit, digits, within }: Answered): string => (unit === "%" && !within ? percent(value / 100) : told(value, unit, digits));

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
  const step = stepOf(question);
  const middle = low + (high - low) / 2;
  let given = middle, touched = false;
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

  const klass = poll(question, (guesses) => commit({ values: guesses, kind: "class" }));
  const ours = turn("A class guesses", own, klass);
  const skip = h("button", { type: "button", class: "quiet", text: "Without a guess", onclick: () => commit({ values: [], kind: "none" }) });
  return h("section", { class: "predict", "aria-labelledby": "prompt" },
    h("h2", { id: "prompt", text: question.prompt }), own, klass, h("div", { class: "buttons under" }, ours, skip));
}

/** The button that gives a class the place of one's own answer. */
export function turn(text: string, own: HTMLElement, klass: HTMLElement): HTMLButtonElement {
  const button = h("button", { type: "button", "aria-pressed": "false", id: "class", text });
  klass.hidden = true;
  button.addEventListener("click", () => {
    klass.hidden = !klass.hidden;
    own.hidden = !klass.hidden;
    button.setAttribute("aria-pressed", String(own.hidden));
    klass.dispatchEvent(new Event("shown"));
  });
  return button;
}

const stepOf = ({ low, high, digits, most }: Line): number =>
  high - low > 50 || (most !== undefined && !digits) ? 1 : high - low > 5 ? 0.5 : 0.05;

/** Numbers of a class: typed in a row, or taps on the line. */
export function poll(line: Line, commit: (values: number[]) => void): HTMLElement {
  const { low, high, unit } = line, most = line.most ?? high, step = stepOf(line), values: number[] = [];
  const dots = h("div", { class: "dots" });
  const many = h("input", { type: "text", autocomplete: "off", id: "guesses", placeholder: "such as 40 12,5 60", "aria-label": "Guesses of the class, apart by spaces" });
  const count = h("p", { class: "small", role: "status" });
  const close = h("button", { type: "button", class: "go", id: "close", disabled: true, text: "Close the poll" });
  const undo = h("button", { type: "button", text: "Take the last away", disabled: true });
  const renew = (words = "") => {
    dots.replaceChildren(histogram({ ...line, value: NaN, bounds: null }, values, false, dots.clientWidth || 300));
    count.textContent = `${values.length} guess${values.length === 1 ? "" : "es"}. ${words}`;
    undo.disabled = values.length === 0;
    ready();
  };
  const ready = () => { close.disabled = values.length === 0 && !many.value.trim(); };
  /** Whether all of them could be taken. */
  const take = (found: (number | null)[]): boolean => {
    const good = found.filter((x): x is number => x !== null && x >= low && x <= most).slice(0, MOST - values.length);
    values.push(...good);
    const bad = found.length - good.length;
    renew(bad ? `${bad} left out: no number from ${told(low, unit)} to ${told(most, unit)}.` : "");
    return bad === 0;
  };
  const enter = (): boolean => {
    const found = readNumbers(many.value, most);
    many.value = "";
    many.focus();
    return take(found);
  };
  many.addEventListener("input", ready);
  many.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); enter(); } });
  dots.addEventListener("click", (event) => {
    const box = dots.getBoundingClientRect();
    const share = (event.clientX - box.left - PAD) / (box.width - 2 * PAD);
    const value = low + Math.min(1, Math.max(0, share)) * (high - low);
    take([Math.round(value / step) * step]);
  });
  undo.addEventListener("click", () => { values.pop(); renew(); });
  close.addEventListener("click", () => { if (enter() && values.length) commit([...values]); });
  const klass = h("div", { class: "class" },
    h("div", { class: "row" }, many, h("button", { type: "button", text: "Add", onclick: enter })),
    dots, count, h("div", { class: "buttons" }, close, undo));
  klass.addEventListener("shown", () => renew(values.length ? "" : "Type them, or tap the line."));
  return klass;
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
export function histogram(line: Answered, values: readonly number[], answered: boolean, width: number): SVGElement {
  const { low, high, unit, digits, most = high } = line, say = (value: number) => told(value, unit, digits);
  const x = scaleLinear([low, high], [PAD, width - PAD]).clamp(true);
  const bins = Math.max(12, Math.floor((width - 2 * PAD) / 11)), stacks = new Map<number, number>();
  const sorted = [...values].sort((a, b) => a - b);
  const placed = sorted.map((value) => {
    const bin = Math.round(((Math.min(value, high) - low) / (high - low)) * bins);
    const floor = stacks.get(bin) ?? 0;
    stacks.set(bin, floor + 1);
    return { bin, floor };
  });
  const tallest = Math.max(1, ...stacks.values()), step = Math.min(10, 84 / tallest);
  const base = 26 + Math.max(30, tallest * step), height = base + 26;
  const median = sorted.length ? sorted[sorted.length >> 1]! : NaN;
  const words = `${values.length} guess${values.length === 1 ? "" : "es"}`
    + (values.length > 1 ? `, the middle one ${say(median)}` : "")
    + (answered ? `; the answer is ${answerOf(line)}` + (line.bounds ? `, ${line.within ?? "95 % interval"} ${say(line.bounds[0])} to ${say(line.bounds[1])}` : "") : "") + ".";
  const svg = s("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": words, class: "chart" });
  svg.append(s("line", { class: "axis", x1: PAD, x2: width - PAD, y1: base, y2: base }));
  for (const { bin, floor } of placed) {
    svg.append(s("circle", { class: "guess", cx: PAD + (bin / bins) * (width - 2 * PAD), cy: base - step / 2 - floor * step, r: Math.min(4.6, step / 2) }));
  }
  if (answered) {
    if (line.bounds) svg.append(s("rect", { class: "band", x: x(line.bounds[0]), width: Math.max(3, x(line.bounds[1]) - x(line.bounds[0])), y: 20, height: base - 20 }));
    svg.append(s("line", { class: "answer", x1: x(line.value), x2: x(line.value), y1: 21, y2: base }));
    const label = `answer: ${answerOf(line)}`, half = label.length * 5;
    const at = Math.min(Math.max(x(line.value), half + 2), width - half - 2);
    svg.append(s("text", { x: at, y: 16, class: "told seenword middle", text: label }));
  }
  for (const [value, kind] of [[low, "begin"], [(low + high) / 2, "middle"], [high, "end"]] as const) {
    svg.append(s("text", { x: x(value) + (kind === "begin" ? -PAD + 2 : kind === "end" ? PAD - 2 : 0), y: base + 18, class: `tick ${kind}`,
      text: kind === "middle" && unit !== "%" ? whole(value) : kind === "end" && most > high ? `${told(value, unit)} or more` : told(value, unit) }));
  }
  return svg;
}
