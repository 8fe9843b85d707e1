"""Calendar files, read back by readers that nobody here wrote."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from ical.calendar import Calendar
from ical.calendar_stream import IcsCalendarStream

from okr_calendar.ics import CalendarEntry, Edition, calendar_bytes

ZURICH = ZoneInfo("Europe/Zurich")
EDITION = Edition(3, datetime(2026, 9, 1, 12, 30, 15, 250, tzinfo=UTC))


def check_in(
    day: date, zone: str = "Europe/Zurich", hour: int = 17, uid: str = ""
) -> CalendarEntry:
    due = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone))
    return CalendarEntry(uid or f"{day}@x", "Check-in", "Say it.", day, day, due)


def written(*entries: CalendarEntry) -> str:
    return calendar_bytes("Acme 2026-q4", entries, EDITION).decode()


def opened(text: str) -> Calendar:
    return IcsCalendarStream.calendar_from_ics(text)


def test_another_reader_finds_the_same_entries() -> None:
    window = CalendarEntry("w@x", "Goals are made", "", date(2026, 9, 10), date(2026, 9, 30))
    calendar = opened(written(window, check_in(date(2026, 10, 23)), check_in(date(2026, 10, 30))))
    days, before, after = calendar.events
    assert (days.uid, days.summary, days.sequence) == ("w@x", "Goals are made", 3)
    # The end of whole days is the day after.
    assert (days.dtstart, days.dtend) == (date(2026, 9, 10), date(2026, 10, 1))
    assert isinstance(before.start, datetime)
    assert isinstance(before.end, datetime)
    assert isinstance(after.end, datetime)
    assert before.end.astimezone(UTC) == datetime(2026, 10, 23, 15, tzinfo=UTC)
    assert after.end.astimezone(UTC) == datetime(2026, 10, 30, 16, tzinfo=UTC)
    assert after.computed_duration == timedelta(minutes=15)
    assert str(before.start.tzinfo) == "Europe/Zurich"
    assert before.dtstamp == datetime(2026, 9, 1, 12, 30, 15, tzinfo=UTC)


def test_what_people_wrote_stays_text() -> None:
    title = 'Churn, "net"; from 8 \\ to 4 %\nBEGIN:VEVENT'
    entry = CalendarEntry("a@x", title, "增长\r\n第二行" * 40, date(2026, 10, 1), date(2026, 10, 1))
    text = written(entry)
    (event,) = opened(text).events
    assert event.summary == title
    assert event.description == ("增长\n第二行" * 40)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_the_same_dates_give_the_same_bytes_and_a_later_edition_replaces_them() -> None:
    entry = check_in(date(2026, 10, 23))
    assert written(entry) == written(entry)
    later = calendar_bytes("Acme", [entry], Edition(4, EDITION.at)).decode()
    assert opened(later).events[0].sequence == 4
    assert opened(later).events[0].uid == opened(written(entry)).events[0].uid


def test_a_file_without_times_or_entries_needs_no_zone() -> None:
    day = CalendarEntry("d@x", "Kick-off", "", date(2026, 10, 1), date(2026, 10, 1))
    assert "VTIMEZONE" not in written(day)
    assert "VTIMEZONE" not in written(check_in(date(2026, 10, 1), "UTC"))
    assert opened(written()).events == []


def test_entries_block_nobody_s_time() -> None:
    assert written(check_in(date(2026, 10, 1))).count("TRANSP:TRANSPARENT") == 1


def test_clock_changes_stand_in_the_file_by_their_time_before_the_change() -> None:
    """As the example of New York in RFC 5545: the second Sunday of March, at two."""
    text = written(check_in(date(2026, 3, 6), "America/New_York"))
    spring = text[text.index("DTSTART:20260308") :]
    assert spring.startswith("DTSTART:20260308T020000\r\n")
    assert "TZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400" in spring
    assert "DTSTART:20261101T020000" in text


@pytest.mark.parametrize(
    "zone",
    [
        "Europe/Zurich",
        "Europe/Dublin",
        "America/New_York",
        "America/Sao_Paulo",
        "Africa/Casablanca",
        "Africa/Cairo",
        "Asia/Shanghai",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
    ],
)
def test_a_reader_that_goes_by_the_file_alone_finds_each_hour_of_each_zone(zone: str) -> None:
    known = ZoneInfo(zone)
    text = written(check_in(date(2026, 1, 5), zone), check_in(date(2028, 12, 29), zone))
    told = tzical(StringIO(text)).get(zone)
    assert told is not None
    at, end = datetime(2026, 1, 5, tzinfo=UTC), datetime(2028, 12, 30, tzinfo=UTC)
    while at < end:
        local = at.astimezone(known).replace(tzinfo=None)
        assert local.replace(tzinfo=told).utcoffset() == local.replace(tzinfo=known).utcoffset(), at
        at += timedelta(hours=1)
