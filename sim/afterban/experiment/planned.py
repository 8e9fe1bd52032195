"""What a plan comes to: the best mix and how sure, trade-offs, and what to learn first.

The search behind it is in :mod:`afterban.experiment.plan`.

Checked by ``tests/experiment/test_plan.py``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from afterban.experiment.amounts import percent
from afterban.experiment.answer import Answer, columns, plain
from afterban.experiment.planning.data import (
    learning_data,
    mix_data,
    step_data,
    versus_data,
    worth_data,
)
from afterban.experiment.planning.judge import MixFound, Step, Versus
from afterban.experiment.planning.learning import Learning, Worth
from afterban.experiment.planning.measures import Measures
from afterban.experiment.planning.mixes import Mix, dials_of, moves_of, written_into
from afterban.experiment.responded import Judged, Responses
from afterban.scenario import Scenario
from afterban.statistics import Estimate

if TYPE_CHECKING:
    import pandas as pd

    from afterban.report.figures import Figure

MOST_SAID = 3  # assumptions in a sentence


@dataclass(frozen=True)
class Planned(Answer):
    """The best mix of the levers of a scenario, and how sure that is.

    measures: what is measured, the aim first.  limits: in words.
    sure: share of the points at which each limit has to be kept.
    worth: smallest difference of the aim that matters.
    points, replications: worlds that the last of the race met.  operators, of: of the network that
    was run, and of the scenario's.
    tried: mixes.  unfollowed: of these, those that could not be told from the best and were not
    run further.  every: whether these are all there are.  runs: replications.
    posterior: whether the points are draws of a posterior, and not of stated ranges.
    at_end: levers of which the best has an end of the range.
    settled: what has a range and is chosen by a lever, so that it was not varied.
    feasible: whether there is a mix that keeps the limits; if not, the first breaks them least.
    mixes: the best first, then others that may be chosen, the trade-off, and as written.
    versus: the best against each other that may be chosen, the runner-up first.
    answered: the best mixes as policies (see :meth:`as_policies`) under responses of operators;
    None where the scenario does not say how far they could go.
    steps: what more of a lever that is counted in reviewers buys, all else as in the best.
    """

    scenario: str
    digest: str
    seed: int
    engine: str
    measures: Measures
    levers: tuple[str, ...]
    limits: tuple[str, ...]
    sure: float
    worth: float
    points: int
    replications: int
    operators: int
    of: int
    tried: int
    unfollowed: int
    every: bool
    runs: int
    posterior: bool
    at_end: tuple[str, ...]
    settled: tuple[str, ...]
    feasible: bool
    mixes: tuple[MixFound, ...]
    versus: tuple[Versus, ...]
    steps: tuple[Step, ...]
    learning: Learning | None
    folder: Path
    answered: Responses | None = None

    @property
    def best(self) -> MixFound:
        """The best mix that keeps the limits; if none does, the one that breaks them least."""
        return self.mixes[0]

    @property
    def runner_up(self) -> MixFound | None:
        """The next best mix that keeps the limits; None if there is none."""
        return self.mix(self.versus[0].other) if self.versus else None

    @property
    def as_written(self) -> MixFound:
        """The scenario as it is."""
        return next(one for one in self.mixes if all(text is None for text in one.mix))

    @property
    def choices(self) -> tuple[MixFound, ...]:
        """Mixes between which the doubt is told, the best first."""
        return tuple(one for one in self.mixes if one.best is not None)

    @property
    def frontier(self) -> tuple[MixFound, ...]:
        """The mixes of the trade-off, by the first of its two."""
        x = self.measures.frontier[0]
        found = [one for one in self.mixes if one.efficient]
        return tuple(sorted(found, key=lambda one: one.means[x]))

    @property
    def costs(self) -> tuple[str, ...]:
        """Costs that are defined of a mix."""
        return tuple(
            name
            for name in self.measures.costs
            if any(math.isfinite(one.means[name]) for one in self.mixes)
        )

    def mix(self, name: str) -> MixFound:
        """A mix by its name in words.  Raises KeyError."""
        for one in self.mixes:
            if one.name == name:
                return one
        raise KeyError(name)

    # --- words -----------------------------------------------------------------------------------

    def words(self) -> list[str]:
        """The answer, how sure it is, what it costs, and what would change it."""
        return [
            self.best_words(),
            *self.limit_words(),
            *self.doubt_words(),
            *self.beaten_words(),
            *self.step_words(),
            *self.answered_words(),
            *self.learning_words(),
            self.size_words(),
        ]

    def best_words(self) -> str:
        """The best mix, what it comes to, and against as written."""
        one, aim = self.best, self.measures.aim
        if not self.feasible:
            head = (
                f"No mix of the {self.tried:,} that were tried keeps all limits at "
                f"{percent(self.sure)} of the points; the one that comes nearest: {one.name}"
            )
        else:
            head = f"Best of {self.tried:,} mixes{' (all there are)' * self.every}: {one.name}"
        low, middle, high = (self.measures.amount(aim, x) for x in one.bands[aim])
        text = (
            f"{head}. {capital(self.measures.label(aim))} is {middle} ({low} to {high}, 5 to 95 % "
            f"of the {'draws' if self.posterior else 'points'})"
        )
        if one.mix == self.as_written.mix:
            return text + ", which is as the scenario is written."
        return text + f", {self._difference(one.gain)} than as written."

    def limit_words(self) -> list[str]:
        """Levers at the end of a range, and at how many points the best keeps each limit."""
        where = "draws" if self.posterior else "points"
        said = []
        if self.at_end:
            names = ", ".join(f"`{name}`" for name in self.at_end)
            said.append(f"At an end of its range: {names}; beyond it there may be a better mix.")
        return said + [
            f"It keeps “{text}” at {percent(kept.value)} of the {where} "
            f"({percent(kept.low)} to {percent(kept.high)})."
            for text, kept in zip(self.limits, self.best.kept, strict=True)
        ]

    def doubt_words(self) -> list[str]:
        """The runner-up, ties, and what it costs to be wrong."""
        if not self.versus:
            return ["No other mix that was run to the end keeps the limits."] * self.feasible
        where, first = "draws" if self.posterior else "points", self.versus[0]
        said = [
            f"Runner-up: {first.other}. The best is {self._difference(first.gain)} "
            f"({self._ends(first.gain)}), at {percent(first.share)} of the {where}"
            f"{self._tie(first)}."
        ]
        ties = [one.other for one in self.versus[1:] if one.tie]
        if ties:
            said.append(f"Neither can it be told from: {'; '.join(ties)}.")
        one = self.best
        if one.best is not None and one.regret is not None:
            mean, far, most = (self.measures.amount(self.measures.aim, x, True) for x in one.regret)
            said.append(
                f"It is the best of {len(self.choices)} at {percent(one.best.value)} of the "
                f"{where} ({percent(one.best.low)} to {percent(one.best.high)}). Where another is "
                f"better, to have chosen it costs {mean} in the mean over all {where}, {far} at "
                f"95 %, {most} at most."
            )
        return said

    def _tie(self, one: Versus) -> str:
        if one.tie == "worth":
            worth = self.measures.amount(self.measures.aim, self.worth, True)
            return f": less than the {worth} that matter, so they count as equal"
        return ": not distinguishable, so they count as equal" if one.tie else ""

    def beaten_words(self) -> list[str]:
        """Whether as written is beaten in everything, and who else is."""
        here = self.as_written
        costs = len(self.costs)
        if here.beaten_by is not None:
            return [
                f"As written is beaten by {here.beaten_by}: no worse in the aim and all {costs} "
                f"cost{'s'[: costs != 1]}, and better in one at least."
            ]
        if self.best.mix == here.mix:
            return []
        dearer = [
            self.measures.label(name)
            for name in self.costs
            if self.best.means[name] > here.means[name]
        ]
        if not dearer:
            return []
        return [f"It costs more than as written in: {', '.join(dearer)}."]

    def step_words(self) -> list[str]:
        """What the last person that the best has bought, and what one more would."""
        said = []
        for one in self.steps:
            here = self.best.values[one.lever]
            if here not in (one.before, one.after):
                continue
            more = (
                f"{self.measures.amount(one.cost, one.more)} more {self.measures.label(one.cost)}"
            )
            each = self._difference(one.each)
            said.append(
                f"`{one.lever}` from {one.before} to {one.after} ({more}), all else as in the "
                f"best: {self._difference(one.gain)} ({self._ends(one.gain)}"
                f"{', not distinguishable from none' * (one.gain.low <= 0 <= one.gain.high)}), "
                f"{each} for each."
            )
        return said

    def answered_words(self) -> list[str]:
        """What is best as things are and against the worst, and whose advantage vanishes."""
        found = self.answered
        if found is None:
            return []
        names = dict(zip(self.policy_names, (one.name for one in self._as_policies), strict=True))
        now, hard = found.best("stated"), found.best("worst")

        def named(arm: str) -> str:
            return names.get(arm, "as written")

        said = [
            f"Best as things are: {named(now.arm)} ({self._responded(now.stated)}); best against "
            f"the worst response: {named(hard.arm)} ({self._responded(hard.worst)})"
        ]
        if now.arm != hard.arm:
            said[0] += f", where {named(now.arm)} comes to {self._responded(now.worst)}"
        said[0] += "."
        for one in found.arms:
            when = found.vanishes(one)
            if when:
                which = "stated" if when == "stated" else "worst"
                said.append(
                    f"The advantage of {named(one.arm)} over as written vanishes under the {which} "
                    "response."
                )
        return said

    def _responded(self, one: Judged) -> str:
        return self.measures.amount(self.measures.aim, one.value.value)

    def learning_words(self) -> list[str]:
        """What to learn first."""
        found, aim = self.learning, self.measures.aim
        if found is None:
            return []
        least, most = found.all
        know = self.measures.amount(aim, most, True)
        if math.isfinite(least):
            know = self.measures.span(aim, least, most)
        said = [
            f"To know everything that is not known would make the choice {know} better in the mean."
        ]
        told = [one for one in found.each if one.told]
        if not told:
            said.append(
                "No single assumption is worth learning measurably: what is found is not above "
                "what chance finds."
            )
        else:
            some = "; ".join(self._worth(one) for one in told[:MOST_SAID])
            said.append(f"To learn first: {some}.")
        columns_told = [one for one in found.columns if one.told]
        if columns_told:
            some = "; ".join(self._worth(one) for one in columns_told[:MOST_SAID])
            said.append(f"Columns of a log that tell it (`afterban fit`): {some}.")
        return said

    def _worth(self, one: Worth) -> str:
        aim = self.measures.aim
        value = self.measures.amount(aim, one.value, True)
        return f"{one.label} ({value}; {self.measures.span(aim, one.low, one.high)})"

    def size_words(self) -> str:
        """How much was run, and what was left out."""
        what = "draws" if self.posterior else "points over the stated ranges"
        text = (
            f"{self.tried:,} mixes in {self.runs:,} replications, the last of the race at "
            f"{self.points} {what} with {self.replications} replication"
            f"{'s'[: self.replications != 1]} each"
        )
        if self.operators != self.of:
            text += f", thinned to {self.operators:,} of {self.of:,} operators"
        if self.unfollowed:
            text += (
                f"; {self.unfollowed} looked worse, though not surely, on fewer worlds and were "
                "not run further"
            )
        if self.settled:
            text += f"; not varied, since a lever chooses it: {', '.join(self.settled)}"
        return text + "."

    def _difference(self, gain: Estimate) -> str:
        which = "worse" if gain.value < 0 else "better"
        return f"{self._plain(abs(gain.value))} {which}"

    def _ends(self, gain: Estimate) -> str:
        return self.measures.span(self.measures.aim, gain.low, gain.high)

    def _plain(self, value: float) -> str:
        """A difference of the aim, with a true minus sign."""
        return self.measures.amount(self.measures.aim, value, True).replace("-", "−")

    # --- what others make of it ------------------------------------------------------------------

    def changes(self, scenario: Scenario, one: MixFound | None = None) -> dict[str, str]:
        """What a mix writes into the scenario, by path; the best if None."""
        return written_into(scenario, moves_of(dials_of(scenario), (one or self.best).mix))

    def as_policies(self, scenario: Scenario, some: Sequence[MixFound] | None = None) -> Scenario:
        """The scenario with mixes as policies `mix-1` (the best), `mix-2` and so on.

        For whatever judges arms.  some: those between which the doubt is told, as written left
        out, if None.  Raises ScenarioErrors if there can be no such scenario.
        """
        chosen = self._as_policies if some is None else some
        given = {
            f"policies.mix-{k}.{path}": text
            for k, one in enumerate(chosen, start=1)
            for path, text in self.changes(scenario, one).items()
        }
        return scenario.with_changes({"plan": "none", **given})

    @property
    def policy_names(self) -> list[str]:
        """Names of the mixes as policies, the best first."""
        return [f"mix-{k}" for k in range(1, len(self._as_policies) + 1)]

    @property
    def _as_policies(self) -> list[MixFound]:
        return [one for one in self.choices if not _is_written(one.mix)]

    # --- tables ----------------------------------------------------------------------------------

    def frame(self) -> pd.DataFrame:
        """One row for each mix: levers, aim, costs, limits, doubt."""
        import pandas as pd

        return pd.DataFrame([self._row(one) for one in self.mixes])

    def _row(self, one: MixFound) -> dict[str, Any]:
        row: dict[str, Any] = {
            "mix": one.name,
            **one.values,
            "points": min(one.numbers, self.points),
        }
        for name in self.measures.names:
            low, middle, high = one.bands[name]
            row |= {name: one.means[name], f"{name}_p5": low, f"{name}_p95": high}
            row[f"{name}_median"] = middle
        row |= columns("gain", one.gain)
        for text, kept in zip(self.limits, one.kept, strict=True):
            row[f"keeps: {text}"] = kept.value
        row["keeps_limits"] = one.keeps
        row["p_best"] = math.nan if one.best is None else one.best.value
        regret = one.regret or (math.nan,) * 3
        row |= dict(zip(("regret_mean", "regret_p95", "regret_most"), regret, strict=True))
        return row | {"efficient": one.efficient, "beaten_by": one.beaten_by or ""}

    def learning_frame(self) -> pd.DataFrame:
        """One row for each assumption, and each column of a log, with what it is worth."""
        import pandas as pd

        found = self.learning
        rows = (
            []
            if found is None
            else [
                {"kind": kind, **worth_data(one)}
                for kind, some in (("assumption", found.each), ("column", found.columns))
                for one in some
            ]
        )
        return pd.DataFrame(rows)

    def figure(self) -> Figure:
        """The trade-off between the two of the frontier."""
        from afterban.report.figures import in_style
        from afterban.report.plan import trade_off

        with in_style():
            return trade_off(self)

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types; levers are as they are written."""
        names = ("scenario", "digest", "seed", "engine", "levers", "limits", "sure", "worth")
        more = ("points", "replications", "operators", "of", "tried", "unfollowed", "every", "runs")
        found: dict[str, Any] = plain(
            {
                **{name: getattr(self, name) for name in (*names, *more)},
                "posterior": self.posterior,
                "at_end": self.at_end,
                "settled": self.settled,
                "feasible": self.feasible,
                "aim": self.measures.aim,
                "better": self.measures.better,
                "costs": self.measures.costs,
                "frontier": self.measures.frontier,
                "mixes": [mix_data(one) for one in self.mixes],
                "versus": [versus_data(one) for one in self.versus],
                "steps": [step_data(one) for one in self.steps],
                "answered": None if self.answered is None else self.answered.to_dict(),
                "learning": None if self.learning is None else learning_data(self.learning),
                "folder": str(self.folder),
            }
        )
        return found


def _is_written(mix: Mix) -> bool:
    return all(text is None for text in mix)


def capital(text: str) -> str:
    """With a capital letter at the beginning."""
    return text[:1].upper() + text[1:]


__all__ = ["Planned"]
