/** The script of the worker in which a page runs its simulator. */

import { serve } from "../engine/simulator.js";

serve(/** @type {any} */ (self));
