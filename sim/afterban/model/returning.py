"""What an operator does after a suspension."""

from __future__ import annotations

from afterban.jit import compiled


@compiled
def return_probability(probability: float, fatigue: float, life: int) -> float:
    """Probability of coming back after the suspension of life number ``life`` (from 1)."""
    return probability * fatigue ** (life - 1)
