/* A scene from what the simulator answers. */

import { handleOf, rowsOf } from "../engine/index.js";
import type { Lives, Question, Simulator, Told, Trace } from "../engine/types.d.ts";
import type { StoryData } from "./payload.ts";
import { happeningsOf, type Life, type Line, type Node, type Scene, type Sent } from "./scene.ts";

/** Runs a question; null if a newer one came first. */
export async function sceneOf(simulator: Simulator, story: StoryData, question: Question): Promise<Scene | null> {
  const answer = await simulator.ask(question);
  if (!answer) return null;
  const { operators } = story.network;
  const mine = await simulator.traces(answer.question, "base", operators);
  const twin = mine && (await simulator.traces(answer.question, "off", operators));
  if (!mine || !twin) return null;
  const base = answer.policies.base!, off = answer.policies.off!;
  const nodes: Node[] = operators.map((operator, k) => ({ lives: livesOf(base.lives, operator, story.channels), line: lineOf(mine[k]!), twin: lineOf(twin[k]!) }));
  const place = new Map(operators.map((one, k) => [one, k]));
  const promotions: Sent[] = [];
  mine.forEach((trace, to) => trace.promotions.forEach((one) => {
    const from = place.get(one.promoter);
    if (from !== undefined) promotions.push([one.day, from, to, one.insiders + one.outsiders]);
  }));
  promotions.sort((a, b) => a[0] - b[0]);
  return {
    settings: answer.question.settings, seed: answer.question.seed, live: true, grid: base.days,
    accounts: base.series.live, seen: base.series.outsiderImpressions,
    twinAccounts: off.series.live, twinSeen: off.series.outsiderImpressions,
    nodes, promotions, numbers: numbersOf(base), happenings: happeningsOf(nodes),
  };
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
