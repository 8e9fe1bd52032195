/* The script of a file of lessons. */

import { Lessons } from "../view/lesson.ts";
import type { Payload } from "../view/lesson_data.ts";
import { unpack, unpackJson } from "../view/payload.ts";

async function begin(): Promise<void> {
  const root = document.getElementById("page")!;
  document.querySelector("noscript")?.remove();
  try {
    let parts: Promise<{ module: Uint8Array; worker: string }> | null = null;
    const simulator = () => (parts ??= Promise.all([unpack("module"), unpack("worker")])
      .then(([module, worker]) => ({ module, worker: new TextDecoder().decode(worker) })));
    new Lessons(await unpackJson<Payload>("stories"), root, typeof WebAssembly === "object" ? simulator : null);
  } catch (error) {
    root.replaceChildren(Object.assign(document.createElement("p"), {
      className: "plain",
      textContent: typeof DecompressionStream === "undefined"
        ? "This browser is too old for the page; it needs one of 2023 or later."
        : `The page cannot be opened: ${(error as Error).message}`,
    }));
  }
}

void begin();
