"""Days off: on which days people work, how many of them there are, and the next one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from okr_core.plan.calendar_policy import WEEKDAYS, CalendarPolicy, weekday_number

_DAY = timedelta(days=1)
_WEEK = 7
SATURDAY_AND_SUNDAY = frozenset({5, 6})


@dataclass(frozen=True)
class DaysOff(Collection[date]):
    """On which days people work; as a collection, the days off that are no weekend.

    Attributes:
        off: Holidays and other days off.
        worked: Days of weekends that are worked, such as the make-up days of China.
        weekend: Numbers of the weekdays that are off, Monday is 0; never all seven.

    Raises:
        ValueError: No weekday is worked.

    >>> days = DaysOff(frozenset({date(2026, 10, 1)}), worked=frozenset({date(2026, 10, 10)}))
    >>> days.works_on(date(2026, 10, 1)), days.works_on(date(2026, 10, 10))
    (False, True)
    """

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    weekend: frozenset[int] = SATURDAY_AND_SUNDAY

    def __post_init__(self) -> None:
        if len(self.weekend) >= _WEEK:
            raise ValueError("no weekday is worked. Leave at least one out of the weekend.")

    def __contains__(self, day: object) -> bool:
        return day in self.off and day not in self.worked

    def __iter__(self) -> Iterator[date]:
        return iter(self._off)

    def __len__(self) -> int:
        return len(self._off)

    def works_on(self, day: date) -> bool:
        """Whether people work on a day."""
        return day in self.worked or (day.weekday() not in self.weekend and day not in self.off)

    @cached_property
    def _off(self) -> list[date]:
        """Days off that would be worked, sorted."""
        return sorted(d for d in self.off - self.worked if d.weekday() not in self.weekend)

    @cached_property
    def _extra(self) -> list[date]:
        """Days that are worked although they are of a weekend, sorted."""
        return sorted(d for d in self.worked if d.weekday() in self.weekend)

    def number(self, first: date, end: date) -> int:
        """How many working days there are from `first` to before `end`.

        >>> DaysOff(frozenset({date(2026, 10, 5)})).number(date(2026, 10, 1), date(2026, 10, 8))
        4
        """
        span = max((end - first).days, 0)
        weeks, rest = divmod(span, _WEEK)
        start = first.weekday()
        count = weeks * (_WEEK - len(self.weekend))
        count += sum((start + i) % _WEEK not in self.weekend for i in range(rest))
        if not span:
            return 0
        return count - _between(self._off, first, end) + _between(self._extra, first, end)

    def on_or_after(self, day: date) -> date:
        """The first working day from a day on; the last day of all calendars where none is left."""
        while not self.works_on(day) and day < date.max:
            day += _DAY
        return day

    def on_or_before(self, day: date) -> date:
        """The last working day up to a day; the first day of all calendars where there is none."""
        while not self.works_on(day) and day > date.min:
            day -= _DAY
        return day

    def later(self, day: date, number: int) -> date:
        """The working day so many working days after a day.

        >>> DaysOff().later(date(2026, 10, 2), 1)
        datetime.date(2026, 10, 5)
        """
        for _ in range(number):
            if day == date.max:
                break
            day = self.on_or_after(day + _DAY)
        return day

    def under(self, policy: CalendarPolicy) -> DaysOff:
        """The days on which a company works that has its own rules; these go before the country's.

        A day that the policy names as worked and as off is worked.
        """
        own = {day for each in policy.days_off for day in each.days()} - {*policy.worked}
        if not own and not policy.worked and policy.working_week is None:
            return self
        weekend = self.weekend
        if policy.working_week is not None:
            working = {weekday_number(day) for day in policy.working_week}
            weekend = frozenset(range(len(WEEKDAYS))) - working
        return DaysOff(
            off=(self.off - {*policy.worked}) | own,
            worked=(self.worked - own) | {*policy.worked},
            weekend=weekend,
        )


WEEKENDS_ONLY = DaysOff()
"""Where no country is named: Saturdays and Sundays."""


def working_days(first: date, end: date, days_off: Iterable[date] = ()) -> int:
    """Number of working days from `first` to before `end`.

    Args:
        first: First day.
        end: The day after the last.
        days_off: `DaysOff`, or plain days, which are off beside Saturdays and Sundays.

    >>> working_days(date(2026, 10, 1), date(2026, 10, 8), [date(2026, 10, 5)])
    4
    """
    known = days_off if isinstance(days_off, DaysOff) else DaysOff(frozenset(days_off))
    return known.number(first, end)


def _between(days: list[date], first: date, end: date) -> int:
    return bisect_left(days, end) - bisect_left(days, first)
