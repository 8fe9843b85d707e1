"""Backfill days: on which past days somebody should have looked, and where nobody did. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from okr_core.basics.days import day_after, days_after
from okr_core.plan.cycle import Cycle
from okr_core.plan.plan import Cadence
from okr_core.record.entries import Reading
from okr_core.record.readings import MANUAL

_SECOND = timedelta(seconds=1)
_DAYS = 7
_WEEKS: dict[Cadence, int] = {"weekly": 1, "biweekly": 2}


@dataclass(frozen=True, slots=True)
class Window:
    """One stretch of a cadence; its last day is the day of the check-in."""

    first: date
    last: date


def windows(starts: date, due: date, cadence: Cadence) -> Iterator[Window]:
    """The stretches from the start to the due day, both included; the last may be shorter.

    >>> [str(w.last) for w in windows(date(2026, 10, 1), date(2026, 10, 17), "weekly")]
    ['2026-10-07', '2026-10-14', '2026-10-17']
    >>> [str(w.last) for w in windows(date(2026, 1, 31), date(2026, 4, 1), "monthly")]
    ['2026-02-27', '2026-03-30', '2026-04-01']
    """
    number, first = 1, starts
    while True:
        last = min(_last(starts, number, cadence), due)
        if first <= last:
            yield Window(first, last)
        if last >= due:  # nothing is computed beyond: the last day of all has none after it
            return
        number, first = number + 1, day_after(last)


def _last(starts: date, number: int, cadence: Cadence) -> date:
    """The last day of the stretch of that number, at most the last day that there is."""
    if cadence in _WEEKS:
        return days_after(starts, number * _WEEKS[cadence] * _DAYS - 1)
    year, month = divmod(starts.year * 12 + starts.month - 1 + number, 12)
    if year > date.max.year:
        return date.max
    following = date(year, month + 1, min(starts.day, monthrange(year, month + 1)[1]))
    return following - timedelta(days=1)


def end_of_day(cycle: Cycle, day: date) -> datetime:
    """The last second of a local day, in UTC: what `--as-of` that day shows."""
    return cycle.end_of(day) - _SECOND


def split(
    cycle: Cycle, stretches: Iterable[Window], readings: Iterable[Reading], until: datetime
) -> tuple[list[date], list[date]]:
    """Check-in days until then: those without a reading, and those that are left alone.

    A window in which there is a reading of whatever source has its value. So has all the time
    before the last word of a person that counts: people's values from before a source's first
    reading count as long as the source has none before them.

    Args:
        cycle: Whose days they are.
        stretches: Windows of a key result, in their order.
        readings: Its live readings.
        until: Days that have not passed by then are not meant.
    """
    seen = sorted(readings, key=lambda reading: reading.at)
    taken = {cycle.day_of(reading.at) for reading in seen}
    said = _said_until(seen)
    missing: list[date] = []
    kept: list[date] = []
    for window in stretches:
        moment = end_of_day(cycle, window.last)
        if moment > until:
            break
        has_one = any(window.first <= day <= window.last for day in taken)
        before = said is not None and moment <= said
        (kept if has_one or before else missing).append(window.last)
    return missing, kept


def _said_until(seen: Iterable[Reading]) -> datetime | None:
    """When a person last gave a value that a source's earlier reading would put out of count."""
    said = None
    for reading in seen:
        if reading.source != MANUAL:
            break
        if reading.until is None and reading.state == "observed":
            said = reading.at
    return said
