/* Words with a "?" that explains them. */

import { h } from "./dom.ts";

/** A "?" beside words, and what it opens below them. */
export function query(words: string, meaning: string): { ask: HTMLElement; help: HTMLElement } {
  const help = h("p", { class: "small help", hidden: true, text: meaning });
  const ask = h("button", { type: "button", class: "ask", text: "?", "aria-label": `What is: ${words}`, "aria-expanded": "false" });
  ask.addEventListener("click", () => { help.hidden = !help.hidden; ask.setAttribute("aria-expanded", String(!help.hidden)); });
  return { ask, help };
}

/** A paragraph in which [[word]] or [[shown|word]] can be asked for; `into` comes below it and tells what it means. */
export function paragraph(text: string, words: Readonly<Record<string, string>>, into: HTMLElement): HTMLElement {
  const all: HTMLElement = h("p", {}, ...text.split(/\[\[(.+?)\]\]/).map((part, k) => {
    if (k % 2 === 0) return part;
    const [shown, key = shown] = part.split("|") as [string, string?];
    const about = words[key];
    if (!about) return shown;
    return h("span", { class: "term" }, shown, h("button", { type: "button", class: "ask", "aria-label": `What is: ${shown}`, text: "?", onclick: () => {
      all.after(into);
      into.replaceChildren(h("strong", { text: `${shown[0]!.toUpperCase()}${shown.slice(1)}: ` }), about);
      into.hidden = false;
      into.scrollIntoView({ block: "nearest" });
    } }));
  }));
  return all;
}
