/**
 * Who is drawn of a network that was not recorded: the rule of `page/shown.py`, in the page.
 */

import { neighbours } from "./lives.js";

/** @import {Answer, Network, Policy, Story, World} from "./types.d.ts" */

const NEAR = 22; // neighbours of the one in the middle, at most
const OF_A_TIER = 8;
const MOST = 56; // operators around the one in the middle

/**
 * The operators that are drawn of a run of the story as it starts.
 * @param {Answer} answer
 * @param {Story} story
 * @param {Policy} [policy]
 * @returns {Network}
 */
export function networkOf(answer, story, policy = "base") {
  const { world } = answer;
  const lives = livesOf(answer, policy);
  const operators = choose(world, lives, middle(world, lives, story.traced));
  const size = story.sizes.find((one) => one.key === answer.question.size);
  return {
    operators,
    names: operators.map((one) => `${story.tiers[world.tier[one]].name} ${1 + countOf(world.tier.subarray(0, one), world.tier[one])}`),
    audience: operators.map((one) => [Math.round(world.insiders[one]), Math.round(world.outsiders[one])]),
    links: linksOf(world, operators),
    total: size ? size.operators : world.operators,
  };
}

/** @type {(answer: Answer, policy: Policy) => Int32Array} */
function livesOf(answer, policy) {
  const { lives } = answer.policies[policy];
  const found = new Int32Array(answer.world.operators);
  for (let row = 0; row < lives.count; row++) found[lives.operator[row]]++;
  return found;
}

/** @type {(tiers: Int32Array, tier: number) => number} */
const countOf = (tiers, tier) => tiers.reduce((count, one) => count + Number(one === tier), 0);

/** @type {(world: World, operator: number) => number} */
const people = (world, operator) => world.insiders[operator] + world.outsiders[operator];

/**
 * The operator of a tier that had most lives; of these the largest audience, then the first. Of any
 * tier where nobody of it has an account.
 * @param {World} world
 * @param {Int32Array} lives
 * @param {number} tier
 */
export function middle(world, lives, tier) {
  let best = -1;
  const any = !lives.some((count, one) => count > 0 && world.tier[one] === tier);
  for (let one = 0; one < world.operators; one++) {
    if (any ? lives[one] === 0 : world.tier[one] !== tier) continue;
    if (best < 0 || lives[one] > lives[best] || (lives[one] === lives[best] && people(world, one) > people(world, best))) best = one;
  }
  return best;
}

/**
 * Operators around one: its neighbours, and of each tier those with most lives; by audience.
 * @param {World} world
 * @param {Int32Array} lives  of each operator
 * @param {number} operator  in the middle
 */
export function choose(world, lives, operator) {
  const chosen = new Set([operator]);
  /** @type {(candidates: number[], most: number) => void} */
  const add = (candidates, most) => {
    const left = candidates.filter((one) => !chosen.has(one));
    left.sort((a, b) => lives[b] - lives[a] || world.links[b] - world.links[a] || a - b);
    for (const one of left.slice(0, Math.max(0, Math.min(most, MOST + 1 - chosen.size)))) chosen.add(one);
  };
  const there = Array.from(lives.keys()).filter((one) => lives[one] > 0);
  const { promoters, promoted } = neighbours(world, operator);
  add([...new Set([...promoters, ...promoted])].filter((one) => lives[one] > 0), NEAR);
  for (const tier of [...new Set(there.map((one) => world.tier[one]))].sort((a, b) => a - b)) {
    add(there.filter((one) => world.tier[one] === tier), OF_A_TIER);
  }
  add(there, MOST);
  const rest = [...chosen].slice(1).sort((a, b) => people(world, b) - people(world, a) || a - b);
  return [operator, ...rest];
}

/** @type {(world: World, operators: readonly number[]) => [number, number][]} */
function linksOf(world, operators) {
  const place = new Map(operators.map((one, k) => [one, k]));
  /** @type {[number, number][]} */
  const found = [];
  operators.forEach((one, k) => {
    for (let at = world.promoterStart[one]; at < world.promoterStart[one + 1]; at++) {
      const by = place.get(world.promoters[at]);
      if (by !== undefined) found.push([by, k]);
    }
  });
  return found.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}
