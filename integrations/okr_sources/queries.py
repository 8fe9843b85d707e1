"""Queries: the name under which a run remembers how many rows a query had."""

from __future__ import annotations

import hashlib


def query_digest(*parts: str) -> str:
    """A short name of a query, the same in every run: 32 hex digits.

    >>> query_digest("a", "bc") == query_digest("ab", "c")
    False
    """
    joined = "\x00".join(parts)
    return hashlib.sha256(joined.encode()).hexdigest()[:32]
