"""Sections, their fields, and the evidence for a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, create_model

EvidenceKind: TypeAlias = Literal["reported", "derived", "fitted", "measured", "assumed"]
EVIDENCE_KINDS: tuple[str, ...] = ("reported", "derived", "fitted", "measured", "assumed")


class Section(BaseModel):
    """A section of a scenario: unknown keys are refused and nothing can be changed later."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    # Key whose value may stand for the whole section, which then is one value: replaced whole.
    short_form: ClassVar[str | None] = None
    # Whether one that changes another takes its place, instead of being laid over it key by key.
    replaced_whole: ClassVar[bool] = False
    # Whether it is written on one line in the complete form.
    on_one_line: ClassVar[bool] = False
    # Keys that somebody may look for here, and why there is none.
    not_here: ClassVar[Mapping[str, str]] = {}


@dataclass(frozen=True)
class Evidence:
    """Why a value is what it is.

    ``kind`` is one of: reported (a source states it), derived (arithmetic on a source's figures),
    fitted (calibrated against a source), measured (by the author of the scenario, whose own
    ``sources`` say how), assumed.  ``source`` is an id of ``sources.yaml``, or of its own.
    ``range`` has the least and the largest value that it may have, in the simulator's units (days,
    per day), of a distribution those of its median; ``prior`` is a law of it instead (a
    ``Distribution``).  ``reason`` says why that range, ``range_source`` where it is from.
    ``origin`` says where the value was given: ``default``, or the file.
    """

    kind: str = "assumed"
    source: str | None = None
    locator: str | None = None
    note: str | None = None
    range: tuple[float, float] | None = None
    prior: Any = None
    reason: str | None = None
    range_source: str | None = None
    origin: str = field(default="default", compare=False)

    @property
    def is_plain(self) -> bool:
        """Whether this says no more than a bare value does."""
        return self == Evidence()


def param(
    default: Any,
    description: str,
    *,
    unit: str | None = None,
    kind: EvidenceKind = "assumed",
    source: str | None = None,
    locator: str | None = None,
    alias: str | None = None,
) -> Any:
    """Declare a field of a section: its default, what it means, its unit, and why the default.

    ``...`` for a required field; a class for a default that is made anew (a section, list or dict).
    """
    extra: dict[str, Any] = {"kind": kind}
    extra |= {
        key: value
        for key, value in (("unit", unit), ("source", source), ("locator", locator))
        if value is not None
    }
    if isinstance(default, type):
        return Field(
            default_factory=default, description=description, alias=alias, json_schema_extra=extra
        )
    return Field(default, description=description, alias=alias, json_schema_extra=extra)


_Section = TypeVar("_Section", bound=Section)


def with_keys(
    keys: Mapping[str, tuple[Any, Any]], after: str = ""
) -> Callable[[type[_Section]], type[_Section]]:
    """Give a section more keys, each with its type and its :func:`param`.

    They follow its own key ``after``, or come first.  For sections whose keys are read off a table.
    Validators of the section itself are not kept.
    """

    def made(section: type[_Section]) -> type[_Section]:
        fields: dict[str, Any] = {} if after else dict(keys)
        for name, info in section.model_fields.items():
            fields[name] = (info.annotation, info)
            if name == after:
                fields |= keys
        base = section.__bases__[0]
        whole: Any = create_model(
            section.__name__,
            __base__=base,
            __module__=section.__module__,
            __doc__=section.__doc__,
            **fields,
        )
        return whole  # type: ignore[no-any-return]  # of a type that is made here

    return made
