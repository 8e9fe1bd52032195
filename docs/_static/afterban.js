// What the theme leaves out for those who use a keyboard or a screen reader.
(() => {
  for (const caption of document.querySelectorAll('.caption[role="heading"]:not([aria-level])')) {
    caption.setAttribute("aria-level", "2");
  }
  const reachable = () => {
    for (const box of document.querySelectorAll("pre, .table-wrapper")) {
      if (box.scrollWidth > box.clientWidth) box.setAttribute("tabindex", "0");
    }
  };
  addEventListener("load", reachable);
  addEventListener("resize", reachable);
  document.addEventListener("toggle", reachable, true);
})();
