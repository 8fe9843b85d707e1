"""Freshness: whether the newest word on a key result is still young enough to trust a green."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from okr_core.entries import CheckIn, Entry, Reading
from okr_core.plan import KeyResult
from okr_core.timeline import Timeline


class Due(NamedTuple):
    """What a due day means at a time.

    Attributes:
        passed: Whether its last minute is over.
        fresh_from: The oldest time at which a reading or a check-in is still fresh.
    """

    passed: bool
    fresh_from: datetime

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


class Freshness:
    """Due days as seen from a time, each worked out once.

    Data is fresh for its cadence and the grace, counted back from that time or, once due has
    passed, from there: nothing is measured afterwards.
    """

    def __init__(self, time: Timeline) -> None:
        self._time = time
        self._dues: dict[tuple[date, str], Due] = {}

    def due(self, kr: KeyResult) -> Due:
        """What the key result's due day means now."""
        day = self._time.plan.due_of(kr)
        known = self._dues.get((day, kr.cadence))
        if known is None:
            ends, as_of = self._time.plan.cycle.end_of(day), self._time.as_of
            known = Due(ends <= as_of, min(ends, as_of) - self._time.lasts[kr.cadence])
            self._dues[day, kr.cadence] = known
        return known


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
