/**
 * What the page asks of the simulator and gets back: the types of `src/engine/`, which has no
 * pictures and no document.
 *
 * The functions are in index.js: createSimulator; handleOf, rowsOf, busiest, neighbours and
 * happenings to look things up; startOf, toFragment, fromFragment, toFile, fromFile, toYaml and
 * readValue for states.
 *
 * Units: days count from the first day of the story, as fractions; people, posts and impressions
 * are plain numbers, fractions where they are expected numbers. NaN where a thing did not happen
 * or a figure is undefined. Operators are numbered from 0, tier by tier; lives from 1.
 */

/* --- a story: made by Python (afterban/page/lowered.py), lies in the page as JSON ------------- */

/** A value of a control: a number, or one of its words ("any", "off", "links"). */
export type Value = number | string;

/** Values of controls by their keys; what is left out stands where the story starts. */
export type Settings = Readonly<Record<string, Value>>;

export interface Word {
  value: string;
  label: string;
}

/** A position that a slider shows, with its words; any other number between may be set too. */
export interface Mark {
  value: Value;
  label: string;
}

/** A dial of a story. One without effect in a story is not in its list. */
export interface Control {
  key: string;
  label: string;
  help: string;
  /** The values of the scenario that it changes, for people. */
  paths: readonly string[];
  start: Value;
  /** Bounds and kind of its number; absent for a control that has only words. */
  number?: {
    least: number;
    most: number;
    whole: boolean;
    unit: "days" | "share" | "posts" | "people" | "edits";
    /** Whether equal steps of the slider are equal factors. */
    logarithmic: boolean;
  };
  /** Values that are no numbers, in their order; empty if it has only numbers. */
  words: readonly Word[];
  /** Positions of today's slider, in order. */
  marks: readonly Mark[];
}

/** How large the network is: "class" for a room, "real" as it was. */
export interface Size {
  key: string;
  label: string;
  operators: number;
}

export interface Tier {
  name: string;
  /** Whether its accounts are further ones of another tier's operators, who have no disc of their own. */
  double?: true;
}

/** A ready-made setting: controls that are not where the story starts. */
export interface Preset {
  key: string;
  label: string;
  settings: Settings;
}

/** A world to run: "base" as the settings say, "off" without enforcement, or an arm by its name. */
export type Policy = "base" | "off" | (string & {});

/** What a page may read of a story; its tables are the engine's own affair. */
export interface Story {
  key: string;
  title: string;
  /** Name of the shipped scenario that it plays, and figures of sources.yaml. */
  scenario: string;
  sources: readonly string[];
  tells: string;
  question: string;
  /** First day, as "2014-06-15". */
  start: string;
  horizon: number;
  seed: number;
  tiers: readonly Tier[];
  /** Tier whose operators are drawn by default, its place in `tiers`. */
  traced: number;
  platforms: readonly string[];
  controls: readonly Control[];
  sizes: readonly Size[];
  presets: readonly Preset[];
  /** Arms of the scenario besides "base" and "off" that can be asked for. */
  arms: readonly string[];
}

/** A metric as the command line declares it. */
export interface Metric {
  label: string;
  unit: string;
  form: "share" | "ratio" | "count" | "time" | "rate";
  meaning: string;
  /** -1 if less of it is what a defender wants, 1 if more, 0 if neither. */
  better: -1 | 0 | 1;
}

/* --- asking ----------------------------------------------------------------------------------- */

/** Everything that a run hangs on. What is left out is as at the start of the story. */
export interface Question {
  settings?: Settings;
  /** Whole, from 0 to 2^32 - 1. */
  seed?: number;
  /** Key of a size; the first one of the story if left out. */
  size?: string;
  /** "base" and "off" if left out; "off" is always run too, since reach is relative to it. */
  policies?: readonly Policy[];
  /**
   * Figures that are wanted; all if left out. Those of cases (review, ordinary users) and of people
   * reached take as long as the rest where there are hundreds of thousands, and are left out where none
   * of them is named.
   */
  figures?: readonly string[];
}

export interface Simulator {
  readonly story: Story;
  /** What is measured, by name, as the command line tells it. */
  readonly metrics: Readonly<Record<string, Metric>>;
  /**
   * Run a question. Newest wins: a question that has not begun when a newer one is asked is given
   * up, and its promise is fulfilled with null; one that has begun is finished and told, but for one
   * that takes longer than people wait for. The twin "off" of the same
   * network is kept, so that moving a slider runs one world and not two.
   * Rejects with a SimulatorError for a question that the story does not have.
   */
  ask(question: Question): Promise<Answer | null>;
  /**
   * Followers of some operators through time in one world of a question, exact at each corner.
   * Waits for asks to be done and is given up (null) by another `traces` and by a newer `ask`.
   */
  traces(question: Question, policy: Policy, operators: readonly number[]):
    Promise<readonly Trace[] | null>;
  /**
   * The account table of one world, byte by byte as the command line's engine has it; null if it
   * was given up for another one.
   */
  accounts(question: Question, policy: Policy): Promise<Uint8Array | null>;
  /** End its worker; what was asked and is not answered is given up. */
  close(): void;
}

/** One message for people; never a traceback. */
export interface SimulatorError extends Error {
  name: "SimulatorError";
}

