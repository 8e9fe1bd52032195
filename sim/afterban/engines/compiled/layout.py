"""What the C program takes from the Python modules: constants, channels and layouts of tables.

No number is written down twice: the program includes the header that is made here (``build.py``),
and what is handed in and out has the layouts that stand in it.
"""

from __future__ import annotations

import hashlib
from functools import cache
from types import ModuleType
from typing import Any, Final

import numpy as np

from afterban import arithmetic, channels, parameters, randomness, world
from afterban.channels import HAZARDS
from afterban.core import kernels
from afterban.engines import events
from afterban.engines.compiled import packing
from afterban.engines.records import ACCOUNT, CASE
from afterban.mechanisms import (
    adaptation,
    arrivals,
    census,
    detection,
    distributions,
    handles,
    liveshare,
    pulses,
    ranking,
    reach,
    returning,
    review,
    state,
    wrong_flags,
)

# Single numbers of what is handed in, in the table `sizes`.
SIZES: Final = ("operators", "tiers", "platforms", "regimes", "days", "windows", "there")

# Tables that are handed in, in their order: name and type of an entry.
GIVEN: Final = (
    ("settings", packing.SETTINGS),
    ("sizes", np.int64),
    ("tier_table", packing.TIER),
    ("regimes", np.float64),  # [rows, tiers, platforms, regimes], see engines/packing.py
    ("kept", np.float64),
    ("actions", np.float64),
    ("longer_laws", np.float64),
    ("duty_change", np.float64),
    ("on_duty", np.int64),
    ("pulse_day", np.float64),
    ("pulse_key", np.int64),
    ("pulse_share", np.float64),
    ("pulse_accounts", np.int64),
    ("pulse_choose", np.int64),
    ("pulse_platform", np.int64),
    ("pulse_tiers", np.uint8),
    ("pulse_table", np.int64),
    ("pulse_error", np.float64),
    ("rank_what", np.int64),
    ("rank_every", np.float64),
    ("rank_back", np.int64),
    ("rank_day", np.float64),
    ("rank_table", np.int64),
    ("given_ranking", np.float64),
    ("speech_change", np.float64),
    ("discover_later", np.float64),
    ("burst_start", np.float64),
    ("burst_factors", np.float64),
    ("observed", np.float64),
    ("grid_place", np.int64),
    ("window_place", np.int64),
    ("look_day", np.float64),
    ("look_operator", np.int64),
    # the world
    ("tier", np.int32),
    ("posts", np.float64),
    ("audience", np.float64),  # [operators, 2]
    ("links", np.int64),
    ("factors", np.float64),  # [operators, 3], or none
    ("promoter_start", np.int64),
    ("promoters", np.int32),
    ("arrivals", np.float64),
    ("rows", np.float64),  # [operators, state.COLUMNS], which the engine writes on
    # the live share
    ("weight", np.float64),
    ("hazards", np.float64),
    ("hazard_days", np.float64),
    ("hazard_fades", np.float64),
    # ordinary users
    ("wrong_day", np.float64),
    ("wrong_channel", np.int64),
    ("wrong_number", np.int64),
    ("users", np.uint8),  # [users, ROW]
    ("users_starts", np.float64),
    ("users_recall", np.float64),
)

# Tables that are handed out: name, type, where it is, and how many entries it has, in C.
TOLD: Final[tuple[tuple[str, Any, str, str], ...]] = (
    ("accounts", ACCOUNT, "r->accounts", "r->accounts_used"),
    ("cases", "OpenCase", "r->cases", "r->cases_used"),
    ("decided", np.int64, "r->decided", "r->cases_decided"),
    ("series", np.float64, "r->series", "days * r->tiers * CENSUS_COLUMNS"),
    ("backlog", np.float64, "r->backlog", "days"),
    ("looked", np.float64, "r->looked", "r->given.look_day_n * CENSUS_COLUMNS"),
    ("flags_by_day", np.int64, "r->flags_by_day", "days * 2 * CHANNELS"),
    ("impressions", np.float64, "r->impressions", "windows * r->n"),
    ("struck", np.int64, "r->struck", "r->given.pulse_day_n"),
    ("rows", np.float64, "r->given.rows", "r->n * S_COLUMNS"),
    ("flags", np.int64, "r->flags", "2 * CHANNELS"),
    ("events", np.int64, "&r->events", "1"),
)
OPEN_CASE: Final = np.dtype(
    [(name, CASE[name]) for name in CASE.names or ()]
    + [("round", np.int64), ("subject", np.int64), ("precedence", np.float64)]
)

_C_TYPES: Final = {"f8": "double", "i8": "i64", "i4": "i32", "u1": "u8"}
_KEYWORDS: Final = ("double", "operator", "public")


def _integers(prefix: str, module: ModuleType) -> list[str]:
    return [
        f"#define {prefix}_{name} ({value})"
        for name, value in vars(module).items()
        if name.isupper() and not name.startswith("_") and type(value) is int
    ]


