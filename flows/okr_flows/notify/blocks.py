"""Blocks: the notification blocks of Prefect that routes lead to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import BlockDocument

from okr_flows.notify.known_blocks import KnownBlock, route_block

_Thing = TypeVar("_Thing")
PAGE = 200
"""Things that Prefect gives out per request."""


def pages(read: Callable[[int, int], list[_Thing]]) -> list[_Thing]:
    """All things of a list that Prefect gives out in pages.

    Args:
        read: Gives at most so many, from that one on.
    """
    found: list[_Thing] = []
    while True:
        page = read(PAGE, len(found))
        found += page
        if len(page) < PAGE:
            return found


def block_documents(client: SyncPrefectClient) -> list[BlockDocument]:
    """Every block of the server, without its secrets."""
    return pages(
        lambda limit, offset: client.read_block_documents(
            limit=limit, offset=offset, include_secrets=False
        )
    )


def qualified(document: BlockDocument) -> str:
    """A block's name with its type, which is unique."""
    return f"{document.block_type.slug if document.block_type else ''}/{document.name}"


def notification_block(name: str, documents: Iterable[BlockDocument]) -> BlockDocument:
    """The notification block of a route; see `route_block`, which raises."""
    known = {_known(each): each for each in documents}
    return known[route_block(name, known)]


def _known(document: BlockDocument) -> KnownBlock:
    kind, _, name = qualified(document).partition("/")
    schema = document.block_schema
    return KnownBlock(kind, name, schema is not None and "notify" in schema.capabilities)
