/* Ways to keep a picture: its numbers as a table and as CSV, itself as SVG and PNG. */

import { h, save } from "./dom.ts";
import type { Room, Table } from "./drawing.ts";

const STYLES = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "font-family", "font-size", "font-weight", "text-anchor", "opacity", "visibility", "paint-order"];

export function tableOf({ head, rows }: Table, label: string): HTMLElement {
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label }, h("table", {},
    h("thead", {}, h("tr", {}, ...head.map((text) => h("th", { scope: "col", text })))),
    h("tbody", {}, ...rows.map((cells) => h("tr", {}, ...cells.map((text, k) => k ? h("td", { text }) : h("th", { scope: "row", text })))))));
}

export function saveCsv(name: string, { head, rows }: Table): void {
  // A text that begins like a formula is no formula; a negative number is a number.
  const cell = (text: string) => `"${(/^-?[\d.]+(e-?\d+)?$/.test(text) ? text : text.replace(/^[=+\-@]/, "'$&")).replaceAll('"', '""')}"`;
  save(`${name}.csv`, new Blob([[head, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n"], { type: "text/csv" }));
}

/** The picture by itself, with its colours written out. */
export function svgText(svg: SVGElement, background: string): string {
  const copy = svg.cloneNode(true) as SVGElement;
  const from = [svg, ...svg.querySelectorAll("*")], to = [copy, ...copy.querySelectorAll("*")];
  from.forEach((one, k) => {
    const style = getComputedStyle(one);
    to[k]!.removeAttribute("style");
    for (const name of STYLES) to[k]!.setAttribute(name, style.getPropertyValue(name));
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const paper = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [name, value] of [["width", "100%"], ["height", "100%"], ["fill", background]] as const) paper.setAttribute(name, value);
  copy.prepend(paper);
  return new XMLSerializer().serializeToString(copy);
}

export const saveSvg = (name: string, text: string): void => save(`${name}.svg`, new Blob([text], { type: "image/svg+xml" }));

export function savePng(name: string, text: string, { width, height }: Room): void {
  const image = new Image(), scale = 2;
  image.onload = () => {
    const canvas = h("canvas", { width: width * scale, height: height * scale });
    canvas.getContext("2d")!.drawImage(image, 0, 0, width * scale, height * scale);
    canvas.toBlob((blob) => blob && save(`${name}.png`, blob), "image/png");
  };
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
}
