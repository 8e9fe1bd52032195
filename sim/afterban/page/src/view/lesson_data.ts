/* Lessons as Python recorded them (afterban/page/lessons.py), and what is right among answers. */

import type { Story } from "../engine/types.d.ts";
import type { Table } from "./drawing.ts";
import { h } from "./dom.ts";
import { MOST, type Answered } from "./predict.ts";

/** A text, or a tag with what is in it. */
export type Marked = string | [string, ...Marked[]];

export interface Picture { kind: "picture"; name: string; alt: string; caption: string; wide: string; narrow: string; tables: (Table & { title: string })[] }
/** Two single runs with a seed of one's own: as the lesson starts, and with the dial elsewhere. */
export interface Trial { kind: "trial"; nodes: Marked[]; names: [string, string]; at: number; apart: number }
export type Block = { kind: "text"; nodes: Marked[] } | { kind: "optional"; title: string; nodes: Marked[] }
  | Trial | Picture;

export interface Question {
  kind: "Predict" | "Check"; title: string; prompt: Marked[]; solution: Marked[];
  options?: { text: Marked[]; right: boolean; says: Marked[] }[];
  /** Of a question for a number; a class guesses on a line from 0 to `high`. */
  answer?: number; tolerance?: number; unit?: string; most?: number; high?: number; digits?: number; slips?: [number, Marked[]][];
}

export interface Section { before: Block[]; question: Question | null; after: Block[] }

export interface DialData {
  asks: string; metrics: string[]; marks: { at: number; label: string }[]; seeds: boolean;
  recorded: Record<string, number>; command: string; lowered: Story;
}

export interface LessonData {
  key: string; number: number; title: string; asks: string; minutes: number; sections: Section[]; dial: DialData;
  notes: { early: Marked[]; late: Marked[] };
}

export interface Payload { version: string; layout: unknown; lessons: LessonData[] }

/** An answer: the number of an option, or a number; of a class the hands for each option, or the numbers; or none. */
export interface Given { kind: "own" | "class" | "none"; values: number[] }

/** Whether an answer of one's own is right, and what is told about it. */
export function check(question: Question, value: number): { right: boolean; says: Marked[] } {
  if (question.options) return question.options[value]!;
  const { answer, tolerance } = question as Required<Question>;
  if (Math.abs(value - answer) <= tolerance) return { right: true, says: question.solution };
  const slip = question.slips!.find(([leads]) => Math.abs(leads - value) <= tolerance);
  return { right: false, says: slip ? slip[1] : [`It is ${value > answer ? "less" : "more"} than that.`] };
}

/** The line on which a class answers a question for a number, and what counts as right there. */
export function lineOf(question: Question): Answered {
  const { answer, tolerance, unit, most, high, digits } = question as Required<Question>;
  return { unit, low: 0, high, most, digits, value: answer, bounds: [answer - tolerance, answer + tolerance], within: "right from" };
}

/** How many of a class are right, of how many. */
export function rightOf(question: Question, { values }: Given): [number, number] {
  if (!question.options) return [values.filter((value) => check(question, value).right).length, values.length];
  return [values[question.options.findIndex((one) => one.right)]!, values.reduce((a, b) => a + b)];
}

/** Mistakes that a class made and that are known: how many made each, what it was, and what is said to it. */
export function slipsOf(question: Question, { values }: Given): { count: number; value: number; says: Marked[] }[] {
  return (question.slips ?? []).map(([value, says]) => ({
    value, says, count: values.filter((one) => check(question, one).says === says).length })).filter((one) => one.count);
}

/** Whether nothing more is to be answered: of a prediction the first answer counts. */
export function isDone(question: Question, given: readonly Given[]): boolean {
  return given.some((one) => one.kind !== "own" || question.kind === "Predict" || check(question, one.values[0]!).right);
}

/** Whether something from a storage is an answer to a question. */
export function isAnswer(question: Question, given: unknown): given is Given {
  const { kind, values } = (given ?? {}) as Partial<Given>;
  if (!Array.isArray(values) || !values.every((x) => typeof x === "number" && Number.isFinite(x) && x >= 0)) return false;
  const options = question.options?.length, whole = values.every(Number.isInteger);
  if (kind === "none") return values.length === 0;
  if (kind === "class" && options === undefined) return values.length > 0 && values.length <= MOST && values.every((x) => x <= question.most!);
  if (kind === "class") return whole && values.length === options && values.some((x) => x > 0);
  if (kind !== "own" || values.length !== 1) return false;
  return options === undefined ? values[0]! <= question.most! : whole && values[0]! < options;
}

/** The words of a text. */
export const wordsOf = (nodes: readonly Marked[]): string => nodes.map((node) => typeof node === "string" ? node : wordsOf(node.slice(1))).join("");

const KNOWN = new Set("p ul ol li strong em code pre table thead tbody tr th td h2 h3 blockquote".split(" "));

/** Elements of a text; a tag that is not known is its words alone. */
export function shown(nodes: readonly Marked[]): (Node | string)[] {
  return nodes.flatMap((node) => {
    if (typeof node === "string") return [node];
    const [tag, ...inside] = node;
    if (!KNOWN.has(tag)) return shown(inside);
    const one = h(tag as "p", tag === "th" ? { scope: "col" } : {}, ...(shown(inside) as Element[]));
    return [tag === "table" ? h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Table" }, one) : one];
  });
}
