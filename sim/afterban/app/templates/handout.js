(() => {
  "use strict";
  const D = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const sizes = D.sliders.map((one) => one.steps.length);
  const at = D.sliders.map((one) => one.start);
  const controls = D.sliders.map((one) => $(`s-${one.key}`));
  const guesses = [];
  let waiting = false; // for a guess
  let guessed = null; // at this position

  const place = (where) => where.reduce((sum, k, i) => sum * sizes[i] + k, 0);
  const label = (i, k) => D.sliders[i].steps[k].label;
  const words = (list) => list.length < 2 ? list.join("")
    : `${list.slice(0, -1).join(", ")} and ${list[list.length - 1]}`;
  const lower = (text) => text.charAt(0).toLowerCase() + text.slice(1);

  // --- drawing -----------------------------------------------------------------------------------

  const NS = "http://www.w3.org/2000/svg";
  const make = (name, attributes, parent, text) => {
    const one = document.createElementNS(NS, name);
    for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
    if (text !== undefined) one.textContent = text;
    parent?.append(one);
    return one;
  };
  const short = (x) => {
    if (x >= 1e6) return `${+(x / 1e6).toPrecision(3)} million`;
    return x.toLocaleString("en");
  };
  const percent = (x) => `${+(100 * x).toPrecision(3)} %`;
  const round = (x) => Math.round(10 * x) / 10;

  // Steps of 1, 2 or 5 that give about so many marks.
  const marks = (top, count) => {
    if (!(top > 0)) return [0];
    const raw = top / count;
    const ten = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].map((k) => k * ten).find((k) => k >= raw * 0.999);
    const found = [];
    for (let k = 0; k * step <= top * 1.0001; k += 1) found.push(k * step);
    return found;
  };

  const frame = (holder, says, height, top, form, title, names = []) => {
    const em = parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.85;
    const width = Math.max(260, holder.clientWidth || 600);
    const tall = Math.round(height * em);
    const svg = make("svg", { viewBox: `0 0 ${width} ${tall}`, role: "img", "aria-label": says });
    const ticks = marks(top, 4);
    const longest = Math.max(...ticks.map((x) => form(x).length));
    holder.replaceChildren(svg);
    const put = (text, at, kind, attributes = {}) => make("text", { class: kind, x: 0, y: at, "font-size": em, ...attributes }, svg, text);
    // Names of lines stand beside the title where there is room, else in rows under it.
    const heading = put(title, em, "soft");
    const written = names.map(([kind, text]) => put(text, em, `${kind}-name`));
    const widths = written.map((one) => one.getComputedTextLength() + em);
    const whole = widths.reduce((sum, one) => sum + one, 0);
    let rows = 1;
    let from = width - whole + em - 1;
    if (heading.getComputedTextLength() + 2 * em > from) {
      rows = 2;
      from = 0;
    }
    written.forEach((one, k) => {
      if (from > 0 && from + widths[k] - em > width) {
        rows += 1;
        from = 0;
      }
      one.setAttribute("x", round(from));
      one.setAttribute("y", round(em * (1.4 * rows - 0.4)));
      from += widths[k];
    });
    const box = { left: Math.ceil(longest * em * 0.6 + 8), right: width - Math.ceil(em),
      top: Math.ceil((0.7 + 1.4 * rows) * em), bottom: tall - Math.ceil(2.4 * em), em, width, tall };
    const y = (value) => box.bottom - (value / (top || 1)) * (box.bottom - box.top);
    for (const tick of ticks) {
      make("line", { class: "tick", x1: box.left, x2: box.right, y1: round(y(tick)), y2: round(y(tick)) }, svg);
      make("text", { class: "soft", x: box.left - 6, y: round(y(tick) + em * 0.33), "text-anchor": "end",
        "font-size": em * 0.95 }, svg, form(tick));
    }
    return { svg, box, y };
  };

  const path = (xs, ys, x, y) => {
    let text = "";
    let open = false;
    ys.forEach((value, k) => {
      if (value === null || value === undefined) { open = false; return; }
      text += `${open ? "L" : "M"}${round(x(xs[k]))} ${round(y(value))}`;
      open = true;
    });
    return text;
  };
  const band = (xs, low, high, x, y) => {
    const good = xs.map((_, k) => k).filter((k) => low[k] !== null && high[k] !== null);
    if (good.length < 2) return "";
    const up = good.map((k) => `${round(x(xs[k]))} ${round(y(Math.max(0, high[k])))}`);
    const down = good.slice().reverse().map((k) => `${round(x(xs[k]))} ${round(y(Math.max(0, low[k])))}`);
    return `M${up.join("L")}L${down.join("L")}Z`;
  };

  const day = (n) => {
    const date = new Date(`${D.date}T00:00:00Z`);
    date.setUTCDate(date.getUTCDate() + n);
    return date.toLocaleDateString("en", { day: "numeric", month: "short", timeZone: "UTC" });
  };
  const dayAxis = ({ svg, box }) => {
    const x = (t) => box.left + (t / D.days) * (box.right - box.left);
    const room = Math.max(2, Math.floor((box.right - box.left) / (6 * box.em)));
    const step = Math.ceil(D.days / room / 10) * 10;
    for (let t = 0; t <= D.days; t += step) {
      const end = x(t) > box.right - 2.2 * box.em;
      make("text", { class: "soft", x: round(x(t)), y: box.tall - 0.6 * box.em, "font-size": box.em * 0.95,
        "text-anchor": end ? "end" : t === 0 ? "start" : "middle" }, svg, day(t));
    }
    return x;
  };
  const drawCurve = (p) => {
    const along = sizes[0];
    const rows = [];
    const story = [];
    for (let k = 0; k < along; k += 1) {
      rows.push(D.points[place([k, ...at.slice(1)])].rows[0]);
      story.push(D.points[place([k, ...D.sliders.slice(1).map((one) => one.start)])].rows[0]);
    }
    const ends = [...rows, ...story].flatMap((row) => [row[0], row[2]]);
    if (guessed !== null) ends.push(guessed / 100);
    const top = Math.min(Math.max(...ends.filter((v) => v !== null)) * 1.1, 1.3) || 1;
    const row = p.rows[0];
    const says = `Effective reach along ${lower(D.sliders[0].label)}: `
      + rows.map((one, k) => `${label(0, k)} ${one[4]}`).join(", ")
      + `. The sliders stand at ${label(0, at[0])}: ${row[4]}.`;
    const drawn = frame($("figure-curve").querySelector(".plot"), says, 24, top, percent, "effective reach");
    const { svg, box, y } = drawn;
    const inset = Math.min(3 * box.em, (box.right - box.left) / (2 * along));
    const x = (k) => along === 1 ? (box.left + box.right) / 2
      : box.left + inset + (k / (along - 1)) * (box.right - box.left - 2 * inset);
    const ks = rows.map((_, k) => k);
    const gap = (box.right - box.left) / along;
    let until = -Infinity;
    for (const k of ks) {
      const text = label(0, k);
      const wide = text.length * box.em * 0.55;
      if (gap < 4 * box.em && x(k) - wide / 2 < until + 4) continue;
      until = x(k) + wide / 2;
      make("text", { class: "soft", x: round(x(k)), y: box.tall - 0.6 * box.em, "text-anchor": "middle",
        "font-size": box.em * 0.95 }, svg, text);
    }
    const moved = at.slice(1).some((k, i) => k !== D.sliders[i + 1].start);
    if (moved) {
      make("path", { class: "two-band", d: band(ks, story.map((r) => r[1]), story.map((r) => r[2]), x, y) }, svg);
      make("path", { class: "two", d: path(ks, story.map((r) => r[0]), x, y) }, svg);
    }
    make("path", { class: "one-band", d: band(ks, rows.map((r) => r[1]), rows.map((r) => r[2]), x, y) }, svg);
    make("path", { class: "one", d: path(ks, rows.map((r) => r[0]), x, y) }, svg);
    if (guessed !== null) {
      make("line", { class: "guess", x1: box.left, x2: box.right, y1: round(y(guessed / 100)), y2: round(y(guessed / 100)) }, svg);
      make("text", { x: box.right, y: round(y(guessed / 100) - 4), "text-anchor": "end", "font-size": box.em },
        svg, `your guess, ${guessed} %`);
    }
    if (row[0] !== null) {
      if (row[1] !== null) make("line", { class: "bar", x1: round(x(at[0])), x2: round(x(at[0])), y1: round(y(row[1])), y2: round(y(row[2])) }, svg);
      make("circle", { class: "here", cx: round(x(at[0])), cy: round(y(row[0])), r: round(box.em * 0.55) }, svg);
      const right = at[0] > 0; // reach rises with the time to action, so the line is lower on the left
      const high = y(row[2] ?? row[0]) - (right ? 0.6 : 1.2) * box.em;
      make("text", { class: "one-name", x: round(x(at[0]) + (right ? -0.9 : 0.9) * box.em), y: round(Math.max(box.top + box.em, high)),
        "text-anchor": right ? "end" : "start", "font-size": box.em * 1.15 }, svg, row[4]);
    }
  };

  const value = (line, t) => {
    const [xs, ys] = line;
    let k = xs.findIndex((one) => one > t) - 1;
    if (k < 0) k = xs.length - 2;
    const share = xs[k + 1] > xs[k] ? (t - xs[k]) / (xs[k + 1] - xs[k]) : 0;
    return ys[k] + share * (ys[k + 1] - ys[k]);
  };

  const drawSaw = (p) => {
    const [xs, ys] = p.total;
    const first = ys.findIndex((one, k) => k > 0 && one === 0 && ys[k - 1] > 0);
    const later = first < 0 ? 0 : Math.max(0, ...ys.slice(first + 1));
    const top = Math.max(...ys, 1);
    const zoomed = later > 0 && later < top / 3;
    const holder = $("figure-saw").querySelector(".plot");
    const says = `Followers of one operator over ${p.lives} account${p.lives === 1 ? "" : "s"}: at most ${short(top)}`
      + (first < 0 ? "; it is not suspended for good." : `; after the first suspension at most ${short(later)}.`);
    const panels = zoomed ? [[top, "followers"], [later, "later accounts, enlarged"]] : [[top, "followers"]];
    const made = [];
    panels.forEach(([most, title], k) => {
      const part = document.createElement("div");
      holder.append(part);
      const drawn = frame(part, k ? `${says} On the scale of the later accounts.` : says, zoomed ? 15 : 20, most * 1.08, short, title,
        k ? [] : [["one", "all followers"], ["two", "outsiders"]]);
      const { svg, box } = drawn;
      const y = (v) => drawn.y(Math.min(v, most * 1.08));
      const x = dayAxis(drawn);
      const [a, b] = p.outsiders;
      make("path", { class: "area", d: `${path(a, b, x, y)}L${round(x(a[a.length - 1]))} ${box.bottom}L${round(x(a[0]))} ${box.bottom}Z` }, svg);
      make("path", { class: "one", d: path(xs, ys, x, y) }, svg);
      made.push(part);
    });
    holder.replaceChildren(...made);
  };

  const drawTime = (id, key, p, form, title) => {
    const twin = D.twins[p.twin];
    const last = p[key][0][p[key][0].length - 1];
    const alone = twin[key][0][twin[key][0].length - 1];
    const says = `${title}: ${form(p[key][0][0])} at the start, ${form(last)} at the end; without enforcement ${form(alone)} at the end.`;
    const drawn = frame($(id).querySelector(".plot"), says, 19, D.top[key] * 1.06, form, title,
      [["one", "with these sliders"], ["two", "no enforcement"]]);
    const { svg, box, y } = drawn;
    const x = dayAxis(drawn);
    make("path", { class: "two-band", d: band(D.times, twin[key][1], twin[key][2], x, y) }, svg);
    make("path", { class: "two", d: path(D.times, twin[key][0], x, y) }, svg);
    make("path", { class: "one-band", d: band(D.times, p[key][1], p[key][2], x, y) }, svg);
    make("path", { class: "one", d: path(D.times, p[key][0], x, y) }, svg);
  };

  // --- words and tables --------------------------------------------------------------------------

  const MARKS = { less: "▼ ", more: "▲ ", unclear: "? ", same: "= " };
  const SPOKEN = { less: "less: ", more: "more: ", unclear: "not distinguishable: ", same: "the same: " };
  const interval = (row) => row[5] ? `${row[5]}, n = ${row[3]}` : `n = ${row[3]}: no interval`;
  const settings = () => words(D.sliders.map((one, i) => 
    one.ordered ? `${lower(one.label)} ${label(i, at[i])}` : `${lower(one.label)} “${label(i, at[i])}”`));

  const element = (tag, text, parent) => {
    const one = document.createElement(tag);
    one.textContent = text;
    parent?.append(one);
    return one;
  };

  const say = (p) => {
    const row = p.rows[0];
    const before = D.points[D.start].rows[0];
    const said = $("said");
    said.replaceChildren(`With ${settings()}, `, element("b", row[4]),
      ` (${interval(row)}) of the posts that outsiders would see if nobody were suspended are still seen.`);
    const [people, weekly] = ["effective_reached", "effective_weekly_reach"]
      .map((key) => p.rows[D.metrics.findIndex((metric) => metric.key === key)]?.[4]);
    if (people && weekly) said.append(` Of the people ${people} are still reached at least once, and of those of a week ${weekly}.`);
    if (p !== D.points[D.start]) {
      const same = { less: "less than", more: "more than", unclear: "not distinguishable from", same: "the same as" }[row[7]];
      said.append(` That is ${same} in the story, ${before[4]} (paired difference ${row[6].replace(" (", ", ").replace(")", "") || "–"}).`);
    }
    if (guessed !== null) {
      const off = guessed - 100 * row[0];
      const size = +Math.abs(off).toPrecision(2);
      said.append(` The guess was ${guessed} %: ${size < 0.5 ? "right" : `${size} points too ${off > 0 ? "high" : "low"}`}.`);
    }
  };

  const table = (p) => {
    const body = $("numbers").tBodies[0];
    const story = D.points[D.start];
    body.replaceChildren(...D.metrics.map((metric, k) => {
      const row = p.rows[k];
      const line = document.createElement("tr");
      const head = element("th", metric.label, line);
      head.scope = "row";
      const mean = element("td", row[4], line);
      mean.dataset.metric = metric.key;
      if (row[0] !== null) mean.dataset.value = row[0];
      element("td", row[5] || (row[3] ? "none" : "–"), line);
      element("td", String(row[3]), line);
      element("td", story.rows[k][4], line);
      const change = element("td", "", line);
      if (p !== story && row[6]) {
        const mark = element("span", MARKS[row[7]], change);
        mark.setAttribute("aria-hidden", "true");
        const spoken = element("span", SPOKEN[row[7]], change);
        spoken.className = "spoken";
        change.append(row[6]);
      } else change.textContent = p === story ? "this is the story" : "–";
      return line;
    }));
    for (const cell of document.querySelectorAll("[data-cited]")) {
      const points = D.cited[cell.dataset.cited].points;
      cell.textContent = points ? points[place(at)] ?? "undefined" : "only in the story";
    }
  };

  const command = (p) => {
    const sets = p.set.map((k) => ` \\\n  --set '${D.changes[k]}'`).join("");
    $("command").textContent = `afterban run ${D.story.scenario} --policies base --seed ${D.seed} --reps ${D.replications}${sets}`;
  };

  // --- moving ------------------------------------------------------------------------------------

  const draw = () => {
    const p = D.points[place(at)];
    drawCurve(p);
    drawSaw(p);
    drawTime("figure-live", "live", p, short, "live accounts");
    drawTime("figure-attached", "attached", p, percent, "share of outsiders");
  };

  const show = () => {
    controls.forEach((control, i) => {
      control.value = at[i];
      if (D.sliders[i].ordered) {
        control.setAttribute("aria-valuetext", label(i, at[i]));
        $(`o-${D.sliders[i].key}`).textContent = label(i, at[i]);
      }
    });
    $("outcome").classList.toggle("waiting", waiting);
    $("cited")?.closest("section").toggleAttribute("hidden", waiting);
    $("guessing").hidden = !waiting;
    for (const part of $("outcome").querySelectorAll("h3, .note:not(#guesses)")) part.hidden = waiting;
    if (waiting) {
      $("asked").textContent = `With ${settings()}: how much of the posts that outsiders would see without enforcement is still seen?`;
      $("said").textContent = "Hidden until somebody has guessed.";
      $("command").textContent = "Shown with the outcome.";
      return;
    }
    const p = D.points[place(at)];
    draw();
    say(p);
    table(p);
    command(p);
    try {
      history.replaceState(null, "", `#${D.sliders.map((one, i) => `${one.key}=${one.steps[at[i]].value}`).join("&")}`);
    } catch { /* a browser may forbid it for files */ }
  };

  const moveTo = (where) => {
    const same = where.every((k, i) => k === at[i]);
    where.forEach((k, i) => { at[i] = k; });
    if (!same) {
      guessed = null;
      waiting = $("predict").checked;
    }
    show();
  };

  const read = () => {
    const wanted = new URLSearchParams(location.hash.slice(1));
    return D.sliders.map((one) => {
      const k = one.steps.findIndex((step) => step.value === wanted.get(one.key));
      return k < 0 ? one.start : k;
    });
  };

  controls.forEach((control, i) => control.addEventListener("input", () => {
    moveTo(at.map((k, j) => (i === j ? Number(control.value) : k)));
  }));
  $("controls").addEventListener("submit", (event) => event.preventDefault());
  $("back").addEventListener("click", () => moveTo(D.sliders.map((one) => one.start)));
  for (const button of document.querySelectorAll(".preset")) {
    button.addEventListener("click", () => {
      const to = D.presets[button.dataset.preset].to;
      moveTo(D.sliders.map((one, i) => to[i] ?? one.start));
    });
  }
  $("predict").addEventListener("change", () => {
    // What stands there has been seen, so the next position is the first to be guessed.
    if (!$("predict").checked) waiting = false;
    show();
  });
  $("guess").addEventListener("input", () => {
    $("guess-shown").textContent = `${$("guess").value} %`;
    $("guess").setAttribute("aria-valuetext", `${$("guess").value} %`);
  });
  $("guess-form").addEventListener("submit", (event) => {
    event.preventDefault();
    guessed = Number($("guess").value);
    waiting = false;
    const found = D.points[place(at)].rows[0];
    guesses.push(Math.abs(guessed - 100 * found[0]));
    const mean = guesses.reduce((sum, one) => sum + one, 0) / guesses.length;
    $("guesses").hidden = false;
    $("guesses").textContent = `Guesses so far: ${guesses.length}; off by ${+mean.toPrecision(2)} points on average.`;
    show();
    $("come").focus();
  });
  $("large").addEventListener("click", () => {
    const large = document.documentElement.classList.toggle("large");
    $("large").setAttribute("aria-pressed", String(large));
    if (!waiting) draw();
  });
  $("print").addEventListener("click", () => print());
  addEventListener("hashchange", () => moveTo(read()));
  let width = innerWidth;
  let soon = 0;
  addEventListener("resize", () => {
    if (innerWidth === width) return;
    width = innerWidth;
    clearTimeout(soon);
    soon = setTimeout(() => { if (!waiting) draw(); }, 120);
  });

  for (const one of document.querySelectorAll(".script")) {
    if (!["guessing", "guesses"].includes(one.id)) one.hidden = false;
  }
  read().forEach((k, i) => { at[i] = k; });
  show();
})();
