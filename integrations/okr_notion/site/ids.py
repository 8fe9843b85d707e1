"""Ids: a page, database or data source as people write it, with dashes, without, or as a link."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qs, quote, unquote, urlsplit
from uuid import UUID

_HEX = r"[0-9a-fA-F]"
_ID = re.compile(
    rf"(?<!{_HEX})(?:{_HEX}{{32}}|{_HEX}{{8}}(?:-{_HEX}{{4}}){{3}}-{_HEX}{{12}})(?!{_HEX})"
)


VIEW = "The link shows a view, and rows that the view leaves out count here."
"""Of a binding without a filter."""
VIEW_BESIDE_FILTER = (
    "The link shows a view; the view's own filter does not count, the binding's `filter` does."
)
PLAIN_LINK = (
    "Write what the view shows as `filter`, such as `filter: {Status: Done}`, or take `?v=…` off "
    "the link."
)


def id_in(text: str) -> str:
    """The id in a text, lower case with dashes.

    Args:
        text: An id with or without dashes, or an address copied from Notion.

    Raises:
        ValueError: It holds no id.

    >>> id_in("https://www.notion.so/acme/Interviews-1f2e3d4c5b6a79880011223344556677?v=ab")
    '1f2e3d4c-5b6a-7988-0011-223344556677'
    """
    path = urlsplit(text.strip()).path if "//" in text else text.strip()
    found = _ID.findall(path)
    if not found:
        raise ValueError(
            f"`{text}` holds no Notion id. Copy the link (··· → Copy link) or the 32 hex digits."
        )
    return str(UUID(found[-1]))


def same(one: object, other: str) -> bool:
    """Whether two ids name the same: dashes and case do not matter.

    >>> same("1F2E3D4C5B6A79880011223344556677", "1f2e3d4c-5b6a-7988-0011-223344556677")
    True
    """
    return isinstance(one, str) and plain(one) == plain(other)


def plain(identifier: str) -> str:
    """An id in the one form in which ids are compared."""
    return identifier.replace("-", "").lower()


def names_view(text: str) -> bool:
    """Whether an address shows a view, and therefore names a database and not a data source."""
    return "//" in text and "v" in parse_qs(urlsplit(text.strip()).query)


# Each cell of each row tells the id of its property, and a data source has few of them.
@lru_cache(maxsize=1024)
def decoded(identifier: str) -> str:
    """A property's id as `filter_properties` takes it: Notion's answers show it URL-encoded.

    >>> decoded("%3AUPp")
    ':UPp'
    """
    return unquote(identifier)


def link_to(identifier: str) -> str:
    """Address that a person can open."""
    return f"https://www.notion.so/{identifier.replace('-', '')}"


def encoded(identifier: str) -> str:
    """A property's id as a part of a path.

    >>> encoded(":UPp")
    '%3AUPp'
    """
    return quote(identifier, safe="")
