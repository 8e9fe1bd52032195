/* The page: stories in beats, each with its pictures, its prediction, its clock. */

import { fromFile, fromFragment, toFragment } from "../engine/index.js";
import type { State, ViewRules } from "../engine/types.d.ts";
import { along, linesThrough, saidOf, sawtooth, throughTime } from "./charts.ts";
import { Clock } from "./clock.ts";
import { h } from "./dom.ts";
import { happened } from "./events.ts";
import { Figure } from "./figures.ts";
import { Guesses } from "./guesses.ts";
import { momentOf } from "./moment.ts";
import type { Ink } from "./network.ts";
import { inkOf, NetworkFigure } from "./network_figure.ts";
import type { BeatData, Payload, StoryData } from "./payload.ts";
import { form, outcome, type Guess } from "./predict.ts";
import { followers, fromRecord, type Scene } from "./scene.ts";
import { paragraph } from "./glossary.ts";
import { Dates, percent, whole } from "./words.ts";
import { deckOf } from "./slides/story.ts";
import { Slides } from "./slides/view.ts";
import { Sandbox, type Simulators } from "./sandbox.ts";

const SPEEDS = [0.5, 1, 2, 4];
const SELDOM = 500; // milliseconds between two notes of where a slider stands

let INK: Ink | null = null;
const ink = (): Ink => (INK ??= inkOf(document.documentElement));

export class Page {
  private story!: StoryData;
  private beatNumber = 0;
  private scene!: Scene;
  private met: Scene["network"] | null = null;
  private pinned: { scene: Scene; label: string } | null = null;
  private focus = 0;
  private dates!: Dates;
  private readonly clock = new Clock();
  private readonly guesses = new Guesses();
  private readonly scenes = new Map<string, Scene>();
  private sandbox: Sandbox | null = null;
  private kept: State | undefined; // of a link, of a file, or of a sandbox that was left, until the next one has it
  private wanted: number | undefined; // operator of a link or file, until its network is drawn

  private readonly line = h("h1", { id: "line", tabindex: -1 });
  private readonly caption = h("div", { class: "caption" });
  private readonly meaning = h("p", { class: "meaning", role: "status", hidden: true });
  private readonly number = h("div", { class: "big", hidden: true });
  private readonly question = h("div", { class: "question" });
  private readonly controls = h("div", { class: "controls" });
  private readonly presets = h("div", { class: "presets buttons" });
  private readonly back = h("button", { type: "button", class: "back", text: "Back" });
  private readonly next = h("button", { type: "button", class: "go", text: "Next" });
  private readonly steps = h("ol", { class: "steps" });
  private readonly chooser = h("select", { id: "story", "aria-label": "Story" });
  private readonly score = h("p", { class: "score", role: "status" });
  private readonly bar = h("span", { class: "bar", "aria-hidden": "true" });
  private readonly alert = h("p", { class: "alert", role: "alert", hidden: true });
  private readonly play = h("button", { type: "button", class: "play" });
  private readonly nextOne = h("button", { type: "button", text: "Next event", title: "Key N", onclick: () => this.nextEvent() });
  private readonly slider = h("input", { type: "range", id: "day", min: 0, step: "any", "aria-label": "Day" });
  private readonly date = h("output", { for: "day", class: "date" });
  private readonly speed = h("select", { "aria-label": "Speed of the clock" }, ...SPEEDS.map((x) => h("option", { value: x, text: `${x} ×` })));
  private readonly who = h("select", { id: "operator", "aria-label": "Operator whose accounts are followed" });
  private readonly events = h("ol", { class: "events" });
  private readonly eventsBox = h("details", { class: "happened" }, h("summary", { text: "What happened, and why" }), this.events);
  private readonly origin = h("p", { class: "small" });
  private readonly originBox = h("details", { class: "happened" }, h("summary", { text: "Where the numbers come from" }), this.origin);
  private readonly spoken = h("p", { class: "away", role: "status" });
  private readonly mine = new NetworkFigure("Suspensions", false, ink);
  private readonly twin = new NetworkFigure("Untouched twin", true, ink);
  private readonly lives = new Figure("lives", (day) => this.jump(day));
  private readonly through = new Figure("through", (day) => this.jump(day));
  private readonly lines = new Figure("lines", (day) => this.jump(day));
  private readonly curve = new Figure("curve");
  private readonly stage = h("div", { class: "stage" });
  private enlarged = false;
  private remembering = 0;
  private lastRemembered = -Infinity;

