"""Cross-promotion: the accounts that survive send their followers to the ones that came back."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from afterban.jit import compiled
from afterban.mechanisms import state as s

Floats = npt.NDArray[np.float64]


@compiled
def seen_at_least_once(view_probability: float, posts: int) -> float:
    """Probability that a follower sees at least one of ``posts`` posts, views independent."""
    return 1.0 - (1.0 - view_probability) ** posts


@compiled
def moved_share(
    seen: float, overlap: float, audience: float, promoter_audience: float, followers: float
) -> float:
    """Share of a detached audience that one promotion brings back at once (0 to 1).

    view probability x share of the audience that the two have in common x the promoter's own
    attached share at that moment.  The two have in common ``overlap`` of the smaller audience, so
    a small account can send little to a large one.
    """
    if audience <= 0.0 or promoter_audience <= 0.0:
        return 0.0
    common = overlap * min(1.0, promoter_audience / audience)
    return seen * common * (followers / promoter_audience)


@compiled
def promote(row: Floats, insiders: float, outsiders: float, untouched_factor: float) -> None:
    """Move the shares ``insiders`` and ``outsiders`` of the detached, and some untouched, to F."""
    found = insiders * row[s.DETACHED_IN]
    new = untouched_factor * insiders * row[s.UNTOUCHED_IN]
    row[s.ATTACHED_IN] += found + new
    row[s.DETACHED_IN] -= found
    row[s.UNTOUCHED_IN] -= new
    found = outsiders * row[s.DETACHED_OUT]
    new = untouched_factor * outsiders * row[s.UNTOUCHED_OUT]
    row[s.ATTACHED_OUT] += found + new
    row[s.DETACHED_OUT] -= found
    row[s.UNTOUCHED_OUT] -= new
