/* What the tests ask an open page, as functions by name; read by telling.py. */
({
  // What is cut off, wider than the window, or on the projector not on the one screen.
  cutOff: (oneScreen) => {
    const found = [];
    const shown = (one) => {
      const box = one.getBoundingClientRect();
      return box.width > 1 && box.height > 1 && one.checkVisibility({ visibilityProperty: true }) ? box : null;
    };
    for (const one of document.querySelectorAll("h1, h2, p, li, label, button, select, output, dd, dt, summary, canvas, input")) {
      const box = shown(one);
      if (!box || one.closest(".scroll, .events, .away")) continue;
      if (box.right > innerWidth + 1 || box.left < -1) found.push("beside: " + one.outerHTML.slice(0, 90));
      if (oneScreen && box.bottom > innerHeight + 1 && !one.closest(".happened > :not(summary)")) found.push("below: " + one.outerHTML.slice(0, 90));
    }
    for (const svg of document.querySelectorAll("svg.chart")) {
      const frame = svg.getBoundingClientRect();
      if (!frame.width) continue;
      for (const text of svg.querySelectorAll("text")) {
        const box = text.getBoundingClientRect();
        if (box.width && (box.left < frame.left - 2 || box.right > frame.right + 2 || box.top < frame.top - 2 || box.bottom > frame.bottom + 2)) {
          found.push("in a picture: " + text.textContent);
        }
      }
    }
    for (const panel of document.querySelectorAll(".panel, .settings")) {
      const frame = shown(panel);
      if (!frame) continue;
      for (const one of panel.querySelectorAll("h2, dd, dt, p, button, select, input")) {
        const box = shown(one);
        if (box && !one.closest(".keep") && box.right > frame.right + 1) found.push("out of its panel: " + one.outerHTML.slice(0, 90));
      }
    }
    for (const one of document.querySelectorAll("select")) {
      const pen = document.createElement("canvas").getContext("2d"), style = getComputedStyle(one);
      pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
      const text = one.selectedOptions[0]?.textContent ?? "";
      if (shown(one) && pen.measureText(text).width > one.clientWidth) found.push("a choice is cut off: " + text);
    }
    if (document.documentElement.scrollWidth > innerWidth) found.push("wider than the window");
    return found;
  },

  // All that a reader, a screen reader or a search can find; data that is packed is no text.
  text: () => {
    const copy = document.documentElement.cloneNode(true);
    for (const one of copy.querySelectorAll("script, style")) one.remove();
    const parts = [copy.textContent];
    for (const one of copy.querySelectorAll("*")) {
      for (const name of ["aria-label", "aria-valuetext", "title", "placeholder", "value"]) {
        if (one.hasAttribute(name)) parts.push(one.getAttribute(name));
      }
    }
    return parts.join("\\n");
  },

  // A slider dragged along its scale, a step each 50 milliseconds: how many steps, how many of them were
  // shown before the finger rested, and milliseconds from each of these, and from the last one, to its picture.
  drag: async (control, steps) => {
    const range = document.querySelector(`[data-control=${control}] input[type=range]`);
    const wait = (time) => new Promise((done) => setTimeout(done, time));
    const asked = new Map(), told = [], put = afterban.put;
    afterban.put = function (scene) {
      put.call(this, scene);
      const value = scene.settings[control] ?? "start", begun = asked.get(value);
      if (begun === undefined) return;
      asked.delete(value); // what follows later is the same with more of its followers
      requestAnimationFrame(() => told.push({ value, took: performance.now() - begun, at: performance.now() }));
    };
    let value;
    for (let k = 0; k < steps; k++) {
      range.value = String(150 + Math.round((700 * k) / (steps - 1)));
      range.dispatchEvent(new Event("input", { bubbles: true }));
      value = afterban.state().settings[control] ?? "start";
      asked.set(value, performance.now());
      await wait(50);
    }
    const resting = performance.now();
    while (!told.some((one) => one.value === value)) await wait(10);
    afterban.put = put;
    const during = told.filter((one) => one.at < resting && one.value !== value);
    return { steps, during: during.map((one) => one.took), last: told.find((one) => one.value === value).took };
  },

  // A scene as the page has it, and the same made by the simulator.
  scenes: async () => {
    const days = [5, 28, 64, 114].map((k) => afterban.scene.grid[k]); // where the record is exact
    const last = (values) => values[values.length - 1];
    const told = (scene) => ({
      ends: [scene.accounts, scene.seen, scene.twinAccounts, scene.twinSeen].map(last),
      reach: scene.numbers.effective_reach,
      lives: scene.nodes.map((node) => node.lives.map((life) =>
        [life.handle, life.public, Number.isFinite(life.suspended) ? life.suspended : -1, life.outsiders])),
      followers: scene.nodes.map((node) => days.map((day) => afterban.followersOf(node, day))),
      won: scene.promotions.reduce((sum, one) => sum + one[3], 0),
    });
    const before = told(afterban.scene);
    await afterban.sandbox.run();
    return [before, told(afterban.scene)];
  },
})
