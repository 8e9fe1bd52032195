"""Evidence as it is written beside a value: ``{value: 0.02, kind: reported, source: L75}``."""

from __future__ import annotations

from collections.abc import Callable, Collection
from collections.abc import Mapping as Mappings
from types import MappingProxyType
from typing import Any, Protocol

from afterban.errors import closest, listed, shortened
from afterban.language.documents import Flow, Mapping, Node, Place, Scalar, kind_of
from afterban.language.fields import EVIDENCE_KINDS, Evidence

KEYS = (
    *("value", "kind", "source", "locator", "note"),
    *("range", "prior", "reason", "range_source"),
)
SPANS = ("range", "prior")  # of them those that are read by the kind of the value

EMPTY: Mappings[str, Any] = MappingProxyType({})


class Report(Protocol):
    """Takes note of a fault."""

    def __call__(
        self, place: Place, path: str, found: str, allowed: str = "", hint: str | None = None
    ) -> None:
        """Take note of what was found in a place, and what is allowed."""


def unwrap(
    node: Node, path: str, report: Report, sources: Callable[[], Collection[str]]
) -> tuple[Node | None, Evidence | None]:
    """The value within its evidence, and the evidence; a bare value comes back as it is.

    None for the value if the evidence holds none that could be read.  ``sources``: the ids that a
    value may name, asked for only where one does.
    """
    if not isinstance(node, Mapping) or "value" not in node:
        return node, None
    texts: dict[str, str] = {}
    unknown = False
    for key, entry in node.entries:
        at = f"{path}.{key.value}"
        if key.value not in KEYS:
            unknown = True
            report(
                key.place,
                at,
                "this key is unknown",
                f"a value with evidence takes {listed(KEYS)}",
                closest(key.value, KEYS),
            )
        elif key.value not in ("value", *SPANS):
            if not isinstance(entry, Scalar) or entry.is_null:
                report(entry.place, at, f"{kind_of(entry)} is found", "write text here")
            else:
                texts[key.value] = entry.value
    kind = texts.get("kind", "assumed")
    if kind not in EVIDENCE_KINDS:
        report(
            _place(node, "kind"),
            f"{path}.kind",
            f"`{shortened(kind)}` is no kind of evidence",
            f"write {listed(EVIDENCE_KINDS, 'or')}",
            closest(kind, EVIDENCE_KINDS),
        )
    elif unknown:
        pass  # a slip in a key is not also a missing one
    elif "kind" not in texts and "source" in texts:
        report(
            node.place,
            path,
            "a source is named without the kind of evidence",
            "add `kind:` reported, derived, fitted, measured or assumed",
        )
    elif kind != "assumed" and "source" not in texts:
        report(
            _place(node, "kind"),
            path,
            f"a {kind} value names no source",
            "add `source:` with an id of "
            f"{'its own `sources:`' if kind == 'measured' else 'sources.yaml'}, "
            "or write `kind: assumed`",
        )
    for name in ("source", "range_source"):
        if name in texts:
            check_source(texts[name], _place(node, name), f"{path}.{name}", report, sources())
    _check_spans(node, path, texts, report)
    inner = node.get("value")
    if isinstance(inner, Mapping) and "value" in inner:
        report(inner.place, path, "a value with evidence is within another", "keep one of them")
        return None, None
    evidence = Evidence(
        kind=kind,
        source=texts.get("source"),
        locator=texts.get("locator"),
        note=texts.get("note"),
        reason=texts.get("reason"),
        range_source=texts.get("range_source"),
        origin=node.place.text.file,
    )
    return inner, evidence


def check_source(
    source: str, place: Place, path: str, report: Report, known: Collection[str]
) -> None:
    """Note a fault if nothing known has this id."""
    if source not in known:
        report(
            place,
            path,
            f"`{shortened(source)}` is not a source",
            "write an id that sources.yaml has, such as `L75` or `defenseone-2014`, or one of the "
            "scenario's own `sources:`",
            closest(source, known),
        )


def _check_spans(node: Mapping, path: str, texts: dict[str, str], report: Report) -> None:
    """Note a fault for a range and a prior together, and for a reason of neither."""
    given = [key for key in SPANS if key in node]
    if len(given) == 2:
        found = "a range and a prior are given"
        report(_place(node, "prior"), f"{path}.prior", found, "keep one of them")
    for key in ("reason", "range_source"):
        if key in texts and not given:
            found = "this is of a range, and there is none"
            allowed = "add `range: [low, high]` or `prior:`, or write it as `note:`"
            report(_place(node, key), f"{path}.{key}", found, allowed)


def wrapped(
    value: Any, evidence: Evidence | None, always: bool = False, span: Mappings[str, Any] = EMPTY
) -> Any:
    """A value with its evidence as it is written.

    Bare if the evidence is no more than a bare value has, unless it is to be written ``always``:
    within a distribution a bare number has the evidence of the whole.

    span: the range or prior, as it is written.
    """
    if evidence is None or (evidence.is_plain and not always):
        return value
    out = Flow(value=value, kind=evidence.kind)
    for key in ("source", "locator", "note"):
        text = getattr(evidence, key)
        if text is not None:
            out[key] = str(text)
    out.update(span)
    for key in ("reason", "range_source"):
        text = getattr(evidence, key)
        if text is not None:
            out[key] = str(text)
    return out


def bare(data: Any) -> Any:
    """Written data without any evidence."""
    if isinstance(data, dict):
        if "value" in data and set(data) <= set(KEYS):
            return bare(data["value"])
        kind = Flow if isinstance(data, Flow) else dict
        return kind((key, bare(value)) for key, value in data.items())
    if isinstance(data, list):
        return [bare(item) for item in data]
    return data


def _place(node: Mapping, key: str) -> Place:
    return (node.get(key) or node).place


__all__ = ["KEYS", "SPANS", "Report", "bare", "check_source", "unwrap", "wrapped"]
