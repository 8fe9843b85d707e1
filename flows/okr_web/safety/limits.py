"""Limits: how often one may do a thing in a while, counted in this process."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

_KEPT = 10_000
"""Names whose counts are kept; past it those that were silent longest are forgotten."""


class Limit:
    """So many for each name in a while, refilled evenly.

    Args:
        most: How many; as many may come at once.
        seconds: How long the while is.
    """

    def __init__(self, most: int, seconds: float = 60) -> None:
        self._most, self._seconds = float(most), seconds
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def allows(self, name: str, now: float, cost: float = 1) -> bool:
        """Whether one more is allowed, which is then counted.

        Args:
            name: Who does it.
            now: Seconds on a clock that only goes forward.
            cost: 0 only looks.
        """
        with self._lock:
            left, since = self._left.pop(name, (self._most, now))
            left = min(self._most, left + (now - since) * self._most / self._seconds)
            allowed = left >= max(cost, 1)
            self._left[name] = (left - cost if allowed else left), now
            while len(self._left) > _KEPT:
                self._left.popitem(last=False)
            return allowed
