"""A run or a sweep that is kept, to be run again: what it was, and whether the same came of it.

Checked by ``tests/cli/test_bundle.py`` and ``tests/experiment/test_again.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from afterban import manifest as manifests
from afterban.errors import listed
from afterban.experiment.bundle import digests, is_sweep
from afterban.files import json_in


@dataclass(frozen=True)
class Kept:
    """What a folder held before it was run again, since it may be replaced by what is made.

    sweep: whether it is a sweep rather than a run.  manifest: as it was read.  files: digest of
    each.
    """

    sweep: bool
    manifest: Mapping[str, Any]
    files: Mapping[str, str]

    @property
    def arms(self) -> list[str]:
        """Arms that were run."""
        return list(self.manifest["policies"])

    def engine(self, asked: str | None) -> str | None:
        """The engine that is asked for, or the reference engine if that made it."""
        return asked or ("reference" if self.manifest["engine"] == "reference" else None)

    def same_sweep(self, engine: str | None) -> bool:
        """Whether it is the same sweep with the engine that is asked for."""
        return engine in (None, self.manifest.get("engine"))

    def same_run(self, digest: str) -> bool:
        """Whether a run with this digest is the same."""
        return bool(self.manifest["digest"] == digest)

    def unlike(self, made: Path) -> list[str]:
        """Names of the files that are not the same bytes in a folder that was made again."""
        after = digests(made)
        return [name for name, digest in self.files.items() if after.get(name) != digest]

    def why(self, source: str, unlike: Sequence[str], made: Path) -> str:
        """Which files of ``source`` differ, and what made them differently, in one sentence."""
        parts, now = _made_with(self.manifest), _made_with(json_in(made / manifests.NAME))
        other = [
            f"{name} {value} (here {now.get(name)})"
            for name, value in parts.items()
            if now.get(name) != value
        ]
        ending = ", with the same code and packages"
        if other:
            ending = f"; it was made with {', '.join(other)}"
        return (
            f"{source}: {listed(unlike)} {'are' if len(unlike) > 1 else 'is'} not as kept{ending}"
        )


def kept(folder: Path) -> Kept:
    """What a folder of results holds.  Raises AfterbanError if its manifest cannot be read."""
    return Kept(is_sweep(folder), json_in(folder / manifests.NAME), digests(folder))


def _made_with(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Versions, code and machine, of the manifest of this version or of one before."""
    code = manifest.get("code_digest") or manifest.get("code")
    return {**manifest.get("versions", {}), "code": code, "machine": manifest.get("machine")}
