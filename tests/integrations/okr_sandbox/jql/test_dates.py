"""JQL's dates: relative ones and functions, across weeks, months and changes of clocks."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from okr_sandbox.jql.dates import Calendar, absolute

BERLIN = ZoneInfo("Europe/Berlin")
# A Wednesday, ten days after Berlin's clocks went back.
CALENDAR = Calendar(datetime(2026, 11, 4, 10, 30, tzinfo=UTC), BERLIN)


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("-1d", "2026-11-03 11:30"),
        ("-2w", "2026-10-21 11:30"),
        ("-12h", "2026-11-03 23:30"),
        ("1d 2h", "2026-11-05 13:30"),
        ("-1M", "2026-10-04 11:30"),
        ("-1y", "2025-11-04 11:30"),
    ],
)
def test_a_relative_date_moves_the_wall_clock(text: str, local: str) -> None:
    expected = datetime.fromisoformat(local).replace(tzinfo=BERLIN)
    assert CALENDAR.relative(text) == expected


@pytest.mark.parametrize(
    ("name", "arguments", "local"),
    [
        ("now", (), "2026-11-04 11:30"),
        ("startOfDay", (), "2026-11-04 00:00"),
        ("startOfDay", ("-1",), "2026-11-03 00:00"),
        ("startOfWeek", (), "2026-11-01 00:00"),
        ("startOfWeek", ("-1w",), "2026-10-25 00:00"),
        ("startOfMonth", ("+1",), "2026-12-01 00:00"),
        ("startOfYear", ("-1d",), "2025-12-31 00:00"),
        ("endOfDay", (), "2026-11-04 23:59:59.999"),
        ("endOfMonth", ("-9",), "2026-02-28 23:59:59.999"),
        ("endofyear", (), "2026-12-31 23:59:59.999"),
    ],
)
def test_a_function_gives_the_edge_of_its_period(
    name: str, arguments: tuple[str, ...], local: str
) -> None:
    expected = datetime.fromisoformat(local).replace(tzinfo=BERLIN)
    assert CALENDAR.function(name, arguments) == expected


def test_weeks_start_on_the_companys_first_day() -> None:
    monday = Calendar(CALENDAR.now, BERLIN, first_weekday=0)
    assert monday.function("startOfWeek", ()) == datetime(2026, 11, 2, tzinfo=BERLIN)


def test_a_month_earlier_than_one_of_31_days_ends_on_its_own_last_day() -> None:
    march = Calendar(datetime(2026, 3, 31, 12, tzinfo=UTC), ZoneInfo("UTC"))
    assert march.relative("-1M") == datetime(2026, 2, 28, 12, tzinfo=UTC)


@pytest.mark.parametrize("text", ["soon", "2026-13-01", "7", "-d", "2026-10-01T12:00"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert absolute(text, BERLIN) is None
    assert CALENDAR.relative(text) is None
