"""Moves: which key results moved most since the week before, or in the second half."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from okr_core.plan.retirement import half_time
from okr_core.progress.trends import WEEK
from okr_report.report_facts import ReportFacts

_MOST = 6
_NOTICED = Fraction(1, 100)
"""A smaller move is noise on the first screen."""


@dataclass(frozen=True, slots=True)
class Move:
    """A key result whose progress changed.

    Attributes:
        before: Progress at the earlier time, in [0, 1].
        after: Progress now, in [0, 1].
    """

    id: str
    title: str
    before: Fraction
    after: Fraction

    @property
    def change(self) -> Fraction:
        """After − before."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Moves:
    """The largest moves since a time.

    Attributes:
        since: A week before in a running cycle, half-time in one that is over.
        rose: How many key results rose noticeably.
        fell: How many fell.
        still: How many did neither, of those known at both times.
        largest: The largest moves of either direction.
    """

    since: datetime
    rose: int
    fell: int
    still: int
    largest: tuple[Move, ...]


def moves(facts: ReportFacts) -> Moves | None:
    """What moved; None where nothing is known at two times."""
    trend = facts.snapshot.trend
    index = _earlier(facts)
    if index is None:
        return None
    found = []
    for kr in facts.plan.active_key_results:
        line = trend.items.get(kr.id)
        before = line.progress[index] if line else None
        after = line.progress[-1] if line else None
        if before is not None and after is not None:
            found.append(Move(kr.id, kr.title, before, after))
    if not found:
        return None
    moved = [move for move in found if abs(move.change) >= _NOTICED]
    rose = sum(move.change > 0 for move in moved)
    largest = sorted(moved, key=lambda move: -abs(move.change))[:_MOST]
    counts = (rose, len(moved) - rose, len(found) - len(moved))
    return Moves(trend.times[index], *counts, tuple(largest))


def _earlier(facts: ReportFacts) -> int | None:
    """Place of the time to compare with: the last one that is early enough."""
    times = facts.snapshot.trend.times
    over = facts.phase in {"ended", "closed"}
    latest = half_time(facts.plan.cycle) if over else times[-1] - WEEK
    early = [index for index, at in enumerate(times[:-1]) if at <= latest]
    return early[-1] if early else None
