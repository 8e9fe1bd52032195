/**
 * Where a page stands: in the fragment of a link, in a file, and as a scenario for the command
 * line. What strangers wrote is checked, and refused in one line.
 */

import { changes, check, numberText } from "./controls.js";
import { SimulatorError, shown } from "./errors.js";

/** @import {Control, Settings, State, Story, Value, ViewRules} from "./types.d.ts" */
/** @import {StoryData} from "./engine.js" */

const FORMAT = "afterban-page";
const VERSION = 2;
const LARGEST = 20_000; // characters of a link or file that is read
const LARGEST_SEED = 2 ** 32 - 1;
const OWN = ["story", "size", "seed"];
const OF_VIEW = "view."; // before a name of the view in a link

/**
 * The start of a story.
 * @param {Story} story
 * @returns {State}
 */
export function startOf(story) {
  return { story: story.key, size: story.sizes[0].key, seed: story.seed, settings: {}, view: {} };
}

/* --- links ------------------------------------------------------------------------------------ */

/**
 * The fragment of a link, without the #.
 * @param {State} state
 */
export function toFragment(state) {
  const parts = new URLSearchParams();
  parts.set("story", state.story);
  parts.set("size", state.size);
  parts.set("seed", String(state.seed));
  for (const [key, value] of Object.entries(state.settings)) parts.set(key, text(value));
  for (const [key, value] of Object.entries(state.view)) parts.set(OF_VIEW + key, text(value));
  return parts.toString();
}

/** @param {Value} value */
function text(value) {
  return typeof value === "string" ? value : numberText(value);
}

/**
 * @param {string} fragment
 * @param {readonly Story[]} stories
 * @param {ViewRules} [view]
 * @returns {State}
 */
export function fromFragment(fragment, stories, view = {}) {
  if (fragment.length > LARGEST) throw new SimulatorError("the link is too long to be one of this page");
  /** @type {Map<string, string>} */
  const given = new Map();
  for (const [key, value] of new URLSearchParams(fragment.replace(/^#/, ""))) {
    if (given.has(key)) throw new SimulatorError(`the link has \`${shown(key)}\` twice`);
    given.set(key, value);
  }
  const named = [...given].filter(([key]) => !OWN.includes(key)).map(([key, value]) =>
    /** @type {const} */ ([key, plain(value)]));
  const settings = Object.fromEntries(named.filter(([key]) => !key.startsWith(OF_VIEW)));
  const seen = Object.fromEntries(
    named.filter(([key]) => key.startsWith(OF_VIEW)).map(([key, value]) => [key.slice(OF_VIEW.length), value]));
  const seed = given.has("seed") ? plain(given.get("seed") ?? "") : undefined;
  return checked({ story: given.get("story"), size: given.get("size"), seed, settings, view: seen },
    "the link", stories, view);
}

/**
 * A number where a text is one as this page writes it, else the text.
 * @param {string} value
 */
function plain(value) {
  return value.length < 400 && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}

/* --- files ------------------------------------------------------------------------------------ */

/**
 * The text of a state file.
 * @param {State} state
 */
export function toFile(state) {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, ...state }, null, 2)}\n`;
}

/**
 * @param {string} content
 * @param {readonly Story[]} stories
 * @param {ViewRules} [view]
 * @returns {State}
 */
export function fromFile(content, stories, view = {}) {
  if (content.length > LARGEST) throw new SimulatorError("the file is too large to be a state of the page");
  let data;
  try {
    data = JSON.parse(content);
  } catch {
    throw new SimulatorError("the file is no state of the page: it is not JSON");
  }
  if (!isRecord(data) || data.format !== FORMAT) {
    throw new SimulatorError(`the file is no state of the page: it has no line "format": "${FORMAT}"`);
  }
  if (data.version !== VERSION) {
    throw new SimulatorError(`the file has version \`${shown(data.version)}\`; this page reads ${VERSION}`);
  }
  const { format: _format, version: _version, ...given } = data;
  return checked(given, "the file", stories, view);
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A state, if it is one.
 * @param {Record<string, unknown>} given
 * @param {string} where
 * @param {readonly Story[]} stories
 * @param {ViewRules} rules
 * @returns {State}
 */
