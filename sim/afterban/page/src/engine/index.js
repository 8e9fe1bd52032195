/** The simulator inside a page: everything of it that pictures and stories use. */

export { SimulatorError } from "./errors.js";
export { busiest, handleOf, happenings, neighbours, rowsOf } from "./lives.js";
export { networkOf } from "./shown.js";
export { createSimulator } from "./simulator.js";
export { fromFile, fromFragment, readValue, startOf, toFile, toFragment, toYaml } from "./state.js";
