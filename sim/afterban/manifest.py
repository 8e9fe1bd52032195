"""The manifest of a folder of results: what is in it, and the digest of each file.

A folder is believed only when it is as it was written: the manifest has the SHA-256 of every file
beside it and, as ``manifest_sha256``, of itself.  Folders from before there were digests are read
all the same, with a :class:`afterban.errors.FileWarning`.

Checked by ``tests/unit/test_manifest.py`` and ``tests/cli/test_damage.py``.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from afterban.errors import AfterbanError, FileWarning
from afterban.files import fault_of, json_in, sha256_of

NAME = "manifest.json"
SEAL = "manifest_sha256"
DOCUMENT_SEAL = "document_sha256"  # of a JSON document that is no manifest
FILES = "files_sha256"

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]


class _Manifest(BaseModel):
    """What all manifests have.  Other keys are kept, so that one of a later version is read."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True)

    scenario: str
    policies: list[str] = Field(min_length=1)
    files_sha256: dict[str, Digest] | None = None  # None: written before there were digests
    manifest_sha256: Digest | None = None

    @model_validator(mode="after")
    def _each_arm_once(self) -> _Manifest:
        if len(set(self.policies)) < len(self.policies):
            raise ValueError("an arm stands in `policies` twice")
        return self

    def data(self) -> dict[str, Any]:
        """The manifest as it stands in the file."""
        return self.model_dump(exclude_unset=True)


class RunManifest(_Manifest):
    """Of one run (``afterban run``)."""

    digest: str
    seed: int
    replications_asked: Count
    replications_finished: list[Count]
    complete: bool
    code_digest: str | None = None
    engine: str = "?"
    versions: dict[str, str | None] = {}

    @model_validator(mode="after")
    def _each_replication_once(self) -> RunManifest:
        if len(set(self.replications_finished)) < len(self.replications_finished):
            raise ValueError("a number stands in `replications_finished` twice")
        return self


class PointEntry(BaseModel):
    """One point of a sweep: its values as they are written, by path."""

    model_config = ConfigDict(strict=True, frozen=True)

    key: str
    values: dict[str, str]


class SweepManifest(_Manifest):
    """Of one sweep (``afterban sweep``); the other keys are its identity."""

    format: int
    metrics: list[str]
    paths: list[str]
    replications: Annotated[int, Field(ge=1, le=2**31 - 1)]
    points: list[PointEntry]

    @model_validator(mode="after")
    def _points_have_the_paths(self) -> SweepManifest:
        for point in self.points:
            if set(point.values) != set(self.paths):
                raise ValueError(f"the point {point.key} has other values than `paths` says")
        return self


Model = TypeVar("Model", bound=_Manifest)


def read(folder: Path, model: type[Model], what: str) -> Model:
    """The manifest of a folder.

    what: what the folder should hold, for messages, such as ``a sweep``.

    Raises AfterbanError if there is none, or if it is not what was written.
    """
    path = folder / NAME
    if not path.exists():
        raise AfterbanError(f"{folder}: this is no folder of {what}; there is no {NAME} in it")
    data = json_in(path)
    if not isinstance(data, dict):
        raise AfterbanError(
            f"{path}: this is not the manifest of {what}: a list of names and values was to be "
            f"found, and not {type(data).__name__}"
        )
    seal = data.get(SEAL)
    if seal is not None and seal != sealed(data)[SEAL]:
        raise AfterbanError(
            f"{path}: this is not the manifest of {what} as it was written: it was changed or "
            "damaged; make the results anew, or choose others"
        )
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first, *more = error.errors(include_url=False)
        where = ".".join(str(part) for part in first["loc"])
        raise AfterbanError(
            f"{path}: this is not the manifest of {what}: "
            + (f"`{where}`: " if where else "")
            + first["msg"].removeprefix("Value error, ")
            + (f" (and {len(more)} more)" if more else "")
        ) from None


def sealed(data: Mapping[str, Any], key: str = SEAL) -> dict[str, Any]:
    """A document with the digest of all the rest in it, under that key.

    It is that of the values and not of the text, so that spaces and the order of keys may change.
    """
    rest = {name: value for name, value in data.items() if name != key}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"))
    return {**rest, key: hashlib.sha256(text.encode("ascii")).hexdigest()}


def text_of(data: Mapping[str, Any]) -> str:
    """The text of a manifest, sealed."""
    return json.dumps(sealed(data), indent=2, ensure_ascii=False) + "\n"


def verify(folder: Path, manifest: _Manifest, names: Iterable[str]) -> None:
    """Raise AfterbanError if one of these files of a folder is not what was written.

    A file that is not there is none of this function's business.
    """
    present = [name for name in names if (folder / name).exists()]
    if manifest.files_sha256 is None:
        if present:
            warnings.warn(
                f"{folder}: these results cannot be verified: they were written before digests",
                FileWarning,
                stacklevel=3,
            )
        return
    for name in present:
        path = folder / name
        expected = manifest.files_sha256.get(name)
        if expected is None:
            raise AfterbanError(
                f"{path}: the {NAME} beside it does not list this file, so it cannot be "
                "verified; remove it, or make the results anew"
            )
        with fault_of(path):
            found = sha256_of(path)
        if found != expected:
            raise AfterbanError(
                f"{path}: this is not the file that was written (its SHA-256 begins with "
                f"{found[:12]}, not {expected[:12]}): it was cut off or changed; run again, which "
                "makes the same folder"
            )