function checked(given, where, stories, rules) {
  for (const key of Object.keys(given)) {
    if (![...OWN, "settings", "view"].includes(key)) {
      throw new SimulatorError(`${where} has \`${shown(key)}\`, which the page does not know`);
    }
  }
  const { story: key = stories[0].key, settings = {}, view = {} } = given;
  const story = stories.find((one) => one.key === key);
  if (!story) throw new SimulatorError(`${where}: there is no story \`${shown(key)}\` in this page`);
  const start = startOf(story);
  const { size = start.size, seed = start.seed } = given;
  if (!isRecord(settings) || !isRecord(view)) {
    throw new SimulatorError(`${where}: \`settings\` and \`view\` are lists of names and values`);
  }
  if (typeof size !== "string" || !story.sizes.some((one) => one.key === size)) {
    throw new SimulatorError(`${where}: there is no size \`${shown(size)}\` of this story`);
  }
  if (typeof seed !== "number" || !(Number.isInteger(seed) && seed >= 0 && seed <= LARGEST_SEED)) {
    throw new SimulatorError(`${where}: \`${shown(seed)}\` is no seed; it is a whole number from 0 to ${LARGEST_SEED}`);
  }
  return {
    story: story.key, size, seed,
    settings: settingsOf(story, settings, where),
    view: viewOf(rules, view, where),
  };
}

/** @type {(story: Story, given: Record<string, unknown>, where: string) => Settings} */
function settingsOf(story, given, where) {
  /** @type {Record<string, Value>} */
  const found = {};
  for (const [key, value] of Object.entries(given)) {
    const control = story.controls.find((one) => one.key === key);
    if (!control) throw new SimulatorError(`${where}: this story has no control \`${shown(key)}\``);
    try {
      check(dialOf(control), value);
    } catch (error) {
      throw new SimulatorError(`${where}: ${/** @type {Error} */ (error).message}`);
    }
    if (value !== control.start) found[key] = value;
  }
  return found;
}

/** @param {Control} control */
function dialOf({ key, start, number = undefined, words }) {
  return { key, start, number, words: words.map((word) => word.value), zero: false };
}

/** @type {(rules: ViewRules, given: Record<string, unknown>, where: string) => Record<string, Value>} */
function viewOf(rules, given, where) {
  /** @type {Record<string, Value>} */
  const found = {};
  for (const [key, value] of Object.entries(given)) {
    if (!Object.hasOwn(rules, key)) {
      throw new SimulatorError(`${where} has \`${shown(key)}\`, which the page does not know`);
    }
    const rule = rules[key];
    const fits = "words" in rule
      ? typeof value === "string" && rule.words.includes(value)
      : typeof value === "number" && value >= rule.least && value <= rule.most &&
        !(rule.whole && !Number.isInteger(value));
    if (!fits) throw new SimulatorError(`${where}: \`${shown(value)}\` is no value of \`${key}\``);
    found[key] = /** @type {Value} */ (value);
  }
  return found;
}

/* --- scenarios -------------------------------------------------------------------------------- */

/**
 * The scenario of a state, for the command line.
 * @param {State} state
 * @param {Story} story
 * @param {Readonly<Record<string, string>>} [figures]  that the page shows, for its comments
 */
