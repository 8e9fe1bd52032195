"""Every key of a scenario file in words: how it is written, its unit, default, range and evidence.

``afterban keys`` and the reference page of the documentation are both made from it.

Checked by ``tests/unit/test_keys.py``.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from afterban.errors import AfterbanError, closest, listed
from afterban.language import fields, kinds, laws
from afterban.language.shapes import Changes, Law, Leaf, Listed, Named, Shape, Slot, Table, slots
from afterban.language.writing import law_text
from afterban.scenario.scenario import Scenario

DEFAULTS = "its own defaults"  # what a section is that is left out
EMPTY = "empty"  # a list, a set of names or a text that is left out

# Kind of value -> which are allowed; empty if its name says it.
_RANGES: tuple[tuple[type[kinds.Kind], str], ...] = (
    (kinds.ShareKind, "0 to 1"),
    (kinds.CorrelationKind, "-1 to 1"),
    (kinds.CountKind, "whole, 0 or more"),
    (kinds.BooleanKind, "true, false"),
    (kinds.NameKind, "at most 64 characters"),
    (kinds.DateKind, ""),
    (kinds.TextKind, ""),
    (kinds.PathKind, ""),
    (kinds.FileKind, ""),
    (kinds.DigestKind, ""),
)


class Key(NamedTuple):
    """A key of a scenario file.

    section: path of the section that it stands in, empty at the top; NAME stands for a name of
        one's own and ``[]`` for each part of a list, as in ``review.team.shifts[]``.
    key: as it is written there.
    below: path of the section that begins here, None for a value.
    written: the kind of value, in words.
    unit: of a number, empty if there is none.
    default: as it is written in a file; None if the key is required.
    allowed: the range, or the words there are; empty if everything may stand here.
    kind, source, locator: evidence for the default; kind is empty where there can be none.
    meaning: one clause.
    """

    section: str
    key: str
    below: str | None
    written: str
    unit: str
    default: str | None
    allowed: str
    kind: str
    source: str | None
    locator: str | None
    meaning: str

    @property
    def path(self) -> str:
        """Where it stands."""
        return f"{self.section}.{self.key}" if self.section else self.key


@cache
def sections() -> dict[str, type[fields.Section]]:
    """Path -> section, in the order of the schema; the top of a file has the path ""."""
    found: dict[str, type[fields.Section]] = {}

    def walk(path: str, cls: type[fields.Section]) -> None:
        found[path] = cls
        for slot in slots(cls).values():
            below, shape = _below(path, slot)
            if isinstance(shape, Table):
                walk(below, shape.cls)

    walk("", Scenario)
    return found


def _below(path: str, slot: Slot) -> tuple[str, Shape]:
    """The path at which what a key holds begins, and its shape there."""
    at, shape = f"{path}.{slot.key}" if path else slot.key, slot.shape
    while isinstance(shape, Named | Listed):
        at += "[]" if isinstance(shape, Listed) else ".NAME"
        shape = shape.item
    return at, shape


@cache
def keys() -> tuple[Key, ...]:
    """Every key, a section after the other."""
    return tuple(
        _key(path, slot) for path, cls in sections().items() for slot in slots(cls).values()
    )


def _key(path: str, slot: Slot) -> Key:
    below, shape = _below(path, slot)
    is_section = isinstance(shape, Table)
    written, allowed = _written(slot.shape)
    has_evidence = not (slot.required or is_section or not _takes_evidence(shape))
    evidence = slot.evidence
    return Key(
        section=path,
        key=slot.key,
        below=below if is_section else None,
        written=f"{written}, or `none`" if slot.optional else written,
        unit=_unit(slot),
        default=None if slot.required else _default(slot),
        allowed=allowed,
        kind=evidence.kind if has_evidence else "",
        source=evidence.source if has_evidence else None,
        locator=evidence.locator if has_evidence else None,
        meaning=slot.description,
    )


def _takes_evidence(shape: Shape) -> bool:
    if isinstance(shape, Leaf):
        return shape.kind.takes_evidence
    return not isinstance(shape, Changes)


def _written(shape: Shape) -> tuple[str, str]:
    """How a value is written, and which values are allowed."""
    if isinstance(shape, Law):
        return f"distribution of {shape.flavour.name}", "0 or more"
    if isinstance(shape, Table):
        return "a section", ""
    if isinstance(shape, Listed):
        inner, allowed = _written(shape.item)
        return f"a list of: {inner}", allowed
    if isinstance(shape, Named):
        inner, allowed = _written(shape.item)
        return f"names, each with {inner}", allowed
    if isinstance(shape, Changes):
        return "changes to the scenario", ""
    kind = shape.kind
    if isinstance(kind, kinds.WordKind):
        return "a word", ", ".join(str(word) for word in kind.words)
    ranges = (allowed for cls, allowed in _RANGES if isinstance(kind, cls))
    return kind.name, next(ranges, "0 or more")


def _unit(slot: Slot) -> str:
    if slot.unit:
        return slot.unit
    kind = slot.shape.kind if isinstance(slot.shape, Leaf) else None
    if isinstance(kind, kinds.DurationKind):
        return "days"
    return "per day" if isinstance(kind, kinds.RateKind) else ""


def _default(slot: Slot) -> str:
    value = slot.default()
    if value is None:
        return "none"
    if isinstance(slot.shape, Law) and isinstance(value, laws.Distribution):
        return law_text(slot.shape.flavour, value)
    if isinstance(slot.shape, Leaf):
        return slot.shape.kind.format(value) or EMPTY
    return DEFAULTS if isinstance(slot.shape, Table) else EMPTY


# --- by path --------------------------------------------------------------------------------------


def find(path: str) -> list[Key]:
    """The key at a path with all keys below it, or all keys that are called so.

    path: names and places of a scenario may stand in it, as in ``tiers.official.audience``; after
        ``policies.NAME`` comes any path.  A word that is no key of the top stands for every key of
        that name.

    Raises AfterbanError with the nearest right path.
    """
    steps = _steps(path)
    if len(steps) == 1 and steps[0] not in slots(Scenario):
        called = [key for key in keys() if key.key == steps[0]]
        if called:
            return called
    at = _place(path, steps)
    return [
        key
        for key in keys()
        if key.path == at or key.section == at or key.section.startswith((f"{at}.", f"{at}[]"))
    ]


def _steps(path: str) -> list[str]:
    return [step.partition("[")[0] for step in path.strip().split(".")]


def _place(path: str, steps: list[str]) -> str:
    """The path with NAME and ``[]`` in it; what does not begin a section is that of its key."""
    at = ""
    shape: Shape = Table(Scenario)
    for k, step in enumerate(steps):
        while isinstance(shape, Listed):
            at, shape = f"{at}[]", shape.item
        if isinstance(shape, Table):
            known = slots(shape.cls)
            if step not in known:
                raise AfterbanError(_unknown(at, step, list(known)))
            at, shape = f"{at}.{step}" if at else step, known[step].shape
        elif isinstance(shape, Named) and not isinstance(shape.item, Changes):
            at, shape = f"{at}.NAME", shape.item
        elif isinstance(shape, Named):
            return _place(path, steps[k + 1 :]) if steps[k + 1 :] else at
        elif isinstance(shape, Law):
            return at  # such as `lognormal.median`, which a sweep may vary
        else:
            raise AfterbanError(f"{path}: `{at}` is a value, and no key stands below it")
    return at


def _unknown(section: str, step: str, known: list[str]) -> str:
    """That a section has no such key; the nearest of it, or the key of that name elsewhere."""
    within = f"{section}." if section else ""
    elsewhere = [key.path for key in keys() if key.key == step]
    elsewhere.sort(key=lambda found: not found.startswith(within))
    near = closest(step, known)
    if near is not None:
        meant = within + near
    elif elsewhere:
        meant = elsewhere[0]
    else:
        meant = closest(within + step, [key.path for key in keys()]) or ""
    where = f"`{section}`" if section else "the top of a scenario"
    return f"{where} has no key `{step}`; it has {listed(known)}" + (
        f"\n  did you mean `{meant}`?" if meant else ""
    )
