"""Reading nodes by the schema: every fault is noted, and reading goes on."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from collections.abc import Mapping as Mappings
from copy import copy
from dataclasses import replace
from functools import cache
from typing import Any, ClassVar

from pydantic import ValidationError

from afterban.errors import ScenarioError, ScenarioErrors, ValueProblem, closest, listed, shortened
from afterban.language.documents import Mapping, Node, Place, Scalar, Sequence, Text, kind_of
from afterban.language.evidence import SPANS, unwrap
from afterban.language.fields import Evidence, Section
from afterban.language.kinds import NEVER, NONE, CountKind, IdKind, Kind, NumberKind, form_of
from afterban.language.laws import FORMS, LIMITS, PLAIN_PARAMETERS, Distribution, Flavour, needs
from afterban.language.paths import joined
from afterban.language.shapes import Changes, Law, Leaf, Listed, Named, Shape, Slot, Table, slots
from afterban.language.spans import (
    NUMBERS_OF,
    check_prior,
    check_range,
    flavour_of,
    has_span,
    place_of,
    read_range,
)
from afterban.units import parse_share

_NUMBER = NumberKind()
# Sections that were read, with their evidence and places, by their nodes, which never change and
# are kept here, so that no other node has the same id.
_READ: dict[tuple[Any, ...], tuple[Mapping, Any, dict[str, Evidence], dict[str, Place]]] = {}
_MOST_READ = 2000  # the common ranges are some ninety


class Invalid:
    """What stands for a value that could not be read."""


INVALID = Invalid()


class Faults:
    """Faults in the order of the files and lines."""

    def __init__(self) -> None:
        self.found: list[tuple[Place, ScenarioError]] = []

    def __call__(
        self, place: Place, path: str, found: str, allowed: str = "", hint: str | None = None
    ) -> None:
        """Note a fault."""
        self.found.append((place, place.error(path, found, allowed, hint)))

    def raise_any(self, more: list[ScenarioError] | None = None) -> None:
        """Raise ScenarioErrors if there is a fault."""
        orders = {place.text.file: place.text.order for place, _ in self.found}
        errors = [error for _, error in self.found] + list(more or ())
        if errors:
            errors.sort(key=lambda e: (orders.get(e.file, 0), e.line or 0, e.column or 0))
            raise ScenarioErrors({str(error): error for error in errors}.values())


class Reader:
    """Turns nodes into values.

    ``faults``, ``evidence`` (by path) and ``places`` (by path) fill up while it reads.
    """

    # What the files are of; see :class:`afterban.scenario.contents.ScenarioReader`.
    whole: ClassVar[type[Section] | None] = None  # where a key may be at home, if not here
    reserved: ClassVar[Mappings[str, str]] = {}  # names that nothing may have -> what they are
    own_sources: frozenset[str] = frozenset()  # ids of the scenario that is read

    def __init__(self) -> None:
        self.faults = Faults()
        self.evidence: dict[str, Evidence] = {}
        self.places: dict[str, Place] = {}

    def sources(self) -> Collection[str]:
        """Ids that a value may name as its source."""
        return ()

    def unwrap(
        self, node: Node, path: str, ranged: bool = False
    ) -> tuple[Node | None, Evidence | None]:
        """See :func:`afterban.language.evidence.unwrap`; ``ranged`` where a range may be given."""
        if not ranged and has_span(node):
            self.faults(
                place_of(node),
                path,
                "a range is given where there is no number that could have one",
                "give it to a number or to a whole distribution",
            )
        return unwrap(node, path, self.faults, self.sources)

    def ranged(self, given: Evidence, of: Kind | Flavour, node: Node, value: Any, path: str) -> Any:
        """The evidence of a value with the range or prior that stands beside it.

        of: how the value is written; of a distribution the range is that of its median.
        """
        if not isinstance(node, Mapping) or not has_span(node) or isinstance(value, Invalid):
            return given
        kind = of.value if isinstance(of, Flavour) else of
        if not isinstance(kind, NUMBERS_OF):
            return given  # a fault by now
        centre = value.median() if isinstance(value, Distribution) else value
        if not math.isfinite(centre):
            found = "a range is given for `never`"
            self.faults(place_of(node), path, found, "remove it, or write a distribution")
            return given
        ends, prior = node.get("range"), node.get("prior")
        if ends is not None:
            at = joined(path, "range")
            span = read_range(ends, kind, at, self._scalar, self.faults)
            if span is not None:
                why = given.reason is not None
                check_range(span, centre, why, ends.place, at, self.faults, _form(kind))
            return replace(given, range=span)
        assert prior is not None
        at = joined(path, "prior")
        law = self.law(flavour_of(kind), prior, at)
        for inside in [
            one for one in self.evidence if one == at or one.startswith((f"{at}.", f"{at}["))
        ]:
            del self.evidence[inside]
        if isinstance(law, Invalid):
            return given
        check_prior(law, centre, prior.place, at, self.faults)
        return replace(given, prior=law)

    def section(self, cls: type[Section], node: Mapping, path: str, partial: bool = False) -> Any:
        """Return an instance of ``cls``, or INVALID; with ``partial``, the values by key."""
        known = slots(cls)
        before = len(self.faults.found)
        if "value" in node and "value" not in known and {"kind", "source"} & set(node.keys()):
            self.faults(
                node.place,
                path,
                "evidence is given for a whole section",
                "give it to the values of the section",
            )
            return INVALID
        for key, _ in node.entries:
            if key.value not in known:
                self._unknown(key, cls, path)
        values: dict[str, Any] = {}
        for slot in known.values():
            at = joined(path, slot.key)
            child = node.get(slot.key)
            if child is not None:
                self.places[at] = child.place
                values[slot.key] = self.slot(slot, child, at, partial)
            elif partial:
                continue
            elif slot.required:
                self.faults(
                    node.place,
                    at,
                    "this key is missing",
                    f"add `{slot.key}:` ({slot.description})",
                )
            elif isinstance(slot.shape, Table) and not slot.optional:
                values[slot.key] = self._left_out(slot.shape.cls, node, at)
            else:
                self.evidence[at] = slot.evidence
        if partial:
            return values
        if len(self.faults.found) > before:
            return INVALID
        try:
            return cls(**values)
        except ValidationError as error:
            for fault in error.errors(include_url=False):
                at = ".".join((path, *map(str, fault["loc"]))).strip(".")
                found, _, allowed = fault["msg"].removeprefix("Value error, ").partition("; ")
                self.faults(self.place(at, node.place), at, found, allowed)
        return INVALID

    def _inherited(self, cls: type[Section], node: Mapping, path: str) -> Any:
        """A section that others have as it is, such as a common range: the same one each time."""
        key = (id(node), cls, path, type(self), self.own_sources)
        known = _READ.get(key)
        if known is None:
            alone = copy(self)
            alone.faults, alone.evidence, alone.places = Faults(), {}, {}
            value = alone.section(cls, node, path)
            if alone.faults.found:
                return self.section(cls, node, path)  # to be told in its place
            if len(_READ) >= _MOST_READ:
                _READ.clear()
            known = _READ[key] = node, value, alone.evidence, alone.places
        _, value, evidence, places = known
        self.evidence.update(evidence)
        self.places.update(places)
        return value

    def _left_out(self, cls: type[Section], within: Mapping, path: str) -> Any:
        """A section of which nothing is written; it is the same one each time."""
        known = _by_default(cls)
        if known is None:  # some of its keys are required
            return self.section(cls, Mapping(within.place, ()), path)
        value, evidence = known
        self.evidence.update((f"{path}.{key}", one) for key, one in evidence)
        return value

    def place(self, path: str, otherwise: Place) -> Place:
        """Where a path, or the nearest section around it, was written."""
        while path:
            if path in self.places:
                return self.places[path]
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return otherwise

    def slot(self, slot: Slot, node: Node, path: str, partial: bool = False) -> Any:
        """Return the value of a key."""
        inner = node
        if slot.optional and isinstance(node, Mapping) and "value" in node:
            inner = node.get("value") or node
        if isinstance(inner, Scalar) and inner.is_null:
            way = ", write `none`" if slot.optional else ""
            self.faults(
                inner.place, path, "there is no value", f"write one{way}, or remove the key"
            )
            return INVALID
        if slot.optional and isinstance(inner, Scalar) and inner.value == NONE:
            _, evidence = self.unwrap(node, path)
            self.evidence[path] = evidence or _given(node)
            return None
        return self.value(slot.shape, node, path, partial)

    def value(self, shape: Shape, node: Node, path: str, partial: bool = False) -> Any:
        """Return what a node holds."""
        if isinstance(shape, Leaf):
            return self.leaf(shape.kind, node, path)
        if isinstance(shape, Law):
            return self.law(shape.flavour, node, path)
        if isinstance(shape, Table):
            short = shape.cls.short_form
            if short is not None:
                partial = False
                if not isinstance(node, Mapping) or "value" in node:
                    node = Mapping(node.place, ((Scalar(node.place, short), node),))
            if not isinstance(node, Mapping):
                self.faults(
                    node.place,
                    path,
                    f"{kind_of(node)} is found where a section is expected",
                    f"its keys are {listed(slots(shape.cls))}",
                )
                return INVALID
            if shape.cls.replaced_whole and not partial:
                return self._inherited(shape.cls, node, path)
            return self.section(shape.cls, node, path, partial)
        if isinstance(shape, Listed):
            return self.listed(shape, node, path)
        if isinstance(shape, Named):
            return self.named(shape, node, path, partial)
        return node  # changes are read by the loader, which knows what they change

    def listed(self, shape: Listed, node: Node, path: str) -> Any:
        """Return a list."""
        if not isinstance(node, Sequence):
            self.faults(
                node.place,
                path,
                f"{kind_of(node)} is found where a list is expected",
                "write each item on a line that begins with `- `, or `[]` for none",
            )
            return INVALID
        self.evidence[path] = _given(node)
        values = []
        for number, item in enumerate(node.items):
            at = f"{path}[{number}]"
            self.places[at] = item.place
            values.append(self.value(shape.item, item, at))
            if isinstance(shape.item, Leaf) and at in self.evidence and self.evidence[at].is_plain:
                del self.evidence[at]
        return values

    def named(self, shape: Named, node: Node, path: str, partial: bool) -> Any:
        """Return values by name."""
        if not isinstance(node, Mapping):
            self.faults(
                node.place,
                path,
                f"{kind_of(node)} is found where names are expected",
                "write `name:` and, indented below it, its keys",
            )
            return INVALID
        values = {}
        for key, item in node.entries:
            at = joined(path, key.value)
            self.places[at] = key.place
            try:
                name = shape.name.parse(key.value)
            except ValueProblem as problem:
                self.faults(key.place, at, problem.found, problem.allowed, problem.hint)
                continue
            taken = None if isinstance(shape.name, IdKind) else self.reserved.get(name)
            if taken is not None and not (isinstance(shape.item, Changes) and name == "base"):
                found = f"`{name}` is reserved: outputs use it for {taken}"
                self.faults(key.place, at, found, "choose another name")
                continue
            if isinstance(item, Scalar) and item.value == NONE:
                found, allowed = "nothing of this name is inherited", "remove the line"
                if partial:
                    found, allowed = "an arm cannot take this away", "write keys that change"
                self.faults(item.place, at, found, allowed)
                continue
            if isinstance(shape.item, Changes) and not isinstance(item, Mapping):
                self.faults(
                    item.place,
                    at,
                    f"{kind_of(item)} is found where changes are expected",
                    "write sections with the keys that change, or `{}` for none",
                )
                continue
            if isinstance(item, Scalar) and item.is_null:
                self.faults(
                    key.place, at, "there is no value", "write its keys, indented below the name"
                )
                continue
            values[name] = self.value(shape.item, item, at, partial)
        if not node.entries:
            self.evidence[path] = _given(node)
        return values

    def leaf(self, kind: Kind, node: Node, path: str) -> Any:
        """Return a single value."""
        inner, evidence = self.unwrap(node, path, isinstance(kind, NUMBERS_OF))
        if inner is None:
            return INVALID
        if evidence is not None and not kind.takes_evidence:
            self.faults(node.place, path, "evidence is given for a text", "write the text alone")
            return INVALID
        value = self._scalar(kind, inner, path)
        self.evidence[path] = self.ranged(evidence or _given(node), kind, node, value, path)
        return value

    def law(self, flavour: Flavour, node: Node, path: str) -> Any:
        """Return a distribution."""
        inner, evidence = self.unwrap(node, path, True)
        if inner is None:
            return INVALID
        self.evidence[path] = evidence or _given(node)
        value = self._law(flavour, inner, path)
        self.evidence[path] = self.ranged(self.evidence[path], flavour, node, value, path)
        return value

    def _law(self, flavour: Flavour, inner: Node, path: str) -> Any:
        if isinstance(inner, Scalar):
            if inner.value.strip() == NEVER and flavour.may_never_end:
                return Distribution(NEVER)
            value = self._scalar(flavour.value, inner, path)
            return (
                INVALID
                if isinstance(value, Invalid)
                else Distribution("constant", {"value": value})
            )
        if not isinstance(inner, Mapping):
            self.faults(
                inner.place,
                path,
                f"{kind_of(inner)} is found where a distribution is expected",
                flavour.form,
            )
            return INVALID
        return self._tagged(flavour, inner, path)

    def _tagged(self, flavour: Flavour, node: Mapping, path: str) -> Any:
        kinds = flavour.kinds
        tags = [key for key, _ in node.entries if key.value in kinds]
        for key, _ in node.entries:
            if key.value in kinds:
                continue
            inside = key.value in LIMITS or any(key.value in f for fs in FORMS.values() for f in fs)
            if tags and inside:
                allowed = f"write it within the braces of `{tags[0].value}`"
                self.faults(key.place, joined(path, key.value), "this stands outside", allowed)
            else:
                self.faults(
                    key.place,
                    joined(path, key.value),
                    "this is no distribution",
                    f"write {listed(kinds, 'or')}, such as "
                    f"`{{lognormal: {{median: {flavour.example}, sigma: 1.2}}}}`",
                    closest(key.value, kinds),
                )
            return INVALID
        if len(tags) != 1:
            self.faults(
                node.place,
                path,
                f"there are {len(tags)} distributions in one place"
                if tags
                else "the braces are empty",
                "write one of them" if tags else flavour.form,
            )
            return INVALID
        kind, at = tags[0].value, joined(path, tags[0].value)
        body = node.entries[0][1]
        if kind == "constant" and not (isinstance(body, Mapping) and "value" not in body):
            inner, evidence = self.unwrap(body, at)
            if evidence is not None:
                self.evidence[path] = evidence
            value = INVALID if inner is None else self._scalar(flavour.value, inner, at)
            given = {"value": value}
        elif kind == "mixture":
            given = {"parts": self._mixed(flavour, body, at)}
        elif not isinstance(body, Mapping):
            self.faults(
                body.place,
                at,
                f"{kind_of(body)} is found where the parameters are expected",
                {"quantiles": _QUANTILES, "observed": _OBSERVED}.get(kind) or needs(kind),
            )
            return INVALID
        elif kind == "observed":
            given = self._gaps(flavour, body, at)
        elif kind == "quantiles":
            given = self._points(flavour, body, at)
        else:
            given = self._parameters(flavour, kind, body, at)
        if any(isinstance(value, Invalid) for value in given.values()):
            return INVALID
        try:
            return Distribution(kind, given)
        except ValueProblem as problem:
            self.faults(body.place, at, problem.found, problem.allowed, problem.hint)
        return INVALID

    def _parameters(self, flavour: Flavour, kind: str, node: Mapping, path: str) -> dict[str, Any]:
        names = dict.fromkeys(name for form in FORMS[kind] for name in form)
        given: dict[str, Any] = {}
        for key, entry in node.entries:
            at = joined(path, key.value)
            if key.value not in names and key.value not in LIMITS:
                self.faults(
                    key.place,
                    at,
                    "this parameter is unknown",
                    f"{kind} takes {listed((*names, *LIMITS))}",
                    closest(key.value, (*names, *LIMITS)),
                )
                given[key.value] = INVALID
                continue
            given[key.value] = self._part(
                _NUMBER if key.value in PLAIN_PARAMETERS else flavour.value, entry, at
            )
        # In the order of the schema, so that the order in the file changes nothing.
        return {name: given[name] for name in (*names, *LIMITS, *given) if name in given}

    def _mixed(self, flavour: Flavour, node: Node, path: str) -> Any:
        """Weights and components of a mixture."""
        if not isinstance(node, Sequence):
            found = f"{kind_of(node)} is found where a list is expected"
            self.faults(node.place, path, found, _MIXTURE)
            return INVALID
        parts: list[tuple[float, Distribution]] = []
        good = True
        for number, item in enumerate(node.items):
            at = f"{path}[{number}]"
            self.places[at] = item.place
            keys = item.keys() if isinstance(item, Mapping) else ()
            if not isinstance(item, Mapping) or set(keys) != {"weight", "law"}:
                unknown = next((key for key in keys if key not in ("weight", "law")), None)
                found = f"a component has {listed(keys)}" if keys else f"{kind_of(item)} is found"
                hint = closest(unknown, ("weight", "law")) if unknown else None
                self.faults(item.place, at, found, _MIXTURE, hint)
                good = False
                continue
            weight = self._part(_NUMBER, item.get("weight") or item, joined(at, "weight"))
            law = self.law(flavour, item.get("law") or item, joined(at, "law"))
            if self.evidence.get(joined(at, "law"), Evidence()).is_plain:
                self.evidence.pop(joined(at, "law"), None)  # it has that of the whole
            if isinstance(weight, Invalid) or isinstance(law, Invalid):
                good = False
            else:
                parts.append((weight, law))
        return tuple(parts) if good else INVALID

    def _gaps(self, flavour: Flavour, node: Mapping, path: str) -> dict[str, Any]:
        """Observed gaps, and what becomes of those who were not seen back."""
        given: dict[str, Any] = {"back": (), "not_back": ()}
        for key, entry in node.entries:
            at = joined(path, key.value)
            if key.value == "beyond":
                inner, evidence = self.unwrap(entry, at)
                if evidence is not None:
                    self.evidence[at] = evidence
                if isinstance(inner, Scalar) and inner.value.strip() == NEVER:
                    given["beyond"] = math.inf
                elif inner is not None:
                    given["beyond"] = self._scalar(flavour.value, inner, at)
            elif key.value not in given:
                names = ("back", "not_back", "beyond")
                allowed = f"observed takes {listed(names)}"
                near = closest(key.value, names)
                self.faults(key.place, at, "this parameter is unknown", allowed, near)
                given[key.value] = INVALID
            elif not isinstance(entry, Sequence):
                found = f"{kind_of(entry)} is found where a list is expected"
                self.faults(entry.place, at, found, _OBSERVED)
                given[key.value] = INVALID
            else:
                times = [
                    self._scalar(flavour.value, item, f"{at}[{number}]")
                    for number, item in enumerate(entry.items)
                ]
                bad = any(isinstance(time, Invalid) for time in times)
                given[key.value] = INVALID if bad else tuple(times)
        return given

    def _points(self, flavour: Flavour, node: Mapping, path: str) -> dict[str, Any]:
        points: list[tuple[float, float]] = []
        limits: dict[str, Any] = {}
        good = True
        for key, entry in node.entries:
            if key.value in LIMITS:
                limits[key.value] = self._part(flavour.value, entry, joined(path, key.value))
                continue
            try:
                p = parse_share(key.value, "p")
            except ValueProblem as problem:
                self.faults(key.place, path, problem.found, _QUANTILES, problem.hint)
                good = False
                continue
            value = self._part(flavour.value, entry, f"{path}[{key.value}]")
            if isinstance(value, Invalid):
                good = False
            else:
                points.append((p, value))
        ordered = {name: limits[name] for name in LIMITS if name in limits}
        return {"points": tuple(points) if good else INVALID, **ordered}

    def _part(self, kind: Kind, node: Node, path: str) -> Any:
        inner, evidence = self.unwrap(node, path, True)
        value = INVALID if inner is None else self._scalar(kind, inner, path)
        if evidence is not None:
            self.evidence[path] = self.ranged(evidence, kind, node, value, path)
        return value

    def _scalar(self, kind: Kind, node: Node, path: str) -> Any:
        form = form_of(kind)
        if isinstance(node, Mapping) and {"kind", "source", "note", *SPANS} & set(node.keys()):
            self.faults(node.place, path, "evidence is given without the value", "add `value:`")
        elif not isinstance(node, Scalar):
            self.faults(
                node.place, path, f"{kind_of(node)} is found where {kind.name} is expected", form
            )
        elif node.is_null:
            self.faults(node.place, path, "there is no value", form)
        else:
            try:
                return kind.parse(node.value, node.plain)
            except ValueProblem as problem:
                allowed = form if problem.allowed == "write a number" else problem.allowed
                self.faults(node.place, path, problem.found, allowed, problem.hint)
        return INVALID

    def _unknown(self, key: Scalar, cls: type[Section], path: str) -> None:
        names = list(slots(cls))
        near = closest(key.value, names)
        where = f"`{path}`" if path else "a scenario"
        allowed = f"{where} takes {listed(names)}"
        if key.value in cls.not_here:  # neither a misspelt word nor at home elsewhere
            allowed, near = f"{cls.not_here[key.value]}; {allowed}", None
        elif near is None and (homes := self._homes(key.value)):
            allowed = f"it belongs in {listed(homes, 'or')}"
        self.faults(
            key.place, joined(path, shortened(key.value)), "this key is unknown", allowed, near
        )

    def _homes(self, key: str) -> list[str]:
        """The sections outside lists and tiers that have a key of this name."""
        homes: list[str] = []

        def search(cls: type[Section], path: str) -> None:
            for slot in slots(cls).values():
                if slot.key == key and path:
                    homes.append(path)
                if isinstance(slot.shape, Table):
                    search(slot.shape.cls, joined(path, slot.key))
                elif isinstance(slot.shape, Named) and isinstance(slot.shape.item, Table):
                    search(slot.shape.item.cls, joined(path, f"{slot.key}.*"))

        if self.whole is not None:
            search(self.whole, "")
        return homes


_MIXTURE = (
    "write a list of components, each with `weight` and `law`, such as "
    "`[{weight: 1, law: 20min}, {weight: 3, law: {lognormal: {median: 2d, sigma: 1.2}}}]`"
)
_OBSERVED = (
    "write the times after which somebody was seen back, and those of who was not, such as "
    "`{back: [2h, 1d, 9d], not_back: [30d], beyond: never}`"
)
_QUANTILES = "write p and value, p from 0 to 1, such as `{0: 1, 0.5: 10, 1: 200}`"


def _form(kind: Kind) -> Callable[[float], str]:
    """How ends of a range are written in a message."""
    return lambda value: kind.format(int(value) if isinstance(kind, CountKind) else value)


def _given(node: Node) -> Evidence:
    return Evidence(origin=node.place.text.file)


@cache
def _by_default(cls: type[Section]) -> tuple[Any, tuple[tuple[str, Evidence], ...]] | None:
    """A section of which nothing is written, with its evidence by path; None if it cannot be."""
    reader = Reader()
    value = reader.section(cls, Mapping(Place(Text("", ()), 0, 0), ()), "")
    return None if isinstance(value, Invalid) else (value, tuple(reader.evidence.items()))
