"""What operators change after they have seen how they were found, and how far that could go."""

from __future__ import annotations

from typing import Final

from pydantic import model_validator

from afterban.language.fields import Section, param
from afterban.language.kinds import Duration, Factor
from afterban.units import format_number

LARGEST_ANSWER: Final = 10.0  # times as much for one end of a life
SHORTEST_WAIT: Final = 0.1  # of a factor on a delay

# What can be answered, in the order of the section.
ANSWERED: Final = ("handle_match", "reports", "classifier", "link_match", "quick_action")


def _no_answer(key: str, factor: float) -> str:
    """What is wrong with one factor; "" if nothing is."""
    if factor > LARGEST_ANSWER:
        return f"a factor of {format_number(factor)} is too large; it is at most 10"
    if key == "quick_action" and factor < SHORTEST_WAIT:
        return f"a factor of {format_number(factor)} on a delay is too small; it is at least 0.1"
    return ""


class Adaptation(Section):
    """What operators change with each life that ended so: factors on their habits, 1 for nothing.

    A factor holds for all further lives of the operator, and multiplies with each such end; no
    habit grows beyond a hundred times what it was.
    """

    handle_match: Factor = param(
        1.0,
        "factor on how often the next handles are near-identical, for each life that the handle "
        "match ended",
    )
    reports: Factor = param(
        1.0, "factor on the posting rate, for each life that reports by users ended"
    )
    classifier: Factor = param(
        1.0, "factor on the posting rate, for each life that the classifier ended"
    )
    link_match: Factor = param(
        1.0, "factor on how often it promotes others, for each life that the link match ended"
    )
    quick_action: Factor = param(
        1.0, "factor on the time until it comes back, for each life that ended by quick action"
    )
    quick: Duration = param(
        1.0, "time from the flag to the suspension up to which action is quick", unit="days"
    )

    @model_validator(mode="after")
    def _is_an_answer(self) -> Adaptation:
        for key in ANSWERED:
            what = _no_answer(key, getattr(self, key))
            if what:
                raise ValueError(f"{key}: {what}")
        return self


class ResponseBounds(Section):
    """How far operators could go: what the worst response to a policy is searched within."""

    handle_match: list[Factor] = param(
        list, "least and largest factor of adaptation.handle_match; as stated if left out"
    )
    reports: list[Factor] = param(list, "likewise of adaptation.reports")
    classifier: list[Factor] = param(list, "likewise of adaptation.classifier")
    link_match: list[Factor] = param(list, "likewise of adaptation.link_match")
    quick_action: list[Factor] = param(list, "likewise of adaptation.quick_action")

    @model_validator(mode="after")
    def _are_bounds(self) -> ResponseBounds:
        for key in ANSWERED:
            ends = getattr(self, key)
            if not ends:
                continue
            if len(ends) != 2 or ends[0] > ends[1]:
                raise ValueError(f"{key}: these are no bounds; write `[least, largest]`")
            if not ends[0] <= 1.0 <= ends[1]:
                raise ValueError(
                    f"{key}: 1 is not within the bounds, and nobody has to respond; widen them"
                )
            what = _no_answer(key, ends[0]) or _no_answer(key, ends[1])
            if what:
                raise ValueError(f"{key}: {what}")
        return self
