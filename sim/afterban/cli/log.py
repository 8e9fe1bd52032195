"""``afterban log``: a log as a platform would keep it, of a run."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from afterban.cli import options, output

commands = typer.Typer()


@commands.command()
def log(
    what: Annotated[
        str,
        typer.Argument(
            metavar="RESULTS", help="Folder of a run, or the name of a scenario to run."
        ),
    ],
    out: Annotated[
        Path,
        options.file("File to write."),
    ] = Path("log.csv"),
    mess: Annotated[
        str,
        typer.Option(
            metavar="WHAT",
            help="What is wrong with it, as links=0.3,zones,duplicates=0.02,faults=0.02: shares of "
            "links that are missing, and of rows.",
        ),
    ] = "",
    policy: Annotated[str, typer.Option(help="Arm whose accounts it is of.")] = "base",
    replication: Annotated[int, typer.Option(help="Replication that it is of, from 0.")] = 0,
    changes: options.Changes = [],  # noqa: B006 (typer reads the default and never changes it)
    seed: options.Seed = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Write a log of accounts as a platform would keep it, of a run whose truth is known.

    A practice log for `afterban fit`, or a test of it.
    """
    from afterban.errors import AfterbanError
    from afterban.logs import writing

    output.check_file(out, "--out", "such as `-o log.csv`")
    wrong = writing.Mess.of(mess)
    if not what.strip():
        raise AfterbanError("no results are named; give a folder of a run, or a scenario")
    if replication < 0:
        raise typer.BadParameter("replications count from 0", param_hint="'--replication'")
    kept = writing.kept_in(what)
    if kept is not None and (changes or seed is not None):
        raise AfterbanError(f"{what}: results that are kept are not run again; name the scenario")
    accounts, scenario = writing.accounts_of(
        what, lambda source: output.load(source, changes, seed), policy, replication
    )
    table = writing.log_of(accounts, scenario.start, wrong, scenario.seed)
    writing.write(out, table)
    if as_json:
        output.say_json({"log": str(out), "rows": len(table), "accounts": len(accounts)})
        return
    end = scenario.start + dt.timedelta(days=float(scenario.horizon))
    output.say(
        f"{out}: {len(table):,} rows of {len(accounts):,} accounts, {scenario.start} to {end}"
    )
    output.say(f"afterban fit {out}")
