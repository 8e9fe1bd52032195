"""Networks of other programs: edge lists and tables, made into what a scenario reads.

Edge lists may have comments (``#``, ``%``), tabs, spaces, commas or semicolons, any line ends, a
header (Source/Target, FromNodeId/ToNodeId, ...), weights, self-loops and repeats, and be packed
(``.gz``).  Names become numbers from 0; the map is kept.  Tables of operators may have semicolons
and decimal commas.  What is dropped is counted; what is not in the files is assumed, and said.

Checked by ``tests/unit/test_edges.py``.
"""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import os
import re
import shutil
import tempfile
import zlib
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, NamedTuple, NoReturn

import numpy as np
import numpy.typing as npt

from afterban.cells import csv_cell
from afterban.errors import AfterbanError, ScenarioError, ScenarioErrors, listed, shortened
from afterban.language.documents import shown_path

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
End = Literal["first", "second"]

# Words of headers, without case and punctuation, and what they name.
_FIRST: Final = frozenset(
    (
        *("source", "from", "fromnodeid", "fromnode", "src", "follower", "promoter"),
        *("id1", "node1", "i", "v1"),
    )
)
_SECOND: Final = frozenset(
    (
        *("target", "to", "tonodeid", "tonode", "dst", "followed", "followee", "operator"),
        *("id2", "node2", "j", "v2"),
    )
)
_WEIGHT: Final = frozenset(("weight", "w", "value", "count", "strength", "weights"))
_TABLE: Final[Mapping[str, frozenset[str]]] = {
    "operator": frozenset(
        [
            "operator",
            "id",
            "node",
            "nodeid",
            "label",
            "name",
            "account",
            "accountid",
            "user",
            "userid",
        ]
    ),
    "tier": frozenset(["tier", "group", "class", "type", "community", "modularityclass"]),
    "audience": frozenset(["audience", "followers", "followerscount", "followercount", "people"]),
    "posts_per_day": frozenset(["postsperday", "posts", "tweetsperday", "activity", "postsday"]),
    "insider_share": frozenset(["insidershare", "insiders"]),
}
TIER: Final = "operator"  # of those whose table names none
INSIDER_SHARE: Final = 0.5  # L5: nearly half of all followers are members themselves
POSTS: Final = 2.0  # per day; L6: between the 40 % under one and the 69 % under five
LEAST_OUTSIDERS: Final = 2_000_000


@dataclass
class Imported:
    """What came of an import.

    folder: where the files are.  scenario: path of the scenario that uses them.
    operators, links: how many there are.  dropped: what was left out, by kind, with its count.
    assumed: what the files do not say and was assumed, in words.
    """

    folder: Path
    scenario: Path
    operators: int
    links: int
    dropped: Mapping[str, int]
    assumed: Sequence[str] = field(default_factory=list)

    def words(self) -> list[str]:
        """What was made, dropped and assumed, one sentence each."""
        out = [f"{self.operators:,} operators and {self.links:,} links"]
        gone = [
            f"{count:,} {kind.removesuffix('s') if count == 1 else kind}"
            for kind, count in self.dropped.items()
            if count
        ]
        if gone:
            out.append("dropped: " + ", ".join(gone))
        return out + [f"assumed: {text}" for text in self.assumed]


