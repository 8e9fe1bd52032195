/** Draws the charts of a report in place of its static pictures, from the data that lie in it. */
import { h } from "../view/dom.ts";
import { saveCsv, savePng, saveSvg, tableOf } from "../view/keep.ts";
import { standalone } from "../view/raster.ts";
import { read, table, type Spec } from "../report/data.ts";
import { draw } from "../report/draw.ts";
import { Readout } from "../report/readout.ts";

const plots = read(document.getElementById("plots")!.textContent ?? "{}");
const ruler = document.createElement("canvas").getContext("2d")!;
const family = getComputedStyle(document.body).fontFamily;

function measure(words: string, bold = false): number {
  ruler.font = `${bold ? 650 : 400} 13px ${family}`;
  return ruler.measureText(words).width * 1.02 + 1;
}

/** A picture of the report, drawn at the width that it has. */
class Picture {
  private readonly plot: HTMLElement;
  private readonly readout: Readout;
  private readonly choice: HTMLSelectElement | null;
  private readonly inside = h("div", { class: "numbers" });
  private readonly details: HTMLDetailsElement;
  private readonly name: string;

  constructor(private readonly figure: HTMLElement) {
    this.name = figure.dataset["plot"]!;
    this.plot = figure.querySelector<HTMLElement>(".plot")!;
    this.choice = figure.querySelector("select");
    this.readout = new Readout(this.plot);
    this.details = h("details", { class: "keep" }, h("summary", { text: "Numbers and files of this chart" }), this.inside);
    this.details.addEventListener("toggle", () => this.fill());
    this.plot.after(this.details);
    this.choice?.addEventListener("change", () => this.draw());
  }

  get spec(): Spec {
    const options = plots[this.name]!;
    return options[this.choice?.value ?? Object.keys(options)[0]!]!;
  }

  draw(): void {
    try {
      this.figure.classList.add("drawn");
      const drawn = draw(this.spec, this.figure.querySelector("figcaption")?.textContent ?? "", Math.max(240, this.plot.clientWidth), measure);
      this.plot.querySelector("svg")?.remove();
      this.plot.prepend(drawn.svg);
      this.readout.of(drawn);
      this.fill();
    } catch (error) {
      // The static picture stays in its place.
      this.figure.classList.remove("drawn");
      console.error(error);
    }
  }

  private fill(): void {
    if (!this.details.open) { this.inside.replaceChildren(); return; }
    const name = `afterban-${this.name}`, svg = this.plot.querySelector("svg")!;
    const text = () => standalone(svg, getComputedStyle(document.body).backgroundColor);
    const room = { width: Number(svg.getAttribute("width")), height: Number(svg.getAttribute("height")) };
    this.inside.replaceChildren(
      h("p", { class: "buttons" },
        h("button", { type: "button", text: "CSV", onclick: () => saveCsv(name, table(this.spec, true)) }),
        h("button", { type: "button", text: "SVG", onclick: () => saveSvg(name, text()) }),
        h("button", { type: "button", text: "PNG", onclick: () => void savePng(name, text(), room) })),
      tableOf(table(this.spec, false), `Numbers of the chart ${this.name}`));
  }
}

const pictures = [...document.querySelectorAll<HTMLElement>("figure[data-plot]")].map((figure) => new Picture(figure));
const all = () => pictures.forEach((one) => one.draw());
all();

// Older browsers print what a closed part holds only while it is open.
const closed = [...document.querySelectorAll<HTMLDetailsElement>("details.printed:not([open])")];
addEventListener("beforeprint", () => closed.forEach((one) => { one.open = true; }));
addEventListener("afterprint", () => closed.forEach((one) => { one.open = false; }));

let width = innerWidth, waiting = 0;
addEventListener("resize", () => {
  if (innerWidth === width) return;
  width = innerWidth;
  clearTimeout(waiting);
  waiting = setTimeout(all, 120) as unknown as number;
});
