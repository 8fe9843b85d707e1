"""Slots: when a cycle is scored and reported; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from okr_core.basics.days import days_after
from okr_core.plan.cycle import Cycle, cutoff_of
from okr_core.record.ticks import TickJob

TIMES: Mapping[TickJob, time] = {"score": time(6, 30), "report": time(7)}
"""Local times of the cycle's zone: after the reads of the night, and after the score."""
_DAY = timedelta(days=1)
WorksOn = Callable[[date], bool]


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
    cycle: Cycle, last: Mapping[TickJob, datetime], until: datetime, works_on: WorksOn
) -> tuple[Slot, ...]:
    """What is due and was not done, oldest first.

    A cycle is scored on each working day, until the first one on which no number counts any more.
    It is reported on the first working day of each week, and on that last day. Scores that were
    missed are made up for, since they say how it stood then; of reports only the newest is made.

    Args:
        cycle: The cycle.
        last: Job → the newest slot of it that was done; what was never done begins with its newest.
        until: The time (aware).
        works_on: Whether people work on a day.
    """
    several = [*_scores(cycle, last, until, works_on), *_reports(cycle, last, until, works_on)]
    return tuple(sorted(several, key=lambda each: (each.at, each.job != "score")))


def last_day(cycle: Cycle, works_on: WorksOn) -> date:
    """The first working day on which no number counts any more."""
    cutoff = max(cutoff_of(cycle), cycle.end_of(cycle.ends))
    day = cycle.day_of(cutoff)
    while cycle.start_of(day) < cutoff or not works_on(day):
        if (day - cycle.ends).days > 400:  # nobody works any more
            break
        day = days_after(day, 1)
    return day


def _scores(
    cycle: Cycle, last: Mapping[TickJob, datetime], until: datetime, works_on: WorksOn
) -> Iterator[Slot]:
    since = last.get("score")
    found = [
        at for at in _times(cycle, "score", until, works_on, since) if works_on(_day(cycle, at))
    ]
    wanted = found if since is not None else found[-1:]
    yield from (Slot(at, "score", at == wanted[-1]) for at in wanted)


def _reports(
    cycle: Cycle, last: Mapping[TickJob, datetime], until: datetime, works_on: WorksOn
) -> Iterator[Slot]:
    ends = last_day(cycle, works_on)
    found = [
        at
        for at in _times(cycle, "report", until, works_on, last.get("report"))
        if (day := _day(cycle, at)) == ends or _begins_week(day, works_on)
    ]
    yield from (Slot(at, "report", newest=True) for at in found[-1:])


def _times(
    cycle: Cycle, job: TickJob, until: datetime, works_on: WorksOn, since: datetime | None
) -> Iterator[datetime]:
    """Its time on every day of the cycle, after one and up to another."""
    first = max(cycle.starts, cycle.day_of(since)) if since else cycle.starts
    end = min(last_day(cycle, works_on), cycle.day_of(until))
    for number in range((end - first).days + 1):
        local = datetime.combine(first + number * _DAY, TIMES[job], tzinfo=cycle.zone)
        at = local.astimezone(UTC)
        if at <= until and (since is None or at > since):
            yield at


def _day(cycle: Cycle, at: datetime) -> date:
    return cycle.day_of(at)


def _begins_week(day: date, works_on: WorksOn) -> bool:
    """Whether it is the first working day of its week."""
    monday = day - day.weekday() * _DAY
    before = (monday + number * _DAY for number in range(day.weekday()))
    return works_on(day) and not any(works_on(each) for each in before)
