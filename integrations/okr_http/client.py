"""Client: one request, its redirects and its answer, each step checked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import httpcore
import httpx

from okr_core.errors import ConfigError, DataError
from okr_http import failures
from okr_http.network import CheckedBackend, Dialer, NameUnknownError, Wire
from okr_http.planner import Request, Site, origin_of, place_of
from okr_http.rows import document_of
from okr_sources.censor import Censor
from okr_sources.credentials import LOOPBACK
from okr_sources.send.headers import server_time
from okr_sources.send.refusal import Refusal
from okr_sources.source import Credentials

REDIRECTS = 5
"""Redirects that one request may follow."""
LARGEST = 5_000_000
"""Bytes of an answer, unpacked."""
_KEEP_METHOD = frozenset({307, 308})
_REDIRECT = frozenset({301, 302, 303}) | _KEEP_METHOD
_PACKED = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})


@dataclass(frozen=True)
class Reply:
    """A good answer.

    Attributes:
        place: The address that was asked, without parameters.
        content: Its body, unpacked.
        kind: Media type, lower case, such as `application/json`.
        sent: Requests that it took, redirects included.
        date: The server's time (aware); None where it does not tell.
    """

    place: str
    content: bytes
    kind: str
    sent: int
    date: datetime | None

    @cached_property
    def document(self) -> object:
        """The body as Python's objects, its numbers exact; parsed once for all key results.

        Raises:
            DataError: It is empty, or no JSON.
        """
        return document_of(self.content, self.place)


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
        seconds: Time that one request may take, redirects included.
        connections: Connections at once.
        now: The time of day, for a Retry-After that is a time.
        dialer: Finds addresses and opens connections to them.
        clock: Seconds that only grow.
    """

    def __init__(
        self,
        site: Site,
        credentials: Credentials,
        *,
        seconds: float,
        connections: int,
        now: Callable[[], datetime],
        dialer: Dialer | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._site = site
        self._credentials = credentials
        self._censor = Censor(credentials.secrets)
        self._seconds = seconds
        self._now = now
        self._clock = clock
        backend = CheckedBackend(
            site.who, allow_private=site.options.allow_private, dialer=dialer or Dialer()
        )
        self._wire = Wire(backend, connections)

    def __repr__(self) -> str:
        return f"Client({self._site.who})"

    def close(self) -> None:
        """Close kept connections."""
        self._wire.close()

    def fetch(self, request: Request) -> Reply:
        """The answer to a request, after its redirects.

        Raises:
            OkrError: There is none, or none that is good; says why and what to do.
        """
        until = self._clock() + self._seconds
        step = self._begun(request)
        for sent in range(1, REDIRECTS + 2):
            with self._answer(request, step, until, redirected=sent > 1) as response:
                if response.status_code not in _REDIRECT:
                    return self._received(request, response, sent, until)
                step = self._next(request, step, response)
        raise ConfigError(
            f"{self._site.who}: {request.place} redirects more than {REDIRECTS} times.",
            hint="Write the address that a browser ends at.",
        )

    def _begun(self, request: Request) -> _Step:
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
            "User-Agent": "prefect-okr",
        }
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        url, options = httpx.URL(request.url), self._site.options
        if self._site.signed:
            headers |= options.signature(self._credentials)
            if options.parameter:
                token = self._credentials.token.get_secret_value()
                url = url.copy_set_param(options.parameter, token)
        return _Step(url, headers)

    @contextmanager
    def _answer(
        self, request: Request, step: _Step, until: float, *, redirected: bool
    ) -> Iterator[httpx.Response]:
        """The answer to one step, closed in the end; failures of the network as our errors."""
        home = self._site.base is not None and origin_of(step.url) == origin_of(self._site.base)
        try:
            response = self._sent(request, step, until, redirected=redirected)
            try:
                yield response
            finally:
                response.close()
        except (
            httpcore.TimeoutException,
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpx.DecodingError,
            NameUnknownError,
        ) as error:
            raise failures.network_failure(
                error, self._site.who, step.url, seconds=self._seconds, home=home
            ) from None

    def _sent(
        self, request: Request, step: _Step, until: float, *, redirected: bool
    ) -> httpx.Response:
        message = httpx.Request(
            request.method, step.url, headers=step.headers, content=request.body
        )
        try:
            return self._wire.send(message, max(0.001, until - self._clock()))
        except ConfigError as error:
            if redirected:
                error.message = f"{error.message} {request.place} redirects there."
            raise

    def _next(self, request: Request, step: _Step, response: httpx.Response) -> _Step:
        """Where a redirect leads.

        Raises:
            ConfigError: Nowhere, to plain http, or it would turn a POST into a GET.
        """
        who, place = self._site.who, request.place
        try:
            url = step.url.join(response.headers.get("Location", ""))
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
        if request.method != "GET" and response.status_code not in _KEEP_METHOD:
            raise ConfigError(
                f"{who}: {place} redirects a POST ({response.status_code}) to {place_of(url)}.",
                hint="Write that address, or use GET.",
            )
        headers = step.headers
        if origin_of(url) != origin_of(step.url):
            signature = self._site.options.signature(self._credentials)
            headers = {name: text for name, text in headers.items() if name not in signature}
        return _Step(url.copy_with(fragment=None), headers)

    def _received(
        self, request: Request, response: httpx.Response, sent: int, until: float
    ) -> Reply:
        content = self._read(request, response, until)
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        status, place = response.status_code, place_of(response.request.url)
        if not 200 <= status < 300:
            # A token that did not come along is not the one that is refused.
            signed = self._site.signed and origin_of(response.request.url) == origin_of(
                httpx.URL(request.url)
            )
            refusal = Refusal.of(
                status,
                response.headers,
                content.decode("utf-8", "replace"),
                now=self._now(),
                censor=self._censor,
            )
            raise failures.to_failure(
                refusal, self._site.who, place, name=self._site.name, signed=signed
            )
        if kind.endswith(("/html", "/xhtml+xml")) or content.lstrip()[:1] == b"<":
            raise failures.web_page(self._site.who, place)
        return Reply(request.place, content, kind, sent, server_time(response.headers))

    def _read(self, request: Request, response: httpx.Response, until: float) -> bytes:
        """The body, unpacked, as far as it is allowed to go.

        Raises:
            DataError: It is too large, or packed in a way that could unpack to anything.
            RetryableError: It does not end in time.
        """
        packing = response.headers.get("Content-Encoding", "").strip().lower()
        if packing not in _PACKED:
            raise DataError(
                f"{self._site.who}: {request.place} answers packed as `{packing[:40]}`.",
                hint="It may use gzip, or nothing.",
            )
        parts, size = [], 0
        for part in response.iter_bytes():
            parts.append(part)
            size += len(part)
            if size > LARGEST:
                raise DataError(
                    f"{self._site.who}: {request.place} answers with more than "
                    f"{LARGEST // 1_000_000} MB.",
                    hint="Ask for less: a filter, fewer fields, or an address that counts itself.",
                )
            if self._clock() > until:
                raise failures.too_slow(self._site.who, response.request.url, self._seconds)
        return b"".join(parts)


def origin_text(url: httpx.URL) -> str:
    """Scheme, host and port as people write them."""
    return f"{url.scheme}://{url.netloc.decode()}"
