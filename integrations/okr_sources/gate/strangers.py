"""Strangers: answers that are not the tool's own, but those of a proxy, a gateway or a page."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from okr_core.errors import AccessError, ConfigError, DataError, OkrError
from okr_sources.gate.failures import proxy_sign_in, speaks_tls
from okr_sources.gate.gate import READ, Reply

_TLS_WORDS = re.compile(
    r"plain HTTP request was sent to HTTPS port|HTTP request to an HTTPS server|"
    r"speaking plain HTTP to an SSL-enabled",
    re.IGNORECASE,
)
_READ_AT_MOST = 4000
REDIRECTS = frozenset({301, 302, 303, 307, 308})
"""Statuses that lead elsewhere."""


class WebPageError(AccessError):
    """A page for people where data was expected."""


def stranger(reply: Reply, tool: str, *, good: frozenset[int] = READ) -> OkrError | None:
    """The error that an answer is which the tool itself did not give; None for one of its own.

    Args:
        reply: The answer.
        tool: Whose answer was expected, such as `Jira`.
        good: Statuses that are an answer; other ones below 300 are none.
    """
    what, status = reply.what, reply.status
    if status == 407:
        return proxy_sign_in(what)
    if status in REDIRECTS:
        return redirected(reply, tool)
    if status == 400 and _TLS_WORDS.search(reply.text[:_READ_AT_MOST]):
        return speaks_tls(what, urlsplit(reply.place).netloc)
    if status == 403 and reply.is_page:
        return AccessError(
            f"{what}: a gateway on the way answers with a page of its own (403), not {tool}.",
            hint="Ask whoever runs the network to let these requests through; the token was not "
            "looked at.",
        )
    if status < 400:
        return _no_answer(reply, tool, good)
    return None


def redirected(reply: Reply, tool: str) -> OkrError:
    """What it means to be sent elsewhere: an address that has changed, or a sign-in page."""
    where = reply.censor.text(reply.headers.get("Location", ""))
    try:
        here, there = urlsplit(reply.place), urlsplit(urljoin(reply.place, where))
        host = there.hostname or ""
    except ValueError:
        host = ""
    if not where or not host:
        return AccessError(
            f"{reply.what} sends us elsewhere ({reply.status}) and does not say where.",
            hint="Check `url`; a sign-in page or a proxy stands in between.",
        )
    if host != here.hostname:
        return AccessError(
            f"{reply.what} sends us to {host} instead of answering ({reply.status}).",
            hint=f"Check `url`; a sign-in page or a proxy stands before {tool}, or it has moved "
            "there.",
        )
    if (here.scheme, there.scheme) == ("http", "https"):
        return ConfigError(
            f"{reply.what} answers by https only ({reply.status}).", hint="Write https in `url`."
        )
    address = f"{there.scheme}://{there.netloc.rpartition('@')[2]}{there.path}"
    return ConfigError(
        f"{reply.what} sends us to {address} ({reply.status}).",
        hint="Write the address that it means in `url`; if it is a sign-in page, the token is not "
        "accepted.",
    )


def _no_answer(reply: Reply, tool: str, good: frozenset[int]) -> OkrError | None:
    what, status = reply.what, reply.status
    if status in good and status != 204 and reply.content.strip():
        return web_page(reply, tool) if reply.is_page else None
    if status in good and good is not READ:
        return None  # a write is done, whether it is answered by anything or not
    if not reply.content.strip():
        return DataError(
            f"{what} answers with nothing ({status}).",
            hint="Check `url`; what stands in between may swallow answers.",
        )
    return DataError(
        f"{what} answers {status}, which is no whole answer: only 200 is one.",
        hint=f"Try again later; if it stays, what answers is not {tool}.",
    )


def web_page(reply: Reply, tool: str) -> WebPageError:
    """A good status with a page for people."""
    return WebPageError(
        f"{reply.what} answers with a web page instead of data.",
        hint=f"Check `url`; a sign-in page or a proxy may stand before {tool}.",
    )
