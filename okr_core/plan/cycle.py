"""Cycle: the period that a plan is for, with its zone and its cut-off."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from okr_core.basics.base import CycleId, Day, FrozenModel, ItemId, LocalTime
from okr_core.basics.days import days_after

_QUARTER = re.compile(r"(\d{4})-?q([1-4])")
_FIRST, _LAST = date(2, 1, 1), date(9990, 1, 1)


@lru_cache(maxsize=256)
def zone_named(name: str) -> ZoneInfo:
    """The IANA time zone of that name; ValueError for an unknown one."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(
            f"time zone {name!r} is unknown. Use an IANA name such as Europe/Zurich."
        ) from error


def _known_zone(name: str) -> str:
    zone_named(name)
    return name


ZoneName = Annotated[str, AfterValidator(_known_zone)]


class Cycle(FrozenModel):
    """A period with goals.

    Attributes:
        starts: First local day.
        ends: Last local day, included.
        parent: Id of the longer cycle that this one serves.
        cutoff: Local time after which readings no longer score.
        grace_days: Days after `ends` in which late entries are still taken.
        owner: Person or role that is asked what nobody else is asked; None: who accepted the first
            revision.
    """

    id: CycleId
    starts: Day
    ends: Day
    timezone: ZoneName = "UTC"
    parent: CycleId | None = None
    cutoff: LocalTime | None = None
    grace_days: Annotated[int, Field(ge=0, le=60)] = 5
    owner: ItemId | None = None

    @model_validator(mode="after")
    def _sorted(self) -> Self:
        if self.ends < self.starts:
            raise ValueError(
                f"ends {self.ends} lies before starts {self.starts}. Swap or correct them."
            )
        if self.cutoff is not None and self.cutoff.tzinfo is not None:
            raise ValueError(
                "cutoff is a local time of the cycle's zone. Write it without an offset."
            )
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The cycle's time zone."""
        return zone_named(self.timezone)

    def day_of(self, at: datetime) -> date:
        """The local day of an aware time."""
        return at.astimezone(self.zone).date()

    def start_of(self, day: date) -> datetime:
        """Local midnight at which `day` begins, in UTC."""
        # A day at the end of all calendars has no midnight after it, and grace would pass beyond.
        day = min(max(day, _FIRST), _LAST)
        return datetime.combine(day, time(), tzinfo=self.zone).astimezone(UTC)

    def end_of(self, day: date) -> datetime:
        """Local midnight at which `day` has passed, in UTC (exclusive end)."""
        return self.start_of(min(day, _LAST) + timedelta(days=1))

    @property
    def end_with_grace(self) -> datetime:
        """When the last day of grace has passed, in UTC: from then on nothing is read or scored."""
        return self.end_of(days_after(self.ends, self.grace_days))


def cutoff_of(cycle: Cycle) -> datetime:
    """After this time readings no longer score: the cycle's cut-off, else its end and the grace.

    Returns:
        In UTC; what is observed at that very time still scores.
    """
    if cycle.cutoff is not None:
        return cycle.cutoff.replace(tzinfo=cycle.zone).astimezone(UTC)
    return cycle.end_with_grace


def quarter_of(day: date) -> tuple[str, date, date]:
    """Id, first and last day of the quarter of a day.

    >>> quarter_of(date(2026, 11, 5))
    ('2026-q4', datetime.date(2026, 10, 1), datetime.date(2026, 12, 31))
    """
    quarter = (day.month - 1) // 3
    starts = date(day.year, 3 * quarter + 1, 1)
    following = date(day.year + quarter // 3, (3 * quarter + 3) % 12 + 1, 1)
    return f"{day.year}-q{quarter + 1}", starts, following - timedelta(days=1)


def next_days(cycle: Cycle, id_: str) -> tuple[date, date]:
    """First and last day of the cycle of an id that follows a cycle.

    Where both ids name quarters it lies as many quarters later, whatever month the first one
    begins in; else it follows at once. It lasts as many months as the other, or as many days where
    that is no number of months.

    >>> last = Cycle(id="2026-q4", starts=date(2026, 10, 1), ends=date(2026, 12, 31))
    >>> next_days(last, "2027-q2")
    (datetime.date(2027, 4, 1), datetime.date(2027, 6, 30))
    """
    begins = cycle.ends + timedelta(days=1)
    months = _months_between(cycle.starts, begins)
    if not months:
        return begins, begins + (cycle.ends - cycle.starts)
    quarters = quarters_between(cycle.id, id_)
    starts = _months_later(cycle.starts, 3 * quarters) if quarters else begins
    return starts, _months_later(starts, months) - timedelta(days=1)


def quarters_between(one: str, other: str) -> int | None:
    """How many quarters the second id lies after the first; None where one names no quarter.

    >>> quarters_between("2026-q4", "2027-q1"), quarters_between("2026", "2027-q1")
    (1, None)
    """
    first, second = _QUARTER.fullmatch(one), _QUARTER.fullmatch(other)
    if first is None or second is None:
        return None
    return 4 * (int(second[1]) - int(first[1])) + int(second[2]) - int(first[2])


def _months_between(first: date, second: date) -> int:
    """Whole months; 0 where they are not whole."""
    whole = first.day == second.day
    return 12 * (second.year - first.year) + second.month - first.month if whole else 0


def _months_later(day: date, months: int) -> date:
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
