"""That nobody of an audience is made or lost: F + D + U + G = A."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from afterban.theory import check


def conservation_error(
    attached: ArrayLike,
    detached: ArrayLike,
    untouched: ArrayLike,
    gone: ArrayLike,
    audience: ArrayLike,
) -> float:
    """Largest relative departure from F + D + U + G = A, and from every compartment's being >= 0.

    Args:
        attached: F, people; like the others of any shape that fits the rest.
        detached: D, people.
        untouched: U, people.
        gone: G, people.
        audience: A, people, above 0.

    Returns:
        A share of A; 0 if everything is in order, ``nan`` if something is not a number.

    Raises:
        ValueError: nothing to check, or an audience that is not above 0.
    """
    parts = [check.array(p) for p in (attached, detached, untouched, gone)]
    whole = check.array(audience)
    if whole.size == 0 or any(p.size == 0 for p in parts):
        raise ValueError("there is nothing to check")
    if not (whole > 0).all():
        raise ValueError("an audience is above 0")
    total = np.abs(parts[0] + parts[1] + parts[2] + parts[3] - whole) / whole
    below = [np.max(-p / whole) for p in parts]
    return float(np.max([np.max(total), *below, 0.0]))
