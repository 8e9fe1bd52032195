"""The lowest versions that pyproject.toml allows, as pip's constraints: ``name==version`` a line.

python .ci/lowest.py [EXTRA ...]     of the dependencies and of these extras
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path


def lowest(project: dict[str, object], extras: list[str]) -> list[str]:
    """``name==version`` of each dependency, and of those of the extras, their own extras too.

    Raises SystemExit for a dependency without a lower bound.
    """
    optional = project["optional-dependencies"]
    assert isinstance(optional, dict)
    assert isinstance(project["dependencies"], list)
    found: dict[str, str] = {}
    todo = [*project["dependencies"], *(one for extra in extras for one in optional[extra])]
    while todo:
        line = todo.pop(0)
        own = re.fullmatch(r"afterban\[([\w,-]+)\]", line)
        if own:
            todo += [one for extra in own[1].split(",") for one in optional[extra]]
            continue
        bound = re.fullmatch(r"([\w.-]+)>=([\w.]+)", line)
        if bound is None:
            raise SystemExit(f"`{line}` has no lower bound; write `name>=version`")
        found[bound[1]] = bound[2]
    return [f"{name}=={version}" for name, version in sorted(found.items())]


if __name__ == "__main__":
    with (Path(__file__).parents[1] / "pyproject.toml").open("rb") as file:
        sys.stdout.write("\n".join(lowest(tomllib.load(file)["project"], sys.argv[1:])) + "\n")
