/* What the pictures say on a day: counters, titles that state the finding, words for who does not see. */

import { through } from "./charts.ts";
import { at, followers, lifeAt, untouched, type Scene } from "./scene.ts";
import { brief, Dates, people, percent, whole } from "./words.ts";

export interface Moment {
  /** Number and label of each counter. */
  mine: [string, string][];
  twin: [string, string][];
  bar: string;
  lives: string;
  through: string;
  said: string;
  saidOfTwin: string;
}

export function momentOf(scene: Scene, dates: Dates, focus: number, day: number): Moment {
  const accounts = at(scene.grid, scene.accounts, day), twins = at(scene.grid, scene.twinAccounts, day), left = accounts / Math.max(1, twins);
  const seen = at(scene.grid, scene.seen, day), other = at(scene.grid, scene.twinSeen, day), share = other > 0 ? seen / other : 1;
  const name = scene.network.names[focus]!, node = scene.nodes[focus]!, { life, there } = lifeAt(node, day);
  const now = followers(node, day), alone = untouched(node, day), first = node.lives[0]?.outsiders ?? 0;
  const points = through(scene, day), end = points[points.length - 1];
  const words = there ? `Account ${life + 1}, @${node.lives[life]!.handle}, has ${whole(now.outsiders)} of ${whole(alone.outsiders)} outsiders and ${whole(now.insiders)} insiders.`
    : life < 0 ? "No account yet." : `@${node.lives[life]!.handle} is suspended.`;
  return {
    mine: [[whole(accounts), `accounts left, ${percent(left)}`], [people(seen), `views by outsiders, ${percent(share)}`]],
    twin: [[whole(twins), "accounts"], [people(other), "views by outsiders"]],
    bar: `${percent(left)} of accounts, ${percent(share)} of views`,
    lives: life < 0 ? `${name} has no account yet`
      : !there ? `Account ${life + 1} suspended: no followers`
      : life === 0 ? `${name}: ${people(now.outsiders + now.insiders)} followers`
      : `Account ${life + 1}: ${people(now.outsiders)} of ${people(first)} outsiders`,
    through: end && points.length > 2 ? `${brief(left)} of accounts, ${brief(end.seen)} of views now` : "Both as in the twin: 100\u00a0%",
    said: `${dates.full(day)}. ${name}: ${words}`,
    saidOfTwin: `Without enforcement ${name} has ${whole(alone.outsiders)} outsiders and ${whole(alone.insiders)} insiders.`,
  };
}
