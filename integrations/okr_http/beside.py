"""Beside: what an answer says beside its data: that it has errors, that there is more of it. Pure.

Each is a note and never an error: the number may be a total that has all, and what a name means is
known to its server alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from okr_core.basics.base import shortened

_LINK = re.compile(r""";\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next\b)""", re.IGNORECASE)
_RANGE = re.compile(r"\s*\w+\s+(\d+)-(\d+)/(\d+)\s*", re.ASCII)
_TOTALS = ("X-Total-Count", "X-Total", "X-WP-Total")
_DEEPEST = 4
"""Objects in objects that are looked at."""
# Names as they are written without `_`, `-`, `.`, `@` and case.
_MORE = frozenset({"hasmore", "hasnext", "hasnextpage", "more", "morepages"})
_LAST = frozenset({"islast", "islastpage", "last"})
_NEXT = frozenset(
    {"next", "nextcursor", "nextlink", "nextpage", "nextpagetoken", "nexttoken", "nexturl"}
    | {"odatanextlink"}
)
_TOTAL = frozenset({"count", "total", "totalcount", "totalelements", "totalitems", "totalresults"})
_PUNCTUATION = str.maketrans("", "", "_-.@")


def notes_of(document: object, headers: Mapping[str, str], *, counts: bool) -> Iterator[str]:
    """What a reader must know of the number in an answer.

    Args:
        document: The answer.
        headers: How it came.
        counts: Whether the number counts, adds or picks from a list: only then another page is
            looked for in the answer itself.
    """
    objects = list(_objects(document))
    yield from _errors(objects[:1])
    if _LINK.search(headers.get("Link", "")):
        yield _following('Link: rel="next"')
    elif counts:
        lists = [each for one in objects for each in one.values() if isinstance(each, list)]
        came = len(document) if isinstance(document, list) else max(map(len, lists), default=None)
        more = (*_told_by_headers(headers, came), *_told_by_body(objects, came))
        yield from more[:1]


def _objects(document: object, left: int = _DEEPEST) -> Iterator[Mapping[str, object]]:
    """The object of an answer, and those in it that are in no list."""
    if isinstance(document, Mapping):
        yield document
        for each in document.values() if left > 1 else ():
            yield from _objects(each, left - 1)


def _errors(objects: list[Mapping[str, object]]) -> Iterator[str]:
    for one in objects:
        for name in ("errors", "error"):
            said = one.get(name)
            if said and (said is True or not isinstance(said, bool | int)):
                yield f"the answer names errors beside its data (`{name}`){_words(said)}"


def _words(said: object) -> str:
    """The first error in its own words, where it has some."""
    first = said[0] if isinstance(said, list) else said
    words = first.get("message") if isinstance(first, Mapping) else first
    return f": {shortened(words)}" if isinstance(words, str) and words.strip() else ""


def _told_by_headers(headers: Mapping[str, str], came: int | None) -> Iterator[str]:
    spans = _RANGE.fullmatch(headers.get("Content-Range", ""))
    if spans is not None:
        first, last, total = (int(each) for each in spans.groups())
        if total > last - first + 1:
            yield _part("Content-Range", total, last - first + 1)
    for name in _TOTALS:
        said = headers.get(name, "")[:20]
        if came is not None and said.isascii() and said.isdigit() and int(said) > came:
            yield _part(name, int(said), came)


def _told_by_body(objects: list[Mapping[str, object]], came: int | None) -> Iterator[str]:
    for one in objects:
        for name, said in one.items():
            plain = name.translate(_PUNCTUATION).lower()
            if (
                (plain in _MORE and said is True)
                or (plain in _LAST and said is False)
                or (plain in _NEXT and _leads(said))
            ):
                yield _following(shortened(name))
            elif (
                plain in _TOTAL
                and came is not None
                and isinstance(said, int)
                and not isinstance(said, bool)
                and said > came
            ):
                yield _part(shortened(name), said, came)


def _leads(said: object) -> bool:
    """Whether a name for the next page has one: an address, a token, a number, a link object."""
    return bool(said) and isinstance(said, str | int | Mapping) and not isinstance(said, bool)


def _following(by: str) -> str:
    return f"the server says that another page follows ({by}): only this one was read"


def _part(by: str, total: int, came: int) -> str:
    return f"the server says that there are {total} ({by}), and {came} came"
