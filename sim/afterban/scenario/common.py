"""The common ranges, which count where a scenario says nothing else: ``common-ranges.yaml``.

They stand beneath the ``uncertainties`` of every scenario that extends none, whose own entries of
the same name take their place (and ``none`` takes one away).

Checked by ``tests/unit/test_ranges.py``.
"""

from __future__ import annotations

from functools import cache

from afterban.language.documents import Mapping, Scalar, parse, read_file
from afterban.language.merging import merge, without
from afterban.language.shapes import Table
from afterban.scenario.contents import Contents
from afterban.scenario.shipped import COMMON_RANGES, shipped_directory

_KEY = "uncertainties"
_SWITCH = "common_ranges"


@cache
def common_ranges() -> Mapping | None:
    """The nodes of the file; None where there is none, as beside a single copied module."""
    path = shipped_directory() / f"{COMMON_RANGES}.yaml"
    if not path.is_file():
        return None
    node, _ = parse(read_file(path, f"{COMMON_RANGES}.yaml"), f"{COMMON_RANGES}.yaml")
    assert isinstance(node, Mapping)
    return node


def refuses_common_ranges(node: Mapping) -> bool:
    """Whether a file says that the common ranges do not count."""
    said = node.get(_SWITCH)
    if isinstance(said, Mapping):
        said = said.get("value")
    return isinstance(said, Scalar) and said.plain and said.value == "false"


def with_common_ranges(node: Mapping) -> Mapping:
    """The nodes of a file that extends none, with the common ranges beneath its own."""
    common = common_ranges()
    own = node.get(_KEY)
    if common is None or refuses_common_ranges(node) or not isinstance(own, Mapping | None):
        return node
    return Mapping(node.place, merge(common, node, Table(Contents)).entries)


def without_common_ranges(node: Mapping) -> Mapping:
    """Inherited nodes without the common ranges."""
    given, key = node.get(_KEY), node.key(_KEY)
    if not isinstance(given, Mapping) or key is None:
        return node
    common = common_ranges()
    file = common.place.text.file if common is not None else None
    theirs = tuple(name.value for name, _ in given.entries if name.place.text.file == file)
    return node.with_entry(key, without(given, theirs))
