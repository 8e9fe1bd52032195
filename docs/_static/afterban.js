// What the theme leaves out for those who use a keyboard or a screen reader.
(() => {
  for (const caption of document.querySelectorAll('.caption[role="heading"]:not([aria-level])')) {
    caption.setAttribute("aria-level", "2");
  }
  // Names may break after a dot or an underscore, and heads go with their cells.
  for (const table of document.querySelectorAll("table.docutils")) {
    const heads = [...table.querySelectorAll("thead th")].map((one) => one.textContent.trim());
    for (const row of table.querySelectorAll("tbody tr")) {
      [...row.children].forEach((cell, k) => {
        if (heads[k]) cell.dataset.head = heads[k];
        cell.classList.toggle("blank", !cell.textContent.trim() && !cell.querySelector("img"));
      });
    }
    for (const name of table.querySelectorAll("td code span, th code span")) {
      if (name.children.length) continue;
      const parts = name.textContent.split(/(?<=[._/])/);
      name.replaceChildren(...parts.flatMap((part, k) => (k ? [document.createElement("wbr"), part] : [part])));
    }
    // A table that is drawn as blocks is still a table to a screen reader.
    const roles = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell" };
    for (const one of [table, ...table.querySelectorAll("thead, tbody, tr, td, th")]) {
      one.setAttribute("role", roles[one.tagName] ?? (one.closest("thead") ? "columnheader" : "rowheader"));
    }
  }
  const stack = () => {
    for (const box of document.querySelectorAll(".table-wrapper")) {
      const table = box.querySelector("table.docutils");
      table?.classList.remove("stacked");
      table?.classList.toggle("stacked", box.scrollWidth > box.clientWidth + 1);
    }
  };
  const reachable = () => {
    stack();
    for (const box of document.querySelectorAll("pre, .table-wrapper")) {
      if (box.scrollWidth > box.clientWidth) box.setAttribute("tabindex", "0");
    }
  };
  addEventListener("load", reachable);
  addEventListener("resize", reachable);
  document.addEventListener("toggle", reachable, true);
})();
