"""A scenario: what can be asked of it, and how it is read, changed and compared."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any, Self

from pydantic import PrivateAttr

from afterban.errors import ScenarioError
from afterban.language import documents
from afterban.language.documents import Written
from afterban.language.fields import Evidence
from afterban.language.reading import Reader
from afterban.language.writing import default_evidence
from afterban.scenario import calibrating, files, fingerprint, planning, resolve, sweeping, tables
from afterban.scenario import changes as changing
from afterban.scenario.build import build
from afterban.scenario.contents import Contents, ScenarioReader
from afterban.scenario.inert import Inert, inert
from afterban.scenario.points import section_of


class Scenario(Contents):
    """A complete scenario."""

    _twin: Scenario | None = PrivateAttr(None)
    _arms: dict[str, Scenario] = PrivateAttr(default_factory=dict)  # those that were asked for

    def _lines(self) -> list[tuple[str, str]]:
        """What there is to say of it at a glance: nine lines at most."""
        tiers = ", ".join(f"{name} {tier.count:,}" for name, tier in self.tiers.items())
        told = [
            ("scenario", self.name + (f": {self.title}" if self.title else "")),
            ("time", f"{self.horizon:g} days from {self.start}"),
            ("operators", f"{sum(tier.count for tier in self.tiers.values()):,} ({tiers})"),
            ("replications", f"{self.replications}, seed {self.seed}"),
            ("arms", ", ".join(["base", *self.policies, "none"])),
            ("digest", self.digest()[:12]),
        ]
        if self.platforms:
            told.insert(3, ("platforms", ", ".join(self.platforms)))
        if self.extends:
            told.insert(1, ("extends", str(self.extends)))
        return told

    def __repr__(self) -> str:
        return "\n".join(f"{name:13}{text}" for name, text in self._lines())

    __str__ = __repr__

    def _repr_html_(self) -> str:
        """A table, for a notebook."""
        rows = (f"<tr><th>{name}</th><td>{escape(text)}</td></tr>" for name, text in self._lines())
        return f"<table>{''.join(rows)}</table>"

    @classmethod
    def from_yaml(cls, source: str | os.PathLike[str]) -> Scenario:
        """Read a scenario: the name of a shipped one, or the path of a file.

        Raises ScenarioErrors with every fault that was found, in the order of the files.
        """
        return cls._of(files.tree(source))

    @classmethod
    def from_text(cls, text: str, file: str = "<text>") -> Scenario:
        """Read a scenario from YAML text; ``file`` is how messages call it."""
        return cls._of(files.tree_of_text(text, file))

    @classmethod
    def from_file_text(cls, text: str, file: str, path: Path) -> Scenario:
        """Read a scenario from the text that the file at ``path`` has, or would have."""
        return cls._of(files.tree_of_text(text, file, path))

    @classmethod
    def _of(cls, found: tuple[documents.Mapping, list[ScenarioError]]) -> Scenario:
        root, faults = found
        return build(Scenario, root, faults, also=_across)

    def resolved_yaml(self) -> str:
        """Complete form: every default explicit, every value with its evidence.

        Reading it gives an equal scenario with the same digest.
        """
        return resolve.resolved(self._read, self._read.evidence)

    def kept_yaml(self) -> str:
        """The complete form with the paths of the copies that results have of its tables.

        See :mod:`afterban.scenario.tables`; the paths start from the folder of the results.
        """
        read, kept = self._read, tables.places(self._read)
        return resolve.resolved(
            read, read.evidence, lambda data: tables.moved(data, kept) if kept else data
        )

    def digest(self) -> str:
        """SHA-256 (hex) of everything that can change a run and differs from the defaults.

        Title, description, evidence, ``sweep``, ``calibration`` and ``plan`` can change none.
        """
        return fingerprint.digest(self._read)

    def with_changes(self, changes: Mapping[str, Any]) -> Scenario:
        """Return a copy with other values, given by path: ``{"review.time_to_action": "2h"}``.

        Text is read as YAML, and everything is checked as in a file.  Raises ScenarioErrors whose
        place is ``--set path``.
        """
        return changing.changed(self._read, changes, also=_across)

    def with_points(
        self,
        points: Any,
        *,
        replications: int | None = None,
        policies: Iterable[str] | None = None,
    ) -> Scenario:
        """Return a copy whose sweep runs a table of points, as another library made them.

        points: a pandas frame with a column for each path, rows of values by path, or a list of
            values for each path.  Numbers are in the simulator's units (days, per day), as in the
            table of a sweep; text is written as in a file.
        replications: of each point.  policies: arms.  Those of the sweep so far if None.

        Raises ScenarioErrors for a path that is not there, or a value that cannot stand there.
        """
        given: dict[str, Any] = {}
        arms = self.sweep.policies if policies is None and self.sweep else policies
        number = self.sweep.replications if replications is None and self.sweep else replications
        if number is not None:
            given["replications"] = Written(str(number))
        if arms:
            given["policies"] = list(arms)
        plain = self.with_changes({"sweep": "none"}) if self.sweep else self
        return plain.with_changes({"sweep": section_of(points, **given)})

    def arm(self, policy: str) -> Scenario:
        """Return the scenario with the changes of one of its policies, and without policies.

        ``base`` is the scenario as written.  Raises UnknownName, a KeyError, for
        a policy it does not have.
        """
        if policy == "base":
            return self
        read = self._read
        if policy not in read._arms:
            read._arms[policy] = changing.arm(read, policy)
        return read._arms[policy]

    def alone(self) -> Scenario:
        """Return the scenario without policies, sweep, and what is said about values."""
        return changing.alone(self._read)

    def no_effect(self, policies: Iterable[str] | None = None) -> list[Inert]:
        """Keys that were written and have no effect in any of the arms that are run, and why.

        ``policies``: those arms; ``base`` and every policy if left out.  Raises KeyError for a
        policy that the scenario does not have.
        """
        return inert(self, policies)

    @property
    def evidence(self) -> Mapping[str, Evidence]:
        """Evidence for every value, by path; for part of a distribution where it has its own."""
        return self._read._evidence or {}

    def inspect_rows(self) -> list[resolve.Row]:
        """Every value in the form for people, with unit, evidence, and where it was given."""
        return resolve.rows(self._read, self._read.evidence)

    @property
    def reader(self) -> Callable[[], Reader]:
        """Makes what reads the arms of this scenario."""
        return self._read._reader or ScenarioReader

    @property
    def root(self) -> documents.Mapping:
        """The nodes that the scenario was read from, defaults left out."""
        root = self._read._root
        assert root is not None
        return root

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Copy, with other values for some fields; they count as assumed."""
        copy = super().model_copy(update=update, deep=deep)
        if update:
            copy._root = copy._twin = None
            copy._arms = {}
            copy._evidence = {
                path: evidence
                for path, evidence in (self._evidence or {}).items()
                if path.split(".")[0].split("[")[0] not in update
            }
        return copy

    @property
    def _read(self) -> Scenario:
        """This scenario; if it was made in Python, its like that was read from its YAML."""
        if self._root is not None:
            return self
        if self._twin is None:
            evidence = self._evidence or default_evidence(self)
            self._twin = self.from_text(resolve.resolved(self, evidence), "<scenario>")
        return self._twin

    def __getstate__(self) -> dict[Any, Any]:
        """Without the arms and their reader: a worker process reads them when it needs them."""
        state = super().__getstate__()
        private = state["__pydantic_private__"]
        return {**state, "__pydantic_private__": {**private, "_arms": {}, "_reader": None}}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.resolved_yaml() == other.resolved_yaml()

    def __hash__(self) -> int:
        return hash(self.digest())


def _across(scenario: Contents, root: documents.Mapping, reader: Reader) -> None:
    """Note what is wrong with sections that speak of the whole scenario."""
    sweeping.check(scenario, root, reader)
    calibrating.check(scenario, root, reader)
    planning.check(scenario, root, reader)


def load(source: str | os.PathLike[str]) -> Scenario:
    """As :meth:`Scenario.from_yaml`."""
    return Scenario.from_yaml(source)


def loads(content: str, file: str = "<text>") -> Scenario:
    """As :meth:`Scenario.from_text`."""
    return Scenario.from_text(content, file)
