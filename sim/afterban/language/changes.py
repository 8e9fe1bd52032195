"""Trees of nodes with other values: one laid over another, and single values by path."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping as Mappings
from typing import Any

from afterban.errors import ScenarioErrors, closest, listed
from afterban.language.documents import (
    Flow,
    Mapping,
    Node,
    Place,
    Scalar,
    Sequence,
    Text,
    dump,
    kind_of,
    parse,
)
from afterban.language.evidence import KEYS, SPANS
from afterban.language.kinds import NONE
from afterban.language.laws import FORMS, LIMITS, Distribution
from afterban.language.merging import is_none, without
from afterban.language.paths import is_path, steps
from afterban.language.shapes import Changes, Law, Listed, Named, Shape, Slot, Table, slots
from afterban.language.writing import law_text

_PLAIN = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z_.%+/ -]*[0-9A-Za-z_.%+/-])?")  # of a scalar


def node_of(path: str, value: Any, order: int) -> Node:
    """The nodes of a value: text is YAML, anything else is first written as YAML."""
    content = text_of(value)
    file = f"--set {path}"
    if _PLAIN.fullmatch(content):  # most values: no parser is needed
        return Scalar(Place(Text(file, (content,), order), 0, 0), content)
    if not content.strip():
        place = Place(Text(file, (content,), order), 0, 0)
        raise ScenarioErrors([place.error(path, "there is no value", "write `path=value`")])
    node, problems = parse(content, file, order)
    if problems:
        raise ScenarioErrors(problems)
    return node


def text_of(value: Any) -> str:
    """The YAML that a value is written as, on one line; text is YAML already."""
    if isinstance(value, str):
        return value
    if isinstance(value, Distribution):
        raise TypeError("give a distribution as text, such as '{exponential: {mean: 2h}}'")
    if value is None:
        return NONE
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | dt.date):
        return str(value)
    return dump({"x": _flow(value)}).removeprefix("x: ")


def _flow(value: Any) -> Any:
    if isinstance(value, Mappings):
        return Flow((str(key), _flow(item)) for key, item in value.items())
    if isinstance(value, list | tuple):
        return [_flow(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def steps_to(path: str, node: Node) -> list[str]:
    """The steps of a path that was given with a value.  Raises ScenarioErrors if it is none."""
    if not is_path(path):
        raise _refuse(
            node, path, "this is not a path", "write keys with dots, such as `review.waves.every`"
        )
    return steps(path)


def _refuse(
    node: Node, path: str, found: str, allowed: str, hint: str | None = None
) -> ScenarioErrors:
    return ScenarioErrors([node.place.error(path, found, allowed, hint)])


def put(
    old: Node | None,
    shape: Shape,
    steps: list[str],
    at: int,
    new: Node,
    path: str,
    whole: bool,
) -> Node:
    """``old`` with ``new`` at the path ``steps[at:]``; ``whole`` outside of policies."""
    if at == len(steps):
        return new
    step, here = steps[at], ".".join(steps[:at])
    key = Scalar(new.place, step)
    if isinstance(shape, Changes):
        shape, whole = Table(shape.cls), False
    if isinstance(shape, Table):
        slot = slots(shape.cls).get(step)
        if slot is None:
            names = list(slots(shape.cls))
            raise _refuse(
                new,
                path,
                f"`{step}` is no key of {f'`{here}`' if here else 'a scenario'}",
                f"the keys are {listed(names)}",
                _with(steps, at, closest(step, names)),
            )
        below = Mapping(new.place, ()) if not isinstance(old, Mapping) else old
        child = below.get(step)
        last = at + 1 == len(steps)
        if child is None and not last:
            child = _default(slot, new)
        return below.with_entry(key, put(child, slot.shape, steps, at + 1, new, path, whole))
    if isinstance(shape, Named):
        below = Mapping(new.place, ()) if not isinstance(old, Mapping) else old
        child = below.get(step)
        last = at + 1 == len(steps)
        if last and whole and child is not None and is_none(new):
            return without(below, (step,))
        new_name = child is None and not last and whole
        if new_name and not isinstance(shape.item, Changes):
            raise _refuse(
                new,
                path,
                f"`{here}` has no `{step}`",
                f"it has {listed(below.keys()) or 'none'}",
                _with(steps, at, closest(step, below.keys())),
            )
        return below.with_entry(key, put(child, shape.item, steps, at + 1, new, path, whole))
    if isinstance(shape, Listed):
        items = old.items if isinstance(old, Sequence) else ()
        if not step.isdecimal() or int(step) >= len(items):
            raise _refuse(
                new,
                path,
                f"`{here}` has no item {step}",
                f"it has {len(items)}, counted from 0" if items else "it is empty",
            )
        index = int(step)
        item = put(items[index], shape.item, steps, at + 1, new, path, whole)
        place = old.place if old is not None else new.place
        return Sequence(place, (*items[:index], item, *items[index + 1 :]))
    if isinstance(shape, Law):
        return _put_in_law(old, shape, steps, at, new, path)
    raise _refuse(new, path, f"`{here}` is a single value", f"write `{here}=value`")


def _put_in_law(
    old: Node | None, shape: Law, steps: list[str], at: int, new: Node, path: str
) -> Node:
    here = ".".join(steps[:at])
    if isinstance(old, Mapping) and "value" in old:
        # The rest of the distribution keeps its evidence, the new number does not get it.
        # A range is of the distribution as it was, so it goes.
        inner = _put_in_law(old.get("value"), shape, steps, at, _assumed(new), path)
        kept = without(old, (*SPANS, "reason", "range_source"))
        return kept.with_entry(Scalar(new.place, "value"), inner)
    if not isinstance(old, Mapping) or len(old.entries) != 1:
        raise _refuse(
            new,
            path,
            f"{kind_of(old) if old is not None else 'nothing'} is at `{here}`, "
            "which has no parameters",
            f"write the whole distribution, such as `{here}={shape.flavour.example}`",
        )
    (tag, body), rest = old.entries[0], steps[at:]
    if rest[0] == tag.value:
        rest = rest[1:]
    if not rest:
        return Mapping(old.place, ((tag, new),))
    if tag.value == "mixture" and isinstance(body, Sequence):
        changed = _put_in_mixture(body, shape, steps, len(steps) - len(rest), new, path)
        return Mapping(old.place, ((tag, changed),))
    if len(rest) > 1 or not isinstance(body, Mapping) or tag.value not in FORMS:
        raise _refuse(new, path, "this path is too long", f"write `{here}.{tag.value}.parameter`")
    names = {name for form in FORMS[tag.value] for name in form} | set(LIMITS)
    if body.get(rest[0]) is None and rest[0] not in names:
        raise _refuse(
            new,
            path,
            f"`{rest[0]}` is no parameter of the {tag.value} distribution at `{here}`",
            f"it has {listed(body.keys())}",
            _with(steps, len(steps) - 1, closest(rest[0], sorted({*names, *body.keys()}))),
        )
    entry = body.with_entry(Scalar(new.place, rest[0]), new)
    return Mapping(old.place, ((tag, entry),))


def _put_in_mixture(
    old: Sequence, shape: Law, steps: list[str], at: int, new: Node, path: str
) -> Node:
    """A component, its weight, or something in its law."""
    number = steps[at]
    if not number.isdecimal() or int(number) >= len(old.items):
        found = f"the mixture has no component {number}"
        raise _refuse(new, path, found, f"it has {len(old.items)}, counted from 0")
    k = int(number)
    item: Node = old.items[k]
    if at + 1 == len(steps):
        item = new
    elif not isinstance(item, Mapping) or steps[at + 1] not in ("weight", "law"):
        found = f"`{steps[at + 1]}` is no key of a component"
        near = closest(steps[at + 1], ("weight", "law"))
        raise _refuse(new, path, found, "the keys are `weight` and `law`", near)
    else:
        key = steps[at + 1]
        inner = new
        if key == "law" and at + 2 < len(steps):
            inner = _put_in_law(item.get("law"), shape, steps, at + 2, new, path)
        elif at + 2 < len(steps):
            raise _refuse(new, path, "this path is too long", "a weight is a single value")
        item = item.with_entry(Scalar(new.place, key), inner)
    return Sequence(old.place, (*old.items[:k], item, *old.items[k + 1 :]))


def _assumed(new: Node) -> Node:
    if isinstance(new, Mapping) and "value" in new:
        return new
    return Mapping(
        new.place,
        (
            (Scalar(new.place, KEYS[0]), new),
            (Scalar(new.place, KEYS[1]), Scalar(new.place, "assumed")),
        ),
    )


def _default(slot: Slot, new: Node) -> Node | None:
    """The nodes of a default distribution, so that one of its numbers can be changed."""
    if isinstance(slot.shape, Law) and not slot.required:
        law = slot.default()
        if isinstance(law, Distribution):
            node, _ = parse(law_text(slot.shape.flavour, law), "<default>")
            return _at(node, new.place)
    return None


def _at(node: Node, place: Place) -> Node:
    if isinstance(node, Mapping):
        return Mapping(
            place, tuple((Scalar(place, k.value), _at(child, place)) for k, child in node.entries)
        )
    if isinstance(node, Sequence):
        return Sequence(place, tuple(_at(child, place) for child in node.items))
    return Scalar(place, node.value, node.plain)


def _with(steps: list[str], at: int, word: str | None) -> str | None:
    return None if word is None else ".".join([*steps[:at], word, *steps[at + 1 :]])
