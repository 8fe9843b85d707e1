"""Network: connects to the address that was checked, and to no other.

A name is looked up once per connection, every address that it has is judged, and the socket goes
to one of these very addresses: a second look-up, which a hostile name server may answer otherwise,
never happens. The name stays what TLS verifies and what the Host header says.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address

import httpcore
from httpcore import SOCKET_OPTION

from okr_core.errors import ConfigError
from okr_http.addresses import Address, Opened, may_ask, nature_of
from okr_sources.gate.failures import NameUnknownError

Lookup = Callable[[str, int], Sequence[Address]]
"""Addresses of a host, for a port; raises NameUnknownError where there are none."""


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
        opened: Which addresses it may ask beside public ones.
        dialer: Finds addresses and opens connections to them.
    """

    def __init__(self, who: str, *, opened: Opened, dialer: Dialer) -> None:
        self._who = who
        self._opened = opened
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
            if not may_ask(address, self._opened):
                raise self._refused(host, address)
        return addresses

    def _refused(self, host: str, address: Address) -> ConfigError:
        nature = nature_of(address)
        what = f"{host} is" if ":" in host or host == str(address) else f"{host} is at {address},"
        word = Opened.word_for(nature)
        return ConfigError(
            f"{self._who}: {what} a {nature} address, which is not asked.",
            hint=f"If it is meant, set `options: {{{word}: true}}` at the connection."
            if word
            else "Correct `url`.",
        )
