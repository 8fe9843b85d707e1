"""Failures: what an answer of Jira that is no data means, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

from okr_core.errors import AccessError, ConfigError, DataError, OkrError
from okr_jira.site.kinds import CLOUD, Deployment
from okr_sources.credentials import variable
from okr_sources.errors import UnauthorizedError
from okr_sources.send import login
from okr_sources.send.login import LOCKED
from okr_sources.send.refusal import LONGEST, Refusal, passing

USER = "X-AUSERNAME"
"""In what header a Jira says whom it took us for."""


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


def login_refused(headers: Mapping[str, str]) -> str:
    """Why Jira did not accept who signed the request; empty where it did, or does not say.

    A server that does not know the token may let us in as everybody: fewer issues and no error, for
    what only some may see does not exist to everybody.
    """
    if headers.get(USER, "").casefold() == "anonymous":
        return f"{USER}: anonymous"
    return login.login_refused(headers)


def refuse_complaints(document: object, who: str, query: str, *, warnings: bool = True) -> None:
    """Refuse what came with 200 and says that it is not the answer to what was asked.

    Args:
        document: The answer.
        who: The connection as messages call it.
        query: JQL that was asked, empty if none.
        warnings: Whether a warning is a complaint; not where it was asked for.

    Raises:
        DataError: It quotes the server.
    """
    if not isinstance(document, Mapping):
        return
    for name, verb in (("errorMessages", "says"), ("warningMessages", "warns")):
        said = document.get(name) if warnings or name == "errorMessages" else None
        words = "; ".join(map(str, said)) if isinstance(said, list) else str(said or "")
        if words:
            about = f" about the query `{query}`" if query else ""
            raise DataError(
                f"{who} answers, and {verb}{about}: {words[:LONGEST].rstrip('. ')}.",
                hint="Try the query in Jira's issue search and correct it."
                if query
                else "Ask a Jira administrator.",
            )


def refuse_excuses(said: Refusal, who: str, issue: str) -> None:
    """Refuse an answer about an issue that has the status of one and is an error.

    Args:
        said: What the answer says where errors say what is wrong; a good one says nothing there.
        who: The connection as messages call it.
        issue: Key or id; empty where it is about several.

    Raises:
        DataError: It quotes the server.
    """
    if said.words:
        about = f" about issue {issue}" if issue else ""
        raise DataError(
            f"{who} answers {said.status}, and with an error{about}: {said.words.rstrip('. ')}.",
            hint="Try again later; if it stays, ask a Jira administrator.",
        )


def unknown_caller(name: str, deployment: Deployment, reason: str = "401") -> UnauthorizedError:
    """The server does not know whose token it is.

    Args:
        name: Name of the connection.
        deployment: The kind of Jira.
        reason: How it says so.
    """
    who, token = f"jira `{name}`", variable(name, "TOKEN")
    if LOCKED in reason:
        return UnauthorizedError(
            f"{who}: the token was not accepted ({reason}): Jira has locked the login.",
            hint=f"Sign in once in a browser, which asks for a captcha, and check {token}.",
        )
    if deployment is CLOUD:
        return UnauthorizedError(
            f"{who}: user and token are not accepted ({reason}).",
            hint=f"Check {variable(name, 'USER')} and {token}, or the block; "
            "the token may have expired.",
        )
    return UnauthorizedError(
        f"{who}: the personal access token is not accepted ({reason}).",
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


def _refused(who: str, said: str, query: str) -> ConfigError:
    if query:
        return ConfigError(
            f"{who} refuses the query `{query}`: {said or 'it is not valid'}",
            hint="Try it in Jira's issue search and correct it.",
        )
    return ConfigError(f"{who} refuses the request: {said}", hint="Correct the binding.")
