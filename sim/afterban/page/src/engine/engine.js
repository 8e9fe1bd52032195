/**
 * One story and the program that runs it: from a question to an answer, in one thread.
 *
 * What does not change is not made again: the world hangs on few dials, and the twin without
 * enforcement on fewer still, so that moving a slider runs one world.
 */

import { check, modeOf } from "./controls.js";
import { SimulatorError, shown } from "./errors.js";
import { measure, partsOf } from "./metrics.js";
import { wrongOnes } from "./ordinary.js";
import { Program, numbers, packed, tableOf } from "./program.js";
import { promotionsOf } from "./promotions.js";
import { recordsOf, seriesOf } from "./records.js";
import { dialsOf, poolOf, tablesAt } from "./tables.js";
import { daysOf, lookingAt, tracesOf } from "./traces.js";
import { atTheStart, drawn } from "./world.js";

/**
 * @import {Answer, Policy, Question, Settings, Told, Trace, World} from "./types.d.ts"
 * @import {Dial, Edit} from "./controls.js"
 * @import {Parts} from "./metrics.js"
 * @import {Layout, World as RawWorld} from "./program.js"
 * @import {PoolData, Slots, Table, Tables} from "./tables.js"
 */

/**
 * @typedef {object} EngineStory
 * @property {Record<string, Dial>} dials
 * @property {Edit[]} edits
 * @property {Record<string, Slots>} policies
 * @property {PoolData} pool
 */
/** @typedef {import("./types.d.ts").Story & {format: number, engine: EngineStory}} StoryData */

/**
 * A question with nothing left out.
 * @typedef {object} Asked
 * @property {Settings} values  of all dials
 * @property {number} seed
 * @property {string} size
 * @property {Policy[]} policies
 * @property {Parts} parts  of the figures
 */

/** A world that was run, with some parts of its figures. */
/** @typedef {{told: Told, world: World, parts: Parts}} Run */

const FORMAT = 1;
const KEPT = 8; // worlds that were run
const LARGEST_SEED = 2 ** 32 - 1;

export class Engine {
  /**
   * @param {Uint8Array} module
   * @param {Layout} layout
   * @param {StoryData} story
   */
  static async create(module, layout, story) {
    if (story?.format !== FORMAT) throw new SimulatorError("the story is of another version than the page");
    return new Engine(await Program.load(module, layout), story);
  }

  /**
   * @param {Program} program
   * @param {StoryData} story
   */
  constructor(program, story) {
    this.program = program;
    this.story = story;
    this.pool = poolOf(story.engine.pool);
    /** @type {Map<string, Run>} */
    this.known = new Map();
    /** The world that was drawn last, and of what. @type {{of: Tables, raw: RawWorld, world: World} | null} */
    this.drawn = null;
    /** Its state at the start. @type {{of: Tables, raw: RawWorld} | null} */
    this.begun = null;
    /** Followers in the twin that were asked for last. @type {{key: string, traces: Trace[]} | null} */
    this.twins = null;
  }

  /**
   * @param {Question} question
   * @returns {Asked}
   */
  asked(question) {
    const { dials, policies: known } = this.story.engine;
    const { settings = {}, seed = this.story.seed, size = this.story.sizes[0].key } = question;
    const policies = question.policies ?? ["base", "off"];
    /** @type {Record<string, number | string>} */
    const values = {};
    for (const [key, dial] of Object.entries(dials)) values[key] = dial.start;
    for (const [key, value] of Object.entries(settings)) {
      if (!Object.hasOwn(dials, key) || key === "size") {
        throw new SimulatorError(`this story has no control \`${shown(key)}\``);
      }
      check(dials[key], value);
      values[key] = value;
    }
    check(dials.size, size);
    values.size = size;
    if (!(Number.isInteger(seed) && seed >= 0 && seed <= LARGEST_SEED)) {
      throw new SimulatorError(`\`${shown(seed)}\` is no seed; it is a whole number from 0 to ${LARGEST_SEED}`);
    }
    for (const policy of policies) {
      if (!Object.hasOwn(known, policy)) {
        throw new SimulatorError(`this story has no policy \`${shown(policy)}\``);
      }
    }
    return { values, seed, size, policies: [...policies], parts: partsOf(question.figures) };
  }

