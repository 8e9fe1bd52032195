"""From a file to a scenario: `extends` is followed, everything is read, and all faults are told."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from afterban.documents import Mapping, Node, Place, Scalar, Text, kind_of, parse, read_file
from afterban.errors import ScenarioError, ScenarioErrors, closest, listed
from afterban.scenario.checks import problems
from afterban.scenario.read import Faults, Invalid, Reader, joined
from afterban.scenario.resolve import written
from afterban.scenario.schema import SCHEMA_VERSION, TABLES, Scenario
from afterban.scenario.shapes import Changes, Named, Shape, Table, slots
from afterban.scenario.shipped import shipped_names, shipped_path
from afterban.scenario.types import NONE

# Each file has these of its own.
LONGEST_CHAIN = 50  # scenarios that extend each other
_NOT_INHERITED = ("schema_version", "name", "title", "description", "extends")
# Arms of one scenario are compared run by run, so they share what a run is.
NOT_IN_ARMS = (
    "schema_version",
    "name",
    "extends",
    "start",
    "horizon",
    "seed",
    "replications",
    "metrics",
    "policies",
    "sweep",
)
RESERVED_ARMS = ("none", "base")


def load(source: str | os.PathLike[str]) -> Scenario:
    """Read a scenario: the name of a shipped one, or the path of a file.

    Raises ScenarioErrors with every fault that was found, in the order of the files.
    """
    path, shown = _locate(source)
    return _load(read_file(path, shown), shown, path)


def loads(content: str, file: str = "<text>") -> Scenario:
    """Read a scenario from text; paths in `extends` start from the current directory."""
    return _load(content, file, None)


def load_text(content: str, shown: str, path: Path) -> Scenario:
    """Read a scenario from the text that a file has, or would have.

    shown: how messages call the file.
    """
    return _load(content, shown, path)


def build(
    root: Mapping,
    more: list[ScenarioError] | None = None,
    *,
    ends_early: bool = False,
    reader: Callable[[], Reader] = Reader,
) -> Scenario:
    """Make a scenario of nodes that are merged already.  Raises ScenarioErrors.

    ends_early: whether dates after its end are no fault.
    reader: makes what reads it, and its arms when they are asked for.
    """
    root = _anchored(root, Path.cwd())
    found = reader()
    scenario = _read(root, found, ends_early)
    policies = root.get("policies")
    arms: dict[str, dict[str, object]] = {}
    if isinstance(policies, Mapping):
        for key, changes in policies.entries:
            if isinstance(changes, Mapping):
                arms[key.value] = _arm(
                    key, changes, root, found, scenario is not None, ends_early, reader
                )
    found.faults.raise_any(more)
    assert scenario is not None  # a fault was raised otherwise
    whole = scenario.model_copy(update={"policies": arms})
    whole.adopt(root, found.evidence, ends_early, reader)
    if whole.sweep is not None:
        from afterban.scenario.sweeping import check

        check(whole, root, found)
        found.faults.raise_any(more)
    return whole


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


def _load(content: str, shown: str, path: Path | None) -> Scenario:
    root, more = _tree(content, shown, path, [])
    return build(root, more)


def _below(shape: Shape, key: str) -> Shape | None:
    """The shape of a key's value if it is merged key by key, else None."""
    if isinstance(shape, Changes):
        shape = Table(Scenario)
    if isinstance(shape, Table):
        slot = slots(shape.cls).get(key)
        found = None if slot is None else slot.shape
    elif isinstance(shape, Named):
        found = shape.item
    else:
        found = None
    if isinstance(found, Table) and found.cls.short_form is not None:
        return None
    return found if isinstance(found, Table | Named | Changes) else None


