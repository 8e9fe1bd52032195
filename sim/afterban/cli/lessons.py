"""``afterban lesson``: lists the lessons, and opens them as a page or as a notebook."""

from __future__ import annotations

import os
import re
import sys
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from afterban.cli import options, output

if TYPE_CHECKING:
    from afterban.lessons import Lesson

commands = typer.Typer()

HOST = "127.0.0.1"


@commands.command()
def lesson(
    which: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="LESSON ...", help="Names or numbers; the list of them if left out."
        ),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="A file with every lesson.")] = False,
    out: Annotated[
        Path | None,
        options.file("File to write, without opening it; afterban-lesson-NAME.html if left out."),
    ] = None,
    notebook: Annotated[
        bool, typer.Option("--notebook", help="Serve the notebook instead (marimo).")
    ] = False,
    edit: Annotated[
        bool,
        typer.Option("--edit", help="Copy the notebook to this folder and open it to be changed."),
    ] = False,
    port: Annotated[
        int | None,
        typer.Option(
            min=1, max=65535, help="Port to serve the notebook on; a free one if left out."
        ),
    ] = None,
    browser: Annotated[bool, typer.Option(help="Open it in a browser.")] = True,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Open a lesson: predict, then see what the simulation gives.

    It is one HTML file with the simulator inside, for a projector or phones, and asks for nothing
    from anywhere.  With --notebook or --edit it is a notebook.
    """
    from afterban import lessons
    from afterban.errors import AfterbanError

    if all_ and which:
        raise typer.BadParameter("name lessons, or write --all", param_hint="'--all'")
    served = notebook or edit
    if served and (out is not None or all_):
        raise AfterbanError("--notebook and --edit serve a notebook; leave out `--out` and `--all`")
    if port is not None and not served:
        raise AfterbanError("--port: only a notebook is served; add `--notebook` or `--edit`")
    if not which and not all_:
        if edit:
            raise AfterbanError("--edit: no lesson is named; write `afterban lesson 1 --edit`")
        if notebook or out is not None:
            raise AfterbanError("no lesson is named; write `afterban lesson 1`, or add `--all`")
        if as_json:
            output.say_json(
                [
                    {"number": one.number, "name": one.name, "title": one.title, "asks": one.asks}
                    for one in lessons.LESSONS
                ]
            )
        else:
            _list(lessons.LESSONS)
        return
    found = list(dict.fromkeys(lessons.find(word) for word in which or ())) or [*lessons.LESSONS]
    if served:
        if len(found) > 1:
            raise AfterbanError("a notebook is one lesson; name one")
        _serve(found[0], edit, port, browser, quiet)
    else:
        _write(found, out, browser, as_json)


def _write(found: list[Lesson], out: Path | None, browser: bool, as_json: bool) -> None:
    """Write the page of some lessons, and open it if no place for it was named."""
    output.check_file(out, "--out", "such as `--out lesson.html`")

    from afterban.page.lesson_file import page_of
    from afterban.report.html import write

    name = f"afterban-lesson-{found[0].name}.html" if len(found) == 1 else "afterban-lessons.html"
    target = out or Path(name)
    text = page_of(found)
    write(target, text)
    if as_json:
        size = len(text.encode("utf-8"))
        names = [one.name for one in found]
        output.say_json({"page": str(target), "bytes": size, "lessons": names})
    else:
        output.say(str(target))
    if out is None and browser and not as_json:
        webbrowser.open(target.resolve().as_uri())


def _serve(found: Lesson, edit: bool, port: int | None, browser: bool, quiet: bool) -> None:
    from afterban.lessons import play

    play.require()
    if port is not None:  # the server would name its address before it finds the port taken
        _try(port)
    file = _copied(found, quiet) if edit else found.file
    output.note(
        f"lesson {found.number}, {found.title.lower()}: Ctrl-C ends it",
        quiet,
    )
    _open(file, edit, port, browser)


def _try(port: int) -> None:
    """Raise AfterbanError if a port of this machine is taken."""
    import socket

    from afterban.errors import AfterbanError

    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((HOST, port))
        except OSError as error:
            raise AfterbanError(
                f"port {port} cannot be used ({error.strerror}); choose another with `--port`"
            ) from None


def _list(lessons: tuple[Lesson, ...]) -> None:
    from afterban.lessons import MINUTES

    rows = [(str(one.number), one.name, one.title, one.asks) for one in lessons]
    output.say_table(["", "lesson", "title", "what it asks"], rows, fold=(3,))
    output.say(f"\n`afterban lesson 1` opens the first one; each takes about {MINUTES} minutes.")


def _copied(lesson: Lesson, quiet: bool) -> Path:
    """A copy of the notebook in this folder; the one that is there, if there is one."""
    from afterban.errors import AfterbanError

    path = Path(f"lesson-{lesson.number}-{lesson.name}.py")
    if path.exists():
        if not path.is_file() or b"marimo.App" not in path.read_bytes():
            raise AfterbanError(
                f"{path} is there already and is no notebook; move it, or go to another folder"
            )
        output.note(f"{path} is there already and is opened as it is", quiet)
        return path
    source = lesson.file.read_text(encoding="utf-8")
    # The page's head stays behind; the editor has names of its own for its buttons.
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        temporary.write_text(re.sub(r', html_head_file="[^"]*"', "", source), encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise AfterbanError(
            f"{path}: the notebook cannot be written ({error.strerror}); go to another folder"
        ) from None
    return path


def _open(file: Path, edit: bool, port: int | None, browser: bool) -> None:
    """Become the server; it answers to Ctrl-C itself."""
    command = [sys.executable, "-m", "marimo", "edit" if edit else "run", str(file)]
    command += ["--no-sandbox", "--host", HOST]
    if not edit:
        command.append("--include-code")
    if port is not None:
        command += ["--port", str(port)]
    if not browser:
        command.append("--headless")
    sys.stdout.flush()
    sys.stderr.flush()
    # Without its question for newer versions the server asks nothing of the network.
    os.execve(sys.executable, command, {**os.environ, "MARIMO_SKIP_UPDATE_CHECK": "1"})
