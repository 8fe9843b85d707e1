"""Addresses: which IP addresses belong to the public internet, and what the others are.

A plan names addresses, and plans may come from many people: without this rule a key result could
read what only our own machine or its neighbours may see. The tables are those of IANA's
special-purpose registries (RFC 6890 and its successors); the standard library's differ between
Python versions. An IPv6 address that carries an IPv4 address is judged by the latter.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Literal

Address = IPv4Address | IPv6Address
Nature = Literal[
    "public", "loopback", "private", "link-local", "shared", "multicast", "reserved", "unspecified"
]
_PRIVATE: frozenset[Nature] = frozenset({"loopback", "private", "shared"})


@dataclass(frozen=True, slots=True)
class Opened:
    """What a connection may ask beside public addresses; nothing that answers lives at others.

    Attributes:
        private: Whether loopback, private and shared addresses.
        link_local: Whether link-local ones, where clouds tell a machine its own credentials: a
            word of its own, since whoever allows a private address does not mean those.
    """

    private: bool = False
    link_local: bool = False

    @staticmethod
    def word_for(nature: Nature) -> str:
        """The option that opens such addresses; empty where none does."""
        if nature in _PRIVATE:
            return "allow_private"
        return "allow_link_local" if nature == "link-local" else ""


_V4: tuple[tuple[IPv4Network, Nature], ...] = (
    (IPv4Network("0.0.0.0/8"), "unspecified"),
    (IPv4Network("10.0.0.0/8"), "private"),
    (IPv4Network("100.64.0.0/10"), "shared"),
    (IPv4Network("127.0.0.0/8"), "loopback"),
    (IPv4Network("168.63.129.16/32"), "private"),  # Azure's services for its own machines
    (IPv4Network("169.254.0.0/16"), "link-local"),
    (IPv4Network("172.16.0.0/12"), "private"),
    (IPv4Network("192.0.0.0/24"), "reserved"),
    (IPv4Network("192.0.2.0/24"), "reserved"),
    (IPv4Network("192.88.99.0/24"), "reserved"),
    (IPv4Network("192.168.0.0/16"), "private"),
    (IPv4Network("198.18.0.0/15"), "private"),
    (IPv4Network("198.51.100.0/24"), "reserved"),
    (IPv4Network("203.0.113.0/24"), "reserved"),
    (IPv4Network("224.0.0.0/4"), "multicast"),
    (IPv4Network("240.0.0.0/4"), "reserved"),
)
_V6: tuple[tuple[IPv6Network, Nature], ...] = (
    (IPv6Network("::/128"), "unspecified"),
    (IPv6Network("::1/128"), "loopback"),
    (IPv6Network("64:ff9b:1::/48"), "private"),
    (IPv6Network("2001::/23"), "reserved"),  # Teredo among others
    (IPv6Network("2001:db8::/32"), "reserved"),
    (IPv6Network("3fff::/20"), "reserved"),
    (IPv6Network("fc00::/7"), "private"),
    (IPv6Network("fe80::/10"), "link-local"),
    (IPv6Network("fec0::/10"), "private"),
    (IPv6Network("ff00::/8"), "multicast"),
)
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_6TO4 = IPv6Network("2002::/16")
_GLOBAL = IPv6Network("2000::/3")


def nature_of(address: Address) -> Nature:
    """What kind of place an address is.

    >>> from ipaddress import ip_address
    >>> nature_of(ip_address("::ffff:169.254.169.254"))
    'link-local'
    """
    if isinstance(address, IPv4Address):
        return next((nature for network, nature in _V4 if address in network), "public")
    carried = carried_by(address)
    if carried is not None:
        return nature_of(carried)
    other: Nature = "public" if address in _GLOBAL else "reserved"
    return next((nature for network, nature in _V6 if address in network), other)


def carried_by(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for: mapped, NAT64 or 6to4; None if none."""
    number = int(address)
    if address in _MAPPED or address in _NAT64:
        return IPv4Address(number & 0xFFFF_FFFF)
    if address in _6TO4:
        return IPv4Address(number >> 80 & 0xFFFF_FFFF)
    return None


def may_ask(address: Address, opened: Opened) -> bool:
    """Whether a request may go there."""
    nature = nature_of(address)
    private = opened.private and nature in _PRIVATE
    return nature == "public" or private or (opened.link_local and nature == "link-local")
