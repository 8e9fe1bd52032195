"""Cited beside simulated: what the documents say, and what the simulator gives for it.

``scenarios/claims.yaml`` has one row for each comparison.  A row compares a metric of a shipped
scenario with a figure, or says why that cannot be done: what it ``needs``, or why it is
``not_comparable``.  No figure is left out, so that a missing mechanism shows as one.

That a claim holds says something only if it could have failed.  So a verdict needs the claim's
power (see ``power.py``): how often it fails where the scenario's values are drawn from their stated
ranges.

Checked by ``tests/unit/test_claims.py``.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Mappings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt
from pydantic import model_validator

from afterban.errors import AfterbanError, ScenarioErrors, closest, listed
from afterban.language.documents import Mapping, kind_of, parse, read_file, shipped_directory
from afterban.language.fields import Section, param
from afterban.language.kinds import Factor
from afterban.language.reading import Faults, Invalid, Reader
from afterban.power import Power, Powers
from afterban.results import LEVEL, Results, estimate
from afterban.scenario import Scenario
from afterban.scenario.contents import ScenarioReader
from afterban.sources import Figure, registry
from afterban.statistics import Estimate, prediction_interval

Floats: TypeAlias = npt.NDArray[np.float64]
Status: TypeAlias = Literal[
    "reproduced",
    "holds, but could not fail here",
    "holds, power not estimable",
    "holds",
    "within the band",
    "outside the band of every stated range",
    "does not hold",
    "undefined",
    "fitted",
    "needs",
    "not comparable",
    "not run",
]
STATUSES: tuple[Status, ...] = get_args(Status)  # in the order in which they are counted
HELD: frozenset[str] = frozenset(
    (
        *("reproduced", "holds, but could not fail here", "holds, power not estimable"),
        *("holds", "fitted"),
    )
)
FAILED: frozenset[str] = frozenset(
    ("within the band", "outside the band of every stated range", "does not hold")
)
JUDGED: frozenset[str] = HELD | FAILED | {"undefined"}


class Claim(Section):
    """One comparison of a published figure with a metric."""

    id: str = param(..., "name of the row: the id of the figure, with a suffix if needed")
    source: str = param(..., "id of the figure in sources.yaml")
    says: str = param(..., "what is compared, in a few words")
    figure: Factor | None = param(None, "the published number; none if there is only a word")
    unit: str = param("", "unit of the figure")
    comparison: Literal["about", "at least", "at most"] = param(
        "about", "whether the document gives the number itself or a bound"
    )
    scenario: str | None = param(None, "shipped scenario that exercises it")
    policy: str = param("base", "arm of that scenario")
    metric: str | None = param(None, "metric that is compared with the figure")
    divided_by: str | None = param(None, "metric that the first one is divided by")
    # No `str | None`: of such a one `none`, which is an arm, would be read as nothing.
    divided_by_policy: str = param(
        "", "arm of the metric that it is divided by; the same arm if left out"
    )
    judged_by: Literal["mean", "spread"] = param(
        "mean",
        "whether the mean over replications is the figure's match, or one replication is: a figure "
        "of a single account is one draw",
    )
    factor: Factor = param(1.0, "tolerance: how many times more or less still counts as the figure")
    margin: Factor = param(0.0, "tolerance in the unit of the figure, for figures at or near 0")
    why: str = param("", "why that tolerance")
    fitted: str | None = param(None, "parameter that was fitted to this figure, if one was")
    holds: bool = param(False, "whether it held when last recorded")
    needs: str | None = param(None, "mechanism that is missing")
    not_comparable: str | None = param(None, "why the figure cannot be compared at all")

    @model_validator(mode="after")
    def _is_one_kind_of_row(self) -> Claim:
        ways = {
            "metric": self.metric,
            "needs": self.needs,
            "not_comparable": self.not_comparable,
        }
        given = [name for name, value in ways.items() if value is not None]
        if len(given) != 1:
            raise ValueError(
                f"{listed(given) or 'nothing'} is given; write one of {listed(ways, 'or')}"
            )
        if self.metric is not None:
            missing = [n for n in ("scenario", "figure") if getattr(self, n) is None]
            if missing:
                raise ValueError(
                    f"{listed(missing)} is missing; a metric is compared with a figure"
                )
            if not self.why:
                raise ValueError("`why` is missing; say why the tolerance is what it is")
            if self.factor < 1:
                raise ValueError("the factor is below 1; write 1 for none, or more")
        return self

    @property
    def is_own(self) -> bool:
        """Whether the scenario makes it itself, so that it counts whatever the scenario is."""
        return False

    @property
    def cited(self) -> str:
        """The figure for people."""
        if self.figure is None:
            return "-"
        sign = {"about": "", "at least": "≥ ", "at most": "≤ "}[self.comparison]
        text = f"{self.figure:,.6g}" if self.figure < 1e6 else f"{self.figure:,.0f}"
        return f"{sign}{text}{' ' + self.unit if self.unit else ''}"

    @property
    def published(self) -> Figure:
        """The figure, its document and locator."""
        return registry().figures[self.source]

    @property
    def tolerance(self) -> tuple[float, float]:
        """The least and the largest value that count as the figure; of a bound, one is infinite."""
        assert self.figure is not None
        low = self.figure / self.factor - self.margin
        high = self.figure * self.factor + self.margin
        return (
            -math.inf if self.comparison == "at most" else low,
            math.inf if self.comparison == "at least" else high,
        )

    def within(self, value: float) -> bool:
        """Whether a simulated value counts as the figure."""
        low, high = self.tolerance
        return low <= value <= high

    def meets(self, least: float, largest: float) -> bool:
        """Whether a range of simulated values has one in it that counts as the figure."""
        low, high = self.tolerance
        return least <= high and largest >= low

    def estimate(self, values: npt.ArrayLike) -> Estimate:
        """What is simulated, from one value for each replication; NaN where it did not happen.

        The interval is that of the mean, or of one more replication if it is judged by the spread:
        by ratios where all values are positive, since such a figure is known by its magnitude.
        """
        told = np.asarray(values, dtype=np.float64)
        told = told[np.isfinite(told)]
        if self.judged_by == "mean" or not len(told):
            return estimate(told)
        return prediction_interval(told, LEVEL, log=bool((told > 0).all()))

    def holds_at(self, e: Estimate) -> bool:
        """Whether what is simulated counts as the figure.

        Judged by the spread, it does if one replication can: only a figure that lies out of reach
        of every account speaks against the model.
        """
        if self.judged_by == "mean" or math.isnan(e.low):
            return self.within(e.value)
        return self.meets(e.low, e.high)

    def told_at(self, e: Estimate) -> bool | None:
        """Whether it is told that the claim holds, or that it does not; None if it is neither.

        The interval of a mean tells where it lies wholly inside the tolerance or wholly outside.
        That of one replication is no doubt about where it lies: it either reaches the tolerance or
        does not.
        """
        if math.isnan(e.low):
            return None
        if not self.meets(e.low, e.high):
            return False
        inside = self.within(e.low) and self.within(e.high)
        return True if inside or self.judged_by == "spread" else None

    def digest(self) -> str:
        """Of what is compared with what: all that decides at which points the claim holds."""
        names = (
            *("figure", "comparison", "scenario", "policy", "metric", "divided_by"),
            *("divided_by_policy", "judged_by", "factor", "margin"),
        )
        text = json.dumps([getattr(self, name) for name in names])
        return hashlib.sha256(text.encode()).hexdigest()[:12]


class ClaimsFile(Section):
    """The whole file."""

    schema_version: Literal[1] = param(..., "version of this language")
    claims: list[Claim] = param(list, "the rows")


@dataclass(frozen=True)
class Verdict:
    """What became of a claim.

    counts: whether this run may break a claim: the scenario is as shipped (whatever the seed and
        the number of replications) and was not interrupted.
    stale: what a power that is out of date was measured with; "" if there is none.
    """

    claim: Claim
    status: Status
    text: str
    simulated: Estimate | None = None
    counts: bool = True
    power: Power | None = None
    stale: str = ""

    @property
    def held(self) -> bool:
        """Whether what is simulated counts as the figure."""
        return self.status in HELD

    @property
    def broke(self) -> bool:
        """Whether a claim that held before does not hold any more."""
        failed = self.status in FAILED or self.status == "undefined"
        return self.counts and self.claim.holds and failed

    def data(self) -> dict[str, Any]:
        """The verdict for JSON."""
        claim, e, power = self.claim, self.simulated, self.power
        published = claim.published
        return {
            "id": claim.id,
            "document": published.source.id,
            "locator": published.locator,
            "quotation": published.says,
            "says": claim.says,
            "figure": claim.figure,
            "comparison": claim.comparison,
            "unit": claim.unit,
            "scenario": claim.scenario,
            "policy": claim.policy,
            "metric": claim.metric,
            "tolerance": {"factor": claim.factor, "margin": claim.margin, "why": claim.why},
            "fitted": claim.fitted,
            "judged_by": claim.judged_by,
            "power": None
            if power is None
            else {
                "power": power.share,
                "points": power.points,
                "told": power.told,
                "fails": power.fails,
                "lowest": power.lowest if math.isfinite(power.lowest) else None,
                "highest": power.highest if math.isfinite(power.highest) else None,
                "replications": power.replications,
            },
            "simulated": None
            if e is None
            else {"estimate": e.value, "low": e.low, "high": e.high, "level": e.level, "n": e.n},
            "status": self.status,
            "verdict": self.text,
            "held_before": claim.holds,
            "counts": self.counts,
        }


def shipped_claims() -> Path:
    """The claims file that comes with the program."""
    return shipped_directory() / "claims.yaml"


def load(path: Path | None = None) -> list[Claim]:
    """Read the claims.  Raises ScenarioErrors with every fault, in the order of the lines."""
    path = shipped_claims() if path is None else path
    if path == shipped_claims() and not path.exists():
        return []
    return loads(read_file(path, str(path)), str(path))


def loads(content: str, file: str = "<text>") -> list[Claim]:
    """Read claims from text."""
    root, more = parse(content, file)
    if not isinstance(root, Mapping):
        error = root.place.error("", f"{kind_of(root)} is found", "write `claims:` and a list")
        raise ScenarioErrors([error])
    reader = ScenarioReader()
    made = reader.section(ClaimsFile, root, "")
    if isinstance(made, Invalid):
        reader.faults.raise_any(more)
        raise AssertionError("a section that could not be read has a fault")
    _check(made.claims, reader, root)
    reader.faults.raise_any(more)
    claims: list[Claim] = made.claims
    return claims


def _check(claims: Sequence[Claim], reader: Reader, root: Mapping) -> None:
    """Names that must be known elsewhere: figures, scenarios, metrics; ids that must differ."""
    from afterban.metrics import METRICS, metric_of
    from afterban.scenario import shipped_names

    figures = registry().figures
    seen: set[str] = set()
    for k, claim in enumerate(claims):
        at = f"claims[{k}]"

        def fault(
            key: str, found: str, allowed: str, hint: str | None = None, at: str = at
        ) -> None:
            place = reader.place(f"{at}.{key}", root.place)
            faults: Faults = reader.faults
            faults(place, f"{at}.{key}", found, allowed, hint)

        if claim.id in seen:
            fault("id", f"the id `{claim.id}` occurs twice", "give each row an id of its own")
        seen.add(claim.id)
        if claim.source not in figures:
            near = closest(claim.source, figures)
            fault("source", f"`{claim.source}` is no figure", "write an id of sources.yaml", near)
        names = shipped_names()
        if claim.scenario is not None and claim.scenario not in names:
            fault(
                "scenario",
                f"no shipped scenario has the name `{claim.scenario}`",
                f"the shipped ones are {listed(names)}",
                closest(claim.scenario, names),
            )
        for key in ("metric", "divided_by"):
            metric = getattr(claim, key)
            if metric is None:
                continue
            try:
                metric_of(metric)
            except KeyError:
                base = metric.partition(".")[0]
                allowed = "see the list in summary.csv of any run"
                if base in METRICS:
                    allowed = f"`{base}` is not reported by tier or platform"
                fault(key, f"`{metric}` is no metric", allowed, closest(base, METRICS))


# --- verdicts -------------------------------------------------------------------------------------


def judge(claims: Iterable[Claim], results: Results, powers: Powers | None = None) -> list[Verdict]:
    """Verdicts on the claims about a scenario, from a run of it.

    powers: of these claims in this scenario (``experiment.ensemble.powers_of``); without them it is
        told what holds, and not whether it could have failed.
    """
    mine = [claim for claim in claims if claim.scenario == results.scenario.name]
    if not mine:
        return []
    shipped = results.complete and results.as_shipped and is_as_shipped(results.scenario)
    return [
        _judged(claim, results, results.complete if claim.is_own else shipped, powers or Powers())
        for claim in mine
    ]


def without_run(claim: Claim) -> Verdict:
    """The verdict on a claim for which no run is at hand."""
    if claim.needs is not None:
        return Verdict(claim, "needs", f"needs {claim.needs}")
    if claim.not_comparable is not None:
        return Verdict(claim, "not comparable", f"not comparable: {claim.not_comparable}")
    return Verdict(claim, "not run", "not run")


def is_as_shipped(scenario: Scenario) -> bool:
    """Whether a scenario is a shipped one, unchanged but for seed and replications."""
    from afterban.scenario import shipped_names

    if scenario.name not in shipped_names():
        return False
    shipped = type(scenario).from_yaml(scenario.name)
    same = {"seed": shipped.seed, "replications": shipped.replications}
    return scenario.with_changes(same).digest() == shipped.digest()


def by_replication(claim: Claim, values: Mappings[str, Mappings[str, Any]]) -> Floats | None:
    """What is simulated for the figure in each replication; None if an arm or metric is not there.

    values: by arm and metric, one number for each replication.
    """
    try:
        told = np.asarray(values[claim.policy][claim.metric or ""], dtype=np.float64)
        if claim.divided_by is None:
            return told
        other = values[claim.divided_by_policy or claim.policy][claim.divided_by]
    except KeyError:
        return None
    by = np.asarray(other, dtype=np.float64)
    found: Floats = np.divide(told, by, out=np.full(len(told), np.nan), where=by != 0)
    return found


def simulated(claim: Claim, results: Results) -> Estimate | None:
    """What the run gives for the figure; None if the arm or metric is not in it."""
    each = by_replication(claim, results.values)
    return None if each is None else claim.estimate(each)


def _judged(claim: Claim, results: Results, counts: bool, powers: Powers) -> Verdict:
    if claim.metric is None:
        return without_run(claim)
    e = simulated(claim, results)
    if e is None:
        return Verdict(claim, "not run", "this arm or tier is not in the run", None, counts)
    power, why = powers.known.get(claim.id), powers.stale.get(claim.id, "")
    n = len(results.finished)
    whole = "run in full" if claim.is_own else "the shipped scenario in full"
    note = "" if counts else f" (not {whole}, so it does not count)"
    if e.n < n:
        note = f"; it happened in {e.n} of {n} replications{note}"
    if claim.judged_by == "spread":
        note = f"; the interval is of one replication{note}"
    if e.n <= n / 2:
        # The mean of the few replications in which it happened would say nothing of the others.
        none = "" if e.n else " (no observations)"
        return Verdict(claim, "undefined", f"undefined{none}{note}", e, counts, power, why)
    if claim.holds_at(e):
        if claim.judged_by == "mean" and not math.isnan(e.low) and claim.told_at(e) is None:
            note = f", but its interval reaches beyond the tolerance{note}"
        status, text = _held(claim, power)
    else:
        status, text = _failed(claim, e, power)
    if why:
        note = f"; its power was measured with {why}{note}"
    return Verdict(claim, status, text + note, e, counts, power, why)


def _held(claim: Claim, power: Power | None) -> tuple[Status, str]:
    """Status and text of a claim that holds."""
    if claim.fitted is not None:
        more = "" if power is None else f"; {power.words()}"
        return "fitted", f"fitted ({claim.fitted}){more}"
    if power is None:
        return "holds", "holds"
    status: Status = "holds, power not estimable"
    if power.could_fail is not None:
        status = "reproduced" if power.could_fail else "holds, but could not fail here"
    return status, f"{status} ({power.words()})"


def _failed(claim: Claim, e: Estimate, power: Power | None) -> tuple[Status, str]:
    """Status and text of a claim that does not hold: is its figure anywhere in the band?"""
    how_far = _how_far(claim, e.value)
    if power is None or math.isnan(power.lowest):
        return "does not hold", f"does not hold: {how_far}"
    low, high = min(power.lowest, e.value), max(power.highest, e.value)
    status: Status = "outside the band of every stated range"
    if claim.meets(low, high):
        status = "within the band"
    return status, f"{status} ({low:,.3g} to {high:,.3g}): {how_far}; {power.words()}"


def counted(verdicts: Iterable[Verdict]) -> list[tuple[int, str]]:
    """How many verdicts there are of each status, in words that fit the number."""
    counts = Counter(verdict.status for verdict in verdicts)
    return [
        (counts[status], _plural(status, counts[status])) for status in STATUSES if counts[status]
    ]


def _plural(status: str, count: int) -> str:
    if count == 1:
        return status
    for one, many in (("holds", "hold"), ("does not", "do not"), ("needs", "need")):
        if status.startswith(one):
            return many + status.removeprefix(one)
    return status


def _how_far(claim: Claim, value: float) -> str:
    assert claim.figure is not None
    if claim.figure == 0 or value == 0:
        unit = f" {claim.unit}" if claim.unit else ""
        return f"off by {abs(value - claim.figure):.3g}{unit}"
    ratio = value / claim.figure
    if ratio >= 1:
        return f"off by a factor of {ratio:.3g} (too high)"
    return f"off by a factor of {1 / ratio:.3g} (too low)"


# --- recording ------------------------------------------------------------------------------------


def record(verdicts: Iterable[Verdict], path: Path | None = None) -> list[str]:
    """Write into the claims file which claims hold now; returns the ids whose record changed.

    Only verdicts that count are recorded, and only the lines ``holds:`` change.  Raises
    AfterbanError if a row has no such line to change.
    """
    path = shipped_claims() if path is None else path
    held = {
        verdict.claim.id: verdict.held
        for verdict in verdicts
        if verdict.counts and verdict.status in JUDGED
    }
    content = path.read_text(encoding="utf-8")
    root, _ = parse(content, str(path))
    lines = content.split("\n")
    changed: list[str] = []
    rows = root.get("claims") if isinstance(root, Mapping) else None
    for row in getattr(rows, "items", ()):
        id_ = getattr(row.get("id"), "value", None)
        if id_ not in held:
            continue
        word = "true" if held[id_] else "false"
        node = row.get("holds")
        if node is None:
            if not held[id_]:
                continue
            raise AfterbanError(f"{path}: {id_} has no line `holds:`; add `holds: false` to it")
        if node.value == word:
            continue
        line, column = node.place.line, node.place.column
        lines[line] = lines[line][:column] + word + lines[line][column + len(node.value) :]
        changed.append(id_)
    if changed:
        temporary = path.with_name(f".{path.name}.tmp")
        temporary.write_text("\n".join(lines), encoding="utf-8")
        temporary.replace(path)
    return changed
