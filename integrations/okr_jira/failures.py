"""Failures: what an answer of Jira that is no data means, and what to do about it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from okr_core.errors import AccessError, ConfigError, DataError, OkrError, RetryableError
from okr_jira.deployments import CLOUD, Deployment
from okr_sources.credentials import variable
from okr_sources.errors import Scope, ThrottledError, UnauthorizedError


class ElsewhereError(ConfigError):
    """There is no such Jira at the address; its server may say which other there is."""


class NoIssueError(AccessError):
    """An issue does not exist, or the token's user may not see it."""


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
    deployment: Deployment = CLOUD,
) -> OkrError:
    """The error that an answer outside of 2xx means.

    Args:
        name: Name of the connection.
        status: HTTP status.
        headers: Headers, looked up without regard to case.
        body: The answer's text.
        path: Path that was asked.
        query: JQL that was asked, empty if none.
        deployment: The kind of Jira that was asked.
    """
    who, said = f"jira `{name}`", spoken(body)
    if 300 <= status < 400:
        return redirected(name, headers.get("Location", ""))
    if status == 400:
        return _refused(who, said, query)
    if status == 401:
        return unknown_caller(name, deployment)
    if status in (403, 404, 405, 410):
        return _barred(who, status, said, path, deployment)
    return _passing(who, status, headers, said)


def of_issue(name: str, status: int, said: str, issue: str) -> OkrError | None:
    """What Jira's refusal of a request at one issue means; None where it is not about the issue.

    Args:
        name: Name of the connection.
        status: HTTP status.
        said: Jira's own words.
        issue: Key or id.
    """
    who = f"jira `{name}`"
    if status == 404:
        return NoIssueError(
            f"{who}: issue {issue} does not exist, or the token's user may not see it (404).",
            hint="Correct `mirror.jira.issue`, or ask for the permission to browse its project.",
        )
    if status == 403:
        return AccessError(
            f"{who}: the token's user may not do this with issue {issue} (403). {said}",
            hint="Ask for Edit Issues, Link Issues and Add Comments in the project.",
        )
    if status in (400, 413):
        return DataError(
            f"{who} refuses what is to be written to issue {issue} ({status}). {said}",
            hint="Correct `write_back` of the connection.",
        )
    return None


def unknown_caller(name: str, deployment: Deployment) -> UnauthorizedError:
    """The server does not know whose token it is."""
    who, token = f"jira `{name}`", variable(name, "TOKEN")
    if deployment is CLOUD:
        return UnauthorizedError(
            f"{who}: user and token are not accepted (401).",
            hint=f"Check {variable(name, 'USER')} and {token}, or the block; "
            "the token may have expired.",
        )
    return UnauthorizedError(
        f"{who}: the personal access token is not accepted (401).",
        hint=f"Check {token}, or the block; the token may have expired, or the server may be older "
        "than 8.14 and have no such tokens.",
    )


def misplaced(
    name: str, url: str, found: tuple[Deployment, str] | None, meant: Deployment
) -> ConfigError | None:
    """The server is Jira, of the other kind; None where it is of the kind meant or does not tell.

    Args:
        name: Name of the connection.
        url: Its address.
        found: What the server says that it is, with its version.
        meant: What the connection says.
    """
    if found is None or found[0] is meant:
        return None
    kind, version = found
    word, needed = "datacenter", f"a personal access token in {variable(name, 'TOKEN')}"
    if kind is CLOUD:
        word, needed = "cloud", f"{variable(name, 'USER')} and an API token"
    return ConfigError(
        f"jira `{name}`: {url} is {kind.title} {version}, not {meant.title}.",
        hint=f"Write `deployment: {word}` in the connection, with {needed}.",
    )


def _barred(who: str, status: int, said: str, path: str, deployment: Deployment) -> OkrError:
    """Statuses that stay until a person changes something."""
    if status == 403:
        return AccessError(
            f"{who}: the token's user may not do this (403 for {path}). {said}".rstrip(),
            hint="Ask a Jira administrator for the permission to browse the project.",
        )
    if status == 410:
        return ElsewhereError(
            f"{who}: Jira has removed {path} (410). {said}".rstrip(),
            hint="Upgrade prefect-okr.",
        )
    cloud = deployment is CLOUD
    example = "https://acme.atlassian.net" if cloud else "https://jira.acme.example/jira"
    return ElsewhereError(
        f"{who}: there is no {deployment.title} at this address ({status} for {path}).",
        hint=f"Check `url` of the connection, such as {example}.",
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
