"""What pictures and sentences read of the answers that they are about.

An answer draws itself, so its file needs that of its picture; that the picture needs the answer's
as well would be a circle.  So what it reads stands here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from afterban.experiment.contribution import Contribution
from afterban.experiment.difference import Difference
from afterban.experiment.indices import Method, Response
from afterban.experiment.learnt import Known, Prediction, Settings
from afterban.experiment.posterior import Weighted
from afterban.experiment.unknowns import Unknown
from afterban.logs.estimates import Quantity
from afterban.logs.record import Log
from afterban.logs.results import Found
from afterban.scenario import Scenario
from afterban.statistics import Estimate

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


class OfScenario(Protocol):
    """An answer about a scenario."""

    @property
    def scenario(self) -> str:
        """Its name."""


class OfArm(OfScenario, Protocol):
    """An answer about one arm of a scenario."""

    @property
    def policy(self) -> str:
        """The arm."""


class Judgement(OfScenario, Protocol):
    """An answer that judges arms by a metric."""

    @property
    def digest(self) -> str:
        """Of the scenario."""

    @property
    def seed(self) -> int:
        """Of all draws."""

    @property
    def level(self) -> float:
        """Of intervals; those that are compared hold together."""

    @property
    def metric(self) -> str:
        """That it is about."""


class Arm(Protocol):
    """An arm that was judged."""

    @property
    def arm(self) -> str:
        """Its name."""


class Answered(Protocol):
    """What an arm comes to under one response of the operators."""

    @property
    def value(self) -> Estimate:
        """Of the metric, over draws."""

    @property
    def band(self) -> tuple[float, float, float] | None:
        """5, 50 and 95 % over the points."""


class Responder(Arm, Protocol):
    """An arm that is judged under each kind of response."""

    def under(self, kind: str) -> Answered:
        """Its judgement under ``none``, ``stated`` or ``worst``."""


class Responses(Judgement, Protocol):
    """An answer of :func:`afterban.experiment.responses.respond`."""

    @property
    def draws(self) -> int:
        """Replications of the scenario as written."""

    @property
    def points(self) -> int:
        """Over the stated ranges; 0 for none."""

    @property
    def arms(self) -> Sequence[Responder]:
        """The arms, judged."""


class Comparison(Judgement, Protocol):
    """An answer of :func:`afterban.experiment.compare.compare`."""

    @property
    def baseline(self) -> str:
        """The arm that the others are held against."""

    @property
    def headline(self) -> Sequence[Difference]:
        """The difference of each arm in the metric."""


class Happening(Protocol):
    """An event at which two runs part, in one of them."""

    @property
    def day(self) -> float:
        """After the scenario's first."""

    @property
    def event(self) -> str:
        """What happens, in words."""


class Divergence(Protocol):
    """An answer of :func:`afterban.experiment.diverge.diff`."""

    @property
    def names(self) -> tuple[str, str]:
        """Of the two runs."""

    @property
    def events(self) -> int:
        """That are the same in both."""

    @property
    def first(self) -> Sequence[Happening | None]:
        """What happens next in each; None for nothing more."""

    @property
    def earlier(self) -> int | None:
        """Which of the two is the event that sets them apart; None if none does."""


class Ablation(OfArm, Protocol):
    """An answer of :func:`afterban.experiment.ablate.ablate`."""

    @property
    def metric(self) -> str:
        """To which parts contribute."""

    @property
    def pressures(self) -> tuple[float, ...]:
        """Factors on every hazard of discovery."""

    @property
    def contributions(self) -> tuple[Contribution, ...]:
        """Of each part at each pressure."""

    def at(self, part: str, pressure: float = 1.0) -> Contribution:
        """The contribution of one part at one pressure."""


class Theory(Protocol):
    """What queue theory gives for a number of reviewers."""

    @property
    def load(self) -> float:
        """Reviewers that the work would keep busy around the clock."""

    @property
    def median(self) -> float:
        """Time in the system, days."""

    @property
    def shifts(self) -> bool:
        """Whether there are fewer at some hours."""


