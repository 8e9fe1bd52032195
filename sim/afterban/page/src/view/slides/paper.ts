/* What slides are drawn with: a frame of 1280 x 720 with its title, panels, and columns of words. */

import { h, s } from "../dom.ts";
import { histogram, type Answered } from "../predict.ts";

export const WIDTH = 1280, HEIGHT = 720, EDGE = 36, GAP = 12;
const FOOT = 34, LEAST = 13;
const FONT = 'system-ui, "DejaVu Sans", sans-serif';

export interface Box { x: number; y: number; width: number; height: number }

/** A slide with a title and a line at its foot, in the document, whose colours it takes; and what room is left. */
export function frame(ground: HTMLElement, title: string, said: string, foot: [string, string]): { svg: SVGElement; room: Box } {
  const rows = lines(title, WIDTH - 2 * EDGE, 36, 720);
  const svg = s("svg", { class: "slide", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, role: "img", "aria-label": said });
  ground.append(svg);
  rows.forEach((line, row) => svg.append(text(EDGE, 50 + 42 * row, line, 36, "title")));
  svg.append(text(EDGE, HEIGHT - 11, foot[0], 15, "foot"), text(WIDTH - EDGE, HEIGHT - 11, foot[1], 15, "foot end"));
  const y = 30 + 42 * rows.length;
  return { svg, room: { x: EDGE, y, width: WIDTH - 2 * EDGE, height: HEIGHT - FOOT - y } };
}

export function panel(svg: SVGElement, { x, y, width, height }: Box): void { svg.append(s("rect", { class: "ground", x, y, width, height, rx: 10 })); }

export const text = (x: number, y: number, words: string, size: number, kind: string): SVGElement => s("text", { x, y, "font-size": size, class: kind, text: words });

let pen: CanvasRenderingContext2D | null = null;
export function measure(words: string, size: number, weight: number): number {
  pen ??= h("canvas").getContext("2d")!;
  pen.font = `${weight} ${size}px ${FONT}`;
  return pen.measureText(words).width;
}

/** Lines of a width; a number keeps its sign. */
export function lines(words: string, width: number, size: number, weight: number): string[] {
  const found: string[] = [];
  let line = "";
  for (const word of words.replace(/(?<=\d) (?=%)|(?<=\(n) (?==)|(?<=\(n =) (?=\d)/g, "\u00a0").split(/ +/)) {
    const longer = line ? `${line} ${word}` : word;
    if (line && measure(longer, size, weight) > width) { found.push(line); line = word; } else line = longer;
  }
  return line ? [...found, line] : found;
}

/** Words from the top of a box downwards, in one size of type. */
export class Column {
  readonly drawn: SVGElement[] = [];
  y: number;
  constructor(readonly box: Box, readonly size: number) { this.y = box.y; }

  /** mark: what stands before the first line, in the room that `inside` leaves. */
  write(words: string, kind = "text", size = this.size, weight = 400, inside = 0, mark = ""): void {
    lines(words, this.box.width - inside - Math.min(inside, 10), size, weight).forEach((line, row) => {
      this.y += Math.round(size * 1.34);
      const base = this.y - Math.round(size * 0.3);
      if (mark && !row) this.drawn.push(text(this.box.x + inside - size * 1.15, base, mark, size, kind));
      this.drawn.push(text(this.box.x + inside, base, line, size, kind));
    });
  }
  space(share = 0.6): void { this.y += Math.round(this.size * share); }
  /** Something of a height that is drawn from its own corner. */
  put(one: SVGElement, height: number): void { this.drawn.push(one); this.y += height; }
  /** Guesses as dots on a line, the answer over them once it may be seen. */
  dots(line: Answered, values: readonly number[], answered: boolean): void {
    const plot = histogram(line, values, answered, this.box.width - 20), tall = Number(plot.getAttribute("height"));
    this.put(s("g", { class: "chart", transform: `translate(${this.box.x + 10},${this.y})` }, ...plot.children), tall + 6);
  }
  framed(kind: string, inside: () => void): void {
    const { x, width } = this.box, from = this.y, at = this.drawn.length;
    this.y += 6;
    inside();
    this.y += 4;
    this.drawn.splice(at, 0, s("rect", { class: kind, x, y: from, width, height: this.y - from, rx: 10 }));
    this.space();
  }
}

/** A column in the largest type in which it fits. */
export function fitted(svg: SVGElement, box: Box, most: number, fill: (column: Column) => void): Column {
  for (let size = most; ; size--) {
    const column = new Column(box, size);
    fill(column);
    if (column.y > box.y + box.height && size > LEAST) continue;
    svg.append(...column.drawn);
    return column;
  }
}
