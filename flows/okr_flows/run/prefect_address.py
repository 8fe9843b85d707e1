"""Address of Prefect's server in messages: without a password, whoever says it; no Prefect."""

from __future__ import annotations

from urllib.parse import urlsplit


def shown_address(address: object) -> str:
    """An address as people may see it; empty where nothing of it is certain to be no secret.

    >>> shown_address("https://ada:secret@prefect.example:4200/api?token=secret")
    'https://prefect.example:4200/api'
    >>> shown_address("ada:secret@prefect.example/api")
    ''
    """
    try:
        parts = urlsplit(str(address or ""))
    except ValueError:  # half of an IPv6 address
        return ""
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}" if host and "@" not in parts.path else ""


def at_address(address: object) -> str:
    """Where a server is, behind its name in a sentence.

    >>> "the server" + at_address("http://ada:secret@127.0.0.1:4200/api") + " does not answer."
    'the server at http://127.0.0.1:4200/api does not answer.'
    >>> "the server" + at_address("nonsense") + " does not answer."
    'the server that PREFECT_API_URL names does not answer.'
    """
    shown = shown_address(address)
    return f" at {shown}" if shown else " that PREFECT_API_URL names"
