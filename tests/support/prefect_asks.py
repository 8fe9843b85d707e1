"""Asking a Prefect server as its own client does."""

from __future__ import annotations

import ssl

import httpx
import stamina

BUSY = (429, 502, 503)
"""Answers that mean "ask again": a server on SQLite is locked for a moment while a worker polls."""
_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For servers on loopback: without it each request reads all certificates of the system."""


def ask(method: str, url: str, body: object = None) -> httpx.Response:
    """An answer of the server that is none of those.

    Raises:
        httpx.HTTPStatusError: It refuses, or is busy for half a minute.
    """
    for attempt in stamina.retry_context(on=_busy, attempts=None, timeout=30):
        with attempt:
            return _request(method, url, body).raise_for_status()
    raise AssertionError


def healthy(api: str) -> bool:
    """Whether the server whose API has that address says that it is up."""
    try:
        return _request("GET", f"{api}/health", None, seconds=2).is_success
    except httpx.TransportError:
        return False


def _request(method: str, url: str, body: object, *, seconds: float = 30) -> httpx.Response:
    return httpx.request(method, url, json=body, timeout=seconds, verify=_NO_TLS)


def _busy(error: Exception) -> bool:
    return isinstance(error, httpx.HTTPStatusError) and error.response.status_code in BUSY
