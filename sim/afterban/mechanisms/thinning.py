"""Thinning: events at a rate that changes with the audience, from candidates at a constant one.

Candidates come at the highest rate that there can be, each with a mark that is uniform on (0, 1);
one is real if its mark lies below the share that the rate has reached by then.  So a candidate's
day and mark hang on nothing that happens meanwhile, and more followers make more events, never
others.

Lewis and Shedler (1979), Naval Research Logistics 26, 403-413: thinning of a Poisson process.
Checked by ``tests/unit/test_rules.py``.
"""

from __future__ import annotations


def is_real(mark: float, most: float, now: float) -> bool:
    """Whether a candidate is an event.

    mark: its draw, in (0, 1).  most: rate at which candidates come.  now: rate of events at this
    moment, from 0 to ``most``, in the same unit.
    """
    return bool(mark * most < now)
