/* Questions of a lesson: what is asked, the hands of a class, and what is told about an answer. */

import { h } from "./dom.ts";
import { check, isDone, lineOf, rightOf, shown, slipsOf, wordsOf, type Given, type Marked, type Question } from "./lesson_data.ts";
import { histogram, MOST, poll, told as numberTold, turn } from "./predict.ts";
import { readNumbers } from "./words.ts";

type Commit = (given: Given) => void;

const text = (nodes: readonly Marked[]) => shown(nodes) as Element[];
export const hands = (count: number) => `${count} hand${count === 1 ? "" : "s"}`;

/** The question as it stands: to be answered, tried again, or answered. */
export function asked(question: Question, given: readonly Given[], commit: Commit): HTMLElement {
  const done = isDone(question, given), last = given[given.length - 1];
  const box = h("section", { class: done ? "outcome" : "predict", "aria-labelledby": "prompt" },
    h("p", { class: "small kind", text: question.title }), h("h2", { id: "prompt" }, ...text(question.prompt)));
  if (!done && wordsOf(question.prompt).includes("(n = ")) box.append(h("p", { class: "small", text: "[from, to]: the 95 % interval. n: how many runs, or cases, it is from." }));
  if (last && !done) box.append(verdict(question, last));
  if (!done) box.append(...form(question, given, commit));
  else {
    if (question.options) box.append(results(question, given));
    box.append(...told(question, given));
    const votes = given.find((one) => one.kind === "class");
    if (votes) box.append(...(question.options ? astray(question, votes) : spread(question, votes)));
  }
  return box;
}

function verdict(question: Question, one: Given): HTMLElement {
  const { right, says } = check(question, one.values[0]!);
  return h("p", { class: right ? "verdict near" : "verdict far", role: "status" },
    h("strong", { text: right ? "Right. " : question.kind === "Predict" ? "Not so. " : "Not yet. " }), !right && !question.options && `You said ${one.values[0]}. `, ...text(says));
}

/** What is told at the end: about the answer, and the right one where it was another. */
function told(question: Question, given: readonly Given[]): HTMLElement[] {
  const last = given[given.length - 1]!;
  if (last.kind === "own") {
    const found = [verdict(question, last)];
    if (!check(question, last.values[0]!).right) found.push(h("p", {}, "The answer: ", ...text(question.solution)));
    return found;
  }
  const [right, all] = last.kind === "class" ? rightOf(question, last) : [0, 0];
  const class_ = all ? h("strong", { text: question.options ? `${hands(right)} of ${all} for the right answer. ` : `${right} of ${all} right. ` }) : "";
  return [h("p", { class: "verdict", role: "status" }, class_, "The answer: ", ...text(question.solution))];
}

/** Numbers of a class as dots with the answer over them, and the mistakes among them that are known. */
function spread(question: Question, votes: Given): HTMLElement[] {
  const plot = h("div", { class: "dots told" });
  new ResizeObserver(() => plot.replaceChildren(histogram(lineOf(question), votes.values, true, plot.clientWidth))).observe(plot);
  const slips = slipsOf(question, votes);
  return [plot, ...(slips.length ? [h("ul", { class: "slips" }, ...slips.map(({ count, value, says }) =>
    h("li", {}, h("strong", { text: `${count} at about ${numberTold(value, question.unit!, question.digits)}: ` }), ...text(says))))] : [])];
}

/** What is told to the wrong answer that most of a class gave. */
function astray(question: Question, votes: Given): HTMLElement[] {
  const [most] = question.options!.map((option, k) => ({ option, count: votes.values[k]! })).filter(({ option, count }) => !option.right && count).sort((a, b) => b.count - a.count);
  return most ? [h("p", {}, h("strong", {}, `${hands(most.count)} for “`, ...text(most.option.text), "” "), ...text(most.option.says))] : [];
}

/** Options with the right one and what was chosen marked in words; the hands of a class as bars. */
function results(question: Question, given: readonly Given[]): HTMLElement {
  const first = given[0]!, votes = given.find((one) => one.kind === "class"), most = Math.max(1, ...(votes?.values ?? []));
  return h("ul", { class: "options told" }, ...question.options!.map((option, k) => {
    const mine = first.kind === "own" && first.values[0] === k;
    const bar = votes && h("span", { class: "hands" }, h("span", { class: "count", text: hands(votes.values[k]!) }), h("progress", { max: most, value: votes.values[k]!, "aria-hidden": "true" }));
    return h("li", { class: option.right ? "right" : mine ? "mine" : "" },
      h("span", { class: "sign", text: option.right ? "✓" : mine ? "✗" : "·", "aria-hidden": "true" }),
      h("span", { class: "words" }, ...text(option.text), (option.right || mine) && h("em", { text: ` ${[option.right && "right", mine && (given.length > 1 ? "your first answer" : "your answer")].filter(Boolean).join(", ")}` })), bar);
  }));
}

