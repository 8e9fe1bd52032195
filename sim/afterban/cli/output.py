"""What commands have in common: results go to stdout, progress and notes to stderr.

Whatever a command shows goes through this file, so that no text of a stranger's (a title, a note, a
handle, a cell, a file's name) can steer the terminal: see ``errors.terminal_safe``.

Checked by ``tests/cli/test_output.py`` and ``test_strangers.py``.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from afterban.errors import terminal_safe

if TYPE_CHECKING:
    from pathlib import Path

    from afterban.engines import EngineName
    from afterban.scenario import Scenario
    from afterban.statistics import Estimate

WIDTH_OF_FILES = 160  # of tables that go to a file or a pipe, where no line is ever cut


def say(text: str = "") -> None:
    """A line of results."""
    print(terminal_safe(text))  # noqa: T201 (results go to stdout)


def note(text: str, quiet: bool = False) -> None:
    """A line about what is going on."""
    if not quiet:
        print(terminal_safe(text), file=sys.stderr)  # noqa: T201 (notes go to stderr)


def prompt(text: str) -> None:
    """A question, without an end of line: the answer stands behind it."""
    sys.stderr.write(terminal_safe(text))
    sys.stderr.flush()


def say_json(data: Any) -> None:
    """One JSON document; a number that is not finite becomes null."""
    say(json_text(data))


def json_text(data: Any) -> str:
    r"""A JSON document; a number that is not finite becomes null.

    Letters stand as they are, and what could steer a terminal as ``\\u`` and its number.
    """
    text = json.dumps(_finite(data), indent=2, ensure_ascii=False, default=str)
    if terminal_safe(text) == text:
        return text
    return "".join(c if terminal_safe(c) == c else json.dumps(c)[1:-1] for c in text)


def say_csv(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table as CSV, whose texts no spreadsheet takes for formulas."""
    import csv

    from afterban.cells import csv_cell

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([csv_cell(name) for name in head])
    writer.writerows([csv_cell(value) for value in row] for row in rows)


def check_file(path: Path | None, option: str, hint: str) -> None:
    """Refuse, before any work, a name under which no file can be written.

    Raises AfterbanError with the option and a hint such as ``such as `--out page.html` ``.
    """
    from afterban.errors import AfterbanError

    if path is None:
        return
    if path.is_dir():
        raise AfterbanError(f"{option} {path}: this is a folder; name a file in it, {hint}")
    if not path.parent.is_dir():
        raise AfterbanError(f"{option} {path}: there is no folder {path.parent}; make it first")


def write_json(path: Path, data: Any, sealed: bool = False) -> None:
    """Write one JSON document; the file is whole or not there.

    sealed: with a digest of the rest in it, so that a change is noticed.
    """
    from afterban.errors import AfterbanError
    from afterban.files import write_text

    if sealed:
        from afterban import manifest

        data = manifest.sealed(_finite(data), manifest.DOCUMENT_SEAL)
    try:
        write_text(path, json_text(data) + "\n")
    except OSError as error:
        raise AfterbanError(
            f"{path}: the file cannot be written ({error.strerror}); "
            "choose another place with `--out`"
        ) from None


