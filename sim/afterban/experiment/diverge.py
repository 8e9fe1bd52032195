"""Where two runs part: the first event that is not in both, and the draw that did it.

Both runs are made again side by side by the reference engine, event by event, until they differ.
Draws of the same key are the same in two arms, so that what sets them apart is what a draw is held
against, or the time that is made of it; between two seeds it is the draw itself.

Checked by ``tests/experiment/test_diverge.py``.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from afterban import engines, randomness, results
from afterban.channels import OF_RATE, RATES
from afterban.engines import events as ev
from afterban.engines.agreement import differences
from afterban.experiment.apart import lives_apart, names_of, settings_of, with_folders
from afterban.experiment.diverged import Divergence, Draw, Happening
from afterban.experiment.one_run import Run
from afterban.experiment.witness import HELD, Event, Use, Witness, first_unlike
from afterban.world import build

if TYPE_CHECKING:
    from afterban.engines import EngineName

HAPPENS: Final = {
    ev.PULSE: "a campaign suspends accounts",
    ev.SUSPEND: "{who} is suspended",
    ev.DECIDE: "a review of {who} is decided",
    ev.CREATE: "{who} is made",
    ev.PUBLISH: "{who} becomes public",
    ev.RECRUIT: "{who} may win somebody over",
    ev.PROMOTE: "a neighbour promotes {who}",
    ev.BENIGN: "an ordinary user is reported",
    ev.WRONG_FLAG: "a channel flags an ordinary user",
    ev.APPEAL: "an ordinary user appeals",
    ev.OWN_APPEAL: "an operator appeals",
    **{one.event: OF_RATE[one.name].finds for one in RATES if one.event},
}
DECISIONS: Final[Mapping[int, str]] = {one.draw: one.name.replace("_", " ") for one in RATES} | {
    number: name.lower().replace("_", " ")
    for name, number in vars(randomness).items()
    if name.isupper() and not name.startswith("_") and isinstance(number, int)
}


def diff(one: Run | str, other: Run | str) -> Divergence:
    """Where two runs part: arms, seeds, replications, scenarios, or folders of results.

    A text is read as :meth:`Run.parse` does.  Of two folders it is told first how they were made,
    and their tables are compared life by life; they are run again if their scenario, seed or arm is
    not the same.  Raises AfterbanError.
    """
    a, b = (run.checked() if isinstance(run, Run) else Run.parse(run) for run in (one, other))
    found = Divergence(names_of(a, b))
    if a.folder is not None and b.folder is not None:
        found = with_folders(found, a, b)
        alike = a.scenario.digest() == b.scenario.digest()
        if alike and (a.policy, a.chosen_seed, a.replication) == (
            b.policy,
            b.chosen_seed,
            b.replication,
        ):
            return found
    return _events(found, a, b)


def diff_engines(run: Run | str, first: EngineName = "compiled") -> Divergence:
    """The same run by both engines, life by life.  Raises AfterbanError."""
    run = run.checked() if isinstance(run, Run) else Run.parse(run)
    second: EngineName = "reference" if first == "compiled" else "compiled"
    parameters = run.parameters()
    seed, number = run.chosen_seed, run.replication
    world = build(parameters, seed, number)
    made = [engines.run(parameters, world, seed, number, name) for name in (first, second)]
    tables = [
        results.account_table(run.arm, run.policy, number, records, world).to_pandas()
        for records in made
    ]
    lives = lives_apart(tables[0], tables[1], (first, second))
    return Divergence(
        (first, second),
        events=made[0].events if made[0].events == made[1].events else 0,
        lives=(*lives, *(line for line in differences(*made) if not line.startswith("account"))),
        compared=(len(tables[0]), len(tables[1])),
    )


# --- event by event ---------------------------------------------------------------------------


def _events(found: Divergence, a: Run, b: Run) -> Divergence:
    """The first event at which two runs part, or the first life where all events are the same."""
    pairs = [(run, run.parameters()) for run in (a, b)]
    worlds = [build(p, run.chosen_seed, run.replication) for run, p in pairs]
    one, other = (
        Witness(p, world, run.chosen_seed, run.replication)
        for (run, p), world in zip(pairs, worlds, strict=True)
    )
    found = replace(
        found, world=tuple(first_unlike(worlds[0], worlds[1])), settings=settings_of(a, b)
    )
    count = 0
    for x, y in itertools.zip_longest(one.each_event(), other.each_event()):
        if x != y:
            break
        count += 1
    else:
        return _tables(replace(found, events=count), (a, one), (b, other))
    earlier = 0 if y is None or (x is not None and x < y) else 1
    event = (x, y)[earlier]
    assert event is not None
    here, there = (one, other) if earlier == 0 else (other, one)
    uses = _cause(here, there, event)
    return replace(
        found,
        events=count,
        first=(_happening(x, one, a), _happening(y, other, b)),
        earlier=earlier,
        draw=None if uses is None else _draw(*(uses if earlier == 0 else uses[::-1])),
    )


def _tables(found: Divergence, a: tuple[Run, Witness], b: tuple[Run, Witness]) -> Divergence:
    """All events are the same: what came of them may not be."""
    tables = []
    for run, witness in (a, b):
        table = results.account_table(
            run.arm, "", run.replication, witness.collect(), witness.world
        ).to_pandas()
        tables.append(table.assign(replication=0))
    return replace(
        found,
        lives=tuple(lives_apart(tables[0], tables[1], found.names)),
        compared=(len(tables[0]), len(tables[1])),
    )


def _cause(here: Witness, there: Witness, event: Event) -> tuple[Use, Use | None] | None:
    """The draw that brought about an event here and not there, in both."""
    for use in here.brought_by(event):
        twin = there.uses.get(use.key)
        if twin is None:
            # It was made for something that happened here only: what decided that?
            for before in here.trail.get(use.made, ()):
                same = there.uses.get(before.key)
                if same is not None and _unlike(before, same):
                    return before, same
            return use, None
        if _unlike(use, twin):
            return use, twin
    return None


def _unlike(use: Use, twin: Use) -> bool:
    """Whether one draw did not come to the same in both runs."""
    outcomes = [[below for *_, below in each.held] for each in (use, twin)]
    return use.values != twin.values or use.day != twin.day or outcomes[0] != outcomes[1]


def _draw(one: Use | None, other: Use | None) -> Draw:
    use = one if one is not None else other
    assert use is not None
    decision, operator, life, ordinal = use.key
    pair = (one, other)
    # What is told of a draw is the value that made the difference: a probability, or else a time.
    chance = HELD.get(decision)
    lasts = [None if each is None or not each.held else each.held[-1] for each in pair]
    decided = None not in lasts and len({last[3] for last in lasts if last}) > 1
    timeless = all(each is None or each.day is None for each in pair)
    which = 0 if chance is None else chance if decided or timeless else 1 - chance
    held = [last if last is not None and last[1] == which else None for last in lasts]
    return Draw(
        decision=DECISIONS[decision],
        number=decision,
        operator=operator,
        life=life,
        ordinal=ordinal,
        asked=use.asked,
        values=tuple(None if each is None else each.values[which] for each in pair),  # type: ignore[arg-type]
        thresholds=tuple(None if last is None else last[2] for last in held),  # type: ignore[arg-type]
        below=tuple(None if last is None else last[3] for last in held),  # type: ignore[arg-type]
        days=tuple(None if each is None else each.day for each in pair),  # type: ignore[arg-type]
    )


def _happening(event: Event | None, witness: Witness, run: Run) -> Happening | None:
    if event is None:
        return None
    handle = witness.handle(event.operator) if event.operator >= 0 else ""
    who = "an ordinary user"
    if event.operator >= 0:
        name = f" (@{handle})" if handle else ""
        who = f"account {event.life} of operator {event.operator}{name}"
    told = HAPPENS.get(event.kind, f"event of kind {event.kind}").format(who=who)
    return Happening(
        event.day, _date(run.scenario.start, event.day), told, event.operator, event.life, handle
    )


def _date(start: Any, day: float) -> str:
    begin = dt.datetime.combine(start, dt.time()) if type(start) is dt.date else start
    return (begin + dt.timedelta(days=day)).strftime("%Y-%m-%d %H:%M")


__all__ = ["Divergence", "Run", "diff", "diff_engines"]
