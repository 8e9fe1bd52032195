/* A chart of a report as SVG: lines with bands, intervals by rows, bars, points with two intervals. */

import { area, curveLinear, curveStepAfter, line, symbol, symbolCircle, symbolDiamond, symbolSquare, symbolStar, symbolTimes, symbolTriangle } from "d3-shape";
import { s } from "../view/dom.ts";
import { apart, frame, text } from "../view/drawing.ts";
import { apartTicks, extent, scaleOf, ticksOf, wrapped, type Measure, type Scale } from "./axes.ts";
import { both, told, type Series, type Spec, type Values } from "./data.ts";

const DASHES: Record<string, string> = { longdash: "10 4", dot: "2 3", dashdot: "9 3 2 3", dash: "6 4" };
const MARKS = { circle: symbolCircle, square: symbolSquare, diamond: symbolDiamond, "triangle-up": symbolTriangle, "triangle-down": symbolTriangle, x: symbolTimes, star: symbolStar };
const NARROW = 560, LINE = 17, MOST_DIRECT = 8;

/** A place that can be pointed at, and what is read there. */
export interface Target { x: number; y: number; title: string; rows: { colour: string; words: string }[]; dots: { x: number; y: number; colour: string }[] }
export interface Drawn { svg: SVGElement; targets: Target[]; /** Whether only the place along x counts. */ along: boolean; top: number; bottom: number }

interface Box { x: number; y: number; width: number; height: number }

const isLine = (one: Series): boolean => one.draw === "line" || one.draw === "steps";

function markPath(name: string | undefined, x: number, y: number, size: number): { d: string; transform: string } {
  const turned = name === "triangle-down" ? " rotate(180)" : "";
  const type = MARKS[(name ?? "circle") as keyof typeof MARKS] ?? symbolCircle;
  return { d: symbol(type, name === "x" ? size * 0.8 : size)() ?? "", transform: `translate(${x},${y})${turned}` };
}

function mark(one: Series, x: number, y: number, size = 70): SVGElement {
  const hollow = one.open || one.mark === "x";
  return s("path", { class: hollow ? "mark open" : "mark", ...markPath(one.mark, x, y, one.open ? size * 0.75 : size),
    style: hollow ? `stroke:${one.colour}` : `fill:${one.colour}` });
}

