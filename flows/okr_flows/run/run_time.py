"""The business time of a run."""

from __future__ import annotations

from datetime import UTC, datetime


def run_time(*candidates: datetime | None) -> datetime:
    """The first time that is given, else now; in UTC and of Python's own kind.

    Made anew: the times that Prefect gives are of a subclass that loses its zone in arithmetic.

    Args:
        candidates: What was asked for, and when the run was scheduled to start.
    """
    at = next((each for each in candidates if each is not None), None) or datetime.now(UTC)
    utc = at.astimezone(UTC)
    return datetime(
        *(utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second, utc.microsecond),
        tzinfo=UTC,
    )
