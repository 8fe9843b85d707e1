"""Days: which local day a time is of, and which day so many days later."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo


def in_utc(as_of: datetime) -> datetime:
    """An aware time in UTC, where differences and comparisons are free of clock changes.

    Raises:
        ValueError: The time has no zone.
    """
    if as_of.tzinfo is None:
        raise ValueError(f"as_of {as_of.isoformat()} has no time zone. Give it one, such as UTC.")
    return as_of.astimezone(UTC)


def local_day(as_of: datetime | date, zone: tzinfo | None) -> date:
    """The local day of a time; a plain day is itself. Without a zone the time's own counts."""
    if not isinstance(as_of, datetime):
        return as_of
    if zone is None or as_of.tzinfo is None:
        return as_of.date()
    return as_of.astimezone(zone).date()


def minute_text(at: datetime, zone: tzinfo) -> str:
    """A moment as every message and page shows it: in one zone, and which.

    Args:
        at: Aware time.
        zone: The cycle's; UTC where there is no cycle.

    >>> from zoneinfo import ZoneInfo
    >>> minute_text(datetime(2026, 11, 8, 7, 59, tzinfo=UTC), ZoneInfo("America/Los_Angeles"))
    '2026-11-07 23:59 PST'
    >>> minute_text(datetime(2026, 11, 8, 7, 59, tzinfo=UTC), ZoneInfo("America/Sao_Paulo"))
    '2026-11-08 04:59 UTC-03'
    """
    local = at.astimezone(zone)
    name = local.tzname() or ""
    return f"{local:%Y-%m-%d %H:%M} {name if name[:1].isalpha() else f'UTC{name}'}"


def day_after(day: date) -> date:
    """The next day: where a day that is included has passed."""
    return days_after(day, 1)


def days_after(day: date, number: int) -> date:
    """The day so many days later, at most the last one that there is.

    >>> days_after(date(2026, 12, 31), 1), days_after(date.max, 5) == date.max
    (datetime.date(2027, 1, 1), True)
    """
    return min(day, date.max - timedelta(days=number)) + timedelta(days=number)
