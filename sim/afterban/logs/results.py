"""All that a log says, before it is told or written."""

from __future__ import annotations

from dataclasses import dataclass

from afterban.logs.action import Action
from afterban.logs.estimates import Quantity
from afterban.logs.holdout import Prediction
from afterban.logs.lifetimes import Lifetimes
from afterban.logs.lineages import Lineages
from afterban.logs.mistakes import Mistakes
from afterban.logs.pressure import Pressure
from afterban.logs.record import Log
from afterban.logs.regain import Regain
from afterban.logs.returning import Returns
from afterban.logs.sizes import Sizes


@dataclass(frozen=True)
class Found:
    """Every estimate of a log.

    returns: None where the log has too few links.  quantities: all of them, in the order of a
    table.
    """

    log: Log
    chains: Lineages
    returns: Returns | None
    lives: Lifetimes
    pressure: Pressure
    action: Action
    regain: Regain
    mistakes: Mistakes
    sizes: Sizes
    quantities: tuple[Quantity, ...]
    predictions: tuple[Prediction, ...] = ()

    def quantity(self, key: str) -> Quantity | None:
        """A quantity by its key, None if the log has none."""
        return next((one for one in self.quantities if one.key == key), None)
