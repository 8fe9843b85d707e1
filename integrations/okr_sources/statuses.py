"""Statuses: what an HTTP status means for a request, where a tool has no words of its own."""

from __future__ import annotations

from datetime import UTC, datetime

from okr_core.errors import AccessError, ConfigError, OkrError
from okr_sources.errors import UnauthorizedError
from okr_sources.send import headers
from okr_sources.send.refusal import Refusal, passing


def error_of(status: int, place: str, retry_after: str | None = None) -> OkrError | None:
    """The error that a status is; None for success.

    Args:
        status: Such as 404.
        place: What was asked, for messages; without parameters that hold a secret.
        retry_after: The header of that name: seconds, or a date.

    >>> error_of(200, "deals.csv")
    >>> error_of(429, "deals.csv", "7").retry_after
    7.0
    """
    if 200 <= status < 300:
        return None
    wait = headers.retry_after({"Retry-After": retry_after or ""}, datetime.now(UTC))
    return passing(Refusal(status, retry_after=wait), place) or _final(
        status, f"{place} answers {status}"
    )


def _final(status: int, what: str) -> OkrError:
    if status == 401:
        return UnauthorizedError(f"{what}: the token is refused.", hint="Set a valid one.")
    if status == 403:
        return AccessError(f"{what}: the token may not read it.", hint="Ask its owner for access.")
    if status < 400:
        return ConfigError(f"{what}: it is elsewhere.", hint="Write the address that it leads to.")
    return ConfigError(f"{what}.", hint="Correct the binding or the connection's `url`.")