def import_network(
    edges: str | os.PathLike[str],
    folder: str | os.PathLike[str],
    *,
    operators: str | os.PathLike[str] | None = None,
    follower: End = "first",
    undirected: bool = False,
    posts: float = POSTS,
    insider_share: float = INSIDER_SHARE,
) -> Imported:
    """Make a scenario with its tables from an edge list of another program.

    Args:
        edges: the edge list; packed with gzip or not.
        folder: new folder for ``operators.csv``, ``follows.csv``, ``ids.csv`` and the scenario.
        operators: a table of the operators, with a column of ids; tier, audience, posts per day and
            insider share where it has them.
        follower: which end of an edge follows (and so may promote) the other.
        undirected: whether each edge counts both ways.
        posts: per day, of operators whose table says nothing; above 0.
        insider_share: share of an audience that is the network's own, above 0 and at most 1; where
            there is no audience it is the followers in the network divided by this share.

    Raises:
        ScenarioErrors: a fault of a file, with its line and column.
        AfterbanError: a folder that is there already, or numbers that make no sense.
    """
    place = Path(folder)
    if place.exists():
        raise AfterbanError(f"{place} is there already; name a new folder with `--out`")
    if not 0 < insider_share <= 1 or not 0 < posts < 1e6:
        raise AfterbanError(
            f"insider share {insider_share:g} and {posts:g} posts a day: the share is above 0 and "
            "at most 1, posts are above 0"
        )
    ids = _Ids()
    dropped = {"self-loops": 0, "repeated links": 0, "weights": 0, "other columns": 0}
    assumed: list[str] = []
    table = _Table.empty() if operators is None else _read_table(Path(operators), ids, dropped)
    known = len(ids.names)
    first, second, symmetric = _read_edges(Path(edges), ids, dropped, assumed)
    promoter, followed = (first, second) if follower == "first" else (second, first)
    links = _links(promoter, followed, undirected or symmetric, dropped)
    n = len(ids.names)
    if not n:
        raise AfterbanError(f"{shown_path(str(edges))} has no link; there is no network in it")
    degree = np.bincount(links[:, 1], minlength=n).astype(float)
    made = _operators(table, degree, posts, insider_share, assumed)
    if known and n > known:
        assumed.append(f"tier `{TIER}` for {n - known:,} operators that the table does not have")
    scenario = place / f"{_slug(place.name)}.yaml"

    def write(where: Path) -> None:
        numbers = (map(_text, x) for x in (made.audience, made.posts, made.insider_share))
        _write(
            where / "operators.csv",
            ("operator", "tier", "audience", "posts_per_day", "insider_share"),
            zip(range(n), made.tiers, *numbers, strict=True),
        )
        _write(where / "follows.csv", ("promoter", "operator"), links.tolist())
        _write(where / "ids.csv", ("operator", "id"), enumerate(map(csv_cell, ids.names)))
        text = _scenario(_slug(place.name), made.tiers, made.audience, made.posts)
        (where / scenario.name).write_text(text, encoding="utf-8")

    _all_or_nothing(place, write)
    return Imported(place, scenario, n, len(links), dropped, assumed)


def _links(
    promoter: Integers, followed: Integers, undirected: bool, dropped: dict[str, int]
) -> Integers:
    """Links ``[links, 2]`` of promoter and followed, each once and none to itself; sorted.

    undirected: whether each edge counts both ways.  dropped: to which is added what is left out.
    """
    if undirected:
        promoter, followed = (
            np.concatenate((promoter, followed)),
            np.concatenate((followed, promoter)),
        )
    own = promoter == followed
    dropped["self-loops"] = int(own.sum()) // (2 if undirected else 1)
    pairs = np.column_stack((promoter, followed))[~own]
    links = np.unique(pairs, axis=0) if len(pairs) else pairs
    dropped["repeated links"] = len(pairs) - len(links)
    return links


class _Operators(NamedTuple):
    """What the tables of a scenario say of each operator."""

    tiers: list[str]
    audience: Floats  # people
    posts: Floats  # per day
    insider_share: Floats