export interface Creation {
  /** The bytes of afterban.wasm. */
  module: Uint8Array;
  /** How its tables lie in memory: built/layout.json. */
  layout: unknown;
  /** The story as Python made it, tables and all. */
  story: unknown;
  /** Text of the script of a worker (`built/worker.js`); without it all runs in this thread. */
  worker?: string;
}


/* --- answers ---------------------------------------------------------------------------------- */

export interface Answer {
  question: Required<Omit<Question, "figures">>;
  /** Milliseconds from the question to the answer, and of these in the program. */
  took: { all: number; program: number };
  world: World;
  /** By policy; "base" and "off" are in it unless other policies were asked for. */
  policies: Readonly<Record<string, Told>>;
}

/** The network before the first event; the same in all policies of an answer. */
export interface World {
  operators: number;
  /** [operators], place in `story.tiers`. */
  tier: Int32Array;
  /** [operators], people in the audience: those who follow or would. */
  insiders: Float64Array;
  outsiders: Float64Array;
  /** [operators] per day. */
  posts: Float64Array;
  /** [operators], how many operators each may promote. */
  links: Float64Array;
  /** `promoters[promoterStart[i] .. promoterStart[i + 1]]` may promote operator i. */
  promoterStart: Int32Array;
  promoters: Int32Array;
}

/** What one world came to. */
export interface Told {
  policy: Policy;
  /** By the name of the command line ("effective_reach", "live_accounts.hub"). NaN: undefined. */
  figures: Readonly<Record<string, number>>;
  /** Days of the series, [days]; the last one is the horizon. */
  days: Float64Array;
  series: Series;
  lives: Lives;
  /** Cases waiting for a reviewer, [days]; all 0 with unlimited staff. */
  backlog: Float64Array;
  events: number;
}

/** [days] each; by tier in `byTier`, in the order of `story.tiers`. */
export interface Series extends Columns {
  byTier: readonly Columns[];
}

export interface Columns {
  /** Public accounts. */
  live: Float64Array;
  /** People who follow a public account. */
  insiders: Float64Array;
  outsiders: Float64Array;
  /** Impressions of ordinary posts since the start. */
  insiderImpressions: Float64Array;
  outsiderImpressions: Float64Array;
  /** Posts since the start, and those of rebuilding among them. */
  posts: Float64Array;
  rebuildPosts: Float64Array;
  /** Accounts since the start. */
  created: Float64Array;
  suspended: Float64Array;
  underReview: Float64Array;
  /**
   * Outsider impressions since the day before, divided by those of "off": [days], NaN on the
   * first day and where "off" has none.
   */
  reach: Float64Array;
}

/** One entry for each account, by operator and life: a successor stands after its predecessor. */
export interface Lives {
  count: number;
  operator: Int32Array;
  life: Int32Array;
  platform: Int32Array;
  created: Float64Array;
  public: Float64Array;
  flagged: Float64Array;
  reviewStarted: Float64Array;
  suspended: Float64Array;
  /** Place in the list of channels; 0 for none. */
  channel: Int32Array;
  urgent: Int32Array;
  /** Edits from the handle of the life before; -1 for the first, 0 for a reinstated account. */
  edits: Int32Array;
  /** People at the end of the life: its peak. */
  insiders: Float64Array;
  outsiders: Float64Array;
  insiderImpressions: Float64Array;
  outsiderImpressions: Float64Array;
  promotionsReceived: Int32Array;
  promotionsMade: Int32Array;
  /** Bytes of the handles; read them with `handleOf(lives, row)`. */
  handles: Uint8Array;
}

/** The operators that are drawn, whatever happens to them, the one in the middle first. */
export interface Network {
  operators: number[];
  names: string[];
  /** Insiders and outsiders of each. */
  audience: [number, number][];
  /** Places of who may promote, and whom. */
  links: [number, number][];
  /** Operators of the whole network. */
  total: number;
}

/** Operators that may promote this one, and those that it may promote, in order. */
export interface Neighbours {
  promoters: Int32Array;
  promoted: Int32Array;
}

/** Something that happened to an account, for clocks, counters and the "next event" key. */
export interface Happening {
  day: number;
  kind: "suspension" | "return";
  operator: number;
  life: number;
  handle: string;
  /** Handle of the life before, for a return. */
  before?: string;
  /** Followers: lost by a suspension. */
  insiders: number;
  outsiders: number;
}

/** Followers of one operator: a saw-tooth, exact just before and just after each corner. */
export interface Trace {
  operator: number;
  policy: Policy;
  days: Float64Array;
  insiders: Float64Array;
  outsiders: Float64Array;
  /** Impressions of its ordinary posts since the start. */
  outsiderImpressions: Float64Array;
  /** Promotions that this operator's accounts got, in the order of days. */
  promotions: readonly Promotion[];
}

export interface Promotion {
  day: number;
  promoter: number;
  operator: number;
  life: number;
  /** Followers that it brought at once. */
  insiders: number;
  outsiders: number;
}

/* --- state: links, files and the scenario ----------------------------------------------------- */

/** Where a page stands; what is not of the engine goes into `view`. */
export interface State {
  story: string;
  size: string;
  seed: number;
  /** Controls that are not where the story starts. */
  settings: Settings;
  /** What the page adds: short texts and numbers by name ("operator", "day", "beat"). */
  view: Readonly<Record<string, Value>>;
}

/** Names and bounds of what a page keeps in `view`, for strangers' links. */
export type ViewRules = Readonly<
  Record<string, { words: readonly string[] } | { least: number; most: number; whole?: boolean }>
>;

