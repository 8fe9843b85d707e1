"""Statuses: what an HTTP status means for a request, where a tool has no words of its own."""

from __future__ import annotations

from okr_core.errors import AccessError, ConfigError, OkrError, RetryableError
from okr_sources.errors import ThrottledError, UnauthorizedError

_BUSY = frozenset({429, 503, 529})
_LATER = "Try again later."


def error_of(status: int, place: str, retry_after: str | None = None) -> OkrError | None:
    """The error that a status is; None for success.

    Args:
        status: Such as 404.
        place: What was asked, for messages; without parameters that hold a secret.
        retry_after: The header of that name. Seconds are obeyed; a date is not read.

    >>> error_of(200, "deals.csv")
    >>> error_of(429, "deals.csv", "7").retry_after
    7.0
    """
    if 200 <= status < 300:
        return None
    what = f"{place} answers {status}"
    if status in _BUSY:
        wait = _seconds(retry_after)
        return ThrottledError(f"{what}: the server is busy.", hint=_LATER, retry_after=wait)
    if status >= 500 or status == 408:
        return RetryableError(f"{what}: the server failed.", hint=_LATER)
    return _refusal(status, what)


def _refusal(status: int, what: str) -> OkrError:
    if status == 401:
        return UnauthorizedError(f"{what}: the token is refused.", hint="Set a valid one.")
    if status == 403:
        return AccessError(f"{what}: the token may not read it.", hint="Ask its owner for access.")
    if status < 400:
        return ConfigError(f"{what}: it is elsewhere.", hint="Write the address that it leads to.")
    return ConfigError(f"{what}.", hint="Correct the binding or the connection's `url`.")


def _seconds(retry_after: str | None) -> float | None:
    text = (retry_after or "").strip()
    return float(text) if text.isascii() and text.isdigit() else None
