"""Makes the helpers beside the tests, and the generator of the reference pages, importable."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
for folder in (ROOT / "docs" / "_ext", ROOT / "tests" / "docs"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
