/** What goes wrong, in one line for people. */

export class SimulatorError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    /** @type {"SimulatorError"} */
    this.name = "SimulatorError";
  }
}

/**
 * A stranger's text, short and without anything that a page could take for its own.
 * @param {unknown} value
 */
export function shown(value) {
  // eslint-disable-next-line no-control-regex
  const text = String(value).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, "?");
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
