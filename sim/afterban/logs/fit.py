"""``afterban fit``: what a platform's own log says of a scenario's values, and what it cannot.

Checked by ``tests/logs/test_fit.py``; that it gets known truths back, by ``test_recovery.py``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from afterban.errors import AfterbanError, MissingExtra
from afterban.experiment.answer import Answer, plain
from afterban.logs import (
    action,
    holdout,
    lifetimes,
    lineages,
    mistakes,
    naming,
    pressure,
    reading,
    regain,
    returning,
    sizes,
)
from afterban.logs.bootstrap import Bootstrap
from afterban.logs.estimates import Quantity
from afterban.logs.record import Log, date_of
from afterban.logs.results import Found
from afterban.logs.scenario import BASE, Made, make, segments_of
from afterban.logs.wording import interval_text, value_text

if TYPE_CHECKING:
    import pandas as pd

    from afterban.report.figures import Figure
    from afterban.scenario import Scenario

MOST_MONTHS: Final = 120


@dataclass(frozen=True)
class Fit(Answer):
    """What a log says.

    found: every estimate.  made: the scenario of it.  base: what it stands on; source: as named.
    recall: share of links found, as given.  months: held out.  asked: what was given to `fit`.
    """

    found: Found
    made: Made
    base: Scenario
    source: str | None
    months: int
    draws_made: int
    seed: int
    asked: Mapping[str, Any] = field(default_factory=dict)

    @property
    def log(self) -> Log:
        """The log that was fitted."""
        return self.found.log

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """Every estimate, in the order of a table."""
        return self.found.quantities

    def words(self) -> list[str]:
        """What the log is, what it says of returns and reviews, and what it cannot tell."""
        log, told = self.log, []
        told.append(
            f"{log.read:,} rows, {len(log):,} accounts used, {date_of(log.since):%Y-%m-%d} to "
            f"{date_of(log.until):%Y-%m-%d}: {int((~log.censored).sum()):,} suspended, "
            f"{int(log.censored.sum()):,} still there."
        )
        back = self.found.quantity("returning.probability")
        if back is not None and back.is_known:
            told.append(f"After a first suspension {_return_words(back)}.")
        for key, text in (
            ("returning.delay", "Half of those who return do so within {}"),
            ("review.time_to_action", "Half of all flags are acted on within {}"),
            ("life", "Half of all accounts last less than {}"),
        ):
            q = self.found.quantity(key)
            if q is not None and q.is_known and q.tells != "no":
                told.append(f"{text.format(value_text(q))} ({interval_text(q)}).")
        unknown = [one for one in self.quantities if one.tells == "no"]
        if unknown:
            told.append(
                "The log cannot tell: "
                + "; ".join(f"{one.about} ({one.why})" for one in unknown)
                + "."
            )
        if self.found.predictions:
            held = sum(one.holds for one in self.found.predictions)
            told.append(
                f"Of {len(self.found.predictions)} numbers of what was held out ({self.months} "
                f"{'month' if self.months == 1 else 'months'}), {held} lie within their 95 % "
                "intervals."
            )
        return told

    def frame(self) -> pd.DataFrame:
        """A row for each estimate."""
        import pandas as pd

        columns = [one.name for one in dataclasses.fields(Quantity) if one.name != "draws"]
        return pd.DataFrame(
            [{name: getattr(one, name) for name in columns} for one in self.quantities]
        )

    def figure(self) -> Figure:
        """Fitted curves beside what was observed."""
        from afterban.report.figures import in_style
        from afterban.report.fitted import panels

        with in_style():
            return panels(self.found)

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types: no handle, no id of an account."""
        log = self.log
        rows = self.frame().to_dict("records")
        data: dict[str, Any] = plain(
            {
                "log": log.path,
                "rows": log.read,
                "accounts": len(log),
                "since": date_of(log.since).isoformat(),
                "until": date_of(log.until).isoformat(),
                "left_out": [
                    {"column": column, "what": what, "row_left_out": whole, "rows": n, "first": row}
                    for column, what, whole, n, row in log.faults.counts()
                ],
                "others": list(log.others),
                "estimates": rows,
                "kept": list(self.made.kept),
                "held_out": [dataclasses.asdict(one) for one in self.found.predictions],
                "draws": self.draws_made,
                "seed": self.seed,
            }
        )
        return data

    def write(self, path: Path) -> list[Path]:
        """Write the scenario, the draws beside it, and a page if jinja2 is there; what was written.

        Raises AfterbanError if that cannot be done.
        """
        from afterban.experiment.draws import write_draws
        from afterban.files import write_text
        from afterban.logs.checking import FAULTS, write_faults
        from afterban.report.html.fitted import page
        from afterban.report.html.render import write as write_page

        made = make(self.found, self.base, self.source, path, name_of(path))
        scenario = made.scenario(path)
        written = [path]
        try:
            shown = page(self, made)
        except MissingExtra:  # what it is made with is not installed: all else is written
            shown = ""
        try:
            write_text(path, made.text)
        except OSError as error:
            raise AfterbanError(
                f"{path}: the scenario cannot be written ({error.strerror}); choose another place"
            ) from None
        frame = made.draws()
        if len(frame.columns):
            written.append(path.with_suffix(".parquet"))
            write_draws(
                written[-1],
                frame,
                {
                    "what": "fit of a log",
                    "scenario": scenario.name,
                    "digest": scenario.digest(),
                    "seed": self.seed,
                    "parameters": list(frame.columns),
                },
            )
        if shown:
            written.append(path.with_suffix(".html"))
            write_page(written[-1], shown)
        if self.log.faults.kinds:
            written.append(path.parent / FAULTS)
            write_faults(written[-1], self.log.faults)
        return written


