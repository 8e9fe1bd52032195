"""The simulator alone in a file: a page without pictures, for proofs and measurements."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from afterban.core.module import MODULE
from afterban.page.build import BUILT, LAYOUT

PAGE = """<!doctype html><meta charset="utf-8"><title>waits</title>
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval'; worker-src blob:">
<script id="parts" type="application/json">PARTS</script>
<script>
const parts = JSON.parse(document.getElementById("parts").textContent);
const module = Uint8Array.from(atob(parts.module), (letter) => letter.charCodeAt(0));
const url = URL.createObjectURL(new Blob([parts.worker], { type: "text/javascript" }));
const worker = new Worker(url);
const open = new Map();
worker.onmessage = ({ data }) => {
  const { resolve, reject } = open.get(data.id);
  if (data.message === undefined) resolve(data.result);
  else reject(new Error(data.message));
};
const call = (name, ...given) => new Promise((resolve, reject) => {
  const id = open.size;
  open.set(id, { resolve, reject });
  worker.postMessage({ id, call: name, arguments: given });
});
const ready = call("create", module, parts.layout, parts.story);
const hex = async (bytes) =>
  Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)),
    (one) => one.toString(16).padStart(2, "0")).join("");
</script>"""


def page_of(story: Any, folder: Path) -> Path:
    parts = {
        "module": base64.b64encode(MODULE.read_bytes()).decode("ascii"),
        "layout": json.loads(LAYOUT.read_text(encoding="utf-8")),
        "story": story,
        "worker": (BUILT / "worker.js").read_text(encoding="utf-8"),
    }
    file = folder / "page.html"
    text = json.dumps(parts).replace("<", "\\u003c")
    file.write_text(PAGE.replace("PARTS", text), encoding="utf-8")
    return file


def opened(browser: Any, story: Any, folder: Path) -> Any:
    """A tab with the page, without a network; it has asked nobody for anything."""
    context = browser.new_context(offline=True)
    tab = context.new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(page_of(story, folder).as_uri())
    tab.evaluate("() => ready")
    assert [url for url in asked if not url.startswith(("file:", "blob:"))] == []
    return tab