def _constants() -> list[str]:
    lines = []
    for prefix, module in (
        ("EV", events),
        ("DRAW", randomness),
        ("CHANNEL", detection),
        ("S", state),
        ("CENSUS", census),
        ("ROW", packing),
        ("LAW", distributions),
        ("HANDLE", handles),
        ("REVIEW", review),
        ("PULSE", pulses),
        ("RETURNING", returning),
        ("ADAPTATION", adaptation),
        ("RANKING", ranking),
        ("LIVESHARE", liveshare),
        ("WRONG_FLAGS", wrong_flags),
    ):
        lines += _integers(prefix, module)
    lines += [
        f"#define RETURNING_MOST_POSTING {returning.MOST_POSTING!r}",
        f"#define ADAPTATION_MOST {adaptation.MOST!r}",
        f"#define ARRIVALS_MANY {arrivals.MANY!r}",
        f"#define WORLD_MOST_PROMINENT {world.MOST_PROMINENT!r}",
        f"#define LIVESHARE_STEP {float(liveshare.STEP).hex()}",
        f"#define LIVESHARE_FASTEST {liveshare.FASTEST!r}",
        f"#define LIVESHARE_FADE {liveshare.FADE!r}",
        f"#define HANDLE_NO_DIGITS {handles.NO_DIGITS!r}",
        f"#define HANDLE_ONE_DIGIT {handles.ONE_DIGIT!r}",
        f"#define HANDLE_TWO_DIGITS {handles.TWO_DIGITS!r}",
        f"#define HANDLE_ORDINARY_SEPARATORS {handles.ORDINARY_SEPARATORS!r}",
        f"#define ORDINARY_NAMES {100.0**handles.LONGEST_ORDINARY!r}",
        f"#define LAW_AUDIENCE ({parameters.AUDIENCE})",
        f"#define LAW_POSTS ({parameters.POSTS})",
        f"#define LAW_DEGREE ({parameters.DEGREE})",
        f"#define LAW_RETURN_DELAY ({parameters.RETURN_DELAY})",
        f"#define FACTOR_RETURNS ({parameters.RETURNS})",
        f"#define FACTOR_REFOLLOW ({parameters.REFOLLOW})",
        f"#define FACTOR_LOST ({parameters.LOST})",
        f"#define ROW_COUNT ({packing.ROWS})",
        f"#define CHANNELS ({len(detection.CHANNELS)})",
        f"#define RATE_COUNT ({len(channels.RATES)})",
        f"#define RATE_HANDLE_RECALL ({channels.place('handle_recall')})",
        f"#define HAZARD_COUNT ({len(HAZARDS)})",
        f"#define GIVEN_COUNT ({len(GIVEN)})",
        f"#define TOLD_COUNT ({len(TOLD)})",
        *(f"#define SIZE_{name.upper()} ({k})" for k, name in enumerate(SIZES)),
        f"#define SIZE_COUNT ({len(SIZES)})",
    ]
    return lines


def _channels() -> list[str]:
    lines = ["typedef struct { i64 row, draw, event; int follows_posts, is_thinned; } Hazard;", ""]
    lines.append("static const Hazard HAZARDS[] = {")
    for _, row, draw, event, follows_posts, is_thinned in packing.HAZARDS:
        lines.append(f"    {{{row}, {draw}, {event}, {follows_posts}, {is_thinned}}},")
    lines += ["};", ""]
    lines += [
        "/* What a channel does all the time, rate by rate: when it is on (0 never, 1 always, 2 if",
        "   anybody promotes, 3 if any tier has the number of the hazard), and the hazard. */",
        "typedef struct { i64 channel, rate, on, hazard; } Effort;",
        "static const Effort EFFORTS[] = {",
    ]
    for number, channel in enumerate(channels.CHANNELS, start=1):
        for rate in channel.rates:
            hazard = HAZARDS.index(rate) if rate in HAZARDS else -1
            lines.append(f"    {{{number}, {channels.place(rate.name)}, {_on(rate)}, {hazard}}},")
    lines += ["};", ""]
    lines += [
        "/* Hazards in their order: channel, rate, and what it is for each of (0 operator, 1",
        "   impression, 2 post). */",
        "typedef struct { i64 channel, rate, each; } RightFlags;",
        "static const RightFlags RIGHT_FLAGS[] = {",
    ]
    each = {channels.PER_IMPRESSION: 1, channels.PER_POST: 2}
    for rate in HAZARDS:
        channel_number = channels.number(channels.OF_RATE[rate.name].name)
        place = channels.place(rate.name)
        lines.append(f"    {{{channel_number}, {place}, {each.get(rate.kind, 0)}}},")
    lines += ["};", ""]
    for name in ("CHANNEL_OF", "IS_URGENT"):
        numbers = ", ".join(str(number) for number in getattr(packing, name).tolist())
        lines.append(f"static const int {name}[] = {{{numbers}}};")
    return lines


def _on(rate: channels.Rate) -> int:
    """When a rate is more than nothing, as a code."""
    if rate.acts == channels.AT_PROMOTION:
        return 2
    if rate.kind == channels.FACTOR:
        return 3
    return int(rate.acts in (channels.ALWAYS, channels.AT_CREATION))


