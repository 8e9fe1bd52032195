"""How verdicts on claims are shown: what was published, beside what is simulated."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from afterban.cli import output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterban.claims import Claim, Verdict
    from afterban.scenario import Scenario
    from afterban.statistics import Estimate

NARROW = 120  # columns below which the table would break its words


def show(verdicts: list[Verdict], everything: bool = False) -> None:
    """The table of claims; with ``everything`` also scenario and document."""
    if not verdicts:
        return
    from afterban.claims import counted

    if output.screen_width() < NARROW:
        for v in verdicts:
            output.say("\n".join(_block(v, everything)))
    else:
        _table(verdicts, everything)
    output.say("; ".join(f"{count} {words}" for count, words in counted(verdicts)))


def note_powers(
    verdicts: Sequence[Verdict], scenario: Scenario, band: str, quiet: bool = False
) -> None:
    """Say which powers are out of date or were never measured, and what measures them.

    band: the command that makes the band of the scenario, and the powers of its own claims with it.
    """
    from afterban.errors import listed
    from afterban.experiment.ensemble import is_of_any_size, varied
    from afterban.experiment.thinning import operators_of

    for own, command in ((False, "afterban claims --power"), (True, band)):
        mine = [v for v in verdicts if v.claim.is_own is own]
        for why in dict.fromkeys(v.stale for v in mine if v.stale):
            names = listed([v.claim.id for v in mine if v.stale == why])
            output.note(
                f"the power of {names} was measured with {why}, so it does not count; "
                f"`{command}` measures it anew",
                quiet,
            )
    missing = [
        v.claim
        for v in verdicts
        if v.claim.is_own and v.simulated is not None and v.power is None and not v.stale
    ]
    if not missing or not varied(scenario):
        return
    whole = f"{band} --operators {operators_of(scenario)}"
    for of_any_size, command in ((True, band), (False, whole)):
        unknown = [claim.id for claim in missing if is_of_any_size(claim) is of_any_size]
        if unknown:
            output.note(
                f"whether {listed(unknown)} could have failed is not known; "
                f"`{command}` measures it",
                quiet,
            )


def _block(v: Verdict, everything: bool) -> list[str]:
    """A verdict in a few short lines, for narrow screens."""
    lines = [f"{v.claim.id}: {v.claim.says}"]
    if v.claim.figure is not None:
        lines.append(f"    cited      {v.claim.cited}")
    if v.simulated is not None and v.simulated.n:
        e = v.simulated
        value, ends = _simulated(e)
        lines.append(f"    simulated  {value} ({ends if e.n == 1 else f'{ends}, n = {e.n}'})")
    if everything and v.claim.scenario is not None:
        lines.append(f"    in         {_where(v.claim)}")
    return [*lines, f"    verdict    {'BROKEN: ' if v.broke else ''}{v.text}"]


def _table(verdicts: list[Verdict], everything: bool) -> None:
    head = ["id", "what", "cited", "simulated", "95 % interval", "n"]
    rows = []
    for v in verdicts:
        e = v.simulated if v.simulated is not None and v.simulated.n else None
        row = [v.claim.id, v.claim.says, v.claim.cited]
        row += ["", "", ""] if e is None else [*_simulated(e), str(e.n)]
        if everything:
            row += [_where(v.claim)]
        row += [f"{'BROKEN: ' if v.broke else ''}{v.text}"]
        rows.append(row)
    head += (["scenario, policy"] if everything else []) + ["verdict"]
    output.say_table(
        head,
        rows,
        title="Cited beside simulated",
        right=(2, 3, 5),
        fold=(1, 6, len(head) - 1),
    )


def _simulated(e: Estimate) -> tuple[str, str]:
    """Value and interval, with the digits that the interval leaves certain."""
    from afterban.report.words import rounded

    value = rounded(e.value, e.half_width)
    if math.isnan(e.low):
        return value, "n = 1: no interval"
    if e.low == e.high:
        return value, "no spread"
    return value, f"{rounded(e.low, e.half_width)} to {rounded(e.high, e.half_width)}"


def _where(claim: Claim) -> str:
    return "" if claim.scenario is None else f"{claim.scenario}, {claim.policy}"
