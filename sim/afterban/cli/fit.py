"""``afterban fit``: what a platform's own log says of a scenario's values."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from afterban.cli import options, output

if TYPE_CHECKING:
    from afterban.logs.checking import Check
    from afterban.logs.fit import Fit

commands = typer.Typer()

LogFile: TypeAlias = Annotated[
    Path,
    typer.Argument(parser=options.place, metavar="LOG", help="Log of accounts: CSV; .gz or not."),
]
Columns: TypeAlias = Annotated[
    list[str],
    typer.Option(
        "--map",
        metavar="KNOWN=OWN",
        help="Which column is which, as `created_at=Created`; may be given again and again.",
    ),
]
Recall: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="SHARE",
        help="Share of the links that were found, as 0.7, or a range of it, as 0.6-0.9.",
    ),
]
HeldOut: TypeAlias = Annotated[
    int,
    typer.Option(metavar="MONTHS", help="Keep the last months back and predict them."),
]
Zone: TypeAlias = Annotated[
    str, typer.Option(help="Zone of times that have none, as Europe/Berlin or EST.")
]


@commands.command()
def fit(
    log: LogFile,
    base: Annotated[
        str | None,
        typer.Option(
            "--from", help="Scenario that the fitted one stands on; a complete one if left out."
        ),
    ] = None,
    mapping: Columns = [],  # noqa: B006 (typer reads the default and never changes it)
    timezone: Zone = "UTC",
    until: Annotated[
        str | None, typer.Option(help="When the log ends; its latest time if left out.")
    ] = None,
    linkage_recall: Recall = None,
    check: Annotated[
        bool, typer.Option("--check", help="Look the log over, write faults.csv, and fit nothing.")
    ] = False,
    allow_faults: Annotated[
        float, typer.Option(metavar="SHARE", help="Share of the rows that may be faulty.")
    ] = 0.1,
    hold_out: HeldOut = 0,
    draws: Annotated[int, typer.Option(help="Draws of the bootstrap over operators.")] = 400,
    seed: Annotated[int, typer.Option(help="Seed of the draws.")] = 1,
    out: Annotated[
        Path | None,
        options.file("Scenario to write, with its draws (.parquet) and a page (.html) beside it."),
    ] = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Fit a log of accounts: a scenario with what it says, and what it cannot tell.

    Columns: account_id, created_at and suspended_at; if there, linked_to, handle, flagged_at,
    followers_at_suspension, reports, channel, appealed, reversed and reversed_at.
    """
    from afterban.logs import checking, columns
    from afterban.logs.fit import fit as find

    if not 0 <= allow_faults <= 1:
        raise typer.BadParameter("write a share from 0 to 1", param_hint="'--allow-faults'")
    recall = _recall(linkage_recall)
    _check_out(out)
    places = columns.mapping_of(mapping)
    if check:
        found = checking.check(log, mapping=places, timezone=timezone, until=until)
        _say_check(found, (out.parent if out else Path()) / checking.FAULTS, as_json)
        return
    output.note(f"{log}: reading and fitting", quiet)
    fitted = find(
        log,
        base,
        mapping=places,
        timezone=timezone,
        until=until,
        linkage_recall=recall,
        allow_faults=allow_faults,
        hold_out=hold_out,
        draws=draws,
        seed=seed,
    )
    written = [] if out is None else fitted.write(out)
    if as_json:
        output.say_json({**fitted.to_dict(), "files": [str(path) for path in written]})
        return
    _say(fitted, out)
    for path in written:
        output.say(str(path))


def _recall(text: str | None) -> tuple[float, float] | None:
    """A share, or a range of it.  Raises BadParameter."""
    if text is None:
        return None
    first, dash, second = text.replace("–", "-").partition("-")
    try:
        low = float(first.strip().removesuffix("%"))
        high = float(second.strip().removesuffix("%")) if dash else low
    except ValueError:
        low = high = -1.0
    if "%" in text:
        low, high = low / 100, high / 100
    if not 0 < low <= high <= 1:
        raise typer.BadParameter(
            f"found `{text}`; write a share above 0 and at most 1, as 0.7, or a range, as 0.6-0.9",
            param_hint="'--linkage-recall'",
        )
    return low, high


def _check_out(out: Path | None) -> None:
    """Refuse, before any work, a file that is no scenario's or cannot be there."""
    from afterban.errors import AfterbanError

    if out is None:
        return
    output.check_file(out, "--out", "such as `-o fitted.yaml`")
    if out.suffix not in (".yaml", ".yml"):
        raise AfterbanError(f"--out {out}: a scenario's file ends in .yaml; write `-o fitted.yaml`")


def _say_check(found: Check, place: Path, as_json: bool) -> None:
    """What the log is like; its faults go to a file."""
    from afterban.logs.checking import write_faults

    faulty = bool(found.log.faults.kinds)
    if faulty:
        write_faults(place, found.log.faults)
    if as_json:
        output.say_json({**found.to_dict(), "faults_file": str(place) if faulty else None})
        return
    output.say_table(["what", "in the log"], found.rows(), right=(1,))
    for text in found.words():
        output.say(text)
    if faulty:
        output.say(str(place))


def _say(found: Fit, out: Path | None) -> None:
    """Estimates in a table, and the answer in words."""
    from afterban.logs.wording import interval_text, value_text, verdict

    output.say_table(
        ["what", "estimate", "95 % interval", "n", "can the log tell?"],
        [
            [
                one.about,
                value_text(one),
                interval_text(one) if one.is_known else "–",
                f"{one.n:,}",
                verdict(one),
            ]
            for one in found.quantities
        ],
        right=(1, 3),
        fold=(0, 4),
    )
    for text in found.words():
        output.say(text)
    for one in found.quantities:
        if one.dropped:
            output.say(f"Left out of {one.about}: {one.dropped}.")
    log = found.log
    if log.left_out or log.faults.kinds:
        output.say(
            f"{log.left_out:,} of {log.read:,} rows were left out as faulty"
            + (": see faults.csv." if out else "; `--check` lists them.")
        )
    if log.others:
        output.say(f"Columns that were left alone: {', '.join(log.others)}.")
