/* Lessons as Python recorded them (afterban/page/lessons.py), and what is right among answers. */

import type { Story } from "../engine/types.d.ts";
import type { Table } from "./drawing.ts";
import { h } from "./dom.ts";

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
  answer?: number; tolerance?: number; unit?: string; most?: number; slips?: [number, Marked[]][];
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

/** An answer: the number of an option, or a number; of a class the hands for each option; or none. */
export interface Given { kind: "own" | "class" | "none"; values: number[] }

/** Whether an answer of one's own is right, and what is told about it. */
export function check(question: Question, value: number): { right: boolean; says: Marked[] } {
  if (question.options) return question.options[value]!;
  const { answer, tolerance } = question as Required<Question>;
  if (Math.abs(value - answer) <= tolerance) return { right: true, says: question.solution };
  const slip = question.slips!.find(([leads]) => Math.abs(leads - value) <= tolerance);
  return { right: false, says: slip ? slip[1] : [`It is ${value > answer ? "less" : "more"} than that.`] };
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
  if (kind === "class") return options !== undefined && whole && values.length === options && values.some((x) => x > 0);
  if (kind !== "own" || values.length !== 1) return false;
  return options === undefined ? values[0]! <= question.most! : whole && values[0]! < options;
}

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
