/* What happened to an operator, in words: for readers who do not see the picture, and for whoever
   asks why an account came back smaller. Everything is read from the run. */

import { changed, followers, type Node, type Scene } from "./scene.ts";
import { Dates, percent, span, whole } from "./words.ts";

export interface Event { day: number; title: string; text: string }

const FOUND: Record<string, string> = {
  reports: "It was reported by people who saw it.",
  classifier: "The platform's classifier found it.",
  threat: "It was found for a threat.",
  signup: "It was found when it signed up.",
  handle: "Its name was too near to a suspended one.",
  link: "It was linked to a suspended one.",
  watch: "It was watched, and found when it opened.",
  pulse: "A campaign struck it.",
};

export function happened(scene: Scene, place: number, node: Node, name: string, until: number, dates: Dates, nameOf: (k: number) => string): Event[] {
  const found: Event[] = [];
  node.lives.forEach((life, k) => {
    if (life.public > until) return;
    if (k === 0) {
      const now = followers(node, life.public);
      found.push({ day: life.public, title: `@${life.handle} is there`, text: `${name}, with ${whole(now.outsiders)} outsiders and ${whole(now.insiders)} insiders.` });
    } else {
      const last = node.lives[k - 1]!, letters = changed(life.before, life.handle).size;
      const alike = life.edits <= 2 ? `, ${life.edits} edit${life.edits === 1 ? "" : "s"} from the last name` : `, an unrelated name (${letters} new letters)`;
      found.push(life.edits === 0
        ? { day: life.public, title: `@${life.handle} is reinstated`, text: `${span(life.public - last.suspended)} after the suspension an appeal brings it back.` }
        : { day: life.public, title: `Back as @${life.handle}${life.platform && life.platform !== last.platform ? ` on ${life.platform}` : ""}`, text: `${span(life.public - last.suspended)} after the suspension${alike}. It begins with nobody: each follower has to find it again.` });
      const sent = scene.promotions.filter((one) => one[2] === place && one[0] >= life.public && one[0] < Math.min(life.suspended, until));
      if (sent.length) {
        const best = sent.reduce((a, b) => (b[3] > a[3] ? b : a)), all = sent.reduce((sum, one) => sum + one[3], 0);
        found.push({ day: sent[0]![0], title: `${sent.length} promotion${sent.length === 1 ? "" : "s"} of those drawn here`, text: `They bring ${whole(all)} followers at once; ${nameOf(best[1])} brings most, ${whole(best[3])}.` });
      }
    }
    if (life.suspended <= until) {
      const share = k ? ` ${percent(life.outsiders / Math.max(1, node.lives[0]!.outsiders))} of the outsiders of its first account.` : "";
      found.push({ day: life.suspended, title: `@${life.handle} is suspended`,
        text: `${FOUND[life.channel] ?? ""} After ${span(life.suspended - life.public)} it had ${whole(life.outsiders)} outsiders and ${whole(life.insiders)} insiders.${share}`.trim() });
    }
  });
  return found.sort((a, b) => a.day - b.day);
}
