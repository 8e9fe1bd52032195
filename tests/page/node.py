"""Calls of the page's modules from Python tests, through node; skipped where it is not there."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).parents[2] / "sim" / "afterban" / "page"
ENGINE = PAGE / "src" / "engine"
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="node is not installed")


def called(script: str, data: Any = None) -> Any:
    """What a script returns: the body of an async function of `data`, with all modules in reach."""
    assert NODE is not None
    modules = sorted(path.stem for path in ENGINE.glob("*.js") if path.stem != "index")
    imports = [
        f"import * as {name} from {json.dumps((ENGINE / f'{name}.js').as_uri())};"
        for name in modules
    ]
    text = "\n".join(
        [
            *imports,
            'import { readFileSync } from "node:fs";',
            'const data = JSON.parse(readFileSync(0, "utf8"));',
            f"const answer = await (async () => {{ {script} }})();",
            "process.stdout.write(JSON.stringify(answer ?? null));",
        ]
    )
    done = subprocess.run(
        [NODE, "--input-type=module", "--eval", text],
        input=json.dumps(data),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def refusal(script: str, data: Any = None) -> str:
    """The one line with which a script is refused."""
    return str(
        called(
            f"try {{ await (async () => {{ {script} }})(); }} "
            "catch (e) { if (e.name === 'SimulatorError') return e.message; throw e; } "
            "throw new Error('it was not refused');",
            data,
        )
    )
