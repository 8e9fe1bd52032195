/* A drawing by itself: its styles written out, and as PNG. */

import { h } from "./dom.ts";

const STYLES = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "paint-order", "font-family", "font-size", "font-weight", "text-anchor", "opacity", "visibility"];

/** The text of a drawing that is in the document, on a ground of its own. */
export function standalone(svg: SVGElement, ground: string): string {
  const copy = svg.cloneNode(true) as SVGElement;
  const from = [svg, ...svg.querySelectorAll("*")], to = [copy, ...copy.querySelectorAll("*")];
  from.forEach((one, k) => {
    const style = getComputedStyle(one), lent = one.closest("defs") !== null;
    to[k]!.removeAttribute("style"); // it may name colours that only the document has
    // What lies in a store has the looks of whoever takes it, unless it has its own.
    for (const name of STYLES) if (!lent || one.hasAttribute(name)) to[k]!.setAttribute(name, style.getPropertyValue(name));
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const paper = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [name, value] of [["width", "100%"], ["height", "100%"], ["fill", ground]] as const) paper.setAttribute(name, value);
  copy.prepend(paper);
  return new XMLSerializer().serializeToString(copy);
}

/** A drawing's text as PNG of width times scale pixels. */
export async function png(text: string, width: number, height: number, scale: number): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = h("canvas", { width: width * scale, height: height * scale });
  canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => canvas.toBlob((blob) => { if (blob) resolve(blob); else reject(new Error("The picture is too large for this browser.")); }, "image/png"));
}
