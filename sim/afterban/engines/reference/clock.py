"""The clock of the reference engine."""

from __future__ import annotations

import heapq
from collections.abc import Generator
from typing import Any

import simpy

Steps = Generator[simpy.Event, Any, Any]
CaseRow = tuple[int, int, int, float, float, float, int, int]  # as in records.CASE

# Why a process is interrupted: what somebody else has done to its operator's account.
ACTED_ON = "acted on"
STRUCK = "struck"
CLEARED = "cleared"
LOOK_AGAIN = "look again"  # something earlier stands on its agenda
REINSTATED = "reinstated"


class Clock(simpy.Environment):
    """SimPy's environment, with events at an absolute day and the tie rule of ``events``."""

    def at(self, day: float, kind: int, operator: int = 0) -> simpy.Event:
        """An event on ``day``: exactly that day, where a time-out would add a rounding error."""
        event = simpy.Event(self)
        event._ok = True
        event._value = None
        # Interrupts and resource grants have SimPy's own small priorities, so they come first.
        waiting: list[Any] = self._queue
        heapq.heappush(waiting, (day, (kind << 40) + operator, next(self._eid), event))
        return event