def _anchored(root: Mapping, directory: Path) -> Mapping:
    """The nodes of a file with the paths of its tables made absolute."""

    def at(node: Node | None) -> Node | None:
        if isinstance(node, Mapping):
            for key in ("value", "file"):
                name, inner = node.key(key), at(node.get(key))
                if name is not None and inner is not None:
                    node = node.with_entry(name, inner)
            return node
        if not isinstance(node, Scalar) or node.is_null or node.value == NONE:
            return node
        return Scalar(node.place, os.path.abspath(directory / node.value), node.plain)

    def inside(part: Mapping) -> Mapping:
        network = part.get("network")
        section = part.key("network")
        if isinstance(network, Mapping) and section is not None:
            for key in TABLES:
                name, node = network.key(key), at(network.get(key))
                if name is not None and node is not None:
                    network = network.with_entry(name, node)
            part = part.with_entry(section, network)
        return part

    root = inside(root)
    policies, section = root.get("policies"), root.key("policies")
    if isinstance(policies, Mapping) and section is not None:
        for name, changes in policies.entries:
            if isinstance(changes, Mapping):
                policies = policies.with_entry(name, inside(changes))
        root = root.with_entry(section, policies)
    return root


def _tree(
    content: str, shown: str, path: Path | None, chain: list[tuple[Path | None, str]]
) -> tuple[Mapping, list[ScenarioError]]:
    node, more = parse(content, shown, order=len(chain))
    if not isinstance(node, Mapping):
        raise ScenarioErrors(
            [
                node.place.error(
                    "",
                    f"{kind_of(node)} is found where a scenario is expected",
                    "write `key: value` lines",
                )
            ]
        )
    _refuse_earlier(node, shown, path)
    if path is not None:
        node = _anchored(node, path.parent)
    chain = [*chain, (path.resolve() if path else None, shown)]
    extends = node.get("extends")
    if extends is None or (isinstance(extends, Scalar) and extends.value == "none"):
        return node, more
    if not isinstance(extends, Scalar) or extends.is_null:
        what = f"{kind_of(extends)} is found where a scenario is expected"
        allowed = "write the name of one scenario, or the path of its file"
        raise ScenarioErrors([*more, extends.place.error("extends", what, allowed)])

    def refuse(found: str, allowed: str, hint: str | None = None) -> ScenarioErrors:
        error = extends.place.error("extends", found, allowed, hint)
        return ScenarioErrors([*more, error])

    try:
        base_path, base_shown = _locate(extends.value, path.parent if path else None, shown)
        base_content = read_file(base_path, base_shown)
    except ScenarioErrors as error:
        first = error.errors[0]
        if first.line is not None:
            raise
        named = f"`{extends.value}`" in first.found
        what = first.found if named else f"`{extends.value}`: {first.found}"
        raise refuse(what, first.allowed, first.hint) from None
    resolved = base_path.resolve()
    if resolved in [file for file, _ in chain]:
        circle = " -> ".join([name for _, name in chain] + [base_shown])
        raise refuse(f"this goes in a circle ({circle})", "remove one `extends` of the circle")
    if len(chain) >= LONGEST_CHAIN:
        raise refuse(
            f"{len(chain)} scenarios extend each other, one after the other",
            f"a chain has {LONGEST_CHAIN} at most; put some of them together",
        )
    base, base_more = _tree(base_content, base_shown, base_path, chain)
    kept = without(base, _NOT_INHERITED)
    merged = merge(kept, without(node, ("extends",)), Table(Scenario))
    # The place of the whole is that of the file that was asked for.
    return Mapping(node.place, merged.entries), [*more, *base_more]


def _refuse_earlier(node: Mapping, shown: str, path: Path | None) -> None:
    """Raise ScenarioErrors for a file of an earlier version of the language."""
    from afterban.scenario.upgrade import VERSION, is_earlier, version_of

    version = node.get(VERSION)
    if version is not None and is_earlier(node):
        what = f"version {version_of(node)} of the language, and {SCHEMA_VERSION} is read here"
        allowed = f"`afterban upgrade {shown if path else 'FILE'}` rewrites it"
        raise ScenarioErrors([version.place.error(VERSION, what, allowed)])


