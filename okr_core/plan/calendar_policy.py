"""Calendar policy: how a company's weeks and cycles go, as far as they differ from the usual."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from okr_core.basics.base import Day, FrozenModel

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
"""By their number: Monday is 0."""


def weekday_number(day: Weekday) -> int:
    """The number of a weekday, as `date.weekday` counts.

    >>> weekday_number("friday")
    4
    """
    return WEEKDAYS.index(day)


class OwnDaysOff(FrozenModel):
    """Days on which nobody of the company works, such as a shutdown at the end of the year.

    Attributes:
        starts: First day.
        ends: Last day, included; where left out it is one day.
    """

    starts: Day
    ends: Day | None = None
    name: str = ""

    @model_validator(mode="after")
    def _sorted(self) -> Self:
        if self.last < self.starts:
            raise ValueError(
                f"ends {self.ends} lies before starts {self.starts}. Swap or correct them."
            )
        if (self.last - self.starts).days > 366:
            raise ValueError(f"{self.starts} to {self.ends} is over a year. Set an earlier end.")
        return self

    @property
    def last(self) -> date:
        """Last day, included."""
        return self.ends or self.starts

    def days(self) -> Iterator[date]:
        """Each of its days."""
        for number in range((self.last - self.starts).days + 1):
            yield self.starts + timedelta(days=number)


ClockTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
"""A time of day, written as 09:00."""


class WorkingHours(FrozenModel):
    """When people work, in the time zone of each.

    Attributes:
        starts: Reminders are not sent before.
        ends: Check-ins are due at this time.
    """

    starts: ClockTime = "09:00"
    ends: ClockTime = "17:00"

    @model_validator(mode="after")
    def _sorted(self) -> Self:
        if self.ends <= self.starts:
            raise ValueError(f"ends {self.ends} is not after starts {self.starts}. Correct one.")
        return self

    @property
    def begin(self) -> time:
        """The time of day at which work begins."""
        return time.fromisoformat(self.starts)

    @property
    def end(self) -> time:
        """The time of day at which work ends."""
        return time.fromisoformat(self.ends)


def _once(week: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
    return tuple(sorted(set(week), key=weekday_number))


class CalendarPolicy(FrozenModel):
    """How a company's weeks and cycles go; everything works with no line written.

    Attributes:
        working_week: Weekdays that are worked; where left out, those of the country, and Monday
            to Friday where no country is named.
        days_off: Days off of the company's own, beside public holidays.
        worked: Days that are worked although they would be off.
        check_in: Weekday on which check-ins are due; on a day off, the working day before it.
        working_hours: When people work, in the time zone of each.
        formulation_days: Days before a cycle's start in which its goals are made; where left out
            21, or a third of a cycle of under nine weeks.
        reviews: Reviews within a cycle; where left out one, three in cycles of over half a year,
            none in cycles of under four weeks.
        retrospective_after: Working days from the scoring to the retrospective.
        sharing_after: Working days from the retrospective to the sharing of the value.
    """

    working_week: (
        Annotated[tuple[Weekday, ...], Field(min_length=1), AfterValidator(_once)] | None
    ) = None
    days_off: tuple[OwnDaysOff, ...] = ()
    worked: tuple[Day, ...] = ()
    check_in: Weekday = "friday"
    working_hours: WorkingHours = WorkingHours()
    formulation_days: Annotated[int | None, Field(ge=1, le=120)] = None
    reviews: Annotated[int | None, Field(ge=0, le=12)] = None
    retrospective_after: Annotated[int, Field(ge=0, le=60)] = 2
    sharing_after: Annotated[int, Field(ge=0, le=60)] = 5
