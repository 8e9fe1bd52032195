"""The page that answers a question of ``afterban report --question``, and what it rests on."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from afterban.cli import banding, output
from afterban.cli.assumptions import Ranking
from afterban.cli.progress import stages

if TYPE_CHECKING:
    from afterban.experiment.sensitivity import Sensitivity
    from afterban.experiment.weigh import Weighed
    from afterban.scenario import Scenario

PAGE = "one-page.html"


@dataclass(frozen=True)
class Asked:
    """A question, and how it is to be answered.

    what: a scenario, or the folder of a run of it.
    arms: as they were given, with commas.
    one_page: whether the page is to be made, beside the long report.
    """

    what: str
    question: str
    arms: Sequence[str]
    one_page: bool
    changes: Sequence[str]
    replications: int | None
    points: int | None
    ranking: bool
    ranking_replications: int | None
    root: Path
    engine: Any
    workers: int | None
    quiet: bool

    def scenario(self) -> Scenario:
        """The scenario that is asked about."""
        place = Path(self.what) / "manifest.json"
        if place.is_file():
            from afterban.results import read

            scenario = read(Path(self.what)).scenario
            changes = output.changes_of(self.changes)
            if self.replications is not None:
                changes["replications"] = self.replications
            return scenario.with_changes(changes) if changes else scenario
        return output.load(self.what, self.changes, None, self.replications)

    def weighed(self, scenario: Scenario) -> Weighed:
        """The answer.  Raises AfterbanError for arms that are not there."""
        from afterban.experiment import ensemble
        from afterban.experiment.weigh import chosen_arms, weigh

        names = output.names_in(self.arms)
        arms = chosen_arms(scenario, names or None)
        points = 0
        if banding.can_make(scenario, arms, self.points, self.engine):
            points = ensemble.POINTS if self.points is None else self.points

        digest = scenario.digest()
        how = Ranking(
            self.ranking, self.ranking_replications, self.engine, self.workers, self.quiet
        )

        def ranked(other: str, better: str, leave_out: Sequence[str]) -> Sensitivity | None:
            name = f"decision-{digest[:12]}-{other}-{better}.json"
            cache = self.root / scenario.name / name
            return how.between(scenario, digest, (other, better), leave_out, cache)

        with stages(self.quiet) as advance:
            return weigh(
                scenario,
                arms,
                question=self.question,
                points=points,
                ranking=ranked if self.ranking else False,
                out=self.root,
                engine=self.engine,
                workers=self.workers,
                progress=advance,
            )

    def command(self, found: Weighed) -> str:
        """What makes the page again."""
        arms = ",".join([found.other, *found.arms])
        parts = ["afterban", "report", self.what, "--compare", arms, "--one-page"]
        parts += ["--question", self.question] if self.question else []
        parts += [f"--set={one}" for one in self.changes]
        parts += ["--reps", str(self.replications)] if self.replications is not None else []
        return shlex.join(parts)


def make(asked: Asked, out: Path | None) -> dict[str, Any]:
    """Write the page and the long report behind it; where they are, and the answer."""
    from afterban.report import html
    from afterban.report.html.one_page import one_page

    scenario = asked.scenario()
    found = asked.weighed(scenario)
    target = out or asked.root / scenario.name / (PAGE if asked.one_page else "report.html")
    long = target.with_name(f"{target.stem}-appendix.html") if asked.one_page else target
    if out is None:
        target.parent.mkdir(parents=True, exist_ok=True)
    html.write(long, _long(found))
    if asked.one_page:
        html.write(target, one_page(found, long.name, asked.command(found)))
    made = {"page": str(target), "bytes": target.stat().st_size}
    if asked.one_page:
        made["appendix"] = str(long)
    return {**made, "answer": found.to_dict()}


def _long(found: Weighed) -> str:
    """The long report of what was compared, with the answer at its head."""
    from afterban.experiment import weighed_words
    from afterban.manifest import DOCUMENT_SEAL, sealed
    from afterban.report import html, numbers

    values = {
        policy: {metric: row.tolist() for metric, row in arm.items()}
        for policy, arm in found.comparison.values.items()
    }
    document = {
        **found.comparison.to_dict(),
        "resolved": found.of.resolved_yaml(),
        "values": values,
    }
    return html.page_of_numbers(
        numbers.of_comparison(sealed(document, DOCUMENT_SEAL)),
        sensitivity=found.ranked,
        no_sensitivity="" if found.ranked else "Left out, as asked (--no-sensitivity).",
        answer=(found.question, weighed_words.answer(found)),
    )
