"""Which columns of a log are known, and which column of a file each is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from afterban.errors import AfterbanError, closest, listed, shortened

NEEDED: Final = ("account_id", "created_at", "suspended_at")
TIMES: Final = ("created_at", "suspended_at", "flagged_at", "reversed_at")
COUNTS: Final = ("followers_at_suspension", "reports")
FLAGS: Final = ("appealed", "reversed")
OPTIONAL: Final = (
    *("linked_to", "handle", "flagged_at", "followers_at_suspension", "reports"),
    *("channel", "appealed", "reversed", "reversed_at"),
)
KNOWN: Final = (*NEEDED, *OPTIONAL)


@dataclass(frozen=True)
class Columns:
    """Where the known columns of a file are.

    places: known column -> name in the file.  others: columns of the file that are left alone.
    """

    places: Mapping[str, str]
    others: tuple[str, ...]

    def __contains__(self, name: str) -> bool:
        return name in self.places


def mapping_of(texts: Sequence[str]) -> dict[str, str]:
    """What ``--map`` asks for: known column -> name in the file.  Raises AfterbanError."""
    found: dict[str, str] = {}
    for text in texts:
        known, equals, own = (part.strip() for part in text.partition("="))
        if not equals or not own:
            raise AfterbanError(
                f"--map {text}: this maps nothing; write `known=own`, such as "
                "`--map created_at=Created`"
            )
        if known not in KNOWN:
            near = closest(known, KNOWN)
            raise AfterbanError(
                f"--map {text}: `{shortened(known)}` is no known column; they are {listed(KNOWN)}"
                + (f"\n  did you mean `{near}`?" if near else "")
            )
        found[known] = own
    return found


def find(header: Sequence[str], mapping: Mapping[str, str], file: str) -> Columns:
    """The known columns of a file by the names in its header, capitals and spaces aside.

    Raises AfterbanError for a name that is there twice, is mapped and not there, or is needed.
    """
    names = [name.strip() for name in header]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise AfterbanError(
            f"{file}:1: the column {listed(twice)} is there twice; give each a name of its own"
        )
    places: dict[str, str] = {}
    for known, own in mapping.items():
        if own not in names:
            near = closest(own, names)
            raise AfterbanError(
                f"{file}:1: --map {known}={own}: there is no column `{shortened(own)}`; the file "
                f"has {listed(map(shortened, names))}"
                + (f"\n  did you mean `{near}`?" if near else "")
            )
        places[known] = own
    taken = set(places.values())
    for name in names:
        word = "_".join(name.lower().replace("-", " ").split())
        if word in KNOWN and word not in places and name not in taken:
            places[word] = name
    missing = [name for name in NEEDED if name not in places]
    if missing:
        near = closest(missing[0], [n for n in names if n not in places.values()])
        raise AfterbanError(
            f"{file}:1: there is no column {listed(missing)}; the file has "
            f"{listed(map(shortened, names))}. Say which it is with `--map {missing[0]}=…`"
            + (f"\n  did you mean `--map {missing[0]}={near}`?" if near else "")
        )
    used = set(places.values())
    return Columns(places, tuple(name for name in names if name not in used))


# What of a scenario each column tells, by path (what lies below a path is in it); the needed ones
# stand together.
TELLS: Final[Mapping[str, tuple[str, ...]]] = {
    "created_at, suspended_at": ("tiers.*.count", "arrivals.tiers.*.rate"),
    "linked_to": (
        *("returning.probability", "returning.delay", "returning.fatigue"),
        *("tiers.*.returns", "tiers.*.return_delay"),
    ),
    "handle": (
        *("handles.near_identical", "handles.edits", "handles.kinds"),
        "audience.recognition.unrelated",
    ),
    "flagged_at": ("review.time_to_action", "review.urgent_time_to_action"),
    "followers_at_suspension": (
        *("tiers.*.audience", "audience.refollow_outsiders", "audience.refollow_insiders"),
        *("audience.forget_outsiders", "audience.forget_insiders"),
        *("audience.lost_outsiders", "audience.lost_insiders"),
    ),
    "channel": (
        *("detection.classifier", "detection.reports", "detection.threats", "tiers.*.watched"),
    ),
    "appealed, reversed": (
        *("review.mistakes.probability", "review.mistakes.appeals"),
        *("review.mistakes.reinstatement", "review.appeals.success"),
    ),
}