export function draw(spec: Spec, says: string, width: number, measure: Measure): Drawn {
  const narrow = width < NARROW, rows = spec.y.scale === "rows";
  const named = spec.series.filter((one) => one.name && one.x.length);
  const lines = named.filter(isLine);
  const parts: SVGElement[] = [];

  // Names stand beside the lines where there is room for them, else above the chart.
  const names = named.length > 1 && lines.length === named.length && !narrow && named.length <= MOST_DIRECT
    ? named.map((one) => wrapped(one.name, Math.min(190, width / 4), measure)) : [];
  const beside = names.length ? Math.max(...names.flat().map((words) => measure(words, true))) + 14 : 0;
  const points = !rows && !lines.length && named.length > 1 && named.length <= MOST_DIRECT && named.every((one) => one.x.length === 1);

  let top = 4;
  const put = (words: string[], kind: string, x = 0) => {
    for (const one of words) parts.push(text(x, (top += LINE) - 4, one, kind));
  };
  const legend = () => {
    if (named.length < 2 || beside) return;
    let x = 0, room = false;
    for (const one of named) {
      const words = wrapped(one.name, width - 34, measure), wide = 30 + Math.max(...words.map((part) => measure(part)));
      if (!room || x + wide > width) top += room ? 3 : 0, x = 0, top += LINE, room = true;
      const y = top - 9;
      if (one.draw === "bars") parts.push(s("rect", { x: x + 2, y: y - 5, width: 18, height: 10, style: `fill:${one.colour}` }));
      else {
        if (isLine(one)) parts.push(s("line", { class: "curve", x1: x, x2: x + 22, y1: y, y2: y, style: `stroke:${one.colour}`, "stroke-dasharray": DASHES[one.dash ?? ""] }));
        if (one.mark) parts.push(mark(one, x + 11, y));
      }
      words.forEach((part, k) => parts.push(text(x + 28, top - 4 + k * LINE, part, "begin")));
      if (words.length > 1) top += (words.length - 1) * LINE, x = width;
      else x += wide + 16;
    }
    top += 6;
  };
  const direct = points ? new Map<Series, { x: number; y: number; anchor: string }>() : null;

  // Where the axes lie.
  const [xLow, xHigh] = extent(spec, "x"), domain = extent(spec, "y");
  const trial = scaleOf(spec.y, domain, [spec.height, 0]);
  const rowNames = spec.y.ticks ?? [];
  const above = rows && (spec.y.above || Math.max(...rowNames.map(([, words]) => measure(words))) > width * 0.3);
  const besideY = rows ? (above ? [] : rowNames) : ticksOf(spec.y, trial, 5);
  const left = Math.ceil(Math.max(rows && above ? 4 : 14, ...besideY.map(([, words]) => measure(words) + 10)));
  const labelled = spec.series.flatMap((one) => (one.draw === "bars" ? one.labels ?? [] : []));
  const pad = labelled.length ? Math.max(...labelled.map((words) => measure(words))) + 8 : 0;
  const dotted = lines.some((one) => one.mark) ? 8 : 0;
  const end = width - Math.max(beside, 10);
  const x = scaleOf(spec.x, [xLow, xHigh], [left + Math.max(pad, dotted), end - Math.max(pad, dotted)]);

  // Points get their names beside them if all find room; else all stand above.
  const head = parts.length;
  const layOut = (): Scale => {
    top = 4, parts.length = head;
    if (!direct || direct.size < named.length) legend();
    if (!rows) put(wrapped(spec.y.title, width, measure), "tick");
    top += 10;
    return scaleOf(spec.y, domain, [top + spec.height, top]);
  };
  if (direct) for (const one of named) direct.set(one, { x: 0, y: 0, anchor: "begin" });
  let y = layOut();
  if (direct && !placeNames(direct, named, x, y, { x: left, y: top, width: end - left, height: spec.height }, measure)) {
    direct.clear();
    y = layOut();
  }
  const bottom = top + spec.height;
  const background: SVGElement[] = [], marks: SVGElement[] = [], labels: SVGElement[] = [];

  for (const [at, words] of besideY) {
    const cy = y(at);
    if (cy < top - 1 || cy > bottom + 1) continue;
    if (!rows) background.push(s("line", { class: "grid", x1: left, x2: end, y1: cy, y2: cy }));
    background.push(text(left - 7, cy + 4.5, words, rows ? "end" : "tick end"));
  }
  const besideX = apartTicks(ticksOf(spec.x, x, Math.max(2, Math.floor((end - left) / 85))).filter(([at]) => inside(at, xLow, xHigh)), x, measure, 0, width);
  for (const one of besideX) {
    if (!isLineGrid(spec)) background.push(s("line", { class: "grid", x1: x(one.at), x2: x(one.at), y1: top, y2: bottom }));
    background.push(s("line", { class: "tickmark", x1: x(one.at), x2: x(one.at), y1: bottom, y2: bottom + 5 }), text(one.x, bottom + 20, one.words, "tick middle"));
  }
  background.push(s("line", { class: "axis", x1: left, x2: end, y1: bottom, y2: bottom }));
  for (const one of spec.lines) {
    const across = one.axis === "y", at = across ? y(one.at) : x(one.at);
    background.push(s("line", { class: "reference", ...(across ? { x1: left, x2: end, y1: at, y2: at } : { x1: at, x2: at, y1: top, y2: bottom }), "stroke-dasharray": DASHES[one.dash] }));
  }
  if (above) {
    const lift = spec.y.above ? 0.3 : 0.36;
    for (const [at, words] of rowNames) labels.push(text(0, y(at + lift) + 4.5, cut(words, width, measure), "begin halo"));
  }
  let height = bottom + 26;
  if (spec.x.title) for (const words of wrapped(spec.x.title, width, measure)) {
    const half = measure(words) / 2, middle = Math.min(Math.max((left + end) / 2, half), width - half);
    background.push(text(middle, (height += LINE) - 4, words, "tick middle"));
  }

  const targets: Target[] = [];
  for (const one of spec.series) {
    const cx = one.x.map((v) => (v === null ? null : x(v))), cy = one.y.map((v) => (v === null ? null : y(v)));
    const there = cx.map((_, k) => k).filter((k) => cx[k] !== null && cy[k] !== null);
    const curve = one.draw === "steps" ? curveStepAfter : curveLinear;
    const known = (values?: Values) => (k: number) => values?.[k] !== null && values?.[k] !== undefined && cx[k] !== null;
    if (one.interval === "band" && one.low) {
      marks.unshift(s("path", { class: "interval", style: `fill:${one.colour}`, d: area<number>().curve(curve).defined(known(one.low))
        .x((k) => cx[k]!).y0((k) => y(one.low![k]!)).y1((k) => y(one.high![k]!))(cx.map((_, k) => k)) ?? "" }));
    }
    if (isLine(one)) {
      marks.push(s("path", { class: one.name ? "curve" : "curve guide", style: `stroke:${one.colour}`, "stroke-dasharray": DASHES[one.dash ?? ""],
        d: line<number>().curve(curve).defined((k) => cx[k] !== null && cy[k] !== null).x((k) => cx[k]!).y((k) => cy[k]!)(cx.map((_, k) => k)) ?? "" }));
    }
    for (const k of there) {
      if (one.interval === "bars") {
        if (known(one.left)(k)) marks.push(bar(one.colour, [x(one.left![k]!), cy[k]!], [x(one.right![k]!), cy[k]!]));
        if (known(one.low)(k)) marks.push(bar(one.colour, [cx[k]!, y(one.low![k]!)], [cx[k]!, y(one.high![k]!)]));
      }
      if (one.draw === "bars") {
        const from = x(one.origin!), thick = Math.abs(y(0.24) - y(0));
        const right = one.x[k]! > one.origin! || (one.x[k] === one.origin && one.colour !== spec.series[0]!.colour);
        marks.push(s("rect", { x: Math.min(from, cx[k]!), y: cy[k]! - thick / 2, width: Math.max(1, Math.abs(cx[k]! - from)), height: thick,
          style: `fill:${one.colour}`, "fill-opacity": one.faint?.[k] ? 0.45 : 1 }));
        labels.push(text(cx[k]! + (right ? 5 : -5), cy[k]! + 4.5, one.labels?.[k] ?? "", right ? "begin" : "end"));
      } else if (one.mark) marks.push(mark(one, cx[k]!, cy[k]!));
      if (one.draw === "points" && one.labels) {
        const words = one.labels[k]!, before = cx[k]! - measure(words) - 9 > left;
        labels.push(text(cx[k]! + (before ? -8 : 8), cy[k]! - 9, words, `halo ${before ? "end" : "begin"}`));
      }
    }
    const place = direct?.get(one);
    if (place) labels.push(text(place.x, place.y, one.name, `halo ${place.anchor}`));
  }
  if (beside) labels.push(...besideLines(named, names, y, top, bottom, end));

  const along = lines.length > 0;
  if (along) targets.push(...alongLines(spec, lines, x, y));
  else for (const one of named) one.x.forEach((v, k) => {
    if (v === null || one.y[k] === null) return;
    const place = { x: x(v), y: y(one.y[k]!), colour: one.colour };
    const [title, ...more] = (one.says?.[k] ?? `${one.name}\n${both(spec.y, one.y[k]!, one.low?.[k], one.high?.[k])}`).split("\n");
    const which = rows && one.draw === "points" ? [one.name] : [];
    targets.push({ x: place.x, y: place.y, title: title!, rows: [...which, ...more].map((words, n) => ({ colour: n ? "" : one.colour, words })), dots: [place] });
  });
  if (!along) targets.sort((a, b) => (rows ? a.y - b.y || a.x - b.x : a.x - b.x));

  const svg = frame({ width, height }, says);
  svg.append(...background, ...marks, ...parts, ...labels);
  return { svg, targets, along, top, bottom };
}

