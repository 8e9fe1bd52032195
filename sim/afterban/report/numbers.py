"""What a report is about, in one form: arms, estimates and paired differences.

A run folder has everything.  A comparison has no time series and no single replications.  A sweep
has its own page (``sweeps``).

Checked by ``tests/report/test_page.py``.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from afterban.bands import NAME as BANDS
from afterban.errors import AfterbanError, FileWarning, closest, listed
from afterban.experiment.compare import HEADLINE, differences
from afterban.experiment.difference import Difference
from afterban.experiment.identical import identical
from afterban.files import json_or_none
from afterban.manifest import DOCUMENT_SEAL, sealed
from afterban.metrics import METRICS
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT
from afterban.report import figures
from afterban.report.arms import together
from afterban.results import ACCOUNTS, Results, check, read
from afterban.scenario import Scenario
from afterban.scenario.fingerprint import former
from afterban.scenario.roles import kind_of_arm
from afterban.statistics import Estimate, bonferroni_level, paired_difference, undefined

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Numbers:
    """Arms with their estimates and differences.

    policies: in the order of tables, the twin last if it is there.
    estimates: arm -> metric -> estimate.
    differences: metric -> difference of each arm from the baseline.
    results: the run, if that is what the report is about.
    scenario: None if only its name is known.
    values: arm -> metric -> one number per replication, where they are known.
    as_shipped: of a comparison, whether its scenario comes with afterban, unchanged.
    verified: whether it was read from nothing that could have been changed unnoticed.
    bands: file in which bands of it may be kept, beside those that come with afterban.
    """

    name: str
    digest: str
    policies: tuple[str, ...]
    baseline: str
    estimates: Mapping[str, Mapping[str, Estimate]]
    differences: Mapping[str, tuple[Difference, ...]]
    replications: int
    seed: int
    engine: str
    level: float
    scenario: Scenario | None = None
    results: Results | None = None
    source: Path | None = None
    values: Mapping[str, Mapping[str, Floats]] | None = None
    as_shipped: bool = False
    verified: bool = True
    bands: Path | None = None

    @property
    def arms(self) -> tuple[str, ...]:
        """All but the twin."""
        return tuple(policy for policy in self.policies if policy != WITHOUT_ENFORCEMENT)

    @property
    def main(self) -> str:
        """The arm that sentences begin with."""
        return AS_WRITTEN if AS_WRITTEN in self.policies else self.arms[0]

    def estimate(self, metric: str, policy: str) -> Estimate:
        """The estimate of a metric in an arm; of no replications if it is undefined."""
        return self.estimates[policy].get(metric, undefined(self.level))

    def told(self, metric: str) -> bool:
        """Whether any arm but the twin has the metric."""
        return any(self.estimate(metric, policy).n for policy in self.arms)

    def difference(self, metric: str, policy: str) -> Difference | None:
        """The difference of an arm from the baseline."""
        for one in self.differences.get(metric, ()):
            if one.policy == policy:
                return one
        return None

    @cached_property
    def identical(self) -> Mapping[str, str]:
        """Arms that equal another in every draw, which is no finding, and that other one."""
        if self.values is not None:
            return identical({policy: self.values[policy] for policy in self.policies})
        rows = self.differences.get(HEADLINE, ())
        return {d.policy: self.baseline for d in rows if d.identical}

    @cached_property
    def worlds(self) -> tuple[str, ...]:
        """Arms that change the operators or their audience too: no policies of a platform."""
        if self.scenario is None:
            return ()
        return tuple(arm for arm in self.arms if kind_of_arm(self.scenario, arm) != "lever")

    @cached_property
    def choices(self) -> tuple[str, ...]:
        """Arms that a platform can choose between, each once: those that a frontier is drawn of."""
        return tuple(
            arm for arm in self.arms if arm not in self.worlds and arm not in self.identical
        )

    @cached_property
    def by_reach(self) -> tuple[str, ...]:
        """Arms from the least effective reach to the most."""
        have = [policy for policy in self.arms if self.estimate(HEADLINE, policy).n]
        return tuple(sorted(have, key=lambda policy: self.estimate(HEADLINE, policy).value))

    @cached_property
    def unclear_pairs(self) -> tuple[tuple[str, str], ...]:
        """Pairs of arms, none of them the baseline, whose effective reach is not distinguishable.

        The intervals of all pairs hold together (Bonferroni).
        """
        if self.values is None:
            return ()
        others = [policy for policy in self.by_reach if policy != self.baseline]
        pairs = [(a, b) for k, a in enumerate(others) for b in others[k + 1 :]]
        found = []
        for a, b in pairs:
            x, y = (self.values[policy][HEADLINE] for policy in (a, b))
            good = np.isfinite(x) & np.isfinite(y)
            if good.sum() < 2:
                found.append((a, b))
                continue
            e = paired_difference(x[good], y[good], bonferroni_level(self.level, len(pairs)))
            if e.low <= 0 <= e.high and not e.low == e.high == 0:
                found.append((a, b))
        return tuple(found)


def of_run(results: Results, baseline: str | None = None) -> Numbers:
    """Numbers of a run; differences from the scenario as written, or what there is."""
    policies = results.policies
    arms = [policy for policy in policies if policy != WITHOUT_ENFORCEMENT]
    if baseline is None:
        baseline = AS_WRITTEN if AS_WRITTEN in arms and len(arms) > 1 else WITHOUT_ENFORCEMENT
    if baseline not in policies:
        near = closest(baseline, policies)
        raise AfterbanError(
            f"--baseline: this run has no arm `{baseline}`; it has {listed(policies)}"
            + (f"\n  did you mean `{near}`?" if near else "")
        )
    against = [policy for policy in arms if policy != baseline]
    level = 0.95
    return Numbers(
        name=results.scenario.name,
        digest=str(results.manifest.get("digest", results.digest)),
        policies=policies,
        baseline=baseline,
        estimates={
            policy: {name: results.estimate(name, policy) for name in results.metrics}
            for policy in policies
        },
        differences=differences(results.values, against, baseline, level, closer=(HEADLINE,))
        if against
        else {},
        replications=len(results.finished),
        seed=results.scenario.seed,
        engine=str(results.manifest.get("engine", "?")),
        level=level,
        scenario=results.scenario,
        results=results,
        source=results.folder,
        bands=None if results.folder is None else results.folder.absolute().parents[1] / BANDS,
        values=results.values,
    )


def of_comparison(data: Mapping[str, Any], source: Path | None = None) -> Numbers:
    """Numbers of the document that ``afterban compare --out`` keeps and ``--json`` prints.

    A document without a digest is read with a :class:`afterban.errors.FileWarning`.  Raises
    AfterbanError if something is missing in it, or if it is not as it was written.
    """
    made = _of_comparison(data, source)
    where = source or "this document"
    if not made.verified:
        warnings.warn(
            f"{where}: this comparison cannot be verified: it has no digest "
            "(`afterban compare --out FILE` writes one)",
            FileWarning,
            stacklevel=2,
        )
    elif data[DOCUMENT_SEAL] != sealed(data, DOCUMENT_SEAL)[DOCUMENT_SEAL]:
        raise AfterbanError(
            f"{where}: this is not what `afterban compare --out` wrote: it was changed or damaged; "
            "compare again"
        )
    return made


def _of_comparison(data: Mapping[str, Any], source: Path | None) -> Numbers:
    try:
        level, baseline = float(data["level"]), str(data["baseline"])
        estimates: dict[str, dict[str, Estimate]] = {name: {} for name in data["policies"]}
        estimates[baseline] = {}
        found: dict[str, list[Difference]] = {}
        for row in data["differences"]:
            metric = str(row["metric"])
            if metric.partition(".")[0] not in METRICS:
                continue
            arm, control = _estimate(row["arm"]), _estimate(row["baseline"])
            estimates[row["policy"]][metric] = arm
            estimates[baseline].setdefault(metric, control)
            found.setdefault(metric, []).append(
                Difference(
                    policy=row["policy"],
                    baseline=baseline,
                    metric=metric,
                    arm=arm,
                    control=control,
                    estimate=_estimate(row["difference"]),
                    skipped=int(row["skipped"]),
                    needed=row["replications_needed"],
                    identical=bool(row.get("identical", False)),
                )
            )
        shipped = _shipped(data)
        arms = [name for name in (baseline, *data["policies"]) if name != WITHOUT_ENFORCEMENT]
        twin = [WITHOUT_ENFORCEMENT] if WITHOUT_ENFORCEMENT in estimates else []
        return Numbers(
            name=str(data["scenario"]),
            digest=str(data["digest"]),
            policies=tuple(dict.fromkeys([*arms, *twin])),
            baseline=baseline,
            estimates=estimates,
            differences={metric: tuple(rows) for metric, rows in found.items()},
            replications=int(data["replications"]),
            seed=int(data["seed"]),
            engine=str(data["engine"]),
            level=level,
            scenario=_kept(data) if shipped is None else shipped,
            source=source,
            values=_values(data),
            as_shipped=shipped is not None,
            verified=DOCUMENT_SEAL in data,
        )
    except AfterbanError:
        raise
    except Exception as error:  # whatever a document that was edited can lead to
        what = (
            f"it lacks `{error.args[0]}`"
            if isinstance(error, KeyError)
            else f"a value in it is of the wrong kind: {error}"
        )
        raise AfterbanError(
            f"{source or 'this document'}: this is not what `afterban compare --out` keeps; {what}"
        ) from None


def _estimate(data: Mapping[str, Any]) -> Estimate:
    value, low, high = (
        math.nan if data[key] is None else float(data[key]) for key in ("value", "low", "high")
    )
    return Estimate(value, low, high, int(data["n"]), float(data["level"]), str(data["method"]))


def _kept(data: Mapping[str, Any]) -> Scenario | None:
    """The scenario in the document, if it is there, whole, and its own."""
    text = data.get("resolved")
    if not isinstance(text, str):
        return None
    try:
        scenario = Scenario.from_text(text, "scenario.resolved.yaml")
    except AfterbanError:  # such as tables of operators that are not on this machine
        return None
    # The digest of before was of every default, too.
    return scenario if data["digest"] in (scenario.digest(), former(text)) else None


def _values(data: Mapping[str, Any]) -> dict[str, dict[str, Floats]] | None:
    """Single replications, if the document has them."""
    values = data.get("values")
    if not isinstance(values, dict):
        return None
    arms = (str(data["baseline"]), *data["policies"])
    if len({len(values[arm][HEADLINE]) for arm in arms}) > 1:
        raise ValueError("the arms have not the same number of replications")
    return {
        policy: {
            metric: np.array([math.nan if x is None else x for x in row], dtype=np.float64)
            for metric, row in arm.items()
        }
        for policy, arm in values.items()
    }


def _shipped(data: Mapping[str, Any]) -> Scenario | None:
    """The shipped scenario that a comparison was made of, if it was one of them, unchanged.

    Unchanged but for the seed and the number of replications, that is.
    """
    from afterban.scenario import shipped_names

    if data["scenario"] not in shipped_names():
        return None
    shipped = Scenario.from_yaml(data["scenario"])
    seeded = shipped.with_changes({"seed": int(data["seed"])})
    counted = seeded.with_changes({"replications": int(data["replications"])})
    for scenario in (counted, seeded):
        if scenario.digest() == data["digest"]:
            return scenario
    return None


# --- finding what is asked for --------------------------------------------------------------------


def locate(target: str, root: Path) -> Path:
    """The folder or file of a target: a path, or the name of a scenario with results in ``root``.

    Raises AfterbanError if there is none.
    """
    path = Path(target)
    if path.exists():
        return path
    folders = complete_folders(root / target) if _is_name(target) else []
    if folders:
        return folders[-1]
    if _is_name(target) and target in _known_names():
        raise AfterbanError(
            f"there are no complete results of `{target}` in {root}; "
            f"make them with `afterban run {target}`"
        )
    known = [p.name for p in root.iterdir() if complete_folders(p)] if root.is_dir() else []
    near = closest(target, known)
    raise AfterbanError(
        f"{target}: no such folder or file, and no scenario of that name has results in {root}"
        + (f"; there are results of {listed(sorted(known))}" if known else "")
        + (f"\n  did you mean `{near}`?" if near else "")
    )


def complete_folders(folder: Path) -> list[Path]:
    """Complete runs in a folder, the newest last."""
    found = []
    for manifest in folder.glob("*/manifest.json"):
        data = json_or_none(manifest)
        if isinstance(data, dict) and data.get("complete"):
            found.append((manifest.stat().st_mtime_ns, str(manifest.parent)))
    return [Path(path) for _, path in sorted(found)]


def read_document(path: Path) -> Results | dict[str, Any]:
    """A run folder, or the JSON document of a comparison.

    Raises AfterbanError if it is neither, or if a table of the run is not as it was written.
    """
    if path.is_dir():
        check(path, [ACCOUNTS])  # the page does not read it, but the folder is to be whole
        return read(path)
    data = json_or_none(path)
    if not isinstance(data, dict) or "differences" not in data:
        raise AfterbanError(
            f"{path}: this is no comparison; `afterban compare NAME --out FILE` makes one"
        )
    return data


def _is_name(target: str) -> bool:
    return "/" not in target and "\\" not in target and not target.startswith(".")


def _known_names() -> Sequence[str]:
    from afterban.scenario import shipped_names

    return shipped_names()


# --- costs, and the frontier ----------------------------------------------------------------------

# What enforcement costs, the first that can be told being the one that is drawn.
COSTS = ("paid_hours", "suspensions", "wrong_suspensions")


def costs(numbers: Numbers) -> tuple[str, ...]:
    """Costs that can be told and are not the same in all arms."""
    found = []
    for name in COSTS:
        values = [numbers.estimate(name, policy) for policy in numbers.arms]
        values = [e for e in values if e.n]
        if values and max(e.value for e in values) > 0:
            found.append(name)
    return tuple(found)


def averted(numbers: Numbers, policy: str) -> Estimate:
    """Share of the outsider impressions without enforcement that an arm averts."""
    e = numbers.estimate(HEADLINE, policy)
    return Estimate(1 - e.value, 1 - e.high, 1 - e.low, e.n, e.level, e.method)


def frontier(numbers: Numbers, cost: str) -> tuple[str, ...]:
    """Policies that no other one beats in both: more averted for no more cost, by their means.

    From the cheapest to the dearest.
    """
    points = [
        (numbers.estimate(cost, policy).value, averted(numbers, policy).value, policy)
        for policy in numbers.choices
        if numbers.estimate(cost, policy).n and numbers.estimate(HEADLINE, policy).n
    ]
    kept: list[tuple[float, float, str]] = []
    for x, y, policy in sorted(points, key=lambda point: (point[0], -point[1])):
        if not kept or y > kept[-1][1] or (x, y) == kept[-1][:2]:
            kept.append((x, y, policy))
    return tuple(policy for _, _, policy in kept)


def same_place(numbers: Numbers, cost: str) -> list[list[str]]:
    """Choices of a frontier, each with the arms that lie upon it, identical ones among them."""
    places = {}
    for arm in numbers.choices:
        one, other = numbers.estimate(cost, arm), averted(numbers, arm)
        if one.n:
            places[arm] = repr([(e.value, e.low, e.high) for e in (one, other)])
    return [
        group + [arm for arm, same in numbers.identical.items() if same in group]
        for group in together(places)
    ]


# --- break-even -----------------------------------------------------------------------------------

LEVELS = (0.75, 0.5, 0.25, 0.1)


def levels_among(means: Iterable[float]) -> tuple[float, ...]:
    """Levels of effective reach within what was observed; its middle if none of the round ones is.

    means: at each speed.
    """
    told = [one for one in means if math.isfinite(one)]
    low, high = min(told, default=0.0), max(told, default=0.0)
    middle = round((low + high) / 2, 2)
    inside = [one for one in LEVELS if low < one < high]
    return tuple(inside or ([middle] if low < middle < high else []))


def speed_dial(results: Results) -> dict[float, str]:
    """Median time to action in days -> arm, of the arms that differ in nothing else; by time."""
    speeds = figures.speed_arms(results)
    usable = {
        days: policy for policy, days in speeds.items() if 0 < days < math.inf
    }  # the scenario as written may have the same speed as one of its arms
    return dict(sorted(usable.items()))


def between_arms(results: Results) -> tuple[Any, float, float] | None:
    """Effective reach at any speed between those of the arms, replication by replication.

    Straight lines on the logarithm of time.  None with fewer than three speeds.
    """
    dial = speed_dial(results)
    if len(dial) < 3:
        return None
    logs = np.log(np.array(list(dial)))
    table = np.array([results.values[policy][HEADLINE] for policy in dial.values()])
    if not np.isfinite(table).all():
        return None

    def sample(days: float) -> Floats:
        return np.array([np.interp(math.log(days), logs, column) for column in table.T])

    return sample, min(dial), max(dial)


__all__ = [
    "COSTS",
    "LEVELS",
    "Numbers",
    "averted",
    "between_arms",
    "complete_folders",
    "costs",
    "frontier",
    "levels_among",
    "locate",
    "of_comparison",
    "of_run",
    "read_document",
    "speed_dial",
]