def _locate(
    source: str | os.PathLike[str], directory: Path | None = None, beside: str | None = None
) -> tuple[Path, str]:
    """The file of a name or path, and how it is shown."""
    text = os.fspath(source)
    is_name = isinstance(source, str) and not (
        os.sep in text or "/" in text or text.endswith((".yaml", ".yml"))
    )
    names = shipped_names()
    if is_name and text in names:
        found = shipped_path(text)
        return found, _shown(found)
    path = (directory or Path()) / text
    shown = text or "."
    if beside is not None and directory is not None and not Path(text).is_absolute():
        shown = os.path.normpath(Path(beside).parent / text)
    stem = text.removesuffix(".yaml")
    if stem != text and stem in names and not path.exists():
        error = ScenarioError(
            file=shown,
            found="there is no such file here",
            allowed="a shipped scenario goes by its name alone",
            hint=stem,
        )
        raise ScenarioErrors([error])
    if is_name and not path.exists():
        hint = closest(text, names)
        raise ScenarioErrors(
            [
                ScenarioError(
                    file=text or "scenario",
                    found=f"no scenario has the name `{text}`, neither a shipped one nor a file",
                    allowed=f"the shipped ones are {listed(names)}"
                    if names
                    else "give the path of a file",
                    hint=hint,
                )
            ]
        )
    return path, shown


def _shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _read(root: Mapping, reader: Reader, ends_early: bool = False) -> Scenario | None:
    """The scenario of a tree without its arms, or None if there is a fault."""
    scenario = reader.section(Scenario, without(root, ("policies",)), "")
    policies = root.get("policies")
    if policies is not None:
        reader.places["policies"] = policies.place
        reader.slot(slots(Scenario)["policies"], policies, "policies")
    if isinstance(scenario, Invalid):
        return None
    found = problems(scenario, ends_early)
    for path, what, allowed, *hint in found:
        reader.faults(reader.place(path, root.place), path, what, allowed, *hint)
    return None if found else scenario


def _arm(
    key: Scalar,
    changes: Mapping,
    root: Mapping,
    reader: Reader,
    base_is_good: bool,
    ends_early: bool,
    make: Callable[[], Reader],
) -> dict[str, object]:
    """What an arm changes, as it is written in full; its faults go to the reader."""
    path = joined("policies", key.value)
    if key.value in RESERVED_ARMS:
        if key.value == "base":
            reader.faults(
                key.place, path, "`base` is reserved: it is the scenario as written", "rename it"
            )
        return {}
    before = len(reader.faults.found)
    for name, _ in changes.entries:
        if name.value in NOT_IN_ARMS:
            reader.faults(
                name.place,
                joined(path, name.value),
                "an arm cannot change this",
                "change it in the scenario itself, since its arms are compared run by run",
            )
    part = make()
    part.faults = reader.faults
    values = part.section(Scenario, without(changes, NOT_IN_ARMS), path, partial=True)
    if len(reader.faults.found) > before:
        return {}
    if base_is_good:
        whole = make()
        _read(merge(without(root, ("policies",)), changes, Table(Scenario)), whole, ends_early)
        own = {id(node) for node in _places(changes)}
        for place, fault in whole.faults.found:
            if id(place) in own:
                reader.faults(
                    place, joined(path, fault.path), fault.found, fault.allowed, fault.hint
                )
            else:
                reader.faults(
                    key.place, path, f"with this arm, {fault.path}: {fault.found}", fault.allowed
                )
    arm: dict[str, object] = written(Table(Scenario), values, path, part.evidence)
    return arm


def _places(node: Node) -> list[Place]:
    if isinstance(node, Mapping):
        below = [p for key, child in node.entries for p in (key.place, *_places(child))]
        return [node.place, *below]
    if isinstance(node, Scalar):
        return [node.place]
    return [node.place, *(p for item in node.items for p in _places(item))]


def text_place(content: str, file: str) -> Place:
    """The first place of a text that is not a file."""
    return Place(Text(file, tuple(content.splitlines() or [""])), 0, 0)


__all__ = ["Faults", "build", "load", "load_text", "loads", "merge", "text_place", "without"]
