"""Refusal: an answer that is no data, in the words of its server, and whether it passes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from okr_core.errors import AccessError, ConfigError, DataError, OkrError, RetryableError
from okr_sources.censor import Censor
from okr_sources.errors import Scope, ThrottledError, UnauthorizedError
from okr_sources.gate.document import readable, text_of
from okr_sources.gate.failures import LATER
from okr_sources.gate.gate import Reply
from okr_sources.send.headers import retry_after as seconds_of

LONGEST = 300
"""Characters of a server's own words that a message quotes."""
_REASON = 80
_READ = 10_000
"""Characters of an answer's own words that are looked at before they are censored and cut."""
_WORDS = ("message", "error_description", "detail", "title", "error")
_OVERLOADED = frozenset({503, 529})
_PASSING = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is no data; secrets are taken out of its texts.

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
        said = " ".join(str(word) for word in _words(told) if word)[:_READ]

        def shown(text: object) -> str:
            # Parsed first and censored then: escapes of JSON hide a secret in the bytes.
            return censor.text(readable(re.sub(r"\s+", " ", str(text or "")[:_READ]).strip()))

        return cls(
            status=status,
            words=shown(said)[:LONGEST],
            code=shown(told.get("code"))[:_REASON],
            reason=shown(reason or headers.get("RateLimit-Reason"))[:_REASON],
            retry_after=seconds_of(headers, now),
            location=shown(headers.get("Location")),
        )

    @classmethod
    def of_reply(cls, reply: Reply, *, now: datetime) -> Self:
        """What an answer of the gate says; `now` is the time of day (aware)."""
        text = text_of(reply.content)
        return cls.of(reply.status, reply.headers, text, now=now, censor=reply.censor)


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
        return {}  # the status says enough
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
    """The error that a status is; None for 200, the only one that is a whole answer.

    Args:
        status: Such as 404.
        place: What was asked, for messages; without parameters that hold a secret.
        retry_after: The header of that name: seconds, or a date.

    >>> error_of(200, "deals.csv")
    >>> error_of(429, "deals.csv", "7").retry_after
    7.0
    """
    if status == 200:
        return None
    if status < 300:
        return DataError(
            f"{place} answers {status}, which is no whole answer: only 200 is one.",
            hint="Ask whoever runs it why.",
        )
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
