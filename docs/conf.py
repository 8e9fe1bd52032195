"""How the documentation is built: ``sphinx-build -W docs docs/_build``; needs no network."""

import sys
from importlib.metadata import version as installed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "afterban"
author = "the afterban authors"
copyright = "the afterban authors"
release = version = installed("afterban")

extensions = ["myst_parser", "afterban_docs"]
myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build", "_ext", "_static"]
nitpicky = True

html_theme = "furo"
html_title = f"afterban {version}"
html_static_path = ["_static"]
html_css_files = ["afterban.css"]
html_js_files = [("afterban.js", {"defer": "defer"})]
html_copy_source = False
# Signatures and outputs are not a language of their own; blocks that are, say so.
highlight_language = "text"
