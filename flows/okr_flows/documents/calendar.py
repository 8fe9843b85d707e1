"""The calendar of a cycle: `okr calendar`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from okr_core.basics.wire import Text, Time, filled
from okr_core.calendar.event_words import CalendarLanguage, event_text
from okr_core.calendar.people import CheckInDue
from okr_core.calendar.stages import Event, EventKind
from okr_core.plan.plan import Cadence

if TYPE_CHECKING:
    from okr_flows.run.calendar import Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDocument:
    """A date of the cycle; several days from `first` to `last`, both included."""

    what: EventKind
    key: Text
    title: str
    first: date
    last: date
    due: Time | None
    cadences: tuple[Cadence, ...]
    over: bool

    @classmethod
    def of(
        cls, event: Event, next_id: str, today: date, language: CalendarLanguage
    ) -> EventDocument:
        """A date as it is seen on a day."""
        title = event_text(event, next_id, language)
        return filled(cls, event, title=title, over=event.last < today)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInDueDocument:
    """A check-in that is due from a person; `by` is who does it, a stand-in while one is away."""

    person: str
    by: str
    day: date
    due: Time
    key_results: tuple[str, ...]
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayDocument:
    """A public holiday that falls on a day that would be worked."""

    day: date
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDocument:
    """The dates of a cycle by their first day; check-ins of people, by time.

    `not_published` are years of which the country has not said yet on which weekends it works.
    """

    schema: Literal["okr.calendar/1"] = "okr.calendar/1"
    cycle: str
    as_of: Time
    starts: date
    ends: date
    timezone: str
    country: Text
    subdivision: Text
    person: str | None
    next: str | None
    events: tuple[EventDocument, ...]
    check_ins: tuple[CheckInDueDocument, ...]
    holidays: tuple[HolidayDocument, ...]
    not_published: tuple[int, ...]

    @classmethod
    def of(
        cls,
        calendar: Calendar,
        as_of: datetime,
        person: str | None = None,
        language: CalendarLanguage = "en",
    ) -> CalendarDocument:
        """A calendar as it is seen at a time; of a person with the check-ins that they do."""
        cycle, dates = calendar.cycle, calendar.dates
        today = cycle.day_of(as_of)
        due: Iterable[CheckInDue] = (
            calendar.check_ins if person is None else calendar.check_ins_of(person)
        )
        return cls(
            cycle=cycle.id,
            as_of=as_of,
            starts=cycle.starts,
            ends=cycle.ends,
            timezone=cycle.timezone,
            country=calendar.place.country,
            subdivision=calendar.place.subdivision,
            person=person,
            next=dates.next_id or None,
            events=tuple(
                EventDocument.of(each, dates.next_id, today, language) for each in dates.events
            ),
            check_ins=tuple(filled(CheckInDueDocument, each) for each in due),
            holidays=tuple(filled(HolidayDocument, each) for each in calendar.holidays(language)),
            not_published=calendar.not_published,
        )