/** Lines through time or along a value need no upright grid. */
const isLineGrid = (spec: Spec): boolean => spec.x.scale === "date";

/** Ends of an axis have fewer digits than its ticks. */
const inside = (at: number, low: number, high: number): boolean => at >= low - 1e-3 * Math.abs(low) && at <= high + 1e-3 * Math.abs(high);

function cut(words: string, width: number, measure: Measure): string {
  if (measure(words) <= width) return words;
  let k = words.length;
  while (k > 1 && measure(`${words.slice(0, k)}…`) > width) k--;
  return `${words.slice(0, k)}…`;
}

function bar(colour: string, [x1, y1]: [number, number], [x2, y2]: [number, number]): SVGElement {
  const d = y1 === y2 ? `M${x1},${y1}H${x2}M${x1},${y1 - 4}v8M${x2},${y1 - 4}v8` : `M${x1},${y1}V${y2}M${x1 - 4},${y1}h8M${x1 - 4},${y2}h8`;
  return s("path", { class: "bar", d, style: `stroke:${colour}` });
}

/** Names to the right of the ends of lines, in the order of the ends. */
function besideLines(named: Series[], names: string[][], y: Scale, top: number, bottom: number, end: number): SVGElement[] {
  const ends = named.map((one, k) => ({ one, words: names[k]!, at: y(one.y.filter((v) => v !== null).at(-1) ?? 0) })).sort((a, b) => a.at - b.at);
  const flat = ends.flatMap(({ one, words, at }) => words.map((part, k) => ({ one, part, at: at + 4.5 + (k - (words.length - 1) / 2) * LINE })));
  const places = apart(flat.map(({ at }) => at), LINE - 1, top + 10, bottom + 2);
  return flat.map(({ one, part }, k) => {
    const label = text(end + 10, places[k]!, part, "begin strong");
    label.setAttribute("style", `fill:${one.colour}`);
    return label;
  });
}