def _operators(
    table: _Table, degree: Floats, posts: float, insider_share: float, assumed: list[str]
) -> _Operators:
    """What a table says, and what is assumed where it says nothing.

    degree: followers of each operator in the network.  assumed: to which that is added, in words.
    posts, insider_share: as in :func:`import_network`.
    """
    n = len(degree)
    audience = table.column("audience", n, np.nan)
    missing = np.isnan(audience)
    if missing.any():
        audience[missing] = np.maximum(degree[missing] / insider_share, 1.0)
        assumed.append(
            f"an audience for {missing.sum():,} of {n:,} operators: followers in the network "
            f"divided by {insider_share:g} (L5: nearly half of all followers are members)"
        )
    per_day = table.column("posts_per_day", n, np.nan)
    silent = np.isnan(per_day)
    if silent.any():
        per_day[silent] = posts
        assumed.append(f"{posts:g} posts a day for {silent.sum():,} of {n:,} operators")
    share = table.column("insider_share", n, np.nan)
    share[np.isnan(share)] = insider_share
    tiers = table.tiers + [TIER] * (n - len(table.tiers))
    return _Operators(tiers, audience, per_day, share)


# --- reading --------------------------------------------------------------------------------------


class _Ids:
    """Names in the order in which they are met, and their numbers."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._number: dict[str, int] = {}

    def number(self, name: str) -> int:
        found = self._number.get(name)
        if found is None:
            found = self._number[name] = len(self.names)
            self.names.append(name)
        return found

    def __contains__(self, name: str) -> bool:
        return name in self._number


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Lines with their numbers, unpacked, whatever ends them; without comments and empty ones."""
    shown = shown_path(str(path))
    number = 0
    try:
        if not path.is_file():
            raise AfterbanError(f"{shown}: there is no such file")
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
        with (
            gzip.open(path, "rb") if packed else path.open("rb") as stream,
            io.TextIOWrapper(stream, encoding="utf-8-sig", newline=None) as text,
        ):
            for line in text:
                number += 1
                stripped = line.strip()
                if stripped and stripped[0] not in "#%":
                    yield number, line.rstrip("\n")
    except UnicodeDecodeError:
        _refuse(
            path,
            *_undecodable(path, packed),
            "there are bytes that are not UTF-8",
            "save it as UTF-8",
        )
    except (OSError, EOFError, zlib.error) as error:
        _refuse(path, number + 1, 1, f"it cannot be read ({error})", "get a whole copy of it")


def _undecodable(path: Path, packed: bool) -> tuple[int, int]:
    """Line and column of the first byte that is not UTF-8; text is decoded in larger pieces."""
    with gzip.open(path, "rb") if packed else path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                before = line[: error.start].replace(b"\r\n", b"\n").split(b"\r")
                return number + len(before) - 1, len(before[-1].decode("utf-8")) + 1
    return 1, 1


def _cells(line: str, separator: str | None) -> list[str]:
    if separator is None:
        return line.split()
    if '"' in line:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=separator))]
    return [cell.strip() for cell in line.split(separator)]


_DECIMAL_LAST: Final = re.compile(r"\s*\S+\s+\S+\s+[+-]?\d+,\d+\s*")
_NUMBER: Final = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")


def _separator(line: str, wide: bool) -> str | None:
    """What stands between cells; None for white space.  A comma last: it may be a decimal one."""
    for one in ("\t", ";"):
        if one in line:
            return one
    if "," in line and not _DECIMAL_LAST.fullmatch(line):
        return ","
    return " " if wide and " " in line else None


def _word(cell: str) -> str:
    return re.sub(r"[^a-z0-9]", "", cell.casefold())