class Staffing(Protocol):
    """How one roster does, of :func:`afterban.experiment.capacity.reviewers_needed`."""

    @property
    def policy(self) -> str:
        """The arm."""

    @property
    def target(self) -> float:
        """Time to action that was asked for, days."""

    @property
    def share(self) -> float:
        """Of accounts that it is asked for."""

    @property
    def promise(self) -> object:
        """Both, in words."""

    @property
    def reviewers(self) -> int:
        """Fewest with which the mean keeps it."""

    @property
    def low(self) -> int:
        """Lower end of their interval."""

    @property
    def high(self) -> int | None:
        """Upper end; None if none that was tried is enough."""

    @property
    def n(self) -> int:
        """Replications."""

    @property
    def theory(self) -> Mapping[int, Theory]:
        """By number of reviewers."""

    @property
    def details(self) -> Mapping[int, object]:
        """What was simulated (``capacity.Look``), by number of reviewers."""


class Extinctions(OfArm, Protocol):
    """An answer of :func:`afterban.experiment.extinction.extinctions`."""

    @property
    def tier(self) -> str:
        """That dies out."""

    @property
    def beside(self) -> str:
        """The tier that is shown beside it."""

    @property
    def start(self) -> dt.date:
        """First day."""

    @property
    def days(self) -> Floats:
        """Day from which on no account is public, inf if never ``[replications]``."""

    @property
    def grid(self) -> Floats:
        """Days of the series ``[days]``."""

    @property
    def live(self) -> Floats:
        """Public accounts of the tier ``[replications, days]``."""

    @property
    def others(self) -> Floats:
        """Those of the other tier ``[replications, days]``."""

    @property
    def happened(self) -> Estimate:
        """Share of replications in which it died out."""


class PhaseDiagram(OfScenario, Protocol):
    """An answer of :func:`afterban.experiment.phase.phase_diagram`."""

    @property
    def operators(self) -> int:
        """All alike."""

    @property
    def n(self) -> int:
        """Replications of a cell."""

    @property
    def times(self) -> Floats:
        """Mean time to action, days ``[T]``."""

    @property
    def strengths(self) -> Floats:
        """Of promotion ``[S]``."""

    @property
    def simulated(self) -> Floats:
        """Attached share ``[segment, S, T]``."""

    @property
    def theory(self) -> Floats:
        """The same by theory ``[segment, S, T]``."""

    @property
    def threshold(self) -> Floats:
        """Time to action below which promotion alone keeps nobody, days ``[S]``."""

    @property
    def crossover(self) -> Floats:
        """Time to action of the steepest change, days ``[segment, S]``."""

    @property
    def refollow(self) -> Floats:
        """Hazard of coming back by themselves, per day ``[segment]``."""


class Exploration(OfScenario, Protocol):
    """An answer of :func:`afterban.experiment.explore.explore`."""

    @property
    def metric(self) -> str:
        """That arms are judged by."""

    @property
    def method(self) -> Method:
        """Of sensitivity."""

    @property
    def replications(self) -> int:
        """Of each point."""

    @property
    def operators(self) -> int:
        """Of the network that was run."""

    @property
    def pair(self) -> tuple[str, str]:
        """The two arms whose difference is followed."""

    @property
    def arms(self) -> Sequence[Arm]:
        """What was found of each; the first is the one whose level is followed."""

    @property
    def responses(self) -> tuple[Response, ...]:
        """What assumptions move; the last is which arm is best."""

    def response(self, what: str) -> Response:
        """Indices of ``level``, ``difference`` or ``best``.  Raises KeyError if there are none."""

    def label_of(self, name: str) -> str:
        """An assumption, or the group of all others, for people."""


class Calibrated(Protocol):
    """A calibration that was run by :class:`afterban.experiment.calibrate.Calibration`."""

    @property
    def scenario(self) -> Scenario:
        """With the figures that it was calibrated to."""

    @property
    def settings(self) -> Settings:
        """Sizes."""

    @property
    def unknowns(self) -> tuple[Unknown, ...]:
        """What was to be learnt."""

    @property
    def known(self) -> tuple[Known, ...]:
        """What is known of each unknown."""

    @property
    def weighted(self) -> Weighted:
        """The posterior in prior units."""

    @property
    def predictions(self) -> tuple[Prediction, ...]:
        """What it says of each figure, targets first."""


