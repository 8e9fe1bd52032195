/* Elements from data. Text is set as text, so nothing of a story or a file can be markup. */

type Attributes = Record<string, unknown>;
type Child = globalThis.Node | string | null | undefined | false;

const SVG = "http://www.w3.org/2000/svg";

function fill(one: Element, attributes: Attributes, children: Child[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) one.addEventListener(name.slice(2), value as EventListener);
    else if (name === "text") one.textContent = String(value);
    else if (name === "value") (one as HTMLInputElement).value = String(value);
    else one.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child) one.append(child);
}

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const one = document.createElement(tag);
  fill(one, attributes, children);
  return one;
}

export function s(tag: string, attributes: Attributes = {}, ...children: Child[]): SVGElement {
  const one = document.createElementNS(SVG, tag) as SVGElement;
  fill(one, attributes, children);
  return one;
}

export function save(name: string, content: Blob): void {
  const link = h("a", { href: URL.createObjectURL(content), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

export const still = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;
