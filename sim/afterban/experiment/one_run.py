"""One run that is held against another: a replication of an arm, or what a folder holds of it.

Checked by ``tests/experiment/test_diverge.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from afterban import inputs, results
from afterban.errors import AfterbanError, closest, listed
from afterban.experiment.memory import refuse_too_large
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT, Parameters
from afterban.scenario import Scenario

_LARGEST: Final = 2**32


@dataclass(frozen=True)
class Run:
    """One of two runs: a replication of an arm.

    policy: ``base``, an arm, or ``none``.  seed: the scenario's if None.  replication: from 0.
    folder: of the results that it stands for, if any.
    """

    scenario: Scenario
    policy: str = AS_WRITTEN
    seed: int | None = None
    replication: int = 0
    folder: Path | None = None

    @classmethod
    def parse(cls, text: str, seed: int | None = None, replication: int = 0) -> Run:
        """A run from ``scenario``, ``scenario.yaml:arm``, or a folder of results, ``folder:arm``.

        Raises AfterbanError.
        """
        place, colon, policy = text.rpartition(":")
        if not colon or Path(text).exists():
            place, policy = text, ""
        if not place.strip():
            raise AfterbanError(
                f"`{text}` names no run; write a scenario and an arm, such as `minimal:base`, or a "
                "folder of results"
            )
        folder = Path(place)
        if folder.is_dir():
            kept = results.read(folder)
            first = next((p for p in kept.policies if p != WITHOUT_ENFORCEMENT), AS_WRITTEN)
            return cls(kept.scenario, policy or first, seed, replication, folder).checked()
        return cls(Scenario.from_yaml(place), policy or AS_WRITTEN, seed, replication).checked()

    def checked(self) -> Run:
        """Itself.  Raises AfterbanError for an arm, seed or replication that cannot be."""
        known = [AS_WRITTEN, *self.scenario.policies, WITHOUT_ENFORCEMENT]
        if self.policy not in known:
            near = closest(self.policy, known)
            raise AfterbanError(
                f"`{self.scenario.name}` has no arm `{self.policy}`; it has {listed(known)}"
                + (f"\n  did you mean `{near}`?" if near else "")
            )
        for name, value in (("seed", self.chosen_seed), ("replication", self.replication)):
            if not 0 <= value < _LARGEST:
                raise AfterbanError(f"{name} {value}: write a whole number from 0 to 2^32 - 1")
        return self

    @property
    def chosen_seed(self) -> int:
        """The seed, the scenario's own if none was given."""
        return self.scenario.seed if self.seed is None else self.seed

    @property
    def arm(self) -> Scenario:
        """The scenario with the arm's changes."""
        if self.policy in (AS_WRITTEN, WITHOUT_ENFORCEMENT):
            return self.scenario
        return self.scenario.arm(self.policy)

    def parameters(self) -> Parameters:
        """Its numbers.  Raises AfterbanError if it cannot fit into memory."""
        inputs.check(self.scenario)
        refuse_too_large(self.scenario, (self.policy,), 1)
        return Parameters.from_scenario(self.scenario, self.policy)
