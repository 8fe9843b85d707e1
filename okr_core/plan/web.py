"""Web: how the page for people without a terminal is reached, and what its readers see."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from okr_core.basics.base import FrozenModel, ItemId, shortened
from okr_core.basics.hosts import is_here

WHOLE = "company"
"""The audience that sees everything."""


def _valid_origin(text: str) -> str:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    known = parts.scheme in {"http", "https"} and parts.hostname and port != 0
    more = parts.path.strip("/") or parts.query or parts.fragment or parts.username
    if known and not more:
        return text.rstrip("/")
    raise ValueError(
        f"{shortened(text)} is no address of a page. Write it without a path, such as "
        "`https://okr.acme.example`."
    )


def _valid_network(text: str) -> str:
    try:
        ip_network(text, strict=False)
    except ValueError:
        raise ValueError(
            f"{shortened(text)} is no address of a proxy. Write numbers, such as `10.0.0.2` or "
            "`10.0.0.0/24`."
        ) from None
    return text


Origin = Annotated[str, AfterValidator(_valid_origin)]
"""Scheme, host and port of a page, without a path."""
Network = Annotated[str, AfterValidator(_valid_network)]
"""One IP address, or a network of them."""
HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]*$")]


class Web(FrozenModel):
    """The page: where it is, who vouches for its readers, and what they see.

    Attributes:
        url: Address under which people open it; links in mails begin with it.
        user_header: Header in which a signing-in proxy names the reader's e-mail address.
        trusted_proxies: Addresses from which that header is believed; from any other it is not.
        audience: What readers see besides what is their own: a name under `audiences`.
        readers: Person → the audience that they see instead.
        contact: Person whom those ask who cannot get in.
    """

    url: Origin | None = None
    user_header: HeaderName | None = None
    trusted_proxies: tuple[Network, ...] = ()
    audience: str = WHOLE
    readers: dict[ItemId, str] = Field(default_factory=dict)
    contact: ItemId | None = None

    @property
    def secure(self) -> bool:
        """Whether what is sent to the page is encrypted on its way."""
        return self.url is not None and self.url.startswith("https:")

    @property
    def reached_by_others(self) -> bool:
        """Whether its address is that of more than this computer."""
        host = urlsplit(self.url or "").hostname or ""
        return bool(host) and not (is_here(host) or host.endswith(".localhost"))

    def audience_of(self, person: str) -> str:
        """The audience that a person is of."""
        return self.readers.get(person, self.audience)

    def trusts(self, peer: str) -> bool:
        """Whether the proxy header is believed from that address."""
        return is_among(peer, self.trusted_proxies)


def is_among(peer: str, networks: Iterable[str]) -> bool:
    """Whether an IP address is in one of several networks; what is no address never is.

    >>> is_among("10.0.0.7", ["10.0.0.0/24"]), is_among("::ffff:10.0.0.7", ["10.0.0.7"])
    (True, True)
    """
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    known: list[IPv4Network | IPv6Network] = [ip_network(each, strict=False) for each in networks]
    return any(address.version == each.version and address in each for each in known)
