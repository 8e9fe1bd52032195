"""Make what the compiled program is built from and run as: the header, and the module.

    python -m afterban.engines.compiled.build           # writes them into core/
    python -m afterban.engines.compiled.build --check   # makes them elsewhere and compares bytes

Needs the package ziglang (``pip install 'afterban[dev]'``), whose exact version is part of what the
module is.  Nothing of the machine or the folder gets into it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from afterban.core.kernels import KERNELS
from afterban.core.module import MODULE
from afterban.core.program import ENTRIES
from afterban.core.sources import SOURCE, digest, section
from afterban.engines.compiled import layout
from afterban.errors import AfterbanError, MissingExtra

HEADER: Final = SOURCE.with_name("numbers.h")
FLAGS: Final = (
    *("-target", "wasm32-wasi", "-mexec-model=reactor", "-std=c11", "-O3", "-msimd128"),
    *("-ffp-contract=off", "-fno-math-errno", "-g0", "-s", "-Wl,--no-entry"),
    *("-Wl,-z,stack-size=262144", "-Wl,--export=__heap_base"),
)


def module(source: Path, target: Path) -> None:
    """Build the module from the sources beside ``source``.

    Raises MissingExtra without ziglang, and AfterbanError with what the compiler says.
    """
    if find_spec("ziglang") is None:
        raise MissingExtra("ziglang", "pip install 'afterban[dev]'")
    exports = [f"-Wl,--export=afterban_{name}" for name in (*ENTRIES, *KERNELS)]
    command = [sys.executable, "-m", "ziglang", "cc", *FLAGS, *exports, source.name]
    done = subprocess.run(
        [*command, "-o", str(target.resolve())],
        cwd=source.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise AfterbanError(f"the module cannot be built:\n{done.stderr}")
    with target.open("ab") as file:
        file.write(section(digest(source.parent)))


def write_header() -> None:
    """Write the header into the package, which is enough where the program is built natively."""
    HEADER.write_text(layout.header()[0], encoding="utf-8")


def write() -> None:
    """Write the header and the module into the package."""
    write_header()
    with tempfile.TemporaryDirectory() as name:
        built = Path(name) / MODULE.name
        module(SOURCE, built)
        os.replace(shutil.copyfile(built, MODULE.with_suffix(".new")), MODULE)


def check() -> None:
    """Make both in another folder; raises AfterbanError if what the package has differs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(shutil.copytree(SOURCE.parent, Path(name) / "elsewhere"))
        (folder / HEADER.name).write_text(layout.header()[0], encoding="utf-8")
        built = Path(name) / MODULE.name
        module(folder / SOURCE.name, built)
        for made, kept in ((folder / HEADER.name, HEADER), (built, MODULE)):
            if made.read_bytes() != kept.read_bytes():
                raise AfterbanError(
                    f"{kept.name} is not what the sources make; run "
                    "`python -m afterban.engines.compiled.build`"
                )


def main() -> None:
    """Write both, or check them."""
    parser = argparse.ArgumentParser(description="Make the header and the module.")
    parser.add_argument("--check", action="store_true", help="compare bytes, write nothing")
    try:
        (check if parser.parse_args().check else write)()
    except AfterbanError as error:
        raise SystemExit(f"error: {error}") from None


if __name__ == "__main__":
    main()
