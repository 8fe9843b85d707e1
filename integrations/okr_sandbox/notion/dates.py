"""Dates as Notion's filters compare them: by day, or by instant where a time is given."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from operator import eq, ge, gt, le, lt
from typing import Final

from okr_sandbox.notion.columns import DateRange
from okr_sandbox.notion.errors import invalid
from okr_sandbox.notion.rollups import Rolled

COMPARISONS: Final[dict[str, Callable[[date, date], bool]]] = {
    "equals": eq,
    "before": lt,
    "after": gt,
    "on_or_before": le,
    "on_or_after": ge,
}

RELATIVE: Final = frozenset(
    {"past_week", "past_month", "past_year", "this_week", "next_week", "next_month", "next_year"}
)


def start_of(value: object) -> str | None:
    """The first day or time of a cell as ISO text, None where it is empty."""
    if isinstance(value, Rolled):
        value = value.value
    if isinstance(value, DateRange):
        return value.start
    return value if isinstance(value, str) and value else None


def compare(operator: str, bound: object) -> Callable[[object], bool]:
    """A test of cells against a day or, where ``bound`` has a time, an instant.

    Raises:
        NotionRefusal: the bound is no ISO 8601 date.
    """
    holds = COMPARISONS[operator]
    try:
        timed = isinstance(bound, str) and "T" in bound
        key: Callable[[str], date] = instant if timed else day
        limit = key(bound) if isinstance(bound, str) else None
    except ValueError:
        limit = None
    if limit is None:
        raise invalid(
            f"body failed validation: body.filter.date.{operator} should be a valid ISO 8601 date "
            f"string, instead was `{bound}`."
        )

    def test(value: object) -> bool:
        start = start_of(value)
        return start is not None and holds(key(start), limit)

    return test


def within(period: str, today: date) -> Callable[[object], bool]:
    """A test whether a cell's day lies in a period around ``today``, both ends included.

    Past and next periods roll (the past week is today and the seven days before); this week
    starts on Sunday, as Notion's does unless a person changes it.
    """
    first, last = _bounds(period, today)

    def test(value: object) -> bool:
        start = start_of(value)
        return start is not None and first <= day(start) <= last

    return test


@lru_cache(maxsize=65_536)
def day(text: str) -> date:
    """The day of a date, in UTC where it has a time."""
    return instant(text).date() if "T" in text else date.fromisoformat(text)


@lru_cache(maxsize=65_536)
def instant(text: str) -> datetime:
    """The instant of a date; without offset it is UTC, without time midnight."""
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _bounds(period: str, today: date) -> tuple[date, date]:
    if period == "this_week":
        sunday = today - timedelta(days=(today.weekday() + 1) % 7)
        return sunday, sunday + timedelta(days=6)
    direction, _, unit = period.partition("_")
    sign = -1 if direction == "past" else 1
    other = _shift(today, sign, unit)
    return (other, today) if sign < 0 else (today, other)


def _shift(today: date, sign: int, unit: str) -> date:
    if unit == "week":
        return today + timedelta(days=7 * sign)
    months = today.year * 12 + today.month - 1 + sign * (1 if unit == "month" else 12)
    year, month = months // 12, months % 12 + 1
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, min(today.day, (following - timedelta(days=1)).day))
