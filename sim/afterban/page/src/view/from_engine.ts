/* A scene from what the simulator answers. */

import { handleOf, rowsOf } from "../engine/index.js";
import type { Lives, Question, Simulator, Told, Trace } from "../engine/types.d.ts";
import type { StoryData } from "./payload.ts";
import { happeningsOf, type Life, type Line, type Node, type Scene, type Sent } from "./scene.ts";

const REST = 200; // milliseconds without a newer question before followers are traced

/** Runs a question and shows it twice: at once, with the followers that each account has at its end
    and a straight line before; and exact, once no newer question has come for a moment. Returns
    whether the exact one was shown; a newer question ends an older one. */
export async function answered(simulator: Simulator, story: StoryData, question: Question, before: Scene, newest: () => boolean,
  show: (scene: Scene, exact: boolean) => void): Promise<boolean> {
  const answer = await simulator.ask(question);
  if (!answer || !newest()) return false;
  const { operators } = story.network, base = answer.policies.base!, off = answer.policies.off!;
  const horizon = base.days[base.days.length - 1]!;
  const scene = (nodes: Node[], promotions: Sent[]): Scene => ({
    settings: answer.question.settings, seed: answer.question.seed, live: true, grid: base.days,
    accounts: base.series.live, seen: base.series.outsiderImpressions,
    twinAccounts: off.series.live, twinSeen: off.series.outsiderImpressions,
    nodes, promotions, numbers: numbersOf(base), happenings: happeningsOf(nodes),
  });
  const lives = operators.map((operator) => livesOf(base.lives, operator, story.channels));
  show(scene(lives.map((mine, k) => ({ lives: mine, line: endOf(mine, horizon), twin: before.nodes[k]!.twin })), []), false);
  await new Promise((done) => setTimeout(done, REST));
  if (!newest()) return false;
  const mine = await simulator.traces(answer.question, "base", operators);
  const twin = mine && newest() ? await simulator.traces(answer.question, "off", operators) : null;
  if (!mine || !twin || !newest()) return false;
  const place = new Map(operators.map((one, k) => [one, k]));
  const promotions: Sent[] = [];
  mine.forEach((trace, to) => trace.promotions.forEach((one) => {
    const from = place.get(one.promoter);
    if (from !== undefined) promotions.push([one.day, from, to, one.insiders + one.outsiders]);
  }));
  promotions.sort((a, b) => a[0] - b[0]);
  show(scene(lives.map((one, k) => ({ lives: one, line: lineOf(mine[k]!), twin: lineOf(twin[k]!) })), promotions), true);
  return true;
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

function livesOf(lives: Lives, operator: number, channels: readonly string[]): Life[] {
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
      });
    }
    before = handle;
  }
  return found;
}
