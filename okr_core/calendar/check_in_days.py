"""Check-in days: on which days numbers are due, by cadence."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from okr_core.basics.days import days_after
from okr_core.calendar.days_off import DaysOff
from okr_core.plan.plan import Cadence

_DAY = timedelta(days=1)
_WEEK = 7
APART = 3
"""Working days that lie at least between two check-ins, and before the first: sooner there is
nothing to say."""
Suits = Callable[[date], bool]
"""Whether a day can have a check-in: people work on it, or somebody does."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When the check-ins of a cycle are.

    Attributes:
        starts: First day of the cycle.
        ends: Last day of the cycle, included.
        weekday: Number of the weekday on which they are due, Monday is 0.
        days_off: On which days people work.
    """

    starts: date
    ends: date
    weekday: int
    days_off: DaysOff

    def days(
        self,
        cadence: Cadence,
        first: date | None = None,
        last: date | None = None,
        suits: Suits | None = None,
    ) -> list[date]:
        """The check-in days of a cadence, sorted; none is a day off.

        In each week one: the weekday, on a day off the working day before it in that week, else the
        one after it; none in a week without a working day. Every second of them for `biweekly`,
        counted back from the cycle's last, so that all teams keep step; the last working day of
        each month for `monthly`. The last working day of all is always one, for the last numbers.

        Args:
            cadence: How often.
            first: First day that is asked for, such as a key result's start; None: the cycle's.
            last: Last day, such as a key result's due day; None: the cycle's.
            suits: Which days can have one; None: working days.
        """
        first, last = first or self.starts, last or self.ends
        suits = suits or self.days_off.works_on
        inside = [day for day in self._regular(cadence, suits) if first <= day <= last]
        return self._with_edges(inside, first, last, suits)

    def _regular(self, cadence: Cadence, suits: Suits) -> Iterator[date]:
        if cadence == "monthly":
            found = (_last_suiting(a, b, suits) for a, b in _months(self.starts, self.ends))
            return (day for day in found if day is not None)
        weeks = list(_weeks(self.starts, self.ends))
        chosen = weeks if cadence == "weekly" else weeks[::-1][::2][::-1]
        days = (self._of_week(monday, suits) for monday in chosen)
        return (day for day in days if day is not None)

    def _of_week(self, monday: date, suits: Suits) -> date | None:
        """The check-in day of a week; None: none of its days suits."""
        before = range(self.weekday, -1, -1)
        after = range(self.weekday + 1, _WEEK)
        for number in (*before, *after):
            day = days_after(monday, number)
            if self.starts <= day <= self.ends and suits(day):
                return day
        return None

    def _with_edges(
        self, days: Sequence[date], first: date, last: date, suits: Suits
    ) -> list[date]:
        """With one on the last working day, and without those that another follows too soon."""
        final = _last_suiting(first, last, suits)
        if final is None:
            return []
        kept = [final]
        for day in reversed(days):
            if day < kept[-1] and self._later(day, kept[-1]) >= APART:
                kept.append(day)
        begun = self._later(first, kept[-1]) + self.days_off.works_on(first)
        if len(kept) > 1 and begun < APART:
            kept.pop()
        return kept[::-1]

    def _later(self, day: date, other: date) -> int:
        """How many working days a day lies after another."""
        return self.days_off.number(days_after(day, 1), days_after(other, 1))


def keyed(days: Iterable[date]) -> Iterator[tuple[date, str]]:
    """Each day with what its check-in stays known by when days off move it within its week.

    >>> list(keyed([date(2026, 10, 9), date(2026, 12, 28), date(2026, 12, 31)]))[1:]
    [(datetime.date(2026, 12, 28), '2026-w53'), (datetime.date(2026, 12, 31), '2026-w53-2')]
    """
    weeks = Counter[str]()
    for day in sorted(days):
        year, number, _ = day.isocalendar()
        week = f"{year}-w{number:02}"
        weeks[week] += 1
        yield day, week if weeks[week] == 1 else f"{week}-{weeks[week]}"


def _weeks(first: date, last: date) -> Iterator[date]:
    """The Monday of each week that has a day of the period."""
    monday = first.toordinal() - first.weekday()
    return (date.fromordinal(each) for each in range(max(monday, 1), last.toordinal() + 1, _WEEK))


def _months(first: date, last: date) -> Iterator[tuple[date, date]]:
    """First and last day of each month, as far as they are of the period."""
    while True:
        end = first.replace(day=monthrange(first.year, first.month)[1])
        yield first, min(end, last)
        if end >= last:
            return
        first = end + _DAY


def _last_suiting(first: date, last: date, suits: Suits) -> date | None:
    back = (last - _DAY * number for number in range((last - first).days + 1))
    return next((day for day in back if suits(day)), None)