def _read_edges(
    path: Path, ids: _Ids, dropped: dict[str, int], assumed: list[str]
) -> tuple[Integers, Integers, bool]:
    """Both ends of each edge, and whether the file says that an edge counts both ways."""
    first, second = array("q"), array("q")
    lines = _lines(path)
    symmetric = False
    market = _matrix_market(path)
    if market:
        next(lines, None)  # how many rows, columns and entries there are
        symmetric = "symmetric" in market
        if symmetric:
            assumed.append("each edge counts both ways: the matrix is symmetric")
    opening = list(itertools.islice(lines, 2))
    if not opening:
        return np.array(first, dtype=np.int64), np.array(second, dtype=np.int64), symmetric
    number, line = opening[0]
    separator = _separator(line, False)
    head = _cells(line, separator)
    if len(head) < 2:
        _refuse(
            path,
            number,
            1,
            f"`{shortened(line.strip())}` is no link",
            "write two ids in each line, with a tab, a space, a comma or a semicolon",
        )
    at, named = _ends(head, None if len(opening) < 2 else _cells(opening[1][1], separator))
    if named:
        opening = opening[1:]
        if not any(_word(cell) in _FIRST | _SECOND for cell in head):
            assumed.append(
                f"the first line, `{shortened(line.strip())}`, is a header, and its first two "
                "columns are the ends of an edge"
            )
    columns = len(head)
    beside = [k for k in range(columns) if k not in at]
    weights = [k for k in beside if not named or _word(head[k]) in _WEIGHT][:1]
    dropped["other columns"] += len(beside) - len(weights)
    for number, line in itertools.chain(opening, lines):
        cells = _cells(line, separator)
        if len(cells) != columns:
            _refuse(
                path,
                number,
                1,
                f"{len(cells)} cell{'' if len(cells) == 1 else 's'} found where the first line "
                f"has {columns}",
                "give each line as many",
            )
        for k in at:
            if not cells[k]:
                _refuse(path, number, k + 1, "there is no id", "write the two ends of the link")
        first.append(ids.number(cells[at[0]]))
        second.append(ids.number(cells[at[1]]))
    if weights:
        dropped["weights"] = len(first)
    return np.array(first, dtype=np.int64), np.array(second, dtype=np.int64), symmetric


def _ends(head: Sequence[str], below: Sequence[str] | None) -> tuple[tuple[int, int], bool]:
    """Columns of the two ends, and whether the first line is a header.

    below: cells of the second line.  Words that are known make a header, and so do words above
    numbers in both ends or in a column beside them.
    """
    words = [_word(cell) for cell in head]
    heads = [k for k, word in enumerate(words) if word in _FIRST | _SECOND]
    if len(heads) >= 2:
        a = next((k for k in heads if words[k] in _FIRST), heads[0])
        b = next((k for k in heads if words[k] in _SECOND and k != a), heads[1])
        return (a, b), True
    if below is None or len(below) != len(head):
        return (0, 1), False
    above = [
        bool(_NUMBER.fullmatch(low)) and not _NUMBER.fullmatch(high)
        for high, low in zip(head, below, strict=True)
    ]
    return (0, 1), (above[0] and above[1]) or any(above[2:])


