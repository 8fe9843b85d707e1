"""Asking a Prefect server as its own client does."""

from __future__ import annotations

import httpx
import stamina

BUSY = (429, 502, 503)
"""Answers that mean "ask again": a server on SQLite is locked for a moment while a worker polls."""


def ask(method: str, url: str, body: object = None) -> httpx.Response:
    """An answer of the server that is none of those.

    Raises:
        httpx.HTTPStatusError: It refuses, or is busy for half a minute.
    """
    for attempt in stamina.retry_context(on=_busy, attempts=None, timeout=30):
        with attempt:
            return httpx.request(method, url, json=body, timeout=30).raise_for_status()
    raise AssertionError


def _busy(error: Exception) -> bool:
    return isinstance(error, httpx.HTTPStatusError) and error.response.status_code in BUSY
