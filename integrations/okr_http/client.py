"""Client: one request, its redirects and its answer, each step checked."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import httpx

from okr_core.errors import ConfigError, OkrError
from okr_http import failures
from okr_http.planner import Request, Site, origin_of, place_of
from okr_http.rows import Number
from okr_sources.credentials import LOOPBACK
from okr_sources.gate import gate as gates
from okr_sources.gate.strangers import REDIRECTS as MOVED
from okr_sources.gate.strangers import stranger
from okr_sources.send.headers import server_time
from okr_sources.send.login import login_refused
from okr_sources.send.refusal import Refusal
from okr_sources.source import Credentials

REDIRECTS = 5
"""Redirects that one request may follow."""
_KEEP_METHOD = frozenset({307, 308})


@dataclass(frozen=True)
class Reply:
    """A good answer.

    Attributes:
        place: The address that was asked, without parameters.
        answer: What came.
        sent: Requests that it took, redirects included.
        numbers: Expression → what it was found to yield, so that each is computed once.
    """

    place: str
    answer: gates.Reply
    sent: int
    numbers: dict[str, Number] = field(default_factory=dict, compare=False)

    @property
    def document(self) -> object:
        """The body as Python's objects, its numbers exact; parsed once for all key results.

        Raises:
            DataError: It is no JSON.
            RetryableError: It is JSON that was cut off.
        """
        return self.answer.document

    @property
    def date(self) -> datetime | None:
        """The server's time (aware); None where it does not tell."""
        return server_time(self.answer.headers)


@dataclass(slots=True)
class _Step:
    """Where a request is on its way.

    Attributes:
        headers: What is sent; loses the token where the way leaves its origin.
    """

    url: httpx.URL
    headers: dict[str, str]


class Client:
    """Sends the requests of one connection; raises errors of okr_core and okr_sources only.

    Threads may share it.

    Args:
        site: Where requests may go.
        credentials: What signs them.
        gate: Asks; its time is what one request may take, redirects included.
        now: The time of day, for a Retry-After that is a time.
    """

    def __init__(
        self, site: Site, credentials: Credentials, gate: gates.Gate, *, now: Callable[[], datetime]
    ) -> None:
        self._site = site
        self._credentials = credentials
        self._gate = gate
        self._now = now

    def __repr__(self) -> str:
        return f"Client({self._site.who})"

    def fetch(self, request: Request) -> Reply:
        """The answer to a request, after its redirects.

        Raises:
            OkrError: There is none, or none that is good; says why and what to do.
        """
        until = time.monotonic() + self._gate.seconds
        step = self._begun(request)
        for sent in range(1, REDIRECTS + 2):
            answer = self._answer(request, step, until, redirected=sent > 1)
            if answer.status not in MOVED:
                self._refuse(request, step, answer)
                return Reply(request.place, answer, sent)
            step = self._next(request, step, answer)
        raise ConfigError(
            f"{self._site.who}: {request.place} redirects more than {REDIRECTS} times.",
            hint="Write the address that a browser ends at.",
        )

    def _begun(self, request: Request) -> _Step:
        headers = {"Accept": "application/json"}
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        url, options = httpx.URL(request.url), self._site.options
        if self._site.signed:
            headers |= options.signature(self._credentials)
            if options.parameter:
                token = self._credentials.token.get_secret_value()
                url = url.copy_set_param(options.parameter, token)
        return _Step(url, headers)

    def _answer(
        self, request: Request, step: _Step, until: float, *, redirected: bool
    ) -> gates.Reply:
        """The answer to one step, whatever its status."""
        home = self._site.base is not None and origin_of(step.url) == origin_of(self._site.base)
        try:
            return self._gate.ask(
                request.method,
                step.url,
                headers=step.headers,
                content=None if request.body is None else request.body.encode(),
                what=f"{self._site.who}: {place_of(step.url)}",
                until=until,
                home=home,
            )
        except ConfigError as error:
            if redirected:
                error.message = f"{error.message} {request.place} redirects there."
            raise

    def _next(self, request: Request, step: _Step, answer: gates.Reply) -> _Step:
        """Where a redirect leads.

        Raises:
            ConfigError: Nowhere, to plain http, or it would turn a POST into a GET.
        """
        who, place = self._site.who, request.place
        try:
            url = step.url.join(answer.headers.get("Location", ""))
        except httpx.InvalidURL:
            url = step.url
        if url == step.url or url.scheme not in ("http", "https") or not url.host or url.userinfo:
            raise ConfigError(
                f"{who}: {place} redirects to no address that can be asked.", hint="Check `url`."
            )
        trusted = self._site.options.allow_http or url.host in LOOPBACK
        if url.scheme == "http" and (step.url.scheme == "https" or not trusted):
            raise ConfigError(
                f"{who}: {place} redirects to plain http ({origin_text(url)}).",
                hint="Write the https address that it means, or ask its owner to correct it.",
            )
        if request.method != "GET" and answer.status not in _KEEP_METHOD:
            raise ConfigError(
                f"{who}: {place} redirects a POST ({answer.status}) to {place_of(url)}.",
                hint="Write that address, or use GET.",
            )
        headers = step.headers
        if origin_of(url) != origin_of(step.url):
            signature = self._site.options.signature(self._credentials)
            headers = {name: text for name, text in headers.items() if name not in signature}
        return _Step(url.copy_with(fragment=None), headers)

    def _refuse(self, request: Request, step: _Step, answer: gates.Reply) -> None:
        """Refuse an answer that is none.

        Raises:
            OkrError: Says what it is instead.
        """
        # A token that did not come along is not the one that is refused.
        signed = self._site.signed and origin_of(step.url) == origin_of(httpx.URL(request.url))
        reason = login_refused(answer.headers) if signed and answer.status == 200 else ""
        if reason:
            raise failures.unknown_token(
                self._site.who, place_of(step.url), reason, name=self._site.name
            )
        failure: OkrError | None = stranger(answer, "a JSON endpoint")
        if failure is None and answer.status != 200:
            failure = failures.to_failure(
                Refusal.of_reply(answer, now=self._now()),
                self._site.who,
                place_of(step.url),
                name=self._site.name,
                signed=signed,
            )
        if failure is not None:
            raise failure


def origin_text(url: httpx.URL) -> str:
    """Scheme, host and port as people write them."""
    return f"{url.scheme}://{url.netloc.decode()}"
