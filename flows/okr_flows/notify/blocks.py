"""Blocks: the notification blocks of Prefect that routes lead to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import BlockDocument

from okr_core.basics.command import okr
from okr_core.errors import ConfigError

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
    """The notification block of a route: `name`, or `type-slug/name` where it is not unique.

    Raises:
        ConfigError: It is not there, is no notification block, or its name is not unique.
    """
    slug, _, plain = name.rpartition("/")
    named = [
        each
        for each in documents
        if each.name == plain and (not slug or (each.block_type and each.block_type.slug == slug))
    ]
    found = [each for each in named if _notifies(each)]
    if len(found) == 1:
        return found[0]
    if found:
        slugs = ", ".join(f"`{qualified(each)}`" for each in found)
        raise ConfigError(
            f"several notification blocks are named `{plain}`.",
            hint=f"Write one of {slugs} in `routes`.",
        )
    reason = "is no notification block" if named else "does not exist on the Prefect server"
    raise ConfigError(
        f"block `{name}` in `routes` {reason}.",
        hint="Create it in Prefect's UI (Blocks, for instance Slack Webhook), or correct "
        f"`routes` in okr.yaml and run {okr('apply').code}.",
    )


def _notifies(document: BlockDocument) -> bool:
    return document.block_schema is not None and "notify" in document.block_schema.capabilities
