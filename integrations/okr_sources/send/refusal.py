"""Refusal: an answer that is no data, in the words of its server, and whether it passes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from okr_core.errors import AccessError, ConfigError, OkrError, RetryableError
from okr_sources.censor import Censor
from okr_sources.errors import Scope, ThrottledError, UnauthorizedError
from okr_sources.send.headers import retry_after as seconds_of

LONGEST = 300
"""Characters of a server's own words that a message quotes."""
LATER = "Try again later."
_REASON = 80
_WORDS = ("message", "error_description", "detail", "title", "error")
_OVERLOADED = frozenset({503, 529})
_PASSING = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer outside of 2xx; secrets are taken out of its texts.

    Attributes:
        status: HTTP status.
        words: The server's own words in one line, empty if it has none.
        code: Its machine-readable code, empty if none.
        reason: Which of its limits asks us to slow down, empty if it does not tell.
        retry_after: Seconds that it asked us to wait.
        location: Where a redirect leads.
    """

    status: int
    words: str = ""
    code: str = ""
    reason: str = ""
    retry_after: float | None = None
    location: str = ""

    @classmethod
    def of(
        cls, status: int, headers: Mapping[str, str], body: str, *, now: datetime, censor: Censor
    ) -> Self:
        """What an answer says.

        Args:
            status: HTTP status.
            headers: Headers, looked up without regard to case.
            body: The answer's text.
            now: The time of day (aware).
            censor: Knows what signed the request.
        """
        told = _document(body)
        more = told.get("additional_data")  # Notion's place for it; Jira has a header
        reason = more.get("rate_limit_reason") if isinstance(more, Mapping) else None
        said = " ".join(str(word) for word in _words(told) if word)
        return cls(
            status=status,
            words=censor.text(re.sub(r"\s+", " ", said).strip())[:LONGEST],
            code=str(told.get("code") or ""),
            reason=censor.text(str(reason or headers.get("RateLimit-Reason") or ""))[:_REASON],
            retry_after=seconds_of(headers, now),
            location=headers.get("Location") or "",
        )


def is_passing(status: int) -> bool:
    """Whether the same request may go well in a while; a conflict (409) does not end by itself.

    >>> [is_passing(status) for status in (404, 408, 409, 425, 429, 500)]
    [False, True, False, True, True, True]
    """
    return status in _PASSING or status >= 500


def passing(refusal: Refusal, what: str, *, overload: Scope = "endpoint") -> RetryableError | None:
    """The error that a refusal is which may be gone in a while; None for every other one.

    Args:
        refusal: What the server said.
        what: Who says so, or what was asked, to begin the message with.
        overload: Who slows down where the server is overloaded or in maintenance.
    """
    status, wait = refusal.status, refusal.retry_after
    if not is_passing(status):
        return None
    if status == 429:
        why = f", {refusal.reason}" if refusal.reason else ""
        return ThrottledError(
            f"{what} asks us to slow down (429{why}).",
            hint="Try again later, or lower `concurrency` of the connection.",
            retry_after=wait,
            scope=scope_of(refusal.reason),
            undone=True,
        )
    if status in _OVERLOADED:
        return ThrottledError(
            f"{what} is overloaded or in maintenance ({status}).",
            hint=LATER,
            retry_after=wait,
            scope=overload,
        )
    return RetryableError(f"{what} failed on its side ({status}).", hint=LATER, retry_after=wait)


def scope_of(reason: str) -> Scope:
    """Who slows down: a burst concerns one endpoint, a quota everything that the token does.

    >>> scope_of("jira-burst-based"), scope_of("jira-quota-tenant-based")
    ('endpoint', 'connection')
    """
    return "connection" if "quota" in reason.lower() else "endpoint"


def _document(body: str) -> Mapping[str, object]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if isinstance(data, Mapping) and isinstance(data.get("error"), Mapping):
        data = data["error"]
    return data if isinstance(data, Mapping) else {}


def _words(told: Mapping[str, object]) -> Iterator[object]:
    """The first of the usual keys, and what Jira adds to it."""
    yield next((told[key] for key in _WORDS if isinstance(told.get(key), str)), "")
    yield told.get("errorMessage")
    messages, errors = told.get("errorMessages"), told.get("errors")
    yield from messages if isinstance(messages, list) else [messages]
    yield from errors.values() if isinstance(errors, Mapping) else []


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
    wait = seconds_of({"Retry-After": retry_after or ""}, datetime.now(UTC))
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
