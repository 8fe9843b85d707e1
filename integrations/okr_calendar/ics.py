"""iCalendar files: dates as calendars read them (RFC 5545), the same bytes from the same dates.

What is written again under the same UID with a higher sequence replaces what a calendar has.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from okr_calendar.zone_component import zone_component

_DAY = timedelta(days=1)
_YEAR = timedelta(days=366)
CHECK_IN_MINUTES = 15
"""How long before its due time a check-in stands in a calendar."""
_MAKER = "-//prefect-okr//calendar//EN"


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One entry of a calendar.

    Attributes:
        uid: What it stays known by, in all files.
        title: One line.
        text: What it is about.
        first: First day; entries without a due time last whole days.
        last: Last day, included.
        due: Time until which something is due, in the zone in which it is shown; None: all day.
    """

    uid: str
    title: str
    text: str
    first: date
    last: date
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Edition:
    """Which state of the dates a file shows.

    Attributes:
        sequence: Higher for each later state.
        at: When that state came about (aware).
    """

    sequence: int
    at: datetime


def calendar_bytes(name: str, entries: Iterable[CalendarEntry], edition: Edition) -> bytes:
    """The entries as an iCalendar file.

    Times are local with their zone, whose clock changes are in the file to a year after the last
    entry. Entries take no time away in a calendar that shows who is free.

    Args:
        name: What calendars call it.
        entries: At least none; in the order in which they are to stand.
        edition: Which state of the dates this is.
    """
    several = list(entries)
    calendar = Calendar()
    calendar.add("prodid", _MAKER)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("name", name)
    for zone in _zones(several):
        days = [day for each in several for day in (each.first, each.last)]
        calendar.add_component(zone_component(zone, min(days) - _DAY, max(days) + _YEAR))
    for each in several:
        calendar.add_component(_event(each, edition))
    return bytes(calendar.to_ical())


def _zones(entries: Iterable[CalendarEntry]) -> list[ZoneInfo]:
    """The zones of due times, by name; UTC needs none."""
    found = {each.due.tzinfo for each in entries if each.due is not None}
    zones = [zone for zone in found if isinstance(zone, ZoneInfo) and zone.key != "UTC"]
    return sorted(zones, key=lambda zone: zone.key)


def _event(entry: CalendarEntry, edition: Edition) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", edition.at.astimezone(UTC).replace(microsecond=0))
    event.add("sequence", edition.sequence)
    event.add("summary", entry.title)
    if entry.text:
        event.add("description", entry.text)
    if entry.due is None:
        event.add("dtstart", entry.first)
        event.add("dtend", entry.last + _DAY)
    else:
        due = entry.due
        # Counted in UTC: an hour that the clock skips lies in no quarter before it.
        begins = due.astimezone(UTC) - timedelta(minutes=CHECK_IN_MINUTES)
        event.add("dtstart", begins.astimezone(due.tzinfo))
        event.add("dtend", due)
    event.add("transp", "TRANSPARENT")
    event.add("categories", ["OKR"])
    return event