function form(question: Question, given: readonly Given[], commit: Commit): HTMLElement[] {
  const skip = h("button", { type: "button", class: "quiet", id: "skip", text: given.length ? "Show the answer" : "Without an answer", onclick: () => commit({ kind: "none", values: [] }) });
  const own = question.options ? choices(question, given, commit) : number(question, commit);
  if (given.length) return [own, h("div", { class: "buttons under" }, skip)];
  const klass = question.options ? tally(question, commit) : poll(lineOf(question), (values) => commit({ kind: "class", values }));
  return [own, klass, h("div", { class: "buttons under" }, turn("A class answers", own, klass), skip)];
}

const label = (question: Question) => (question.kind === "Predict" ? "Commit to it" : "Check");

function choices(question: Question, given: readonly Given[], commit: Commit): HTMLElement {
  const go = h("button", { type: "submit", class: "go", id: "commit", disabled: true, text: label(question) });
  const own = h("form", { class: "own" }, h("fieldset", { class: "options", "aria-labelledby": "prompt" }, ...question.options!.map((option, k) =>
    h("label", {}, h("input", { type: "radio", name: "answer", value: k, onchange: () => { go.disabled = false; } }), h("span", {}, ...text(option.text), given.some((one) => one.values[0] === k) && h("em", { text: " tried" }))))), go);
  own.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = own.querySelector<HTMLInputElement>("input:checked");
    if (chosen) commit({ kind: "own", values: [+chosen.value] });
  });
  return own;
}

function number(question: Question, commit: Commit): HTMLElement {
  const field = h("input", { type: "text", inputmode: "decimal", autocomplete: "off", id: "answer", class: "number" });
  const note = h("p", { class: "small", role: "status" }), unit = question.unit!;
  const go = h("button", { type: "submit", class: "go", id: "commit", text: label(question) });
  const own = h("form", { class: "own" }, h("div", { class: "row typed" }, h("label", { for: "answer", text: "Your answer" }), h("span", {}, field, ` ${unit}`), go), note);
  own.addEventListener("submit", (event) => {
    event.preventDefault();
    const typed = field.value.trim(), read = readNumbers(typed, question.most!), value = read.length === 1 ? read[0] : null;
    if (value === null || value === undefined) note.textContent = typed ? `“${typed.slice(0, 20)}” is no number from 0 to ${question.most!.toLocaleString("en-US")}.` : "Type a number.";
    else if (value > question.most!) note.textContent = `It is no more than ${question.most!.toLocaleString("en-US")}.`;
    else commit({ kind: "own", values: [value] });
  });
  return own;
}

/** Hands for each option: tapped one by one, or typed. */
function tally(question: Question, commit: Commit): HTMLElement {
  const note = h("p", { class: "small", role: "status", text: "Tap an answer for each hand, or type how many." });
  const close = h("button", { type: "button", class: "go", id: "close", disabled: true, text: "Close the poll" });
  const fields: HTMLInputElement[] = [];
  const counts = () => fields.map((field) => {
    const [value = 0] = readNumbers(field.value, MOST);
    return value !== null && Number.isInteger(value) && value <= MOST ? value : null;
  });
  const renew = () => {
    const found = counts(), all = found.reduce<number>((a, b) => a + (b ?? 0), 0), bad = found.includes(null);
    note.textContent = bad ? `Hands are whole numbers up to ${MOST}.` : `${hands(all)}.`;
    close.disabled = bad || all === 0;
  };
  const rows = question.options!.map((option, k) => {
    const field = h("input", { type: "text", inputmode: "numeric", autocomplete: "off", class: "number", value: "0", "aria-label": `Hands for answer ${k + 1}`, oninput: renew });
    fields.push(field);
    const tap = h("button", { type: "button", class: "tap", onclick: () => { field.value = String((counts()[k] ?? 0) + 1); renew(); } }, h("span", {}, ...text(option.text)), h("span", { class: "away", text: ": one more hand" }));
    return h("div", { class: "row" }, tap, field);
  });
  close.addEventListener("click", () => { const found = counts(); if (!found.includes(null)) commit({ kind: "class", values: found as number[] }); });
  return h("div", { class: "class tally" }, ...rows, note, close);
}
