"""Hosts: whether a name or address is that of this computer."""

from __future__ import annotations

from ipaddress import ip_address


def is_here(host: str) -> bool:
    """Whether a host is this computer, whatever a name server says.

    >>> is_here("127.0.0.2"), is_here("localhost"), is_here("localhost.acme.example")
    (True, True, False)
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
