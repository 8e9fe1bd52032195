"""``afterban app``: the interactive page, on this machine.

The module is not called ``app``, since that is the name of the whole command line in its package.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from afterban.cli import options, output

commands = typer.Typer()


@commands.command()
def app(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of this machine; 0 for any free one.")
    ] = 8265,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
    state: Annotated[
        Path | None,
        typer.Option(
            parser=options.place, metavar="FILE", help="State that was saved on the page."
        ),
    ] = None,
) -> None:
    """Open the interactive page in a browser.

    Pick a story, move sliders, play time, and see why things happened.  It runs on this
    machine alone and asks for nothing from anywhere.
    """
    from afterban.app import server

    server.require()
    opened_with = None if state is None else server.read_state(state)

    def say(text: str) -> None:
        output.say(text)
        sys.stdout.flush()  # whoever started this through a pipe waits for the address

    server.serve(port, opened_with, browser, say)
    # Every window that was open has a thread that waits for its questions for good.
    sys.stdout.flush()
    os._exit(0)
