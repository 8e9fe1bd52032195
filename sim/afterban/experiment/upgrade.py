"""What ``afterban upgrade`` does: scenarios and folders of results of before, as of this version.

A scenario is rewritten by the steps of its language (``scenario.upgrade``).  A folder of a run gets
its scenario rewritten, the digest of this version, and the name that goes with it; no table is
touched.  A sweep keeps its identity, which seals every one of its replications, and its name.

Everything is looked at before anything is written, and each file and folder has its name only when
it is whole.  Checked by ``tests/cli/test_upgrade.py``.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from afterban import manifest as manifests
from afterban.errors import AfterbanError
from afterban.files import fault_of, json_or_none, write_text
from afterban.language.documents import read_file, shown_path
from afterban.manifest import RunManifest, SweepManifest
from afterban.results import RESOLVED, digest_of, former_digest_of, swap
from afterban.scenario import Scenario
from afterban.scenario.upgrade import upgraded


@dataclass(frozen=True)
class Change:
    """What becomes of one file or folder.

    what: a scenario, a run, or a sweep.
    words: what changes, a sentence each; empty if it is as it should be.
    target: its path afterwards.
    do: makes the change.
    """

    path: Path
    what: str
    words: tuple[str, ...]
    target: Path
    do: Callable[[], None]


def look(paths: Iterable[Path]) -> list[Change]:
    """What would be changed in these scenarios, folders, and folders of folders; nothing is.

    Raises AfterbanError for one that is none of these, or not as it was written.
    """
    found = [change for path in paths for change in _look(path)]
    taken: dict[Path, Path] = {}
    for change in found:
        other = taken.setdefault(change.target.absolute(), change.path)
        if other.absolute() != change.path.absolute():
            raise AfterbanError(
                f"{change.path}: this is the same run as {other}; remove one of them"
            )
    return list({change.path.absolute(): change for change in found}.values())


def former_folder(scenario: Scenario, policies: Sequence[str], root: Path) -> Path | None:
    """A folder with the same run under the digest of before, or None."""
    for path in sorted((root / scenario.name).glob(f"*/{manifests.NAME}")):
        data = json_or_none(path)
        if (
            isinstance(data, dict)
            and "schema_version" not in data
            and data.get("policies") == list(policies)
            and data.get("seed") == scenario.seed
            and data.get("replications_asked") == scenario.replications
        ):
            try:
                change, *_ = _look(path.parent)
            except AfterbanError:
                continue  # damaged, or of another program
            if change.target.name == digest_of(scenario, policies)[:12]:
                return path.parent
    return None


def _look(path: Path) -> list[Change]:
    if not path.is_dir():
        return [_scenario(path)]
    if (path / manifests.NAME).exists():
        return [_results(path)]
    below = sorted(path.rglob(manifests.NAME))
    if not below:
        raise AfterbanError(
            f"{path}: no results are in this folder or below it; give a scenario, a folder of "
            "results, or one with such folders in it"
        )
    hidden = [one for one in below if any(p.startswith(".") for p in one.relative_to(path).parts)]
    return [_results(one.parent) for one in below if one not in hidden]


def _scenario(path: Path) -> Change:
    if path.suffix == ".zip":
        raise AfterbanError(
            f"{path}: a bundle is not rewritten; `afterban run {path}` makes its results anew"
        )
    text, told = upgraded(read_file(path, shown_path(path)), shown_path(path))

    def do() -> None:
        with _written(path):
            mode = path.stat().st_mode
            write_text(path.resolve(), text)
            path.chmod(mode)

    return Change(path, "a scenario", tuple(told), path, do)


def _results(path: Path) -> Change:
    data = json_or_none(path / manifests.NAME)
    if isinstance(data, dict) and "points" in data:
        return _sweep(path)
    return _run(path)


def _run(path: Path) -> Change:
    manifest = manifests.read(path, RunManifest, "results")
    manifests.verify(path, manifest, manifest.files_sha256 or (RESOLVED,))
    before = _text(path)
    text, told = upgraded(before, shown_path(path / RESOLVED))
    scenario = Scenario.from_file_text(text, shown_path(path / RESOLVED), path / RESOLVED)
    digest = digest_of(scenario, manifest.policies)
    if digest == manifest.digest and not told:
        return Change(path, "a run", (), path, _nothing)
    if digest != manifest.digest:
        if manifest.digest != former_digest_of(before, manifest.policies) and not told:
            raise AfterbanError(
                f"{path}: the digest in the {manifests.NAME} is not that of the scenario beside "
                "it, neither as of this version nor as of before; make the results anew"
            )
        told += [f"digest {manifest.digest[:12]} becomes {digest[:12]}, which leaves defaults out"]
    target = path.with_name(digest[:12]) if path.name == manifest.digest[:12] else path
    if target != path:
        told += [f"the folder is {target.name} now"]
        if target.exists() or target.is_symlink():
            raise AfterbanError(
                f"{target}: this folder is there already, of the run that {path} holds, too; "
                "remove one of them"
            )
    changed = {
        **manifest.data(),
        "digest": digest,
        "scenario_digest": scenario.digest(),
        "schema_version": scenario.schema_version,
        "former_digests": [*manifest.data().get("former_digests", []), manifest.digest],
    }
    return Change(path, "a run", tuple(told), target, lambda: _replace(path, target, text, changed))


def _sweep(path: Path) -> Change:
    manifest = manifests.read(path, SweepManifest, "a sweep")
    manifests.verify(path, manifest, [RESOLVED])
    text, told = upgraded(_text(path), shown_path(path / RESOLVED))
    if not told:
        return Change(path, "a sweep", (), path, _nothing)
    Scenario.from_file_text(text, shown_path(path / RESOLVED), path / RESOLVED)
    return Change(
        path, "a sweep", tuple(told), path, lambda: _replace(path, path, text, manifest.data())
    )


def _text(path: Path) -> str:
    with fault_of(path / RESOLVED):
        return (path / RESOLVED).read_text(encoding="utf-8")


def _replace(path: Path, target: Path, text: str, manifest: dict[str, Any]) -> None:
    """A folder with another scenario and manifest, in one step; its other files are the same."""
    path, target = path.absolute(), target.absolute()
    temporary = path.with_name(f".{path.name}.{os.getpid()}.upgrade.tmp")
    with _written(path):
        shutil.rmtree(temporary, ignore_errors=True)
        try:
            shutil.copytree(path, temporary, copy_function=_link)
            write_text(temporary / RESOLVED, text)
            digests = manifest.get(manifests.FILES)
            if digests is not None:
                of_text = hashlib.sha256(text.encode()).hexdigest()
                manifest = {**manifest, manifests.FILES: {**digests, RESOLVED: of_text}}
            write_text(temporary / manifests.NAME, manifests.text_of(manifest))
            swap(temporary, path)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
        if target != path:
            path.rename(target)


def _link(source: str, target: str) -> None:
    """The same file under another name; a copy of it where there are no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


@contextmanager
def _written(path: Path) -> Iterator[None]:
    """Whatever the disk refuses is told of the path that was to be changed."""
    try:
        yield
    except OSError as error:
        raise AfterbanError(
            f"{path}: this cannot be rewritten ({error.strerror or error}); it is as it was"
        ) from None


def _nothing() -> None:
    """Nothing is to be done."""


__all__ = ["Change", "former_folder", "look"]
