"""Recruitment: people outside who see an account are won over, and become operators themselves.

Candidates arrive as if the whole audience followed and every post were an ordinary one, so never
too late; each is then kept with the share that does and is (:mod:`afterban.mechanisms.thinning`).

Checked by ``tests/unit/test_rules.py`` and ``tests/analytic/test_recruitment.py``.
"""

from __future__ import annotations


def candidate_rate(
    per_impression: float, posts: float, view_probability: float, outsiders: float
) -> float:
    """Most people per day whom an account can win over: as if all ``outsiders`` followed it.

    per_impression: probability that one impression wins somebody over (0 to 1).  posts: per day,
    without bursts.  view_probability: that a follower sees a post.  outsiders: people in all.
    """
    return per_impression * posts * view_probability * outsiders


def another_recruit(recruited: int, most: int) -> bool:
    """Whether there is room for one more.  recruited: so far.  most: of the scenario."""
    return recruited < most
