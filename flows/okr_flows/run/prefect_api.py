"""Prefect's API for commands that do not load Prefect: called as Prefect calls it."""

from __future__ import annotations

import json
import ssl
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

API = "PREFECT_API_URL"
_PAGE = 200
"""Things that Prefect gives out per request."""


def api_client(settings: Mapping[str, str]) -> httpx.Client:
    """A client of Prefect's API that signs as Prefect's own does.

    Args:
        settings: Prefect's, by the names of their variables; the address is among them.

    Raises:
        httpx.InvalidURL: The address is none.
        OSError: The file with certificates cannot be read.
    """
    import httpx  # noqa: PLC0415 - a tenth of a second

    return httpx.Client(
        base_url=f"{settings[API].strip().rstrip('/')}/",
        headers=_headers(settings),
        verify=_verify(settings),
        timeout=5,
    )


def _headers(settings: Mapping[str, str]) -> dict[str, str]:
    try:
        found = json.loads(settings.get("PREFECT_CLIENT_CUSTOM_HEADERS") or "{}")
    except ValueError:
        found = {}
    headers = {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}
    signed, key = settings.get("PREFECT_API_AUTH_STRING"), settings.get("PREFECT_API_KEY")
    if signed:
        headers["Authorization"] = f"Basic {b64encode(signed.encode()).decode()}"
    elif key:
        headers["Authorization"] = f"Bearer {key}"
    return headers


def _verify(settings: Mapping[str, str]) -> bool | ssl.SSLContext:
    skipped = settings.get("PREFECT_API_TLS_INSECURE_SKIP_VERIFY", "").strip().lower()
    if skipped in {"1", "true", "t", "yes", "y", "on"}:
        return False
    file = settings.get("PREFECT_API_SSL_CERT_FILE")
    return ssl.create_default_context(cafile=file) if file else True


def every(client: httpx.Client, path: str, wanted: Mapping[str, object]) -> Iterator[Any]:
    """Everything that a filter of Prefect's API finds, page by page.

    Raises:
        httpx.HTTPError: The server does not answer or refuses us.
        ValueError: What it answers is no list of things.
    """
    offset = 0
    while True:
        page = asked(client, path, {**wanted, "limit": _PAGE, "offset": offset})
        if not isinstance(page, list) or not all(isinstance(each, dict) for each in page):
            raise ValueError("this is no list of things")
        yield from page
        if len(page) < _PAGE:
            return
        offset += len(page)


def asked(client: httpx.Client, path: str, body: Mapping[str, object]) -> object:
    """What Prefect's API answers to a question; raises as `every` does."""
    answer = client.post(path, json=body)
    answer.raise_for_status()
    found: object = answer.json()
    return found
