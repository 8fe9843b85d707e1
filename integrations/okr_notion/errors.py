"""Errors: what Notion's refusals mean, and what to do about each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from okr_core.errors import AccessError, ConfigError, DataError, OkrError, RetryableError
from okr_sources.errors import ThrottledError, UnauthorizedError

SHARE = "Share it (··· → Connections)"
_LONGEST = 300


class NotSharedError(AccessError):
    """Notion answers 404: the object does not exist, or the integration may not see it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer other than 200.

    Attributes:
        status: HTTP status.
        code: Notion's machine-readable code, empty where the body is not Notion's.
        message: What Notion says, without the token.
        retry_after: Seconds that it asked us to wait.
        reason: `rate_limit_reason` of a 429.
    """

    status: int
    code: str = ""
    message: str = ""
    retry_after: float | None = None
    reason: str = ""


def error_of(refusal: Refusal, subject: str) -> OkrError:
    """The refusal as one of our errors; `subject` is what was asked for, such as `page 1f2e…`."""
    if refusal.status >= 500 or refusal.status in (408, 409, 429):
        return _temporary(refusal, subject)
    return _FINAL.get(refusal.status, _invalid)(refusal, subject)


def retry_after_of(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that the header Retry-After asks for: a number, or a time.

    >>> retry_after_of({"retry-after": "2.5"}, datetime(2026, 10, 5, tzinfo=UTC))
    2.5
    """
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    if text.replace(".", "", 1).isdecimal():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())


def skew(server: datetime | None, now: datetime) -> float | None:
    """Seconds that the server's clock is ahead of ours; None where it did not tell."""
    if server is None:
        return None
    aware = server if server.tzinfo else server.replace(tzinfo=UTC)
    return (aware - now).total_seconds()


def _temporary(refusal: Refusal, subject: str) -> OkrError:
    if refusal.status in (429, 529) or refusal.retry_after is not None:
        why = f" ({refusal.reason})" if refusal.reason else ""
        # Notion counts requests per integration and workspace, never per endpoint.
        return ThrottledError(
            f"Notion asks us to slow down: {refusal.status}{why} for {subject}.",
            hint="Try again later, or lower the connection's `concurrency`.",
            retry_after=refusal.retry_after,
            scope="connection",
        )
    return RetryableError(
        f"{subject} answers {refusal.status}{_quoted(refusal)}.", hint="Try again later."
    )


def _unauthorized(_: Refusal, __: str) -> OkrError:
    return UnauthorizedError(
        "Notion refuses the token (401).",
        hint="Copy the integration's secret again; `okr doctor` tests it.",
    )


def _forbidden(refusal: Refusal, subject: str) -> OkrError:
    return AccessError(
        f"{subject} answers 403{_quoted(refusal)}.",
        hint="Give the integration the capability to read content.",
    )


def _not_found(refusal: Refusal, subject: str) -> OkrError:
    if refusal.code != "object_not_found":
        return _invalid(refusal, subject)
    return NotSharedError(
        f"{subject} answers 404: it does not exist or is not shared with the integration.",
        hint=f"{SHARE}.",
    )


def _invalid(refusal: Refusal, subject: str) -> OkrError:
    if not refusal.code:
        return ConfigError(
            f"{subject} answers {refusal.status}, and not as Notion does.",
            hint="Check the connection's `url`, and proxies on the way.",
        )
    return ConfigError(
        f"Notion refuses the request for {subject} ({refusal.status}){_quoted(refusal)}.",
        hint="Correct the binding; `okr try` shows what it selects.",
    )


def not_json(subject: str, content_type: str) -> DataError:
    """A good status with a body that is not JSON: a proxy's page."""
    return DataError(
        f"{subject} answers with {content_type or 'something'} instead of JSON.",
        hint="Check the connection's `url`, and proxies that ask to sign in.",
    )


def _quoted(refusal: Refusal) -> str:
    return f": {refusal.message[:_LONGEST].rstrip('. ')}" if refusal.message else ""


_FINAL: Mapping[int, Callable[[Refusal, str], OkrError]] = {
    401: _unauthorized,
    403: _forbidden,
    404: _not_found,
}
