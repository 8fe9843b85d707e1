"""Quarter: the three months that a day lies in."""

from __future__ import annotations

from datetime import date, timedelta


def quarter_of(day: date) -> tuple[str, date, date]:
    """Id, first and last day of the quarter of a day.

    >>> quarter_of(date(2026, 11, 5))
    ('2026-q4', datetime.date(2026, 10, 1), datetime.date(2026, 12, 31))
    """
    quarter = (day.month - 1) // 3
    starts = date(day.year, 3 * quarter + 1, 1)
    following = date(day.year + quarter // 3, (3 * quarter + 3) % 12 + 1, 1)
    return f"{day.year}-q{quarter + 1}", starts, following - timedelta(days=1)
