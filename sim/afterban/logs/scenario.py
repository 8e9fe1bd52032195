"""A fitted log as a scenario: values with their evidence, and joint draws of them.

Checked by ``tests/logs/test_scenario.py``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from afterban.language.documents import Flow, Written, dump
from afterban.language.laws import DURATIONS, GAPS, NUMBERS, Distribution, Flavour, quantiles
from afterban.language.shapes import Law
from afterban.language.writing import law_text, written
from afterban.logs.estimates import LEVEL, Quantity
from afterban.logs.record import Floats, date_of
from afterban.logs.regain import KEYS, UNRELATED, Segments
from afterban.logs.results import Found
from afterban.logs.similar import KINDS
from afterban.scenario import Scenario
from afterban.units import format_duration, format_number, format_per, format_rate

if TYPE_CHECKING:
    import pandas as pd

BASE: Final = "minimal"  # what a scenario stands on where none is named
TIERS: Final = {"ordinary": "supporter", "large": "hub"}  # its tiers, by the size of accounts
SOURCE: Final = "own-log"  # id of the log among the scenario's sources
SHORTEST: Final = 7  # days of a scenario


@dataclass(frozen=True)
class Setting:
    """A value that the log gives to a scenario.

    path: where it stands.  text: as it is written.  ends: its range, as it is written.
    about: the quantity that it rests on.  draws: as text, or in the simulator's units.
    note: what is said beside it.  alone: whether it may vary without others; shares that add up to
    1 may not, so that they have no range of their own and vary in the draws.
    """

    path: str
    text: Any
    ends: tuple[Any, Any]
    about: Quantity
    draws: Sequence[Any] = field(default=(), repr=False)
    note: str = ""
    alone: bool = True


@dataclass(frozen=True)
class Made:
    """A scenario made of a log.  kept: what the log says and the scenario has not, and why."""

    text: str
    settings: tuple[Setting, ...]
    kept: tuple[str, ...]

    def scenario(self, path: Path) -> Scenario:
        """The scenario as the file at ``path`` will have it.  Raises ScenarioErrors."""
        return Scenario.from_file_text(self.text, path.name, path)

    def draws(self) -> pd.DataFrame:
        """Joint draws of all values: a row a draw, a column a path."""
        import pandas as pd

        told = {one.path: list(one.draws) for one in self.settings if len(one.draws)}
        return pd.DataFrame(told)


def as_evidence(setting: Setting) -> Flow:
    """A value with its evidence, as it stands in a file: measured, with the log as its source."""
    q = setting.about
    out: dict[str, Any] = {"value": setting.text, "kind": "measured", "source": SOURCE}
    ends = setting.ends if setting.ends[0] != setting.ends[1] else None
    between = f"{LEVEL:.0%} interval {ends[0]} to {ends[1]}" if ends and not setting.alone else ""
    if ends and setting.alone:
        out |= {
            "range": list(setting.ends),
            "reason": f"{LEVEL:.0%} interval of the fit to the log",
        }
    told = (between, f"n = {q.n:,}", q.method, setting.note, q.why)
    return Flow(out | {"note": "; ".join(filter(None, told))})


def segments_of(base: Scenario) -> Segments:
    """Insiders beside outsiders in a scenario: their share of all audiences, and their speed."""
    people = [
        (tier.count * tier.audience.mean(), float(tier.insider_share))
        for tier in base.tiers.values()
    ]
    whole = sum(size for size, _ in people)
    share = sum(size * part for size, part in people) / whole if whole else 0.0
    slow = float(base.audience.refollow_outsiders)
    ratio = float(base.audience.refollow_insiders) / slow if slow > 0 else 1.0
    promoted = base.promotion.posts > 0 and any(
        tier.promotes > 0 and tier.degree.mean() > 0 for tier in base.tiers.values()
    )
    return Segments(share, ratio, float(base.audience.discover_outsiders), promoted)


def make(found: Found, base: Scenario, source: str | None, place: Path | None, name: str) -> Made:
    """A scenario of what a log says, on a base.

    source: what the base was named as; None where none was, and a complete one is made on ``BASE``.
    place: file that it is for, so that paths are from there.
    """
    maker = _Maker(found, base, own=source is None)
    settings = [one for part in maker.parts() for one in part]
    document: dict[str, Any] = {
        "schema_version": Written("1"),
        "name": name,
        "title": f"{base.title or base.name}, as a log has it"
        if source
        else "A network as its log has it",
        "description": _description(found),
        "extends": _extends(source or BASE, place),
    }
    if source is None:
        log = found.log
        document["start"] = Written(f"{date_of(log.since):%Y-%m-%d}")
        document["horizon"] = Written(f"{max(SHORTEST, round(log.end))} days")
    if settings:
        document["sources"] = {SOURCE: _source(found)}
    for one in settings:
        _put(document, one.path.split("."), as_evidence(one))
    return Made(dump(document), tuple(settings), tuple(maker.kept))


def _description(found: Found) -> str:
    log = found.log
    return (
        f"What a log of {len(log):,} accounts says, {date_of(log.since):%Y-%m-%d} to "
        f"{date_of(log.until):%Y-%m-%d}. Whatever it cannot tell is as in the scenario that this "
        "one extends."
    )


def _source(found: Found) -> dict[str, Any]:
    log = found.log
    return {
        "authors": "own",
        "year": Written(f"{date_of(log.until):%Y}"),
        "title": f"a log of {len(log):,} accounts",
        "note": f"{log.read:,} rows read, {log.left_out:,} left out",
    }


def _extends(source: str, place: Path | None) -> str:
    """The base as the new file names it: a shipped scenario by name, a file by its way there."""
    if not source.endswith((".yaml", ".yml")) or place is None:
        return source
    return os.path.relpath(Path(source).resolve(), place.resolve().parent)


def _put(document: dict[str, Any], keys: Sequence[str], value: Any) -> None:
    for key in keys[:-1]:
        document = document.setdefault(key, {})
    document[keys[-1]] = value


class _Maker:
    """The values of a scenario that a log gives, section by section."""

    def __init__(self, found: Found, base: Scenario, own: bool) -> None:
        self.found = found
        self.base = base
        self.own = own
        self.kept: list[str] = []

    def parts(self) -> list[list[Setting]]:
        """All of them, in the order of a file."""
        return [
            self._tiers(),
            self._arrivals(),
            self._detection(),
            self._review(),
            self._returning(),
            self._handles(),
            self._audience(),
        ]

    def _known(self, key: str) -> Quantity | None:
        """A quantity that the log can tell; else it is kept as in the base, and told so."""
        q = self.found.quantity(key)
        if q is None:
            return None
        if not q.is_known or q.tells == "no":
            self.kept.append(f"{key}: {q.why}")
            return None
        return q

    def _scalar(
        self,
        path: str,
        q: Quantity,
        write: Callable[[float], str],
        scale: float = 1.0,
        most: float = np.inf,
        note: str = "",
    ) -> Setting:
        def text(x: float) -> Written:
            return Written(write(min(float(f"{x * scale:.4g}"), most)))

        draws = [min(x * scale, most) for x in q.draws.tolist()]
        return Setting(path, text(q.value), (text(q.low), text(q.high)), q, draws, note)

    def _law(
        self,
        path: str,
        q: Quantity,
        flavour: Flavour,
        law: Callable[[Floats], Distribution],
        theta: Floats,
        draws: Floats,
    ) -> Setting:
        ends = tuple(Written(format_duration(float(f"{x:.4g}"))) for x in (q.low, q.high))
        told = [law_text(flavour, _rounded(law(one))) for one in draws]
        text = _as_written(flavour, _rounded(law(theta)))
        return Setting(path, text, (ends[0], ends[1]), q, told)

    # --- sections --------------------------------------------------------------------------------

    def _tiers(self) -> list[Setting]:
        """Counts and audiences, where the scenario's tiers are made of the log."""
        sizes = self.found.sizes
        q = self.found.quantity("operators")
        if q is None or not sizes.tiers or q.value < 2:
            self.kept.append("tiers: the log has no followers of accounts from before it began")
            return []
        if not self.own:
            self.kept.append(
                "tiers: those of the base; by the log there are "
                + ", ".join(
                    f"{round(one.share * q.value):,} {one.name} (from {one.least:,.0f} followers)"
                    for one in sizes.tiers
                )
            )
            return []
        found: list[Setting] = []
        for one in sizes.tiers:
            tier = TIERS[one.name]
            count = max(1, round(one.share * q.value))
            text = Written(str(count))
            found.append(Setting(f"tiers.{tier}.count", text, (text, text), q))
            about = Quantity(
                "audience", "followers of first accounts at their end", "operators", "people",
                one.audience.median(), one.low, one.high, one.n, "quantiles of what was seen",
            )  # fmt: skip
            low, high = (Written(format_number(float(f"{x:.4g}"))) for x in (one.low, one.high))
            law = _as_written(NUMBERS, one.audience)
            found.append(Setting(f"tiers.{tier}.audience", law, (low, high), about))
        return found

    def _arrivals(self) -> list[Setting]:
        q = self._known("arrivals")
        if q is None:
            return []
        tier = max(self.base.tiers, key=lambda name: self.base.tiers[name].count)
        return [self._scalar(f"arrivals.tiers.{tier}.rate", q, format_rate)]

    def _detection(self) -> list[Setting]:
        """Hazards of channels, in the units of their rates in the base."""
        hazards = self.found.lives.hazards
        if not hazards:
            self.kept.append("detection: no suspension of the log names a channel")
            return []
        changed = self._changed()
        found: list[Setting] = []
        posts = self._posts()
        for name in hazards:
            q = self._known(f"hazard.{name}")
            if q is None:
                continue
            if name in changed:
                self.kept.append(f"detection.{name}: regimes of the base change it on dates")
            elif name == "classifier" and posts > 0:
                note = f"{posts:.3g} posts a day, as in the base"
                found.append(
                    self._scalar("detection.classifier", q, _per("post"), 1 / posts, note=note)
                )
            elif name == "reports":
                found += self._reports()
            elif name == "threats":
                found.append(self._scalar("detection.threats", q, format_rate))
            elif name == "watch":
                found += [
                    self._scalar(f"tiers.{tier}.watched", q, format_rate)
                    for tier in self.base.tiers
                ]
            else:
                self.kept.append(f"{name}: it acts once, and its probability needs what it missed")
        if self.own and "reports" not in hazards:
            found.append(self._no_reports())
        return found

    def _changed(self) -> set[str]:
        """What regimes of the base change on dates."""
        return {key for one in self.base.detection.regimes for key in one.model_fields_set}

    def _no_reports(self) -> Setting:
        """None, where a log that names channels names no report: at most three (rule of three)."""
        self.kept.append("detection.reports: set to 0, since no suspension of the log is by it")
        exposure = self.found.lives.lives.exposure
        people = np.nan_to_num(self.found.log.followers)
        seen = max(float((people * exposure).sum()) * self._views(), 1.0)
        n = sum(count for _, _, count in self.found.lives.hazards.values())
        none = Quantity(
            "hazard.reports", "", "life", "per impression", 0.0, 0.0, 0.0, n,
            "no suspension of the log is by reports",
        )  # fmt: skip
        least, most = (Written(_per("impression")(x)) for x in (0.0, float(f"{3 / seen:.3g}")))
        return Setting("detection.reports", least, (least, most), none)

    def _reports(self) -> list[Setting]:
        """Reports per impression: of those per follower, by posts and views of the base."""
        q = self.found.pressure.quantity
        views = self._views()
        if q is None or views <= 0:
            self.kept.append(
                "detection.reports: how many followers there are to report is not known"
            )
            return []
        note = f"{views:.3g} outsider impressions a day for each follower, as in the base"
        return [self._scalar("detection.reports", q, _per("impression"), 1 / views, note=note)]

    def _review(self) -> list[Setting]:
        found = []
        team = self.base.review.team is not None
        for key, waits in self.found.action.of.items():
            q = self._known(key)
            if q is None:
                continue
            if team or key.rpartition(".")[2] in self._changed():
                by = "a team of the base decides" if team else "regimes of the base say by date"
                self.kept.append(f"{key}: {by} how long it takes")
                continue
            found.append(self._law(key, q, DURATIONS, waits.family.law, waits.theta, waits.draws))
        if not self.found.action.of:
            self._known("review.time_to_action")
        mistakes = self.found.mistakes
        q = self._known("review.mistakes.reinstatement")
        if q is not None and mistakes.family is not None:
            assert mistakes.theta is not None
            assert mistakes.draws is not None
            found.append(
                self._law(q.key, q, DURATIONS, mistakes.family.law, mistakes.theta, mistakes.draws)
            )
        return found

    def _returning(self) -> list[Setting]:
        back = self.found.returns
        found: list[Setting] = []
        own = [name for name, tier in self.base.tiers.items() if tier.returns is not None]
        if own:
            self.kept.append(f"tiers.{own[0]}.returns: the base's own, beside that of the log")
        q = self._known("returning.probability")
        if q is not None:
            found.append(self._scalar(q.key, q, format_number, most=1.0))
        q = self._known("returning.fatigue")
        if q is not None:
            found.append(self._scalar(q.key, q, format_number, most=1.0))
        q = self._known("returning.delay")
        if q is not None and back is not None:
            found.append(self._law(q.key, q, GAPS, back.family.law, back.theta, back.draws))
        return found

    def _handles(self) -> list[Setting]:
        found: list[Setting] = []
        q = self._known("handles.near_identical")
        if q is not None:
            found.append(self._scalar(q.key, q, format_number))
        one = self.found.quantity("handles.edits.one")
        if q is None or one is None or one.tells == "no":
            return found
        found += self._parts("handles.edits", ["one"], "two")
        return found + self._parts("handles.kinds", list(KINDS[:3]), KINDS[3])

    def _parts(self, section: str, names: list[str], last: str) -> list[Setting]:
        """Shares that add up to 1: the last is what the others leave."""
        quantities = [self.found.quantity(f"{section}.{name}") for name in (*names, last)]
        first = next(one for one in quantities if one is not None)
        values = np.array([one.value if one is not None else 0.0 for one in quantities])
        none = np.zeros_like(first.draws)
        draws = np.array([one.draws if one is not None else none for one in quantities])
        if section == "handles.edits":
            values[-1], draws[-1] = 1 - values[0], 1 - draws[0]
        values, draws = values / values.sum(), draws / draws.sum(axis=0)
        made = []
        shares, rounded = _whole(values), np.array([_whole(one) for one in draws.T])
        for k, name in enumerate((*names, last)):
            low, high = np.quantile(draws[k], [0.025, 0.975])
            ends = [
                Written(format_number(float(f"{x:.4g}")))
                for x in (min(low, shares[k]), max(high, shares[k]))
            ]
            about = quantities[k] or first
            text = Written(format_number(shares[k]))
            told = rounded[:, k].tolist()
            path = f"{section}.{name}"
            made.append(Setting(path, text, (ends[0], ends[1]), about, told, alone=False))
        return made

    def _audience(self) -> list[Setting]:
        found: list[Setting] = []
        segments = segments_of(self.base)
        for key, _, unit in KEYS:
            q = self._known(key)
            if q is None:
                continue
            write = format_rate if unit else format_number
            found.append(self._scalar(key, q, write))
            if segments.insiders > 0:
                scale = segments.refollow if key.startswith("audience.refollow") else 1.0
                path = key.replace("outsiders", "insiders")
                note = f"{scale:.3g} times that of outsiders, as in the base" if scale != 1 else ""
                found.append(self._scalar(path, q, write, scale, note=note))
        q = self._known(UNRELATED[0])
        if q is not None:
            found.append(self._scalar(q.key, q, format_number, most=1.0))
        return found

    # --- what the log does not have --------------------------------------------------------------

    def _posts(self) -> float:
        """Posts a day of an operator of the base, over all tiers."""
        whole = sum(tier.count for tier in self.base.tiers.values())
        return sum(tier.count * tier.posts.mean() for tier in self.base.tiers.values()) / whole

    def _views(self) -> float:
        """Outsider impressions a day for each follower, by posts and views of the base."""
        outside = 1 - segments_of(self.base).insiders
        return outside * self._posts() * float(self.base.exposure.view_probability)


def _per(thing: str) -> Callable[[float], str]:
    return lambda value: format_per(value, thing)


def _whole(shares: Floats) -> list[float]:
    """Shares to four digits that add up to 1: what rounding leaves goes to the largest."""
    told = [round(float(x), 4) for x in shares]
    k = int(np.argmax(told))
    told[k] = round(1.0 - sum(x for j, x in enumerate(told) if j != k), 4)
    return told


def _rounded(law: Distribution) -> Distribution:
    """A law whose numbers have four digits."""
    if law.kind == "mixture":
        parts = dict(law.written)["parts"]
        weights = _whole(np.array([weight for weight, _ in parts]))
        told = tuple(
            (weight, _rounded(part)) for weight, (_, part) in zip(weights, parts, strict=True)
        )
        return Distribution("mixture", {"parts": told})
    if law.kind == "quantiles":
        return quantiles(dict(dict(law.written)["points"]))
    return Distribution(law.kind, {name: float(f"{x:.4g}") for name, x in law.written})


def _as_written(flavour: Flavour, law: Distribution) -> Any:
    """A law as it stands in a file, on one line."""
    return written(Law(flavour), law, "", {})
