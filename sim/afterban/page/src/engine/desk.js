/**
 * Questions in their turn, in the thread of the program: one at a time, and only the newest waits.
 *
 * A question that is overtaken while it runs is finished and told, so that pictures follow a finger that
 * drags a slider. One that takes longer than people wait for is given up for the newest; the next one
 * has twice as long, so that something is told whatever the size. Followers through time are given
 * up for any newer question.
 */

/** @import {Engine} from "./engine.js" */
/** @import {Answer, Policy, Question, Trace} from "./types.d.ts" */

const PATIENCE = 1000; // milliseconds of work after which an overtaken question is given up
const AT_ONCE = 8; // milliseconds of work between two looks at what else was asked

export class Desk {
  /** @param {Engine} engine */
  constructor(engine) {
    this.engine = engine;
    this.asked = { answer: 0, traces: 0, accounts: 0 };
    this.patience = PATIENCE;
    /** @type {Promise<unknown>} */
    this.turn = Promise.resolve();
  }

  /**
   * @param {Question} question
   * @returns {Promise<Answer | null>}
   */
  ask(question) {
    this.engine.asked(question); // says at once what is wrong with it
    return this.queue("answer", (rest) => this.engine.answer(question, rest));
  }

  /**
   * @param {Question} question
   * @param {Policy} policy
   * @param {readonly number[]} operators
   * @returns {Promise<readonly Trace[] | null>}
   */
  traces(question, policy, operators) {
    this.engine.asked({ ...question, policies: [policy] });
    return this.queue("traces", (rest) => this.engine.traces(question, policy, operators, rest));
  }

  /**
   * @param {Question} question
   * @param {Policy} policy
   * @returns {Promise<Uint8Array | null>}
   */
  accounts(question, policy) {
    return this.queue("accounts", (rest) => this.engine.accounts(question, policy, rest));
  }

  /**
   * @template Result
   * @param {"answer" | "traces" | "accounts"} kind
   * @param {(rest: () => Promise<boolean>) => Promise<Result | null>} work
   * @returns {Promise<Result | null>}
   */
  queue(kind, work) {
    const mine = ++this.asked[kind];
    const { answer } = this.asked;
    const overtaken = () =>
      this.asked[kind] !== mine || (kind === "traces" && this.asked.answer !== answer);
    const turn = this.turn.then(async () => {
      await elsewhere();
      if (overtaken()) return null;
      const begin = performance.now();
      const patience = kind === "traces" ? 0 : this.patience;
      let looked = begin;
      const found = await work(async () => {
        if (performance.now() - looked < AT_ONCE) return true;
        await elsewhere();
        looked = performance.now();
        return !(overtaken() && looked - begin > patience);
      });
      if (kind === "answer") this.patience = found ? PATIENCE : 2 * this.patience;
      return found;
    });
    this.turn = turn.catch(() => undefined);
    return turn;
  }

  close() {
    this.asked.answer++;
    this.asked.traces++;
    this.asked.accounts++;
  }
}

/** Let what else waits in this thread come first: messages, and in a page its pictures. */
function elsewhere() {
  return /** @type {Promise<void>} */ (new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  }));
}
