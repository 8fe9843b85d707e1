"""Slots: when a cycle is scored and reported; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from okr_core.calendar.stages import CycleCalendar, due_at
from okr_core.record.ticks import TickJob

TIMES: Mapping[TickJob, time] = {"score": time(6, 30), "report": time(7)}
"""Local times of the cycle's zone: after the reads of the night, and after the score."""
_DAY = timedelta(days=1)


class Slot(NamedTuple):
    """Something that is due at a time.

    Attributes:
        at: In UTC.
        newest: Whether there is no later one of its job: that one is shown and told, those before
            it are recorded alone.
    """

    at: datetime
    job: TickJob
    newest: bool

    @property
    def key(self) -> str:
        """Names it among all of its cycle."""
        return f"{self.job}/{self.at.isoformat()}"


def slots_due(
    dates: CycleCalendar, last: Mapping[TickJob, datetime], until: datetime
) -> tuple[Slot, ...]:
    """What is due and was not done, oldest first.

    A cycle is scored on each working day, until the day of its scoring, from which on no number
    counts any more. It is reported on the first working day of each week, and on that last day.
    Scores that were missed are made up for, since they say how it stood then; of reports only the
    newest is made.

    Args:
        dates: The dates of the cycle.
        last: Job → the newest slot of it that was done; what was never done begins with its newest.
        until: The time (aware).
    """
    several = [*_scores(dates, last, until), *_reports(dates, last, until)]
    return tuple(sorted(several, key=lambda each: (each.at, each.job != "score")))


def _scores(
    dates: CycleCalendar, last: Mapping[TickJob, datetime], until: datetime
) -> Iterator[Slot]:
    since = last.get("score")
    found = [at for day, at in _times(dates, "score", until, since) if _works(dates, day)]
    wanted = found if since is not None else found[-1:]
    yield from (Slot(at, "score", at == wanted[-1]) for at in wanted)


def _reports(
    dates: CycleCalendar, last: Mapping[TickJob, datetime], until: datetime
) -> Iterator[Slot]:
    ends = _scoring(dates)
    found = [
        at
        for day, at in _times(dates, "report", until, last.get("report"))
        if day == ends or _begins_week(dates, day)
    ]
    yield from (Slot(at, "report", newest=True) for at in found[-1:])


def _times(
    dates: CycleCalendar, job: TickJob, until: datetime, since: datetime | None
) -> Iterator[tuple[date, datetime]]:
    """Each day of the cycle up to its scoring, and its time on it, after one and up to another."""
    cycle = dates.cycle
    first = max(cycle.starts, cycle.day_of(since)) if since else cycle.starts
    end = min(_scoring(dates), cycle.day_of(until))
    for number in range((end - first).days + 1):
        day = first + number * _DAY
        at = due_at(day, TIMES[job], cycle.zone)
        if at <= until and (since is None or at > since):
            yield day, at


def _scoring(dates: CycleCalendar) -> date:
    (event,) = dates.of("scoring")
    return event.last


def _works(dates: CycleCalendar, day: date) -> bool:
    return dates.days_off.works_on(day)


def _begins_week(dates: CycleCalendar, day: date) -> bool:
    """Whether it is the first working day of its week."""
    monday = day - day.weekday() * _DAY
    before = (monday + number * _DAY for number in range(day.weekday()))
    return _works(dates, day) and not any(_works(dates, each) for each in before)