export function toYaml(state, story, figures = {}) {
  const { engine } = /** @type {StoryData} */ (story);
  /** @type {Record<string, Value>} */
  const values = { ...Object.fromEntries(Object.values(engine.dials).map((dial) => [dial.key, dial.start])) };
  Object.assign(values, state.settings, { size: state.size });
  const name = `page-${story.key}`;
  const told = Object.entries(figures).map(([label, figure]) => `#   ${line(label)}: ${line(figure)}`);
  return [
    `# ${line(story.title)}, as set on the page.`,
    ...(/\.ya?ml"?$/.test(story.scenario) ? [`# It changes ${line(story.scenario)}: keep both in one folder.`] : []),
    ...(told.length ? ["# The numbers of the page:", `#   afterban run ${name}.yaml --policies base`, ...told] : []),
    "schema_version: 1",
    `name: ${name}`,
    `title: ${JSON.stringify(`${story.title}, with the controls of the page`)}`,
    `extends: ${story.scenario}`,
    `seed: ${state.seed}`,
    "replications: 1",
    ...nested(changes(engine.dials, engine.edits, values)),
    "",
  ].join("\n");
}

/** @param {string} of  a text that may come from anywhere, for a comment */
function line(of) {
  return of.replace(/[\r\n\u0085\u2028\u2029]/g, " ");
}

/**
 * Lines of YAML of changes by path, each key under those above it.
 * @param {Map<string, string>} changed
 */
function nested(changed) {
  /** @typedef {Map<string, string | Tree>} Tree */
  /** @type {Tree} */
  const tree = new Map();
  for (const [path, value] of changed) {
    const steps = path.split(".");
    let at = tree;
    for (const step of steps.slice(0, -1)) {
      if (!at.has(step)) at.set(step, new Map());
      at = /** @type {Tree} */ (at.get(step));
    }
    at.set(steps[steps.length - 1], value);
  }
  /** @type {(of: Tree, depth: number) => string[]} */
  const lines = (of, depth) =>
    [...of].flatMap(([key, value]) =>
      typeof value === "string"
        ? [`${"  ".repeat(depth)}${key}: ${value}`]
        : [`${"  ".repeat(depth)}${key}:`, ...lines(value, depth + 1)]);
  return lines(tree, 0);
}

/* --- what people type ------------------------------------------------------------------------- */

/** Units of time, and what part of a day or how many days each is. @type {readonly [RegExp, number, number][]} */
const TIMES = [
  [/^(s|secs?|seconds?)$/, 1, 86_400],
  [/^(m|mins?|minutes?)$/, 1, 1440],
  [/^(h|hrs?|hours?)$/, 1, 24],
  [/^(d|days?)?$/, 1, 1],
  [/^(w|wk|weeks?)$/, 7, 1],
];

/**
 * What somebody typed, with a decimal comma or point and perhaps a unit, as a value of a control.
 * @param {string} typed
 * @param {Control} control
 * @returns {Value}
 */
export function readValue(typed, control) {
  const given = typed.trim().toLowerCase();
  const named = [...control.words, ...control.marks].find((one) => one.label.toLowerCase() === given);
  if (named) return named.value;
  const word = control.words.find((one) => one.value.toLowerCase() === given);
  if (word) return word.value;
  const found = /^(-?(?:\d+(?:[.,]\d*)?|[.,]\d+))\s*(%|[a-z]*)$/.exec(given);
  if (!found || !control.number) {
    throw new SimulatorError(`\`${shown(typed)}\` cannot be read as a value of “${control.label}”`);
  }
  const [times, divided] = unitOf(found[2], control, typed);
  const number = found[1].replace(",", ".");
  // 33.3 % is 0.333: the point is moved in the text, since a division would round once more.
  const value = divided === 100 ? Number(`${number}e-2`) : (Number(number) * times) / divided;
  check(dialOf(control), value);
  return value;
}

/** @type {(unit: string, control: Control, typed: string) => [times: number, divided: number]} */
function unitOf(unit, control, typed) {
  const known = control.number?.unit;
  if (known === "days") {
    const time = TIMES.find(([name]) => name.test(unit));
    if (time) return [time[1], time[2]];
  } else if (known === "share" && unit === "%") {
    return [1, 100];
  } else if (unit === "" || unit === known || `${unit}s` === known) {
    return [1, 1];
  }
  throw new SimulatorError(`\`${shown(typed)}\` has no unit that “${control.label}” is told in`);
}
