"""Draws of an analysis: the one place beside ``randomness`` where random numbers are made.

What a simulation draws is keyed, so that arms share it; see :mod:`afterban.randomness`.  What is
done with finished simulations (errors of observations, places of a design, resampling) draws from
here: numpy's own Philox with the seed of the scenario and a purpose as its key, so that the same
question gets the same answer, and no simulation ever sees it.

Checked by ``tests/experiment/test_generators.py``.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

Generator: TypeAlias = np.random.Generator

# What an analysis draws, by purpose.  No two may be the same number.
TABLE = 1  # places of the simulations of a posterior
ERRORS = 2  # of observations
RESAMPLED = 3
PREDICTED = 4
EMULATED = 5
TRUTHS = 6  # observations of known truths
PROOF = 7  # places of the simulations of a proof
PLANNED = 8  # mixes that a plan looks at
LEARNT = 9  # resampling of what is worth learning
TABLE_SEEDS = TABLE + (1 << 32)  # of those simulations
PROOF_SEEDS = PROOF + (1 << 32)


def generator(seed: int, purpose: int) -> Generator:
    """A generator that is the same for a seed and a purpose, anywhere.

    seed: of the scenario, below 2^32.  purpose: one of the numbers above.
    """
    return np.random.Generator(np.random.Philox(key=[seed, purpose]))
