/* The page in the browser: it draws what Python answers, and asks again when a slider moves.

   Nothing is fetched from anywhere: questions and answers go over the connection of the notebook.
   Time runs here, so playing needs no answer at all. */

const PLAY_SECONDS = 24; // from the first day to the last
const SETTLE = 90; // milliseconds that a slider rests before anything is asked
const NAMES = "story size speed reviewers edits returns promotion first seed operator life day view".split(" ");
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

const number = (x) => Math.round(x).toLocaleString("en-US");
const percent = (x) => `${Math.round(100 * x)} %`;

function make(tag, attributes = {}, ...children) {
  const svg = make.inside;
  const one = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) one.addEventListener(name.slice(2), value);
    else if (name === "text") one.textContent = value;
    else one.setAttribute(name, value === true ? "" : value);
  }
  one.append(...children.filter((child) => child !== null));
  return one;
}
make.inside = false;
function drawn(build) {
  make.inside = true;
  try { return build(); } finally { make.inside = false; }
}

/* Numbers on an axis from 0: a few round ones. */
function ticks(top, count = 4) {
  const rough = top / count;
  const size = 10 ** Math.floor(Math.log10(rough || 1));
  const step = [1, 2, 2.5, 5, 10].map((k) => k * size).find((k) => k >= rough) || 1;
  const found = [];
  for (let x = 0; x <= top * 1.0001; x += step) found.push(x);
  return found;
}
/* Where a bold text that stands over x has to be, so that none of it is cut off. */
function inside(x, text, width) {
  const half = Math.min(width / 2, 4.9 * text.length + 6);
  return Math.min(Math.max(x, half), width - half);
}
function people(x) {
  if (x >= 1e6) return `${+(x / 1e6).toPrecision(3)} M`;
  if (x >= 1e4) return `${+(x / 1e3).toPrecision(3)}k`;
  return number(x);
}