def _arithmetic() -> list[str]:
    """Numbers of :mod:`afterban.arithmetic`, to the last bit, those that go together in a row."""
    lines = [
        f"#define ARITHMETIC_{name} {getattr(arithmetic, name).hex()}"
        for name in ("LOG_2", "LOG_2_REST", "STEP", "STEP_REST", "STEPS")
    ]
    for name, columns in (
        ("ROOTS", (arithmetic.ROOT, arithmetic.LACK)),
        ("LOGARITHMS", (arithmetic.INVERSE, arithmetic.LOG, arithmetic.LOG_REST)),
    ):
        rows = list(zip(*columns, strict=True))
        lines += ["", f"static const double ARITHMETIC_{name}[{len(rows)}][{len(columns)}] = {{"]
        lines += [f"    {{{', '.join(float(number).hex() for number in row)}}}," for row in rows]
        lines.append("};")
    return lines


def _reach() -> list[str]:
    """The kinds of outsiders: their appetites and shares."""
    lines = [
        f"#define REACH_KINDS ({reach.KINDS})",
        f"#define REACH_SMALL {reach.SMALL!r}",
    ]
    for name, numbers in (("APPETITES", reach.APPETITES), ("KIND_SHARES", reach.KIND_SHARES)):
        lines += ["", f"static const double REACH_{name}[] = {{"]
        lines += [f"    {number.hex()}," for number in numbers.tolist()]
        lines.append("};")
    return lines


def _record(name: str, dtype: np.dtype[Any]) -> list[str]:
    """A C structure with the fields of a record, at the same places."""
    lines = ["typedef struct {"]
    for field in dtype.names or ():
        base, shape = dtype[field].subdtype or (dtype[field], ())
        size = f"[{int(np.prod(shape))}]" if shape else ""
        lines.append(f"    {_C_TYPES[base.str[1:]]} {c_name(field)}{size};")
    lines.append(f"}} {name};")
    lines.append(f'_Static_assert(sizeof({name}) == {dtype.itemsize}, "another size");')
    return lines


def _with_a_point(name: str, dtype: np.dtype[Any]) -> list[str]:
    """The fields of a record that are numbers with a point, and how many of each."""
    fields = []
    for field in dtype.names or ():
        base, shape = dtype[field].subdtype or (dtype[field], ())
        if base == np.float64:
            fields.append(f"    X({c_name(field)}, {int(np.prod(shape))})")
    return [f"#define {name.upper()}_NUMBERS(X) \\", " \\\n".join(fields)]


def c_name(field: str) -> str:
    """The name of a field in C."""
    return f"{field}_" if field in _KEYWORDS else field


def _type(kind: Any) -> str:
    for dtype, name in ((packing.SETTINGS, "Settings"), (packing.TIER, "Tier")):
        if kind is dtype:
            return name
    return _C_TYPES[np.dtype(kind).str[1:]]


def _tables() -> list[str]:
    given = [f"    X({_type(kind)}, {name})" for name, kind in GIVEN]
    told = [f"    X({name}, {where}, {many})" for name, _, where, many in TOLD]
    return [
        "#define GIVEN(X) \\",
        " \\\n".join(given),
        "",
        "#define TOLD(X) \\",
        " \\\n".join(told),
    ]


def _kernels() -> list[str]:
    """For each kernel the number of its layout, and the tables that it is handed and tells."""
    lines: list[str] = []
    for name, kernel in kernels.KERNELS.items():
        upper = name.upper()
        lines.append(f"#define {upper}_LAYOUT INT64_C({kernels.digest(name)})")
        for what, columns in (("GIVEN", kernel.given), ("TOLD", kernel.told)):
            lines.append(f"#define {upper}_{what}(X) \\")
            lines.append(
                " \\\n".join(f"    X({_C_TYPES[kind]}, {c_name(one)})" for one, kind in columns)
            )
        lines.append("")
    lines.append("#define KERNELS(X) \\")
    lines.append(" \\\n".join(f"    X({name})" for name in kernels.KERNELS))
    return lines


def digest() -> int:
    """The number that what is handed in begins with, so that another layout is refused."""
    return header()[1]


@cache
def header() -> tuple[str, int]:
    """The header as text, and a digest of what stands in it."""
    parts = [_constants(), _arithmetic(), _reach(), _channels()]
    parts += [
        _record(name, dtype)
        for name, dtype in (
            ("Settings", packing.SETTINGS),
            ("Tier", packing.TIER),
            ("Account", ACCOUNT),
            ("Case", CASE),
        )
    ]
    parts += [
        _with_a_point("Settings", packing.SETTINGS),
        _with_a_point("Tier", packing.TIER),
        _tables(),
        _kernels(),
    ]
    body = "\n\n".join("\n".join(part) for part in parts)
    number = int.from_bytes(hashlib.sha256(body.encode()).digest()[:8], "little") >> 1
    head = [
        "/* Made by engines/compiled/build.py from the Python modules; do not edit. */",
        "",
        "#ifndef AFTERBAN_NUMBERS_H",
        "#define AFTERBAN_NUMBERS_H",
        "",
        f"#define LAYOUT INT64_C({number})",
        "",
    ]
    return "\n".join(head) + body + "\n\n#endif\n", number
