"""What is kept of calibrations beside their runs: posteriors and proofs, each with its digest.

``results/posteriors/NAME/`` has those of shipped scenarios:

- ``posterior.parquet``: draws for ``afterban run --draws``;
- ``calibration.json``: everything else that the calibration said, with the digest of the draws;
- ``proof.json``: what its proof on known truths came to.

Each document has the digest of its own content, and of the scenario that it is of.

Checked by ``tests/experiment/test_calibration_kept.py``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from afterban.errors import AfterbanError
from afterban.experiment.calibrated import FILE, Calibrated
from afterban.experiment.calibration_check import Checked
from afterban.experiment.unknowns import section_digest
from afterban.files import json_in, sha256_of, write_text
from afterban.manifest import DOCUMENT_SEAL, sealed
from afterban.scenario import Scenario

NUMBERS, PROOF = "calibration.json", "proof.json"
_NOT_KEPT = ("folder", "run_now")  # which differ from one place to the next


def keep_posterior(found: Calibrated, folder: Path) -> None:
    """Keep a posterior and its numbers.  Raises AfterbanError if they cannot be written."""
    folder_made(folder)
    path = found.write(folder / FILE)
    data = {key: value for key, value in found.to_dict().items() if key not in _NOT_KEPT}
    _write(folder / NUMBERS, data | {"posterior_sha256": sha256_of(path)})


def keep_proof(scenario: Scenario, found: Checked, folder: Path) -> None:
    """Keep a proof.  Raises AfterbanError if it cannot be written."""
    folder_made(folder)
    of = {
        "digest": scenario.digest(),
        "calibration_digest": section_digest(scenario),
        "seed": scenario.seed,
    }
    _write(folder / PROOF, found.to_dict() | of)


def folder_made(folder: Path) -> None:
    """Make a folder where there is none.  Raises AfterbanError if it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AfterbanError(f"{folder}: this cannot be a folder ({error.strerror})") from None


def _write(path: Path, data: Mapping[str, Any]) -> None:
    text = json.dumps(sealed(data, DOCUMENT_SEAL), indent=1, ensure_ascii=False)
    try:
        write_text(path, text + "\n")
    except OSError as error:
        raise AfterbanError(f"{path}: this cannot be written ({error.strerror})") from None


def read(path: Path) -> dict[str, Any]:
    """What is kept in one of the documents; beside numbers, the draws are looked at too.

    Raises AfterbanError for a file that cannot be read, or is not as it was written.
    """
    data = json_in(path)
    if not isinstance(data, dict) or data.get(DOCUMENT_SEAL) != _seal(data):
        raise AfterbanError(f"{path}: this is not the file that was written; make it anew")
    draws = path.with_name(FILE)
    kept = data.get("posterior_sha256")
    if kept is not None and (not draws.is_file() or sha256_of(draws) != kept):
        raise AfterbanError(f"{draws}: these are not the draws that were written; make them anew")
    return data


def _seal(data: Mapping[str, Any]) -> Any:
    return sealed(data, DOCUMENT_SEAL)[DOCUMENT_SEAL]
