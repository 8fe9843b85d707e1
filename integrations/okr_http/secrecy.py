"""Secrecy: which parameters of a binding hold secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SECRET = frozenset(
    (
        "apikey",
        "accesskey",
        "auth",
        "authorization",
        "credential",
        "credentials",
        "passphrase",
        "passwd",
        "password",
        "pwd",
        "secret",
        "sig",
        "signature",
        "token",
    )
)
_PAIRS = frozenset({("api", "key"), ("access", "key"), ("private", "key"), ("subscription", "key")})
_LONG = 20
"""A parameter `key` of this many characters is a key to a door and not to a row."""


def looks_secret(name: str, value: object = "") -> bool:
    """Whether a parameter of that name holds a secret.

    >>> [looks_secret(name) for name in ("access_token", "X-Amz-Signature", "apiKey", "project")]
    [True, True, True, False]
    """
    words = [word.lower() for word in _WORDS.findall(name)]
    if _SECRET.intersection(words) or not _PAIRS.isdisjoint(pairwise(words)):
        return True
    return words[-1:] == ["key"] and len(str(value)) >= _LONG


def secret_names(data: object) -> Iterator[str]:
    """Names in a JSON document whose values look secret."""
    if isinstance(data, Mapping):
        for name, value in data.items():
            if looks_secret(str(name), value if isinstance(value, str) else ""):
                yield str(name)
            yield from secret_names(value)
    elif isinstance(data, list):
        for each in data:
            yield from secret_names(each)