  /**
   * The tables of a policy.
   * @param {Asked} asked
   * @param {Policy} policy
   */
  tables(asked, policy) {
    const { dials, policies } = this.story.engine;
    return { ...tablesAt(policies[policy], this.pool, dials, asked.values), ...scalars(asked.seed) };
  }

  /**
   * The world of a policy, and its state at the start; each made only if it is another than the last.
   * @param {Tables} tables
   */
  worldOf(tables) {
    const { world, start } = this.program.layout.kernels;
    if (!this.drawn || !same(world.given, this.drawn.of, tables)) {
      const raw = drawn(this.program, tables);
      this.drawn = { of: tables, raw, world: worldOf(raw) };
      this.begun = null;
    }
    if (!this.begun || !same(start.given, this.begun.of, tables)) {
      this.begun = { of: tables, raw: atTheStart(this.program, tables, this.drawn.raw) };
    }
    return { raw: this.begun.raw, world: this.drawn.world };
  }

  /**
   * Answer a question, or null if it was given up.
   * @param {Question} question
   * @param {() => Promise<boolean>} rest  between pieces of work; false: give up
   * @returns {Promise<Answer | null>}
   */
  async answer(question, rest) {
    const begin = performance.now();
    const asked = this.asked(question);
    let inProgram = 0;
    /** @type {Record<string, Told>} */
    const policies = {};
    const off = await this.run(asked, "off", null, rest);
    if (!off) return null;
    inProgram += off.took;
    for (const policy of asked.policies) {
      const found = policy === "off" ? off : await this.run(asked, policy, off.told, rest);
      if (!found) return null;
      if (policy !== "off") inProgram += found.took;
      policies[policy] = found.told;
    }
    const settings = { ...question.settings };
    return {
      question: { settings, seed: asked.seed, size: asked.size, policies: asked.policies },
      took: { all: performance.now() - begin, program: inProgram },
      world: off.world,
      policies,
    };
  }

  /**
   * What one world came to; from memory if it was run before.
   * @param {Asked} asked
   * @param {Policy} policy
   * @param {Told | null} twin
   * @param {() => Promise<boolean>} rest
   */
  async run(asked, policy, twin, rest) {
    const key = this.keyOf(asked, policy);
    const before = this.known.get(key);
    if (before && (before.parts.cases || !asked.parts.cases) && (before.parts.people || !asked.parts.people)) {
      this.known.delete(key); // and comes last again
      this.known.set(key, before);
      return { ...before, took: 0 };
    }
    const begin = performance.now();
    const { program, story } = this;
    const { layout } = program;
    const tables = this.tables(asked, policy);
    const { raw, world } = this.worldOf(tables);
    const told = await program.run(packed(layout, tables, raw), rest);
    if (!told) return null;
    const took = performance.now() - begin;
    const records = recordsOf(layout, told, tables.finite_staff.data[0] !== 0, asked.parts.cases);
    const tiers = story.tiers.map((tier) => tier.name);
    const figures = measure({
      layout,
      p: tables,
      tiers,
      world,
      arrivals: raw.arrivals.length / 8,
      records,
      twin: twin?.figures ?? null,
      exposed: () => numbers("f8", program.kernel("exposed_share", {
        impressions: tableOf(records.impressions.slice()),
        audience: tableOf(world.outsiders),
        population: tables.outsiders,
        windows: tableOf(tables.windows.data.length - 1),
      }).shares),
      wrong: () => wrongOnes(program, tables, records),
    }, asked.parts);
    const found = {
      told: {
        policy,
        figures,
        days: tables.grid.data,
        series: seriesOf(layout, records.series, tiers.length, twin?.series ?? null),
        lives: records.lives,
        backlog: records.backlog,
        events: records.events,
      },
      world,
      parts: asked.parts,
    };
    this.known.delete(key);
    this.known.set(key, found);
    for (const one of this.known.keys()) if (this.known.size > KEPT) this.known.delete(one);
    return { ...found, took };
  }

