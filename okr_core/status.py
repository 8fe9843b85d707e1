"""Status: the word for how an item stands, and what is shown of it when its data is old."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from okr_core.sums import Ratio
from okr_core.workspace import StatusPolicy

Status = Literal["closed", "pending", "missed", "done", "ahead", "on_track", "behind", "at_risk"]
Shown = Status | Literal["stale"]

WORST_FIRST: tuple[Shown, ...] = (
    "missed",
    "at_risk",
    "stale",
    "behind",
    "on_track",
    "ahead",
    "done",
)
"""Which of its items an objective shows; closed and pending ones are not among them."""
GREEN = frozenset[Status]({"ahead", "on_track", "done"})
"""What old data may not claim."""


def shown(status: Status, stale: bool) -> Shown:
    """What is displayed: staleness takes the green away, never the red.

    >>> shown("on_track", True), shown("at_risk", True)
    ('stale', 'at_risk')
    """
    return "stale" if stale and status in GREEN else status


class Thresholds:
    """The lowest gap of each status, as whole numbers, since each key result is compared."""

    __slots__ = ("_bands",)

    def __init__(self, policy: StatusPolicy) -> None:
        self._bands: tuple[tuple[Status, Ratio], ...] = (
            ("ahead", policy.ahead.as_integer_ratio()),
            ("on_track", policy.on_track.as_integer_ratio()),
            ("behind", policy.behind.as_integer_ratio()),
        )

    def status_of(self, gap: Fraction) -> Status:
        """The best status whose lowest gap is met; exactly met is met.

        >>> Thresholds(StatusPolicy()).status_of(Fraction(-1, 20))
        'on_track'
        """
        numerator, denominator = gap.as_integer_ratio()
        for status, (lowest, unit) in self._bands:
            if numerator * unit >= lowest * denominator:
                return status
        return "at_risk"


def status_of_confidence(confidence: int) -> Status:
    """The status that a person's word gives where there is no pace: 7 to 10, 4 to 6, below."""
    if confidence >= 7:
        return "on_track"
    return "behind" if confidence >= 4 else "at_risk"
