"""A log as a platform would keep it, of a run: what was simulated, so that its truth is known.

Checked by ``tests/logs/test_writing.py``; that a fit gets the truth back by ``test_recovery.py``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from afterban import randomness
from afterban.errors import AfterbanError, UnknownName, closest, listed
from afterban.files import written_whole

if TYPE_CHECKING:
    import pandas as pd

    from afterban.scenario import Scenario

Floats = npt.NDArray[np.float64]

MANIFEST: Final = "manifest.json"
LOG_MESS: Final = 122  # a decision of draws, see `afterban.randomness`: what is wrong with a row
_LINK, _ZONE, _AGAIN, _FAULT, _ID = range(5)
ZONES: Final = ("UTC", "+02:00", "America/New_York", "EST", "seconds", "milliseconds")


@dataclass(frozen=True)
class Mess:
    """What is wrong with a log that is written, as shares of its rows or links.

    links: links that are missing.  zones: times in other zones and forms than UTC.
    duplicates: rows that are there twice.  faults: rows that cannot be used.
    """

    links: float = 0.0
    zones: float = 0.0
    duplicates: float = 0.0
    faults: float = 0.0

    @classmethod
    def of(cls, text: str) -> Mess:
        """From `links=0.3,zones,duplicates=0.02`.  Raises AfterbanError for anything else."""
        known = list(cls.__dataclass_fields__)
        given: dict[str, float] = {}
        for part in filter(None, (word.strip() for word in text.split(","))):
            name, equals, value = (word.strip() for word in part.partition("="))
            if name not in known:
                near = closest(name, known)
                raise AfterbanError(
                    f"--mess {name}: there is no such mess; write {listed(known)}, such as "
                    "`--mess links=0.3,zones,duplicates=0.02`"
                    + (f"\n  did you mean `{near}`?" if near else "")
                )
            try:
                share = float(value) if equals else _USUAL[name]
            except ValueError:
                share = -1.0
            if not 0.0 <= share <= 1.0:
                raise AfterbanError(f"--mess {part}: write a share from 0 to 1, as `{name}=0.3`")
            given[name] = share
        return cls(**given)


_USUAL: Final = {"links": 0.3, "zones": 0.5, "duplicates": 0.02, "faults": 0.02}


def accounts_of(
    source: str,
    load: Callable[[str], Scenario],
    policy: str = "base",
    replication: int = 0,
) -> tuple[pd.DataFrame, Scenario]:
    """Accounts of one arm in one replication: kept in a folder of results, or simulated now.

    source: a folder of results, or the name or path of a scenario, which ``load`` reads.

    Raises UnknownName for an arm that is not there, AfterbanError for a replication that is not.
    """
    folder = kept_in(source)
    if folder is not None:
        from afterban import results

        kept = results.read(folder)
        if policy not in kept.policies:
            raise UnknownName("arm", policy, kept.scenario.name, kept.policies)
        frame = kept.accounts()
        mine = frame[(frame["policy"] == policy) & (frame["replication"] == replication)]
        if mine.empty:
            numbers = sorted(set(frame["replication"].tolist()))
            raise AfterbanError(
                f"{source}: the accounts of replication {replication} were not kept; those of "
                f"{listed(map(str, numbers))} were"
            )
        return mine.reset_index(drop=True), kept.scenario
    from afterban.experiment.replicate import simulate
    from afterban.results.columns import account_table

    scenario = load(source)
    known = ["base", *scenario.policies, "none"]
    if policy not in known:
        raise UnknownName("arm", policy, scenario.name, known)
    done = simulate(scenario, policy, replication=replication)
    assert done.records is not None
    assert done.world is not None
    table = account_table(scenario, policy, replication, done.records, done.world)
    return table.to_pandas(), scenario


def kept_in(source: str) -> Path | None:
    """The folder of a run that is named, or that is the only one in a folder that is; else None.

    Raises AfterbanError for a folder of several runs.
    """
    folder = Path(source or "-")
    if (folder / MANIFEST).is_file():
        return folder
    inside = sorted(path.parent for path in folder.glob(f"*/{MANIFEST}"))
    if len(inside) > 1:
        raise AfterbanError(
            f"{source}: there are {len(inside)} runs in this folder; name one, such as {inside[0]}"
        )
    return inside[0] if inside else None


def log_of(
    accounts: pd.DataFrame,
    start: dt.date,
    mess: Mess | None = None,
    seed: int = 1,
) -> pd.DataFrame:
    """A log of the accounts of a run: text in every cell, as it stands in a file.

    accounts: of one arm and replication, as ``Results.accounts`` has them.  start: first day.
    seed: of what is wrong.
    """
    import pandas as pd

    mess = mess or Mess()
    rows = accounts.sort_values(["operator", "life"], ignore_index=True)
    draw = _Draws(rows, seed)
    ids = pd.Series(draw.ids())
    follows = (rows["life"] > 1).to_numpy() & (rows["operator"].diff() == 0).to_numpy()
    linked = ids.shift(1).where(pd.Series(follows), "")
    again = follows & (rows["edit_distance_edits"].fillna(-1) == 0).to_numpy()
    reinstated = np.append(again[1:], False)
    suspended = rows["suspended_day"]
    lost = draw.of(_LINK) < mess.links
    followers = rows["peak_followers_people"].round().astype("Int64").astype(str)
    zones = draw.of(_ZONE)
    write = _Stamps(start, zones, mess.zones)
    table = pd.DataFrame(
        {
            "account_id": ids,
            "created_at": write(rows["created_day"]),
            "suspended_at": write(suspended),
            "linked_to": linked.mask(pd.Series(lost), ""),
            "handle": rows["handle"],
            "flagged_at": write(rows["flagged_day"]),
            "followers_at_suspension": followers.where(suspended.notna(), ""),
            "channel": rows["channel"].astype(str).where(suspended.notna(), ""),
        }
    )
    if reinstated.any():
        back = rows["created_day"].shift(-1).where(pd.Series(reinstated))
        table["reversed"] = np.where(reinstated, "yes", "no")
        table["reversed_at"] = write(back)
    order = rows["created_day"].to_numpy().argsort(kind="stable")
    table = table.iloc[order].reset_index(drop=True)
    return _spoiled(table, draw.of(_AGAIN)[order], draw.of(_FAULT)[order], mess)


def _spoiled(table: pd.DataFrame, again: Floats, fault: Floats, mess: Mess) -> pd.DataFrame:
    """With rows twice, and rows that cannot be used."""
    import pandas as pd

    faulty = np.flatnonzero(fault < mess.faults)
    for kind, column, text in (
        (0, "created_at", ""),
        (1, "created_at", "yesterday"),
        (2, "suspended_at", "1999-01-01T00:00:00Z"),
    ):
        table.loc[faulty[faulty % 3 == kind], column] = text
    twice = np.flatnonzero(again < mess.duplicates)
    if not len(twice):
        return table
    return pd.concat([table, table.iloc[twice]], ignore_index=True)


class _Draws:
    """Uniform numbers for each row, by the operator and life that it is of."""

    def __init__(self, rows: pd.DataFrame, seed: int) -> None:
        self._operators = rows["operator"].to_numpy().astype(np.int32)
        self._lives = rows["life"].to_numpy().astype(np.int32)
        self._seed = seed

    def of(self, what: int) -> Floats:
        return randomness.uniforms_of_many(
            self._seed, what, LOG_MESS, self._operators, 0, self._lives
        )[0]

    def ids(self) -> list[str]:
        """Ids that say nothing of whose account it is or when it was made."""
        order = self.of(_ID).argsort().argsort()
        return [f"a{number:07d}" for number in order]


class _Stamps:
    """Days of a run as times of a log; a share of the rows in other zones and forms."""

    def __init__(self, start: dt.date, draws: Floats, share: float) -> None:
        self._start = np.datetime64(start, "s")
        strange = draws < share
        place = (draws / share * len(ZONES)).astype(np.int64) if share > 0 else 0 * strange
        self._kind = np.where(strange, np.minimum(place, len(ZONES) - 1), 0)

    def __call__(self, days: pd.Series) -> Any:
        import pandas as pd

        seconds = (days.to_numpy(dtype=np.float64, na_value=np.nan) * 86_400).round()
        told = np.isfinite(seconds)
        stamps = pd.Series(
            self._start + np.where(told, seconds, 0).astype("timedelta64[s]")
        ).dt.tz_localize("UTC")
        out = pd.Series("", index=stamps.index, dtype=object)
        for number, zone in enumerate(ZONES):
            mine = told & (self._kind == number)
            if mine.any():
                out[mine] = _texts(stamps[mine], zone)
        return out


def _texts(stamps: pd.Series, zone: str) -> Any:
    """Times in one of the forms of ``ZONES``."""
    seconds = stamps.astype("int64") // (1 if stamps.dt.unit == "s" else 1_000_000_000)
    if zone == "seconds":
        return seconds.astype(str)
    if zone == "milliseconds":
        return (seconds * 1000).astype(str)
    if zone == "+02:00":
        return stamps.dt.tz_convert("Etc/GMT-2").dt.strftime("%Y-%m-%dT%H:%M:%S+02:00")
    if zone == "EST":
        return stamps.dt.tz_convert("Etc/GMT+5").dt.strftime("%Y-%m-%d %H:%M:%S EST")
    if zone == "UTC":
        return stamps.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    local = stamps.dt.tz_convert(zone)
    offset = local.dt.strftime("%z")
    return local.dt.strftime("%Y-%m-%dT%H:%M:%S") + offset.str[:3] + ":" + offset.str[3:]


def write(path: Path, table: pd.DataFrame) -> None:
    """Write a log, whole or not at all.  Raises AfterbanError if that cannot be done."""
    try:
        with written_whole(path) as stream:
            table.to_csv(stream, index=False, encoding="utf-8", lineterminator="\n")
    except OSError as error:
        raise AfterbanError(
            f"{path}: the log cannot be written ({error.strerror or error}); choose another place"
        ) from None
