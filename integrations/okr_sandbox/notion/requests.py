"""What requests to Notion may hold: ids, page sizes, bodies and their limits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar
from uuid import UUID

import orjson
from starlette.requests import Request

from okr_sandbox.notion.errors import NotionRefusal, invalid
from okr_sandbox.notion.values import TEXT_LIMIT

MAX_PAGE: Final = 100
MAX_ITEMS: Final = 100
MAX_BYTES: Final = 500_000
MAX_BLOCKS: Final = 1000
VERSION: Final = "2025-09-03"
"""The only API version that the sandbox speaks."""

Body = dict[str, object]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Paging:
    """Which part of a list is wanted."""

    cursor: str | None = None
    size: int = MAX_PAGE


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """A part of a list, and the cursor of what follows (None at the end)."""

    items: Sequence[T]
    next_cursor: str | None

    def envelope(self, noun: str) -> Body:
        """The list object without its results."""
        return {
            "object": "list",
            "next_cursor": self.next_cursor,
            "has_more": self.next_cursor is not None,
            "type": noun,
            noun: {},
        }


def cut(items: Sequence[T], paging: Paging, name: Callable[[T], str]) -> Part[T]:
    """The part of ``items`` that is wanted; a cursor is the name of the first item of its part.

    Raises:
        NotionRefusal: no item has the cursor's name.
    """
    start = 0
    if paging.cursor is not None:
        found = (i for i, item in enumerate(items) if name(item) == paging.cursor)
        start = next(found, -1)
        if start < 0:
            raise bad_cursor(paging.cursor)
    end = start + paging.size
    return Part(items[start:end], name(items[end]) if end < len(items) else None)


def bad_cursor(cursor: str) -> NotionRefusal:
    """A 400: the cursor belongs to no answer of this list."""
    return invalid(f"The start_cursor provided is invalid: {cursor}")


def check_version(request: Request) -> None:
    """Refuse requests that do not name the version that the sandbox speaks.

    Raises:
        NotionRefusal: 400 ``missing_version``.
    """
    version = request.headers.get("notion-version")
    if version != VERSION:
        given = "undefined" if version is None else f'"{version}"'
        raise NotionRefusal(
            400,
            "missing_version",
            "Notion-Version header failed validation: Notion-Version header should be "
            f'"{VERSION}", instead was `{given}`.',
        )


def as_id(raw: object, path: str) -> str:
    """An id with dashes; Notion takes it without them too.

    Raises:
        NotionRefusal: it is no UUID.
    """
    try:
        return str(UUID(str(raw)))
    except ValueError:
        raise invalid(
            f"{path.partition('.')[0]} failed validation: {path} should be a valid uuid, instead "
            f'was `"{raw}"`.'
        ) from None


def path_id(request: Request, name: str) -> str:
    """The id in the request's path."""
    return as_id(request.path_params[name], f"path.{name}")


def query_paging(request: Request) -> Paging:
    """Paging of a GET request."""
    size = request.query_params.get("page_size", str(MAX_PAGE))
    cursor = request.query_params.get("start_cursor")
    return _paging("query", cursor, int(size) if size.isdecimal() else size)


def body_paging(body: Body) -> Paging:
    """Paging of a POST request."""
    return _paging("body", body.get("start_cursor"), body.get("page_size", MAX_PAGE))


async def json_body(request: Request, allowed: frozenset[str]) -> Body:
    """The body as an object whose keys are allowed and whose limits hold.

    Raises:
        NotionRefusal: 400 ``invalid_json`` or ``validation_error``.
    """
    raw = await request.body()
    if len(raw) > MAX_BYTES:
        raise invalid(f"body failed validation: body is larger than {MAX_BYTES} bytes.")
    try:
        body: object = orjson.loads(raw or b"{}")
    except orjson.JSONDecodeError:
        raise NotionRefusal(400, "invalid_json", "Error parsing JSON body.") from None
    if not isinstance(body, dict):
        raise invalid("body failed validation: body should be an object.")
    for key in body.keys() - allowed:
        raise invalid(f"body failed validation: body.{key} should be not present.")
    if _check_limits(body, "body") > MAX_BLOCKS:
        raise invalid(f"body failed validation: body has more than {MAX_BLOCKS} blocks.")
    return body


def _check_limits(value: object, path: str) -> int:
    """The number of blocks below ``value``, whose arrays and texts are within Notion's limits."""
    if isinstance(value, list):
        if len(value) > MAX_ITEMS:
            raise invalid(
                f"body failed validation: {path}.length should be ≤ `{MAX_ITEMS}`, instead was "
                f"`{len(value)}`."
            )
        blocks = len(value) if path.endswith("children") else 0
        return blocks + sum(_check_limits(v, f"{path}[{i}]") for i, v in enumerate(value))
    if isinstance(value, dict):
        return sum(_check_limits(v, f"{path}.{k}") for k, v in value.items())
    too_long = isinstance(value, str) and len(value) > TEXT_LIMIT
    if too_long and path.endswith((".content", ".url")):
        raise invalid(
            f"body failed validation: {path}.length should be ≤ `{TEXT_LIMIT}`, instead was "
            f"`{len(str(value))}`."
        )
    return 0


def _paging(where: str, cursor: object, size: object) -> Paging:
    whole = isinstance(size, int | float) and not isinstance(size, bool) and size == int(size)
    if not whole or not isinstance(size, int | float) or size < 1:
        raise invalid(f"{where} failed validation: {where}.page_size is no count: `{size}`.")
    if size > MAX_PAGE:
        raise invalid(
            f"{where} failed validation: {where}.page_size should be ≤ `{MAX_PAGE}`, instead was "
            f"`{size}`."
        )
    return Paging(None if cursor is None else str(cursor), int(size))
