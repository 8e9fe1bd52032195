/** A simulator for a page: in a worker of its own, or in this thread. */

import { Desk } from "./desk.js";
import { Engine } from "./engine.js";
import { SimulatorError } from "./errors.js";

/** @import {Creation, Simulator, Story} from "./types.d.ts" */
/** @import {StoryData} from "./engine.js" */
/** @import {Layout} from "./program.js" */

/** @typedef {{id: number, call: "create" | "ask" | "traces" | "accounts", arguments: any[]}} Call */
/** @typedef {{id: number, result?: unknown, message?: string, expected?: boolean}} Reply */

/**
 * Rejects with a SimulatorError where the browser has no WebAssembly, or module, layout and story
 * do not belong together.
 * @param {Creation} creation
 * @returns {Promise<Simulator>}
 */
export async function createSimulator({ module, layout, story, worker }) {
  if (typeof WebAssembly === "undefined") {
    throw new SimulatorError("this browser has no WebAssembly, in which the simulator runs");
  }
  const data = /** @type {StoryData} */ (story);
  const known = /** @type {Layout} */ (layout);
  if (worker === undefined) return local(module, known, data);
  return remote(module, known, data, worker);
}

/** @type {(module: Uint8Array, layout: Layout, story: StoryData) => Promise<Simulator>} */
async function local(module, layout, story) {
  const desk = new Desk(await Engine.create(module, layout, story));
  return {
    story,
    metrics: layout.metrics,
    ask: async (question) => desk.ask(question),
    traces: async (...given) => desk.traces(...given),
    accounts: async (...given) => desk.accounts(...given),
    close: () => desk.close(),
  };
}

/** @type {(module: Uint8Array, layout: Layout, story: StoryData, script: string) => Promise<Simulator>} */
async function remote(module, layout, story, script) {
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const worker = new Worker(url);
  /** @type {Map<number, {resolve: (value: any) => void, reject: (error: Error) => void}>} */
  const open = new Map();
  let asked = 0;
  worker.onmessage = ({ data }) => {
    const { id, result, message, expected } = /** @type {Reply} */ (data);
    const call = open.get(id);
    open.delete(id);
    if (message === undefined) call?.resolve(result);
    else call?.reject(expected ? new SimulatorError(message) : new Error(message));
  };
  worker.onerror = (event) => {
    for (const call of open.values()) call.reject(new Error(event.message || "the worker stopped"));
    open.clear();
  };
  /** @type {(call: Call["call"], ...given: any[]) => Promise<any>} */
  const called = (call, ...given) =>
    new Promise((resolve, reject) => {
      const id = ++asked;
      open.set(id, { resolve, reject });
      worker.postMessage({ id, call, arguments: given });
    });
  try {
    await called("create", module, layout, story);
  } finally {
    URL.revokeObjectURL(url);
  }
  return {
    story: /** @type {Story} */ (story),
    metrics: layout.metrics,
    ask: (question) => called("ask", question),
    traces: (...given) => called("traces", ...given),
    accounts: (...given) => called("accounts", ...given),
    close() {
      worker.terminate();
      for (const call of open.values()) call.resolve(null);
      open.clear();
    },
  };
}

/**
 * The other end, in the worker.
 * @param {{postMessage: (reply: Reply) => void, onmessage: ((event: MessageEvent<Call>) => void) | null}} scope
 */
export function serve(scope) {
  /** @type {Desk | undefined} */
  let desk;
  /** @param {Call} call */
  const made = async ({ call, arguments: given }) => {
    if (call === "create") {
      desk = new Desk(await Engine.create(given[0], given[1], given[2]));
      return null;
    }
    if (!desk) throw new Error("there is no simulator yet");
    if (call === "ask") return desk.ask(given[0]);
    if (call === "traces") return desk.traces(given[0], given[1], given[2]);
    return desk.accounts(given[0], given[1]);
  };
  scope.onmessage = async ({ data }) => {
    /** @type {Reply} */
    const reply = { id: data.id };
    try {
      reply.result = await made(data);
    } catch (error) {
      reply.message = error instanceof Error ? error.message : String(error);
      reply.expected = error instanceof SimulatorError;
    }
    scope.postMessage(reply);
  };
}
