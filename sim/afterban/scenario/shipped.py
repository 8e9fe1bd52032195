"""The scenarios that come with the program."""

from __future__ import annotations

from pathlib import Path

from afterban.language.documents import shipped_directory

__all__ = ["shipped_directory", "shipped_names", "shipped_path"]

# Other files of the same directory.
COMMON_RANGES = "common-ranges"
_NOT_SCENARIOS = frozenset(("sources", "claims", "qc", COMMON_RANGES))


def shipped_names() -> list[str]:
    """Names of the shipped scenarios, in alphabetical order."""
    return sorted(
        path.stem for path in shipped_directory().glob("*.yaml") if path.stem not in _NOT_SCENARIOS
    )


def shipped_path(name: str) -> Path:
    """File of a shipped scenario.  Raises KeyError if there is none of that name."""
    if name not in shipped_names():
        raise KeyError(name)
    return shipped_directory() / f"{name}.yaml"
