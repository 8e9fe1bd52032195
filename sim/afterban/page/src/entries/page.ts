/* The script of the file. */

import { createSimulator } from "../engine/index.js";
import { Page } from "../view/main.ts";
import { unpack, unpackJson, type Payload } from "../view/payload.ts";
import type { Simulators } from "../view/sandbox.ts";

function simulators(layout: unknown): Simulators | null {
  if (typeof WebAssembly !== "object") return null;
  let parts: Promise<[Uint8Array, string]> | null = null;
  return async (story) => {
    parts ??= Promise.all([unpack("module"), unpack("worker").then((bytes) => new TextDecoder().decode(bytes))]);
    const [module, worker] = await parts;
    return createSimulator({ module, layout, story: story.lowered, worker });
  };
}

async function begin(): Promise<void> {
  const root = document.getElementById("page")!;
  document.querySelector("noscript")?.remove();
  try {
    const payload = await unpackJson<Payload>("stories");
    Object.assign(globalThis, { afterban: new Page(payload, root, simulators(payload.layout)) });
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
