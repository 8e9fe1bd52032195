"""The search for the response to a policy that serves operators best, within stated bounds.

A response is a factor for each way of being found (``adaptation``).  The search looks at the stated
one, at none, at all corners of the bounds, and then around the best of each arm at half the
distance each round: each answer alone, and what was better of each together.  What is looked at
next is decided between rounds, by means over draws and over points, and by nothing else; so the
outcome is the same for any number of workers.

Checked by ``tests/experiment/test_responses.py``: against a grid, and where the worst is known.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from afterban.errors import AfterbanError
from afterban.parameters import WITHOUT_ENFORCEMENT
from afterban.scenario import Scenario
from afterban.scenario.inert import reasons_of
from afterban.scenario.sections.adaptation import ANSWERED, Adaptation

Floats: TypeAlias = npt.NDArray[np.float64]
Response: TypeAlias = tuple[float, ...]  # a factor for each of ANSWERED

ROUNDS: Final = 3  # after the corners, each with half the step of the one before
DIGITS: Final = 6  # of a factor that is looked at
NO_RESPONSE: Final[Response] = (1.0,) * len(ANSWERED)
_EQUAL: Final = 1e-12  # relative; means that are closer are the same, and the earlier one counts


@dataclass(frozen=True)
class Side:
    """How far operators could go in one answer.

    key: of ``adaptation``.  low, high: least and largest factor.  stated: the scenario's own.
    """

    key: str
    low: float
    high: float
    stated: float

    @property
    def is_open(self) -> bool:
        """Whether there is anything to search."""
        return self.high > self.low


def stated_in(scenario: Scenario) -> Response:
    """The response that a scenario states; 1 for every answer that it does not."""
    given = scenario.adaptation or Adaptation()
    return tuple(float(getattr(given, key)) for key in ANSWERED)


def sides_of(scenario: Scenario) -> tuple[Side, ...]:
    """The bounds of each answer: those of ``response_bounds``, else from 1 over its own range.

    Raises AfterbanError if nothing says how far operators could go.
    """
    found = []
    for key, stated in zip(ANSWERED, stated_in(scenario), strict=True):
        bounds = scenario.response_bounds
        ends = list(getattr(bounds, key)) if bounds is not None else []
        why = scenario.evidence.get(f"adaptation.{key}")
        if not ends and why is not None and why.range is not None:
            ends = [min(1.0, *why.range), max(1.0, *why.range)]
        low, high = ends or (stated, stated)
        found.append(Side(key, float(low), float(high), stated))
    if not any(side.is_open for side in found):
        raise AfterbanError(
            f"{scenario.name}: nothing says how far operators could go; write `response_bounds`, "
            "such as `response_bounds: {handle_match: [0, 1]}`, or a range beside a value of "
            "`adaptation`"
        )
    return tuple(found)


def idle_in(scenario: Scenario, arm: str, sides: Sequence[Side]) -> dict[str, str]:
    """Answers that can have no effect under an arm, such as to a channel that is off, and why."""
    paths = {side.key: f"adaptation.{side.key}" for side in sides if side.is_open}
    if arm == WITHOUT_ENFORCEMENT:
        return dict.fromkeys(paths, "nobody is ever suspended")
    reasons = reasons_of(scenario.arm(arm))
    return {key: reasons[path] for key, path in paths.items() if path in reasons}


def worst(
    sides: Sequence[Side],
    active: Sequence[frozenset[str]],
    evaluate: Callable[[Sequence[Response]], Floats],
    rounds: int = ROUNDS,
) -> tuple[list[Response], list[Response]]:
    """The response by which operators gain most in each of several columns, and all tried ones.

    Args:
        sides: bounds and the stated factor of each answer.
        active: of each column (an arm, as written or over points) the answers that can have an
            effect; the others stay as stated.
        evaluate: of all responses so far, in their order, what operators gain in each column,
            ``[responses, columns]``; NaN counts as nothing gained.  Called once a round.
        rounds: after the corners.

    The first of equal ones counts: none, then the stated one, then corners in their order.
    """
    stated = tuple(side.stated for side in sides)
    asked = list(dict.fromkeys([NO_RESPONSE, stated, *_corners(sides, active)]))
    gains = evaluate(asked)
    step = 0.5
    for _ in range(rounds):
        before = [asked[_best(gains[:, k])] for k in range(len(active))]
        near = [_around(one, sides, free, step) for one, free in zip(before, active, strict=True)]
        asked, gains = _looked_at(asked, gains, itertools.chain(*near), evaluate)
        place = {one: k for k, one in enumerate(asked)}
        both = [
            _together(one, those, [float(gains[place[each], k]) for each in (one, *those)])
            for k, (one, those) in enumerate(zip(before, near, strict=True))
        ]
        asked, gains = _looked_at(asked, gains, both, evaluate)
        step /= 2.0
    return [asked[_best(gains[:, k])] for k in range(len(active))], asked


def _looked_at(
    asked: list[Response],
    gains: Floats,
    more: Iterable[Response],
    evaluate: Callable[[Sequence[Response]], Floats],
) -> tuple[list[Response], Floats]:
    """All responses so far with further ones, and what is gained by each."""
    new = [one for one in dict.fromkeys(more) if one not in asked]
    return (asked + new, evaluate(asked + new)) if new else (asked, gains)


def _together(at: Response, near: Sequence[Response], gains: Sequence[float]) -> Response:
    """Each answer as in the best of those that differ from ``at`` in it alone, if that is better.

    gains: of ``at``, then of each of ``near``.
    """
    here, *others = gains
    best = {k: (here, at[k]) for k in range(len(at))}
    for one, gain in zip(near, others, strict=True):
        (k,) = (k for k in range(len(at)) if one[k] != at[k])
        if gain > best[k][0]:
            best[k] = gain, one[k]
    return tuple(best[k][1] for k in range(len(at)))


def _corners(sides: Sequence[Side], active: Sequence[frozenset[str]]) -> list[Response]:
    """All corners of the bounds of what acts under any arm."""
    acts = frozenset().union(*active)
    ends = [
        (side.low, side.high) if side.key in acts and side.is_open else (side.stated,)
        for side in sides
    ]
    return list(itertools.product(*ends))


def _around(
    at: Response, sides: Sequence[Side], free: frozenset[str], step: float
) -> list[Response]:
    """Responses that differ from one in one answer, by a step (part of its bounds), within them."""
    found = []
    for k, side in enumerate(sides):
        if side.key not in free or not side.is_open:
            continue
        for sign in (-1.0, 1.0):
            moved = at[k] + sign * step * (side.high - side.low)
            moved = float(f"{min(max(moved, side.low), side.high):.{DIGITS}g}")
            if moved != at[k]:
                found.append((*at[:k], moved, *at[k + 1 :]))
    return found


def _best(gains: Floats) -> int:
    """Place of the largest, the first of equal ones."""
    told = np.where(np.isfinite(gains), gains, -math.inf)
    most = float(told.max())
    close = _EQUAL * abs(most) if math.isfinite(most) else 0.0
    return int(np.argmax(told >= most - close))


def as_changes(response: Response) -> dict[str, str]:
    """What a response is in a scenario, by path, as it is written."""
    return {
        f"adaptation.{key}": f"{factor:.{DIGITS}g}"
        for key, factor in zip(ANSWERED, response, strict=True)
    }


def told(response: Response) -> Mapping[str, float]:
    """The answers that are another than none, by key."""
    return {key: x for key, x in zip(ANSWERED, response, strict=True) if x != 1.0}