/** Places for the names of single points, none on another, a point or an interval; false if there are none. */
function placeNames(places: Map<Series, { x: number; y: number; anchor: string }>, named: Series[], x: Scale, y: Scale, room: Box, measure: Measure): boolean {
  const taken: Box[] = named.flatMap((one) => {
    const cx = x(one.x[0]!), cy = y(one.y[0]!), boxes = [{ x: cx - 6, y: cy - 6, width: 12, height: 12 }];
    if (one.left?.[0] != null) boxes.push({ x: x(one.left[0]!), y: cy - 3, width: x(one.right![0]!) - x(one.left[0]!), height: 6 });
    if (one.low?.[0] != null) boxes.push({ x: cx - 3, y: y(one.high![0]!), width: 6, height: y(one.low[0]!) - y(one.high![0]!) });
    return boxes;
  });
  const free = (box: Box) => box.x >= room.x && box.x + box.width <= room.x + room.width && box.y >= room.y - 4 && box.y + box.height <= room.y + room.height
    && taken.every((one) => box.x >= one.x + one.width || one.x >= box.x + box.width || box.y >= one.y + one.height || one.y >= box.y + box.height);
  for (const one of named) {
    const cx = x(one.x[0]!), cy = y(one.y[0]!), wide = measure(one.name);
    const found = [[10, -8, "begin"], [10, 16, "begin"], [-10, -8, "end"], [-10, 16, "end"], [12, 4, "begin"], [-12, 4, "end"], [10, -22, "begin"], [-10, 30, "end"], [10, 30, "begin"], [-10, -22, "end"]]
      .map(([dx, dy, anchor]) => ({ x: cx + Number(dx), y: cy + Number(dy), anchor: String(anchor) }))
      .find((at) => free({ x: at.anchor === "end" ? at.x - wide : at.x, y: at.y - 12, width: wide, height: 15 }));
    if (!found) return false;
    taken.push({ x: found.anchor === "end" ? found.x - wide : found.x, y: found.y - 12, width: wide, height: 15 });
    places.set(one, found);
  }
  return true;
}

/** What is read along x: all lines at one place. */
function alongLines(spec: Spec, lines: Series[], x: Scale, y: Scale): Target[] {
  const places = [...new Set(lines.flatMap((one) => one.x.filter((v) => v !== null)))].sort((a, b) => a - b);
  return places.map((at) => {
    const found = lines.flatMap((one) => {
      const k = last(one.x, at);
      if (k < 0 || one.y[k] === null || (one.draw === "line" && one.x[k] !== at)) return [];
      const words = both(spec.y, one.y[k]!, one.low?.[k], one.high?.[k]);
      return [{ colour: one.colour, words: `${one.name}: ${words}`, x: x(at), y: y(one.y[k]!) }];
    });
    return { x: x(at), y: found[0]?.y ?? 0, title: told(spec.x, at), rows: found, dots: found };
  }).filter((one) => one.rows.length);
}

/** Number of the last value that is not above; values rise. */
function last(values: Values, at: number): number {
  let low = 0, high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