  constructor(private readonly payload: Payload, private readonly root: HTMLElement, private readonly simulators: Simulators | null) {
    for (const story of payload.stories) this.chooser.append(h("option", { value: story.key, text: story.title }));
    this.chooser.addEventListener("change", () => this.open(this.chooser.value, 0));
    this.back.addEventListener("click", () => this.show(this.beatNumber - 1, true));
    this.next.addEventListener("click", () => this.forward());
    this.play.addEventListener("click", () => this.toggle());
    this.slider.addEventListener("input", () => this.jump(+this.slider.value));
    this.speed.value = "1";
    this.speed.addEventListener("change", () => { this.clock.speed = +this.speed.value; });
    this.who.addEventListener("change", () => this.follow(+this.who.value));
    const enlarge = h("button", { type: "button", "aria-pressed": "false", text: "Enlarge the later accounts" });
    enlarge.addEventListener("click", () => {
      this.enlarged = !this.enlarged;
      enlarge.setAttribute("aria-pressed", String(this.enlarged));
      this.redraw();
    });
    this.lives.tools.prepend(enlarge);
    this.eventsBox.addEventListener("toggle", () => { if (this.scene) this.listEvents(); });
        const time = h("div", { class: "time panel", role: "group", "aria-label": "Time" }, this.play, this.nextOne, this.speed, this.slider, this.date);
    const nets = h("div", { class: "nets" }, this.mine.box, this.twin.box);
    const charts = h("div", { class: "charts" }, this.lives.box, this.through.box, this.lines.box, this.curve.box);
    this.stage.append(nets, time, charts);
    const toSlides = () => h("button", { type: "button", class: "toslides", text: "Slides", onclick: () => { this.clock.pause(); slides.open(); } });
    const side = h("aside", { class: "side", "aria-label": "This step" }, this.caption, this.meaning, this.number, this.question, this.controls,
      this.eventsBox, this.originBox, this.score, toSlides(), h("div", { class: "steer" }, this.back, this.bar, this.next));
    root.replaceChildren(
      h("header", { class: "top" }, h("span", { class: "brand", text: "afterban" }), this.chooser, h("nav", { "aria-label": "Steps" }, this.steps),
        toSlides(), h("label", { class: "who" }, "Follow ", this.who)),
      this.alert, h("main", {}, h("div", { class: "line" }, this.line, this.presets), this.stage, side), this.spoken);
    const slides = new Slides(root, () => deckOf(this.story, this.beatNumber, this.guesses, payload.stories, payload.words));
    this.clock.onMove((from, to) => this.moved(from, to));
    this.clock.onPlay(() => this.playing());
    this.mine.onPick((node) => this.follow(node));
    this.mine.onWalk((dx, dy) => this.follow(this.mine.network.beside(this.focus, dx, dy), true));
    this.twin.onPick((node) => this.follow(node));
    this.playing();
    document.addEventListener("keydown", (event) => this.key(event));
    let later = 0;
    const watch = new ResizeObserver(() => { cancelAnimationFrame(later); later = requestAnimationFrame(() => this.redraw()); });
    for (const figure of [this.lives, this.through, this.lines, this.curve]) watch.observe(figure.picture);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { INK = null; this.redraw(); });
    addEventListener("hashchange", () => this.fromAddress());
    if (!this.fromAddress()) this.open(payload.stories[0]!.key, 0);
  }

  /* --- where the page stands ------------------------------------------------------------------- */

  private open(key: string, beat: number): void {
    this.story = this.payload.stories.find((one) => one.key === key)!;
    this.dates = new Dates(this.story.start);
    this.chooser.value = key;
    this.focus = 0;
    this.wanted = undefined;
    this.sandbox?.close();
    this.sandbox = null;
    if (this.kept?.story !== this.story.lowered.key) this.kept = undefined;
    this.show(beat, false);
  }
  /** Who is drawn now: another size or seed of the sandbox is another network. */
  private meet(network: Scene["network"]): void {
    if (network === this.met) return;
    this.met = network;
    // Those of the record come first, also where a link or file has another network.
    this.focus = network === this.story.network ? 0 : Math.min(this.wanted ?? 0, network.names.length - 1);
    if (network !== this.story.network) this.wanted = undefined;
    this.who.replaceChildren(...network.names.map((name, k) => h("option", { value: k, text: name })));
    this.who.value = String(this.focus);
    this.mine.network.people(network.audience);
    this.twin.network.people(network.audience);
  }
  private recorded(k: number): Scene {
    const key = `${this.story.key}.${k}`;
    if (!this.scenes.has(key)) this.scenes.set(key, fromRecord(this.story.answers[k]!, this.story.network));
    return this.scenes.get(key)!;
  }
  private get beat(): BeatData { return this.story.beats[this.beatNumber]!; }

  private forward(): void {
    if (this.beatNumber < this.story.beats.length - 1) { this.show(this.beatNumber + 1, true); return; }
    const k = this.payload.stories.indexOf(this.story);
    if (k < this.payload.stories.length - 1) this.open(this.payload.stories[k + 1]!.key, 0);
  }

  private show(number: number, speak: boolean): void {
    this.clock.pause();
    if (this.sandbox) this.kept = this.state();
    this.beatNumber = Math.max(0, Math.min(number, this.guesses.gate(this.story)));
    const { beat, story, payload } = this;
    const open = this.guesses.open(story, beat);
    this.scene = this.recorded(beat.answer);
    this.meet(this.scene.network);
    if (speak && !beat.explore) { this.focus = 0; this.who.value = "0"; } // whom the step speaks of
    this.pinned = beat.pin === undefined ? null : { scene: this.recorded(beat.pin), label: "before" };
    this.line.textContent = beat.title;
    this.caption.replaceChildren(...beat.text.map((text) => paragraph(text, payload.words, this.meaning)));
    if (this.beatNumber === 0 && story.beats.length > 1) this.caption.append(h("p", { class: "small", text: "All is simulated: no account here is real." }));
    this.meaning.hidden = true;
    this.bigNumber(beat.number ?? null);
    const fewer = new Set(story.lowered.sizes.map((one) => one.operators)).size > 1 ? "accounts" : "users in the sample";
    this.origin.replaceChildren(`Scenario ${story.scenario}${story.size === "class" ? `, with a tenth of its ordinary ${fewer}` : ""}${story.sources.length ? `; documents ${story.sources.join(", ")}` : ""}. `
      + "Pictures are one run; numbers with an interval are the mean of the runs named beside it. The same on the command line: ", h("code", { text: story.commands[beat.answer] }), ...(story.about ?? []).flatMap((line) => [h("br"), line]));
    this.question.replaceChildren();
    if (open) this.question.append(form(beat.question!, (guess) => this.commit(guess)));
    else this.answered();
    for (const [name, box] of Object.entries({ lives: this.lives.box, through: this.through.box, lines: this.lines.box, curve: this.curve.box })) box.hidden = !beat.pictures.includes(name);
    document.body.classList.toggle("exploring", beat.explore);
    this.stage.classList.toggle("nonet", !beat.pictures.includes("network"));
    this.sandbox?.close();
    this.sandbox = null;
    this.controls.replaceChildren();
    this.presets.replaceChildren();
    if (beat.explore) this.explore();
    this.clock.horizon = story.horizon;
    this.clock.until = beat.until ?? story.horizon;
    this.slider.max = String(this.clock.until);
    this.put(this.scene);
    this.clock.go(beat.begin);
    this.navigation();
    this.remember();
    if (speak) { this.line.focus({ preventScroll: true }); scrollTo({ top: 0 }); }
    if (beat.plays && !matchMedia("(prefers-reduced-motion: reduce)").matches) this.clock.play();
  }

  private put(scene: Scene): void {
    this.scene = scene;
    this.meet(scene.network);
    this.clock.happenings = scene.happenings;
    this.mine.network.show(scene, this.focus);
    this.mine.key(scene.promotions.length ? `one dot: ${whole(this.mine.network.perParticle)} follower${this.mine.network.perParticle === 1 ? "" : "s"} sent over` : "no promotion in this run", scene.promotions.length > 0);
    this.twin.network.show(scene, this.focus);
    this.redraw();
  }

  private navigation(): void {
    const gate = this.guesses.gate(this.story), last = this.story.beats.length - 1;
    this.steps.replaceChildren(...this.story.beats.map((beat, k) => h("li", {}, h("button", {
      type: "button", "aria-current": k === this.beatNumber ? "step" : null, disabled: k > gate,
      "aria-label": `Step ${k + 1} of ${last + 1}${beat.question ? ", a prediction" : ""}`, text: beat.question ? "?" : String(k + 1), onclick: () => this.show(k, true) }))));
    this.back.disabled = this.beatNumber === 0;
    this.next.disabled = this.beatNumber >= gate && this.beatNumber < last;
    const stories = this.payload.stories, more = stories.indexOf(this.story) < stories.length - 1;
    this.next.textContent = this.beatNumber < last ? "Next" : more ? "Next story" : "The end";
    if (this.beatNumber === last && !more) this.next.disabled = true;
    this.steps.hidden = this.back.hidden = this.next.hidden = last === 0 && stories.length === 1;
    this.score.textContent = this.guesses.score(this.story);
  }

  /* --- predictions ----------------------------------------------------------------------------- */

  private commit(guess: Guess): void {
    if (this.guesses.commit(this.story, this.beat, guess)) this.show(this.beatNumber + 1, true);
  }
  /** The guess of the last prediction before this beat, with its answer over it. */
  private answered(): void {
    const asked = this.story.beats[this.beat.question ? this.beatNumber : this.beatNumber - 1];
    const guess = asked?.question && this.guesses.of(this.story, asked);
    if (guess) outcome(asked.question!, guess, this.beat.question !== undefined, this.question);
  }

  /* --- the pictures ---------------------------------------------------------------------------- */

  private redraw(): void {
    if (!this.scene) return;
    const { beat, story, clock } = this;
    // All rooms before the first picture is changed, so that the page is laid out once.
    const rooms = { lives: this.lives.room, through: this.through.room, curve: this.curve.room, lines: this.lines.room };
    if (beat.pictures.includes("lives")) this.lives.show(sawtooth(this.scene.nodes[this.focus]!, this.scene.network.names[this.focus]!, clock.until, story.horizon, this.dates, rooms.lives, this.enlarged));
    if (beat.pictures.includes("through")) this.through.show(throughTime(this.scene, this.pinned, clock.until, story.horizon, this.dates, rooms.through));
    const own = this.scene.lines;
    if (beat.pictures.includes("lines") && own) this.lines.show(linesThrough(this.scene, own, this.pinned?.scene ?? null, clock.until, story.horizon, this.dates, rooms.lines));
    const data = beat.curve ? story.curves[beat.curve] : undefined;
    if (beat.pictures.includes("curve") && data) {
      const mine = this.standing(data);
      this.curve.show(along(data, mine, rooms.curve));
      this.curve.say(data.title);
    }
    this.mine.network.later();
    this.twin.network.later();
    this.listEvents();
    this.moved(clock.day, clock.day);
  }
  private standing(data: StoryData["curves"][string]): { at: number; value: number } | null {
    const value = this.scene.numbers[data.metric], set = this.scene.settings[data.slider];
    const point = data.points.find((one) => one.setting === String(set));
    const place = point?.at ?? (typeof set === "number" ? set : null);
    return value === null || value === undefined || place === null ? null : { at: place, value };
  }

  private moved(from: number, to: number): void {
    const { scene, clock } = this;
    if (!scene) return;
    const hold = this.mine.network.move(from, to);
    this.twin.network.move(from, to);
    if (hold) clock.hold(hold);
    this.lives.cursor(to);
    this.through.cursor(to);
    this.lines.cursor(to);
    if (scene.lines) this.lines.say(saidOf(scene, scene.lines, to));
    this.slider.value = String(to);
    this.date.textContent = this.dates.full(to);
    this.slider.setAttribute("aria-valuetext", this.dates.full(to));
    // Not `disabled`: who has come to it by keyboard would lose the place.
    const more = this.clock.next(this.focus) ? "false" : "true";
    if (this.nextOne.getAttribute("aria-disabled") !== more) this.nextOne.setAttribute("aria-disabled", more);
    const now = momentOf(scene, this.dates, this.focus, to);
    this.mine.count(now.mine);
    this.twin.count(now.twin);
    this.bar.textContent = now.bar;
    this.lives.say(now.lives);
    this.through.say(now.through);
    this.mine.describe(now.said);
    this.twin.describe(now.saidOfTwin);
  }
  private listEvents(): void {
    const { scene } = this;
    if (!this.eventsBox.open) { this.events.replaceChildren(); return; }
    const list = happened(scene, this.focus, scene.nodes[this.focus]!, this.scene.network.names[this.focus]!, this.clock.until, this.dates, (k) => this.scene.network.names[k]!);
    this.events.replaceChildren(...list.map((event) => h("li", {},
      h("button", { type: "button", class: "day", text: this.dates.short(event.day), onclick: () => this.jump(event.day + 1e-3) }),
      h("div", {}, h("strong", { text: event.title }), ` ${event.text}`))));
  }

  private bigNumber(number: { text: string; label: string; interval: string } | null): void {
    this.number.hidden = !number;
    if (number) this.number.replaceChildren(h("strong", { text: number.text }), h("span", { text: number.label }), h("small", { text: number.interval }));
  }

  /* --- the sandbox ----------------------------------------------------------------------------- */

  private explore(): void {
    this.sandbox = new Sandbox(this.story, this.simulators, {
      show: (scene) => {
        this.put(scene);
        const reach = scene.numbers.effective_reach;
        if (reach !== null && reach !== undefined) this.bigNumber({ text: percent(reach), label: "of what outsiders would have seen", interval: scene.live ? "one run, in this page" : "one run, computed beforehand" });
        this.rememberSoon();
      },
      scene: () => this.scene,
      recorded: (k) => this.recorded(k),
      pin: (on) => { this.pinned = on ? { scene: this.scene, label: "pinned" } : null; this.redraw(); },
      state: () => this.state(),
      link: () => { this.remember(); return location.href; },
      open: (text) => this.restore(() => fromFile(text, this.lowered, this.rules)),
      warn: (words) => this.warn(words),
    }, this.kept);
    this.kept = undefined;
    this.controls.replaceChildren(this.sandbox.controls);
    this.presets.replaceChildren(...this.sandbox.presets);
    this.sandbox.begin();
  }

  /** Outsiders who follow an operator on a day, for tests. */
  followersOf(node: Scene["nodes"][number], day: number): number { return followers(node, day).outsiders; }

  /* --- time, keys and pointers ------------------------------------------------------------------ */

  private jump(day: number): void { this.clock.pause(); this.clock.go(day); }
  private toggle(): void { if (this.clock.playing) this.clock.pause(); else this.clock.play(); }
  private playing(): void {
    this.play.textContent = this.clock.playing ? "Pause" : "Play";
    if (!this.clock.playing && this.scene) this.remember();
  }
  private nextEvent(): void {
    const one = this.clock.next(this.focus);
    if (!one) { this.spoken.textContent = "No later event in this step."; return; }
    this.clock.pause();
    const before = this.clock.day;
    this.clock.go(Math.max(before, one.day - 1e-6));
    // Through the event, so that it is seen to happen.
    this.clock.day = one.day + 1e-3;
    this.moved(one.day - 1e-6, one.day + 1e-3);
    const life = this.scene.nodes[one.node]!.lives[one.life]!;
    this.spoken.textContent = `${this.dates.full(one.day)}: ${this.scene.network.names[one.node]} ${one.kind === "return" ? `is back as @${life.handle}` : `loses @${life.handle} with ${whole(life.outsiders)} outsiders`}.`;
  }
  private follow(node: number, speak = false): void {
    this.focus = node;
    this.who.value = String(node);
    this.mine.network.look(node);
    this.twin.network.look(node);
    this.redraw();
    if (speak) this.spoken.textContent = this.mine.said;
  }
  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || this.root.hidden) return;
    const on = event.target as HTMLElement;
    if (on.closest("input[type=text], select, textarea")) return;
    if (event.key === "n" || event.key === "N") this.nextEvent();
    else if (event.key === " " && !on.closest("button, summary, input")) { event.preventDefault(); this.toggle(); }
    else if (event.key === "PageDown" && !this.next.disabled) { event.preventDefault(); this.next.click(); }
    else if (event.key === "PageUp" && !this.back.disabled) { event.preventDefault(); this.back.click(); }
  }

  /* --- what is kept ----------------------------------------------------------------------------- */

  private get lowered(): StoryData["lowered"][] { return this.payload.stories.map((one) => one.lowered); }
  private get rules(): ViewRules {
    const most = (of: (story: StoryData) => number) => Math.max(...this.payload.stories.map(of));
    return {
      tale: { words: this.payload.stories.map((one) => one.key) },
      step: { least: 1, most: most((story) => story.beats.length), whole: true },
      day: { least: 0, most: most((story) => story.horizon) },
      operator: { least: 0, most: most((story) => story.network.names.length - 1), whole: true },
    };
  }
  /** Where the page stands, for a link or a file. */
  private state(): State {
    const kept = this.sandbox?.kept() ?? this.kept ?? { settings: {}, seed: this.story.lowered.seed, size: this.story.size };
    return { ...kept, story: this.story.lowered.key,
      view: { tale: this.story.key, step: this.beatNumber + 1, day: +this.clock.day.toFixed(2), operator: this.focus } };
  }
  private remember(): void {
    clearTimeout(this.remembering);
    this.lastRemembered = performance.now();
    try { history.replaceState(null, "", `#${toFragment(this.state())}`); } catch { /* a file in a frame has no history */ }
  }
  /** Not at each picture of a drag: a browser takes ten milliseconds for it, and lets a page do it so often only. */
  private rememberSoon(): void {
    const waited = performance.now() - this.lastRemembered;
    clearTimeout(this.remembering);
    if (waited > SELDOM) this.remember();
    else this.remembering = setTimeout(() => this.remember(), SELDOM - waited);
  }
  private fromAddress(): boolean {
    return location.hash.length > 1 && this.restore(() => fromFragment(location.hash.slice(1), this.lowered, this.rules));
  }
  /** Go where a link or a file says; one line if it is none of this page. */
  private restore(read: () => State): boolean {
    let state: State;
    try { state = read(); } catch (error) { this.warn((error as Error).message); return false; }
    const story = this.payload.stories.find((one) => one.key === state.view.tale) ?? this.payload.stories.find((one) => one.lowered.key === state.story)!;
    if (story.lowered.key !== state.story) { this.warn("the link names one story and the scenario of another"); return false; }
    this.warn("");
    this.kept = Object.keys(state.settings).length || state.seed !== story.lowered.seed || state.size !== story.size ? state : undefined;
    const step = typeof state.view.step === "number" ? state.view.step - 1 : this.kept ? story.beats.length - 1 : 0;
    this.open(story.key, step);
    const { operator, day } = state.view, other = state.seed !== story.lowered.seed || state.size !== story.size;
    if (other && this.sandbox) this.wanted = Number(operator ?? 0);
    else if (typeof operator === "number" && operator < this.scene.network.names.length) this.follow(operator);
    if (typeof day === "number" && this.beatNumber === step) this.jump(day);
    return true;
  }
  private warn(words: string): void {
    this.alert.textContent = words;
    this.alert.hidden = !words;
  }
}
