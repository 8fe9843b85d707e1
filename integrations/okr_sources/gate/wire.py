"""Wire: connections whose every read and write ends by the deadline of the request under way.

A server that sends one byte at a time answers each single read in time; only a deadline over all
of them ends it. httpx's own client would log addresses with their parameters and keep cookies.
"""

from __future__ import annotations

import logging
import os
import ssl
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock, local
from typing import Any
from urllib.request import getproxies, proxy_bypass
from weakref import finalize

import httpcore
import httpx
from httpcore import SOCKET_OPTION

from okr_core.errors import ConfigError
from okr_sources.gate import failures
from okr_sources.gate.unpacking import PACKINGS, PackedWronglyError, TooLargeError, Unpacker

KEPT = 5.0
"""Seconds that an idle connection is kept."""
Answer = tuple[int, Mapping[str, str], bytes]
"""Status, headers without regard to case, and the body, unpacked."""
Pools = dict[str, tuple[httpcore.ConnectionPool, str]]
_SENT = {"Accept-Encoding": "gzip, deflate", "User-Agent": "prefect-okr"}
_BROKEN = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
    failures.NameUnknownError,
)
_BUNDLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


class Wire:
    """Connections to one server, or to the few that it leads to; threads may share it.

    Args:
        seconds: Time that one answer may take, for messages.
        width: Connections at once.
        most: Bytes that an answer may have, unpacked.
        backend: Opens connections; the system's where left out.
        proxied: Whether proxies of the environment are used.
    """

    def __init__(
        self,
        *,
        seconds: float,
        width: int,
        most: int,
        backend: httpcore.NetworkBackend | None,
        proxied: bool,
    ) -> None:
        self._seconds = seconds
        self._width = width
        self._most = most
        self._proxied = proxied
        self._deadline = Deadline()
        self._backend = TimedBackend(self._deadline, backend or httpcore.SyncBackend())
        self._pools: Pools = {}
        self._lock = Lock()
        # Nobody has to close what he no longer holds; `close` does it at a time of one's choice.
        finalize(self, _close_all, self._pools)

    def send(
        self,
        method: str,
        url: str | httpx.URL,
        headers: Mapping[str, str],
        content: bytes | None,
        *,
        what: str,
        until: float,
        home: bool,
    ) -> Answer:
        """The answer to one request; see `Gate.ask`."""
        try:
            target = httpx.URL(url) if isinstance(url, str) else url
        except httpx.InvalidURL:
            raise ConfigError(f"{what}: its address is none.", hint="Correct `url`.") from None
        self._deadline.until, self._deadline.heard = until, b""
        proxy = ""
        try:
            pool, proxy = self._pool(target)
            with _answered(pool, _request(method, target, headers, content)) as answer:
                body = self._body(answer, what)
        except _BROKEN as error:
            if self._deadline.heard == failures.ALERT and target.scheme == "http":
                raise failures.speaks_tls(what, failures.place(target)) from None
            raise failures.network_failure(
                error, what, target, seconds=self._seconds, proxy=proxy, home=home
            ) from None
        except ValueError:  # a host that no name server would take
            raise ConfigError(
                f"{what}: its address cannot be asked.", hint="Correct `url`."
            ) from None
        finally:
            self._deadline.until = float("inf")
        return answer.status, httpx.Headers(answer.headers), body

    def close(self) -> None:
        """Close kept connections."""
        with self._lock:
            _close_all(self._pools)

    def _pool(self, url: httpx.URL) -> tuple[httpcore.ConnectionPool, str]:
        """Connections for an address, and host and port of the proxy on the way, if any."""
        key = f"{url.scheme}://{url.host}" if self._proxied else url.scheme
        with self._lock:
            if key not in self._pools:
                proxy = _proxy_for(url) if self._proxied else None
                named = "" if proxy is None else f"{proxy.host}:{proxy.port or 80}"
                secure = url.scheme == "https"
                pool = httpcore.ConnectionPool(
                    # Loading certificates takes longer than most requests.
                    ssl_context=_certificates() if secure else None,
                    proxy=None if proxy is None else _proxy(proxy),
                    max_connections=self._width,
                    keepalive_expiry=KEPT,
                    network_backend=self._backend,
                )
                self._pools[key] = pool, named
            return self._pools[key]

    def _body(self, answer: httpcore.Response, what: str) -> bytes:
        packing = _header(answer.headers, b"content-encoding").decode("latin-1").strip().lower()
        if packing not in PACKINGS:
            raise failures.packed_unknown(what, packing)
        unpacker = Unpacker(packing, self._most)
        try:
            parts = [unpacker.take(part) for part in answer.iter_stream()]
            unpacker.end()
        except TooLargeError:
            raise failures.too_large(what, self._most) from None
        except PackedWronglyError:
            raise failures.packed_wrongly(what, packing) from None
        return b"".join(parts)