def _matrix_market(path: Path) -> str:
    """The first line of a matrix in the coordinate form of Matrix Market; empty if it is none."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rb") if packed else path.open("rb") as stream:
            line = stream.readline(200).decode("ascii", "replace").lower()
    except (OSError, EOFError, zlib.error):
        return ""  # whoever reads the lines tells the fault
    if not line.startswith("%%matrixmarket"):
        return ""
    if "coordinate" not in line:
        _refuse(path, 1, 1, "this matrix is not in the coordinate form", "write it as coordinates")
    return line


@dataclass
class _Table:
    """The operators of a table, in its order."""

    tiers: list[str]
    values: dict[str, list[float]]

    @classmethod
    def empty(cls) -> _Table:
        return cls([], {})

    def column(self, name: str, n: int, missing: float) -> Floats:
        out = np.full(n, missing)
        given = self.values.get(name, [])
        out[: len(given)] = given
        return out


def _read_table(path: Path, ids: _Ids, dropped: dict[str, int]) -> _Table:
    lines = _lines(path)
    try:
        number, line = next(lines)
    except StopIteration:
        _refuse(path, 1, 1, "the table is empty", "give it a line of column names")
    separator = _separator(line, True)
    head = _cells(line, separator)
    at: dict[str, int] = {}
    for k, cell in enumerate(head):
        for name, known in _TABLE.items():
            if _word(cell) in known and name not in at:
                at[name] = k
                break
        else:
            dropped["other columns"] += 1
    if "operator" not in at:
        _refuse(
            path,
            number,
            1,
            f"no column of ids is found among {listed([shortened(c) for c in head])}",
            "call one `operator` or `id`",
        )
    table = _Table([], {name: [] for name in at if name not in ("operator", "tier")})
    for number, line in lines:
        cells = _cells(line, separator)
        if len(cells) != len(head):
            _refuse(
                path,
                number,
                1,
                f"{len(cells)} cell{'' if len(cells) == 1 else 's'} found where the first line "
                f"has {len(head)}",
                "give each line as many",
            )
        name = cells[at["operator"]]
        if not name or name in ids:
            what = f"the id `{shortened(name)}` occurs twice" if name else "there is no id"
            _refuse(path, number, at["operator"] + 1, what, "give each operator one row")
        ids.number(name)
        table.tiers.append(_slug(cells[at["tier"]]) if "tier" in at and cells[at["tier"]] else TIER)
        for key, values in table.values.items():
            values.append(_number(path, number, at[key], cells[at[key]], key, separator))
    return table


def _number(
    path: Path, line: int, column: int, cell: str, key: str, separator: str | None
) -> float:
    if not cell:
        return float("nan")
    # A comma that does not separate cells separates decimals.
    text = cell if separator == "," else cell.replace(",", ".")
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    highest = 1.0 if key == "insider_share" else 1e9
    if not 0 <= value <= highest:
        _refuse(
            path,
            line,
            column + 1,
            f"{key}: `{shortened(cell)}` is found",
            f"write a number from 0 to {highest:g}, or nothing",
        )
    return value


def _refuse(path: Path, line: int, column: int, found: str, allowed: str) -> NoReturn:
    raise ScenarioErrors(
        [
            ScenarioError(
                file=shown_path(str(path)), line=line, column=column, found=found, allowed=allowed
            )
        ]
    )


# --- writing --------------------------------------------------------------------------------------


def _slug(text: str) -> str:
    """A name that a scenario takes: small letters, digits and hyphens, a letter first."""
    word = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:40].strip("-") or TIER
    return word if word[0].isalpha() else f"t-{word}"


def _text(x: float) -> str:
    return f"{x:.10g}"


def _write(path: Path, head: Sequence[str], rows: object) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)  # type: ignore[arg-type]  # any rows of cells


def _all_or_nothing(folder: Path, write: Callable[[Path], None]) -> None:
    """Write into a folder beside it, which then takes its name."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        write(temporary)
        temporary.chmod(0o755)
        temporary.rename(folder)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _scenario(name: str, tiers: Sequence[str], audience: Floats, posts: Floats) -> str:
    """A scenario that uses the tables and can be run as it is."""
    kinds = np.array(tiers)
    outsiders = max(LEAST_OUTSIDERS, 2 * int(np.ceil(audience.max())))
    lines = [
        "schema_version: 1",
        f"name: {name}",
        f"title: A network of {len(tiers):,} operators from tables",
        "description: >",
        "  Operators and links are read from the tables beside this file. How accounts are found,",
        "  reviewed and come back are the defaults of the language: replace them by your own.",
        "start: 2026-01-05",
        "horizon: 90 days",
        "replications: 5",
        "seed: 1",
        "tiers:",
    ]
    for tier in dict.fromkeys(tiers):
        mine = kinds == tier
        people, per_day = np.median(audience[mine]), np.median(posts[mine])
        lines.append(
            f"  {tier}: {{count: {mine.sum()}, audience: {people:.6g}, "
            f"posts: {per_day:.6g} per day}}  # audience and posts of each: operators.csv"
        )
    return "\n".join(
        [
            *lines,
            "network: {operators: operators.csv, follows: follows.csv}",
            f"exposure: {{outsiders: {outsiders}}}",
            "detection: {classifier: {value: 0.002 per post, kind: assumed}}",
            "review: {time_to_action: {value: 24h, kind: assumed}}",
            "",
        ]
    )
