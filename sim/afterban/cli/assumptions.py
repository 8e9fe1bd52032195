"""How ``afterban report`` has assumptions ranked, and where that is kept.

Checked by ``tests/report/test_page.py`` and ``tests/report/test_sweep_page.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from afterban.cli.keeping import keep, kept
from afterban.cli.progress import progress

if TYPE_CHECKING:
    from afterban.experiment.sensitivity import Sensitivity
    from afterban.report.numbers import Numbers
    from afterban.report.sweeps import Swept
    from afterban.results import Results
    from afterban.scenario import Scenario

CACHE = "sensitivity.json"


@dataclass(frozen=True)
class Ranking:
    """How assumptions are to be ranked; each function gives the ranking, or why there is none."""

    wanted: bool
    replications: int | None
    engine: Any
    workers: int | None
    quiet: bool

    def of_run(self, found: Numbers, results: Results) -> tuple[Sensitivity | None, str]:
        """Of a run; where its arms are a dial of speeds, speed is no assumption."""
        from afterban.report import numbers

        return self._rank(
            results.scenario,
            results.digest,
            found.main,
            _rival(found),
            found.estimate("suspensions", found.main).value > 0,
            ["time-to-action"] if len(numbers.speed_dial(results)) >= 3 else [],
            None if results.folder is None else results.folder / CACHE,
        )

    def of_comparison(self, found: Numbers) -> tuple[Sensitivity | None, str]:
        """Of a comparison, if the scenario that it was made of is known."""
        if found.scenario is None or found.source is None:
            return None, (
                "The scenario is not in the file of this comparison, so its assumptions cannot be "
                "ranked; `afterban compare … --out FILE` keeps it."
            )
        return self._rank(
            found.scenario,
            found.digest,
            found.main,
            _rival(found),
            found.estimate("suspensions", found.main).value > 0,
            [],
            found.source.with_suffix(f".{CACHE}"),
        )

    def of_sweep(self, swept: Swept) -> tuple[Sensitivity | None, str]:
        """Of the scenario that was varied, but for the values that were."""
        from afterban.experiment import sensitivity as ranking

        def varied(path: str) -> bool:
            return any(
                one == path or one.startswith(f"{path}.") or path.startswith(f"{one}.")
                for one in swept.paths
            )

        arms = swept.values[swept.main]
        suspended = "suspensions" in arms and bool((arms["suspensions"] > 0).any())
        return self._rank(
            swept.scenario,
            swept.scenario.digest(),
            swept.main,
            None,
            suspended,
            [
                one.name
                for one in ranking.assumptions_of(swept.scenario)
                if any(map(varied, one.changes(swept.scenario, one.low) or {}))
            ],
            swept.source / CACHE,
        )

    def _rank(
        self,
        scenario: Scenario,
        digest: str,
        main: str,
        other: str | None,
        suspended: bool,
        leave_out: list[str],
        cache: Path | None,
    ) -> tuple[Sensitivity | None, str]:
        if not self.wanted:
            return None, "Left out, as asked (--no-sensitivity)."
        if not suspended:
            return None, "Nobody is suspended here, so no assumption changes effective reach."
        arms = (main, other)
        return self.between(scenario, digest, arms, leave_out, cache), ""

    def between(
        self,
        scenario: Scenario,
        digest: str,
        arms: tuple[str, str | None],
        leave_out: Sequence[str],
        cache: Path | None,
    ) -> Sensitivity:
        """The ranking by what moves an arm, or two and their difference: kept, or made and kept.

        digest: of what it is about.  cache: file in which it is kept; None if it is not.
        """
        from afterban.core.code import source_digest
        from afterban.experiment import sensitivity as ranking

        policy, other = arms
        count = self.replications or ranking.REPLICATIONS
        asked = {
            "results": digest,
            "code": source_digest(),
            "policy": policy,
            "other": other,
            "replications": count,
            "operators": ranking.OPERATORS,
            "leave_out": list(leave_out),
            "assumptions": [
                [one.name, one.label, one.low, one.high] for one in ranking.assumptions_of(scenario)
            ],
        }
        known = kept(cache, asked, ranking.Sensitivity.from_dict)
        if known is not None:
            return known
        with progress("assumptions", self.quiet, "runs") as advance:
            ranked = ranking.rank(
                scenario,
                policy=policy,
                other=other,
                replications=count,
                leave_out=leave_out,
                engine=self.engine,
                workers=self.workers,
                progress=advance,
            )
        if cache is not None:
            cache.parent.mkdir(parents=True, exist_ok=True)
        keep(cache, asked, ranked.to_dict(), "the ranking", self.quiet)
        return ranked


def _rival(found: Numbers) -> str | None:
    """The arm with the least effective reach beside the one that sentences are about."""
    others = [arm for arm in found.by_reach if arm != found.main and arm not in found.identical]
    return others[0] if others else None
