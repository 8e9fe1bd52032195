"""A page as PDF, printed by the Chromium that is on the machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from afterban.errors import AfterbanError

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
SECONDS = 120


def browser() -> str | None:
    """The program that prints; ``AFTERBAN_BROWSER`` if that is set."""
    given = os.environ.get("AFTERBAN_BROWSER")
    if given:
        return given
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def print_pdf(page: Path, pdf: Path) -> None:
    """Print a page.  Raises AfterbanError if there is no browser, or it fails."""
    program = browser()
    if program is None:
        raise AfterbanError(
            f"--pdf: no chromium is found, so {page} was written without a PDF; "
            "install chromium, or open the page in a browser and print it there"
        )
    with tempfile.TemporaryDirectory(prefix="afterban-") as profile:
        command = [
            program,
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-extensions",
            "--no-pdf-header-footer",
            f"--user-data-dir={profile}",
            f"--print-to-pdf={pdf.resolve()}",
            page.resolve().as_uri(),
        ]
        # Chromium's sandbox does not work for root, as in most containers.
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.insert(1, "--no-sandbox")
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise AfterbanError(f"--pdf: {program} did not print {page}: {error}") from None
    if done.returncode != 0 or not pdf.exists():
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise AfterbanError(f"--pdf: {program} did not print {page}: {last}")