export default {
  render({ model, el }) {
    const about = model.get("about");
    const stories = Object.fromEntries(about.stories.map((one) => [one.key, one]));
    const waiting = new Map();
    const curves = new Map();
    let asked = 0, generation = 0, state = null, one = null, timer = 0, playing = 0, now = 0;
    let pending = null;

    // --- questions and answers -----------------------------------------------------------------

    const heard = (message) => {
      const done = waiting.get(message?.id);
      if (!done) return;
      waiting.delete(message.id);
      done(message);
    };
    model.on("msg:custom", heard);
    function ask(part, more = {}) {
      const id = ++asked;
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        model.send({ id, part, ...more });
      });
    }
    const query = (from = state) => new URLSearchParams(NAMES.map((name) => [name, from[name]])).toString();
    const others = () => query({ ...state, speed: "", operator: "", life: "", day: "", view: "" });

    // --- the parts of the page -----------------------------------------------------------------

    const root = make("div", { class: "afterban" });
    const status = make("p", { class: "status", role: "status" });
    const alert_ = make("p", { class: "alert", role: "alert", hidden: true });
    const choice = (id, label, options, change) => {
      const select = make("select", { id, onchange: () => change(select.value) });
      fill(select, options);
      return { box: make("div", { class: "field" }, make("label", { for: id, text: label }), select), select };
    };
    function fill(select, options) {
      select.replaceChildren(...options.map(([value, text]) => make("option", { value, text })));
    }
    const button = (text, click, more = {}) => make("button", { type: "button", text, onclick: click, ...more });

    const story = choice("story", "Story", about.stories.map((s) => [s.key, s.title]), (key) => open(stories[key].state));
    const size = choice("size", "Network", [], (value) => move({ size: value }));
    const seed = make("input", { id: "seed", type: "number", min: 0, max: 4294967295, step: 1,
      onchange: () => seed.checkValidity() && seed.value !== "" ? move({ seed: +seed.value }) : (seed.value = state.seed) });
    const question = make("p", { class: "question" });
    const tells = make("p", { class: "tells" });
    const sources = make("summary", { class: "small" });
    const quotes = make("ul", { class: "quotes" });

    const sliders = {};
    const help = make("p", { class: "help small", id: "help" });
    const explain = (slider) => {
      help.replaceChildren(make("strong", { text: `${slider.label}. ` }), slider.help,
        make("br"), make("code", { text: slider.paths.join(", ") }));
    };
    const dials = about.sliders.map((slider) => {
      const id = `slider-${slider.key}`;
      const label = make("label", { for: id, text: slider.label });
      if (!slider.ordered) {
        const select = make("select", { id, "aria-describedby": "help", onfocus: () => explain(slider),
          onchange: () => move({ [slider.key]: select.value }) });
        sliders[slider.key] = { slider, input: select };
        return make("div", { class: "dial" }, label, select);
      }
      const output = make("output", { for: id });
      const input = make("input", { id, type: "range", min: 0, step: 1, "aria-describedby": "help",
        onfocus: () => explain(slider),
        oninput: () => { explain(slider); move({ [slider.key]: steps(slider.key)[+input.value].value }); } });
      sliders[slider.key] = { slider, input, output };
      return make("div", { class: "dial" }, make("div", { class: "row" }, label, output), input);
    });
    const steps = (key) => stories[state.story].steps[key];
    const presets = make("div", { class: "buttons" });
    const file = make("input", { type: "file", id: "file", class: "away", accept: ".json,application/json", tabindex: -1,
      "aria-label": "State file", onchange: () => file.files[0] && read(file.files[0]) });
    const keeping = make("div", { class: "buttons" },
      button("Copy link", copy), button("Save state", () => keep("json")),
      button("Open state", () => file.click()), button("Save scenario (YAML)", () => keep("yaml")), file);
    const controls = make("section", { class: "panel controls", "aria-labelledby": "h-controls" },
      make("h2", { id: "h-controls", text: "Enforcement and network" }),
      ...dials, help, make("h3", { text: "Try" }), presets, make("h3", { text: "Keep" }), keeping);

    const play = button("Play", () => (playing ? pause() : start()), { class: "play" });
    const day = make("input", { type: "range", id: "day", min: 0, step: 1, "aria-label": "Day",
      oninput: () => { pause(); at(+day.value); remember(); } });
    const date = make("output", { for: "day", class: "date" });
    const time = make("section", { class: "panel time", "aria-label": "Time" }, play, day, date);

    const figure = (name, title) => {
      const heading = make("h2", { id: `h-${name}`, text: title });
      const picture = make("div", { class: "picture", id: `picture-${name}` });
      const caption = make("p", { class: "small caption" });
      return { box: make("section", { class: `panel ${name}`, "aria-labelledby": `h-${name}` }, heading, picture, caption), heading, picture, caption };
    };
    const lives = figure("lives", "One operator, life after life");
    const net = figure("network", "The network around it");
    const reach = figure("reach", "Reach that is left, by speed");
    const who = choice("operator", "Operator", [], (value) => move({ operator: value, life: 1 }));
    const zoom = make("input", { type: "checkbox", id: "view", onchange: () => {
      state.view = zoom.checked ? "later" : "all"; remember(); showLives(); at(now); } });
    lives.heading.after(make("div", { class: "tools" }, who.box,
      make("div", { class: "field" }, zoom, make("label", { for: "view", text: "enlarge the later accounts" }))));
    const numbers = make("section", { class: "panel numbers", "aria-labelledby": "h-numbers" });
    const parts = make("section", { class: "panel parts", "aria-labelledby": "h-parts" });
    const cited = make("section", { class: "panel cited", "aria-labelledby": "h-cited" });
    const which = choice("life", "Account", [], (value) => move({ life: +value }));
    const events = make("ol", { class: "events" });
    const whyNote = make("p", { class: "small" });
    const why = make("section", { class: "panel why", "aria-labelledby": "h-why" },
      make("h2", { id: "h-why", text: "Why did this happen?" }), which.box, events, whyNote);

    root.append(
      make("header", {},
        make("div", { class: "titles" }, make("h1", { text: "afterban" }), make("p", { class: "tagline", text: "What happens after a ban" })),
        make("div", { class: "choices" }, story.box, size.box,
          make("div", { class: "field" }, make("label", { for: "seed", text: "Seed" }), seed))),
      make("section", { class: "story", "aria-label": "What it tells" }, question, tells, make("details", {}, sources, quotes)),
      status, alert_,
      make("div", { class: "main" }, controls,
        make("div", { class: "pictures" }, time,
          make("div", { class: "column" }, lives.box, reach.box, why),
          make("div", { class: "column" }, net.box, numbers))),
      parts,
      cited);
    el.append(make("main", {}, root));

    // --- state ---------------------------------------------------------------------------------

    function say(text) { status.textContent = text; }
    function warn(text) { alert_.textContent = text || ""; alert_.hidden = !text; }

    function open(next) {
      pause();
      state = Object.fromEntries(NAMES.map((name) => [name, next[name]]));
      now = state.day;
      controlsFor();
      remember();
      work();
    }
    function move(changes) {
      warn("");
      const seen = "life" in changes && Object.keys(changes).length === 1;
      state = { ...state, ...changes };
      if (!seen) pause();
      controlsFor();
      remember();
      clearTimeout(timer);
      timer = setTimeout(work, SETTLE);
    }
    function remember() {
      state.day = Math.round(now);
      history.replaceState(history.state, "", `${location.pathname}?${query()}`);
    }

    function controlsFor() {
      const told = stories[state.story];
      story.select.value = state.story;
      fill(size.select, told.sizes);
      size.select.value = state.size;
      zoom.checked = state.view === "later";
      size.select.disabled = told.sizes.length < 2;
      seed.value = state.seed;
      question.textContent = told.question;
      tells.textContent = told.tells;
      sources.textContent = `What the documents say: ${told.sources.join(", ")} · scenario ${told.scenario}`;
      quotes.replaceChildren(...told.quotes.map(quoted));
      for (const [key, { slider, input, output }] of Object.entries(sliders)) {
        const positions = steps(key);
        const place = positions.findIndex((step) => step.value === state[key]);
        const label = positions[place].label;
        const moved = state[key] !== told.start[key];
        if (slider.ordered) {
          input.max = positions.length - 1;
          input.value = place;
          input.setAttribute("aria-valuetext", label);
          output.textContent = label;
        } else {
          if (input.options.length !== positions.length) fill(input, positions.map((s) => [s.value, s.label]));
          input.value = state[key];
        }
        input.closest(".dial").classList.toggle("moved", moved);
      }
      presets.replaceChildren(
        button("Reset", () => move(told.start), { class: "reset" }),
        ...told.presets.map((preset) => button(preset.label, () => move({ ...told.start, ...preset.moves }), {
          "aria-pressed": String(Object.keys(told.start).every((key) => state[key] === (preset.moves[key] ?? told.start[key]))) })));
    }

    async function work() {
      const mine = ++generation;
      const current = () => mine === generation;
      const begun = performance.now();
      const mark = query();
      say(one ? "Computing …" : "Computing … (the very first time the engine is compiled, which takes a minute)");
      root.classList.add("busy");
      // One question after another: the next one may be about other sliders already.
      pending = (pending || Promise.resolve()).then(async () => {
        if (!current()) return;
        const next = async (part, more, show) => {
          if (!current()) return false;
          const answer = await ask(part, { query: mark, ...more });
          if (!current()) return false;
          if (answer.error) { warn(answer.error); say(""); root.classList.remove("busy"); return false; }
          show(answer.data);
          return true;
        };
        if (!await next("one", {}, showRun)) return;
        const seconds = ((performance.now() - begun) / 1000).toFixed(1);
        say(`Up to date after ${seconds} s; more replications are run …`);
        root.classList.remove("busy");
        root.dataset.run = mark;
        showCurve();
        if (!await next("numbers", {}, showNumbers)) return;
        root.dataset.numbers = mark;
        const key = others();
        if (!curves.has(key)) curves.set(key, new Map());
        const known = curves.get(key);
        const values = steps("speed").map((step) => step.value);
        const here = values.indexOf(state.speed);
        const order = [...values].sort((a, b) => Math.abs(values.indexOf(a) - here) - Math.abs(values.indexOf(b) - here));
        for (const speed of order) {
          if (known.has(speed)) continue;
          if (!await next("curve", { speed }, (point) => { known.set(speed, point); showCurve(); })) return;
        }
        showCurve();
        root.dataset.curve = key;
        if (!await next("cited", {}, showCited)) return;
        if (!await next("parts", {}, showParts)) return;
        root.dataset.all = mark;
        say(`Up to date: the first run after ${seconds} s, all of it after ${((performance.now() - begun) / 1000).toFixed(1)} s.`);
      });
    }

    // --- time ----------------------------------------------------------------------------------

    function dateOf(x) {
      const [y, m, d] = one.start.split("-").map(Number);
      const when = new Date(Date.UTC(y, m - 1, d + Math.floor(x)));
      return `${when.getUTCDate()} ${MONTHS[when.getUTCMonth()]} ${when.getUTCFullYear()}`;
    }
    function shortDate(x) { return dateOf(x).split(" ").slice(0, 2).join(" "); }

    function at(x) {
      now = Math.max(0, Math.min(x, one ? one.days : x));
      if (!one) return;
      day.value = Math.round(now);
      const text = `${dateOf(now)} (day ${Math.floor(now)})`;
      date.textContent = text;
      day.setAttribute("aria-valuetext", text);
      lives.move?.();
      net.move?.();
    }
    function start() {
      if (!one) return;
      if (now >= one.days) now = 0;
      play.textContent = "Pause";
      let before = performance.now();
      const frame = (t) => {
        if (!playing) return;
        at(now + ((t - before) / 1000) * (one.days / PLAY_SECONDS));
        before = t;
        if (now >= one.days) { pause(); remember(); } else playing = requestAnimationFrame(frame);
      };
      playing = requestAnimationFrame(frame);
    }
    function pause() {
      if (!playing) return;
      cancelAnimationFrame(playing);
      playing = 0;
      play.textContent = "Play";
      if (one) { at(Math.round(now)); remember(); }
    }

    // --- one operator's lives ------------------------------------------------------------------

    function showRun(data) {
      one = data;
      day.max = one.days;
      fill(who.select, one.operator.choices.map((c) => [c.value, c.label]));
      who.select.value = String(one.operator.number);
      showLives();
      showNetwork();
      showWhy();
      at(now);
    }

    function showLives() {
      const { days, insiders, outsiders } = one.trace;
      const width = Math.max(280, lives.picture.clientWidth), height = Math.min(380, Math.max(240, width * 0.46));
      const left = 52, right = 12, top = 18, bottom = 50;
      const last = one.days;
      let most = 10;
      const second = one.lives.find((life) => life.life > 1 && life.public !== null);
      const from = state.view === "later" && second ? second.public : -1;
      for (let k = 0; k < days.length; k++) if (days[k] > from) most = Math.max(most, insiders[k] + outsiders[k]);
      const cut = insiders[0] + outsiders[0] > most * 1.08;
      most *= 1.08;
      const x = (d) => left + (d / last) * (width - left - right);
      const y = (v) => height - bottom - (v / most) * (height - top - bottom);
      const area = (low, high) => "M" + days.map((d, k) => `${x(d).toFixed(1)},${y(high[k]).toFixed(1)}`).join("L")
        + "L" + days.map((d, k) => `${x(d).toFixed(1)},${y(low[k]).toFixed(1)}`).reverse().join("L") + "Z";
      const both = insiders.map((v, k) => v + outsiders[k]);
      const zero = insiders.map(() => 0);
      const gone = one.lives.filter((life) => life.suspended !== null);
      const label = `Followers of ${one.operator.name} through ${one.lives.length} account${one.lives.length === 1 ? "" : "s"}: `
        + `${number(both[0])} at the start, ${number(both[both.length - 1])} at the end; suspended ${gone.length} times.`;
      const parts = drawn(() => {
        const svg = make("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label });
        for (const v of ticks(most)) {
          svg.append(make("line", { class: "grid", x1: left, x2: width - right, y1: y(v), y2: y(v) }),
            make("text", { class: "tick end", x: left - 7, y: y(v) + 5, text: people(v) }));
        }
        const count = width < 520 ? 3 : width < 800 ? 4 : 6;
        for (let k = 0; k <= count; k++) {
          const d = Math.round((k * last) / count);
          svg.append(make("text", { class: `tick ${k === 0 ? "begin" : k === count ? "end" : "middle"}`, x: x(d), y: height - 8, text: shortDate(d) }));
        }
        svg.append(make("clipPath", { id: "inside" }, make("rect", { x: left, y: top + 6, width: width - left - right, height: height - top - 6 - bottom })),
          make("g", { "clip-path": "url(#inside)" },
            make("path", { class: "insiders", d: area(zero, insiders) }), make("path", { class: "outsiders", d: area(insiders, both) })));
        if (cut) svg.append(make("path", { class: "torn", d: `M${x(0)},${top + 10}` + "l6,-6l6,6".repeat(Math.max(1, Math.floor((x(one.lives[0].suspended ?? last) - x(0)) / 12))) }));
        one.lives.forEach((life) => {
          if (life.public === null) return;
          const end = life.suspended ?? last;
          const bar = make("rect", { class: `life${life.life === one.why.life ? " chosen" : ""}`, x: x(life.public), y: height - bottom + 6,
            width: Math.max(1.5, x(end) - x(life.public) - 1), height: 9 });
          svg.append(bar);
          if (life.suspended !== null) {
            const cx = x(life.suspended), cy = height - bottom + 10.5;
            svg.append(make("path", { class: "cross", d: `M${cx - 4},${cy - 4}l8,8m0,-8l-8,8` }));
          }
        });
        const cursor = make("line", { class: "cursor", y1: top + 5, y2: height - bottom + 16 });
        const told = make("text", { class: "told middle", y: top });
        svg.append(cursor, told);
        return { svg, cursor, told };
      });
      parts.svg.addEventListener("click", (event) => {
        const box = parts.svg.getBoundingClientRect();
        pause();
        at(Math.round((((event.clientX - box.left) * (width / box.width) - left) / (width - left - right)) * last));
        remember();
        const life = lifeAt(now);
        if (life && life.life !== one.why.life) move({ life: life.life });
      });
      lives.picture.replaceChildren(parts.svg, legend([["insiders", "followers inside the network"], ["outsiders", "outsiders"], ["cross", "suspended"]]));
      lives.caption.textContent = `One run (seed ${one.state.seed}, first replication), so there is no interval. `
        + `${one.operator.name} had ${one.lives.length} account${one.lives.length === 1 ? "" : "s"}; the bars below are their lives.`
        + (cut ? ` The first account, with ${number(both[0])} followers, goes beyond the top.` : "");
      lives.move = () => {
        const cx = x(now);
        parts.cursor.setAttribute("x1", cx);
        parts.cursor.setAttribute("x2", cx);
        const life = lifeAt(now);
        let k = days.findIndex((d) => d >= now);
        if (k < 0) k = days.length - 1;
        const text = life ? `@${life.handle}: ${number(both[k])} followers` : "no account";
        parts.told.textContent = text;
        parts.told.setAttribute("x", inside(cx, text, width));
      };
    }
    function lifeAt(x) {
      return one.lives.findLast((life) => life.public !== null && life.public <= x && (life.suspended === null || life.suspended > x));
    }
    function legend(rows) {
      return make("ul", { class: "legend" }, ...rows.map(([kind, text]) => make("li", {}, drawn(() => {
        const svg = make("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" });
        if (kind === "cross") svg.append(make("path", { class: "cross", d: "M4,4l8,8m0,-8l-8,8" }));
        else if (kind === "promotion") svg.append(make("path", { class: "promotion", d: "M1,8h11m-4,-4l4,4l-4,4" }));
        else if (kind === "link") svg.append(make("path", { class: "link", d: "M1,8h14" }));
        else if (kind === "on") svg.append(make("circle", { class: "node on", cx: 8, cy: 8, r: 6 }));
        else if (kind === "off") svg.append(make("circle", { class: "node off", cx: 8, cy: 8, r: 5 }), make("path", { class: "cross", d: "M4.5,4.5l7,7m0,-7l-7,7" }));
        else svg.append(make("rect", { class: kind, x: 1, y: 3, width: 14, height: 10 }));
        return svg;
      }), make("span", { text }))));
    }

    // --- the network ---------------------------------------------------------------------------

    function showNetwork() {
      const { nodes, links, promotions } = one.network;
      const recent = Math.max(0.6, one.days / 60);
      const unit = 100;
      const parts = drawn(() => {
        const svg = make("svg", { viewBox: "-110 -110 220 220", role: "img" });
        const faint = make("g", {});
        for (const [a, b] of links) {
          if (a !== 0 && b !== 0) continue;
          faint.append(make("line", { class: "link", x1: unit * nodes[a].x, y1: unit * nodes[a].y, x2: unit * nodes[b].x, y2: unit * nodes[b].y }));
        }
        const arrows = make("g", {});
        const shapes = nodes.map((node, k) => {
          const r = k === 0 ? 6.5 : 2.2 + 2.6 * node.size;
          const group = make("g", { transform: `translate(${unit * node.x},${unit * node.y})` });
          const circle = make("circle", { r });
          const cross = make("path", { class: "cross", d: `M${-r * 0.8},${-r * 0.8}L${r * 0.8},${r * 0.8}M${-r * 0.8},${r * 0.8}L${r * 0.8},${-r * 0.8}` });
          if (k === 0) group.append(make("circle", { class: "middle", r: 10 }));
          group.append(circle, cross, make("title", { text: node.name }));
          return { node, group, circle, cross, shown: "" };
        });
        svg.append(faint, arrows, ...shapes.map((shape) => shape.group));
        return { svg, arrows, shapes };
      });
      const summary = make("p", { class: "summary" });
      net.picture.replaceChildren(parts.svg, summary, legend([["on", "live account"], ["off", "suspended, none now"], ["promotion", `promotes (within ${recent < 1.05 ? "a day" : `${Math.round(recent * 10) / 10} days`})`], ["link", "linked to the middle"]]));
      net.caption.textContent = `One run. In the middle ${one.operator.name}, around it ${nodes.length - 1} of ${number(one.network.operators - 1)} others: `
        + "its neighbours, and of each tier those who are suspended most often as the story goes; the larger the audience, the larger the mark and the nearer the middle. "
        + (one.network.left_out ? `${number(one.network.left_out)} later promotions are left out. ` : "");
      const pool = [];
      net.move = () => {
        let live = 0, off = 0;
        for (const shape of parts.shapes) {
          let kind = "never";
          for (const [public_, suspended] of shape.node.lives) {
            if (public_ <= now) kind = suspended === null || suspended > now ? "on" : "off";
          }
          if (kind === "on") live++;
          if (kind === "off") off++;
          if (kind === shape.shown) continue;
          shape.shown = kind;
          shape.circle.setAttribute("class", `node ${kind}`);
          shape.cross.setAttribute("visibility", kind === "off" ? "visible" : "hidden");
        }
        let used = 0, first = 0;
        // They are in the order of time: find the first recent one by halves.
        let high = promotions.length;
        while (first < high) {
          const middle = (first + high) >> 1;
          if (promotions[middle][0] < now - recent) first = middle + 1; else high = middle;
        }
        let toIt = 0, m = first;
        for (; m < promotions.length && promotions[m][0] <= now; m++) {
          const [when, from, to] = promotions[m];
          if (to === 0) toIt++;
          if (used >= 160) continue;
          if (!pool[used]) { pool.push(drawn(() => make("path", { class: "promotion" }))); parts.arrows.append(pool[used]); }
          const a = nodes[from], b = nodes[to];
          const dx = unit * (b.x - a.x), dy = unit * (b.y - a.y), length = Math.hypot(dx, dy) || 1;
          const ux = dx / length, uy = dy / length;
          const ex = unit * b.x - ux * (to === 0 ? 10.5 : 5), ey = unit * b.y - uy * (to === 0 ? 10.5 : 5);
          const arrow = pool[used++];
          arrow.setAttribute("d", `M${unit * a.x},${unit * a.y}L${ex},${ey}M${ex - 4 * ux + 2.2 * uy},${ey - 4 * uy - 2.2 * ux}L${ex},${ey}L${ex - 4 * ux - 2.2 * uy},${ey - 4 * uy + 2.2 * ux}`);
          arrow.setAttribute("opacity", (1 - 0.75 * ((now - when) / recent)).toFixed(2));
          arrow.setAttribute("visibility", "visible");
        }
        for (let k = used; k < pool.length; k++) pool[k].setAttribute("visibility", "hidden");
        const text = `${live} of these ${nodes.length} have a live account, ${off} are suspended. ${m - first} promotions among them just now, ${toIt} of the middle. `
          + `In the whole network ${number(one.live[Math.floor(now)])} accounts are live.`;
        summary.textContent = text;
        parts.svg.setAttribute("aria-label", `${shortDate(now)}: ${text}`);
      };
    }

    // --- effective reach -----------------------------------------------------------------------

    function shortStep(value) {
      return value === "0" ? "0" : value.replace(/([0-9])([hd])/, "$1 $2");
    }
    function showCurve() {
      if (!state) return;
      const positions = steps("speed");
      const known = curves.get(others()) || new Map();
      const width = Math.max(260, reach.picture.clientWidth), height = Math.min(420, Math.max(280, width * 0.55));
      const left = 56, right = 14, top = 34, bottom = 58;
      const points = positions.map((step, k) => [k, known.get(step.value)]).filter(([, p]) => p && p.value !== null);
      const most = 1.06 * Math.max(1, ...points.map(([, p]) => p.high ?? p.value));
      const x = (k) => left + 10 + (k / (positions.length - 1)) * (width - left - right - 20);
      const y = (v) => height - bottom - (Math.max(0, v) / most) * (height - top - bottom);
      const here = positions.findIndex((step) => step.value === state.speed);
      const mine = known.get(state.speed);
      const label = mine ? `Effective reach by enforcement speed. The sliders stand at ${positions[here].label}: ${mine.text}, n = ${mine.n}.` : "Effective reach by enforcement speed, being computed.";
      const svg = drawn(() => {
        const svg = make("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label });
        for (const v of [0, 0.25, 0.5, 0.75, 1]) {
          svg.append(make("line", { class: v === 1 ? "grid none" : "grid", x1: left, x2: width - right, y1: y(v), y2: y(v) }),
            make("text", { class: "tick end", x: left - 7, y: y(v) + 5, text: percent(v) }));
        }
        const every = (width - left) / positions.length < 40 ? 2 : 1;
        positions.forEach((step, k) => {
          if (k % every === 0) svg.append(make("text", { class: "tick middle", x: x(k), y: height - bottom + 22, text: shortStep(step.value) }));
        });
        svg.append(make("text", { class: "tick middle", x: left + (width - left - right) / 2, y: height - 8, text: "median time from flag to suspension" }));
        svg.append(make("line", { class: "here", x1: x(here), x2: x(here), y1: top - 6, y2: height - bottom }));
        const between = points.filter(([, p]) => p.low !== null);
        if (between.length > 1) {
          svg.append(make("path", { class: "band", d: "M" + between.map(([k, p]) => `${x(k)},${y(p.high)}`).join("L") + "L" + between.map(([k, p]) => `${x(k)},${y(p.low)}`).reverse().join("L") + "Z" }));
        }
        if (points.length > 1) svg.append(make("path", { class: "line", d: "M" + points.map(([k, p]) => `${x(k)},${y(p.value)}`).join("L") }));
        for (const [k, p] of points) {
          if (p.low !== null) svg.append(make("line", { class: "bar", x1: x(k), x2: x(k), y1: y(p.low), y2: y(p.high) }));
          svg.append(make("circle", { class: "point", cx: x(k), cy: y(p.value), r: 4.5 }, make("title", { text: `${positions[k].label}: ${p.text}` })));
        }
        if (mine && mine.value !== null) {
          const cx = x(here), cy = y(mine.value);
          svg.append(make("path", { class: "stand", d: `M${cx},${cy - 10}l10,10l-10,10l-10,-10Z` }));
        }
        const text = mine ? `your sliders: ${mine.text}` : "your sliders: …";
        svg.append(make("text", { class: "told middle", x: inside(x(here), text, width), y: top - 14, text }));
        return svg;
      });
      reach.picture.replaceChildren(svg);
      const n = mine?.n ?? about.replications;
      reach.caption.textContent = `Effective reach: posts seen by outsiders, of those in the same world without enforcement (100 %). Mean and 95 % interval, n = ${n} replications on common random numbers. ${mine?.also ?? ""} `
        + "The other sliders as they stand." + (points.length < positions.length ? ` ${points.length} of ${positions.length} speeds are ready.` : "");
    }

    // --- tables and words ----------------------------------------------------------------------

    function table(head, rows, caption) {
      return make("table", {}, make("caption", { class: "away", text: caption }),
        make("thead", {}, make("tr", {}, ...head.map((text) => make("th", { scope: "col", text })))),
        make("tbody", {}, ...rows.map((cells) => make("tr", {}, ...cells.map((cell, k) =>
          make(k ? "td" : "th", { scope: k ? null : "row", "data-head": head[k] }, ...(typeof cell === "string" ? [cell] : [cell])))))));
    }
    function showNumbers(data) {
      const rows = data.rows.map((row) => [make("span", { title: row.meaning, text: row.label }),
        make("span", { class: "value", "data-metric": row.metric, "data-value": row.value, "data-low": row.low, "data-high": row.high, text: withUnit(row) }),
        row.interval || (row.n > 1 ? "no spread" : "one run"), String(row.n)]);
      numbers.replaceChildren(make("h2", { id: "h-numbers", text: "The numbers" }),
        table(["Metric", "Mean", "95 % interval", "n"], rows, "Metrics with intervals"),
        make("p", { class: "small caption", text: data.assumptions.replaceAll("`", "") }),
        ...data.no_effect.map((text) => make("p", { class: "small caption no-effect", text: `${text}.` })),
        make("p", { class: "small caption", text: "The saved scenario gives the same numbers on the command line." }));
    }
    function withUnit(row) {
      const short = ["", "days", "hours", "accounts", "operators"];
      return short.includes(row.unit) ? row.text : `${row.text} ${row.unit}`;
    }
    function quoted(row) {
      return make("li", {}, `${row.says} (${row.source}, ${row.document})`);
    }
    function showCited(data) {
      const moved = data.state.moved.length > 0;
      const sign = (verdict) => verdict.startsWith("agrees") ? "✓" : verdict.startsWith("differs") ? "≠" : "?";
      const rows = data.rows.map((row) => [
        make("span", { title: row.quotation, text: `${row.says} (${row.source}, ${row.document})` }), row.cited, row.simulated,
        `${sign(row.verdict)} ${row.verdict}`]);
      const parts = [make("h2", { id: "h-cited", text: "Cited beside simulated" })];
      if (rows.length) parts.push(table(["What", "Cited", "Simulated", ""].map((text) => text || "Verdict"), rows, "Published figures beside simulated ones"));
      if (data.also.length) {
        parts.push(make("h3", { text: "Also in the documents, without a figure to compare" }),
          make("ul", { class: "quotes" }, ...data.also.map(quoted)));
      }
      parts.push(make("p", { class: "small caption", text: (moved ? "The sliders are moved, so this is a world that the documents do not describe. " : "")
        + `Mean and 95 % interval of n = ${data.n} replications. “Fitted” means that a parameter was set by the figure, so that it is no evidence. “Could not fail”: nearly all of the stated ranges give the same, so that it is none either; “within the band”: some of them give the figure.` }));
      cited.replaceChildren(...parts);
    }
    function showParts(data) {
      const sign = { 1: "▲", "-1": "▼", 0: "" };
      const rows = data.rows.map((row) => [row.label,
        make("span", { class: "value", "data-part": row.part, "data-sign": row.sign, "data-value": row.value, "data-low": row.low, "data-high": row.high, text: row.text }),
        row.interval || "–", `${sign[row.sign]} ${row.verdict}`.trim()]);
      parts.replaceChildren(make("h2", { id: "h-parts", text: "What each part of the cycle contributes" }),
        ...data.said.map((text) => make("p", { text })),
        table(["Part", "Contributes to effective reach", "95 % interval", "So it"], rows, "What each part of the cycle contributes to effective reach"),
        make("p", { class: "small caption", text: `Each part is switched off alone, on the same draws; n = ${data.n} replications. Contributions need not add up.` }));
    }
    function showWhy() {
      fill(which.select, one.lives.map((life) => [life.life, `${life.life}. @${life.handle}`]));
      which.select.value = String(one.why.life);
      events.replaceChildren(...one.why.events.map((event) => make("li", {},
        button(shortDate(event.day), () => { pause(); at(Math.min(one.days, Math.ceil(event.day))); remember(); }, { class: "day", "aria-label": `Go to ${shortDate(event.day)}: ${event.title}` }),
        make("div", {}, make("strong", { text: event.title }), make("br"), event.text))));
      whyNote.textContent = (one.why.asked > one.why.life ? `Account ${one.why.asked} does not come to be under these settings; this is the last one. ` : "")
        + "One run. Every draw belongs to one decision of one account, so a slider changes only what hangs on it.";
    }

    // --- links and files -----------------------------------------------------------------------

    async function copy() {
      remember();
      try { await navigator.clipboard.writeText(location.href); say("The link is copied."); }
      catch { say("The link is in the address bar."); }
    }
    async function keep(part) {
      const answer = await ask(part, { query: query() });
      if (answer.error) return warn(answer.error);
      const link = make("a", { href: URL.createObjectURL(new Blob([answer.data.text], { type: "text/plain" })), download: answer.data.name });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
      say(`${answer.data.name} is saved. ${answer.data.hint}`);
    }
    async function read(chosen) {
      const text = chosen.size > 1e6 ? " ".repeat(200000) : await chosen.text();
      file.value = "";
      const answer = await ask("open", { text, name: chosen.name });
      if (answer.error) return warn(answer.error);
      warn("");
      open(answer.data);
    }

    let wide = 0;
    const watch = new ResizeObserver(() => {
      if (Math.abs(root.clientWidth - wide) < 2) return;
      wide = root.clientWidth;
      if (one) { showLives(); at(now); }
      showCurve();
    });
    watch.observe(root);

    explain(about.sliders[0]);
    ask("start", { query: location.search }).then((answer) => {
      warn(answer.data.error);
      open(answer.data.state);
    });
    return () => { watch.disconnect(); pause(); model.off("msg:custom", heard); };
  },
};
