"""Planner: which request a binding asks for, and where it may go. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from okr_core.errors import ConfigError
from okr_http.binding import HttpBinding
from okr_http.options import HttpOptions
from okr_sources.credentials import LOOPBACK


@dataclass(frozen=True, slots=True)
class Site:
    """What a connection says of where its requests may go.

    Attributes:
        name: Name of the connection, empty without one.
        base: Its address, None where bindings name theirs.
        signed: Whether it has a token, which may go to `base` alone.
    """

    name: str
    base: httpx.URL | None
    options: HttpOptions
    signed: bool

    @property
    def who(self) -> str:
        """How messages call it."""
        return f"http `{self.name}`" if self.name else "http"


@dataclass(frozen=True, slots=True)
class Request:
    """One request; equal ones are sent once.

    Attributes:
        url: Absolute address with its parameters, without the token.
        body: JSON text of a POST.
        safe: Whether it may be sent twice.
    """

    method: str
    url: str
    body: str | None = None
    safe: bool = True

    @property
    def place(self) -> str:
        """The address without parameters, for messages."""
        return place_of(httpx.URL(self.url))

    def __str__(self) -> str:
        return f"{self.method} {self.url}" + (f" {self.body}" if self.body else "")


def request_of(binding: HttpBinding, site: Site) -> Request:
    """The request that a binding asks for.

    Raises:
        ConfigError: Its address is plain http, or the token does not belong there.
    """
    try:
        url = _joined(binding.url, site)
        for name, values in binding.query.items():
            for value in values:
                url = url.copy_add_param(name, value)
    except httpx.InvalidURL:
        raise ConfigError(f"{site.who}: `{binding.url}` is not an address.") from None
    _refuse_plain(url, site)
    if site.signed and (site.base is None or origin_of(url) != origin_of(site.base)):
        raise _astray(url, site)
    safe = binding.method == "GET" or binding.safe
    return Request(binding.method, str(url), binding.body, safe)


def base_of(who: str, text: str, options: HttpOptions) -> httpx.URL:
    """The address of a connection.

    Raises:
        ConfigError: It is none, holds a user name, or is plain http.
    """
    try:
        url = httpx.URL(text.strip())
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host:
        raise ConfigError(
            f"{who}: the connection's `url` is not an address.",
            hint="Write it as https://api.example.com.",
        )
    if url.userinfo:
        raise ConfigError(
            f"{who}: the connection's `url` holds a user name.",
            hint="Take it out; user and token belong into the block or the variables.",
        )
    _refuse_plain(url, Site("", None, options, signed=False), who=who)
    return url


def origin_of(url: httpx.URL) -> tuple[str, str, int | None]:
    """Scheme, host and port: to whom a request speaks."""
    return url.scheme, url.host, url.port


def place_of(url: httpx.URL) -> str:
    """An address without its parameters."""
    return str(url.copy_with(query=None, fragment=None, username=None, password=None))


def _joined(text: str, site: Site) -> httpx.URL:
    url = httpx.URL(text)
    if url.is_absolute_url:
        return url
    if site.base is None:
        raise ConfigError(
            f"{site.who}: `{text}` is a path, and the connection has no `url`.",
            hint="Add `url` to the connection in okr.yaml, or write the whole address.",
        )
    return httpx.URL(f"{place_of(site.base).rstrip('/')}/{text.lstrip('/')}")


def _refuse_plain(url: httpx.URL, site: Site, *, who: str = "") -> None:
    if url.scheme == "http" and url.host not in LOOPBACK and not site.options.allow_http:
        raise ConfigError(
            f"{who or site.who}: {place_of(url)} is plain http, which everyone on the way can read "
            "and change.",
            hint="Write https, or `options: {allow_http: true}` at the connection in a network "
            "that you trust.",
        )


def _astray(url: httpx.URL, site: Site) -> ConfigError:
    if site.base is None:
        return ConfigError(
            f"{site.who} has a token and no `url` that says to whom it may be shown.",
            hint=f"Add `url: {url.scheme}://{url.netloc.decode()}` to the connection.",
        )
    return ConfigError(
        f"{site.who}: {place_of(url)} is not below {place_of(site.base)}, and the token is for the "
        "latter.",
        hint="Use a connection of its own for that address.",
    )
