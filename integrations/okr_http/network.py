"""Network: connects to the address that was checked, and to no other.

A name is looked up once per connection, every address that it has is judged, and the socket goes
to one of these very addresses: a second look-up, which a hostile name server may answer otherwise,
never happens. The name stays what TLS verifies and what the Host header says.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address

import httpcore
import httpx
from httpcore import SOCKET_OPTION

from okr_core.errors import ConfigError
from okr_http.addresses import Address, may_ask, nature_of

Lookup = Callable[[str, int], Sequence[Address]]
"""Addresses of a host, for a port; raises NameUnknownError where there are none."""


class NameUnknownError(OSError):
    """A host name has no address, or the name server does not answer."""


def look_up(host: str, port: int) -> Sequence[Address]:
    """All addresses of a host, in the system's order.

    Also reads the forms that the system takes for an address, such as 2130706433 or 0177.0.0.1.

    Raises:
        NameUnknownError: It has none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NameUnknownError(host) from None
    return list(dict.fromkeys(ip_address(str(entry[4][0])) for entry in found))


@dataclass(frozen=True, slots=True)
class Dialer:
    """How names become addresses and addresses connections.

    Attributes:
        lookup: Finds the addresses of a host.
        backend: Opens connections to addresses.
    """

    lookup: Lookup = look_up
    backend: httpcore.NetworkBackend = field(default_factory=httpcore.SyncBackend)


class CheckedBackend(httpcore.NetworkBackend):
    """Opens connections to addresses that `may_ask` allows.

    Args:
        who: The connection, for messages.
        allow_private: See `HttpOptions`.
        dialer: Finds addresses and opens connections to them.
    """

    def __init__(self, who: str, *, allow_private: bool, dialer: Dialer) -> None:
        self._who = who
        self._allow_private = allow_private
        self._lookup = dialer.lookup
        self._inner = dialer.backend

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first of the host's addresses that answers.

        Raises:
            ConfigError: One of the addresses may not be asked.
            NameUnknownError: The host has no address.
            httpcore.ConnectError: None of them answers.
        """
        addresses = self._checked(host, port)
        for address in addresses[:-1]:
            try:
                return self._inner.connect_tcp(
                    str(address), port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._inner.connect_tcp(
            str(addresses[-1]), port, timeout, local_address, socket_options
        )

    def _checked(self, host: str, port: int) -> Sequence[Address]:
        addresses = self._lookup(host, port)
        if not addresses:
            raise NameUnknownError(host)
        for address in addresses:
            # One bad address is enough: which of them is used is not ours to choose.
            if not may_ask(address, allow_private=self._allow_private):
                raise self._refused(host, address)
        return addresses

    def _refused(self, host: str, address: Address) -> ConfigError:
        nature = nature_of(address)
        what = f"{host} is" if ":" in host or host == str(address) else f"{host} is at {address},"
        return ConfigError(
            f"{self._who}: {what} a {nature} address, which is not asked.",
            hint="If it is meant, set `options: {allow_private: true}` at the connection."
            if may_ask(address, allow_private=True)
            else "Correct `url`.",
        )


class Wire:
    """Sends requests one by one and streams their answers; follows and keeps nothing.

    httpx's own client would log every address with its parameters, keep cookies, and read proxies
    from the environment.

    Args:
        backend: Opens connections.
        most: Connections at once.
    """

    def __init__(self, backend: httpcore.NetworkBackend, most: int) -> None:
        # Certificates of a company's own authority come from SSL_CERT_FILE, as everywhere.
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=most,
            keepalive_expiry=5.0,
            network_backend=backend,
        )

    def send(self, request: httpx.Request, seconds: float) -> httpx.Response:
        """The answer, its body unread; the caller closes it.

        Args:
            request: What to send.
            seconds: Time that connecting and each read or write may take.

        Raises:
            httpcore's errors, ConfigError, NameUnknownError.
        """
        limits = dict.fromkeys(("connect", "read", "write", "pool"), seconds)
        url = request.url
        answer = self._pool.handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                content=request.read(),
                extensions={"timeout": limits},
            )
        )
        assert isinstance(answer.stream, Iterable)
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer.stream), request=request
        )

    def close(self) -> None:
        """Close kept connections."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Iterable[bytes]) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        close = getattr(self._stream, "close", None)
        if close is not None:
            close()
