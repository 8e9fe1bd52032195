/** The network before the first event, drawn by the program. */

import { SimulatorError } from "./errors.js";

/** @import {Asked} from "./engine.js" */
/** @import {Program, World} from "./program.js" */
/** @import {Tables} from "./tables.js" */
/** @import {Policy} from "./types.d.ts" */

/** @type {(program: Program, tables: Tables, asked: Asked, policy: Policy) => World} */
export function drawn(_program, _tables, _asked, _policy) {
  throw new SimulatorError("this module draws no world");
}
