"""Outlook: what a key result's dates mean at a time: its due day, its freshness, its pace."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import NamedTuple

from okr_core.plan.metrics import Milestones
from okr_core.plan.plan import KeyResult
from okr_core.progress.pace import expected_parts, expected_progress
from okr_core.progress.timeline import Timeline
from okr_core.record.entries import CheckIn, Entry, Reading


class Outlook(NamedTuple):
    """What dates and pace mean at a time; many key results share one.

    Attributes:
        passed: Whether the last minute of the due day is over.
        fresh_from: The oldest time at which a reading or a check-in is still fresh: cadence and
            grace, counted back from now or, once due has passed, from there, since nothing is
            measured afterwards.
        expected: Progress that should be reached; None where due lies before starts.
    """

    passed: bool
    fresh_from: datetime
    expected: Fraction | None

    def is_stale(self, reading: Reading | None, said_at: datetime | None) -> bool:
        """Whether the newest of the two is too old; nothing at all is pending, not stale.

        Args:
            reading: The current reading.
            said_at: When the last check-in was said.
        """
        if reading is not None and reading.at >= self.fresh_from:
            return False
        if said_at is not None:
            return said_at < self.fresh_from
        return reading is not None


class Outlooks:
    """The outlooks of a plan's key results at a time, each worked out once.

    Args:
        time: The plan at its time.
        days_off: Holidays, for the pace `workdays`.
    """

    def __init__(self, time: Timeline, days_off: Collection[date]) -> None:
        self._time = time
        self._day = time.plan.cycle.day_of(time.as_of)
        self._days_off = frozenset(days_off)
        self._known: dict[tuple[date | None, date | None, str, str], Outlook] = {}

    def of(self, kr: KeyResult) -> Outlook:
        """What the key result's dates mean now."""
        if type(kr.metric) is Milestones or kr.pace.steps:  # a pace of its own
            return self._worked_out(kr)
        key = (kr.starts, kr.due, kr.pace.curve, kr.cadence)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._worked_out(kr)
        return known

    def _worked_out(self, kr: KeyResult) -> Outlook:
        plan, as_of = self._time.plan, self._time.as_of
        ends = plan.cycle.end_of(plan.due_of(kr))
        fresh_from = min(ends, as_of) - self._time.lasts[kr.cadence]
        return Outlook(ends <= as_of, fresh_from, self._expected(kr))

    def _expected(self, kr: KeyResult) -> Fraction | None:
        starts, due = self._time.plan.starts_of(kr), self._time.plan.due_of(kr)
        if type(kr.metric) is Milestones:
            dated = expected_parts(kr.metric, due, self._day)
            if dated is not None:
                return dated
        return expected_progress(kr.pace, starts, due, self._day, self._days_off)


def last_word(entries: Sequence[Entry], as_of: datetime) -> tuple[int | None, datetime | None]:
    """The last confidence that was said, and when the last check-in was, with or without one.

    Args:
        entries: Entries about one key result, in any order.
        as_of: Time in UTC; later ones do not count.
    """
    if not entries:
        return None, None
    said = [(entry.at.astimezone(UTC), entry.body) for entry in entries if entry.at <= as_of]
    check_ins = [(at, body) for at, body in said if isinstance(body, CheckIn)]
    check_ins.sort(key=lambda pair: pair[0])
    sure = [body.confidence for _, body in check_ins if body.confidence is not None]
    return sure[-1] if sure else None, check_ins[-1][0] if check_ins else None
