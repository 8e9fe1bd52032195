/* A scene from what the simulator answers. */

import { handleOf, networkOf, rowsOf } from "../engine/index.js";
import type { Lives, Network, Question, Simulator, Told, Trace } from "../engine/types.d.ts";
import type { StoryData } from "./payload.ts";
import { happeningsOf, type Life, type Line, type Node, type Scene, type Sent } from "./scene.ts";

const REST = 200; // milliseconds without a newer question before followers are traced

/** Runs a question and shows it as it becomes known: at once, with the followers that each account
    has at its end and a straight line before; then exactly; then beside the twin's.
    A newer question ends an older one, but what was finished before is shown. */
export async function answered(simulator: Simulator, story: StoryData, question: Question, before: Scene,
  newest: () => boolean, show: (scene: Scene, exact: boolean) => void): Promise<void> {
  const network = await networkFor(simulator, story, question);
  const figures = ["effective_reach", ...Object.values(story.curves).map((curve) => curve.metric)];
  const answer = network && await simulator.ask({ ...question, figures });
  if (!network || !answer) return;
  const { operators } = network, base = answer.policies.base!, off = answer.policies.off!;
  const horizon = base.days[base.days.length - 1]!;
  const lives = operators.map((operator) => livesOf(base.lives, operator, story));
  const same = network === before.network;
  const nodes: Node[] = lives.map((mine, k) => ({ lives: mine, line: endOf(mine, horizon), twin: same ? before.nodes[k]!.twin : whole(network, k) }));
  const place = new Map(operators.map((one, k) => [one, k])), promotions: Sent[] = [];
  const tell = (exact: boolean) => show({
    network, settings: answer.question.settings, seed: answer.question.seed, live: true, grid: base.days,
    accounts: base.series.live, seen: base.series.outsiderImpressions,
    twinAccounts: off.series.live, twinSeen: off.series.outsiderImpressions,
    nodes: [...nodes], promotions: [...promotions].sort((a, b) => a[0] - b[0]), numbers: numbersOf(base), lines: null, happenings: happeningsOf(nodes),
  }, exact);
  tell(false);
  await new Promise((done) => setTimeout(done, REST));
  if (!newest()) return;
  const found = await simulator.traces(answer.question, "base", operators);
  if (!found || !newest()) return;
  found.forEach((one, k) => {
    nodes[k] = { ...nodes[k]!, line: lineOf(one) };
    for (const sent of one.promotions) {
      const from = place.get(sent.promoter);
      if (from !== undefined) promotions.push([sent.day, from, k, sent.insiders + sent.outsiders]);
    }
  });
  tell(false);
  const twins = await simulator.traces(answer.question, "off", operators);
  if (!twins || !newest()) return;
  twins.forEach((one, k) => { nodes[k] = { ...nodes[k]!, twin: lineOf(one) }; });
  tell(true);
}

const drawn = new WeakMap<Simulator, Map<string, Network>>();

/** Who is drawn: those of the record, or of a run of the story as it starts at this size and seed. */
async function networkFor(simulator: Simulator, story: StoryData, { seed, size }: Question): Promise<Network | null> {
  if (size === story.size && seed === story.seed) return story.network;
  const known = drawn.get(simulator) ?? new Map<string, Network>(), key = `${size}.${seed}`;
  drawn.set(simulator, known);
  if (!known.has(key)) {
    const start = await simulator.ask({ seed, size, figures: [] });
    if (!start) return null;
    known.set(key, networkOf(start, simulator.story));
  }
  return known.get(key)!;
}

/** The untouched twin until it is traced: with its whole audience. */
function whole(network: Network, k: number): Line {
  const [insiders, outsiders] = network.audience[k]!;
  return { days: [0], insiders: [insiders], outsiders: [outsiders] };
}

/** What is known of followers from the accounts alone: those of the last one at the horizon. */
function endOf(lives: readonly Life[], horizon: number): Line {
  const last = lives[lives.length - 1], there = last && last.suspended === Infinity;
  return { days: [horizon, horizon], insiders: Array(2).fill(there ? last.insiders : 0) as number[], outsiders: Array(2).fill(there ? last.outsiders : 0) as number[] };
}

function lineOf(trace: Trace): Line {
  return { days: trace.days, insiders: trace.insiders, outsiders: trace.outsiders };
}

function numbersOf(told: Told): Record<string, number | null> {
  return Object.fromEntries(Object.entries(told.figures).map(([name, value]) => [name, Number.isFinite(value) ? value : null]));
}

function livesOf(lives: Lives, operator: number, { channels, lowered: { platforms } }: StoryData): Life[] {
  const [first, end] = rowsOf(lives, operator), found: Life[] = [];
  let before = "";
  for (let row = first; row < end; row++) {
    const handle = handleOf(lives, row);
    if (Number.isFinite(lives.public[row]!)) {
      const gone = lives.suspended[row]!;
      found.push({
        handle, before, public: lives.public[row]!, suspended: Number.isFinite(gone) ? gone : Infinity,
        insiders: lives.insiders[row]!, outsiders: lives.outsiders[row]!, edits: lives.edits[row]!,
        channel: channels[lives.channel[row]!] ?? "", promotions: lives.promotionsReceived[row]!,
        platform: platforms[lives.platform[row]!] ?? "",
      });
    }
    before = handle;
  }
  return found;
}
