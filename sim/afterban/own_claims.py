"""Claims that a scenario makes itself (``claims:``), as rows like those of the shipped register.

Checked by ``tests/unit/test_own_claims.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from afterban.claims import Claim
from afterban.language.fields import param
from afterban.language.kinds import Factor
from afterban.scenario.sections.uncertainties import OwnClaim, OwnSource
from afterban.sources import UNKNOWN, Figure, Source, registry

if TYPE_CHECKING:
    from afterban.scenario import Scenario


class Own(Claim):
    """A claim of a scenario's own.

    An interval is kept as its middle with half its width as the tolerance.
    """

    ends: list[Factor] = param(list, "least and largest value, if it is an interval")
    hold_out: bool = param(False, "whether nothing may be fitted to it")
    document: OwnSource | None = param(None, "its source, if that is the scenario's own")

    @property
    def is_own(self) -> bool:
        """It is."""
        return True

    @property
    def cited(self) -> str:
        """The figure or interval for people."""
        if not self.ends:
            return super().cited
        low, high = self.ends
        return f"{low:,.6g} to {high:,.6g}{' ' + self.unit if self.unit else ''}"

    @property
    def published(self) -> Figure:
        """The figure and its document."""
        known = registry()
        if self.document is None and self.source in known.figures:
            return known.figures[self.source]
        document = known.sources.get(self.source)
        if self.document is not None:
            document = _source(self.source, self.document)
        assert document is not None  # the scenario was checked
        return Figure(self.source, document, self.says, self.says, document.tag)


def document_of(scenario: Scenario, source: str) -> Source:
    """The document that an id stands for, the scenario's own or one of the shipped list.

    Raises KeyError for an id that neither has.
    """
    own = scenario.sources.get(source)
    return registry().source(source) if own is None else _source(source, own)


def own_claims(scenario: Scenario) -> list[Claim]:
    """The claims of a scenario's own, in its order; their ids are their names."""
    return [_claim(scenario, name, one) for name, one in scenario.claims.items()]


def _claim(scenario: Scenario, name: str, one: OwnClaim) -> Claim:
    tolerance: dict[str, Any] = {"figure": one.figure, "factor": one.factor, "margin": one.margin}
    why = one.why or "as stated in the scenario"
    if one.interval:
        low, high = one.interval
        tolerance = {"figure": (low + high) / 2, "factor": 1.0, "margin": (high - low) / 2}
    return Own(
        id=name,
        source=one.source,
        says=(one.says or one.metric) + (" (held out)" if one.hold_out else ""),
        unit=one.unit,
        comparison=one.comparison,
        scenario=scenario.name,
        policy=one.arm,
        metric=one.metric,
        divided_by=one.divided_by or None,
        divided_by_policy=one.divided_by_arm,
        judged_by=one.judged_by,
        why=why,
        fitted=one.fitted or None,
        ends=list(one.interval),
        hold_out=one.hold_out,
        document=scenario.sources.get(one.source),
        **tolerance,
    )


def _source(name: str, given: OwnSource) -> Source:
    return Source(
        id=name,
        authors=given.authors or UNKNOWN,
        year=given.year or UNKNOWN,
        title=given.title or UNKNOWN,
        where=UNKNOWN,
        reason=given.note or "the scenario's own",
        tag="own",
        doi=given.doi,
        url=given.url,
    )
