/* The network on canvas. A disc's outline is the audience that an operator would have without
   enforcement; its fill, by area, the part of it that follows it now: outsiders inside, insiders a
   ring around them. */

import { packSiblings } from "d3-hierarchy";
import { changed, followers, lifeAt, untouched, type Scene } from "./scene.ts";
import { still } from "./dom.ts";

const RING = 1000, FLIGHT = 1100, LETTERS = 1500; // milliseconds that an effect takes
const MOST_PARTICLES = 26; // of one promotion
const AIR = 1.1; // room between discs, times their radius
const FLATTER = 0.36; // radius grows with this power of the audience: the smallest can be seen too

interface Spot { x: number; y: number; r: number }
type Effect =
  | { kind: "ring"; node: number; begun: number; share: number }
  | { kind: "flight"; from: number; to: number; begun: number; count: number }
  | { kind: "letters"; begun: number };

export interface Ink { [name: string]: string }

export class Network {
  spots: Spot[] = [];
  perParticle = 1;
  private scene: Scene | null = null;
  private effects: Effect[] = [];
  private day = 0;
  private focus = 0;
  private frame = 0;
  private audience: readonly (readonly [number, number])[] = [];
  private width = 0;
  private height = 0;
  density = 1; // pixels of the picture for one of the page, at least
  private looks: unknown[] = []; // of what the twin was drawn from
  drawn = 0; // milliseconds that the last picture took

  constructor(readonly canvas: HTMLCanvasElement, private readonly twin: boolean, private readonly ink: () => Ink) {}

  /** Who is drawn. */
  people(audience: readonly (readonly [number, number])[]): void {
    this.audience = audience;
    this.width = 0;
  }
  show(scene: Scene, focus: number): void {
    this.scene = scene;
    this.focus = focus;
    this.effects = [];
    let most = 1;
    for (const one of scene.promotions) if (one[3] > most) most = one[3];
    this.perParticle = niceAbove(most / MOST_PARTICLES);
    this.later();
  }
  look(focus: number): void { this.focus = focus; this.later(); }

  /** Time went on (or jumped, where both days are equal). Returns milliseconds to hold the clock. */
  move(from: number, to: number): number {
    this.day = to;
    let hold = 0;
    if (this.scene && !this.twin && to > from && !still()) hold = this.begin(this.scene, from, to);
    if (to === from) this.effects = [];
    this.later();
    return hold;
  }
  private begin(scene: Scene, from: number, to: number): number {
    const now = performance.now();
    let hold = 0;
    for (const one of scene.happenings) {
      if (one.day <= from || one.day > to) continue;
      const life = scene.nodes[one.node]!.lives[one.life]!;
      if (one.kind === "suspension") {
        const [inside, outside] = this.audience[one.node]!;
        const share = Math.min(1, (life.insiders + life.outsiders) / Math.max(1, inside + outside));
        this.effects.push({ kind: "ring", node: one.node, begun: now, share });
        if (one.node === this.focus) hold = Math.max(hold, 500);
      } else if (one.node === this.focus) {
        this.effects.push({ kind: "letters", begun: now });
        hold = Math.max(hold, LETTERS);
      }
    }
    let flying = 0;
    for (let k = firstAfter(scene.promotions, from); k < scene.promotions.length && scene.promotions[k]![0] <= to; k++) {
      const [, promoter, promoted, won] = scene.promotions[k]!;
      if (flying++ > 30) break;
      this.effects.push({ kind: "flight", from: promoter, to: promoted, begun: now, count: Math.min(MOST_PARTICLES, Math.max(1, Math.round(won / this.perParticle))) });
    }
    return hold;
  }

  /** The disc at a point of the canvas, in its own pixels. */
  hit(x: number, y: number): number | null {
    let best: number | null = null, near = 14;
    this.spots.forEach((spot, k) => {
      const far = Math.hypot(x - spot.x, y - spot.y) - spot.r;
      if (far < near) { near = far; best = k; }
    });
    return best;
  }
  /** The nearest disc in a direction. */
  beside(node: number, dx: number, dy: number): number {
    const here = this.spots[node]!;
    let best = node, least = Infinity;
    this.spots.forEach((spot, k) => {
      const x = spot.x - here.x, y = spot.y - here.y, along = x * dx + y * dy;
      if (k === node || along <= 0) return;
      const cost = along + 2.5 * Math.abs(x * dy - y * dx);
      if (cost < least) { least = cost; best = k; }
    });
    return best;
  }

  later(): void {
    if (!this.frame) this.frame = requestAnimationFrame((now) => { this.frame = 0; this.draw(now); });
  }

