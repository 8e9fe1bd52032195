"""A whole scenario as data, with the nodes that it was read from.

What can be asked of it, and how others are made of it, is in :mod:`afterban.scenario.scenario`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Literal

from pydantic import PrivateAttr

from afterban.language import documents
from afterban.language.fields import Evidence, Section, param
from afterban.language.kinds import Count, Duration, Id, Name, Path
from afterban.language.reading import Reader
from afterban.scenario.names import WHAT_IT_IS
from afterban.scenario.sections.adaptation import Adaptation, ResponseBounds
from afterban.scenario.sections.arrivals import Arrivals
from afterban.scenario.sections.audience import Audience, Exposure
from afterban.scenario.sections.calibration import Calibration
from afterban.scenario.sections.counterspeech import CounterSpeech
from afterban.scenario.sections.detection import Detection
from afterban.scenario.sections.handles import Handles
from afterban.scenario.sections.metrics import Metrics
from afterban.scenario.sections.network import Network, Tier
from afterban.scenario.sections.plan import Planning
from afterban.scenario.sections.platforms import Platform
from afterban.scenario.sections.posting import Posting
from afterban.scenario.sections.promotion import Promotion
from afterban.scenario.sections.recruitment import Recruitment
from afterban.scenario.sections.returning import Returning
from afterban.scenario.sections.review import Review
from afterban.scenario.sections.sweep import Sweep
from afterban.scenario.sections.uncertainties import OwnClaim, OwnSource, Together, Uncertainty
from afterban.sources import source_ids

SCHEMA_VERSION = 1
# What is said about values and changes none: no part of a digest, and the same in all arms.
ABOUT_VALUES = (
    *("sources", "common_ranges", "uncertainties", "correlations", "levers", "claims"),
    *("calibration", "response_bounds", "plan"),
)


class Contents(Section):
    """Everything that a scenario file says."""

    schema_version: Literal[1] = param(..., "version of this language")
    name: Name = param(..., "short name, used for folders")
    title: str = param("", "one line for headings")
    description: str = param("", "what the scenario shows and what it leaves out")
    extends: str | None = param(None, "scenario that this one changes (a shipped name or a path)")
    start: dt.date = param(..., "first day")
    horizon: Duration = param(..., "length of the simulation", unit="days")
    seed: Count = param(1, "seed of every random draw, below 2^32")
    replications: Count = param(10, "independent repetitions")
    tiers: dict[Name, Tier] = param(..., "classes of operators")
    network: Network = param(Network, "the follow graph")
    audience: Audience = param(Audience, "attachment and loss of followers")
    exposure: Exposure = param(Exposure, "from posts to impressions")
    posting: Posting = param(Posting, "when operators post")
    promotion: Promotion = param(Promotion, "promotion of new accounts")
    handles: Handles = param(Handles, "names of new accounts")
    detection: Detection = param(Detection, "how accounts are flagged")
    review: Review = param(Review, "from flag to suspension")
    returning: Returning = param(Returning, "after a suspension")
    adaptation: Adaptation | None = param(
        None, "what operators change after they have seen how they were found; nothing if left out"
    )
    platforms: dict[Name, Platform] = param(
        dict, "platforms in order of preference; the first is where everybody starts"
    )
    recruitment: Recruitment | None = param(None, "outsiders who become operators")
    arrivals: Arrivals | None = param(None, "new operators who join by themselves")
    counter_speech: CounterSpeech | None = param(None, "speech against the network")
    metrics: Metrics = param(Metrics, "what is observed")
    policies: dict[Name, dict[str, object]] = param(
        dict, "named arms: each a set of changes to the scenario; `none` is reserved"
    )
    sources: dict[Id, OwnSource] = param(
        dict, "documents and data of one's own that values and claims rest on"
    )
    common_ranges: bool = param(
        True,
        "whether the ranges of common-ranges.yaml count, beneath those that are given here; only "
        "where nothing is extended",
    )
    uncertainties: dict[Id, Uncertainty] = param(
        dict, "values that are not well known and move together, each with its range"
    )
    correlations: list[Together] = param(
        list, "uncertainties that go together; all others are independent"
    )
    levers: list[Path] = param(
        list,
        "values that somebody chooses, beside those of `detection` and `review`; `*` stands for "
        "any name or number",
    )
    claims: dict[Id, OwnClaim] = param(
        dict, "figures that a run of this scenario is held against, by name"
    )
    response_bounds: ResponseBounds | None = param(
        None, "how far operators could go: where `afterban respond` looks for the worst response"
    )
    sweep: Sweep | None = param(None, "versions of the scenario that `afterban sweep` runs")
    calibration: Calibration | None = param(
        None, "what `afterban calibrate` learns from which figures"
    )
    plan: Planning | None = param(
        None, "what `afterban plan` chooses, at which costs and within which limits"
    )

    # The nodes that the scenario was read from, and the evidence for each of its values by path.
    _root: documents.Mapping | None = PrivateAttr(None)
    _evidence: dict[str, Evidence] | None = PrivateAttr(None)
    _ends_early: bool = PrivateAttr(False)
    _reader: Any = PrivateAttr(None)  # makes the reader of its arms; None: as for files

    def adopt(
        self,
        root: documents.Mapping,
        evidence: dict[str, Evidence],
        ends_early: bool,
        reader: Callable[[], Reader],
    ) -> None:
        """Take the nodes and evidence that this was read from; for the loader."""
        self._root = root
        self._ends_early = ends_early
        self._evidence = evidence
        self._reader = reader

    @property
    def root(self) -> documents.Mapping:
        """The nodes that this was read from, defaults left out."""
        assert self._root is not None
        return self._root

    @property
    def evidence(self) -> Mapping[str, Evidence]:
        """Evidence for every value, by path; for part of a distribution where it has its own."""
        return self._evidence or {}

    @property
    def reader(self) -> Callable[[], Reader]:
        """Makes what reads the arms of this scenario."""
        return self._reader or ScenarioReader

    @property
    def ends_early(self) -> bool:
        """Whether a sweep moved its end, so that what is planned for later does not come about."""
        return self._ends_early


class ScenarioReader(Reader):
    """Reads scenarios, and whatever speaks of them."""

    whole = Contents
    reserved = WHAT_IT_IS

    def sources(self) -> frozenset[str]:
        """Ids of the documents and figures of ``sources.yaml``, and of the scenario's own."""
        return source_ids() | self.own_sources

    def unwrap(
        self, node: documents.Node, path: str, ranged: bool = False
    ) -> tuple[documents.Node | None, Evidence | None]:
        """As every reader; what is measured rests on a source of the scenario's own."""
        inner, evidence = super().unwrap(node, path, ranged)
        if evidence is not None and evidence.kind == "measured" and evidence.source in source_ids():
            assert isinstance(node, documents.Mapping)
            self.faults(
                (node.get("source") or node).place,
                f"{path}.source",
                f"`{evidence.source}` is published, and a measured value has a source of its own",
                "name one of the scenario's `sources:`, or write `kind: reported`",
            )
        return inner, evidence