  /**
   * The account table of one world as the program has it, or null if it was given up.
   * @param {Question} question
   * @param {Policy} policy
   * @param {() => Promise<boolean>} rest
   * @returns {Promise<Uint8Array | null>}
   */
  async accounts(question, policy, rest) {
    const tables = this.tables(this.asked({ ...question, policies: [policy] }), policy);
    const { raw } = this.worldOf(tables);
    const told = await this.program.run(packed(this.program.layout, tables, raw), rest);
    return told?.get("accounts")?.slice() ?? null;
  }

  /**
   * Followers of some operators in one world, or null if it was given up.
   * @param {Question} question
   * @param {Policy} policy
   * @param {readonly number[]} operators
   * @param {() => Promise<boolean>} rest
   * @returns {Promise<Trace[] | null>}
   */
  async traces(question, policy, operators, rest) {
    const answer = await this.answer({ ...question, policies: [policy], figures: [] }, rest);
    if (!answer) return null;
    const { program } = this;
    const { layout } = program;
    const { world, policies } = answer;
    for (const operator of operators) {
      if (!(Number.isInteger(operator) && operator >= 0 && operator < world.operators)) {
        throw new SimulatorError(`operator ${shown(operator)} is not in this network; its operators ` +
          `are 0 to ${world.operators - 1}`);
      }
    }
    const asked = this.asked({ ...question, policies: [policy] });
    const key = `${this.keyOf(asked, policy)} ${operators}`;
    if (this.twins?.key === key) return this.twins.traces;
    const tables = this.tables(asked, policy);
    const { raw } = this.worldOf(tables);
    const { lives } = policies[policy];
    const promotions = await promotionsOf(layout, tables, world, lives, operators, rest);
    if (!promotions) return null;
    const days = operators.map((one) => daysOf(tables.horizon.data[0], lives, one, promotions.get(one) ?? []));
    const told = await program.run(packed(layout, tables, lookingAt(raw, operators, days)), rest);
    if (!told) return null;
    const looked = numbers("f8", /** @type {Uint8Array} */ (told.get("looked")));
    const traces = tracesOf(layout, looked, operators, days, policy, promotions);
    if (policy === "off") this.twins = { key, traces };
    return traces;
  }

  /**
   * What a run hangs on: seed, and the dials that its tables do; reach also on those of its twin.
   * In the twin nobody is ever flagged.
   * @param {Asked} asked
   * @param {Policy} policy
   */
  keyOf(asked, policy) {
    const { dials, policies } = this.story.engine;
    const { after_a_flag: later } = this.program.layout;
    const names = new Set();
    for (const one of [policy, "off"]) {
      const tables = Object.keys(policies[one]).filter((name) => one !== "off" || !later.includes(name));
      for (const key of dialsOf(policies[one], tables)) names.add(key);
    }
    const values = [...names].sort().map((key) => [key, modeOf(dials[key], asked.values[key]), asked.values[key]]);
    return JSON.stringify([policy, asked.seed, values]);
  }
}

/**
 * Whether an entry point would be handed the same; what it has from the world is in no table.
 * @type {(given: [string, unknown][], one: Tables, other: Tables) => boolean}
 */
function same(given, one, other) {
  return given.every(([name]) => one[name] === other[name] ||
    (one[name].data.length === other[name].data.length && one[name].data.every((x, k) => Object.is(x, other[name].data[k]))));
}

/**
 * Numbers of a run that are no story's.
 * @param {number} seed
 * @returns {Tables}
 */
function scalars(seed) {
  /** @type {(value: number) => Table} */
  const one = (value) => ({ kind: "i8", shape: [], data: Float64Array.of(value) });
  return { seed: one(seed), replication: one(0) };
}

/**
 * The world for pictures and sums.
 * @param {RawWorld} raw
 * @returns {World}
 */
export function worldOf(raw) {
  const audience = numbers("f8", raw.audience);
  const operators = audience.length / 2;
  return {
    operators,
    tier: Int32Array.from(numbers("i4", raw.tier)),
    insiders: Float64Array.from({ length: operators }, (_, i) => audience[2 * i]),
    outsiders: Float64Array.from({ length: operators }, (_, i) => audience[2 * i + 1]),
    posts: numbers("f8", raw.posts),
    links: numbers("i8", raw.links),
    promoterStart: Int32Array.from(numbers("i8", raw.promoter_start)),
    promoters: Int32Array.from(numbers("i4", raw.promoters)),
  };
}