  private place(): void {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width || (width === this.width && height === this.height)) return;
    this.width = width;
    this.height = height;
    const scale = Math.max(this.density, Math.min(3, devicePixelRatio || 1));
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    const discs = this.audience.map(([inside, outside]) => ({ r: Math.max(8, inside + outside) ** FLATTER * AIR, x: 0, y: 0 }));
    packSiblings(discs);
    const left = Math.min(...discs.map((d) => d.x - d.r)), right = Math.max(...discs.map((d) => d.x + d.r));
    const top = Math.min(...discs.map((d) => d.y - d.r)), bottom = Math.max(...discs.map((d) => d.y + d.r));
    const above = 24, room = 4; // for the handle above a disc at the top
    const sx = (width - 2 * room) / (right - left), sy = (height - above - room) / (bottom - top), k = Math.min(sx, sy);
    const stretch = Math.min(2, sx / k), tall = Math.min(1.3, sy / k);
    this.spots = discs.map((d) => ({
      x: width / 2 + (d.x - (left + right) / 2) * k * stretch,
      y: above + (height - above - room) / 2 + (d.y - (top + bottom) / 2) * k * tall,
      r: Math.max(2.5, ((d.r * k) / AIR) * Math.min(1.16, Math.sqrt(stretch * tall))),
    }));
  }

  draw(now = performance.now()): void {
    const scene = this.scene, begun = performance.now();
    if (!scene || !this.canvas.clientWidth) return;
    this.place();
    if (this.twin && !this.looksOther(scene)) return;
    const pen = this.canvas.getContext("2d")!, ink = this.ink();
    const scale = this.canvas.width / this.width;
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, this.width, this.height);
    if (!this.twin) this.recent(pen, ink, scene);
    this.spots.forEach((spot, k) => this.disc(pen, ink, scene, spot, k));
    this.effects = this.effects.filter((one) => now - one.begun < (one.kind === "ring" ? RING : one.kind === "flight" ? FLIGHT : LETTERS));
    for (const one of this.effects) {
      const share = Math.max(0, now - one.begun);
      if (one.kind === "ring") this.ring(pen, ink, one, share / RING);
      if (one.kind === "flight") this.flight(pen, ink, one, share / FLIGHT);
    }
    this.handle(pen, ink, scene, now);
    this.drawn = performance.now() - begun;
    if (this.effects.length) this.later();
  }

  /** Whether the twin looks other than it was drawn; few sliders change it. */
  private looksOther(scene: Scene): boolean {
    const now = [this.day, this.focus, this.spots, this.ink(), scene.nodes[this.focus]?.lives[0]?.handle, ...scene.nodes.map((node) => node.twin)];
    const same = now.length === this.looks.length && now.every((one, k) => one === this.looks[k]);
    this.looks = now;
    return !same;
  }
  private disc(pen: CanvasRenderingContext2D, ink: Ink, scene: Scene, spot: Spot, k: number): void {
    const node = scene.nodes[k]!, [inside, outside] = this.audience[k]!, all = Math.max(1, inside + outside);
    const state = lifeAt(node, this.day), there = this.twin ? state.life >= 0 : state.there;
    const now = this.twin ? untouched(node, this.day) : followers(node, this.day);
    const radius = (people: number) => spot.r * Math.sqrt(Math.min(1, Math.max(0, people) / all));
    const circle = (r: number) => { pen.beginPath(); pen.arc(spot.x, spot.y, r, 0, 2 * Math.PI); };
    circle(spot.r);
    pen.fillStyle = ink.hollow!;
    pen.fill();
    if (there || this.twin) {
      const outer = radius(now.outsiders + now.insiders);
      if (outer > 0.3) { circle(outer); pen.fillStyle = ink.insiders!; pen.fill(); }
      const inner = radius(now.outsiders);
      if (inner > 0.3) { circle(inner); pen.fillStyle = ink.outsiders!; pen.fill(); }
    }
    circle(spot.r);
    pen.setLineDash(there || this.twin ? [] : [3, 3]);
    pen.lineWidth = k === this.focus ? 2.5 : 1.1;
    pen.strokeStyle = k === this.focus ? ink.ink! : ink.edge!;
    pen.stroke();
    pen.setLineDash([]);
  }

  /** Promotions of the last days as lines, for a clock that stands still. */
  private recent(pen: CanvasRenderingContext2D, ink: Ink, scene: Scene): void {
    const horizon = scene.grid[scene.grid.length - 1]!, since = this.day - horizon / 60;
    pen.strokeStyle = ink.flow!;
    pen.lineWidth = 1;
    pen.globalAlpha = 0.45;
    let drawn = 0;
    for (let k = firstAfter(scene.promotions, since); k < scene.promotions.length && scene.promotions[k]![0] <= this.day && drawn < 120; k++, drawn++) {
      const a = this.spots[scene.promotions[k]![1]]!, b = this.spots[scene.promotions[k]![2]]!;
      pen.beginPath();
      pen.moveTo(a.x, a.y);
      pen.lineTo(b.x, b.y);
      pen.stroke();
    }
    pen.globalAlpha = 1;
  }
  private ring(pen: CanvasRenderingContext2D, ink: Ink, one: { node: number; share: number }, t: number): void {
    const spot = this.spots[one.node]!;
    pen.globalAlpha = 1 - t;
    pen.strokeStyle = ink.edge!;
    pen.lineWidth = 3;
    pen.beginPath();
    pen.arc(spot.x + 16 * t, spot.y - 42 * t, Math.max(3, spot.r * Math.sqrt(one.share)) * (1 + 0.12 * t), 0, 2 * Math.PI);
    pen.stroke();
    pen.globalAlpha = 1;
  }
  private flight(pen: CanvasRenderingContext2D, ink: Ink, one: { from: number; to: number; count: number }, t: number): void {
    const a = this.spots[one.from]!, b = this.spots[one.to]!;
    const far = Math.hypot(b.x - a.x, b.y - a.y) || 1, nx = -(b.y - a.y) / far, ny = (b.x - a.x) / far;
    pen.fillStyle = ink.flow!;
    for (let k = 0; k < one.count; k++) {
      const u = t * 1.5 - (0.5 * k) / one.count;
      if (u < 0 || u > 1) continue;
      const ease = u * u * (3 - 2 * u), aside = Math.sin(Math.PI * u) * (((k * 7) % 11) - 5) * 2;
      pen.beginPath();
      pen.arc(a.x + (b.x - a.x) * ease + nx * aside, a.y + (b.y - a.y) * ease + ny * aside, 2.1, 0, 2 * Math.PI);
      pen.fill();
    }
  }

  /** The handle above the disc in focus: letters that are not in the one before are marked. */
  private handle(pen: CanvasRenderingContext2D, ink: Ink, scene: Scene, now: number): void {
    const spot = this.spots[this.focus], node = scene.nodes[this.focus];
    if (!spot || !node) return;
    const { life, there } = this.twin ? { life: 0, there: true } : lifeAt(node, this.day);
    const one = node.lives[life];
    if (!one) return;
    const size = this.width < 240 ? 12 : 15;
    pen.font = `600 ${size}px ui-monospace, "DejaVu Sans Mono", monospace`;
    pen.textBaseline = "alphabetic";
    const letter = pen.measureText("m").width, text = `@${one.handle}`, wide = letter * text.length;
    const x = Math.min(Math.max(spot.x - wide / 2, 3), this.width - wide - 3), y = Math.max(size + 2, spot.y - spot.r - 6);
    pen.fillStyle = ink.panel!;
    pen.globalAlpha = 0.88;
    pen.fillRect(x - 3, y - size, wide + 6, size + 5);
    pen.globalAlpha = 1;
    const marks = life > 0 && !this.twin ? changed(one.before, one.handle) : new Set<number>();
    const effect = this.effects.find((e) => e.kind === "letters");
    const shown = effect ? Math.floor(((now - effect.begun) / (0.75 * LETTERS)) * (one.handle.length + 1)) : Infinity;
    [...text].forEach((char, k) => {
      const marked = marks.has(k - 1), pending = marked && k - 1 >= shown;
      pen.fillStyle = pending ? ink.edge! : marked ? ink.mark! : there ? ink.ink! : ink.faint!;
      pen.fillText(pending ? one.before[k - 1] ?? "·" : char, x + k * letter, y);
      if (marked && !pending) pen.fillRect(x + k * letter, y + 2, letter - 1, 2);
    });
    if (!there) { pen.fillStyle = ink.faint!; pen.fillRect(x, y - size * 0.32, wide, 1.5); }
  }
}

function firstAfter(sent: Scene["promotions"], day: number): number {
  let low = 0, high = sent.length;
  while (low < high) { const m = (low + high) >> 1; if (sent[m]![0] > day) high = m; else low = m + 1; }
  return low;
}

function niceAbove(x: number): number {
  const size = 10 ** Math.floor(Math.log10(Math.max(x, 1)));
  return [1, 2, 5, 10].map((k) => k * size).find((k) => k >= x) ?? 10 * size;
}
