"""Failures: what an answer of Jira that is no data means, and what to do about it."""

from __future__ import annotations

from urllib.parse import urlsplit

from okr_core.errors import AccessError, ConfigError, DataError, OkrError, RetryableError
from okr_jira.site.kinds import CLOUD, Deployment
from okr_sources.credentials import variable
from okr_sources.errors import UnauthorizedError, UnreachableError
from okr_sources.send.refusal import LATER, Refusal, passing


class ElsewhereError(ConfigError):
    """There is no such Jira at the address; its server may say which other there is."""


class NoIssueError(AccessError):
    """An issue does not exist, or the token's user may not see it."""


def to_failure(
    refusal: Refusal,
    who: str,
    path: str,
    *,
    name: str,
    query: str = "",
    deployment: Deployment = CLOUD,
) -> OkrError:
    """The error that an answer outside of 2xx means.

    Args:
        refusal: What Jira said.
        who: The connection as messages call it.
        path: Path that was asked.
        name: Name of the connection.
        query: JQL that was asked, empty if none.
        deployment: The kind of Jira that was asked.
    """
    status, said = refusal.status, refusal.words
    if 300 <= status < 400:
        return _redirected(who, refusal.location)
    if status == 400:
        return _refused(who, said, query)
    if status == 401:
        return unknown_caller(name, deployment)
    if status in (403, 404, 405, 410):
        return _barred(who, status, said, path, deployment)
    return passing(refusal, who, overload="connection") or DataError(
        f"{who} answers with status {status}. {said}".rstrip(), hint="Check `url`."
    )


def issue_failure(refusal: Refusal, who: str, issue: str) -> OkrError | None:
    """The error that a refusal at one issue means; None where it is not about the issue.

    Args:
        refusal: What Jira said.
        who: The connection as messages call it.
        issue: Key or id.
    """
    status, said = refusal.status, refusal.words
    if not said:  # nothing of Jira's: it is about the site or about us
        return None
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


def _redirected(who: str, location: str) -> AccessError:
    """Jira's API never redirects; a sign-in page does."""
    host = urlsplit(location).hostname or "another page"
    return AccessError(
        f"{who} sends us to {host} instead of answering.",
        hint="Check `url`; a sign-in page or a proxy stands in between.",
    )


def not_json(who: str, content_type: str, body: str) -> OkrError:
    """A good status with a body that is no JSON."""
    if "html" in content_type.lower() or body.lstrip()[:1] == "<":
        return AccessError(
            f"{who} answers with a web page instead of data.",
            hint="Check `url`; a sign-in page or a proxy stands in between.",
        )
    return RetryableError(
        f"{who} answers with broken JSON (an answer that was cut off?).", hint=LATER
    )


def network_failure(error: Exception, who: str, url: str, *, seconds: float) -> OkrError:
    """The error that a request without an answer means.

    Requests' own errors quote addresses and headers; ours name the connection.

    Args:
        error: Of requests.
        who: The connection as messages call it.
        url: Address of the site.
        seconds: Time that it had.
    """
    from requests import exceptions  # noqa: PLC0415 - loaded by whoever sent the request

    kind = type(error)
    if issubclass(kind, exceptions.ReadTimeout):
        return RetryableError(
            f"{who} did not answer within {seconds:g} s.",
            hint="Try again later, or raise `timeout` of the connection.",
        )
    if issubclass(kind, exceptions.SSLError):
        return UnreachableError(
            f"{who}: the certificate of {url} is not trusted.",
            hint="Check `url`; behind a company proxy, set REQUESTS_CA_BUNDLE.",
        )
    if issubclass(kind, exceptions.ConnectionError) and not _cut(error):
        return UnreachableError(
            f"{who} cannot be reached at {url}.", hint="Check `url` and the network."
        )
    if issubclass(kind, exceptions.ConnectionError | exceptions.ChunkedEncodingError):
        return RetryableError(f"{who} closed the connection before it had answered.", hint=LATER)
    return ConfigError(
        f"{who}: the request could not be sent ({kind.__name__}).", hint="Check `url`."
    )


def _cut(error: Exception) -> bool:
    """Whether a connection stood and was closed, other than one that never came about."""
    text = repr(error)
    return "RemoteDisconnected" in text or "ConnectionReset" in text or "Connection aborted" in text


def _refused(who: str, said: str, query: str) -> ConfigError:
    if query:
        return ConfigError(
            f"{who} refuses the query `{query}`: {said or 'it is not valid'}",
            hint="Try it in Jira's issue search and correct it.",
        )
    return ConfigError(f"{who} refuses the request: {said}", hint="Correct the binding.")