class Checked(OfScenario, Protocol):
    """A proof of a calibration, of :func:`afterban.experiment.calibration_check.check`."""

    @property
    def names(self) -> tuple[str, ...]:
        """Of the unknowns."""

    @property
    def simulations(self) -> int:
        """Of the table."""

    @property
    def ranks(self) -> Integers:
        """Of truths among draws of their posteriors ``[truths, unknowns]``."""

    @property
    def counts(self) -> Integers:
        """Ranks in equal bins ``[bins, unknowns]``."""

    @property
    def p_values(self) -> Floats:
        """Of a test that ranks are uniform ``[unknowns]``."""


class OverDrawsRow(Protocol):
    """One metric in one arm over draws, or its difference from another arm."""

    @property
    def arm(self) -> str:
        """The arm."""

    @property
    def against(self) -> str:
        """The arm that is subtracted, "" for none."""

    @property
    def mean(self) -> float:
        """Over draws, each with its mean over replications."""

    @property
    def low(self) -> float:
        """5 % point of these means."""

    @property
    def high(self) -> float:
        """95 % point of these means."""

    @property
    def chance(self) -> float:
        """Standard deviation of a replication at one draw."""


class OverDraws(OfScenario, Protocol):
    """An answer of :func:`afterban.experiment.over_draws.over_draws`."""

    @property
    def draws(self) -> int:
        """How many there are."""

    @property
    def replications(self) -> int:
        """Of each draw."""

    def rows(self, metrics: Sequence[str] | None = None) -> Sequence[OverDrawsRow]:
        """A row a metric and arm, and one for each difference from the first arm."""


class Fit(Protocol):
    """An answer of :func:`afterban.logs.fit.fit`."""

    @property
    def log(self) -> Log:
        """That was fitted."""

    @property
    def found(self) -> Found:
        """Every estimate, with what it was made from."""

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """Every estimate, in the order of a table."""

    @property
    def months(self) -> int:
        """Held out."""

    @property
    def draws_made(self) -> int:
        """Of the bootstrap."""

    def words(self) -> list[str]:
        """The answer in sentences, the most important first."""


class Removed(Protocol):
    """One ranking at one share of the accounts."""

    @property
    def ranking(self) -> str:
        """Its name."""

    @property
    def share(self) -> float:
        """Of the accounts that are removed."""

    @property
    def left(self) -> Estimate:
        """Of the impressions without the campaign."""


class Rankings(Protocol):
    """An answer of :func:`afterban.experiment.ranking.ranking`."""

    @property
    def rows(self) -> Sequence[Removed]:
        """A row for each ranking and share."""

    @property
    def telling(self) -> float:
        """The share at which rankings are furthest from the best."""

    def at(self, ranking: str, share: float) -> Removed:
        """One ranking at one share."""


class TradeOff(Protocol):
    """What measures are called, and the two whose trade-off is told."""

    @property
    def frontier(self) -> tuple[str, str]:
        """Two measures."""

    def label(self, name: str) -> str:
        """A measure for people."""

    def amount(self, name: str, value: float, difference: bool = False) -> str:
        """A value of a measure with its unit."""


class PlannedMix(Protocol):
    """A mix of levers, and what came of it."""

    @property
    def name(self) -> str:
        """In words."""

    @property
    def values(self) -> Mapping[str, str]:
        """The choice of each lever."""

    @property
    def means(self) -> Mapping[str, float]:
        """Of each measure over the points."""

    @property
    def more(self) -> Mapping[str, Estimate]:
        """Of each measure, how much more it is than as written."""

    @property
    def keeps(self) -> bool:
        """Whether it keeps the limits."""

    @property
    def efficient(self) -> bool:
        """Whether it is of the trade-off."""


class Planned(OfScenario, Protocol):
    """An answer of :func:`afterban.experiment.plan.plan`."""

    @property
    def measures(self) -> TradeOff:
        """What is measured."""

    @property
    def points(self) -> int:
        """Of what is not known."""

    @property
    def operators(self) -> int:
        """Of the network that was run."""

    @property
    def feasible(self) -> bool:
        """Whether there is a mix that keeps the limits."""

    @property
    def mixes(self) -> Sequence[PlannedMix]:
        """The best first."""

    @property
    def best(self) -> PlannedMix:
        """The best mix."""

    @property
    def runner_up(self) -> PlannedMix | None:
        """The next best that keeps the limits."""

    @property
    def as_written(self) -> PlannedMix:
        """The scenario as it is."""

    @property
    def frontier(self) -> Sequence[PlannedMix]:
        """The mixes of the trade-off, by the first of its two."""