def fit(
    log: str | Path,
    base: str | Path | None = None,
    *,
    mapping: Mapping[str, str] | None = None,
    timezone: str = "UTC",
    until: str | None = None,
    linkage_recall: float | tuple[float, float] | None = None,
    allow_faults: float = reading.MOST_FAULTY,
    hold_out: int = 0,
    draws: int = 400,
    seed: int = 1,
) -> Fit:
    """Fit a log of accounts: see ``afterban fit``.

    log: a CSV file.  base: scenario that the fitted one stands on, by name or path; a complete one
    on ``minimal`` if None.  mapping: known column -> name in the file.
    timezone: of times that have none.  until: when the log ends.
    linkage_recall: share of the links that were found, or a range of it.
    allow_faults: share of rows that may be faulty.  hold_out: last months that are kept back and
    predicted.  draws, seed: of the bootstrap over operators.

    Raises AfterbanError for a file that is no log, and for what cannot be asked.
    """
    given = _recall(linkage_recall)
    if not 0 <= hold_out <= MOST_MONTHS:
        raise AfterbanError(f"--hold-out {hold_out}: write whole months, from 0 to {MOST_MONTHS}")
    if not 50 <= draws <= 10_000:
        raise AfterbanError(f"--draws {draws}: write 50 to 10,000")
    scenario, source = _base(base)
    whole = reading.read(log, mapping, timezone, until, allow_faults)
    boot = Bootstrap(seed, draws)
    asked = {"linkage_recall": given, "hold_out": hold_out, "timezone": timezone}
    used = whole
    if hold_out:
        used = _before(whole, hold_out, log, mapping, timezone, allow_faults)
    found = _found(used, scenario, boot, given)
    if hold_out:
        told = holdout.predictions(used, whole, found.chains, found.lives, found.returns, hold_out)
        found = dataclasses.replace(found, predictions=told)
    made = make(found, scenario, source, None, name_of(Path(str(log))))
    made.scenario(Path("fitted.yaml"))  # what cannot be read again is found before it is written
    return Fit(found, made, scenario, source, hold_out, draws, seed, asked)


def _base(base: str | Path | None) -> tuple[Scenario, str | None]:
    from afterban.scenario import Scenario

    if base is None:
        return Scenario.from_yaml(BASE), None
    return Scenario.from_yaml(base), str(base)


def _recall(given: float | tuple[float, float] | None) -> tuple[float, float] | None:
    if given is None:
        return None
    low, high = (given, given) if isinstance(given, int | float) else given
    if not 0 < low <= high <= 1:
        raise AfterbanError(
            f"--linkage-recall {low:g}-{high:g}: the share of links found is above 0 and at most 1"
        )
    return float(low), float(high)


def _before(
    whole: Log,
    months: int,
    log: str | Path,
    mapping: Mapping[str, str] | None,
    timezone: str,
    allow: float,
) -> Log:
    """The log as it would have been so many months before."""
    cut = whole.until - months * holdout.MONTH
    if cut <= whole.since + holdout.MONTH:
        raise AfterbanError(
            f"--hold-out {months}: the log has {whole.end / holdout.MONTH:.1f} months; leave one "
            "at least to fit"
        )
    return reading.read(log, mapping, timezone, date_of(cut).isoformat(), allow)


def _found(log: Log, base: Scenario, boot: Bootstrap, given: tuple[float, float] | None) -> Found:
    """Every estimate of a log."""
    chains = lineages.of(log)
    back = returning.returns(log, chains, boot, given)
    returns = back if isinstance(back, returning.Returns) else None
    first = back.quantities if isinstance(back, returning.Returns) else back
    lives = lifetimes.lifetimes(log, chains, boot)
    pressed = pressure.pressure(log, chains, boot, lives)
    acted = action.action(log, chains, boot)
    names = naming.naming(log, chains, boot)
    people = regain.regain(log, chains, boot, segments_of(base))
    wrong = mistakes.mistakes(log, chains, boot)
    recall = returns.recall if returns else None
    size = sizes.sizes(log, chains, boot, recall, pressed.weight)
    every = [
        *(first, lives.quantities, filter(None, [pressed.quantity]), acted.quantities, names),
        *(people.quantities, wrong.quantities, size.quantities),
    ]
    quantities = tuple(one for group in every for one in group)
    return Found(log, chains, returns, lives, pressed, acted, people, wrong, size, quantities)


def name_of(path: Path) -> str:
    """The name of a scenario in this file: small letters, digits and hyphens."""
    word = "".join(c if c.isascii() and c.isalnum() else "-" for c in path.stem.lower())
    word = "-".join(filter(None, word.split("-")))[:40]
    return word if word and word[0].isalpha() else f"log-{word}".rstrip("-")


def _return_words(q: Quantity) -> str:
    if q.tells == "lower bound":
        return f"{q.value:.0%} of operators come back at least: {q.why}"
    return f"{q.value:.0%} of operators come back ({interval_text(q)})"