class Deadline(local):
    """Until when the request of this thread has to be through, and how its answer began.

    Attributes:
        until: By a clock that only grows.
        heard: The first bytes that came.
    """

    def __init__(self) -> None:
        self.until = float("inf")
        self.heard = b""

    def left(self) -> float:
        """Seconds that are left.

        Raises:
            httpcore.ReadTimeout: None.
        """
        left = self.until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left


class TimedBackend(httpcore.NetworkBackend):
    """Opens connections that keep to the deadline.

    Args:
        deadline: Of the request under way.
        inner: Opens the connections themselves.
    """

    def __init__(self, deadline: Deadline, inner: httpcore.NetworkBackend) -> None:
        self._deadline = deadline
        self._inner = inner

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline says it
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection."""
        stream = self._inner.connect_tcp(
            host, port, self._deadline.left(), local_address, socket_options
        )
        return _TimedStream(self._deadline, stream)


class _TimedStream(httpcore.NetworkStream):
    def __init__(self, deadline: Deadline, inner: httpcore.NetworkStream) -> None:
        self._deadline = deadline
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        read = self._inner.read(max_bytes, self._deadline.left())
        self._deadline.heard = self._deadline.heard or read[:2]
        return read

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._inner.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        left = self._deadline.left()
        return _TimedStream(
            self._deadline, self._inner.start_tls(ssl_context, server_hostname, left)
        )

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _close_all(pools: Pools) -> None:
    for pool, _ in pools.values():
        pool.close()
    pools.clear()


def _request(
    method: str, url: httpx.URL, headers: Mapping[str, str], content: bytes | None
) -> httpcore.Request:
    sent = [(b"Host", url.netloc)]
    sent += [(name.encode(), text.encode()) for name, text in {**_SENT, **headers}.items()]
    if content is not None:
        sent.append((b"Content-Length", str(len(content)).encode()))
    address = httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )
    return httpcore.Request(method, address, headers=sent, content=content)


@contextmanager
def _answered(
    pool: httpcore.ConnectionPool, request: httpcore.Request
) -> Iterator[httpcore.Response]:
    answer = pool.handle_request(request)
    try:
        yield answer
    finally:
        answer.close()  # what was not read is not waited for


def _header(headers: Sequence[tuple[bytes, bytes]], name: bytes) -> bytes:
    return b", ".join(value for key, value in headers if key.lower() == name)


def _proxy_for(url: httpx.URL) -> httpx.URL | None:
    """The proxy that the environment names for an address; None for none.

    Raises:
        ConfigError: It is none that can be used.
    """
    if proxy_bypass(url.host):
        return None
    named = getproxies()
    text = named.get(url.scheme) or named.get("all")
    if not text:
        return None
    try:
        proxy = httpx.URL(text if "://" in text else f"http://{text}")
    except httpx.InvalidURL:
        proxy = httpx.URL("")
    if proxy.scheme not in ("http", "https") or not proxy.host:
        raise ConfigError(
            "the proxy that the environment names is none that can be used.",
            hint="Write HTTPS_PROXY as http://proxy.example:3128.",
        )
    return proxy


def _proxy(url: httpx.URL) -> httpcore.Proxy:
    auth = (url.username, url.password) if url.username or url.password else None
    address = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=b"/")
    context = _certificates() if url.scheme == "https" else None
    return httpcore.Proxy(address, auth=auth, ssl_context=context)


def _certificates() -> ssl.SSLContext:
    """Those of the environment, else the usual ones; proxies of companies sign their own."""
    file = next((os.environ[name] for name in _BUNDLES if os.environ.get(name)), None)
    folder = os.environ.get("SSL_CERT_DIR") or None
    try:
        if file or folder:
            return ssl.create_default_context(cafile=file, capath=folder)
        return httpx.create_ssl_context()
    except OSError:
        raise ConfigError(
            "the certificates that SSL_CERT_FILE or REQUESTS_CA_BUNDLE names cannot be read.",
            hint="Correct the variable, or unset it.",
        ) from None


class _Steps(logging.Filter):
    """httpcore tells its steps with all headers of an answer; the steps alone are kept."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = str(record.msg).partition(" ")[0], ()
        return True


for _name in ("httpcore.connection", "httpcore.http11", "httpcore.proxy"):
    logging.getLogger(_name).addFilter(_Steps())
