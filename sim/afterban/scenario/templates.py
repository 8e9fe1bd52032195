"""Templates: scenarios that are there to be copied and filled with one's own numbers, not run."""

from __future__ import annotations

from pathlib import Path

from afterban.errors import AfterbanError, closest, listed
from afterban.language.documents import shipped_directory

DEFAULT = "platform"  # of the questions


def template_names() -> list[str]:
    """Names of the templates, in alphabetical order."""
    return sorted(path.stem for path in (shipped_directory() / "templates").glob("*.yaml"))


def template_path(name: str) -> Path:
    """File of a template.  Raises AfterbanError with the nearest name if there is none."""
    names = template_names()
    if name not in names:
        near = closest(name, names)
        raise AfterbanError(
            f"--template {name}: there is no such template; write {listed(names, 'or')}"
            + (f"\n  did you mean `{near}`?" if near else "")
        )
    return shipped_directory() / "templates" / f"{name}.yaml"