def say_table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    title: str | None = None,
    right: Iterable[int] = (),
    fold: Iterable[int] = (),
) -> None:
    """A table; columns in ``right`` are aligned to the right, those in ``fold`` may be wrapped.

    Nothing is ever cut: where the screen is too narrow for it, each row becomes a paragraph, and
    in a file or a pipe the lines are as long as they have to be.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table

    rows = [tuple(terminal_safe(cell) for cell in row) for row in rows]
    head = [terminal_safe(name) for name in head]
    title = None if title is None else terminal_safe(title)
    folded, aligned = set(fold), set(right)
    room = screen_width()
    for gap in (3, 2):
        widths = _widths(head, rows, folded, room - 2 - gap * (len(head) - 1))
        if widths is not None:
            break
    else:
        if sys.stdout.isatty():
            _say_paragraphs(head, rows, title, room)
            return
        widths = _widths(head, rows, folded, None) or []
        room = 2 + gap * (len(head) - 1) + sum(widths)
    table = Table(
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, gap - 2),
        title_justify="left",
        title=title,
    )
    table.title_style = table.header_style = "bold"
    for k, name in enumerate(head):
        table.add_column(
            name,
            justify="right" if k in aligned else "left",
            no_wrap=k not in folded,
            overflow="fold",
            width=widths[k],
        )
    for row in rows:
        table.add_row(*row)
    # A height too, or a plain terminal (TERM=dumb) counts as one of 80 columns.
    console = Console(
        file=sys.stdout, markup=False, emoji=False, highlight=False, width=room, height=25
    )
    console.print(table)


def _widths(
    head: Sequence[str], rows: Sequence[Sequence[str]], folded: set[int], room: int | None
) -> list[int] | None:
    """Width of each column within ``room``, or None if words or numbers would have to be cut.

    The least widths that cut nothing if ``room`` is None.
    """
    from rich.cells import cell_len

    columns = [[name, *(row[k] for row in rows)] for k, name in enumerate(head)]
    whole = [max(cell_len(line) for c in column for line in c.split("\n")) for column in columns]
    widths = [
        max(min(whole[k], 14), *(cell_len(word) for cell in column for word in cell.split()))
        if k in folded and any(cell.split() for cell in column)
        else whole[k]
        for k, column in enumerate(columns)
    ]
    if room is None:
        return widths
    spare = room - sum(widths)
    if spare < 0:
        return None
    while spare and (growing := [k for k in folded if widths[k] < whole[k]]):
        widths[min(growing, key=lambda k: (widths[k], k))] += 1
        spare -= 1
    return widths


def _say_paragraphs(
    head: Sequence[str], rows: Sequence[Sequence[str]], title: str | None, room: int
) -> None:
    """The rows of a table one below the other; the first cell is the heading of what follows."""
    from textwrap import fill

    if title:
        say(title)
    for first, *others in rows:
        if first:
            say(first)
        told = [f"{a} {b}".strip() for a, b in zip(head[1:], others, strict=True) if b]
        if told:
            indent = "  "
            text = fill(
                "; ".join(told),
                max(room, 20),
                initial_indent=indent,
                subsequent_indent=2 * indent,
                break_long_words=False,
                break_on_hyphens=False,
            )
            say(text)
    say()


def screen_width() -> int:
    """Columns that a table may take."""
    if not sys.stdout.isatty():
        return WIDTH_OF_FILES
    import shutil

    return shutil.get_terminal_size().columns


def number(x: float) -> str:
    """A number for people: four digits, thousands grouped."""
    if math.isnan(x):
        return "-"
    if math.isinf(x):
        return "inf" if x > 0 else "-inf"
    if x == 0:
        return "0"
    size = abs(x)
    if size >= 1000:
        digits = max(0, 3 - math.floor(math.log10(size)))
        return f"{x:,.{digits}f}"
    if size < 1e-3:
        return f"{x:.3g}"
    return f"{x:.4g}"


def interval(estimate: Estimate) -> str:
    """The interval of an estimate, or why there is none."""
    from afterban.statistics import UNDEFINED

    if estimate.n == 0:
        return UNDEFINED
    if math.isnan(estimate.low):
        return "n = 1: no interval"
    return f"{number(estimate.low)} to {number(estimate.high)}"


def estimate_data(estimate: Estimate) -> dict[str, Any]:
    """An estimate for JSON."""
    from afterban.experiment.answer import estimate_data as data

    return data(estimate)


def changes_of(texts: Sequence[str]) -> dict[str, Any]:
    """What ``--set`` asks for, by path.  Raises AfterbanError for what is no change."""
    from afterban.errors import AfterbanError

    wanted: dict[str, Any] = {}
    for change in texts:
        path, equals, value = change.partition("=")
        if not equals or not path.strip():
            raise AfterbanError(
                f"--set {change}: this is no change; write `path=value`, "
                "such as `--set review.time_to_action=2h`"
            )
        wanted[path.strip()] = value
    return wanted


def load(
    source: str,
    changes: Sequence[str] = (),
    seed: int | None = None,
    replications: int | None = None,
) -> Scenario:
    """A scenario by name or path, with the changes of ``--set``, ``--seed`` and ``--reps``."""
    from afterban.errors import AfterbanError, ScenarioError, ScenarioErrors
    from afterban.scenario import Scenario

    if not source.strip():
        raise AfterbanError("no scenario is named; `afterban list` has those that are shipped")
    scenario = Scenario.from_yaml(source)
    wanted = changes_of(changes)
    options = {}  # what a fault in them is called
    if seed is not None:
        wanted["seed"] = seed
        options["--set seed"] = "--seed"
    if replications is not None:
        wanted["replications"] = replications
        options["--set replications"] = "--reps"
    try:
        return scenario.with_changes(wanted) if wanted else scenario
    except ScenarioErrors as faults:
        raise ScenarioErrors(
            ScenarioError(file=options[e.file], found=e.found, allowed=e.allowed, hint=e.hint)
            if e.file in options
            else e
            for e in faults.errors
        ) from None


def is_kept(source: str) -> bool:
    """Whether a name is that of a bundle or a folder of results, and not of a scenario."""
    from pathlib import Path

    path = Path(source)
    return path.suffix == ".zip" or (path / "manifest.json").is_file()


@contextmanager
def opened(source: str) -> Iterator[Path]:
    """A folder with the scenario of a bundle or of results: see ``experiment.bundle``."""
    from pathlib import Path

    from afterban.experiment.bundle import opened as open_bundle

    with open_bundle(Path(source)) as folder:
        yield folder


def refuse_changes(source: str, given: Mapping[str, Any]) -> None:
    """Refuse options that would make another sweep of one that is run again as it is."""
    from afterban.errors import AfterbanError, listed

    asked = [option for option, value in given.items() if value not in (None, False, [], ())]
    if asked:
        raise AfterbanError(
            f"{source}: a sweep that is kept is run again as it is, without {listed(asked)}; run "
            "the scenario to change it"
        )


def note_provisional(source: str, quiet: bool = False) -> None:
    """Say so where nobody else has rebuilt the values of a shipped scenario."""
    if quiet:
        return
    from afterban.scenario.qc import provisional_note

    told = provisional_note(source)  # a path is the name of none
    if told is not None:
        note(told)


def names_in(parts: Sequence[str]) -> list[str]:
    """Names that are separated by commas, in an option that may be given again and again."""
    return [name.strip() for part in parts for name in part.split(",") if name.strip()]


def note_asked(chosen: Sequence[str], arms: Sequence[str], quiet: bool = False) -> None:
    """Say so where other arms are run than were asked for; the twin is always run."""
    names = names_in(chosen)
    if len(names) != len(dict.fromkeys(names)):
        run = [name for name in arms if name != "none" or name in names]
        note(f"{len(names)} arms asked, {len(run)} run: some are named twice", quiet)


def note_no_effect(scenario: Scenario, arms: Sequence[str] | None, quiet: bool = False) -> None:
    """Name the keys that were written and have no effect in what is run."""
    from afterban.scenario.inert import inert, words

    for sentence in words(inert(scenario, arms)):
        note(sentence, quiet)


def arms(scenario: Scenario, chosen: Sequence[str]) -> list[str]:
    """Arms to run: ``base`` and every policy, or those chosen; the twin is always last."""
    from afterban.errors import AfterbanError, closest, listed

    known = ["base", *scenario.policies, "none"]
    names = names_in(chosen)
    for name in names:
        if name not in known:
            near = closest(name, known)
            raise AfterbanError(
                f"--policies: `{scenario.name}` has no policy `{name}`; it has {listed(known)}"
                + (f"\n  did you mean `{near}`?" if near else "")
            )
    picked = [name for name in known if name in names] if names else known
    return [name for name in picked if name != "none"] + ["none"]


def engine_name(name: str | None) -> EngineName | None:
    """The engine of that name."""
    from afterban.errors import AfterbanError

    if name is None or name == "reference":
        return None if name is None else "reference"
    if name != "compiled":
        raise AfterbanError(f"--engine: `{name}` is no engine; write `compiled` or `reference`")
    from afterban.core import which

    which()  # raises where it cannot be run
    return "compiled"


def _finite(data: Any) -> Any:
    if isinstance(data, float):
        return data if math.isfinite(data) else None
    if isinstance(data, dict):
        return {str(key): _finite(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_finite(value) for value in data]
    return data
