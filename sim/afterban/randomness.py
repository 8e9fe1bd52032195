"""The only place where randomness is made: every draw is a pure function of a key.

The key is (seed, replication, decision, operator, life, ordinal).  The generator is Philox4x32-10
(Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", SC11): the pair
(seed, replication) is its key, the other four are its counter.  Nothing is kept between draws, so
no draw depends on the order in which a simulation happens to look at its operators: two policies
share every draw that they have in common, and an extra operator changes nobody else's.

Checked against the published test vectors in ``tests/unit/test_randomness.py``.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from afterban import channels

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

# Decisions: the third part of a key. A number is never given to a second decision, since old
# results could then not be made again. Those of detection stand in the table of channels.
WORLD_AUDIENCE: Final = 1
WORLD_POSTS: Final = 2
WORLD_DEGREE: Final = 3
WORLD_PROMINENCE: Final = 4
WORLD_NEIGHBOUR: Final = 5
HANDLE_BASE: Final = 6
HANDLE_CHOICE: Final = 7
HANDLE_EDIT: Final = 8
HANDLE_ORDINARY: Final = 9
SIGNUP: Final = channels.rate("signup").draw  # 10
HANDLE_MATCH: Final = channels.rate("handle_recall").draw  # 11
REPORT: Final = channels.rate("reports").draw  # 12
CLASSIFIER: Final = channels.rate("classifier").draw  # 13
THREAT: Final = channels.rate("threats").draw  # 14
PULSE: Final = 15
WATCH: Final = channels.rate("watch").draw  # 16
LINK_PROMOTED: Final = channels.rate("link_promoted").draw  # 17
LINK_PROMOTER: Final = channels.rate("link_promoter").draw  # 18
TIME_TO_ACTION: Final = 20
SERVICE: Final = 21
DECISION: Final = 22
ACTION_DELAY: Final = 23
BENIGN_ARRIVAL: Final = 24
BENIGN_SERVICE: Final = 25
BENIGN_DECISION: Final = 26
APPEAL: Final = 27
RETURN: Final = 30
MOVE: Final = 31
PROMOTE: Final = 40
RECRUIT: Final = 41
RECRUIT_DELAY: Final = 42
WORLD_RETURNS: Final = 80  # an operator's own factor, see scenario.sections.network
WORLD_REFOLLOW: Final = 81
WORLD_LOST: Final = 82
RETALIATION: Final = channels.rate(
    "retaliation"
).draw  # 90: whether an operator that is back threatens, and how soon
# 50 was given to the follows of sampled outsiders.
WRONG_FLAG: Final = 51  # of a channel that flags all the time: when, and its place among the rates
WRONG_AT_SIGNUP: Final = 52
WRONG_AT_MATCH: Final = 53
WRONG_AT_LINK: Final = 54
WRONG_AT_PULSE: Final = 55
WRONG_SERVICE: Final = 56
WRONG_DECISION: Final = 57
WRONG_APPEAL: Final = 58
APPEAL_REVIEW: Final = 59  # whether an appeal succeeds, and the time that a reviewer takes for it
LOOK_ALIKE: Final = 92  # when an ordinary user like a sampled one is flagged, and the flag's number
OBSERVED: Final = 93  # how far off what is observed of an account is, for each window
SWEEP_ORDER: Final = 60
SWEEP_PLACE: Final = 61
SWEEP_SHIFT: Final = 62
EXPLORE_ORDER: Final = 64  # orders of points, of which one is a test by shuffling
ARRIVAL: Final = 70
ARRIVAL_NEIGHBOUR: Final = 71

_MASK = 0xFFFFFFFF
_MULTIPLIER_0 = 0xD2511F53
_MULTIPLIER_1 = 0xCD9E8D57
_WEYL_0 = 0x9E3779B9
_WEYL_1 = 0xBB67AE85
_TO_UNIT = 2.0**-52


def philox4x32(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> tuple[Any, Any, Any, Any]:
    """Ten rounds of Philox4x32: counter (four words of 32 bits) and key (two) to four words.

    Words are whole numbers of Python, or arrays of unsigned 64-bit numbers for many draws at once.
    """
    for _ in range(10):
        p0 = _MULTIPLIER_0 * c0
        p1 = _MULTIPLIER_1 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & _MASK, (p0 >> 32) ^ c3 ^ k1, p0 & _MASK
        k0 = (k0 + _WEYL_0) & _MASK
        k1 = (k1 + _WEYL_1) & _MASK
    return c0, c1, c2, c3


def _unit(high: Any, low: Any) -> Any:
    """Two words of 32 bits to a number in the open interval (0, 1), of 52 random bits."""
    return (((high >> 6) << 26) + (low >> 6) + 0.5) * _TO_UNIT


def uniforms(
    seed: int, replication: int, decision: int, operator: int, life: int, ordinal: int
) -> tuple[float, float]:
    """Two independent draws from the open interval (0, 1), of 52 random bits each.

    Every part of the key is an integer from 0 to 2^32 - 1.
    """
    # int() since numpy's own whole numbers wrap, with a warning.
    w0, w1, w2, w3 = philox4x32(
        int(operator), int(life), int(ordinal), int(decision), int(seed), int(replication)
    )
    return _unit(w0, w1), _unit(w2, w3)


def uniforms_of_many(
    seed: int, replication: int, decision: int, operators: Any, life: int, ordinals: Any
) -> tuple[Floats, Floats]:
    """Both draws of :func:`uniforms` for these operators and ordinals, which are broadcast."""
    operators, ordinals = np.broadcast_arrays(
        np.asarray(operators, dtype=np.uint64), np.asarray(ordinals, dtype=np.uint64)
    )
    w0, w1, w2, w3 = philox4x32(
        operators, int(life), ordinals, int(decision), int(seed), int(replication)
    )
    return _unit(w0, w1), _unit(w2, w3)
