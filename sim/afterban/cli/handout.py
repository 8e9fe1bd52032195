"""``afterban handout``: a page with sliders that needs no Python."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from afterban.cli import complete, options, output
from afterban.cli.progress import progress

if TYPE_CHECKING:
    from afterban.page.state import State

commands = typer.Typer()

STORY = "how-fast"
MOST = 10_000  # replications at each position, of which there are hundreds


@commands.command()
def handout(
    story: Annotated[
        str,
        typer.Argument(
            help="Name of a story, or of the shipped scenario that plays it.",
            autocompletion=complete.story,
        ),
    ] = STORY,
    out: Annotated[
        Path | None,
        options.file("File to write; handout-STORY.html here if left out."),
    ] = None,
    size: Annotated[
        str | None,
        typer.Option(help="Size of the network: `class`, which is quick, or `real`."),
    ] = None,
    reps: Annotated[
        int | None, typer.Option(help="Replications at each position of the sliders.")
    ] = None,
    seed: options.Seed = None,
    engine: options.Engine = None,
    workers: options.Workers = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Make a hand-out: one HTML file with sliders, all run beforehand, that needs nothing else."""
    _check(reps, workers, seed)
    chosen = output.engine_name(engine)
    output.check_file(out, "--out", "such as `--out handout.html`")

    from afterban.app import handout as making
    from afterban.page.state import REPLICATIONS, start_of
    from afterban.report.html import write

    making.require()
    start = start_of(making.known_story(story))
    if size is not None:
        start = replace(start, size=_known_size(size, start))
    if seed is not None:
        start = replace(start, seed=seed)
    target = out or Path(f"handout-{start.story}.html")
    with progress(start.story, quiet, "positions") as advance:
        grid = making.run_grid(
            start,
            replications=reps or REPLICATIONS,
            engine=chosen,
            workers=workers,
            progress=advance,
        )
    write(target, making.page_of(grid))
    if as_json:
        output.say_json(
            {
                "page": str(target),
                "bytes": target.stat().st_size,
                "story": start.story,
                "positions": len(grid.points),
                "replications": grid.replications,
                "seed": start.seed,
            }
        )
    else:
        output.say(str(target))


def _check(reps: int | None, workers: int | None, seed: int | None) -> None:
    """Raises BadParameter for a number that cannot be."""
    options.at_least_one(reps, "replication", "--reps")
    if reps is not None and reps > MOST:
        raise typer.BadParameter(
            f"`{reps}` is too many; a hand-out has at most {MOST:,} replications at each position",
            param_hint="'--reps'",
        )
    options.at_least_one(workers, "worker", "--workers")
    if seed is not None and not 0 <= seed < 2**32:
        raise typer.BadParameter("a seed is below 2^32", param_hint="'--seed'")


def _known_size(size: str, start: State) -> str:
    """A size that the story has.  Raises AfterbanError for another."""
    from afterban.errors import AfterbanError, closest, listed

    if size in start.about.sizes:
        return size
    near = closest(size, start.about.sizes)
    raise AfterbanError(
        f"--size: `{size}` is no size of `{start.story}`; write {listed(start.about.sizes, 'or')}"
        + (f"\n  did you mean `{near}`?" if near else "")
    )
