"""Headers: what a server says beside its answer: its time, and how long we should wait."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_SECONDS = re.compile(r"\s*[0-9]{1,9}(\.[0-9]+)?\s*")


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds of a Retry-After header, which is a number or a date (RFC 9110, 10.2.3).

    Args:
        headers: Headers, looked up without regard to case.
        now: Our time (aware); counts where the server does not tell its own.

    Returns:
        0 or more; None without a usable header.

    >>> now = datetime(2026, 10, 21, 7, 27, tzinfo=UTC)
    >>> retry_after({"Retry-After": "2.5"}, now)
    2.5
    >>> retry_after({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, now)
    60.0
    """
    text = headers.get("Retry-After") or ""
    if _SECONDS.fullmatch(text):
        return float(text)
    until = header_time(text)
    if until is None:
        return None
    return max(0.0, (until - (server_time(headers) or now)).total_seconds())


def server_time(headers: Mapping[str, str]) -> datetime | None:
    """The server's time of day (aware), from its Date header; None where it does not tell."""
    return header_time(headers.get("Date") or "")


def header_time(text: str) -> datetime | None:
    """The time that a header holds (aware); None for none."""
    try:
        found = parsedate_to_datetime(text)
        # To UTC at once: a time at either end of what a date can hold has none.
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError):
        return None
