/* What is read where a chart is pointed at, by mouse, finger or the arrow keys. */

import { h, s } from "../view/dom.ts";
import type { Drawn, Target } from "./draw.ts";

export class Readout {
  private drawn: Drawn | null = null;
  private at = -1;
  private readonly box = h("div", { class: "readout", role: "status", hidden: true });
  private readonly over = s("g", { class: "over" });

  constructor(private readonly plot: HTMLElement) {
    plot.append(this.box);
    plot.addEventListener("pointermove", (event) => this.point(event));
    plot.addEventListener("pointerdown", (event) => this.point(event));
    plot.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") this.hide(); });
    plot.addEventListener("blur", () => this.hide());
    plot.addEventListener("keydown", (event) => this.key(event));
  }

  /** Read another chart from now on. */
  of(drawn: Drawn): void {
    this.drawn = drawn;
    this.hide();
    drawn.svg.append(this.over);
  }

  private hide(): void {
    this.at = -1;
    this.box.hidden = true;
    this.over.replaceChildren();
  }

  private point(event: PointerEvent): void {
    if (!this.drawn || !this.drawn.targets.length) return;
    const frame = this.drawn.svg.getBoundingClientRect();
    const x = event.clientX - frame.left, y = event.clientY - frame.top;
    const far = (one: Target) => this.drawn!.along ? Math.abs(one.x - x) : Math.hypot(one.x - x, one.y - y);
    let best = 0;
    this.drawn.targets.forEach((one, k) => { if (far(one) < far(this.drawn!.targets[best]!)) best = k; });
    const inside = y > this.drawn.top - 12 && y < this.drawn.bottom + 12;
    if (inside && (this.drawn.along || far(this.drawn.targets[best]!) < 60)) this.show(best);
    else this.hide();
  }

  private key(event: KeyboardEvent): void {
    const count = this.drawn?.targets.length ?? 0, step = event.shiftKey ? Math.max(1, Math.round(count / 10)) : 1;
    const next: Record<string, number> = {
      ArrowRight: this.at + step, ArrowDown: this.at + step, Home: 0, End: count - 1,
      ArrowLeft: this.at < 0 ? count - 1 : this.at - step, ArrowUp: this.at < 0 ? count - 1 : this.at - step,
    };
    if (event.key === "Escape") this.hide();
    else if (event.key in next && count && event.target === this.plot) {
      event.preventDefault();
      this.show(Math.min(count - 1, Math.max(0, next[event.key]!)));
    }
  }

  private show(k: number): void {
    if (k === this.at || !this.drawn) return;
    this.at = k;
    const one = this.drawn.targets[k]!;
    this.box.replaceChildren(h("b", { text: one.title }),
      ...one.rows.map(({ colour, words }) => h("span", {}, colour && h("i", { style: `background:${colour}` }), words)));
    this.box.hidden = false;
    const wide = this.box.offsetWidth, room = this.plot.clientWidth;
    const left = one.x + 14 + wide <= room ? one.x + 14 : one.x - 14 - wide >= 0 ? one.x - 14 - wide : Math.max(0, (room - wide) / 2);
    const high = this.box.offsetHeight;
    const top = this.drawn.along ? this.drawn.top : Math.min(Math.max(0, one.y - high / 2), Math.max(0, this.plot.clientHeight - high));
    this.box.style.left = `${left}px`;
    this.box.style.top = `${top}px`;
    this.over.replaceChildren(
      ...(this.drawn.along ? [s("line", { class: "cursor", x1: one.x, x2: one.x, y1: this.drawn.top, y2: this.drawn.bottom })] : []),
      ...one.dots.map((dot) => s("circle", { class: "dot", cx: dot.x, cy: dot.y, r: this.drawn!.along ? 4.5 : 9, style: `stroke:${dot.colour}` })));
  }
}
