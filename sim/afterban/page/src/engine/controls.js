/**
 * Dials of a story: which values they have, what these edit in the scenario, and how values are
 * written and read. The twin of afterban/page/controls.py, whose data it gets with the story.
 */

import { SimulatorError, shown } from "./errors.js";

/** @import {Control, Settings, Value} from "./types.d.ts" */

/**
 * What the engine knows of a control.
 * @typedef {object} Dial
 * @property {string} key
 * @property {Value} start
 * @property {Control["number"] | null} number
 * @property {readonly string[]} words
 * @property {boolean} zero  whether zero is a mode of its own
 */

/**
 * One value of the scenario, and what it is put to.
 * @typedef {object} Edit
 * @property {string} path
 * @property {string} text
 * @property {[control: string, condition: string][][]} when
 * @property {string} of
 * @property {number[]} argument  see numberOf
 */

/**
 * Raises a SimulatorError for a value that a dial does not have.
 * @param {Dial} dial
 * @param {unknown} value
 * @returns {asserts value is Value}
 */
export function check(dial, value) {
  const { key, number, words } = dial;
  if (typeof value === "string") {
    if (words.includes(value)) return;
    const known = words.length ? `; it is ${listed(words)}` : "";
    throw new SimulatorError(`\`${shown(value)}\` is no value of \`${key}\`${known}`);
  }
  if (!number) throw new SimulatorError(`\`${key}\` is ${listed(words)}, and no number`);
  const { least, most, whole } = number;
  const fits = typeof value === "number" && value >= least && value <= most;
  if (fits && !(whole && !Number.isInteger(value))) return;
  const kind = whole ? "a whole number" : "a number";
  throw new SimulatorError(
    `\`${shown(value)}\` is no value of \`${key}\`; it is ${kind} from ${numberText(least)} to ` +
      numberText(most));
}

/** @param {readonly string[]} words */
export function listed(words) {
  const marked = words.map((word) => `\`${word}\``);
  if (marked.length < 2) return marked.join("");
  return `${marked.slice(0, -1).join(", ")} or ${marked[marked.length - 1]}`;
}

/**
 * @param {Dial} dial
 * @param {Value} value
 */
export function modeOf(dial, value) {
  if (value === dial.start) return "start";
  if (typeof value === "string") return value;
  return dial.zero && value === 0 ? "zero" : "number";
}

/**
 * @param {Dial} dial
 * @param {Value} value
 * @param {string} condition
 */
function holds(dial, value, condition) {
  if (condition === "moved") return value !== dial.start;
  if (condition === "zero") return value === 0;
  if (condition === "positive") return typeof value === "number" && value > 0;
  return value === condition;
}

/**
 * The number that is written where a dial stands at one.
 * @param {readonly number[]} argument  [factor], or [own, before] of an odds ratio that stays
 * @param {number} value
 */
export function numberOf(argument, value) {
  if (argument.length === 1) return argument[0] === 1 ? value : value * argument[0];
  const [own, before] = argument;
  if (own === 0 || own === 1 || before === value) return own;
  const come = own * value * (1 - before);
  const go = (1 - own) * before * (1 - value);
  return come / (come + go);
}

/**
 * What settings change in the shipped scenario: path and YAML of each value.
 * @param {Record<string, Dial>} dials
 * @param {readonly Edit[]} edits
 * @param {Settings} values  of all dials
 * @returns {Map<string, string>}
 */
export function changes(dials, edits, values) {
  const found = new Map();
  for (const { path, text, when, of, argument } of edits) {
    const made = when.some((all) => all.every(([key, is]) => holds(dials[key], values[key], is)));
    if (made) found.set(path, of ? text.replace("{}", written(dials[of], argument, values[of])) : text);
  }
  return found;
}

/**
 * @param {Dial} dial
 * @param {readonly number[]} argument
 * @param {Value} value
 */
function written(dial, argument, value) {
  if (typeof value === "string") return value;
  const number = numberOf(argument, value);
  return dial.number?.unit === "days" ? timeText(number) : numberText(number);
}

/**
 * A number in the fewest digits that are read back as it, without an exponent.
 * @param {number} value
 */
export function numberText(value) {
  const [digits, exponent] = String(value).split("e");
  if (exponent === undefined) return digits;
  const sign = digits.startsWith("-") ? "-" : "";
  const [whole, fraction = ""] = digits.replace("-", "").split(".");
  const point = whole.length + Number(exponent);
  const all = whole + fraction;
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${all}`;
  return sign + all.slice(0, point).padEnd(point, "0") + (all.length > point ? `.${all.slice(point)}` : "");
}

/**
 * A duration that is read back as the identical number of days.
 * @param {number} days
 */
export function timeText(days) {
  const hours = days * 24;
  const exact = days < 2 && Number.isInteger(hours * 4) && hours / 24 === days;
  return exact ? `${numberText(hours)}h` : `${numberText(days)}d`;
}
