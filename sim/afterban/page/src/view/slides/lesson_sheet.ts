/* The teacher's sheet of a lesson: notes, the questions with their answers and what leads astray. */

import { h } from "../dom.ts";
import { shown, wordsOf, type Block, type LessonData, type Marked, type Question } from "../lesson_data.ts";
import { told } from "../predict.ts";

const elements = (nodes: readonly Marked[]) => shown(nodes) as Element[];

export function sheet(lesson: LessonData): HTMLElement {
  const end = lesson.sections[lesson.sections.length - 1]!;
  return h("article", { class: "sheet" },
    h("h1", { text: `Teacher's sheet: ${lesson.title}` }), h("p", { text: lesson.asks }),
    h("h2", { text: `About ${lesson.minutes} minutes` }), ...elements(lesson.notes.early),
    h("p", { text: "In class: read the question out, press “A class answers”, and tap an option once a hand, or type the numbers that are called out. “Close the poll” when everybody has answered; then “Next”." }),
    h("h2", { text: "Questions, answers, and what leads astray" }),
    ...lesson.sections.flatMap(({ question, after }) => question ? [asked(question), ...optional(after)] : []),
    h("h2", { text: "What to take home" }), ...end.before.flatMap((block) => block.kind === "text" ? elements(block.nodes.filter((node) => typeof node === "string" || node[0] !== "h2")) : []),
    h("h2", { text: "The dial" }), h("p", { text: lesson.dial.asks }),
    h("p", {}, "Where it begins, on the command line: ", h("code", { text: lesson.dial.command })),
    h("h2", { text: "Notes" }), ...elements(lesson.notes.late));
}

function asked(question: Question): HTMLElement {
  const wrong = question.options
    ? question.options.filter((one) => !one.right).map((one) => ({ what: one.text, says: one.says }))
    : question.slips!.map(([value, says]) => ({ what: [`About ${told(value, question.unit!, question.digits)}:`], says }));
  return h("section", {},
    h("p", {}, h("strong", { text: `${question.title}. ` }), ...elements(question.prompt)),
    h("p", {}, h("span", { class: "answered" }, ...elements(question.solution))),
    h("ul", {}, ...wrong.map(({ what, says }) => h("li", {}, h("em", { text: wordsOf(what) }), " ", ...elements(says)))));
}

const optional = (blocks: readonly Block[]): HTMLElement[] => blocks.flatMap((block) => block.kind === "optional"
  ? [h("section", {}, h("p", {}, h("strong", { text: `Optional mathematics: ${block.title}` })), ...elements(block.nodes))] : []);
