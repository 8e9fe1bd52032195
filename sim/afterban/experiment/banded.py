"""What the stated ranges leave of the headline: a question of its own, ``afterban band``.

Checked by ``tests/experiment/test_ensemble.py`` and ``tests/cli/test_band.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from afterban import bands
from afterban.bands import Band
from afterban.engines import EngineName
from afterban.errors import AfterbanError
from afterban.experiment import ensemble
from afterban.experiment.answer import Answer
from afterban.experiment.compare import HEADLINE, check_metric
from afterban.experiment.own_powers import keep_own_powers
from afterban.experiment.questions import known_arm
from afterban.experiment.sizing import size_of
from afterban.experiment.sweep import Forecast
from afterban.experiment.wording import label
from afterban.own_claims import own_claims
from afterban.parameters import WITHOUT_ENFORCEMENT
from afterban.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from afterban.report.figures import Figure


@dataclass(frozen=True)
class Banded(Answer):
    """What the stated ranges of the assumptions leave of the headline.

    bands: of each metric under each arm, and of the differences of arms.
    path: file in which they are kept, for the runs beside it.
    """

    scenario: str
    bands: tuple[Band, ...]
    path: Path

    def words(self) -> list[str]:
        """A sentence for each arm, and each difference of two, in effective reach."""
        said = []
        for one in self.of(HEADLINE):
            name = label(one.key.metric)
            what = f"{name} under {one.key.arm}"
            if one.key.against:
                what = f"{name} under {one.key.arm} less that under {one.key.against}"
            if not one.told:
                said.append(f"{what} is undefined at all {one.points} points.")
                continue
            text = f"{what} is {one.middle:.3g} ({one.low:.3g} to {one.high:.3g}) over "
            text += f"{one.told} points of the stated ranges"
            if one.key.against:
                text += f", {'above' if one.more > one.less else 'below'} zero at "
                text += f"{one.same_sign:.0%} of them"
            said.append(f"{text}.")
        return said

    def of(self, metric: str) -> list[Band]:
        """The bands of a metric, those of differences last."""
        mine = [one for one in self.bands if one.key.metric == metric]
        return sorted(mine, key=lambda one: bool(one.key.against))

    def frame(self) -> pd.DataFrame:
        """One row for each band."""
        import pandas as pd

        return pd.DataFrame([band_data(one) for one in self.bands])

    def figure(self) -> Figure:
        """Effective reach of each arm over the stated ranges, and the differences of arms."""
        from afterban.report.answers import banded
        from afterban.report.figures import in_style

        with in_style():
            return banded(self.scenario, self.of(HEADLINE))

    def to_dict(self) -> dict[str, Any]:
        """Every band; None where it is defined at no point."""
        return {
            "scenario": self.scenario,
            "path": str(self.path),
            "bands": [band_data(one) for one in self.bands],
        }


def band_data(one: Band) -> dict[str, Any]:
    """A band for JSON and for a row of a frame; None where it is defined at no point."""
    ends = ("low", "middle", "high", "lowest", "highest")
    return {
        **one.key._asdict(),
        **{name: getattr(one, name) if one.told else None for name in ends},
        **{name: getattr(one, name) for name in ("points", "told", "less", "more", "replications")},
        **{name: getattr(one, name) for name in ("operators", "of", "off")},
        **{f"{name}_digest": value for name, value in one.made._asdict().items()},
    }


def band(
    scenario: Scenario,
    policies: Sequence[str] | None = None,
    *,
    out: Path | str = "results",
    metrics: Sequence[str] = (),
    points: int = ensemble.POINTS,
    replications: int | None = None,
    operators: int | None = None,
    engine: EngineName | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    forecast: Callable[[Forecast], None] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Banded:
    """Find what effective reach is over all stated ranges at once, and keep it beside the results.

    What was stopped is continued.  Whether claims of the scenario's own could have failed is found
    with it, and kept there too.
    policies: arms; those of the scenario, up to a number, if None.  Others are compared with the
        first.
    out: root of all results.
    metrics: of which there shall be bands too, beside the headline and its price.
    points: over all stated ranges, a power of two; 2 or more.
    replications: of each point; None chooses them by the size of the network.
    operators: of the network, thinned if the scenario has more; None chooses so many that it takes
        less than a minute, and as many as the scenario has, or more, take the whole network.
    cluster, forecast, progress: as of a sweep.

    Raises AfterbanError as a sweep does, and UnknownName for an arm or metric that is not there.
    """
    for count, what, least in (
        (points, "points", 2),
        (replications, "replications of each point", 1),
        (operators, "operators", 1),
    ):
        if count is not None and count < least:
            raise AfterbanError(f"{count} {what}; take {least} or more")
    arms = list(ensemble.banded_arms(scenario) if policies is None else policies)
    for name in arms:
        known_arm(scenario, name)
    for name in metrics:
        check_metric(scenario, name)
    arms = [name for name in dict.fromkeys(arms) if name != WITHOUT_ENFORCEMENT]
    size = size_of(
        scenario,
        arms,
        points,
        operators=operators,
        replications=replications,
        engine=engine,
    )
    made = ensemble.measure(
        scenario,
        own_claims(scenario),
        out,
        bands_of=arms,
        metrics=metrics,
        points=points,
        replications=size.replications,
        operators=size.operators,
        engine=engine,
        workers=workers,
        cluster=cluster,
        forecast=forecast,
        progress=progress,
    )
    path = Path(out) / bands.NAME
    bands.keep(made.bands, path, each=True)
    keep_own_powers(scenario, made.powers, Path(out))
    return Banded(scenario.name, tuple(made.bands), path)
