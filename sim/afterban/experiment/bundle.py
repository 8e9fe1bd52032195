"""A folder of results in one file that anybody can run again, to the same bytes.

A bundle is a ZIP file of all that the manifest of a run or a sweep lists, and the manifest.  The
same folder gives the same bytes: names are sorted, nothing is compressed (which depends on the
library), and there is no date.  Of a bundle only the manifest, the scenario and its own tables are
taken out, and each is checked against the manifest; a scenario of an earlier version of the
language is upgraded there.

Checked by ``tests/cli/test_bundle.py``.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from afterban import manifest as manifests
from afterban.errors import AfterbanError
from afterban.experiment.upgrade import look
from afterban.files import fault_of, json_in, json_or_none, written_whole
from afterban.language.documents import LARGEST_FILE
from afterban.manifest import RunManifest, SweepManifest
from afterban.results import RESOLVED, TABLES, digest_of, former_digest_of
from afterban.scenario import Scenario
from afterban.scenario.tables import FOLDER, places
from afterban.scenario.upgrade import upgraded

SUFFIX = ".zip"
SWEEP_TABLE = "sweep.parquet"
_LARGEST_MANIFEST = 256 << 20  # bytes; ten thousand points take two million
_LARGEST_TABLE = 1 << 30  # bytes, as of those that are read
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # that a ZIP file can tell


def is_sweep(folder: Path) -> bool:
    """Whether a folder holds a sweep rather than a run."""
    data = json_or_none(folder / manifests.NAME)
    return isinstance(data, dict) and "points" in data


def bundle(folder: Path, out: Path | None = None) -> Path:
    """Put a folder of results into one file, and return its path.

    out: the file; if None, named after the scenario and the folder, in the current one.
    Raises AfterbanError if the folder is not complete and as it was written.
    """
    if not folder.is_dir():
        raise AfterbanError(f"{folder}: this is no folder of results")
    if is_sweep(folder):
        manifest: RunManifest | SweepManifest = manifests.read(folder, SweepManifest, "a sweep")
        complete = SWEEP_TABLE in (manifest.files_sha256 or {})
    else:
        manifest = manifests.read(folder, RunManifest, "results")
        complete = manifest.complete
    listed = manifest.files_sha256
    if listed is None:
        raise AfterbanError(
            f"{folder}: these results cannot be verified, since they were written before digests; "
            "make them anew"
        )
    if not complete:
        raise AfterbanError(
            f"{folder}: these results are not complete, so they cannot be made again as they are; "
            "finish them first"
        )
    names = sorted(name for name in listed if (folder / name).is_file())
    if RESOLVED not in names:
        raise AfterbanError(f"{folder}: there is no {RESOLVED} in this folder; make it anew")
    manifests.verify(folder, manifest, names)
    scenario = Scenario.from_yaml(folder / RESOLVED)
    outside = [
        file for file, _ in places(scenario) if not Path(file).is_relative_to(folder.absolute())
    ]
    if outside:
        raise AfterbanError(
            f"{folder}: the scenario names {outside[0]}, which is not kept with the results, as "
            "earlier versions did; run it again, which keeps it"
        )
    if isinstance(manifest, RunManifest):
        text = (folder / RESOLVED).read_text(encoding="utf-8")
        if (
            manifest.digest
            == former_digest_of(text, manifest.policies)
            != digest_of(scenario, manifest.policies)
        ):
            raise AfterbanError(
                f"{folder}: these results go by a digest of before; `afterban upgrade {folder}` "
                "comes first"
            )
    target = out or Path(f"{manifest.scenario}-{folder.absolute().name}{SUFFIX}")
    if target.suffix != SUFFIX:
        raise AfterbanError(f"{target}: a bundle is a `{SUFFIX}` file; give it such a name")
    try:
        with written_whole(target) as stream, zipfile.ZipFile(stream, "w") as archive:
            for name in sorted([*names, manifests.NAME]):
                entry = zipfile.ZipInfo(name, _FIRST_DAY)
                entry.create_system, entry.external_attr = 3, 0o644 << 16
                with (folder / name).open("rb") as source, archive.open(entry, "w") as inside:
                    shutil.copyfileobj(source, inside, 1 << 20)
    except OSError as error:
        raise AfterbanError(
            f"{target}: the bundle cannot be written ({error.strerror or error}); choose another "
            "place with `--out`"
        ) from None
    return target


@contextmanager
def opened(path: Path) -> Iterator[Path]:
    """A folder with the manifest, the scenario and the tables of a bundle, or that of a folder.

    Raises AfterbanError if they are not what was put in.
    """
    if path.is_dir():
        _check(path)
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="afterban-") as name:
        folder = Path(name).resolve() / "bundle"
        folder.mkdir()
        with fault_of(path), zipfile.ZipFile(path) as archive:
            _take(archive, manifests.NAME, folder, _LARGEST_MANIFEST)
            data = json_in(folder / manifests.NAME)
            listed = data.get(manifests.FILES) if isinstance(data, dict) else None
            if not isinstance(listed, dict) or RESOLVED not in listed:
                raise ValueError("its manifest lists no scenario")
            _take(archive, RESOLVED, folder, LARGEST_FILE)
            for inner in listed:
                folders, _, plain = inner.rpartition("/")
                if folders == FOLDER and plain not in ("", ".", "..") and "\\" not in plain:
                    _take(archive, inner, folder, _LARGEST_TABLE)
        _check(folder, path)
        if upgraded((folder / RESOLVED).read_text(encoding="utf-8"), str(path))[1]:
            for change in look([folder]):
                change.do()
        yield folder


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of the scenario and the tables of a folder, as its manifest has them."""
    listed: dict[str, str] = json_in(folder / manifests.NAME).get(manifests.FILES) or {}
    return {
        name: digest
        for name, digest in listed.items()
        if name in (RESOLVED, *TABLES, SWEEP_TABLE) or name.startswith(f"{FOLDER}/")
    }


def _take(archive: zipfile.ZipFile, name: str, folder: Path, most: int) -> None:
    """One file of an archive.  Raises ValueError for one that is not there or too large."""
    try:
        entry = archive.getinfo(name)
    except KeyError:
        raise ValueError(f"there is no {name} in it") from None
    if entry.file_size > most:
        raise ValueError(f"{name} is larger than {most >> 20 or 1} MB")
    target = folder / name
    target.parent.mkdir(exist_ok=True)
    with archive.open(entry) as source, target.open("wb") as out:
        left = most
        while block := source.read(1 << 20):
            left -= len(block)
            if left < 0:
                raise ValueError(f"{name} is larger than it says")
            out.write(block)


def _check(folder: Path, shown: Path | None = None) -> None:
    """Raise AfterbanError unless manifest, scenario and tables are what was written."""
    try:
        if is_sweep(folder):
            manifest: RunManifest | SweepManifest = manifests.read(folder, SweepManifest, "a sweep")
        else:
            manifest = manifests.read(folder, RunManifest, "results")
        names = [name for name in manifest.files_sha256 or {} if name.startswith(f"{FOLDER}/")]
        manifests.verify(folder, manifest, [RESOLVED, *names])
    except AfterbanError as error:
        if shown is None:
            raise
        raise AfterbanError(str(error).replace(str(folder), str(shown))) from None


__all__ = ["bundle", "digests", "is_sweep", "opened"]
