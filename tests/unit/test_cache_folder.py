"""Compiled code is run, so it is loaded from no folder that somebody else can write."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from afterban.core import cache

NAME = "native-0123"
Found = Callable[[], Path]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without a cache that can be used, and a folder for temporary files."""
    (tmp_path / "home").write_text("no folder")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("AFTERBAN_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    return tmp_path / "tmp"


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Found:
    monkeypatch.setattr(cache.atexit, "register", lambda *_: None)
    monkeypatch.setenv("AFTERBAN_CACHE", "")  # so that what is set is taken back
    return lambda: cache.cache_directory.__wrapped__(NAME)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def predictable(place: Path) -> Path:
    return place / f"afterban-{os.getuid()}"


def test_the_fall_back_is_private_and_kept(place: Path, found: Found) -> None:
    folder = found()
    assert folder == predictable(place) / NAME
    assert mode(folder) == mode(folder.parent) == 0o700
    assert found() == folder


@pytest.mark.parametrize("wide", [0o777, 0o770, 0o707, 0o720])
def test_a_folder_that_others_could_write_is_not_used(place: Path, found: Found, wide: int) -> None:
    mine = predictable(place)
    (mine / NAME).mkdir(parents=True)
    (mine / NAME).chmod(wide)
    folder = found()
    assert mine not in folder.parents
    assert folder.parents[1].parent == place
    assert mode(folder.parents[1]) == 0o700
    assert os.environ["AFTERBAN_CACHE"] == str(folder.parents[1]), "workers use the same one"
    assert found() == folder


def test_a_link_is_not_followed(place: Path, found: Found, tmp_path: Path) -> None:
    (tmp_path / "theirs" / NAME).mkdir(parents=True, mode=0o700)
    predictable(place).symlink_to(tmp_path / "theirs")
    folder = found()
    assert (tmp_path / "theirs") not in folder.resolve().parents
    assert folder.is_dir()


def test_a_link_in_the_folder_is_not_followed(place: Path, found: Found, tmp_path: Path) -> None:
    predictable(place).mkdir(mode=0o700)
    (tmp_path / "theirs").mkdir(mode=0o700)
    (predictable(place) / NAME).symlink_to(tmp_path / "theirs")
    assert found().resolve() != tmp_path / "theirs"


def test_a_file_in_its_place_is_no_folder(place: Path, found: Found) -> None:
    predictable(place).write_text("x")
    assert found().is_dir()


def test_a_folder_of_another_user_is_not_used(
    place: Path, found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    (predictable(place) / NAME).mkdir(parents=True, mode=0o700)
    real = os.getuid()
    (place / f"afterban-{real + 1}" / NAME).mkdir(parents=True, mode=0o700)
    monkeypatch.setattr(os, "getuid", lambda: real + 1)
    assert place / f"afterban-{real + 1}" not in found().parents


def test_the_folder_that_is_given_is_checked_too(
    place: Path, found: Found, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AFTERBAN_CACHE", str(tmp_path / "given"))
    folder = found()
    assert folder == tmp_path / "given" / "afterban" / NAME
    assert mode(folder) == mode(folder.parent) == 0o700
    # One above, of this user's, that a mask left open, is closed.
    folder.parent.chmod(0o775)
    assert found() == folder
    assert mode(folder.parent) == 0o755
    folder.chmod(0o777)
    assert found() == predictable(place) / NAME


def test_a_folder_for_one_process_goes_with_it(place: Path) -> None:
    predictable(place).write_text("x")
    code = (
        f"from afterban.core.cache import cache_directory; folder = cache_directory({NAME!r})\n"
        "print(folder, folder.is_dir())"
    )
    environment = {**os.environ, "TMPDIR": str(place)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    folder, was_there = done.stdout.split()
    assert was_there == "True"
    assert place in Path(folder).parents
    assert not Path(folder).parents[1].exists()
