"""Quarters of the demo: one that has been closed, and one that is running today."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from okr_core.plan.cycle import quarter_of

WEEKS = 13
ZONE = ZoneInfo("Europe/Zurich")
EVENING = time(18)
"""The hour of the weekly syncs."""
_LEAST_DAYS = 35
"""Days that the running quarter has behind it, so that there is something to see."""
_DAY = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")


@dataclass(frozen=True, slots=True)
class Quarter:
    """Three months of the company's year, from the first of one.

    Attributes:
        starts: The first day; the first of a month.

    >>> Quarter(date(2026, 10, 1)).id, Quarter(date(2026, 11, 1)).ends.isoformat()
    ('2026-q4', '2027-01-31')
    """

    starts: date

    @classmethod
    def running_on(cls, day: date) -> Quarter:
        """The quarter that is five to nine weeks old on a day: the demo's company begins it so.

        >>> Quarter.running_on(date(2026, 11, 30)).starts.isoformat()
        '2026-10-01'
        """
        return cls((day - timedelta(days=_LEAST_DAYS)).replace(day=1))

    @property
    def id(self) -> str:
        """Named like the calendar's quarter in which its middle month lies."""
        return quarter_of(_months_later(self.starts, 1))[0]

    @property
    def ends(self) -> date:
        """The last day."""
        return _months_later(self.starts, 3) - timedelta(days=1)

    @property
    def before(self) -> Quarter:
        """The quarter before it."""
        return Quarter(_months_later(self.starts, -3))

    def at(self, hour: time, day: date | None = None) -> datetime:
        """A time of the company's, of its first day unless another is named; aware."""
        return datetime.combine(day or self.starts, hour, ZONE)

    def evening_to_the_end(self, week: int) -> datetime:
        """The evening of a week from 1 to 13; that of week 13 is the quarter's last."""
        return self.at(EVENING, self.ends - timedelta(days=7 * (WEEKS - week)))

    def evening_since_the_start(self, week: int) -> datetime:
        """The evening so many weeks after the first one."""
        return self.at(EVENING, self.starts + timedelta(days=7 * week))

    def weeks_by(self, now: datetime) -> int:
        """How many whole weeks have passed by then, to their evening and two hours more."""
        since = now - timedelta(hours=2)
        passed = (w for w in range(WEEKS, 0, -1) if self.evening_since_the_start(w) <= since)
        return next(passed, 0)

    def moved(self, text: str, written_for: Quarter) -> str:
        """A text with the days and the name of another quarter moved to this one.

        >>> Quarter(date(2026, 11, 1)).moved("2026-q4 ends 2026-12-31", Quarter(date(2026, 10, 1)))
        '2026-q4 ends 2027-01-31'
        """
        months = _months(self.starts) - _months(written_for.starts)
        days = _DAY.sub(lambda found: _moved(date.fromisoformat(found[0]), months), text)
        return days.replace(written_for.id, self.id)


def _months(day: date) -> int:
    return 12 * day.year + day.month - 1


def _months_later(first: date, months: int) -> date:
    year, month = divmod(_months(first) + months, 12)
    return date(year, month + 1, 1)


def _moved(day: date, months: int) -> str:
    """The day so many months later; the last of a month stays the last."""
    first = _months_later(day, months)
    last = monthrange(first.year, first.month)[1]
    is_last = day.day == monthrange(day.year, day.month)[1]
    return str(first.replace(day=last if is_last else min(day.day, last)))
