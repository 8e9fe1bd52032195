"""One tree of nodes laid over another, section by section."""

from __future__ import annotations

from afterban.language.documents import Mapping, Node, Scalar
from afterban.language.kinds import NONE
from afterban.language.shapes import Changes, Named, Shape, Table, slots


def merge(base: Mapping, change: Mapping, shape: Shape) -> Mapping:
    """Return ``base`` with the keys of ``change`` in place of its own, section by section.

    Values, distributions and lists are replaced whole.  An entry that has a name (a tier, a policy)
    is taken away by ``none``.
    """
    merged = Mapping(change.place, base.entries)
    for key, node in change.entries:
        if isinstance(shape, Named) and is_none(node) and key.value in merged:
            merged = without(merged, (key.value,))
            continue
        below = _below(shape, key.value)
        old = base.get(key.value)
        if below is not None and isinstance(old, Mapping) and isinstance(node, Mapping):
            merged = merged.with_entry(key, merge(old, node, below))
        else:
            merged = merged.with_entry(key, node)
    return merged


def is_none(node: Node) -> bool:
    """Whether a node says ``none``."""
    return isinstance(node, Scalar) and node.value == NONE


def without(node: Mapping, keys: tuple[str, ...]) -> Mapping:
    """A mapping without some of its keys."""
    return Mapping(node.place, tuple((k, n) for k, n in node.entries if k.value not in keys))


def _below(shape: Shape, key: str) -> Shape | None:
    """The shape of a key's value if it is merged key by key, else None."""
    if isinstance(shape, Changes):
        shape = Table(shape.cls)
    if isinstance(shape, Table):
        slot = slots(shape.cls).get(key)
        found = None if slot is None else slot.shape
    elif isinstance(shape, Named):
        found = shape.item
    else:
        found = None
    if isinstance(found, Table) and (found.cls.short_form is not None or found.cls.replaced_whole):
        return None
    return found if isinstance(found, Table | Named | Changes) else None
