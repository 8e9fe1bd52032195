(() => {
  "use strict";
  const { plots: specs, lists } = JSON.parse(document.getElementById("plots").textContent);
  const root = document.documentElement;
  const NARROW = 560;

  // "var(--name)" and "var(--name)@0.2" become colours of the present theme.
  const paint = (value, style) => {
    if (typeof value === "string" && value.startsWith("var(")) {
      const [name, opacity] = value.slice(4).replace(")", "").split("@");
      const colour = style.getPropertyValue(name).trim();
      if (opacity === undefined) return colour;
      const [r, g, b] = [1, 3, 5].map((k) => parseInt(colour.slice(k, k + 2), 16));
      return `rgba(${r},${g},${b},${opacity})`;
    }
    if (typeof value === "string" && value.startsWith("@list:")) return lists[value.slice(6)].slice();
    if (Array.isArray(value)) return value.map((one) => paint(one, style));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, paint(v, style)]));
    }
    return value;
  };

  const wrapped = (text, most) => {
    const lines = [""];
    for (const word of text.split(" ")) {
      const last = lines[lines.length - 1];
      if (last && last.length + 1 + word.length > most) lines.push(word);
      else lines[lines.length - 1] = last ? `${last} ${word}` : word;
    }
    return lines.join("<br>");
  };

  const draw = (figure) => {
    const plot = figure.querySelector(".plot");
    const options = specs[figure.dataset.plot];
    const choice = figure.querySelector("select");
    const key = choice ? choice.value : Object.keys(options)[0];
    const style = getComputedStyle(root);
    const { data, layout } = paint(options[key], style);
    layout.hoverlabel = {
      ...layout.hoverlabel, bgcolor: paint("var(--page)", style),
      bordercolor: paint("var(--soft)", style),
      font: { color: paint("var(--ink)", style) },
    };
    layout.font.family = getComputedStyle(document.body).fontFamily;
    layout.dragmode = false;
    const width = figure.clientWidth;
    if (width < NARROW) {
      // Room for the legend's rows, which stand one below the other in a narrow window.
      const names = layout.showlegend ? data.filter((one) => one.name && one.showlegend !== false) : [];
      layout.font.size = 12;
      const most = Math.floor((width - 90) / 6.6);
      if (layout.xaxis.title) layout.xaxis.title.text = wrapped(layout.xaxis.title.text, most);
      layout.height += Math.max(0, names.length - 2) * 19;
      for (const one of data) {
        if (one.textfont) one.textfont.size = 11;
      }
    }
    layout.width = width;
    return Plotly.react(plot, data, layout, { displayModeBar: false, responsive: false });
  };

  const figures = [...document.querySelectorAll("figure[data-plot]")];
  const all = () => figures.forEach((figure) => {
    try {
      figure.classList.add("drawn");
      draw(figure).catch(() => figure.classList.remove("drawn"));
    } catch (error) {
      // The static picture stays in its place.
      figure.classList.remove("drawn");
      console.error(error);
    }
  });
  all();
  for (const figure of figures) {
    figure.querySelector("select")?.addEventListener("change", () => draw(figure));
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", all);
  // Older browsers print what a closed part holds only while it is open.
  const closed = [...document.querySelectorAll("details.printed:not([open])")];
  addEventListener("beforeprint", () => closed.forEach((one) => { one.open = true; }));
  addEventListener("afterprint", () => closed.forEach((one) => { one.open = false; }));
  let width = innerWidth;
  let waiting = 0;
  addEventListener("resize", () => {
    if (innerWidth === width) return;
    width = innerWidth;
    clearTimeout(waiting);
    waiting = setTimeout(all, 120);
  });
})();
