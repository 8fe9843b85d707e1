"""Mutate: a valid answer with one thing wrong, by kind and seed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from random import Random
from typing import Literal, get_args

Kind = Literal["drop", "null", "retype", "duplicate", "reorder", "truncate", "shift"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""Keys dropped, nulled, retyped; elements twice; another order; cut off; pages shifted."""

Path = tuple[str | int, ...]
_STRANGERS: tuple[object, ...] = (
    "", "x", " 7 ", "1_2", "\u0661\u0662", "0x10", "NaN", "1e9999", "true", "2026-13-45",
    True, False, 0, -1, 7, 1.5, 10**30, [], {}, [None], ["x"], {"x": 1},
)  # fmt: skip
"""What a value becomes that changes its type."""


_TELLING = frozenset(
    ("id", "key", "total", "isLast", "nextPageToken", "resolutiondate", "created", "statusCategory",
     "customfield_10016", "object", "in_trash", "has_more", "next_cursor", "created_time", "number",
     "status", "items", "amount", "issues", "results", "fields", "properties")
)  # fmt: skip
"""Keys that the measures read."""


class Unfit(Exception):  # noqa: N818 - not an error: another place is tried
    """The answer has nothing to which this can happen."""


def mutated(content: bytes, kind: Kind, random: Random) -> bytes:
    """The answer with one mutation of that kind; its bytes differ.

    Raises:
        Unfit: It has nothing to which this can happen.
    """
    for _ in range(20):
        found = _CHANGES[kind](content, random)
        if found != content and not _same(found, content, kind):
            return found
    raise Unfit


def _same(one: bytes, other: bytes, kind: Kind) -> bool:
    """Whether only the writing differs; of another order that is the point."""
    if kind in ("reorder", "truncate"):
        return False
    return bool(json.loads(one) == json.loads(other))


def paths(document: object, at: Path = ()) -> Iterator[Path]:
    """Every place of a document but its root."""
    items: list[tuple[str | int, object]] = []
    if isinstance(document, dict):
        items = list(document.items())
    elif isinstance(document, list):
        items = list(enumerate(document))
    for key, value in items:
        yield (*at, key)
        yield from paths(value, (*at, key))


def _at(document: object, path: Path) -> object:
    for key in path:
        document = document[key]  # type: ignore[index]
    return document


def _put(document: object, path: Path, value: object) -> None:
    _at(document, path[:-1])[path[-1]] = value  # type: ignore[index]


def _chosen(document: object, random: Random, fits: Callable[[object, Path], bool]) -> Path:
    found = [path for path in paths(document) if fits(document, path)]
    if not found:
        raise Unfit
    pools = (
        found,
        [path for path in found if len(path) <= 3],  # where an answer says what it is
        [path for path in found if path[-1] in _TELLING or path[-2:-1] == ("statusCategory",)],
    )
    return random.choice(random.choice([pool for pool in pools if pool]))


def _anywhere(_: object, __: Path) -> bool:
    return True


def _key(_: object, path: Path) -> bool:
    return isinstance(path[-1], str)


def _list(least: int) -> Callable[[object, Path], bool]:
    def fits(document: object, path: Path) -> bool:
        value = _at(document, path)
        return isinstance(value, list) and len(value) >= least

    return fits


def _several(document: object, path: Path) -> bool:
    value = _at(document, path)
    return isinstance(value, dict | list) and len(value) > 1


def _drop(content: bytes, random: Random) -> bytes:
    document = json.loads(content)
    path = _chosen(document, random, _key)
    del _at(document, path[:-1])[path[-1]]  # type: ignore[attr-defined]
    if random.random() < 0.25:
        _drop_beside(document, path)
    return _text(document)


def _drop_beside(document: object, path: Path) -> None:
    """Drop the key from all rows of the list that it was dropped from."""
    number = next((n for n, key in enumerate(path) if isinstance(key, int)), None)
    rows = [] if number is None else _at(document, path[:number])
    for row in rows:  # type: ignore[attr-defined]
        with suppress(LookupError, TypeError):
            del _at(row, path[number + 1 : -1])[path[-1]]  # type: ignore[attr-defined,operator]


def _null(content: bytes, random: Random) -> bytes:
    document = json.loads(content)
    _put(document, _chosen(document, random, _anywhere), None)
    return _text(document)


def _retype(content: bytes, random: Random) -> bytes:
    document = json.loads(content)
    path = _chosen(document, random, _anywhere)
    value = _at(document, path)
    wrapped: list[object] = [[value], {"value": value}, str(value), json.dumps(value)]
    others = [each for each in (*_STRANGERS, *wrapped) if type(each) is not type(value)]
    _put(document, path, random.choice(others))
    return _text(document)


def _duplicate(content: bytes, random: Random) -> bytes:
    document = json.loads(content)
    if isinstance(document, list):
        found = document
    else:
        found = _at(document, _chosen(document, random, _list(1)))  # type: ignore[assignment]
    if not found:
        raise Unfit
    found.insert(random.randrange(len(found) + 1), random.choice(found))
    return _text(document)


def _reorder(content: bytes, random: Random) -> bytes:
    document = json.loads(content)
    path = _chosen(document, random, _several)
    value = _at(document, path)
    if isinstance(value, list):
        random.shuffle(value)
    else:
        assert isinstance(value, dict)
        items = list(value.items())
        random.shuffle(items)
        _put(document, path, dict(items))
    return _text(document)


def _truncate(content: bytes, random: Random) -> bytes:
    if random.random() < 0.5:
        return content[: random.randrange(len(content))]
    document = json.loads(content)
    value = _at(document, _chosen(document, random, _list(1)))
    assert isinstance(value, list)
    del value[random.randrange(len(value)) :]
    return _text(document)


def shifted(content: bytes, before: bytes, rows: str) -> bytes:
    """A page after one more row came before it: it begins one row earlier than it did.

    Raises:
        Unfit: One of the two has no rows.
    """
    document, earlier = json.loads(content), json.loads(before)
    if not document.get(rows) or not earlier.get(rows):
        raise Unfit
    # Pages of a Data Center begin with the last row of the one before.
    joined = document[rows][0]["id"] == earlier[rows][-1]["id"]
    if joined and len(earlier[rows]) < 2:
        raise Unfit
    document[rows] = [earlier[rows][-2 if joined else -1], *document[rows][:-1]]
    return _text(document)


def _unfit(_: bytes, __: Random) -> bytes:
    raise Unfit


_CHANGES: dict[Kind, Callable[[bytes, Random], bytes]] = {
    "drop": _drop,
    "null": _null,
    "retype": _retype,
    "duplicate": _duplicate,
    "reorder": _reorder,
    "truncate": _truncate,
    "shift": _unfit,
}


def _text(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()
