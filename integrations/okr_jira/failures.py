"""Failures: what an answer of Jira that is no data means, and what to do about it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from okr_core.errors import AccessError, ConfigError, DataError, OkrError, RetryableError
from okr_sources.credentials import variable
from okr_sources.errors import Scope, ThrottledError, UnauthorizedError

LONGEST = 300
"""Characters of a server's own words that a message quotes."""


def of_status(
    name: str,
    status: int,
    headers: Mapping[str, str],
    body: str,
    *,
    path: str,
    query: str = "",
) -> OkrError:
    """The error that an answer outside of 2xx means.

    Args:
        name: Name of the connection.
        status: HTTP status.
        headers: Headers, looked up without regard to case.
        body: The answer's text.
        path: Path that was asked.
        query: JQL that was asked, empty if none.
    """
    who, said = f"jira `{name}`", spoken(body)
    if 300 <= status < 400:
        return redirected(name, headers.get("Location", ""))
    if status == 400:
        return _refused(who, said, query)
    if status == 401:
        return UnauthorizedError(
            f"{who}: user and token are not accepted (401).",
            hint=f"Check {variable(name, 'USER')} and {variable(name, 'TOKEN')}, or the block; "
            "the token may have expired.",
        )
    if status in (403, 404, 405, 410):
        return _barred(who, status, said, path)
    return _passing(who, status, headers, said)


def _barred(who: str, status: int, said: str, path: str) -> OkrError:
    """Statuses that stay until a person changes something."""
    if status == 403:
        return AccessError(
            f"{who}: the token's user may not do this (403 for {path}). {said}".rstrip(),
            hint="Ask a Jira administrator for the permission to browse the project.",
        )
    if status == 410:
        return ConfigError(
            f"{who}: Jira has removed {path} (410). {said}".rstrip(),
            hint="Upgrade prefect-okr.",
        )
    return ConfigError(
        f"{who}: there is no Jira Cloud at this address ({status} for {path}).",
        hint="Check `url` of the connection, such as https://acme.atlassian.net.",
    )


def redirected(name: str, location: str) -> AccessError:
    """Jira's API never redirects; a sign-in page does."""
    host = urlsplit(location).hostname or "another page"
    return AccessError(
        f"jira `{name}` sends us to {host} instead of answering.",
        hint="Check `url`; a sign-in page or a proxy stands in between.",
    )


def no_json(name: str, content_type: str, body: str) -> OkrError:
    """A good status with a body that is no JSON."""
    if "html" in content_type.lower() or body.lstrip()[:1] == "<":
        return AccessError(
            f"jira `{name}` answers with a web page instead of data.",
            hint="Check `url`; a sign-in page or a proxy stands in between.",
        )
    return RetryableError(
        f"jira `{name}` answers with broken JSON (an answer that was cut off?).",
        hint="Try again later.",
    )


def spoken(body: str) -> str:
    """The server's own words in one line, from Jira's error body; empty for other bodies."""
    try:
        data = json.loads(body)
    except ValueError:
        return ""
    if not isinstance(data, Mapping):
        return ""
    words = [data.get("message"), data.get("errorMessage")]
    messages, errors = data.get("errorMessages"), data.get("errors")
    words += messages if isinstance(messages, list) else [messages]
    words += errors.values() if isinstance(errors, Mapping) else []
    return re.sub(r"\s+", " ", " ".join(str(word) for word in words if word)).strip()[:LONGEST]


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds of a Retry-After header, which is a number or a date; None without a usable one."""
    text = headers.get("Retry-After")
    if not text:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(text)
        since = now or parsedate_to_datetime(headers.get("Date", ""))
    except ValueError:
        return None
    return max(0.0, (until - since).total_seconds()) if until.tzinfo and since.tzinfo else None


def skew(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that the server's clock is ahead of `now`; None where it does not tell."""
    try:
        theirs = parsedate_to_datetime(headers.get("Date", ""))
    except ValueError:
        return None
    aware = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
    return (aware - now).total_seconds()


def _refused(who: str, said: str, query: str) -> ConfigError:
    if query:
        return ConfigError(
            f"{who} refuses the query `{query}`: {said or 'it is not valid'}",
            hint="Try it in Jira's issue search and correct it.",
        )
    return ConfigError(f"{who} refuses the request: {said}", hint="Correct the binding.")


def _passing(who: str, status: int, headers: Mapping[str, str], said: str) -> OkrError:
    """Statuses that may be gone in a while."""
    wait = retry_after(headers)
    if status == 429:
        reason = headers.get("RateLimit-Reason", "")
        return ThrottledError(
            f"{who} asks us to slow down (429{f', {reason}' if reason else ''}).",
            hint="Try again later, or lower `concurrency` of the connection.",
            retry_after=wait,
            scope=_scope(reason),
        )
    if status in (503, 529):
        return ThrottledError(
            f"{who} is overloaded or in maintenance ({status}).",
            hint="Try again later.",
            retry_after=wait,
            scope="connection",
        )
    if status >= 500 or status in (408, 425):
        return RetryableError(
            f"{who} failed on its side ({status}).", hint="Try again later.", retry_after=wait
        )
    return DataError(f"{who} answers with status {status}. {said}".rstrip(), hint="Check `url`.")


def _scope(reason: str) -> Scope:
    """A burst concerns one endpoint; a quota everything that the token does."""
    return "connection" if "quota" in reason.lower() else "endpoint"
